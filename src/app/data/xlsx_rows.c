/* xlsx_rows.c - the first sheet of a spreadsheet as rows (see xlsx_rows.h).
 *
 *     xl/workbook.xml      which sheet is the first that is not hidden; how days are counted
 *     its .rels            where that sheet, the shared texts and the styles lie
 *     styles               which numbers are days
 *     shared texts         what cells name by number
 *     the sheet            rows of cells
 *
 * Each part is read once, from beginning to end, by libexpat as it is unpacked; nothing
 * of it is kept but texts. A document type, and with it every entity of one's own, is refused.
 */
#include "app/data/xlsx_rows.h"

#include "app/data/zip_part.h"
#include "base/time.h"

#include <expat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    UNPACKED_MAX = 64 << 20,
    PART_NAME_MAX = 200,
    TEXT_MAX = 1 << 20, /* of one cell */
    FORMATS_MAX = 4096, /* styles of cells, and ways of writing numbers */
    SHEET_ROWS = 1 << 20
};

typedef struct book book;

/* What is done at the beginning and end of elements of a part; names are without prefix. */
typedef struct part {
    void (*begins)(book *b, const char *name, const char **attributes);
    void (*ends)(book *b, const char *name);
} part;

struct book {
    fh_arena *arena;
    fh_zip *zip;
    XML_Parser parser;
    const part *part;
    fh_status status; /* of what was read so far */
    fh_error *err;
    /* Of the workbook: */
    char sheet_id[PART_NAME_MAX];
    char sheet[PART_NAME_MAX], texts[PART_NAME_MAX], styles[PART_NAME_MAX];
    bool from_1904;
    bool lenient; /* an error in a cell is no text */
    /* Of the styles: */
    bool in_cell_styles;
    uint32_t day_format[FORMATS_MAX]; /* numbers of ways that write days */
    size_t n_day_formats;
    bool is_day[FORMATS_MAX]; /* by style */
    size_t n_styles;
    /* Shared texts: */
    fh_str *shared;
    size_t n_shared, cap_shared;
    /* The text at hand, and whether it is wanted: */
    fh_buf text;
    bool taking, in_sound; /* in_sound: how a text is to be pronounced */
    /* The sheet: */
    fh_csv_row *row;
    size_t n_rows, cap_rows, max_rows;
    fh_str cell[FH_CSV_COLUMNS_MAX];
    size_t n_cells, column;
    uint64_t line;
    uint32_t style;
    char type[16];
};

/* ---- Reading a part ------------------------------------------------------------------------ */

static void fail(book *b, fh_status status)
{
    if (b->status == FH_OK) b->status = status;
    (void)XML_StopParser(b->parser, XML_FALSE);
}

static const char *without_prefix(const char *name)
{
    const char *bar = strrchr(name, '|');
    return bar ? bar + 1 : name;
}

static bool is(const char *name, const char *wanted)
{
    return strcmp(name, wanted) == 0;
}

static const char *attribute(const char **list, const char *name)
{
    for (; list[0]; list += 2)
        if (is(without_prefix(list[0]), name)) return list[1];
    return NULL;
}

/* 0 where there is none. */
static uint32_t number_of(const char *text)
{
    uint32_t n = 0;
    for (; text && *text >= '0' && *text <= '9' && n < 100000000; text++)
        n = 10 * n + (uint32_t)(*text - '0');
    return n;
}

static void XMLCALL element_begins(void *ctx, const char *name, const char **attributes)
{
    book *b = ctx;
    if (b->status == FH_OK) b->part->begins(b, without_prefix(name), attributes);
}

static void XMLCALL element_ends(void *ctx, const char *name)
{
    book *b = ctx;
    if (b->status == FH_OK && b->part->ends) b->part->ends(b, without_prefix(name));
}

static void XMLCALL text_comes(void *ctx, const char *text, int n)
{
    book *b = ctx;
    if (b->status != FH_OK || !b->taking) return;
    fh_buf_put(&b->text, text, (size_t)n);
    if (b->text.status == FH_LIMIT)
        fail(b, fh_fail(b->err, FH_LIMIT, "row %llu: a cell has more than 1 MB of text",
                        (unsigned long long)b->line));
    else if (b->text.status != FH_OK)
        fail(b, fh_no_memory(b->err));
}

static void XMLCALL doctype_comes(void *ctx, const char *name, const char *system, const char *open,
                                  int internal)
{
    book *b = ctx;
    (void)name, (void)system, (void)open, (void)internal;
    fail(b, fh_fail(b->err, FH_FORMAT, "the spreadsheet defines a document type of its own"));
}

static fh_status take_bytes(void *ctx, fh_str bytes, bool last, fh_error *err)
{
    book *b = ctx;
    if (XML_Parse(b->parser, bytes.ptr, (int)bytes.len, last) == XML_STATUS_OK) return b->status;
    if (b->status != FH_OK) return b->status;
    if (XML_GetErrorCode(b->parser) == XML_ERROR_NO_MEMORY) return fh_no_memory(err);
    (void)fh_fail(err, FH_FORMAT, "the spreadsheet is damaged inside: %s",
                  XML_ErrorString(XML_GetErrorCode(b->parser)));
    return fh_hint(err, FH_FORMAT, "Save it again as .xlsx, or as 'CSV UTF-8'.");
}

static fh_status read_part(book *b, const char *name, const part *how)
{
    b->part = how;
    b->taking = b->in_sound = false;
    b->parser = XML_ParserCreateNS(NULL, '|');
    if (!b->parser) return fh_no_memory(b->err);
    XML_SetUserData(b->parser, b);
    XML_SetElementHandler(b->parser, element_begins, element_ends);
    XML_SetCharacterDataHandler(b->parser, text_comes);
    XML_SetStartDoctypeDeclHandler(b->parser, doctype_comes);
    const fh_status s = fh_zip_read(b->zip, name, take_bytes, b, b->err);
    XML_ParserFree(b->parser);
    b->parser = NULL;
    return s;
}

/* ---- The workbook and where its parts lie --------------------------------------------------- */

static void book_begins(book *b, const char *name, const char **attributes)
{
    if (is(name, "workbookPr")) {
        const char *from = attribute(attributes, "date1904");
        b->from_1904 = from && (is(from, "1") || is(from, "true"));
    }
    if (!is(name, "sheet") || b->sheet_id[0]) return;
    const char *state = attribute(attributes, "state"), *id = NULL;
    if (state && !is(state, "visible")) return;
    for (const char **a = attributes; a[0]; a += 2) /* in a name space, unlike sheetId */
        if (strchr(a[0], '|') && is(without_prefix(a[0]), "id")) id = a[1];
    if (id && strlen(id) < sizeof b->sheet_id) memcpy(b->sheet_id, id, strlen(id) + 1);
}

/* "worksheets/sheet1.xml" lies below xl/; what begins with / is told from the root. */
static void put_place(char to[PART_NAME_MAX], const char *target)
{
    const char *below = target[0] == '/' ? "" : "xl/";
    if (target[0] == '/') target++;
    const size_t n = strlen(below), m = strlen(target);
    if (n + m >= PART_NAME_MAX) return;
    memcpy(to, below, n);
    memcpy(to + n, target, m + 1);
}

static void place_begins(book *b, const char *name, const char **attributes)
{
    const char *id = attribute(attributes, "Id"), *type = attribute(attributes, "Type");
    const char *target = attribute(attributes, "Target");
    if (!is(name, "Relationship") || !id || !type || !target) return;
    const char *slash = strrchr(type, '/');
    const char *what = slash ? slash + 1 : type;
    if (is(id, b->sheet_id)) put_place(b->sheet, target);
    if (is(what, "sharedStrings")) put_place(b->texts, target);
    if (is(what, "styles")) put_place(b->styles, target);
}

/* ---- Which numbers are days ------------------------------------------------------------------ */

/* Whether a way of writing numbers writes a day: it names years or days outside of quotes and
 * brackets. Hours alone are a length of time. */
static bool writes_days(const char *code)
{
    bool quoted = false, bracket = false;
    for (; *code; code++) {
        if (*code == '\\' && code[1] && !quoted) {
            code++;
        } else if (*code == '"' && !bracket) {
            quoted = !quoted;
        } else if (*code == '[' && !quoted) {
            bracket = true;
        } else if (*code == ']' && !quoted) {
            bracket = false;
        } else if (!quoted && !bracket && strchr("yYdD", *code)) {
            return true;
        }
    }
    return false;
}

static bool is_day_format(const book *b, uint32_t format)
{
    if ((format >= 14 && format <= 17) || format == 22) return true;
    for (size_t i = 0; i < b->n_day_formats; i++)
        if (b->day_format[i] == format) return true;
    return false;
}

static void style_begins(book *b, const char *name, const char **attributes)
{
    if (is(name, "cellXfs")) b->in_cell_styles = true;
    const char *code = attribute(attributes, "formatCode");
    if (is(name, "numFmt") && code && writes_days(code) && b->n_day_formats < FORMATS_MAX)
        b->day_format[b->n_day_formats++] = number_of(attribute(attributes, "numFmtId"));
    if (is(name, "xf") && b->in_cell_styles && b->n_styles < FORMATS_MAX)
        b->is_day[b->n_styles++] = is_day_format(b, number_of(attribute(attributes, "numFmtId")));
}

static void style_ends(book *b, const char *name)
{
    if (is(name, "cellXfs")) b->in_cell_styles = false;
}

/* ---- Texts ------------------------------------------------------------------------------ */

static void text_begins(book *b, const char *name)
{
    if (is(name, "rPh")) b->in_sound = true;
    if (is(name, "t")) b->taking = !b->in_sound;
}

static void text_ends(book *b, const char *name)
{
    if (is(name, "rPh")) b->in_sound = false;
    if (is(name, "t")) b->taking = false;
}

static bool kept_text(book *b, fh_str *out)
{
    if (fh_arena_str(b->arena, fh_buf_view(&b->text), out)) return true;
    fail(b, fh_no_memory(b->err));
    return false;
}

static void shared_begins(book *b, const char *name, const char **attributes)
{
    (void)attributes;
    if (is(name, "si")) fh_buf_clear(&b->text);
    text_begins(b, name);
}

static void shared_ends(book *b, const char *name)
{
    fh_str text;
    text_ends(b, name);
    if (!is(name, "si") || !kept_text(b, &text)) return;
    if (b->n_shared == b->cap_shared) {
        const size_t cap = b->cap_shared ? 2 * b->cap_shared : 256;
        fh_str *wider = FH_NEW_ARRAY(b->arena, fh_str, cap);
        if (!wider) {
            fail(b, fh_no_memory(b->err));
            return;
        }
        if (b->n_shared) memcpy(wider, b->shared, b->n_shared * sizeof *wider);
        b->shared = wider;
        b->cap_shared = cap;
    }
    b->shared[b->n_shared++] = text;
}

/* ---- The sheet -------------------------------------------------------------------------- */

static void begin_row(book *b, const char *number)
{
    const uint64_t line = number ? number_of(number) : b->line + 1;
    b->n_cells = b->column = 0;
    if (line > b->line && line <= SHEET_ROWS)
        b->line = line;
    else
        fail(b, fh_fail(b->err, FH_FORMAT, "row %llu stands behind row %llu",
                        (unsigned long long)line, (unsigned long long)b->line));
}

/* "C4": the third column; cells without a place follow one another. */
static void begin_cell(book *b, const char **attributes)
{
    const char *place = attribute(attributes, "r"), *type = attribute(attributes, "t");
    size_t column = 0;
    for (; place && *place >= 'A' && *place <= 'Z' && column < 100000; place++)
        column = 26 * column + (size_t)(*place - 'A') + 1;
    if (column) b->column = column - 1;
    b->style = number_of(attribute(attributes, "s"));
    b->type[0] = '\0';
    if (type && strlen(type) < sizeof b->type) memcpy(b->type, type, strlen(type) + 1);
    fh_buf_clear(&b->text);
}

static void sheet_begins(book *b, const char *name, const char **attributes)
{
    if (is(name, "row")) begin_row(b, attribute(attributes, "r"));
    if (is(name, "c")) begin_cell(b, attributes);
    if (is(name, "v")) b->taking = true;
    text_begins(b, name);
}

static fh_status if_it_fits(bool fits)
{
    return fits ? FH_OK : FH_NOMEM;
}

/* Seconds since 1970 as people write a day, with its time unless that is midnight. */
static fh_status put_day(fh_arena *arena, int64_t at_s, fh_str *out)
{
    const fh_civil c = fh_civil_of(at_s * 1000);
    const bool timed = c.hour || c.minute || c.second;
    char day[16], time[16] = "";
    (void)snprintf(day, sizeof day, "%04d-%02d-%02d", c.year % 10000, c.month % 100, c.day % 100);
    if (timed)
        (void)snprintf(time, sizeof time, " %02d:%02d:%02d", c.hour % 24, c.minute % 60,
                       c.second % 60);
    return if_it_fits(fh_arena_format(arena, out, "%s%s", day, time));
}

/* The digits at p, up to 17 in *n; *scale: how many powers of ten it is short of, or beyond. */
static const char *take_digits(const char *p, bool behind_point, uint64_t *n, int *scale)
{
    for (; *p >= '0' && *p <= '9'; p++) {
        const bool fits = *n < UINT64_C(100000000000000000);
        if (fits) *n = *n * 10 + (uint64_t)(*p - '0');
        if (fits == behind_point) *scale += fits ? -1 : 1;
    }
    return p;
}

/* -1234.5 or 4.3E-1, as a spreadsheet keeps numbers: to 15 digits it is exact. */
static bool take_number(const char *p, double *out)
{
    uint64_t n = 0, power = 0;
    int scale = 0, none = 0;
    const bool less = *p == '-';
    const char *first = p += less;
    p = take_digits(p, false, &n, &scale);
    if (*p == '.') p = take_digits(p + 1, true, &n, &scale);
    if (p == first) return false;
    if (*p == 'e' || *p == 'E') {
        const bool small = p[1] == '-';
        const char *digits = p + 1 + (small || p[1] == '+');
        p = take_digits(digits, false, &power, &none);
        if (p == digits || power > 400) return false;
        scale += small ? -(int)power : (int)power;
    }
    const double size = scale < 0 ? (double)n / pow(10, -scale) : (double)n * pow(10, scale);
    *out = less ? -size : size;
    return !*p && isfinite(size);
}

/* Days are counted from the end of 1899, or of 1903; before March 1900 not all agree on them. */
static fh_status number_text(const book *b, const char *text, fh_str *out)
{
    enum { FIRST = 61, LAST = 2958465, FROM_1904 = 1462, TO_1970 = 25569, SECONDS = 86400 };
    double n = 0;
    if (!take_number(text, &n)) return FH_FORMAT;
    const double days = n + (b->from_1904 ? FROM_1904 : 0);
    const bool is_day = b->style < b->n_styles && b->is_day[b->style];
    if (is_day && days >= FIRST && days <= LAST)
        return put_day(b->arena, llround((days - TO_1970) * SECONDS), out);
    const bool whole = n == floor(n) && fabs(n) < 1e18;
    return if_it_fits(fh_arena_format(b->arena, out, whole ? "%.0f" : "%.15g", n));
}

/* What stands in the cell, from the text that came with it. FH_FORMAT: nothing that could be. */
static fh_status cell_text(const book *b, const char *text, fh_str *out)
{
    if (is(b->type, "s")) {
        const uint32_t n = number_of(text);
        if (n < b->n_shared) *out = b->shared[n];
        return n < b->n_shared ? FH_OK : FH_FORMAT;
    }
    if (is(b->type, "b")) {
        *out = is(text, "1") ? FH_STR("yes") : FH_STR("no");
        return FH_OK;
    }
    if (is(b->type, "e")) return b->lenient ? FH_OK : FH_FORMAT;
    if (!b->type[0] || is(b->type, "n")) return number_text(b, text, out);
    return if_it_fits(fh_arena_str(b->arena, fh_str_of(text), out));
}

static void put_cell(book *b, size_t column, const char *text)
{
    fh_str value = {0};
    const fh_status s = cell_text(b, text, &value);
    if (s == FH_NOMEM) {
        fail(b, fh_no_memory(b->err));
    } else if (s != FH_OK) {
        (void)fh_fail(b->err, FH_FORMAT, "row %llu, column %zu: '%.40s' is no value",
                      (unsigned long long)b->line, column + 1, text);
        fail(b, fh_hint(b->err, FH_FORMAT, "Correct the cell or empty it."));
    } else {
        while (b->n_cells <= column) b->cell[b->n_cells++] = FH_STR("");
        b->cell[column] = value;
    }
}

static void end_cell(book *b)
{
    const size_t column = b->column++;
    if (!b->text.len) return;
    fh_buf_char(&b->text, '\0');
    if (b->text.status != FH_OK)
        fail(b, fh_no_memory(b->err));
    else if (column < FH_CSV_COLUMNS_MAX)
        put_cell(b, column, b->text.ptr);
    else
        fail(b, fh_fail(b->err, FH_FORMAT, "row %llu has more than %d columns",
                        (unsigned long long)b->line, FH_CSV_COLUMNS_MAX));
}

static bool has_text(const book *b)
{
    for (size_t i = 0; i < b->n_cells; i++)
        if (fh_str_trim(b->cell[i]).len) return true;
    return false;
}

static void end_row(book *b)
{
    if (!has_text(b)) return;
    if (b->n_rows > b->max_rows) {
        (void)fh_fail(b->err, FH_LIMIT, "the sheet has more than %zu rows", b->max_rows);
        fail(b, fh_hint(b->err, FH_LIMIT, "Split it."));
        return;
    }
    fh_str *cells = FH_NEW_ARRAY(b->arena, fh_str, b->n_cells);
    if (b->n_rows == b->cap_rows) {
        const size_t cap = b->cap_rows ? 2 * b->cap_rows : 64;
        fh_csv_row *wider = FH_NEW_ARRAY(b->arena, fh_csv_row, cap);
        if (wider && b->n_rows) memcpy(wider, b->row, b->n_rows * sizeof *wider);
        if (wider) b->row = wider;
        if (wider) b->cap_rows = cap;
    }
    if (!cells || b->n_rows == b->cap_rows) {
        fail(b, fh_no_memory(b->err));
        return;
    }
    memcpy(cells, b->cell, b->n_cells * sizeof *cells);
    b->row[b->n_rows++] = (fh_csv_row){b->line, cells, b->n_cells};
}

static void sheet_ends(book *b, const char *name)
{
    if (is(name, "v")) b->taking = false;
    text_ends(b, name);
    if (is(name, "c")) end_cell(b);
    if (is(name, "row")) end_row(b);
}

/* ---- All of it -------------------------------------------------------------------------- */

static fh_status read_book(book *b)
{
    static const part whole = {book_begins, NULL}, places = {place_begins, NULL},
                      styles = {style_begins, style_ends}, texts = {shared_begins, shared_ends},
                      sheet = {sheet_begins, sheet_ends};
    fh_status s = read_part(b, "xl/workbook.xml", &whole);
    if (s == FH_OK) s = read_part(b, "xl/_rels/workbook.xml.rels", &places);
    if (s == FH_OK && !b->sheet[0])
        s = fh_fail(b->err, FH_FORMAT, "the spreadsheet has no sheet that can be seen");
    if (s == FH_OK && b->styles[0]) s = read_part(b, b->styles, &styles);
    if (s == FH_OK && b->texts[0]) s = read_part(b, b->texts, &texts);
    return s == FH_OK ? read_part(b, b->sheet, &sheet) : s;
}

bool fh_is_xlsx(fh_str bytes)
{
    return bytes.len > 4 && memcmp(bytes.ptr, "PK\3\4", 4) == 0;
}

fh_status fh_xlsx_read(fh_arena *arena, fh_str bytes, size_t max_rows, bool lenient,
                       fh_csv_rows *out, fh_error *err)
{
    fh_error own;
    book *b = FH_NEW_ARRAY(arena, book, 1);
    if (!b) return fh_no_memory(err);
    b->arena = arena;
    b->err = err ? err : &own;
    b->max_rows = max_rows;
    b->lenient = lenient;
    fh_status s = fh_zip_open(bytes, UNPACKED_MAX, &b->zip, b->err);
    if (s != FH_OK) return s;
    fh_buf_init(&b->text, NULL, TEXT_MAX);
    s = read_book(b);
    if (s == FH_NOTFOUND) s = FH_FORMAT; /* a part of it */
    fh_buf_free(&b->text);
    fh_zip_close(b->zip);
    *out = (fh_csv_rows){b->row, b->n_rows};
    return s;
}

fh_status fh_rows_read(fh_arena *arena, fh_str bytes, size_t max_rows, fh_csv_rows *out,
                       fh_error *err)
{
    return fh_is_xlsx(bytes) ? fh_xlsx_read(arena, bytes, max_rows, false, out, err)
                             : fh_csv_read(arena, bytes, max_rows, out, err);
}
