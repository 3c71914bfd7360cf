/* show.c - findings as JSON: the list and one with its evidence (see show.h). */
#include "app/find/show_parts.h"

#include "app/lived/lived.h"
#include "app/people/people.h"
#include "app/records/records.h"
#include "base/put.h"
#include "store/members.h"
#include "store/people.h"

#include <stdio.h>
#include <string.h>

enum { EXAMPLES = 20, EXAMPLE_HITS = 400 };

uint32_t fh_find_minutes(uint32_t sort)
{
    switch ((fh_finding_sort)sort) {
    case FH_FIND_DUPLICATE:
    case FH_FIND_SIGNATORY:
    case FH_FIND_OVERLOAD: return 2;
    case FH_FIND_DAM: return 6;
    case FH_FIND_CONTEXT_LOST: return 4;
    case FH_FIND_CONTRADICTION:
    case FH_FIND_NEVER:
    case FH_FIND_DEVIATION:
    case FH_FIND_PROMISE:
    case FH_FIND_OWNERLESS:
    case FH_FIND_FORGOTTEN:
    case FH_FIND_AGGRAVATION:
    case FH_N_FINDING_SORTS: break;
    }
    return 0;
}

static void put_named(fh_json *j, const char *key, fh_str name)
{
    fh_put_key(j, key);
    if (!name.len) {
        fh_json_null(j);
        return;
    }
    fh_json_object(j);
    fh_put_text(j, "name", name);
    fh_json_end_object(j);
}

static fh_status put_judged(fh_org *org, const fh_cause_row *c, fh_arena *arena, fh_json *j,
                            fh_error *err)
{
    fh_person p = {0};
    fh_error none = {0};
    fh_put_key(j, "judged");
    if (!c->judged) {
        fh_json_null(j);
        return FH_OK;
    }
    const fh_status s = c->person ? fh_person_row(org, c->person, arena, &p, &none) : FH_NOTFOUND;
    if (s && s != FH_NOTFOUND) {
        if (err) *err = none;
        return s;
    }
    fh_json_object(j);
    fh_put_text(j, "why", c->why);
    fh_put_text_or_null(j, "person", s ? (fh_str){0} : p.name);
    fh_put_int(j, "at_ms", c->judged_ms);
    fh_json_end_object(j);
    return FH_OK;
}

fh_status fh_cause_json(fh_org *org, const fh_cause_row *c, const fh_find_names *names, bool waits,
                        fh_arena *arena, fh_json *j, fh_error *err)
{
    char hex[24];
    fh_str says;
    const fh_status s = fh_cause_says(c, names, arena, &says, err);
    if (s) return s;
    (void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)c->cause);
    fh_put_word(j, "cause", hex);
    fh_put_word(j, "sort", fh_finding_sort_name((fh_finding_sort)c->sort));
    fh_put_text(j, "says", says);
    put_named(j, "from", fh_find_name(&names->department, c->from));
    put_named(j, "to", fh_find_name(&names->department, c->to));
    fh_put_text_or_null(j, "touchpoint", fh_find_name(&names->touchpoint, c->touchpoint));
    fh_put_text_or_null(j, "purpose", c->purpose);
    fh_put_key(j, "facts");
    fh_json_array(j);
    for (uint32_t t = 0; t < FH_N_FACT_TYPES; t++)
        if (c->fact_types >> t & 1) fh_json_str(j, fh_str_of(fh_fact_type_name((fh_fact_type)t)));
    fh_json_end_array(j);
    fh_put_number(j, "customers", c->customers);
    fh_put_number(j, "hits", c->hits);
    fh_put_int(j, "first_ms", c->first_ms);
    fh_put_int(j, "last_ms", c->last_ms);
    fh_put_number(j, "severity", c->severity);
    fh_put_number_or_null(j, "cost_minutes", fh_find_minutes(c->sort) * c->hits);
    fh_put_number_or_null(j, "record", c->record > 0 ? (uint64_t)c->record : 0);
    fh_put_bool(j, "waits", waits);
    return put_judged(org, c, arena, j, err);
}

/* ---- The list ------------------------------------------------------------------------------ */

static bool is_of(const fh_find_names *names, const fh_cause_row *c, fh_str department)
{
    return fh_str_eq(fh_find_name(&names->department, c->from), department) ||
           fh_str_eq(fh_find_name(&names->department, c->to), department);
}

static bool is_wanted(const fh_findings_query *q, const fh_find_names *names, const fh_cause_row *c)
{
    if (c->sort >= FH_N_FINDING_SORTS || (c->judged && q->judged == 0)) return false;
    if (!c->judged && !c->hits) return false;
    if (q->sorts && !(q->sorts >> c->sort & 1)) return false;
    if (q->from.len && !is_of(names, c, q->from)) return false;
    if (q->to.len && !is_of(names, c, q->to)) return false;
    return !q->touchpoint.len ||
           fh_str_eq(fh_find_name(&names->touchpoint, c->touchpoint), q->touchpoint);
}

static void put_head(const fh_find_ran *ran, size_t n, fh_json *j)
{
    char says[200];
    fh_put_number_or_null(j, "ran_ms", (uint64_t)ran->at_ms);
    fh_put_number(j, "interactions", ran->interactions);
    fh_put_number(j, "messages", ran->messages);
    if (ran->at_ms)
        (void)snprintf(says, sizeof says,
                       "%zu finding%s from %llu interactions, %llu of them with a text.", n,
                       n == 1 ? "" : "s", (unsigned long long)ran->interactions,
                       (unsigned long long)ran->messages);
    else
        (void)snprintf(says, sizeof says, "Nobody has looked yet.");
    fh_put_word(j, "says", says);
}

fh_status fh_findings_json(fh_org *org, const fh_findings_query *q, fh_arena *arena, fh_json *j,
                           fh_error *err)
{
    fh_seen_causes all = {.n = 0};
    fh_find_names names;
    fh_find_ran ran;
    int64_t looking = 0;
    size_t wanted = 0;
    uint64_t counts[FH_N_FINDING_SORTS] = {0};
    fh_status s = fh_find_names_read(org, arena, &names, err);
    if (!s) s = fh_find_ran_last(org, &ran, err);
    if (!s) s = fh_find_going(org, arena, &looking, err);
    if (!s) s = fh_causes_as_seen(org, q->actor, &names.department, arena, &all, err);
    if (s) return s;
    for (size_t i = 0; i < all.n; i++) wanted += is_wanted(q, &names, &all.c[i]);
    fh_json_object(j);
    put_head(&ran, wanted, j);
    fh_put_number_or_null(j, "looking", (uint64_t)looking);
    fh_put_number_or_null(j, "every_minutes", (uint64_t)(q->every_ms + 59999) / 60000);
    fh_put_key(j, "findings");
    fh_json_array(j);
    for (size_t i = 0; i < all.n && !s; i++) {
        if (!is_wanted(q, &names, &all.c[i])) continue;
        counts[all.c[i].sort]++;
        fh_json_object(j);
        s = fh_cause_json(org, &all.c[i], &names, all.waits[i], arena, j, err);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_put_key(j, "counts");
    fh_json_object(j);
    for (uint32_t k = 0; k < FH_N_FINDING_SORTS; k++)
        fh_put_number(j, fh_finding_sort_name((fh_finding_sort)k), counts[k]);
    fh_json_end_object(j);
    fh_json_end_object(j);
    return s;
}

/* ---- Examples ------------------------------------------------------------------------------ */

typedef struct showing {
    fh_evidence e;
    const fh_view *v;
    const fh_cause_row *c;
    fh_json *j;
    bool owns;           /* whoever asks owns the finding */
    uint32_t own_origin; /* of interactions that were written down here */
    fh_merging merging;  /* of the first example */
} showing;

static fh_status read_owner(showing *w, const fh_actor *actor, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    fh_record_view record;
    fh_error none = {0};
    if (!actor->person || w->c->record <= 0) return FH_OK;
    fh_status s = fh_record_get(w->e.org, &self, w->c->record, w->e.arena, &record, &none);
    if (s == FH_NOTFOUND) return FH_OK;
    w->owns = !s && record.row.owner == actor->person;
    if (s && err) *err = none;
    return s || !w->owns ? s : fh_own_origin(w->e.org, w->e.arena, &w->own_origin, err);
}

/* The roles of a person of ours, in words; empty when they are gone. */
static fh_status roles_of(const showing *w, uint32_t person, fh_str *out, fh_error *err)
{
    fh_person p = {0};
    fh_error none = {0};
    fh_buf titles;
    fh_status s = fh_person_row(w->e.org, person, w->e.arena, &p, &none);
    if (s == FH_NOTFOUND) return FH_OK;
    if (s) {
        if (err) *err = none;
        return s;
    }
    fh_buf_init(&titles, NULL, 1 << 10);
    for (uint32_t role = 0; role < FH_N_ROLES; role++) {
        if (!(p.roles & fh_role_bit((fh_role)role))) continue;
        if (titles.len) fh_buf_str(&titles, FH_STR(", "));
        fh_buf_str(&titles, fh_str_of(fh_role_title((fh_role)role)));
    }
    if (titles.status || !fh_arena_str(w->e.arena, fh_buf_view(&titles), out))
        s = fh_no_memory(err);
    fh_buf_free(&titles);
    return s;
}

/* Who wrote it or wrote it down: by role, as its source says it or as people have it here, never by
 * name, and only to who owns the finding. What customers write is nobody's of ours. */
static fh_status tell_role(const showing *w, fh_message *m, fh_error *err)
{
    const bool here = w->own_origin && m->told->origin == w->own_origin;
    if (!w->owns) return FH_OK;
    if (here && m->said.by) return roles_of(w, m->said.by, &m->role, err);
    if (m->told->direction != FH_DIR_IN) m->role = m->said.role;
    return FH_OK;
}

static fh_status put_customer(showing *w, uint32_t customer, fh_error *err)
{
    const fh_identity *known = NULL;
    size_t n = 0;
    char number[24];
    const fh_status s = fh_identity_of(w->e.org, customer, w->e.arena, &known, &n, err);
    if (s) return s;
    (void)snprintf(number, sizeof number, "#%u", customer);
    fh_put_key(w->j, "customer");
    fh_json_object(w->j);
    fh_put_number(w->j, "number", customer);
    fh_put_text(w->j, "name", n ? known[0].value : fh_str_of(number));
    fh_json_end_object(w->j);
    return FH_OK;
}

static fh_status put_differs(showing *w, const fh_message *a, const fh_message *b, fh_error *err)
{
    const fh_difference *d = NULL;
    size_t n = 0;
    fh_text x, y;
    const fh_find_settings settings = fh_find_defaults();
    fh_status s = FH_OK;
    fh_put_key(w->j, "differs");
    fh_json_array(w->j);
    if (w->c->sort == FH_FIND_CONTRADICTION && a->told != b->told && a->said.text.len &&
        b->said.text.len) {
        s = fh_message_read(&w->e, a, &x, err);
        if (!s) s = fh_message_read(&w->e, b, &y, err);
        if (!s)
            s = fh_texts_differ(w->e.lexicon, w->e.usage, &settings.differ, &x, &y, w->e.arena, &d,
                                &n, err);
    }
    for (size_t i = 0; i < n && !s; i++) {
        fh_json_object(w->j);
        fh_put_text(w->j, "type", fh_str_of(fh_fact_type_name(d[i].type)));
        fh_put_key(w->j, "a");
        s = fh_fact_json(&w->e, &x, d[i].fact_a, d[i].sentence_a, w->j, err);
        fh_put_key(w->j, "b");
        if (!s) s = fh_fact_json(&w->e, &y, d[i].fact_b, d[i].sentence_b, w->j, err);
        fh_json_end_object(w->j);
    }
    fh_json_end_array(w->j);
    return s;
}

static void put_ways(uint32_t ways, fh_json *j)
{
    static const char *const names[] = {"same-purpose", "same-text", "told",      "asked",
                                        "given",        "says-so",   "no-reason", "no-receipt"};
    fh_put_key(j, "ways");
    fh_json_array(j);
    for (uint32_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ways >> i & 1) fh_json_str(j, fh_str_of(names[i]));
    fh_json_end_array(j);
}

/* *shown: false when the interactions are there no more. */
static fh_status put_example(showing *w, const fh_hit_row *h, uint32_t customer, bool *shown,
                             fh_error *err)
{
    fh_message a, b;
    bool has_a = false, has_b = false;
    fh_status s = fh_evidence_find(&w->e, customer, h->a, h->a_ms, &a, &has_a, err);
    if (!s) s = fh_evidence_find(&w->e, customer, h->b, h->b_ms, &b, &has_b, err);
    *shown = has_a && has_b;
    if (!s && has_a) s = tell_role(w, &a, err);
    if (!s && has_b) s = tell_role(w, &b, err);
    if (s || !*shown) return s;
    fh_json_object(w->j);
    s = put_customer(w, customer, err);
    fh_put_key(w->j, "a");
    fh_message_json(&w->e, &a, w->j);
    fh_put_key(w->j, "b");
    if (h->a == h->b && h->a_ms == h->b_ms)
        fh_json_null(w->j);
    else
        fh_message_json(&w->e, &b, w->j);
    if (!s) s = put_differs(w, &a, &b, err);
    put_ways(h->ways, w->j);
    fh_json_end_object(w->j);
    if (!w->merging.has_pair) {
        w->merging.a = a;
        w->merging.b = b;
        w->merging.customer = customer;
        w->merging.has_pair = true;
    }
    return s;
}

/* Up to EXAMPLES, of different customers, the surest and latest first. */
static fh_status put_examples(showing *w, bool may, fh_error *err)
{
    const fh_hit_row *h = NULL;
    uint32_t seen[EXAMPLES];
    size_t n = 0, shown = 0;
    fh_put_key(w->j, "examples");
    fh_json_array(w->j);
    fh_status s =
        may ? fh_hits_latest(w->e.org, w->c->cause, EXAMPLE_HITS, w->e.arena, &h, &n, err) : FH_OK;
    for (size_t i = 0; i < n && shown < EXAMPLES && !s; i++) {
        uint32_t customer = 0;
        bool again = false, put = false;
        s = fh_member_customer(w->e.org, h[i].customer, &customer, err);
        if (s || !customer) continue;
        for (size_t k = 0; k < shown && !again; k++) again = seen[k] == customer;
        if (again) continue;
        s = put_example(w, &h[i], customer, &put, err);
        if (put) seen[shown++] = customer;
    }
    fh_json_end_array(w->j);
    return s;
}

/* ---- One ------------------------------------------------------------------------------------- */

static void put_fact(const showing *w)
{
    fh_json_doc doc;
    fh_error wrong = {0};
    fh_put_key(w->j, "fact");
    if (w->c->fact.len && fh_json_read(w->e.reader, w->c->fact, &doc, &wrong) == FH_OK)
        fh_json_raw_value(w->j, w->c->fact);
    else
        fh_json_null(w->j);
}

static fh_status put_one(showing *w, const fh_actor *actor, bool waits, fh_error *err)
{
    const bool may = fh_may(actor, FH_RIGHT_STORIES) && !waits;
    fh_json_object(w->j);
    fh_status s = fh_cause_json(w->e.org, w->c, &w->e.names, waits, w->e.arena, w->j, err);
    put_fact(w);
    if (!s) s = put_examples(w, may, err);
    if (!s) s = fh_cause_held_json(&w->e, waits ? NULL : w->c, w->j, err);
    if (!s) s = fh_cause_merged_json(&w->merging, w->j, err);
    if (!s) s = fh_cause_drafts_json(&w->merging, w->j, err);
    if (!s) s = fh_cause_times_json(&w->e, w->c->cause, w->j, err);
    fh_put_key(w->j, "records");
    fh_json_array(w->j);
    if (w->c->record > 0) fh_json_int(w->j, w->c->record);
    fh_json_end_array(w->j);
    fh_json_end_object(w->j);
    return s;
}

fh_status fh_finding_json(const fh_view *v, const fh_actor *actor, uint64_t cause, fh_json *j,
                          fh_error *err)
{
    fh_cause_row c;
    showing w = {.v = v, .c = &c, .j = j};
    bool waits = false;
    fh_status s = fh_cause_get(v->org, cause, v->arena, &c, err);
    if (!s) s = fh_evidence_open(v->org, v->arena, &w.e, err);
    if (!s) s = fh_cause_hold_back(v->org, actor, &w.e.names.department, v->arena, &c, &waits, err);
    w.merging = (fh_merging){.e = &w.e, .c = &c, .actor = actor};
    if (!s) s = read_owner(&w, actor, err);
    if (!s) s = put_one(&w, actor, waits, err);
    fh_evidence_close(&w.e);
    return s;
}

/* ---- Who ------------------------------------------------------------------------------------- */

static fh_status add_customers(fh_org *org, const fh_hit_customer *who, size_t n, uint64_t *bits,
                               uint32_t most, fh_error *err)
{
    fh_status s = FH_OK;
    for (size_t i = 0; i < n && !s; i++) {
        uint32_t now = 0;
        s = fh_member_customer(org, who[i].customer, &now, err);
        if (!s && now && now <= most) bits[now / 64] |= UINT64_C(1) << (now & 63);
    }
    return s;
}

fh_status fh_finding_narrow(fh_view *v, const fh_actor *actor, uint64_t cause, fh_error *err)
{
    enum { PAGE = 10000 };
    fh_cause_row c;
    bool waits = false;
    int64_t last = 0;
    uint32_t after = 0;
    size_t n = PAGE;
    fh_status s = fh_cause_get(v->org, cause, v->arena, &c, err);
    if (!s) s = fh_cause_hold_back(v->org, actor, &v->department, v->arena, &c, &waits, err);
    if (!s && waits) {
        (void)fh_fail(err, FH_DENIED, "the department that this finding touches may reply first");
        s = fh_hint(err, FH_DENIED, "Who is behind it is seen when it has, or after a week.");
    }
    if (!s) s = fh_counter_last(v->org, "member", &last, err);
    if (s) return s;
    if (last < 0 || last >= UINT32_MAX) last = UINT32_MAX - 1;
    uint64_t *bits = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)last / 64 + 1);
    if (!bits) return fh_no_memory(err);
    while (n == PAGE && !s) {
        const fh_hit_customer *who = NULL;
        s = fh_hits_customers(v->org, cause, after, PAGE, v->arena, &who, &n, err);
        if (!s) s = add_customers(v->org, who, n, bits, (uint32_t)last, err);
        if (!s && n) after = who[n - 1].customer;
    }
    if (v->filter.customers.bits)
        for (size_t i = 0; i <= (size_t)last / 64; i++) {
            const size_t words = ((size_t)v->filter.customers.n + 63) / 64;
            bits[i] &= i < words ? v->filter.customers.bits[i] : 0;
        }
    v->filter.customers = (fh_bitset){bits, (uint32_t)last + 1};
    return s;
}
