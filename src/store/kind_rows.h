/* kind_rows.h - the organisation's own declarations of kinds at rest, and what records of
 * a kind are there; app/records/kinds.c reads and checks declarations. */
#ifndef FH_STORE_KIND_ROWS_H
#define FH_STORE_KIND_ROWS_H

#include "store/org.h"

typedef struct fh_kind_row {
    fh_str name, declared; /* empty: as it comes with Firsthand */
    bool active;
    uint32_t person;
    int64_t changed_ms, version; /* version 0: there is no row */
} fh_kind_row;

/* By name. */
FH_MUST_CHECK fh_status fh_kind_rows(fh_org *org, fh_arena *arena, const fh_kind_row **out,
                                     size_t *n, fh_error *err);
/* Version 0 when there is none. */
FH_MUST_CHECK fh_status fh_kind_row_get(fh_org *org, fh_str name, fh_arena *arena, fh_kind_row *out,
                                        fh_error *err);
/* Adds it (row->version 0) or changes it where its version is row->version; moves the
 * version on. FH_STALE. In the open write transaction. */
FH_MUST_CHECK fh_status fh_kind_row_put(fh_org *org, fh_kind_row *row, fh_error *err);
/* Grows with every change of any kind. */
FH_MUST_CHECK fh_status fh_kind_rows_age(fh_org *org, int64_t *out, fh_error *err);

/* The states in which records of a kind are, by name; also those that were merged. */
FH_MUST_CHECK fh_status fh_kind_states_used(fh_org *org, fh_str kind, fh_arena *arena,
                                            const fh_str **out, size_t *n, fh_error *err);
/* Records in this state count as closed from now on, or as open. */
FH_MUST_CHECK fh_status fh_kind_state_closes(fh_org *org, fh_str kind, fh_str state, bool closed,
                                             fh_error *err);

/* The kind has other clocks now: those of its records are looked at when clocks run next. */
FH_MUST_CHECK fh_status fh_kind_clocks_changed(fh_org *org, fh_str kind, fh_error *err);

#endif
