/* record_figures.c - what came of a fix, and the focus register (see record_figures.h). */
#include "app/records/record_figures_parts.h"

#include "app/people/people.h"

#include <string.h>

/* ---- Fields of a record ------------------------------------------------------------------ */

fh_status fh_record_field_text(fh_arena *arena, fh_str fields, const char *name, fh_str *out,
                               fh_error *err)
{
    *out = (fh_str){0};
    fh_json_reader *r = fh_json_reader_new(NULL, 1 << 16);
    fh_json_doc doc;
    if (!r) return fh_no_memory(err);
    fh_status s = fields.len ? fh_json_read(r, fields, &doc, err) : FH_OK;
    if (!s && fields.len && doc.token[0].type == FH_JSON_OBJECT) {
        const uint32_t at = fh_json_get(&doc, 0, fh_str_of(name));
        if (at && doc.token[at].type == FH_JSON_STRING &&
            (!fh_json_text(&doc, at, arena, out) || !fh_arena_str(arena, *out, out)))
            s = fh_no_memory(err);
        if (at && doc.token[at].type == FH_JSON_NUMBER &&
            !fh_arena_str(arena, fh_json_raw(&doc, at), out))
            s = fh_no_memory(err);
    }
    fh_json_reader_free(r);
    return s;
}

fh_status fh_record_touchpoints(const fh_view *v, int64_t record, fh_bitset *out, fh_str *names,
                                fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    const uint32_t most = v->touchpoint.n;
    uint64_t *bits = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)most / 64 + 1);
    if (!bits) return fh_no_memory(err);
    const fh_status s = fh_record_abouts(v->org, record, v->arena, &about, &n, err);
    fh_str told = {0};
    for (size_t i = 0; !s && i < n; i++) {
        const int64_t t = about[i].number;
        if (!fh_str_eq(about[i].what, FH_STR("touchpoint")) || t < 1 || t >= most) continue;
        const uint32_t as = v->touchpoint.canon ? v->touchpoint.canon[t] : (uint32_t)t;
        if (as >= most || bits[as / 64] >> (as % 64) & 1) continue;
        bits[as / 64] |= UINT64_C(1) << (as % 64);
        const fh_str name = fh_view_name(&v->touchpoint, as);
        told = fh_printed(v->arena, "%.*s%s%.*s", FH_STR_ARG(told), told.len ? ", " : "",
                          FH_STR_ARG(name));
    }
    *out = (fh_bitset){.bits = bits, .n = most};
    *names = told;
    return s;
}

/* ---- What came of a fix ------------------------------------------------------------------ */

static fh_status the_fix(const fh_view *v, const fh_actor *actor, int64_t record, fh_record *row,
                         fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = fh_record_row(v->org, record, v->arena, row, err);
    for (int i = 0; !s && row->merged_into && i < 20; i++)
        s = fh_record_row(v->org, row->merged_into, v->arena, row, err);
    if (!s && !fh_str_eq(row->kind, FH_STR("fix")))
        return fh_fail(err, FH_NOTFOUND, "there is no fix %lld", (long long)record);
    return s;
}

/* When it was made: the day told, else when it came to its state. */
static fh_status made_at(const fh_view *v, const fh_record *row, int64_t *out, fh_error *err)
{
    static const char *const made[] = {"made", "confirmed", "measured"};
    fh_str done;
    const fh_status s = fh_record_field_text(v->arena, row->fields, "done", &done, err);
    if (s || fh_time_iso(done, v->zone, out)) return s;
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        if (fh_str_eq(row->state, fh_str_of(made[i]))) {
            *out = row->state_ms;
            return FH_OK;
        }
    (void)fh_fail(err, FH_CONFLICT, "the fix was not made yet");
    return fh_hint(err, FH_CONFLICT, "Say on which day it was made, in the field 'Made on'.");
}

/* Its own touchpoints, else those of what it mends. */
static fh_status where_of(const fh_view *v, int64_t record, fh_effect_ask *ask, fh_error *err)
{
    const fh_record_about *about = NULL;
    size_t n = 0;
    fh_status s = fh_record_touchpoints(v, record, &ask->touchpoints, &ask->where, err);
    if (!s && !ask->where.len) s = fh_record_abouts(v->org, record, v->arena, &about, &n, err);
    for (size_t i = 0; !s && i < n && !ask->where.len; i++)
        if (fh_str_eq(about[i].what, FH_STR("record")))
            s = fh_record_touchpoints(v, about[i].number, &ask->touchpoints, &ask->where, err);
    if (s || ask->where.len) return s;
    (void)fh_fail(err, FH_CONFLICT, "the fix names no touchpoint that customers come to");
    return fh_hint(err, FH_CONFLICT, "Say where it is made, in the field 'Where?'.");
}

static bool days_of(int64_t days, int64_t otherwise, int64_t *out)
{
    *out = days ? days * FH_DAY_MS : otherwise;
    return days >= 0 && days <= 3650;
}

fh_status fh_fix_effect_json(const fh_view *v, const fh_actor *actor, int64_t record,
                             const fh_fix_ask *asked, fh_json *j, fh_error *err)
{
    fh_record row = {0};
    fh_effect_ask ask = {0};
    fh_effect_view effect;
    if (!days_of(asked->days, FH_EFFECT_SPAN, &ask.span_ms) ||
        !days_of(asked->follow, FH_EFFECT_FOLLOW, &ask.follow_ms) ||
        !days_of(asked->gap, FH_EFFECT_GAP, &ask.gap_ms))
        return fh_fail(err, FH_INVALID, "days, follow and gap are 1 to 3650 days");
    fh_status s = the_fix(v, actor, record, &row, err);
    if (!s) s = made_at(v, &row, &ask.fixed_ms, err);
    if (!s) s = where_of(v, row.record, &ask, err);
    if (!s && asked->beside.len) {
        s = fh_touchpoint_set(v->org, asked->beside, ',', v->arena, &ask.beside, err);
        ask.where_beside = fh_printed(v->arena, "came to %.*s", FH_STR_ARG(asked->beside));
    }
    if (!s) s = fh_view_effect(v, &ask, &effect, err);
    if (s) return s;
    fh_json_object(j);
    fh_json_key(j, FH_STR("record"));
    fh_json_int(j, row.record);
    fh_json_key(j, FH_STR("title"));
    fh_json_str(j, row.title);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_str(j, ask.where);
    fh_effect_json(v, &effect, j);
    fh_json_end_object(j);
    return FH_OK;
}

/* ---- Focus --------------------------------------------------------------------------------- */

enum { FOCUS_MAX = 5000, FOCUS_SHOWN = 200 };

static void number_json(fh_json *j, const char *key, uint64_t n)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_uint(j, n);
}

static void text_json(fh_json *j, const char *key, fh_str text)
{
    fh_json_key(j, fh_str_of(key));
    fh_json_str(j, text);
}

static bool in_state(const fh_record *r, const char *state)
{
    return fh_str_eq(r->state, fh_str_of(state));
}

static void department_json(const fh_record *rows, size_t n, uint32_t department, fh_str name,
                            fh_json *j)
{
    uint64_t things = 0, focused = 0;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].department != department || in_state(&rows[i], "retired")) continue;
        things++;
        focused += in_state(&rows[i], "focused");
    }
    if (!things) return;
    fh_json_object(j);
    number_json(j, "department", department);
    text_json(j, "name", name);
    number_json(j, "things", things);
    number_json(j, "focused", focused);
    fh_json_end_object(j);
}

static fh_status unfocused_json(const fh_view *v, const fh_record *rows, size_t n, fh_json *j,
                                fh_error *err)
{
    size_t shown = 0;
    fh_json_key(j, FH_STR("unfocused"));
    fh_json_array(j);
    for (size_t i = 0; i < n && shown < FOCUS_SHOWN; i++) {
        fh_str is;
        if (!in_state(&rows[i], "open")) continue;
        const fh_status s = fh_record_field_text(v->arena, rows[i].fields, "is", &is, err);
        if (s) return s;
        shown++;
        fh_json_object(j);
        fh_json_key(j, FH_STR("record"));
        fh_json_int(j, rows[i].record);
        text_json(j, "title", rows[i].title);
        text_json(j, "is", is);
        number_json(j, "department", rows[i].department);
        number_json(j, "owner", rows[i].owner);
        fh_record_time_json(j, "since", rows[i].first_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return FH_OK;
}

/* Touchpoints of which no goal of focus speaks. */
static fh_status unnamed_touchpoints(const fh_view *v, const fh_record *rows, size_t n,
                                     uint64_t *out, fh_error *err)
{
    uint64_t *named = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)v->touchpoint.n / 64 + 1);
    if (!named) return fh_no_memory(err);
    fh_status s = FH_OK;
    for (size_t i = 0; i < n && !s; i++) {
        fh_bitset set;
        fh_str names;
        s = fh_record_touchpoints(v, rows[i].record, &set, &names, err);
        for (uint32_t w = 0; !s && w < v->touchpoint.n / 64 + 1; w++) named[w] |= set.bits[w];
    }
    *out = 0;
    for (uint32_t t = 1; t < v->touchpoint.n && !s; t++) {
        const bool own = !v->touchpoint.canon || v->touchpoint.canon[t] == t;
        *out += own && !(named[t / 64] >> (t % 64) & 1);
    }
    return s;
}

fh_status fh_focus_json(const fh_view *v, const fh_actor *actor, fh_json *j, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("focus"), .by = FH_RECORDS_BY_FIRST};
    fh_record *rows = NULL;
    const fh_department *department = NULL;
    size_t n = 0, n_departments = 0;
    uint64_t things = 0, focused = 0, unnamed = 0;
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = fh_record_rows(v->org, &q, FOCUS_MAX, v->arena, &rows, &n, err);
    if (!s) s = fh_departments_list(v->org, actor, v->arena, &department, &n_departments, err);
    if (!s) s = unnamed_touchpoints(v, rows, n, &unnamed, err);
    if (s) return s;
    for (size_t i = 0; i < n; i++) {
        things += !in_state(&rows[i], "retired");
        focused += in_state(&rows[i], "focused");
    }
    fh_json_object(j);
    number_json(j, "things", things);
    number_json(j, "focused", focused);
    number_json(j, "touchpoints_not_named", unnamed);
    fh_json_key(j, FH_STR("departments"));
    fh_json_array(j);
    for (size_t i = 0; i < n_departments; i++)
        department_json(rows, n, department[i].department, department[i].name, j);
    department_json(rows, n, 0, FH_STR(""), j);
    fh_json_end_array(j);
    s = unfocused_json(v, rows, n, j, err);
    fh_json_end_object(j);
    return s;
}
