/* map_make.c - ids and names made of what other programs and logs call things. */
#include "journey/map_parts.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

enum { MADE_MAX = FH_MAP_ID_MAX - 8 }; /* room for a number */

/* The letters and digits of a name, small and without marks; others part words. */
static size_t plain_letters(fh_str name, char out[MADE_MAX])
{
    const unsigned char *p = (const unsigned char *)name.ptr;
    size_t len = 0;
    bool apart = false;
    for (size_t i = 0, step; i < name.len && len < MADE_MAX; i += step) {
        utf8proc_int32_t code = 0, plain[8];
        int last = 0;
        step = fh_utf8_step(p + i, name.len - i);
        if (!step || utf8proc_iterate(p + i, (utf8proc_ssize_t)step, &code) < 1) {
            step = 1;
            apart = true;
            continue;
        }
        const utf8proc_ssize_t n = utf8proc_decompose_char(
            code, plain, 8,
            (utf8proc_option_t)(UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                                UTF8PROC_STABLE | UTF8PROC_DECOMPOSE),
            &last);
        for (utf8proc_ssize_t k = 0; k < n && k < 8; k++) {
            const utf8proc_int32_t c = plain[k];
            const bool keeps = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (keeps && apart && len) {
                if (len + 1 >= MADE_MAX) return len;
                out[len++] = '-';
            }
            if (keeps && len < MADE_MAX) out[len++] = (char)c;
            apart = !keeps && (c != '\'' && c != 0x2019) ? true : !keeps && apart;
        }
    }
    return len;
}

bool fh_map_make_id(fh_arena *arena, const fh_map_ids *ids, fh_str name, const char *otherwise,
                    fh_str *out)
{
    char letters[MADE_MAX], id[FH_MAP_ID_MAX + 1];
    fh_str plain = {letters, plain_letters(name, letters)};
    if (!plain.len) plain = fh_str_of(otherwise);
    int len = snprintf(id, sizeof id, "%.*s", FH_STR_ARG(plain));
    for (uint32_t n = 2; ids && fh_map_ids_find(ids, (fh_str){id, (size_t)len}) != FH_MAP_NONE; n++)
        len = snprintf(id, sizeof id, "%.*s-%u", FH_STR_ARG(plain), n);
    return fh_arena_str(arena, (fh_str){id, (size_t)len}, out);
}

bool fh_map_make_words(fh_arena *arena, fh_str text, const char *otherwise, fh_str *out)
{
    const unsigned char *p = (const unsigned char *)text.ptr;
    char *to = fh_arena_alloc(arena, text.len + 1, 1);
    size_t len = 0;
    if (!to) return false;
    for (size_t i = 0, step; i < text.len; i += step) {
        step = fh_utf8_step(p + i, text.len - i);
        const size_t n = step ? step : 1;
        if (len + n > FH_MAP_WORDS_MAX) break;
        if (!step || p[i] < ' ' || p[i] == 0x7f)
            to[len++] = ' ';
        else
            memcpy(to + len, p + i, n);
        len += step && p[i] >= ' ' && p[i] != 0x7f ? n : 0;
        step = n;
    }
    *out = fh_str_trim((fh_str){to, len});
    if (!out->len) *out = fh_str_of(otherwise);
    return true;
}
