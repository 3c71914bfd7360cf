/* scan.c - all stories as of one moment, by several threads.
 *
 * A scan has a connection of its own, with one read transaction, so writers go on
 * and the organisation's own connection stays free; inside fh_org_moment it reads
 * through the organisation's, as of that moment. A lane takes a unit's BLOBs under
 * the lock and decodes outside it. */
#include "store/segments.h"

#include "os/threads.h"
#include "store/inside.h"
#include "store/kept.h"
#include "store/reader.h"

#include <stdlib.h>

enum {
    LANES = 64,
    MOST_PARTS = 1 << 28, /* bytes */
};

/* Customers whose numbers share their highest bits, so that groups stay the same while
 * customers come. Units first .. first + n - 1. */
typedef struct group {
    size_t first, n;
    size_t at, len; /* its settled parts, in `parts` */
    bool changed;
} group;

typedef struct lane {
    fh_view view;
    size_t next, end; /* units of the group it goes through */
    bool settled, changed;
    /* Of what came since a moment: */
    fh_space *was, *early;
    uint8_t *goes;
    uint64_t *at, n_found;
    size_t cap;
    uint32_t *n_was; /* [cap_was] */
    size_t cap_was;
    bool grown, unsure;
} lane;

struct fh_scan {
    fh_reader reader;
    fh_mutex *lock;
    fh_db *db;
    bool own;                  /* the connection is the scan's, to be closed */
    int64_t from_ms, until_ms; /* fh_scan_within */
    size_t next;
    fh_arena *arena;
    group *group; /* [n_groups] in the arena */
    size_t n_groups;
    fh_buf parts, names;
    struct fh_recent *recent; /* whose `since` is */
    fh_since since;
    lane lane[LANES];
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

/* ---- Groups --------------------------------------------------------------------------- */

/* What names a settled source within a unit. Numbers of segments are never given twice,
 * and a segment only ever loses interactions: number and count tell what is in it. */
typedef struct part {
    int64_t id;
    uint32_t n, lo;      /* customers below `lo` count no more */
    uint32_t from, upto; /* the unit shows these customers of it; 0 and -1: all */
} part;

static void name_settled(fh_scan *scan, const fh_unit *u)
{
    const fh_reader *r = &scan->reader;
    if (u->n_settled == 0) return;
    for (size_t k = 0; k < u->n; k++) {
        const fh_source *s = &r->source[r->member[u->at + k]];
        if (!s->settled) continue;
        part p = {s->row.id, s->row.n, s->row.lo, 0, UINT32_MAX};
        if (s->row.lo < u->lo) p.from = u->lo;
        if (s->row.hi > u->hi) p.upto = u->hi;
        fh_buf_put(&scan->parts, &p, sizeof p);
    }
}

static uint32_t group_shift(const fh_reader *r, uint32_t lanes)
{
    uint32_t highest = 1, wanted = 1;
    for (size_t i = 0; i < r->n_sources; i++)
        if (r->source[i].settled && r->source[i].row.hi > highest) highest = r->source[i].row.hi;
    const uint32_t bits = 32 - (uint32_t)__builtin_clz(highest);
    while (wanted < 6 && 1u << wanted < 2 * lanes) wanted++;
    return bits > wanted ? bits - wanted : 0;
}

void fh_scan_only_base(fh_scan *scan)
{
    fh_reader_only_base(&scan->reader);
}

fh_status fh_scan_groups(fh_scan *scan, uint32_t lanes, size_t *n_groups, fh_error *err)
{
    const fh_reader *r = &scan->reader;
    const uint32_t shift = group_shift(r, lanes);
    scan->group = FH_NEW_ARRAY(scan->arena, group, r->n_units + 1);
    if (!scan->group) return fh_no_memory(err);
    for (size_t i = 0; i < r->n_units; i++) {
        const fh_unit *u = &r->unit[i];
        group *g = scan->n_groups ? &scan->group[scan->n_groups - 1] : NULL;
        if (!g || r->unit[g->first].lo >> shift != u->lo >> shift) {
            g = &scan->group[scan->n_groups++];
            *g = (group){.first = i, .at = scan->parts.len};
        }
        g->n++;
        g->changed = g->changed || u->n_settled < u->n;
        name_settled(scan, u);
        g->len = scan->parts.len - g->at;
    }
    *n_groups = scan->n_groups;
    return scan->parts.status ? fh_no_memory(err) : FH_OK;
}

fh_scan_group fh_scan_group_at(const fh_scan *scan, size_t i)
{
    const group *g = &scan->group[i];
    const fh_str parts = fh_buf_view(&scan->parts);
    const fh_str settled = g->len ? (fh_str){parts.ptr + g->at, g->len} : (fh_str){0};
    return (fh_scan_group){.settled = settled, .changed = g->changed};
}

fh_str fh_scan_names(const fh_scan *scan)
{
    return fh_buf_view(&scan->names);
}

static fh_status name_names(fh_scan *scan, fh_error *err)
{
    const fh_reader *r = &scan->reader;
    for (uint32_t d = 0; d < FH_N_DICTS; d++) {
        const uint32_t n = r->canon[d] ? r->n_canon[d] : 0;
        fh_buf_put(&scan->names, &n, sizeof n);
        if (n) fh_buf_put(&scan->names, r->canon[d], n * sizeof *r->canon[d]);
    }
    return scan->names.status ? fh_no_memory(err) : FH_OK;
}

void fh_scan_within(fh_scan *scan, int64_t from_ms, int64_t until_ms)
{
    scan->from_ms = from_ms;
    scan->until_ms = until_ms;
}

static bool touches(const fh_scan *scan, size_t unit)
{
    const fh_reader *r = &scan->reader;
    return fh_reader_touches(r, &r->unit[unit], scan->from_ms, scan->until_ms);
}

/* ---- Opening ---------------------------------------------------------------------------- */

fh_status fh_scan_open(fh_org *org, uint32_t columns, uint32_t lo_customer, uint32_t hi_customer,
                       fh_scan **out, fh_error *err)
{
    fh_scan *scan = calloc(1, sizeof *scan);
    if (!scan) return fh_no_memory(err);
    fh_scan_within(scan, INT64_MIN, INT64_MAX);
    scan->lock = fh_mutex_new();
    scan->arena = fh_arena_new(NULL);
    fh_buf_init(&scan->parts, NULL, MOST_PARTS);
    fh_buf_init(&scan->names, NULL, MOST_PARTS);
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
    if (status == FH_OK) status = name_names(scan, err);
    if (status == FH_OK)
        *out = scan;
    else
        fh_scan_close(scan);
    return status;
}

void fh_scan_close(fh_scan *scan)
{
    if (!scan) return;
    for (uint32_t i = 0; i < LANES; i++) {
        fh_view_free(&scan->lane[i].view);
        fh_space_free(scan->lane[i].was);
        fh_space_free(scan->lane[i].early);
        free(scan->lane[i].goes);
        free(scan->lane[i].at);
        free(scan->lane[i].n_was);
    }
    if (scan->recent) fh_recent_release(scan->recent, &scan->since);
    fh_buf_free(&scan->parts);
    fh_buf_free(&scan->names);
    fh_reader_close(&scan->reader);
    if (scan->own) fh_db_close(scan->db);
    fh_arena_free(scan->arena);
    fh_mutex_free(scan->lock);
    free(scan);
}

/* ---- Reading ------------------------------------------------------------------------------ */

/* The lane's next unit; *end when there is none. */
static fh_status take(fh_scan *scan, fh_view *v, bool *end, fh_error *err)
{
    fh_mutex_lock(scan->lock);
    fh_view_release(&scan->reader, v);
    fh_status status = FH_OK;
    while (scan->next < scan->reader.n_units && !touches(scan, scan->next)) scan->next++;
    *end = scan->next >= scan->reader.n_units;
    if (!*end) status = fh_view_take(&scan->reader, v, scan->next++, err);
    fh_mutex_unlock(scan->lock);
    return status;
}

static fh_status take_unit(fh_scan *scan, fh_view *v, size_t unit, fh_error *err)
{
    fh_mutex_lock(scan->lock);
    fh_view_release(&scan->reader, v);
    const fh_status status = fh_view_take(&scan->reader, v, unit, err);
    fh_mutex_unlock(scan->lock);
    return status;
}

void fh_scan_enter(fh_scan *scan, uint32_t number, size_t i, bool settled, bool changed)
{
    const group *g = &scan->group[i];
    lane *l = &scan->lane[number];
    l->next = g->first;
    l->end = g->first + g->n;
    l->settled = settled;
    l->changed = changed;
}

fh_status fh_scan_piece_next(fh_scan *scan, uint32_t number, fh_scan_piece *out, bool *end,
                             fh_error *err)
{
    lane *l = &scan->lane[number];
    *out = (fh_scan_piece){0};
    *end = false;
    for (; l->next < l->end; l->next++) {
        const fh_unit *u = &scan->reader.unit[l->next];
        const bool settled = l->settled && u->n_settled > 0;
        const bool changed = l->changed && u->n_settled < u->n;
        if ((!settled && !changed) || !touches(scan, l->next)) continue;
        const fh_status status = take_unit(scan, &l->view, l->next++, err);
        if (status != FH_OK) return status;
        return fh_view_show_parts(&scan->reader, &l->view, settled ? &out->settled : NULL,
                                  changed ? &out->was : NULL, changed ? &out->is : NULL, err);
    }
    *end = true;
    return FH_OK;
}

fh_status fh_scan_next(fh_scan *scan, uint32_t number, const fh_segment **out, fh_error *err)
{
    if (number >= LANES) return fh_fail(err, FH_INVALID, "lane %u of %d", number, (int)LANES);
    fh_view *v = &scan->lane[number].view;
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

/* ---- What came since a moment ----------------------------------------------------------- */

static fh_status counter_at(fh_scan *scan, const char *name, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *out = 0;
    fh_status status =
        fh_db_prepare(scan->db, "SELECT last_given FROM counter WHERE name = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_text(s, 1, fh_str_of(name));
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row) *out = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return status;
}

fh_status fh_scan_moment_of(fh_scan *scan, fh_scan_moment *out, fh_error *err)
{
    const fh_reader *r = &scan->reader;
    *out = (fh_scan_moment){0};
    for (size_t i = 0; i < r->n_sources; i++) {
        out->n += r->source[i].row.live_n;
        out->n_stories += r->source[i].row.live_stories;
    }
    const fh_status status = counter_at(scan, "age", &out->age, err);
    return status == FH_OK ? counter_at(scan, "story-move", &out->moves, err) : status;
}

void fh_scan_hold(fh_scan *scan, struct fh_kept *kept, uint64_t era)
{
    scan->reader.held = fh_kept_columns(kept);
    scan->reader.era = era;
    fh_kept_turn(scan->reader.held);
}

fh_status fh_scan_since(fh_scan *scan, struct fh_kept *kept, const fh_scan_moment *now,
                        const fh_scan_moment *before, uint64_t most, bool *can, fh_error *err)
{
    fh_recent *recent = fh_kept_recent(kept);
    bool known = false;
    *can = false;
    if (now->moves != before->moves || now->n < before->n || scan->reader.columns & FH_RECENT_LACKS)
        return FH_OK;
    const fh_status status =
        fh_recent_since(recent, before->age, now->age, &scan->since, &known, err);
    if (status != FH_OK || !known) return status;
    scan->recent = recent;
    *can = scan->since.n == now->n - before->n && scan->since.n_customers <= most;
    scan->reader.picking = *can;
    return FH_OK;
}

/* The lane's next unit with something that came: customers `from` .. `until` - 1. */
static fh_status take_changed(fh_scan *scan, lane *l, size_t *from, size_t *until, bool *end,
                              fh_error *err)
{
    fh_status status = FH_OK;
    fh_mutex_lock(scan->lock);
    fh_view_release(&scan->reader, &l->view);
    *end = true;
    while (scan->next < scan->reader.n_units && *end) {
        const fh_unit *u = &scan->reader.unit[scan->next++];
        *from = fh_since_from(&scan->since, u->lo);
        *until =
            u->hi == UINT32_MAX ? scan->since.n_customers : fh_since_from(&scan->since, u->hi + 1);
        if (*from == *until) continue;
        if (!u->joined) l->unsure = true;
        status = fh_view_take(&scan->reader, &l->view, scan->next - 1, err);
        *end = false;
    }
    fh_mutex_unlock(scan->lock);
    return status;
}

static fh_status room_for_marks(lane *l, size_t n, fh_error *err)
{
    if (!l->was) l->was = fh_space_new(NULL);
    if (!l->early) l->early = fh_space_new(NULL);
    if (!l->was || !l->early) return fh_no_memory(err);
    if (n <= l->cap) return FH_OK;
    free(l->goes);
    free(l->at);
    l->cap = 0;
    l->goes = malloc(n + n / 2);
    l->at = malloc((n + n / 2) * sizeof *l->at);
    if (!l->goes || !l->at) return fh_no_memory(err);
    l->cap = n + n / 2;
    return FH_OK;
}

/* Finds what came since in these stories: l->goes. */
static fh_status mark(const fh_scan *scan, lane *l, const fh_segment *is, uint64_t *n_found,
                      fh_error *err)
{
    const fh_reader *r = &scan->reader;
    const fh_status status = room_for_marks(l, is->n, err);
    if (status != FH_OK) return status;
    fh_renamed names;
    for (size_t d = 0; d < FH_N_DICTS; d++) {
        names.canon[d] = r->canon[d];
        names.n[d] = r->n_canon[d];
    }
    fh_since_mark(&scan->since, is, r->columns, &names, l->at, l->goes, n_found);
    return FH_OK;
}

/* Whether all that came, of customers `from` .. `until` - 1, is behind all else that is late. */
static bool came_last(const fh_since *since, const lane *l, const fh_segment *late, size_t from,
                      size_t until)
{
    bool last = late->n_stories == until - from;
    for (uint32_t s = 0; last && s < late->n_stories; s++) {
        const size_t came = since->first[from + s + 1] - since->first[from + s];
        last = late->customer[s] == since->customer[from + s] &&
               came <= late->start[s + 1] - late->start[s];
        for (size_t i = 0; last && i < came; i++) last = l->goes[late->start[s + 1] - 1 - i];
    }
    return last;
}

/* How much of each story `is` of these customers there was. */
static fh_status tell_grown(const fh_since *since, lane *l, const fh_segment *is, size_t from,
                            fh_error *err)
{
    if (l->cap_was < is->n_stories) {
        free(l->n_was);
        l->cap_was = 0;
        l->n_was = malloc(((size_t)is->n_stories + is->n_stories / 2) * sizeof *l->n_was);
        if (!l->n_was) return fh_no_memory(err);
        l->cap_was = (size_t)is->n_stories + is->n_stories / 2;
    }
    for (uint32_t s = 0; s < is->n_stories; s++) {
        const size_t came = since->first[from + s + 1] - since->first[from + s];
        l->n_was[s] = is->start[s + 1] - is->start[s] - (uint32_t)came;
    }
    return FH_OK;
}

/* Where all that came, and all else that is not in the base, is later than the base: that is put
 * behind the base's stories, of which no times are needed. *done is false where it is not so. */
static fh_status show_appended(const fh_scan *scan, lane *l, size_t from, size_t until,
                               fh_scan_change *out, bool *done, fh_error *err)
{
    const fh_reader *r = &scan->reader;
    const uint32_t *customer = scan->since.customer + from;
    const size_t n = until - from;
    const fh_segment *late = NULL;
    uint64_t found = 0;
    fh_status status = fh_view_show_late(r, &l->view, customer, n, &late, err);
    if (status == FH_OK && late) status = mark(scan, l, late, &found, err);
    *done = status == FH_OK && late &&
            found == scan->since.first[until] - scan->since.first[from] &&
            fh_view_is_later(&l->view, late);
    if (!*done) return status;
    l->n_found += found;
    status = fh_view_append(r, &l->view, late, customer, n, l->view.result, &out->is, err);
    if (status != FH_OK) return status;
    if (l->grown && came_last(&scan->since, l, late, from, until)) {
        status = tell_grown(&scan->since, l, out->is, from, err);
        if (status == FH_OK) out->n_was = l->n_was;
        return status;
    }
    status = fh_segment_keep(l->was, late, l->goes, err);
    if (status != FH_OK) return status;
    return fh_view_append(r, &l->view, fh_space_segment(l->was), customer, n, l->early, &out->was,
                          err);
}

static fh_status show_joined(const fh_scan *scan, lane *l, size_t from, size_t until,
                             fh_scan_change *out, fh_error *err)
{
    fh_status status = fh_view_show_only(&scan->reader, &l->view, scan->since.customer + from,
                                         until - from, &out->is, err);
    if (status != FH_OK || !out->is) return status;
    status = mark(scan, l, out->is, &l->n_found, err);
    if (status == FH_OK) status = fh_segment_keep(l->was, out->is, l->goes, err);
    if (status == FH_OK && fh_space_segment(l->was)->n) out->was = fh_space_segment(l->was);
    return status;
}

/* The unit at hand once more, with the times of all. */
static fh_status take_again(fh_scan *scan, lane *l, fh_error *err)
{
    fh_mutex_lock(scan->lock);
    l->view.all_times = true;
    fh_view_release(&scan->reader, &l->view);
    const fh_status status = fh_view_take(&scan->reader, &l->view, l->view.unit, err);
    l->view.all_times = false;
    fh_mutex_unlock(scan->lock);
    return status;
}

fh_status fh_scan_since_next(fh_scan *scan, uint32_t number, bool grown, fh_scan_change *out,
                             bool *end, fh_error *err)
{
    lane *l = &scan->lane[number];
    size_t from = 0, until = 0;
    bool done = false;
    *out = (fh_scan_change){0};
    l->grown = grown;
    fh_status status = take_changed(scan, l, &from, &until, end, err);
    if (status != FH_OK || *end || l->unsure) return status;
    if (l->view.light) {
        status = show_appended(scan, l, from, until, out, &done, err);
        if (status != FH_OK || done) return status;
        status = take_again(scan, l, err);
    }
    return status == FH_OK ? show_joined(scan, l, from, until, out, err) : status;
}

bool fh_scan_since_whole(const fh_scan *scan)
{
    uint64_t n = 0;
    bool sure = true;
    for (uint32_t i = 0; i < LANES; i++) {
        n += scan->lane[i].n_found;
        sure = sure && !scan->lane[i].unsure;
    }
    return sure && n == scan->since.n;
}
