/* hook_curl.c - webhooks by libcurl, opened at first use.
 *
 * libcurl brings some thirty libraries and 10 MB with it, so the server does not
 * link it: it starts, and everything else works, where it is not installed.
 *
 * The socket is made by us: at that moment the address is what will be connected
 * to, whatever the name resolved to before. No redirects, no proxy, no other
 * protocol, no password file; the reply is read up to a limit.
 */
#include "app/webhooks.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REPLY_MAX = 64 << 10 };

struct fh_hook_curl {
    void *library;
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    void (*easy_cleanup)(CURL *curl);
    void (*easy_reset)(CURL *curl);
    CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
    CURLcode (*easy_perform)(CURL *curl);
    CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
    CURL *easy;
};

static fh_status open_library(fh_hook_curl *c, fh_error *err)
{
    c->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (c->library) return FH_OK;
    (void)fh_fail(err, FH_NOTFOUND, "libcurl is not installed, so no webhook can be sent");
    return fh_hint(err, FH_NOTFOUND, "Install it (on Debian: apt install libcurl4) and restart.");
}

fh_status fh_hook_curl_new(fh_hook_curl **out, fh_error *err)
{
    fh_hook_curl *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    fh_status status = open_library(c, err);
    const struct symbol {
        const char *name;
        void *to;
    } symbols[] = {
        {"curl_global_init", &c->global_init},   {"curl_easy_init", &c->easy_init},
        {"curl_easy_cleanup", &c->easy_cleanup}, {"curl_easy_reset", &c->easy_reset},
        {"curl_easy_setopt", &c->easy_setopt},   {"curl_easy_perform", &c->easy_perform},
        {"curl_easy_getinfo", &c->easy_getinfo}, {"curl_easy_strerror", &c->easy_strerror},
        {"curl_slist_append", &c->slist_append}, {"curl_slist_free_all", &c->slist_free_all},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols && status == FH_OK; i++) {
        void *found = dlsym(c->library, symbols[i].name);
        if (!found) status = fh_fail(err, FH_NOTFOUND, "libcurl has no %s", symbols[i].name);
        memcpy(symbols[i].to, &found, sizeof found); /* a function's address, as POSIX has it */
    }
    if (status == FH_OK && c->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        status = fh_fail(err, FH_INTERNAL, "libcurl does not start");
    if (status == FH_OK && !(c->easy = c->easy_init())) status = fh_no_memory(err);
    if (status == FH_OK)
        *out = c;
    else
        fh_hook_curl_free(c);
    return status;
}

void fh_hook_curl_free(fh_hook_curl *c)
{
    if (!c) return;
    if (c->easy) c->easy_cleanup(c->easy);
    /* Not closed: libraries below libcurl do not all survive that. */
    free(c);
}

/* ---- One exchange -----------------------------------------------------------------------------
 */

typedef struct exchange {
    const fh_hook_post *post;
    fh_hook_reply *reply;
    size_t received;
    const char *refused; /* what the address is; NULL: it was not refused */
    bool plain;          /* http: only to this machine */
    bool enough;         /* the reply was cut at REPLY_MAX */
} exchange;

static bool is_loopback(const struct sockaddr *address)
{
    const char *why;
    return fh_hook_address_ok(address, true, &why) && !fh_hook_address_ok(address, false, &why);
}

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    exchange *x = ctx;
    const char *why = "no public address";
    bool ok = purpose == CURLSOCKTYPE_IPCXN &&
              fh_hook_address_ok(&address->addr, x->post->loopback_allowed, &why);
    if (ok && x->plain && !is_loopback(&address->addr)) {
        ok = false;
        why = "another machine, and the address does not begin with https://";
    }
    if (!ok) {
        x->refused = why;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t take_body(char *bytes, size_t size, size_t n, void *ctx)
{
    exchange *x = ctx;
    const size_t len = size * n, room = sizeof x->reply->body - x->reply->n;
    const size_t kept = len < room ? len : room;
    memcpy(x->reply->body + x->reply->n, bytes, kept);
    x->reply->n += kept;
    x->received += len;
    x->enough = x->received > REPLY_MAX;
    return x->enough ? 0 : len;
}

static int look_up(void *ctx, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal,
                   curl_off_t ulnow)
{
    (void)dltotal, (void)dlnow, (void)ultotal, (void)ulnow;
    const exchange *x = ctx;
    return x->post->stopped && x->post->stopped(x->post->stopped_ctx);
}

static bool add_header(fh_hook_curl *c, struct curl_slist **list, const char *name, fh_str value)
{
    char line[512];
    const int n = snprintf(line, sizeof line, "%s: %.*s", name, FH_STR_ARG(value));
    if (n < 0 || (size_t)n >= sizeof line) return false;
    struct curl_slist *longer = c->slist_append(*list, line);
    if (longer) *list = longer;
    return longer != NULL;
}

static bool add_headers(fh_hook_curl *c, const fh_hook_post *post, struct curl_slist **list)
{
    return add_header(c, list, "Content-Type", FH_STR("application/json")) &&
           add_header(c, list, "webhook-id", post->id) &&
           add_header(c, list, "webhook-timestamp", post->timestamp) &&
           add_header(c, list, "webhook-signature", post->signature) &&
           add_header(c, list, "Expect", (fh_str){0});
}

static void set_up(fh_hook_curl *c, const char *url, exchange *x, struct curl_slist *headers)
{
    const fh_hook_post *post = x->post;
    CURL *e = c->easy;
    (void)c->easy_setopt(e, CURLOPT_URL, url);
    (void)c->easy_setopt(e, CURLOPT_PROTOCOLS_STR, x->plain ? "http" : "https");
    (void)c->easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    (void)c->easy_setopt(e, CURLOPT_PROXY, "");
    (void)c->easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)c->easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    (void)c->easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)post->time_ms);
    (void)c->easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)post->time_ms);
    (void)c->easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)c->easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
    (void)c->easy_setopt(e, CURLOPT_FORBID_REUSE, 1L); /* a later one may lead elsewhere */
    (void)c->easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)c->easy_setopt(e, CURLOPT_OPENSOCKETDATA, x);
    (void)c->easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
    (void)c->easy_setopt(e, CURLOPT_WRITEDATA, x);
    (void)c->easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
    (void)c->easy_setopt(e, CURLOPT_XFERINFOFUNCTION, look_up);
    (void)c->easy_setopt(e, CURLOPT_XFERINFODATA, x);
    (void)c->easy_setopt(e, CURLOPT_USERAGENT, "Firsthand/" FH_VERSION);
    (void)c->easy_setopt(e, CURLOPT_HTTPHEADER, headers);
    (void)c->easy_setopt(e, CURLOPT_POST, 1L);
    (void)c->easy_setopt(e, CURLOPT_POSTFIELDS, post->body.ptr);
    (void)c->easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->body.len);
}

static fh_status judge(fh_hook_curl *c, const exchange *x, CURLcode code, fh_error *err)
{
    if (x->refused) {
        (void)fh_fail(err, FH_DENIED, "the receiver's address is %s", x->refused);
        return fh_hint(err, FH_DENIED, "Webhooks go to public addresses only.");
    }
    long status = 0;
    (void)c->easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    x->reply->code = (int32_t)status;
    if (status && (code == CURLE_OK || x->enough)) return FH_OK;
    x->reply->code = 0;
    if (code == CURLE_ABORTED_BY_CALLBACK) return fh_fail(err, FH_INTERRUPTED, "stopped");
    return fh_fail(err, FH_IO, "no reply: %s", c->easy_strerror(code));
}

static fh_status post_by_curl(void *ctx, const fh_hook_post *post, fh_hook_reply *out,
                              fh_error *err)
{
    fh_hook_curl *c = ctx;
    exchange x = {
        .post = post, .reply = out, .plain = !fh_str_starts(post->url, FH_STR("https://"))};
    out->code = 0;
    out->n = 0;
    fh_status status = fh_webhook_check_url(post->url, post->loopback_allowed, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    fh_str url;
    struct curl_slist *headers = NULL;
    if (!arena || !fh_arena_str(arena, post->url, &url) || !add_headers(c, post, &headers)) {
        status = fh_no_memory(err);
    } else {
        c->easy_reset(c->easy);
        set_up(c, url.ptr, &x, headers);
        status = judge(c, &x, c->easy_perform(c->easy), err);
        c->easy_reset(c->easy);
    }
    c->slist_free_all(headers);
    fh_arena_free(arena);
    return status;
}

fh_hook_transport fh_hook_curl_transport(fh_hook_curl *curl)
{
    return (fh_hook_transport){.ctx = curl, .post = post_by_curl};
}
