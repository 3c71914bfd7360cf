/* cut.c - taking interactions out of segments, pages and batches: all of one customer,
 * or what has been kept long enough; or only their payloads.
 *
 *     goes[n]       of the part in hand: what happens to each interaction
 *     place[n + 1]  where each stands in the rewritten part
 *
 * Only parts that may hold something are read, only those that have it are rewritten,
 * and of the payload pages only those with a payload of it: pages behind it get a new
 * place, not new bytes. What a merge has left behind in a segment (customers below its
 * `lo`) goes as well.
 */
#include "store/segments.h"

#include "store/stored.h"

#include <stdlib.h>
#include <string.h>

/* What happens to an interaction: odd, so that fh_segment_keep leaves it out. */
enum { STAYS = 0, GOES = 1, TEXT_GOES = 2 };

/* Fills goes[i] for i >= dead (all 0 before); true: the part has to be rewritten. */
typedef bool choose_function(void *ctx, const fh_segment *seg, uint32_t dead, uint8_t *goes);

typedef struct cutting {
    fh_org *org;
    choose_function *choose;
    void *ctx;
    fh_blobs blobs;
    fh_space *whole, *rest;
    uint8_t *goes;
    uint32_t *place;
    uint32_t cap;
    uint32_t *lengths; /* of the payloads that stay */
} cutting;

static fh_status begin(cutting *c, fh_error *err)
{
    fh_blobs_init(&c->blobs);
    c->whole = fh_space_new(NULL);
    c->rest = fh_space_new(NULL);
    return c->whole && c->rest ? FH_OK : fh_no_memory(err);
}

static void end(cutting *c)
{
    fh_blobs_free(&c->blobs);
    fh_space_free(c->whole);
    fh_space_free(c->rest);
    free(c->goes);
    free(c->place);
    free(c->lengths);
}

static fh_status make_room(cutting *c, uint32_t n, fh_error *err)
{
    if (n > c->cap) {
        free(c->goes);
        free(c->place);
        free(c->lengths);
        c->goes = malloc(n);
        c->place = malloc(((size_t)n + 1) * sizeof *c->place);
        c->lengths = malloc(n * sizeof *c->lengths);
        c->cap = c->goes && c->place && c->lengths ? n : 0;
        if (!c->cap) return fh_no_memory(err);
    }
    memset(c->goes, STAYS, n);
    return FH_OK;
}

/* ---- Pages ------------------------------------------------------------------------------ */

static fh_status cut_page(cutting *c, fh_pages *pages, const fh_page *page, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_str *kept = arena ? FH_NEW_ARRAY(arena, fh_str, page->n) : NULL;
    fh_status status = kept ? FH_OK : fh_no_memory(err);
    uint32_t n = 0;
    for (uint32_t i = page->first; i < page->first + page->n && status == FH_OK; i++) {
        if (c->goes[i] == GOES) continue;
        fh_str payload = {0};
        if (c->goes[i] == STAYS) status = fh_pages_get(fh_org_db(c->org), pages, i, &payload, err);
        if (status == FH_OK && !fh_arena_str(arena, payload, &kept[n])) status = fh_no_memory(err);
        n++;
    }
    if (status == FH_OK) status = fh_page_delete(c->org, page->id, err);
    if (status == FH_OK && n > 0)
        status = fh_pages_put(c->org, pages->segment, c->place[page->first], kept, n, err);
    fh_arena_free(arena);
    return status;
}

static bool touched(const cutting *c, const fh_page *page)
{
    for (uint32_t i = page->first; i < page->first + page->n; i++)
        if (c->goes[i] != STAYS) return true;
    return false;
}

static fh_status cut_pages(cutting *c, const fh_stored *row, fh_error *err)
{
    fh_pages pages;
    fh_status status = fh_pages_open(fh_org_db(c->org), row->id, &pages, err);
    if (status != FH_OK) return status;
    for (size_t p = 0; p < pages.n && status == FH_OK; p++) {
        const fh_page *page = &pages.page[p];
        if (page->first > row->n || page->n > row->n - page->first)
            status = fh_stored_fault(row, err, "a payload page lies behind its end");
        else if (touched(c, page))
            status = cut_page(c, &pages, page, err);
        else if (c->place[page->first] != page->first)
            status = fh_page_move(c->org, page->id, row->id, c->place[page->first], err);
    }
    fh_pages_close(&pages);
    return status;
}

/* ---- Parts -------------------------------------------------------------------------------- */

/* Reads a part and asks what is to go; *there: it has to be rewritten. */
static fh_status look_into(cutting *c, const fh_stored *row, bool *there, fh_error *err)
{
    *there = false;
    fh_status status = fh_blobs_read(fh_org_db(c->org), row, FH_COLS_ALL, &c->blobs, err);
    if (status == FH_OK) status = fh_blobs_decode(&c->blobs, row, c->whole, err);
    if (status != FH_OK) return status;
    const fh_segment *seg = fh_space_segment(c->whole);
    status = make_room(c, seg->n, err);
    if (status != FH_OK) return status;
    const uint32_t first_live = row->live_n < row->n ? fh_story_from(seg, row->lo) : 0;
    const uint32_t dead = seg->start[first_live];
    if (!c->choose(c->ctx, seg, dead, c->goes)) return FH_OK;
    memset(c->goes, GOES, dead);
    c->place[0] = 0;
    for (uint32_t i = 0; i < seg->n; i++) c->place[i + 1] = c->place[i] + (c->goes[i] != GOES);
    *there = true;
    return FH_OK;
}

/* What stays of the part in hand; no stories when nothing does. */
static fh_status what_stays(cutting *c, fh_segment *out, fh_error *err)
{
    const fh_segment *seg = fh_space_segment(c->whole);
    const fh_status status = fh_segment_keep(c->rest, seg, c->goes, err);
    if (status != FH_OK) return status;
    *out = *fh_space_segment(c->rest);
    if (!seg->payload_len) return FH_OK;
    for (uint32_t i = 0; i < seg->n; i++)
        if (c->goes[i] != GOES)
            c->lengths[c->place[i]] = c->goes[i] == TEXT_GOES ? 0 : seg->payload_len[i];
    out->payload_len = c->lengths;
    return FH_OK;
}

static fh_status rewrite_batch(cutting *c, const fh_segment *rest, fh_stored *row, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    const fh_str *payload = NULL;
    const uint32_t n = row->n;
    fh_status status =
        arena ? fh_inbox_payloads(&c->blobs, row, arena, &payload, err) : fh_no_memory(err);
    fh_str *kept = status == FH_OK ? FH_NEW_ARRAY(arena, fh_str, rest->n) : NULL;
    if (status == FH_OK && !kept) status = fh_no_memory(err);
    for (uint32_t i = 0; i < n && status == FH_OK; i++)
        if (c->goes[i] == STAYS) kept[c->place[i]] = payload[i];
    if (status == FH_OK) status = fh_stored_rewrite_batch(c->org, rest, kept, row, err);
    fh_arena_free(arena);
    return status;
}

/* A part from which only payloads went looks the same by its row, but must not: whoever
 * prepared a merge of it would bring them back (tidy.c). It gets a new number; a batch
 * becomes a delta of its age. */
static fh_status renumber_batch(cutting *c, const fh_segment *rest, const fh_stored *row,
                                fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    const fh_str *payload = NULL;
    fh_stored fresh = {.level = FH_LEVEL_DELTA, .age = row->id, .distinct = row->distinct};
    fh_status status =
        arena ? fh_inbox_payloads(&c->blobs, row, arena, &payload, err) : fh_no_memory(err);
    fh_str *kept = status == FH_OK ? FH_NEW_ARRAY(arena, fh_str, row->n) : NULL;
    if (status == FH_OK && !kept) status = fh_no_memory(err);
    for (uint32_t i = 0; i < row->n && status == FH_OK; i++)
        if (c->goes[i] == STAYS) kept[i] = payload[i];
    if (status == FH_OK) status = fh_stored_put(c->org, rest, &fresh, err);
    if (status == FH_OK) status = fh_pages_put(c->org, fresh.id, 0, kept, row->n, err);
    if (status == FH_OK) status = fh_stored_delete(c->org, row, err);
    fh_arena_free(arena);
    return status;
}

static fh_status renumber_segment(cutting *c, const fh_segment *rest, const fh_stored *row,
                                  fh_error *err)
{
    fh_stored fresh = *row;
    fh_status status = cut_pages(c, row, err);
    if (status == FH_OK) status = fh_stored_put(c->org, rest, &fresh, err);
    const int64_t ids[] = {row->id, fresh.id};
    if (status == FH_OK)
        status = fh_db_run(fh_org_db(c->org),
                           "UPDATE payload_page SET segment = $2 WHERE segment = $1", ids, 2, err);
    return status == FH_OK ? fh_stored_delete(c->org, row, err) : status;
}

static fh_status cut_part(cutting *c, fh_stored *row, fh_error *err)
{
    bool there = false;
    fh_segment rest;
    fh_status status = look_into(c, row, &there, err);
    if (status != FH_OK || !there) return status;
    status = what_stays(c, &rest, err);
    if (status != FH_OK) return status;
    if (rest.n_stories == 0) return fh_stored_delete(c->org, row, err);
    if (rest.n == row->n)
        return row->level == FH_LEVEL_INBOX ? renumber_batch(c, &rest, row, err)
                                            : renumber_segment(c, &rest, row, err);
    if (row->level == FH_LEVEL_INBOX) return rewrite_batch(c, &rest, row, err);
    status = cut_pages(c, row, err);
    return status == FH_OK ? fh_stored_replace(c->org, &rest, row, err) : status;
}

/* ---- One customer ----------------------------------------------------------------------- */

typedef struct one {
    uint32_t customer;
    uint64_t n_cut;
} one;

static bool choose_customer(void *ctx, const fh_segment *seg, uint32_t dead, uint8_t *goes)
{
    one *o = ctx;
    const uint32_t story = fh_story_from(seg, o->customer);
    if (story == seg->n_stories || seg->customer[story] != o->customer) return false;
    const uint32_t from = seg->start[story], until = seg->start[story + 1];
    memset(goes + from, GOES, until - from);
    if (from >= dead) o->n_cut += until - from;
    return true;
}

fh_status fh_stored_cut(fh_org *org, uint32_t customer, uint64_t *n_cut, fh_error *err)
{
    one o = {.customer = customer};
    cutting c = {.org = org, .choose = choose_customer, .ctx = &o};
    fh_stored_list parts = {0};
    fh_status status = begin(&c, err);
    if (status == FH_OK)
        status = fh_stored_segments(fh_org_db(org), customer, customer, true, &parts, err);
    if (status == FH_OK) status = fh_stored_inbox(fh_org_db(org), customer, customer, &parts, err);
    for (size_t i = 0; i < parts.n && status == FH_OK; i++)
        status = cut_part(&c, &parts.row[i], err);
    fh_stored_free(&parts);
    end(&c);
    if (status == FH_OK) *n_cut = o.n_cut;
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

/* ---- By age --------------------------------------------------------------------------------- */

static void note_gone(fh_gone *gone, uint8_t how, int64_t at_ms)
{
    uint64_t *n = how == GOES ? &gone->interactions : &gone->texts;
    int64_t *oldest = how == GOES ? &gone->oldest_ms : &gone->oldest_text_ms;
    if (!*n || at_ms < *oldest) *oldest = at_ms;
    ++*n;
}

static uint8_t fate(const fh_term *term, int64_t at_ms, bool has_text)
{
    if (at_ms < term->whole_ms) return GOES;
    return has_text && at_ms < term->text_ms ? TEXT_GOES : STAYS;
}

/* Tells of everything from `dead` on that has been kept long enough; `goes` may be NULL. */
static bool age_segment(const fh_terms *terms, const fh_segment *seg, uint32_t dead, fh_gone *gone,
                        uint8_t *goes)
{
    bool any = false;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at_s = seg->first_s[s];
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            at_s += seg->gap_s[i];
            const uint32_t told = seg->origin ? seg->origin[i] : 0;
            const uint32_t origin = told < terms->n ? told : 0;
            const int64_t at_ms = fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0);
            const uint8_t how =
                fate(&terms->of_origin[origin], at_ms, seg->payload_len && seg->payload_len[i]);
            if (how == STAYS || i < dead) continue;
            note_gone(&gone[origin], how, at_ms);
            if (goes) goes[i] = how;
            any = true;
        }
    }
    return any;
}

typedef struct ageing {
    const fh_terms *terms;
    fh_gone *gone;
} ageing;

static bool choose_old(void *ctx, const fh_segment *seg, uint32_t dead, uint8_t *goes)
{
    const ageing *a = ctx;
    return age_segment(a->terms, seg, dead, a->gone, goes);
}

fh_status fh_store_count_old(fh_org *org, const fh_terms *terms, fh_gone *gone, fh_error *err)
{
    const fh_segment *seg = NULL;
    fh_scan *scan = NULL;
    const uint32_t columns =
        1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_ORIGIN | 1u << FH_COL_PAYLOAD;
    fh_status status = fh_scan_open(org, columns, 0, UINT32_MAX, &scan, err);
    while (status == FH_OK) {
        status = fh_scan_next(scan, 0, &seg, err);
        if (status != FH_OK || !seg) break;
        (void)age_segment(terms, seg, 0, gone, NULL);
    }
    fh_scan_close(scan);
    return status;
}

static int64_t latest(const fh_terms *terms)
{
    int64_t out = INT64_MIN;
    for (uint32_t i = 0; i < terms->n; i++) {
        if (terms->of_origin[i].whole_ms > out) out = terms->of_origin[i].whole_ms;
        if (terms->of_origin[i].text_ms > out) out = terms->of_origin[i].text_ms;
    }
    return out;
}

fh_status fh_store_old_parts(fh_org *org, const fh_terms *terms, fh_arena *arena,
                             const fh_old_part **out, size_t *n, fh_error *err)
{
    const int64_t until_ms = latest(terms);
    fh_stored_list parts = {0};
    size_t count = 0;
    fh_status status = fh_stored_segments(fh_org_db(org), 0, UINT32_MAX, true, &parts, err);
    if (status == FH_OK) status = fh_stored_inbox(fh_org_db(org), 0, UINT32_MAX, &parts, err);
    fh_old_part *list = status == FH_OK ? FH_NEW_ARRAY(arena, fh_old_part, parts.n + 1) : NULL;
    if (status == FH_OK && !list) status = fh_no_memory(err);
    for (size_t i = 0; i < parts.n && status == FH_OK; i++)
        if (parts.row[i].first_ms < until_ms)
            list[count++] = (fh_old_part){.id = parts.row[i].id,
                                          .lo = parts.row[i].lo,
                                          .hi = parts.row[i].hi,
                                          .inbox = parts.row[i].level == FH_LEVEL_INBOX};
    fh_stored_free(&parts);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}

fh_status fh_store_let_go(fh_org *org, const fh_old_part *part, const fh_terms *terms,
                          fh_gone *gone, bool *there, fh_error *err)
{
    ageing a = {.terms = terms, .gone = gone};
    cutting c = {.org = org, .choose = choose_old, .ctx = &a};
    fh_stored_list now = {0};
    fh_db *db = fh_org_db(org);
    fh_status status = begin(&c, err);
    *there = false;
    if (status == FH_OK)
        status = part->inbox ? fh_stored_inbox(db, part->lo, part->hi, &now, err)
                             : fh_stored_segments(db, part->lo, part->hi, true, &now, err);
    for (size_t i = 0; i < now.n && status == FH_OK; i++) {
        if (now.row[i].id != part->id) continue;
        *there = true;
        status = cut_part(&c, &now.row[i], err);
    }
    fh_stored_free(&now);
    end(&c);
    return status;
}
