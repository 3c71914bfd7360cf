/* recent.c - live batches kept in memory for a while (see recent.h).
 *
 *     oldest -> ... -> newest      ages without a gap; a batch that is held lives on
 */
#include "store/recent.h"

#include "base/sort.h"
#include "os/threads.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LOOKS = 64 }; /* at the interactions of one instant */

typedef struct fh_recent_batch {
    struct fh_recent_batch *next;
    int64_t age;
    fh_space *space;
    size_t bytes;
    uint32_t holders;
    bool forgotten;
} fh_recent_batch;

struct fh_recent {
    fh_mutex *lock; /* guards everything below */
    fh_recent_batch *oldest, **end;
    int64_t newest; /* age; of nothing when `oldest` is NULL */
    size_t bytes, most;
};

fh_recent *fh_recent_new(size_t most_bytes)
{
    fh_recent *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    r->most = most_bytes;
    r->end = &r->oldest;
    r->lock = fh_mutex_new();
    if (r->lock) return r;
    free(r);
    return NULL;
}

static void free_batch(fh_recent_batch *b)
{
    if (!b) return;
    fh_space_free(b->space);
    free(b);
}

/* Takes out the oldest, under the lock. */
static void drop_oldest(fh_recent *r)
{
    fh_recent_batch *b = r->oldest;
    r->oldest = b->next;
    if (!r->oldest) r->end = &r->oldest;
    r->bytes -= b->bytes;
    b->forgotten = true;
    if (!b->holders) free_batch(b);
}

void fh_recent_forget(fh_recent *r)
{
    fh_mutex_lock(r->lock);
    while (r->oldest) drop_oldest(r);
    fh_mutex_unlock(r->lock);
}

void fh_recent_free(fh_recent *r)
{
    if (!r) return;
    fh_recent_forget(r);
    fh_mutex_free(r->lock);
    free(r);
}

static fh_recent_batch *copy_of(int64_t age, const fh_segment *seg)
{
    fh_segment part = *seg;
    fh_recent_batch *b = calloc(1, sizeof *b);
    if (!b) return NULL;
    part.columns &= ~FH_RECENT_LACKS;
    part.id = NULL;
    part.payload_len = NULL;
    const fh_segment *const in = &part;
    b->age = age;
    b->space = fh_space_new(NULL);
    if (!b->space || fh_segment_join(b->space, &in, 1, 0, UINT32_MAX, false, NULL) != FH_OK) {
        free_batch(b);
        return NULL;
    }
    b->bytes = sizeof *b + fh_space_trim(b->space);
    return b;
}

void fh_recent_note(fh_recent *r, int64_t age, const fh_segment *seg)
{
    fh_recent_batch *b = copy_of(age, seg);
    fh_mutex_lock(r->lock);
    const bool follows = r->oldest && age == r->newest + 1;
    while (r->oldest && (!b || !follows)) drop_oldest(r);
    if (b) {
        *r->end = b;
        r->end = &b->next;
        r->newest = age;
        r->bytes += b->bytes;
        while (r->oldest && r->bytes > r->most) drop_oldest(r);
    }
    fh_mutex_unlock(r->lock);
}

/* ---- What came ------------------------------------------------------------------------- */

/* Holds the batches after .. upto; false: they are not all here, or there is no memory. */
static bool hold(fh_recent *r, int64_t after, size_t n, fh_since *out)
{
    out->batch = calloc(n + 1, sizeof(fh_recent_batch *));
    out->seg = calloc(n + 1, sizeof(const fh_segment *));
    if (!out->batch || !out->seg) return false;
    fh_mutex_lock(r->lock);
    fh_recent_batch *b = r->oldest;
    while (b && b->age <= after) b = b->next;
    for (; b && out->n_batches < n && b->age == after + 1 + (int64_t)out->n_batches; b = b->next) {
        b->holders++;
        out->batch[out->n_batches] = b;
        out->seg[out->n_batches++] = fh_space_segment(b->space);
    }
    fh_mutex_unlock(r->lock);
    return out->n_batches == n;
}

void fh_recent_release(fh_recent *r, fh_since *since)
{
    if (since->batch) fh_mutex_lock(r->lock);
    for (size_t i = 0; i < since->n_batches; i++) {
        fh_recent_batch *b = since->batch[i];
        if (--b->holders == 0 && b->forgotten) free_batch(b);
    }
    if (since->batch) fh_mutex_unlock(r->lock);
    free(since->batch);
    free(since->seg);
    free(since->came);
    free(since->customer);
    free(since->first);
    *since = (fh_since){0};
}

static int by_time(const void *pa, const void *pb, void *ctx)
{
    const fh_came *a = pa, *b = pb;
    (void)ctx;
    return (a->at > b->at) - (a->at < b->at);
}

/* By customer, time, and arrival. */
static bool order_all(fh_since *s)
{
    if (s->n < 2) return true;
    fh_came *spare = malloc(s->n * sizeof *spare);
    if (!spare) return false;
    fh_came *sorted =
        fh_sort_by_number(s->came, spare, s->n, sizeof *spare, offsetof(fh_came, customer));
    free(sorted == spare ? s->came : spare);
    s->came = sorted;
    for (size_t i = 0, end; i < s->n; i = end) {
        bool rises = true;
        for (end = i + 1; end < s->n && s->came[end].customer == s->came[i].customer; end++)
            rises = rises && s->came[end].at >= s->came[end - 1].at;
        if (!rises && fh_sort(NULL, s->came + i, end - i, sizeof *s->came, by_time, NULL))
            return false;
    }
    return true;
}

static void list_batch(fh_since *s, uint32_t batch)
{
    const fh_segment *seg = s->seg[batch];
    for (uint32_t story = 0; story < seg->n_stories; story++) {
        uint32_t at_s = seg->first_s[story];
        for (uint32_t i = seg->start[story]; i < seg->start[story + 1]; i++) {
            at_s += seg->gap_s[i];
            s->came[s->n++] = (fh_came){.at = (uint64_t)at_s << 10 | (seg->ms ? seg->ms[i] : 0u),
                                        .customer = seg->customer[story],
                                        .batch = batch,
                                        .index = i,
                                        .touchpoint = fh_name_at(&seg->touchpoint, i)};
        }
    }
}

static bool list_all(fh_since *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_batches; i++) n += s->seg[i]->n;
    s->came = malloc((n + 1) * sizeof *s->came);
    s->customer = malloc((n + 1) * sizeof *s->customer);
    s->first = malloc((n + 1) * sizeof *s->first);
    if (!s->came || !s->customer || !s->first) return false;
    for (size_t i = 0; i < s->n_batches; i++) list_batch(s, (uint32_t)i);
    if (!order_all(s)) return false;
    for (size_t i = 0; i < n; i++) {
        if (i && s->came[i].customer == s->came[i - 1].customer) continue;
        s->first[s->n_customers] = i;
        s->customer[s->n_customers++] = s->came[i].customer;
    }
    s->first[s->n_customers] = n;
    return true;
}

fh_status fh_recent_since(fh_recent *r, int64_t after, int64_t upto, fh_since *out, bool *known,
                          fh_error *err)
{
    enum { MOST = 1 << 20 };
    *out = (fh_since){0};
    *known = false;
    if (upto < after || upto - after > MOST) return FH_OK;
    const bool held = hold(r, after, (size_t)(upto - after), out);
    const bool memory = out->batch && out->seg && (!held || list_all(out));
    *known = held && memory;
    if (!*known) fh_recent_release(r, out);
    return memory ? FH_OK : fh_no_memory(err);
}

size_t fh_since_from(const fh_since *since, uint32_t customer)
{
    size_t lo = 0, hi = since->n_customers;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (since->customer[mid] < customer)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* ---- Finding it again ------------------------------------------------------------------- */

static uint32_t renamed(uint32_t name, const fh_renamed *names, size_t dict)
{
    return names->canon[dict] && name < names->n[dict] ? names->canon[dict][name] : name;
}

typedef struct entry {
    const fh_segment *seg;
    uint32_t i, customer;
} entry;

/* But for the touchpoint. */
static bool same_names(const entry *a, const entry *b, uint32_t columns, const fh_renamed *names)
{
    static const fh_column column[] = {FH_COL_CHANNEL, FH_COL_DEPARTMENT, FH_COL_OUTCOME,
                                       FH_COL_CURRENCY};
    const fh_segment *x = a->seg, *y = b->seg;
    const fh_codes *const now[] = {&x->channel, &x->department, &x->outcome, &x->currency};
    const fh_codes *const came[] = {&y->channel, &y->department, &y->outcome, &y->currency};
    for (size_t d = 0; d < sizeof column / sizeof *column; d++)
        if (columns >> column[d] & 1 &&
            fh_name_at(now[d], a->i) != renamed(fh_name_at(came[d], b->i), names, d + 1))
            return false;
    return !(columns >> FH_COL_DIRECTION & 1) ||
           fh_name_at(&x->direction, a->i) == fh_name_at(&y->direction, b->i);
}

static uint32_t number_at(const uint32_t *column, uint32_t i, uint32_t if_absent)
{
    return column ? column[i] : if_absent;
}

static bool same_numbers(const entry *a, const entry *b, uint32_t columns)
{
    const fh_segment *x = a->seg, *y = b->seg;
    if (columns >> FH_COL_PROBLEM & 1 &&
        number_at(x->problem, a->i, 0) != number_at(y->problem, b->i, 0))
        return false;
    if (columns >> FH_COL_ORIGIN & 1 &&
        number_at(x->origin, a->i, 0) != number_at(y->origin, b->i, 0))
        return false;
    return !(columns >> FH_COL_MEMBER & 1) ||
           number_at(x->member, a->i, a->customer) == number_at(y->member, b->i, b->customer);
}

/* Whether two interactions of one instant and touchpoint look the same to whoever reads `columns`.
 */
static bool alike(const entry *a, const entry *b, uint32_t columns, const fh_renamed *names)
{
    const fh_segment *x = a->seg, *y = b->seg;
    if (columns >> FH_COL_VALUE & 1) {
        const bool has = fh_bit(x->has_value, a->i);
        if (has != fh_bit(y->has_value, b->i) || (has && x->value[a->i] != y->value[b->i]))
            return false;
    }
    if (columns >> FH_COL_SCORE & 1) {
        const bool has = fh_bit(x->has_score, a->i);
        if (has != fh_bit(y->has_score, b->i) || (has && x->score[a->i] != y->score[b->i]))
            return false;
    }
    return same_names(a, b, columns, names) && same_numbers(a, b, columns);
}

/* One story: both lists from their ends. Where very much is of one instant, looking is given
 * up: what is not found is told by the count. */
static uint64_t mark_story(const fh_since *since, size_t who, const fh_segment *is, uint32_t story,
                           uint32_t columns, const fh_renamed *names, const uint64_t *at,
                           uint8_t *goes)
{
    const uint32_t from = is->start[story];
    const uint32_t customer = is->customer[story];
    const bool named = columns >> FH_COL_TOUCHPOINT & 1;
    uint32_t end = is->start[story + 1] - from;
    uint64_t found = 0;
    for (size_t k = since->first[who + 1]; k-- > since->first[who];) {
        const fh_came *c = &since->came[k];
        while (end > 0 && (at[end - 1] > c->at || (at[end - 1] == c->at && goes[from + end - 1])))
            end--;
        const entry came = {since->seg[c->batch], c->index, customer};
        const uint32_t touchpoint = renamed(c->touchpoint, names, 0);
        for (uint32_t i = end, looks = 0; i-- > 0 && at[i] == c->at && looks < MOST_LOOKS;
             looks++) {
            const entry now = {is, from + i, customer};
            if (goes[from + i] || (named && fh_name_at(&is->touchpoint, from + i) != touchpoint) ||
                !alike(&now, &came, columns, names))
                continue;
            goes[from + i] = 1;
            found++;
            break;
        }
    }
    return found;
}

void fh_since_mark(const fh_since *since, const fh_segment *is, uint32_t columns,
                   const fh_renamed *names, uint64_t *at, uint8_t *goes, uint64_t *n_found)
{
    size_t who = is->n_stories ? fh_since_from(since, is->customer[0]) : 0;
    memset(goes, 0, is->n);
    for (uint32_t s = 0; s < is->n_stories; s++) {
        while (who < since->n_customers && since->customer[who] < is->customer[s]) who++;
        if (who == since->n_customers) return;
        if (since->customer[who] != is->customer[s]) continue;
        uint32_t at_s = is->first_s[s];
        for (uint32_t i = is->start[s]; i < is->start[s + 1]; i++) {
            at_s += is->gap_s[i];
            at[i - is->start[s]] = (uint64_t)at_s << 10 | (is->ms ? is->ms[i] : 0u);
        }
        *n_found += mark_story(since, who, is, s, columns, names, at, goes);
    }
}
