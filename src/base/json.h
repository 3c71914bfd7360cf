/* json.h - strict JSON (RFC 8259) in and out.
 *
 * The reader checks a whole text and leaves a tape of tokens: no recursion, no
 * allocation but the tape, linear in hostile input. Refused: what RFC 8259
 * refuses, bytes that are not UTF-8, lone surrogates, depth over FH_JSON_DEPTH,
 * the same key twice in an object (compared after unescaping). Numbers keep
 * their own text.
 */
#ifndef FH_BASE_JSON_H
#define FH_BASE_JSON_H

#include "firsthand/base.h"

enum { FH_JSON_DEPTH = 64 };

typedef enum fh_json_type {
    FH_JSON_NULL,
    FH_JSON_FALSE,
    FH_JSON_TRUE,
    FH_JSON_NUMBER,
    FH_JSON_STRING,
    FH_JSON_ARRAY,
    FH_JSON_OBJECT
} fh_json_type;

/* One value or one key. Tokens stand in the order of the text; after an object's
 * token follow key, value, key, value, ... Keys are FH_JSON_STRING. */
typedef struct fh_json_token {
    uint32_t at;    /* offset in the text; of strings, after the quote      */
    uint32_t len;   /* bytes in the text; of strings, between the quotes    */
    uint32_t next;  /* index of the token after this value and all inside it */
    uint32_t count; /* members of an array or object                        */
    uint8_t type;   /* fh_json_type */
    bool escaped;   /* a string with backslashes: use fh_json_text          */
} fh_json_token;

typedef struct fh_json_doc {
    fh_str text; /* not owned */
    const fh_json_token *token;
    size_t n_tokens;
} fh_json_doc;

/* Reusable reader: keeps its tape from one text to the next. */
typedef struct fh_json_reader fh_json_reader;
FH_MUST_CHECK fh_json_reader *fh_json_reader_new(const fh_allocator *from, size_t max_tokens);
void fh_json_reader_free(fh_json_reader *r);
/* Checks `text` (at most 4 GiB - 1) and shows its tape, valid until the next call
 * while `text` lives. FH_FORMAT names the byte: "byte 17: ...". */
FH_MUST_CHECK fh_status fh_json_read(fh_json_reader *r, fh_str text, fh_json_doc *out,
                                     fh_error *err);
/* The value of `key` in object token `object`; 0 when there is none. */
uint32_t fh_json_get(const fh_json_doc *doc, uint32_t object, fh_str key);
/* A string's characters: a slice of the text, or unescaped into the arena. */
FH_MUST_CHECK bool fh_json_text(const fh_json_doc *doc, uint32_t token, fh_arena *arena,
                                fh_str *out);
/* The token as it stands in the text, quotes and all. */
fh_str fh_json_raw(const fh_json_doc *doc, uint32_t token);
/* Exactly an int64 (no fraction, no exponent, in range)? */
bool fh_json_i64(const fh_json_doc *doc, uint32_t token, int64_t *out);

/* ---- Writer ----------------------------------------------------------------- */

/* Writes into a buffer; commas, quotes and escapes are its business. Sticky like
 * the buffer: check buf->status once. Strings that are not UTF-8 have U+FFFD for
 * every bad byte. `indent` 0: one line. */
typedef struct fh_json {
    fh_buf *out;
    uint32_t depth;
    bool first, after_key;
    uint8_t indent;
} fh_json;

void fh_json_begin(fh_json *j, fh_buf *out, uint8_t indent);
void fh_json_object(fh_json *j);
void fh_json_end_object(fh_json *j);
void fh_json_array(fh_json *j);
void fh_json_end_array(fh_json *j);
void fh_json_key(fh_json *j, fh_str key);
void fh_json_str(fh_json *j, fh_str s);
void fh_json_int(fh_json *j, int64_t v);
void fh_json_uint(fh_json *j, uint64_t v);
void fh_json_bool(fh_json *j, bool v);
void fh_json_null(fh_json *j);
void fh_json_raw_value(fh_json *j, fh_str json); /* already JSON */
/* The members of an object that is JSON already ("{...}"), into the object that is open. */
void fh_json_members(fh_json *j, fh_str object);
/* Fixed point: value / 10^decimals, as "12.50". */
void fh_json_fixed(fh_json *j, int64_t value, uint32_t decimals);

#endif
