/* votes.c - votes of workshops: put, cast, closed (see votes.h). */
#include "app/maps/votes.h"

#include "app/maps/maps.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/record_ways.h"

#include <sodium.h>
#include <stdio.h>

/* ---- Who votes --------------------------------------------------------------------------- */

fh_str fh_voter_person(const fh_actor *actor, char space[FH_VOTER_TEXT + 1])
{
    if (actor->kind != FH_ACTOR_PERSON || !fh_may(actor, FH_RIGHT_TAKE_PART)) return (fh_str){0};
    const int n = snprintf(space, FH_VOTER_TEXT + 1, "p%u", (unsigned)actor->person);
    return (fh_str){space, n > 0 ? (size_t)n : 0};
}

/* Only a hash of what the device keeps. */
fh_str fh_voter_device(fh_str device, char space[FH_VOTER_TEXT + 1])
{
    unsigned char raw[16];
    char hex[2 * sizeof raw + 1];
    if (!device.len) return (fh_str){0};
    (void)crypto_generichash(raw, sizeof raw, (const unsigned char *)device.ptr, device.len, NULL,
                             0);
    (void)sodium_bin2hex(hex, sizeof hex, raw, sizeof raw);
    const int n = snprintf(space, FH_VOTER_TEXT + 1, "d%s", hex);
    return (fh_str){space, n > 0 ? (size_t)n : 0};
}

/* ---- Putting ----------------------------------------------------------------------------- */

static fh_status note(fh_org *org, const fh_actor *actor, int64_t map, const char *what,
                      int64_t vote, fh_error *err)
{
    char after[120];
    const int n =
        snprintf(after, sizeof after, "{\"what\":\"%s\",\"vote\":%lld}", what, (long long)vote);
    const fh_audit_object about = {
        .kind = FH_STR("map"), .number = map, .after = {after, n > 0 ? (size_t)n : 0}};
    return fh_audit(org, actor, FH_AUDITED_MAP_VOTE, &about, err);
}

static fh_status name_choice(const fh_map *map, size_t i, fh_vote_choice *c, fh_error *err)
{
    c->words = fh_str_trim(c->words);
    bool found = !c->element.len;
    for (uint32_t t = 0; !found && t < map->n_touchpoints; t++) {
        found = fh_str_eq(map->touchpoint[t].id, c->element);
        if (found && !c->words.len) c->words = map->touchpoint[t].name;
    }
    for (uint32_t s = 0; !found && s < map->n_stages; s++) {
        found = fh_str_eq(map->stage[s].id, c->element);
        if (found && !c->words.len) c->words = map->stage[s].name;
    }
    if (!found)
        return fh_fail(err, FH_INVALID, "/choices/%zu: the map has no element '%.*s'", i,
                       (int)(c->element.len < 80 ? c->element.len : 80), c->element.ptr);
    if (c->words.len && c->words.len <= FH_VOTE_WORDS_MAX) return FH_OK;
    return fh_fail(err, FH_INVALID, "/choices/%zu: words are 1 to %d bytes long", i,
                   (int)FH_VOTE_WORDS_MAX);
}

static fh_status check_vote(const fh_map *map, fh_vote *v, fh_error *err)
{
    fh_status s = FH_OK;
    v->question = fh_str_trim(v->question);
    if (!v->question.len || v->question.len > FH_VOTE_QUESTION_MAX)
        return fh_fail(err, FH_INVALID, "/question is 1 to %d bytes long",
                       (int)FH_VOTE_QUESTION_MAX);
    if (v->n_choices < 2 || v->n_choices > FH_VOTE_CHOICES_MAX) {
        (void)fh_fail(err, FH_INVALID, "/choices: there are %zu", v->n_choices);
        return fh_hint(err, FH_INVALID, "A vote is between 2 to %d things.",
                       (int)FH_VOTE_CHOICES_MAX);
    }
    if (v->each < 1 || v->each > FH_VOTE_EACH_MAX || (size_t)v->each > v->n_choices)
        return fh_fail(err, FH_INVALID,
                       "/each: everybody has 1 to %d choices, and not more than there are",
                       (int)FH_VOTE_EACH_MAX);
    for (size_t i = 0; !s && i < v->n_choices; i++) {
        s = name_choice(map, i, &v->choice[i], err);
        for (size_t k = 0; !s && k < i; k++)
            if (fh_str_eq(v->choice[k].words, v->choice[i].words) &&
                fh_str_eq(v->choice[k].element, v->choice[i].element))
                s = fh_fail(err, FH_INVALID, "/choices/%zu: it is there already", i);
    }
    return s;
}

static bool holds(fh_org *org, const fh_vote *v)
{
    const fh_os *os = fh_org_os(org);
    return !v->closed_ms || os->now_ms(os->ctx) - v->closed_ms < FH_VOTE_CODE_MS;
}

/* Votes of one workshop share a code: phones that joined see the next one. */
static fh_status code_of(fh_org *org, int64_t map, fh_arena *arena, fh_str *out, fh_error *err)
{
    const fh_vote *last = NULL;
    size_t n = 0;
    const fh_status s = fh_votes_of_map(org, map, (fh_str){"", 0}, 1, arena, &last, &n, err);
    if (s) return s;
    if (!n || !holds(org, &last[0])) return fh_short_code(org, arena, out, err);
    *out = last[0].code;
    return FH_OK;
}

fh_status fh_vote_put(fh_org *org, const fh_actor *actor, int64_t map, fh_vote *v, fh_arena *arena,
                      fh_error *err)
{
    fh_map_open o;
    fh_status s = fh_require(actor, FH_RIGHT_WORKSHOPS, err);
    if (!s) s = fh_maps_open(org, actor, map, 0, arena, &o, err);
    if (!s && o.row.archived) s = fh_fail(err, FH_CONFLICT, "this map was put away");
    if (!s) s = check_vote(&o.map, v, err);
    if (!s) s = code_of(org, map, arena, &v->code, err);
    if (s) return s;
    v->map = map;
    v->person = actor->person;
    s = fh_votes_add(org, v, err);
    return s ? s : note(org, actor, map, "put", v->vote, err);
}

static fh_status closed(fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT, "this vote is closed");
    return fh_hint(err, FH_CONFLICT, "Its result stands; ask again with another vote.");
}

fh_status fh_vote_close(fh_org *org, const fh_actor *actor, int64_t map, int64_t vote,
                        fh_arena *arena, fh_vote *out, fh_error *err)
{
    const fh_str nobody = {"", 0};
    fh_status s = fh_require(actor, FH_RIGHT_WORKSHOPS, err);
    if (!s) s = fh_votes_get(org, vote, nobody, arena, out, err);
    if (!s && out->map != map)
        s = fh_fail(err, FH_NOTFOUND, "map %lld has no vote %lld", (long long)map, (long long)vote);
    if (!s && out->closed_ms) s = closed(err);
    if (!s) s = fh_votes_close(org, out, err);
    if (!s) s = note(org, actor, map, "closed", vote, err);
    return s ? s : fh_votes_get(org, vote, nobody, arena, out, err);
}

/* ---- Looking and voting -------------------------------------------------------------------- */

fh_status fh_vote_list(fh_org *org, const fh_actor *actor, int64_t map, fh_arena *arena,
                       const fh_vote **out, size_t *n, fh_error *err)
{
    char space[FH_VOTER_TEXT + 1];
    fh_maps_row row;
    fh_str voter = fh_voter_person(actor, space);
    if (!voter.len) voter = (fh_str){"", 0};
    fh_status s = fh_require(actor, FH_RIGHT_ASK, err);
    if (!s) s = fh_maps_get(org, map, arena, &row, err);
    return s ? s : fh_votes_of_map(org, map, voter, FH_VOTES_SHOWN, arena, out, n, err);
}

fh_status fh_vote_behind(fh_org *org, fh_str code, fh_str voter, fh_arena *arena,
                         const fh_vote **out, size_t *n, fh_error *err)
{
    enum { SHOWN = 10 };
    if (!voter.len) voter = (fh_str){"", 0};
    const fh_status s = fh_votes_of_code(org, code, voter, SHOWN, arena, out, n, err);
    if (s || (*n && holds(org, &(*out)[0]))) return s;
    (void)fh_fail(err, FH_NOTFOUND, "this code leads nowhere (any more)");
    return fh_hint(err, FH_NOTFOUND, "Read the code on the big screen again.");
}

static bool has_voted(const fh_vote *v)
{
    for (size_t i = 0; i < v->n_choices; i++)
        if (v->choice[i].mine) return true;
    return false;
}

fh_status fh_vote_cast(fh_org *org, const fh_vote *v, fh_str voter, bool device,
                       const uint32_t *choice, size_t n, fh_error *err)
{
    if (v->closed_ms) return closed(err);
    if (!voter.len || (device && !v->anybody)) {
        (void)fh_fail(err, FH_DENIED, "this vote is for colleagues who are signed in");
        return fh_hint(err, FH_DENIED, "Sign in on this device, then vote.");
    }
    if (n > (size_t)v->each) {
        (void)fh_fail(err, FH_INVALID, "you chose %zu", n);
        return fh_hint(err, FH_INVALID, "Everybody has %lld in this vote: take some back.",
                       (long long)v->each);
    }
    for (size_t i = 0; i < n; i++) {
        if (choice[i] < 1 || choice[i] > v->n_choices)
            return fh_fail(err, FH_INVALID, "there is no choice %u in this vote",
                           (unsigned)choice[i]);
        for (size_t k = 0; k < i; k++)
            if (choice[k] == choice[i])
                return fh_fail(err, FH_INVALID, "choice %u stands there twice",
                               (unsigned)choice[i]);
    }
    if (v->voters >= FH_VOTE_VOTERS_MAX && !has_voted(v))
        return fh_fail(err, FH_LIMIT, "%d have voted: more are not counted",
                       (int)FH_VOTE_VOTERS_MAX);
    return fh_votes_cast(org, v, voter, choice, n, err);
}

void fh_vote_json(const fh_vote *v, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "vote", (uint64_t)v->vote);
    fh_put_text(j, "code", v->code);
    fh_put_text(j, "question", v->question);
    fh_put_number(j, "each", (uint64_t)v->each);
    fh_put_bool(j, "anybody", v->anybody);
    fh_put_number(j, "made_ms", (uint64_t)v->made_ms);
    fh_put_key(j, "closed_ms");
    if (v->closed_ms)
        fh_json_int(j, v->closed_ms);
    else
        fh_json_null(j);
    fh_put_number(j, "voters", (uint64_t)v->voters);
    fh_put_key(j, "choices");
    fh_json_array(j);
    for (size_t i = 0; i < v->n_choices; i++) {
        const fh_vote_choice *c = &v->choice[i];
        fh_json_object(j);
        fh_put_number(j, "choice", i + 1);
        fh_put_text(j, "element", c->element);
        fh_put_text(j, "words", c->words);
        fh_put_number(j, "votes", (uint64_t)c->votes);
        fh_put_bool(j, "mine", c->mine);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
