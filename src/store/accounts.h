/* accounts.h - rows of how people sign in: passwords, sessions, links, second
 * factors, passkeys, tokens. What they mean and who may is the business of
 * app/signin/signin.h, app/signin/tokens.h and app/signin/oidc.h: nothing else calls these.
 *
 * Secrets come in as hashes (64 hexadecimal digits) or sealed. Functions that write
 * join the caller's transaction; a `there` is false when there is no such row.
 */
#ifndef FH_STORE_ACCOUNTS_H
#define FH_STORE_ACCOUNTS_H

#include "store/org.h"

/* ---- Passwords: argon2id, as PHC text -------------------------------------------- */
FH_MUST_CHECK fh_status fh_password_row(fh_org *org, uint32_t person, fh_arena *arena, fh_str *out,
                                        fh_error *err); /* empty: none */
FH_MUST_CHECK fh_status fh_password_put(fh_org *org, uint32_t person, fh_str hash, fh_error *err);

/* ---- Sessions ---------------------------------------------------------------------- */
typedef struct fh_session_row {
    uint32_t session, person;
    int64_t made_ms, seen_ms;
    uint32_t factors; /* 0: the password passed, a second factor is awaited; 1; 2 */
    uint32_t wrong_codes;
    fh_str secret, ip, agent;
} fh_session_row;
FH_MUST_CHECK fh_status fh_session_row_by_secret(fh_org *org, fh_str secret, fh_arena *arena,
                                                 fh_session_row *out, bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_session_row_by_number(fh_org *org, uint32_t session, fh_arena *arena,
                                                 fh_session_row *out, bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_session_rows(fh_org *org, uint32_t person, fh_arena *arena,
                                        fh_session_row **out, size_t *n, fh_error *err);
/* Takes the next number; drops what expired long ago. */
FH_MUST_CHECK fh_status fh_session_insert(fh_org *org, fh_session_row *row, fh_error *err);
/* Another secret, and how many factors passed. */
FH_MUST_CHECK fh_status fh_session_rotate(fh_org *org, uint32_t session, fh_str secret,
                                          uint32_t factors, fh_error *err);
FH_MUST_CHECK fh_status fh_session_seen(fh_org *org, uint32_t session, fh_error *err);
FH_MUST_CHECK fh_status fh_session_wrong_code(fh_org *org, uint32_t session, uint32_t *times,
                                              fh_error *err);
FH_MUST_CHECK fh_status fh_session_delete(fh_org *org, uint32_t session, fh_error *err);
/* All of a person but `except` (0: none). */
FH_MUST_CHECK fh_status fh_sessions_delete(fh_org *org, uint32_t person, uint32_t except,
                                           fh_error *err);
/* All whose last sign of life is before, or that were made before. */
FH_MUST_CHECK fh_status fh_sessions_expire(fh_org *org, int64_t seen_before, int64_t made_before,
                                           fh_error *err);

/* ---- One-time links -------------------------------------------------------------------- */
typedef struct fh_link_row {
    uint32_t kind, person;
    int64_t expires_ms;
} fh_link_row;
FH_MUST_CHECK fh_status fh_link_put(fh_org *org, fh_str secret, const fh_link_row *row,
                                    fh_error *err);
FH_MUST_CHECK fh_status fh_link_row_get(fh_org *org, fh_str secret, fh_link_row *out, bool *there,
                                        fh_error *err);
/* Takes it away; *there tells whether it was still there: only one of two is first. */
FH_MUST_CHECK fh_status fh_link_take(fh_org *org, fh_str secret, bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_links_delete(fh_org *org, uint32_t person, fh_error *err);

/* ---- Authenticator apps and recovery codes ------------------------------------------------ */
typedef struct fh_totp_row {
    fh_str sealed;
    bool confirmed;
    int64_t last_step;
} fh_totp_row;
FH_MUST_CHECK fh_status fh_totp_row_get(fh_org *org, uint32_t person, fh_arena *arena,
                                        fh_totp_row *out, bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_totp_put(fh_org *org, uint32_t person, const fh_totp_row *row,
                                    fh_error *err);
/* Notes that the code of this step was used; *first is false when it, or a later one, was
 * used before. */
FH_MUST_CHECK fh_status fh_totp_use(fh_org *org, uint32_t person, int64_t step, bool *first,
                                    fh_error *err);
FH_MUST_CHECK fh_status fh_totp_delete(fh_org *org, uint32_t person, fh_error *err);
FH_MUST_CHECK fh_status fh_recovery_put(fh_org *org, uint32_t person, fh_str code, fh_error *err);
FH_MUST_CHECK fh_status fh_recovery_take(fh_org *org, uint32_t person, fh_str code, bool *there,
                                         fh_error *err);
FH_MUST_CHECK fh_status fh_recovery_delete(fh_org *org, uint32_t person, fh_error *err);

/* ---- Passkeys -------------------------------------------------------------------------------- */
typedef struct fh_passkey_row {
    uint32_t passkey, person;
    fh_str name, credential; /* hexadecimal */
    fh_str public_key;       /* SPKI, raw bytes */
    int32_t algorithm;
    int64_t counter, made_ms, used_ms;
} fh_passkey_row;
FH_MUST_CHECK fh_status fh_passkey_row_by_credential(fh_org *org, fh_str credential,
                                                     fh_arena *arena, fh_passkey_row *out,
                                                     bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_row_by_number(fh_org *org, uint32_t passkey, fh_arena *arena,
                                                 fh_passkey_row *out, bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_rows(fh_org *org, uint32_t person, fh_arena *arena,
                                        fh_passkey_row **out, size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_insert(fh_org *org, fh_passkey_row *row, fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_used(fh_org *org, uint32_t passkey, int64_t counter,
                                        fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_set_name(fh_org *org, uint32_t passkey, fh_str name,
                                            fh_error *err);
FH_MUST_CHECK fh_status fh_passkey_delete(fh_org *org, uint32_t passkey, fh_error *err);

/* ---- Challenges: what was asked and is answered once ---------------------------------------- */
typedef struct fh_challenge_row {
    uint32_t purpose, person;
    fh_str body;
    int64_t expires_ms;
} fh_challenge_row;
FH_MUST_CHECK fh_status fh_challenge_put(fh_org *org, fh_str secret, const fh_challenge_row *row,
                                         fh_error *err);
/* Takes it away: *there also when it has expired. */
FH_MUST_CHECK fh_status fh_challenge_take(fh_org *org, fh_str secret, fh_arena *arena,
                                          fh_challenge_row *out, bool *there, fh_error *err);

/* ---- Tokens --------------------------------------------------------------------------------- */
typedef struct fh_token_row {
    fh_str token, secret, name, used_ip;
    uint32_t person;
    uint64_t scopes;
    int64_t made_ms, expires_ms, used_ms;
    bool revoked;
} fh_token_row;
FH_MUST_CHECK fh_status fh_token_row_get(fh_org *org, fh_str token, fh_arena *arena,
                                         fh_token_row *out, bool *there, fh_error *err);
/* `person` 0: of everybody; newest first. */
FH_MUST_CHECK fh_status fh_token_rows(fh_org *org, uint32_t person, fh_arena *arena,
                                      fh_token_row **out, size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_token_insert(fh_org *org, const fh_token_row *row, fh_error *err);
FH_MUST_CHECK fh_status fh_token_used(fh_org *org, fh_str token, fh_str ip, fh_error *err);
FH_MUST_CHECK fh_status fh_token_set_revoked(fh_org *org, fh_str token, fh_error *err);

/* ---- Providers (OIDC) ----------------------------------------------------------------------- */
/* 0: not known. */
FH_MUST_CHECK fh_status fh_provider_person(fh_org *org, fh_str issuer, fh_str subject,
                                           uint32_t *out, fh_error *err);
FH_MUST_CHECK fh_status fh_provider_link(fh_org *org, fh_str issuer, fh_str subject,
                                         uint32_t person, fh_error *err);
FH_MUST_CHECK fh_status fh_provider_session(fh_org *org, uint32_t session, fh_str issuer,
                                            fh_str subject, fh_str sid, fh_error *err);
/* Whether a session came from the provider. */
FH_MUST_CHECK fh_status fh_provider_gave(fh_org *org, fh_str issuer, uint32_t session, bool *out,
                                         fh_error *err);
/* Ends the sessions that came from the provider: of one `sid`, or all of a subject. */
FH_MUST_CHECK fh_status fh_provider_logout(fh_org *org, fh_str issuer, fh_str subject, fh_str sid,
                                           uint64_t *n, fh_error *err);

/* ---- All of a person ------------------------------------------------------------------------ */

/* Whether the person has a second factor: an authenticator app or a passkey. */
FH_MUST_CHECK fh_status fh_account_has_factor(fh_org *org, uint32_t person, bool *totp,
                                              bool *passkey, fh_error *err);
/* Whether an active person with the role of this bit can sign in. */
FH_MUST_CHECK fh_status fh_account_any(fh_org *org, uint32_t role_bit, bool *out, fh_error *err);
/* Disabled: sessions and links end, tokens are revoked. */
FH_MUST_CHECK fh_status fh_account_close(fh_org *org, uint32_t person, fh_error *err);
/* Forgotten: everything goes. */
FH_MUST_CHECK fh_status fh_account_erase(fh_org *org, uint32_t person, fh_error *err);

#endif
