/* receipts.c - rows of receipts (see receipts.h). */
#include "store/receipts.h"

#include "store/args.h"
#include "store/inside.h"
#include "store/members.h"

#include <stdio.h>

fh_status fh_receipt_put(fh_org *org, const fh_receipt *r, fh_error *err)
{
    return FH_DO(fh_org_db(org),
                 "INSERT INTO story_receipt (member, person, upto_ms, at_ms) "
                 "VALUES ($1, $2, $3, $4) ON CONFLICT (member, person) DO UPDATE SET "
                 "upto_ms = excluded.upto_ms, at_ms = excluded.at_ms",
                 NULL, err, fh_arg_int(r->member), fh_arg_int(r->person), fh_arg_int(r->upto_ms),
                 fh_arg_int(r->at_ms));
}

fh_status fh_receipts_erase(fh_org *org, uint32_t member, fh_error *err)
{
    return FH_DO(fh_org_db(org), "DELETE FROM story_receipt WHERE member = $1", NULL, err,
                 fh_arg_int(member));
}

static fh_status drop_inside(fh_org *org, uint32_t customer, uint32_t person, fh_arena *arena,
                             bool *any, fh_error *err)
{
    const uint32_t *member = NULL;
    size_t n = 0;
    fh_status status = fh_customer_members(org, customer, arena, &member, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        bool gone = false;
        status = FH_DO(fh_org_db(org),
                       "DELETE FROM story_receipt WHERE member = $1 AND person = $2 "
                       "RETURNING person",
                       &gone, err, fh_arg_int(member[i]), fh_arg_int(person));
        *any = *any || gone;
    }
    return status;
}

fh_status fh_receipt_drop(fh_org *org, uint32_t customer, uint32_t person, bool *any, fh_error *err)
{
    bool mine = false, found = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = fh_org_enter(org, &mine, err);
    if (status == FH_OK) {
        status = drop_inside(org, customer, person, arena, &found, err);
        status = fh_org_leave(org, mine, status, err);
    }
    fh_arena_free(arena);
    if (status == FH_OK) *any = found;
    return status;
}

/* ---- Reading ------------------------------------------------------------------------- */

typedef struct receipts {
    fh_receipt *ptr; /* [n], the latest first, one a person */
    size_t n, cap;
} receipts;

static fh_status keep(receipts *all, fh_arena *arena, const fh_receipt *r, fh_error *err)
{
    size_t at = 0;
    while (at < all->n && all->ptr[at].person != r->person) at++;
    if (at < all->n && all->ptr[at].at_ms >= r->at_ms) return FH_OK;
    if (at == all->n) {
        if (all->n == all->cap) {
            const size_t cap = all->cap ? 2 * all->cap : 8;
            fh_receipt *wider = FH_NEW_ARRAY(arena, fh_receipt, cap);
            if (!wider) return fh_no_memory(err);
            for (size_t i = 0; i < all->n; i++) wider[i] = all->ptr[i];
            all->ptr = wider;
            all->cap = cap;
        }
        all->n++;
    }
    while (at > 0 && all->ptr[at - 1].at_ms < r->at_ms) {
        all->ptr[at] = all->ptr[at - 1];
        at--;
    }
    all->ptr[at] = *r;
    return FH_OK;
}

static fh_status rows_of(fh_org *org, uint32_t member, fh_arena *arena, receipts *all,
                         fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org),
                              "SELECT person, upto_ms, at_ms FROM story_receipt "
                              "WHERE member = $1 ORDER BY person",
                              &s, &row, err, fh_arg_int(member));
    while (status == FH_OK && row) {
        const fh_receipt r = {.member = member,
                              .person = (uint32_t)fh_stmt_i64(s, 0),
                              .upto_ms = fh_stmt_i64(s, 1),
                              .at_ms = fh_stmt_i64(s, 2)};
        status = keep(all, arena, &r, err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_receipt_rows(fh_org *org, uint32_t customer, fh_arena *arena, const fh_receipt **out,
                          size_t *n, fh_error *err)
{
    const uint32_t *member = NULL;
    size_t n_members = 0;
    receipts all = {0};
    fh_status status = fh_customer_members(org, customer, arena, &member, &n_members, err);
    for (size_t i = 0; i < n_members && status == FH_OK; i++)
        status = rows_of(org, member[i], arena, &all, err);
    if (status != FH_OK) return status;
    *out = all.ptr;
    *n = all.n;
    return FH_OK;
}

/* ---- Checking ------------------------------------------------------------------------ */

static fh_status tell_all(fh_org *org, const char *sql, const fh_arg *args, unsigned n_args,
                          const char *what, fh_receipt_fault *fault, void *ctx, fh_error *err)
{
    char sentence[200];
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_ask(fh_org_db(org), sql, args, n_args, &s, &row, err);
    while (status == FH_OK && row) {
        (void)snprintf(sentence, sizeof sentence,
                       "receipt of customer #%lld by person %lld: %s; restore the file from a "
                       "backup, or have the story read again",
                       (long long)fh_stmt_i64(s, 0), (long long)fh_stmt_i64(s, 1), what);
        fault(ctx, sentence);
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_receipts_check(fh_org *org, fh_receipt_fault *fault, void *ctx, fh_error *err)
{
    int64_t last = 0;
    fh_status status = fh_counter_last(org, "member", &last, err);
    const fh_arg args[] = {fh_arg_int(last)};
    if (status == FH_OK)
        status = tell_all(org,
                          "SELECT r.member, r.person FROM story_receipt r WHERE r.member < 1 OR "
                          "r.member > $1 OR EXISTS (SELECT 1 FROM identity_member m WHERE "
                          "m.member = r.member AND m.customer = 0) ORDER BY r.member, r.person",
                          args, 1, "there is no such customer, or it was erased", fault, ctx, err);
    if (status == FH_OK)
        status = tell_all(org,
                          "SELECT r.member, r.person FROM story_receipt r WHERE NOT EXISTS "
                          "(SELECT 1 FROM person p WHERE p.person = r.person) "
                          "ORDER BY r.member, r.person",
                          NULL, 0, "there is no such person", fault, ctx, err);
    return status;
}
