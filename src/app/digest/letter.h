/* letter.h - a mail as it goes over the wire (RFC 5322, 2045-2047): plain text and HTML side by
 * side, all of it ASCII, no line longer than 78 characters. */
#ifndef FH_APP_LETTER_H
#define FH_APP_LETTER_H

#include "base/time.h"

typedef struct fh_letter {
    fh_str from_name, from; /* the name may be empty */
    fh_str to_name, to;
    fh_str subject, text, html; /* UTF-8; line ends as \n */
    fh_str leave;               /* address that ends such mails; empty: none */
    fh_str id;                  /* what stands before the @ of its Message-ID */
    int64_t at_ms;
} fh_letter;

/* Into `out`, lines ending in CR LF; out->status tells whether there was room. */
void fh_letter_write(const fh_letter *l, fh_buf *out);

/* "Our shop <no-reply@example.org>" or an address alone, into slices. FH_INVALID. */
FH_MUST_CHECK fh_status fh_letter_address(fh_str text, fh_str *name, fh_str *address,
                                          fh_error *err);

#endif
