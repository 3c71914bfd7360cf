/* calling.c - the organisation's word for its customers (see calling.h). */
#include "app/ask/calling.h"

#include <string.h>

const fh_calling fh_calling_plain = {"customer", "customers", "Customer", "Customers"};

static char *copied(fh_arena *arena, fh_str text, const char *end, bool capital)
{
    const size_t n = strlen(end);
    char *to = FH_NEW_ARRAY(arena, char, text.len + n + 1);
    if (!to) return NULL;
    if (text.len) memcpy(to, text.ptr, text.len);
    memcpy(to + text.len, end, n + 1);
    if (capital && *to >= 'a' && *to <= 'z') *to = (char)(*to - 'a' + 'A');
    return to;
}

fh_status fh_calling_read(fh_org *org, fh_arena *arena, fh_calling *out, fh_error *err)
{
    fh_str word;
    const fh_status s = fh_setting_get(org, FH_STR(FH_SETTING_CALLING), arena, &word, err);
    return s ? s : fh_calling_of(word, arena, out, err);
}

fh_status fh_calling_of(fh_str word, fh_arena *arena, fh_calling *out, fh_error *err)
{
    *out = fh_calling_plain;
    if (!word.len) return FH_OK;
    const char *slash = memchr(word.ptr, '/', word.len);
    const fh_str one = {word.ptr, slash ? (size_t)(slash - word.ptr) : word.len};
    const fh_str rest = {slash ? slash + 1 : NULL, slash ? word.len - one.len - 1 : 0};
    const fh_str many = slash ? rest : one;
    const char *end = slash ? "" : "s";
    out->one = copied(arena, one, "", false);
    out->One = copied(arena, one, "", true);
    out->many = copied(arena, many, end, false);
    out->Many = copied(arena, many, end, true);
    return out->one && out->One && out->many && out->Many ? FH_OK : fh_no_memory(err);
}

void fh_put_called(fh_buf *out, const fh_calling *calling, const char *text)
{
    const struct {
        fh_str name;
        const char *word;
    } words[] = {{FH_STR("{customer}"), calling->one},
                 {FH_STR("{customers}"), calling->many},
                 {FH_STR("{Customer}"), calling->One},
                 {FH_STR("{Customers}"), calling->Many}};
    enum { N = sizeof words / sizeof words[0] };
    while (*text) {
        size_t k = 0;
        while (k < N && strncmp(text, words[k].name.ptr, words[k].name.len) != 0) k++;
        if (k < N) {
            fh_buf_text(out, words[k].word);
            text += words[k].name.len;
        } else {
            fh_buf_char(out, *text++);
        }
    }
}

const char *fh_called(fh_arena *arena, const fh_calling *calling, const char *text)
{
    fh_buf words;
    fh_str copy;
    fh_buf_init(&words, NULL, 1 << 16);
    fh_put_called(&words, calling, text);
    const bool good = !words.status && fh_arena_str(arena, fh_buf_view(&words), &copy);
    fh_buf_free(&words);
    return good ? copied(arena, copy, "", false) : NULL;
}
