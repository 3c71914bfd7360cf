/* find_kills.c - kill -9 at random instants of looking for findings.
 *
 *     find_kills FOLDER KILLS SEED
 *
 * Customers are told the same thing twice and different dates by two departments. One copy of
 * the organisation is looked at without being killed: first what is new, then everything anew.
 * In other copies a child does the same and is killed until it comes to an end. After each
 * kill the parent opens the file and checks that `check` finds nothing and no interaction is
 * lost; at each end, that the causes, their hits, counts and records are those of the copy
 * that was never killed.
 */
#include "kills.h"

#include "app/find/findings.h"
#include "app/live/live.h"
#include "os/threads.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CUSTOMERS = 60, EACH = 4 * CUSTOMERS, BATCH = 20 };

static const int64_t begin_ms = INT64_C(1741000000000); /* March 2025 */
static bool all_anew;                                   /* what the next child does */
static int64_t whole_us;                                /* what a run takes that nobody kills */

/* ---- The organisation -------------------------------------------------------------------- */

typedef struct row {
    char who[16], id[16], payload[400];
} row;

/* Of every customer: a letter, the same from others; a date, another date from others. */
static fh_interaction fill(row *at, unsigned number)
{
    static const char *const text[] = {
        "Welcome to Harbour Mutual. Your papers wait for you in the portal, together with a "
        "short film that explains them. If something is not right, tell us within two weeks.",
        "Welcome to Harbour Mutual! Your papers wait for you in the portal, together with a "
        "short film that explains them. If anything is not right, tell us within two weeks.",
        "Your cover starts on 10 March 2025.", "Your cover begins on 17 March 2025."};
    const unsigned who = number / 4, what = number % 4;
    const int of = snprintf(at->who, sizeof at->who, "c%u", who);
    const int id = snprintf(at->id, sizeof at->id, "i%u", number);
    const int n = snprintf(at->payload, sizeof at->payload, "{\"m\":\"m0-%u\",\"text\":\"%s\"}",
                           number, text[what]);
    fh_interaction r = {.n_identifiers = 1,
                        .at_ms = begin_ms + (int64_t)(who * 60 + what * 24 * 3600) * 1000,
                        .touchpoint = what < 2 ? FH_STR("welcome") : FH_STR("cover"),
                        .channel = FH_STR("e-mail"),
                        .department = what % 2 ? FH_STR("Service") : FH_STR("Sales"),
                        .direction = FH_DIR_OUT,
                        .source_id = {at->id, (size_t)id},
                        .payload = {at->payload, (size_t)n}};
    r.identifier[0] = (fh_identifier){FH_STR("customer"), {at->who, (size_t)of}};
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

static void send_all(const kills *k)
{
    fh_error err = {0};
    fh_pool *pool = NULL;
    fh_live *live = NULL;
    waiting w = {fh_mutex_new(), fh_cond_new(), 0};
    const fh_live_options options = {0};
    if (fh_pool_open(fh_os_real(), k->org, &pool, &err) != FH_OK ||
        fh_live_open(pool, &options, &live, &err) != FH_OK)
        kills_die("open", &err);
    for (unsigned next = 0, n = 1; next < EACH; next += BATCH, n++) {
        row at[BATCH];
        fh_interaction rows[BATCH];
        for (unsigned i = 0; i < BATCH; i++) rows[i] = fill(&at[i], next + i);
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

static void copy(const char *from, const char *to)
{
    char bytes[65536];
    size_t n;
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    if (!in || !out) kills_die("copy", NULL);
    while ((n = fread(bytes, 1, sizeof bytes, in)) > 0)
        if (fwrite(bytes, 1, n, out) != n) kills_die("copy", NULL);
    (void)fclose(in);
    if (fclose(out) != 0) kills_die("copy", NULL);
}

/* As it was before anybody looked. */
static void new_copy(kills *k, const char *fresh)
{
    kills_new_org(k);
    copy(fresh, k->org);
    k->acked[0] = EACH;
}

/* ---- What was found ------------------------------------------------------------------------ */

/* The same for the same rows, in whatever order they come. */
typedef struct found {
    uint64_t causes, hits, records, sum;
} found;

static uint64_t mixed(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h ^ h >> 29;
}

static void add_cause(found *f, const fh_cause_row *c)
{
    const uint64_t part[] = {c->cause,
                             c->sort,
                             c->from,
                             c->to,
                             c->touchpoint,
                             c->ways,
                             c->fact_types,
                             c->hits,
                             c->customers,
                             (uint64_t)c->first_ms,
                             c->severity,
                             c->record != 0,
                             (uint64_t)c->last_ms};
    f->causes++;
    f->records += c->record != 0;
    f->sum += mixed(mixed(14695981039346656037u, part, sizeof part), c->fact.ptr, c->fact.len);
}

static void add_hit(found *f, const fh_hit_row *h)
{
    const uint64_t part[] = {h->cause, h->customer,       h->sort,           h->a,    h->b,
                             h->sure,  (uint64_t)h->a_ms, (uint64_t)h->b_ms, h->ways, h->facts};
    f->hits++;
    f->sum += mixed(14695981039346656037u, part, sizeof part);
}

static found all_found(fh_org *org)
{
    enum { MOST = 1000 };
    found f = {0};
    fh_error err = {0};
    const fh_cause_row *c = NULL;
    const fh_hit_row *h = NULL;
    size_t n = 0, n_hits = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena || fh_causes_all(org, arena, &c, &n, &err) != FH_OK) kills_die("causes", &err);
    for (size_t i = 0; i < n; i++) {
        add_cause(&f, &c[i]);
        if (fh_hits_latest(org, c[i].cause, MOST, arena, &h, &n_hits, &err) != FH_OK)
            kills_die("hits", &err);
        if (n_hits != c[i].hits) f.sum ^= UINT64_MAX; /* counted wrongly: equals nothing */
        for (size_t m = 0; m < n_hits; m++) add_hit(&f, &h[m]);
    }
    fh_arena_free(arena);
    return f;
}

/* ---- The child --------------------------------------------------------------------------- */

static int child(const kills *k, int fd)
{
    fh_org *org = NULL;
    fh_error err = {0};
    fh_find_result r;
    const fh_find_options how = {.all = all_anew, .threads = 2};
    fh_status s = fh_org_open(fh_os_real(), k->org, FH_ORG_WRITE, &org, &err);
    if (!s) s = fh_find_run(org, &how, &r, &err);
    if (s) fprintf(stderr, "child: %s\n", err.message);
    fh_org_close(org);
    return s || !kills_tell(fd, 0, EACH);
}

static found found_in_file(const kills *k)
{
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_open(fh_os_real(), k->org, FH_ORG_READ, &org, &err) != FH_OK)
        kills_die("open", &err);
    const found f = all_found(org);
    fh_org_close(org);
    return f;
}

/* ---- Checking ---------------------------------------------------------------------------- */

static void compare(kills *k, const found *is, const found *ought)
{
    char text[200];
    if (!memcmp(is, ought, sizeof *is)) return;
    (void)snprintf(text, sizeof text,
                   "%s: %" PRIu64 " causes, %" PRIu64 " hits, %" PRIu64 " records (sum %" PRIx64
                   ") are not %" PRIu64 ", %" PRIu64 ", %" PRIu64 " (sum %" PRIx64 ")",
                   all_anew ? "anew" : "what is new", is->causes, is->hits, is->records, is->sum,
                   ought->causes, ought->hits, ought->records, ought->sum);
    kills_fault(k, text);
}

/* Looks without being killed; what is found then is what ought to be found. */
static found undisturbed(kills *k)
{
    const int64_t begun = kills_now_us();
    if (kills_run(k, child, -1)) kills_die("a run that nobody killed", NULL);
    whole_us = kills_now_us() - begun;
    kills_check(k, NULL);
    const found f = found_in_file(k);
    if (!f.causes || !f.records || f.hits < CUSTOMERS) kills_die("too little was found", NULL);
    return f;
}

/* Kills children until one comes to the end; how many were killed. */
static unsigned until_done(kills *k, const found *ought)
{
    unsigned killed = 0;
    bool again = true;
    while (again && k->faults == 0) {
        const int64_t most_us = whole_us + whole_us / 4;
        again = kills_run(k, child, (int64_t)kills_below(&k->rng, (uint32_t)most_us));
        killed += again;
        kills_check(k, NULL);
        all_anew = all_anew && !again; /* as the job: what is asked anew goes on */
        if (again && k->done + killed >= k->wanted) again = kills_run(k, child, -1);
    }
    const found is = found_in_file(k);
    compare(k, &is, ought);
    return killed;
}

int main(int argc, char **argv)
{
    kills k;
    char fresh[KILLS_PATH + 8];
    unsigned long organisations = 0;
    kills_begin(&k, argc, argv, "find.fh", 1, EACH);
    (void)snprintf(fresh, sizeof fresh, "%s.fresh", k.org);
    kills_new_org(&k);
    send_all(&k);
    copy(k.org, fresh);
    k.acked[0] = EACH;
    const found ought = undisturbed(&k);
    all_anew = true;
    const found ought_anew = undisturbed(&k);
    for (; k.done < k.wanted && k.faults == 0; organisations++) {
        new_copy(&k, fresh);
        all_anew = false;
        k.done += until_done(&k, &ought);
        all_anew = true;
        if (k.done < k.wanted) k.done += until_done(&k, &ought_anew);
    }
    (void)unlink(fresh);
    printf("%lu kills of looking for findings in %lu organisations, seed %s\n", k.done,
           organisations, k.seed);
    return kills_end(&k);
}
