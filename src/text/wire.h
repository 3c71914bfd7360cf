/* wire.h - what is kept of counters and templates as bytes: a head with magic, version, count
 * and checksum, then numbers of seven bits a byte.
 *
 *     0  magic and version   8  how many entries   16  checksum of all else   24  entries
 */
#ifndef FH_TEXT_WIRE_H
#define FH_TEXT_WIRE_H

#include "firsthand/base.h"

enum { FH_WIRE_HEAD = 24, FH_WIRE_NUMBER_MOST = 10 };

/* Begins; returns where the head is. */
size_t fh_wire_begin(fh_buf *out);
/* Fills in the head at `head_at` of all that was written after it. */
void fh_wire_end(fh_buf *out, size_t head_at, const char magic[8], uint64_t count);
/* Was all written? */
FH_MUST_CHECK fh_status fh_wire_done(const fh_buf *out, fh_error *err);
void fh_wire_number(fh_buf *out, uint64_t value);
/* The bytes of a number, for whoever puts many together; returns how many. */
size_t fh_wire_bytes(uint64_t value, unsigned char to[FH_WIRE_NUMBER_MOST]);

/* Reads what was written. A number beyond `most` or the end sets `bad`. */
typedef struct fh_wire {
    const unsigned char *at, *end;
    bool bad;
} fh_wire;
/* Checks the head; false: FH_CORRUPT is the answer. */
bool fh_wire_open(fh_wire *w, fh_str bytes, const char magic[8], uint64_t *count);
uint64_t fh_wire_take(fh_wire *w, uint64_t most);
fh_status fh_wire_corrupt(fh_error *err, const char *what);

#endif
