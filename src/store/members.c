/* members.c - which member belongs to which customer (see members.h).
 *
 * Only exceptions have rows: a member without one is its own customer. So a
 * million new customers write nothing here.
 */
#include "store/members.h"

#include "store/inside.h"

fh_status fh_counter_last(fh_org *org, const char *counter, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT last_given FROM counter WHERE name = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_text(s, 1, fh_str_of(counter));
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK) *out = row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_identities_version(fh_org *org, int64_t *out, fh_error *err)
{
    return fh_counter_last(org, "identity-change", out, err);
}

fh_status fh_identities_changed(fh_org *org, int64_t *now, fh_error *err)
{
    return fh_org_numbers(org, "identity-change", 1, now, err);
}

fh_status fh_member_now(fh_org *org, uint32_t member, uint32_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    uint32_t customer = member;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT customer FROM identity_member WHERE member = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, member);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row) customer = (uint32_t)fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    if (status == FH_OK) *out = customer;
    return status;
}

fh_status fh_member_customer(fh_org *org, uint32_t member, uint32_t *out, fh_error *err)
{
    int64_t last = 0;
    const fh_status status = fh_counter_last(org, "member", &last, err);
    if (status == FH_OK && (member == 0 || member > last))
        return fh_fail(err, FH_NOTFOUND, "there is no customer number %u", member);
    return status == FH_OK ? fh_member_now(org, member, out, err) : status;
}

typedef struct members {
    uint32_t *ptr;
    size_t n, cap;
} members;

static bool push(fh_arena *arena, members *m, uint32_t member)
{
    if (m->n == m->cap) {
        const size_t cap = m->cap ? m->cap * 2 : 8;
        uint32_t *bigger = FH_NEW_ARRAY(arena, uint32_t, cap);
        if (!bigger) return false;
        for (size_t i = 0; i < m->n; i++) bigger[i] = m->ptr[i];
        m->ptr = bigger;
        m->cap = cap;
    }
    m->ptr[m->n++] = member;
    return true;
}

fh_status fh_customer_members(fh_org *org, uint32_t customer, fh_arena *arena, const uint32_t **out,
                              size_t *n, fh_error *err)
{
    members m = {0};
    fh_stmt *s = NULL;
    bool row = true;
    uint32_t now = 0;
    fh_status status = fh_member_customer(org, customer, &now, err);
    bool self = status == FH_OK && now == customer; /* stands in the list without a row */
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "SELECT member FROM identity_member WHERE customer = $1 "
                               "ORDER BY member",
                               &s, err);
    if (status == FH_OK) fh_stmt_bind_i64(s, 1, customer);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        const uint32_t member = (uint32_t)fh_stmt_i64(s, 0);
        if (self && member > customer) {
            self = false;
            if (!push(arena, &m, customer)) status = fh_no_memory(err);
        }
        if (!push(arena, &m, member)) status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    if (status == FH_OK && self && !push(arena, &m, customer)) status = fh_no_memory(err);
    if (status == FH_OK) {
        *out = m.ptr;
        *n = m.n;
    }
    return status;
}

fh_status fh_member_map(fh_org *org, uint32_t member, uint32_t customer, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        fh_org_db(org),
        member == customer ? "DELETE FROM identity_member WHERE member = $1"
                           : "INSERT INTO identity_member (member, customer) VALUES ($1, $2) "
                             "ON CONFLICT (member) DO UPDATE SET customer = excluded.customer",
        &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, member);
        if (member != customer) fh_stmt_bind_i64(s, 2, customer);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}
