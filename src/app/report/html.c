/* html.c - text, numbers and small pictures of a page. */
#include "app/report/html.h"

#include "app/ask/words.h"

#include <stdarg.h>
#include <string.h>

static void say_share(const fh_html *h, va_list args)
{
    const uint64_t part = va_arg(args, uint64_t);
    const uint64_t of = va_arg(args, uint64_t);
    fh_say_share(h->out, part, of);
}

void fh_html_say(const fh_html *h, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    for (const char *p = fmt; *p; p++) {
        if (*p != '%') {
            fh_buf_char(h->out, *p);
            continue;
        }
        p++;
        if (*p == 's')
            fh_html_put_text(h->out, va_arg(args, fh_str));
        else if (*p == 't')
            fh_html_put_text(h->out, fh_str_of(va_arg(args, const char *)));
        else if (*p == 'n')
            fh_say_count(h->out, va_arg(args, uint64_t));
        else if (*p == 'i')
            fh_buf_printf(h->out, "%d", va_arg(args, int));
        else if (*p == 'p')
            say_share(h, args);
        else if (*p == 'd')
            fh_say_duration(h->out, va_arg(args, int64_t));
        else if (*p == 'D')
            fh_say_date(h->out, va_arg(args, int64_t), h->zone);
        else
            fh_buf_char(h->out, '%');
    }
    va_end(args);
}

void fh_html_scroll(const fh_html *h, const char *label)
{
    fh_html_say(h, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%t\">\n",
                label);
}

void fh_html_end_scroll(const fh_html *h)
{
    fh_buf_text(h->out, "</div>\n");
}

/* "3 more moves, not shown: --top 0 shows all." without the advice, which is for
 * the command line. */
static fh_str without_advice(fh_str rest)
{
    for (size_t i = 0; i + 4 < rest.len; i++)
        if (memcmp(rest.ptr + i, ": --", 4) == 0) rest.len = i;
    return rest;
}

void fh_html_details(const fh_html *h, const char *summary, const fh_table *table)
{
    if (table->n_rows == 0) return;
    fh_html_say(h, "<details><summary>%t</summary>\n", summary);
    fh_html_scroll(h, table->title);
    fh_table bare = *table;
    bare.rest.len = 0;
    fh_table_html(&bare, h->zone, h->out);
    fh_html_end_scroll(h);
    const fh_str rest = without_advice(table->rest);
    if (rest.len) fh_html_say(h, "<p class=\"rest\">%s.</p>\n", rest);
    fh_buf_text(h->out, "</details>\n");
}

uint64_t fh_html_scale(uint64_t part, uint64_t of, uint64_t to)
{
    if (of == 0) return 0;
    if (part >= of) return to;
    while (of >> 44) of >>= 1, part >>= 1;
    return part * to / of;
}

void fh_html_columns(const fh_html *h, const uint64_t *series, size_t n)
{
    enum { HEIGHT = 96, STEP = 10 };
    uint64_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (series[i] > most) most = series[i];
    fh_buf_printf(h->out,
                  "<svg class=\"columns\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" "
                  "aria-hidden=\"true\" focusable=\"false\">",
                  n * STEP, HEIGHT);
    for (size_t i = 0; i < n; i++) {
        unsigned height = (unsigned)fh_html_scale(series[i], most, HEIGHT);
        if (series[i] && !height) height = 1;
        if (height)
            fh_buf_printf(h->out, "<rect x=\"%zu\" y=\"%u\" width=\"%d\" height=\"%u\"/>",
                          i * STEP + 1, HEIGHT - height, STEP - 2, height);
    }
    fh_buf_text(h->out, "</svg>\n");
}

void fh_html_bar(const fh_html *h, uint64_t part, uint64_t of)
{
    enum { WIDTH = 96, HEIGHT = 12 };
    unsigned width = (unsigned)fh_html_scale(part, of, WIDTH);
    if (part && !width) width = 1;
    fh_buf_printf(h->out,
                  "<svg class=\"bar\" width=\"%d\" height=\"%d\" aria-hidden=\"true\" "
                  "focusable=\"false\"><rect class=\"rail\" width=\"%d\" height=\"%d\"/>"
                  "<rect width=\"%u\" height=\"%d\"/></svg>",
                  WIDTH, HEIGHT, WIDTH, HEIGHT, width, HEIGHT);
}

/* Length of the character at s[i] and its columns. */
static size_t character(fh_str s, size_t i, size_t *columns)
{
    const unsigned char c = (unsigned char)s.ptr[i];
    const size_t len = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    *columns = c >= 0xe3 ? 2 : 1; /* from U+3000 on: mostly wide */
    return i + len <= s.len ? len : s.len - i;
}

size_t fh_html_width(fh_str text)
{
    size_t width = 0, columns;
    for (size_t i = 0; i < text.len; width += columns) i += character(text, i, &columns);
    return width;
}

fh_str fh_html_fit(fh_str text, size_t width, bool *cut)
{
    size_t used = 0, i = 0;
    while (i < text.len) {
        size_t columns;
        const size_t len = character(text, i, &columns);
        if (used + columns > width) break;
        used += columns;
        i += len;
    }
    *cut = i < text.len;
    return (fh_str){text.ptr, i};
}
