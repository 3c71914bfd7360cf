/* oidc_service.c - the sign-in service by its settings, and asking it (see oidc_service.h).
 */
#include "app/signin/oidc_service.h"

#include "app/hooks/webhooks.h"
#include "os/fetch.h"
#include "os/threads.h"

#include <stdlib.h>
#include <string.h>

enum {
    AT_ONCE = 2,
    MOST_WAITING = 1, /* of the few workers there are */
    WAIT_MS = 2000,
    ASK_MS = 10000,
    KEPT = 4,
    FRESH_IN_A_MINUTE = 6,
    REPLY_MAX = 1 << 20
};
#define KEEP_MS   INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)

typedef struct kept {
    char *url, *body;
    size_t n;
    int64_t at_ms;
} kept;

struct fh_oidc_service {
    const fh_os *os;
    fh_log *log;
    fh_arena *arena;
    fh_oidc_provider provider;
    fh_str button;
    bool private_ok;
    fh_mutex *lock; /* guards what follows */
    fh_cond *freed;
    fh_fetcher *fetcher[AT_ONCE]; /* opened at first use */
    bool used[AT_ONCE];
    uint32_t waiting;
    kept kept[KEPT];
    int64_t minute_ms; /* when the minute began in which ... */
    uint32_t n_fresh;  /* ... so many were asked for anew */
};

/* ---- Settings ---------------------------------------------------------------------------- */

static fh_status no_role(fh_str part, fh_error *err)
{
    (void)fh_fail(err, FH_INVALID, "sign-in.group-roles: '%.*s' is no GROUP=ROLE",
                  part.len > 60 ? 60 : (int)part.len, part.ptr);
    return fh_hint(err, FH_INVALID,
                   "Write CX desk=front-line; Heads=lead. Roles are listed in the chapter People; "
                   "owner is given by an owner only.");
}

static fh_status read_role(fh_str part, fh_arena *arena, fh_oidc_role *out, fh_error *err)
{
    size_t equals = part.len;
    fh_role role;
    while (equals && part.ptr[equals - 1] != '=') equals--;
    if (!equals) return no_role(part, err);
    const fh_str group = fh_str_trim((fh_str){part.ptr, equals - 1});
    const fh_str word = fh_str_trim((fh_str){part.ptr + equals, part.len - equals});
    if (!group.len || !fh_role_find(word, &role) || role == FH_ROLE_OWNER)
        return no_role(part, err);
    out->roles = fh_role_bit(role);
    return fh_arena_str(arena, group, &out->group) ? FH_OK : fh_no_memory(err);
}

fh_status fh_oidc_roles_read(fh_str text, fh_arena *arena, const fh_oidc_role **out, size_t *n,
                             fh_error *err)
{
    enum { MOST_ROLES = 200 };
    fh_oidc_role *role = FH_NEW_ARRAY(arena, fh_oidc_role, MOST_ROLES);
    size_t found = 0;
    if (!role) return fh_no_memory(err);
    while (text.len) {
        const char *semicolon = memchr(text.ptr, ';', text.len);
        const size_t len = semicolon ? (size_t)(semicolon - text.ptr) : text.len;
        const fh_str part = fh_str_trim((fh_str){text.ptr, len});
        if (part.len && found == MOST_ROLES)
            return fh_fail(err, FH_INVALID, "sign-in.group-roles: more than %d groups", MOST_ROLES);
        const fh_status status = part.len ? read_role(part, arena, &role[found++], err) : FH_OK;
        if (status != FH_OK) return status;
        text = semicolon ? (fh_str){semicolon + 1, text.len - len - 1} : (fh_str){0};
    }
    *out = role;
    *n = found;
    return FH_OK;
}

static fh_status read_settings(fh_oidc_service *s, const fh_config *c, fh_error *err)
{
    static const fh_oidc_adds adds[] = {FH_OIDC_ADDS_NOBODY, FH_OIDC_ADDS_GROUPS,
                                        FH_OIDC_ADDS_EVERYBODY};
    fh_oidc_provider *p = &s->provider;
    fh_str base = c->value[FH_C_BASE_URL].text;
    const struct {
        fh_config_id id;
        fh_str *to;
    } texts[] = {{FH_C_OIDC_ISSUER, &p->issuer},
                 {FH_C_OIDC_CLIENT, &p->client_id},
                 {FH_C_OIDC_SCOPES, &p->scopes},
                 {FH_C_OIDC_GROUPS, &p->groups_claim},
                 {FH_C_OIDC_BUTTON, &s->button}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!fh_arena_str(s->arena, c->value[texts[i].id].text, texts[i].to))
            return fh_no_memory(err);
    while (base.len && base.ptr[base.len - 1] == '/') base.len--;
    if (!fh_arena_format(s->arena, &p->redirect_uri, "%.*s/oidc", FH_STR_ARG(base)))
        return fh_no_memory(err);
    p->adds = adds[fh_config_number(c, FH_C_OIDC_ADDS)];
    s->private_ok = fh_config_flag(c, FH_C_OIDC_PRIVATE);
    const fh_str secret = c->value[FH_C_OIDC_SECRET].text;
    fh_status status =
        fh_oidc_roles_read(c->value[FH_C_OIDC_ROLES].text, s->arena, &p->role, &p->n_roles, err);
    if (status == FH_OK && secret.len)
        status = fh_config_secret(s->os, secret.ptr, s->arena, &p->client_secret, err);
    return status;
}

fh_status fh_oidc_service_new(const fh_os *os, const fh_config *config, fh_log *log,
                              fh_oidc_service **out, fh_error *err)
{
    *out = NULL;
    if (!config->value[FH_C_OIDC_ISSUER].text.len) return FH_OK;
    fh_oidc_service *s = calloc(1, sizeof *s);
    if (!s) return fh_no_memory(err);
    s->os = os;
    s->log = log;
    s->arena = fh_arena_new(NULL);
    s->lock = fh_mutex_new();
    s->freed = fh_cond_new();
    const fh_status status =
        s->arena && s->lock && s->freed ? read_settings(s, config, err) : fh_no_memory(err);
    if (status == FH_OK)
        *out = s;
    else
        fh_oidc_service_free(s);
    return status;
}

void fh_oidc_service_free(fh_oidc_service *s)
{
    if (!s) return;
    for (size_t i = 0; i < AT_ONCE; i++) fh_fetcher_free(s->fetcher[i]);
    for (size_t i = 0; i < KEPT; i++) {
        free(s->kept[i].url);
        free(s->kept[i].body);
    }
    fh_cond_free(s->freed);
    fh_mutex_free(s->lock);
    fh_arena_free(s->arena);
    free(s);
}

const fh_oidc_provider *fh_oidc_service_provider(const fh_oidc_service *s)
{
    return &s->provider;
}

fh_str fh_oidc_service_button(const fh_oidc_service *s)
{
    return s->button;
}

/* ---- What is kept ------------------------------------------------------------------------- */

/* Whether one more may be asked for anew now. */
static bool may_be_fresh(fh_oidc_service *s, int64_t now)
{
    if (!s->n_fresh || now - s->minute_ms >= MINUTE_MS) {
        s->minute_ms = now;
        s->n_fresh = 0;
    }
    return s->n_fresh++ < FRESH_IN_A_MINUTE;
}

static bool recall(fh_oidc_service *s, const fh_oidc_ask *ask, fh_arena *arena, fh_str *body)
{
    const int64_t now = s->os->monotonic_ms(s->os->ctx);
    bool found = false;
    fh_mutex_lock(s->lock);
    for (size_t i = 0; i < KEPT && !found; i++) {
        const kept *k = &s->kept[i];
        if (!k->url || !fh_str_eq(fh_str_of(k->url), ask->url) || now - k->at_ms > KEEP_MS)
            continue;
        if (ask->fresh && may_be_fresh(s, now)) break;
        found = fh_arena_str(arena, (fh_str){k->body, k->n}, body);
    }
    fh_mutex_unlock(s->lock);
    return found;
}

/* In place of the same, else of the oldest. Without memory it is not kept. */
static void keep(fh_oidc_service *s, fh_str url, fh_str body)
{
    kept fresh = {.url = malloc(url.len + 1), .body = malloc(body.len + 1), .n = body.len};
    if (!fresh.url || !fresh.body) {
        free(fresh.url);
        free(fresh.body);
        return;
    }
    memcpy(fresh.url, url.ptr, url.len);
    fresh.url[url.len] = '\0';
    memcpy(fresh.body, body.ptr, body.len);
    fresh.at_ms = s->os->monotonic_ms(s->os->ctx);
    fh_mutex_lock(s->lock);
    kept *to = &s->kept[0];
    for (size_t i = 0; i < KEPT; i++) {
        kept *k = &s->kept[i];
        if (k->url && fh_str_eq(fh_str_of(k->url), url)) {
            to = k;
            break;
        }
        if (to->url && (!k->url || k->at_ms < to->at_ms)) to = k;
    }
    free(to->url);
    free(to->body);
    *to = fresh;
    fh_mutex_unlock(s->lock);
}

/* ---- Asking --------------------------------------------------------------------------------- */

static fh_status silent(fh_error *err, const char *why)
{
    (void)fh_fail(err, FH_BUSY, "the sign-in service %s", why);
    return fh_hint(err, FH_BUSY,
                   "Try again in a moment. Who has a password here can sign in with it meanwhile.");
}

/* A turn: which fetcher; FH_BUSY when there are too many. */
static fh_status take_turn(fh_oidc_service *s, size_t *turn, fh_error *err)
{
    const int64_t until = s->os->monotonic_ms(s->os->ctx) + WAIT_MS;
    fh_status status = FH_BUSY;
    fh_mutex_lock(s->lock);
    const bool may_wait = s->waiting < MOST_WAITING;
    s->waiting += may_wait;
    for (;;) {
        for (size_t i = 0; i < AT_ONCE && status == FH_BUSY; i++) {
            if (s->used[i]) continue;
            s->used[i] = true;
            *turn = i;
            status = FH_OK;
        }
        const int64_t left = until - s->os->monotonic_ms(s->os->ctx);
        if (status == FH_OK || !may_wait || left <= 0) break;
        (void)fh_cond_wait_ms(s->freed, s->lock, left);
    }
    s->waiting -= may_wait;
    fh_mutex_unlock(s->lock);
    return status == FH_OK ? FH_OK : silent(err, "is being asked by too many at once");
}

static void turn_done(fh_oidc_service *s, size_t turn)
{
    fh_mutex_lock(s->lock);
    s->used[turn] = false;
    fh_cond_wake(s->freed);
    fh_mutex_unlock(s->lock);
}

static bool address_ok(void *ctx, const struct sockaddr *address, const char **why)
{
    const fh_oidc_service *s = ctx;
    return (s->private_ok && fh_address_private(address)) ||
           fh_hook_address_ok(address, false, why);
}

static fh_status exchange(fh_oidc_service *s, size_t turn, const char *url, const fh_oidc_ask *ask,
                          fh_arena *arena, fh_fetched *got, fh_error *err)
{
    const char *fields[4] = {"Accept: application/json", "User-Agent: Firsthand/" FH_VERSION};
    fh_str authorization;
    if (ask->authorization.len) {
        if (!fh_arena_format(arena, &authorization, "Authorization: %.*s",
                             FH_STR_ARG(ask->authorization)))
            return fh_no_memory(err);
        fields[2] = authorization.ptr;
    }
    const fh_fetch what = {.method = ask->form.len ? "POST" : "GET",
                           .url = url,
                           .fields = fields,
                           .body = ask->form,
                           .address_ok = address_ok,
                           .ctx = s,
                           .time_ms = ASK_MS,
                           .max_body = REPLY_MAX,
                           .https_only = !s->private_ok};
    fh_status status = s->fetcher[turn] ? FH_OK : fh_fetcher_new(&s->fetcher[turn], err);
    if (status == FH_OK) status = fh_fetch_run(s->fetcher[turn], &what, got, err);
    return status;
}

static void tell(const fh_oidc_service *s, const char *url, int code, const char *why)
{
    fh_log_tell(s->log, FH_LOG_WARNING, "the sign-in service failed",
                FH_LOG_FIELDS(FH_LOG_TEXT("url", fh_str_of(url)), FH_LOG_NUMBER("status", code),
                              FH_LOG_TEXT("why", fh_str_of(why))));
}

fh_status fh_oidc_service_fetch(void *ctx, const fh_oidc_ask *ask, fh_arena *arena, fh_str *body,
                                fh_error *err)
{
    fh_oidc_service *s = ctx;
    const bool keeps = !ask->form.len && !ask->authorization.len;
    fh_str url;
    size_t turn = 0;
    fh_error why = {0};
    fh_fetched got = {.code = 0};
    if (keeps && recall(s, ask, arena, body)) return FH_OK;
    if (!fh_arena_str(arena, ask->url, &url)) return fh_no_memory(err);
    fh_status status = take_turn(s, &turn, err);
    if (status != FH_OK) return status;
    fh_buf_init(&got.body, NULL, REPLY_MAX);
    status = exchange(s, turn, url.ptr, ask, arena, &got, &why);
    turn_done(s, turn);
    if (status == FH_NOMEM) {
        (void)fh_no_memory(err);
    } else if (status != FH_OK || got.code >= 500) {
        tell(s, url.ptr, got.code, why.message);
        status = silent(err, "does not answer");
    } else if (got.code != 200) {
        tell(s, url.ptr, got.code, "");
        (void)fh_fail(err, FH_DENIED, "the sign-in service did not accept what Firsthand asked");
        status = fh_hint(err, FH_DENIED,
                         "Try again; if it stays so, an administrator must look at "
                         "how the service is set up.");
    } else if (!fh_arena_str(arena, fh_buf_view(&got.body), body)) {
        status = fh_no_memory(err);
    } else if (keeps) {
        keep(s, ask->url, *body);
    }
    fh_buf_free(&got.body);
    return status;
}
