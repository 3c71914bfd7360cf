/* keeping_kills.c - kill -9 at random instants of letting go of what was kept long enough.
 *
 *     keeping_kills FOLDER KILLS SEED
 *
 * An organisation holds old and new interactions in many small parts and an active rule. A
 * child lets go part by part, as the job does, each part a transaction with its count, until
 * it is killed; the next goes on. After each kill the parent opens the file and checks that
 *   - `check` finds nothing,
 *   - every new interaction is there, and none is there twice,
 *   - the old ones that are left and those the rule has counted as removed are all there were.
 */
#include "kills.h"

#include "app/data/keeping.h"
#include "app/live/live.h"
#include "os/threads.h"
#include "store/tidy.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { EACH = 600, BATCH = 20, CUSTOMERS = 150, NEW = 0, OLD = 1, LIFE_MS = 120 };

static const int64_t now_ms = INT64_C(1750000000000); /* June 2025 */

/* ---- The organisation -------------------------------------------------------------------- */

/* Interaction `number` of a line, in `at`. */
typedef struct row {
    char who[16], mark[32];
} row;

static fh_interaction fill(row *at, uint64_t *rng, unsigned line, unsigned number)
{
    const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;
    const int who = snprintf(at->who, sizeof at->who, "c%u", kills_below(rng, CUSTOMERS));
    const int mark = snprintf(at->mark, sizeof at->mark, "{\"m\":\"m%u-%u\"}", line, number);
    fh_interaction r = {.n_identifiers = 1,
                        .at_ms = now_ms - (line == OLD ? 5 * year_ms : 0) -
                                 (int64_t)kills_below(rng, 1000000) * 1000,
                        .touchpoint = kills_below(rng, 2) ? FH_STR("call") : FH_STR("mail"),
                        .payload = {at->mark, (size_t)mark}};
    r.identifier[0] = (fh_identifier){FH_STR("customer"), {at->who, (size_t)who}};
    return r;
}

typedef struct waiting {
    fh_mutex *lock;
    fh_cond *came;
    unsigned replied;
} waiting;

static void on_reply(void *ctx, const fh_live_reply *reply)
{
    waiting *w = ctx;
    if (reply->status != FH_OK || reply->n_accepted != reply->n) kills_die("sent", reply->err);
    fh_mutex_lock(w->lock);
    w->replied++;
    fh_cond_wake_all(w->came);
    fh_mutex_unlock(w->lock);
}

/* Batch after batch, old and new in each, left in the inbox: many small parts. */
static void send_all(kills *k)
{
    static const fh_tidy_sizes never = {.step = 1 << 20, .few_batches = 1 << 20};
    fh_error err = {0};
    fh_pool *pool = NULL;
    fh_live *live = NULL;
    waiting w = {fh_mutex_new(), fh_cond_new(), 0};
    const fh_live_options options = {.sizes = &never};
    if (fh_pool_open(fh_os_real(), k->org, &pool, &err) != FH_OK ||
        fh_live_open(pool, &options, &live, &err) != FH_OK)
        kills_die("open", &err);
    for (unsigned next = 0, n = 1; next < EACH; next += BATCH / 2, n++) {
        row at[BATCH];
        fh_interaction rows[BATCH];
        for (unsigned i = 0; i < BATCH; i++) rows[i] = fill(&at[i], &k->rng, i % 2, next + i / 2);
        const fh_live_items items = {.n = BATCH, .row = rows};
        if (fh_live_submit(live, &items, on_reply, &w, NULL, &err) != FH_OK)
            kills_die("send", &err);
        fh_mutex_lock(w.lock);
        while (w.replied < n) fh_cond_wait(w.came, w.lock);
        fh_mutex_unlock(w.lock);
    }
    fh_live_close(live);
    fh_pool_close(pool);
    fh_cond_free(w.came);
    fh_mutex_free(w.lock);
}

static fh_status make_rule(fh_org *org, fh_error *err)
{
    const fh_actor actor = fh_actor_command_line();
    fh_keep_rule rule = {.kind = FH_KEEP_INTERACTIONS, .keep = 24};
    fh_status s = fh_org_begin(org, err);
    if (!s) s = fh_keep_make(org, &actor, &rule, err);
    if (!s) s = fh_keep_seen(org, &actor, &rule, err);
    fh_arena *arena = fh_arena_new(NULL);
    if (!s) s = fh_keep_get(org, rule.rule, arena, &rule, err);
    if (!s) s = fh_keep_change(org, &actor, &rule, rule.keep, true, err);
    fh_arena_free(arena);
    return s ? s : fh_org_commit(org, err);
}

/* Every other organisation is merged: one large part. */
static void new_org(kills *k, unsigned long nth)
{
    fh_org *org = NULL;
    fh_error err = {0};
    uint64_t duplicates = 0;
    kills_new_org(k);
    send_all(k);
    if (fh_org_open(fh_os_real(), k->org, FH_ORG_WRITE, &org, &err) != FH_OK)
        kills_die("open", &err);
    if (nth % 2 && fh_store_merge(org, NULL, NULL, &duplicates, &err) != FH_OK)
        kills_die("merge", &err);
    if (make_rule(org, &err) != FH_OK) kills_die("rule", &err);
    fh_org_close(org);
    k->acked[NEW] = EACH;
}

/* ---- The child --------------------------------------------------------------------------- */

static fh_status let_go(fh_org *org, fh_arena *arena, fh_error *err)
{
    fh_keep_plan plan;
    uint64_t total[FH_N_KEEP] = {0};
    const fh_old_part *part = NULL;
    size_t n = 0;
    fh_status s = fh_keep_plan_make(org, now_ms, arena, &plan, err);
    if (!s && plan.any) s = fh_store_old_parts(org, &plan.terms, arena, &part, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        bool there = false;
        s = fh_keep_part(org, &plan, &part[i], total, &there, err);
    }
    return s ? s : fh_keep_tell(org, now_ms, err);
}

static int child(const kills *k, int fd)
{
    fh_org *org = NULL;
    fh_error err = {0};
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = fh_org_open(fh_os_real(), k->org, FH_ORG_WRITE, &org, &err);
    if (!s) s = let_go(org, arena, &err);
    if (s) fprintf(stderr, "child: %s\n", err.message);
    fh_org_close(org);
    fh_arena_free(arena);
    return s || !kills_tell(fd, NEW, EACH);
}

/* ---- Checking ---------------------------------------------------------------------------- */

static void count(kills *k, fh_org *org)
{
    const fh_keep_rule *rule = NULL;
    fh_error err = {0};
    size_t n = 0;
    char text[120];
    fh_arena *arena = fh_arena_new(NULL);
    if (fh_keep_list(org, arena, &rule, &n, &err) != FH_OK || n != 1)
        kills_fault(k, "the rule is gone");
    else if (rule->removed + k->n_seen[OLD] != EACH) {
        (void)snprintf(text, sizeof text, "%" PRIu64 " removed and %" PRIu64 " left are not %d",
                       rule->removed, k->n_seen[OLD], EACH);
        kills_fault(k, text);
    }
    fh_arena_free(arena);
}

int main(int argc, char **argv)
{
    kills k;
    unsigned long organisations = 0;
    uint64_t midway = 0;
    kills_begin(&k, argc, argv, "keeping.fh", 2, EACH);
    new_org(&k, organisations++);
    while (k.done < k.wanted && k.faults == 0) {
        const int64_t us = 1000 + 1000 * (int64_t)kills_below(&k.rng, LIFE_MS);
        if (kills_run(&k, child, us)) k.done++;
        kills_check(&k, count);
        midway += k.n_seen[OLD] > 0 && k.n_seen[OLD] < EACH;
        if (k.n_seen[OLD] == 0) new_org(&k, organisations++);
    }
    printf("%lu kills of letting go in %lu organisations, %" PRIu64 " of them midway, seed %s\n",
           k.done, organisations, midway, k.seed);
    return kills_end(&k);
}
