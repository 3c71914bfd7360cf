/* align.h - what the files of alignment share: the tree made ready, a story's parts, and runs.
 *
 * A tree is *made ready* (align_ready.c): a node below which only one touchpoint stands becomes
 * ONE (it can be left out or not, once or often: nothing else matters), one with none NOTHING.
 * Touchpoints get *numbers*: one a name, or more where `together` has the name on both sides, so
 * that no two children of a `together` share a number. What a story tells is then one of these,
 * which align.c chooses.
 *
 * From that come *zones* (align_zones.c). A zone is what of a tree stands under one child of a
 * `together`, down to the next ones: a machine that is in one *state* at a time. States are
 * numbered in the order of the journey; 0 is where it begins. *Edges* are walked without
 * an interaction (what they skip is missing); *steps* belong to interactions: one TAKES the zone
 * from state to state, or is FREE in some states (what may come there as often as it likes).
 * A `together` with small children is states, too: one for each way in which they can stand. A
 * larger one is a *gate* between two states: each of its children is a zone of its own.
 *
 * A run (align_run.c) knows for each state the least cost of being there, and walks along the
 * zone's *part* of the story, the interactions that it knows. Costs are kept less what
 * everything up to here costs when all is ad-hoc: so an interaction changes only the
 * few states that it helps. From where a gate was entered to here costs what its children's
 * own runs say: gate_row, worked out once for each place where it pays to enter. Where the whole
 * tree is one zone without gates, all of its states are walked at a time instead (align_flat.c).
 */
#ifndef FH_JOURNEY_ALIGN_H
#define FH_JOURNEY_ALIGN_H

#include "base/scratch.h"
#include "firsthand/journey.h"

#define FH_NO UINT32_MAX
enum { FH_ALIGN_NEVER = 1 << 30 }; /* more than anything costs */

/* ---- The tree made ready -------------------------------------------------------------------- */

typedef enum fh_ready_op {
    FH_READY_NOTHING,
    FH_READY_ONE,
    FH_READY_SEQUENCE,
    FH_READY_CHOICE,
    FH_READY_TOGETHER,
    FH_READY_REPEAT /* the first child, and between two of these one of the others */
} fh_ready_op;

typedef struct fh_ready {
    fh_ready_op op;
    uint32_t touchpoints; /* below */
    uint32_t number;      /* of ONE */
    bool skips, often;    /* of ONE */
    int32_t empty;        /* cost of nothing at all */
    uint32_t n_children;
    uint32_t *child; /* [n_children] */
} fh_ready;

/* Which steps and children have to do with a number. */
typedef struct fh_span {
    uint32_t low, high; /* low <= number < high */
    uint32_t *at;       /* [high - low (+ 1)] */
} fh_span;

static inline bool fh_span_has(const fh_span *s, uint32_t number)
{
    return number >= s->low && number < s->high;
}

/* ---- Zones ---------------------------------------------------------------------------------- */

typedef struct fh_edge {
    uint32_t to;
    int32_t cost;
    uint32_t missing; /* number; FH_NO: nothing is */
    uint32_t gate;    /* walked through with nothing; FH_NO */
} fh_edge;

typedef enum fh_step_kind {
    FH_STEP_TAKES, /* from `from` to `to` */
    FH_STEP_FREE,  /* in all states from .. to, and in the gates gate .. gate_end */
    FH_STEP_GATE,  /* one of the gate's own */
    FH_STEP_INSIDE /* free, but only in the gate */
} fh_step_kind;

typedef struct fh_step {
    fh_step_kind kind;
    uint32_t number, from, to, gate, gate_end;
} fh_step;

struct fh_zone;
typedef struct fh_gate_child {
    const fh_ready *one;        /* not NULL: no zone is needed */
    const struct fh_zone *zone; /* else */
} fh_gate_child;

typedef struct fh_gate {
    uint32_t in, out;
    int32_t empty;
    uint32_t n_children;
    fh_gate_child *child;
    fh_span child_of; /* FH_NO: nobody's */
} fh_gate;

typedef struct fh_zone {
    uint32_t n_states, out, n_gates, most_steps;
    uint32_t *edges; /* [n_states + 1] first of each state's */
    fh_edge *edge;
    fh_step *step; /* by number */
    fh_span steps; /* first of each number's, and behind the last */
    fh_gate *gate;
    int32_t *start;           /* [n_states] cost of getting there with nothing */
    const fh_edge **start_by; /* [n_states] the last edge of that; NULL */
    uint32_t *start_from;     /* [n_states] where that edge begins */
} fh_zone;

typedef struct fh_flat fh_flat;

/* What reading a story asks of a label. */
typedef struct fh_label_as {
    uint32_t first;   /* first_number */
    int32_t ad_hoc;   /* what one costs; 0: not in the tree */
    uint32_t known;   /* 1: in the tree */
    uint32_t several; /* 1: there are more numbers */
} fh_label_as;

struct fh_aligner {
    const fh_tree *tree;
    fh_arena *arena;
    fh_ready *node; /* [n_nodes] */
    uint32_t n_nodes, root;
    const fh_zone *zone;
    fh_flat *flat; /* of that zone, when it has no gates and is small; else NULL */
    uint32_t n_numbers;
    uint32_t *first_number;    /* [n_labels] FH_NO: not in the tree */
    uint32_t *next_number;     /* [n_numbers] of the same label; FH_NO */
    fh_label_as *label_as;     /* [n_labels + 1] the last one: what the tree does not know */
    uint32_t *number_of;       /* [tree's n_nodes] of touchpoints */
    uint32_t *label;           /* [n_numbers] */
    int32_t *missing, *ad_hoc; /* [n_numbers] */
    int32_t unknown, dearest;
    uint32_t most_flat;   /* states of a `together` without a gate */
    bool open;            /* asked for what may stay unfinished: all gates get parts */
    bool at_most;         /* the last answer was cut */
    fh_scratch keep, now; /* what a story's rows and parts take; what its runs take */
};

FH_MUST_CHECK fh_status fh_align_ready(fh_aligner *a, const fh_align_options *o, fh_error *err);
FH_MUST_CHECK fh_status fh_align_zones(fh_aligner *a, fh_error *err);

/* ---- Parts of a story ----------------------------------------------------------------------- */

/* What of a story one child of a gate knows, or the whole tree. `number[n]`; `at[n]` where each
 * stands in the story; weight[n + 1]: what the first so many cost when they are ad-hoc. */
typedef struct fh_part {
    const fh_zone *zone;    /* NULL: of ONE */
    const uint32_t *within; /* [n] places in the gate's part; NULL of the root */
    const uint32_t *number, *at;
    const int32_t *weight;
    uint32_t n;
    struct fh_gate_part **gate; /* [zone's n_gates] NULL: none of its interactions */
    int32_t **row;              /* [n + 1] NULL: not yet worked out */
} fh_part;

typedef struct fh_gate_part {
    const fh_gate *gate;
    const uint32_t *within; /* [n] places in the zone's part */
    const uint32_t *child;  /* [n] whose each is */
    const int32_t *weight;  /* [n + 1] */
    uint32_t n;
    fh_part *part; /* [gate's n_children] */
    int32_t **row; /* [n + 1] */
} fh_gate_part;

/* All false or NULL when memory runs out: a->keep.status or a->now.status tells why. */
bool fh_part_fill(fh_aligner *a, const fh_zone *zone, fh_part *part);
/* How many of `within[n]`, which ascend, are less than x. */
uint32_t fh_part_before(const uint32_t *within, uint32_t n, uint32_t x);
/* From its x-th interaction to each end y >= x: row[y - x]. */
const int32_t *fh_part_row(fh_aligner *a, fh_part *part, uint32_t x);
const int32_t *fh_gate_row(fh_aligner *a, fh_gate_part *part, uint32_t x);
/* From x to the end, where it may stay unfinished. */
bool fh_part_open(fh_aligner *a, fh_part *part, uint32_t x, int32_t *cost);
bool fh_gate_open(fh_aligner *a, fh_gate_part *part, uint32_t x, int32_t *cost);
/* x .. y of a part of ONE. */
int32_t fh_one_cost(const fh_ready *one, const int32_t *weight, uint32_t x, uint32_t y);
int32_t fh_one_open(const fh_ready *one, const int32_t *weight, uint32_t x, uint32_t y);

/* ---- Runs ----------------------------------------------------------------------------------- */

/* How a state was reached: along an edge, by taking an interaction (the one before `pos`), or
 * through a gate from place `entered`, which is x of its own interactions, to here, y. */
typedef struct fh_record {
    uint32_t before; /* the record of `from`; FH_NO: as with nothing from the start */
    uint32_t from, pos;
    const fh_edge *edge; /* else NULL */
    uint32_t gate;       /* else FH_NO */
    uint32_t entered, x, y;
} fh_record;

typedef struct fh_entry {
    uint32_t x, pos, record;
    int32_t paid; /* before, less all ad-hoc ones before */
    const int32_t *row;
} fh_entry;

typedef struct fh_pass { /* through a gate */
    fh_gate_part *part;  /* NULL: none of its interactions come */
    uint32_t count;
    int32_t freed;
    fh_entry *entry;
    uint32_t n_entries;
} fh_pass;

typedef struct fh_run {
    fh_aligner *a;
    const fh_zone *zone;
    const fh_part *part;
    uint32_t start, pos;
    int32_t *cost;  /* [n_states] less the weight from the start to pos */
    int32_t *taken; /* [most_steps] at an interaction: cost of each step, and its record */
    uint32_t *taken_by;
    uint64_t *due;     /* states whose edges are to be looked at */
    fh_pass *pass;     /* [n_gates] */
    bool keeps;        /* records */
    uint32_t *reached; /* [n_states] record */
    fh_record *record;
    uint32_t n_records, room;
} fh_run;

bool fh_run_begin(fh_aligner *a, const fh_part *part, uint32_t from, bool keeps, fh_run *out);
bool fh_run_to(fh_run *r, uint32_t to);
int32_t fh_run_cost(const fh_run *r, uint32_t state);
/* Standing in a gate since entry e, which stays unfinished. */
bool fh_run_open(fh_run *r, const fh_pass *pass, const fh_entry *e, int32_t *cost);

/* ---- Moves, and what comes next (align_moves.c) --------------------------------------------- */

typedef struct fh_moves {
    bool *completed;           /* [story's n] */
    fh_align_missing *missing; /* [n_missing] */
    size_t n_missing, room;
    bool *next; /* [n_labels] NULL: not asked for */
    bool may_end;
    fh_arena *arena;
    int32_t cost;
} fh_moves;

/* One more is missing. */
bool fh_moves_miss(fh_aligner *a, fh_moves *m, uint32_t number, size_t before);
/* Of the whole story's part; with a->open the journey may stay unfinished. */
bool fh_align_walk(fh_aligner *a, const fh_part *part, fh_moves *m);

/* ---- All states at a time (align_flat.c) ---------------------------------------------------- */

FH_MUST_CHECK fh_status fh_align_flat(fh_aligner *a, fh_error *err);
/* Whether the whole story, whose part needs not be filled, can be walked so. */
bool fh_flat_fits(const fh_aligner *a, const fh_part *part);
bool fh_flat_cost(fh_aligner *a, const fh_part *part, int32_t *cost);
/* What is missing is told in order. */
bool fh_flat_walk(fh_aligner *a, const fh_part *part, fh_moves *m);

/* Moves of the whole part, and of its first n_was as a story of its own: those that differ, and in
 * `both` what is missing where the two ways are one: before its interaction `same`. */
typedef struct fh_flat_grown {
    fh_moves is, was, both; /* is.completed serves both, too */
    uint32_t n_was, same;
} fh_flat_grown;
bool fh_flat_grow(fh_aligner *a, const fh_part *part, fh_flat_grown *g);

#endif
