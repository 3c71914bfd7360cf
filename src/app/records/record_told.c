/* record_told.c - what is told at each touchpoint (what makes it, what breaks it, how often
 * somebody said "obviously broken"), how long mending took, what fixes brought, and how people
 * care back: suggestions, thanks, recommendations (see record_figures.h).
 *
 * Counted from records alone, those that everybody may see: a finding that still waits for the
 * reply of those it touches is not counted. What was merged counts once.
 */
#include "app/records/record_figures_parts.h"
#include "app/records/records.h"

#include "base/put.h"
#include "base/sort.h"

enum { TOLD_MAX = 5000 };

typedef struct place {
    uint64_t makes, breaks, signals, open, mended;
} place;

/* What people give back: who suggests, thanks, recommends. */
typedef struct cared {
    const char *kind, *done; /* `done`: the state in which it has come to something */
    uint64_t customers, colleagues, came;
} cared;
enum { N_CARED = 3 };

typedef struct told {
    const fh_view *v;
    cared care[N_CARED];
    place *at;     /* [v->touchpoint.n] by number */
    int64_t *days; /* of everything mended, from its first evidence */
    size_t n_days;
    uint64_t fixes, reckoned, without_basis, both_gains, left_out;
    int64_t saved; /* minor units */
} told;

static bool one_of(fh_str word, const char *a, const char *b)
{
    return fh_str_eq(word, fh_str_of(a)) || fh_str_eq(word, fh_str_of(b));
}

/* ---- Touchpoints ------------------------------------------------------------------------- */

static void count_at(const told *t, const fh_bitset *touchpoints, fh_str kind, fh_str about,
                     bool open, bool mended)
{
    for (uint32_t i = 1; i < t->v->touchpoint.n; i++) {
        if (!(touchpoints->bits[i / 64] >> (i % 64) & 1)) continue;
        place *p = &t->at[i];
        p->makes += fh_str_eq(about, FH_STR("make"));
        p->breaks += fh_str_eq(about, FH_STR("break"));
        p->signals += fh_str_eq(kind, FH_STR("signal"));
        p->open += open;
        p->mended += mended;
    }
}

static fh_status add_row(told *t, const fh_kind *k, const fh_record *r, fh_error *err)
{
    const uint32_t state = fh_kind_find_state(k, r->state);
    const bool closed = state < k->n_states && k->state[state].closed;
    const bool mended = one_of(r->state, "fixed", "confirmed");
    fh_bitset touchpoints;
    fh_str names, about = {0};
    if (r->merged_into || state == k->n_states || k->state[state].concerned) return FH_OK;
    fh_status s = fh_record_touchpoints(t->v, r->record, &touchpoints, &names, err);
    if (!s) s = fh_record_field_text(t->v->arena, r->fields, "about", &about, err);
    if (s) return s;
    count_at(t, &touchpoints, r->kind, about, !closed, mended);
    if (mended && r->state_ms >= r->first_ms && t->n_days < TOLD_MAX)
        t->days[t->n_days++] = (r->state_ms - r->first_ms) / FH_DAY_MS;
    return FH_OK;
}

static fh_status add_kind(told *t, const fh_kind *k, fh_error *err)
{
    const fh_record_query q = {.kind = k->name, .by = FH_RECORDS_BY_CHANGED};
    fh_record *rows = NULL;
    size_t n = 0;
    fh_status s = fh_record_rows(t->v->org, &q, TOLD_MAX, t->v->arena, &rows, &n, err);
    for (size_t i = 0; !s && i < n; i++) s = add_row(t, k, &rows[i], err);
    return s ? s : fh_record_beyond(t->v, k, &q, n, TOLD_MAX, &t->left_out, err);
}

static fh_status add_moments(told *t, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    fh_status s = fh_kinds_all(t->v->org, t->v->arena, &kind, &n, err);
    for (size_t i = 0; !s && i < n; i++)
        if (fh_kind_is_moment(kind[i])) s = add_kind(t, kind[i], err);
    return s;
}

/* ---- Fixes --------------------------------------------------------------------------------- */

static fh_status add_fix(told *t, const fh_record *r, fh_error *err)
{
    fh_str saved, basis, outside, inside;
    fh_arena *arena = t->v->arena;
    int64_t cents = 0;
    if (r->merged_into ||
        !(one_of(r->state, "made", "confirmed") || one_of(r->state, "measured", "")))
        return FH_OK;
    fh_status s = fh_record_field_text(arena, r->fields, "saved", &saved, err);
    if (!s) s = fh_record_field_text(arena, r->fields, "saved-basis", &basis, err);
    if (!s) s = fh_record_field_text(arena, r->fields, "customer-gain", &outside, err);
    if (!s) s = fh_record_field_text(arena, r->fields, "inside-gain", &inside, err);
    if (s) return s;
    t->fixes++;
    t->both_gains += outside.len && inside.len;
    if (!fh_kind_number(saved, 2, &cents) || !cents) return FH_OK;
    /* What nobody says the basis of is told, and not added. */
    if (!basis.len) {
        t->without_basis++;
        return FH_OK;
    }
    t->reckoned++;
    t->saved += cents;
    return FH_OK;
}

static fh_status add_fixes(told *t, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("fix"), .by = FH_RECORDS_BY_CHANGED};
    fh_record *rows = NULL;
    size_t n = 0;
    fh_status s = fh_record_rows(t->v->org, &q, TOLD_MAX, t->v->arena, &rows, &n, err);
    for (size_t i = 0; !s && i < n; i++) s = add_fix(t, &rows[i], err);
    return s ? s : fh_record_beyond(t->v, NULL, &q, n, TOLD_MAX, &t->left_out, err);
}

/* ---- Care ---------------------------------------------------------------------------------- */

/* A customer's when it says so, or names one; else a colleague's. */
static fh_status add_care(told *t, cared *c, const fh_record *r, fh_error *err)
{
    fh_str from, customer;
    if (r->merged_into) return FH_OK;
    fh_status s = fh_record_field_text(t->v->arena, r->fields, "from", &from, err);
    if (!s) s = fh_record_field_text(t->v->arena, r->fields, "customer", &customer, err);
    if (s) return s;
    const bool theirs = from.len ? fh_str_eq(from, FH_STR("customer")) : customer.len > 0;
    *(theirs ? &c->customers : &c->colleagues) += 1;
    c->came += fh_str_eq(r->state, fh_str_of(c->done));
    return FH_OK;
}

static fh_status add_cared(told *t, fh_error *err)
{
    static const cared sorts[N_CARED] = {{.kind = "suggestion", .done = "done"},
                                         {.kind = "thanks", .done = "read"},
                                         {.kind = "referral", .done = "came"}};
    fh_status s = FH_OK;
    for (size_t k = 0; k < N_CARED && !s; k++) {
        const fh_record_query q = {.kind = fh_str_of(sorts[k].kind), .by = FH_RECORDS_BY_CHANGED};
        fh_record *rows = NULL;
        size_t n = 0;
        t->care[k] = sorts[k];
        s = fh_record_rows(t->v->org, &q, TOLD_MAX, t->v->arena, &rows, &n, err);
        for (size_t i = 0; !s && i < n; i++) s = add_care(t, &t->care[k], &rows[i], err);
        if (!s) s = fh_record_beyond(t->v, NULL, &q, n, TOLD_MAX, &t->left_out, err);
    }
    return s;
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b, void *ctx)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    (void)ctx;
    return (x > y) - (x < y);
}

static void places_json(const told *t, fh_json *j)
{
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (uint32_t i = 1; i < t->v->touchpoint.n; i++) {
        const place *p = &t->at[i];
        if (!p->makes && !p->breaks && !p->signals && !p->open && !p->mended) continue;
        fh_json_object(j);
        fh_put_number(j, "touchpoint", i);
        fh_put_text(j, "name", fh_view_name(&t->v->touchpoint, i));
        fh_put_number(j, "makes", p->makes);
        fh_put_number(j, "breaks", p->breaks);
        fh_put_number(j, "signals", p->signals);
        fh_put_number(j, "open", p->open);
        fh_put_number(j, "mended", p->mended);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void benefits_json(const told *t, fh_json *j)
{
    fh_json_key(j, FH_STR("benefits"));
    fh_json_object(j);
    fh_put_number(j, "fixes", t->fixes);
    fh_put_number(j, "both_gains", t->both_gains);
    fh_put_number(j, "reckoned", t->reckoned);
    fh_put_number(j, "without_basis", t->without_basis);
    fh_json_key(j, FH_STR("saved_a_year"));
    fh_json_fixed(j, t->saved, 2);
    fh_put_text(j, "unit", FH_STR("EUR"));
    fh_json_end_object(j);
}

static void care_json(const told *t, fh_json *j)
{
    fh_json_key(j, FH_STR("care"));
    fh_json_array(j);
    for (size_t k = 0; k < N_CARED; k++) {
        fh_json_object(j);
        fh_put_word(j, "kind", t->care[k].kind);
        fh_put_number(j, "customers", t->care[k].customers);
        fh_put_number(j, "colleagues", t->care[k].colleagues);
        fh_put_number(j, "came", t->care[k].came);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

fh_status fh_told_json(const fh_view *v, const fh_actor *actor, fh_json *j, fh_error *err)
{
    told t = {.v = v,
              .at = FH_NEW_ARRAY(v->arena, place, (size_t)v->touchpoint.n + 1),
              .days = FH_NEW_ARRAY(v->arena, int64_t, TOLD_MAX)};
    if (!t.at || !t.days) return fh_no_memory(err);
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = add_moments(&t, err);
    if (!s) s = add_fixes(&t, err);
    if (!s) s = add_cared(&t, err);
    if (!s && fh_sort(NULL, t.days, t.n_days, sizeof *t.days, by_number, NULL))
        s = fh_no_memory(err);
    if (s) return s;
    fh_json_object(j);
    fh_put_text(j, "says",
                FH_STR("Counted from what was told, without what still waits for a reply. Days to "
                       "mend: the middle one, from the first evidence to mended. Saved: what made "
                       "fixes save a year, of those that say how it was reckoned."));
    fh_put_number(j, "left_out", t.left_out);
    places_json(&t, j);
    fh_json_key(j, FH_STR("mended"));
    fh_json_object(j);
    fh_put_number(j, "n", t.n_days);
    fh_json_key(j, FH_STR("median_days"));
    if (t.n_days)
        fh_json_int(j, t.days[t.n_days / 2]);
    else
        fh_json_null(j);
    fh_json_end_object(j);
    benefits_json(&t, j);
    care_json(&t, j);
    fh_json_end_object(j);
    return FH_OK;
}
