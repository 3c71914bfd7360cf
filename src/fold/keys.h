/* keys.h - keys of a few words, and how often each came: what paths counts.
 *
 *     pending  keys as they came, one after another
 *     sorted   different keys, rising, each with its count
 *
 * Counting is appending, with no look-up and no cache miss. When many are pending
 * they are sorted by radix and merged into the sorted ones, so memory follows the
 * different keys, and whoever reads finds neighbours that begin alike.
 */
#ifndef FH_FOLD_KEYS_H
#define FH_FOLD_KEYS_H

#include "fold/fold.h"

typedef struct fh_key_list {
    size_t n, cap;
    uint64_t *key;   /* [n * n_words] rising, word by word; none twice */
    uint64_t *count; /* [n] */
} fh_key_list;

typedef struct fh_keys {
    fh_allocator from;
    uint32_t n_words; /* of a key */
    fh_key_list sorted;
    uint64_t *pending; /* [cap_pending * n_words] */
    size_t n_pending, cap_pending;
    size_t most_pending; /* until they are put away; or twice the sorted ones */
} fh_keys;

void fh_keys_init(fh_keys *k, const fh_allocator *from, uint32_t n_words);
void fh_keys_free(fh_keys *k);

/* Puts pending keys away when there are many, and makes room for more. */
FH_MUST_CHECK bool fh_keys_more_room(fh_keys *k);

/* Where the next key goes, all of its words; NULL: no memory. */
FH_MUST_CHECK static inline uint64_t *fh_keys_next(fh_keys *k)
{
    if (k->n_pending == k->cap_pending && !fh_keys_more_room(k)) return NULL;
    return &k->pending[k->n_pending++ * k->n_words];
}

/* Adds the keys of `from`, which is left as it is. Same n_words. */
FH_MUST_CHECK bool fh_keys_merge(fh_keys *into, const fh_keys *from);

/* Takes the keys of `from` away; *there is false when one of them is not in `into`. */
FH_MUST_CHECK bool fh_keys_take(fh_keys *into, const fh_keys *from, bool *there);

/* Puts what is pending away, unless there is no memory for it. */
void fh_keys_settle(fh_keys *k);

/* All keys as one list, to be freed by fh_keys_unread. */
FH_MUST_CHECK bool fh_keys_read(const fh_keys *k, fh_key_list *out);
void fh_keys_unread(const fh_keys *k, fh_key_list *list);

#endif
