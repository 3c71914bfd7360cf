/* map_value.c - one field of a map: what it is, and setting it.
 *
 * A field is a text, except that lines of which there may be several are set together. Each
 * field changes only what is its own (the lane follows `from` and `to` while nobody said
 * it), so changes of different fields give the same in either order.
 */
#include "journey/map_edit.h"

#include <string.h>

fh_status fh_map_no_field(fh_str id, fh_str field, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "'%.*s' in the map has no field '%.*s'",
                  FH_STR_ARG(fh_map_clip(id)), FH_STR_ARG(fh_map_clip(field)));
    return fh_hint(err, FH_NOTFOUND, "Fields are named as the lines of the map's text are.");
}

fh_status fh_map_no_id(fh_str id, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "'%.*s' is not in the map", FH_STR_ARG(fh_map_clip(id)));
    return fh_hint(err, FH_NOTFOUND, "Somebody may have removed it meanwhile; look at the map.");
}

fh_status fh_map_lookup(const fh_map *map, fh_str id, uint32_t *stage, uint32_t *touchpoint,
                        fh_error *err)
{
    *stage = *touchpoint = FH_MAP_NONE;
    for (uint32_t i = 0; i < map->n_touchpoints; i++)
        if (fh_str_eq(map->touchpoint[i].id, id)) {
            *touchpoint = i;
            return FH_OK;
        }
    for (uint32_t i = 0; i < map->n_stages; i++)
        if (fh_str_eq(map->stage[i].id, id)) {
            *stage = i;
            return FH_OK;
        }
    return fh_map_no_id(id, err);
}

/* ---- What it is --------------------------------------------------------------------- */

static const fh_str *journey_field(const fh_map *map, fh_str field)
{
    if (fh_str_eq(field, FH_STR("title"))) return &map->title;
    if (fh_str_eq(field, FH_STR("goal"))) return &map->goal;
    if (fh_str_eq(field, FH_STR("owner"))) return &map->owner;
    return fh_str_eq(field, FH_STR("note")) ? &map->note : NULL;
}

bool fh_map_value_of_touchpoint(const fh_map_touchpoint *t, fh_str field, fh_buf *out)
{
    const fh_map_text_field *f = fh_map_text_field_of(field);
    if (f) {
        fh_buf_str(out, fh_map_text_of(t, f));
        return true;
    }
    if (fh_str_eq(field, FH_STR("lane"))) {
        if (t->lane_said) fh_buf_text(out, fh_map_lane_words[t->lane]);
        return true;
    }
    if (fh_str_eq(field, FH_STR("feels"))) {
        if (t->feels) fh_buf_printf(out, "%d", t->feels);
        return true;
    }
    if (fh_str_eq(field, FH_STR("length"))) {
        if (t->length_ms) fh_map_put_span(out, t->length_ms);
        return true;
    }
    return fh_map_print_lines(t, field, 0, out);
}

fh_status fh_map_value(const fh_map *map, fh_str id, fh_str field, fh_buf *out, fh_error *err)
{
    uint32_t stage, touchpoint;
    bool known = false;
    if (!id.len) {
        const fh_str *text = journey_field(map, field);
        if (text) fh_buf_str(out, *text);
        known = text != NULL;
    } else {
        const fh_status status = fh_map_lookup(map, id, &stage, &touchpoint, err);
        if (status != FH_OK) return status;
        if (touchpoint != FH_MAP_NONE) {
            known = fh_map_value_of_touchpoint(&map->touchpoint[touchpoint], field, out);
        } else if (fh_str_eq(field, FH_STR("name"))) {
            fh_buf_str(out, map->stage[stage].name);
            known = true;
        } else if (fh_str_eq(field, FH_STR("when"))) {
            fh_buf_text(out, fh_map_when_words[map->stage[stage].when]);
            known = true;
        }
    }
    return known ? fh_map_written(out, err) : fh_map_no_field(id, field, err);
}

/* ---- Setting it --------------------------------------------------------------------- */

/* Lines and spans as they are printed, so that they can be compared; other texts as they are. */
static bool plain_value(fh_str field, fh_str value, fh_arena *arena, fh_str *out)
{
    fh_map_touchpoint t = {0};
    fh_buf buf;
    const bool span = fh_str_eq(field, FH_STR("length"));
    *out = value;
    if (span && !fh_map_read_span(value, &t.length_ms)) return true;
    if (!span && !fh_map_list_field_of(field)) return true;
    const fh_status status = span ? FH_OK : fh_map_read_lines(value, field, arena, &t, NULL);
    if (status != FH_OK) return status != FH_NOMEM;
    fh_buf_init(&buf, fh_arena_allocator(arena), SIZE_MAX);
    (void)fh_map_value_of_touchpoint(&t, field, &buf);
    const bool ok = !buf.status && fh_arena_str(arena, fh_buf_view(&buf), out);
    fh_buf_free(&buf);
    return ok;
}

/* FH_CONFLICT: the value is not what it was when it was edited. */
static fh_status check_was(const fh_map *map, const fh_map_change *c, fh_arena *arena,
                           fh_error *err)
{
    fh_buf now;
    fh_str was;
    if (!c->has_was) return FH_OK;
    fh_buf_init(&now, fh_arena_allocator(arena), SIZE_MAX);
    fh_status status = fh_map_value(map, c->id, c->field, &now, err);
    if (status == FH_OK && !plain_value(c->field, c->was, arena, &was)) status = fh_no_memory(err);
    if (status == FH_OK && !fh_str_eq(was, fh_buf_view(&now))) {
        const fh_str shown = fh_map_clip(fh_buf_view(&now));
        (void)fh_fail(err, FH_CONFLICT, "somebody changed '%.*s' of '%.*s' meanwhile: it is '%.*s'",
                      FH_STR_ARG(c->field), FH_STR_ARG(fh_map_clip(c->id.len ? c->id : map->id)),
                      FH_STR_ARG(shown));
        status = fh_hint(err, FH_CONFLICT, "Look at what it is now, and change that.");
    }
    fh_buf_free(&now);
    return status;
}

static fh_status set_word(const char *const *words, fh_str value, const char *what, int *out,
                          fh_error *err)
{
    const int i = fh_map_word(words, value);
    if (i >= 0) {
        *out = i;
        return FH_OK;
    }
    (void)fh_fail(err, FH_INVALID, "'%.*s' is not one of %s", FH_STR_ARG(fh_map_clip(value)), what);
    return fh_hint(err, FH_INVALID, "Choose one of these words.");
}

static fh_status set_feels(fh_map_touchpoint *t, fh_str value, fh_error *err)
{
    if (value.len > 1 || (value.len && (*value.ptr < '1' || *value.ptr > '5'))) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' is not a number from 1 to 5",
                      FH_STR_ARG(fh_map_clip(value)));
        return fh_hint(err, FH_INVALID, "1 is worst, 5 is best.");
    }
    t->feels = value.len ? *value.ptr - '0' : 0;
    return FH_OK;
}

static fh_status set_length(fh_map_touchpoint *t, fh_str value, fh_error *err)
{
    t->length_ms = 0;
    if (!value.len || fh_map_read_span(value, &t->length_ms)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "'%.*s' is not a span of time", FH_STR_ARG(fh_map_clip(value)));
    return fh_hint(err, FH_INVALID,
                   "Write it as 20m, 2h, 3d or 8w: whole minutes, ten years at most.");
}

static fh_status set_of_touchpoint(fh_map_touchpoint *t, const fh_map_change *c, fh_str value,
                                   fh_arena *arena, fh_error *err)
{
    fh_status status = FH_OK;
    const fh_map_text_field *f = fh_map_text_field_of(c->field);
    if (f) {
        *fh_map_text_at(t, f) = value;
        t->is_unseen = t->unseen.len > 0;
        t->is_not_walkable = t->not_walkable.len > 0;
    } else if (fh_str_eq(c->field, FH_STR("feels"))) {
        status = set_feels(t, value, err);
    } else if (fh_str_eq(c->field, FH_STR("length"))) {
        status = set_length(t, value, err);
    } else if (fh_str_eq(c->field, FH_STR("lane"))) {
        int lane = 0;
        t->lane_said = value.len > 0;
        if (t->lane_said)
            status = set_word(fh_map_lane_words, value, "customer, front and back", &lane, err);
        t->lane = (fh_map_lane)lane;
    } else {
        status = fh_map_read_lines(c->value, c->field, arena, t, err);
        if (status == FH_NOTFOUND) return fh_map_no_field(c->id, c->field, err);
        if (status == FH_FORMAT && err) err->status = FH_INVALID;
        if (status == FH_FORMAT) status = FH_INVALID;
    }
    if (!t->lane_said) t->lane = fh_map_lane_of(t);
    return status;
}

fh_status fh_map_set(fh_map *map, const fh_map_change *c, fh_arena *arena, fh_error *err)
{
    uint32_t stage, touchpoint;
    fh_str value;
    int when = 0;
    fh_status status = check_was(map, c, arena, err);
    if (status != FH_OK) return status;
    if (!fh_map_list_field_of(c->field) && c->value.len > FH_MAP_WORDS_MAX) {
        (void)fh_fail(err, FH_LIMIT, "this text has %zu bytes; the most is %d", c->value.len,
                      FH_MAP_WORDS_MAX);
        return fh_hint(err, FH_LIMIT, "Shorten it.");
    }
    if (!fh_map_make_words(arena, c->value, "", &value)) return fh_no_memory(err);
    if (!c->id.len) {
        const fh_str *text = journey_field(map, c->field);
        if (!text) return fh_map_no_field(map->id, c->field, err);
        if (text == &map->title) map->title = value;
        if (text == &map->goal) map->goal = value;
        if (text == &map->owner) map->owner = value;
        if (text == &map->note) map->note = value;
        return FH_OK;
    }
    status = fh_map_lookup(map, c->id, &stage, &touchpoint, err);
    if (status != FH_OK) return status;
    if (touchpoint != FH_MAP_NONE)
        return set_of_touchpoint(&map->touchpoint[touchpoint], c, value, arena, err);
    if (fh_str_eq(c->field, FH_STR("name"))) {
        map->stage[stage].name = value;
        return FH_OK;
    }
    if (!fh_str_eq(c->field, FH_STR("when"))) return fh_map_no_field(c->id, c->field, err);
    status = set_word(fh_map_when_words, value, "before, during and after", &when, err);
    if (status == FH_OK) map->stage[stage].when = (fh_map_when)when;
    return status;
}
