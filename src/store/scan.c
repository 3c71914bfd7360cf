/* scan.c - all stories as of one moment, by several threads.
 *
 * A scan has a connection of its own, with one read transaction, so writers go on
 * and the organisation's own connection stays free; inside fh_org_moment it reads
 * through the organisation's, as of that moment. A lane takes a unit's BLOBs under
 * the lock and decodes outside it. */
#include "store/segments.h"

#include "os/threads.h"
#include "store/inside.h"
#include "store/reader.h"

#include <stdlib.h>

enum { LANES = 64 };

struct fh_scan {
    fh_reader reader;
    fh_mutex *lock;
    fh_db *db;
    bool own; /* the connection is the scan's, to be closed */
    size_t next;
    fh_arena *arena;
    fh_view lane[LANES];
};

static fh_status connect(fh_scan *scan, fh_org *org, fh_error *err)
{
    if (fh_org_looking(org)) {
        scan->db = fh_org_db(org);
        return FH_OK;
    }
    const fh_status status = fh_org_reader(org, &scan->db, err);
    scan->own = status == FH_OK;
    return status == FH_OK ? fh_db_begin(scan->db, false, err) : status;
}

fh_status fh_scan_open(fh_org *org, uint32_t columns, uint32_t lo_customer, uint32_t hi_customer,
                       fh_scan **out, fh_error *err)
{
    fh_scan *scan = calloc(1, sizeof *scan);
    if (!scan) return fh_no_memory(err);
    scan->lock = fh_mutex_new();
    scan->arena = fh_arena_new(NULL);
    fh_status status = scan->lock && scan->arena ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = connect(scan, org, err);
    const fh_reader_about about = {
        .columns = columns | 1u << FH_COL_STORIES,
        .lo = lo_customer,
        .hi = hi_customer,
        .base = true,
        .inbox = true,
        .max_age = INT64_MAX,
    };
    if (status == FH_OK) status = fh_reader_open(scan->db, &about, &scan->reader, err);
    if (status == FH_OK) status = fh_reader_rename(&scan->reader, scan->arena, err);
    if (status == FH_OK)
        *out = scan;
    else
        fh_scan_close(scan);
    return status;
}

void fh_scan_close(fh_scan *scan)
{
    if (!scan) return;
    for (uint32_t i = 0; i < LANES; i++) fh_view_free(&scan->lane[i]);
    fh_reader_close(&scan->reader);
    if (scan->own) fh_db_close(scan->db);
    fh_arena_free(scan->arena);
    fh_mutex_free(scan->lock);
    free(scan);
}

/* The lane's next unit; *end when there is none. */
static fh_status take(fh_scan *scan, fh_view *v, bool *end, fh_error *err)
{
    fh_mutex_lock(scan->lock);
    fh_view_release(&scan->reader, v);
    fh_status status = FH_OK;
    *end = scan->next >= scan->reader.n_units;
    if (!*end) status = fh_view_take(&scan->reader, v, scan->next++, err);
    fh_mutex_unlock(scan->lock);
    return status;
}

fh_status fh_scan_next(fh_scan *scan, uint32_t lane, const fh_segment **out, fh_error *err)
{
    if (lane >= LANES) return fh_fail(err, FH_INVALID, "lane %u of %d", lane, (int)LANES);
    fh_view *v = &scan->lane[lane];
    for (;;) {
        bool end = false;
        fh_status status = take(scan, v, &end, err);
        if (status == FH_OK && !end) status = fh_view_show(&scan->reader, v, err);
        if (status != FH_OK) return status;
        if (!end && !v->seg) continue; /* nothing of this unit is in the range */
        *out = end ? NULL : v->seg;
        return FH_OK;
    }
}
