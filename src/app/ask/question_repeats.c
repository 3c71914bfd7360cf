/* question_repeats.c - contact again. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
    int64_t window_ms;
    fh_str contacts, contact_directions;
    bool any_problem;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "show the first N rows, 0 for all (default: 20 as text, all for programs)", NULL},
    {'w', "within", FH_OPTION_DURATION, offsetof(options, window_ms), "DURATION",
     "how soon counts as again: 7d, 12h (default 7d)", NULL},
    {0, "contact-channel", FH_OPTION_LIST, offsetof(options, contacts), "NAMES",
     "interactions that count as contacts, by channel (default: all)", NULL},
    {0, "contact-direction", FH_OPTION_LIST, offsetof(options, contact_directions), "NAMES",
     "interactions that count as contacts, by direction (default: in and those not told)", NULL},
    {0, "any-problem", FH_OPTION_FLAG, offsetof(options, any_problem), NULL,
     "count contacts about another problem too", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = FH_TOP_DEFAULT, .window_ms = 7 * FH_DAY_MS};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const size_t top = fh_asking_top(&o->ask, o->top);
    fh_repeats_options wanted = {.window_ms = (uint64_t)o->window_ms,
                                 .other_problem_too = o->any_problem};
    const fh_filter_text contacts = {.channels = o->contacts, .directions = o->contact_directions};
    fh_filter which;
    fh_status s = fh_filter_compile(a->org, &contacts, a->arena, &which, err);
    if (s) return s;
    wanted.channels = which.channels;
    wanted.directions = which.directions ? which.directions : 1u << FH_DIR_NONE | 1u << FH_DIR_IN;
    fh_repeats result;
    s = fh_view_repeats(&a->view, &wanted, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_repeats_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_repeats_table(&a->view, &wanted, &result, top, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_repeats = {
    .name = "repeats",
    .summary = "show who had to make contact again, and where",
    .details = "Contacts of the same customer soon after the one before: what was not settled\n"
               "the first time. Shows in which department the contact before was and in which\n"
               "this one, --within the time you give.\n",
    .examples =
        "firsthand repeats our.fh --within 7d\n"
        "firsthand repeats our.fh --within 48h --contact-channel phone,e-mail --any-problem\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
