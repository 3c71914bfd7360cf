/* recognise.h - what the columns of a file mean, by their names and values. */
#ifndef FH_PARSE_RECOGNISE_H
#define FH_PARSE_RECOGNISE_H

#include "parse/mapping.h"

/* The beginning of a file as a table. */
typedef struct fh_sample {
    fh_format format;
    uint32_t n_columns, n_rows;
    const fh_str *name; /* [n_columns] */
    const fh_str *cell; /* [n_rows * n_columns], row after row */
} fh_sample;

typedef struct fh_recognised {
    fh_mapping *mapping;  /* the one given, completed; patterns of time included */
    fh_column_note *note; /* [n_columns] */
    bool comma;           /* decimals are parted by a comma */
} fh_recognised;

/* The column a term speaks of: by number, by its exact name, else by a name that
 * differs in case only; n_columns when there is none. */
uint32_t fh_column_find(const fh_str *name, uint32_t n_columns, const fh_term *term);

/* Fails with FH_INVALID when the mapping names what is not there (CSV), with
 * FH_FORMAT when customer, time or touchpoint cannot be found: `out` is filled all the
 * same, as far as it goes. */
FH_MUST_CHECK fh_status fh_recognise(fh_arena *arena, const fh_sample *sample,
                                     const fh_reader_options *options, fh_recognised *out,
                                     fh_error *err);

#endif
