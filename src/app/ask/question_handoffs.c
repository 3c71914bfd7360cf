/* question_handoffs.c - from department to department. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
    bool without_problem;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {0, "without-problem", FH_OPTION_FLAG, offsetof(options, without_problem), NULL,
     "take what belongs to no problem as one problem of its customer", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = FH_TOP_DEFAULT};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_handoffs result;
    fh_status s = fh_view_handoffs(&a->view, o->without_problem, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_handoffs_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_handoffs_table(&a->view, &result, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = fh_handoffs_per_problem_table(&a->view, &result, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    return s;
}

const fh_question fh_question_handoffs = {
    .name = "handoffs",
    .summary = "show how problems go from department to department",
    .details = "A hand-off is one department after another within the same problem. Shows\n"
               "between which departments it happens, to how many customers, how long it takes\n"
               "and how often it is handed straight back; then how often a problem is handed\n"
               "on at all.\n",
    .examples = "firsthand handoffs our.fh\n"
                "firsthand handoffs our.fh --without-problem --format csv\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
