/* select.c - the part of a segment a question is about.
 *
 *     pass[n]    1 where an interaction meets every condition on interactions;
 *                names are looked up in a table of the segment's own codes
 *     at[n]      its time in whole seconds
 *     index[m]   what stays, story by story; by problem, each customer's are put
 *                in groups first, in the order in which problems appear
 *
 * A story that then fails a condition on stories is taken off index[] again; those on
 * the order of what happened are in walked.c.
 * Gaps are the differences of at[] between neighbours that stay. Where one stretch of each story is
 * left, as by a period, stretch.c does it in less.
 */
#include "story/flat.h"
#include "story/passed.h"
#include "story/pick.h"
#include "story/stretch.h"
#include "story/walked.h"

enum { /* scratch slots */
       PASS = 0,
       AT = 1,
       INDEX = 2,
       TABLE = FH_PASSED_SCRATCH,
       GROUP = 5,
       PLACES = 6,
       SORTED = 7,
       SIZES = 8,
       MARKS = FH_WALKED_SCRATCH + FH_WALKED_SLOTS,
       MARKED = MARKS + 1,
       PICKED = MARKS + 2
};

bool fh_filter_is_everything(const fh_filter *f)
{
    return !f->has_from && !f->has_until && !f->touchpoints.bits && !f->channels.bits &&
           !f->departments.bits && !f->outcomes.bits && !f->directions && !f->has_value_min &&
           !f->has_value_max && !f->passed.bits && !f->not_passed.bits && !f->n_followed &&
           !f->n_way && !f->n_handed && !f->repeated && !f->customers.bits && !f->by_problem &&
           !f->severe;
}

static uint32_t columns_of_sets(const fh_filter *f)
{
    uint32_t columns = f->severe ? fh_severe_columns(f->severe) : 0;
    if (f->channels.bits) columns |= 1u << FH_COL_CHANNEL;
    if (f->departments.bits || f->n_handed) columns |= 1u << FH_COL_DEPARTMENT;
    if (f->outcomes.bits) columns |= 1u << FH_COL_OUTCOME;
    return columns;
}

uint32_t fh_filter_columns(const fh_filter *f)
{
    uint32_t columns = columns_of_sets(f) | 1u << FH_COL_STORIES | 1u << FH_COL_GAP;
    if (f->has_from || f->has_until || f->repeated) columns |= 1u << FH_COL_MS;
    if (f->touchpoints.bits || f->passed.bits || f->not_passed.bits || f->n_followed || f->n_way)
        columns |= 1u << FH_COL_TOUCHPOINT;
    if (f->directions || f->repeated) columns |= 1u << FH_COL_DIRECTION;
    if (f->has_value_min || f->has_value_max) columns |= 1u << FH_COL_VALUE;
    if (f->by_problem || f->n_handed || f->repeated) columns |= 1u << FH_COL_PROBLEM;
    return columns;
}

typedef struct selection {
    fh_space *space;
    const fh_segment *in;
    const fh_filter *f;
    uint8_t *pass;   /* [n], NULL: all pass           */
    uint8_t *mark;   /* [n] rules broken; NULL: not asked for */
    uint32_t *at;    /* [n] seconds                   */
    uint32_t *index; /* [n_kept] places in `in`       */
    uint32_t n_kept, n_stories;
    uint32_t *customer, *start, *first, *gap;
    fh_passed passed;
    fh_walked walked;
} selection;

/* ---- Conditions on interactions ------------------------------------------------- */

/* Keeps what has a name for which table[code] is 1. */
static void filter_codes(uint8_t *pass, const fh_codes *codes, const uint8_t *table, uint32_t n)
{
    if (codes->c8)
        for (uint32_t i = 0; i < n; i++) pass[i] &= table[codes->c8[i]];
    else if (codes->c16)
        for (uint32_t i = 0; i < n; i++) pass[i] &= table[codes->c16[i]];
    else if (!table[0])
        memset(pass, 0, n);
}

static bool filter_names(selection *s, fh_column col, const fh_bitset *set, uint32_t directions)
{
    const fh_codes *codes = fh_codes_in(s->in, col);
    if (!set->bits && !directions) return true;
    const uint32_t n_names = codes->n_names ? codes->n_names : 1;
    uint8_t *table = fh_space_scratch(s->space, TABLE, n_names < 256 ? 256 : n_names, 1);
    if (!table) return false;
    for (uint32_t c = 0; c < n_names; c++) {
        const uint32_t name = c ? codes->name[c] : 0;
        table[c] = directions ? name < 32 && directions >> name & 1 : fh_in_set(set, name);
    }
    filter_codes(s->pass, codes, table, s->in->n);
    return true;
}

static void filter_values(selection *s)
{
    const fh_filter *f = s->f;
    const int64_t min = f->has_value_min ? f->value_min : INT64_MIN;
    const int64_t max = f->has_value_max ? f->value_max : INT64_MAX;
    if (!f->has_value_min && !f->has_value_max) return;
    const int64_t *value = s->in->value;
    for (uint32_t i = 0; i < s->in->n; i++) {
        const bool fits = value && value[i] >= min && value[i] <= max;
        s->pass[i] &= fits && fh_bit(s->in->has_value, i);
    }
}

static void filter_times(selection *s)
{
    const fh_filter *f = s->f;
    if (!f->has_from && !f->has_until) return;
    const int64_t from = f->has_from ? f->from_ms : INT64_MIN;
    const int64_t until = f->has_until ? f->until_ms : INT64_MAX;
    const uint16_t *ms = s->in->ms;
    for (uint32_t i = 0; i < s->in->n; i++) {
        const int64_t at = fh_instant_ms(s->at[i], ms ? ms[i] : 0);
        s->pass[i] &= at >= from && at < until;
    }
}

static bool filter_interactions(selection *s)
{
    static const fh_bitset no_set;
    const fh_filter *f = s->f;
    memset(s->pass, 1, s->in->n);
    filter_times(s);
    filter_values(s);
    if (f->by_problem)
        for (uint32_t i = 0; i < s->in->n; i++) s->pass[i] &= s->in->problem && s->in->problem[i];
    return filter_names(s, FH_COL_TOUCHPOINT, &f->touchpoints, 0) &&
           filter_names(s, FH_COL_CHANNEL, &f->channels, 0) &&
           filter_names(s, FH_COL_DEPARTMENT, &f->departments, 0) &&
           filter_names(s, FH_COL_OUTCOME, &f->outcomes, 0) &&
           filter_names(s, FH_COL_DIRECTION, &no_set, f->directions);
}

/* What broke badly: in the whole story, whatever else is left out of it. */
static bool mark_severe(selection *s)
{
    const fh_severe *rules = s->f->severe;
    if (!rules) return true;
    void *scratch = fh_space_scratch(s->space, MARKS, fh_severe_scratch(rules, s->in), 1);
    s->mark = fh_space_scratch(s->space, MARKED, s->in->n, 1);
    if (!scratch || !s->mark) return false;
    fh_severe_mark(rules, s->in, scratch, s->mark);
    if (s->f->broken)
        for (uint32_t i = 0; i < s->in->n; i++) s->pass[i] &= (s->mark[i] & s->f->broken) != 0;
    return true;
}

static void fill_times(selection *s)
{
    const fh_segment *in = s->in;
    for (uint32_t story = 0; story < in->n_stories; story++) {
        uint32_t at = in->first_s[story];
        for (uint32_t i = in->start[story]; i < in->start[story + 1]; i++)
            s->at[i] = at += in->gap_s[i];
    }
}

/* ---- Conditions on stories --------------------------------------------------------- */

/* index[from .. n_kept) is a story; keeps it or takes it off again. */
static void end_story(selection *s, uint32_t from, uint32_t customer)
{
    if (s->n_kept == from) return;
    if (!fh_passed_stays(&s->passed, s->index + from, 0, s->n_kept - from) ||
        !fh_walked_stays(&s->walked, s->index + from, s->n_kept - from)) {
        s->n_kept = from;
        return;
    }
    uint32_t before = s->at[s->index[from]];
    s->customer[s->n_stories] = customer;
    s->start[s->n_stories] = from;
    s->first[s->n_stories++] = before;
    for (uint32_t k = from; k < s->n_kept; k++) {
        const uint32_t at = s->at[s->index[k]];
        s->gap[k] = at - before;
        before = at;
    }
}

/* ---- By problem ----------------------------------------------------------------------- */

/* Puts index[from ..) in groups by problem, in order within each, and ends a
 * story after each. */
static bool end_problems(selection *s, uint32_t from, uint32_t customer)
{
    const uint32_t n = s->n_kept - from;
    uint32_t places = 4;
    while (places < 2 * n) places *= 2;
    uint32_t *group = fh_space_scratch(s->space, GROUP, n, sizeof *group);
    uint32_t *place = fh_space_scratch(s->space, PLACES, places, sizeof *place);
    uint32_t *sorted = fh_space_scratch(s->space, SORTED, n, sizeof *sorted);
    uint32_t *end = fh_space_scratch(s->space, SIZES, (size_t)n + 1, sizeof *end);
    if (!group || !place || !sorted || !end) return false;
    const uint32_t n_groups =
        fh_number_problems(s->in->problem, s->index + from, n, group, place, places - 1);
    memset(end, 0, ((size_t)n_groups + 1) * sizeof *end);
    for (uint32_t k = 0; k < n; k++) end[group[k] + 1]++;
    for (uint32_t g = 0; g < n_groups; g++) end[g + 1] += end[g];
    for (uint32_t k = 0; k < n; k++) sorted[end[group[k]]++] = s->index[from + k];
    s->n_kept = from;
    for (uint32_t g = 0, k = 0; g < n_groups; g++) {
        const uint32_t begin = s->n_kept;
        for (; k < end[g]; k++) s->index[s->n_kept++] = sorted[k];
        end_story(s, begin, customer);
    }
    return true;
}

/* ---- All together ----------------------------------------------------------------------- */

static bool prepare(selection *s)
{
    const uint32_t n = s->in->n;
    s->pass = fh_space_scratch(s->space, PASS, n, 1);
    s->at = fh_space_scratch(s->space, AT, n, sizeof *s->at);
    s->index = fh_space_scratch(s->space, INDEX, n, sizeof *s->index);
    /* By problem there may be as many stories as interactions. */
    const uint32_t stories = s->f->by_problem ? n : s->in->n_stories;
    s->customer = fh_space_part(s->space, FH_COL_STORIES, FH_PART_MAIN, stories, 4);
    s->start = fh_space_part(s->space, FH_COL_STORIES, FH_PART_ASIDE, (size_t)stories + 1, 4);
    s->first = fh_space_part(s->space, FH_COL_STORIES, FH_PART_FIRST, stories, 4);
    s->gap = fh_space_part(s->space, FH_COL_GAP, FH_PART_MAIN, n, sizeof *s->gap);
    if (!s->pass || !s->at || !s->index || !s->customer || !s->start || !s->first || !s->gap)
        return false;
    fill_times(s);
    return filter_interactions(s) && mark_severe(s) &&
           fh_passed_begin(&s->passed, s->space, s->in, s->f) &&
           fh_walked_begin(&s->walked, s->space, s->in, s->at, s->f);
}

static bool choose(selection *s)
{
    const fh_segment *in = s->in;
    for (uint32_t story = 0; story < in->n_stories; story++) {
        const uint32_t customer = in->customer[story], from = s->n_kept;
        if (s->f->customers.bits && !fh_in_set(&s->f->customers, customer)) continue;
        uint32_t kept = from;
        for (uint32_t i = in->start[story]; i < in->start[story + 1]; i++) {
            s->index[kept] = i;
            kept += s->pass[i];
        }
        s->n_kept = kept;
        if (!s->f->by_problem)
            end_story(s, from, customer);
        else if (kept > from && !end_problems(s, from, customer))
            return false;
    }
    s->start[s->n_stories] = s->n_kept;
    return true;
}

static bool pick_marks(selection *s)
{
    uint8_t *mark = fh_space_scratch(s->space, PICKED, s->n_kept, 1);
    if (!mark) return false;
    for (uint32_t k = 0; k < s->n_kept; k++) mark[k] = s->mark[s->index[k]];
    s->space->seg.severe = mark;
    return true;
}

fh_status fh_segment_select(fh_space *space, const fh_segment *in, const fh_filter *f,
                            uint32_t columns, fh_error *err)
{
    selection s = {.space = space, .in = in, .f = f};
    if (!in->gap_s && in->n) return fh_fail(err, FH_INVALID, "a segment without gaps");
    fh_space_clear(space);
    if (fh_filter_leaves_stretches(f)) {
        if (fh_stretch_select(space, in, f, columns)) return FH_OK;
        fh_space_clear(space);
        return fh_no_memory(err);
    }
    if (!prepare(&s) || !choose(&s)) return fh_no_memory(err);
    const fh_picked which = {.index = s.index};
    fh_segment *seg = &space->seg;
    seg->n = s.n_kept;
    seg->n_stories = s.n_stories;
    seg->customer = s.customer;
    seg->start = s.start;
    seg->first_s = s.first;
    seg->gap_s = s.gap;
    seg->columns = 1u << FH_COL_STORIES | 1u << FH_COL_GAP;
    bool picked = fh_pick(space, in, columns, &which);
    if (picked && s.mark) picked = pick_marks(&s);
    if (picked) return FH_OK;
    fh_space_clear(space);
    return fh_no_memory(err);
}
