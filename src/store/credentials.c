/* credentials.c - rows of passkeys, tokens and sign-in providers (see accounts.h). */
#include "store/accounts.h"

#include "store/args.h"
#include "store/inside.h"

static int64_t now_of(fh_org *org)
{
    const fh_os *os = fh_org_os(org);
    return os->now_ms(os->ctx);
}

/* ---- Passkeys -------------------------------------------------------------------------- */

#define PASSKEY \
    "passkey, person, name, credential, public_key, algorithm, counter, made_ms, used_ms"

static fh_status read_passkey(fh_stmt *s, fh_arena *arena, fh_passkey_row *out, fh_error *err)
{
    fh_passkey_row r = {.passkey = (uint32_t)fh_stmt_i64(s, 0),
                        .person = (uint32_t)fh_stmt_i64(s, 1),
                        .algorithm = (int32_t)fh_stmt_i64(s, 5),
                        .counter = fh_stmt_i64(s, 6),
                        .made_ms = fh_stmt_i64(s, 7),
                        .used_ms = fh_stmt_i64(s, 8)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 2), &r.name) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &r.credential) ||
        !fh_arena_str(arena, fh_stmt_blob(s, 4), &r.public_key))
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}

static fh_status one_passkey(fh_org *org, const char *sql, fh_arg arg, fh_arena *arena,
                             fh_passkey_row *out, bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, arg);
    if (status == FH_OK && row) status = read_passkey(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK) *there = row;
    return status;
}

fh_status fh_passkey_row_by_credential(fh_org *org, fh_str credential, fh_arena *arena,
                                       fh_passkey_row *out, bool *there, fh_error *err)
{
    return one_passkey(org, "SELECT " PASSKEY " FROM passkey WHERE credential = $1",
                       fh_arg_text(credential), arena, out, there, err);
}

fh_status fh_passkey_row_by_number(fh_org *org, uint32_t passkey, fh_arena *arena,
                                   fh_passkey_row *out, bool *there, fh_error *err)
{
    return one_passkey(org, "SELECT " PASSKEY " FROM passkey WHERE passkey = $1",
                       fh_arg_int(passkey), arena, out, there, err);
}

fh_status fh_passkey_rows(fh_org *org, uint32_t person, fh_arena *arena, fh_passkey_row **out,
                          size_t *n, fh_error *err)
{
    enum { MOST = 100 };
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0;
    fh_passkey_row *list = FH_NEW_ARRAY(arena, fh_passkey_row, MOST);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " PASSKEY " FROM passkey WHERE person = $1 ORDER BY passkey LIMIT $2", &s,
               &row, err, fh_arg_int(person), fh_arg_int(MOST));
    while (status == FH_OK && row && got < MOST) {
        status = read_passkey(s, arena, &list[got++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_passkey_insert(fh_org *org, fh_passkey_row *r, fh_error *err)
{
    bool mine = false;
    int64_t number = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_org_numbers(org, "passkey", 1, &number, err);
    if (status == FH_OK && number > UINT32_MAX)
        status = fh_fail(err, FH_LIMIT, "there have been too many passkeys");
    r->made_ms = now_of(org);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO passkey (" PASSKEY ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                       "0)",
                       NULL, err, fh_arg_int(number), fh_arg_int(r->person), fh_arg_text(r->name),
                       fh_arg_text(r->credential), fh_arg_blob(r->public_key),
                       fh_arg_int(r->algorithm), fh_arg_int(r->counter), fh_arg_int(r->made_ms));
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) r->passkey = (uint32_t)number;
    return status;
}

fh_status fh_passkey_used(fh_org *org, uint32_t passkey, int64_t counter, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE passkey SET counter = $2, used_ms = $3 WHERE passkey = $1",
                 NULL, err, fh_arg_int(passkey), fh_arg_int(counter), fh_arg_int(now_of(org)));
}

fh_status fh_passkey_set_name(fh_org *org, uint32_t passkey, fh_str name, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE passkey SET name = $2 WHERE passkey = $1", NULL, err,
                 fh_arg_int(passkey), fh_arg_text(name));
}

fh_status fh_passkey_delete(fh_org *org, uint32_t passkey, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM passkey WHERE passkey = $1", NULL, err,
                 fh_arg_int(passkey));
}

/* ---- Tokens ------------------------------------------------------------------------------- */

#define TOKEN "token, secret, person, name, scopes, made_ms, expires_ms, used_ms, used_ip, revoked"

static fh_status read_token(fh_stmt *s, fh_arena *arena, fh_token_row *out, fh_error *err)
{
    fh_token_row r = {.person = (uint32_t)fh_stmt_i64(s, 2),
                      .scopes = (uint64_t)fh_stmt_i64(s, 4),
                      .made_ms = fh_stmt_i64(s, 5),
                      .expires_ms = fh_stmt_i64(s, 6),
                      .used_ms = fh_stmt_i64(s, 7),
                      .revoked = fh_stmt_i64(s, 9) != 0};
    if (!fh_arena_str(arena, fh_stmt_text(s, 0), &r.token) ||
        !fh_arena_str(arena, fh_stmt_text(s, 1), &r.secret) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &r.name) ||
        !fh_arena_str(arena, fh_stmt_text(s, 8), &r.used_ip))
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}

fh_status fh_token_row_get(fh_org *org, fh_str token, fh_arena *arena, fh_token_row *out,
                           bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " TOKEN " FROM token WHERE token = $1", &s,
                              &row, err, fh_arg_text(token));
    if (status == FH_OK && row) status = read_token(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK) *there = row;
    return status;
}

fh_status fh_token_rows(fh_org *org, uint32_t person, fh_arena *arena, fh_token_row **out,
                        size_t *n, fh_error *err)
{
    enum { MOST = 1000 };
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0;
    fh_token_row *list = FH_NEW_ARRAY(arena, fh_token_row, MOST);
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " TOKEN " FROM token WHERE ($1 = 0 OR person = $1) "
                              "ORDER BY made_ms DESC, token LIMIT $2",
                              &s, &row, err, fh_arg_int(person), fh_arg_int(MOST));
    while (status == FH_OK && row && got < MOST) {
        status = read_token(s, arena, &list[got++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_token_insert(fh_org *org, const fh_token_row *r, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO token (" TOKEN ") VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', 0)",
                 NULL, err, fh_arg_text(r->token), fh_arg_text(r->secret), fh_arg_int(r->person),
                 fh_arg_text(r->name), fh_arg_int((int64_t)r->scopes), fh_arg_int(r->made_ms),
                 fh_arg_int(r->expires_ms));
}

fh_status fh_token_used(fh_org *org, fh_str token, fh_str ip, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE token SET used_ms = $2, used_ip = $3 WHERE token = $1",
                 NULL, err, fh_arg_text(token), fh_arg_int(now_of(org)), fh_arg_text(ip));
}

fh_status fh_token_set_revoked(fh_org *org, fh_str token, fh_error *err)
{
    return FH_DO(fh_org_db(org), "UPDATE token SET revoked = 1 WHERE token = $1", NULL, err,
                 fh_arg_text(token));
}

/* ---- Providers ------------------------------------------------------------------------------ */

fh_status fh_provider_person(fh_org *org, fh_str issuer, fh_str subject, uint32_t *out,
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(
        fh_org_db(org), "SELECT person FROM provider_subject WHERE issuer = $1 AND subject = $2",
        &s, &row, err, fh_arg_text(issuer), fh_arg_text(subject));
    if (status == FH_OK) *out = row ? (uint32_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_provider_link(fh_org *org, fh_str issuer, fh_str subject, uint32_t person,
                           fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO provider_subject (issuer, subject, person) VALUES ($1, $2, $3) "
                 "ON CONFLICT (issuer, subject) DO UPDATE SET person = $3",
                 NULL, err, fh_arg_text(issuer), fh_arg_text(subject), fh_arg_int(person));
}

fh_status fh_provider_session(fh_org *org, uint32_t session, fh_str issuer, fh_str subject,
                              fh_str sid, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO provider_session (session, issuer, subject, sid) VALUES ($1, $2, "
                 "$3, $4) ON CONFLICT (session) DO UPDATE SET issuer = $2, subject = $3, sid = $4",
                 NULL, err, fh_arg_int(session), fh_arg_text(issuer), fh_arg_text(subject),
                 fh_arg_text(sid));
}

fh_status fh_provider_gave(fh_org *org, fh_str issuer, uint32_t session, bool *out, fh_error *err)
{
    fh_stmt *s = NULL;
    *out = false;
    const fh_status status = FH_ASK(
        fh_org_db(org), "SELECT session FROM provider_session WHERE issuer = $1 AND session = $2",
        &s, out, err, fh_arg_text(issuer), fh_arg_int(session));
    fh_stmt_done(s);
    return status;
}

fh_status fh_provider_logout(fh_org *org, fh_str issuer, fh_str subject, fh_str sid, uint64_t *n,
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    uint64_t ended = 0;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "DELETE FROM session WHERE session IN (SELECT session FROM provider_session WHERE "
               "issuer = $1 AND (($2 <> '' AND subject = $2 AND $3 = '') OR ($3 <> '' AND sid = "
               "$3 AND ($2 = '' OR subject = $2)))) RETURNING session",
               &s, &row, err, fh_arg_text(issuer), fh_arg_text(subject), fh_arg_text(sid));
    while (status == FH_OK && row) {
        ended++;
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "DELETE FROM provider_session WHERE session NOT IN (SELECT session FROM "
                       "session) AND issuer = $1",
                       NULL, err, fh_arg_text(issuer));
    if (status == FH_OK) *n = ended;
    return status;
}
