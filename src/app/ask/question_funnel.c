/* question_funnel.c - how far people get. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    int64_t window_ms;
    bool strict;
} options;

static const fh_option option_table[] = {
    {'w', "within", FH_OPTION_DURATION, offsetof(options, window_ms), "DURATION",
     "from the first step to the last: 30d, 2h30m (default: no limit)", NULL},
    {'s', "strict", FH_OPTION_FLAG, offsetof(options, strict), NULL,
     "each step must be the very next interaction after the one before", NULL},
    FH_ASKING(options),
    {0},
};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_bitset sets[FH_FUNNEL_MAX_STEPS];
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < a->n_args; i++)
        s = fh_touchpoint_set(a->org, a->args[i], '|', a->arena, &sets[i], err);
    if (s) return s;
    const fh_funnel_options wanted = {.n_steps = (uint32_t)a->n_args,
                                      .steps = sets,
                                      .window_ms = (uint64_t)o->window_ms,
                                      .strict = o->strict};
    fh_funnel result;
    s = fh_view_funnel(&a->view, &wanted, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_funnel_json(&a->view, a->args, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_funnel_table(&a->view, &wanted, a->args, &result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_funnel = {
    .name = "funnel",
    .summary = "show how far people get along a row of steps",
    .details = "Counts who reached each STEP after the ones before it. A step is a touchpoint;\n"
               "\"A|B\" is either. Other interactions may come between unless --strict.\n",
    .examples = "firsthand funnel our.fh Quote Contract Welcome\n"
                "firsthand funnel our.fh \"Call|E-mail\" Answer --within 2d\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = NULL,
    .arguments = "STEP STEP...",
    .argument = "step",
    .argument_help = "a touchpoint; A|B is either; given once for each step, in order",
    .min_args = 1,
    .max_args = FH_FUNNEL_MAX_STEPS,
    .answer = answer,
};
