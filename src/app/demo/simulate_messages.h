/* simulate_messages.h - use case: write messages of which is known what is wrong with them.
 *
 * What departments wrote to customers and customers to them, over a year and a half: some
 * said twice, some contradicting one another, some stories told again after a hand-off, among
 * many that only look like it. truth/pairs.csv beside them tells which pairs are which
 * (app/demo/truth_pairs.h reads it), so that findings can be measured.
 *
 * What is said comes from word banks (src/app/demo/messages/LANGUAGE.txt). Every way of
 * saying something belongs to one of two halves: the first may be looked at while detectors
 * are tuned, the second only when they are measured.
 *
 * The same options give the same bytes on every machine: integers only, no clock.
 */
#ifndef FH_APP_SIMULATE_MESSAGES_H
#define FH_APP_SIMULATE_MESSAGES_H

#include "os/os.h"

typedef struct fh_messages_options {
    uint64_t messages; /* with text; the customer at hand is finished, so a few more */
    fh_str languages;  /* "en,de,nl" */
    uint64_t seed;
    bool held_out;      /* the second half of the ways of saying things */
    const char *folder; /* made when it is not there; its files are replaced */
    /* Called now and then; true: stop (FH_INTERRUPTED). May be NULL. */
    bool (*progress)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
} fh_messages_options;

typedef struct fh_messages_result {
    uint64_t messages, interactions, customers, planted, clean, bytes;
} fh_messages_result;

FH_MUST_CHECK fh_status fh_simulate_messages(const fh_os *os, const fh_messages_options *options,
                                             fh_messages_result *out, fh_error *err);

#endif
