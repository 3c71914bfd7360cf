/* webhooks.c - whom to tell of what happens: addresses, secrets, what was sent. */
#include "app/hooks/webhooks.h"

#include "api/inside.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/hook_rows.h"

enum { WORDS_MAX = 200 };

static fh_status need_key(const fh_call *c, fh_error *err)
{
    if (c->api->options.key) return FH_OK;
    (void)fh_fail(err, FH_BUSY, "this server has no key to keep secrets with");
    return fh_hint(err, FH_BUSY, "Whoever runs it sets one: see the handbook, running a server.");
}

static fh_status get_hook(fh_call *c, fh_hook *out, fh_error *err)
{
    int64_t number = 0;
    const fh_status s = fh_call_number64(c, 0, &number, err);
    return s ? s : fh_hook_get(c->org, number, c->arena, out, err);
}

static fh_status audit_hook(fh_call *c, int64_t hook, fh_error *err)
{
    const fh_audit_object about = {.kind = FH_STR("webhook"), .number = hook};
    return fh_audit(c->org, &c->actor, FH_AUDITED_WEBHOOK_CHANGED, &about, err);
}

static fh_status show(fh_call *c, const fh_hook *hook, fh_error *err)
{
    fh_hook_json(hook, &c->json);
    return fh_call_version_is(c, hook->version, err);
}

/* ---- What was sent to us --------------------------------------------------------------- */

/* /events: names of events as bits. */
static fh_status read_events(const fh_call *c, uint64_t *out, bool *there, fh_error *err)
{
    fh_str words = {0};
    uint64_t bits = 0;
    fh_status s = fh_call_words(c, "events", &words, there, err);
    while (!s && words.len) {
        size_t len = 0;
        while (len < words.len && words.ptr[len] != ',') len++;
        fh_hook_event event = FH_HOOK_TEST;
        s = fh_hook_event_find((fh_str){words.ptr, len}, &event, err);
        bits |= UINT64_C(1) << event;
        words.ptr += len < words.len ? len + 1 : len;
        words.len -= len < words.len ? len + 1 : len;
    }
    if (!s && (!there || *there)) *out = bits;
    return s;
}

static fh_status read_words(const fh_call *c, fh_str *out, fh_error *err)
{
    bool there = false;
    const fh_status s = fh_call_text(c, "words", out, &there, err);
    if (!s && out->len > WORDS_MAX)
        return fh_fail(err, FH_INVALID, "/words is longer than %d bytes", WORDS_MAX);
    return s;
}

/* ---- Webhooks ------------------------------------------------------------------------------- */

static fh_status list_hooks(fh_call *c, fh_error *err)
{
    const fh_hook *hook = NULL;
    size_t n = 0;
    const fh_status s = fh_hook_list(c->org, c->arena, &hook, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_hook_json(&hook[i], &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status show_hook(fh_call *c, fh_error *err)
{
    fh_hook hook;
    const fh_status s = get_hook(c, &hook, err);
    return s ? s : show(c, &hook, err);
}

static fh_status secret_json(fh_call *c, const fh_hook *hook, fh_str secret)
{
    c->untagged = true; /* a secret: kept nowhere, not even for its Idempotency-Key */
    fh_json_object(&c->json);
    fh_json_key(&c->json, FH_STR("webhook"));
    fh_hook_json(hook, &c->json);
    fh_put_text(&c->json, "secret", secret);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status add_hook(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"url", "words", "events", NULL};
    fh_str url = {0}, words = {0}, secret = {0};
    uint64_t events = 0;
    int64_t number = 0;
    fh_hook hook;
    fh_status s = need_key(c, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "url", &url, NULL, err);
    if (!s) s = read_words(c, &words, err);
    if (!s) s = read_events(c, &events, NULL, err);
    if (!s)
        s = fh_webhook_add(c->org, c->api->options.key, url, words, events,
                           c->api->options.hooks_loopback, c->arena, &number, &secret, err);
    if (!s) s = audit_hook(c, number, err);
    if (!s) s = fh_hook_get(c->org, number, c->arena, &hook, err);
    if (!s) s = fh_call_made(c, "/api/v1/webhooks", number, err);
    return s ? s : secret_json(c, &hook, secret);
}

static fh_status changed_meanwhile(fh_error *err)
{
    (void)fh_fail(err, FH_STALE, "somebody has changed this webhook meanwhile");
    return fh_hint(err, FH_STALE, "Read it again, and send what you want with the new ETag.");
}

static fh_status change_hook(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"url", "words", "events", "active", NULL};
    fh_hook hook;
    bool has_url = false, has_events = false, has_active = false, active = false;
    fh_status s = get_hook(c, &hook, err);
    if (!s && c->version && c->version != hook.version) s = changed_meanwhile(err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "url", &hook.url, &has_url, err);
    if (!s && has_url) s = fh_webhook_check_url(hook.url, c->api->options.hooks_loopback, err);
    if (!s) s = read_words(c, &hook.words, err);
    if (!s) s = read_events(c, &hook.events, &has_events, err);
    if (!s) s = fh_call_bool(c, "active", &active, &has_active, err);
    if (s) return s;
    if (has_active && active != hook.active) {
        hook.active = active;
        hook.reason = (fh_str){0};
        hook.failing_since_ms = 0;
    }
    s = fh_hook_save(c->org, &hook, err);
    if (!s) s = audit_hook(c, hook.hook, err);
    if (!s) s = get_hook(c, &hook, err);
    return s ? s : show(c, &hook, err);
}

static fh_status remove_hook(fh_call *c, fh_error *err)
{
    fh_hook hook;
    fh_status s = get_hook(c, &hook, err);
    if (!s && c->version && c->version != hook.version) s = changed_meanwhile(err);
    if (!s) s = fh_hook_remove(c->org, hook.hook, err);
    return s ? s : audit_hook(c, hook.hook, err);
}

static fh_status renew_secret(fh_call *c, fh_error *err)
{
    fh_hook hook;
    fh_str secret = {0};
    fh_status s = need_key(c, err);
    if (!s) s = get_hook(c, &hook, err);
    if (!s)
        s = fh_webhook_new_secret(c->org, c->api->options.key, hook.hook, c->arena, &secret, err);
    if (!s) s = audit_hook(c, hook.hook, err);
    if (!s) s = get_hook(c, &hook, err);
    return s ? s : secret_json(c, &hook, secret);
}

/* ---- Deliveries ----------------------------------------------------------------------------- */

static fh_status list_deliveries(fh_call *c, fh_error *err)
{
    const fh_paging *page = c->query;
    const fh_delivery *d = NULL;
    size_t n = 0;
    bool more = false;
    int64_t before = 0;
    fh_hook hook;
    fh_status s = get_hook(c, &hook, err);
    if (!s) s = fh_call_paging(page, &before, err);
    if (!s)
        s = fh_delivery_list(c->org, hook.hook, before, (size_t)page->limit, c->arena, &d, &n,
                             &more, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_delivery_json(&d[i], false, &c->json);
    fh_call_page_end_at(c, more ? d[n - 1].delivery : 0);
    return FH_OK;
}

/* The delivery of path value 1, when it is one of the webhook of path value 0. */
static fh_status get_delivery(fh_call *c, fh_delivery *out, fh_error *err)
{
    fh_hook hook;
    int64_t number = 0;
    fh_status s = get_hook(c, &hook, err);
    if (!s) s = fh_call_number64(c, 1, &number, err);
    if (!s) s = fh_delivery_get(c->org, number, c->arena, out, err);
    if (!s && out->hook != hook.hook)
        s = fh_fail(err, FH_NOTFOUND, "webhook %lld has no delivery %lld", (long long)hook.hook,
                    (long long)number);
    return s;
}

static fh_status show_delivery(fh_call *c, fh_error *err)
{
    fh_delivery d;
    const fh_status s = get_delivery(c, &d, err);
    if (!s) fh_delivery_json(&d, true, &c->json);
    return s;
}

static fh_status sent(fh_call *c, int64_t delivery, fh_error *err)
{
    fh_delivery d;
    const fh_status s = fh_delivery_get(c->org, delivery, c->arena, &d, err);
    if (!s) fh_delivery_json(&d, true, &c->json);
    return s;
}

static fh_status test_hook(fh_call *c, fh_error *err)
{
    fh_hook hook;
    int64_t delivery = 0;
    fh_status s = get_hook(c, &hook, err);
    if (!s) s = fh_webhook_test(c->org, hook.hook, &delivery, err);
    return s ? s : sent(c, delivery, err);
}

static fh_status replay_delivery(fh_call *c, fh_error *err)
{
    fh_delivery d;
    int64_t again = 0;
    fh_status s = get_delivery(c, &d, err);
    if (!s) s = fh_webhook_replay(c->org, d.delivery, &again, err);
    return s ? s : sent(c, again, err);
}

/* ---- The table ------------------------------------------------------------------------------ */

const fh_route fh_routes_webhooks[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/webhooks",
     .id = "listWebhooks",
     .group = "Webhooks",
     .summary = "All webhooks",
     .right = FH_RIGHT_WEBHOOKS,
     .reply = "Webhooks",
     .handle = list_hooks},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/webhooks",
     .id = "addWebhook",
     .group = "Webhooks",
     .summary = "Tell another program of what happens; its secret is shown once",
     .right = FH_RIGHT_WEBHOOKS,
     .flags = FH_ROUTE_WRITES,
     .body = "WebhookNew",
     .reply = "WebhookSecret",
     .status = 201,
     .handle = add_hook},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/webhooks/{webhook}",
     .id = "getWebhook",
     .group = "Webhooks",
     .summary = "One webhook",
     .right = FH_RIGHT_WEBHOOKS,
     .reply = "Webhook",
     .handle = show_hook},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/webhooks/{webhook}",
     .id = "changeWebhook",
     .group = "Webhooks",
     .summary = "Change a webhook, or switch it off and on",
     .right = FH_RIGHT_WEBHOOKS,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "WebhookChange",
     .reply = "Webhook",
     .handle = change_hook},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/webhooks/{webhook}",
     .id = "removeWebhook",
     .group = "Webhooks",
     .summary = "Remove a webhook and its log",
     .right = FH_RIGHT_WEBHOOKS,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .handle = remove_hook},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/webhooks/{webhook}/secret",
     .id = "renewWebhookSecret",
     .group = "Webhooks",
     .summary = "A new secret in place of the old one; it is shown once",
     .right = FH_RIGHT_WEBHOOKS,
     .flags = FH_ROUTE_WRITES,
     .reply = "WebhookSecret",
     .handle = renew_secret},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/webhooks/{webhook}/test",
     .id = "testWebhook",
     .group = "Webhooks",
     .summary = "Send a test message",
     .right = FH_RIGHT_WEBHOOKS,
     .flags = FH_ROUTE_WRITES,
     .reply = "Delivery",
     .status = 202,
     .handle = test_hook},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/webhooks/{webhook}/deliveries",
     .id = "listDeliveries",
     .group = "Webhooks",
     .summary = "What was sent, newest first, and how it went",
     .right = FH_RIGHT_WEBHOOKS,
     .query = fh_paging_options,
     .query_size = sizeof(fh_paging),
     .query_defaults = &fh_paging_defaults,
     .reply = "Deliveries",
     .handle = list_deliveries},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/webhooks/{webhook}/deliveries/{delivery}",
     .id = "getDelivery",
     .group = "Webhooks",
     .summary = "One message with its body",
     .right = FH_RIGHT_WEBHOOKS,
     .reply = "Delivery",
     .handle = show_delivery},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/webhooks/{webhook}/deliveries/{delivery}/replay",
     .id = "replayDelivery",
     .group = "Webhooks",
     .summary = "Send a past message again",
     .right = FH_RIGHT_WEBHOOKS,
     .flags = FH_ROUTE_WRITES,
     .reply = "Delivery",
     .status = 202,
     .handle = replay_delivery},
    {.path = NULL},
};
