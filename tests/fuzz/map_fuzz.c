/* map_fuzz.c - any bytes read as a journey map: what was read is sound, and what is printed
 * is read as the same; its tree can be made, every interaction be looked for.
 */
#include "firsthand/map.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const fh_map *map, fh_arena *arena)
{
    fh_buf one, two;
    fh_map again;
    fh_buf_init(&one, NULL, SIZE_MAX);
    fh_buf_init(&two, NULL, SIZE_MAX);
    if (fh_map_print(map, &one, NULL)) abort();
    if (fh_map_parse(fh_buf_view(&one), arena, &again, NULL)) abort();
    if (fh_map_print(&again, &two, NULL)) abort();
    if (!fh_str_eq(fh_buf_view(&one), fh_buf_view(&two))) abort();
    fh_buf_free(&one);
    fh_buf_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const fh_str text = {(const char *)data, size};
    fh_arena *arena = fh_arena_new(NULL);
    fh_error err = {0};
    fh_map map;
    fh_tree tree;
    if (!arena) abort();
    const fh_status status = fh_map_parse(text, arena, &map, &err);
    if (status && (status != FH_FORMAT || !err.message[0])) abort();
    if (!status) {
        if (fh_map_check(&map, &err)) abort();
        round_trip(&map, arena);
        fh_buf walk;
        fh_buf_init(&walk, NULL, SIZE_MAX);
        if (fh_map_print_walk(&map, arena, &walk, NULL)) abort();
        fh_buf_free(&walk);
        if (fh_map_lengths(&map, NULL) < 0) abort();
        if (fh_map_tree(&map, arena, &tree, NULL)) abort();
        for (uint32_t i = 0; i < map.n_touchpoints; i++) {
            const fh_map_touchpoint *t = &map.touchpoint[i];
            const bool found = fh_map_find(&map, t->name, FH_STR(""), FH_STR("")) != FH_MAP_NONE;
            if (!t->n_matches && !t->is_unseen && !found) abort();
        }
    }
    fh_arena_free(arena);
    return 0;
}
