/* question_ruined_days.c - days on which something broke badly for a customer. */
#include "app/ask/question.h"

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_asking_rows *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_ruined_view result;
    fh_table table;
    fh_status s = fh_view_ruined(&a->view, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_ruined_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    if (a->ask->format == FH_ANSWER_TEXT) {
        s = fh_ruined_rules_table(&a->view, &result, &table, err);
        if (!s) s = fh_answer_table(a, &table, err);
        if (!s) s = fh_ruined_table(&a->view, &result, top, &table, err);
        if (!s) s = fh_answer_table(a, &table, err);
    }
    if (!s) s = fh_ruined_weeks_table(&a->view, &result, top, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_ruined_days = {
    .name = "ruined-days",
    .summary = "count the days that were ruined for customers, and by what",
    .details = "A ruined day is a day of one customer on which something broke badly: it failed,\n"
               "they gave a low score, a problem came back, they told their story again after a\n"
               "hand-off, or had to make contact too often. What counts is said in the settings\n"
               "and beside the number. By rule, touchpoint and week; CSV has the weeks.\n"
               "Who is behind a number: firsthand customers our.fh --severe any.\n",
    .examples = "firsthand ruined-days our.fh\n"
                "firsthand ruined-days our.fh --from 2024 --department Claims --format json\n"
                "firsthand customers our.fh --severe told-again --from 2024-03 --until 2024-04\n",
    .options = fh_asking_rows_options,
    .options_size = sizeof(fh_asking_rows),
    .defaults = &fh_asking_rows_defaults,
    .answer = answer,
};
