/* keys.c - counting keys by sorting them (see keys.h).
 *
 * The sort is by radix, last word first, at most 11 bits a pass: the buckets' ends
 * then fit the nearest caches. Bits in which all keys agree take no pass.
 *
 * Always: a list's keys rise strictly; a list that is made is freed by whoever
 * asked for it, whatever fails.
 */
#include "fold/keys.h"

#include <string.h>

enum { FIRST_PENDING = 1 << 10, MOST_PENDING = 1 << 20, DIGIT_BITS = 11 };

void fh_keys_init(fh_keys *k, const fh_allocator *from, uint32_t n_words)
{
    *k = (fh_keys){.from = *from, .n_words = n_words, .most_pending = MOST_PENDING};
}

static uint64_t *words(const fh_keys *k, size_t n)
{
    size_t bytes;
    if (!fh_mul_size(n ? n : 1, k->n_words * sizeof(uint64_t), &bytes)) return NULL;
    return k->from.alloc(k->from.ctx, bytes);
}

static void free_words(const fh_keys *k, uint64_t *list, size_t n)
{
    if (list) k->from.free(k->from.ctx, list, (n ? n : 1) * k->n_words * sizeof *list);
}

void fh_keys_unread(const fh_keys *k, fh_key_list *list)
{
    free_words(k, list->key, list->cap);
    if (list->count)
        k->from.free(k->from.ctx, list->count, (list->cap ? list->cap : 1) * sizeof *list->count);
    *list = (fh_key_list){0};
}

void fh_keys_free(fh_keys *k)
{
    fh_keys_unread(k, &k->sorted);
    free_words(k, k->pending, k->cap_pending);
    fh_keys_init(k, &k->from, k->n_words);
}

static bool make_list(const fh_keys *k, size_t cap, fh_key_list *out)
{
    *out = (fh_key_list){.cap = cap, .key = words(k, cap)};
    out->count = out->key ? k->from.alloc(k->from.ctx, (cap ? cap : 1) * sizeof *out->count) : NULL;
    if (!out->count) fh_keys_unread(k, out);
    return out->count != NULL;
}

/* ---- Sorting ------------------------------------------------------------------- */

typedef struct digit {
    uint32_t word, shift, mask;
} digit;

/* Distributes keys by one digit, keeping their order otherwise. */
static inline void scatter(const uint64_t *restrict from, uint64_t *restrict to, size_t n,
                           const uint32_t n_words, digit by)
{
    size_t place[1 << DIGIT_BITS] = {0};
    const uint64_t *restrict digits = from + by.word;
    for (size_t i = 0; i < n; i++) place[digits[i * n_words] >> by.shift & by.mask]++;
    for (size_t b = 0, sum = 0; b <= by.mask; b++) {
        const size_t here = place[b];
        place[b] = sum;
        sum += here;
    }
    for (size_t i = 0; i < n; i++) {
        const size_t at = place[digits[i * n_words] >> by.shift & by.mask]++;
        for (uint32_t w = 0; w < n_words; w++) to[at * n_words + w] = from[i * n_words + w];
    }
}

/* The bits of a word in which not all keys agree. */
static uint64_t varying(const uint64_t *key, size_t n, uint32_t n_words, uint32_t word)
{
    uint64_t any = 0;
    for (size_t i = 1; i < n; i++) any |= key[i * n_words + word] ^ key[word];
    return any;
}

/* Sorts n > 0 keys, which stay as they are, with the help of a and b: returns
 * which of the three holds them in order. */
static const uint64_t *sort(const uint64_t *keys, size_t n, uint32_t n_words, uint64_t *a,
                            uint64_t *b)
{
    const uint64_t *from = keys;
    for (uint32_t word = n_words; word-- > 0;) {
        const uint64_t vary = varying(from, n, n_words, word);
        if (!vary) continue;
        const uint32_t low = (uint32_t)__builtin_ctzll(vary);
        const uint32_t span = 64 - (uint32_t)__builtin_clzll(vary) - low;
        const uint32_t passes = (span + DIGIT_BITS - 1) / DIGIT_BITS;
        const uint32_t bits = (span + passes - 1) / passes;
        for (uint32_t shift = low; shift < low + span; shift += bits) {
            const digit by = {word, shift, (1u << bits) - 1};
            if (!(vary >> shift & by.mask)) continue;
            uint64_t *to = from == a ? b : a;
            if (n_words == 1)
                scatter(from, to, n, 1, by);
            else
                scatter(from, to, n, n_words, by);
            from = to;
        }
    }
    return from;
}

static int compare(const uint64_t *a, const uint64_t *b, uint32_t n_words)
{
    for (uint32_t w = 0; w < n_words; w++)
        if (a[w] != b[w]) return a[w] < b[w] ? -1 : 1;
    return 0;
}

/* The pending keys as a list. */
static bool sort_pending(const fh_keys *k, fh_key_list *out)
{
    const size_t n = k->n_pending;
    const uint32_t n_words = k->n_words;
    fh_key_list list;
    if (!make_list(k, n, &list)) return false;
    uint64_t *aside = words(k, n);
    if (!aside) {
        fh_keys_unread(k, &list);
        return false;
    }
    const uint64_t *from = n ? sort(k->pending, n, n_words, list.key, aside) : NULL;
    for (size_t i = 0; i < n; i++) {
        const uint64_t *key = from + i * n_words;
        if (list.n && compare(list.key + (list.n - 1) * n_words, key, n_words) == 0) {
            list.count[list.n - 1]++;
            continue;
        }
        for (uint32_t w = 0; w < n_words; w++) list.key[list.n * n_words + w] = key[w];
        list.count[list.n++] = 1;
    }
    free_words(k, aside, n);
    *out = list;
    return true;
}

/* ---- Merging ------------------------------------------------------------------- */

static bool merge(const fh_keys *k, const fh_key_list *a, const fh_key_list *b, fh_key_list *out)
{
    const uint32_t n_words = k->n_words;
    fh_key_list list;
    if (!make_list(k, a->n + b->n, &list)) return false;
    for (size_t i = 0, j = 0; i < a->n || j < b->n; list.n++) {
        const uint64_t *x = a->key + i * n_words, *y = b->key + j * n_words;
        const int order = i == a->n ? 1 : j == b->n ? -1 : compare(x, y, n_words);
        memcpy(list.key + list.n * n_words, order <= 0 ? x : y, n_words * sizeof *x);
        list.count[list.n] = 0;
        if (order <= 0) list.count[list.n] += a->count[i++];
        if (order >= 0) list.count[list.n] += b->count[j++];
    }
    *out = list;
    return true;
}

bool fh_keys_read(const fh_keys *k, fh_key_list *out)
{
    fh_key_list list;
    if (!sort_pending(k, &list)) return false;
    if (k->sorted.n == 0) {
        *out = list;
        return true;
    }
    const bool ok = merge(k, &k->sorted, &list, out);
    fh_keys_unread(k, &list);
    return ok;
}

static void replace_sorted(fh_keys *k, fh_key_list *by)
{
    fh_keys_unread(k, &k->sorted);
    k->sorted = *by;
}

bool fh_keys_merge(fh_keys *into, const fh_keys *from)
{
    fh_key_list a, b, both;
    if (!fh_keys_read(from, &b)) return false;
    bool ok = fh_keys_read(into, &a);
    if (ok) {
        into->n_pending = 0;
        replace_sorted(into, &a);
        ok = merge(into, &into->sorted, &b, &both);
    }
    if (ok) replace_sorted(into, &both);
    fh_keys_unread(from, &b);
    return ok;
}

/* Takes the keys of b from those of a, in place; both rise. */
static bool take(const fh_keys *k, fh_key_list *a, const fh_key_list *b)
{
    const uint32_t n_words = k->n_words;
    size_t kept = 0, j = 0;
    for (size_t i = 0; i < a->n; i++) {
        const uint64_t *x = a->key + i * n_words;
        uint64_t count = a->count[i];
        if (j < b->n && compare(x, b->key + j * n_words, n_words) == 0 &&
            !fh_fold_take(&count, b->count[j++]))
            return false;
        if (count == 0) continue;
        memmove(a->key + kept * n_words, x, n_words * sizeof *x);
        a->count[kept++] = count;
    }
    a->n = kept;
    return j == b->n;
}

bool fh_keys_take(fh_keys *into, const fh_keys *from, bool *there)
{
    fh_key_list a, b;
    if (!fh_keys_read(from, &b)) return false;
    const bool ok = fh_keys_read(into, &a);
    if (ok) {
        into->n_pending = 0;
        replace_sorted(into, &a);
        *there = take(into, &into->sorted, &b);
    }
    fh_keys_unread(from, &b);
    return ok;
}

void fh_keys_settle(fh_keys *k)
{
    fh_key_list all, tight;
    if (!fh_keys_read(k, &all)) return;
    if (make_list(k, all.n, &tight)) {
        if (all.n) memcpy(tight.key, all.key, all.n * k->n_words * sizeof *all.key);
        if (all.n) memcpy(tight.count, all.count, all.n * sizeof *all.count);
        tight.n = all.n;
        fh_keys_unread(k, &all);
        all = tight;
    }
    replace_sorted(k, &all);
    free_words(k, k->pending, k->cap_pending);
    k->pending = NULL;
    k->n_pending = k->cap_pending = 0;
}

bool fh_keys_more_room(fh_keys *k)
{
    if (k->n_pending >= k->most_pending && k->n_pending / 2 >= k->sorted.n) {
        fh_key_list all;
        if (!fh_keys_read(k, &all)) return false;
        replace_sorted(k, &all);
        k->n_pending = 0;
        return true;
    }
    const size_t cap = k->cap_pending ? k->cap_pending * 4 : FIRST_PENDING;
    uint64_t *bigger = words(k, cap);
    if (!bigger) return false;
    if (k->n_pending) memcpy(bigger, k->pending, k->n_pending * k->n_words * sizeof *bigger);
    free_words(k, k->pending, k->cap_pending);
    k->pending = bigger;
    k->cap_pending = cap;
    return true;
}
