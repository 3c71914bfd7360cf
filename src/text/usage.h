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
/* What a shingle weighs: 0 when it is boilerplate, else the cube of ln(1 + messages / df).
 * usage NULL: 1. */
double fh_shingle_weight(const fh_usage *usage, uint32_t shingle);
/* Is it in so few messages (1 in 200, or 30) that it rather tells than frames? */
bool fh_usage_rare(const fh_usage *usage, uint32_t shingle);
/* As fh_texts_alike. */
fh_alike fh_shingles_alike(fh_shingles a, fh_shingles b, const fh_usage *usage);

#endif
