/* parse_csv_index_test.c - the three ways to index give the same offsets. */
#include "test.h"

#include "parse/csv_index.h"

#include <stdlib.h>

static void all_ways_to_index_agree(void **state)
{
    (void)state;
    static const char alphabet[] = {',', ';', '\n', '\r', '"', 'a', '7', '\0', (char)0xc3, ' '};
    fh_csv_index *const ways[] = {fh_csv_index_sse2, fh_csv_index_best()};
    test_seed(1);
    for (int round = 0; round < 3000; round++) {
        const size_t n = test_rand(300);
        const uint32_t letters = round % 3 ? 8 : COUNT(alphabet);
        char *text = malloc(n ? n : 1); /* its end is seen by sanitizers */
        assert_non_null(text);
        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[(test_rand(letters) + (round % 3 == 1 ? 1 : 0)) % letters];
        const fh_csv_marks marks = {round % 2 ? ',' : ';', round % 5 ? '\n' : '\r'};
        uint32_t want[400], got[400];
        unsigned want_seen = 0;
        const size_t k = fh_csv_index_plain(text, n, marks, want, &want_seen);
        for (size_t w = 0; w < COUNT(ways); w++) {
            unsigned seen = 0;
            assert_int_equal(ways[w](text, n, marks, got, &seen), k);
            assert_memory_equal(got, want, k * sizeof *got);
            assert_int_equal(seen, want_seen);
        }
        for (size_t i = 0, at = 0; i < n; i++) {
            const bool special =
                text[i] == marks.delimiter || text[i] == marks.newline || text[i] == '"';
            if (special) assert_int_equal(want[at++], i);
            if (i + 1 == n) assert_int_equal(at, k);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_ways_to_index_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
