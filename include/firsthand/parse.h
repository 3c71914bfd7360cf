/* firsthand/parse.h - bytes in, interactions out: CSV, JSON Lines and XES.
 *
 * The caller reads files; a reader is fed their bytes in pieces of any size and
 * gives back interactions in batches, with every row that cannot be read told
 * as a reject: where it stands, why, and its own text, so that it can be mended.
 *
 *     fh_reader_new(NULL, FH_CSV, &mapping, &options, &reader, &err);
 *     while (more) {
 *         fh_reader_feed(reader, piece, at_end, &err);
 *         do fh_reader_next(reader, &batch, &err); while (batch.n || batch.n_rejects);
 *     }
 */
#ifndef FIRSTHAND_PARSE_H
#define FIRSTHAND_PARSE_H

#include "firsthand/story.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fh_format {
    FH_FORMAT_UNKNOWN = 0,
    FH_CSV,
    FH_JSONL,
    FH_XES,
    FH_MAIL, /* an mbox or one mail: recognised here, taken apart above (no reader reads it) */
    FH_XLSX  /* a spreadsheet: recognised here, unpacked above */
} fh_format;

/* By the first bytes (after decompression) and the file's name. */
FH_API fh_format fh_format_guess(fh_str first_bytes, fh_str file_name);
FH_API const char *fh_format_name(fh_format format); /* "CSV" */

/* ---- Mapping: which column means what ----------------------------------------- */

/* What a column can be mapped to. FH_FIELD_CUSTOMER may be given several times,
 * with different identifier kinds ("customer", "customer.email", ...). */
typedef enum fh_field {
    FH_FIELD_CUSTOMER,
    FH_FIELD_TIME,
    FH_FIELD_TOUCHPOINT,
    FH_FIELD_CHANNEL,
    FH_FIELD_DEPARTMENT,
    FH_FIELD_DIRECTION, /* in/out/internal and common words for them */
    FH_FIELD_OUTCOME,
    FH_FIELD_VALUE,
    FH_FIELD_CURRENCY,
    FH_FIELD_SCORE,
    FH_FIELD_PROBLEM,
    FH_FIELD_ID,   /* the source's own id of the interaction */
    FH_FIELD_TEXT, /* what was said or written */
    /* Of a message. They go into the payload beside the text. */
    FH_FIELD_SUBJECT,
    FH_FIELD_PURPOSE,   /* what it is for: "appointment", "reminder" */
    FH_FIELD_SIGNATORY, /* who signs it */
    FH_FIELD_LANGUAGE,
    FH_FIELD_THREAD, /* the conversation it belongs to */
    FH_FIELD_SENDER, /* who wrote it, as it stood there */
    FH_FIELD_IGNORE, /* do not even keep it in the payload */
    FH_N_FIELDS
} fh_field;

enum { FH_MAX_IDENTIFIERS = 8 };

/* A mapping is text, one rule a line or comma-separated:
 *
 *     customer=caller_id                      column by name (or #3: third column)
 *     customer.email=mail                     another identifier, of kind "email"
 *     time=opened_at:'%d/%m/%Y %H:%M'         with a pattern
 *     touchpoint=Component+Event.name         two columns, joined with ": "
 *     value=Quantity*UnitPrice                product of two columns
 *     outcome=InvoiceNo:'C*=cancelled|*=sold' by glob, first match wins
 *     channel="web"                           the same for every row
 *     ignore=notes
 *
 * Names with special characters are quoted with '...'. In JSON Lines a column is
 * a path: user.email. In XES it is an attribute key; "case:" before it means
 * the trace's. Lines starting with # followed by a space are comments. */
typedef struct fh_mapping fh_mapping;

FH_API FH_MUST_CHECK fh_status fh_mapping_parse(fh_arena *arena, fh_str text, fh_mapping **out,
                                                fh_error *err);
/* The canonical text, one rule a line; parsing it gives the same mapping. */
FH_API void fh_mapping_print(const fh_mapping *mapping, fh_buf *out);

/* ---- Readers ---------------------------------------------------------------------- */

typedef struct fh_reader_options {
    const fh_mapping *mapping; /* NULL: recognise; else what it leaves open is
                                  recognised unless `exact` */
    bool exact;
    const void *zone;   /* const fh_zone *: for local times without offset; NULL: UTC */
    char delimiter;     /* CSV; 0: recognise */
    bool latin1;        /* CSV: bytes are Latin-1; else UTF-8, falling back to Latin-1
                           when the beginning is not valid UTF-8 */
    bool decimal_comma; /* "1.234,50"; else recognised per file */
    uint64_t skip_rows; /* do not give the first so many rows (already imported) */
    bool keep_payload;  /* columns not mapped are kept as a JSON object */
    bool count_records; /* CSV: a record is one line, however many it takes (a sheet's rows) */
} fh_reader_options;

typedef struct fh_identifier {
    fh_str kind;  /* "customer" when the mapping names none */
    fh_str value; /* not empty; trimmed */
} fh_identifier;

/* One interaction as the source tells it. Slices live until the next call of
 * fh_reader_next; empty means not told. */
typedef struct fh_interaction {
    uint64_t row;  /* 1, 2, ... counting data rows (or events) of the file */
    uint64_t line; /* line on which it begins, from 1 */
    uint32_t n_identifiers;
    fh_identifier identifier[FH_MAX_IDENTIFIERS];
    int64_t at_ms;
    fh_str touchpoint, channel, department, outcome, problem, currency, source_id, text;
    fh_direction direction;
    bool has_value, has_score;
    int64_t value;                                                /* minor units of the currency */
    int32_t score;                                                /* hundredths */
    fh_str subject, purpose, signatory, language, thread, sender; /* of a message */
    /* JSON object of the rest; what was mapped of text, subject ... sender stands first,
     * in this order and under these names. May be empty. */
    fh_str payload;
} fh_interaction;

typedef struct fh_reject {
    uint64_t row, line;
    uint32_t column; /* from 1; 0: the whole row */
    fh_str column_name;
    fh_str reason; /* "'31/02/2024' is not a date" */
    fh_str hint;   /* "Correct the date or skip the row." */
    fh_str text;   /* the row as it stands in the file (one XES event, one line) */
} fh_reject;

typedef struct fh_batch {
    size_t n;
    const fh_interaction *rows; /* in file order */
    size_t n_rejects;
    const fh_reject *rejects; /* in file order; rows/rejects interleave by .row */
} fh_batch;

typedef struct fh_reader fh_reader;

/* `from` NULL: malloc. FH_INVALID when the mapping does not fit together. */
FH_API FH_MUST_CHECK fh_status fh_reader_new(const fh_allocator *from, fh_format format,
                                             const fh_reader_options *options, fh_reader **out,
                                             fh_error *err);
FH_API void fh_reader_free(fh_reader *reader);
/* `bytes` must stay until fh_reader_next has given everything (an empty batch);
 * what is incomplete at its end is carried over. `last`: there is no more. */
FH_API FH_MUST_CHECK fh_status fh_reader_feed(fh_reader *reader, const char *bytes, size_t n,
                                              bool last, fh_error *err);
/* The next batch; empty when more bytes are needed or all is read. FH_FORMAT
 * when the file as a whole cannot be read (not a CSV at all, broken XML, no
 * column that could be the customer): message and hint say what to do. */
FH_API FH_MUST_CHECK fh_status fh_reader_next(fh_reader *reader, fh_batch *out, fh_error *err);

/* What was recognised, once the first batch has been given: the full mapping,
 * and for each column its name, what it was taken for ("" = kept aside) and
 * why ("by its name", "looks like a date, day first"). */
typedef struct fh_column_note {
    fh_str name, field, why, sample;
    uint32_t n_first;
    const fh_str *first; /* [n_first] its texts in the first rows, shortened; for people */
} fh_column_note;
FH_API const fh_mapping *fh_reader_mapping(const fh_reader *reader);
/* Also after fh_reader_next failed because the columns do not tell enough: then the
 * notes say what was seen, so that a person can tell the rest. */
FH_API const fh_column_note *fh_reader_columns(const fh_reader *reader, size_t *n);
/* What parts the columns of a CSV file (0: it is none), and whether amounts are written
 * 1.234,50: as told or as recognised. */
FH_API char fh_reader_delimiter(const fh_reader *reader);
FH_API bool fh_reader_decimal_comma(const fh_reader *reader);
/* Text that must stand before rejected rows to make them a file of their own:
 * the CSV header, the XES head; may be empty. And what must stand after. */
FH_API fh_str fh_reader_reject_head(const fh_reader *reader);
FH_API fh_str fh_reader_reject_tail(const fh_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
