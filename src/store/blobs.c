/* blobs.c - the BLOBs of a part: read in one go, decoded later (and elsewhere).
 *
 * An inbox batch is one BLOB: items one after another, each with a head of 16
 * bytes, then its bytes:
 *
 *     kind u32 | length u32 | first u32 | n u32 | bytes ...
 *
 * Kind 0 .. 15 is a column (first and n are 0), columns rising; 16 is a payload
 * page of interactions first .. first + n - 1, pages rising, after all columns.
 * All numbers little-endian. What is inside has checksums of its own.
 */
#include "store/stored.h"

#include <string.h>

enum { ITEM_HEAD = 16, ITEM_PAGE = FH_N_COLUMNS };

void fh_blobs_init(fh_blobs *b)
{
    *b = (fh_blobs){0};
    fh_buf_init(&b->bytes, NULL, INT32_MAX);
}

void fh_blobs_free(fh_blobs *b)
{
    fh_buf_free(&b->bytes);
}

/* ---- Inbox batches ------------------------------------------------------------------ */

typedef struct item {
    uint32_t kind, first, n;
    size_t at, len;
} item;

static uint32_t get32(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void put32(fh_buf *out, uint32_t v)
{
    const char b[4] = {(char)(v & 0xff), (char)(v >> 8 & 0xff), (char)(v >> 16 & 0xff),
                       (char)(v >> 24)};
    fh_buf_put(out, b, sizeof b);
}

/* The item that begins at `at`; false when it does not fit into the bytes. */
static bool next_item(fh_str bytes, size_t at, item *out)
{
    if (at > bytes.len || bytes.len - at < ITEM_HEAD) return false;
    const char *head = bytes.ptr + at;
    *out = (item){.kind = get32(head),
                  .len = get32(head + 4),
                  .first = get32(head + 8),
                  .n = get32(head + 12),
                  .at = at + ITEM_HEAD};
    return out->len <= bytes.len - out->at && out->len > 0 && out->kind <= ITEM_PAGE;
}

static void put_item(fh_buf *out, uint32_t kind, uint32_t first, uint32_t n, fh_str bytes)
{
    put32(out, kind);
    put32(out, (uint32_t)bytes.len);
    put32(out, first);
    put32(out, n);
    fh_buf_str(out, bytes);
}

/* How many payloads from `from` make a page of about FH_PAGE_TARGET bytes. */
static uint32_t page_span(const fh_str *payload, uint32_t from, uint32_t n)
{
    size_t bytes = 0;
    uint32_t i = from;
    while (i < n && (i == from || bytes + payload[i].len <= FH_PAGE_TARGET))
        bytes += payload[i++].len;
    return i - from;
}

fh_status fh_inbox_encode(const fh_segment *seg, const fh_str *payload, fh_buf *out,
                          uint32_t *columns, fh_error *err)
{
    fh_buf one;
    fh_buf_init(&one, NULL, INT32_MAX);
    fh_status status = FH_OK;
    *columns = 0;
    for (uint32_t col = 0; col < FH_N_COLUMNS && status == FH_OK; col++) {
        fh_buf_clear(&one);
        status = fh_column_encode(seg, (fh_column)col, &one, err);
        if (status != FH_OK || one.len == 0) continue;
        put_item(out, col, 0, 0, fh_buf_view(&one));
        *columns |= 1u << col;
    }
    for (uint32_t i = 0; payload && i < seg->n && status == FH_OK;) {
        const uint32_t n = page_span(payload, i, seg->n);
        fh_buf_clear(&one);
        status = fh_page_encode(payload + i, n, &one, err);
        if (status == FH_OK) put_item(out, ITEM_PAGE, i, n, fh_buf_view(&one));
        i += n;
    }
    fh_buf_free(&one);
    if (status != FH_OK) return status;
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    if (out->status == FH_LIMIT)
        return fh_fail(err, FH_LIMIT, "a batch of more than %zu bytes", out->max);
    return FH_OK;
}

/* Finds the columns wanted in the bytes of a batch. */
static fh_status find_items(const fh_stored *s, uint32_t columns, fh_blobs *b, fh_error *err)
{
    const fh_str bytes = fh_buf_view(&b->bytes);
    uint32_t found = 0;
    size_t at = 0;
    item it;
    for (b->pages_at = bytes.len; at < bytes.len; at = it.at + it.len) {
        if (!next_item(bytes, at, &it)) return fh_stored_fault(s, err, "its bytes are cut off");
        if (it.kind == ITEM_PAGE) {
            b->pages_at = at;
            break;
        }
        if (found >> it.kind) return fh_stored_fault(s, err, "its columns are not in order");
        found |= 1u << it.kind;
        if (!(columns >> it.kind & 1)) continue;
        b->col[it.kind].at = it.at;
        b->col[it.kind].len = it.len;
    }
    if (found != s->columns) return fh_stored_fault(s, err, "its columns are not those of its row");
    return FH_OK;
}

static fh_status read_batch(fh_db *db, const fh_stored *s, uint32_t columns, fh_blobs *b,
                            fh_error *err)
{
    fh_stmt *stmt = NULL;
    fh_status status =
        fh_db_prepare(db, "SELECT data FROM inbox_data WHERE batch = $1", &stmt, err);
    if (status != FH_OK) return status;
    fh_stmt_bind_i64(stmt, 1, s->id);
    bool row = false;
    status = fh_stmt_step(stmt, &row, err);
    if (status == FH_OK && !row) status = fh_stored_fault(s, err, "its bytes are not there");
    if (status == FH_OK) fh_buf_str(&b->bytes, fh_stmt_blob(stmt, 0));
    fh_stmt_done(stmt);
    if (status == FH_OK && b->bytes.status != FH_OK) status = fh_no_memory(err);
    return status == FH_OK ? find_items(s, columns, b, err) : status;
}

fh_status fh_inbox_payloads(const fh_blobs *b, const fh_stored *s, fh_arena *arena,
                            const fh_str **out, fh_error *err)
{
    fh_str *payload = FH_NEW_ARRAY(arena, fh_str, s->n);
    if (!payload) return fh_no_memory(err);
    const fh_str bytes = fh_buf_view(&b->bytes);
    uint32_t next = 0;
    item it;
    for (size_t at = b->pages_at; at < bytes.len; at = it.at + it.len) {
        if (!next_item(bytes, at, &it) || it.kind != ITEM_PAGE || it.first < next ||
            it.first > s->n || it.n > s->n - it.first)
            return fh_stored_fault(s, err, "its payload pages are not in order");
        const fh_str *page = NULL;
        uint32_t n = 0;
        const fh_status status = fh_page_decode(arena, bytes.ptr + it.at, it.len, &page, &n, err);
        if (status != FH_OK) return status;
        if (n != it.n) return fh_stored_fault(s, err, "a payload page has another length");
        if (n > 0) memcpy(payload + it.first, page, n * sizeof *page);
        next = it.first + n;
    }
    *out = payload;
    return FH_OK;
}

/* ---- Segments ---------------------------------------------------------------------------- */

static const char column_sql[] = "SELECT data FROM segment_column WHERE segment = $1 AND col = $2";

/* A stored column's bytes, which the statement holds until it is reset. */
static fh_status column_bytes(fh_stmt *stmt, const fh_stored *s, uint32_t col, fh_str *out,
                              fh_error *err)
{
    bool row = false;
    fh_stmt_bind_i64(stmt, 1, s->id);
    fh_stmt_bind_i64(stmt, 2, col);
    const fh_status status = fh_stmt_step(stmt, &row, err);
    if (status != FH_OK) return status;
    *out = row ? fh_stmt_blob(stmt, 0) : (fh_str){0};
    return out->len > 0 ? FH_OK : fh_stored_fault(s, err, "a column is missing");
}

static fh_status read_segment(fh_db *db, const fh_stored *s, uint32_t columns, fh_blobs *b,
                              fh_error *err)
{
    fh_stmt *stmt = NULL;
    fh_status status = fh_db_prepare(db, column_sql, &stmt, err);
    for (uint32_t col = 0; col < FH_N_COLUMNS && status == FH_OK; col++) {
        if (!(columns & s->columns & 1u << col)) continue;
        fh_str data = {0};
        status = column_bytes(stmt, s, col, &data, err);
        if (status != FH_OK) break;
        b->col[col].at = b->bytes.len;
        b->col[col].len = data.len;
        fh_buf_str(&b->bytes, data);
        fh_stmt_reset(stmt);
        if (b->bytes.status != FH_OK) status = fh_no_memory(err);
    }
    fh_stmt_done(stmt);
    return status;
}

fh_status fh_blobs_read(fh_db *db, const fh_stored *s, uint32_t columns, fh_blobs *b, fh_error *err)
{
    columns |= 1u << FH_COL_STORIES;
    fh_buf_clear(&b->bytes);
    memset(b->col, 0, sizeof b->col);
    b->pages_at = 0;
    b->columns = columns;
    return s->level == FH_LEVEL_INBOX ? read_batch(db, s, columns, b, err)
                                      : read_segment(db, s, columns, b, err);
}

/* Damage found by a codec, with the part's name before it. */
static fh_status say_where(const fh_stored *s, fh_status status, fh_error *err)
{
    if (!err || status == FH_NOMEM) return status;
    char what[sizeof err->message];
    memcpy(what, err->message, sizeof what);
    if (status == FH_CORRUPT) return fh_stored_fault(s, err, what);
    char name[48];
    return fh_fail(err, status, "%s: %s", fh_stored_name(s, name), what);
}

/* The row and the columns tell the same? */
static bool fits(const fh_stored *s, const fh_segment *seg)
{
    if (seg->n != s->n || seg->n_stories != s->n_stories || seg->n_stories == 0) return false;
    if (seg->customer[seg->n_stories - 1] != s->hi) return false;
    if (s->live_n == s->n) return seg->customer[0] == s->lo && s->live_stories == s->n_stories;
    const uint32_t first = fh_story_from(seg, s->lo);
    return first > 0 && s->live_stories == s->n_stories - first &&
           s->live_n == s->n - seg->start[first];
}

static fh_status decode_stories_of(fh_str bytes, const fh_stored *s, fh_space *space, fh_error *err)
{
    const fh_status status = fh_stories_decode(space, bytes.ptr, bytes.len, err);
    if (status != FH_OK) return say_where(s, status, err);
    return fits(s, fh_space_segment(space))
               ? FH_OK
               : fh_stored_fault(s, err, "its columns do not fit its row");
}

static fh_status decode_stories(const fh_blobs *b, const fh_stored *s, fh_space *space,
                                fh_error *err)
{
    const fh_str bytes = {b->bytes.ptr + b->col[FH_COL_STORIES].at, b->col[FH_COL_STORIES].len};
    return decode_stories_of(bytes, s, space, err);
}

static fh_status decode_rest(const fh_blobs *b, const fh_stored *s, fh_space *space, fh_error *err)
{
    fh_status status = FH_OK;
    for (uint32_t col = FH_COL_GAP; col < FH_N_COLUMNS && status == FH_OK; col++)
        if (b->columns >> col & 1)
            status = fh_column_decode(space, (fh_column)col, b->bytes.ptr + b->col[col].at,
                                      b->col[col].len, err);
    return status == FH_OK ? FH_OK : say_where(s, status, err);
}

fh_status fh_blobs_decode(const fh_blobs *b, const fh_stored *s, fh_space *space, fh_error *err)
{
    const fh_status status = decode_stories(b, s, space, err);
    return status == FH_OK ? decode_rest(b, s, space, err) : status;
}

static fh_status narrow(fh_space *space, uint32_t lo, uint32_t hi, uint32_t *skipped, fh_error *err)
{
    const fh_segment *seg = fh_space_segment(space);
    const uint32_t first = fh_story_from(seg, lo);
    const uint32_t end = hi == UINT32_MAX ? seg->n_stories : fh_story_from(seg, hi + 1);
    *skipped = 0;
    if (first == 0 && end == seg->n_stories) return FH_OK;
    return fh_stories_narrow(space, first, end - first, skipped, err);
}

fh_status fh_blobs_decode_of(const fh_blobs *b, const fh_stored *s, uint32_t lo, uint32_t hi,
                             fh_space *space, uint32_t *skipped, fh_error *err)
{
    fh_status status = decode_stories(b, s, space, err);
    if (status == FH_OK) status = narrow(space, lo, hi, skipped, err);
    return status == FH_OK ? decode_rest(b, s, space, err) : status;
}

/* A column of the few stories that the space was narrowed to, or who they are. */
static fh_status decode_few(fh_str bytes, const fh_stored *s, fh_column col, uint32_t lo,
                            uint32_t hi, fh_space *space, uint32_t *skipped, fh_error *err)
{
    if (col == FH_COL_STORIES) {
        const fh_status status = decode_stories_of(bytes, s, space, err);
        return status == FH_OK ? narrow(space, lo, hi, skipped, err) : status;
    }
    const fh_status status = fh_column_decode(space, col, bytes.ptr, bytes.len, err);
    return status == FH_OK ? FH_OK : say_where(s, status, err);
}

fh_status fh_stored_decode(fh_db *db, const fh_stored *s, uint32_t columns, uint32_t lo,
                           uint32_t hi, fh_space *space, uint32_t *skipped, fh_error *err)
{
    fh_stmt *stmt = NULL;
    fh_status status = fh_db_prepare(db, column_sql, &stmt, err);
    columns |= 1u << FH_COL_STORIES;
    for (uint32_t col = 0; col < FH_N_COLUMNS && status == FH_OK; col++) {
        fh_str data = {0};
        if (!(columns >> col & 1)) continue;
        if (s->columns >> col & 1) status = column_bytes(stmt, s, col, &data, err);
        if (status != FH_OK) break;
        status = decode_few(data, s, (fh_column)col, lo, hi, space, skipped, err);
        fh_stmt_reset(stmt);
        if (fh_space_segment(space)->n_stories == 0) break;
    }
    fh_stmt_done(stmt);
    return status;
}

fh_status fh_blobs_decode_if(const fh_blobs *b, const fh_stored *s, uint32_t lo, uint32_t hi,
                             fh_space *space, bool *any, fh_error *err)
{
    const fh_status status = decode_stories(b, s, space, err);
    if (status != FH_OK) return status;
    const fh_segment *seg = fh_space_segment(space);
    const uint32_t story = fh_story_from(seg, lo);
    *any = story < seg->n_stories && seg->customer[story] <= hi;
    return *any ? decode_rest(b, s, space, err) : FH_OK;
}

/* ---- Held in memory ------------------------------------------------------------------ */

/* What names a column: numbers are never given twice, and a segment only ever loses
 * interactions. */
static fh_kept_key key_of(const fh_stored *s, uint32_t col)
{
    const uint64_t id = (uint64_t)s->id;
    const uint32_t mixed =
        (uint32_t)((id * FH_N_COLUMNS + col) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    fh_kept_key key = {{0}};
    memcpy(key.byte, &mixed, sizeof mixed);
    memcpy(key.byte + 8, &id, sizeof id);
    memcpy(key.byte + 16, &s->n, sizeof s->n);
    memcpy(key.byte + 20, &col, sizeof col);
    return key;
}

static void free_held(void *held)
{
    fh_held_free(held);
}

/* Reads one column into memory; *out stays NULL when there is no room to keep it. */
static fh_status bring(fh_stmt *stmt, fh_held_part *held, uint64_t era, const fh_stored *s,
                       uint32_t col, fh_error *err)
{
    const fh_kept_key key = key_of(s, col);
    fh_held *fresh = NULL;
    fh_str data = {0};
    fh_status status = column_bytes(stmt, s, col, &data, err);
    if (status != FH_OK) return status;
    /* Who the stories are is kept decoded; what finds places takes a little. */
    const size_t about = col == FH_COL_STORIES ? 3 * data.len : data.len + data.len / 16;
    if (!fh_kept_fits(held->kept, about)) return FH_OK;
    fh_kept_thing *thing = fh_kept_begin(held->kept);
    if (!thing) return fh_no_memory(err);
    status = fh_held_new(fh_kept_memory(thing), (fh_column)col, data.ptr, data.len, &fresh, err);
    if (status != FH_OK) {
        fh_kept_drop(thing);
        return say_where(s, status, err);
    }
    fh_kept_put(held->kept, thing, &key, era, fresh, free_held, 1);
    held->column[col] = fh_kept_get(held->kept, &key, &held->thing[col]);
    return FH_OK;
}

void fh_held_release(fh_held_part *held)
{
    for (uint32_t col = 0; held->kept && col < FH_N_COLUMNS; col++)
        fh_kept_release(held->kept, held->thing[col]);
    *held = (fh_held_part){0};
}

/* One column, from memory or brought there. The statement is made when it is needed. */
static fh_status take_column(fh_db *db, fh_stmt **stmt, fh_held_part *held, uint64_t era,
                             const fh_stored *s, uint32_t col, fh_error *err)
{
    const fh_kept_key key = key_of(s, col);
    if (!fh_held_can((fh_column)col)) return FH_OK;
    held->column[col] = fh_kept_get(held->kept, &key, &held->thing[col]);
    if (held->column[col]) return FH_OK;
    fh_status status = *stmt ? FH_OK : fh_db_prepare(db, column_sql, stmt, err);
    if (status != FH_OK) return status;
    status = bring(*stmt, held, era, s, col, err);
    fh_stmt_reset(*stmt);
    return status;
}

fh_status fh_held_take(fh_db *db, fh_kept *kept, uint64_t era, const fh_stored *s, uint32_t columns,
                       fh_held_part *out, fh_error *err)
{
    fh_held_part held = {.kept = kept};
    fh_stmt *stmt = NULL;
    fh_status status = FH_OK;
    bool all = true;
    columns = (columns | 1u << FH_COL_STORIES) & s->columns;
    *out = (fh_held_part){0};
    for (uint32_t col = 0; col < FH_N_COLUMNS && all && status == FH_OK; col++) {
        if (!(columns >> col & 1)) continue;
        status = take_column(db, &stmt, &held, era, s, col, err);
        all = held.column[col] != NULL;
    }
    fh_stmt_done(stmt);
    if (status == FH_OK && all && !held.column[FH_COL_STORIES])
        status = fh_stored_fault(s, err, "a column is missing");
    if (status == FH_OK && all && !fits(s, fh_held_stories(held.column[FH_COL_STORIES])))
        status = fh_stored_fault(s, err, "its columns do not fit its row");
    if (status == FH_OK && all)
        *out = held;
    else
        fh_held_release(&held);
    return status;
}

fh_status fh_held_show(const fh_held_part *held, const fh_stored *s, uint32_t columns,
                       const uint32_t *customer, size_t n, fh_space *space, fh_error *err)
{
    const fh_status status = fh_held_decode(space, held->column, columns, customer, n, err);
    return status == FH_OK ? FH_OK : say_where(s, status, err);
}
