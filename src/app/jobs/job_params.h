/* job_params.h - a job's parameters: a JSON object read by its kind's option table. */
#ifndef FH_APP_JOB_PARAMS_H
#define FH_APP_JOB_PARAMS_H

#include "app/jobs/jobs.h"

/* `options`: kind->options_size bytes in the arena, filled. FH_FORMAT: not JSON;
 * FH_INVALID: what is wrong with which parameter; unknown ones name the nearest. */
FH_MUST_CHECK fh_status fh_job_params(const fh_job_kind *kind, fh_str params, fh_arena *arena,
                                      void **options, fh_error *err);

#endif
