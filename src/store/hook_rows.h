/* hook_rows.h - webhooks and their deliveries at rest; app/hooks/webhooks.h sends them. */
#ifndef FH_STORE_HOOK_ROWS_H
#define FH_STORE_HOOK_ROWS_H

#include "store/org.h"

typedef struct fh_hook {
    int64_t hook;      /* number, from 1 */
    fh_str url, words; /* words: what it is for, may be empty */
    uint64_t events;   /* bits 1 << fh_hook_event (app/hooks/webhooks.h) */
    bool active;
    fh_str reason; /* why it is not active; empty */
    fh_str secret; /* sealed */
    int64_t created_ms, changed_ms;
    int64_t failing_since_ms; /* 0: the last attempt went well, or there was none */
    int64_t version;          /* counts changes; for ETags */
} fh_hook;

typedef enum fh_delivery_state {
    FH_DELIVERY_WAITING,
    FH_DELIVERY_DONE,
    FH_DELIVERY_FAILED
} fh_delivery_state;

typedef struct fh_delivery {
    int64_t delivery; /* number, from 1 */
    int64_t hook;
    fh_str id;    /* "msg_...": the same for every attempt and replay */
    fh_str event; /* "import.finished" */
    fh_str body;  /* JSON as sent */
    fh_delivery_state state;
    uint32_t attempts;
    int64_t created_ms, next_ms, last_ms; /* next_ms: when it is due; last_ms 0: never tried */
    int32_t code;                         /* HTTP status of the last reply; 0: none */
    fh_str reply;                         /* its first 1,024 bytes, made readable */
    fh_str error;                         /* why there was none */
    int64_t took_ms;
} fh_delivery;

FH_MUST_CHECK fh_status fh_hook_number(fh_org *org, int64_t *out, fh_error *err);
FH_MUST_CHECK fh_status fh_hook_put(fh_org *org, const fh_hook *hook, fh_error *err); /* new */
/* Everything but number and times of creation. FH_NOTFOUND; FH_CONFLICT when its
 * version is no longer hook->version. */
FH_MUST_CHECK fh_status fh_hook_save(fh_org *org, const fh_hook *hook, fh_error *err);
/* What sending showed; the version only changes when `active` does. */
FH_MUST_CHECK fh_status fh_hook_health(fh_org *org, int64_t hook, int64_t failing_since_ms,
                                       bool active, fh_str reason, int64_t now_ms, fh_error *err);
FH_MUST_CHECK fh_status fh_hook_remove(fh_org *org, int64_t hook, fh_error *err); /* and its log */
FH_MUST_CHECK fh_status fh_hook_get(fh_org *org, int64_t hook, fh_arena *arena, fh_hook *out,
                                    fh_error *err);
FH_MUST_CHECK fh_status fh_hook_list(fh_org *org, fh_arena *arena, const fh_hook **out, size_t *n,
                                     fh_error *err);

FH_MUST_CHECK fh_status fh_delivery_put(fh_org *org, const fh_delivery *d, int64_t *out,
                                        fh_error *err);
FH_MUST_CHECK fh_status fh_delivery_get(fh_org *org, int64_t delivery, fh_arena *arena,
                                        fh_delivery *out, fh_error *err);
FH_MUST_CHECK fh_status fh_delivery_save(fh_org *org, const fh_delivery *d, fh_error *err);
/* Due at `now_ms`, earliest first, of active hooks; *next_ms: when the next one is
 * due after these, -1: none waits. */
FH_MUST_CHECK fh_status fh_delivery_due(fh_org *org, int64_t now_ms, size_t most, fh_arena *arena,
                                        const fh_delivery **out, size_t *n, int64_t *next_ms,
                                        fh_error *err);
/* Nothing more to this webhook before `until_ms`: it does not answer. */
FH_MUST_CHECK fh_status fh_delivery_postpone(fh_org *org, int64_t hook, int64_t until_ms,
                                             fh_error *err);
/* Newest first; hook 0: all; before: cursor, 0: from the newest; most 0: 50. */
FH_MUST_CHECK fh_status fh_delivery_list(fh_org *org, int64_t hook, int64_t before, size_t most,
                                         fh_arena *arena, const fh_delivery **out, size_t *n,
                                         bool *more, fh_error *err);
FH_MUST_CHECK fh_status fh_delivery_waiting(fh_org *org, uint64_t *out, fh_error *err);
FH_MUST_CHECK fh_status fh_delivery_forget(fh_org *org, int64_t before_ms, uint64_t *n,
                                           fh_error *err); /* ended ones */

#endif
