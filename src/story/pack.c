/* pack.c - small codes in 1, 2, 4, 6 or 8 bits (see pack.h for the layout). */
#include "story/pack.h"

#include <string.h>

bool fh_pack_width_ok(uint32_t width)
{
    return width == 1 || width == 2 || width == 4 || width == 6 || width == 8;
}

/* Bytes l = 0 .. lanes-1 of the block that holds n <= FH_PACK_BLOCK codes. */
static inline size_t lanes_of(size_t n, uint32_t width)
{
    if (width == 6) return (n + 3) / 4;
    return (n * width + 7) / 8;
}

size_t fh_packed_bytes(size_t n, uint32_t width)
{
    const size_t whole = n / FH_PACK_BLOCK, rest = n % FH_PACK_BLOCK;
    const size_t tail = lanes_of(rest, width) * (width == 6 ? 3 : 1);
    return whole * (FH_PACK_BLOCK / 8 * width) + tail;
}

static inline void pack_even(const uint8_t *in, size_t lanes, uint32_t width, uint8_t *out)
{
    for (size_t l = 0; l < lanes; l++) {
        uint32_t byte = 0;
        for (uint32_t k = 0; k < 8 / width; k++) byte |= (uint32_t)in[k * lanes + l] << k * width;
        out[l] = (uint8_t)byte;
    }
}

static inline void pack_six(const uint8_t *in, size_t lanes, uint8_t *out)
{
    for (size_t l = 0; l < lanes; l++) {
        const uint8_t d = in[3 * lanes + l];
        out[l] = (uint8_t)(in[l] | (d & 3) << 6);
        out[lanes + l] = (uint8_t)(in[lanes + l] | (d >> 2 & 3) << 6);
        out[2 * lanes + l] = (uint8_t)(in[2 * lanes + l] | (d >> 4 & 3) << 6);
    }
}

void fh_pack(const uint8_t *in, size_t n, uint32_t width, uint8_t *out)
{
    if (width == 8) {
        memcpy(out, in, n);
        return;
    }
    for (size_t i = 0; i < n; i += FH_PACK_BLOCK) {
        const size_t m = n - i < FH_PACK_BLOCK ? n - i : FH_PACK_BLOCK;
        const size_t lanes = lanes_of(m, width);
        if (width == 6)
            pack_six(in + i, lanes, out);
        else
            pack_even(in + i, lanes, width, out);
        out += width == 6 ? 3 * lanes : lanes;
    }
}

/* One of the codes in each of `lanes` bytes. With constants it becomes a few
 * vector instructions, which a shift known only when it runs would not. */
static inline void spread(const uint8_t *restrict in, size_t lanes, uint32_t shift, uint32_t mask,
                          uint8_t *restrict out)
{
    for (size_t l = 0; l < lanes; l++) out[l] = (uint8_t)(in[l] >> shift & mask);
}

static inline void unpack_even(const uint8_t *in, size_t lanes, uint32_t width, uint8_t *out)
{
    for (uint32_t k = 0; k < 8 / width; k++)
        spread(in, lanes, k * width, (1u << width) - 1, out + k * lanes);
}

static inline void unpack_four(const uint8_t *in, uint8_t *out)
{
    spread(in, FH_PACK_BLOCK / 2, 0, 15, out);
    spread(in, FH_PACK_BLOCK / 2, 4, 15, out + FH_PACK_BLOCK / 2);
}

static inline void unpack_two(const uint8_t *in, uint8_t *out)
{
    spread(in, FH_PACK_BLOCK / 4, 0, 3, out);
    spread(in, FH_PACK_BLOCK / 4, 2, 3, out + FH_PACK_BLOCK / 4);
    spread(in, FH_PACK_BLOCK / 4, 4, 3, out + FH_PACK_BLOCK / 2);
    spread(in, FH_PACK_BLOCK / 4, 6, 3, out + FH_PACK_BLOCK / 4 * 3);
}

static inline void unpack_six(const uint8_t *restrict in, size_t lanes, uint8_t *restrict out)
{
    for (size_t l = 0; l < lanes; l++) {
        const uint8_t a = in[l], b = in[lanes + l], c = in[2 * lanes + l];
        out[l] = a & 63;
        out[lanes + l] = b & 63;
        out[2 * lanes + l] = c & 63;
        out[3 * lanes + l] = (uint8_t)(a >> 6 | b >> 6 << 2 | c >> 6 << 4);
    }
}

/* Whole blocks have a constant number of lanes, which lets them be vectorised. */
static void unpack_blocks(const uint8_t *in, size_t blocks, uint32_t width, uint8_t *out)
{
    for (size_t i = 0; i < blocks; i++) {
        if (width == 1)
            unpack_even(in, FH_PACK_BLOCK / 8, 1, out);
        else if (width == 2)
            unpack_two(in, out);
        else if (width == 4)
            unpack_four(in, out);
        else
            unpack_six(in, FH_PACK_BLOCK / 4, out);
        in += FH_PACK_BLOCK / 8 * width;
        out += FH_PACK_BLOCK;
    }
}

void fh_unpack(const uint8_t *in, size_t n, uint32_t width, uint8_t *out)
{
    if (width == 8) {
        memcpy(out, in, n);
        return;
    }
    const size_t blocks = n / FH_PACK_BLOCK, rest = n % FH_PACK_BLOCK;
    unpack_blocks(in, blocks, width, out);
    in += blocks * (FH_PACK_BLOCK / 8 * width);
    out += blocks * FH_PACK_BLOCK;
    const size_t lanes = lanes_of(rest, width);
    if (width == 6)
        unpack_six(in, lanes, out);
    else
        unpack_even(in, lanes, width, out);
}

uint32_t fh_max_u8(const uint8_t *code, size_t n)
{
    enum { STEP = 64 };
    uint8_t max[STEP] = {0};
    size_t i = 0;
    for (; n - i >= STEP; i += STEP)
        for (size_t l = 0; l < STEP; l++) max[l] = code[i + l] > max[l] ? code[i + l] : max[l];
    uint32_t all = 0;
    for (size_t l = 0; l < STEP; l++) all = max[l] > all ? max[l] : all;
    for (; i < n; i++) all = code[i] > all ? code[i] : all;
    return all;
}
