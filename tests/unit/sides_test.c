/* sides_test.c - who acts behind each touchpoint of a map, and from where problems come to it: by
 * hand, and against an oracle that looks at every interaction by itself, in any split; memory
 * running out. */
#include "folds.h"

#include <string.h>

enum { ELEMENTS = 3, TOUCHPOINTS = 6, CHANNELS = 3, DEPARTMENTS = 4, PROBLEMS = 3, MANY = 1500 };

/* Touchpoint 3 is element 2 over channel 1, element 0 over others; 4 and 5 are none. */
static const uint32_t of[TOUCHPOINTS] = {FH_NO_ELEMENT, 0, 1, FH_ELEMENT_BY, FH_NO_ELEMENT,
                                         FH_NO_ELEMENT};
static const uint32_t channel_kind[CHANNELS] = {0, 1, 0};
static const uint32_t department_kind[DEPARTMENTS] = {0, 0, 0, 0};
static const uint32_t by[2] = {0, 2};
static const fh_element_rules rules = {.n_elements = ELEMENTS,
                                       .n_touchpoints = TOUCHPOINTS,
                                       .n_channels = CHANNELS,
                                       .n_departments = DEPARTMENTS,
                                       .of = of,
                                       .by = by,
                                       .channel_kind = channel_kind,
                                       .department_kind = department_kind,
                                       .n_rows = 1,
                                       .n_channel_kinds = 2,
                                       .n_department_kinds = 1};

static fh_status make(const void *o, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_sides_new(from, o, out, err);
}

static void print_act(const fh_side *s, fh_buf *out)
{
    fh_buf_printf(out, "%u by %u: %llu, %llu in, %llu out, in %llu\n", s->element, s->department,
                  (unsigned long long)s->count, (unsigned long long)s->inbound,
                  (unsigned long long)s->outbound, (unsigned long long)s->stories);
}

static void print_handed(const fh_side *s, fh_buf *out)
{
    fh_buf_printf(out, "%u from %u: %llu in %llu, %lld ms\n", s->element, s->department,
                  (unsigned long long)s->count, (unsigned long long)s->stories,
                  (long long)s->gap_ms_sum);
}

static fh_status print(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err)
{
    fh_sides a;
    const fh_status status = fh_sides_read(fold, arena, &a, err);
    if (status != FH_OK) return status;
    for (size_t i = 0; i < a.n_acts; i++) print_act(&a.act[i], out);
    for (size_t i = 0; i < a.n_handed; i++) print_handed(&a.handed[i], out);
    return FH_OK;
}

static const test_fold fold_of_it = {make, &rules, print};

static void who_acts_and_who_handed_it_on_is_told_by_hand(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(NULL);
    const fh_row row[] = {
        {.customer = 1,
         .at_s = 10,
         .touchpoint = 1,
         .department = 1,
         .problem = 1,
         .direction = FH_DIR_IN},
        {.customer = 1,
         .at_s = 30,
         .touchpoint = 2,
         .department = 2,
         .problem = 1,
         .direction = FH_DIR_OUT},
        {.customer = 1, .at_s = 40, .touchpoint = 2, .department = 2, .problem = 1},
        /* Another problem, and one without any: nothing was handed on. */
        {.customer = 1, .at_s = 50, .touchpoint = 2, .department = 3, .problem = 2},
        {.customer = 1, .at_s = 60, .touchpoint = 2, .department = 1},
        /* Through something that is no touchpoint of the map, and back. */
        {.customer = 2, .at_s = 10, .touchpoint = 4, .department = 3, .problem = 1},
        {.customer = 2, .at_s = 15, .touchpoint = 3, .channel = 1, .department = 1, .problem = 1},
    };
    assert_string_equal(test_fold_same(&fold_of_it, arena, row, COUNT(row), 0).ptr,
                        "0 by 1: 1, 1 in, 0 out, in 1\n"
                        "1 by 2: 2, 0 in, 1 out, in 1\n"
                        "1 by 1: 1, 0 in, 0 out, in 1\n"
                        "1 by 3: 1, 0 in, 0 out, in 1\n"
                        "2 by 1: 1, 0 in, 0 out, in 1\n"
                        "1 from 1: 1 in 1, 20000 ms\n"
                        "2 from 3: 1 in 1, 5000 ms\n");
    fh_arena_free(arena);
}

/* ---- The oracle ---------------------------------------------------------------------------- */

static uint32_t element_of(const fh_row *r)
{
    if (r->touchpoint == 3) return r->channel == 1 ? 2 : 0;
    return r->touchpoint ? of[r->touchpoint] : FH_NO_ELEMENT;
}

/* The one before in the same story and problem, with a department; NULL. */
static const fh_row *before(const fh_row *row, size_t i)
{
    for (size_t k = i; k > 0 && row[k - 1].customer == row[i].customer; k--)
        if (row[k - 1].problem == row[i].problem && row[k - 1].department) return &row[k - 1];
    return NULL;
}

static void look(const fh_row *row, size_t n, uint32_t e, uint32_t d, fh_side *act, fh_side *handed)
{
    uint32_t act_story = 0, handed_story = 0;
    *act = *handed = (fh_side){.element = e, .department = d};
    for (size_t i = 0; i < n; i++) {
        if (element_of(&row[i]) != e) continue;
        const fh_row *last = row[i].problem && row[i].department ? before(row, i) : NULL;
        if (row[i].department == d) {
            act->count++;
            act->inbound += row[i].direction == FH_DIR_IN;
            act->outbound += row[i].direction == FH_DIR_OUT;
            act->stories += act_story != row[i].customer;
            act_story = row[i].customer;
        }
        if (!last || last->department != d || row[i].department == d) continue;
        handed->count++;
        handed->gap_ms_sum += test_at_ms(&row[i]) - test_at_ms(last);
        handed->stories += handed_story != row[i].customer;
        handed_story = row[i].customer;
    }
}

static void random_stories_are_told_as_by_looking_at_each_interaction(void **state)
{
    (void)state;
    static fh_row rows[MANY];
    fh_arena *arena = fh_arena_new(NULL);
    const test_shape shape = {.customers = 60,
                              .span_s = 4000,
                              .touchpoints = TOUCHPOINTS - 1,
                              .channels = CHANNELS - 1,
                              .departments = DEPARTMENTS - 1,
                              .problems = PROBLEMS,
                              .ms = true,
                              .directions = true};
    test_seed(611);
    test_random_rows(&shape, rows, MANY);
    const char *text = test_fold_same(&fold_of_it, arena, rows, MANY, 0).ptr;
    const fh_row *sorted = test_sorted(arena, rows, MANY);
    size_t lines = 0, wanted = 0;
    for (const char *p = text; *p; p++) lines += *p == '\n';
    for (uint32_t e = 0; e < ELEMENTS; e++)
        for (uint32_t d = 0; d < DEPARTMENTS; d++) {
            fh_side act, handed;
            fh_buf want;
            look(sorted, MANY, e, d, &act, &handed);
            for (int k = 0; k < 2; k++) {
                const fh_side *side = k ? &handed : &act;
                if (!side->count) continue;
                wanted++;
                fh_buf_init(&want, NULL, SIZE_MAX);
                (k ? print_handed : print_act)(side, &want);
                fh_buf_char(&want, 0);
                if (!strstr(text, want.ptr)) fail_msg("not told: %s in\n%s", want.ptr, text);
                fh_buf_free(&want);
            }
        }
    assert_int_equal(lines, wanted);
    assert_true(wanted > 15);
    fh_arena_free(arena);
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    const fh_row row[] = {
        {.customer = 1, .at_s = 10, .touchpoint = 1, .department = 1, .problem = 1},
        {.customer = 1, .at_s = 30, .touchpoint = 2, .department = 2, .problem = 1},
        {.customer = 2, .at_s = 30, .touchpoint = 3, .department = 2, .problem = 1}};
    test_fold_oom(&fold_of_it, row, COUNT(row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_acts_and_who_handed_it_on_is_told_by_hand),
        cmocka_unit_test(random_stories_are_told_as_by_looking_at_each_interaction),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
