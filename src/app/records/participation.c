/* participation.c - who takes part in mending things, as shares (see participation.h).
 *
 * Everything is counted afresh from records and their histories. Learners and others who
 * may not take part are nobody here; who left is not counted among the people, but what they
 * told is counted.
 */
#include "app/records/participation_parts.h"

#include "base/json.h"
#include "base/sort.h"

/* ---- What was told and begun, by whom ------------------------------------------------------- */

static fh_status makers(const fh_part_counting *c, fh_record_query *q, fh_record_maker **out,
                        size_t *n, fh_error *err)
{
    q->from_ms = c->out->from_ms;
    q->until_ms = c->out->until_ms;
    return fh_record_makers(c->org, q, c->arena, out, n, err);
}

static bool is_front_line(const fh_part_counting *c, uint32_t author)
{
    const fh_person *p = fh_part_person(c, author);
    return p && (p->roles & fh_role_bit(FH_ROLE_FRONT_LINE));
}

/* Each record once; *unnamed: those whose author is not known. */
static void count_front(const fh_part_counting *c, const fh_record_maker *m, size_t n,
                        fh_part_of *out, uint64_t *unnamed)
{
    for (size_t i = 0; i < n; i++) {
        if (i && m[i].record == m[i - 1].record) continue;
        *unnamed += !m[i].author;
        out->of += m[i].author != 0;
        out->part += m[i].author && is_front_line(c, m[i].author);
    }
}

static uint32_t parent_of(const fh_part_counting *c, uint32_t department)
{
    for (size_t i = 0; i < c->n_departments; i++)
        if (c->department[i].department == department) return c->department[i].parent;
    return 0;
}

/* Whether `under` is that department, or lies under it. */
static bool lies_in(const fh_part_counting *c, uint32_t under, uint32_t department)
{
    for (size_t depth = 0; under && depth <= c->n_departments; depth++) {
        if (under == department) return true;
        under = parent_of(c, under);
    }
    return false;
}

/* An action is about the departments that it names, else about the one that owns it. One
 * above or below the author's is no other one. */
static void count_outside(const fh_part_counting *c, const fh_record_maker *m, size_t n)
{
    fh_part_of *out = &c->out->outside;
    for (size_t i = 0, next; i < n; i = next) {
        const fh_person *p = fh_part_person(c, m[i].author);
        bool known = false, other = false;
        for (next = i; next < n && m[next].record == m[i].record; next++) {
            const uint32_t about = m[next].about ? m[next].about : m[next].department;
            if (!p || !p->department || !about) continue;
            known = true;
            other |= !lies_in(c, about, p->department) && !lies_in(c, p->department, about);
        }
        out->of += known;
        out->part += other;
    }
}

static fh_status count_actions(const fh_part_counting *c, fh_error *err)
{
    static const char *const efforts[] = {"effort=minutes", "effort=day"};
    fh_record_query reports = {.kinds = FH_STR(" signal aggravation suggestion finding "
                                               "observation ")};
    fh_record_query actions = {.kinds = FH_STR(" signal aggravation suggestion finding observation "
                                               "fix information-offer ")};
    fh_record_maker *m = NULL;
    uint64_t unnamed = 0;
    size_t n = 0;
    fh_status s = makers(c, &reports, &m, &n, err);
    if (!s) count_front(c, m, n, &c->out->reports, &c->out->unnamed);
    for (size_t i = 0; i < sizeof efforts / sizeof efforts[0] && !s; i++) {
        const fh_str word = fh_str_of(efforts[i]);
        fh_record_query small = {.kind = FH_STR("fix"), .word = &word, .n_words = 1};
        s = makers(c, &small, &m, &n, err);
        if (!s) count_front(c, m, n, &c->out->fixes, &unnamed);
    }
    if (!s) s = makers(c, &actions, &m, &n, err);
    if (!s) count_outside(c, m, n);
    return s;
}

/* ---- Pledges, information ----------------------------------------------------------------- */

static fh_status count_pledges(const fh_part_counting *c, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("pledge"),
                               .state_from_ms = c->out->from_ms,
                               .state_until_ms = c->out->until_ms};
    fh_record_count *count = NULL;
    size_t n = 0;
    const fh_status s = fh_record_counts(c->org, &q, c->arena, &count, &n, err);
    for (size_t i = 0; i < n && !s; i++) {
        const bool kept = fh_str_eq(count[i].state, FH_STR("kept")) ||
                          fh_str_eq(count[i].state, FH_STR("seen")) ||
                          fh_str_eq(count[i].state, FH_STR("habit"));
        if (!kept && !fh_str_eq(count[i].state, FH_STR("broken"))) continue;
        c->out->pledges.of += count[i].n;
        if (kept) c->out->pledges.part += count[i].n;
    }
    return s;
}

static fh_status leads_to(const fh_part_counting *c, fh_json_reader *r, fh_str details,
                          fh_str state, bool *out, fh_error *err)
{
    fh_json_doc doc;
    fh_str to = {"", 0};
    *out = false;
    if (!details.len) return FH_OK; /* withheld */
    const fh_status s = fh_json_read(r, details, &doc, err);
    if (s || doc.token[0].type != FH_JSON_OBJECT) return s == FH_NOMEM ? s : FH_OK;
    const uint32_t at = fh_json_get(&doc, 0, FH_STR("to"));
    if (at && doc.token[at].type == FH_JSON_STRING && !fh_json_text(&doc, at, c->arena, &to))
        return fh_no_memory(err);
    *out = fh_str_eq(to, state);
    return FH_OK;
}

static int by_time(const void *a, const void *b, void *ctx)
{
    const int64_t *x = a, *y = b;
    (void)ctx;
    return (*x > *y) - (*x < *y);
}

static fh_status count_moves(const fh_part_counting *c, fh_json_reader *r, const fh_record_moved *m,
                             size_t n, fh_error *err)
{
    int64_t *took = FH_NEW_ARRAY(c->arena, int64_t, n + 1);
    int64_t told = 0;
    size_t got = 0;
    if (!took) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        bool shared = false;
        if (m[i].record == told) continue;
        const fh_status s = leads_to(c, r, m[i].details, FH_STR("shared"), &shared, err);
        if (s) return s;
        if (!shared) continue;
        told = m[i].record; /* only the first answer counts */
        if (m[i].at_ms < c->out->from_ms || m[i].at_ms >= c->out->until_ms) continue;
        took[got++] = m[i].at_ms > m[i].made_ms ? m[i].at_ms - m[i].made_ms : 0;
    }
    if (fh_sort(NULL, took, got, sizeof *took, by_time, NULL)) return fh_no_memory(err);
    c->out->shared = got;
    c->out->share_ms = got ? took[(got - 1) / 2] : 0;
    return FH_OK;
}

static fh_status count_sharing(const fh_part_counting *c, fh_error *err)
{
    const fh_record_query open = {.kind = FH_STR("information-request"), .state = FH_STR("open")};
    fh_record_count *count = NULL;
    fh_record_moved *moved = NULL;
    size_t n = 0;
    fh_status s = fh_record_counts(c->org, &open, c->arena, &count, &n, err);
    for (size_t i = 0; i < n && !s; i++) c->out->waiting += count[i].n;
    if (!s) s = fh_record_moves_of(c->org, open.kind, c->arena, &moved, &n, err);
    fh_json_reader *r = s ? NULL : fh_json_reader_new(NULL, 1 << 16);
    if (!s && !r) s = fh_no_memory(err);
    if (!s) s = count_moves(c, r, moved, n, err);
    fh_json_reader_free(r);
    return s;
}

fh_status fh_participation_of(fh_org *org, int64_t from_ms, int64_t until_ms, fh_arena *arena,
                              fh_participation *out, fh_error *err)
{
    fh_participation got = {.from_ms = from_ms, .until_ms = until_ms};
    fh_part_counting c = {.org = org, .arena = arena, .out = &got};
    fh_status s = fh_person_rows(org, 0, SIZE_MAX, arena, &c.person, &c.n_people, err);
    if (!s) s = fh_department_rows(org, arena, &c.department, &c.n_departments, err);
    if (!s) s = fh_part_count_people(&c, err);
    if (!s) s = count_actions(&c, err);
    if (!s) s = count_pledges(&c, err);
    if (!s) s = count_sharing(&c, err);
    if (!s) *out = got;
    return s;
}
