/* asked_rows.h - rows of customers who were asked whether what was done is so. Rows only; who may,
 * and what an answer does, is said in app/records/record_asked.h. */
#ifndef FH_STORE_ASKED_ROWS_H
#define FH_STORE_ASKED_ROWS_H

#include "store/org.h"

typedef struct fh_asked_row {
    int64_t asked, record;
    uint32_t customer, person;
    fh_str words;
    int64_t made_ms, until_ms, used_ms;
    fh_str answer, said, key; /* of the answer; empty: none yet */
    int64_t entry;
} fh_asked_row;

/* Takes the next number. In the open write transaction, as all that writes. */
FH_MUST_CHECK fh_status fh_asked_add(fh_org *org, fh_asked_row *a, fh_error *err);
/* Writes until, used, answer, said, key and entry. */
FH_MUST_CHECK fh_status fh_asked_save(fh_org *org, const fh_asked_row *a, fh_error *err);
/* FH_NOTFOUND: there is none, or its customer was erased. */
FH_MUST_CHECK fh_status fh_asked_get(fh_org *org, int64_t asked, fh_arena *arena, fh_asked_row *out,
                                     fh_error *err);
/* Of a record and of those that were merged into it, the newest first, at most `max`: each row
 * keeps the number it was asked about, so that parting them needs no undoing. */
FH_MUST_CHECK fh_status fh_asked_of(fh_org *org, int64_t record, size_t max, fh_arena *arena,
                                    const fh_asked_row **out, size_t *n, fh_error *err);
/* Entries of histories that tell what a customer (by this number) answered; and then the rows
 * go. */
FH_MUST_CHECK fh_status fh_asked_entries(fh_org *org, uint32_t customer, fh_arena *arena,
                                         const fh_asked_row **out, size_t *n, fh_error *err);
FH_MUST_CHECK fh_status fh_asked_forget(fh_org *org, uint32_t customer, fh_error *err);

#endif
