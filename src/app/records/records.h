/* records.h - use cases: what people do about what customers live through.
 *
 * A record is of a declared kind (kind/kind.h). Here is everything that can be done to
 * one, whatever its kind; who may is said by the kind and checked here, in the caller's
 * write transaction. Everything that is done adds an entry to the record's history
 * (store/records.h), which no one can change: entries are chained, and `check` proves it.
 *
 * Owners: a record is somebody's, or nobody's since a day. Ownership is offered; who is
 * asked accepts or declines with a reason, and a decline is a bounce. Nobody answering in
 * time escalates to the lead of whoever was asked.
 *
 * Versions: whoever changes fields or moves names the version they saw; when somebody
 * was quicker, nothing is written and FH_STALE tells who and what (the caller shows both).
 * Comments, follows, links and offers never collide: they do not move the version on, but
 * `changed_ms`.
 *
 * First evidence is the earliest of when it was made, when what it is linked to happened,
 * and the day in a field `since`. Links hold both ways.
 *
 * Visibility: by the kind: everybody who takes part, or those concerned. People without
 * FH_RIGHT_TAKE_PART see none. An author who gave no name is nobody's business: the
 * number is not stored at all.
 */
#ifndef FH_APP_RECORDS_H
#define FH_APP_RECORDS_H

#include "app/people/rights.h"
#include "base/json.h"
#include "kind/kind.h"
#include "store/records.h"

/* ---- Kinds (app/records/kinds.c) ------------------------------------------------------------ */

/* All kinds as of now: those that come with Firsthand and the organisation's own, which
 * replace those of the same name; by name. The list is in the arena; the kinds are kept by
 * the organisation's handle until the second change of any kind after this call. A
 * declaration of the organisation's that can no longer be read is left out, as fh_kinds_check
 * tells. `org` NULL: those that come with Firsthand, in the arena. */
FH_MUST_CHECK fh_status fh_kinds_all(fh_org *org, fh_arena *arena, const fh_kind *const **out,
                                     size_t *n, fh_error *err);
/* FH_NOTFOUND names the nearest. */
FH_MUST_CHECK fh_status fh_kind_get(fh_org *org, fh_str name, fh_arena *arena, const fh_kind **out,
                                    fh_error *err);
typedef struct fh_kind_stored {
    fh_str name, declared; /* empty: as it comes with Firsthand */
    bool own;              /* it does not come with Firsthand */
    bool active;
    uint32_t person;
    int64_t changed_ms, version; /* version 0: as it comes */
} fh_kind_stored;
FH_MUST_CHECK fh_status fh_kind_stored_get(fh_org *org, fh_str name, fh_arena *arena,
                                           fh_kind_stored *out, fh_error *err);
/* Adds or changes the kind `name` (FH_RIGHT_SETTINGS); `version` that was seen, 0: it is new,
 * or as it comes. FH_INVALID: another name is declared. An empty declaration puts one that
 * comes with Firsthand back. FH_FORMAT with line and column; FH_CONFLICT: records are in a
 * state that goes; FH_STALE. */
FH_MUST_CHECK fh_status fh_kind_declare(fh_org *org, const fh_actor *actor, fh_str name,
                                        fh_str declaration, int64_t version, fh_arena *arena,
                                        const fh_kind **out, fh_error *err);
/* Reads a declaration as fh_kind_declare would, and changes nothing: all problems. *out in
 * the arena. `org` may be NULL, as above. */
FH_MUST_CHECK fh_status fh_kind_try(fh_org *org, fh_str declaration, fh_arena *arena,
                                    const fh_kind **out, const fh_kind_problem **problem,
                                    size_t *n_problems, fh_error *err);
/* Tells every declaration at rest that cannot be read, in a sentence. */
typedef void fh_kinds_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_kinds_check(fh_org *org, fh_kinds_fault *fault, void *ctx, uint64_t *n,
                                       fh_error *err);
/* No more of it is made; what there is stays. And back. */
FH_MUST_CHECK fh_status fh_kind_set_active(fh_org *org, const fh_actor *actor, fh_str name,
                                           int64_t version, bool active, fh_error *err);
/* The names that declarations may use, and what they mean (app/records/conditions.h). */
const fh_kind_words *fh_kind_words_known(void);
typedef struct fh_known_word {
    const char *word, *means;
} fh_known_word;
extern const fh_known_word fh_known_conditions[], fh_known_computed[]; /* word NULL ends */
/* The declarations that come with Firsthand, one after another; an empty one ends. */
extern const char fh_kind_texts[];

/* ---- One record ----------------------------------------------------------------------- */

/* A value somebody sends: a field by name, as JSON or as text. */
typedef struct fh_record_input {
    fh_str kind;
    const fh_json_doc *doc;       /* of `fields` */
    uint32_t fields;              /* index of the JSON object with the fields; UINT32_MAX: none */
    fh_str words;                 /* why; a comment with it; may be empty */
    bool anonymous;               /* when made: the author is not stored */
    uint32_t go_between;          /* when made: the colleague who passes it on, for an author who is
                                   * not stored then; 0: none */
    fh_str between;               /* when made: for the go-between alone (record_between.h) */
    const struct fh_key *key;     /* seals it; NULL: there is none */
    const fh_record_about *about; /* [n_about] when made: what it is tied to */
    size_t n_about;
    uint32_t owner, department; /* when made: offered to; 0: by the kind's rule */
    uint32_t copy_of;           /* when made: fields start as those of this record; 0: none */
} fh_record_input;

typedef struct fh_record_view {
    fh_record row; /* store/records.h */
    const fh_kind *kind;
    fh_values *values; /* [kind->n_fields]; computed ones are worked out */
    fh_str former;     /* JSON object: what was written in fields that are no more; may be empty */
} fh_record_view;

/* Who speaks as its author: of one told without a name its go-between; 0: nobody. */
static inline uint32_t fh_record_speaker(const fh_record *r)
{
    return r->author ? r->author : r->go_between;
}

/* In the open write transaction. *out in the arena; `code` (may be NULL) takes the code by
 * which an unnamed author reads replies: shown once, never stored. FH_INVALID tells all
 * fields that do not fit, by JSON pointer. Leads to "similar" being empty or not: nothing is
 * refused for being similar. */
FH_MUST_CHECK fh_status fh_record_make(fh_org *org, const fh_actor *actor,
                                       const fh_record_input *in, fh_arena *arena,
                                       fh_record_view *out, fh_str *code, fh_error *err);
/* FH_NOTFOUND also when the actor may not see it. One that was merged leads on:
 * out->row.record is the one that stands; FH_OK. */
FH_MUST_CHECK fh_status fh_record_get(fh_org *org, const fh_actor *actor, int64_t record,
                                      fh_arena *arena, fh_record_view *out, fh_error *err);
/* Fields that are there replace those written; `version` as it was seen. Who may: author
 * while it is in its first state, owner, lead, or FH_RIGHT_FINDINGS. FH_STALE. */
FH_MUST_CHECK fh_status fh_record_change(fh_org *org, const fh_actor *actor, int64_t record,
                                         int64_t version, const fh_record_input *in,
                                         fh_arena *arena, fh_record_view *out, fh_error *err);
/* Makes a move, with fields that it needs on the way. FH_DENIED says who may; FH_CONFLICT
 * which condition does not hold, in words. */
FH_MUST_CHECK fh_status fh_record_move(fh_org *org, const fh_actor *actor, int64_t record,
                                       int64_t version, fh_str move, const fh_record_input *in,
                                       fh_arena *arena, fh_record_view *out, fh_error *err);
/* Every move out of its state: whether the actor may, and what does not hold yet (in words). */
typedef struct fh_possible_move {
    const fh_kind_move *move;
    bool may;
    fh_str missing; /* "Nobody owns it yet."; empty: nothing */
} fh_possible_move;
FH_MUST_CHECK fh_status fh_record_moves(fh_org *org, const fh_actor *actor, const fh_record_view *r,
                                        fh_arena *arena, const fh_possible_move **out, size_t *n,
                                        fh_error *err);

/* ---- Whose it is -------------------------------------------------------------------------- */

typedef enum fh_ownership {
    FH_OWNERSHIP_OFFER, /* to `person`, or to `department` (its lead is asked) */
    FH_OWNERSHIP_TAKE,  /* I own it from now on; of what is nobody's, or offered to me */
    FH_OWNERSHIP_ACCEPT,
    FH_OWNERSHIP_DECLINE, /* `words` must say why */
    FH_OWNERSHIP_GIVE_UP  /* `words` must say why; it is nobody's again */
} fh_ownership;
FH_MUST_CHECK fh_status fh_record_ownership(fh_org *org, const fh_actor *actor, int64_t record,
                                            fh_ownership what, uint32_t person, uint32_t department,
                                            fh_str words, fh_error *err);
/* Whom to offer it to, each with the reason in words: who owned the touchpoint's records
 * before, whose department appears in its stories, who accepted alike. At most `max`. */
typedef struct fh_proposed_owner {
    uint32_t person, department; /* one of them */
    fh_str because;
} fh_proposed_owner;
FH_MUST_CHECK fh_status fh_record_whom(fh_org *org, const fh_actor *actor, int64_t record,
                                       size_t max, fh_arena *arena, const fh_proposed_owner **out,
                                       size_t *n, fh_error *err);

/* ---- Around it ------------------------------------------------------------------------------ */

/* People named as @[17] in the text follow it and are told. *entry: its number in the history. */
FH_MUST_CHECK fh_status fh_record_comment(fh_org *org, const fh_actor *actor, int64_t record,
                                          fh_str text, int64_t *entry, fh_error *err);
/* What it is about: see record_about in the migration. The kind's `links` are respected. */
FH_MUST_CHECK fh_status fh_record_link(fh_org *org, const fh_actor *actor, int64_t record,
                                       const fh_record_about *to, int64_t *about, fh_error *err);
FH_MUST_CHECK fh_status fh_record_unlink(fh_org *org, const fh_actor *actor, int64_t record,
                                         int64_t about, fh_error *err);
FH_MUST_CHECK fh_status fh_record_follow(fh_org *org, const fh_actor *actor, int64_t record,
                                         bool follow, fh_error *err);
/* Has seen it as far as it goes now. */
FH_MUST_CHECK fh_status fh_record_seen(fh_org *org, const fh_actor *actor, int64_t record,
                                       fh_error *err);
/* "Is this really reverse?": makes a record of kind challenge about it, addressed to
 * `person`. */
FH_MUST_CHECK fh_status fh_record_challenge(fh_org *org, const fh_actor *actor, int64_t record,
                                            uint32_t person, fh_str words, int64_t *challenge,
                                            fh_error *err);
/* `record` is the same as `into`: it redirects, its author is told, links and followers go
 * along. Undone by fh_record_part, as long as `into` was not merged further. */
FH_MUST_CHECK fh_status fh_record_merge(fh_org *org, const fh_actor *actor, int64_t record,
                                        int64_t into, fh_str words, fh_error *err);
FH_MUST_CHECK fh_status fh_record_part(fh_org *org, const fh_actor *actor, int64_t record,
                                       fh_error *err);
/* What an unnamed author reads and says, by the code. FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_record_by_code(fh_org *org, fh_str code, fh_arena *arena,
                                          fh_record_view *out, fh_error *err);
/* Which record it is the code of, also when that was merged since. FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_record_of_code(fh_org *org, fh_str code, int64_t *record, fh_error *err);
FH_MUST_CHECK fh_status fh_record_say_by_code(fh_org *org, fh_str code, fh_str text, fh_error *err);

/* ---- Many ----------------------------------------------------------------------------------- */

typedef enum fh_record_order {
    FH_RECORDS_CHANGED, /* last changed first */
    FH_RECORDS_OLDEST,  /* first evidence first */
    FH_RECORDS_BOUNCED, /* most bounces first */
    FH_RECORDS_DUE      /* what is due, or overdue the longest, first */
} fh_record_order;

typedef struct fh_records_filter {
    fh_str kind;       /* empty: all that the actor may see */
    fh_str kinds, but; /* names with commas between: only these kinds; none of these */
    fh_str state;      /* name; empty: all */
    int open;          /* 1: only open, -1: only closed, 0: both */
    bool ownerless;    /* nobody's */
    uint32_t owner, department, author, asked, follower; /* 0: all */
    uint32_t with;                                       /* owned by, or offered to */
    uint32_t elsewhere;                                  /* neither owned by nor offered to */
    uint32_t not_author;                                 /* made by anybody else */
    fh_str what; /* with `number`: about this touchpoint, customer, record ... */
    int64_t number;
    fh_str element;            /* of the map that `number` is; empty: any, and the whole */
    fh_str text;               /* words of it */
    fh_str field, value;       /* of one choice field; empty: all */
    int64_t from_ms, until_ms; /* made; 0: open */
    fh_record_order order;
    fh_str cursor; /* to go on with */
} fh_records_filter;
/* At most `max`; *next empty: that was all. */
FH_MUST_CHECK fh_status fh_records_list(fh_org *org, const fh_actor *actor,
                                        const fh_records_filter *filter, size_t max,
                                        fh_arena *arena, const fh_record_view **out, size_t *n,
                                        fh_str *next, fh_error *err);
/* How many there are in each state of the filter's kind, [kind->n_states]. */
FH_MUST_CHECK fh_status fh_records_count(fh_org *org, const fh_actor *actor,
                                         const fh_records_filter *filter, fh_arena *arena,
                                         const uint64_t **out, size_t *n, fh_error *err);
/* How many there are in all, whatever their kind and state. */
FH_MUST_CHECK fh_status fh_records_total(fh_org *org, const fh_actor *actor,
                                         const fh_records_filter *filter, fh_arena *arena,
                                         uint64_t *out, fh_error *err);
/* Those most like a text that is being typed, best first; only open ones and those closed
 * within a year. */
FH_MUST_CHECK fh_status fh_records_similar(fh_org *org, const fh_actor *actor, fh_str kind,
                                           fh_str text, size_t max, fh_arena *arena,
                                           const fh_record_view **out, size_t *n, fh_error *err);
/* Clocks that are due by `now_ms`: reminders, escalations, moves; at most `max` records.
 * *left: there are more. The actor is Firsthand itself. */
FH_MUST_CHECK fh_status fh_records_clocks(fh_org *org, int64_t now_ms, size_t max, uint64_t *n,
                                          bool *left, fh_error *err);

/* ---- As JSON (app/records/record_json.c) ------------------------------------------------- */

/* Names (of people, departments, touchpoints, records) that JSON of records speaks of are
 * told once, in "names" of the whole reply: {"person": {"17": "Ann Berg"}, ...}. */
typedef struct fh_record_names fh_record_names;
FH_MUST_CHECK fh_status fh_record_names_new(fh_org *org, const fh_actor *actor, fh_arena *arena,
                                            fh_record_names **out, fh_error *err);
FH_MUST_CHECK fh_status fh_record_json(const fh_record_view *r, fh_record_names *names, fh_json *j,
                                       fh_error *err);
/* With moves, links, followers, the last 50 entries of the history, who is asked. */
FH_MUST_CHECK fh_status fh_record_detail_json(fh_org *org, const fh_actor *actor,
                                              const fh_record_view *r, fh_record_names *names,
                                              fh_json *j, fh_error *err);
/* One entry of a history: {"entry", "at", "person", "what", "details"}; details null: withheld. */
FH_MUST_CHECK fh_status fh_record_entry_json(const fh_record_entry *e, fh_record_names *names,
                                             fh_json *j, fh_error *err);
/* The member "names" of the object that is open. */
FH_MUST_CHECK fh_status fh_record_names_json(fh_record_names *names, fh_json *j, fh_error *err);

#endif
