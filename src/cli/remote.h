/* remote.h - the same commands, put to a server instead of a file: --server URL.
 *
 * A question's answer comes as the bytes to print (the server runs the same question).
 * All else comes as JSON and is put back into the structs that the command prints when
 * it works on a file: one wording, wherever the organisation lies. The token is in the
 * environment, FIRSTHAND_TOKEN: a command line can be read by everybody on the machine.
 *
 * Where a connection breaks, what can be asked twice without harm is asked again, a few
 * times with growing pauses; but not when the server was never reached.
 */
#ifndef FH_CLI_REMOTE_H
#define FH_CLI_REMOTE_H

#include "app/ask/calling.h"
#include "base/json.h"
#include "cli/cli.h"
#include "os/fetch.h"

typedef struct cli_remote {
    const cli_io *io;
    fh_fetcher *fetcher;
    fh_str server;         /* "http://127.0.0.1:8080", without a slash at the end */
    fh_str bearer;         /* "Authorization: Bearer ..." */
    bool reached;          /* it has answered before */
    bool (*stopped)(void); /* asked while waiting; NULL: never */
    fh_fetched reply;
    fh_json_reader *reader;
    fh_json_doc doc; /* of the reply, after cli_remote_read */
} cli_remote;

/* What is put to the server. */
typedef struct cli_request {
    const char *method;
    fh_str path;
    const char *type; /* of the body; NULL: JSON */
    fh_str body;
    fh_str once;     /* Idempotency-Key; empty: none */
    bool any;        /* If-Match: *, whatever there is now */
    int64_t version; /* If-Match: only this one; 0: none is named */
    bool again;      /* may be sent again when the connection broke */
    /* The body of a good reply goes there piece by piece; NULL: to r->reply.body. */
    fh_status (*write)(void *ctx, fh_str piece, fh_error *err);
    void *ctx;
    int also; /* a code besides 2xx that is an answer, not a failure; 0: none */
} cli_request;

/* Always followed by cli_remote_close, also when it fails. */
FH_MUST_CHECK fh_status cli_remote_open(const cli_io *io, fh_str server, cli_remote *out,
                                        fh_error *err);
void cli_remote_close(cli_remote *r);
/* Asks; the reply's body is in r->reply.body. What is not 2xx becomes an error with the
 * server's words. `json` empty: no body. */
FH_MUST_CHECK fh_status cli_remote_ask(cli_remote *r, const char *method, fh_str path, fh_str json,
                                       fh_error *err);
FH_MUST_CHECK fh_status cli_remote_send(cli_remote *r, const cli_request *what, fh_error *err);
/* GET, and the reply read. */
FH_MUST_CHECK fh_status cli_remote_get(cli_remote *r, fh_str path, fh_error *err);
/* What the organisation there calls its customers: for what is worded here. */
FH_MUST_CHECK fh_status cli_remote_calling(cli_remote *r, fh_calling *out, fh_error *err);
/* A key of its own for what is to be done once. */
FH_MUST_CHECK fh_status cli_remote_once(const cli_remote *r, fh_str *out, fh_error *err);
/* Waits; true: somebody asked to stop. */
bool cli_remote_pause(const cli_remote *r, int ms);
/* "#17" or the customer's identifier as the customer's number; as fh_identity_find. */
FH_MUST_CHECK fh_status cli_remote_customer(cli_remote *r, fh_str who, int64_t *out, fh_error *err);
/* Appends "name=value", encoded, with '?' or '&' before it. */
void cli_remote_pair(fh_buf *path, fh_str name, fh_str value);

/* A number of the reply, which is a JSON object; FH_FORMAT when it is not there. */
FH_MUST_CHECK fh_status cli_remote_number(const cli_remote *r, const char *key, int64_t *out,
                                          fh_error *err);

/* ---- The reply as JSON ----------------------------------------------------------------- */

/* Reads the reply, which must be an object; the tokens live until the next reply. */
FH_MUST_CHECK fh_status cli_remote_read(cli_remote *r, fh_error *err);
/* Members of the object at token `object` (0: the reply itself): 0, empty, false when
 * they are not there or null. Texts live in io->arena. */
uint32_t cli_reply_at(const cli_remote *r, uint32_t object, const char *key);
int64_t cli_reply_number(const cli_remote *r, uint32_t object, const char *key);
fh_str cli_reply_text(const cli_remote *r, uint32_t object, const char *key);
bool cli_reply_bool(const cli_remote *r, uint32_t object, const char *key);
/* The text of a token itself. */
fh_str cli_reply_word(const cli_remote *r, uint32_t token);
/* The first member of the array `key`, and the end: for (at = first; at < end; at = next). */
uint32_t cli_reply_array(const cli_remote *r, uint32_t object, const char *key, uint32_t *end,
                         size_t *n);
uint32_t cli_reply_next(const cli_remote *r, uint32_t token);

/* ---- Jobs (remote_job.c) ------------------------------------------------------------------ */

/* Asks for a job; the reply that tells it is read. */
FH_MUST_CHECK fh_status cli_remote_add_job(cli_remote *r, fh_str path, fh_str body, int64_t *job,
                                           fh_error *err);
/* Waits until it ended, showing how far it is; Ctrl-C stops it there. Its last state is
 * the reply, read. A job that failed gives the status its command would have ended with. */
FH_MUST_CHECK fh_status cli_remote_wait(cli_remote *r, int64_t job, bool show, fh_error *err);

/* A standard question, with the options and arguments given. */
FH_MUST_CHECK fh_status cli_remote_question(const cli_io *io, const cli_call *call,
                                            const fh_question *q, fh_error *err);

/* Beside the place first, so that FILE is never half written. */
FH_MUST_CHECK fh_status cli_write_file(const cli_io *io, fh_str path, fh_str bytes, fh_error *err);

#endif
