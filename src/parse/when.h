/* when.h - times column by column: a short way for what nearly every row has. */
#ifndef FH_PARSE_WHEN_H
#define FH_PARSE_WHEN_H

#include "base/time.h"

/* Remembers the day and the hour read last: rows of a file mostly share them. */
typedef struct fh_when {
    const fh_zone *zone;            /* for times without offset; NULL: UTC */
    const fh_time_pattern *pattern; /* not owned */
    bool iso;                       /* the pattern is "iso" */
    char day[10];                   /* "2024-01-31"; day[0] 0: none */
    int64_t day_ms;
    bool has_hour;
    int64_t hour;          /* local hours since 1970 */
    int64_t hour_shift_ms; /* instant - local within that hour */
} fh_when;

void fh_when_init(fh_when *when, const fh_zone *zone, const fh_time_pattern *pattern);
/* False when `s` is not a time by the pattern. */
bool fh_when_read(fh_when *when, fh_str s, int64_t *out_ms);

#endif
