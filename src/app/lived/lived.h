/* lived.h - what one customer lived through, and what follows from it: problems and how
 * they stand, hand-offs and what was told again, promises, who else contacts them, what
 * is known of them and where.
 *
 * Everything is derived from the story each time; nothing of it is kept. So it follows
 * merges, undoing, erasing and late interactions by itself. How each thing is defined
 * stands in docs/handbook/story.md and at its struct here. Indexes are places in `told`.
 */
#ifndef FH_APP_LIVED_H
#define FH_APP_LIVED_H

#include "app/ask/views.h"
#include "app/lived/said.h"

#define FH_NO_INDEX UINT32_MAX

/* A hand-off: within a problem another department than before. Its seam are two
 * interactions: the last of the one department and the first of the other. */
typedef struct fh_handed {
    uint32_t problem; /* index of the problem */
    uint32_t before, at;
    uint32_t from, to;   /* departments */
    fh_str reason, told; /* as the seam's payloads say, the earlier one first; may be empty */
    fh_str promise;      /* what the customer may expect */
    int64_t promise_until_ms;
    uint32_t accepted;   /* interaction that says so; FH_NO_INDEX: nobody did, or took it back */
    uint32_t answered;   /* first one from the receiving department to the customer */
    uint32_t told_again; /* first one in which the story was told again, see below */
    uint32_t n_told_again;
} fh_handed;

/* Told again: after a hand-off, until the next one of the problem, the customer says
 * something (a text, inbound, no score) to the receiving department, having said something
 * in this problem before. */

typedef struct fh_problem_lived {
    uint32_t problem; /* number */
    uint32_t first, last;
    uint32_t n;
    uint32_t department;          /* that has it now; 0: none was ever named */
    uint32_t handoff, n_handoffs; /* handed[handoff .. handoff + n_handoffs - 1] */
    uint32_t n_told_again;
    /* Open until the customer says that it is solved: an interaction whose outcome is one
     * of the setting FH_SETTING_CONFIRMED. A later inbound one without a score, or one with
     * the outcome "reopened", opens it again. */
    bool open, reopened;
    uint32_t confirmed;  /* the latest confirmation; FH_NO_INDEX: never, or taken back */
    bool customer_waits; /* open, and the last word is the customer's */
} fh_problem_lived;

typedef struct fh_lived {
    const fh_view *view;
    uint32_t customer;
    const fh_told *told; /* [n] in order of time */
    const fh_said *said; /* [n] */
    uint32_t n, n_past;  /* told[n_past ..] lie in the future: planned */
    uint32_t own_origin; /* of what was done in Firsthand itself; 0: nothing yet. Only such
                            interactions are believed to say who did something here */
    int64_t now_ms;
    const fh_problem_lived *problem; /* [n_problems] by number */
    uint32_t n_problems;
    const fh_handed *handed; /* [n_handed] by problem, then time */
    uint32_t n_handed;
    const uint32_t *problem_at; /* [n] index of the interaction's problem; FH_NO_INDEX */
    const uint32_t *handed_at;  /* [n] index of the hand-off that begins here; FH_NO_INDEX */
    const bool *told_again;     /* [n] */
} fh_lived;

/* The source of what is done in Firsthand itself, and what its origin is told by. */
#define FH_OWN_SOURCE "firsthand"
#define FH_OWN_ORIGIN UINT64_C(0x66697273746e6473)
/* Its number; 0: nothing was done here yet. */
FH_MUST_CHECK fh_status fh_own_origin(fh_org *org, fh_arena *arena, uint32_t *out, fh_error *err);

/* The outcomes, separated by commas, by which customers confirm; empty: "confirmed". */
#define FH_SETTING_CONFIRMED "confirmed-outcomes"
#define FH_OUTCOME_CONFIRMED "confirmed"
#define FH_OUTCOME_REOPENED  "reopened"

/* Reads a story in the view's arena. A customer without interactions has an empty one.
 * FH_NOTFOUND: there is no such customer. */
FH_MUST_CHECK fh_status fh_lived_read(const fh_view *v, uint32_t customer, fh_lived *out,
                                      fh_error *err);

/* ---- Of everybody ------------------------------------------------------------------------ */

typedef struct fh_open_list {
    fh_open open;
    const fh_str *name; /* [open.n_rows] of the problems */
} fh_open_list;
/* The problems that are open now, the longest first; `owed`: those in which the last word
 * is the customer's, the oldest first. */
FH_MUST_CHECK fh_status fh_view_open_problems(const fh_view *v, uint32_t limit, bool owed,
                                              fh_open_list *out, fh_error *err);

/* What the department wrote to the customer after interaction `i`, about the same problem, up
 * to now: what answers a review. FH_NO_INDEX: nothing. */
uint32_t fh_lived_answer(const fh_lived *l, uint32_t i);

/* A review as it is read: what it says, what was answered. */
typedef struct fh_review_said {
    fh_review review;
    const fh_identity *identity; /* [n_identities] of the customer */
    size_t n_identities;
    uint32_t channel, problem;
    fh_str problem_name;
    fh_str ref, text;               /* ref as below */
    fh_str answer_ref, answer_text; /* empty when not answered */
} fh_review_said;

typedef struct fh_reviews_asked {
    fh_review_state state;
    uint32_t score_from, score_until; /* of FH_REVIEW_SCORES */
    uint32_t limit;                   /* 1 .. FH_REVIEWS_MOST */
    fh_str after;                     /* "next" of the page before; empty: from the newest on */
} fh_reviews_asked;
typedef struct fh_reviews_view {
    fh_reviews reviews;
    const fh_review_said *said; /* [reviews.n_rows] */
    fh_str next;                /* empty: that was all */
} fh_reviews_view;
/* The view's conditions on interactions say which reviews are meant, not which answers. */
FH_MUST_CHECK fh_status fh_view_reviews(const fh_view *v, const fh_reviews_asked *asked,
                                        fh_reviews_view *out, fh_error *err);
FH_MUST_CHECK fh_status fh_review_scores_table(const fh_view *v, const fh_reviews_view *a,
                                               fh_table *out, fh_error *err);
/* By touchpoint, or by department. */
FH_MUST_CHECK fh_status fh_review_places_table(const fh_view *v, const fh_reviews_view *a,
                                               bool departments, fh_table *out, fh_error *err);
FH_MUST_CHECK fh_status fh_reviews_table(const fh_view *v, const fh_reviews_view *a, fh_table *out,
                                         fh_error *err);
void fh_reviews_json(const fh_view *v, const fh_reviews_view *a, fh_json *j);

/* ---- References ------------------------------------------------------------------------ */

/* What names an interaction for good, in addresses too: "i" and the 16 hexadecimal digits
 * of the id its source gave it, else "t", its milliseconds since 1970, "." and which one of
 * that instant (late ones come behind). */
enum { FH_REFERENCE_TEXT = 40 };
fh_str fh_lived_reference(const fh_lived *l, uint32_t i, char out[FH_REFERENCE_TEXT]);
/* FH_NO_INDEX when there is none. */
uint32_t fh_lived_find(const fh_lived *l, fh_str reference);

/* ---- Known, by whom ---------------------------------------------------------------------- */

/* A field of payloads in a department's interactions: "address", held by Sales. */
typedef struct fh_held {
    fh_str field, value;      /* of the latest; cut to FH_HELD_VALUE bytes */
    uint32_t department;      /* 0: none */
    uint32_t first, last;     /* interactions */
    uint32_t n;               /* in how many it stands */
    uint32_t n_from_customer; /* in how many inbound ones: how often it was asked for */
} fh_held;
enum { FH_HELD_MAX = 500, FH_HELD_VALUE = 200 };
/* By field, then the latest first; *hidden: how many more (field, department) there are. */
FH_MUST_CHECK fh_status fh_lived_held(const fh_lived *l, const fh_held **out, size_t *n,
                                      size_t *hidden, fh_error *err);

/* ---- As JSON (docs/handbook/json.md) ------------------------------------------------------- */

typedef struct fh_lived_page {
    const fh_filter *filter; /* conditions on interactions */
    uint32_t problem;        /* number; 0: any */
    bool marked;             /* only where the story was handed on, told again, or promised */
    uint32_t skip, limit;    /* newest first */
    fh_str find;             /* a reference: the reply tells at which place it is; may be empty */
} fh_lived_page;
/* Members "total", "at" and the items; *next: skip of the next page, 0: that was all. The
 * object is the caller's to begin and end. */
FH_MUST_CHECK fh_status fh_lived_page_json(const fh_lived *l, const fh_lived_page *page, fh_json *j,
                                           uint32_t *next, fh_error *err);
/* One interaction with everything, an object. */
FH_MUST_CHECK fh_status fh_lived_one_json(const fh_lived *l, uint32_t i, fh_json *j, fh_error *err);

typedef struct fh_lived_lens {
    uint32_t buckets;        /* of the density, 1 .. FH_DENSITY_MAX */
    uint32_t days;           /* contacts of the last so many days */
    const fh_filter *filter; /* density of these only */
} fh_lived_lens;
enum { FH_DENSITY_MAX = 400, FH_LENS_MAX = 200 };
/* Members of an object: first, last, counts, density, problems, contacts, promises, feedback,
 * known. */
FH_MUST_CHECK fh_status fh_lived_lens_json(const fh_lived *l, const fh_lived_lens *lens, fh_json *j,
                                           fh_error *err);

#endif
