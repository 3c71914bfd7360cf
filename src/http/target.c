/* target.c - paths and queries decoded: once, strictly, into UTF-8.
 *
 * A path in which an escape could stand for a separator, a dot segment or a control
 * byte means different things to different readers, so there is none such: it is
 * refused. In a query '+' is a space.
 */
#include "http/inside.h"

#include "base/percent.h"

#include <string.h>

/* "." and ".." would name another place than the text says. */
static bool has_dot_segment(fh_str path)
{
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '/') continue;
        size_t dots = 0;
        while (i + 1 + dots < path.len && path.ptr[i + 1 + dots] == '.') dots++;
        const size_t end = i + 1 + dots;
        if ((dots == 1 || dots == 2) && (end == path.len || path.ptr[end] == '/')) return true;
    }
    return false;
}

/* An escape that decodes to a separator. */
static bool has_hidden_separator(fh_str raw)
{
    for (size_t i = 0; i + 2 < raw.len; i++)
        if (raw.ptr[i] == '%' &&
            ((raw.ptr[i + 1] == '2' && (raw.ptr[i + 2] == 'f' || raw.ptr[i + 2] == 'F')) ||
             (raw.ptr[i + 1] == '5' && (raw.ptr[i + 2] == 'c' || raw.ptr[i + 2] == 'C'))))
            return true;
    return false;
}

const char *fh_http_decode_path(fh_str raw, char *to, fh_str *out)
{
    fh_str path = raw;
    if (raw.len && memchr(raw.ptr, '%', raw.len)) {
        if (has_hidden_separator(raw))
            return "The path holds an encoded slash; give such a value in the query.";
        if (!fh_percent_decode(raw, false, to, &path.len))
            return "The path is not percent-encoded UTF-8.";
        path.ptr = to;
    }
    for (size_t i = 0; i < path.len; i++) {
        const unsigned char c = (unsigned char)path.ptr[i];
        if (c < 0x20 || c == 0x7f || c == '\\') return "The path holds a control character.";
    }
    if (has_dot_segment(path)) return "The path holds a '.' or '..' segment.";
    *out = path;
    return NULL;
}

static fh_status decode_part(fh_arena *arena, fh_str raw, fh_str *out, fh_error *err)
{
    char *to = fh_arena_alloc(arena, raw.len + 1, 1);
    size_t len;
    if (!to) return fh_no_memory(err);
    if (!fh_percent_decode(raw, true, to, &len)) {
        (void)fh_fail(err, FH_FORMAT, "a query's name or value is not percent-encoded UTF-8");
        return fh_hint(err, FH_FORMAT, "Write every byte that is no letter or digit as %%XX.");
    }
    *out = (fh_str){to, len};
    return FH_OK;
}

fh_status fh_http_next_pair(fh_arena *arena, fh_str text, size_t *at, fh_str *name, fh_str *value,
                            fh_error *err)
{
    while (*at < text.len && text.ptr[*at] == '&') ++*at; /* nothing between two of them */
    if (*at >= text.len) return fh_fail(err, FH_NOTFOUND, "there are no more pairs");
    const char *from = text.ptr + *at;
    const char *stop = memchr(from, '&', text.len - *at);
    const size_t len = stop ? (size_t)(stop - from) : text.len - *at;
    const char *mark = memchr(from, '=', len);
    const fh_str raw_name = {from, mark ? (size_t)(mark - from) : len};
    const fh_str raw_value = mark ? (fh_str){mark + 1, len - raw_name.len - 1} : (fh_str){"", 0};
    fh_str n, v;
    fh_status status = decode_part(arena, raw_name, &n, err);
    if (status == FH_OK) status = decode_part(arena, raw_value, &v, err);
    if (status != FH_OK) return status;
    *at += len;
    *name = n;
    *value = v;
    return FH_OK;
}

fh_status fh_http_pair(fh_arena *arena, fh_str text, const char *name, fh_str *value, fh_error *err)
{
    size_t at = 0;
    bool found = false;
    fh_str n, v, first = {NULL, 0};
    fh_status status;
    while ((status = fh_http_next_pair(arena, text, &at, &n, &v, err)) == FH_OK) {
        if (!fh_str_eq(n, fh_str_of(name))) continue;
        if (found) return fh_fail(err, FH_FORMAT, "'%s' is given twice", name);
        found = true;
        first = v;
    }
    if (status != FH_NOTFOUND) return status;
    if (!found) return fh_fail(err, FH_NOTFOUND, "'%s' is not given", name);
    *value = first;
    return FH_OK;
}
