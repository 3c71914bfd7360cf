/* webauthn.h - what a browser says about a passkey, read and checked. Pure: no
 * organisation, no clock. All bytes are hostile. */
#ifndef FH_APP_WEBAUTHN_H
#define FH_APP_WEBAUTHN_H

#include "firsthand/base.h"

/* The challenge in clientDataJSON (base64url, as it stands there), after checking its
 * type ("webauthn.create" or "webauthn.get"), its origin, and that it was not asked for
 * from inside another site's frame. FH_DENIED says what is wrong, FH_NOMEM. */
FH_MUST_CHECK fh_status fh_webauthn_client(fh_arena *arena, fh_str client_data, fh_str type,
                                           fh_str origin, fh_str *challenge, fh_error *err);

typedef struct fh_authenticator {
    bool present, verified; /* somebody was there; and showed who (PIN, finger) */
    uint32_t counter;
    fh_str credential; /* when it was made just now, else empty */
} fh_authenticator;
/* Reads authenticator data; FH_DENIED when it is cut short, not for `rp_id`, or nobody was
 * there. `made`: it must tell the new credential. */
FH_MUST_CHECK fh_status fh_webauthn_authenticator(fh_str data, fh_str rp_id, bool made,
                                                  fh_authenticator *out, fh_error *err);

/* The bytes that are signed: authenticator data, then SHA-256 of the client data. */
FH_MUST_CHECK bool fh_webauthn_signed(fh_arena *arena, fh_str authenticator, fh_str client_data,
                                      fh_str *out);

#endif
