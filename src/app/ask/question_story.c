/* question_story.c - everything one customer lived through. */
#include "app/ask/question.h"
#include "app/people/rights.h"
#include "app/records/story_promises.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
} options;

static const fh_option option_table[] = {
    FH_ASKING(options),
    {0},
};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const fh_actor whoever = fh_actor_command_line();
    const fh_actor *actor = ((const options *)opts)->ask.actor;
    uint32_t customer;
    fh_story_view story;
    fh_story_promises promised;
    fh_table table;
    fh_status s = fh_identity_find(a->org, a->args[0], &customer, err);
    if (!s) s = fh_view_story(&a->view, customer, &story, err);
    if (!s)
        s = fh_story_promises_of(a->org, actor ? actor : &whoever, story.customer, a->arena,
                                 &promised, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_json_object(&a->json);
        fh_story_json(&a->view, &story, &a->json);
        s = fh_story_promises_json(a, &promised, &a->json, err);
        fh_json_end_object(&a->json);
        return s;
    }
    s = fh_story_table(&a->view, &story, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (s || !promised.n) return s;
    s = fh_story_promises_table(a, &promised, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_story = {
    .name = "story",
    .summary = "tell one customer's story, from first to last",
    .details = "Shows everything one customer lived through, in order of time: how, what, with\n"
               "which department, how it ended. Where a problem was handed to another\n"
               "department an arrow stands before its name. Below stands what the customer was\n"
               "promised, with its state and by when. WHO is any identifier (ann@x.org,\n"
               "or email:ann@x.org to name its kind) or #17, the customer's number.\n",
    .examples = "firsthand story our.fh ann@example.org\n"
                "firsthand story our.fh \"#17\" --from 2024 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .arguments = "WHO",
    .argument = "who",
    .argument_help = "any identifier, or #17, the customer's number",
    .min_args = 1,
    .max_args = 1,
    .answer = answer,
};
