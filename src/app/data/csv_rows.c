/* csv_rows.c - a small CSV file as rows of cells (see csv_rows.h). */
#include "app/data/csv_rows.h"

#include "app/ask/table.h"
#include "base/utf8.h"

#include <string.h>

typedef struct reading {
    fh_arena *arena;
    fh_str text;
    size_t at;
    uint64_t line;
    char separator;
    fh_csv_row *row; /* [n], room for cap */
    size_t n, cap, max;
    fh_str cell[FH_CSV_COLUMNS_MAX];
} reading;

static fh_status check_utf8(fh_str s, fh_error *err)
{
    uint64_t line = 1;
    for (size_t i = 0; i < s.len;) {
        const size_t step = fh_utf8_step((const unsigned char *)s.ptr + i, s.len - i);
        if (!step || s.ptr[i] == '\0') {
            (void)fh_fail(err, FH_FORMAT, "line %llu has characters that are no UTF-8",
                          (unsigned long long)line);
            return fh_hint(err, FH_FORMAT, "Save the file as 'CSV UTF-8' and try again.");
        }
        line += s.ptr[i] == '\n';
        i += step;
    }
    return FH_OK;
}

static char guess_separator(fh_str s)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    for (size_t i = 0; i < s.len && s.ptr[i] != '\n'; i++) {
        commas += s.ptr[i] == ',';
        semicolons += s.ptr[i] == ';';
        tabs += s.ptr[i] == '\t';
    }
    if (semicolons > commas && semicolons >= tabs) return ';';
    return tabs > commas ? '\t' : ',';
}

static bool ends_cell(const reading *r, size_t at)
{
    return at >= r->text.len || r->text.ptr[at] == r->separator || r->text.ptr[at] == '\n' ||
           r->text.ptr[at] == '\r';
}

/* "..." with "" for a quote in it; r->at stands on the first quote. */
static fh_status quoted_cell(reading *r, fh_str *out, fh_error *err)
{
    const uint64_t began = r->line;
    char *to = FH_NEW_ARRAY(r->arena, char, 1);
    size_t n = 0, start = ++r->at, room = 0;
    for (size_t i = start; i < r->text.len; i++) { /* how long at most */
        if (r->text.ptr[i] != '"') continue;
        if (i + 1 < r->text.len && r->text.ptr[i + 1] == '"') {
            i++;
            continue;
        }
        room = i - start;
        break;
    }
    to = to ? FH_NEW_ARRAY(r->arena, char, room + 1) : NULL;
    if (!to) return fh_no_memory(err);
    while (r->at < r->text.len && n <= room) {
        const char c = r->text.ptr[r->at++];
        if (c == '"') {
            if (r->at >= r->text.len || r->text.ptr[r->at] != '"') {
                *out = (fh_str){to, n};
                if (ends_cell(r, r->at)) return FH_OK;
                return fh_fail(err, FH_FORMAT, "line %llu: something stands behind a closing quote",
                               (unsigned long long)r->line);
            }
            r->at++;
        }
        if (n == room) break;
        r->line += c == '\n';
        to[n++] = c;
    }
    (void)fh_fail(err, FH_FORMAT, "line %llu: a quote is opened and never closed",
                  (unsigned long long)began);
    return fh_hint(err, FH_FORMAT, "Write a quote inside a cell twice: \"\".");
}

static fh_status add_row(reading *r, uint64_t line, size_t n_cells, fh_error *err)
{
    if (r->n > r->max) {
        (void)fh_fail(err, FH_LIMIT, "the file has more than %zu rows", r->max);
        return fh_hint(err, FH_LIMIT, "Split it.");
    }
    if (r->n == r->cap) {
        const size_t cap = r->cap ? 2 * r->cap : 64;
        fh_csv_row *wider = FH_NEW_ARRAY(r->arena, fh_csv_row, cap);
        if (!wider) return fh_no_memory(err);
        if (r->n) memcpy(wider, r->row, r->n * sizeof *wider);
        r->row = wider;
        r->cap = cap;
    }
    fh_str *cells = FH_NEW_ARRAY(r->arena, fh_str, n_cells);
    if (!cells) return fh_no_memory(err);
    memcpy(cells, r->cell, n_cells * sizeof *cells);
    r->row[r->n++] = (fh_csv_row){line, cells, n_cells};
    return FH_OK;
}

static fh_status read_row(reading *r, fh_error *err)
{
    const uint64_t line = r->line;
    size_t n = 0;
    for (;;) {
        fh_status status = FH_OK;
        if (n == FH_CSV_COLUMNS_MAX)
            return fh_fail(err, FH_FORMAT, "line %llu has more than %d columns",
                           (unsigned long long)line, FH_CSV_COLUMNS_MAX);
        if (r->at < r->text.len && r->text.ptr[r->at] == '"') {
            status = quoted_cell(r, &r->cell[n], err);
            if (status != FH_OK) return status;
        } else {
            const size_t start = r->at;
            while (!ends_cell(r, r->at)) r->at++;
            r->cell[n] = (fh_str){r->text.ptr + start, r->at - start};
        }
        n++;
        if (r->at >= r->text.len || r->text.ptr[r->at] != r->separator) break;
        r->at++;
    }
    if (r->at < r->text.len && r->text.ptr[r->at] == '\r') r->at++;
    if (r->at < r->text.len && r->text.ptr[r->at] == '\n') r->at++;
    r->line++;
    bool empty = true;
    for (size_t i = 0; i < n && empty; i++) empty = fh_str_trim(r->cell[i]).len == 0;
    return empty ? FH_OK : add_row(r, line, n, err);
}

fh_status fh_csv_read(fh_arena *arena, fh_str text, size_t max_rows, fh_csv_rows *out,
                      fh_error *err)
{
    if (fh_str_starts(text, FH_STR("\xef\xbb\xbf"))) text = (fh_str){text.ptr + 3, text.len - 3};
    fh_status status = check_utf8(text, err);
    if (status != FH_OK) return status;
    reading r = {.arena = arena,
                 .text = text,
                 .line = 1,
                 .separator = guess_separator(text),
                 .max = max_rows};
    while (r.at < text.len && status == FH_OK) status = read_row(&r, err);
    if (status != FH_OK) return status;
    *out = (fh_csv_rows){r.row, r.n};
    return FH_OK;
}

/* ---- Out --------------------------------------------------------------------------------- */

static bool is_formula(fh_str s)
{
    return s.len && strchr("=+-@\t\r", s.ptr[0]) != NULL;
}

void fh_csv_safe(fh_buf *out, fh_str s)
{
    if (!is_formula(s)) {
        fh_csv_field(out, s);
        return;
    }
    fh_buf_text(out, "\"'");
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') fh_buf_char(out, '"');
        fh_buf_char(out, s.ptr[i]);
    }
    fh_buf_char(out, '"');
}

fh_str fh_csv_plain(fh_str s)
{
    s = fh_str_trim(s);
    const fh_str rest = {s.ptr + (s.len > 0), s.len - (s.len > 0)};
    return s.len > 1 && s.ptr[0] == '\'' && is_formula(rest) ? rest : s;
}
