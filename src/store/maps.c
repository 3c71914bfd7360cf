/* maps.c - rows of journey maps and their versions (see maps.h). */
#include "store/maps.h"

#include "store/args.h"
#include "store/inside.h"

#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 10000 };

#define COLUMNS                                                                              \
    "m.map, m.id, m.title, m.goal, m.owner, m.stages, m.touchpoints, m.latest, m.archived, " \
    "m.made_ms, m.changed_ms, m.changed, m.person, "                                         \
    "(SELECT MAX(v.version) FROM map_version v WHERE v.map = m.map AND v.mark = 1), "        \
    "(SELECT MAX(v.version) FROM map_version v WHERE v.map = m.map AND v.mark = 2)"

static fh_status read_row(fh_stmt *s, fh_arena *arena, fh_maps_row *out, fh_error *err)
{
    *out = (fh_maps_row){.map = fh_stmt_i64(s, 0),
                         .stages = fh_stmt_i64(s, 5),
                         .touchpoints = fh_stmt_i64(s, 6),
                         .latest = fh_stmt_i64(s, 7),
                         .archived = fh_stmt_i64(s, 8) != 0,
                         .made_ms = fh_stmt_i64(s, 9),
                         .changed_ms = fh_stmt_i64(s, 10),
                         .changed = fh_stmt_i64(s, 11),
                         .person = (uint32_t)fh_stmt_i64(s, 12),
                         .intended = fh_stmt_i64(s, 13),
                         .actual = fh_stmt_i64(s, 14)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &out->id) &&
                   fh_arena_str(arena, fh_stmt_text(s, 2), &out->title) &&
                   fh_arena_str(arena, fh_stmt_text(s, 3), &out->goal) &&
                   fh_arena_str(arena, fh_stmt_text(s, 4), &out->owner)
               ? FH_OK
               : fh_no_memory(err);
}

static int64_t now(fh_org *org)
{
    const fh_os *os = fh_org_os(org);
    return os->now_ms(os->ctx);
}

/* The next of the numbers that all changes of maps have together. */
static fh_status next_change(fh_org *org, int64_t *out, fh_error *err)
{
    return fh_org_numbers(org, "map-change", 1, out, err);
}

static fh_status none(int64_t map, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no map %lld", (long long)map);
    return fh_hint(err, FH_NOTFOUND, "The list of maps tells which there are.");
}

/* ---- Writing --------------------------------------------------------------------------- */

static fh_status put_version(fh_org *org, const fh_maps_version *v, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO map_version (map, version, text, mark, note, made_ms, person) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                 NULL, err, fh_arg_int(v->map), fh_arg_int(v->version), fh_arg_text(v->text),
                 fh_arg_int(v->mark), fh_arg_text(v->note), fh_arg_int(v->made_ms),
                 fh_arg_int(v->person));
}

static fh_status add_inside(fh_org *org, fh_maps_row *r, fh_maps_version *v, fh_error *err)
{
    int64_t taken = 0;
    fh_status status = fh_maps_find(org, r->id, &taken, err);
    if (status == FH_OK && taken) {
        (void)fh_fail(err, FH_CONFLICT, "there is a map '%.*s' already", FH_STR_ARG(r->id));
        return fh_hint(err, FH_CONFLICT, "Give this one another id, or change that one (map %lld).",
                       (long long)taken);
    }
    if (status == FH_OK) status = fh_org_numbers(org, "map", 1, &r->map, err);
    if (status == FH_OK) status = next_change(org, &r->changed, err);
    if (status != FH_OK) return status;
    v->map = r->map;
    r->latest = v->version = 1;
    r->made_ms = r->changed_ms = v->made_ms = now(org);
    r->person = v->person;
    status = FH_DO(fh_org_db(org),
                   "INSERT INTO journey_map (map, id, title, goal, owner, stages, touchpoints, "
                   "latest, archived, made_ms, changed_ms, changed, person) VALUES ($1, $2, $3, "
                   "$4, $5, $6, $7, 1, 0, $8, $8, $9, $10)",
                   NULL, err, fh_arg_int(r->map), fh_arg_text(r->id), fh_arg_text(r->title),
                   fh_arg_text(r->goal), fh_arg_text(r->owner), fh_arg_int(r->stages),
                   fh_arg_int(r->touchpoints), fh_arg_int(r->made_ms), fh_arg_int(r->changed),
                   fh_arg_int(r->person));
    return status == FH_OK ? put_version(org, v, err) : status;
}

fh_status fh_maps_add(fh_org *org, fh_maps_row *row, fh_maps_version *version, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_inside(org, row, version, err), err);
}

static fh_status add_version_inside(fh_org *org, fh_maps_row *r, fh_maps_version *v, fh_error *err)
{
    bool found = false;
    fh_status status = next_change(org, &r->changed, err);
    if (status != FH_OK) return status;
    v->map = r->map;
    v->version = r->latest + 1;
    v->made_ms = r->changed_ms = now(org);
    status = FH_DO(fh_org_db(org),
                   "UPDATE journey_map SET title = $2, goal = $3, owner = $4, stages = $5, "
                   "touchpoints = $6, latest = latest + 1, changed_ms = $7, changed = $8 "
                   "WHERE map = $1 AND latest = $9 RETURNING map",
                   &found, err, fh_arg_int(r->map), fh_arg_text(r->title), fh_arg_text(r->goal),
                   fh_arg_text(r->owner), fh_arg_int(r->stages), fh_arg_int(r->touchpoints),
                   fh_arg_int(r->changed_ms), fh_arg_int(r->changed), fh_arg_int(r->latest));
    if (status == FH_OK && !found) {
        (void)fh_fail(err, FH_STALE, "somebody has changed this map meanwhile");
        return fh_hint(err, FH_STALE, "Look at it again, then make your change.");
    }
    if (status == FH_OK) status = put_version(org, v, err);
    if (status == FH_OK) r->latest = v->version;
    return status;
}

fh_status fh_maps_add_version(fh_org *org, fh_maps_row *row, fh_maps_version *version,
                              fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, add_version_inside(org, row, version, err), err);
}

/* What lists show of it has changed. */
static fh_status moved_on(fh_org *org, int64_t map, fh_error *err)
{
    int64_t change = 0;
    const fh_status status = next_change(org, &change, err);
    return status == FH_OK
               ? FH_DO(fh_org_db(org),
                       "UPDATE journey_map SET changed_ms = $2, changed = $3 WHERE map = $1", NULL,
                       err, fh_arg_int(map), fh_arg_int(now(org)), fh_arg_int(change))
               : status;
}

fh_status fh_maps_tell(fh_org *org, int64_t map, fh_error *err)
{
    int64_t change = 0;
    const fh_status status = next_change(org, &change, err);
    return status == FH_OK
               ? FH_DO(fh_org_db(org), "UPDATE journey_map SET changed = $2 WHERE map = $1", NULL,
                       err, fh_arg_int(map), fh_arg_int(change))
               : status;
}

static fh_status mark_inside(fh_org *org, int64_t map, int64_t version, fh_map_mark mark,
                             int64_t since_ms, fh_error *err)
{
    const int64_t marked_ms = mark == FH_MAP_DRAFT ? 0 : since_ms ? since_ms : now(org);
    bool found = false;
    fh_status status = FH_OK;
    if (mark != FH_MAP_DRAFT)
        status = FH_DO(fh_org_db(org),
                       "UPDATE map_version SET mark = 0 WHERE map = $1 AND mark = $2 AND "
                       "version <> $3",
                       NULL, err, fh_arg_int(map), fh_arg_int(mark), fh_arg_int(version));
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "UPDATE map_version SET mark = $3, marked_ms = $4 WHERE map = $1 AND "
                       "version = $2 RETURNING version",
                       &found, err, fh_arg_int(map), fh_arg_int(version), fh_arg_int(mark),
                       fh_arg_int(marked_ms));
    if (status == FH_OK && !found)
        status = fh_fail(err, FH_NOTFOUND, "map %lld has no version %lld", (long long)map,
                         (long long)version);
    return status == FH_OK ? moved_on(org, map, err) : status;
}

fh_status fh_maps_mark(fh_org *org, int64_t map, int64_t version, fh_map_mark mark,
                       int64_t since_ms, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, mark_inside(org, map, version, mark, since_ms, err), err);
}

static fh_status archive_inside(fh_org *org, int64_t map, bool archived, fh_error *err)
{
    bool found = false;
    const fh_status status =
        FH_DO(fh_org_db(org), "UPDATE journey_map SET archived = $2 WHERE map = $1 RETURNING map",
              &found, err, fh_arg_int(map), fh_arg_int(archived));
    if (status == FH_OK && !found) return none(map, err);
    return status == FH_OK ? moved_on(org, map, err) : status;
}

fh_status fh_maps_archive(fh_org *org, int64_t map, bool archived, fh_error *err)
{
    bool mine = false;
    const fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    return fh_org_leave(org, mine, archive_inside(org, map, archived, err), err);
}

/* ---- Reading --------------------------------------------------------------------------- */

fh_status fh_maps_get(fh_org *org, int64_t map, fh_arena *arena, fh_maps_row *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " COLUMNS " FROM journey_map m WHERE m.map = $1", &s, &row,
               err, fh_arg_int(map));
    if (status == FH_OK) status = row ? read_row(s, arena, out, err) : none(map, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_maps_find(fh_org *org, fh_str id, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(fh_org_db(org), "SELECT map FROM journey_map WHERE id = $1", &s,
                                    &row, err, fh_arg_text(id));
    *out = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_maps_list(fh_org *org, bool archived, fh_arena *arena, const fh_maps_row **out,
                       size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0, room = 64;
    fh_maps_row *list = FH_NEW_ARRAY(arena, fh_maps_row, room);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " COLUMNS " FROM journey_map m WHERE m.archived = 0 OR $1 = 1 "
               "ORDER BY m.title, m.map",
               &s, &row, err, fh_arg_int(archived));
    while (status == FH_OK && row && count < LIST_MAX) {
        if (count == room) {
            fh_maps_row *more = FH_NEW_ARRAY(arena, fh_maps_row, 2 * room);
            if (!more) {
                status = fh_no_memory(err);
                break;
            }
            memcpy(more, list, count * sizeof *list);
            list = more;
            room *= 2;
        }
        status = read_row(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}

#define VERSION_COLUMNS "v.version, v.mark, v.note, v.made_ms, v.person, p.name, v.marked_ms"

static fh_status read_version(fh_stmt *s, int64_t map, fh_arena *arena, fh_maps_version *out,
                              fh_error *err)
{
    const int64_t mark = fh_stmt_i64(s, 1);
    *out = (fh_maps_version){
        .map = map,
        .version = fh_stmt_i64(s, 0),
        .mark = mark == FH_MAP_INTENDED || mark == FH_MAP_ACTUAL ? (fh_map_mark)mark : FH_MAP_DRAFT,
        .made_ms = fh_stmt_i64(s, 3),
        .person = (uint32_t)fh_stmt_i64(s, 4),
        .marked_ms = fh_stmt_i64(s, 6)};
    return fh_arena_str(arena, fh_stmt_text(s, 2), &out->note) &&
                   fh_arena_str(arena, fh_stmt_text(s, 5), &out->person_name)
               ? FH_OK
               : fh_no_memory(err);
}

fh_status fh_maps_version_get(fh_org *org, int64_t map, int64_t version, fh_arena *arena,
                              fh_maps_version *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " VERSION_COLUMNS ", v.text FROM map_version v LEFT JOIN "
                              "person p ON p.person = v.person WHERE v.map = $1 AND v.version = $2",
                              &s, &row, err, fh_arg_int(map), fh_arg_int(version));
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "map %lld has no version %lld", (long long)map,
                         (long long)version);
    if (status == FH_OK) status = read_version(s, map, arena, out, err);
    if (status == FH_OK && !fh_arena_str(arena, fh_stmt_text(s, 7), &out->text))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_maps_versions(fh_org *org, int64_t map, int64_t before, size_t max, fh_arena *arena,
                           const fh_maps_version **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    fh_maps_version *list = FH_NEW_ARRAY(arena, fh_maps_version, max + 1);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " VERSION_COLUMNS " FROM map_version v LEFT JOIN person p ON p.person = "
               "v.person WHERE v.map = $1 AND (v.version < $2 OR $2 = 0) ORDER BY v.version DESC "
               "LIMIT $3",
               &s, &row, err, fh_arg_int(map), fh_arg_int(before), fh_arg_int((int64_t)max));
    while (status == FH_OK && row && count < max) {
        status = read_version(s, map, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}

fh_status fh_maps_makers(fh_org *org, int64_t until_ms, int64_t span_ms, uint32_t spans,
                         fh_arena *arena, fh_maps_maker **out, size_t *n, fh_error *err)
{
    static const char made[] =
        "FROM (SELECT DISTINCT map, person, ($1 - 1 - made_ms) / $2 AS back FROM map_version WHERE "
        "made_ms >= $3 AND made_ms < $1 AND person <> 0) AS d";
    char count[400], list[400];
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0, most = 0;
    (void)snprintf(count, sizeof count, "SELECT COUNT(*) %s", made);
    (void)snprintf(list, sizeof list,
                   "SELECT d.map, d.person, d.back %s ORDER BY d.map, d.person, d.back", made);
    const int64_t from_ms = until_ms - span_ms * (int64_t)spans;
    fh_status status = FH_ASK(fh_org_db(org), count, &s, &row, err, fh_arg_int(until_ms),
                              fh_arg_int(span_ms), fh_arg_int(from_ms));
    if (status == FH_OK && row) most = (size_t)fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    s = NULL;
    fh_maps_maker *m = FH_NEW_ARRAY(arena, fh_maps_maker, most + 1);
    if (status == FH_OK && !m) status = fh_no_memory(err);
    if (status == FH_OK)
        status = FH_ASK(fh_org_db(org), list, &s, &row, err, fh_arg_int(until_ms),
                        fh_arg_int(span_ms), fh_arg_int(from_ms));
    while (status == FH_OK && row && got < most) {
        m[got++] = (fh_maps_maker){.map = fh_stmt_i64(s, 0),
                                   .person = (uint32_t)fh_stmt_i64(s, 1),
                                   .back = (uint32_t)fh_stmt_i64(s, 2)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = m;
    *n = got;
    return status;
}

/* ---- What changed ------------------------------------------------------------------------ */

fh_status fh_maps_newest(fh_org *org, int64_t *changed, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT changed FROM journey_map WHERE changed > $1 ORDER BY changed DESC LIMIT 1",
               &s, &row, err, fh_arg_int(0));
    *changed = status == FH_OK && row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_maps_changes(fh_org *org, int64_t after, size_t max, fh_arena *arena,
                          const fh_maps_news **out, size_t *n, fh_error *err)
{
    fh_maps_news *list = FH_NEW_ARRAY(arena, fh_maps_news, max);
    fh_stmt *s = NULL;
    bool row = false;
    *n = 0;
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT m.map, m.latest, m.changed, v.person FROM journey_map m JOIN map_version v "
               "ON v.map = m.map AND v.version = m.latest WHERE m.changed > $1 ORDER BY m.changed "
               "LIMIT $2",
               &s, &row, err, fh_arg_int(after), fh_arg_int((int64_t)max));
    while (status == FH_OK && row && *n < max) {
        list[(*n)++] = (fh_maps_news){.map = fh_stmt_i64(s, 0),
                                      .latest = fh_stmt_i64(s, 1),
                                      .changed = fh_stmt_i64(s, 2),
                                      .person = (uint32_t)fh_stmt_i64(s, 3)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    return status;
}

/* ---- Checking ------------------------------------------------------------------------------ */

static fh_status tell_each(fh_org *org, const char *sql, const char *says, fh_maps_fault *fault,
                           void *ctx, fh_error *err)
{
    char sentence[200];
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, fh_arg_int(0));
    while (status == FH_OK && row) {
        (void)snprintf(sentence, sizeof sentence, "map %lld %s", (long long)fh_stmt_i64(s, 0),
                       says);
        if (fault) fault(ctx, sentence);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_maps_check_rows(fh_org *org, fh_maps_fault *fault, void *ctx, fh_error *err)
{
    static const struct {
        const char *sql, *says;
    } rules[] = {
        {"SELECT m.map FROM journey_map m LEFT JOIN map_version v ON v.map = m.map WHERE m.map > "
         "$1 GROUP BY m.map, m.latest HAVING COUNT(v.version) <> m.latest OR "
         "COALESCE(MIN(v.version), 0) <> 1 OR COALESCE(MAX(v.version), 0) <> m.latest",
         "does not have every version from the first to its latest"},
        {"SELECT DISTINCT v.map FROM map_version v LEFT JOIN journey_map m ON m.map = v.map WHERE "
         "m.map IS NULL AND v.map > $1",
         "has versions, but is not there"},
        {"SELECT DISTINCT x.map FROM (SELECT map, mark FROM map_version WHERE mark <> 0 AND map > "
         "$1 GROUP BY map, mark HAVING COUNT(*) > 1) x",
         "has more than one version with the same mark"},
        {"SELECT DISTINCT map FROM map_version WHERE map > $1 AND mark NOT IN (0, 1, 2)",
         "has a version with a mark that there is not"},
        {"SELECT DISTINCT v.map FROM map_vote v LEFT JOIN journey_map m ON m.map = v.map WHERE "
         "m.map IS NULL AND v.map > $1",
         "has votes, but is not there"},
        {"SELECT DISTINCT v.map FROM map_vote v JOIN map_ballot b ON b.vote = v.vote WHERE v.map > "
         "$1 AND v.closed_ms <> 0",
         "has ballots of a vote that is closed"},
        {"SELECT DISTINCT x.map FROM (SELECT v.map, v.vote, b.voter FROM map_vote v JOIN "
         "map_ballot b ON b.vote = v.vote WHERE v.map > $1 GROUP BY v.map, v.vote, b.voter, v.each "
         "HAVING COUNT(*) > v.each) x",
         "has a vote with more ballots of somebody than everybody has"},
    };
    fh_status status = FH_OK;
    for (size_t i = 0; status == FH_OK && i < sizeof rules / sizeof rules[0]; i++)
        status = tell_each(org, rules[i].sql, rules[i].says, fault, ctx, err);
    return status;
}
