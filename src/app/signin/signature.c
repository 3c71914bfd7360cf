/* signature.c - is this signed by the owner of that key? (see signature.h) */
#include "app/signin/signature.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

/* ---- Keys -------------------------------------------------------------------------------- */

/* NULL when it is not such a key, whole and nothing behind it. */
static EVP_PKEY *load(fh_algorithm algorithm, fh_str spki)
{
    enum { LEAST_RSA_BITS = 2048, MOST_RSA_BITS = 8192, LONGEST = 4096 };
    if (!spki.len || spki.len > LONGEST) return NULL;
    const unsigned char *at = (const unsigned char *)spki.ptr;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)spki.len);
    if (!key) return NULL;
    bool ok = at == (const unsigned char *)spki.ptr + spki.len;
    char group[32];
    size_t n = 0;
    switch (algorithm) {
    case FH_ES256:
        ok = ok && EVP_PKEY_is_a(key, "EC") &&
             EVP_PKEY_get_group_name(key, group, sizeof group, &n) == 1 &&
             strcmp(group, "prime256v1") == 0;
        break;
    case FH_RS256:
        ok = ok && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= LEAST_RSA_BITS &&
             EVP_PKEY_get_bits(key) <= MOST_RSA_BITS;
        break;
    case FH_EDDSA: ok = ok && EVP_PKEY_is_a(key, "ED25519"); break;
    default: ok = false; break;
    }
    if (ok) return key;
    EVP_PKEY_free(key);
    return NULL;
}

bool fh_public_key_ok(fh_algorithm algorithm, fh_str spki)
{
    EVP_PKEY *key = load(algorithm, spki);
    EVP_PKEY_free(key);
    return key != NULL;
}

bool fh_signature_ok(fh_algorithm algorithm, fh_str spki, fh_str data, fh_str signature)
{
    EVP_PKEY *key = load(algorithm, spki);
    EVP_MD_CTX *ctx = key ? EVP_MD_CTX_new() : NULL;
    const EVP_MD *digest = algorithm == FH_EDDSA ? NULL : EVP_sha256();
    const bool ok = ctx && EVP_DigestVerifyInit(ctx, NULL, digest, NULL, key) == 1 &&
                    EVP_DigestVerify(ctx, (const unsigned char *)signature.ptr, signature.len,
                                     (const unsigned char *)data.ptr, data.len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return ok;
}

/* ---- DER ----------------------------------------------------------------------------------- */

static size_t put_head(unsigned char *to, unsigned char tag, size_t len)
{
    size_t n = 0;
    to[n++] = tag;
    if (len < 0x80) {
        to[n++] = (unsigned char)len;
    } else if (len < 0x100) {
        to[n++] = 0x81;
        to[n++] = (unsigned char)len;
    } else {
        to[n++] = 0x82;
        to[n++] = (unsigned char)(len >> 8);
        to[n++] = (unsigned char)len;
    }
    return n;
}

/* A positive INTEGER; `to` has room for len + 6. */
static size_t put_integer(unsigned char *to, fh_str number)
{
    while (number.len > 1 && number.ptr[0] == 0) number = (fh_str){number.ptr + 1, number.len - 1};
    const bool pad = number.len == 0 || ((unsigned char)number.ptr[0] & 0x80);
    size_t n = put_head(to, 0x02, number.len + pad);
    if (pad) to[n++] = 0;
    if (number.len) memcpy(to + n, number.ptr, number.len);
    return n + number.len;
}

bool fh_es256_der(fh_arena *arena, fh_str raw, fh_str *out)
{
    enum { HALF = 32, ROOM = 96 };
    unsigned char body[ROOM], *der = FH_NEW_ARRAY(arena, unsigned char, ROOM);
    if (!der || raw.len != 2 * HALF) return false;
    size_t n = put_integer(body, (fh_str){raw.ptr, HALF});
    n += put_integer(body + n, (fh_str){raw.ptr + HALF, HALF});
    const size_t head = put_head(der, 0x30, n);
    memcpy(der + head, body, n);
    *out = (fh_str){(const char *)der, head + n};
    return true;
}

bool fh_spki_of_rsa(fh_arena *arena, fh_str modulus, fh_str exponent, fh_str *out)
{
    /* SEQUENCE { rsaEncryption, NULL } */
    static const unsigned char kind[] = {0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                         0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00};
    enum { LONGEST = 1024, ROOM = 3 * LONGEST };
    if (!modulus.len || !exponent.len || modulus.len > LONGEST || exponent.len > 8) return false;
    unsigned char *numbers = FH_NEW_ARRAY(arena, unsigned char, ROOM);
    unsigned char *der = FH_NEW_ARRAY(arena, unsigned char, ROOM);
    if (!numbers || !der) return false;
    unsigned char head[4], inner[4], bits[4];
    size_t n = put_integer(numbers, modulus);
    n += put_integer(numbers + n, exponent);
    const size_t n_inner = put_head(inner, 0x30, n);
    const size_t n_bits = put_head(bits, 0x03, 1 + n_inner + n);
    const size_t n_head = put_head(head, 0x30, sizeof kind + n_bits + 1 + n_inner + n);
    unsigned char *at = der;
    memcpy(at, head, n_head), at += n_head;
    memcpy(at, kind, sizeof kind), at += sizeof kind;
    memcpy(at, bits, n_bits), at += n_bits;
    *at++ = 0; /* no unused bits */
    memcpy(at, inner, n_inner), at += n_inner;
    memcpy(at, numbers, n), at += n;
    *out = (fh_str){(const char *)der, (size_t)(at - der)};
    return true;
}

bool fh_spki_of_p256(fh_arena *arena, fh_str x, fh_str y, fh_str *out)
{
    /* SEQUENCE { SEQUENCE { ecPublicKey, prime256v1 }, BIT STRING { 04 x y } } */
    static const unsigned char head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                         0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                         0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
    enum { HALF = 32 };
    unsigned char *der = FH_NEW_ARRAY(arena, unsigned char, sizeof head + 2 * HALF);
    if (!der || x.len != HALF || y.len != HALF) return false;
    memcpy(der, head, sizeof head);
    memcpy(der + sizeof head, x.ptr, HALF);
    memcpy(der + sizeof head + HALF, y.ptr, HALF);
    *out = (fh_str){(const char *)der, sizeof head + 2 * HALF};
    return true;
}
