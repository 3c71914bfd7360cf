/* records_parts.h - what the files of records at rest share. */
#ifndef FH_STORE_RECORDS_PARTS_H
#define FH_STORE_RECORDS_PARTS_H

#include "store/args.h"
#include "store/records.h"

#define RECORD                                                                            \
    "record, kind, title, state, closed, fields, author, go_between, owner, department, " \
    "asked, asked_ms, ownerless_ms, bounces, first_ms, made_ms, changed_ms, state_ms, "   \
    "due_ms, merged_into, reply_hash, version, acted_ms, deadline_ms"

/* Of the columns RECORD, in the arena. */
FH_MUST_CHECK fh_status fh_record_read(fh_stmt *s, fh_arena *arena, fh_record *out, fh_error *err);
/* 0 when it is no number of anything. */
uint32_t fh_record_u32(fh_stmt *s, unsigned column);
/* The words by which it is found; `again`: those that are there go first. */
FH_MUST_CHECK fh_status fh_record_words_put(fh_org *org, int64_t record, fh_str title,
                                            fh_str fields, bool again, fh_error *err);

/* Room for one more in a list that grows in an arena: list, n and cap are names of
 * variables. */
FH_MUST_CHECK bool fh_record_room(fh_arena *arena, void **list, size_t n, size_t *cap, size_t size);

/* What an entry's hash covers, as the table has it. */
enum { FH_RECORD_ENTRY_FIELDS = 5 };
void fh_record_entry_fields(const fh_record_entry *e, fh_arg out[FH_RECORD_ENTRY_FIELDS]);
extern const fh_chain fh_record_chain;

#endif
