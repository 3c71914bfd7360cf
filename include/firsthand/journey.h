/* firsthand/journey.h - designed journeys: what we intended, and how exactly what
 * happened keeps to it.
 *
 * A journey's flow is a *process tree*: touchpoints in sequence, choice, together (any
 * order), repeated. It is written as process miners write it:
 *
 *     ->( 'Apply', X( 'Approve', 'Decline' ), *( 'Ask', 'Answer' ), +( 'Pay', tau ) )
 *
 * `->` sequence, `X` choice, `+` together, `*` repeat (the first child, then as often as
 * wanted one of the others and the first again), `tau` nothing. A name stands in single
 * quotes, a quote in it twice.
 *
 * Aligning holds one story against a tree, exactly: the fewest (or cheapest) moves that
 * explain it, each interaction being where the tree has it (*completed*) or not (*ad-hoc*),
 * each touchpoint the tree asks for being there or *missing*. Method: dynamic programming,
 * polynomial; its reasons and the results it must equal are told in docs/architecture.md.
 *
 * A touchpoint may stand in the tree more than once. Only where that is on more than one side
 * of a `together` its interactions must be shared out between these, which is tried in all
 * ways as long as they are few; else the answer is an explanation that may not be the
 * cheapest, and says so (*at most*).
 */
#ifndef FIRSTHAND_JOURNEY_H
#define FIRSTHAND_JOURNEY_H

#include "firsthand/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Process trees ------------------------------------------------------------- */

typedef enum fh_tree_op {
    FH_TREE_TOUCHPOINT,
    FH_TREE_NOTHING,  /* tau */
    FH_TREE_SEQUENCE, /* -> */
    FH_TREE_CHOICE,   /* X */
    FH_TREE_TOGETHER, /* + : all children, in any order, interleaved */
    FH_TREE_REPEAT    /* * : two children or more */
} fh_tree_op;

/* Nodes stand in the order of a walk from the root, parents first: the children of node i
 * are i + 1, then node[i + 1].end, and so on while less than node[i].end. */
typedef struct fh_tree_node {
    fh_tree_op op;
    uint32_t label; /* of a touchpoint: index into the tree's labels */
    uint32_t end;   /* one past the last node below this one */
} fh_tree_node;

typedef struct fh_tree {
    const fh_tree_node *node; /* [n_nodes] node 0 is the root */
    const fh_str *label;      /* [n_labels] names, each once, in the order of the tree */
    uint32_t n_nodes, n_labels;
} fh_tree;

enum { FH_TREE_MAX_NODES = 100000, FH_TREE_MAX_DEPTH = 200 };

/* FH_FORMAT tells the place. In the arena. */
FH_API FH_MUST_CHECK fh_status fh_tree_parse(fh_str text, fh_arena *arena, fh_tree *out,
                                             fh_error *err);
/* As it is read. Canonical: children of choice and together, and all but the first of a
 * repeat, in the order of their own printing. FH_NOMEM. */
FH_API FH_MUST_CHECK fh_status fh_tree_print(const fh_tree *tree, bool canonical, fh_buf *out,
                                             fh_error *err);

/* ---- Alignment ------------------------------------------------------------------- */

typedef struct fh_aligner fh_aligner;

typedef struct fh_align_options {
    const uint32_t *missing; /* [n_labels] what it costs that this one is missing; NULL: 1 */
    const uint32_t *ad_hoc;  /* [n_labels] what one too many costs; NULL: 1 */
    uint32_t unknown;        /* what an interaction costs that the tree does not know; 0: 1 */
    size_t memory;           /* bytes one story may take; 0: 512 MiB */
    uint32_t most_flat;      /* a `together` of more states goes by parts; 0: what is fast */
} fh_align_options;

#define FH_ALIGN_UNKNOWN UINT32_MAX
enum { FH_ALIGN_MAX_COST = 1000 };

/* Costs are 1 to FH_ALIGN_MAX_COST. FH_LIMIT names a touchpoint that stands side by side with
 * itself too often. Works on one story at a time: threads take one each. The tree must outlive
 * it. */
FH_API FH_MUST_CHECK fh_status fh_aligner_new(const fh_allocator *from, const fh_tree *tree,
                                              const fh_align_options *options, fh_aligner **out,
                                              fh_error *err);
FH_API void fh_aligner_free(fh_aligner *a); /* NULL is allowed */
/* What a customer of whom nothing is known costs: all that cannot be left out is missing. */
FH_API uint64_t fh_align_empty(const fh_aligner *a);

/* The cheapest explanation of a story: labels of the tree in order, FH_ALIGN_UNKNOWN for
 * what it does not know. FH_LIMIT: the story is too long for the memory allowed. Time is its
 * length times the tree's size; where a `together` stands below another one, its length squared,
 * and once more for each further one at worst. Usually microseconds. */
FH_API FH_MUST_CHECK fh_status fh_align_cost(fh_aligner *a, const uint32_t *story, size_t n,
                                             uint64_t *out, fh_error *err);
/* Of the story asked about last: there may be a cheaper explanation. */
FH_API bool fh_align_at_most(const fh_aligner *a);

typedef struct fh_align_missing {
    uint32_t label;
    size_t before; /* index of the interaction before which it belongs; n: at the end */
} fh_align_missing;

typedef struct fh_alignment {
    uint64_t cost;
    const bool *completed;           /* [n] interactions that are where the tree has them */
    const fh_align_missing *missing; /* [n_missing] in the order of the journey */
    size_t n_missing;
    bool at_most; /* there may be a cheaper one */
} fh_alignment;

/* The same with its moves. Completed interactions and missing touchpoints together, in order,
 * are a way that the tree allows. In the arena. */
FH_API FH_MUST_CHECK fh_status fh_align_moves(fh_aligner *a, const uint32_t *story, size_t n,
                                              fh_arena *arena, fh_alignment *out, fh_error *err);

/* A story as it was and as it is, which begins as it was: where their moves are the same, they
 * are told once. */
typedef struct fh_align_grown {
    uint64_t cost_was, cost;
    bool at_most_was, at_most;
    size_t same;               /* interactions: the first so many are completed in both, or not */
    const bool *completed;     /* [n] as it is */
    const bool *completed_was; /* [n_was - same] as it was, of those behind the same ones */
    /* Labels that are missing, in any order: in both, and besides. */
    const uint32_t *missing_both, *missing, *missing_was;
    size_t n_missing_both, n_missing, n_missing_was;
} fh_align_grown;

/* Of both, costs and moves as fh_align_moves tells them of each, with less work. n_was <= n. */
FH_API FH_MUST_CHECK fh_status fh_align_grow(fh_aligner *a, const uint32_t *story, size_t n_was,
                                             size_t n, fh_arena *arena, fh_align_grown *out,
                                             fh_error *err);

/* A journey that is still going on. */
typedef struct fh_unfinished {
    fh_alignment
        so_far; /* the cheapest explanation by the beginning of a way that the tree allows */
    const uint32_t *next; /* [n_next] what may come next at this cost, in the tree's order */
    uint32_t n_next;
    bool may_end; /* or it may be over */
} fh_unfinished;

/* What is missing already, and what may come next. As fh_align_moves, but nothing has to come
 * any more. */
FH_API FH_MUST_CHECK fh_status fh_align_unfinished(fh_aligner *a, const uint32_t *story, size_t n,
                                                   fh_arena *arena, fh_unfinished *out,
                                                   fh_error *err);

/* ---- Discovery --------------------------------------------------------------------- */

/* The inductive miner (IM; with noise: IMf), as Leemans defines it: finds a process tree
 * that stories follow, by cutting what follows what into choice, sequence, together and
 * repeat. */
typedef struct fh_discover_way {
    const uint32_t *story; /* [n] labels */
    size_t n;
    uint64_t count;
} fh_discover_way;

typedef struct fh_discover_options {
    const fh_str *label; /* [n_labels] names */
    uint32_t n_labels;
    double noise; /* 0 .. 1: arcs that carry no more than this share of the strongest beside
                     them may be left out where no cut is found; 0: none */
} fh_discover_options;

enum { FH_DISCOVER_MAX_LABELS = 2000 };

/* Neither the order of ways nor that of labels matters. Labels that no way has are not in the
 * tree. FH_LIMIT. In the arena. */
FH_API FH_MUST_CHECK fh_status fh_discover(const fh_discover_way *way, size_t n_ways,
                                           const fh_discover_options *options, fh_arena *arena,
                                           fh_tree *out, fh_error *err);

/* ---- Representatives ------------------------------------------------------------------- */

/* A few ways that stand for all: ways that differ little are put together, and of each group the
 * one nearest to the others speaks for it (k-medoids, built up greedily, then exchanged as long
 * as that helps). How far two ways are apart is the least number of steps to add, leave out or
 * replace, through the steps of the longer one: 0 the same, 1 nothing in common. Each way weighs
 * as much as it has stories.
 *
 * Ways must be given commonest first. The representatives are chosen among the first
 * FH_REPRESENT_CHOSEN, fewer where ways are long; the others are counted to the nearest as far
 * as a bounded amount of work goes, the rest is left. Deterministic: ties go to the first way. */
enum { FH_REPRESENT_MAX = 12, FH_REPRESENT_SUGGEST = 8, FH_REPRESENT_CHOSEN = 300 };
#define FH_REPRESENT_LEFT UINT32_MAX

typedef struct fh_representative {
    size_t way;             /* of those given */
    uint64_t stories, same; /* that it stands for; that went exactly so */
    size_t n_ways;
    double mean, farthest; /* how far the stories are from it, 0 .. 1 */
} fh_representative;

typedef struct fh_representatives {
    size_t n;
    const fh_representative *list; /* [n] by stories descending, then way */
    const uint32_t *of;            /* [n_ways] which of the list; FH_REPRESENT_LEFT */
    const double *apart;           /* [n_ways] how far from it; of what was left 0 */
    size_t n_compared;             /* ways among which they were chosen */
    uint64_t stories_compared;
    size_t n_left; /* ways that were counted to none */
    uint64_t stories_left;
    /* Silhouette: how much nearer stories are to their own group than to the next, -1 .. 1, for
     * 2 .. n_silhouettes + 1 groups; of one that was asked for, its own only. */
    const double *silhouettes;
    size_t n_silhouettes;
    double silhouette; /* of what was chosen; 0 of a single group */
} fh_representatives;

/* `k` at most FH_REPRESENT_MAX; 0: as many as have the best silhouette, 2 to
 * FH_REPRESENT_SUGGEST. Labels are below n_labels. FH_LIMIT: more stories than can be counted
 * together. In the arena. */
FH_API FH_MUST_CHECK fh_status fh_represent(const fh_discover_way *way, size_t n_ways,
                                            uint32_t n_labels, uint32_t k, fh_arena *arena,
                                            fh_representatives *out, fh_error *err);
/* The least number of steps to add, leave out or replace to make one of the other. */
FH_API FH_MUST_CHECK fh_status fh_way_edits(const fh_discover_way *a, const fh_discover_way *b,
                                            uint32_t n_labels, fh_arena *arena, uint64_t *out,
                                            fh_error *err);

#ifdef __cplusplus
}
#endif

#endif
