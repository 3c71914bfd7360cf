/* question_experience.c - what was intended at each moment, and what is really experienced. */
#include "app/ask/question.h"
#include "app/ask/words.h"
#include "app/maps/lived.h"
#include "base/put.h"

#include "base/sort.h"

#include <stddef.h>

enum { BY_GAP, BY_JOURNEY };

typedef struct options {
    fh_asking ask;
    uint32_t order;
} options;

static const fh_option option_table[] = {
    {0, "order", FH_OPTION_CHOICE, offsetof(options, order), "gap|journey",
     "the largest gap first, or as the journey goes (default gap)", NULL},
    FH_ASKING(options),
    {0},
};

/* What is worst first; what nobody said, or nothing is meant, last. */
static int by_gap(const void *a, const void *b, void *ctx)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const fh_lived_felt *felt = *(const fh_lived_felt **)ctx;
    if (felt[x].has_gap != felt[y].has_gap) return felt[x].has_gap ? -1 : 1;
    if (felt[x].gap != felt[y].gap) return felt[x].gap > felt[y].gap ? -1 : 1;
    return (x > y) - (x < y);
}

static fh_cell score_cell(uint64_t n, int64_t hundredths)
{
    return n ? fh_cell_int(hundredths) : fh_cell_none();
}

static fh_status put_table(fh_answer *a, const fh_map_open *open, const fh_lived_felt *felt,
                           const uint32_t *order, fh_error *err)
{
    const fh_table_column columns[] = {
        {"touchpoint", "Touchpoint", FH_CELL_TEXT},
        {"stage", "Stage", FH_CELL_TEXT},
        {"intended", "Intended", FH_CELL_TEXT},
        {"meant", "Meant", FH_CELL_COUNT},
        {"felt", a->view.calling.Many, FH_CELL_DECIMAL},
        {"scores", "Scores", FH_CELL_COUNT},
        {"observed", "Colleagues", FH_CELL_DECIMAL},
        {"observations", "Walks, observations", FH_CELL_COUNT},
        {"gap", "Gap", FH_CELL_DECIMAL},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    const fh_map *map = &open->map;
    fh_cell *cell = FH_NEW_ARRAY(a->arena, fh_cell, (size_t)map->n_touchpoints * N + 1);
    if (!cell) return fh_no_memory(err);
    fh_table t = {.title = "Experience",
                  .columns = columns,
                  .n_columns = N,
                  .cells = cell,
                  .n_rows = map->n_touchpoints};
    for (uint32_t i = 0; i < map->n_touchpoints; i++) {
        const fh_map_touchpoint *x = &map->touchpoint[order[i]];
        const fh_lived_felt *f = &felt[order[i]];
        *cell++ = fh_cell_text(x->name);
        *cell++ = fh_cell_text(map->stage[x->stage].name);
        *cell++ = fh_cell_text(x->intended);
        *cell++ = f->meant ? fh_cell_int(f->meant) : fh_cell_none();
        *cell++ = score_cell(f->n_scores, f->felt);
        *cell++ = fh_cell_int((int64_t)f->n_scores);
        *cell++ = score_cell(f->n_observed, f->observed);
        *cell++ = fh_cell_int((int64_t)f->n_observed);
        *cell++ = f->has_gap ? fh_cell_int(f->gap) : fh_cell_none();
    }
    t.note =
        fh_printed(a->arena,
                   "All from 1 to 5. The gap is what the map means less what %s felt, or, where "
                   "none said, less the stars of colleagues who walked or watched it: above 0 is "
                   "worse than meant. Both are never mixed.",
                   a->view.calling.many);
    return t.note.len ? fh_answer_table(a, &t, err) : fh_no_memory(err);
}

static void put_json(fh_answer *a, const fh_map_open *open, const fh_lived_felt *felt,
                     const uint32_t *order)
{
    fh_json *j = &a->json;
    const fh_map *map = &open->map;
    fh_json_object(j);
    fh_put_text(j, "id", map->id);
    fh_json_key(j, FH_STR("version"));
    if (open->version.version)
        fh_json_int(j, open->version.version);
    else
        fh_json_null(j);
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (uint32_t i = 0; i < map->n_touchpoints; i++) {
        const fh_map_touchpoint *x = &map->touchpoint[order[i]];
        const fh_str all[][2] = {{FH_STR("id"), x->id},
                                 {FH_STR("name"), x->name},
                                 {FH_STR("stage"), map->stage[x->stage].name},
                                 {FH_STR("intended"), x->intended}};
        fh_json_object(j);
        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
            fh_json_key(j, all[k][0]);
            fh_json_str(j, all[k][1]);
        }
        fh_json_key(j, FH_STR("experience"));
        fh_lived_felt_json(&felt[order[i]], j);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_map_open open;
    const fh_lived_felt *felt = NULL;
    fh_status s = fh_maps_named(a->org, a->args[0], a->arena, &open, err);
    if (!s) s = fh_maps_felt(&a->view, &open, NULL, &felt, err);
    if (s) return s;
    const uint32_t n = open.map.n_touchpoints;
    uint32_t *order = FH_NEW_ARRAY(a->arena, uint32_t, (size_t)n + 1);
    if (!order) return fh_no_memory(err);
    for (uint32_t t = 0; t < n; t++) order[t] = t;
    if (o->order == BY_GAP &&
        fh_sort(fh_arena_allocator(a->arena), order, n, sizeof *order, by_gap, &felt))
        return fh_no_memory(err);
    if (!fh_answer_is_json(a)) return put_table(a, &open, felt, order, err);
    put_json(a, &open, felt, order);
    return FH_OK;
}

const fh_question fh_question_experience = {
    .name = "experience",
    .summary = "hold the experience that was intended against the one people have",
    .details = "MAP is a file with a journey map (see 'firsthand map'), or the id of one that the\n"
               "organisation keeps. At each touchpoint stands how it was meant to feel, how\n"
               "customers scored it, and how colleagues who walked or watched it found it, all\n"
               "from 1 to 5 with how many said so; the gap is meant less felt, the largest first.\n"
               "Scores are those of interactions, feedback and scored statements of learning\n"
               "alike. Who said what is not told.\n",
    .examples = "firsthand experience our.fh renew.journey\n"
                "firsthand experience our.fh renew --order journey --from 2024 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .arguments = "MAP",
    .argument = "map",
    .argument_help = "a map's text or id",
    .min_args = 1,
    .max_args = 1,
    .of_file = true,
    .answer = answer,
};
