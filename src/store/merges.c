/* merges.c - two customers that are one: merging and undoing.
 *
 * A merge maps every member of one customer to the other and moves the stories;
 * the log keeps which members it moved, so that undoing maps exactly those back
 * that are still where the merge put them. Interactions carry their member, so
 * what arrived in between goes back with the member it arrived under. An identifier that
 * only one customer can have must not come to be two customers' by undoing (its kind may
 * have become unique while they were one): then nothing is undone.
 */
#include "store/inside.h"
#include "store/members.h"
#include "store/named.h"
#include "store/segments.h"

static fh_status log_merge(fh_org *org, uint32_t from, uint32_t into, fh_str why, int64_t *number,
                           fh_error *err)
{
    fh_stmt *s = NULL;
    const fh_os *os = fh_org_os(org);
    fh_status status = fh_org_numbers(org, "identity-merge", 1, number, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO identity_merge (merge_number, from_customer, "
                               "into_customer, at_ms, why, undone) VALUES ($1, $2, $3, $4, $5, 0)",
                               &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, *number);
        fh_stmt_bind_i64(s, 2, from);
        fh_stmt_bind_i64(s, 3, into);
        fh_stmt_bind_i64(s, 4, os->now_ms(os->ctx));
        fh_stmt_bind_text(s, 5, why);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status log_member(fh_org *org, int64_t number, uint32_t member, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "INSERT INTO identity_merge_member (merge_number, member) VALUES ($1, $2)",
        &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, number);
        fh_stmt_bind_i64(s, 2, member);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status must_be_customer(fh_org *org, uint32_t customer, fh_error *err)
{
    uint32_t now = 0;
    const fh_status status = fh_member_customer(org, customer, &now, err);
    if (status != FH_OK || now == customer) return status;
    if (now == 0) return fh_fail(err, FH_NOTFOUND, "customer #%u was erased", customer);
    return fh_fail(err, FH_CONFLICT, "#%u is part of customer #%u already", customer, now);
}

/* A customer may have no story: identifiers alone are fine. */
static fh_status move_story(fh_org *org, uint32_t from, uint32_t into, fh_error *err)
{
    const fh_status status = fh_store_move_story(org, from, into, err);
    return status == FH_NOTFOUND ? FH_OK : status;
}

static fh_status merge_inside(fh_org *org, fh_arena *arena, uint32_t from, uint32_t into,
                              fh_str why, int64_t *number, fh_error *err)
{
    const uint32_t *members = NULL;
    size_t n = 0;
    int64_t now = 0;
    fh_status status = must_be_customer(org, from, err);
    if (status == FH_OK) status = must_be_customer(org, into, err);
    if (status == FH_OK) status = fh_customer_members(org, from, arena, &members, &n, err);
    if (status == FH_OK) status = log_merge(org, from, into, why, number, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        status = log_member(org, *number, members[i], err);
        if (status == FH_OK) status = fh_member_map(org, members[i], into, err);
    }
    if (status == FH_OK) status = move_story(org, from, into, err);
    if (status == FH_OK) status = fh_identities_changed(org, &now, err);
    return status;
}

fh_status fh_identity_merge(fh_org *org, uint32_t from, uint32_t into, fh_str why, int64_t *merge,
                            fh_error *err)
{
    bool mine = false;
    int64_t number = 0;
    if (from == into)
        return fh_fail(err, FH_INVALID, "customer #%u cannot be merged with itself", from);
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        status = merge_inside(org, arena, from, into, why, &number, err);
        status = fh_org_leave(org, mine, status, err);
    }
    fh_arena_free(arena);
    if (status == FH_OK) *merge = number;
    return status;
}

/* ---- Undoing ------------------------------------------------------------------------------ */

static fh_status find_merge(fh_org *org, int64_t number, fh_merge *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT from_customer, into_customer, undone "
                                     "FROM identity_merge WHERE merge_number = $1",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, number);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row)
        *out = (fh_merge){.merge = number,
                          .from = (uint32_t)fh_stmt_i64(s, 0),
                          .into = (uint32_t)fh_stmt_i64(s, 1),
                          .undone = fh_stmt_i64(s, 2) != 0};
    fh_stmt_done(s);
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no merge number %lld", (long long)number);
    return status;
}

/* The members a merge moved that are still with `customer`. */
static fh_status moved_members(fh_org *org, int64_t number, uint32_t customer, fh_arena *arena,
                               uint32_t **out, size_t *n, fh_error *err)
{
    const uint32_t *with = NULL;
    size_t n_with = 0;
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_customer_members(org, customer, arena, &with, &n_with, err);
    uint32_t *list = FH_NEW_ARRAY(arena, uint32_t, n_with ? n_with : 1);
    if (status == FH_OK && !list) status = fh_no_memory(err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "SELECT 1 FROM identity_merge_member WHERE merge_number = $1 "
                               "AND member = $2",
                               &s, err);
    *n = 0;
    for (size_t i = 0; i < n_with && status == FH_OK; i++) {
        fh_stmt_bind_i64(s, 1, number);
        fh_stmt_bind_i64(s, 2, with[i]);
        status = fh_stmt_step(s, &row, err);
        if (status == FH_OK && row) list[(*n)++] = with[i];
        fh_stmt_reset(s);
    }
    fh_stmt_done(s);
    *out = list;
    return status;
}

static fh_status mark_undone(fh_org *org, int64_t number, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "UPDATE identity_merge SET undone = 1 WHERE merge_number = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, number);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status split_story(fh_org *org, uint32_t holder, const uint32_t *members, size_t n,
                             uint32_t to, fh_error *err)
{
    const fh_status status = fh_store_split_story(org, holder, members, n, to, err);
    return status == FH_NOTFOUND ? FH_OK : status; /* no interactions at all */
}

typedef struct apart {
    fh_org *org;
    fh_arena *arena;
    uint32_t customer; /* that is one of its own again */
    const fh_id_kind *kind;
    const uint32_t *id; /* [n] of kinds */
    size_t n;
} apart;

static fh_status belongs_to_two(const fh_id_kind *kind, uint32_t one, uint32_t other, fh_error *err)
{
    (void)fh_fail(err, FH_CONFLICT,
                  "undoing it would leave customers #%u and #%u with the same %.*s, which only one "
                  "can have",
                  one < other ? one : other, one < other ? other : one, FH_STR_ARG(kind->name));
    return fh_hint(err, FH_CONFLICT,
                   "Say first that several may have the same (firsthand identify --kind "
                   "%.*s=shared), or leave them together.",
                   FH_STR_ARG(kind->name));
}

static fh_status look_whose(void *ctx, const fh_named *named, fh_error *err)
{
    const apart *a = ctx;
    const uint32_t *members = NULL;
    size_t i = 0, n = 0;
    while (i < a->n && a->id[i] != named->kind) i++;
    if (i == a->n || a->kind[i].shared) return FH_OK;
    fh_status s = fh_named_find(a->org, named->kind, named->value, a->arena, &members, &n, err);
    for (size_t m = 0; m < n && !s; m++) {
        uint32_t with = 0;
        s = fh_member_customer(a->org, members[m], &with, err);
        if (!s && with && with != a->customer)
            return belongs_to_two(&a->kind[i], a->customer, with, err);
    }
    return s;
}

/* FH_CONFLICT when `customer`, with these members again, has a unique identifier that
 * another customer has as well. */
static fh_status can_be_apart(fh_org *org, fh_arena *arena, uint32_t customer,
                              const uint32_t *members, size_t n, fh_error *err)
{
    apart a = {.org = org, .arena = arena, .customer = customer};
    fh_status s = fh_identity_kinds_by_id(org, arena, &a.kind, &a.id, &a.n, err);
    for (size_t i = 0; i < n && !s; i++)
        s = fh_named_each(org, members[i], members[i], look_whose, &a, err);
    return s;
}

static fh_status unmerge_inside(fh_org *org, fh_arena *arena, int64_t number, fh_error *err)
{
    fh_merge m = {0};
    uint32_t holder = 0;
    uint32_t *members = NULL;
    size_t n = 0;
    int64_t now = 0;
    fh_status status = find_merge(org, number, &m, err);
    if (status == FH_OK && m.undone)
        status =
            fh_fail(err, FH_CONFLICT, "merge number %lld was undone before", (long long)number);
    if (status == FH_OK) status = fh_member_customer(org, m.into, &holder, err);
    if (status == FH_OK && holder == 0)
        status = fh_fail(err, FH_NOTFOUND, "customer #%u was erased", m.into);
    if (status == FH_OK) status = moved_members(org, number, holder, arena, &members, &n, err);
    if (status == FH_OK && n == 0)
        status = fh_fail(err, FH_CONFLICT, "nothing of merge number %lld is left to undo",
                         (long long)number);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = fh_member_map(org, members[i], m.from, err);
    if (status == FH_OK) status = can_be_apart(org, arena, m.from, members, n, err);
    if (status == FH_OK) status = split_story(org, holder, members, n, m.from, err);
    if (status == FH_OK) status = mark_undone(org, number, err);
    if (status == FH_OK) status = fh_identities_changed(org, &now, err);
    return status;
}

fh_status fh_identity_unmerge(fh_org *org, int64_t merge, fh_error *err)
{
    bool mine = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        status = unmerge_inside(org, arena, merge, err);
        status = fh_org_leave(org, mine, status, err);
    }
    fh_arena_free(arena);
    return status;
}

/* ---- Lists ---------------------------------------------------------------------------------- */

fh_status fh_identity_merges(fh_org *org, fh_arena *arena, const fh_merge **out, size_t *n,
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    int64_t last = 0;
    size_t count = 0;
    fh_merge *list = NULL;
    fh_status status = fh_counter_last(org, "identity-merge", &last, err);
    if (status == FH_OK && !(list = FH_NEW_ARRAY(arena, fh_merge, (size_t)last + 1)))
        status = fh_no_memory(err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "SELECT merge_number, from_customer, into_customer, at_ms, why, "
                               "undone FROM identity_merge ORDER BY merge_number",
                               &s, err);
    while (status == FH_OK && count < (size_t)last) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        fh_merge *m = &list[count++];
        *m = (fh_merge){.merge = fh_stmt_i64(s, 0),
                        .from = (uint32_t)fh_stmt_i64(s, 1),
                        .into = (uint32_t)fh_stmt_i64(s, 2),
                        .at_ms = fh_stmt_i64(s, 3),
                        .undone = fh_stmt_i64(s, 5) != 0};
        if (!fh_arena_str(arena, fh_stmt_text(s, 4), &m->why)) status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = count;
    return FH_OK;
}
