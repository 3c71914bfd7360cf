/* fetch.c - libcurl behind fetch.h: its functions are looked up by name once. */
#include "os/fetch_parts.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct running {
    fh_fetcher *fetcher;
    const fh_fetch *what;
    fh_fetched *out;
    fh_error *err;
    fh_status status; /* of a function of the caller's */
} running;

static fh_status missing(fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "libcurl is not installed");
    return fh_hint(err, FH_NOTFOUND, "On Debian: apt-get install libcurl4.");
}

static bool look_up(fh_fetcher *f)
{
    static const struct {
        const char *name;
        size_t at;
    } wanted[] = {
#define X(name) {"curl_" #name, offsetof(struct fh_fetcher, name)},
        CURL_FUNCTIONS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        void *found = dlsym(f->library, wanted[i].name);
        if (!found) return false;
        memcpy((char *)f + wanted[i].at, &found, sizeof found);
    }
    return true;
}

fh_status fh_fetcher_new(fh_fetcher **out, fh_error *err)
{
    fh_fetcher *f = calloc(1, sizeof *f);
    if (!f) return fh_no_memory(err);
    f->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!f->library || !look_up(f) || f->global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        fh_fetcher_free(f);
        return missing(err);
    }
    f->handle = f->easy_init();
    if (!f->handle) {
        fh_fetcher_free(f);
        return fh_no_memory(err);
    }
    *out = f;
    return FH_OK;
}

/* The library stays loaded: its own threads and handlers may outlive us. */
void fh_fetcher_free(fh_fetcher *f)
{
    if (!f) return;
    if (f->handle) f->easy_cleanup(f->handle);
    free(f);
}

/* ---- What libcurl calls ------------------------------------------------------------------ */

static bool is_good(const running *r)
{
    long code = 0;
    (void)r->fetcher->easy_getinfo(r->fetcher->handle, CURLINFO_RESPONSE_CODE, &code);
    return code >= 200 && code < 300;
}

static size_t take(char *bytes, size_t size, size_t n, void *ctx)
{
    running *r = ctx;
    const fh_str piece = {bytes, size * n};
    if (r->what->write && (!r->what->good_only || is_good(r))) {
        r->status = r->what->write(r->what->ctx, piece, r->err);
        return r->status ? 0 : piece.len;
    }
    fh_buf_str(&r->out->body, piece);
    if (!r->out->body.status) return piece.len;
    r->status = r->out->body.status == FH_NOMEM
                    ? fh_no_memory(r->err)
                    : fh_fail(r->err, FH_LIMIT, "the other side's reply is too large");
    return 0;
}

static size_t give(char *to, size_t size, size_t n, void *ctx)
{
    running *r = ctx;
    size_t got = 0;
    r->status = r->what->read(r->what->ctx, to, size * n, &got, r->err);
    return r->status ? CURL_READFUNC_ABORT : got;
}

static int still(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    running *r = ctx;
    (void)a, (void)b, (void)c, (void)d;
    const fh_fetch *w = r->what;
    const bool stop = (w->stopped && w->stopped()) || (w->given_up && w->given_up(w->ctx));
    if (!stop) return 0;
    r->status = fh_fail(r->err, FH_INTERRUPTED, "interrupted");
    return 1;
}

/* The address it is about to connect to, whatever the name said before. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    running *r = ctx;
    const char *why = "not allowed";
    (void)purpose;
    if (r->what->address_ok && !r->what->address_ok(r->what->ctx, &address->addr, &why)) {
        r->status = fh_fail(r->err, FH_DENIED, "the address it leads to is %s", why);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- One exchange -------------------------------------------------------------------------- */

static void set_up(fh_fetcher *f, running *r, struct curl_slist *fields, char *reason)
{
    const fh_fetch *w = r->what;
    CURL *h = f->handle;
    f->easy_reset(h);
    (void)f->easy_setopt(h, CURLOPT_URL, w->url);
    (void)f->easy_setopt(h, CURLOPT_PROTOCOLS_STR, w->https_only ? "https" : "https,http");
    (void)f->easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    (void)f->easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    (void)f->easy_setopt(h, CURLOPT_PROXY, "");
    (void)f->easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)f->easy_setopt(h, CURLOPT_HTTPHEADER, fields);
    (void)f->easy_setopt(h, CURLOPT_ERRORBUFFER, reason);
    (void)f->easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    (void)f->easy_setopt(h, CURLOPT_WRITEDATA, r);
    (void)f->easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)f->easy_setopt(h, CURLOPT_OPENSOCKETDATA, r);
    (void)f->easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    (void)f->easy_setopt(h, CURLOPT_XFERINFOFUNCTION, still);
    (void)f->easy_setopt(h, CURLOPT_XFERINFODATA, r);
    if (w->unix_path) (void)f->easy_setopt(h, CURLOPT_UNIX_SOCKET_PATH, w->unix_path);
    if (w->time_ms) (void)f->easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)w->time_ms);
    if (w->address_ok) /* a kept connection was looked at for somebody else */
        (void)f->easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L);
    if (w->read) {
        (void)f->easy_setopt(h, CURLOPT_UPLOAD, 1L);
        (void)f->easy_setopt(h, CURLOPT_READFUNCTION, give);
        (void)f->easy_setopt(h, CURLOPT_READDATA, r);
        (void)f->easy_setopt(h, CURLOPT_INFILESIZE_LARGE, (curl_off_t)w->read_bytes);
    } else if (strcmp(w->method, "GET") != 0) {
        (void)f->easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.len);
        (void)f->easy_setopt(h, CURLOPT_POSTFIELDS, w->body.len ? w->body.ptr : "");
    }
    (void)f->easy_setopt(h, CURLOPT_CUSTOMREQUEST, w->method);
}

static fh_status result(fh_fetcher *f, const running *r, CURLcode code, const char *reason,
                        fh_error *err)
{
    if (r->status) return r->status;
    if (code != CURLE_OK) {
        (void)fh_fail(err, FH_IO, "%.100s does not answer: %s", r->what->url,
                      *reason ? reason : f->easy_strerror(code));
        return fh_hint(err, FH_IO, "Is the address right, and is the other side running?");
    }
    long status = 0;
    char *type = NULL;
    (void)f->easy_getinfo(f->handle, CURLINFO_RESPONSE_CODE, &status);
    (void)f->easy_getinfo(f->handle, CURLINFO_CONTENT_TYPE, &type);
    r->out->code = (int)status;
    const size_t n = type ? strlen(type) : 0;
    if (n && n < sizeof r->out->type) memcpy(r->out->type, type, n + 1);
    return FH_OK;
}

fh_status fh_fetch_run(fh_fetcher *f, const fh_fetch *what, fh_fetched *out, fh_error *err)
{
    char reason[CURL_ERROR_SIZE] = "";
    struct curl_slist *fields = NULL;
    fh_error own = {0};
    running r = {.fetcher = f, .what = what, .out = out, .err = err ? err : &own};
    fh_buf_clear(&out->body);
    out->body.max = what->max_body ? what->max_body : 1 << 20;
    out->code = 0;
    out->type[0] = '\0';
    for (const char *const *field = what->fields; field && *field; field++) {
        struct curl_slist *longer = f->slist_append(fields, *field);
        if (!longer) {
            f->slist_free_all(fields);
            return fh_no_memory(err);
        }
        fields = longer;
    }
    set_up(f, &r, fields, reason);
    const CURLcode code = f->easy_perform(f->handle);
    const fh_status s = result(f, &r, code, reason, err);
    f->slist_free_all(fields);
    return s;
}
