/* records_about.c - what records are about, who follows them, files attached to them. */
#include "store/records_parts.h"

#include "store/inside.h"

#include <string.h>

#define ABOUT "about, record, field, what, number, key, words, at_ms, person, made_ms, until_ms"
#define FILES "file, record, name, stored, type, bytes, person, made_ms, until_ms"

bool fh_record_room(fh_arena *arena, void **list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) return true;
    const size_t wider = *cap ? 2 * *cap : 16;
    void *more = fh_arena_alloc(arena, wider, size);
    if (!more) return false;
    if (n) memcpy(more, *list, n * size);
    *list = more;
    *cap = wider;
    return true;
}

/* ---- About ------------------------------------------------------------------------------ */

static fh_status read_about(fh_stmt *s, fh_arena *arena, fh_record_about *out, fh_error *err)
{
    fh_record_about a = {.about = fh_stmt_i64(s, 0),
                         .record = fh_stmt_i64(s, 1),
                         .number = fh_stmt_i64(s, 4),
                         .at_ms = fh_stmt_i64(s, 7),
                         .person = fh_record_u32(s, 8),
                         .made_ms = fh_stmt_i64(s, 9),
                         .until_ms = fh_stmt_i64(s, 10)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 2), &a.field) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &a.what) ||
        !fh_arena_str(arena, fh_stmt_text(s, 5), &a.key) ||
        !fh_arena_str(arena, fh_stmt_text(s, 6), &a.words))
        return fh_no_memory(err);
    *out = a;
    return FH_OK;
}

fh_status fh_record_about_add(fh_org *org, fh_record_about *a, fh_error *err)
{
    int64_t number = 0;
    if (!fh_org_writing(org))
        return fh_fail(err, FH_INTERNAL, "a link is written outside of a transaction");
    fh_status status = fh_org_numbers(org, "record-about", 1, &number, err);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO record_about (" ABOUT ") VALUES ($1, $2, $3, $4, $5, $6, $7, "
                       "$8, $9, $10, 0)",
                       NULL, err, fh_arg_int(number), fh_arg_int(a->record), fh_arg_text(a->field),
                       fh_arg_text(a->what), fh_arg_int(a->number), fh_arg_text(a->key),
                       fh_arg_text(a->words), fh_arg_int(a->at_ms), fh_arg_int(a->person),
                       fh_arg_int(a->made_ms));
    if (status != FH_OK) return status;
    a->about = number;
    a->until_ms = 0;
    return FH_OK;
}

fh_status fh_record_about_end(fh_org *org, int64_t about, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    return FH_DO(fh_org_db(org),
                 "UPDATE record_about SET until_ms = $2 WHERE about = $1 AND until_ms = 0", NULL,
                 err, fh_arg_int(about), fh_arg_int(os->now_ms(os->ctx)));
}

fh_status fh_record_about_get(fh_org *org, int64_t about, fh_arena *arena, fh_record_about *out,
                              fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " ABOUT " FROM record_about WHERE about = $1",
                              &s, &row, err, fh_arg_int(about));
    if (status == FH_OK && row) status = read_about(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no link number %lld", (long long)about);
    return status;
}

static fh_status read_abouts(fh_stmt *s, fh_status status, bool row, fh_arena *arena,
                             const fh_record_about **out, size_t *n, fh_error *err)
{
    void *list = NULL;
    size_t got = 0, cap = 0;
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_about)))
            status = fh_no_memory(err);
        if (status == FH_OK) status = read_about(s, arena, (fh_record_about *)list + got, err);
        if (status == FH_OK) got++;
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_abouts(fh_org *org, int64_t record, fh_arena *arena,
                           const fh_record_about **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status = FH_ASK(fh_org_db(org),
                                    "SELECT " ABOUT " FROM record_about WHERE record = $1 AND "
                                    "until_ms = 0 ORDER BY about",
                                    &s, &row, err, fh_arg_int(record));
    return read_abouts(s, status, row, arena, out, n, err);
}

fh_status fh_record_abouts_of(fh_org *org, fh_str what, int64_t number, size_t max, fh_arena *arena,
                              const fh_record_about **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " ABOUT " FROM record_about WHERE what = $1 AND number = $2 AND until_ms = "
               "0 ORDER BY about LIMIT $3",
               &s, &row, err, fh_arg_text(what), fh_arg_int(number),
               fh_arg_int(max > INT32_MAX ? INT32_MAX : (int64_t)max));
    return read_abouts(s, status, row, arena, out, n, err);
}

fh_status fh_record_abouts_by_key(fh_org *org, fh_str what, fh_str key, size_t max, fh_arena *arena,
                                  const fh_record_about **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " ABOUT " FROM record_about WHERE what = $1 AND key = $2 AND until_ms = 0 "
               "ORDER BY about LIMIT $3",
               &s, &row, err, fh_arg_text(what), fh_arg_text(key),
               fh_arg_int(max > INT32_MAX ? INT32_MAX : (int64_t)max));
    return read_abouts(s, status, row, arena, out, n, err);
}

/* ---- Who follows ------------------------------------------------------------------------ */

fh_status fh_record_follower_add(fh_org *org, const fh_record_follower *f, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO record_follow (person, record, why, since_ms, seen) VALUES ($1, "
                 "$2, $3, $4, $5) ON CONFLICT (person, record) DO NOTHING",
                 NULL, err, fh_arg_int(f->person), fh_arg_int(f->record), fh_arg_text(f->why),
                 fh_arg_int(f->since_ms), fh_arg_int(f->seen));
}

fh_status fh_record_follower_drop(fh_org *org, int64_t record, uint32_t person, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM record_follow WHERE person = $1 AND record = $2",
                 NULL, err, fh_arg_int(person), fh_arg_int(record));
}

fh_status fh_record_follower_seen(fh_org *org, int64_t record, uint32_t person, int64_t entry,
                                  fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE record_follow SET seen = $3 WHERE person = $1 AND record = $2 AND "
                 "seen < $3",
                 NULL, err, fh_arg_int(person), fh_arg_int(record), fh_arg_int(entry));
}

fh_status fh_record_followers(fh_org *org, int64_t record, fh_arena *arena,
                              const fh_record_follower **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT person, why, since_ms, seen FROM record_follow WHERE record = $1 ORDER BY "
               "since_ms, person",
               &s, &row, err, fh_arg_int(record));
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_follower))) {
            status = fh_no_memory(err);
            break;
        }
        fh_record_follower *f = (fh_record_follower *)list + got++;
        *f = (fh_record_follower){.person = fh_record_u32(s, 0),
                                  .record = record,
                                  .since_ms = fh_stmt_i64(s, 2),
                                  .seen = fh_stmt_i64(s, 3)};
        status = fh_arena_str(arena, fh_stmt_text(s, 1), &f->why) ? fh_stmt_step(s, &row, err)
                                                                  : fh_no_memory(err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_follows(fh_org *org, int64_t record, uint32_t person, bool *out, fh_error *err)
{
    return FH_DO(fh_org_db(org), "SELECT 1 FROM record_follow WHERE person = $1 AND record = $2",
                 out, err, fh_arg_int(person), fh_arg_int(record));
}

/* ---- Files -------------------------------------------------------------------------------- */

static fh_status read_file(fh_stmt *s, fh_arena *arena, fh_record_file *out, fh_error *err)
{
    const int64_t bytes = fh_stmt_i64(s, 5);
    fh_record_file f = {.file = fh_stmt_i64(s, 0),
                        .record = fh_stmt_i64(s, 1),
                        .bytes = bytes > 0 ? (uint64_t)bytes : 0,
                        .person = fh_record_u32(s, 6),
                        .made_ms = fh_stmt_i64(s, 7),
                        .until_ms = fh_stmt_i64(s, 8)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 2), &f.name) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &f.stored) ||
        !fh_arena_str(arena, fh_stmt_text(s, 4), &f.type))
        return fh_no_memory(err);
    *out = f;
    return FH_OK;
}

fh_status fh_record_file_add(fh_org *org, fh_record_file *f, fh_error *err)
{
    int64_t number = 0;
    if (!fh_org_writing(org))
        return fh_fail(err, FH_INTERNAL, "an attachment is written outside of a transaction");
    fh_status status = fh_org_numbers(org, "record-file", 1, &number, err);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO record_file (" FILES ") VALUES ($1, $2, $3, $4, $5, $6, $7, "
                       "$8, 0)",
                       NULL, err, fh_arg_int(number), fh_arg_int(f->record), fh_arg_text(f->name),
                       fh_arg_text(f->stored), fh_arg_text(f->type), fh_arg_int((int64_t)f->bytes),
                       fh_arg_int(f->person), fh_arg_int(f->made_ms));
    if (status == FH_OK) f->file = number;
    return status;
}

fh_status fh_record_file_get(fh_org *org, int64_t file, fh_arena *arena, fh_record_file *out,
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " FILES " FROM record_file WHERE file = $1 AND until_ms = 0",
               &s, &row, err, fh_arg_int(file));
    if (status == FH_OK && row) status = read_file(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no attachment number %lld", (long long)file);
    return status;
}

fh_status fh_record_files(fh_org *org, int64_t record, fh_arena *arena, const fh_record_file **out,
                          size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    void *list = NULL;
    size_t got = 0, cap = 0;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT " FILES " FROM record_file WHERE record = $1 AND until_ms = "
                              "0 ORDER BY file",
                              &s, &row, err, fh_arg_int(record));
    while (status == FH_OK && row) {
        if (!fh_record_room(arena, &list, got, &cap, sizeof(fh_record_file)))
            status = fh_no_memory(err);
        if (status == FH_OK) status = read_file(s, arena, (fh_record_file *)list + got, err);
        if (status == FH_OK) got++;
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

fh_status fh_record_file_end(fh_org *org, int64_t file, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    return FH_DO(fh_org_db(org),
                 "UPDATE record_file SET until_ms = $2 WHERE file = $1 AND until_ms = 0", NULL, err,
                 fh_arg_int(file), fh_arg_int(os->now_ms(os->ctx)));
}
