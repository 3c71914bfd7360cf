/* finds.h - stories by hand for the detectors, and what these tell of them as text.
 *
 * A story is a table of lines: when (hours), which way, which department, what. Its texts
 * are read as the product reads them. Hits are printed one a line:
 *
 *     duplicate 0 2: 1 > 3, purpose text
 *
 * that is: sort, the two moments, the two departments, the ways and types of facts.
 */
#ifndef FH_TEST_FINDS_H
#define FH_TEST_FINDS_H

#include "test.h"

#include "firsthand/find.h"

#define HOUR_MS (INT64_C(3600) * 1000)
/* The hour 0 of all stories: 2025-03-03T08:00:00Z, a Monday. */
#define HOUR_0_MS (INT64_C(1740988800) * 1000)

#define OUT    FH_DIR_OUT
#define IN     FH_DIR_IN
#define INSIDE FH_DIR_INTERNAL

/* The beginnings of a line: {D(0, OUT, SALES), .purpose = 3}; {T(1, IN, SALES, "Hello")}. */
#define D(when, which_way, of)          .hour = (when), .way = (which_way), .department = (of)
#define T(when, which_way, of, written) D(when, which_way, of), .text = (written)

typedef struct line {
    double hour;
    fh_direction way;
    uint32_t department;
    const char *text; /* NULL: none */
    uint32_t purpose, signatory, template_number, problem, touchpoint, channel;
    uint64_t thread;
    bool handoff, has_reason, has_receipt;
} line;

typedef struct finds {
    fh_lexicon *lexicon;
    fh_usage *usage; /* NULL: nothing is boilerplate */
    fh_find_settings settings;
    int64_t fresh_ms;
    fh_arena *arena;
    fh_buf out;
} finds;

/* A group set-up and tear-down that keep one `finds` for all tests of a file in *state. */
int finds_setup(void **state);
int finds_teardown(void **state);
/* The settings, fresh_ms and usage as they are by default; before each test. */
int finds_begin(void **state);

/* The story in the arena, as detectors take it. */
fh_find_story finds_story(finds *f, const line *lines, size_t n);
/* The hits of one sort, or of all (FH_N_FINDING_SORTS), as text; valid until the next call. */
fh_str finds_of(finds *f, fh_finding_sort sort, const fh_find_story *story);
fh_str finds_in(finds *f, fh_finding_sort sort, const line *lines, size_t n);
/* The hits themselves, in the arena. */
const fh_hit *finds_hits(finds *f, fh_finding_sort sort, const fh_find_story *story, size_t *n);

#define FINDS(f, sort, lines) finds_in((f), (sort), (lines), COUNT(lines))

#endif
