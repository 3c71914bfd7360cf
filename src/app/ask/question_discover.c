/* question_discover.c - a journey as it is, proposed from what happened. */
#include "app/ask/question.h"

#include "base/put.h"
#include "firsthand/map.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t noise;
} options;

static const fh_option option_table[] = {
    {0, "noise", FH_OPTION_SHARE, offsetof(options, noise), "SHARE",
     "where no order is found, leave out moves that no more than this share of those "
     "beside them take: 0.2, 20%, or 0 for none (default 0.2)",
     NULL},
    {0, "", FH_OPTION_INCLUDE, offsetof(options, ask), NULL, NULL, fh_asking_whom_options},
    {'f', "format", FH_OPTION_CHOICE, offsetof(options, ask.format), "text|json|csv|xlsx|tree",
     "a map's text, for programs, or a process tree (default text)", NULL},
    {0, "", FH_OPTION_INCLUDE, offsetof(options, ask), NULL, NULL, fh_asking_how_options},
    {0},
};
static const options defaults = {.noise = 2000};

/* For spreadsheets: one cell. */
static fh_status put_table(fh_answer *a, fh_str tree, fh_error *err)
{
    static const fh_table_column columns[] = {{"tree", "Process tree", FH_CELL_TEXT}};
    fh_table table;
    fh_cell *cell = FH_NEW(a->arena, fh_cell);
    fh_str kept;
    if (!cell || !fh_arena_str(a->arena, tree, &kept)) return fh_no_memory(err);
    *cell = fh_cell_text(kept);
    table = (fh_table){.title = "The journey as it is",
                       .columns = columns,
                       .n_columns = 1,
                       .cells = cell,
                       .n_rows = 1};
    return fh_answer_table(a, &table, err);
}

static fh_status put_map(const fh_tree *tree, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_map map;
    const fh_status s =
        fh_map_of_tree(tree, FH_STR("as-it-is"), FH_STR("The journey as it is"), arena, &map, err);
    return s ? s : fh_map_print(&map, out, err);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const double noise = (double)o->noise / 10000;
    const bool json = fh_answer_is_json(a), text = a->ask->format == FH_ANSWER_TEXT;
    fh_tree tree;
    fh_buf told, map;
    fh_status s = fh_view_discover(&a->view, noise, &tree, err);
    if (s) return s;
    fh_buf_init(&told, NULL, SIZE_MAX / 2);
    fh_buf_init(&map, NULL, FH_MAP_TEXT_MAX);
    s = fh_tree_print(&tree, true, &told, err);
    if (!s && (json || text)) s = put_map(&tree, a->arena, &map, err);
    if (!s && json) {
        fh_json_object(&a->json);
        fh_json_key(&a->json, FH_STR("noise"));
        fh_json_fixed(&a->json, (int64_t)o->noise, 4);
        fh_put_text(&a->json, "tree", fh_buf_view(&told));
        fh_put_text(&a->json, "journey", fh_buf_view(&map));
        fh_json_end_object(&a->json);
    } else if (!s && text) {
        fh_buf_str(a->out, fh_buf_view(&map));
    } else if (!s && a->ask->format == FH_ANSWER_TREE) {
        fh_buf_str(a->out, fh_buf_view(&told));
        fh_buf_char(a->out, '\n');
    } else if (!s) {
        s = put_table(a, fh_buf_view(&told), err);
    }
    if (!s && a->out->status) s = fh_no_memory(err);
    fh_buf_free(&told);
    fh_buf_free(&map);
    return s;
}

const fh_question fh_question_discover = {
    .name = "discover",
    .summary = "propose the journey that customers really take",
    .details = "Finds a process tree in what happened (inductive miner) and tells it as a journey\n"
               "map. Change it into what was intended, and hold the two against each other with\n"
               "'conform'. As a tree, -> is a sequence, X a choice, + any order, * a repeat with\n"
               "what comes between, tau nothing.\n",
    .examples = "firsthand discover our.fh --noise 0.2 > intended.journey\n"
                "firsthand conform our.fh intended.journey\n"
                "firsthand discover our.fh --format tree\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
