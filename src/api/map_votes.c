/* map_votes.c - votes of workshops about a map: put, looked at, closed. Voting is done on the
 * page behind their code (pages_vote.c). */
#include "api/inside.h"
#include "app/maps/votes.h"
#include "base/put.h"

static fh_status list_votes(fh_call *c, fh_error *err)
{
    const fh_vote *v = NULL;
    size_t n = 0;
    int64_t map = 0;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_vote_list(c->org, &c->actor, map, c->arena, &v, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "votes");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) fh_vote_json(&v[i], &c->json);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status choice_text(fh_call *c, uint32_t object, const char *key, size_t i, fh_str *out,
                             fh_error *err)
{
    const uint32_t at = fh_json_get(c->body, object, fh_str_of(key));
    *out = (fh_str){"", 0};
    if (!at) return FH_OK;
    if (c->body->token[at].type != FH_JSON_STRING)
        return fh_fail(err, FH_INVALID, "/choices/%zu/%s must be a text", i, key);
    return fh_json_text(c->body, at, c->arena, out) ? FH_OK : fh_no_memory(err);
}

static fh_status read_choices(fh_call *c, fh_vote *v, fh_error *err)
{
    const uint32_t at = fh_json_get(c->body, 0, FH_STR("choices"));
    const fh_json_token *t = c->body->token;
    if (!at || t[at].type != FH_JSON_ARRAY || t[at].count > FH_VOTE_CHOICES_MAX) {
        (void)fh_fail(err, FH_INVALID, "/choices must be a list of 2 to %d choices",
                      (int)FH_VOTE_CHOICES_MAX);
        return fh_hint(
            err, FH_INVALID,
            "For example: [{\"element\": \"letter\"}, {\"words\": \"A call instead\"}].");
    }
    v->choice = FH_NEW_ARRAY(c->arena, fh_vote_choice, t[at].count + 1);
    if (!v->choice) return fh_no_memory(err);
    fh_status s = FH_OK;
    for (uint32_t m = at + 1; !s && m < t[at].next; m = t[m].next) {
        const size_t i = v->n_choices++;
        v->choice[i] = (fh_vote_choice){.votes = 0};
        if (t[m].type != FH_JSON_OBJECT)
            s = fh_fail(err, FH_INVALID, "/choices/%zu must be an object", i);
        if (!s) s = choice_text(c, m, "element", i, &v->choice[i].element, err);
        if (!s) s = choice_text(c, m, "words", i, &v->choice[i].words, err);
    }
    return s;
}

static fh_status put_vote(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"question", "each", "anybody", "choices", NULL};
    fh_vote v = {.each = 1};
    int64_t map = 0;
    bool there = false;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "question", &v.question, NULL, err);
    if (!s) s = fh_call_integer(c, "each", &v.each, &there, err);
    if (!s) s = fh_call_bool(c, "anybody", &v.anybody, &there, err);
    if (!s) s = read_choices(c, &v, err);
    if (!s) s = fh_vote_put(c->org, &c->actor, map, &v, c->arena, err);
    if (!s) fh_vote_json(&v, &c->json);
    return s;
}

static fh_status close_vote(fh_call *c, fh_error *err)
{
    int64_t map = 0, vote = 0;
    fh_vote v;
    fh_status s = fh_call_number64(c, 0, &map, err);
    if (!s) s = fh_call_number64(c, 1, &vote, err);
    if (!s) s = fh_vote_close(c->org, &c->actor, map, vote, c->arena, &v, err);
    if (!s) fh_vote_json(&v, &c->json);
    return s;
}

const fh_route fh_routes_map_votes[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/maps/{map}/votes",
     .id = "listMapVotes",
     .group = "Maps",
     .summary = "What workshops put to the vote about a map, the newest first, with the counts",
     .right = FH_RIGHT_ASK,
     .reply = "MapVotes",
     .handle = list_votes},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/maps/{map}/votes",
     .id = "putMapVote",
     .group = "Maps",
     .summary = "Put something to the vote: phones vote behind its code",
     .right = FH_RIGHT_WORKSHOPS,
     .flags = FH_ROUTE_WRITES,
     .body = "MapVoteNew",
     .reply = "MapVote",
     .status = 201,
     .handle = put_vote},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/maps/{map}/votes/{vote}/close",
     .id = "closeMapVote",
     .group = "Maps",
     .summary = "Close a vote: its sums stay, who voted how is forgotten",
     .right = FH_RIGHT_WORKSHOPS,
     .flags = FH_ROUTE_WRITES,
     .reply = "MapVote",
     .handle = close_vote},
    {.path = NULL},
};
