/* reader.c - cutting the customers into units, and showing one unit. */
#include "store/reader.h"

#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

enum {
    HALF = FH_SEGMENT_TARGET / 2,
    SETTLED_DELTA = FH_SEGMENT_TARGET / 4, /* interactions; smaller ones are merged away soon */
};

/* ---- Sources ---------------------------------------------------------------------------- */

static fh_status add_source(fh_reader *r, const fh_stored *row, fh_tail *tail, size_t *cap,
                            fh_error *err)
{
    if (r->n_sources == *cap) {
        *cap = *cap ? 2 * *cap : 64;
        fh_source *grown = realloc(r->source, *cap * sizeof *grown);
        if (!grown) return fh_no_memory(err);
        r->source = grown;
    }
    r->source[r->n_sources++] = (fh_source){.row = *row, .tail = tail};
    return FH_OK;
}

/* Whether a delta came after one batch and before another. */
static bool delta_between(const fh_stored_list *segments, int64_t after, int64_t before)
{
    for (size_t i = 0; i < segments->n; i++)
        if (segments->row[i].age > after && segments->row[i].age < before) return true;
    return false;
}

/* Which columns the inbox must bring: all, where it may have to be compared. */
static uint32_t inbox_columns(const fh_reader *r, const fh_stored_list *segments)
{
    for (size_t i = 0; i < segments->n; i++) {
        const fh_stored *row = &segments->row[i];
        if (row->level == FH_LEVEL_BASE ? !row->clean : !row->distinct) return FH_COLS_ALL;
    }
    return r->columns;
}

/* The inbox in stretches between which no delta came: one source each. */
static fh_status add_inbox(fh_reader *r, const fh_reader_about *about,
                           const fh_stored_list *segments, size_t *cap, fh_error *err)
{
    fh_stored_list batch = {0};
    uint32_t columns = inbox_columns(r, segments);
    fh_status status = fh_stored_inbox(r->db, r->lo, r->hi, &batch, err);
    for (size_t i = 0; i < batch.n; i++)
        if (!batch.row[i].distinct) columns = FH_COLS_ALL;
    for (size_t i = 0; i < batch.n && status == FH_OK;) {
        size_t end = i + 1;
        while (end < batch.n &&
               !delta_between(segments, batch.row[end - 1].age, batch.row[end].age))
            end++;
        fh_tail *tail = NULL;
        status = fh_tail_load(r->db, batch.row + i, end - i, r->lo, r->hi, columns, about->payloads,
                              &tail, NULL, err);
        if (status == FH_OK && tail && tail->seg->n_stories > 0) {
            fh_stored row = {.level = FH_LEVEL_INBOX, .age = batch.row[end - 1].age};
            fh_stored_describe(tail->seg, &row);
            row.id = 0;
            row.distinct = tail->distinct;
            status = add_source(r, &row, tail, cap, err);
            if (status == FH_OK) tail = NULL;
        }
        fh_tail_free(tail);
        i = end;
    }
    fh_stored_free(&batch);
    return status;
}

static int by_lo_then_age(const void *pa, const void *pb, void *ctx)
{
    const fh_stored *a = &((const fh_source *)pa)->row, *b = &((const fh_source *)pb)->row;
    (void)ctx;
    if (a->lo != b->lo) return a->lo < b->lo ? -1 : 1;
    if (a->age != b->age) return a->age < b->age ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* Base segments must not overlap: a reader that decodes them as they are would
 * count twice. */
static fh_status check_base(const fh_reader *r, fh_error *err)
{
    const fh_stored *before = NULL;
    for (size_t i = 0; i < r->n_sources; i++) {
        const fh_stored *row = &r->source[i].row;
        if (row->level != FH_LEVEL_BASE) continue;
        if (before && row->lo <= before->hi)
            return fh_stored_fault(row, err, "its customers overlap another base segment's");
        before = row;
    }
    return FH_OK;
}

static fh_status gather_sources(fh_reader *r, const fh_reader_about *about, fh_error *err)
{
    fh_stored_list segments = {0};
    size_t cap = 0;
    fh_status status = fh_stored_segments(r->db, r->lo, r->hi, false, &segments, err);
    for (size_t i = 0; i < segments.n && status == FH_OK; i++) {
        const fh_stored *row = &segments.row[i];
        if (row->level == FH_LEVEL_BASE ? about->base
                                        : row->age >= about->min_age && row->age <= about->max_age)
            status = add_source(r, row, NULL, &cap, err);
    }
    if (status == FH_OK && about->inbox) status = add_inbox(r, about, &segments, &cap, err);
    fh_stored_free(&segments);
    if (status == FH_OK && r->n_sources > 1)
        status = fh_sort(NULL, r->source, r->n_sources, sizeof *r->source, by_lo_then_age, NULL);
    return status == FH_OK ? check_base(r, err) : status;
}

/* ---- Units --------------------------------------------------------------------------------- */

/* Sorted in by age: units list their sources oldest first. */
static fh_status add_member(fh_reader *r, uint32_t source, size_t first, fh_error *err)
{
    if (r->n_members == r->cap_members) {
        const size_t cap = r->cap_members ? 2 * r->cap_members : 256;
        uint32_t *grown = realloc(r->member, cap * sizeof *grown);
        if (!grown) return fh_no_memory(err);
        r->member = grown;
        r->cap_members = cap;
    }
    const fh_stored *row = &r->source[source].row;
    size_t at = r->n_members++;
    for (; at > first; at--) {
        const fh_stored *other = &r->source[r->member[at - 1]].row;
        if (other->age < row->age || (other->age == row->age && other->id <= row->id)) break;
        r->member[at] = r->member[at - 1];
    }
    r->member[at] = source;
    return FH_OK;
}

static fh_status add_unit(fh_reader *r, uint32_t lo, uint32_t hi, const uint32_t *active,
                          size_t n_active, fh_error *err)
{
    if (r->n_units == r->cap_units) {
        const size_t cap = r->cap_units ? 2 * r->cap_units : 64;
        fh_unit *grown = realloc(r->unit, cap * sizeof *grown);
        if (!grown) return fh_no_memory(err);
        r->unit = grown;
        r->cap_units = cap;
    }
    const uint32_t number = (uint32_t)r->n_units;
    const size_t first = r->n_members;
    for (size_t i = 0; i < n_active; i++) {
        fh_source *s = &r->source[active[i]];
        if (s->row.lo > hi || s->row.hi < lo) continue;
        const fh_status status = add_member(r, active[i], first, err);
        if (status != FH_OK) return status;
        if (s->first_unit == UINT32_MAX) s->first_unit = number;
        s->last_unit = number;
    }
    if (r->n_members == first) return FH_OK;
    r->unit[r->n_units++] = (fh_unit){.lo = lo < r->lo ? r->lo : lo,
                                      .hi = hi > r->hi ? r->hi : hi,
                                      .at = first,
                                      .n = r->n_members - first};
    return FH_OK;
}

/* Drops from the list of sources those that end at or before `upto`. */
static size_t forget_ended(const fh_reader *r, uint32_t *active, size_t n, uint32_t upto)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (r->source[active[i]].row.hi > upto) active[kept++] = active[i];
    return kept;
}

/* A new unit may begin where a source begins: when enough is in this one; and it
 * must where a merge got to, because what lies before is dead in that source. */
static bool begin_here(const fh_stored *row, uint64_t in_unit)
{
    if (row->live_n < row->n) return true;
    return (in_unit >= HALF && row->live_n >= HALF) || in_unit >= 2 * (uint64_t)FH_SEGMENT_TARGET;
}

/* Sources from .. until-1 overlap one another in a chain: cut it into units. */
static fh_status cut_chain(fh_reader *r, size_t from, size_t until, uint32_t *active, fh_error *err)
{
    uint32_t lo = r->source[from].row.lo, hi = lo;
    uint64_t in_unit = 0;
    size_t n_active = 0;
    fh_status status = FH_OK;
    for (size_t i = from; i < until && status == FH_OK; i++) {
        const fh_stored *row = &r->source[i].row;
        if (row->lo > lo && begin_here(row, in_unit)) {
            status = add_unit(r, lo, row->lo - 1, active, n_active, err);
            n_active = forget_ended(r, active, n_active, row->lo - 1);
            lo = row->lo;
            in_unit = 0;
        }
        active[n_active++] = (uint32_t)i;
        in_unit += row->live_n;
        if (row->hi > hi) hi = row->hi;
    }
    return status == FH_OK ? add_unit(r, lo, hi, active, n_active, err) : status;
}

static fh_status cut_units(fh_reader *r, bool join_small, fh_error *err)
{
    uint32_t *active = malloc((r->n_sources + 1) * sizeof *active);
    fh_status status = active ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; i < r->n_sources; i++) r->source[i].first_unit = UINT32_MAX;
    for (size_t i = 0; i < r->n_sources && status == FH_OK;) {
        uint32_t hi = r->source[i].row.hi;
        uint64_t n = r->source[i].row.live_n;
        size_t end = i + 1;
        for (; end < r->n_sources; end++) {
            const fh_stored *next = &r->source[end].row;
            if (next->lo > hi && !(join_small && (n < HALF || next->live_n < HALF))) break;
            if (next->hi > hi) hi = next->hi;
            n += next->live_n;
        }
        status = cut_chain(r, i, end, active, err);
        i = end;
    }
    free(active);
    return status;
}

/* Whether none of its interactions is the same as another of its own or of anything older:
 * base segments share no customers, and nothing is older. */
static bool needs_no_comparing(const fh_stored *row)
{
    return row->distinct || (row->clean && row->level == FH_LEVEL_BASE);
}

/* Which units are joined, and which columns that asks of their sources. */
static void plan_columns(fh_reader *r)
{
    for (size_t i = 0; i < r->n_units; i++) {
        fh_unit *u = &r->unit[i];
        u->joined = r->source[r->member[u->at]].row.clean;
        for (size_t k = 1; k < u->n; k++)
            u->joined = u->joined && needs_no_comparing(&r->source[r->member[u->at + k]].row);
        for (size_t k = 0; k < u->n; k++)
            r->source[r->member[u->at + k]].columns |=
                u->joined ? r->columns | 1u << FH_COL_GAP | 1u << FH_COL_MS : FH_COLS_ALL;
    }
}

/* About how many interactions of a source are of the unit's customers. */
static double share_of(const fh_stored *row, const fh_unit *u)
{
    const double from = row->lo > u->lo ? row->lo : u->lo;
    const double until = row->hi < u->hi ? row->hi : u->hi;
    return row->live_n * ((until - from + 1) / ((double)row->hi - row->lo + 1));
}

/* Which sources of a unit are settled, deltas of so many interactions among them. None counts as
 * settled where there is little to win: where all must be compared, or every other customer has
 * something unsettled. */
static void plan_settled(fh_reader *r, uint32_t least_delta)
{
    for (size_t i = 0; i < r->n_sources; i++) {
        const fh_stored *row = &r->source[i].row;
        r->source[i].settled =
            row->id != 0 && (row->level == FH_LEVEL_BASE || row->n >= least_delta);
    }
    for (size_t i = 0; i < r->n_units; i++) {
        fh_unit *u = &r->unit[i];
        double stories = 0, unsettled = 0;
        u->n_settled = 0;
        for (size_t k = 0; k < u->n; k++) {
            const fh_source *s = &r->source[r->member[u->at + k]];
            u->n_settled += s->settled;
            if (s->settled)
                stories += share_of(&s->row, u) * s->row.live_stories / (s->row.live_n + 1.0);
            else
                unsettled += share_of(&s->row, u);
        }
        if (u->n_settled < u->n && (!u->joined || unsettled > stories / 2)) u->n_settled = 0;
    }
}

void fh_reader_only_base(fh_reader *r)
{
    plan_settled(r, UINT32_MAX);
}

bool fh_reader_touches(const fh_reader *r, const fh_unit *u, int64_t from_ms, int64_t until_ms)
{
    for (size_t k = 0; k < u->n; k++) {
        const fh_source *s = &r->source[r->member[u->at + k]];
        /* The inbox was described by the columns that were asked for. */
        if (s->tail || (s->row.last_ms >= from_ms && s->row.first_ms < until_ms)) return true;
    }
    return false;
}

fh_status fh_reader_open(fh_db *db, const fh_reader_about *about, fh_reader *r, fh_error *err)
{
    *r = (fh_reader){.db = db,
                     .columns = about->columns,
                     .lo = about->lo,
                     .hi = about->hi,
                     .places = about->places};
    fh_status status = gather_sources(r, about, err);
    if (status == FH_OK) status = cut_units(r, about->join_small, err);
    if (status == FH_OK) {
        plan_columns(r);
        plan_settled(r, SETTLED_DELTA);
    }
    if (status != FH_OK) fh_reader_close(r);
    return status;
}

fh_status fh_reader_rename(fh_reader *r, fh_arena *arena, fh_error *err)
{
    fh_status status = FH_OK;
    for (uint32_t d = 0; d < FH_N_DICTS && status == FH_OK; d++)
        status = fh_dict_canon(r->db, (fh_dict)d, arena, &r->canon[d], &r->n_canon[d], err);
    return status;
}

void fh_reader_close(fh_reader *r)
{
    for (size_t i = 0; i < r->n_sources; i++) {
        fh_tail_free(r->source[i].tail);
        fh_space_free(r->source[i].space);
    }
    free(r->source);
    free(r->unit);
    free(r->member);
    *r = (fh_reader){0};
}

/* ---- Views: taking --------------------------------------------------------------------------- */

static void free_change(fh_change *c)
{
    if (!c) return;
    for (size_t i = 0; i < c->n_picked; i++) fh_space_free(c->picked[i]);
    free(c->picked);
    free(c->customer);
    free(c->in);
    fh_space_free(c->was);
    fh_space_free(c->is);
    free(c);
}

void fh_view_free(fh_view *v)
{
    for (size_t i = 0; i < v->n_own; i++) {
        fh_blobs_free(&v->own[i].blobs);
        fh_held_release(&v->own[i].held);
        fh_space_free(v->own[i].space);
    }
    free(v->own);
    free(v->from);
    free(v->in);
    free(v->skipped);
    fh_space_free(v->result);
    free_change(v->change);
    *v = (fh_view){0};
}

static fh_status room_for(fh_view *v, size_t n, fh_error *err)
{
    if (!v->result) v->result = fh_space_new(NULL);
    if (!v->result) return fh_no_memory(err);
    if (n <= v->cap_in) return FH_OK;
    const fh_source **from = realloc(v->from, n * sizeof *from);
    if (from) v->from = from;
    const fh_segment **in = realloc(v->in, n * sizeof *in);
    if (in) v->in = in;
    fh_own *own = realloc(v->own, n * sizeof *own);
    if (own) v->own = own;
    uint32_t *skipped = realloc(v->skipped, n * sizeof *skipped);
    if (skipped) v->skipped = skipped;
    if (!from || !in || !own || !skipped) return fh_no_memory(err);
    v->cap_in = n;
    return FH_OK;
}

/* The i-th space of the worker's own, made when it is not there yet. */
static fh_status own_of(fh_view *v, size_t i, fh_error *err)
{
    if (i < v->n_own) return FH_OK;
    fh_own own = {.space = fh_space_new(NULL)};
    if (!own.space) return fh_no_memory(err);
    fh_blobs_init(&own.blobs);
    v->own[v->n_own++] = own;
    return FH_OK;
}

static bool shared(const fh_source *s)
{
    return s->tail || s->first_unit != s->last_unit;
}

static fh_status load_shared(fh_reader *r, fh_source *s, fh_error *err)
{
    if (s->seg) return FH_OK;
    if (s->tail) {
        s->seg = s->tail->seg;
        return FH_OK;
    }
    fh_blobs blobs;
    fh_blobs_init(&blobs);
    fh_status status = FH_OK;
    if (!s->space) s->space = fh_space_new(NULL);
    if (!s->space) status = fh_no_memory(err);
    if (status == FH_OK) status = fh_blobs_read(r->db, &s->row, s->columns, &blobs, err);
    if (status == FH_OK) status = fh_blobs_decode(&blobs, &s->row, s->space, err);
    if (status == FH_OK) s->seg = fh_space_segment(s->space);
    fh_blobs_free(&blobs);
    return status;
}

static bool has_stories(const fh_segment *seg, uint32_t lo, uint32_t hi)
{
    const uint32_t story = fh_story_from(seg, lo);
    return story < seg->n_stories && seg->customer[story] <= hi;
}

/* Decodes the one customer's story from a source of this worker's own, into its own-th space. */
static fh_status take_story(fh_reader *r, fh_view *v, const fh_source *s, size_t own, bool *there,
                            fh_error *err)
{
    fh_status status = own_of(v, own, err);
    if (status != FH_OK) return status;
    fh_space *space = v->own[own].space;
    status = fh_stored_decode(r->db, &s->row, s->columns, r->lo, r->hi, space, &v->skipped[v->n_in],
                              err);
    *there = status == FH_OK && fh_space_segment(space)->n_stories > 0;
    return status;
}

/* Whether a source of the unit may be held in memory. */
static bool may_be_held(const fh_reader *r, const fh_unit *u, const fh_source *s)
{
    return r->picking && r->held && u->joined && !s->tail && !s->seg;
}

/* Lists the inputs of the unit. Shared sources are decoded here unless they may be held, and of a
 * reader about one customer the others, too; those without a story in the range are left out. */
static fh_status list_inputs(fh_reader *r, fh_view *v, const fh_unit *u, fh_error *err)
{
    size_t own = 0;
    v->n_in = 0;
    v->at_once = r->lo == r->hi && !r->picking;
    for (size_t i = 0; i < u->n; i++) {
        fh_source *s = &r->source[r->member[u->at + i]];
        const fh_segment *seg = NULL;
        if (shared(s) && !may_be_held(r, u, s)) {
            const fh_status status = load_shared(r, s, err);
            if (status != FH_OK) return status;
            if (!has_stories(s->seg, u->lo, u->hi)) continue;
            seg = s->seg;
            v->skipped[v->n_in] = 0;
        } else if (v->at_once) {
            bool there = false;
            const fh_status status = take_story(r, v, s, own, &there, err);
            if (status != FH_OK) return status;
            if (!there) continue;
            own++;
        }
        v->from[v->n_in] = s;
        v->in[v->n_in++] = seg;
    }
    return FH_OK;
}

/* Whether the first input can be read without times: a base segment of this worker's own, which
 * other sources follow. */
static bool takes_light(const fh_reader *r, const fh_view *v, const fh_unit *u)
{
    return r->picking && !v->all_times && u->joined && v->n_in > 1 && !v->in[0] &&
           v->from[0]->row.level == FH_LEVEL_BASE && v->from[1]->row.level != FH_LEVEL_BASE &&
           !(r->columns & (1u << FH_COL_GAP | 1u << FH_COL_MS));
}

/* What is needed of input i, which is of this worker's own. */
static uint32_t columns_of(const fh_reader *r, const fh_view *v, const fh_unit *u, uint32_t i)
{
    if (!v->merged || (v->light && i == 0)) return r->columns;
    /* Of a source of several units another may have to be compared. */
    return u->joined ? r->columns | 1u << FH_COL_GAP | 1u << FH_COL_MS : v->from[i]->columns;
}

/* Takes input i into the own-th place: from memory, or its bytes from the file. A source of
 * several units that there is no room for is decoded as a whole: *own is left. */
static fh_status take_input(fh_reader *r, fh_view *v, const fh_unit *u, uint32_t i, size_t *own,
                            fh_error *err)
{
    fh_source *s = &r->source[v->from[i] - r->source];
    fh_status status = own_of(v, *own, err);
    if (status != FH_OK) return status;
    fh_own *o = &v->own[*own];
    o->columns = columns_of(r, v, u, i);
    if (may_be_held(r, u, s))
        status = fh_held_take(r->db, r->held, r->era, &s->row, o->columns, &o->held, err);
    if (status == FH_OK && !o->held.kept && shared(s)) {
        status = load_shared(r, s, err);
        v->in[i] = s->seg;
        return status;
    }
    if (status == FH_OK && !o->held.kept)
        status = fh_blobs_read(r->db, &s->row, o->columns, &o->blobs, err);
    ++*own;
    return status;
}

fh_status fh_view_take(fh_reader *r, fh_view *v, size_t unit, fh_error *err)
{
    const fh_unit *u = &r->unit[unit];
    fh_status status = room_for(v, u->n, err);
    if (status == FH_OK) status = list_inputs(r, v, u, err);
    if (status != FH_OK) return status;
    /* One clean source of this worker's own is shown as it is. */
    v->merged = r->picking || !(v->n_in == 1 && !v->in[0] && v->from[0]->row.clean);
    v->light = takes_light(r, v, u);
    size_t n_own = 0;
    for (uint32_t i = 0; i < v->n_in && status == FH_OK && !v->at_once; i++)
        if (!v->in[i]) status = take_input(r, v, u, i, &n_own, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < u->n; i++) r->source[r->member[u->at + i]].users++;
    v->unit = unit;
    if (unit > r->last_taken) r->last_taken = unit;
    v->taken = true;
    return FH_OK;
}

void fh_view_release(fh_reader *r, fh_view *v)
{
    for (size_t i = 0; i < v->n_own; i++) fh_held_release(&v->own[i].held);
    if (!v->taken) return;
    v->taken = false;
    v->seg = NULL;
    const fh_unit *u = &r->unit[v->unit];
    for (size_t i = 0; i < u->n; i++) {
        fh_source *s = &r->source[r->member[u->at + i]];
        s->users--;
        /* Units are taken in order: nobody will ask for it again. */
        if (s->users > 0 || s->last_unit > r->last_taken || s->tail) continue;
        fh_space_free(s->space);
        s->space = NULL;
        s->seg = NULL;
    }
}

/* ---- Views: showing ------------------------------------------------------------------------- */

static fh_status rename_codes(const fh_reader *r, fh_space *space, fh_error *err)
{
    static const fh_column column[FH_N_DICTS] = {
        [FH_DICT_TOUCHPOINT] = FH_COL_TOUCHPOINT, [FH_DICT_CHANNEL] = FH_COL_CHANNEL,
        [FH_DICT_DEPARTMENT] = FH_COL_DEPARTMENT, [FH_DICT_OUTCOME] = FH_COL_OUTCOME,
        [FH_DICT_CURRENCY] = FH_COL_CURRENCY,
    };
    fh_status status = FH_OK;
    for (uint32_t d = 0; d < FH_N_DICTS && status == FH_OK; d++)
        if (r->canon[d] && (fh_space_segment(space)->columns >> column[d] & 1))
            status = fh_space_canonical(space, column[d], r->canon[d], r->n_canon[d], err);
    return status;
}

/* The one source of the unit. */
static fh_status show_one(const fh_reader *r, fh_view *v, fh_error *err)
{
    const fh_status status = rename_codes(r, v->own[0].space, err);
    v->seg = status == FH_OK && v->in[0]->n_stories > 0 ? v->in[0] : NULL;
    return status;
}

/* Decodes, of the inputs of this worker's own, the stories that the unit is about; of those that
 * are held, those of the customers wanted, [n] rising. */
static fh_status decode_own(const fh_reader *r, fh_view *v, const uint32_t *customer, size_t n,
                            fh_error *err)
{
    const fh_unit *u = &r->unit[v->unit];
    fh_status status = FH_OK;
    v->seg = NULL;
    v->n_duplicates = 0;
    for (uint32_t i = 0, own = 0; i < v->n_in && status == FH_OK; i++) {
        if (v->in[i]) continue;
        const fh_own *o = &v->own[own++];
        if (o->held.kept)
            status =
                fh_held_show(&o->held, &v->from[i]->row, o->columns, customer, n, o->space, err);
        else if (!v->at_once)
            status = fh_blobs_decode_of(&o->blobs, &v->from[i]->row, u->lo, u->hi, o->space,
                                        &v->skipped[i], err);
        v->in[i] = fh_space_segment(o->space);
    }
    return status;
}

static fh_status show_all(const fh_reader *r, fh_view *v, fh_error *err)
{
    const fh_unit *u = &r->unit[v->unit];
    fh_status status = FH_OK;
    if (v->n_in == 0) return FH_OK;
    if (!v->merged) return show_one(r, v, err);
    if (u->joined)
        status = fh_segment_join(v->result, v->in, v->n_in, u->lo, u->hi, r->places, err);
    else
        status = fh_segment_merge(v->result, v->in, v->n_in, u->lo, u->hi, &v->n_duplicates, err);
    if (status == FH_OK) status = rename_codes(r, v->result, err);
    const fh_segment *seg = fh_space_segment(v->result);
    if (status == FH_OK && seg->n_stories > 0) v->seg = seg;
    return status;
}

fh_status fh_view_show(const fh_reader *r, fh_view *v, fh_error *err)
{
    const fh_status status = decode_own(r, v, NULL, 0, err);
    return status == FH_OK ? show_all(r, v, err) : status;
}

/* ---- Views: what has changed ------------------------------------------------------------- */

static int by_number(const void *pa, const void *pb, void *ctx)
{
    const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    (void)ctx;
    return (a > b) - (a < b);
}

static fh_status room_for_change(fh_view *v, fh_error *err)
{
    if (!v->change) v->change = calloc(1, sizeof *v->change);
    fh_change *c = v->change;
    if (!c) return fh_no_memory(err);
    if (!c->was) c->was = fh_space_new(NULL);
    if (!c->is) c->is = fh_space_new(NULL);
    if (!c->was || !c->is) return fh_no_memory(err);
    if (c->cap_in >= v->n_in) return FH_OK;
    const fh_segment **in = realloc(c->in, v->n_in * sizeof *in);
    if (in) c->in = in;
    fh_space **picked = realloc(c->picked, v->n_in * sizeof *picked);
    if (picked) c->picked = picked;
    if (!in || !picked) return fh_no_memory(err);
    c->cap_in = v->n_in;
    for (; c->n_picked < c->cap_in; c->n_picked++) {
        c->picked[c->n_picked] = fh_space_new(NULL);
        if (!c->picked[c->n_picked]) return fh_no_memory(err);
    }
    return FH_OK;
}

/* Lists the customers of the unit in unsettled inputs. */
static fh_status list_changed(const fh_unit *u, const fh_view *v, fh_change *c, fh_error *err)
{
    c->n = 0;
    for (uint32_t i = 0; i < v->n_in; i++) {
        if (v->from[i]->settled) continue;
        const fh_segment *seg = v->in[i];
        const uint32_t first = fh_story_from(seg, u->lo);
        const uint32_t end = u->hi == UINT32_MAX ? seg->n_stories : fh_story_from(seg, u->hi + 1);
        if (c->n + (end - first) > c->cap) {
            const size_t cap = 2 * (c->n + (end - first)) + 64;
            uint32_t *grown = realloc(c->customer, cap * sizeof *grown);
            if (!grown) return fh_no_memory(err);
            c->customer = grown;
            c->cap = cap;
        }
        memcpy(c->customer + c->n, seg->customer + first, (end - first) * sizeof *c->customer);
        c->n += end - first;
    }
    if (c->n < 2) return FH_OK;
    const fh_status status = fh_sort(NULL, c->customer, c->n, sizeof *c->customer, by_number, NULL);
    if (status != FH_OK) return fh_no_memory(err);
    size_t kept = 1;
    for (size_t i = 1; i < c->n; i++)
        if (c->customer[i] != c->customer[kept - 1]) c->customer[kept++] = c->customer[i];
    c->n = kept;
    return FH_OK;
}

/* Joins n inputs, oldest first, into `space`; NULL: nothing is there. */
static fh_status join(const fh_reader *r, const fh_unit *u, fh_space *space,
                      const fh_segment *const *in, size_t n, const fh_segment **out, fh_error *err)
{
    *out = NULL;
    if (n == 0) return FH_OK;
    fh_status status = fh_segment_join(space, in, n, u->lo, u->hi, false, err);
    if (status == FH_OK) status = rename_codes(r, space, err);
    if (status == FH_OK && fh_space_segment(space)->n_stories > 0) *out = fh_space_segment(space);
    return status;
}

static fh_status show_changed(const fh_reader *r, fh_view *v, const fh_segment **was,
                              const fh_segment **is, fh_error *err)
{
    const fh_unit *u = &r->unit[v->unit];
    fh_change *c = v->change;
    fh_status status = list_changed(u, v, c, err);
    if (status != FH_OK || c->n == 0) return status;
    size_t n = 0;
    for (uint32_t i = 0; i < v->n_in && status == FH_OK; i++) {
        if (!v->from[i]->settled) continue;
        status = fh_segment_only(c->picked[i], v->in[i], c->customer, c->n, err);
        c->in[n++] = fh_space_segment(c->picked[i]);
    }
    if (status == FH_OK) status = join(r, u, c->was, c->in, n, was, err);
    for (uint32_t i = 0; i < v->n_in; i++)
        c->in[i] = v->from[i]->settled ? fh_space_segment(c->picked[i]) : v->in[i];
    return status == FH_OK ? join(r, u, c->is, c->in, v->n_in, is, err) : status;
}

/* Settled inputs that are the only one are shown as they are, else joined. */
static fh_status show_settled(const fh_reader *r, fh_view *v, const fh_segment **settled,
                              fh_error *err)
{
    fh_change *c = v->change;
    size_t n = 0;
    for (uint32_t i = 0; i < v->n_in; i++)
        if (v->from[i]->settled) c->in[n++] = v->in[i];
    return join(r, &r->unit[v->unit], v->result, c->in, n, settled, err);
}

fh_status fh_view_show_parts(const fh_reader *r, fh_view *v, const fh_segment **settled,
                             const fh_segment **was, const fh_segment **is, fh_error *err)
{
    const fh_unit *u = &r->unit[v->unit];
    if (settled) *settled = NULL;
    if (was) *was = NULL;
    if (is) *is = NULL;
    fh_status status = decode_own(r, v, NULL, 0, err);
    if (status != FH_OK) return status;
    if (u->n_settled == 0 || u->n_settled == u->n) {
        const fh_segment **to = u->n_settled ? settled : is;
        if (!to) return FH_OK;
        status = show_all(r, v, err);
        if (status == FH_OK) *to = v->seg;
        return status;
    }
    status = room_for_change(v, err);
    if (status == FH_OK && is) status = show_changed(r, v, was, is, err);
    return status == FH_OK && settled ? show_settled(r, v, settled, err) : status;
}

/* Whether input i holds the stories of the customers wanted and nothing else. */
static bool holds_only(const fh_view *v, uint32_t i)
{
    bool only = false;
    for (size_t k = 0; k < v->n_own; k++)
        only = only || (v->own[k].held.kept && v->in[i] == fh_space_segment(v->own[k].space));
    return only;
}

fh_status fh_view_show_only(const fh_reader *r, fh_view *v, const uint32_t *customer, size_t n,
                            const fh_segment **out, fh_error *err)
{
    *out = NULL;
    fh_status status = decode_own(r, v, customer, n, err);
    if (status == FH_OK) status = room_for_change(v, err);
    fh_change *c = v->change;
    for (uint32_t i = 0; i < v->n_in && status == FH_OK; i++) {
        const bool only = holds_only(v, i);
        if (!only) status = fh_segment_only(c->picked[i], v->in[i], customer, n, err);
        c->in[i] = only ? v->in[i] : fh_space_segment(c->picked[i]);
    }
    return status == FH_OK ? join(r, &r->unit[v->unit], c->is, c->in, v->n_in, out, err) : status;
}

fh_status fh_view_show_late(const fh_reader *r, fh_view *v, const uint32_t *customer, size_t n,
                            const fh_segment **late, fh_error *err)
{
    *late = NULL;
    fh_status status = decode_own(r, v, customer, n, err);
    if (status == FH_OK) status = room_for_change(v, err);
    fh_change *c = v->change;
    for (uint32_t i = 1; i < v->n_in && status == FH_OK; i++) {
        status = fh_segment_only(c->picked[i], v->in[i], customer, n, err);
        c->in[i] = fh_space_segment(c->picked[i]);
    }
    if (status != FH_OK) return status;
    if (v->n_in != 2) return join(r, &r->unit[v->unit], c->is, c->in + 1, v->n_in - 1, late, err);
    status = rename_codes(r, c->picked[1], err);
    if (status == FH_OK && c->in[1]->n_stories > 0) *late = c->in[1];
    return status;
}

bool fh_view_is_later(const fh_view *v, const fh_segment *late)
{
    const int64_t last_ms = v->from[0]->row.last_ms - FH_TIME_MIN_MS;
    bool later = true;
    for (uint32_t s = 0; s < late->n_stories; s++) {
        const int64_t at_ms =
            (int64_t)late->first_s[s] * 1000 + (late->ms ? late->ms[late->start[s]] : 0);
        later = later && at_ms >= last_ms;
    }
    return later;
}

fh_status fh_view_append(const fh_reader *r, const fh_view *v, const fh_segment *late,
                         const uint32_t *customer, size_t n, fh_space *space,
                         const fh_segment **out, fh_error *err)
{
    *out = NULL;
    fh_status status = fh_segment_append(space, v->in[0], late, customer, n, err);
    if (status == FH_OK) status = rename_codes(r, space, err);
    if (status == FH_OK && fh_space_segment(space)->n_stories > 0) *out = fh_space_segment(space);
    return status;
}
