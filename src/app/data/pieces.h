/* pieces.h - a file's bytes, unpacked, piece by piece; or those of a Maildir's mails.
 *
 * Files compressed with gzip are recognised by their first bytes, whatever their
 * name. Moderate ones are unpacked at once by libdeflate, which is two to three
 * times as fast; large ones, standard input and files of several members stream
 * through zlib.
 */
#ifndef FH_APP_PIECES_H
#define FH_APP_PIECES_H

#include "os/os.h"

typedef struct fh_pieces fh_pieces;

/* "-" is standard input; a folder that has a folder "cur" is a Maildir, whose mails are
 * given in the order of their names. The whole file is read once for its fingerprint, unless
 * it is a pipe. */
FH_MUST_CHECK fh_status fh_pieces_open(const fh_os *os, const char *path, fh_pieces **out,
                                       fh_error *err);
void fh_pieces_close(fh_pieces *p); /* NULL is allowed */

/* The next piece, unpacked, which lives until the next call; *last with the last
 * one (which may be empty). FH_FORMAT when the compressed data is damaged. */
FH_MUST_CHECK fh_status fh_pieces_next(fh_pieces *p, fh_str *piece, bool *last, fh_error *err);

/* Are these the mails of a Maildir? Then `*starts` tells whether the last piece was the
 * first of its mail. */
bool fh_pieces_is_folder(const fh_pieces *p, bool *starts);

uint64_t
fh_pieces_fingerprint(const fh_pieces *p);    /* xxh3 of the file as it lies there; 0: a pipe */
uint64_t fh_pieces_total(const fh_pieces *p); /* bytes on disk; 0: not known */
uint64_t fh_pieces_done(const fh_pieces *p);  /* of these, about how many were given */

#endif
