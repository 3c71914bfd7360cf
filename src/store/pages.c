/* pages.c - payload pages: bytes as they came, compressed some 64 KiB at a time.
 *
 * Pages of a segment do not overlap; interactions no page has carry no payload.
 * Bytes and place lie in two tables, so that a merge gives a page a new place
 * without touching its bytes.
 */
#include "store/stored.h"

#include <stdlib.h>

/* ---- Reading ---------------------------------------------------------------------------- */

static fh_status damaged(int64_t segment, fh_error *err, const char *what)
{
    const fh_stored s = {.id = segment, .level = FH_LEVEL_BASE};
    return fh_stored_fault(&s, err, what);
}

static fh_status take_page(fh_stmt *s, fh_pages *pages, size_t *cap, fh_error *err)
{
    const int64_t id = fh_stmt_i64(s, 0), first = fh_stmt_i64(s, 1), n = fh_stmt_i64(s, 2);
    const fh_page *before = pages->n > 0 ? &pages->page[pages->n - 1] : NULL;
    const int64_t least = before ? (int64_t)before->first + before->n : 0;
    if (first < least || first > UINT32_MAX || n < 1 || n > UINT32_MAX - first)
        return damaged(pages->segment, err, "its payload pages are not in order");
    if (pages->n == *cap) {
        *cap = *cap ? 2 * *cap : 16;
        fh_page *grown = realloc(pages->page, *cap * sizeof *grown);
        if (!grown) return fh_no_memory(err);
        pages->page = grown;
    }
    pages->page[pages->n++] = (fh_page){.id = id, .first = (uint32_t)first, .n = (uint32_t)n};
    return FH_OK;
}

fh_status fh_pages_open(fh_db *db, int64_t segment, fh_pages *pages, fh_error *err)
{
    *pages = (fh_pages){.segment = segment};
    fh_stmt *s = NULL;
    size_t cap = 0;
    fh_status status = fh_db_prepare(
        db, "SELECT page, first, n FROM payload_page WHERE segment = $1 ORDER BY first", &s, err);
    if (status != FH_OK) return status;
    fh_stmt_bind_i64(s, 1, segment);
    for (bool row = true; status == FH_OK && row;) {
        status = fh_stmt_step(s, &row, err);
        if (status == FH_OK && row) status = take_page(s, pages, &cap, err);
    }
    fh_stmt_done(s);
    pages->open = pages->n;
    if (status != FH_OK) fh_pages_close(pages);
    return status;
}

void fh_pages_close(fh_pages *pages)
{
    fh_arena_free(pages->arena);
    free(pages->page);
    *pages = (fh_pages){0};
}

/* The first page that ends after `index`. */
static size_t page_of(const fh_pages *pages, uint32_t index)
{
    size_t lo = 0, hi = pages->n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (pages->page[mid].first + pages->page[mid].n <= index)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

const fh_page *fh_pages_at(const fh_pages *pages, uint32_t index)
{
    const size_t p = page_of(pages, index);
    return p < pages->n && pages->page[p].first == index ? &pages->page[p] : NULL;
}

static fh_status decode_page(fh_db *db, fh_pages *pages, size_t p, fh_error *err)
{
    pages->open = pages->n;
    if (pages->arena)
        fh_arena_reset(pages->arena);
    else
        pages->arena = fh_arena_new(NULL);
    if (!pages->arena) return fh_no_memory(err);
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(db, "SELECT data FROM payload_data WHERE page = $1", &s, err);
    if (status != FH_OK) return status;
    fh_stmt_bind_i64(s, 1, pages->page[p].id);
    bool row = false;
    uint32_t n = 0;
    status = fh_stmt_step(s, &row, err);
    if (status == FH_OK && !row) status = damaged(pages->segment, err, "a payload page is missing");
    if (status == FH_OK) {
        const fh_str data = fh_stmt_blob(s, 0);
        status = fh_page_decode(pages->arena, data.ptr, data.len, &pages->payload, &n, err);
        if (status == FH_CORRUPT)
            status = damaged(pages->segment, err, "a payload page is damaged");
    }
    fh_stmt_done(s);
    if (status == FH_OK && n != pages->page[p].n)
        status = damaged(pages->segment, err, "a payload page has another length");
    if (status == FH_OK) pages->open = p;
    return status;
}

fh_status fh_pages_get(fh_db *db, fh_pages *pages, uint32_t index, fh_str *out, fh_error *err)
{
    const size_t p = page_of(pages, index);
    if (p == pages->n || index < pages->page[p].first) {
        *out = (fh_str){0};
        return FH_OK;
    }
    if (p != pages->open) {
        const fh_status status = decode_page(db, pages, p, err);
        if (status != FH_OK) return status;
    }
    *out = pages->payload[index - pages->page[p].first];
    return FH_OK;
}

/* ---- Writing ------------------------------------------------------------------------------ */

uint32_t fh_page_span(const fh_str *payload, uint32_t n, uint32_t *from)
{
    uint32_t i = *from;
    while (i < n && payload[i].len == 0) i++;
    size_t raw = 0;
    uint32_t end = i, last = i; /* last: after the last one that is not empty */
    while (end < n && (end == i || raw + payload[end].len <= FH_PAGE_TARGET)) {
        raw += payload[end++].len;
        if (payload[end - 1].len > 0) last = end;
    }
    *from = i;
    return last;
}

fh_status fh_page_put(fh_org *org, int64_t segment, uint32_t first, uint32_t n, fh_str bytes,
                      fh_error *err)
{
    fh_db *db = fh_org_db(org);
    int64_t page = 0;
    fh_status status = fh_org_numbers(org, "page", 1, &page, err);
    const int64_t v[] = {page, segment, first, n};
    if (status == FH_OK)
        status = fh_db_run(
            db, "INSERT INTO payload_page (page, segment, first, n) VALUES ($1, $2, $3, $4)", v, 4,
            err);
    fh_stmt *s = NULL;
    if (status == FH_OK)
        status =
            fh_db_prepare(db, "INSERT INTO payload_data (page, data) VALUES ($1, $2)", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, page);
        fh_stmt_bind_blob(s, 2, bytes.ptr, bytes.len);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_pages_put(fh_org *org, int64_t segment, uint32_t first, const fh_str *payload,
                       uint32_t n, fh_error *err)
{
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, INT32_MAX);
    fh_status status = FH_OK;
    for (uint32_t i = 0; i < n && status == FH_OK;) {
        const uint32_t end = fh_page_span(payload, n, &i);
        if (i == n) break;
        fh_buf_clear(&bytes);
        status = fh_page_encode(payload + i, end - i, &bytes, err);
        if (status == FH_OK)
            status = fh_page_put(org, segment, first + i, end - i, fh_buf_view(&bytes), err);
        i = end;
    }
    fh_buf_free(&bytes);
    return status;
}

fh_status fh_page_move(fh_org *org, int64_t page, int64_t segment, uint32_t first, fh_error *err)
{
    const int64_t v[] = {page, segment, first};
    return fh_db_run(fh_org_db(org),
                     "UPDATE payload_page SET segment = $2, first = $3 WHERE page = $1", v, 3, err);
}

fh_status fh_page_delete(fh_org *org, int64_t page, fh_error *err)
{
    fh_db *db = fh_org_db(org);
    fh_status status = fh_db_run(db, "DELETE FROM payload_data WHERE page = $1", &page, 1, err);
    if (status == FH_OK)
        status = fh_db_run(db, "DELETE FROM payload_page WHERE page = $1", &page, 1, err);
    return status;
}
