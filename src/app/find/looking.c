/* looking.c - many customers' stories at once, through reading, counting and detecting.
 *
 *     told, moments (all threads) -> counted (one) -> signatures, what they ask for (all)
 *         -> numbers (one), and behind it detectors (the others, then all)
 *         -> hits in the order of customers
 *
 * Each thread reads a stretch of the customers from the file, through a connection of its own.
 * Templates are numbered in the order of customers and hits are told in it, so the result
 * does not depend on how many threads there are. What is counted of words and templates is
 * kept from run to run (find_state); a state that cannot be read is begun anew. Templates
 * keep their numbers even when all is looked at anew: causes are made of them.
 */
#include "app/find/find_parts.h"

#include "app/ask/ask.h"
#include "app/find/sent.h"
#include "os/pages.h"
#include "os/threads.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MOST = 16 };
#define OLD_TEMPLATES FH_STR("templates")

typedef struct one {
    const fh_to_look *about;
    const fh_told *told;
    size_t n_told;
    fh_story_moments s;
    fh_looked_hit *hit; /* in the arena of the thread that found them */
    size_t n_hits, cap_hits;
} one;

typedef struct lane {
    fh_arena *story, *scratch; /* story: until the next batch */
    size_t at_told, told_end;  /* the customers it reads from the file: all[at_told .. told_end) */
    fh_json_reader *reader;
    fh_text_reader *texts;
    fh_status status;
    fh_error err;
    one *at;           /* the customer it detects in */
    size_t n_numbered; /* of all, as it knows */
} lane;

typedef struct reference {
    fh_reference_row row;
    fh_text text;
} reference;

struct fh_looking {
    fh_org *org;
    fh_find_settings settings;
    fh_lexicon *lexicon;
    fh_usage *usage;
    fh_templates *templates;
    fh_sent_list sent;
    const fh_zone *zone;
    fh_str us; /* the name of the organisation */
    int64_t now_ms;
    uint32_t n_lanes;
    fh_arena *arena; /* as long as this */
    fh_arena *batch;
    bool had_old;   /* templates in the form of before */
    fh_buf damaged; /* fh_piece_damage each */
    lane lane[THREADS_MOST];
    one *all;                /* [n] */
    fh_wanted_story *wanted; /* [n] */
    size_t n;
    atomic_size_t next;
    fh_mutex *lock; /* of what follows */
    fh_cond *moved;
    size_t n_numbered;    /* all[.. n_numbered) have the numbers of their templates */
    bool ended;           /* and no more will get them */
    reference *reference; /* [n_references] */
    size_t n_references;
};

/* ---- Beginning ------------------------------------------------------------------------- */

static fh_status read_usage(fh_looking *l, fh_error *err)
{
    fh_str bytes;
    fh_error damaged = {0};
    fh_status s = fh_find_state_get(l->org, FH_STR("usage"), l->batch, &bytes, err);
    if (s || !bytes.len) return s;
    s = fh_usage_decode(l->usage, bytes, &damaged);
    if (s != FH_CORRUPT) return s;
    fh_usage_free(l->usage);
    l->usage = NULL;
    return fh_usage_new(fh_pages_allocator(), &l->usage, err);
}

/* The form of before had all templates in one state: it is written in the new one, and goes. */
static fh_status read_old_templates(fh_looking *l, fh_error *err)
{
    fh_str bytes;
    fh_error damaged = {0};
    fh_status s = fh_find_state_get(l->org, OLD_TEMPLATES, l->batch, &bytes, err);
    if (s || !bytes.len) return s;
    l->had_old = true;
    if (fh_templates_count(l->templates)) return FH_OK;
    s = fh_templates_decode(l->templates, bytes, &damaged);
    if (s && s != FH_CORRUPT && err) *err = damaged;
    return s == FH_CORRUPT ? FH_OK : s; /* what cannot be read leaves what is there as it is */
}

static fh_status read_state(fh_looking *l, bool anew, fh_error *err)
{
    fh_status s = fh_pieces_read(l->org, l->n_lanes, l->templates, &l->damaged, err);
    anew = anew || l->damaged.len > 0;
    if (!s && !anew) s = read_usage(l, err);
    if (!s) s = read_old_templates(l, err);
    fh_arena_reset(l->batch);
    l->sent.arena = l->arena;
    return s || anew ? s : fh_sent_read(l->org, l->arena, &l->sent, err);
}

static fh_status read_references(fh_looking *l, fh_error *err)
{
    const fh_reference_row *row = NULL;
    size_t n = 0;
    fh_status s = fh_references(l->org, l->arena, &row, &n, err);
    l->reference = s ? NULL : FH_NEW_ARRAY(l->arena, reference, n + 1);
    if (!s && !l->reference) s = fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++) {
        reference *r = &l->reference[l->n_references];
        const fh_text_about about = {.sent_ms = row[i].made_ms};
        r->row = row[i];
        s = fh_text_read(l->lexicon, row[i].words, &about, l->arena, &r->text, err);
        l->n_references += !s && r->text.n_facts > 0;
    }
    return s;
}

static fh_status open_lanes(fh_looking *l, uint32_t threads, fh_error *err)
{
    l->n_lanes = threads ? threads : fh_threads_cores();
    if (l->n_lanes > THREADS_MOST) l->n_lanes = THREADS_MOST;
    for (uint32_t i = 0; i < l->n_lanes; i++) {
        lane *to = &l->lane[i];
        to->story = fh_arena_new(NULL);
        to->scratch = fh_arena_new(NULL);
        to->reader = fh_json_reader_new(NULL, FH_SAID_TOKENS);
        if (!to->story || !to->scratch || !to->reader) return fh_no_memory(err);
        const fh_status s = fh_text_reader_new(l->lexicon, NULL, &to->texts, err);
        if (s) return s;
    }
    return FH_OK;
}

fh_status fh_looking_new(const fh_looking_about *about, fh_looking **out, fh_error *err)
{
    fh_looking *l = calloc(1, sizeof *l);
    if (!l) return fh_no_memory(err);
    l->org = about->org;
    l->settings = *about->settings;
    l->now_ms = about->now_ms;
    l->arena = fh_arena_new(NULL);
    l->batch = fh_arena_new(NULL);
    fh_buf_init(&l->damaged, NULL, 1 << 24);
    l->lock = fh_mutex_new();
    l->moved = fh_cond_new();
    fh_status s = l->arena && l->batch && l->lock && l->moved ? FH_OK : fh_no_memory(err);
    if (!s) s = fh_lexicon_new(NULL, &l->lexicon, err);
    if (!s) s = fh_usage_new(fh_pages_allocator(), &l->usage, err);
    if (!s) s = fh_templates_new(fh_pages_allocator(), &l->templates, err);
    if (!s) s = fh_org_zone(l->org, l->arena, &l->zone, err);
    if (!s) s = fh_setting_get(l->org, FH_STR("name"), l->arena, &l->us, err);
    if (!s) s = open_lanes(l, about->threads, err);
    if (!s) s = fh_templates_share(l->templates, l->n_lanes, fh_threads_run, err);
    if (!s) s = read_state(l, about->anew, err);
    if (!s) s = read_references(l, err);
    if (s)
        fh_looking_free(l);
    else
        *out = l;
    return s;
}

void fh_looking_free(fh_looking *l)
{
    if (!l) return;
    for (uint32_t i = 0; i < l->n_lanes; i++) {
        fh_json_reader_free(l->lane[i].reader);
        fh_text_reader_free(l->lane[i].texts);
        fh_arena_free(l->lane[i].scratch);
        fh_arena_free(l->lane[i].story);
    }
    fh_templates_free(l->templates);
    fh_usage_free(l->usage);
    fh_lexicon_free(l->lexicon);
    fh_buf_free(&l->damaged);
    fh_cond_free(l->moved);
    fh_mutex_free(l->lock);
    fh_arena_free(l->batch);
    fh_arena_free(l->arena);
    free(l);
}

void fh_looking_set(fh_looking *l, const fh_find_settings *settings)
{
    l->settings = *settings;
}

fh_str fh_looking_damaged(const fh_looking *l)
{
    return fh_buf_view(&l->damaged);
}

uint64_t fh_looking_messages(const fh_looking *l)
{
    return fh_usage_messages(l->usage);
}

static fh_status keep_piece(fh_looking *l, uint32_t piece, fh_error *err)
{
    fh_buf bands, shingles;
    fh_buf_init(&bands, NULL, FH_FIND_PIECE_MOST);
    fh_buf_init(&shingles, NULL, FH_FIND_PIECE_MOST);
    fh_status s = fh_templates_piece(l->templates, piece, &bands, &shingles, err);
    if (!s) s = fh_find_piece_put(l->org, piece, fh_buf_view(&bands), fh_buf_view(&shingles), err);
    fh_buf_free(&shingles);
    fh_buf_free(&bands);
    return s;
}

static fh_status keep_templates(fh_looking *l, fh_error *err)
{
    const uint32_t first = fh_templates_first_new(l->templates);
    const uint32_t n = fh_templates_pieces(l->templates);
    fh_status s = FH_OK;
    for (uint32_t i = first; i < n && !s; i++) s = keep_piece(l, i, err);
    if (!s && first < n) s = fh_find_pieces_end(l->org, n, err);
    if (!s && l->had_old) s = fh_find_state_put(l->org, OLD_TEMPLATES, FH_STR(""), err);
    if (s) return s;
    fh_templates_kept(l->templates);
    l->had_old = false;
    return FH_OK;
}

fh_status fh_looking_keep(fh_looking *l, fh_error *err)
{
    fh_buf bytes;
    fh_buf_init(&bytes, NULL, FH_FIND_STATE_MOST);
    fh_status s = fh_usage_encode(l->usage, &bytes, err);
    if (!s) s = fh_find_state_put(l->org, FH_STR("usage"), fh_buf_view(&bytes), err);
    fh_buf_free(&bytes);
    if (!s) s = fh_sent_keep(l->org, &l->sent, err);
    return s ? s : keep_templates(l, err);
}

/* ---- Telling ------------------------------------------------------------------------------ */

static int64_t window_of(const fh_find_settings *s)
{
    int64_t most = s->duplicate_window_ms;
    if (s->contradiction_window_ms > most) most = s->contradiction_window_ms;
    return s->dam_window_ms > most ? s->dam_window_ms : most;
}

/* Texts before this are needed by no detector. */
static int64_t text_from(const fh_looking *l, int64_t fresh_ms)
{
    const int64_t window = window_of(&l->settings);
    return fresh_ms < INT64_MIN + window ? INT64_MIN : fresh_ms - window;
}

static fh_status begin_batch(fh_looking *l, const fh_to_look *customer, size_t n, fh_error *err)
{
    fh_arena_reset(l->batch);
    for (uint32_t i = 0; i < l->n_lanes; i++) {
        fh_arena_reset(l->lane[i].story);
        l->lane[i].status = FH_OK;
    }
    l->all = FH_NEW_ARRAY(l->batch, one, n + 1);
    l->wanted = FH_NEW_ARRAY(l->batch, fh_wanted_story, n + 1);
    if (!l->all || !l->wanted) return fh_no_memory(err);
    for (size_t i = 0; i < n; i++) {
        l->all[i].about = &customer[i];
        l->wanted[i] = (fh_wanted_story){customer[i].customer, text_from(l, customer[i].fresh_ms)};
    }
    l->n = n;
    return FH_OK;
}

/* ---- Threads ------------------------------------------------------------------------------ */

typedef fh_status lane_step(fh_looking *l, lane *by, one *o, fh_error *err);
typedef struct stage {
    fh_looking *l;
    lane_step *step;
} stage;

static void work(void *ctx, uint32_t worker)
{
    const stage *g = ctx;
    lane *by = &g->l->lane[worker];
    while (by->status == FH_OK) {
        const size_t at = atomic_fetch_add(&g->l->next, 1);
        if (at >= g->l->n) return;
        by->status = g->step(g->l, by, &g->l->all[at], &by->err);
    }
}

static fh_status status_of(const fh_looking *l, fh_error *err)
{
    for (uint32_t i = 0; i < l->n_lanes; i++) {
        if (l->lane[i].status == FH_OK) continue;
        if (err) *err = l->lane[i].err;
        return l->lane[i].status;
    }
    return FH_OK;
}

static fh_status all_of(fh_looking *l, lane_step *step, fh_error *err)
{
    stage g = {l, step};
    atomic_store(&l->next, 0);
    fh_threads_run(l->n_lanes, work, &g);
    return status_of(l, err);
}

/* ---- Reading ------------------------------------------------------------------------------ */

typedef struct telling {
    fh_looking *l;
    lane *by;
} telling;

static fh_status tell(void *ctx, uint32_t customer, const fh_told *told, size_t n, fh_error *err)
{
    const telling *t = ctx;
    lane *by = t->by;
    one *all = t->l->all;
    (void)err;
    while (by->at_told < by->told_end && all[by->at_told].about->customer < customer) by->at_told++;
    if (by->at_told < by->told_end && all[by->at_told].about->customer == customer) {
        all[by->at_told].told = told;
        all[by->at_told].n_told = n;
    }
    return FH_OK;
}

static void tell_some(void *ctx, uint32_t worker)
{
    fh_looking *l = ctx;
    lane *by = &l->lane[worker];
    telling t = {l, by};
    by->status = fh_store_some(l->org, l->wanted + by->at_told, by->told_end - by->at_told,
                               by->story, tell, &t, &by->err);
}

/* To each lane a stretch of as many interactions. */
static void share_out(fh_looking *l)
{
    uint64_t all = 0, before = 0;
    size_t at = 0;
    for (size_t i = 0; i < l->n; i++) all += l->all[i].about->n;
    for (uint32_t k = 0; k < l->n_lanes; k++) {
        l->lane[k].at_told = at;
        for (; at < l->n && before * l->n_lanes < all * (k + 1); at++)
            before += l->all[at].about->n;
        if (k + 1 == l->n_lanes) at = l->n;
        l->lane[k].told_end = at;
    }
}

static fh_status tell_all(fh_looking *l, fh_error *err)
{
    share_out(l);
    fh_threads_run(l->n_lanes, tell_some, l);
    return status_of(l, err);
}

static fh_status read_one(fh_looking *l, lane *by, one *o, fh_error *err)
{
    const fh_story_reader r = {.lexicon = l->lexicon,
                               .zone = l->zone,
                               .us = l->us,
                               .now_ms = l->now_ms,
                               .reader = by->reader,
                               .texts = by->texts};
    return fh_story_moments_read(&r, o->told, o->n_told, by->story, &o->s, err);
}

static fh_status read_all(fh_looking *l, const fh_to_look *customer, size_t n, fh_error *err)
{
    fh_status s = begin_batch(l, customer, n, err);
    if (!s) s = tell_all(l, err);
    return s ? s : all_of(l, read_one, err);
}

static void count(fh_looking *l)
{
    for (size_t i = 0; i < l->n; i++) {
        const one *o = &l->all[i];
        for (uint32_t m = 0; m < o->s.n && !o->about->counted; m++)
            if (o->s.moment[m].text && o->s.moment[m].at_ms >= o->about->new_ms)
                fh_usage_add(l->usage, o->s.moment[m].text);
    }
}

/* Only what is sent has templates: what customers write is their own. */
static bool has_template(const fh_moment *m)
{
    return m->text && m->direction == FH_DIR_OUT;
}

/* All that threads can do together before messages are numbered. */
static fh_status begin_numbering(fh_looking *l, fh_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        for (uint32_t m = 0; m < l->all[i].s.n; m++) n += has_template(&l->all[i].s.moment[m]);
    const fh_text **text = FH_NEW_ARRAY(l->batch, const fh_text *, n + 1);
    if (!text) return fh_no_memory(err);
    n = 0;
    for (size_t i = 0; i < l->n; i++)
        for (uint32_t m = 0; m < l->all[i].s.n; m++)
            if (has_template(&l->all[i].s.moment[m])) text[n++] = l->all[i].s.moment[m].text;
    return fh_templates_batch(l->templates, text, n, l->usage, err);
}

static fh_status number_story(fh_looking *l, const one *o, fh_error *err)
{
    fh_status s = FH_OK;
    for (uint32_t m = 0; m < o->s.n && !s; m++) {
        fh_moment *at = &o->s.moment[m];
        if (!has_template(at)) continue;
        const fh_sent sort = {at->department, at->touchpoint, o->s.said[m].purpose};
        s = fh_sent_add(&l->sent, &sort, err);
        if (!s) s = fh_templates_number(l->templates, &at->template_number, err);
    }
    return s;
}

/* ---- Detecting ---------------------------------------------------------------------------- */

static fh_looked_hit *more(one *o, fh_arena *arena)
{
    if (o->n_hits == o->cap_hits) {
        const size_t cap = o->cap_hits ? 2 * o->cap_hits : 8;
        fh_looked_hit *wider = FH_NEW_ARRAY(arena, fh_looked_hit, cap);
        if (!wider) return NULL;
        if (o->n_hits) memcpy(wider, o->hit, o->n_hits * sizeof *wider);
        o->hit = wider;
        o->cap_hits = cap;
    }
    return &o->hit[o->n_hits++];
}

static fh_status say_fact(const fh_text *text, uint32_t fact, fh_arena *arena, fh_str *out,
                          fh_error *err)
{
    fh_buf to;
    *out = (fh_str){"", 0};
    if (!text || fact >= text->n_facts) return FH_OK;
    fh_buf_init(&to, NULL, 1 << 12);
    fh_status s = fh_fact_say(&text->fact[fact], &to, err);
    if (!s && (to.status || !fh_arena_str(arena, fh_buf_view(&to), out))) s = fh_no_memory(err);
    fh_buf_free(&to);
    return s;
}

/* What both are for. Nearly the same text for two purposes is about neither alone. */
static fh_str purpose_of(fh_finding_sort sort, fh_str a, fh_str b)
{
    const bool alike = sort == FH_FIND_DUPLICATE || sort == FH_FIND_SIGNATORY;
    if (alike && a.len && b.len && !fh_str_eq_nocase(a, b)) return (fh_str){"", 0};
    return b.len ? b : a;
}

static uint32_t thousandths(double sure)
{
    return sure <= 0 ? 0 : sure >= 1 ? 1000 : (uint32_t)(sure * 1000 + .5);
}

/* Where the order of departments says nothing, the lower number stands first. */
static bool has_order(fh_finding_sort sort)
{
    return sort == FH_FIND_DAM || sort == FH_FIND_CONTEXT_LOST;
}

static fh_status note_hit(void *ctx, const fh_find_story *story, const fh_hit *hit, fh_error *err)
{
    lane *by = ctx;
    one *o = by->at;
    const fh_moment *a = &story->moment[hit->a], *b = &story->moment[hit->b];
    const bool swap = !has_order(hit->sort) && hit->from > hit->to;
    fh_looked_hit *h = more(o, by->story);
    fh_status s = FH_OK;
    if (!h) return fh_no_memory(err);
    *h = (fh_looked_hit){
        .row = {.cause = hit->cause,
                .customer = hit->customer,
                .sort = hit->sort,
                .a = a->id,
                .b = b->id,
                .a_ms = a->at_ms,
                .b_ms = b->at_ms,
                .ways = hit->ways,
                .facts = hit->facts,
                .sure = thousandths(hit->sure)},
        .from = swap ? hit->to : hit->from,
        .to = swap ? hit->from : hit->to,
        .touchpoint = hit->touchpoint,
        .purpose = purpose_of(hit->sort, o->s.said[hit->a].purpose, o->s.said[hit->b].purpose),
    };
    if (hit->sort != FH_FIND_CONTRADICTION) return FH_OK;
    h->row.facts |= 1u << hit->difference.type;
    s = say_fact(a->text, hit->difference.fact_a, by->story, &h->says_a, err);
    return s ? s : say_fact(b->text, hit->difference.fact_b, by->story, &h->says_b, err);
}

static bool holds_then(const fh_reference_row *r, int64_t at_ms)
{
    return at_ms >= r->from_ms && (r->until_ms == 0 || at_ms < r->until_ms);
}

/* A message that says otherwise than what was named as right. */
static fh_status note_reference(lane *by, const reference *r, uint32_t at, const fh_difference *d,
                                fh_error *err)
{
    one *o = by->at;
    const fh_moment *m = &o->s.moment[at];
    const uint64_t part[] = {UINT64_MAX, (uint64_t)r->row.fact, m->department};
    fh_looked_hit *h = more(o, by->story);
    if (!h) return fh_no_memory(err);
    *h = (fh_looked_hit){.row = {.cause = fh_finding_cause(FH_FIND_CONTRADICTION, part, 3),
                                 .customer = o->about->customer,
                                 .sort = FH_FIND_CONTRADICTION,
                                 .a = m->id,
                                 .b = m->id,
                                 .a_ms = m->at_ms,
                                 .b_ms = m->at_ms,
                                 .facts = 1u << d->type,
                                 .sure = thousandths(d->sure)},
                         .from = m->department,
                         .to = m->department,
                         .touchpoint = m->touchpoint,
                         .purpose = o->s.said[at].purpose};
    if (!fh_arena_format(by->story, &h->reference, "{\"reference\":%lld}", (long long)r->row.fact))
        return fh_no_memory(err);
    fh_status s = say_fact(&r->text, d->fact_a, by->story, &h->says_a, err);
    return s ? s : say_fact(m->text, d->fact_b, by->story, &h->says_b, err);
}

static fh_status hold_against(fh_looking *l, lane *by, uint32_t at, fh_error *err)
{
    const fh_moment *m = &by->at->s.moment[at];
    fh_status s = FH_OK;
    for (size_t i = 0; i < l->n_references && !s; i++) {
        const reference *r = &l->reference[i];
        const fh_difference *d = NULL;
        size_t n = 0;
        if (!holds_then(&r->row, m->at_ms)) continue;
        fh_arena_reset(by->scratch);
        s = fh_texts_differ(l->lexicon, l->usage, &l->settings.differ, &r->text, m->text,
                            by->scratch, &d, &n, err);
        if (!s && n) s = note_reference(by, r, at, &d[0], err);
    }
    return s;
}

static fh_status detect_one(fh_looking *l, lane *by, one *o, fh_error *err)
{
    const fh_find_story story = {.customer = o->about->customer,
                                 .n = o->s.n,
                                 .moment = o->s.moment,
                                 .fresh_ms = o->about->fresh_ms};
    by->at = o;
    fh_arena_reset(by->scratch);
    fh_status s = fh_find_in_story(l->lexicon, l->usage, &l->settings, &story, by->scratch,
                                   note_hit, by, err);
    const bool references = l->n_references && (l->settings.sorts >> FH_FIND_CONTRADICTION & 1);
    for (uint32_t i = 0; references && i < o->s.n && !s; i++) {
        const fh_moment *m = &o->s.moment[i];
        if (m->text && m->direction == FH_DIR_OUT && m->at_ms >= o->about->fresh_ms)
            s = hold_against(l, by, i, err);
    }
    return s;
}

/* ---- Numbering, and detecting beside it ------------------------------------------------------ */

static void tell_numbered(fh_looking *l, size_t n, bool ended)
{
    fh_mutex_lock(l->lock);
    l->n_numbered = n;
    l->ended = ended;
    fh_cond_wake_all(l->moved);
    fh_mutex_unlock(l->lock);
}

static fh_status number_all(fh_looking *l, fh_error *err)
{
    enum { STRIDE = 32 };
    size_t i = 0;
    fh_status s = FH_OK;
    for (; i < l->n && !s; i++) {
        s = number_story(l, &l->all[i], err);
        if (!s && i % STRIDE == STRIDE - 1) tell_numbered(l, i + 1, false);
    }
    tell_numbered(l, s ? 0 : i, true);
    return s;
}

/* Waits until story `at` is numbered; false: it will never be. */
static bool is_numbered(fh_looking *l, lane *by, size_t at)
{
    bool ended = false;
    if (at < by->n_numbered) return true;
    fh_mutex_lock(l->lock);
    while (at >= l->n_numbered && !l->ended) fh_cond_wait(l->moved, l->lock);
    by->n_numbered = l->n_numbered;
    ended = at >= l->n_numbered;
    fh_mutex_unlock(l->lock);
    return !ended;
}

/* The first thread numbers, in order, and then does as the others, who follow it. Should these
 * threads be none, and run one after the other, the first one is the first. */
static void number_and_detect(void *ctx, uint32_t worker)
{
    fh_looking *l = ctx;
    lane *by = &l->lane[worker];
    by->n_numbered = 0;
    if (worker == 0) by->status = number_all(l, &by->err);
    while (by->status == FH_OK) {
        const size_t at = atomic_fetch_add(&l->next, 1);
        if (at >= l->n || !is_numbered(l, by, at)) return;
        by->status = detect_one(l, by, &l->all[at], &by->err);
    }
}

static fh_status find_in_all(fh_looking *l, fh_error *err)
{
    const fh_status s = begin_numbering(l, err);
    if (s) return s;
    l->n_numbered = 0;
    l->ended = false;
    atomic_store(&l->next, 0);
    fh_threads_run(l->n_lanes, number_and_detect, l);
    return status_of(l, err);
}

/* ---- Both ---------------------------------------------------------------------------------- */

static fh_seen seen_of(const one *o)
{
    fh_seen s = {.customer = o->about->customer, .newest_ms = INT64_MIN};
    for (size_t i = 0; i < o->n_told; i++) {
        s.n++;
        s.sum += o->told[i].id;
        if (o->told[i].at_ms > s.newest_ms) s.newest_ms = o->told[i].at_ms;
    }
    return s;
}

fh_status fh_looking_at(fh_looking *l, const fh_to_look *customer, size_t n, fh_looked *out,
                        fh_error *err)
{
    fh_status s = read_all(l, customer, n, err);
    if (!s) count(l);
    if (!s) s = find_in_all(l, err);
    for (size_t i = 0; i < n && !s; i++)
        out[i] = (fh_looked){.seen = seen_of(&l->all[i]),
                             .hit = l->all[i].hit,
                             .n_hits = l->all[i].n_hits,
                             .n_texts = l->all[i].s.n_texts};
    return s;
}

fh_status fh_looking_count(fh_looking *l, const fh_to_look *customer, size_t n, fh_error *err)
{
    const fh_status s = read_all(l, customer, n, err);
    if (!s) count(l);
    return s;
}
