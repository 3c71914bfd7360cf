/* follow.c - see follow.h. */
#include "app/maps/follow.h"

#include "app/ask/words.h"
#include "app/people/audit.h"
#include "base/sort.h"
#include "store/audit.h"
#include "store/map_follow.h"
#include "store/people.h"

enum { MAPS = 200, EVENTS = 500, TOKENS = 64, SAYS = 2000 };

/* ---- Following ---------------------------------------------------------------------------- */

fh_status fh_map_follow(fh_org *org, const fh_actor *actor, int64_t map, bool follows,
                        fh_error *err)
{
    fh_maps_row row;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_require(actor, FH_RIGHT_ASK, err);
    if (!s && !actor->person) s = fh_fail(err, FH_INVALID, "only a person follows a map");
    if (!s) s = fh_maps_get(org, map, arena, &row, err);
    if (!s) s = fh_map_follow_put(org, actor->person, map, follows, false, err);
    fh_arena_free(arena);
    return s;
}

/* Whoever leads the department of that name, as the map names its owner; 0: nobody. */
static fh_status owner_of(fh_org *org, fh_str owner, fh_arena *arena, uint32_t *out, fh_error *err)
{
    fh_department *d = NULL;
    size_t n = 0;
    *out = 0;
    fh_status s = owner.len ? fh_department_rows(org, arena, &d, &n, err) : FH_OK;
    for (size_t i = 0; i < n && !s; i++)
        if (d[i].active && fh_str_eq_nocase(d[i].name, owner))
            s = fh_person_leading(org, d[i].department, fh_role_bit(FH_ROLE_LEAD), 0, out, err);
    return s;
}

fh_status fh_map_let_follow(fh_org *org, const fh_actor *actor, const fh_maps_row *row, bool drew,
                            fh_error *err)
{
    uint32_t owner = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = owner_of(org, row->owner, arena, &owner, err);
    if (!s && drew && actor->person)
        s = fh_map_follow_put(org, actor->person, row->map, true, true, err);
    if (!s && owner) s = fh_map_follow_put(org, owner, row->map, true, true, err);
    fh_arena_free(arena);
    return s;
}

/* ---- What happened ------------------------------------------------------------------------ */

typedef struct gathering {
    fh_org *org;
    const fh_actor *actor;
    fh_arena *arena;
    fh_json_reader *reader;
    int64_t from_ms, until_ms;
} gathering;

/* {"after":{"what":"intended","version":3}}: the newest come first. */
static fh_status add_event(const gathering *g, const fh_audit_row *e, fh_map_told *t, fh_error *err)
{
    fh_json_doc doc;
    fh_str what = {0};
    int64_t version = 0;
    if (fh_json_read(g->reader, e->details, &doc, NULL)) return FH_OK; /* withheld */
    const uint32_t after = fh_json_get(&doc, 0, FH_STR("after"));
    const uint32_t at = after ? fh_json_get(&doc, after, FH_STR("what")) : 0,
                   number = after ? fh_json_get(&doc, after, FH_STR("version")) : 0;
    if (!at || !fh_json_text(&doc, at, g->arena, &what)) return at ? fh_no_memory(err) : FH_OK;
    if (!number || !fh_json_i64(&doc, number, &version)) version = 0;
    if (!t->events++) t->at_ms = e->at_ms, t->person = e->person;
    if (fh_str_eq(what, FH_STR("made")) || fh_str_eq(what, FH_STR("changed")))
        t->versions++;
    else if (fh_str_eq(what, FH_STR("intended")) && !t->intended)
        t->intended = version;
    else if (fh_str_eq(what, FH_STR("actual")) && !t->actual)
        t->actual = version;
    return FH_OK;
}

static fh_status read_events(const gathering *g, fh_map_told *t, fh_error *err)
{
    const fh_audit_filter f = {.from_ms = g->from_ms + 1,
                               .until_ms = g->until_ms + 1,
                               .action = fh_str_of(fh_audited_word(FH_AUDITED_MAP_CHANGED)),
                               .object_kind = FH_STR("map"),
                               .object = t->row.map};
    const fh_audit_row *e = NULL;
    size_t n = 0;
    fh_status s = fh_audit_rows(g->org, &f, EVENTS, g->arena, &e, &n, err);
    for (size_t i = 0; i < n && !s; i++)
        if (!e[i].person || e[i].person != g->actor->person) s = add_event(g, &e[i], t, err);
    return s;
}

/* A draft behind the one that is intended: since when, and where nobody has answered. */
static fh_status read_draft(const gathering *g, fh_map_told *t, fh_error *err)
{
    fh_maps_version first;
    fh_reverse_stage at[FH_N_STAGES];
    const int64_t begun = t->row.intended + 1;
    if (t->row.latest < begun) return FH_OK;
    fh_status s = fh_maps_version_get(g->org, t->row.map, begun, g->arena, &first, err);
    if (!s) s = fh_maps_reverse(g->org, &t->row, t->row.latest, g->arena, at, err);
    if (s) return s;
    t->begun_ms = first.made_ms;
    for (int i = 0; i < FH_N_STAGES; i++) t->waits[i] = !at[i].answered;
    return FH_OK;
}

/* ---- In words ----------------------------------------------------------------------------- */

static void part(fh_buf *out)
{
    if (out->len) fh_buf_text(out, "; ");
}

static void say_waits(const fh_map_told *t, fh_buf *out)
{
    const char *between = " at ";
    if (!t->waits[FH_STAGE_DRAFT]) return;
    part(out);
    fh_buf_printf(out, "version %lld waits for an answer: is this really reverse,",
                  (long long)t->row.latest);
    for (int i = 0; i < FH_N_STAGES; i++) {
        if (!t->waits[i]) continue;
        fh_buf_printf(out, "%s%s", between, fh_stage_words[i]);
        between = ", ";
    }
    fh_buf_char(out, '?');
}

static fh_status say(fh_map_told *t, fh_arena *arena, fh_error *err)
{
    fh_buf text;
    fh_buf_init(&text, NULL, SAYS);
    if (t->intended) fh_buf_printf(&text, "version %lld is intended now", (long long)t->intended);
    if (t->actual) {
        part(&text);
        fh_buf_printf(&text, "version %lld is how it is now", (long long)t->actual);
    }
    if (t->versions) {
        part(&text);
        fh_say_number_of(&text, t->versions, "change", "changes");
        fh_buf_printf(&text, ", now version %lld", (long long)t->row.latest);
    }
    if (t->events && !text.len) fh_buf_text(&text, "it was changed");
    say_waits(t, &text);
    const bool kept = !text.status && fh_arena_str(arena, fh_buf_view(&text), &t->says);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(err);
}

/* ---- All of it ---------------------------------------------------------------------------- */

static int newest_first(const void *a, const void *b, void *ctx)
{
    const fh_map_told *x = a, *y = b;
    (void)ctx;
    const int64_t at = x->at_ms ? x->at_ms : x->begun_ms, other = y->at_ms ? y->at_ms : y->begun_ms;
    if (at != other) return at > other ? -1 : 1;
    return (x->row.map > y->row.map) - (x->row.map < y->row.map);
}

static fh_status read_all(const gathering *g, fh_map_told **out, size_t *n, fh_error *err)
{
    const int64_t *map = NULL;
    size_t n_maps = 0, got = 0;
    fh_status s = fh_maps_followed(g->org, g->actor->person, MAPS, g->arena, &map, &n_maps, err);
    fh_map_told *list = s ? NULL : FH_NEW_ARRAY(g->arena, fh_map_told, n_maps + 1);
    if (!s && !list) s = fh_no_memory(err);
    for (size_t i = 0; i < n_maps && !s; i++) {
        fh_map_told *t = &list[got];
        *t = (fh_map_told){0};
        s = fh_maps_get(g->org, map[i], g->arena, &t->row, err);
        if (!s) s = read_events(g, t, err);
        if (!s) s = read_draft(g, t, err);
        if (!s) s = say(t, g->arena, err);
        if (!s && (t->events || t->waits[FH_STAGE_DRAFT])) got++;
    }
    if (!s && fh_sort(NULL, list, got, sizeof *list, newest_first, NULL)) s = fh_no_memory(err);
    *out = list;
    *n = got;
    return s;
}

fh_status fh_maps_told(fh_org *org, const fh_actor *actor, int64_t from_ms, int64_t until_ms,
                       fh_arena *arena, fh_map_told **out, size_t *n, fh_error *err)
{
    *n = 0;
    *out = NULL;
    if (!actor->person || !fh_may(actor, FH_RIGHT_ASK)) return FH_OK;
    const gathering g = {.org = org,
                         .actor = actor,
                         .arena = arena,
                         .reader = fh_json_reader_new(NULL, TOKENS),
                         .from_ms = from_ms,
                         .until_ms = until_ms};
    const fh_status s = g.reader ? read_all(&g, out, n, err) : fh_no_memory(err);
    fh_json_reader_free(g.reader);
    return s;
}
