/* question_touchpoints.c - what happens where. */
#include "app/ask/question.h"

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_asking_rows *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_touchpoints result;
    fh_status s = fh_view_touchpoints(&a->view, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_touchpoints_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_touchpoints_table(&a->view, &result, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    return s;
}

const fh_question fh_question_touchpoints = {
    .name = "touchpoints",
    .summary = "show what happens where, how often and how it ends",
    .details = "For each touchpoint: how often it happened and to how many customers, from\n"
               "when until when, how it most often ended, what it was worth.\n",
    .examples = "firsthand touchpoints our.fh\n"
                "firsthand touchpoints our.fh --from 2024 --channel phone --format csv\n",
    .options = fh_asking_rows_options,
    .options_size = sizeof(fh_asking_rows),
    .defaults = &fh_asking_rows_defaults,
    .answer = answer,
};
