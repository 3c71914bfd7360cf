/* demo.h - use case: the people and records of the demonstration organisation.
 *
 * Into an organisation that holds the interactions of Harbour Mutual (app/demo/simulate.h) go its
 * departments, its people, and what they did about what was planted there: the address
 * change that is nobody's and bounces, the second confirmation that was signed off, the fix
 * of the claim file, promises, pledges, suggestions, signals. Everything is made through the
 * use cases of app/records/records.h, one after the other in order of time, by whoever would have
 * done it, so that history and owners are real. The same organisation, seed and day give
 * the same records.
 */
#ifndef FH_APP_DEMO_H
#define FH_APP_DEMO_H

#include "os/os.h"

typedef struct fh_demo_result {
    uint32_t people, departments, records, acts;
} fh_demo_result;

/* `path` is the organisation's file. FH_CONFLICT: somebody works there already. Nothing is
 * kept of a failure. The clock of `os` says when today is. */
FH_MUST_CHECK fh_status fh_demo_records(const fh_os *os, const char *path, uint64_t seed,
                                        fh_demo_result *out, fh_error *err);

#endif
