/* map_test.c - journey maps: read and printed by hand and at random, what cannot be read is
 * told with its place, trees and back, which touchpoint an interaction is, memory running
 * out. */
#include "maps.h"
#include "test.h"

#include "base/time.h"

static void a_map_that_says_everything_is_printed_as_it_was_read(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(maps_example, arena);
    assert_str(maps_text(&m, arena), maps_example);
    assert_status(fh_map_check(&m, NULL), FH_OK);
    assert_int_equal(m.n_stages, 4);
    assert_int_equal(m.n_touchpoints, 8);
    const fh_map_touchpoint *t = m.touchpoint;
    assert_str(m.title, "I renew my \"contract\"");
    assert_str(m.note, "A backslash: \\");
    assert_int_equal(t[0].lane, FH_MAP_FRONT);
    assert_false(t[0].lane_said);
    assert_int_equal(t[0].line, 7);
    assert_str(t[0].from, "Operations"); /* who initiates it, who receives it, over what */
    assert_str(t[0].to, "customer");
    assert_str(t[0].channel, "letter");
    assert_str(t[7].from, "Claims"); /* an action: nobody receives it */
    assert_int_equal(t[7].to.len, 0);
    assert_str(t[0].place, "At home");
    assert_int_equal(t[0].length_ms, 20 * 60000);
    assert_int_equal(t[1].length_ms, 0);
    assert_int_equal(t[0].promise[0].within_ms, INT64_C(60) * 86400000);
    assert_int_equal(t[0].n_matches, 3);
    assert_str(t[0].match[1].name, "renewal_*");
    assert_str(t[0].match[1].channel, "letter");
    assert_str(t[0].match[2].department, "Sales, north");
    assert_int_equal(t[1].lane, FH_MAP_CUSTOMER);
    assert_int_equal(t[2].lane, FH_MAP_FRONT);
    assert_true(t[2].lane_said);
    assert_true(t[3].is_unseen);
    assert_int_equal(t[3].feels, 0);
    assert_true(t[6].is_not_walkable);
    assert_str(t[6].instead, "Listen to five claims");
    assert_int_equal(t[7].lane, FH_MAP_BACK);
    assert_int_equal(t[7].stage, 3);
    assert_int_equal(m.stage[2].step, m.stage[2].end);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void order_blanks_comments_and_line_ends_do_not_matter(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read("\xef\xbb\xbf# mine\r\n\r\n\tjourney a \"A\" # one\r\n"
                               "note \"n\"\ngoal \"g\"\nstage s \"S\"\ntouchpoint t \"T\"\n"
                               "promise \"p\" within 2w\nover \"web\" from \"customer\"\n"
                               "to Sales\nowner \"O\"\ninstead \"i\"\nwalk no \"w\"",
                               arena);
    assert_str(maps_text(&m, arena), "journey a \"A\"\ngoal \"g\"\nnote \"n\"\n\n"
                                     "stage s \"S\" during\n  touchpoint t \"T\"\n"
                                     "    from customer to \"Sales\" over web\n    owner \"O\"\n"
                                     "    promise \"p\" within 14d\n"
                                     "    walk no \"w\" instead \"i\"\n");
    fh_arena_free(arena);
}

static void what_is_printed_is_read_as_the_same(void **state)
{
    (void)state;
    test_seed(61);
    for (int round = 0; round < 300; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_map m = maps_random(1 + test_rand(20), arena);
        fh_error err = {0};
        if (fh_map_check(&m, &err)) fail_msg("%s", err.message);
        const fh_str one = maps_text(&m, arena);
        const fh_map again = maps_read(one.ptr, arena);
        assert_true(fh_str_eq(one, maps_text(&again, arena)));
        assert_int_equal(m.n_steps, again.n_steps);
        fh_arena_free(arena);
    }
}

#define HEAD "journey a \"A\"\nstage s \"S\"\n"
/* What cannot be read, and how what is said of it begins. */
static const struct {
    const char *text, *says;
} bad[] = {
    {"", "line 1, column 1: here should be 'journey', but the text ends"},
    {"goal \"x\"", "line 1, column 1: here should be 'journey', not 'goal'"},
    {"journey \"A\"", "line 1, column 9: here should be the id of the journey, not \"A\""},
    {"journey Ab \"A\"", "line 1, column 9: 'Ab' is no id"},
    {"journey a--b \"A\"", "line 1, column 9: 'a--b' is no id"},
    {"journey a",
     "line 1, column 10: here should be the title of the journey in double quotes, but the "
     "text ends"},
    {"journey a \"\"", "line 1, column 11: the title of the journey is empty"},
    {"journey a \"ä\" x", "line 1, column 15: here should be the end of the line, not 'x'"},
    {"journey a \"A", "line 1, column 11: this text does not end"},
    {"journey a \"A\\n\"", "line 1, column 13: after a backslash stands \" or another"},
    {"journey a \"\xff\"", "line 1, column 12: byte ff is not text"},
    {"journey a \"A\"\n\ntouchpoint t \"T\"",
     "line 3, column 1: 'touchpoint' stands before the first stage"},
    {"journey a \"A\"\ngoal \"g\"\ngoal \"h\"", "line 3, column 6: the goal is said twice"},
    {HEAD "owner \"x\"", "line 3, column 1: 'owner' has no place here"},
    {HEAD "touchpiont t \"T\"", "line 3, column 1: here should be the word a line begins with"},
    {HEAD "stage s \"T\"", "line 3, column 7: 's' is already the id in line 2"},
    {HEAD "stage t \"T\" later",
     "line 3, column 13: here should be before, during or after, not 'later'"},
    {HEAD "end", "line 3, column 1: there is no block that could end here"},
    {HEAD "choice\nend", "line 4, column 1: nothing is in the block 'choice'"},
    {HEAD "choice\ntouchpoint t \"T\"\n",
     "line 5, column 1: here should be 'end' of the block that is open, but the text ends"},
    {HEAD "touchpoint t \"T\"\nfrom",
     "line 4, column 5: here should be who begins it, but the text ends"},
    {HEAD "touchpoint t \"T\"\nfrom \"a\" from \"b\"", "line 4, column 10: who begins it is"},
    {HEAD "touchpoint t \"T\"\nfeels 6", "line 4, column 7: here should be a number from 1"},
    {HEAD "touchpoint t \"T\"\npromise \"p\" within 30s",
     "line 4, column 20: here should be a span of time, not '30s'"},
    {HEAD "touchpoint t \"T\"\nlength 30s",
     "line 4, column 8: here should be a span of time, not '30s'"},
    {HEAD "touchpoint t \"T\"\nlength \"1h\"",
     "line 4, column 8: here should be a span of time, not \"1h\""},
    {HEAD "touchpoint t \"T\"\nlength 1h\nlength 2h", "line 5, column 8: the length is said twice"},
    {HEAD "touchpoint t \"T\"\nplace here", "line 4, column 7: here should be the place in"},
    {HEAD "touchpoint t \"T\"\nplace \"a\"\nplace \"b\"",
     "line 5, column 7: the place is said twice"},
    {HEAD "length 1h", "line 3, column 1: 'length' has no place here"},
    {HEAD "touchpoint t \"T\"\nlane up", "line 4, column 6: here should be customer, front or"},
    {HEAD "touchpoint t \"T\"\nmatch \"a\",", "line 4, column 11: here should be the name of"},
    {HEAD "touchpoint t \"T\"\nwalk yes", "line 4, column 6: here should be 'no' and why"},
    {HEAD "touchpoint t \"T\"\ntouchpoint t \"U\"", "line 4, column 12: 't' is already"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" sometimes",
     "line 4, column 11: here should be how it is checked, or the end of the line, not"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" within 2d",
     "line 4, column 20: here should be 'after' and the id of a touchpoint, but"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" within 2s after t",
     "line 4, column 18: here should be a span of time, not '2s'"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" after u\n", "line 4, column 17: 'u' is no touchpoint"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" without s", "line 4, column 19: 's' is no touchpoint"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" more than 0 times",
     "line 4, column 21: here should be a number from 1 to 1000, not '0'"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" more than 1001 times",
     "line 4, column 21: here should be a number from 1 to 1000"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" more than 3",
     "line 4, column 22: here should be times, but the text ends"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" over",
     "line 4, column 15: here should be the channel, but the text ends"},
    {HEAD "touchpoint t \"T\"\nnever \"n\" before t after t",
     "line 4, column 20: here should be the end of the line, not 'after'"},
};

static void what_cannot_be_read_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_error err = {0};
        fh_map m;
        assert_status(fh_map_parse(fh_str_of(bad[i].text), arena, &m, &err), FH_FORMAT);
        if (strncmp(err.message, bad[i].says, strlen(bad[i].says)) != 0)
            fail_msg("%s\nsays:   %s\nwanted: %s", bad[i].text, err.message, bad[i].says);
        fh_arena_free(arena);
    }
    assert_int_equal(test_blocks_live(), 0);
}

static void never_rules_are_read_as_they_are_meant(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(maps_example, arena);
    const fh_map_never *n = m.touchpoint[0].never;
    assert_int_equal(m.touchpoint[0].n_nevers, 9);
    assert_int_equal(n[0].form, FH_NEVER_WORDS);
    assert_int_equal(n[1].form, FH_NEVER_AFTER);
    assert_int_equal(n[1].within_ms, 7 * FH_DAY_MS);
    assert_str(n[1].other, "letter");
    assert_int_equal(n[2].form, FH_NEVER_AFTER);
    assert_int_equal(n[2].within_ms, 0);
    assert_int_equal(n[3].form, FH_NEVER_BEFORE);
    assert_str(n[3].other, "question");
    assert_int_equal(n[4].form, FH_NEVER_WITHOUT);
    assert_int_equal(n[5].form, FH_NEVER_TIMES);
    assert_int_equal(n[5].times, 3);
    assert_int_equal(n[6].within_ms, FH_DAY_MS * 3 / 2);
    assert_int_equal(n[7].form, FH_NEVER_WHERE);
    assert_str(n[7].outcome, "lost");
    assert_str(n[7].channel, "e-mail, newsletter");
    assert_str(n[7].department, "Sales, north");
    assert_str(n[8].channel, "phone");
    assert_int_equal(n[8].outcome.len, 0);
    fh_arena_free(arena);
}

static void a_word_that_is_nearly_right_is_recognised(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_error err = {0};
    fh_map m;
    const fh_str text = FH_STR(HEAD "touchpoint t \"T\"\nonwer \"x\"");
    assert_status(fh_map_parse(text, arena, &m, &err), FH_FORMAT);
    assert_string_equal(err.hint, "Did you mean 'owner'?");
    fh_arena_free(arena);
}

static void limits_are_kept(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    fh_buf buf;
    fh_map m;
    fh_buf_init(&buf, NULL, SIZE_MAX);
    fh_buf_text(&buf, HEAD);
    for (int i = 0; i < FH_MAP_DEPTH_MAX; i++) fh_buf_text(&buf, "choice\n");
    fh_buf_text(&buf, "touchpoint t \"T\"\n");
    for (int i = 0; i < FH_MAP_LINES_MAX; i++) fh_buf_text(&buf, "never \"x\"\n");
    const size_t good = buf.len;
    for (int i = 0; i < FH_MAP_DEPTH_MAX; i++) fh_buf_text(&buf, "end\n");
    assert_status(fh_map_parse(fh_buf_view(&buf), arena, &m, NULL), FH_OK);
    assert_status(fh_map_check(&m, NULL), FH_OK);
    buf.len = good;
    fh_buf_text(&buf, "never \"x\"\n");
    assert_status(fh_map_parse(fh_buf_view(&buf), arena, &m, NULL), FH_FORMAT);
    buf.len = strlen(HEAD);
    for (int i = 0; i <= FH_MAP_DEPTH_MAX; i++) fh_buf_text(&buf, "choice\n");
    assert_status(fh_map_parse(fh_buf_view(&buf), arena, &m, NULL), FH_FORMAT);
    buf.len = strlen(HEAD);
    for (int i = 0; i < FH_MAP_STAGES_MAX; i++) fh_buf_printf(&buf, "stage t%d \"x\"\n", i);
    assert_status(fh_map_parse(fh_buf_view(&buf), arena, &m, NULL), FH_FORMAT);
    buf.len = strlen(HEAD);
    for (int i = 0; i <= FH_MAP_TOUCHPOINTS_MAX; i++)
        fh_buf_printf(&buf, "touchpoint t%d \"x\"\n", i);
    assert_status(fh_map_parse(fh_buf_view(&buf), arena, &m, NULL), FH_FORMAT);
    fh_buf_free(&buf);
    fh_arena_free(arena);
}

/* One thing in the example that is not sound, of N_UNSOUND. */
enum { N_UNSOUND_PARTS = 12, N_UNSOUND = 20 };

static void break_part(fh_map *m, int i)
{
    switch (i) {
    case 0: m->touchpoint[1].id = m->touchpoint[0].id; break;
    case 1: m->touchpoint[1].id = m->stage[0].id; break;
    case 2: m->touchpoint[1].name = FH_STR("  "); break;
    case 3: m->touchpoint[1].owner = FH_STR("two\nlines"); break;
    case 4: m->touchpoint[0].match[0].name = FH_STR(""); break;
    case 5: m->touchpoint[0].lane = FH_MAP_BACK; break;
    case 6: m->touchpoint[4].stage = 0; break;
    case 7: m->step[0].touchpoint = 1; break;
    case 8: m->stage[1].step--; break;
    case 9: m->n_steps--; break;
    case 10: m->step[1].end = 2; break;
    case 11: m->touchpoint[3].unseen = FH_STR(""); break;
    }
}

static void break_rule(fh_map_never *never, int i)
{
    switch (i) {
    case 12: never[0].other = FH_STR("leave"); break;
    case 13: never[1].other = FH_STR("nowhere"); break;
    case 14: never[1].other = FH_STR("hear"); break;
    case 15: never[3].within_ms = FH_DAY_MS; break;
    case 16: never[5].times = 0; break;
    case 17: never[6].within_ms = 1; break;
    case 18: never[7].channel = FH_STR("two\nlines"); break;
    case 19: never[8].channel = FH_STR(""); break;
    }
}

static void an_unsound_map_is_refused(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    for (int i = 0; i < N_UNSOUND; i++) {
        fh_map m = maps_read(maps_example, arena);
        fh_tree tree;
        assert_status(fh_map_check(&m, NULL), FH_OK);
        if (i < N_UNSOUND_PARTS)
            break_part(&m, i);
        else
            break_rule(m.touchpoint[0].never, i);
        assert_status(fh_map_check(&m, NULL), FH_INVALID);
        assert_status(fh_map_tree(&m, arena, &tree, NULL), FH_INVALID);
    }
    fh_arena_free(arena);
}

/* ---- Trees ------------------------------------------------------------------------------- */

static fh_str tree_text(const fh_tree *tree, fh_arena *arena)
{
    fh_buf buf;
    fh_str text = {0};
    fh_buf_init(&buf, NULL, SIZE_MAX);
    assert_status(fh_tree_print(tree, false, &buf, NULL), FH_OK);
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &text));
    fh_buf_free(&buf);
    return text;
}

static void trees_of_maps_by_hand(void **state)
{
    (void)state;
#define T(id) "touchpoint " id " \"x\"\n"
#define U(id) T(id) "unseen \"x\"\n"
    static const struct {
        const char *steps, *tree;
    } known[] = {
        {"", "tau"},
        {T("a"), "'a'"},
        {U("a"), "tau"},
        {T("a") T("b") "stage t \"T\"\n" T("c"), "->( 'a', 'b', 'c' )"},
        {"choice\n" T("a") T("b") "end", "X( 'a', 'b' )"},
        {"choice\n" T("a") U("b") U("c") "end", "X( 'a', tau )"},
        {"choice\n" U("b") U("c") "end", "tau"},
        {"choice\nchoice\n" T("b") "end\nend", "'b'"},
        {"optional\n" T("a") T("b") "end", "X( ->( 'a', 'b' ), tau )"},
        {"optional\n" U("a") "end", "tau"},
        {"any-order\n" T("a") U("b") T("c") "end", "+( 'a', 'c' )"},
        {"repeat\n" T("a") "end", "*( 'a', tau )"},
        {"repeat\n" T("a") T("b") "end", "*( 'a', 'b' )"},
        {"repeat\n" T("a") U("b") U("c") T("d") "end", "*( 'a', tau, 'd' )"},
        {"repeat\n" U("a") T("b") "end", "*( tau, 'b' )"},
        {"repeat\n" U("a") U("b") "end\n" T("c"), "'c'"},
        {"repeat\nsequence\n" T("a") T("b") "end\n" T("c") "end", "*( ->( 'a', 'b' ), 'c' )"},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_str text;
        fh_tree tree;
        assert_true(fh_arena_format(arena, &text, HEAD "%s", known[i].steps));
        const fh_map m = maps_read(text.ptr, arena);
        assert_status(fh_map_tree(&m, arena, &tree, NULL), FH_OK);
        assert_str(tree_text(&tree, arena), known[i].tree);
        fh_arena_free(arena);
    }
}

static void maps_of_trees_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *tree, *again; /* NULL: the same */
    } known[] = {
        {"tau", NULL},
        {"'a'", NULL},
        {"->( 'a', 'b' )", NULL},
        {"X( 'a', 'b', tau )", "X( X( 'a', 'b' ), tau )"},
        {"X( ->( 'a', 'b' ), tau )", NULL},
        {"+( 'a', X( 'b', tau ) )", NULL},
        {"*( 'a', tau )", NULL},
        {"*( ->( 'a', 'b' ), 'c', 'd' )", NULL},
        {"*( 'a', tau, 'b' )", "*( 'a', X( 'b', tau ) )"},
        {"*( 'a', 'b', 'c', tau )", "*( 'a', X( 'b', tau ), 'c' )"},
        {"*( tau, 'b' )", "X( *( 'b', tau ), tau )"},
        {"*( tau, 'b', 'c' )", "X( *( X( 'b', 'c' ), tau ), tau )"},
        {"*( tau, tau )", "tau"},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_tree tree;
        fh_map m;
        assert_status(fh_tree_parse(fh_str_of(known[i].tree), arena, &tree, NULL), FH_OK);
        assert_status(fh_map_of_tree(&tree, FH_STR("j"), FH_STR("J"), arena, &m, NULL), FH_OK);
        assert_status(fh_map_tree(&m, arena, &tree, NULL), FH_OK);
        assert_str(tree_text(&tree, arena), known[i].again ? known[i].again : known[i].tree);
        fh_arena_free(arena);
    }
}

static void names_become_ids_that_are_each_there_once(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    static const char *const ids[] = {"ubergabe-fuss", "all-2", "touchpoint", "touchpoint-2",
                                      "its-5-eur",     "a",     "a-2"};
    fh_tree tree;
    fh_map m;
    assert_status(fh_tree_parse(FH_STR("->('Übergabe: Fuß', 'All', '购买', '退', "
                                       "'It''s 5 EUR!', 'A', 'a')"),
                                arena, &tree, NULL),
                  FH_OK);
    assert_status(fh_map_of_tree(&tree, FH_STR("j"), FH_STR(" J\n"), arena, &m, NULL), FH_OK);
    assert_str(m.title, "J");
    for (size_t i = 0; i < COUNT(ids); i++) assert_str(m.touchpoint[i].id, ids[i]);
    assert_int_equal(fh_map_find(&m, FH_STR("It's 5 EUR!"), FH_STR(""), FH_STR("")), 4);
    assert_status(fh_tree_parse(FH_STR("->('a', 'a')"), arena, &tree, NULL), FH_OK);
    assert_status(fh_map_of_tree(&tree, FH_STR("j"), FH_STR("J"), arena, &m, NULL), FH_CONFLICT);
    assert_status(fh_map_of_tree(&tree, FH_STR("J"), FH_STR("J"), arena, &m, NULL), FH_CONFLICT);
    fh_arena_free(arena);
}

static void put_tree(fh_buf *out, uint32_t depth, char *next)
{
    static const char *const ops[] = {"->", "X", "+", "*"};
    if (*next > 'h' || depth == 0 || !test_rand(3)) {
        if (*next > 'h' || !test_rand(5))
            fh_buf_text(out, "tau");
        else
            fh_buf_printf(out, "'%c'", (*next)++);
        return;
    }
    const uint32_t op = test_rand(4);
    fh_buf_printf(out, "%s(", ops[op]);
    for (uint32_t n = 2 + test_rand(2); n; n--) {
        put_tree(out, depth - 1, next);
        if (n > 1) fh_buf_char(out, ',');
    }
    fh_buf_char(out, ')');
}

static uint64_t cost_of(const fh_tree *tree, const char *story)
{
    fh_aligner *a = NULL;
    uint32_t labels[12];
    uint64_t cost = 0;
    size_t n = 0;
    for (; *story; story++, n++) {
        labels[n] = FH_ALIGN_UNKNOWN;
        for (uint32_t i = 0; i < tree->n_labels; i++)
            if (tree->label[i].ptr[0] == *story) labels[n] = i;
    }
    assert_status(fh_aligner_new(NULL, tree, NULL, &a, NULL), FH_OK);
    assert_status(fh_align_cost(a, labels, n, &cost, NULL), FH_OK);
    fh_aligner_free(a);
    return cost;
}

static void a_map_of_a_tree_asks_the_same_of_stories(void **state)
{
    (void)state;
    test_seed(62);
    for (int round = 0; round < 400; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_tree tree, again;
        fh_map m;
        fh_buf buf;
        char next = 'a';
        fh_buf_init(&buf, NULL, SIZE_MAX);
        put_tree(&buf, 4, &next);
        assert_status(fh_tree_parse(fh_buf_view(&buf), arena, &tree, NULL), FH_OK);
        assert_status(fh_map_of_tree(&tree, FH_STR("j"), FH_STR("J"), arena, &m, NULL), FH_OK);
        assert_status(fh_map_tree(&m, arena, &again, NULL), FH_OK);
        for (int k = 0; k < 10; k++) {
            char story[11] = {0};
            for (uint32_t i = test_rand(11); i; i--) story[i - 1] = (char)('a' + test_rand(8));
            if (cost_of(&tree, story) != cost_of(&again, story))
                fail_msg("%.*s of %s", FH_STR_ARG(fh_buf_view(&buf)), story);
        }
        fh_buf_free(&buf);
        fh_arena_free(arena);
    }
}

/* ---- Finding ------------------------------------------------------------------------------ */

static void the_most_particular_match_counts(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(HEAD "touchpoint a \"Call\"\n"
                                    "touchpoint b \"b\"\nmatch \"call*\", \"mail\"\n"
                                    "touchpoint c \"c\"\nmatch \"call back*\" over phone of North\n"
                                    "touchpoint d \"d\"\nmatch \"call back*\" over phone\n"
                                    "touchpoint e \"e\"\nmatch \"mail\"\n"
                                    "touchpoint f \"f\"\nmatch \"*\" of South\n"
                                    "touchpoint g \"g\"\nmatch \"*\" over phone\n"
                                    "touchpoint h \"Hidden\"\nunseen \"x\"\n",
                               arena);
    static const struct {
        const char *name, *channel, *department;
        uint32_t found;
    } known[] = {
        {"Call", "", "", 0},
        {"CALL", "phone", "South", 0},
        {"calls", "phone", "South", 1},
        {"call back, now", "Phone", "north", 2},
        {"call back, now", "phone", "", 3},
        {"call back, now", "", "", 1},
        {"mail", "", "", 1},
        {"b", "", "", FH_MAP_NONE},
        {"fax", "phone", "South", 6},
        {"fax", "", "South", 5},
        {"fax", "", "", FH_MAP_NONE},
        {"Hidden", "", "", FH_MAP_NONE},
        {"", "", "", FH_MAP_NONE},
    };
    for (size_t i = 0; i < COUNT(known); i++) {
        const uint32_t found =
            fh_map_find(&m, fh_str_of(known[i].name), fh_str_of(known[i].channel),
                        fh_str_of(known[i].department));
        if (found != known[i].found) fail_msg("%s: %u", known[i].name, found);
    }
    fh_arena_free(arena);
}

/* ---- Memory -------------------------------------------------------------------------------- */

static fh_status read_and_print(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_buf buf;
    fh_map m, of_tree;
    fh_tree tree;
    if (!arena) return FH_NOMEM;
    fh_buf_init(&buf, test_allocator(), SIZE_MAX);
    fh_status status = fh_map_parse(fh_str_of(maps_example), arena, &m, NULL);
    if (status == FH_OK) status = fh_map_print(&m, &buf, NULL);
    if (status == FH_OK) status = fh_map_tree(&m, arena, &tree, NULL);
    if (status == FH_OK)
        status = fh_map_of_tree(&tree, FH_STR("j"), FH_STR("J"), arena, &of_tree, NULL);
    fh_buf_free(&buf);
    fh_arena_free(arena);
    return status;
}

static void lengths_add_up_along_the_longest_way(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(HEAD "touchpoint a \"A\"\nlength 10m\nplace \"At home\"\n"
                                    "choice\ntouchpoint b \"B\"\nlength 1h\n"
                                    "sequence\ntouchpoint c \"C\"\nlength 40m\n"
                                    "touchpoint d \"D\"\nlength 30m\nend\nend\n"
                                    "stage u \"U\" after\noptional\ntouchpoint e \"E\"\n"
                                    "length 1d\nend\nrepeat\ntouchpoint f \"F\"\nlength 5m\n"
                                    "touchpoint g \"G\"\nend\nany-order\n"
                                    "touchpoint h \"H\"\nlength 1m\ntouchpoint i \"I\"\n"
                                    "length 2m\nend\n",
                               arena);
    static const int64_t want[] = {0, 10, 10, 50, 80, 1520, 1525, 1525, 1526};
    int64_t begins_ms[COUNT(want)];
    assert_int_equal(m.n_touchpoints, COUNT(want));
    assert_int_equal(fh_map_lengths(&m, begins_ms), 1528 * INT64_C(60000));
    for (size_t i = 0; i < COUNT(want); i++) assert_int_equal(begins_ms[i], want[i] * 60000);
    assert_int_equal(fh_map_lengths(&m, NULL), 1528 * INT64_C(60000));
    fh_buf out;
    fh_buf_init(&out, test_allocator(), SIZE_MAX);
    assert_status(fh_map_print_walk(&m, arena, &out, NULL), FH_OK);
    assert_true(
        fh_str_starts(fh_buf_view(&out),
                      FH_STR("A\ntakes 1 day 1 h in all; 8 of 9 parts say how long\n\nDuring: S\n"
                             "  1. A\n     place: At home\n     takes 10 min, so far 10 min\n"
                             "  one of these:\n    2. B\n")));
    fh_buf_free(&out);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status walk_it(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_map m;
    fh_buf out;
    if (!arena) return FH_NOMEM;
    fh_buf_init(&out, test_allocator(), SIZE_MAX);
    fh_status status = fh_map_parse(fh_str_of(maps_example), arena, &m, NULL);
    if (!status) status = fh_map_print_walk(&m, arena, &out, NULL);
    fh_buf_free(&out);
    fh_arena_free(arena);
    return status;
}

static fh_status read_what_is_wrong(void *ctx)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_map m;
    if (!arena) return FH_NOMEM;
    const fh_status status = fh_map_parse(fh_str_of(ctx), arena, &m, NULL);
    fh_arena_free(arena);
    return status == FH_FORMAT ? FH_OK : status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    char typo[] = HEAD "touchpoint t \"\\\"\"\nonwer \"x\"", missing[] = HEAD "stage x";
    test_oom(read_and_print, NULL);
    test_oom(walk_it, NULL);
    test_oom(read_what_is_wrong, typo);
    test_oom(read_what_is_wrong, missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_that_says_everything_is_printed_as_it_was_read),
        cmocka_unit_test(order_blanks_comments_and_line_ends_do_not_matter),
        cmocka_unit_test(what_is_printed_is_read_as_the_same),
        cmocka_unit_test(what_cannot_be_read_is_told_with_its_place),
        cmocka_unit_test(never_rules_are_read_as_they_are_meant),
        cmocka_unit_test(a_word_that_is_nearly_right_is_recognised),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(an_unsound_map_is_refused),
        cmocka_unit_test(trees_of_maps_by_hand),
        cmocka_unit_test(maps_of_trees_by_hand),
        cmocka_unit_test(names_become_ids_that_are_each_there_once),
        cmocka_unit_test(a_map_of_a_tree_asks_the_same_of_stories),
        cmocka_unit_test(the_most_particular_match_counts),
        cmocka_unit_test(lengths_add_up_along_the_longest_way),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
