/* export.c - one pass over all stories (two for CSV, whose columns must be known
 * first), each written by its format. */
#include "app/data/export_parts.h"

enum { FLUSH_BYTES = 1 << 18 };

fh_str fh_export_name(const fh_names *names, uint32_t number)
{
    return number && number < names->n ? names->name[number] : (fh_str){0};
}

const char *fh_export_direction(fh_direction direction)
{
    switch (direction) {
    case FH_DIR_IN: return "in";
    case FH_DIR_OUT: return "out";
    case FH_DIR_INTERNAL: return "internal";
    case FH_DIR_NONE:
    case FH_N_DIRECTIONS: break;
    }
    return "";
}

fh_status fh_export_problem(fh_exporter *e, uint32_t problem, fh_str *out, fh_error *err)
{
    *out = (fh_str){0};
    if (!problem) return FH_OK;
    if (problem != e->problem) {
        const fh_status s = fh_problem_name(e->org, problem, e->scratch, &e->problem_name, err);
        if (s) return s;
        e->problem = problem;
    }
    *out = e->problem_name;
    return FH_OK;
}

fh_status fh_export_payload(fh_exporter *e, fh_str payload, fh_json_doc *out, fh_error *err)
{
    *out = (fh_json_doc){0};
    if (!payload.len) return FH_OK;
    fh_json_doc doc;
    fh_error why = {0};
    const fh_status s = fh_json_read(e->json, payload, &doc, &why);
    if (s == FH_NOMEM) {
        if (err) *err = why;
        return s;
    }
    if (!s && doc.n_tokens && doc.token[0].type == FH_JSON_OBJECT) *out = doc;
    return FH_OK;
}

fh_str fh_export_identifier(const fh_export_story *s, const fh_told *t, fh_str kind)
{
    const uint32_t member = t->member ? t->member : s->customer;
    for (size_t i = 0; i < s->n_identities; i++)
        if (s->identity[i].member == member && fh_str_eq(s->identity[i].kind, kind))
            return s->identity[i].value;
    return (fh_str){0};
}

fh_status fh_export_flush(fh_exporter *e, bool all, fh_error *err)
{
    if (e->out.status) return fh_fail(err, e->out.status, "one story is too large to export");
    if (!e->out.len || (!all && e->out.len < FLUSH_BYTES)) return FH_OK;
    const fh_status s = e->write(e->write_ctx, fh_buf_view(&e->out), err);
    fh_buf_clear(&e->out);
    return s;
}

/* ---- One pass -------------------------------------------------------------------- */

typedef struct pass {
    fh_exporter *e;
    fh_status (*story)(fh_exporter *e, const fh_export_story *s, fh_error *err);
    bool counts; /* tells progress */
} pass;

static void meet_kinds(fh_exporter *e, const fh_export_story *s)
{
    for (size_t i = 0; i < s->n_identities; i++)
        for (size_t k = 0; k < e->n_kinds; k++)
            if (fh_str_eq(s->identity[i].kind, e->kind[k].name)) e->kind_met[k] = true;
}

static fh_status each(void *ctx, uint32_t customer, const fh_told *told, size_t n, fh_error *err)
{
    const pass *p = ctx;
    fh_exporter *e = p->e;
    fh_arena_reset(e->scratch);
    e->problem = 0;
    fh_export_story story = {.customer = customer, .told = told, .n = n};
    fh_status s =
        fh_identity_of(e->org, customer, e->scratch, &story.identity, &story.n_identities, err);
    if (!s) meet_kinds(e, &story);
    if (!s) s = p->story(e, &story, err);
    if (!s && p->counts) s = fh_export_flush(e, false, err);
    if (s || !p->counts) return s;
    e->done += n;
    const fh_export_options *o = e->options;
    if (o->progress && o->progress(o->progress_ctx, e->done, e->total))
        return fh_fail(err, FH_INTERRUPTED, "the export was stopped");
    return FH_OK;
}

static fh_status run_pass(pass *p, fh_error *err)
{
    const uint32_t customer = p->e->options->customer;
    if (!customer) return fh_store_each(p->e->org, each, p, err);
    const fh_told *told;
    size_t n;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status s = fh_store_story(p->e->org, customer, arena, &told, &n, err);
    if (!s) s = each(p, customer, told, n, err);
    fh_arena_free(arena);
    return s;
}

static fh_status prepare(fh_exporter *e, fh_error *err)
{
    e->arena = fh_arena_new(NULL);
    e->scratch = fh_arena_new(NULL);
    e->json = fh_json_reader_new(NULL, 1 << 20);
    e->extra = fh_intern_new(NULL);
    if (!e->arena || !e->scratch || !e->json || !e->extra) return fh_no_memory(err);
    fh_store_counts counts;
    fh_status s = fh_store_count(e->org, &counts, err);
    if (!s) e->total = counts.interactions;
    if (!s) s = fh_dict_names(e->org, FH_DICT_TOUCHPOINT, e->arena, &e->touchpoint, err);
    if (!s) s = fh_dict_names(e->org, FH_DICT_CHANNEL, e->arena, &e->channel, err);
    if (!s) s = fh_dict_names(e->org, FH_DICT_DEPARTMENT, e->arena, &e->department, err);
    if (!s) s = fh_dict_names(e->org, FH_DICT_OUTCOME, e->arena, &e->outcome, err);
    if (!s) s = fh_dict_names(e->org, FH_DICT_CURRENCY, e->arena, &e->currency, err);
    if (!s) s = fh_identity_kinds(e->org, e->arena, &e->kind, &e->n_kinds, err);
    if (!s) e->kind_met = FH_NEW_ARRAY(e->arena, bool, e->n_kinds + 1);
    return s || e->kind_met ? s : fh_no_memory(err);
}

static const fh_export_kind *kind_of(fh_export_format format)
{
    switch (format) {
    case FH_EXPORT_CSV: return &fh_export_csv;
    case FH_EXPORT_JSONL: return &fh_export_jsonl;
    case FH_EXPORT_XES: break;
    }
    return &fh_export_xes;
}

/* "customer=customer,customer.email=customer_email,time=time,...": all that was met,
 * so that nothing is left to be recognised. */
static fh_status tell_mapping(const fh_exporter *e, fh_arena *arena, fh_str *out, fh_error *err)
{
    fh_buf rules;
    fh_buf_init(&rules, NULL, 1 << 16);
    for (size_t k = 0; k < e->n_kinds; k++) {
        const fh_str kind = e->kind[k].name;
        if (!e->kind_met[k]) continue;
        if (rules.len) fh_buf_char(&rules, ',');
        if (fh_str_eq(kind, FH_STR("customer")))
            fh_buf_text(&rules, "customer=customer");
        else
            fh_buf_printf(&rules, "customer.%.*s=customer_%.*s", FH_STR_ARG(kind),
                          FH_STR_ARG(kind));
    }
    if (rules.len) fh_export_field_rules(e, &rules);
    const bool ok = !rules.status && fh_arena_str(arena, fh_buf_view(&rules), out);
    fh_buf_free(&rules);
    return ok ? FH_OK : fh_no_memory(err);
}

fh_status fh_export(fh_org *org, const fh_export_options *options, fh_export_write *write,
                    void *ctx, fh_arena *arena, fh_export_result *out, fh_error *err)
{
    const fh_export_kind *kind = kind_of(options->format);
    fh_exporter e = {.org = org, .options = options, .write = write, .write_ctx = ctx};
    fh_buf_init(&e.out, NULL, (size_t)1 << 31);
    fh_status s = prepare(&e, err);
    if (!s && kind->scan) s = run_pass(&(pass){.e = &e, .story = kind->scan}, err);
    if (!s) {
        kind->head(&e);
        s = run_pass(&(pass){.e = &e, .story = kind->story, .counts = true}, err);
    }
    if (!s) {
        kind->tail(&e);
        s = fh_export_flush(&e, true, err);
    }
    fh_export_result result = {.interactions = e.done};
    if (!s && options->format != FH_EXPORT_XES) s = tell_mapping(&e, arena, &result.mapping, err);
    if (!s) *out = result;
    fh_buf_free(&e.out);
    fh_intern_free(e.extra);
    fh_json_reader_free(e.json);
    fh_arena_free(e.scratch);
    fh_arena_free(e.arena);
    return s;
}
