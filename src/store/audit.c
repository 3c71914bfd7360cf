/* audit.c - the audit log at rest: entries that follow from one another.
 *
 * The canonical bytes of an entry are its fields in the order of the table, integers
 * as eight bytes (least first), texts as their length and bytes; behind them the hash
 * of the details and the hash of the entry before. The number is taken from the head
 * row, whose update makes writers queue.
 */
#include "store/audit.h"

#include "store/args.h"
#include "store/inside.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { HEX = 2 * FH_AUDIT_HASH, SALT = 16 };

#define ENTRY                                                                         \
    "number, at_ms, actor, person, session, token, ip, action, object_kind, object, " \
    "object_key, details, withheld_by, hash"

/* ---- Hashing ---------------------------------------------------------------------------- */

static void put_int(crypto_generichash_state *h, int64_t v)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)v >> (8 * i));
    (void)crypto_generichash_update(h, bytes, sizeof bytes);
}

static void put_text(crypto_generichash_state *h, fh_str s)
{
    put_int(h, (int64_t)s.len);
    if (s.len) (void)crypto_generichash_update(h, (const unsigned char *)s.ptr, s.len);
}

static void hash_entry(const fh_audit_row *r, const unsigned char details[FH_AUDIT_HASH],
                       const unsigned char before[FH_AUDIT_HASH], unsigned char out[FH_AUDIT_HASH])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, FH_AUDIT_HASH);
    put_text(&h, FH_STR("firsthand audit 1"));
    put_int(&h, r->number);
    put_int(&h, r->at_ms);
    put_int(&h, r->actor_kind);
    put_int(&h, r->person);
    put_int(&h, r->session);
    put_text(&h, r->token);
    put_text(&h, r->ip);
    put_text(&h, r->action);
    put_text(&h, r->object_kind);
    put_int(&h, r->object);
    put_text(&h, r->object_key);
    (void)crypto_generichash_update(&h, details, FH_AUDIT_HASH);
    (void)crypto_generichash_update(&h, before, FH_AUDIT_HASH);
    (void)crypto_generichash_final(&h, out, FH_AUDIT_HASH);
}

static void hash_details(fh_str salt, fh_str details, unsigned char out[FH_AUDIT_HASH])
{
    crypto_generichash_state h;
    (void)crypto_generichash_init(&h, NULL, 0, FH_AUDIT_HASH);
    put_text(&h, salt);
    put_text(&h, details);
    (void)crypto_generichash_final(&h, out, FH_AUDIT_HASH);
}

/* The hash before the first entry: zeros, and an empty text at rest. */
static bool hash_of_text(fh_str text, unsigned char out[FH_AUDIT_HASH])
{
    size_t n = 0;
    memset(out, 0, FH_AUDIT_HASH);
    if (text.len == 0) return true;
    return text.len == HEX &&
           sodium_hex2bin(out, FH_AUDIT_HASH, text.ptr, text.len, NULL, &n, NULL) == 0 &&
           n == FH_AUDIT_HASH;
}

static fh_str hex_of(const unsigned char *bytes, size_t n, char *out)
{
    (void)sodium_bin2hex(out, 2 * n + 1, bytes, n);
    return (fh_str){out, 2 * n};
}

/* ---- The head ----------------------------------------------------------------------------- */

static fh_status damaged(fh_org *org, fh_error *err)
{
    (void)fh_fail(err, FH_CORRUPT, "%s: the head of the audit log is damaged", fh_org_path(org));
    return fh_hint(err, FH_CORRUPT, "'firsthand check' tells more. Put back the last backup.");
}

fh_status fh_audit_head_get(fh_org *org, fh_audit_head *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_audit_head head = {0};
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT entries, hash FROM audit_head WHERE head = 1", NULL, 0,
                  &s, &row, err);
    if (status == FH_OK && row) head.entries = fh_stmt_i64(s, 0);
    if (status == FH_OK && (!row || !hash_of_text(fh_stmt_text(s, 1), head.hash)))
        status = damaged(org, err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = head;
    return status;
}

/* Takes the next number: from here on, other writers wait. */
static fh_status take_number(fh_org *org, int64_t *number, unsigned char before[FH_AUDIT_HASH],
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_ask(
        fh_org_db(org),
        "UPDATE audit_head SET entries = entries + 1 WHERE head = 1 RETURNING entries, hash", NULL,
        0, &s, &row, err);
    if (status == FH_OK && row) *number = fh_stmt_i64(s, 0);
    if (status == FH_OK && (!row || *number < 1 || !hash_of_text(fh_stmt_text(s, 1), before)))
        status = damaged(org, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    fh_stmt_done(s);
    return status;
}

/* ---- Adding --------------------------------------------------------------------------------- */

static fh_status write_entry(fh_org *org, const fh_audit_row *r, fh_str salt, fh_str details_hash,
                             fh_error *err)
{
    char hex[HEX + 1];
    const fh_str hash = hex_of(r->hash, FH_AUDIT_HASH, hex);
    fh_status status = FH_DO(
        fh_org_db(org),
        "INSERT INTO audit_entry (" ENTRY
        ", salt, details_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, "
        "$14, $15)",
        NULL, err, fh_arg_int(r->number), fh_arg_int(r->at_ms), fh_arg_int(r->actor_kind),
        fh_arg_int(r->person), fh_arg_int(r->session), fh_arg_text(r->token), fh_arg_text(r->ip),
        fh_arg_text(r->action), fh_arg_text(r->object_kind), fh_arg_int(r->object),
        fh_arg_text(r->object_key), fh_arg_text(r->details), fh_arg_text(hash), fh_arg_text(salt),
        fh_arg_text(details_hash));
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org), "UPDATE audit_head SET hash = $1 WHERE head = 1", NULL, err,
                       fh_arg_text(hash));
    return status;
}

fh_status fh_audit_add(fh_org *org, fh_audit_row *row, fh_error *err)
{
    if (!fh_org_writing(org))
        return fh_fail(err, FH_INTERNAL, "an audit entry outside of a transaction");
    const fh_os *os = fh_org_os(org);
    unsigned char salt[SALT], before[FH_AUDIT_HASH], details[FH_AUDIT_HASH];
    char salt_hex[2 * SALT + 1], details_hex[HEX + 1];
    fh_audit_row r = *row;
    if (r.details.len > FH_AUDIT_DETAILS_MAX)
        return fh_fail(err, FH_LIMIT, "the details of an audit entry are longer than %d bytes",
                       FH_AUDIT_DETAILS_MAX);
    fh_status status = os->random(os->ctx, salt, sizeof salt, err);
    if (status == FH_OK) status = take_number(org, &r.number, before, err);
    if (status != FH_OK) return status;
    r.at_ms = os->now_ms(os->ctx);
    r.withheld_by = 0;
    const fh_str salt_text = hex_of(salt, SALT, salt_hex);
    hash_details(salt_text, r.details, details);
    hash_entry(&r, details, before, r.hash);
    status = write_entry(org, &r, salt_text, hex_of(details, FH_AUDIT_HASH, details_hex), err);
    if (status == FH_OK) *row = r;
    return status;
}

fh_status fh_audit_withhold(fh_org *org, fh_str object_kind, int64_t object, int64_t by,
                            fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_org_erases(org);
    status = FH_DO(fh_org_db(org),
                   "UPDATE audit_entry SET details = '', salt = '', withheld_by = $3 WHERE "
                   "object_kind = $1 AND object = $2 AND number < $3 AND withheld_by = 0",
                   NULL, err, fh_arg_text(object_kind), fh_arg_int(object), fh_arg_int(by));
    return fh_org_leave(org, mine, status, err);
}

/* ---- Reading -------------------------------------------------------------------------------- */

/* Slices of the statement: until its next step. */
static void show_row(fh_stmt *s, fh_audit_row *r)
{
    *r = (fh_audit_row){.number = fh_stmt_i64(s, 0),
                        .at_ms = fh_stmt_i64(s, 1),
                        .actor_kind = (uint32_t)fh_stmt_i64(s, 2),
                        .person = (uint32_t)fh_stmt_i64(s, 3),
                        .session = (uint32_t)fh_stmt_i64(s, 4),
                        .token = fh_stmt_text(s, 5),
                        .ip = fh_stmt_text(s, 6),
                        .action = fh_stmt_text(s, 7),
                        .object_kind = fh_stmt_text(s, 8),
                        .object = fh_stmt_i64(s, 9),
                        .object_key = fh_stmt_text(s, 10),
                        .details = fh_stmt_text(s, 11),
                        .withheld_by = fh_stmt_i64(s, 12)};
}

static fh_status keep_row(fh_stmt *s, fh_arena *arena, fh_audit_row *out, fh_error *err)
{
    fh_audit_row r;
    show_row(s, &r);
    (void)hash_of_text(fh_stmt_text(s, 13), r.hash);
    if (!fh_arena_str(arena, r.token, &r.token) || !fh_arena_str(arena, r.ip, &r.ip) ||
        !fh_arena_str(arena, r.action, &r.action) ||
        !fh_arena_str(arena, r.object_kind, &r.object_kind) ||
        !fh_arena_str(arena, r.object_key, &r.object_key) ||
        !fh_arena_str(arena, r.details, &r.details))
        return fh_no_memory(err);
    *out = r;
    return FH_OK;
}

/* Asks by the index that serves best; what else the filter says is looked at after. */
static fh_status ask(fh_org *org, const fh_audit_filter *f, fh_stmt **out, bool *row, fh_error *err)
{
    fh_db *db = fh_org_db(org);
    const fh_arg before = fh_arg_int(f->before > 0 ? f->before : INT64_MAX);
    if (f->object_kind.len && f->object)
        return FH_ASK(db,
                      "SELECT " ENTRY " FROM audit_entry WHERE number < $1 AND object_kind = $2 "
                      "AND object = $3 ORDER BY number DESC",
                      out, row, err, before, fh_arg_text(f->object_kind), fh_arg_int(f->object));
    if (f->person)
        return FH_ASK(db,
                      "SELECT " ENTRY " FROM audit_entry WHERE number < $1 AND person = $2 "
                      "ORDER BY number DESC",
                      out, row, err, before, fh_arg_int(f->person));
    return FH_ASK(db, "SELECT " ENTRY " FROM audit_entry WHERE number < $1 ORDER BY number DESC",
                  out, row, err, before);
}

static bool fits(const fh_audit_filter *f, const fh_audit_row *r)
{
    if (f->from_ms && r->at_ms < f->from_ms) return false;
    if (f->until_ms && r->at_ms >= f->until_ms) return false;
    if (f->person && r->person != f->person) return false;
    if (f->object_kind.len && !fh_str_eq(f->object_kind, r->object_kind)) return false;
    if (f->object && f->object != r->object) return false;
    if (f->object_key.len && !fh_str_eq(f->object_key, r->object_key)) return false;
    if (!f->action.len) return true;
    return f->action.ptr[f->action.len - 1] == '.' ? fh_str_starts(r->action, f->action)
                                                   : fh_str_eq(r->action, f->action);
}

fh_status fh_audit_rows(fh_org *org, const fh_audit_filter *filter, size_t max, fh_arena *arena,
                        const fh_audit_row **out, size_t *n, fh_error *err)
{
    enum { MOST = 1000 };
    if (max > MOST) max = MOST;
    fh_audit_row *list = FH_NEW_ARRAY(arena, fh_audit_row, max + 1);
    if (!list) return fh_no_memory(err);
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0;
    fh_status status = ask(org, filter, &s, &row, err);
    while (status == FH_OK && row && got < max) {
        fh_audit_row r;
        show_row(s, &r);
        if (fits(filter, &r)) status = keep_row(s, arena, &list[got++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

/* ---- Checking ------------------------------------------------------------------------------- */

typedef struct auditing {
    fh_audit_fault *fault;
    void *ctx;
    uint64_t n_faults;
    int64_t expected; /* number of the next entry */
    unsigned char before[FH_AUDIT_HASH];
} auditing;

static void tell(auditing *a, int64_t number, const char *what)
{
    char sentence[240];
    a->n_faults++;
    (void)snprintf(sentence, sizeof sentence,
                   "Audit log, entry %lld: %s. Compare it with a backup: somebody may have "
                   "changed the file.",
                   (long long)number, what);
    if (a->fault) a->fault(a->ctx, sentence);
}

static void check_entry(auditing *a, fh_stmt *s)
{
    fh_audit_row r;
    unsigned char stored[FH_AUDIT_HASH], details[FH_AUDIT_HASH], is[FH_AUDIT_HASH];
    show_row(s, &r);
    const fh_str salt = fh_stmt_text(s, 14);
    const bool known = hash_of_text(fh_stmt_text(s, 15), details);
    if (r.number != a->expected) {
        tell(a, a->expected, "it is missing");
        a->expected = r.number;
    }
    a->expected++;
    if (!r.withheld_by) {
        hash_details(salt, r.details, is);
        if (!known || memcmp(is, details, sizeof is) != 0)
            tell(a, r.number, "its details are not those that were written");
    } else if (r.details.len || salt.len || r.withheld_by <= r.number) {
        tell(a, r.number, "it says that its details were withheld, and they were not");
    }
    hash_entry(&r, details, a->before, is);
    const bool readable = hash_of_text(fh_stmt_text(s, 13), stored);
    if (!readable || memcmp(is, stored, sizeof is) != 0)
        tell(a, r.number, "it does not follow from the one before, or was changed");
    memcpy(a->before, stored, sizeof stored); /* so that one fault is told once */
}

static fh_status check_entries(fh_org *org, auditing *a, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_ask(
        fh_org_db(org), "SELECT " ENTRY ", salt, details_hash FROM audit_entry ORDER BY number",
        NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        check_entry(a, s);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

/* Details go only with an entry about the same object that says so. */
static fh_status check_withheld(fh_org *org, auditing *a, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_ask(fh_org_db(org),
                  "SELECT e.number FROM audit_entry e WHERE e.withheld_by <> 0 AND NOT EXISTS "
                  "(SELECT 1 FROM audit_entry w WHERE w.number = e.withheld_by AND w.object_kind "
                  "= e.object_kind AND w.object = e.object AND w.action = 'person.forgotten') "
                  "ORDER BY e.number",
                  NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        tell(a, fh_stmt_i64(s, 0), "its details were withheld and no entry says why");
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_audit_check(fh_org *org, fh_audit_fault *fault, void *ctx, uint64_t *n_faults,
                         fh_error *err)
{
    auditing a = {.fault = fault, .ctx = ctx, .expected = 1};
    fh_audit_head head = {0};
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status != FH_OK) return status;
    fh_error e = {0};
    const fh_status known = fh_audit_head_get(org, &head, &e);
    if (known != FH_OK && known != FH_CORRUPT) {
        if (err) *err = e;
        status = known;
    }
    if (status == FH_OK) status = check_entries(org, &a, err);
    if (status == FH_OK) status = check_withheld(org, &a, err);
    if (status == FH_OK && known == FH_CORRUPT) {
        tell(&a, a.expected - 1, "the head of the log, which tells the last entry, is damaged");
    } else if (status == FH_OK && head.entries != a.expected - 1) {
        tell(&a, head.entries > a.expected - 1 ? a.expected : head.entries + 1,
             head.entries > a.expected - 1 ? "the log is cut off before it"
                                           : "the head of the log does not know it");
    } else if (status == FH_OK && memcmp(head.hash, a.before, sizeof a.before) != 0) {
        tell(&a, head.entries, "the head of the log has another hash for it");
    }
    fh_org_looked(org, mine);
    if (status == FH_OK) *n_faults = a.n_faults;
    return status;
}
