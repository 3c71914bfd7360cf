/* causes.c - hits gathered by cause, and one finding record for each cause.
 *
 * A cause is counted afresh from its hits after each run that changed them; hits that are found
 * again as they are stay where they are. With customers enough it gets a
 * record of kind finding, made by Firsthand, once. When its hits are gone the record is told
 * so; when they come back after it was mended it is opened again. A cause that was judged not
 * to be a finding is counted, and nothing is made or told of it. Which causes are still to be
 * counted stands in the file with their hits: the next run counts them when one was killed.
 */
#include "app/find/find_parts.h"

#include "app/people/people.h"
#include "app/records/records.h"
#include "base/intern.h"
#include "base/put.h"
#include "base/sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000 };

typedef struct gathered {
    fh_cause_row row; /* strings in the arena */
    bool known;       /* row tells more than the cause's number */
    bool written, touched, quiet;
    fh_str says_a, says_b; /* the pair that stood in most hits, by majority */
    uint64_t standing;     /* how many more than others */
    int64_t about_record, about_map;
    uint64_t n, n_customers; /* of a looker that tells no hits */
    bool has_hits, of_looker;
    bool recount; /* nobody knows what became of its hits since it was counted */
    bool changed; /* some came or went */
    bool counted; /* and none since `count` */
    fh_hits_counted count;
    fh_hits_moved moved;
} gathered;

struct fh_findings {
    fh_arena *arena;
    fh_intern *numbers; /* of causes, by their bytes */
    gathered *cause;    /* [n] */
    size_t n, cap;
    fh_hit_row *hit;      /* [n_hits] that wait; details are empty */
    unsigned char *state; /* [n_hits] fh_hit_state */
    size_t n_hits, cap_hits;
    size_t next_hit; /* of the next customer whose hits are dropped */
};

fh_status fh_findings_new(fh_findings **out, fh_error *err)
{
    fh_findings *f = calloc(1, sizeof *f);
    if (!f) return fh_no_memory(err);
    f->arena = fh_arena_new(NULL);
    f->numbers = fh_intern_new(NULL);
    if (f->arena && f->numbers) {
        *out = f;
        return FH_OK;
    }
    fh_findings_free(f);
    return fh_no_memory(err);
}

void fh_findings_free(fh_findings *f)
{
    if (!f) return;
    free(f->state);
    free(f->hit);
    free(f->cause);
    fh_intern_free(f->numbers);
    fh_arena_free(f->arena);
    free(f);
}

size_t fh_findings_hits(const fh_findings *f)
{
    return f->n_hits;
}

uint64_t fh_findings_of_sort(const fh_findings *f, uint32_t sort)
{
    uint64_t n = 0;
    for (size_t i = 0; i < f->n; i++) n += f->cause[i].known && f->cause[i].row.sort == sort;
    return n;
}

/* ---- Gathering --------------------------------------------------------------------------- */

static gathered *cause_at(fh_findings *f, uint64_t cause)
{
    const fh_str key = {(const char *)&cause, sizeof cause};
    const uint64_t hash = fh_intern_hash(key);
    uint32_t number = fh_intern_find(f->numbers, key, hash);
    if (number) return &f->cause[number - 1];
    if (f->n == f->cap) {
        const size_t cap = f->cap ? 2 * f->cap : 64;
        gathered *wider = realloc(f->cause, cap * sizeof *wider);
        if (!wider) return NULL;
        f->cause = wider;
        f->cap = cap;
    }
    number = fh_intern_add(f->numbers, key, hash);
    if (!number) return NULL;
    f->cause[f->n] = (gathered){.row = {.cause = cause}, .moved = FH_HITS_STAYED};
    return &f->cause[f->n++];
}

static bool put_hit(fh_findings *f, const fh_hit_row *row)
{
    if (f->n_hits == f->cap_hits) {
        const size_t cap = f->cap_hits ? 2 * f->cap_hits : 256;
        fh_hit_row *wider = realloc(f->hit, cap * sizeof *wider);
        if (!wider) return false;
        f->hit = wider;
        unsigned char *states = realloc(f->state, cap * sizeof *states);
        if (!states) return false;
        f->state = states;
        f->cap_hits = cap;
    }
    f->hit[f->n_hits] = *row;
    f->state[f->n_hits] = FH_HIT_NEW;
    f->hit[f->n_hits++].detail = (fh_str){"", 0};
    return true;
}

/* The pair of values that more than half of the hits show stands at the end, if one does. */
static bool vote(fh_findings *f, gathered *g, fh_str a, fh_str b)
{
    if (!a.len || !b.len) return true;
    if (g->standing && fh_str_eq(g->says_a, a) && fh_str_eq(g->says_b, b)) {
        g->standing++;
    } else if (g->standing) {
        g->standing--;
    } else {
        g->standing = 1;
        return fh_arena_str(f->arena, a, &g->says_a) && fh_arena_str(f->arena, b, &g->says_b);
    }
    return true;
}

void fh_findings_forget_pairs(fh_findings *f)
{
    for (size_t i = 0; i < f->n; i++) {
        f->cause[i].standing = 0;
        f->cause[i].recount = true;
    }
}

static void came(gathered *g, const fh_hit_row *hit)
{
    g->counted = false;
    if (hit->a_ms < g->moved.new_first) g->moved.new_first = hit->a_ms;
    if (hit->b_ms > g->moved.new_last) g->moved.new_last = hit->b_ms;
}

fh_status fh_findings_dropped(fh_findings *f, uint64_t cause, int64_t a_ms, int64_t b_ms,
                              fh_error *err)
{
    gathered *g = cause_at(f, cause);
    if (!g) return fh_no_memory(err);
    g->touched = g->changed = true;
    g->counted = false;
    if (a_ms < g->moved.gone_first) g->moved.gone_first = a_ms;
    if (b_ms > g->moved.gone_last) g->moved.gone_last = b_ms;
    return FH_OK;
}

fh_status fh_findings_add(fh_findings *f, const fh_looked_hit *hit, fh_error *err)
{
    gathered *g = cause_at(f, hit->row.cause);
    if (!g || !put_hit(f, &hit->row)) return fh_no_memory(err);
    if (!g->known) {
        g->row.sort = hit->row.sort;
        g->row.from = hit->from;
        g->row.to = hit->to;
        g->row.touchpoint = hit->touchpoint;
        g->row.first_ms = hit->row.a_ms;
        g->row.last_ms = hit->row.b_ms;
        if (!fh_arena_str(f->arena, hit->purpose, &g->row.purpose) ||
            !fh_arena_str(f->arena, hit->reference, &g->row.about))
            return fh_no_memory(err);
        g->known = true;
    }
    const uint32_t ways = g->row.ways | hit->row.ways, facts = g->row.fact_types | hit->row.facts;
    if (ways != g->row.ways || facts != g->row.fact_types) g->written = false;
    g->row.ways = ways;
    g->row.fact_types = facts;
    g->touched = g->has_hits = true;
    came(g, &hit->row);
    return vote(f, g, hit->says_a, hit->says_b) ? FH_OK : fh_no_memory(err);
}

fh_status fh_findings_touch(fh_findings *f, uint64_t cause, fh_error *err)
{
    gathered *g = cause_at(f, cause);
    if (!g) return fh_no_memory(err);
    g->touched = g->recount = true;
    return FH_OK;
}

/* ---- Lookers ------------------------------------------------------------------------------- */

static uint64_t key_hash(fh_str key)
{
    return key.len ? fh_intern_hash(key) : 0;
}

fh_status fh_found_cause(fh_findings *to, fh_found *found, fh_error *err)
{
    if (!found->cause) {
        const uint64_t part[] = {found->from, found->to, found->touchpoint, key_hash(found->key)};
        found->cause = fh_finding_cause(found->sort, part, sizeof part / sizeof part[0]);
    }
    gathered *g = cause_at(to, found->cause);
    if (!g) return fh_no_memory(err);
    g->row = (fh_cause_row){.cause = found->cause,
                            .sort = found->sort,
                            .from = found->from,
                            .to = found->to,
                            .touchpoint = found->touchpoint,
                            .fact_types = found->facts,
                            .first_ms = found->first_ms,
                            .last_ms = found->last_ms,
                            .severity = found->severity > 100 ? 100 : found->severity};
    if (!fh_arena_str(to->arena, found->purpose, &g->row.purpose) ||
        !fh_arena_str(to->arena, found->about, &g->row.about))
        return fh_no_memory(err);
    g->known = g->touched = g->of_looker = true;
    g->written = false;
    g->quiet = found->quiet;
    g->about_record = found->about_record;
    g->about_map = found->about_map;
    g->n = found->n;
    g->n_customers = found->customers;
    return FH_OK;
}

fh_status fh_found_hit(fh_findings *to, const fh_found *of, const fh_found_of *hit, fh_error *err)
{
    gathered *g = cause_at(to, of->cause);
    const fh_hit_row row = {.cause = of->cause,
                            .customer = hit->customer,
                            .sort = of->sort,
                            .a = hit->a,
                            .b = hit->b,
                            .a_ms = hit->a_ms,
                            .b_ms = hit->b_ms,
                            .facts = of->facts,
                            .sure = hit->sure >= 1 ? 1000 : (uint32_t)(hit->sure * 1000)};
    if (!g || !put_hit(to, &row)) return fh_no_memory(err);
    g->has_hits = true;
    came(g, &row);
    return FH_OK;
}

static fh_status dropped(void *ctx, uint64_t cause, int64_t a_ms, int64_t b_ms, fh_error *err)
{
    return fh_findings_dropped(ctx, cause, a_ms, b_ms, err);
}

/* Hits of stories wait in the order of their customers. */
fh_status fh_findings_drop_but(fh_findings *f, fh_org *org, const fh_to_look *look, bool gone,
                               fh_error *err)
{
    size_t from = f->next_hit;
    while (from < f->n_hits && f->hit[from].customer < look->customer) from++;
    size_t to = from;
    while (to < f->n_hits && f->hit[to].customer == look->customer) to++;
    f->next_hit = to;
    fh_hits_again again = {
        .customer = look->customer, .sorts = FH_STORY_SORTS, .from_ms = look->fresh_ms};
    if (!gone && to > from) {
        again.hit = f->hit + from;
        again.state = f->state + from;
        again.n = to - from;
    }
    return fh_hits_drop_but(org, &again, dropped, f, err);
}

fh_status fh_findings_drop_sorts(fh_findings *f, fh_org *org, uint64_t sorts, fh_error *err)
{
    fh_status s = FH_OK;
    for (uint32_t sort = 0; sort < FH_N_FINDING_SORTS && !s; sort++)
        if (sorts >> sort & 1) s = fh_hits_drop_sort(org, sort, dropped, f, err);
    return s;
}

/* ---- Writing -------------------------------------------------------------------------------- */

static fh_status pair_of(const gathered *g, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_buf to;
    fh_json j;
    fh_buf_init(&to, NULL, 1 << 16);
    fh_json_begin(&j, &to, 0);
    fh_json_array(&j);
    fh_json_str(&j, g->says_a);
    fh_json_str(&j, g->says_b);
    fh_json_end_array(&j);
    const bool kept = !to.status && fh_arena_str(arena, fh_buf_view(&to), out);
    fh_buf_free(&to);
    return kept ? FH_OK : fh_no_memory(err);
}

/* Hits may be settled by another run than the one that wrote them: their pair stands there. */
static fh_status write_pair(const gathered *g, fh_org *org, fh_arena *arena, fh_error *err)
{
    fh_cause_row c;
    fh_arena_reset(arena);
    fh_status s = fh_cause_get(org, g->row.cause, arena, &c, err);
    if (!s) s = pair_of(g, arena, &c.fact, err);
    return s ? s : fh_cause_set(org, &c, err);
}

static fh_status write_pairs(const fh_findings *f, fh_org *org, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = arena ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; i < f->n && !s; i++)
        if (f->cause[i].standing && f->cause[i].written)
            s = write_pair(&f->cause[i], org, arena, err);
    fh_arena_free(arena);
    return s;
}

/* The numbers of causes whose hits changed and that nobody counted yet. */
#define UNSETTLED FH_STR("unsettled")

fh_status fh_findings_recall(fh_findings *f, fh_org *org, fh_error *err)
{
    fh_str bytes;
    fh_arena *arena = fh_arena_new(NULL);
    fh_status s = arena ? fh_find_state_get(org, UNSETTLED, arena, &bytes, err) : fh_no_memory(err);
    for (size_t at = 0; !s && bytes.len - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t cause;
        memcpy(&cause, bytes.ptr + at, sizeof cause);
        s = fh_findings_touch(f, cause, err);
    }
    fh_arena_free(arena);
    return s;
}

fh_status fh_findings_remember(const fh_findings *f, fh_org *org, fh_error *err)
{
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, FH_FIND_STATE_MOST);
    for (size_t i = 0; i < f->n; i++)
        if (f->cause[i].touched)
            fh_buf_put(&bytes, &f->cause[i].row.cause, sizeof f->cause[i].row.cause);
    fh_status s = bytes.status ? fh_no_memory(err) : write_pairs(f, org, err);
    if (!s) s = fh_find_state_put(org, UNSETTLED, fh_buf_view(&bytes), err);
    fh_buf_free(&bytes);
    return s;
}

/* As the file has them, so that each page of its largest index is come to once. */
static int by_cause(const void *a, const void *b, void *ctx)
{
    const fh_hit_row *x = a, *y = b;
    const int64_t i = (int64_t)x->cause, k = (int64_t)y->cause;
    (void)ctx;
    if (i != k) return i < k ? -1 : 1;
    return (x->customer > y->customer) - (x->customer < y->customer);
}

fh_status fh_findings_write(fh_findings *f, fh_org *org, fh_is_gone *gone, void *ctx, fh_error *err)
{
    fh_status s = FH_OK;
    size_t kept = 0;
    for (size_t i = 0; i < f->n && !s; i++) {
        gathered *g = &f->cause[i];
        if (!g->known || g->written) continue;
        s = fh_cause_put(org, &g->row, err);
        g->written = s == FH_OK;
    }
    for (size_t i = 0; i < f->n_hits && !s; i++) {
        if (f->state[i] == FH_HIT_STANDS || (gone && gone(ctx, f->hit[i].customer))) continue;
        gathered *g = cause_at(f, f->hit[i].cause);
        if (!g) return fh_no_memory(err);
        g->changed = g->changed || f->state[i] == FH_HIT_NEW;
        f->hit[kept++] = f->hit[i];
    }
    if (!s && kept && fh_sort(NULL, f->hit, kept, sizeof *f->hit, by_cause, NULL))
        s = fh_no_memory(err);
    if (!s) s = fh_hits_put(org, f->hit, kept, err);
    f->n_hits = f->next_hit = 0;
    return s;
}

/* ---- Counting ------------------------------------------------------------------------------- */

fh_status fh_findings_count(fh_findings *f, fh_org *org, uint32_t threads, fh_error *err)
{
    enum { FEW = 256 }; /* are counted one by one when they are settled */
    size_t n = 0;
    for (size_t i = 0; i < f->n; i++) n += f->cause[i].changed || f->cause[i].recount;
    if (n < FEW || threads < 2) return FH_OK;
    fh_hits_counted *list = malloc(n * sizeof *list);
    if (!list) return fh_no_memory(err);
    n = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->cause[i].changed || f->cause[i].recount)
            list[n++] = (fh_hits_counted){.cause = f->cause[i].row.cause, .of = i};
    const fh_status s = fh_hits_count_by_many(org, threads, list, n, err);
    for (size_t i = 0; i < n && !s; i++) {
        gathered *g = &f->cause[list[i].of];
        g->count = list[i];
        g->counted = true;
    }
    free(list);
    return s;
}

/* ---- Records -------------------------------------------------------------------------------- */

typedef struct settling {
    fh_findings *f;
    fh_org *org;
    const fh_find_config *config;
    fh_find_names names;
    fh_find_result *result;
    fh_arena *arena; /* of one cause */
    fh_actor actor;
    int64_t now_ms;
    fh_json_reader *reader;
} settling;

static const char *about_word(uint32_t sort)
{
    switch ((fh_finding_sort)sort) {
    case FH_FIND_DUPLICATE:
    case FH_FIND_SIGNATORY: return "duplicate";
    case FH_FIND_CONTRADICTION: return "contradiction";
    case FH_FIND_DAM:
    case FH_FIND_CONTEXT_LOST: return "dam";
    case FH_FIND_OWNERLESS: return "ownerless";
    case FH_FIND_NEVER: return "never";
    case FH_FIND_DEVIATION: return "deviation";
    case FH_FIND_PROMISE: return "broken-promise";
    case FH_FIND_OVERLOAD:
    case FH_FIND_FORGOTTEN:
    case FH_FIND_AGGRAVATION:
    case FH_N_FINDING_SORTS: break;
    }
    return "other";
}

/* The organisation's departments (people) by the names that interactions tell. */
static fh_status put_departments(const settling *t, const fh_cause_row *c, fh_json *j,
                                 uint32_t *holding, fh_error *err)
{
    const uint32_t number[2] = {c->from, c->from == c->to ? 0 : c->to};
    const fh_department *all = NULL;
    size_t n = 0;
    *holding = 0;
    const fh_status s = fh_departments_list(t->org, &t->actor, t->arena, &all, &n, err);
    fh_put_key(j, "department");
    fh_json_array(j);
    for (size_t k = 0; k < 2 && !s; k++) {
        if (!number[k] || number[k] >= t->names.department.n) continue;
        for (size_t i = 0; i < n; i++)
            if (fh_str_eq_nocase(all[i].name, t->names.department.name[number[k]])) {
                fh_json_uint(j, all[i].department);
                if (k == 0 && fh_cause_holds_back(c)) *holding = all[i].department;
                break;
            }
    }
    fh_json_end_array(j);
    return s;
}

/* Who leads the department that had it, and did not pass it on, is asked for a reply before
 * everybody sees the finding. */
static fh_status put_asked(const settling *t, uint32_t holding, fh_json *j, fh_error *err)
{
    uint32_t lead = 0;
    const fh_status s =
        holding ? fh_person_leading(t->org, holding, fh_role_bit(FH_ROLE_LEAD), 0, &lead, err)
                : FH_OK;
    if (!s && lead) fh_put_number(j, "asked", lead);
    return s;
}

static fh_status fields_of(const settling *t, const fh_cause_row *c, fh_str says, fh_str *out,
                           fh_error *err)
{
    enum { TITLE_MOST = 300 };
    fh_buf to;
    fh_json j;
    char text[120];
    uint32_t holding = 0;
    if (says.len > TITLE_MOST) says.len = TITLE_MOST;
    while (says.len && ((unsigned char)says.ptr[says.len - 1] & 0xc0) == 0x80) says.len--;
    fh_buf_init(&to, NULL, 1 << 16);
    fh_json_begin(&j, &to, 0);
    fh_json_object(&j);
    fh_put_text(&j, "what", says);
    fh_put_text(&j, "about", fh_str_of(about_word(c->sort)));
    if (c->touchpoint) fh_put_number(&j, "touchpoint", c->touchpoint);
    fh_status s = put_departments(t, c, &j, &holding, err);
    if (!s) s = put_asked(t, holding, &j, err);
    (void)snprintf(text, sizeof text, "When it was found: %llu customer%s, %llu time%s.",
                   (unsigned long long)c->customers, c->customers == 1 ? "" : "s",
                   (unsigned long long)c->hits, c->hits == 1 ? "" : "s");
    if (c->customers) fh_put_text(&j, "harm", fh_str_of(text));
    (void)snprintf(text, sizeof text, "/inside-out?finding=%016llx", (unsigned long long)c->cause);
    fh_put_key(&j, "stories");
    fh_json_array(&j);
    fh_json_str(&j, fh_str_of(text));
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    if (!s && (to.status || !fh_arena_str(t->arena, fh_buf_view(&to), out))) s = fh_no_memory(err);
    fh_buf_free(&to);
    return s;
}

static fh_status link_to(const settling *t, int64_t record, const char *what, int64_t number,
                         fh_error *err)
{
    int64_t about = 0;
    fh_error no = {0};
    if (!number) return FH_OK;
    const fh_record_about to = {
        .record = record, .what = fh_str_of(what), .number = number, .key = FH_STR("")};
    const fh_status s = fh_record_link(t->org, &t->actor, record, &to, &about, &no);
    if (s == FH_NOMEM || s == FH_IO || s == FH_BUSY) {
        if (err) *err = no;
        return s;
    }
    return FH_OK; /* a kind may not allow the link: the record tells it in its words */
}

static fh_status make_record(const settling *t, const gathered *g, fh_cause_row *c, fh_error *err)
{
    fh_str says, fields;
    fh_json_doc doc;
    fh_record_view made;
    fh_status s = fh_cause_says(c, &t->names, t->arena, &says, err);
    if (!s) s = fields_of(t, c, says, &fields, err);
    if (!s) s = fh_json_read(t->reader, fields, &doc, err);
    if (s) return s;
    const fh_record_input in = {.kind = FH_STR("finding"), .doc = &doc};
    s = fh_record_make(t->org, &t->actor, &in, t->arena, &made, NULL, err);
    if (s) return s;
    c->record = made.row.record;
    t->result->made++;
    s = link_to(t, c->record, "record", g->about_record, err);
    return s ? s : link_to(t, c->record, "map", g->about_map, err);
}

static fh_status say(const settling *t, int64_t record, const char *words, fh_error *err)
{
    int64_t entry = 0;
    t->result->told++;
    return fh_record_comment(t->org, &t->actor, record, fh_str_of(words), &entry, err);
}

/* Its record is told when nothing is left of it, and opened when it is back. */
static fh_status follow_record(const settling *t, const fh_cause_row *c, bool was, fh_error *err)
{
    fh_record_view r;
    fh_error no = {0};
    fh_status s = fh_record_get(t->org, &t->actor, c->record, t->arena, &r, &no);
    if (s == FH_NOTFOUND) return FH_OK;
    if (s) {
        if (err) *err = no;
        return s;
    }
    if (was && !c->hits && !r.row.closed)
        return say(t, r.row.record, "Firsthand finds this no more in what happened.", err);
    const bool mended =
        fh_str_eq(r.row.state, FH_STR("fixed")) || fh_str_eq(r.row.state, FH_STR("confirmed"));
    if (!mended || c->last_ms <= r.row.state_ms || !c->hits) return FH_OK;
    const fh_record_input in = {.words = FH_STR("It happened again after it was mended."),
                                .fields = UINT32_MAX};
    t->result->told++;
    return fh_record_move(t->org, &t->actor, r.row.record, r.row.version, FH_STR("again"), &in,
                          t->arena, &r, err);
}

/* 0 .. 100: what the sort weighs, and how many meet it: each doubling counts the same. */
static uint32_t severity_of(const fh_cause_row *c)
{
    static const uint32_t weight[FH_N_FINDING_SORTS] = {
        [FH_FIND_DUPLICATE] = 20, [FH_FIND_SIGNATORY] = 15,    [FH_FIND_CONTRADICTION] = 40,
        [FH_FIND_DAM] = 35,       [FH_FIND_CONTEXT_LOST] = 15, [FH_FIND_OVERLOAD] = 15,
        [FH_FIND_NEVER] = 50,     [FH_FIND_DEVIATION] = 25,    [FH_FIND_PROMISE] = 35,
        [FH_FIND_OWNERLESS] = 25, [FH_FIND_FORGOTTEN] = 10,    [FH_FIND_AGGRAVATION] = 30,
    };
    uint32_t doublings = 0;
    for (uint64_t n = c->customers; n > 1 && doublings < 15; n /= 2) doublings++;
    const uint32_t sum = (c->sort < FH_N_FINDING_SORTS ? weight[c->sort] : 0) + 4 * doublings;
    return sum > 100 ? 100 : sum;
}

static fh_status fact_of(const settling *t, const gathered *g, const fh_cause_row *c, fh_str *out,
                         fh_error *err)
{
    *out = c->hits ? c->fact : (fh_str){"", 0};
    return g->standing && c->hits ? pair_of(g, t->arena, out, err) : FH_OK;
}

static bool deserves_record(const settling *t, const gathered *g, const fh_cause_row *c)
{
    if (c->judged || c->record || g->quiet || !c->hits) return false;
    return g->of_looker || c->customers >= t->config->least_customers;
}

/* Its row as it is now, of the row as it was: the same when no hit came or went. What a looker
 * found without hits says itself how often it is. */
static fh_status count_again(const settling *t, const gathered *g, fh_cause_row *c, fh_error *err)
{
    if (g->known && g->of_looker && !g->has_hits) {
        c->hits = g->n;
        c->customers = g->n_customers;
        c->first_ms = g->row.first_ms;
        c->last_ms = g->row.last_ms;
        return FH_OK;
    }
    if (!g->changed && !g->recount && !g->of_looker && c->hits) return FH_OK;
    return fh_cause_count(t->org, g->recount ? NULL : &g->moved, g->counted ? &g->count : NULL, c,
                          err);
}

static bool counts_the_same(const fh_cause_row *a, const fh_cause_row *b)
{
    return a->hits == b->hits && a->customers == b->customers;
}

static bool is_the_same(const fh_cause_row *a, const fh_cause_row *b)
{
    return counts_the_same(a, b) && a->first_ms == b->first_ms && a->last_ms == b->last_ms &&
           a->record == b->record && a->severity == b->severity && fh_str_eq(a->fact, b->fact);
}

static fh_status settle_one(const settling *t, const gathered *g, fh_error *err)
{
    fh_cause_row before;
    fh_error none = {0};
    fh_arena_reset(t->arena);
    fh_status s = fh_cause_get(t->org, g->row.cause, t->arena, &before, &none);
    if (s == FH_NOTFOUND) return FH_OK;
    if (s) {
        if (err) *err = none;
        return s;
    }
    fh_cause_row c = before;
    s = count_again(t, g, &c, err);
    if (!s) s = fact_of(t, g, &c, &c.fact, err);
    if (s) return s;
    c.severity = g->of_looker && g->row.severity ? g->row.severity : severity_of(&c);
    t->result->causes++;
    if (deserves_record(t, g, &c))
        s = make_record(t, g, &c, err);
    else if (c.record && !c.judged)
        s = follow_record(t, &c, before.hits > 0, err);
    if (!s && !is_the_same(&c, &before)) s = fh_cause_set(t->org, &c, err);
    /* The latest row by day tells the counts as they were. */
    if (s || counts_the_same(&c, &before)) return s;
    return fh_cause_day_put(t->org, &c, t->now_ms / DAY_MS, err);
}

fh_status fh_findings_settle(fh_findings *f, fh_org *org, const fh_find_config *config,
                             fh_find_result *result, fh_error *err)
{
    enum { TOKENS = 1 << 12 };
    const fh_os *os = fh_org_os(org);
    fh_arena *names = fh_arena_new(NULL);
    settling t = {.f = f,
                  .org = org,
                  .config = config,
                  .result = result,
                  .arena = fh_arena_new(NULL),
                  .actor = fh_actor_system(),
                  .now_ms = os->now_ms(os->ctx),
                  .reader = fh_json_reader_new(NULL, TOKENS)};
    fh_status s = names && t.arena && t.reader ? FH_OK : fh_no_memory(err);
    if (!s) s = fh_find_names_read(org, names, &t.names, err);
    for (size_t i = 0; i < f->n && !s; i++)
        if (f->cause[i].touched) s = settle_one(&t, &f->cause[i], err);
    if (!s) s = fh_find_state_put(org, UNSETTLED, FH_STR(""), err);
    if (!s) s = fh_find_day_put(org, t.now_ms / DAY_MS, err);
    fh_json_reader_free(t.reader);
    fh_arena_free(t.arena);
    fh_arena_free(names);
    return s;
}
