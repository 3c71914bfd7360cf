/* contacts.c - gathered interactions and the problems of a story (see contacts.h).
 *
 * Always: a story has at most as many problems as contacts, so the table, twice
 * as large, never fills up.
 */
#include "fold/contacts.h"

#include <string.h>

/* Returns how many contacts there are; their departments are local codes. */
static inline uint32_t gather(const fh_segment *seg, const uint8_t *restrict keep,
                              const uint16_t *restrict code, fh_contact *restrict list,
                              uint32_t *restrict end_of, const bool has_ms, const bool by_story)
{
    const uint16_t *restrict ms = seg->ms;
    const uint32_t *restrict gap_s = seg->gap_s, *restrict start = seg->start;
    const uint32_t *restrict problem = by_story ? NULL : seg->problem;
    const uint32_t n_stories = seg->n_stories;
    uint32_t k = 0;
    for (uint32_t s = 0; s < n_stories; s++) {
        uint64_t seconds = 0;
        const uint32_t end = start[s + 1], no_problem = by_story ? s : 0;
        for (uint32_t i = start[s]; i < end; i++) {
            seconds += gap_s[i];
            const uint64_t at = has_ms ? seconds * 1000 + ms[i] : seconds;
            list[k] = (fh_contact){at, problem ? problem[i] : no_problem, code[i]};
            k += keep[i];
        }
        end_of[s] = k;
    }
    return k;
}

fh_status fh_contacts_gather(fh_fold *fold, const fh_segment *seg, const uint8_t *keep,
                             bool by_story, fh_contacts *out)
{
    const uint16_t *code = fh_fold_codes(fold, FH_CONTACT_DEPARTMENTS, &seg->department, seg->n);
    fh_contact *list = fh_fold_scratch(fold, FH_CONTACT_LIST, (size_t)seg->n + 1, sizeof *list);
    uint32_t *end = fh_fold_scratch(fold, FH_CONTACT_ENDS, seg->n_stories, sizeof *end);
    if (!code || !list || !end) return FH_NOMEM;
    const uint32_t n = seg->ms ? gather(seg, keep, code, list, end, true, by_story)
                               : gather(seg, keep, code, list, end, false, by_story);
    for (uint32_t i = 0; i < n; i++)
        list[i].department = fh_fold_name(&seg->department, list[i].department);
    *out = (fh_contacts){list, end};
    return FH_OK;
}

fh_status fh_episodes_init(fh_episodes *e, fh_fold *fold, const fh_segment *seg,
                           const fh_contacts *contacts)
{
    *e = (fh_episodes){0};
    uint32_t most = 1, bits = 1;
    for (uint32_t s = 0, first = 0; s < seg->n_stories; first = contacts->end[s++])
        if (contacts->end[s] - first > most) most = contacts->end[s] - first;
    while (bits < 32 && UINT64_C(1) << bits < (uint64_t)most * 2) bits++;
    const size_t n_slots = (size_t)1 << bits, list_bytes = most * sizeof *e->list;
    unsigned char *room =
        fh_fold_scratch(fold, FH_CONTACT_PROBLEMS, 1, list_bytes + n_slots * sizeof *e->slot);
    if (!room) return FH_NOMEM;
    *e = (fh_episodes){.most = most,
                       .list = (fh_episode *)(void *)room,
                       .shift = 32 - bits,
                       .slot = (struct fh_episode_slot *)(void *)(room + list_bytes)};
    memset(e->slot, 0, n_slots * sizeof *e->slot);
    return FH_OK;
}

void fh_episodes_next(fh_episodes *e)
{
    e->n = 0;
    e->stamp++;
}

fh_episode *fh_episodes_at(fh_episodes *e, uint32_t problem)
{
    const uint32_t mask = UINT32_MAX >> e->shift;
    uint32_t at = problem * UINT32_C(0x9E3779B1) >> e->shift;
    for (; e->slot[at].stamp == e->stamp; at = (at + 1) & mask)
        if (e->list[e->slot[at].index].problem == problem) return &e->list[e->slot[at].index];
    e->slot[at] = (struct fh_episode_slot){e->stamp, e->n};
    e->list[e->n] = (fh_episode){.problem = problem};
    return &e->list[e->n++];
}
