/* audit.c - the audit log at rest: entries that follow from one another (store/chain.h). */
#include "store/audit.h"

#include "store/inside.h"

#include <string.h>

#define ENTRY                                                                         \
    "number, at_ms, actor, person, session, token, ip, action, object_kind, object, " \
    "object_key, details, withheld_by, hash"

static const fh_chain chain = {
    .name = "audit log",
    .tag = "firsthand audit 1",
    .head = "SELECT entries, hash FROM audit_head WHERE head = 1",
    .take = "UPDATE audit_head SET entries = entries + 1 WHERE head = 1 RETURNING entries, hash",
    .set = "UPDATE audit_head SET hash = $1 WHERE head = 1",
};

/* What an entry's hash covers, in this order. */
enum { FIELDS = 11 };
static void fields_of(const fh_audit_row *r, fh_arg out[FIELDS])
{
    const fh_arg field[FIELDS] = {
        fh_arg_int(r->number), fh_arg_int(r->at_ms),      fh_arg_int(r->actor_kind),
        fh_arg_int(r->person), fh_arg_int(r->session),    fh_arg_text(r->token),
        fh_arg_text(r->ip),    fh_arg_text(r->action),    fh_arg_text(r->object_kind),
        fh_arg_int(r->object), fh_arg_text(r->object_key)};
    memcpy(out, field, sizeof field);
}

fh_status fh_audit_head_get(fh_org *org, fh_audit_head *out, fh_error *err)
{
    return fh_chain_head_get(org, &chain, out, err);
}

/* ---- Adding --------------------------------------------------------------------------------- */

static fh_status write_entry(fh_org *org, const fh_audit_row *r, const fh_chain_link *link,
                             fh_error *err)
{
    return FH_DO(
        fh_org_db(org),
        "INSERT INTO audit_entry (" ENTRY
        ", salt, details_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $13, "
        "$14, $15)",
        NULL, err, fh_arg_int(r->number), fh_arg_int(r->at_ms), fh_arg_int(r->actor_kind),
        fh_arg_int(r->person), fh_arg_int(r->session), fh_arg_text(r->token), fh_arg_text(r->ip),
        fh_arg_text(r->action), fh_arg_text(r->object_kind), fh_arg_int(r->object),
        fh_arg_text(r->object_key), fh_arg_text(r->details), fh_arg_text(fh_str_of(link->hash_hex)),
        fh_arg_text(fh_str_of(link->salt_hex)), fh_arg_text(fh_str_of(link->details_hex)));
}

fh_status fh_audit_add(fh_org *org, fh_audit_row *row, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    fh_chain_link link;
    fh_arg field[FIELDS];
    fh_audit_row r = *row;
    if (r.details.len > FH_AUDIT_DETAILS_MAX)
        return fh_fail(err, FH_LIMIT, "the details of an audit entry are longer than %d bytes",
                       FH_AUDIT_DETAILS_MAX);
    fh_status status = fh_chain_begin(org, &chain, r.details, &link, err);
    if (status != FH_OK) return status;
    r.number = link.number;
    r.at_ms = os->now_ms(os->ctx);
    r.withheld_by = 0;
    fields_of(&r, field);
    status = fh_chain_end(org, &chain, &link, field, FIELDS, err);
    memcpy(r.hash, link.hash, sizeof r.hash);
    if (status == FH_OK) status = write_entry(org, &r, &link, err);
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
    (void)fh_chain_hash_of(fh_stmt_text(s, 13), r.hash);
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

/* ---- Checking ----------------------------------------------------------------------- */

static fh_status check_entries(fh_org *org, fh_chain_checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_ask(
        fh_org_db(org), "SELECT " ENTRY ", salt, details_hash FROM audit_entry ORDER BY number",
        NULL, 0, &s, &row, err);
    while (status == FH_OK && row) {
        fh_audit_row r;
        fh_arg field[FIELDS];
        show_row(s, &r);
        fields_of(&r, field);
        const fh_chain_entry entry = {.number = r.number,
                                      .withheld_by = r.withheld_by,
                                      .details = r.details,
                                      .salt = fh_stmt_text(s, 14),
                                      .details_hash = fh_stmt_text(s, 15),
                                      .hash = fh_stmt_text(s, 13),
                                      .field = field,
                                      .n_fields = FIELDS};
        fh_chain_check_entry(c, &entry);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

/* Details go only with an entry about the same object that says so. */
static fh_status check_withheld(fh_org *org, fh_chain_checking *c, fh_error *err)
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
        fh_chain_tell(c, fh_stmt_i64(s, 0), "its details were withheld and no entry says why");
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_audit_check(fh_org *org, fh_audit_fault *fault, void *ctx, uint64_t *n_faults,
                         fh_error *err)
{
    fh_chain_checking c = {
        .chain = &chain, .title = "Audit log", .fault = fault, .ctx = ctx, .expected = 1};
    bool mine = false;
    fh_status status = fh_org_look(org, &mine, err);
    if (status != FH_OK) return status;
    status = check_entries(org, &c, err);
    if (status == FH_OK) status = check_withheld(org, &c, err);
    if (status == FH_OK) status = fh_chain_check_head(org, &c, err);
    fh_org_looked(org, mine);
    if (status == FH_OK) *n_faults = c.n_faults;
    return status;
}
