/* audit.h - the audit log at rest: entries that follow from one another.
 *
 * Every entry has a hash over its own bytes and the hash before it; the head row
 * tells how many there are and the last hash. So an entry that was changed, taken
 * out, put elsewhere, or cut off at the end is told by fh_audit_check.
 *
 *     entry n:  hash = BLAKE2b-256( canonical bytes of the entry | hash n-1 )
 *     head:     number and hash of the last entry
 *
 * What an entry tells of before and after ("details") may be personal, and goes
 * when the person is forgotten. So the canonical bytes hold not the details but a
 * salted hash of them; salt and details can be withheld later, which a later entry
 * must tell of, and the chain still holds.
 *
 * The chain has no key: whoever can rewrite the whole file can write a whole new
 * chain. Note the head's number and hash elsewhere now and then (`firsthand audit
 * ORG.fh --verify` prints them); a log that still contains that hash was not
 * rewritten before it.
 */
#ifndef FH_STORE_AUDIT_H
#define FH_STORE_AUDIT_H

#include "store/chain.h"

enum {
    FH_AUDIT_HASH = FH_CHAIN_HASH,
    FH_AUDIT_DETAILS_MAX = 2000, /* bytes */
    FH_AUDIT_TEXT_MAX = 200      /* bytes of each of the short texts */
};

typedef struct fh_audit_row {
    int64_t number; /* 1, 2, 3 ... without gaps */
    int64_t at_ms;
    uint32_t actor_kind; /* fh_actor_kind */
    uint32_t person;     /* who; 0: nobody known */
    uint32_t session;
    fh_str token, ip;
    fh_str action;       /* "signin.failed" */
    fh_str object_kind;  /* "person", "customer", "token", ...; may be empty */
    int64_t object;      /* its number; 0: none */
    fh_str object_key;   /* what names it when it has no number: a token's id, a setting's name,
                            or a keyed hash (64 hexadecimal digits) of an identifier */
    fh_str details;      /* JSON; empty: none, or withheld */
    int64_t withheld_by; /* number of the entry that withheld the details; 0: not withheld */
    unsigned char hash[FH_AUDIT_HASH];
} fh_audit_row;

/* Adds an entry in the open transaction (FH_INTERNAL when there is none); number,
 * at_ms and hash are filled in. */
FH_MUST_CHECK fh_status fh_audit_add(fh_org *org, fh_audit_row *row, fh_error *err);

/* Removes the details of all entries about an object that came before entry `by`. */
FH_MUST_CHECK fh_status fh_audit_withhold(fh_org *org, fh_str object_kind, int64_t object,
                                          int64_t by, fh_error *err);

typedef struct fh_audit_filter {
    int64_t before;            /* only numbers below; 0: from the newest */
    int64_t from_ms, until_ms; /* 0: open */
    uint32_t person;           /* who; 0: all */
    fh_str action;             /* "signin.failed", or a beginning that ends in '.': "signin." */
    fh_str object_kind;        /* with `object` or `object_key`, or all of the kind */
    int64_t object;
    fh_str object_key;
} fh_audit_filter;

/* At most `max` entries, newest first, in the arena; to go on, set `before` to the
 * number of the last one. */
FH_MUST_CHECK fh_status fh_audit_rows(fh_org *org, const fh_audit_filter *filter, size_t max,
                                      fh_arena *arena, const fh_audit_row **out, size_t *n,
                                      fh_error *err);

typedef fh_chain_head fh_audit_head;
FH_MUST_CHECK fh_status fh_audit_head_get(fh_org *org, fh_audit_head *out, fh_error *err);

/* Reads the whole log and tells every fault in a sentence, as fh_store_check (which
 * calls it) does; *n_faults counts them. FH_OK also when there are faults. */
typedef void fh_audit_fault(void *ctx, const char *sentence);
FH_MUST_CHECK fh_status fh_audit_check(fh_org *org, fh_audit_fault *fault, void *ctx,
                                       uint64_t *n_faults, fh_error *err);

#endif
