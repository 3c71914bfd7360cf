/* limiter.c - how often somebody may try (see limiter.h).
 *
 * A key's hash chooses a set of four slots:
 *
 *     set 0   [ slot slot slot slot ]      slot: whole hash, tokens and when they were
 *     set 1   [ slot slot slot slot ]            counted, failures in a row, until when
 *     ...                                        nothing is let through
 *
 * Tokens are kept in thousandths, so that whole numbers will do.
 */
#include "app/signin/limiter.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>

const fh_limit_rule fh_limit_account = {5, 12000, 3, 2000, 900000};
const fh_limit_rule fh_limit_address = {20, 3000, 20, 2000, 300000};
const fh_limit_rule fh_limit_code = {5, 30000, 5, 30000, 900000};

enum { WAYS = 4, WHOLE = 1000, MOST_FAILURES = 40 };

typedef struct slot {
    uint64_t hash; /* 0: free */
    int64_t at_ms; /* when `tokens` was right */
    int64_t until_ms;
    int64_t tokens; /* thousandths */
    uint32_t failures;
} slot;

struct fh_limiter {
    fh_allocator from;
    size_t size;
    uint32_t sets; /* a power of two */
    unsigned char secret[crypto_shorthash_KEYBYTES];
    slot slots[];
};

fh_status fh_limiter_new(const fh_allocator *from, uint32_t slots, const unsigned char secret[16],
                         fh_limiter **out, fh_error *err)
{
    if (!from) from = fh_allocator_default();
    uint32_t sets = 1;
    while (sets < slots / WAYS && sets < UINT32_C(1) << 20) sets *= 2;
    const size_t size = sizeof(fh_limiter) + (size_t)sets * WAYS * sizeof(slot);
    fh_limiter *l = from->alloc(from->ctx, size);
    if (!l) return fh_no_memory(err);
    memset(l, 0, size);
    l->from = *from;
    l->size = size;
    l->sets = sets;
    memcpy(l->secret, secret, sizeof l->secret);
    *out = l;
    return FH_OK;
}

void fh_limiter_free(fh_limiter *l)
{
    if (!l) return;
    const fh_allocator from = l->from;
    from.free(from.ctx, l, l->size);
}

/* Tokens as they are now. A clock that goes back gives nothing and takes nothing. */
static void refill(slot *s, const fh_limit_rule *rule, int64_t now_ms)
{
    const int64_t full = (int64_t)rule->burst * WHOLE;
    int64_t passed = now_ms - s->at_ms;
    if (passed < 0) passed = 0;
    if (passed > rule->refill_ms * (int64_t)rule->burst)
        s->tokens = full;
    else
        s->tokens += passed * WHOLE / rule->refill_ms;
    if (s->tokens > full) s->tokens = full;
    s->at_ms = now_ms;
}

/* How far from rest: what gives way is the one with the least. */
static int64_t unrest(const slot *s, int64_t now_ms)
{
    if (!s->hash) return -1;
    const int64_t waits = s->until_ms > now_ms ? s->until_ms - now_ms : 0;
    int64_t age = now_ms - s->at_ms;
    if (age < 0) age = 0;
    if (age > INT64_C(3600000)) age = INT64_C(3600000);
    return waits * 16 + (int64_t)s->failures * 60000 + (INT64_C(3600000) - age);
}

/* The key's slot; a fresh one when it has none. */
static slot *find(fh_limiter *l, const fh_limit_rule *rule, fh_str key, int64_t now_ms)
{
    unsigned char bytes[crypto_shorthash_BYTES];
    uint64_t hash = 0;
    (void)crypto_shorthash(bytes, (const unsigned char *)key.ptr, key.len, l->secret);
    memcpy(&hash, bytes, sizeof hash);
    if (!hash) hash = 1;
    slot *set = &l->slots[(hash & (l->sets - 1)) * WAYS], *calmest = set;
    for (unsigned i = 0; i < WAYS; i++) {
        if (set[i].hash == hash) return &set[i];
        if (unrest(&set[i], now_ms) < unrest(calmest, now_ms)) calmest = &set[i];
    }
    *calmest = (slot){.hash = hash, .at_ms = now_ms, .tokens = (int64_t)rule->burst * WHOLE};
    return calmest;
}

int64_t fh_limiter_try(fh_limiter *l, const fh_limit_rule *rule, fh_str key, int64_t now_ms)
{
    slot *s = find(l, rule, key, now_ms);
    refill(s, rule, now_ms);
    if (s->until_ms > now_ms + rule->longest_wait_ms) /* the clock went back a long way */
        s->until_ms = now_ms + rule->longest_wait_ms;
    int64_t wait = s->until_ms > now_ms ? s->until_ms - now_ms : 0;
    if (s->tokens < WHOLE) {
        const int64_t next = (WHOLE - s->tokens) * rule->refill_ms / WHOLE + 1;
        if (next > wait) wait = next;
    }
    if (wait == 0) s->tokens -= WHOLE;
    return wait;
}

int64_t fh_limiter_failed(fh_limiter *l, const fh_limit_rule *rule, fh_str key, int64_t now_ms)
{
    slot *s = find(l, rule, key, now_ms);
    if (s->failures < MOST_FAILURES) s->failures++;
    if (s->failures <= rule->free_failures) return 0;
    int64_t wait = rule->first_wait_ms;
    for (uint32_t i = rule->free_failures + 1; i < s->failures && wait < rule->longest_wait_ms; i++)
        wait *= 2;
    if (wait > rule->longest_wait_ms) wait = rule->longest_wait_ms;
    s->until_ms = now_ms + wait;
    return wait;
}

void fh_limiter_passed(fh_limiter *l, const fh_limit_rule *rule, fh_str key, int64_t now_ms)
{
    slot *s = find(l, rule, key, now_ms);
    s->failures = 0;
    s->until_ms = 0;
}

fh_str fh_limit_address_key(fh_str ip, char space[64])
{
    unsigned char bytes[16];
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!ip.len || ip.len > 45) return ip;
    memcpy(space, ip.ptr, ip.len);
    space[ip.len] = '\0';
    if (inet_pton(AF_INET6, space, bytes) != 1) return ip;
    const size_t n = memcmp(bytes, mapped, sizeof mapped) == 0 ? 16 : 8;
    (void)sodium_bin2hex(space, 64, bytes, n);
    return (fh_str){space, 2 * n};
}
