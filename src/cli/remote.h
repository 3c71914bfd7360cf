/* remote.h - the same commands, put to a server instead of a file: --server URL.
 *
 * The server answers with the same bytes (it runs the same question); here they are
 * only asked for and printed. The token is in the environment, FIRSTHAND_TOKEN: a
 * command line can be read by everybody on the machine.
 */
#ifndef FH_CLI_REMOTE_H
#define FH_CLI_REMOTE_H

#include "cli/cli.h"
#include "os/fetch.h"

typedef struct cli_remote {
    const cli_io *io;
    fh_fetcher *fetcher;
    fh_str server;         /* "http://127.0.0.1:8080", without a slash at the end */
    const char *fields[4]; /* Authorization ... */
    fh_fetched reply;
} cli_remote;

/* Always followed by cli_remote_close, also when it fails. */
FH_MUST_CHECK fh_status cli_remote_open(const cli_io *io, fh_str server, cli_remote *out,
                                        fh_error *err);
void cli_remote_close(cli_remote *r);
/* Asks; the reply's body is in r->reply.body. What is not 2xx becomes an error with the
 * server's words. `json` empty: no body. */
FH_MUST_CHECK fh_status cli_remote_ask(cli_remote *r, const char *method, fh_str path, fh_str json,
                                       fh_error *err);
/* Appends "name=value", encoded, with '?' or '&' before it. */
void cli_remote_pair(fh_buf *path, fh_str name, fh_str value);

/* A number of the reply, which is a JSON object; FH_FORMAT when it is not there. */
FH_MUST_CHECK fh_status cli_remote_number(const cli_remote *r, const char *key, int64_t *out,
                                          fh_error *err);
/* A text of the reply, in the arena; empty when it is not there. */
fh_str cli_remote_text(const cli_remote *r, const char *key);

/* A standard question, with the options and arguments given. */
FH_MUST_CHECK fh_status cli_remote_question(const cli_io *io, const cli_call *call,
                                            const fh_question *q, fh_error *err);

#endif
