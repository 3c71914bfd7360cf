/* question_journey.c - the drawn journey: what is drawn, where, and what it counts. */
#include "app/ask/drawn.h"
#include "app/ask/question.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t share; /* hundredths of a percent */
    uint64_t boxes;
} options;

static const fh_option option_table[] = {
    {'s', "share", FH_OPTION_PERCENT, offsetof(options, share), "SHARE",
     "draw at least this share of the movement between them (default 80%)", NULL},
    {0, "boxes", FH_OPTION_COUNT, offsetof(options, boxes), "N",
     "draw the N commonest touchpoints, at most 200 (default 40)", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.share = 8000, .boxes = FH_DRAWN_BOXES};

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    const fh_drawn_options drawn = {
        .permille = (uint32_t)(o->share / 10),
        .max_boxes = o->boxes > FH_DRAWN_MOST_BOXES ? FH_DRAWN_MOST_BOXES : (size_t)o->boxes,
        .max_arcs = FH_DRAWN_ARCS};
    fh_journey result;
    fh_status s = fh_view_journey(&a->view, &drawn, &result, err);
    if (s) return s;
    if (fh_answer_is_json(a)) {
        fh_journey_json(&a->view, &result, &a->json);
        return FH_OK;
    }
    fh_table table;
    s = fh_journey_moves_table(&a->view, &result, &table, err);
    if (!s) s = fh_answer_table(a, &table, err);
    if (!s) s = fh_journey_boxes_table(&a->view, &result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

const fh_question fh_question_journey = {
    .name = "journey",
    .summary = "draw the journey: its commonest touchpoints and moves",
    .details = "Chooses what is worth drawing (the commonest touchpoints, the strongest moves)\n"
               "and lays it out from top to bottom. The whole organisation decides what is\n"
               "drawn and where it stands; a filter only changes what is counted, so pictures\n"
               "of two periods or groups can be laid side by side. As text and CSV: the moves\n"
               "drawn and what they count. JSON also has where boxes and arcs stand, in\n"
               "pixels, for programs that draw it.\n",
    .examples = "firsthand journey our.fh\n"
                "firsthand journey our.fh --share 95% --from 2024 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
