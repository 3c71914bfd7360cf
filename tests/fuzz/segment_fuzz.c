/* segment_fuzz.c - any bytes as the columns of a segment.
 *
 *     input: column (1 byte), length (2 bytes), that many bytes; again and again
 *
 * Magic, column and checksum are put right first, so that the validation behind
 * them is reached. What is then believed must be a segment by every rule of
 * story.h, must come back equal from its own bytes, and must survive merging
 * with itself and selecting. A few of its stories, decoded alone from the same
 * bytes, are what they are in the whole; of bytes that are refused as a whole they
 * are a segment all the same, or refused. So are they where the bytes are held.
 */
#include "firsthand/story.h"
#include "story/blob.h"
#include "story/held.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_INTERACTIONS = 1 << 16, MAX_BYTES = 1 << 26 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static const fh_codes *codes_at(const fh_segment *seg, size_t k)
{
    const fh_codes *all[] = {&seg->touchpoint, &seg->channel, &seg->department,
                             &seg->direction,  &seg->outcome, &seg->currency};
    return k < sizeof all / sizeof all[0] ? all[k] : NULL;
}

static void check_codes(const fh_codes *codes, uint32_t n)
{
    must(codes->n_names >= 1 && codes->name[0] == 0);
    must(!codes->c8 || codes->n_names <= 256);
    must(!codes->c16 || codes->n_names > 256);
    for (uint32_t c = 1; c < codes->n_names; c++) {
        must(codes->name[c] > codes->name[c - 1] && codes->name[c] <= FH_MAX_NAMES);
        must(!codes->identity || codes->name[c] == c);
    }
    for (uint32_t i = 0; i < n; i++) must(fh_code_at(codes, i) < codes->n_names);
}

static void check_times(const fh_segment *seg)
{
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at = seg->first_s[s];
        must(seg->gap_s[seg->start[s]] == 0);
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            at += seg->gap_s[i];
            const bool same = i > seg->start[s] && seg->gap_s[i] == 0;
            must(at <= UINT32_MAX);
            must(!seg->ms || seg->ms[i] < 1000);
            must(!seg->ms || !same || seg->ms[i] >= seg->ms[i - 1]);
        }
    }
}

static void check_segment(const fh_segment *seg)
{
    must(seg->start[0] == 0 && seg->start[seg->n_stories] == seg->n);
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        must(seg->start[s + 1] > seg->start[s]);
        must(seg->customer[s] > (s ? seg->customer[s - 1] : 0));
    }
    if (seg->gap_s) check_times(seg);
    for (size_t k = 0; codes_at(seg, k); k++) check_codes(codes_at(seg, k), seg->n);
    for (uint32_t i = 0; seg->value && i < seg->n; i++)
        must(fh_bit(seg->has_value, i) || seg->value[i] == 0);
    for (uint32_t i = 0; seg->score && i < seg->n; i++)
        must(fh_bit(seg->has_score, i) || seg->score[i] == 0);
    for (uint32_t i = 0; seg->member && i < seg->n; i++) must(seg->member[i] > 0);
}

/* Encoding, decoding and encoding again gives the same bytes. */
static void check_bytes(const fh_segment *seg, fh_column col)
{
    fh_buf once, again;
    fh_buf_init(&once, NULL, MAX_BYTES);
    fh_buf_init(&again, NULL, MAX_BYTES);
    fh_space *space = fh_space_new(NULL);
    must(space && fh_column_encode(seg, FH_COL_STORIES, &once, NULL) == FH_OK);
    must(fh_stories_decode(space, once.ptr, once.len, NULL) == FH_OK);
    fh_buf_clear(&once);
    must(fh_column_encode(seg, col, &once, NULL) == FH_OK);
    if (!(col == FH_COL_GAP && !once.len)) {
        must(fh_column_decode(space, col, once.ptr, once.len, NULL) == FH_OK);
        must(fh_column_encode(fh_space_segment(space), col, &again, NULL) == FH_OK);
        must(fh_str_eq(fh_buf_view(&once), fh_buf_view(&again)));
    }
    fh_space_free(space);
    fh_buf_free(&once);
    fh_buf_free(&again);
}

static void use(const fh_segment *seg)
{
    const fh_segment *twice[] = {seg, seg};
    const uint64_t bits[] = {0x5555555555555555u};
    const fh_filter f = {.has_from = true,
                         .from_ms = fh_instant_ms(1700000000, 0),
                         .channels = {bits, 64},
                         .passed = {bits, 9},
                         .by_problem = seg->problem != NULL};
    fh_space *space = fh_space_new(NULL);
    must(space && fh_segment_merge(space, twice, 2, 0, UINT32_MAX, NULL, NULL) == FH_OK);
    check_segment(fh_space_segment(space));
    must(fh_segment_select(space, seg, &f, FH_COLS_ALL, NULL) == FH_OK);
    must(fh_space_segment(space)->n <= seg->n);
    fh_space_free(space);
}

/* `part`: the space was narrowed to the same stories as the slice `want` of the whole. */
static void compare_column(const fh_segment *part, const fh_segment *want, fh_column col)
{
    fh_buf one, other;
    fh_buf_init(&one, NULL, MAX_BYTES);
    fh_buf_init(&other, NULL, MAX_BYTES);
    must(fh_column_encode(part, col, &one, NULL) == FH_OK);
    must(fh_column_encode(want, col, &other, NULL) == FH_OK);
    must(fh_str_eq(fh_buf_view(&one), fh_buf_view(&other)));
    fh_buf_free(&one);
    fh_buf_free(&other);
}

/* A column of a few of the stories, alone, beside the same column of all. */
static void decode_few(fh_space *few, const fh_space *all, fh_column col, const uint8_t *blob,
                       size_t len, fh_status whole)
{
    const fh_segment *seg = fh_space_segment(all);
    uint32_t skipped;
    if (col == FH_COL_STORIES) {
        must(fh_stories_decode(few, blob, len, NULL) == whole);
        const uint32_t first = seg->n_stories / 3, count = seg->n_stories > 0;
        if (whole == FH_OK) must(fh_stories_narrow(few, first, count, &skipped, NULL) == FH_OK);
        return;
    }
    const fh_status status = fh_column_decode(few, col, blob, len, NULL);
    must(status == FH_OK || (status == FH_CORRUPT && whole != FH_OK));
    check_segment(fh_space_segment(few));
    /* What the whole did not take must not be there when later columns are held against it. */
    if (whole != FH_OK && status == FH_OK)
        must(fh_column_decode(few, col, NULL, 0, NULL) != FH_NOMEM);
    if (whole != FH_OK || seg->n_stories == 0) return;
    fh_space *slice = fh_space_new(NULL);
    must(slice && fh_segment_slice(slice, seg, seg->n_stories / 3, 1, NULL) == FH_OK);
    compare_column(fh_space_segment(few), fh_space_segment(slice), col);
    fh_space_free(slice);
}

/* Every other story, from the same bytes held in memory. */
static void decode_held(const fh_space *all, fh_held *const *held, fh_column col, fh_status whole)
{
    const fh_segment *seg = fh_space_segment(all);
    const fh_held *both[FH_N_COLUMNS] = {[FH_COL_STORIES] = held[FH_COL_STORIES]};
    uint32_t *customer = calloc(seg->n_stories + 1, sizeof *customer), n = 0;
    fh_space *few = fh_space_new(NULL), *want = fh_space_new(NULL);
    must(customer && few && want);
    both[col] = held[col];
    for (uint32_t s = 0; s < seg->n_stories; s += 2) customer[n++] = seg->customer[s];
    const fh_status status = fh_held_decode(few, both, 1u << col, customer, n, NULL);
    must(status == FH_OK || (status == FH_CORRUPT && whole != FH_OK));
    check_segment(fh_space_segment(few));
    /* Milliseconds without seconds are left out where stories are picked. */
    if (whole == FH_OK && seg->n > 0 && (col != FH_COL_MS || seg->gap_s)) {
        must(fh_segment_only(want, seg, customer, n, NULL) == FH_OK);
        compare_column(fh_space_segment(few), fh_space_segment(want), col);
    }
    fh_space_free(few);
    fh_space_free(want);
    free(customer);
}

/* Holds the column if it can be, and looks at it. */
static void hold_one(const fh_space *all, fh_held **held, fh_column col, const uint8_t *blob,
                     size_t len, fh_status whole)
{
    fh_held *fresh = NULL;
    if (!fh_held_can(col) || len == 0) return;
    const fh_status status = fh_held_new(NULL, col, blob, len, &fresh, NULL);
    must(status == FH_OK || (status == FH_CORRUPT && whole != FH_OK));
    if (col == FH_COL_STORIES) must(status == whole);
    if (status != FH_OK) return;
    fh_held_free(held[col]);
    held[col] = fresh;
    if (held[FH_COL_STORIES] &&
        fh_held_stories(held[FH_COL_STORIES])->n == fh_space_segment(all)->n)
        decode_held(all, held, col, whole);
}

static void decode_one(fh_space *space, fh_space *few, fh_held **held, uint32_t col,
                       const uint8_t *bytes, size_t len)
{
    uint8_t *blob = malloc(len ? len : 1); /* so that sanitizers see its end */
    must(blob != NULL);
    if (len) memcpy(blob, bytes, len);
    if (len >= FH_BLOB_HEAD) {
        const uint8_t head[] = {'F', 'H', 'C', FH_BLOB_VERSION, (uint8_t)col};
        memcpy(blob, head, sizeof head);
        blob[7] = 0;
        fh_blob_seal(blob, len);
    }
    const fh_status status = fh_column_decode(space, (fh_column)col, blob, len, NULL);
    must(status == FH_OK || status == FH_CORRUPT);
    if (fh_space_segment(space)->n <= MAX_INTERACTIONS)
        decode_few(few, space, (fh_column)col, blob, len, status);
    if (fh_space_segment(space)->n <= MAX_INTERACTIONS)
        hold_one(space, held, (fh_column)col, blob, len, status);
    free(blob);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fh_space *space = fh_space_new(NULL), *few = fh_space_new(NULL);
    fh_held *held[FH_N_COLUMNS] = {NULL};
    must(space && few);
    while (size >= 3) {
        const uint32_t col = data[0] % FH_N_COLUMNS;
        size_t len = (size_t)data[1] | (size_t)data[2] << 8;
        data += 3;
        size -= 3;
        if (len > size) len = size;
        decode_one(space, few, held, col, data, len);
        if (fh_space_segment(space)->n > MAX_INTERACTIONS) break;
        data += len;
        size -= len;
    }
    const fh_segment *seg = fh_space_segment(space);
    if (seg->n <= MAX_INTERACTIONS) {
        check_segment(seg);
        for (uint32_t col = 0; col < FH_N_COLUMNS; col++)
            if (col != FH_COL_GAP || seg->gap_s) check_bytes(seg, (fh_column)col);
        if (seg->gap_s) use(seg);
    }
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) fh_held_free(held[col]);
    fh_space_free(few);
    fh_space_free(space);
    return 0;
}
