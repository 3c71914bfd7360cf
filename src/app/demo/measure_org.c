/* measure_org.c - what an organisation's last run found, in the words of a truth.
 *
 * A truth names messages by their source's own ids and does not say of which source. So every
 * source of the organisation is tried: the ids that hits carry are hashes of both.
 */
#include "app/demo/measure.h"

#include "app/data/import.h"
#include "base/sort.h"
#include "store/find_rows.h"
#include "store/identities.h"
#include "store/sources.h"

typedef struct known {
    uint64_t id;
    uint32_t message;
} known;

static int compare_known(const void *x, const void *y, void *ctx)
{
    (void)ctx;
    const known *a = x, *b = y;
    return a->id < b->id ? -1 : a->id > b->id;
}

static uint32_t message_of(const known *all, size_t n, uint64_t id)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (all[mid].id < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < n && all[lo].id == id ? all[lo].message : 0;
}

static fh_status know_messages(fh_org *org, const fh_truth *truth, fh_arena *arena,
                               const known **out, size_t *n, fh_error *err)
{
    const fh_origin *origin;
    size_t n_origins = 0, n_sources = 0;
    fh_status s = fh_origins(org, arena, &origin, &n_origins, err);
    if (s) return s;
    uint64_t *source = FH_NEW_ARRAY(arena, uint64_t, n_origins + 1);
    if (!source) return fh_no_memory(err);
    for (size_t i = 0; i < n_origins; i++) {
        const uint64_t hash = fh_import_source(origin[i].source);
        size_t k = 0;
        while (k < n_sources && source[k] != hash) k++;
        if (k == n_sources) source[n_sources++] = hash;
    }
    known *all = FH_NEW_ARRAY(arena, known, n_sources * truth->n_messages + 1);
    if (!all) return fh_no_memory(err);
    for (size_t k = *n = 0; k < n_sources; k++)
        for (uint32_t i = 1; i <= truth->n_messages; i++)
            all[(*n)++] = (known){fh_import_id(source[k], truth->message[i]), i};
    *out = all;
    return fh_sort(fh_arena_allocator(arena), all, *n, sizeof *all, compare_known, NULL)
               ? fh_no_memory(err)
               : FH_OK;
}

typedef struct gathering {
    fh_arena *arena;
    const known *known;
    size_t n_known;
    fh_claim *claim;
    size_t n, cap;
} gathering;

static bool add(gathering *g, const fh_hit_row *hit, uint32_t customer)
{
    if (g->n == g->cap) {
        const size_t cap = g->cap ? g->cap * 2 : 1024;
        fh_claim *more = FH_NEW_ARRAY(g->arena, fh_claim, cap);
        if (!more) return false;
        for (size_t i = 0; i < g->n; i++) more[i] = g->claim[i];
        g->claim = more;
        g->cap = cap;
    }
    g->claim[g->n++] = (fh_claim){.sort = (fh_finding_sort)hit->sort,
                                  .a = message_of(g->known, g->n_known, hit->a),
                                  .b = message_of(g->known, g->n_known, hit->b),
                                  .customer = customer,
                                  .types = hit->facts,
                                  .id_a = hit->a,
                                  .id_b = hit->b};
    return true;
}

static fh_status gather(fh_org *org, const fh_truth *truth, gathering *g, fh_arena *scratch,
                        fh_error *err)
{
    enum { HITS = 1 << 16 };
    for (uint32_t i = 1; i <= truth->n_customers; i++) {
        const fh_hit_row *hit;
        size_t n = 0;
        uint32_t customer;
        fh_arena_reset(scratch);
        fh_status s = fh_identity_find(org, truth->customer[i], &customer, err);
        if (s == FH_NOTFOUND)
            return fh_hint(err, s, "Import what the truth is about first: its import.sh.");
        if (!s) s = fh_hits_of(org, customer, HITS, scratch, &hit, &n, err);
        for (size_t k = 0; k < n && !s; k++)
            if (hit[k].sort < FH_N_FINDING_SORTS && !add(g, &hit[k], i)) s = fh_no_memory(err);
        if (s) return s;
    }
    return FH_OK;
}

fh_status fh_measure_claims(fh_org *org, const fh_truth *truth, fh_arena *arena,
                            const fh_claim **out, size_t *n, fh_error *err)
{
    gathering g = {.arena = arena};
    fh_arena *scratch = fh_arena_new(fh_arena_allocator(arena));
    fh_status s = scratch ? FH_OK : fh_no_memory(err);
    if (!s) s = know_messages(org, truth, arena, &g.known, &g.n_known, err);
    if (!s) s = gather(org, truth, &g, scratch, err);
    fh_arena_free(scratch);
    *out = g.claim;
    *n = g.n;
    return s;
}
