/* record_json.c - records as JSON, and the names of whom and what they speak of.
 *
 * Numbers are collected while records are written, each once, and told with their names at
 * the end of the reply. A customer has no name here: whoever may open its story sees there
 * who it is.
 */
#include "app/records/record_parts.h"

#include "base/put.h"
#include "base/sort.h"
#include "base/time.h"
#include "store/members.h"

#include <stdio.h>
#include <string.h>

typedef enum named { PERSON, DEPARTMENT, TOUCHPOINT, RECORD, CUSTOMER, N_NAMED } named;

static const char *const named_words[N_NAMED] = {"person", "department", "touchpoint", "record",
                                                 "customer"};

typedef struct numbers {
    int64_t *ptr;
    size_t n, cap;
} numbers;

struct fh_record_names {
    fh_record_work w;
    numbers all[N_NAMED];
    bool no_memory;
};

fh_status fh_record_names_new(fh_org *org, const fh_actor *actor, fh_arena *arena,
                              fh_record_names **out, fh_error *err)
{
    fh_record_names *names = FH_NEW(arena, fh_record_names);
    if (!names) return fh_no_memory(err);
    *names = (fh_record_names){.w = fh_record_work_of(org, actor, arena)};
    *out = names;
    return FH_OK;
}

static void note(fh_record_names *names, named what, int64_t number)
{
    numbers *all = &names->all[what];
    if (number < 1) return;
    for (size_t i = all->n; i-- > 0;)
        if (all->ptr[i] == number) return;
    if (all->n == all->cap) {
        const size_t cap = all->cap ? 2 * all->cap : 16;
        int64_t *wider = FH_NEW_ARRAY(names->w.arena, int64_t, cap);
        if (!wider) {
            names->no_memory = true;
            return;
        }
        if (all->n) memcpy(wider, all->ptr, all->n * sizeof *wider);
        all->ptr = wider;
        all->cap = cap;
    }
    all->ptr[all->n++] = number;
}

/* ---- Members ------------------------------------------------------------------------ */

static void person(fh_record_names *names, fh_json *j, const char *key, uint32_t who)
{
    note(names, PERSON, who);
    fh_put_int_or_null(j, key, who);
}

/* ---- One record ---------------------------------------------------------------------- */

static bool names_of(fh_kind_type type, named *out)
{
    switch (type) {
    case FH_TYPE_PERSON: *out = PERSON; return true;
    case FH_TYPE_DEPARTMENT: *out = DEPARTMENT; return true;
    case FH_TYPE_TOUCHPOINT: *out = TOUCHPOINT; return true;
    case FH_TYPE_CUSTOMER: *out = CUSTOMER; return true;
    case FH_TYPE_RECORD: *out = RECORD; return true;
    case FH_TYPE_TEXT:
    case FH_TYPE_CHOICE:
    case FH_TYPE_YES:
    case FH_TYPE_NUMBER:
    case FH_TYPE_SCORE:
    case FH_TYPE_DATE:
    case FH_TYPE_STORIES:
    case FH_TYPE_FILE:
    case FH_N_TYPES: break;
    }
    return false;
}

/* Numbers of customers and touchpoints that were merged are told as what they are now; of
 * a customer that was erased nothing is told. */
static fh_status now_known_as(fh_record_names *names, named what, fh_values *v, fh_error *err)
{
    if (what != CUSTOMER && what != TOUCHPOINT) return FH_OK;
    fh_value *value = FH_NEW_ARRAY(names->w.arena, fh_value, (size_t)v->n + 1);
    if (!value) return fh_no_memory(err);
    uint32_t n = 0;
    for (uint32_t i = 0; i < v->n; i++) {
        uint32_t now = (uint32_t)v->value[i].number;
        fh_error e = {0};
        const fh_status status = what == CUSTOMER
                                     ? fh_member_customer(names->w.org, now, &now, &e)
                                     : fh_dict_now(names->w.org, FH_DICT_TOUCHPOINT, now, &now, &e);
        if (status == FH_NOTFOUND || (status == FH_OK && !now)) continue;
        if (status != FH_OK) {
            if (err) *err = e;
            return status;
        }
        value[n++] = (fh_value){.number = now};
    }
    *v = (fh_values){.value = value, .n = n};
    return FH_OK;
}

static fh_status fields_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                             fh_error *err)
{
    fh_json_key(j, FH_STR("fields"));
    fh_json_object(j);
    for (uint32_t i = 0; i < r->kind->n_fields; i++) {
        const fh_kind_field *f = &r->kind->field[i];
        fh_values v = r->values[i];
        named what;
        if (names_of(f->type, &what) && !f->computed.len) {
            const fh_status status = now_known_as(names, what, &v, err);
            if (status != FH_OK) return status;
            for (uint32_t k = 0; k < v.n; k++) note(names, what, v.value[k].number);
        }
        fh_json_key(j, f->name);
        if (f->computed.len && v.n)
            fh_json_fixed(j, v.value[0].number, f->decimals);
        else
            fh_field_to_json(f, &v, j);
    }
    fh_json_end_object(j);
    return FH_OK;
}

static fh_status members(const fh_record_view *r, fh_record_names *names, fh_json *j, fh_error *err)
{
    const fh_record *row = &r->row;
    bool follows = false;
    fh_status status = FH_OK;
    if (names->w.actor->person)
        status =
            fh_record_follows(names->w.org, row->record, names->w.actor->person, &follows, err);
    if (status != FH_OK) return status;
    note(names, RECORD, row->merged_into);
    note(names, DEPARTMENT, row->department);
    fh_put_int_or_null(j, "record", row->record);
    fh_put_text(j, "kind", row->kind);
    fh_put_text(j, "title", row->title);
    fh_put_text(j, "state", row->state);
    fh_put_bool(j, "closed", row->closed);
    status = fields_json(r, names, j, err);
    if (r->former.len) {
        fh_json_key(j, FH_STR("former"));
        fh_json_raw_value(j, r->former);
    }
    person(names, j, "author", row->author);
    person(names, j, "go_between", row->go_between);
    person(names, j, "owner", row->owner);
    fh_put_int_or_null(j, "department", row->department);
    person(names, j, "asked", row->asked);
    fh_put_time_or_null(j, "asked_at", row->asked_ms);
    fh_put_time_or_null(j, "ownerless_since", row->ownerless_ms);
    fh_put_number(j, "bounces", row->bounces);
    fh_put_time_or_null(j, "first_at", row->first_ms);
    fh_put_time_or_null(j, "made_at", row->made_ms);
    fh_put_time_or_null(j, "changed_at", row->changed_ms);
    fh_put_time_or_null(j, "state_at", row->state_ms);
    fh_put_time_or_null(j, "due_at", row->deadline_ms);
    fh_put_time_or_null(j, "acts_at", row->due_ms);
    fh_put_int_or_null(j, "merged_into", row->merged_into);
    fh_put_bool(j, "followed", follows);
    fh_put_int_or_null(j, "version", row->version);
    return names->no_memory ? fh_no_memory(err) : status;
}

fh_status fh_record_json(const fh_record_view *r, fh_record_names *names, fh_json *j, fh_error *err)
{
    fh_json_object(j);
    const fh_status status = members(r, names, j, err);
    fh_json_end_object(j);
    return status;
}

/* ---- Detail -------------------------------------------------------------------------- */

static fh_status moves_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                            fh_error *err)
{
    const fh_possible_move *move = NULL;
    size_t n = 0;
    const fh_status status =
        fh_record_moves(names->w.org, names->w.actor, r, names->w.arena, &move, &n, err);
    if (status != FH_OK) return status;
    fh_json_key(j, FH_STR("moves"));
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_text(j, "move", move[i].move->name);
        fh_put_bool(j, "may", move[i].may);
        fh_put_text(j, "missing", move[i].missing);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return FH_OK;
}

static fh_status about_json(fh_record_names *names, const fh_record_about *a, bool back, fh_json *j,
                            fh_error *err)
{
    fh_value value = {.number = back ? a->record : a->number};
    fh_values v = {.value = &value, .n = value.number > 0};
    for (unsigned i = 0; i < N_NAMED; i++) {
        if (!fh_str_eq(a->what, fh_str_of(named_words[i]))) continue;
        const fh_status status = now_known_as(names, (named)i, &v, err);
        if (status != FH_OK) return status;
        if (v.n) note(names, (named)i, v.value[0].number);
    }
    fh_json_object(j);
    fh_put_int_or_null(j, "about", a->about);
    fh_put_text(j, "field", back ? (fh_str){"", 0} : a->field);
    fh_put_text(j, "what", a->what);
    fh_put_int_or_null(j, "number", v.n ? v.value[0].number : 0);
    fh_put_text(j, "key", a->key);
    fh_put_text(j, "words", a->words);
    fh_put_time_or_null(j, "at", a->at_ms);
    person(names, j, "person", a->person);
    fh_put_time_or_null(j, "made_at", a->made_ms);
    fh_put_bool(j, "back", back);
    fh_json_end_object(j);
    return FH_OK;
}

/* Whether the actor may see the record that links here. */
static fh_status is_shown(fh_record_names *names, int64_t record, fh_record_view *v, bool *out,
                          fh_error *err)
{
    fh_error e = {0};
    const fh_status status = fh_record_open(&names->w, record, v, &e);
    *out = status == FH_OK;
    if (status == FH_OK || status == FH_NOTFOUND || status == FH_CORRUPT) return FH_OK;
    if (err) *err = e;
    return status;
}

/* What it is about, and who links here; challenges among these are told on their own. */
static fh_status abouts_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                             fh_error *err)
{
    enum { MOST_BACK = 200 };
    const fh_record_about *own = NULL, *back = NULL;
    fh_record_view other;
    size_t n = 0, n_back = 0;
    bool shown = false;
    fh_status status = fh_record_abouts(names->w.org, r->row.record, names->w.arena, &own, &n, err);
    if (status == FH_OK)
        status = fh_record_abouts_of(names->w.org, FH_STR("record"), r->row.record, MOST_BACK,
                                     names->w.arena, &back, &n_back, err);
    if (status != FH_OK) return status;
    fh_json_key(j, FH_STR("about"));
    fh_json_array(j);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = about_json(names, &own[i], false, j, err);
    for (size_t i = 0; i < n_back && status == FH_OK; i++) {
        status = is_shown(names, back[i].record, &other, &shown, err);
        if (status == FH_OK && shown) status = about_json(names, &back[i], true, j, err);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("challenges"));
    fh_json_array(j);
    for (size_t i = 0; i < n_back && status == FH_OK; i++) {
        status = is_shown(names, back[i].record, &other, &shown, err);
        if (status == FH_OK && shown && fh_str_eq(other.kind->name, FH_STR("challenge")))
            status = fh_record_json(&other, names, j, err);
    }
    fh_json_end_array(j);
    return status;
}

/* People that an entry's details name: owners asked, those told. */
static void note_details(fh_record_names *names, const fh_json_doc *doc)
{
    static const char *const people[] = {"person", "owner", "asked"};
    int64_t who = 0;
    if (doc->token[0].type != FH_JSON_OBJECT) return;
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        const uint32_t at = fh_json_get(doc, 0, fh_str_of(people[i]));
        if (at && fh_json_i64(doc, at, &who)) note(names, PERSON, who);
    }
    const uint32_t department = fh_json_get(doc, 0, FH_STR("department"));
    if (department && fh_json_i64(doc, department, &who)) note(names, DEPARTMENT, who);
    const uint32_t record = fh_json_get(doc, 0, FH_STR("record"));
    if (record && fh_json_i64(doc, record, &who)) note(names, RECORD, who);
    const uint32_t list = fh_json_get(doc, 0, FH_STR("people"));
    if (!list || doc->token[list].type != FH_JSON_ARRAY) return;
    for (uint32_t at = list + 1; at < doc->token[list].next; at = doc->token[at].next)
        if (fh_json_i64(doc, at, &who)) note(names, PERSON, who);
}

/* A file may hold anything: what is no JSON object is told as withheld is. */
static fh_status details_json(const fh_record_entry *e, fh_record_names *names, fh_json *j,
                              fh_error *err)
{
    enum { TOKENS = 1 << 16 };
    fh_json_doc doc;
    fh_error unread = {0};
    fh_json_key(j, FH_STR("details"));
    if (!e->details.len) {
        fh_json_null(j);
        return FH_OK;
    }
    fh_json_reader *reader = fh_json_reader_new(fh_arena_allocator(names->w.arena), TOKENS);
    if (!reader) return fh_no_memory(err);
    const fh_status status = fh_json_read(reader, e->details, &doc, &unread);
    if (status == FH_OK && doc.token[0].type == FH_JSON_OBJECT) {
        note_details(names, &doc);
        fh_json_raw_value(j, e->details);
    } else {
        fh_json_null(j);
    }
    fh_json_reader_free(reader);
    return status == FH_NOMEM ? fh_no_memory(err) : FH_OK;
}

fh_status fh_record_entry_json(const fh_record_entry *e, fh_record_names *names, fh_json *j,
                               fh_error *err)
{
    fh_json_object(j);
    fh_put_int_or_null(j, "entry", e->entry);
    fh_put_time_or_null(j, "at", e->at_ms);
    person(names, j, "person", e->person);
    fh_put_text(j, "what", e->what);
    const fh_status status = details_json(e, names, j, err);
    fh_json_end_object(j);
    return names->no_memory ? fh_no_memory(err) : status;
}

static fh_status history_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                              fh_error *err)
{
    const fh_record_entry *entry = NULL;
    size_t n = 0;
    fh_status status = fh_record_entries(names->w.org, r->row.record, 0, FH_RECORD_LATEST,
                                         names->w.arena, &entry, &n, err);
    if (status != FH_OK) return status;
    fh_json_key(j, FH_STR("history"));
    fh_json_array(j);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = fh_record_entry_json(&entry[i], names, j, err);
    fh_json_end_array(j);
    return status;
}

static fh_status followers_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                                fh_error *err)
{
    const fh_record_follower *f = NULL;
    size_t n = 0;
    const fh_status status =
        fh_record_followers(names->w.org, r->row.record, names->w.arena, &f, &n, err);
    if (status != FH_OK) return status;
    fh_json_key(j, FH_STR("followers"));
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        note(names, PERSON, f[i].person);
        fh_json_uint(j, f[i].person);
    }
    fh_json_end_array(j);
    return FH_OK;
}

static fh_status files_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                            fh_error *err)
{
    const fh_record_file *f = NULL;
    size_t n = 0;
    const fh_status status =
        fh_record_files(names->w.org, r->row.record, names->w.arena, &f, &n, err);
    if (status != FH_OK) return status;
    fh_json_key(j, FH_STR("files"));
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_int_or_null(j, "file", f[i].file);
        fh_put_text(j, "name", f[i].name);
        fh_put_text(j, "type", f[i].type);
        fh_put_number(j, "bytes", f[i].bytes);
        person(names, j, "person", f[i].person);
        fh_put_time_or_null(j, "at", f[i].made_ms);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return FH_OK;
}

static fh_status may_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                          fh_error *err)
{
    const fh_record_work *w = &names->w;
    const fh_record *row = &r->row;
    fh_who who = 0;
    bool change = false;
    fh_status status = fh_record_who(w, r, &who, err);
    if (status == FH_OK) status = fh_record_may_change(w, r, &change, err);
    if (status != FH_OK) return status;
    const uint32_t me = w->actor->person;
    const bool owner = who >> FH_WHO_OWNER & 1, lead = who >> FH_WHO_LEAD & 1,
               findings = who >> FH_WHO_FINDINGS & 1, author = who >> FH_WHO_AUTHOR & 1;
    const bool asked = me && row->asked == me;
    fh_json_key(j, FH_STR("may"));
    fh_json_object(j);
    fh_put_bool(j, "change", change && fh_record_not_held(r, NULL) == FH_OK);
    fh_put_bool(j, "offer", !row->owner || owner || lead || findings || asked);
    fh_put_bool(j, "take", me && row->owner != me && (!row->owner || asked || lead));
    fh_put_bool(j, "accept", asked);
    fh_put_bool(j, "decline", asked);
    fh_put_bool(j, "give_up", row->owner && (owner || lead));
    fh_put_bool(j, "comment", true);
    fh_put_bool(j, "link", true);
    fh_put_bool(j, "merge", owner || lead || findings || author);
    fh_put_bool(j, "challenge", r->kind->challenges);
    fh_json_end_object(j);
    return FH_OK;
}

static fh_status clock_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                            fh_error *err)
{
    const fh_clock *clock = NULL;
    int64_t due = 0;
    const fh_status status = fh_record_clock(&names->w, r, &clock, &due, err);
    if (status != FH_OK) return status;
    fh_json_key(j, FH_STR("clock"));
    if (!clock) {
        fh_json_null(j);
        return FH_OK;
    }
    fh_json_object(j);
    fh_put_text(j, "name", clock->name);
    fh_put_text(j, "label", clock->label);
    fh_put_time_or_null(j, "due_at", due);
    fh_json_end_object(j);
    return FH_OK;
}

fh_status fh_record_detail_json(fh_org *org, const fh_actor *actor, const fh_record_view *r,
                                fh_record_names *names, fh_json *j, fh_error *err)
{
    (void)org;
    (void)actor; /* those of `names` */
    fh_json_object(j);
    fh_status status = members(r, names, j, err);
    if (status == FH_OK) status = moves_json(r, names, j, err);
    if (status == FH_OK) status = abouts_json(r, names, j, err);
    if (status == FH_OK) status = history_json(r, names, j, err);
    if (status == FH_OK) status = followers_json(r, names, j, err);
    if (status == FH_OK) status = files_json(r, names, j, err);
    if (status == FH_OK) status = may_json(r, names, j, err);
    if (status == FH_OK) status = clock_json(r, names, j, err);
    if (status == FH_OK) status = fh_record_names_json(names, j, err);
    fh_json_end_object(j);
    return status;
}

/* ---- Names --------------------------------------------------------------------------- */

/* Empty: it has none, or it is not shown. In the arena. */
static fh_status name_of(fh_record_names *names, named what, int64_t at, fh_str *out, fh_error *err)
{
    const fh_record_work *w = &names->w;
    fh_person p;
    fh_department d;
    fh_record_view v;
    bool shown = false;
    fh_status status = FH_OK;
    *out = (fh_str){"", 0};
    if (at > UINT32_MAX && what != RECORD) return FH_OK;
    switch (what) {
    case PERSON:
        status = fh_person_row(w->org, (uint32_t)at, w->arena, &p, err);
        if (status == FH_OK) *out = p.name;
        break;
    case DEPARTMENT:
        status = fh_department_row(w->org, (uint32_t)at, w->arena, &d, err);
        if (status == FH_OK) *out = d.name;
        break;
    case TOUCHPOINT:
        status = fh_dict_name(w->org, FH_DICT_TOUCHPOINT, (uint32_t)at, w->arena, out, err);
        break;
    case RECORD:
        status = is_shown(names, at, &v, &shown, err);
        if (status == FH_OK && shown) *out = v.row.title;
        break;
    case CUSTOMER:
        if (!fh_arena_format(w->arena, out, "#%lld", (long long)at)) return fh_no_memory(err);
        break;
    case N_NAMED: break;
    }
    return status == FH_NOTFOUND ? FH_OK : status;
}

static int ascending(const void *pa, const void *pb, void *ctx)
{
    const int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;
    (void)ctx;
    return (a > b) - (a < b);
}

static fh_status names_of_kind(fh_record_names *names, named what, fh_json *j, fh_error *err)
{
    numbers *all = &names->all[what];
    char key[32];
    fh_status status = FH_OK;
    if (all->n && fh_sort(fh_arena_allocator(names->w.arena), all->ptr, all->n, sizeof *all->ptr,
                          ascending, NULL) != FH_OK)
        return fh_no_memory(err);
    fh_json_key(j, fh_str_of(named_words[what]));
    fh_json_object(j);
    for (size_t i = 0; i < all->n && status == FH_OK; i++) {
        fh_str name;
        status = name_of(names, what, all->ptr[i], &name, err);
        if (status != FH_OK || !name.len) continue;
        const int len = snprintf(key, sizeof key, "%lld", (long long)all->ptr[i]);
        fh_json_key(j, (fh_str){key, (size_t)len});
        fh_json_str(j, name);
    }
    fh_json_end_object(j);
    return status;
}

fh_status fh_record_names_json(fh_record_names *names, fh_json *j, fh_error *err)
{
    fh_status status = names->no_memory ? fh_no_memory(err) : FH_OK;
    fh_json_key(j, FH_STR("names"));
    fh_json_object(j);
    for (unsigned i = 0; i < N_NAMED && status == FH_OK; i++)
        status = names_of_kind(names, (named)i, j, err);
    fh_json_end_object(j);
    return status;
}
