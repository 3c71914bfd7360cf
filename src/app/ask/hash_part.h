/* hash_part.h - hashes made of several parts, each with its length. */
#ifndef FH_APP_ASK_HASH_PART_H
#define FH_APP_ASK_HASH_PART_H

#include <sodium.h>
#include <stddef.h>
#include <stdint.h>

static inline void fh_hash_part(crypto_generichash_state *h, const void *bytes, size_t n)
{
    const uint64_t len = n;
    (void)crypto_generichash_update(h, (const unsigned char *)&len, sizeof len);
    if (n) (void)crypto_generichash_update(h, bytes, n);
}

#endif
