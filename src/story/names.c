/* names.c - columns of names made from global numbers: finds the dictionary and
 * the codes into it. */
#include "story/names.h"

#include <string.h>

enum { NARROW = 256, ALL = FH_MAX_NAMES + 1 };

/* Numbers below 256 are their own codes. */
static bool own_codes(fh_space *space, fh_column col, const uint16_t *number, uint32_t n,
                      uint32_t n_names)
{
    uint8_t *code = fh_space_part(space, col, FH_PART_MAIN, n, 1);
    uint32_t *name = fh_space_part(space, col, FH_PART_ASIDE, n_names, sizeof *name);
    if (!code || !name) return false;
    for (uint32_t i = 0; i < n; i++) code[i] = (uint8_t)number[i];
    for (uint32_t i = 0; i < n_names; i++) name[i] = i;
    *fh_codes_of(&space->seg, col) =
        (fh_codes){.n_names = n_names, .name = name, .identity = true, .c8 = code};
    return true;
}

bool fh_codes_from_numbers(fh_space *space, fh_column col, const uint16_t *number, uint32_t n)
{
    uint32_t highest = 0;
    for (uint32_t i = 0; i < n; i++) highest = number[i] > highest ? number[i] : highest;
    *fh_codes_of(&space->seg, col) = fh_codes_none();
    if (highest == 0) return true;
    if (highest < NARROW) return own_codes(space, col, number, n, highest + 1);

    uint16_t *code_of = fh_space_scratch(space, 5, ALL, sizeof *code_of);
    uint32_t *name = fh_space_part(space, col, FH_PART_ASIDE, ALL, sizeof *name);
    if (!code_of || !name) return false;
    memset(code_of, 0, ((size_t)highest + 1) * sizeof *code_of);
    for (uint32_t i = 0; i < n; i++) code_of[number[i]] = 1;
    fh_codes codes = {.n_names = 1, .name = name, .identity = true};
    name[0] = code_of[0] = 0;
    for (uint32_t k = 1; k <= highest; k++) {
        if (!code_of[k]) continue;
        codes.identity = codes.identity && codes.n_names == k;
        code_of[k] = (uint16_t)codes.n_names;
        name[codes.n_names++] = k;
    }
    const bool narrow = codes.n_names <= NARROW;
    void *code = fh_space_part(space, col, FH_PART_MAIN, n, narrow ? 1 : 2);
    if (!code) return false;
    uint8_t *c8 = narrow ? code : NULL;
    uint16_t *c16 = narrow ? NULL : code;
    if (narrow)
        for (uint32_t i = 0; i < n; i++) c8[i] = (uint8_t)code_of[number[i]];
    else
        for (uint32_t i = 0; i < n; i++) c16[i] = code_of[number[i]];
    codes.c8 = c8;
    codes.c16 = c16;
    *fh_codes_of(&space->seg, col) = codes;
    return true;
}
