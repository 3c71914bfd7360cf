/* edits.c - the edit distance of two ways (see represent.h). */
#include "journey/represent.h"

#include <string.h>

fh_status fh_pattern_new(fh_arena *arena, uint32_t n_labels, size_t longest, fh_pattern *out,
                         fh_error *err)
{
    const size_t n = longest < FH_PATTERN_MAX ? longest : FH_PATTERN_MAX, words = (n + 63) / 64;
    fh_pattern p = {.slot = FH_NEW_ARRAY(arena, uint32_t, (size_t)n_labels + 1),
                    .has = FH_NEW_ARRAY(arena, uint64_t, (n + 1) * words + 1),
                    .up = FH_NEW_ARRAY(arena, uint64_t, words + 1),
                    .down = FH_NEW_ARRAY(arena, uint64_t, words + 1)};
    if (!p.slot || !p.has || !p.up || !p.down) return fh_no_memory(err);
    memset(p.slot, 0, ((size_t)n_labels + 1) * sizeof *p.slot);
    *out = p;
    return FH_OK;
}

void fh_pattern_clear(fh_pattern *p, const fh_discover_way *way)
{
    for (size_t i = 0; i < way->n; i++) p->slot[way->story[i]] = 0;
}

void fh_pattern_set(fh_pattern *p, const fh_discover_way *way)
{
    uint32_t n_slots = 1; /* the first is of steps that the pattern does not have */
    p->n = way->n;
    p->n_words = (way->n + 63) / 64;
    memset(p->has, 0, p->n_words * sizeof *p->has);
    for (size_t i = 0; i < way->n; i++) {
        uint32_t *slot = &p->slot[way->story[i]];
        if (!*slot) {
            *slot = n_slots++;
            memset(p->has + *slot * p->n_words, 0, p->n_words * sizeof *p->has);
        }
        p->has[*slot * p->n_words + i / 64] |= (uint64_t)1 << i % 64;
    }
}

/* One step of the text through one word: `in` is how the row above it changes (-1, 0, 1);
 * gives how its own last row, that of `last`, does. */
static int advance(uint64_t *up, uint64_t *down, uint64_t has, int in, uint64_t last)
{
    const uint64_t either = has | *down;
    if (in < 0) has |= 1;
    const uint64_t across = (((has & *up) + *up) ^ *up) | has;
    uint64_t more = *down | ~(across | *up), less = *up & across;
    const int out = ((more & last) != 0) - ((less & last) != 0);
    more = more << 1 | (in > 0);
    less = less << 1 | (in < 0);
    *up = less | ~(either | more);
    *down = more & either;
    return out;
}

uint64_t fh_pattern_edits(const fh_pattern *p, const fh_discover_way *way)
{
    uint64_t edits = p->n;
    if (!p->n) return way->n;
    memset(p->up, 0xff, p->n_words * sizeof *p->up);
    memset(p->down, 0, p->n_words * sizeof *p->down);
    for (size_t i = 0; i < way->n; i++) {
        const uint64_t *has = p->has + p->slot[way->story[i]] * p->n_words;
        int change = 1;
        for (size_t w = 0; w < p->n_words; w++) {
            const unsigned at = w + 1 < p->n_words ? 63 : (unsigned)((p->n - 1) % 64);
            change = advance(&p->up[w], &p->down[w], has[w], change, (uint64_t)1 << at);
        }
        if (change > 0) edits++;
        if (change < 0) edits--;
    }
    return edits;
}

fh_status fh_way_edits(const fh_discover_way *a, const fh_discover_way *b, uint32_t n_labels,
                       fh_arena *arena, uint64_t *out, fh_error *err)
{
    const fh_discover_way *shorter = a->n <= b->n ? a : b, *longer = a->n <= b->n ? b : a;
    fh_pattern p;
    if (shorter->n > FH_PATTERN_MAX)
        return fh_fail(err, FH_LIMIT, "a way has more than %d steps", (int)FH_PATTERN_MAX);
    const fh_status s = fh_pattern_new(arena, n_labels, shorter->n, &p, err);
    if (s) return s;
    fh_pattern_set(&p, shorter);
    *out = fh_pattern_edits(&p, longer);
    return FH_OK;
}
