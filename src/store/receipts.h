/* receipts.h - rows of receipts: "I have read this story", by whom, when, how far.
 *
 * A receipt is kept under the customer's number of that day and read through the
 * members that are the customer now, so it follows merges and undoing; erasing the
 * customer takes it away. Who may, and what is audited: app/lived/story_acts.h.
 */
#ifndef FH_STORE_RECEIPTS_H
#define FH_STORE_RECEIPTS_H

#include "store/org.h"

typedef struct fh_receipt {
    uint32_t member; /* the customer's number when it was read */
    uint32_t person;
    int64_t upto_ms; /* time of the last interaction that was there to read */
    int64_t at_ms;   /* when the person said so */
} fh_receipt;

/* Of one person and customer there is one receipt: the latest. */
FH_MUST_CHECK fh_status fh_receipt_put(fh_org *org, const fh_receipt *r, fh_error *err);
/* Takes back what the person said of this customer (of all its members); *any tells
 * whether there was a receipt. */
FH_MUST_CHECK fh_status fh_receipt_drop(fh_org *org, uint32_t customer, uint32_t person, bool *any,
                                        fh_error *err);
/* Of all members of a customer, the latest first; one a person (its latest), in the arena. */
FH_MUST_CHECK fh_status fh_receipt_rows(fh_org *org, uint32_t customer, fh_arena *arena,
                                        const fh_receipt **out, size_t *n, fh_error *err);
/* Part of erasing: those of a member. */
FH_MUST_CHECK fh_status fh_receipts_erase(fh_org *org, uint32_t member, fh_error *err);

/* Tells receipts of members and people that are not there (see fh_store_check). */
typedef void fh_receipt_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_receipts_check(fh_org *org, fh_receipt_fault *fault, void *ctx,
                                          fh_error *err);

#endif
