/* named_many.c - who is known by each of many identifiers (see named.h).
 *
 *     asked, by hash --chunks of each run, each once--> members that may be called so
 *     these, by member --lists, each once--> who is
 *
 * One by one, each asks for a chunk of each run and for a list: of thousands, the same ones over
 * and over.
 */
#include "store/named.h"

#include "base/sort.h"
#include "store/inside.h"
#include "store/named_parts.h"

#include <stdlib.h>

typedef struct asked {
    uint64_t hash;
    fh_named_ask *ask;
} asked;

typedef struct candidate {
    uint32_t member;
    bool yes;
    fh_named_ask *ask;
} candidate;

typedef struct many {
    fh_org *org;
    asked *by_hash; /* [n] */
    size_t n;
    candidate *may; /* [n_may] */
    size_t n_may, cap_may;
} many;

static int by_hash(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const uint64_t a = ((const asked *)pa)->hash, b = ((const asked *)pb)->hash;
    return (a > b) - (a < b);
}

static int by_member(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const uint32_t a = ((const candidate *)pa)->member, b = ((const candidate *)pb)->member;
    return (a > b) - (a < b);
}

/* By what was asked for, then by member. */
static int by_ask(const void *pa, const void *pb, void *ctx)
{
    const candidate *a = pa, *b = pb;
    if (a->ask != b->ask) return a->ask < b->ask ? -1 : 1;
    return by_member(pa, pb, ctx);
}

/* ---- The index --------------------------------------------------------------------------- */

static fh_status add_candidate(many *m, uint32_t member, fh_named_ask *ask, fh_error *err)
{
    if (m->n_may == m->cap_may) {
        const size_t cap = m->cap_may ? 2 * m->cap_may : 256;
        candidate *wider = realloc(m->may, cap * sizeof *wider);
        if (!wider) return fh_no_memory(err);
        m->may = wider;
        m->cap_may = cap;
    }
    m->may[m->n_may++] = (candidate){.member = member, .ask = ask};
    return FH_OK;
}

/* The first of a chunk's pairs with this hash or a larger one. */
static size_t pair_from(const fh_pairs *p, uint64_t hash)
{
    size_t lo = 0, hi = p->n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (p->ptr[mid].hash < hash)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* What a run has of all that is asked for. A chunk answers for whatever is asked up to its last
 * hash. */
static fh_status look_through_run(many *m, int64_t run, fh_pairs *chunk, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t i = 0; i < m->n && status == FH_OK;) {
        int64_t first = 0;
        status = fh_named_chunk(m->org, run, m->by_hash[i].hash, chunk, &first, err);
        const uint64_t last = chunk->n ? chunk->ptr[chunk->n - 1].hash : 0;
        const size_t from = i;
        for (; i < m->n && status == FH_OK && (i == from || m->by_hash[i].hash <= last); i++) {
            const uint64_t hash = m->by_hash[i].hash;
            for (size_t k = pair_from(chunk, hash);
                 k < chunk->n && chunk->ptr[k].hash == hash && status == FH_OK; k++)
                status = add_candidate(m, chunk->ptr[k].member, m->by_hash[i].ask, err);
        }
    }
    return status;
}

/* ---- The lists --------------------------------------------------------------------------- */

static size_t candidate_from(const many *m, uint32_t member)
{
    size_t lo = 0, hi = m->n_may;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (m->may[mid].member < member)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static fh_status see_called(void *ctx, const fh_named *named, fh_error *err)
{
    many *m = ctx;
    (void)err;
    for (size_t i = candidate_from(m, named->member);
         i < m->n_may && m->may[i].member == named->member; i++) {
        const fh_named_ask *ask = m->may[i].ask;
        if (named->kind == ask->kind && fh_str_eq(named->value, ask->value)) m->may[i].yes = true;
    }
    return FH_OK;
}

static fh_status look_into_lists(many *m, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = true;
    fh_status status = fh_db_prepare(fh_org_db(m->org),
                                     "SELECT lo, hi, body FROM identity_list WHERE lo <= $1 AND hi "
                                     ">= $2 ORDER BY lo, hi",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, m->may[m->n_may - 1].member);
        fh_stmt_bind_i64(s, 2, m->may[0].member);
    }
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        const size_t at = candidate_from(m, (uint32_t)fh_stmt_i64(s, 0));
        if (at < m->n_may && m->may[at].member <= fh_stmt_i64(s, 1))
            status = fh_named_body(fh_stmt_blob(s, 2), see_called, m, err);
    }
    fh_stmt_done(s);
    return status;
}

/* ---- The answers ------------------------------------------------------------------------- */

static fh_status answer(many *m, fh_arena *arena, fh_error *err)
{
    uint32_t *member = FH_NEW_ARRAY(arena, uint32_t, m->n_may + 1);
    if (!member || fh_sort(NULL, m->may, m->n_may, sizeof *m->may, by_ask, NULL) != FH_OK)
        return fh_no_memory(err);
    for (size_t i = 0; i < m->n_may; i++) {
        const candidate *c = &m->may[i];
        if (!c->yes) continue;
        if (c->ask->n == 0) c->ask->members = member;
        if (c->ask->n && c->ask->members[c->ask->n - 1] == c->member) continue;
        *member++ = c->member;
        c->ask->n++;
    }
    return FH_OK;
}

fh_status fh_named_find_all(fh_org *org, fh_named_ask *ask, size_t n, fh_arena *arena,
                            fh_error *err)
{
    const int64_t *run = NULL;
    size_t n_runs = 0;
    fh_pairs chunk = {0};
    many m = {.org = org, .by_hash = malloc((n + 1) * sizeof *m.by_hash)};
    fh_status status =
        m.by_hash ? fh_named_runs(org, arena, &run, &n_runs, err) : fh_no_memory(err);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        ask[i].members = NULL;
        ask[i].n = 0;
        m.by_hash[m.n++] = (asked){fh_named_hash(ask[i].kind, ask[i].value), &ask[i]};
    }
    if (status == FH_OK && fh_sort(NULL, m.by_hash, m.n, sizeof *m.by_hash, by_hash, NULL) != FH_OK)
        status = fh_no_memory(err);
    for (size_t i = 0; i < n_runs && status == FH_OK; i++)
        status = look_through_run(&m, run[i], &chunk, err);
    if (status == FH_OK && fh_sort(NULL, m.may, m.n_may, sizeof *m.may, by_member, NULL) != FH_OK)
        status = fh_no_memory(err);
    if (status == FH_OK && m.n_may) status = look_into_lists(&m, err);
    if (status == FH_OK) status = answer(&m, arena, err);
    free(m.may);
    free(chunk.ptr);
    free(m.by_hash);
    return status;
}
