/* plan.h - a mapping made ready for the rows of one file: cells in, an interaction
 * out. A cell is a column's text in this row; a slot is the cell's place. */
#ifndef FH_PARSE_PLAN_H
#define FH_PARSE_PLAN_H

#include "parse/mapping.h"
#include "parse/when.h"

#define FH_NO_SLOT UINT32_MAX

/* How a step is taken; most are one column that goes where it belongs. */
typedef enum fh_way {
    FH_WAY_TEXT,       /* one column, a text */
    FH_WAY_NAME,       /* one column, a name: NA is believed */
    FH_WAY_TOUCHPOINT, /* one column, a name that must be there */
    FH_WAY_CUSTOMER,   /* one column */
    FH_WAY_TIME,
    FH_WAY_AMOUNT, /* a value in one column, without one for its currency */
    FH_WAY_VALUE,
    FH_WAY_SCORE,
    FH_WAY_GENERAL /* several columns, patterns, constants, directions, currencies */
} fh_way;

typedef struct fh_step {
    const fh_rule *rule;
    fh_way way;
    uint32_t slot[FH_MAX_TERMS]; /* [rule->n_terms] */
    size_t to;                   /* offset of the text in fh_interaction */
} fh_step;

typedef struct fh_plan {
    uint32_t n;
    fh_step *step; /* [n], the currency before the value */
    bool has_currency;
    bool comma; /* decimals are parted by a comma */
    fh_when when;
} fh_plan;

/* Why a row cannot be read. Texts live in the scratch arena or for ever. */
typedef struct fh_fault {
    uint32_t slot; /* FH_NO_SLOT: the whole row */
    fh_str reason, hint;
} fh_fault;

typedef enum fh_filled { FH_FILLED, FH_REJECTED, FH_FILL_NOMEM } fh_filled;

/* A plan for `mapping`, which must live as long; the slots are still to be filled
 * in by the caller. False: out of memory. */
FH_MUST_CHECK bool fh_plan_new(fh_arena *arena, const fh_mapping *mapping, const fh_zone *zone,
                               bool comma, fh_plan *out);
/* Rows of cells, and where they go. */
typedef struct fh_run {
    size_t n;
    const fh_str *cell;  /* [n * width] row after row */
    size_t width;        /* cells from one row to the next */
    fh_interaction *row; /* [n] each all zero or filled by this plan before */
    fh_arena *scratch;
} fh_run;

/* Fills in rows, everything but row, line and payload; fields that no step is for
 * are left alone. Returns how many were filled: fewer than run->n when the next
 * one cannot be, or memory ran out. `*why` tells which, `*fault` why the row
 * cannot be read. */
size_t fh_plan_fill(fh_plan *plan, const fh_run *run, fh_filled *why, fh_fault *fault);

/* "", ?, -, NULL, N/A and the like: nothing was told. Some of these are names too
 * (NA, None): fh_is_missing_name believes them, and is for what names somebody or
 * something that must be there. */
bool fh_is_missing(fh_str s);
bool fh_is_missing_name(fh_str s);
/* Words for the direction, in English, German and Dutch; false when it is none. */
bool fh_direction_word(fh_str s, fh_direction *out);
/* The first 60 bytes or so of `s`, ending between characters. */
fh_str fh_shown(fh_str s);

#endif
