/* secrets.h - small secrets at rest: webhook secrets, keys of sign-in providers.
 *
 * Sealed with XChaCha20-Poly1305 under a key that does not stand in the
 * organisation's file, so that a stolen backup tells nothing. The *place* (table,
 * row, column: "webhook/17/secret") is authenticated: a sealed secret copied to
 * another row does not open. A sealed secret names the key it was sealed with.
 *
 * The key is 32 random bytes in a file only its owner may read: ORG.fh.key beside
 * the organisation, made at first need, or one named in the settings (systemd's
 * LoadCredential). Losing it loses the secrets, nothing else.
 */
#ifndef FH_APP_SECRETS_H
#define FH_APP_SECRETS_H

#include "os/os.h"

typedef struct fh_secrets fh_secrets;

/* `key_path` NULL: ORG.fh.key, made when it is not there. FH_DENIED when others
 * may read the file, FH_FORMAT when it is no key, FH_NOTFOUND (only when named). */
FH_MUST_CHECK fh_status fh_secrets_open(const fh_os *os, const char *org_path, const char *key_path,
                                        fh_secrets **out, fh_error *err);
void fh_secrets_close(fh_secrets *secrets); /* wipes the key; NULL is allowed */

/* Bytes to keep in a BLOB, in the arena. Plain texts up to 4 KiB. */
FH_MUST_CHECK fh_status fh_secret_seal(const fh_secrets *secrets, fh_str place, fh_str plain,
                                       fh_arena *arena, fh_str *out, fh_error *err);
/* FH_DENIED when it was sealed with another key or for another place, or changed. */
FH_MUST_CHECK fh_status fh_secret_open(const fh_secrets *secrets, fh_str place, fh_str sealed,
                                       fh_arena *arena, fh_str *out, fh_error *err);

#endif
