/* codes.h - names to dictionary numbers, fast: what an import asks millions of
 * times about a few hundred names. */
#ifndef FH_APP_CODES_H
#define FH_APP_CODES_H

#include "firsthand/parse.h"
#include "store/org.h"

typedef struct fh_codes_of fh_codes_of;

FH_MUST_CHECK fh_status fh_codes_new(fh_org *org, fh_codes_of **out, fh_error *err);
void fh_codes_free(fh_codes_of *c); /* NULL is allowed */

/* Fills in the names of `n` rows. New names are written first, all of a call in
 * one transaction of their own. FH_LIMIT when a dictionary is full. */
FH_MUST_CHECK fh_status fh_codes_fill(fh_codes_of *c, const fh_interaction *rows, size_t n,
                                      fh_row *out, fh_error *err);
/* The same inside a transaction of the caller: new names are written with it. When it
 * is rolled back, free `c` and make another. */
FH_MUST_CHECK fh_status fh_codes_fill_inside(fh_codes_of *c, const fh_interaction *rows, size_t n,
                                             fh_row *out, fh_error *err);

#endif
