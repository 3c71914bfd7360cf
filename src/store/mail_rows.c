/* mail_rows.c - rows of digests and mails (see mail_rows.h). */
#include "store/mail_rows.h"

#include "store/args.h"
#include "store/inside.h"

enum { MOST = 1000 };

/* ---- Who wants one ---- */

#define DIGEST "person, how, until_ms, entry"

static fh_status read_digest(fh_stmt *s, fh_arena *arena, fh_digest_row *out, fh_error *err)
{
    *out = (fh_digest_row){.person = (uint32_t)fh_stmt_i64(s, 0),
                           .until_ms = fh_stmt_i64(s, 2),
                           .entry = fh_stmt_i64(s, 3)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &out->how) ? FH_OK : fh_no_memory(err);
}

fh_status fh_digest_row_get(fh_org *org, uint32_t person, fh_arena *arena, fh_digest_row *out,
                            fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *out = (fh_digest_row){.person = person};
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " DIGEST " FROM digest WHERE person = $1", &s,
                              &row, err, fh_arg_int(person));
    if (status == FH_OK && row) status = read_digest(s, arena, out, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_digest_row_put(fh_org *org, const fh_digest_row *row, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO digest (" DIGEST ") VALUES ($1, $2, $3, $4) ON CONFLICT (person) DO "
                 "UPDATE SET how = excluded.how, until_ms = excluded.until_ms, "
                 "entry = excluded.entry",
                 NULL, err, fh_arg_int(row->person), fh_arg_text(row->how),
                 fh_arg_int(row->until_ms), fh_arg_int(row->entry));
}

fh_status fh_digest_row_drop(fh_org *org, uint32_t person, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM digest WHERE person = $1", NULL, err,
                 fh_arg_int(person));
}

fh_status fh_digest_rows_due(fh_org *org, fh_str how, int64_t before_ms, size_t max,
                             fh_arena *arena, fh_digest_row **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    if (max > MOST) max = MOST;
    fh_digest_row *list = FH_NEW_ARRAY(arena, fh_digest_row, max + 1);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " DIGEST " FROM digest WHERE how = $1 AND until_ms < $2 "
               "ORDER BY until_ms, person LIMIT $3",
               &s, &row, err, fh_arg_text(how), fh_arg_int(before_ms), fh_arg_int((int64_t)max));
    while (status == FH_OK && row && count < max) {
        status = read_digest(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}

/* ---- Mails ---- */

#define MAIL                                                                                      \
    "mail, person, what, since_ms, since_entry, until_entry, made_ms, state, attempts, next_ms, " \
    "last_ms, code, reply, used_ms"

static fh_status read_mail(fh_stmt *s, fh_arena *arena, fh_mail *out, fh_error *err)
{
    *out = (fh_mail){.mail = fh_stmt_i64(s, 0),
                     .person = (uint32_t)fh_stmt_i64(s, 1),
                     .since_ms = fh_stmt_i64(s, 3),
                     .since_entry = fh_stmt_i64(s, 4),
                     .until_entry = fh_stmt_i64(s, 5),
                     .made_ms = fh_stmt_i64(s, 6),
                     .attempts = (uint32_t)fh_stmt_i64(s, 8),
                     .next_ms = fh_stmt_i64(s, 9),
                     .last_ms = fh_stmt_i64(s, 10),
                     .code = (int32_t)fh_stmt_i64(s, 11),
                     .used_ms = fh_stmt_i64(s, 13)};
    const bool kept = fh_arena_str(arena, fh_stmt_text(s, 2), &out->what) &&
                      fh_arena_str(arena, fh_stmt_text(s, 7), &out->state) &&
                      fh_arena_str(arena, fh_stmt_text(s, 12), &out->reply);
    return kept ? FH_OK : fh_no_memory(err);
}

fh_status fh_mail_add(fh_org *org, fh_mail *m, fh_error *err)
{
    const fh_status status = fh_org_numbers(org, "mail", 1, &m->mail, err);
    if (status != FH_OK) return status;
    return FH_DO(fh_org_db(org),
                 "INSERT INTO mail (" MAIL ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
                 "$11, $12, $13, $14)",
                 NULL, err, fh_arg_int(m->mail), fh_arg_int(m->person), fh_arg_text(m->what),
                 fh_arg_int(m->since_ms), fh_arg_int(m->since_entry), fh_arg_int(m->until_entry),
                 fh_arg_int(m->made_ms), fh_arg_text(m->state), fh_arg_int(m->attempts),
                 fh_arg_int(m->next_ms), fh_arg_int(m->last_ms), fh_arg_int(m->code),
                 fh_arg_text(m->reply), fh_arg_int(m->used_ms));
}

static fh_status no_such_mail(int64_t mail, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no mail %lld", (long long)mail);
    return fh_hint(err, FH_NOTFOUND, "The log of mails is kept for a while only.");
}

fh_status fh_mail_save(fh_org *org, const fh_mail *m, fh_error *err)
{
    bool any = false;
    const fh_status status =
        FH_DO(fh_org_db(org),
              "UPDATE mail SET state = $2, attempts = $3, next_ms = $4, last_ms = $5, code = $6, "
              "reply = $7, used_ms = $8 WHERE mail = $1 RETURNING mail",
              &any, err, fh_arg_int(m->mail), fh_arg_text(m->state), fh_arg_int(m->attempts),
              fh_arg_int(m->next_ms), fh_arg_int(m->last_ms), fh_arg_int(m->code),
              fh_arg_text(m->reply), fh_arg_int(m->used_ms));
    return status != FH_OK || any ? status : no_such_mail(m->mail, err);
}

fh_status fh_mail_get(fh_org *org, int64_t mail, fh_arena *arena, fh_mail *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " MAIL " FROM mail WHERE mail = $1", &s, &row,
                              err, fh_arg_int(mail));
    if (status == FH_OK) status = row ? read_mail(s, arena, out, err) : no_such_mail(mail, err);
    fh_stmt_done(s);
    return status;
}

fh_status fh_mail_next(fh_org *org, int64_t now_ms, fh_arena *arena, fh_mail *out, int64_t *next_ms,
                       fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *next_ms = -1;
    fh_status status = fh_db_ask(fh_org_db(org),
                                 "SELECT " MAIL " FROM mail WHERE state = 'waiting' "
                                 "ORDER BY next_ms, mail LIMIT 1",
                                 NULL, 0, &s, &row, err);
    *out = (fh_mail){.mail = 0};
    if (status == FH_OK && row && fh_stmt_i64(s, 9) <= now_ms)
        status = read_mail(s, arena, out, err);
    else if (status == FH_OK && row)
        *next_ms = fh_stmt_i64(s, 9);
    fh_stmt_done(s);
    return status;
}

fh_status fh_mail_postpone(fh_org *org, int64_t until_ms, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE mail SET next_ms = $1 WHERE state = 'waiting' AND next_ms < $1", NULL, err,
                 fh_arg_int(until_ms));
}

fh_status fh_mail_find_unsure(fh_org *org, uint64_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *n = 0;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "UPDATE mail SET state = 'unsure', reply = $1 WHERE state = 'sending' "
               "RETURNING mail",
               &s, &row, err, fh_arg_text(FH_STR("the server ended while it was being sent")));
    while (status == FH_OK && row) {
        ++*n;
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_mail_list(fh_org *org, uint32_t person, int64_t before, size_t max, fh_arena *arena,
                       fh_mail **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    if (max > MOST) max = MOST;
    fh_mail *list = FH_NEW_ARRAY(arena, fh_mail, max + 1);
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(
        fh_org_db(org),
        person ? "SELECT " MAIL " FROM mail WHERE person = $1 AND mail < $2 ORDER BY mail DESC "
                 "LIMIT $3"
               : "SELECT " MAIL " FROM mail WHERE $1 = 0 AND mail < $2 ORDER BY mail DESC LIMIT $3",
        &s, &row, err, fh_arg_int(person), fh_arg_int(before ? before : INT64_MAX),
        fh_arg_int((int64_t)max));
    while (status == FH_OK && row && count < max) {
        status = read_mail(s, arena, &list[count++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}

fh_status fh_mail_forget(fh_org *org, int64_t before_ms, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "DELETE FROM mail WHERE made_ms < $1 AND state <> 'waiting' AND state <> "
                 "'sending'",
                 NULL, err, fh_arg_int(before_ms));
}

fh_status fh_mail_forget_person(fh_org *org, uint32_t person, fh_error *err)
{
    const fh_status status = fh_digest_row_drop(org, person, err);
    return status != FH_OK ? status
                           : FH_DO(fh_org_db(org), "DELETE FROM mail WHERE person = $1", NULL, err,
                                   fh_arg_int(person));
}

/* ---- News ---- */

fh_status fh_digest_news_of(fh_org *org, uint32_t person, int64_t since, int64_t until, size_t max,
                            fh_arena *arena, fh_digest_news **out, size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t count = 0;
    if (max > MOST) max = MOST;
    fh_digest_news *list = FH_NEW_ARRAY(arena, fh_digest_news, max + 1);
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT f.record, count(*), max(e.at_ms), max(e.entry) AS newest "
               "FROM record_follow f JOIN record_entry e ON e.record = f.record "
               "WHERE f.person = $1 AND e.entry > $2 AND e.entry <= $3 AND e.entry > f.seen "
               "AND e.person <> $1 GROUP BY f.record ORDER BY newest DESC LIMIT $4",
               &s, &row, err, fh_arg_int(person), fh_arg_int(since), fh_arg_int(until),
               fh_arg_int((int64_t)max));
    while (status == FH_OK && row && count < max) {
        list[count++] = (fh_digest_news){.record = fh_stmt_i64(s, 0),
                                         .n = (uint64_t)fh_stmt_i64(s, 1),
                                         .at_ms = fh_stmt_i64(s, 2)};
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = count;
    return status;
}
