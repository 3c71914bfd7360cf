/* pick.c - columns made of single interactions picked from a segment. */
#include "story/pick.h"

#include "story/flat.h"

static void pick_flat(const void *from, uint32_t size, const uint32_t *index, uint32_t n, void *to)
{
    if (size == 2) {
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

static void pick_bits(const uint64_t *from, const uint32_t *index, uint32_t n, uint64_t *to)
{
    for (uint32_t w = 0; w * 64 < n; w++) {
        const uint32_t m = n - w * 64 < 64 ? n - w * 64 : 64;
        uint64_t bits = 0;
        for (uint32_t k = 0; k < m; k++) {
            const uint32_t at = index[w * 64 + k];
            bits |= (from[at >> 6] >> (at & 63) & 1) << k;
        }
        to[w] = bits;
    }
}

static bool pick_named(fh_space *space, const fh_segment *in, fh_column col, const uint32_t *index)
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
        uint8_t *out = code;
        for (uint32_t i = 0; i < n; i++) out[i] = codes.c8[index[i]];
        codes.c8 = out;
    } else {
        pick_flat(codes.c16, 2, index, n, code);
        codes.c16 = code;
    }
    *fh_codes_of(&space->seg, col) = codes;
    return true;
}

bool fh_pick(fh_space *space, const fh_segment *in, uint32_t columns, const uint32_t *index)
{
    fh_segment *seg = &space->seg;
    const uint32_t n = seg->n;
    columns &= in->columns;
    for (size_t k = 0; k < FH_N_NAMED; k++)
        if (columns >> fh_named[k] & 1 && !pick_named(space, in, fh_named[k], index)) return false;
    for (size_t k = 0; k < FH_N_FLAT; k++) {
        const fh_flat *flat = &fh_flats[k];
        const void *array = fh_flat_get(in, flat->at);
        const uint64_t *had = flat->bits_at ? fh_flat_get(in, flat->bits_at) : NULL;
        if (!(columns >> flat->col & 1) || !array) continue;
        void *to = fh_space_part(space, flat->col, FH_PART_MAIN, n, flat->size);
        if (!to) return false;
        pick_flat(array, flat->size, index, n, to);
        fh_flat_set(seg, flat->at, to);
        if (!had) continue;
        const size_t words = ((size_t)n + 63) / 64;
        uint64_t *bits = fh_space_part(space, flat->col, FH_PART_ASIDE, words, sizeof *bits);
        if (!bits) return false;
        pick_bits(had, index, n, bits);
        fh_flat_set(seg, flat->bits_at, bits);
    }
    seg->columns |= columns;
    return true;
}
