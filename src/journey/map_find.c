/* map_find.c - which touchpoint an interaction is. */
#include "journey/map_parts.h"

/* How particular a match is, as one number: whole names, then the length of a beginning,
 * then a channel, then a department. 0: it does not fit. */
static uint64_t fit_of(const fh_map_match *m, fh_str name, fh_str channel, fh_str department)
{
    const bool begins = m->name.len && m->name.ptr[m->name.len - 1] == '*';
    fh_str wanted = m->name, has = name;
    if (begins) {
        wanted.len--;
        if (has.len < wanted.len) return 0;
        has.len = wanted.len;
    }
    if (!fh_str_eq_nocase(wanted, has) ||
        (m->channel.len && !fh_str_eq_nocase(m->channel, channel)) ||
        (m->department.len && !fh_str_eq_nocase(m->department, department)))
        return 0;
    const uint64_t length = begins ? wanted.len : FH_MAP_WORDS_MAX;
    return (length << 2 | (uint64_t)(m->channel.len > 0) << 1 | (m->department.len > 0)) + 1;
}

uint32_t fh_map_find(const fh_map *map, fh_str name, fh_str channel, fh_str department)
{
    uint64_t best = 0;
    uint32_t found = FH_MAP_NONE;
    for (uint32_t i = 0; i < map->n_touchpoints; i++) {
        const fh_map_touchpoint *t = &map->touchpoint[i];
        if (t->is_unseen) continue;
        uint64_t fit = 0;
        for (uint32_t k = 0; k < t->n_matches; k++) {
            const uint64_t this_one = fit_of(&t->match[k], name, channel, department);
            if (this_one > fit) fit = this_one;
        }
        if (!t->n_matches && fh_str_eq_nocase(t->name, name))
            fit = ((uint64_t)FH_MAP_WORDS_MAX << 2) + 1;
        if (fit <= best) continue;
        best = fit;
        found = i;
    }
    return found;
}
