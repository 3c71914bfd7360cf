/* written.c - what a fold has counted as bytes, and back (see written.h). */
#include "fold/written.h"

#include "base/sort.h"

#include <string.h>
#include <xxhash.h>

enum { HEAD = 4, SUM = 8 };

/* More than any file can hold, and few enough that tables of them can be added up. */
#define MOST_COUNT (UINT64_C(1) << 40)
#define MOST_SUM   (INT64_C(1) << 62)

static const char magic[HEAD] = {'F', 'H', 'R', 1};

static void spoil(fh_written *w, fh_status status)
{
    if (w->status == FH_OK) w->status = status;
}

/* ---- Numbers ------------------------------------------------------------------ */

static void put(fh_written *w, uint64_t v)
{
    uint8_t byte[10];
    size_t n = 0;
    for (; v > 127; v >>= 7) byte[n++] = (uint8_t)(v | 128);
    byte[n++] = (uint8_t)v;
    fh_buf_put(w->out, byte, n);
}

/* 0 when there is none; the status tells. */
static uint64_t get(fh_written *w)
{
    uint64_t v = 0;
    for (uint32_t shift = 0; w->at < w->end && shift < 64; shift += 7) {
        const uint8_t byte = *w->at++;
        if (shift == 63 && byte > 1) break;
        v |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return v;
    }
    spoil(w, FH_CORRUPT);
    w->at = w->end;
    return 0;
}

static void put_counts(fh_written *w, const uint64_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        put(w, v[i]);
        if (v[i]) continue;
        size_t more = 0;
        while (i + 1 < n && v[i + 1] == 0) more++, i++;
        put(w, more);
    }
}

static void get_counts(fh_written *w, uint64_t *v, size_t n)
{
    memset(v, 0, n * sizeof *v);
    for (size_t i = 0; i < n && w->status == FH_OK; i++) {
        v[i] = get(w);
        if (v[i] > MOST_COUNT) spoil(w, FH_CORRUPT);
        if (v[i]) continue;
        const uint64_t more = get(w);
        if (more >= n - i) spoil(w, FH_CORRUPT);
        if (w->status == FH_OK) i += (size_t)more;
    }
    if (w->status != FH_OK) memset(v, 0, n * sizeof *v);
}

void fh_written_counts(fh_written *w, uint64_t *v, size_t n)
{
    if (fh_written_reads(w))
        get_counts(w, v, n);
    else
        put_counts(w, v, n);
}

void fh_written_word(fh_written *w, uint64_t *v)
{
    if (fh_written_reads(w))
        *v = get(w);
    else
        put(w, *v);
}

/* Small ones of either sign take few bytes. */
static uint64_t folded(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static int64_t unfolded(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (v & 1 ? UINT64_MAX : 0));
}

static void number(fh_written *w, int64_t *v, int64_t least, int64_t most)
{
    if (!fh_written_reads(w)) {
        put(w, folded(*v));
        return;
    }
    *v = unfolded(get(w));
    if (*v >= least && *v <= most) return;
    spoil(w, FH_CORRUPT);
    *v = 0;
}

void fh_written_sum(fh_written *w, int64_t *v)
{
    number(w, v, -MOST_SUM, MOST_SUM);
}

void fh_written_time(fh_written *w, int64_t *v)
{
    number(w, v, FH_TIME_MIN_MS, FH_TIME_MAX_MS);
}

void fh_written_below(fh_written *w, uint32_t *v, uint32_t limit)
{
    if (!fh_written_reads(w)) {
        put(w, *v);
        return;
    }
    const uint64_t read = get(w);
    if (read >= limit) spoil(w, FH_CORRUPT);
    *v = read < limit ? (uint32_t)read : 0;
}

/* ---- Pairs -------------------------------------------------------------------- */

static int by_pair(const void *a, const void *b, void *ctx)
{
    const fh_pairs *p = ctx;
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    const uint32_t xa = fh_pairs_a(p, x), ya = fh_pairs_a(p, y);
    if (xa != ya) return xa < ya ? -1 : 1;
    const uint32_t xb = fh_pairs_b(p, x), yb = fh_pairs_b(p, y);
    return (xb > yb) - (xb < yb);
}

static void put_pairs(fh_written *w, fh_pairs *p, bool any)
{
    size_t n = 0, *list = p->from.alloc(p->from.ctx, (p->n + 1) * sizeof *list);
    if (!list) {
        spoil(w, FH_NOMEM);
        return;
    }
    for (size_t i = 0; i < p->n; i++)
        if (p->cell[i].count) list[n++] = i;
    if (!p->dense) spoil(w, fh_sort(&p->from, list, n, sizeof *list, by_pair, p));
    put(w, n);
    for (size_t k = 0; k < n && w->status == FH_OK; k++) {
        fh_pair_cell *c = &p->cell[list[k]];
        put(w, fh_pairs_a(p, list[k]));
        put(w, fh_pairs_b(p, list[k]));
        put(w, c->count);
        put(w, c->customers);
        put(w, any ? (uint64_t)c->sum : folded(c->sum));
        put(w, c->extra);
    }
    p->from.free(p->from.ctx, list, (p->n + 1) * sizeof *list);
}

static uint64_t get_count(fh_written *w)
{
    const uint64_t v = get(w);
    if (v > MOST_COUNT) spoil(w, FH_CORRUPT);
    return v;
}

/* They rise, so none comes twice. */
static void get_pairs(fh_written *w, fh_pairs *p, bool any)
{
    uint64_t least = 0;
    for (uint64_t left = get(w); left && w->status == FH_OK; left--) {
        uint32_t a = 0, b = 0;
        fh_written_below(w, &a, p->n_a);
        fh_written_below(w, &b, p->n_b);
        fh_pair_cell cell = {.count = get_count(w)};
        cell.customers = get_count(w);
        if (any) {
            cell.sum = (int64_t)get(w);
            cell.extra = get(w);
        } else {
            fh_written_sum(w, &cell.sum);
            cell.extra = get_count(w);
        }
        const uint64_t key = (uint64_t)a << 32 | b;
        if (!cell.count || key < least) spoil(w, FH_CORRUPT);
        least = key + 1;
        if (w->status != FH_OK) return;
        fh_pair_cell *to = fh_pairs_at(p, a, b);
        if (!to) {
            spoil(w, FH_NOMEM);
            return;
        }
        *to = cell;
    }
}

void fh_written_pairs(fh_written *w, fh_pairs *p, bool any)
{
    if (fh_written_reads(w))
        get_pairs(w, p, any);
    else
        put_pairs(w, p, any);
}

/* ---- A fold ------------------------------------------------------------------- */

static uint64_t checksum(const fh_fold *fold, const void *bytes, size_t len)
{
    return XXH3_64bits_withSeed(bytes, len, XXH3_64bits(fold->tag.ptr, fold->tag.len));
}

void fh_written_seal(const fh_fold *fold, void *bytes, size_t len)
{
    if (len < HEAD + SUM) return;
    const uint64_t sum = checksum(fold, bytes, len - SUM);
    memcpy(bytes, magic, HEAD);
    memcpy((uint8_t *)bytes + len - SUM, &sum, SUM);
}

bool fh_fold_can_write(const fh_fold *fold)
{
    return fold->kind->written && !fold->unwritten && !fold->taken;
}

fh_status fh_fold_write(fh_fold *fold, fh_buf *out, fh_error *err)
{
    const fh_status status = fh_fold_readable(fold, fold->kind, err);
    if (status != FH_OK) return status;
    if (!fh_fold_can_write(fold))
        return fh_fail(err, FH_INVALID, "%s: this cannot be written", fold->kind->name);
    const size_t at = out->len;
    fh_written w = {.out = out};
    fh_buf_put(out, magic, HEAD);
    spoil(&w, fold->kind->written(fold, &w));
    spoil(&w, out->status);
    if (w.status == FH_OK) {
        const uint64_t sum = checksum(fold, out->ptr + at, out->len - at);
        fh_buf_put(out, &sum, SUM);
        spoil(&w, out->status);
    }
    if (w.status == FH_LIMIT)
        return fh_fail(err, FH_LIMIT, "%s: too much to be written", fold->kind->name);
    return w.status == FH_NOMEM ? fh_no_memory(err) : w.status;
}

fh_status fh_fold_restore(fh_fold *fold, fh_str bytes, fh_error *err)
{
    const fh_status status = fh_fold_readable(fold, fold->kind, err);
    if (status != FH_OK) return status;
    if (!fh_fold_can_write(fold))
        return fh_fail(err, FH_INVALID, "%s: this cannot be read back", fold->kind->name);
    fh_written w = {.at = (const uint8_t *)bytes.ptr + HEAD};
    uint64_t sum = 0;
    if (bytes.len < HEAD + SUM || memcmp(bytes.ptr, magic, HEAD) != 0) {
        w.status = FH_CORRUPT;
    } else {
        memcpy(&sum, bytes.ptr + bytes.len - SUM, SUM);
        w.end = (const uint8_t *)bytes.ptr + bytes.len - SUM;
        if (sum != checksum(fold, bytes.ptr, bytes.len - SUM)) w.status = FH_CORRUPT;
    }
    if (w.status == FH_OK) spoil(&w, fold->kind->written(fold, &w));
    if (w.status == FH_OK && w.at != w.end) w.status = FH_CORRUPT;
    fold->broken = w.status;
    if (w.status == FH_CORRUPT)
        return fh_fail(err, FH_CORRUPT, "%s: what was counted before is damaged", fold->kind->name);
    return w.status == FH_NOMEM ? fh_no_memory(err) : w.status;
}
