/* map_forms_test.c - journey maps in other programs' forms and as pictures: there and back,
 * what is hostile, memory running out. */
#include "maps.h"
#include "test.h"

typedef fh_status writer(const fh_map *map, fh_buf *out, fh_error *err);
typedef fh_status form_reader(fh_str text, fh_arena *arena, fh_map *out, size_t *n_passed,
                              fh_error *err);

static fh_str write_with(writer *write, const fh_map *map, fh_arena *arena)
{
    fh_buf buf;
    fh_str text = {0};
    fh_error err;
    fh_buf_init(&buf, test_allocator(), SIZE_MAX);
    if (write(map, &buf, &err)) fail_msg("%s", err.message);
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &text));
    fh_buf_free(&buf);
    return text;
}

static fh_status draw(const fh_map *map, fh_buf *out, fh_error *err)
{
    fh_map_lived_at at[64] = {{.completed = 3, .missing = 1, .failing = 1, .score = 2.5}};
    const fh_map_lived lived = {4, at};
    const fh_status status = fh_map_draw(map, NULL, out, err);
    return status || map->n_touchpoints > 64 ? status : fh_map_draw(map, &lived, out, err);
}

static void mermaid_is_written_and_read(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read("journey a \"A: b\"\nstage s \"S\"\ntouchpoint t \"T\"\n"
                               "from Sales to customer\nfeels 4\ntouchpoint u \"U\"\n",
                               arena);
    fh_map again;
    size_t passed = 9;
    const fh_str text = write_with(fh_map_print_mermaid, &m, arena);
    assert_str(text, "journey\n    title A, b\n    section S\n      T: 4: Sales, Customer\n"
                     "      U: 3\n");
    assert_status(fh_map_parse_mermaid(text, arena, &again, &passed, NULL), FH_OK);
    assert_int_equal(passed, 0);
    assert_str(maps_text(&again, arena),
               "journey a-b \"A, b\"\n\nstage s \"S\" during\n  touchpoint t \"T\"\n"
               "    from \"Sales\" to customer\n    feels 4\n  touchpoint u \"U\"\n    feels 3\n");
    const fh_map hard = maps_read("journey a \"A\"\nstage s \":\"\ntouchpoint t \"section: x\"\n"
                                  "touchpoint u \"#%\"\n",
                                  arena);
    const fh_str written = write_with(fh_map_print_mermaid, &hard, arena);
    assert_str(written, "journey\n    title A\n    section ?\n      - section, x: 3\n      ?: 3\n");
    const fh_str odd = FH_STR("%% c\nodd\njourney\n  accTitle: x\n  Tea: 7: Me\nno score: x: y\n");
    assert_status(fh_map_parse_mermaid(odd, arena, &again, &passed, NULL), FH_OK);
    assert_int_equal(passed, 3);
    assert_int_equal(again.n_touchpoints, 1);
    assert_int_equal(again.touchpoint[0].feels, 5);
    assert_str(again.touchpoint[0].from, "customer");
    assert_str(again.title, "Journey");
    assert_status(fh_map_parse_mermaid(FH_STR("graph TD"), arena, &again, &passed, NULL),
                  FH_FORMAT);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static void cjml_says_what_it_can_say_and_is_read_the_same(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read("journey a \"A <& b>\"\ngoal \"g\"\nnote \"n\"\n"
                               "stage s \"S\" before\n"
                               "touchpoint t \"T\"\nfrom \"Sales \\\"1\\\"\" to customer over web\n"
                               "note \"n\"\ntouchpoint u \"U\"\nfrom customer\n"
                               "stage e \"E\" after\n",
                               arena);
    fh_map again;
    size_t passed = 9;
    const fh_str text = write_with(fh_map_print_cjml, &m, arena);
    assert_status(fh_map_parse_cjml(text, arena, &again, &passed, NULL), FH_OK);
    assert_int_equal(passed, 0);
    assert_true(fh_str_eq(maps_text(&m, arena), maps_text(&again, arena)));
    assert_str(again.touchpoint[0].from, "Sales \"1\""); /* initiator, receiver, channel */
    assert_str(again.touchpoint[0].to, "customer");
    assert_str(again.touchpoint[0].channel, "web");
    assert_str(again.touchpoint[1].from, "customer"); /* an action has no receiver */
    assert_int_equal(again.touchpoint[1].to.len, 0);
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

/* As another editor writes it: another order, prefixes, actors told elsewhere. */
static void cjml_is_read_by_name_and_not_by_position(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_map m;
    size_t passed = 0;
    assert_status(
        fh_map_parse_cjml(
            FH_STR(
                "<?xml version='1.0'?><!-- c --><c:CJML version='2.0'>"
                "<c:actualJourney><c:actors><c:endUser actorID='E1'><c:actorName>Bo</c:actorName>"
                "</c:endUser></c:actors><c:comment>other</c:comment></c:actualJourney>"
                "<c:plannedJourney><c:touchpoints><c:plannedCommunicationPoint>"
                "<c:receiver><c:receiverLabel>Gets it</c:receiverLabel>"
                "<c:refersTo actorIDref='E1'/></c:receiver>"
                "<c:belongsTo phaseIDref=\"P2\"/><c:touchpointID>T3</c:touchpointID>"
                "<c:initiator><c:refersTo actorIDref='S'/></c:initiator><c:new>x</c:new>"
                "</c:plannedCommunicationPoint>"
                "<c:plannedAction><c:touchpointID>T3</c:touchpointID></c:plannedAction>"
                "</c:touchpoints><c:journeyPhases><c:journeyPhase phaseID='P1'/>"
                "<c:journeyPhase phaseID='P2'><c:phaseName>Use &#252;</c:phaseName>"
                "</c:journeyPhase></c:journeyPhases><c:actors><c:serviceProvider actorID='S'>"
                "<c:companyName>Shop</c:companyName></c:serviceProvider></c:actors>"
                "<c:journeyTitle>J</c:journeyTitle></c:plannedJourney></c:CJML>"),
            arena, &m, &passed, NULL),
        FH_OK);
    assert_str(maps_text(&m, arena),
               "journey j \"J\"\n\nstage p1 \"stage\" during\n\nstage p2 \"Use ü\" during\n"
               "  touchpoint t3 \"Gets it\"\n    from \"Shop\" to customer\n\n"
               "stage in-no-phase \"In no phase\" during\n  touchpoint t3-2 \"T3\"\n");
    assert_int_equal(passed, 2);
    fh_arena_free(arena);
}

static void hostile_xml_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "no xml",
        "<CJML></CJML>",
        "<plannedJourney>",
        "<plannedJourney></b>",
        "<plannedJourney",
        "</plannedJourney>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><plannedJourney/>",
        "<plannedJourney><journeyTitle>&a;</journeyTitle></plannedJourney>",
        "<plannedJourney><journeyPhase phaseID=x/></plannedJourney>",
        "<plannedJourney><!-- </plannedJourney>",
        "<plannedJourney>\x01</plannedJourney>",
        "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>"
        "<a>"
        "<a><a><a>",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        fh_arena *arena = fh_arena_new(test_allocator());
        fh_error err = {0};
        fh_map m;
        size_t passed;
        if (fh_map_parse_cjml(fh_str_of(bad[i]), arena, &m, &passed, &err) != FH_FORMAT)
            fail_msg("%s", bad[i]);
        assert_true(err.message[0]);
        fh_arena_free(arena);
    }
    assert_int_equal(test_blocks_live(), 0);
}

/* What other forms cannot say is lost the first time, and nothing the second. */
static void random_maps_go_there_and_back(void **state)
{
    (void)state;
    static const struct {
        writer *write;
        form_reader *read;
    } forms[] = {{fh_map_print_mermaid, fh_map_parse_mermaid},
                 {fh_map_print_cjml, fh_map_parse_cjml}};
    test_seed(66);
    for (int round = 0; round < 100; round++) {
        fh_arena *arena = fh_arena_new(NULL);
        const fh_map m = maps_random(20, arena);
        for (size_t f = 0; f < COUNT(forms); f++) {
            fh_map one, two;
            size_t passed;
            const fh_str first = write_with(forms[f].write, &m, arena);
            assert_status(forms[f].read(first, arena, &one, &passed, NULL), FH_OK);
            assert_int_equal(one.n_touchpoints, m.n_touchpoints);
            const fh_str second = write_with(forms[f].write, &one, arena);
            assert_status(forms[f].read(second, arena, &two, &passed, NULL), FH_OK);
            assert_true(fh_str_eq(maps_text(&one, arena), maps_text(&two, arena)));
        }
        fh_arena_free(arena);
    }
}

/* The picture names everything, is balanced, and the same each time. */
static void a_picture_is_the_same_each_time(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_map m = maps_read(maps_example, arena);
    const fh_str one = write_with(draw, &m, arena), two = write_with(draw, &m, arena);
    static const char *const says[] = {
        "<title id=\"map-title\">I renew my &quot;contract&quot;</title>",
        "<desc id=\"map-desc\">A journey map with 4 stages and 8",
        "line of visibility",
        ">one of these<",
        ">perhaps<",
        "Has: The price",
        "Needs: The address",
        ">Policies<",
        "nobody\xe2\x80\x99s",
        "stroke-dasharray=\"6 4\"",
        "75 % here",
        "25 % failing"};
    assert_true(fh_str_eq(one, two));
    for (size_t i = 0; i < COUNT(says); i++)
        if (!strstr(one.ptr, says[i])) fail_msg("the picture does not say %s", says[i]);
    test_seed(67);
    for (int round = 0; round < 50; round++) {
        const fh_map random = maps_random(20, arena);
        const fh_str text = write_with(draw, &random, arena);
        int open = 0;
        for (size_t i = 0; i + 1 < text.len; i++) {
            if (text.ptr[i] == '<') open += text.ptr[i + 1] == '/' ? -1 : 1;
            if (text.ptr[i] == '/' && text.ptr[i + 1] == '>') open--;
        }
        assert_int_equal(open, 0);
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status there_and_back(void *ctx)
{
    fh_arena *arena = fh_arena_new(test_allocator());
    fh_buf cjml, mermaid, svg;
    fh_map m, again;
    size_t passed;
    if (!arena) return FH_NOMEM;
    fh_buf_init(&cjml, test_allocator(), SIZE_MAX);
    fh_buf_init(&mermaid, test_allocator(), SIZE_MAX);
    fh_buf_init(&svg, test_allocator(), SIZE_MAX);
    fh_status status = fh_map_parse(fh_str_of(ctx), arena, &m, NULL);
    if (status == FH_OK) status = fh_map_print_cjml(&m, &cjml, NULL);
    if (status == FH_OK)
        status = fh_map_parse_cjml(fh_buf_view(&cjml), arena, &again, &passed, NULL);
    if (status == FH_OK) status = fh_map_print_mermaid(&m, &mermaid, NULL);
    if (status == FH_OK)
        status = fh_map_parse_mermaid(fh_buf_view(&mermaid), arena, &again, &passed, NULL);
    if (status == FH_OK) status = draw(&m, &svg, NULL);
    fh_buf_free(&cjml);
    fh_buf_free(&mermaid);
    fh_buf_free(&svg);
    fh_arena_free(arena);
    return status;
}

static void running_out_of_memory_is_an_ordinary_error(void **state)
{
    (void)state;
    char text[] = "journey a \"A\"\nstage s \"S\"\ntouchpoint t \"T\"\nfrom \"O\" to customer\n"
                  "note \"<\"\n";
    test_oom(there_and_back, text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mermaid_is_written_and_read),
        cmocka_unit_test(cjml_says_what_it_can_say_and_is_read_the_same),
        cmocka_unit_test(cjml_is_read_by_name_and_not_by_position),
        cmocka_unit_test(hostile_xml_is_refused),
        cmocka_unit_test(random_maps_go_there_and_back),
        cmocka_unit_test(a_picture_is_the_same_each_time),
        cmocka_unit_test(running_out_of_memory_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
