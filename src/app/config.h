/* config.h - the server's settings: a file, the environment, flags; later wins.
 *
 *     [server]
 *     listen = 127.0.0.1:8080      # server.listen, FIRSTHAND_SERVER_LISTEN, --server-listen
 *     base-url = https://journeys.example.org
 *
 * Every key is declared once, in FH_CONFIG_MAP: the file, the environment, the
 * flags, `firsthand config` and the handbook page all read that table. An unknown
 * key is an error that names the line and the nearest known key. Secrets never
 * stand in the settings: a key names the file that holds one.
 */
#ifndef FH_APP_CONFIG_H
#define FH_APP_CONFIG_H

#include "os/os.h"

typedef enum fh_config_type {
    FH_CONFIG_TEXT,     /* fewest .. most: bytes */
    FH_CONFIG_PATH,     /* of a file or folder, as TEXT */
    FH_CONFIG_FLAG,     /* yes no true false on off 1 0 */
    FH_CONFIG_NUMBER,   /* a whole number */
    FH_CONFIG_SIZE,     /* bytes: 1048576, 512K, 8M, 2G */
    FH_CONFIG_DURATION, /* milliseconds: 500ms, 30s, 15m, 12h, 30d */
    FH_CONFIG_CHOICE    /* `fallback` is the first of its words: "auto|json|plain" */
} fh_config_type;

/* id, "section.key", type, default, fewest, most, help. Bounds of durations are in
 * milliseconds, of sizes in bytes, of texts in bytes. */
#define FH_CONFIG_MAP(X)                                                                           \
    X(LISTEN, "server.listen", TEXT, "127.0.0.1:8080", 0, 1024,                                    \
      "Where to listen: ADDRESS:PORT, [IPv6]:PORT or unix:/PATH; several by commas.")              \
    X(BASE_URL, "server.base-url", TEXT, "", 0, 512,                                               \
      "The address people type, as https://journeys.example.org; empty: by where it listens.")     \
    X(LOOPS, "server.loops", NUMBER, "0", 0, 64, "Threads that serve connections; 0: one a core.") \
    X(CONNECTIONS, "server.connections", NUMBER, "10000", 16, 1000000,                             \
      "Connections open at once.")                                                                 \
    X(CONNECTIONS_EACH, "server.connections-per-address", NUMBER, "200", 1, 1000000,               \
      "Connections open at once from one address.")                                                \
    X(TRUSTED_PROXY, "server.trusted-proxy", TEXT, "", 0, 1024,                                    \
      "Addresses of proxies whose X-Forwarded headers are believed; several by commas.")           \
    X(TLS_CERT, "server.tls-certificate", PATH, "", 0, 4096,                                       \
      "Certificate chain (PEM); with it the server speaks TLS itself.")                            \
    X(TLS_KEY, "server.tls-key", PATH, "", 0, 4096, "Private key of that certificate (PEM).")      \
    X(HEADER_TIME, "server.header-time", DURATION, "10s", 1000, 120000,                            \
      "How long a whole request header may take.")                                                 \
    X(BODY_TIME, "server.body-time", DURATION, "30s", 1000, 3600000,                               \
      "How long a body may pause below the least rate before it is given up.")                     \
    X(KEEP_ALIVE, "server.keep-alive", DURATION, "60s", 0, 3600000,                                \
      "How long an idle connection is kept.")                                                      \
    X(BODY_BYTES, "server.body-size", SIZE, "1M", 1024, 1073741824,                                \
      "Largest body of an ordinary request.")                                                      \
    X(UPLOAD_BYTES, "server.upload-size", SIZE, "4G", 1048576, 1099511627776,                      \
      "Largest file that may be uploaded to be imported.")                                         \
    X(STOP_TIME, "server.stop-time", DURATION, "20s", 0, 600000,                                   \
      "How long requests at work may go on when the server is told to stop.")                      \
    X(CACHE_BYTES, "server.cache-size", SIZE, "64M", 0, 1099511627776,                             \
      "Memory for partial results of questions, so that asking again is quick; 0: none.")          \
    X(DATA_FOLDER, "storage.folder", PATH, "", 0, 4096,                                            \
      "Folder of uploads and exports; empty: ORG.fh.files beside the organisation.")               \
    X(UPLOAD_KEEP, "storage.keep-files", DURATION, "7d", 0, 31536000000,                           \
      "Uploaded and exported files are removed after so long, unless a job waits for them.")       \
    X(SECRET_KEY, "secrets.key-file", PATH, "", 0, 4096,                                           \
      "File with the key that seals stored secrets; empty: ORG.fh.key beside the organisation.")   \
    X(OIDC_ISSUER, "sign-in.issuer", TEXT, "", 0, 512,                                             \
      "Sign-in service (OpenID Connect): its issuer, as https://login.example.org; empty: none.")  \
    X(OIDC_CLIENT, "sign-in.client-id", TEXT, "", 0, 512, "What that service calls Firsthand.")    \
    X(OIDC_SECRET, "sign-in.client-secret-file", PATH, "", 0, 4096,                                \
      "File with the secret that service gave; empty: none (PKCE alone).")                         \
    X(OIDC_SCOPES, "sign-in.scopes", TEXT, "openid email profile", 0, 512,                         \
      "What is asked for there, by spaces; some services need one more to tell groups.")           \
    X(OIDC_GROUPS, "sign-in.groups-claim", TEXT, "groups", 0, 120,                                 \
      "The claim that names somebody's groups.")                                                   \
    X(OIDC_ROLES, "sign-in.group-roles", TEXT, "", 0, 4096,                                        \
      "Roles by group: GROUP=ROLE, several by semicolons (CX desk=front-line; Heads=lead).")       \
    X(OIDC_ADDS, "sign-in.new-people", CHOICE, "nobody|with-a-group|everybody", 0, 0,              \
      "Who is added here by signing in there for the first time.")                                 \
    X(OIDC_BUTTON, "sign-in.button", TEXT, "Sign in with your organisation", 1, 80,                \
      "What the button on the sign-in page says.")                                                 \
    X(OIDC_PRIVATE, "sign-in.allow-private", FLAG, "no", 0, 0,                                     \
      "Whether that service may be at an address of a private network or of this machine.")        \
    X(JOB_THREADS, "jobs.threads", NUMBER, "2", 1, 64, "Background jobs at work at once.")         \
    X(JOB_KEEP, "jobs.keep", DURATION, "90d", 3600000, 315360000000,                               \
      "Ended jobs are forgotten after so long.")                                                   \
    X(JOB_MEMORY, "jobs.import-memory", SIZE, "64M", 1048576, 17179869184,                         \
      "Memory for one round of an import; a larger one holds up live ingest longer.")              \
    X(FIND_EVERY, "jobs.find-every", DURATION, "10m", 0, 604800000,                                \
      "Findings are looked for by themselves when something came in, at most so often; 0s: "       \
      "never.")                                                                                    \
    X(HOOKS, "webhooks.enabled", FLAG, "yes", 0, 0, "Whether webhooks are sent.")                  \
    X(HOOK_TIME, "webhooks.time", DURATION, "15s", 1000, 120000,                                   \
      "How long a receiver may take to answer.")                                                   \
    X(HOOK_GIVE_UP, "webhooks.give-up", DURATION, "5d", 3600000, 7776000000,                       \
      "A webhook that has only failed for so long is switched off.")                               \
    X(HOOK_KEEP, "webhooks.keep-log", DURATION, "30d", 3600000, 31536000000,                       \
      "Deliveries that ended are forgotten after so long.")                                        \
    X(HOOK_LOOPBACK, "webhooks.allow-loopback", FLAG, "no", 0, 0,                                  \
      "For development only: also http:// to this very machine.")                                  \
    X(MAIL_SERVER, "mail.server", TEXT, "", 0, 253,                                                \
      "Mail server that takes mails from us (SMTP submission); empty: no mail is sent.")           \
    X(MAIL_PORT, "mail.port", NUMBER, "587", 1, 65535, "Its port: 587, or 465 with tls.")          \
    X(MAIL_SECURITY, "mail.security", CHOICE, "starttls|tls|none", 0, 0,                           \
      "How it is spoken to: starttls or tls, never without; none: a relay on this machine.")       \
    X(MAIL_FROM, "mail.from", TEXT, "", 0, 320,                                                    \
      "Who mails come from: Our shop <no-reply@example.org>.")                                     \
    X(MAIL_USER, "mail.user", TEXT, "", 0, 320, "The name that server knows us by; empty: none.")  \
    X(MAIL_PASSWORD, "mail.password-file", PATH, "", 0, 4096, "File with the password to it.")     \
    X(MAIL_CA, "mail.ca-file", PATH, "", 0, 4096,                                                  \
      "Certificates (PEM) of who vouches for that server; empty: those of the system.")            \
    X(MAIL_PRIVATE, "mail.allow-private", FLAG, "no", 0, 0,                                        \
      "Whether that server may be at an address of a private network or of this machine.")         \
    X(MAIL_TIME, "mail.time", DURATION, "30s", 1000, 600000,                                       \
      "How long handing over one mail may take.")                                                  \
    X(MAIL_RETRY, "mail.retry", DURATION, "1m", 1000, 3600000,                                     \
      "The first pause before a mail that was put off is tried again; it doubles, to 6 hours.")    \
    X(MAIL_KEEP, "mail.keep-log", DURATION, "90d", 86400000, 31536000000,                          \
      "What became of mails is forgotten after so long, and links to unsubscribe with it.")        \
    X(MAIL_HOUR, "mail.digest-hour", NUMBER, "7", 0, 23,                                           \
      "The hour of the organisation's zone at which digests are sent; weekly ones on Mondays.")    \
    X(LOG_LEVEL, "log.level", CHOICE, "info|debug|warning|error", 0, 0, "What is told.")           \
    X(LOG_FORMAT, "log.format", CHOICE, "auto|json|plain", 0, 0,                                   \
      "Form of log lines; auto: plain on a terminal, else JSON.")                                  \
    X(SANDBOX, "security.sandbox", CHOICE, "auto|off|required", 0, 0,                              \
      "Whether the process gives up what it does not need; required: refuse to start without.")    \
    X(METRICS, "metrics.enabled", FLAG, "yes", 0, 0, "Whether /metrics answers.")                  \
    X(METRICS_TOKEN, "metrics.token-file", PATH, "", 0, 4096,                                      \
      "File with the token that /metrics asks for; empty: only this machine may read it.")

typedef enum fh_config_id {
#define X(id, name, type, fallback, fewest, most, help) FH_C_##id,
    FH_CONFIG_MAP(X)
#undef X
        FH_N_CONFIG
} fh_config_id;

typedef struct fh_config_key {
    const char *name; /* "server.listen" */
    fh_config_type type;
    const char *fallback;
    int64_t fewest, most;
    const char *help;
} fh_config_key;
extern const fh_config_key fh_config_keys[FH_N_CONFIG];

typedef struct fh_config_value {
    fh_str text;    /* as written, trimmed; TEXT and PATH are NUL-terminated */
    int64_t number; /* FLAG 0 or 1; NUMBER; SIZE bytes; DURATION ms; CHOICE: which word, from 0 */
    fh_str from;    /* "line 7 of /etc/firsthand.conf", "FIRSTHAND_LOG_LEVEL"; empty: default */
} fh_config_value;

typedef struct fh_config {
    fh_config_value value[FH_N_CONFIG];
    fh_arena *arena;
} fh_config;

/* All defaults. What is set lives in the arena. */
FH_MUST_CHECK fh_status fh_config_new(fh_arena *arena, fh_config **out, fh_error *err);

/* Told for every mistake; reading goes on, so that one look shows them all. */
typedef void fh_config_fault(void *ctx, const fh_error *fault);

/* The text of a file called `name`. `fault` NULL: stops at the first mistake; else
 * tells each and fails with the first at the end. FH_FORMAT, FH_INVALID. */
FH_MUST_CHECK fh_status fh_config_text(fh_config *c, fh_str name, fh_str text,
                                       fh_config_fault *fault, void *ctx, fh_error *err);
FH_MUST_CHECK fh_status fh_config_file(fh_config *c, const fh_os *os, const char *path,
                                       fh_config_fault *fault, void *ctx, fh_error *err);
/* Variables that begin with FIRSTHAND_; NULL ends the list ("NAME=value").
 * FIRSTHAND_CONFIG (the file's place) and FIRSTHAND_TOKEN, FIRSTHAND_SERVER (of the
 * command line) are passed over. */
FH_MUST_CHECK fh_status fh_config_environment(fh_config *c, const char *const *variables,
                                              fh_config_fault *fault, void *ctx, fh_error *err);
/* One value: `name` is "server.listen" or "server-listen"; `from` says where from. */
FH_MUST_CHECK fh_status fh_config_set(fh_config *c, fh_str name, fh_str value, fh_str from,
                                      fh_error *err);
/* Several values from the command line, "log.level=debug,server.listen=a:1,b:2": a part
 * that does not begin with a key belongs to the value before. */
FH_MUST_CHECK fh_status fh_config_flags(fh_config *c, fh_str list, fh_str from, fh_error *err);
/* What no single key shows: a key without its certificate ... Call last. */
FH_MUST_CHECK fh_status fh_config_check(const fh_config *c, fh_config_fault *fault, void *ctx,
                                        fh_error *err);
/* As a file with every key, its help and where its value is from (`all`: also
 * those at their default). What it prints can be read again. */
void fh_config_print(const fh_config *c, bool all, fh_buf *out);

static inline int64_t fh_config_number(const fh_config *c, fh_config_id id)
{
    return c->value[id].number;
}

static inline bool fh_config_flag(const fh_config *c, fh_config_id id)
{
    return c->value[id].number != 0;
}

/* A secret's file: one line, trimmed, at most 4 KiB; FH_DENIED when everybody may
 * read it. In the arena. */
FH_MUST_CHECK fh_status fh_config_secret(const fh_os *os, const char *path, fh_arena *arena,
                                         fh_str *out, fh_error *err);

#endif
