/* align_test.c - process trees and exact alignment: by hand, against a naive oracle that knows
 * nothing of parts or unique labels, moves replayed, memory running out. */
#include "firsthand/journey.h"

#include "test.h"

#include <stdio.h>
#include <string.h>

enum { MOST_LABELS = 6, MOST_STORY = 7, NOBODY = MOST_LABELS };

/* ---- A naive oracle: the definition, with every cut and every share of the story ------ */

typedef struct costs {
    uint32_t missing[MOST_LABELS], ad_hoc[MOST_LABELS + 1]; /* the last: unknown */
} costs;

static uint32_t oracle(const fh_tree *t, uint32_t at, const uint32_t *s, uint32_t n,
                       const costs *c);

static uint32_t all_too_many(const uint32_t *s, uint32_t n, const costs *c)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += c->ad_hoc[s[i]];
    return sum;
}

/* Children from `at` on, one after the other. */
static uint32_t oracle_rest(const fh_tree *t, uint32_t at, uint32_t end, const uint32_t *s,
                            uint32_t n, const costs *c)
{
    if (at == end) return all_too_many(s, n, c);
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i <= n; i++) {
        const uint32_t one = oracle(t, at, s, i, c);
        if (one >= least) continue;
        const uint32_t sum = one + oracle_rest(t, t->node[at].end, end, s + i, n - i, c);
        if (sum < least) least = sum;
    }
    return least;
}

static uint32_t oracle_together(const fh_tree *t, uint32_t at, uint32_t end, const uint32_t *s,
                                uint32_t n, const costs *c)
{
    if (at == end) return all_too_many(s, n, c);
    uint32_t least = UINT32_MAX;
    for (uint32_t share = 0; share < 1u << n; share++) {
        uint32_t own[MOST_STORY], others[MOST_STORY], n_own = 0, n_others = 0;
        for (uint32_t i = 0; i < n; i++)
            if (share >> i & 1)
                own[n_own++] = s[i];
            else
                others[n_others++] = s[i];
        const uint32_t one = oracle(t, at, own, n_own, c);
        if (one >= least) continue;
        const uint32_t sum = one + oracle_together(t, t->node[at].end, end, others, n_others, c);
        if (sum < least) least = sum;
    }
    return least;
}

static uint32_t oracle_between(const fh_tree *t, uint32_t at, const uint32_t *s, uint32_t n,
                               const costs *c)
{
    uint32_t least = UINT32_MAX;
    for (uint32_t k = t->node[at + 1].end; k < t->node[at].end; k = t->node[k].end) {
        const uint32_t one = oracle(t, k, s, n, c);
        if (one < least) least = one;
    }
    return least;
}

static uint32_t oracle_repeat(const fh_tree *t, uint32_t at, const uint32_t *s, uint32_t n,
                              const costs *c)
{
    uint32_t least = oracle(t, at + 1, s, n, c);
    for (uint32_t i = 0; i <= n; i++)
        for (uint32_t j = i; j <= n; j++) {
            if (j == 0) continue; /* a round of nothing is never cheaper */
            const uint32_t sum =
                oracle(t, at + 1, s, i, c) + oracle_between(t, at, s + i, j - i, c);
            if (sum >= least) continue;
            const uint32_t all = sum + oracle_repeat(t, at, s + j, n - j, c);
            if (all < least) least = all;
        }
    return least;
}

static uint32_t oracle_touchpoint(const fh_tree_node *node, const uint32_t *s, uint32_t n,
                                  const costs *c)
{
    const uint32_t all = all_too_many(s, n, c);
    for (uint32_t i = 0; i < n; i++)
        if (s[i] == node->label) return all - c->ad_hoc[s[i]];
    return all + c->missing[node->label];
}

static uint32_t oracle(const fh_tree *t, uint32_t at, const uint32_t *s, uint32_t n, const costs *c)
{
    const fh_tree_node *node = &t->node[at];
    uint32_t least = UINT32_MAX;
    switch (node->op) {
    case FH_TREE_TOUCHPOINT: return oracle_touchpoint(node, s, n, c);
    case FH_TREE_NOTHING: return all_too_many(s, n, c);
    case FH_TREE_SEQUENCE: return oracle_rest(t, at + 1, node->end, s, n, c);
    case FH_TREE_TOGETHER: return oracle_together(t, at + 1, node->end, s, n, c);
    case FH_TREE_REPEAT: return oracle_repeat(t, at, s, n, c);
    case FH_TREE_CHOICE: break;
    }
    for (uint32_t k = at + 1; k < node->end; k = t->node[k].end) {
        const uint32_t one = oracle(t, k, s, n, c);
        if (one < least) least = one;
    }
    return least;
}

/* ---- Random trees --------------------------------------------------------------------- */

/* Names in order, or (`again`) any of them. */
static void put_random(fh_buf *out, uint32_t *next, uint32_t last, bool again, uint32_t depth)
{
    static const char *const ops[] = {"->", "X", "+", "*"};
    if (*next == last || depth > 3 || test_rand(4) == 0) {
        if (*next == last || test_rand(5) == 0)
            fh_buf_text(out, "tau");
        else
            fh_buf_printf(out, "'%c'", (char)('a' + (again ? test_rand(last) : *next)));
        *next += *next < last;
        return;
    }
    const uint32_t op = test_rand(4), n = op == 3 ? 2 + test_rand(2) : 1 + test_rand(3);
    fh_buf_printf(out, "%s( ", ops[op]);
    for (uint32_t k = 0; k < n; k++) {
        if (k) fh_buf_text(out, ", ");
        put_random(out, next, last, again, depth + 1);
    }
    fh_buf_text(out, " )");
}

static fh_tree parsed(fh_arena *arena, fh_str text)
{
    fh_tree t;
    fh_error err;
    if (fh_tree_parse(text, arena, &t, &err)) fail_msg("%.*s: %s", FH_STR_ARG(text), err.message);
    return t;
}

static fh_tree random_tree(fh_arena *arena, fh_buf *text, bool again)
{
    uint32_t next = 0;
    fh_buf_clear(text);
    put_random(text, &next, 1 + test_rand(MOST_LABELS), again, 0);
    return parsed(arena, fh_buf_view(text));
}

/* ---- Trees ---------------------------------------------------------------------------- */

static void what_is_printed_reads_back_the_same(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_buf text, printed;
    fh_buf_init(&text, test_allocator(), SIZE_MAX);
    fh_buf_init(&printed, test_allocator(), SIZE_MAX);
    for (int round = 0; round < 200; round++) {
        const fh_tree t = random_tree(arena, &text, false);
        fh_buf_clear(&printed);
        assert_status(fh_tree_print(&t, false, &printed, NULL), FH_OK);
        assert_true(fh_str_eq(fh_buf_view(&printed), fh_buf_view(&text)));
    }
    const fh_tree quoted = parsed(arena, FH_STR(" ->('It''s',  X(tau,'b')  )\n"));
    fh_buf_clear(&printed);
    assert_status(fh_tree_print(&quoted, false, &printed, NULL), FH_OK);
    assert_str(fh_buf_view(&printed), "->( 'It''s', X( tau, 'b' ) )");
    fh_buf_free(&text);
    fh_buf_free(&printed);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void the_canonical_form_does_not_depend_on_the_order_of_choices(void **state)
{
    (void)state;
    static const char *const same[] = {"X( 'b', tau, *( 'a', 'd', 'c' ), +( 'f', 'e' ) )",
                                       "X( *( 'a', 'c', 'd' ), +( 'e', 'f' ), tau, 'b' )"};
    fh_arena *arena = fh_arena_new(test_allocator());
    for (size_t i = 0; i < COUNT(same); i++) {
        const fh_tree t = parsed(arena, fh_str_of(same[i]));
        fh_buf printed;
        fh_buf_init(&printed, test_allocator(), SIZE_MAX);
        assert_status(fh_tree_print(&t, true, &printed, NULL), FH_OK);
        assert_str(fh_buf_view(&printed), "X( 'b', *( 'a', 'c', 'd' ), +( 'e', 'f' ), tau )");
        fh_buf_free(&printed);
    }
    fh_arena_free(arena);
}

static void what_is_no_tree_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *tells;
    } wrong[] = {
        {"", "character 1"},
        {"->( 'a', )", "character 10"},
        {"->( 'a' 'b' )", "character 9"},
        {"'a' 'b'", "ended before"},
        {"X( 'a', 'b", "not closed"},
        {"*( 'a' )", "what comes between"},
        {"''", "no name"},
        {"taut", "ended before"},
    };
    fh_arena *arena = fh_arena_new(test_allocator());
    for (size_t i = 0; i < COUNT(wrong); i++) {
        fh_tree t;
        fh_error err = {0};
        assert_status(fh_tree_parse(fh_str_of(wrong[i].text), arena, &t, &err), FH_FORMAT);
        if (!strstr(err.message, wrong[i].tells)) fail_msg("%s: %s", wrong[i].text, err.message);
    }
    char deep[1000];
    for (size_t i = 0; i < sizeof deep - 2; i += 2) memcpy(deep + i, "X(", 2);
    fh_tree t;
    assert_status(fh_tree_parse((fh_str){deep, sizeof deep - 2}, arena, &t, NULL), FH_FORMAT);
    fh_arena_free(arena);
}

/* ---- Alignment ------------------------------------------------------------------------ */

static void by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *tree, *story;
        uint64_t cost;
    } known[] = {
        {"->( 'a', 'b', 'c' )", "abc", 0},
        {"->( 'a', 'b', 'c' )", "acb", 2},
        {"->( 'a', 'b', 'c' )", "", 3},
        {"->( 'a', X( 'b', tau ), 'c' )", "ac", 0},
        {"+( 'a', ->( 'b', 'c' ) )", "bac", 0},
        {"+( 'a', ->( 'b', 'c' ) )", "cab", 2},
        {"*( 'a', 'b' )", "ababa", 0},
        {"*( 'a', 'b' )", "abab", 1},
        {"*( 'a', tau )", "aaaa", 0},
        {"*( tau, 'a', 'b' )", "abba", 0},
        {"'a'", "azza", 3},
    };
    fh_arena *arena = fh_arena_new(test_allocator());
    for (size_t i = 0; i < COUNT(known); i++) {
        const fh_tree t = parsed(arena, fh_str_of(known[i].tree));
        fh_aligner *a = NULL;
        uint32_t story[10];
        uint64_t cost = 99;
        const size_t n = strlen(known[i].story);
        for (size_t k = 0; k < n; k++) {
            story[k] = FH_ALIGN_UNKNOWN;
            for (uint32_t l = 0; l < t.n_labels; l++)
                if (t.label[l].ptr[0] == known[i].story[k]) story[k] = l;
        }
        assert_status(fh_aligner_new(test_allocator(), &t, NULL, &a, NULL), FH_OK);
        assert_status(fh_align_cost(a, story, n, &cost, NULL), FH_OK);
        if (cost != known[i].cost)
            fail_msg("%s with %s costs %d", known[i].tree, known[i].story, (int)cost);
        fh_aligner_free(a);
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void random_costs(costs *c, bool unit)
{
    for (size_t i = 0; i < MOST_LABELS; i++) c->missing[i] = unit ? 1 : 1 + test_rand(4);
    for (size_t i = 0; i <= MOST_LABELS; i++) c->ad_hoc[i] = unit ? 1 : 1 + test_rand(4);
}

/* Completed and missing ones, in order, must be a word of the tree; the others and the missing
 * ones must cost what was told. */
static void replay(const fh_tree *t, const costs *c, const uint32_t *story, uint32_t n,
                   const fh_alignment *found)
{
    uint32_t word[100], len = 0;
    uint64_t paid = 0;
    size_t m = 0;
    static const costs unit = {{1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1}};
    for (uint32_t i = 0; i <= n; i++) {
        for (; m < found->n_missing && found->missing[m].before == i; m++) {
            paid += c->missing[found->missing[m].label];
            word[len++] = found->missing[m].label;
        }
        if (i == n) break;
        if (found->completed[i])
            word[len++] = story[i];
        else
            paid += c->ad_hoc[story[i] < t->n_labels ? story[i] : MOST_LABELS];
    }
    assert_int_equal(m, found->n_missing);
    assert_int_equal(paid, found->cost);
    if (len <= MOST_STORY) assert_int_equal(oracle(t, 0, word, len, &unit), 0);
}

static uint32_t random_story(const fh_tree *t, uint32_t most, uint32_t *story, uint32_t *known)
{
    const uint32_t n = test_rand(most + 1);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t l = test_rand(t->n_labels + 1);
        story[k] = l < t->n_labels ? l : FH_ALIGN_UNKNOWN;
        known[k] = l < t->n_labels ? l : NOBODY;
    }
    return n;
}

/* What is together as one machine, or (`parts`) by its parts. */
static fh_aligner *new_aligner(const fh_tree *t, const costs *c, bool parts)
{
    fh_aligner *a = NULL;
    const fh_align_options options = {c->missing, c->ad_hoc, c->ad_hoc[MOST_LABELS], 0, parts};
    assert_status(fh_aligner_new(test_allocator(), t, &options, &a, NULL), FH_OK);
    return a;
}

/* As it was, its beginning, or with another end. */
static uint32_t same_beginning(const fh_tree *t, uint32_t most, uint32_t n, uint32_t *story,
                               uint32_t *known)
{
    const uint32_t same = test_rand(n + 1);
    return same + random_story(t, most - same, story + same, known + same);
}

static void has_missing(const fh_alignment *want, const uint32_t *both, size_t n_both,
                        const uint32_t *own, size_t n_own, uint32_t n_labels)
{
    assert_int_equal(n_both + n_own, want->n_missing);
    for (uint32_t l = 0; l < n_labels; l++) {
        size_t n = 0;
        for (size_t i = 0; i < n_both; i++) n += both[i] == l;
        for (size_t i = 0; i < n_own; i++) n += own[i] == l;
        for (size_t i = 0; i < want->n_missing; i++) n -= want->missing[i].label == l;
        assert_int_equal(n, 0);
    }
}

/* What is told of a story and of its first n_was at once is what is told of each. */
static void grows_as_each(const fh_tree *t, fh_aligner *a, const uint32_t *story, size_t n_was,
                          size_t n, fh_arena *arena)
{
    fh_align_grown g;
    fh_alignment was, is;
    assert_status(fh_align_grow(a, story, n_was, n, arena, &g, NULL), FH_OK);
    assert_status(fh_align_moves(a, story, n_was, arena, &was, NULL), FH_OK);
    assert_status(fh_align_moves(a, story, n, arena, &is, NULL), FH_OK);
    assert_int_equal(g.cost_was, was.cost);
    assert_int_equal(g.cost, is.cost);
    assert_int_equal(g.at_most_was, was.at_most);
    assert_int_equal(g.at_most, is.at_most);
    assert_true(g.same <= n_was);
    assert_memory_equal(g.completed, is.completed, n);
    assert_memory_equal(g.completed, was.completed, g.same);
    assert_memory_equal(g.completed_was, was.completed + g.same, n_was - g.same);
    has_missing(&was, g.missing_both, g.n_missing_both, g.missing_was, g.n_missing_was,
                t->n_labels);
    has_missing(&is, g.missing_both, g.n_missing_both, g.missing, g.n_missing, t->n_labels);
}

/* So many pairs of a random tree and a random story; every other begins as the one before. */
static void hold_against_the_oracle(uint64_t pairs)
{
    enum { OF_A_TREE = 4 };
    fh_buf text;
    fh_buf_init(&text, test_allocator(), SIZE_MAX);
    for (uint64_t round = 0; round < pairs / OF_A_TREE; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_tree t = random_tree(arena, &text, round % 3 == 2);
        costs c;
        random_costs(&c, round & 1);
        fh_aligner *a = new_aligner(&t, &c, round & 2);
        uint32_t story[MOST_STORY], known[MOST_STORY], n = 0;
        for (int i = 0; i < OF_A_TREE; i++) {
            n = i % 2 ? same_beginning(&t, 5, n, story, known) : random_story(&t, 5, story, known);
            fh_alignment found;
            uint64_t cost;
            assert_status(fh_align_moves(a, story, n, arena, &found, NULL), FH_OK);
            assert_status(fh_align_cost(a, story, n, &cost, NULL), FH_OK);
            const uint32_t least = oracle(&t, 0, known, n, &c);
            if (found.cost != least || cost != least || found.at_most)
                fail_msg("%.*s: %u and %u instead of %u", FH_STR_ARG(fh_buf_view(&text)),
                         (unsigned)found.cost, (unsigned)cost, least);
            replay(&t, &c, story, n, &found);
            if (!n) assert_int_equal(fh_align_empty(a), least);
            if (i == 3) grows_as_each(&t, a, story, test_rand(n + 1), n, arena);
        }
        fh_aligner_free(a);
        fh_arena_free(arena);
    }
    fh_buf_free(&text);
}

static void costs_are_the_least_there_can_be_and_moves_can_be_replayed(void **state)
{
    (void)state;
    test_seed(7);
    hold_against_the_oracle(6000);
    assert_int_equal(test_blocks_live(), 0);
}

/* What an aligner keeps of one story changes nothing about the next, be they short or long. */
static void stories_that_begin_alike_come_to_the_same_one_by_one(void **state)
{
    (void)state;
    enum { LONG = 300, ROUNDS = 400 };
    static uint32_t story[LONG + 8], known[LONG + 8];
    fh_arena *arena = fh_arena_new(NULL);
    const fh_tree t = parsed(arena, FH_STR("->( 'a', *( X( 'b', +( 'c', 'd' ) ), 'e' ), 'f' )"));
    costs c;
    test_seed(3);
    random_costs(&c, false);
    fh_aligner *a = new_aligner(&t, &c, false);
    uint32_t n = 0;
    for (int i = 0; i < ROUNDS; i++) {
        fh_aligner *fresh = new_aligner(&t, &c, false);
        fh_alignment found, alone;
        n = same_beginning(&t, test_rand(3) ? n + 4 : LONG, n, story, known);
        if (n > LONG) n = LONG;
        assert_status(fh_align_moves(a, story, n, arena, &found, NULL), FH_OK);
        assert_status(fh_align_moves(fresh, story, n, arena, &alone, NULL), FH_OK);
        assert_int_equal(found.cost, alone.cost);
        assert_memory_equal(found.completed, alone.completed, n * sizeof *found.completed);
        assert_int_equal(found.n_missing, alone.n_missing);
        for (size_t m = 0; m < found.n_missing; m++) {
            assert_int_equal(found.missing[m].label, alone.missing[m].label);
            assert_int_equal(found.missing[m].before, alone.missing[m].before);
        }
        fh_aligner_free(fresh);
        grows_as_each(&t, a, story, n - test_rand(n < 5 ? n + 1 : 5), n, arena);
    }
    fh_aligner_free(a);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

/* ---- A second oracle: beginnings of words, letter by letter --------------------------- */

/* What of a tree is left to do; NULL: it cannot go on so. */
typedef struct rest {
    fh_tree_op op;
    uint32_t label;
    const struct rest *a, *b;
} rest;

static const rest done = {.op = FH_TREE_NOTHING};

static const rest *both(fh_arena *arena, fh_tree_op op, const rest *a, const rest *b)
{
    if (op == FH_TREE_CHOICE && (!a || !b)) return a ? a : b;
    if (!a || !b) return NULL;
    if (op != FH_TREE_CHOICE && op != FH_TREE_REPEAT && a == &done) return b;
    if (op != FH_TREE_CHOICE && op != FH_TREE_REPEAT && b == &done) return a;
    rest *r = FH_NEW(arena, rest);
    *r = (rest){op, 0, a, b};
    return r;
}

static const rest *rest_of(fh_arena *arena, const fh_tree *t, uint32_t at)
{
    const fh_tree_node *node = &t->node[at];
    if (node->op == FH_TREE_NOTHING) return &done;
    if (node->op == FH_TREE_TOUCHPOINT) {
        rest *r = FH_NEW(arena, rest);
        *r = (rest){FH_TREE_TOUCHPOINT, node->label, NULL, NULL};
        return r;
    }
    const fh_tree_op op = node->op == FH_TREE_REPEAT ? FH_TREE_CHOICE : node->op;
    const rest *first = rest_of(arena, t, at + 1), *others = NULL;
    for (uint32_t k = t->node[at + 1].end; k < node->end; k = t->node[k].end) {
        const rest *one = rest_of(arena, t, k);
        others = others ? both(arena, op, others, one) : one;
    }
    return others ? both(arena, node->op, first, others) : first;
}

static bool may_be_over(const rest *r)
{
    switch (r->op) {
    case FH_TREE_TOUCHPOINT: return false;
    case FH_TREE_NOTHING: return true;
    case FH_TREE_CHOICE: return may_be_over(r->a) || may_be_over(r->b);
    case FH_TREE_REPEAT: return may_be_over(r->a);
    case FH_TREE_SEQUENCE:
    case FH_TREE_TOGETHER: break;
    }
    return may_be_over(r->a) && may_be_over(r->b);
}

/* What is left after one more touchpoint. */
static const rest *after(fh_arena *m, const rest *r, uint32_t label)
{
    const rest *first, *second = NULL;
    switch (r->op) {
    case FH_TREE_TOUCHPOINT: return r->label == label ? &done : NULL;
    case FH_TREE_NOTHING: return NULL;
    case FH_TREE_CHOICE: return both(m, r->op, after(m, r->a, label), after(m, r->b, label));
    case FH_TREE_SEQUENCE:
        first = both(m, r->op, after(m, r->a, label), r->b);
        if (may_be_over(r->a)) second = after(m, r->b, label);
        return both(m, FH_TREE_CHOICE, first, second);
    case FH_TREE_TOGETHER:
        first = both(m, r->op, after(m, r->a, label), r->b);
        second = both(m, r->op, r->a, after(m, r->b, label));
        return both(m, FH_TREE_CHOICE, first, second);
    case FH_TREE_REPEAT: break;
    }
    const rest *again = both(m, FH_TREE_SEQUENCE, r->b, r);
    first = both(m, FH_TREE_SEQUENCE, after(m, r->a, label), both(m, FH_TREE_CHOICE, &done, again));
    if (may_be_over(r->a)) second = both(m, FH_TREE_SEQUENCE, after(m, r->b, label), r);
    return both(m, FH_TREE_CHOICE, first, second);
}

typedef struct looking {
    fh_arena *arena;
    const costs *c;
    const uint32_t *story;
    uint32_t n, n_labels, least;
    bool next[MOST_LABELS], may_end;
} looking;

/* `row`: what the first i of the story cost against the beginning that leaves `r`. */
static void look(looking *l, const rest *r, const uint32_t *row)
{
    uint32_t cheapest = row[0];
    for (uint32_t i = 0; i <= l->n; i++) cheapest = row[i] < cheapest ? row[i] : cheapest;
    if (cheapest > l->least) return;
    if (row[l->n] < l->least) {
        memset(l->next, 0, sizeof l->next);
        l->may_end = false;
        l->least = row[l->n];
    }
    const bool here = row[l->n] == l->least;
    if (here) l->may_end |= may_be_over(r);
    for (uint32_t k = 0; k < l->n_labels; k++) {
        const rest *left = after(l->arena, r, k);
        if (!left) continue;
        if (here && row[l->n] == l->least) l->next[k] = true;
        uint32_t more[MOST_STORY + 1];
        for (uint32_t i = 0; i <= l->n; i++) {
            more[i] = row[i] + l->c->missing[k];
            if (!i) continue;
            if (l->story[i - 1] == k && row[i - 1] < more[i]) more[i] = row[i - 1];
            const uint32_t one_more = more[i - 1] + l->c->ad_hoc[l->story[i - 1]];
            if (one_more < more[i]) more[i] = one_more;
        }
        look(l, left, more);
    }
}

static void a_journey_that_goes_on_is_held_against_beginnings_only(void **state)
{
    (void)state;
    test_seed(11);
    fh_buf text;
    fh_buf_init(&text, test_allocator(), SIZE_MAX);
    for (int round = 0; round < 3000; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_tree t = random_tree(arena, &text, round % 3 == 2);
        costs c;
        random_costs(&c, round & 1);
        fh_aligner *a = new_aligner(&t, &c, round & 2);
        uint32_t story[MOST_STORY], known[MOST_STORY], row[MOST_STORY + 1] = {0};
        const uint32_t n = random_story(&t, 4, story, known);
        for (uint32_t i = 0; i < n; i++) row[i + 1] = row[i] + c.ad_hoc[known[i]];
        looking l = {arena, &c, known, n, t.n_labels, row[n], {false}, false};
        look(&l, rest_of(arena, &t, 0), row);
        fh_unfinished found;
        assert_status(fh_align_unfinished(a, story, n, arena, &found, NULL), FH_OK);
        bool next[MOST_LABELS] = {false};
        for (uint32_t i = 0; i < found.n_next; i++) next[found.next[i]] = true;
        if (found.so_far.cost != l.least || found.may_end != l.may_end ||
            memcmp(next, l.next, sizeof next) != 0)
            fail_msg("%.*s: %u instead of %u, or what comes next", FH_STR_ARG(fh_buf_view(&text)),
                     (unsigned)found.so_far.cost, l.least);
        const rest *left = rest_of(arena, &t, 0);
        size_t m = 0;
        uint64_t paid = 0;
        for (uint32_t i = 0; i <= n; i++) {
            for (; m < found.so_far.n_missing && found.so_far.missing[m].before == i; m++) {
                left = after(arena, left, found.so_far.missing[m].label);
                assert_non_null(left);
                paid += c.missing[found.so_far.missing[m].label];
            }
            if (i == n) break;
            if (!found.so_far.completed[i])
                paid += c.ad_hoc[known[i]];
            else
                assert_non_null(left = after(arena, left, known[i]));
        }
        assert_int_equal(paid, found.so_far.cost);
        fh_aligner_free(a);
        fh_arena_free(arena);
    }
    fh_buf_free(&text);
    assert_int_equal(test_blocks_live(), 0);
}

static void what_is_too_much_to_try_out_says_at_most(void **state)
{
    (void)state;
    enum { LONG = 60 };
    fh_arena *arena = fh_arena_new(NULL);
    const fh_tree t =
        parsed(arena, FH_STR("+( *( ->( 'a', 'b' ), tau ), *( ->( 'a', 'c' ), tau ) )"));
    uint32_t story[LONG], bad = 0;
    costs c;
    random_costs(&c, true);
    fh_aligner *a = new_aligner(&t, &c, false);
    for (uint32_t i = 0; i < LONG; i++) story[i] = i % 3;
    fh_alignment found;
    assert_status(fh_align_moves(a, story, LONG, arena, &found, NULL), FH_OK);
    assert_true(found.at_most && fh_align_at_most(a));
    assert_true(found.cost >= LONG / 3 - 2); /* an a for each b and c, but every third is one */
    for (uint32_t i = 0; i < LONG; i++) bad += !found.completed[i];
    assert_int_equal(bad + found.n_missing, found.cost);
    uint64_t cost;
    assert_status(fh_align_cost(a, story, 3, &cost, NULL), FH_OK);
    assert_int_equal(cost, 1);
    assert_false(fh_align_at_most(a));
    fh_aligner_free(a);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void a_story_too_long_for_the_memory_is_refused_and_the_next_is_not(void **state)
{
    (void)state;
    enum { LONG = 3000 };
    static uint32_t story[LONG];
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_tree t = parsed(arena, FH_STR("*( +( 'a', ->( 'b', 'c' ) ), tau )"));
    const fh_align_options options = {.memory = 1 << 20, .most_flat = 1};
    fh_aligner *a = NULL;
    uint64_t cost = 0;
    for (uint32_t i = 0; i < LONG; i++) story[i] = i % 2;
    assert_status(fh_aligner_new(test_allocator(), &t, &options, &a, NULL), FH_OK);
    assert_status(fh_align_cost(a, story, LONG, &cost, NULL), FH_LIMIT);
    assert_status(fh_align_cost(a, story, 100, &cost, NULL), FH_OK);
    assert_int_equal(cost, 50);
    fh_aligner_free(a);
    fh_arena_free(arena);
}

static fh_status align_once(void *ctx)
{
    const fh_tree *t = ctx;
    static const uint32_t story[] = {0, 2, 1, 3, 0, FH_ALIGN_UNKNOWN, 2};
    fh_aligner *a = NULL;
    fh_alignment found;
    fh_align_grown grown;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_status status = fh_aligner_new(test_allocator(), t, NULL, &a, NULL);
    if (status == FH_OK) status = fh_align_moves(a, story, COUNT(story), arena, &found, NULL);
    if (status == FH_OK)
        status = fh_align_grow(a, story, COUNT(story) / 2, COUNT(story), arena, &grown, NULL);
    fh_unfinished open;
    if (status == FH_OK) status = fh_align_unfinished(a, story, COUNT(story), arena, &open, NULL);
    fh_aligner_free(a);
    fh_arena_free(arena);
    return status;
}

static fh_status parse_once(void *ctx)
{
    (void)ctx;
    fh_tree t;
    fh_buf out;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_buf_init(&out, test_allocator(), SIZE_MAX);
    fh_status status = fh_tree_parse(FH_STR("X( 'b', +( 'd', 'c' ), tau )"), arena, &t, NULL);
    if (status == FH_OK) status = fh_tree_print(&t, true, &out, NULL);
    fh_buf_free(&out);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_tree t = parsed(arena, FH_STR("->( 'a', *( +( 'b', X( 'c', tau ) ), 'd', tau ), 'e' )"));
    test_oom(align_once, &t);
    t = parsed(arena, FH_STR("->( +( ->( 'a', 'b' ), X( 'b', 'c' ) ), +( 'd', *( 'a', 'd' ) ) )"));
    test_oom(align_once, &t);
    test_oom(parse_once, NULL);
    fh_arena_free(arena);
}

/* ---- Ways of real logs ------------------------------------------------------------------ */

static bool takes(const fh_tree *t, uint32_t at, const uint32_t *w, uint32_t n, fh_arena *arena);

static bool has(const fh_tree *t, uint32_t at, uint32_t label)
{
    for (uint32_t k = at; k < t->node[at].end; k++)
        if (t->node[k].op == FH_TREE_TOUCHPOINT && t->node[k].label == label) return true;
    return false;
}

/* Each child takes what is its own from the front. */
static bool takes_in_order(const fh_tree *t, uint32_t at, const uint32_t *w, uint32_t n,
                           fh_arena *arena)
{
    for (uint32_t k = at + 1; k < t->node[at].end; k = t->node[k].end) {
        uint32_t own = 0;
        while (own < n && has(t, k, w[own])) own++;
        if (!takes(t, k, w, own, arena)) return false;
        w += own;
        n -= own;
    }
    return n == 0;
}

static bool takes_together(const fh_tree *t, uint32_t at, const uint32_t *w, uint32_t n,
                           fh_arena *arena)
{
    uint32_t *own = FH_NEW_ARRAY(arena, uint32_t, n + (size_t)1), all = 0;
    for (uint32_t k = at + 1; k < t->node[at].end; k = t->node[k].end) {
        uint32_t n_own = 0;
        for (uint32_t i = 0; i < n; i++)
            if (has(t, k, w[i])) own[n_own++] = w[i];
        if (!takes(t, k, own, n_own, arena)) return false;
        all += n_own;
    }
    return all == n;
}

/* From `i` on, whatever beginning child k takes is marked where it ends. */
static void mark_ends(const fh_tree *t, uint32_t k, const uint32_t *w, uint32_t n, uint32_t i,
                      bool *ends, fh_arena *arena)
{
    for (uint32_t j = i;; j++) {
        if (!ends[j] && takes(t, k, w + i, j - i, arena)) ends[j] = true;
        if (j == n || !has(t, k, w[j])) return;
    }
}

static bool takes_repeat(const fh_tree *t, uint32_t at, const uint32_t *w, uint32_t n,
                         fh_arena *arena)
{
    bool *ended = FH_NEW_ARRAY(arena, bool, n + (size_t)1);   /* the first child was the last */
    bool *between = FH_NEW_ARRAY(arena, bool, n + (size_t)1); /* it is its turn */
    memset(ended, 0, n + (size_t)1);
    memset(between, 0, n + (size_t)1);
    between[0] = true;
    for (uint32_t i = 0; i <= n; i++) {
        const bool turn = between[i];
        if (turn) mark_ends(t, at + 1, w, n, i, ended, arena);
        if (!ended[i]) continue;
        for (uint32_t k = t->node[at + 1].end; k < t->node[at].end; k = t->node[k].end)
            mark_ends(t, k, w, n, i, between, arena);
        if (!turn && between[i]) mark_ends(t, at + 1, w, n, i, ended, arena);
    }
    return ended[n];
}

/* Whether w[n] is a word of a tree that has each name once: the definition again. */
static bool takes(const fh_tree *t, uint32_t at, const uint32_t *w, uint32_t n, fh_arena *arena)
{
    switch (t->node[at].op) {
    case FH_TREE_TOUCHPOINT: return n == 1 && w[0] == t->node[at].label;
    case FH_TREE_NOTHING: return n == 0;
    case FH_TREE_SEQUENCE: return takes_in_order(t, at, w, n, arena);
    case FH_TREE_TOGETHER: return takes_together(t, at, w, n, arena);
    case FH_TREE_REPEAT: return takes_repeat(t, at, w, n, arena);
    case FH_TREE_CHOICE: break;
    }
    for (uint32_t k = at + 1; k < t->node[at].end; k = t->node[k].end)
        if (takes(t, k, w, n, arena)) return true;
    return false;
}

enum { MOST_STEPS = 4000, MOST_LINE = 1 << 20, SHORT = 6 };

/* Names between tabs, as labels. */
static uint32_t read_way(const fh_tree *t, char *line, uint32_t *story)
{
    uint32_t n = 0;
    for (char *at = line, *next; at; at = next) {
        next = strchr(at, '\t');
        if (next) *next++ = 0;
        uint32_t l = 0;
        while (l < t->n_labels && !fh_str_eq(t->label[l], fh_str_of(at))) l++;
        assert_true(n < MOST_STEPS);
        story[n++] = l < t->n_labels ? l : FH_ALIGN_UNKNOWN;
    }
    return n;
}

/* The moves project to the story (each of its interactions is completed or ad-hoc) and to a word
 * of the tree, and there are as many others as they cost. That it is a word is told by the other
 * machine, which goes by parts and finds nothing to move; of short ones by the definition, too,
 * which tries everything. */
static void replay_way(const fh_tree *t, fh_aligner *a, fh_aligner *parts, const uint32_t *story,
                       uint32_t n)
{
    static uint32_t word[2 * MOST_STEPS];
    fh_arena *arena = fh_arena_new(NULL);
    fh_alignment found;
    uint64_t paid = 0, lacks = 1;
    uint32_t len = 0;
    size_t m = 0;
    assert_status(fh_align_moves(a, story, n, arena, &found, NULL), FH_OK);
    assert_true(n + found.n_missing <= COUNT(word));
    for (uint32_t i = 0; i <= n; i++) {
        for (; m < found.n_missing && found.missing[m].before == i; m++, paid++)
            word[len++] = found.missing[m].label;
        if (i < n && found.completed[i]) word[len++] = story[i];
        paid += i < n && !found.completed[i];
    }
    assert_int_equal(m, found.n_missing);
    assert_int_equal(paid, found.cost);
    assert_status(fh_align_cost(parts, word, len, &lacks, NULL), FH_OK);
    assert_int_equal(lacks, 0);
    if (len <= SHORT) assert_true(takes(t, 0, word, len, arena));
    fh_arena_free(arena);
}

/* A file with a tree and, a line each, ways. */
static void replay_file(const char *path)
{
    static char line[MOST_LINE];
    static uint32_t story[MOST_STEPS];
    unsigned long ways = 0;
    fh_arena *arena = fh_arena_new(NULL);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    const fh_tree t = parsed(arena, fh_str_of(line));
    fh_aligner *a = NULL;
    fh_aligner *parts = NULL;
    assert_status(fh_aligner_new(NULL, &t, NULL, &a, NULL), FH_OK);
    assert_status(fh_aligner_new(NULL, &t, &(fh_align_options){.most_flat = 1}, &parts, NULL),
                  FH_OK);
    for (; fgets(line, sizeof line, f); ways++) {
        line[strcspn(line, "\n")] = 0;
        replay_way(&t, a, parts, story, read_way(&t, line, story));
    }
    fh_aligner_free(a);
    fh_aligner_free(parts);
    (void)fclose(f);
    fh_arena_free(arena);
    (void)printf("%lu ways: moves right\n", ways);
}

/* With a number: so many pairs against the oracle, and nothing else (make proof-align). With
 * `replay FILE`: the moves of these ways are replayed (tests/reference). */
int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "replay") == 0) {
        replay_file(argv[2]);
        return 0;
    }
    if (argc > 1) {
        uint64_t pairs = 0;
        for (const char *p = argv[1]; *p >= '0' && *p <= '9'; p++)
            pairs = 10 * pairs + (uint64_t)(*p - '0');
        test_seed(1);
        hold_against_the_oracle(pairs);
        (void)printf("%lu pairs of tree and story: costs and moves right\n", (unsigned long)pairs);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_reads_back_the_same),
        cmocka_unit_test(the_canonical_form_does_not_depend_on_the_order_of_choices),
        cmocka_unit_test(what_is_no_tree_is_told_with_its_place),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(costs_are_the_least_there_can_be_and_moves_can_be_replayed),
        cmocka_unit_test(stories_that_begin_alike_come_to_the_same_one_by_one),
        cmocka_unit_test(a_journey_that_goes_on_is_held_against_beginnings_only),
        cmocka_unit_test(what_is_too_much_to_try_out_says_at_most),
        cmocka_unit_test(a_story_too_long_for_the_memory_is_refused_and_the_next_is_not),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
