/* pack.h - small codes in 1, 2, 4, 6 or 8 bits.
 *
 * Codes are packed in blocks of 256 so that the compiler can vectorise: byte l
 * of a block of L bytes holds codes l, L + l, 2L + l, ... Six bits take three
 * bytes for codes l, L + l, 2L + l and, from their upper bits, 3L + l:
 *
 *     4 bits:  byte l = code[l] | code[128 + l] << 4
 *     6 bits:  byte l = code[l] | (code[192 + l] & 3) << 6, ...
 *
 * The last block is shorter: L is as small as its codes allow.
 */
#ifndef FH_STORY_PACK_H
#define FH_STORY_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FH_PACK_BLOCK = 256 };

bool fh_pack_width_ok(uint32_t width); /* one of 1, 2, 4, 6, 8 */
size_t fh_packed_bytes(size_t n, uint32_t width);
/* Reads zeros up to FH_PACK_BLOCK codes beyond `in`; writes fh_packed_bytes. */
void fh_pack(const uint8_t *in, size_t n, uint32_t width, uint8_t *out);
/* Writes up to 8 codes beyond `out`. */
void fh_unpack(const uint8_t *in, size_t n, uint32_t width, uint8_t *out);
/* The largest of n codes; 0 for none. */
uint32_t fh_max_u8(const uint8_t *code, size_t n);

#endif
