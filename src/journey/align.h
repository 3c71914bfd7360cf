/* align.h - what the files of alignment share: the tree made ready, and a story's part in
 * each node.
 *
 * A tree is *made ready* (align.c): labels are numbered in the order of the tree, so that
 * those below a node are one range; a node below which only one label stands becomes ONE
 * (it can be left out or not, once or often: nothing else matters); one with none NOTHING; the
 * ways back of a repeat become one choice, so that it has two children.
 *
 * A node sees of the story only its own labels, a *part*: label[m], and weight[m + 1], what
 * the first so many cost when they are ad-hoc. `costs` gives for a node and its part a row
 * (from the start) or all rows of a matrix
 *
 *     cost[i][j] = the cheapest explanation of part[i .. j) by the node
 *
 * A parent asks its children about their parts of its own part; what is none of the
 * child's lies outside and costs its weight: outside[j] - outside[i].
 */
#ifndef FH_JOURNEY_ALIGN_H
#define FH_JOURNEY_ALIGN_H

#include "base/scratch.h"
#include "firsthand/journey.h"

enum { FH_ALIGN_NEVER = 1 << 30 }; /* more than anything costs */

typedef enum fh_ready_op {
    FH_READY_NOTHING,
    FH_READY_ONE,
    FH_READY_SEQUENCE,
    FH_READY_CHOICE,
    FH_READY_TOGETHER,
    FH_READY_REPEAT
} fh_ready_op;

typedef struct fh_ready {
    fh_ready_op op;
    uint32_t low, high; /* labels below: low <= label < high */
    bool skips, often;  /* of ONE */
    int32_t empty;      /* cost of nothing at all */
    uint32_t n_children;
    uint32_t *child; /* [n_children] */
} fh_ready;

typedef struct fh_part {
    const uint32_t *label; /* [n] */
    const int32_t *weight; /* [n + 1] */
    uint32_t n;
} fh_part;

struct fh_aligner {
    const fh_tree *tree;
    fh_arena *arena;
    fh_ready *node; /* [n_nodes] */
    uint32_t n_nodes, root;
    uint32_t *number;          /* [n_labels] of the tree's label: that in its order */
    uint32_t *label;           /* and back */
    int32_t *missing, *ad_hoc; /* by number in order */
    int32_t unknown, dearest;
    fh_scratch scratch;
};

/* The part of a child in its parent's: `count[j]` of the first j are the child's,
 * `outside[j]` is what the others of them cost. */
typedef struct fh_share {
    fh_part part;
    const uint32_t *count;  /* [n + 1] */
    const int32_t *outside; /* [n + 1] */
} fh_share;
bool fh_align_share(fh_aligner *a, const fh_ready *child, const fh_part *of, fh_share *out);

/* A child's costs where its parent asks for them. */
typedef struct fh_child {
    const fh_ready *node;
    fh_share share;
    const int32_t *cost; /* NULL: a simple one, worked out when asked for */
    bool all;            /* else only the row of the start */
} fh_child;
bool fh_child_new(fh_aligner *a, uint32_t child, const fh_part *part, bool all, fh_child *out);
/* From start i to end j of the parent's part: the child's cost and what lies outside. */
int32_t fh_child_at(const fh_child *c, uint32_t i, uint32_t j);

/* Costs of a sequence up to its first child; and with one child more: `to` has those up to
 * the child before. Rows as fh_align_costs has them. false: out of memory. */
bool fh_align_first(fh_aligner *a, uint32_t child, const fh_part *part, bool all, int32_t *to);
bool fh_align_next(fh_aligner *a, uint32_t child, const fh_part *part, bool all, int32_t *to);

/* Costs of a node over its part, in scratch: one row of n + 1, or with `all` n + 1 rows (what
 * stands before the diagonal means nothing). NULL: a->scratch.status tells why. */
int32_t *fh_align_costs(fh_aligner *a, uint32_t node, const fh_part *part, bool all);

/* ---- The cheapest way through one child, at growing ends ---------------------------------- */

/* While a parent walks along its part, it offers a child starts x with what was paid
 * until there, and asks for min over starts x of paid[x] + cost[x][y], y never falling. */
typedef struct fh_scan {
    const fh_ready *one; /* not NULL: of ONE and NOTHING no matrix is needed */
    const int32_t *weight;
    const int32_t *column; /* else the child's matrix, columns laid out as rows */
    int32_t *paid;         /* [n + 1] */
    uint32_t n, low;       /* no start is before `low` */
    int32_t missing;
    uint32_t at; /* `best` counts the starts before this one */
    int32_t best;
    uint32_t asked; /* the last end asked for, and its answer but for starts at it */
    int32_t answer;
} fh_scan;
/* false: out of memory. `costs`: all rows of the child; may be NULL for ONE and NOTHING. */
bool fh_scan_new(fh_aligner *a, uint32_t child, const fh_part *part, const int32_t *costs,
                 fh_scan *out);
void fh_scan_begin(fh_scan *s, uint32_t low);
void fh_scan_offer(fh_scan *s, uint32_t start, int32_t paid);
int32_t fh_scan_ask(fh_scan *s, uint32_t end);

/* ---- Rounds of a repeat --------------------------------------------------------------------- */

typedef struct fh_round {
    int32_t did, back; /* cost at this place, after what is repeated, after what is between */
    bool did_nothing;  /* `did` is `back` before, and an empty round */
    bool back_nothing; /* `back` is `did`, and nothing between */
} fh_round;
typedef struct fh_rounds {
    fh_child child[2]; /* what is repeated, what comes between */
    fh_scan scan[2];
} fh_rounds;
bool fh_rounds_new(fh_aligner *a, const fh_ready *node, const fh_part *part, fh_rounds *out);
/* From start i; then one step for each end j = i, i + 1, ... */
void fh_rounds_begin(fh_rounds *r, uint32_t i);
fh_round fh_rounds_step(fh_rounds *r, uint32_t j);

/* ---- Moves (align_moves.c) ------------------------------------------------------------------ */

/* `part` is the whole story's, `at` where each of its interactions stands; fills in
 * `completed` and all of *out but the cost. */
FH_MUST_CHECK fh_status fh_align_walk(fh_aligner *a, const fh_part *part, const uint32_t *at,
                                      bool *completed, fh_arena *arena, fh_alignment *out,
                                      fh_error *err);
/* What scratch memory failed by; makes it ready for the next story. */
FH_MUST_CHECK fh_status fh_align_failed(fh_aligner *a, fh_error *err);

#endif
