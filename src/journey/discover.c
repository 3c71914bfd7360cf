/* discover.c - the inductive miner (see firsthand/journey.h and discover.h).
 *
 *     mine(log):  nothing at all                   -> tau, or X( tau, mine(the rest) )
 *                 one activity, once               -> it
 *                 a cut of what follows what       -> its operator over mine(each part)
 *                 with noise: a cut of the same without weak arcs
 *                 ways out: an activity once in every way, or one without which there is a
 *                 cut, stands beside the rest; ways that begin anew are repeated; else
 *                 anything in any order
 *
 * Then the tree is folded: a sequence in a sequence is one, a tau in a sequence nothing.
 * Parts are logs of their own; how deep they lie in one another is bounded by the number
 * of activities, and by FH_TREE_MAX_DEPTH.
 */
#include "journey/discover.h"

#include "base/sort.h"

#include <string.h>

typedef struct twig twig;
struct twig {
    fh_tree_op op;
    uint32_t label;
    twig *child, *next;
};

typedef struct miner {
    fh_arena *arena; /* of twigs */
    fh_scratch scratch;
    fh_allocator from;
    uint32_t n_labels;
    double noise;
    uint32_t *trace; /* [longest + 1] room for one projected way */
    fh_error *err;
} miner;

static fh_status mine(miner *m, const fh_mined_log *log, uint32_t depth, twig **out);

static fh_status failed(miner *m, fh_status status)
{
    if (status == FH_NOMEM) return fh_no_memory(m->err);
    return fh_fail(m->err, FH_LIMIT, "what happened is too much for the miner's memory");
}

static fh_status new_twig(miner *m, fh_tree_op op, uint32_t label, twig **out)
{
    twig *t = FH_NEW(m->arena, twig);
    if (!t) return fh_no_memory(m->err);
    t->op = op;
    t->label = label;
    *out = t;
    return FH_OK;
}

static void add_child(twig *parent, twig *child)
{
    twig **at = &parent->child;
    while (*at) at = &(*at)->next;
    *at = child;
}

/* ---- Parts of a log ------------------------------------------------------------------------- */

/* Logs of the groups of a cut. */
typedef struct parts {
    fh_mined_log *log; /* [n] */
    uint32_t n;
} parts;

static fh_status new_parts(miner *m, uint32_t n, parts *out)
{
    out->log = fh_scratch_take(&m->scratch, n, sizeof *out->log);
    out->n = 0;
    if (!out->log) return failed(m, m->scratch.status);
    for (uint32_t i = 0; i < n; i++) fh_mined_log_init(&out->log[i], &m->from);
    out->n = n;
    return FH_OK;
}

static void free_parts(parts *p)
{
    for (uint32_t i = 0; i < p->n; i++) fh_mined_log_free(&p->log[i]);
}

typedef struct cut {
    fh_tree_op op;
    fh_groups groups;
    const fh_dfg *dfg;
    uint32_t *met; /* [groups] room to count in */
} cut;

static uint32_t group_of(const cut *c, uint32_t event)
{
    return c->groups.group[c->dfg->local[event]];
}

/* The group that most events of a piece belong to; of equals the last. */
static uint32_t most_met(const cut *c, const uint32_t *event, size_t n, uint32_t from)
{
    uint32_t best = from;
    memset(c->met, 0, c->groups.n * sizeof *c->met);
    for (size_t i = 0; i < n; i++) c->met[group_of(c, event[i])]++;
    for (uint32_t g = from; g < c->groups.n; g++)
        if (c->met[g] >= c->met[best]) best = g;
    return best;
}

static fh_status put_group(miner *m, const cut *c, const uint32_t *event, size_t n, uint32_t group,
                           uint64_t count, fh_mined_log *to)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        if (group_of(c, event[i]) == group) m->trace[len++] = event[i];
    return fh_mined_log_put(to, m->trace, len, count);
}

static fh_status project_choice(miner *m, const cut *c, const uint32_t *event, size_t n,
                                uint64_t count, parts *p)
{
    const uint32_t group = most_met(c, event, n, 0);
    return put_group(m, c, event, n, group, count, &p->log[group]);
}

static fh_status project_together(miner *m, const cut *c, const uint32_t *event, size_t n,
                                  uint64_t count, parts *p)
{
    fh_status s = FH_OK;
    for (uint32_t g = 0; s == FH_OK && g < p->n; g++)
        s = put_group(m, c, event, n, g, count, &p->log[g]);
    return s;
}

/* Where the part of a group ends: as many of its own and as few of later ones as can be; what
 * belongs to groups before is passed over. */
static size_t part_end(const cut *c, const uint32_t *event, size_t n, size_t from, uint32_t group)
{
    int64_t cost = 0, least = 0;
    size_t end = from;
    for (size_t i = from; i < n; i++) {
        const uint32_t g = group_of(c, event[i]);
        if (g == group)
            cost--;
        else if (g > group)
            cost++;
        if (cost < least) {
            least = cost;
            end = i + 1;
        }
    }
    return end;
}

static fh_status project_sequence(miner *m, const cut *c, const uint32_t *event, size_t n,
                                  uint64_t count, parts *p)
{
    fh_status s = FH_OK;
    size_t at = 0;
    for (uint32_t g = 0; s == FH_OK && g < p->n; g++) {
        const size_t end = part_end(c, event, n, at, g);
        s = put_group(m, c, event + at, end - at, g, count, &p->log[g]);
        at = end;
    }
    return s;
}

/* Pieces of what is repeated and of what comes between, in turn. */
static fh_status project_repeat(miner *m, const cut *c, const uint32_t *event, size_t n,
                                uint64_t count, parts *p)
{
    (void)m;
    fh_status s = FH_OK;
    size_t at = 0;
    for (size_t i = 0; s == FH_OK && i < n; i++) {
        const bool between = group_of(c, event[at]) != 0;
        if (i == at || (group_of(c, event[i]) != 0) == between) continue;
        const uint32_t to = between ? most_met(c, event + at, i - at, 1) : 0;
        s = fh_mined_log_put(&p->log[to], event + at, i - at, count);
        at = i;
    }
    if (s != FH_OK) return s;
    if (at < n && group_of(c, event[at]) != 0) {
        s = fh_mined_log_put(&p->log[most_met(c, event + at, n - at, 1)], event + at, n - at,
                             count);
        at = n;
    }
    return s == FH_OK ? fh_mined_log_put(&p->log[0], event + at, n - at, count) : s;
}

typedef fh_status projector(miner *m, const cut *c, const uint32_t *event, size_t n, uint64_t count,
                            parts *p);

static fh_status project(miner *m, cut *c, const fh_mined_log *log, parts *p)
{
    static projector *const by_op[] = {[FH_TREE_CHOICE] = project_choice,
                                       [FH_TREE_SEQUENCE] = project_sequence,
                                       [FH_TREE_TOGETHER] = project_together,
                                       [FH_TREE_REPEAT] = project_repeat};
    c->met = fh_scratch_take(&m->scratch, c->groups.n, sizeof *c->met);
    if (!c->met) return failed(m, m->scratch.status);
    fh_status s = FH_OK;
    for (size_t i = 0; s == FH_OK && i < log->n_traces; i++) {
        const fh_log_trace *t = &log->trace[i];
        s = by_op[c->op](m, c, log->event + t->at, t->n, t->count, p);
    }
    return s == FH_OK ? s : failed(m, s);
}

/* op( mine(each part) ) */
static fh_status mine_parts(miner *m, fh_tree_op op, const parts *p, uint32_t depth, twig **out)
{
    fh_status s = new_twig(m, op, 0, out);
    for (uint32_t i = 0; s == FH_OK && i < p->n; i++) {
        twig *child = NULL;
        s = mine(m, &p->log[i], depth + 1, &child);
        if (s == FH_OK) add_child(*out, child);
    }
    return s;
}

/* ---- Cuts ----------------------------------------------------------------------------------- */

static fh_status find_cut(miner *m, const fh_dfg *dfg, cut *out)
{
    static const struct {
        fh_tree_op op;
        bool (*find)(fh_scratch *s, const fh_dfg *dfg, fh_groups *out);
    } cuts[] = {{FH_TREE_CHOICE, fh_cut_choice},
                {FH_TREE_SEQUENCE, fh_cut_sequence},
                {FH_TREE_TOGETHER, fh_cut_together},
                {FH_TREE_REPEAT, fh_cut_repeat}};
    *out = (cut){.dfg = dfg};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0] && !out->groups.n; i++) {
        out->op = cuts[i].op;
        if (!cuts[i].find(&m->scratch, dfg, &out->groups)) return failed(m, m->scratch.status);
    }
    return FH_OK;
}

/* *out stays NULL when there is no cut. */
static fh_status mine_cut(miner *m, const fh_mined_log *log, const fh_dfg *dfg, uint32_t depth,
                          twig **out)
{
    cut c;
    parts p = {0};
    fh_status s = find_cut(m, dfg, &c);
    if (s != FH_OK || !c.groups.n) return s;
    s = new_parts(m, c.groups.n, &p);
    if (s == FH_OK) s = project(m, &c, log, &p);
    if (s == FH_OK) s = mine_parts(m, c.op, &p, depth, out);
    free_parts(&p);
    return s;
}

/* ---- Ways out ------------------------------------------------------------------------------- */

static bool once_in_every_way(const fh_mined_log *log, uint32_t act)
{
    for (size_t i = 0; i < log->n_traces; i++) {
        const fh_log_trace *t = &log->trace[i];
        uint32_t n = 0;
        for (size_t k = t->at; k < t->at + t->n && n < 2; k++) n += log->event[k] == act;
        if (n != 1) return false;
    }
    return true;
}

/* +( what the log has of `act`, the rest ) */
static fh_status mine_beside(miner *m, const fh_mined_log *log, const fh_dfg *dfg, uint32_t act,
                             uint32_t depth, twig **out)
{
    parts p = {0};
    uint32_t *group = fh_scratch_take(&m->scratch, dfg->k, sizeof *group);
    if (!group) return failed(m, m->scratch.status);
    for (uint32_t a = 0; a < dfg->k; a++) group[a] = dfg->act[a] != act;
    cut c = {.op = FH_TREE_TOGETHER, .groups = {group, 2}, .dfg = dfg};
    fh_status s = new_parts(m, 2, &p);
    if (s == FH_OK) s = project(m, &c, log, &p);
    if (s == FH_OK) s = mine_parts(m, FH_TREE_TOGETHER, &p, depth, out);
    free_parts(&p);
    return s;
}

/* An activity without which there is a cut; UINT32_MAX: none. */
static fh_status find_concurrent(miner *m, const fh_mined_log *log, const fh_dfg *dfg,
                                 uint32_t *act)
{
    *act = UINT32_MAX;
    for (uint32_t a = 0; a < dfg->k && *act == UINT32_MAX; a++) {
        const fh_scratch_mark mark = fh_scratch_mark_now(&m->scratch);
        fh_dfg without;
        cut c;
        if (!fh_dfg_of(&m->scratch, log, m->n_labels, dfg->act[a], &without))
            return failed(m, m->scratch.status);
        const fh_status s = find_cut(m, &without, &c);
        if (s != FH_OK) return s;
        if (c.groups.n) *act = dfg->act[a];
        fh_scratch_release(&m->scratch, mark);
    }
    return FH_OK;
}

/* Ways cut where one begins anew: at a start, `strict`: after an end. */
static fh_status begin_anew(miner *m, const fh_mined_log *log, const fh_dfg *dfg, bool strict,
                            fh_mined_log *out)
{
    fh_status s = FH_OK;
    for (size_t i = 0; s == FH_OK && i < log->n_traces; i++) {
        const fh_log_trace *t = &log->trace[i];
        const uint32_t *e = log->event + t->at;
        size_t at = 0;
        for (size_t k = 1; s == FH_OK && k < t->n; k++) {
            if (!dfg->start[dfg->local[e[k]]]) continue;
            if (strict && !dfg->end[dfg->local[e[k - 1]]]) continue;
            s = fh_mined_log_put(out, e + at, k - at, t->count);
            at = k;
        }
        if (s == FH_OK) s = fh_mined_log_put(out, e + at, t->n - at, t->count);
    }
    return s == FH_OK ? s : failed(m, s);
}

/* *( mine(ways begun anew), tau ); *out stays NULL when no way begins anew. */
static fh_status mine_anew(miner *m, const fh_mined_log *log, const fh_dfg *dfg, bool strict,
                           uint32_t depth, twig **out)
{
    parts p = {0};
    fh_status s = new_parts(m, 2, &p); /* the second stays empty: tau */
    if (s == FH_OK) s = begin_anew(m, log, dfg, strict, &p.log[0]);
    if (s == FH_OK && fh_mined_log_size(&p.log[0]) > fh_mined_log_size(log))
        s = mine_parts(m, FH_TREE_REPEAT, &p, depth, out);
    free_parts(&p);
    return s;
}

/* *( X( all activities ), tau ) */
static fh_status any_order(miner *m, const fh_dfg *dfg, twig **out)
{
    twig *choice = NULL, *child = NULL;
    fh_status s = new_twig(m, FH_TREE_REPEAT, 0, out);
    if (s == FH_OK) s = new_twig(m, FH_TREE_CHOICE, 0, &choice);
    for (uint32_t a = 0; s == FH_OK && a < dfg->k; a++) {
        s = new_twig(m, FH_TREE_TOUCHPOINT, dfg->act[a], &child);
        if (s == FH_OK) add_child(choice, child);
    }
    if (s == FH_OK) s = new_twig(m, FH_TREE_NOTHING, 0, &child);
    if (s != FH_OK) return s;
    add_child(*out, choice);
    add_child(*out, child);
    return FH_OK;
}

static fh_status way_out(miner *m, const fh_mined_log *log, const fh_dfg *dfg, uint32_t depth,
                         twig **out)
{
    for (uint32_t a = 0; a < dfg->k; a++)
        if (once_in_every_way(log, dfg->act[a]))
            return mine_beside(m, log, dfg, dfg->act[a], depth, out);
    uint32_t act;
    fh_status s = find_concurrent(m, log, dfg, &act);
    if (s == FH_OK && act != UINT32_MAX) return mine_beside(m, log, dfg, act, depth, out);
    if (s == FH_OK) s = mine_anew(m, log, dfg, true, depth, out);
    if (s == FH_OK && !*out) s = mine_anew(m, log, dfg, false, depth, out);
    return s == FH_OK && !*out ? any_order(m, dfg, out) : s;
}

/* ---- One log -------------------------------------------------------------------------------- */

static fh_status mine_base(miner *m, const fh_mined_log *log, twig **out)
{
    if (!log->n_traces) return new_twig(m, FH_TREE_NOTHING, 0, out);
    if (log->n_traces > 1 || log->trace[0].n > 1) return FH_OK;
    return log->trace[0].n ? new_twig(m, FH_TREE_TOUCHPOINT, log->event[log->trace[0].at], out)
                           : new_twig(m, FH_TREE_NOTHING, 0, out);
}

/* A log with a cut, or with a way out. */
static fh_status mine_full(miner *m, const fh_mined_log *log, uint32_t depth, twig **out)
{
    fh_dfg dfg, clear;
    fh_status s = mine_base(m, log, out);
    if (s != FH_OK || *out) return s;
    if (!fh_dfg_of(&m->scratch, log, m->n_labels, UINT32_MAX, &dfg))
        return failed(m, m->scratch.status);
    s = mine_cut(m, log, &dfg, depth, out);
    if (s == FH_OK && !*out && m->noise > 0) {
        if (!fh_dfg_filtered(&m->scratch, &dfg, m->noise, &clear))
            return failed(m, m->scratch.status);
        s = mine_cut(m, log, &clear, depth, out);
    }
    return s == FH_OK && !*out ? way_out(m, log, &dfg, depth, out) : s;
}

/* The log but for ways of nothing. */
static fh_status with_something(miner *m, const fh_mined_log *log, fh_mined_log *out)
{
    fh_status s = FH_OK;
    for (size_t i = 0; s == FH_OK && i < log->n_traces; i++) {
        const fh_log_trace *t = &log->trace[i];
        if (t->n) s = fh_mined_log_put(out, log->event + t->at, t->n, t->count);
    }
    return s == FH_OK ? s : failed(m, s);
}

/* Ways of nothing, when they are many enough, are a choice; else they are noise. */
static fh_status mine_with_nothing(miner *m, const fh_mined_log *log, uint64_t nothing,
                                   uint32_t depth, twig **out)
{
    parts p = {0};
    twig *tau = NULL, *rest = NULL;
    const bool noise = (double)nothing <= m->noise * (double)fh_mined_log_size(log);
    fh_status s = new_parts(m, 1, &p);
    if (s == FH_OK) s = with_something(m, log, &p.log[0]);
    if (s == FH_OK && noise) s = mine_full(m, &p.log[0], depth, out);
    if (s == FH_OK && !noise) {
        s = new_twig(m, FH_TREE_CHOICE, 0, out);
        if (s == FH_OK) s = new_twig(m, FH_TREE_NOTHING, 0, &tau);
        if (s == FH_OK) s = mine(m, &p.log[0], depth + 1, &rest);
        if (s == FH_OK) add_child(*out, tau);
        if (s == FH_OK) add_child(*out, rest);
    }
    free_parts(&p);
    return s;
}

static fh_status mine(miner *m, const fh_mined_log *log, uint32_t depth, twig **out)
{
    if (depth > FH_TREE_MAX_DEPTH)
        return fh_fail(m->err, FH_LIMIT, "what was found lies too deep in one another");
    const fh_scratch_mark mark = fh_scratch_mark_now(&m->scratch);
    uint64_t nothing = 0;
    for (size_t i = 0; i < log->n_traces; i++)
        if (!log->trace[i].n) nothing = log->trace[i].count;
    const fh_status s = nothing && log->n_traces > 1
                            ? mine_with_nothing(m, log, nothing, depth, out)
                            : mine_full(m, log, depth, out);
    fh_scratch_release(&m->scratch, mark);
    return s;
}

/* ---- Folding -------------------------------------------------------------------------------- */

/* The children of a twig, those of the same operator in their place; taus that say nothing
 * left out. */
static void fold_children(twig *t)
{
    twig **at = &t->child;
    bool tau = false;
    while (*at) {
        twig *c = *at;
        if (c->op == t->op && t->op != FH_TREE_REPEAT) {
            twig *last = c->child;
            while (last->next) last = last->next;
            last->next = c->next;
            *at = c->child;
            continue;
        }
        const bool drop =
            c->op == FH_TREE_NOTHING && (t->op == FH_TREE_SEQUENCE || t->op == FH_TREE_TOGETHER ||
                                         (t->op == FH_TREE_CHOICE && tau));
        tau |= c->op == FH_TREE_NOTHING;
        if (drop)
            *at = c->next;
        else
            at = &c->next;
    }
}

/* Twigs lie no deeper than FH_TREE_MAX_DEPTH. */
static twig *folded(twig *t)
{
    if (t->op == FH_TREE_TOUCHPOINT || t->op == FH_TREE_NOTHING) return t;
    bool touches = false;
    for (twig **at = &t->child; *at; at = &(*at)->next) {
        twig *next = (*at)->next;
        *at = folded(*at);
        (*at)->next = next;
        touches |= (*at)->op != FH_TREE_NOTHING;
    }
    if (touches) fold_children(t);
    if (!touches) {
        t->op = FH_TREE_NOTHING;
        t->child = NULL;
    } else if (!t->child->next) {
        return t->child;
    }
    return t;
}

static uint32_t count_twigs(const twig *t)
{
    uint32_t n = 1;
    for (const twig *c = t->child; c; c = c->next) n += count_twigs(c);
    return n;
}

typedef struct planter {
    fh_tree_node *node;
    uint32_t n, n_labels;
    fh_str *label;
    uint32_t *number;   /* [n_labels] of a global number; UINT32_MAX: not yet */
    const fh_str *name; /* by global number */
} planter;

static void plant(planter *p, const twig *t)
{
    fh_tree_node *node = &p->node[p->n++];
    node->op = t->op;
    if (t->op == FH_TREE_TOUCHPOINT) {
        if (p->number[t->label] == UINT32_MAX) {
            p->number[t->label] = p->n_labels;
            p->label[p->n_labels++] = p->name[t->label];
        }
        node->label = p->number[t->label];
    }
    for (const twig *c = t->child; c; c = c->next) plant(p, c);
    node->end = p->n;
}

static fh_status plant_tree(miner *m, const twig *root, const fh_str *name, fh_arena *arena,
                            fh_tree *out)
{
    planter p = {.name = name};
    p.node = FH_NEW_ARRAY(arena, fh_tree_node, count_twigs(root));
    p.label = FH_NEW_ARRAY(arena, fh_str, m->n_labels + 1);
    p.number = FH_NEW_ARRAY(m->arena, uint32_t, m->n_labels + 1);
    if (!p.node || !p.label || !p.number) return fh_no_memory(m->err);
    for (uint32_t i = 0; i < m->n_labels; i++) p.number[i] = UINT32_MAX;
    plant(&p, root);
    for (uint32_t i = 0; i < p.n_labels; i++)
        if (!fh_arena_str(arena, p.label[i], &p.label[i])) return fh_no_memory(m->err);
    *out = (fh_tree){p.node, p.label, p.n, p.n_labels};
    return FH_OK;
}

/* ---- The whole ------------------------------------------------------------------------------ */

typedef struct named {
    fh_str name;
    uint32_t label;
} named;

static int by_name(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    return fh_str_cmp(((const named *)a)->name, ((const named *)b)->name);
}

/* Labels in the order of their names: *global of each, *name by global number. */
static fh_status sort_names(miner *m, const fh_discover_options *o, uint32_t **global,
                            fh_str **name)
{
    named *sorted = FH_NEW_ARRAY(m->arena, named, o->n_labels + 1);
    *global = FH_NEW_ARRAY(m->arena, uint32_t, o->n_labels + 1);
    *name = FH_NEW_ARRAY(m->arena, fh_str, o->n_labels + 1);
    if (!sorted || !*global || !*name) return fh_no_memory(m->err);
    for (uint32_t i = 0; i < o->n_labels; i++) sorted[i] = (named){o->label[i], i};
    if (fh_sort(&m->from, sorted, o->n_labels, sizeof *sorted, by_name, NULL))
        return fh_no_memory(m->err);
    for (uint32_t i = 0; i < o->n_labels; i++) {
        (*global)[sorted[i].label] = i;
        (*name)[i] = sorted[i].name;
    }
    return FH_OK;
}

static fh_status take_ways(miner *m, const fh_discover_way *way, size_t n_ways,
                           const uint32_t *global, fh_mined_log *log)
{
    size_t longest = 0;
    for (size_t i = 0; i < n_ways; i++) longest = way[i].n > longest ? way[i].n : longest;
    m->trace = FH_NEW_ARRAY(m->arena, uint32_t, longest + 1);
    if (!m->trace) return fh_no_memory(m->err);
    fh_status s = FH_OK;
    for (size_t i = 0; s == FH_OK && i < n_ways; i++) {
        for (size_t k = 0; k < way[i].n; k++) {
            if (way[i].story[k] >= m->n_labels)
                return fh_fail(m->err, FH_INVALID, "a way has a label that is none");
            m->trace[k] = global[way[i].story[k]];
        }
        s = fh_mined_log_put(log, m->trace, way[i].n, way[i].count);
    }
    return s == FH_OK ? s : failed(m, s);
}

static fh_status discover(miner *m, const fh_discover_way *way, size_t n_ways,
                          const fh_discover_options *options, fh_arena *arena, fh_tree *out)
{
    uint32_t *global = NULL;
    fh_str *name = NULL;
    twig *root = NULL;
    fh_mined_log log;
    fh_mined_log_init(&log, &m->from);
    fh_status s = sort_names(m, options, &global, &name);
    if (s == FH_OK) s = take_ways(m, way, n_ways, global, &log);
    if (s == FH_OK) s = mine(m, &log, 1, &root);
    if (s == FH_OK) s = plant_tree(m, folded(root), name, arena, out);
    fh_mined_log_free(&log);
    return s;
}

fh_status fh_discover(const fh_discover_way *way, size_t n_ways, const fh_discover_options *options,
                      fh_arena *arena, fh_tree *out, fh_error *err)
{
    if (options->n_labels > FH_DISCOVER_MAX_LABELS)
        return fh_fail(err, FH_LIMIT, "a journey is found in at most %d touchpoints, not in %u",
                       (int)FH_DISCOVER_MAX_LABELS, options->n_labels);
    if (!(options->noise >= 0 && options->noise <= 1))
        return fh_fail(err, FH_INVALID, "noise is a share from 0 to 1");
    miner m = {.from = *fh_arena_allocator(arena),
               .n_labels = options->n_labels,
               .noise = options->noise,
               .err = err};
    m.arena = fh_arena_new(&m.from);
    if (!m.arena) return fh_no_memory(err);
    fh_scratch_init(&m.scratch, &m.from, SIZE_MAX / 2);
    const fh_status s = discover(&m, way, n_ways, options, arena, out);
    fh_scratch_free(&m.scratch);
    fh_arena_free(m.arena);
    return s;
}
