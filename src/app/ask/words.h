/* words.h - how counts, shares and periods are said to people, in one way
 * everywhere: tables, headings, reports. */
#ifndef FH_APP_WORDS_H
#define FH_APP_WORDS_H

#include "base/currency.h"
#include "base/time.h"

/* Formats into the arena; NULL-terminated; empty when memory ran out (the arena's
 * next allocation fails too). */
fh_str fh_printed(fh_arena *arena, const char *fmt, ...) FH_PRINTF(2, 3);

void fh_say_count(fh_buf *out, uint64_t n); /* "14,164" */
void fh_say_signed(fh_buf *out, int64_t n); /* "-14,164" */
/* "12.3 %"; "under 0.1 %" for a little and "over 99.9 %" for nearly all; "-" of 0. */
void fh_say_share(fh_buf *out, uint64_t part, uint64_t of);
void fh_say_money(fh_buf *out, int64_t minor, fh_str currency); /* "1,204.50 EUR" */
void fh_say_duration(fh_buf *out, int64_t ms);                  /* "3 days 4 h" */
/* "2024-01-31 17:05", with seconds or milliseconds only when `ms` has them. */
void fh_say_time(fh_buf *out, int64_t ms, const fh_zone *zone);
void fh_say_date(fh_buf *out, int64_t ms, const fh_zone *zone); /* "31 January 2024" */
/* "1 January to 31 March 2024": shares the month or year where it can. `last_ms`
 * is inside the period. */
void fh_say_period(fh_buf *out, int64_t first_ms, int64_t last_ms, const fh_zone *zone);
/* "1 customer", "1,050 customers". */
void fh_say_number_of(fh_buf *out, uint64_t n, const char *one, const char *many);

#endif
