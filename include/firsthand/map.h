/* firsthand/map.h - journey maps: a designed journey as text that people read, and what it
 * means.
 *
 * A map is what an organisation intends customers to live through: stages, and in them
 * touchpoints with what is intended there, in an order. Its text (`.journey`):
 *
 *     journey renew "I renew my contract"
 *     goal "I keep my cover without trouble, at a fair price"
 *     owner "Sales"
 *
 *     stage hear "I hear that it ends" before
 *       touchpoint letter "Renewal letter"
 *         from "Operations" to customer over letter
 *         owner "Operations"
 *         ask "Ada Blum"
 *         feels 4 "I know the price before I decide"
 *         promise "Two months before it ends" within 60d
 *         match "renewal letter", "renewal_*" over letter
 *       optional
 *         touchpoint question "I ask what changed"
 *           from customer to "Contact centre" over phone
 *       end
 *     stage decide "I decide" during
 *       choice
 *         touchpoint renew "I renew online"
 *           from customer
 *         touchpoint leave "I leave"
 *           from customer
 *       end
 *
 * Blocks: `sequence`, `choice`, `any-order`, `repeat` (the first thing in it, then as often
 * as wanted one of the others and the first again), `optional`; each ended by `end`. Stages
 * follow one another. Texts stand in double quotes (`\"`, `\\`); `#` begins a comment, which
 * is kept by nobody; indentation is free. The lines of a touchpoint are listed at
 * fh_map_touchpoint. Ids are lower case with hyphens, each once in a map, and stay when
 * something is renamed: versions are compared by them.
 *
 * What always holds: fh_map_parse(fh_map_print(m)) is m, and printing that gives the same
 * bytes.
 */
#ifndef FIRSTHAND_MAP_H
#define FIRSTHAND_MAP_H

#include "firsthand/journey.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    FH_MAP_TEXT_MAX = 4 << 20, /* bytes of a text */
    FH_MAP_TOUCHPOINTS_MAX = 5000,
    FH_MAP_STAGES_MAX = 100,
    FH_MAP_DEPTH_MAX = 50,
    FH_MAP_LINES_MAX = 50, /* of one sort, of one touchpoint */
    FH_MAP_ID_MAX = 60,
    FH_MAP_WORDS_MAX = 2000 /* bytes of one quoted text */
};

/* ---- The model ------------------------------------------------------------------------ */

typedef enum fh_map_when { FH_MAP_BEFORE, FH_MAP_DURING, FH_MAP_AFTER } fh_map_when;

/* Which row of the grid; FRONT is above the line of visibility, BACK below. */
typedef enum fh_map_lane { FH_MAP_CUSTOMER, FH_MAP_FRONT, FH_MAP_BACK } fh_map_lane;

typedef struct fh_map_behaviour {
    fh_str role, text;
} fh_map_behaviour;

typedef struct fh_map_promise {
    fh_str text;
    int64_t within_ms; /* from the touchpoint before it to this one; 0: no time is said */
} fh_map_promise;

/* What must never happen at a touchpoint (each time that it comes is looked at):
 *
 *     never "WORDS"                         nothing can check it but people
 *     never "WORDS" within 7d after ID      it comes so soon after that touchpoint, the last of
 *                                           these counts; ID may be this one itself
 *     never "WORDS" after ID                it comes after that touchpoint at all
 *     never "WORDS" before ID               that touchpoint comes, but only later
 *     never "WORDS" without ID              that touchpoint did not come before it
 *     never "WORDS" more than 3 times       the fourth in a story, and each one after it
 *     never "WORDS" more than 3 times within 7d    the fourth within that time
 *     never "WORDS" outcome "X" over "CHANNEL" of "DEPARTMENT"    any of these, all that stand
 */
typedef enum fh_map_never_form {
    FH_NEVER_WORDS,
    FH_NEVER_AFTER,
    FH_NEVER_BEFORE,
    FH_NEVER_WITHOUT,
    FH_NEVER_TIMES,
    FH_NEVER_WHERE
} fh_map_never_form;

typedef struct fh_map_never {
    fh_str text;
    fh_map_never_form form;
    fh_str other;                        /* AFTER, BEFORE, WITHOUT: id of a touchpoint */
    int64_t within_ms;                   /* AFTER, TIMES; 0: however long */
    uint32_t times;                      /* TIMES: so many are well */
    fh_str outcome, channel, department; /* WHERE: one at least; empty: any */
} fh_map_never;
enum { FH_MAP_TIMES_MAX = 1000 };

/* Interactions that are this touchpoint. `name` is compared without regard to case; a `*` at
 * its end means "begins so". */
typedef struct fh_map_match {
    fh_str name, channel, department; /* channel, department empty: any */
} fh_map_match;

/* A line of the text each, in this order; only the first is required. */
typedef struct fh_map_touchpoint {
    fh_str id, name;             /* touchpoint ID "NAME" */
    fh_map_lane lane;            /* lane customer|front|back; left out: by `from` and `to` */
    fh_str from, to;             /* from "WHO" to "WHO"; `customer` for the customer; `to` left out:
                                    an action, not a communication. "customer" stands for customer */
    fh_str channel;              /* ... over "CHANNEL" */
    fh_str place;                /* place "WHERE": where the customer is; may be empty */
    int64_t length_ms;           /* length 20m (m, h, d, w): how long it takes the customer;
                                    0: not said */
    fh_str owner;                /* owner "NAME": person or department; empty: nobody's */
    fh_str ask;                  /* ask "NAME": whom to ask; may be empty */
    int feels;                   /* feels 1..5 "WORDS": intended experience; 0: not said */
    fh_str intended;             /* its words; may be empty */
    fh_str note;                 /* note "WORDS" */
    fh_map_behaviour *behaviour; /* behave "ROLE" "WORDS" */
    fh_map_promise *promise;     /* promise "WORDS" within 2d (m, h, d, w) */
    fh_map_never *never;         /* never "WORDS" RULE */
    fh_str *holds, *needs;       /* holds "INFORMATION", needs "INFORMATION" */
    fh_str *system;              /* system "NAME" */
    fh_map_match *match; /* match "NAME", "BEGIN*" over "CHANNEL" of "DEPARTMENT"; none: its name */
    fh_str unseen;       /* unseen "WHY": no data tells of it; not held against stories */
    fh_str not_walkable, instead; /* walk no "WHY" instead "WHAT": cannot be walked */
    uint32_t n_behaviours, n_promises, n_nevers, n_holds, n_needs, n_systems, n_matches;
    bool lane_said; /* false: `lane` is what follows from `from` and `to` */
    bool is_unseen, is_not_walkable;
    uint32_t stage;
    uint32_t line; /* of the text; 0: not read from one */
} fh_map_touchpoint;

typedef enum fh_map_op {
    FH_MAP_TOUCHPOINT,
    FH_MAP_SEQUENCE,
    FH_MAP_CHOICE,
    FH_MAP_ANY_ORDER,
    FH_MAP_REPEAT,
    FH_MAP_OPTIONAL /* what is in it, in sequence, or nothing */
} fh_map_op;

/* The flow, as fh_tree_node: parents first, children of i from i + 1 to step[i].end. Every
 * stage has its own, from fh_map_stage.step on, in sequence. */
typedef struct fh_map_step {
    fh_map_op op;
    uint32_t touchpoint; /* of a touchpoint */
    uint32_t end;
} fh_map_step;

typedef struct fh_map_stage {
    fh_str id, name; /* stage ID "NAME" before|during|after */
    fh_map_when when;
    uint32_t step, end; /* its steps: step[step .. end - 1]; may be none */
    uint32_t line;
} fh_map_stage;

typedef struct fh_map {
    fh_str id, title, goal, owner, note; /* goal: in the customer's words */
    fh_map_stage *stage;
    fh_map_step *step;
    fh_map_touchpoint *touchpoint; /* in the order of the text */
    uint32_t n_stages, n_steps, n_touchpoints;
} fh_map;

/* ---- Text -------------------------------------------------------------------------------- */

/* FH_FORMAT tells line and column, what was expected and the remedy; FH_LIMIT. In the arena
 * (texts are copied). */
FH_API FH_MUST_CHECK fh_status fh_map_parse(fh_str text, fh_arena *arena, fh_map *out,
                                            fh_error *err);
/* The one canonical text. FH_NOMEM; FH_LIMIT: longer than may be read. */
FH_API FH_MUST_CHECK fh_status fh_map_print(const fh_map *map, fh_buf *out, fh_error *err);
/* A never-rule as it stands behind its words; nothing when nothing checks it. */
FH_API void fh_map_print_rule(const fh_map_never *never, fh_buf *out);
/* What the parser would refuse in a map made otherwise: ids twice, empty blocks and names,
 * texts too long, never-rules that name no touchpoint. */
FH_API FH_MUST_CHECK fh_status fh_map_check(const fh_map *map, fh_error *err);

/* A map of a discovered tree: one stage, a touchpoint for each label, matched by its name. */
FH_API FH_MUST_CHECK fh_status fh_map_of_tree(const fh_tree *tree, fh_str id, fh_str title,
                                              fh_arena *arena, fh_map *out, fh_error *err);
/* The tree that stories are held against; labels are ids of touchpoints. What is unseen is
 * left out. In the arena. */
FH_API FH_MUST_CHECK fh_status fh_map_tree(const fh_map *map, fh_arena *arena, fh_tree *out,
                                           fh_error *err);

/* ---- Which touchpoint an interaction is ----------------------------------------------------- */

#define FH_MAP_NONE UINT32_MAX
/* Index of the touchpoint; FH_MAP_NONE. The most particular match counts: whole names before
 * beginnings, longer beginnings first, then those with a channel, then with a department,
 * then the first in the map. Empty channel or department: not known, so no match that asks
 * for one. What is unseen is never found. Case: of ASCII letters. */
FH_API uint32_t fh_map_find(const fh_map *map, fh_str name, fh_str channel, fh_str department);

/* ---- Editing: one change, told so that two people's changes go together ------------- */

typedef enum fh_map_change_op {
    FH_MAP_SET, /* field `field` of `id` to `value` (lists: value is JSON-free lines, see below) */
    FH_MAP_ADD, /* a touchpoint or stage `id` named `value`, before `before`, else at the end of
                   `in` */
    FH_MAP_REMOVE, /* touchpoint or stage with all that is in it */
    FH_MAP_MOVE,   /* touchpoint or stage `id` before `before`, else to the end of stage `in` */
    FH_MAP_GROUP,  /* touchpoint `id` and what follows up to `before` (same block) as block `value`
                    */
    FH_MAP_UNGROUP /* the block around touchpoint `id` is taken away, what is in it stays */
} fh_map_change_op;

/* `field`: the word of its line (name, from, to, over, place, length, owner, ask, feels,
 * intended, note, behave, promise, never, holds, needs, system, match, unseen, walk, instead,
 * lane, when, goal, title). Lines of which there may be several are set together: `value` is those
 * lines as they stand in the text. `id` empty: the journey itself. */
typedef struct fh_map_change {
    fh_map_change_op op;
    fh_str id, field, value, before, in;
    fh_str was; /* SET: what the value was when it was edited; has_was: refuse if it is not that */
    bool has_was;
} fh_map_change;

/* The map with the change made; in the arena; `map` stays as it is and lends its texts.
 * FH_NOT_FOUND: id, before or in is not there; FH_CONFLICT: somebody changed the value
 * meanwhile (the message quotes it), or the id is taken; FH_INVALID. */
FH_API FH_MUST_CHECK fh_status fh_map_apply(const fh_map *map, const fh_map_change *change,
                                            fh_arena *arena, fh_map *out, fh_error *err);
/* The value of a field as SET takes it, appended. FH_NOT_FOUND: no such id or field. */
FH_API FH_MUST_CHECK fh_status fh_map_value(const fh_map *map, fh_str id, fh_str field, fh_buf *out,
                                            fh_error *err);

/* ---- Comparing versions ------------------------------------------------------------- */

typedef enum fh_map_difference_sort {
    FH_MAP_ADDED,
    FH_MAP_REMOVED,
    FH_MAP_RENAMED,
    FH_MAP_CHANGED, /* field before -> after */
    FH_MAP_MOVED    /* to another stage, or its order or block changed */
} fh_map_difference_sort;

typedef struct fh_map_difference {
    fh_map_difference_sort sort;
    fh_str id;    /* of journey (empty), stage or touchpoint */
    fh_str name;  /* as it is now, or was last */
    fh_str field; /* of CHANGED */
    fh_str before, after;
} fh_map_difference;

/* In the order of the newer map; what was removed last. In the arena. */
FH_API FH_MUST_CHECK fh_status fh_map_diff(const fh_map *before, const fh_map *after,
                                           fh_arena *arena, fh_map_difference **out, size_t *n,
                                           fh_error *err);

/* ---- Walking through it ---------------------------------------------------------------- */

/* When each touchpoint begins for who goes through the journey, by the lengths that are said:
 * of a choice the longest counts, what may be left out or repeated counts once. The length of
 * all of it. `begins_ms` [n_touchpoints] may be NULL. */
FH_API int64_t fh_map_lengths(const fh_map *map, int64_t *begins_ms);
/* The storyboard: part by part in the customer's order, with channel, place, length (and so far),
 * intended experience, behaviour and promises, for people to read. `arena`: for scratch memory. */
FH_API FH_MUST_CHECK fh_status fh_map_print_walk(const fh_map *map, fh_arena *arena, fh_buf *out,
                                                 fh_error *err);

/* ---- Other programs' maps, and pictures --------------------------------------------- */

/* CJML 2.0 XML (a planned journey; read by name, not by position) and Mermaid `journey` text.
 * What the other form cannot say is left out; what a reader does not know is passed over and
 * counted in *n_passed. */
FH_API FH_MUST_CHECK fh_status fh_map_print_cjml(const fh_map *map, fh_buf *out, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_map_parse_cjml(fh_str xml, fh_arena *arena, fh_map *out,
                                                 size_t *n_passed, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_map_print_mermaid(const fh_map *map, fh_buf *out, fh_error *err);
FH_API FH_MUST_CHECK fh_status fh_map_parse_mermaid(fh_str text, fh_arena *arena, fh_map *out,
                                                    size_t *n_passed, fh_error *err);

/* What happened at a touchpoint, for the picture: customers, of fh_map_lived.customers. */
typedef struct fh_map_lived_at {
    uint64_t completed, missing, ad_hoc, out_of_order, failing;
    double score; /* lived experience, 1 to 5; 0: nobody said */
} fh_map_lived_at;
typedef struct fh_map_lived {
    uint64_t customers;
    const fh_map_lived_at *at; /* [n_touchpoints] */
} fh_map_lived;
/* The grid as one SVG: stages x lanes, line of visibility, cards, emotion line; title and
 * description for those who do not see it. `lived` NULL: as intended only. */
FH_API FH_MUST_CHECK fh_status fh_map_draw(const fh_map *map, const fh_map_lived *lived,
                                           fh_buf *out, fh_error *err);

#ifdef __cplusplus
}
#endif

#endif
