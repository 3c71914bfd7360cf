/* secrets.h - random secrets, their hashes, and the ways bytes are written as text. */
#ifndef FH_APP_SECRETS_H
#define FH_APP_SECRETS_H

#include "os/os.h"

/* `n` characters of 0-9A-Za-z, each as likely, and NUL: 43 are 256 bits. */
FH_MUST_CHECK fh_status fh_secret_new(const fh_os *os, char *out, size_t n, fh_error *err);

/* What is kept of a secret: BLAKE2b-256 over a word for its use and the secret, as 64
 * hexadecimal digits and NUL. For secrets that cannot be guessed; passwords have
 * app/signin/passwords.h. */
enum { FH_HASH_TEXT = 64 };
fh_str fh_secret_hash(const char *use, fh_str secret, char out[FH_HASH_TEXT + 1]);

/* Equal, in a time that depends on the lengths only. */
bool fh_secret_same(fh_str a, fh_str b);

/* In the arena. Decoders accept padding or none; false: it is not so written. */
FH_MUST_CHECK bool fh_base64url(fh_arena *arena, fh_str bytes, fh_str *out);
FH_MUST_CHECK bool fh_base64url_read(fh_arena *arena, fh_str text, fh_str *out);
FH_MUST_CHECK bool fh_base32(fh_arena *arena, fh_str bytes, fh_str *out); /* no padding */
FH_MUST_CHECK bool fh_hex(fh_arena *arena, fh_str bytes, fh_str *out);
FH_MUST_CHECK bool fh_hex_read(fh_arena *arena, fh_str text, fh_str *out);

#endif
