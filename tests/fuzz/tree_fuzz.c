/* tree_fuzz.c - any bytes read as a process tree and, behind a line's end, a story: what is
 * printed is read as the same; costs and moves agree, within their bounds.
 */
#include "firsthand/journey.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 60 };

/* Printing, reading and printing again gives the same; canonical stays canonical. */
static void round_trip(const fh_tree *tree, bool canonical, fh_arena *arena)
{
    fh_buf one, two;
    fh_tree again;
    fh_buf_init(&one, NULL, 1 << 24);
    fh_buf_init(&two, NULL, 1 << 24);
    if (fh_tree_print(tree, canonical, &one, NULL)) abort();
    if (fh_tree_parse(fh_buf_view(&one), arena, &again, NULL)) abort();
    if (fh_tree_print(&again, canonical, &two, NULL)) abort();
    if (!fh_str_eq(fh_buf_view(&one), fh_buf_view(&two))) abort();
    fh_buf_free(&one);
    fh_buf_free(&two);
}

static void align(const fh_tree *tree, const uint8_t *bytes, size_t n, fh_arena *arena)
{
    const fh_align_options options = {.memory = 16 << 20};
    uint32_t story[LONGEST];
    fh_aligner *a = NULL;
    fh_alignment found;
    uint64_t cost = 0;
    if (n > LONGEST) n = LONGEST;
    for (size_t i = 0; i < n; i++) story[i] = bytes[i] % (tree->n_labels + 1);
    if (fh_aligner_new(NULL, tree, &options, &a, NULL)) return;
    const fh_status status = fh_align_cost(a, story, n, &cost, NULL);
    if (status == FH_LIMIT) {
        fh_aligner_free(a);
        return;
    }
    if (status || cost > n + fh_align_empty(a)) abort();
    if (fh_align_moves(a, story, n, arena, &found, NULL) == FH_OK) {
        uint64_t moves = found.n_missing;
        for (size_t i = 0; i < n; i++) moves += !found.completed[i];
        if (moves != cost || found.cost != cost) abort();
    }
    fh_aligner_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    const fh_str text = {(const char *)data, end ? (size_t)(end - data) : size};
    fh_arena *arena = fh_arena_new(NULL);
    fh_tree tree;
    fh_error err = {0};
    if (!arena) abort();
    const fh_status status = fh_tree_parse(text, arena, &tree, &err);
    if (status && (!err.message[0] || !err.hint[0])) abort();
    if (!status) {
        round_trip(&tree, false, arena);
        round_trip(&tree, true, arena);
        if (end) align(&tree, end + 1, size - text.len - 1, arena);
    }
    fh_arena_free(arena);
    return 0;
}
