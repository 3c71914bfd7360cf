/* smtp.c - see smtp.h. libcurl leads the dialogue; its lines come to us as header lines. */
#include "os/smtp.h"

#include "base/utf8.h"
#include "os/fetch_parts.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { BYE = 221 };

typedef struct dialogue {
    const fh_smtp_server *server;
    fh_str left; /* of the mail */
    bool all;    /* everything was given */
    fh_smtp_result *out;
    bool refused_address, given_up;
} dialogue;

bool fh_smtp_address_ok(fh_str a)
{
    size_t at = 0, ats = 0;
    for (size_t i = 0; i < a.len; i++) {
        const unsigned char c = (unsigned char)a.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '"' || c == '\\' || c == ',' ||
            c == ';' || c == '(' || c == ')')
            return false;
        if (c == '@') at = i, ats++;
    }
    return ats == 1 && at > 0 && at + 1 < a.len && a.len <= 254;
}

/* ---- What libcurl calls ---- */

/* What cannot be read becomes "?"; line ends become spaces. */
static void readable(const char *bytes, size_t n, char *out, size_t size)
{
    size_t to = 0;
    while (n && (bytes[n - 1] == '\n' || bytes[n - 1] == '\r')) n--;
    for (size_t i = 0; i < n;) {
        const size_t step = fh_utf8_step((const unsigned char *)bytes + i, n - i);
        const size_t len = step ? step : 1;
        if (to + len + 1 > size) break;
        if (step && (unsigned char)bytes[i] >= ' ' && bytes[i] != 0x7f)
            memcpy(out + to, bytes + i, len);
        else
            memset(out + to, step ? ' ' : '?', len);
        to += len;
        i += len;
    }
    out[to] = '\0';
}

/* "250 OK": the last line of a reply has a space behind its code, lines before it a hyphen. */
static size_t hear(char *bytes, size_t size, size_t n, void *ctx)
{
    dialogue *d = ctx;
    const size_t len = size * n;
    int code = 0;
    if (len < 4 || (bytes[3] != ' ' && bytes[3] != '-' && bytes[3] != '\r')) return len;
    for (size_t i = 0; i < 3; i++) {
        if (bytes[i] < '0' || bytes[i] > '9') return len;
        code = code * 10 + (bytes[i] - '0');
    }
    if (code == BYE) return len; /* to the farewell: it would cover what was said before */
    d->out->code = code;
    readable(bytes, len, d->out->reply, sizeof d->out->reply);
    return len;
}

static size_t give(char *to, size_t size, size_t n, void *ctx)
{
    dialogue *d = ctx;
    const size_t room = size * n, len = d->left.len < room ? d->left.len : room;
    if (!len) {
        d->all = true;
        return 0;
    }
    memcpy(to, d->left.ptr, len);
    d->left.ptr += len;
    d->left.len -= len;
    return len;
}

static int still(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t e)
{
    dialogue *d = ctx;
    (void)a, (void)b, (void)c, (void)e;
    d->given_up = d->server->given_up && d->server->given_up(d->server->ctx);
    return d->given_up;
}

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    dialogue *d = ctx;
    const char *why = "not allowed";
    (void)purpose;
    if (d->server->address_ok && !d->server->address_ok(d->server->ctx, &address->addr, &why)) {
        d->refused_address = true;
        (void)snprintf(d->out->reply, sizeof d->out->reply,
                       "the address of the mail server is %s, and mail.allow-private is not set",
                       why);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- One mail ---- */

static void set_up(fh_fetcher *f, dialogue *d, const char *url, const char *from,
                   struct curl_slist *to, char *reason)
{
    const fh_smtp_server *server = d->server;
    CURL *h = f->handle;
    f->easy_reset(h);
    (void)f->easy_setopt(h, CURLOPT_URL, url);
    (void)f->easy_setopt(h, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)f->easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    (void)f->easy_setopt(h, CURLOPT_PROXY, "");
    (void)f->easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L);
    (void)f->easy_setopt(h, CURLOPT_FORBID_REUSE, 1L);
    (void)f->easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)f->easy_setopt(
        h, CURLOPT_USE_SSL,
        (long)(server->security == FH_SMTP_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (server->ca_file) {
        (void)f->easy_setopt(h, CURLOPT_CAINFO, server->ca_file);
        (void)f->easy_setopt(h, CURLOPT_CAPATH, NULL);
    }
    if (server->user) (void)f->easy_setopt(h, CURLOPT_USERNAME, server->user);
    if (server->password) (void)f->easy_setopt(h, CURLOPT_PASSWORD, server->password);
    (void)f->easy_setopt(h, CURLOPT_MAIL_FROM, from);
    (void)f->easy_setopt(h, CURLOPT_MAIL_RCPT, to);
    (void)f->easy_setopt(h, CURLOPT_UPLOAD, 1L);
    (void)f->easy_setopt(h, CURLOPT_READFUNCTION, give);
    (void)f->easy_setopt(h, CURLOPT_READDATA, d);
    (void)f->easy_setopt(h, CURLOPT_HEADERFUNCTION, hear);
    (void)f->easy_setopt(h, CURLOPT_HEADERDATA, d);
    (void)f->easy_setopt(h, CURLOPT_ERRORBUFFER, reason);
    (void)f->easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)f->easy_setopt(h, CURLOPT_OPENSOCKETDATA, d);
    (void)f->easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    (void)f->easy_setopt(h, CURLOPT_XFERINFOFUNCTION, still);
    (void)f->easy_setopt(h, CURLOPT_XFERINFODATA, d);
    (void)f->easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)server->time_ms);
}

/* Refusals of one mail come as CURLE_SEND_ERROR (sender, recipient, the wish to send) or,
 * once all was given, as CURLE_WEIRD_SERVER_REPLY; both with the server's code. */
static fh_smtp_outcome outcome_of(const dialogue *d, CURLcode code)
{
    const int said = d->out->code;
    if (code == CURLE_OK) return FH_SMTP_SENT;
    if (d->all && (said < 400 || code != CURLE_WEIRD_SERVER_REPLY)) return FH_SMTP_UNSURE;
    if (code != CURLE_SEND_ERROR && code != CURLE_WEIRD_SERVER_REPLY) return FH_SMTP_AWAY;
    if (code == CURLE_WEIRD_SERVER_REPLY && !d->all) return FH_SMTP_AWAY; /* its greeting */
    if (said >= 500) return FH_SMTP_REFUSED;
    return said >= 400 && said != 421 ? FH_SMTP_LATER : FH_SMTP_AWAY;
}

static void say_why(const fh_fetcher *f, const dialogue *d, CURLcode code, const char *reason)
{
    fh_smtp_result *out = d->out;
    if (out->outcome == FH_SMTP_SENT || d->refused_address) return;
    if (out->code >= 400 && out->outcome != FH_SMTP_UNSURE) return; /* the server's own words */
    const char *why = *reason ? reason : f->easy_strerror(code);
    readable(why, strlen(why), out->reply, sizeof out->reply);
}

fh_status fh_smtp_send(fh_fetcher *f, const fh_smtp_server *server, const fh_smtp_mail *mail,
                       fh_smtp_result *out, fh_error *err)
{
    char reason[CURL_ERROR_SIZE] = "", url[400];
    *out = (fh_smtp_result){.outcome = FH_SMTP_AWAY};
    dialogue d = {.server = server, .left = mail->text, .out = out};
    if (!fh_smtp_address_ok(fh_str_of(mail->to)) || !fh_smtp_address_ok(fh_str_of(mail->from)))
        return fh_fail(err, FH_INVALID, "that is no address mail can be sent to");
    const bool v6 = strchr(server->host, ':') != NULL;
    const int n =
        snprintf(url, sizeof url, "smtp%s://%s%s%s:%u", server->security == FH_SMTP_TLS ? "s" : "",
                 v6 ? "[" : "", server->host, v6 ? "]" : "", server->port);
    if (n < 0 || (size_t)n >= sizeof url)
        return fh_fail(err, FH_INVALID, "the name of the mail server is too long");
    struct curl_slist *to = f->slist_append(NULL, mail->to);
    if (!to) return fh_no_memory(err);
    set_up(f, &d, url, mail->from, to, reason);
    const CURLcode code = f->easy_perform(f->handle);
    out->outcome = outcome_of(&d, code);
    say_why(f, &d, code, reason);
    f->slist_free_all(to);
    return code == CURLE_OUT_OF_MEMORY && !d.all ? fh_no_memory(err) : FH_OK;
}
