/* cut.c - taking one customer out of every segment, page and batch.
 *
 * Only parts whose range holds the customer are read, only those that have it are
 * rewritten, and of the payload pages only those with a payload of it: pages behind
 * it get a new place, not new bytes. What a merge has left behind in a segment
 * (customers below its `lo`) goes as well.
 */
#include "store/segments.h"

#include "store/stored.h"

#include <stdlib.h>

typedef struct cutting {
    fh_org *org;
    uint32_t customer;
    fh_blobs blobs;
    fh_space *whole, *live, *rest;
    uint64_t n_cut;
    /* of the part in hand: interactions dead .. from-1 and until .. stay */
    uint32_t dead, from, until;
} cutting;

/* The index in the rewritten segment of what was interaction `i`. */
static uint32_t new_index(const cutting *c, uint32_t i)
{
    return i - c->dead - (i >= c->until ? c->until - c->from : 0);
}

static bool goes(const cutting *c, uint32_t i)
{
    return i < c->dead || (i >= c->from && i < c->until);
}

/* ---- Pages ------------------------------------------------------------------------------ */

static fh_status cut_page(cutting *c, fh_pages *pages, const fh_page *page, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_str *kept = arena ? FH_NEW_ARRAY(arena, fh_str, page->n) : NULL;
    fh_status status = kept ? FH_OK : fh_no_memory(err);
    uint32_t n = 0, first = 0;
    for (uint32_t i = page->first; i < page->first + page->n && status == FH_OK; i++) {
        if (goes(c, i)) continue;
        fh_str payload;
        status = fh_pages_get(fh_org_db(c->org), pages, i, &payload, err);
        if (status == FH_OK && !fh_arena_str(arena, payload, &kept[n])) status = fh_no_memory(err);
        if (n++ == 0) first = new_index(c, i);
    }
    if (status == FH_OK) status = fh_page_delete(c->org, page->id, err);
    if (status == FH_OK && n > 0)
        status = fh_pages_put(c->org, pages->segment, first, kept, n, err);
    fh_arena_free(arena);
    return status;
}

static bool touched(const cutting *c, const fh_page *page)
{
    const uint32_t end = page->first + page->n;
    return page->first < c->dead || (page->first < c->until && end > c->from);
}

static fh_status cut_pages(cutting *c, int64_t segment, fh_error *err)
{
    fh_pages pages;
    fh_status status = fh_pages_open(fh_org_db(c->org), segment, &pages, err);
    if (status != FH_OK) return status;
    for (size_t p = 0; p < pages.n && status == FH_OK; p++) {
        const fh_page *page = &pages.page[p];
        if (touched(c, page))
            status = cut_page(c, &pages, page, err);
        else if (new_index(c, page->first) != page->first)
            status = fh_page_move(c->org, page->id, segment, new_index(c, page->first), err);
    }
    fh_pages_close(&pages);
    return status;
}

/* ---- Parts -------------------------------------------------------------------------------- */

/* Reads a part and finds the customer in it; *there: it has to be rewritten. */
static fh_status look_into(cutting *c, const fh_stored *row, bool *there, fh_error *err)
{
    *there = false;
    fh_db *db = fh_org_db(c->org);
    fh_status status = fh_blobs_read(db, row, FH_COLS_ALL, &c->blobs, err);
    if (status == FH_OK) status = fh_blobs_decode(&c->blobs, row, c->whole, err);
    if (status != FH_OK) return status;
    const fh_segment *seg = fh_space_segment(c->whole);
    const uint32_t story = fh_story_from(seg, c->customer);
    if (story == seg->n_stories || seg->customer[story] != c->customer) return FH_OK;
    const uint32_t first_live = row->live_n < row->n ? fh_story_from(seg, row->lo) : 0;
    c->dead = seg->start[first_live];
    c->from = seg->start[story];
    c->until = seg->start[story + 1];
    if (story < first_live) c->from = c->until = c->dead;
    c->n_cut += c->until - c->from;
    *there = true;
    return FH_OK;
}

/* What stays of the part in hand, NULL when nothing does. */
static fh_status what_stays(cutting *c, const fh_stored *row, const fh_segment **out, fh_error *err)
{
    const fh_segment *seg = fh_space_segment(c->whole);
    fh_status status = FH_OK;
    if (c->dead > 0) {
        const uint32_t first = fh_story_from(seg, row->lo);
        status = fh_segment_slice(c->live, seg, first, seg->n_stories - first, err);
        seg = fh_space_segment(c->live);
    }
    if (status == FH_OK) status = fh_segment_without(c->rest, seg, c->customer, err);
    if (status != FH_OK) return status;
    seg = fh_space_segment(c->rest);
    *out = seg->n_stories > 0 ? seg : NULL;
    return FH_OK;
}

static fh_status cut_segment(cutting *c, fh_stored *row, fh_error *err)
{
    bool there = false;
    const fh_segment *rest = NULL;
    fh_status status = look_into(c, row, &there, err);
    if (status != FH_OK || !there) return status;
    status = what_stays(c, row, &rest, err);
    if (status != FH_OK) return status;
    if (!rest) return fh_stored_delete(c->org, row, err);
    status = cut_pages(c, row->id, err);
    return status == FH_OK ? fh_stored_replace(c->org, rest, row, err) : status;
}

static fh_status cut_batch(cutting *c, fh_stored *row, fh_error *err)
{
    bool there = false;
    const fh_segment *rest = NULL;
    fh_status status = look_into(c, row, &there, err);
    if (status != FH_OK || !there) return status;
    status = what_stays(c, row, &rest, err);
    if (status != FH_OK) return status;
    if (!rest) return fh_stored_delete(c->org, row, err);

    fh_arena *arena = fh_arena_new(NULL);
    const fh_str *payload = NULL;
    status = arena ? fh_inbox_payloads(&c->blobs, row, arena, &payload, err) : fh_no_memory(err);
    fh_str *kept = status == FH_OK ? FH_NEW_ARRAY(arena, fh_str, rest->n) : NULL;
    if (status == FH_OK && !kept) status = fh_no_memory(err);
    for (uint32_t i = 0; i < row->n && status == FH_OK; i++)
        if (!goes(c, i)) kept[new_index(c, i)] = payload[i];
    if (status == FH_OK) status = fh_stored_rewrite_batch(c->org, rest, kept, row, err);
    fh_arena_free(arena);
    return status;
}

fh_status fh_stored_cut(fh_org *org, uint32_t customer, uint64_t *n_cut, fh_error *err)
{
    cutting c = {.org = org,
                 .customer = customer,
                 .whole = fh_space_new(NULL),
                 .live = fh_space_new(NULL),
                 .rest = fh_space_new(NULL)};
    fh_blobs_init(&c.blobs);
    fh_stored_list segments = {0}, batches = {0};
    fh_status status = c.whole && c.live && c.rest ? FH_OK : fh_no_memory(err);
    if (status == FH_OK)
        status = fh_stored_segments(fh_org_db(org), customer, customer, true, &segments, err);
    if (status == FH_OK)
        status = fh_stored_inbox(fh_org_db(org), customer, customer, &batches, err);
    for (size_t i = 0; i < segments.n && status == FH_OK; i++)
        status = cut_segment(&c, &segments.row[i], err);
    for (size_t i = 0; i < batches.n && status == FH_OK; i++)
        status = cut_batch(&c, &batches.row[i], err);
    fh_stored_free(&segments);
    fh_stored_free(&batches);
    fh_blobs_free(&c.blobs);
    fh_space_free(c.whole);
    fh_space_free(c.live);
    fh_space_free(c.rest);
    if (status == FH_OK) *n_cut = c.n_cut;
    return status;
}

fh_status fh_store_cut(fh_org *org, uint32_t customer, uint64_t *n_cut, fh_error *err)
{
    uint64_t n = 0;
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_org_erases(org);
    status = fh_org_leave(org, mine, fh_stored_cut(org, customer, &n, err), err);
    if (status == FH_OK) *n_cut = n;
    return status;
}
