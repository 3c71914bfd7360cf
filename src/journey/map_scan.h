/* map_scan.h - the text of a map as tokens, one looked at at a time.
 *
 * A token is a word, a text in quotes, a comma, the end of a line or the end of all. Lines
 * that say nothing are passed over, so an end of line stands only behind something. Every
 * function that answers false has filled the error, with line and column.
 */
#ifndef FH_JOURNEY_MAP_SCAN_H
#define FH_JOURNEY_MAP_SCAN_H

#include "journey/map_parts.h"

typedef enum fh_map_token_type {
    FH_MAP_WORD,
    FH_MAP_TEXT, /* `text` is what stands between the quotes, unescaped */
    FH_MAP_COMMA,
    FH_MAP_LINE, /* the end of one */
    FH_MAP_END
} fh_map_token_type;

typedef struct fh_map_token {
    fh_map_token_type type;
    const char *at; /* in the text */
    fh_str text;
} fh_map_token;

typedef struct fh_map_scan {
    fh_arena *arena;
    fh_error *err;
    fh_status status; /* after something answered false */
    fh_str all;
    const char *p;      /* behind the token */
    uint32_t line;      /* of the token, from 1 */
    fh_map_token token; /* the next one */
} fh_map_scan;

/* Begins at the first token. `all` must outlive what is read. */
bool fh_map_scan_begin(fh_map_scan *s, fh_str all);
bool fh_map_scan_next(fh_map_scan *s);

/* Tells "line 3, column 5: ..." at a token. Answers false. `hint`: full sentences, or NULL. */
bool fh_map_bad_at(fh_map_scan *s, const fh_map_token *t, const char *hint, const char *fmt, ...)
    FH_PRINTF(4, 5);
/* "here should be WHAT, not 'what is there'". */
bool fh_map_expected(fh_map_scan *s, const char *what, const char *hint);
bool fh_map_scan_no_memory(fh_map_scan *s);

/* Is the next token this word? It is not taken. */
bool fh_map_sees(const fh_map_scan *s, const char *word);
bool fh_map_take_text(fh_map_scan *s, const char *what, fh_str *out);
/* A text, or a word as it stands. */
bool fh_map_take_either(fh_map_scan *s, const char *what, fh_str *out);
bool fh_map_take_id(fh_map_scan *s, const char *what, fh_str *out);
/* One of the words of a list. */
bool fh_map_take_one_of(fh_map_scan *s, const char *const *words, const char *what, int *out);
bool fh_map_take_line_end(fh_map_scan *s);

#endif
