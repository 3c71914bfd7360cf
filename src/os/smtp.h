/* smtp.h - handing one mail to a submission server (RFC 6409), by libcurl.
 *
 * What matters to whoever sends is not only whether it went well, but whether it may be tried
 * again: a mail that the server may have taken must never be sent a second time.
 */
#ifndef FH_OS_SMTP_H
#define FH_OS_SMTP_H

#include "os/fetch.h"

typedef enum fh_smtp_security {
    FH_SMTP_STARTTLS, /* plain at first, then TLS, or not at all */
    FH_SMTP_TLS,      /* TLS from the first byte */
    FH_SMTP_PLAIN     /* never encrypted: a relay on this very machine */
} fh_smtp_security;

typedef struct fh_smtp_server {
    const char *host;
    uint16_t port;
    fh_smtp_security security;
    const char *user, *password; /* NULL: it asks for none */
    const char *ca_file;         /* PEM of who vouches for it; NULL: the system's */
    bool (*address_ok)(void *ctx, const struct sockaddr *address, const char **why);
    bool (*given_up)(void *ctx); /* asked now and then; NULL: never */
    void *ctx;                   /* of both */
    int64_t time_ms;             /* for all of it */
} fh_smtp_server;

typedef struct fh_smtp_mail {
    const char *from, *to; /* addresses alone: "ann@example.org" */
    fh_str text;           /* head, empty line and body, lines ending in CR LF */
} fh_smtp_mail;

typedef enum fh_smtp_outcome {
    FH_SMTP_SENT,    /* the server has taken it */
    FH_SMTP_LATER,   /* 4xx about this mail: again later */
    FH_SMTP_REFUSED, /* 5xx about this mail: never again as it is */
    FH_SMTP_AWAY,    /* no mail can be handed over now: no connection, no TLS, a wrong password */
    FH_SMTP_UNSURE   /* all of it was given, and no answer came: it may have been taken */
} fh_smtp_outcome;

typedef struct fh_smtp_result {
    fh_smtp_outcome outcome;
    int code;        /* of the server's last reply; 0: none */
    char reply[400]; /* that reply, or what went wrong; readable */
} fh_smtp_result;

/* An address that can be written into a dialogue: one @, no white space, no brackets, ASCII. */
bool fh_smtp_address_ok(fh_str address);

/* FH_OK whatever came of it: `out` tells. FH_NOMEM; FH_INVALID: an address is none. */
FH_MUST_CHECK fh_status fh_smtp_send(fh_fetcher *f, const fh_smtp_server *server,
                                     const fh_smtp_mail *mail, fh_smtp_result *out, fh_error *err);

#endif
