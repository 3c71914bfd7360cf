/* question_variants.c - the ways people take. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default 20)", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = 20};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const size_t top = o->top > SIZE_MAX ? 0 : (size_t)o->top;
    fh_variants result;
    fh_status s = fh_view_variants(&a->view, top, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_variants_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_variants_table(&a->view, &result, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    return s;
}

const fh_question fh_question_variants = {
    .name = "variants",
    .summary = "show the ways people take, from first to last",
    .details = "A way (the field says variant) is everything a customer passed, in order.\n"
               "Shows the commonest ways with their share; --top 0 shows all, which can be\n"
               "nearly as many as there are customers.\n",
    .examples = "firsthand variants our.fh --top 5\n"
                "firsthand variants our.fh --passed Complaint --by problem\n"
                "firsthand variants our.fh --top 0 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
