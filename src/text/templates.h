/* templates.h - what templates.c (numbering) and templates_kept.c (bytes) share.
 *
 *     numbers 1 .. n_known      pieces that were kept; shingles as they are kept
 *     n_known + 1 .. n          in memory: shingles in the pool, bands in the table
 *
 * Always: n_known is a multiple of FH_TEMPLATES_PIECE.
 */
#ifndef FH_TEXT_TEMPLATES_H
#define FH_TEXT_TEMPLATES_H

#include "text/asked.h"
#include "text/text_parts.h"
#include "text/usage.h"

enum {
    FH_BANDS = 32,
    FH_ROWS = 4,
    FH_HASHES = FH_BANDS * FH_ROWS,
    FH_KEYS_MOST = 2 * FH_BANDS, /* of two signatures */
    FH_SIGNATURES_MOST = 2 * FH_TEMPLATES_PIECE
};

typedef struct fh_template {
    size_t at, key; /* of its shingles in the pool, of its bands */
    uint32_t n, n_keys;
} fh_template;

/* FH_TEMPLATES_PIECE templates that were kept. Their bands lie by place, so that those of one
 * place go by one after the other:
 *
 *     key    first band of each signature ...   second of each ...   FH_BANDS times
 *     owner  whose signature it is: of each template one or two, in their order
 */
typedef struct fh_piece {
    uint32_t n; /* 0: its bands are damaged, and its numbers nobody's */
    uint32_t n_signatures;
    uint32_t *key;   /* [FH_BANDS * n_signatures] */
    uint16_t *owner; /* [n_signatures] of 0 .. n - 1 */
    char *bytes;     /* its shingles; NULL: damaged */
} fh_piece;

/* Where the bytes of pieces lie: many to a block, which is as large as all before it, so that they
 * come in large pages (os/pages.h). */
typedef struct fh_slab {
    struct fh_slab *before;
    size_t size, used; /* bytes, with this */
} fh_slab;

typedef struct fh_bands {
    uint64_t n_slots, used;
    uint64_t *slot;
} fh_bands;

/* The bands of a message. */
typedef struct fh_batch_keys {
    uint32_t n, key[FH_KEYS_MOST];
} fh_batch_keys;

/* Room for the message in hand, of each thread. */
typedef struct fh_message_room {
    uint32_t cap;
    uint32_t *used_in; /* [cap] messages a shingle is in */
    uint32_t *parted;  /* [cap] the rare shingles, then the others */
    uint32_t *own;     /* [cap] bits: is rare */
    fh_asked asked;    /* bands of the batch of one place */
    fh_status status;
    fh_error err;
} fh_message_room;

/* What the shingles that fall into one place weigh together, rounded up, and how many they are. */
typedef struct fh_sieve {
    float weight;
    uint16_t own, all; /* own: that weigh anything */
} fh_sieve;

struct fh_templates {
    fh_allocator from;
    uint32_t n, n_known;
    uint32_t n_kept; /* of all, that are kept as they are */
    fh_piece *piece; /* [n_pieces] */
    uint32_t n_pieces;
    size_t cap_pieces;
    fh_slab *slab;    /* the newest; NULL: there are no pieces */
    fh_template *one; /* [n_made]: number - 1 - n_known */
    size_t n_made, cap;
    uint32_t *pool, *key; /* shingles and bands of those in memory */
    size_t n_pool, cap_pool, n_key, cap_key;
    fh_bands bands;          /* of those in memory */
    fh_bands near[FH_BANDS]; /* of known ones, by place: what the batch asks for, or all */
    uint32_t passes;
    fh_run_many *run;
    uint32_t n_rooms;      /* as many as run at once; 0: none yet */
    fh_message_room *room; /* [n_rooms] */
    uint32_t times[FH_HASHES], plus[FH_HASHES];
    /* Of the batch that is being added: */
    fh_batch_keys *of_batch; /* [cap_batch] */
    size_t cap_batch;
    const fh_text *const *text; /* [n_batch], not owned */
    size_t n_batch, next;
    const fh_usage *usage; /* NULL: none */
    /* Of the message that is being added: */
    uint32_t cap_weight;
    double *weight;  /* [cap_weight] */
    fh_sieve *sieve; /* its shingles by their highest bits; else zeros */
    uint32_t *other; /* [cap_other] shingles of a known template, decoded */
    size_t cap_other;
    fh_weights weights;
};

/* ---- templates.c ---- */

/* Room for one more in memory, of so many shingles; false: out of memory. */
bool fh_templates_room(fh_templates *t, uint32_t n_shingles);
bool fh_templates_room_for_message(fh_templates *t, fh_message_room *room, uint32_t n_shingles);
/* The bands of one or two signatures; returns how many. room->own: bits of the n_own rare ones. */
uint32_t fh_templates_keys(const fh_templates *t, const fh_message_room *room,
                           const uint32_t *shingle, uint32_t n, uint32_t n_own,
                           uint32_t key[FH_KEYS_MOST]);
FH_MUST_CHECK fh_status fh_templates_commit(fh_templates *t, uint32_t n, const uint32_t *key,
                                            uint32_t n_keys, fh_error *err);

/* ---- templates_kept.c ---- */

/* The shingles of a template, valid until the next call; n 0: they are damaged. */
FH_MUST_CHECK fh_status fh_templates_shingles(fh_templates *t, uint32_t number, fh_shingles *out,
                                              fh_error *err);
void fh_templates_drop_pieces(fh_templates *t);

#endif
