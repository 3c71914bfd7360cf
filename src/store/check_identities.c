/* check_identities.c - reads who is who and compares (see check.c).
 *
 *   members   are numbers that were given; whom they were merged into is a customer of
 *             its own, so that no chain goes on
 *   lists     each is whole, in order, and what its row says; its identifiers are of a
 *             known kind, in their normal spelling, of nobody who was erased
 *   index     each chunk is whole and in order, and begins behind the one before it
 *   both      hold the same pairs of hash and member: with the order of the index that
 *             makes every identifier found; of unique kinds, by one customer only
 *
 * The pairs of both sides are sorted and walked side by side, some two million at a
 * time: an organisation with more is read once for every two million, those with the
 * lowest hashes first. So the memory stays about 100 MB however many there are, unless
 * very many are called the same.
 *
 * A side that cannot be read was told already; then nothing is compared.
 */
#include "store/check_identities.h"

#include "base/checked.h"
#include "base/sort.h"
#include "store/inside.h"
#include "store/members.h"
#include "store/named_parts.h"
#include "store/normal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    N_KINDS = 65536, /* a kind has two bytes in a list */
    AT_ONCE = 1 << 21,
    MAX_ROUNDS = 1 << 12,
    HASH_BITS = 63,
};
/* In pairs of lists: the kind is unique. Members have 31 bits. */
#define IS_UNIQUE 0x80000000u

/* A member that is not a customer of its own. */
typedef struct mapped {
    uint32_t member, customer;
} mapped;

/* How often something was found, and where first. */
typedef struct found {
    uint64_t n;
    int64_t first;
} found;

typedef struct checking {
    fh_org *org;
    const fh_allocator *from;
    fh_fault *fault;
    void *ctx;
    int64_t last_member, last_list, last_run;
    mapped *mapped; /* [n_mapped] by member */
    size_t n_mapped, cap;
    struct {
        fh_spelling how;
        bool known, shared;
    } kind[N_KINDS];
    fh_pairs listed, indexed, spare; /* of this round */
    size_t at_once, expected;        /* pairs a round */
    uint64_t round, n_rounds;
    unsigned shift;  /* the round of a hash: its bits from here */
    bool unreadable; /* a list or chunk */
    fh_buf space;    /* for a spelling */
    found missing, extra, twice, several;
    uint32_t several_with; /* the other one that has what `several.first` has */
    uint64_t several_hash;
    uint32_t several_kind;
} checking;

FH_PRINTF(2, 3) static void tell(const checking *c, const char *fmt, ...)
{
    char sentence[320];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(sentence, sizeof sentence, fmt, args);
    va_end(args);
    c->fault(c->ctx, sentence);
}

static void note(found *f, int64_t where)
{
    if (f->n++ == 0) f->first = where;
}

static void tell_found(const checking *c, const found *f, const char *what)
{
    if (f->n == 0) return;
    tell(c, "%llu %s, the first #%lld. Put back the last backup.", (unsigned long long)f->n, what,
         (long long)f->first);
}

/* ---- Memory -------------------------------------------------------------------------- */

static void give_back(const fh_allocator *from, void *ptr, size_t bytes)
{
    if (ptr) from->free(from->ctx, ptr, bytes);
}

/* Twice the room there was, at least `least` more. What is in it stays. */
static bool grow(const fh_allocator *from, void **ptr, size_t *cap, size_t least, size_t size)
{
    size_t more = *cap < least ? least : *cap, room, bytes;
    if (!fh_add_size(*cap, more, &room) || !fh_mul_size(room, size, &bytes)) return false;
    void *bigger = from->alloc(from->ctx, bytes);
    if (!bigger) return false;
    if (*cap) memcpy(bigger, *ptr, *cap * size);
    give_back(from, *ptr, *cap * size);
    *ptr = bigger;
    *cap = room;
    return true;
}

static bool make_room(const fh_allocator *from, fh_pairs *p, size_t least)
{
    void *ptr = p->ptr;
    const bool ok = grow(from, &ptr, &p->cap, least, sizeof *p->ptr);
    p->ptr = ptr;
    return ok;
}

static void free_pairs(const fh_allocator *from, fh_pairs *p)
{
    give_back(from, p->ptr, p->cap * sizeof *p->ptr);
}

/* ---- Members and kinds ------------------------------------------------------------------ */

static const mapped *mapped_of(const checking *c, uint32_t member)
{
    size_t lo = 0, hi = c->n_mapped;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (c->mapped[mid].member < member)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < c->n_mapped && c->mapped[lo].member == member ? &c->mapped[lo] : NULL;
}

static uint32_t customer_of(const checking *c, uint32_t member)
{
    const mapped *m = mapped_of(c, member);
    return m ? m->customer : member;
}

static bool push_mapped(checking *c, int64_t member, int64_t customer)
{
    if (c->n_mapped == c->cap) {
        void *ptr = c->mapped;
        if (!grow(c->from, &ptr, &c->cap, 256, sizeof *c->mapped)) return false;
        c->mapped = ptr;
    }
    c->mapped[c->n_mapped++] = (mapped){(uint32_t)member, (uint32_t)customer};
    return true;
}

static fh_status check_members(checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    found never = {0}, nobody = {0}, self = {0}, chained = {0};
    fh_status status = fh_db_prepare(
        fh_org_db(c->org), "SELECT member, customer FROM identity_member ORDER BY member", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        const int64_t member = fh_stmt_i64(s, 0), customer = fh_stmt_i64(s, 1);
        if (member < 1 || member > c->last_member)
            note(&never, member);
        else if (customer < 0 || customer > c->last_member)
            note(&nobody, member);
        else if (customer == member)
            note(&self, member);
        else if (!push_mapped(c, member, customer))
            status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    for (size_t i = 0; i < c->n_mapped && status == FH_OK; i++)
        if (c->mapped[i].customer && mapped_of(c, c->mapped[i].customer))
            note(&chained, c->mapped[i].member);
    tell_found(c, &never, "members have numbers that were never given");
    tell_found(c, &nobody, "members belong to a customer that does not exist");
    tell_found(c, &self, "customers are told to belong to themselves");
    tell_found(c, &chained, "members belong to a customer that is one no more");
    return status;
}

static fh_status load_kinds(checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status = fh_db_prepare(
        fh_org_db(c->org), "SELECT kind, name, shared FROM identity_kind ORDER BY kind", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        const int64_t kind = fh_stmt_i64(s, 0);
        if (kind < 0 || kind >= N_KINDS) {
            tell(c,
                 "kind of identifier number %lld: kinds have no such numbers. Put back the last "
                 "backup.",
                 (long long)kind);
            continue;
        }
        c->kind[kind].known = true;
        c->kind[kind].how = fh_spelling_of(fh_stmt_text(s, 1));
        c->kind[kind].shared = fh_stmt_i64(s, 2) != 0;
    }
    fh_stmt_done(s);
    return status;
}

/* ---- Lists ------------------------------------------------------------------------------- */

static fh_status gather(const checking *c, fh_pairs *p, uint64_t hash, uint32_t member,
                        fh_error *err)
{
    if (c->n_rounds > 1 && hash >> c->shift != c->round) return FH_OK;
    if (p->n == p->cap && !make_room(c->from, p, c->expected)) return fh_no_memory(err);
    p->ptr[p->n++] = (fh_pair){hash, member};
    return FH_OK;
}

typedef enum wrong { ORDER, MEMBER, KIND, LENGTH, SPELLING, ERASED, N_WRONG } wrong;

static const char *const wrong_text[N_WRONG] = {
    [ORDER] = "its members are not in order",
    [MEMBER] = "it has members whose numbers were never given",
    [KIND] = "it has identifiers of a kind that is not known",
    [LENGTH] = "it has identifiers that are empty or too long",
    [SPELLING] = "it has identifiers that are not in their normal spelling, so nobody finds them",
    [ERASED] = "it has identifiers of customers who were erased",
};

typedef struct reading {
    checking *c;
    uint32_t n, lo, hi, before;
    bool wrong[N_WRONG];
} reading;

/* NFC may make a text three times as long as what was accepted. */
enum { MAX_LENGTH = 3 * FH_IDENTIFIER_MAX };

static fh_status check_spelling(reading *r, const fh_named *named, fh_error *err)
{
    const fh_spelling how = r->c->kind[named->kind].how;
    fh_str normal = {0};
    if (how == FH_SPELL_PLAIN && fh_is_plainly_normal(named->value)) return FH_OK;
    const fh_status status = fh_normal(how, named->value, &r->c->space, &normal, err);
    if (status == FH_NOMEM) return status;
    if (status == FH_OK && !fh_str_eq(normal, named->value)) r->wrong[SPELLING] = true;
    if (status == FH_INVALID) r->wrong[LENGTH] = true; /* nothing but white space */
    return FH_OK;
}

static fh_status check_named(reading *r, const fh_named *named, fh_error *err)
{
    const checking *c = r->c;
    if (r->n == 0 || named->member < r->lo) r->lo = named->member;
    if (r->n == 0 || named->member > r->hi) r->hi = named->member;
    if (named->member < r->before) r->wrong[ORDER] = true;
    r->before = named->member;
    r->n++;
    if (named->member < 1 || named->member > c->last_member)
        r->wrong[MEMBER] = true;
    else if (c->n_mapped && customer_of(c, named->member) == 0)
        r->wrong[ERASED] = true;
    if (named->value.len == 0 || named->value.len > MAX_LENGTH) {
        r->wrong[LENGTH] = true;
        return FH_OK;
    }
    if (c->kind[named->kind].known) return check_spelling(r, named, err);
    r->wrong[KIND] = true;
    return FH_OK;
}

static fh_status see_named(void *ctx, const fh_named *named, fh_error *err)
{
    reading *r = ctx;
    checking *c = r->c;
    fh_status status = c->round == 0 ? check_named(r, named, err) : FH_OK;
    if (status != FH_OK) return status;
    const uint32_t unique =
        c->kind[named->kind].known && !c->kind[named->kind].shared ? IS_UNIQUE : 0;
    return gather(c, &c->listed, fh_named_hash(named->kind, named->value),
                  (named->member & ~IS_UNIQUE) | unique, err);
}

/* What cannot be read is told, once, and the next is looked at. */
static fh_status unreadable(checking *c, fh_status status, const fh_error *e, const char *place,
                            fh_error *err)
{
    if (status != FH_CORRUPT) {
        if (err) *err = *e;
        return status;
    }
    if (c->round == 0) tell(c, "%s: %s. Put back the last backup.", place, e->message);
    c->unreadable = true;
    return FH_OK;
}

static fh_status check_list(checking *c, fh_stmt *s, fh_error *err)
{
    reading r = {.c = c};
    fh_error e = {0};
    char place[64];
    const int64_t list = fh_stmt_i64(s, 0);
    (void)snprintf(place, sizeof place, "identity list %lld", (long long)list);
    const fh_status status = fh_named_body(fh_stmt_blob(s, 4), see_named, &r, &e);
    if (status != FH_OK) return unreadable(c, status, &e, place, err);
    if (c->round > 0) return FH_OK;
    for (size_t i = 0; i < N_WRONG; i++)
        if (r.wrong[i]) tell(c, "%s: %s. Put back the last backup.", place, wrong_text[i]);
    if (fh_stmt_i64(s, 1) != r.lo || fh_stmt_i64(s, 2) != r.hi)
        tell(c, "%s: its members are not those of its row. Put back the last backup.", place);
    if (r.n == 0 || fh_stmt_i64(s, 3) != r.n)
        tell(c, "%s: it has not as many identifiers as its row says. Put back the last backup.",
             place);
    if (list < 1 || list > c->last_list)
        tell(c, "%s: its number was never given. Put back the last backup.", place);
    return FH_OK;
}

static fh_status check_lists(checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status =
        fh_db_prepare(fh_org_db(c->org),
                      "SELECT list, lo, hi, n, body FROM identity_list ORDER BY list", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = check_list(c, s, err);
    }
    fh_stmt_done(s);
    return status;
}

/* ---- Index ------------------------------------------------------------------------------- */

typedef struct walk {
    int64_t run;
    uint64_t before; /* the last hash of that run so far */
    bool any;
    fh_pairs chunk;
} walk;

static void check_chunk(const checking *c, const walk *w, int64_t first, int64_t n,
                        const char *place)
{
    const fh_pair *p = w->chunk.ptr;
    bool order = true, range = true;
    for (size_t i = 0; i < w->chunk.n; i++) {
        if (i > 0 && p[i].hash < p[i - 1].hash) order = false;
        if (p[i].member < 1 || p[i].member > c->last_member || p[i].hash >> HASH_BITS)
            range = false;
    }
    if (!order) tell(c, "%s: it is not in order. Put back the last backup.", place);
    if (!range)
        tell(c, "%s: it has members whose numbers were never given. Put back the last backup.",
             place);
    if (w->chunk.n == 0 || (uint64_t)n != w->chunk.n)
        tell(c, "%s: it has not as many entries as its row says. Put back the last backup.", place);
    else if ((uint64_t)first != p[0].hash)
        tell(c, "%s: it does not begin with what its row says. Put back the last backup.", place);
    else if (w->any && p[0].hash <= w->before)
        tell(c, "%s: it overlaps the chunk before it. Put back the last backup.", place);
    if (w->run < 1 || w->run > c->last_run)
        tell(c, "%s: its run's number was never given. Put back the last backup.", place);
}

static fh_status check_entries(checking *c, walk *w, fh_stmt *s, fh_error *err)
{
    fh_error e = {0};
    char place[96];
    const int64_t run = fh_stmt_i64(s, 0), first = fh_stmt_i64(s, 1);
    (void)snprintf(place, sizeof place, "identity index, run %lld, chunk %lld", (long long)run,
                   (long long)first);
    if (run != w->run) w->any = false;
    w->run = run;
    w->chunk.n = 0;
    const fh_str body = fh_stmt_blob(s, 3);
    if (body.len / FH_PAIR_BYTES > w->chunk.cap &&
        !make_room(c->from, &w->chunk, body.len / FH_PAIR_BYTES))
        return fh_no_memory(err);
    fh_status status = fh_pairs_add_body(&w->chunk, body, &e);
    if (status != FH_OK) return unreadable(c, status, &e, place, err);
    if (c->round == 0) check_chunk(c, w, first, fh_stmt_i64(s, 2), place);
    for (size_t i = 0; i < w->chunk.n && status == FH_OK; i++)
        status = gather(c, &c->indexed, w->chunk.ptr[i].hash, w->chunk.ptr[i].member, err);
    if (w->chunk.n) {
        w->before = w->chunk.ptr[w->chunk.n - 1].hash;
        w->any = true;
    }
    return status;
}

static fh_status check_index(checking *c, fh_error *err)
{
    walk w = {0};
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status = fh_db_prepare(
        fh_org_db(c->org), "SELECT run, first, n, body FROM identity_index ORDER BY run, first", &s,
        err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = check_entries(c, &w, s, err);
    }
    fh_stmt_done(s);
    free_pairs(c->from, &w.chunk);
    return status;
}

/* ---- Both --------------------------------------------------------------------------------- */

static int by_member(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const uint32_t a = ((const fh_pair *)pa)->member & ~IS_UNIQUE;
    const uint32_t b = ((const fh_pair *)pb)->member & ~IS_UNIQUE;
    return (a > b) - (a < b);
}

/* The end of the pairs that have the hash of pair `i`. */
static size_t alike(const fh_pairs *p, size_t i)
{
    size_t end = i + 1;
    while (end < p->n && p->ptr[end].hash == p->ptr[i].hash) end++;
    return end;
}

static fh_status sort_pairs(checking *c, fh_pairs *p, fh_error *err)
{
    if (p->n == 0) return FH_OK;
    if (c->spare.cap < p->n && !make_room(c->from, &c->spare, p->n)) return fh_no_memory(err);
    fh_pairs_radix(p->ptr, c->spare.ptr, p->n);
    for (size_t i = 0, end; i < p->n; i = end) {
        end = alike(p, i);
        if (end - i > 1 &&
            fh_sort(c->from, p->ptr + i, end - i, sizeof *p->ptr, by_member, NULL) != FH_OK)
            return fh_no_memory(err);
    }
    return FH_OK;
}

static void compare(checking *c)
{
    const fh_pairs *l = &c->listed, *x = &c->indexed;
    for (size_t i = 0, k = 0; i < l->n || k < x->n;) {
        const fh_pair *a = i < l->n ? &l->ptr[i] : NULL, *b = k < x->n ? &x->ptr[k] : NULL;
        int order = !a ? 1 : !b ? -1 : (a->hash > b->hash) - (a->hash < b->hash);
        if (order == 0) order = by_member(a, b, NULL);
        if (order < 0) note(&c->missing, a->member & ~IS_UNIQUE);
        if (order > 0) note(&c->extra, b->member);
        i += order <= 0;
        k += order >= 0;
    }
}

/* Who is called the same. Two texts with one hash of 63 bits are not to be expected. */
static void look_for_others(checking *c)
{
    const fh_pairs *l = &c->listed;
    for (size_t i = 0, end; i < l->n; i = end) {
        end = alike(l, i);
        const uint32_t member = l->ptr[i].member & ~IS_UNIQUE;
        bool another = false;
        for (size_t k = i + 1; k < end; k++) {
            const uint32_t other = l->ptr[k].member & ~IS_UNIQUE;
            if (l->ptr[k].member == l->ptr[k - 1].member) note(&c->twice, other);
            if (another || !(l->ptr[i].member & IS_UNIQUE)) continue;
            another = customer_of(c, other) != customer_of(c, member);
            if (!another) continue;
            note(&c->several, customer_of(c, member));
            if (c->several.n > 1) continue;
            c->several_with = customer_of(c, other);
            c->several_hash = l->ptr[i].hash;
        }
    }
}

static fh_status check_round(checking *c, fh_error *err)
{
    c->listed.n = c->indexed.n = 0;
    fh_status status = check_lists(c, err);
    if (status == FH_OK) status = check_index(c, err);
    if (status != FH_OK || c->unreadable) return status;
    status = sort_pairs(c, &c->listed, err);
    if (status == FH_OK) status = sort_pairs(c, &c->indexed, err);
    if (status != FH_OK) return status;
    compare(c);
    look_for_others(c);
    return FH_OK;
}

static fh_status see_kind(void *ctx, const fh_named *named, fh_error *err)
{
    (void)err;
    checking *c = ctx;
    if (fh_named_hash(named->kind, named->value) == c->several_hash) c->several_kind = named->kind;
    return FH_OK;
}

static fh_status tell_several(checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    if (c->several.n == 0) return FH_OK;
    fh_status status = fh_named_each(c->org, 1, UINT32_MAX, see_kind, c, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(c->org), "SELECT name FROM identity_kind WHERE kind = $1",
                               &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, c->several_kind);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK) {
        const fh_str kind = row ? fh_stmt_text(s, 0) : FH_STR("?");
        tell(c,
             "%llu identifiers that only one customer can have belong to several, the first (%.*s) "
             "to #%lld and #%u. Merge them (firsthand identify --merge), or say that several may "
             "have the same (--kind %.*s=shared).",
             (unsigned long long)c->several.n, FH_STR_ARG(kind), (long long)c->several.first,
             c->several_with, FH_STR_ARG(kind));
    }
    fh_stmt_done(s);
    return status;
}

/* ---- The whole ------------------------------------------------------------------------------ */

static fh_status count_rounds(checking *c, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    uint64_t n = 0;
    /* An entry of the index has 12 bytes, one of a list more than 8 and rarely less than 18. */
    fh_status status = fh_db_prepare(fh_org_db(c->org),
                                     "SELECT COALESCE((SELECT SUM(LENGTH(body)) FROM "
                                     "identity_index), 0) / 12, COALESCE((SELECT SUM(LENGTH(body)) "
                                     "FROM identity_list), 0) / 18",
                                     &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK && row) {
        const int64_t indexed = fh_stmt_i64(s, 0), listed = fh_stmt_i64(s, 1);
        n = (uint64_t)(indexed > listed ? indexed : listed);
    }
    fh_stmt_done(s);
    c->shift = HASH_BITS;
    for (c->n_rounds = 1; c->n_rounds < MAX_ROUNDS && n / c->n_rounds > c->at_once;
         c->n_rounds *= 2)
        c->shift--;
    c->expected = (size_t)(n / c->n_rounds < c->at_once ? n / c->n_rounds : c->at_once) + 4096;
    return status;
}

static fh_status check_all(checking *c, fh_error *err)
{
    fh_status status = fh_counter_last(c->org, "member", &c->last_member, err);
    if (c->last_member > INT32_MAX) c->last_member = INT32_MAX; /* no more are given */
    if (status == FH_OK) status = fh_counter_last(c->org, "identity-list", &c->last_list, err);
    if (status == FH_OK) status = fh_counter_last(c->org, "identity-run", &c->last_run, err);
    if (status == FH_OK) status = count_rounds(c, err);
    if (status == FH_OK) status = load_kinds(c, err);
    if (status == FH_OK) status = check_members(c, err);
    for (; c->round < c->n_rounds && status == FH_OK && !c->unreadable; c->round++)
        status = check_round(c, err);
    if (status != FH_OK) return status;
    tell_found(c, &c->missing, "identifiers are not in the index, so nobody finds them by it");
    tell_found(c, &c->extra, "entries of the index belong to no identifier");
    tell_found(c, &c->twice, "customers have the same identifier twice");
    return tell_several(c, err);
}

fh_status fh_identities_check(fh_org *org, const fh_identities_checking *how, fh_fault *fault,
                              void *ctx, fh_error *err)
{
    const fh_allocator *from = how->from ? how->from : fh_allocator_default();
    checking *c = from->alloc(from->ctx, sizeof *c);
    if (!c) return fh_no_memory(err);
    memset(c, 0, sizeof *c);
    c->org = org;
    c->from = from;
    c->fault = fault;
    c->ctx = ctx;
    c->at_once = how->at_once ? how->at_once : AT_ONCE;
    fh_buf_init(&c->space, from, 1 << 16);
    const fh_status status = check_all(c, err);
    fh_buf_free(&c->space);
    free_pairs(from, &c->listed);
    free_pairs(from, &c->indexed);
    free_pairs(from, &c->spare);
    give_back(from, c->mapped, c->cap * sizeof *c->mapped);
    from->free(from->ctx, c, sizeof *c);
    return status;
}
