/* findings.c - what goes wrong between departments: listed, looked into, judged; which fact is
 * right; settings; looking by hand.
 *
 * Counts need the right to ask questions; texts and customers behind them the right to
 * stories, and whoever looks at these stands in the audit log.
 */
#include "api/inside.h"
#include "app/ask/question.h"
#include "app/find/between.h"
#include "app/find/effect.h"
#include "app/find/show.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "base/time.h"
#include "store/people.h"

#include <stddef.h>
#include <stdio.h>

static fh_status call_cause(const fh_call *c, uint64_t *out, fh_error *err)
{
    enum { DIGITS = 16 };
    const fh_str text = c->path_value[0];
    uint64_t v = 0;
    bool good = text.len == DIGITS;
    for (size_t i = 0; good && i < DIGITS; i++) {
        const char k = text.ptr[i];
        const bool digit = k >= '0' && k <= '9', letter = k >= 'a' && k <= 'f';
        good = digit || letter;
        v = v << 4 | (uint64_t)(digit ? k - '0' : k - 'a' + 10);
    }
    if (!good)
        return fh_fail(err, FH_NOTFOUND, "there is no finding '%.*s'",
                       text.len > 20 ? 20 : (int)text.len, text.ptr);
    *out = v;
    return FH_OK;
}

/* ---- The list ------------------------------------------------------------------------------ */

typedef struct list_query {
    fh_str sort, from, to, touchpoint;
    uint64_t judged;
} list_query;
static const fh_option list_options[] = {
    {0, "sort", FH_OPTION_TEXT, offsetof(list_query, sort), "SORT",
     "only this sort: duplicate, contradiction, dam ...", NULL},
    {0, "from", FH_OPTION_TEXT, offsetof(list_query, from), "DEPARTMENT",
     "only what this department is one of", NULL},
    {0, "to", FH_OPTION_TEXT, offsetof(list_query, to), "DEPARTMENT", "and this one", NULL},
    {0, "touchpoint", FH_OPTION_TEXT, offsetof(list_query, touchpoint), "NAME",
     "only at this touchpoint", NULL},
    {0, "judged", FH_OPTION_COUNT, offsetof(list_query, judged), "0|1",
     "1: also what was judged not to be a finding (default 0)", NULL},
    {0},
};

static fh_status list_findings(fh_call *c, fh_error *err)
{
    const list_query *q = c->query;
    fh_findings_query f = {.from = q->from,
                           .to = q->to,
                           .touchpoint = q->touchpoint,
                           .judged = q->judged != 0,
                           .actor = &c->actor};
    uint32_t sort = 0;
    if (c->api->options.jobs) f.every_ms = fh_jobs_find_every(c->api->options.jobs);
    fh_status s = q->sort.len ? fh_find_sort_read(q->sort, &sort, err) : FH_OK;
    if (q->sort.len) f.sorts = UINT64_C(1) << sort;
    if (!s) s = fh_org_moment(c->org, err);
    if (s) return s;
    s = fh_findings_json(c->org, &f, c->arena, &c->json, err);
    fh_org_moment_end(c->org);
    return s;
}

static fh_status history(fh_call *c, fh_error *err)
{
    return fh_findings_history_json(c->org, c->arena, &c->json, err);
}

/* ---- Between departments ---------------------------------------------------------------- */

static fh_status show_handoffs(fh_call *c, fh_error *err)
{
    fh_view v;
    const fh_status s = fh_view_open(c->org, NULL, NULL, 0, c->arena, &v, err);
    return s ? s : fh_between_handoffs_json(&v, &c->actor, &c->json, err);
}

static fh_status show_twice(fh_call *c, fh_error *err)
{
    return fh_between_twice_json(c->org, &c->actor, c->arena, &c->json, err);
}

static fh_status show_needs(fh_call *c, fh_error *err)
{
    return fh_between_needs_json(c->org, &c->actor, c->arena, &c->json, err);
}

/* ---- One ----------------------------------------------------------------------------------- */

/* That somebody looked at a finding, or at the customers behind it, goes into the audit log. */
static fh_status note_looked(fh_call *c, bool customers, fh_error *err)
{
    const fh_audit_object about = {.kind = FH_STR("finding"), .key = c->path_value[0]};
    fh_status s = fh_call_lane(c, err);
    if (s) return s;
    s = fh_org_begin(c->org, err);
    if (!s)
        s = fh_audit(c->org, &c->actor,
                     customers ? FH_AUDITED_CUSTOMERS_LISTED : FH_AUDITED_FINDING_READ, &about,
                     err);
    if (!s) s = fh_org_commit(c->org, err);
    return fh_call_lane_done(c, s);
}

static fh_status read_moment(fh_call *c, fh_status (*read)(fh_call *, fh_error *), fh_error *err)
{
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = fh_org_moment(c->org, err);
    if (!s) {
        s = read(c, err);
        fh_org_moment_end(c->org);
    }
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    return s;
}

static fh_status between_handoffs(fh_call *c, fh_error *err)
{
    return read_moment(c, show_handoffs, err);
}

static fh_status between_twice(fh_call *c, fh_error *err)
{
    return read_moment(c, show_twice, err);
}

static fh_status between_needs(fh_call *c, fh_error *err)
{
    return read_moment(c, show_needs, err);
}

static fh_status show_one(fh_call *c, fh_error *err)
{
    uint64_t cause = 0;
    fh_view v;
    fh_status s = call_cause(c, &cause, err);
    if (!s) s = fh_view_open(c->org, NULL, NULL, 0, c->arena, &v, err);
    return s ? s : fh_finding_json(&v, &c->actor, cause, &c->json, err);
}

static fh_status get_finding(fh_call *c, fh_error *err)
{
    const fh_status s = read_moment(c, show_one, err);
    return s ? s : note_looked(c, fh_may(&c->actor, FH_RIGHT_STORIES), err);
}

static fh_status show_effect(fh_call *c, fh_error *err)
{
    uint64_t cause = 0;
    fh_view v;
    fh_status s = call_cause(c, &cause, err);
    if (!s) s = fh_view_open(c->org, NULL, NULL, 0, c->arena, &v, err);
    return s ? s : fh_finding_effect_json(&v, cause, &c->json, err);
}

static fh_status get_effect(fh_call *c, fh_error *err)
{
    return read_moment(c, show_effect, err);
}

typedef struct who_query {
    fh_asking ask;
    uint64_t limit;
    fh_str after;
} who_query;
static const fh_option who_options[] = {
    {'n', "limit", FH_OPTION_COUNT, offsetof(who_query, limit), "N",
     "at most so many at a time, up to 1000 (default 50)", NULL},
    {0, "after", FH_OPTION_TEXT, offsetof(who_query, after), "NEXT",
     "go on behind this place: 'next' of the answer before", NULL},
    FH_ASKING(who_query),
    {0},
};
static const who_query who_defaults = {.limit = 50};

static fh_status list_who(fh_call *c, fh_error *err)
{
    who_query *q = c->query;
    fh_answer a;
    fh_behind behind;
    uint64_t cause = 0;
    q->ask.threads = 0;
    fh_status s = call_cause(c, &cause, err);
    if (!s) s = fh_call_may_ask(c, &q->ask, err);
    if (!s && q->ask.format > FH_ANSWER_JSON)
        s = fh_fail(err, FH_INVALID, "who is behind a finding is given as JSON only");
    if (!s) s = fh_answer_begin(&a, c->org, &q->ask, NULL, c->arena, &c->out, err);
    if (!s) s = fh_finding_narrow(&a.view, &c->actor, cause, err);
    if (!s) s = fh_view_customers(&a.view, q->limit, q->after, &behind, err);
    if (!s) fh_behind_json(&a.view, &behind, &c->json);
    return s;
}

static fh_status who(fh_call *c, fh_error *err)
{
    const who_query *q = c->query;
    const fh_status s = read_moment(c, list_who, err);
    return s || q->after.len ? s : note_looked(c, true, err);
}

/* ---- Judging, what is right --------------------------------------------------------------- */

static fh_status show_row(fh_call *c, uint64_t cause, fh_error *err)
{
    fh_cause_row row;
    fh_find_names names;
    fh_status s = fh_cause_get(c->org, cause, c->arena, &row, err);
    if (!s) s = fh_find_names_read(c->org, c->arena, &names, err);
    if (s) return s;
    fh_json_object(&c->json);
    s = fh_cause_json(c->org, &row, &names, false, c->arena, &c->json, err);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status judge(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"finding", "why", NULL};
    uint64_t cause = 0;
    bool finding = false, there = false;
    fh_str why = {0};
    fh_status s = call_cause(c, &cause, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_bool(c, "finding", &finding, NULL, err);
    if (!s) s = fh_call_text(c, "why", &why, &there, err);
    if (!s) s = fh_finding_judge(c->org, &c->actor, cause, finding, why, c->arena, err);
    return s ? s : show_row(c, cause, err);
}

/* A day or an instant; 0 when it was not said. */
static fh_status read_day(fh_call *c, const char *key, int64_t *out, fh_error *err)
{
    fh_str text = {0}, whole;
    bool there = false;
    *out = 0;
    fh_status s = fh_call_text(c, key, &text, &there, err);
    if (s || !text.len) return s;
    if (!fh_arena_format(c->arena, &whole, "%.*sT00:00:00Z", FH_STR_ARG(text)))
        return fh_no_memory(err);
    if (fh_time_iso(text, NULL, out) || fh_time_iso(whole, NULL, out)) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/%s: '%.*s' is no day", key, text.len > 40 ? 40 : (int)text.len,
                  text.ptr);
    return fh_hint(err, FH_INVALID, "Write it as 2025-03-31.");
}

static fh_status put_reference(fh_call *c, const fh_reference_row *r, fh_error *err)
{
    char hex[24];
    fh_person p = {0};
    fh_error none = {0};
    const fh_status s = r->person ? fh_person_row(c->org, r->person, c->arena, &p, &none) : FH_OK;
    if (s && s != FH_NOTFOUND) {
        if (err) *err = none;
        return s;
    }
    (void)snprintf(hex, sizeof hex, "%016llx", (unsigned long long)r->cause);
    fh_json_object(&c->json);
    fh_put_number(&c->json, "fact", (uint64_t)r->fact);
    fh_put_text(&c->json, "type", fh_str_of(fh_fact_type_name((fh_fact_type)r->type)));
    fh_put_text(&c->json, "value", r->value);
    fh_put_text(&c->json, "words", r->words);
    fh_put_time_or_null(&c->json, "from", r->from_ms);
    fh_put_time_or_null(&c->json, "until", r->until_ms);
    fh_put_text_or_null(&c->json, "cause", r->cause ? fh_str_of(hex) : (fh_str){0});
    fh_put_text_or_null(&c->json, "person", p.name);
    fh_put_time(&c->json, "made", r->made_ms);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status say_right(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"type", "value", "words", "from", "until", NULL};
    enum { DAY_MS = 24 * 3600 * 1000 };
    fh_reference_row r = {0};
    fh_str type;
    bool there = false;
    fh_status s = call_cause(c, &r.cause, err);
    if (!s) s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "type", &type, NULL, err);
    if (!s) s = fh_fact_type_read(type, &r.type, err);
    if (!s) s = fh_call_text(c, "value", &r.value, &there, err);
    if (!s) s = fh_call_text(c, "words", &r.words, NULL, err);
    if (!s) s = read_day(c, "from", &r.from_ms, err);
    if (!s) s = read_day(c, "until", &r.until_ms, err);
    const fh_os *os = fh_org_os(c->org);
    const int64_t now = os->now_ms(os->ctx);
    if (!r.from_ms) r.from_ms = now - now % DAY_MS;
    if (!s) s = fh_reference_say(c->org, &c->actor, &r, c->arena, err);
    return s ? s : put_reference(c, &r, err);
}

static fh_status list_references(fh_call *c, fh_error *err)
{
    const fh_reference_row *r = NULL;
    size_t n = 0;
    fh_status s = fh_references(c->org, c->arena, &r, &n, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "items");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n && !s; i++) s = put_reference(c, &r[i], err);
    fh_json_end_array(&c->json);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status remove_reference(fh_call *c, fh_error *err)
{
    int64_t fact = 0;
    const fh_status s = fh_call_number64(c, 0, &fact, err);
    return s ? s : fh_reference_forget(c->org, &c->actor, fact, err);
}

/* ---- Settings ------------------------------------------------------------------------------ */

static fh_status put_settings(fh_call *c, fh_error *err)
{
    fh_status s = FH_OK;
    fh_json_object(&c->json);
    for (const fh_find_setting *k = fh_find_setting_list; k->name && !s; k++) {
        fh_str value;
        s = fh_setting_get(c->org, fh_str_of(k->name), c->arena, &value, err);
        if (s) break;
        if (!value.len) value = fh_str_of(k->fallback);
        fh_put_key(&c->json, k->name);
        if (k->most)
            fh_json_raw_value(&c->json, value);
        else
            fh_json_str(&c->json, value);
    }
    fh_json_end_object(&c->json);
    return s;
}

/* Each setting of the body, as text. */
typedef fh_status each_setting(fh_call *c, void *ctx, fh_str name, fh_str value, fh_error *err);
static fh_status read_settings(fh_call *c, each_setting *each, void *ctx, fh_error *err)
{
    const fh_json_doc *doc = c->body;
    fh_status s = FH_OK;
    for (uint32_t at = 1; !s && at < doc->token[0].next; at = doc->token[at + 1].next) {
        fh_str name, value = fh_json_raw(doc, at + 1);
        const uint8_t type = doc->token[at + 1].type;
        if (!fh_json_text(doc, at, c->arena, &name)) return fh_no_memory(err);
        if (type != FH_JSON_STRING && type != FH_JSON_NUMBER)
            return fh_fail(err, FH_INVALID, "/%.*s must be a text or a number",
                           name.len > 40 ? 40 : (int)name.len, name.ptr);
        if (type == FH_JSON_STRING && !fh_json_text(doc, at + 1, c->arena, &value))
            return fh_no_memory(err);
        s = each(c, ctx, name, value, err);
    }
    return s;
}

static fh_status keep_one(fh_call *c, void *ctx, fh_str name, fh_str value, fh_error *err)
{
    (void)ctx;
    return fh_find_config_keep(c->org, &c->actor, name, value, err);
}

static fh_status change_settings(fh_call *c, fh_error *err)
{
    const fh_status s = read_settings(c, keep_one, NULL, err);
    return s ? s : put_settings(c, err);
}

static fh_status try_one(fh_call *c, void *ctx, fh_str name, fh_str value, fh_error *err)
{
    (void)c;
    return fh_find_config_set(ctx, name, value, err);
}

static fh_status preview(fh_call *c, fh_error *err)
{
    fh_find_config then;
    fh_find_preview p;
    fh_status s = fh_pool_read(c->api->options.pool, &c->org, err);
    if (s) return s;
    s = fh_find_config_read(c->org, c->arena, &then, err);
    if (!s) s = read_settings(c, try_one, &then, err);
    if (!s) s = fh_find_try(c->org, &then, 0, &p, err);
    fh_pool_read_done(c->api->options.pool, c->org);
    c->org = NULL;
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customers", p.customers);
    fh_put_key(&c->json, "sorts");
    fh_json_object(&c->json);
    for (uint32_t k = 0; k <= FH_FIND_OVERLOAD; k++) {
        fh_put_key(&c->json, fh_finding_sort_name((fh_finding_sort)k));
        fh_json_object(&c->json);
        fh_put_number(&c->json, "now", p.now[k]);
        fh_put_number(&c->json, "then", p.then[k]);
        fh_json_end_object(&c->json);
    }
    fh_json_end_object(&c->json);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status run_find(fh_call *c, fh_error *err)
{
    const fh_status s = fh_need_jobs(c, err);
    return s ? s : fh_call_add_job(c, FH_STR("find"), FH_STR("{}"), err);
}

#define GROUP "Findings"

const fh_route fh_routes_findings[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings",
     .id = "listFindings",
     .group = GROUP,
     .summary = "What goes wrong between departments, the gravest first",
     .right = FH_RIGHT_ASK,
     .query = list_options,
     .query_size = sizeof(list_query),
     .reply = "Findings",
     .handle = list_findings},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/history",
     .id = "listFindingDays",
     .group = GROUP,
     .summary = "Findings over time by sort: when they happened, and how many there were when "
                "somebody looked",
     .right = FH_RIGHT_ASK,
     .reply = "FindingDays",
     .handle = history},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/handoffs",
     .id = "listFindingHandoffs",
     .group = GROUP,
     .summary = "Hand-offs by pair of departments, and after how many the story was told again",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "FindingHandoffs",
     .handle = between_handoffs},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/pairs",
     .id = "listFindingPairs",
     .group = GROUP,
     .summary = "What is said twice, by pair of departments",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "FindingPairs",
     .handle = between_twice},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/needs",
     .id = "listFindingNeeds",
     .group = GROUP,
     .summary =
         "Who needs which information, and who has it: from maps and from what is asked again",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "FindingNeeds",
     .handle = between_needs},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/settings",
     .id = "getFindingSettings",
     .group = GROUP,
     .summary = "Windows and thresholds of what is looked for",
     .right = FH_RIGHT_ASK,
     .reply = "FindingSettings",
     .handle = put_settings},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/findings/settings",
     .id = "changeFindingSettings",
     .group = GROUP,
     .summary = "Change windows and thresholds; the next look goes by them",
     .right = FH_RIGHT_SETTINGS,
     .flags = FH_ROUTE_WRITES,
     .body = "FindingSettingsChange",
     .reply = "FindingSettings",
     .handle = change_settings},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/findings/settings/preview",
     .id = "tryFindingSettings",
     .group = GROUP,
     .summary = "How many findings other settings would give; changes nothing",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .body = "FindingSettingsChange",
     .reply = "FindingPreview",
     .handle = preview},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/findings/run",
     .id = "runFindings",
     .group = GROUP,
     .summary = "Look now at the stories that changed",
     .right = FH_RIGHT_FINDINGS,
     .flags = FH_ROUTE_WRITES,
     .reply = "Job",
     .status = 202,
     .handle = run_find},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/{cause}",
     .id = "getFinding",
     .group = GROUP,
     .summary = "One finding with its evidence, a message instead of two, and what came of it",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "Finding",
     .handle = get_finding},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/{cause}/effect",
     .id = "getFindingEffect",
     .group = GROUP,
     .summary = "Whom a finding reaches, by how long they are known, and what they did after it, "
                "held against others like them",
     .right = FH_RIGHT_ASK,
     .flags = FH_ROUTE_NO_ORG,
     .reply = "FindingEffect",
     .handle = get_effect},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/findings/{cause}/customers",
     .id = "listFindingCustomers",
     .group = GROUP,
     .summary = "The customers behind a finding, the latest contact first",
     .right = FH_RIGHT_STORIES,
     .flags = FH_ROUTE_NO_ORG,
     .query = who_options,
     .query_size = sizeof(who_query),
     .query_defaults = &who_defaults,
     .reply = "Customers",
     .handle = who},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/findings/{cause}/judge",
     .id = "judgeFinding",
     .group = GROUP,
     .summary = "Say that this is no finding, and why; or that it is one after all",
     .right = FH_RIGHT_FINDINGS,
     .flags = FH_ROUTE_WRITES,
     .body = "FindingJudged",
     .reply = "FindingRow",
     .handle = judge},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/findings/{cause}/right",
     .id = "sayRightFact",
     .group = GROUP,
     .summary = "Say which fact is right: later messages are held against it",
     .right = FH_RIGHT_FINDINGS,
     .flags = FH_ROUTE_WRITES,
     .body = "RightFact",
     .reply = "ReferenceFact",
     .status = 201,
     .handle = say_right},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/reference-facts",
     .id = "listReferenceFacts",
     .group = GROUP,
     .summary = "The facts that were said to be right, the latest first",
     .right = FH_RIGHT_ASK,
     .reply = "ReferenceFacts",
     .handle = list_references},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/reference-facts/{fact}",
     .id = "removeReferenceFact",
     .group = GROUP,
     .summary = "Take a reference fact back",
     .right = FH_RIGHT_FINDINGS,
     .flags = FH_ROUTE_WRITES,
     .handle = remove_reference},
    {.path = NULL},
};
