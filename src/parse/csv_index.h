/* csv_index.h - where the characters that give a CSV its structure stand. */
#ifndef FH_PARSE_CSV_INDEX_H
#define FH_PARSE_CSV_INDEX_H

#include <stddef.h>
#include <stdint.h>

enum { FH_CSV_HIGH = 1, FH_CSV_NUL = 2 }; /* bytes over 0x7f, bytes of 0 were seen */

typedef struct fh_csv_marks {
    char delimiter, newline; /* besides these: the quote */
} fh_csv_marks;

/* Writes the offsets of delimiters, newlines and quotes in p[0 .. n) to `out`, in
 * order, and returns how many. `out` has room for n + 64. */
typedef size_t fh_csv_index(const char *p, size_t n, fh_csv_marks marks, uint32_t *out,
                            unsigned *seen);

/* Byte by byte, with SSE2, with AVX2: all give the same. */
fh_csv_index fh_csv_index_plain;
fh_csv_index fh_csv_index_sse2;
fh_csv_index fh_csv_index_avx2;
/* The fastest that this machine can run. */
fh_csv_index *fh_csv_index_best(void);

#endif
