/* kind.h - kinds of records, as they are declared in kinds/NAME.kind.
 *
 * Everything people do about what customers live through is a *record* of a declared
 * *kind*: a promise, a fix, a pledge. A kind is text that people can read, says which
 * fields a record has, which states it goes through, who may move it, what must hold
 * then, and which clock runs. Forms, lists, boards, help, the typed API, exports and tests
 * are all made from it. The language is told in kinds/README.md.
 *
 * There are no expressions: a condition ("answered") or a computed field
 * ("customers-since") is a name that C code gives a meaning to (app/records/conditions.h); which
 * names there are is told to the reader of declarations.
 *
 * A kind lives in one arena and is never changed after it was read.
 */
#ifndef FH_KIND_KIND_H
#define FH_KIND_KIND_H

#include "base/json.h"
#include "firsthand/base.h"

enum {
    FH_KIND_TEXT_MAX = 64 << 10, /* bytes of a declaration */
    FH_KIND_FIELDS_MAX = 60,
    FH_KIND_STATES_MAX = 20,
    FH_KIND_MOVES_MAX = 60,
    FH_KIND_CLOCKS_MAX = 10,
    FH_KIND_CHOICES_MAX = 100,
    FH_KIND_WORD_MAX = 40,    /* letters of a name: a-z, 0-9 and - between */
    FH_KIND_NEEDS_MAX = 8,    /* conditions of one move */
    FH_KIND_VALUE_MAX = 8000, /* bytes of a text, unless the field says less */
    FH_KIND_MANY_MAX = 50     /* values of a field that takes several */
};

/* ---- Fields ------------------------------------------------------------------------ */

/* Name, word, what a value is in JSON. */
#define FH_KIND_TYPE_MAP(X)                                                                    \
    X(TEXT, "text")             /* a string */                                                 \
    X(CHOICE, "choice")         /* the word of a choice */                                     \
    X(YES, "yes")               /* true or false */                                            \
    X(NUMBER, "number")         /* a number with at most `decimals` places */                  \
    X(SCORE, "score")           /* a whole number from `min` to `max` */                       \
    X(DATE, "date")             /* "2026-11-22" */                                             \
    X(PERSON, "person")         /* number of a person */                                       \
    X(DEPARTMENT, "department") /* number of a department */                                   \
    X(TOUCHPOINT, "touchpoint") /* number of a touchpoint (of its dictionary) */               \
    X(CUSTOMER, "customer")     /* number of a customer; follows merges, goes when erased */   \
    X(STORIES, "stories")       /* a question with its filter: "/actual?touchpoint=Invoice" */ \
    X(RECORD, "record")         /* number of a record, of kind `of` when that is said */       \
    X(FILE, "file")             /* number of an attachment of this record */

typedef enum fh_kind_type {
#define X(name, word) FH_TYPE_##name,
    FH_KIND_TYPE_MAP(X)
#undef X
        FH_N_TYPES
} fh_kind_type;
const char *fh_kind_type_word(fh_kind_type type);

typedef struct fh_choice {
    fh_str word, label;
} fh_choice;

typedef struct fh_kind_field {
    fh_str name;  /* "effort": in the API, files, history */
    fh_str label; /* "How much work would it be?" */
    fh_str help;  /* a sentence; may be empty */
    fh_kind_type type;
    bool required;   /* always; what a move needs is said there */
    bool many;       /* several values: an array */
    bool by_machine; /* only a program may set it (`computed` fields that are kept) */
    fh_str computed; /* the name of a computed field, worked out when read; empty: given */
    fh_str unit;     /* "EUR", "hours"; may be empty */
    uint32_t decimals, max_text;
    bool has_min, has_max;
    int64_t min, max; /* of numbers and scores: in units of 10^-decimals */
    fh_str of;        /* kind of a RECORD; empty: any */
    fh_choice *choice;
    uint32_t n_choices;
    uint32_t line; /* of the declaration */
} fh_kind_field;

/* ---- Who --------------------------------------------------------------------------- */

/* Who may make a record, move it, is reminded. A set: bits. */
#define FH_WHO_MAP(X)                                                                             \
    X(ANYBODY, "anybody")     /* whoever works here and may take part */                          \
    X(AUTHOR, "author")       /* who made it */                                                   \
    X(OWNER, "owner")         /* who owns it; of a department's: everybody of the department */   \
    X(LEAD, "lead")           /* who leads the owner's department, or one above it */             \
    X(ASKED, "asked")         /* to whom it is addressed: field `asked`, or ownership offered */  \
    X(FINDINGS, "findings")   /* right: answers and closes findings */                            \
    X(DECIDE, "decide")       /* right: takes decisions, signs off */                             \
    X(DESIGNS, "designs")     /* right: designs learning */                                       \
    X(CONSENT, "dpo")         /* right: consent and requests of the people concerned */           \
    X(CUSTOMER, "customer")   /* whose story it is about, in their own portal */                  \
    X(FIRST, "first")         /* who works in the department in the field `first`, or leads it */ \
    X(SECOND, "second")       /* the same of the field `second` */                                \
    X(ADMIN, "administrator") /* right: settings */                                               \
    X(MACHINE, "firsthand")   /* only Firsthand itself: clocks and detectors */

typedef enum fh_who_bit {
#define X(name, word) FH_WHO_##name,
    FH_WHO_MAP(X)
#undef X
        FH_N_WHO
} fh_who_bit;
typedef uint32_t fh_who; /* bit fh_who_bit */
const char *fh_who_word(fh_who_bit who);

/* ---- States, moves, clocks --------------------------------------------------------- */

typedef struct fh_state {
    fh_str name, label; /* "offered", "Offered to somebody" */
    bool closed;        /* nothing more is to be done */
    bool concerned;     /* meanwhile only those concerned see it, whatever the kind says */
    bool held;          /* meanwhile its fields stay as they are */
    uint32_t line;
} fh_state;

typedef struct fh_kind_move {
    fh_str name, label; /* "mend", "It is mended" */
    fh_str help;
    uint32_t from; /* bit n: state n */
    uint32_t to;   /* index of a state */
    fh_who by;
    fh_str needs[FH_KIND_NEEDS_MAX]; /* names of conditions, or of fields that must be filled */
    uint32_t n_needs;
    bool words; /* the mover must say why */
    uint32_t line;
} fh_kind_move;

/* Runs while the record is in one of the states `in`; due `after_ms` after it came there, or
 * at the end of the day in a date field. */
typedef struct fh_clock {
    fh_str name, label; /* "answer", "An answer is due" */
    uint32_t in;        /* bit n: state n */
    int64_t after_ms;   /* 0: by `field` */
    fh_str field;
    int64_t remind_ms; /* so long before it is due; 0: not */
    fh_who remind;
    fh_who escalate; /* told when it is due and nothing happened; 0: nobody */
    fh_str move;     /* made by Firsthand when due; empty: none */
    uint32_t line;
} fh_clock;

typedef enum fh_owner_rule {
    FH_OWNER_NONE,       /* nobody's, until somebody accepts */
    FH_OWNER_AUTHOR,     /* whoever makes it */
    FH_OWNER_TOUCHPOINT, /* offered to the owner of the touchpoint it names, else nobody's */
    FH_OWNER_FIELD       /* offered to the person or department in a field */
} fh_owner_rule;

typedef enum fh_seen_by {
    FH_SEEN_BY_EVERYBODY, /* whoever works here and may take part */
    FH_SEEN_BY_CONCERNED  /* author, owner, asked, mentioned, their leads; others: counts */
} fh_seen_by;

typedef struct fh_kind {
    fh_str name;     /* "aggravation" */
    fh_str title;    /* "Aggravation" */
    fh_str many;     /* "Aggravations" */
    fh_str says;     /* what it is for: a sentence or two */
    fh_str add;      /* on the button: "Tell an aggravation" */
    fh_str page;     /* the page it belongs to: "no-brainers"; empty: records alone */
    fh_str text;     /* the declaration itself */
    fh_who by;       /* who may make one */
    bool anonymous;  /* it may be told without a name, or through a go-between */
    bool challenges; /* "is this really reverse?" may be asked about it */
    fh_seen_by seen_by;
    fh_owner_rule owner;
    uint32_t owner_field; /* index, of FH_OWNER_FIELD */
    uint32_t title_field; /* index of the text field that names a record: the first required */
    fh_str *link;         /* [n_links] kinds of records it may be linked to; none said: any */
    uint32_t n_links;
    fh_kind_field *field;
    fh_state *state; /* the first is that of a new record */
    fh_kind_move *move;
    fh_clock *clock;
    uint32_t n_fields, n_states, n_moves, n_clocks;
} fh_kind;

/* ---- Reading ----------------------------------------------------------------------- */

/* The names that C code knows. Lists end with NULL. */
typedef struct fh_kind_words {
    const char *const *conditions;
    const char *const *computed;
    const char *const *pages;
} fh_kind_words;

typedef struct fh_kind_problem {
    uint32_t line, column; /* from 1 */
    fh_str what, remedy;   /* full sentences; remedy may be empty */
} fh_kind_problem;

/* Reads a declaration. FH_FORMAT: `err` tells the first problem with line and column;
 * `problem` (may be NULL) takes all of them (at most 20), in the arena. What is read was
 * checked: names are unique and known, every state can be reached and every state that is
 * not closed can be left, fields that are named are there and of a type that fits.
 * Linear in the length of the text. */
FH_MUST_CHECK fh_status fh_kind_read(fh_str text, const fh_kind_words *words, fh_arena *arena,
                                     fh_kind **out, const fh_kind_problem **problem,
                                     size_t *n_problems, fh_error *err);

/* n when there is none of that name. */
uint32_t fh_kind_find_field(const fh_kind *k, fh_str name);
uint32_t fh_kind_find_state(const fh_kind *k, fh_str name);
uint32_t fh_kind_find_move(const fh_kind *k, fh_str name);

/* Whether what was written under `before` still has a place under `after`; each problem
 * says what would not: a state in which records are (`in_use`: bit n: state n of `before`
 * has records). Fields may go or change: their words are kept and shown as former ones. */
FH_MUST_CHECK fh_status fh_kind_may_follow(const fh_kind *before, const fh_kind *after,
                                           uint32_t in_use, fh_error *err);

/* The declaration as a JSON object, for forms and help: all that is said above. */
void fh_kind_json(const fh_kind *k, fh_json *j);
/* The same as members of the object that is open. */
void fh_kind_members_json(const fh_kind *k, fh_json *j);

/* ---- Values ------------------------------------------------------------------------ */

/* "-12.50" exactly in units of 10^-decimals (kind_value.c). */
#define FH_KIND_NUMBER_MAX INT64_C(1000000000000000)
bool fh_kind_number(fh_str text, uint32_t decimals, int64_t *out);

/* One value, as its type says: `text` of TEXT, CHOICE, STORIES; `number` of all others
 * (DATE: days since 1970-01-01; NUMBER: in units of 10^-decimals; YES: 0 or 1). */
typedef struct fh_value {
    fh_str text;
    int64_t number;
} fh_value;

/* The values of one field: n = 0: not filled. */
typedef struct fh_values {
    fh_value *value;
    uint32_t n;
} fh_values;

/* Reads the values of `field` from JSON (index of the value in `doc`); null and "" empty it.
 * FH_INVALID says in words what does not fit ("'three' is not a number of hours"). Whether
 * a number names somebody is for the caller to see. In the arena. */
FH_MUST_CHECK fh_status fh_field_from_json(const fh_kind_field *field, const fh_json_doc *doc,
                                           uint32_t at, fh_arena *arena, fh_values *out,
                                           fh_error *err);
/* The same from text, as in a CSV cell or a form: several are parted by |. */
FH_MUST_CHECK fh_status fh_field_from_text(const fh_kind_field *field, fh_str text, fh_arena *arena,
                                           fh_values *out, fh_error *err);
/* The JSON value that reads back the same; null when not filled. */
void fh_field_to_json(const fh_kind_field *field, const fh_values *values, fh_json *j);
/* As text that reads back the same. */
FH_MUST_CHECK fh_status fh_field_to_text(const fh_kind_field *field, const fh_values *values,
                                         fh_buf *out);

#endif
