/* record_clocks.h - the thread that lets the clocks of records act: reminders, escalations,
 * moves that Firsthand makes when a day has passed.
 *
 * Every second it takes the write lane for as long as it takes to look into an index; what is
 * due acts a few records at a time, so that nobody waits for it. What fails is tried again
 * later. */
#ifndef FH_APP_RECORD_CLOCKS_H
#define FH_APP_RECORD_CLOCKS_H

#include "app/metrics.h"
#include "app/pool.h"
#include "os/log.h"

typedef struct fh_record_clocks fh_record_clocks;

/* `log` and `metrics` may be NULL; all outlive the thread. */
FH_MUST_CHECK fh_status fh_record_clocks_start(fh_pool *pool, fh_log *log, fh_metrics *metrics,
                                               fh_record_clocks **out, fh_error *err);
void fh_record_clocks_stop(fh_record_clocks *c); /* after the step in hand; NULL is allowed */

#endif
