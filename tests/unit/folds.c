/* folds.c - what the tests of folds share (see folds.h). */
#include "folds.h"

#include <stdlib.h>

enum { PIECES = 5, MAX_TEXT = 8 << 20 };

static fh_fold *made(const test_fold *t)
{
    fh_fold *fold = NULL;
    fh_error err = {0};
    const fh_status status = t->make(t->options, NULL, &fold, &err);
    if (status != FH_OK) fail_msg("making the fold: %s", err.message);
    return fold;
}

static void add(fh_fold *fold, const fh_segment *seg)
{
    fh_error err = {0};
    if (fh_fold_add(fold, seg, &err) != FH_OK) fail_msg("adding: %s", err.message);
}

static fh_status told(const test_fold *t, fh_arena *arena, const fh_fold *fold, fh_str *text,
                      fh_error *err)
{
    fh_buf buf;
    fh_buf_init(&buf, NULL, MAX_TEXT);
    fh_arena *scratch = fh_arena_new(NULL);
    const fh_status status = t->print(fold, scratch, &buf, err);
    assert_status(buf.status, FH_OK);
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), text));
    fh_buf_free(&buf);
    fh_arena_free(scratch);
    return status;
}

static fh_str text_of(const test_fold *t, fh_arena *arena, const fh_fold *fold)
{
    fh_error err = {0};
    fh_str text;
    if (told(t, arena, fold, &text, &err) != FH_OK) fail_msg("reading: %s", err.message);
    return text;
}

fh_str test_fold_text(const test_fold *t, fh_arena *arena, const fh_segment *const *seg, size_t n)
{
    fh_fold *fold = made(t);
    for (size_t i = 0; i < n; i++) add(fold, seg[i]);
    const fh_str text = text_of(t, arena, fold);
    fh_fold_free(fold);
    return text;
}

static void same(fh_str got, fh_str want, const char *how)
{
    if (fh_str_eq(got, want)) return;
    size_t at = 0;
    while (at < got.len && at < want.len && got.ptr[at] == want.ptr[at]) at++;
    const size_t from = at < 200 ? 0 : at - 200;
    print_error("got ...%.400s\nnot ...%.400s\n", got.ptr + from, want.ptr + from);
    fail_msg("%s gives another result", how);
}

/* Pieces over several folds, merged in a random order. */
static fh_str spread(const test_fold *t, fh_arena *arena, const fh_segment *const *seg)
{
    enum { FOLDS = 3 };
    fh_fold *fold[FOLDS];
    for (size_t i = 0; i < FOLDS; i++) fold[i] = made(t);
    for (size_t i = 0; i < PIECES; i++) add(fold[test_rand(FOLDS)], seg[PIECES - 1 - i]);
    const size_t into = test_rand(FOLDS), step = 1 + test_rand(FOLDS - 1);
    for (size_t i = 1; i < FOLDS; i++) {
        fh_error err = {0};
        if (fh_fold_merge(fold[into], fold[(into + i * step) % FOLDS], &err) != FH_OK)
            fail_msg("merging: %s", err.message);
    }
    const fh_str text = text_of(t, arena, fold[into]);
    for (size_t i = 0; i < FOLDS; i++) fh_fold_free(fold[i]);
    return text;
}

static void merge_into(fh_fold *into, const fh_fold *from)
{
    fh_error err = {0};
    if (fh_fold_merge(into, from, &err) != FH_OK) fail_msg("merging: %s", err.message);
}

/* What is taken away is as if it had never been added; put back, as if it had never
 * been taken away. */
static void take_away(const test_fold *t, fh_arena *arena, const fh_segment *const *seg,
                      fh_str want)
{
    fh_error err = {0};
    fh_fold *all = made(t), *some = made(t), *rest = made(t);
    const size_t gone = test_rand(PIECES), too = test_rand(PIECES);
    for (size_t i = 0; i < PIECES; i++) {
        add(all, seg[i]);
        add(i == gone || i == too ? some : rest, seg[i]);
    }
    if (fh_fold_can_take(all)) {
        assert_status(fh_fold_settle_both(some, rest, test_rand(2), &err), FH_OK);
        fh_fold_settle(some);
        if (fh_fold_take_away(all, some, &err) != FH_OK) fail_msg("taking: %s", err.message);
        assert_status(fh_fold_add(all, seg[gone], NULL), seg[gone]->n ? FH_INVALID : FH_OK);
        if (fh_fold_sure(all)) {
            same(text_of(t, arena, all), text_of(t, arena, rest), "taking away");
            fh_fold *copy = made(t);
            merge_into(copy, all);
            same(text_of(t, arena, copy), text_of(t, arena, rest), "taking away, then merging");
            fh_fold_free(copy);
        } else {
            assert_status(fh_fold_merge(rest, all, NULL), FH_INVALID);
        }
        merge_into(all, some);
        assert_true(fh_fold_sure(all));
        same(text_of(t, arena, all), want, "taking away and putting back");
    } else {
        assert_status(fh_fold_take_away(all, some, NULL), FH_INVALID);
    }
    fh_fold_free(all);
    fh_fold_free(some);
    fh_fold_free(rest);
}

/* Stories that were so and are now otherwise: one piece, and another in its place. */
static void change(const test_fold *t, fh_arena *arena, const fh_segment *const *seg)
{
    fh_error err = {0};
    fh_fold *all = made(t), *want = made(t), *minus = made(t), *plus = made(t);
    const size_t was = test_rand(PIECES), is = test_rand(PIECES);
    for (size_t i = 0; i < PIECES; i++) {
        add(all, seg[i]);
        add(want, seg[i == was ? is : i]);
    }
    if (fh_fold_add_both(minus, plus, seg[was], seg[is], &err) != FH_OK)
        fail_msg("adding both: %s", err.message);
    assert_status(fh_fold_settle_both(minus, plus, true, &err), FH_OK);
    if (fh_fold_can_take(all)) {
        if (fh_fold_take_away(all, minus, &err) != FH_OK) fail_msg("taking: %s", err.message);
        merge_into(all, plus);
        /* What is wanted may be more than can be told: sums that others made small again. */
        fh_str text, other;
        const fh_status can = told(t, arena, want, &other, &err);
        if (fh_fold_sure(all)) {
            assert_status(told(t, arena, all, &text, &err), can);
            if (can == FH_OK) same(text, other, "a change");
        }
    }
    fh_fold_free(all);
    fh_fold_free(want);
    fh_fold_free(minus);
    fh_fold_free(plus);
}

/* Written and read back it is the same; the bytes do not depend on how it was counted, and
 * no other bytes, nor another question's, are taken for it. */
static void write_down(const test_fold *t, fh_arena *arena, const fh_segment *const *seg,
                       fh_str want)
{
    fh_error err = {0};
    fh_buf bytes, others;
    fh_fold *all = made(t), *half = made(t), *back = made(t), *bad = made(t);
    fh_buf_init(&bytes, NULL, MAX_TEXT);
    fh_buf_init(&others, NULL, MAX_TEXT);
    for (size_t i = 0; i < PIECES; i++) {
        add(all, seg[i]);
        add(i % 2 ? half : back, seg[PIECES - 1 - i]);
    }
    merge_into(half, back);
    fh_fold_free(back);
    back = made(t);
    if (fh_fold_can_write(all)) {
        if (fh_fold_write(all, &bytes, &err) != FH_OK) fail_msg("writing: %s", err.message);
        assert_status(fh_fold_write(half, &others, NULL), FH_OK);
        assert_true(fh_str_eq(fh_buf_view(&bytes), fh_buf_view(&others)));
        if (fh_fold_restore(back, fh_buf_view(&bytes), &err) != FH_OK)
            fail_msg("reading back: %s", err.message);
        same(text_of(t, arena, back), want, "reading back");
        others.ptr[test_rand((uint32_t)others.len)] ^= (char)(1 << test_rand(8));
        assert_status(fh_fold_restore(bad, fh_buf_view(&others), NULL), FH_CORRUPT);
        assert_true(fh_fold_merge(back, bad, NULL) != FH_OK);
        fh_fold_free(bad);
        bad = made(t);
        const fh_str less = {bytes.ptr, test_rand((uint32_t)bytes.len)};
        assert_status(fh_fold_restore(bad, less, NULL), FH_CORRUPT);
    } else {
        assert_status(fh_fold_write(all, &bytes, NULL), FH_INVALID);
        assert_status(fh_fold_restore(back, FH_STR(""), NULL), FH_INVALID);
    }
    fh_fold_free(all);
    fh_fold_free(half);
    fh_fold_free(back);
    fh_fold_free(bad);
    fh_buf_free(&bytes);
    fh_buf_free(&others);
}

/* A customer's rows all go to one piece. */
static void cut(fh_arena *arena, const fh_row *rows, size_t n, bool identity,
                const fh_segment **piece)
{
    fh_row *part = FH_NEW_ARRAY(arena, fh_row, n);
    for (uint32_t p = 0; p < PIECES; p++) {
        size_t m = 0;
        for (size_t i = 0; i < n; i++)
            if (rows[i].customer * 7 / 3 % PIECES == p) part[m++] = rows[i];
        piece[p] = identity ? test_segment_identity(arena, part, m) : test_segment(arena, part, m);
    }
}

fh_str test_fold_same(const test_fold *t, fh_arena *arena, const fh_row *rows, size_t n,
                      uint32_t wide)
{
    const fh_segment *whole = test_segment(arena, rows, n), *piece[PIECES];
    const fh_str want = test_fold_text(t, arena, &whole, 1);

    const fh_segment *identity = test_segment_identity(arena, rows, n);
    same(test_fold_text(t, arena, &identity, 1), want, "a segment coded by global numbers");
    cut(arena, rows, n, false, piece);
    same(test_fold_text(t, arena, piece, PIECES), want, "the same in pieces");
    for (int i = 0; i < 3; i++) same(spread(t, arena, piece), want, "merging");
    for (int i = 0; i < 3; i++) take_away(t, arena, piece, want);
    for (int i = 0; i < 3; i++) change(t, arena, piece);
    write_down(t, arena, piece, want);
    cut(arena, rows, n, true, piece);
    same(spread(t, arena, piece), want, "merging pieces coded by global numbers");
    if (wide > 256) {
        const fh_segment *all = test_wide(arena, whole, wide, true);
        same(test_fold_text(t, arena, &all, 1), want, "16-bit global numbers");
        const fh_segment *some = test_wide(arena, whole, wide, false);
        same(test_fold_text(t, arena, &some, 1), want, "16-bit local codes");
        for (size_t i = 0; i < PIECES; i++)
            if (i % 2 && piece[i]->n) piece[i] = test_wide(arena, piece[i], wide, i % 3 == 0);
        same(spread(t, arena, piece), want, "merging 8- and 16-bit codes");
    }
    return want;
}

/* ---- Wide codes ---------------------------------------------------------------- */

static fh_codes widened(fh_arena *arena, const fh_codes *c, uint32_t n, uint32_t n_names, bool all)
{
    uint32_t *code = FH_NEW_ARRAY(arena, uint32_t, n_names);
    uint32_t *name = FH_NEW_ARRAY(arena, uint32_t, n_names), k = 1;
    unsigned char *bytes = fh_arena_alloc(arena, 2 * (size_t)n + (size_t)2 * FH_PAD, 1);
    memset(bytes, 0xee, 2 * (size_t)n + (size_t)2 * FH_PAD);
    uint16_t *c16 = (uint16_t *)(void *)(bytes + FH_PAD);
    for (uint32_t i = 1; i < c->n_names; i++) code[c->name[i]] = 1;
    for (uint32_t number = 1; number < n_names; number++) {
        if (!all && !code[number] && number % 8 == 0) continue;
        code[number] = k;
        name[k++] = number;
    }
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t number = fh_name_at(c, i);
        c16[i] = (uint16_t)(number ? code[number] : 0);
    }
    assert_true(k > 256);
    return (fh_codes){.n_names = k, .name = name, .identity = all, .c16 = c16};
}

const fh_segment *test_wide(fh_arena *arena, const fh_segment *seg, uint32_t n_names, bool all)
{
    fh_segment *copy = FH_NEW(arena, fh_segment);
    *copy = *seg;
    copy->touchpoint = widened(arena, &seg->touchpoint, seg->n, n_names, all);
    copy->department = widened(arena, &seg->department, seg->n, n_names, all);
    copy->channel = widened(arena, &seg->channel, seg->n, n_names, all);
    return copy;
}

/* ---- Memory running out ---------------------------------------------------------- */

typedef struct oom_case {
    const test_fold *t;
    const fh_segment *piece[PIECES];
} oom_case;

/* What one piece has counted, through bytes. */
static fh_status write_and_read(const oom_case *c, fh_error *err)
{
    fh_fold *from = NULL, *back = NULL;
    fh_buf bytes;
    fh_buf_init(&bytes, test_allocator(), MAX_TEXT);
    fh_status status = c->t->make(c->t->options, test_allocator(), &from, err);
    if (status == FH_OK) status = c->t->make(c->t->options, test_allocator(), &back, err);
    if (status == FH_OK && fh_fold_can_write(from)) {
        status = fh_fold_add(from, c->piece[0], err);
        if (status == FH_OK) status = fh_fold_write(from, &bytes, err);
        if (status == FH_OK) status = fh_fold_restore(back, fh_buf_view(&bytes), err);
    }
    fh_fold_free(from);
    fh_fold_free(back);
    fh_buf_free(&bytes);
    return status;
}

static fh_status change_both(const oom_case *c, fh_error *err)
{
    fh_fold *was = NULL, *is = NULL;
    fh_status status = c->t->make(c->t->options, test_allocator(), &was, err);
    if (status == FH_OK) status = c->t->make(c->t->options, test_allocator(), &is, err);
    if (status == FH_OK) status = fh_fold_add_both(was, is, c->piece[0], c->piece[1], err);
    if (status == FH_OK) status = fh_fold_settle_both(was, is, true, err);
    fh_fold_free(was);
    fh_fold_free(is);
    return status;
}

static fh_status fold_all(void *ctx)
{
    const oom_case *c = ctx;
    fh_error err = {0};
    fh_fold *a = NULL, *b = NULL;
    fh_buf text;
    fh_buf_init(&text, NULL, MAX_TEXT);
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_status status = arena ? c->t->make(c->t->options, test_allocator(), &a, &err) : FH_NOMEM;
    if (status == FH_OK) status = c->t->make(c->t->options, test_allocator(), &b, &err);
    for (size_t i = 0; i < PIECES && status == FH_OK; i++)
        status = fh_fold_add(i % 2 ? a : b, c->piece[i], &err);
    if (status == FH_OK) status = fh_fold_merge(a, b, &err);
    if (status == FH_OK && fh_fold_can_take(a)) {
        status = fh_fold_take_away(a, b, &err);
        if (status == FH_OK) status = fh_fold_merge(a, b, &err);
    }
    if (status == FH_OK) status = change_both(c, &err);
    if (status == FH_OK) status = c->t->print(a, arena, &text, &err);
    if (status == FH_OK) status = write_and_read(c, &err);
    if (arena && err.status != status) fail_msg("status %d, error %d", status, err.status);
    fh_fold_free(a);
    fh_fold_free(b);
    fh_arena_free(arena);
    fh_buf_free(&text);
    return status;
}

void test_fold_oom(const test_fold *t, const fh_row *rows, size_t n)
{
    fh_arena *arena = fh_arena_new(NULL);
    oom_case c = {.t = t};
    cut(arena, rows, n, false, c.piece);
    test_oom(fold_all, &c);
    fh_arena_free(arena);
}

/* ---- Rows for oracles -------------------------------------------------------------- */

fh_row *test_sorted(fh_arena *arena, const fh_row *rows, size_t n)
{
    const fh_segment *seg = test_segment(arena, rows, n);
    fh_row *sorted = FH_NEW_ARRAY(arena, fh_row, n + 1);
    for (uint32_t s = 0; s < seg->n_stories; s++)
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++)
            sorted[i] = test_row(seg, s, i);
    return sorted;
}
