/* record_effect.c - what came of a record: a fix that was made, or something that was noticed and,
 * in time, mended (see record_figures.h).
 *
 * The turn is the day from which one counts: of a fix, when it was made; of a finding (and all
 * that ends mended), when the first fix of it was made, else when it was mended itself, else when
 * it was first noticed: then the figures say what it does to customers.
 */
#include "app/records/record_figures_parts.h"
#include "app/records/records.h"
#include "base/put.h"

#include <string.h>

typedef enum turn { TURN_NONE, TURN_MADE, TURN_MENDED, TURN_NOTICED, TURN_ASKED } turn;

static const struct {
    const char *name, *says;
} turns[] = {
    [TURN_NONE] = {"", ""},
    [TURN_MADE] = {"made", "the fix was made"},
    [TURN_MENDED] = {"mended", "it was mended"},
    [TURN_NOTICED] = {"noticed", "it was first noticed"},
    [TURN_ASKED] = {"asked", "that day"},
};

static fh_status the_record(const fh_view *v, const fh_actor *actor, fh_str kind, int64_t record,
                            fh_record_view *out, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = fh_record_get(v->org, actor, record, v->arena, out, err);
    if (!s && !fh_str_eq(out->row.kind, kind))
        return fh_fail(err, FH_NOTFOUND, "there is no %.*s %lld", FH_STR_ARG(kind),
                       (long long)record);
    return s;
}

bool fh_kind_is_effective(const fh_kind *k)
{
    return fh_str_eq(k->name, FH_STR("fix")) || fh_kind_is_moment(k);
}

/* ---- The turn ------------------------------------------------------------------------------ */

/* When a fix was made: the day told, else when it came to its state. */
static fh_status made_at(const fh_view *v, const fh_record *row, bool *was, int64_t *out,
                         fh_error *err)
{
    static const char *const made[] = {"made", "confirmed", "measured"};
    fh_str done;
    const fh_status s = fh_record_field_text(v->arena, row->fields, "done", &done, err);
    if (s) return s;
    *was = fh_time_iso(done, v->zone, out);
    for (size_t i = 0; !*was && i < sizeof made / sizeof made[0]; i++) {
        if (!fh_str_eq(row->state, fh_str_of(made[i]))) continue;
        *was = true;
        *out = row->state_ms;
    }
    return FH_OK;
}

/* The first fix of it that was made. */
static fh_status first_fix(const fh_view *v, int64_t record, bool *was, int64_t *out, fh_error *err)
{
    enum { FIXES = 100 };
    const fh_record_about *about = NULL;
    size_t n = 0;
    fh_status s =
        fh_record_abouts_of(v->org, FH_STR("record"), record, FIXES, v->arena, &about, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        fh_record fix = {0};
        bool made = false;
        int64_t at_ms = 0;
        if (!fh_str_eq(about[i].field, FH_STR("mends"))) continue;
        s = fh_record_row(v->org, about[i].record, v->arena, &fix, err);
        if (s || !fh_str_eq(fix.kind, FH_STR("fix")) || fh_str_eq(fix.state, FH_STR("dropped")))
            continue;
        s = made_at(v, &fix, &made, &at_ms, err);
        if (s || !made || (*was && *out <= at_ms)) continue;
        *was = true;
        *out = at_ms;
    }
    return s;
}

/* When it came to its end: the last move to "fixed". Whoever confirms it does so later. */
static fh_status mended_at(const fh_view *v, const fh_record *r, bool *was, int64_t *out,
                           fh_error *err)
{
    enum { LATEST = 500 };
    const fh_record_entry *entry = NULL;
    size_t n = 0;
    *was = fh_str_eq(r->state, FH_STR("fixed")) || fh_str_eq(r->state, FH_STR("confirmed"));
    *out = r->state_ms;
    if (!*was) return FH_OK;
    fh_status s = fh_record_entries(v->org, r->record, 0, LATEST, v->arena, &entry, &n, err);
    for (size_t i = 0; i < n && !s; i++) { /* the newest first */
        fh_str to = {0};
        if (!fh_str_eq(entry[i].what, FH_STR("moved"))) continue;
        s = fh_record_field_text(v->arena, entry[i].details, "to", &to, err);
        if (s || !fh_str_eq(to, FH_STR("fixed"))) continue;
        *out = entry[i].at_ms;
        break;
    }
    return s;
}

static fh_status turn_of(const fh_view *v, const fh_record_view *r, turn *out, int64_t *at_ms,
                         fh_error *err)
{
    bool was = false;
    *out = TURN_NONE;
    if (!fh_kind_is_moment(r->kind)) {
        const fh_status s = made_at(v, &r->row, &was, at_ms, err);
        if (!s && was) *out = TURN_MADE;
        return s;
    }
    fh_status s = first_fix(v, r->row.record, &was, at_ms, err);
    *out = TURN_MADE;
    if (s || was) return s;
    s = mended_at(v, &r->row, &was, at_ms, err);
    *out = was ? TURN_MENDED : TURN_NOTICED;
    if (!s && !was) *at_ms = r->row.first_ms;
    return s;
}

/* ---- Where ---------------------------------------------------------------------------------- */

/* Its own touchpoints, else those of what it is about. */
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
    (void)fh_fail(err, FH_CONFLICT, "it names no touchpoint that customers come to");
    return fh_hint(err, FH_CONFLICT, "Say where it is, in the field 'Where?'.");
}

fh_status fh_record_effect_json(const fh_view *v, const fh_actor *actor, fh_str kind,
                                int64_t record, const fh_effect_wish *wish, fh_json *j,
                                fh_error *err)
{
    fh_record_view r;
    fh_effect_ask ask = {0};
    fh_effect_view effect;
    turn at = TURN_ASKED;
    fh_status s = fh_effect_take(v, wish, &ask, err);
    if (!s) s = the_record(v, actor, kind, record, &r, err);
    if (!s && !fh_kind_is_effective(r.kind)) {
        (void)fh_fail(err, FH_NOTFOUND, "nothing is counted of a record of the kind '%.*s'",
                      FH_STR_ARG(kind));
        return fh_hint(err, FH_NOTFOUND, "It is counted of fixes, and of what ends mended.");
    }
    if (!s && !wish->since.len) s = turn_of(v, &r, &at, &ask.fixed_ms, err);
    if (!s && at == TURN_NONE) {
        (void)fh_fail(err, FH_CONFLICT, "the fix was not made yet");
        return fh_hint(err, FH_CONFLICT, "Say on which day it was made, in the field 'Made on'.");
    }
    if (s) return s;
    ask.turn = fh_str_of(turns[at].says);
    s = where_of(v, r.row.record, &ask, err);
    if (!s) s = fh_view_effect(v, &ask, &effect, err);
    if (s) return s;
    fh_json_object(j);
    fh_put_int(j, "record", r.row.record);
    fh_put_text(j, "title", r.row.title);
    fh_put_text(j, "touchpoints", ask.where);
    fh_put_word(j, "turn", turns[at].name);
    fh_effect_json(v, &effect, j);
    fh_json_end_object(j);
    return FH_OK;
}
