/* map_check.c - is a map sound that was not read from a text: what the parser would refuse,
 * and what everything that works on maps relies on (map_parts.h).
 */
#include "journey/map_parts.h"

#include "base/time.h"

typedef struct check {
    const fh_map *map;
    fh_map_ids ids;
    fh_error *err;
} check;

static fh_status bad(check *c, fh_str id, const char *what)
{
    (void)fh_fail(c->err, FH_INVALID, "'%.*s' in the map: %s", FH_STR_ARG(fh_map_clip(id)), what);
    return fh_hint(c->err, FH_INVALID, "Change this part of the map and try again.");
}

static fh_status check_text(check *c, fh_str id, const char *what, fh_str text)
{
    if (fh_map_is_words(text) && (!text.len || fh_str_trim(text).len)) return FH_OK;
    (void)fh_fail(c->err, FH_INVALID, "'%.*s' in the map: %s is too long or no text",
                  FH_STR_ARG(fh_map_clip(id)), what);
    return fh_hint(c->err, FH_INVALID,
                   "A text has at most %d bytes of UTF-8 and stands on one line.",
                   FH_MAP_WORDS_MAX);
}

static fh_status check_id(check *c, fh_str id, fh_str name, uint32_t number)
{
    if (!fh_map_is_id(id))
        return bad(c, id, "an id has small letters, digits and single hyphens, 60 at most");
    if (fh_map_ids_add(&c->ids, number) != FH_MAP_NONE) return bad(c, id, "this id is there twice");
    if (!name.len) return bad(c, id, "the name is empty");
    return check_text(c, id, "the name", name);
}

/* ---- The flow ----------------------------------------------------------------------- */

/* Steps [from, end) and what is in them. */
static fh_status check_steps(check *c, fh_str stage, uint32_t from, uint32_t end, uint32_t depth)
{
    const fh_map_step *step = c->map->step;
    if (depth > FH_MAP_DEPTH_MAX) return bad(c, stage, "blocks lie too deep in one another");
    for (uint32_t i = from; i < end; i = step[i].end) {
        if (step[i].op > FH_MAP_OPTIONAL || step[i].end <= i || step[i].end > end)
            return bad(c, stage, "a block is not closed");
        if (step[i].op == FH_MAP_TOUCHPOINT) {
            if (step[i].end != i + 1) return bad(c, stage, "a touchpoint has steps in it");
            continue;
        }
        if (step[i].end == i + 1) return bad(c, stage, "nothing is in a block");
        const fh_status status = check_steps(c, stage, i + 1, step[i].end, depth + 1);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

static fh_status check_flow(check *c)
{
    const fh_map *map = c->map;
    uint32_t at = 0, leaves = 0;
    for (uint32_t i = 0; i < map->n_stages; i++) {
        const fh_map_stage *stage = &map->stage[i];
        if (stage->step != at || stage->end < at || stage->end > map->n_steps)
            return bad(c, stage->id, "its steps are not its own");
        const fh_status status = check_steps(c, stage->id, at, stage->end, 0);
        if (status != FH_OK) return status;
        for (; at < stage->end; at++) {
            if (map->step[at].op != FH_MAP_TOUCHPOINT) continue;
            if (leaves == map->n_touchpoints || map->step[at].touchpoint != leaves ||
                map->touchpoint[leaves].stage != i)
                return bad(c, stage->id, "its touchpoints are not in the order of its steps");
            leaves++;
        }
    }
    if (at != map->n_steps || leaves != map->n_touchpoints)
        return bad(c, map->id, "some touchpoints are in no stage");
    return FH_OK;
}

/* ---- Touchpoints -------------------------------------------------------------------- */

static bool is_span(int64_t ms)
{
    return ms >= 0 && ms <= FH_MAP_WITHIN_MAX_MS && ms % (60 * FH_SECOND_MS) == 0;
}

static fh_status check_promises(check *c, const fh_map_touchpoint *t)
{
    fh_status status = FH_OK;
    for (uint32_t i = 0; status == FH_OK && i < t->n_behaviours; i++) {
        const fh_map_behaviour *b = &t->behaviour[i];
        status = b->role.len && b->text.len ? check_text(c, t->id, "a role", b->role)
                                            : bad(c, t->id, "a role or its behaviour is empty");
        if (status == FH_OK) status = check_text(c, t->id, "a behaviour", b->text);
    }
    for (uint32_t i = 0; status == FH_OK && i < t->n_promises; i++) {
        const fh_map_promise *p = &t->promise[i];
        const bool ok = p->text.len && is_span(p->within_ms);
        status = ok ? check_text(c, t->id, "a promise", p->text)
                    : bad(c, t->id, "a promise is empty, or not within whole minutes");
    }
    return status;
}

/* Has the rule what its form needs, and nothing else? */
static bool is_rule(const fh_map_never *n)
{
    const bool where = n->outcome.len || n->channel.len || n->department.len;
    const bool names =
        n->form == FH_NEVER_AFTER || n->form == FH_NEVER_BEFORE || n->form == FH_NEVER_WITHOUT;
    const bool spans = n->form == FH_NEVER_AFTER || n->form == FH_NEVER_TIMES;
    if (n->form > FH_NEVER_WHERE || !is_span(n->within_ms)) return false;
    if (where != (n->form == FH_NEVER_WHERE) || names != (n->other.len > 0)) return false;
    if (!spans && n->within_ms) return false;
    return n->form == FH_NEVER_TIMES ? n->times >= 1 && n->times <= FH_MAP_TIMES_MAX : !n->times;
}

static fh_status check_nevers(check *c, const fh_map_touchpoint *t)
{
    fh_status status = FH_OK;
    for (uint32_t i = 0; status == FH_OK && i < t->n_nevers; i++) {
        const fh_map_never *n = &t->never[i];
        const fh_str text[] = {n->text, n->outcome, n->channel, n->department};
        if (!n->text.len || !is_rule(n)) return bad(c, t->id, "a never-rule is not whole");
        for (size_t k = 0; status == FH_OK && k < sizeof text / sizeof text[0]; k++)
            status = check_text(c, t->id, "a never-rule", text[k]);
    }
    return status;
}

/* Behind all touchpoints, for they may be named before they come. */
static fh_status check_named(check *c)
{
    for (uint32_t t = 0; t < c->map->n_touchpoints; t++)
        for (uint32_t i = 0; i < c->map->touchpoint[t].n_nevers; i++) {
            const fh_str other = c->map->touchpoint[t].never[i].other;
            if (!other.len) continue;
            const uint32_t number = fh_map_ids_find(&c->ids, other);
            if (number != FH_MAP_NONE && number >= FH_MAP_STAGES_MAX) continue;
            (void)fh_fail(c->err, FH_INVALID,
                          "'%.*s' in the map: a never-rule of it names '%.*s', which is no "
                          "touchpoint of the map",
                          FH_STR_ARG(fh_map_clip(c->map->touchpoint[t].id)),
                          FH_STR_ARG(fh_map_clip(other)));
            return fh_hint(c->err, FH_INVALID, "Change or remove this never-rule first.");
        }
    return FH_OK;
}

static fh_status check_rows(check *c, const fh_map_touchpoint *t)
{
    fh_status status = FH_OK;
    const struct {
        const char *what;
        const fh_str *row;
        uint32_t n;
    } texts[] = {
        {"what is known", t->holds, t->n_holds},
        {"what must be known", t->needs, t->n_needs},
        {"a system", t->system, t->n_systems},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (uint32_t k = 0; status == FH_OK && k < texts[i].n; k++)
            status = texts[i].row[k].len ? check_text(c, t->id, texts[i].what, texts[i].row[k])
                                         : bad(c, t->id, "one of its lines is empty");
    if (status == FH_OK) status = check_nevers(c, t);
    if (status == FH_OK) status = check_promises(c, t);
    for (uint32_t i = 0; status == FH_OK && i < t->n_matches; i++) {
        const fh_map_match *m = &t->match[i];
        status = m->name.len ? check_text(c, t->id, "a match", m->name)
                             : bad(c, t->id, "a match names nothing");
        if (status == FH_OK) status = check_text(c, t->id, "a channel", m->channel);
        if (status == FH_OK) status = check_text(c, t->id, "a department", m->department);
    }
    return status;
}

static fh_status check_touchpoint(check *c, const fh_map_touchpoint *t, uint32_t number)
{
    fh_status status = check_id(c, t->id, t->name, number);
    for (const fh_map_text_field *f = fh_map_text_fields; status == FH_OK && f->word; f++)
        status = check_text(c, t->id, f->word, fh_map_text_of(t, f));
    if (status != FH_OK) return status;
    if (t->lane > FH_MAP_BACK || (!t->lane_said && t->lane != fh_map_lane_of(t)))
        return bad(c, t->id, "its lane is not that which follows from who turns to whom");
    if (!is_span(t->length_ms)) return bad(c, t->id, "its length is not whole minutes");
    if (t->feels < 0 || t->feels > 5) return bad(c, t->id, "what it feels like is 1 to 5");
    if (t->is_unseen != (t->unseen.len > 0) || t->is_not_walkable != (t->not_walkable.len > 0))
        return bad(c, t->id, "unseen and 'walk no' each say why");
    for (const fh_map_list_field *f = fh_map_list_fields; f->word; f++)
        if (*(const uint32_t *)(const void *)((const char *)t + f->n) > FH_MAP_LINES_MAX)
            return bad(c, t->id, "it has more than 50 lines of a sort");
    return check_rows(c, t);
}

static fh_status check_all(check *c)
{
    const fh_map *map = c->map;
    const struct {
        const char *what;
        fh_str text;
    } head[] = {{"the title", map->title},
                {"the goal", map->goal},
                {"the owner", map->owner},
                {"the note", map->note}};
    fh_status status = FH_OK;
    if (map->n_stages > FH_MAP_STAGES_MAX || map->n_touchpoints > FH_MAP_TOUCHPOINTS_MAX ||
        map->n_steps > FH_MAP_STEPS_MAX) {
        (void)fh_fail(c->err, FH_LIMIT, "a map has at most %d stages, %d touchpoints and %d steps",
                      FH_MAP_STAGES_MAX, FH_MAP_TOUCHPOINTS_MAX, FH_MAP_STEPS_MAX);
        return fh_hint(c->err, FH_LIMIT, "Part the journey into several.");
    }
    if (!fh_map_is_id(map->id))
        return bad(c, map->id, "an id has small letters, digits and single hyphens, 60 at most");
    if (!map->title.len) return bad(c, map->id, "the title is empty");
    for (size_t i = 0; status == FH_OK && i < sizeof head / sizeof head[0]; i++)
        status = check_text(c, map->id, head[i].what, head[i].text);
    for (uint32_t i = 0; status == FH_OK && i < map->n_stages; i++) {
        status = check_id(c, map->stage[i].id, map->stage[i].name, i);
        if (status == FH_OK && map->stage[i].when > FH_MAP_AFTER)
            status = bad(c, map->stage[i].id, "it is before, during or after");
    }
    for (uint32_t i = 0; status == FH_OK && i < map->n_touchpoints; i++)
        status = check_touchpoint(c, &map->touchpoint[i], FH_MAP_STAGES_MAX + i);
    if (status == FH_OK) status = check_named(c);
    return status == FH_OK ? check_flow(c) : status;
}

fh_status fh_map_check(const fh_map *map, fh_error *err)
{
    check c = {.map = map, .ids = {.map = map}, .err = err};
    return check_all(&c);
}
