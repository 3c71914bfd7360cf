/* question_conform.c - what was intended against what happened. */
#include "app/ask/question.h"

#include "app/maps/lived.h"

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

/* A tree begins with an operator, a quote or tau; a map with a word or a comment. */
static bool is_map(fh_str text)
{
    const fh_str rest = fh_str_trim(text);
    return fh_str_starts(rest, FH_STR("#")) || fh_str_starts(rest, FH_STR("journey"));
}

static fh_status hold(fh_answer *a, bool running, fh_conform *out, fh_error *err)
{
    fh_map_open open;
    fh_tree tree;
    const fh_str text = a->args[0], word = fh_str_trim(text);
    const fh_view *v = &a->view;
    const bool ways = fh_answer_is_json(a); /* nothing else tells them */
    if (is_map(text) || (fh_maps_is_id(word) && !fh_str_eq(word, FH_STR("tau")))) {
        const fh_status s = fh_maps_named(a->org, text, a->arena, &open, err);
        return s ? s : fh_map_conform(v, &open.map, running, ways, out, err);
    }
    const fh_status s = fh_tree_parse(text, a->arena, &tree, err);
    if (s) return s;
    return ways ? fh_view_conform(v, &tree, running, out, err)
                : fh_view_aligned(v, NULL, &v->touchpoint, &tree, running, out, err);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_conform result;
    fh_status s = hold(a, o->running, &result, err);
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
    .details =
        "MAP is a file with the intended journey: a journey map (see 'firsthand map'), or a\n"
        "process tree; or the id of a map that the organisation keeps, which is held in\n"
        "its intended version, or else the latest. A tree is written\n"
        "  ->( 'Apply', X( 'Approve', 'Decline' ), *( 'Ask', 'Answer' ), tau )\n"
        "-> is a sequence, X a choice, + any order, * a repeat with what comes between,\n"
        "tau nothing. A map says by its match lines which interactions are which of its\n"
        "touchpoints; what it does not know is left out and counted. To a tree it is ad-hoc.\n"
        "Each story is explained by the fewest moves there can be: a touchpoint is\n"
        "completed, missing or ad-hoc. 'firsthand discover' proposes a map.\n"
        "With --running nothing more has to come: where are they now? --customer WHO asks\n"
        "that of one.\n",
    .examples = "firsthand discover our.fh --noise 0.2 > intended.journey\n"
                "firsthand conform our.fh intended.journey\n"
                "firsthand conform our.fh intended.journey --running --customer ann@example.org\n",
    .options = option_table,
    .options_size = sizeof(options),
    .arguments = "MAP",
    .argument = "map",
    .argument_help = "the intended journey: a map's text or id, or a process tree: "
                     "->( 'Apply', X( 'Approve', tau ) )",
    .min_args = 1,
    .max_args = 1,
    .of_file = true,
    .answer = answer,
};
