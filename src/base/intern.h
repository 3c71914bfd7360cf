/* intern.h - strings to small numbers: a hash table that hands out 1, 2, 3 ... in
 * the order of first sight. Strings are copied into the table's own arena.
 *
 * Open addressing, linear probing, xxh3, grown at 70 %; fh_intern_hint lets a
 * caller with a batch prefetch all slots before it asks for any.
 */
#ifndef FH_BASE_INTERN_H
#define FH_BASE_INTERN_H

#include "firsthand/base.h"

typedef struct fh_intern fh_intern;
FH_MUST_CHECK fh_intern *fh_intern_new(const fh_allocator *from);
void fh_intern_free(fh_intern *t);
uint64_t fh_intern_hash(fh_str s);
void fh_intern_prefetch(const fh_intern *t, uint64_t hash);
/* A second pass over a batch, after the slots have come: prefetches the text. */
void fh_intern_prefetch_text(const fh_intern *t, uint64_t hash);
/* The number of `s`, a new one when it was not there; 0: out of memory. */
FH_MUST_CHECK uint32_t fh_intern_add(fh_intern *t, fh_str s, uint64_t hash);
/* 0 when it is not there. */
uint32_t fh_intern_find(const fh_intern *t, fh_str s, uint64_t hash);
uint32_t fh_intern_count(const fh_intern *t);
fh_str fh_intern_text(const fh_intern *t, uint32_t number); /* 1 .. count */
size_t fh_intern_bytes(const fh_intern *t);                 /* memory in use */

#endif
