/* pick.c - columns made of single interactions or stretches picked from a segment. */
#include "story/pick.h"

#include "story/flat.h"

static void pick_each(const void *from, uint32_t size, const uint32_t *index, uint32_t n, void *to)
{
    if (size == 1) {
        const uint8_t *in = from;
        uint8_t *out = to;
        for (uint32_t i = 0; i < n; i++) out[i] = in[index[i]];
    } else if (size == 2) {
        const uint16_t *in = from;
        uint16_t *out = to;
        for (uint32_t i = 0; i < n; i++) out[i] = in[index[i]];
    } else if (size == 4) {
        const uint32_t *in = from;
        uint32_t *out = to;
        for (uint32_t i = 0; i < n; i++) out[i] = in[index[i]];
    } else {
        const uint64_t *in = from;
        uint64_t *out = to;
        for (uint32_t i = 0; i < n; i++) out[i] = in[index[i]];
    }
}

/* Most stretches are short: whole words, the last of which reaches beyond the stretch, into
 * what the next one overwrites or the room behind the array. */
static void pick_stretches(const void *from, uint32_t size, const fh_picked *picked, void *to_)
{
    enum { WORD = 16, LONG = 512 };
    _Static_assert((int)WORD <= (int)FH_PAD && (int)WORD <= (int)FH_SPACE_SLACK, "room behind");
    char *to = to_;
    for (uint32_t k = 0; k < picked->n_stretches; k++) {
        const fh_stretch *s = &picked->stretch[k];
        const char *in = (const char *)from + (size_t)s->at * size;
        const size_t bytes = (size_t)s->n * size;
        if (bytes > LONG)
            memcpy(to, in, bytes);
        else
            for (size_t at = 0; at < bytes; at += WORD) memcpy(to + at, in + at, WORD);
        to += bytes;
    }
}

void fh_pick_numbers(const void *from, uint32_t size, const fh_picked *picked, uint32_t n, void *to)
{
    if (picked->index)
        pick_each(from, size, picked->index, n, to);
    else
        pick_stretches(from, size, picked, to);
}

static void pick_bits(const uint64_t *from, const fh_picked *picked, uint32_t n, uint64_t *to)
{
    const uint32_t *index = picked->index;
    size_t done = 0;
    if (!index) memset(to, 0, ((size_t)n + 63) / 64 * sizeof *to);
    for (uint32_t k = 0; !index && k < picked->n_stretches; done += picked->stretch[k++].n)
        fh_copy_bits(to, done, from, picked->stretch[k].at, picked->stretch[k].n);
    for (uint32_t w = 0; index && w * 64 < n; w++) {
        const uint32_t m = n - w * 64 < 64 ? n - w * 64 : 64;
        uint64_t bits = 0;
        for (uint32_t k = 0; k < m; k++) {
            const uint32_t at = index[w * 64 + k];
            bits |= (from[at >> 6] >> (at & 63) & 1) << k;
        }
        to[w] = bits;
    }
}

static bool pick_named(fh_space *space, const fh_segment *in, fh_column col,
                       const fh_picked *picked)
{
    const uint32_t n = space->seg.n;
    fh_codes codes = *fh_codes_in(in, col);
    if (!codes.c8 && !codes.c16) return true;
    uint32_t *name = fh_space_part(space, col, FH_PART_ASIDE, codes.n_names, sizeof *name);
    void *code = fh_space_part(space, col, FH_PART_MAIN, n, codes.c8 ? 1 : 2);
    if (!name || !code) return false;
    memcpy(name, codes.name, codes.n_names * sizeof *name);
    codes.name = name;
    if (codes.c8) {
        fh_pick_numbers(codes.c8, 1, picked, n, code);
        codes.c8 = code;
    } else {
        fh_pick_numbers(codes.c16, 2, picked, n, code);
        codes.c16 = code;
    }
    *fh_codes_of(&space->seg, col) = codes;
    return true;
}

bool fh_pick(fh_space *space, const fh_segment *in, uint32_t columns, const fh_picked *picked)
{
    fh_segment *seg = &space->seg;
    const uint32_t n = seg->n;
    columns &= in->columns;
    for (size_t k = 0; k < FH_N_NAMED; k++)
        if (columns >> fh_named[k] & 1 && !pick_named(space, in, fh_named[k], picked)) return false;
    for (size_t k = 0; k < FH_N_FLAT; k++) {
        const fh_flat *flat = &fh_flats[k];
        const void *array = fh_flat_get(in, flat->at);
        const uint64_t *had = flat->bits_at ? fh_flat_get(in, flat->bits_at) : NULL;
        if (!(columns >> flat->col & 1) || !array) continue;
        void *to = fh_space_part(space, flat->col, FH_PART_MAIN, n, flat->size);
        if (!to) return false;
        fh_pick_numbers(array, flat->size, picked, n, to);
        fh_flat_set(seg, flat->at, to);
        if (!had) continue;
        const size_t words = ((size_t)n + 63) / 64;
        uint64_t *bits = fh_space_part(space, flat->col, FH_PART_ASIDE, words, sizeof *bits);
        if (!bits) return false;
        pick_bits(had, picked, n, bits);
        fh_flat_set(seg, flat->bits_at, bits);
    }
    seg->columns |= columns;
    return true;
}

size_t fh_pick_story(const fh_segment *in, size_t s, uint32_t customer)
{
    const size_t m = in->n_stories;
    size_t step = 1, end = s;
    while (end < m && in->customer[end] < customer) {
        s = end + 1;
        end = m - end > step ? end + step : m;
        step *= 2;
    }
    while (s < end) {
        const size_t middle = s + (end - s) / 2;
        if (in->customer[middle] < customer)
            s = middle + 1;
        else
            end = middle;
    }
    return s;
}
