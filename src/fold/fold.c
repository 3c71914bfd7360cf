/* fold.c - making, adding to, merging and freeing any fold.
 *
 * Always: a fold whose addition or merge failed is broken and says so from then
 * on; half of a segment is never counted as if it were all of it.
 */
#include "fold/fold.h"

#include <string.h>

enum { MAX_TAG = 16 << 20 };

fh_fold *fh_fold_new(const fh_allocator *from, const fh_fold_kind *kind, size_t size,
                     uint32_t columns)
{
    fh_arena *arena = fh_arena_new(from);
    if (!arena) return NULL;
    fh_fold *fold = fh_arena_alloc(arena, 1, size);
    if (!fold) {
        fh_arena_free(arena);
        return NULL;
    }
    fold->kind = kind;
    fold->columns = columns | 1u << FH_COL_STORIES;
    fold->arena = arena;
    fold->from = *fh_arena_allocator(arena);
    fh_buf_init(&fold->tag, &fold->from, MAX_TAG);
    fh_buf_put(&fold->tag, kind->name, strlen(kind->name) + 1);
    return fold;
}

fh_status fh_fold_made(fh_fold *fold, fh_status status, fh_fold **out, fh_error *err)
{
    if (!fold) return fh_no_memory(err);
    if (status == FH_OK) status = fold->tag.status;
    if (status == FH_OK) {
        *out = fold;
        return FH_OK;
    }
    fh_fold_free(fold);
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

void fh_fold_free(fh_fold *fold)
{
    if (!fold) return;
    if (fold->kind->free) fold->kind->free(fold);
    for (size_t i = 0; i < FH_FOLD_SPACES; i++)
        if (fold->space[i].ptr)
            fold->from.free(fold->from.ctx, fold->space[i].ptr, fold->space[i].size);
    fh_buf_free(&fold->tag);
    fh_arena_free(fold->arena);
}

uint32_t fh_fold_columns(const fh_fold *fold)
{
    return fold->columns;
}

fh_status fh_fold_readable(const fh_fold *fold, const fh_fold_kind *kind, fh_error *err)
{
    if (fold->kind != kind)
        return fh_fail(err, FH_INVALID, "%s cannot be read as %s", fold->kind->name, kind->name);
    if (fold->broken == FH_OK) return FH_OK;
    (void)fh_fail(err, fold->broken, "%s: an addition failed before: %s", fold->kind->name,
                  fh_status_text(fold->broken));
    return fh_hint(err, fold->broken, "Start the question afresh.");
}

static fh_status can_add(const fh_fold *fold, fh_error *err)
{
    const fh_status status = fh_fold_readable(fold, fold->kind, err);
    if (status != FH_OK || !fold->taken) return status;
    return fh_fail(err, FH_INVALID, "%s: nothing is added after something was taken away",
                   fold->kind->name);
}

fh_status fh_fold_add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    if (seg->n == 0) return fh_fold_readable(fold, fold->kind, err);
    fh_status status = can_add(fold, err);
    if (status != FH_OK) return status;
    status = fold->kind->add(fold, seg, err);
    fold->broken = status;
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

static bool same_question(const fh_fold *a, const fh_fold *b)
{
    return a->kind == b->kind && fh_str_eq(fh_buf_view(&a->tag), fh_buf_view(&b->tag));
}

/* Whether `from` may be merged into `into`, or taken away from it. */
static fh_status fitting(const fh_fold *into, const fh_fold *from, fh_error *err)
{
    if (into == from || !same_question(into, from)) {
        (void)fh_fail(err, FH_INVALID, "%s: partial results of %s cannot be merged",
                      into->kind->name,
                      into == from ? "one and the same fold" : "different questions");
        return fh_hint(err, FH_INVALID, "Make both folds with the same options.");
    }
    if (!fh_fold_sure(from))
        return fh_fail(err, FH_INVALID, "%s: something was taken away from a partial result",
                       into->kind->name);
    const fh_status status = fh_fold_readable(from, from->kind, err);
    return status == FH_OK ? fh_fold_readable(into, into->kind, err) : status;
}

fh_status fh_fold_merge(fh_fold *into, const fh_fold *from, fh_error *err)
{
    fh_status status = fitting(into, from, err);
    if (status != FH_OK) return status;
    status = into->kind->merge(into, from, err);
    into->broken = status;
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

bool fh_fold_can_take(const fh_fold *fold)
{
    return fold->kind->take && !fold->one_way;
}

fh_status fh_fold_take_away(fh_fold *into, const fh_fold *from, fh_error *err)
{
    fh_status status = fitting(into, from, err);
    if (status != FH_OK) return status;
    if (!fh_fold_can_take(into))
        return fh_fail(err, FH_INVALID, "%s: nothing can be taken away", into->kind->name);
    into->taken = true;
    status = into->kind->take(into, from, err);
    into->broken = status;
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

bool fh_fold_sure(const fh_fold *fold)
{
    return !fold->taken || !fold->kind->sure || fold->kind->sure(fold);
}

fh_str fh_fold_question(const fh_fold *fold)
{
    return fh_buf_view(&fold->tag);
}

void fh_fold_settle(fh_fold *fold)
{
    if (fold->kind->settle) fold->kind->settle(fold);
    for (size_t i = 0; i < FH_FOLD_SPACES; i++) {
        fh_fold_space *s = &fold->space[i];
        if (s->ptr) fold->from.free(fold->from.ctx, s->ptr, s->size);
        *s = (fh_fold_space){0};
    }
}

/* What both did together has failed. */
static fh_status broken_both(fh_fold *was, fh_fold *is, fh_status status, fh_error *err)
{
    was->broken = is->broken = status;
    return status == FH_NOMEM ? fh_no_memory(err) : status;
}

static fh_status can_add_both(const fh_fold *was, const fh_fold *is, fh_error *err)
{
    fh_status status = fitting(is, was, err);
    if (status == FH_OK) status = can_add(was, err);
    return status == FH_OK ? can_add(is, err) : status;
}

fh_status fh_fold_add_both(fh_fold *was, fh_fold *is, const fh_segment *seg_was,
                           const fh_segment *seg_is, fh_error *err)
{
    fh_status status = can_add_both(was, is, err);
    if (status != FH_OK) return status;
    if (is->add_both) return broken_both(was, is, is->add_both(was, is, seg_was, seg_is, err), err);
    status = fh_fold_add(was, seg_was, err);
    return status == FH_OK ? fh_fold_add(is, seg_is, err) : status;
}

bool fh_fold_takes_grown(const fh_fold *fold)
{
    return fold->add_grown != NULL;
}

fh_status fh_fold_add_grown(fh_fold *was, fh_fold *is, const fh_segment *seg_is,
                            const uint32_t *n_was, fh_error *err)
{
    const fh_status status = can_add_both(was, is, err);
    if (status != FH_OK) return status;
    if (!is->add_grown)
        return fh_fail(err, FH_INVALID, "%s: does not tell what has grown", is->kind->name);
    return broken_both(was, is, is->add_grown(was, is, seg_is, n_was, err), err);
}

fh_status fh_fold_settle_both(fh_fold *was, fh_fold *is, bool all, fh_error *err)
{
    if (!is->settle_both) return FH_OK;
    const fh_status status = fitting(is, was, err);
    return status == FH_OK ? broken_both(was, is, is->settle_both(was, is, all, err), err) : status;
}

bool fh_fold_is_dear(const fh_fold *fold)
{
    return fold->dear;
}

fh_status fh_fold_not_there(fh_error *err)
{
    return fh_fail(err, FH_INVALID, "what is to be taken away was not counted");
}

/* ---- Options ---------------------------------------------------------------- */

void fh_fold_tag(fh_fold *fold, uint64_t option)
{
    fh_buf_put(&fold->tag, &option, sizeof option);
}

fh_status fh_fold_tag_set(fh_fold *fold, const fh_bitset *set, uint32_t n, const uint8_t **member)
{
    *member = NULL;
    fh_fold_tag(fold, set->bits != NULL);
    if (!set->bits) return FH_OK;
    uint8_t *byte = fh_arena_alloc(fold->arena, n, 1);
    if (!byte) return FH_NOMEM;
    for (uint32_t i = 0; i < n && i < set->n; i++) byte[i] = fh_bit(set->bits, i);
    fh_buf_put(&fold->tag, byte, n);
    *member = byte;
    return FH_OK;
}

fh_status fh_fold_limit(uint32_t *n, const char *what, fh_error *err)
{
    if (*n > FH_FOLD_MAX_NUMBERS)
        return fh_fail(err, FH_INVALID, "%u %s; there can be %d at most", *n, what,
                       FH_FOLD_MAX_NUMBERS);
    if (*n == 0) *n = 1; /* number 0, none, is always there */
    return FH_OK;
}

/* ---- Scratch and columns ------------------------------------------------------ */

void *fh_fold_scratch(fh_fold *fold, unsigned which, size_t count, size_t size)
{
    fh_fold_space *s = &fold->space[which];
    size_t bytes;
    if (!fh_mul_size(count, size, &bytes)) return NULL;
    if (bytes == 0) bytes = 1;
    if (bytes <= s->size) return s->ptr;
    if (s->ptr) fold->from.free(fold->from.ctx, s->ptr, s->size);
    *s = (fh_fold_space){.ptr = fold->from.alloc(fold->from.ctx, bytes)};
    if (s->ptr) s->size = bytes;
    return s->ptr;
}

fh_status fh_fold_check(const fh_codes *c, uint32_t limit, const char *what, fh_error *err)
{
    const uint32_t n = fh_fold_n_codes(c);
    for (uint32_t i = 1; i < n; i++) {
        if (c->name[i] >= limit)
            return fh_fail(err, FH_INVALID, "%s number %u; the fold was made for %u", what,
                           c->name[i], limit);
        if (c->name[i] <= (i > 1 ? c->name[i - 1] : 0))
            return fh_fail(err, FH_INVALID, "the %s numbers of a segment do not rise", what);
    }
    return FH_OK;
}

static void widen(const uint8_t *restrict from, uint16_t *restrict to, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) to[i] = from[i];
}

const uint16_t *fh_fold_codes(fh_fold *fold, unsigned which, const fh_codes *c, uint32_t n)
{
    if (c->c16) return c->c16;
    uint16_t *code = fh_fold_scratch(fold, which, n, sizeof *code);
    if (!code) return NULL;
    if (c->c8)
        widen(c->c8, code, n);
    else
        memset(code, 0, n * sizeof *code);
    return code;
}

const uint8_t *fh_fold_members(fh_fold *fold, unsigned which, const fh_codes *c,
                               const uint8_t *member)
{
    const uint32_t n = fh_fold_n_codes(c);
    uint8_t *local = fh_fold_scratch(fold, which, n, 1);
    if (!local) return NULL;
    for (uint32_t i = 0; i < n; i++) local[i] = member ? member[fh_fold_name(c, i)] : 1;
    return local;
}

/* ---- Time ------------------------------------------------------------------- */

const uint64_t *fh_fold_gaps_ms(fh_fold *fold, unsigned which, const fh_segment *seg)
{
    uint64_t *restrict gap = fh_fold_scratch(fold, which, seg->n, sizeof *gap);
    if (!gap) return NULL;
    const uint16_t *restrict ms = seg->ms;
    const uint32_t *restrict gap_s = seg->gap_s;
    const uint32_t n = seg->n;
    if (ms)
        for (uint32_t i = 1; i < n; i++) gap[i] = (uint64_t)gap_s[i] * 1000 + ms[i] - ms[i - 1];
    else
        for (uint32_t i = 1; i < n; i++) gap[i] = (uint64_t)gap_s[i] * 1000;
    for (uint32_t s = 0; s < seg->n_stories; s++) gap[seg->start[s]] = 0;
    return gap;
}

fh_status fh_fold_too_long(fh_error *err)
{
    (void)fh_fail(err, FH_LIMIT, "the durations add up to more than 292 million years");
    return fh_hint(err, FH_LIMIT, "Ask about a shorter period or fewer customers.");
}
