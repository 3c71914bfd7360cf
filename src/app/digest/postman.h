/* postman.h - sends digests by e-mail, one after another, each at most once.
 *
 *     due -> a row "waiting" -> "sending" (committed) -> written and handed over -> outcome
 *
 * "sending" is on the disk before the first byte leaves, so whatever happens to the machine no mail
 * goes out twice by itself: one whose outcome was never written is "unsure", shown to its reader
 * and in the settings, and sent again by whoever wants that. 4xx and a mail server that is away are
 * tried again with growing pauses; 5xx is "refused", with the server's words.
 */
#ifndef FH_APP_POSTMAN_H
#define FH_APP_POSTMAN_H

#include "app/config.h"
#include "app/metrics.h"
#include "app/pool.h"
#include "app/signin/sealed.h"
#include "os/log.h"
#include "os/smtp.h"

/* What carries a mail: fh_smtp_carrier, or a test's own. One thread at a time. */
typedef struct fh_mail_carrier {
    void *ctx;
    fh_status (*carry)(void *ctx, const fh_smtp_mail *mail, fh_smtp_result *out, fh_error *err);
} fh_mail_carrier;

typedef struct fh_postman_options {
    fh_mail_carrier carrier;
    fh_str from;     /* "Our shop <us@example.org>" */
    fh_str base_url; /* what links begin with */
    const fh_key *key;
    int hour;         /* of the organisation's zone, in which digests are due */
    int64_t retry_ms; /* the first pause; it doubles */
    int64_t keep_ms;  /* of the log */
    fh_log *log;
    fh_metrics *metrics;
} fh_postman_options;

typedef struct fh_postman fh_postman;
FH_MUST_CHECK fh_status fh_postman_start(fh_pool *pool, const fh_postman_options *options,
                                         fh_postman **out, fh_error *err);
void fh_postman_wake(fh_postman *p); /* there is a mail to send; NULL is allowed */
void fh_postman_stop(fh_postman *p); /* NULL is allowed */
const fh_postman_options *fh_postman_how(const fh_postman *p);

/* What the thread does once, for tests: what was being sent is unsure now; then everything that is
 * due is sent. *next_ms: when more is, -1: nothing waits. */
FH_MUST_CHECK fh_status fh_postman_recover(fh_pool *pool, const fh_postman_options *options,
                                           fh_error *err);
FH_MUST_CHECK fh_status fh_postman_round(fh_pool *pool, const fh_postman_options *options,
                                         int64_t *next_ms, fh_error *err);
/* The pause behind so many attempts; -1: no more. */
int64_t fh_postman_pause_ms(uint32_t attempts, int64_t retry_ms);

/* ---- The submission server that settings name (mail_carrier.c) ---- */

typedef struct fh_smtp_carrier fh_smtp_carrier;
/* Reads the password from its file. FH_NOTFOUND: libcurl is not installed. */
FH_MUST_CHECK fh_status fh_smtp_carrier_new(const fh_os *os, const fh_config *config,
                                            fh_smtp_carrier **out, fh_error *err);
void fh_smtp_carrier_free(fh_smtp_carrier *c); /* NULL is allowed */
fh_mail_carrier fh_smtp_carrier_of(fh_smtp_carrier *c);
/* Nothing more is sent: what is under way is broken off. From any thread. */
void fh_smtp_carrier_stop(fh_smtp_carrier *c);

#endif
