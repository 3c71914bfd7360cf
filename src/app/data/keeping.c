/* keeping.c - rules of retention, what they would remove, and removing it (keeping.h). */
#include "app/data/keeping.h"

#include "app/jobs/job_files.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "base/time.h"
#include "store/segments.h"
#include "store/sources.h"

#include <string.h>

enum { SOURCE_MAX = 200 };
#define DAY_MS FH_DAY_MS

/* ---- Words ---------------------------------------------------------------------------------- */

static const char *const kind_words[FH_N_KEEP] = {"interactions", "texts", "files"};

const char *fh_keep_word(fh_keep_kind kind)
{
    return (unsigned)kind < FH_N_KEEP ? kind_words[kind] : "";
}

bool fh_keep_find(fh_str word, fh_keep_kind *out)
{
    for (unsigned i = 0; i < FH_N_KEEP; i++) {
        if (!fh_str_eq(word, fh_str_of(kind_words[i]))) continue;
        *out = (fh_keep_kind)i;
        return true;
    }
    return false;
}

fh_status fh_keep_check(const fh_keep_rule *r, fh_error *err)
{
    const bool files = r->kind == FH_KEEP_FILES;
    const uint32_t most = files ? FH_KEEP_DAYS_MAX : FH_KEEP_MONTHS_MAX;
    if (r->keep < 1 || r->keep > most) {
        (void)fh_fail(err, FH_INVALID, "/keep is not 1 to %u", most);
        return fh_hint(err, FH_INVALID, "It counts %s.", files ? "days" : "months");
    }
    if (files && r->source.len) {
        (void)fh_fail(err, FH_INVALID, "/source: files are kept alike, whatever they are of");
        return fh_hint(err, FH_INVALID, "Leave the source out.");
    }
    if (r->source.len > SOURCE_MAX)
        return fh_fail(err, FH_INVALID, "/source is longer than %d bytes", (int)SOURCE_MAX);
    return FH_OK;
}

int64_t fh_keep_before(const fh_keep_rule *r, int64_t now_ms)
{
    if (r->kind == FH_KEEP_FILES) return now_ms - (int64_t)r->keep * DAY_MS;
    fh_civil c = fh_civil_of(now_ms);
    const int64_t months = (int64_t)c.year * 12 + c.month - 1 - r->keep;
    if (months < 12) return FH_TIME_MIN_MS;
    c.year = (int32_t)(months / 12);
    c.month = (int32_t)(months % 12) + 1;
    while (!fh_civil_valid(&c) && c.day > 28) c.day--; /* 31 May less three months */
    return fh_civil_ms(&c);
}

void fh_keep_json(const fh_keep_rule *r, int64_t now_ms, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "rule", r->rule);
    fh_put_text(j, "source", r->source);
    fh_put_word(j, "kind", fh_keep_word(r->kind));
    fh_put_number(j, "keep", r->keep);
    fh_put_time_or_null(j, "before", fh_keep_before(r, now_ms));
    fh_put_bool(j, "active", r->active);
    fh_put_time_or_null(j, "tried", r->previewed_ms);
    fh_put_number(j, "removed", r->removed);
    fh_put_time_or_null(j, "last_removed", r->last_ms);
    fh_put_time_or_null(j, "changed", r->changed_ms);
    fh_put_number(j, "version", (uint64_t)r->version);
    fh_json_end_object(j);
}

/* ---- Keeping rules -------------------------------------------------------------------------- */

static fh_status told(const fh_keep_rule *r, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_json j;
    if (!r) return FH_OK;
    fh_buf_init(&text, fh_arena_allocator(arena), 4096);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_put_text(&j, "source", r->source);
    fh_put_text(&j, "kind", fh_str_of(fh_keep_word(r->kind)));
    fh_put_number(&j, "keep", r->keep);
    fh_put_bool(&j, "active", r->active);
    fh_json_end_object(&j);
    const bool ok = !text.status && fh_arena_str(arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return ok ? FH_OK : fh_no_memory(err);
}

static fh_status note(fh_org *org, const fh_actor *actor, uint32_t number,
                      const fh_keep_rule *before, const fh_keep_rule *after, fh_error *err)
{
    fh_audit_object about = {.kind = FH_STR("keeping"), .number = number};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = told(before, arena, &about.before, err);
    if (!s) s = told(after, arena, &about.after, err);
    if (!s) s = fh_audit(org, actor, FH_AUDITED_KEEPING_CHANGED, &about, err);
    fh_arena_free(arena);
    return s;
}

fh_status fh_keep_make(fh_org *org, const fh_actor *actor, fh_keep_rule *r, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_KEEPING, err);
    r->active = false;
    r->person = actor->person;
    if (!s) s = fh_keep_check(r, err);
    if (!s) s = fh_keep_add(org, r, err);
    return s ? s : note(org, actor, r->rule, NULL, r, err);
}

fh_status fh_keep_change(fh_org *org, const fh_actor *actor, const fh_keep_rule *was, uint32_t keep,
                         bool active, fh_error *err)
{
    fh_keep_rule r = *was;
    fh_status s = fh_require(actor, FH_RIGHT_KEEPING, err);
    r.keep = keep;
    r.person = actor->person;
    if (keep != was->keep) r.previewed_ms = 0;
    r.active = active && r.previewed_ms;
    if (!s) s = fh_keep_check(&r, err);
    if (!s && active && keep == was->keep && !r.previewed_ms) {
        (void)fh_fail(err, FH_CONFLICT, "nobody has seen yet what this rule removes");
        s = fh_hint(err, FH_CONFLICT, "Do its dry run first, then switch it on.");
    }
    if (!s) s = fh_keep_save(org, &r, err);
    return s ? s : note(org, actor, r.rule, was, &r, err);
}

fh_status fh_keep_drop(fh_org *org, const fh_actor *actor, const fh_keep_rule *r, fh_error *err)
{
    fh_status s = fh_require(actor, FH_RIGHT_KEEPING, err);
    if (!s) s = fh_keep_remove(org, r->rule, err);
    return s ? s : note(org, actor, r->rule, r, NULL, err);
}

fh_status fh_keep_seen(fh_org *org, const fh_actor *actor, const fh_keep_rule *rule, fh_error *err)
{
    fh_keep_rule r = *rule;
    const fh_os *os = fh_org_os(org);
    const fh_status s = fh_require(actor, FH_RIGHT_KEEPING, err);
    r.previewed_ms = os->now_ms(os->ctx);
    r.person = actor->person;
    return s ? s : fh_keep_save(org, &r, err);
}

/* ---- Which rule for which origin ------------------------------------------------------------ */

/* The rule of this kind that counts for a source; `rule` [n], `also` counts as active. */
static const fh_keep_rule *rule_for(const fh_keep_rule *rule, size_t n, fh_keep_kind kind,
                                    fh_str source, uint32_t also)
{
    const fh_keep_rule *general = NULL;
    for (size_t i = 0; i < n; i++) {
        const fh_keep_rule *r = &rule[i];
        if (r->kind != kind || !(r->active || r->rule == also)) continue;
        if (r->source.len && fh_str_eq(r->source, source)) return r;
        if (!r->source.len) general = r;
    }
    return general;
}

typedef struct origins {
    const fh_origin *origin; /* [n] by number */
    size_t n;
    fh_str *source; /* [top] by origin; empty: none is known */
    uint32_t top;
} origins;

static fh_status read_origins(fh_org *org, fh_arena *arena, origins *out, fh_error *err)
{
    const fh_status s = fh_origins(org, arena, &out->origin, &out->n, err);
    if (s) return s;
    out->top = 1;
    for (size_t i = 0; i < out->n; i++)
        if (out->origin[i].origin >= out->top) out->top = out->origin[i].origin + 1;
    out->source = FH_NEW_ARRAY(arena, fh_str, out->top);
    if (!out->source) return fh_no_memory(err);
    for (size_t i = 0; i < out->n; i++) out->source[out->origin[i].origin] = out->origin[i].source;
    return FH_OK;
}

static int64_t term_of(const fh_keep_rule *r, int64_t now_ms)
{
    return r ? fh_keep_before(r, now_ms) : INT64_MIN;
}

fh_status fh_keep_plan_make(fh_org *org, int64_t now_ms, fh_arena *arena, fh_keep_plan *out,
                            fh_error *err)
{
    fh_keep_plan p = {.n_rules = 0};
    origins o = {.n = 0};
    fh_status s = fh_keep_list(org, arena, &p.rule, &p.n_rules, err);
    if (!s) s = read_origins(org, arena, &o, err);
    if (s) return s;
    fh_term *term = FH_NEW_ARRAY(arena, fh_term, o.top);
    uint32_t *whole = FH_NEW_ARRAY(arena, uint32_t, o.top);
    uint32_t *text = FH_NEW_ARRAY(arena, uint32_t, o.top);
    if (!term || !whole || !text) return fh_no_memory(err);
    for (uint32_t i = 0; i < o.top; i++) {
        const fh_keep_rule *w = rule_for(p.rule, p.n_rules, FH_KEEP_INTERACTIONS, o.source[i], 0);
        const fh_keep_rule *t = rule_for(p.rule, p.n_rules, FH_KEEP_TEXTS, o.source[i], 0);
        term[i] = (fh_term){.whole_ms = term_of(w, now_ms), .text_ms = term_of(t, now_ms)};
        whole[i] = w ? w->rule : 0;
        text[i] = t ? t->rule : 0;
        p.any = p.any || w || t;
    }
    p.terms = (fh_terms){.of_origin = term, .n = o.top};
    p.whole = whole;
    p.text = text;
    *out = p;
    return FH_OK;
}

/* ---- Dry run -------------------------------------------------------------------------------- */

static void add_source(fh_keep_preview *p, fh_keep_source *list, fh_str source, uint64_t n,
                       int64_t oldest_ms)
{
    size_t k = 0;
    if (!p->n || oldest_ms < p->oldest_ms) p->oldest_ms = oldest_ms;
    p->n += n;
    while (k < p->n_sources && !fh_str_eq(list[k].source, source)) k++;
    if (k == p->n_sources)
        list[p->n_sources++] = (fh_keep_source){.source = source, .oldest_ms = oldest_ms};
    list[k].n += n;
    if (oldest_ms < list[k].oldest_ms) list[k].oldest_ms = oldest_ms;
}

static void sort_sources(fh_keep_source *list, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && fh_str_cmp(list[k].source, list[k - 1].source) < 0; k--) {
            const fh_keep_source moved = list[k];
            list[k] = list[k - 1];
            list[k - 1] = moved;
        }
}

static fh_status try_stories(fh_org *org, const fh_keep_rule *rule, fh_arena *arena,
                             fh_keep_preview *p, fh_error *err)
{
    const fh_keep_rule *all = NULL;
    size_t n = 0;
    origins o = {.n = 0};
    fh_status s = fh_keep_list(org, arena, &all, &n, err);
    if (!s) s = read_origins(org, arena, &o, err);
    if (s) return s;
    fh_term *term = FH_NEW_ARRAY(arena, fh_term, o.top);
    fh_gone *gone = FH_NEW_ARRAY(arena, fh_gone, o.top);
    fh_keep_source *list = FH_NEW_ARRAY(arena, fh_keep_source, o.top);
    if (!term || !gone || !list) return fh_no_memory(err);
    const bool texts = rule->kind == FH_KEEP_TEXTS;
    for (uint32_t i = 0; i < o.top; i++) {
        const fh_keep_rule *r = rule_for(all, n, rule->kind, o.source[i], rule->rule);
        const int64_t before = r && r->rule == rule->rule ? p->before_ms : INT64_MIN;
        term[i] = (fh_term){.whole_ms = texts ? INT64_MIN : before,
                            .text_ms = texts ? before : INT64_MIN};
    }
    const fh_terms terms = {.of_origin = term, .n = o.top};
    s = fh_store_count_old(org, &terms, gone, err);
    for (uint32_t i = 0; i < o.top && !s; i++) {
        const uint64_t went = texts ? gone[i].texts : gone[i].interactions;
        const int64_t oldest_ms = texts ? gone[i].oldest_text_ms : gone[i].oldest_ms;
        if (went) add_source(p, list, o.source[i], went, oldest_ms);
    }
    sort_sources(list, p->n_sources);
    p->source = list;
    return s;
}

fh_status fh_keep_try(fh_org *org, const fh_keep_rule *rule, const char *folder, int64_t now_ms,
                      fh_arena *arena, fh_keep_preview *out, fh_error *err)
{
    fh_keep_preview p = {.before_ms = fh_keep_before(rule, now_ms)};
    const fh_status s =
        rule->kind == FH_KEEP_FILES
            ? fh_job_files_old(fh_org_os(org), folder, p.before_ms, &p.n, &p.oldest_ms, err)
            : try_stories(org, rule, arena, &p, err);
    if (!s) *out = p;
    return s;
}

/* ---- Letting go ---------------------------------------------------------------------- */

static fh_status end_with(fh_org *org, fh_status s, fh_error *err)
{
    if (!s) return fh_org_commit(org, err);
    fh_org_rollback(org);
    return s;
}

static fh_status count_at(fh_org *org, const uint32_t *rule, uint32_t i, uint64_t n, int64_t now_ms,
                          uint64_t *total, fh_error *err)
{
    *total += n;
    return n && rule[i] ? fh_keep_count(org, rule[i], n, now_ms, err) : FH_OK;
}

static fh_status part_inside(fh_org *org, const fh_keep_plan *plan, const fh_old_part *part,
                             fh_gone *gone, uint64_t *total, bool *there, fh_error *err)
{
    const fh_os *os = fh_org_os(org);
    const int64_t now_ms = os->now_ms(os->ctx);
    fh_status s = fh_store_let_go(org, part, &plan->terms, gone, there, err);
    for (uint32_t i = 0; i < plan->terms.n && !s; i++) {
        s = count_at(org, plan->whole, i, gone[i].interactions, now_ms,
                     &total[FH_KEEP_INTERACTIONS], err);
        if (!s) s = count_at(org, plan->text, i, gone[i].texts, now_ms, &total[FH_KEEP_TEXTS], err);
    }
    return s;
}

fh_status fh_keep_part(fh_org *org, const fh_keep_plan *plan, const fh_old_part *part,
                       uint64_t *total, bool *there, fh_error *err)
{
    uint64_t went[FH_N_KEEP] = {0};
    fh_arena *arena = fh_arena_new(NULL);
    fh_gone *gone = arena ? FH_NEW_ARRAY(arena, fh_gone, plan->terms.n) : NULL;
    fh_status s = gone ? fh_org_begin(org, err) : fh_no_memory(err);
    if (!s) s = end_with(org, part_inside(org, plan, part, gone, went, there, err), err);
    for (size_t k = 0; k < FH_N_KEEP && !s; k++) total[k] += went[k];
    fh_arena_free(arena);
    return s;
}

static fh_status tell_inside(fh_org *org, int64_t now_ms, fh_arena *arena, fh_error *err)
{
    const fh_keep_rule *r = NULL;
    size_t n = 0, told_of = 0;
    fh_buf text;
    fh_json j;
    const fh_actor actor = fh_actor_system();
    fh_status s = fh_keep_list(org, arena, &r, &n, err);
    fh_buf_init(&text, fh_arena_allocator(arena), 1 << 20);
    fh_json_begin(&j, &text, 0);
    fh_json_object(&j);
    fh_json_key(&j, FH_STR("rules"));
    fh_json_array(&j);
    for (size_t i = 0; i < n && !s; i++) {
        if (!r[i].untold) continue;
        told_of++;
        fh_json_object(&j);
        fh_put_number(&j, "rule", r[i].rule);
        fh_put_text(&j, "kind", fh_str_of(fh_keep_word(r[i].kind)));
        fh_put_text(&j, "source", r[i].source);
        fh_put_number(&j, "removed", r[i].untold);
        fh_put_time_or_null(&j, "before", fh_keep_before(&r[i], now_ms));
        fh_json_end_object(&j);
        s = fh_keep_told(org, r[i].rule, err);
    }
    fh_json_end_array(&j);
    fh_json_end_object(&j);
    const fh_audit_object about = {.kind = FH_STR("keeping"), .after = fh_buf_view(&text)};
    if (!s && text.status) s = fh_no_memory(err);
    if (!s && told_of) s = fh_audit(org, &actor, FH_AUDITED_KEEPING_RAN, &about, err);
    fh_buf_free(&text);
    return s;
}

fh_status fh_keep_tell(fh_org *org, int64_t now_ms, fh_error *err)
{
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_org_begin(org, err);
    if (!s) {
        fh_org_erases(org);
        s = end_with(org, tell_inside(org, now_ms, arena, err), err);
    }
    fh_arena_free(arena);
    return s;
}

/* ---- When ---------------------------------------------------------------------------- */

static fh_status ran_lately(fh_org *org, int64_t now_ms, fh_arena *arena, bool *out, fh_error *err)
{
    const fh_job_query query = {.kind = FH_STR("keeping"), .most = 1};
    const fh_job *job = NULL;
    size_t n = 0;
    bool more = false;
    const fh_status s = fh_job_list(org, &query, arena, &job, &n, &more, err);
    *out = !s && n &&
           (job->state == FH_JOB_WAITING || job->state == FH_JOB_RUNNING ||
            now_ms - job->created_ms < DAY_MS);
    return s;
}

fh_status fh_keep_due(fh_org *org, int64_t now_ms, bool *out, fh_error *err)
{
    const fh_keep_rule *r = NULL;
    size_t n = 0;
    bool any = false, lately = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_keep_list(org, arena, &r, &n, err);
    for (size_t i = 0; i < n && !s; i++) any = any || r[i].active || r[i].untold;
    if (!s && any) s = ran_lately(org, now_ms, arena, &lately, err);
    fh_arena_free(arena);
    if (!s) *out = any && !lately;
    return s;
}

fh_status fh_keep_files(fh_org *org, fh_keep_rule *out, bool *any, fh_error *err)
{
    const fh_keep_rule *r = NULL;
    size_t n = 0;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    const fh_status s = fh_keep_list(org, arena, &r, &n, err);
    *any = false;
    for (size_t i = 0; i < n && !s; i++) {
        if (r[i].kind != FH_KEEP_FILES || !r[i].active) continue;
        *any = true;
        *out = r[i];
        out->source = (fh_str){0};
    }
    fh_arena_free(arena);
    return s;
}
