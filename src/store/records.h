/* records.h - records at rest: rows, what they are about, their chained history.
 *
 * Pure storage: who may do what is said in app/records.h, which adds an entry for everything
 * that changes a row. An entry's hash covers its own canonical bytes and the hash of the
 * entry before, as in the audit log (one implementation for both: store/chain.h); what an
 * entry tells ("details") can be withheld later, and the chain still holds.
 */
#ifndef FH_STORE_RECORDS_H
#define FH_STORE_RECORDS_H

#include "store/org.h"

enum { FH_RECORD_DETAILS_MAX = 64 << 10 };

typedef struct fh_record {
    int64_t record;
    fh_str kind, title, state;
    bool closed;
    fh_str fields; /* JSON object */
    uint32_t author, go_between, owner, department, asked;
    int64_t asked_ms, ownerless_ms;
    uint32_t bounces;
    int64_t first_ms, made_ms, changed_ms, state_ms, due_ms;
    int64_t merged_into;
    fh_str reply_hash;
    int64_t version;
} fh_record;

typedef struct fh_record_about {
    int64_t about, record;
    fh_str field, what;
    int64_t number;
    fh_str key, words;
    int64_t at_ms;
    uint32_t person;
    int64_t made_ms, until_ms;
} fh_record_about;

typedef struct fh_record_entry {
    int64_t entry, record, at_ms;
    uint32_t person;
    fh_str what, details;
    int64_t withheld_by;
} fh_record_entry;

/* Takes the next number; version 1. In the open write transaction, as all that writes. */
FH_MUST_CHECK fh_status fh_record_insert(fh_org *org, fh_record *r, fh_error *err);
/* Writes the row where its version is r->version, and moves it on. FH_STALE. */
FH_MUST_CHECK fh_status fh_record_update(fh_org *org, fh_record *r, fh_error *err);
FH_MUST_CHECK fh_status fh_record_row(fh_org *org, int64_t record, fh_arena *arena, fh_record *out,
                                      fh_error *err);

FH_MUST_CHECK fh_status fh_record_entry_add(fh_org *org, fh_record_entry *e, fh_error *err);
/* Newest first, numbers below `before` (0: from the newest), at most `max`. */
FH_MUST_CHECK fh_status fh_record_entries(fh_org *org, int64_t record, int64_t before, size_t max,
                                          fh_arena *arena, const fh_record_entry **out, size_t *n,
                                          fh_error *err);
/* Removes what the entries of a record before `by` tell. */
FH_MUST_CHECK fh_status fh_record_entries_withhold(fh_org *org, int64_t record, int64_t by,
                                                   fh_error *err);

FH_MUST_CHECK fh_status fh_record_about_add(fh_org *org, fh_record_about *a, fh_error *err);
/* It holds no more from now on. */
FH_MUST_CHECK fh_status fh_record_about_end(fh_org *org, int64_t about, fh_error *err);
FH_MUST_CHECK fh_status fh_record_abouts(fh_org *org, int64_t record, fh_arena *arena,
                                         const fh_record_about **out, size_t *n, fh_error *err);

/* A customer was erased: fields and links that name it go, what was written in these
 * records is searched for its identifiers, which are blotted out, and their history
 * is withheld as far as it tells them. */
FH_MUST_CHECK fh_status fh_records_forget_customer(fh_org *org, uint32_t customer,
                                                   const fh_str *identifiers, size_t n,
                                                   fh_error *err);

/* Tells every fault of rows, links and chain in a sentence, as fh_store_check does. */
typedef void fh_records_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_records_check(fh_org *org, fh_records_fault *fault, void *ctx,
                                         uint64_t *n_faults, fh_error *err);

#endif
