/* totp.c - use case: authenticator apps (RFC 6238) and recovery codes.
 *
 * The secret is sealed at rest. A code counts in its own half minute and the one before
 * and after, and each once: the step of the last right code is kept, and only later
 * steps are taken.
 */
#include "app/people/people_parts.h"
#include "app/signin/signin_parts.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

enum { STEP_MS = 30000, SECRET = 20, DIGITS = 6, MILLION = 1000000, WRONG_CODES = 5 };

uint32_t fh_totp_code(fh_str secret, int64_t step)
{
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 7; i >= 0; i--, step >>= 8) message[i] = (unsigned char)step;
    if (!HMAC(EVP_sha1(), secret.ptr, (int)secret.len, message, sizeof message, mac, &n) || n != 20)
        return MILLION; /* no code is this */
    const unsigned at = mac[19] & 15;
    const uint32_t word = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
                          (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    return word % MILLION;
}

static fh_str place_of(uint32_t person, char space[48])
{
    const int n = snprintf(space, 48, "totp/%u/secret", person);
    return (fh_str){space, n > 0 ? (size_t)n : 0};
}

/* "123 456" as a number; MILLION + 1: not six digits. */
static uint32_t read_code(fh_str text)
{
    uint32_t v = 0;
    unsigned n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ' ') continue;
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || n == DIGITS) return MILLION + 1;
        v = v * 10 + (uint32_t)(text.ptr[i] - '0');
        n++;
    }
    return n == DIGITS ? v : MILLION + 1;
}

/* The step whose code it is, among the three that count now; -1: of none. All three are
 * always computed. */
static int64_t step_of(fh_str secret, uint32_t code, int64_t now_ms)
{
    const int64_t now = now_ms / STEP_MS;
    int64_t found = -1;
    for (int64_t step = now - 1; step <= now + 1; step++)
        if (fh_totp_code(secret, step) == code) found = step;
    return found;
}

static fh_status no_key(fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT, "this server has no key to keep such secrets with");
    return fh_hint(err, FH_CONFLICT,
                   "Start it with a key file (see docs/handbook/people.md), or "
                   "use a passkey.");
}

/* The secret of a person; *there false: no app (that is confirmed, if asked for). */
static fh_status secret_of(fh_signin *s, fh_org *org, uint32_t person, bool confirmed,
                           fh_arena *arena, fh_str *secret, bool *there, fh_error *err)
{
    char space[48];
    fh_totp_row row;
    bool found = false;
    fh_status status = fh_totp_row_get(org, person, arena, &row, &found, err);
    if (status == FH_OK && found && row.confirmed != confirmed) found = false;
    if (status == FH_OK && found && !s->has_key) return no_key(err);
    if (status == FH_OK && found)
        status = fh_unseal(&s->key, place_of(person, space), row.sealed, arena, secret, err);
    if (status == FH_OK) *there = found;
    return status;
}

/* ---- The second factor of signing in ------------------------------------------------------- */

static fh_status check_code(fh_signin *s, fh_org *org, uint32_t person, fh_str code, bool confirmed,
                            fh_arena *arena, bool *right, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_str secret = {0};
    bool there = false, first = false;
    *right = false;
    fh_status status = secret_of(s, org, person, confirmed, arena, &secret, &there, err);
    if (status != FH_OK || !there) return status;
    const int64_t step = step_of(secret, read_code(code), os->now_ms(os->ctx));
    if (step >= 0) status = fh_totp_use(org, person, step, &first, err);
    if (status == FH_OK) *right = step >= 0 && first;
    return status;
}

/* Lower case, without dashes and spaces, hashed with whose it is. */
static fh_str recovery_hash(uint32_t person, fh_str code, char out[FH_HASH_TEXT + 1])
{
    char text[64];
    int n = snprintf(text, sizeof text, "%u:", person);
    for (size_t i = 0; i < code.len && n > 0 && (size_t)n < sizeof text; i++) {
        const char c = code.ptr[i];
        if (c == '-' || c == ' ') continue;
        text[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    return fh_secret_hash("recovery", (fh_str){text, n > 0 ? (size_t)n : 0}, out);
}

typedef struct second {
    fh_arena *arena;
    fh_str secret, code;
    const fh_caller *caller;
    bool recovery; /* the code is one of those */
    fh_session_row row;
    bool right, session_ended;
} second;

static fh_status wrong_code(fh_org *org, second *x, fh_error *err)
{
    uint32_t times = 0;
    const fh_actor visitor = fh_signin_visitor(x->caller);
    fh_status status = fh_session_wrong_code(org, x->row.session, &times, err);
    if (status == FH_OK && times >= WRONG_CODES) {
        status = fh_session_delete(org, x->row.session, err);
        x->session_ended = true;
    }
    if (status == FH_OK)
        status = fh_signin_audit(org, &visitor, FH_AUDITED_CODE_FAILED, x->row.person, err);
    return status;
}

static fh_status pass_second(fh_signin *s, fh_org *org, second *x, fh_session_given *out,
                             fh_error *err)
{
    char hash[FH_HASH_TEXT + 1];
    fh_person p;
    fh_status status = fh_person_row(org, x->row.person, x->arena, &p, err);
    if (status != FH_OK) return status;
    if (!p.active) return fh_fail(err, FH_NOTFOUND, "you are not signed in");
    if (x->recovery)
        status =
            fh_recovery_take(org, p.person, recovery_hash(p.person, x->code, hash), &x->right, err);
    else
        status = check_code(s, org, p.person, x->code, true, x->arena, &x->right, err);
    if (status != FH_OK) return status;
    if (!x->right) return wrong_code(org, x, err);
    const fh_actor self = fh_signin_as(p.person, x->row.session, x->caller);
    status = fh_session_renew(org, &x->row, 2, out, err);
    if (status == FH_OK && x->recovery)
        status = fh_signin_audit(org, &self, FH_AUDITED_RECOVERY_USED, p.person, err);
    if (status == FH_OK) status = fh_signin_audit(org, &self, FH_AUDITED_SIGNED_IN, p.person, err);
    return status;
}

static fh_status second_factor(fh_signin *s, fh_org *org, second *x, fh_session_given *out,
                               fh_error *err)
{
    char key[16];
    bool there = false;
    fh_session_given given = {0};
    fh_status status = fh_session_of(org, x->secret, x->arena, &x->row, &there, err);
    if (status == FH_OK && !there) {
        (void)fh_fail(err, FH_NOTFOUND, "you are not signed in");
        return fh_hint(err, FH_NOTFOUND, "Sign in again: a code must follow within ten minutes.");
    }
    if (status != FH_OK) return status;
    const int n = snprintf(key, sizeof key, "%u", x->row.person);
    const fh_str account = {key, n > 0 ? (size_t)n : 0};
    status = fh_signin_try(s, FH_LIMITED_CODE, account, err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_people_end(org, pass_second(s, org, x, &given, err), err);
    if (status != FH_OK) return status;
    if (x->right) {
        fh_signin_passed(s, FH_LIMITED_CODE, account);
        *out = given;
        return FH_OK;
    }
    (void)fh_signin_failed(s, FH_LIMITED_CODE, account);
    (void)fh_fail(err, FH_DENIED, "the code is not right");
    return fh_hint(err, FH_DENIED,
                   x->session_ended ? "That was the fifth: sign in again."
                                    : "Wait for the next one; each works once.");
}

fh_status fh_signin_code(fh_signin *s, fh_org *org, fh_str secret, fh_str code,
                         const fh_caller *caller, fh_session_given *out, fh_error *err)
{
    second x = {.arena = fh_arena_new(NULL), .secret = secret, .code = code, .caller = caller};
    if (!x.arena) return fh_no_memory(err);
    const fh_status status = second_factor(s, org, &x, out, err);
    fh_arena_free(x.arena);
    return status;
}

fh_status fh_signin_recovery(fh_signin *s, fh_org *org, fh_str secret, fh_str code,
                             const fh_caller *caller, fh_session_given *out, fh_error *err)
{
    second x = {.arena = fh_arena_new(NULL),
                .secret = secret,
                .code = code,
                .caller = caller,
                .recovery = true};
    if (!x.arena) return fh_no_memory(err);
    const fh_status status = second_factor(s, org, &x, out, err);
    fh_arena_free(x.arena);
    return status;
}

/* ---- Adding --------------------------------------------------------------------------------- */

/* Letters, digits and -._~ stay, others become %XX. */
static void put_escaped(fh_buf *out, fh_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (stays)
            fh_buf_char(out, (char)c);
        else
            fh_buf_printf(out, "%%%02X", c);
    }
}

static fh_status word_uri(fh_org *org, const fh_person *p, fh_str secret, fh_arena *arena,
                          fh_totp_new *out, fh_error *err)
{
    fh_str issuer = {0};
    fh_buf uri;
    fh_status status = fh_setting_get(org, FH_STR("name"), arena, &issuer, err);
    if (status != FH_OK) return status;
    fh_buf_init(&uri, NULL, 4096);
    fh_buf_text(&uri, "otpauth://totp/");
    put_escaped(&uri, issuer);
    fh_buf_char(&uri, ':');
    put_escaped(&uri, p->email.len ? p->email : p->name);
    fh_buf_text(&uri, "?secret=");
    fh_buf_str(&uri, secret);
    fh_buf_text(&uri, "&issuer=");
    put_escaped(&uri, issuer);
    fh_buf_text(&uri, "&algorithm=SHA1&digits=6&period=30");
    if (uri.status != FH_OK || !fh_arena_str(arena, fh_buf_view(&uri), &out->uri))
        status = fh_no_memory(err);
    if (uri.ptr) sodium_memzero(uri.ptr, uri.len);
    fh_buf_free(&uri);
    out->secret = secret;
    return status;
}

static fh_status begin_inside(fh_signin *s, fh_org *org, const fh_actor *actor, fh_arena *arena,
                              fh_totp_new *out, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    char space[48];
    unsigned char bytes[SECRET];
    fh_session_row session;
    fh_person p;
    fh_totp_row row = {0};
    bool there = false;
    fh_str text;
    fh_status status = fh_session_own(org, actor, arena, &session, err);
    if (status == FH_OK) status = fh_totp_row_get(org, actor->person, arena, &row, &there, err);
    if (status == FH_OK && there && row.confirmed) {
        (void)fh_fail(err, FH_CONFLICT, "there is an authenticator app already");
        return fh_hint(err, FH_CONFLICT, "Remove it first.");
    }
    if (status == FH_OK) status = fh_person_row(org, actor->person, arena, &p, err);
    if (status == FH_OK) status = os->random(os->ctx, bytes, sizeof bytes, err);
    if (status != FH_OK) return status;
    const fh_str secret = {(const char *)bytes, sizeof bytes};
    row = (fh_totp_row){.last_step = -1};
    status = fh_seal(os, &s->key, place_of(actor->person, space), secret, arena, &row.sealed, err);
    if (status == FH_OK) status = fh_totp_put(org, actor->person, &row, err);
    if (status == FH_OK && !fh_base32(arena, secret, &text)) status = fh_no_memory(err);
    sodium_memzero(bytes, sizeof bytes);
    return status == FH_OK ? word_uri(org, &p, text, arena, out, err) : status;
}

fh_status fh_totp_begin(fh_signin *s, fh_org *org, const fh_actor *actor, fh_arena *arena,
                        fh_totp_new *out, fh_error *err)
{
    fh_totp_new made = {{0}, {0}};
    if (!s->has_key) return no_key(err);
    fh_status status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    status = fh_people_end(org, begin_inside(s, org, actor, arena, &made, err), err);
    if (status == FH_OK) *out = made;
    return status;
}

static fh_status make_recovery(fh_org *org, uint32_t person, fh_recovery *out, fh_error *err)
{
    fh_status status = fh_recovery_delete(org, person, err);
    for (unsigned i = 0; i < FH_RECOVERY_CODES && status == FH_OK; i++) {
        char letters[17], hash[FH_HASH_TEXT + 1], *to = out->code[i];
        status = fh_secret_new(fh_org_os(org), letters, 16, err);
        if (status != FH_OK) break;
        for (unsigned k = 0, n = 0; k < 16; k++) {
            /* Capitals would be mistaken: 36 signs, 82 bits. */
            const char c = letters[k];
            if (k && k % 4 == 0) to[n++] = '-';
            to[n++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
        }
        to[FH_RECOVERY_TEXT] = '\0';
        status = fh_recovery_put(org, person, recovery_hash(person, fh_str_of(to), hash), err);
    }
    return status;
}

static fh_status finish_inside(fh_signin *s, fh_org *org, const fh_actor *actor, fh_str code,
                               fh_arena *arena, fh_recovery *recovery, bool *right,
                               fh_session_given *out, fh_error *err)
{
    fh_session_row session;
    fh_totp_row row;
    bool there = false;
    fh_status status = fh_session_own(org, actor, arena, &session, err);
    if (status == FH_OK) status = check_code(s, org, actor->person, code, false, arena, right, err);
    if (status != FH_OK || !*right) return status;
    status = fh_totp_row_get(org, actor->person, arena, &row, &there, err);
    row.confirmed = true;
    if (status == FH_OK) status = fh_totp_put(org, actor->person, &row, err);
    if (status == FH_OK) status = make_recovery(org, actor->person, recovery, err);
    /* Whoever is signed in elsewhere shows the second factor there. */
    if (status == FH_OK) status = fh_sessions_delete(org, actor->person, session.session, err);
    if (status == FH_OK) status = fh_session_renew(org, &session, 2, out, err);
    if (status == FH_OK)
        status = fh_signin_audit(org, actor, FH_AUDITED_TOTP_ADDED, actor->person, err);
    return status;
}

fh_status fh_totp_finish(fh_signin *s, fh_org *org, const fh_actor *actor, fh_str code,
                         const fh_caller *caller, fh_recovery *recovery, fh_session_given *out,
                         fh_error *err)
{
    (void)caller;
    char key[16];
    bool right = false;
    fh_recovery codes = {{{0}}};
    fh_session_given given = {0};
    const int n = snprintf(key, sizeof key, "%u", actor->person);
    const fh_str account = {key, n > 0 ? (size_t)n : 0};
    fh_status status = fh_signin_try(s, FH_LIMITED_CODE, account, err);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(
            org, finish_inside(s, org, actor, code, arena, &codes, &right, &given, err), err);
    fh_arena_free(arena);
    if (status != FH_OK) return status;
    if (!right) {
        (void)fh_signin_failed(s, FH_LIMITED_CODE, account);
        (void)fh_fail(err, FH_DENIED, "the code is not right");
        return fh_hint(err, FH_DENIED,
                       "Look whether the clock of the phone is right, and give the next code.");
    }
    *recovery = codes;
    *out = given;
    return FH_OK;
}

/* ---- Removing ------------------------------------------------------------------------------- */

static fh_status remove_inside(fh_org *org, const fh_actor *actor, uint32_t person, fh_arena *arena,
                               fh_error *err)
{
    fh_session_row session;
    fh_person p;
    fh_status status = FH_OK;
    if (person == actor->person) {
        status = fh_session_own(org, actor, arena, &session, err);
    } else {
        status = fh_person_row(org, person, arena, &p, err);
        if (status == FH_OK && !fh_may_give(actor, p.roles))
            status =
                fh_fail(err, FH_DENIED, "only an owner may do this for %.*s", FH_STR_ARG(p.name));
        if (status == FH_OK) status = fh_sessions_delete(org, person, 0, err);
    }
    if (status == FH_OK) status = fh_totp_delete(org, person, err);
    if (status == FH_OK) status = fh_recovery_delete(org, person, err);
    if (status == FH_OK) status = fh_signin_audit(org, actor, FH_AUDITED_TOTP_REMOVED, person, err);
    return status;
}

fh_status fh_totp_remove(fh_org *org, const fh_actor *actor, uint32_t person, fh_error *err)
{
    fh_status status = FH_OK;
    if (person != actor->person) status = fh_audit_require(org, actor, FH_RIGHT_PEOPLE, err);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(org, remove_inside(org, actor, person, arena, err), err);
    fh_arena_free(arena);
    return status;
}
