/* service.h - what systemd is told: ready, alive, stopping (sd_notify by hand).
 *
 * Without NOTIFY_SOCKET in the environment every call does nothing.
 */
#ifndef FH_OS_SERVICE_H
#define FH_OS_SERVICE_H

#include "firsthand/base.h"

typedef struct fh_service {
    char socket[108];    /* NOTIFY_SOCKET; "" when there is none; '@' first: abstract */
    int64_t watchdog_ms; /* tell "alive" at least this often; 0: not asked for */
} fh_service;

/* `notify`, `watchdog_us` and `watchdog_pid` are NOTIFY_SOCKET, WATCHDOG_USEC and
 * WATCHDOG_PID, NULL when not set. A name that is too long counts as not set. */
void fh_service_read(fh_service *out, const char *notify, const char *watchdog_us,
                     const char *watchdog_pid);
/* Each returns whether it was sent. `words` is shown by systemctl status. */
bool fh_service_ready(const fh_service *s, const char *words);
bool fh_service_alive(const fh_service *s);
bool fh_service_stopping(const fh_service *s, const char *words);

#endif
