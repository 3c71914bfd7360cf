/* erasing.c - who is erased: identifiers, members, merge log, suggestions, problems.
 *
 * The tombstones come first: should anything fail after that, the list beside
 * the file already says who must go, and the next opening for writing does it.
 */
#include "base/intern.h"
#include "store/consent_rows.h"
#include "store/find_rows.h"
#include "store/identities.h"
#include "store/inside.h"
#include "store/members.h"
#include "store/named.h"
#include "store/people.h"
#include "store/receipts.h"
#include "store/records.h"
#include "store/segments.h"
#include "store/standing.h"
#include "store/tombstones.h"

#include <string.h>

static fh_status run_with(fh_org *org, const char *sql, int64_t value, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org), sql, &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, value);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status bury(fh_org *org, uint32_t customer, fh_arena *arena, fh_error *err)
{
    const fh_identity *list = NULL;
    size_t n = 0;
    fh_tomb_key key;
    fh_status status = fh_tomb_key_get(org, true, &key, err);
    if (status == FH_OK) status = fh_identity_of(org, customer, arena, &list, &n, err);
    if (status != FH_OK) return status;
    fh_tomb *tombs = FH_NEW_ARRAY(arena, fh_tomb, n ? n : 1);
    if (!tombs) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) tombs[i] = fh_tombstone(&key, list[i].kind, list[i].value);
    return fh_tombstones_put(org, tombs, n, err);
}

/* Problems are found through the story: they need no index of their own. */
static fh_status drop_problems(fh_org *org, uint32_t customer, const uint32_t *members, size_t n,
                               fh_arena *arena, fh_error *err)
{
    const fh_told *told = NULL;
    size_t n_told = 0;
    fh_stmt *s = NULL;
    fh_status status = fh_store_story(org, customer, arena, &told, &n_told, err);
    if (status == FH_NOTFOUND) return FH_OK;
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "DELETE FROM problem WHERE problem = $1 AND member = $2", &s, err);
    for (size_t i = 0; i < n_told && status == FH_OK; i++) {
        if (told[i].problem == 0 || (i && told[i].problem == told[i - 1].problem)) continue;
        for (size_t k = 0; k < n && status == FH_OK; k++) {
            fh_stmt_bind_i64(s, 1, told[i].problem);
            fh_stmt_bind_i64(s, 2, members[k]);
            status = fh_stmt_run(s, err);
        }
    }
    fh_stmt_done(s);
    return status;
}

static fh_status erase_member(fh_org *org, uint32_t member, fh_error *err)
{
    static const char *const sql[] = {
        "UPDATE identity_merge SET why = '' WHERE from_customer = $1 OR into_customer = $1",
        "DELETE FROM identity_merge_member WHERE member = $1",
        "DELETE FROM identity_suggestion WHERE a = $1 OR b = $1",
    };
    fh_status status = fh_named_remove(org, member, err);
    if (status == FH_OK) status = fh_consent_forget(org, member, err);
    if (status == FH_OK) status = fh_receipts_erase(org, member, err);
    if (status == FH_OK) status = fh_find_erase(org, member, err);
    for (size_t i = 0; i < sizeof sql / sizeof sql[0] && status == FH_OK; i++)
        status = run_with(org, sql[i], member, err);
    return status == FH_OK ? fh_member_map(org, member, 0, err) : status;
}

/* What people wrote about it, by all its identifiers. */
static fh_status erase_in_records(fh_org *org, uint32_t customer, fh_arena *arena, fh_error *err)
{
    const fh_identity *known = NULL;
    size_t n = 0;
    const fh_status status = fh_identity_of(org, customer, arena, &known, &n, err);
    if (status != FH_OK) return status;
    fh_str *text = FH_NEW_ARRAY(arena, fh_str, n + 1);
    if (!text) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) text[i] = known[i].value;
    return fh_records_forget_customer(org, customer, text, n, err);
}

static fh_status erase_inside(fh_org *org, uint32_t customer, fh_arena *arena, fh_error *err)
{
    const uint32_t *members = NULL;
    size_t n = 0;
    int64_t now = 0;
    fh_status status = fh_customer_members(org, customer, arena, &members, &n, err);
    if (status == FH_OK && n == 0)
        status = fh_fail(err, FH_NOTFOUND, "#%u is no customer (now)", customer);
    if (status == FH_OK) status = erase_in_records(org, customer, arena, err);
    if (status == FH_OK) status = bury(org, customer, arena, err);
    if (status == FH_OK) status = drop_problems(org, customer, members, n, arena, err);
    if (status == FH_OK) status = fh_people_forget_customer(org, customer, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) status = erase_member(org, members[i], err);
    if (status == FH_OK) status = fh_standing_put(org, NULL, 0, err); /* counted with them */
    if (status == FH_OK) status = fh_identities_changed(org, &now, err);
    return status;
}

fh_status fh_identity_erase(fh_org *org, uint32_t customer, fh_error *err)
{
    bool mine = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        fh_org_erases(org);
        status = erase_inside(org, customer, arena, err);
        status = fh_org_leave(org, mine, status, err);
    }
    fh_arena_free(arena);
    return status;
}

/* ---- Erasing again -------------------------------------------------------------------------- */

typedef struct listed {
    fh_org *org;
    fh_arena *arena;
    fh_tomb_key key;
    fh_intern *in_file, *missing;
    uint32_t kind; /* the one looked at last */
    fh_str kind_name;
    uint32_t *customer; /* [n] to be erased */
    size_t n, cap;
} listed;

static fh_status note_in_file(void *ctx, fh_str hash, fh_error *err)
{
    listed *l = ctx;
    return fh_intern_add(l->in_file, hash, fh_intern_hash(hash)) ? FH_OK : fh_no_memory(err);
}

static fh_status note_missing(void *ctx, fh_str hash, fh_error *err)
{
    listed *l = ctx;
    const uint64_t h = fh_intern_hash(hash);
    if (fh_intern_find(l->in_file, hash, h)) return FH_OK;
    return fh_intern_add(l->missing, hash, h) ? FH_OK : fh_no_memory(err);
}

static fh_status note_customer(listed *l, uint32_t member, fh_error *err)
{
    uint32_t customer = 0;
    const fh_status status = fh_member_customer(l->org, member, &customer, err);
    if (status != FH_OK || customer == 0) return status;
    for (size_t i = 0; i < l->n; i++)
        if (l->customer[i] == customer) return FH_OK;
    if (l->n == l->cap) {
        const size_t cap = l->cap ? 2 * l->cap : 16;
        uint32_t *bigger = FH_NEW_ARRAY(l->arena, uint32_t, cap);
        if (!bigger) return fh_no_memory(err);
        if (l->n) memcpy(bigger, l->customer, l->n * sizeof *bigger);
        l->customer = bigger;
        l->cap = cap;
    }
    l->customer[l->n++] = customer;
    return FH_OK;
}

static fh_status name_kind(listed *l, uint32_t kind, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    if (l->kind == kind) return FH_OK;
    fh_status status =
        fh_db_prepare(fh_org_db(l->org), "SELECT name FROM identity_kind WHERE kind = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, kind);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row && !fh_arena_str(l->arena, fh_stmt_text(s, 0), &l->kind_name))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    if (status == FH_OK) l->kind = kind;
    return status;
}

static fh_status if_listed(void *ctx, const fh_named *named, fh_error *err)
{
    listed *l = ctx;
    const fh_status status = name_kind(l, named->kind, err);
    if (status != FH_OK) return status;
    const fh_tomb tomb = fh_tombstone(&l->key, l->kind_name, named->value);
    const fh_str hash = {tomb.hex, sizeof tomb.hex};
    if (!fh_intern_find(l->missing, hash, fh_intern_hash(hash))) return FH_OK;
    return note_customer(l, named->member, err);
}

static fh_status keep_missing(const listed *l, fh_error *err)
{
    const uint32_t n = fh_intern_count(l->missing);
    fh_tomb *tombs = FH_NEW_ARRAY(l->arena, fh_tomb, n);
    if (!tombs) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++)
        memcpy(tombs[i].hex, fh_intern_text(l->missing, i + 1).ptr, sizeof tombs[i].hex);
    return fh_tombstones_keep(l->org, tombs, n, err);
}

static fh_status erase_listed(listed *l, fh_error *err)
{
    uint64_t n_cut = 0;
    bool mine = false;
    fh_status status = fh_tomb_key_get(l->org, false, &l->key, err);
    if (status == FH_OK)
        status = fh_named_each(l->org, 0, UINT32_MAX, if_listed, l, err);
    else if (status == FH_NOTFOUND)
        return FH_OK; /* nobody was ever known here */
    if (status == FH_OK) status = fh_org_enter(l->org, &mine, err);
    if (status != FH_OK) return status;
    if (l->n) fh_org_erases(l->org);
    for (size_t i = 0; i < l->n && status == FH_OK; i++) {
        status = fh_identity_erase(l->org, l->customer[i], err);
        if (status == FH_OK) status = fh_store_cut(l->org, l->customer[i], &n_cut, err);
    }
    if (status == FH_OK) status = keep_missing(l, err);
    return fh_org_leave(l->org, mine, status, err);
}

fh_status fh_tombstones_apply(fh_org *org, fh_error *err)
{
    listed l = {.org = org, .arena = fh_arena_new(NULL)};
    l.in_file = fh_intern_new(NULL);
    l.missing = fh_intern_new(NULL);
    fh_status status = l.arena && l.in_file && l.missing ? FH_OK : fh_no_memory(err);
    if (status == FH_OK) status = fh_tombstones_each(org, note_in_file, &l, err);
    if (status == FH_OK) status = fh_tombstones_listed(org, note_missing, &l, err);
    if (status == FH_OK && fh_intern_count(l.missing)) status = erase_listed(&l, err);
    fh_intern_free(l.in_file);
    fh_intern_free(l.missing);
    fh_arena_free(l.arena);
    return status;
}
