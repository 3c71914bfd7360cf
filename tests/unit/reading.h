/* reading.h - what a reader gives, as text that tests can compare. */
#ifndef FH_TEST_READING_H
#define FH_TEST_READING_H

#include "firsthand/parse.h"

/* Reads `text` in pieces of `piece` bytes (0: whole) and writes a line for each row
 * and reject, in file order, and for the error that ended it:
 *
 *     1@2 customer=c1 2024-01-31T10:00:00Z call ch=web value=1250 EUR {"a":"b"}
 *     3@4 REJECT column 2 time: 'x' is not a date ... | <hint> | <text>
 *     ERROR <message> | <hint>
 *
 * Returns the reader's status: FH_OK when all was read. */
fh_status reading(const fh_allocator *from, fh_format format, const fh_reader_options *options,
                  fh_str text, size_t piece, fh_buf *out);

/* The same with a mapping given as text (NULL: none); payloads are kept. Fails the
 * test when the rows differ from `want`, or between pieces of 1, 2, 3, 7, 64 bytes. */
void check_reading(fh_format format, const char *mapping, fh_str text, const char *want);

#endif
