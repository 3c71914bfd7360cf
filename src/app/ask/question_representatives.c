/* question_representatives.c - a few journeys that stand for all. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t k;
} options;

static const fh_option option_table[] = {
    {'k', "groups", FH_OPTION_COUNT, offsetof(options, k), "N",
     "how many, up to 12 (default: as many as keep most apart what differs, 2 to 8)", NULL},
    FH_ASKING(options),
    {0},
};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_representatives_view result;
    fh_table table;
    if (o->k > FH_REPRESENT_MAX) {
        (void)fh_fail(err, FH_INVALID, "'groups' is more than %d", FH_REPRESENT_MAX);
        return fh_hint(err, FH_INVALID, "A few ways stand for all: ask for 2 to 12.");
    }
    fh_status s = fh_view_representatives(&a->view, (uint32_t)o->k, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) return fh_representatives_json(&a->view, &result, &a->json, err);
    s = fh_representatives_table(&a->view, &result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_representatives = {
    .name = "representatives",
    .summary = "show a few journeys that stand for all",
    .details =
        "Puts ways together that differ little, and shows of each group the way nearest to\n"
        "the others: how many it stands for, and how far they are from it (0 the same, 100 %\n"
        "nothing in common; the least number of steps to add, leave out or replace, through\n"
        "the steps of the longer way). They are chosen among the 300 commonest ways.\n",
    .examples = "firsthand representatives our.fh\n"
                "firsthand representatives our.fh --groups 5 --from 2024\n"
                "firsthand representatives our.fh --passed Complaint --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
