/* sides.c - who acts behind each touchpoint of a map, and from where a problem came to it.
 *
 * Every interaction that is an element counts for its department (0: none was named). Each story's
 * problems are followed side by side (contacts.h): where the department of a problem is another
 * than the one before, and that interaction is an element, the problem was handed on to this
 * element. A story counts once in a cell, by a stamp.
 */
#include "fold/contacts.h"
#include "fold/pairs.h"
#include "fold/told.h"

#include "base/sort.h"

enum { ELEMENTS, KEEP = ELEMENTS + FH_TOLD_SPACES };

typedef struct sides {
    fh_fold base;
    fh_element_rules rules;
    uint64_t stories_seen; /* for stamps */
    fh_pairs acts;         /* element x department; sum: outbound, extra: inbound */
    fh_pairs handed;       /* element x department before; sum: milliseconds since */
} sides;

static fh_pair_cell *count(sides *f, fh_pairs *pairs, uint32_t element, uint32_t department)
{
    fh_pair_cell *cell = fh_pairs_at(pairs, element, department);
    if (!cell) return NULL;
    cell->count++;
    cell->customers += cell->stamp != f->stories_seen;
    cell->stamp = f->stories_seen;
    return cell;
}

static fh_status act(sides *f, const fh_segment *seg, uint32_t i, uint32_t element)
{
    fh_pair_cell *cell = count(f, &f->acts, element, fh_name_at(&seg->department, i));
    if (!cell) return FH_NOMEM;
    const fh_direction way = (fh_direction)fh_name_at(&seg->direction, i);
    cell->sum += way == FH_DIR_OUT;
    cell->extra += way == FH_DIR_IN;
    return FH_OK;
}

/* `element` is that of the interaction + 1; 0: it is none. */
static fh_status follow(sides *f, fh_episodes *problems, const fh_contact *c, uint32_t element,
                        int64_t unit_ms, fh_error *err)
{
    fh_episode *e = fh_episodes_at(problems, c->problem);
    if (e->seen && e->department != c->department && element) {
        fh_pair_cell *cell = count(f, &f->handed, element - 1, e->department);
        if (!cell) return FH_NOMEM;
        if (!fh_fold_add_ms(&cell->sum, c->at - e->at, unit_ms)) return fh_fold_too_long(err);
    }
    e->seen = true;
    e->department = c->department;
    e->at = c->at;
    return FH_OK;
}

static fh_status add(fh_fold *fold, const fh_segment *seg, fh_error *err)
{
    sides *f = (sides *)fold;
    fh_status status = fh_fold_check_elements(&f->rules, seg, err);
    if (status != FH_OK) return status;
    const uint16_t *element = fh_fold_elements(fold, ELEMENTS, &f->rules, seg);
    uint8_t *keep = element ? fh_fold_scratch(fold, KEEP, seg->n, 1) : NULL;
    fh_contacts contacts;
    fh_episodes problems;
    if (!keep) return FH_NOMEM;
    for (uint32_t i = 0; i < seg->n; i++)
        keep[i] = seg->problem && seg->problem[i] && fh_name_at(&seg->department, i);
    status = fh_contacts_gather(fold, seg, keep, false, &contacts);
    if (status == FH_OK) status = fh_episodes_init(&problems, fold, seg, &contacts);
    for (uint32_t s = 0, k = 0; s < seg->n_stories && status == FH_OK; s++) {
        f->stories_seen++;
        fh_episodes_next(&problems);
        for (uint32_t i = seg->start[s]; i < seg->start[s + 1] && status == FH_OK; i++) {
            if (element[i]) status = act(f, seg, i, element[i] - 1u);
            if (keep[i] && status == FH_OK)
                status = follow(f, &problems, &contacts.contact[k++], element[i],
                                seg->ms ? 1 : 1000, err);
        }
    }
    return status;
}

static fh_status merge(fh_fold *into_, const fh_fold *from_, fh_error *err)
{
    sides *into = (sides *)into_;
    const sides *from = (const sides *)from_;
    const fh_status s = fh_pairs_merge(&into->acts, &from->acts, err);
    return s == FH_OK ? fh_pairs_merge(&into->handed, &from->handed, err) : s;
}

static void release(fh_fold *fold)
{
    fh_pairs_free(&((sides *)fold)->acts);
    fh_pairs_free(&((sides *)fold)->handed);
}

static const fh_fold_kind kind = {"sides", add, merge, release, NULL, NULL, NULL, NULL};

fh_status fh_sides_new(const fh_allocator *from, const fh_element_rules *rules, fh_fold **out,
                       fh_error *err)
{
    fh_element_rules r = *rules;
    fh_status s = fh_fold_limit_elements(&r, err);
    if (s != FH_OK) return s;
    fh_fold *fold = fh_fold_new(from, &kind, sizeof(sides),
                                1u << FH_COL_GAP | 1u << FH_COL_MS | 1u << FH_COL_TOUCHPOINT |
                                    1u << FH_COL_CHANNEL | 1u << FH_COL_DEPARTMENT |
                                    1u << FH_COL_DIRECTION | 1u << FH_COL_PROBLEM);
    if (!fold) return fh_no_memory(err);
    sides *f = (sides *)fold;
    f->rules = r;
    fh_fold_tag(fold, r.n_departments);
    s = fh_fold_copy_elements(fold, &f->rules);
    if (s == FH_OK) s = fh_pairs_init(&f->acts, &fold->from, r.n_elements, r.n_departments);
    if (s == FH_OK) s = fh_pairs_init(&f->handed, &fold->from, r.n_elements, r.n_departments);
    return fh_fold_made(fold, s, out, err);
}

/* ---- Reading ------------------------------------------------------------------ */

static int by_element(const void *a, const void *b, void *ctx)
{
    const fh_side *x = a, *y = b;
    (void)ctx;
    if (x->element != y->element) return x->element < y->element ? -1 : 1;
    if (x->count != y->count) return x->count > y->count ? -1 : 1;
    return (x->department > y->department) - (x->department < y->department);
}

static fh_status read_cells(const sides *f, const fh_pairs *p, bool handed, fh_arena *arena,
                            const fh_side **out, size_t *n, fh_error *err)
{
    fh_side *list = FH_NEW_ARRAY(arena, fh_side, fh_pairs_counted(p) + 1);
    if (!list) return fh_no_memory(err);
    *n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const fh_pair_cell *c = &p->cell[i];
        if (!c->count) continue;
        list[(*n)++] = (fh_side){.element = fh_pairs_a(p, i),
                                 .department = fh_pairs_b(p, i),
                                 .count = c->count,
                                 .stories = c->customers,
                                 .outbound = handed ? 0 : (uint64_t)c->sum,
                                 .inbound = handed ? 0 : c->extra,
                                 .gap_ms_sum = handed ? c->sum : 0};
    }
    if (fh_sort(&f->base.from, list, *n, sizeof *list, by_element, NULL) != FH_OK)
        return fh_no_memory(err);
    *out = list;
    return FH_OK;
}

fh_status fh_sides_read(const fh_fold *fold, fh_arena *arena, fh_sides *out, fh_error *err)
{
    const sides *f = (const sides *)fold;
    fh_sides r = {0};
    fh_status s = fh_fold_readable(fold, &kind, err);
    if (s == FH_OK) s = read_cells(f, &f->acts, false, arena, &r.act, &r.n_acts, err);
    if (s == FH_OK) s = read_cells(f, &f->handed, true, arena, &r.handed, &r.n_handed, err);
    if (s == FH_OK) *out = r;
    return s;
}
