/* record_parts.h - what the files of records share. */
#ifndef FH_APP_RECORD_PARTS_H
#define FH_APP_RECORD_PARTS_H

#include "app/hooks/webhooks.h"
#include "app/people/people.h"
#include "app/records/conditions.h"
#include "app/records/records.h"

enum {
    FH_RECORD_WORDS_TEXT_MAX = 8000, /* bytes of words: why, a comment */
    FH_RECORD_TITLE_MAX = 300,
    FH_RECORD_LATEST = 50,      /* entries of the history that a detail shows */
    FH_RECORD_ANSWER_DAYS = 5,  /* an offered ownership is answered within; setting below */
    FH_RECORD_MERGED_DEPTH = 20 /* a file may say that a merge leads in a circle */
};
#define FH_SETTING_ANSWER_DAYS "records-answer-days"

/* One use case at work. */
typedef struct fh_record_work {
    fh_org *org;
    const fh_actor *actor;
    fh_arena *arena;
    int64_t now_ms;
} fh_record_work;
fh_record_work fh_record_work_of(fh_org *org, const fh_actor *actor, fh_arena *arena);

/* FH_CONFLICT unless a write transaction is open is the store's business; here: whether the
 * actor takes part in records at all. */
FH_MUST_CHECK fh_status fh_record_takes_part(const fh_actor *actor, fh_error *err);

/* ---- Rows as views (record_view.c) ----------------------------------------------------------- */

/* Reads fields by the kind; what has no place (any more) goes to `former`. */
FH_MUST_CHECK fh_status fh_record_view_of(const fh_record_work *w, const fh_record *row,
                                          fh_record_view *out, fh_error *err);
/* Follows merges; FH_NOTFOUND when it is not there or the actor may not see it. */
FH_MUST_CHECK fh_status fh_record_open(const fh_record_work *w, int64_t record, fh_record_view *out,
                                       fh_error *err);
/* The JSON of `row.fields` from values and former ones; the title; both in the arena. */
FH_MUST_CHECK fh_status fh_record_write_fields(const fh_record_work *w, fh_record_view *v,
                                               fh_error *err);

/* Fills the fields 'computed customers-since' of all of them, in one pass over the stories;
 * nothing is asked when no kind has one. */
FH_MUST_CHECK fh_status fh_record_count_since(const fh_record_work *w, fh_record_view *list,
                                              size_t n, fh_error *err);

/* Takes what was sent into the values of `v` (the other values stay): FH_INVALID tells
 * all that does not fit. `changed` [n_fields] in the arena tells what is different now. */
FH_MUST_CHECK fh_status fh_record_take(const fh_record_work *w, const fh_record_input *in,
                                       fh_record_view *v, bool **changed, fh_error *err);
/* FH_INVALID names every required field that is not filled. */
FH_MUST_CHECK fh_status fh_record_filled(const fh_record_work *w, const fh_record_view *v,
                                         fh_error *err);
/* Links of the reference fields follow the values. */
FH_MUST_CHECK fh_status fh_record_link_fields(const fh_record_work *w, const fh_record_view *v,
                                              fh_error *err);
bool fh_record_values_same(const fh_kind_field *f, const fh_values *a, const fh_values *b);

/* ---- Who (record_who.c) ------------------------------------------------------------- */

/* What the actor is to the record: a set. */
FH_MUST_CHECK fh_status fh_record_who(const fh_record_work *w, const fh_record_view *v, fh_who *out,
                                      fh_error *err);
/* "its owner, or whoever leads the owner's department": for sentences. In the arena. */
FH_MUST_CHECK fh_status fh_record_who_words(fh_arena *arena, fh_who who, fh_str *out,
                                            fh_error *err);
FH_MUST_CHECK fh_status fh_record_may_see(const fh_record_work *w, const fh_record_view *v,
                                          bool *out, fh_error *err);
/* Whether the actor may change fields. */
FH_MUST_CHECK fh_status fh_record_may_change(const fh_record_work *w, const fh_record_view *v,
                                             bool *out, fh_error *err);
/* Who leads a department, or the next one above that has a lead other than `but`; 0: nobody. */
FH_MUST_CHECK fh_status fh_record_lead(const fh_record_work *w, uint32_t department, uint32_t but,
                                       uint32_t *out, fh_error *err);
/* The people that a set means for this record, each once; at most 20. In the arena. */
FH_MUST_CHECK fh_status fh_record_people(const fh_record_work *w, const fh_record_view *v,
                                         fh_who who, const uint32_t **out, size_t *n,
                                         fh_error *err);
/* FH_INVALID when there is no such person who works here. */
FH_MUST_CHECK fh_status fh_record_person(const fh_record_work *w, uint32_t person, fh_person *out,
                                         fh_error *err);

/* ---- What happened (record_note.c) --------------------------------------------------- */

/* An entry that is being written: members are added to `j`, then it is ended. */
typedef struct fh_record_telling {
    fh_buf text;
    fh_json j;
} fh_record_telling;
void fh_record_tell(fh_record_telling *t);
void fh_record_tell_text(fh_record_telling *t, const char *key, fh_str text); /* unless empty */
void fh_record_tell_number(fh_record_telling *t, const char *key, int64_t number); /* unless 0 */
/* Members "before" and "after" of the fields that changed. */
void fh_record_tell_changes(fh_record_telling *t, const fh_record_view *before,
                            const fh_record_view *after, const bool *changed);
/* Adds the entry; `unnamed`: by nobody. *entry may be NULL. Frees the text in any case. */
FH_MUST_CHECK fh_status fh_record_told(const fh_record_work *w, fh_record_telling *t,
                                       int64_t record, const char *what, bool unnamed,
                                       int64_t *entry, fh_error *err);
/* FH_CONFLICT: its state holds the fields as they are (`held` of its declaration). */
FH_MUST_CHECK fh_status fh_record_not_held(const fh_record_view *v, fh_error *err);
/* Tells webhooks; `move` may be empty. What only those concerned see is not told. */
FH_MUST_CHECK fh_status fh_record_tell_systems(const fh_record_work *w, const fh_record_view *v,
                                               fh_hook_event event, fh_str move, fh_error *err);
/* Ties it to something, looked up with the eyes of `w`, written down as done by `as`. */
FH_MUST_CHECK fh_status fh_record_tie(const fh_record_work *w, const fh_record_work *as,
                                      fh_record_view *v, const fh_record_about *to, fh_error *err);
FH_MUST_CHECK fh_status fh_record_let_follow(const fh_record_work *w, int64_t record,
                                             uint32_t person, const char *why, fh_error *err);
/* People named as @[17] follow it. */
FH_MUST_CHECK fh_status fh_record_mentions(const fh_record_work *w, int64_t record, fh_str text,
                                           fh_error *err);
/* FH_INVALID when words are needed and none, too long, or not UTF-8. Trimmed. */
FH_MUST_CHECK fh_status fh_record_check_words(fh_str *words, bool needed, fh_error *err);
/* FH_STALE, saying who changed it and how. */
FH_MUST_CHECK fh_status fh_record_stale(const fh_record_work *w, const fh_record_view *v,
                                        fh_error *err);

/* ---- Whose (records_ownership.c), clocks (records_clocks.c), links (records_around.c) ---- */

/* Row: offered to `person`, or to the lead of `department`; theirs at once when that is the
 * actor. */
FH_MUST_CHECK fh_status fh_record_offer(const fh_record_work *w, fh_record_view *v, uint32_t person,
                                        uint32_t department, fh_error *err);
/* Entry and followers of an offer that was just made. */
FH_MUST_CHECK fh_status fh_record_offer_told(const fh_record_work *w, const fh_record_view *v,
                                             fh_str words, fh_error *err);
/* Row: `person` owns it from now on. */
FH_MUST_CHECK fh_status fh_record_give(const fh_record_work *w, fh_record_view *v, uint32_t person,
                                       fh_error *err);
/* The owner of a touchpoint as far as records tell: who owns the newest claim about it
 * that stands, or most of its open records; 0: nobody. */
FH_MUST_CHECK fh_status fh_record_touchpoint_owner(const fh_record_work *w, int64_t touchpoint,
                                                   uint32_t *out, fh_error *err);
/* Works out row.due_ms and row.deadline_ms from clocks and the offer. */
FH_MUST_CHECK fh_status fh_record_set_due(const fh_record_work *w, fh_record_view *v,
                                          fh_error *err);
/* The clock that is due next of those that run: NULL: none. */
FH_MUST_CHECK fh_status fh_record_clock(const fh_record_work *w, const fh_record_view *v,
                                        const fh_clock **out, int64_t *due_ms, fh_error *err);
/* `record` was part of `into` and stands for itself again: so does what customers answered about it
 * (record_asked.c). After copies of links were taken back. */
FH_MUST_CHECK fh_status fh_asked_part(const fh_record_work *w, int64_t record, int64_t into,
                                      fh_error *err);
/* First evidence: the earliest of when it was made and what it is about. */
FH_MUST_CHECK fh_status fh_record_set_first(const fh_record_work *w, fh_record_view *v,
                                            fh_error *err);
/* Moves it: state, fields, entry, clocks; writes the row. `before` and `changed` NULL: no fields
 * on the way. */
FH_MUST_CHECK fh_status fh_record_do_move(const fh_record_work *w, fh_record_view *v,
                                          const fh_kind_move *move, fh_str words,
                                          const fh_record_view *before, const bool *changed,
                                          fh_error *err);
/* Clocks begin anew when a date field they go by changed. */
void fh_record_clocks_changed(fh_record_view *v, const bool *changed);

#endif
