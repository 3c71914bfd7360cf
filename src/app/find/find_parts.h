/* find_parts.h - what the files of app/find share; nobody else includes it.
 *
 * A *looker* finds in records, maps and stories of the whole organisation what is no matter
 * of one story (src/find does those): never-rules, deviations, promises, ownerless moments,
 * forgotten touchpoints, aggravation. Each run asks every looker of the table for all that
 * there is now; what is not told any more is gone:
 *
 *     static fh_status look(const fh_look_job *job, fh_arena *arena, fh_findings *to,
 *                           fh_error *err)
 *     {
 *         fh_found c = {.sort = FH_FIND_FORGOTTEN, .touchpoint = 17, .n = 1, ...};
 *         const fh_status s = fh_found_cause(to, &c, err);             (sets c.cause)
 *         return s ? s : fh_found_hit(to, &c, &hit, err);              (may be none)
 *     }
 */
#ifndef FH_APP_FIND_PARTS_H
#define FH_APP_FIND_PARTS_H

#include "app/find/findings.h"
#include "app/lived/said.h"
#include "base/time.h"
#include "store/segments.h"

/* ---- Lookers --------------------------------------------------------------------------- */

typedef struct fh_look_job {
    fh_org *org; /* for reading; not inside of a transaction */
    const fh_find_config *config;
    const fh_find_names *names;
    int64_t now_ms;
    uint32_t threads;
} fh_look_job;

/* One cause. Names are numbers of the dictionaries, 0: none. */
typedef struct fh_found {
    fh_finding_sort sort;
    uint64_t cause; /* 0: made of sort, from, to, touchpoint and `key`, and set */
    fh_str key;     /* what tells it from others of the same names: "map 3 rule pay" */
    uint32_t from, to, touchpoint;
    fh_str purpose;
    fh_str about;                    /* JSON object: what the words need (words.c); may be empty */
    int64_t about_record, about_map; /* what its finding record is linked to; 0: none */
    uint32_t facts;
    int64_t first_ms, last_ms;
    uint64_t n; /* cases, and customers: used when no hits are told */
    uint64_t customers;
    uint32_t severity; /* 1 .. 100; 0: worked out of customers and sort */
    bool quiet;        /* it is a record of its own already (a promise): make none */
} fh_found;

typedef struct fh_found_of {
    uint32_t customer;
    uint64_t a, b; /* ids of interactions; 0: none */
    int64_t a_ms, b_ms;
    double sure;
} fh_found_of;

typedef struct fh_findings fh_findings;
/* Copies what it is given. */
FH_MUST_CHECK fh_status fh_found_cause(fh_findings *to, fh_found *found, fh_error *err);
FH_MUST_CHECK fh_status fh_found_hit(fh_findings *to, const fh_found *of, const fh_found_of *hit,
                                     fh_error *err);

typedef fh_status fh_look_at(const fh_look_job *job, fh_arena *arena, fh_findings *to,
                             fh_error *err);
typedef struct fh_looker {
    uint64_t sorts; /* bits: which it tells all of */
    fh_look_at *look;
} fh_looker;
extern const fh_looker fh_lookers[]; /* lookers.c; look NULL ends */

/* The sorts that are found in one story (src/find). */
#define FH_STORY_SORTS ((UINT64_C(1) << (FH_FIND_OVERLOAD + 1)) - 1)

/* ---- Stories as detectors see them (moments.c) ------------------------------------------- */

typedef struct fh_story_reader {
    const fh_lexicon *lexicon;
    const fh_zone *zone; /* NULL: UTC */
    fh_str us;           /* the organisation's name; empty: not known */
    int64_t now_ms;
    fh_json_reader *reader; /* one a thread */
    fh_text_reader *texts;  /* one a thread, of the lexicon; NULL: each text is read alone */
} fh_story_reader;

typedef struct fh_story_moments {
    const fh_told *told;
    fh_said *said;     /* [n] */
    fh_moment *moment; /* [n] without what is planned for later */
    uint32_t n, n_texts;
} fh_story_moments;
/* In the arena, which `told` must outlive. */
FH_MUST_CHECK fh_status fh_story_moments_read(const fh_story_reader *r, const fh_told *told,
                                              size_t n, fh_arena *arena, fh_story_moments *out,
                                              fh_error *err);

/* One interaction that says this: of a story, or one that is still to come (presend.c). */
FH_MUST_CHECK fh_status fh_moment_read(const fh_story_reader *r, const fh_told *told,
                                       const fh_said *said, fh_arena *arena, fh_moment *out,
                                       fh_error *err);

/* ---- Looking at many (looking.c) ------------------------------------------------------------ */

/* What texts are compared with: kept in find_state between runs. */
typedef struct fh_looking fh_looking;
typedef struct fh_looking_about {
    fh_org *org;
    const fh_find_settings *settings;
    int64_t now_ms;
    uint32_t threads;
    bool anew; /* forget what was counted of words */
} fh_looking_about;
FH_MUST_CHECK fh_status fh_looking_new(const fh_looking_about *about, fh_looking **out,
                                       fh_error *err);
void fh_looking_free(fh_looking *l);                                   /* NULL is allowed */
FH_MUST_CHECK fh_status fh_looking_keep(fh_looking *l, fh_error *err); /* in the transaction */
uint64_t fh_looking_messages(const fh_looking *l);                     /* that were ever counted */
/* Pieces of templates that cannot be read, [fh_piece_damage], as long as `l`. With any, what was
 * counted of words is forgotten as with `anew`, and all stories are to be looked at. */
typedef struct fh_piece_damage {
    uint32_t piece;
    bool missing; /* and what stands behind it is nobody's */
} fh_piece_damage;
fh_str fh_looking_damaged(const fh_looking *l);

/* All that is kept of templates (pieces.c) goes into `to`, which is new; `damaged`: fh_piece_damage
 * each. Outside of a transaction. */
FH_MUST_CHECK fh_status fh_pieces_read(fh_org *org, uint32_t threads, fh_templates *to,
                                       fh_buf *damaged, fh_error *err);

/* A customer whose story is to be looked at. */
typedef struct fh_to_look {
    uint32_t customer, n; /* n: interactions */
    int64_t fresh_ms;     /* hits from here on are wanted */
    int64_t new_ms;       /* texts from here on were never counted */
    bool counted;         /* its texts were counted in this run */
} fh_to_look;

/* A hit with the words its cause needs; strings live until the next call. */
typedef struct fh_looked_hit {
    fh_hit_row row;
    uint32_t from, to, touchpoint;
    fh_str purpose;
    fh_str says_a, says_b; /* of a contradiction: the values; may be empty */
    fh_str reference;      /* JSON about the reference fact it contradicts; empty: none */
} fh_looked_hit;
typedef struct fh_looked {
    fh_seen seen; /* as the story was when it was read; n 0: there is none */
    const fh_looked_hit *hit;
    size_t n_hits;
    uint64_t n_texts;
} fh_looked;
/* Looks at [n] customers, rising; out[n] in the same order, valid until the next call. */
FH_MUST_CHECK fh_status fh_looking_at(fh_looking *l, const fh_to_look *customer, size_t n,
                                      fh_looked *out, fh_error *err);
/* Only counts their texts. */
FH_MUST_CHECK fh_status fh_looking_count(fh_looking *l, const fh_to_look *customer, size_t n,
                                         fh_error *err);
/* From now on by other settings (preview). */
void fh_looking_set(fh_looking *l, const fh_find_settings *settings);

/* Something was known, and not passed on: the department it came from is asked before that is
 * published. */
static inline bool fh_cause_holds_back(const fh_cause_row *c)
{
    return c->sort == FH_FIND_DAM || c->sort == FH_FIND_CONTEXT_LOST;
}

/* ---- Causes (causes.c) ----------------------------------------------------------------------- */

/* Hits gathered by cause, between two transactions. */
FH_MUST_CHECK fh_status fh_findings_new(fh_findings **out, fh_error *err);
void fh_findings_free(fh_findings *f);
FH_MUST_CHECK fh_status fh_findings_add(fh_findings *f, const fh_looked_hit *hit, fh_error *err);
/* It is to be counted anew from all its hits. */
FH_MUST_CHECK fh_status fh_findings_touch(fh_findings *f, uint64_t cause, fh_error *err);
/* One of its hits was dropped (fh_each_dropped). */
FH_MUST_CHECK fh_status fh_findings_dropped(fh_findings *f, uint64_t cause, int64_t a_ms,
                                            int64_t b_ms, fh_error *err);
/* Drops the hits of a customer's story that were there and were not added again; in the open
 * transaction, customer by customer in rising order, before fh_findings_write. gone: whatever was
 * added. */
FH_MUST_CHECK fh_status fh_findings_drop_but(fh_findings *f, fh_org *org, const fh_to_look *look,
                                             bool gone, fh_error *err);
size_t fh_findings_hits(const fh_findings *f);                     /* that wait to be written */
uint64_t fh_findings_of_sort(const fh_findings *f, uint32_t sort); /* causes */
/* Writes hits that wait, and causes not yet written; in the open transaction. Hits of
 * customers for whom `gone` is true are left out. */
typedef bool fh_is_gone(void *ctx, uint32_t customer);
FH_MUST_CHECK fh_status fh_findings_write(fh_findings *f, fh_org *org, fh_is_gone *gone, void *ctx,
                                          fh_error *err);
/* Forgets the values that stand as examples so far, and what became of hits: somebody was erased or
 * merged meanwhile. */
void fh_findings_forget_pairs(fh_findings *f);
/* Writes down which causes are still to be counted, in the same transaction; and touches
 * those that a run before this wrote down and did not come to settle. */
FH_MUST_CHECK fh_status fh_findings_remember(const fh_findings *f, fh_org *org, fh_error *err);
FH_MUST_CHECK fh_status fh_findings_recall(fh_findings *f, fh_org *org, fh_error *err);
/* How many hits there are of causes, [n], in the order of the file then (counting.c). In a
 * transaction that has written nothing yet, or in none. */
FH_MUST_CHECK fh_status fh_hits_count_by_many(fh_org *org, uint32_t threads, fh_hits_counted *list,
                                              size_t n, fh_error *err);
/* The same of what was touched, for fh_findings_settle. */
FH_MUST_CHECK fh_status fh_findings_count(fh_findings *f, fh_org *org, uint32_t threads,
                                          fh_error *err);
/* Afterwards, in one transaction: counts what was touched, makes and tells records. */
FH_MUST_CHECK fh_status fh_findings_settle(fh_findings *f, fh_org *org,
                                           const fh_find_config *config, fh_find_result *result,
                                           fh_error *err);
/* A cause of a looker that was not told again is gone: its hits are dropped, in the open
 * transaction, before what waits is written. */
FH_MUST_CHECK fh_status fh_findings_drop_sorts(fh_findings *f, fh_org *org, uint64_t sorts,
                                               fh_error *err);

#endif
