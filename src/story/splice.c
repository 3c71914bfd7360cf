/* splice.c - columns put together from runs of other segments' interactions.
 *
 * Arrays are copied run by run. Names get one dictionary: the union of the
 * inputs' dictionaries, and a table per input from its codes to the new ones;
 * where that table changes nothing, codes are copied like any other array.
 */
#include "story/splice.h"

#include "story/flat.h"

enum { NARROW = 256, ALL = FH_MAX_NAMES + 1 };

typedef struct splice {
    fh_space *space;
    const fh_segment *const *in;
    size_t n_in;
    const fh_run *run;
    size_t n_runs;
} splice;

static bool timed(const splice *s)
{
    for (size_t k = 0; k < s->n_in; k++)
        if (!s->in[k]->gap_s && s->in[k]->n) return false;
    return true;
}

static bool put_gaps(const splice *s)
{
    uint32_t *gap = fh_space_part(s->space, FH_COL_GAP, FH_PART_MAIN, s->space->seg.n, 4);
    if (!gap) return false;
    s->space->seg.gap_s = gap;
    for (const fh_run *r = s->run, *end = r + s->n_runs; r != end; gap += r->n, r++) {
        if (r->n > 1) memcpy(gap, s->in[r->input]->gap_s + r->index, r->n * sizeof *gap);
        gap[0] = r->gap;
    }
    return true;
}

static bool any_has(const splice *s, size_t at)
{
    for (size_t k = 0; k < s->n_in; k++)
        if (fh_flat_get(s->in[k], at)) return true;
    return false;
}

/* Where the member is not told, it is the customer. */
static void fill_members(fh_segment *seg, uint32_t *member)
{
    for (uint32_t s = 0; s < seg->n_stories; s++)
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++)
            if (!member[i]) member[i] = seg->customer[s];
}

static bool put_flat(const splice *s, const fh_flat *flat)
{
    fh_segment *seg = &s->space->seg;
    if (!any_has(s, flat->at)) return true;
    const size_t words = ((size_t)seg->n + 63) / 64;
    char *to = fh_space_part(s->space, flat->col, FH_PART_MAIN, seg->n, flat->size);
    uint64_t *bits = NULL;
    if (!to) return false;
    if (flat->bits_at) {
        bits = fh_space_part(s->space, flat->col, FH_PART_ASIDE, words, sizeof *bits);
        if (!bits) return false;
        memset(bits, 0, words * sizeof *bits);
        fh_flat_set(seg, flat->bits_at, bits);
    }
    fh_flat_set(seg, flat->at, to);
    size_t done = 0;
    char *at = to;
    for (const fh_run *r = s->run, *end = r + s->n_runs; r != end; done += r->n, r++) {
        const char *from = fh_flat_get(s->in[r->input], flat->at);
        const size_t bytes = (size_t)r->n * flat->size;
        if (from)
            memcpy(at, from + (size_t)r->index * flat->size, bytes);
        else
            memset(at, 0, bytes);
        if (bits)
            fh_copy_bits(bits, done, fh_flat_get(s->in[r->input], flat->bits_at), r->index, r->n);
        at += bytes;
    }
    if (flat->col == FH_COL_MEMBER) fill_members(seg, (uint32_t *)(void *)to);
    return true;
}

/* ---- Names --------------------------------------------------------------------- */

static uint32_t highest_name(const splice *s, fh_column col)
{
    uint32_t highest = 0;
    for (size_t k = 0; k < s->n_in; k++) {
        const fh_codes *codes = fh_codes_in(s->in[k], col);
        if (codes->n_names && codes->name[codes->n_names - 1] > highest)
            highest = codes->name[codes->n_names - 1];
    }
    return highest;
}

/* The union of the inputs' dictionaries; number -> code in code_of[highest + 1]. */
static uint32_t unite(const splice *s, fh_column col, uint32_t highest, uint16_t *code_of,
                      uint32_t *name, bool *identity)
{
    uint32_t n_names = 1;
    memset(code_of, 0, ((size_t)highest + 1) * sizeof *code_of);
    for (size_t k = 0; k < s->n_in; k++) {
        const fh_codes *codes = fh_codes_in(s->in[k], col);
        for (uint32_t c = 0; c < codes->n_names; c++) code_of[codes->name[c]] = 1;
    }
    code_of[0] = 0;
    name[0] = 0;
    *identity = true;
    for (uint32_t number = 1; number <= highest; number++) {
        if (!code_of[number]) continue;
        *identity = *identity && n_names == number;
        code_of[number] = (uint16_t)n_names;
        name[n_names++] = number;
    }
    return n_names;
}

/* What is needed to copy the codes of one input. */
typedef struct translation {
    const uint16_t *table; /* [n_names] */
    bool same;             /* it changes nothing */
} translation;

static void copy_narrow(const fh_codes *codes, const translation *t, const fh_run *r, uint8_t *to)
{
    if (!codes->c8) {
        memset(to, 0, r->n);
    } else if (r->n == 1) { /* as where many inputs are joined */
        to[0] = (uint8_t)t->table[codes->c8[r->index]];
    } else if (t->same) {
        memcpy(to, codes->c8 + r->index, r->n);
    } else {
        for (uint32_t i = 0; i < r->n; i++) to[i] = (uint8_t)t->table[codes->c8[r->index + i]];
    }
}

static void copy_wide(const fh_codes *codes, const translation *t, const fh_run *r, uint16_t *to)
{
    if (codes->c16 && t->same)
        memcpy(to, codes->c16 + r->index, r->n * sizeof *to);
    else
        for (uint32_t i = 0; i < r->n; i++) to[i] = t->table[fh_code_at(codes, r->index + i)];
}

static bool put_named(const splice *s, fh_column col)
{
    const uint32_t n = s->space->seg.n;
    size_t total = 0;
    bool any = false;
    for (size_t k = 0; k < s->n_in; k++) {
        const fh_codes *codes = fh_codes_in(s->in[k], col);
        total += codes->n_names + 1;
        any = any || codes->c8 || codes->c16;
    }
    if (!any) return true;
    const uint32_t highest = highest_name(s, col);
    const size_t most = total < highest ? total + 1 : (size_t)highest + 1;
    uint16_t *code_of = fh_space_scratch(s->space, 5, (size_t)highest + 1, sizeof *code_of);
    uint16_t *table = fh_space_scratch(s->space, 4, total, sizeof *table);
    translation *t = fh_space_scratch(s->space, 3, s->n_in, sizeof *t);
    uint32_t *name = fh_space_part(s->space, col, FH_PART_ASIDE, most, sizeof *name);
    if (!code_of || !table || !t || !name) return false;
    fh_codes out = {.name = name};
    out.n_names = unite(s, col, highest, code_of, name, &out.identity);
    for (size_t k = 0; k < s->n_in; k++) {
        const fh_codes *codes = fh_codes_in(s->in[k], col);
        t[k] = (translation){table, true};
        table[0] = 0;
        for (uint32_t c = 1; c < codes->n_names; c++) {
            table[c] = code_of[codes->name[c]];
            t[k].same = t[k].same && table[c] == c;
        }
        table += codes->n_names + 1;
    }
    const bool narrow = out.n_names <= NARROW;
    void *code = fh_space_part(s->space, col, FH_PART_MAIN, n, narrow ? 1 : 2);
    if (!code) return false;
    size_t done = 0;
    for (const fh_run *r = s->run, *end = r + s->n_runs; r != end; done += r->n, r++) {
        const fh_codes *codes = fh_codes_in(s->in[r->input], col);
        if (narrow)
            copy_narrow(codes, &t[r->input], r, (uint8_t *)code + done);
        else
            copy_wide(codes, &t[r->input], r, (uint16_t *)code + done);
    }
    out.c8 = narrow ? code : NULL;
    out.c16 = narrow ? NULL : code;
    *fh_codes_of(&s->space->seg, col) = out;
    return true;
}

fh_status fh_splice(fh_space *space, const fh_segment *const *in, size_t n_in, const fh_run *run,
                    size_t n_runs, fh_error *err)
{
    const splice s = {space, in, n_in, run, n_runs};
    uint32_t columns = FH_COLS_ALL;
    for (size_t k = 0; k < n_in; k++) columns &= in[k]->columns;
    columns |= 1u << FH_COL_STORIES | 1u << FH_COL_GAP;
    if (!timed(&s)) columns &= ~(1u << FH_COL_GAP | 1u << FH_COL_MS);
    space->seg.columns = columns;
    if (columns >> FH_COL_GAP & 1 && !put_gaps(&s)) return fh_no_memory(err);
    for (size_t i = 0; i < FH_N_FLAT; i++)
        if (columns >> fh_flats[i].col & 1 && !put_flat(&s, &fh_flats[i])) return fh_no_memory(err);
    for (size_t i = 0; i < FH_N_NAMED; i++)
        if (columns >> fh_named[i] & 1 && !put_named(&s, fh_named[i])) return fh_no_memory(err);
    return FH_OK;
}
