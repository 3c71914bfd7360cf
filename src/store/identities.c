/* identities.c - kinds of identifiers, and looking customers up. */
#include "store/identities.h"

#include "base/intern.h"
#include "base/sort.h"
#include "store/inside.h"
#include "store/members.h"
#include "store/named.h"
#include "store/normal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Kinds ------------------------------------------------------------------------------- */

typedef struct kinds {
    fh_id_kind *kind; /* [n] */
    uint32_t *id;     /* [n] */
    size_t n;
} kinds;

static fh_status count_rows(fh_org *org, const char *sql, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(fh_org_db(org), sql, &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK) *out = row ? fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

static fh_status load_kinds(fh_org *org, fh_arena *arena, kinds *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    int64_t n = 0;
    fh_status status = count_rows(org, "SELECT COUNT(*) FROM identity_kind", &n, err);
    if (status != FH_OK) return status;
    *out = (kinds){FH_NEW_ARRAY(arena, fh_id_kind, (size_t)n),
                   FH_NEW_ARRAY(arena, uint32_t, (size_t)n), 0};
    if (!out->kind || !out->id) return fh_no_memory(err);
    status = fh_db_prepare(fh_org_db(org),
                           "SELECT kind, name, shared FROM identity_kind ORDER BY kind", &s, err);
    while (status == FH_OK && out->n < (size_t)n) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        fh_id_kind *k = &out->kind[out->n];
        out->id[out->n++] = (uint32_t)fh_stmt_i64(s, 0);
        k->shared = fh_stmt_i64(s, 2) != 0;
        if (!fh_arena_str(arena, fh_stmt_text(s, 1), &k->name)) status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_identity_kinds(fh_org *org, fh_arena *arena, const fh_id_kind **out, size_t *n,
                            fh_error *err)
{
    kinds k;
    const fh_status status = load_kinds(org, arena, &k, err);
    if (status != FH_OK) return status;
    *out = k.kind;
    *n = k.n;
    return FH_OK;
}

fh_status fh_identity_kinds_by_id(fh_org *org, fh_arena *arena, const fh_id_kind **out,
                                  const uint32_t **id, size_t *n, fh_error *err)
{
    kinds k = {0};
    const fh_status status = load_kinds(org, arena, &k, err);
    *out = k.kind;
    *id = k.id;
    *n = k.n;
    return status;
}

static bool good_kind_name(fh_str name)
{
    if (name.len == 0 || name.len > 60) return false;
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.ptr[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return true;
}

/* ---- Whether a kind can be unique ---- */

typedef struct sharing {
    fh_org *org;
    uint32_t kind;
    fh_intern *values;
    uint32_t *first; /* [room] the first member of each value, by its number */
    size_t room;
    uint32_t one, other; /* the first two customers with the same identifier */
    uint64_t n;          /* how many more customers have one that was there */
} sharing;

static fh_status look_at_member(sharing *s, uint32_t before, uint32_t member, fh_error *err)
{
    uint32_t one = 0, other = 0;
    fh_status status = fh_member_customer(s->org, before, &one, err);
    if (status == FH_OK) status = fh_member_customer(s->org, member, &other, err);
    if (status != FH_OK || one == other || !one || !other) return status;
    if (!s->n++) {
        s->one = one < other ? one : other;
        s->other = one < other ? other : one;
    }
    return FH_OK;
}

static fh_status look_at_named(void *ctx, const fh_named *named, fh_error *err)
{
    sharing *s = ctx;
    if (named->kind != s->kind) return FH_OK;
    const uint32_t known = fh_intern_count(s->values);
    const uint32_t number = fh_intern_add(s->values, named->value, fh_intern_hash(named->value));
    if (!number) return fh_no_memory(err);
    if (number <= known)
        return s->first[number] == named->member
                   ? FH_OK
                   : look_at_member(s, s->first[number], named->member, err);
    if (number >= s->room) {
        const size_t room = s->room ? 2 * s->room : 1024;
        uint32_t *more = realloc(s->first, room * sizeof *more);
        if (!more) return fh_no_memory(err);
        s->first = more;
        s->room = room;
    }
    s->first[number] = named->member;
    return FH_OK;
}

static fh_status shared_now(fh_str name, const sharing *s, fh_error *err)
{
    char more[64] = "";
    if (s->n > 1)
        (void)snprintf(more, sizeof more, ", and %llu more share one",
                       (unsigned long long)(s->n - 1));
    (void)fh_fail(err, FH_CONFLICT, "customers #%u and #%u have the same %.*s%s", s->one, s->other,
                  FH_STR_ARG(name), more);
    return fh_hint(err, FH_CONFLICT,
                   "If they are one, merge them first (firsthand identify --merge); if not, "
                   "the kind stays shared.");
}

/* FH_CONFLICT when several customers have the same identifier of the kind. */
static fh_status can_be_unique(fh_org *org, fh_str name, fh_error *err)
{
    sharing s = {.org = org};
    fh_arena *arena = fh_arena_new(NULL);
    kinds k = {0};
    fh_status status = arena ? load_kinds(org, arena, &k, err) : fh_no_memory(err);
    for (size_t i = 0; status == FH_OK && i < k.n; i++)
        if (k.kind[i].shared && fh_str_eq(k.kind[i].name, name)) s.kind = k.id[i];
    if (status == FH_OK && s.kind) {
        s.values = fh_intern_new(NULL);
        status = s.values ? fh_named_each(org, 0, UINT32_MAX, look_at_named, &s, err)
                          : fh_no_memory(err);
        if (status == FH_OK && s.n) status = shared_now(name, &s, err);
        fh_intern_free(s.values);
        free(s.first);
    }
    fh_arena_free(arena);
    return status;
}

fh_status fh_identity_set_kind(fh_org *org, fh_str name, bool shared, fh_error *err)
{
    if (!good_kind_name(name)) {
        (void)fh_fail(err, FH_INVALID, "'%.*s' cannot be the name of a kind of identifier",
                      FH_STR_ARG(name));
        return fh_hint(err, FH_INVALID, "Use small letters, digits, '-' and '_'.");
    }
    bool mine = false;
    fh_stmt *s = NULL;
    int64_t last = 0, now = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    if (!shared) status = can_be_unique(org, name, err);
    if (status == FH_OK)
        status = count_rows(org, "SELECT COALESCE(MAX(kind), 0) FROM identity_kind", &last, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO identity_kind (kind, name, shared) VALUES ($1, $2, $3) "
                               "ON CONFLICT (name) DO UPDATE SET shared = excluded.shared",
                               &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, last + 1);
        fh_stmt_bind_text(s, 2, name);
        fh_stmt_bind_i64(s, 3, shared);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) status = fh_identities_changed(org, &now, err);
    return fh_org_leave(org, mine, status, err);
}

/* ---- Looking up ------------------------------------------------------------------------------ */

enum { MAX_FOUND = 16 };

typedef struct found {
    uint32_t customer[MAX_FOUND];
    size_t n;
} found;

static void add_found(found *f, uint32_t customer)
{
    if (customer == 0) return;
    for (size_t i = 0; i < f->n; i++)
        if (f->customer[i] == customer) return;
    if (f->n < MAX_FOUND) f->customer[f->n++] = customer;
}

/* Where identifiers are looked up: in the file, or among those that were looked up together. */
typedef struct finder {
    fh_org *org;
    fh_arena *arena;
    kinds k;
    int64_t last;        /* member */
    fh_named_ask *asked; /* [n_asked] by kind and value; NULL: in the file */
    size_t n_asked, cap_asked;
} finder;

static int by_name(const void *pa, const void *pb, void *ctx)
{
    const fh_named_ask *a = pa, *b = pb;
    (void)ctx;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    return fh_str_cmp(a->value, b->value);
}

static fh_status members_of(const finder *f, const fh_named_ask *ask, const uint32_t **members,
                            size_t *n, fh_error *err)
{
    size_t lo = 0, hi = f->n_asked;
    if (!f->asked) return fh_named_find(f->org, ask->kind, ask->value, f->arena, members, n, err);
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (by_name(&f->asked[mid], ask, NULL) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    const bool there = lo < f->n_asked && by_name(&f->asked[lo], ask, NULL) == 0;
    *members = there ? f->asked[lo].members : NULL;
    *n = there ? f->asked[lo].n : 0;
    return FH_OK;
}

static fh_status find_as(const finder *by, uint32_t kind, fh_str name, fh_str value, found *f,
                         fh_error *err)
{
    fh_named_ask ask = {.kind = kind};
    const uint32_t *members = NULL;
    size_t n = 0;
    fh_status status = fh_identity_normal(by->arena, name, value, &ask.value, err);
    if (status == FH_OK) status = members_of(by, &ask, &members, &n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        uint32_t customer = 0;
        if (members[i] == 0 || members[i] > by->last)
            status = fh_fail(err, FH_NOTFOUND, "there is no customer number %u", members[i]);
        else
            status = fh_member_now(by->org, members[i], &customer, err);
        if (status == FH_OK) add_found(f, customer);
    }
    return status;
}

/* All kinds, or only `only`; unique ones first: they say it for certain. */
static fh_status find_in(const finder *by, fh_str only, fh_str value, found *f, fh_error *err)
{
    const kinds *k = &by->k;
    fh_status status = FH_OK;
    for (int shared = 0; shared < 2 && f->n == 0; shared++)
        for (size_t i = 0; i < k->n && status == FH_OK; i++)
            if (k->kind[i].shared == (shared == 1) &&
                (only.len == 0 || fh_str_eq(only, k->kind[i].name)))
                status = find_as(by, k->id[i], k->kind[i].name, value, f, err);
    return status;
}

/* "email:ann@x.org": the kind, and the rest. */
static bool kind_named(fh_str value, fh_str *kind, fh_str *rest)
{
    const char *colon = memchr(value.ptr, ':', value.len);
    if (!colon || colon == value.ptr) return false;
    *kind = (fh_str){value.ptr, (size_t)(colon - value.ptr)};
    *rest = fh_str_trim((fh_str){colon + 1, value.len - kind->len - 1});
    return rest->len > 0;
}

static bool number_after_hash(fh_str text, uint32_t *out)
{
    uint64_t v = 0;
    if (text.len < 2 || text.len > 11 || text.ptr[0] != '#') return false;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
        v = v * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    *out = v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
    return true;
}

fh_status fh_identity_unknown(fh_str text, fh_error *err)
{
    uint32_t number = 0;
    fh_str value = fh_str_trim(text);
    if (number_after_hash(value, &number))
        return fh_fail(err, FH_NOTFOUND, "customer #%u was erased", number);
    if (value.len > FH_IDENTIFIER_MAX) value.len = 0;
    (void)fh_fail(err, FH_NOTFOUND, "no customer is known as '%.*s'", FH_STR_ARG(value));
    return fh_hint(err, FH_NOTFOUND,
                   "Give an identifier as it stands in the data, such as ann@x.org or "
                   "account:4711, or a customer's number, such as #17.");
}

static fh_status several(fh_str text, const found *f, fh_error *err)
{
    char list[160];
    size_t at = 0;
    for (size_t i = 0; i < f->n && at + 16 < sizeof list; i++)
        at += (size_t)snprintf(list + at, sizeof list - at, "%s#%u", i ? ", " : "", f->customer[i]);
    (void)fh_fail(err, FH_CONFLICT, "several customers are known as '%.*s'", FH_STR_ARG(text));
    return fh_hint(err, FH_CONFLICT, "Choose one of %s%s.", list,
                   f->n == MAX_FOUND ? " and others" : "");
}

static fh_status find_by(const finder *by, fh_str text, uint32_t *customer, fh_error *err)
{
    found f = {.n = 0};
    uint32_t number = 0;
    fh_str value = fh_str_trim(text), kind, rest;
    if (number_after_hash(value, &number)) {
        uint32_t now = 0;
        const fh_status status = fh_member_customer(by->org, number, &now, err);
        if (status == FH_OK && now) *customer = now;
        if (status != FH_OK || now) return status;
        return fh_identity_unknown(value, err);
    }
    if (value.len == 0 || value.len > FH_IDENTIFIER_MAX) return fh_identity_unknown(value, err);
    /* The text as a whole first: an identifier may have a colon of its own. */
    fh_status status = find_in(by, (fh_str){0}, value, &f, err);
    if (status == FH_OK && f.n == 0 && kind_named(value, &kind, &rest))
        status = find_in(by, kind, rest, &f, err);
    if (status != FH_OK) return status;
    if (f.n == 0) return fh_identity_unknown(value, err);
    if (f.n > 1) return several(value, &f, err);
    *customer = f.customer[0];
    return FH_OK;
}

static fh_status begin(fh_org *org, finder *by, fh_error *err)
{
    *by = (finder){.org = org, .arena = fh_arena_new(NULL)};
    const fh_status status =
        by->arena ? load_kinds(org, by->arena, &by->k, err) : fh_no_memory(err);
    return status == FH_OK ? fh_counter_last(org, "member", &by->last, err) : status;
}

fh_status fh_identity_find(fh_org *org, fh_str text, uint32_t *customer, fh_error *err)
{
    finder by;
    fh_status status = begin(org, &by, err);
    if (status == FH_OK) status = find_by(&by, text, customer, err);
    fh_arena_free(by.arena);
    return status;
}

/* ---- Many at once ---- */

/* What cannot be spelled as one of the kind is left to find_by. */
static fh_status ask_as(finder *by, uint32_t kind, fh_str name, fh_str value, fh_error *err)
{
    fh_named_ask ask = {.kind = kind};
    fh_error none = {0};
    const fh_status status = fh_identity_normal(by->arena, name, value, &ask.value, &none);
    if (status == FH_NOMEM) return fh_no_memory(err);
    if (status != FH_OK) return FH_OK;
    if (by->n_asked == by->cap_asked) {
        const size_t cap = by->cap_asked ? 2 * by->cap_asked : 256;
        fh_named_ask *wider = FH_NEW_ARRAY(by->arena, fh_named_ask, cap);
        if (!wider) return fh_no_memory(err);
        if (by->n_asked) memcpy(wider, by->asked, by->n_asked * sizeof *wider);
        by->asked = wider;
        by->cap_asked = cap;
    }
    by->asked[by->n_asked++] = ask;
    return FH_OK;
}

static fh_status ask_for(finder *by, fh_str text, fh_error *err)
{
    uint32_t number;
    fh_str value = fh_str_trim(text), kind = {0}, rest = {0};
    fh_status status = FH_OK;
    if (value.len == 0 || value.len > FH_IDENTIFIER_MAX || number_after_hash(value, &number))
        return FH_OK;
    const bool named = kind_named(value, &kind, &rest);
    for (size_t i = 0; i < by->k.n && status == FH_OK; i++) {
        const fh_str name = by->k.kind[i].name;
        status = ask_as(by, by->k.id[i], name, value, err);
        if (status == FH_OK && named && fh_str_eq(kind, name))
            status = ask_as(by, by->k.id[i], name, rest, err);
    }
    return status;
}

fh_status fh_identity_find_all(fh_org *org, const fh_str *text, size_t n, uint32_t *customer,
                               fh_error *err)
{
    finder by;
    fh_status status = begin(org, &by, err);
    for (size_t i = 0; i < n && status == FH_OK; i++) status = ask_for(&by, text[i], err);
    if (status == FH_OK && by.asked) {
        status = fh_named_find_all(org, by.asked, by.n_asked, by.arena, err);
        if (status == FH_OK &&
            fh_sort(NULL, by.asked, by.n_asked, sizeof *by.asked, by_name, NULL) != FH_OK)
            status = fh_no_memory(err);
    }
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        fh_error none = {0};
        customer[i] = 0;
        const fh_status s = find_by(&by, text[i], &customer[i], &none);
        if (s == FH_OK || s == FH_NOTFOUND || s == FH_CONFLICT || s == FH_INVALID) continue;
        status = s;
        if (err) *err = none;
    }
    fh_arena_free(by.arena);
    return status;
}

typedef struct collect {
    const kinds *kinds;
    fh_arena *arena;
    fh_identity *list;
    size_t n, cap;
} collect;

static fh_status collect_one(void *ctx, const fh_named *named, fh_error *err)
{
    collect *c = ctx;
    if (c->n == c->cap) {
        const size_t cap = c->cap ? 2 * c->cap : 8;
        fh_identity *bigger = FH_NEW_ARRAY(c->arena, fh_identity, cap);
        if (!bigger) return fh_no_memory(err);
        if (c->n) memcpy(bigger, c->list, c->n * sizeof *bigger);
        c->list = bigger;
        c->cap = cap;
    }
    fh_identity *to = &c->list[c->n];
    *to = (fh_identity){.kind = FH_STR("?"), .member = named->member};
    for (size_t i = 0; i < c->kinds->n; i++) {
        if (c->kinds->id[i] != named->kind) continue;
        to->kind = c->kinds->kind[i].name;
        to->shared = c->kinds->kind[i].shared;
    }
    if (!fh_arena_str(c->arena, named->value, &to->value)) return fh_no_memory(err);
    c->n++;
    return FH_OK;
}

fh_status fh_identity_of(fh_org *org, uint32_t customer, fh_arena *arena, const fh_identity **out,
                         size_t *n, fh_error *err)
{
    kinds k = {0};
    const uint32_t *members = NULL;
    size_t n_members = 0;
    collect c = {.kinds = &k, .arena = arena};
    fh_status status = load_kinds(org, arena, &k, err);
    if (status == FH_OK)
        status = fh_customer_members(org, customer, arena, &members, &n_members, err);
    if (status == FH_OK && n_members == 0)
        status = fh_fail(err, FH_NOTFOUND, "#%u is no customer (now)", customer);
    for (size_t i = 0; i < n_members && status == FH_OK; i++)
        status = fh_named_each(org, members[i], members[i], collect_one, &c, err);
    if (status != FH_OK) return status;
    *out = c.list;
    *n = c.n;
    return FH_OK;
}

fh_status fh_problem_name(fh_org *org, uint32_t problem, fh_arena *arena, fh_str *out,
                          fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_str name = {0};
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT name FROM problem WHERE problem = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, problem);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && !row)
        status = fh_fail(err, FH_NOTFOUND, "there is no problem number %u", problem);
    if (status == FH_OK && !fh_arena_str(arena, fh_stmt_text(s, 0), &name))
        status = fh_no_memory(err);
    fh_stmt_done(s);
    if (status == FH_OK) *out = name;
    return status;
}

fh_status fh_identity_counts(fh_org *org, uint64_t *customers, uint64_t *identifiers,
                             uint64_t *problems, fh_error *err)
{
    int64_t members = 0, others = 0, n_problems = 0;
    uint64_t n = 0;
    fh_status status = fh_counter_last(org, "member", &members, err);
    if (status == FH_OK)
        status = count_rows(org, "SELECT COUNT(*) FROM identity_member", &others, err);
    if (status == FH_OK) status = fh_named_count(org, &n, err);
    if (status == FH_OK) status = count_rows(org, "SELECT COUNT(*) FROM problem", &n_problems, err);
    if (status != FH_OK) return status;
    *customers = (uint64_t)(members - others);
    *identifiers = n;
    *problems = (uint64_t)n_problems;
    return FH_OK;
}
