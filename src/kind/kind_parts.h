/* kind_parts.h - what the files that read declarations share and nobody else sees.
 *
 *     text ──kind_scan──▶ tokens of a line ──kind_read──▶ a kind ──kind_check──▶ a sound kind
 *
 * The text is gone through twice: first everything that stands for itself (fields,
 * states), then what speaks of it (moves, clocks, owner). A problem is noted where it is
 * found, one a line, and reading goes on with the next line, so that whoever writes a
 * declaration sees all that does not fit at once.
 */
#ifndef FH_KIND_KIND_PARTS_H
#define FH_KIND_KIND_PARTS_H

#include "kind/kind.h"

enum {
    FH_KIND_PROBLEMS_MAX = 20,
    FH_KIND_TOKENS_MAX = 160, /* of a line */
    FH_KIND_LABEL_MAX = 200,  /* bytes of titles and labels */
    FH_KIND_SAYS_MAX = 1500,  /* bytes of explanations */
    FH_KIND_UNIT_MAX = 20,    /* bytes */
    FH_KIND_DECIMALS_MAX = 6
};

typedef enum fh_token_type {
    FH_TOKEN_WORD,  /* anything without blanks, quotes and commas */
    FH_TOKEN_TEXT,  /* "in quotes": `text` is what stands between, unescaped */
    FH_TOKEN_COMMA, /* , */
    FH_TOKEN_END    /* of the line; always the last */
} fh_token_type;

typedef struct fh_token {
    fh_token_type type;
    uint32_t column; /* from 1, in characters */
    fh_str text;
} fh_token;

typedef struct fh_kind_reader {
    fh_arena *arena;
    const fh_kind_words *words;
    fh_kind *kind;
    fh_kind_problem *problem; /* [FH_KIND_PROBLEMS_MAX] by line */
    size_t n_problems;
    bool no_memory; /* ends everything */
    uint32_t line;  /* that is read, from 1 */
    const fh_token *token;
    fh_str *help; /* where a help line after this one goes; NULL: that one was not read */
    uint32_t max_fields, max_states, max_moves, max_clocks; /* room in the arrays */
} fh_kind_reader;

/* ---- Problems (kind_problem.c): each function returns false, for `return` ---------- */

/* Notes a problem unless its line has one; `remedy` may be NULL. `fmt`: lower case, no
 * period. What is beyond the most that are told is forgotten. */
bool fh_kind_problem_at(fh_kind_reader *r, uint32_t line, uint32_t column, const char *remedy,
                        const char *fmt, ...) FH_PRINTF(5, 6);
/* The same at the next token. */
bool fh_kind_bad(fh_kind_reader *r, const char *remedy, const char *fmt, ...) FH_PRINTF(3, 4);
/* So much of a word as a message shows. */
fh_str fh_kind_clip(fh_str s);
/* "Did you mean 'x'?" when one of the names is near, else `otherwise`. In the arena. */
const char *fh_kind_did_you_mean(fh_kind_reader *r, fh_str word, const fh_str *names, size_t n,
                                 const char *otherwise);
/* The same of a list that ends with NULL. */
const char *fh_kind_did_you_mean_of(fh_kind_reader *r, fh_str word, const char *const *names,
                                    const char *otherwise);
bool fh_kind_is_one_of(fh_str word, const char *const *names); /* NULL: of none */

/* ---- Tokens (kind_scan.c): false: it is not there, and a problem was noted --------- */

/* The tokens of a line (without its end; well-formed UTF-8). */
bool fh_kind_scan(fh_kind_reader *r, fh_str line, fh_token token[FH_KIND_TOKENS_MAX]);
bool fh_kind_take_word(fh_kind_reader *r, const char *what, fh_str *out);
bool fh_kind_take_name(fh_kind_reader *r, const char *what, fh_str *out);
bool fh_kind_take_text(fh_kind_reader *r, const char *what, size_t max_bytes, fh_str *out);
bool fh_kind_take_who(fh_kind_reader *r, fh_who *out); /* "owner, lead" */
bool fh_kind_take_duration(fh_kind_reader *r, int64_t *out_ms);
bool fh_kind_take_end(fh_kind_reader *r);
bool fh_kind_take(fh_kind_reader *r, const char *word); /* no problem when it is another */
bool fh_kind_take_comma(fh_kind_reader *r);             /* nor when there is none */
bool fh_kind_need(fh_kind_reader *r, const char *word);

/* ---- Lines ------------------------------------------------------------------------- */

bool fh_kind_read_field(fh_kind_reader *r); /* kind_fields.c */
bool fh_kind_read_choice(fh_kind_reader *r);
bool fh_kind_read_state(fh_kind_reader *r); /* kind_moves.c */
bool fh_kind_read_owner(fh_kind_reader *r);
bool fh_kind_read_move(fh_kind_reader *r);
bool fh_kind_read_clock(fh_kind_reader *r);

/* All that is only seen of the whole (kind_check.c). */
void fh_kind_check(fh_kind_reader *r);

#endif
