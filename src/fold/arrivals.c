/* arrivals.c - when people come, and by which channel: interactions, stories and
 * newcomers of every calendar month, interactions and stories of every channel.
 *
 * A table tells the month of each day that a time can lie on; times rise within
 * a story, so a story is new to a month when the month differs from the last.
 */
#include "fold/fold.h"

#include "base/sort.h"
#include "base/time.h"

enum {
    CODES,
    RECORDS,
    DAYS = 49712 + 2,      /* 1939-12-31 to 2076-02-07: zones reach beyond the times' ends */
    MONTHS = 137 * 12 + 2, /* December 1939 to February 2076, and some */
    DAY_S = 86400
};

typedef struct month {
    uint64_t count, stories, newcomers;
} month;

typedef struct record { /* of one local code in one segment */
    uint32_t stamp;     /* last story counted, from 1 */
    uint32_t count, stories;
} record;

typedef struct channel {
    uint64_t count, stories;
} channel;

typedef struct arrivals {
    fh_fold base;
    fh_arrivals_options options;
    uint64_t n_interactions, n_stories;
    uint16_t *month_of; /* [DAYS] from 1939-12-31 on */
    month *months;      /* [MONTHS] from December 1939 on */
    channel *channels;  /* [n_channels] */
} arrivals;

static uint32_t month_at(const arrivals *f, uint64_t at_s)
{
    const int64_t local = (int64_t)at_s + f->options.zone_s + DAY_S;
    return f->month_of[local / DAY_S];
}

static void count_months(arrivals *f, const fh_segment *seg)
{
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at = seg->first_s[s];
        uint32_t last = month_at(f, at);
        f->months[last].newcomers++;
        f->months[last].stories++;
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            at += seg->gap_s[i];
            const uint32_t now = month_at(f, at);
            f->months[now].count++;
            f->months[now].stories += now != last;
            last = now;
        }
    }
}

static fh_status count_channels(arrivals *f, const fh_segment *seg)
{
    const uint32_t n_codes = fh_fold_n_codes(&seg->channel);
    const uint16_t *code = fh_fold_codes(&f->base, CODES, &seg->channel, seg->n);
    record *r = fh_fold_scratch(&f->base, RECORDS, n_codes, sizeof *r);
    if (!code || !r) return FH_NOMEM;
    for (uint32_t c = 0; c < n_codes; c++) r[c] = (record){0};
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            record *x = &r[code[i]];
            x->count++;
            x->stories += x->stamp != s + 1;
            x->stamp = s + 1;
        }
    }
    for (uint32_t c = 0; c < n_codes; c++) {
        channel *to = &f->channels[fh_fold_name(&seg->channel, c)];
        to->count += r[c].count;
        to->stories += r[c].stories;
    }
    return FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    arrivals *f = (arrivals *)fold;
    const fh_status status = fh_fold_check(&seg->channel, f->options.n_channels, "channel", err);
    if (status != FH_OK) return status;
    f->n_interactions += seg->n;
    f->n_stories += seg->n_stories;
    count_months(f, seg);
    return count_channels(f, seg);
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    (void)err;
    arrivals *into = (arrivals *)into_;
    const arrivals *from = (const arrivals *)from_;
    into->n_interactions += from->n_interactions;
    into->n_stories += from->n_stories;
    for (uint32_t m = 0; m < MONTHS; m++) {
        into->months[m].count += from->months[m].count;
        into->months[m].stories += from->months[m].stories;
        into->months[m].newcomers += from->months[m].newcomers;
    }
    for (uint32_t c = 0; c < into->options.n_channels; c++) {
        into->channels[c].count += from->channels[c].count;
        into->channels[c].stories += from->channels[c].stories;
    }
    return FH_OK;
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    arrivals *into = (arrivals *)into_;
    const arrivals *from = (const arrivals *)from_;
    bool ok = fh_fold_take(&into->n_interactions, from->n_interactions) &&
              fh_fold_take(&into->n_stories, from->n_stories);
    for (uint32_t m = 0; m < MONTHS && ok; m++)
        ok = fh_fold_take(&into->months[m].count, from->months[m].count) &&
             fh_fold_take(&into->months[m].stories, from->months[m].stories) &&
             fh_fold_take(&into->months[m].newcomers, from->months[m].newcomers);
    for (uint32_t c = 0; c < into->options.n_channels && ok; c++)
        ok = fh_fold_take(&into->channels[c].count, from->channels[c].count) &&
             fh_fold_take(&into->channels[c].stories, from->channels[c].stories);
    return ok ? FH_OK : fh_fold_not_there(err);
}

static const fh_fold_kind kind = {"arrivals", add, merge, NULL, take, NULL, NULL, NULL};

static void fill_calendar(uint16_t *month_of)
{
    for (int32_t d = 0; d < DAYS; d++) {
        const fh_civil c = fh_civil_of(FH_TIME_MIN_MS + (int64_t)(d - 1) * FH_DAY_MS);
        month_of[d] = (uint16_t)((c.year - 1940) * 12 + c.month);
    }
}

fh_status fh_arrivals_new(const fh_allocator *from, const fh_arrivals_options *options,
                          fh_fold **out, fh_error *err)
{
    fh_arrivals_options o = *options;
    fh_status status = fh_fold_limit(&o.n_channels, "channels", err);
    if (status != FH_OK) return status;
    if (o.zone_s < -DAY_S || o.zone_s > DAY_S)
        return fh_fail(err, FH_INVALID, "a zone lies at most a day from UTC");
    fh_fold *fold =
        fh_fold_new(from, &kind, sizeof(arrivals), 1u << FH_COL_GAP | 1u << FH_COL_CHANNEL);
    if (!fold) return fh_no_memory(err);
    arrivals *f = (arrivals *)fold;
    f->options = o;
    fh_fold_tag(fold, o.n_channels);
    fh_fold_tag(fold, (uint64_t)(int64_t)o.zone_s);
    f->month_of = FH_NEW_ARRAY(fold->arena, uint16_t, DAYS);
    f->months = FH_NEW_ARRAY(fold->arena, month, MONTHS);
    f->channels = FH_NEW_ARRAY(fold->arena, channel, o.n_channels);
    status = f->month_of && f->months && f->channels ? FH_OK : FH_NOMEM;
    if (status == FH_OK) fill_calendar(f->month_of);
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int64_t from_of(const arrivals *f, uint32_t m)
{
    const int32_t after = (int32_t)m - 1; /* months since January 1940 */
    const int32_t year = 1940 + (after < 0 ? -1 : after / 12);
    return fh_days_from_civil(year, after < 0 ? 12 : after % 12 + 1, 1) * FH_DAY_MS -
           f->options.zone_s * FH_SECOND_MS;
}

static fh_status read_months(const arrivals *f, fh_arena *arena, fh_arrivals *out)
{
    uint32_t first = 0, end = MONTHS;
    while (first < end && f->months[first].count == 0) first++;
    while (end > first && f->months[end - 1].count == 0) end--;
    fh_arrivals_month *months = FH_NEW_ARRAY(arena, fh_arrivals_month, end - first);
    if (!months) return FH_NOMEM;
    for (uint32_t m = first; m < end; m++)
        months[m - first] = (fh_arrivals_month){from_of(f, m), f->months[m].count,
                                                f->months[m].stories, f->months[m].newcomers};
    out->months = months;
    out->n_months = end - first;
    return FH_OK;
}

static int by_count(const void *a, const void *b, void *ctx)
{
    const fh_arrivals_channel *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->channel > y->channel) - (x->channel < y->channel);
}

static fh_status read_channels(const arrivals *f, fh_arena *arena, fh_arrivals *out)
{
    fh_arrivals_channel *list = FH_NEW_ARRAY(arena, fh_arrivals_channel, f->options.n_channels);
    if (!list) return FH_NOMEM;
    for (uint32_t c = 0; c < f->options.n_channels; c++)
        if (f->channels[c].count)
            list[out->n_channels++] =
                (fh_arrivals_channel){c, f->channels[c].count, f->channels[c].stories};
    out->channels = list;
    return fh_sort(&f->base.from, list, out->n_channels, sizeof *list, by_count, NULL);
}

fh_status fh_arrivals_read(const fh_fold *fold, fh_arena *arena, fh_arrivals *out, fh_error *err)
{
    const arrivals *f = (const arrivals *)fold;
    fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    fh_arrivals r = {.n_interactions = f->n_interactions, .n_stories = f->n_stories};
    status = read_months(f, arena, &r);
    if (status == FH_OK) status = read_channels(f, arena, &r);
    if (status != FH_OK) return fh_no_memory(err);
    *out = r;
    return FH_OK;
}
