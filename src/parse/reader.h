/* reader.h - what the three formats share: the bytes fed, the batch being filled,
 * rejects, and the columns once they are known. */
#ifndef FH_PARSE_READER_H
#define FH_PARSE_READER_H

#include "parse/message.h"
#include "parse/plan.h"
#include "parse/recognise.h"

enum { FH_BATCH_ROWS = 512, FH_RECORD_MAX = 1 << 20, FH_SAMPLE_ROWS = 500 };

/* What is different from format to format. */
typedef struct fh_reader_ops {
    /* Looks at the beginning of the file and finds the columns; `whole` when it is
     * all of it. `*enough` false: it must see more. `*used` bytes are done with. */
    fh_status (*begin)(fh_reader *r, fh_str head, bool whole, bool *enough, size_t *used,
                       fh_error *err);
    /* Reads records from `text` until the batch is full or the rest is no whole
     * record; says how many bytes it is done with. `end`: the file ends with `text`.
     * `fresh` is false when `text` goes on where the last call stopped. */
    fh_status (*read)(fh_reader *r, fh_str text, bool end, bool fresh, size_t *used, fh_error *err);
    /* Frees what the format has outside the arena; NULL: nothing. */
    void (*end)(fh_reader *r);
} fh_reader_ops;

extern const fh_reader_ops fh_csv_ops, fh_jsonl_ops, fh_xes_ops;

/* The bytes to read: first what was carried over, then what was fed. When a
 * record begins in the one and ends in the other, some of the fed bytes are
 * copied behind the carried ones:
 *
 *     carry  [ done | ours | copies of fed bytes ]
 *            0      at    own                    n
 *
 * Once all of `ours` is done, the copies that are left are read where they were fed. */
typedef struct fh_input {
    const char *fed;
    size_t fed_n, fed_at;
    bool last;
    fh_buf carry;
    size_t carry_at, carry_own;
    bool fresh;
} fh_input;

struct fh_reader {
    fh_arena *arena;   /* as long as the reader */
    fh_arena *scratch; /* as long as a batch */
    fh_reader_options options;
    fh_format format;
    const fh_reader_ops *ops;
    void *state; /* of the format, in the arena */
    fh_input input;
    size_t head; /* bytes wanted to begin with */
    bool begun, ended;
    fh_error broken; /* what ended it all; status FH_OK: nothing did */

    uint64_t row, line; /* of the last record seen; line on which the next begins */
    size_t n, n_rejects;
    fh_interaction *rows; /* [FH_BATCH_ROWS] */
    fh_reject *rejects;   /* [FH_BATCH_ROWS] */
    fh_buf payload;       /* of the batch */
    size_t *payload_at;   /* [FH_BATCH_ROWS + 1] where each begins */
    bool had_payloads;    /* some row of an earlier batch had one */
    unsigned message;     /* members of a message that are mapped, a bit each (message.h) */

    fh_sample sample; /* names stay, cells do not */
    fh_recognised columns;
    fh_plan plan;
    fh_str reject_head, reject_tail;
};

static inline bool fh_reader_full(const fh_reader *r)
{
    return r->n == FH_BATCH_ROWS || r->n_rejects == FH_BATCH_ROWS;
}

/* Recognises the columns of r->sample, makes the plan, copies what must stay. The
 * caller then fills in the plan's slots. */
FH_MUST_CHECK fh_status fh_reader_columns_known(fh_reader *r, fh_error *err);
/* Adds a reject for the record on `line`; r->row is its number. `text` is copied
 * when `copy` is set. */
FH_MUST_CHECK fh_status fh_reader_reject(fh_reader *r, uint64_t line, const fh_fault *fault,
                                         fh_str text);
/* Fills the next row of the batch from the cells; a reject when it cannot be.
 * Rows to be skipped are not given. `*given` tells whether a row was added: then
 * the caller may write its payload, ending with fh_reader_row_done. */
FH_MUST_CHECK fh_status fh_reader_row(fh_reader *r, uint64_t line, const fh_str *cell, fh_str text,
                                      bool *given, fh_error *err);

/* ---- Text --------------------------------------------------------------------- */

bool fh_is_ascii(fh_str s);
/* Where the first byte that is not UTF-8 stands; s.len: nowhere. */
size_t fh_utf8_bad(fh_str s);
/* Latin-1 (with what Windows adds to it) as UTF-8, in the arena. */
FH_MUST_CHECK bool fh_latin1_text(fh_arena *arena, fh_str s, fh_str *out);

#endif
