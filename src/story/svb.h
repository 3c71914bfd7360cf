/* svb.h - StreamVByte: 32-bit numbers in one to four bytes.
 *
 *     control bytes, one for 4 numbers   | data
 *     [ 2 bits each: length - 1 ] ...    | 1..4 bytes each, little-endian
 *
 * The format is that of libstreamvbyte; the code is our own, because Debian's
 * build of the library is some forty times slower (docs/decisions/0003). A
 * reader knows where the data must end before it decodes anything, so decoding
 * itself needs no checks.
 */
#ifndef FH_STORY_SVB_H
#define FH_STORY_SVB_H

#include "firsthand/base.h"

/* Appends n numbers. Sticky like the buffer. */
void fh_svb_encode(fh_buf *out, const uint32_t *in, size_t n);

enum { FH_SVB_GROUP = 4 };

typedef struct fh_svb {
    const uint8_t *control, *data;
    size_t left;  /* numbers not yet read        */
    bool shuffle; /* the processor has SSSE3     */
    size_t bytes; /* the stream's whole length   */
} fh_svb;

/* Finds n numbers at the start of `bytes`. false: they do not fit into `len`. */
bool fh_svb_open(fh_svb *s, const uint8_t *bytes, size_t len, size_t n);

/* Reads the next n numbers (a multiple of 4, or all that are left) and gives
 * their sum. `out` must be writable 16 bytes beyond. */
uint64_t fh_svb_read(fh_svb *s, uint32_t *out, size_t n);
/* Passes over the next n numbers, a multiple of 4 of those that are left: only their control
 * bytes are looked at. */
void fh_svb_skip(fh_svb *s, size_t n);

/* Where the data of every FH_SVB_BLOCK-th number begins, fh_svb_places(n) of them: with these
 * the stream can be read from any number on, a multiple of 4, at the cost of less than a block. */
enum { FH_SVB_BLOCK = 256 };
static inline size_t fh_svb_places(size_t n)
{
    return n / FH_SVB_BLOCK + 1;
}
void fh_svb_find_places(const fh_svb *s, uint32_t *place); /* of a stream just opened */
fh_svb fh_svb_from(const fh_svb *s, const uint32_t *place, size_t number);

#endif
