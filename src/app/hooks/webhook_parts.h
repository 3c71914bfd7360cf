/* webhook_parts.h - what the files of webhooks share. */
#ifndef FH_APP_WEBHOOK_PARTS_H
#define FH_APP_WEBHOOK_PARTS_H

#include "app/hooks/webhooks.h"

/* The secret of a webhook in the clear, in the arena. */
FH_MUST_CHECK fh_status fh_hook_secret(const fh_key *key, const fh_hook *hook, fh_arena *arena,
                                       fh_str *out, fh_error *err);
/* How long to wait after so many attempts; -1: no more. A little of it depends on
 * the delivery, so that many do not come back at the same moment. */
int64_t fh_hook_wait_ms(uint32_t attempts, int64_t delivery);

#endif
