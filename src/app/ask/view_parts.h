/* view_parts.h - what the view_*.c files share; nobody else includes it. */
#ifndef FH_APP_VIEW_PARTS_H
#define FH_APP_VIEW_PARTS_H

#include "app/ask/views.h"
#include "app/ask/words.h"

/* The column that counts stories: replaced by the view's key and heading. */
#define FH_COLUMN_STORIES         \
    {                             \
        NULL, NULL, FH_CELL_COUNT \
    }

/* A table with room for its cells, all empty; columns are copied, keys and
 * titles must live as long as the view. */
FH_MUST_CHECK fh_status fh_view_new_table(const fh_view *v, const char *title,
                                          const fh_table_column *columns, size_t n_columns,
                                          size_t n_rows, fh_table *out, fh_error *err);
static inline fh_cell *fh_table_row(const fh_table *t, size_t row)
{
    return t->cells + row * t->n_columns;
}

/* How many of `n` rows to show: `top` 0 is all. */
static inline size_t fh_top(size_t top, size_t n)
{
    return top && top < n ? top : n;
}

/* "1,050 customers": in the arena. */
fh_str fh_view_count(const fh_view *v, uint64_t n, const char *one, const char *many);
/* "1,050 customers" or problems, as the view counts. */
fh_str fh_view_stories(const fh_view *v, uint64_t n);
/* "9 November 2013 to 5 June 2015, phone only": what was looked at. */
fh_str fh_view_scope(const fh_view *v);
/* "12 more ways, 3.4 % of customers, not shown: --top 0 shows all."; empty when
 * `hidden` is 0. */
fh_str fh_view_rest(const fh_view *v, size_t hidden, const char *one, const char *many,
                    uint64_t part, uint64_t of, const char *of_what);
fh_str fh_view_share(const fh_view *v, uint64_t part, uint64_t of);
fh_str fh_view_duration(const fh_view *v, int64_t ms);
/* A way: "A > B 3x > C" (the same touchpoint several times running is said once); as a JSON
 * array for CSV, so that any name can stand in it; as JSON. */
fh_str fh_view_way(const fh_view *v, const uint16_t *path, size_t n);
fh_str fh_view_path(const fh_view *v, const uint16_t *path, size_t n);
void fh_view_path_json(const fh_view *v, const uint16_t *path, size_t n, fh_json *j);

/* Folds of questions that have no options; ctx is the fh_view. */
fh_make_fold fh_make_touchpoints, fh_make_loops, fh_make_waits;
fh_make_fold fh_make_variants; /* the commonest thousand */
/* Of what fh_make_variants made and was asked with this filter: what there was no room for is
 * counted, too. */
FH_MUST_CHECK fh_status fh_variants_whole(const fh_view *v, const fh_filter *filter, fh_fold *fold,
                                          fh_error *err);

/* What is counted of alignments by: the tree's touchpoints first, as they stand there, so that a
 * row's index is the tree's label; what it does not know behind them. In the view's arena. */
typedef struct fh_conform_rows {
    fh_conform_row *row; /* [n] nothing counted yet */
    uint32_t *of;        /* [names->n] which row a name is */
    uint32_t n;
} fh_conform_rows;
FH_MUST_CHECK fh_status fh_conform_rows_make(const fh_view *v, const fh_tree *tree,
                                             const fh_names *names, fh_conform_rows *out,
                                             fh_error *err);

/* Where a list goes on: "ms.customer.which", as `next` of the page before says. */
FH_MUST_CHECK fh_status fh_view_place(fh_str text, int64_t *at_ms, uint32_t *customer,
                                      uint32_t *which, fh_error *err);

/* sum / n, rounded; 0 when n is 0. */
int64_t fh_mean(int64_t sum, uint64_t n);

/* JSON pieces. */
void fh_json_name(fh_json *j, const char *key, const fh_names *names, uint32_t number);
/* "gap" gives gap_ms_p50, gap_ms_p90, gap_ms_p99. */
void fh_json_percentiles(fh_json *j, const char *of, const fh_percentiles *p);

#endif
