/* passed.c - whether a story passed what it must (see passed.h).
 *
 * Each touchpoint's code is told what it means, once a segment. Where one of several is
 * enough, the meanings of a story's codes are put together without a branch; where all
 * must be there, stamps tell which were counted already.
 */
#include "story/passed.h"

#include <string.h>

enum { PASSED = 1, NOT_PASSED = 2 };

static uint32_t set_size(const fh_bitset *set)
{
    uint32_t size = 0;
    for (uint32_t w = 0; set->bits && w < (set->n + 63) / 64; w++) {
        uint64_t bits = set->bits[w];
        if (set->n - w * 64 < 64) bits &= (UINT64_C(1) << set->n % 64) - 1;
        size += (uint32_t)__builtin_popcountll(bits);
    }
    return size;
}

bool fh_passed_begin(fh_passed *p, fh_space *space, const fh_segment *in, const fh_filter *f)
{
    const fh_codes *codes = &in->touchpoint;
    const uint32_t n_names = codes->n_names ? codes->n_names : 1;
    *p = (fh_passed){.codes = codes, .f = f};
    if (!f->passed.bits && !f->not_passed.bits) return true;
    p->kind = fh_space_scratch(space, FH_PASSED_SCRATCH, n_names, 1);
    p->stamp = fh_space_scratch(space, FH_PASSED_SCRATCH + 1, n_names, sizeof *p->stamp);
    if (!p->kind || !p->stamp) return false;
    memset(p->stamp, 0, n_names * sizeof *p->stamp);
    for (uint32_t c = 0; c < n_names; c++) {
        const uint32_t name = c ? codes->name[c] : 0;
        const bool passed = f->passed.bits && fh_in_set(&f->passed, name);
        const bool not_passed = f->not_passed.bits && fh_in_set(&f->not_passed, name);
        p->kind[c] = (uint8_t)((passed ? PASSED : 0) | (not_passed ? NOT_PASSED : 0));
    }
    p->n_wanted = set_size(&f->passed);
    return true;
}

static uint8_t met(const fh_passed *p, const uint32_t *index, uint32_t at, uint32_t n)
{
    const uint8_t *restrict kind = p->kind;
    const uint8_t *restrict c8 = index ? NULL : p->codes->c8;
    uint8_t any = 0;
    if (c8)
        for (uint32_t i = at; i < at + n; i++) any |= kind[c8[i]];
    else
        for (uint32_t k = 0; k < n; k++)
            any |= kind[fh_code_at(p->codes, index ? index[k] : at + k)];
    return any;
}

bool fh_passed_stays(fh_passed *p, const uint32_t *index, uint32_t at, uint32_t n)
{
    if (!p->kind) return true;
    const uint8_t any = met(p, index, at, n);
    if (any & NOT_PASSED) return false;
    if (!p->f->passed.bits) return true;
    if (!p->f->passed_all) return any & PASSED;
    const uint32_t story = ++p->story;
    uint32_t n_passed = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t code = fh_code_at(p->codes, index ? index[k] : at + k);
        if (!(p->kind[code] & PASSED) || p->stamp[code] == story) continue;
        p->stamp[code] = story;
        n_passed++;
    }
    return n_passed >= p->n_wanted;
}
