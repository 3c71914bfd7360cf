/* gmime.h - libgmime's knowledge of headers, encodings and character sets.
 *
 * The library is looked up by name when the first mail comes (as libcurl is, os/fetch.h):
 * programs that read no mail do not load it and what it brings along. It is handed single
 * header values and single bodies of bounded size; the structure of a mail is read by
 * structure.c. Texts that come out are UTF-8.
 */
#ifndef FH_APP_MAILBOX_GMIME_H
#define FH_APP_MAILBOX_GMIME_H

#include "firsthand/base.h"

typedef struct fh_gmime fh_gmime;

/* FH_NOTFOUND when libgmime is not installed. */
FH_MUST_CHECK fh_status fh_gmime_new(fh_gmime **out, fh_error *err);
void fh_gmime_free(fh_gmime *g); /* NULL is allowed */

/* A header's text with its encoded words decoded, in the arena; false: out of memory. */
FH_MUST_CHECK bool fh_gmime_text(fh_gmime *g, fh_str raw, fh_arena *arena, fh_str *out);
/* A header's date; false: it is none. */
bool fh_gmime_date(fh_gmime *g, fh_str raw, fh_arena *arena, int64_t *out_ms);

typedef struct fh_mail_address {
    fh_str name; /* may be empty */
    fh_str address;
} fh_mail_address;

/* The addresses of a header, groups unfolded, at most `most` of them; false: out of
 * memory. */
FH_MUST_CHECK bool fh_gmime_addresses(fh_gmime *g, fh_str raw, size_t most, fh_arena *arena,
                                      fh_mail_address *out, size_t *n);

/* Content-Type or Content-Disposition. Small letters but in `boundary` and `name`. */
typedef struct fh_mail_content {
    fh_str type; /* "text/plain"; "attachment" */
    fh_str charset, boundary, name;
} fh_mail_content;
FH_MUST_CHECK bool fh_gmime_content_type(fh_gmime *g, fh_str raw, fh_arena *arena,
                                         fh_mail_content *out);
FH_MUST_CHECK bool fh_gmime_disposition(fh_gmime *g, fh_str raw, fh_arena *arena,
                                        fh_mail_content *out);

/* A body without its transfer encoding, piece by piece; the pieces live until `take`
 * returns. Ends early when `take` returns false. */
typedef bool fh_gmime_take(void *ctx, fh_str piece);
void fh_gmime_decode(fh_gmime *g, fh_str encoding, fh_str body, fh_gmime_take *take, void *ctx);

/* Appends `text` of that character set (may be empty or unknown) as UTF-8. */
void fh_gmime_utf8(fh_gmime *g, fh_str charset, fh_str text, fh_buf *out);

#endif
