/* live_tidy.h - the thread that folds what came live into bigger parts. */
#ifndef FH_APP_LIVE_TIDY_H
#define FH_APP_LIVE_TIDY_H

#include "app/live/live_parts.h"

typedef struct fh_tidier fh_tidier;

/* Of the options: how long a step shall hold the write lane, and the sizes of parts. */
FH_MUST_CHECK fh_status fh_tidier_start(fh_pool *pool, fh_live_writer *writer,
                                        const fh_live_options *options, fh_tidier **out,
                                        fh_error *err);
void fh_tidier_stop(fh_tidier *t); /* after the step in hand; NULL is allowed */
/* Something was committed. Any thread; NULL is allowed. */
void fh_tidier_wake(fh_tidier *t);
/* Adds its share; NULL is allowed. */
void fh_tidier_stats(fh_tidier *t, fh_live_stats *out);

#endif
