/* problem.c - what went wrong, as application/problem+json (RFC 9457).
 *
 *     {"type":"urn:firsthand:problem:not-found","title":"not found","status":404,
 *      "detail":"there is no customer 17","remedy":"...","request":"9f3c..."}
 *
 * `type` is kept stable for programs; `detail` and `remedy` are for people and may be
 * worded better any day. What is our own fault tells no inside.
 */
#include "api/inside.h"

#include "base/put.h"

#include <stdio.h>

enum { PROBLEM_MAX = 4 << 20 };

static const int codes[] = {
#define X(name, value, http, text) [FH_##name] = (http),
    FH_STATUS_MAP(X)
#undef X
};

int fh_problem_code(fh_status status)
{
    return (size_t)status < sizeof codes / sizeof codes[0] ? codes[status] : 500;
}

const char *fh_problem_word(fh_status status)
{
    switch (status) {
    case FH_OK: return "none";
    case FH_INVALID: return "invalid";
    case FH_FORMAT: return "malformed";
    case FH_NOTFOUND: return "not-found";
    case FH_CONFLICT: return "conflict";
    case FH_LIMIT: return "too-large";
    case FH_DENIED: return "denied";
    case FH_BUSY: return "busy";
    case FH_LATER: return "too-many";
    case FH_STALE: return "stale";
    case FH_INTERRUPTED: return "interrupted";
    case FH_NOMEM: return "no-memory";
    case FH_CORRUPT: return "damaged";
    case FH_IO:
    case FH_INTERNAL: break;
    }
    return "failed";
}

void fh_put_field(fh_http_exchange *x, const char *name, fh_str value)
{
    const fh_status s = fh_http_add_field(x, name, value, NULL);
    (void)s;
}

#define POLICY "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

void fh_put_policy(fh_http_exchange *x)
{
    fh_put_field(x, "Content-Security-Policy", FH_STR(POLICY));
}

void fh_put_kept_nowhere(fh_http_exchange *x)
{
    fh_http_add_lines(x, FH_STR("Cache-Control: no-store\r\n"
                                "Content-Security-Policy: " POLICY "\r\n"));
}

void fh_problem_reply(fh_http_exchange *x, const fh_error *err, int code)
{
    fh_problem_reply_with(x, err, code, (fh_str){0});
}

void fh_problem_reply_with(fh_http_exchange *x, const fh_error *err, int code, fh_str more)
{
    const fh_status status = err->status;
    char type[64];
    fh_buf body;
    fh_json j;
    if (!code) code = fh_problem_code(status);
    /* A path or the system's words mean nothing to whoever asked: they are in the log. */
    const bool inside = status == FH_IO || status == FH_INTERNAL || status == FH_CORRUPT;
    (void)snprintf(type, sizeof type, "urn:firsthand:problem:%s",
                   code == FH_NO_IF_MATCH ? "if-match-missing" : fh_problem_word(status));
    fh_buf_init(&body, NULL, PROBLEM_MAX);
    fh_json_begin(&j, &body, 0);
    fh_json_object(&j);
    fh_put_text_if(&j, "type", fh_str_of(type));
    fh_put_text_if(&j, "title", fh_str_of(fh_http_reason(code)));
    fh_put_int(&j, "status", code);
    fh_put_text_if(&j, "detail", fh_str_of(inside ? fh_status_text(status) : err->message));
    fh_put_text_if(
        &j, "remedy",
        inside ? FH_STR("Try again; if it happens again, show the request's number to whoever "
                        "runs this server: the log says more.")
               : fh_str_of(err->hint));
    fh_put_text_if(&j, "request", fh_http_request_of(x)->id);
    fh_json_members(&j, more);
    fh_json_end_object(&j);
    fh_put_field(x, "Cache-Control", FH_STR("no-store"));
    fh_put_policy(x);
    if (code == 401) fh_put_field(x, "WWW-Authenticate", FH_STR("Bearer realm=\"Firsthand\""));
    if (code == 429 || code == 503) fh_put_field(x, "Retry-After", FH_STR("2"));
    if (body.status)
        fh_http_reply_problem(x, code, (fh_str){0});
    else
        fh_http_reply_plain(x, code, FH_STR("application/problem+json"), fh_buf_view(&body));
    fh_buf_free(&body);
}
