/* question_loops.c - where people come round again. */
#include "app/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = FH_TOP_DEFAULT};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_loops result;
    fh_status s = fh_view_loops(&a->view, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_loops_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_loops_table(&a->view, &result, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = fh_pingpongs_table(&a->view, &result, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    return s;
}

const fh_question fh_question_loops = {
    .name = "loops",
    .summary = "show where people come round again",
    .details = "Touchpoints that people had to visit again: at once, or after having been\n"
               "elsewhere (rework); and pairs between which they went to and fro. CSV has the\n"
               "touchpoints, JSON has both.\n",
    .examples = "firsthand loops our.fh\n"
                "firsthand loops our.fh --by problem --department Claims\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
