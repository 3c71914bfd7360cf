/* demo_maps.c - the journeys of the demonstration organisation as they were intended.
 *
 * Their texts lie in maps/NAME.journey and are embedded, one after another, each ended by a
 * zero byte (embedded.S). What was planted against them (claims told again, promises that
 * broke, reviews that nobody answered) is seen when they are held against what happened.
 */
#include "app/demo/demo_parts.h"

#include "app/maps/maps.h"

#include <string.h>

extern const char fh_demo_map_texts[]; /* an empty one ends */

static fh_status make_one(fh_org *org, const fh_actor *actor, fh_str text, int64_t since_ms,
                          fh_arena *arena, fh_error *err)
{
    fh_map map;
    int64_t number = 0;
    fh_status s = fh_map_parse(text, arena, &map, err);
    if (!s)
        s = fh_maps_make(org, actor, &map, FH_STR("As we agreed in the workshop"), &number, err);
    return s ? s : fh_maps_mark_as(org, actor, number, 1, FH_MAP_INTENDED, since_ms, err);
}

fh_status fh_demo_maps(fh_org *org, const fh_actor *actor, int64_t since_ms, fh_arena *arena,
                       fh_error *err)
{
    fh_status s = FH_OK;
    for (const char *text = fh_demo_map_texts; !s && *text; text += strlen(text) + 1)
        s = make_one(org, actor, fh_str_of(text), since_ms, arena, err);
    return s;
}
