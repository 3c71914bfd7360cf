/* people.c - rows of people and departments. */
#include "store/people.h"

#include "store/args.h"
#include "store/inside.h"
#include "store/members.h"

#include <string.h>

#define PERSON                                                                       \
    "person, external_id, name, email, department, level, manager, started, roles, " \
    "customer, active, made_ms, changed_ms, version"
#define DEPARTMENT "department, external_id, name, parent, customer, known_as, active, version"

static fh_status read_person(fh_stmt *s, fh_arena *arena, fh_person *out, fh_error *err)
{
    fh_person p = {.person = (uint32_t)fh_stmt_i64(s, 0),
                   .department = (uint32_t)fh_stmt_i64(s, 4),
                   .manager = (uint32_t)fh_stmt_i64(s, 6),
                   .roles = (uint32_t)fh_stmt_i64(s, 8),
                   .customer = (uint32_t)fh_stmt_i64(s, 9),
                   .active = fh_stmt_i64(s, 10) != 0,
                   .made_ms = fh_stmt_i64(s, 11),
                   .changed_ms = fh_stmt_i64(s, 12),
                   .version = fh_stmt_i64(s, 13)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 1), &p.external_id) ||
        !fh_arena_str(arena, fh_stmt_text(s, 2), &p.name) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &p.email) ||
        !fh_arena_str(arena, fh_stmt_text(s, 5), &p.level) ||
        !fh_arena_str(arena, fh_stmt_text(s, 7), &p.started))
        return fh_no_memory(err);
    *out = p;
    return FH_OK;
}

fh_status fh_person_row(fh_org *org, uint32_t person, fh_arena *arena, fh_person *out,
                        fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), "SELECT " PERSON " FROM person WHERE person = $1", &s,
                              &row, err, fh_arg_int(person));
    if (status == FH_OK && row) status = read_person(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no person number %u", person);
    return status;
}

static fh_status person_by(fh_org *org, const char *sql, fh_str value, fh_arena *arena,
                           fh_person *out, bool *there, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = FH_ASK(fh_org_db(org), sql, &s, &row, err, fh_arg_text(value));
    if (status == FH_OK && row) status = read_person(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK) *there = row;
    return status;
}

fh_status fh_person_by_email(fh_org *org, fh_str email, fh_arena *arena, fh_person *out,
                             bool *there, fh_error *err)
{
    return person_by(org, "SELECT " PERSON " FROM person WHERE email = $1", email, arena, out,
                     there, err);
}

fh_status fh_person_by_external(fh_org *org, fh_str external_id, fh_arena *arena, fh_person *out,
                                bool *there, fh_error *err)
{
    return person_by(org, "SELECT " PERSON " FROM person WHERE external_id = $1", external_id,
                     arena, out, there, err);
}

fh_status fh_person_rows(fh_org *org, uint32_t after, size_t max, fh_arena *arena, fh_person **out,
                         size_t *n, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0, cap = max < 64 ? max : 64;
    fh_person *list = FH_NEW_ARRAY(arena, fh_person, cap ? cap : 1);
    if (!list) return fh_no_memory(err);
    fh_status status = FH_ASK(
        fh_org_db(org), "SELECT " PERSON " FROM person WHERE person > $1 ORDER BY person LIMIT $2",
        &s, &row, err, fh_arg_int(after),
        fh_arg_int(max > FH_PEOPLE_MAX ? FH_PEOPLE_MAX : (int64_t)max));
    while (status == FH_OK && row) {
        if (got == cap) {
            fh_person *wider = FH_NEW_ARRAY(arena, fh_person, cap * 2);
            if (!wider) {
                status = fh_no_memory(err);
                break;
            }
            for (size_t i = 0; i < got; i++) wider[i] = list[i];
            list = wider;
            cap *= 2;
        }
        status = read_person(s, arena, &list[got++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

static fh_status is_taken(fh_org *org, const char *sql, fh_str value, uint32_t number,
                          const char *what, fh_error *err)
{
    bool any = false;
    if (!value.len) return FH_OK;
    const fh_status status =
        FH_DO(fh_org_db(org), sql, &any, err, fh_arg_text(value), fh_arg_int(number));
    if (status != FH_OK || !any) return status;
    return fh_fail(err, FH_CONFLICT, "%s '%.*s' is taken already", what, FH_STR_ARG(value));
}

static fh_status person_is_unique(fh_org *org, const fh_person *p, fh_error *err)
{
    fh_status status = is_taken(org, "SELECT 1 FROM person WHERE email = $1 AND person <> $2",
                                p->email, p->person, "the e-mail address", err);
    if (status == FH_OK)
        status = is_taken(org, "SELECT 1 FROM person WHERE external_id = $1 AND person <> $2",
                          p->external_id, p->person, "the id", err);
    return status;
}

fh_status fh_person_insert(fh_org *org, fh_person *p, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    bool mine = false;
    int64_t number = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    p->person = 0;
    status = person_is_unique(org, p, err);
    if (status == FH_OK) status = fh_org_numbers(org, "person", 1, &number, err);
    if (status == FH_OK && number > FH_PEOPLE_MAX)
        status = fh_fail(err, FH_LIMIT, "there are more than %d people", FH_PEOPLE_MAX);
    const int64_t now = os->now_ms(os->ctx);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "INSERT INTO person (" PERSON ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                       "$9, $10, $11, $12, $12, 1)",
                       NULL, err, fh_arg_int(number), fh_arg_text_or_null(p->external_id),
                       fh_arg_text(p->name), fh_arg_text_or_null(p->email),
                       fh_arg_int(p->department), fh_arg_text(p->level), fh_arg_int(p->manager),
                       fh_arg_text(p->started), fh_arg_int(p->roles), fh_arg_int(p->customer),
                       fh_arg_int(p->active), fh_arg_int(now));
    status = fh_org_leave(org, mine, status, err);
    if (status != FH_OK) return status;
    p->person = (uint32_t)number;
    p->made_ms = p->changed_ms = now;
    p->version = 1;
    return FH_OK;
}

static fh_status changed_meanwhile(fh_error *err, const char *what, uint32_t number)
{
    (void)fh_fail(err, FH_STALE, "%s %u was changed by somebody else in the meantime", what,
                  number);
    return fh_hint(err, FH_STALE, "Look at it again and repeat your change.");
}

fh_status fh_person_update(fh_org *org, fh_person *p, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t now = os->now_ms(os->ctx);
    bool mine = false, any = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = person_is_unique(org, p, err);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "UPDATE person SET external_id = $2, name = $3, email = $4, department = "
                       "$5, level = $6, manager = $7, started = $8, roles = $9, customer = $10, "
                       "active = $11, changed_ms = $12, version = version + 1 WHERE person = $1 "
                       "AND version = $13 RETURNING person",
                       &any, err, fh_arg_int(p->person), fh_arg_text_or_null(p->external_id),
                       fh_arg_text(p->name), fh_arg_text_or_null(p->email),
                       fh_arg_int(p->department), fh_arg_text(p->level), fh_arg_int(p->manager),
                       fh_arg_text(p->started), fh_arg_int(p->roles), fh_arg_int(p->customer),
                       fh_arg_int(p->active), fh_arg_int(now), fh_arg_int(p->version));
    if (status == FH_OK && !any) status = changed_meanwhile(err, "person", p->person);
    status = fh_org_leave(org, mine, status, err);
    if (status != FH_OK) return status;
    p->changed_ms = now;
    p->version++;
    return FH_OK;
}

fh_status fh_person_count_role(fh_org *org, uint32_t role_bit, uint64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org), "SELECT COUNT(*) FROM person WHERE active = 1 AND (roles & $1) <> 0",
               &s, &row, err, fh_arg_int(role_bit));
    if (status == FH_OK && row) *out = (uint64_t)fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    return status;
}

fh_status fh_person_leading(fh_org *org, uint32_t department, uint32_t role_bits, uint32_t but,
                            uint32_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    const fh_status status =
        FH_ASK(fh_org_db(org),
               "SELECT person FROM person WHERE department = $1 AND active = 1 AND (roles & $2) <> "
               "0 AND person <> $3 ORDER BY person LIMIT 1",
               &s, &row, err, fh_arg_int(department), fh_arg_int(role_bits), fh_arg_int(but));
    if (status == FH_OK) *out = row ? (uint32_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_people_forget_customer(fh_org *org, uint32_t customer, fh_error *err)
{
    fh_status status = FH_DO(fh_org_db(org),
                             "UPDATE person SET customer = 0, version = version + 1 "
                             "WHERE customer = $1",
                             NULL, err, fh_arg_int(customer));
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "UPDATE department SET customer = 0, version = version + 1 "
                       "WHERE customer = $1",
                       NULL, err, fh_arg_int(customer));
    return status;
}

fh_status fh_people_customers(fh_org *org, bool inside, fh_arena *arena, fh_bitset *out,
                              fh_error *err)
{
    int64_t last = 0;
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_counter_last(org, "member", &last, err);
    const uint32_t n = (uint32_t)last + 1;
    uint64_t *bits = status ? NULL : FH_NEW_ARRAY(arena, uint64_t, (size_t)n / 64 + 1);
    if (!status && !bits) status = fh_no_memory(err);
    if (status) return status;
    if (!inside) memset(bits, 0xff, ((size_t)n / 64 + 1) * sizeof *bits);
    status = FH_ASK(fh_org_db(org),
                    "SELECT DISTINCT coalesce(m.customer, x.customer) FROM (SELECT customer FROM "
                    "person UNION SELECT customer FROM department) x LEFT JOIN identity_member m "
                    "ON m.member = x.customer WHERE x.customer > $1",
                    &s, &row, err, fh_arg_int(0));
    while (status == FH_OK && row) {
        const int64_t customer = fh_stmt_i64(s, 0);
        if (customer > 0 && customer < n) {
            const uint64_t bit = UINT64_C(1) << (customer % 64);
            bits[customer / 64] = inside ? bits[customer / 64] | bit : bits[customer / 64] & ~bit;
        }
        status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    *out = (fh_bitset){.bits = bits, .n = n};
    return status;
}

/* ---- Departments ------------------------------------------------------------------------- */

static fh_status read_department(fh_stmt *s, fh_arena *arena, fh_department *out, fh_error *err)
{
    fh_department d = {.department = (uint32_t)fh_stmt_i64(s, 0),
                       .parent = (uint32_t)fh_stmt_i64(s, 3),
                       .customer = (uint32_t)fh_stmt_i64(s, 4),
                       .known_as = (uint32_t)fh_stmt_i64(s, 5),
                       .active = fh_stmt_i64(s, 6) != 0,
                       .version = fh_stmt_i64(s, 7)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 1), &d.external_id) ||
        !fh_arena_str(arena, fh_stmt_text(s, 2), &d.name))
        return fh_no_memory(err);
    *out = d;
    return FH_OK;
}

fh_status fh_department_row(fh_org *org, uint32_t department, fh_arena *arena, fh_department *out,
                            fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        FH_ASK(fh_org_db(org), "SELECT " DEPARTMENT " FROM department WHERE department = $1", &s,
               &row, err, fh_arg_int(department));
    if (status == FH_OK && row) status = read_department(s, arena, out, err);
    fh_stmt_done(s);
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no department number %u", department);
    return status;
}

fh_status fh_department_rows(fh_org *org, fh_arena *arena, fh_department **out, size_t *n,
                             fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    size_t got = 0, cap = 0;
    fh_status status =
        fh_db_ask(fh_org_db(org), "SELECT COUNT(*) FROM department", NULL, 0, &s, &row, err);
    if (status == FH_OK && row) cap = (size_t)fh_stmt_i64(s, 0);
    fh_stmt_done(s);
    s = NULL;
    if (status != FH_OK) return status;
    fh_department *list = FH_NEW_ARRAY(arena, fh_department, cap + 1);
    if (!list) return fh_no_memory(err);
    status =
        FH_ASK(fh_org_db(org), "SELECT " DEPARTMENT " FROM department ORDER BY department LIMIT $1",
               &s, &row, err, fh_arg_int((int64_t)cap));
    while (status == FH_OK && row && got < cap) {
        status = read_department(s, arena, &list[got++], err);
        if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = list;
    *n = got;
    return FH_OK;
}

static fh_status department_is_unique(fh_org *org, const fh_department *d, fh_error *err)
{
    fh_status status =
        is_taken(org, "SELECT 1 FROM department WHERE name = $1 AND department <> $2", d->name,
                 d->department, "the name", err);
    if (status == FH_OK)
        status =
            is_taken(org, "SELECT 1 FROM department WHERE external_id = $1 AND department <> $2",
                     d->external_id, d->department, "the id", err);
    return status;
}

fh_status fh_department_insert(fh_org *org, fh_department *d, fh_error *err)
{
    bool mine = false;
    int64_t number = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    d->department = 0;
    status = department_is_unique(org, d, err);
    if (status == FH_OK) status = fh_org_numbers(org, "department", 1, &number, err);
    if (status == FH_OK && number > FH_PEOPLE_MAX)
        status = fh_fail(err, FH_LIMIT, "there are too many departments");
    if (status == FH_OK)
        status =
            FH_DO(fh_org_db(org),
                  "INSERT INTO department (" DEPARTMENT ") VALUES ($1, $2, $3, $4, $5, $6, $7, 1)",
                  NULL, err, fh_arg_int(number), fh_arg_text_or_null(d->external_id),
                  fh_arg_text(d->name), fh_arg_int(d->parent), fh_arg_int(d->customer),
                  fh_arg_int(d->known_as), fh_arg_int(d->active));
    status = fh_org_leave(org, mine, status, err);
    if (status != FH_OK) return status;
    d->department = (uint32_t)number;
    d->version = 1;
    return FH_OK;
}

fh_status fh_department_update(fh_org *org, fh_department *d, fh_error *err)
{
    bool mine = false, any = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = department_is_unique(org, d, err);
    if (status == FH_OK)
        status = FH_DO(fh_org_db(org),
                       "UPDATE department SET external_id = $2, name = $3, parent = $4, customer "
                       "= $5, known_as = $6, active = $7, version = version + 1 WHERE department "
                       "= $1 AND version = $8 RETURNING department",
                       &any, err, fh_arg_int(d->department), fh_arg_text_or_null(d->external_id),
                       fh_arg_text(d->name), fh_arg_int(d->parent), fh_arg_int(d->customer),
                       fh_arg_int(d->known_as), fh_arg_int(d->active), fh_arg_int(d->version));
    if (status == FH_OK && !any) status = changed_meanwhile(err, "department", d->department);
    status = fh_org_leave(org, mine, status, err);
    if (status != FH_OK) return status;
    d->version++;
    return FH_OK;
}
