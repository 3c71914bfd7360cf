/* settings.c - the organisation's own words and rules; and the audit log. */
#include "api/inside.h"
#include "app/ask/ask.h"
#include "app/ask/effect.h"
#include "app/ask/mandatory.h"
#include "app/ask/severe.h"
#include "app/lived/lived.h"
#include "app/people/audit.h"
#include "base/put.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { FAULTS_MAX = 1 << 16 };

/* ---- Settings ------------------------------------------------------------------------ */

typedef struct setting {
    const char *name;
    size_t most; /* bytes */
    fh_status (*check)(const fh_call *c, fh_str value, fh_error *err);
} setting;

static fh_status check_zone(const fh_call *c, fh_str value, fh_error *err)
{
    const fh_zone *zone = NULL;
    if (!value.len) return FH_OK;
    return fh_os_zone(fh_org_os(c->org), c->arena, value, &zone, err);
}

static fh_status check_name(const fh_call *c, fh_str value, fh_error *err)
{
    (void)c;
    return value.len ? FH_OK : fh_fail(err, FH_INVALID, "an organisation has a name");
}

static fh_status check_second_factor(const fh_call *c, fh_str value, fh_error *err)
{
    static const char *const words[] = {"", "offered", "guarded", "everybody"};
    (void)c;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (fh_str_eq(value, fh_str_of(words[i]))) return FH_OK;
    return fh_fail(err, FH_INVALID, "/second-factor is offered, guarded or everybody");
}

static fh_status check_low(const fh_call *c, fh_str value, fh_error *err)
{
    (void)c;
    return fh_severe_check(FH_SETTING_LOW, value, err);
}

static fh_status check_too_many(const fh_call *c, fh_str value, fh_error *err)
{
    (void)c;
    return fh_severe_check(FH_SETTING_TOO_MANY, value, err);
}

static fh_status check_ruined(const fh_call *c, fh_str value, fh_error *err)
{
    (void)c;
    return fh_severe_check(FH_SETTING_RUINED, value, err);
}

static fh_status check_directions(const fh_call *c, fh_str value, fh_error *err)
{
    (void)c;
    return fh_mandatory_check_directions(value, err);
}

/* Names that are touchpoints: a figure that leans on one that is none would fail. */
static fh_status check_staff(const fh_call *c, fh_str value, fh_error *err)
{
    fh_bitset set;
    if (!fh_str_trim(value).len) return FH_OK;
    const fh_status s = fh_touchpoint_set(c->org, value, ',', c->arena, &set, err);
    if (s == FH_NOTFOUND && err) err->status = FH_INVALID; /* of the body, not of the path */
    return s == FH_NOTFOUND ? FH_INVALID : s;
}

static const setting settings[] = {{"name", 200, check_name},
                                   {"customer-word", 200, NULL},
                                   {"mission", 2000, NULL},
                                   {"zone", 64, check_zone},
                                   {FH_SETTING_CONFIRMED, 1000, NULL},
                                   {FH_SETTING_RUINED, 200, check_ruined},
                                   {FH_SETTING_FAILING, 2000, NULL},
                                   {FH_SETTING_LOW, 200, check_low},
                                   {FH_SETTING_TELLING, 2000, NULL},
                                   {FH_SETTING_TOO_MANY, 40, check_too_many},
                                   {FH_SETTING_STAFF, 2000, check_staff},
                                   {FH_SETTING_SECOND_FACTOR, 16, check_second_factor},
                                   {"reach-us", 1000, NULL},
                                   {FH_SETTING_MUST_TOUCHPOINTS, 2000, NULL},
                                   {FH_SETTING_MUST_OUTCOMES, 2000, NULL},
                                   {FH_SETTING_MUST_DIRECTIONS, 100, check_directions}};
enum { N_SETTINGS = sizeof settings / sizeof settings[0] };

static fh_status read_all(const fh_call *c, fh_str value[N_SETTINGS], fh_error *err)
{
    fh_status s = FH_OK;
    for (size_t i = 0; !s && i < N_SETTINGS; i++)
        s = fh_setting_get(c->org, fh_str_of(settings[i].name), c->arena, &value[i], err);
    return s;
}

/* Settings have no rows of their own to count changes: their version is a sum over all
 * of them (FNV-1a, cut to what JSON numbers hold). */
static int64_t version_of(const fh_str value[N_SETTINGS])
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < N_SETTINGS; i++)
        for (size_t k = 0; k <= value[i].len; k++) {
            h ^= k < value[i].len ? (unsigned char)value[i].ptr[k] : 0x100u;
            h *= UINT64_C(0x100000001b3);
        }
    return (int64_t)(h >> 12) + 1;
}

static void write_all(fh_json *j, const fh_str value[N_SETTINGS])
{
    fh_json_object(j);
    for (size_t i = 0; i < N_SETTINGS; i++) {
        fh_json_key(j, fh_str_of(settings[i].name));
        fh_json_str(j, value[i]);
    }
    fh_json_end_object(j);
}

fh_status fh_call_settings(const fh_call *c, fh_json *j, int64_t *version, fh_error *err)
{
    fh_str value[N_SETTINGS];
    const fh_status s = read_all(c, value, err);
    if (s) return s;
    write_all(j, value);
    *version = version_of(value);
    return FH_OK;
}

static fh_status get_settings(fh_call *c, fh_error *err)
{
    int64_t version = 0;
    const fh_status s = fh_call_settings(c, &c->json, &version, err);
    return s ? s : fh_call_version_is(c, version, err);
}

static fh_status change(fh_call *c, const setting *what, fh_str *now, fh_error *err)
{
    fh_str wanted = {0};
    bool there = false;
    fh_status s = fh_call_text(c, what->name, &wanted, &there, err);
    if (s || !there || fh_str_eq(wanted, *now)) return s;
    if (wanted.len > what->most)
        return fh_fail(err, FH_INVALID, "/%s is longer than %zu bytes", what->name, what->most);
    if (what->check) s = what->check(c, wanted, err);
    if (!s) s = fh_setting_put(c->org, fh_str_of(what->name), wanted, err);
    const fh_audit_object about = {.kind = FH_STR("setting"), .key = fh_str_of(what->name)};
    if (!s) s = fh_audit(c->org, &c->actor, FH_AUDITED_SETTING_CHANGED, &about, err);
    *now = wanted;
    return s;
}

static fh_status change_settings(fh_call *c, fh_error *err)
{
    const char *known[N_SETTINGS + 1] = {NULL};
    fh_str value[N_SETTINGS];
    for (size_t i = 0; i < N_SETTINGS; i++) known[i] = settings[i].name;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = read_all(c, value, err);
    if (!s && c->version && c->version != version_of(value)) {
        (void)fh_fail(err, FH_STALE, "somebody has changed the settings meanwhile");
        s = fh_hint(err, FH_STALE, "Read them again, and send what you want with the new ETag.");
    }
    for (size_t i = 0; !s && i < N_SETTINGS; i++) s = change(c, &settings[i], &value[i], err);
    if (s) return s;
    write_all(&c->json, value);
    return fh_call_version_is(c, version_of(value), err);
}

/* ---- The audit log --------------------------------------------------------------------------- */

typedef struct audit_query {
    fh_str after, action, from, until, by, about;
    uint64_t person, customer, limit;
} audit_query;

static const fh_option audit_options[] = {
    {0, "after", FH_OPTION_TEXT, offsetof(audit_query, after), "NEXT",
     "go on behind this place: 'next' of the reply before", NULL},
    {0, "limit", FH_OPTION_COUNT, offsetof(audit_query, limit), "N",
     "at most so many, up to 1000 (default 100)", NULL},
    {0, "action", FH_OPTION_TEXT, offsetof(audit_query, action), "WORD",
     "only these: person.added, or person. for all that begins so", NULL},
    {0, "person", FH_OPTION_COUNT, offsetof(audit_query, person), "N", "only what this person did",
     NULL},
    {0, "customer", FH_OPTION_COUNT, offsetof(audit_query, customer), "N",
     "only what was done with this customer", NULL},
    {0, "by", FH_OPTION_TEXT, offsetof(audit_query, by), "WHO",
     "only what this person did: an address, an id, or #17", NULL},
    {0, "about", FH_OPTION_TEXT, offsetof(audit_query, about), "WHO",
     "only what is about this customer, or who searched for this identifier", NULL},
    {0, "from", FH_OPTION_TEXT, offsetof(audit_query, from), "DATE", "only then or later", NULL},
    {0, "until", FH_OPTION_TEXT, offsetof(audit_query, until), "DATE", "only before", NULL},
    {0},
};
static const audit_query audit_defaults = {.limit = 100};

static fh_status period_of(const fh_call *c, const audit_query *q, fh_audit_filter *out,
                           fh_error *err)
{
    const fh_filter_text text = {.from = q->from, .until = q->until};
    fh_filter period = {0};
    const fh_status s = fh_filter_compile(c->org, &text, c->arena, &period, err);
    if (s) return s;
    if (period.has_from) out->from_ms = period.from_ms;
    if (period.has_until) out->until_ms = period.until_ms;
    return FH_OK;
}

static fh_status list_audit(fh_call *c, fh_error *err)
{
    const audit_query *q = c->query;
    fh_audit_filter filter = {.action = q->action, .person = (uint32_t)q->person};
    const fh_audit_entry *entry = NULL;
    const fh_zone *zone = NULL;
    size_t n = 0;
    if (q->limit < 1 || q->limit > 1000 || q->person > UINT32_MAX || q->customer > UINT32_MAX)
        return fh_fail(err, FH_INVALID, "limit is 1 to 1000, numbers are below 4294967296");
    if (q->customer) {
        filter.object_kind = FH_STR("customer");
        filter.object = (int64_t)q->customer;
    }
    fh_status s = fh_call_cursor(q->after, &filter.before, err);
    if (!s) s = period_of(c, q, &filter, err);
    if (!s) s = fh_audit_filter_words(c->org, &c->actor, q->by, q->about, c->arena, &filter, err);
    if (!s) s = fh_org_zone(c->org, c->arena, &zone, err);
    if (!s)
        s = fh_audit_list(c->org, &c->actor, &filter, (size_t)q->limit, c->arena, &entry, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) fh_audit_entry_json(&entry[i], zone, &c->json);
    fh_call_page_end_at(c, n == q->limit ? entry[n - 1].row.number : 0);
    return FH_OK;
}

static void put_fault(void *ctx, const char *sentence)
{
    fh_json *j = ctx;
    if (j->out->len < FAULTS_MAX) fh_json_str(j, fh_str_of(sentence));
}

/* That the log is not whole is the answer, not a failure of asking. */
static fh_status verify_audit(fh_call *c, fh_error *err)
{
    fh_audit_head head = {0};
    fh_error fault = {0};
    char hash[2 * sizeof head.hash + 1] = "";
    fh_json_object(&c->json);
    fh_json_key(&c->json, FH_STR("faults"));
    fh_json_array(&c->json);
    const fh_status s = fh_audit_verify(c->org, put_fault, &c->json, &head, &fault);
    if (s && s != FH_CORRUPT) {
        if (err) *err = fault;
        return s;
    }
    fh_json_end_array(&c->json);
    for (size_t i = 0; !s && i < sizeof head.hash; i++)
        (void)snprintf(hash + 2 * i, 3, "%02x", head.hash[i]);
    fh_put_bool(&c->json, "whole", !s);
    fh_put_int(&c->json, "entries", head.entries);
    fh_put_text(&c->json, "hash", fh_str_of(hash));
    if (s) {
        fh_put_text(&c->json, "detail", fh_str_of(fault.message));
        fh_put_text(&c->json, "remedy", fh_str_of(fault.hint));
    }
    fh_json_end_object(&c->json);
    return FH_OK;
}

const fh_route fh_routes_settings[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/settings",
     .id = "getSettings",
     .group = "Settings",
     .summary = "The organisation's own words and rules",
     .right = FH_ANYBODY,
     .reply = "Settings",
     .handle = get_settings},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/settings",
     .id = "changeSettings",
     .group = "Settings",
     .summary = "Change some of the settings",
     .right = FH_RIGHT_SETTINGS,
     .flags = FH_ROUTE_WRITES | FH_ROUTE_VERSIONED | FH_ROUTE_WHO_CHANGES,
     .body = "SettingsChange",
     .reply = "Settings",
     .handle = change_settings},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/audit",
     .id = "listAudit",
     .group = "Settings",
     .summary = "Who did what, newest first",
     .right = FH_RIGHT_AUDIT,
     .query = audit_options,
     .query_size = sizeof(audit_query),
     .query_defaults = &audit_defaults,
     .reply = "AuditPage",
     .handle = list_audit},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/audit/verify",
     .id = "verifyAudit",
     .group = "Settings",
     .summary = "Read the whole log and say whether it is whole",
     .right = FH_RIGHT_AUDIT,
     .reply = "AuditVerified",
     .handle = verify_audit},
    {.path = NULL},
};
