/* simulate.h - use case: write a demonstration organisation.
 *
 * Harbour Mutual, an insurer, as its departments would export it: one file per
 * system, each with its own columns, identifiers and way of writing times, with
 * a mapping file beside it, import.sh, a README, and the truth: truth.json and
 * truth/ tell what was planted, where and how often, so that what Firsthand
 * finds can be measured against it.
 *
 * The same seed gives the same bytes on every machine: integers only, no clock.
 * Customers are made one at a time and written at once, so memory does not grow
 * with their number.
 */
#ifndef FH_APP_SIMULATE_H
#define FH_APP_SIMULATE_H

#include "os/os.h"

enum { FH_SIMULATE_MAX_YEARS = 20 };

typedef struct fh_simulate_options {
    uint64_t customers; /* 1 or more; prospects who never buy are among them */
    uint32_t years;     /* 1 .. FH_SIMULATE_MAX_YEARS, the last is 2025 */
    uint64_t seed;
    const char *folder; /* made when it is not there; its files are replaced */
    /* Called now and then; true: stop (FH_INTERRUPTED). May be NULL. */
    bool (*progress)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
} fh_simulate_options;

typedef struct fh_simulate_result {
    uint64_t interactions, bytes;
    uint32_t n_files; /* of interactions */
} fh_simulate_result;

FH_MUST_CHECK fh_status fh_simulate(const fh_os *os, const fh_simulate_options *options,
                                    fh_simulate_result *out, fh_error *err);

#endif
