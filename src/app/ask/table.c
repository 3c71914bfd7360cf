/* table.c - the same rows for a terminal, as CSV and as HTML.
 *
 * Text: every cell is written once into a scratch buffer, measured in terminal
 * columns, and when the table is wider than the terminal the widest text columns
 * are cut until it fits. Whatever comes from outside is made harmless: control
 * characters and bytes that are not UTF-8 never reach a terminal.
 */
#include "app/ask/table.h"

#include "app/ask/words.h"

#include <string.h>
#include <utf8proc.h>

enum { BAR_WIDTH = 20, NARROWEST = 10, PROSE_WIDTH = 76 };

static bool stands_left(fh_cell_kind kind)
{
    return kind == FH_CELL_TEXT || kind == FH_CELL_SPARK || kind == FH_CELL_BAR ||
           kind == FH_CELL_TIME;
}

/* ---- Cells for people ------------------------------------------------------------ */

static bool is_harmful(utf8proc_int32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfffe || c == 0xffff;
}

void fh_harmless_text(fh_buf *out, fh_str s)
{
    while (s.len) {
        utf8proc_int32_t c = -1;
        const utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &c);
        const size_t used = n > 0 ? (size_t)n : 1;
        if (c == '\n' || c == '\t' || c == '\r')
            fh_buf_char(out, ' ');
        else if (n <= 0 || is_harmful(c))
            fh_buf_text(out, "\xef\xbf\xbd");
        else
            fh_buf_put(out, s.ptr, used);
        s.ptr += used;
        s.len -= used;
    }
}

static size_t width_of(fh_str s)
{
    size_t width = 0;
    while (s.len) {
        utf8proc_int32_t c = -1;
        const utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &c);
        const size_t used = n > 0 ? (size_t)n : 1;
        const int w = n > 0 ? utf8proc_charwidth(c) : 1;
        width += w > 0 ? (size_t)w : 0;
        s.ptr += used;
        s.len -= used;
    }
    return width;
}

/* The longest beginning of `s` that is at most `width` columns wide. */
static fh_str beginning(fh_str s, size_t width)
{
    size_t at = 0, used = 0;
    while (at < s.len) {
        utf8proc_int32_t c = -1;
        const utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + at,
                                                    (utf8proc_ssize_t)(s.len - at), &c);
        const int w = n > 0 ? utf8proc_charwidth(c) : 1;
        if (used + (size_t)(w > 0 ? w : 0) > width) break;
        used += (size_t)(w > 0 ? w : 0);
        at += n > 0 ? (size_t)n : 1;
    }
    return (fh_str){s.ptr, at};
}

static void put_block(fh_buf *out, unsigned last_byte)
{
    const char block[] = {'\xe2', '\x96', (char)last_byte};
    fh_buf_put(out, block, sizeof block);
}

/* U+2581 .. U+2588 by eighths of the largest; a place without any is a blank. */
static void put_spark(fh_buf *out, const fh_cell *cell)
{
    uint64_t most = 0;
    for (size_t i = 0; i < cell->n_series; i++)
        if (cell->series[i] > most) most = cell->series[i];
    for (size_t i = 0; i < cell->n_series; i++) {
        uint64_t v = cell->series[i], of = most;
        while (of >> 60) of >>= 1, v >>= 1;
        if (v)
            put_block(out, 0x80 + (unsigned)((v * 8 + of - 1) / of));
        else
            fh_buf_char(out, ' ');
    }
}

/* Full blocks U+2588, then one of U+2589 .. U+258F for the last eighths. */
static void put_bar(fh_buf *out, const fh_cell *cell)
{
    if (cell->of <= 0 || cell->i <= 0) return;
    uint64_t part = (uint64_t)cell->i, of = (uint64_t)cell->of;
    if (part > of) part = of;
    while (of >> 50) of >>= 1, part >>= 1;
    uint64_t eighths = (part * BAR_WIDTH * 8 + of / 2) / of;
    if (!eighths) eighths = 1;
    for (; eighths >= 8; eighths -= 8) put_block(out, 0x88);
    if (eighths) put_block(out, 0x90 - (unsigned)eighths);
}

static void put_decimal(fh_buf *out, int64_t hundredths, bool grouped)
{
    const uint64_t n = hundredths < 0 ? UINT64_C(0) - (uint64_t)hundredths : (uint64_t)hundredths;
    if (hundredths < 0) fh_buf_char(out, '-');
    if (grouped)
        fh_say_count(out, n / 100);
    else
        fh_buf_printf(out, "%llu", (unsigned long long)(n / 100));
    fh_buf_printf(out, ".%02u", (unsigned)(n % 100));
}

static void put_for_people(fh_buf *out, fh_cell_kind kind, const fh_cell *cell, const fh_zone *zone)
{
    if (cell->none) return;
    switch (kind) {
    case FH_CELL_TEXT: fh_harmless_text(out, cell->text); break;
    case FH_CELL_COUNT: fh_say_signed(out, cell->i); break;
    case FH_CELL_SHARE:
        fh_say_share(out, (uint64_t)cell->i, (uint64_t)cell->of);
        fh_buf_str(out, cell->text);
        break;
    case FH_CELL_DURATION: fh_say_duration(out, cell->i); break;
    case FH_CELL_TIME: fh_say_time(out, cell->i, zone); break;
    case FH_CELL_MONEY: fh_say_money(out, cell->i, cell->text); break;
    case FH_CELL_DECIMAL: put_decimal(out, cell->i, true); break;
    case FH_CELL_SPARK: put_spark(out, cell); break;
    case FH_CELL_BAR: put_bar(out, cell); break;
    }
}

/* ---- Text ----------------------------------------------------------------------------- */

typedef struct layout {
    const fh_table *t;
    const fh_text_style *style;
    const fh_str *text;   /* [n_rows * n_columns] */
    const size_t *widths; /* [n_rows * n_columns] */
    size_t *column;       /* [n_columns] width */
} layout;

/* Writes all cells one after the other and says where each begins. */
static bool write_cells(const fh_table *t, const fh_zone *zone, fh_arena *arena, fh_buf *all,
                        layout *l)
{
    const size_t n = t->n_rows * t->n_columns;
    size_t *end = FH_NEW_ARRAY(arena, size_t, n + 1);
    fh_str *text = FH_NEW_ARRAY(arena, fh_str, n + 1);
    size_t *widths = FH_NEW_ARRAY(arena, size_t, n + 1);
    l->column = FH_NEW_ARRAY(arena, size_t, t->n_columns + 1);
    if (!end || !text || !widths || !l->column) return false;
    for (size_t i = 0; i < n; i++) {
        if (t->columns[i % t->n_columns].title)
            put_for_people(all, t->columns[i % t->n_columns].kind, &t->cells[i], zone);
        end[i] = all->len;
    }
    if (all->status) return false;
    for (size_t c = 0; c < t->n_columns; c++)
        l->column[c] = width_of(fh_str_of(t->columns[c].title));
    for (size_t i = 0; i < n; i++) {
        const size_t begin = i ? end[i - 1] : 0;
        text[i] = (fh_str){all->ptr ? all->ptr + begin : NULL, end[i] - begin};
        widths[i] = width_of(text[i]);
        size_t *column = &l->column[i % t->n_columns];
        if (widths[i] > *column) *column = widths[i];
    }
    l->text = text;
    l->widths = widths;
    return true;
}

/* Narrows the widest text column until all fits or none can give any more. */
static void fit(const layout *l)
{
    const fh_table *t = l->t;
    if (!l->style->width || !t->n_columns) return;
    size_t total = 0;
    for (size_t c = 0; c < t->n_columns; c++)
        if (t->columns[c].title) total += l->column[c] + (total ? 2 : 0);
    while (total > l->style->width) {
        size_t widest = t->n_columns;
        for (size_t c = 0; c < t->n_columns; c++)
            if (t->columns[c].kind == FH_CELL_TEXT && l->column[c] > NARROWEST &&
                (widest == t->n_columns || l->column[c] > l->column[widest]))
                widest = c;
        if (widest == t->n_columns) return;
        l->column[widest]--;
        total--;
    }
}

static void pad(fh_buf *out, size_t n)
{
    while (n--) fh_buf_char(out, ' ');
}

static void colour_on(fh_buf *out, const fh_text_style *style, const char *code)
{
    if (style->colour) fh_buf_printf(out, "\x1b[%sm", code);
}

static void colour_off(fh_buf *out, const fh_text_style *style)
{
    if (style->colour) fh_buf_text(out, "\x1b[0m");
}

static void put_cell(const layout *l, size_t c, fh_str text, size_t width, bool last, fh_buf *out)
{
    if (!l->t->columns[c].title) return;
    const size_t room = l->column[c];
    const bool left = stands_left(l->t->columns[c].kind);
    const bool accent = l->style->colour && (l->t->columns[c].kind == FH_CELL_BAR ||
                                             l->t->columns[c].kind == FH_CELL_SPARK);
    if (width > room) {
        fh_buf_str(out, beginning(text, room - 1));
        fh_buf_text(out, "\xe2\x80\xa6");
        width = width_of(beginning(text, room - 1)) + 1;
        text = (fh_str){0};
    }
    if (!left) pad(out, room - width);
    if (accent) colour_on(out, l->style, "36");
    fh_buf_str(out, text);
    if (accent) colour_off(out, l->style);
    if (left && !last) pad(out, room - width);
    if (!last) pad(out, 2);
}

static void drop_blanks(fh_buf *out, size_t from)
{
    while (out->len > from && out->ptr[out->len - 1] == ' ') out->len--;
}

static void put_rows(const layout *l, fh_buf *out)
{
    const fh_table *t = l->t;
    colour_on(out, l->style, "2");
    size_t begin = out->len;
    for (size_t c = 0; c < t->n_columns; c++) {
        const fh_str title = fh_str_of(t->columns[c].title);
        put_cell(l, c, title, width_of(title), c + 1 == t->n_columns, out);
    }
    drop_blanks(out, begin);
    colour_off(out, l->style);
    fh_buf_char(out, '\n');
    for (size_t r = 0; r < t->n_rows; r++) {
        begin = out->len;
        for (size_t c = 0; c < t->n_columns; c++) {
            const size_t i = r * t->n_columns + c;
            put_cell(l, c, l->text[i], l->widths[i], c + 1 == t->n_columns, out);
        }
        drop_blanks(out, begin);
        fh_buf_char(out, '\n');
    }
}

void fh_prose_text(fh_str prose, uint32_t width, fh_buf *out)
{
    const size_t room = width && width < PROSE_WIDTH ? width : PROSE_WIDTH;
    size_t used = 0;
    while (prose.len) {
        const char *space = memchr(prose.ptr, ' ', prose.len);
        const fh_str word = {prose.ptr, space ? (size_t)(space - prose.ptr) : prose.len};
        const size_t w = width_of(word);
        if (used && used + 1 + w > room) {
            fh_buf_char(out, '\n');
            used = 0;
        } else if (used) {
            fh_buf_char(out, ' ');
            used++;
        }
        fh_harmless_text(out, word);
        used += w;
        prose.ptr += word.len + (space != NULL);
        prose.len -= word.len + (space != NULL);
    }
    if (used) fh_buf_char(out, '\n');
}

void fh_table_text(const fh_table *t, const fh_text_style *style, fh_buf *out)
{
    fh_arena *arena = fh_arena_new(&out->from);
    fh_buf all;
    fh_buf_init(&all, &out->from, out->max);
    layout l = {.t = t, .style = style};
    colour_on(out, style, "1");
    fh_buf_text(out, t->title);
    colour_off(out, style);
    fh_buf_char(out, '\n');
    fh_prose_text(t->note, style->width, out);
    if (!arena || !write_cells(t, style->zone, arena, &all, &l)) {
        if (!out->status) out->status = all.status ? all.status : FH_NOMEM;
    } else if (t->n_rows) {
        fit(&l);
        fh_buf_char(out, '\n');
        put_rows(&l, out);
    }
    if (t->rest.len) {
        fh_buf_char(out, '\n');
        fh_prose_text(t->rest, style->width, out);
    }
    fh_buf_free(&all);
    fh_arena_free(arena);
}

/* ---- CSV --------------------------------------------------------------------------------- */

void fh_csv_field(fh_buf *out, fh_str s)
{
    bool quote = s.len && (s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ');
    for (size_t i = 0; i < s.len && !quote; i++)
        quote = s.ptr[i] == ',' || s.ptr[i] == '"' || s.ptr[i] == '\n' || s.ptr[i] == '\r';
    if (!quote) {
        fh_buf_str(out, s);
        return;
    }
    fh_buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') fh_buf_char(out, '"');
        fh_buf_char(out, s.ptr[i]);
    }
    fh_buf_char(out, '"');
}

void fh_money_text(fh_buf *out, int64_t minor, fh_str currency)
{
    const uint32_t decimals = fh_currency_decimals(currency);
    const uint64_t unit = decimals == 0 ? 1 : decimals == 2 ? 100 : 1000;
    const uint64_t n = minor < 0 ? UINT64_C(0) - (uint64_t)minor : (uint64_t)minor;
    fh_buf_printf(out, "%s%llu", minor < 0 ? "-" : "", (unsigned long long)(n / unit));
    if (decimals) fh_buf_printf(out, ".%0*llu", (int)decimals, (unsigned long long)(n % unit));
}

static void put_share(fh_buf *out, uint64_t part, uint64_t of)
{
    if (!of) return;
    while (of >> 40) of >>= 1, part >>= 1;
    const uint64_t millionths = (part * 2000000 + of) / (2 * of);
    fh_buf_printf(out, "%llu.%06llu", (unsigned long long)(millionths / 1000000),
                  (unsigned long long)(millionths % 1000000));
}

static void put_for_csv(fh_buf *out, fh_cell_kind kind, const fh_cell *cell, const fh_zone *zone)
{
    if (kind == FH_CELL_MONEY && cell->none) fh_buf_char(out, ','); /* the currency's place */
    if (cell->none) return;
    char time[FH_TIME_TEXT];
    switch (kind) {
    case FH_CELL_TEXT: fh_csv_field(out, cell->text); break;
    case FH_CELL_COUNT:
    case FH_CELL_DURATION: fh_buf_printf(out, "%lld", (long long)cell->i); break;
    case FH_CELL_SHARE: put_share(out, (uint64_t)cell->i, (uint64_t)cell->of); break;
    case FH_CELL_TIME: fh_buf_put(out, time, fh_time_format(cell->i, zone, time)); break;
    case FH_CELL_MONEY:
        fh_money_text(out, cell->i, cell->text);
        fh_buf_char(out, ',');
        fh_csv_field(out, cell->text);
        break;
    case FH_CELL_DECIMAL: put_decimal(out, cell->i, false); break;
    case FH_CELL_SPARK:
        for (size_t i = 0; i < cell->n_series; i++)
            fh_buf_printf(out, "%s%llu", i ? " " : "", (unsigned long long)cell->series[i]);
        break;
    case FH_CELL_BAR: break;
    }
}

static bool is_in_csv(const fh_table_column *column)
{
    return column->kind != FH_CELL_BAR && column->key[0];
}

void fh_table_csv(const fh_table *t, const fh_zone *zone, fh_buf *out)
{
    bool first = true;
    for (size_t c = 0; c < t->n_columns; c++) {
        const fh_table_column *column = &t->columns[c];
        if (!is_in_csv(column)) continue;
        if (!first) fh_buf_char(out, ',');
        first = false;
        fh_csv_field(out, fh_str_of(column->key));
        if (column->kind == FH_CELL_MONEY) fh_buf_printf(out, ",%s_currency", column->key);
    }
    fh_buf_text(out, "\r\n");
    for (size_t r = 0; r < t->n_rows; r++) {
        first = true;
        for (size_t c = 0; c < t->n_columns; c++) {
            if (!is_in_csv(&t->columns[c])) continue;
            if (!first) fh_buf_char(out, ',');
            first = false;
            put_for_csv(out, t->columns[c].kind, &t->cells[r * t->n_columns + c], zone);
        }
        fh_buf_text(out, "\r\n");
    }
}
