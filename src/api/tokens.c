/* tokens.c - tokens of programs: the list, making one, revoking. */
#include "api/inside.h"

#include "base/put.h"

#include <stddef.h>

enum { DAY_MS = 86400000, DAYS_MOST = 366 };

typedef struct tokens_query {
    uint64_t person;
    bool all;
} tokens_query;

static const fh_option tokens_options[] = {
    {0, "person", FH_OPTION_COUNT, offsetof(tokens_query, person), "N",
     "of this person (default: the own ones)", NULL},
    {0, "all", FH_OPTION_FLAG, offsetof(tokens_query, all), NULL, "everybody's", NULL},
    {0},
};

static fh_status list_tokens(fh_call *c, fh_error *err)
{
    const tokens_query *q = c->query;
    const fh_token *list = NULL;
    size_t n = 0;
    if (q->person > UINT32_MAX) return fh_fail(err, FH_NOTFOUND, "there is no such person");
    uint32_t person = q->person ? (uint32_t)q->person : c->actor.person;
    if (q->all) person = 0;
    const fh_status s = fh_tokens_list(c->org, &c->actor, person, c->arena, &list, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_token_json(&list[i], &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

fh_status fh_token_life(int64_t days, int64_t *life_ms, fh_error *err)
{
    if (days < 1 || days > DAYS_MOST)
        return fh_fail(err, FH_INVALID, "a token lives 1 to %d days", DAYS_MOST);
    *life_ms = days * DAY_MS;
    return FH_OK;
}

/* The text is shown here and nowhere again: this reply is not kept for a repeated
 * request. */
static fh_status make_token(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"name", "scopes", "days", NULL};
    fh_str name = {0}, words = {0};
    fh_rights scopes = 0;
    int64_t days = DAYS_MOST, life_ms = 0;
    bool has_days = false;
    char text[FH_TOKEN_TEXT + 1];
    c->untagged = true;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "name", &name, NULL, err);
    if (!s) s = fh_call_words(c, "scopes", &words, NULL, err);
    if (!s) s = fh_scopes_parse(words, &scopes, err);
    if (!s) s = fh_call_integer(c, "days", &days, &has_days, err);
    if (!s) s = fh_token_life(days, &life_ms, err);
    if (!s) s = fh_token_make(c->org, &c->actor, name, scopes, life_ms, text, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_text(&c->json, "token", (fh_str){text + 3, FH_TOKEN_ID});
    fh_put_text(&c->json, "text", fh_str_of(text));
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status revoke_token(fh_call *c, fh_error *err)
{
    const fh_status s = fh_call_lane(c, err);
    return s ? s : fh_call_lane_done(c, fh_token_revoke(c->org, &c->actor, c->path_value[0], err));
}

const fh_route fh_routes_tokens[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/tokens",
     .id = "listTokens",
     .group = "Tokens",
     .summary = "Tokens of programs: the own ones, or with the right 'tokens' anybody's",
     .right = FH_ANYBODY,
     .query = tokens_options,
     .query_size = sizeof(tokens_query),
     .reply = "Tokens",
     .handle = list_tokens},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/tokens",
     .id = "makeToken",
     .group = "Tokens",
     .summary = "Make a token for an own program; its text is shown once",
     .right = FH_RIGHT_OWN_TOKENS,
     .flags = FH_ROUTE_WRITES,
     .body = "TokenNew",
     .reply = "TokenMade",
     .status = 201,
     .handle = make_token},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/tokens/{token}",
     .id = "revokeToken",
     .group = "Tokens",
     .summary = "Revoke a token: an own one, or with the right 'tokens' anybody's",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_WHO_CHANGES,
     .handle = revoke_token},
    {.path = NULL},
};
