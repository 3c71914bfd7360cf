/* buf.c - bytes that grow up to a maximum; writers are sticky.
 *
 * Always: len <= cap <= max, and after a failure status stays not FH_OK and
 * nothing is written until fh_buf_clear.
 */
#include "firsthand/base.h"

#include "base/checked.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void fh_buf_init(fh_buf *buf, const fh_allocator *from, size_t max_bytes)
{
    *buf = (fh_buf){.max = max_bytes, .from = from ? *from : *fh_allocator_default()};
}

void fh_buf_free(fh_buf *buf)
{
    if (buf->ptr) buf->from.free(buf->from.ctx, buf->ptr, buf->cap);
    buf->ptr = NULL;
    buf->len = buf->cap = 0;
}

void fh_buf_clear(fh_buf *buf)
{
    buf->len = 0;
    buf->status = FH_OK;
}

static bool grow(fh_buf *buf, size_t need)
{
    if (need > buf->max) {
        buf->status = FH_LIMIT;
        return false;
    }
    size_t cap = buf->cap ? buf->cap : 256;
    while (cap < need) cap = cap > buf->max / 2 ? buf->max : cap * 2;
    if (cap > buf->max) cap = buf->max;
    char *fresh = buf->from.alloc(buf->from.ctx, cap);
    if (!fresh) {
        buf->status = FH_NOMEM;
        return false;
    }
    if (buf->len) memcpy(fresh, buf->ptr, buf->len);
    if (buf->ptr) buf->from.free(buf->from.ctx, buf->ptr, buf->cap);
    buf->ptr = fresh;
    buf->cap = cap;
    return true;
}

char *fh_buf_reserve(fh_buf *buf, size_t n)
{
    size_t need;
    if (buf->status != FH_OK) return NULL;
    if (!fh_add_size(buf->len, n, &need)) {
        buf->status = FH_LIMIT;
        return NULL;
    }
    if ((need > buf->cap || !buf->ptr) && !grow(buf, need)) return NULL;
    return buf->ptr + buf->len;
}

void fh_buf_put(fh_buf *buf, const void *bytes, size_t n)
{
    if (n == 0) return;
    char *to = fh_buf_reserve(buf, n);
    if (!to) return;
    memcpy(to, bytes, n);
    buf->len += n;
}

void fh_buf_str(fh_buf *buf, fh_str s)
{
    fh_buf_put(buf, s.ptr, s.len);
}

void fh_buf_text(fh_buf *buf, const char *text)
{
    fh_buf_put(buf, text, strlen(text));
}

void fh_buf_char(fh_buf *buf, char c)
{
    fh_buf_put(buf, &c, 1);
}

void fh_buf_printf(fh_buf *buf, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *to = n < 0 ? NULL : fh_buf_reserve(buf, (size_t)n + 1); /* vsnprintf ends with NUL */
    if (to) {
        (void)vsnprintf(to, (size_t)n + 1, fmt, again);
        buf->len += (size_t)n;
    }
    va_end(again);
}

fh_str fh_buf_view(const fh_buf *buf)
{
    return (fh_str){buf->ptr, buf->len};
}
