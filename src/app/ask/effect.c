/* effect.c - what came of something (see effect.h).
 *
 * Intervals of differences are put together from those of their parts (Newcombe; MOVER):
 * each half is the root of the sum of squared halves. For large numbers that is the usual
 * est +- 1.96 s.e.; for shares near 0 or 1 it stays inside what is possible.
 */
#include "app/ask/effect.h"

#include "app/ask/words.h"
#include "base/put.h"

#include <math.h>
#include <string.h>

static const double z95 = 1.959963984540054;
enum { FEW = 30 };

/* ---- Estimates -------------------------------------------------------------------------- */

fh_estimate fh_estimate_share(uint64_t part, uint64_t n)
{
    fh_estimate e = {.n = n};
    if (!n) return e;
    const double m = (double)n, p = (double)part / m, z2 = z95 * z95;
    const double middle = p + z2 / (2 * m), half = z95 * sqrt(p * (1 - p) / m + z2 / (4 * m * m));
    e.value = p;
    e.low = part == 0 ? 0 : (middle - half) / (1 + z2 / m);
    e.high = part == n ? 1 : (middle + half) / (1 + z2 / m);
    return e;
}

fh_estimate fh_estimate_mean(uint64_t n, double sum, double squares)
{
    fh_estimate e = {.n = n};
    if (!n) return e;
    const double m = (double)n, mean = sum / m;
    double variance = n > 1 ? (squares - m * mean * mean) / (m - 1) : 0;
    if (variance < 0) variance = 0; /* rounding */
    const double half = z95 * sqrt(variance / m);
    e.value = mean;
    e.low = mean - half;
    e.high = mean + half;
    return e;
}

/* b - a. */
static fh_estimate less(const fh_estimate *b, const fh_estimate *a)
{
    fh_estimate d = {.n = a->n < b->n ? a->n : b->n};
    if (!d.n) return d;
    d.value = b->value - a->value;
    d.low = d.value - hypot(b->value - b->low, a->high - a->value);
    d.high = d.value + hypot(b->high - b->value, a->value - a->low);
    return d;
}

fh_estimate fh_estimate_change(const fh_estimate *before, const fh_estimate *after)
{
    return less(after, before);
}

fh_estimate fh_estimate_beyond(const fh_estimate *change, const fh_estimate *beside)
{
    return less(change, beside);
}

/* ---- Asking ----------------------------------------------------------------------------- */

typedef struct asking {
    const fh_view *v;
    fh_effect_options o;
    fh_severe_rules rules;
    uint32_t currency;
    int64_t observed_ms; /* the last interaction that has happened by now */
} asking;

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_effect_new(from, ctx, out, err);
}

/* How high scores go, in which currency most values are, until when things are known. */
static fh_status look_around(asking *a, fh_error *err)
{
    const fh_view *v = a->v;
    fh_view all = *v;
    fh_touchpoints seen;
    uint64_t most = 0;
    all.filter = (fh_filter){0};
    const fh_status s = fh_view_touchpoints(&all, &seen, err);
    if (s) return s;
    int32_t *best = FH_NEW_ARRAY(v->arena, int32_t, (size_t)v->touchpoint.n + 1);
    uint64_t *told = FH_NEW_ARRAY(v->arena, uint64_t, (size_t)v->currency.n + 1);
    if (!best || !told) return fh_no_memory(err);
    for (size_t i = 0; i < seen.n_rows; i++) {
        const fh_touchpoint_row *r = &seen.rows[i];
        if (r->n_scores && r->score_max > 0)
            best[r->touchpoint] = r->score_max <= 500 ? 500 : r->score_max <= 1000 ? 1000 : 10000;
    }
    for (size_t i = 0; i < seen.n_values; i++) {
        uint64_t *n = &told[seen.values[i].currency];
        *n += seen.values[i].count;
        if (*n > most) most = *n, a->currency = seen.values[i].currency;
    }
    const fh_os *os = fh_org_os(v->org);
    const int64_t now = os->now_ms(os->ctx);
    a->observed_ms = seen.last_ms < now ? seen.last_ms + 1 : now;
    a->o.best = best;
    return FH_OK;
}

static bool days_of(uint64_t days, int64_t otherwise, int64_t *out)
{
    *out = days && days <= 3650 ? (int64_t)days * FH_DAY_MS : otherwise;
    return days <= 3650;
}

fh_status fh_effect_take(const fh_view *v, const fh_effect_wish *wish, fh_effect_ask *ask,
                         fh_error *err)
{
    if (!days_of(wish->days, FH_EFFECT_SPAN, &ask->span_ms) ||
        !days_of(wish->follow, FH_EFFECT_FOLLOW, &ask->follow_ms) ||
        !days_of(wish->gap, FH_EFFECT_GAP, &ask->gap_ms))
        return fh_fail(err, FH_INVALID, "days, follow and gap are at most 3650");
    if (wish->since.len) {
        if (!fh_time_iso(wish->since, v->zone, &ask->fixed_ms)) {
            fh_fail(err, FH_INVALID, "'%.*s' is not a day (since)", FH_STR_ARG(wish->since));
            return fh_hint(err, FH_INVALID, "Write it as 2026-03-31.");
        }
        ask->turn = FH_STR("that day");
    }
    if (!wish->beside.len) return FH_OK;
    ask->where_beside = fh_printed(v->arena, "came to %.*s", FH_STR_ARG(wish->beside));
    return fh_touchpoint_set(v->org, wish->beside, ',', v->arena, &ask->beside, err);
}

static fh_status plan(asking *a, const fh_effect_ask *ask, fh_error *err)
{
    fh_effect_options *o = &a->o;
    fh_str staff;
    fh_status s = fh_severe_read(a->v->org, a->v->threads, a->v->arena, &a->rules, err);
    if (!s) s = look_around(a, err);
    if (!s) s = fh_setting_get(a->v->org, FH_STR(FH_SETTING_STAFF), a->v->arena, &staff, err);
    if (!s && fh_str_trim(staff).len)
        s = fh_touchpoint_set(a->v->org, staff, ',', a->v->arena, &o->staff, err);
    if (s) return s;
    const int64_t known = a->observed_ms - ask->fixed_ms;
    const int64_t span = known < ask->span_ms ? known : ask->span_ms;
    if (span < 2 * ask->follow_ms) {
        (void)fh_fail(err, FH_CONFLICT, "too little time has passed since %.*s",
                      FH_STR_ARG(ask->turn));
        return fh_hint(err, FH_CONFLICT,
                       "Ask again %lld days after it, look at fewer days, or name an earlier day.",
                       (long long)(2 * ask->follow_ms / FH_DAY_MS));
    }
    o->n_touchpoints = a->v->touchpoint.n;
    o->n_currencies = a->v->currency.n;
    o->treated = ask->touchpoints;
    o->beside = ask->beside;
    o->from_ms = ask->fixed_ms - span;
    o->fix_ms = ask->fixed_ms;
    o->until_ms = ask->fixed_ms + span;
    o->follow_ms = ask->follow_ms;
    o->gap_ms = ask->gap_ms;
    o->observed_ms = a->observed_ms;
    o->currency = a->currency;
    o->severe = &a->rules.severe;
    return FH_OK;
}

/* ---- The rewards --------------------------------------------------------------------------- */

static fh_estimate of_cell(fh_reward r, const fh_effect_cell *c)
{
    fh_estimate e = {0};
    if (r == FH_REWARD_SATISFACTION)
        e = fh_estimate_mean(c->score.n, (double)c->score.sum / 1e4,
                             (double)c->score.squares / 1e8);
    if (r == FH_REWARD_REVENUE)
        e = fh_estimate_mean(c->value.n, (double)c->value.sum, (double)c->value.squares);
    if (r == FH_REWARD_CHURN) e = fh_estimate_share(c->left.part, c->left.n);
    if (r == FH_REWARD_RUINED) e = fh_estimate_share(c->ruined.part, c->ruined.n);
    return e;
}

static fh_estimate of_staff(const fh_effect_mean *m)
{
    return fh_estimate_mean(m->n, (double)m->sum / 1e4, (double)m->squares / 1e8);
}

/* What the figures do and do not say. */
static fh_str verdict(const fh_view *v, const fh_reward_view *r)
{
    const bool compared = r->beyond.n > 0;
    const fh_estimate *d = compared ? &r->beyond : &r->change;
    if (!r->before.n || !r->after.n) return FH_STR("Nothing was measured on one of the two sides.");
    if (d->n < FEW)
        return fh_printed(v->arena, "Too few to tell: only %llu on one side.",
                          (unsigned long long)d->n);
    if (d->low <= 0 && d->high >= 0)
        return compared
                   ? FH_STR("The difference may be chance: it is no clearer than that of those "
                            "who did not come there.")
                   : FH_STR("The difference may be chance.");
    const bool better = (d->value > 0) == r->up;
    if (compared)
        return better ? FH_STR("Better, beyond what changed for those who did not come there.")
                      : FH_STR("Worse, beyond what changed for those who did not come there.");
    return better ? FH_STR("Better; whether because of this cannot be told without a comparison.")
                  : FH_STR("Worse; whether because of this cannot be told without a comparison.");
}

static fh_str days_text(const fh_view *v, int64_t ms)
{
    return fh_printed(v->arena, "%lld days", (long long)(ms / FH_DAY_MS));
}

static void define(const asking *a, fh_reward_view *r)
{
    fh_arena *arena = a->v->arena;
    const fh_calling *c = &a->v->calling;
    const fh_str follow = days_text(a->v, a->o.follow_ms), gap = days_text(a->v, a->o.gap_ms);
    const fh_str currency = a->currency ? fh_view_name(&a->v->currency, a->currency) : FH_STR("");
    r[FH_REWARD_SATISFACTION] = (fh_reward_view){
        .name = "satisfaction",
        .unit = "%",
        .up = true,
        .definition = fh_printed(arena,
                                 "mean of the scores a %s gave within %.*s, as a share of "
                                 "the best score of the touchpoint, then the mean over %s",
                                 c->one, FH_STR_ARG(follow), c->many)};
    r[FH_REWARD_CHURN] = (fh_reward_view){
        .name = "churn",
        .unit = "%",
        .up = false,
        .definition = fh_printed(arena,
                                 "share of %s who were not seen in the %.*s that followed "
                                 "those %.*s",
                                 c->many, FH_STR_ARG(gap), FH_STR_ARG(follow))};
    r[FH_REWARD_REVENUE] = (fh_reward_view){
        .name = "revenue",
        .unit = currency.len ? currency.ptr : "",
        .up = true,
        .definition = fh_printed(arena,
                                 "what the contacts of a %s were worth within %.*s, mean "
                                 "over %s, in whole %.*s",
                                 c->one, FH_STR_ARG(follow), c->many, FH_STR_ARG(currency))};
    r[FH_REWARD_COLLEAGUES] = (fh_reward_view){
        .name = "colleagues",
        .unit = "%",
        .up = true,
        .definition = FH_STR("mean of the scores that colleagues gave at the touchpoints of the "
                             "setting colleagues-touchpoints, as a share of the best")};
    r[FH_REWARD_RUINED] = (fh_reward_view){
        .name = "ruined",
        .unit = "%",
        .up = false,
        .definition = fh_printed(arena, "share of %s with a ruined day within %.*s", c->many,
                                 FH_STR_ARG(follow))};
}

static fh_str how(const asking *a, const fh_effect_ask *ask)
{
    const fh_view *v = a->v;
    fh_buf period;
    fh_str told = {0};
    fh_buf_init(&period, NULL, 400);
    fh_say_period(&period, a->o.from_ms, a->o.until_ms - 1, v->zone);
    if (!fh_arena_str(v->arena, fh_buf_view(&period), &told)) told = (fh_str){0};
    fh_buf_free(&period);
    const fh_str follow = days_text(v, a->o.follow_ms);
    return fh_printed(
        v->arena,
        "%.*s, half of it before %.*s and half after. Each %s is looked at for %.*s "
        "from the first contact at %.*s; the comparison is with %s who met none of these%s"
        "%.*s.",
        FH_STR_ARG(told), FH_STR_ARG(ask->turn), v->one, FH_STR_ARG(follow), FH_STR_ARG(ask->where),
        v->many, ask->where_beside.len ? ", but " : "", FH_STR_ARG(ask->where_beside));
}

fh_status fh_view_effect(const fh_view *v, const fh_effect_ask *ask, fh_effect_view *out,
                         fh_error *err)
{
    asking *a = FH_NEW(v->arena, asking);
    fh_fold *fold = NULL;
    fh_effect sums;
    if (!a) return fh_no_memory(err);
    a->v = v;
    fh_status s = plan(a, ask, err);
    if (!s) s = fh_ask(v->org, &v->filter, v->threads, make, &a->o, &fold, err);
    if (!s) s = fh_effect_read(fold, &sums, err);
    fh_fold_free(fold);
    if (s) return s;
    *out = (fh_effect_view){a->o.from_ms, a->o.fix_ms, a->o.until_ms, .says = how(a, ask)};
    define(a, out->reward);
    for (int r = 0; r < FH_N_REWARDS; r++) {
        fh_reward_view *w = &out->reward[r];
        const bool staff = r == FH_REWARD_COLLEAGUES;
        w->before = staff ? of_staff(&sums.staff[0]) : of_cell((fh_reward)r, &sums.treated[0]);
        w->after = staff ? of_staff(&sums.staff[1]) : of_cell((fh_reward)r, &sums.treated[1]);
        w->change = fh_estimate_change(&w->before, &w->after);
        if (!staff) {
            w->beside_before = of_cell((fh_reward)r, &sums.beside[0]);
            w->beside_after = of_cell((fh_reward)r, &sums.beside[1]);
            const fh_estimate beside = fh_estimate_change(&w->beside_before, &w->beside_after);
            w->beyond = fh_estimate_beyond(&w->change, &beside);
        }
        w->says = verdict(v, w);
    }
    return FH_OK;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void put(fh_json *j, const char *key, double x, bool percent)
{
    fh_put_key(j, key);
    fh_json_fixed(j, (int64_t)llround(x * (percent ? 10000 : 100)), 2);
}

static void estimate_json(fh_json *j, const char *key, const fh_estimate *e, bool percent)
{
    fh_put_key(j, key);
    if (!e->n) {
        fh_json_null(j);
        return;
    }
    fh_json_object(j);
    fh_put_number(j, "n", e->n);
    put(j, "value", e->value, percent);
    put(j, "low", e->low, percent);
    put(j, "high", e->high, percent);
    fh_json_end_object(j);
}

void fh_effect_json(const fh_view *v, const fh_effect_view *a, fh_json *j)
{
    fh_put_time_in(j, "from", a->from_ms, v->zone);
    fh_put_time_in(j, "fixed", a->fixed_ms, v->zone);
    fh_put_time_in(j, "until", a->until_ms, v->zone);
    fh_put_text(j, "says", a->says);
    fh_json_key(j, FH_STR("rewards"));
    fh_json_array(j);
    for (int r = 0; r < FH_N_REWARDS; r++) {
        const fh_reward_view *w = &a->reward[r];
        const bool percent = !strcmp(w->unit, "%");
        fh_json_object(j);
        fh_put_word(j, "reward", w->name);
        fh_put_word(j, "unit", w->unit);
        fh_put_word(j, "better", w->up ? "more" : "less");
        fh_put_text(j, "definition", w->definition);
        estimate_json(j, "before", &w->before, percent);
        estimate_json(j, "after", &w->after, percent);
        estimate_json(j, "change", &w->change, percent);
        estimate_json(j, "beside_before", &w->beside_before, percent);
        estimate_json(j, "beside_after", &w->beside_after, percent);
        estimate_json(j, "beyond", &w->beyond, percent);
        fh_put_text(j, "says", w->says);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}
