/* segments.h - segments for tests: from a small table of rows, or at random.
 *
 *     const fh_row rows[] = {
 *         {.customer = 7, .at_s = 100, .touchpoint = 2},
 *         {.customer = 7, .at_s = 160, .touchpoint = 5},
 *     };
 *     const fh_segment *seg = test_segment(arena, rows, COUNT(rows));
 *
 * Built in the plainest way, without the library's builder, so that it can be
 * the oracle for it. Every array has FH_PAD bytes of 0xee on both sides.
 */
#ifndef FH_TEST_SEGMENTS_H
#define FH_TEST_SEGMENTS_H

#include "test.h"

#include "firsthand/story.h"

/* The rows, in any order, as one segment with all columns; ties in (customer,
 * time) keep their order. Local codes are as dense as they can be. */
const fh_segment *test_segment(fh_arena *arena, const fh_row *rows, size_t n);

/* The same with touchpoint codes equal to the global numbers (`identity`). */
const fh_segment *test_segment_identity(fh_arena *arena, const fh_row *rows, size_t n);

/* Interaction `i` of story `story` as the row it came from (payload apart). */
fh_row test_row(const fh_segment *seg, uint32_t story, uint32_t i);

/* Fails the test, naming the place, when two segments differ in any column. What
 * codes stand for is compared, not the codes. */
void test_same_segment(const fh_segment *got, const fh_segment *want);

/* How many of each there are; 0: that column stays empty. */
typedef struct test_shape {
    uint32_t customers; /* numbers 1 .. customers                   */
    uint32_t span_s;    /* times 1700000000 .. + span_s; 0: one day */
    uint32_t touchpoints, channels, departments, outcomes, problems, origins, members;
    bool ms, directions, values, scores, ids, payloads;
} test_shape;
void test_random_rows(const test_shape *shape, fh_row *rows, size_t n);

#endif
