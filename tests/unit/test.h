/* test.h - what unit tests share, on top of cmocka.
 *
 * A test is a sentence that is true when it passes. Arenas made from
 * test_allocator() hand every object a block of its own, no better aligned than
 * promised and filled with 0xa5, so that sanitizers see each object's end and
 * nobody relies on zeroed blocks; test_blocks_live() must be 0 at the end.
 * test_oom runs a body again and again, making the 1st, 2nd, 3rd ... allocation
 * (and all after it) fail until the body gets through.
 */
#ifndef FH_TEST_H
#define FH_TEST_H

#include "firsthand/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const fh_allocator *test_allocator(void);
size_t test_blocks_live(void);

/* Runs body(ctx) with the allocator failing from the n-th call on, for n = 1, 2,
 * ... until no failure is reached. The body returns FH_NOMEM exactly when it met
 * the failure; anything else, or a leak, fails the test. */
void test_oom(fh_status (*body)(void *ctx), void *ctx);

/* Deterministic pseudo-random numbers; test_seed starts them again. */
void test_seed(uint64_t seed);
uint32_t test_rand(uint32_t below);

/* Where files of tests lie: $TMPDIR, else /tmp. */
const char *test_folder(void);

/* The path of a file in ../shared, or NULL (the test then skips, saying so). */
const char *test_shared(const char *path, char *space, size_t size);

/* For loops that wait for a condition: pauses a millisecond; false, a minute after the
 * first call (with *until_ms 0). A loaded machine is slow, which is no failure. */
bool test_patient(int64_t *until_ms);

#define assert_status(got, want) test_status_((got), (want), #got, __FILE__, __LINE__)
void test_status_(fh_status got, fh_status want, const char *what, const char *file, int line);
#define assert_str(got, want) test_str_((got), (want), __FILE__, __LINE__)
void test_str_(fh_str got, const char *want, const char *file, int line);

#endif
