/* look_maps.c - never-rules and promises of intended maps that did not hold (see look_maps.h).
 *
 * Each rule or promise is one cause, whoever it hit. Of one customer the latest few hits are
 * told. A promise counts as broken when it was kept too late, or when its time is over and
 * the map lets nobody go on without it (app/maps/lived_oughts.c); that it did not hold once
 * among many is no finding.
 */
#include "app/find/look_maps.h"

#include "app/ask/effect.h"
#include "app/people/people.h"
#include "base/intern.h"
#include "base/put.h"

#include <math.h>

enum { HITS_OF_ONE = 4 };
#define BROKEN_LEAST .02 /* share of promises, its lower bound */

/* ---- Shared -------------------------------------------------------------------------------- */

fh_status fh_look_each_map(const fh_look_job *job, fh_findings *to, fh_look_in_map *look,
                           fh_error *err)
{
    const fh_actor actor = fh_actor_system();
    const fh_maps_row *row = NULL;
    size_t n = 0;
    fh_arena *list = fh_arena_new(NULL), *own = fh_arena_new(NULL);
    fh_status s =
        list && own ? fh_maps_list(job->org, false, list, &row, &n, err) : fh_no_memory(err);
    for (size_t i = 0; !s && i < n; i++) {
        fh_look_map m = {.job = job, .to = to};
        if (!row[i].intended) continue;
        fh_arena_reset(own);
        s = fh_view_open(job->org, NULL, NULL, job->threads, own, &m.view, err);
        if (!s) s = fh_maps_open(job->org, &actor, row[i].map, row[i].intended, own, &m.open, err);
        if (!s) s = look(&m, err);
    }
    fh_arena_free(own);
    fh_arena_free(list);
    return s;
}

uint64_t fh_look_cause(const fh_look_map *m, fh_finding_sort sort, uint32_t touchpoint, fh_str what)
{
    const fh_str id = m->open.map.touchpoint[touchpoint].id;
    const uint64_t part[] = {(uint64_t)m->open.row.map, fh_intern_hash(id), fh_intern_hash(what)};
    return fh_finding_cause(sort, part, sizeof part / sizeof part[0]);
}

uint32_t fh_look_name(const fh_look_map *m, uint32_t touchpoint)
{
    const fh_names *names = &m->view.touchpoint;
    const fh_map_touchpoint *t = &m->open.map.touchpoint[touchpoint];
    for (uint32_t i = 1; i < names->n; i++) {
        if (names->canon && names->canon[i] != i) continue;
        if (fh_map_find(&m->open.map, names->name[i], FH_STR(""), FH_STR("")) == touchpoint)
            return i;
        for (uint32_t k = 0; k < t->n_matches; k++)
            if (fh_map_find(&m->open.map, names->name[i], t->match[k].channel,
                            t->match[k].department) == touchpoint)
                return i;
    }
    return 0;
}

uint32_t fh_look_department(const fh_view *v, fh_str name)
{
    for (uint32_t i = 1; name.len && i < v->department.n; i++)
        if (fh_str_eq_nocase(v->department.name[i], name))
            return v->department.canon ? v->department.canon[i] : i;
    return 0;
}

fh_str fh_look_span(fh_arena *arena, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *one;
    } units[] = {{FH_DAY_MS, "day"}, {FH_DAY_MS / 24, "hour"}, {60 * FH_SECOND_MS, "minute"}};
    size_t i = 0;
    fh_str text;
    while (i < 2 && ms % units[i].ms) i++;
    const long long n = (long long)(ms / units[i].ms);
    return fh_arena_format(arena, &text, "%lld %s%s", n, units[i].one, n == 1 ? "" : "s")
               ? text
               : (fh_str){"", 0};
}

void fh_look_about_begin(fh_look_about *a, fh_arena *arena)
{
    fh_buf_init(&a->text, fh_arena_allocator(arena), 1 << 16);
    fh_json_begin(&a->j, &a->text, 0);
    fh_json_object(&a->j);
}

void fh_look_about_text(fh_look_about *a, const char *key, fh_str text)
{
    if (!text.len) return;
    fh_put_text(&a->j, key, text);
}

void fh_look_about_number(fh_look_about *a, const char *key, uint64_t n)
{
    fh_put_number(&a->j, key, n);
}

void fh_look_about_share(fh_look_about *a, const char *key, uint64_t part, uint64_t of)
{
    if (of) fh_look_about_number(a, key, (uint64_t)llround(100 * (double)part / (double)of));
}

fh_str fh_look_about_end(fh_look_about *a, fh_arena *arena)
{
    fh_str text = {"", 0};
    fh_json_end_object(&a->j);
    if (a->text.status || !fh_arena_str(arena, fh_buf_view(&a->text), &text))
        text = (fh_str){"", 0};
    fh_buf_free(&a->text);
    return text;
}

/* ---- One rule or promise -------------------------------------------------------------------- */

/* Between whom most of it happened: the majority of the hits, 0 when there is none. */
static void whose(const fh_ought_hit *hit, size_t n, fh_found *c)
{
    uint64_t most = 0, votes = 0, agree = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t pair = (uint64_t)hit[i].from << 32 | hit[i].to;
        if (!votes) most = pair;
        votes = pair == most ? votes + 1 : votes - 1;
    }
    for (size_t i = 0; i < n; i++) agree += ((uint64_t)hit[i].from << 32 | hit[i].to) == most;
    if (2 * agree <= n) return;
    c->from = (uint32_t)(most >> 32);
    c->to = (uint32_t)most;
}

static fh_status tell_hits(const fh_look_map *m, fh_found *c, const fh_ought_hit *hit, size_t n,
                           fh_error *err)
{
    fh_status s = fh_found_cause(m->to, c, err);
    for (size_t i = 0; !s && i < n; i++) {
        const fh_found_of of = {.customer = hit[i].customer,
                                .a = hit[i].a,
                                .b = hit[i].b,
                                .a_ms = hit[i].a_ms,
                                .b_ms = hit[i].b_ms,
                                .sure = 1};
        s = fh_found_hit(m->to, c, &of, err);
    }
    return s;
}

static fh_status tell(const fh_look_map *m, const fh_map_ought *o, const fh_ought_hit *hit,
                      size_t n, fh_error *err)
{
    const fh_map_touchpoint *t = &m->open.map.touchpoint[o->touchpoint];
    fh_arena *arena = m->view.arena;
    fh_found c = {.sort = o->promise ? FH_FIND_PROMISE : FH_FIND_NEVER,
                  .about_map = m->open.row.map,
                  .first_ms = o->row.first_ms,
                  .last_ms = o->row.last_ms,
                  .n = o->row.hits,
                  .customers = o->row.stories};
    fh_look_about a;
    fh_str what;
    fh_look_about_begin(&a, arena);
    fh_look_about_text(&a, "map", m->open.map.title);
    fh_look_about_text(&a, "step", t->name);
    if (o->promise) {
        const fh_map_promise *p = &t->promise[o->line];
        what = p->text;
        fh_look_about_text(&a, "what", p->text);
        fh_look_about_text(&a, "within", fh_look_span(arena, p->within_ms));
        fh_look_about_number(&a, "promised", o->row.looked);
        fh_look_about_share(&a, "kept", o->row.looked - o->row.hits, o->row.looked);
    } else {
        fh_buf rule;
        fh_buf_init(&rule, fh_arena_allocator(arena), FH_MAP_WORDS_MAX * 8);
        fh_map_print_rule(&t->never[o->line], &rule);
        if (!fh_arena_str(arena, fh_buf_view(&rule), &what)) return fh_no_memory(err);
        fh_buf_free(&rule);
        fh_look_about_text(&a, "rule", t->never[o->line].text);
        fh_look_about_text(&a, "checked", what);
        fh_look_about_share(&a, "share", o->row.hits, o->row.looked);
    }
    c.cause = fh_look_cause(m, c.sort, o->touchpoint, what);
    c.touchpoint = fh_look_name(m, o->touchpoint);
    c.about = fh_look_about_end(&a, arena);
    whose(hit, n, &c);
    return tell_hits(m, &c, hit, n, err);
}

/* Are enough promises broken that it is no single mishap? */
static bool is_finding(const fh_map_ought *o)
{
    if (!o->row.hits) return false;
    return !o->promise || fh_estimate_share(o->row.hits, o->row.looked).low >= BROKEN_LEAST;
}

static fh_status look_at(const fh_look_map *m, fh_error *err)
{
    fh_map_ought *ought = NULL;
    fh_oughts hits = {0};
    size_t n = 0, at = 0;
    fh_status s = fh_maps_oughts(&m->view, &m->open.map, HITS_OF_ONE, &ought, &n, &hits, err);
    for (size_t i = 0; !s && i < n; i++) {
        const size_t from = at;
        while (at < hits.n_hits && hits.hit[at].rule == i) at++;
        if (is_finding(&ought[i])) s = tell(m, &ought[i], hits.hit + from, at - from, err);
    }
    return s;
}

fh_status fh_look_at_rules(const fh_look_job *job, fh_arena *arena, fh_findings *to, fh_error *err)
{
    const fh_status s = fh_look_each_map(job, to, look_at, err);
    return s ? s : fh_look_at_promises(job, arena, to, err);
}
