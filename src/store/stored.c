/* stored.c - the rows of segments and inbox batches. */
#include "store/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STORED_MAX = 1 << 26 }; /* interactions in one part; the codecs' limit too */

const char *fh_stored_name(const fh_stored *s, char space[48])
{
    (void)snprintf(space, 48, "%s %lld", s->level == FH_LEVEL_INBOX ? "inbox batch" : "segment",
                   (long long)s->id);
    return space;
}

fh_status fh_stored_fault(const fh_stored *s, fh_error *err, const char *what)
{
    char name[48];
    (void)fh_fail(err, FH_CORRUPT, "%s: %s", fh_stored_name(s, name), what);
    return fh_hint(err, FH_CORRUPT,
                   "The file is damaged: 'firsthand check' tells where. Put back "
                   "the last backup.");
}

void fh_stored_free(fh_stored_list *list)
{
    free(list->row);
    *list = (fh_stored_list){0};
}

static fh_status append(fh_stored_list *list, const fh_stored *row, fh_error *err)
{
    if (list->n == list->cap) {
        const size_t cap = list->cap ? 2 * list->cap : 64;
        fh_stored *grown = realloc(list->row, cap * sizeof *grown);
        if (!grown) return fh_no_memory(err);
        list->row = grown;
        list->cap = cap;
    }
    list->row[list->n++] = *row;
    return FH_OK;
}

/* ---- Reading --------------------------------------------------------------------------- */

static bool in_range(int64_t v, int64_t lo, int64_t hi)
{
    return v >= lo && v <= hi;
}

/* The numbers of a row as they came: nothing is believed before it is looked at. */
static bool sensible(const int64_t v[12])
{
    return v[0] > 0 && in_range(v[1], 0, 1) && v[2] >= 0 && in_range(v[3], 1, UINT32_MAX) &&
           in_range(v[4], v[3], UINT32_MAX) && in_range(v[5], 1, STORED_MAX) &&
           in_range(v[6], 1, v[5]) && in_range(v[7], 1, v[5]) && in_range(v[8], 1, v[6]) &&
           v[8] <= v[7] && in_range(v[9], FH_TIME_MIN_MS, FH_TIME_MAX_MS) &&
           in_range(v[10], v[9], FH_TIME_MAX_MS) && in_range(v[11], 3, FH_COLS_ALL) &&
           (v[11] & 3) == 3;
}

static fh_status take_row(fh_stmt *s, bool inbox, fh_stored_list *list, fh_error *err)
{
    int64_t v[12];
    for (unsigned i = 0; i < 12; i++) v[i] = fh_stmt_i64(s, i);
    fh_stored row = {.id = v[0], .level = inbox ? FH_LEVEL_INBOX : FH_LEVEL_BASE};
    if (!sensible(v)) return fh_stored_fault(&row, err, "its row is not sensible");
    if (!inbox) row.level = v[1] ? FH_LEVEL_DELTA : FH_LEVEL_BASE;
    row.age = v[2];
    row.lo = (uint32_t)v[3];
    row.hi = (uint32_t)v[4];
    row.n = (uint32_t)v[5];
    row.n_stories = (uint32_t)v[6];
    row.live_n = (uint32_t)v[7];
    row.live_stories = (uint32_t)v[8];
    row.first_ms = v[9];
    row.last_ms = v[10];
    row.columns = (uint32_t)v[11];
    const int64_t clean = fh_stmt_i64(s, 12);
    row.clean = clean == 1 || clean == 2;
    row.distinct = clean == 2;
    return append(list, &row, err);
}

static fh_status read_rows(fh_db *db, const char *sql, uint32_t lo, uint32_t hi, bool inbox,
                           fh_stored_list *list, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(db, sql, &s, err);
    if (status != FH_OK) return status;
    fh_stmt_bind_i64(s, 1, lo);
    fh_stmt_bind_i64(s, 2, hi);
    for (bool row = true; status == FH_OK && row;) {
        status = fh_stmt_step(s, &row, err);
        if (status == FH_OK && row) status = take_row(s, inbox, list, err);
    }
    fh_stmt_done(s);
    return status;
}

#define SEGMENT_ROW                                                            \
    "SELECT segment, level, age, lo, hi, n, n_stories, live_n, live_stories, " \
    "first_ms, last_ms, columns, clean FROM segment WHERE "

fh_status fh_stored_segments(fh_db *db, uint32_t lo, uint32_t hi, bool dead, fh_stored_list *list,
                             fh_error *err)
{
    if (dead)
        return read_rows(db,
                         SEGMENT_ROW "hi >= $1 AND (lo <= $2 OR live_n < n) ORDER BY lo, segment",
                         lo, hi, false, list, err);
    return read_rows(db, SEGMENT_ROW "hi >= $1 AND lo <= $2 ORDER BY lo, segment", lo, hi, false,
                     list, err);
}

fh_status fh_stored_inbox(fh_db *db, uint32_t lo, uint32_t hi, fh_stored_list *list, fh_error *err)
{
    return read_rows(
        db,
        "SELECT batch, 1, batch, lo, hi, n, n_stories, n, n_stories, first_ms, "
        "last_ms, columns, clean FROM inbox WHERE hi >= $1 AND lo <= $2 ORDER BY batch",
        lo, hi, true, list, err);
}

/* ---- Writing ----------------------------------------------------------------------------- */

static int64_t ms_at(const fh_segment *seg, uint64_t at_s, uint32_t i)
{
    return fh_instant_ms(at_s, seg->ms ? seg->ms[i] : 0);
}

/* Given ids that come twice within a story, told with a table of as many slots as
 * twice the story (`slot`, [size], a power of two). */
static bool repeats(const fh_segment *seg, uint32_t from, uint32_t until, uint32_t *slot,
                    uint32_t size)
{
    memset(slot, 0, size * sizeof *slot);
    for (uint32_t i = from; i < until; i++) {
        const uint64_t id = seg->id[i];
        if (!(id & FH_ID_GIVEN)) continue;
        uint32_t at = (uint32_t)(id * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (size - 1);
        while (slot[at]) {
            if (seg->id[from + slot[at] - 1] == id) return true;
            at = (at + 1) & (size - 1);
        }
        slot[at] = i - from + 1;
    }
    return false;
}

/* Whether no two interactions are the same, so that a reader need not look: no
 * given id twice in a story. Unsure (no memory): no. */
static bool is_clean(const fh_segment *seg)
{
    if (!seg->id) return true;
    uint32_t longest = 1;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint32_t len = seg->start[s + 1] - seg->start[s];
        if (len > longest) longest = len;
    }
    uint32_t size = 8;
    while (size < 2 * longest) size *= 2;
    uint32_t *slot = malloc(size * sizeof *slot);
    bool clean = slot != NULL;
    for (uint32_t s = 0; clean && s < seg->n_stories; s++) {
        const uint32_t from = seg->start[s], until = seg->start[s + 1];
        uint32_t use = 8;
        while (use < 2 * (until - from)) use *= 2;
        if (until - from > 1) clean = !repeats(seg, from, until, slot, use);
    }
    free(slot);
    return clean;
}

void fh_stored_describe(const fh_segment *seg, fh_stored *out)
{
    out->n = out->live_n = seg->n;
    out->n_stories = out->live_stories = seg->n_stories;
    out->lo = seg->customer[0];
    out->hi = seg->customer[seg->n_stories - 1];
    out->first_ms = FH_TIME_MAX_MS;
    out->last_ms = FH_TIME_MIN_MS;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at_s = seg->first_s[s];
        const int64_t first = ms_at(seg, at_s, seg->start[s]);
        for (uint32_t i = seg->start[s] + 1; i < seg->start[s + 1]; i++) at_s += seg->gap_s[i];
        const int64_t last = ms_at(seg, at_s, seg->start[s + 1] - 1);
        if (first < out->first_ms) out->first_ms = first;
        if (last > out->last_ms) out->last_ms = last;
    }
    out->clean = is_clean(seg);
}

/* Columns all of whose entries are "none" have no bytes and are not stored. */
static fh_status put_columns(fh_db *db, const fh_segment *seg, fh_stored *row, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        db, "INSERT INTO segment_column (segment, col, data) VALUES ($1, $2, $3)", &s, err);
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, INT32_MAX);
    row->columns = 0;
    for (uint32_t col = 0; col < FH_N_COLUMNS && status == FH_OK; col++) {
        fh_buf_clear(&bytes);
        status = fh_column_encode(seg, (fh_column)col, &bytes, err);
        if (status != FH_OK) break;
        if (bytes.len == 0) continue;
        row->columns |= 1u << col;
        fh_stmt_bind_i64(s, 1, row->id);
        fh_stmt_bind_i64(s, 2, col);
        fh_stmt_bind_blob(s, 3, bytes.ptr, bytes.len);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&bytes);
    return status;
}

fh_status fh_stored_put_row(fh_db *db, const fh_stored *r, fh_error *err)
{
    const int64_t v[] = {r->id,
                         r->level,
                         r->age,
                         r->lo,
                         r->hi,
                         r->n,
                         r->n_stories,
                         r->live_n,
                         r->live_stories,
                         r->first_ms,
                         r->last_ms,
                         r->columns,
                         fh_stored_clean(r)};
    return fh_db_run(db,
                     "INSERT INTO segment (segment, level, age, lo, hi, n, n_stories, live_n, "
                     "live_stories, first_ms, last_ms, columns, clean) VALUES ($1, $2, $3, $4, "
                     "$5, $6, $7, $8, $9, $10, $11, $12, $13)",
                     v, sizeof v / sizeof v[0], err);
}

fh_status fh_stored_put(fh_org *org, const fh_segment *seg, fh_stored *row, fh_error *err)
{
    fh_stored_describe(seg, row);
    fh_status status = fh_org_numbers(org, "segment", 1, &row->id, err);
    if (status == FH_OK) status = put_columns(fh_org_db(org), seg, row, err);
    if (status == FH_OK) status = fh_stored_put_row(fh_org_db(org), row, err);
    return status;
}

/* Columns and row, not the pages. */
static fh_status remove_columns(fh_db *db, int64_t id, fh_error *err)
{
    fh_status status = fh_db_run(db, "DELETE FROM segment_column WHERE segment = $1", &id, 1, err);
    if (status == FH_OK)
        status = fh_db_run(db, "DELETE FROM segment WHERE segment = $1", &id, 1, err);
    return status;
}

fh_status fh_stored_replace(fh_org *org, const fh_segment *seg, fh_stored *row, fh_error *err)
{
    fh_db *db = fh_org_db(org);
    fh_stored_describe(seg, row);
    fh_status status = remove_columns(db, row->id, err);
    if (status == FH_OK) status = put_columns(db, seg, row, err);
    if (status == FH_OK) status = fh_stored_put_row(db, row, err);
    return status;
}

fh_status fh_stored_delete(fh_org *org, const fh_stored *row, fh_error *err)
{
    fh_db *db = fh_org_db(org);
    if (row->level == FH_LEVEL_INBOX) {
        fh_status status =
            fh_db_run(db, "DELETE FROM inbox_data WHERE batch = $1", &row->id, 1, err);
        if (status == FH_OK)
            status = fh_db_run(db, "DELETE FROM inbox WHERE batch = $1", &row->id, 1, err);
        return status;
    }
    fh_status status = fh_db_run(db,
                                 "DELETE FROM payload_data WHERE page IN (SELECT page FROM "
                                 "payload_page WHERE segment = $1)",
                                 &row->id, 1, err);
    if (status == FH_OK)
        status = fh_db_run(db, "DELETE FROM payload_page WHERE segment = $1", &row->id, 1, err);
    return status == FH_OK ? remove_columns(db, row->id, err) : status;
}

fh_status fh_stored_consume(fh_org *org, const fh_stored *row, uint32_t upto, uint32_t live_n,
                            uint32_t live_stories, fh_error *err)
{
    const int64_t v[] = {row->id, (int64_t)upto + 1, live_n, live_stories};
    return fh_db_run(fh_org_db(org),
                     "UPDATE segment SET lo = $2, live_n = $3, live_stories = $4 "
                     "WHERE segment = $1",
                     v, 4, err);
}

uint32_t fh_story_from(const fh_segment *seg, uint32_t customer)
{
    uint32_t lo = 0, hi = seg->n_stories;
    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;
        if (seg->customer[mid] < customer)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}
