/* simulate_parts.h - what the parts of the simulator share.
 *
 *     simulate.c           the whole run: folder, people, truth, guide
 *     simulate_random.c    numbers, waits and names
 *     simulate_write.c     an event to a row of its system's file
 *     simulate_customer.c  a customer's years: buying, renewing, moving, leaving
 *     simulate_claim.c     one claim, from the damage to the review
 *     simulate_learner.c   an employee's learning
 *     simulate_truth.c     what was planted
 */
#ifndef FH_APP_SIMULATE_PARTS_H
#define FH_APP_SIMULATE_PARTS_H

#include "app/demo/simulate.h"

#include "base/time.h"
#include "firsthand/story.h"

/* ---- Chance ------------------------------------------------------------------------- */

typedef struct sim_rng {
    uint64_t state;
} sim_rng;

/* The numbers of one person: the same whatever others there are. C leaves open in
 * which order arguments and initialisers are worked out: at most one of them may
 * draw a number, or compilers disagree about the whole organisation. */
sim_rng sim_rng_of(uint64_t seed, uint64_t stream);
uint32_t sim_below(sim_rng *r, uint32_t n); /* 0 .. n-1; n > 0 */
bool sim_chance(sim_rng *r, uint32_t permille);
/* An instant of a day between two hours. */
int64_t sim_at(sim_rng *r, int64_t day, uint32_t from_hour, uint32_t to_hour);
/* An exponential wait with the given mean, in whole seconds (given in ms); at most
 * three and a half times the mean. */
int64_t sim_wait(sim_rng *r, int64_t mean_ms);
/* `at` moved into working hours, 8 to 18, Monday to Friday. */
int64_t sim_working(int64_t at_ms);

#define SIM_MINUTE (60 * FH_SECOND_MS)
#define SIM_HOUR   (60 * SIM_MINUTE)

/* ---- People ---------------------------------------------------------------------------- */

typedef struct sim_person {
    char number[16]; /* customer or employee number; empty: none (a prospect) */
    char email[64];
    char name[40];
    bool employee;
    sim_rng rng;
    uint32_t upset;  /* what went wrong for them lately */
    int64_t premium; /* cents a year */
} sim_person;

void sim_name(sim_person *p, uint64_t index);

/* ---- Systems and their files -------------------------------------------------------------- */

typedef enum sim_system {
    SIM_OPERATIONS,
    SIM_WEB,
    SIM_CONTACT,
    SIM_CLAIMS,
    SIM_FINANCE,
    SIM_MARKETING,
    SIM_SURVEYS,
    SIM_GARAGES,
    SIM_LEARNING,
    SIM_WORKSHOPS,
    SIM_N_SYSTEMS
} sim_system;

typedef struct sim_event {
    sim_system system;
    fh_direction direction;
    int64_t at_ms;
    const char *touchpoint, *channel, *department;
    const char *outcome, *problem; /* NULL: none */
    int64_t cents;                 /* 0: none */
    int32_t score;                 /* tenths + 1; 0: none */
    fh_str text;                   /* empty: none */
    const char *purpose;           /* of a message; NULL: not said */
    const char *reason, *told;     /* of a hand-off: why, what was passed on; NULL: not said */
    const char *promise;           /* NULL: none */
    int64_t promise_until_ms;
    const char *address; /* that the customer gave; NULL: none */
} sim_event;

typedef struct sim_out {
    fh_buf buf;
    fh_file *file;
    uint64_t rows;
} sim_out;

/* ---- Truth ---------------------------------------------------------------------------------- */

/* name, file and id, kind of finding, what is true, touchpoints */
#define SIM_TRUTHS(X)                                                                             \
    X(WELCOME, "welcome-letters", "contradiction",                                                \
      "Marketing's welcome e-mail says open from 8:00 to 20:00 and an excess of 250 euros; "      \
      "Operations' welcome letter says open from 9:00 to 17:00 and an excess of 350 euros",       \
      "Welcome e-mail|Welcome letter")                                                            \
    X(PRESIDENT, "president-letters", "duplicate",                                                \
      "Two letters signed by the President thank the same long-time customers within two weeks: " \
      "one from the President's office, one from Marketing",                                      \
      "Letter of thanks from the President|Anniversary letter from the President")                \
    X(REMINDED, "reminded-twice", "duplicate",                                                    \
      "Finance reminds of an open invoice, and within a week Operations writes nearly the same: " \
      "Finance wants the invoice paid, Operations wants the cover kept",                          \
      "Payment reminder|Notice about the cover")                                                  \
    X(TOLD_AGAIN, "told-again", "dam",                                                            \
      "A claim is handed on twice, and each time the customer tells the whole story again",       \
      "Tells the claims handler what happened|Tells the garage what happened")                    \
    X(ADDRESS, "address-changes", "ownerless",                                                    \
      "Nobody owns a change of address: it is passed on from department to department",           \
      "Reports a new address|Passes the address on|Asks about the new address|Address changed")   \
    X(CALL_BACK, "broken-call-backs", "promise",                                                  \
      "'We call back within two days' is kept in 71 of 100 cases; listed are the broken ones",    \
      "Promises to call back within two days|Calls back")                                         \
    X(INVOICES, "invoices", "never walked",                                                       \
      "Finance's invoices reach every customer, and nobody of the organisation ever looked at "   \
      "one as a customer would; listed is each customer's first",                                 \
      "Invoice sent")                                                                             \
    X(CONFIRM, "second-confirmation", "known bad",                                                \
      "Customers who bought online confirm the same details a second time; it is known to be "    \
      "bad and was signed off by the head of Operations on 2022-11-15; listed are those who "     \
      "gave up",                                                                                  \
      "Confirms the details a second time")                                                       \
    X(UNKNOWN_WORKSHOPS, "sales-workshops", "unknown to the learning department",                 \
      "Sales runs workshops of its own that Learning & Development does not know of",             \
      "Workshop: closing the deal")                                                               \
    X(GARAGE, "unanswered-reviews", "unanswered",                                                 \
      "A customer reviewed the garage, and nobody answered", "Reviews the garage")                \
    X(BY_CHOICE, "learners-by-choice", "returns by choice",                                       \
      "Employees who came to three or more sessions they chose themselves", "")                   \
    X(MUST, "learners-who-must", "comes because it must",                                         \
      "Employees who came to mandatory sessions and to no other", "")                             \
    X(LEFT, "left", "left", "Customers who cancelled their policy; once for each time",           \
      "Cancels the policy")                                                                       \
    X(RETURNED, "returned", "returned", "Customers who had left and bought again",                \
      "Buys a policy again")                                                                      \
    X(TWICE, "registered-twice", "one person, two numbers",                                       \
      "Returning customers whom Operations gave a new customer number, known by the e-mail "      \
      "address; the detail is the old number",                                                    \
      "Buys a policy again")                                                                      \
    X(FIX, "claim-file-fix", "fix",                                                               \
      "From this day on the claim file travels with the claim, so that the story is told again "  \
      "far less often",                                                                           \
      "Tells the claims handler what happened|Tells the garage what happened")

typedef enum sim_truth {
#define X(name, id, kind, what, where) SIM_##name,
    SIM_TRUTHS(X)
#undef X
        SIM_N_TRUTHS
} sim_truth;

/* name, truth it belongs to, name in truth.json */
#define SIM_COUNTERS(X)                                   \
    X(E_MAIL_ONLY, WELCOME, "only_marketing")             \
    X(LETTER_ONLY, WELCOME, "only_operations")            \
    X(ONE_THANKS, PRESIDENT, "only_one_letter")           \
    X(REMINDED_ONCE, REMINDED, "only_finance")            \
    X(HANDED_TWICE, TOLD_AGAIN, "claims_handed_on_twice") \
    X(TOLD_ONCE, TOLD_AGAIN, "claims_told_again_once")    \
    X(PASSED_ON, ADDRESS, "times_passed_on")              \
    X(NEVER_DONE, ADDRESS, "never_done")                  \
    X(PROMISED, CALL_BACK, "promised")                    \
    X(KEPT, CALL_BACK, "kept")                            \
    X(LATE, CALL_BACK, "late")                            \
    X(NEVER, CALL_BACK, "never")                          \
    X(INVOICE_ROWS, INVOICES, "invoices")                 \
    X(CONFIRMED, CONFIRM, "confirmed")                    \
    X(REVIEWS, GARAGE, "reviews")                         \
    X(ANSWERED, GARAGE, "answered")                       \
    X(BEFORE_HANDED, FIX, "handed_on_twice_before")       \
    X(BEFORE_TOLD, FIX, "told_again_both_times_before")   \
    X(AFTER_HANDED, FIX, "handed_on_twice_after")         \
    X(AFTER_TOLD, FIX, "told_again_both_times_after")

typedef enum sim_counter {
#define X(name, truth, text) SIM_##name,
    SIM_COUNTERS(X)
#undef X
        SIM_N_COUNTERS
} sim_counter;

/* ---- The world ------------------------------------------------------------------------------ */

typedef struct sim_world {
    const fh_os *os;
    const fh_simulate_options *options;
    fh_error *err;
    fh_status status;       /* sticky: after a failure nothing more is written */
    int64_t from_ms, to_ms; /* what happens outside is not told */
    int64_t fix_ms;         /* five sixths on: month 30 of 36 */
    sim_out system[SIM_N_SYSTEMS];
    sim_out truth[SIM_N_TRUTHS];
    uint64_t counter[SIM_N_COUNTERS];
    uint64_t claims, moves, policies; /* numbers given */
    fh_buf words;                     /* the text being composed */
    uint64_t bytes;
} sim_world;

/* Writes the event to its system's file. False when it lies outside the time told
 * (then nothing is written). */
bool sim_emit(sim_world *w, const sim_person *p, const sim_event *e);
void sim_count(sim_world *w, sim_counter counter);
/* One line of a truth: whose, which problem (may be NULL), when, and a detail. */
void sim_plant(sim_world *w, sim_truth truth, const sim_person *p, const char *problem,
               int64_t at_ms, const char *detail);

/* `text` with {name}, {problem}, {money} and {hour} filled in; lives until the next call. */
typedef struct sim_facts {
    const char *name, *problem;
    int64_t cents;
} sim_facts;
fh_str sim_say(sim_world *w, const char *text, const sim_facts *facts);

/* ---- The parts ------------------------------------------------------------------------------ */

void sim_customer(sim_world *w, uint64_t index);
void sim_claim(sim_world *w, sim_person *p, int64_t day);
void sim_learner(sim_world *w, uint64_t index);
uint64_t sim_employees(const sim_world *w);

void sim_make_folders(sim_world *w); /* the folder and its truth/ */
void sim_open_systems(sim_world *w);
void sim_open_truths(sim_world *w);
/* Writes what is left and closes; also after a failure. */
void sim_close_all(sim_world *w);
void sim_write_guide(sim_world *w); /* mappings, import.sh, README.md */
void sim_write_truth(sim_world *w); /* truth.json */

/* For the parts: a file of the folder, opened and written at once. */
void sim_write_file(sim_world *w, const char *name, const fh_buf *text);
void sim_open(sim_world *w, sim_out *out, const char *name);
void sim_flush(sim_world *w, sim_out *out, size_t above); /* when more than `above` bytes wait */
void sim_close(sim_world *w, sim_out *out);               /* also after a failure */
const char *sim_file_name(sim_system s);

#endif
