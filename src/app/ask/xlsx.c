/* xlsx.c - tables as XLSX, by libxlsxwriter.
 *
 * The library builds the file from parts that lie in nameless files and writes it to a
 * path: here a file in memory (os/memory_file.h), so that no table with customers in it
 * stays on the disk. What it refuses (longer texts, more rows) is kept within bounds
 * before it is asked.
 */
#include "app/ask/xlsx.h"

#include "app/ask/words.h"
#include "base/currency.h"
#include "base/utf8.h"
#include "os/memory_file.h"

#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum {
    MAX_SHEETS = 16,
    NAME_MAX_BYTES = 31,
    CELL_MAX_BYTES = 32000,
    WIDEST = 60,
    NARROWEST = 9,
    HEADING = 64
};
/* Spreadsheets know no day before 1 March 1900 that they agree on. */
static const int64_t first_day_ms = INT64_C(-2203891200000), day_ms = INT64_C(86400000);

enum {
    F_HEAD,
    F_COUNT,
    F_SHARE,
    F_DURATION,
    F_TIME,
    F_DECIMAL,
    F_MONEY,
    F_MONEY_WHOLE,
    F_WRAP,
    N_F
};

struct fh_xlsx {
    lxw_workbook *book;
    lxw_format *format[N_F];
    const fh_zone *zone;
    fh_memory_file file;
    fh_arena *arena;
    fh_buf text; /* of one cell */
    size_t n_sheets;
    struct {
        fh_str title, note, rest;
    } told[MAX_SHEETS];
};

static bool make_formats(fh_xlsx *x)
{
    static const char *const numbers[N_F] = {
        [F_COUNT] = "#,##0",        [F_SHARE] = "0.0%",
        [F_DURATION] = "[h]:mm:ss", [F_TIME] = "yyyy-mm-dd hh:mm:ss",
        [F_DECIMAL] = "#,##0.00",   [F_MONEY] = "#,##0.00",
        [F_MONEY_WHOLE] = "#,##0"};
    for (size_t i = 0; i < N_F; i++) {
        x->format[i] = workbook_add_format(x->book);
        if (!x->format[i]) return false;
        if (numbers[i]) format_set_num_format(x->format[i], numbers[i]);
    }
    format_set_bold(x->format[F_HEAD]);
    format_set_bottom(x->format[F_HEAD], LXW_BORDER_THIN);
    format_set_text_wrap(x->format[F_WRAP]);
    format_set_align(x->format[F_WRAP], LXW_ALIGN_VERTICAL_TOP);
    return true;
}

fh_status fh_xlsx_new(const char *folder, const fh_zone *zone, fh_xlsx **out, fh_error *err)
{
    fh_xlsx *x = calloc(1, sizeof *x);
    if (!x) return fh_no_memory(err);
    const fh_status s = fh_memory_file_open(&x->file, err);
    if (s) {
        free(x);
        return s;
    }
    x->zone = zone;
    x->arena = fh_arena_new(NULL);
    fh_buf_init(&x->text, NULL, 1 << 20);
    fh_str own; /* the library's options are not const */
    if (x->arena && fh_arena_format(x->arena, &own, "%s", folder)) {
        char *tmpdir = FH_NEW_ARRAY(x->arena, char, own.len + 1);
        if (tmpdir) memcpy(tmpdir, own.ptr, own.len);
        lxw_workbook_options options = {.tmpdir = tmpdir};
        if (tmpdir) x->book = workbook_new_opt(x->file.path, &options);
    }
    if (!x->book || !make_formats(x)) {
        fh_xlsx_free(x);
        return fh_no_memory(err);
    }
    *out = x;
    return FH_OK;
}

void fh_xlsx_free(fh_xlsx *x)
{
    if (!x) return;
    lxw_workbook_free(x->book);
    fh_memory_file_close(&x->file);
    fh_buf_free(&x->text);
    fh_arena_free(x->arena);
    free(x);
}

/* ---- Cells -------------------------------------------------------------------------------- */

/* The harmless form of `s` as a C string, cut at `most` bytes; "" when memory runs out,
 * which x->text remembers. */
static const char *plain(fh_xlsx *x, fh_str s, size_t most)
{
    const bool cut = s.len > most;
    if (cut) {
        s.len = most;
        while (s.len && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80) s.len--;
    }
    fh_buf_clear(&x->text);
    fh_harmless_text(&x->text, s);
    if (cut) fh_buf_text(&x->text, "\xe2\x80\xa6");
    fh_buf_char(&x->text, '\0');
    return x->text.status ? "" : x->text.ptr;
}

typedef struct place {
    lxw_worksheet *sheet;
    lxw_row_t row;
    lxw_col_t column;
} place;

static lxw_error put_text(fh_xlsx *x, const place *at, fh_str s, int format)
{
    return worksheet_write_string(at->sheet, at->row, at->column, plain(x, s, CELL_MAX_BYTES),
                                  format < 0 ? NULL : x->format[format]);
}

static lxw_error put_number(fh_xlsx *x, const place *at, double n, int format)
{
    return worksheet_write_number(at->sheet, at->row, at->column, n, x->format[format]);
}

static lxw_error put_time(fh_xlsx *x, const place *at, int64_t ms)
{
    enum { DAYS_1900_TO_1970 = 25569 };
    char told[FH_TIME_TEXT];
    if (ms < first_day_ms || ms > INT64_C(253402300799999)) {
        const size_t n = fh_time_format(ms, x->zone, told);
        return put_text(x, at, (fh_str){told, n}, -1);
    }
    const int64_t local = ms + (int64_t)fh_zone_offset(x->zone, ms) * 1000;
    return put_number(x, at, (double)local / (double)day_ms + DAYS_1900_TO_1970, F_TIME);
}

static lxw_error put_money(fh_xlsx *x, const place *at, const fh_cell *cell)
{
    const uint32_t decimals = fh_currency_decimals(cell->text);
    const double unit = decimals == 0 ? 1 : decimals == 2 ? 100 : 1000;
    const place currency = {at->sheet, at->row, (lxw_col_t)(at->column + 1)};
    const lxw_error e =
        put_number(x, at, (double)cell->i / unit, decimals ? F_MONEY : F_MONEY_WHOLE);
    return e ? e : put_text(x, &currency, cell->text, -1);
}

static lxw_error put_series(fh_xlsx *x, const place *at, const fh_cell *cell)
{
    fh_buf list;
    fh_buf_init(&list, NULL, 1 << 20);
    for (size_t i = 0; i < cell->n_series; i++)
        fh_buf_printf(&list, "%s%llu", i ? " " : "", (unsigned long long)cell->series[i]);
    const lxw_error e = put_text(x, at, fh_buf_view(&list), -1);
    fh_buf_free(&list);
    return e;
}

static lxw_error put_cell(fh_xlsx *x, const place *at, fh_cell_kind kind, const fh_cell *cell)
{
    if (cell->none) return LXW_NO_ERROR;
    switch (kind) {
    case FH_CELL_TEXT: return cell->text.len ? put_text(x, at, cell->text, -1) : LXW_NO_ERROR;
    case FH_CELL_COUNT: return put_number(x, at, (double)cell->i, F_COUNT);
    case FH_CELL_SHARE:
        if (cell->of <= 0) return LXW_NO_ERROR;
        return put_number(x, at, (double)cell->i / (double)cell->of, F_SHARE);
    case FH_CELL_DURATION: return put_number(x, at, (double)cell->i / (double)day_ms, F_DURATION);
    case FH_CELL_TIME: return put_time(x, at, cell->i);
    case FH_CELL_MONEY: return put_money(x, at, cell);
    case FH_CELL_DECIMAL: return put_number(x, at, (double)cell->i / 100, F_DECIMAL);
    case FH_CELL_SPARK: return put_series(x, at, cell);
    case FH_CELL_BAR: break;
    }
    return LXW_NO_ERROR;
}

/* ---- Sheets ------------------------------------------------------------------------------- */

/* At most `most` bytes of what a sheet may be called, without half a character. */
static size_t plain_name(const char *title, size_t most, char made[NAME_MAX_BYTES + 1])
{
    size_t n = 0;
    for (const char *c = title; *c; c++) {
        if (strchr("[]:*?/\\'", *c) || (unsigned char)*c < 0x20) continue;
        if (n == most) {
            while (n && ((unsigned char)*c & 0xc0) == 0x80) c = &made[--n];
            break;
        }
        made[n++] = *c;
    }
    made[n] = '\0';
    return n;
}

/* A name that spreadsheets take and that no other sheet has. */
static fh_str sheet_name(fh_xlsx *x, const char *title)
{
    fh_str name = {0};
    char made[NAME_MAX_BYTES + 1];
    bool taken = !plain_name(title, NAME_MAX_BYTES, made);
    for (size_t i = 0; i < x->n_sheets; i++)
        taken = taken || fh_str_eq_nocase(x->told[i].title, fh_str_of(made));
    if (taken) (void)plain_name(title, NAME_MAX_BYTES - 3, made); /* room for a number */
    if (!fh_arena_format(x->arena, &name, taken ? "%s %zu" : "%s", made, x->n_sheets + 1))
        return (fh_str){0};
    return name;
}

static bool is_shown(const fh_table_column *c)
{
    return c->kind != FH_CELL_BAR && c->key[0];
}

/* What only programs get elsewhere has no title: "wait_ms_sum" is headed "Wait sum". */
static fh_str heading(const fh_table_column *c, char made[HEADING])
{
    if (c->title && c->title[0]) return fh_str_of(c->title);
    size_t n = 0;
    for (const char *k = c->key; *k && n + 1 < HEADING; k++) {
        const bool ms = !strncmp(k, "_ms", 3) && (k[3] == '_' || !k[3]);
        if (ms && c->kind == FH_CELL_DURATION) k += 3;
        if (!*k) break;
        made[n++] = *k == '_' ? ' ' : *k;
    }
    if (n && made[0] >= 'a' && made[0] <= 'z') made[0] = (char)(made[0] - 'a' + 'A');
    return (fh_str){made, n};
}

/* About as wide as what stands in it. */
static double width_of(const fh_table *t, size_t column)
{
    const fh_cell_kind kind = t->columns[column].kind;
    char made[HEADING];
    size_t most = heading(&t->columns[column], made).len + 4; /* the filter's arrow */
    if (kind == FH_CELL_TIME) most = 20;
    for (size_t r = 0; kind == FH_CELL_TEXT && r < t->n_rows && r < 1000; r++) {
        const size_t len = t->cells[r * t->n_columns + column].text.len + 2;
        if (len > most) most = len;
    }
    return most > WIDEST ? WIDEST : most < NARROWEST ? NARROWEST : (double)most;
}

static lxw_error put_column(fh_xlsx *x, lxw_worksheet *sheet, const fh_table *t, size_t column,
                            lxw_col_t *to)
{
    const fh_table_column *c = &t->columns[column];
    place at = {sheet, 0, *to};
    char made[HEADING];
    lxw_error e = put_text(x, &at, heading(c, made), F_HEAD);
    if (!e) e = worksheet_set_column(sheet, at.column, at.column, width_of(t, column), NULL);
    for (size_t r = 0; !e && r < t->n_rows; r++) {
        at.row = (lxw_row_t)(r + 1);
        e = put_cell(x, &at, c->kind, &t->cells[r * t->n_columns + column]);
    }
    (*to)++;
    if (e || c->kind != FH_CELL_MONEY) return e;
    const place currency = {sheet, 0, (*to)++};
    return put_text(x, &currency, FH_STR("Currency"), F_HEAD);
}

static bool keep(fh_xlsx *x, fh_str s, fh_str *out)
{
    return fh_arena_format(x->arena, out, "%.*s", FH_STR_ARG(s));
}

fh_status fh_xlsx_add(fh_xlsx *x, const fh_table *t, fh_error *err)
{
    if (t->n_rows >= LXW_ROW_MAX || x->n_sheets == MAX_SHEETS) {
        (void)fh_fail(err, FH_LIMIT, "%zu rows are more than a sheet of a spreadsheet has",
                      t->n_rows);
        return fh_hint(err, FH_LIMIT, "Narrow the question, or take the answer as CSV.");
    }
    const fh_str name = sheet_name(x, t->title ? t->title : "");
    if (!name.len || !keep(x, t->note, &x->told[x->n_sheets].note) ||
        !keep(x, t->rest, &x->told[x->n_sheets].rest))
        return fh_no_memory(err);
    x->told[x->n_sheets++].title = name;
    lxw_worksheet *sheet = workbook_add_worksheet(x->book, name.ptr);
    if (!sheet) return fh_no_memory(err);
    lxw_col_t n = 0;
    lxw_error e = LXW_NO_ERROR;
    for (size_t c = 0; !e && c < t->n_columns; c++)
        if (is_shown(&t->columns[c])) e = put_column(x, sheet, t, c, &n);
    worksheet_freeze_panes(sheet, 1, 0);
    if (!e && n) e = worksheet_autofilter(sheet, 0, 0, (lxw_row_t)t->n_rows, (lxw_col_t)(n - 1));
    if (x->text.status) return fh_no_memory(err);
    return e ? fh_fail(err, FH_INTERNAL, "the table does not fit a sheet: %s", lxw_strerror(e))
             : FH_OK;
}

/* What each table counts, and what it does not show. */
static lxw_error put_about(fh_xlsx *x)
{
    static const char *const heads[] = {"Table", "What it shows", "What it leaves out"};
    lxw_worksheet *sheet = workbook_add_worksheet(x->book, "About");
    if (!sheet) return LXW_ERROR_MEMORY_MALLOC_FAILED;
    lxw_error e = worksheet_set_column(sheet, 0, 0, 30, NULL);
    if (!e) e = worksheet_set_column(sheet, 1, 2, WIDEST, NULL);
    for (lxw_col_t c = 0; !e && c < 3; c++) {
        const place at = {sheet, 0, c};
        e = put_text(x, &at, fh_str_of(heads[c]), F_HEAD);
    }
    for (size_t i = 0; i < x->n_sheets; i++) {
        const fh_str told[] = {x->told[i].title, x->told[i].note, x->told[i].rest};
        for (lxw_col_t c = 0; !e && c < 3; c++) {
            const place at = {sheet, (lxw_row_t)(i + 1), c};
            e = put_text(x, &at, told[c], F_WRAP);
        }
    }
    worksheet_freeze_panes(sheet, 1, 0);
    return e;
}

fh_status fh_xlsx_write(fh_xlsx *x, fh_buf *out, fh_error *err)
{
    lxw_error e = put_about(x);
    if (!e) {
        lxw_workbook *book = x->book;
        x->book = NULL;
        e = workbook_close(book); /* frees it, also when it fails */
    }
    if (e) return fh_fail(err, FH_IO, "the XLSX file could not be made: %s", lxw_strerror(e));
    return fh_memory_file_read(&x->file, out, err);
}
