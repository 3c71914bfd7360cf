/* chunk.h - the chunked transfer coding: bytes in, pieces of the body out.
 *
 * Pure and incremental: in whatever pieces the bytes come, the same body and the
 * same verdict come out. Trailers are refused; extensions are passed over, but not
 * for ever.
 */
#ifndef FH_HTTP_CHUNK_H
#define FH_HTTP_CHUNK_H

#include "firsthand/base.h"

typedef enum fh_http_chunk_state {
    FH_CHUNK_SIZE,
    FH_CHUNK_EXTENSION,
    FH_CHUNK_SIZE_LF,
    FH_CHUNK_DATA,
    FH_CHUNK_DATA_CR,
    FH_CHUNK_DATA_LF,
    FH_CHUNK_LAST_CR,
    FH_CHUNK_LAST_LF,
    FH_CHUNK_DONE
} fh_http_chunk_state;

/* Zero-initialised it is at the start. */
typedef struct fh_http_chunks {
    fh_http_chunk_state state;
    uint32_t digits;     /* of the size in progress       */
    uint32_t extensions; /* bytes of them so far, in all  */
    uint64_t left;       /* of the chunk in progress      */
} fh_http_chunks;

typedef enum fh_http_chunk_verdict {
    FH_CHUNK_MORE,  /* all was used; send more       */
    FH_CHUNK_PIECE, /* *piece is some of the body    */
    FH_CHUNK_END,   /* that was all; *used tells where the next request begins */
    FH_CHUNK_BAD    /* refuse it with 400            */
} fh_http_chunk_verdict;

/* Goes on as far as the next piece; adds to *used what it took of the n bytes.
 * `piece` points into them. */
fh_http_chunk_verdict fh_http_chunk_next(fh_http_chunks *c, fh_str bytes, size_t *used,
                                         fh_str *piece);

#endif
