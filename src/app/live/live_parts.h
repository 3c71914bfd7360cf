/* live_parts.h - what the files of live ingest share. */
#ifndef FH_APP_LIVE_PARTS_H
#define FH_APP_LIVE_PARTS_H

#include "app/live/live.h"
#include "store/known.h"

/* A submission on its way. */
typedef struct fh_live_task {
    struct fh_live_task *next;
    fh_live_items items;
    fh_live_replied *reply;
    void *ctx;
    size_t at; /* its first interaction among those of the commit */
} fh_live_task;

/* What a commit did with all its tasks. */
typedef struct fh_commit {
    fh_status status;
    fh_error err;
    size_t n;
    const fh_live_result *result; /* [n]; lives until the next commit */
} fh_commit;

/* What the writer keeps in memory from one commit to the next: identifiers, names,
 * known ids, sources. Used only by whoever holds the write lane. */
typedef struct fh_live_writer fh_live_writer;
FH_MUST_CHECK fh_status fh_live_writer_new(const fh_os *os, fh_str source, fh_live_writer **out,
                                           fh_error *err);
void fh_live_writer_free(fh_live_writer *w);
/* Makes room for the results of n interactions. */
FH_MUST_CHECK fh_status fh_live_writer_room(fh_live_writer *w, size_t n, fh_error *err);
/* Stores the tasks, all in one transaction of `org`, which is the write lane's. */
void fh_live_write(fh_live_writer *w, fh_org *org, fh_live_task *tasks, fh_commit *out);
/* The known ids, for the background step (see store/tidy.h); NULL before the first
 * commit. */
fh_known *fh_live_known(fh_live_writer *w);

#endif
