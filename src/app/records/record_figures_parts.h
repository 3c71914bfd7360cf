/* record_figures_parts.h - what the files of record_figures share; nobody else includes it. */
#ifndef FH_APP_RECORD_FIGURES_PARTS_H
#define FH_APP_RECORD_FIGURES_PARTS_H

#include "app/ask/words.h"
#include "app/records/record_figures.h"
#include "base/put.h"
#include "store/records.h"

/* A text of a record's fields, or a number as it is written; empty when there is none. In the
 * arena. */
FH_MUST_CHECK fh_status fh_record_field_text(fh_arena *arena, fh_str fields, const char *name,
                                             fh_str *out, fh_error *err);
/* Figures look at so many records of a sort at most: adds to *out how many that a query finds are
 * beyond the `counted` ones, which is asked only when there can be any. `k`: of this kind, without
 * states that only those concerned see; NULL: of all. */
FH_MUST_CHECK fh_status fh_record_beyond(const fh_view *v, const fh_kind *k,
                                         const fh_record_query *q, size_t counted, size_t most,
                                         uint64_t *out, fh_error *err);
#endif
