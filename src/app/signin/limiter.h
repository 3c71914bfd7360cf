/* limiter.h - how often somebody may try: token buckets and a growing delay.
 *
 * A table of fixed size holds a bucket for each key (an account, an address) that was
 * seen lately. Trying takes a token; tokens come back with time. Failures in a row
 * make the wait longer, twice as long each time. When the table is full, the bucket
 * nearest to rest gives way, so that a flood of new keys does not wash out those that
 * misbehave. Nothing here reads a clock, allocates after fh_limiter_new, or locks: the
 * caller passes the time and sees to threads. What it knows is gone with the process.
 */
#ifndef FH_APP_LIMITER_H
#define FH_APP_LIMITER_H

#include "firsthand/base.h"

typedef struct fh_limit_rule {
    uint32_t burst;         /* tries at once */
    int64_t refill_ms;      /* until one more try comes back */
    uint32_t free_failures; /* failures in a row that cost no extra wait */
    int64_t first_wait_ms;  /* after the next one; doubles with each */
    int64_t longest_wait_ms;
} fh_limit_rule;

/* Five sign-ins at once and one more every 12 s, from the fourth failure on 2 s, 4 s,
 * ... 15 min; addresses and one-time codes in proportion. */
extern const fh_limit_rule fh_limit_account, fh_limit_address, fh_limit_code;

typedef struct fh_limiter fh_limiter;
/* `secret`: 16 random bytes, so that nobody can choose keys that fall together. */
FH_MUST_CHECK fh_status fh_limiter_new(const fh_allocator *from, uint32_t slots,
                                       const unsigned char secret[16], fh_limiter **out,
                                       fh_error *err);
void fh_limiter_free(fh_limiter *l); /* NULL is allowed */

/* Takes a token. 0: go ahead; else how many ms to wait before trying again, and no
 * token was taken. */
FH_MUST_CHECK int64_t fh_limiter_try(fh_limiter *l, const fh_limit_rule *rule, fh_str key,
                                     int64_t now_ms);
/* The try failed: the wait grows. Returns how long it is now, in ms. */
int64_t fh_limiter_failed(fh_limiter *l, const fh_limit_rule *rule, fh_str key, int64_t now_ms);
/* It went well: failures are forgotten. */
void fh_limiter_passed(fh_limiter *l, const fh_limit_rule *rule, fh_str key, int64_t now_ms);

/* The key of an address: an IPv4 address as it is, the /64 of an IPv6 address
 * (whoever has one has them all). */
fh_str fh_limit_address_key(fh_str ip, char space[64]);

#endif
