/* question_waits.c - how long people wait. */
#include "app/ask/question.h"

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_asking_rows *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_waits result;
    fh_status s = fh_view_waits(&a->view, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_waits_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_waits_table(&a->view, &result, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    return s;
}

const fh_question fh_question_waits = {
    .name = "waits",
    .summary = "show where people wait, and for how long",
    .details = "How long it takes until each touchpoint happens, counted from the interaction\n"
               "before it; and, where the direction is known, how long customers wait for an\n"
               "answer.\n",
    .examples = "firsthand waits our.fh\n"
                "firsthand waits our.fh --by problem --from 2024-01 --until 2024-04\n",
    .options = fh_asking_rows_options,
    .options_size = sizeof(fh_asking_rows),
    .defaults = &fh_asking_rows_defaults,
    .answer = answer,
};
