/* represent.h - how far ways are apart, for represent.c; nobody else includes it.
 *
 * Edit distance by bit vectors (Myers 1999, blocks of 64 as Hyyro 2003): a column of the table
 * of distances is kept as differences between neighbours, one bit up, one bit down for each
 * step of the pattern, and a step of the text moves 64 of them at once.
 */
#ifndef FH_JOURNEY_REPRESENT_H
#define FH_JOURNEY_REPRESENT_H

#include "firsthand/journey.h"

enum { FH_PATTERN_MAX = 4096 /* steps */, FH_PATTERN_WORDS = FH_PATTERN_MAX / 64 };

/* A way made ready to be compared with many. */
typedef struct fh_pattern {
    size_t n, n_words;
    uint32_t *slot;      /* [n_labels] 0: the pattern has no such step */
    uint64_t *has;       /* [slot][n_words] where it has it */
    uint64_t *up, *down; /* [n_words] scratch */
} fh_pattern;

/* Room for patterns of up to FH_PATTERN_MAX steps; made once, set again and again. */
FH_MUST_CHECK fh_status fh_pattern_new(fh_arena *arena, uint32_t n_labels, size_t longest,
                                       fh_pattern *out, fh_error *err);
/* way->n is at most `longest`; the one before is forgotten. */
void fh_pattern_set(fh_pattern *p, const fh_discover_way *way);
void fh_pattern_clear(fh_pattern *p, const fh_discover_way *way);
uint64_t fh_pattern_edits(const fh_pattern *p, const fh_discover_way *way);
/* How many words a comparison works on. */
static inline uint64_t fh_pattern_work(size_t pattern, size_t text)
{
    return (uint64_t)((pattern + 63) / 64) * text;
}

#endif
