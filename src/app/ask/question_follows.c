/* question_follows.c - what comes right after what. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
    uint32_t percentiles;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {'p', "percentiles", FH_OPTION_CHOICE, offsetof(options, percentiles), "none|approx|exact",
     "also tell how long half, 9 of 10 and 99 of 100 take; approx is within 3.2 % (default none)",
     NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = FH_TOP_DEFAULT};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    static const fh_percentile_mode modes[] = {FH_PERCENTILES_NONE, FH_PERCENTILES_APPROX,
                                               FH_PERCENTILES_EXACT};
    const size_t top = fh_asking_top(&o->ask, o->top);
    const bool percentiles = o->percentiles != 0;
    fh_follows result;
    fh_status s = fh_view_follows(&a->view, modes[o->percentiles], &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_follows_json(&a->view, &result, percentiles, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_follows_table(&a->view, &result, top, percentiles, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = fh_ends_table(&a->view, &result, false, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = fh_ends_table(&a->view, &result, true, top, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    return s;
}

const fh_question fh_question_follows = {
    .name = "follows",
    .summary = "show what comes right after what, and after how long",
    .details = "Counts each move from one interaction to the very next of the same customer\n"
               "(the directly-follows graph), and the time between; then where stories begin\n"
               "and where they end. JSON has them all: follows, starts, ends. CSV has the\n"
               "moves.\n",
    .examples = "firsthand follows our.fh\n"
                "firsthand follows our.fh --percentiles approx --by problem\n"
                "firsthand follows our.fh --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
