/* firsthand/find.h - detectors: what goes wrong between departments, found from stories.
 *
 * A detector looks at one customer's story at a time and tells *hits*: this customer, these
 * two moments, this sort, between these departments. Hits of the same *cause* are one
 * finding, however many customers they are about. Settings (windows, thresholds) are given;
 * nothing here reads clocks or files.
 *
 *     story of a customer (moments, some with text) --detector--> hits --by cause--> findings
 *
 * One file of src/find a detector, one table (find.c) of all. Precision before recall: a
 * detector that is not sure is silent.
 */
#ifndef FIRSTHAND_FIND_H
#define FIRSTHAND_FIND_H

#include "firsthand/story.h"
#include "firsthand/text.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fh_finding_sort {
    FH_FIND_DUPLICATE,     /* the same said by different departments within a window */
    FH_FIND_SIGNATORY,     /* letters of one signatory sent by different departments */
    FH_FIND_CONTRADICTION, /* facts that differ while both hold */
    FH_FIND_DAM,           /* told again, asked again, given again after a hand-off */
    FH_FIND_CONTEXT_LOST,  /* a hand-off without reason or receipt */
    FH_FIND_OVERLOAD,      /* more messages within a window than anybody should get */
    FH_FIND_NEVER,         /* a never-rule of a journey map was hit */
    FH_FIND_DEVIATION,     /* a share of customers not served as the map intends, or rising */
    FH_FIND_PROMISE,       /* a promise that was not kept */
    FH_FIND_OWNERLESS,     /* a moment nobody owns */
    FH_FIND_FORGOTTEN,     /* a touchpoint without owner, walk, feedback or interactions */
    FH_FIND_AGGRAVATION,   /* known for long and still there */
    FH_N_FINDING_SORTS
} fh_finding_sort;
FH_API const char *fh_finding_sort_name(fh_finding_sort sort); /* "duplicate" */

/* One interaction as detectors see it. Names are dictionary numbers, 0 none. */
typedef struct fh_moment {
    int64_t at_ms;
    uint64_t id; /* fh_segment.id: what hits and truth files name it by */
    uint32_t touchpoint, channel, department, outcome, problem;
    fh_direction direction;
    uint32_t purpose, signatory; /* numbers of the caller's own words; 0: not said */
    uint64_t thread;             /* hash of the conversation; 0: none */
    uint32_t template_number;    /* 0: none */
    /* A hand-off begins here, with the department that now has it; or ended here, with the
     * one that gave it away. What it says of itself: */
    bool handoff, has_reason, has_receipt;
    const fh_text *text; /* NULL: no text */
} fh_moment;

typedef struct fh_find_story {
    uint32_t customer;
    uint32_t n;
    const fh_moment *moment; /* in order of time */
    int64_t
        fresh_ms; /* only hits whose later moment is at or after it are wanted; INT64_MIN: all */
} fh_find_story;

/* Settings. Zero is never a default: fh_find_defaults fills all in. */
typedef struct fh_find_settings {
    int64_t duplicate_window_ms;     /* 14 d */
    double duplicate_jaccard;        /* .5 */
    double duplicate_containment;    /* .8 */
    int64_t contradiction_window_ms; /* 90 d: how long a message holds */
    fh_differ_options differ;
    int64_t dam_window_ms;      /* 7 d */
    double dam_told;            /* .5: share of what was told that is told again */
    int64_t overload_window_ms; /* 7 d */
    uint32_t overload_messages; /* 5 */
    uint64_t sorts;             /* bits 1 << fh_finding_sort that are wanted */
} fh_find_settings;
FH_API fh_find_settings fh_find_defaults(void);

enum { FH_HIT_WAYS = 16 };
/* How a hit shows. Bits. */
typedef enum fh_hit_way {
    FH_HIT_SAME_PURPOSE = 1, /* duplicate: the same purpose              */
    FH_HIT_SAME_TEXT = 2,    /* duplicate: nearly the same text          */
    FH_HIT_TOLD = 4,         /* dam: the same content told again         */
    FH_HIT_ASKED = 8,        /* dam: asked for what was given already    */
    FH_HIT_GIVEN = 16,       /* dam: the same fact given again           */
    FH_HIT_SAYS_SO = 32,     /* dam: "as I already told"                 */
    FH_HIT_NO_REASON = 64,   /* context lost                             */
    FH_HIT_NO_RECEIPT = 128
} fh_hit_way;

typedef struct fh_hit {
    fh_finding_sort sort;
    uint64_t cause; /* the same for the same cause, in every run and process */
    uint32_t customer;
    uint32_t a, b;            /* moments of the story; equal: one moment */
    uint32_t from, to;        /* departments: of a and b; a dam: who held it, who asked again */
    uint32_t touchpoint;      /* where b happened, or what it is about */
    uint32_t ways;            /* fh_hit_way */
    uint32_t facts;           /* bits 1u << fh_fact_type concerned */
    double sure;              /* 0 .. 1 */
    fh_difference difference; /* contradiction */
} fh_hit;

typedef fh_status fh_each_hit(void *ctx, const fh_find_story *story, const fh_hit *hit,
                              fh_error *err);

/* The number of a cause: what has to be mended once, told by its sort and parts (departments,
 * purposes, ...; README.md of src/find says which). The same parts in the same order give the
 * same number in every process and on every machine; never 0. */
FH_API uint64_t fh_finding_cause(fh_finding_sort sort, const uint64_t *part, size_t n);

/* Lets every story detector that is wanted look at one story; hits come by sort, then by the
 * later moment. What is said of a moment depends on it and those before only, so that hits up
 * to an instant and from it on (fresh_ms) are all hits. At most one hit a cause, pair of
 * moments and sort. `usage` may be NULL: nothing is boilerplate. Re-entrant: several threads
 * may use one lexicon and usage, each with its own arena. Cost: the pairs of messages within
 * the windows, bounded: at most 64 messages before each are compared. A status other than
 * FH_OK from `each` ends it and is returned. */
FH_API FH_MUST_CHECK fh_status fh_find_in_story(const fh_lexicon *lexicon, const fh_usage *usage,
                                                const fh_find_settings *settings,
                                                const fh_find_story *story, fh_arena *arena,
                                                fh_each_hit *each, void *ctx, fh_error *err);

/* The most messages that nobody asked for (overload) which any window with the message `at` in
 * it has, that message included. */
FH_API uint32_t fh_find_most_within(const fh_find_story *story, uint32_t at, int64_t window_ms);

#ifdef __cplusplus
}
#endif
#endif
