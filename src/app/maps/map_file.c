/* map_file.c - a map as tables (see map_file.h). */
#include "app/maps/map_file.h"

#include "app/ask/words.h"

static const char *const lanes[] = {"Customer", "Front stage", "Back stage"};

/* Names of the touchpoints in a lane of a stage, in the order of the text. */
static fh_str names_in(const fh_map *map, uint32_t stage, fh_map_lane lane, fh_arena *arena)
{
    fh_str all = {"", 0};
    for (uint32_t t = 0; t < map->n_touchpoints; t++) {
        const fh_map_touchpoint *x = &map->touchpoint[t];
        if (x->stage != stage || x->lane != lane) continue;
        all = fh_printed(arena, "%.*s%s%.*s", FH_STR_ARG(all), all.len ? "; " : "",
                         FH_STR_ARG(x->name));
    }
    return all;
}

fh_status fh_map_grid(const fh_map *map, fh_arena *arena, fh_table *out, fh_error *err)
{
    enum { LANES = FH_MAP_BACK + 1 };
    const size_t n = (size_t)map->n_stages + 1;
    fh_table_column *column = FH_NEW_ARRAY(arena, fh_table_column, n);
    fh_cell *cell = FH_NEW_ARRAY(arena, fh_cell, n * LANES);
    if (!column || !cell) return fh_no_memory(err);
    column[0] = (fh_table_column){"lane", "Lane", FH_CELL_TEXT};
    for (uint32_t s = 0; s < map->n_stages; s++)
        column[s + 1] = (fh_table_column){
            fh_printed(arena, "%.*s", FH_STR_ARG(map->stage[s].id)).ptr,
            fh_printed(arena, "%.*s", FH_STR_ARG(map->stage[s].name)).ptr, FH_CELL_TEXT};
    for (uint32_t l = 0; l < LANES; l++) {
        cell[l * n] = fh_cell_text(fh_str_of(lanes[l]));
        for (uint32_t s = 0; s < map->n_stages; s++)
            cell[l * n + s + 1] = fh_cell_text(names_in(map, s, (fh_map_lane)l, arena));
    }
    *out = (fh_table){
        .title = "Map",
        .columns = column,
        .n_columns = n,
        .cells = cell,
        .n_rows = LANES,
        .note = fh_printed(arena, "%.*s. Rows are lanes, columns stages.", FH_STR_ARG(map->title))};
    return out->note.len ? FH_OK : fh_no_memory(err);
}

fh_status fh_map_rows(const fh_map *map, fh_arena *arena, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"stage", "Stage", FH_CELL_TEXT},       {"id", "Id", FH_CELL_TEXT},
        {"name", "Touchpoint", FH_CELL_TEXT},   {"lane", "Lane", FH_CELL_TEXT},
        {"from", "From", FH_CELL_TEXT},         {"to", "To", FH_CELL_TEXT},
        {"over", "Over", FH_CELL_TEXT},         {"place", "Place", FH_CELL_TEXT},
        {"length", "Takes", FH_CELL_DURATION},  {"owner", "Owner", FH_CELL_TEXT},
        {"ask", "Whom to ask", FH_CELL_TEXT},   {"feels", "Feels", FH_CELL_COUNT},
        {"intended", "Intended", FH_CELL_TEXT}, {"note", "Note", FH_CELL_TEXT}};
    enum { N = sizeof columns / sizeof columns[0] };
    fh_cell *cell = FH_NEW_ARRAY(arena, fh_cell, (size_t)map->n_touchpoints * N + 1);
    if (!cell) return fh_no_memory(err);
    *out = (fh_table){.title = "Touchpoints",
                      .columns = columns,
                      .n_columns = N,
                      .cells = cell,
                      .n_rows = map->n_touchpoints};
    for (uint32_t t = 0; t < map->n_touchpoints; t++) {
        const fh_map_touchpoint *x = &map->touchpoint[t];
        *cell++ = fh_cell_text(map->stage[x->stage].name);
        *cell++ = fh_cell_text(x->id);
        *cell++ = fh_cell_text(x->name);
        *cell++ = fh_cell_text(fh_str_of(lanes[x->lane]));
        *cell++ = fh_cell_text(x->from);
        *cell++ = fh_cell_text(x->to);
        *cell++ = fh_cell_text(x->channel);
        *cell++ = fh_cell_text(x->place);
        *cell++ = x->length_ms ? fh_cell_int(x->length_ms) : fh_cell_none();
        *cell++ = fh_cell_text(x->owner);
        *cell++ = fh_cell_text(x->ask);
        *cell++ = x->feels ? fh_cell_int(x->feels) : fh_cell_none();
        *cell++ = fh_cell_text(x->intended);
        *cell++ = fh_cell_text(x->note);
    }
    return FH_OK;
}
