/* records_around.c - use case: what goes on around a record: comments, links, followers,
 * challenges, and what an unnamed author reads and says by a code.
 */
#include "app/records/record_parts.h"

#include "app/ask/views.h"
#include "app/lived/lived.h"
#include "app/signin/secrets.h"
#include "store/maps.h"
#include "store/members.h"

#include <string.h>

/* Opens it, and at the end writes the row as it is now, without moving its version on. */
static fh_status touch(const fh_record_work *w, fh_record_view *v, fh_error *err)
{
    v->row.changed_ms = w->now_ms;
    return fh_record_note(w->org, &v->row, err);
}

/* ---- Comments ------------------------------------------------------------------------------ */

static fh_status say(const fh_record_work *w, fh_record_view *v, fh_str said, bool unnamed,
                     int64_t *entry, fh_error *err)
{
    fh_record_telling t;
    if (!fh_str_trim(said).len) return fh_fail(err, FH_INVALID, "/text: a comment says something");
    fh_status status = fh_record_check_words(&said, true, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_text(&t, "text", said);
    status = fh_record_told(w, &t, v->row.record, "commented", unnamed, entry, err);
    if (status == FH_OK && !unnamed) status = fh_record_mentions(w, v->row.record, said, err);
    return status == FH_OK ? touch(w, v, err) : status;
}

fh_status fh_record_comment(fh_org *org, const fh_actor *actor, int64_t record, fh_str said,
                            int64_t *entry, fh_error *err)
{
    fh_record_view v;
    int64_t number = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = say(&w, &v, said, false, &number, err);
    if (status == FH_OK)
        status = fh_record_let_follow(&w, v.row.record, actor->person, "commented", err);
    fh_arena_free(arena);
    if (status == FH_OK && entry) *entry = number;
    return status;
}

/* ---- Links ---------------------------------------------------------------------------------- */

static const char *const whats[] = {"record", "customer", "interaction", "touchpoint", "department",
                                    "person", "message",  "stories",     "map"};

static fh_status check_number(const fh_record_work *w, const fh_record_about *a, fh_error *err)
{
    fh_person person;
    fh_department department;
    uint32_t now = 0;
    fh_status status = FH_OK;
    const bool small = a->number > 0 && a->number <= UINT32_MAX;
    const uint32_t number = small ? (uint32_t)a->number : 0;
    if (fh_str_eq(a->what, FH_STR("person"))) {
        status = number ? fh_record_person(w, number, &person, err) : FH_NOTFOUND;
    } else if (fh_str_eq(a->what, FH_STR("department"))) {
        status =
            number ? fh_department_row(w->org, number, w->arena, &department, err) : FH_NOTFOUND;
    } else if (fh_str_eq(a->what, FH_STR("touchpoint"))) {
        status = number ? fh_dict_now(w->org, FH_DICT_TOUCHPOINT, number, &now, err) : FH_NOTFOUND;
    } else if (fh_str_eq(a->what, FH_STR("customer")) || a->number) {
        status = number ? fh_member_customer(w->org, number, &now, err) : FH_NOTFOUND;
        if (status == FH_OK && !now) status = FH_NOTFOUND;
    }
    if (status != FH_NOTFOUND) return status;
    return fh_fail(err, FH_INVALID, "/number: there is no %.*s number %lld", FH_STR_ARG(a->what),
                   (long long)a->number);
}

static bool allows(const fh_kind *k, fh_str other)
{
    if (!k->n_links) return true;
    for (uint32_t i = 0; i < k->n_links; i++)
        if (fh_str_eq(k->link[i], other)) return true;
    return false;
}

/* A link holds both ways, so it is enough that one of the kinds allows it. */
static fh_status check_record(const fh_record_work *w, const fh_record_view *v, fh_record_about *a,
                              fh_error *err)
{
    fh_record_view other;
    const fh_status status = fh_record_open(w, a->number, &other, err);
    if (status == FH_NOTFOUND)
        return fh_fail(err, FH_INVALID, "/number: there is no record number %lld",
                       (long long)a->number);
    if (status != FH_OK) return status;
    a->number = other.row.record;
    if (a->number == v->row.record)
        return fh_fail(err, FH_INVALID, "/number: a record is not linked to itself");
    if (allows(v->kind, other.kind->name) || allows(other.kind, v->kind->name)) return FH_OK;
    return fh_fail(err, FH_INVALID, "/number: a %.*s is not linked to a %.*s",
                   FH_STR_ARG(v->kind->name), FH_STR_ARG(other.kind->name));
}

/* `key`: id of a touchpoint or stage, which a later version may no longer have; empty: all. */
static fh_status check_map(const fh_record_work *w, const fh_record_about *a, fh_error *err)
{
    fh_maps_row row;
    const fh_status status = fh_maps_get(w->org, a->number, w->arena, &row, err);
    if (status != FH_NOTFOUND) return status;
    return fh_fail(err, FH_INVALID, "/number: there is no map number %lld", (long long)a->number);
}

static fh_status check_link(const fh_record_work *w, const fh_record_view *v, fh_record_about *a,
                            fh_error *err)
{
    enum { KEY_MAX = 2000 };
    size_t i = 0;
    while (i < sizeof whats / sizeof whats[0] && !fh_str_eq(a->what, fh_str_of(whats[i]))) i++;
    if (i == sizeof whats / sizeof whats[0])
        return fh_fail(err, FH_INVALID, "/what: a record is not about a '%.*s'",
                       (int)(a->what.len < 40 ? a->what.len : 40), a->what.ptr);
    if (a->key.len > KEY_MAX)
        return fh_fail(err, FH_INVALID, "/key: it has at most %d bytes", (int)KEY_MAX);
    if (fh_str_eq(a->what, FH_STR("record"))) return check_record(w, v, a, err);
    if (fh_str_eq(a->what, FH_STR("stories"))) {
        a->number = 0;
        if (a->key.len && a->key.ptr[0] == '/') return FH_OK;
        (void)fh_fail(err, FH_INVALID, "/key: it is no address of a question");
        return fh_hint(err, FH_INVALID, "It begins with /: \"/actual?touchpoint=Invoice\".");
    }
    if (fh_str_eq(a->what, FH_STR("map"))) return check_map(w, a, err);
    const bool keyed =
        fh_str_eq(a->what, FH_STR("interaction")) || fh_str_eq(a->what, FH_STR("message"));
    if (keyed && !a->key.len)
        return fh_fail(err, FH_INVALID, "/key: it says which %.*s it is", FH_STR_ARG(a->what));
    return check_number(w, a, err);
}

/* When an interaction happened, as its customer's story tells; 0: not known. */
static fh_status when(const fh_record_work *w, const fh_record_about *a, int64_t *out,
                      fh_error *err)
{
    fh_view view;
    fh_lived lived;
    uint32_t customer = 0;
    *out = 0;
    if (!fh_str_eq(a->what, FH_STR("interaction")) || !a->number) return FH_OK;
    fh_status status = fh_member_customer(w->org, (uint32_t)a->number, &customer, err);
    if (status == FH_OK) status = fh_view_open(w->org, NULL, NULL, 1, w->arena, &view, err);
    if (status == FH_OK) status = fh_lived_read(&view, customer, &lived, err);
    if (status == FH_NOTFOUND) return FH_OK;
    if (status != FH_OK) return status;
    const uint32_t at = fh_lived_find(&lived, a->key);
    if (at < lived.n) *out = lived.told[at].at_ms;
    return FH_OK;
}

static bool same_link(const fh_record_about *a, const fh_record_about *b)
{
    return !a->field.len && fh_str_eq(a->what, b->what) && a->number == b->number &&
           fh_str_eq(a->key, b->key);
}

static fh_status tell_link(const fh_record_work *w, const fh_record_about *a, const char *what,
                           fh_error *err)
{
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "about", a->about);
    fh_record_tell_text(&t, "what", a->what);
    fh_record_tell_number(&t, "number", a->number);
    if (fh_str_eq(a->what, FH_STR("record"))) fh_record_tell_number(&t, "record", a->number);
    fh_record_tell_text(&t, "key", a->key);
    fh_record_tell_text(&t, "words", a->words);
    return fh_record_told(w, &t, a->record, what, false, NULL, err);
}

static fh_status link_inside(const fh_record_work *w, fh_record_view *v, fh_record_about *a,
                             bool checked, fh_error *err)
{
    const fh_record_about *there = NULL;
    size_t n = 0;
    fh_status status = checked ? FH_OK : check_link(w, v, a, err);
    if (status == FH_OK) status = fh_record_check_words(&a->words, false, err);
    if (status == FH_OK)
        status = fh_record_abouts(w->org, v->row.record, w->arena, &there, &n, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < n; i++) {
        if (!same_link(&there[i], a)) continue;
        a->about = there[i].about;
        return FH_OK;
    }
    a->record = v->row.record;
    a->field = (fh_str){"", 0};
    a->person = w->actor->person;
    a->made_ms = w->now_ms;
    if (!a->at_ms) status = when(w, a, &a->at_ms, err);
    if (status == FH_OK) status = fh_record_about_add(w->org, a, err);
    if (status == FH_OK) status = tell_link(w, a, "linked", err);
    if (status == FH_OK) status = fh_record_set_first(w, v, err);
    return status == FH_OK ? touch(w, v, err) : status;
}

fh_status fh_record_tie(const fh_record_work *w, const fh_record_work *as, fh_record_view *v,
                        const fh_record_about *to, fh_error *err)
{
    fh_record_about a = *to;
    const fh_status status = check_link(w, v, &a, err);
    return status == FH_OK ? link_inside(as, v, &a, true, err) : status;
}

fh_status fh_record_link(fh_org *org, const fh_actor *actor, int64_t record,
                         const fh_record_about *to, int64_t *about, fh_error *err)
{
    fh_record_view v;
    fh_record_about a = *to;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = link_inside(&w, &v, &a, false, err);
    fh_arena_free(arena);
    if (status == FH_OK && about) *about = a.about;
    return status;
}

/* Whoever made it takes it away, or whoever may change the record. */
static fh_status unlink_inside(const fh_record_work *w, fh_record_view *v, int64_t about,
                               fh_error *err)
{
    fh_record_about a;
    bool may = false;
    fh_status status = fh_record_about_get(w->org, about, w->arena, &a, err);
    if (status == FH_OK && (a.record != v->row.record || a.until_ms))
        return fh_fail(err, FH_NOTFOUND, "record %lld has no link number %lld",
                       (long long)v->row.record, (long long)about);
    if (status == FH_OK && a.field.len) {
        (void)fh_fail(err, FH_CONFLICT, "the link stands in the field '%.*s'", FH_STR_ARG(a.field));
        return fh_hint(err, FH_CONFLICT, "Change the field.");
    }
    if (status == FH_OK) status = fh_record_may_change(w, v, &may, err);
    if (status != FH_OK) return status;
    if (!may && (!a.person || a.person != w->actor->person))
        return fh_fail(err, FH_DENIED, "a link is taken away by whoever made it, or by the owner");
    status = fh_record_about_end(w->org, about, err);
    if (status == FH_OK) status = tell_link(w, &a, "unlinked", err);
    if (status == FH_OK) status = fh_record_set_first(w, v, err);
    return status == FH_OK ? touch(w, v, err) : status;
}

fh_status fh_record_unlink(fh_org *org, const fh_actor *actor, int64_t record, int64_t about,
                           fh_error *err)
{
    fh_record_view v;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = unlink_inside(&w, &v, about, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Followers ---------------------------------------------------------------------- */

static fh_status must_be_person(const fh_actor *actor, fh_error *err)
{
    return actor->person ? FH_OK : fh_fail(err, FH_INVALID, "only a person follows a record");
}

fh_status fh_record_follow(fh_org *org, const fh_actor *actor, int64_t record, bool follow,
                           fh_error *err)
{
    fh_record_view v;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = must_be_person(actor, err);
    if (status == FH_OK) status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK)
        status = follow ? fh_record_let_follow(&w, v.row.record, actor->person, "follows", err)
                        : fh_record_follower_drop(org, v.row.record, actor->person, err);
    fh_arena_free(arena);
    return status;
}

fh_status fh_record_seen(fh_org *org, const fh_actor *actor, int64_t record, fh_error *err)
{
    fh_record_view v;
    const fh_record_entry *last = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = must_be_person(actor, err);
    if (status == FH_OK) status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = fh_record_entries(org, v.row.record, 0, 1, arena, &last, &n, err);
    if (status == FH_OK && n)
        status = fh_record_follower_seen(org, v.row.record, actor->person, last[0].entry, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Challenges ---------------------------------------------------------------------- */

static fh_status make_challenge(const fh_record_work *w, uint32_t person, fh_str words,
                                fh_record_view *out, fh_error *err)
{
    fh_record_telling t;
    fh_json_doc doc;
    fh_json_reader *reader = fh_json_reader_new(NULL, 64);
    if (!reader) return fh_no_memory(err);
    fh_record_tell(&t);
    fh_record_tell_text(&t, "what", words);
    fh_record_tell_number(&t, "asked", person);
    fh_json_end_object(&t.j);
    fh_status status = t.text.status == FH_OK ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_json_read(reader, fh_buf_view(&t.text), &doc, err);
    const fh_record_input in = {.kind = FH_STR("challenge"), .doc = &doc, .words = {"", 0}};
    if (status == FH_OK) status = fh_record_make(w->org, w->actor, &in, w->arena, out, NULL, err);
    fh_buf_free(&t.text);
    fh_json_reader_free(reader);
    return status;
}

static fh_status challenge_inside(const fh_record_work *w, fh_record_view *v, uint32_t person,
                                  fh_str words, int64_t *challenge, fh_error *err)
{
    fh_record_view made;
    fh_record_telling t;
    if (!v->kind->challenges)
        return fh_fail(err, FH_INVALID, "a %.*s is not challenged", FH_STR_ARG(v->kind->name));
    fh_status status = fh_record_check_words(&words, true, err);
    if (status == FH_OK) status = make_challenge(w, person, words, &made, err);
    if (status != FH_OK) return status;
    fh_record_about a = {
        .what = FH_STR("record"), .number = v->row.record, .key = {"", 0}, .words = {"", 0}};
    status = link_inside(w, &made, &a, true, err);
    if (status != FH_OK) return status;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "record", made.row.record);
    fh_record_tell_number(&t, "person", person);
    fh_record_tell_text(&t, "words", words);
    status = fh_record_told(w, &t, v->row.record, "challenged", false, NULL, err);
    if (status == FH_OK) status = touch(w, v, err);
    if (status == FH_OK) *challenge = made.row.record;
    return status;
}

fh_status fh_record_challenge(fh_org *org, const fh_actor *actor, int64_t record, uint32_t person,
                              fh_str words, int64_t *challenge, fh_error *err)
{
    fh_record_view v;
    int64_t number = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, actor, arena);
    fh_status status = fh_record_open(&w, record, &v, err);
    if (status == FH_OK) status = challenge_inside(&w, &v, person, words, &number, err);
    fh_arena_free(arena);
    if (status == FH_OK && challenge) *challenge = number;
    return status;
}

/* ---- By the code of an unnamed author ----------------------------------------------- */

/* As people copy it: letters of either case, with or without what parts them. */
fh_status fh_record_of_code(fh_org *org, fh_str code, int64_t *record, fh_error *err)
{
    enum { MOST = 64 };
    char plain[MOST], hash[FH_HASH_TEXT + 1];
    size_t n = 0;
    *record = 0;
    for (size_t i = 0; i < code.len && n < MOST; i++) {
        const char c = code.ptr[i];
        if (c >= 'a' && c <= 'z')
            plain[n++] = (char)(c - 'a' + 'A');
        else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            plain[n++] = c;
    }
    const fh_status status =
        n ? fh_record_by_reply(org, fh_secret_hash("record reply", (fh_str){plain, n}, hash),
                               record, err)
          : FH_OK;
    if (status != FH_OK || *record) return status;
    (void)fh_fail(err, FH_NOTFOUND, "no record has this code");
    return fh_hint(err, FH_NOTFOUND, "Look whether it is written as it was shown.");
}

static fh_status find_code(const fh_record_work *w, fh_str code, fh_record_view *out, fh_error *err)
{
    int64_t record = 0;
    const fh_status status = fh_record_of_code(w->org, code, &record, err);
    return status == FH_OK ? fh_record_open(w, record, out, err) : status;
}

fh_status fh_record_by_code(fh_org *org, fh_str code, fh_arena *arena, fh_record_view *out,
                            fh_error *err)
{
    const fh_actor self = fh_actor_system();
    const fh_record_work w = fh_record_work_of(org, &self, arena);
    return find_code(&w, code, out, err);
}

fh_status fh_record_say_by_code(fh_org *org, fh_str code, fh_str said, fh_error *err)
{
    fh_record_view v;
    const fh_actor self = fh_actor_system();
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_record_work w = fh_record_work_of(org, &self, arena);
    fh_status status = find_code(&w, code, &v, err);
    if (status == FH_OK) status = say(&w, &v, said, true, NULL, err);
    fh_arena_free(arena);
    return status;
}
