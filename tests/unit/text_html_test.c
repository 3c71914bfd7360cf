/* text_html_test.c - HTML as a reader sees it. */
#include "test.h"

#include "firsthand/text.h"

#include "base/utf8.h"

static void reads(const char *html, const char *want, const char *file, int line)
{
    fh_buf out;
    fh_buf_init(&out, NULL, 1 << 20);
    assert_status(fh_html_text(fh_str_of(html), &out, NULL), FH_OK);
    test_str_(fh_buf_view(&out), want, file, line);
    fh_buf_free(&out);
}
#define READS(html, want) reads(html, want, __FILE__, __LINE__)

static void blocks_are_lines_and_white_space_is_one_space(void **state)
{
    (void)state;
    READS("", "");
    READS("one  two\r\n three", "one two three");
    READS("<html><body><p>One</p>\n<p>Two<br>three<BR/>four</p></body></html>",
          "One\n\nTwo\nthree\nfour");
    READS("<div>a<div>b</div>c</div>d", "a\nb\nc\nd");
    READS("<br><br>a<br><br><br>b<br>", "a\n\nb");
    READS("<b>bo</b>ld and <a href='https://x.example/?a>b'>a link</a>.", "bold and a link.");
    READS("<h1>Title</h1>text", "Title\n\ntext");
    READS("<ul><li>one<li>two</ul>after", "- one\n- two\n\nafter");
    READS(
        "<table><tr><td>Date</td><td>3 March</td></tr><tr><td>Time</td><td>9:00</td></tr></table>",
        "Date 3 March\nTime 9:00");
    READS("<pre>a\n  b\n\nc</pre>d", "a\nb\n\nc\n\nd");
}

static void entities_are_characters(void **state)
{
    (void)state;
    READS("&euro;&nbsp;5 &lt;b&gt; &amp;amp; &#8364; &#x20AC; &#150; &uuml;",
          "€ 5 <b> &amp; € € – ü");
    READS("AT&T &unknown; & &#; &#x; 5 < 6 <3", "AT&T &unknown; & &#; &#x; 5 < 6 <3");
    READS("&#0;&#55296;&#99999999;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    READS("co&shy;operate\xe2\x80\x8d", "cooperate");
    READS("&euro5", "&euro5");
    READS("&eacute", "é");
}

static void what_is_not_seen_is_left_out(void **state)
{
    (void)state;
    READS("<head><title>T</title><style>p{}</style></head><body>a</body>", "a");
    READS("<head><title>T</title><body>a", "a");
    READS("a<script>if (a<b) '</p>';</script>b<!-- c > d -->e<!doctype html>f<?php g ?>h", "abefh");
    READS("<style>a</styles>b</style>c", "c");
    READS("<div style='color:red; DISPLAY : none'>x<div>y</div>z</div>a", "a");
    READS("<span style=\"mso-hide:all\">x</span><span style=\"font-size:0px\">y</span>a", "a");
    READS("<p hidden>x<p>a<p class=hidden title='is hidden'>b", "a\n\nb");
    READS("<div hidden=''>x</div>a<img style='display:none' alt=x>b", "ab");
    READS("a<!-- never ends", "a");
    READS("a<b never ends", "a");
    READS("a<script>never ends", "a");
    READS("a<b title='>'>b", "ab");
}

static void quotes_are_marked_as_in_plain_text(void **state)
{
    (void)state;
    READS("Yes.<blockquote>When?<p>Where?<blockquote>What?</blockquote></blockquote>No.",
          "Yes.\n> When?\n> \n> Where?\n>> What?\nNo.");
    READS("</blockquote>a<blockquote>b", "a\n> b");
}

static void bytes_that_are_no_utf_8_are_replaced(void **state)
{
    (void)state;
    READS("a\xff\xc3"
          "b\x01",
          "a\xef\xbf\xbd\xef\xbf\xbd"
          "b");
}

static void any_bytes_give_utf_8(void **state)
{
    static const char *const piece[] = {"<",
                                        ">",
                                        "/",
                                        "p",
                                        "div",
                                        "<p>",
                                        "</p>",
                                        "<br>",
                                        "&",
                                        "#",
                                        ";",
                                        "amp",
                                        "x",
                                        " ",
                                        "\n",
                                        "'",
                                        "\"",
                                        "=",
                                        "<!--",
                                        "-->",
                                        "<script>",
                                        "</script>",
                                        "<blockquote>",
                                        "</blockquote>",
                                        "\xff",
                                        "\xe2",
                                        "\x82",
                                        "<p hidden>",
                                        "style='display:none'",
                                        "<li>",
                                        "<pre>",
                                        "text"};
    (void)state;
    test_seed(21);
    for (uint32_t round = 0; round < 5000; round++) {
        char html[300];
        size_t len = 0;
        while (len + 24 < sizeof html && test_rand(60)) {
            const char *p = piece[test_rand(COUNT(piece))];
            memcpy(html + len, p, strlen(p));
            len += strlen(p);
        }
        fh_buf out;
        fh_buf_init(&out, NULL, 1 << 20);
        assert_status(fh_html_text((fh_str){html, len}, &out, NULL), FH_OK);
        for (size_t i = 0, step; i < out.len; i += step) {
            step = fh_utf8_step((const unsigned char *)out.ptr + i, out.len - i);
            assert_true(step > 0);
            assert_true((unsigned char)out.ptr[i] >= ' ' || out.ptr[i] == '\n');
        }
        fh_buf_free(&out);
    }
}

static void what_is_written_is_bounded(void **state)
{
    (void)state;
    fh_error err;
    fh_buf out;
    fh_buf_init(&out, NULL, 8);
    assert_status(fh_html_text(FH_STR("<p>longer than eight"), &out, &err), FH_LIMIT);
    assert_true(err.message[0] != '\0');
    fh_buf_free(&out);
}

static fh_status read_one(void *ctx)
{
    (void)ctx;
    fh_buf out;
    fh_buf_init(&out, test_allocator(), 1 << 20);
    const fh_status status = fh_html_text(FH_STR("<p>a<blockquote>b</blockquote>"), &out, NULL);
    fh_buf_free(&out);
    return status;
}

static void memory_running_out_is_an_ordinary_error(void **state)
{
    (void)state;
    test_oom(read_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_lines_and_white_space_is_one_space),
        cmocka_unit_test(entities_are_characters),
        cmocka_unit_test(what_is_not_seen_is_left_out),
        cmocka_unit_test(quotes_are_marked_as_in_plain_text),
        cmocka_unit_test(bytes_that_are_no_utf_8_are_replaced),
        cmocka_unit_test(any_bytes_give_utf_8),
        cmocka_unit_test(what_is_written_is_bounded),
        cmocka_unit_test(memory_running_out_is_an_ordinary_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
