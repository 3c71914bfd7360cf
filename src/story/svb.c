/* svb.c - StreamVByte: 32-bit numbers in one to four bytes.
 *
 * Decoding takes four numbers a step: the control byte picks a shuffle that puts
 * each number's bytes into its lane. The sum of the numbers comes along nearly
 * free: loads and the one shuffle are what limits a step.
 *
 * Always: after fh_svb_open the data is as long as the control bytes say. A
 * group of four takes at least 4 bytes, so while four whole groups are left,
 * 16 bytes can be loaded.
 */
#include "story/svb.h"

#include <string.h>

#if defined(__x86_64__)
#include <tmmintrin.h>
#endif

enum { GROUP = FH_SVB_GROUP };

/* Length of number j of control byte c, and where its bytes begin. */
#define LEN(c, j)     (((c) >> (2 * (j)) & 3) + 1)
#define AT(c, j)      (((j) > 0 ? LEN(c, 0) : 0) + ((j) > 1 ? LEN(c, 1) : 0) + ((j) > 2 ? LEN(c, 2) : 0))
#define BYTE(c, j, k) ((k) < LEN(c, j) ? AT(c, j) + (k) : 0x80) /* 0x80: a zero */
#define LANE(c, j)    BYTE(c, j, 0), BYTE(c, j, 1), BYTE(c, j, 2), BYTE(c, j, 3)
#define SHUFFLE(c)                                     \
    {                                                  \
        LANE(c, 0), LANE(c, 1), LANE(c, 2), LANE(c, 3) \
    }
#define TOTAL(c)      (AT(c, 3) + LEN(c, 3))
#define FOUR(X, c)    X(c), X((c) + 1), X((c) + 2), X((c) + 3)
#define SIXTEEN(X, c) FOUR(X, c), FOUR(X, (c) + 4), FOUR(X, (c) + 8), FOUR(X, (c) + 12)
#define ALL(X)                                                                                     \
    SIXTEEN(X, 0), SIXTEEN(X, 16), SIXTEEN(X, 32), SIXTEEN(X, 48), SIXTEEN(X, 64), SIXTEEN(X, 80), \
        SIXTEEN(X, 96), SIXTEEN(X, 112), SIXTEEN(X, 128), SIXTEEN(X, 144), SIXTEEN(X, 160),        \
        SIXTEEN(X, 176), SIXTEEN(X, 192), SIXTEEN(X, 208), SIXTEEN(X, 224), SIXTEEN(X, 240)

static const uint8_t group_bytes[256] = {ALL(TOTAL)};

void fh_svb_encode(fh_buf *out, const uint32_t *in, size_t n)
{
    const size_t n_control = (n + GROUP - 1) / GROUP;
    uint8_t *control = (uint8_t *)fh_buf_reserve(out, n_control + n * sizeof *in);
    if (!control) return;
    uint8_t *data = control + n_control;
    for (size_t i = 0; i < n_control; i++) {
        const size_t m = n - i * GROUP < GROUP ? n - i * GROUP : GROUP;
        uint32_t bits = 0, code = 0;
        for (size_t k = 0; k < m; k++) {
            const uint32_t v = in[i * GROUP + k];
            code = (uint32_t)(v > 0xff) + (v > 0xffff) + (v > 0xffffff);
            memcpy(data, &v, sizeof v); /* room: n * 4 bytes were reserved */
            data += code + 1;
            bits |= code << (2 * k);
        }
        control[i] = (uint8_t)bits;
    }
    out->len += (size_t)(data - control);
}

/* The length of the data of n numbers: their count plus all two-bit codes. */
static size_t data_bytes(const uint8_t *control, size_t n)
{
    const size_t whole = n / GROUP;
    size_t sum = n, i = 0;
    while (whole - i >= 8) {
        /* Eight bytes at a time; a byte of `sums` grows by at most 12 a round. */
        uint64_t sums = 0;
        for (int round = 0; round < 16 && whole - i >= 8; round++, i += 8) {
            uint64_t c;
            memcpy(&c, control + i, sizeof c);
            c = (c & UINT64_C(0x3333333333333333)) + (c >> 2 & UINT64_C(0x3333333333333333));
            sums += (c & UINT64_C(0x0f0f0f0f0f0f0f0f)) + (c >> 4 & UINT64_C(0x0f0f0f0f0f0f0f0f));
        }
        sums = (sums & UINT64_C(0x00ff00ff00ff00ff)) + (sums >> 8 & UINT64_C(0x00ff00ff00ff00ff));
        sum += sums * UINT64_C(0x0001000100010001) >> 48;
    }
    for (; i < whole; i++) sum += group_bytes[control[i]] - (size_t)GROUP;
    for (size_t k = 0; k < n % GROUP; k++) sum += control[whole] >> (2 * k) & 3;
    return sum;
}

bool fh_svb_open(fh_svb *s, const uint8_t *bytes, size_t len, size_t n)
{
    const size_t n_control = n / GROUP + (n % GROUP != 0);
    if (n_control > len) return false;
    const size_t n_data = data_bytes(bytes, n);
    if (n_data > len - n_control) return false;
    *s = (fh_svb){bytes, bytes + n_control, n, false, n_control + n_data};
#if defined(__x86_64__)
    s->shuffle = __builtin_cpu_supports("ssse3") != 0;
#endif
    return true;
}

#if defined(__x86_64__)
static const uint8_t shuffles[256][16] = {ALL(SHUFFLE)};

/* Reads `groups` whole groups with at least three more groups behind them. */
__attribute__((target("ssse3"))) static uint64_t read_shuffled(fh_svb *s, uint32_t *out,
                                                               size_t groups)
{
    const uint8_t *data = s->data, *control = s->control;
    const __m128i lower = _mm_set1_epi64x(0xffffffff);
    __m128i low = _mm_setzero_si128(), high = low;
    for (size_t i = 0; i < groups; i++) {
        const uint8_t c = control[i];
        const __m128i packed = _mm_loadu_si128((const void *)data);
        const __m128i v = _mm_shuffle_epi8(packed, _mm_loadu_si128((const void *)shuffles[c]));
        _mm_storeu_si128((void *)(out + i * GROUP), v);
        low = _mm_add_epi64(low, _mm_and_si128(v, lower));
        high = _mm_add_epi64(high, _mm_srli_epi64(v, 32));
        data += group_bytes[c];
    }
    s->data = data;
    s->control += groups;
    uint64_t sum[2];
    _mm_storeu_si128((void *)sum, _mm_add_epi64(low, high));
    return sum[0] + sum[1];
}
#endif

static uint64_t read_plain(fh_svb *s, uint32_t *out, size_t n)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t code = s->control[i / GROUP] >> (i % GROUP * 2) & 3;
        uint32_t v = s->data[0];
        for (uint32_t k = 1; k <= code; k++) v |= (uint32_t)s->data[k] << 8 * k;
        s->data += code + 1;
        out[i] = v;
        sum += v;
    }
    s->control += n / GROUP;
    return sum;
}

void fh_svb_skip(fh_svb *s, size_t n)
{
    s->data += data_bytes(s->control, n);
    s->control += n / GROUP;
    s->left -= n;
}

void fh_svb_find_places(const fh_svb *s, uint32_t *place)
{
    uint32_t at = 0;
    for (size_t b = 0; b < fh_svb_places(s->left); b++) {
        const size_t left = s->left - b * FH_SVB_BLOCK;
        place[b] = at;
        at += (uint32_t)data_bytes(s->control + b * (FH_SVB_BLOCK / GROUP),
                                   left < FH_SVB_BLOCK ? left : FH_SVB_BLOCK);
    }
}

fh_svb fh_svb_from(const fh_svb *s, const uint32_t *place, size_t number)
{
    const size_t block = number / FH_SVB_BLOCK;
    fh_svb from = *s;
    from.data += place[block];
    from.control += block * (FH_SVB_BLOCK / GROUP);
    from.left -= block * FH_SVB_BLOCK;
    fh_svb_skip(&from, number % FH_SVB_BLOCK);
    return from;
}

uint64_t fh_svb_read(fh_svb *s, uint32_t *out, size_t n)
{
    uint64_t sum = 0;
    size_t done = 0;
    s->left -= n;
#if defined(__x86_64__)
    if (s->shuffle) {
        const size_t groups = n / GROUP, behind = s->left / GROUP;
        const size_t keep = behind < 3 ? 3 - behind : 0;
        const size_t fast = groups > keep ? groups - keep : 0;
        sum = read_shuffled(s, out, fast);
        done = fast * GROUP;
    }
#endif
    return sum + read_plain(s, out + done, n - done);
}
