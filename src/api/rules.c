/* rules.c - mapping rules: which touchpoint an event of a source stands for, and how much
 * of what came they cover. */
#include "api/inside.h"
#include "app/data/mapping_rules.h"
#include "app/people/audit.h"
#include "base/put.h"

#include <stddef.h>
#include <string.h>

enum { NAMES_MAX = 2000, NAMES_USUAL = 200 };

/* ---- What was sent to us ------------------------------------------------------------------ */

static fh_status read_text(const fh_call *c, const char *key, fh_str *to, fh_error *err)
{
    bool there = false;
    const fh_status s = fh_call_text(c, key, to, &there, err);
    if (!s && there) *to = fh_str_trim(*to);
    return s;
}

static fh_status read_direction(const fh_call *c, fh_direction *to, fh_error *err)
{
    static const char *const words[FH_N_DIRECTIONS] = {"", "in", "out", "internal"};
    fh_str text = {0};
    bool there = false;
    const fh_status s = fh_call_text(c, "to_direction", &text, &there, err);
    if (s || !there) return s;
    for (size_t i = 0; i < FH_N_DIRECTIONS; i++)
        if (fh_str_eq(text, fh_str_of(words[i]))) {
            *to = (fh_direction)i;
            return FH_OK;
        }
    (void)fh_fail(err, FH_INVALID, "/to_direction is no direction");
    return fh_hint(err, FH_INVALID, "Say in, out or internal, or leave it empty.");
}

/* Members that are there replace those of `rule`. */
static fh_status read_rule(const fh_call *c, fh_mapping_rule *rule, fh_error *err)
{
    static const char *const known[] = {
        "source",     "name",          "prefix",       "channel", "to_touchpoint",
        "to_channel", "to_department", "to_direction", "active",  NULL};
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = read_text(c, "source", &rule->source, err);
    if (!s) s = read_text(c, "name", &rule->name, err);
    if (!s) s = fh_call_bool(c, "prefix", &rule->is_prefix, &there, err);
    if (!s) s = read_text(c, "channel", &rule->channel, err);
    if (!s) s = read_text(c, "to_touchpoint", &rule->to_touchpoint, err);
    if (!s) s = read_text(c, "to_channel", &rule->to_channel, err);
    if (!s) s = read_text(c, "to_department", &rule->to_department, err);
    if (!s) s = read_direction(c, &rule->to_direction, err);
    if (!s) s = fh_call_bool(c, "active", &rule->active, &there, err);
    return s ? s : fh_mapping_rule_check(rule, err);
}

static fh_status get_rule(fh_call *c, fh_mapping_rule *out, fh_error *err)
{
    uint32_t number = 0;
    const fh_status s = fh_call_number(c, 0, &number, err);
    return s ? s : fh_mapping_rule_get(c->org, number, c->arena, out, err);
}

/* ---- Keeping -------------------------------------------------------------------------------- */

/* The rule as JSON for the audit log; empty when there was none. */
static fh_status told(fh_call *c, const fh_mapping_rule *rule, fh_str *out, fh_error *err)
{
    fh_buf text;
    fh_json j;
    if (!rule) return FH_OK;
    fh_buf_init(&text, fh_arena_allocator(c->arena), 1 << 16);
    fh_json_begin(&j, &text, 0);
    fh_mapping_rule_json(rule, &j);
    const bool ok = !text.status && fh_arena_str(c->arena, fh_buf_view(&text), out);
    fh_buf_free(&text);
    return ok ? FH_OK : fh_no_memory(err);
}

static fh_status audit_rule(fh_call *c, uint32_t number, const fh_mapping_rule *before,
                            const fh_mapping_rule *after, fh_error *err)
{
    fh_audit_object about = {.kind = FH_STR("rule"), .number = number};
    fh_status s = told(c, before, &about.before, err);
    if (!s) s = told(c, after, &about.after, err);
    return s ? s : fh_audit(c->org, &c->actor, FH_AUDITED_RULE_CHANGED, &about, err);
}

static fh_status show(fh_call *c, const fh_mapping_rule *rule, fh_error *err)
{
    fh_mapping_rule_json(rule, &c->json);
    return fh_call_version_is(c, rule->version, err);
}

static fh_status list_rules(fh_call *c, fh_error *err)
{
    const fh_mapping_rule *rule = NULL;
    size_t n = 0;
    const fh_status s = fh_mapping_rule_list(c->org, c->arena, &rule, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_mapping_rule_json(&rule[i], &c->json);
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

static fh_status show_rule(fh_call *c, fh_error *err)
{
    fh_mapping_rule rule;
    const fh_status s = get_rule(c, &rule, err);
    return s ? s : show(c, &rule, err);
}

static fh_status add_rule(fh_call *c, fh_error *err)
{
    fh_mapping_rule rule = {.active = true, .person = c->actor.person};
    fh_status s = read_rule(c, &rule, err);
    if (!s) s = fh_mapping_rule_add(c->org, &rule, err);
    if (!s) s = audit_rule(c, rule.rule, NULL, &rule, err);
    if (!s) s = fh_call_made(c, "/api/v1/rules", rule.rule, err);
    return s ? s : show(c, &rule, err);
}

static fh_status meanwhile(const fh_call *c, const fh_mapping_rule *rule, fh_error *err)
{
    if (!c->version || c->version == rule->version) return FH_OK;
    (void)fh_fail(err, FH_CONFLICT, "somebody has changed this rule meanwhile");
    return fh_hint(err, FH_CONFLICT, "Read it again, and send what you want with the new ETag.");
}

static fh_status change_rule(fh_call *c, fh_error *err)
{
    fh_mapping_rule before;
    fh_status s = get_rule(c, &before, err);
    if (!s) s = meanwhile(c, &before, err);
    if (s) return s;
    fh_mapping_rule rule = before;
    rule.person = c->actor.person;
    s = read_rule(c, &rule, err);
    if (!s) s = fh_mapping_rule_save(c->org, &rule, err);
    if (!s) s = get_rule(c, &rule, err);
    if (!s) s = audit_rule(c, rule.rule, &before, &rule, err);
    return s ? s : show(c, &rule, err);
}

static fh_status remove_rule(fh_call *c, fh_error *err)
{
    fh_mapping_rule rule;
    fh_status s = get_rule(c, &rule, err);
    if (!s) s = meanwhile(c, &rule, err);
    if (!s) s = fh_mapping_rule_remove(c->org, rule.rule, err);
    return s ? s : audit_rule(c, rule.rule, &rule, NULL, err);
}

/* ---- Coverage ------------------------------------------------------------------------------- */

typedef struct names_query {
    fh_str source;
    uint64_t limit;
    bool open;
} names_query;

static const fh_option names_options[] = {
    {0, "source", FH_OPTION_TEXT, offsetof(names_query, source), "NAME", "only of this source",
     NULL},
    {0, "open", FH_OPTION_FLAG, offsetof(names_query, open), NULL,
     "only names that no rule is about", NULL},
    {0, "limit", FH_OPTION_COUNT, offsetof(names_query, limit), "N",
     "at most so many names, up to 2000 (default 200)", NULL},
    {0},
};
static const names_query names_defaults = {.limit = NAMES_USUAL};

typedef struct sum {
    uint64_t names, interactions;
} sum;

static void put_sum(fh_json *j, const char *key, sum s)
{
    fh_put_key(j, key);
    fh_json_object(j);
    fh_put_number(j, "names", s.names);
    fh_put_number(j, "interactions", s.interactions);
    fh_json_end_object(j);
}

static void add_to(sum *s, const fh_named_so *n)
{
    s->names++;
    s->interactions += n->interactions;
}

/* The sums of each source, in one go through the list, which is sorted by source. */
static void put_sources(const fh_coverage *c, fh_str only, fh_json *j)
{
    fh_put_key(j, "sources");
    fh_json_array(j);
    for (size_t i = 0; i < c->n;) {
        const fh_str source = c->name[i].source;
        sum by_rule = {0, 0}, fits = {0, 0}, open = {0, 0};
        for (; i < c->n && fh_str_eq(c->name[i].source, source); i++)
            add_to(c->name[i].by_rule ? &by_rule : c->name[i].rule ? &fits : &open, &c->name[i]);
        if (only.len && !fh_str_eq(only, source)) continue;
        fh_json_object(j);
        fh_put_text(j, "source", source);
        put_sum(j, "by_rule", by_rule);
        put_sum(j, "from_now_on", fits);
        put_sum(j, "as_told", open);
        fh_json_end_object(j);
    }
    fh_json_end_array(j);
}

static void put_name(const fh_named_so *n, fh_json *j)
{
    fh_json_object(j);
    fh_put_text(j, "source", n->source);
    fh_put_text(j, "touchpoint", n->touchpoint);
    fh_put_text(j, "channel", n->channel);
    fh_put_number(j, "interactions", n->interactions);
    fh_put_number_where(j, "rule", n->rule && n->rule != UINT32_MAX, n->rule);
    fh_put_bool(j, "by_rule", n->by_rule);
    fh_json_end_object(j);
}

static fh_status get_coverage(fh_call *c, fh_error *err)
{
    const names_query *q = c->query;
    fh_coverage coverage;
    uint64_t shown = 0, hidden = 0;
    if (q->limit > NAMES_MAX) return fh_fail(err, FH_INVALID, "limit is 0 to %d", NAMES_MAX);
    const fh_status s = fh_mapping_coverage(c->org, NULL, c->arena, &coverage, err);
    if (s) return s;
    fh_json_object(&c->json);
    put_sources(&coverage, q->source, &c->json);
    fh_put_key(&c->json, "names");
    fh_json_array(&c->json);
    for (size_t i = 0; i < coverage.n; i++) {
        const fh_named_so *n = &coverage.name[i];
        if (q->source.len && !fh_str_eq(q->source, n->source)) continue;
        if (q->open && (n->rule || n->by_rule)) continue;
        if (shown++ < q->limit)
            put_name(n, &c->json);
        else
            hidden++;
    }
    fh_json_end_array(&c->json);
    fh_put_number(&c->json, "hidden", hidden);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status preview_rule(fh_call *c, fh_error *err)
{
    fh_mapping_rule rule = {.active = true};
    fh_coverage coverage;
    sum all = {0, 0};
    fh_status s = read_rule(c, &rule, err);
    rule.active = true;
    if (!s) s = fh_mapping_coverage(c->org, &rule, c->arena, &coverage, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_key(&c->json, "names");
    fh_json_array(&c->json);
    for (size_t i = 0; i < coverage.n; i++) {
        if (!coverage.name[i].rule) continue;
        if (all.names < NAMES_USUAL) put_name(&coverage.name[i], &c->json);
        add_to(&all, &coverage.name[i]);
    }
    fh_json_end_array(&c->json);
    put_sum(&c->json, "fits", all);
    fh_json_end_object(&c->json);
    return FH_OK;
}

const fh_route fh_routes_rules[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/rules",
     .id = "listRules",
     .group = "Mapping rules",
     .summary = "All mapping rules: which touchpoint an event of a source stands for",
     .right = FH_RIGHT_SOURCES,
     .reply = "Rules",
     .handle = list_rules},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/rules",
     .id = "addRule",
     .group = "Mapping rules",
     .summary = "Name what comes from now on",
     .right = FH_RIGHT_NAMES,
     .flags = FH_ROUTE_WRITES,
     .body = "RuleWanted",
     .reply = "Rule",
     .status = 201,
     .handle = add_rule},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/rules/coverage",
     .id = "getCoverage",
     .group = "Mapping rules",
     .summary = "How many interactions and names of each source the rules are about",
     .right = FH_RIGHT_SOURCES,
     .query = names_options,
     .query_size = sizeof(names_query),
     .query_defaults = &names_defaults,
     .reply = "Coverage",
     .handle = get_coverage},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/rules/preview",
     .id = "previewRule",
     .group = "Mapping rules",
     .summary = "Which names that came so far such a rule would be about",
     .right = FH_RIGHT_SOURCES,
     .body = "RuleWanted",
     .reply = "RulePreview",
     .handle = preview_rule},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/rules/{rule}",
     .id = "getRule",
     .group = "Mapping rules",
     .summary = "One mapping rule",
     .right = FH_RIGHT_SOURCES,
     .reply = "Rule",
     .handle = show_rule},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/rules/{rule}",
     .id = "changeRule",
     .group = "Mapping rules",
     .summary = "Change a mapping rule, or switch it off and on",
     .right = FH_RIGHT_NAMES,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .body = "RuleWanted",
     .reply = "Rule",
     .handle = change_rule},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/rules/{rule}",
     .id = "removeRule",
     .group = "Mapping rules",
     .summary = "Remove a mapping rule",
     .right = FH_RIGHT_NAMES,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED,
     .handle = remove_rule},
    {.path = NULL},
};
