/* usage.h - what alike.c and templates.c ask of the counters. */
#ifndef FH_TEXT_USAGE_H
#define FH_TEXT_USAGE_H

#include "firsthand/text.h"

/* A set of shingles, rising. */
typedef struct fh_shingles {
    const uint32_t *at; /* [n] */
    uint32_t n;
} fh_shingles;

/* In how many messages a shingle was, at most 65535 and at least 1. */
uint32_t fh_usage_shingle(const fh_usage *usage, uint32_t shingle);
/* The same of each of a set, into used_in [s.n]. */
void fh_usage_shingles(const fh_usage *usage, fh_shingles s, uint32_t *used_in);
/* What a shingle weighs: 0 when it is boilerplate, else the cube of ln(1 + messages / df).
 * usage NULL: 1. */
double fh_shingle_weight(const fh_usage *usage, uint32_t shingle);
/* Weights by the number of messages, reckoned once while that of all messages stays the same. */
enum { FH_WEIGHTS_KEPT = 1024 };
typedef struct fh_weights {
    uint64_t messages;
    bool some;
    double of[FH_WEIGHTS_KEPT]; /* by messages a shingle is in; below 0: not reckoned yet */
} fh_weights;
/* Forgets what holds no longer. All zero: nothing is known. */
void fh_weights_begin(fh_weights *kept, const fh_usage *usage);
/* As fh_shingle_weight, of a usage that it was begun with. */
double fh_weights_of(fh_weights *kept, const fh_usage *usage, uint32_t shingle);
/* The same of a shingle that is in `used_in` messages. */
double fh_weight_kept(fh_weights *kept, const fh_usage *usage, uint32_t used_in);
/* In no more messages than this (1 in 200, or 30) is a shingle that rather tells than frames. */
uint32_t fh_usage_rare_most(const fh_usage *usage);
/* As fh_texts_alike; `weight` [a.n]: those of a's shingles, `kept`: those of any,
 * when they are known; each may be NULL. */
fh_alike fh_shingles_alike(fh_shingles a, const double *weight, fh_shingles b,
                           const fh_usage *usage, fh_weights *kept);

#endif
