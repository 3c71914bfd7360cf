/* represent.c - a few ways that stand for all (fh_represent).
 *
 *   chosen    the commonest ways, as many as can be compared each with each
 *   apart     how far each is from each, in ten-thousandths: integers, so that sums are exact
 *   medoid    of each group the way that stands for it
 *
 * k-medoids as Kaufman and Rousseeuw have it (PAM): the first medoid is the way nearest to all
 * stories, each next one the way that brings them nearest; then the exchange that helps most is
 * made until none does. What an exchange brings is found for all medoids in one pass over the
 * ways (as FastPAM does). Every sum is of integers and every tie goes to the first way, so the
 * outcome is the same everywhere.
 */
#include "journey/represent.h"

#include "base/sort.h"

#include <string.h>

enum { WHOLE = 10000, NONE = UINT16_MAX };
#define WORK        UINT64_C(50000000) /* words all comparisons may go through */
#define STORIES_MAX (UINT64_C(1) << 47)

typedef struct groups {
    const fh_discover_way *way;
    size_t n;        /* chosen */
    uint16_t *apart; /* [n * n] */
    uint32_t k, medoid[FH_REPRESENT_MAX];
    uint32_t *owner;            /* [n] which medoid is nearest */
    uint16_t *nearest, *second; /* [n] how far the nearest and the next are; NONE: no next */
} groups;

static uint16_t far(uint64_t edits, size_t a, size_t b)
{
    const uint64_t longer = a > b ? a : b;
    return longer ? (uint16_t)((edits * WHOLE + longer / 2) / longer) : 0;
}

/* ---- Comparing ------------------------------------------------------------------------- */

/* How many ways from the first on can be compared each with each. */
static size_t choose(const fh_discover_way *way, size_t n)
{
    uint64_t work = 0, steps = 0;
    size_t i = 0;
    for (; i < n && i < FH_REPRESENT_CHOSEN && way[i].n <= FH_PATTERN_MAX; i++) {
        work += fh_pattern_work(way[i].n, 1) * steps;
        if (work > WORK) break;
        steps += way[i].n;
    }
    return i;
}

static void compare_all(groups *g, fh_pattern *p)
{
    for (size_t i = 0; i < g->n; i++) {
        fh_pattern_set(p, &g->way[i]);
        g->apart[i * g->n + i] = 0;
        for (size_t j = 0; j < i; j++) {
            const uint64_t edits = fh_pattern_edits(p, &g->way[j]);
            g->apart[i * g->n + j] = g->apart[j * g->n + i] = far(edits, g->way[i].n, g->way[j].n);
        }
        fh_pattern_clear(p, &g->way[i]);
    }
}

/* ---- Choosing medoids --------------------------------------------------------------------- */

static void settle(groups *g)
{
    for (size_t j = 0; j < g->n; j++) {
        g->nearest[j] = g->second[j] = NONE;
        for (uint32_t m = 0; m < g->k; m++) {
            const uint16_t d = g->apart[g->medoid[m] * g->n + j];
            if (d < g->nearest[j]) {
                g->second[j] = g->nearest[j];
                g->nearest[j] = d;
                g->owner[j] = m;
            } else if (d < g->second[j]) {
                g->second[j] = d;
            }
        }
    }
}

static bool is_medoid(const groups *g, size_t i)
{
    for (uint32_t m = 0; m < g->k; m++)
        if (g->medoid[m] == i) return true;
    return false;
}

static int64_t weighed(const groups *g, size_t j, uint16_t d)
{
    return (int64_t)g->way[j].count * d;
}

/* Adds the way that brings the stories nearest. */
static void add_medoid(groups *g)
{
    size_t best = 0;
    int64_t least = INT64_MAX;
    for (size_t c = 0; c < g->n; c++) {
        if (is_medoid(g, c)) continue;
        int64_t cost = 0;
        for (size_t j = 0; j < g->n; j++) {
            const uint16_t d = g->apart[c * g->n + j];
            cost += weighed(g, j, d < g->nearest[j] ? d : g->nearest[j]);
        }
        if (cost < least) least = cost, best = c;
    }
    g->medoid[g->k++] = (uint32_t)best;
    settle(g);
}

/* What it brings to take `c` instead of each medoid: bring[m], less than 0 helps. */
static void exchange(const groups *g, size_t c, int64_t *bring)
{
    int64_t all = 0;
    for (uint32_t m = 0; m < g->k; m++) bring[m] = 0;
    for (size_t j = 0; j < g->n; j++) {
        const uint16_t d = g->apart[c * g->n + j], now = g->nearest[j], next = g->second[j];
        const uint16_t with = d < now ? d : now, without = d < next ? d : next;
        all += weighed(g, j, with) - weighed(g, j, now);
        bring[g->owner[j]] += weighed(g, j, without) - weighed(g, j, with);
    }
    for (uint32_t m = 0; m < g->k; m++) bring[m] += all;
}

static void exchange_all(groups *g)
{
    for (;;) {
        int64_t best = 0, bring[FH_REPRESENT_MAX];
        size_t in = 0;
        uint32_t out = 0;
        for (size_t c = 0; c < g->n; c++) {
            if (is_medoid(g, c)) continue;
            exchange(g, c, bring);
            for (uint32_t m = 0; m < g->k; m++)
                if (bring[m] < best) best = bring[m], in = c, out = m;
        }
        if (best == 0) return;
        g->medoid[out] = (uint32_t)in;
        settle(g);
    }
}

static void make_groups(groups *g, uint32_t k)
{
    g->k = 0;
    for (size_t j = 0; j < g->n; j++) g->nearest[j] = WHOLE;
    while (g->k < k) add_medoid(g);
    exchange_all(g);
}

/* Mean over the stories of how much nearer their own group is than the next one. */
static double silhouette(const groups *g)
{
    double sum = 0, all = 0, weight[FH_REPRESENT_MAX] = {0};
    if (g->k < 2) return 0;
    for (size_t j = 0; j < g->n; j++) weight[g->owner[j]] += (double)g->way[j].count;
    for (size_t i = 0; i < g->n; i++) {
        double to[FH_REPRESENT_MAX] = {0}, other = 2.0 * WHOLE;
        const uint32_t own = g->owner[i];
        all += (double)g->way[i].count;
        for (size_t j = 0; j < g->n; j++)
            to[g->owner[j]] += (double)g->way[j].count * g->apart[i * g->n + j];
        if (weight[own] <= 1) continue; /* alone: neither near nor far */
        const double mine = to[own] / (weight[own] - 1);
        for (uint32_t m = 0; m < g->k; m++)
            if (m != own && to[m] / weight[m] < other) other = to[m] / weight[m];
        const double greater = mine > other ? mine : other;
        if (greater > 0) sum += (double)g->way[i].count * (other - mine) / greater;
    }
    return all > 0 ? sum / all : 0;
}

/* As many groups as asked for, or as many as have the best silhouette. */
static void find_groups(groups *g, uint32_t k, double *silhouettes, fh_representatives *out)
{
    uint32_t best = k && k < g->n ? k : (uint32_t)g->n;
    if (!k && g->n > 2) {
        const uint32_t most = g->n < FH_REPRESENT_SUGGEST ? (uint32_t)g->n : FH_REPRESENT_SUGGEST;
        best = 2;
        for (uint32_t n = 2; n <= most; n++) {
            make_groups(g, n);
            silhouettes[out->n_silhouettes++] = silhouette(g);
            if (silhouettes[n - 2] > silhouettes[best - 2]) best = n;
        }
    }
    make_groups(g, best);
    out->silhouette = silhouette(g);
    if (!out->n_silhouettes) silhouettes[out->n_silhouettes++] = out->silhouette;
}

/* ---- Telling ------------------------------------------------------------------------------ */

/* The others to the nearest medoid, as far as the work goes: those after *n are left. */
static void count_others(const groups *g, fh_pattern *p, size_t n_ways, uint32_t *of,
                         uint16_t *distance, size_t *n)
{
    uint64_t words = 0, work = 0;
    size_t end = g->n;
    for (uint32_t m = 0; m < g->k; m++) words += fh_pattern_work(g->way[g->medoid[m]].n, 1);
    while (end < n_ways && (work += words * g->way[end].n) <= WORK) end++;
    for (size_t i = g->n; i < n_ways; i++) {
        of[i] = FH_REPRESENT_LEFT;
        distance[i] = NONE;
    }
    for (uint32_t m = 0; m < g->k; m++) {
        const fh_discover_way *medoid = &g->way[g->medoid[m]];
        fh_pattern_set(p, medoid);
        for (size_t i = g->n; i < end; i++) {
            const uint16_t d = far(fh_pattern_edits(p, &g->way[i]), medoid->n, g->way[i].n);
            if (d < distance[i]) distance[i] = d, of[i] = m;
        }
        fh_pattern_clear(p, medoid);
    }
    *n = g->k ? end : g->n;
}

static int by_stories(const void *a, const void *b, void *ctx)
{
    const fh_representative *list = ctx;
    const fh_representative *x = &list[*(const uint32_t *)a], *y = &list[*(const uint32_t *)b];
    if (x->stories != y->stories) return x->stories > y->stories ? -1 : 1;
    return (x->way > y->way) - (x->way < y->way);
}

typedef struct telling {
    fh_representative *list;
    uint32_t *of;
    double *apart;
    const uint16_t *distance;
} telling;

static void tell(const groups *g, const telling *t, size_t end)
{
    for (uint32_t m = 0; m < g->k; m++) t->list[m] = (fh_representative){.way = g->medoid[m]};
    for (size_t i = 0; i < end; i++) {
        fh_representative *r = &t->list[t->of[i]];
        const double d = (double)t->distance[i] / WHOLE;
        t->apart[i] = d;
        r->n_ways++;
        r->stories += g->way[i].count;
        r->mean += d * (double)g->way[i].count;
        if (d > r->farthest) r->farthest = d;
        if (i == r->way) r->same = g->way[i].count;
    }
    for (uint32_t m = 0; m < g->k; m++)
        if (t->list[m].stories) t->list[m].mean /= (double)t->list[m].stories;
}

/* The list by stories, and who stands for whom told anew. */
static fh_status put_in_order(const groups *g, const telling *t, size_t end, fh_arena *arena,
                              fh_representatives *out, fh_error *err)
{
    fh_representative *list = FH_NEW_ARRAY(arena, fh_representative, FH_REPRESENT_MAX);
    uint32_t order[FH_REPRESENT_MAX], place[FH_REPRESENT_MAX];
    if (!list) return fh_no_memory(err);
    for (uint32_t m = 0; m < g->k; m++) order[m] = m;
    const fh_status s =
        fh_sort(fh_arena_allocator(arena), order, g->k, sizeof *order, by_stories, t->list);
    if (s) return fh_no_memory(err);
    for (uint32_t m = 0; m < g->k; m++) {
        list[m] = t->list[order[m]];
        place[order[m]] = m;
    }
    for (size_t i = 0; i < end; i++) t->of[i] = place[t->of[i]];
    out->n = g->k;
    out->list = list;
    return FH_OK;
}

static fh_status represent(groups *g, size_t n_ways, uint32_t n_labels, uint32_t k, fh_arena *arena,
                           fh_representatives *out, fh_error *err)
{
    size_t end = 0;
    double *silhouettes = FH_NEW_ARRAY(arena, double, FH_REPRESENT_SUGGEST);
    uint16_t *distance = FH_NEW_ARRAY(arena, uint16_t, n_ways + 1);
    const telling t = {FH_NEW_ARRAY(arena, fh_representative, FH_REPRESENT_MAX),
                       FH_NEW_ARRAY(arena, uint32_t, n_ways + 1),
                       FH_NEW_ARRAY(arena, double, n_ways + 1), distance};
    size_t longest = 0;
    for (size_t i = 0; i < g->n; i++) longest = g->way[i].n > longest ? g->way[i].n : longest;
    fh_pattern p;
    fh_status s = fh_pattern_new(arena, n_labels, longest, &p, err);
    if (s || !silhouettes || !distance || !t.list || !t.of || !t.apart)
        return s ? s : fh_no_memory(err);
    memset(t.apart, 0, (n_ways + 1) * sizeof *t.apart);
    compare_all(g, &p);
    if (g->n) find_groups(g, k, silhouettes, out);
    for (size_t i = 0; i < g->n; i++) {
        t.of[i] = g->owner[i];
        distance[i] = g->nearest[i];
    }
    count_others(g, &p, n_ways, t.of, distance, &end);
    tell(g, &t, end);
    s = put_in_order(g, &t, end, arena, out, err);
    out->of = t.of;
    out->apart = t.apart;
    out->silhouettes = silhouettes;
    out->n_compared = g->n;
    for (size_t i = 0; i < g->n; i++) out->stories_compared += g->way[i].count;
    out->n_left = n_ways - end;
    for (size_t i = end; i < n_ways; i++) out->stories_left += g->way[i].count;
    return s;
}

fh_status fh_represent(const fh_discover_way *way, size_t n_ways, uint32_t n_labels, uint32_t k,
                       fh_arena *arena, fh_representatives *out, fh_error *err)
{
    uint64_t stories = 0;
    if (k > FH_REPRESENT_MAX)
        return fh_fail(err, FH_INVALID, "at most %d ways can stand for all", FH_REPRESENT_MAX);
    for (size_t i = 0; i < n_ways; i++) {
        if (way[i].count > STORIES_MAX - stories)
            return fh_fail(err, FH_LIMIT, "there are more stories than can be counted together");
        stories += way[i].count;
    }
    fh_representatives found = {0};
    groups g = {.way = way, .n = choose(way, n_ways)};
    g.apart = FH_NEW_ARRAY(arena, uint16_t, g.n * g.n + 1);
    g.owner = FH_NEW_ARRAY(arena, uint32_t, g.n + 1);
    g.nearest = FH_NEW_ARRAY(arena, uint16_t, g.n + 1);
    g.second = FH_NEW_ARRAY(arena, uint16_t, g.n + 1);
    if (!g.apart || !g.owner || !g.nearest || !g.second) return fh_no_memory(err);
    const fh_status s = represent(&g, n_ways, n_labels, k, arena, &found, err);
    if (!s) *out = found;
    return s;
}
