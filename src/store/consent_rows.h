/* consent_rows.h - purposes, what people said to them, and the register of what people
 * asked for about their data.
 *
 * What is about a customer is kept under its number of that moment and found through all
 * its members, so that it follows merges and their undoing; erasing takes it out.
 */
#ifndef FH_STORE_CONSENT_ROWS_H
#define FH_STORE_CONSENT_ROWS_H

#include "store/org.h"

enum { FH_PURPOSES_MAX = 200 };

typedef struct fh_purpose {
    uint32_t purpose; /* number, from 1 */
    fh_str word, name, shown, basis;
    bool holds; /* given as long as somebody says nothing */
    bool active;
    int64_t changed_ms, version;
} fh_purpose;

/* Gives it a number. FH_CONFLICT: the word is taken; FH_LIMIT. */
FH_MUST_CHECK fh_status fh_purpose_add(fh_org *org, fh_purpose *p, fh_error *err);
/* Everything but the word. FH_CONFLICT when it is no longer p->version. */
FH_MUST_CHECK fh_status fh_purpose_save(fh_org *org, const fh_purpose *p, fh_error *err);
/* By number. */
FH_MUST_CHECK fh_status fh_purpose_list(fh_org *org, fh_arena *arena, const fh_purpose **out,
                                        size_t *n, fh_error *err);

typedef struct fh_consent_entry {
    int64_t entry;
    uint32_t member, purpose;
    bool given;
    int64_t at_ms, recorded_ms;
    fh_str how, source;
    uint32_t person;
} fh_consent_entry;

FH_MUST_CHECK fh_status fh_consent_add(fh_org *org, const fh_consent_entry *e, fh_error *err);
/* Of a customer, newest first (by when it was said, then recorded). */
FH_MUST_CHECK fh_status fh_consent_of(fh_org *org, uint32_t customer, fh_arena *arena,
                                      const fh_consent_entry **out, size_t *n, fh_error *err);
typedef struct fh_consent_count {
    uint32_t purpose;
    uint64_t given, withdrawn; /* customers, by what each said last */
} fh_consent_count;
/* One a purpose that somebody said something to. */
FH_MUST_CHECK fh_status fh_consent_counts(fh_org *org, fh_arena *arena,
                                          const fh_consent_count **out, size_t *n, fh_error *err);

/* ---- The register ---------------------------------------------------------------------- */

typedef struct fh_request {
    int64_t request;   /* number, from 1 */
    uint32_t customer; /* as it is now; 0: erased */
    uint32_t member;
    fh_str reference, kind, state, words, answer, proof;
    uint32_t person;
    int64_t job, received_ms, due_ms, done_ms, version;
} fh_request;

FH_MUST_CHECK fh_status fh_request_add(fh_org *org, fh_request *r, fh_error *err);
/* State, answer, person, job, proof and done_ms. FH_CONFLICT when it is no longer
 * r->version. */
FH_MUST_CHECK fh_status fh_request_save(fh_org *org, const fh_request *r, fh_error *err);
FH_MUST_CHECK fh_status fh_request_get(fh_org *org, int64_t request, fh_arena *arena,
                                       fh_request *out, fh_error *err);
/* Newest first; state empty: all; before: cursor, 0: from the newest. */
FH_MUST_CHECK fh_status fh_request_list(fh_org *org, fh_str state, int64_t before, size_t most,
                                        fh_arena *arena, const fh_request **out, size_t *n,
                                        bool *more, fh_error *err);
/* Open requests of a customer to be erased: [n] numbers in the arena. */
FH_MUST_CHECK fh_status fh_request_erasures(fh_org *org, uint32_t customer, fh_arena *arena,
                                            const int64_t **out, size_t *n, fh_error *err);
/* The proof of an erasure, beside a request that it answered. */
FH_MUST_CHECK fh_status fh_request_proof(fh_org *org, int64_t request, fh_str proof, fh_error *err);

/* ---- Erasing ------------------------------------------------------------------------------ */

/* Takes out what is about a member; inside the transaction that erases it. */
FH_MUST_CHECK fh_status fh_consent_forget(fh_org *org, uint32_t member, fh_error *err);

#endif
