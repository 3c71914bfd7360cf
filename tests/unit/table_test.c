/* table_test.c - tables as text, CSV and HTML. */
#include "test.h"

#include "app/ask/table.h"

static const fh_table_column columns[] = {{"name", "Name", FH_CELL_TEXT},
                                          {"count", "Times", FH_CELL_COUNT},
                                          {"bar", "", FH_CELL_BAR},
                                          {"share", "Share", FH_CELL_SHARE},
                                          {"gap_ms", NULL, FH_CELL_DURATION}};

static fh_table table_of(fh_cell *cells, const char *name)
{
    fh_cell *cell = cells;
    *cell++ = fh_cell_text(fh_str_of(name));
    *cell++ = fh_cell_count(1200);
    *cell++ = fh_cell_part(1200, 1200);
    *cell++ = fh_cell_part(3, 4);
    *cell++ = fh_cell_int(5000);
    *cell++ = fh_cell_text(FH_STR("B"));
    *cell++ = fh_cell_count(7);
    *cell++ = fh_cell_part(600, 1200);
    *cell++ = fh_cell_none();
    *cell = fh_cell_none();
    return (fh_table){.title = "T",
                      .note = FH_STR("Two rows."),
                      .rest = FH_STR("1 more."),
                      .columns = columns,
                      .n_columns = 5,
                      .n_rows = 2,
                      .cells = cells};
}

static void print(const fh_table *t, uint32_t width, bool colour, fh_buf *out)
{
    const fh_text_style style = {.width = width, .colour = colour};
    fh_buf_init(out, test_allocator(), 1 << 20);
    fh_table_text(t, &style, out);
    assert_status(out->status, FH_OK);
}

static void text_is_aligned_and_numbers_stand_right(void **state)
{
    (void)state;
    fh_cell cells[10];
    const fh_table t = table_of(cells, "Caf\xc3\xa9");
    fh_buf out;
    print(&t, 0, false, &out);
    assert_str(
        fh_buf_view(&out),
        "T\nTwo rows.\n\n"
        "Name  Times                         Share\n"
        "Caf\xc3\xa9  1,200  \xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2"
        "\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2"
        "\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2"
        "\x96\x88  75.0 %\n"
        "B         7  \xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
        "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\n"
        "\n1 more.\n");
    fh_buf_free(&out);
    assert_int_equal(test_blocks_live(), 0);
}

static size_t longest_line(fh_str s)
{
    size_t longest = 0, at = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c == '\n')
            at = 0;
        else if ((c & 0xc0) != 0x80)
            at++;
        if (at > longest) longest = at;
    }
    return longest;
}

static void a_table_is_cut_to_the_width_of_the_terminal(void **state)
{
    (void)state;
    fh_cell cells[10];
    const fh_table t =
        table_of(cells, "a name that is really much longer than there is room for it in any case");
    fh_buf out;
    print(&t, 60, false, &out);
    assert_true(longest_line(fh_buf_view(&out)) <= 60);
    fh_buf_free(&out);
    print(&t, 0, false, &out);
    assert_true(longest_line(fh_buf_view(&out)) > 60);
    fh_buf_free(&out);
}

static void nothing_from_outside_reaches_the_terminal_raw(void **state)
{
    (void)state;
    fh_cell cells[10];
    const fh_table t = table_of(cells, "a\x1b[31mb\xff\x07\xc2\x9b\nc\xe2\x80\xae");
    fh_buf out;
    print(&t, 0, false, &out);
    for (size_t i = 0; i < out.len; i++) {
        const unsigned char c = (unsigned char)out.ptr[i];
        assert_true(c >= 0x20 || c == '\n');
        assert_true(c != 0xff && c != 0x7f);
    }
    assert_non_null(strstr(memchr(out.ptr, 'a', out.len), "[31mb"));
    fh_buf_free(&out);
}

static void colour_is_there_only_when_asked_for(void **state)
{
    (void)state;
    fh_cell cells[10];
    const fh_table t = table_of(cells, "A");
    fh_buf out;
    print(&t, 0, false, &out);
    assert_null(memchr(out.ptr, 0x1b, out.len));
    fh_buf_free(&out);
    print(&t, 0, true, &out);
    assert_non_null(memchr(out.ptr, 0x1b, out.len));
    fh_buf_free(&out);
}

static void csv_follows_rfc_4180(void **state)
{
    (void)state;
    static const fh_table_column kinds[] = {
        {"text", "Text", FH_CELL_TEXT}, {"share", "S", FH_CELL_SHARE},
        {"time", "T", FH_CELL_TIME},    {"value", "V", FH_CELL_MONEY},
        {"bar", "", FH_CELL_BAR},       {"score", "C", FH_CELL_DECIMAL},
        {"list", "L", FH_CELL_SPARK}};
    static const uint64_t series[] = {1, 0, 3};
    fh_cell cells[14];
    for (size_t i = 0; i < 14; i++) cells[i] = fh_cell_none();
    cells[0] = fh_cell_text(FH_STR("a \"b\", c\nd"));
    cells[1] = fh_cell_part(1, 3);
    cells[2] = fh_cell_int(1500);
    cells[3] = (fh_cell){.i = -1250, .text = FH_STR("EUR")};
    cells[4] = fh_cell_part(1, 1);
    cells[5] = fh_cell_int(-5);
    cells[6] = (fh_cell){.series = series, .n_series = 3};
    const fh_table t = {.columns = kinds, .n_columns = 7, .n_rows = 2, .cells = cells};
    fh_buf out;
    fh_buf_init(&out, test_allocator(), 1 << 16);
    fh_table_csv(&t, NULL, &out);
    assert_str(fh_buf_view(&out),
               "text,share,time,value,value_currency,score,list\r\n"
               "\"a \"\"b\"\", c\nd\",0.333333,1970-01-01T00:00:01.500Z,-12.50,EUR,-0.05,1 0 3\r\n"
               ",,,,,,\r\n");
    fh_buf_free(&out);
}

static void html_is_escaped_and_has_scopes(void **state)
{
    (void)state;
    fh_cell cells[10];
    const fh_table t = table_of(cells, "<script>&'\"");
    fh_buf out;
    fh_buf_init(&out, test_allocator(), 1 << 16);
    fh_table_html(&t, NULL, &out);
    fh_buf_char(&out, '\0');
    assert_null(strstr(out.ptr, "<script>"));
    assert_non_null(strstr(out.ptr, "<th scope=\"row\">&lt;script&gt;&amp;&#39;&quot;</th>"));
    assert_non_null(strstr(out.ptr, "<th scope=\"col\">Name</th>"));
    assert_non_null(strstr(out.ptr, "<td class=\"n\">1,200</td>"));
    assert_null(strstr(out.ptr, "gap_ms"));
    fh_buf_free(&out);
}

static void sparklines_rise_with_their_numbers(void **state)
{
    (void)state;
    static const fh_table_column one[] = {{"list", "L", FH_CELL_SPARK}};
    static const uint64_t series[] = {8, 0, 1, 4};
    fh_cell cell = {.series = series, .n_series = 4};
    const fh_table t = {.title = "", .columns = one, .n_columns = 1, .n_rows = 1, .cells = &cell};
    fh_buf out;
    print(&t, 0, false, &out);
    assert_str(fh_buf_view(&out), "\n\nL\n\xe2\x96\x88 \xe2\x96\x81\xe2\x96\x84\n");
    fh_buf_free(&out);
}

static fh_status draw(void *ctx)
{
    fh_buf out;
    const fh_text_style style = {.width = 30};
    fh_buf_init(&out, test_allocator(), 1 << 20);
    fh_table_text(ctx, &style, &out);
    const fh_status s = out.status;
    fh_buf_free(&out);
    return s;
}

static void memory_running_out_is_told(void **state)
{
    (void)state;
    fh_cell cells[10];
    fh_table t = table_of(cells, "A");
    test_oom(draw, &t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_aligned_and_numbers_stand_right),
        cmocka_unit_test(a_table_is_cut_to_the_width_of_the_terminal),
        cmocka_unit_test(nothing_from_outside_reaches_the_terminal_raw),
        cmocka_unit_test(colour_is_there_only_when_asked_for),
        cmocka_unit_test(csv_follows_rfc_4180),
        cmocka_unit_test(html_is_escaped_and_has_scopes),
        cmocka_unit_test(sparklines_rise_with_their_numbers),
        cmocka_unit_test(memory_running_out_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
