/* look_touchpoints.c - touchpoints that customers pass and nobody owns, and those that are
 * forgotten: nobody owns them, nobody walked them, no customer was asked there, nothing
 * happens there any more.
 *
 * Of an intended map each touchpoint is looked at. Nobody's: customers pass it, and neither it
 * nor the whole journey has an owner. Forgotten: it was never walked, and of the other three
 * (owner, feedback, events within 90 days) two more are missing; what cannot be walked, or is
 * never seen by data, is not missed. Of names that are on no map those are forgotten that a
 * quarter of all customers and more meet, where nobody ever walked or was asked.
 */
#include "app/find/look_maps.h"

#include "app/records/record_figures.h"
#include "app/records/records.h"

enum { WALKS_MAX = 10000, LATELY_DAYS = 90 };

typedef struct looking {
    const fh_look_job *job;
    fh_view view;
    fh_findings *to;
    uint64_t *walked;             /* names of touchpoints: bits */
    uint64_t *mapped;             /* names that are on an intended map */
    const fh_record_about *walks; /* [n_walks] of elements of maps */
    size_t n_walks;
} looking;

static bool has(const uint64_t *bits, uint32_t i)
{
    return (bits[i / 64] >> i % 64 & 1) != 0;
}

static void put(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << i % 64;
}

static uint32_t canon(const fh_names *names, uint32_t i)
{
    return names->canon ? names->canon[i] : i;
}

/* ---- Who walked where -------------------------------------------------------------------- */

static fh_status read_walks(looking *l, fh_error *err)
{
    const fh_record_query q = {.kind = FH_STR("walk"), .by = FH_RECORDS_BY_FIRST};
    fh_record *rows = NULL;
    size_t n = 0, most = 0;
    fh_record_about *walks = NULL;
    fh_status s = fh_record_rows(l->job->org, &q, WALKS_MAX, l->view.arena, &rows, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        const fh_record_about *about = NULL;
        size_t k = 0;
        s = fh_record_abouts(l->job->org, rows[i].record, l->view.arena, &about, &k, err);
        for (size_t a = 0; !s && a < k; a++) {
            if (fh_str_eq(about[a].what, FH_STR("touchpoint")) && about[a].number > 0 &&
                about[a].number < l->view.touchpoint.n)
                put(l->walked, canon(&l->view.touchpoint, (uint32_t)about[a].number));
            if (!fh_str_eq(about[a].what, FH_STR("map"))) continue;
            if (!walks) walks = FH_NEW_ARRAY(l->view.arena, fh_record_about, WALKS_MAX);
            if (!walks) return fh_no_memory(err);
            if (most < WALKS_MAX) walks[most++] = about[a];
        }
    }
    l->walks = walks;
    l->n_walks = most;
    return s;
}

/* Was a touchpoint of a map walked, as such or by one of its names? */
static bool was_walked(const looking *l, const fh_look_map *m, uint32_t t)
{
    for (size_t i = 0; i < l->n_walks; i++)
        if (l->walks[i].number == m->open.row.map &&
            fh_str_eq(l->walks[i].key, m->open.map.touchpoint[t].id))
            return true;
    for (uint32_t i = 1; i < l->view.touchpoint.n; i++)
        if (has(l->walked, i) &&
            fh_map_find(&m->open.map, l->view.touchpoint.name[i], FH_STR(""), FH_STR("")) == t)
            return true;
    return false;
}

/* ---- Of a map ---------------------------------------------------------------------------- */

/* "owner, no walk and no feedback": behind "it has no ". */
static void put_missing(const looking *l, fh_look_about *a, bool owner, bool walk, bool feedback,
                        bool events)
{
    const struct {
        bool is;
        const char *word;
    } all[] = {
        {owner, "owner"}, {walk, "walk"}, {feedback, "feedback"}, {events, "recent contact"}};
    uint32_t left = (uint32_t)owner + walk + feedback + events;
    fh_buf list;
    fh_str text;
    fh_buf_init(&list, fh_arena_allocator(l->view.arena), 1000);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (!all[i].is) continue;
        if (list.len) fh_buf_text(&list, left == 1 ? " and no " : ", no ");
        fh_buf_text(&list, all[i].word);
        left--;
    }
    if (fh_arena_str(l->view.arena, fh_buf_view(&list), &text))
        fh_look_about_text(a, "missing", text);
    fh_buf_free(&list);
}

static const char *when_of(const fh_look_map *m, uint32_t t)
{
    static const char *const words[] = {"before", "during", "after"};
    return words[m->open.map.stage[m->open.map.touchpoint[t].stage].when];
}

static fh_status tell(const fh_look_map *m, fh_finding_sort sort, uint32_t t,
                      const fh_element_row *row, fh_str about, fh_error *err)
{
    fh_found c = {.sort = sort,
                  .cause = fh_look_cause(m, sort, t, FH_STR("")),
                  .touchpoint = fh_look_name(m, t),
                  .about = about,
                  .about_map = m->open.row.map,
                  .first_ms = row->count ? row->first_ms : m->open.version.made_ms,
                  .last_ms = row->count ? row->last_ms : m->open.version.made_ms,
                  .n = row->count,
                  .customers = row->stories,
                  .quiet = sort == FH_FIND_OWNERLESS || !row->stories};
    return fh_found_cause(m->to, &c, err);
}

static fh_status tell_ownerless(const looking *l, const fh_look_map *m, uint32_t t,
                                const fh_element_row *row, fh_error *err)
{
    const fh_map_touchpoint *x = &m->open.map.touchpoint[t];
    const fh_str whom = fh_str_eq(x->from, FH_STR("customer")) ? x->to : x->from;
    fh_look_about a;
    fh_look_about_begin(&a, l->view.arena);
    fh_look_about_text(&a, "map", m->open.map.title);
    fh_look_about_text(&a, "step", x->name);
    if (!fh_str_eq(whom, FH_STR("customer"))) {
        fh_look_about_text(&a, "whom", whom);
        if (whom.len) fh_look_about_text(&a, "because", FH_STR("It does this, as the map has it."));
    }
    return tell(m, FH_FIND_OWNERLESS, t, row, fh_look_about_end(&a, l->view.arena), err);
}

static fh_status look_at_one(const looking *l, const fh_look_map *m, uint32_t t,
                             const fh_element_row *row, fh_error *err)
{
    const fh_map_touchpoint *x = &m->open.map.touchpoint[t];
    const int64_t lately_ms = fh_view_observed(&m->view) - LATELY_DAYS * FH_DAY_MS;
    const bool owner = !x->owner.len && !m->open.map.owner.len;
    const bool walk = !x->is_not_walkable && !was_walked(l, m, t);
    const bool events = !x->is_unseen && (!row->count || row->last_ms < lately_ms);
    const bool feedback = !x->is_unseen && !row->n_scores;
    fh_look_about a;
    fh_status s = FH_OK;
    if (owner && row->stories) s = tell_ownerless(l, m, t, row, err);
    if (s || !walk || owner + feedback + events < 2) return s;
    fh_look_about_begin(&a, l->view.arena);
    fh_look_about_text(&a, "map", m->open.map.title);
    fh_look_about_text(&a, "step", x->name);
    fh_look_about_text(&a, "when", fh_str_of(when_of(m, t)));
    put_missing(l, &a, owner, walk, feedback, events);
    return tell(m, FH_FIND_FORGOTTEN, t, row, fh_look_about_end(&a, l->view.arena), err);
}

static fh_status look_at_map(looking *l, const fh_look_map *m, fh_error *err)
{
    const fh_lived_span ever = {INT64_MIN, INT64_MAX};
    const fh_names *names = &m->view.touchpoint;
    fh_lived_cohort all;
    fh_status s = fh_maps_cohort(&m->view, &m->open.map, &ever, &all, err);
    for (uint32_t t = 0; !s && t < m->open.map.n_touchpoints; t++)
        s = look_at_one(l, m, t, all.at[t].row, err);
    for (uint32_t i = 1; !s && i < names->n && i < l->view.touchpoint.n; i++)
        for (uint32_t t = 0; t < m->open.map.n_touchpoints; t++) {
            const fh_map_touchpoint *x = &m->open.map.touchpoint[t];
            bool is = fh_map_find(&m->open.map, names->name[i], FH_STR(""), FH_STR("")) == t;
            for (uint32_t k = 0; !is && k < x->n_matches; k++)
                is = fh_map_find(&m->open.map, names->name[i], x->match[k].channel,
                                 x->match[k].department) == t;
            if (is) put(l->mapped, canon(names, i));
        }
    return s;
}

/* ---- On no map --------------------------------------------------------------------------- */

static fh_status look_at_unmapped(const looking *l, fh_error *err)
{
    fh_touchpoints all;
    fh_status s = fh_view_touchpoints(&l->view, &all, err);
    for (size_t i = 0; !s && i < all.n_rows; i++) {
        const fh_touchpoint_row *r = &all.rows[i];
        if (!r->touchpoint || r->touchpoint >= l->view.touchpoint.n ||
            4 * r->stories < all.n_stories)
            continue;
        if (has(l->mapped, r->touchpoint) || has(l->walked, r->touchpoint) || r->n_scores) continue;
        const uint64_t part[] = {r->touchpoint};
        fh_look_about a;
        fh_look_about_begin(&a, l->view.arena);
        put_missing(l, &a, false, true, true, false);
        fh_look_about_text(&a, "unmapped", FH_STR("yes"));
        fh_look_about_share(&a, "share", r->stories, all.n_stories);
        fh_found c = {.sort = FH_FIND_FORGOTTEN,
                      .cause = fh_finding_cause(FH_FIND_FORGOTTEN, part, 1),
                      .touchpoint = r->touchpoint,
                      .about = fh_look_about_end(&a, l->view.arena),
                      .first_ms = r->first_ms,
                      .last_ms = r->last_ms,
                      .n = r->count,
                      .customers = r->stories};
        s = fh_found_cause(l->to, &c, err);
    }
    return s;
}

fh_status fh_look_at_touchpoints(const fh_look_job *job, fh_arena *arena, fh_findings *to,
                                 fh_error *err)
{
    const fh_actor actor = fh_actor_system();
    const fh_maps_row *row = NULL;
    looking l = {.job = job, .to = to};
    size_t n = 0;
    fh_status s = fh_view_open(job->org, NULL, NULL, job->threads, arena, &l.view, err);
    if (s) return s;
    const size_t words = (size_t)l.view.touchpoint.n / 64 + 1;
    l.walked = FH_NEW_ARRAY(arena, uint64_t, words);
    l.mapped = FH_NEW_ARRAY(arena, uint64_t, words);
    if (!l.walked || !l.mapped) return fh_no_memory(err);
    s = read_walks(&l, err);
    if (!s) s = fh_maps_list(job->org, false, arena, &row, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        fh_look_map m = {.job = job, .view = l.view, .to = to};
        if (!row[i].intended) continue;
        s = fh_maps_open(job->org, &actor, row[i].map, row[i].intended, arena, &m.open, err);
        if (!s) s = look_at_map(&l, &m, err);
    }
    return s ? s : look_at_unmapped(&l, err);
}
