/* passwords.c - which passwords are good enough, and how they are kept (see passwords.h).
 *
 * Good enough: what is left of a password, in lower case and with signs that stand for
 * letters read as these, after taking away common words and words of the context, has
 * letters enough of its own; and it is no repetition and no run of neighbours.
 */
#include "app/signin/passwords.h"

#include "base/utf8.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

extern const char fh_common_passwords[]; /* embedded.S */

enum { OWN_LETTERS = 5, SALT = crypto_pwhash_SALTBYTES, HASH = 32 };

/* ---- Characters ------------------------------------------------------------------------ */

static fh_status count_characters(fh_str s, size_t *out, fh_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; n++) {
        const size_t step = fh_utf8_step((const unsigned char *)s.ptr + i, s.len - i);
        if (!step || s.ptr[i] == '\0')
            return fh_fail(err, FH_INVALID, "the password has characters that are no text");
        i += step;
    }
    *out = n;
    return FH_OK;
}

fh_status fh_password_normal(fh_arena *arena, fh_str password, fh_str *out, fh_error *err)
{
    size_t n = 0;
    fh_str copy;
    if (password.len > FH_PASSWORD_MAX * 4)
        return fh_fail(err, FH_INVALID, "the password is longer than %d characters",
                       FH_PASSWORD_MAX);
    fh_status status = count_characters(password, &n, err);
    if (status != FH_OK) return status;
    if (n > FH_PASSWORD_MAX)
        return fh_fail(err, FH_INVALID, "the password is longer than %d characters",
                       FH_PASSWORD_MAX);
    if (n < FH_PASSWORD_MIN) {
        (void)fh_fail(err, FH_INVALID, "the password is shorter than %d characters",
                      FH_PASSWORD_MIN);
        return fh_hint(err, FH_INVALID,
                       "Four or five words that do not belong together are long "
                       "and easy to remember.");
    }
    if (!fh_arena_str(arena, password, &copy)) return fh_no_memory(err);
    utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)copy.ptr);
    if (!composed) return fh_no_memory(err);
    const bool kept = fh_arena_str(arena, fh_str_of((const char *)composed), out);
    sodium_memzero(composed, strlen((const char *)composed));
    free(composed);
    return kept ? FH_OK : fh_no_memory(err);
}

/* ---- Good enough -------------------------------------------------------------------------- */

/* ASCII in lower case, signs that are used for letters as these; other bytes stay. */
static char plain(char c)
{
    switch (c) {
    case '0': return 'o';
    case '1':
    case '!':
    case '|': return 'i';
    case '3': return 'e';
    case '4':
    case '@': return 'a';
    case '5':
    case '$': return 's';
    case '7': return 't';
    default: return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Marks in `gone` every place of `text` where `word` stands. */
static void strike(const char *text, size_t n, fh_str word, bool *gone)
{
    if (word.len < 3 || word.len > n) return;
    for (size_t i = 0; i + word.len <= n; i++)
        if (memcmp(text + i, word.ptr, word.len) == 0)
            for (size_t k = 0; k < word.len; k++) gone[i + k] = true;
}

static void strike_common(const char *text, size_t n, bool *gone)
{
    for (const char *at = fh_common_passwords; *at;) {
        const char *end = strchr(at, '\n');
        const size_t len = end ? (size_t)(end - at) : strlen(at);
        /* A word with a letter read as a sign ("passw0rd") is in the list as it is read. */
        if (len && at[0] != '#') strike(text, n, (fh_str){at, len}, gone);
        at += len + (end != NULL);
    }
}

/* The parts of a context text: "ann.berg@example.org" has ann, berg, example, org. */
static void strike_parts(const char *text, size_t n, fh_str context, bool *gone)
{
    char part[64];
    size_t len = 0;
    for (size_t i = 0; i <= context.len; i++) {
        const bool inside = i < context.len && (is_letter(context.ptr[i]) ||
                                                (context.ptr[i] >= '0' && context.ptr[i] <= '9'));
        if (inside && len < sizeof part) {
            part[len++] = plain(context.ptr[i]);
        } else if (!inside) {
            strike(text, n, (fh_str){part, len}, gone);
            len = 0;
        }
    }
}

/* "aaaaaaaaaaaa", "abcabcabcabc", "abcdefghijkl", "210987654321". */
static bool is_pattern(fh_str s)
{
    for (size_t period = 1; period <= 4; period++) {
        bool same = true;
        for (size_t i = period; i < s.len && same; i++) same = s.ptr[i] == s.ptr[i - period];
        if (same) return true;
    }
    size_t runs = 0;
    for (size_t i = 1; i < s.len; i++) {
        const int step = (unsigned char)s.ptr[i] - (unsigned char)s.ptr[i - 1];
        runs += step == 1 || step == -1 || step == 0;
    }
    return runs * 4 >= (s.len - 1) * 3;
}

fh_status fh_password_good(fh_arena *arena, fh_str password, const fh_str *context,
                           size_t n_context, fh_error *err)
{
    fh_str s;
    fh_status status = fh_password_normal(arena, password, &s, err);
    if (status != FH_OK) return status;
    char *text = FH_NEW_ARRAY(arena, char, s.len);
    bool *gone = FH_NEW_ARRAY(arena, bool, s.len);
    if (!text || !gone) return fh_no_memory(err);
    for (size_t i = 0; i < s.len; i++) text[i] = plain(s.ptr[i]);
    strike_common(text, s.len, gone);
    for (size_t i = 0; i < n_context; i++) strike_parts(text, s.len, context[i], gone);
    /* What is left: letters count, and so does one in two digits and signs, which a
     * password manager's passwords are full of. */
    size_t halves = 0;
    for (size_t i = 0; i < s.len; i++)
        if (!gone[i]) halves += is_letter(s.ptr[i]) ? 2 : 1;
    const bool weak = halves < 2 * OWN_LETTERS || is_pattern(s);
    sodium_memzero(text, s.len);
    if (!weak) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "the password is one that is tried first");
    return fh_hint(err, FH_INVALID,
                   "It is made of common words, names, or a pattern. Take four or five words "
                   "that do not belong together.");
}

/* ---- Keeping -------------------------------------------------------------------------------- */

static size_t put_base64(char *to, size_t size, const unsigned char *bytes, size_t n)
{
    (void)sodium_bin2base64(to, size, bytes, n, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    return strlen(to);
}

fh_status fh_password_hash(const fh_os *os, const fh_password_cost *cost, fh_str password,
                           char out[FH_PASSWORD_HASH_TEXT + 1], fh_error *err)
{
    unsigned char salt[SALT], hash[HASH];
    const fh_status status = os->random(os->ctx, salt, sizeof salt, err);
    if (status != FH_OK) return status;
    if (crypto_pwhash(hash, sizeof hash, password.ptr ? password.ptr : "", password.len, salt,
                      cost->ops, (size_t)cost->bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fh_no_memory(err);
    size_t n =
        (size_t)snprintf(out, FH_PASSWORD_HASH_TEXT + 1, "$argon2id$v=19$m=%llu,t=%llu,p=1$",
                         (unsigned long long)cost->bytes / 1024, (unsigned long long)cost->ops);
    n += put_base64(out + n, FH_PASSWORD_HASH_TEXT + 1 - n, salt, sizeof salt);
    out[n++] = '$';
    (void)put_base64(out + n, FH_PASSWORD_HASH_TEXT + 1 - n, hash, sizeof hash);
    sodium_memzero(hash, sizeof hash);
    return FH_OK;
}

typedef struct kept {
    fh_password_cost cost;
    unsigned char salt[SALT], hash[HASH];
} kept;

static bool read_number(fh_str *rest, const char *before, uint64_t *out)
{
    const fh_str head = fh_str_of(before);
    uint64_t v = 0;
    size_t i = head.len;
    if (!fh_str_starts(*rest, head)) return false;
    for (; i < rest->len && rest->ptr[i] >= '0' && rest->ptr[i] <= '9'; i++) {
        if (v > UINT32_MAX) return false;
        v = v * 10 + (uint64_t)(rest->ptr[i] - '0');
    }
    if (i == head.len) return false;
    *rest = (fh_str){rest->ptr + i, rest->len - i};
    *out = v;
    return true;
}

static bool read_bytes(fh_str *rest, unsigned char *to, size_t n)
{
    size_t got = 0;
    const char *end = NULL;
    if (rest->len == 0 || rest->ptr[0] != '$') return false;
    if (sodium_base642bin(to, n, rest->ptr + 1, rest->len - 1, NULL, &got, &end,
                          sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 ||
        got != n)
        return false;
    *rest = (fh_str){end, rest->len - (size_t)(end - rest->ptr)};
    return true;
}

static bool read_kept(fh_str text, kept *out)
{
    kept k;
    uint64_t lanes = 0;
    for (size_t i = 0; i < text.len; i++) /* sodium 1.0.18 takes these for digits */
        if ((unsigned char)text.ptr[i] >= 0x80) return false;
    if (!read_number(&text, "$argon2id$v=19$m=", &k.cost.bytes) ||
        !read_number(&text, ",t=", &k.cost.ops) || !read_number(&text, ",p=", &lanes) ||
        lanes != 1 || !read_bytes(&text, k.salt, SALT) || !read_bytes(&text, k.hash, HASH) ||
        text.len != 0)
        return false;
    /* A hostile file shall not make us compute for hours. */
    if (k.cost.bytes < 8 || k.cost.bytes > 4u << 20 || k.cost.ops < 1 || k.cost.ops > 64)
        return false;
    k.cost.bytes *= 1024;
    *out = k;
    return true;
}

fh_status fh_password_verify(fh_str hash, fh_str password, bool *same, fh_error *err)
{
    kept k;
    unsigned char is[HASH];
    if (!read_kept(hash, &k)) {
        (void)fh_fail(err, FH_CORRUPT, "a stored password is damaged");
        return fh_hint(err, FH_CORRUPT, "Make a reset link for this person.");
    }
    if (crypto_pwhash(is, sizeof is, password.ptr ? password.ptr : "", password.len, k.salt,
                      k.cost.ops, (size_t)k.cost.bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fh_no_memory(err);
    *same = sodium_memcmp(is, k.hash, sizeof is) == 0;
    sodium_memzero(is, sizeof is);
    return FH_OK;
}

bool fh_password_is_old(fh_str hash, const fh_password_cost *cost)
{
    kept k;
    return !read_kept(hash, &k) || k.cost.ops != cost->ops || k.cost.bytes != cost->bytes;
}
