/* hook_curl.c - webhooks carried by os/fetch.h.
 *
 * The address is looked at when the socket is made: at that moment it is what will
 * be connected to, whatever the name resolved to before. No redirects; of the reply
 * the first bytes are kept and the rest is passed over.
 */
#include "app/hooks/webhooks.h"
#include "os/fetch.h"
#include "os/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_IDLE = 8 };

/* A fetcher is used by one thread at a time: idle ones are kept for the next message. */
struct fh_hook_curl {
    fh_mutex *lock;
    fh_fetcher *idle[MOST_IDLE];
    size_t n_idle;
};

fh_status fh_hook_curl_new(fh_hook_curl **out, fh_error *err)
{
    fh_hook_curl *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    c->lock = fh_mutex_new();
    if (!c->lock) {
        fh_hook_curl_free(c);
        return fh_no_memory(err);
    }
    *out = c;
    return FH_OK;
}

void fh_hook_curl_free(fh_hook_curl *c)
{
    if (!c) return;
    for (size_t i = 0; i < c->n_idle; i++) fh_fetcher_free(c->idle[i]);
    fh_mutex_free(c->lock);
    free(c);
}

static fh_status take_fetcher(fh_hook_curl *c, fh_fetcher **out, fh_error *err)
{
    fh_status status = FH_OK;
    fh_mutex_lock(c->lock); /* also while libcurl is opened */
    if (c->n_idle)
        *out = c->idle[--c->n_idle];
    else
        status = fh_fetcher_new(out, err);
    fh_mutex_unlock(c->lock);
    return status;
}

static void fetcher_done(fh_hook_curl *c, fh_fetcher *f)
{
    fh_mutex_lock(c->lock);
    const bool keep = c->n_idle < MOST_IDLE;
    if (keep) c->idle[c->n_idle++] = f;
    fh_mutex_unlock(c->lock);
    if (!keep) fh_fetcher_free(f);
}

typedef struct exchange {
    const fh_hook_post *post;
    fh_hook_reply *reply;
    bool plain; /* http: only to this machine */
} exchange;

static bool address_ok(void *ctx, const struct sockaddr *address, const char **why)
{
    const exchange *x = ctx;
    const char *unused;
    if (!fh_hook_address_ok(address, x->post->loopback_allowed, why)) return false;
    if (!x->plain || !fh_hook_address_ok(address, false, &unused)) return true;
    *why = "another machine's, and the webhook does not begin with https://";
    return false;
}

static fh_status take_reply(void *ctx, fh_str piece, fh_error *err)
{
    (void)err;
    fh_hook_reply *reply = ((exchange *)ctx)->reply;
    const size_t room = sizeof reply->body - reply->n;
    const size_t kept = piece.len < room ? piece.len : room;
    if (kept) memcpy(reply->body + reply->n, piece.ptr, kept);
    reply->n += kept;
    return FH_OK;
}

static bool given_up(void *ctx)
{
    const fh_hook_post *post = ((const exchange *)ctx)->post;
    return post->stopped && post->stopped(post->stopped_ctx);
}

enum { N_FIELDS = 6, FIELD_MAX = 256 };

/* Header fields; what is put in has no line ends: it is made by us. */
static fh_status make_fields(const fh_hook_post *post, char space[N_FIELDS][FIELD_MAX],
                             const char *fields[N_FIELDS + 1], fh_error *err)
{
    const struct field {
        const char *name;
        fh_str value;
    } wanted[N_FIELDS] = {
        {"Content-Type", FH_STR("application/json")},
        {"User-Agent", FH_STR("Firsthand/" FH_VERSION)},
        {"webhook-id", post->id},
        {"webhook-timestamp", post->timestamp},
        {"webhook-signature", post->signature},
        {"Expect", {NULL, 0}},
    };
    for (size_t i = 0; i < N_FIELDS; i++) {
        const int n =
            snprintf(space[i], FIELD_MAX, "%s: %.*s", wanted[i].name, FH_STR_ARG(wanted[i].value));
        if (n < 0 || n >= FIELD_MAX)
            return fh_fail(err, FH_LIMIT, "the header field %s is too long", wanted[i].name);
        if (wanted[i].value.len == 0) space[i][strlen(wanted[i].name) + 1] = '\0';
        fields[i] = space[i];
    }
    fields[N_FIELDS] = NULL;
    return FH_OK;
}

static fh_status send_it(fh_hook_curl *c, const char *url, exchange *x, fh_error *err)
{
    char space[N_FIELDS][FIELD_MAX];
    const char *fields[N_FIELDS + 1];
    fh_fetched got = {.code = 0};
    fh_status status = make_fields(x->post, space, fields, err);
    if (status != FH_OK) return status;
    const fh_fetch what = {.method = "POST",
                           .url = url,
                           .fields = fields,
                           .body = x->post->body,
                           .write = take_reply,
                           .address_ok = address_ok,
                           .given_up = given_up,
                           .ctx = x,
                           .time_ms = x->post->time_ms,
                           .https_only = !x->plain};
    fh_fetcher *fetcher = NULL;
    status = take_fetcher(c, &fetcher, err);
    if (status != FH_OK) return status;
    fh_buf_init(&got.body, NULL, 1);
    status = fh_fetch_run(fetcher, &what, &got, err);
    fh_buf_free(&got.body);
    fetcher_done(c, fetcher);
    if (status == FH_OK) x->reply->code = got.code;
    return status;
}

static fh_status post_by_curl(void *ctx, const fh_hook_post *post, fh_hook_reply *out,
                              fh_error *err)
{
    fh_hook_curl *c = ctx;
    exchange x = {
        .post = post, .reply = out, .plain = !fh_str_starts(post->url, FH_STR("https://"))};
    fh_str url;
    out->code = 0;
    out->n = 0;
    fh_status status = fh_webhook_check_url(post->url, post->loopback_allowed, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena || !fh_arena_str(arena, post->url, &url))
        status = fh_no_memory(err);
    else
        status = send_it(c, url.ptr, &x, err);
    fh_arena_free(arena);
    return status;
}

fh_hook_transport fh_hook_curl_transport(fh_hook_curl *curl)
{
    return (fh_hook_transport){.ctx = curl, .post = post_by_curl};
}
