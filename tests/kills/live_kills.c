/* live_kills.c - kill -9 at random instants of live ingest and the folding beside it.
 *
 *     live_kills FOLDER KILLS SEED
 *
 * In a child several threads send batches, and tell through a pipe what was
 * acknowledged; what was sent but not acknowledged before a kill is sent again by the
 * next child, as clients do. Parts are kept small, so that a few hundred interactions
 * go all the way into the base. After each kill the parent opens the file and checks
 * that
 *   - `check` finds nothing,
 *   - every acknowledged interaction is there, and none is there twice,
 *   - a scan of few columns (which joins) shows as many as one story after another.
 */
#include "kills.h"

#include "app/live/live.h"
#include "os/threads.h"
#include "store/segments.h"
#include "store/tidy.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { SENDERS = 4, EACH = 4000, CUSTOMERS = 150, MOST = 24, LIFE_MS = 400 };

static const fh_tidy_sizes small = {
    .step = 300,
    .least_step = 50,
    .least_of_base = 400,
    .few_batches = 4,
    .smallest_run = 100,
    .alike = 3,
    .base_least = 1000,
};

/* ---- The child --------------------------------------------------------------------------- */

typedef struct sending {
    const kills *k;
    fh_live *live;
    int fd;
    fh_mutex *lock;
    fh_cond *came;
    uint32_t replied[SENDERS]; /* batches */
    atomic_bool failed;
} sending;

typedef struct batch {
    sending *s;
    uint32_t sender, upto;
    fh_interaction row[MOST];
    char who[MOST][16], id[MOST][24], payload[MOST][32];
} batch;

static void on_reply(void *ctx, const fh_live_reply *reply)
{
    batch *b = ctx;
    if (reply->status != FH_OK || reply->n_accepted + reply->n_known != reply->n) {
        fprintf(stderr, "child: %s\n", reply->err ? reply->err->message : "refused");
        atomic_store(&b->s->failed, true);
    } else if (!kills_tell(b->s->fd, b->sender, b->upto)) {
        _exit(3);
    }
    fh_mutex_lock(b->s->lock);
    b->s->replied[b->sender]++;
    fh_cond_wake_all(b->s->came);
    fh_mutex_unlock(b->s->lock);
}

/* The same interaction whoever sends it: some without payload, of any customer. */
static void fill(batch *b, uint32_t i, uint32_t number)
{
    uint64_t rng = (uint64_t)b->sender << 32 | number;
    (void)kills_below(&rng, 2);
    const int who = snprintf(b->who[i], sizeof b->who[i], "c%u", kills_below(&rng, CUSTOMERS));
    const int id = snprintf(b->id[i], sizeof b->id[i], "%u-%u", b->sender, number);
    const int mark =
        snprintf(b->payload[i], sizeof b->payload[i], "{\"m\":\"m%u-%u\"}", b->sender, number);
    fh_interaction *row = &b->row[i];
    *row = (fh_interaction){.n_identifiers = 1,
                            .at_ms = INT64_C(1700000000000) + kills_below(&rng, 1000000),
                            .touchpoint = kills_below(&rng, 2) ? FH_STR("call") : FH_STR("mail"),
                            .channel = kills_below(&rng, 2) ? FH_STR("phone") : (fh_str){0},
                            .source_id = {b->id[i], (size_t)id},
                            .payload = {b->payload[i], (size_t)mark}};
    row->identifier[0] = (fh_identifier){FH_STR("customer"), {b->who[i], (size_t)who}};
}

static void send_on(void *ctx, uint32_t sender)
{
    sending *s = ctx;
    uint64_t rng = s->k->rng + sender;
    static batch all[SENDERS];
    batch *b = &all[sender];
    for (uint32_t next = s->k->acked[sender], n = 0; next < EACH && !atomic_load(&s->failed);) {
        fh_error err = {0};
        uint32_t count = 1 + kills_below(&rng, MOST);
        if (count > EACH - next) count = EACH - next;
        b->s = s;
        b->sender = sender;
        b->upto = next + count;
        for (uint32_t i = 0; i < count; i++) fill(b, i, next + i);
        const fh_live_items items = {.n = count, .row = b->row};
        if (fh_live_submit(s->live, &items, on_reply, b, NULL, &err) != FH_OK) {
            fprintf(stderr, "child: %s\n", err.message);
            atomic_store(&s->failed, true);
            return;
        }
        n++;
        fh_mutex_lock(s->lock);
        while (s->replied[sender] < n) fh_cond_wait(s->came, s->lock);
        fh_mutex_unlock(s->lock);
        next += count;
    }
}

static int child(const kills *k, int fd)
{
    fh_error err = {0};
    fh_pool *pool = NULL;
    static sending s;
    s = (sending){.k = k, .fd = fd, .lock = fh_mutex_new(), .came = fh_cond_new()};
    const fh_live_options options = {.sizes = &small};
    if (fh_pool_open(fh_os_real(), k->org, &pool, &err) != FH_OK ||
        fh_live_open(pool, &options, &s.live, &err) != FH_OK) {
        fprintf(stderr, "child: %s\n", err.message);
        return 1;
    }
    fh_threads_run(SENDERS, send_on, &s);
    fh_live_close(s.live);
    fh_pool_close(pool);
    return atomic_load(&s.failed);
}

/* ---- Killing and checking ---------------------------------------------------------------- */

/* A scan of few columns shows as many as the stories. */
static void scan(kills *k, fh_org *org)
{
    fh_scan *s = NULL;
    fh_error err = {0};
    const fh_segment *seg = NULL;
    uint64_t n = 0, in_stories = 0;
    fh_status status =
        fh_scan_open(org, 1u << FH_COL_TOUCHPOINT | 1u << FH_COL_GAP, 1, UINT32_MAX, &s, &err);
    while (status == FH_OK) {
        status = fh_scan_next(s, 0, &seg, &err);
        if (status != FH_OK || !seg) break;
        n += seg->n;
    }
    fh_scan_close(s);
    if (status != FH_OK) kills_fault(k, err.message);
    for (uint32_t i = 0; i < SENDERS; i++) in_stories += k->n_seen[i];
    if (n != in_stories) kills_fault(k, "a scan shows another number than the stories");
}

int main(int argc, char **argv)
{
    kills k;
    kills_begin(&k, argc, argv, "live.fh", SENDERS, EACH);
    kills_new_org(&k);
    unsigned long organisations = 1;
    uint64_t most = 0;
    while (k.done < k.wanted && k.faults == 0) {
        /* Long and short lives: the file must be opened before anything happens. */
        const uint32_t most_ms = kills_below(&k.rng, 2) ? LIFE_MS : 60;
        const int64_t us = 10000 + 1000 * (int64_t)kills_below(&k.rng, most_ms);
        if (kills_run(&k, child, us)) k.done++;
        kills_check(&k, scan);
        uint64_t n = 0;
        for (uint32_t i = 0; i < SENDERS; i++) n += k.n_seen[i];
        if (n > most) most = n;
        if (kills_all_in(&k)) {
            kills_new_org(&k);
            organisations++;
        }
    }
    printf("%lu kills under live ingest in %lu organisations of up to %" PRIu64
           " interactions, seed %s\n",
           k.done, organisations, most, k.seed);
    return kills_end(&k);
}
