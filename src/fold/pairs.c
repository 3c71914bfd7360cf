/* pairs.c - counts by pairs of numbers (see pairs.h).
 *
 * Always, when hashed: n < cap and n <= n_slots / 2, so a probe ends.
 */
#include "fold/pairs.h"

#include <string.h>

enum { DENSE_CELLS = 1 << 16, FIRST_CELLS = 32 };

static void *zeroed(const fh_allocator *from, size_t count, size_t size)
{
    void *ptr = from->alloc(from->ctx, count * size);
    return ptr ? memset(ptr, 0, count * size) : NULL;
}

fh_status fh_pairs_init(fh_pairs *p, const fh_allocator *from, uint32_t n_a, uint32_t n_b)
{
    *p = (fh_pairs){.from = *from, .n_a = n_a, .n_b = n_b};
    if ((uint64_t)n_a * n_b > DENSE_CELLS) return FH_OK;
    const size_t n = (size_t)n_a * n_b;
    p->cell = zeroed(from, n, sizeof *p->cell);
    if (!p->cell) return FH_NOMEM;
    p->dense = true;
    p->n = p->cap = n;
    return FH_OK;
}

void fh_pairs_free(fh_pairs *p)
{
    const fh_allocator *from = &p->from;
    if (p->cell) from->free(from->ctx, p->cell, p->cap * sizeof *p->cell);
    if (p->key) from->free(from->ctx, p->key, p->cap * sizeof *p->key);
    if (p->slot) from->free(from->ctx, p->slot, p->n_slots * sizeof *p->slot);
    *p = (fh_pairs){.from = p->from};
}

static size_t home(uint32_t key, size_t n_slots)
{
    const uint64_t mixed = (uint64_t)key * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 32) & (n_slots - 1);
}

/* Twice the room. Nothing has changed when there is no memory for it. */
static bool grow(fh_pairs *p)
{
    const size_t cap = p->cap ? p->cap * 2 : FIRST_CELLS, n_slots = cap * 2;
    if (cap > SIZE_MAX / 2 / sizeof *p->cell) return false;
    fh_pairs bigger = {.from = p->from, .n_a = p->n_a, .n_b = p->n_b, .cap = cap};
    bigger.n_slots = n_slots;
    bigger.cell = zeroed(&p->from, cap, sizeof *p->cell);
    bigger.key = zeroed(&p->from, cap, sizeof *p->key);
    bigger.slot = zeroed(&p->from, n_slots, sizeof *p->slot);
    if (!bigger.cell || !bigger.key || !bigger.slot) {
        fh_pairs_free(&bigger);
        return false;
    }
    bigger.n = p->n;
    if (p->n) memcpy(bigger.cell, p->cell, p->n * sizeof *p->cell);
    if (p->n) memcpy(bigger.key, p->key, p->n * sizeof *p->key);
    for (size_t i = 0; i < p->n; i++) {
        size_t at = home(p->key[i], n_slots);
        while (bigger.slot[at]) at = (at + 1) & (n_slots - 1);
        bigger.slot[at] = (uint32_t)i + 1;
    }
    fh_pairs_free(p);
    *p = bigger;
    return true;
}

fh_pair_cell *fh_pairs_hashed(fh_pairs *p, uint32_t a, uint32_t b)
{
    if (p->n == p->cap && !grow(p)) return NULL;
    const uint32_t key = a << 16 | b;
    size_t at = home(key, p->n_slots);
    while (p->slot[at]) {
        const size_t i = p->slot[at] - 1;
        if (p->key[i] == key) return &p->cell[i];
        at = (at + 1) & (p->n_slots - 1);
    }
    p->key[p->n] = key;
    p->slot[at] = (uint32_t)++p->n;
    return &p->cell[p->n - 1];
}

fh_status fh_pairs_merge(fh_pairs *into, const fh_pairs *from, fh_error *err)
{
    for (size_t i = 0; i < from->n; i++) {
        const fh_pair_cell *f = &from->cell[i];
        if (f->count == 0) continue;
        fh_pair_cell *c = fh_pairs_at(into, fh_pairs_a(from, i), fh_pairs_b(from, i));
        if (!c) return FH_NOMEM;
        if (!fh_add_i64(c->sum, f->sum, &c->sum)) return fh_fold_too_long(err);
        c->count += f->count;
        c->customers += f->customers;
        c->extra += f->extra;
    }
    return FH_OK;
}

fh_status fh_pairs_take(fh_pairs *into, const fh_pairs *from, fh_error *err)
{
    for (size_t i = 0; i < from->n; i++) {
        const fh_pair_cell *f = &from->cell[i];
        if (f->count == 0) continue;
        fh_pair_cell *c = fh_pairs_at(into, fh_pairs_a(from, i), fh_pairs_b(from, i));
        if (!c) return FH_NOMEM;
        if (!fh_sub_i64(c->sum, f->sum, &c->sum)) return fh_fold_too_long(err);
        if (!fh_fold_take(&c->count, f->count) || !fh_fold_take(&c->customers, f->customers) ||
            !fh_fold_take(&c->extra, f->extra))
            return fh_fold_not_there(err);
    }
    return FH_OK;
}
