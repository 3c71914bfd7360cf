/* known.c - which interactions a file has already (see known.h).
 *
 * Fingerprints lie in tables of buckets of a cache line, sixteen a bucket; one that
 * is full goes on in the next. When a table is three quarters full another, twice as
 * large, takes what comes: so nothing is ever moved, and a look-up asks some ten
 * buckets at most. Lately added ids lie in two small tables; when the newer is full
 * the older is forgotten.
 */
#include "store/known.h"

#include "base/sort.h"
#include "store/members.h"
#include "store/stored.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKET = 16, MAX_TABLES = 40, FIRST_BITS = 10, RECENT_BITS = 10, RECENT_MOST = 20 };

typedef struct table {
    uint32_t *slot; /* [(mask + 1) * BUCKET] 0: empty */
    uint64_t mask;
    size_t n, most;
} table;

typedef struct recent_id {
    uint64_t id; /* 0: empty */
    uint32_t customer;
} recent_id;

typedef struct recent {
    recent_id *slot; /* [size] */
    size_t size, n;
} recent;

struct fh_known {
    table table[MAX_TABLES];
    size_t n_tables;
    recent now, before;
    fh_known_mark at;
    fh_blobs blobs;
    fh_space *space;
};

fh_status fh_known_new(fh_known **out, fh_error *err)
{
    fh_known *k = calloc(1, sizeof *k);
    if (!k) return fh_no_memory(err);
    fh_blobs_init(&k->blobs);
    k->space = fh_space_new(NULL);
    if (!k->space) {
        fh_known_free(k);
        return fh_no_memory(err);
    }
    *out = k;
    return FH_OK;
}

void fh_known_free(fh_known *k)
{
    if (!k) return;
    for (size_t i = 0; i < k->n_tables; i++) free(k->table[i].slot);
    free(k->now.slot);
    free(k->before.slot);
    fh_blobs_free(&k->blobs);
    fh_space_free(k->space);
    free(k);
}

size_t fh_known_bytes(const fh_known *k)
{
    size_t bytes = (k->now.size + k->before.size) * sizeof *k->now.slot;
    for (size_t i = 0; i < k->n_tables; i++)
        bytes += (k->table[i].mask + 1) * BUCKET * sizeof *k->table[i].slot;
    return bytes;
}

/* ---- Fingerprints ------------------------------------------------------------------------ */

static uint32_t print_of(uint64_t id)
{
    const uint32_t print = (uint32_t)(id >> 31); /* the lowest bits tell the bucket */
    return print ? print : 1;
}

static uint64_t mixed(uint64_t id)
{
    return id * UINT64_C(0x9e3779b97f4a7c15);
}

static bool add_table(fh_known *k, size_t n)
{
    if (k->n_tables == MAX_TABLES) return false;
    size_t buckets = (size_t)1 << FIRST_BITS;
    if (k->n_tables) buckets = 2 * (k->table[k->n_tables - 1].mask + 1);
    while (buckets * BUCKET / 4 * 3 < n) buckets *= 2;
    const size_t bytes = buckets * BUCKET * sizeof(uint32_t);
    uint32_t *slot = aligned_alloc(BUCKET * sizeof *slot, bytes);
    if (!slot) return false;
    memset(slot, 0, bytes);
    k->table[k->n_tables++] =
        (table){.slot = slot, .mask = buckets - 1, .most = buckets * BUCKET / 4 * 3};
    return true;
}

/* The slot of the fingerprint, or the empty one where it would stand. */
static uint32_t *slot_of(const table *t, uint64_t id, uint32_t print)
{
    for (uint64_t at = mixed(id) >> 20;; at++) {
        uint32_t *bucket = t->slot + (at & t->mask) * BUCKET;
        for (size_t i = 0; i < BUCKET; i++)
            if (bucket[i] == print || bucket[i] == 0) return &bucket[i];
    }
}

static bool may_be_there(const fh_known *k, uint64_t id)
{
    const uint32_t print = print_of(id);
    for (size_t i = k->n_tables; i-- > 0;)
        if (*slot_of(&k->table[i], id, print) == print) return true;
    return false;
}

/* Inlined always: gcc takes a function that only prefetches for one that does nothing,
 * and drops its calls. */
__attribute__((always_inline)) static inline void fetch(const fh_known *k, uint64_t id)
{
    for (size_t i = k->n_tables; i-- > 0;)
        __builtin_prefetch(k->table[i].slot + (mixed(id) >> 20 & k->table[i].mask) * BUCKET);
}

/* `more`: how many are about to come, this one included. */
static bool add_print(fh_known *k, uint64_t id, size_t more)
{
    if (may_be_there(k, id)) return true;
    if ((k->n_tables == 0 || k->table[k->n_tables - 1].n >= k->table[k->n_tables - 1].most) &&
        !add_table(k, more))
        return false;
    table *t = &k->table[k->n_tables - 1];
    *slot_of(t, id, print_of(id)) = print_of(id);
    t->n++;
    return true;
}

/* ---- Lately added -------------------------------------------------------------------------- */

static recent_id *recent_slot(const recent *r, uint64_t id, uint32_t customer)
{
    for (size_t at = (size_t)(mixed(id ^ customer) >> 32);; at++) {
        recent_id *s = &r->slot[at & (r->size - 1)];
        if (s->id == 0 || (s->id == id && s->customer == customer)) return s;
    }
}

static bool is_recent(const fh_known *k, uint64_t id, uint32_t customer)
{
    return (k->now.size && recent_slot(&k->now, id, customer)->id) ||
           (k->before.size && recent_slot(&k->before, id, customer)->id);
}

/* Makes room for one more: a table twice as large or, at the largest, a new one. */
static bool more_recent(fh_known *k)
{
    const bool largest = k->now.size == (size_t)1 << RECENT_MOST;
    const size_t size = largest       ? k->now.size
                        : k->now.size ? 2 * k->now.size
                                      : (size_t)1 << RECENT_BITS;
    recent fresh = {.slot = calloc(size, sizeof(recent_id)), .size = size};
    if (!fresh.slot) return false;
    if (largest) {
        free(k->before.slot);
        k->before = k->now;
        k->now = fresh;
        return true;
    }
    for (size_t i = 0; i < k->now.size; i++)
        if (k->now.slot[i].id)
            *recent_slot(&fresh, k->now.slot[i].id, k->now.slot[i].customer) = k->now.slot[i];
    fresh.n = k->now.n;
    free(k->now.slot);
    k->now = fresh;
    return true;
}

static bool add_recent(fh_known *k, uint64_t id, uint32_t customer)
{
    if (k->now.n >= k->now.size / 2 && !more_recent(k)) return false;
    *recent_slot(&k->now, id, customer) = (recent_id){id, customer};
    k->now.n++;
    return true;
}

void fh_known_undone(fh_known *k)
{
    free(k->now.slot);
    free(k->before.slot);
    k->now = k->before = (recent){0};
}

/* ---- What came into the file ---------------------------------------------------------------- */

static const uint32_t ID_COLUMNS = 1u << FH_COL_STORIES | 1u << FH_COL_GAP | 1u << FH_COL_ID;

/* The ids of a part, decoded; NULL when none of its interactions has one. */
static fh_status open_part(fh_known *k, fh_db *db, const fh_stored *part, const fh_segment **out,
                           fh_error *err)
{
    *out = NULL;
    if (!(part->columns >> FH_COL_ID & 1)) return FH_OK;
    fh_status status = fh_blobs_read(db, part, ID_COLUMNS, &k->blobs, err);
    if (status == FH_OK) status = fh_blobs_decode(&k->blobs, part, k->space, err);
    if (status == FH_OK) *out = fh_space_segment(k->space);
    return status;
}

static fh_status take_part(fh_known *k, fh_db *db, const fh_stored *part, size_t more,
                           fh_error *err)
{
    const fh_segment *seg = NULL;
    const fh_status status = open_part(k, db, part, &seg, err);
    if (status != FH_OK || !seg) return status;
    for (uint32_t i = 0; i < seg->n; i++) {
        if (i + 16 < seg->n) fetch(k, seg->id[i + 16]);
        if (seg->id[i] & FH_ID_GIVEN && !add_print(k, seg->id[i], more - i))
            return fh_no_memory(err);
    }
    return FH_OK;
}

/* Keeps the parts that came after the mark; how many interactions they hold. */
static size_t keep_new(const fh_known *k, fh_stored_list *list)
{
    size_t kept = 0, n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const fh_stored *row = &list->row[i];
        if (row->id <= (row->level == FH_LEVEL_INBOX ? k->at.age : k->at.segment)) continue;
        n += row->n;
        list->row[kept++] = *row;
    }
    list->n = kept;
    return n;
}

fh_status fh_known_mark_now(fh_org *org, fh_known_mark *out, fh_error *err)
{
    const fh_status status = fh_counter_last(org, "segment", &out->segment, err);
    return status == FH_OK ? fh_counter_last(org, "age", &out->age, err) : status;
}

bool fh_known_is_at(const fh_known *k, const fh_known_mark *mark)
{
    return k->at.segment == mark->segment && k->at.age == mark->age;
}

void fh_known_caught_up(fh_known *k, const fh_known_mark *mark)
{
    k->at = *mark;
}

fh_status fh_known_refresh(fh_known *k, fh_org *org, fh_error *err)
{
    fh_known_mark now;
    fh_status status = fh_known_mark_now(org, &now, err);
    if (status != FH_OK || fh_known_is_at(k, &now)) return status;
    fh_db *db = fh_org_db(org);
    fh_stored_list parts = {0};
    status = fh_stored_segments(db, 1, UINT32_MAX, false, &parts, err);
    if (status == FH_OK) status = fh_stored_inbox(db, 1, UINT32_MAX, &parts, err);
    size_t more = keep_new(k, &parts);
    for (size_t i = 0; i < parts.n && status == FH_OK; i++) {
        status = take_part(k, db, &parts.row[i], more, err);
        more -= parts.row[i].n;
    }
    fh_stored_free(&parts);
    if (status == FH_OK) k->at = now;
    return status;
}

/* ---- Asking --------------------------------------------------------------------------------- */

static int by_customer(const void *pa, const void *pb, void *ctx)
{
    (void)ctx;
    const uint32_t a = (*(fh_asked_id *const *)pa)->customer;
    const uint32_t b = (*(fh_asked_id *const *)pb)->customer;
    return (a > b) - (a < b);
}

static bool story_has(const fh_segment *seg, uint32_t story, uint64_t id)
{
    for (uint32_t i = seg->start[story]; i < seg->start[story + 1]; i++)
        if (seg->id[i] == id) return true;
    return false;
}

/* The first of the suspects, which are in order of customer, from `customer` on. */
static size_t suspect_from(fh_asked_id *const *suspect, size_t n, uint32_t customer)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        const size_t mid = lo + (hi - lo) / 2;
        if (suspect[mid]->customer < customer)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static fh_status look_into(fh_known *k, fh_db *db, const fh_stored *part,
                           fh_asked_id *const *suspect, size_t n, fh_error *err)
{
    size_t i = suspect_from(suspect, n, part->lo);
    if (i == n || suspect[i]->customer > part->hi) return FH_OK;
    const fh_segment *seg = NULL;
    const fh_status status = open_part(k, db, part, &seg, err);
    if (status != FH_OK || !seg) return status;
    for (; i < n && suspect[i]->customer <= part->hi; i++) {
        const uint32_t story = fh_story_from(seg, suspect[i]->customer);
        if (story < seg->n_stories && seg->customer[story] == suspect[i]->customer &&
            story_has(seg, story, suspect[i]->id))
            suspect[i]->known = true;
    }
    return FH_OK;
}

static fh_status look_up(fh_known *k, fh_org *org, fh_asked_id **suspect, size_t n, fh_error *err)
{
    fh_db *db = fh_org_db(org);
    fh_stored_list parts = {0};
    fh_status status = fh_sort(NULL, suspect, n, sizeof *suspect, by_customer, NULL);
    if (status != FH_OK) return fh_no_memory(err);
    const uint32_t lo = suspect[0]->customer, hi = suspect[n - 1]->customer;
    status = fh_stored_segments(db, lo, hi, false, &parts, err);
    if (status == FH_OK) status = fh_stored_inbox(db, lo, hi, &parts, err);
    for (size_t i = 0; i < parts.n && status == FH_OK; i++)
        status = look_into(k, db, &parts.row[i], suspect, n, err);
    fh_stored_free(&parts);
    return status;
}

fh_status fh_known_sort_out(fh_known *k, fh_org *org, fh_asked_id *ask, size_t n, fh_error *err)
{
    fh_asked_id **suspect = malloc((n + 1) * sizeof *suspect);
    size_t n_suspects = 0;
    if (!suspect) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) fetch(k, ask[i].id);
    for (size_t i = 0; i < n; i++) {
        ask[i].known = is_recent(k, ask[i].id, ask[i].customer);
        if (!ask[i].known && may_be_there(k, ask[i].id)) suspect[n_suspects++] = &ask[i];
    }
    fh_status status = n_suspects ? look_up(k, org, suspect, n_suspects, err) : FH_OK;
    free(suspect);
    for (size_t i = 0; i < n && status == FH_OK; i++) {
        if (is_recent(k, ask[i].id, ask[i].customer)) {
            ask[i].known = true;
            continue;
        }
        if (!add_recent(k, ask[i].id, ask[i].customer) || !add_print(k, ask[i].id, 1))
            status = fh_no_memory(err);
    }
    return status;
}
