/* presend.c - a text held against what its customers get from others.
 *
 * The text becomes a message of each customer's story, at its time, and the same detectors
 * look at it that find what went wrong afterwards; only hits with that one message count.
 * Customers are read some hundreds at a time; of what is found only groups are kept (one row
 * a department, one a value that differs) with the first message of each as an example.
 */
#include "app/find/presend.h"

#include "app/ask/words.h"
#include "app/find/show_parts.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "base/sort.h"

#include <string.h>

enum { BATCH = 256, GROUPS = 400, ROWS = 50 };
#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* What is told once of many customers. */
typedef struct group {
    uint32_t department, touchpoint, channel;
    fh_str purpose, theirs;
    fh_fact_type type;        /* of a contradiction, with the next two */
    uint32_t fact, sentence;  /* of our text */
    uint32_t customers, last; /* last: whom it was counted for last */
    int64_t first_ms, last_ms;
    double alike;
    fh_str example;                /* MSG as JSON; empty: not to be shown */
    const fh_reference_row *right; /* it says otherwise than this */
} group;

typedef struct groups {
    group *one; /* [n] of GROUPS */
    size_t n;
    uint32_t customers, last; /* of any group */
} groups;

typedef struct check {
    const fh_presend *p;
    fh_evidence e;
    fh_arena *arena; /* the caller's */
    fh_arena *batch, *story;
    fh_find_settings find;
    fh_story_reader reader;
    fh_text_reader *texts;      /* of customers' messages */
    int64_t when_ms, others_ms; /* others_ms: so long before and after it others count */
    fh_told told;               /* our message, as if it had been sent */
    fh_said said;
    fh_moment ours;
    const uint64_t *judged; /* [n_judged] causes that are no findings */
    size_t n_judged;
    groups others, duplicates, signatures, contradicts;
    uint32_t too_much, most;
    /* The customer in hand: */
    uint32_t customer, at; /* at: where our message stands */
    const fh_story_moments *s;
    fh_error *err;
} check;

/* ---- Whom it is for ------------------------------------------------------------------------ */

static int by_number(const void *a, const void *b, void *ctx)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    (void)ctx;
    return (x > y) - (x < y);
}

static fh_status in_order(fh_presend *p, fh_error *err)
{
    size_t n = 0;
    if (fh_sort(NULL, p->customer, p->n, sizeof *p->customer, by_number, NULL))
        return fh_no_memory(err);
    for (size_t i = 0; i < p->n; i++)
        if (!n || p->customer[n - 1] != p->customer[i]) p->customer[n++] = p->customer[i];
    p->n = n;
    return FH_OK;
}

fh_status fh_presend_named(fh_org *org, const fh_str *who, size_t n, fh_arena *arena, fh_presend *p,
                           fh_error *err)
{
    fh_str *unknown = FH_NEW_ARRAY(arena, fh_str, n + 1);
    p->customer = FH_NEW_ARRAY(arena, uint32_t, FH_PRESEND_MOST + 1);
    p->n = p->n_unknown = 0;
    p->n_fit = n;
    p->unknown = unknown;
    if (!unknown || !p->customer) return fh_no_memory(err);
    /* As many at once as can all be taken. */
    for (size_t from = 0, some; from < n && p->n < FH_PRESEND_MOST; from += some) {
        uint32_t *customer = p->customer + p->n;
        some = n - from < FH_PRESEND_MOST - p->n ? n - from : FH_PRESEND_MOST - p->n;
        const fh_status s = fh_identity_find_all(org, who + from, some, customer, err);
        if (s) return s;
        for (size_t i = 0; i < some; i++)
            if (customer[i])
                p->customer[p->n++] = customer[i];
            else
                unknown[p->n_unknown++] = who[from + i];
    }
    const bool all = p->n < FH_PRESEND_MOST;
    const fh_status s = in_order(p, err);
    if (all) p->n_fit = p->n;
    return s;
}

static fh_status make(void *ctx, const fh_allocator *from, fh_fold **out, fh_error *err)
{
    return fh_customers_new(from, ctx, out, err);
}

fh_status fh_presend_fitting(const fh_view *v, fh_presend *p, fh_error *err)
{
    fh_customers_options o = {.n_touchpoints = v->touchpoint.n,
                              .limit = FH_CUSTOMERS_MOST,
                              .by_problem = v->filter.by_problem};
    fh_customers page = {.more = true};
    fh_status s = FH_OK;
    p->customer = FH_NEW_ARRAY(v->arena, uint32_t, FH_PRESEND_MOST + FH_CUSTOMERS_MOST);
    p->n = p->n_unknown = 0;
    if (!p->customer) return fh_no_memory(err);
    while (!s && page.more && p->n < FH_PRESEND_MOST) {
        fh_fold *fold = NULL;
        s = fh_ask(v->org, &v->filter, v->threads, make, &o, &fold, err);
        if (!s) s = fh_customers_read(fold, v->arena, &page, err);
        fh_fold_free(fold);
        for (size_t i = 0; i < page.n_rows && !s; i++) p->customer[p->n++] = page.rows[i].customer;
        if (!s && page.n_rows) o.after = page.rows[page.n_rows - 1];
        o.has_after = true;
        page.more = page.more && page.n_rows;
    }
    if (s) return s;
    s = in_order(p, err);
    p->n_fit = page.more ? page.n_stories : p->n;
    return s;
}

/* ---- Groups ---------------------------------------------------------------------------------- */

static bool is_same(const group *a, const group *b)
{
    return a->department == b->department && a->touchpoint == b->touchpoint &&
           a->channel == b->channel && a->type == b->type && a->fact == b->fact &&
           a->sentence == b->sentence && a->right == b->right && fh_str_eq(a->theirs, b->theirs) &&
           fh_str_eq_nocase(a->purpose, b->purpose);
}

/* The message of moment `i` as JSON that stays. */
static fh_status keep_example(check *c, uint32_t i, fh_str *out)
{
    fh_buf text;
    fh_json j;
    const fh_message m = {.told = &c->s->told[i], .said = c->s->said[i]};
    fh_buf_init(&text, NULL, 1 << 24);
    fh_json_begin(&j, &text, 0);
    fh_message_json(&c->e, &m, &j);
    const bool kept = !text.status && fh_arena_str(c->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return kept ? FH_OK : fh_no_memory(c->err);
}

/* Counts the customer in hand for a group like `of`, of which moment `i` is an example. */
static fh_status add(check *c, groups *to, const group *of, uint32_t i)
{
    size_t at = 0;
    const int64_t at_ms = c->s->told[i].at_ms;
    fh_status s = FH_OK;
    if (to->last != c->customer) to->customers++;
    to->last = c->customer;
    while (at < to->n && !is_same(&to->one[at], of)) at++;
    if (at == GROUPS) return FH_OK; /* counted, and not told by itself */
    group *g = &to->one[at];
    if (at == to->n) {
        *g = *of;
        g->first_ms = g->last_ms = at_ms;
        if (!fh_arena_str(c->arena, of->purpose, &g->purpose) ||
            !fh_arena_str(c->arena, of->theirs, &g->theirs))
            return fh_no_memory(c->err);
        if (c->p->may_read) s = keep_example(c, i, &g->example);
        to->n++;
    }
    g->customers += g->last != c->customer;
    g->last = c->customer;
    if (of->alike > g->alike) g->alike = of->alike;
    if (at_ms < g->first_ms) g->first_ms = at_ms;
    if (at_ms > g->last_ms) g->last_ms = at_ms;
    return s;
}

/* ---- One customer ---------------------------------------------------------------------------- */

static bool is_judged(const check *c, uint64_t cause)
{
    for (size_t i = 0; i < c->n_judged; i++)
        if (c->judged[i] == cause) return true;
    return false;
}

/* What may single somebody out is not told to who may not read stories. */
static bool is_personal(fh_fact_type type)
{
    return type == FH_FACT_PERSON || type == FH_FACT_PHONE || type == FH_FACT_EMAIL ||
           type == FH_FACT_ID;
}

static fh_status contradiction(check *c, const fh_moment *theirs, uint32_t i, const fh_hit *hit)
{
    const fh_difference *d = &hit->difference;
    const bool first = hit->a == c->at;
    const uint32_t fact = first ? d->fact_b : d->fact_a;
    const uint32_t sentence = first ? d->sentence_b : d->sentence_a;
    group g = {.department = theirs->department,
               .type = d->type,
               .fact = first ? d->fact_a : d->fact_b,
               .sentence = first ? d->sentence_a : d->sentence_b};
    fh_buf says;
    fh_status s = FH_OK;
    if (!theirs->text || !c->ours.text) return FH_OK;
    fh_buf_init(&says, NULL, 1 << 16);
    if (!c->p->may_read && is_personal(d->type))
        fh_buf_text(&says, "something else");
    else if (fact < theirs->text->n_facts)
        s = fh_fact_say(&theirs->text->fact[fact], &says, c->err);
    else if (sentence < theirs->text->n_sentences && c->p->may_read) {
        const fh_sentence *k = &theirs->text->sentence[sentence];
        if (k->at <= theirs->text->raw.len && k->len <= theirs->text->raw.len - k->at)
            fh_buf_str(&says, (fh_str){theirs->text->raw.ptr + k->at, k->len});
    }
    if (!s && says.status) s = fh_no_memory(c->err);
    g.theirs = fh_buf_view(&says);
    if (!s) s = add(c, &c->contradicts, &g, i);
    fh_buf_free(&says);
    return s;
}

static fh_status note_hit(void *ctx, const fh_find_story *story, const fh_hit *hit, fh_error *err)
{
    check *c = ctx;
    (void)err;
    if ((hit->a != c->at) == (hit->b != c->at) || is_judged(c, hit->cause)) return FH_OK;
    const uint32_t other = hit->a == c->at ? hit->b : hit->a;
    const fh_moment *theirs = &story->moment[other];
    const uint32_t i = other - (other > c->at);
    group g = {.department = theirs->department};
    if (hit->sort == FH_FIND_CONTRADICTION) return contradiction(c, theirs, i, hit);
    if (hit->sort == FH_FIND_SIGNATORY) return add(c, &c->signatures, &g, i);
    if (theirs->text && c->ours.text) {
        const fh_alike how = fh_texts_alike(theirs->text, c->ours.text, c->e.usage);
        g.alike = how.containment > how.jaccard ? how.containment : how.jaccard;
    }
    return add(c, &c->duplicates, &g, i);
}

/* Messages of other departments, some days before and after ours. */
static fh_status note_others(check *c, const fh_moment *moment)
{
    fh_status s = FH_OK;
    for (uint32_t i = 0; i < c->s->n && !s; i++) {
        const fh_moment *m = &moment[i + (i >= c->at)];
        const int64_t apart = m->at_ms - c->when_ms;
        if (m->direction != FH_DIR_OUT || m->department == c->ours.department) continue;
        if (apart < -c->others_ms || apart > c->others_ms) continue;
        const group g = {.department = m->department,
                         .touchpoint = m->touchpoint,
                         .channel = m->channel,
                         .purpose = c->s->said[i].purpose};
        s = add(c, &c->others, &g, i);
    }
    return s;
}

static fh_status look_at(void *ctx, uint32_t customer, const fh_told *told, size_t n, fh_error *err)
{
    check *c = ctx;
    fh_story_moments s;
    fh_arena_reset(c->story);
    fh_status status = fh_story_moments_read(&c->reader, told, n, c->story, &s, err);
    if (status) return status;
    fh_moment *moment = FH_NEW_ARRAY(c->story, fh_moment, (size_t)s.n + 1);
    if (!moment) return fh_no_memory(err);
    c->at = 0;
    while (c->at < s.n && s.moment[c->at].at_ms <= c->when_ms) c->at++;
    if (c->at) memcpy(moment, s.moment, c->at * sizeof *moment);
    moment[c->at] = c->ours;
    if (c->at < s.n) memcpy(moment + c->at + 1, s.moment + c->at, (s.n - c->at) * sizeof *moment);
    c->customer = customer;
    c->s = &s;
    c->err = err;
    const fh_find_story story = {
        .customer = customer, .n = s.n + 1, .moment = moment, .fresh_ms = c->when_ms};
    status =
        fh_find_in_story(c->e.lexicon, c->e.usage, &c->find, &story, c->story, note_hit, c, err);
    if (!status) status = note_others(c, moment);
    const uint32_t most = fh_find_most_within(&story, c->at, c->find.overload_window_ms);
    c->too_much += most > c->find.overload_messages;
    if (most > c->most) c->most = most;
    return status;
}

static fh_status look_at_all(check *c, fh_error *err)
{
    fh_wanted_story wanted[BATCH];
    const int64_t held = c->find.contradiction_window_ms;
    const int64_t before = (held > c->others_ms ? held : c->others_ms) + DAY_MS;
    fh_status s = FH_OK;
    for (size_t from = 0; from < c->p->n && !s; from += BATCH) {
        const size_t n = c->p->n - from < BATCH ? c->p->n - from : BATCH;
        for (size_t i = 0; i < n; i++)
            wanted[i] = (fh_wanted_story){c->p->customer[from + i], c->when_ms - before};
        fh_arena_reset(c->batch);
        s = fh_store_some(c->e.org, wanted, n, c->batch, look_at, c, err);
    }
    return s;
}

/* ---- Beforehand ------------------------------------------------------------------------------ */

static fh_status refuse(const fh_presend *p, fh_error *err)
{
    enum { YEARS = 200 };
    if (!fh_str_trim(p->text).len)
        return fh_fail(err, FH_INVALID, "/text: there is nothing to send");
    if (p->text.len > FH_PRESEND_TEXT)
        return fh_fail(err, FH_INVALID, "/text: more than %d bytes are no message",
                       FH_PRESEND_TEXT);
    if (!fh_str_trim(p->department).len)
        return fh_fail(err, FH_INVALID, "/department: say which department sends it");
    if (p->when_ms < -YEARS * 366 * DAY_MS || p->when_ms > YEARS * 366 * DAY_MS)
        return fh_fail(err, FH_INVALID, "/when_ms is milliseconds since 1970");
    return FH_OK;
}

static fh_status read_judged(check *c, fh_error *err)
{
    const fh_cause_row *row = NULL;
    size_t n = 0;
    fh_status s = fh_causes_all(c->e.org, c->arena, &row, &n, err);
    uint64_t *judged = s ? NULL : FH_NEW_ARRAY(c->arena, uint64_t, n + 1);
    if (!s && !judged) return fh_no_memory(err);
    for (size_t i = 0; i < n && !s; i++)
        if (row[i].judged) judged[c->n_judged++] = row[i].cause;
    c->judged = judged;
    return s;
}

/* The text as a message of a department; one that is not known yet has a number of its own. */
static fh_status read_ours(check *c, fh_error *err)
{
    const fh_presend *p = c->p;
    fh_org *org = c->e.org;
    c->told = (fh_told){.at_ms = c->when_ms, .direction = FH_DIR_OUT};
    c->said = (fh_said){
        .text = p->text, .subject = p->subject, .purpose = p->purpose, .signatory = p->signatory};
    fh_status s =
        fh_dict_find(org, FH_DICT_DEPARTMENT, fh_str_trim(p->department), &c->told.department, err);
    if (!s) s = fh_dict_find(org, FH_DICT_CHANNEL, fh_str_trim(p->channel), &c->told.channel, err);
    if (!c->told.department) c->told.department = c->e.names.department.n;
    return s ? s : fh_moment_read(&c->reader, &c->told, &c->said, c->arena, &c->ours, err);
}

static fh_status begin(check *c, fh_error *err)
{
    const fh_os *os = fh_org_os(c->e.org);
    fh_find_config config;
    fh_status s = fh_find_config_read(c->e.org, c->arena, &config, err);
    groups *const all[] = {&c->others, &c->duplicates, &c->signatures, &c->contradicts};
    for (size_t i = 0; i < sizeof all / sizeof *all && !s; i++) {
        all[i]->one = FH_NEW_ARRAY(c->arena, group, GROUPS + 1);
        if (!all[i]->one) s = fh_no_memory(err);
    }
    c->batch = fh_arena_new(NULL);
    c->story = fh_arena_new(NULL);
    if (!s && (!c->batch || !c->story)) s = fh_no_memory(err);
    if (s) return s;
    c->find = config.find;
    c->find.sorts &= UINT64_C(1) << FH_FIND_DUPLICATE | UINT64_C(1) << FH_FIND_SIGNATORY |
                     UINT64_C(1) << FH_FIND_CONTRADICTION;
    c->when_ms = c->p->when_ms ? c->p->when_ms : os->now_ms(os->ctx);
    c->others_ms = c->find.duplicate_window_ms > c->find.overload_window_ms
                       ? c->find.duplicate_window_ms
                       : c->find.overload_window_ms;
    c->reader = (fh_story_reader){.lexicon = c->e.lexicon,
                                  .zone = c->e.zone,
                                  .now_ms = c->when_ms + c->others_ms,
                                  .reader = c->e.reader};
    s = fh_text_reader_new(c->e.lexicon, NULL, &c->texts, err);
    c->reader.texts = c->texts;
    if (!s) s = fh_setting_get(c->e.org, FH_STR("name"), c->arena, &c->reader.us, err);
    if (!s) s = read_judged(c, err);
    return s ? s : read_ours(c, err);
}

/* What was named as right holds for everybody. */
static fh_status hold_against(check *c, const fh_reference_row *right, fh_error *err)
{
    const fh_text_about about = {.sent_ms = right->made_ms};
    const fh_difference *d = NULL;
    fh_text text;
    size_t n = 0;
    if (c->when_ms < right->from_ms || (right->until_ms && c->when_ms >= right->until_ms))
        return FH_OK;
    fh_status s = fh_text_read(c->e.lexicon, right->words, &about, c->arena, &text, err);
    if (!s && text.n_facts)
        s = fh_texts_differ(c->e.lexicon, c->e.usage, &c->find.differ, &text, c->ours.text,
                            c->arena, &d, &n, err);
    for (size_t i = 0; i < n && !s && c->contradicts.n < GROUPS; i++) {
        group *g = &c->contradicts.one[c->contradicts.n];
        fh_buf says;
        *g = (group){.type = d[i].type,
                     .fact = d[i].fact_b,
                     .sentence = d[i].sentence_b,
                     .right = right,
                     .customers = (uint32_t)c->p->n};
        fh_buf_init(&says, NULL, 1 << 16);
        if (d[i].fact_a < text.n_facts) s = fh_fact_say(&text.fact[d[i].fact_a], &says, err);
        const bool kept = !says.status && fh_arena_str(c->arena, fh_buf_view(&says), &g->theirs);
        if (!s && !kept) s = fh_no_memory(err);
        fh_buf_free(&says);
        c->contradicts.n += !s;
    }
    return s;
}

static fh_status hold_against_all(check *c, fh_error *err)
{
    const fh_reference_row *right = NULL;
    size_t n = 0;
    fh_status s = fh_references(c->e.org, c->arena, &right, &n, err);
    for (size_t i = 0; i < n && !s && c->ours.text; i++) s = hold_against(c, &right[i], err);
    return s;
}

/* ---- The answer ------------------------------------------------------------------------------ */

static int by_customers(const void *a, const void *b, void *ctx)
{
    const group *x = a, *y = b;
    (void)ctx;
    if ((x->right != NULL) != (y->right != NULL)) return x->right ? -1 : 1;
    if (x->customers != y->customers) return x->customers > y->customers ? -1 : 1;
    return (x->last_ms < y->last_ms) - (x->last_ms > y->last_ms);
}

static void put_name(fh_json *j, const char *key, const fh_names *names, uint32_t number)
{
    fh_put_text_or_null(j, key, fh_find_name(names, number));
}

static void put_example(fh_json *j, const group *g)
{
    fh_put_key(j, "example");
    if (g->example.len)
        fh_json_raw_value(j, g->example);
    else
        fh_json_null(j);
}

static void put_other(const check *c, const group *g, fh_json *j)
{
    fh_put_text_or_null(j, "purpose", g->purpose);
    put_name(j, "touchpoint", &c->e.names.touchpoint, g->touchpoint);
    put_name(j, "channel", &c->e.names.channel, g->channel);
    fh_put_int(j, "first_ms", g->first_ms);
    fh_put_int(j, "last_ms", g->last_ms);
}

static fh_status put_contradiction(const check *c, const group *g, fh_json *j, fh_error *err)
{
    fh_put_word(j, "type", fh_fact_type_name(g->type));
    fh_put_key(j, "yours");
    const fh_status s = fh_fact_json(&c->e, c->ours.text, g->fact, g->sentence, j, err);
    fh_put_key(j, "theirs");
    fh_json_object(j);
    fh_put_text(j, "says", g->theirs);
    fh_json_end_object(j);
    fh_put_key(j, "reference");
    if (!g->right) {
        fh_json_null(j);
        return s;
    }
    fh_json_object(j);
    fh_put_number(j, "fact", (uint64_t)g->right->fact);
    fh_put_text(j, "words", g->right->words);
    fh_json_end_object(j);
    return s;
}

static fh_status put_groups(const check *c, const char *key, const groups *of, fh_json *j,
                            fh_error *err)
{
    fh_status s = FH_OK;
    if (fh_sort(NULL, of->one, of->n, sizeof *of->one, by_customers, NULL))
        return fh_no_memory(err);
    fh_put_key(j, key);
    fh_json_array(j);
    for (size_t i = 0; i < of->n && i < ROWS && !s; i++) {
        const group *g = &of->one[i];
        fh_json_object(j);
        put_name(j, "department", &c->e.names.department, g->department);
        fh_put_number(j, "customers", g->customers);
        if (of == &c->others) put_other(c, g, j);
        if (of == &c->duplicates) {
            fh_put_key(j, "alike");
            fh_json_fixed(j, (int64_t)(g->alike * 100 + .5), 2);
        }
        if (of == &c->contradicts) s = put_contradiction(c, g, j, err);
        put_example(j, g);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
    return s;
}

static void say_of(const check *c, fh_buf *to, uint64_t n, const char *rest)
{
    fh_buf_char(to, ' ');
    fh_say_number_of(to, n, c->e.names.calling.one, c->e.names.calling.many);
    fh_buf_text(to, rest);
}

static bool contradicts_right(const check *c)
{
    for (size_t i = 0; i < c->contradicts.n; i++)
        if (c->contradicts.one[i].right) return true;
    return false;
}

/* Plain words, and nobody's fault. */
static void say(const check *c, fh_buf *to)
{
    const uint64_t days = (uint64_t)(c->others_ms / DAY_MS);
    const bool right = contradicts_right(c);
    fh_buf_text(to, "Looked at");
    say_of(c, to, c->p->n, "");
    if (c->p->n_fit > c->p->n) {
        fh_buf_text(to, " of ");
        fh_say_count(to, c->p->n_fit);
        fh_buf_printf(to, " (at most %s at once)", "5,000");
    }
    fh_buf_char(to, '.');
    if (c->others.customers) {
        say_of(c, to, c->others.customers, c->others.customers == 1 ? " hears" : " hear");
        fh_buf_text(to, " from other departments within ");
        fh_say_number_of(to, days, "day", "days");
        fh_buf_text(to, " before or after.");
    }
    if (right) fh_buf_text(to, " It says otherwise than what was named as right.");
    if (c->contradicts.customers)
        say_of(c, to, c->contradicts.customers, " got a message that says otherwise.");
    if (c->duplicates.customers)
        say_of(c, to, c->duplicates.customers, " got the same from another department.");
    if (c->signatures.customers)
        say_of(c, to, c->signatures.customers,
               " got a letter in the same name from another department.");
    if (c->too_much) {
        say_of(c, to, c->too_much, " would get more than ");
        fh_say_number_of(to, c->find.overload_messages, "message", "messages");
        fh_buf_text(to, " within ");
        fh_say_number_of(to, (uint64_t)(c->find.overload_window_ms / DAY_MS), "day.", "days.");
    }
    if (!right && !c->contradicts.customers && !c->duplicates.customers &&
        !c->signatures.customers && !c->too_much)
        fh_buf_text(to, " Nothing was found that speaks against it.");
}

static fh_status put(const check *c, fh_json *j, fh_error *err)
{
    fh_buf says;
    fh_json_object(j);
    fh_put_number(j, "customers", c->p->n);
    fh_put_number(j, "fit", c->p->n_fit);
    fh_put_key(j, "unknown");
    fh_json_array(j);
    for (size_t i = 0; i < c->p->n_unknown; i++) fh_json_str(j, c->p->unknown[i]);
    fh_json_end_array(j);
    fh_status s = put_groups(c, "others", &c->others, j, err);
    if (!s) s = put_groups(c, "duplicates", &c->duplicates, j, err);
    if (!s) s = put_groups(c, "signatures", &c->signatures, j, err);
    if (!s) s = put_groups(c, "contradicts", &c->contradicts, j, err);
    fh_put_key(j, "too_much");
    fh_json_object(j);
    fh_put_number(j, "customers", c->too_much);
    fh_put_number(j, "most", c->most);
    fh_put_number(j, "window_days", (uint64_t)(c->find.overload_window_ms / DAY_MS));
    fh_put_number(j, "limit", c->find.overload_messages);
    fh_json_end_object(j);
    fh_buf_init(&says, NULL, 1 << 14);
    say(c, &says);
    if (!s && says.status) s = fh_no_memory(err);
    fh_put_text(j, "says", fh_buf_view(&says));
    fh_buf_free(&says);
    fh_json_end_object(j);
    return s;
}

fh_status fh_presend_json(fh_org *org, const fh_presend *p, fh_arena *arena, fh_json *j,
                          fh_error *err)
{
    check *c = FH_NEW(arena, check);
    fh_status s = refuse(p, err);
    if (!s && !c) s = fh_no_memory(err);
    if (s) return s;
    *c = (check){.p = p, .arena = arena, .err = err};
    s = fh_evidence_open(org, arena, &c->e, err);
    if (s) return s;
    s = begin(c, err);
    if (!s) s = look_at_all(c, err);
    if (!s) s = hold_against_all(c, err);
    if (!s) s = put(c, j, err);
    fh_text_reader_free(c->texts);
    fh_arena_free(c->story);
    fh_arena_free(c->batch);
    fh_evidence_close(&c->e);
    return s;
}

fh_status fh_presend_note(fh_org *org, const fh_actor *actor, const fh_presend *p, fh_arena *arena,
                          fh_error *err)
{
    enum { FEW = 20 };
    fh_audit_object about = {.kind = FH_STR("presend")};
    if (!fh_arena_format(arena, &about.after, "{\"customers\":%zu}", p->n))
        return fh_no_memory(err);
    fh_status s = fh_audit(org, actor, FH_AUDITED_PRESEND_CHECKED, &about, err);
    for (size_t i = 0; i < p->n && p->n <= FEW && !s; i++)
        s = fh_audit_customer(org, actor, FH_AUDITED_PRESEND_CHECKED, p->customer[i], (fh_str){0},
                              err);
    return s;
}
