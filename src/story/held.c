/* held.c - columns held as bytes (see held.h): the table of codecs that can, what is
 * common to all of them, and the stories wanted.
 *
 *     customers wanted -> stories -> stretches of interactions -> each column's stretches
 */
#include "story/held.h"

#include "base/checked.h"
#include "story/few.h"

#include <string.h>

enum { STRETCHES = 16 }; /* the last scratch slot: codecs use the first */

static const struct {
    fh_holder *hold; /* NULL: nothing to look at before stories are decoded */
    fh_few_decoder *few;
} codecs[FH_N_COLUMNS] = {
    [FH_COL_GAP] = {fh_hold_gap, fh_few_gap},
    [FH_COL_MS] = {NULL, fh_few_ms},
    [FH_COL_TOUCHPOINT] = {NULL, fh_few_codes},
    [FH_COL_CHANNEL] = {NULL, fh_few_codes},
    [FH_COL_DEPARTMENT] = {NULL, fh_few_codes},
    [FH_COL_DIRECTION] = {NULL, fh_few_codes},
    [FH_COL_OUTCOME] = {NULL, fh_few_codes},
    [FH_COL_VALUE] = {fh_hold_numbers, fh_few_value},
    [FH_COL_CURRENCY] = {NULL, fh_few_codes},
    [FH_COL_SCORE] = {fh_hold_numbers, fh_few_score},
    [FH_COL_PROBLEM] = {fh_hold_problem, fh_few_problem},
};

bool fh_held_can(fh_column col)
{
    return (uint32_t)col < FH_N_COLUMNS && (col == FH_COL_STORIES || codecs[col].few);
}

/* ---- Holding -------------------------------------------------------------------------- */

void fh_held_free(fh_held *held)
{
    if (!held) return;
    const fh_allocator from = held->from;
    if (held->bytes) from.free(from.ctx, held->bytes, held->len);
    if (held->place) from.free(from.ctx, held->place, held->n_places * sizeof *held->place);
    if (held->before) from.free(from.ctx, held->before, held->n_before * sizeof *held->before);
    fh_space_free(held->stories);
    from.free(from.ctx, held, sizeof *held);
}

bool fh_held_before(fh_held *held, size_t n)
{
    held->before = held->from.alloc(held->from.ctx, n * sizeof *held->before);
    if (held->before) held->n_before = n;
    return held->before != NULL;
}

fh_status fh_held_open(fh_held *held, size_t used, size_t n, fh_error *err)
{
    const fh_blob *blob = &held->blob;
    if (!fh_svb_open(&held->numbers, blob->body + used, blob->len - used, n) ||
        held->numbers.bytes != blob->len - used)
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    const size_t places = fh_svb_places(n);
    held->place = held->from.alloc(held->from.ctx, places * sizeof *held->place);
    if (!held->place) return fh_no_memory(err);
    held->n_places = places;
    fh_svb_find_places(&held->numbers, held->place);
    return FH_OK;
}

static fh_status hold_stories(fh_held *held, const void *bytes, size_t len, fh_error *err)
{
    held->stories = fh_space_new(&held->from);
    if (!held->stories) return fh_no_memory(err);
    return fh_stories_decode(held->stories, bytes, len, err);
}

static fh_status hold_bytes(fh_held *held, fh_column col, const void *bytes, size_t len,
                            fh_error *err)
{
    held->bytes = held->from.alloc(held->from.ctx, len ? len : 1);
    if (!held->bytes) return fh_no_memory(err);
    held->len = len ? len : 1;
    if (len) memcpy(held->bytes, bytes, len);
    const fh_status status = fh_blob_open(&held->blob, (uint32_t)col, held->bytes, len, err);
    if (status != FH_OK) return status;
    if (held->blob.n > FH_SEGMENT_MAX)
        return fh_corrupt(err, (uint32_t)col, "it is for another number of interactions");
    return codecs[col].hold ? codecs[col].hold(held, err) : FH_OK;
}

fh_status fh_held_new(const fh_allocator *from, fh_column col, const void *bytes, size_t len,
                      fh_held **out, fh_error *err)
{
    if (!fh_held_can(col)) return fh_fail(err, FH_INVALID, "column %d cannot be held", (int)col);
    if (!from) from = fh_allocator_default();
    fh_held *held = from->alloc(from->ctx, sizeof *held);
    if (!held) return fh_no_memory(err);
    *held = (fh_held){.from = *from};
    const fh_status status = col == FH_COL_STORIES ? hold_stories(held, bytes, len, err)
                                                   : hold_bytes(held, col, bytes, len, err);
    if (status == FH_OK)
        *out = held;
    else
        fh_held_free(held);
    return status;
}

const fh_segment *fh_held_stories(const fh_held *held)
{
    return fh_space_segment(held->stories);
}

/* ---- Decoding --------------------------------------------------------------------------- */

size_t fh_held_room(const fh_picked *picked)
{
    uint32_t longest = 0;
    for (uint32_t k = 0; k < picked->n_stretches; k++)
        if (picked->stretch[k].n > longest) longest = picked->stretch[k].n;
    return (size_t)longest + 2 * FH_PACK_BLOCK;
}

const uint32_t *fh_held_numbers(const fh_held *held, size_t at, size_t n, uint32_t *room)
{
    const fh_reach reach = fh_reach_of(at, n, held->numbers.left, FH_SVB_GROUP);
    fh_svb s = fh_svb_from(&held->numbers, held->place, reach.at);
    (void)fh_svb_read(&s, room, reach.n);
    return room + reach.ahead;
}

/* The stories wanted into the space, and where their interactions lie. */
static fh_status choose(fh_space *space, const fh_segment *in, const uint32_t *wanted, size_t n,
                        fh_picked *picked, fh_error *err)
{
    const size_t most = n < in->n_stories ? n : in->n_stories;
    uint32_t *customer = fh_space_part(space, FH_COL_STORIES, FH_PART_MAIN, most, 4);
    uint32_t *start = fh_space_part(space, FH_COL_STORIES, FH_PART_ASIDE, most + 1, 4);
    uint32_t *first = fh_space_part(space, FH_COL_STORIES, FH_PART_FIRST, most, 4);
    fh_stretch *stretch = fh_space_scratch(space, STRETCHES, most, sizeof *stretch);
    if (!customer || !start || !first || !stretch) return fh_no_memory(err);
    uint32_t m = 0, at = 0;
    for (size_t s = 0, k = 0; k < n; k++) {
        s = fh_pick_story(in, s, wanted[k]);
        if (s == in->n_stories) break;
        if (in->customer[s] != wanted[k]) continue;
        customer[m] = wanted[k];
        first[m] = in->first_s[s];
        start[m] = at;
        stretch[m] = (fh_stretch){in->start[s], in->start[s + 1] - in->start[s]};
        at += stretch[m++].n;
        s++;
    }
    start[m] = at;
    fh_space_clear(space);
    space->seg.n = space->of = at;
    space->seg.n_stories = m;
    space->seg.customer = customer;
    space->seg.start = start;
    space->seg.first_s = first;
    space->seg.columns = 1u << FH_COL_STORIES;
    *picked = (fh_picked){.stretch = stretch, .n_stretches = m};
    return FH_OK;
}

static fh_status decode_column(fh_space *space, const fh_held *held, uint32_t col, uint32_t of,
                               const fh_picked *picked, fh_error *err)
{
    if (!held) return col == FH_COL_GAP ? fh_corrupt(err, col, "it is missing") : FH_OK;
    if (held->blob.column != col || held->blob.n != of)
        return fh_corrupt(err, col, "it is for another number of interactions");
    return codecs[col].few(space, held, picked, err);
}

fh_status fh_held_decode(fh_space *space, const fh_held *const *held, uint32_t columns,
                         const uint32_t *customer, size_t n, fh_error *err)
{
    const fh_segment *in = fh_held_stories(held[FH_COL_STORIES]);
    fh_picked picked;
    fh_status status = choose(space, in, customer, n, &picked, err);
    for (uint32_t col = FH_COL_GAP; col < FH_N_COLUMNS && status == FH_OK; col++) {
        if (!(columns >> col & 1)) continue;
        if (space->seg.n > 0) status = decode_column(space, held[col], col, in->n, &picked, err);
        space->seg.columns |= 1u << col;
    }
    if (status != FH_OK) fh_space_clear(space);
    return status;
}
