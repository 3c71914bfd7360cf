/* csv_index.c - where the characters that give a CSV its structure stand.
 *
 * Blocks of 64 bytes become a mask with a bit for each delimiter, newline or
 * quote; the set bits become offsets. Quotes are not interpreted here: whether
 * one opens a field depends on what stands before it, which the reader knows.
 */
#include "parse/csv_index.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define FH_X86         1
#define FH_TARGET_AVX2 __attribute__((target("avx2,bmi,popcnt")))
#else
#define FH_X86 0
#endif

size_t fh_csv_index_plain(const char *p, size_t n, fh_csv_marks marks, uint32_t *out,
                          unsigned *seen)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        const char ch = p[i];
        if (ch == marks.delimiter || ch == marks.newline || ch == '"') out[k++] = (uint32_t)i;
        if ((unsigned char)ch >= 0x80) *seen |= FH_CSV_HIGH;
        if (ch == '\0') *seen |= FH_CSV_NUL;
    }
    return k;
}

#if FH_X86
static inline size_t spread(uint64_t mask, size_t base, uint32_t *out)
{
    const size_t n = (size_t)__builtin_popcountll(mask);
    for (size_t k = 0; k < n; k++) {
        out[k] = (uint32_t)(base + (size_t)__builtin_ctzll(mask));
        mask &= mask - 1;
    }
    return n;
}

typedef struct block {
    uint64_t special, high, nul;
} block;

static inline block look_sse2(const char *p, __m128i delimiter, __m128i newline)
{
    const __m128i quote = _mm_set1_epi8('"'), zero = _mm_setzero_si128();
    block b = {0, 0, 0};
    for (int i = 0; i < 4; i++) {
        const __m128i v = _mm_loadu_si128((const void *)(p + 16 * i));
        const __m128i hit =
            _mm_or_si128(_mm_cmpeq_epi8(v, quote),
                         _mm_or_si128(_mm_cmpeq_epi8(v, delimiter), _mm_cmpeq_epi8(v, newline)));
        b.special |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << (16 * i);
        b.high |= (uint64_t)(unsigned)_mm_movemask_epi8(v);
        b.nul |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, zero));
    }
    return b;
}

size_t fh_csv_index_sse2(const char *p, size_t n, fh_csv_marks marks, uint32_t *out, unsigned *seen)
{
    const __m128i delimiter = _mm_set1_epi8(marks.delimiter);
    const __m128i newline = _mm_set1_epi8(marks.newline);
    uint64_t high = 0, nul = 0;
    size_t k = 0, i = 0;
    for (; i + 64 <= n; i += 64) {
        const block b = look_sse2(p + i, delimiter, newline);
        high |= b.high;
        nul |= b.nul;
        k += spread(b.special, i, out + k);
    }
    unsigned rest = 0;
    const size_t m = fh_csv_index_plain(p + i, n - i, marks, out + k, &rest);
    for (size_t j = 0; j < m; j++) out[k + j] += (uint32_t)i;
    *seen |= rest | (high ? FH_CSV_HIGH : 0) | (nul ? FH_CSV_NUL : 0);
    return k + m;
}

FH_TARGET_AVX2 size_t fh_csv_index_avx2(const char *p, size_t n, fh_csv_marks marks, uint32_t *out,
                                        unsigned *seen)
{
    const __m256i delimiter = _mm256_set1_epi8(marks.delimiter);
    const __m256i newline = _mm256_set1_epi8(marks.newline);
    const __m256i quote = _mm256_set1_epi8('"');
    __m256i high = _mm256_setzero_si256(), nul = high;
    const __m256i zero = high;
    size_t k = 0, i = 0;
    for (; i + 64 <= n; i += 64) {
        const __m256i a = _mm256_loadu_si256((const void *)(p + i));
        const __m256i b = _mm256_loadu_si256((const void *)(p + i + 32));
        const __m256i hit_a = _mm256_or_si256(
            _mm256_cmpeq_epi8(a, quote),
            _mm256_or_si256(_mm256_cmpeq_epi8(a, delimiter), _mm256_cmpeq_epi8(a, newline)));
        const __m256i hit_b = _mm256_or_si256(
            _mm256_cmpeq_epi8(b, quote),
            _mm256_or_si256(_mm256_cmpeq_epi8(b, delimiter), _mm256_cmpeq_epi8(b, newline)));
        high = _mm256_or_si256(high, _mm256_or_si256(a, b));
        nul = _mm256_or_si256(nul, _mm256_cmpeq_epi8(_mm256_min_epu8(a, b), zero));
        uint64_t mask = (uint64_t)(unsigned)_mm256_movemask_epi8(hit_a) |
                        (uint64_t)(unsigned)_mm256_movemask_epi8(hit_b) << 32;
        const size_t bits = (size_t)__builtin_popcountll(mask);
        for (size_t j = 0; j < bits; j++) {
            out[k + j] = (uint32_t)(i + (size_t)__builtin_ctzll(mask));
            mask &= mask - 1;
        }
        k += bits;
    }
    unsigned rest = 0;
    const size_t m = fh_csv_index_plain(p + i, n - i, marks, out + k, &rest);
    for (size_t j = 0; j < m; j++) out[k + j] += (uint32_t)i;
    *seen |= rest | (_mm256_movemask_epi8(high) ? FH_CSV_HIGH : 0) |
             (_mm256_movemask_epi8(nul) ? FH_CSV_NUL : 0);
    return k + m;
}

fh_csv_index *fh_csv_index_best(void)
{
    return __builtin_cpu_supports("avx2") ? fh_csv_index_avx2 : fh_csv_index_sse2;
}
#else
size_t fh_csv_index_sse2(const char *p, size_t n, fh_csv_marks marks, uint32_t *out, unsigned *seen)
{
    return fh_csv_index_plain(p, n, marks, out, seen);
}

size_t fh_csv_index_avx2(const char *p, size_t n, fh_csv_marks marks, uint32_t *out, unsigned *seen)
{
    return fh_csv_index_plain(p, n, marks, out, seen);
}

fh_csv_index *fh_csv_index_best(void)
{
    return fh_csv_index_plain;
}
#endif
