/* merge.c - folding inbox and deltas into the base.
 *
 * First the inbox becomes deltas, a few batches a transaction. Then units (see
 * reader.h) are merged in order of customers, as many to a transaction as make a
 * million interactions: new base segments are written, what lay wholly inside the
 * unit is deleted, and what goes on behind it is told how far it has been taken
 * (`lo`). Killed anywhere, the file holds whole transactions; the next merge sees
 * what is left. Deltas that come in meanwhile wait for the next merge, so that it
 * ends.
 *
 * A delta that overlaps nothing becomes base by a word in its row.
 */
#include "store/segments.h"

#include "store/packed.h"

#include <stdlib.h>

enum {
    STRETCH = 1000000, /* interactions written in one transaction */
    ROUND = 64 * 1024, /* interactions of the inbox in one transaction */
};

typedef struct merging {
    fh_org *org;
    int64_t upto; /* age of the newest part that takes part */
    fh_progress *progress;
    void *ctx;
    uint64_t done, total, n_duplicates, written;
    fh_packed packed;
    fh_reader *reader;
    fh_view view; /* of the unit in hand */
} merging;

/* ---- One unit ------------------------------------------------------------------------------- */

static bool whole_in_unit(const fh_source *s)
{
    return s->row.live_n == s->row.n && s->first_unit == s->last_unit;
}

/* What the unit has taken: deleted, or told how far. */
static fh_status consume(merging *m, const fh_unit *u, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 0; i < u->n && status == FH_OK; i++) {
        const fh_source *s = &m->reader->source[m->reader->member[u->at + i]];
        if (s->row.hi <= u->hi) {
            status = fh_stored_delete(m->org, &s->row, err);
            if (s->row.level == FH_LEVEL_DELTA) m->done += s->row.live_n;
            continue;
        }
        const uint32_t first = fh_story_from(s->seg, u->hi + 1);
        status = fh_stored_consume(m->org, &s->row, u->hi, s->row.n - s->seg->start[first],
                                   s->row.n_stories - first, err);
    }
    return status;
}

static fh_status rewrite_unit(merging *m, size_t unit, fh_error *err)
{
    static const fh_stored base = {.level = FH_LEVEL_BASE};
    fh_packed_clear(&m->packed);
    fh_status status = fh_view_take(m->reader, &m->view, unit, err);
    if (status == FH_OK) status = fh_view_show(m->reader, &m->view, err);
    if (status == FH_OK)
        status = fh_packed_add_view(&m->packed, m->reader->db, &m->view, &base, err);
    if (status == FH_OK) status = fh_packed_put(&m->packed, m->org, err);
    if (status == FH_OK) status = consume(m, &m->reader->unit[unit], err);
    if (status == FH_OK) {
        m->n_duplicates += m->view.n_duplicates;
        m->written += m->packed.n;
    }
    fh_view_release(m->reader, &m->view);
    return status;
}

static fh_status promote(merging *m, const fh_stored *row, fh_error *err)
{
    m->done += row->live_n;
    return fh_db_run(fh_org_db(m->org), "UPDATE segment SET level = 0, age = 0 WHERE segment = $1",
                     &row->id, 1, err);
}

static fh_status merge_unit(merging *m, size_t unit, fh_error *err)
{
    const fh_unit *u = &m->reader->unit[unit];
    const fh_source *only = &m->reader->source[m->reader->member[u->at]];
    if (u->n == 1 && whole_in_unit(only)) {
        if (only->row.level == FH_LEVEL_BASE) return FH_OK;
        if (only->row.clean) return promote(m, &only->row, err);
    }
    return rewrite_unit(m, unit, err);
}

/* ---- The whole ------------------------------------------------------------------------------ */

static bool stopped(merging *m)
{
    return m->progress && m->progress(m->ctx, m->done, m->total);
}

static fh_status interrupted(fh_error *err)
{
    (void)fh_fail(err, FH_INTERRUPTED, "the merge was stopped");
    return fh_hint(err, FH_INTERRUPTED,
                   "What was done is kept; the next merge goes on from there.");
}

/* Units until enough is written for one transaction; *end: none is left. */
static fh_status merge_units(merging *m, bool *end, bool *stop, fh_error *err)
{
    const fh_reader_about about = {
        .columns = FH_COLS_ALL,
        .lo = 1,
        .hi = UINT32_MAX,
        .base = true,
        .max_age = m->upto,
        .join_small = true,
        .places = true,
    };
    fh_reader reader;
    fh_status status = fh_reader_open(fh_org_db(m->org), &about, &reader, err);
    if (status != FH_OK) return status;
    m->reader = &reader;
    m->written = 0;
    size_t unit = 0;
    while (unit < reader.n_units && m->written < STRETCH && status == FH_OK && !*stop) {
        const uint64_t before = m->done;
        status = merge_unit(m, unit++, err);
        if (m->done != before) *stop = stopped(m);
    }
    *end = unit == reader.n_units;
    fh_reader_close(&reader);
    m->reader = NULL;
    return status;
}

static fh_status merge_stretch(merging *m, bool *end, fh_error *err)
{
    bool stop = false;
    fh_status status = fh_org_begin(m->org, err);
    if (status != FH_OK) return status;
    status = merge_units(m, end, &stop, err);
    status = fh_org_leave(m->org, true, status, err);
    return status == FH_OK && stop && !*end ? interrupted(err) : status;
}

/* How many of the oldest batches make a round: between them no delta came. */
static size_t round_of(const fh_stored_list *batch, const fh_stored_list *segments)
{
    uint64_t n = batch->row[0].n;
    size_t end = 1;
    for (; end < batch->n && n + batch->row[end].n <= ROUND; end++) {
        const int64_t after = batch->row[end - 1].age, before = batch->row[end].age;
        for (size_t i = 0; i < segments->n; i++)
            if (segments->row[i].age > after && segments->row[i].age < before) return end;
        n += batch->row[end].n;
    }
    return end;
}

static fh_status settle_round(merging *m, bool *end, fh_error *err)
{
    fh_db *db = fh_org_db(m->org);
    fh_stored_list batch = {0}, segments = {0};
    fh_tail *tail = NULL;
    fh_status status = fh_stored_inbox(db, 1, UINT32_MAX, &batch, err);
    if (status == FH_OK) status = fh_stored_segments(db, 1, UINT32_MAX, false, &segments, err);
    while (batch.n > 0 && batch.row[batch.n - 1].age > m->upto) batch.n--;
    *end = batch.n == 0;
    if (status == FH_OK && batch.n > 0) {
        const size_t n = round_of(&batch, &segments);
        status = fh_tail_load(db, batch.row, n, 1, UINT32_MAX, FH_COLS_ALL, true, &tail,
                              &m->n_duplicates, err);
        fh_stored like = {.level = FH_LEVEL_DELTA, .age = batch.row[n - 1].age};
        fh_packed_clear(&m->packed);
        if (status == FH_OK && tail) {
            like.distinct = tail->distinct;
            status = fh_packed_add_tail(&m->packed, tail, &like, err);
        }
        if (status == FH_OK) status = fh_packed_put(&m->packed, m->org, err);
        for (size_t i = 0; i < n && status == FH_OK; i++)
            status = fh_stored_delete(m->org, &batch.row[i], err);
    }
    fh_tail_free(tail);
    fh_stored_free(&batch);
    fh_stored_free(&segments);
    return status;
}

static fh_status settle_inbox(merging *m, fh_error *err)
{
    fh_status status = FH_OK;
    for (bool end = false; status == FH_OK && !end;) {
        status = fh_org_begin(m->org, err);
        if (status != FH_OK) return status;
        status = settle_round(m, &end, err);
        status = fh_org_leave(m->org, true, status, err);
        if (status == FH_OK && !end && stopped(m)) return interrupted(err);
    }
    return status;
}

/* What there is to do, and the newest age of it. */
static fh_status look_ahead(merging *m, fh_error *err)
{
    fh_stored_list list = {0};
    bool mine = false;
    fh_status status = fh_org_look(m->org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_stored_segments(fh_org_db(m->org), 1, UINT32_MAX, false, &list, err);
    if (status == FH_OK) status = fh_stored_inbox(fh_org_db(m->org), 1, UINT32_MAX, &list, err);
    fh_org_looked(m->org, mine);
    for (size_t i = 0; i < list.n; i++) {
        if (list.row[i].level != FH_LEVEL_BASE) m->total += list.row[i].live_n;
        if (list.row[i].age > m->upto) m->upto = list.row[i].age;
    }
    fh_stored_free(&list);
    return status;
}

fh_status fh_store_merge(fh_org *org, fh_progress *progress, void *ctx, uint64_t *n_duplicates,
                         fh_error *err)
{
    if (fh_org_writing(org)) return fh_fail(err, FH_INVALID, "a merge has transactions of its own");
    merging m = {.org = org, .progress = progress, .ctx = ctx};
    fh_packed_init(&m.packed);
    fh_status status = look_ahead(&m, err);
    if (status == FH_OK) status = settle_inbox(&m, err);
    for (bool end = false; status == FH_OK && !end;) status = merge_stretch(&m, &end, err);
    fh_view_free(&m.view);
    fh_packed_free(&m.packed);
    if (n_duplicates && (status == FH_OK || status == FH_INTERRUPTED))
        *n_duplicates = m.n_duplicates;
    return status;
}
