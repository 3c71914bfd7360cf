/* secrets.c - random secrets, their hashes, and the ways bytes are written as text. */
#include "app/signin/secrets.h"

#include <sodium.h>
#include <string.h>

fh_status fh_secret_new(const fh_os *os, char *out, size_t n, fh_error *err)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    enum { LETTERS = 62, FAIR = 248, ROUNDS = 64 }; /* 248 = 4 * 62: no letter is likelier */
    unsigned char bytes[64];
    size_t got = 0;
    for (int round = 0; got < n; round++) {
        if (round == ROUNDS) return fh_fail(err, FH_IO, "the random numbers are not random");
        const fh_status status = os->random(os->ctx, bytes, sizeof bytes, err);
        if (status != FH_OK) return status;
        for (size_t i = 0; i < sizeof bytes && got < n; i++)
            if (bytes[i] < FAIR) out[got++] = letters[bytes[i] % LETTERS];
    }
    out[n] = '\0';
    sodium_memzero(bytes, sizeof bytes);
    return FH_OK;
}

fh_str fh_secret_hash(const char *use, fh_str secret, char out[FH_HASH_TEXT + 1])
{
    unsigned char hash[FH_HASH_TEXT / 2];
    crypto_generichash_state state;
    (void)crypto_generichash_init(&state, NULL, 0, sizeof hash);
    (void)crypto_generichash_update(&state, (const unsigned char *)use, strlen(use) + 1);
    (void)crypto_generichash_update(&state, (const unsigned char *)secret.ptr, secret.len);
    (void)crypto_generichash_final(&state, hash, sizeof hash);
    (void)sodium_bin2hex(out, FH_HASH_TEXT + 1, hash, sizeof hash);
    return (fh_str){out, FH_HASH_TEXT};
}

bool fh_secret_same(fh_str a, fh_str b)
{
    return a.len == b.len && sodium_memcmp(a.ptr ? a.ptr : "", b.ptr ? b.ptr : "", a.len) == 0;
}

/* ---- Text ------------------------------------------------------------------------------- */

bool fh_base64url(fh_arena *arena, fh_str bytes, fh_str *out)
{
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    const size_t size = sodium_base64_encoded_len(bytes.len, variant);
    char *text = FH_NEW_ARRAY(arena, char, size);
    if (!text) return false;
    (void)sodium_bin2base64(text, size, (const unsigned char *)bytes.ptr, bytes.len, variant);
    *out = (fh_str){text, size - 1};
    return true;
}

bool fh_base64url_read(fh_arena *arena, fh_str text, fh_str *out)
{
    while (text.len && text.ptr[text.len - 1] == '=') text.len--;
    /* sodium 1.0.18 takes bytes from 0x80 on for digits. */
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x80) return false;
    size_t n = 0;
    unsigned char *bytes = FH_NEW_ARRAY(arena, unsigned char, text.len + 1);
    if (!bytes || sodium_base642bin(bytes, text.len + 1, text.ptr, text.len, NULL, &n, NULL,
                                    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return false;
    *out = (fh_str){(const char *)bytes, n};
    return true;
}

bool fh_base32(fh_arena *arena, fh_str bytes, fh_str *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *text = FH_NEW_ARRAY(arena, char, bytes.len * 2 + 2);
    if (!text) return false;
    size_t n = 0;
    uint32_t held = 0, bits = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        held = held << 8 | (unsigned char)bytes.ptr[i];
        for (bits += 8; bits >= 5; bits -= 5) text[n++] = letters[held >> (bits - 5) & 31];
        held &= (UINT32_C(1) << bits) - 1;
    }
    if (bits) text[n++] = letters[held << (5 - bits) & 31];
    *out = (fh_str){text, n};
    return true;
}

bool fh_hex(fh_arena *arena, fh_str bytes, fh_str *out)
{
    char *text = FH_NEW_ARRAY(arena, char, bytes.len * 2 + 1);
    if (!text) return false;
    (void)sodium_bin2hex(text, bytes.len * 2 + 1, (const unsigned char *)bytes.ptr, bytes.len);
    *out = (fh_str){text, bytes.len * 2};
    return true;
}

bool fh_hex_read(fh_arena *arena, fh_str text, fh_str *out)
{
    size_t n = 0;
    unsigned char *bytes = FH_NEW_ARRAY(arena, unsigned char, text.len / 2 + 1);
    if (!bytes || text.len % 2 ||
        sodium_hex2bin(bytes, text.len / 2 + 1, text.ptr, text.len, NULL, &n, NULL) != 0 ||
        n != text.len / 2)
        return false;
    *out = (fh_str){(const char *)bytes, n};
    return true;
}
