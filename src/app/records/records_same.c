/* records_same.c - use case: two records that are the same, and whom to ask.
 *
 * Merging leads one record to the other: links are copied, followers come along, the
 * author is told. Which links were copied stands in the history of the one that stays
 * ("took-in"), so that parting takes back just these.
 */
#include "app/records/record_parts.h"

#include "base/sort.h"
#include "store/members.h"
#include "store/segments.h"

#include <string.h>

enum { TOKENS = 1 << 12 };

/* ---- Merging ----------------------------------------------------------------------------- */

static fh_status may_merge(const fh_record_work *w, const fh_record_view *from,
                           const fh_record_view *into, fh_error *err)
{
    const fh_who who =
        (fh_who)1 << FH_WHO_OWNER | (fh_who)1 << FH_WHO_LEAD | (fh_who)1 << FH_WHO_FINDINGS;
    fh_who is_from = 0, is_into = 0;
    fh_status status = fh_record_who(w, from, &is_from, err);
    if (status == FH_OK) status = fh_record_who(w, into, &is_into, err);
    if (status != FH_OK) return status;
    if ((is_from & (who | (fh_who)1 << FH_WHO_AUTHOR)) || (is_into & who)) return FH_OK;
    return fh_fail(err, FH_DENIED,
                   "records are merged by an owner of one, their lead, whoever answers findings, "
                   "or the author of the one that is merged");
}

/* *list: numbers of the copies, as a JSON array. */
static fh_status copy_links(const fh_record_work *w, int64_t from, int64_t into, fh_json *list,
                            fh_error *err)
{
    const fh_record_about *a = NULL, *there = NULL;
    size_t n = 0, n_there = 0;
    fh_status status = fh_record_abouts(w->org, from, w->arena, &a, &n, err);
    if (status == FH_OK) status = fh_record_abouts(w->org, into, w->arena, &there, &n_there, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_record_about copy = a[i];
        size_t k = 0;
        while (k < n_there &&
               !(fh_str_eq(there[k].what, a[i].what) && there[k].number == a[i].number &&
                 fh_str_eq(there[k].key, a[i].key)))
            k++;
        const bool itself = fh_str_eq(a[i].what, FH_STR("record")) && a[i].number == into;
        if (k < n_there || itself || fh_str_eq(a[i].what, FH_STR("file"))) continue;
        copy.record = into;
        copy.field = (fh_str){"", 0};
        copy.made_ms = w->now_ms;
        status = fh_record_about_add(w->org, &copy, err);
        if (status == FH_OK) fh_json_int(list, copy.about);
    }
    return status;
}

static fh_status copy_followers(const fh_record_work *w, int64_t from, int64_t into, fh_error *err)
{
    const fh_record_follower *f = NULL;
    size_t n = 0;
    fh_status status = fh_record_followers(w->org, from, w->arena, &f, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = fh_record_let_follow(w, into, f[i].person, "merged", err);
    return status;
}

static fh_status merge_inside(const fh_record_work *w, fh_record_view *from, fh_record_view *into,
                              fh_str words, fh_error *err)
{
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "record", from->row.record);
    fh_record_tell_text(&t, "words", words);
    fh_json_key(&t.j, FH_STR("links"));
    fh_json_array(&t.j);
    fh_status status = copy_links(w, from->row.record, into->row.record, &t.j, err);
    fh_json_end_array(&t.j);
    if (status != FH_OK) {
        fh_buf_free(&t.text);
        return status;
    }
    status = fh_record_told(w, &t, into->row.record, "took-in", false, NULL, err);
    if (status == FH_OK) status = copy_followers(w, from->row.record, into->row.record, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "record", into->row.record);
    fh_record_tell_text(&t, "words", words);
    status = fh_record_told(w, &t, from->row.record, "merged", false, NULL, err);
    if (status != FH_OK) return status;
    from->row.merged_into = into->row.record;
    from->row.changed_ms = into->row.changed_ms = w->now_ms;
    from->row.due_ms = from->row.deadline_ms = 0;
    if (from->row.first_ms < into->row.first_ms) into->row.first_ms = from->row.first_ms;
    status = fh_record_update(w->org, &from->row, err);
    return status == FH_OK ? fh_record_note(w->org, &into->row, err) : status;
}

fh_status fh_record_merge(fh_org *org, const fh_actor *actor, int64_t record, int64_t into,
                          fh_str words, fh_error *err)
{
    fh_record_view from, to;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = fh_record_open(&w, record, &from, err);
    if (status == FH_OK) status = fh_record_open(&w, into, &to, err);
    if (status == FH_OK && from.row.record == to.row.record)
        status = fh_fail(err, FH_CONFLICT, "record %lld is that one already", (long long)record);
    if (status == FH_OK && from.row.record != record)
        status = fh_fail(err, FH_CONFLICT, "record %lld was merged already, into %lld",
                         (long long)record, (long long)from.row.record);
    if (status == FH_OK && !fh_str_eq(from.kind->name, to.kind->name))
        status = fh_fail(err, FH_INVALID, "a %.*s cannot be the same as a %.*s",
                         FH_STR_ARG(from.kind->name), FH_STR_ARG(to.kind->name));
    if (status == FH_OK) status = may_merge(&w, &from, &to, err);
    if (status == FH_OK) status = fh_record_check_words(&words, false, err);
    if (status == FH_OK) status = merge_inside(&w, &from, &to, words, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Parting ------------------------------------------------------------------------------- */

/* Ends the links that `entry` says were copied for `record`; *found: it is that merge. */
static fh_status end_copies(const fh_record_work *w, const fh_record_entry *entry, int64_t record,
                            int64_t into, bool *found, fh_error *err)
{
    fh_json_doc doc;
    fh_error e = {0};
    int64_t number = 0;
    fh_json_reader *reader = fh_json_reader_new(NULL, TOKENS);
    if (!reader) return fh_no_memory(err);
    fh_status status = fh_json_read(reader, entry->details, &doc, &e);
    const bool read = status == FH_OK && doc.token[0].type == FH_JSON_OBJECT;
    status = status == FH_NOMEM ? fh_no_memory(err) : FH_OK;
    const uint32_t of = read ? fh_json_get(&doc, 0, FH_STR("record")) : 0;
    *found = of && fh_json_i64(&doc, of, &number) && number == record;
    const uint32_t list = *found ? fh_json_get(&doc, 0, FH_STR("links")) : 0;
    if (list && doc.token[list].type == FH_JSON_ARRAY) {
        for (uint32_t at = list + 1; at < doc.token[list].next && status == FH_OK;
             at = doc.token[at].next) {
            fh_record_about a;
            if (!fh_json_i64(&doc, at, &number)) continue;
            const fh_status there = fh_record_about_get(w->org, number, w->arena, &a, &e);
            if (there == FH_OK && a.record == into)
                status = fh_record_about_end(w->org, number, err);
        }
    }
    fh_json_reader_free(reader);
    return status;
}

static fh_status take_back(const fh_record_work *w, int64_t record, int64_t into, fh_error *err)
{
    enum { LOOK_BACK = 1000 };
    const fh_record_entry *entry = NULL;
    const fh_record_follower *f = NULL;
    size_t n = 0, n_followers = 0;
    bool found = false;
    fh_status status = fh_record_entries(w->org, into, 0, LOOK_BACK, w->arena, &entry, &n, err);
    for (size_t i = 0; i < n && status == FH_OK && !found; i++)
        if (fh_str_eq(entry[i].what, FH_STR("took-in")))
            status = end_copies(w, &entry[i], record, into, &found, err);
    if (status == FH_OK)
        status = fh_record_followers(w->org, into, w->arena, &f, &n_followers, err);
    for (size_t i = 0; i < n_followers && status == FH_OK; i++) {
        bool from = false;
        if (!fh_str_eq(f[i].why, FH_STR("merged"))) continue;
        status = fh_record_follows(w->org, record, f[i].person, &from, err);
        if (status == FH_OK && from)
            status = fh_record_follower_drop(w->org, into, f[i].person, err);
    }
    return status;
}

static fh_status part_inside(const fh_record_work *w, fh_record_view *v, fh_record_view *into,
                             fh_error *err)
{
    fh_record_telling t;
    fh_status status = take_back(w, v->row.record, into->row.record, err);
    if (status == FH_OK) status = fh_asked_part(w, v->row.record, into->row.record, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "record", into->row.record);
    status = fh_record_told(w, &t, v->row.record, "parted", false, NULL, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "record", v->row.record);
    status = fh_record_told(w, &t, into->row.record, "parted", false, NULL, err);
    v->row.merged_into = 0;
    v->row.changed_ms = into->row.changed_ms = w->now_ms;
    if (status == FH_OK) status = fh_record_set_first(w, v, err);
    if (status == FH_OK) status = fh_record_set_due(w, v, err);
    if (status == FH_OK) status = fh_record_update(w->org, &v->row, err);
    if (status == FH_OK) status = fh_record_set_first(w, into, err);
    return status == FH_OK ? fh_record_note(w->org, &into->row, err) : status;
}

fh_status fh_record_part(fh_org *org, const fh_actor *actor, int64_t record, fh_error *err)
{
    fh_record row, other;
    fh_record_view v, into;
    bool sees = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = fh_record_takes_part(actor, err);
    if (status == FH_OK) status = fh_record_row(org, record, arena, &row, err);
    if (status == FH_OK) status = fh_record_view_of(&w, &row, &v, err);
    if (status == FH_OK) status = fh_record_may_see(&w, &v, &sees, err);
    if (status == FH_OK && !sees)
        status = fh_fail(err, FH_NOTFOUND, "there is no record number %lld", (long long)record);
    if (status == FH_OK && !row.merged_into)
        status = fh_fail(err, FH_CONFLICT, "record %lld was not merged", (long long)record);
    if (status == FH_OK) status = fh_record_row(org, row.merged_into, arena, &other, err);
    if (status == FH_OK && other.merged_into)
        status =
            fh_fail(err, FH_CONFLICT, "record %lld was merged further", (long long)other.record);
    if (status == FH_OK) status = fh_record_view_of(&w, &other, &into, err);
    if (status == FH_OK) status = may_merge(&w, &v, &into, err);
    if (status == FH_OK) status = part_inside(&w, &v, &into, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Whom to ask -------------------------------------------------------------------- */

/* A list filter by what a record is about, as the system sees it. */
static fh_status records_about(const fh_record_work *w, fh_str kind, fh_str state,
                               int64_t touchpoint, size_t max, const fh_record_view **out,
                               size_t *n, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_records_filter f = {
        .kind = kind, .state = state, .what = FH_STR("touchpoint"), .number = touchpoint};
    fh_str next;
    return fh_records_list(w->org, &self, &f, max, w->arena, out, n, &next, err);
}

fh_status fh_record_touchpoint_owner(const fh_record_work *w, int64_t touchpoint, uint32_t *out,
                                     fh_error *err)
{
    const fh_record_view *claim = NULL;
    size_t n = 0;
    *out = 0;
    const fh_status status = records_about(w, FH_STR("ownership-claim"), FH_STR("owned"),
                                           touchpoint, 10, &claim, &n, err);
    for (size_t i = 0; i < n && status == FH_OK && !*out; i++) {
        fh_person p;
        fh_error e = {0};
        if (claim[i].row.owner && fh_record_person(w, claim[i].row.owner, &p, &e) == FH_OK)
            *out = claim[i].row.owner;
    }
    return status;
}

typedef struct proposals {
    const fh_record_work *w;
    const fh_record_view *v;
    fh_proposed_owner *ptr; /* [n] */
    size_t n, max;
    uint32_t declined[32];
    size_t n_declined;
} proposals;

/* Those who said no are not asked again. */
static fh_status note_declined(proposals *p, fh_error *err)
{
    const fh_record_entry *entry = NULL;
    size_t n = 0;
    const fh_status status =
        fh_record_entries(p->w->org, p->v->row.record, 0, 200, p->w->arena, &entry, &n, err);
    for (size_t i = 0; i < n && status == FH_OK && p->n_declined < 32; i++)
        if (fh_str_eq(entry[i].what, FH_STR("declined")) ||
            fh_str_eq(entry[i].what, FH_STR("given-up")))
            p->declined[p->n_declined++] = entry[i].person;
    return status;
}

static fh_status propose(proposals *p, uint32_t person, uint32_t department, fh_str because,
                         fh_error *err)
{
    fh_person who;
    fh_error e = {0};
    if (p->n == p->max || (person && person == p->v->row.owner)) return FH_OK;
    for (size_t i = 0; i < p->n_declined; i++)
        if (person && p->declined[i] == person) return FH_OK;
    for (size_t i = 0; i < p->n; i++)
        if (p->ptr[i].person == person && p->ptr[i].department == department) return FH_OK;
    if (person) {
        const fh_status status = fh_record_person(p->w, person, &who, &e);
        if (status == FH_INVALID) return FH_OK;
        if (status != FH_OK) {
            if (err) *err = e;
            return status;
        }
    }
    p->ptr[p->n++] = (fh_proposed_owner){person, department, because};
    return FH_OK;
}

/* Owners of the touchpoint, and of other records about it. */
static fh_status by_touchpoint(proposals *p, int64_t touchpoint, fh_error *err)
{
    enum { LOOKED_AT = 100 };
    const fh_record_work *w = p->w;
    const fh_record_view *other = NULL;
    uint32_t owner = 0;
    size_t n = 0;
    fh_str name, because;
    fh_status status =
        fh_dict_name(w->org, FH_DICT_TOUCHPOINT, (uint32_t)touchpoint, w->arena, &name, err);
    if (status == FH_OK) status = fh_record_touchpoint_owner(w, touchpoint, &owner, err);
    if (status == FH_OK && owner) {
        if (!fh_arena_format(w->arena, &because, "Owns the touchpoint '%.*s'.", FH_STR_ARG(name)))
            return fh_no_memory(err);
        status = propose(p, owner, 0, because, err);
    }
    if (status == FH_OK)
        status = records_about(w, (fh_str){"", 0}, (fh_str){"", 0}, touchpoint, LOOKED_AT, &other,
                               &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        size_t count = 0, before = 0;
        owner = other[i].row.owner;
        if (!owner || other[i].row.record == p->v->row.record) continue;
        for (size_t k = 0; k < n; k++) {
            count += other[k].row.owner == owner;
            before += k < i && other[k].row.owner == owner;
        }
        if (before) continue;
        if (!fh_arena_format(w->arena, &because, "Owns %zu %s about '%.*s'.", count,
                             count == 1 ? "record" : "records", FH_STR_ARG(name)))
            return fh_no_memory(err);
        status = propose(p, owner, 0, because, err);
    }
    return status;
}

/* Departments that appear in the story of a customer it is about, most often first. */
typedef struct met {
    uint32_t department, times;
} met;

static int by_times(const void *pa, const void *pb, void *ctx)
{
    const met *a = pa, *b = pb;
    (void)ctx;
    if (a->times != b->times) return a->times < b->times ? 1 : -1;
    return (a->department > b->department) - (a->department < b->department);
}

static fh_status propose_department(proposals *p, const met *m, fh_error *err)
{
    const fh_record_work *w = p->w;
    fh_department *list = NULL;
    fh_str because;
    size_t n = 0;
    fh_status status = fh_department_rows(w->org, w->arena, &list, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        if (list[i].known_as != m->department || !list[i].active) continue;
        if (!fh_arena_format(w->arena, &because, "Appears %u %s in the customer's story.", m->times,
                             m->times == 1 ? "time" : "times"))
            return fh_no_memory(err);
        status = propose(p, 0, list[i].department, because, err);
    }
    return status;
}

static fh_status by_story(proposals *p, int64_t number, fh_error *err)
{
    enum { MOST = 64 };
    const fh_record_work *w = p->w;
    const fh_told *told = NULL;
    met list[MOST];
    size_t n_told = 0, n = 0;
    uint32_t customer = 0;
    fh_error e = {0};
    if (fh_member_customer(w->org, (uint32_t)number, &customer, &e) != FH_OK || !customer)
        return FH_OK;
    fh_status status = fh_store_story(w->org, customer, w->arena, &told, &n_told, err);
    if (status == FH_NOTFOUND) return FH_OK;
    for (size_t i = 0; i < n_told && status == FH_OK; i++) {
        size_t k = 0;
        if (!told[i].department) continue;
        while (k < n && list[k].department != told[i].department) k++;
        if (k == n && n < MOST) list[n++] = (met){told[i].department, 0};
        if (k < n) list[k].times++;
    }
    if (status == FH_OK && n && fh_sort(NULL, list, n, sizeof *list, by_times, NULL) != FH_OK)
        return fh_no_memory(err);
    for (size_t i = 0; i < n && i < 3 && status == FH_OK; i++)
        status = propose_department(p, &list[i], err);
    return status;
}

/* Whoever accepted what is alike. */
static fh_status by_likeness(proposals *p, fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_record_view *alike = NULL;
    fh_str because;
    size_t n = 0;
    fh_status status = fh_records_similar(p->w->org, &self, p->v->kind->name, p->v->row.title, 10,
                                          p->w->arena, &alike, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        if (!alike[i].row.owner || alike[i].row.record == p->v->row.record) continue;
        if (!fh_arena_format(p->w->arena, &because, "Took '%.*s' on.",
                             FH_STR_ARG(alike[i].row.title)))
            return fh_no_memory(err);
        status = propose(p, alike[i].row.owner, 0, because, err);
    }
    return status;
}

fh_status fh_record_whom(fh_org *org, const fh_actor *actor, int64_t record, size_t max,
                         fh_arena *arena, const fh_proposed_owner **out, size_t *n, fh_error *err)
{
    enum { MOST = 50 };
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    const fh_record_about *about = NULL;
    fh_record_view v;
    size_t n_about = 0;
    proposals p = {.w = &w, .v = &v, .max = max < MOST ? max : MOST};
    p.ptr = FH_NEW_ARRAY(arena, fh_proposed_owner, p.max + 1);
    if (!p.ptr) return fh_no_memory(err);
    fh_status status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = note_declined(&p, err);
    if (status == FH_OK) status = fh_record_abouts(org, v.row.record, arena, &about, &n_about, err);
    for (size_t i = 0; i < n_about && status == FH_OK; i++) {
        if (about[i].number < 1 || about[i].number > UINT32_MAX) continue;
        if (fh_str_eq(about[i].what, FH_STR("touchpoint")))
            status = by_touchpoint(&p, about[i].number, err);
        else if (fh_str_eq(about[i].what, FH_STR("customer")))
            status = by_story(&p, about[i].number, err);
    }
    if (status == FH_OK) status = by_likeness(&p, err);
    if (status != FH_OK) return status;
    *out = p.ptr;
    *n = p.n;
    return FH_OK;
}
