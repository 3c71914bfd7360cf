/* simulate_messages_parts.h - what the parts of the messages' simulator share.
 *
 *     simulate_messages.c          the run: customers one by one, plain letters, clean pairs
 *     simulate_messages_bank.c     word banks: a language's ways of saying things
 *     simulate_messages_value.c    facts: values, and how they are written
 *     simulate_messages_text.c     lines, filled in; sentences about nothing; edits
 *     simulate_messages_write.c    letters to rows, pairs to truth
 *     simulate_messages_letters.c  said twice, said differently, signed twice; look-alikes
 *     simulate_messages_dams.c     told again after a hand-off; look-alikes
 *
 * A *person* (one customer) is made from the seed and its number alone. The text of a mass
 * letter comes from a `sim_rng` of its campaign instead of the person's, so that many get it.
 */
#ifndef FH_APP_SIMULATE_MESSAGES_PARTS_H
#define FH_APP_SIMULATE_MESSAGES_PARTS_H

#include "app/demo/simulate_messages.h"
#include "app/demo/simulate_parts.h"

/* ---- Word banks ---- */

enum { MSG_SECTION_WORDS = 8 };

typedef struct msg_line {
    fh_str text;
    uint8_t halves; /* bits: 1, 2 */
    char mark;      /* '+' yes, '-' no, a clause's digit; 0: none */
} msg_line;

typedef struct msg_section {
    fh_str word[MSG_SECTION_WORDS]; /* "fact", "excess", "money", "10000", ... */
    uint32_t n_words;
    const msg_line *line;
    uint32_t n;
    const fh_str *item; /* of a section that is a list: the single words */
    uint32_t n_items;
} msg_section;

typedef enum msg_type {
    MSG_DATE,
    MSG_TIME,
    MSG_HOURS,
    MSG_MONEY,
    MSG_PERCENT,
    MSG_DURATION,
    MSG_NUMBER,
    MSG_PHONE,
    MSG_EMAIL,
    MSG_URL,
    MSG_PERSON,
    MSG_POLICY
} msg_type;

/* One thing that letters say something about. */
typedef struct msg_family {
    const msg_section *said;
    msg_type type;
    int64_t least, most, step;
    bool range; /* may be said with "up to" */
} msg_family;

enum { MSG_FAMILIES = 48, MSG_STORIES = 12 };

typedef struct msg_bank {
    fh_str code;
    const msg_section *section;
    uint32_t n;
    msg_family family[MSG_FAMILIES];
    uint32_t n_families;
    const msg_section *story[MSG_STORIES];
    uint32_t n_stories;
    const msg_section *months, *weekdays, *numbers, *nouns, *verbs, *adjectives, *places, *things,
        *purposes, *seasons, *reasons, *negators;
} msg_bank;

/* FH_INTERNAL names the line: banks are part of the program. */
FH_MUST_CHECK fh_status msg_bank_read(fh_str text, fh_arena *arena, msg_bank *out, fh_error *err);
/* NULL: there is none. `name` NULL: any. */
const msg_section *msg_section_of(const msg_bank *b, const char *kind, const char *name);
/* The text of the bank of a language; empty: there is none. */
fh_str msg_bank_text(fh_str code);

/* ---- The world ---- */

enum { MSG_DEPARTMENTS = 8, MSG_LANGUAGES = 8, MSG_SENT = 96 };
extern const char *const msg_departments[MSG_DEPARTMENTS];

typedef enum msg_file { MSG_OUTBOUND, MSG_CONTACTS, MSG_TOUCHES, MSG_FILES } msg_file;

typedef struct msg_world {
    sim_world sim; /* folder, status, bytes */
    const fh_messages_options *options;
    msg_bank bank[MSG_LANGUAGES];
    uint32_t n_banks;
    uint8_t half; /* 1 or 2 */
    int64_t first_day;
    sim_out file[MSG_FILES];
    sim_out pairs;
    uint64_t group, order; /* numbers given */
    uint64_t messages, interactions, customers, planted, clean;
    fh_arena *texts; /* of one person */
    fh_buf space;    /* what is being composed */
} msg_world;

/* What was sent already, for the pairs that are clean. */
typedef struct msg_sent {
    int64_t at_ms;
    uint8_t department;
    uint8_t direction; /* fh_direction */
    bool has_text, signs;
    char id[16];
} msg_sent;

typedef enum msg_sort { MSG_DUPLICATE, MSG_SIGNATORY, MSG_CONTRADICTION, MSG_DAM } msg_sort;

typedef struct msg_person {
    msg_world *w;
    const msg_bank *b;
    sim_person p;
    msg_sent sent[MSG_SENT];
    uint32_t n_sent;
    uint8_t listed[MSG_SENT][MSG_SENT]; /* bits of msg_sort: the pair stands in the truth */
    uint64_t families, purposes;        /* used up */
    uint32_t stories, signers;          /* used up */
} msg_person;

/* ---- Values ---- */

typedef struct msg_value {
    int64_t a, b;
} msg_value;

/* A family that this person has heard nothing of yet, of one of the types (a bit set) if there
 * is one left, else of any; UINT32_MAX: all are used up. */
uint32_t msg_family_pick(msg_person *p, sim_rng *t, uint32_t types);
msg_value msg_value_make(const msg_family *f, sim_rng *t, int64_t day);
/* One that no reading takes for `not`. */
msg_value msg_value_other(const msg_family *f, sim_rng *t, int64_t day, msg_value not_this);
/* A sentence that says so. */
fh_str msg_value_say(msg_person *p, const msg_family *f, msg_value v, int64_t sent_day, sim_rng *t);
/* Only the value, as text. */
fh_str msg_value_text(msg_person *p, msg_type type, msg_value v, int64_t sent_day, sim_rng *t);
/* A date by the format of this number; empty: it does not fit. */
fh_str msg_date_in(msg_person *p, uint32_t form, int64_t day, int64_t sent_day);
const char *msg_type_name(msg_type type); /* of the truth: a fact's type */

/* ---- Texts ---- */

typedef struct msg_slot {
    const char *name;
    fh_str value;
} msg_slot;

/* A line of the section, of the right half; mark 0: any. */
fh_str msg_pick(msg_person *p, const msg_section *s, char mark, sim_rng *t);
/* With {name} replaced by the slots (ended by a NULL name); lives as long as the person. */
fh_str msg_fill(msg_person *p, fh_str line, const msg_slot *slots);
fh_str msg_join(msg_person *p, const fh_str *parts, uint32_t n, const char *between);
/* A sentence about nothing in particular. */
fh_str msg_sentence(msg_person *p, sim_rng *t);
/* Of every thousand words some are left out, replaced or put in. */
fh_str msg_edited(msg_person *p, fh_str text, uint32_t permille, sim_rng *t);
fh_str msg_capital(msg_person *p, fh_str text); /* its first letter */
/* A claim's or order's number. */
fh_str msg_order(msg_person *p);
uint32_t msg_purpose_pick(msg_person *p, sim_rng *t);

/* ---- Letters ---- */

enum { MSG_BODY = 24 };

typedef struct msg_letter {
    uint32_t department;
    int64_t at_ms;
    fh_str purpose, signatory, problem, thread, subject; /* empty: not said */
    fh_str before;                                       /* a line before the body */
    fh_str body[MSG_BODY];
    uint32_t n;
    fh_str quoted;                /* below everything */
    bool long_footer, same_frame; /* same_frame: the first greeting and closing of the bank */
    bool unnamed;                 /* who signs stands in the text only */
} msg_letter;

/* Writes it; returns its place in p->sent. */
uint32_t msg_letter_send(msg_person *p, const msg_letter *l, sim_rng *t);

typedef struct msg_row {
    msg_file file;
    int64_t at_ms;
    uint32_t department;
    fh_direction direction;
    const char *touchpoint, *channel;
    fh_str problem, subject, text, purpose, signatory, thread, reason;
} msg_row;
uint32_t msg_row_write(msg_person *p, const msg_row *r);

typedef enum msg_truth { MSG_CLEAN, MSG_PLANTED, MSG_APART } msg_truth; /* see measure.h */
/* What is true of two rows. `group`: pairs of one group are one finding. */
void msg_pair(msg_person *p, msg_sort sort, const char *variant, uint32_t a, uint32_t b,
              const char *fact_type, msg_truth truth, uint64_t group);
uint64_t msg_group(msg_person *p);

void msg_open(msg_world *w);
void msg_close(msg_world *w); /* also after a failure */
void msg_write_guide(msg_world *w);

/* ---- What is planted ---- */

/* One of each at random, beginning on `day`; `t` of the person or of a campaign. */
void msg_twice(msg_person *p, int64_t day, sim_rng *t, uint32_t which);
void msg_differently(msg_person *p, int64_t day, sim_rng *t, uint32_t which);
void msg_signed_twice(msg_person *p, int64_t day, sim_rng *t, uint32_t which);
void msg_dam(msg_person *p, int64_t day, sim_rng *t, uint32_t which);
enum { MSG_TWICE = 18, MSG_DIFFERENTLY = 16, MSG_SIGNED = 4, MSG_DAMS = 18 };
/* A customer's own words about one of the stories, to one department, once. */
void msg_one_contact(msg_person *p, int64_t day, sim_rng *t);
/* One letter that has nothing to do with others. */
void msg_plain_letter(msg_person *p, int64_t day, sim_rng *t);

#endif
