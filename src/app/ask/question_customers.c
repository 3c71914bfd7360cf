/* question_customers.c - who is behind a figure. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t limit;
    fh_str after;
} options;

static const fh_option option_table[] = {
    {'n', "limit", FH_OPTION_COUNT, offsetof(options, limit), "N",
     "at most so many at a time, up to 1000 (default 50)", NULL},
    {0, "after", FH_OPTION_TEXT, offsetof(options, after), "NEXT",
     "go on behind this place: 'next' of the answer before", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.limit = 50};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_behind result;
    fh_status s = fh_view_customers(&a->view, o->limit, o->after, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_behind_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_behind_table(&a->view, &result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_customers = {
    .name = "customers",
    .summary = "list the customers behind a figure, the latest contact first",
    .details = "Lists single customers whose stories the filter leaves: who made a move, passed\n"
               "a touchpoint, took a way, was handed on, came again. Shows by what they are\n"
               "known, how many interactions they had, from when to when, and how often they\n"
               "did what was asked for. A page at a time: 'next' is where to go on.\n",
    .examples = "firsthand customers our.fh --followed \"Order>Complaint\"\n"
                "firsthand customers our.fh --passed Refund --from 2024 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
