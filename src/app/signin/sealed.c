/* sealed.c - secrets at rest (see sealed.h).
 *
 *     seal = 'f' '1' | key id 4 | nonce 24 | ciphertext | tag 16
 *
 * Both the first six bytes and the place are authenticated with it.
 */
#include "app/signin/sealed.h"

#include <sodium.h>
#include <string.h>

enum {
    HEAD = 6,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SECRET_MAX = 4096,
    KEY_TEXT = 64
};

static void name_key(fh_key *key)
{
    unsigned char hash[crypto_generichash_BYTES_MIN];
    (void)crypto_generichash(hash, sizeof hash, key->bytes, sizeof key->bytes,
                             (const unsigned char *)"firsthand key id", 16);
    memcpy(key->id, hash, sizeof key->id);
}

fh_status fh_key_parse(fh_str text, fh_key *out, fh_error *err)
{
    size_t n = 0;
    fh_key key = {.bytes = {0}};
    const fh_str s = fh_str_trim(text);
    if (s.len != KEY_TEXT ||
        sodium_hex2bin(key.bytes, sizeof key.bytes, s.ptr, s.len, NULL, &n, NULL) != 0 ||
        n != sizeof key.bytes) {
        (void)fh_fail(err, FH_INVALID, "this is no key");
        return fh_hint(err, FH_INVALID, "A key is 64 hexadecimal digits.");
    }
    name_key(&key);
    *out = key;
    sodium_memzero(&key, sizeof key);
    return FH_OK;
}

fh_status fh_key_read(const fh_os *os, const char *path, fh_key *out, fh_error *err)
{
    enum { MAX_BYTES = 1024 };
    fh_buf text;
    fh_buf_init(&text, NULL, MAX_BYTES);
    fh_status status = fh_os_read_file(os, path, MAX_BYTES, &text, err);
    if (status == FH_OK) status = fh_key_parse(fh_buf_view(&text), out, NULL);
    if (status == FH_INVALID) {
        (void)fh_fail(err, FH_INVALID, "%s holds no key", path);
        (void)fh_hint(err, FH_INVALID, "A key is 64 hexadecimal digits.");
    }
    if (text.ptr) sodium_memzero(text.ptr, text.len);
    fh_buf_free(&text);
    return status;
}

fh_status fh_key_make(const fh_os *os, const char *path, fh_key *out, fh_error *err)
{
    fh_key key = {.bytes = {0}};
    char text[KEY_TEXT + 2];
    fh_file *file = NULL;
    fh_status status = os->random(os->ctx, key.bytes, sizeof key.bytes, err);
    if (status == FH_OK) status = os->open(os->ctx, path, FH_OPEN_PRIVATE, &file, err);
    if (status != FH_OK) return status;
    (void)sodium_bin2hex(text, sizeof text - 1, key.bytes, sizeof key.bytes);
    text[KEY_TEXT] = '\n';
    status = os->write(os->ctx, file, text, KEY_TEXT + 1, err);
    if (status == FH_OK) status = os->sync(os->ctx, file, err);
    os->close(os->ctx, file);
    if (status == FH_OK) {
        name_key(&key);
        *out = key;
    } else {
        (void)os->remove(os->ctx, path, NULL); /* half a key is none */
    }
    sodium_memzero(text, sizeof text);
    sodium_memzero(&key, sizeof key);
    return status;
}

/* Head and place, as they are authenticated. */
static fh_status tell_place(fh_arena *arena, const unsigned char head[HEAD], fh_str place,
                            fh_str *out, fh_error *err)
{
    char *text = FH_NEW_ARRAY(arena, char, HEAD + place.len);
    if (!text) return fh_no_memory(err);
    memcpy(text, head, HEAD);
    if (place.len) memcpy(text + HEAD, place.ptr, place.len);
    *out = (fh_str){text, HEAD + place.len};
    return FH_OK;
}

fh_status fh_seal(const fh_os *os, const fh_key *key, fh_str place, fh_str secret, fh_arena *arena,
                  fh_str *out, fh_error *err)
{
    if (secret.len > SECRET_MAX) return fh_fail(err, FH_LIMIT, "the secret is too long to seal");
    fh_str with;
    unsigned char *seal = FH_NEW_ARRAY(arena, unsigned char, HEAD + NONCE + secret.len + TAG);
    if (!seal) return fh_no_memory(err);
    seal[0] = 'f';
    seal[1] = '1';
    memcpy(seal + 2, key->id, sizeof key->id);
    fh_status status = os->random(os->ctx, seal + HEAD, NONCE, err);
    if (status == FH_OK) status = tell_place(arena, seal, place, &with, err);
    if (status != FH_OK) return status;
    unsigned long long n = 0;
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        seal + HEAD + NONCE, &n, (const unsigned char *)secret.ptr, secret.len,
        (const unsigned char *)with.ptr, with.len, NULL, seal + HEAD, key->bytes);
    *out = (fh_str){(const char *)seal, HEAD + NONCE + (size_t)n};
    return FH_OK;
}

fh_status fh_unseal(const fh_key *key, fh_str place, fh_str sealed, fh_arena *arena, fh_str *out,
                    fh_error *err)
{
    const unsigned char *seal = (const unsigned char *)sealed.ptr;
    if (sealed.len < HEAD + NONCE + TAG || seal[0] != 'f' || seal[1] != '1')
        return fh_fail(err, FH_CORRUPT, "the seal of %.*s is damaged", FH_STR_ARG(place));
    if (memcmp(seal + 2, key->id, sizeof key->id) != 0) {
        (void)fh_fail(err, FH_NOTFOUND, "%.*s was sealed with the key %02x%02x%02x%02x",
                      FH_STR_ARG(place), seal[2], seal[3], seal[4], seal[5]);
        return fh_hint(err, FH_NOTFOUND, "Give Firsthand the key file that was used then.");
    }
    fh_str with;
    const size_t n_cipher = sealed.len - HEAD - NONCE;
    unsigned long long n = 0;
    unsigned char *secret = FH_NEW_ARRAY(arena, unsigned char, n_cipher);
    if (!secret) return fh_no_memory(err);
    const fh_status status = tell_place(arena, seal, place, &with, err);
    if (status != FH_OK) return status;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret, &n, NULL, seal + HEAD + NONCE, n_cipher,
                                                   (const unsigned char *)with.ptr, with.len,
                                                   seal + HEAD, key->bytes) != 0)
        return fh_fail(err, FH_CORRUPT, "the seal of %.*s was changed or is another's",
                       FH_STR_ARG(place));
    *out = (fh_str){(const char *)secret, (size_t)n};
    return FH_OK;
}
