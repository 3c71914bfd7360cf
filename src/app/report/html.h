/* html.h - writing a page: text escaped, numbers in words, small pictures.
 *
 * Everything goes into one fh_buf, which is sticky: write all of it and check
 * its status once. Nothing here puts a style attribute on an element: the page's
 * content policy allows its one style sheet and nothing else.
 */
#ifndef FH_APP_HTML_H
#define FH_APP_HTML_H

#include "app/ask/table.h"

typedef struct fh_html {
    fh_buf *out;
    const fh_zone *zone;
} fh_html;

/* Writes `fmt` as it stands but for
 *   %s  fh_str, escaped            %t  const char *, escaped
 *   %n  uint64_t, "14,164"         %i  int, plain digits
 *   %p  two uint64_t: a share      %d  int64_t: a duration in ms
 *   %D  int64_t: a date            %%  a percent sign
 * There is no other letter. */
void fh_html_say(const fh_html *h, const char *fmt, ...);

/* A stretch that may be wider than the page: it scrolls in itself, and can be
 * reached by keyboard. `label` says what is in it. */
void fh_html_scroll(const fh_html *h, const char *label);
void fh_html_end_scroll(const fh_html *h);
/* A table behind "summary", closed at first. */
void fh_html_details(const fh_html *h, const char *summary, const fh_table *table);

/* Columns from zero, as wide as there is room; told to nobody who cannot see it:
 * a table must stand beside it. */
void fh_html_columns(const fh_html *h, const uint64_t *series, size_t n);
/* A bar for part of `of`, beside a number. */
void fh_html_bar(const fh_html *h, uint64_t part, uint64_t of);

/* How many columns of a fixed-width font a text takes, roughly. */
size_t fh_html_width(fh_str text);
/* As much of `text` as fits `width`, cut between characters; *cut: it was. */
fh_str fh_html_fit(fh_str text, size_t width, bool *cut);
/* part * to / of without overflow; `to` when part exceeds `of`, 0 when of is 0. */
uint64_t fh_html_scale(uint64_t part, uint64_t of, uint64_t to);

#endif
