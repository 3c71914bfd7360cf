/* signature.h - is this signed by the owner of that key? By OpenSSL: ES256 (P-256), RS256
 * (2048 bits and more) and EdDSA (Ed25519), and nothing else. */
#ifndef FH_APP_SIGNATURE_H
#define FH_APP_SIGNATURE_H

#include "firsthand/base.h"

typedef enum fh_algorithm { FH_ES256 = -7, FH_EDDSA = -8, FH_RS256 = -257 } fh_algorithm;

/* Whether `spki` (DER) is a public key for the algorithm. */
bool fh_public_key_ok(fh_algorithm algorithm, fh_str spki);

/* Whether `signature` is one of `data` by the key. ES256 signatures are DER, as WebAuthn
 * has them; fh_es256_der makes that of the 64 bytes of a JWT. */
bool fh_signature_ok(fh_algorithm algorithm, fh_str spki, fh_str data, fh_str signature);
FH_MUST_CHECK bool fh_es256_der(fh_arena *arena, fh_str raw, fh_str *out);

/* Public keys as a JWK tells them (big-endian numbers), as SPKI in the arena. */
FH_MUST_CHECK bool fh_spki_of_rsa(fh_arena *arena, fh_str modulus, fh_str exponent, fh_str *out);
FH_MUST_CHECK bool fh_spki_of_p256(fh_arena *arena, fh_str x, fh_str y, fh_str *out);

#endif
