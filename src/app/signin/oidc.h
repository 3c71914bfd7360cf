/* oidc.h - signing in with the organisation's own sign-in service (OpenID Connect).
 *
 * The code flow with PKCE, state and nonce. What goes over the network is fetched by a
 * function that is passed in; everything else is pure and works on bytes, so that every
 * answer a provider could give can be tried out.
 *
 *     fh_oidc_start   ->  browser goes to the provider and comes back  ->  fh_oidc_take
 *     fh_oidc_exchange (network, no organisation)  ->  fh_oidc_sign_in
 *
 * Signatures are always checked, RS256 or ES256 and nothing else, with the keys that the
 * provider shows: a token that no kept key has signed is looked at again with keys fetched
 * anew, so that keys which were replaced need nothing here.
 */
#ifndef FH_APP_OIDC_H
#define FH_APP_OIDC_H

#include "app/signin/signin.h"

typedef struct fh_oidc_role {
    fh_str group;   /* as the provider names it */
    fh_roles roles; /* never the owner's */
} fh_oidc_role;

/* Who becomes a person here by signing in for the first time. Whoever is known here by the
 * same, verified, e-mail address is let in always. */
typedef enum fh_oidc_adds {
    FH_OIDC_ADDS_NOBODY,
    FH_OIDC_ADDS_GROUPS,
    FH_OIDC_ADDS_EVERYBODY
} fh_oidc_adds;

typedef struct fh_oidc_provider {
    fh_str issuer; /* "https://login.example.org", as the provider writes it */
    fh_str client_id;
    fh_str client_secret;     /* empty: a public client */
    fh_str redirect_uri;      /* "https://journeys.example.org/oidc" */
    fh_str scopes;            /* empty: "openid email profile" */
    fh_str groups_claim;      /* empty: "groups" */
    const fh_oidc_role *role; /* [n_roles] which groups have which roles; these roles then
                                 come and go with the groups at each sign-in */
    size_t n_roles;
    fh_oidc_adds adds; /* GROUPS: only who is in one of those groups */
} fh_oidc_provider;

typedef struct fh_oidc_ask {
    fh_str url;           /* https */
    fh_str form;          /* a POST when it is not empty */
    fh_str authorization; /* value of that header; empty: none */
    bool fresh;           /* what was kept from before will not do */
} fh_oidc_ask;
/* Follows no redirect; at most 1 MB. The body in the arena; anything but status 200 is a
 * failure. What is asked for without form and authorization may be kept for a while. */
typedef fh_status fh_oidc_fetch(void *ctx, const fh_oidc_ask *ask, fh_arena *arena, fh_str *body,
                                fh_error *err);

/* ---- Use cases ------------------------------------------------------------------------- */

/* Where to send the browser. `cookie`: to be set for ten minutes and brought back, so that
 * nobody can make somebody else finish what they began. Fetches the provider's discovery
 * document, so not while holding the write lane; the flow is kept by fh_oidc_keep. */
typedef struct fh_oidc_flow {
    char state[FH_SECRET_TEXT + 1], nonce[FH_SECRET_TEXT + 1], verifier[FH_SECRET_TEXT + 1];
} fh_oidc_flow;
FH_MUST_CHECK fh_status fh_oidc_start(const fh_os *os, const fh_oidc_provider *p,
                                      fh_oidc_fetch *fetch, void *ctx, fh_arena *arena,
                                      fh_oidc_flow *flow, fh_str *url, fh_error *err);
FH_MUST_CHECK fh_status fh_oidc_keep(fh_org *org, const fh_oidc_provider *p,
                                     const fh_oidc_flow *flow, fh_error *err);

/* The browser is back: `state` from the query, `cookie` (the flow's state) from the browser,
 * `issuer` from the query if it is there (RFC 9207). Works once. FH_DENIED. */
FH_MUST_CHECK fh_status fh_oidc_take(fh_org *org, const fh_oidc_provider *p, fh_str state,
                                     fh_str cookie, fh_str issuer, fh_oidc_flow *flow,
                                     fh_error *err);

typedef struct fh_oidc_claims {
    fh_str subject, email, name, sid;
    bool email_verified, second_factor;
    fh_roles roles; /* that the groups have */
    bool has_groups;
} fh_oidc_claims;
/* Asks the provider who it is. FH_DENIED when what it says cannot be believed. */
FH_MUST_CHECK fh_status fh_oidc_exchange(const fh_os *os, const fh_oidc_provider *p,
                                         const fh_oidc_flow *flow, fh_str code,
                                         fh_oidc_fetch *fetch, void *ctx, fh_arena *arena,
                                         fh_oidc_claims *out, fh_error *err);
/* A session for whoever that is. FH_DENIED when nobody here is. */
FH_MUST_CHECK fh_status fh_oidc_sign_in(fh_org *org, const fh_oidc_provider *p,
                                        const fh_oidc_claims *claims, const fh_caller *caller,
                                        fh_str old, fh_session_given *out, fh_error *err);

/* Whether a session came from the provider. */
FH_MUST_CHECK fh_status fh_oidc_gave(fh_org *org, const fh_oidc_provider *p, uint32_t session,
                                     bool *out, fh_error *err);
/* Where the browser signs out at the provider, too, and is led back to our sign-in page
 * (RP-initiated logout); empty when the provider has no such page. */
FH_MUST_CHECK fh_status fh_oidc_leave(const fh_oidc_provider *p, fh_oidc_fetch *fetch, void *ctx,
                                      fh_arena *arena, fh_str *url, fh_error *err);

typedef struct fh_oidc_logout {
    fh_str subject, sid; /* one of them may be empty */
} fh_oidc_logout;
/* A logout token that the provider posted (back-channel logout): checked, then carried
 * out: *n sessions ended. */
FH_MUST_CHECK fh_status fh_oidc_logout_check(const fh_os *os, const fh_oidc_provider *p,
                                             fh_str token, fh_oidc_fetch *fetch, void *ctx,
                                             fh_arena *arena, fh_oidc_logout *out, fh_error *err);
FH_MUST_CHECK fh_status fh_oidc_logout_do(fh_org *org, const fh_oidc_provider *p,
                                          const fh_oidc_logout *logout, uint64_t *n, fh_error *err);

/* ---- The protocol, on bytes --------------------------------------------------------------- */

typedef struct fh_oidc_metadata {
    fh_str authorization_endpoint, token_endpoint, jwks_uri;
    fh_str userinfo_endpoint, end_session_endpoint; /* may be empty */
    bool secret_in_form; /* client_secret_post; else client_secret_basic */
} fh_oidc_metadata;
/* FH_DENIED when it is not this issuer's, or names an address that is not https (http is
 * taken for loopback addresses only). */
FH_MUST_CHECK fh_status fh_oidc_metadata_read(fh_arena *arena, const fh_oidc_provider *p,
                                              fh_str json, fh_oidc_metadata *out, fh_error *err);

typedef struct fh_oidc_key {
    fh_str kid; /* may be empty */
    fh_str spki;
    int algorithm; /* FH_RS256, FH_ES256 */
} fh_oidc_key;
typedef struct fh_oidc_keys {
    const fh_oidc_key *key; /* [n]; keys of other kinds are left out */
    size_t n;
} fh_oidc_keys;
FH_MUST_CHECK fh_status fh_oidc_keys_read(fh_arena *arena, fh_str json, fh_oidc_keys *out,
                                          fh_error *err);

FH_MUST_CHECK fh_status fh_oidc_id_token(fh_arena *arena, const fh_oidc_provider *p,
                                         const fh_oidc_keys *keys, fh_str token, fh_str nonce,
                                         int64_t now_ms, fh_oidc_claims *out, fh_error *err);
/* Fills in what the token did not say: some services tell address and groups only there. */
FH_MUST_CHECK fh_status fh_oidc_userinfo(fh_arena *arena, const fh_oidc_provider *p, fh_str json,
                                         fh_oidc_claims *claims, fh_error *err);
FH_MUST_CHECK fh_status fh_oidc_logout_token(fh_arena *arena, const fh_oidc_provider *p,
                                             const fh_oidc_keys *keys, fh_str token, int64_t now_ms,
                                             fh_oidc_logout *out, fh_error *err);

#endif
