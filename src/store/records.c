/* records.c - rows of records (see records.h).
 *
 * Rows come from a file that somebody may have changed: numbers that are none are read as
 * 0, and whoever uses a state or a kind looks it up.
 */
#include "store/records_parts.h"

#include "store/inside.h"

#include <stdio.h>

/* ---- Reading ------------------------------------------------------------------------------ */

uint32_t fh_record_u32(fh_stmt *s, unsigned column)
{
    const int64_t v = fh_stmt_i64(s, column);
    return v < 0 || v > UINT32_MAX ? 0 : (uint32_t)v;
}

fh_status fh_record_read(fh_stmt *s, fh_arena *arena, fh_record *out, fh_error *err)
{
    fh_record r = {.record = fh_stmt_i64(s, 0),
                   .closed = fh_stmt_i64(s, 4) != 0,
                   .author = fh_record_u32(s, 6),
                   .go_between = fh_record_u32(s, 7),
                   .owner = fh_record_u32(s, 8),
                   .department = fh_record_u32(s, 9),
                   .asked = fh_record_u32(s, 10),
                   .asked_ms = fh_stmt_i64(s, 11),
                   .ownerless_ms = fh_stmt_i64(s, 12),
                   .bounces = fh_record_u32(s, 13),
                   .first_ms = fh_stmt_i64(s, 14),
                   .made_ms = fh_stmt_i64(s, 15),
                   .changed_ms = fh_stmt_i64(s, 16),
                   .state_ms = fh_stmt_i64(s, 17),
                   .due_ms = fh_stmt_i64(s, 18),
                   .merged_into = fh_stmt_i64(s, 19),
                   .version = fh_stmt_i64(s, 21),
                   .acted_ms = fh_stmt_i64(s, 22),
                   .deadline_ms = fh_stmt_i64(s, 23)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 1), &r.kind) ||
        !fh_arena_str(arena, fh_stmt_text(s, 2), &r.title) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &r.state) ||
        !fh_arena_str(arena, fh_stmt_text(s, 5), &r.fields) ||
        !fh_arena_str(arena, fh_stmt_text(s, 20), &r.reply_hash))
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}

fh_status fh_record_row(fh_org *org, int64_t record, fh_arena *arena, fh_record *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " RECORD " FROM record WHERE record = $1", &s,
                              &row, err, fh_arg_int(record));
    if (status == FH_OK && row) status = fh_record_read(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no record number %lld", (long long)record);
    return status;
}

fh_status fh_record_by_reply(fh_org *org, fh_str hash, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t found = 0;
    if (!hash.len) {
        *out = 0;
        return FH_OK;
    }
    const fh_status status =
        FH_ASK(fh_org_db(org), "SELECT record FROM record WHERE reply_hash = $1", &s, &row, err,
               fh_arg_text(hash));
    if (status == FH_OK && row) found = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    if (status == FH_OK) *out = found;
    return status;
}

/* ---- Writing -------------------------------------------------------------------------------- */

static fh_status must_write(fh_org *org, const fh_record *r, fh_error *err)
{
    if (!fh_org_writing(org))
        return fh_fail(err, FH_INTERNAL, "a record is written outside of a transaction");
    if (r->fields.len > FH_RECORD_FIELDS_MAX)
        return fh_fail(err, FH_LIMIT, "the fields of a record are longer than %d bytes",
                       FH_RECORD_FIELDS_MAX);
    return FH_OK;
}

fh_status fh_record_insert(fh_org *org, fh_record *r, fh_error *err)
{
    int64_t number = 0;
    fh_status status = must_write(org, r, err);
    if (status == FH_OK) status = fh_org_numbers(org, "record", 1, &number, err);
    if (status == FH_OK)
        status = FH_DO(
            fh_org_db(org),
            "INSERT INTO record (" RECORD ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
            "$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 1, $22, $23)",
            NULL, err, fh_arg_int(number), fh_arg_text(r->kind), fh_arg_text(r->title),
            fh_arg_text(r->state), fh_arg_int(r->closed), fh_arg_text(r->fields),
            fh_arg_int(r->author), fh_arg_int(r->go_between), fh_arg_int(r->owner),
            fh_arg_int(r->department), fh_arg_int(r->asked), fh_arg_int(r->asked_ms),
            fh_arg_int(r->ownerless_ms), fh_arg_int(r->bounces), fh_arg_int(r->first_ms),
            fh_arg_int(r->made_ms), fh_arg_int(r->changed_ms), fh_arg_int(r->state_ms),
            fh_arg_int(r->due_ms), fh_arg_int(r->merged_into), fh_arg_text(r->reply_hash),
            fh_arg_int(r->acted_ms), fh_arg_int(r->deadline_ms));
    if (status == FH_OK) status = fh_record_words_put(org, number, r->title, r->fields, false, err);
    if (status != FH_OK) return status;
    r->record = number;
    r->version = 1;
    return FH_OK;
}

static fh_status write_row(fh_org *org, fh_record *r, int64_t step, fh_error *err)
{
    bool same = false, any = false;
    fh_status status = must_write(org, r, err);
    if (status == FH_OK)
        status = FH_DO(
            fh_org_db(org), "SELECT 1 FROM record WHERE record = $1 AND title = $2 AND fields = $3",
            &same, err, fh_arg_int(r->record), fh_arg_text(r->title), fh_arg_text(r->fields));
    if (status == FH_OK)
        status = FH_DO(
            fh_org_db(org),
            "UPDATE record SET kind = $2, title = $3, state = $4, closed = $5, fields = $6, "
            "author = $7, go_between = $8, owner = $9, department = $10, asked = $11, "
            "asked_ms = $12, ownerless_ms = $13, bounces = $14, first_ms = $15, made_ms = $16, "
            "changed_ms = $17, state_ms = $18, due_ms = $19, merged_into = $20, "
            "reply_hash = $21, acted_ms = $23, deadline_ms = $25, version = version + $24 WHERE "
            "record = $1 AND "
            "version = $22 "
            "RETURNING record",
            &any, err, fh_arg_int(r->record), fh_arg_text(r->kind), fh_arg_text(r->title),
            fh_arg_text(r->state), fh_arg_int(r->closed), fh_arg_text(r->fields),
            fh_arg_int(r->author), fh_arg_int(r->go_between), fh_arg_int(r->owner),
            fh_arg_int(r->department), fh_arg_int(r->asked), fh_arg_int(r->asked_ms),
            fh_arg_int(r->ownerless_ms), fh_arg_int(r->bounces), fh_arg_int(r->first_ms),
            fh_arg_int(r->made_ms), fh_arg_int(r->changed_ms), fh_arg_int(r->state_ms),
            fh_arg_int(r->due_ms), fh_arg_int(r->merged_into), fh_arg_text(r->reply_hash),
            fh_arg_int(r->version), fh_arg_int(r->acted_ms), fh_arg_int(step),
            fh_arg_int(r->deadline_ms));
    if (status == FH_OK && !any) {
        (void)fh_fail(err, FH_STALE, "record %lld was changed by somebody else in the meantime",
                      (long long)r->record);
        status = fh_hint(err, FH_STALE, "Look at it again and repeat your change.");
    }
    if (status == FH_OK && !same)
        status = fh_record_words_put(org, r->record, r->title, r->fields, true, err);
    if (status == FH_OK) r->version += step;
    return status;
}

fh_status fh_record_update(fh_org *org, fh_record *r, fh_error *err)
{
    return write_row(org, r, 1, err);
}

fh_status fh_record_note(fh_org *org, fh_record *r, fh_error *err)
{
    return write_row(org, r, 0, err);
}

/* An entry in the history of each record that a person owns or is asked to. */
static fh_status tell_forgotten(fh_org *org, uint32_t person, fh_arena *arena, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t n = 0, cap = 0;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT record FROM record WHERE owner = $1 OR asked = $1", &s, &row,
               err, fh_arg_int(person));
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, n, &cap, sizeof(int64_t))) {
            status = fh_no_memory(err);
            break;
        }
        ((int64_t *)list)[n++] = fh_stmt_i64(s, 0);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_record_entry e = {.record = ((const int64_t *)list)[i],
                             .what = FH_STR("given-up"),
                             .details = FH_STR("{\"words\":\"A colleague left.\"}")};
        status = fh_record_entry_add(org, &e, err);
    }
    return status;
}

fh_status fh_records_forget_person(fh_org *org, uint32_t person, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const fh_arg who = fh_arg_int(person), now = fh_arg_int(os->now_ms(os->ctx));
    fh_db *db = fh_org_db(org);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = tell_forgotten(org, person, arena, err);
    fh_arena_free(arena);
    if (status == FH_OK)
        status = FH_DO(db,
                       "UPDATE record SET owner = 0, department = 0, ownerless_ms = $2 WHERE owner "
                       "= $1",
                       NULL, err, who, now);
    if (status == FH_OK)
        status =
            FH_DO(db, "UPDATE record SET asked = 0, asked_ms = 0 WHERE asked = $1", NULL, err, who);
    if (status == FH_OK)
        status =
            FH_DO(db, "UPDATE record SET go_between = 0 WHERE go_between = $1", NULL, err, who);
    if (status == FH_OK)
        status = FH_DO(db, "DELETE FROM record_between WHERE person = $1", NULL, err, who);
    if (status == FH_OK)
        status = FH_DO(db, "DELETE FROM record_follow WHERE person = $1", NULL, err, who);
    return status;
}
