/* live.h - use case: interactions as they happen, on the disk before the reply.
 *
 * A caller parses what it was sent (fh_live_parse, in its own thread), hands it over
 * (fh_live_submit) and is called back when all of it is durable:
 *
 *     any thread          submit --> [ waiting ] --> one writer thread
 *                                                     collects what waits, resolves
 *     reply function  <-- after the commit  <-------- customers and names, writes one
 *                                                     inbox batch, commits (FULL)
 *
 * Whatever waits when a commit begins is written together, so the more come at once
 * the cheaper each is. A second thread folds inbox and deltas into bigger parts in
 * stretches of a few milliseconds (see store/tidy.h), so that readers stay fast.
 *
 * Each interaction counts once: one with an id is known by its source, id and
 * customer for good, in whatever part of the file it lies; one without an id counts
 * each time it is sent.
 */
#ifndef FH_APP_LIVE_H
#define FH_APP_LIVE_H

#include "app/ask/times.h"
#include "app/pool.h"
#include "firsthand/parse.h"

typedef struct fh_live fh_live;

/* ---- Parsing what was sent ------------------------------------------------------- */

typedef enum fh_live_format {
    FH_LIVE_JSON,  /* one object, or an array of them */
    FH_LIVE_NDJSON /* an object a line */
} fh_live_format;

/* One that cannot be read; the others are not lost. */
typedef struct fh_live_fault {
    size_t index;   /* of the item: 0, 1, ... (blank lines do not count) */
    uint64_t line;  /* NDJSON: from 1; else 0 */
    fh_str pointer; /* JSON pointer inside the body: "/3/time", of one object "/time";
                       NDJSON: inside its line */
    fh_str reason;  /* "'31/02/2024' is not a time" */
    fh_str hint;    /* what to do, a full sentence */
} fh_live_fault;

/* What can be handed over: parallel arrays. */
typedef struct fh_live_items {
    size_t n;
    const fh_interaction *row; /* [n] */
    const fh_str *source;      /* [n] empty: the live source's own (see options) */
    const size_t *index;       /* [n] place among all items sent; NULL: 0, 1, ... */
} fh_live_items;

typedef struct fh_live_body {
    fh_live_items items;
    size_t n_faults;
    const fh_live_fault *fault; /* [n_faults] by index */
    size_t n_sent;              /* items.n + n_faults */
} fh_live_body;

/* Re-usable, one a thread. */
typedef struct fh_live_parser fh_live_parser;
FH_MUST_CHECK fh_status fh_live_parser_new(fh_live_parser **out, fh_error *err);
void fh_live_parser_free(fh_live_parser *p);
/* Reads a body (already unpacked). `out` lives in the arena; its texts are slices of
 * `body` as far as possible, so both must live until the reply. FH_FORMAT when the
 * body as a whole is not JSON, FH_LIMIT for more than `max_items`. The fields are
 * those of docs/handbook/api-interactions.md; any other is a fault of its item. */
enum { FH_LIVE_MAX_ITEMS = 100000 };
FH_MUST_CHECK fh_status fh_live_parse(fh_live_parser *p, fh_str body, fh_live_format format,
                                      size_t max_items, fh_arena *arena, fh_live_body *out,
                                      fh_error *err);

/* ---- Handing over ------------------------------------------------------------------ */

typedef enum fh_live_outcome {
    FH_LIVE_ACCEPTED, /* stored now */
    FH_LIVE_KNOWN,    /* the same source and id were there already: nothing stored */
    FH_LIVE_ERASED,   /* of a customer that was erased: not stored */
    FH_LIVE_REFUSED   /* cannot be stored: see reason */
} fh_live_outcome;

typedef struct fh_live_result {
    fh_live_outcome outcome;
    uint32_t customer; /* whose story it is in; 0 unless accepted or known */
    fh_str reason;     /* of a refused one; else empty */
} fh_live_result;

/* All of a submission. When `status` is not FH_OK nothing of it was stored and
 * `err` says why (FH_IO: the disk; FH_NOMEM; FH_INTERRUPTED: closing): it may be
 * sent again as it is. */
typedef struct fh_live_reply {
    fh_status status;
    const fh_error *err;
    size_t n;
    const fh_live_result *result; /* [n]; NULL when status is not FH_OK */
    uint64_t n_accepted, n_known, n_erased, n_refused;
} fh_live_reply;

/* Called once for each submission that was taken, in the writer's thread: be quick,
 * submit nothing, take no handle of the pool. `reply` lives during the call; the items are the
 * caller's again. */
typedef void fh_live_replied(void *ctx, const fh_live_reply *reply);

struct fh_tidy_sizes; /* store/tidy.h */

typedef struct fh_live_options {
    fh_str source;        /* of items that name none; empty: "live" */
    uint32_t max_waiting; /* interactions handed over and not yet replied; 0: 65,536 */
    uint32_t max_commit;  /* interactions in one commit; 0: 8,192 */
    bool keep_inbox;      /* no folding into bigger parts (tests) */
    uint32_t stretch_us;  /* aim of one background stretch in the write lane; 0: 4,000 */
    const struct fh_tidy_sizes *sizes; /* of parts; NULL: the usual (tests have small ones) */
    /* Called after the last reply of each commit: wake who waits, once. May be NULL. */
    void (*woken)(void *ctx);
    void *ctx;
} fh_live_options;

/* The pool must outlive it. Starts the threads. */
FH_MUST_CHECK fh_status fh_live_open(fh_pool *pool, const fh_live_options *options, fh_live **out,
                                     fh_error *err);
/* Takes no more, writes and replies what waits, ends the threads. NULL is allowed. */
void fh_live_close(fh_live *live);

/* Any thread; does not wait. FH_BUSY when too much waits already: nothing was taken,
 * *retry_ms tells when to try again (may be NULL). FH_LIMIT for more items than can
 * ever wait. Once taken (FH_OK) the reply comes exactly once; the items and all they
 * point to must live until then. */
FH_MUST_CHECK fh_status fh_live_submit(fh_live *live, const fh_live_items *items,
                                       fh_live_replied *reply, void *ctx, uint32_t *retry_ms,
                                       fh_error *err);

/* Since fh_live_open; any thread. */
typedef struct fh_live_stats {
    uint64_t accepted, known, erased, refused, failed; /* interactions */
    uint64_t commits, failed_commits;
    uint64_t waiting;            /* interactions now */
    uint64_t commit_us;          /* in commits, the waiting for the lane left out */
    uint64_t lane_us;            /* waiting for the lane */
    uint64_t stretches, tidy_us; /* background folding: how often, time in the lane */
    uint64_t longest_stretch_us;
    /* One commit's waiting for the lane and its own time; in the lane by a background step
     * and by beginning the log anew; copying the log, beside everything. */
    fh_times lane, commit, stretch, anew, copy;
    bool tidy_failing; /* the last background step failed; it is tried again */
} fh_live_stats;
void fh_live_stats_get(fh_live *live, fh_live_stats *out);

#endif
