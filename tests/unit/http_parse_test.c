/* http_parse_test.c - the pure parts of the HTTP server: headers, chunks, paths,
 * queries, entity tags; in whatever pieces the bytes come. */
#include "test.h"

#include "http/chunk.h"
#include "http/inside.h"
#include "http/parse.h"

#include <stdlib.h>

static const fh_http_limits limits = {
    .header_bytes = 16384, .line_bytes = 8192, .fields = FH_HTTP_MAX_FIELDS};

/* Reads `text` in steps, each time from a block of exactly the size so far. */
static int read_in_steps(fh_http_head *head, fh_str text, size_t step, size_t *used)
{
    fh_http_head_reset(head, &limits);
    int verdict = 0;
    for (size_t n = step; verdict == 0; n += step) {
        const size_t len = n < text.len ? n : text.len;
        char *block = malloc(len ? len : 1);
        assert_non_null(block);
        if (len) memcpy(block, text.ptr, len);
        verdict = fh_http_head_read(head, block, len);
        free(block);
        *used = len;
        if (len == text.len) break;
    }
    return verdict;
}

static void a_header_is_read_into_its_parts(void **state)
{
    (void)state;
    const char text[] = "POST /a/b?c=d HTTP/1.1\r\nhost: Example.org:80\r\n"
                        "Connection: foo, Keep-Alive ,close\r\nA:\r\nContent-Length: 007\r\n"
                        "X-Long:  two words\t \r\n\r\nrest";
    fh_http_head head;
    fh_http_head_reset(&head, &limits);
    assert_int_equal(fh_http_head_read(&head, text, sizeof text - 1), 1);
    assert_int_equal(head.len, sizeof text - 1 - 4);
    assert_int_equal(head.method, FH_HTTP_POST);
    assert_int_equal(head.minor, 1);
    assert_str(fh_http_slice(text, head.target), "/a/b?c=d");
    assert_str(fh_http_slice(text, head.path), "/a/b");
    assert_str(fh_http_slice(text, head.query), "c=d");
    assert_str(fh_http_slice(text, head.host), "Example.org:80");
    assert_true(head.close && head.keep_alive && head.has_length && !head.chunked);
    assert_int_equal(head.content_length, 7);
    assert_int_equal(head.n_fields, 5);
    assert_str(fh_http_slice(text, head.fields[2].value), "");
    assert_str(fh_http_slice(text, head.fields[4].value), "two words");
}

static void hosts_are_names_or_addresses_with_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int verdict;
    } cases[] = {{"a", 1},          {"a.b-c_d:8080", 1}, {"127.0.0.1", 1},  {"[::1]", 1},
                 {"[::1]:80", 1},   {"a:", 1},           {"[::1", 400},     {"[]", 400},
                 {"[::1]80", 400},  {"a:b", 400},        {"a:123456", 400}, {":80", 400},
                 {"a b", 400},      {"a,b", 400},        {"a\x80", 400},    {"[g::1]", 400},
                 {"http://a", 400}, {"a?b", 400}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[100];
        fh_http_head head;
        const int n =
            snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", cases[i].host);
        fh_http_head_reset(&head, &limits);
        if (fh_http_head_read(&head, text, (size_t)n) != cases[i].verdict)
            fail_msg("'%s' is not %d", cases[i].host, cases[i].verdict);
    }
}

/* A request that is nearly right, or not at all. */
static size_t random_request(char *to, size_t size)
{
    static const char *const parts[] = {"GET ",
                                        "POST",
                                        " /",
                                        " HTTP/1.1",
                                        " HTTP/1.0",
                                        "\r\n",
                                        "\r\n",
                                        "\r\n\r\n",
                                        "\n",
                                        "\r",
                                        "Host: x\r\n",
                                        "Host: y\r\n",
                                        "A: b",
                                        "Content-Length: 3\r\n",
                                        "Transfer-Encoding: chunked\r\n",
                                        "Expect: 100-continue\r\n",
                                        " ",
                                        "\t",
                                        ":",
                                        "%41",
                                        "\x01",
                                        "http://x/",
                                        "?a=b"};
    size_t n = 0;
    if (test_rand(2))
        n = (size_t)snprintf(to, size, "GET / HTTP/1.%u\r\nHost: x\r\n", test_rand(3));
    for (uint32_t i = test_rand(12); i > 0; i--) {
        const char *part = parts[test_rand(COUNT(parts))];
        if (n + strlen(part) >= size) break;
        memcpy(to + n, part, strlen(part));
        n += strlen(part);
    }
    return n;
}

static void the_verdict_on_a_header_does_not_depend_on_its_pieces(void **state)
{
    (void)state;
    char text[600];
    test_seed(7);
    for (int round = 0; round < 3000; round++) {
        const fh_str request = {text, random_request(text, sizeof text)};
        fh_http_head whole, bytewise, random;
        size_t used;
        const int verdict = read_in_steps(&whole, request, request.len + 1, &used);
        assert_int_equal(read_in_steps(&bytewise, request, 1, &used), verdict);
        assert_true(whole.why == bytewise.why);
        assert_int_equal(read_in_steps(&random, request, 1 + test_rand(20), &used), verdict);
        assert_int_equal(whole.n_fields, bytewise.n_fields);
        if (verdict == 1) {
            assert_int_equal(whole.len, bytewise.len);
            assert_int_equal(whole.len, random.len);
        }
    }
}

/* Splits `bytes` into pieces of at most `step`; the body that comes out. */
static fh_http_chunk_verdict unchunk(fh_str bytes, size_t step, fh_buf *body, size_t *used)
{
    fh_http_chunks c = {.state = FH_CHUNK_SIZE};
    *used = 0;
    for (size_t at = 0; at < bytes.len;) {
        const size_t len = bytes.len - at < step ? bytes.len - at : step;
        char *block = malloc(len);
        assert_non_null(block);
        memcpy(block, bytes.ptr + at, len);
        size_t taken = 0;
        fh_http_chunk_verdict v;
        fh_str piece;
        while ((v = fh_http_chunk_next(&c, (fh_str){block, len}, &taken, &piece)) == FH_CHUNK_PIECE)
            fh_buf_str(body, piece);
        free(block);
        *used = at + taken;
        if (v != FH_CHUNK_MORE) return v;
        assert_int_equal(taken, len);
        at += len;
    }
    return FH_CHUNK_MORE;
}

static void the_body_does_not_depend_on_how_its_chunks_come(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "3\r\nabc\r\n",  "1\r\nx\r\n",  "0\r\n\r\n", "A\r\n0123456789\r\n",
        "2;e\r\nyz\r\n", "0\r\n",       "\r\n",      "00a\r\n0123456789\r\n",
        "fffffffff",     "1 \r\nx\r\n", ";",         "0\r\nA: b\r\n\r\n"};
    test_seed(11);
    for (int round = 0; round < 3000; round++) {
        char text[300];
        size_t n = 0, used, used_bytewise, used_random;
        for (uint32_t i = 1 + test_rand(8); i > 0; i--) {
            const char *part = parts[test_rand(test_rand(3) ? 5 : COUNT(parts))];
            memcpy(text + n, part, strlen(part));
            n += strlen(part);
        }
        fh_buf whole, bytewise, random;
        fh_buf_init(&whole, NULL, 1000);
        fh_buf_init(&bytewise, NULL, 1000);
        fh_buf_init(&random, NULL, 1000);
        const fh_str bytes = {text, n};
        const fh_http_chunk_verdict v = unchunk(bytes, n, &whole, &used);
        assert_int_equal(unchunk(bytes, 1, &bytewise, &used_bytewise), v);
        assert_int_equal(unchunk(bytes, 1 + test_rand(9), &random, &used_random), v);
        assert_true(fh_str_eq(fh_buf_view(&whole), fh_buf_view(&bytewise)));
        assert_true(fh_str_eq(fh_buf_view(&whole), fh_buf_view(&random)));
        if (v == FH_CHUNK_END) assert_true(used == used_bytewise && used == used_random);
        fh_buf_free(&whole);
        fh_buf_free(&bytewise);
        fh_buf_free(&random);
    }
}

static void chunk_extensions_are_passed_over_but_not_for_ever(void **state)
{
    (void)state;
    fh_buf bytes, body;
    size_t used;
    fh_buf_init(&bytes, NULL, 1 << 20);
    fh_buf_init(&body, NULL, 1 << 20);
    for (int i = 0; i < 100; i++) fh_buf_text(&bytes, "1;ab=cd\r\nx\r\n");
    fh_buf_text(&bytes, "0\r\n\r\n");
    assert_int_equal(unchunk(fh_buf_view(&bytes), bytes.len, &body, &used), FH_CHUNK_END);
    assert_int_equal(body.len, 100);
    fh_buf_clear(&bytes);
    for (int i = 0; i < 300; i++) fh_buf_text(&bytes, "1;ab=cd\r\nx\r\n");
    assert_int_equal(unchunk(fh_buf_view(&bytes), bytes.len, &body, &used), FH_CHUNK_BAD);
    fh_buf_free(&bytes);
    fh_buf_free(&body);
}

static void paths_are_decoded_once_and_mean_one_thing(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *path; /* NULL: refused */
    } cases[] = {{"/", "/"},
                 {"/a/b", "/a/b"},
                 {"/a%20b", "/a b"},
                 {"/%c3%a4", "/\xc3\xa4"},
                 {"/100%2525", "/100%25"},
                 {"/a+b", "/a+b"},
                 {"/...", "/..."},
                 {"/.a/b.", "/.a/b."},
                 {"//a", "//a"},
                 {"/.", NULL},
                 {"/..", NULL},
                 {"/a/./b", NULL},
                 {"/%2e%2e/b", NULL},
                 {"/.%2e", NULL},
                 {"/a%2Fb", NULL},
                 {"/a%5cb", NULL},
                 {"/%00", NULL},
                 {"/%0a", NULL},
                 {"/%7f", NULL},
                 {"/%", NULL},
                 {"/%4", NULL},
                 {"/%4g", NULL},
                 {"/%c3", NULL},
                 {"/%ed%a0%80", NULL},
                 {"/%c0%ae", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[64];
        fh_str path;
        const char *why = fh_http_decode_path(fh_str_of(cases[i].raw), room, &path);
        if ((why == NULL) != (cases[i].path != NULL)) fail_msg("%s: %s", cases[i].raw, why);
        if (!why) assert_str(path, cases[i].path);
    }
}

static void queries_are_pairs_and_their_faults_are_told(void **state)
{
    (void)state;
    fh_arena *arena = fh_arena_new(test_allocator());
    const fh_str query = FH_STR("&a=1&&b=x+y%26&c&=d&a%20b=%C3%A4&");
    static const char *const wanted[][2] = {
        {"a", "1"}, {"b", "x y&"}, {"c", ""}, {"", "d"}, {"a b", "\xc3\xa4"}};
    size_t at = 0;
    fh_str name, value;
    fh_error err;
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_status(fh_http_next_pair(arena, query, &at, &name, &value, &err), FH_OK);
        assert_str(name, wanted[i][0]);
        assert_str(value, wanted[i][1]);
    }
    assert_status(fh_http_next_pair(arena, query, &at, &name, &value, &err), FH_NOTFOUND);
    assert_status(fh_http_pair(arena, query, "b", &value, &err), FH_OK);
    assert_str(value, "x y&");
    assert_status(fh_http_pair(arena, query, "d", &value, &err), FH_NOTFOUND);
    assert_status(fh_http_pair(arena, FH_STR("a=1&a=2"), "a", &value, &err), FH_FORMAT);
    assert_string_equal(err.message, "'a' is given twice");
    static const char *const bad[] = {"a=%", "a=%zz", "%4=1", "a=%00", "a=%ff", "b=1&a=%c3"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_status(fh_http_pair(arena, fh_str_of(bad[i]), "a", &value, &err), FH_FORMAT);
        assert_true(err.hint[0] != '\0');
    }
    fh_arena_free(arena);
    assert_int_equal(test_blocks_live(), 0);
}

static fh_status read_a_query(void *ctx)
{
    (void)ctx;
    fh_arena *arena = fh_arena_new(test_allocator());
    if (!arena) return FH_NOMEM;
    fh_str value;
    const fh_status status = fh_http_pair(arena, FH_STR("a=1&b=2"), "b", &value, NULL);
    fh_arena_free(arena);
    return status;
}

static void a_query_survives_running_out_of_memory(void **state)
{
    (void)state;
    test_oom(read_a_query, NULL);
}

static void entity_tags_are_found_in_lists(void **state)
{
    (void)state;
    const fh_str tag = FH_STR("\"a\"");
    assert_true(fh_http_tag_matches(FH_STR("\"a\""), tag));
    assert_true(fh_http_tag_matches(FH_STR("\"b\", W/\"a\""), tag));
    assert_true(fh_http_tag_matches(FH_STR("*"), tag));
    assert_true(fh_http_tag_matches(FH_STR("\"a\""), FH_STR("W/\"a\"")));
    assert_false(fh_http_tag_matches(FH_STR("a"), tag));
    assert_false(fh_http_tag_matches(FH_STR("\"b\""), tag));
    assert_false(fh_http_tag_matches((fh_str){NULL, 0}, tag));
}

static void addresses_are_counted_each_for_itself(void **state)
{
    (void)state;
    enum { ADDRESSES = 200, ROUNDS = 20000 };
    fh_http_addresses *a = fh_http_addresses_new(test_allocator(), ADDRESSES, 99);
    assert_non_null(a);
    static unsigned char address[ADDRESSES][16];
    uint32_t count[ADDRESSES] = {0};
    test_seed(5);
    for (size_t i = 0; i < ADDRESSES; i++) {
        if (i % 2) { /* IPv4 */
            address[i][10] = address[i][11] = 0xff;
            address[i][14] = (unsigned char)(i >> 8);
            address[i][15] = (unsigned char)i;
        } else { /* IPv6: a /64 each */
            address[i][0] = 0x20;
            address[i][7] = (unsigned char)i;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        const size_t i = test_rand(ADDRESSES);
        if (test_rand(2)) {
            if (i % 2 == 0) address[i][15] = (unsigned char)test_rand(256); /* the same /64 */
            const bool entered = fh_http_addresses_enter(a, address[i], 3);
            assert_int_equal(entered, count[i] < 3);
            count[i] += entered;
        } else if (count[i]) {
            fh_http_addresses_leave(a, address[i]);
            count[i]--;
        }
    }
    for (size_t i = 0; i < ADDRESSES; i++)
        for (; count[i]; count[i]--) fh_http_addresses_leave(a, address[i]);
    for (size_t i = 0; i < ADDRESSES; i++) assert_true(fh_http_addresses_enter(a, address[i], 1));
    fh_http_addresses_free(a);
    assert_int_equal(test_blocks_live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_into_its_parts),
        cmocka_unit_test(hosts_are_names_or_addresses_with_a_port),
        cmocka_unit_test(the_verdict_on_a_header_does_not_depend_on_its_pieces),
        cmocka_unit_test(the_body_does_not_depend_on_how_its_chunks_come),
        cmocka_unit_test(chunk_extensions_are_passed_over_but_not_for_ever),
        cmocka_unit_test(paths_are_decoded_once_and_mean_one_thing),
        cmocka_unit_test(queries_are_pairs_and_their_faults_are_told),
        cmocka_unit_test(a_query_survives_running_out_of_memory),
        cmocka_unit_test(entity_tags_are_found_in_lists),
        cmocka_unit_test(addresses_are_counted_each_for_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
