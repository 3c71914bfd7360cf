/* import_result.h - filling an fh_import_result: copies into the arena of what lives
 * only as long as the reader. */
#ifndef FH_APP_IMPORT_RESULT_H
#define FH_APP_IMPORT_RESULT_H

#include "app/data/import.h"

/* Forgets samples, rejects and columns (a second attempt reads them again). */
void fh_result_begin(fh_import_result *out);
FH_MUST_CHECK fh_status fh_result_sample(fh_import_result *out, const fh_interaction *row,
                                         size_t most, fh_arena *arena, fh_error *err);
FH_MUST_CHECK fh_status fh_result_reject(fh_import_result *out, const fh_reject *reject,
                                         fh_arena *arena, fh_error *err);
/* The mapping as used, once the first batch has been given. */
FH_MUST_CHECK fh_status fh_result_mapping(fh_import_result *out, const fh_reader *reader,
                                          fh_arena *arena, fh_error *err);
FH_MUST_CHECK fh_status fh_result_columns(fh_import_result *out, const fh_reader *reader,
                                          fh_arena *arena, fh_error *err);

#endif
