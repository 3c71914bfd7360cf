/* resolver.c - whose interactions these are, in bulk.
 *
 * Each kind of identifier is a table from text to a number of its own
 * (base/intern.h), and an array from that number to the member. A chunk of rows
 * goes through four passes, so that the misses of many rows overlap: spell and
 * hash; fetch texts; find; decide.
 *
 * Deciding, for one row:
 *   1. the first identifier, in the order of the mapping's rules, that is of a
 *      unique kind and known decides (one that was erased is known as well: the
 *      row is left out);
 *   2. else the first unique one makes a new member;
 *   3. a row without unique ones goes to the one customer that has a shared one;
 *      when several have it, to the customer known by nothing else, made once.
 * What the row knows besides is attached to the member; a unique identifier that
 * is another customer's is not moved but counted as a suggestion.
 *
 * Always: numbers 1 .. n_members are members; what is not yet written are the
 * texts from `n_written` on, `also` from `n_also_written` on, and so forth.
 */
#include "store/members.h"

#include "base/checked.h"
#include "base/intern.h"
#include "store/inside.h"
#include "store/named.h"
#include "store/normal.h"
#include "store/tombstones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 128,
    MAX_KINDS = 4096,
    MAX_NUMBER = INT32_MAX, /* members, problems */
};

/* One more member that has a shared identifier. */
typedef struct also {
    uint32_t number, member;
    uint32_t next; /* 1 + index of the one before; 0: none */
} also;

/* A growing array of one type. */
typedef struct list {
    void *ptr;
    size_t n, cap;
} list;

typedef struct kind {
    fh_str name; /* NUL-terminated, own memory */
    uint32_t id;
    bool shared, fresh; /* fresh: not yet written */
    fh_spelling spelling;
    fh_intern *texts;
    list members;   /* uint32_t: [number - 1] the (first) member */
    uint32_t alike; /* numbers 1 .. alike are the numbers of their members */
    list direct;    /* uint32_t: [value] the number of the text that is this decimal; 0: ask.
                       Of plainly spelled unique kinds only */
    list also_head; /* uint32_t: [number - 1] shared kinds only; 1 + index in `also` */
    list also;
    uint32_t n_written, n_also_written;
} kind;

typedef struct suggestion {
    uint32_t a, b, kind;
    uint64_t times;
} suggestion;

struct fh_resolver {
    fh_org *org;
    int64_t version;
    int64_t last_list; /* of identifiers at rest, taken in */
    list kinds;        /* kind *: they do not move */
    list customer;     /* uint32_t: [member]; empty as long as all are themselves */
    list unique;       /* uint64_t: bit per member that has a unique identifier */
    uint32_t n_members, n_members_written;
    fh_intern *erased; /* tombstones; NULL: none */
    fh_tomb_key key;
    bool problems_loaded;
    fh_intern *problems; /* customer (4 bytes), name */
    list problem;        /* uint32_t: [number - 1] the problem's own number */
    list problem_member; /* uint32_t: [number - 1] */
    uint32_t n_problems_written;
    int64_t last_problem, last_problem_written;
    fh_intern *suggested; /* "a b kind" NUL value */
    list suggestions;     /* suggestion: [number - 1] since the last flush */
    fh_buf space;         /* for one spelling */
    fh_arena *spelled;    /* spellings of a chunk */
};

/* An identifier of a row on its way through the passes. */
typedef struct asked {
    kind *kind;
    fh_str value;
    uint64_t hash;    /* not set when the number was found directly */
    uint32_t number;  /* 0: unknown */
    uint32_t decimal; /* its value; UINT32_MAX: none */
    bool direct;      /* there is a place for it in kind->direct */
    bool erased;
} asked;

static bool list_reserve(list *l, size_t n, size_t size)
{
    if (n <= l->cap) return true;
    size_t cap = l->cap + l->cap / 2, bytes;
    if (cap < n) cap = n;
    if (cap < 16) cap = 16;
    if (!fh_mul_size(cap, size, &bytes)) return false;
    void *bigger = realloc(l->ptr, bytes);
    if (!bigger) return false;
    l->ptr = bigger;
    l->cap = cap;
    return true;
}

static bool push_u32(list *l, uint32_t v)
{
    if (!list_reserve(l, l->n + 1, sizeof v)) return false;
    ((uint32_t *)l->ptr)[l->n++] = v;
    return true;
}

static uint32_t u32_at(const list *l, size_t i)
{
    return ((const uint32_t *)l->ptr)[i];
}

static kind *kind_at(const fh_resolver *r, size_t i)
{
    return ((kind *const *)r->kinds.ptr)[i];
}

/* ---- Members and customers ------------------------------------------------------------- */

static uint32_t customer_of(const fh_resolver *r, uint32_t member)
{
    return member < r->customer.n ? u32_at(&r->customer, member) : member;
}

static bool has_unique(const fh_resolver *r, uint32_t member)
{
    const size_t word = member >> 6;
    return word < r->unique.n && (((const uint64_t *)r->unique.ptr)[word] >> (member & 63) & 1);
}

static bool set_unique(fh_resolver *r, uint32_t member)
{
    const size_t word = member >> 6;
    if (!list_reserve(&r->unique, word + 1, sizeof(uint64_t))) return false;
    uint64_t *bits = r->unique.ptr;
    while (r->unique.n <= word) bits[r->unique.n++] = 0;
    bits[word] |= UINT64_C(1) << (member & 63);
    return true;
}

static fh_status new_member(fh_resolver *r, uint32_t *out, fh_error *err)
{
    if (r->n_members == MAX_NUMBER) return fh_fail(err, FH_LIMIT, "there are too many customers");
    *out = ++r->n_members;
    return FH_OK;
}

/* ---- Kinds ------------------------------------------------------------------------------ */

static void kind_free(kind *k)
{
    if (!k) return;
    fh_intern_free(k->texts);
    free(k->members.ptr);
    free(k->direct.ptr);
    free(k->also_head.ptr);
    free(k->also.ptr);
    free(k);
}

static fh_status add_kind(fh_resolver *r, fh_str name, uint32_t id, bool shared, kind **out,
                          fh_error *err)
{
    if (r->kinds.n == MAX_KINDS)
        return fh_fail(err, FH_LIMIT, "there are more than %d kinds of identifiers", MAX_KINDS);
    if (!list_reserve(&r->kinds, r->kinds.n + 1, sizeof(kind *))) return fh_no_memory(err);
    kind *k = calloc(1, sizeof *k + name.len + 1);
    if (!k) return fh_no_memory(err);
    char *text = (char *)(k + 1);
    if (name.len) memcpy(text, name.ptr, name.len);
    *k = (kind){.name = {text, name.len},
                .id = id,
                .shared = shared,
                .spelling = fh_spelling_of(name),
                .texts = fh_intern_new(NULL)};
    if (!k->texts) {
        kind_free(k);
        return fh_no_memory(err);
    }
    ((kind **)r->kinds.ptr)[r->kinds.n++] = k;
    *out = k;
    return FH_OK;
}

static kind *find_kind(const fh_resolver *r, fh_str name)
{
    for (size_t i = 0; i < r->kinds.n; i++)
        if (fh_str_eq(kind_at(r, i)->name, name)) return kind_at(r, i);
    return NULL;
}

static fh_status kind_named(fh_resolver *r, fh_str name, kind **out, fh_error *err)
{
    *out = find_kind(r, name);
    if (*out) return FH_OK;
    uint32_t id = 1;
    for (size_t i = 0; i < r->kinds.n; i++)
        if (kind_at(r, i)->id >= id) id = kind_at(r, i)->id + 1;
    const fh_status status = add_kind(r, name, id, false, out, err);
    if (status == FH_OK) (*out)->fresh = true;
    return status;
}

static kind *kind_by_id(const fh_resolver *r, uint32_t id)
{
    for (size_t i = 0; i < r->kinds.n; i++)
        if (kind_at(r, i)->id == id) return kind_at(r, i);
    return NULL;
}

/* ---- Identifiers --------------------------------------------------------------------------- */

static uint32_t member_of(const kind *k, uint32_t number)
{
    return number <= k->alike ? number : u32_at(&k->members, number - 1);
}

/* Goes through all members of a shared identifier: *at 0 begins, 0 returned ends. */
static uint32_t next_member(const kind *k, uint32_t number, uint32_t *at)
{
    if (*at == 0) {
        *at = UINT32_MAX;
        return member_of(k, number);
    }
    const uint32_t i = *at == UINT32_MAX ? u32_at(&k->also_head, number - 1) : *at - 1;
    const also *all = k->also.ptr;
    const uint32_t entry = *at == UINT32_MAX ? i : all[i].next;
    if (entry == 0) return 0;
    *at = entry;
    return all[entry - 1].member;
}

static bool add_also(kind *k, uint32_t number, uint32_t member)
{
    if (!list_reserve(&k->also, k->also.n + 1, sizeof(also))) return false;
    uint32_t *head = (uint32_t *)k->also_head.ptr + number - 1;
    ((also *)k->also.ptr)[k->also.n++] = (also){number, member, *head};
    *head = (uint32_t)k->also.n;
    return true;
}

/* Many systems number their customers: "1", "2", ... A text that is a decimal as such
 * a number is written is found by it, without hashing or touching the text, as long
 * as the numbers lie close enough. What is not found so is asked in the usual way. */
enum { DIRECT_DIGITS = 9, DIRECT_SPARE = 1 << 14, DIRECT_SHARE = 4 };

/* The value of a decimal without sign or leading zero; UINT32_MAX: it is none. */
static inline uint32_t decimal_of(fh_str s)
{
    uint32_t v = 0;
    if (s.len == 0 || s.len > DIRECT_DIGITS || s.ptr[0] == '0') return UINT32_MAX;
    for (size_t i = 0; i < s.len; i++) {
        const uint32_t digit = (uint32_t)(unsigned char)s.ptr[i] - '0';
        if (digit > 9) return UINT32_MAX;
        v = v * 10 + digit;
    }
    return v;
}

/* Notes where a number can be found directly; without memory for it, it is not. */
static void note_direct(kind *k, uint32_t decimal, uint32_t number)
{
    const size_t most = (size_t)fh_intern_count(k->texts) * DIRECT_SHARE + DIRECT_SPARE;
    if (decimal >= most || k->shared || k->spelling != FH_SPELL_PLAIN) return;
    if (decimal >= k->direct.n) {
        if (!list_reserve(&k->direct, (size_t)decimal + 1, sizeof(uint32_t))) return;
        memset((uint32_t *)k->direct.ptr + k->direct.n, 0,
               (k->direct.cap - k->direct.n) * sizeof(uint32_t));
        k->direct.n = k->direct.cap;
    }
    ((uint32_t *)k->direct.ptr)[decimal] = number;
}

/* Attaches an identifier to a member; of a unique kind it must be unknown. */
static bool attach(fh_resolver *r, kind *k, fh_str value, uint64_t hash, uint32_t member)
{
    const uint32_t before = fh_intern_count(k->texts);
    const uint32_t number = fh_intern_add(k->texts, value, hash);
    if (number == 0 || (!k->shared && !set_unique(r, member))) return false;
    if (number <= before) return !k->shared || add_also(k, number, member);
    if (!push_u32(&k->members, member) || (k->shared && !push_u32(&k->also_head, 0))) return false;
    k->alike += number == member && number == k->alike + 1;
    note_direct(k, decimal_of(value), number);
    return true;
}

static bool is_erased(const fh_resolver *r, const kind *k, fh_str value)
{
    if (!r->erased) return false;
    const fh_tomb tomb = fh_tombstone(&r->key, k->name, value);
    const fh_str hash = {tomb.hex, sizeof tomb.hex};
    return fh_intern_find(r->erased, hash, fh_intern_hash(hash)) != 0;
}

/* ---- Suggestions ---------------------------------------------------------------------------- */

static fh_status suggest(fh_resolver *r, uint32_t one, uint32_t other, const kind *k, fh_str value,
                         fh_error *err)
{
    const uint32_t a = one < other ? one : other, b = one < other ? other : one;
    char key[64 + FH_IDENTIFIER_MAX * 4];
    const int n = snprintf(key, 64, "%u %u %u", a, b, k->id);
    if (value.len > sizeof key - 64) return FH_OK; /* cannot be: see fh_normal */
    memcpy(key + n + 1, value.ptr, value.len);
    const fh_str text = {key, (size_t)n + 1 + value.len};
    const uint32_t before = fh_intern_count(r->suggested);
    const uint32_t number = fh_intern_add(r->suggested, text, fh_intern_hash(text));
    if (number == 0 ||
        (number > before && !list_reserve(&r->suggestions, number, sizeof(suggestion))))
        return fh_no_memory(err);
    suggestion *s = (suggestion *)r->suggestions.ptr + number - 1;
    if (number > before) {
        *s = (suggestion){a, b, k->id, 0};
        r->suggestions.n = number;
    }
    s->times++;
    return FH_OK;
}

/* ---- Deciding ------------------------------------------------------------------------------- */

/* Whether a customer of its own (known by no unique identifier) has it, or exactly
 * one customer: that member; else 0. */
static uint32_t only_customer(const fh_resolver *r, const asked *q)
{
    uint32_t at = 0, found = 0, m;
    while ((m = next_member(q->kind, q->number, &at)) != 0) {
        if (customer_of(r, m) == 0) continue;
        if (found && customer_of(r, found) != customer_of(r, m)) return 0;
        if (!found) found = m;
    }
    return found;
}

static uint32_t nameless_customer(const fh_resolver *r, const asked *q)
{
    uint32_t at = 0, found = 0, m;
    while ((m = next_member(q->kind, q->number, &at)) != 0)
        if (customer_of(r, m) == m && !has_unique(r, m) && (!found || m < found)) found = m;
    return found;
}

/* A row without unique identifiers. *member 0: nobody is known by these. */
static void decide_shared(const fh_resolver *r, const asked *q, uint32_t n, uint32_t *member,
                          bool *erased)
{
    *member = 0;
    for (uint32_t i = 0; i < n && !*member; i++)
        if (q[i].number) *member = only_customer(r, &q[i]);
    for (uint32_t i = 0; i < n && !*member; i++)
        if (q[i].number) *member = nameless_customer(r, &q[i]);
    for (uint32_t i = 0; i < n && !*member; i++) *erased |= q[i].erased;
}

/* Finds what is known of a row and who decides it. *member 0: a new one. */
static void decide(fh_resolver *r, asked *q, uint32_t n, uint32_t *member, bool *erased)
{
    bool any_unique = false;
    *member = 0;
    *erased = false;
    for (uint32_t i = 0; i < n; i++) {
        /* Unknown to the pass before; a row since then may have told. */
        if (!q[i].number) q[i].number = fh_intern_find(q[i].kind->texts, q[i].value, q[i].hash);
        q[i].erased = !q[i].number && is_erased(r, q[i].kind, q[i].value);
        if (q[i].kind->shared) continue;
        any_unique = true;
        if (*member || *erased) continue;
        if (q[i].number)
            *member = member_of(q[i].kind, q[i].number);
        else
            *erased = q[i].erased;
    }
    if (!any_unique) decide_shared(r, q, n, member, erased);
}

static bool has_it(const fh_resolver *r, const asked *q, uint32_t customer)
{
    uint32_t at = 0, m;
    while ((m = next_member(q->kind, q->number, &at)) != 0)
        if (customer_of(r, m) == customer) return true;
    return false;
}

/* What else the row tells about the member it was given to. */
static fh_status attach_rest(fh_resolver *r, asked *q, uint32_t n, uint32_t member, fh_error *err)
{
    const uint32_t customer = customer_of(r, member);
    for (uint32_t i = 0; i < n; i++) {
        kind *k = q[i].kind;
        if (q[i].erased) continue;
        /* An earlier identifier of this row may have been the same. */
        if (!q[i].number) q[i].number = fh_intern_find(k->texts, q[i].value, q[i].hash);
        if (!q[i].number || (k->shared && !has_it(r, &q[i], customer))) {
            if (!attach(r, k, q[i].value, q[i].hash, member)) return fh_no_memory(err);
        } else if (!k->shared) {
            const uint32_t other = customer_of(r, member_of(k, q[i].number));
            const fh_status status =
                other == customer ? FH_OK : suggest(r, customer, other, k, q[i].value, err);
            if (status != FH_OK) return status;
        }
    }
    return FH_OK;
}

static fh_status resolve_row(fh_resolver *r, asked *q, uint32_t n, fh_resolved *out, fh_error *err)
{
    uint32_t member = 0;
    bool erased = false;
    decide(r, q, n, &member, &erased);
    if (erased) {
        *out = (fh_resolved){0, 0};
        return FH_OK;
    }
    fh_status status = FH_OK;
    if (!member) {
        status = new_member(r, &member, err);
        if (status == FH_OK) status = attach_rest(r, q, n, member, err);
    } else if (n > 1) {
        status = attach_rest(r, q, n, member, err);
    }
    if (status == FH_OK) *out = (fh_resolved){member, customer_of(r, member)};
    return status;
}

/* What the row before had in this place: the very same text of the kind's name, as
 * long as the rows of a batch live. */
typedef struct guess {
    fh_str name;
    kind *kind;
} guess;

static fh_status spell(fh_resolver *r, asked *q, fh_error *err)
{
    const fh_status status = fh_normal(q->kind->spelling, q->value, &r->space, &q->value, err);
    if (status != FH_OK) return status;
    return q->value.ptr == r->space.ptr && !fh_arena_str(r->spelled, q->value, &q->value)
               ? fh_no_memory(err)
               : FH_OK;
}

/* First pass: kind, spelling, and the place to look it up, which is on its way. */
static inline fh_status ask(fh_resolver *r, const fh_identifier *id, guess *before, asked *out,
                            fh_error *err)
{
    if (before->name.ptr != id->kind.ptr || before->name.len != id->kind.len || !before->kind) {
        const fh_status status = kind_named(r, id->kind, &before->kind, err);
        if (status != FH_OK) return status;
        before->name = id->kind;
    }
    const uint32_t decimal = decimal_of(id->value);
    *out = (asked){.kind = before->kind, .value = id->value, .decimal = decimal};
    if (decimal < out->kind->direct.n) {
        out->direct = true;
        __builtin_prefetch((uint32_t *)out->kind->direct.ptr + decimal);
        return FH_OK;
    }
    if (out->kind->spelling != FH_SPELL_PLAIN || !fh_is_plainly_normal(id->value)) {
        const fh_status status = spell(r, out, err);
        if (status != FH_OK) return status;
    }
    out->hash = fh_intern_hash(out->value);
    fh_intern_prefetch(out->kind->texts, out->hash);
    return FH_OK;
}

static inline void find(asked *q)
{
    if (q->direct) {
        q->number = u32_at(&q->kind->direct, q->decimal);
        if (q->number) return;
        q->hash = fh_intern_hash(q->value);
    }
    q->number = fh_intern_find(q->kind->texts, q->value, q->hash);
    if (q->number && q->decimal < UINT32_MAX) note_direct(q->kind, q->decimal, q->number);
}

static fh_status resolve_chunk(fh_resolver *r, const fh_interaction *rows, size_t n, asked *q,
                               fh_resolved *out, fh_error *err)
{
    guess before[FH_MAX_IDENTIFIERS] = {{{0}, NULL}};
    size_t n_asked = 0;
    fh_status status = FH_OK;
    fh_arena_reset(r->spelled);
    for (size_t i = 0; i < n; i++) {
        const uint32_t n_ids = rows[i].n_identifiers;
        if (n_ids == 0 || n_ids > FH_MAX_IDENTIFIERS)
            return fh_fail(err, FH_INVALID, "row %llu names no customer",
                           (unsigned long long)rows[i].row);
        for (uint32_t k = 0; k < n_ids && status == FH_OK; k++)
            status = ask(r, &rows[i].identifier[k], &before[k], &q[n_asked++], err);
        if (status != FH_OK) return status;
    }
    for (size_t i = 0; i < n_asked; i++)
        if (!q[i].direct) fh_intern_prefetch_text(q[i].kind->texts, q[i].hash);
    for (size_t i = 0; i < n_asked; i++) {
        find(&q[i]);
        if (q[i].number > q[i].kind->alike)
            __builtin_prefetch((uint32_t *)q[i].kind->members.ptr + q[i].number - 1);
    }
    for (size_t i = 0, at = 0; i < n && status == FH_OK; i++) {
        const uint32_t n_ids = rows[i].n_identifiers;
        if (n_ids == 1 && q[at].number && !q[at].kind->shared) {
            const uint32_t member = member_of(q[at].kind, q[at].number);
            out[i] = (fh_resolved){member, customer_of(r, member)};
        } else {
            status = resolve_row(r, q + at, n_ids, &out[i], err);
        }
        at += n_ids;
    }
    return status;
}

fh_status fh_resolve(fh_resolver *r, const fh_interaction *rows, size_t n, fh_resolved *out,
                     fh_error *err)
{
    asked q[CHUNK * FH_MAX_IDENTIFIERS];
    fh_status status = FH_OK;
    for (size_t i = 0; i < n && status == FH_OK; i += CHUNK)
        status = resolve_chunk(r, rows + i, n - i < CHUNK ? n - i : (size_t)CHUNK, q, out + i, err);
    return status;
}

/* ---- Problems ------------------------------------------------------------------------------- */

static bool add_problem(fh_resolver *r, uint32_t member, fh_str name, uint32_t number)
{
    char small[256];
    const uint32_t customer = customer_of(r, member);
    char *key =
        name.len + sizeof customer <= sizeof small ? small : malloc(name.len + sizeof customer);
    if (!key) return false;
    memcpy(key, &customer, sizeof customer);
    if (name.len) memcpy(key + sizeof customer, name.ptr, name.len);
    const fh_str text = {key, name.len + sizeof customer};
    const uint32_t before = fh_intern_count(r->problems);
    const uint32_t entry = fh_intern_add(r->problems, text, fh_intern_hash(text));
    if (key != small) free(key);
    if (entry == 0) return false;
    if (entry <= before) return true; /* two customers became one: the first number stays */
    return push_u32(&r->problem, number) && push_u32(&r->problem_member, member);
}

/* Those behind the last one known. */
static fh_status load_problems(fh_resolver *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    const int64_t known = r->last_problem;
    if (!r->problems && !(r->problems = fh_intern_new(NULL))) return fh_no_memory(err);
    fh_status status = fh_counter_last(r->org, "problem", &r->last_problem, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(r->org),
                               "SELECT problem, member, name FROM problem WHERE problem > $1 "
                               "ORDER BY problem",
                               &s, err);
    if (status == FH_OK) fh_stmt_bind_i64(s, 1, known);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        if (!add_problem(r, (uint32_t)fh_stmt_i64(s, 1), fh_stmt_text(s, 2),
                         (uint32_t)fh_stmt_i64(s, 0)))
            status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    r->n_problems_written = fh_intern_count(r->problems);
    r->last_problem_written = r->last_problem;
    r->problems_loaded = status == FH_OK;
    return status;
}

fh_status fh_resolve_problem(fh_resolver *r, uint32_t member, fh_str name, uint32_t *out,
                             fh_error *err)
{
    char small[256];
    fh_status status = r->problems_loaded ? FH_OK : load_problems(r, err);
    if (status != FH_OK) return status;
    const uint32_t customer = customer_of(r, member);
    if (name.len > sizeof small - sizeof customer) {
        (void)fh_fail(err, FH_LIMIT, "the problem '%.*s...' has a name of more than %zu bytes", 40,
                      name.ptr, sizeof small - sizeof customer);
        return fh_hint(err, FH_LIMIT, "Map a column that holds numbers or short names.");
    }
    memcpy(small, &customer, sizeof customer);
    if (name.len) memcpy(small + sizeof customer, name.ptr, name.len);
    const fh_str text = {small, name.len + sizeof customer};
    const uint64_t hash = fh_intern_hash(text);
    uint32_t entry = fh_intern_find(r->problems, text, hash);
    if (!entry) {
        if (r->last_problem == MAX_NUMBER)
            return fh_fail(err, FH_LIMIT, "there are too many problems");
        entry = fh_intern_add(r->problems, text, hash);
        if (!entry || !push_u32(&r->problem, (uint32_t)(r->last_problem + 1)) ||
            !push_u32(&r->problem_member, member))
            return fh_no_memory(err);
        r->last_problem++;
    }
    *out = u32_at(&r->problem, entry - 1);
    return FH_OK;
}

/* ---- Loading -------------------------------------------------------------------------------- */

static fh_status load_kinds(fh_resolver *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status = fh_db_prepare(
        fh_org_db(r->org), "SELECT kind, name, shared FROM identity_kind ORDER BY kind", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        const bool shared = fh_stmt_i64(s, 2) != 0;
        kind *k = find_kind(r, fh_stmt_text(s, 1));
        if (!k)
            status = add_kind(r, fh_stmt_text(s, 1), (uint32_t)fh_stmt_i64(s, 0), shared, &k, err);
        else if (k->shared != shared)
            status = fh_fail(err, FH_CONFLICT, "a kind of identifiers is shared otherwise now");
    }
    fh_stmt_done(s);
    return status;
}

/* Who is not a customer of his own. */
static fh_status load_members(fh_resolver *r, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    int64_t last = 0;
    fh_status status = fh_counter_last(r->org, "member", &last, err);
    if (status == FH_OK && (last < 0 || last > MAX_NUMBER))
        status = fh_fail(err, FH_CORRUPT, "the number of customers is damaged");
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(r->org),
                               "SELECT member, customer FROM identity_member ORDER BY member DESC",
                               &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        const int64_t member = fh_stmt_i64(s, 0), customer = fh_stmt_i64(s, 1);
        if (member < 1 || member > last || customer < 0 || customer > last) {
            status = fh_fail(err, FH_CORRUPT, "a row of table identity_member is damaged");
            break;
        }
        if (!list_reserve(&r->customer, (size_t)member + 1, sizeof(uint32_t))) {
            status = fh_no_memory(err);
            break;
        }
        uint32_t *to = r->customer.ptr; /* the largest member comes first */
        while (r->customer.n <= (size_t)member) {
            to[r->customer.n] = (uint32_t)r->customer.n;
            r->customer.n++;
        }
        to[member] = (uint32_t)customer;
    }
    fh_stmt_done(s);
    r->n_members = r->n_members_written = (uint32_t)last;
    return status;
}

/* Lists that were put together anew tell what is known already. */
static bool is_attached(const kind *k, const fh_named *named)
{
    uint32_t at = 0, m = 0;
    const uint32_t number = fh_intern_find(k->texts, named->value, fh_intern_hash(named->value));
    if (!number || !k->shared) return number != 0;
    while ((m = next_member(k, number, &at)) != 0)
        if (m == named->member) return true;
    return false;
}

static fh_status load_named(void *ctx, const fh_named *named, fh_error *err)
{
    fh_resolver *r = ctx;
    kind *k = kind_by_id(r, named->kind);
    if (!k || named->member == 0 || named->member > r->n_members)
        return fh_fail(err, FH_CORRUPT, "a list of identifiers names what is not there");
    if (r->last_list && is_attached(k, named)) return FH_OK;
    if (!attach(r, k, named->value, fh_intern_hash(named->value), named->member))
        return fh_no_memory(err);
    return FH_OK;
}

static fh_status load_tombstone(void *ctx, fh_str hash, fh_error *err)
{
    fh_resolver *r = ctx;
    if (!r->erased && !(r->erased = fh_intern_new(NULL))) return fh_no_memory(err);
    return fh_intern_add(r->erased, hash, fh_intern_hash(hash)) ? FH_OK : fh_no_memory(err);
}

static void all_written(fh_resolver *r)
{
    for (size_t i = 0; i < r->kinds.n; i++) {
        kind *k = kind_at(r, i);
        k->fresh = false;
        k->n_written = fh_intern_count(k->texts);
        k->n_also_written = (uint32_t)k->also.n;
    }
    r->n_members_written = r->n_members;
    r->n_problems_written = (uint32_t)r->problem.n;
    r->last_problem_written = r->last_problem;
}

static fh_status load(fh_resolver *r, fh_error *err)
{
    fh_status status = fh_identities_version(r->org, &r->version, err);
    if (status == FH_OK) status = load_kinds(r, err);
    if (status == FH_OK) status = load_members(r, err);
    if (status == FH_OK) status = fh_named_each(r->org, 0, UINT32_MAX, load_named, r, err);
    if (status == FH_OK) status = fh_counter_last(r->org, "identity-list", &r->last_list, err);
    if (status == FH_OK) status = fh_tombstones_each(r->org, load_tombstone, r, err);
    if (status == FH_OK && r->erased) status = fh_tomb_key_get(r->org, false, &r->key, err);
    all_written(r);
    return status;
}

/* Problems are known by customer: when members changed hands, all are read anew. */
static fh_status reload_problems(fh_resolver *r, bool moved, fh_error *err)
{
    if (!r->problems_loaded) return FH_OK;
    if (moved) {
        fh_intern_free(r->problems);
        r->problems = NULL;
        r->problem.n = r->problem_member.n = 0;
        r->last_problem = 0;
    }
    return load_problems(r, err);
}

fh_status fh_resolver_refresh(fh_resolver *r, fh_error *err)
{
    int64_t now = 0;
    fh_status status = fh_identities_version(r->org, &now, err);
    if (status != FH_OK || now == r->version) return status;
    list before = r->customer;
    r->customer = (list){0};
    status = load_kinds(r, err);
    if (status == FH_OK) status = load_members(r, err);
    const bool moved =
        before.n != r->customer.n ||
        (before.n && memcmp(before.ptr, r->customer.ptr, before.n * sizeof(uint32_t)) != 0);
    free(before.ptr);
    if (status == FH_OK) status = fh_named_since(r->org, r->last_list, load_named, r, err);
    if (status == FH_OK) status = fh_counter_last(r->org, "identity-list", &r->last_list, err);
    if (status == FH_OK) status = fh_tombstones_each(r->org, load_tombstone, r, err);
    if (status == FH_OK && r->erased) status = fh_tomb_key_get(r->org, false, &r->key, err);
    if (status == FH_OK) status = reload_problems(r, moved, err);
    if (status != FH_OK) return status;
    all_written(r);
    r->version = now;
    return FH_OK;
}

fh_status fh_resolver_new(fh_org *org, fh_resolver **out, fh_error *err)
{
    fh_resolver *r = calloc(1, sizeof *r);
    if (!r) return fh_no_memory(err);
    r->org = org;
    fh_buf_init(&r->space, NULL, 1 << 16);
    r->spelled = fh_arena_new(NULL);
    r->suggested = fh_intern_new(NULL);
    const fh_status status = r->spelled && r->suggested ? load(r, err) : fh_no_memory(err);
    if (status == FH_OK)
        *out = r;
    else
        fh_resolver_free(r);
    return status;
}

void fh_resolver_free(fh_resolver *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->kinds.n; i++) kind_free(kind_at(r, i));
    free(r->kinds.ptr);
    free(r->customer.ptr);
    free(r->unique.ptr);
    free(r->problem.ptr);
    free(r->problem_member.ptr);
    free(r->suggestions.ptr);
    fh_intern_free(r->erased);
    fh_intern_free(r->problems);
    fh_intern_free(r->suggested);
    fh_arena_free(r->spelled);
    fh_buf_free(&r->space);
    free(r);
}

/* ---- Writing -------------------------------------------------------------------------------- */

static fh_status write_kinds(fh_resolver *r, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = FH_OK;
    for (size_t i = 0; i < r->kinds.n && status == FH_OK; i++) {
        const kind *k = kind_at(r, i);
        if (!k->fresh) continue;
        if (!s)
            status = fh_db_prepare(
                fh_org_db(r->org),
                "INSERT INTO identity_kind (kind, name, shared) VALUES ($1, $2, 0)", &s, err);
        if (status != FH_OK) break;
        fh_stmt_bind_i64(s, 1, k->id);
        fh_stmt_bind_text(s, 2, k->name);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status write_named(fh_resolver *r, fh_error *err)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < r->kinds.n; i++) {
        const kind *k = kind_at(r, i);
        n += fh_intern_count(k->texts) - k->n_written + k->also.n - k->n_also_written;
    }
    if (n == 0) return FH_OK;
    fh_named *named = calloc(n, sizeof *named);
    if (!named) return fh_no_memory(err);
    for (size_t i = 0; i < r->kinds.n; i++) {
        const kind *k = kind_at(r, i);
        for (uint32_t t = k->n_written + 1; t <= fh_intern_count(k->texts); t++)
            named[at++] = (fh_named){member_of(k, t), k->id, fh_intern_text(k->texts, t)};
        for (size_t a = k->n_also_written; a < k->also.n; a++) {
            const also *more = (const also *)k->also.ptr + a;
            named[at++] = (fh_named){more->member, k->id, fh_intern_text(k->texts, more->number)};
        }
    }
    const fh_status status = fh_named_put(r->org, named, n, err);
    free(named);
    return status;
}

static fh_status write_problems(fh_resolver *r, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = FH_OK;
    if (r->n_problems_written < r->problem.n)
        status = fh_db_prepare(fh_org_db(r->org),
                               "INSERT INTO problem (problem, member, name) VALUES ($1, $2, $3)",
                               &s, err);
    for (size_t i = r->n_problems_written; i < r->problem.n && status == FH_OK; i++) {
        fh_str name = fh_intern_text(r->problems, (uint32_t)i + 1);
        name.ptr += sizeof(uint32_t);
        name.len -= sizeof(uint32_t);
        fh_stmt_bind_i64(s, 1, u32_at(&r->problem, i));
        fh_stmt_bind_i64(s, 2, u32_at(&r->problem_member, i));
        fh_stmt_bind_text(s, 3, name);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status write_suggestions(fh_resolver *r, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = FH_OK;
    if (r->suggestions.n)
        status = fh_db_prepare(fh_org_db(r->org),
                               "INSERT INTO identity_suggestion (a, b, kind, value, times) "
                               "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (a, b, kind, value) "
                               "DO UPDATE SET times = identity_suggestion.times + excluded.times",
                               &s, err);
    for (size_t i = 0; i < r->suggestions.n && status == FH_OK; i++) {
        const suggestion *g = (const suggestion *)r->suggestions.ptr + i;
        if (g->times == 0) continue; /* written before */
        const fh_str key = fh_intern_text(r->suggested, (uint32_t)i + 1);
        const size_t skip = strlen(key.ptr) + 1;
        fh_stmt_bind_i64(s, 1, g->a);
        fh_stmt_bind_i64(s, 2, g->b);
        fh_stmt_bind_i64(s, 3, g->kind);
        fh_stmt_bind_text(s, 4, (fh_str){key.ptr + skip, key.len - skip});
        fh_stmt_bind_i64(s, 5, (int64_t)g->times);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

/* Takes numbers from a counter and makes sure that they are the ones already
 * handed out in memory. */
static fh_status take(fh_org *org, const char *counter, int64_t before, int64_t now, fh_error *err)
{
    int64_t first = before + 1;
    if (now == before) return FH_OK;
    const fh_status status = fh_org_numbers(org, counter, now - before, &first, err);
    if (status != FH_OK || first == before + 1) return status;
    return fh_fail(err, FH_CONFLICT, "who is who was changed by another process meanwhile");
}

static bool anything_new(const fh_resolver *r)
{
    bool any = r->n_members > r->n_members_written || r->last_problem > r->last_problem_written;
    for (size_t i = 0; i < r->kinds.n && !any; i++) {
        const kind *k = kind_at(r, i);
        any = k->fresh || fh_intern_count(k->texts) > k->n_written || k->also.n > k->n_also_written;
    }
    return any;
}

fh_status fh_resolver_flush(fh_resolver *r, fh_error *err)
{
    int64_t now = 0;
    fh_status status = fh_identities_version(r->org, &now, err);
    if (status != FH_OK) return status;
    if (now != r->version) {
        (void)fh_fail(err, FH_CONFLICT, "who is who was changed by another process meanwhile");
        return fh_hint(err, FH_CONFLICT, "Nothing was written; run it again.");
    }
    const bool changed = anything_new(r);
    /* Before there is anyone to be erased, so that every backup has the key. */
    if (r->n_members_written == 0 && changed) status = fh_tomb_key_get(r->org, true, &r->key, err);
    if (status == FH_OK) status = take(r->org, "member", r->n_members_written, r->n_members, err);
    if (status == FH_OK)
        status = take(r->org, "problem", r->last_problem_written, r->last_problem, err);
    if (status == FH_OK) status = write_kinds(r, err);
    if (status == FH_OK) status = write_named(r, err);
    if (status == FH_OK) status = fh_counter_last(r->org, "identity-list", &r->last_list, err);
    if (status == FH_OK) status = write_problems(r, err);
    if (status == FH_OK) status = write_suggestions(r, err);
    if (status == FH_OK && changed) status = fh_identities_changed(r->org, &r->version, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < r->suggestions.n; i++) ((suggestion *)r->suggestions.ptr)[i].times = 0;
    all_written(r);
    return FH_OK;
}
