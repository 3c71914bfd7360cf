/* question_loyalty.c - how loyal customers are, and beside it how loyal colleagues are.
 *
 * The same measures for both, each in a span and in the one before it: how content they are with
 * us, whether they stay, whether they recommend us. Content and staying are those of what came of a
 * fix (app/ask/effect.h), with everything that happens as the fix and the middle as its day: of
 * stories of customers outside, and of those inside. Where the setting colleagues-touchpoints says
 * where colleagues give their scores, those are their content. Recommendations are records.
 */
#include "app/ask/effect.h"
#include "app/ask/question.h"
#include "app/ask/words.h"
#include "app/records/record_figures_parts.h"
#include "base/put.h"

#include <math.h>
#include <stddef.h>

typedef struct options {
    fh_asking ask;
    uint64_t days, follow, gap;
} options;

static const fh_option option_table[] = {
    {0, "days", FH_OPTION_COUNT, offsetof(options, days), "N",
     "how long each of the two spans is (default 180, or half of what there is)", NULL},
    {0, "follow", FH_OPTION_COUNT, offsetof(options, follow), "N",
     "for how many days each one is looked at (default 30, or a sixth of a short span)", NULL},
    {0, "gap", FH_OPTION_COUNT, offsetof(options, gap), "N",
     "who is seen again within so many days behind that has stayed (default 90, or half of a "
     "short span)",
     NULL},
    FH_ASKING(options),
    {0},
};

enum { CUSTOMERS, COLLEAGUES, N_SIDES };
enum { CONTENT, STAY, RECOMMEND, N_MEASURES };
static const char *const sides[N_SIDES] = {"customers", "colleagues"};

typedef struct measure {
    fh_estimate before, now, change; /* n 0: nothing is known */
    uint64_t count[2];               /* of recommendations: before, now */
} measure;

typedef struct loyalty {
    int64_t from_ms, turn_ms, until_ms, follow_ms, gap_ms;
    bool asked_staff; /* colleagues' content is what they said where the setting says */
    measure of[N_SIDES][N_MEASURES];
} loyalty;

/* ---- Working out ---------------------------------------------------------------------------- */

static fh_estimate stayed(const fh_estimate *left)
{
    return left->n ? (fh_estimate){left->n, 1 - left->value, 1 - left->high, 1 - left->low}
                   : (fh_estimate){0};
}

/* Of few, an interval of a mean reaches beyond what there can be. */
static fh_estimate within(fh_estimate e)
{
    if (e.low < 0) e.low = 0;
    if (e.high > 1) e.high = 1;
    return e;
}

static void keep(measure *m, fh_estimate before, fh_estimate now)
{
    m->before = within(before);
    m->now = within(now);
    m->change = fh_estimate_change(&m->before, &m->now);
}

static fh_status ask_side(fh_answer *a, const fh_effect_ask *ask, int side, loyalty *out,
                          fh_error *err)
{
    fh_view v = a->view;
    fh_effect_view e;
    fh_filter_text text = fh_asking_filter(a->ask);
    text.whose = side == CUSTOMERS ? FH_WHOSE_EXTERNAL : FH_WHOSE_INTERNAL;
    fh_status s = fh_filter_compile(a->org, &text, a->arena, &v.filter, err);
    if (!s) s = fh_view_effect(&v, ask, &e, err);
    if (s) return s;
    const fh_reward_view *content = &e.reward[FH_REWARD_SATISFACTION];
    const fh_reward_view *churn = &e.reward[FH_REWARD_CHURN];
    keep(&out->of[side][CONTENT], content->before, content->after);
    keep(&out->of[side][STAY], stayed(&churn->before), stayed(&churn->after));
    out->from_ms = e.from_ms;
    out->until_ms = e.until_ms;
    return FH_OK;
}

/* What colleagues said of working here, whoever told it. */
static fh_status ask_staff(fh_answer *a, const fh_effect_ask *ask, loyalty *out, fh_error *err)
{
    fh_effect_view e;
    fh_str said = {0};
    fh_status s = fh_setting_get(a->org, FH_STR(FH_SETTING_STAFF), a->arena, &said, err);
    out->asked_staff = !s && fh_str_trim(said).len > 0;
    if (s || !out->asked_staff) return s;
    s = fh_view_effect(&a->view, ask, &e, err);
    const fh_reward_view *r = &e.reward[FH_REWARD_COLLEAGUES];
    if (!s) keep(&out->of[COLLEAGUES][CONTENT], r->before, r->after);
    return s;
}

static fh_status count_one(const fh_answer *a, const fh_record *r, loyalty *out, fh_error *err)
{
    fh_str from = {0};
    if (r->merged_into || r->made_ms < out->from_ms || r->made_ms >= out->until_ms) return FH_OK;
    const fh_status s = fh_record_field_text(a->arena, r->fields, "from", &from, err);
    if (s) return s;
    const int side = fh_str_eq(from, FH_STR("customer")) ? CUSTOMERS : COLLEAGUES;
    out->of[side][RECOMMEND].count[r->made_ms >= out->turn_ms]++;
    return FH_OK;
}

static fh_status count_recommended(const fh_answer *a, loyalty *out, fh_error *err)
{
    enum { MOST = 100000 };
    const fh_record_query q = {.kind = FH_STR("referral"),
                               .from_ms = out->from_ms,
                               .until_ms = out->until_ms,
                               .by = FH_RECORDS_BY_CHANGED};
    fh_record *row = NULL;
    size_t n = 0;
    fh_status s = fh_record_rows(a->org, &q, MOST, a->arena, &row, &n, err);
    for (size_t i = 0; i < n && !s; i++) s = count_one(a, &row[i], out, err);
    return s;
}

/* Of a short time less is asked, in whole days. */
static int64_t at_most(int64_t wished_ms, int64_t there_ms)
{
    const int64_t days_ms = there_ms / FH_DAY_MS * FH_DAY_MS;
    if (wished_ms <= days_ms) return wished_ms;
    return days_ms ? days_ms : FH_DAY_MS;
}

static fh_status work_out(fh_answer *a, const options *o, loyalty *out, fh_error *err)
{
    const fh_effect_wish wish = {.days = o->days, .follow = o->follow, .gap = o->gap};
    fh_effect_ask ask = {.turn = FH_STR("the later span began"), .where = FH_STR("us")};
    const fh_os *os = fh_org_os(a->org);
    const int64_t now_ms = os->now_ms(os->ctx), seen_ms = fh_view_observed(&a->view);
    const int64_t last_ms = seen_ms < now_ms ? seen_ms : now_ms - 1; /* some is still to come */
    fh_status s = fh_effect_take(&a->view, &wish, &ask, err);
    if (s) return s;
    const int64_t half_ms = (last_ms - a->view.first_ms) / 2;
    if (!o->days && half_ms < ask.span_ms) ask.span_ms = half_ms;
    if (!o->follow) ask.follow_ms = at_most(ask.follow_ms, ask.span_ms / 6);
    if (!o->gap) ask.gap_ms = at_most(ask.gap_ms, ask.span_ms / 2);
    ask.fixed_ms = last_ms + 1 - ask.span_ms;
    *out = (loyalty){.turn_ms = ask.fixed_ms, .follow_ms = ask.follow_ms, .gap_ms = ask.gap_ms};
    for (int side = 0; side < N_SIDES && !s; side++) s = ask_side(a, &ask, side, out, err);
    if (!s) s = ask_staff(a, &ask, out, err);
    return s ? s : count_recommended(a, out, err);
}

/* ---- Words ---------------------------------------------------------------------------------- */

static const struct {
    const char *word, *name;
} measures[N_MEASURES] = {
    {"content", "Content with us"}, {"stay", "Stay with us"}, {"recommend", "Recommended us"}};

static fh_str definition(const fh_answer *a, const loyalty *l, int m)
{
    const fh_calling *c = &a->view.calling;
    const long long follow = l->follow_ms / FH_DAY_MS, gap = l->gap_ms / FH_DAY_MS;
    if (m == CONTENT)
        return fh_printed(
            a->arena,
            "mean of the scores that each gave within %lld days of their first contact "
            "of the span, as a share of the best; of colleagues %s",
            follow,
            l->asked_staff ? "what they said where colleagues give their scores "
                             "(colleagues-touchpoints)"
                           : "as customers of one another");
    if (m == STAY)
        return fh_printed(a->arena,
                          "share of those whom we could have seen again in the %lld days behind "
                          "these %lld and did; of colleagues as %s of one another",
                          gap, follow, c->many);
    return FH_STR("recommendations that were noted: of a customer, or of a colleague for working "
                  "here");
}

static fh_str note(const fh_answer *a, const loyalty *l)
{
    fh_buf period;
    fh_str told = {0};
    char turn[FH_TIME_TEXT];
    fh_buf_init(&period, NULL, 400);
    fh_say_period(&period, l->from_ms, l->until_ms - 1, a->view.zone);
    if (!fh_arena_str(a->arena, fh_buf_view(&period), &told)) told = (fh_str){0};
    fh_buf_free(&period);
    (void)fh_time_format(l->turn_ms, a->view.zone, turn);
    return fh_printed(a->arena,
                      "%.*s, before %.10s and since. Shares of people, each counted once, never of "
                      "single ones. Of fewer than 30 little can be told.",
                      FH_STR_ARG(told), turn);
}

/* ---- Answers -------------------------------------------------------------------------------- */

static fh_cell percent(const fh_estimate *e)
{
    return e->n ? fh_cell_int(llround(e->value * 10000)) : fh_cell_none();
}

static fh_status put_table(fh_answer *a, const loyalty *l, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"measure", "Measure", FH_CELL_TEXT},
        {"customers_before", "Customers before", FH_CELL_DECIMAL},
        {"customers_now", "Now", FH_CELL_DECIMAL},
        {"customers_n", "Of", FH_CELL_COUNT},
        {"colleagues_before", "Colleagues before", FH_CELL_DECIMAL},
        {"colleagues_now", "Now", FH_CELL_DECIMAL},
        {"colleagues_n", "Of", FH_CELL_COUNT},
    };
    enum { N = sizeof columns / sizeof columns[0] };
    fh_cell *cell = FH_NEW_ARRAY(a->arena, fh_cell, N * N_MEASURES);
    if (!cell) return fh_no_memory(err);
    const fh_table t = {.title = "Loyalty of customers and of colleagues, in %",
                        .note = note(a, l),
                        .columns = columns,
                        .n_columns = N,
                        .n_rows = N_MEASURES,
                        .cells = cell};
    for (int m = 0; m < N_MEASURES; m++) {
        *cell++ =
            fh_cell_text(fh_str_of(m == RECOMMEND ? "Recommended us, times" : measures[m].name));
        for (int side = 0; side < N_SIDES; side++) {
            const measure *x = &l->of[side][m];
            const bool counted = m == RECOMMEND;
            *cell++ = counted ? fh_cell_int((int64_t)x->count[0] * 100) : percent(&x->before);
            *cell++ = counted ? fh_cell_int((int64_t)x->count[1] * 100) : percent(&x->now);
            *cell++ = counted ? fh_cell_none() : fh_cell_count(x->now.n);
        }
    }
    return t.note.len ? fh_answer_table(a, &t, err) : fh_no_memory(err);
}

static void put_estimate(fh_json *j, const char *key, const fh_estimate *e)
{
    const double value[] = {e->value, e->low, e->high};
    static const char *const names[] = {"value", "low", "high"};
    fh_put_key(j, key);
    if (!e->n) {
        fh_json_null(j);
        return;
    }
    fh_json_object(j);
    fh_put_number(j, "n", e->n);
    for (size_t i = 0; i < 3; i++) {
        fh_put_key(j, names[i]);
        fh_json_fixed(j, (int64_t)llround(value[i] * 10000), 2);
    }
    fh_json_end_object(j);
}

static void put_json(fh_answer *a, const loyalty *l)
{
    fh_json *j = &a->json;
    fh_json_object(j);
    fh_put_time_in(j, "from", l->from_ms, a->view.zone);
    fh_put_time_in(j, "turn", l->turn_ms, a->view.zone);
    fh_put_time_in(j, "until", l->until_ms, a->view.zone);
    fh_put_text(j, "says", note(a, l));
    fh_json_key(j, FH_STR("measures"));
    fh_json_array(j);
    for (int m = 0; m < N_MEASURES; m++) {
        fh_json_object(j);
        fh_put_word(j, "measure", measures[m].word);
        fh_put_word(j, "unit", m == RECOMMEND ? "times" : "%");
        fh_put_text(j, "definition", definition(a, l, m));
        for (int side = 0; side < N_SIDES; side++) {
            const measure *x = &l->of[side][m];
            fh_put_key(j, sides[side]);
            fh_json_object(j);
            if (m == RECOMMEND) {
                fh_put_number(j, "before", x->count[0]);
                fh_put_number(j, "now", x->count[1]);
            } else {
                put_estimate(j, "before", &x->before);
                put_estimate(j, "now", &x->now);
                put_estimate(j, "change", &x->change);
            }
            fh_json_end_object(j);
        }
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}

static fh_status answer(fh_answer *a, const void *opts, fh_error *err)
{
    loyalty l;
    const fh_status s = work_out(a, opts, &l, err);
    if (s) return s;
    if (!fh_answer_is_json(a)) return put_table(a, &l, err);
    put_json(a, &l);
    return FH_OK;
}

extern const fh_question fh_question_loyalty;
const fh_question fh_question_loyalty = {
    .name = "loyalty",
    .summary = "show how loyal customers are, and colleagues beside them",
    .details = "Who cares for customers has to be cared for: the same measures of both, side by\n"
               "side, in the last span and the one before it. How content they are (scores, as a\n"
               "share of the best), whether they stay (are seen again), how often they\n"
               "recommended us (records of the kind referral). Colleagues' content is what they\n"
               "said at the touchpoints of the setting colleagues-touchpoints; else, as their\n"
               "staying, that of their own stories as customers inside. JSON has intervals and\n"
               "definitions. Nobody is named.\n",
    .examples = "firsthand loyalty our.fh\n"
                "firsthand loyalty our.fh --days 90 --follow 14 --gap 30 --format json\n",
    .options = option_table,
    .options_size = sizeof(options),
    .answer = answer,
};
