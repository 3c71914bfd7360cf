/* overload.c - more messages within a window than anybody should get.
 *
 *     limit 3     .  .  .  X  .     .        .  .  .  X
 *                 1  2  3  4  5     4        2  2  3  4    messages within the window
 *
 * Told is the message with which the limit is crossed (X), not those that follow while it
 * stays crossed: a hit is one stretch of too much. Counted are messages that nobody asked
 * for; answers to the customer and what goes on in a conversation are not.
 */
#include "find/find.h"

#define ANSWER_MS (INT64_C(24) * 3600 * 1000)

/* Is it an answer, or a later message of a conversation? */
static bool is_asked_for(const fh_find_story *story, uint32_t at)
{
    const fh_moment *now = &story->moment[at];
    for (uint32_t i = at; i-- > 0 && at - i <= FH_LOOK_BACK;) {
        const fh_moment *m = &story->moment[i];
        if (now->thread && m->thread == now->thread) return true;
        if (now->thread || m->direction != FH_DIR_IN || !fh_within(m, now, ANSWER_MS)) continue;
        if (m->department == now->department || (m->channel && m->channel == now->channel))
            return true;
    }
    return false;
}

typedef struct sender {
    uint32_t department, count;
} sender;

static bool sent_more(const sender *a, const sender *b)
{
    return a->count != b->count ? a->count > b->count : a->department < b->department;
}

/* The two departments that sent most of the n messages, ties to the lower number; the same
 * twice when there is only one. Of very many messages the last are looked at. */
static void leading(const fh_look *look, const uint32_t *list, uint32_t n, fh_hit *hit)
{
    sender senders[FH_LOOK_BACK];
    uint32_t different = 0;
    for (uint32_t i = n > FH_LOOK_BACK ? n - FH_LOOK_BACK : 0; i < n; i++) {
        const uint32_t now = look->story->moment[list[i]].department;
        uint32_t k = 0;
        while (k < different && senders[k].department != now) k++;
        if (k == different) senders[different++] = (sender){now, 0};
        senders[k].count++;
    }
    sender most = {0}, next = {0};
    for (uint32_t k = 0; k < different; k++) {
        if (sent_more(&senders[k], &most)) {
            next = most;
            most = senders[k];
        } else if (sent_more(&senders[k], &next)) {
            next = senders[k];
        }
    }
    hit->from = most.department;
    hit->to = next.count ? next.department : most.department;
}

static fh_status tell(const fh_look *look, const uint32_t *list, uint32_t n, fh_error *err)
{
    fh_hit hit = {.sort = FH_FIND_OVERLOAD, .a = list[0], .b = list[n - 1], .sure = 1};
    leading(look, list, n, &hit);
    const uint64_t part[] = {fh_unordered(hit.from, hit.to)};
    hit.cause = fh_finding_cause(FH_FIND_OVERLOAD, part, 1);
    return fh_look_tell(look, &hit, err);
}

fh_status fh_find_overload(const fh_look *look, fh_error *err)
{
    const fh_find_story *story = look->story;
    const uint32_t limit = look->settings->overload_messages;
    if (look->n_sent <= limit) return FH_OK;
    uint32_t *list = FH_NEW_ARRAY(look->pair, uint32_t, look->n_sent), n = 0, first = 0;
    fh_status status = list ? FH_OK : fh_no_memory(err);
    bool over = false; /* as of the last message */
    for (uint32_t j = 0; j < look->n_sent && status == FH_OK; j++) {
        const fh_moment *now = &story->moment[look->sent[j]];
        if (is_asked_for(story, look->sent[j])) continue;
        list[n++] = look->sent[j];
        while (!fh_within(&story->moment[list[first]], now, look->settings->overload_window_ms))
            first++;
        const bool crossed = !over && n - first > limit;
        over = n - first > limit;
        if (crossed && fh_fresh(look, now)) status = tell(look, list + first, n - first, err);
    }
    fh_arena_reset(look->pair);
    return status;
}

/* Those within the window that ends with moment `end`; `at` counts whatever it answers. */
static uint32_t count_to(const fh_find_story *story, uint32_t end, uint32_t at, int64_t window_ms)
{
    uint32_t n = 0;
    for (uint32_t i = end + 1; i-- > 0;) {
        const fh_moment *m = &story->moment[i];
        if (!fh_within(m, &story->moment[end], window_ms)) break;
        n += fh_is_sent(m) && (i == at || !is_asked_for(story, i));
    }
    return n;
}

uint32_t fh_find_most_within(const fh_find_story *story, uint32_t at, int64_t window_ms)
{
    uint32_t most = 0;
    for (uint32_t i = at; i < story->n && i - at <= FH_LOOK_BACK; i++) {
        if (!fh_within(&story->moment[at], &story->moment[i], window_ms)) break;
        const uint32_t n = count_to(story, i, at, window_ms);
        if (n > most) most = n;
    }
    return most;
}
