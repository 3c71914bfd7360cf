/* table_html.c - a table as HTML: caption, scopes, numbers to the right, escaped. */
#include "app/ask/table.h"

#include "app/ask/words.h"

enum { PICTURE_WIDTH = 100, PICTURE_HEIGHT = 14 };

void fh_html_put_text(fh_buf *out, fh_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c == '&')
            fh_buf_text(out, "&amp;");
        else if (c == '<')
            fh_buf_text(out, "&lt;");
        else if (c == '>')
            fh_buf_text(out, "&gt;");
        else if (c == '"')
            fh_buf_text(out, "&quot;");
        else if (c == '\'')
            fh_buf_text(out, "&#39;");
        else if ((unsigned char)c < 0x20 && c != '\n' && c != '\t')
            fh_buf_text(out, "\xef\xbf\xbd");
        else
            fh_buf_char(out, c);
    }
}

static uint64_t scaled(uint64_t part, uint64_t of, uint64_t to)
{
    while (of >> 50) of >>= 1, part >>= 1;
    if (!of) return 0;
    return part >= of ? to : part * to / of;
}

/* The numbers stand in the other columns: the picture is not read out. */
static void put_bar(fh_buf *out, const fh_cell *cell)
{
    if (cell->i < 0 || cell->of <= 0) return;
    fh_buf_printf(out,
                  "<svg class=\"bar\" width=\"%d\" height=\"%d\" aria-hidden=\"true\">"
                  "<rect width=\"%llu\" height=\"%d\"/></svg>",
                  PICTURE_WIDTH, PICTURE_HEIGHT,
                  (unsigned long long)scaled((uint64_t)cell->i, (uint64_t)cell->of, PICTURE_WIDTH),
                  PICTURE_HEIGHT);
}

static void put_spark(fh_buf *out, const fh_cell *cell)
{
    uint64_t most = 0;
    for (size_t i = 0; i < cell->n_series; i++)
        if (cell->series[i] > most) most = cell->series[i];
    const size_t n = cell->n_series;
    fh_buf_printf(out,
                  "<svg class=\"spark\" width=\"%d\" height=\"%d\" aria-hidden=\"true\">"
                  "<polyline fill=\"none\" points=\"",
                  PICTURE_WIDTH, PICTURE_HEIGHT);
    for (size_t i = 0; i < n; i++)
        fh_buf_printf(
            out, "%s%zu,%llu", i ? " " : "", n > 1 ? i * PICTURE_WIDTH / (n - 1) : 0,
            (unsigned long long)(PICTURE_HEIGHT - scaled(cell->series[i], most, PICTURE_HEIGHT)));
    fh_buf_text(out, "\"/></svg>");
}

static void put_cell(fh_buf *out, fh_cell_kind kind, const fh_cell *cell, const fh_zone *zone)
{
    if (cell->none) return;
    switch (kind) {
    case FH_CELL_TEXT: fh_html_put_text(out, cell->text); break;
    case FH_CELL_COUNT: fh_say_signed(out, cell->i); break;
    case FH_CELL_SHARE:
        fh_say_share(out, (uint64_t)cell->i, (uint64_t)cell->of);
        fh_html_put_text(out, cell->text);
        break;
    case FH_CELL_DURATION: fh_say_duration(out, cell->i); break;
    case FH_CELL_TIME: fh_say_time(out, cell->i, zone); break;
    case FH_CELL_MONEY: {
        fh_buf text;
        fh_buf_init(&text, &out->from, 256);
        fh_say_money(&text, cell->i, cell->text);
        fh_html_put_text(out, fh_buf_view(&text));
        fh_buf_free(&text);
        break;
    }
    case FH_CELL_DECIMAL:
        fh_say_signed(out, cell->i / 100);
        fh_buf_printf(out, ".%02d", (int)(cell->i % 100 < 0 ? -(cell->i % 100) : cell->i % 100));
        break;
    case FH_CELL_SPARK: put_spark(out, cell); break;
    case FH_CELL_BAR: put_bar(out, cell); break;
    }
}

static const char *class_of(fh_cell_kind kind)
{
    return kind == FH_CELL_TEXT || kind == FH_CELL_SPARK || kind == FH_CELL_BAR ? ""
                                                                                : " class=\"n\"";
}

void fh_table_html(const fh_table *t, const fh_zone *zone, fh_buf *out)
{
    fh_buf_text(out, "<table>\n<caption>");
    fh_html_put_text(out, fh_str_of(t->title));
    if (t->note.len) {
        fh_buf_text(out, " <span class=\"note\">");
        fh_html_put_text(out, t->note);
        fh_buf_text(out, "</span>");
    }
    fh_buf_text(out, "</caption>\n<thead><tr>");
    for (size_t c = 0; c < t->n_columns; c++) {
        if (!t->columns[c].title) continue;
        if (!*t->columns[c].title) { /* a bar beside its number: no heading of its own */
            fh_buf_text(out, "<td></td>");
            continue;
        }
        fh_buf_printf(out, "<th scope=\"col\"%s>", class_of(t->columns[c].kind));
        fh_html_put_text(out, fh_str_of(t->columns[c].title));
        fh_buf_text(out, "</th>");
    }
    fh_buf_text(out, "</tr></thead>\n<tbody>\n");
    for (size_t r = 0; r < t->n_rows; r++) {
        fh_buf_text(out, "<tr>");
        for (size_t c = 0; c < t->n_columns; c++) {
            const fh_cell_kind kind = t->columns[c].kind;
            if (!t->columns[c].title) continue;
            fh_buf_printf(out, c ? "<td%s>" : "<th scope=\"row\"%s>", class_of(kind));
            put_cell(out, kind, &t->cells[r * t->n_columns + c], zone);
            fh_buf_text(out, c ? "</td>" : "</th>");
        }
        fh_buf_text(out, "</tr>\n");
    }
    fh_buf_text(out, "</tbody>\n</table>\n");
    if (!t->rest.len) return;
    fh_buf_text(out, "<p class=\"rest\">");
    fh_html_put_text(out, t->rest);
    fh_buf_text(out, "</p>\n");
}
