/* signed.c - see signed.h: 8 bytes of number, then 16 of BLAKE2b keyed with the key. */
#include "app/signin/signed.h"

#include "app/signin/secrets.h"

#include <sodium.h>
#include <string.h>

enum { NUMBER = 8, MAC = 16 };

static void sign(const fh_key *key, const char *use, const unsigned char *number,
                 unsigned char mac[MAC])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, key->bytes, sizeof key->bytes, MAC);
    (void)crypto_generichash_update(&h, (const unsigned char *)"signed link", 12);
    (void)crypto_generichash_update(&h, (const unsigned char *)use, strlen(use) + 1);
    (void)crypto_generichash_update(&h, number, NUMBER);
    (void)crypto_generichash_final(&h, mac, MAC);
}

fh_status fh_signed_make(const fh_key *key, const char *use, int64_t number, fh_arena *arena,
                         fh_str *out, fh_error *err)
{
    unsigned char bytes[NUMBER + MAC];
    for (size_t i = 0; i < NUMBER; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * (NUMBER - 1 - i)));
    sign(key, use, bytes, bytes + NUMBER);
    return fh_base64url(arena, (fh_str){(const char *)bytes, sizeof bytes}, out)
               ? FH_OK
               : fh_no_memory(err);
}

fh_status fh_signed_read(const fh_key *key, const char *use, fh_str token, fh_arena *arena,
                         int64_t *number, fh_error *err)
{
    fh_str bytes;
    unsigned char mac[MAC];
    uint64_t n = 0;
    if (token.len == 32 && fh_base64url_read(arena, token, &bytes) && bytes.len == NUMBER + MAC) {
        const unsigned char *p = (const unsigned char *)bytes.ptr;
        sign(key, use, p, mac);
        for (size_t i = 0; i < NUMBER; i++) n = n << 8 | p[i];
        if (n <= INT64_MAX && sodium_memcmp(mac, p + NUMBER, MAC) == 0) {
            *number = (int64_t)n;
            return FH_OK;
        }
    }
    (void)fh_fail(err, FH_NOTFOUND, "this link is not one of ours");
    return fh_hint(err, FH_NOTFOUND, "Was it copied whole?");
}
