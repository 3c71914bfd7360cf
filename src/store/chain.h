/* chain.h - entries that follow from one another: the audit log, the history of records.
 *
 *     entry n:  hash = BLAKE2b-256( canonical bytes of the entry | hash of its details | hash n-1 )
 *     head:     number and hash of the last entry
 *
 * Canonical bytes are the fields of the entry in a fixed order: integers as eight bytes
 * (least first), texts as their length and bytes. What an entry tells ("details") is hashed
 * with a salt of its own and may be withheld later, salt and all: the chain still holds.
 * Each log says by an fh_chain which table its head is; the number is taken from there, which
 * makes writers queue.
 */
#ifndef FH_STORE_CHAIN_H
#define FH_STORE_CHAIN_H

#include "store/args.h"
#include "store/org.h"

enum { FH_CHAIN_HASH = 32, FH_CHAIN_HEX = 2 * FH_CHAIN_HASH, FH_CHAIN_SALT_HEX = 32 };

typedef struct fh_chain {
    const char *name; /* "audit log": in messages */
    const char *tag;  /* first field of every entry: hashes of one log fit no other */
    const char *head; /* SELECT entries, hash ... */
    const char *take; /* UPDATE ... SET entries = entries + 1 ... RETURNING entries, hash */
    const char *set;  /* UPDATE ... SET hash = $1 ... */
} fh_chain;

typedef struct fh_chain_head {
    int64_t entries;
    unsigned char hash[FH_CHAIN_HASH];
} fh_chain_head;
/* FH_CORRUPT when it is damaged. */
FH_MUST_CHECK fh_status fh_chain_head_get(fh_org *org, const fh_chain *chain, fh_chain_head *out,
                                          fh_error *err);

/* ---- Adding: in the open write transaction ------------------------------------------------ */

typedef struct fh_chain_link {
    int64_t number;
    unsigned char before[FH_CHAIN_HASH], details[FH_CHAIN_HASH], hash[FH_CHAIN_HASH];
    char salt_hex[FH_CHAIN_SALT_HEX + 1], details_hex[FH_CHAIN_HEX + 1], hash_hex[FH_CHAIN_HEX + 1];
} fh_chain_link;
/* Takes the next number: from here on, other writers wait. */
FH_MUST_CHECK fh_status fh_chain_begin(fh_org *org, const fh_chain *chain, fh_str details,
                                       fh_chain_link *out, fh_error *err);
/* The entry's hash, into the link and the head; its row is the caller's to write. */
FH_MUST_CHECK fh_status fh_chain_end(fh_org *org, const fh_chain *chain, fh_chain_link *link,
                                     const fh_arg *fields, unsigned n_fields, fh_error *err);

/* ---- Checking ------------------------------------------------------------------------------- */

typedef void fh_chain_fault(void *ctx, const char *sentence);
typedef struct fh_chain_checking {
    const fh_chain *chain;
    const char *title; /* "Audit log": begins a sentence */
    fh_chain_fault *fault;
    void *ctx;
    uint64_t n_faults;
    int64_t expected; /* number of the next entry: begin with 1 */
    unsigned char before[FH_CHAIN_HASH];
} fh_chain_checking;

/* One entry as it stands in the table. */
typedef struct fh_chain_entry {
    int64_t number, withheld_by;
    fh_str details, salt, details_hash, hash;
    const fh_arg *field; /* [n_fields] */
    unsigned n_fields;
} fh_chain_entry;
void fh_chain_tell(fh_chain_checking *c, int64_t number, const char *what);
/* Entries in the order of their numbers. */
void fh_chain_check_entry(fh_chain_checking *c, const fh_chain_entry *entry);
/* At the end: whether the head tells the last entry. */
FH_MUST_CHECK fh_status fh_chain_check_head(fh_org *org, fh_chain_checking *c, fh_error *err);

/* 64 hexadecimal digits; the empty text stands for zeros, before the first entry. */
bool fh_chain_hash_of(fh_str hex, unsigned char out[FH_CHAIN_HASH]);

#endif
