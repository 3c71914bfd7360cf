/* named.c - names in a setting as a set of numbers (see named.h). */
#include "app/ask/named.h"

#include "app/ask/words.h"

#include <string.h>

bool fh_named_next(fh_str *rest, fh_str *out)
{
    while (rest->len) {
        const char *comma = memchr(rest->ptr, ',', rest->len);
        const size_t len = comma ? (size_t)(comma - rest->ptr) : rest->len;
        *out = fh_str_trim((fh_str){rest->ptr, len});
        *rest = comma ? (fh_str){comma + 1, rest->len - len - 1} : (fh_str){0};
        if (out->len) return true;
    }
    return false;
}

fh_status fh_named_set(fh_org *org, fh_dict dict, fh_str list, fh_arena *arena, fh_bitset *out,
                       fh_str *known, fh_error *err)
{
    fh_names names;
    fh_str item, told = {0};
    fh_status s = fh_dict_names(org, dict, arena, &names, err);
    if (s) return s;
    uint64_t *bits = FH_NEW_ARRAY(arena, uint64_t, (size_t)names.n / 64 + 1);
    if (!bits) return fh_no_memory(err);
    while (!s && fh_named_next(&list, &item)) {
        uint32_t number = 0;
        s = fh_dict_find(org, dict, item, &number, err);
        if (s || !number || number >= names.n) continue;
        bits[number / 64] |= UINT64_C(1) << (number % 64);
        told = fh_printed(arena, "%.*s%s%.*s", FH_STR_ARG(told), told.len ? ", " : "",
                          FH_STR_ARG(item));
    }
    *out = (fh_bitset){.bits = bits, .n = names.n};
    *known = told;
    return s;
}
