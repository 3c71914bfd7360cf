/* asked.c - which of very many bands the messages of a batch ask for (see asked.h).
 *
 * Bands are hashes, all bits of which are as good, so what the first half lets pass is let pass by
 * the other no more often than anything else.
 */
#include "text/asked.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum {
    LEAST_BITS = 15, /* of a half */
    MOST_BITS = 26,
    SPARSE_BITS = 5 /* 32 bits for each band */
};

fh_status fh_asked_begin(fh_asked *asked, const fh_allocator *from, size_t n, fh_error *err)
{
    uint32_t bits = LEAST_BITS;
    while (bits < MOST_BITS && n >> (bits - SPARSE_BITS)) bits++;
    const size_t words = ((size_t)1 << bits) / 32;
    if (words != asked->n_words) {
        fh_asked_free(asked, from);
        asked->bit = from->alloc(from->ctx, 2 * words * sizeof *asked->bit);
        if (!asked->bit) return fh_no_memory(err);
        asked->n_words = words;
        asked->spare = 32 - bits;
    }
    memset(asked->bit, 0, 2 * words * sizeof *asked->bit);
    return FH_OK;
}

void fh_asked_free(fh_asked *asked, const fh_allocator *from)
{
    if (asked->bit) from->free(from->ctx, asked->bit, 2 * asked->n_words * sizeof *asked->bit);
    *asked = (fh_asked){0};
}

static uint32_t highest(const fh_asked *asked, uint32_t band)
{
    return band >> asked->spare;
}

static uint32_t lowest(const fh_asked *asked, uint32_t band)
{
    return band & UINT32_MAX >> asked->spare;
}

static uint32_t is_marked(const uint32_t *bit, uint32_t at)
{
    return bit[at / 32] >> (at % 32) & 1;
}

void fh_asked_put(fh_asked *asked, uint32_t band)
{
    const uint32_t high = highest(asked, band), low = lowest(asked, band);
    asked->bit[high / 32] |= UINT32_C(1) << (high % 32);
    asked->bit[asked->n_words + low / 32] |= UINT32_C(1) << (low % 32);
}

static bool in_both(const fh_asked *asked, uint32_t band)
{
    return is_marked(asked->bit, highest(asked, band)) &&
           is_marked(asked->bit + asked->n_words, lowest(asked, band));
}

/* From `from` on, behind the n_at that passed before it. */
static uint32_t pass_from(const fh_asked *asked, const uint32_t *band, uint32_t from, uint32_t n,
                          uint32_t *at, uint32_t n_at)
{
    for (uint32_t i = from; i < n; i++)
        if (in_both(asked, band[i])) at[n_at++] = i;
    return n_at;
}

uint32_t fh_asked_plain(const fh_asked *asked, const uint32_t *band, uint32_t n, uint32_t *at)
{
    return pass_from(asked, band, 0, n, at, 0);
}

#if defined(__x86_64__)
/* Of eight bands those that the first half lets pass: bits. */
__attribute__((target("avx2"))) static inline uint32_t eight_of(const fh_asked *asked, __m128i by,
                                                                const uint32_t *band)
{
    const __m256i at = _mm256_srl_epi32(_mm256_loadu_si256((const void *)band), by);
    const __m256i word =
        _mm256_i32gather_epi32((const void *)asked->bit, _mm256_srli_epi32(at, 5), 4);
    /* The bit that is meant becomes the highest. */
    const __m256i up = _mm256_sllv_epi32(word, _mm256_andnot_si256(at, _mm256_set1_epi32(31)));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(up));
}

__attribute__((target("avx2"))) static uint32_t
pass_avx2(const fh_asked *asked, const uint32_t *band, uint32_t n, uint32_t *at)
{
    enum { EACH = 8, LOT = 4 * EACH };
    const __m128i by = _mm_cvtsi32_si128((int)asked->spare);
    uint32_t n_at = 0, i = 0;
    for (; n - i >= LOT; i += LOT) {
        uint32_t bits = 0;
        for (uint32_t k = 0; k < LOT; k += EACH) bits |= eight_of(asked, by, band + i + k) << k;
        for (; bits; bits &= bits - 1) {
            const uint32_t one = i + (uint32_t)__builtin_ctz(bits);
            at[n_at] = one;
            n_at += is_marked(asked->bit + asked->n_words, lowest(asked, band[one]));
        }
    }
    return pass_from(asked, band, i, n, at, n_at);
}
#endif

fh_asked_pass *fh_asked_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return pass_avx2;
#endif
    return fh_asked_plain;
}
