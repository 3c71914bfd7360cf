/* map_edit_test.c - changing journey maps and comparing versions: by hand, random changes of
 * random maps, changes that do not touch one another, memory running out. */
#include "maps.h"
#include "test.h"

#define TWO_STAGES                              \
    "journey a \"A\"\n\nstage s \"S\" during\n" \
    "  touchpoint x \"X\"\n  touchpoint y \"Y\"\n  touchpoint z \"Z\"\n\nstage t \"T\" after\n"

static const fh_map_change *change(fh_map_change_op op, const char *id, const char *value,
                                   const char *before, const char *in)
{
    static fh_map_change c;
    c = (fh_map_change){.op = op,
                        .id = fh_str_of(id),
                        .value = fh_str_of(value),
                        .before = fh_str_of(before),
                        .in = fh_str_of(in)};
    return &c;
}

static fh_map_change set(const char *id, const char *field, const char *value)
{
    return (fh_map_change){.op = FH_MAP_SET,
                           .id = fh_str_of(id),
                           .field = fh_str_of(field),
                           .value = fh_str_of(value)};
}

static fh_map apply(const fh_map *map, const fh_map_change *c, fh_arena *arena)
{
    fh_map out = {0};
    fh_error err = {0};
    if (fh_map_apply(map, c, arena, &out, &err)) fail_msg("%s", err.message);
    return out;
}

/* What follows the first line of a map. */
static void assert_flow(const fh_map *map, const char *want, fh_arena *arena)
{
    assert_str(maps_text(map, arena), want);
}

#define XYZ(x, y, z) "  touchpoint " x "\n  touchpoint " y "\n  touchpoint " z "\n"
static void the_flow_is_changed_by_hand(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(TWO_STAGES, arena);
    fh_map n = apply(&m, change(FH_MAP_MOVE, "x", "", "z", ""), arena);
    assert_flow(&n,
                "journey a \"A\"\n\nstage s \"S\" during\n" XYZ(
                    "y \"Y\"", "x \"X\"", "z \"Z\"") "\nstage t \"T\" after\n",
                arena);
    n = apply(&m, change(FH_MAP_GROUP, "x", "choice", "z", ""), arena);
    n = apply(&n, change(FH_MAP_ADD, "w", " W\n", "y", ""), arena);
    assert_flow(&n,
                "journey a \"A\"\n\nstage s \"S\" during\n  choice\n    touchpoint x \"X\"\n"
                "    touchpoint w \"W\"\n    touchpoint y \"Y\"\n  end\n  touchpoint z \"Z\"\n\n"
                "stage t \"T\" after\n",
                arena);
    n = apply(&n, change(FH_MAP_GROUP, "x", "optional", "", ""), arena);
    n = apply(&n, change(FH_MAP_UNGROUP, "w", "", "", ""), arena);
    n = apply(&n, change(FH_MAP_UNGROUP, "w", "", "", ""), arena);
    n = apply(&n, change(FH_MAP_REMOVE, "w", "", "", ""), arena);
    assert_flow(&n, TWO_STAGES, arena);
    n = apply(&m, change(FH_MAP_GROUP, "z", "optional", "", ""), arena);
    n = apply(&n, change(FH_MAP_MOVE, "z", "", "", "t"), arena);
    n = apply(&n, change(FH_MAP_MOVE, "t", "", "s", ""), arena);
    assert_flow(&n,
                "journey a \"A\"\n\nstage t \"T\" after\n  touchpoint z \"Z\"\n\n"
                "stage s \"S\" during\n  touchpoint x \"X\"\n  touchpoint y \"Y\"\n",
                arena);
    n = apply(&n, change(FH_MAP_ADD, "", "New: stage!", "s", ""), arena);
    n = apply(&n, change(FH_MAP_REMOVE, "t", "", "", ""), arena);
    n = apply(&n, change(FH_MAP_ADD, "u", "U", "", "y"), arena);
    assert_flow(&n,
                "journey a \"A\"\n\nstage new-stage \"New: stage!\" during\n\n"
                "stage s \"S\" during\n" XYZ("x \"X\"", "y \"Y\"", "u \"U\""),
                arena);
    assert_flow(&m, TWO_STAGES, arena);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void changes_that_cannot_be_are_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(TWO_STAGES, arena);
    const struct {
        fh_map_change change;
        fh_status status;
    } bad[] = {
        {*change(FH_MAP_MOVE, "no", "", "z", ""), FH_NOTFOUND},
        {*change(FH_MAP_MOVE, "x", "", "no", ""), FH_NOTFOUND},
        {*change(FH_MAP_MOVE, "x", "", "", "no"), FH_NOTFOUND},
        {*change(FH_MAP_MOVE, "x", "", "", ""), FH_INVALID},
        {*change(FH_MAP_MOVE, "x", "", "t", ""), FH_INVALID},
        {*change(FH_MAP_MOVE, "s", "", "x", ""), FH_INVALID},
        {*change(FH_MAP_ADD, "x", "X", "", "s"), FH_CONFLICT},
        {*change(FH_MAP_ADD, "Q", "X", "", "s"), FH_INVALID},
        {*change(FH_MAP_ADD, "q", " ", "", "s"), FH_INVALID},
        {*change(FH_MAP_GROUP, "x", "touchpoint", "", ""), FH_INVALID},
        {*change(FH_MAP_GROUP, "z", "choice", "x", ""), FH_INVALID},
        {*change(FH_MAP_GROUP, "x", "choice", "x", ""), FH_INVALID},
        {*change(FH_MAP_GROUP, "s", "choice", "", ""), FH_INVALID},
        {*change(FH_MAP_UNGROUP, "x", "", "", ""), FH_INVALID},
        {set("x", "nothing", ""), FH_NOTFOUND},
        {set("s", "owner", ""), FH_NOTFOUND},
        {set("", "feels", ""), FH_NOTFOUND},
        {set("x", "name", " "), FH_INVALID},
        {set("x", "feels", "6"), FH_INVALID},
        {set("x", "lane", "up"), FH_INVALID},
        {set("x", "length", "30s"), FH_INVALID},
        {set("s", "length", "1h"), FH_NOTFOUND},
        {set("s", "when", ""), FH_INVALID},
        {set("x", "never", "holds \"x\""), FH_INVALID},
        {set("x", "match", "match \"x"), FH_INVALID},
        {set("x", "never", "never \"a\" after nowhere"), FH_INVALID},
        {set("x", "never", "never \"a\" within 2x after z"), FH_INVALID},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_map out;
        fh_error err = {0};
        const fh_status got = fh_map_apply(&m, &bad[i].change, arena, &out, &err);
        if (got != bad[i].status || err.status != got || !err.hint[0])
            fail_msg("%zu: %s (%s)", i, err.message, err.hint);
    }
    fh_arena_free(arena);
}

static void fields_are_set_and_told_as_they_are_set(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    static const struct {
        const char *id, *field, *value, *told;
    } known[] = {
        {"", "title", "  T\n two ", "T  two"},
        {"", "goal", "g", "g"},
        {"s", "name", "\"S\"", "\"S\""},
        {"s", "when", "before", "before"},
        {"x", "name", "New", "New"},
        {"x", "from", "Sales", "Sales"},
        {"x", "over", "by phone", "by phone"},
        {"x", "feels", "4", "4"},
        {"x", "feels", "", ""},
        {"x", "intended", "calm", "calm"},
        {"x", "lane", "customer", "customer"},
        {"x", "lane", "", ""},
        {"x", "unseen", "why", "why"},
        {"x", "walk", "why", "why"},
        {"x", "never", " never \"a\"\n\n  never \"b\" # c", "never \"a\"\nnever \"b\"\n"},
        {"x", "never", "never \"a\"  within 48h  after z\nnever \"b\" over \"phone\"",
         "never \"a\" within 2d after z\nnever \"b\" over phone\n"},
        {"x", "promise", "promise \"p\" within 2w", "promise \"p\" within 14d\n"},
        {"x", "match", "match \"a\" over x\nmatch \"b\" over x", "match \"a\", \"b\" over x\n"},
        {"x", "match", "", ""},
    };
    fh_map m = maps_read(TWO_STAGES, arena);
    for (size_t i = 0; i < COUNT(known); i++) {
        fh_buf told;
        const fh_map_change c = set(known[i].id, known[i].field, known[i].value);
        fh_buf_init(&told, test_allocator(), SIZE_MAX);
        m = apply(&m, &c, arena);
        assert_status(fh_map_value(&m, c.id, c.field, &told, NULL), FH_OK);
        assert_str(fh_buf_view(&told), known[i].told);
        fh_buf_free(&told);
    }
    assert_int_equal(m.touchpoint[0].lane, FH_MAP_BACK);
    fh_arena_free(arena);
}

static void a_value_that_somebody_changed_meanwhile_is_not_lost(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_map m = maps_read(TWO_STAGES, arena), out;
    fh_error err = {0};
    fh_map_change c = set("x", "owner", "Ada");
    c.has_was = true;
    m = apply(&m, &c, arena);
    c.value = FH_STR("Bo");
    assert_status(fh_map_apply(&m, &c, arena, &out, &err), FH_CONFLICT);
    assert_string_equal(err.message, "somebody changed 'owner' of 'x' meanwhile: it is 'Ada'");
    c.was = FH_STR("Ada");
    (void)apply(&m, &c, arena);
    c = set("x", "never", "never \"a\"");
    m = apply(&m, &c, arena);
    c.has_was = true;
    c.was = FH_STR("  never   \"a\" # the same, written otherwise");
    c.value = FH_STR("");
    (void)apply(&m, &c, arena);
    c.was = FH_STR("never \"b\"");
    assert_status(fh_map_apply(&m, &c, arena, &out, &err), FH_CONFLICT);
    fh_arena_free(arena);
}

/* ---- At random ---------------------------------------------------------------------- */

static const char *random_id(const fh_map *m, fh_arena *arena)
{
    fh_str id = {0};
    const uint32_t all = m->n_stages + m->n_touchpoints;
    const uint32_t i = test_rand(all + 1);
    if (i < m->n_stages)
        id = m->stage[i].id;
    else if (i < all)
        id = m->touchpoint[i - m->n_stages].id;
    fh_str copy;
    assert_true(fh_arena_str(arena, id, &copy));
    return copy.ptr ? copy.ptr : "";
}

static fh_map_change random_set(const fh_map *m, fh_arena *arena)
{
    static const struct {
        const char *field, *value;
    } known[] = {
        {"name", "N"},
        {"from", "customer"},
        {"from", "Ops"},
        {"to", "customer"},
        {"to", ""},
        {"over", "web"},
        {"lane", "front"},
        {"lane", ""},
        {"lane", "back"},
        {"feels", "2"},
        {"intended", "i"},
        {"intended", ""},
        {"walk", "w"},
        {"walk", ""},
        {"instead", "i"},
        {"unseen", "u"},
        {"unseen", ""},
        {"note", "n"},
        {"never", "never \"n\" more than 2 times within 2d"},
        {"match", "match \"m\""},
        {"match", ""},
        {"when", "after"},
        {"goal", "g"},
        {"title", "t"},
        {"owner", "o"},
        {"ask", "a"},
        {"promise", "promise \"p\" within 1h"},
        {"place", "p"},
        {"place", ""},
        {"length", "90m"},
        {"length", "30s"},
        {"length", ""},
    };
    const uint32_t i = test_rand(COUNT(known));
    return set(random_id(m, arena), known[i].field, known[i].value);
}

static fh_map_change random_change(const fh_map *m, fh_arena *arena)
{
    static const char *const words[] = {"choice", "optional", "any-order", "repeat", "sequence"};
    if (!test_rand(3)) return random_set(m, arena);
    const fh_map_change_op op = (fh_map_change_op)(FH_MAP_ADD + test_rand(5));
    return *change(op, op == FH_MAP_ADD && test_rand(2) ? "" : random_id(m, arena),
                   words[test_rand(COUNT(words))], test_rand(2) ? random_id(m, arena) : "",
                   test_rand(2) ? random_id(m, arena) : "");
}

static void random_changes_leave_a_sound_map(void **state)
{
    (void)state;
    test_seed(63);
    uint32_t made = 0;
    for (int round = 0; round < 100; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_map m = maps_random(12, arena);
        for (int i = 0; i < 40; i++) {
            const fh_map_change c = random_change(&m, arena);
            fh_error err = {0};
            fh_map next;
            const fh_str before = maps_text(&m, arena);
            const fh_status status = fh_map_apply(&m, &c, arena, &next, &err);
            assert_true(fh_str_eq(before, maps_text(&m, arena)));
            if (status != FH_OK) {
                assert_true(err.message[0]);
                continue;
            }
            made++;
            assert_status(fh_map_check(&next, NULL), FH_OK);
            const fh_str text = maps_text(&next, arena);
            const fh_map again = maps_read(text.ptr, arena);
            assert_true(fh_str_eq(text, maps_text(&again, arena)));
            m = next;
        }
        fh_arena_free(arena);
    }
    assert_true(made > 1000);
}

static void changes_of_different_fields_go_together_in_either_order(void **state)
{
    (void)state;
    test_seed(64);
    uint32_t pairs = 0;
    for (int round = 0; round < 2000; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_map m = maps_random(4, arena);
        const fh_map_change one = random_set(&m, arena), other = random_set(&m, arena);
        fh_map a, b, ab, ba;
        const bool same = fh_str_eq(one.id, other.id) && fh_str_eq(one.field, other.field);
        if (!same && !fh_map_apply(&m, &one, arena, &a, NULL) &&
            !fh_map_apply(&m, &other, arena, &b, NULL)) {
            pairs++;
            assert_status(fh_map_apply(&a, &other, arena, &ab, NULL), FH_OK);
            assert_status(fh_map_apply(&b, &one, arena, &ba, NULL), FH_OK);
            assert_true(fh_str_eq(maps_text(&ab, arena), maps_text(&ba, arena)));
        }
        fh_arena_free(arena);
    }
    assert_true(pairs > 300);
}

/* ---- Comparing ---------------------------------------------------------------------- */

static fh_str diff_text(const fh_map *before, const fh_map *after, fh_arena *arena)
{
    static const char *const sorts[] = {"added", "removed", "renamed", "changed", "moved"};
    fh_map_difference *row = NULL;
    fh_buf buf;
    fh_str text = {0};
    size_t n = 0;
    fh_buf_init(&buf, NULL, SIZE_MAX);
    assert_status(fh_map_diff(before, after, arena, &row, &n, NULL), FH_OK);
    for (size_t i = 0; i < n; i++)
        fh_buf_printf(&buf, "%s %.*s %.*s: %.*s -> %.*s\n", sorts[row[i].sort],
                      FH_STR_ARG(row[i].id), FH_STR_ARG(row[i].field), FH_STR_ARG(row[i].before),
                      FH_STR_ARG(row[i].after));
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &text));
    fh_buf_free(&buf);
    return text;
}

static void versions_are_compared_by_hand(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_map before = maps_read(TWO_STAGES, arena);
    const fh_map after = maps_read("journey a \"B\"\ngoal \"g\"\nstage t \"T\" after\n"
                                   "touchpoint w \"W\"\nstage s \"S2\" during\noptional\n"
                                   "touchpoint z \"Z\"\nend\ntouchpoint x \"X\"\nfeels 3\n",
                                   arena);
    assert_str(diff_text(&before, &after, arena), "renamed  title: A -> B\n"
                                                  "changed  goal:  -> g\n"
                                                  "moved t order: S -> \n"
                                                  "added w :  -> \n"
                                                  "renamed s name: S -> S2\n"
                                                  "moved z block:  -> optional\n"
                                                  "changed x feels:  -> 3\n"
                                                  "removed y :  -> \n");
    fh_map n = apply(&before, change(FH_MAP_MOVE, "x", "", "", "s"), arena);
    assert_str(diff_text(&before, &n, arena), "moved x order:  -> Z\n");
    n = apply(&before, change(FH_MAP_MOVE, "x", "", "", "t"), arena);
    assert_str(diff_text(&before, &n, arena), "moved x stage: S -> T\n");
    fh_arena_free(arena);
}

static void what_is_the_same_has_no_difference_and_one_change_has_few(void **state)
{
    (void)state;
    test_seed(65);
    for (int round = 0; round < 300; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_map m = maps_random(12, arena);
        const fh_map_change c = random_change(&m, arena);
        fh_map next;
        assert_int_equal(diff_text(&m, &m, arena).len, 0);
        if (fh_map_apply(&m, &c, arena, &next, NULL) == FH_OK) {
            const bool same = fh_str_eq(maps_text(&m, arena), maps_text(&next, arena));
            const bool told = diff_text(&m, &next, arena).len > 0;
            if (told) assert_false(same);
            if (c.op <= FH_MAP_REMOVE) assert_true(told != same);
        }
        fh_arena_free(arena);
    }
}

/* ---- Memory ------------------------------------------------------------------------- */

static fh_status change_and_compare(void *ctx)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_map_difference *row;
    fh_map m, a, b;
    size_t n;
    if (!arena) return FH_NOMEM;
    fh_map_change c = set("letter", "needs", "needs \"x\"");
    c.was = FH_STR("needs \"The address\"");
    c.has_was = true;
    fh_status status = fh_map_parse(fh_str_of(ctx), arena, &m, NULL);
    if (status == FH_OK) status = fh_map_apply(&m, &c, arena, &a, NULL);
    c = *change(FH_MAP_ADD, "", "Late", "", "remind");
    if (status == FH_OK) status = fh_map_apply(&a, &c, arena, &b, NULL);
    if (status == FH_OK) status = fh_map_diff(&m, &b, arena, &row, &n, NULL);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    char text[sizeof TWO_STAGES + 4000];
    memcpy(text, maps_example, strlen(maps_example) + 1);
    test_oom(change_and_compare, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_flow_is_changed_by_hand),
        cmocka_unit_test(changes_that_cannot_be_are_told),
        cmocka_unit_test(fields_are_set_and_told_as_they_are_set),
        cmocka_unit_test(a_value_that_somebody_changed_meanwhile_is_not_lost),
        cmocka_unit_test(random_changes_leave_a_sound_map),
        cmocka_unit_test(changes_of_different_fields_go_together_in_either_order),
        cmocka_unit_test(versions_are_compared_by_hand),
        cmocka_unit_test(what_is_the_same_has_no_difference_and_one_change_has_few),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
