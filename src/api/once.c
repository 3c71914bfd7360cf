/* once.c - a request with an Idempotency-Key is done once, however often it is sent.
 *
 * The reply is kept in the transaction of what was done, so both are there or neither.
 * The key counts for the caller, method and path it came with; with another body or
 * query it is a mistake, and said to be one.
 */
#include "store/once.h"

#include "api/inside.h"

#include <sodium.h>
#include <string.h>

enum { KEY_MAX = 255 };

static void feed(crypto_generichash_state *hash, fh_str text)
{
    const uint64_t n = text.len;
    (void)crypto_generichash_update(hash, (const unsigned char *)&n, sizeof n);
    if (text.len) (void)crypto_generichash_update(hash, (const unsigned char *)text.ptr, text.len);
}

static void hashes(const fh_call *c, fh_str key, fh_once *out)
{
    crypto_generichash_state hash;
    const uint32_t who[2] = {(uint32_t)c->actor.kind, c->actor.person};
    (void)crypto_generichash_init(&hash, NULL, 0, FH_ONCE_HASH);
    (void)crypto_generichash_update(&hash, (const unsigned char *)who, sizeof who);
    feed(&hash, key);
    feed(&hash, c->request->method_name);
    feed(&hash, c->request->path);
    (void)crypto_generichash_final(&hash, out->id, FH_ONCE_HASH);
    (void)crypto_generichash_init(&hash, NULL, 0, FH_ONCE_HASH);
    feed(&hash, c->request->query);
    feed(&hash, c->request->body);
    (void)crypto_generichash_final(&hash, out->request, FH_ONCE_HASH);
}

static fh_str key_of(const fh_call *c)
{
    return fh_str_trim(fh_http_field(c->x, "Idempotency-Key"));
}

fh_status fh_once_look(fh_call *c, bool *found, fh_error *err)
{
    const fh_str key = key_of(c);
    fh_once mine, kept;
    *found = false;
    if (!key.len) return FH_OK;
    if (key.len > KEY_MAX)
        return fh_fail(err, FH_INVALID, "the Idempotency-Key is longer than %d bytes", KEY_MAX);
    hashes(c, key, &mine);
    kept = mine;
    const fh_status s = fh_once_get(c->org, &kept, c->arena, found, err);
    if (s || !*found) return s;
    if (memcmp(kept.request, mine.request, FH_ONCE_HASH) != 0) {
        (void)fh_fail(err, FH_CONFLICT, "this Idempotency-Key was used for another request");
        return fh_hint(err, FH_CONFLICT, "Use a new key for each new request.");
    }
    c->status = (int)kept.status;
    c->location = kept.location;
    c->etag = kept.etag;
    fh_buf_clear(&c->out);
    fh_buf_str(&c->out, kept.body);
    return FH_OK;
}

fh_status fh_once_keep(fh_call *c, fh_error *err)
{
    const fh_str key = key_of(c);
    const fh_os *os = fh_org_os(c->org);
    if (!key.len || c->untagged || c->out.len > FH_ONCE_BODY_MAX) return FH_OK;
    fh_once mine = {.at_ms = os->now_ms(os->ctx),
                    .status = fh_call_status(c),
                    .location = c->location,
                    .etag = c->etag,
                    .body = fh_buf_view(&c->out)};
    hashes(c, key, &mine);
    return fh_once_put(c->org, &mine, err);
}
