/* table.h - an answer as rows and columns, once for terminal, CSV and page.
 *
 * Views (app/view_*.c) fill an fh_table from a fold's result; the command line
 * prints it as text or CSV, the report as HTML. JSON has shapes of its own.
 */
#ifndef FH_APP_TABLE_H
#define FH_APP_TABLE_H

#include "base/json.h"
#include "base/time.h"

typedef enum fh_cell_kind {
    FH_CELL_TEXT,
    FH_CELL_COUNT,    /* i */
    FH_CELL_SHARE,    /* i per `of`: "12.3 %", `text` after it */
    FH_CELL_DURATION, /* i in ms */
    FH_CELL_TIME,     /* i in ms */
    FH_CELL_MONEY,    /* i in minor units, `text` the currency */
    FH_CELL_DECIMAL,  /* i in hundredths */
    FH_CELL_SPARK,    /* series: drawn as a sparkline, in CSV a list */
    FH_CELL_BAR       /* i per `of` drawn as a bar from zero; not in CSV */
} fh_cell_kind;

typedef struct fh_cell {
    bool none; /* shown as an empty place */
    int64_t i;
    int64_t of;
    fh_str text;
    const uint64_t *series;
    size_t n_series;
} fh_cell;

typedef struct fh_table_column {
    const char *key;   /* CSV heading: "gap_ms_p50"; "": not in CSV */
    const char *title; /* people: "Half wait less than"; NULL: in CSV only */
    fh_cell_kind kind;
} fh_table_column;

typedef struct fh_table {
    const char *title;
    fh_str note; /* n, period, definition: a sentence or two under the title */
    fh_str rest; /* what is not shown, under the table; empty: nothing is hidden */
    const fh_table_column *columns;
    size_t n_columns, n_rows;
    fh_cell *cells; /* [n_rows * n_columns] */
} fh_table;

typedef struct fh_text_style {
    bool colour;
    uint32_t width; /* of the terminal; 0: no limit */
    const fh_zone *zone;
} fh_text_style;

static inline fh_cell fh_cell_none(void)
{
    return (fh_cell){.none = true};
}
static inline fh_cell fh_cell_text(fh_str text)
{
    return (fh_cell){.text = text};
}
/* Counts, durations, times, hundredths. */
static inline fh_cell fh_cell_int(int64_t i)
{
    return (fh_cell){.i = i};
}
static inline fh_cell fh_cell_count(uint64_t n)
{
    return (fh_cell){.i = n > INT64_MAX ? INT64_MAX : (int64_t)n};
}
static inline fh_cell fh_cell_part(uint64_t part, uint64_t of) /* share or bar */
{
    fh_cell cell = fh_cell_count(part);
    cell.of = fh_cell_count(of).i;
    cell.none = of == 0;
    return cell;
}

void fh_table_text(const fh_table *t, const fh_text_style *style, fh_buf *out);
void fh_table_csv(const fh_table *t, const fh_zone *zone, fh_buf *out);
/* A <table> with caption, scope attributes and numbers aligned; text escaped. */
void fh_table_html(const fh_table *t, const fh_zone *zone, fh_buf *out);

/* Parts of the above for others: prose wrapped for a terminal and made harmless,
 * one CSV field quoted where it must be, an amount as "-12.50", text escaped for
 * HTML content and quoted attributes. */
void fh_harmless_text(fh_buf *out, fh_str s); /* without what does more than stand there */
void fh_prose_text(fh_str prose, uint32_t width, fh_buf *out);
void fh_csv_field(fh_buf *out, fh_str s);
void fh_money_text(fh_buf *out, int64_t minor, fh_str currency);
void fh_html_put_text(fh_buf *out, fh_str s);

#endif
