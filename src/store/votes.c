/* votes.c - rows of votes, choices and ballots (see votes.h). */
#include "store/votes.h"

#include "store/args.h"
#include "store/inside.h"
#include "store/maps.h"

#include <string.h>

#define COLUMNS                                                                               \
    "v.vote, v.map, v.code, v.question, v.each, v.anybody, v.made_ms, v.person, "             \
    "v.closed_ms, v.voters + (SELECT COUNT(DISTINCT b.voter) FROM map_ballot b WHERE b.vote " \
    "= v.vote) FROM map_vote v "

static int64_t now(fh_org *org)
{
    const fh_os *os = fh_org_os(org);
    return os->now_ms(os->ctx);
}

/* ---- Reading ----------------------------------------------------------------------------- */

static fh_status read_row(fh_stmt *s, fh_arena *arena, fh_vote *out, fh_error *err)
{
    *out = (fh_vote){.vote = fh_stmt_i64(s, 0),
                     .map = fh_stmt_i64(s, 1),
                     .each = fh_stmt_i64(s, 4),
                     .anybody = fh_stmt_i64(s, 5) != 0,
                     .made_ms = fh_stmt_i64(s, 6),
                     .person = (uint32_t)fh_stmt_i64(s, 7),
                     .closed_ms = fh_stmt_i64(s, 8),
                     .voters = fh_stmt_i64(s, 9)};
    return fh_arena_str(arena, fh_stmt_text(s, 2), &out->code) &&
                   fh_arena_str(arena, fh_stmt_text(s, 3), &out->question)
               ? FH_OK
               : fh_no_memory(err);
}

static fh_status read_choices(fh_org *org, fh_str voter, fh_arena *arena, fh_vote *v, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t room = 0;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT c.element, c.words, c.votes + (SELECT COUNT(*) FROM map_ballot b WHERE "
               "b.vote = c.vote AND b.choice = c.choice), (SELECT COUNT(*) FROM map_ballot b "
               "WHERE b.vote = c.vote AND b.voter = $2 AND b.choice = c.choice) "
               "FROM map_vote_choice c WHERE c.vote = $1 ORDER BY c.choice",
               &s, &row, err, fh_arg_int(v->vote), fh_arg_text(voter));
    while (status == FH_OK && row) {
        if (v->n_choices == room) {
            room = room ? 2 * room : 16;
            fh_vote_choice *wider = FH_NEW_ARRAY(arena, fh_vote_choice, room);
            if (!wider) {
                status = fh_no_memory(err);
                break;
            }
            if (v->n_choices) memcpy(wider, v->choice, v->n_choices * sizeof *wider);
            v->choice = wider;
        }
        fh_vote_choice *c = &v->choice[v->n_choices++];
        *c = (fh_vote_choice){.votes = fh_stmt_i64(s, 2), .mine = fh_stmt_i64(s, 3) != 0};
        if (!fh_arena_str(arena, fh_stmt_text(s, 0), &c->element) ||
            !fh_arena_str(arena, fh_stmt_text(s, 1), &c->words))
            status = fh_no_memory(err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_votes_get(fh_org *org, int64_t vote, fh_str voter, fh_arena *arena, fh_vote *out,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " COLUMNS "WHERE v.vote = $1", &s, &row, err,
                              fh_arg_int(vote));
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no vote %lld", (long long)vote);
    if (status == FH_OK) status = read_row(s, arena, out, err);
    fh_stmt_done(s);
    return status == FH_OK ? read_choices(org, voter, arena, out, err) : status;
}

static fh_status list(fh_org *org, const char *sql, fh_arg by, fh_str voter, size_t max,
                      fh_arena *arena, const fh_vote **out, size_t *n, fh_error *err)
{
    fh_vote *all = FH_NEW_ARRAY(arena, fh_vote, max + 1);
    fh_stmt *s = NULL;
    bool row = false;
    *n = 0;
    if (!all) return fh_no_memory(err);
    fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, by, fh_arg_int((int64_t)max));
    while (status == FH_OK && row && *n < max) {
        status = read_row(s, arena, &all[(*n)++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    for (size_t i = 0; status == FH_OK && i < *n; i++)
        status = read_choices(org, voter, arena, &all[i], err);
    *out = all;
    return status;
}

fh_status fh_votes_of_map(fh_org *org, int64_t map, fh_str voter, size_t max, fh_arena *arena,
                          const fh_vote **out, size_t *n, fh_error *err)
{
    return list(org, "SELECT " COLUMNS "WHERE v.map = $1 ORDER BY v.vote DESC LIMIT $2",
                fh_arg_int(map), voter, max, arena, out, n, err);
}

fh_status fh_votes_of_code(fh_org *org, fh_str code, fh_str voter, size_t max, fh_arena *arena,
                           const fh_vote **out, size_t *n, fh_error *err)
{
    return list(org, "SELECT " COLUMNS "WHERE v.code = $1 ORDER BY v.vote DESC LIMIT $2",
                fh_arg_text(code), voter, max, arena, out, n, err);
}

/* ---- Writing ----------------------------------------------------------------------------- */

static fh_status add_inside(fh_org *org, fh_vote *v, fh_error *err)
{
    fh_status s = fh_org_numbers(org, "map-vote", 1, &v->vote, err);
    v->made_ms = now(org);
    if (s == FH_OK)
        s = FH_DO(fh_org_db(org),
                  "INSERT INTO map_vote (vote, map, code, question, each, anybody, made_ms, "
                  "person, closed_ms, voters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)",
                  NULL, err, fh_arg_int(v->vote), fh_arg_int(v->map), fh_arg_text(v->code),
                  fh_arg_text(v->question), fh_arg_int(v->each), fh_arg_int(v->anybody),
                  fh_arg_int(v->made_ms), fh_arg_int(v->person));
    for (size_t i = 0; s == FH_OK && i < v->n_choices; i++)
        s = FH_DO(fh_org_db(org),
                  "INSERT INTO map_vote_choice (vote, choice, element, words, votes) "
                  "VALUES ($1, $2, $3, $4, 0)",
                  NULL, err, fh_arg_int(v->vote), fh_arg_int((int64_t)i + 1),
                  fh_arg_text(v->choice[i].element), fh_arg_text(v->choice[i].words));
    return s == FH_OK ? fh_maps_tell(org, v->map, err) : s;
}

fh_status fh_votes_add(fh_org *org, fh_vote *v, fh_error *err)
{
    bool mine = false;
    const fh_status s = fh_org_enter(org, &mine, err);
    return s == FH_OK ? fh_org_leave(org, mine, add_inside(org, v, err), err) : s;
}

static fh_status cast_inside(fh_org *org, const fh_vote *v, fh_str voter, const uint32_t *choice,
                             size_t n, fh_error *err)
{
    fh_status s = FH_DO(fh_org_db(org), "DELETE FROM map_ballot WHERE vote = $1 AND voter = $2",
                        NULL, err, fh_arg_int(v->vote), fh_arg_text(voter));
    for (size_t i = 0; s == FH_OK && i < n; i++)
        s = FH_DO(fh_org_db(org),
                  "INSERT INTO map_ballot (vote, voter, choice) VALUES ($1, $2, $3)", NULL, err,
                  fh_arg_int(v->vote), fh_arg_text(voter), fh_arg_int(choice[i]));
    return s == FH_OK ? fh_maps_tell(org, v->map, err) : s;
}

fh_status fh_votes_cast(fh_org *org, const fh_vote *v, fh_str voter, const uint32_t *choice,
                        size_t n, fh_error *err)
{
    bool mine = false;
    const fh_status s = fh_org_enter(org, &mine, err);
    return s == FH_OK ? fh_org_leave(org, mine, cast_inside(org, v, voter, choice, n, err), err)
                      : s;
}

static fh_status close_inside(fh_org *org, const fh_vote *v, fh_error *err)
{
    fh_status s = FH_DO(fh_org_db(org),
                        "UPDATE map_vote_choice SET votes = (SELECT COUNT(*) FROM map_ballot b "
                        "WHERE b.vote = map_vote_choice.vote AND b.choice = "
                        "map_vote_choice.choice) WHERE vote = $1",
                        NULL, err, fh_arg_int(v->vote));
    if (s == FH_OK)
        s = FH_DO(fh_org_db(org),
                  "UPDATE map_vote SET closed_ms = $2, voters = (SELECT COUNT(DISTINCT b.voter) "
                  "FROM map_ballot b WHERE b.vote = map_vote.vote) WHERE vote = $1",
                  NULL, err, fh_arg_int(v->vote), fh_arg_int(now(org)));
    if (s == FH_OK)
        s = FH_DO(fh_org_db(org), "DELETE FROM map_ballot WHERE vote = $1", NULL, err,
                  fh_arg_int(v->vote));
    return s == FH_OK ? fh_maps_tell(org, v->map, err) : s;
}

fh_status fh_votes_close(fh_org *org, const fh_vote *v, fh_error *err)
{
    bool mine = false;
    const fh_status s = fh_org_enter(org, &mine, err);
    return s == FH_OK ? fh_org_leave(org, mine, close_inside(org, v, err), err) : s;
}
