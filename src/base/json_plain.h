/* json_plain.h - where a JSON string stops being plain: reader and writer both
 * spend their time here. Sixteen bytes at a step with SSE2, eight without. */
#ifndef FH_BASE_JSON_PLAIN_H
#define FH_BASE_JSON_PLAIN_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The first byte in [p, end) that is a quote, a backslash, a control character or
 * not ASCII; `end` when all are plain. */
static inline const unsigned char *fh_json_plain_end(const unsigned char *p,
                                                     const unsigned char *end)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
    const __m128i space = _mm_set1_epi8(' ');
    while (end - p >= 16) {
        const __m128i v = _mm_loadu_si128((const void *)p);
        /* Signed: 0x80 and more are less than a space too. */
        const __m128i special =
            _mm_or_si128(_mm_cmplt_epi8(v, space),
                         _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)));
        const unsigned mask = (unsigned)_mm_movemask_epi8(special);
        if (mask) return p + __builtin_ctz(mask);
        p += 16;
    }
#else
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
    while (end - p >= 8) {
        uint64_t v;
        memcpy(&v, p, sizeof v);
        const uint64_t quote = v ^ ones * '"', backslash = v ^ ones * '\\';
        /* A byte's top bit may be set falsely only above a true one. */
        const uint64_t special =
            v | (v - ones * ' ') | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
        if (special & tops) break;
        p += 8;
    }
#endif
    while (p < end && *p >= ' ' && *p < 0x80 && *p != '"' && *p != '\\') p++;
    return p;
}

#endif
