/* records_history.c - what happened to records: entries that follow from one another.
 *
 * One chain for all records (store/chain.h). Nothing here changes an entry; what it tells
 * can be withheld, which an entry of the same record that came later says: "withheld".
 */
#include "store/records_parts.h"

#include "store/inside.h"

#include <string.h>

#define ENTRY "entry, record, at_ms, person, what, details, withheld_by"

const fh_chain fh_record_chain = {
    .name = "history of records",
    .tag = "firsthand records 1",
    .head = "SELECT entries, hash FROM record_entry_head WHERE head = 1",
    .take = "UPDATE record_entry_head SET entries = entries + 1 WHERE head = 1 "
            "RETURNING entries, hash",
    .set = "UPDATE record_entry_head SET hash = $1 WHERE head = 1",
};

void fh_record_entry_fields(const fh_record_entry *e, fh_arg out[FH_RECORD_ENTRY_FIELDS])
{
    const fh_arg field[FH_RECORD_ENTRY_FIELDS] = {fh_arg_int(e->entry), fh_arg_int(e->record),
                                                  fh_arg_int(e->at_ms), fh_arg_int(e->person),
                                                  fh_arg_text(e->what)};
    memcpy(out, field, sizeof field);
}

fh_status fh_record_entry_add(fh_org *org, fh_record_entry *e, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_chain_link link;
    fh_arg field[FH_RECORD_ENTRY_FIELDS];
    fh_record_entry added = *e;
    if (e->details.len > FH_RECORD_DETAILS_MAX)
        return fh_fail(err, FH_LIMIT, "an entry of the history is longer than %d bytes",
                       FH_RECORD_DETAILS_MAX);
    fh_status status = fh_chain_begin(org, &fh_record_chain, e->details, &link, err);
    if (status != FH_OK) return status;
    added.entry = link.number;
    if (!added.at_ms) added.at_ms = os->now_ms(os->ctx);
    added.withheld_by = 0;
    fh_record_entry_fields(&added, field);
    status = fh_chain_end(org, &fh_record_chain, &link, field, FH_RECORD_ENTRY_FIELDS, err);
    if (status == FH_OK)
        status =
            FH_DO(fh_org_db(org),
                  "INSERT INTO record_entry (" ENTRY ", salt, details_hash, hash) VALUES ($1, $2, "
                  "$3, $4, $5, $6, 0, $7, $8, $9)",
                  NULL, err, fh_arg_int(added.entry), fh_arg_int(added.record),
                  fh_arg_int(added.at_ms), fh_arg_int(added.person), fh_arg_text(added.what),
                  fh_arg_text(added.details), fh_arg_text(fh_str_of(link.salt_hex)),
                  fh_arg_text(fh_str_of(link.details_hex)), fh_arg_text(fh_str_of(link.hash_hex)));
    if (status == FH_OK) *e = added;
    return status;
}

fh_status fh_record_entries(fh_org *org, int64_t record, int64_t before, size_t max,
                            fh_arena *arena, const fh_record_entry **out, size_t *n, fh_error *err)
{
    enum { MOST = 1000 };
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0;
    if (max > MOST) max = MOST;
    fh_record_entry *list = FH_NEW_ARRAY(arena, fh_record_entry, max + 1);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " ENTRY " FROM record_entry WHERE record = $1 AND "
               "entry < $2 ORDER BY entry DESC LIMIT $3",
               &s, &row, err, fh_arg_int(record), fh_arg_int(before > 0 ? before : INT64_MAX),
               fh_arg_int((int64_t)max));
    while (status == FH_OK && row && got < max) {
        fh_record_entry *e = &list[got++];
        *e = (fh_record_entry){.entry = fh_stmt_i64(s, 0),
                               .record = fh_stmt_i64(s, 1),
                               .at_ms = fh_stmt_i64(s, 2),
                               .person = fh_record_u32(s, 3),
                               .withheld_by = fh_stmt_i64(s, 6)};
        if (!fh_arena_str(arena, fh_stmt_text(s, 4), &e->what) ||
            !fh_arena_str(arena, fh_stmt_text(s, 5), &e->details))
            status = fh_no_memory(err);
        else
            status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_entries_withhold(fh_org *org, int64_t record, int64_t by, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_org_erases(org);
    status = FH_DO(fh_org_db(org),
                   "UPDATE record_entry SET details = '', salt = '', withheld_by = $2 WHERE "
                   "record = $1 AND entry < $2 AND withheld_by = 0",
                   NULL, err, fh_arg_int(record), fh_arg_int(by));
    return fh_org_leave(org, mine, status, err);
}
