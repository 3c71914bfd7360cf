/* packed.c - what a merge is about to write (see packed.h). */
#include "store/packed.h"

#include <stdlib.h>

enum { PENDING = 4 * FH_PAGE_TARGET };

void fh_packed_init(fh_packed *p)
{
    *p = (fh_packed){0};
    fh_buf_init(&p->bytes, NULL, INT32_MAX);
}

void fh_packed_free(fh_packed *p)
{
    fh_buf_free(&p->bytes);
    free(p->part);
    free(p->page);
    free(p->pending);
    fh_space_free(p->piece);
    fh_arena_free(p->arena);
    *p = (fh_packed){0};
}

void fh_packed_clear(fh_packed *p)
{
    fh_buf_clear(&p->bytes);
    p->n_parts = p->n_pages = 0;
    p->n = 0;
}

static fh_status room(fh_packed *p, fh_error *err)
{
    if (!p->piece) p->piece = fh_space_new(NULL);
    if (!p->arena) p->arena = fh_arena_new(NULL);
    return p->piece && p->arena ? FH_OK : fh_no_memory(err);
}

/* ---- Columns ----------------------------------------------------------------------------- */

static fh_packed_part *new_part(fh_packed *p)
{
    if (p->n_parts == p->cap_parts) {
        const size_t cap = p->cap_parts ? 2 * p->cap_parts : 8;
        fh_packed_part *grown = realloc(p->part, cap * sizeof *grown);
        if (!grown) return NULL;
        p->part = grown;
        p->cap_parts = cap;
    }
    p->part[p->n_parts] = (fh_packed_part){.len = {0}};
    return &p->part[p->n_parts++];
}

static fh_status encode(fh_packed *p, const fh_segment *seg, const fh_stored *like, fh_error *err)
{
    fh_packed_part *part = new_part(p);
    if (!part) return fh_no_memory(err);
    part->row.level = like->level;
    part->row.age = like->age;
    part->row.distinct = like->distinct;
    fh_stored_describe(seg, &part->row);
    p->n += seg->n;
    for (uint32_t col = 0; col < FH_N_COLUMNS; col++) {
        part->at[col] = p->bytes.len;
        const fh_status status = fh_column_encode(seg, (fh_column)col, &p->bytes, err);
        if (status != FH_OK) return status;
        if (p->bytes.status != FH_OK) return fh_no_memory(err);
        part->len[col] = p->bytes.len - part->at[col];
        if (part->len[col]) part->row.columns |= 1u << col;
    }
    return FH_OK;
}

/* How many stories from `first` make a piece of about 1/pieces of the whole. */
static uint32_t piece_of(const fh_segment *seg, uint32_t first)
{
    const uint32_t left = seg->n - seg->start[first];
    const uint32_t pieces = (left + FH_SEGMENT_TARGET / 2) / FH_SEGMENT_TARGET;
    if (pieces <= 1) return seg->n_stories - first;
    const uint32_t want = left / pieces;
    uint32_t end = first + 1;
    while (end < seg->n_stories && seg->start[end] - seg->start[first] < want) end++;
    return end - first;
}

/* ---- Pages --------------------------------------------------------------------------------- */

static fh_packed_page *new_page(fh_packed *p)
{
    if (p->n_pages == p->cap_pages) {
        const size_t cap = p->cap_pages ? 2 * p->cap_pages : 64;
        fh_packed_page *grown = realloc(p->page, cap * sizeof *grown);
        if (!grown) return NULL;
        p->page = grown;
        p->cap_pages = cap;
    }
    p->page[p->n_pages] = (fh_packed_page){.part = p->n_parts - 1};
    return &p->page[p->n_pages++];
}

/* Pages for payload[0 .. n-1], interactions first .. of the last part; a span of empty
 * ones has none. */
static fh_status pack_pages(fh_packed *p, uint32_t first, const fh_str *payload, uint32_t n,
                            fh_error *err)
{
    fh_status status = FH_OK;
    for (uint32_t i = 0; i < n && status == FH_OK;) {
        const uint32_t end = fh_page_span(payload, n, &i);
        if (i == n) break;
        fh_packed_page *page = new_page(p);
        if (!page) return fh_no_memory(err);
        page->first = first + i;
        page->n = end - i;
        page->at = p->bytes.len;
        status = fh_page_encode(payload + i, end - i, &p->bytes, err);
        page->len = p->bytes.len - page->at;
        i = end;
    }
    return status;
}

/* Carrying the payloads of one part out of the inputs of a view. */
typedef struct carrying {
    fh_packed *p;
    fh_db *db;
    const fh_view *view;
    fh_pages *pages; /* [view->n_in]; segment 0: not opened */
    uint32_t at;     /* index in the view of the part's first interaction */
    uint32_t first_pending, n_pending;
    size_t pending_bytes;
} carrying;

static fh_status flush(carrying *c, fh_error *err)
{
    const fh_status status = pack_pages(c->p, c->first_pending, c->p->pending, c->n_pending, err);
    c->n_pending = 0;
    c->pending_bytes = 0;
    fh_arena_reset(c->p->arena);
    return status;
}

/* Whether all of `page` stands together from interaction i on, and is big enough to
 * be left as it is. */
static bool moves_whole(const carrying *c, const fh_page *page, uint32_t i, uint32_t n)
{
    if (!page || page->n > n - i) return false;
    const fh_merge_source from = fh_view_source(c->view, c->at + i);
    size_t bytes = 0;
    for (uint32_t k = 0; k < page->n; k++) {
        const fh_merge_source at = fh_view_source(c->view, c->at + i + k);
        if (at.input != from.input || at.index != from.index + k) return false;
        bytes += c->view->seg->payload_len[c->at + i + k];
    }
    return bytes >= FH_PAGE_TARGET / 2;
}

static fh_status carry_one(carrying *c, uint32_t i, fh_pages *pages, uint32_t index, fh_error *err)
{
    fh_str payload, copy;
    fh_status status = fh_pages_get(c->db, pages, index, &payload, err);
    if (status != FH_OK) return status;
    if (c->n_pending == 0) c->first_pending = i;
    if (!fh_arena_str(c->p->arena, payload, &copy)) return fh_no_memory(err);
    c->p->pending[c->n_pending++] = copy;
    c->pending_bytes += copy.len;
    return c->pending_bytes >= PENDING ? flush(c, err) : FH_OK;
}

static fh_status carry_moved(carrying *c, uint32_t i, const fh_page *page, fh_error *err)
{
    const fh_status status = flush(c, err);
    fh_packed_page *moved = status == FH_OK ? new_page(c->p) : NULL;
    if (status != FH_OK) return status;
    if (!moved) return fh_no_memory(err);
    moved->moved = page->id;
    moved->first = i;
    moved->n = page->n;
    return FH_OK;
}

/* Payloads of the n interactions just packed as one part: whole pages change their
 * place, others are unpacked and packed anew. */
static fh_status carry(carrying *c, uint32_t n, fh_error *err)
{
    fh_status status = FH_OK;
    for (uint32_t i = 0; i < n && status == FH_OK;) {
        const uint32_t g = c->at + i;
        if (c->view->seg->payload_len[g] == 0 && c->n_pending == 0) {
            i++;
            continue;
        }
        const fh_merge_source from = fh_view_source(c->view, g);
        fh_pages *pages = &c->pages[from.input];
        if (!pages->segment)
            status = fh_pages_open(c->db, c->view->from[from.input]->row.id, pages, err);
        if (status != FH_OK) break;
        const fh_page *page = fh_pages_at(pages, from.index);
        if (moves_whole(c, page, i, n)) {
            status = carry_moved(c, i, page, err);
            i += page->n;
        } else {
            status = carry_one(c, i, pages, from.index, err);
            i++;
        }
    }
    return status == FH_OK ? flush(c, err) : status;
}

static bool room_for_pending(fh_packed *p, size_t n)
{
    if (n <= p->cap_pending) return true;
    fh_str *grown = realloc(p->pending, n * sizeof *grown);
    if (!grown) return false;
    p->pending = grown;
    p->cap_pending = n;
    return true;
}

static fh_status add_pieces(fh_packed *p, carrying *c, const fh_stored *like, fh_error *err)
{
    const fh_segment *seg = c->view->seg;
    fh_status status = FH_OK;
    for (uint32_t first = 0; first < seg->n_stories && status == FH_OK;) {
        const uint32_t count = piece_of(seg, first);
        status = fh_segment_slice(p->piece, seg, first, count, err);
        if (status == FH_OK) status = encode(p, fh_space_segment(p->piece), like, err);
        if (status == FH_OK && seg->payload_len) {
            const uint32_t n = seg->start[first + count] - seg->start[first];
            c->at = seg->start[first];
            status = room_for_pending(p, n) ? carry(c, n, err) : fh_no_memory(err);
        }
        first += count;
    }
    return status;
}

fh_status fh_packed_add_view(fh_packed *p, fh_db *db, const fh_view *view, const fh_stored *like,
                             fh_error *err)
{
    fh_status status = room(p, err);
    if (status != FH_OK || !view->seg) return status;
    carrying c = {.p = p, .db = db, .view = view, .pages = calloc(view->n_in, sizeof *c.pages)};
    status = c.pages ? add_pieces(p, &c, like, err) : fh_no_memory(err);
    for (uint32_t i = 0; c.pages && i < view->n_in; i++) fh_pages_close(&c.pages[i]);
    free(c.pages);
    return status;
}

fh_status fh_packed_add_tail(fh_packed *p, const fh_tail *tail, const fh_stored *like,
                             fh_error *err)
{
    const fh_segment *seg = tail->seg;
    fh_status status = room(p, err);
    for (uint32_t first = 0; first < seg->n_stories && status == FH_OK;) {
        const uint32_t count = piece_of(seg, first);
        status = fh_segment_slice(p->piece, seg, first, count, err);
        if (status == FH_OK) status = encode(p, fh_space_segment(p->piece), like, err);
        if (status == FH_OK && seg->payload_len)
            status = pack_pages(p, 0, tail->payload + seg->start[first],
                                seg->start[first + count] - seg->start[first], err);
        first += count;
    }
    return status;
}

/* ---- Putting --------------------------------------------------------------------------------- */

static fh_status put_columns(fh_packed *p, fh_db *db, const fh_packed_part *part, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        db, "INSERT INTO segment_column (segment, col, data) VALUES ($1, $2, $3)", &s, err);
    for (uint32_t col = 0; col < FH_N_COLUMNS && status == FH_OK; col++) {
        if (part->len[col] == 0) continue;
        fh_stmt_bind_i64(s, 1, part->row.id);
        fh_stmt_bind_i64(s, 2, col);
        fh_stmt_bind_blob(s, 3, p->bytes.ptr + part->at[col], part->len[col]);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_packed_put(fh_packed *p, fh_org *org, fh_error *err)
{
    fh_db *db = fh_org_db(org);
    int64_t id = 0;
    fh_status status = FH_OK;
    if (p->n_parts) status = fh_org_numbers(org, "segment", (int64_t)p->n_parts, &id, err);
    for (size_t i = 0; i < p->n_parts && status == FH_OK; i++) {
        p->part[i].row.id = id++;
        status = put_columns(p, db, &p->part[i], err);
        if (status == FH_OK) status = fh_stored_put_row(db, &p->part[i].row, err);
    }
    for (size_t i = 0; i < p->n_pages && status == FH_OK; i++) {
        const fh_packed_page *page = &p->page[i];
        const int64_t segment = p->part[page->part].row.id;
        if (page->moved)
            status = fh_page_move(org, page->moved, segment, page->first, err);
        else
            status = fh_page_put(org, segment, page->first, page->n,
                                 (fh_str){p->bytes.ptr + page->at, page->len}, err);
    }
    return status;
}
