/* caller.c - who is calling: a session's cookie, or a token.
 *
 * Looking somebody up takes a few reads of the file. Programs that send thousands of
 * interactions a second come with the same token each time, so callers that were good
 * are remembered for a second, under a hash of what they came with. Whatever changes
 * sessions, tokens or rights in this process forgets them all at once; what another
 * process changes (the command line) counts within that second.
 *
 * Cookies ride along with requests that other sites cause. So a request with a cookie
 * that changes something must come from our own pages: the browser says so
 * (Sec-Fetch-Site), or names our own origin; and it carries a header that only a script
 * of our own can set. Tokens do not ride along: they need none of this.
 */
#include "api/inside.h"
#include "app/signin/tokens.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { KNOWN = 1024, KEPT_MS = 1000, HASH = 32, NAME_MAX_KEPT = 200, LED_MAX_KEPT = 64 };

typedef struct known {
    unsigned char hash[HASH];
    int64_t until_ms;
    uint64_t age; /* of the callers' generation */
    fh_actor actor;
    bool half, must_add;
    char name[NAME_MAX_KEPT];
    char token[FH_TOKEN_ID + 1];
    uint32_t led[LED_MAX_KEPT];
} known;

struct fh_callers {
    fh_pool *pool;
    fh_mutex *lock; /* guards the table */
    uint64_t age;
    bool secure;
    fh_str origin; /* "https://journeys.example.org"; empty: this machine */
    known table[KNOWN];
    char origin_text[512];
};

/* "https://host:port" of a URL: without path and slash. */
static fh_str origin_of(fh_str url)
{
    size_t at = 0, slashes = 0;
    for (; at < url.len; at++)
        if (url.ptr[at] == '/' && ++slashes == 3) break;
    return (fh_str){url.ptr, at};
}

fh_status fh_callers_new(fh_pool *pool, fh_str base_url, fh_callers **out, fh_error *err)
{
    fh_callers *c = calloc(1, sizeof *c);
    if (!c) return fh_no_memory(err);
    c->pool = pool;
    c->lock = fh_mutex_new();
    if (!c->lock || base_url.len >= sizeof c->origin_text) {
        fh_callers_free(c);
        return fh_no_memory(err);
    }
    const fh_str origin = origin_of(base_url);
    if (origin.len) memcpy(c->origin_text, origin.ptr, origin.len);
    c->origin = (fh_str){c->origin_text, origin.len};
    c->secure = fh_str_starts(origin, FH_STR("https://"));
    *out = c;
    return FH_OK;
}

void fh_callers_free(fh_callers *c)
{
    if (!c) return;
    fh_mutex_free(c->lock);
    free(c);
}

void fh_callers_forget(fh_callers *c)
{
    fh_mutex_lock(c->lock);
    c->age++;
    fh_mutex_unlock(c->lock);
}

uint64_t fh_callers_age(const fh_callers *c)
{
    fh_mutex_lock(c->lock);
    const uint64_t age = c->age;
    fh_mutex_unlock(c->lock);
    return age;
}

bool fh_callers_secure(const fh_callers *c)
{
    return c->secure;
}

/* With the prefix a browser takes it only over TLS, for this host and path. */
const char *fh_callers_cookie(const fh_callers *c)
{
    return c->secure ? "__Host-firsthand" : "firsthand";
}

/* ---- Remembering ------------------------------------------------------------------- */

static known *slot_of(fh_callers *c, const unsigned char hash[HASH])
{
    return &c->table[(hash[0] | (unsigned)hash[1] << 8) % KNOWN];
}

static bool copy_out(const known *k, fh_call *call, fh_error *err, fh_status *status)
{
    fh_actor *a = &call->actor;
    *a = k->actor;
    uint32_t *led = FH_NEW_ARRAY(call->arena, uint32_t, a->n_led + 1);
    if (!led || !fh_arena_str(call->arena, k->actor.name, &a->name) ||
        !fh_arena_str(call->arena, k->actor.token, &a->token)) {
        *status = fh_no_memory(err);
        return true;
    }
    if (a->n_led) memcpy(led, k->led, a->n_led * sizeof *led);
    a->led = led;
    a->ip = call->caller.ip;
    return true;
}

static bool recall(fh_callers *c, const unsigned char hash[HASH], int64_t now_ms, fh_call *call,
                   bool *half, bool *must_add, fh_status *status, fh_error *err)
{
    bool found = false;
    fh_mutex_lock(c->lock);
    const known *k = slot_of(c, hash);
    if (k->until_ms > now_ms && k->age == c->age && sodium_memcmp(k->hash, hash, HASH) == 0) {
        *half = k->half;
        *must_add = k->must_add;
        found = copy_out(k, call, err, status);
    }
    fh_mutex_unlock(c->lock);
    return found;
}

static void remember(fh_callers *c, const unsigned char hash[HASH], int64_t now_ms, uint64_t age,
                     const fh_actor *a, bool half, bool must_add)
{
    if (a->name.len > NAME_MAX_KEPT || a->n_led > LED_MAX_KEPT || a->token.len > FH_TOKEN_ID)
        return;
    fh_mutex_lock(c->lock);
    known *k = slot_of(c, hash);
    memcpy(k->hash, hash, HASH);
    k->until_ms = now_ms + KEPT_MS;
    k->age = age;
    k->actor = *a;
    k->half = half;
    k->must_add = must_add;
    if (a->name.len) memcpy(k->name, a->name.ptr, a->name.len);
    if (a->token.len) memcpy(k->token, a->token.ptr, a->token.len);
    if (a->n_led) memcpy(k->led, a->led, a->n_led * sizeof *a->led);
    k->actor.name.ptr = k->name;
    k->actor.token.ptr = k->token;
    k->actor.led = k->led;
    k->actor.ip = (fh_str){0};
    fh_mutex_unlock(c->lock);
}

/* ---- Recognising ---------------------------------------------------------------------- */

/* "Bearer TOKEN"; empty when it is something else. */
static fh_str bearer(const fh_call *call)
{
    const fh_str field = fh_http_field(call->x, "Authorization");
    if (field.len < 8 || !fh_str_eq_nocase((fh_str){field.ptr, 7}, FH_STR("Bearer ")))
        return (fh_str){0};
    return fh_str_trim((fh_str){field.ptr + 7, field.len - 7});
}

static fh_status look_up(fh_callers *c, fh_call *call, fh_str token, bool *half, bool *must_add,
                         bool *touch, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_read(c->pool, &org, err);
    if (s) return s;
    if (token.len) {
        s = fh_token_resume(org, token, call->caller.ip, call->arena, &call->actor, touch, err);
    } else {
        fh_session_now now;
        s = fh_session_resume(org, call->secret, &call->caller, call->arena, &now, err);
        if (!s) {
            call->actor = now.actor;
            *half = now.needs_second_factor;
            *must_add = now.must_add_factor;
            *touch = now.touch_due;
        }
    }
    fh_pool_read_done(c->pool, org);
    return s;
}

fh_status fh_callers_know(fh_callers *c, fh_call *call, bool *half, bool *touch, fh_error *err)
{
    const fh_os *os = fh_pool_os(c->pool);
    const int64_t now_ms = os->monotonic_ms(os->ctx);
    const fh_str token = bearer(call);
    call->secret = token.len ? (fh_str){0} : fh_http_cookie(call->x, fh_callers_cookie(c));
    const fh_str what = token.len ? token : call->secret;
    call->actor = (fh_actor){.kind = FH_ACTOR_NOBODY, .ip = call->caller.ip};
    *half = *touch = false;
    if (!what.len) return FH_OK;

    unsigned char hash[HASH];
    bool must_add = false;
    fh_status s = FH_OK;
    (void)crypto_generichash(hash, HASH, (const unsigned char *)what.ptr, what.len, NULL, 0);
    if (recall(c, hash, now_ms, call, half, &must_add, &s, err)) return s;
    const uint64_t age = fh_callers_age(c);
    s = look_up(c, call, token, half, &must_add, touch, err);
    if (s == FH_NOTFOUND) {
        call->actor = (fh_actor){.kind = FH_ACTOR_NOBODY, .ip = call->caller.ip};
        if (!token.len) {
            call->secret = (fh_str){0};
            return FH_OK; /* an old cookie is no credential: public routes go on */
        }
        (void)fh_fail(err, FH_DENIED, "this token is not good");
        return fh_hint(err, FH_DENIED, "It may be revoked or expired: make a new one in Settings.");
    }
    if (!s) remember(c, hash, now_ms, age, &call->actor, *half, must_add);
    return s;
}

/* ---- Where a request comes from ----------------------------------------------------------- */

/* Without a base URL this machine serves itself: by these names only. */
static bool is_local(fh_str host)
{
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const fh_str name = fh_str_of(names[i]);
        if (host.len < name.len || !fh_str_eq_nocase((fh_str){host.ptr, name.len}, name)) continue;
        if (host.len == name.len || host.ptr[name.len] == ':') return true;
    }
    return false;
}

static fh_str host_of(fh_str origin)
{
    const size_t skip = fh_str_starts(origin, FH_STR("https://"))  ? 8
                        : fh_str_starts(origin, FH_STR("http://")) ? 7
                                                                   : 0;
    return (fh_str){origin.ptr + skip, origin.len - skip};
}

bool fh_callers_host_ok(const fh_callers *c, const fh_http_request *r)
{
    if (is_local(r->host) || fh_str_eq(r->remote, FH_STR("unix"))) return true;
    return c->origin.len && fh_str_eq_nocase(r->host, host_of(c->origin));
}

static bool own_origin(const fh_callers *c, const fh_http_request *r, fh_str origin)
{
    if (c->origin.len) return fh_str_eq_nocase(origin, c->origin);
    /* Nothing but this machine, and the very port that was asked. */
    return fh_str_starts(origin, FH_STR("http")) && is_local(host_of(origin)) &&
           fh_str_eq_nocase(host_of(origin), r->host);
}

fh_status fh_callers_same_origin(const fh_callers *c, const fh_call *call, fh_error *err)
{
    const fh_str site = fh_http_field(call->x, "Sec-Fetch-Site");
    const fh_str origin = fh_http_field(call->x, "Origin");
    bool ok;
    if (site.ptr)
        ok = fh_str_eq(site, FH_STR("same-origin"));
    else
        ok = origin.ptr && own_origin(c, call->request, origin);
    if (ok && site.ptr && origin.ptr) ok = own_origin(c, call->request, origin);
    if (!ok) {
        (void)fh_fail(err, FH_DENIED, "this request does not come from Firsthand's own pages");
        return fh_hint(err, FH_DENIED,
                       "Programs use a token (Authorization: Bearer ...). For people: open "
                       "Firsthand by the address in its setting server.base-url.");
    }
    if (call->route->body && !call->route->body_type &&
        !fh_str_eq(fh_http_field(call->x, "X-Firsthand"), FH_STR("1"))) {
        (void)fh_fail(err, FH_DENIED, "the header X-Firsthand: 1 is missing");
        return fh_hint(err, FH_DENIED, "Requests with a session's cookie send it; or use a token.");
    }
    return FH_OK;
}
