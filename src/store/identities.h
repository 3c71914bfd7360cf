/* identities.h - who is who: typed identifiers, customers, merges, the erased.
 *
 * Every identifier is of a kind (customer, account, email, phone, device, ...),
 * and kinds are *unique* (one customer has it: an account number, an e-mail
 * address) or *shared* (several may: a landline, a device). At first sight of a
 * customer it gets a dense *member* number; members map to *customers*, each at
 * first to itself. Merging two customers maps all members of one to the other
 * and can be undone. Two customers known by different unique identifiers are
 * never merged by the program itself: what speaks for it is kept as a suggestion.
 */
#ifndef FH_STORE_IDENTITIES_H
#define FH_STORE_IDENTITIES_H

#include "firsthand/parse.h"
#include "store/org.h"

typedef struct fh_id_kind {
    fh_str name;
    bool shared;
} fh_id_kind;
/* Known kinds; built in: customer, account, email unique; phone, device, address,
 * household shared. An unknown kind met in an import is made unique. */
FH_MUST_CHECK fh_status fh_identity_kinds(fh_org *org, fh_arena *arena, const fh_id_kind **out,
                                          size_t *n, fh_error *err);
/* FH_CONFLICT when it is to be unique and customers share one: the message names them. */
FH_MUST_CHECK fh_status fh_identity_set_kind(fh_org *org, fh_str name, bool shared, fh_error *err);

/* The same identifier however it is written: e-mail addresses lower case, phone
 * numbers to digits and +, others as they are, NFC, white space around dropped. */
FH_MUST_CHECK fh_status fh_identity_normal(fh_arena *arena, fh_str kind, fh_str value, fh_str *out,
                                           fh_error *err);

/* ---- Resolving, in bulk ------------------------------------------------------------ */

/* Keeps all known identifiers in memory while an import or server runs. */
typedef struct fh_resolver fh_resolver;
FH_MUST_CHECK fh_status fh_resolver_new(fh_org *org, fh_resolver **out, fh_error *err);
void fh_resolver_free(fh_resolver *r);

/* Takes in what others changed about who is who since; costs nothing when nobody
 * did, else about what changed. Nothing may wait to be flushed. FH_CONFLICT when a
 * kind became shared or unique: make a new resolver, as after any failure. */
FH_MUST_CHECK fh_status fh_resolver_refresh(fh_resolver *r, fh_error *err);

typedef struct fh_resolved {
    uint32_t member, customer; /* customer 0: this person was erased; leave the row out */
} fh_resolved;
/* Whose interactions these are; unknown ones get the next numbers, in the order
 * of rows. Nothing is written until fh_resolver_flush. A batch is resolved
 * together so that look-ups overlap. */
FH_MUST_CHECK fh_status fh_resolve(fh_resolver *r, const fh_interaction *rows, size_t n,
                                   fh_resolved *out, fh_error *err);
/* The number of a problem (FH_FIELD_PROBLEM) of a member's customer, a new one at
 * first sight. FH_LIMIT when the name is longer than 250 bytes. */
FH_MUST_CHECK fh_status fh_resolve_problem(fh_resolver *r, uint32_t member, fh_str name,
                                           uint32_t *out, fh_error *err);
/* Writes new identifiers, problems and suggestions; call inside the transaction
 * that writes the interactions. FH_CONFLICT when another process changed who is
 * who since the resolver was made: roll back and do the work again. After any
 * failure or rollback, free the resolver. */
FH_MUST_CHECK fh_status fh_resolver_flush(fh_resolver *r, fh_error *err);

/* ---- Looking up ------------------------------------------------------------------------ */

typedef struct fh_identity {
    fh_str kind, value;
    bool shared;
    uint32_t member;
} fh_identity;
/* A customer by any identifier, "email:ann@x.org" or just "ann@x.org" (all kinds
 * are tried), or "#17" for the number itself. FH_NOTFOUND; FH_CONFLICT when
 * several customers share it (the hint lists them). */
FH_MUST_CHECK fh_status fh_identity_find(fh_org *org, fh_str text, uint32_t *customer,
                                         fh_error *err);
/* The same of many at once, with far less work: customer[n], 0 for who is nobody, several
 * customers, or no identifier. */
FH_MUST_CHECK fh_status fh_identity_find_all(fh_org *org, const fh_str *text, size_t n,
                                             uint32_t *customer, fh_error *err);
/* What fh_identity_find says when it finds nobody: FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_identity_unknown(fh_str text, fh_error *err);
FH_MUST_CHECK fh_status fh_identity_of(fh_org *org, uint32_t customer, fh_arena *arena,
                                       const fh_identity **out, size_t *n, fh_error *err);
/* Names of problem numbers, in the arena. */
FH_MUST_CHECK fh_status fh_problem_name(fh_org *org, uint32_t problem, fh_arena *arena, fh_str *out,
                                        fh_error *err);
FH_MUST_CHECK fh_status fh_identity_counts(fh_org *org, uint64_t *customers, uint64_t *identifiers,
                                           uint64_t *problems, fh_error *err);

/* ---- Merging, undoing -------------------------------------------------------------------- */

typedef struct fh_merge {
    int64_t merge; /* number in the log */
    uint32_t from, into;
    int64_t at_ms;
    fh_str why;
    bool undone;
} fh_merge;
/* Merges customer `from` into `into`: identities, members, stories, problems, in
 * one transaction, logged. */
FH_MUST_CHECK fh_status fh_identity_merge(fh_org *org, uint32_t from, uint32_t into, fh_str why,
                                          int64_t *merge, fh_error *err);
/* FH_CONFLICT, and nothing done: an identifier that only one customer can have would come
 * to be two customers' (its kind became unique while they were one). */
FH_MUST_CHECK fh_status fh_identity_unmerge(fh_org *org, int64_t merge, fh_error *err);
FH_MUST_CHECK fh_status fh_identity_merges(fh_org *org, fh_arena *arena, const fh_merge **out,
                                           size_t *n, fh_error *err);
typedef struct fh_suggestion {
    uint32_t a, b; /* customers that may be one */
    fh_str why;    /* "both gave e-mail ann@x.org" */
    uint64_t times;
} fh_suggestion;
FH_MUST_CHECK fh_status fh_identity_suggestions(fh_org *org, fh_arena *arena,
                                                const fh_suggestion **out, size_t *n,
                                                fh_error *err);

/* ---- Erasing -------------------------------------------------------------------------------- */

/* Removes a customer's identifiers, members, problems, merge-log texts and
 * suggestions, and leaves tombstones: keyed hashes of its identifiers, in the
 * file and in the list beside it (PATH.erased), so that re-imports and restored
 * backups erase again. Part of erasing: see app/data/erase.h. */
FH_MUST_CHECK fh_status fh_identity_erase(fh_org *org, uint32_t customer, fh_error *err);

/* Calls `each` for every text the file keeps as it is: identifiers, names, settings.
 * The proof of an erasure needs them. */
typedef fh_status fh_each_text(void *ctx, fh_str text, fh_error *err);
FH_MUST_CHECK fh_status fh_org_texts(fh_org *org, fh_each_text *each, void *ctx, fh_error *err);

#endif
