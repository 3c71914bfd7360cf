/* members.h - which member belongs to which customer, and since when. */
#ifndef FH_STORE_MEMBERS_H
#define FH_STORE_MEMBERS_H

#include "store/identities.h"

/* Where a member belongs now: itself, what it was merged into, or 0 (erased).
 * FH_NOTFOUND for a number never given. */
FH_MUST_CHECK fh_status fh_member_customer(fh_org *org, uint32_t member, uint32_t *out,
                                           fh_error *err);
/* The same of a member that is known to have been given: numbers 1 .. fh_counter_last("member"). */
FH_MUST_CHECK fh_status fh_member_now(fh_org *org, uint32_t member, uint32_t *out, fh_error *err);
/* The members of a customer, ascending, in the arena; none: it is not one (now). */
FH_MUST_CHECK fh_status fh_customer_members(fh_org *org, uint32_t customer, fh_arena *arena,
                                            const uint32_t **out, size_t *n, fh_error *err);
/* Maps a member to a customer (itself: forgets the mapping). */
FH_MUST_CHECK fh_status fh_member_map(fh_org *org, uint32_t member, uint32_t customer,
                                      fh_error *err);
/* Kinds of identifiers with the numbers by which identifiers at rest tell theirs. */
FH_MUST_CHECK fh_status fh_identity_kinds_by_id(fh_org *org, fh_arena *arena,
                                                const fh_id_kind **out, const uint32_t **id,
                                                size_t *n, fh_error *err);

/* Every change to who is who moves this number, so that whoever keeps the table in
 * memory notices that it is old. Inside the transaction of the change. */
FH_MUST_CHECK fh_status fh_identities_changed(fh_org *org, int64_t *now, fh_error *err);
FH_MUST_CHECK fh_status fh_identities_version(fh_org *org, int64_t *out, fh_error *err);
/* The last number given from a counter; 0: none yet. */
FH_MUST_CHECK fh_status fh_counter_last(fh_org *org, const char *counter, int64_t *out,
                                        fh_error *err);

#endif
