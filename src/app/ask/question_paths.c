/* question_paths.c - where people go, or come from. */
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t top;
    bool backwards, every;
    uint64_t depth;
} options;

static const fh_option option_table[] = {
    {'n', "top", FH_OPTION_COUNT, offsetof(options, top), "N",
     "follow the N commonest at each step, 0 for all (default 3)", NULL},
    {'b', "backwards", FH_OPTION_FLAG, offsetof(options, backwards), NULL,
     "what led there instead of what came after", NULL},
    {'e', "every", FH_OPTION_FLAG, offsetof(options, every), NULL,
     "each time somebody was there, not just the first (backwards: the last)", NULL},
    {'d', "depth", FH_OPTION_COUNT, offsetof(options, depth), "N",
     "how many steps, 1 to 12 (default 5)", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.top = 3, .depth = 5};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    if (o->depth < 1 || o->depth > FH_PATHS_MAX_DEPTH)
        return fh_fail(err, FH_INVALID, "depth must be 1 to %d", FH_PATHS_MAX_DEPTH);
    fh_paths_options wanted = {
        .backwards = o->backwards, .every = o->every, .depth = (uint32_t)o->depth};
    fh_status s = fh_touchpoint_set(a->org, a->n_args ? a->args[0] : (fh_str){0}, '|', a->arena,
                                    &wanted.anchor, err);
    if (s) return s;
    fh_paths result;
    s = fh_view_paths(&a->view, &wanted, o->top > SIZE_MAX ? 0 : (size_t)o->top, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_paths_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_paths_table(&a->view, &wanted, &result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_paths = {
    .name = "paths",
    .summary = "show where people go from a touchpoint, or come from",
    .details = "Follows people from TOUCHPOINT (\"A|B\" is either) step by step, as a tree of\n"
               "what came next, or with --backwards of what came before. Without a TOUCHPOINT\n"
               "from the beginning of each story, backwards from its end.\n",
    .examples = "firsthand paths our.fh\n"
                "firsthand paths our.fh Complaint --depth 3\n"
                "firsthand paths our.fh Cancellation --backwards --top 0\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .arguments = "[TOUCHPOINT]",
    .argument = "at",
    .argument_help = "the touchpoint where they begin; A|B is either",
    .max_args = 1,
    .answer = answer,
};
