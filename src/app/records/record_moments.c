/* record_moments.c - no-brainers: what is obviously broken, how old it is, whom it has
 * touched, and what would be mended quickly (see record_figures.h).
 *
 * A moment is a record of a kind that ends "fixed": a signal, an aggravation, a finding, or
 * whatever the organisation declares so. Its customers are those with a contact at its
 * touchpoints since its first evidence, and those linked to it.
 */
#include "app/records/record_figures_parts.h"
#include "app/records/records.h"
#include "base/put.h"

#include "base/sort.h"

#include <string.h>

enum { MOMENTS_MAX = 1000, SHOWN = 500, KNOWN_SHOWN = 200, WEEK_DAYS = 7 };

typedef struct moment {
    fh_record row;
    fh_bitset touchpoints;
    fh_str names, effort;
    bool open, counted;
    fh_affected_count count;
    uint64_t colleagues;
    int64_t work; /* in tenths of a day; 0: nobody said */
} moment;

typedef struct moments {
    const fh_view *v;
    moment *item; /* [n] */
    size_t n;
    uint64_t left_out;
    int64_t now_ms;
} moments;

/* ---- Which there are ---------------------------------------------------------------------- */

bool fh_kind_is_moment(const fh_kind *k)
{
    return k->seen_by == FH_SEEN_BY_EVERYBODY &&
           fh_kind_find_state(k, FH_STR("fixed")) < k->n_states;
}

static bool shown(const fh_kind *k, const fh_record *r)
{
    const uint32_t s = fh_kind_find_state(k, r->state);
    return s == k->n_states || !k->state[s].concerned;
}

static int64_t work_of(fh_str effort)
{
    static const struct {
        const char *word;
        int64_t work;
    } words[] = {{"minutes", 1}, {"day", 10}, {"week", 50}, {"month", 200}, {"more", 600}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (fh_str_eq(effort, fh_str_of(words[i].word))) return words[i].work;
    return 0;
}

/* What was closed before both weeks of the lookout says nothing: only what changed since can. */
static bool is_beyond(const moments *m, const fh_record *last, int open)
{
    return open > 0 || last->changed_ms >= m->now_ms - 2 * WEEK_DAYS * FH_DAY_MS;
}

/* Until there are `most` in all. */
static fh_status add_rows(moments *m, const fh_kind *k, int open, size_t most, fh_error *err)
{
    fh_record_query q = {.kind = k->name,
                         .open = open,
                         .by = open > 0 ? FH_RECORDS_BY_FIRST : FH_RECORDS_BY_CHANGED};
    const size_t before = m->n;
    fh_record *rows = NULL;
    size_t n = 0, i = 0;
    fh_status s = fh_record_rows(m->v->org, &q, MOMENTS_MAX, m->v->arena, &rows, &n, err);
    for (; !s && i < n && m->n < most; i++) {
        moment *to = &m->item[m->n];
        if (!shown(k, &rows[i])) continue;
        *to = (moment){.row = rows[i], .open = open > 0};
        s = fh_record_field_text(m->v->arena, rows[i].fields, "effort", &to->effort, err);
        if (!s && open > 0)
            s = fh_record_touchpoints(m->v, rows[i].record, &to->touchpoints, &to->names, err);
        to->work = work_of(to->effort);
        m->n++;
    }
    if (s || (i == n && n < MOMENTS_MAX) || !is_beyond(m, &rows[i ? i - 1 : 0], open)) return s;
    if (open < 0) q.state_from_ms = m->now_ms - 2 * WEEK_DAYS * FH_DAY_MS;
    return fh_record_beyond(m->v, k, &q, m->n - before, 0, &m->left_out, err);
}

static fh_status load(moments *m, fh_error *err)
{
    const fh_kind *const *kind = NULL;
    size_t n = 0;
    m->item = FH_NEW_ARRAY(m->v->arena, moment, 2 * MOMENTS_MAX);
    if (!m->item) return fh_no_memory(err);
    fh_status s = fh_kinds_all(m->v->org, m->v->arena, &kind, &n, err);
    for (int open = 1; !s && open >= -1; open -= 2) {
        const size_t most = m->n + MOMENTS_MAX;
        for (size_t i = 0; !s && i < n; i++)
            if (fh_kind_is_moment(kind[i])) s = add_rows(m, kind[i], open, most, err);
    }
    return s;
}

/* ---- Whom they touched -------------------------------------------------------------- */

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_affected_new(from, ctx, out, err);
}

static fh_status count_customers(moments *m, fh_error *err)
{
    const fh_view *v = m->v;
    fh_severe_rules *rules = FH_NEW(v->arena, fh_severe_rules);
    fh_affected_ask *asks = FH_NEW_ARRAY(v->arena, fh_affected_ask, m->n + 1);
    fh_affected_options o = {.n_touchpoints = v->touchpoint.n, .asks = asks};
    fh_affected counted;
    fh_fold *fold = NULL;
    if (!rules || !asks) return fh_no_memory(err);
    for (size_t i = 0; i < m->n; i++) {
        const uint32_t *customer = NULL;
        size_t n_customers = 0;
        if (!m->item[i].open) continue;
        fh_status s = fh_record_customers(v, m->item[i].row.record, &customer, &n_customers, err);
        if (!s) s = fh_record_involved(v->org, m->item[i].row.record, &m->item[i].colleagues, err);
        if (s) return s;
        if (!m->item[i].names.len && !n_customers) continue;
        m->item[i].counted = true;
        asks[o.n_asks++] = (fh_affected_ask){.touchpoints = m->item[i].touchpoints,
                                             .from_ms = m->item[i].row.first_ms,
                                             .until_ms = INT64_MAX,
                                             .customer = customer,
                                             .n_customers = n_customers};
    }
    if (!o.n_asks) return FH_OK;
    fh_status s = fh_severe_read(v->org, v->threads, v->arena, rules, err);
    o.severe = &rules->severe;
    if (!s) s = fh_ask(v->org, &v->filter, v->threads, make, &o, &fold, err);
    if (!s) s = fh_affected_read(fold, v->arena, &counted, err);
    fh_fold_free(fold);
    for (size_t i = 0, k = 0; !s && i < m->n; i++)
        if (m->item[i].counted) m->item[i].count = counted.count[k++];
    return s;
}

/* ---- In order ------------------------------------------------------------------------ */

static bool nobodys(const fh_record *r)
{
    return r->ownerless_ms != 0;
}

/* Open ones first: nobody's, most bounces, most customers, oldest. */
static int by_need(const void *a, const void *b, void *ctx)
{
    const moment *x = a, *y = b;
    (void)ctx;
    if (x->open != y->open) return x->open ? -1 : 1;
    if (nobodys(&x->row) != nobodys(&y->row)) return nobodys(&x->row) ? -1 : 1;
    if (x->row.bounces != y->row.bounces) return x->row.bounces > y->row.bounces ? -1 : 1;
    if (x->count.customers != y->count.customers)
        return x->count.customers > y->count.customers ? -1 : 1;
    if (x->row.first_ms != y->row.first_ms) return x->row.first_ms < y->row.first_ms ? -1 : 1;
    return x->row.record < y->row.record ? -1 : 1;
}

static int by_number(const void *a, const void *b, void *ctx)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    (void)ctx;
    return (x > y) - (x < y);
}

/* Customers of the moments in the middle: what "many" means here. */
static fh_status median_customers(const moments *m, uint64_t *out, fh_error *err)
{
    int64_t *list = FH_NEW_ARRAY(m->v->arena, int64_t, m->n + 1);
    size_t n = 0;
    *out = 0;
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < m->n; i++)
        if (m->item[i].counted) list[n++] = (int64_t)m->item[i].count.customers;
    if (fh_sort(NULL, list, n, sizeof *list, by_number, NULL)) return fh_no_memory(err);
    if (n) *out = (uint64_t)list[n / 2];
    return FH_OK;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static void item_json(const moments *m, const moment *x, uint64_t many, fh_json *j)
{
    const fh_record *r = &x->row;
    const bool ranked = x->counted && x->work;
    fh_json_object(j);
    fh_put_int(j, "record", r->record);
    fh_put_text(j, "kind", r->kind);
    fh_put_text(j, "title", r->title);
    fh_put_text(j, "state", r->state);
    fh_put_number(j, "owner", r->owner);
    fh_put_number(j, "department", r->department);
    fh_put_number(j, "asked", r->asked);
    fh_put_bool(j, "nobodys", nobodys(r));
    fh_put_number(j, "bounces", r->bounces);
    fh_put_time(j, "since", r->first_ms);
    fh_put_number(j, "age_days",
                  m->now_ms > r->first_ms ? (uint64_t)((m->now_ms - r->first_ms) / FH_DAY_MS) : 0);
    fh_put_text(j, "touchpoints", x->names);
    fh_put_text(j, "effort", x->effort);
    fh_put_number_where(j, "customers", x->counted, x->count.customers);
    fh_put_number_where(j, "ruined", x->counted, x->count.broken);
    fh_put_number(j, "colleagues", x->colleagues);
    fh_put_number_where(j, "customers_a_day_of_work", ranked,
                        ranked ? x->count.customers * 10 / (uint64_t)x->work : 0);
    fh_put_bool(j, "quick_win",
                ranked && x->work <= 10 && x->count.customers && x->count.customers >= many);
    fh_json_end_object(j);
}

typedef struct week {
    uint64_t fresh, fixed, open, nobodys;
    int64_t median_age_days;
} week;

/* How it stood at the end of a week, as far as states tell. */
static fh_status look_out(const moments *m, int64_t end_ms, week *out, fh_error *err)
{
    const int64_t from_ms = end_ms - WEEK_DAYS * FH_DAY_MS;
    int64_t *age = FH_NEW_ARRAY(m->v->arena, int64_t, m->n + 1);
    size_t n = 0;
    *out = (week){0};
    if (!age) return fh_no_memory(err);
    for (size_t i = 0; i < m->n; i++) {
        const fh_record *r = &m->item[i].row;
        const bool gone = !m->item[i].open && r->state_ms <= end_ms;
        out->fresh += r->made_ms > from_ms && r->made_ms <= end_ms;
        out->fixed +=
            gone && r->state_ms > from_ms &&
            (fh_str_eq(r->state, FH_STR("fixed")) || fh_str_eq(r->state, FH_STR("confirmed")));
        if (gone || r->made_ms > end_ms) continue;
        out->open++;
        out->nobodys += nobodys(r);
        age[n++] = (end_ms - r->first_ms) / FH_DAY_MS;
    }
    if (fh_sort(NULL, age, n, sizeof *age, by_number, NULL)) return fh_no_memory(err);
    if (n) out->median_age_days = age[n / 2];
    return FH_OK;
}

static void week_json(fh_json *j, const char *key, const week *w)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, "new", w->fresh);
    fh_put_number(j, "fixed", w->fixed);
    fh_put_number(j, "open", w->open);
    fh_put_number(j, "nobodys", w->nobodys);
    fh_put_int(j, "median_age_days", w->median_age_days);
    fh_json_end_object(j);
}

/* What is signed off, and whose review has passed. */
static fh_status known_bad_json(const moments *m, fh_json *j, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("known-bad"), .open = 1, .by = FH_RECORDS_BY_DUE};
    fh_record *rows = NULL;
    size_t n = 0;
    uint64_t signed_off = 0, overdue = 0;
    fh_status s = fh_record_rows(m->v->org, &q, KNOWN_SHOWN, m->v->arena, &rows, &n, err);
    fh_json_key(j, FH_STR("known_bad"));
    fh_json_object(j);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; !s && i < n; i++) {
        fh_str review;
        int64_t at_ms = 0;
        s = fh_record_field_text(m->v->arena, rows[i].fields, "review", &review, err);
        if (s) break;
        const bool dated = fh_time_iso(review, m->v->zone, &at_ms);
        const bool late = dated && at_ms + FH_DAY_MS <= m->now_ms;
        signed_off += !fh_str_eq(rows[i].state, FH_STR("asked"));
        overdue += late;
        fh_json_object(j);
        fh_put_int(j, "record", rows[i].record);
        fh_put_text(j, "title", rows[i].title);
        fh_put_text(j, "state", rows[i].state);
        fh_put_text(j, "review", review);
        fh_put_number(j, "days_late", late ? (uint64_t)((m->now_ms - at_ms) / FH_DAY_MS) : 0);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_number(j, "signed", signed_off);
    fh_put_number(j, "overdue", overdue);
    fh_json_end_object(j);
    return s;
}

fh_status fh_no_brainers_json(const fh_view *v, const fh_actor *actor, fh_json *j, fh_error *err)
{
    const fh_os *os = fh_org_os(v->org);
    moments m = {.v = v, .now_ms = os->now_ms(os->ctx)};
    uint64_t many = 0;
    week now, before;
    fh_status s = fh_require(actor, FH_RIGHT_TAKE_PART, err);
    if (!s) s = load(&m, err);
    if (!s) s = count_customers(&m, err);
    if (!s) s = median_customers(&m, &many, err);
    if (!s) s = look_out(&m, m.now_ms, &now, err);
    if (!s) s = look_out(&m, m.now_ms - WEEK_DAYS * FH_DAY_MS, &before, err);
    if (!s && fh_sort(NULL, m.item, m.n, sizeof *m.item, by_need, NULL)) s = fh_no_memory(err);
    if (s) return s;
    fh_json_object(j);
    fh_put_text(
        j, "says",
        FH_STR("Customers: those with a contact at its touchpoints since its first evidence, and "
               "those linked to it; "
               "ruined: of these, with a severe break there. Colleagues: those who told of it, "
               "dealt with it or follow it. A quick win takes a day at most "
               "and touches somebody, and at least as many customers as half of all do."));
    fh_put_number(j, "left_out", m.left_out);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < m.n && i < SHOWN && m.item[i].open; i++)
        item_json(&m, &m.item[i], many, j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("lookout"));
    fh_json_object(j);
    week_json(j, "week", &now);
    week_json(j, "before", &before);
    fh_json_end_object(j);
    s = known_bad_json(&m, j, err);
    fh_json_end_object(j);
    return s;
}
