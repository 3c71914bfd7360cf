/* maps.c - journey maps for tests (see maps.h). */
#include "maps.h"

#include "test.h"

const char maps_example[] =
    "journey renew \"I renew my \\\"contract\\\"\"\n"
    "goal \"I keep my cover without trouble, at a fair price\"\n"
    "owner \"Sales\"\n"
    "note \"A backslash: \\\\\"\n"
    "\n"
    "stage hear \"I hear that it ends\" before\n"
    "  touchpoint letter \"Renewal letter\"\n"
    "    from \"Operations\" to customer over letter\n"
    "    place \"At home\"\n"
    "    length 20m\n"
    "    owner \"Operations\"\n"
    "    ask \"Ada Blum\"\n"
    "    feels 4 \"I know the price before I decide\"\n"
    "    note \"Sent by post\"\n"
    "    behave \"Clerk\" \"Says who signed it\"\n"
    "    behave \"Lead\" \"Reads every tenth\"\n"
    "    promise \"Two months before it ends\" within 60d\n"
    "    promise \"In plain words\"\n"
    "    never \"Say what we do not know\"\n"
    "    never \"Two letters in a week\" within 7d after letter\n"
    "    never \"Sent to who left\" after leave\n"
    "    never \"Asked for before it is read\" before question\n"
    "    never \"Sent unasked\" without question\n"
    "    never \"Sent all the time\" more than 3 times\n"
    "    never \"A flood\" more than 2 times within 36h\n"
    "    never \"Lost on the way\" outcome lost over \"e-mail, newsletter\" of \"Sales, north\"\n"
    "    never \"By telephone\" over phone\n"
    "    holds \"The price\"\n"
    "    needs \"The address\"\n"
    "    system \"Policies\"\n"
    "    match \"renewal letter\", \"renewal_*\" over letter\n"
    "    match \"mailing\" over \"e-mail, newsletter\" of \"Sales, north\"\n"
    "  optional\n"
    "    touchpoint question \"I ask what changed\"\n"
    "      from customer to \"Contact centre\" over phone\n"
    "      promise \"Answered at once\" within 90m\n"
    "      match \"call\" of sales\n"
    "  end\n"
    "\n"
    "stage decide \"I decide\" during\n"
    "  choice\n"
    "    touchpoint renew \"I renew online\"\n"
    "      lane front\n"
    "      from customer\n"
    "    sequence\n"
    "      touchpoint leave \"I leave\"\n"
    "        feels \"Nobody holds me up\"\n"
    "        unseen \"People do not tell us\"\n"
    "      repeat\n"
    "        touchpoint remind \"We remind\"\n"
    "          from \"Sales\" to customer\n"
    "        touchpoint answer \"I answer\"\n"
    "          to \"Sales\" over phone\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "\n"
    "stage empty \"Nothing yet\" after\n"
    "\n"
    "stage use \"I use it\" after\n"
    "  any-order\n"
    "    touchpoint claim \"I claim\"\n"
    "      walk no \"Takes an accident\" instead \"Listen to five claims\"\n"
    "    touchpoint check \"They check\"\n"
    "      from \"Claims\"\n"
    "      instead \"Ask them\"\n"
    "  end\n";

fh_map maps_read(const char *text, fh_arena *arena)
{
    fh_map map = {0};
    fh_error err;
    if (fh_map_parse(fh_str_of(text), arena, &map, &err)) fail_msg("%s\n%s", err.message, text);
    return map;
}

fh_str maps_text(const fh_map *map, fh_arena *arena)
{
    fh_buf buf;
    fh_str text = {0};
    fh_error err;
    fh_buf_init(&buf, test_allocator(), SIZE_MAX);
    if (fh_map_print(map, &buf, &err)) fail_msg("%s", err.message);
    assert_true(fh_arena_str(arena, fh_buf_view(&buf), &text));
    fh_buf_free(&buf);
    return text;
}

static void put_words(fh_buf *out)
{
    static const char *const words[] = {"I",     "ask",  "the price", "\\\"so\\\"",
                                        "wait",  "\\\\", "ü¢",        "once",
                                        "again", "#no",  ",",         "customer"};
    fh_buf_char(out, '"');
    for (uint32_t n = 1 + test_rand(4); n; n--) fh_buf_text(out, words[test_rand(COUNT(words))]);
    fh_buf_char(out, '"');
}

static void put_said(fh_buf *out, const char *word)
{
    fh_buf_printf(out, " %s ", word);
    put_words(out);
    fh_buf_char(out, '\n');
}

static void put_touchpoint(fh_buf *out, uint32_t *n)
{
    static const char *const words[] = {"owner", "ask",   "note",   "never", "never",
                                        "holds", "needs", "system", "unseen"};
    static const char *const rules[] = {"more than 9 times", "more than 2 times within 8w",
                                        "outcome a of b", "over \"a b\""};
    static const char *const named[] = {"within 90m after", "after", "before", "without"};
    fh_buf_printf(out, "touchpoint t%u ", ++*n);
    put_words(out);
    fh_buf_char(out, '\n');
    for (size_t i = 0; i < COUNT(words); i++)
        if (!test_rand(4)) put_said(out, words[i]);
    if (!test_rand(3)) put_said(out, "from");
    if (!test_rand(3)) fh_buf_text(out, "to customer\n");
    if (!test_rand(3)) put_said(out, "over");
    if (!test_rand(4)) fh_buf_printf(out, "lane %s\n", test_rand(2) ? "front" : "customer");
    if (!test_rand(4)) fh_buf_printf(out, "feels %u\n", 1 + test_rand(5));
    if (!test_rand(4)) put_said(out, "place");
    if (!test_rand(4)) fh_buf_printf(out, "length %um\n", 1 + test_rand(5000));
    if (!test_rand(4)) fh_buf_printf(out, "promise \"p\" within %um\n", 1 + test_rand(5000));
    if (!test_rand(4)) fh_buf_text(out, "behave \"r\" \"b\"\n");
    if (!test_rand(4)) fh_buf_printf(out, "never \"n\" %s\n", rules[test_rand(COUNT(rules))]);
    if (!test_rand(4)) /* itself, so that the others may be taken away */
        fh_buf_printf(out, "never \"n\" %s t%u\n", named[test_rand(COUNT(named))], *n);
    if (!test_rand(4)) put_said(out, "walk no");
    if (!test_rand(4)) put_said(out, "instead");
    for (uint32_t k = test_rand(3); k; k--) {
        fh_buf_text(out, "match ");
        put_words(out);
        if (!test_rand(2)) fh_buf_text(out, ", \"b*\"");
        if (!test_rand(2)) fh_buf_text(out, " over phone");
        if (!test_rand(2)) fh_buf_text(out, " of \"Any one\"");
        fh_buf_char(out, '\n');
    }
}

static void put_steps(fh_buf *out, uint32_t *n, uint32_t most, uint32_t depth)
{
    static const char *const blocks[] = {"sequence", "choice", "any-order", "repeat", "optional"};
    for (uint32_t k = 1 + test_rand(3); k && *n < most; k--) {
        if (depth == 0 || test_rand(2)) {
            put_touchpoint(out, n);
            continue;
        }
        fh_buf_printf(out, "%s\n", blocks[test_rand(COUNT(blocks))]);
        put_steps(out, n, most, depth - 1);
        fh_buf_text(out, "end\n");
    }
}

fh_map maps_random(uint32_t most, fh_arena *arena)
{
    static const char *const whens[] = {"", "before", "during", "after"};
    fh_buf buf;
    uint32_t n = 0;
    fh_buf_init(&buf, test_allocator(), SIZE_MAX);
    fh_buf_text(&buf, "journey random ");
    put_words(&buf);
    fh_buf_text(&buf, "# a comment\n");
    if (test_rand(2)) put_said(&buf, "goal");
    for (uint32_t i = 0; i < 1 + most / 5; i++) {
        fh_buf_printf(&buf, "stage s%u ", i);
        put_words(&buf);
        fh_buf_printf(&buf, " %s\n\n", whens[test_rand(COUNT(whens))]);
        if (test_rand(6)) put_steps(&buf, &n, most, 4);
    }
    fh_buf_char(&buf, '\0');
    const fh_map map = maps_read(buf.ptr, arena);
    fh_buf_free(&buf);
    return map;
}
