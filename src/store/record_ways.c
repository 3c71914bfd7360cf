/* record_ways.c - rows of keys and codes, and what changed (see record_ways.h). */
#include "store/record_ways.h"

#include "store/args.h"
#include "store/inside.h"
#include "store/members.h"

#include <sodium.h>

enum { KEY_HASH = 16 };

/* ---- Keys ------------------------------------------------------------------------------- */

static fh_str hash_of(fh_str kind, fh_str key, char space[2 * KEY_HASH + 1])
{
    unsigned char raw[KEY_HASH];
    crypto_generichash_state hash;
    (void)crypto_generichash_init(&hash, NULL, 0, sizeof raw);
    (void)crypto_generichash_update(&hash, (const unsigned char *)kind.ptr, kind.len);
    (void)crypto_generichash_update(&hash, (const unsigned char *)"\n", 1);
    if (key.len) (void)crypto_generichash_update(&hash, (const unsigned char *)key.ptr, key.len);
    (void)crypto_generichash_final(&hash, raw, sizeof raw);
    (void)sodium_bin2hex(space, 2 * KEY_HASH + 1, raw, sizeof raw);
    return (fh_str){space, 2 * KEY_HASH};
}

fh_status fh_record_key_find(fh_org *org, fh_str kind, fh_str key, int64_t *out, fh_error *err)
{
    char space[2 * KEY_HASH + 1];
    fh_stmt *s = NULL;
    bool row = false;
    *out = 0;
    const fh_status status =
        FH_ASK(fh_org_db(org), "SELECT record FROM record_key WHERE kind = $1 AND key_hash = $2",
               &s, &row, err, fh_arg_text(kind), fh_arg_text(hash_of(kind, key, space)));
    if (status == FH_OK && row) *out = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return status;
}

fh_status fh_record_key_put(fh_org *org, fh_str kind, fh_str key, int64_t record, fh_error *err)
{
    char space[2 * KEY_HASH + 1];
    return FH_DO(fh_org_db(org),
                 "INSERT INTO record_key (kind, key_hash, record) VALUES ($1, $2, $3) "
                 "ON CONFLICT (kind, key_hash) DO UPDATE SET record = excluded.record",
                 NULL, err, fh_arg_text(kind), fh_arg_text(hash_of(kind, key, space)),
                 fh_arg_int(record));
}

/* ---- Go-betweens ------------------------------------------------------------------------- */

fh_status fh_between_row_put(fh_org *org, const fh_between_row *row, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO record_between (record, person, sealed) VALUES ($1, $2, $3) ON "
                 "CONFLICT (record) DO UPDATE SET person = excluded.person, sealed = "
                 "excluded.sealed",
                 NULL, err, fh_arg_int(row->record), fh_arg_int(row->person),
                 fh_arg_text(row->sealed));
}

fh_status fh_between_row_get(fh_org *org, int64_t record, fh_arena *arena, fh_between_row *out,
                             bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    *there = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT person, sealed FROM record_between WHERE record = $1", &s,
               there, err, fh_arg_int(record));
    if (status == FH_OK && *there) {
        *out = (fh_between_row){.record = record, .person = (uint32_t)fh_stmt_i64(s, 0)};
        if (!fh_arena_str(arena, fh_stmt_text(s, 1), &out->sealed)) status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_between_rows_drop(fh_org *org, int64_t record, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "DELETE FROM record_between WHERE record = $1 OR record IN (SELECT record FROM "
                 "record WHERE merged_into = $1)",
                 NULL, err, fh_arg_int(record));
}

/* ---- Codes ------------------------------------------------------------------------------- */

fh_status fh_short_code(fh_org *org, fh_arena *arena, fh_str *out, fh_error *err)
{
    static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
    const fh_os *os = fh_org_os(org);
    unsigned char raw[2 * FH_TELL_CODE];
    char *text = FH_NEW_ARRAY(arena, char, FH_TELL_CODE + 1);
    if (!text) return fh_no_memory(err);
    const fh_status s = os->random(os->ctx, raw, sizeof raw, err);
    if (s != FH_OK) return s;
    for (size_t i = 0; i < FH_TELL_CODE; i++)
        text[i] = letters[((size_t)raw[2 * i] << 8 | raw[2 * i + 1]) % (sizeof letters - 1)];
    *out = (fh_str){text, FH_TELL_CODE};
    return FH_OK;
}

#define CODE "code, touchpoint, person, made_ms, until_ms"

static fh_status read_code(fh_stmt *s, fh_arena *arena, fh_tell_code *out, fh_error *err)
{
    *out = (fh_tell_code){.touchpoint = (uint32_t)fh_stmt_i64(s, 1),
                          .person = (uint32_t)fh_stmt_i64(s, 2),
                          .made_ms = fh_stmt_i64(s, 3),
                          .until_ms = fh_stmt_i64(s, 4)};
    return fh_arena_str(arena, fh_stmt_text(s, 0), &out->code) ? FH_OK : fh_no_memory(err);
}

fh_status fh_tell_code_put(fh_org *org, const fh_tell_code *code, fh_error *err)
{
    return FH_DO(fh_org_db(org), "INSERT INTO tell_code (" CODE ") VALUES ($1, $2, $3, $4, $5)",
                 NULL, err, fh_arg_text(code->code), fh_arg_int(code->touchpoint),
                 fh_arg_int(code->person), fh_arg_int(code->made_ms), fh_arg_int(code->until_ms));
}

static fh_status one_code(fh_org *org, const char *sql, fh_arg by, fh_arena *arena,
                          fh_tell_code *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, by);
    if (status == FH_OK && row) status = read_code(s, arena, out, err);
    fh_stmt_done(s);
    if (status != FH_OK || row) return status;
    (void)fh_fail(err, FH_NOTFOUND, "this code leads nowhere (any more)");
    return fh_hint(err, FH_NOTFOUND, "Ask whoever put it up for a new one.");
}

fh_status fh_tell_code_get(fh_org *org, fh_str code, fh_arena *arena, fh_tell_code *out,
                           fh_error *err)
{
    return one_code(org, "SELECT " CODE " FROM tell_code WHERE code = $1 AND until_ms = 0",
                    fh_arg_text(code), arena, out, err);
}

fh_status fh_tell_code_of(fh_org *org, uint32_t touchpoint, fh_arena *arena, fh_tell_code *out,
                          fh_error *err)
{
    return one_code(org,
                    "SELECT " CODE " FROM tell_code WHERE touchpoint = $1 AND until_ms = 0 "
                    "ORDER BY made_ms DESC LIMIT 1",
                    fh_arg_int(touchpoint), arena, out, err);
}

fh_status fh_tell_code_end(fh_org *org, fh_str code, int64_t at_ms, bool *any, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "UPDATE tell_code SET until_ms = $1 WHERE code = $2 AND until_ms = 0 "
                 "RETURNING code",
                 any, err, fh_arg_int(at_ms), fh_arg_text(code));
}

fh_status fh_tell_codes(fh_org *org, fh_arena *arena, const fh_tell_code **out, size_t *n,
                        fh_error *err)
{
    enum { MOST = 10000 };
    fh_tell_code *list = NULL;
    size_t have = 0, room = 0;
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT " CODE " FROM tell_code WHERE until_ms = $1 ORDER BY made_ms DESC, code", &s,
               &row, err, fh_arg_int(0));
    while (status == FH_OK && row && have < MOST) {
        if (have == room) {
            room = room ? 2 * room : 32;
            fh_tell_code *wider = FH_NEW_ARRAY(arena, fh_tell_code, room);
            for (size_t i = 0; wider && i < have; i++) wider[i] = list[i];
            list = wider;
        }
        status = list ? read_code(s, arena, &list[have++], err) : fh_no_memory(err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    *n = have;
    return status;
}

/* ---- What changed ------------------------------------------------------------------------ */

static fh_status one_number(fh_org *org, const char *sql, fh_arg by, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    *out = 0;
    const fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, by);
    if (status == FH_OK && row) *out = fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return status;
}

fh_status fh_record_newest(fh_org *org, int64_t *entry, fh_error *err)
{
    return one_number(org,
                      "SELECT entry FROM record_entry WHERE entry > $1 ORDER BY entry DESC LIMIT 1",
                      fh_arg_int(0), entry, err);
}

fh_status fh_record_any_due(fh_org *org, int64_t now_ms, bool *any, fh_error *err)
{
    int64_t due = 0;
    const fh_status status =
        one_number(org, "SELECT 1 FROM record WHERE due_ms > 0 AND due_ms <= $1 LIMIT 1",
                   fh_arg_int(now_ms), &due, err);
    *any = due != 0;
    return status;
}

fh_status fh_record_changes(fh_org *org, int64_t after, size_t max, fh_arena *arena,
                            const fh_record_news **out, size_t *n, fh_error *err)
{
    fh_record_news *list = FH_NEW_ARRAY(arena, fh_record_news, max);
    fh_stmt *s = NULL;
    bool row = false;
    *n = 0;
    if (!list) return fh_no_memory(err);
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT r.record, r.version, MAX(e.entry), r.kind FROM record_entry e "
               "JOIN record r ON r.record = e.record WHERE e.entry > $1 "
               "GROUP BY r.record, r.version, r.kind ORDER BY 3 LIMIT $2",
               &s, &row, err, fh_arg_int(after), fh_arg_int((int64_t)max));
    while (status == FH_OK && row && *n < max) {
        fh_record_news *c = &list[*n];
        *c = (fh_record_news){
            .record = fh_stmt_i64(s, 0), .version = fh_stmt_i64(s, 1), .entry = fh_stmt_i64(s, 2)};
        if (!fh_arena_str(arena, fh_stmt_text(s, 3), &c->kind)) status = fh_no_memory(err);
        if (status == FH_OK) (*n)++;
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = list;
    return status;
}

/* ---- Attachments ------------------------------------------------------------------------- */

typedef struct files {
    fh_record_file *ptr; /* [n] */
    size_t n, room;
} files;

static fh_status keep_file(files *all, fh_stmt *s, fh_arena *arena, fh_error *err)
{
    if (all->n == all->room) {
        const size_t room = all->room ? 2 * all->room : 16;
        fh_record_file *wider = FH_NEW_ARRAY(arena, fh_record_file, room);
        if (!wider) return fh_no_memory(err);
        for (size_t i = 0; i < all->n; i++) wider[i] = all->ptr[i];
        all->ptr = wider;
        all->room = room;
    }
    fh_record_file *f = &all->ptr[all->n++];
    *f = (fh_record_file){.file = fh_stmt_i64(s, 0)};
    return fh_arena_str(arena, fh_stmt_text(s, 1), &f->stored) ? FH_OK : fh_no_memory(err);
}

static fh_status files_of_member(fh_org *org, uint32_t member, fh_arena *arena, files *all,
                                 fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT f.file, f.stored FROM record_file f WHERE f.until_ms = 0 AND EXISTS "
               "(SELECT 1 FROM record_about a WHERE a.record = f.record AND a.what = 'customer' "
               "AND a.number = $1) ORDER BY f.file",
               &s, &row, err, fh_arg_int(member));
    while (status == FH_OK && row) {
        status = keep_file(all, s, arena, err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_record_files_about(fh_org *org, uint32_t customer, fh_arena *arena,
                                const fh_record_file **out, size_t *n, fh_error *err)
{
    const uint32_t *member = NULL;
    size_t n_members = 0;
    files all = {0};
    fh_status status = fh_customer_members(org, customer, arena, &member, &n_members, err);
    for (size_t i = 0; i < n_members && status == FH_OK; i++)
        status = files_of_member(org, member[i], arena, &all, err);
    *out = all.ptr;
    *n = all.n;
    return status;
}
