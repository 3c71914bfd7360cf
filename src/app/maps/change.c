/* change.c - changes of single elements, told so that two people's changes go
 * together.
 *
 * They are applied to the newest version, whichever that is by now. Where a
 * change expected another value than it finds, nothing of the whole is made,
 * and whoever made that value is looked for in the versions before.
 */
#include "app/maps/maps_parts.h"

static fh_status value_of(const fh_map *map, const fh_map_change *c, fh_arena *arena, fh_str *out)
{
    fh_buf text;
    fh_buf_init(&text, NULL, FH_MAP_TEXT_MAX);
    fh_status s = fh_map_value(map, c->id, c->field, &text, NULL);
    if (!s && !fh_arena_str(arena, fh_buf_view(&text), out)) s = FH_NOMEM;
    fh_buf_free(&text);
    return s;
}

/* Going back from the newest version: the first that has this value has made
 * it. */
static fh_status who_changed(fh_org *org, const fh_map_open *newest, const fh_map_change *c,
                             fh_arena *arena, fh_map_clash *clash, fh_error *err)
{
    enum { LOOKED_BACK = 100 };
    fh_map_open at = *newest;
    clash->by = newest->version;
    for (int i = 0; i < LOOKED_BACK && at.version.version > 1; i++) {
        fh_str before;
        const fh_status s =
            fh_maps_read_version(org, newest->row.map, at.version.version - 1, arena, &at, err);
        if (s == FH_CORRUPT) break;
        if (s) return s;
        const fh_status v = value_of(&at.map, c, arena, &before);
        if (v == FH_NOMEM) return v;
        if (v || !fh_str_eq(before, clash->now)) return FH_OK;
        clash->by = at.version;
    }
    return FH_OK;
}

/* When a change failed because its value is not what it was any more, tells
 * what it is. */
static fh_status find_clash(fh_org *org, const fh_map_open *newest, const fh_map *now,
                            const fh_map_change *c, size_t index, fh_arena *arena, bool *is_clash,
                            fh_map_clash *clash)
{
    *is_clash = false;
    if (c->op != FH_MAP_SET || !c->has_was) return FH_OK;
    *clash = (fh_map_clash){.change = index};
    const fh_status s = value_of(now, c, arena, &clash->now);
    if (s) return s == FH_NOMEM ? s : FH_OK;
    if (fh_str_eq(clash->now, c->was)) return FH_OK;
    *is_clash = true;
    return who_changed(org, newest, c, arena, clash, NULL);
}

fh_status fh_maps_change(fh_org *org, const fh_actor *actor, int64_t map,
                         const fh_map_change *change, size_t n, fh_str words, fh_arena *arena,
                         bool *is_clash, fh_map_clash *clash, fh_error *err)
{
    fh_map_open newest;
    *is_clash = false;
    fh_status s = fh_maps_open_to_change(org, actor, map, arena, &newest, err);
    if (!s && (!n || n > FH_MAP_CHANGES_MAX))
        s = fh_fail(err, FH_INVALID, "/changes has 1 to %d changes", (int)FH_MAP_CHANGES_MAX);
    fh_map now = s ? (fh_map){0} : newest.map;
    for (size_t i = 0; !s && i < n; i++) {
        fh_map next;
        s = fh_map_apply(&now, &change[i], arena, &next, err);
        if (!s) now = next;
        if (s == FH_CONFLICT &&
            find_clash(org, &newest, &now, &change[i], i, arena, is_clash, clash) == FH_NOMEM)
            return fh_no_memory(err);
    }
    return s ? s : fh_maps_write(org, actor, &now, words, &newest.row, err);
}
