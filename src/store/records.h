/* records.h - records at rest: rows, what they are about, their chained history.
 *
 * Pure storage: who may do what is said in app/records/records.h, which adds an entry for
 * everything that changes a row. An entry's hash covers its own canonical bytes and the hash of the
 * entry before, as in the audit log (one implementation for both: store/chain.h); what an
 * entry tells ("details") can be withheld later, and the chain still holds.
 */
#ifndef FH_STORE_RECORDS_H
#define FH_STORE_RECORDS_H

#include "store/chain.h"

enum {
    FH_RECORD_DETAILS_MAX = 320 << 10, /* bytes of what an entry tells */
    FH_RECORD_FIELDS_MAX = 128 << 10,  /* bytes of a record's fields as JSON */
    FH_RECORD_WORDS_MAX = 500          /* words by which a record is found */
};

typedef struct fh_record {
    int64_t record;
    fh_str kind, title, state;
    bool closed;
    fh_str fields; /* JSON object */
    uint32_t author, go_between, owner, department, asked;
    int64_t asked_ms, ownerless_ms;
    uint32_t bounces;
    int64_t first_ms, made_ms, changed_ms, state_ms;
    int64_t due_ms;      /* when its next clock acts: reminds, or is due; 0: none will */
    int64_t deadline_ms; /* when what is due next is due, also when that has passed; 0: nothing */
    int64_t acted_ms;    /* clocks have acted up to here */
    int64_t merged_into;
    fh_str reply_hash;
    int64_t version;
} fh_record;

typedef struct fh_record_about {
    int64_t about, record;
    fh_str field, what;
    int64_t number;
    fh_str key, words;
    int64_t at_ms;
    uint32_t person;
    int64_t made_ms, until_ms;
} fh_record_about;

typedef struct fh_record_entry {
    int64_t entry, record, at_ms;
    uint32_t person;
    fh_str what, details;
    int64_t withheld_by;
} fh_record_entry;

/* Takes the next number; version 1. In the open write transaction, as all that writes. The
 * words by which it is found follow title and fields by themselves, here and below. */
FH_MUST_CHECK fh_status fh_record_insert(fh_org *org, fh_record *r, fh_error *err);
/* Writes the row where its version is r->version, and moves it on. FH_STALE. */
FH_MUST_CHECK fh_status fh_record_update(fh_org *org, fh_record *r, fh_error *err);
/* The same without moving the version on: what never collides with what others write
 * (whose it is, links, clocks). */
FH_MUST_CHECK fh_status fh_record_note(fh_org *org, fh_record *r, fh_error *err);
FH_MUST_CHECK fh_status fh_record_row(fh_org *org, int64_t record, fh_arena *arena, fh_record *out,
                                      fh_error *err);

FH_MUST_CHECK fh_status fh_record_entry_add(fh_org *org, fh_record_entry *e, fh_error *err);
/* Newest first, numbers below `before` (0: from the newest), at most `max`. */
FH_MUST_CHECK fh_status fh_record_entries(fh_org *org, int64_t record, int64_t before, size_t max,
                                          fh_arena *arena, const fh_record_entry **out, size_t *n,
                                          fh_error *err);
/* Removes what the entries of a record before `by` tell. */
FH_MUST_CHECK fh_status fh_record_entries_withhold(fh_org *org, int64_t record, int64_t by,
                                                   fh_error *err);

FH_MUST_CHECK fh_status fh_record_about_add(fh_org *org, fh_record_about *a, fh_error *err);
/* It holds no more from now on. */
FH_MUST_CHECK fh_status fh_record_about_end(fh_org *org, int64_t about, fh_error *err);
FH_MUST_CHECK fh_status fh_record_about_get(fh_org *org, int64_t about, fh_arena *arena,
                                            fh_record_about *out, fh_error *err);
/* Those that hold now, in the order in which they were made. */
FH_MUST_CHECK fh_status fh_record_abouts(fh_org *org, int64_t record, fh_arena *arena,
                                         const fh_record_about **out, size_t *n, fh_error *err);

/* Of other records, about this number: who links here. */
FH_MUST_CHECK fh_status fh_record_abouts_of(fh_org *org, fh_str what, int64_t number, size_t max,
                                            fh_arena *arena, const fh_record_about **out, size_t *n,
                                            fh_error *err);
/* Links by their key: records that show a page with its filter (what: "stories"). */
FH_MUST_CHECK fh_status fh_record_abouts_by_key(fh_org *org, fh_str what, fh_str key, size_t max,
                                                fh_arena *arena, const fh_record_about **out,
                                                size_t *n, fh_error *err);

/* ---- Who follows, files --------------------------------------------------------------------- */

typedef struct fh_record_follower {
    uint32_t person;
    int64_t record;
    fh_str why; /* made, owns, asked, mentioned, follows */
    int64_t since_ms, seen;
} fh_record_follower;
/* Who follows already stays as they are. */
FH_MUST_CHECK fh_status fh_record_follower_add(fh_org *org, const fh_record_follower *f,
                                               fh_error *err);
FH_MUST_CHECK fh_status fh_record_follower_drop(fh_org *org, int64_t record, uint32_t person,
                                                fh_error *err);
FH_MUST_CHECK fh_status fh_record_follower_seen(fh_org *org, int64_t record, uint32_t person,
                                                int64_t entry, fh_error *err);
FH_MUST_CHECK fh_status fh_record_followers(fh_org *org, int64_t record, fh_arena *arena,
                                            const fh_record_follower **out, size_t *n,
                                            fh_error *err);
FH_MUST_CHECK fh_status fh_record_follows(fh_org *org, int64_t record, uint32_t person, bool *out,
                                          fh_error *err);

typedef struct fh_record_file {
    int64_t file, record;
    fh_str name, stored, type;
    uint64_t bytes;
    uint32_t person;
    int64_t made_ms, until_ms;
} fh_record_file;
FH_MUST_CHECK fh_status fh_record_file_add(fh_org *org, fh_record_file *f, fh_error *err);
FH_MUST_CHECK fh_status fh_record_file_get(fh_org *org, int64_t file, fh_arena *arena,
                                           fh_record_file *out, fh_error *err);
FH_MUST_CHECK fh_status fh_record_files(fh_org *org, int64_t record, fh_arena *arena,
                                        const fh_record_file **out, size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_record_file_end(fh_org *org, int64_t file, fh_error *err);

/* ---- Many ------------------------------------------------------------------------------------ */

typedef enum fh_records_by {
    FH_RECORDS_BY_CHANGED, /* last changed first */
    FH_RECORDS_BY_FIRST,   /* first evidence first */
    FH_RECORDS_BY_BOUNCES, /* most bounces first */
    FH_RECORDS_BY_DUE      /* by deadline, then those without one */
} fh_records_by;

/* Everything that is said must hold. Lists of texts are written " one two ", with spaces
 * around each. Merged ones are in no list. */
typedef struct fh_record_query {
    fh_str kind, state; /* empty: all */
    fh_str kinds, but;  /* lists: only these kinds, none of these; empty: all */
    int open;           /* 1: open, -1: closed, 0: both */
    bool ownerless;
    uint32_t owner, department, author, asked, follower; /* 0: all */
    uint32_t with;         /* owned by this person, or offered to them */
    uint32_t elsewhere;    /* neither owned by this person nor offered to them */
    uint32_t not_author;   /* made by anybody else */
    fh_str what;           /* about one of these numbers; empty: all */
    const int64_t *number; /* [n_numbers] */
    size_t n_numbers;
    fh_str key;         /* of what they are about: an element of a map; empty: any */
    const fh_str *word; /* [n_words] all of them, as fh_record_words_of tells them */
    size_t n_words;
    bool last_begins;                      /* the last word need only begin so */
    int64_t from_ms, until_ms;             /* made; 0: open */
    int64_t state_from_ms, state_until_ms; /* in its state since; 0: open */
    fh_str concerned; /* list of kinds of which only those that concern `sees` are shown */
    uint32_t sees;    /* a person */
    fh_str sees_led;  /* list of departments, led by that person */
    fh_records_by by;
    bool goes_on; /* behind (after_key, after_record) */
    int64_t after_key, after_record;
} fh_record_query;
FH_MUST_CHECK fh_status fh_record_rows(fh_org *org, const fh_record_query *q, size_t max,
                                       fh_arena *arena, fh_record **out, size_t *n, fh_error *err);
/* The key of `by`: with the number, where a list goes on. */
int64_t fh_record_key(const fh_record *r, fh_records_by by);
typedef struct fh_record_count {
    fh_str state;
    uint64_t n;
} fh_record_count;
FH_MUST_CHECK fh_status fh_record_counts(fh_org *org, const fh_record_query *q, fh_arena *arena,
                                         fh_record_count **out, size_t *n, fh_error *err);
/* Who made records that a query finds, by record: a record that names several departments (in
 * fields or links) is told once for each, with `about`; one that names none once, with 0. */
typedef struct fh_record_maker {
    int64_t record;
    uint32_t author, department, about;
} fh_record_maker;
FH_MUST_CHECK fh_status fh_record_makers(fh_org *org, const fh_record_query *q, fh_arena *arena,
                                         fh_record_maker **out, size_t *n, fh_error *err);
/* Who did anything about which record in spans that end with `until_ms`: each once a record and
 * span, by record. `back`: how many spans before the last one. */
typedef struct fh_record_doer {
    int64_t record;
    fh_str kind;
    uint32_t person, back;
} fh_record_doer;
FH_MUST_CHECK fh_status fh_record_doers(fh_org *org, int64_t until_ms, int64_t span_ms,
                                        uint32_t spans, fh_arena *arena, fh_record_doer **out,
                                        size_t *n, fh_error *err);
/* How many people wrote anything in a record's history, or follow it. */
FH_MUST_CHECK fh_status fh_record_involved(fh_org *org, int64_t record, uint64_t *out,
                                           fh_error *err);
/* The moves of records of a kind, by record, as they were made; `details` may be withheld. */
typedef struct fh_record_moved {
    int64_t record, made_ms, at_ms; /* made_ms: of the record */
    fh_str details;
} fh_record_moved;
FH_MUST_CHECK fh_status fh_record_moves_of(fh_org *org, fh_str kind, fh_arena *arena,
                                           fh_record_moved **out, size_t *n, fh_error *err);
typedef struct fh_record_owned {
    int64_t number; /* of what they are about */
    uint64_t n;     /* records that are open */
} fh_record_owned;
/* What open records of an owner, and those of a kind in a state, are about: each number
 * once, ascending. `what` is "touchpoint", ...; the kind and its state may be empty. */
FH_MUST_CHECK fh_status fh_record_owned_about(fh_org *org, uint32_t owner, fh_str what, fh_str kind,
                                              fh_str state, fh_arena *arena, fh_record_owned **out,
                                              size_t *n, fh_error *err);
/* Numbers of those whose next clock acts by `now_ms`, the longest waiting first. */
FH_MUST_CHECK fh_status fh_record_due(fh_org *org, int64_t now_ms, size_t max, fh_arena *arena,
                                      int64_t **out, size_t *n, fh_error *err);
/* By the hash of the code of an unnamed author; 0: none. */
FH_MUST_CHECK fh_status fh_record_by_reply(fh_org *org, fh_str hash, int64_t *out, fh_error *err);

/* Words of a text: letters and digits in lower case, each once, at most
 * FH_RECORD_WORDS_MAX. */
FH_MUST_CHECK fh_status fh_record_words_of(fh_str text, fh_arena *arena, fh_str **out, size_t *n,
                                           fh_error *err);
typedef struct fh_record_alike {
    int64_t record;
    uint64_t score; /* more is more alike */
} fh_record_alike;
/* Records of a kind that share words with these, rare ones counting more; best first. */
FH_MUST_CHECK fh_status fh_record_alikes(fh_org *org, fh_str kind, const fh_str *word,
                                         size_t n_words, size_t max, fh_arena *arena,
                                         fh_record_alike **out, size_t *n, fh_error *err);

/* ---- Erasing, checking -------------------------------------------------------------- */

/* A customer is being erased (before its members are): fields and links that name it go, what
 * was written in any record is searched for its identifiers, which are blotted out, and
 * history is withheld as far as it tells them. Identifiers of fewer than four bytes are left
 * alone in texts: they would be found everywhere. */
FH_MUST_CHECK fh_status fh_records_forget_customer(fh_org *org, uint32_t customer,
                                                   const fh_str *identifiers, size_t n,
                                                   fh_error *err);

/* A person is forgotten: what they owned is nobody's since now, what was offered to them is
 * offered to nobody, and they follow nothing. Their number stays where they acted. */
FH_MUST_CHECK fh_status fh_records_forget_person(fh_org *org, uint32_t person, fh_error *err);

/* Tells every fault of rows, links and chain in a sentence, as fh_store_check does. */
typedef void fh_records_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_records_check(fh_org *org, fh_records_fault *fault, void *ctx,
                                         uint64_t *n_faults, fh_error *err);

#endif
