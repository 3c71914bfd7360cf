/* retention.c - who comes back, and when.
 *
 * Of every story: the start (its first interaction at a born touchpoint), the
 * cohort (calendar unit of the start) and the set of buckets in which it came
 * back. Calendar units are counted from a moment before 1940 that begins a day,
 * a week and a month alike, so all numbers are unsigned:
 *
 *     days    7 before 1940-01-01       day 0   = 1939-12-25
 *     weeks   day / 7, Mondays          week 1  = 1940-01-01
 *     months  a table by day            month 0 = December 1939
 *
 * The common case - nobody filtered, up to 64 buckets of a fixed length - keeps
 * the set in one word; the rest takes a general path with a set of words. By
 * calendar days or weeks, such words are added up for 64 buckets at a time: plane p
 * of a cohort holds bit p of each bucket's count, until it is settled.
 *
 * What is mandatory is no coming back: its interactions are marked before the general path looks
 * at them. They start the clock like all others, so that what is counted with and without them is
 * told of the same cohorts.
 *
 * `returned` is counted per cohort; whether a story has reached a bucket is
 * counted by how many buckets it has reached, and summed up when read.
 */
#include "fold/fold.h"
#include "fold/written.h"

#include "base/time.h"

#include <string.h>

enum {
    CODES,
    BORN,
    BACK,
    MUST,
    MUST_CODES,
    MUST_MEMBERS,
    DAY_S = 86400,
    SHIFT_DAYS = 7,
    MAX_ZONE_S = 18 * 3600,
    N_DAYS = 49730, /* from 1939-12-25 to beyond 2076-02-06 */
    MAX_EDGE = N_DAYS,
    WORDS = (FH_RETENTION_MAX_BUCKETS + 63) / 64,
    PLANES = 6,
    MAX_PENDING = (1 << PLANES) - 1,
};

typedef struct cohort {
    uint32_t unit;
    uint64_t stories;
    uint64_t *returned;   /* [n_buckets] */
    uint64_t *reached_to; /* [n_buckets + 1] stories that have reached so many buckets */
    uint32_t n_pending;   /* stories not yet counted, but in `pending` */
    uint64_t pending[PLANES];
} cohort;

typedef struct retention {
    fh_fold base;
    fh_retention_options options; /* bitsets and edges not to be used */
    const uint8_t *born, *back;   /* [n_touchpoints] or NULL: any */
    /* What is mandatory, by number; NULL: nothing is. */
    const uint8_t *must_touchpoint, *must_outcome; /* as long as their sets */
    const uint8_t *must_direction;                 /* [FH_N_DIRECTIONS] */
    bool has_must;
    uint32_t n_buckets;
    uint32_t *edges;      /* [n_buckets + 1] in bracket mode */
    uint16_t *bracket_of; /* [edges[n_buckets]] bracket + 1 of each day; 0: none */
    uint16_t *month_of;   /* [N_DAYS] */
    uint16_t *cohort_of;  /* [N_DAYS] by unit: number + 1; 0: none yet */
    int64_t observed_ms;  /* first moment not observed, local and shifted, in the tables */
    bool by_cohort;       /* all stories of a cohort have reached the same buckets */
    uint32_t n_cohorts;
    uint32_t first_unit, end_unit; /* cohorts lie in [first_unit, end_unit) of cohort_of */
    cohort *cohorts;               /* [FH_RETENTION_MAX_COHORTS] */
    uint64_t *returned;            /* [n_buckets] and reached; unless by_cohort */
    uint64_t n_stories;
} retention;

/* Where and when a story began. */
typedef struct start {
    uint32_t index;   /* of the interaction */
    uint64_t local_s; /* shifted local time */
    uint16_t ms;
} start;

/* The buckets in which it came back. */
typedef struct visits {
    uint64_t bits[WORDS];
    uint32_t last; /* the latest bucket + 1, also beyond the last; 0: never */
} visits;

static uint64_t local_of(const retention *f, uint64_t at_s)
{
    return at_s + (uint64_t)SHIFT_DAYS * DAY_S + (uint64_t)(int64_t)f->options.zone_s;
}

static uint32_t unit_of(const retention *f, uint64_t local_s)
{
    const uint32_t day = (uint32_t)(local_s / DAY_S);
    if (f->options.unit == FH_DAY) return day;
    return f->options.unit == FH_WEEK ? day / 7 : f->month_of[day];
}

/* Shifted local time at which a unit begins. */
static int64_t unit_start(const retention *f, uint32_t unit)
{
    if (f->options.unit == FH_DAY) return (int64_t)unit * DAY_S;
    if (f->options.unit == FH_WEEK) return (int64_t)unit * 7 * DAY_S;
    const int32_t months = (int32_t)unit + 11;
    return (fh_days_from_civil(1939 + months / 12, months % 12 + 1, 1) + SHIFT_DAYS) * DAY_S -
           FH_EPOCH_S;
}

/* ---- Counting a story ------------------------------------------------------------- */

/* NULL: no memory, or (sticky in *status) too many cohorts. */
static cohort *cohort_at(retention *f, uint32_t unit, fh_status *status, fh_error *err)
{
    if (f->cohort_of[unit]) return &f->cohorts[f->cohort_of[unit] - 1];
    if (f->n_cohorts == FH_RETENTION_MAX_COHORTS) {
        (void)fh_fail(err, FH_LIMIT, "more than %d cohorts", FH_RETENTION_MAX_COHORTS);
        *status = fh_hint(err, FH_LIMIT, "Ask by week or month, or about a shorter period.");
        return NULL;
    }
    cohort *c = &f->cohorts[f->n_cohorts];
    c->unit = unit;
    c->returned = FH_NEW_ARRAY(f->base.arena, uint64_t, f->n_buckets);
    c->reached_to = FH_NEW_ARRAY(f->base.arena, uint64_t, (size_t)f->n_buckets + 1);
    if (!c->returned || !c->reached_to) {
        *status = FH_NOMEM;
        return NULL;
    }
    f->cohort_of[unit] = (uint16_t)++f->n_cohorts;
    if (unit < f->first_unit) f->first_unit = unit;
    if (unit >= f->end_unit) f->end_unit = unit + 1;
    return c;
}

/* How many of its buckets a cohort has completely behind it. */
static uint32_t reached_of(const retention *f, uint32_t unit, uint32_t observed)
{
    const uint32_t n = observed > unit ? observed - unit : 0;
    return n < f->n_buckets ? n : f->n_buckets;
}

/* The same of a story. */
static uint32_t reached(const retention *f, const start *at, uint32_t unit)
{
    const fh_retention_options *o = &f->options;
    const uint64_t observed_s = (uint64_t)f->observed_ms / 1000;
    if (f->by_cohort) return reached_of(f, unit, unit_of(f, observed_s));
    uint64_t days;
    if (o->rolling) {
        /* In ms: a bucket that ends in the middle of a second is not complete before. */
        const int64_t begin = (int64_t)at->local_s * 1000 + at->ms;
        const int64_t since = f->observed_ms - begin;
        days = since > 0 ? (uint64_t)since / (uint64_t)FH_DAY_MS : 0;
    } else {
        const uint64_t from = at->local_s / DAY_S, until = observed_s / DAY_S;
        days = until > from ? until - from : 0;
    }
    uint32_t n = 0;
    if (o->mode != FH_BRACKET)
        n = days / o->unit < f->n_buckets ? (uint32_t)(days / o->unit) : f->n_buckets;
    else
        while (n < f->n_buckets && f->edges[n + 1] <= days) n++;
    return n;
}

static void count_bits(uint64_t *count, uint64_t bits)
{
    for (; bits; bits &= bits - 1) count[__builtin_ctzll(bits)]++;
}

static fh_status count_story(retention *f, const start *at, visits *v, fh_error *err)
{
    fh_status status = FH_OK;
    const uint32_t unit = unit_of(f, at->local_s);
    cohort *c = cohort_at(f, unit, &status, err);
    if (!c) return status;
    const uint32_t n = reached(f, at, unit);
    f->n_stories++;
    c->stories++;
    c->reached_to[n]++;
    for (uint32_t w = 0; w * 64 < f->n_buckets; w++) {
        const uint32_t left = f->n_buckets - w * 64;
        uint64_t bits = v->bits[w];
        if (f->options.mode == FH_UNBOUNDED) {
            const uint32_t upto = v->last > w * 64 ? v->last - w * 64 : 0;
            bits = upto >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << upto) - 1;
        }
        if (left < 64) bits &= (UINT64_C(1) << left) - 1;
        count_bits(c->returned + (size_t)w * 64, bits);
        if (f->by_cohort) continue;
        const uint32_t seen = n > w * 64 ? n - w * 64 : 0;
        if (seen < 64) bits &= (UINT64_C(1) << seen) - 1;
        count_bits(f->returned + (size_t)w * 64, bits);
    }
    return FH_OK;
}

/* ---- The common path ---------------------------------------------------------------- */

/* The set of units of `unit_s` seconds, from `began` on, in which a story of one
 * segment has an interaction. `unit_s` is a constant wherever this is inlined. */
static inline void visit_units(const fh_segment *seg, uint32_t s, uint64_t began, uint32_t unit_s,
                               visits *v)
{
    const uint32_t *restrict gap_s = seg->gap_s;
    const uint32_t end = seg->start[s + 1];
    uint32_t since = (uint32_t)began, unit = 0;
    uint64_t bits = 0;
    for (uint32_t i = seg->start[s]; i < end; i++) {
        since += gap_s[i];
        unit = since / unit_s;
        /* Days are often more than 64, which longer units seldom are: see below. */
        const uint64_t counts = unit_s > DAY_S || unit < 64;
        bits |= counts << (unit & 63);
    }
    v->bits[0] = bits;
    v->last = unit + 1;
    if (since >= began && (unit_s == DAY_S || unit < 64)) return;
    /* Bits of units beyond 64, or more than 2^32 seconds: once more with room for it. */
    uint64_t longer = began;
    v->bits[0] = 0;
    for (uint32_t i = seg->start[s]; i < end; i++) {
        longer += gap_s[i];
        v->last = (uint32_t)(longer / unit_s) + 1;
        if (v->last <= 64) v->bits[0] |= UINT64_C(1) << (v->last - 1);
    }
}

/* Counts what is pending. */
static void settle(const retention *f, cohort *c, uint32_t reached)
{
    for (uint32_t k = 0; k < f->n_buckets; k++)
        for (uint32_t p = 0; p < PLANES; p++) c->returned[k] += (c->pending[p] >> k & 1) << p;
    c->stories += c->n_pending;
    c->reached_to[reached] += c->n_pending;
    c->n_pending = 0;
    memset(c->pending, 0, sizeof c->pending);
}

/* By calendar units of so many days, where all stories of a cohort have reached the
 * same buckets. `days` is a constant wherever this is inlined, which is always: a
 * division by a variable would take longer than all the rest. */
__attribute__((always_inline)) static inline fh_status
add_calendar(retention *f, const fh_segment *seg, const uint32_t days, fh_error *err)
{
    const uint32_t unit_s = days * DAY_S, observed = unit_of(f, (uint64_t)f->observed_ms / 1000);
    const uint64_t wanted = ~UINT64_C(0) >> (64 - f->n_buckets);
    fh_status status = FH_OK;
    visits v;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint64_t local_s = local_of(f, seg->first_s[s]);
        const uint32_t unit = (uint32_t)(local_s / unit_s);
        visit_units(seg, s, local_s - (uint64_t)unit * unit_s, unit_s, &v);
        uint64_t bits = v.bits[0];
        if (f->options.mode == FH_UNBOUNDED)
            bits = v.last < 64 ? (UINT64_C(1) << v.last) - 1 : ~UINT64_C(0);
        cohort *c = cohort_at(f, unit, &status, err);
        if (!c) return status;
        uint64_t carry = bits & wanted;
        for (uint32_t p = 0; p < PLANES; p++) {
            const uint64_t both = c->pending[p] & carry;
            c->pending[p] ^= carry;
            carry = both;
        }
        if (++c->n_pending == MAX_PENDING) settle(f, c, reached_of(f, unit, observed));
    }
    f->n_stories += seg->n_stories;
    for (uint32_t i = 0; i < f->n_cohorts; i++)
        if (f->cohorts[i].n_pending)
            settle(f, &f->cohorts[i], reached_of(f, f->cohorts[i].unit, observed));
    return FH_OK;
}

/* By units since the story's own start. */
static fh_status add_rolling(retention *f, const fh_segment *seg, fh_error *err)
{
    visits v;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const start at = {seg->start[s], local_of(f, seg->first_s[s]), 0};
        if (f->options.unit == FH_WEEK)
            visit_units(seg, s, 0, 7 * DAY_S, &v);
        else if (f->options.unit == FH_DAY)
            visit_units(seg, s, 0, DAY_S, &v);
        else
            visit_units(seg, s, 0, 30 * DAY_S, &v);
        const fh_status status = count_story(f, &at, &v, err);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

static fh_status add_plain(retention *f, const fh_segment *seg, fh_error *err)
{
    if (f->options.rolling) return add_rolling(f, seg, err);
    return f->options.unit == FH_WEEK ? add_calendar(f, seg, 7, err) : add_calendar(f, seg, 1, err);
}

static bool is_plain(const retention *f, const fh_segment *seg)
{
    const fh_retention_options *o = &f->options;
    return !f->born && !f->back && !f->has_must && f->n_buckets <= 64 && o->mode != FH_BRACKET &&
           (o->rolling ? seg->ms == NULL : o->unit != FH_MONTH);
}

/* ---- The general path ----------------------------------------------------------------- */

/* The bucket of an interaction + 1; 0: none (a day outside all brackets). */
static uint32_t bucket_of(const retention *f, const start *began, uint64_t local_s, uint16_t ms)
{
    const fh_retention_options *o = &f->options;
    if (!o->rolling && o->mode != FH_BRACKET)
        return unit_of(f, local_s) - unit_of(f, began->local_s) + 1;
    const uint64_t since = local_s - began->local_s - (ms < began->ms);
    const uint64_t day = o->rolling ? since / DAY_S : local_s / DAY_S - began->local_s / DAY_S;
    if (o->mode != FH_BRACKET) return (uint32_t)(day / o->unit) + 1;
    return day < f->edges[f->n_buckets] ? f->bracket_of[day] : 0;
}

/* Adds one column's to what is mandatory [n]; false: no memory. */
static bool mark_must(retention *f, const fh_codes *c, const uint8_t *member, uint32_t n,
                      uint8_t *must)
{
    if (!member) return true;
    const uint16_t *code = fh_fold_codes(&f->base, MUST_CODES, c, n);
    const uint8_t *is = fh_fold_members(&f->base, MUST_MEMBERS, c, member);
    if (!code || !is) return false;
    for (uint32_t i = 0; i < n; i++) must[i] |= is[code[i]];
    return true;
}

/* Which interactions are mandatory [n]; NULL: no memory. */
static const uint8_t *find_must(retention *f, const fh_segment *seg)
{
    uint8_t *must = fh_fold_scratch(&f->base, MUST, seg->n, 1);
    if (!must) return NULL;
    memset(must, 0, seg->n);
    const bool ok = mark_must(f, &seg->touchpoint, f->must_touchpoint, seg->n, must) &&
                    mark_must(f, &seg->outcome, f->must_outcome, seg->n, must) &&
                    mark_must(f, &seg->direction, f->must_direction, seg->n, must);
    return ok ? must : NULL;
}

static fh_status add_general(retention *f, const fh_segment *seg, fh_error *err)
{
    const uint8_t *must = find_must(f, seg);
    const uint16_t *code = fh_fold_codes(&f->base, CODES, &seg->touchpoint, seg->n);
    const uint8_t *born = fh_fold_members(&f->base, BORN, &seg->touchpoint, f->born);
    const uint8_t *back = fh_fold_members(&f->base, BACK, &seg->touchpoint, f->back);
    if (!must || !code || !born || !back) return FH_NOMEM;
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        const uint32_t end = seg->start[s + 1];
        uint32_t i = seg->start[s];
        uint64_t local_s = local_of(f, seg->first_s[s]);
        while (!born[code[i]] && ++i < end) local_s += seg->gap_s[i];
        if (i == end) continue;
        const start began = {i, local_s, seg->ms ? seg->ms[i] : 0};
        visits v = {.last = 0};
        for (;;) {
            const bool came = back[code[i]] && !must[i];
            const uint32_t b = came ? bucket_of(f, &began, local_s, seg->ms ? seg->ms[i] : 0) : 0;
            if (b && b <= f->n_buckets) v.bits[(b - 1) / 64] |= UINT64_C(1) << (b - 1) % 64;
            if (b) v.last = b;
            if (++i == end) break;
            local_s += seg->gap_s[i];
        }
        const fh_status status = count_story(f, &began, &v, err);
        if (status != FH_OK) return status;
    }
    return FH_OK;
}

/* ---- The fold ------------------------------------------------------------------- */

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    retention *f = (retention *)fold;
    if (is_plain(f, seg)) return add_plain(f, seg, err);
    fh_status s = FH_OK;
    if (f->born || f->back || f->must_touchpoint)
        s = fh_fold_check(&seg->touchpoint, f->options.n_touchpoints, "touchpoint", err);
    if (!s && f->must_outcome)
        s = fh_fold_check(&seg->outcome, f->options.mandatory.outcomes.n, "outcome", err);
    if (!s && f->must_direction)
        s = fh_fold_check(&seg->direction, FH_N_DIRECTIONS, "direction", err);
    return s ? s : add_general(f, seg, err);
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    retention *into = (retention *)into_;
    const retention *from = (const retention *)from_;
    for (uint32_t i = 0; i < from->n_cohorts; i++) {
        const cohort *c = &from->cohorts[i];
        fh_status status = FH_OK;
        cohort *to = cohort_at(into, c->unit, &status, err);
        if (!to) return status;
        to->stories += c->stories;
        for (uint32_t k = 0; k < into->n_buckets; k++) to->returned[k] += c->returned[k];
        for (uint32_t k = 0; k <= into->n_buckets; k++) to->reached_to[k] += c->reached_to[k];
    }
    for (uint32_t k = 0; k < into->n_buckets; k++) into->returned[k] += from->returned[k];
    into->n_stories += from->n_stories;
    return FH_OK;
}

static bool take_cohort(const retention *f, cohort *to, const cohort *c)
{
    bool ok = fh_fold_take(&to->stories, c->stories);
    for (uint32_t k = 0; k < f->n_buckets && ok; k++)
        ok = fh_fold_take(&to->returned[k], c->returned[k]);
    for (uint32_t k = 0; k <= f->n_buckets && ok; k++)
        ok = fh_fold_take(&to->reached_to[k], c->reached_to[k]);
    return ok;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    retention *into = (retention *)into_;
    const retention *from = (const retention *)from_;
    bool ok = fh_fold_take(&into->n_stories, from->n_stories);
    for (uint32_t i = 0; i < from->n_cohorts && ok; i++) {
        fh_status status = FH_OK;
        cohort *to = cohort_at(into, from->cohorts[i].unit, &status, err);
        if (!to) return status;
        ok = take_cohort(into, to, &from->cohorts[i]);
    }
    for (uint32_t k = 0; k < into->n_buckets && ok; k++)
        ok = fh_fold_take(&into->returned[k], from->returned[k]);
    return ok ? FH_OK : fh_fold_not_there(err);
}

/* Cohorts in order of time: that of first sight is up to the segments. */
static fh_status written(fh_fold *fold, fh_written *w)
{
    retention *f = (retention *)fold;
    uint32_t left = f->n_cohorts, unit = fh_written_reads(w) ? 0 : f->first_unit;
    fh_written_counts(w, &f->n_stories, 1);
    fh_written_counts(w, f->returned, f->n_buckets);
    fh_written_below(w, &left, FH_RETENTION_MAX_COHORTS + 1);
    for (; left && w->status == FH_OK; left--, unit++) {
        fh_status status = FH_OK;
        if (!fh_written_reads(w))
            while (!f->cohort_of[unit]) unit++;
        const uint32_t least = unit;
        fh_written_below(w, &unit, N_DAYS);
        if (unit < least || w->status != FH_OK) return FH_CORRUPT;
        cohort *c = cohort_at(f, unit, &status, NULL);
        if (!c) return status;
        fh_written_counts(w, &c->stories, 1);
        fh_written_counts(w, c->returned, f->n_buckets);
        fh_written_counts(w, c->reached_to, (size_t)f->n_buckets + 1);
    }
    return w->status;
}

static const fh_fold_kind kind = {"retention", add, merge, NULL, take, NULL, NULL, written};

static fh_status check_options(const fh_retention_options *o, fh_error *err)
{
    if (o->unit != FH_DAY && o->unit != FH_WEEK && o->unit != FH_MONTH)
        return fh_fail(err, FH_INVALID, "retention by %d days; it goes by day, week or month",
                       (int)o->unit);
    if (o->zone_s < -MAX_ZONE_S || o->zone_s > MAX_ZONE_S)
        return fh_fail(err, FH_INVALID, "a zone %d s east of UTC; it can be %d at most", o->zone_s,
                       MAX_ZONE_S);
    const uint32_t n = o->mode == FH_BRACKET ? o->n_edges - 1 : o->n_buckets;
    if (n < 1 || n > FH_RETENTION_MAX_BUCKETS)
        return fh_fail(err, FH_INVALID, "retention needs 1 to %d %s",
                       FH_RETENTION_MAX_BUCKETS + (o->mode == FH_BRACKET),
                       o->mode == FH_BRACKET ? "brackets, with an edge more" : "buckets");
    for (uint32_t i = 0; o->mode == FH_BRACKET && i < o->n_edges; i++)
        if (o->edges[i] > MAX_EDGE || (i && o->edges[i] <= o->edges[i - 1]))
            return fh_fail(err, FH_INVALID, "bracket edge %u: edges are days that rise, %d at most",
                           i, MAX_EDGE);
    return FH_OK;
}

static bool make_brackets(retention *f, const uint32_t *edges)
{
    const uint32_t n = f->n_buckets, days = edges[n];
    f->edges = FH_NEW_ARRAY(f->base.arena, uint32_t, (size_t)n + 1);
    f->bracket_of = FH_NEW_ARRAY(f->base.arena, uint16_t, days);
    if (!f->edges || !f->bracket_of) return false;
    memcpy(f->edges, edges, ((size_t)n + 1) * sizeof *edges);
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t day = edges[k]; day < edges[k + 1]; day++)
            f->bracket_of[day] = (uint16_t)(k + 1);
    fh_buf_put(&f->base.tag, edges, ((size_t)n + 1) * sizeof *edges);
    return true;
}

static bool make_months(retention *f)
{
    f->month_of = FH_NEW_ARRAY(f->base.arena, uint16_t, N_DAYS);
    if (!f->month_of) return false;
    for (uint32_t month = 0, day = 0; day < N_DAYS; month++) {
        const int64_t end = unit_start(f, month + 1) / DAY_S;
        for (; day < end && day < N_DAYS; day++) f->month_of[day] = (uint16_t)month;
    }
    return true;
}

static int64_t observed_ms(const fh_retention_options *o)
{
    int64_t ms = o->observed_until_ms;
    if (ms > FH_TIME_MAX_MS) ms = FH_TIME_MAX_MS;
    if (ms < FH_TIME_MIN_MS - 1) ms = FH_TIME_MIN_MS - 1;
    return ms + 1 - FH_TIME_MIN_MS + SHIFT_DAYS * FH_DAY_MS + (int64_t)o->zone_s * 1000;
}

static fh_status make_mandatory(retention *f, const fh_mandatory *m)
{
    fh_fold *fold = &f->base;
    fh_fold_tag(fold, m->directions);
    fh_fold_tag(fold, m->outcomes.bits ? m->outcomes.n : 0);
    fh_status s =
        fh_fold_tag_set(fold, &m->touchpoints, f->options.n_touchpoints, &f->must_touchpoint);
    if (!s) s = fh_fold_tag_set(fold, &m->outcomes, m->outcomes.n, &f->must_outcome);
    if (s) return s;
    if (m->directions) {
        uint8_t *is = FH_NEW_ARRAY(fold->arena, uint8_t, FH_N_DIRECTIONS);
        if (!is) return FH_NOMEM;
        for (uint32_t d = 0; d < FH_N_DIRECTIONS; d++) is[d] = m->directions >> d & 1;
        f->must_direction = is;
    }
    f->has_must = f->must_touchpoint || f->must_outcome || f->must_direction;
    return FH_OK;
}

static fh_status fill(retention *f, const fh_retention_options *o)
{
    fh_fold *fold = &f->base;
    f->n_buckets = o->mode == FH_BRACKET ? o->n_edges - 1 : o->n_buckets;
    f->by_cohort = !o->rolling && o->mode != FH_BRACKET;
    f->observed_ms = observed_ms(o);
    f->first_unit = N_DAYS;
    const uint64_t tag[] = {f->options.n_touchpoints,
                            o->unit,
                            o->mode,
                            o->rolling,
                            f->n_buckets,
                            (uint64_t)(int64_t)o->zone_s,
                            (uint64_t)(o->rolling ? f->observed_ms : f->observed_ms / FH_DAY_MS)};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) fh_fold_tag(fold, tag[i]);
    fh_status status = fh_fold_tag_set(fold, &o->born, f->options.n_touchpoints, &f->born);
    if (status == FH_OK)
        status = fh_fold_tag_set(fold, &o->back, f->options.n_touchpoints, &f->back);
    if (status == FH_OK) status = make_mandatory(f, &o->mandatory);
    if (status != FH_OK) return status;
    f->cohort_of = FH_NEW_ARRAY(fold->arena, uint16_t, N_DAYS);
    f->cohorts = FH_NEW_ARRAY(fold->arena, cohort, FH_RETENTION_MAX_COHORTS);
    f->returned = FH_NEW_ARRAY(fold->arena, uint64_t, f->n_buckets);
    if (!f->cohort_of || !f->cohorts || !f->returned) return FH_NOMEM;
    if (o->unit == FH_MONTH && !make_months(f)) return FH_NOMEM;
    if (o->mode == FH_BRACKET && !make_brackets(f, o->edges)) return FH_NOMEM;
    return FH_OK;
}

fh_status fh_retention_new(const fh_allocator *from, const fh_retention_options *options,
                           fh_fold **out, fh_error *err)
{
    uint32_t n = options->n_touchpoints;
    fh_status status = fh_fold_limit(&n, "touchpoints", err);
    if (status == FH_OK) status = check_options(options, err);
    if (status != FH_OK) return status;
    const fh_mandatory *must = &options->mandatory;
    const bool sets = options->born.bits || options->back.bits || must->touchpoints.bits;
    uint32_t columns = 1u << FH_COL_GAP;
    if (options->rolling) columns |= 1u << FH_COL_MS;
    if (sets) columns |= 1u << FH_COL_TOUCHPOINT;
    if (must->outcomes.bits) columns |= 1u << FH_COL_OUTCOME;
    if (must->directions) columns |= 1u << FH_COL_DIRECTION;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(retention), columns);
    if (!fold) return fh_no_memory(err);
    retention *f = (retention *)fold;
    f->options = *options;
    f->options.n_touchpoints = n;
    return fh_fold_made(fold, fill(f, options), out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static void read_cells(const retention *f, const cohort *c, fh_retention_cell *cells,
                       fh_retention_cell *overall)
{
    uint64_t reached_so_far = 0;
    for (uint32_t k = f->n_buckets; k-- > 0;) {
        reached_so_far += c->reached_to[k + 1];
        cells[k] =
            (fh_retention_cell){reached_so_far, c->returned[k], reached_so_far == c->stories};
        overall[k].reached += reached_so_far;
        if (f->by_cohort && cells[k].complete) overall[k].returned += c->returned[k];
        overall[k].complete &= cells[k].complete;
    }
}

fh_status fh_retention_read(const fh_fold *fold, fh_arena *arena, fh_retention *out, fh_error *err)
{
    const retention *f = (const retention *)fold;
    const fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    const size_t n = f->n_buckets;
    fh_retention_cell *overall = FH_NEW_ARRAY(arena, fh_retention_cell, n);
    fh_retention_cell *cells = FH_NEW_ARRAY(arena, fh_retention_cell, n * f->n_cohorts);
    fh_cohort *cohorts = FH_NEW_ARRAY(arena, fh_cohort, f->n_cohorts);
    if (!overall || !cells || !cohorts) return fh_no_memory(err);
    for (size_t k = 0; k < n; k++)
        overall[k] = (fh_retention_cell){.returned = f->returned[k], .complete = true};
    size_t m = 0;
    for (uint32_t unit = f->first_unit; unit < f->end_unit; unit++) {
        if (!f->cohort_of[unit]) continue;
        const cohort *c = &f->cohorts[f->cohort_of[unit] - 1];
        if (c->stories == 0) continue; /* all were taken away */
        const int64_t from_s =
            unit_start(f, unit) + FH_EPOCH_S - SHIFT_DAYS * DAY_S - f->options.zone_s;
        read_cells(f, c, cells + m * n, overall);
        cohorts[m] = (fh_cohort){from_s * 1000, c->stories, cells + m * n};
        m++;
    }
    *out = (fh_retention){f->n_stories, n, m, cohorts, overall};
    return FH_OK;
}
