/* builder.c - rows in any order, out as sorted segments.
 *
 * Rows wait in buckets by customer range (rows.h). A bucket is sorted when its
 * turn comes and while it is in the cache: counted by customer, then put in the
 * order of time where a customer's rows are not in it already, which is rare.
 * What is sorted are pointers; the rows are copied once, into the segment's.
 *
 *     buckets -> order[] (pointers, sorted) -> pick[] (one segment's) -> columns
 *
 * Always: pick[] holds whole stories; the bucket being read is `next_bucket - 1`
 * and `at` is the first pointer of order[] that was not picked.
 */
#include "base/sort.h"
#include "story/names.h"
#include "story/rows.h"
#include "story/space.h"

#include <string.h>

enum { SHORT_STORY = 48, SPARSE = 8 };

struct fh_builder {
    fh_rows rows;
    fh_space *space;
    bool sorted;
    uint32_t next_bucket;
    const fh_hot **order; /* [n_order], room for cap_order */
    uint32_t *count;      /* [cap_count] */
    size_t n_order, at, cap_order, cap_count;
    fh_hot *pick;         /* [n_pick] */
    const fh_rare **rare; /* [n_pick] when any row has something rare, else not filled */
    size_t n_pick, cap_pick, cap_rare;
    const fh_str *payload; /* [n_pick] or NULL */
};

fh_status fh_builder_new(const fh_allocator *from, fh_builder **out, fh_error *err)
{
    if (!from) from = fh_allocator_default();
    fh_builder *b = from->alloc(from->ctx, sizeof *b);
    fh_space *space = fh_space_new(from);
    if (!b || !space) {
        fh_space_free(space);
        if (b) from->free(from->ctx, b, sizeof *b);
        return fh_no_memory(err);
    }
    memset(b, 0, sizeof *b);
    fh_rows_init(&b->rows, from);
    b->space = space;
    *out = b;
    return FH_OK;
}

/* A bigger array for `need` objects; the old content is copied. */
static bool grow(const fh_allocator *from, void **array, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap) return true;
    size_t fresh_cap = *cap ? *cap : 1024;
    while (fresh_cap < need) fresh_cap *= 2;
    void *fresh = from->alloc(from->ctx, fresh_cap * size);
    if (!fresh) return false;
    if (*array) {
        memcpy(fresh, *array, *cap * size);
        from->free(from->ctx, *array, *cap * size);
    }
    *array = fresh;
    *cap = fresh_cap;
    return true;
}

void fh_builder_free(fh_builder *b)
{
    if (!b) return;
    const fh_allocator from = b->rows.from;
    if (b->order) from.free(from.ctx, b->order, b->cap_order * sizeof *b->order);
    if (b->count) from.free(from.ctx, b->count, b->cap_count * sizeof *b->count);
    if (b->pick) from.free(from.ctx, b->pick, b->cap_pick * sizeof *b->pick);
    if (b->rare) from.free(from.ctx, b->rare, b->cap_rare * sizeof *b->rare);
    fh_space_free(b->space);
    fh_rows_free(&b->rows);
    from.free(from.ctx, b, sizeof *b);
}

void fh_builder_few(fh_builder *b)
{
    fh_rows_few(&b->rows);
}

fh_status fh_builder_add(fh_builder *b, const fh_row *rows, size_t n, fh_error *err)
{
    b->sorted = false;
    return fh_rows_add(&b->rows, rows, n, err);
}

size_t fh_builder_count(const fh_builder *b)
{
    return b->rows.n;
}

size_t fh_builder_bytes(const fh_builder *b)
{
    return sizeof *b + fh_rows_bytes(&b->rows) + b->cap_order * sizeof *b->order +
           b->cap_count * sizeof *b->count + b->cap_pick * sizeof *b->pick +
           b->cap_rare * sizeof *b->rare;
}

void fh_builder_reset(fh_builder *b)
{
    fh_rows_reset(&b->rows);
    fh_space_clear(b->space);
    b->sorted = false;
    b->n_order = b->at = b->n_pick = 0;
}

/* ---- Sorting a bucket ------------------------------------------------------------ */

static inline uint64_t time_of(const fh_hot *row)
{
    return (uint64_t)row->at_s << 10 | (row->bits & FH_HOT_MS);
}

static int by_customer_and_time(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const fh_hot *x = *(const fh_hot *const *)a, *y = *(const fh_hot *const *)b;
    if (x->customer != y->customer) return x->customer < y->customer ? -1 : 1;
    const uint64_t at_x = time_of(x), at_y = time_of(y);
    return at_x < at_y ? -1 : at_x > at_y;
}

/* Puts one customer's rows in the order of time. */
static fh_status sort_story(const fh_allocator *from, const fh_hot **row, size_t n)
{
    uint64_t before = 0;
    size_t i = 0;
    for (; i < n && time_of(row[i]) >= before; i++) before = time_of(row[i]);
    if (i == n) return FH_OK;
    if (n > SHORT_STORY) return fh_sort(from, row, n, sizeof *row, by_customer_and_time, NULL);
    for (; i < n; i++) {
        const fh_hot *moving = row[i];
        const uint64_t at = time_of(moving);
        size_t to = i;
        for (; to > 0 && time_of(row[to - 1]) > at; to--) row[to] = row[to - 1];
        row[to] = moving;
    }
    return FH_OK;
}

/* Sorts by counting the rows of each of the bucket's `span` customers. */
static fh_status count_and_place(fh_builder *b, const fh_bucket *bucket, size_t span)
{
    const uint32_t mask = (uint32_t)(span - 1);
    uint32_t *at = b->count;
    memset(at, 0, span * sizeof *at);
    for (const fh_chunk *c = bucket->first; c; c = c->next) {
        __builtin_prefetch(c->next);
        for (size_t i = 0; i < c->n; i++) at[c->row[i].customer & mask]++;
    }
    uint32_t sum = 0;
    for (size_t k = 0; k < span; k++) {
        const uint32_t n = at[k];
        at[k] = sum;
        sum += n;
    }
    for (const fh_chunk *c = bucket->first; c; c = c->next)
        for (size_t i = 0; i < c->n; i++) b->order[at[c->row[i].customer & mask]++] = &c->row[i];
    /* Now at[k] is where customer k ends. */
    uint32_t begin = 0;
    for (size_t k = 0; k < span; k++) {
        const fh_status status = sort_story(&b->rows.from, b->order + begin, at[k] - begin);
        if (status != FH_OK) return status;
        begin = at[k];
    }
    return FH_OK;
}

static fh_status compare_and_place(fh_builder *b, const fh_bucket *bucket)
{
    size_t n = 0;
    for (const fh_chunk *c = bucket->first; c; c = c->next)
        for (size_t i = 0; i < c->n; i++) b->order[n++] = &c->row[i];
    return fh_sort(&b->rows.from, b->order, n, sizeof *b->order, by_customer_and_time, NULL);
}

static fh_status sort_bucket(fh_builder *b, fh_bucket *bucket, fh_error *err)
{
    const fh_allocator *from = &b->rows.from;
    const size_t n = fh_bucket_settle(bucket);
    void *order = b->order, *count = b->count;
    b->n_order = b->at = 0;
    if (n > UINT32_MAX) return fh_fail(err, FH_LIMIT, "%zu interactions at once are too many", n);
    /* Where customers are thinly spread, counting would cost more than comparing. */
    const size_t span = (size_t)1 << b->rows.shift;
    const bool dense = span <= SPARSE * n;
    b->n_order = 0;
    if (!grow(from, &order, &b->cap_order, n, sizeof *b->order)) return fh_no_memory(err);
    b->order = order;
    if (dense && !grow(from, &count, &b->cap_count, span, sizeof *b->count))
        return fh_no_memory(err);
    b->count = count;
    const fh_status status =
        dense ? count_and_place(b, bucket, span) : compare_and_place(b, bucket);
    if (status == FH_NOMEM) return fh_no_memory(err);
    b->n_order = n;
    return status;
}

fh_status fh_builder_sort(fh_builder *b, fh_error *err)
{
    (void)err; /* sorting itself is done bucket by bucket, when each is asked for */
    b->sorted = true;
    b->next_bucket = 0;
    b->n_order = b->at = 0;
    return FH_OK;
}

/* ---- Cutting segments --------------------------------------------------------------- */

/* The end of the story that begins at order[at]. */
static size_t story_end(const fh_builder *b)
{
    const uint32_t customer = b->order[b->at]->customer;
    size_t end = b->at + 1;
    while (end < b->n_order && b->order[end]->customer == customer) end++;
    return end;
}

static bool any_rare(const fh_builder *b)
{
    return b->rows.used & (1u << FH_COL_SCORE | 1u << FH_COL_PROBLEM | 1u << FH_COL_ID |
                           1u << FH_COL_MEMBER | 1u << FH_COL_PAYLOAD);
}

/* Copies the next n rows: columns are then made from rows that lie side by side. */
static bool pick_story(fh_builder *b, size_t n)
{
    const fh_allocator *from = &b->rows.from;
    void *pick = b->pick, *rare = b->rare;
    if (!grow(from, &pick, &b->cap_pick, b->n_pick + n, sizeof *b->pick)) return false;
    b->pick = pick;
    for (size_t i = 0; i < n; i++) b->pick[b->n_pick + i] = *b->order[b->at + i];
    if (any_rare(b)) {
        if (!grow(from, &rare, &b->cap_rare, b->n_pick + n, sizeof *b->rare)) return false;
        b->rare = rare;
        for (size_t i = 0; i < n; i++) b->rare[b->n_pick + i] = fh_rare_of(b->order[b->at + i]);
    }
    b->n_pick += n;
    return true;
}

/* Fills pick[] with whole stories up to the target. */
static fh_status pick_segment(fh_builder *b, fh_error *err)
{
    b->n_pick = 0;
    for (;;) {
        while (b->at == b->n_order) {
            if (b->next_bucket == b->rows.n_buckets) return FH_OK;
            fh_bucket *bucket = &b->rows.bucket[b->next_bucket++];
            const fh_status status = sort_bucket(b, bucket, err);
            if (status != FH_OK) return status;
        }
        const size_t n = story_end(b) - b->at;
        if (b->n_pick && b->n_pick + n > FH_SEGMENT_TARGET) return FH_OK;
        if (n > FH_SEGMENT_MAX) {
            (void)fh_fail(err, FH_LIMIT, "one customer has %zu interactions", n);
            return fh_hint(err, FH_LIMIT, "Is the customer column the right one?");
        }
        if (!pick_story(b, n)) return fh_no_memory(err);
        b->at += n;
    }
}

/* Stories, gaps and the names nearly every row has, in one pass over the rows. */
static bool put_stories(fh_builder *b)
{
    fh_segment *seg = &b->space->seg;
    const uint32_t n = (uint32_t)b->n_pick;
    uint32_t *customer = fh_space_part(b->space, FH_COL_STORIES, FH_PART_MAIN, n, 4);
    uint32_t *start = fh_space_part(b->space, FH_COL_STORIES, FH_PART_ASIDE, (size_t)n + 1, 4);
    uint32_t *first = fh_space_part(b->space, FH_COL_STORIES, FH_PART_FIRST, n, 4);
    uint32_t *gap = fh_space_part(b->space, FH_COL_GAP, FH_PART_MAIN, n, 4);
    uint16_t *touchpoint = fh_space_scratch(b->space, 0, n, sizeof *touchpoint);
    uint16_t *channel = fh_space_scratch(b->space, 2, n, sizeof *channel);
    uint16_t *department = fh_space_scratch(b->space, 3, n, sizeof *department);
    if (!customer || !start || !first || !gap || !touchpoint || !channel || !department)
        return false;
    uint32_t stories = 0, now = 0, at_s = 0;
    for (uint32_t i = 0; i < n; i++) {
        const fh_hot *row = &b->pick[i];
        touchpoint[i] = row->touchpoint;
        channel[i] = row->channel;
        department[i] = row->department;
        gap[i] = row->at_s - at_s;
        at_s = row->at_s;
        if (row->customer == now) continue;
        now = row->customer;
        gap[i] = 0;
        customer[stories] = now;
        start[stories] = i;
        first[stories++] = at_s;
    }
    start[stories] = n;
    seg->n = n;
    seg->n_stories = stories;
    seg->customer = customer;
    seg->start = start;
    seg->first_s = first;
    seg->gap_s = gap;
    return fh_codes_from_numbers(b->space, FH_COL_TOUCHPOINT, touchpoint, n) &&
           fh_codes_from_numbers(b->space, FH_COL_CHANNEL, channel, n) &&
           fh_codes_from_numbers(b->space, FH_COL_DEPARTMENT, department, n);
}

/* Global numbers of a column of names, at `offset` in the row. */
static bool put_names(fh_builder *b, fh_column col, size_t offset)
{
    const size_t n = b->n_pick;
    uint16_t *number = fh_space_scratch(b->space, 0, n, sizeof *number);
    if (!number) return false;
    for (size_t i = 0; i < n; i++)
        memcpy(&number[i], (const char *)&b->pick[i] + offset, sizeof *number);
    return fh_codes_from_numbers(b->space, col, number, (uint32_t)n);
}

static bool put_direction(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint16_t *number = fh_space_scratch(b->space, 0, n, sizeof *number);
    if (!number) return false;
    for (size_t i = 0; i < n; i++) number[i] = (uint16_t)(b->pick[i].bits >> FH_HOT_DIRECTION);
    return fh_codes_from_numbers(b->space, FH_COL_DIRECTION, number, (uint32_t)n);
}

static bool put_ms(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint16_t *ms = fh_space_part(b->space, FH_COL_MS, FH_PART_MAIN, n, sizeof *ms), any = 0;
    if (!ms) return false;
    for (size_t i = 0; i < n; i++) any |= ms[i] = b->pick[i].bits & FH_HOT_MS;
    b->space->seg.ms = any ? ms : NULL;
    return true;
}

static bool put_value(fh_builder *b)
{
    const size_t n = b->n_pick, words = (n + 63) / 64;
    int64_t *value = fh_space_part(b->space, FH_COL_VALUE, FH_PART_MAIN, n, sizeof *value);
    uint64_t *has = fh_space_part(b->space, FH_COL_VALUE, FH_PART_ASIDE, words, sizeof *has);
    if (!value || !has) return false;
    memset(has, 0, words * sizeof *has);
    uint64_t any = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_hot *row = &b->pick[i];
        const uint64_t bit = (row->bits & FH_HOT_VALUE) != 0;
        value[i] = row->value;
        has[i / 64] |= bit << i % 64;
        any |= bit;
    }
    b->space->seg.value = any ? value : NULL;
    b->space->seg.has_value = any ? has : NULL;
    return true;
}

static bool put_score(fh_builder *b)
{
    const size_t n = b->n_pick, words = (n + 63) / 64;
    int32_t *score = fh_space_part(b->space, FH_COL_SCORE, FH_PART_MAIN, n, sizeof *score);
    uint64_t *has = fh_space_part(b->space, FH_COL_SCORE, FH_PART_ASIDE, words, sizeof *has);
    if (!score || !has) return false;
    memset(has, 0, words * sizeof *has);
    uint64_t any = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_hot *row = &b->pick[i];
        const uint64_t bit = (row->bits & FH_HOT_SCORE) != 0;
        score[i] = bit ? b->rare[i]->score : 0;
        has[i / 64] |= bit << i % 64;
        any |= bit;
    }
    b->space->seg.score = any ? score : NULL;
    b->space->seg.has_score = any ? has : NULL;
    return true;
}

static bool put_origin(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint32_t *origin = fh_space_part(b->space, FH_COL_ORIGIN, FH_PART_MAIN, n, sizeof *origin);
    if (!origin) return false;
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) any |= origin[i] = b->pick[i].origin;
    b->space->seg.origin = any ? origin : NULL;
    return true;
}

static bool put_problem(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint32_t *problem = fh_space_part(b->space, FH_COL_PROBLEM, FH_PART_MAIN, n, sizeof *problem);
    if (!problem) return false;
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_rare *rare = b->rare[i];
        any |= problem[i] = rare ? rare->problem : 0;
    }
    b->space->seg.problem = any ? problem : NULL;
    return true;
}

static bool put_member(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint32_t *member = fh_space_part(b->space, FH_COL_MEMBER, FH_PART_MAIN, n, sizeof *member);
    if (!member) return false;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        const fh_rare *rare = b->rare[i];
        const bool other = rare && rare->member;
        member[i] = other ? rare->member : b->pick[i].customer;
        any |= other;
    }
    b->space->seg.member = any ? member : NULL;
    return true;
}

static bool put_id(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint64_t *id = fh_space_part(b->space, FH_COL_ID, FH_PART_MAIN, n, sizeof *id), any = 0;
    if (!id) return false;
    for (size_t i = 0; i < n; i++) {
        const fh_rare *rare = b->rare[i];
        any |= id[i] = rare ? rare->id : 0;
    }
    b->space->seg.id = any ? id : NULL;
    return true;
}

static bool put_payload(fh_builder *b)
{
    const size_t n = b->n_pick;
    uint32_t *len = fh_space_part(b->space, FH_COL_PAYLOAD, FH_PART_MAIN, n, sizeof *len);
    fh_str *text = fh_space_scratch(b->space, 1, n, sizeof *text);
    if (!len || !text) return false;
    uint32_t any = 0;
    for (size_t i = 0; i < n; i++) {
        const fh_rare *rare = b->rare[i];
        any |= len[i] = rare ? rare->payload_len : 0;
        text[i] = (fh_str){rare ? rare->payload : NULL, len[i]};
    }
    b->space->seg.payload_len = any ? len : NULL;
    b->payload = any ? text : NULL;
    return true;
}

static bool put_outcome(fh_builder *b)
{
    return put_names(b, FH_COL_OUTCOME, offsetof(fh_hot, outcome));
}

static bool put_currency(fh_builder *b)
{
    return put_names(b, FH_COL_CURRENCY, offsetof(fh_hot, currency));
}

/* Columns no row of the builder has are not gone through. */
static bool put_columns(fh_builder *b)
{
    static bool (*const put[FH_N_COLUMNS])(fh_builder *) = {
        [FH_COL_MS] = put_ms,           [FH_COL_DIRECTION] = put_direction,
        [FH_COL_OUTCOME] = put_outcome, [FH_COL_VALUE] = put_value,
        [FH_COL_SCORE] = put_score,     [FH_COL_CURRENCY] = put_currency,
        [FH_COL_ORIGIN] = put_origin,   [FH_COL_PROBLEM] = put_problem,
        [FH_COL_MEMBER] = put_member,   [FH_COL_ID] = put_id,
        [FH_COL_PAYLOAD] = put_payload};
    if (!put_stories(b)) return false;
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++)
        if (b->rows.used >> col & 1 && put[col] && !put[col](b)) return false;
    return true;
}

fh_status fh_builder_next(fh_builder *b, const fh_segment **out, const fh_str **payload,
                          fh_error *err)
{
    if (!b->sorted) return fh_fail(err, FH_INVALID, "rows were added after sorting");
    const fh_status status = pick_segment(b, err);
    if (status != FH_OK) return status;
    b->payload = NULL;
    fh_space_clear(b->space);
    if (b->n_pick && !put_columns(b)) return fh_no_memory(err);
    b->space->seg.columns = FH_COLS_ALL;
    *out = b->n_pick ? &b->space->seg : NULL;
    if (payload) *payload = b->payload;
    return FH_OK;
}
