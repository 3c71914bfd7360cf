/* passwords.h - which passwords are good enough, and how they are kept.
 *
 * Kept as argon2id in the PHC text that others understand as well:
 * $argon2id$v=19$m=65536,t=2,p=1$SALT$HASH. The salt comes from the fh_os, so that a
 * failing source of randomness is an ordinary error.
 */
#ifndef FH_APP_PASSWORDS_H
#define FH_APP_PASSWORDS_H

#include "os/os.h"

enum { FH_PASSWORD_MIN = 12, FH_PASSWORD_MAX = 256, FH_PASSWORD_HASH_TEXT = 128 };

typedef struct fh_password_cost {
    uint64_t ops, bytes; /* passes, memory */
} fh_password_cost;

/* The same characters, however they were typed (Unicode NFC), in the arena. FH_INVALID:
 * not UTF-8, shorter than 12 or longer than 256 characters. */
FH_MUST_CHECK fh_status fh_password_normal(fh_arena *arena, fh_str password, fh_str *out,
                                           fh_error *err);
/* Whether it is good enough. `context`: words that it must not be made of, such as the
 * name and address of whose it is. FH_INVALID says what is wrong with it. */
FH_MUST_CHECK fh_status fh_password_good(fh_arena *arena, fh_str password, const fh_str *context,
                                         size_t n_context, fh_error *err);

/* FH_NOMEM when the memory cannot be had. */
FH_MUST_CHECK fh_status fh_password_hash(const fh_os *os, const fh_password_cost *cost,
                                         fh_str password, char out[FH_PASSWORD_HASH_TEXT + 1],
                                         fh_error *err);
/* *same tells whether it is this one. FH_CORRUPT when `hash` is none of ours. */
FH_MUST_CHECK fh_status fh_password_verify(fh_str hash, fh_str password, bool *same, fh_error *err);
/* Whether the hash was made with other costs than these. */
bool fh_password_is_old(fh_str hash, const fh_password_cost *cost);

#endif
