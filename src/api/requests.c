/* requests.c - what people asked for about their data: access, correction, erasure,
 * objection; by when, who handles it, and what answered it.
 *
 * A request knows its customer by number. When the customer is erased the number and all
 * that was written goes; kind, times, a keyed hash of the identifier and the proof stay,
 * so that it can be shown that it was asked for and done.
 */
#include "api/inside.h"
#include "app/people/audit.h"
#include "base/put.h"
#include "store/consent_rows.h"
#include "store/identities.h"

#include <stddef.h>

enum { TEXT_MAX = 4000 };

static void put_number_or_null(fh_json *j, const char *key, int64_t n)
{
    fh_put_key(j, key);
    if (n > 0)
        fh_json_int(j, n);
    else
        fh_json_null(j);
}

static void put_request(const fh_request *r, fh_json *j)
{
    fh_json_object(j);
    fh_put_number(j, "request", (uint64_t)r->request);
    put_number_or_null(j, "customer", r->customer);
    fh_put_text(j, "reference", r->reference);
    fh_put_text(j, "kind", r->kind);
    fh_put_text(j, "state", r->state);
    fh_put_text(j, "words", r->words);
    fh_put_text(j, "answer", r->answer);
    put_number_or_null(j, "person", r->person);
    put_number_or_null(j, "job", r->job);
    fh_put_key(j, "proof");
    if (r->proof.len)
        fh_json_raw_value(j, r->proof);
    else
        fh_json_null(j);
    fh_put_time(j, "received", r->received_ms);
    fh_put_time(j, "due", r->due_ms);
    fh_put_time_or_null(j, "done", r->done_ms);
    fh_put_number(j, "version", (uint64_t)r->version);
    fh_json_end_object(j);
}

/* ---- Listing --------------------------------------------------------------------------------- */

typedef struct list_query {
    fh_paging page;
    uint32_t state;
} list_query;

static const fh_option list_options[] = {
    FH_PAGING(list_query, page),
    {0, "state", FH_OPTION_CHOICE, offsetof(list_query, state), "all|open|done|refused",
     "only those in this state", NULL},
    {0},
};
static const list_query list_defaults = {.page = FH_PAGING_DEFAULT};

static fh_status list_requests(fh_call *c, fh_error *err)
{
    static const char *const states[] = {"", "open", "done", "refused"};
    const list_query *q = c->query;
    const fh_request *r = NULL;
    size_t n = 0;
    bool more = false;
    int64_t before = 0;
    fh_status s = fh_call_paging(&q->page, &before, err);
    if (!s)
        s = fh_request_list(c->org, fh_str_of(states[q->state]), before, (size_t)q->page.limit,
                            c->arena, &r, &n, &more, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) put_request(&r[i], &c->json);
    fh_call_page_end_at(c, more ? r[n - 1].request : 0);
    return FH_OK;
}

static fh_status get_request(fh_call *c, fh_request *out, fh_error *err)
{
    int64_t number = 0;
    const fh_status s = fh_call_number64(c, 0, &number, err);
    return s ? s : fh_request_get(c->org, number, c->arena, out, err);
}

/* ---- Adding --------------------------------------------------------------------------------- */

/* The same day of the next month, or its last one: a month to answer. */
static int64_t month_later(int64_t ms)
{
    fh_civil day = fh_civil_of(ms);
    day.year += day.month == 12;
    day.month = day.month % 12 + 1;
    while (!fh_civil_valid(&day)) day.day--;
    return fh_civil_ms(&day);
}

static fh_status known_word(fh_str word, const char *const *words, const char *what, fh_error *err)
{
    for (size_t i = 0; words[i]; i++)
        if (fh_str_eq(word, fh_str_of(words[i]))) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/%s is '%.*s'", what, word.len > 40 ? 40 : (int)word.len,
                  word.len ? word.ptr : "");
    return fh_hint(err, FH_INVALID,
                   words[3] ? "There are %s, %s, %s and %s." : "There are %s, %s and %s.", words[0],
                   words[1], words[2], words[3]);
}

/* The hash under which the identifier that was named can be found again. */
static fh_status make_reference(fh_call *c, fh_str who, uint32_t customer, fh_str *out,
                                fh_error *err)
{
    const fh_identity *list = NULL;
    size_t n = 0;
    fh_status s =
        fh_audit_customer(c->org, &c->actor, FH_AUDITED_REQUEST_ADDED, customer, who, err);
    if (!s && who.len && who.ptr[0] == '#')
        s = fh_identity_of(c->org, customer, c->arena, &list, &n, err);
    if (s) return s;
    return fh_audit_key(c->org, n ? list[0].value : who, c->arena, out, err);
}

static fh_status read_received(fh_call *c, int64_t *out, fh_error *err)
{
    const struct fh_zone *zone = NULL;
    const fh_os *os = fh_org_os(c->org);
    const int64_t now = os->now_ms(os->ctx);
    fh_str text = {0};
    bool there = false;
    *out = now;
    fh_status s = fh_call_text(c, "received", &text, &there, err);
    if (!s) s = fh_org_zone(c->org, c->arena, &zone, err);
    if (s || !there || !text.len) return s;
    if (fh_time_iso(text, zone, out) && *out <= now + FH_DAY_MS && *out >= 0) return FH_OK;
    (void)fh_fail(err, FH_INVALID, "/received is not a day that has been");
    return fh_hint(err, FH_INVALID, "Write it as 2024-03-01.");
}

static fh_status read_text(const fh_call *c, const char *key, fh_str *to, fh_error *err)
{
    bool there = false;
    const fh_status s = fh_call_text(c, key, to, &there, err);
    if (!s && to->len > TEXT_MAX)
        return fh_fail(err, FH_INVALID, "/%s is longer than %d bytes", key, (int)TEXT_MAX);
    return s;
}

static fh_status add_request(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"who", "kind", "received", "words", NULL};
    static const char *const kinds[] = {"access", "correction", "erasure", "objection", NULL};
    fh_str who = {0};
    fh_request r = {.person = c->actor.person, .state = FH_STR("open")};
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "who", &who, NULL, err);
    if (!s) s = fh_call_text(c, "kind", &r.kind, NULL, err);
    if (!s) s = known_word(r.kind, kinds, "kind", err);
    if (!s) s = read_text(c, "words", &r.words, err);
    if (!s) s = read_received(c, &r.received_ms, err);
    if (!s) s = fh_identity_find(c->org, who, &r.member, err);
    if (!s) s = make_reference(c, who, r.member, &r.reference, err);
    if (s) return s;
    r.due_ms = month_later(r.received_ms);
    s = fh_request_add(c->org, &r, err);
    if (!s) s = fh_request_get(c->org, r.request, c->arena, &r, err);
    if (!s) s = fh_call_made(c, "/api/v1/requests", r.request, err);
    if (!s) put_request(&r, &c->json);
    return s;
}

/* ---- Answering ------------------------------------------------------------------------------ */

static fh_status audit_request(fh_call *c, int64_t request, fh_error *err)
{
    const fh_audit_object about = {.kind = FH_STR("request"), .number = request};
    return fh_audit(c->org, &c->actor, FH_AUDITED_REQUEST_CHANGED, &about, err);
}

/* Members that are there replace those of `r`. */
static fh_status read_change(fh_call *c, fh_request *r, fh_error *err)
{
    static const char *const known[] = {"state", "answer", "person", "version", NULL};
    static const char *const states[] = {"open", "done", "refused", NULL, NULL};
    int64_t person = r->person;
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "state", &r->state, &there, err);
    if (!s && there) s = known_word(r->state, states, "state", err);
    if (!s) s = read_text(c, "answer", &r->answer, err);
    if (!s) s = fh_call_integer(c, "person", &person, &there, err);
    if (!s && (person < 0 || person > UINT32_MAX))
        s = fh_fail(err, FH_INVALID, "/person is no person");
    if (!s) s = fh_call_integer(c, "version", &r->version, &there, err);
    if (!s) r->person = (uint32_t)person;
    return s;
}

static fh_status change_request(fh_call *c, fh_error *err)
{
    const fh_os *os = fh_org_os(c->org);
    fh_request r;
    fh_status s = get_request(c, &r, err);
    if (!s) s = read_change(c, &r, err);
    if (s) return s;
    if (!r.customer && r.answer.len) /* erased: nothing is written about nobody */
        return fh_fail(err, FH_CONFLICT, "the customer of this request was erased");
    r.done_ms = fh_str_eq(r.state, FH_STR("open")) ? 0
                : r.done_ms                        ? r.done_ms
                                                   : os->now_ms(os->ctx);
    s = fh_request_save(c->org, &r, err);
    if (!s) s = audit_request(c, r.request, err);
    if (!s) s = fh_request_get(c->org, r.request, c->arena, &r, err);
    if (!s) put_request(&r, &c->json);
    return s;
}

/* The customer's story as a file, made by a job that the request then names. */
static fh_status answer_request(fh_call *c, fh_error *err)
{
    fh_request r;
    fh_str params;
    int64_t job = 0;
    const fh_audit_object about = {.kind = FH_STR("job")};
    fh_status s = fh_need_jobs(c, err);
    if (!s) s = get_request(c, &r, err);
    if (!s) s = fh_require(&c->actor, FH_RIGHT_EXPORT, err);
    if (!s && !r.customer) s = fh_fail(err, FH_CONFLICT, "the customer of this request was erased");
    if (s) return s;
    if (!fh_arena_format(c->arena, &params, "{\"format\":\"jsonl\",\"customer\":\"#%u\"}",
                         r.customer))
        return fh_no_memory(err);
    s = fh_jobs_add_in(c->api->options.jobs, c->org, FH_STR("export"), params, c->actor.name,
                       (int64_t)c->actor.person, &job, err);
    if (s) return s;
    r.job = job;
    s = fh_audit(c->org, &c->actor, FH_AUDITED_EXPORTED, &about, err);
    if (!s) s = fh_request_save(c->org, &r, err);
    if (!s) s = audit_request(c, r.request, err);
    if (!s) s = fh_request_get(c->org, r.request, c->arena, &r, err);
    if (!s) put_request(&r, &c->json);
    return s;
}

const fh_route fh_routes_requests[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/requests",
     .id = "listRequests",
     .group = "Consent",
     .summary = "What people asked for about their data, newest first",
     .right = FH_RIGHT_CONSENT,
     .query = list_options,
     .query_size = sizeof(list_query),
     .query_defaults = &list_defaults,
     .reply = "Requests",
     .handle = list_requests},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/requests",
     .id = "addRequest",
     .group = "Consent",
     .summary = "Note that somebody asked for access, correction, erasure, or objects",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_WRITES,
     .body = "RequestNew",
     .reply = "Request",
     .status = 201,
     .handle = add_request},
    {.method = FH_HTTP_PATCH,
     .path = "/api/v1/requests/{request}",
     .id = "changeRequest",
     .group = "Consent",
     .summary = "Say who handles a request, what was answered, and that it is done",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_WRITES,
     .body = "RequestChange",
     .reply = "Request",
     .handle = change_request},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/requests/{request}/export",
     .id = "exportForRequest",
     .group = "Consent",
     .summary = "Write the customer's story to a file that answers the request",
     .right = FH_RIGHT_CONSENT,
     .flags = FH_ROUTE_WRITES,
     .reply = "Request",
     .handle = answer_request},
    {.path = NULL},
};
