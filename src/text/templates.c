/* templates.c - messages with nearly the same text get one number.
 *
 * Of each template the shingles of its first message are kept. Two MinHash signatures (of all
 * shingles, and of the rare ones) of 128 hashes, cut into 32 bands of 4,
 * lie in one hash table from band to template:
 *
 *     message --signatures--> bands --table--> templates, those of most common bands first
 *             --fh_shingles_alike--> the one that is alike, or a new one
 *
 * A band that very many templates have comes from boilerplate and proposes none. What is kept
 * as bytes is only the shingles and which were rare: the table is built again.
 *
 * Always: a slot of the table is 0 or (band's key << 32 | number); at most 70 % are used.
 */
#include "text/text_parts.h"
#include "text/usage.h"
#include "text/wire.h"

#include "base/checked.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum {
    BANDS = 32,
    ROWS = 4,
    HASHES = BANDS * ROWS,
    CROWD = 24,    /* templates of one band beyond which it proposes none */
    VERIFIED = 12, /* templates compared at most */
    OWN_LEAST = 4, /* rare shingles that make a second signature */
    FIRST_SLOTS = 1 << 12,
    SIEVE_BITS = 11,
    SIEVE_MOST = 4096 /* shingles; longer messages are compared whole */
};
/* A template in a message up to three times as long is it; in a longer one mere chance. */
static const double alike_jaccard = 0.5, alike_containment = 0.8, least_jaccard = 0.3, surely = 0.9;

typedef struct template
{
    size_t at; /* of its shingles in the pool */
    uint32_t n;
    uint32_t n_own; /* that were rare; n: all */
}
template;

/* What the shingles that fall into one place weigh together, rounded up, and how many they are. */
typedef struct sieve {
    float weight;
    uint16_t own, all; /* own: that weigh anything */
} sieve;

struct fh_templates {
    fh_allocator from;
    uint32_t n, cap;
    template *one; /* [n]: number - 1 */
    size_t n_pool, cap_pool;
    uint32_t *pool; /* of each template its shingles, then a bit for each: was rare */
    uint64_t n_slots, used;
    uint64_t *slot;
    uint32_t times[HASHES], plus[HASHES];
    /* Of the message that is being added: */
    uint32_t cap_weight;
    double *weight;    /* [cap_weight] */
    uint32_t *used_in; /* [cap_weight] messages a shingle is in */
    uint32_t *parted;  /* [cap_weight] the rare shingles, then the others */
    sieve *sieve;      /* [1 << SIEVE_BITS] its shingles by their highest bits; else zeros */
    fh_weights weights;
};

static const char magic[8] = {'F', 'H', 'T', 'E', 'M', 'P', 'L', 1};

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

static size_t words_for(uint32_t n)
{
    return (size_t)n + (n + 31) / 32;
}

static bool room_for(fh_templates *t, uint32_t n_shingles)
{
    if (t->n == t->cap) {
        void *one = t->one;
        const uint32_t more = t->cap ? t->cap * 2 : 64;
        if (more <= t->cap || !grow(&t->from, &one, t->n, t->cap, more, sizeof *t->one))
            return false;
        t->one = one;
        t->cap = more;
    }
    if (words_for(n_shingles) > t->cap_pool - t->n_pool) {
        void *pool = t->pool;
        const size_t more = (t->cap_pool ? t->cap_pool * 2 : 4096) + words_for(n_shingles);
        if (!grow(&t->from, &pool, t->n_pool, t->cap_pool, more, sizeof *t->pool)) return false;
        t->pool = pool;
        t->cap_pool = more;
    }
    return true;
}

static void drop_message(fh_templates *t)
{
    const fh_allocator *from = &t->from;
    if (t->weight) from->free(from->ctx, t->weight, t->cap_weight * sizeof *t->weight);
    if (t->used_in) from->free(from->ctx, t->used_in, t->cap_weight * sizeof *t->used_in);
    if (t->parted) from->free(from->ctx, t->parted, t->cap_weight * sizeof *t->parted);
    t->weight = NULL;
    t->used_in = t->parted = NULL;
    t->cap_weight = 0;
}

static bool room_for_message(fh_templates *t, uint32_t n_shingles)
{
    const fh_allocator *from = &t->from;
    const size_t sieve_bytes = sizeof *t->sieve << SIEVE_BITS;
    if (!t->sieve) {
        t->sieve = from->alloc(from->ctx, sieve_bytes);
        if (!t->sieve) return false;
        memset(t->sieve, 0, sieve_bytes);
    }
    if (n_shingles <= t->cap_weight) return true;
    const size_t more = (size_t)n_shingles + 256;
    if (more > UINT32_MAX / sizeof *t->weight) return false;
    drop_message(t);
    t->cap_weight = (uint32_t)more;
    t->weight = from->alloc(from->ctx, more * sizeof *t->weight);
    t->used_in = t->weight ? from->alloc(from->ctx, more * sizeof *t->used_in) : NULL;
    t->parted = t->used_in ? from->alloc(from->ctx, more * sizeof *t->parted) : NULL;
    if (!t->parted) drop_message(t);
    return t->parted != NULL;
}

static uint64_t slot_of(uint64_t key)
{
    return key * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

/* Puts an entry in, unless its band is a crowd already (so that no search is long). */
static bool slot_put(uint64_t *slot, uint64_t n_slots, uint64_t entry)
{
    uint64_t i = slot_of(entry >> 32), at;
    uint32_t same = 0;
    for (; (at = slot[i & (n_slots - 1)]) != 0; i++)
        if (at >> 32 == entry >> 32 && ++same == CROWD) return false;
    slot[i & (n_slots - 1)] = entry;
    return true;
}

static bool room_for_bands(fh_templates *t)
{
    if (t->n_slots && (t->used + 2 * BANDS) * 10 <= t->n_slots * 7) return true;
    const uint64_t n_slots = t->n_slots ? t->n_slots * 2 : FIRST_SLOTS;
    uint64_t *slot = t->from.alloc(t->from.ctx, n_slots * sizeof *slot);
    if (!slot) return false;
    memset(slot, 0, n_slots * sizeof *slot);
    for (uint64_t i = 0; i < t->n_slots; i++)
        if (t->slot[i]) (void)slot_put(slot, n_slots, t->slot[i]);
    if (t->slot) t->from.free(t->from.ctx, t->slot, t->n_slots * sizeof *slot);
    t->slot = slot;
    t->n_slots = n_slots;
    return true;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

fh_status fh_templates_new(const fh_allocator *from, fh_templates **out, fh_error *err)
{
    if (!from) from = fh_allocator_default();
    fh_templates *t = from->alloc(from->ctx, sizeof *t);
    if (!t) return fh_no_memory(err);
    *t = (fh_templates){.from = *from};
    uint64_t state = 42;
    for (uint32_t i = 0; i < HASHES; i++) {
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
    if (t->slot) from->free(from->ctx, t->slot, t->n_slots * sizeof *t->slot);
    if (t->sieve) from->free(from->ctx, t->sieve, sizeof *t->sieve << SIEVE_BITS);
    drop_message(t);
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

/* Lowers each of the HASHES least hashes to that of any of n shingles, when one is lower. Hashes
 * are compared as signed numbers, which processors do four or eight at a time. */
typedef void least_of(const fh_templates *t, const uint32_t *shingle, uint32_t n,
                      int32_t least[HASHES]);

static void least_plain(const fh_templates *t, const uint32_t *shingle, uint32_t n,
                        int32_t least[HASHES])
{
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < HASHES; k++) {
            const int32_t h = (int32_t)(t->times[k] * shingle[i] + t->plus[k]);
            least[k] = h < least[k] ? h : least[k];
        }
    }
}

#if defined(__x86_64__)
/* 32 hashes stay in registers while all shingles go by. */
__attribute__((target("avx2"))) static void
least_avx2(const fh_templates *t, const uint32_t *shingle, uint32_t n, int32_t least[HASHES])
{
    enum { EACH = 8, SOME = 4 * EACH };
    for (uint32_t k = 0; k < HASHES; k += SOME) {
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

static void bands_of(const int32_t least[HASHES], uint32_t key[BANDS])
{
    for (uint32_t b = 0; b < BANDS; b++) {
        uint64_t h = b + 1;
        for (uint32_t r = 0; r < ROWS; r++) {
            h = (h ^ (uint32_t)least[b * ROWS + r]) * UINT64_C(0x9e3779b97f4a7c15);
            h ^= h >> 31;
        }
        key[b] = (uint32_t)h;
    }
}

/* Which shingles are rare: bits; returns how many. */
static uint32_t own_of(const fh_templates *t, uint32_t n, const fh_usage *usage, uint32_t *bits)
{
    const uint32_t rare = usage ? fh_usage_rare_most(usage) : 0;
    uint32_t n_own = 0;
    memset(bits, 0, (n + 31) / 32 * sizeof *bits);
    for (uint32_t i = 0; i < n; i++) {
        const bool own = !usage || t->used_in[i] <= rare;
        bits[i / 32] |= (uint32_t)own << (i % 32);
        n_own += own;
    }
    return n_own;
}

/* One or two signatures; returns the number of keys. Each shingle is hashed once: the least of
 * all is that of the rare ones or of the others. */
static uint32_t keys_of(const fh_templates *t, const uint32_t *shingle, uint32_t n, uint32_t n_own,
                        const uint32_t *own, uint32_t key[2 * BANDS])
{
    int32_t least[HASHES];
    for (uint32_t k = 0; k < HASHES; k++) least[k] = INT32_MAX;
    if (n_own == n || n_own < OWN_LEAST) {
        least_best()(t, shingle, n, least);
        bands_of(least, key);
        return BANDS;
    }
    uint32_t at = 0, behind = n_own;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t is = own[i / 32] >> (i % 32) & 1;
        t->parted[is ? at : behind] = shingle[i];
        at += is;
        behind += !is;
    }
    least_best()(t, t->parted, n_own, least);
    bands_of(least, key + BANDS);
    least_best()(t, t->parted + n_own, n - n_own, least);
    bands_of(least, key);
    return 2 * BANDS;
}

/* ---- Which template ---- */

typedef struct candidates {
    uint32_t n;
    uint32_t number[2 * BANDS * CROWD], room[2 * BANDS * CROWD];
} candidates;

static void propose(const fh_templates *t, uint32_t key, candidates *c)
{
    if (!t->n_slots) return;
    const uint32_t before = c->n;
    uint64_t i = slot_of(key);
    for (uint64_t at; (at = t->slot[i & (t->n_slots - 1)]) != 0; i++) {
        if (at >> 32 != key) continue;
        c->number[c->n++] = (uint32_t)at;
        if (c->n - before < CROWD) continue;
        c->n = before;
        return;
    }
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
    fh_weights_begin(&t->weights, usage);
    for (uint32_t i = 0; i < w->s.n; i++) {
        const double one = usage ? fh_weight_kept(&t->weights, usage, t->used_in[i]) : 1;
        t->weight[i] = one;
        w->weight += one;
        w->own += one > 0;
        if (w->s.n > SIEVE_MOST) continue;
        sieve *at = &t->sieve[w->s.at[i] >> (32 - SIEVE_BITS)];
        at->weight = rounded_up((double)at->weight + one);
        at->own = (uint16_t)(at->own + (one > 0));
        at->all++;
    }
}

static void sieve_empty(fh_templates *t, fh_shingles s)
{
    if (s.n > SIEVE_MOST) return;
    for (uint32_t i = 0; i < s.n; i++) t->sieve[s.at[i] >> (32 - SIEVE_BITS)] = (sieve){0};
}

/* May the jaccard of fh_shingles_alike be more than `least`? False only when it surely is not:
 * both share at most what falls into the same places of the sieve. */
static bool may_be_alike(const fh_templates *t, const weighed *w, fh_shingles b, double least)
{
    if (w->s.n > SIEVE_MOST || b.n > SIEVE_MOST) return true;
    double weight = 0;
    uint32_t own = 0, all = 0;
    for (uint32_t i = 0; i < b.n; i++) {
        const sieve *at = &t->sieve[b.at[i] >> (32 - SIEVE_BITS)];
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

/* The template that is most alike; 0: none is alike enough. */
static uint32_t choose(fh_templates *t, fh_shingles s, const fh_usage *usage, candidates *c)
{
    vote best[VERIFIED];
    fh_sort_u32(c->number, c->n, c->room);
    const uint32_t n = elect(c, best);
    for (uint32_t i = 0; i < n; i++) {
        const char *p = (const char *)(t->pool + t->one[best[i].number - 1].at);
        for (size_t line = 0; line < 512; line += 64) __builtin_prefetch(p + line);
    }
    weighed w = {.s = s};
    bool is_weighed = false;
    uint32_t found = 0;
    double most = 0;
    for (uint32_t i = 0; i < n && most < surely; i++) {
        const template *one = &t->one[best[i].number - 1];
        const fh_shingles other = {t->pool + one->at, one->n};
        if (other.n == s.n && memcmp(other.at, s.at, s.n * sizeof *s.at) == 0) {
            found = best[i].number;
            break;
        }
        if (!is_weighed) weigh(t, usage, &w);
        is_weighed = true;
        if (!may_be_alike(t, &w, other, most > least_jaccard ? most : least_jaccard)) continue;
        const fh_alike alike = fh_shingles_alike(s, t->weight, other, usage, &t->weights);
        if (alike.jaccard < alike_jaccard &&
            (alike.containment < alike_containment || alike.jaccard < least_jaccard))
            continue;
        if (alike.jaccard <= most) continue;
        most = alike.jaccard;
        found = best[i].number;
    }
    if (is_weighed) sieve_empty(t, s);
    return found;
}

/* ---- Adding ---- */

/* Room has been made. The shingles and bits of the template lie at the pool's end already. */
static uint32_t commit(fh_templates *t, uint32_t n, uint32_t n_own, const uint32_t *key,
                       uint32_t n_keys)
{
    t->one[t->n++] = (template){t->n_pool, n, n_own};
    t->n_pool += words_for(n);
    for (uint32_t i = 0; i < n_keys; i++)
        t->used += slot_put(t->slot, t->n_slots, (uint64_t)key[i] << 32 | t->n);
    return t->n;
}

fh_status fh_templates_add(fh_templates *templates, const fh_text *text, const fh_usage *usage,
                           uint32_t *number, fh_error *err)
{
    fh_templates *t = templates;
    const fh_shingles s = {text->shingle, text->n_shingles};
    uint32_t key[2 * BANDS];
    if (s.n == 0) {
        *number = 0;
        return FH_OK;
    }
    if (!room_for(t, s.n) || !room_for_message(t, s.n) || !room_for_bands(t))
        return fh_no_memory(err);
    uint32_t *shingle = t->pool + t->n_pool, *own = shingle + s.n;
    memcpy(shingle, s.at, s.n * sizeof *shingle);
    if (usage) fh_usage_shingles(usage, s, t->used_in);
    const uint32_t n_own = own_of(t, s.n, usage, own);
    const uint32_t n_keys = keys_of(t, shingle, s.n, n_own, own, key);
    for (uint32_t i = 0; i < n_keys; i++)
        __builtin_prefetch(&t->slot[slot_of(key[i]) & (t->n_slots - 1)]);
    candidates c;
    c.n = 0;
    for (uint32_t i = 0; i < n_keys; i++) propose(t, key[i], &c);
    const uint32_t found = choose(t, s, usage, &c);
    *number = found ? found : commit(t, s.n, n_own, key, n_keys);
    return FH_OK;
}

/* ---- Bytes ---- */

/* Of each template: how many shingles and whether some were not rare, the gaps between
 * them, and then the bits. */
fh_status fh_templates_encode(const fh_templates *templates, fh_buf *out, fh_error *err)
{
    const fh_templates *t = templates;
    const size_t head = fh_wire_begin(out);
    for (uint32_t i = 0; i < t->n; i++) {
        const template *one = &t->one[i];
        const uint32_t *shingle = t->pool + one->at, *own = shingle + one->n;
        uint32_t last = 0;
        fh_wire_number(out, (uint64_t)one->n << 1 | (one->n_own != one->n));
        for (uint32_t k = 0; k < one->n; k++) {
            fh_wire_number(out, shingle[k] - last);
            last = shingle[k];
        }
        if (one->n_own == one->n) continue;
        for (uint32_t k = 0; k < (one->n + 31) / 32; k++) fh_wire_number(out, own[k]);
    }
    fh_wire_end(out, head, magic, t->n);
    return fh_wire_done(out, err);
}

/* Reads the shingles and bits of a template to the pool's end; returns how many were
 * rare, UINT32_MAX when the bytes are damaged. */
static uint32_t shingles_read(fh_wire *w, fh_templates *t, uint32_t n, bool some)
{
    uint32_t *shingle = t->pool + t->n_pool, *own = shingle + n, n_own = 0;
    uint64_t last = 0;
    for (uint32_t k = 0; k < n; k++) {
        const uint64_t gap = fh_wire_take(w, UINT32_MAX);
        if (w->bad || (k && gap == 0) || last + gap > UINT32_MAX) return UINT32_MAX;
        last += gap;
        shingle[k] = (uint32_t)last;
    }
    for (uint32_t k = 0; k < (n + 31) / 32; k++) {
        const uint32_t rest = n - k * 32;
        const uint32_t all = rest >= 32 ? UINT32_MAX : (1u << rest) - 1;
        own[k] = some ? (uint32_t)fh_wire_take(w, all) : all;
        if (own[k] & ~all) return UINT32_MAX;
        for (uint32_t bits = own[k]; bits; bits &= bits - 1) n_own++;
    }
    if (w->bad || (some && n_own == n)) return UINT32_MAX;
    return n_own;
}

static fh_status templates_read(fh_wire *w, uint64_t count, fh_templates *t, fh_error *err)
{
    static const char what[] = "the templates of messages";
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t left = (uint64_t)(w->end - w->at);
        const uint64_t n_some = fh_wire_take(w, (uint64_t)UINT32_MAX << 1);
        const uint64_t n = n_some >> 1;
        /* Each shingle takes a byte, so nobody can make room for more than there are bytes. */
        if (w->bad || n == 0 || n > left) return fh_wire_corrupt(err, what);
        if (!room_for(t, (uint32_t)n) || !room_for_message(t, (uint32_t)n) || !room_for_bands(t))
            return fh_no_memory(err);
        const uint32_t n_own = shingles_read(w, t, (uint32_t)n, n_some & 1);
        if (n_own == UINT32_MAX) return fh_wire_corrupt(err, what);
        const uint32_t *shingle = t->pool + t->n_pool;
        uint32_t key[2 * BANDS];
        const uint32_t n_keys = keys_of(t, shingle, (uint32_t)n, n_own, shingle + n, key);
        (void)commit(t, (uint32_t)n, n_own, key, n_keys);
    }
    return w->at == w->end ? FH_OK : fh_wire_corrupt(err, what);
}

fh_status fh_templates_decode(fh_templates *templates, fh_str bytes, fh_error *err)
{
    fh_wire w;
    uint64_t count;
    fh_templates *fresh;
    if (!fh_wire_open(&w, bytes, magic, &count))
        return fh_wire_corrupt(err, "the templates of messages");
    fh_status status = fh_templates_new(&templates->from, &fresh, err);
    if (status != FH_OK) return status;
    status = templates_read(&w, count, fresh, err);
    if (status == FH_OK) {
        const fh_templates old = *templates;
        *templates = *fresh;
        *fresh = old;
    }
    fh_templates_free(fresh);
    return status;
}
