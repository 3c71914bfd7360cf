/* find.c - the one table of detectors, and what all of them need.
 *
 * A story is gone through once to list the messages to the customer and the customer's own;
 * then every detector of the table that is wanted looks at it. Detectors that are no matter
 * of one story (promises, maps, owners) are not here.
 */
#include "find/find.h"

#include <xxhash.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const struct {
    const char *name;
    fh_detector *detector; /* NULL: not found in one story */
} sorts[FH_N_FINDING_SORTS] = {
    [FH_FIND_DUPLICATE] = {"duplicate", fh_find_duplicates},
    [FH_FIND_SIGNATORY] = {"signatory", fh_find_signatories},
    [FH_FIND_CONTRADICTION] = {"contradiction", fh_find_contradictions},
    [FH_FIND_DAM] = {"dam", fh_find_dams},
    [FH_FIND_CONTEXT_LOST] = {"context-lost", fh_find_lost_context},
    [FH_FIND_OVERLOAD] = {"overload", fh_find_overload},
    [FH_FIND_NEVER] = {"never", NULL},
    [FH_FIND_DEVIATION] = {"deviation", NULL},
    [FH_FIND_PROMISE] = {"promise", NULL},
    [FH_FIND_OWNERLESS] = {"ownerless", NULL},
    [FH_FIND_FORGOTTEN] = {"forgotten", NULL},
    [FH_FIND_AGGRAVATION] = {"aggravation", NULL},
};

const char *fh_finding_sort_name(fh_finding_sort sort)
{
    return (unsigned)sort < FH_N_FINDING_SORTS ? sorts[sort].name : "";
}

fh_find_settings fh_find_defaults(void)
{
    return (fh_find_settings){
        .duplicate_window_ms = 14 * DAY_MS,
        .duplicate_jaccard = .5,
        .duplicate_containment = .8,
        .contradiction_window_ms = 90 * DAY_MS,
        .dam_window_ms = 7 * DAY_MS,
        .dam_told = .5,
        .overload_window_ms = 7 * DAY_MS,
        .overload_messages = 5,
        .sorts = (UINT64_C(1) << FH_N_FINDING_SORTS) - 1,
    };
}

uint64_t fh_finding_cause(fh_finding_sort sort, const uint64_t *part, size_t n)
{
    /* As bytes in one order, so that every machine hashes the same. */
    uint64_t hash = 0;
    for (size_t i = 0; i <= n; i++) {
        const uint64_t value = i == 0 ? (uint64_t)sort : part[i - 1];
        uint8_t bytes[8];
        for (unsigned k = 0; k < 8; k++) bytes[k] = (uint8_t)(value >> 8 * k);
        hash = XXH3_64bits_withSeed(bytes, sizeof bytes, hash);
    }
    return hash ? hash : 1;
}

/* ---- Telling ---- */

fh_status fh_look_tell(const fh_look *look, fh_hit *hit, fh_error *err)
{
    const fh_find_story *story = look->story;
    hit->customer = story->customer;
    if (!hit->from) hit->from = story->moment[hit->a].department;
    if (!hit->to) hit->to = story->moment[hit->b].department;
    hit->touchpoint = story->moment[hit->b].touchpoint;
    return look->each(look->ctx, story, hit, err);
}

void fh_best_offer(fh_best *best, uint64_t key, const fh_hit *hit)
{
    uint32_t i = 0;
    while (i < best->n && best->key[i] != key) i++;
    if (i == FH_LOOK_BACK) return;
    if (i < best->n && best->hit[i].sure >= hit->sure) return;
    best->key[i] = key;
    best->hit[i] = *hit;
    best->n += i == best->n;
}

fh_status fh_best_tell(const fh_look *look, fh_best *best, fh_error *err)
{
    for (uint32_t i = 0; i < best->n; i++) {
        const fh_status status = fh_look_tell(look, &best->hit[i], err);
        if (status != FH_OK) return status;
    }
    best->n = 0;
    return FH_OK;
}

/* ---- Looking ---- */

static bool is_heard(const fh_moment *m)
{
    return m->direction == FH_DIR_IN && m->department && m->text;
}

/* Both lists lie in one array: what was sent at its start, what was heard after it. */
static fh_status list_messages(fh_look *look, fh_arena *arena)
{
    const fh_find_story *story = look->story;
    uint32_t *list = FH_NEW_ARRAY(arena, uint32_t, story->n);
    if (!list) return FH_NOMEM;
    for (uint32_t i = 0; i < story->n; i++)
        if (fh_is_sent(&story->moment[i])) list[look->n_sent++] = i;
    look->sent = list;
    look->heard = list += look->n_sent;
    for (uint32_t i = 0; i < story->n; i++)
        if (is_heard(&story->moment[i])) list[look->n_heard++] = i;
    return FH_OK;
}

fh_status fh_find_in_story(const fh_lexicon *lexicon, const fh_usage *usage,
                           const fh_find_settings *settings, const fh_find_story *story,
                           fh_arena *arena, fh_each_hit *each, void *ctx, fh_error *err)
{
    if (story->n == 0) return FH_OK;
    fh_look look = {.lexicon = lexicon,
                    .usage = usage,
                    .settings = settings,
                    .story = story,
                    .pair = fh_arena_new(fh_arena_allocator(arena)),
                    .each = each,
                    .ctx = ctx};
    fh_status status = look.pair ? list_messages(&look, arena) : FH_NOMEM;
    if (status == FH_NOMEM) (void)fh_no_memory(err);
    for (unsigned i = 0; i < FH_N_FINDING_SORTS && status == FH_OK; i++)
        if (sorts[i].detector && settings->sorts >> i & 1) status = sorts[i].detector(&look, err);
    fh_arena_free(look.pair);
    return status;
}
