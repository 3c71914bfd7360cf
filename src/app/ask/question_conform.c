/* question_conform.c - what was intended against what happened. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    bool running;
} options;

static const fh_option option_table[] = {
    {0, "running", FH_OPTION_FLAG, offsetof(options, running), NULL,
     "stories are still going on: what is missing already, what may come next", NULL},
    FH_ASKING(options),
    {0},
};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_tree tree;
    fh_conform result;
    fh_status s = fh_tree_parse(a->args[0], a->arena, &tree, err);
    if (!s) s = fh_view_conform(&a->view, &tree, o->running, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_conform_json(&result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_conform_table(&a->view, &result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_conform = {
    .name = "conform",
    .summary = "hold what was intended against what happened",
    .details = "MAP is a file with the intended journey as a process tree:\n"
               "  ->( 'Apply', X( 'Approve', 'Decline' ), *( 'Ask', 'Answer' ), tau )\n"
               "-> is a sequence, X a choice, + any order, * a repeat with what comes between,\n"
               "tau nothing. Each story is explained by the fewest moves there can be: a\n"
               "touchpoint is completed, missing or ad-hoc. 'firsthand discover' proposes one.\n"
               "With --running nothing more has to come: where are they now? --customer WHO asks\n"
               "that of one.\n",
    .examples = "firsthand discover our.fh --noise 0.2 > intended.tree\n"
                "firsthand conform our.fh intended.tree\n"
                "firsthand conform our.fh intended.tree --running --customer ann@example.org\n",
    .options = option_table,
    .options_size = sizeof(options),
    .arguments = "MAP",
    .argument = "map",
    .argument_help = "the intended journey as a process tree: ->( 'Apply', X( 'Approve', tau ) )",
    .min_args = 1,
    .max_args = 1,
    .of_file = true,
    .answer = answer,
};
