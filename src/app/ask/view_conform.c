/* view_conform.c - what we intended against what really happened: every way aligned with a
 * process tree, exactly, and summed by touchpoint.
 *
 * A way is aligned once, however many took it; threads take different ways. An interaction is
 * *completed* where the tree has it, else *ad-hoc*; a touchpoint that the tree asks for and that
 * did not happen is *missing*. One that is missing here and ad-hoc elsewhere in the same story came
 * *out of order*.
 */
#include "app/ask/view_parts.h"

#include "base/put.h"
#include "base/sort.h"
#include "os/threads.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

enum { MOST_WORKERS = 64, AT_ONCE = 256 /* ways */, SORTED = 1 << 16 /* no more */ };

typedef struct holder {
    const fh_view *v;
    const fh_names *names; /* of the steps of ways */
    fh_conform_told *told;
    void *ctx;
    const fh_tree *tree;
    const fh_variants *ways;
    bool running;
    fh_conform *out;
    fh_conform_row *row;      /* [n_labels + touchpoints] */
    fh_conform_way *way;      /* [ways] */
    uint32_t *row_of;         /* [touchpoints] the tree's labels first */
    const fh_variant **order; /* [ways] as they are aligned; NULL: as they are */
    size_t longest;
    atomic_size_t next; /* way that nobody has begun */
    atomic_bool failed;
} holder;

/* What one thread has counted. */
typedef struct worker {
    holder *h;
    fh_aligner *aligner;
    fh_arena *arena; /* for one way */
    fh_conform_row *row;
    unsigned char *met; /* [rows] of the story at hand: bits below */
    uint32_t *story;
    uint64_t cost, worst, at_most, may_end;
    fh_status status;
    fh_error err;
} worker;

enum { COMPLETED = FH_MET_COMPLETED, MISSING = FH_MET_MISSING, AD_HOC = FH_MET_AD_HOC };

static fh_status make_rows(holder *h, fh_error *err)
{
    fh_conform_rows rows;
    const fh_status s = fh_conform_rows_make(h->v, h->tree, h->names, &rows, err);
    if (s) return s;
    h->row = rows.row;
    h->row_of = rows.of;
    h->way = FH_NEW_ARRAY(h->v->arena, fh_conform_way, h->ways->n_top + 1);
    for (size_t i = 0; i < h->ways->n_top; i++)
        if (h->ways->top[i].n_steps > h->longest) h->longest = h->ways->top[i].n_steps;
    h->out->row = h->row;
    h->out->n_rows = rows.n;
    h->out->way = h->way;
    h->out->n_ways = h->ways->n_top;
    return h->way ? FH_OK : fh_no_memory(err);
}

/* ---- One way ---------------------------------------------------------------------------- */

static void count_story(worker *w, uint64_t times)
{
    for (size_t r = 0; r < w->h->out->n_rows; r++) {
        fh_conform_row *row = &w->row[r];
        const unsigned char met = w->met[r];
        if (!met) continue;
        row->stories_completed += met & COMPLETED ? times : 0;
        row->stories_out_of_order += (met & MISSING) && (met & AD_HOC) ? times : 0;
        row->stories_missing += (met & MISSING) && !(met & AD_HOC) ? times : 0;
        row->stories_ad_hoc += (met & AD_HOC) && !(met & MISSING) ? times : 0;
        w->met[r] = 0;
    }
}

static void count_moves(worker *w, const fh_variant *way, const fh_alignment *found)
{
    const holder *h = w->h;
    for (size_t i = 0; i < way->n_steps; i++) {
        const uint32_t r = h->row_of[way->path[i]];
        if (found->completed[i])
            w->row[r].completed += way->count;
        else
            w->row[r].ad_hoc += way->count;
        w->met[r] |= found->completed[i] ? COMPLETED : AD_HOC;
    }
    for (size_t m = 0; m < found->n_missing; m++) {
        w->row[found->missing[m].label].missing += way->count;
        w->met[found->missing[m].label] |= MISSING;
    }
    if (h->told) h->told(h->ctx, way, w->met);
    count_story(w, way->count);
}

/* What a way costs at worst: all of it ad-hoc, and all that has to come missing. */
static uint64_t worst_of(const worker *w, const fh_variant *way)
{
    return way->n_steps + (w->h->running ? 0 : fh_align_empty(w->aligner));
}

static fh_status align_way(worker *w, size_t at, fh_error *err)
{
    holder *h = w->h;
    const fh_variant *way = &h->ways->top[at];
    fh_unfinished open = {0};
    fh_alignment *found = &open.so_far;
    fh_status s;
    for (size_t i = 0; i < way->n_steps; i++) w->story[i] = h->row_of[way->path[i]];
    if (h->running)
        s = fh_align_unfinished(w->aligner, w->story, way->n_steps, w->arena, &open, err);
    else
        s = fh_align_moves(w->aligner, w->story, way->n_steps, w->arena, found, err);
    if (s) return s;
    count_moves(w, way, found);
    for (uint32_t i = 0; i < open.n_next; i++) w->row[open.next[i]].stories_next += way->count;
    w->may_end += open.may_end ? way->count : 0;
    w->at_most += found->at_most ? way->count : 0;
    w->cost += found->cost * way->count;
    w->worst += worst_of(w, way) * way->count;
    h->way[at] = (fh_conform_way){way, found->cost};
    return FH_OK;
}

/* ---- All ways ------------------------------------------------------------------------------ */

static void work(void *ctx, uint32_t lane)
{
    worker *w = &((worker *)ctx)[lane];
    holder *h = w->h;
    while (!w->status && !atomic_load_explicit(&h->failed, memory_order_relaxed)) {
        const size_t from = atomic_fetch_add_explicit(&h->next, AT_ONCE, memory_order_relaxed);
        for (size_t i = from; !w->status && i < from + AT_ONCE && i < h->ways->n_top; i++) {
            w->status = align_way(w, h->order ? (size_t)(h->order[i] - h->ways->top) : i, &w->err);
            fh_arena_reset(w->arena);
        }
        if (w->status) atomic_store_explicit(&h->failed, true, memory_order_relaxed);
        if (from >= h->ways->n_top) return;
    }
}

static int by_path(const void *pa, const void *pb, void *ctx)
{
    const fh_variant *a = *(const fh_variant *const *)pa, *b = *(const fh_variant *const *)pb;
    const size_t n = a->n_steps < b->n_steps ? a->n_steps : b->n_steps;
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        if (a->path[i] != b->path[i]) return a->path[i] < b->path[i] ? -1 : 1;
    return (a->n_steps > b->n_steps) - (a->n_steps < b->n_steps);
}

/* A way that begins as the one before is aligned faster. Of very many ways not enough begin alike,
 * and sorting them would cost more; whoever is told of each is told in their own order. */
static fh_status put_in_order(holder *h, fh_error *err)
{
    const size_t n = h->ways->n_top;
    if (n > SORTED || h->told) return FH_OK;
    h->order = FH_NEW_ARRAY(h->v->arena, const fh_variant *, n + 1);
    if (!h->order) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) h->order[i] = &h->ways->top[i];
    if (fh_sort(fh_arena_allocator(h->v->arena), h->order, n, sizeof *h->order, by_path, NULL))
        return fh_no_memory(err);
    return FH_OK;
}

static fh_status make_worker(holder *h, worker *w, fh_error *err)
{
    const size_t rows = h->out->n_rows;
    *w = (worker){.h = h, .arena = fh_arena_new(NULL)};
    w->row = FH_NEW_ARRAY(h->v->arena, fh_conform_row, rows + 1);
    w->met = FH_NEW_ARRAY(h->v->arena, unsigned char, rows + 1);
    w->story = FH_NEW_ARRAY(h->v->arena, uint32_t, h->longest + 1);
    if (!w->arena || !w->row || !w->met || !w->story) return fh_no_memory(err);
    memset(w->row, 0, rows * sizeof *w->row);
    memset(w->met, 0, rows);
    return fh_aligner_new(NULL, h->tree, NULL, &w->aligner, err);
}

static void add_worker(holder *h, const worker *w)
{
    for (size_t r = 0; r < h->out->n_rows; r++) {
        fh_conform_row *to = &h->row[r];
        const fh_conform_row *from = &w->row[r];
        to->completed += from->completed;
        to->missing += from->missing;
        to->ad_hoc += from->ad_hoc;
        to->stories_completed += from->stories_completed;
        to->stories_missing += from->stories_missing;
        to->stories_ad_hoc += from->stories_ad_hoc;
        to->stories_out_of_order += from->stories_out_of_order;
        to->stories_next += from->stories_next;
    }
    h->out->cost += w->cost;
    h->out->stories_at_most += w->at_most;
    h->out->stories_may_end += w->may_end;
}

/* The same sum whoever aligned which way. */
static void put_fitness(holder *h, const worker *w, uint32_t n_workers)
{
    uint64_t worst = 0;
    double fit = 0;
    for (uint32_t k = 0; k < n_workers; k++) worst += w[k].worst;
    for (size_t i = 0; i < h->out->n_ways; i++) {
        const uint64_t most = worst_of(w, h->way[i].way);
        fit +=
            (double)h->way[i].way->count * (most ? 1 - (double)h->way[i].cost / (double)most : 1);
    }
    h->out->n_stories = h->ways->n_stories;
    h->out->fitness_avg = h->ways->n_stories ? fit / (double)h->ways->n_stories : 1;
    h->out->fitness_log = worst ? 1 - (double)h->out->cost / (double)worst : 1;
}

static fh_status align_ways(holder *h, fh_error *err)
{
    uint32_t n = h->v->threads ? h->v->threads : fh_threads_cores();
    if (n > MOST_WORKERS) n = MOST_WORKERS;
    if (n > 1 + h->ways->n_top / AT_ONCE) n = (uint32_t)(1 + h->ways->n_top / AT_ONCE);
    if (h->told) n = 1;
    worker *w = FH_NEW_ARRAY(h->v->arena, worker, n);
    if (!w) return fh_no_memory(err);
    memset(w, 0, n * sizeof *w);
    fh_status s = put_in_order(h, err);
    for (uint32_t k = 0; !s && k < n; k++) s = make_worker(h, &w[k], err);
    if (!s) fh_threads_run(n, work, w);
    for (uint32_t k = 0; k < n; k++) {
        if (!s && w[k].status) {
            s = w[k].status;
            if (err) *err = w[k].err;
        }
        if (!s) add_worker(h, &w[k]);
    }
    if (!s) put_fitness(h, w, n);
    for (uint32_t k = 0; k < n; k++) {
        fh_aligner_free(w[k].aligner);
        fh_arena_free(w[k].arena);
    }
    return s;
}

static fh_status hold(holder *h, fh_conform *out, fh_error *err)
{
    *out = (fh_conform){.running = h->running};
    h->out = out;
    const fh_status s = make_rows(h, err);
    return s ? s : align_ways(h, err);
}

fh_status fh_conform_ways(const fh_view *v, const fh_names *names, const fh_variants *ways,
                          const fh_tree *tree, bool running, fh_conform_told *told, void *ctx,
                          fh_conform *out, fh_error *err)
{
    holder h = {.v = v,
                .names = names,
                .told = told,
                .ctx = ctx,
                .tree = tree,
                .ways = ways,
                .running = running};
    return hold(&h, out, err);
}

fh_status fh_view_conform(const fh_view *v, const fh_tree *tree, bool running, fh_conform *out,
                          fh_error *err)
{
    fh_variants ways;
    holder h = {.v = v, .names = &v->touchpoint, .tree = tree, .ways = &ways, .running = running};
    const fh_status s = fh_view_ways(v, &ways, err);
    return s ? s : hold(&h, out, err);
}

/* ---- Telling -------------------------------------------------------------------------------- */

/* Of what the journey does not know, what did not happen is not worth a row. */
static bool worth_a_row(const fh_conform_row *row)
{
    return row->planned || row->ad_hoc;
}

fh_status fh_conform_table(const fh_view *v, const fh_conform *a, fh_table *out, fh_error *err)
{
    static const fh_table_column columns[] = {
        {"touchpoint", "Touchpoint", FH_CELL_TEXT},
        {"completed", "Completed", FH_CELL_COUNT},
        {"missing", "Missing", FH_CELL_COUNT},
        {"adhoc", "Ad-hoc", FH_CELL_COUNT},
        {"stories_missing", "Without it", FH_CELL_SHARE},
        {"stories_out_of_order", "Out of order", FH_CELL_SHARE},
        {"stories_adhoc", "One too many", FH_CELL_SHARE},
        {"stories_next", "May be next", FH_CELL_SHARE}};
    size_t n = 0, at = 0;
    for (size_t r = 0; r < a->n_rows; r++) n += worth_a_row(&a->row[r]);
    const fh_status s = fh_view_new_table(v, "What was intended, and what happened", columns,
                                          a->running ? 8 : 7, n, out, err);
    if (s) return s;
    for (size_t r = 0; r < a->n_rows; r++) {
        const fh_conform_row *row = &a->row[r];
        if (!worth_a_row(row)) continue;
        fh_cell *cell = fh_table_row(out, at++);
        *cell++ = fh_cell_text(row->name);
        *cell++ = fh_cell_count(row->completed);
        *cell++ = fh_cell_count(row->missing);
        *cell++ = fh_cell_count(row->ad_hoc);
        *cell++ = fh_cell_part(row->stories_missing, a->n_stories);
        *cell++ = fh_cell_part(row->stories_out_of_order, a->n_stories);
        *cell++ = fh_cell_part(row->stories_ad_hoc, a->n_stories);
        if (a->running) *cell = fh_cell_part(row->stories_next, a->n_stories);
    }
    out->note = fh_printed(
        v->arena,
        "%.*s, %.*s. The journey explains %.1f %% of what happened (fitness, all together; %.1f %% "
        "for one %s on average). Each story is held against it by the fewest moves that there can "
        "be: completed where the journey has it, missing, or ad-hoc.",
        FH_STR_ARG(fh_view_stories(v, a->n_stories)), FH_STR_ARG(fh_view_scope(v)),
        100 * a->fitness_log, 100 * a->fitness_avg, v->one);
    if (a->of_map)
        out->note = fh_printed(
            v->arena, "%.*s The map knows %.1f %% of the interactions; the others are left out.",
            FH_STR_ARG(out->note),
            a->n_interactions ? 100 * (double)a->n_mapped / (double)a->n_interactions : 100);
    if (a->running)
        out->note =
            fh_printed(v->arena,
                       "%.*s Nothing more has to come yet: missing is what was passed by. %.*s "
                       "may be at the end.",
                       FH_STR_ARG(out->note), FH_STR_ARG(fh_view_stories(v, a->stories_may_end)));
    if (a->stories_at_most)
        out->note =
            fh_printed(v->arena,
                       "%.*s For %.*s there may be fewer moves than were found: a touchpoint "
                       "stands on several sides of what is in any order.",
                       FH_STR_ARG(out->note), FH_STR_ARG(fh_view_stories(v, a->stories_at_most)));
    return FH_OK;
}

static void put_fraction(fh_json *j, const char *key, double value)
{
    enum { DECIMALS = 12 };
    fh_put_key(j, key);
    fh_json_fixed(j, llround(value * 1e12), DECIMALS);
}

void fh_conform_json(const fh_conform *a, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "cases", a->n_stories);
    put_fraction(j, "fitness_avg", a->fitness_avg);
    put_fraction(j, "fitness_log", a->fitness_log);
    fh_put_number(j, "cost", a->cost);
    fh_put_number(j, "stories_at_most", a->stories_at_most);
    if (a->running) fh_put_number(j, "stories_may_end", a->stories_may_end);
    if (a->of_map) {
        fh_put_number(j, "interactions", a->n_interactions);
        fh_put_number(j, "mapped", a->n_mapped);
    }
    fh_json_key(j, FH_STR("touchpoints"));
    fh_json_array(j);
    for (size_t r = 0; r < a->n_rows; r++) {
        const fh_conform_row *row = &a->row[r];
        if (!worth_a_row(row)) continue;
        fh_json_object(j);
        fh_put_text(j, "name", row->name);
        fh_put_bool(j, "planned", row->planned);
        fh_put_number(j, "completed", row->completed);
        fh_put_number(j, "missing", row->missing);
        fh_put_number(j, "adhoc", row->ad_hoc);
        fh_put_number(j, "stories_completed", row->stories_completed);
        fh_put_number(j, "stories_missing", row->stories_missing);
        fh_put_number(j, "stories_adhoc", row->stories_ad_hoc);
        fh_put_number(j, "stories_out_of_order", row->stories_out_of_order);
        if (a->running) fh_put_number(j, "stories_next", row->stories_next);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_key(j, FH_STR("variants"));
    fh_json_array(j);
    for (size_t i = 0; i < a->n_ways; i++) {
        fh_json_object(j);
        fh_put_number(j, "count", a->way[i].way->count);
        fh_put_number(j, "cost", a->way[i].cost);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    fh_json_end_object(j);
}
