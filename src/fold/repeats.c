/* repeats.c - contact again within a window.
 *
 * Contacts are gathered first, without a branch. Across problems a repeat is then
 * a matter of two neighbours in that list; within problems the last contact of
 * each problem of the story is remembered (contacts.h). Repeats are gathered in
 * the same way, and counted in a third pass.
 *
 * The common case - across problems, up to 64 departments - does all three passes
 * block by block, on the clock of blocks.h, and counts in the segment's own codes:
 * contacts of different stories are too far apart to be repeats, and whether a story
 * was counted already is told by the time since what was counted last. Where every
 * interaction is a contact nothing need be gathered: pairs of departments and the
 * number of each one's story are made for a block at a time.
 */
#include "fold/blocks.h"
#include "fold/contacts.h"
#include "fold/fold.h"
#include "fold/pairs.h"
#include "fold/written.h"

#include "base/sort.h"

#include <string.h>

enum { KEEP, CHANNELS, REPEATS, TALLIES, MAX_WIDTH = 64 };

typedef struct repeats {
    fh_fold base;
    fh_repeats_options options; /* the bitset not to be used */
    const uint8_t *channel;     /* [n_channels] or NULL: all */
    uint64_t n_contacts, n_stories, n_repeats, stories_with_repeat, n_other_department;
    uint64_t stamp; /* of the segment: a customer of another one is another customer */
    fh_pairs pairs;
} repeats;

/* A contact and the one before it. */
typedef struct repeat {
    uint64_t gap;
    uint32_t story;
    uint16_t from, to; /* departments */
} repeat;

static fh_status count_repeats(repeats *f, const fh_segment *seg, const repeat *list, uint32_t n,
                               fh_error *err)
{
    const int64_t unit_ms = seg->ms ? 1 : 1000;
    uint64_t stories = 0, other = 0;
    uint32_t story = UINT32_MAX;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t from = list[k].from, to = list[k].to;
        stories += list[k].story != story;
        story = list[k].story;
        const uint64_t customer = f->stamp << 32 | seg->customer[story];
        fh_pair_cell *cell = fh_pairs_at(&f->pairs, from, to);
        if (!cell) return FH_NOMEM;
        cell->count++;
        cell->customers += cell->stamp != customer;
        cell->stamp = customer;
        other += (from != 0) & (to != 0) & (from != to);
        if (!fh_fold_add_ms(&cell->sum, list[k].gap, unit_ms)) return fh_fold_too_long(err);
    }
    f->n_repeats += n;
    f->stories_with_repeat += stories;
    f->n_other_department += other;
    return FH_OK;
}

/* Both list the repeats among n contacts and return how many there are. */

/* A contact's `problem` is its story. */
static uint32_t follow_neighbours(const fh_contact *restrict c, uint32_t n, uint64_t window,
                                  repeat *restrict out)
{
    uint32_t m = 0;
    for (uint32_t k = 1; k < n; k++) {
        const uint64_t gap = c[k].at - c[k - 1].at;
        out[m] =
            (repeat){gap, c[k].problem, (uint16_t)c[k - 1].department, (uint16_t)c[k].department};
        m += (uint32_t)(gap <= window) & (uint32_t)(c[k].problem == c[k - 1].problem);
    }
    return m;
}

static uint32_t follow_problems(fh_episodes *problems, const fh_contacts *contacts,
                                uint32_t n_stories, uint64_t window, repeat *restrict out)
{
    uint32_t m = 0;
    for (uint32_t s = 0, k = 0; s < n_stories; s++) {
        fh_episodes_next(problems);
        for (; k < contacts->end[s]; k++) {
            const fh_contact *c = &contacts->contact[k];
            fh_episode *e = fh_episodes_at(problems, c->problem);
            const uint64_t gap = c->at - e->at;
            out[m] = (repeat){gap, s, (uint16_t)e->department, (uint16_t)c->department};
            m += e->seen & (gap <= window);
            e->seen = true;
            e->department = c->department;
            e->at = c->at;
        }
    }
    return m;
}

static fh_status follow_all(repeats *f, const fh_segment *seg, const fh_contacts *contacts,
                            bool by_story, fh_error *err)
{
    const uint64_t window = f->options.window_ms / (seg->ms ? 1 : 1000);
    const uint32_t n = contacts->end[seg->n_stories - 1];
    repeat *list = fh_fold_scratch(&f->base, REPEATS, (size_t)n + 1, sizeof *list);
    if (!list) return FH_NOMEM;
    f->n_contacts += n;
    for (uint32_t s = 0, before = 0; s < seg->n_stories; before = contacts->end[s++])
        f->n_stories += contacts->end[s] != before;
    f->stamp++;
    if (by_story)
        return count_repeats(f, seg, list, follow_neighbours(contacts->contact, n, window, list),
                             err);
    fh_episodes problems;
    const fh_status status = fh_episodes_init(&problems, &f->base, seg, contacts);
    if (status != FH_OK) return status;
    const uint32_t m = follow_problems(&problems, contacts, seg->n_stories, window, list);
    return count_repeats(f, seg, list, m, err);
}

/* Clears keep[i] unless the name of interaction i is counted. */
static void keep_counted(const fh_codes *c, uint32_t n, const uint8_t *restrict counts,
                         uint8_t *restrict keep)
{
    const uint8_t *restrict c8 = c->c8;
    const uint16_t *restrict c16 = c->c16;
    if (c8)
        for (uint32_t i = 0; i < n; i++) keep[i] &= counts[c8[i]];
    else if (c16)
        for (uint32_t i = 0; i < n; i++) keep[i] &= counts[c16[i]];
    else if (!counts[0])
        memset(keep, 0, n);
}

/* keep[i]: interaction i is a contact that counts. NULL: no memory. */
static const uint8_t *choose(repeats *f, const fh_segment *seg)
{
    uint8_t *keep = fh_fold_scratch(&f->base, KEEP, seg->n, 1);
    const uint8_t *counts = fh_fold_members(&f->base, CHANNELS, &seg->channel, f->channel);
    if (!keep || !counts) return NULL;
    memset(keep, 1, seg->n);
    keep_counted(&seg->channel, seg->n, counts, keep);
    if (!f->options.directions) return keep;
    uint8_t counted[FH_N_DIRECTIONS];
    const uint32_t n = fh_fold_n_codes(&seg->direction);
    for (uint32_t c = 0; c < n; c++)
        counted[c] = f->options.directions >> fh_fold_name(&seg->direction, c) & 1;
    keep_counted(&seg->direction, seg->n, counted, keep);
    return keep;
}

/* ---- The common path ----------------------------------------------------------- */

/* Of two departments in one segment. */
typedef struct tally {
    uint64_t gaps;
    uint64_t last; /* repeat: by the clock, or its story's number from 1 */
    uint64_t count;
    uint32_t stories;
} tally;

typedef struct neighbours {
    fh_clock clock;
    const uint8_t *department; /* [n] */
    const uint8_t *about;      /* [n] */
    const uint8_t *counts;     /* by `about`: 1: is a contact that counts, else 0 */
    uint32_t width;            /* department codes are below it */
    tally *tallies;            /* [width * width] by before, after */
    uint64_t window, now;
    uint64_t last; /* the clock at the last repeat */
    uint64_t n_contacts, n_stories, stories_with_repeat;
} neighbours;

/* The contacts of a block, behind the last one before it. */
typedef struct gathered {
    uint64_t at[FH_BLOCK + 2];
    uint8_t department[FH_BLOCK + 2];
    uint16_t repeat[FH_BLOCK + 1]; /* which repeat the one before them */
} gathered;

/* Returns how many contacts there are: 1 .. of the lists. */
static uint32_t gather_block(neighbours *p, uint32_t first, uint32_t n,
                             const uint64_t *restrict step, gathered *restrict g)
{
    const uint8_t *restrict about = p->about + first, *restrict counts = p->counts;
    const uint8_t *restrict department = p->department + first;
    uint64_t now = p->now;
    uint32_t k = 1;
    for (uint32_t i = 0; i < n; i++) {
        now += step[i];
        g->at[k] = now;
        g->department[k] = department[i];
        k += counts[about[i]];
    }
    p->now = now;
    p->n_contacts += k - 1;
    return k - 1;
}

/* Returns how many of n contacts are repeats. */
static uint32_t list_repeats(neighbours *p, uint32_t n, gathered *restrict g)
{
    const uint64_t window = p->window, apart = p->clock.apart;
    uint32_t m = 0, stories = 0;
    for (uint32_t k = 1; k <= n; k++) {
        const uint64_t gap = g->at[k] - g->at[k - 1];
        g->repeat[m] = (uint16_t)k;
        m += gap <= window;
        stories += gap >= apart;
    }
    p->n_stories += stories;
    return m;
}

static void count_block(neighbours *p, uint32_t m, const gathered *restrict g)
{
    const uint64_t apart = p->clock.apart;
    tally *restrict tallies = p->tallies;
    uint64_t last = p->last, stories = 0;
    for (uint32_t j = 0; j < m; j++) {
        const uint32_t k = g->repeat[j];
        const uint64_t at = g->at[k];
        tally *t = &tallies[g->department[k - 1] * p->width + g->department[k]];
        t->gaps += at - g->at[k - 1];
        t->count++;
        t->stories += at - t->last >= apart;
        t->last = at;
        stories += at - last >= apart;
        last = at;
    }
    p->last = last;
    p->stories_with_repeat += stories;
}

static fh_status collect(repeats *f, const fh_segment *seg, const neighbours *p, fh_error *err)
{
    for (uint32_t c = 0; c < p->width * p->width; c++) {
        const tally *t = &p->tallies[c];
        if (t->count == 0) continue;
        const uint32_t from = fh_fold_name(&seg->department, c / p->width);
        const uint32_t to = fh_fold_name(&seg->department, c % p->width);
        fh_pair_cell *cell = fh_pairs_at(&f->pairs, from, to);
        if (!cell) return FH_NOMEM;
        cell->count += t->count;
        cell->customers += t->stories;
        if (!fh_fold_add_ms(&cell->sum, t->gaps, seg->ms ? 1 : 1000)) return fh_fold_too_long(err);
        f->n_repeats += t->count;
        if (from && to && from != to) f->n_other_department += t->count;
    }
    f->n_contacts += p->n_contacts;
    f->n_stories += p->n_stories;
    f->stories_with_repeat += p->stories_with_repeat;
    return FH_OK;
}

static fh_status follow_blocks(repeats *f, const fh_segment *seg, neighbours *p, fh_error *err)
{
    uint64_t step[FH_BLOCK];
    gathered g;
    g.at[0] = 0;
    g.department[0] = 0;
    for (uint32_t first = 0; first < seg->n; first += FH_BLOCK) {
        const uint32_t left = seg->n - first, n = left < FH_BLOCK ? left : FH_BLOCK;
        fh_clock_steps(&p->clock, first, n, step);
        const uint32_t k = gather_block(p, first, n, step, &g);
        count_block(p, list_repeats(p, k, &g), &g);
        g.at[0] = g.at[k];
        g.department[0] = g.department[k];
    }
    return collect(f, seg, p, err);
}

/* ---- Where every interaction is a contact ---------------------------------------- */

static bool counts_all(const repeats *f, const fh_segment *seg)
{
    const uint32_t n = f->options.directions ? fh_fold_n_codes(&seg->direction) : 0;
    bool all = !f->channel;
    for (uint32_t c = 0; c < n; c++)
        all = all && f->options.directions >> fh_fold_name(&seg->direction, c) & 1;
    return all;
}

/* The interactions of a block. */
typedef struct every {
    uint64_t step[FH_BLOCK];
    uint32_t story[FH_BLOCK + FH_BLOCK_SPARE];
    uint16_t pair[FH_BLOCK]; /* of departments: which of the tallies */
    uint16_t repeat[FH_BLOCK + 1];
} every;

/* A story's first has what is before it in memory, and is no repeat. */
static void pair_departments(const neighbours *p, uint32_t first, uint32_t n, every *e)
{
    const uint8_t *department = p->department + first, *before = department - 1;
    const uint16_t width = (uint16_t)p->width;
    uint16_t *restrict pair = e->pair;
    for (uint32_t k = 0; k < n; k++) pair[k] = (uint16_t)(before[k] * width + department[k]);
}

static uint32_t list_every(const neighbours *p, uint32_t n, every *restrict e)
{
    const uint64_t window = p->window;
    uint32_t m = 0;
    for (uint32_t k = 0; k < n; k++) {
        e->repeat[m] = (uint16_t)k;
        m += e->step[k] <= window;
    }
    return m;
}

static void count_every(neighbours *p, uint32_t m, const every *restrict e)
{
    tally *restrict tallies = p->tallies;
    uint64_t last = p->last, stories = 0;
    for (uint32_t j = 0; j < m; j++) {
        const uint32_t k = e->repeat[j];
        const uint64_t story = e->story[k];
        tally *t = &tallies[e->pair[k]];
        t->gaps += e->step[k];
        t->count++;
        t->stories += t->last < story;
        t->last = story;
        stories += last < story;
        last = story;
    }
    p->last = last;
    p->stories_with_repeat += stories;
}

static fh_status follow_every(repeats *f, const fh_segment *seg, neighbours *p, fh_error *err)
{
    every e;
    for (uint32_t first = 0; first < seg->n; first += FH_BLOCK) {
        const uint32_t left = seg->n - first, n = left < FH_BLOCK ? left : FH_BLOCK;
        fh_clock_stories(&p->clock, first, n, e.story);
        fh_clock_steps(&p->clock, first, n, e.step);
        pair_departments(p, first, n, &e);
        count_every(p, list_every(p, n, &e), &e);
    }
    p->n_contacts = seg->n;
    p->n_stories = seg->n_stories;
    return collect(f, seg, p, err);
}

static fh_status add_neighbours(repeats *f, const fh_segment *seg, fh_error *err)
{
    const uint64_t window = f->options.window_ms / (seg->ms ? 1 : 1000);
    neighbours p = {.clock = fh_clock_of(seg),
                    .department = seg->department.c8,
                    .width = fh_fold_n_codes(&seg->department)};
    static const uint8_t is_kept[] = {0, 1};
    p.window = window < p.clock.apart ? window : p.clock.apart - 1;
    p.tallies = fh_fold_scratch(&f->base, TALLIES, p.width * p.width, sizeof *p.tallies);
    if (!p.tallies) return FH_NOMEM;
    memset(p.tallies, 0, p.width * p.width * sizeof *p.tallies);
    if (counts_all(f, seg)) return follow_every(f, seg, &p, err);
    if (seg->channel.c8 && (!f->options.directions || fh_fold_n_codes(&seg->direction) == 1)) {
        p.about = seg->channel.c8;
        p.counts = fh_fold_members(&f->base, CHANNELS, &seg->channel, f->channel);
        if (f->options.directions && !(f->options.directions & 1u << FH_DIR_NONE)) return FH_OK;
    } else {
        p.about = choose(f, seg);
        p.counts = is_kept;
    }
    return p.about && p.counts ? follow_blocks(f, seg, &p, err) : FH_NOMEM;
}

/* Each story is another customer's, and the clock holds them all? */
static bool is_plain(const fh_segment *seg)
{
    if (!seg->department.c8 || fh_fold_n_codes(&seg->department) > MAX_WIDTH) return false;
    if (seg->n > FH_CLOCK_MAX) return false;
    uint32_t same = 0;
    for (uint32_t s = 1; s < seg->n_stories; s++) same |= seg->customer[s] == seg->customer[s - 1];
    return !same;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    repeats *f = (repeats *)fold;
    fh_status status = fh_fold_check(&seg->department, f->options.n_departments, "department", err);
    if (status == FH_OK && f->channel)
        status = fh_fold_check(&seg->channel, f->options.n_channels, "channel", err);
    if (status == FH_OK && f->options.directions)
        status = fh_fold_check(&seg->direction, FH_N_DIRECTIONS, "direction", err);
    if (status != FH_OK) return status;
    const bool by_story = f->options.other_problem_too || !seg->problem;
    if (by_story && is_plain(seg)) return add_neighbours(f, seg, err);
    const uint8_t *keep = choose(f, seg);
    if (!keep) return FH_NOMEM;
    fh_contacts contacts;
    status = fh_contacts_gather(fold, seg, keep, by_story, &contacts);
    return status == FH_OK ? follow_all(f, seg, &contacts, by_story, err) : status;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    repeats *into = (repeats *)into_;
    const repeats *from = (const repeats *)from_;
    into->n_contacts += from->n_contacts;
    into->n_stories += from->n_stories;
    into->n_repeats += from->n_repeats;
    into->stories_with_repeat += from->stories_with_repeat;
    into->n_other_department += from->n_other_department;
    return fh_pairs_merge(&into->pairs, &from->pairs, err);
}

static void release(fh_fold *fold)
{
    fh_pairs_free(&((repeats *)fold)->pairs);
}

static fh_status take(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    repeats *into = (repeats *)into_;
    const repeats *from = (const repeats *)from_;
    if (!fh_fold_take(&into->n_contacts, from->n_contacts) ||
        !fh_fold_take(&into->n_stories, from->n_stories) ||
        !fh_fold_take(&into->n_repeats, from->n_repeats) ||
        !fh_fold_take(&into->stories_with_repeat, from->stories_with_repeat) ||
        !fh_fold_take(&into->n_other_department, from->n_other_department))
        return fh_fold_not_there(err);
    return fh_pairs_take(&into->pairs, &from->pairs, err);
}

static fh_status written(fh_fold *fold, fh_written *w)
{
    repeats *f = (repeats *)fold;
    fh_written_counts(w, &f->n_contacts, 1);
    fh_written_counts(w, &f->n_stories, 1);
    fh_written_counts(w, &f->n_repeats, 1);
    fh_written_counts(w, &f->stories_with_repeat, 1);
    fh_written_counts(w, &f->n_other_department, 1);
    fh_written_pairs(w, &f->pairs, false);
    return w->status;
}

static const fh_fold_kind kind = {"repeats", add, merge, release, take, NULL, NULL, written};

fh_status fh_repeats_new(const fh_allocator *from, const fh_repeats_options *options, fh_fold **out,
                         fh_error *err)
{
    fh_repeats_options o = *options;
    fh_status status = fh_fold_limit(&o.n_departments, "departments", err);
    if (status == FH_OK) status = fh_fold_limit(&o.n_channels, "channels", err);
    if (status != FH_OK) return status;
    uint32_t columns = 1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_DEPARTMENT;
    if (o.channels.bits) columns |= 1u << FH_COL_CHANNEL;
    if (o.directions) columns |= 1u << FH_COL_DIRECTION;
    if (!o.other_problem_too) columns |= 1u << FH_COL_PROBLEM;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(repeats), columns);
    if (!fold) return fh_no_memory(err);
    repeats *f = (repeats *)fold;
    f->options = o;
    const uint64_t tag[] = {o.n_departments, o.n_channels, o.directions, o.window_ms,
                            o.other_problem_too};
    for (size_t i = 0; i < sizeof tag / sizeof *tag; i++) fh_fold_tag(fold, tag[i]);
    status = fh_fold_tag_set(fold, &o.channels, o.n_channels, &f->channel);
    if (status == FH_OK)
        status = fh_pairs_init(&f->pairs, &fold->from, o.n_departments, o.n_departments);
    return fh_fold_made(fold, status, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_count(const void *a, const void *b, void *ctx)
{
    const fh_repeat *x = a, *y = b;
    (void)ctx;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

fh_status fh_repeats_read(const fh_fold *fold, fh_arena *arena, fh_repeats *out, fh_error *err)
{
    const repeats *f = (const repeats *)fold;
    const fh_status status = fh_fold_readable(fold, &kind, err);
    if (status != FH_OK) return status;
    const fh_pairs *p = &f->pairs;
    fh_repeat *list = FH_NEW_ARRAY(arena, fh_repeat, fh_pairs_counted(p));
    if (!list) return fh_no_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const fh_pair_cell *c = &p->cell[i];
        if (c->count)
            list[n++] =
                (fh_repeat){fh_pairs_a(p, i), fh_pairs_b(p, i), c->count, c->customers, c->sum};
    }
    if (fh_sort(&fold->from, list, n, sizeof *list, by_count, NULL) != FH_OK)
        return fh_no_memory(err);
    *out = (fh_repeats){
        f->n_contacts, f->n_stories, f->n_repeats, f->stories_with_repeat, f->n_other_department, n,
        list};
    return FH_OK;
}
