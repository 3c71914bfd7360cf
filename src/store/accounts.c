/* accounts.c - rows of how people sign in (see accounts.h): passwords, sessions,
 * links, second factors. Passkeys, tokens and providers are in credentials.c. */
#include "store/accounts.h"

#include "store/args.h"
#include "store/inside.h"

static int64_t now_of(fh_org *org)
{
    const fh_os *os = fh_org_os(org);
    return os->now_ms(os->ctx);
}

/* ---- Passwords ------------------------------------------------------------------------ */

fh_status fh_password_row(fh_org *org, uint32_t person, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_str hash = {0};
    fh_status status = FH_ASK(fh_org_db(org), "SELECT hash FROM password WHERE person = $1", &s,
                              &row, err, fh_arg_int(person));
    if (status == FH_OK && row && !fh_arena_str(arena, fh_stmt_text(s, 0), &hash))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = hash;
    return status;
}

fh_status fh_password_put(fh_org *org, uint32_t person, fh_str hash, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO password (person, hash, set_ms) VALUES ($1, $2, $3) "
                 "ON CONFLICT (person) DO UPDATE SET hash = $2, set_ms = $3",
                 NULL, err, fh_arg_int(person), fh_arg_text(hash), fh_arg_int(now_of(org)));
}

/* ---- Sessions --------------------------------------------------------------------------- */

#define SESSION "session, person, made_ms, seen_ms, factors, wrong_codes, secret, ip, agent"

static fh_status read_session(fh_stmt *s, fh_arena *arena, fh_session_row *out, fh_error *err)
{
    fh_session_row r = {.session = (uint32_t)fh_stmt_i64(s, 0),
                        .person = (uint32_t)fh_stmt_i64(s, 1),
                        .made_ms = fh_stmt_i64(s, 2),
                        .seen_ms = fh_stmt_i64(s, 3),
                        .factors = (uint32_t)fh_stmt_i64(s, 4),
                        .wrong_codes = (uint32_t)fh_stmt_i64(s, 5)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 6), &r.secret) ||
        !fh_arena_str(arena, fh_stmt_text(s, 7), &r.ip) ||
        !fh_arena_str(arena, fh_stmt_text(s, 8), &r.agent))
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}

static fh_status one_session(fh_org *org, const char *sql, fh_arg arg, fh_arena *arena,
                             fh_session_row *out, bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, arg);
    if (status == FH_OK && row) status = read_session(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK) *there = row;
    return status;
}

fh_status fh_session_row_by_secret(fh_org *org, fh_str secret, fh_arena *arena, fh_session_row *out,
                                   bool *there, fh_error *err)
{
    return one_session(org, "SELECT " SESSION " FROM session WHERE secret = $1",
                       fh_arg_text(secret), arena, out, there, err);
}

fh_status fh_session_row_by_number(fh_org *org, uint32_t session, fh_arena *arena,
                                   fh_session_row *out, bool *there, fh_error *err)
{
    return one_session(org, "SELECT " SESSION " FROM session WHERE session = $1",
                       fh_arg_int(session), arena, out, there, err);
}

fh_status fh_session_rows(fh_org *org, uint32_t person, fh_arena *arena, fh_session_row **out,
                          size_t *n, fh_error *err)
{
    enum { MOST = 200 };
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0;
    fh_session_row *list = FH_NEW_ARRAY(arena, fh_session_row, MOST);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " SESSION " FROM session WHERE person = $1 ORDER BY session DESC LIMIT $2",
               &s, &row, err, fh_arg_int(person), fh_arg_int(MOST));
    while (status == FH_OK && row && got < MOST) {
        status = read_session(s, arena, &list[got++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_session_insert(fh_org *org, fh_session_row *r, fh_error *err)
{
    bool mine = false;
    int64_t number = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = fh_org_numbers(org, "session", 1, &number, err);
    if (status == FH_OK && number > UINT32_MAX)
        status = fh_fail(err, FH_LIMIT, "there have been too many sessions");
    r->made_ms = r->seen_ms = now_of(org);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO session (" SESSION ") VALUES ($1, $2, $3, $3, $4, 0, $5, $6, "
                       "$7)",
                       NULL, err, fh_arg_int(number), fh_arg_int(r->person), fh_arg_int(r->made_ms),
                       fh_arg_int(r->factors), fh_arg_text(r->secret), fh_arg_text(r->ip),
                       fh_arg_text(r->agent));
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) r->session = (uint32_t)number;
    return status;
}

fh_status fh_session_rotate(fh_org *org, uint32_t session, fh_str secret, uint32_t factors,
                            fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE session SET secret = $2, factors = $3, seen_ms = $4, wrong_codes = 0 "
                 "WHERE session = $1",
                 NULL, err, fh_arg_int(session), fh_arg_text(secret), fh_arg_int(factors),
                 fh_arg_int(now_of(org)));
}

fh_status fh_session_seen(fh_org *org, uint32_t session, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE session SET seen_ms = $2 WHERE session = $1 AND seen_ms < $2", NULL, err,
                 fh_arg_int(session), fh_arg_int(now_of(org)));
}

fh_status fh_session_wrong_code(fh_org *org, uint32_t session, uint32_t *times, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "UPDATE session SET wrong_codes = wrong_codes + 1 WHERE session = "
                              "$1 RETURNING wrong_codes",
                              &s, &row, err, fh_arg_int(session));
    uint32_t n = 0;
    if (status == FH_OK && row) {
        n = (uint32_t)fh_stmt_i64(s, 0);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) *times = n;
    return status;
}

fh_status fh_session_delete(fh_org *org, uint32_t session, fh_error *err)
{
    fh_status status = FH_DO(fh_org_db(org), "DELETE FROM session WHERE session = $1", NULL, err,
                             fh_arg_int(session));
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org), "DELETE FROM provider_session WHERE session = $1", NULL, err,
                       fh_arg_int(session));
    return status;
}

static fh_status drop_provider_sessions(fh_org *org, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "DELETE FROM provider_session WHERE session NOT IN (SELECT session FROM session) "
                 "AND session > $1",
                 NULL, err, fh_arg_int(0));
}

fh_status fh_sessions_delete(fh_org *org, uint32_t person, uint32_t except, fh_error *err)
{
    const fh_status status =
        FH_DO(fh_org_db(org), "DELETE FROM session WHERE person = $1 AND session <> $2", NULL, err,
              fh_arg_int(person), fh_arg_int(except));
    return status == FH_OK ? drop_provider_sessions(org, err) : status;
}

fh_status fh_sessions_expire(fh_org *org, int64_t seen_before, int64_t made_before, fh_error *err)
{
    const fh_status status =
        FH_DO(fh_org_db(org), "DELETE FROM session WHERE seen_ms < $1 OR made_ms < $2", NULL, err,
              fh_arg_int(seen_before), fh_arg_int(made_before));
    return status == FH_OK ? drop_provider_sessions(org, err) : status;
}

/* ---- One-time links ------------------------------------------------------------------------ */

fh_status fh_link_put(fh_org *org, fh_str secret, const fh_link_row *row, fh_error *err)
{
    fh_status status = FH_DO(fh_org_db(org), "DELETE FROM one_time_link WHERE expires_ms <= $1",
                             NULL, err, fh_arg_int(now_of(org)));
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO one_time_link (secret, kind, person, expires_ms) VALUES ($1, "
                       "$2, $3, $4)",
                       NULL, err, fh_arg_text(secret), fh_arg_int(row->kind),
                       fh_arg_int(row->person), fh_arg_int(row->expires_ms));
    return status;
}

fh_status fh_link_row_get(fh_org *org, fh_str secret, fh_link_row *out, bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(
        fh_org_db(org), "SELECT kind, person, expires_ms FROM one_time_link WHERE secret = $1", &s,
        &row, err, fh_arg_text(secret));
    if (status == FH_OK && row)
        *out = (fh_link_row){(uint32_t)fh_stmt_i64(s, 0), (uint32_t)fh_stmt_i64(s, 1),
                             fh_stmt_i64(s, 2)};
    fh_stmt_done(s);
    if (status == FH_OK) *there = row;
    return status;
}

fh_status fh_link_take(fh_org *org, fh_str secret, bool *there, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM one_time_link WHERE secret = $1 RETURNING kind",
                 there, err, fh_arg_text(secret));
}

fh_status fh_links_delete(fh_org *org, uint32_t person, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM one_time_link WHERE person = $1", NULL, err,
                 fh_arg_int(person));
}

/* ---- Second factors ------------------------------------------------------------------------- */

fh_status fh_totp_row_get(fh_org *org, uint32_t person, fh_arena *arena, fh_totp_row *out,
                          bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_totp_row r = {0};
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT secret, confirmed, last_step FROM totp WHERE person = $1",
               &s, &row, err, fh_arg_int(person));
    if (status == FH_OK && row) {
        r.confirmed = fh_stmt_i64(s, 1) != 0;
        r.last_step = fh_stmt_i64(s, 2);
        if (!fh_arena_str(arena, fh_stmt_blob(s, 0), &r.sealed)) status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *there = row;
    if (row) *out = r;
    return FH_OK;
}

fh_status fh_totp_put(fh_org *org, uint32_t person, const fh_totp_row *row, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO totp (person, secret, confirmed, last_step) VALUES ($1, $2, $3, $4) "
                 "ON CONFLICT (person) DO UPDATE SET secret = $2, confirmed = $3, last_step = $4",
                 NULL, err, fh_arg_int(person), fh_arg_blob(row->sealed),
                 fh_arg_int(row->confirmed), fh_arg_int(row->last_step));
}

fh_status fh_totp_use(fh_org *org, uint32_t person, int64_t step, bool *first, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE totp SET last_step = $2 WHERE person = $1 AND last_step < $2 RETURNING "
                 "person",
                 first, err, fh_arg_int(person), fh_arg_int(step));
}

fh_status fh_totp_delete(fh_org *org, uint32_t person, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM totp WHERE person = $1", NULL, err,
                 fh_arg_int(person));
}

fh_status fh_recovery_put(fh_org *org, uint32_t person, fh_str code, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO recovery_code (person, code) VALUES ($1, $2) ON CONFLICT (person, "
                 "code) DO NOTHING",
                 NULL, err, fh_arg_int(person), fh_arg_text(code));
}

fh_status fh_recovery_take(fh_org *org, uint32_t person, fh_str code, bool *there, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "DELETE FROM recovery_code WHERE person = $1 AND code = $2 RETURNING person",
                 there, err, fh_arg_int(person), fh_arg_text(code));
}

fh_status fh_recovery_delete(fh_org *org, uint32_t person, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM recovery_code WHERE person = $1", NULL, err,
                 fh_arg_int(person));
}

/* ---- Challenges ----------------------------------------------------------------------------- */

fh_status fh_challenge_put(fh_org *org, fh_str secret, const fh_challenge_row *row, fh_error *err)
{
    fh_status status = FH_DO(fh_org_db(org), "DELETE FROM challenge WHERE expires_ms <= $1", NULL,
                             err, fh_arg_int(now_of(org)));
    if (status == FH_OK)
        status =
            FH_DO(fh_org_db(org),
                  "INSERT INTO challenge (secret, purpose, person, body, expires_ms) VALUES "
                  "($1, $2, $3, $4, $5)",
                  NULL, err, fh_arg_text(secret), fh_arg_int(row->purpose), fh_arg_int(row->person),
                  fh_arg_text(row->body), fh_arg_int(row->expires_ms));
    return status;
}

fh_status fh_challenge_take(fh_org *org, fh_str secret, fh_arena *arena, fh_challenge_row *out,
                            bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_challenge_row r = {0};
    fh_status status = FH_ASK(fh_org_db(org),
                              "DELETE FROM challenge WHERE secret = $1 RETURNING purpose, person, "
                              "body, expires_ms",
                              &s, &row, err, fh_arg_text(secret));
    const bool found = row;
    if (status == FH_OK && found) {
        r.purpose = (uint32_t)fh_stmt_i64(s, 0);
        r.person = (uint32_t)fh_stmt_i64(s, 1);
        r.expires_ms = fh_stmt_i64(s, 3);
        if (!fh_arena_str(arena, fh_stmt_text(s, 2), &r.body)) status = fh_no_memory(err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *there = found;
    if (found) *out = r;
    return FH_OK;
}

/* ---- All of a person ------------------------------------------------------------------------ */

static fh_status any_row(fh_org *org, const char *sql, int64_t arg, bool *out, fh_error *err)
{
    return FH_DO(fh_org_db(org), sql, out, err, fh_arg_int(arg));
}

fh_status fh_account_has_factor(fh_org *org, uint32_t person, bool *totp, bool *passkey,
                                fh_error *err)
{
    bool app = false, key = false;
    fh_status status =
        any_row(org, "SELECT 1 FROM totp WHERE person = $1 AND confirmed = 1", person, &app, err);
    if (status == FH_OK)
        status = any_row(org, "SELECT 1 FROM passkey WHERE person = $1 LIMIT 1", person, &key, err);
    if (status != FH_OK) return status;
    *totp = app;
    *passkey = key;
    return FH_OK;
}

fh_status fh_account_any(fh_org *org, uint32_t role_bit, bool *out, fh_error *err)
{
    return any_row(org,
                   "SELECT 1 FROM person p WHERE p.active = 1 AND (p.roles & $1) <> 0 AND "
                   "(EXISTS (SELECT 1 FROM password w WHERE w.person = p.person) OR EXISTS "
                   "(SELECT 1 FROM passkey k WHERE k.person = p.person) OR EXISTS (SELECT 1 FROM "
                   "provider_subject o WHERE o.person = p.person)) LIMIT 1",
                   role_bit, out, err);
}

static fh_status run_all(fh_org *org, const char *const *sql, size_t n, uint32_t person,
                         fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = any_row(org, sql[i], person, NULL, err);
    return status;
}

fh_status fh_account_close(fh_org *org, uint32_t person, fh_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM session WHERE person = $1",
        "DELETE FROM one_time_link WHERE person = $1",
        "DELETE FROM challenge WHERE person = $1",
        "UPDATE token SET revoked = 1 WHERE person = $1",
    };
    const fh_status status = run_all(org, sql, sizeof sql / sizeof sql[0], person, err);
    return status == FH_OK ? drop_provider_sessions(org, err) : status;
}

fh_status fh_account_erase(fh_org *org, uint32_t person, fh_error *err)
{
    static const char *const sql[] = {
        "DELETE FROM password WHERE person = $1",         "DELETE FROM totp WHERE person = $1",
        "DELETE FROM recovery_code WHERE person = $1",    "DELETE FROM passkey WHERE person = $1",
        "DELETE FROM provider_subject WHERE person = $1", "DELETE FROM token WHERE person = $1",
    };
    const fh_status status = fh_account_close(org, person, err);
    fh_org_erases(org);
    return status == FH_OK ? run_all(org, sql, sizeof sql / sizeof sql[0], person, err) : status;
}
