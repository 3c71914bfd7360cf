/* segments.c - segments for tests (see segments.h). */
#include "segments.h"

#include <stdlib.h>

/* Room for n objects with FH_PAD bytes of 0xee around. */
static void *padded(fh_arena *arena, size_t n, size_t size)
{
    unsigned char *p = fh_arena_alloc(arena, n * size + (size_t)2 * FH_PAD, 1);
    assert_non_null(p);
    memset(p, 0xee, FH_PAD);
    memset(p + FH_PAD + n * size, 0xee, FH_PAD);
    return p + FH_PAD;
}

static int by_customer_and_time(const void *a, const void *b)
{
    const fh_row *x = *(const fh_row *const *)a, *y = *(const fh_row *const *)b;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    if (x->at_s != y->at_s) return x->at_s < y->at_s ? -1 : 1;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    return x < y ? -1 : x > y; /* as they were given */
}

static uint32_t name_of(const fh_row *row, fh_column col)
{
    if (col == FH_COL_TOUCHPOINT) return row->touchpoint;
    if (col == FH_COL_CHANNEL) return row->channel;
    if (col == FH_COL_DEPARTMENT) return row->department;
    if (col == FH_COL_DIRECTION) return row->direction;
    if (col == FH_COL_OUTCOME) return row->outcome;
    assert_int_equal(col, FH_COL_CURRENCY);
    return row->currency;
}

static fh_codes codes(fh_arena *arena, const fh_row *const *row, size_t n, fh_column col,
                      bool identity)
{
    uint32_t n_names = 1, highest = 0;
    for (size_t i = 0; i < n; i++)
        if (name_of(row[i], col) > highest) highest = name_of(row[i], col);
    uint32_t *code = FH_NEW_ARRAY(arena, uint32_t, (size_t)highest + 1);
    uint32_t *name = padded(arena, (size_t)highest + 1, sizeof *name);
    assert_non_null(code);
    for (size_t i = 0; i < n; i++) code[name_of(row[i], col)] = 1;
    name[0] = 0;
    fh_codes c = {.identity = true};
    for (uint32_t number = 1; number <= highest; number++) {
        if (!code[number] && !identity) continue;
        if (n_names != number) c.identity = false;
        code[number] = n_names;
        name[n_names++] = number;
    }
    c.n_names = n_names;
    c.name = name;
    if (highest == 0) return c;
    uint8_t *c8 = n_names <= 256 ? padded(arena, n, 1) : NULL;
    uint16_t *c16 = c8 ? NULL : padded(arena, n, 2);
    for (size_t i = 0; i < n; i++) {
        const uint32_t number = name_of(row[i], col), local = number ? code[number] : 0;
        if (c8)
            c8[i] = (uint8_t)local;
        else
            c16[i] = (uint16_t)local;
    }
    c.c8 = c8;
    c.c16 = c16;
    return c;
}

static void fill_stories(fh_arena *arena, const fh_row *const *row, fh_segment *seg)
{
    const uint32_t n = seg->n;
    uint32_t *customer = padded(arena, n, 4), *start = padded(arena, (size_t)n + 1, 4);
    uint32_t *first = padded(arena, n, 4), *gap = padded(arena, n, 4), stories = 0;
    uint16_t *ms = padded(arena, n, 2);
    for (uint32_t i = 0; i < n; i++) {
        const bool fresh = i == 0 || row[i]->customer != row[i - 1]->customer;
        if (fresh) {
            customer[stories] = row[i]->customer;
            start[stories] = i;
            first[stories++] = row[i]->at_s;
        }
        gap[i] = fresh ? 0 : row[i]->at_s - row[i - 1]->at_s;
        ms[i] = row[i]->ms;
        if (row[i]->ms) seg->ms = ms;
    }
    start[stories] = n;
    seg->n_stories = stories;
    seg->customer = customer;
    seg->start = start;
    seg->first_s = first;
    seg->gap_s = gap;
}

static void fill_measures(fh_arena *arena, const fh_row *const *row, fh_segment *seg)
{
    const uint32_t n = seg->n;
    const size_t words = ((size_t)n + 63) / 64;
    int64_t *value = padded(arena, n, 8);
    int32_t *score = padded(arena, n, 4);
    uint64_t *has_value = padded(arena, words, 8), *has_score = padded(arena, words, 8);
    memset(has_value, 0, words * 8);
    memset(has_score, 0, words * 8);
    for (uint32_t i = 0; i < n; i++) {
        value[i] = row[i]->has_value ? row[i]->value : 0;
        score[i] = row[i]->has_score ? row[i]->score : 0;
        if (row[i]->has_value) {
            has_value[i / 64] |= UINT64_C(1) << i % 64;
            seg->value = value;
            seg->has_value = has_value;
        }
        if (row[i]->has_score) {
            has_score[i / 64] |= UINT64_C(1) << i % 64;
            seg->score = score;
            seg->has_score = has_score;
        }
    }
}

static void fill_rest(fh_arena *arena, const fh_row *const *row, fh_segment *seg)
{
    const uint32_t n = seg->n;
    uint32_t *problem = padded(arena, n, 4), *origin = padded(arena, n, 4);
    uint32_t *member = padded(arena, n, 4), *payload_len = padded(arena, n, 4);
    uint64_t *id = padded(arena, n, 8);
    for (uint32_t i = 0; i < n; i++) {
        problem[i] = row[i]->problem;
        origin[i] = row[i]->origin;
        member[i] = row[i]->member ? row[i]->member : row[i]->customer;
        id[i] = row[i]->id;
        payload_len[i] = (uint32_t)row[i]->payload.len;
        if (problem[i]) seg->problem = problem;
        if (origin[i]) seg->origin = origin;
        if (member[i] != row[i]->customer) seg->member = member;
        if (id[i]) seg->id = id;
        if (payload_len[i]) seg->payload_len = payload_len;
    }
}

static const fh_segment *segment(fh_arena *arena, const fh_row *rows, size_t n, bool identity)
{
    fh_segment *seg = FH_NEW(arena, fh_segment);
    const fh_row **row = FH_NEW_ARRAY(arena, const fh_row *, n + 1);
    assert_non_null(seg);
    assert_non_null(row);
    for (size_t i = 0; i < n; i++) row[i] = &rows[i];
    qsort(row, n, sizeof(const fh_row *), by_customer_and_time);
    *seg = (fh_segment){.n = (uint32_t)n, .columns = FH_COLS_ALL};
    fill_stories(arena, row, seg);
    seg->touchpoint = codes(arena, row, n, FH_COL_TOUCHPOINT, identity);
    seg->channel = codes(arena, row, n, FH_COL_CHANNEL, false);
    seg->department = codes(arena, row, n, FH_COL_DEPARTMENT, false);
    seg->direction = codes(arena, row, n, FH_COL_DIRECTION, true);
    seg->outcome = codes(arena, row, n, FH_COL_OUTCOME, false);
    seg->currency = codes(arena, row, n, FH_COL_CURRENCY, false);
    fill_measures(arena, row, seg);
    fill_rest(arena, row, seg);
    return seg;
}

const fh_segment *test_segment(fh_arena *arena, const fh_row *rows, size_t n)
{
    return segment(arena, rows, n, false);
}

const fh_segment *test_segment_identity(fh_arena *arena, const fh_row *rows, size_t n)
{
    return segment(arena, rows, n, true);
}

static fh_row row_at(const fh_segment *seg, uint32_t story, uint32_t i, uint32_t at_s)
{
    fh_row row = {.customer = seg->customer[story], .at_s = at_s};
    if (seg->ms) row.ms = seg->ms[i];
    row.touchpoint = (uint16_t)fh_name_at(&seg->touchpoint, i);
    row.channel = (uint16_t)fh_name_at(&seg->channel, i);
    row.department = (uint16_t)fh_name_at(&seg->department, i);
    row.direction = (uint8_t)fh_name_at(&seg->direction, i);
    row.outcome = (uint16_t)fh_name_at(&seg->outcome, i);
    row.currency = (uint8_t)fh_name_at(&seg->currency, i);
    row.has_value = fh_bit(seg->has_value, i);
    row.has_score = fh_bit(seg->has_score, i);
    if (seg->value) row.value = seg->value[i];
    if (seg->score) row.score = seg->score[i];
    if (seg->problem) row.problem = seg->problem[i];
    if (seg->origin) row.origin = seg->origin[i];
    if (seg->id) row.id = seg->id[i];
    row.member = seg->member ? seg->member[i] : row.customer;
    if (seg->payload_len) row.payload.len = seg->payload_len[i];
    return row;
}

fh_row test_row(const fh_segment *seg, uint32_t story, uint32_t i)
{
    uint32_t at_s = seg->first_s[story];
    for (uint32_t k = seg->start[story] + 1; k <= i; k++) at_s += seg->gap_s[k];
    return row_at(seg, story, i, at_s);
}

static void same_row(const fh_row *a, const fh_row *b, uint32_t story, uint32_t i)
{
#define SAME(field)                                                              \
    if (a->field != b->field)                                                    \
    fail_msg("story %u, interaction %u: " #field " is %lld, not %lld", story, i, \
             (long long)a->field, (long long)b->field)
    SAME(customer);
    SAME(member);
    SAME(at_s);
    SAME(ms);
    SAME(touchpoint);
    SAME(channel);
    SAME(department);
    SAME(direction);
    SAME(outcome);
    SAME(has_value);
    SAME(value);
    SAME(currency);
    SAME(has_score);
    SAME(score);
    SAME(problem);
    SAME(origin);
    SAME(id);
    SAME(payload.len);
#undef SAME
}

void test_same_segment(const fh_segment *got, const fh_segment *want)
{
    assert_int_equal(got->n, want->n);
    assert_int_equal(got->n_stories, want->n_stories);
    assert_int_equal(got->start[0], 0);
    for (uint32_t s = 0; s < want->n_stories; s++) {
        assert_int_equal(got->start[s + 1], want->start[s + 1]);
        assert_int_equal(got->gap_s[got->start[s]], 0);
        uint32_t at_got = got->first_s[s], at_want = want->first_s[s];
        for (uint32_t i = want->start[s]; i < want->start[s + 1]; i++) {
            at_got += got->gap_s[i];
            at_want += want->gap_s[i];
            const fh_row a = row_at(got, s, i, at_got), b = row_at(want, s, i, at_want);
            same_row(&a, &b, s, i);
        }
    }
}

/* A third of the entries are "none". */
static uint32_t number(uint32_t below)
{
    if (below == 0 || test_rand(3) == 0) return 0;
    return 1 + test_rand(below);
}

void test_random_rows(const test_shape *shape, fh_row *rows, size_t n)
{
    static const char text[] = "{\"note\":\"a payload of some length\"}";
    const uint32_t span = shape->span_s ? shape->span_s : 86400;
    for (size_t i = 0; i < n; i++) {
        fh_row *r = &rows[i];
        *r = (fh_row){.customer = 1 + test_rand(shape->customers)};
        r->at_s = (uint32_t)(1700000000 - FH_EPOCH_S) + test_rand(span);
        r->touchpoint = (uint16_t)number(shape->touchpoints);
        r->channel = (uint16_t)number(shape->channels);
        r->department = (uint16_t)number(shape->departments);
        r->outcome = (uint16_t)number(shape->outcomes);
        r->problem = number(shape->problems);
        r->origin = shape->origins ? 1 + test_rand(shape->origins) : 0;
        r->member = number(shape->members);
        if (shape->ms) r->ms = (uint16_t)test_rand(1000);
        if (shape->directions) r->direction = (uint8_t)test_rand(FH_N_DIRECTIONS);
        if (shape->values && test_rand(4) == 0) {
            r->has_value = true;
            r->value = (int64_t)test_rand(100000) - 20000;
            r->currency = (uint8_t)(1 + test_rand(3));
        }
        if (shape->scores && test_rand(5) == 0) {
            r->has_score = true;
            r->score = (int32_t)test_rand(1001) - 100;
        }
        if (shape->ids) r->id = (uint64_t)test_rand(1u << 31) << 33 | test_rand(1u << 31);
        if (shape->payloads) r->payload = (fh_str){text, test_rand(sizeof text)};
    }
}
