/* codec_codes.c - columns of names: a dictionary of the segment's own and small
 * codes into it. FH_COL_ORIGIN is one too, with 32-bit numbers for names.
 *
 *     detail   width in bits (0, 1, 2, 4, 6, 8, 16), + IDENTITY
 *     m        n_names
 *     body     svb(name - the one before - 1) of names 1 .. m-1, unless IDENTITY
 *              codes packed; nothing at width 0: all are the last name
 *
 * Where all numbers fit the width the dictionary needs, codes are the numbers
 * themselves (IDENTITY), so that folds need not translate.
 */
#include "story/codecs.h"
#include "story/few.h"
#include "story/pack.h"
#include "story/svb.h"

#include <string.h>

enum { WIDTH_MASK = 31, IDENTITY = 128, CODES = 0, PLAIN = 1, WIDE = 16, NARROW_NAMES = 256 };

static uint32_t width_for(uint32_t n_names)
{
    static const uint32_t widths[] = {1, 2, 4, 6, 8};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
        if (n_names <= 1u << widths[i]) return widths[i];
    return WIDE;
}

/* ---- Encoding --------------------------------------------------------------- */

typedef struct dictionary {
    uint32_t n_names, width;
    bool identity;
    uint16_t *code_of; /* new code of each of the segment's codes */
    uint32_t *steps;   /* what the body says of names 1 .. n_names-1 */
} dictionary;

/* Which codes occur. */
static void mark_used(const fh_codes *codes, uint32_t n, uint8_t *used)
{
    if (codes->c8)
        for (uint32_t i = 0; i < n; i++) used[codes->c8[i]] = 1;
    else
        for (uint32_t i = 0; i < n; i++) used[codes->c16[i]] = 1;
}

/* Chooses names, width and codes from the codes in use. */
static void choose(const fh_codes *codes, const uint8_t *used, bool identity, dictionary *d)
{
    uint32_t names = 1, highest = 0;
    for (uint32_t c = 1; c < codes->n_names; c++) {
        if (!used[c]) continue;
        d->code_of[c] = (uint16_t)names;
        d->steps[names - 1] = codes->name[c] - highest - 1;
        highest = codes->name[c];
        names++;
    }
    d->width = !used[0] && names == 2 ? 0 : width_for(names);
    d->identity = identity || highest < 1u << d->width || names == highest + 1;
    d->n_names = names;
    if (!d->identity) return;
    d->n_names = highest + 1;
    if (d->width) d->width = width_for(d->n_names);
    for (uint32_t c = 1; c < codes->n_names; c++) d->code_of[c] = (uint16_t)codes->name[c];
}

static void put_narrow(fh_encoding *e, const fh_codes *codes, const dictionary *d)
{
    const uint32_t n = e->seg->n;
    uint8_t *code = fh_arena_alloc(e->scratch, (size_t)n + FH_PACK_BLOCK, 1);
    const size_t bytes = fh_packed_bytes(n, d->width);
    uint8_t *out = (uint8_t *)fh_buf_reserve(e->out, bytes);
    if (!code && out) e->out->status = FH_NOMEM;
    if (!code || !out) return;
    if (codes->c8)
        for (uint32_t i = 0; i < n; i++) code[i] = (uint8_t)d->code_of[codes->c8[i]];
    else
        for (uint32_t i = 0; i < n; i++) code[i] = (uint8_t)d->code_of[codes->c16[i]];
    fh_pack(code, n, d->width, out);
    e->out->len += bytes;
}

static void put_wide(fh_encoding *e, const fh_codes *codes, const dictionary *d)
{
    const uint32_t n = e->seg->n;
    char *out = fh_buf_reserve(e->out, (size_t)n * sizeof(uint16_t));
    if (!out) return;
    for (uint32_t i = 0; i < n; i++) {
        const uint16_t code = d->code_of[fh_code_at(codes, i)];
        memcpy(out + (size_t)i * sizeof code, &code, sizeof code);
    }
    e->out->len += (size_t)n * sizeof(uint16_t);
}

fh_status fh_encode_codes(fh_encoding *e, fh_error *err)
{
    const fh_codes *codes = fh_codes_in(e->seg, e->col);
    e->empty = e->seg->n == 0 || (!codes->c8 && !codes->c16);
    if (e->empty) return FH_OK;
    /* A c8 column may index up to 256 codes whatever n_names says. */
    const size_t room = codes->n_names < NARROW_NAMES ? NARROW_NAMES : FH_MAX_NAMES + 1;
    uint8_t *used = fh_arena_alloc(e->scratch, room, 1);
    dictionary d = {.code_of = FH_NEW_ARRAY(e->scratch, uint16_t, room),
                    .steps = FH_NEW_ARRAY(e->scratch, uint32_t, room)};
    if (!used || !d.code_of || !d.steps) return fh_no_memory(err);
    mark_used(codes, e->seg->n, used);
    choose(codes, used, e->col == FH_COL_DIRECTION, &d);
    e->empty = d.n_names == 1;
    if (e->empty) return FH_OK;
    e->head.codec = CODES;
    e->head.detail = d.width | (d.identity ? IDENTITY : 0);
    e->head.m = d.n_names;
    if (!d.identity) fh_svb_encode(e->out, d.steps, d.n_names - 1);
    if (d.width == WIDE)
        put_wide(e, codes, &d);
    else if (d.width)
        put_narrow(e, codes, &d);
    return FH_OK;
}

/* ---- Decoding --------------------------------------------------------------- */

/* Names 1 .. m-1 from their steps; false when they run past `highest`. */
static bool add_names(uint32_t *name, uint32_t m, uint64_t highest)
{
    uint64_t at = 0;
    for (uint32_t i = 1; i < m; i++) {
        at += (uint64_t)name[i] + 1;
        if (at > highest) return false;
        name[i] = (uint32_t)at;
    }
    return true;
}

/* Reads the dictionary, which takes `*used` bytes of the body. */
static fh_status read_names(fh_space *space, const fh_blob *blob, const uint32_t **out,
                            size_t *used, fh_error *err)
{
    const uint32_t m = blob->m;
    const bool identity = blob->detail & IDENTITY;
    fh_svb s = {.bytes = 0};
    if (!identity && !fh_svb_open(&s, blob->body, blob->len, m - 1))
        return fh_corrupt(err, blob->column, "its dictionary is cut short");
    uint32_t *steps = fh_space_scratch(space, 0, m, sizeof *steps);
    uint32_t *name = fh_space_part(space, (fh_column)blob->column, FH_PART_ASIDE, m, sizeof *name);
    if (!steps || !name) return fh_no_memory(err);
    name[0] = 0;
    if (identity) {
        for (uint32_t i = 0; i < m; i++) name[i] = i;
    } else {
        (void)fh_svb_read(&s, steps, m - 1);
        memcpy(name + 1, steps, (size_t)(m - 1) * sizeof *name);
        if (!add_names(name, m, FH_MAX_NAMES))
            return fh_corrupt(err, blob->column, "its dictionary holds an impossible number");
    }
    *out = name;
    *used = s.bytes;
    return FH_OK;
}

static fh_status read_narrow(fh_space *space, const fh_blob *blob, const uint8_t *packed,
                             uint32_t width, const uint8_t **out, fh_error *err)
{
    const uint32_t n = space->seg.n;
    const fh_reach reach = fh_reach_of(space->skipped, n, blob->n, FH_PACK_BLOCK);
    uint8_t *code = fh_space_part(space, (fh_column)blob->column, FH_PART_MAIN, reach.n, 1);
    if (!code) return fh_no_memory(err);
    if (width == 0) {
        memset(code, (int)(blob->m - 1), n);
    } else {
        fh_unpack(packed + fh_packed_bytes(reach.at, width), reach.n, width, code);
        code += reach.ahead;
        if (blob->m < 1u << width && fh_max_u8(code, n) >= blob->m)
            return fh_corrupt(err, blob->column, "a code is not in its dictionary");
    }
    *out = code;
    return FH_OK;
}

static fh_status read_wide(fh_space *space, const fh_blob *blob, const uint8_t *packed,
                           uint32_t width, const uint16_t **out, fh_error *err)
{
    const uint32_t n = space->seg.n;
    uint16_t *code = fh_space_part(space, (fh_column)blob->column, FH_PART_MAIN, n, sizeof *code);
    if (!code) return fh_no_memory(err);
    uint32_t bad = 0;
    if (width == 0) {
        for (uint32_t i = 0; i < n; i++) code[i] = (uint16_t)(blob->m - 1);
    } else {
        memcpy(code, packed + (size_t)space->skipped * sizeof *code, (size_t)n * sizeof *code);
        for (uint32_t i = 0; i < n; i++) bad |= code[i] >= blob->m;
    }
    if (bad) return fh_corrupt(err, blob->column, "a code is not in its dictionary");
    *out = code;
    return FH_OK;
}

/* Head, dictionary and length: what holds of a column whichever of its stories are wanted. Codes
 * lie `*used` bytes into the body. */
static fh_status read_front(fh_space *space, const fh_blob *blob, fh_codes *codes, size_t *used,
                            fh_error *err)
{
    const uint32_t width = blob->detail & WIDTH_MASK, m = blob->m, n = blob->n;
    const bool wide = m > NARROW_NAMES;
    if (blob->codec != CODES || m < 2 || m > FH_MAX_NAMES + 1 ||
        (width != 0 && (wide ? width != WIDE : !fh_pack_width_ok(width))) ||
        (width < 8 && width > 0 && m > 1u << width) || n == 0)
        return fh_corrupt(err, blob->column, "its head contradicts itself");
    const uint32_t *name = NULL;
    const fh_status status = read_names(space, blob, &name, used, err);
    if (status != FH_OK) return status;
    const size_t want = width == WIDE ? (size_t)n * 2 : width ? fh_packed_bytes(n, width) : 0;
    if (blob->len - *used != want)
        return fh_corrupt(err, blob->column, "its length contradicts its count");
    *codes = (fh_codes){.n_names = m, .name = name, .identity = true};
    for (uint32_t i = 0; i < m; i++) codes->identity = codes->identity && name[i] == i;
    return FH_OK;
}

fh_status fh_decode_codes(fh_space *space, const fh_blob *blob, fh_error *err)
{
    const uint32_t width = blob->detail & WIDTH_MASK;
    fh_codes codes;
    size_t used = 0;
    fh_status status = read_front(space, blob, &codes, &used, err);
    if (status != FH_OK) return status;
    status = blob->m > NARROW_NAMES
                 ? read_wide(space, blob, blob->body + used, width, &codes.c16, err)
                 : read_narrow(space, blob, blob->body + used, width, &codes.c8, err);
    if (status == FH_OK) *fh_codes_of(&space->seg, (fh_column)blob->column) = codes;
    return status;
}

static fh_status few_narrow(fh_space *space, const fh_blob *blob, const uint8_t *packed,
                            const fh_picked *picked, const uint8_t **out, fh_error *err)
{
    const uint32_t n = space->seg.n, width = blob->detail & WIDTH_MASK;
    uint8_t *code = fh_space_part(space, (fh_column)blob->column, FH_PART_MAIN, n, 1);
    uint8_t *room = fh_space_scratch(space, 1, fh_held_room(picked), 1);
    if (!code || !room) return fh_no_memory(err);
    *out = code;
    if (width == 0) {
        memset(code, (int)(blob->m - 1), n);
        return FH_OK;
    }
    for (uint32_t k = 0; k < picked->n_stretches; k++) {
        const fh_stretch *w = &picked->stretch[k];
        const fh_reach reach = fh_reach_of(w->at, w->n, blob->n, FH_PACK_BLOCK);
        fh_unpack(packed + fh_packed_bytes(reach.at, width), reach.n, width, room);
        memcpy(code, room + reach.ahead, w->n);
        code += w->n;
    }
    if (blob->m < 1u << width && fh_max_u8(*out, n) >= blob->m)
        return fh_corrupt(err, blob->column, "a code is not in its dictionary");
    return FH_OK;
}

static fh_status few_wide(fh_space *space, const fh_blob *blob, const uint8_t *packed,
                          const fh_picked *picked, const uint16_t **out, fh_error *err)
{
    const uint32_t n = space->seg.n;
    const bool same = (blob->detail & WIDTH_MASK) == 0;
    uint16_t *code = fh_space_part(space, (fh_column)blob->column, FH_PART_MAIN, n, sizeof *code);
    if (!code) return fh_no_memory(err);
    uint32_t bad = 0;
    for (uint32_t k = 0, at = 0; k < picked->n_stretches; k++) {
        const fh_stretch *w = &picked->stretch[k];
        if (!same) memcpy(code + at, packed + w->at * sizeof *code, w->n * sizeof *code);
        at += w->n;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (same) code[i] = (uint16_t)(blob->m - 1);
        bad |= code[i] >= blob->m;
    }
    if (bad) return fh_corrupt(err, blob->column, "a code is not in its dictionary");
    *out = code;
    return FH_OK;
}

fh_status fh_few_codes(fh_space *space, const fh_held *held, const fh_picked *picked, fh_error *err)
{
    const fh_blob *blob = &held->blob;
    fh_codes codes;
    size_t used = 0;
    fh_status status = read_front(space, blob, &codes, &used, err);
    if (status != FH_OK) return status;
    status = blob->m > NARROW_NAMES
                 ? few_wide(space, blob, blob->body + used, picked, &codes.c16, err)
                 : few_narrow(space, blob, blob->body + used, picked, &codes.c8, err);
    if (status == FH_OK) *fh_codes_of(&space->seg, (fh_column)blob->column) = codes;
    return status;
}

/* ---- Origin ----------------------------------------------------------------- */

/* The distinct values of `in`, ascending, or 0 when there are more than `max`. */
static uint32_t distinct(const uint32_t *in, uint32_t n, uint32_t *value, uint32_t max)
{
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0 && in[i] == in[i - 1]) continue;
        uint32_t lo = 0, hi = m;
        while (lo < hi) {
            const uint32_t mid = (lo + hi) / 2;
            if (value[mid] < in[i])
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo < m && value[lo] == in[i]) continue;
        if (m == max) return 0;
        memmove(value + lo + 1, value + lo, (size_t)(m - lo) * sizeof *value);
        value[lo] = in[i];
        m++;
    }
    return m;
}

static void put_origin_codes(fh_encoding *e, const uint32_t *value, uint32_t m)
{
    const uint32_t n = e->seg->n, width = e->head.detail;
    const uint32_t *in = e->seg->origin;
    uint8_t *code = fh_arena_alloc(e->scratch, (size_t)n + FH_PACK_BLOCK, 1);
    const size_t bytes = fh_packed_bytes(n, width);
    uint8_t *out = (uint8_t *)fh_buf_reserve(e->out, bytes);
    if (!code && out) e->out->status = FH_NOMEM;
    if (!code || !out) return;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t lo = 0, hi = m - 1; /* value[lo] <= in[i] */
        if (i > 0 && in[i] == in[i - 1]) {
            code[i] = code[i - 1];
            continue;
        }
        while (lo < hi) {
            const uint32_t mid = (lo + hi + 1) / 2;
            if (value[mid] <= in[i])
                lo = mid;
            else
                hi = mid - 1;
        }
        code[i] = (uint8_t)lo;
    }
    fh_pack(code, n, width, out);
    e->out->len += bytes;
}

fh_status fh_encode_origin(fh_encoding *e, fh_error *err)
{
    const fh_segment *seg = e->seg;
    uint32_t *value = FH_NEW_ARRAY(e->scratch, uint32_t, NARROW_NAMES);
    if (!value) return fh_no_memory(err);
    const uint32_t m = seg->origin ? distinct(seg->origin, seg->n, value, NARROW_NAMES) : 0;
    e->empty = !seg->origin || seg->n == 0 || (m == 1 && value[0] == 0);
    if (e->empty) return FH_OK;
    e->head.m = m;
    e->head.codec = m ? CODES : PLAIN;
    if (!m) {
        fh_svb_encode(e->out, seg->origin, seg->n);
        return FH_OK;
    }
    e->head.detail = m == 1 ? 0 : width_for(m);
    fh_buf_put(e->out, value, (size_t)m * sizeof *value);
    if (m > 1) put_origin_codes(e, value, m);
    return FH_OK;
}

static const uint32_t *read_origin_codes(fh_space *space, const fh_blob *blob, fh_status *status,
                                         fh_error *err)
{
    const uint32_t n = space->seg.n, m = blob->m, width = blob->detail;
    const size_t named = (size_t)m * sizeof(uint32_t);
    const fh_reach reach = fh_reach_of(space->skipped, n, blob->n, FH_PACK_BLOCK);
    uint32_t value[NARROW_NAMES] = {0};
    if (m == 0 || m > NARROW_NAMES || (width ? !fh_pack_width_ok(width) : m != 1) ||
        blob->len != named + (width ? fh_packed_bytes(blob->n, width) : 0)) {
        *status = fh_corrupt(err, blob->column, "its head contradicts itself");
        return NULL;
    }
    uint32_t *origin = fh_space_part(space, FH_COL_ORIGIN, FH_PART_MAIN, n, sizeof *origin);
    uint8_t *code = fh_space_scratch(space, 0, reach.n, 1);
    if (!origin || !code) {
        *status = fh_no_memory(err);
        return NULL;
    }
    memcpy(value, blob->body, named);
    if (width == 0) {
        for (uint32_t i = 0; i < n; i++) origin[i] = value[0];
        return origin;
    }
    fh_unpack(blob->body + named + fh_packed_bytes(reach.at, width), reach.n, width, code);
    code += reach.ahead;
    if (fh_max_u8(code, n) >= m) {
        *status = fh_corrupt(err, blob->column, "a code is not in its dictionary");
        return NULL;
    }
    for (uint32_t i = 0; i < n; i++) origin[i] = value[code[i]];
    return origin;
}

fh_status fh_decode_origin(fh_space *space, const fh_blob *blob, fh_error *err)
{
    fh_status status = FH_OK;
    if (blob->codec > PLAIN) return fh_corrupt(err, blob->column, "its head contradicts itself");
    const uint32_t *origin = blob->codec == CODES ? read_origin_codes(space, blob, &status, err)
                                                  : fh_svb_column(space, blob, &status, err);
    if (status == FH_OK) space->seg.origin = origin;
    return status;
}
