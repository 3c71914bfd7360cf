/* merge.c - segments whose customers overlap become one view.
 *
 * Inputs are walked side by side by customer. A customer only one input has is
 * copied as it stands, together with its neighbours, as one run. Otherwise the
 * stories are merged in the order of time, copies are dropped, and what is left
 * becomes runs again; the columns are spliced from the runs at the end.
 *
 * Always: of equal times the older input goes first; the runs cover the result
 * from its beginning without a hole.
 */
#include "story/flat.h"
#include "story/same.h"
#include "story/splice.h"

#include "base/sort.h"

#include <stddef.h>

enum {
    ENTRIES = 0,
    SPARE = 1,
    RUNS = 2,
    PATCHES = 8,
    CURSORS = 9,
    LIST = 10,
    SORTED = 11,
    HAVING = 12,
    WHEN = 13
};
enum { FEW_INPUTS = 4 };

typedef struct cursor {
    uint64_t customer;   /* of the next story; UINT64_MAX: there is none */
    uint32_t story, end; /* the next story, and where to stop           */
    bool given;          /* some id was given by a source               */
    bool mixed;          /* there are interactions from several imports */
} cursor;

/* A story of an input. */
typedef struct place {
    uint32_t customer, input, story;
} place;

typedef struct times {
    uint64_t first, last;
} times;

typedef struct patch {
    uint32_t at, origin;
} patch;

typedef struct merge {
    fh_space *space;
    const fh_segment *const *in;
    uint32_t n_in;
    cursor *at; /* [n_in] */
    fh_entry *entry, *spare;
    fh_run *run;
    patch *patch;
    uint32_t *customer, *start, *first;
    uint32_t n, n_stories, n_runs, n_patches;
    uint64_t n_duplicates;
    bool join;     /* no two are the same: nothing is compared */
    place *having; /* [n_in] the stories of the customer at hand, and */
    times *when;   /* [n_in] */
    fh_same same;
} merge;

static uint32_t first_story_from(const fh_segment *seg, uint32_t customer)
{
    uint32_t lo = 0, hi = seg->n_stories;
    while (lo < hi) {
        const uint32_t mid = lo + (hi - lo) / 2;
        if (seg->customer[mid] < customer)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* Where the cursor stands now: whoever looks for the next customer goes through all cursors. */
static void look_again(cursor *c, const fh_segment *seg)
{
    c->customer = c->story < c->end ? seg->customer[c->story] : UINT64_MAX;
}

static cursor look_at(const fh_segment *seg, uint32_t lo, uint32_t hi, bool join)
{
    cursor c = {.story = first_story_from(seg, lo), .end = seg->n_stories};
    if (hi < UINT32_MAX) c.end = first_story_from(seg, hi + 1);
    if (c.story >= c.end) c.end = c.story;
    look_again(&c, seg);
    if (join) return c;
    const uint32_t from = seg->start[c.story], to = seg->start[c.end];
    for (uint32_t i = from; seg->id && i < to && !c.given; i++) c.given = seg->id[i] >> 63;
    for (uint32_t i = from; seg->origin && i < to && !c.mixed; i++)
        c.mixed = seg->origin[i] != seg->origin[from];
    return c;
}

static fh_status prepare(merge *m, uint32_t lo, uint32_t hi, fh_error *err)
{
    size_t n = 0, stories = 0;
    m->at = fh_space_scratch(m->space, CURSORS, m->n_in, sizeof *m->at);
    m->having = fh_space_scratch(m->space, HAVING, m->n_in, sizeof *m->having);
    m->when = fh_space_scratch(m->space, WHEN, m->n_in, sizeof *m->when);
    if (!m->at || !m->having || !m->when) return fh_no_memory(err);
    for (uint32_t k = 0; k < m->n_in; k++) {
        const fh_segment *seg = m->in[k];
        if (!seg->gap_s && seg->n)
            return fh_fail(err, FH_INVALID, "input %u of a merge has no gaps", k);
        m->at[k] = look_at(seg, lo, hi, m->join);
        n += seg->start[m->at[k].end] - seg->start[m->at[k].story];
        stories += m->at[k].end - m->at[k].story;
    }
    if (n > FH_SEGMENT_MAX)
        return fh_fail(err, FH_LIMIT, "%zu interactions are too many to merge at once", n);
    m->entry = fh_space_scratch(m->space, ENTRIES, n, sizeof *m->entry);
    m->spare = fh_space_scratch(m->space, SPARE, n, sizeof *m->spare);
    m->run = fh_space_scratch(m->space, RUNS, n, sizeof *m->run);
    m->patch = fh_space_scratch(m->space, PATCHES, n, sizeof *m->patch);
    m->customer = fh_space_part(m->space, FH_COL_STORIES, FH_PART_MAIN, stories, 4);
    m->start = fh_space_part(m->space, FH_COL_STORIES, FH_PART_ASIDE, stories + 1, 4);
    m->first = fh_space_part(m->space, FH_COL_STORIES, FH_PART_FIRST, stories, 4);
    if (!m->entry || !m->spare || !m->run || !m->patch || !m->customer || !m->start || !m->first)
        return fh_no_memory(err);
    return FH_OK;
}

static void add_story(merge *m, uint32_t customer, uint32_t first_s)
{
    m->customer[m->n_stories] = customer;
    m->start[m->n_stories] = m->n;
    m->first[m->n_stories++] = first_s;
}

/* Adds n interactions that follow one another in `input`; they lengthen the run
 * before when they follow it there too. */
static void add_run(merge *m, uint32_t input, uint32_t index, uint32_t n, uint32_t gap)
{
    fh_run *last = m->n_runs ? &m->run[m->n_runs - 1] : NULL;
    if (last && last->input == input && last->index + last->n == index)
        last->n += n;
    else
        m->run[m->n_runs++] = (fh_run){input, index, n, gap};
    m->n += n;
}

/* Copies the stories of input k up to customer `before`, which no other has. */
static void copy_stories(merge *m, uint32_t k, uint64_t before)
{
    const fh_segment *seg = m->in[k];
    cursor *c = &m->at[k];
    const uint32_t from = seg->start[c->story], base = m->n - from;
    for (; c->story < c->end && seg->customer[c->story] < before; c->story++) {
        m->customer[m->n_stories] = seg->customer[c->story];
        m->start[m->n_stories] = base + seg->start[c->story];
        m->first[m->n_stories++] = seg->first_s[c->story];
    }
    add_run(m, k, from, seg->start[c->story] - from, 0);
    look_again(c, seg);
}

/* Appends a story to `entry`. */
static uint32_t take_story(const merge *m, place p, fh_entry *entry)
{
    const fh_segment *seg = m->in[p.input];
    uint32_t at_s = seg->first_s[p.story], n = 0;
    for (uint32_t i = seg->start[p.story]; i < seg->start[p.story + 1]; i++) {
        at_s += seg->gap_s[i];
        entry[n++] = (fh_entry){.at = (uint64_t)at_s << 10 | (seg->ms ? seg->ms[i] : 0u),
                                .input = p.input,
                                .index = i,
                                .origin = seg->origin ? seg->origin[i] : 0,
                                .given = seg->id && seg->id[i] >> 63};
    }
    return n;
}

/* Merges entry[0 .. left) and entry[left .. n) by time; the left ones are older. */
static void merge_times(merge *m, uint32_t left, uint32_t n)
{
    fh_entry *e = m->entry;
    if (left == 0 || left == n || e[left - 1].at <= e[left].at) return;
    memcpy(m->spare, e, left * sizeof *e);
    uint32_t a = 0, b = left, to = 0;
    while (a < left && b < n) e[to++] = e[b].at < m->spare[a].at ? e[b++] : m->spare[a++];
    memcpy(e + to, m->spare + a, (left - a) * sizeof *e);
}

/* Turns the entries that are left into a story. */
static void add_entries(merge *m, uint32_t customer, uint32_t n)
{
    uint32_t before = (uint32_t)(m->entry[0].at >> 10);
    add_story(m, customer, before);
    for (uint32_t i = 0; i < n; i++) {
        const fh_entry *e = &m->entry[i];
        if (e->dropped) continue;
        const uint32_t at_s = (uint32_t)(e->at >> 10);
        const uint32_t *origin = m->in[e->input]->origin;
        if ((origin ? origin[e->index] : 0) != e->origin)
            m->patch[m->n_patches++] = (patch){m->n, e->origin};
        add_run(m, e->input, e->index, 1, at_s - before);
        before = at_s;
    }
}

/* When the first and the last of a story were. */
static times look_up_times(const merge *m, place p)
{
    const fh_segment *seg = m->in[p.input];
    const uint32_t from = seg->start[p.story], end = seg->start[p.story + 1];
    uint32_t at_s = seg->first_s[p.story];
    const uint64_t first = (uint64_t)at_s << 10 | (seg->ms ? seg->ms[from] : 0u);
    for (uint32_t i = from + 1; i < end; i++) at_s += seg->gap_s[i];
    return (times){first, (uint64_t)at_s << 10 | (seg->ms ? seg->ms[end - 1] : 0u)};
}

/* Whether each input's story of a customer begins when that of the one before has
 * ended, as what comes live nearly always does. */
static bool follow_one_another(merge *m, const place *p, uint32_t n)
{
    uint64_t before = 0;
    for (uint32_t k = 0; k < n; k++) {
        m->when[k] = look_up_times(m, p[k]);
        if (m->when[k].first < before) return false;
        before = m->when[k].last;
    }
    return true;
}

/* The stories one after another, each a run, by the times looked up. */
static void append_stories(merge *m, const place *p, uint32_t n)
{
    uint32_t before_s = (uint32_t)(m->when[0].first >> 10);
    add_story(m, p[0].customer, before_s);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t *start = m->in[p[k].input]->start + p[k].story;
        add_run(m, p[k].input, start[0], start[1] - start[0],
                (uint32_t)(m->when[k].first >> 10) - before_s);
        before_s = (uint32_t)(m->when[k].last >> 10);
    }
}

/* All interactions of the stories by time. */
static uint32_t take_all(merge *m, const place *p, uint32_t n_places)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < n_places; k++) {
        const uint32_t left = n;
        n += take_story(m, p[k], m->entry + n);
        merge_times(m, left, n);
    }
    return n;
}

/* Merges a customer's stories, the older inputs' first, by time; nothing is compared. */
static void join_customer(merge *m, const place *p, uint32_t n)
{
    if (follow_one_another(m, p, n))
        append_stories(m, p, n);
    else
        add_entries(m, p[0].customer, take_all(m, p, n));
}

/* The same, and drops what is the same as another one. */
static bool merge_customer(merge *m, const place *p, uint32_t n_places)
{
    bool given = false, mixed = false;
    for (uint32_t k = 0; k < n_places; k++) {
        given = given || m->at[p[k].input].given;
        mixed = mixed || m->at[p[k].input].mixed;
    }
    const uint32_t n = take_all(m, p, n_places);
    m->same.customer = p[0].customer;
    uint32_t by_id = 0, by_content = 0;
    if (given) by_id = fh_drop_given(&m->same, m->entry, n);
    if (n_places > 1 || mixed) by_content = fh_drop_equal(&m->same, m->entry, n);
    if (by_id == UINT32_MAX || by_content == UINT32_MAX) return false;
    m->n_duplicates += by_id + by_content;
    add_entries(m, p[0].customer, n);
    return true;
}

/* Takes the next stories of a customer, who has some. */
static uint32_t take_places(merge *m, uint32_t customer)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < m->n_in; k++) {
        cursor *c = &m->at[k];
        if (c->customer != customer) continue;
        m->having[n++] = (place){customer, k, c->story++};
        look_again(c, m->in[k]);
    }
    return n;
}

/* Goes through the inputs side by side. */
static bool merge_all(merge *m)
{
    for (;;) {
        /* The next customer, who has it, and the next one after it. */
        uint64_t next = UINT64_MAX, after = UINT64_MAX;
        uint32_t who = 0, n_having = 0;
        for (uint32_t k = 0; k < m->n_in; k++) {
            const uint64_t customer = m->at[k].customer;
            if (customer == UINT64_MAX) continue;
            if (customer < next) {
                after = next;
                next = customer;
                who = k;
                n_having = 1;
            } else if (customer == next) {
                n_having++;
            } else if (customer < after) {
                after = customer;
            }
        }
        if (n_having == 0) return true;
        if (n_having == 1 && !m->at[who].given && !m->at[who].mixed) {
            copy_stories(m, who, after);
            continue;
        }
        const uint32_t n = take_places(m, (uint32_t)next);
        if (m->join)
            join_customer(m, m->having, n);
        else if (!merge_customer(m, m->having, n))
            return false;
    }
}

/* ---- Many inputs, joined ------------------------------------------------------------------ */

/* The stories of all inputs by customer, of the same one the older inputs' first; NULL: no memory.
 */
static const place *list_places(merge *m, size_t *n_places)
{
    size_t n = 0;
    for (uint32_t k = 0; k < m->n_in; k++) n += m->at[k].end - m->at[k].story;
    place *list = fh_space_scratch(m->space, LIST, n, sizeof *list);
    place *spare = fh_space_scratch(m->space, SORTED, n, sizeof *spare);
    if (!list || !spare) return NULL;
    n = 0;
    for (uint32_t k = 0; k < m->n_in; k++) {
        const uint32_t *customer = m->in[k]->customer;
        const cursor *c = &m->at[k];
        for (uint32_t s = c->story; s < c->end; s++) list[n++] = (place){customer[s], k, s};
    }
    *n_places = n;
    return fh_sort_by_number(list, spare, n, sizeof *list, offsetof(place, customer));
}

/* Many inputs have few stories each between those of the others: all stories are sorted instead
 * of going through the inputs for each customer. */
static bool join_many(merge *m)
{
    size_t n = 0;
    const place *p = list_places(m, &n);
    if (!p) return false;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && p[end].customer == p[i].customer;) end++;
        if (end - i > 1) {
            join_customer(m, p + i, (uint32_t)(end - i));
            continue;
        }
        const fh_segment *seg = m->in[p[i].input];
        const uint32_t *start = seg->start + p[i].story;
        add_story(m, p[i].customer, seg->first_s[p[i].story]);
        add_run(m, p[i].input, start[0], start[1] - start[0], 0);
    }
    return true;
}

static bool put_sources(merge *m)
{
    fh_merge_source *source = fh_space_slot(m->space, FH_SLOT_SOURCES, m->n, sizeof *source);
    if (!source) return false;
    m->space->sources = source;
    for (uint32_t r = 0; r < m->n_runs; r++)
        for (uint32_t i = 0; i < m->run[r].n; i++)
            *source++ = (fh_merge_source){m->run[r].input, m->run[r].index + i};
    return true;
}

/* The columns from the runs. */
static fh_status finish(merge *m, bool sources, fh_error *err)
{
    fh_segment *seg = &m->space->seg;
    m->start[m->n_stories] = m->n;
    seg->n = m->n;
    seg->n_stories = m->n_stories;
    seg->customer = m->customer;
    seg->start = m->start;
    seg->first_s = m->first;
    fh_status status = fh_splice(m->space, m->in, m->n_in, m->run, m->n_runs, err);
    if (status == FH_OK && sources && !put_sources(m)) status = fh_no_memory(err);
    if (status != FH_OK) {
        fh_space_clear(m->space);
        return status;
    }
    if (seg->origin) {
        uint32_t *origin = fh_space_part(m->space, FH_COL_ORIGIN, FH_PART_MAIN, m->n, 4);
        for (uint32_t i = 0; i < m->n_patches; i++) origin[m->patch[i].at] = m->patch[i].origin;
    }
    return FH_OK;
}

fh_status fh_segment_merge(fh_space *space, const fh_segment *const *in, size_t n_in,
                           uint32_t lo_customer, uint32_t hi_customer, uint64_t *n_duplicates,
                           fh_error *err)
{
    merge m = {.space = space, .in = in, .n_in = (uint32_t)n_in};
    m.same = fh_same_of(space, in, n_in);
    fh_space_clear(space);
    fh_status status = prepare(&m, lo_customer, hi_customer, err);
    if (status == FH_OK && !merge_all(&m)) status = fh_no_memory(err);
    if (status == FH_OK) status = finish(&m, true, err);
    if (status == FH_OK && n_duplicates) *n_duplicates = m.n_duplicates;
    return status;
}

fh_status fh_segment_join(fh_space *space, const fh_segment *const *in, size_t n_in,
                          uint32_t lo_customer, uint32_t hi_customer, bool sources, fh_error *err)
{
    merge m = {.space = space, .in = in, .n_in = (uint32_t)n_in, .join = true};
    fh_space_clear(space);
    fh_status status = prepare(&m, lo_customer, hi_customer, err);
    const bool many = m.n_in > FEW_INPUTS;
    if (status == FH_OK && !(many ? join_many(&m) : merge_all(&m))) status = fh_no_memory(err);
    return status == FH_OK ? finish(&m, sources, err) : status;
}

const fh_merge_source *fh_merge_sources(const fh_space *space)
{
    return space->sources;
}
