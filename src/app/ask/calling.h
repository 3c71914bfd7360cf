/* calling.h - what the organisation calls its customers (setting "customer-word": "learner", or
 * where the plural has no plain s "child/children"), for whatever people read. Keys in JSON and
 * CSV, options and commands keep their names.
 */
#ifndef FH_APP_CALLING_H
#define FH_APP_CALLING_H

#include "store/org.h"

#define FH_SETTING_CALLING "customer-word"

typedef struct fh_calling {
    const char *one, *many, *One, *Many; /* "learner", "learners", "Learner", "Learners" */
} fh_calling;
/* Where no organisation is known: "customer". */
extern const fh_calling fh_calling_plain;

/* Of the setting's value (empty: "customer"); in the arena. */
FH_MUST_CHECK fh_status fh_calling_of(fh_str word, fh_arena *arena, fh_calling *out, fh_error *err);
/* In the arena. */
FH_MUST_CHECK fh_status fh_calling_read(fh_org *org, fh_arena *arena, fh_calling *out,
                                        fh_error *err);
/* Text with {customer}, {customers}, {Customer} and {Customers} in it, as the pages write it. */
void fh_put_called(fh_buf *out, const fh_calling *calling, const char *text);
/* The same as a text in the arena; NULL: no memory. */
const char *fh_called(fh_arena *arena, const fh_calling *calling, const char *text);

#endif
