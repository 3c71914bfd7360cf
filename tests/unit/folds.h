/* folds.h - what the tests of folds share: however the interactions are cut into
 * segments, coded and spread over folds, the result is the same text.
 */
#ifndef FH_TEST_FOLDS_H
#define FH_TEST_FOLDS_H

#include "segments.h"

#include "firsthand/fold.h"

/* A question: how to make its fold, and how to write down what it read. */
typedef struct test_fold {
    fh_status (*make)(const void *options, const fh_allocator *from, fh_fold **out, fh_error *err);
    const void *options;
    fh_status (*print)(const fh_fold *fold, fh_arena *arena, fh_buf *out, fh_error *err);
} test_fold;

/* The text of one fold over the segments, in `space`. */
fh_str test_fold_text(const test_fold *t, fh_arena *arena, const fh_segment *const *seg, size_t n);

/* Folds the rows in many ways and fails when any gives another text than the
 * plainest: one segment, one fold. `wide` > 256: also with 16-bit codes, made by
 * dictionaries of so many names. Returns the text. */
fh_str test_fold_same(const test_fold *t, fh_arena *arena, const fh_row *rows, size_t n,
                      uint32_t wide);

/* Runs the fold over the rows (two segments, two folds, merged, read) with memory
 * running out at every allocation. */
void test_fold_oom(const test_fold *t, const fh_row *rows, size_t n);

/* `seg` with a dictionary of `n_names` touchpoints, departments and channels, all
 * numbers or all but those unused that 8 divides. */
const fh_segment *test_wide(fh_arena *arena, const fh_segment *seg, uint32_t n_names, bool all);

/* The rows in order of customer and time, as the oracles read them. */
fh_row *test_sorted(fh_arena *arena, const fh_row *rows, size_t n);
static inline int64_t test_at_ms(const fh_row *row)
{
    return fh_instant_ms(row->at_s, row->ms);
}

#endif
