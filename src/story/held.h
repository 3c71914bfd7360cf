/* held.h - a part's columns held as bytes in memory, of which any few stories are decoded
 * without looking at the others.
 *
 *     fh_held_new(from, FH_COL_STORIES, bytes, len, &held[FH_COL_STORIES], err)
 *     fh_held_new(from, FH_COL_GAP, ...)
 *     fh_held_decode(space, held, columns, customer, n, err)     as often as wanted
 *
 * A held column is the column's own bytes, looked at once (checksum, lengths, counts), and
 * where in them every 256th number lies: about 1 % more. Who the stories are is held
 * decoded, 12 bytes a story. It never changes, so any thread may decode from it.
 *
 * What is decoded is valid by every rule of story.h and what the whole decodes to, or it is
 * FH_CORRUPT; stories that are not asked for are not looked at.
 */
#ifndef FH_STORY_HELD_H
#define FH_STORY_HELD_H

#include "firsthand/story.h"

typedef struct fh_held fh_held; /* one column */

/* Whether columns of that kind can be held. */
bool fh_held_can(fh_column col);
/* Copies the bytes. FH_CORRUPT, FH_NOMEM; FH_INVALID for a column that cannot be held. */
FH_MUST_CHECK fh_status fh_held_new(const fh_allocator *from, fh_column col, const void *bytes,
                                    size_t len, fh_held **out, fh_error *err);
void fh_held_free(fh_held *held); /* NULL is allowed */

/* Who all the stories of a held FH_COL_STORIES are. */
const fh_segment *fh_held_stories(const fh_held *held);

/* Makes `space` hold the stories of these customers, [n] rising, with `columns`: those of
 * held[FH_N_COLUMNS]; where one is NULL the part has none. held[FH_COL_STORIES] is there. */
FH_MUST_CHECK fh_status fh_held_decode(fh_space *space, const fh_held *const *held,
                                       uint32_t columns, const uint32_t *customer, size_t n,
                                       fh_error *err);

#endif
