/* lived_reviews.c - what customers say of us, of everybody (see lived.h): one fold counts all
 * and finds the newest; their stories are read for what they say and what was answered.
 */
#include "app/ask/view_parts.h"
#include "app/lived/lived_parts.h"
#include "app/lived/merge_preview.h"
#include "base/put.h"

/* ---- Asking ------------------------------------------------------------------------------- */

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_reviews_new(from, ctx, out, err);
}

static fh_str next_of(const fh_view *v, const fh_reviews *r)
{
    if (!r->more || !r->n_rows) return (fh_str){0};
    const fh_review *last = &r->rows[r->n_rows - 1];
    return fh_printed(v->arena, "%lld.%u.%u", (long long)last->at_ms, last->customer, last->place);
}

/* What the filter asks of interactions is asked of reviews; answers need not meet it, so
 * whole stories are read. */
static fh_filter of_stories(const fh_filter *f)
{
    fh_filter whole = *f;
    whole.has_from = whole.has_until = whole.has_value_min = whole.has_value_max = false;
    whole.touchpoints = whole.channels = whole.departments = whole.outcomes = (fh_bitset){0};
    whole.directions = 0;
    whole.broken = 0; /* what breaks a rule is marked all the same */
    return whole;
}

static fh_status count(const fh_view *v, const fh_reviews_asked *asked, fh_reviews *out,
                       fh_error *err)
{
    const fh_os *os = fh_org_os(v->org);
    const fh_filter whole = of_stories(&v->filter);
    fh_fold *fold = NULL;
    fh_reviews_options o = {.n_touchpoints = v->touchpoint.n,
                            .n_departments = v->department.n,
                            .n_channels = v->channel.n,
                            .n_outcomes = v->outcome.n,
                            .now_ms = os->now_ms(os->ctx),
                            .of = &v->filter,
                            .state = asked->state,
                            .score_from = asked->score_from,
                            .score_until = asked->score_until,
                            .limit = asked->limit,
                            .has_after = asked->after.len > 0};
    fh_status s = FH_OK;
    if (o.has_after)
        s = fh_view_place(asked->after, &o.after.at_ms, &o.after.customer, &o.after.place, err);
    if (!s) s = fh_ask(v->org, &whole, v->threads, make, &o, &fold, err);
    if (!s) s = fh_reviews_read(fold, v->arena, out, err);
    fh_fold_free(fold);
    return s;
}

/* ---- What is said --------------------------------------------------------------------------- */

/* The interaction that the fold has found. */
static uint32_t index_of(const fh_lived *l, const fh_review *r)
{
    return r->place < l->n && l->told[r->place].at_ms == r->at_ms ? r->place : FH_NO_INDEX;
}

static fh_status say_one(const fh_lived *l, const fh_view *v, fh_review_said *out, fh_error *err)
{
    char ref[FH_REFERENCE_TEXT];
    const uint32_t i = index_of(l, &out->review);
    if (i == FH_NO_INDEX) return FH_OK;
    const uint32_t answer = fh_lived_answer(l, i);
    bool ok = fh_arena_str(v->arena, fh_lived_reference(l, i, ref), &out->ref) &&
              fh_arena_str(v->arena, l->said[i].text, &out->text);
    if (ok && answer != FH_NO_INDEX)
        ok = fh_arena_str(v->arena, fh_lived_reference(l, answer, ref), &out->answer_ref) &&
             fh_arena_str(v->arena, l->said[answer].text, &out->answer_text);
    out->channel = l->told[i].channel;
    out->problem = l->told[i].problem;
    if (!ok) return fh_no_memory(err);
    return out->problem ? fh_problem_name(v->org, out->problem, v->arena, &out->problem_name, err)
                        : FH_OK;
}

/* All of one customer's, from rows[from] on: a story is read once, in memory of its own. */
static fh_status say_customer(const fh_view *v, fh_arena *space, fh_review_said *rows, size_t from,
                              size_t n, fh_error *err)
{
    fh_view mine = *v;
    fh_lived l;
    mine.arena = space;
    const uint32_t customer = rows[from].review.customer;
    fh_status s = fh_lived_read(&mine, customer, &l, err);
    if (!s)
        s = fh_identity_of(v->org, customer, v->arena, &rows[from].identity,
                           &rows[from].n_identities, err);
    for (size_t i = from; i < n && !s; i++) {
        if (rows[i].review.customer != customer) continue;
        rows[i].identity = rows[from].identity;
        rows[i].n_identities = rows[from].n_identities;
        s = say_one(&l, v, &rows[i], err);
    }
    fh_arena_reset(space);
    return s;
}

static bool said_before(const fh_review_said *rows, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (rows[k].review.customer == rows[i].review.customer) return true;
    return false;
}

fh_status fh_view_reviews(const fh_view *v, const fh_reviews_asked *asked, fh_reviews_view *out,
                          fh_error *err)
{
    fh_reviews_view a = {0};
    if (v->filter.by_problem) {
        (void)fh_fail(err, FH_INVALID, "reviews are counted by customer, not by problem");
        return fh_hint(err, FH_INVALID, "Ask without by=problem.");
    }
    fh_status s = count(v, asked, &a.reviews, err);
    if (s) return s;
    const size_t n = a.reviews.n_rows;
    fh_review_said *rows = FH_NEW_ARRAY(v->arena, fh_review_said, n + 1);
    fh_arena *space = fh_arena_new(fh_arena_allocator(v->arena));
    if (!rows || !space) s = fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) rows[i].review = a.reviews.rows[i];
    for (size_t i = 0; i < n && !s; i++)
        if (!said_before(rows, i)) s = say_customer(v, space, rows, i, n, err);
    fh_arena_free(space);
    a.said = rows;
    a.next = next_of(v, &a.reviews);
    if (!s) *out = a;
    return s;
}

/* ---- Tables ------------------------------------------------------------------------------- */

static fh_str note(const fh_view *v, const fh_reviews_view *a)
{
    const fh_reviews *r = &a->reviews;
    const fh_str n = fh_view_count(v, r->all.reviews, "review", "reviews");
    const fh_str who = fh_view_count(v, r->all.customers, v->one, v->many);
    const fh_str of = fh_view_stories(v, r->n_stories);
    const fh_str scope = fh_view_scope(v);
    const fh_str share = fh_view_share(v, r->all.answered, r->all.reviews);
    fh_str took = {0};
    if (r->all.answered) {
        const fh_str half = fh_view_duration(v, r->took.p50_ms);
        const fh_str most = fh_view_duration(v, r->took.p90_ms);
        took = fh_printed(v->arena, ", half of these within %.*s and 9 of 10 within %.*s",
                          FH_STR_ARG(half), FH_STR_ARG(most));
    }
    return fh_printed(v->arena,
                      "%.*s of %.*s, out of %.*s, %.*s. %.*s are answered%.*s. A review is what a "
                      "%s gave a score to us with; its answer is what the same department then "
                      "wrote to them about the same problem.",
                      FH_STR_ARG(n), FH_STR_ARG(who), FH_STR_ARG(of), FH_STR_ARG(scope),
                      FH_STR_ARG(share), FH_STR_ARG(took), v->one);
}

/* "3", "below 0", "above 100". */
static fh_str score_words(const fh_view *v, uint32_t bucket)
{
    if (!bucket) return FH_STR("below 0");
    if (bucket == FH_REVIEW_SCORES - 1) return FH_STR("above 100");
    return fh_printed(v->arena, "%u", bucket - 1);
}

fh_status fh_review_scores_table(const fh_view *v, const fh_reviews_view *a, fh_table *out,
                                 fh_error *err)
{
    static const fh_table_column columns[] = {{"score", "Score", FH_CELL_TEXT},
                                              {"reviews", "Reviews", FH_CELL_COUNT},
                                              {"bar", "", FH_CELL_BAR},
                                              {"share", "Share", FH_CELL_SHARE},
                                              {"answered", "Answered", FH_CELL_SHARE}};
    const fh_reviews *r = &a->reviews;
    uint64_t most = 0;
    size_t n = 0, at = 0;
    for (uint32_t k = 0; k < FH_REVIEW_SCORES; k++) {
        n += r->scores[k] > 0;
        if (r->scores[k] > most) most = r->scores[k];
    }
    const fh_status s = fh_view_new_table(v, "How they rate us (to the nearest whole number)",
                                          columns, 5, n, out, err);
    if (s) return s;
    out->note = note(v, a);
    for (uint32_t k = 0; k < FH_REVIEW_SCORES; k++) {
        if (!r->scores[k]) continue;
        fh_cell *cell = fh_table_row(out, at++);
        *cell++ = fh_cell_text(score_words(v, k));
        *cell++ = fh_cell_count(r->scores[k]);
        *cell++ = fh_cell_part(r->scores[k], most);
        *cell++ = fh_cell_part(r->scores[k], r->all.reviews);
        *cell = fh_cell_part(r->scores_answered[k], r->scores[k]);
    }
    return FH_OK;
}

fh_status fh_review_places_table(const fh_view *v, const fh_reviews_view *a, bool departments,
                                 fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                              {"reviews", "Reviews", FH_CELL_COUNT},
                                              FH_COLUMN_STORIES,
                                              {"score_mean", "Score on average", FH_CELL_DECIMAL},
                                              {"answered", "Answered", FH_CELL_SHARE}};
    const fh_reviews *r = &a->reviews;
    const fh_review_row *rows = departments ? r->departments : r->touchpoints;
    const size_t n = departments ? r->n_departments : r->n_touchpoints;
    fh_table_column own[5];
    for (size_t c = 0; c < 5; c++) own[c] = columns[c];
    if (departments) own[0] = (fh_table_column){"department", "Department", FH_CELL_TEXT};
    const fh_status s = fh_view_new_table(
        v, departments ? "Reviews by department" : "Reviews by touchpoint", own, 5, n, out, err);
    for (size_t i = 0; i < n && !s; i++) {
        const fh_review_count *c = &rows[i].n;
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_text(
            fh_view_name(departments ? &v->department : &v->touchpoint, rows[i].number));
        *cell++ = fh_cell_count(c->reviews);
        *cell++ = fh_cell_count(c->customers);
        *cell++ = fh_cell_int(fh_mean(c->score_sum, c->reviews));
        *cell = fh_cell_part(c->answered, c->reviews);
    }
    return s;
}

static fh_str who(const fh_view *v, const fh_review_said *r)
{
    fh_str all = fh_printed(v->arena, "#%u", r->review.customer);
    if (r->n_identities)
        all = fh_printed(v->arena, "%.*s %.*s", FH_STR_ARG(all), FH_STR_ARG(r->identity[0].value));
    return all;
}

fh_status fh_reviews_table(const fh_view *v, const fh_reviews_view *a, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {{"time", "When", FH_CELL_TIME},
                                              {"customer", NULL, FH_CELL_COUNT},
                                              {"", "Who", FH_CELL_TEXT},
                                              {"touchpoint", "Touchpoint", FH_CELL_TEXT},
                                              {"department", "Department", FH_CELL_TEXT},
                                              {"score", "Score", FH_CELL_DECIMAL},
                                              {"text", "What they say", FH_CELL_TEXT},
                                              {"answered", "Answered", FH_CELL_TIME},
                                              {"answer", "What was answered", FH_CELL_TEXT},
                                              {"ref", NULL, FH_CELL_TEXT}};
    const fh_reviews *r = &a->reviews;
    const fh_status s =
        fh_view_new_table(v, "Reviews, the newest first", columns, 10, r->n_rows, out, err);
    if (s) return s;
    const fh_str n = fh_view_count(v, r->n_listed, "review", "reviews");
    out->note = fh_printed(v->arena, "%.*s, %zu shown.", FH_STR_ARG(n), r->n_rows);
    if (a->next.len)
        out->rest =
            fh_printed(v->arena, "There are more: --after %.*s goes on.", FH_STR_ARG(a->next));
    for (size_t i = 0; i < r->n_rows; i++) {
        const fh_review_said *said = &a->said[i];
        const fh_review *one = &said->review;
        fh_cell *cell = fh_table_row(out, i);
        *cell++ = fh_cell_int(one->at_ms);
        *cell++ = fh_cell_count(one->customer);
        *cell++ = fh_cell_text(who(v, said));
        *cell++ = fh_cell_text(fh_view_name(&v->touchpoint, one->touchpoint));
        *cell++ = fh_cell_text(fh_view_name(&v->department, one->department));
        *cell++ = fh_cell_int(one->score);
        *cell++ = fh_cell_text(said->text);
        *cell++ = one->answered ? fh_cell_int(one->answered_ms) : fh_cell_none();
        *cell++ = fh_cell_text(said->answer_text);
        *cell = fh_cell_text(said->ref);
    }
    return FH_OK;
}

/* ---- For programs ------------------------------------------------------------------------- */

static void count_json(const fh_view *v, const fh_review_count *c, fh_json *j)
{
    fh_put_number(j, "reviews", c->reviews);
    fh_put_number(j, v->key, c->customers);
    fh_put_number(j, "answered", c->answered);
}

static void places_json(const fh_view *v, const char *list, const char *one, const fh_names *names,
                        const fh_review_row *rows, size_t n, fh_json *j)
{
    fh_put_key(j, list);
    fh_json_array(j);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_json_name(j, one, names, rows[i].number);
        count_json(v, &rows[i].n, j);
        fh_json_key(j, FH_STR("score_mean"));
        fh_json_fixed(j, fh_mean(rows[i].n.score_sum, rows[i].n.reviews), 2);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void scores_json(const fh_reviews *r, fh_json *j)
{
    fh_json_key(j, FH_STR("scores"));
    fh_json_array(j);
    for (uint32_t k = 0; k < FH_REVIEW_SCORES; k++) {
        if (!r->scores[k]) continue;
        fh_json_object(j);
        fh_put_int(j, "score", (int64_t)k - 1); /* -1 and 101: below 0, above 100 */
        fh_put_number(j, "reviews", r->scores[k]);
        fh_put_number(j, "answered", r->scores_answered[k]);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void said_json(const fh_view *v, const fh_review_said *said, fh_json *j)
{
    const fh_review *r = &said->review;
    fh_json_object(j);
    fh_lived_text_json(j, "ref", said->ref);
    fh_put_time_in(j, "time", r->at_ms, v->zone);
    fh_put_number(j, "customer", r->customer);
    fh_identities_json(said->identity, said->n_identities, j);
    fh_lived_name_json(j, "touchpoint", &v->touchpoint, r->touchpoint);
    fh_lived_name_json(j, "channel", &v->channel, said->channel);
    fh_lived_name_json(j, "department", &v->department, r->department);
    fh_json_key(j, FH_STR("score"));
    fh_json_fixed(j, r->score, 2);
    fh_lived_text_json(j, "problem", said->problem_name);
    fh_lived_text_json(j, "text", said->text);
    if (r->answered) {
        fh_put_time_in(j, "answered", r->answered_ms, v->zone);
        fh_lived_text_json(j, "answer", said->answer_ref);
        fh_lived_text_json(j, "answer_text", said->answer_text);
    }
    fh_json_end_object(j);
}

void fh_reviews_json(const fh_view *v, const fh_reviews_view *a, fh_json *j)
{
    const fh_reviews *r = &a->reviews;
    fh_json_object(j);
    count_json(v, &r->all, j);
    fh_put_number(j, "of", r->n_stories);
    fh_json_percentiles(j, "answer", &r->took);
    fh_put_text(j, "says", note(v, a));
    scores_json(r, j);
    places_json(v, "touchpoints", "touchpoint", &v->touchpoint, r->touchpoints, r->n_touchpoints,
                j);
    places_json(v, "departments", "department", &v->department, r->departments, r->n_departments,
                j);
    fh_put_number(j, "listed", r->n_listed);
    fh_json_key(j, FH_STR("items"));
    fh_json_array(j);
    for (size_t i = 0; i < r->n_rows; i++) said_json(v, &a->said[i], j);
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("next"));
    if (a->next.len)
        fh_json_str(j, a->next);
    else
        fh_json_null(j);
    fh_json_end_object(j);
}
