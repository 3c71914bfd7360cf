/* templates.c - messages with nearly the same text get one number.
 *
 * Of each template the shingles of its first message are kept. Two MinHash signatures (of all
 * shingles, and of the rare ones) of 128 hashes, cut into 32 bands of 4,
 * lie in one hash table from band to template:
 *
 *     message --signatures--> bands --table--> templates, those of most common bands first
 *             --fh_shingles_alike--> the one that is alike, or a new one
 *
 * A band that very many templates have comes from boilerplate and proposes none.
 *
 * Templates that were kept (templates_kept.c) are in no table at first. Place by place, what a
 * batch of messages asks for is a set (asked.c), the bands of all these templates in that place go
 * by it, and those that are asked for make a table for that batch: a step of a few instructions a
 * band, where putting it into a table waits for memory. A band is a hash of its place, too, so none
 * of another place is missed. Whoever adds many batches gets the table.
 *
 * Always: a slot of a table is 0 or (band's key << 32 | number); at most 70 % are used.
 */
#include "text/templates.h"

#include "base/checked.h"

#include <assert.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum {
    CROWD = 24,    /* templates of one band beyond which it proposes none */
    VERIFIED = 12, /* templates compared at most */
    OWN_LEAST = 4, /* rare shingles that make a second signature */
    FIRST_SLOTS = 1 << 12,
    FEW_SLOTS = 1 << 22, /* below these the table of those in memory is made four times as large */
    SIEVE_BITS = 11,
    SIEVE_MOST = 4096, /* shingles; longer messages are compared whole */
    PASSES = 24        /* of all bands that were kept, before all of them get a table */
};
/* A template in a message up to three times as long is it; in a longer one mere chance. */
static const double alike_jaccard = 0.5, alike_containment = 0.8, least_jaccard = 0.3, surely = 0.9;

/* ---- Memory ---- */

/* Moves n objects to room for `more` of them; false: out of memory, nothing changed. */
static bool grow(const fh_allocator *from, void **ptr, size_t n, size_t cap, size_t more,
                 size_t size)
{
    size_t bytes;
    if (!fh_mul_size(more, size, &bytes)) return false;
    void *fresh = from->alloc(from->ctx, bytes);
    if (!fresh) return false;
    if (n) memcpy(fresh, *ptr, n * size);
    if (*ptr) from->free(from->ctx, *ptr, cap * size);
    *ptr = fresh;
    return true;
}

/* Room for `more` elements behind n of `cap`; doubles. */
static bool room(const fh_allocator *from, void **ptr, size_t n, size_t *cap, size_t more,
                 size_t size)
{
    if (more <= *cap - n) return true;
    const size_t wider = (*cap ? *cap * 2 : 64) + more;
    if (wider < more || wider / 2 < *cap || !grow(from, ptr, n, *cap, wider, size)) return false;
    *cap = wider;
    return true;
}

bool fh_templates_room(fh_templates *t, uint32_t n_shingles)
{
    void *one = t->one, *pool = t->pool, *key = t->key;
    const bool ok =
        t->n < UINT32_MAX && room(&t->from, &one, t->n_made, &t->cap, 1, sizeof *t->one);
    t->one = one;
    const bool pooled =
        ok && room(&t->from, &pool, t->n_pool, &t->cap_pool, n_shingles, sizeof *t->pool);
    t->pool = pool;
    const bool keyed =
        pooled && room(&t->from, &key, t->n_key, &t->cap_key, FH_KEYS_MOST, sizeof *t->key);
    t->key = key;
    return keyed;
}

static void drop_room(const fh_allocator *from, fh_message_room *r)
{
    if (r->used_in) from->free(from->ctx, r->used_in, r->cap * sizeof *r->used_in);
    if (r->parted) from->free(from->ctx, r->parted, r->cap * sizeof *r->parted);
    if (r->own) from->free(from->ctx, r->own, r->cap * sizeof *r->own);
    r->used_in = r->parted = r->own = NULL;
    r->cap = 0;
}

bool fh_templates_room_for_message(fh_templates *t, fh_message_room *r, uint32_t n_shingles)
{
    const fh_allocator *from = &t->from;
    if (n_shingles <= r->cap) return true;
    const size_t more = (size_t)n_shingles + 256;
    if (more > UINT32_MAX / sizeof *t->weight) return false;
    drop_room(from, r);
    r->cap = (uint32_t)more;
    r->used_in = from->alloc(from->ctx, more * sizeof *r->used_in);
    r->parted = r->used_in ? from->alloc(from->ctx, more * sizeof *r->parted) : NULL;
    r->own = r->parted ? from->alloc(from->ctx, more * sizeof *r->own) : NULL;
    if (!r->own) drop_room(from, r);
    return r->own != NULL;
}

/* Of the message that is numbered, which happens one after the other. */
static bool room_to_weigh(fh_templates *t, uint32_t n_shingles)
{
    const fh_allocator *from = &t->from;
    const size_t sieve_bytes = sizeof *t->sieve << SIEVE_BITS;
    if (!t->sieve) {
        t->sieve = from->alloc(from->ctx, sieve_bytes);
        if (!t->sieve) return false;
        memset(t->sieve, 0, sieve_bytes);
    }
    if (n_shingles > t->cap_weight) {
        if (t->weight) from->free(from->ctx, t->weight, t->cap_weight * sizeof *t->weight);
        t->cap_weight = 0;
        t->weight = from->alloc(from->ctx, ((size_t)n_shingles + 256) * sizeof *t->weight);
        if (!t->weight) return false;
        t->cap_weight = n_shingles + 256;
    }
    return fh_templates_room_for_message(t, &t->room[0], n_shingles);
}

/* Keys are hashes: they lie in the table in their order, so that a wider one is filled from one end
 * to the other. */
static uint64_t slot_of(uint64_t key, uint64_t n_slots)
{
    return key * n_slots >> 32;
}

/* Puts an entry in, unless its band is a crowd already (so that no search is long). */
static bool slot_put(uint64_t *slot, uint64_t n_slots, uint64_t entry)
{
    uint64_t i = slot_of(entry >> 32, n_slots), at;
    uint32_t same = 0;
    for (; (at = slot[i & (n_slots - 1)]) != 0; i++)
        if (at >> 32 == entry >> 32 && ++same == CROWD) return false;
    slot[i & (n_slots - 1)] = entry;
    return true;
}

/* Room for so many more bands, at most FIRST_SLOTS / 2; too small a table gets `times` as large. */
static bool room_in(const fh_allocator *from, fh_bands *bands, uint32_t more, uint64_t times)
{
    if (bands->n_slots && (bands->used + more) * 10 <= bands->n_slots * 7) return true;
    const uint64_t n_slots = bands->n_slots ? bands->n_slots * times : FIRST_SLOTS;
    uint64_t *slot = from->alloc(from->ctx, n_slots * sizeof *slot);
    if (!slot) return false;
    memset(slot, 0, n_slots * sizeof *slot);
    for (uint64_t i = 0; i < bands->n_slots; i++)
        if (bands->slot[i]) (void)slot_put(slot, n_slots, bands->slot[i]);
    if (bands->slot) from->free(from->ctx, bands->slot, bands->n_slots * sizeof *slot);
    bands->slot = slot;
    bands->n_slots = n_slots;
    return true;
}

static void put_bands(fh_bands *bands, const uint32_t *key, uint32_t n_keys, uint32_t number)
{
    for (uint32_t i = 0; i < n_keys; i++)
        bands->used += slot_put(bands->slot, bands->n_slots, (uint64_t)key[i] << 32 | number);
}

static void free_bands(const fh_allocator *from, fh_bands *bands)
{
    if (bands->slot) from->free(from->ctx, bands->slot, bands->n_slots * sizeof *bands->slot);
    *bands = (fh_bands){0};
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void drop_rooms(fh_templates *t)
{
    const fh_allocator *from = &t->from;
    for (uint32_t i = 0; i < t->n_rooms; i++) {
        drop_room(from, &t->room[i]);
        fh_asked_free(&t->room[i].asked, from);
    }
    if (t->room) from->free(from->ctx, t->room, t->n_rooms * sizeof *t->room);
    t->room = NULL;
    t->n_rooms = 0;
}

fh_status fh_templates_share(fh_templates *t, uint32_t n, fh_run_many *run, fh_error *err)
{
    enum { MOST = 64 };
    if (n == 0 || !run) n = 1;
    if (n > MOST) n = MOST;
    fh_message_room *room = t->from.alloc(t->from.ctx, n * sizeof *room);
    if (!room) return fh_no_memory(err);
    for (uint32_t i = 0; i < n; i++) room[i] = (fh_message_room){.cap = 0};
    drop_rooms(t);
    t->room = room;
    t->n_rooms = n;
    t->run = run;
    return FH_OK;
}

fh_status fh_templates_new(const fh_allocator *from, fh_templates **out, fh_error *err)
{
    if (!from) from = fh_allocator_default();
    fh_templates *t = from->alloc(from->ctx, sizeof *t);
    if (!t) return fh_no_memory(err);
    *t = (fh_templates){.from = *from};
    const fh_status status = fh_templates_share(t, 1, NULL, err);
    if (status != FH_OK) {
        from->free(from->ctx, t, sizeof *t);
        return status;
    }
    uint64_t state = 42;
    for (uint32_t i = 0; i < FH_HASHES; i++) {
        t->times[i] = (uint32_t)next_random(&state) | 1;
        t->plus[i] = (uint32_t)next_random(&state);
    }
    *out = t;
    return FH_OK;
}

static void empty(fh_templates *t)
{
    const fh_allocator *from = &t->from;
    if (t->one) from->free(from->ctx, t->one, t->cap * sizeof *t->one);
    if (t->pool) from->free(from->ctx, t->pool, t->cap_pool * sizeof *t->pool);
    if (t->key) from->free(from->ctx, t->key, t->cap_key * sizeof *t->key);
    if (t->of_batch) from->free(from->ctx, t->of_batch, t->cap_batch * sizeof *t->of_batch);
    fh_templates_drop_pieces(t);
    free_bands(from, &t->bands);
    for (uint32_t b = 0; b < FH_BANDS; b++) free_bands(from, &t->near[b]);
    if (t->sieve) from->free(from->ctx, t->sieve, sizeof *t->sieve << SIEVE_BITS);
    if (t->weight) from->free(from->ctx, t->weight, t->cap_weight * sizeof *t->weight);
    drop_rooms(t);
}

void fh_templates_free(fh_templates *templates)
{
    if (!templates) return;
    const fh_allocator from = templates->from;
    empty(templates);
    from.free(from.ctx, templates, sizeof *templates);
}

uint32_t fh_templates_count(const fh_templates *templates)
{
    return templates->n;
}

/* ---- Signatures ---- */

/* Lowers each of the FH_HASHES least hashes to that of any of n shingles, when one is lower. Hashes
 * are compared as signed numbers, which processors do four or eight at a time. */
typedef void least_of(const fh_templates *t, const uint32_t *shingle, uint32_t n,
                      int32_t least[FH_HASHES]);

static void least_plain(const fh_templates *t, const uint32_t *shingle, uint32_t n,
                        int32_t least[FH_HASHES])
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < FH_HASHES; k++) {
            const int32_t h = (int32_t)(t->times[k] * shingle[i] + t->plus[k]);
            least[k] = h < least[k] ? h : least[k];
        }
    }
}

#if defined(__x86_64__)
/* 32 hashes stay in registers while all shingles go by. */
__attribute__((target("avx2"))) static void
least_avx2(const fh_templates *t, const uint32_t *shingle, uint32_t n, int32_t least[FH_HASHES])
{
    enum { EACH = 8, SOME = 4 * EACH };
    for (uint32_t k = 0; k < FH_HASHES; k += SOME) {
#define AT(array, v) _mm256_loadu_si256((const void *)((array) + k + (v)*EACH))
        const __m256i t0 = AT(t->times, 0), t1 = AT(t->times, 1);
        const __m256i t2 = AT(t->times, 2), t3 = AT(t->times, 3);
        const __m256i p0 = AT(t->plus, 0), p1 = AT(t->plus, 1);
        const __m256i p2 = AT(t->plus, 2), p3 = AT(t->plus, 3);
        __m256i l0 = AT(least, 0), l1 = AT(least, 1), l2 = AT(least, 2), l3 = AT(least, 3);
#undef AT
        for (uint32_t i = 0; i < n; i++) {
            const __m256i x = _mm256_set1_epi32((int32_t)shingle[i]);
            l0 = _mm256_min_epi32(l0, _mm256_add_epi32(_mm256_mullo_epi32(t0, x), p0));
            l1 = _mm256_min_epi32(l1, _mm256_add_epi32(_mm256_mullo_epi32(t1, x), p1));
            l2 = _mm256_min_epi32(l2, _mm256_add_epi32(_mm256_mullo_epi32(t2, x), p2));
            l3 = _mm256_min_epi32(l3, _mm256_add_epi32(_mm256_mullo_epi32(t3, x), p3));
        }
        _mm256_storeu_si256((void *)(least + k), l0);
        _mm256_storeu_si256((void *)(least + k + EACH), l1);
        _mm256_storeu_si256((void *)(least + k + 2 * EACH), l2);
        _mm256_storeu_si256((void *)(least + k + 3 * EACH), l3);
    }
}
#endif

static least_of *least_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return least_avx2;
#endif
    return least_plain;
}

static void bands_of(const int32_t least[FH_HASHES], uint32_t key[FH_BANDS])
{
    for (uint32_t b = 0; b < FH_BANDS; b++) {
        uint64_t h = b + 1;
        for (uint32_t r = 0; r < FH_ROWS; r++) {
            h = (h ^ (uint32_t)least[b * FH_ROWS + r]) * UINT64_C(0x9e3779b97f4a7c15);
            h ^= h >> 31;
        }
        key[b] = (uint32_t)h;
    }
}

/* Which shingles are rare: bits; returns how many. */
static uint32_t own_of(const fh_message_room *r, uint32_t n, const fh_usage *usage)
{
    const uint32_t rare = usage ? fh_usage_rare_most(usage) : 0;
    uint32_t n_own = 0;
    memset(r->own, 0, (n + 31) / 32 * sizeof *r->own);
    for (uint32_t i = 0; i < n; i++) {
        const bool own = !usage || r->used_in[i] <= rare;
        r->own[i / 32] |= (uint32_t)own << (i % 32);
        n_own += own;
    }
    return n_own;
}

/* One or two signatures; returns the number of keys. Each shingle is hashed once: the least of
 * all is that of the rare ones or of the others. */
uint32_t fh_templates_keys(const fh_templates *t, const fh_message_room *r, const uint32_t *shingle,
                           uint32_t n, uint32_t n_own, uint32_t key[FH_KEYS_MOST])
{
    int32_t least[FH_HASHES];
    for (uint32_t k = 0; k < FH_HASHES; k++) least[k] = INT32_MAX;
    if (n_own == n || n_own < OWN_LEAST) {
        least_best()(t, shingle, n, least);
        bands_of(least, key);
        return FH_BANDS;
    }
    uint32_t at = 0, behind = n_own;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t is = r->own[i / 32] >> (i % 32) & 1;
        r->parted[is ? at : behind] = shingle[i];
        at += is;
        behind += !is;
    }
    least_best()(t, r->parted, n_own, least);
    bands_of(least, key + FH_BANDS);
    least_best()(t, r->parted + n_own, n - n_own, least);
    bands_of(least, key);
    return FH_KEYS_MOST;
}

/* ---- Which template ---- */

typedef struct candidates {
    uint32_t n;
    uint32_t number[FH_KEYS_MOST * CROWD], room[FH_KEYS_MOST * CROWD];
} candidates;

/* Those of one band in a table; false: with them, there is a crowd. */
static inline bool look_up(const fh_bands *bands, uint32_t key, uint32_t before, candidates *c)
{
    const uint64_t n_slots = bands->n_slots, *const slot = bands->slot;
    if (!n_slots) return true;
    uint64_t i = slot_of(key, n_slots);
    for (uint64_t at; (at = slot[i & (n_slots - 1)]) != 0; i++) {
        if (at >> 32 != key) continue;
        c->number[c->n++] = (uint32_t)at;
        if (c->n - before == CROWD) return false;
    }
    return true;
}

static void propose(const fh_templates *t, uint32_t place, uint32_t key, candidates *c)
{
    const uint32_t before = c->n;
    if ((t->n_pieces && !look_up(&t->near[place], key, before, c)) ||
        !look_up(&t->bands, key, before, c))
        c->n = before;
}

typedef struct vote {
    uint32_t number, bands;
} vote;

/* The templates of most common bands, the most first, the lower number among equals. */
static uint32_t elect(candidates *c, vote best[VERIFIED])
{
    uint32_t n = 0;
    for (uint32_t i = 0, k; i < c->n; i = k) {
        for (k = i + 1; k < c->n && c->number[k] == c->number[i];) k++;
        vote v = {c->number[i], k - i};
        uint32_t at = n;
        while (at > 0 && best[at - 1].bands < v.bands) at--;
        if (at == VERIFIED) continue;
        if (n < VERIFIED) n++;
        for (uint32_t m = n - 1; m > at; m--) best[m] = best[m - 1];
        best[at] = v;
    }
    return n;
}

/* What a message weighs, to tell soon what cannot be alike. */
typedef struct weighed {
    fh_shingles s;
    double weight; /* of all */
    uint32_t own;  /* that weigh anything */
} weighed;

static float rounded_up(double x)
{
    return (float)(x * (1 + 1e-6));
}

static void weigh(fh_templates *t, const fh_usage *usage, weighed *w)
{
    uint32_t *used_in = t->room[0].used_in;
    if (usage) fh_usage_shingles(usage, w->s, used_in);
    fh_weights_begin(&t->weights, usage);
    for (uint32_t i = 0; i < w->s.n; i++) {
        const double one = usage ? fh_weight_kept(&t->weights, usage, used_in[i]) : 1;
        t->weight[i] = one;
        w->weight += one;
        w->own += one > 0;
        if (w->s.n > SIEVE_MOST) continue;
        fh_sieve *at = &t->sieve[w->s.at[i] >> (32 - SIEVE_BITS)];
        at->weight = rounded_up((double)at->weight + one);
        at->own = (uint16_t)(at->own + (one > 0));
        at->all++;
    }
}

static void sieve_empty(fh_templates *t, fh_shingles s)
{
    if (s.n > SIEVE_MOST) return;
    for (uint32_t i = 0; i < s.n; i++) t->sieve[s.at[i] >> (32 - SIEVE_BITS)] = (fh_sieve){0};
}

/* May the jaccard of fh_shingles_alike be more than `least`? False only when it surely is not:
 * both share at most what falls into the same places of the sieve. */
static bool may_be_alike(const fh_templates *t, const weighed *w, fh_shingles b, double least)
{
    if (w->s.n > SIEVE_MOST || b.n > SIEVE_MOST) return true;
    double weight = 0;
    uint32_t own = 0, all = 0;
    for (uint32_t i = 0; i < b.n; i++) {
        const fh_sieve *at = &t->sieve[b.at[i] >> (32 - SIEVE_BITS)];
        weight += (double)at->weight;
        own += at->own;
        all += at->all;
    }
    const double bound = least * (1 - 1e-4); /* sums are rounded */
    const double by_own = w->own ? (double)own / w->own : 1;
    const double by_all = (double)all / (w->s.n > b.n ? w->s.n : b.n);
    return weight >= bound * w->weight || by_own * by_own * by_own >= bound ||
           by_all * by_all * by_all >= bound;
}

static void prefetch(const fh_templates *t, uint32_t number)
{
    if (number <= t->n_known) return;
    const char *p = (const char *)(t->pool + t->one[number - t->n_known - 1].at);
    for (size_t line = 0; line < 512; line += 64) __builtin_prefetch(p + line);
}

/* What is compared with a template's shingles. */
typedef struct comparing {
    weighed w;
    bool is_weighed;
    uint32_t found;
    double most;
} comparing;

static void compare(fh_templates *t, uint32_t number, fh_shingles other, const fh_usage *usage,
                    comparing *c)
{
    const fh_shingles s = c->w.s;
    if (other.n == s.n && memcmp(other.at, s.at, s.n * sizeof *s.at) == 0) {
        c->found = number;
        c->most = 1;
        return;
    }
    if (!c->is_weighed) weigh(t, usage, &c->w);
    c->is_weighed = true;
    if (!may_be_alike(t, &c->w, other, c->most > least_jaccard ? c->most : least_jaccard)) return;
    const fh_alike alike = fh_shingles_alike(s, t->weight, other, usage, &t->weights);
    if (alike.jaccard < alike_jaccard &&
        (alike.containment < alike_containment || alike.jaccard < least_jaccard))
        return;
    if (alike.jaccard <= c->most) return;
    c->most = alike.jaccard;
    c->found = number;
}

/* The template that is most alike; 0: none is alike enough. */
static fh_status choose(fh_templates *t, fh_shingles s, const fh_usage *usage, candidates *c,
                        uint32_t *number, fh_error *err)
{
    vote best[VERIFIED];
    fh_status status = FH_OK;
    fh_sort_u32(c->number, c->n, c->room);
    const uint32_t n = elect(c, best);
    for (uint32_t i = 0; i < n; i++) prefetch(t, best[i].number);
    comparing with = {.w = {.s = s}};
    for (uint32_t i = 0; i < n && with.most < surely && status == FH_OK; i++) {
        fh_shingles other;
        status = fh_templates_shingles(t, best[i].number, &other, err);
        if (status == FH_OK && other.n) compare(t, best[i].number, other, usage, &with);
    }
    if (with.is_weighed) sieve_empty(t, s);
    *number = with.found;
    return status;
}

/* ---- Those that were kept ---- */

/* All bands of kept templates in one place into a table. */
static fh_status take_all(fh_templates *t, uint32_t place, fh_error *err)
{
    fh_bands *to = &t->near[place];
    for (uint32_t p = 0; p < t->n_pieces; p++) {
        const fh_piece *piece = &t->piece[p];
        const uint32_t first = p * FH_TEMPLATES_PIECE + 1;
        if (!piece->n) continue;
        const uint32_t *key = piece->key + (size_t)place * piece->n_signatures;
        if (!room_in(&t->from, to, piece->n_signatures, 2)) return fh_no_memory(err);
        for (uint32_t i = 0; i < piece->n_signatures; i++)
            put_bands(to, &key[i], 1, first + piece->owner[i]);
    }
    return FH_OK;
}

/* Those in one place of all signatures that are asked for. */
static fh_status take_asked(fh_templates *t, const fh_asked *asked, uint32_t place, fh_error *err)
{
    fh_asked_pass *const pass = fh_asked_best();
    fh_bands *to = &t->near[place];
    uint32_t at[FH_SIGNATURES_MOST];
    for (uint32_t p = 0; p < t->n_pieces; p++) {
        const fh_piece *piece = &t->piece[p];
        const uint32_t first = p * FH_TEMPLATES_PIECE + 1;
        if (!piece->n) continue;
        const uint32_t *key = piece->key + (size_t)place * piece->n_signatures;
        const uint32_t n = pass(asked, key, piece->n_signatures, at);
        if (n && !room_in(&t->from, to, n, 2)) return fh_no_memory(err);
        for (uint32_t i = 0; i < n; i++) put_bands(to, &key[at[i]], 1, first + piece->owner[at[i]]);
    }
    return FH_OK;
}

/* The batch asks for these in one place of its n messages' signatures. */
static fh_status ask_for(const fh_templates *t, fh_asked *asked, uint32_t place, size_t n,
                         fh_error *err)
{
    const fh_status status = fh_asked_begin(asked, &t->from, 2 * n, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        for (uint32_t k = place; k < t->of_batch[i].n; k += FH_BANDS)
            fh_asked_put(asked, t->of_batch[i].key[k]);
    return status;
}

/* ---- Adding ---- */

/* Room has been made, but for bands; the shingles lie at the pool's end already. */
fh_status fh_templates_commit(fh_templates *t, uint32_t n, const uint32_t *key, uint32_t n_keys,
                              fh_error *err)
{
    const uint64_t times = t->bands.n_slots < FEW_SLOTS ? 4 : 2;
    if (!room_in(&t->from, &t->bands, FH_KEYS_MOST, times)) return fh_no_memory(err);
    memcpy(t->key + t->n_key, key, n_keys * sizeof *key);
    t->one[t->n_made++] = (fh_template){t->n_pool, t->n_key, n, n_keys};
    t->n_pool += n;
    t->n_key += n_keys;
    t->n++;
    put_bands(&t->bands, key, n_keys, t->n);
    return FH_OK;
}

static fh_shingles shingles_of(const fh_text *text)
{
    return (fh_shingles){text->shingle, text->n_shingles};
}

/* A batch that several threads work on. */
typedef struct batch {
    fh_templates *t;
    const fh_text *const *text; /* [n] */
    size_t n;
    const fh_usage *usage;
} batch;

/* The bands of a message, reckoned before it is numbered. */
static fh_status keys_of(const batch *b, fh_message_room *r, size_t i, fh_error *err)
{
    fh_templates *t = b->t;
    fh_batch_keys *to = &t->of_batch[i];
    const fh_shingles s = shingles_of(b->text[i]);
    to->n = 0;
    if (s.n == 0) return FH_OK;
    if (!fh_templates_room_for_message(t, r, s.n)) return fh_no_memory(err);
    if (b->usage) fh_usage_shingles(b->usage, s, r->used_in);
    to->n = fh_templates_keys(t, r, s.at, s.n, own_of(r, s.n, b->usage), to->key);
    return FH_OK;
}

static void keys_of_some(void *ctx, uint32_t worker)
{
    const batch *b = ctx;
    const uint32_t n = b->t->n_rooms;
    fh_message_room *r = &b->t->room[worker];
    const size_t end = b->n / n * (worker + 1) + (worker + 1 == n ? b->n % n : 0);
    for (size_t i = b->n / n * worker; i < end && r->status == FH_OK; i++)
        r->status = keys_of(b, r, i, &r->err);
}

/* What of the known templates the batch may be is in a table after this, of some places. */
static void look_through_some(void *ctx, uint32_t worker)
{
    const batch *b = ctx;
    fh_templates *t = b->t;
    fh_message_room *r = &t->room[worker];
    for (uint32_t place = worker; place < FH_BANDS && r->status == FH_OK; place += t->n_rooms) {
        free_bands(&t->from, &t->near[place]);
        if (t->passes > PASSES) {
            r->status = take_all(t, place, &r->err);
            continue;
        }
        r->status = ask_for(t, &r->asked, place, b->n, &r->err);
        if (r->status == FH_OK) r->status = take_asked(t, &r->asked, place, &r->err);
    }
}

static fh_status share(batch *b, void (*work)(void *ctx, uint32_t worker), fh_error *err)
{
    fh_templates *t = b->t;
    for (uint32_t i = 0; i < t->n_rooms; i++) t->room[i].status = FH_OK;
    if (t->n_rooms == 1)
        work(b, 0);
    else
        t->run(t->n_rooms, work, b);
    for (uint32_t i = 0; i < t->n_rooms; i++) {
        if (t->room[i].status == FH_OK) continue;
        if (err) *err = t->room[i].err;
        return t->room[i].status;
    }
    return FH_OK;
}

static fh_status look_through_known(batch *b, fh_error *err)
{
    fh_templates *t = b->t;
    if (t->n_pieces == 0 || t->passes > PASSES) return FH_OK;
    t->passes++;
    return share(b, look_through_some, err);
}

static void prefetch_band(const fh_bands *bands, uint32_t key)
{
    if (bands->n_slots) __builtin_prefetch(&bands->slot[slot_of(key, bands->n_slots)]);
}

static fh_status number_one(fh_templates *t, fh_shingles s, const fh_usage *usage,
                            const fh_batch_keys *keys, uint32_t *number, fh_error *err)
{
    candidates c;
    c.n = 0;
    if (!room_to_weigh(t, s.n)) return fh_no_memory(err);
    for (uint32_t i = 0; t->n_pieces && i < keys->n; i++)
        prefetch_band(&t->near[i % FH_BANDS], keys->key[i]);
    for (uint32_t i = 0; i < keys->n; i++) prefetch_band(&t->bands, keys->key[i]);
    for (uint32_t i = 0; i < keys->n; i++) propose(t, i % FH_BANDS, keys->key[i], &c);
    fh_status status = choose(t, s, usage, &c, number, err);
    if (status != FH_OK || *number) return status;
    if (!fh_templates_room(t, s.n)) return fh_no_memory(err);
    memcpy(t->pool + t->n_pool, s.at, s.n * sizeof *s.at);
    status = fh_templates_commit(t, s.n, keys->key, keys->n, err);
    if (status == FH_OK) *number = t->n;
    return status;
}

fh_status fh_templates_batch(fh_templates *t, const fh_text *const *text, size_t n,
                             const fh_usage *usage, fh_error *err)
{
    t->n_batch = t->next = 0;
    if (n > t->cap_batch) {
        void *keys = t->of_batch;
        if (!grow(&t->from, &keys, 0, t->cap_batch, n, sizeof *t->of_batch))
            return fh_no_memory(err);
        t->of_batch = keys;
        t->cap_batch = n;
    }
    batch b = {t, text, n, usage};
    fh_status status = share(&b, keys_of_some, err);
    if (status == FH_OK) status = look_through_known(&b, err);
    if (status != FH_OK) return status;
    t->text = text;
    t->usage = usage;
    t->n_batch = n;
    return FH_OK;
}

fh_status fh_templates_number(fh_templates *t, uint32_t *number, fh_error *err)
{
    assert(t->next < t->n_batch);
    const size_t i = t->next;
    uint32_t is = 0;
    fh_status status = FH_OK;
    if (t->of_batch[i].n)
        status = number_one(t, shingles_of(t->text[i]), t->usage, &t->of_batch[i], &is, err);
    if (status != FH_OK) return status;
    t->next = i + 1;
    *number = is;
    return FH_OK;
}

fh_status fh_templates_add_all(fh_templates *t, const fh_text *const *text, size_t n,
                               const fh_usage *usage, uint32_t *number, fh_error *err)
{
    fh_status status = fh_templates_batch(t, text, n, usage, err);
    for (size_t i = 0; i < n && status == FH_OK; i++)
        status = fh_templates_number(t, &number[i], err);
    return status;
}

fh_status fh_templates_add(fh_templates *templates, const fh_text *text, const fh_usage *usage,
                           uint32_t *number, fh_error *err)
{
    return fh_templates_add_all(templates, &text, 1, usage, number, err);
}
