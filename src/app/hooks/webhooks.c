/* webhooks.c - what is told, to whom, and how it is signed. Sending is
 * webhook_sender.c.
 *
 * A message is JSON as Standard Webhooks has it:
 *     {"type":"import.finished","timestamp":"2024-03-31T17:05:09Z","data":{...}}
 * One message goes to every webhook that wants its event, with the same id.
 */
#include "app/hooks/webhooks.h"

#include "app/hooks/webhook_parts.h"
#include "base/nearest.h"
#include "base/put.h"
#include "base/time.h"

#include <sodium.h>
#include <string.h>

enum { SECRET_BYTES = 32, SECRET_MOST = 64, ID_BYTES = 16, BODY_MAX = 256 << 10, WORDS_MAX = 500 };

static const char *const event_names[] = {
#define X(id, name, words) [FH_HOOK_##id] = name,
    FH_HOOK_EVENTS(X)
#undef X
};

const char *fh_hook_event_name(fh_hook_event event)
{
    return (size_t)event < FH_N_HOOK_EVENTS ? event_names[event] : "unknown";
}

fh_status fh_hook_event_find(fh_str name, fh_hook_event *out, fh_error *err)
{
    fh_str names[FH_N_HOOK_EVENTS];
    for (size_t i = 0; i < FH_N_HOOK_EVENTS; i++) {
        names[i] = fh_str_of(event_names[i]);
        if (!fh_str_eq(names[i], name)) continue;
        *out = (fh_hook_event)i;
        return FH_OK;
    }
    (void)fh_fail(err, FH_NOTFOUND, "there is no event '%.*s'", name.len > 60 ? 60 : (int)name.len,
                  name.len ? name.ptr : "");
    const size_t near = fh_nearest(name, names, FH_N_HOOK_EVENTS);
    if (near < FH_N_HOOK_EVENTS)
        return fh_hint(err, FH_NOTFOUND, "Did you mean '%s'?", event_names[near]);
    return fh_hint(err, FH_NOTFOUND, "The handbook's page on webhooks lists them.");
}

/* ---- Signing ------------------------------------------------------------------------------ */

fh_status fh_hook_sign(fh_str secret, fh_str id, int64_t timestamp_s, fh_str body, fh_arena *arena,
                       fh_str *out, fh_error *err)
{
    enum { VARIANT = sodium_base64_VARIANT_ORIGINAL };
    if (fh_str_starts(secret, FH_STR("whsec_"))) secret = (fh_str){secret.ptr + 6, secret.len - 6};
    unsigned char key[SECRET_MOST], mac[crypto_auth_hmacsha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof mac, VARIANT)];
    size_t n = 0;
    if (sodium_base642bin(key, sizeof key, secret.ptr, secret.len, NULL, &n, NULL, VARIANT) != 0 ||
        n == 0)
        return fh_fail(err, FH_INVALID, "a webhook's secret is not base64");
    fh_str head;
    fh_status status = FH_OK;
    if (!fh_arena_format(arena, &head, "%.*s.%lld.", FH_STR_ARG(id), (long long)timestamp_s))
        status = fh_no_memory(err);
    if (status == FH_OK) {
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, key, n);
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)head.ptr, head.len);
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.ptr, body.len);
        crypto_auth_hmacsha256_final(&state, mac);
        sodium_memzero(&state, sizeof state);
        sodium_bin2base64(text, sizeof text, mac, sizeof mac, VARIANT);
        if (!fh_arena_format(arena, out, "v1,%s", text)) status = fh_no_memory(err);
    }
    sodium_memzero(key, sizeof key);
    return status;
}

/* ---- Telling --------------------------------------------------------------------------------- */

static fh_status message_id(fh_org *org, fh_arena *arena, fh_str *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    unsigned char random[ID_BYTES];
    char hex[2 * ID_BYTES + 1];
    const fh_status status = os->random(os->ctx, random, sizeof random, err);
    if (status != FH_OK) return status;
    sodium_bin2hex(hex, sizeof hex, random, sizeof random);
    return fh_arena_format(arena, out, "msg_%s", hex) ? FH_OK : fh_no_memory(err);
}

static fh_status make_body(fh_hook_event event, fh_str data, int64_t now_ms, fh_buf *out,
                           fh_error *err)
{
    char time[FH_TIME_TEXT];
    fh_json j;
    fh_json_begin(&j, out, 0);
    fh_json_object(&j);
    fh_put_text(&j, "type", fh_str_of(fh_hook_event_name(event)));
    fh_put_text(&j, "timestamp", (fh_str){time, fh_time_format(now_ms, NULL, time)});
    fh_json_key(&j, FH_STR("data"));
    fh_json_raw_value(&j, data);
    fh_json_end_object(&j);
    if (out->status == FH_NOMEM) return fh_no_memory(err);
    return out->status == FH_OK
               ? FH_OK
               : fh_fail(err, out->status, "the message is larger than %d bytes", (int)BODY_MAX);
}

/* Queues one message for `only` (not 0) or for every webhook that wants it. */
static fh_status queue(fh_org *org, fh_hook_event event, fh_str data, int64_t only, int64_t *last,
                       fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    const fh_hook *hooks = NULL;
    size_t n = 0;
    fh_str id = {0};
    fh_buf body;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_buf_init(&body, NULL, BODY_MAX);
    fh_status status = fh_hook_list(org, arena, &hooks, &n, err);
    if (status == FH_OK && n) status = message_id(org, arena, &id, err);
    if (status == FH_OK && n) status = make_body(event, data, now, &body, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        const bool wanted =
            only ? hooks[i].hook == only : hooks[i].active && (hooks[i].events >> event & 1);
        const fh_delivery d = {.hook = hooks[i].hook,
                               .id = id,
                               .event = fh_str_of(fh_hook_event_name(event)),
                               .body = fh_buf_view(&body),
                               .created_ms = now,
                               .next_ms = now};
        if (wanted) status = fh_delivery_put(org, &d, last, err);
    }
    fh_buf_free(&body);
    fh_arena_free(arena);
    return status;
}

fh_status fh_webhook_tell(fh_org *org, fh_hook_event event, fh_str data, fh_error *err)
{
    int64_t last = 0;
    return queue(org, event, data, 0, &last, err);
}

static fh_status must_be_active(fh_org *org, int64_t hook, fh_error *err)
{
    fh_hook h;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_hook_get(org, hook, arena, &h, err);
    if (status == FH_OK && !h.active) {
        (void)fh_fail(err, FH_CONFLICT, "webhook %lld is switched off", (long long)hook);
        status = fh_hint(err, FH_CONFLICT, "Switch it on first.");
    }
    fh_arena_free(arena);
    return status;
}

fh_status fh_webhook_test(fh_org *org, int64_t hook, int64_t *delivery, fh_error *err)
{
    const fh_status status = must_be_active(org, hook, err);
    if (status != FH_OK) return status;
    return queue(org, FH_HOOK_TEST, FH_STR("{\"words\":\"A test message from Firsthand.\"}"), hook,
                 delivery, err);
}

fh_status fh_webhook_replay(fh_org *org, int64_t delivery, int64_t *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_delivery d;
    fh_status status = fh_delivery_get(org, delivery, arena, &d, err);
    if (status == FH_OK) status = must_be_active(org, d.hook, err);
    if (status == FH_OK) {
        d.created_ms = d.next_ms = os->now_ms(os->ctx);
        status = fh_delivery_put(org, &d, out, err);
    }
    fh_arena_free(arena);
    return status;
}

/* ---- Subscriptions -------------------------------------------------------------------------- */

fh_status fh_hook_secret(const fh_key *key, const fh_hook *hook, fh_arena *arena, fh_str *out,
                         fh_error *err)
{
    fh_str place;
    if (!fh_arena_format(arena, &place, "webhook/%lld/secret", (long long)hook->hook))
        return fh_no_memory(err);
    return fh_unseal(key, place, hook->secret, arena, out, err);
}

/* A new secret, in the clear for its owner and sealed for the table. */
static fh_status new_secret(fh_org *org, const fh_key *key, int64_t hook, fh_arena *arena,
                            fh_str *clear, fh_str *sealed, fh_error *err)
{
    enum { VARIANT = sodium_base64_VARIANT_ORIGINAL };
    const fh_os *os = fh_org_os(org);
    unsigned char random[SECRET_BYTES];
    char text[sodium_base64_ENCODED_LEN(SECRET_BYTES, VARIANT)];
    fh_str place;
    fh_status status = os->random(os->ctx, random, sizeof random, err);
    if (status != FH_OK) return status;
    sodium_bin2base64(text, sizeof text, random, sizeof random, VARIANT);
    if (!fh_arena_format(arena, clear, "whsec_%s", text) ||
        !fh_arena_format(arena, &place, "webhook/%lld/secret", (long long)hook))
        status = fh_no_memory(err);
    if (status == FH_OK) status = fh_seal(os, key, place, *clear, arena, sealed, err);
    sodium_memzero(random, sizeof random);
    sodium_memzero(text, sizeof text);
    return status;
}

static fh_status check_events(uint64_t events, fh_error *err)
{
    const uint64_t known = (UINT64_C(1) << FH_N_HOOK_EVENTS) - 1;
    if (events && !(events & ~known)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "a webhook needs at least one event it wants");
    return fh_hint(err, FH_INVALID, "The handbook's page on webhooks lists them.");
}

fh_status fh_webhook_add(fh_org *org, const fh_key *key, fh_str url, fh_str words, uint64_t events,
                         bool loopback_allowed, fh_arena *arena, int64_t *hook, fh_str *secret,
                         fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_hook h = {.url = url, .words = words, .events = events, .active = true, .version = 1};
    fh_str clear = {0};
    fh_status status = fh_webhook_check_url(url, loopback_allowed, err);
    if (status == FH_OK) status = check_events(events, err);
    if (status == FH_OK && words.len > WORDS_MAX)
        status =
            fh_fail(err, FH_LIMIT, "what a webhook is for is longer than %d bytes", (int)WORDS_MAX);
    if (status == FH_OK) status = fh_hook_number(org, &h.hook, err);
    if (status == FH_OK) status = new_secret(org, key, h.hook, arena, &clear, &h.secret, err);
    h.created_ms = h.changed_ms = os->now_ms(os->ctx);
    if (status == FH_OK) status = fh_hook_put(org, &h, err);
    if (status != FH_OK) return status;
    *hook = h.hook;
    *secret = clear;
    return FH_OK;
}

fh_status fh_webhook_new_secret(fh_org *org, const fh_key *key, int64_t hook, fh_arena *arena,
                                fh_str *secret, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_hook h;
    fh_str clear = {0};
    fh_status status = fh_hook_get(org, hook, arena, &h, err);
    if (status == FH_OK) status = new_secret(org, key, hook, arena, &clear, &h.secret, err);
    if (status != FH_OK) return status;
    h.changed_ms = os->now_ms(os->ctx);
    status = fh_hook_save(org, &h, err);
    if (status == FH_OK) *secret = clear;
    return status;
}

/* ---- Showing -------------------------------------------------------------------------------- */

void fh_hook_json(const fh_hook *hook, fh_json *j)
{
    fh_json_object(j);
    fh_put_int(j, "webhook", hook->hook);
    fh_put_text_or_null(j, "url", hook->url);
    fh_put_text_or_null(j, "words", hook->words);
    fh_json_key(j, FH_STR("events"));
    fh_json_array(j);
    for (size_t i = 0; i < FH_N_HOOK_EVENTS; i++)
        if (hook->events >> i & 1) fh_json_str(j, fh_str_of(event_names[i]));
    fh_json_end_array(j);
    fh_put_bool(j, "active", hook->active);
    fh_put_text_or_null(j, "reason", hook->reason);
    fh_put_time_or_null(j, "failing_since", hook->failing_since_ms);
    fh_put_time_or_null(j, "created", hook->created_ms);
    fh_put_time_or_null(j, "changed", hook->changed_ms);
    fh_json_end_object(j);
}

void fh_delivery_json(const fh_delivery *d, bool with_body, fh_json *j)
{
    static const char *const states[] = {"waiting", "delivered", "failed"};
    fh_json_object(j);
    fh_put_int(j, "delivery", d->delivery);
    fh_put_int(j, "webhook", d->hook);
    fh_put_text_or_null(j, "id", d->id);
    fh_put_text_or_null(j, "event", d->event);
    fh_put_word(j, "state", states[d->state]);
    fh_put_number(j, "attempts", d->attempts);
    fh_put_time_or_null(j, "created", d->created_ms);
    fh_put_time_or_null(j, "last_attempt", d->last_ms);
    fh_put_time_or_null(j, "next_attempt", d->state == FH_DELIVERY_WAITING ? d->next_ms : 0);
    fh_json_key(j, FH_STR("code"));
    if (d->code)
        fh_json_int(j, d->code);
    else
        fh_json_null(j);
    fh_put_int(j, "took_ms", d->took_ms);
    fh_put_text_or_null(j, "error", d->error);
    fh_put_text_or_null(j, "reply", d->reply);
    if (with_body) {
        fh_json_key(j, FH_STR("body"));
        fh_json_raw_value(j, d->body);
    }
    fh_json_end_object(j);
}
