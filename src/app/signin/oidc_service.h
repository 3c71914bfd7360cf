/* oidc_service.h - the organisation's sign-in service as the settings name it, and the way
 * to it over the network.
 *
 * fh_oidc_service_fetch is the fetching that app/signin/oidc.h is given, with the service as its
 * ctx. What changes rarely (the discovery document, the keys) is kept for an hour; asked
 * for anew at most a few times a minute, so that nobody can make us ask on and on. Only
 * https; private addresses only when the setting says so, looked at when the connection
 * is made. At most two exchanges at once: a service that hangs holds up nothing else.
 */
#ifndef FH_APP_OIDC_SERVICE_H
#define FH_APP_OIDC_SERVICE_H

#include "app/config.h"
#include "app/signin/oidc.h"
#include "os/log.h"

typedef struct fh_oidc_service fh_oidc_service;

/* By the settings; *out NULL when they name none. Nothing is asked yet. */
FH_MUST_CHECK fh_status fh_oidc_service_new(const fh_os *os, const fh_config *config, fh_log *log,
                                            fh_oidc_service **out, fh_error *err);
void fh_oidc_service_free(fh_oidc_service *s); /* NULL is allowed */

const fh_oidc_provider *fh_oidc_service_provider(const fh_oidc_service *s);
fh_str fh_oidc_service_button(const fh_oidc_service *s);
/* Any thread. FH_BUSY: the service does not answer, or too many ask at once. FH_DENIED: it
 * said no. The log says more. */
fh_oidc_fetch fh_oidc_service_fetch;

/* "CX desk=front-line; Heads=lead": what stands behind the last '=' is a role. In the
 * arena. FH_INVALID. */
FH_MUST_CHECK fh_status fh_oidc_roles_read(fh_str text, fh_arena *arena, const fh_oidc_role **out,
                                           size_t *n, fh_error *err);

#endif
