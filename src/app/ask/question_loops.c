/* question_loops.c - where people come round again. */
#include "app/ask/question.h"

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_asking_rows *o = opts;
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
    .options = fh_asking_rows_options,
    .options_size = sizeof(fh_asking_rows),
    .defaults = &fh_asking_rows_defaults,
    .answer = answer,
};
