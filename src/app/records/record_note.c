/* record_note.c - telling what happened to a record: entries of its history, followers.
 */
#include "app/records/record_parts.h"

#include "base/put.h"
#include "base/time.h"

#include <string.h>

void fh_record_tell(fh_record_telling *t)
{
    fh_buf_init(&t->text, NULL, FH_RECORD_DETAILS_MAX);
    fh_json_begin(&t->j, &t->text, 0);
    fh_json_object(&t->j);
}

void fh_record_tell_text(fh_record_telling *t, const char *key, fh_str text)
{
    if (!text.len) return;
    fh_put_text(&t->j, key, text);
}

void fh_record_tell_number(fh_record_telling *t, const char *key, int64_t number)
{
    if (!number) return;
    fh_put_int(&t->j, key, number);
}

static void tell_fields(fh_record_telling *t, const char *key, const fh_record_view *v,
                        const bool *changed)
{
    fh_json_key(&t->j, fh_str_of(key));
    fh_json_object(&t->j);
    for (uint32_t i = 0; i < v->kind->n_fields; i++) {
        if (!changed[i]) continue;
        fh_json_key(&t->j, v->kind->field[i].name);
        fh_field_to_json(&v->kind->field[i], &v->values[i], &t->j);
    }
    fh_json_end_object(&t->j);
}

void fh_record_tell_changes(fh_record_telling *t, const fh_record_view *before,
                            const fh_record_view *after, const bool *changed)
{
    bool any = false;
    for (uint32_t i = 0; i < after->kind->n_fields; i++) any = any || changed[i];
    if (!any) return;
    tell_fields(t, "before", before, changed);
    tell_fields(t, "after", after, changed);
}

fh_status fh_record_told(const fh_record_work *w, fh_record_telling *t, int64_t record,
                         const char *what, bool unnamed, int64_t *entry, fh_error *err)
{
    fh_json_end_object(&t->j);
    fh_record_entry e = {.record = record,
                         .at_ms = w->now_ms,
                         .person = unnamed ? 0 : w->actor->person,
                         .what = fh_str_of(what),
                         .details = fh_buf_view(&t->text)};
    fh_status status = FH_OK;
    if (t->text.status == FH_LIMIT)
        status = fh_fail(err, FH_LIMIT, "what happened to a record is too long to be kept");
    else if (t->text.status != FH_OK)
        status = fh_no_memory(err);
    if (status == FH_OK) status = fh_record_entry_add(w->org, &e, err);
    fh_buf_free(&t->text);
    if (status == FH_OK && entry) *entry = e.entry;
    return status;
}

/* ---- Other systems ----------------------------------------------------------------------- */

fh_status fh_record_tell_systems(const fh_record_work *w, const fh_record_view *v,
                                 fh_hook_event event, fh_str move, fh_error *err)
{
    const uint32_t state = fh_kind_find_state(v->kind, v->row.state);
    if (v->kind->seen_by == FH_SEEN_BY_CONCERNED ||
        (state < v->kind->n_states && v->kind->state[state].concerned))
        return FH_OK;
    fh_record_telling t;
    fh_record_tell(&t);
    fh_record_tell_number(&t, "record", v->row.record);
    fh_record_tell_text(&t, "kind", v->kind->name);
    fh_record_tell_text(&t, "state", v->row.state);
    fh_record_tell_text(&t, "move", move);
    fh_record_tell_number(&t, "owner", v->row.owner);
    fh_record_tell_number(&t, "department", v->row.department);
    fh_json_end_object(&t.j);
    const fh_status status = t.text.status == FH_OK
                                 ? fh_webhook_tell(w->org, event, fh_buf_view(&t.text), err)
                                 : fh_no_memory(err);
    fh_buf_free(&t.text);
    return status;
}

/* ---- Followers --------------------------------------------------------------------------- */

fh_status fh_record_let_follow(const fh_record_work *w, int64_t record, uint32_t person,
                               const char *why, fh_error *err)
{
    const fh_record_follower f = {
        .person = person, .record = record, .why = fh_str_of(why), .since_ms = w->now_ms};
    return person ? fh_record_follower_add(w->org, &f, err) : FH_OK;
}

/* The number of "@[17]" that begins at `at`; 0: none does. */
static uint32_t mention_at(fh_str text, size_t at)
{
    uint64_t number = 0;
    size_t i = at + 2;
    if (text.len - at < 4 || text.ptr[at] != '@' || text.ptr[at + 1] != '[') return 0;
    for (; i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9' && number <= UINT32_MAX; i++)
        number = number * 10 + (uint64_t)(text.ptr[i] - '0');
    return i < text.len && text.ptr[i] == ']' && number <= UINT32_MAX ? (uint32_t)number : 0;
}

fh_status fh_record_mentions(const fh_record_work *w, int64_t record, fh_str text, fh_error *err)
{
    enum { MOST = 20 };
    unsigned n = 0;
    fh_status status = FH_OK;
    for (size_t at = 0; at < text.len && n < MOST && status == FH_OK; at++) {
        const uint32_t number = mention_at(text, at);
        fh_person person;
        fh_error e = {0};
        if (!number) continue;
        n++;
        status = fh_record_person(w, number, &person, &e);
        if (status == FH_OK)
            status = fh_record_let_follow(w, record, number, "mentioned", err);
        else if (status == FH_INVALID)
            status = FH_OK; /* it names nobody who works here */
        else if (err)
            *err = e;
    }
    return status;
}

/* ---- Words, versions ------------------------------------------------------------------------ */

fh_status fh_record_check_words(fh_str *words, bool needed, fh_error *err)
{
    const fh_str w = fh_str_trim(*words);
    if (!w.len && needed) {
        (void)fh_fail(err, FH_INVALID, "/words: it is to be said why");
        return fh_hint(err, FH_INVALID, "A sentence is enough: others build on it.");
    }
    if (w.len > FH_RECORD_WORDS_TEXT_MAX)
        return fh_fail(err, FH_INVALID, "/words: the text is too long: it has at most %d bytes",
                       (int)FH_RECORD_WORDS_TEXT_MAX);
    *words = w;
    return FH_OK;
}

fh_status fh_record_stale(const fh_record_work *w, const fh_record_view *v, fh_error *err)
{
    const fh_record_entry *last = NULL;
    fh_person person;
    size_t n = 0;
    fh_error e = {0};
    fh_str who = FH_STR("somebody else");
    fh_status status = fh_record_entries(w->org, v->row.record, 0, 20, w->arena, &last, &n, err);
    if (status != FH_OK) return status;
    size_t i = 0; /* comments and the like do not move the version */
    while (i < n && !fh_str_eq(last[i].what, FH_STR("changed")) &&
           !fh_str_eq(last[i].what, FH_STR("moved")))
        i++;
    if (i < n && last[i].person && last[i].person == w->actor->person)
        who = FH_STR("yourself, elsewhere,");
    else if (i < n && last[i].person &&
             fh_person_row(w->org, last[i].person, w->arena, &person, &e) == FH_OK)
        who = person.name;
    const bool moved = i < n && fh_str_eq(last[i].what, FH_STR("moved"));
    (void)fh_fail(err, FH_STALE, "record %lld was %s by %.*s in the meantime",
                  (long long)v->row.record, moved ? "moved" : "changed", FH_STR_ARG(who));
    return fh_hint(err, FH_STALE, "Look at it as it is now, and repeat what you want to keep.");
}
