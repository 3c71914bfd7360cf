/* question_reviews.c - what customers say of us, with what was answered. */
#include "app/ask/question.h"
#include "app/lived/lived.h"

#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t limit;
    fh_str after, score;
    uint32_t answered;
} options;

static const fh_option option_table[] = {
    {0, "score", FH_OPTION_TEXT, offsetof(options, score), "N",
     "list only these scores, to the nearest whole number: 1, or 0..6", NULL},
    {0, "answered", FH_OPTION_CHOICE, offsetof(options, answered), "any|yes|no",
     "list only what is answered, or is not (default any)", NULL},
    {'n', "limit", FH_OPTION_COUNT, offsetof(options, limit), "N",
     "list at most so many at a time, up to 200 (default 20)", NULL},
    {0, "after", FH_OPTION_TEXT, offsetof(options, after), "NEXT",
     "go on behind this place: 'next' of the answer before", NULL},
    FH_ASKING(options),
    {0},
};

static const options defaults = {.limit = 20};

/* A whole number of 0 to 100; what it began with is taken away. */
static bool read_score(fh_str *text, uint32_t *out)
{
    uint32_t n = 0;
    size_t i = 0;
    while (i < text->len && i < 3 && text->ptr[i] >= '0' && text->ptr[i] <= '9')
        n = n * 10 + (uint32_t)(text->ptr[i++] - '0');
    *text = (fh_str){text->ptr + i, text->len - i};
    *out = n + 1; /* its bucket */
    return i && n <= 100;
}

static fh_status read_scores(fh_str text, fh_reviews_asked *out, fh_error *err)
{
    out->score_until = FH_REVIEW_SCORES - 1;
    if (!text.len) return FH_OK;
    bool ok = read_score(&text, &out->score_from);
    out->score_until = out->score_from;
    if (ok && fh_str_starts(text, FH_STR(".."))) {
        text = (fh_str){text.ptr + 2, text.len - 2};
        ok = read_score(&text, &out->score_until);
    }
    if (ok && !text.len && out->score_from <= out->score_until) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "'score' is no score from 0 to 100");
    return fh_hint(err, FH_INVALID, "Give one, as 3, or from and to, as 0..6.");
}

static fh_status tables(fh_answer *a, const fh_reviews_view *result, fh_error *err)
{
    fh_table table;
    fh_status s = FH_OK;
    if (a->ask->format != FH_ANSWER_CSV) { /* that has the list only */
        s = fh_review_scores_table(&a->view, result, &table, err);
        if (!s) s = fh_answer_table(a, &table, err);
        for (int departments = 0; departments < 2 && !s; departments++) {
            s = fh_review_places_table(&a->view, result, departments, &table, err);
            if (!s) s = fh_answer_table(a, &table, err);
        }
    }
    if (!s) s = fh_reviews_table(&a->view, result, &table, err);
    return s ? s : fh_answer_table(a, &table, err);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    const options *o = opts;
    fh_reviews_asked asked = {.state = (fh_review_state)o->answered, .after = o->after};
    fh_reviews_view result;
    if (o->limit < 1 || o->limit > FH_REVIEWS_MOST)
        return fh_fail(err, FH_INVALID, "limit is 1 to %d", FH_REVIEWS_MOST);
    asked.limit = (uint32_t)o->limit;
    fh_status s = read_scores(o->score, &asked, err);
    if (!s) s = fh_view_reviews(&a->view, &asked, &result, err);
    if (s) return s;
    if (!fh_answer_is_json(a)) return tables(a, &result, err);
    fh_reviews_json(&a->view, &result, &a->json);
    return FH_OK;
}

const fh_question fh_question_reviews = {
    .name = "reviews",
    .summary = "read what customers say of us, all of it, with what was answered",
    .details = "Every review, the newest first, none hidden: what was said, with which score,\n"
               "where, of which department, and the answer beside it. Before that how many\n"
               "there are by score, touchpoint and department, the share that is answered, and\n"
               "how fast. A review is an interaction with a score that is not from us; its\n"
               "answer is the next one to the customer of the same department about the same\n"
               "problem. A filter says which reviews are meant; --score and --answered which\n"
               "of them are listed. CSV has the list, a page at a time: --after goes on.\n",
    .examples = "firsthand reviews our.fh\n"
                "firsthand reviews our.fh --answered no --score 0..2\n"
                "firsthand reviews our.fh --from 2024 --department Claims --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .defaults = &defaults,
    .answer = answer,
};
