/* asked_rows.c - rows of customers who were asked (see asked_rows.h). */
#include "store/asked_rows.h"

#include "store/args.h"
#include "store/inside.h"
#include "store/records_parts.h"

#define ASKED \
    "asked, record, customer, person, words, made_ms, until_ms, used_ms, answer, said, key, entry"

static fh_status read_asked(fh_stmt *s, fh_arena *arena, fh_asked_row *out, fh_error *err)
{
    *out = (fh_asked_row){.asked = fh_stmt_i64(s, 0),
                          .record = fh_stmt_i64(s, 1),
                          .customer = (uint32_t)fh_stmt_i64(s, 2),
                          .person = (uint32_t)fh_stmt_i64(s, 3),
                          .made_ms = fh_stmt_i64(s, 5),
                          .until_ms = fh_stmt_i64(s, 6),
                          .used_ms = fh_stmt_i64(s, 7),
                          .entry = fh_stmt_i64(s, 11)};
    const bool kept = fh_arena_str(arena, fh_stmt_text(s, 4), &out->words) &&
                      fh_arena_str(arena, fh_stmt_text(s, 8), &out->answer) &&
                      fh_arena_str(arena, fh_stmt_text(s, 9), &out->said) &&
                      fh_arena_str(arena, fh_stmt_text(s, 10), &out->key);
    return kept ? FH_OK : fh_no_memory(err);
}

fh_status fh_asked_add(fh_org *org, fh_asked_row *a, fh_error *err)
{
    const fh_status status = fh_org_numbers(org, "customer_asked", 1, &a->asked, err);
    if (status != FH_OK) return status;
    return FH_DO(fh_org_db(org),
                 "INSERT INTO customer_asked (" ASKED ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                 "$9, $10, $11, $12)",
                 NULL, err, fh_arg_int(a->asked), fh_arg_int(a->record), fh_arg_int(a->customer),
                 fh_arg_int(a->person), fh_arg_text(a->words), fh_arg_int(a->made_ms),
                 fh_arg_int(a->until_ms), fh_arg_int(a->used_ms), fh_arg_text(a->answer),
                 fh_arg_text(a->said), fh_arg_text(a->key), fh_arg_int(a->entry));
}

static fh_status no_such(fh_error *err)
{
    return fh_fail(err, FH_NOTFOUND, "nobody was asked by this number");
}

fh_status fh_asked_save(fh_org *org, const fh_asked_row *a, fh_error *err)
{
    bool any = false;
    const fh_status status = FH_DO(
        fh_org_db(org),
        "UPDATE customer_asked SET until_ms = $2, used_ms = $3, answer = $4, said = $5, "
        "key = $6, entry = $7 WHERE asked = $1 RETURNING asked",
        &any, err, fh_arg_int(a->asked), fh_arg_int(a->until_ms), fh_arg_int(a->used_ms),
        fh_arg_text(a->answer), fh_arg_text(a->said), fh_arg_text(a->key), fh_arg_int(a->entry));
    return status == FH_OK && !any ? no_such(err) : status;
}

fh_status fh_asked_get(fh_org *org, int64_t asked, fh_arena *arena, fh_asked_row *out,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " ASKED " FROM customer_asked WHERE asked = $1", &s, &row,
               err, fh_arg_int(asked));
    if (status == FH_OK) status = row ? read_asked(s, arena, out, err) : no_such(err);
    fh_stmt_done(s);
    return status;
}

/* All rows of a statement that was begun, which ends with it. */
static fh_status read_all(fh_stmt *s, bool row, size_t max, fh_arena *arena,
                          const fh_asked_row **out, size_t *n, fh_error *err)
{
    void *list = NULL;
    size_t count = 0, cap = 0;
    fh_status status = FH_OK;
    while (status == FH_OK && row && count < max) {
        if (!fh_record_room(arena, &list, count, &cap, sizeof(fh_asked_row))) {
            status = fh_no_memory(err);
            break;
        }
        status = read_asked(s, arena, (fh_asked_row *)list + count++, err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}

fh_status fh_asked_of(fh_org *org, int64_t record, size_t max, fh_arena *arena,
                      const fh_asked_row **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "WITH RECURSIVE same (record) AS (SELECT CAST($1 AS BIGINT) UNION SELECT r.record "
               "FROM record r, same s WHERE r.merged_into > 0 AND r.merged_into = s.record) "
               "SELECT " ASKED " FROM customer_asked WHERE record IN (SELECT record FROM same) "
               "ORDER BY asked DESC",
               &s, &row, err, fh_arg_int(record));
    return status ? status : read_all(s, row, max, arena, out, n, err);
}

fh_status fh_asked_entries(fh_org *org, uint32_t customer, fh_arena *arena,
                           const fh_asked_row **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(
        fh_org_db(org),
        "SELECT " ASKED " FROM customer_asked WHERE customer = $1 AND entry > 0 ORDER BY asked", &s,
        &row, err, fh_arg_int(customer));
    return status ? status : read_all(s, row, SIZE_MAX, arena, out, n, err);
}

fh_status fh_asked_forget(fh_org *org, uint32_t customer, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM customer_asked WHERE customer = $1", NULL, err,
                 fh_arg_int(customer));
}
