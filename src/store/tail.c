/* tail.c - the inbox as one segment: batches merged in memory, oldest first.
 *
 * Batches are merged in groups of neighbours, the results in groups again, until
 * one is left. Groups keep the order of age, so the outcome is that of merging
 * all at once, and ten thousand batches cost four passes; two where nothing is
 * compared: then a group may be large.
 */
#include "store/stored.h"

#include <stdlib.h>
#include <string.h>

enum { GROUP = 16, LARGE_GROUP = 256 };

void fh_tail_free(fh_tail *tail)
{
    if (!tail) return;
    fh_space_free(tail->space);
    fh_arena_free(tail->arena);
    free(tail);
}

static fh_tail *new_tail(void)
{
    fh_tail *tail = calloc(1, sizeof *tail);
    if (!tail) return NULL;
    tail->space = fh_space_new(NULL);
    if (tail->space) return tail;
    free(tail);
    return NULL;
}

typedef struct loading {
    fh_db *db;
    uint32_t lo, hi, columns;
    bool payloads, distinct;
    size_t group;
    fh_arena *arena; /* payload bytes: of all tails of this loading */
    fh_blobs blobs;
    uint64_t n_duplicates;
} loading;

/* The payloads of what merging gave, from those of its inputs. */
static fh_status gather(loading *l, fh_tail *const *in, fh_tail *out, fh_error *err)
{
    fh_str *payload = FH_NEW_ARRAY(l->arena, fh_str, out->seg->n);
    if (!payload) return fh_no_memory(err);
    const fh_merge_source *from = fh_merge_sources(out->space);
    for (uint32_t i = 0; i < out->seg->n; i++)
        payload[i] = in[from[i].input]->payload[from[i].index];
    out->payload = payload;
    return FH_OK;
}

/* Merges n neighbours into one; they are freed. */
static fh_status merge_group(loading *l, fh_tail **in, size_t n, fh_tail **out, fh_error *err)
{
    const fh_segment *seg[LARGE_GROUP];
    for (size_t i = 0; i < n; i++) seg[i] = in[i]->seg;
    uint64_t n_duplicates = 0;
    fh_tail *merged = new_tail();
    fh_status status = merged ? FH_OK : fh_no_memory(err);
    if (status == FH_OK && l->distinct)
        status = fh_segment_join(merged->space, seg, n, l->lo, l->hi, l->payloads, err);
    else if (status == FH_OK)
        status = fh_segment_merge(merged->space, seg, n, l->lo, l->hi, &n_duplicates, err);
    if (status == FH_OK) {
        merged->seg = fh_space_segment(merged->space);
        if (l->payloads) status = gather(l, in, merged, err);
    }
    for (size_t i = 0; i < n; i++) {
        fh_tail_free(in[i]);
        in[i] = NULL;
    }
    if (status != FH_OK) {
        fh_tail_free(merged);
        return status;
    }
    l->n_duplicates += n_duplicates;
    *out = merged;
    return FH_OK;
}

/* One batch; *out stays NULL when it has no story of lo .. hi. */
static fh_status load_batch(loading *l, const fh_stored *batch, fh_tail **out, fh_error *err)
{
    bool any = false;
    fh_status status = fh_blobs_read(l->db, batch, l->columns, &l->blobs, err);
    if (status != FH_OK) return status;
    fh_tail *tail = new_tail();
    if (!tail) return fh_no_memory(err);
    status = fh_blobs_decode_if(&l->blobs, batch, l->lo, l->hi, tail->space, &any, err);
    if (status == FH_OK && any) {
        tail->seg = fh_space_segment(tail->space);
        if (l->payloads)
            status = fh_inbox_payloads(&l->blobs, batch, l->arena, &tail->payload, err);
        if (status == FH_OK) {
            *out = tail;
            return FH_OK;
        }
    }
    fh_tail_free(tail);
    return status;
}

/* Merges groups of neighbours in place until one is left. */
static fh_status merge_all(loading *l, fh_tail **tail, size_t *n, fh_error *err)
{
    fh_status status = FH_OK;
    bool once = false; /* a single batch may hold copies too */
    while (status == FH_OK && *n > 0 && (*n > 1 || !once)) {
        size_t made = 0;
        for (size_t i = 0; i < *n && status == FH_OK; i += l->group) {
            fh_tail *merged = NULL;
            status = merge_group(l, tail + i, *n - i < l->group ? *n - i : l->group, &merged, err);
            if (status == FH_OK) tail[made++] = merged;
        }
        if (status != FH_OK) return status; /* the caller frees all */
        *n = made;
        once = true;
    }
    return status;
}

fh_status fh_tail_load(fh_db *db, const fh_stored *batch, size_t n, uint32_t lo, uint32_t hi,
                       uint32_t columns, bool payloads, fh_tail **out, uint64_t *n_duplicates,
                       fh_error *err)
{
    loading l = {.db = db,
                 .lo = lo,
                 .hi = hi,
                 .payloads = payloads,
                 .distinct = true,
                 .arena = fh_arena_new(NULL)};
    for (size_t i = 0; i < n; i++) l.distinct = l.distinct && batch[i].distinct;
    l.group = l.distinct ? LARGE_GROUP : GROUP;
    l.columns = l.distinct ? columns | 1u << FH_COL_GAP | 1u << FH_COL_MS : FH_COLS_ALL;
    fh_blobs_init(&l.blobs);
    fh_tail **tail = calloc(n + 1, sizeof *tail);
    fh_status status = tail && l.arena ? FH_OK : fh_no_memory(err);
    size_t have = 0, groups = 0; /* groups: of these, merged already */
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        status = load_batch(&l, &batch[i], &tail[have], err);
        if (status == FH_OK && tail[have]) have++;
        if (status != FH_OK || have - groups < l.group) continue;
        fh_tail *merged = NULL;
        status = merge_group(&l, tail + groups, l.group, &merged, err);
        tail[groups] = merged;
        have = ++groups;
    }
    if (status == FH_OK) status = merge_all(&l, tail, &have, err);
    if (status == FH_OK) {
        *out = have > 0 ? tail[0] : NULL;
        if (*out) {
            (*out)->arena = l.arena;
            (*out)->distinct = l.distinct;
            l.arena = NULL;
        }
        if (n_duplicates) *n_duplicates += l.n_duplicates;
    } else {
        for (size_t i = 0; tail && i < n; i++) fh_tail_free(tail[i]);
    }
    fh_blobs_free(&l.blobs);
    fh_arena_free(l.arena);
    free(tail);
    return status;
}
