/* sealed.h - secrets at rest, and the key they are sealed with.
 *
 * What Firsthand must be able to read again (secrets of authenticator apps, of
 * sign-in providers) is sealed with XChaCha20-Poly1305 before it is stored. The place
 * it belongs to ("totp/17/secret": table, row, column) is part of the seal: moved to
 * another row it does not open. The key is not in the file: it lies in a file of its
 * own (for its owner's eyes only) or comes from the environment, as 64 hexadecimal
 * digits, so that a stolen copy of the organisation does not open them.
 */
#ifndef FH_APP_SEALED_H
#define FH_APP_SEALED_H

#include "os/os.h"

typedef struct fh_key {
    unsigned char bytes[32];
    unsigned char id[4]; /* begins every seal: tells which key is missing */
} fh_key;

/* 64 hexadecimal digits, white space around them. FH_INVALID. */
FH_MUST_CHECK fh_status fh_key_parse(fh_str text, fh_key *out, fh_error *err);
/* FH_NOTFOUND; FH_INVALID when it is no key. */
FH_MUST_CHECK fh_status fh_key_read(const fh_os *os, const char *path, fh_key *out, fh_error *err);
/* Makes a key and writes it to a new file that only its owner can read. FH_CONFLICT when
 * the file is there. */
FH_MUST_CHECK fh_status fh_key_make(const fh_os *os, const char *path, fh_key *out, fh_error *err);

/* In the arena. */
FH_MUST_CHECK fh_status fh_seal(const fh_os *os, const fh_key *key, fh_str place, fh_str secret,
                                fh_arena *arena, fh_str *out, fh_error *err);
/* FH_NOTFOUND: sealed with another key (the message names its id); FH_CORRUPT: changed,
 * or moved from another place. */
FH_MUST_CHECK fh_status fh_unseal(const fh_key *key, fh_str place, fh_str sealed, fh_arena *arena,
                                  fh_str *out, fh_error *err);

#endif
