/* named.c - identifiers at rest (see named.h).
 *
 * A body is a head (magic, count, xxh3 of what follows) and then, in little-endian
 *
 *     FHL1   member u32, kind u16, length u16, bytes     ... in order of member
 *     FHX1   hash u64, member u32                        ... in order of hash
 *
 * New index entries become a run of their own, together with every older run that
 * is not more than twice as large: so there are few runs, and each entry is
 * rewritten a logarithmic number of times. Hashes have 63 bits, for a BIGINT.
 *
 * Always: a list's lo and hi are those of its entries; a chunk's `first` is its
 * smallest hash, and equal hashes of a run stand in one chunk.
 */
#include "store/named.h"

#include "base/checked.h"
#include "base/sort.h"
#include "store/inside.h"
#include "store/named_parts.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    HEAD = 16,
    PAIR = FH_PAIR_BYTES,
    LIST_TARGET = 256,
    CHUNK_TARGET = 4096,
    MAX_BODY = 1 << 24
};

static const char list_magic[4] = {'F', 'H', 'L', '1'};
static const char index_magic[4] = {'F', 'H', 'X', '1'};

uint64_t fh_named_hash(uint32_t kind, fh_str value)
{
    return XXH3_64bits_withSeed(value.ptr, value.len, kind) >> 1;
}

/* ---- Bodies ------------------------------------------------------------------------- */

static void put_le(char *to, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = (char)(unsigned char)(v >> (8 * i));
}

static uint64_t get_le(const char *from, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) v |= (uint64_t)(unsigned char)from[i] << (8 * i);
    return v;
}

static void body_begin(fh_buf *body, const char magic[4])
{
    char head[HEAD] = {0};
    memcpy(head, magic, 4);
    fh_buf_clear(body);
    fh_buf_put(body, head, sizeof head);
}

static void body_end(fh_buf *body, size_t n)
{
    if (body->status != FH_OK) return;
    put_le(body->ptr + 4, n, 4);
    put_le(body->ptr + 8, XXH3_64bits(body->ptr + HEAD, body->len - HEAD), 8);
}

static fh_status body_check(fh_str body, const char magic[4], const char *table, uint32_t *n,
                            fh_error *err)
{
    if (body.len >= HEAD && memcmp(body.ptr, magic, 4) == 0 &&
        get_le(body.ptr + 8, 8) == XXH3_64bits(body.ptr + HEAD, body.len - HEAD)) {
        *n = (uint32_t)get_le(body.ptr + 4, 4);
        return FH_OK;
    }
    (void)fh_fail(err, FH_CORRUPT, "a row of table %s is damaged", table);
    return fh_hint(err, FH_CORRUPT, "Restore the organisation's file from a backup.");
}

static void body_named(fh_buf *body, const fh_named *named)
{
    char head[8];
    put_le(head, named->member, 4);
    put_le(head + 4, named->kind, 2);
    put_le(head + 6, named->value.len, 2);
    fh_buf_put(body, head, sizeof head);
    fh_buf_str(body, named->value);
}

fh_status fh_named_body(fh_str body, fh_each_named *each, void *ctx, fh_error *err)
{
    uint32_t n = 0;
    fh_status status = body_check(body, list_magic, "identity_list", &n, err);
    if (status != FH_OK) return status;
    const char *at = body.ptr + HEAD, *end = body.ptr + body.len;
    for (uint32_t i = 0; i < n && status == FH_OK; i++) {
        if (end - at < 8) return fh_fail(err, FH_CORRUPT, "a list of identifiers is cut off");
        const fh_named named = {.member = (uint32_t)get_le(at, 4),
                                .kind = (uint32_t)get_le(at + 4, 2),
                                .value = {at + 8, (size_t)get_le(at + 6, 2)}};
        if ((size_t)(end - at) - 8 < named.value.len)
            return fh_fail(err, FH_CORRUPT, "a list of identifiers is cut off");
        at += 8 + named.value.len;
        status = each(ctx, &named, err);
    }
    if (status == FH_OK && at != end)
        status = fh_fail(err, FH_CORRUPT, "a list of identifiers has more than it tells of");
    return status;
}

/* ---- Pairs of hash and member --------------------------------------------------------- */

static bool pairs_reserve(fh_pairs *p, size_t more)
{
    size_t need, bytes;
    if (!fh_add_size(p->n, more, &need)) return false;
    if (need <= p->cap) return true;
    if (!fh_mul_size(need, sizeof *p->ptr, &bytes)) return false;
    fh_pair *bigger = realloc(p->ptr, bytes);
    if (!bigger) return false;
    p->ptr = bigger;
    p->cap = need;
    return true;
}

fh_status fh_pairs_add_body(fh_pairs *p, fh_str body, fh_error *err)
{
    uint32_t n = 0;
    fh_status status = body_check(body, index_magic, "identity_index", &n, err);
    if (status != FH_OK) return status;
    if (body.len - HEAD != (size_t)n * PAIR)
        return fh_fail(err, FH_CORRUPT, "an index of identifiers is cut off");
    if (!pairs_reserve(p, n)) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++) {
        const char *at = body.ptr + HEAD + (size_t)i * PAIR;
        p->ptr[p->n++] = (fh_pair){get_le(at, 8), (uint32_t)get_le(at + 8, 4)};
    }
    return FH_OK;
}

/* Radix sort, a byte at a time: eight times there and back. */
void fh_pairs_radix(fh_pair *pairs, fh_pair *spare, size_t n)
{
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t start[257] = {0};
        for (size_t i = 0; i < n; i++) start[(pairs[i].hash >> shift & 255) + 1]++;
        for (size_t b = 0; b < 256; b++) start[b + 1] += start[b];
        for (size_t i = 0; i < n; i++) spare[start[pairs[i].hash >> shift & 255]++] = pairs[i];
        fh_pair *t = pairs;
        pairs = spare;
        spare = t;
    }
}

static bool pairs_sort(fh_pairs *p)
{
    fh_pair *spare = malloc((p->n ? p->n : 1) * sizeof *spare);
    if (!spare) return false;
    fh_pairs_radix(p->ptr, spare, p->n);
    free(spare);
    return true;
}

/* ---- Writing lists ----------------------------------------------------------------------- */

static int by_member(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const fh_named *a = pa, *b = pb;
    return (a->member > b->member) - (a->member < b->member);
}

static fh_status order_by_member(fh_named *named, size_t n, fh_error *err)
{
    size_t i = 1;
    while (i < n && named[i - 1].member <= named[i].member) i++;
    if (i >= n) return FH_OK; /* the usual case: new members came in order */
    return fh_sort(NULL, named, n, sizeof *named, by_member, NULL) == FH_OK ? FH_OK
                                                                            : fh_no_memory(err);
}

static fh_status insert_list(fh_stmt *s, int64_t list, const fh_named *named, size_t n,
                             fh_buf *body, fh_error *err)
{
    body_begin(body, list_magic);
    for (size_t i = 0; i < n; i++) body_named(body, &named[i]);
    body_end(body, n);
    if (body->status != FH_OK) return fh_no_memory(err);
    fh_stmt_bind_i64(s, 1, list);
    fh_stmt_bind_i64(s, 2, named[0].member);
    fh_stmt_bind_i64(s, 3, named[n - 1].member);
    fh_stmt_bind_i64(s, 4, (int64_t)n);
    fh_stmt_bind_blob(s, 5, body->ptr, body->len);
    return fh_stmt_run(s, err);
}

static fh_status put_lists(fh_org *org, const fh_named *named, size_t n, fh_error *err)
{
    const size_t n_lists = (n + LIST_TARGET - 1) / LIST_TARGET;
    int64_t list = 0;
    fh_stmt *s = NULL;
    fh_buf body;
    fh_buf_init(&body, NULL, MAX_BODY);
    fh_status status = fh_org_numbers(org, "identity-list", (int64_t)n_lists, &list, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO identity_list (list, lo, hi, n, body) "
                               "VALUES ($1, $2, $3, $4, $5)",
                               &s, err);
    for (size_t i = 0; i < n && status == FH_OK; i += LIST_TARGET, list++) {
        const size_t count = n - i < LIST_TARGET ? n - i : (size_t)LIST_TARGET;
        status = insert_list(s, list, named + i, count, &body, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&body);
    return status;
}

/* ---- Writing the index --------------------------------------------------------------------- */

static fh_status delete_run(fh_org *org, int64_t run, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "DELETE FROM identity_index WHERE run = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, run);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status load_run(fh_org *org, int64_t run, fh_pairs *p, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT body FROM identity_index WHERE run = $1", &s, err);
    if (status == FH_OK) fh_stmt_bind_i64(s, 1, run);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = fh_pairs_add_body(p, fh_stmt_blob(s, 0), err);
    }
    fh_stmt_done(s);
    return status;
}

/* Takes in the newest run if it is not more than twice as large as what there is. */
static fh_status absorb_run(fh_org *org, fh_pairs *p, bool *again, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t run = 0;
    *again = false;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT run, SUM(n) FROM identity_index GROUP BY run "
                                     "ORDER BY run DESC LIMIT 1",
                                     &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK && row) {
        run = fh_stmt_i64(s, 0);
        *again = (uint64_t)fh_stmt_i64(s, 1) <= 2 * (uint64_t)p->n;
    }
    fh_stmt_done(s);
    if (status == FH_OK && *again) status = load_run(org, run, p, err);
    if (status == FH_OK && *again) status = delete_run(org, run, err);
    return status;
}

static fh_status insert_chunk(fh_stmt *s, int64_t run, const fh_pair *p, size_t n, fh_buf *body,
                              fh_error *err)
{
    body_begin(body, index_magic);
    for (size_t i = 0; i < n; i++) {
        char bytes[PAIR];
        put_le(bytes, p[i].hash, 8);
        put_le(bytes + 8, p[i].member, 4);
        fh_buf_put(body, bytes, sizeof bytes);
    }
    body_end(body, n);
    if (body->status != FH_OK) return fh_no_memory(err);
    fh_stmt_bind_i64(s, 1, run);
    fh_stmt_bind_i64(s, 2, (int64_t)p[0].hash);
    fh_stmt_bind_i64(s, 3, (int64_t)n);
    fh_stmt_bind_blob(s, 4, body->ptr, body->len);
    return fh_stmt_run(s, err);
}

static const char insert_chunk_sql[] =
    "INSERT INTO identity_index (run, first, n, body) VALUES ($1, $2, $3, $4)";

static fh_status put_run(fh_org *org, const fh_pairs *p, fh_error *err)
{
    int64_t run = 0;
    fh_stmt *s = NULL;
    fh_buf body;
    fh_buf_init(&body, NULL, MAX_BODY);
    fh_status status = fh_org_numbers(org, "identity-run", 1, &run, err);
    if (status == FH_OK) status = fh_db_prepare(fh_org_db(org), insert_chunk_sql, &s, err);
    for (size_t i = 0, end; i < p->n && status == FH_OK; i = end) {
        end = p->n - i < CHUNK_TARGET ? p->n : i + CHUNK_TARGET;
        while (end < p->n && p->ptr[end].hash == p->ptr[end - 1].hash) end++;
        status = insert_chunk(s, run, p->ptr + i, end - i, &body, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&body);
    return status;
}

static fh_status put_index(fh_org *org, const fh_named *named, size_t n, fh_error *err)
{
    fh_pairs p = {0};
    if (!pairs_reserve(&p, n)) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++)
        p.ptr[p.n++] = (fh_pair){fh_named_hash(named[i].kind, named[i].value), named[i].member};
    fh_status status = FH_OK;
    for (bool again = true; again && status == FH_OK;) status = absorb_run(org, &p, &again, err);
    if (status == FH_OK && !pairs_sort(&p)) status = fh_no_memory(err);
    if (status == FH_OK) status = put_run(org, &p, err);
    free(p.ptr);
    return status;
}

typedef struct gather {
    fh_named *named;
    size_t n, cap;
} gather;

static fh_status add_named(void *ctx, const fh_named *named, fh_error *err)
{
    gather *g = ctx;
    if (g->n == g->cap) return fh_fail(err, FH_CORRUPT, "a list of identifiers is too long");
    g->named[g->n++] = *named;
    return FH_OK;
}

/* A few identifiers are put into the newest list together with what stands there,
 * so that ten thousand small imports do not leave ten thousand lists. */
static fh_status absorb_list(fh_org *org, fh_arena *arena, gather *g, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    int64_t list = 0;
    fh_str body = {0};
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT list, n, body FROM identity_list "
                                     "ORDER BY list DESC LIMIT 1",
                                     &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    row = row && status == FH_OK && (uint64_t)fh_stmt_i64(s, 1) <= g->cap - g->n;
    if (row) {
        list = fh_stmt_i64(s, 0);
        if (!fh_arena_str(arena, fh_stmt_blob(s, 2), &body)) status = fh_no_memory(err);
    }
    fh_stmt_done(s);
    if (status != FH_OK || !row) return status;
    status = fh_named_body(body, add_named, g, err);
    s = NULL;
    if (status == FH_OK)
        status =
            fh_db_prepare(fh_org_db(org), "DELETE FROM identity_list WHERE list = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, list);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status put_few(fh_org *org, const fh_named *named, size_t n, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    gather g = {.cap = LIST_TARGET};
    fh_status status = FH_NOMEM;
    if (arena) g.named = FH_NEW_ARRAY(arena, fh_named, LIST_TARGET);
    if (g.named) {
        memcpy(g.named, named, n * sizeof *named);
        g.n = n;
        status = absorb_list(org, arena, &g, err);
    } else {
        (void)fh_no_memory(err);
    }
    if (status == FH_OK) status = order_by_member(g.named, g.n, err);
    if (status == FH_OK) status = put_lists(org, g.named, g.n, err);
    fh_arena_free(arena);
    return status;
}

fh_status fh_named_put(fh_org *org, fh_named *named, size_t n, fh_error *err)
{
    if (n == 0) return FH_OK;
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = order_by_member(named, n, err);
    if (status == FH_OK && n < LIST_TARGET)
        status = put_few(org, named, n, err);
    else if (status == FH_OK)
        status = put_lists(org, named, n, err);
    if (status == FH_OK) status = put_index(org, named, n, err);
    return fh_org_leave(org, mine, status, err);
}

/* ---- Reading ------------------------------------------------------------------------------ */

typedef struct between {
    uint32_t lo, hi;
    fh_each_named *each;
    void *ctx;
} between;

static fh_status if_between(void *ctx, const fh_named *named, fh_error *err)
{
    const between *b = ctx;
    if (named->member < b->lo || named->member > b->hi) return FH_OK;
    return b->each(b->ctx, named, err);
}

/* Lists that hold a member of $2 .. $1: those that reach far, by an index of their own, and those
 * that do not, which begin at most 1024 before $2. Without this all lists that begin before $1 were
 * looked at. The number is the migration's, too. */
#define LISTS_BETWEEN(columns)                                  \
    "SELECT " columns ", lo, hi FROM identity_list "            \
    "WHERE hi - lo > 1024 AND lo <= $1 AND hi >= $2 UNION ALL " \
    "SELECT " columns ", lo, hi FROM identity_list "            \
    "WHERE hi - lo <= 1024 AND lo >= $2 - 1024 AND lo <= $1 AND hi >= $2 ORDER BY lo, hi"

fh_status fh_named_each(fh_org *org, uint32_t lo, uint32_t hi, fh_each_named *each, void *ctx,
                        fh_error *err)
{
    between b = {lo, hi, each, ctx};
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status = fh_db_prepare(fh_org_db(org), LISTS_BETWEEN("body"), &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, hi);
        fh_stmt_bind_i64(s, 2, lo);
    }
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = fh_named_body(fh_stmt_blob(s, 0), if_between, &b, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_named_since(fh_org *org, int64_t list, fh_each_named *each, void *ctx, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT body FROM identity_list WHERE list > $1 ORDER BY list", &s, err);
    if (status == FH_OK) fh_stmt_bind_i64(s, 1, list);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = fh_named_body(fh_stmt_blob(s, 0), each, ctx, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_named_runs(fh_org *org, fh_arena *arena, const int64_t **out, size_t *n, fh_error *err)
{
    enum { MAX_RUNS = 256 }; /* each is more than twice the next: 64 at most */
    fh_stmt *s = NULL;
    bool row = true;
    *n = 0;
    int64_t *run = FH_NEW_ARRAY(arena, int64_t, MAX_RUNS);
    if (!run) return fh_no_memory(err);
    *out = run;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT run FROM identity_index GROUP BY run ORDER BY run", &s, err);
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        if (*n == MAX_RUNS)
            status = fh_fail(err, FH_CORRUPT, "the index of identifiers has too many runs");
        else
            run[(*n)++] = fh_stmt_i64(s, 0);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_named_chunk(fh_org *org, int64_t run, uint64_t hash, fh_pairs *p, int64_t *first,
                         fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    p->n = 0;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT first, body FROM identity_index WHERE run = $1 AND "
                                     "first <= $2 ORDER BY first DESC LIMIT 1",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, run);
        fh_stmt_bind_i64(s, 2, (int64_t)hash);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && row) {
        *first = fh_stmt_i64(s, 0);
        status = fh_pairs_add_body(p, fh_stmt_blob(s, 1), err);
    }
    fh_stmt_done(s);
    return status;
}

typedef struct is_called {
    uint32_t kind;
    fh_str value;
    bool yes;
} is_called;

static fh_status see_called(void *ctx, const fh_named *named, fh_error *err)
{
    (void)err;
    is_called *c = ctx;
    if (named->kind == c->kind && fh_str_eq(named->value, c->value)) c->yes = true;
    return FH_OK;
}

static int by_number(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    return (a > b) - (a < b);
}

static fh_status candidates(fh_org *org, uint64_t hash, fh_arena *arena, fh_pairs *found,
                            fh_error *err)
{
    const int64_t *run = NULL;
    size_t n_runs = 0;
    fh_pairs chunk = {0};
    fh_status status = fh_named_runs(org, arena, &run, &n_runs, err);
    for (size_t i = 0; i < n_runs && status == FH_OK; i++) {
        int64_t first = 0;
        status = fh_named_chunk(org, run[i], hash, &chunk, &first, err);
        for (size_t k = 0; k < chunk.n && status == FH_OK; k++) {
            if (chunk.ptr[k].hash != hash) continue;
            if (!pairs_reserve(found, 1)) status = fh_no_memory(err);
            if (status == FH_OK) found->ptr[found->n++] = chunk.ptr[k];
        }
    }
    free(chunk.ptr);
    return status;
}

fh_status fh_named_find(fh_org *org, uint32_t kind, fh_str value, fh_arena *arena,
                        const uint32_t **members, size_t *n, fh_error *err)
{
    fh_pairs found = {0};
    size_t count = 0;
    uint32_t *list = NULL;
    fh_status status = candidates(org, fh_named_hash(kind, value), arena, &found, err);
    if (status == FH_OK && !(list = FH_NEW_ARRAY(arena, uint32_t, found.n ? found.n : 1)))
        status = fh_no_memory(err);
    for (size_t i = 0; i < found.n && status == FH_OK; i++) {
        const uint32_t member = found.ptr[i].member;
        is_called c = {kind, value, false};
        status = fh_named_each(org, member, member, see_called, &c, err);
        if (status == FH_OK && c.yes) list[count++] = member;
    }
    free(found.ptr);
    if (status != FH_OK) return status;
    if (fh_sort(NULL, list, count, sizeof *list, by_number, NULL) != FH_OK)
        return fh_no_memory(err);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || list[kept - 1] != list[i]) list[kept++] = list[i];
    *members = list;
    *n = kept;
    return FH_OK;
}

/* ---- Removing ------------------------------------------------------------------------------- */

/* A list with one member's identifiers on one side and all others on the other. */
typedef struct parting {
    uint32_t member, lo, hi;
    size_t n_kept;
    fh_buf kept; /* the body without them */
    fh_pairs gone;
} parting;

static fh_status part(void *ctx, const fh_named *named, fh_error *err)
{
    parting *p = ctx;
    if (named->member == p->member) {
        if (!pairs_reserve(&p->gone, 1)) return fh_no_memory(err);
        p->gone.ptr[p->gone.n++] =
            (fh_pair){fh_named_hash(named->kind, named->value), named->member};
        return FH_OK;
    }
    if (p->n_kept == 0 || named->member < p->lo) p->lo = named->member;
    if (p->n_kept == 0 || named->member > p->hi) p->hi = named->member;
    p->n_kept++;
    body_named(&p->kept, named);
    return FH_OK;
}

static fh_status write_parted(fh_org *org, int64_t list, parting *p, fh_error *err)
{
    fh_stmt *s = NULL;
    body_end(&p->kept, p->n_kept);
    if (p->kept.status != FH_OK) return fh_no_memory(err);
    fh_status status = fh_db_prepare(
        fh_org_db(org),
        p->n_kept ? "UPDATE identity_list SET lo = $2, hi = $3, n = $4, body = $5 WHERE list = $1"
                  : "DELETE FROM identity_list WHERE list = $1",
        &s, err);
    if (status != FH_OK) return status;
    fh_stmt_bind_i64(s, 1, list);
    if (p->n_kept) {
        fh_stmt_bind_i64(s, 2, p->lo);
        fh_stmt_bind_i64(s, 3, p->hi);
        fh_stmt_bind_i64(s, 4, (int64_t)p->n_kept);
        fh_stmt_bind_blob(s, 5, p->kept.ptr, p->kept.len);
    }
    status = fh_stmt_run(s, err);
    fh_stmt_done(s);
    return status;
}

static fh_status delete_chunk(fh_org *org, int64_t run, int64_t first, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "DELETE FROM identity_index WHERE run = $1 AND first = $2", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, run);
        fh_stmt_bind_i64(s, 2, first);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status unindex(fh_org *org, int64_t run, const fh_pair *gone, fh_error *err)
{
    fh_pairs chunk = {0};
    int64_t first = 0;
    size_t kept = 0;
    fh_stmt *s = NULL;
    fh_buf body;
    fh_buf_init(&body, NULL, MAX_BODY);
    fh_status status = fh_named_chunk(org, run, gone->hash, &chunk, &first, err);
    for (size_t i = 0; i < chunk.n && status == FH_OK; i++)
        if (chunk.ptr[i].hash != gone->hash || chunk.ptr[i].member != gone->member)
            chunk.ptr[kept++] = chunk.ptr[i];
    const bool changed = status == FH_OK && kept < chunk.n;
    if (changed) status = delete_chunk(org, run, first, err);
    if (changed && status == FH_OK && kept) {
        status = fh_db_prepare(fh_org_db(org), insert_chunk_sql, &s, err);
        if (status == FH_OK) status = insert_chunk(s, run, chunk.ptr, kept, &body, err);
    }
    fh_stmt_done(s);
    fh_buf_free(&body);
    free(chunk.ptr);
    return status;
}

typedef struct listed {
    struct listed *next;
    int64_t list;
    fh_str body;
} listed;

static fh_status lists_of(fh_org *org, uint32_t member, fh_arena *arena, listed **out,
                          fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    *out = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org), LISTS_BETWEEN("list, body"), &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, member);
        fh_stmt_bind_i64(s, 2, member);
    }
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        listed *l = FH_NEW(arena, listed);
        if (!l || !fh_arena_str(arena, fh_stmt_blob(s, 1), &l->body)) {
            status = fh_no_memory(err);
            break;
        }
        l->list = fh_stmt_i64(s, 0);
        l->next = *out;
        *out = l;
    }
    fh_stmt_done(s);
    return status;
}

static fh_status remove_from(fh_org *org, const listed *l, uint32_t member, const int64_t *run,
                             size_t n_runs, fh_error *err)
{
    parting p = {.member = member};
    fh_buf_init(&p.kept, NULL, MAX_BODY);
    body_begin(&p.kept, list_magic);
    fh_status status = fh_named_body(l->body, part, &p, err);
    if (status == FH_OK && p.gone.n) status = write_parted(org, l->list, &p, err);
    for (size_t i = 0; i < p.gone.n; i++)
        for (size_t k = 0; k < n_runs && status == FH_OK; k++)
            status = unindex(org, run[k], &p.gone.ptr[i], err);
    fh_buf_free(&p.kept);
    free(p.gone.ptr);
    return status;
}

fh_status fh_named_remove(fh_org *org, uint32_t member, fh_error *err)
{
    bool mine = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_arena *arena = fh_arena_new(NULL);
    listed *lists = NULL;
    const int64_t *run = NULL;
    size_t n_runs = 0;
    if (!arena) status = fh_no_memory(err);
    if (status == FH_OK) status = lists_of(org, member, arena, &lists, err);
    if (status == FH_OK) status = fh_named_runs(org, arena, &run, &n_runs, err);
    for (const listed *l = lists; l && status == FH_OK; l = l->next)
        status = remove_from(org, l, member, run, n_runs, err);
    fh_arena_free(arena);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_named_count(fh_org *org, uint64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status =
        fh_db_prepare(fh_org_db(org), "SELECT COALESCE(SUM(n), 0) FROM identity_list", &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK) *out = row ? (uint64_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}
