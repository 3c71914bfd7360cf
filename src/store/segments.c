/* segments.c - writing what came in, and counting what is there. */
#include "store/segments.h"

#include "store/stored.h"

#include <string.h>

static fh_status refuse_empty(const fh_segment *seg, fh_error *err)
{
    if (seg->n > 0 && seg->n_stories > 0 && seg->customer[0] > 0) return FH_OK;
    return fh_fail(err, FH_INVALID, "a segment without interactions, or of customer 0");
}

/* Payloads without the column of their lengths would not be found again. */
static const fh_str *payloads_of(const fh_segment *seg, const fh_str *payload)
{
    return seg->payload_len ? payload : NULL;
}

static fh_status put_delta(fh_org *org, const fh_segment *seg, const fh_str *payload, fh_error *err)
{
    int64_t age = 0;
    fh_status status = fh_org_numbers(org, "age", 1, &age, err);
    fh_stored row = {.level = FH_LEVEL_DELTA, .age = age};
    if (status == FH_OK) status = fh_stored_put(org, seg, &row, err);
    if (status == FH_OK && payload) status = fh_pages_put(org, row.id, 0, payload, seg->n, err);
    return status;
}

fh_status fh_store_put_delta(fh_org *org, const fh_segment *seg, const fh_str *payload,
                             fh_error *err)
{
    fh_status status = refuse_empty(seg, err);
    bool mine = false;
    if (status == FH_OK) status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, put_delta(org, seg, payloads_of(seg, payload), err), err);
}

static fh_status put_batch(fh_db *db, const fh_stored *r, fh_str bytes, fh_error *err)
{
    const int64_t v[] = {r->id,      r->lo,        r->hi,
                         r->n,       r->n_stories, r->first_ms,
                         r->last_ms, r->columns,   fh_stored_clean(r)};
    fh_status status = fh_db_run(db,
                                 "INSERT INTO inbox (batch, lo, hi, n, n_stories, first_ms, "
                                 "last_ms, columns, clean) "
                                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                                 v, sizeof v / sizeof v[0], err);
    fh_stmt *s = NULL;
    if (status == FH_OK)
        status = fh_db_prepare(db, "INSERT INTO inbox_data (batch, data) VALUES ($1, $2)", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, r->id);
        fh_stmt_bind_blob(s, 2, bytes.ptr, bytes.len);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status put_inbox(fh_org *org, const fh_segment *seg, const fh_str *payload, bool distinct,
                           fh_error *err)
{
    fh_status status = refuse_empty(seg, err);
    if (status != FH_OK) return status;
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, FH_BATCH_MAX_BYTES);
    fh_stored row = {.level = FH_LEVEL_INBOX, .distinct = distinct};
    fh_stored_describe(seg, &row);
    status = fh_inbox_encode(seg, payloads_of(seg, payload), &bytes, &row.columns, err);
    bool mine = false;
    if (status == FH_OK) status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        status = fh_org_numbers(org, "age", 1, &row.id, err);
        if (status == FH_OK) status = put_batch(fh_org_db(org), &row, fh_buf_view(&bytes), err);
        if (status == FH_OK && distinct) fh_org_note_live(org, row.id, seg);
        status = fh_org_leave(org, mine, status, err);
    }
    fh_buf_free(&bytes);
    return status;
}

fh_status fh_store_put_inbox(fh_org *org, const fh_segment *seg, const fh_str *payload,
                             fh_error *err)
{
    return put_inbox(org, seg, payload, false, err);
}

fh_status fh_store_put_live(fh_org *org, const fh_segment *seg, const fh_str *payload,
                            fh_error *err)
{
    return put_inbox(org, seg, payload, true, err);
}

fh_status fh_stored_rewrite_batch(fh_org *org, const fh_segment *seg, const fh_str *payload,
                                  fh_stored *row, fh_error *err)
{
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, FH_BATCH_MAX_BYTES);
    const int64_t id = row->id;
    fh_stored_describe(seg, row);
    fh_status status = fh_inbox_encode(seg, payloads_of(seg, payload), &bytes, &row->columns, err);
    if (status == FH_OK) status = fh_stored_delete(org, row, err);
    row->id = id;
    if (status == FH_OK) status = put_batch(fh_org_db(org), row, fh_buf_view(&bytes), err);
    fh_buf_free(&bytes);
    return status;
}

/* ---- Counting ------------------------------------------------------------------------------ */

static void count_row(const fh_stored *row, fh_store_counts *c)
{
    c->interactions += row->live_n;
    c->customers += row->live_stories;
    c->base_segments += row->level == FH_LEVEL_BASE;
    c->delta_segments += row->level == FH_LEVEL_DELTA;
    c->inbox_batches += row->level == FH_LEVEL_INBOX;
    if (c->last_ms < c->first_ms) {
        c->first_ms = row->first_ms;
        c->last_ms = row->last_ms;
    }
    if (row->first_ms < c->first_ms) c->first_ms = row->first_ms;
    if (row->last_ms > c->last_ms) c->last_ms = row->last_ms;
}

static fh_status count_rows(fh_db *db, fh_store_counts *c, fh_error *err)
{
    fh_stored_list list = {0};
    fh_status status = fh_stored_segments(db, 1, UINT32_MAX, false, &list, err);
    if (status == FH_OK) status = fh_stored_inbox(db, 1, UINT32_MAX, &list, err);
    c->first_ms = 0;
    c->last_ms = -1;
    for (size_t i = 0; i < list.n && status == FH_OK; i++) count_row(&list.row[i], c);
    fh_stored_free(&list);
    return status;
}

fh_status fh_store_count(fh_org *org, fh_store_counts *out, fh_error *err)
{
    fh_store_counts c = {0};
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status != FH_OK) return status;
    status = count_rows(fh_org_db(org), &c, err);
    fh_org_looked(org, mine);
    if (status == FH_OK) *out = c;
    return status;
}

/* What is not a period is left to who looks at each row, and tells which is wrong. */
fh_status fh_store_period(fh_org *org, int64_t *first_ms, int64_t *last_ms, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_store_counts c = {.last_ms = -1};
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "SELECT COALESCE(MIN(first_ms), 0), COALESCE(MAX(last_ms), -1) FROM "
                      "(SELECT first_ms, last_ms FROM segment UNION ALL "
                      "SELECT first_ms, last_ms FROM inbox) AS parts",
                      &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK && row) {
        c.first_ms = fh_stmt_i64(s, 0);
        c.last_ms = fh_stmt_i64(s, 1);
    }
    fh_stmt_done(s);
    const bool none = c.first_ms == 0 && c.last_ms == -1;
    if (status == FH_OK && !none &&
        (c.first_ms < FH_TIME_MIN_MS || c.last_ms > FH_TIME_MAX_MS || c.first_ms > c.last_ms))
        status = fh_store_count(org, &c, err);
    if (status != FH_OK) return status;
    *first_ms = c.first_ms;
    *last_ms = c.last_ms;
    return FH_OK;
}
