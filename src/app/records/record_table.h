/* record_table.h - records of a kind as a table: out as CSV, XLSX or JSON, in from CSV.
 *
 * What goes out reads back the same: fields stand under their names, people as their
 * address, departments and touchpoints as their names. A row is known again by `record`
 * (its number) or by `key` (whatever another program calls it), so that taking in the same
 * file twice changes nothing. Taking in makes records and changes fields as a person does
 * by hand, with the same rights and entries in the history; it never touches the history,
 * nor states and owners, which are somebody's word.
 */
#ifndef FH_APP_RECORD_TABLE_H
#define FH_APP_RECORD_TABLE_H

#include "app/ask/table.h"
#include "app/records/records.h"

enum {
    FH_RECORD_ROWS_MAX = 100000,  /* out */
    FH_RECORD_IMPORT_MAX = 20000, /* in */
    FH_RECORD_PROBLEMS_SHOWN = 100
};

/* All that the actor may see of filter->kind, as rows. In the arena. */
FH_MUST_CHECK fh_status fh_records_table(fh_org *org, const fh_actor *actor,
                                         const fh_records_filter *filter, fh_arena *arena,
                                         fh_table *out, fh_error *err);
/* As fh_table_csv, and no cell becomes a formula in a spreadsheet. */
void fh_records_csv(const fh_table *t, const fh_zone *zone, fh_buf *out);
/* {"kind":...,"items":[Record...],"names":{...}} */
FH_MUST_CHECK fh_status fh_records_json(fh_org *org, const fh_actor *actor,
                                        const fh_records_filter *filter, fh_arena *arena,
                                        fh_json *j, fh_error *err);
/* That somebody took them out, in the open write transaction. */
FH_MUST_CHECK fh_status fh_records_exported(fh_org *org, const fh_actor *actor, fh_str kind,
                                            fh_error *err);

typedef struct fh_record_problem {
    uint64_t line;
    fh_str column, what, remedy; /* column empty: the whole row */
} fh_record_problem;

typedef struct fh_record_import {
    uint64_t rows, added, changed, unchanged, n_problems;
    const fh_record_problem *problem; /* [n_shown] */
    size_t n_shown;
} fh_record_import;

/* From a CSV file or a spreadsheet, in a transaction of its own, which a dry run or any problem
 * rolls back. */
FH_MUST_CHECK fh_status fh_records_import(fh_org *org, const fh_actor *actor, fh_str kind,
                                          fh_str file, bool dry_run, fh_arena *arena,
                                          fh_record_import *out, fh_error *err);

/* ---- Cells, both ways (record_cells.c) ------------------------------------------------- */

/* What names in cells stand for; looked up once. */
typedef struct fh_record_cells fh_record_cells;
FH_MUST_CHECK fh_status fh_record_cells_new(fh_org *org, fh_arena *arena, fh_record_cells **out,
                                            fh_error *err);
/* The person's address, or #17. In the arena. */
FH_MUST_CHECK fh_status fh_cell_of_person(fh_record_cells *c, uint32_t person, fh_str *out,
                                          fh_error *err);
fh_str fh_cell_of_department(const fh_record_cells *c, uint32_t department);
/* Values of a field as text, several parted by |. */
FH_MUST_CHECK fh_status fh_cell_of_values(fh_record_cells *c, const fh_kind_field *field,
                                          const fh_values *values, fh_str *out, fh_error *err);
/* And back. FH_INVALID, FH_NOTFOUND in words. */
FH_MUST_CHECK fh_status fh_values_of_cell(fh_record_cells *c, const fh_kind_field *field,
                                          fh_str cell, fh_values *out, fh_error *err);

#endif
