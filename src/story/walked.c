/* walked.c - conditions on the order of what happened in a story.
 *
 *     followed   prev -> this is one of the moves asked for; the story's borders count as
 *                FH_NO_NAME, so that "began with" and "ended with" are moves too
 *     way        every interaction is the touchpoint that the way has at its place
 *     handed     within a problem: another department than the last that was told
 *     repeated   within a problem: contact again within so long, by the customer or not
 *                told by whom; what belongs to no problem is one problem here
 *
 * Moves are found by a byte a touchpoint: whether it is the first or second of any move.
 * Only where both bytes fit the list is read.
 */
#include "story/walked.h"

#include <string.h>

enum { KIND, GROUP, PLACES, DEPARTMENTS, TIMES }; /* scratch */
enum { IS_FROM = 1, IS_TO = 2 };

uint32_t fh_number_problems(const uint32_t *problem, const uint32_t *index, uint32_t n,
                            uint32_t *group, uint32_t *place, uint32_t mask)
{
    uint32_t n_groups = 0;
    memset(place, 0, ((size_t)mask + 1) * sizeof *place);
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t mine = problem[index[k]];
        uint32_t p = mine * UINT32_C(2654435769) >> 7 & mask;
        while (place[p] && problem[index[place[p] - 1]] != mine) p = (p + 1) & mask;
        if (place[p]) {
            group[k] = group[place[p] - 1];
        } else {
            place[p] = k + 1;
            group[k] = n_groups++;
        }
    }
    return n_groups;
}

static uint32_t table_for(uint32_t n)
{
    uint32_t places = 4;
    while (places < 2 * n) places *= 2;
    return places;
}

static uint32_t longest_story(const fh_segment *in)
{
    uint32_t most = 0;
    for (uint32_t s = 0; s < in->n_stories; s++)
        if (in->start[s + 1] - in->start[s] > most) most = in->start[s + 1] - in->start[s];
    return most;
}

static uint32_t name_of(const fh_codes *codes, uint32_t code)
{
    return code ? codes->name[code] : 0;
}

/* A byte for each touchpoint of the segment. */
static bool find_kinds(fh_walked *w, fh_space *space)
{
    const fh_codes *codes = &w->in->touchpoint;
    const uint32_t n = codes->n_names ? codes->n_names : 1;
    uint8_t *kind = fh_space_scratch(space, FH_WALKED_SCRATCH + KIND, n, 1);
    if (!kind) return false;
    memset(kind, 0, n);
    for (uint32_t c = 0; c < n; c++)
        for (size_t m = 0; m < w->f->n_followed; m++) {
            if (w->f->followed[m].from == name_of(codes, c)) kind[c] |= IS_FROM;
            if (w->f->followed[m].to == name_of(codes, c)) kind[c] |= IS_TO;
        }
    w->kind = kind;
    return true;
}

static bool make_groups(fh_walked *w, fh_space *space)
{
    const uint32_t most = longest_story(w->in), places = table_for(most);
    w->department =
        fh_space_scratch(space, FH_WALKED_SCRATCH + DEPARTMENTS, most, sizeof *w->department);
    w->last_ms = fh_space_scratch(space, FH_WALKED_SCRATCH + TIMES, most, sizeof *w->last_ms);
    if (!w->department || !w->last_ms) return false;
    if (w->f->by_problem) return true;
    w->group = fh_space_scratch(space, FH_WALKED_SCRATCH + GROUP, most, sizeof *w->group);
    w->place = fh_space_scratch(space, FH_WALKED_SCRATCH + PLACES, places, sizeof *w->place);
    return w->group && w->place;
}

bool fh_walked_begin(fh_walked *w, fh_space *space, const fh_segment *in, const uint32_t *at,
                     const fh_filter *f)
{
    *w = (fh_walked){.in = in, .at = at, .f = f};
    if (f->n_followed && !find_kinds(w, space)) return false;
    return !(f->n_handed || f->repeated) || make_groups(w, space);
}

static bool is_move(const fh_move *list, size_t n, uint32_t from, uint32_t to)
{
    for (size_t m = 0; m < n; m++)
        if (list[m].from == from && list[m].to == to) return true;
    return false;
}

static bool made_a_move(const fh_walked *w, const uint32_t *index, uint32_t n)
{
    const fh_codes *codes = &w->in->touchpoint;
    const fh_filter *f = w->f;
    uint32_t before = fh_code_at(codes, index[0]);
    if (w->kind[before] & IS_TO &&
        is_move(f->followed, f->n_followed, FH_NO_NAME, name_of(codes, before)))
        return true;
    for (uint32_t k = 1; k < n; k++) {
        const uint32_t code = fh_code_at(codes, index[k]);
        if (w->kind[code] & IS_TO && w->kind[before] & IS_FROM &&
            is_move(f->followed, f->n_followed, name_of(codes, before), name_of(codes, code)))
            return true;
        before = code;
    }
    return w->kind[before] & IS_FROM &&
           is_move(f->followed, f->n_followed, name_of(codes, before), FH_NO_NAME);
}

static bool walked_the_way(const fh_walked *w, const uint32_t *index, uint32_t n)
{
    const fh_codes *codes = &w->in->touchpoint;
    if (n != w->f->n_way) return false;
    for (uint32_t k = 0; k < n; k++)
        if (name_of(codes, fh_code_at(codes, index[k])) != w->f->way[k]) return false;
    return true;
}

/* Goes through the problems of a story side by side. */
static bool episodes_fit(const fh_walked *w, const uint32_t *index, uint32_t n)
{
    const fh_segment *in = w->in;
    const fh_filter *f = w->f;
    const bool split = w->group && in->problem;
    bool handed = !f->n_handed, repeated = !f->repeated;
    if (split) {
        const uint32_t mask = table_for(n) - 1;
        (void)fh_number_problems(in->problem, index, n, w->group, w->place, mask);
    }
    memset(w->department, 0, n * sizeof *w->department);
    memset(w->last_ms, 0, n * sizeof *w->last_ms);
    for (uint32_t k = 0; k < n && !(handed && repeated); k++) {
        const uint32_t i = index[k], g = split ? w->group[k] : 0;
        const uint64_t now = (uint64_t)w->at[i] * 1000 + (in->ms ? in->ms[i] : 0);
        const uint32_t direction = name_of(&in->direction, fh_code_at(&in->direction, i));
        if (direction == FH_DIR_IN || direction == FH_DIR_NONE) {
            repeated |= w->last_ms[g] && now - (w->last_ms[g] - 1) <= f->repeated_ms;
            w->last_ms[g] = now + 1;
        }
        const uint32_t department = name_of(&in->department, fh_code_at(&in->department, i));
        if (!department || !in->problem || !in->problem[i]) continue;
        handed |= w->department[g] && w->department[g] != department &&
                  is_move(f->handed, f->n_handed, w->department[g], department);
        w->department[g] = department;
    }
    return handed && repeated;
}

bool fh_walked_stays(const fh_walked *w, const uint32_t *index, uint32_t n)
{
    const fh_filter *f = w->f;
    return (!f->n_followed || made_a_move(w, index, n)) &&
           (!f->n_way || walked_the_way(w, index, n)) &&
           (!(f->n_handed || f->repeated) || episodes_fit(w, index, n));
}
