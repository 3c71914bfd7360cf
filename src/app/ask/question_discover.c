/* question_discover.c - a journey as it is, proposed from what happened. */
#include "app/ask/question.h"

#include "firsthand/journey.h"

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
    FH_ASKING(options),
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

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const double noise = (double)o->noise / 10000;
    fh_tree tree;
    fh_buf text;
    fh_status s = fh_view_discover(&a->view, noise, &tree, err);
    if (s) return s;
    fh_buf_init(&text, NULL, SIZE_MAX / 2);
    s = fh_tree_print(&tree, true, &text, err);
    if (!s && fh_answer_is_json(a)) {
        fh_json_object(&a->json);
        fh_json_key(&a->json, FH_STR("noise"));
        fh_json_fixed(&a->json, (int64_t)o->noise, 4);
        fh_json_key(&a->json, FH_STR("tree"));
        fh_json_str(&a->json, fh_buf_view(&text));
        fh_json_end_object(&a->json);
    } else if (!s && a->ask->format != FH_ANSWER_TEXT) {
        s = put_table(a, fh_buf_view(&text), err);
    } else if (!s) {
        fh_buf_str(a->out, fh_buf_view(&text));
        fh_buf_char(a->out, '\n');
        if (a->out->status) s = fh_no_memory(err);
    }
    fh_buf_free(&text);
    return s;
}

const fh_question fh_question_discover = {
    .name = "discover",
    .summary = "propose the journey that customers really take",
    .details = "Finds a process tree in what happened (inductive miner): -> is a sequence, X a\n"
               "choice, + any order, * a repeat with what comes between, tau nothing. Change it\n"
               "into what was intended, and hold the two against each other with 'conform'.\n",
    .examples = "firsthand discover our.fh --noise 0.2 > intended.tree\n"
                "firsthand conform our.fh intended.tree\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
