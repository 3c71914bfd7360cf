/* tokens.c - use case: tokens, the passwords of programs (see tokens.h). */
#include "app/signin/tokens.h"

#include "app/people/audit.h"
#include "app/people/people_parts.h"
#include "app/signin/secrets.h"
#include "base/put.h"
#include "base/time.h"
#include "store/accounts.h"

#include <string.h>

enum { TOUCH_MS = 60000, MOST = 200 };

/* ---- Making ------------------------------------------------------------------------------ */

static fh_status write_new(fh_org *org, const fh_actor *actor, fh_token_row *row, fh_str name,
                           fh_arena *arena, fh_error *err)
{
    fh_token_row *list = NULL;
    size_t n = 0;
    fh_str scopes;
    fh_status status = fh_people_text(arena, "the name of the token", name, true, &row->name, err);
    if (status == FH_OK) status = fh_token_rows(org, row->person, arena, &list, &n, err);
    if (status == FH_OK && n >= MOST) {
        (void)fh_fail(err, FH_LIMIT, "this person has %d tokens already", MOST);
        return fh_hint(err, FH_LIMIT, "One token a program is enough; let it be renewed.");
    }
    if (status == FH_OK) status = fh_token_insert(org, row, err);
    if (status != FH_OK) return status;
    fh_buf words;
    fh_json j;
    fh_buf_init(&words, NULL, 4096);
    fh_scopes_print(row->scopes, &words);
    const bool kept = words.status == FH_OK && fh_arena_str(arena, fh_buf_view(&words), &scopes);
    fh_buf_clear(&words);
    fh_json_begin(&j, &words, 0);
    fh_json_object(&j);
    fh_put_int(&j, "person", row->person);
    fh_put_text(&j, "name", row->name);
    fh_put_text(&j, "scopes", kept ? scopes : (fh_str){0});
    fh_json_end_object(&j);
    const fh_audit_object about = {
        .kind = FH_STR("token"), .key = row->token, .after = fh_buf_view(&words)};
    status = kept && words.status == FH_OK ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_TOKEN_MADE, &about, err);
    fh_buf_free(&words);
    return status;
}

static fh_status make(fh_org *org, const fh_actor *actor, uint32_t person, fh_str name,
                      fh_rights scopes, int64_t life_ms, char text[FH_TOKEN_TEXT + 1],
                      fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    char made[FH_TOKEN_TEXT + 1], hash[FH_HASH_TEXT + 1];
    if (life_ms < 0 || life_ms > FH_TOKEN_LONGEST_MS)
        return fh_fail(err, FH_INVALID, "a token lives 366 days at most");
    if (!scopes || scopes & ~fh_rights_all())
        return fh_fail(err, FH_INVALID, "a token needs scopes that are known");
    memcpy(made, "fh_", 3);
    fh_status status = fh_secret_new(os, made + 3, FH_TOKEN_ID, err);
    made[3 + FH_TOKEN_ID] = '_';
    if (status == FH_OK) status = fh_secret_new(os, made + 4 + FH_TOKEN_ID, FH_TOKEN_SECRET, err);
    if (status != FH_OK) return status;
    fh_token_row row = {.token = {made + 3, FH_TOKEN_ID},
                        .secret = fh_secret_hash("token", fh_str_of(made), hash),
                        .person = person,
                        .scopes = scopes,
                        .made_ms = now,
                        .expires_ms = now + (life_ms ? life_ms : FH_TOKEN_LONGEST_MS)};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    status = fh_org_begin(org, err);
    if (status == FH_OK)
        status = fh_people_end(org, write_new(org, actor, &row, name, arena, err), err);
    fh_arena_free(arena);
    if (status == FH_OK) memcpy(text, made, sizeof made);
    return status;
}

static fh_status beyond(fh_rights extra, fh_error *err)
{
    for (unsigned i = 0; i < FH_N_RIGHTS; i++) {
        if (!(extra >> i & 1)) continue;
        (void)fh_fail(err, FH_DENIED, "a token cannot have the scope '%s': you may not %s yourself",
                      fh_right_word((fh_right)i), fh_right_means((fh_right)i));
        break;
    }
    return fh_hint(err, FH_DENIED, "Leave the scope out, or ask an administrator for the right.");
}

fh_status fh_token_make(fh_org *org, const fh_actor *actor, fh_str name, fh_rights scopes,
                        int64_t life_ms, char text[FH_TOKEN_TEXT + 1], fh_error *err)
{
    if (actor->kind != FH_ACTOR_PERSON)
        return fh_fail(err, FH_DENIED, "only a person who is signed in makes tokens");
    const fh_status status = fh_audit_require(org, actor, FH_RIGHT_OWN_TOKENS, err);
    if (status != FH_OK) return status;
    if (scopes & ~actor->rights) return beyond(scopes & ~actor->rights, err);
    return make(org, actor, actor->person, name, scopes, life_ms, text, err);
}

fh_status fh_token_make_for(fh_org *org, const fh_actor *actor, uint32_t person, fh_str name,
                            fh_rights scopes, int64_t life_ms, char text[FH_TOKEN_TEXT + 1],
                            fh_error *err)
{
    if (actor->kind != FH_ACTOR_COMMAND_LINE)
        return fh_fail(err, FH_DENIED, "tokens for others are made on the command line");
    fh_actor owner;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_actor_of(org, person, arena, &owner, err);
    if (status == FH_OK && scopes & ~owner.rights) status = beyond(scopes & ~owner.rights, err);
    if (status == FH_OK) status = make(org, actor, person, name, scopes, life_ms, text, err);
    fh_arena_free(arena);
    return status;
}

/* ---- Using -------------------------------------------------------------------------------- */

static fh_status unknown(fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "this token does not work (any more)");
    return fh_hint(err, FH_NOTFOUND, "Make a new one.");
}

fh_status fh_token_resume(fh_org *org, fh_str text, fh_str ip, fh_arena *arena, fh_actor *out,
                          bool *touch_due, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    char hash[FH_HASH_TEXT + 1];
    fh_token_row row = {0};
    fh_actor actor;
    bool there = false;
    if (text.len != FH_TOKEN_TEXT || !fh_str_starts(text, FH_STR("fh_")) ||
        text.ptr[3 + FH_TOKEN_ID] != '_')
        return unknown(err);
    const fh_str id = {text.ptr + 3, FH_TOKEN_ID};
    fh_status status = fh_token_row_get(org, id, arena, &row, &there, err);
    if (status != FH_OK) return status;
    /* The same work whether the id is known or not. */
    const bool right =
        fh_secret_same(fh_secret_hash("token", text, hash), there ? row.secret : fh_str_of(hash));
    if (!there || !right || row.revoked || row.expires_ms <= now) return unknown(err);
    status = fh_actor_of(org, row.person, arena, &actor, err);
    if (status == FH_NOTFOUND) return unknown(err);
    if (status != FH_OK) return status;
    actor.kind = FH_ACTOR_TOKEN;
    actor.rights &= row.scopes;
    actor.token = row.token;
    actor.ip = ip;
    *out = actor;
    *touch_due = now - row.used_ms >= TOUCH_MS;
    return FH_OK;
}

fh_status fh_token_touch(fh_org *org, fh_str id, fh_str ip, fh_error *err)
{
    enum { IP_MAX = 64 };
    return fh_token_used(org, id, ip.len > IP_MAX ? (fh_str){ip.ptr, IP_MAX} : ip, err);
}

/* ---- Listing, revoking ---------------------------------------------------------------------- */

fh_status fh_tokens_list(fh_org *org, const fh_actor *actor, uint32_t person, fh_arena *arena,
                         const fh_token **out, size_t *n, fh_error *err)
{
    fh_token_row *rows = NULL;
    size_t n_rows = 0;
    fh_status status = FH_OK;
    if (!person || person != actor->person) status = fh_require(actor, FH_RIGHT_TOKENS, err);
    if (status == FH_OK) status = fh_token_rows(org, person, arena, &rows, &n_rows, err);
    if (status != FH_OK) return status;
    fh_token *list = FH_NEW_ARRAY(arena, fh_token, n_rows + 1);
    if (!list) return fh_no_memory(err);
    for (size_t i = 0; i < n_rows; i++) {
        const fh_token_row *r = &rows[i];
        list[i] = (fh_token){r->token,      r->name,    r->person,  r->scopes, r->made_ms,
                             r->expires_ms, r->used_ms, r->used_ip, r->revoked};
    }
    *out = list;
    *n = n_rows;
    return FH_OK;
}

fh_status fh_token_revoke(fh_org *org, const fh_actor *actor, fh_str id, fh_error *err)
{
    fh_token_row row = {0};
    bool there = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_token_row_get(org, id, arena, &row, &there, err);
    const uint32_t owner = there ? row.person : 0;
    fh_arena_free(arena);
    if (status != FH_OK) return status;
    if (!owner || owner != actor->person)
        status = fh_audit_require(org, actor, FH_RIGHT_TOKENS, err);
    if (status == FH_OK && !there)
        status = fh_fail(err, FH_NOTFOUND, "there is no token '%.*s'",
                         id.len < 20 ? (int)id.len : 20, id.ptr);
    if (status == FH_OK) status = fh_org_begin(org, err);
    if (status != FH_OK) return status;
    const fh_audit_object about = {.kind = FH_STR("token"), .key = id};
    status = fh_token_set_revoked(org, id, err);
    if (status == FH_OK) status = fh_audit(org, actor, FH_AUDITED_TOKEN_REVOKED, &about, err);
    return fh_people_end(org, status, err);
}

void fh_token_json(const fh_token *t, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "token", t->id);
    fh_put_text(j, "name", t->name);
    fh_put_int(j, "person", t->person);
    fh_json_key(j, FH_STR("scopes"));
    fh_json_array(j);
    for (unsigned i = 0; i < FH_N_RIGHTS; i++)
        if (t->scopes >> i & 1) fh_json_str(j, fh_str_of(fh_right_word((fh_right)i)));
    fh_json_end_array(j);
    fh_put_time_or_null(j, "made", t->made_ms);
    fh_put_time_or_null(j, "expires", t->expires_ms);
    fh_put_time_or_null(j, "used", t->used_ms);
    fh_put_text(j, "used_from", t->used_ip);
    fh_put_bool(j, "revoked", t->revoked);
    fh_json_end_object(j);
}
