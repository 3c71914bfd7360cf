/* cut.c - parts of a segment: some of its stories, or some of its interactions; and
 * dictionaries brought up to date. */
#include "story/flat.h"
#include "story/pick.h"
#include "story/splice.h"

enum { NARROW = 256, STEPS = 0, CODES = 5 }; /* scratch slots */

static fh_codes codes_from(const fh_codes *codes, uint32_t first)
{
    fh_codes part = *codes;
    if (part.c8) part.c8 += first;
    if (part.c16) part.c16 += first;
    return part;
}

fh_status fh_segment_slice(fh_space *space, const fh_segment *in, uint32_t first, uint32_t count,
                           fh_error *err)
{
    if (first > in->n_stories || count > in->n_stories - first)
        return fh_fail(err, FH_INVALID, "there are no stories %u to %u", first, first + count);
    const uint32_t from = in->start[first], n = in->start[first + count] - from;
    const size_t words = ((size_t)n + 63) / 64;
    uint32_t *start =
        fh_space_part(space, FH_COL_STORIES, FH_PART_ASIDE, (size_t)count + 1, sizeof *start);
    if (!start) return fh_no_memory(err);
    for (uint32_t s = 0; s <= count; s++) start[s] = in->start[first + s] - from;

    fh_segment part = *in;
    part.n = n;
    part.n_stories = count;
    part.start = start;
    if (in->customer) part.customer += first;
    if (in->first_s) part.first_s += first;
    if (in->gap_s) part.gap_s += from;
    for (size_t k = 0; k < FH_N_NAMED; k++)
        *fh_codes_of(&part, fh_named[k]) = codes_from(fh_codes_in(in, fh_named[k]), from);
    for (size_t k = 0; k < FH_N_FLAT; k++) {
        const fh_flat *flat = &fh_flats[k];
        const char *array = fh_flat_get(in, flat->at);
        if (array) fh_flat_set(&part, flat->at, array + (size_t)from * flat->size);
        const uint64_t *had = flat->bits_at ? fh_flat_get(in, flat->bits_at) : NULL;
        if (!had) continue;
        uint64_t *bits = fh_space_part(space, flat->col, FH_PART_ASIDE, words, sizeof *bits);
        if (!bits) return fh_no_memory(err);
        memset(bits, 0, words * sizeof *bits);
        fh_copy_bits(bits, 0, had, from, n);
        fh_flat_set(&part, flat->bits_at, bits);
    }
    space->seg = part;
    space->sources = NULL;
    return FH_OK;
}

/* Some of a segment's interactions being put side by side. */
typedef struct picking {
    const fh_segment *in;
    uint32_t *customer, *start, *first;
    fh_run *run;
    uint32_t n_stories, n;
    size_t n_runs;
} picking;

/* Room for all stories of `in`, in at most `runs` runs. */
static bool begin_picking(fh_space *space, const fh_segment *in, uint32_t runs, picking *p)
{
    const uint32_t m = in->n_stories;
    *p = (picking){
        .in = in,
        .customer = fh_space_part(space, FH_COL_STORIES, FH_PART_MAIN, m, sizeof *p->customer),
        .start = fh_space_part(space, FH_COL_STORIES, FH_PART_ASIDE, (size_t)m + 1, 4),
        .first = fh_space_part(space, FH_COL_STORIES, FH_PART_FIRST, m, sizeof *p->first),
        .run = fh_space_scratch(space, STEPS, (size_t)runs + 1, sizeof *p->run)};
    return p->customer && p->start && p->first && p->run;
}

/* A story that begins at `at_s` with what is picked next. */
static void begin_story(picking *p, uint32_t customer, uint32_t at_s)
{
    p->customer[p->n_stories] = customer;
    p->start[p->n_stories] = p->n;
    p->first[p->n_stories++] = at_s;
}

/* n interactions from `at` on, `gap` after what was picked before them in their story. */
static void pick(picking *p, uint32_t at, uint32_t n, uint32_t gap)
{
    fh_run *last = p->n_runs ? &p->run[p->n_runs - 1] : NULL;
    if (last && last->index + last->n == at)
        last->n += n;
    else
        p->run[p->n_runs++] = (fh_run){0, at, n, gap};
    p->n += n;
}

static fh_status end_picking(fh_space *space, const picking *p, const fh_segment *const *in,
                             size_t n_in, fh_error *err)
{
    p->start[p->n_stories] = p->n;
    fh_space_clear(space);
    fh_segment *seg = &space->seg;
    seg->n = p->n;
    seg->n_stories = p->n_stories;
    seg->customer = p->customer;
    seg->start = p->start;
    seg->first_s = p->first;
    const fh_status status = fh_splice(space, in, n_in, p->run, p->n_runs, err);
    if (status != FH_OK) fh_space_clear(space);
    return status;
}

static void keep_story(picking *p, uint32_t s, const uint8_t *goes)
{
    const fh_segment *in = p->in;
    uint32_t at = in->first_s[s], before = 0;
    bool begun = false;
    for (uint32_t i = in->start[s]; i < in->start[s + 1]; i++) {
        at += in->gap_s[i];
        if (goes[i] & 1) continue;
        if (!begun) begin_story(p, in->customer[s], before = at);
        begun = true;
        pick(p, i, 1, at - before);
        before = at;
    }
}

fh_status fh_segment_keep(fh_space *space, const fh_segment *in, const uint8_t *goes, fh_error *err)
{
    picking p;
    if (!begin_picking(space, in, in->n, &p)) return fh_no_memory(err);
    for (uint32_t s = 0; s < in->n_stories; s++) keep_story(&p, s, goes);
    return end_picking(space, &p, &p.in, 1, err);
}

fh_status fh_segment_only(fh_space *space, const fh_segment *in, const uint32_t *customer, size_t n,
                          fh_error *err)
{
    picking p;
    if (!begin_picking(space, in, in->n_stories, &p)) return fh_no_memory(err);
    for (size_t s = 0, k = 0; k < n; k++) {
        s = fh_pick_story(in, s, customer[k]);
        for (; s < in->n_stories && in->customer[s] == customer[k]; s++) {
            begin_story(&p, in->customer[s], in->first_s[s]);
            pick(&p, in->start[s], in->start[s + 1] - in->start[s], 0);
        }
    }
    return end_picking(space, &p, &p.in, 1, err);
}

/* The story of `customer`, looked for from *at on; n_stories: there is none. */
static size_t story_of(const fh_segment *seg, size_t *at, uint32_t customer)
{
    *at = fh_pick_story(seg, *at, customer);
    return *at < seg->n_stories && seg->customer[*at] == customer ? *at : seg->n_stories;
}

static void append_stories(picking *p, const fh_segment *const *in, const uint32_t *customer,
                           size_t n)
{
    size_t at[2] = {0, 0};
    for (size_t c = 0; c < n; c++) {
        bool begun = false;
        for (uint32_t k = 0; k < 2; k++) {
            const fh_segment *seg = in[k];
            const size_t s = story_of(seg, &at[k], customer[c]);
            if (s == seg->n_stories) continue;
            if (!begun) begin_story(p, customer[c], seg->first_s[s]);
            begun = true;
            const uint32_t length = seg->start[s + 1] - seg->start[s];
            p->run[p->n_runs++] = (fh_run){k, seg->start[s], length, 0};
            p->n += length;
        }
    }
}

fh_status fh_segment_append(fh_space *space, const fh_segment *early, const fh_segment *late,
                            const uint32_t *customer, size_t n, fh_error *err)
{
    fh_segment untimed[2] = {*early, *late};
    const fh_segment *const in[2] = {&untimed[0], &untimed[1]};
    picking p = {.in = early};
    for (size_t k = 0; k < 2; k++) {
        untimed[k].columns &= ~(1u << FH_COL_GAP | 1u << FH_COL_MS);
        untimed[k].gap_s = NULL;
    }
    p.customer = fh_space_part(space, FH_COL_STORIES, FH_PART_MAIN, n, sizeof *p.customer);
    p.start = fh_space_part(space, FH_COL_STORIES, FH_PART_ASIDE, n + 1, sizeof *p.start);
    p.first = fh_space_part(space, FH_COL_STORIES, FH_PART_FIRST, n, sizeof *p.first);
    p.run = fh_space_scratch(space, STEPS, 2 * n + 1, sizeof *p.run);
    if (!p.customer || !p.start || !p.first || !p.run) return fh_no_memory(err);
    append_stories(&p, in, customer, n);
    if ((uint64_t)early->n + late->n > FH_SEGMENT_MAX)
        return fh_fail(err, FH_LIMIT, "%u and %u interactions are too many to put together",
                       early->n, late->n);
    return end_picking(space, &p, in, 2, err);
}

/* ---- Dictionaries ------------------------------------------------------------------ */

/* Replaces codes by table[code], in memory of this space. */
static bool recode(fh_space *space, fh_column col, const uint16_t *table, fh_codes *out)
{
    const fh_codes *old = fh_codes_in(&space->seg, col);
    const uint32_t n = space->seg.n;
    const bool narrow = out->n_names <= NARROW;
    void *code = fh_space_part(space, col, FH_PART_MAIN, n, narrow ? 1 : 2);
    if (!code) return false;
    uint8_t *c8 = narrow ? code : NULL;
    uint16_t *c16 = narrow ? NULL : code;
    if (old->c8)
        for (uint32_t i = 0; i < n; i++) c8[i] = (uint8_t)table[old->c8[i]];
    else if (narrow)
        for (uint32_t i = 0; i < n; i++) c8[i] = (uint8_t)table[old->c16[i]];
    else
        for (uint32_t i = 0; i < n; i++) c16[i] = table[old->c16[i]];
    out->c8 = c8;
    out->c16 = c16;
    return true;
}

/* The canonical number of each code, in `number`. false: one is impossible. */
static bool canonical(const fh_codes *codes, const uint32_t *canon, uint32_t n_canon,
                      uint32_t *number, bool *changed)
{
    *changed = false;
    number[0] = 0;
    for (uint32_t c = 1; c < codes->n_names; c++) {
        const uint32_t name = codes->name[c];
        number[c] = name < n_canon ? canon[name] : name;
        if (number[c] > FH_MAX_NAMES) return false;
        *changed = *changed || number[c] != name;
    }
    return true;
}

fh_status fh_space_canonical(fh_space *space, fh_column col, const uint32_t *canon,
                             uint32_t n_canon, fh_error *err)
{
    enum { ALL = FH_MAX_NAMES + 1 };
    fh_codes *codes = fh_codes_of(&space->seg, col);
    if (!codes) return fh_fail(err, FH_INVALID, "column %d has no names", (int)col);
    if (!codes->c8 && !codes->c16) return FH_OK;
    uint32_t *number = fh_space_scratch(space, STEPS, codes->n_names, sizeof *number);
    uint16_t *table = fh_space_scratch(space, 1, codes->n_names, sizeof *table);
    uint16_t *code_of = fh_space_scratch(space, CODES, ALL, sizeof *code_of);
    if (!number || !table || !code_of) return fh_no_memory(err);
    bool changed;
    if (!canonical(codes, canon, n_canon, number, &changed))
        return fh_fail(err, FH_INVALID, "a canonical number is larger than %d", FH_MAX_NAMES);
    if (!changed) return FH_OK;
    /* From here on the old names are no longer needed. */
    const uint32_t n_old = codes->n_names;
    uint32_t *name = fh_space_part(space, col, FH_PART_ASIDE, (size_t)n_old + 1, sizeof *name);
    if (!name) return fh_no_memory(err);
    memset(code_of, 0, ALL * sizeof *code_of);
    for (uint32_t c = 0; c < n_old; c++) code_of[number[c]] = 1;
    fh_codes fresh = {.n_names = 1, .name = name, .identity = true};
    name[0] = code_of[0] = 0;
    for (uint32_t k = 1; k < ALL; k++) {
        if (!code_of[k]) continue;
        fresh.identity = fresh.identity && fresh.n_names == k;
        code_of[k] = (uint16_t)fresh.n_names;
        name[fresh.n_names++] = k;
    }
    for (uint32_t c = 0; c < n_old; c++) table[c] = code_of[number[c]];
    if (!recode(space, col, table, &fresh)) return fh_no_memory(err);
    *codes = fresh.n_names > 1 ? fresh : fh_codes_none();
    return FH_OK;
}
