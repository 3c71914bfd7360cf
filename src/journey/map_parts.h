/* map_parts.h - what the files that work on journey maps share and nobody else sees.
 *
 *     text ──map_scan──▶ tokens ──map_read──▶ map ──map_print──▶ text
 *                                              │
 *               map_check (sound?), map_tree, map_find, map_edit, map_diff, map_draw ...
 *
 * A map is three rows that point at one another by index: stages, steps (the flow) and
 * touchpoints. Touchpoint k is the k-th leaf of the steps; the steps of a stage are a run
 * of them, and the runs of the stages follow one another without a gap. map_check says so;
 * everything else relies on it.
 */
#ifndef FH_JOURNEY_MAP_PARTS_H
#define FH_JOURNEY_MAP_PARTS_H

#include "firsthand/map.h"

enum { FH_MAP_STEPS_MAX = 8 * FH_MAP_TOUCHPOINTS_MAX };
#define FH_MAP_WITHIN_MAX_MS (3660 * FH_DAY_MS) /* of base/time.h */

/* ---- Words (map_words.c) ------------------------------------------------------------ */

extern const char *const fh_map_lane_words[]; /* by fh_map_lane, then NULL */
extern const char *const fh_map_when_words[]; /* by fh_map_when, then NULL */
extern const char *const fh_map_op_words[];   /* by fh_map_op, then NULL */

/* The index of a word in a list that ends with NULL; -1: it is not there. */
int fh_map_word(const char *const *words, fh_str word);
/* Small letters, digits and single hyphens between them. */
bool fh_map_is_id(fh_str s);
/* UTF-8 of at most FH_MAP_WORDS_MAX bytes, without control characters but tabs. */
bool fh_map_is_words(fh_str s);
bool fh_map_is_customer(fh_str who);
/* The lane that follows from who turns to whom. */
fh_map_lane fh_map_lane_of(const fh_map_touchpoint *t);
/* So much of a text as a message shows. */
fh_str fh_map_clip(fh_str s);

/* A place in a text, counted as people count. */
typedef struct fh_map_place {
    uint32_t line, column;
} fh_map_place;
/* Is all of it well-formed UTF-8 without control characters but tabs and line ends? Else
 * *at is the first byte that is not. */
bool fh_map_bytes_ok(fh_str text, size_t *at);
fh_map_place fh_map_place_of(const char *text, const char *at);

/* ---- Ids ---------------------------------------------------------------------------- */

/* Which stage or touchpoint has an id: open addressing over numbers. Stage i is i, touchpoint
 * i is FH_MAP_STAGES_MAX + i. */
enum { FH_MAP_ID_SLOTS = 1 << 14 };
typedef struct fh_map_ids {
    const fh_map *map;
    uint16_t slot[FH_MAP_ID_SLOTS]; /* number + 1; 0: free */
} fh_map_ids;

/* Adds the number, whose id is in the map already. FH_MAP_NONE: done; else the number that
 * has this id already. */
uint32_t fh_map_ids_add(fh_map_ids *ids, uint32_t number);
uint32_t fh_map_ids_find(const fh_map_ids *ids, fh_str id); /* FH_MAP_NONE */
/* Of a sound map. */
void fh_map_ids_of(fh_map_ids *ids, const fh_map *map);

/* ---- Lines of a touchpoint ---------------------------------------------------------- */

/* The lines of which there may be several, while they are gathered. */
typedef struct fh_map_lines {
    fh_map_behaviour behaviour[FH_MAP_LINES_MAX];
    fh_map_promise promise[FH_MAP_LINES_MAX];
    fh_map_never never[FH_MAP_LINES_MAX];
    fh_str holds[FH_MAP_LINES_MAX], needs[FH_MAP_LINES_MAX], system[FH_MAP_LINES_MAX];
    fh_map_match match[FH_MAP_LINES_MAX];
} fh_map_lines;

/* Those lines, by their word. */
typedef struct fh_map_list_field {
    const char *word;
    size_t row, n;   /* of the pointer and of the uint32_t in fh_map_touchpoint */
    size_t gathered; /* of the row in fh_map_lines */
    size_t size;     /* of one */
} fh_map_list_field;
extern const fh_map_list_field fh_map_list_fields[]; /* the last has no word */
/* NULL: `word` is none of them. */
const fh_map_list_field *fh_map_list_field_of(fh_str word);
static inline uint32_t *fh_map_list_n(fh_map_touchpoint *t, const fh_map_list_field *f)
{
    return (uint32_t *)(void *)((char *)t + f->n);
}

/* Fields that are one text, by the word they are edited by. */
typedef struct fh_map_text_field {
    const char *word;
    size_t at; /* of the fh_str in fh_map_touchpoint */
} fh_map_text_field;
extern const fh_map_text_field fh_map_text_fields[]; /* the last has no word */
/* NULL: `word` is none of them. */
const fh_map_text_field *fh_map_text_field_of(fh_str word);
static inline fh_str *fh_map_text_at(fh_map_touchpoint *t, const fh_map_text_field *f)
{
    return (fh_str *)(void *)((char *)t + f->at);
}
static inline fh_str fh_map_text_of(const fh_map_touchpoint *t, const fh_map_text_field *f)
{
    return *(const fh_str *)(const void *)((const char *)t + f->at);
}

/* Reads lines that all begin with `word` (behave, promise, never, holds, needs, system or
 * match) in place of those that `t` has. FH_NOTFOUND: no such word. */
FH_MUST_CHECK fh_status fh_map_read_lines(fh_str text, fh_str word, fh_arena *arena,
                                          fh_map_touchpoint *t, fh_error *err);
/* Prints them, each behind `indent` blanks. false: no such word. */
bool fh_map_print_lines(const fh_map_touchpoint *t, fh_str word, uint32_t indent, fh_buf *out);

/* A span of time as a text says it: 2d, 36h, 90m. */
void fh_map_put_span(fh_buf *out, int64_t ms);
/* Reads one: whole minutes, ten years at most. false: it is none. */
bool fh_map_read_span(fh_str text, int64_t *out_ms);
/* Puts a text in quotes. */
void fh_map_put_text(fh_buf *out, fh_str text);
/* What a buffer's trouble is as a status. */
FH_MUST_CHECK fh_status fh_map_written(const fh_buf *out, fh_error *err);

/* ---- Making maps -------------------------------------------------------------------- */

/* An id made of a name: its letters and digits without marks, joined by hyphens; with a number
 * behind it when `ids` has it already; `otherwise` when nothing is left. false: no memory. */
FH_MUST_CHECK bool fh_map_make_id(fh_arena *arena, const fh_map_ids *ids, fh_str name,
                                  const char *otherwise, fh_str *out);
/* The text as a name may stand: what is no text and line ends become blanks, the ends are
 * trimmed, what is too long is cut. Never empty: then `otherwise`. false: no memory. */
FH_MUST_CHECK bool fh_map_make_words(fh_arena *arena, fh_str text, const char *otherwise,
                                     fh_str *out);

/* A map that grows at its end: stages one after another, each with its touchpoints in
 * sequence. */
typedef struct fh_map_builder {
    fh_arena *arena;
    fh_map map;
    fh_map_ids ids;
    uint32_t max_touchpoints;
    fh_status status; /* FH_NOMEM, FH_LIMIT: sticky */
} fh_map_builder;

/* Room for so many touchpoints, or as many as there may be. NULL: out of memory. */
FH_MUST_CHECK fh_map_builder *fh_map_builder_new(fh_arena *scratch, fh_arena *arena, size_t room);
/* NULL: see status. `id` empty: made of the name. */
fh_map_stage *fh_map_builder_stage(fh_map_builder *b, fh_str id, fh_str name);
fh_map_touchpoint *fh_map_builder_touchpoint(fh_map_builder *b, fh_str id, fh_str name);
/* The sound map. */
FH_MUST_CHECK fh_status fh_map_builder_end(fh_map_builder *b, fh_str title, fh_map *out,
                                           fh_error *err);

#endif
