/* severe.c - where something broke badly for a customer (firsthand/story.h: fh_severe).
 *
 * One pass over each story. What is known of its problems so far lies in a list in the
 * order of first sight, found through a hash table that a stamp empties for the next
 * story:
 *
 *     scratch   | episode[longest story] | slot[2^k >= 2 * longest story] |
 *
 * Always: a story has at most as many problems as interactions, so the table never fills up.
 */
#include "story/space.h"

#include <string.h>

enum {
    OF_PROBLEMS = 1u << FH_SEVERE_REOPENED | 1u << FH_SEVERE_TOLD_AGAIN | 1u << FH_SEVERE_AGAIN
};

typedef struct episode {
    uint32_t problem;
    uint32_t department; /* that has it; 0: none was named yet */
    bool contacted, handed, confirmed;
    uint8_t n_times;
    uint32_t at_s[FH_SEVERE_TIMES_MAX - 1]; /* [n_times] of the last contacts, the oldest first */
} episode;

typedef struct slot {
    uint32_t story; /* number + 1 of the story it was filled in; else it is empty */
    uint32_t index; /* of the episode */
} slot;

typedef struct episodes {
    episode *list; /* [n] */
    slot *slots;   /* [mask + 1] */
    uint32_t n, mask, story;
} episodes;

uint32_t fh_severe_columns(const fh_severe *rules)
{
    uint32_t columns = 1u << FH_COL_STORIES | 1u << FH_COL_GAP;
    if (rules->rules & (1u << FH_SEVERE_FAILED | OF_PROBLEMS)) columns |= 1u << FH_COL_OUTCOME;
    if (rules->rules & 1u << FH_SEVERE_SCORE) columns |= 1u << FH_COL_TOUCHPOINT;
    if (rules->rules & (1u << FH_SEVERE_SCORE | OF_PROBLEMS)) columns |= 1u << FH_COL_SCORE;
    if (rules->rules & OF_PROBLEMS) columns |= 1u << FH_COL_PROBLEM | 1u << FH_COL_DIRECTION;
    if (rules->rules & 1u << FH_SEVERE_TOLD_AGAIN) columns |= 1u << FH_COL_DEPARTMENT;
    if (rules->rules & 1u << FH_SEVERE_TOLD_AGAIN && rules->telling.bits)
        columns |= 1u << FH_COL_TOUCHPOINT;
    return columns;
}

static bool of_problems(const fh_severe *rules, const fh_segment *seg)
{
    return rules->rules & OF_PROBLEMS && seg->problem;
}

static uint32_t longest(const fh_segment *seg)
{
    uint32_t most = 1;
    for (uint32_t s = 0; s < seg->n_stories; s++)
        if (seg->start[s + 1] - seg->start[s] > most) most = seg->start[s + 1] - seg->start[s];
    return most;
}

static size_t n_slots(uint32_t most)
{
    size_t n = 4;
    while (n < 2 * (size_t)most) n *= 2;
    return n;
}

size_t fh_severe_scratch(const fh_severe *rules, const fh_segment *seg)
{
    if (!of_problems(rules, seg)) return 1;
    const uint32_t most = longest(seg); /* below 2^26: the sum cannot overflow */
    return most * sizeof(episode) + n_slots(most) * sizeof(slot);
}

static episode *episode_of(episodes *e, uint32_t problem)
{
    uint32_t at = problem * UINT32_C(0x9E3779B1) >> 7 & e->mask;
    for (; e->slots[at].story == e->story + 1; at = (at + 1) & e->mask)
        if (e->list[e->slots[at].index].problem == problem) return &e->list[e->slots[at].index];
    e->slots[at] = (slot){e->story + 1, e->n};
    e->list[e->n] = (episode){.problem = problem};
    return &e->list[e->n++];
}

/* Whether this contact is one too many; it is remembered. */
static bool once_too_often(const fh_severe *rules, episode *e, uint64_t at_s)
{
    const uint8_t want = (uint8_t)(rules->times - 1);
    const bool full = e->n_times == want;
    const bool hit = full && at_s - e->at_s[0] <= rules->within_s;
    if (full) memmove(e->at_s, e->at_s + 1, (want - 1u) * sizeof *e->at_s);
    e->at_s[full ? want - 1 : e->n_times++] = (uint32_t)at_s;
    return hit;
}

/* Came back: called reopened, or a contact after it was confirmed. */
static bool came_back(const fh_severe *rules, episode *e, uint32_t outcome, bool confirms,
                      bool contact)
{
    const bool back =
        (outcome && outcome == rules->reopened) || (contact && !confirms && e->confirmed);
    e->confirmed = confirms || (e->confirmed && !back);
    return back;
}

/* Contact with the department it was handed to, after contact with another. */
static bool tells_again(const fh_severe *rules, episode *e, uint32_t touchpoint)
{
    if (!e->handed || (rules->telling.bits && !fh_in_set(&rules->telling, touchpoint)))
        return false;
    e->handed = false;
    return e->contacted;
}

/* The rules about one problem; e is as it stood before the interaction. */
static uint32_t turn(const fh_severe *rules, const fh_segment *seg, uint32_t i, uint64_t at_s,
                     episode *e)
{
    const uint32_t outcome = fh_name_at(&seg->outcome, i);
    const uint32_t department = fh_name_at(&seg->department, i);
    const uint32_t way = fh_name_at(&seg->direction, i);
    const bool contact = (way == FH_DIR_IN || way == FH_DIR_NONE) && !fh_bit(seg->has_score, i);
    const bool confirms = outcome && fh_in_set(&rules->confirmed, outcome);
    uint32_t broken = 0;
    if (department && e->department && department != e->department) e->handed = true;
    if (department) e->department = department;
    if (came_back(rules, e, outcome, confirms, contact)) broken |= 1u << FH_SEVERE_REOPENED;
    if (!contact || confirms) return broken;
    if (tells_again(rules, e, fh_name_at(&seg->touchpoint, i)))
        broken |= 1u << FH_SEVERE_TOLD_AGAIN;
    e->contacted = true;
    if (rules->rules & 1u << FH_SEVERE_AGAIN && once_too_often(rules, e, at_s))
        broken |= 1u << FH_SEVERE_AGAIN;
    return broken;
}

/* The rules about one interaction. */
static uint32_t alone(const fh_severe *rules, const fh_segment *seg, uint32_t i)
{
    const uint32_t outcome = fh_name_at(&seg->outcome, i);
    uint32_t broken = 0;
    if (outcome && fh_in_set(&rules->failing, outcome)) broken |= 1u << FH_SEVERE_FAILED;
    if (!fh_bit(seg->has_score, i) || !rules->low) return broken;
    const uint32_t touchpoint = fh_name_at(&seg->touchpoint, i);
    if (touchpoint < rules->n_low && seg->score[i] <= rules->low[touchpoint])
        broken |= 1u << FH_SEVERE_SCORE;
    return broken;
}

void fh_severe_mark(const fh_severe *rules, const fh_segment *seg, void *scratch, uint8_t *mark)
{
    episodes e = {0};
    const bool problems = of_problems(rules, seg);
    if (problems) {
        const uint32_t most = longest(seg);
        e.list = scratch;
        e.slots = (slot *)(void *)((episode *)scratch + most);
        e.mask = (uint32_t)n_slots(most) - 1;
        memset(e.slots, 0, ((size_t)e.mask + 1) * sizeof *e.slots);
    }
    for (uint32_t s = 0; s < seg->n_stories; s++) {
        uint64_t at_s = seg->first_s[s];
        e.story = s;
        e.n = 0;
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1]; i++) {
            uint32_t broken = alone(rules, seg, i);
            at_s += seg->gap_s[i];
            if (problems && seg->problem[i])
                broken |= turn(rules, seg, i, at_s, episode_of(&e, seg->problem[i]));
            mark[i] = (uint8_t)(broken & rules->rules);
        }
    }
}
