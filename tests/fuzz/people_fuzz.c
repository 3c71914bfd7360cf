/* people_fuzz.c - any bytes as what people, browsers and sign-in services send: lists,
 * passkeys' answers, keys, tokens, stored passwords. No crash, and nobody gets in. */
#include "app/data/csv_rows.h"
#include "app/signin/limiter.h"
#include "app/signin/oidc.h"
#include "app/signin/passwords.h"
#include "app/signin/secrets.h"
#include "app/signin/signature.h"
#include "app/signin/webauthn.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read as cells and is written again reads as the same cells. */
static void lists(fh_arena *arena, fh_str s)
{
    fh_csv_rows rows, again;
    fh_buf out;
    if (fh_csv_read(arena, s, 1000, &rows, NULL) != FH_OK) return;
    fh_buf_init(&out, NULL, 1 << 24);
    for (size_t i = 0; i < rows.n; i++) {
        for (size_t k = 0; k < rows.row[i].n_cells; k++) {
            fh_csv_safe(&out, fh_csv_plain(rows.row[i].cell[k]));
            fh_buf_char(&out, k + 1 < rows.row[i].n_cells ? ',' : '\n');
        }
    }
    /* A header of one column has no separator to be guessed from: commas are. */
    if (out.status == FH_OK && rows.n && rows.row[0].n_cells > 3 &&
        !memchr(out.ptr, ';', out.len) && !memchr(out.ptr, '\t', out.len)) {
        if (fh_csv_read(arena, fh_buf_view(&out), 1000, &again, NULL) != FH_OK) abort();
        if (again.n > rows.n) abort();
    }
    fh_buf_free(&out);
}

static void sign_in_services(fh_arena *arena, fh_str s)
{
    const fh_oidc_provider p = {.issuer = FH_STR("https://a.b"), .client_id = FH_STR("c")};
    fh_oidc_metadata m;
    fh_oidc_keys keys = {0};
    fh_oidc_claims claims;
    fh_oidc_logout logout;
    (void)!fh_oidc_metadata_read(arena, &p, s, &m, NULL);
    if (fh_oidc_keys_read(arena, s, &keys, NULL) == FH_OK)
        for (size_t i = 0; i < keys.n; i++)
            if (!fh_public_key_ok((fh_algorithm)keys.key[i].algorithm, keys.key[i].spki)) abort();
    /* Without a key nothing can be signed. */
    keys.n = 0;
    if (fh_oidc_id_token(arena, &p, &keys, s, FH_STR("n"), 0, &claims, NULL) == FH_OK) abort();
    if (fh_oidc_logout_token(arena, &p, &keys, s, 0, &logout, NULL) == FH_OK) abort();
}

static void passkeys(fh_arena *arena, fh_str s)
{
    fh_str challenge, bytes, text;
    fh_authenticator a;
    if (fh_webauthn_client(arena, s, FH_STR("webauthn.get"), FH_STR("https://a.b"), &challenge,
                           NULL) == FH_OK &&
        !challenge.len)
        abort();
    (void)!fh_webauthn_authenticator(s, FH_STR("a.b"), true, &a, NULL);
    (void)fh_public_key_ok(FH_ES256, s);
    (void)!fh_es256_der(arena, s, &bytes);
    if (fh_base64url_read(arena, s, &bytes)) {
        size_t n = s.len;
        while (n && s.ptr[n - 1] == '=') n--;
        if (!fh_base64url(arena, bytes, &text) || !fh_str_eq(text, (fh_str){s.ptr, n})) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 20000) return 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return 0;
    char space[64];
    bool same = false;
    /* A copy of its own, so that a sanitizer sees the end. */
    const size_t n = size - 1;
    char *copy = malloc(n ? n : 1);
    if (copy && n) memcpy(copy, data + 1, n);
    const fh_str s = {copy, copy ? n : 0};
    switch (data[0] % 4) {
    case 0: lists(arena, s); break;
    case 1: sign_in_services(arena, s); break;
    case 2: passkeys(arena, s); break;
    default:
        (void)!fh_password_good(arena, s, &s, 1, NULL);
        (void)fh_limit_address_key(s, space);
        /* Only what is no hash: one that is would cost what it says. */
        if (!fh_str_starts(s, FH_STR("$argon2id$v=19$m=")) || n < 90)
            (void)!fh_password_verify(s, FH_STR("x"), &same, NULL);
        break;
    }
    if (same) abort();
    free(copy);
    fh_arena_free(arena);
    return 0;
}
