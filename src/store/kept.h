/* kept.h - results kept in memory between questions, within a bound, the least recently
 * used forgotten first.
 *
 *     thing = fh_kept_begin(kept);                     counts the memory it is made of
 *     fh_follows_new(fh_kept_memory(thing), ...);
 *     fh_kept_put(kept, thing, &key, era, fold, ...);  kept, or freed at once
 *     ...
 *     fold = fh_kept_get(kept, &key, &thing);          NULL: not there
 *     fh_kept_release(kept, thing);
 *
 * A key is a hash of everything that the result depends on, so nothing kept is ever
 * wrong: what has changed is another key, and the old result is forgotten in time.
 * Whoever erases forgets all at once (fh_kept_clear). What is kept is shared and never
 * changed. Any thread may call any function but fh_kept_free.
 *
 * It belongs to the process that serves an organisation: fh_pool_keep hands it to its
 * handles. Without one, questions are answered as well, only not so quickly again.
 */
#ifndef FH_STORE_KEPT_H
#define FH_STORE_KEPT_H

#include "store/recent.h"

typedef struct fh_kept fh_kept;
typedef struct fh_kept_thing fh_kept_thing;
typedef struct fh_kept_key {
    unsigned char byte[32];
} fh_kept_key;

/* At most so many bytes (a quarter more of what came live last, and twice as many of columns), from
 * that allocator, which any thread may call; NULL: malloc. NULL: no memory. */
FH_MUST_CHECK fh_kept *fh_kept_new(const fh_allocator *from, size_t most_bytes);
/* Everything got must be released. NULL is allowed. */
void fh_kept_free(fh_kept *kept);

/* What is kept by that name, held until it is released; NULL: nothing. */
FH_MUST_CHECK void *fh_kept_get(fh_kept *kept, const fh_kept_key *key, fh_kept_thing **held);
void fh_kept_release(fh_kept *kept, fh_kept_thing *held); /* NULL is allowed */

/* Something about to be made from fh_kept_memory; NULL: no memory. It is given up by
 * fh_kept_drop (before which what was made of it must be freed) or by fh_kept_put. */
FH_MUST_CHECK fh_kept_thing *fh_kept_begin(fh_kept *kept);
const fh_allocator *fh_kept_memory(const fh_kept_thing *thing);
void fh_kept_drop(fh_kept_thing *thing); /* NULL is allowed */

/* When things began to be looked at: what was begun before all was forgotten must not
 * be kept after it. */
uint64_t fh_kept_era(fh_kept *kept);
/* Keeps `object`, to be freed by `end`; frees it at once when it was begun in another
 * era, when there is one by that name, or when `alike` of its size, as many as the
 * question has of them, would take more than three quarters of the room. */
void fh_kept_put(fh_kept *kept, fh_kept_thing *thing, const fh_kept_key *key, uint64_t era,
                 void *object, void (*end)(void *object), size_t alike);
void fh_kept_clear(fh_kept *kept); /* NULL is allowed */

void fh_kept_renewed(fh_kept *kept); /* counts one */
/* Takes out what is kept by that name, for something newer. */
void fh_kept_forget(fh_kept *kept, const fh_kept_key *key);

/* What came live last; fh_kept_clear empties it, too. */
fh_recent *fh_kept_recent(fh_kept *kept);

/* Columns of parts as they are stored, in twice the room besides, in eras of its own that change
 * with those of `kept`. Each question goes through all of a part's columns, so forgetting the least
 * recently used would keep none where not all fit: what was used in the last few turns stays, and
 * nothing else is taken. */
fh_kept *fh_kept_columns(fh_kept *kept);
void fh_kept_turn(fh_kept *columns);                     /* a question begins */
void fh_kept_bound(fh_kept *columns, size_t most_bytes); /* before anything is kept */
/* Whether so many bytes more would be taken. */
bool fh_kept_fits(fh_kept *columns, size_t bytes);

typedef struct fh_kept_counts {
    uint64_t hits, misses, refused, forgotten; /* since it was made */
    uint64_t renewed;                          /* answers brought up to date */
    size_t bytes, things;                      /* now */
} fh_kept_counts;
fh_kept_counts fh_kept_count(fh_kept *kept);

#endif
