/* look_touchpoints.c - touchpoints that customers pass and nobody owns, and those that are
 * forgotten: nobody owns them, nobody walked them, no customer was asked there, nothing
 * happens there any more.
 *
 * Of an intended map each touchpoint is looked at (attended.h). Nobody's: customers pass it, and
 * neither it nor the whole journey has an owner, nor did anybody claim it. Forgotten: it was never
 * walked, and of the other three (owner, feedback, events within 90 days) two more are missing;
 * what cannot be walked, or is never seen by data, is not missed. Of names that are on no map
 * those are forgotten that a quarter of all customers and more meet, where nobody ever walked or
 * was asked. All of it is listed by `firsthand forgotten`.
 */
#include "app/find/attended.h"
#include "app/find/look_maps.h"

typedef struct looking {
    const fh_look_job *job;
    fh_view view;
    fh_findings *to;
    fh_attending *attending;
} looking;

/* ---- Of a map ---------------------------------------------------------------------------- */

/* "owner, no walk and no feedback": behind "it has no ". */
static void put_missing(const looking *l, fh_look_about *a, uint32_t lacks)
{
    static const char *const words[FH_LACKS] = {"owner", "walk", "feedback", "recent contact"};
    uint32_t left = fh_lacks_n(lacks);
    fh_buf list;
    fh_str text;
    fh_buf_init(&list, fh_arena_allocator(l->view.arena), 1000);
    for (uint32_t i = 0; i < FH_LACKS; i++) {
        if (!(lacks >> i & 1)) continue;
        if (list.len) fh_buf_text(&list, left == 1 ? " and no " : ", no ");
        fh_buf_text(&list, words[i]);
        left--;
    }
    if (fh_arena_str(l->view.arena, fh_buf_view(&list), &text))
        fh_look_about_text(a, "missing", text);
    fh_buf_free(&list);
}

static fh_status tell(const fh_look_map *m, fh_finding_sort sort, uint32_t t,
                      const fh_attended *row, fh_str about, fh_error *err)
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
                                const fh_attended *row, fh_error *err)
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
                             const fh_attended *row, fh_error *err)
{
    const uint32_t besides = row->lacks & ~(uint32_t)FH_LACKS_WALK;
    fh_look_about a;
    fh_status s = FH_OK;
    if ((row->lacks & FH_LACKS_OWNER) && row->stories) s = tell_ownerless(l, m, t, row, err);
    if (s || !(row->lacks & FH_LACKS_WALK) || fh_lacks_n(besides) < 2) return s;
    fh_look_about_begin(&a, l->view.arena);
    fh_look_about_text(&a, "map", m->open.map.title);
    fh_look_about_text(&a, "step", row->name);
    fh_look_about_text(&a, "when", fh_str_of(row->when));
    put_missing(l, &a, row->lacks);
    return tell(m, FH_FIND_FORGOTTEN, t, row, fh_look_about_end(&a, l->view.arena), err);
}

static fh_status look_at_map(looking *l, const fh_look_map *m, fh_error *err)
{
    const fh_attended *row = NULL;
    fh_status s = fh_attending_map(l->attending, &m->open, &row, err);
    for (uint32_t t = 0; !s && t < m->open.map.n_touchpoints; t++)
        s = look_at_one(l, m, t, &row[t], err);
    return s;
}

/* ---- On no map --------------------------------------------------------------------------- */

static fh_status look_at_unmapped(const looking *l, fh_error *err)
{
    const fh_attended *row = NULL;
    size_t n = 0;
    uint64_t n_stories = 0;
    fh_status s = fh_attending_unmapped(l->attending, &row, &n, &n_stories, err);
    for (size_t i = 0; !s && i < n; i++) {
        const fh_attended *r = &row[i];
        const uint32_t wanted = FH_LACKS_WALK | FH_LACKS_FEEDBACK;
        if (4 * r->stories < n_stories || (r->lacks & wanted) != wanted) continue;
        const uint64_t part[] = {r->touchpoint};
        fh_look_about a;
        fh_look_about_begin(&a, l->view.arena);
        put_missing(l, &a, wanted);
        fh_look_about_text(&a, "unmapped", FH_STR("yes"));
        fh_look_about_share(&a, "share", r->stories, n_stories);
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
    s = fh_attending_begin(&l.view, &l.attending, err);
    if (!s) s = fh_maps_list(job->org, false, arena, &row, &n, err);
    for (size_t i = 0; !s && i < n; i++) {
        fh_look_map m = {.job = job, .view = l.view, .to = to};
        if (!row[i].intended) continue;
        s = fh_maps_open(job->org, &actor, row[i].map, row[i].intended, arena, &m.open, err);
        if (!s) s = look_at_map(&l, &m, err);
    }
    return s ? s : look_at_unmapped(&l, err);
}
