/* story.c - one customer's story: a page of it, one interaction, what stands beside it, and
 * what is done there: problems confirmed or reopened, hand-offs accepted, read, exported.
 *
 * Whoever has the right to stories opens any, everybody their own; so the routes ask only
 * for somebody signed in, and open_story decides. That a story was opened is in the audit
 * log, once an hour. A customer is told by any number it ever had: replies name its number now.
 */
#include "api/inside.h"
#include "app/data/export.h"
#include "app/lived/merge_preview.h"
#include "app/lived/story_acts.h"
#include "app/maps/where.h"
#include "app/people/audit.h"
#include "app/records/record_promised.h"
#include "base/put.h"

#include <stddef.h>

/* ---- Opening --------------------------------------------------------------------------- */

/* A refusal is kept, as that of a route's right is. */
static fh_status refused(const fh_call *c, fh_status why)
{
    fh_pool *pool = c->api->options.pool;
    fh_org *org = NULL;
    if (why != FH_DENIED) return why;
    if (fh_pool_write(pool, 10000, &org, NULL) == FH_OK) {
        const fh_status noted = fh_audit_require(org, &c->actor, FH_RIGHT_STORIES, NULL);
        (void)noted; /* it is refused: that is what is noted */
        fh_pool_write_done(pool, org);
    }
    return why;
}

/* For routes that read. */
static fh_status may_open(fh_call *c, uint32_t *customer, bool *own, fh_error *err)
{
    uint32_t number = 0;
    fh_status s = fh_call_number(c, 0, &number, err);
    if (s) return s;
    s = fh_story_may_open(c->org, &c->actor, number, customer, own, err);
    if (s) return refused(c, s);
    return fh_story_seen(c, *customer, err);
}

/* For routes that write: there is a transaction, which a refusal rolls back. */
static fh_status may_act(fh_call *c, uint32_t *customer, fh_error *err)
{
    uint32_t number = 0;
    bool own = false;
    const fh_status s = fh_call_number(c, 0, &number, err);
    return s ? s : fh_story_may_open(c->org, &c->actor, number, customer, &own, err);
}

typedef struct opened {
    fh_view view;
    fh_lived lived;
    bool own;
} opened;

static fh_status open_story(fh_call *c, const fh_filter_text *filter, opened *o, fh_error *err)
{
    uint32_t customer = 0;
    fh_status s = may_open(c, &customer, &o->own, err);
    if (!s) s = fh_view_open(c->org, filter, NULL, 1, c->arena, &o->view, err);
    return s ? s : fh_lived_read(&o->view, customer, &o->lived, err);
}

/* ---- Pages of interactions ------------------------------------------------------------- */

typedef struct story_query {
    fh_str from, until, channels, departments, touchpoints, outcomes, directions, after, find;
    uint64_t problem, limit, buckets, days;
    bool marked;
} story_query;

#define FILTERS                                                                     \
    {0,                                                                             \
     "from",                                                                        \
     FH_OPTION_TEXT,                                                                \
     offsetof(story_query, from),                                                   \
     "DATE",                                                                        \
     "only what happened then or later",                                            \
     NULL},                                                                         \
        {0,                                                                         \
         "until",                                                                   \
         FH_OPTION_TEXT,                                                            \
         offsetof(story_query, until),                                              \
         "DATE",                                                                    \
         "only what happened before",                                               \
         NULL},                                                                     \
        {0,                                                                         \
         "channel",                                                                 \
         FH_OPTION_LIST,                                                            \
         offsetof(story_query, channels),                                           \
         "NAMES",                                                                   \
         "only these channels",                                                     \
         NULL},                                                                     \
        {0,                                                                         \
         "department",                                                              \
         FH_OPTION_LIST,                                                            \
         offsetof(story_query, departments),                                        \
         "NAMES",                                                                   \
         "only these departments",                                                  \
         NULL},                                                                     \
        {0,                                                                         \
         "touchpoint",                                                              \
         FH_OPTION_LIST,                                                            \
         offsetof(story_query, touchpoints),                                        \
         "NAMES",                                                                   \
         "only these touchpoints",                                                  \
         NULL},                                                                     \
        {0,                                                                         \
         "outcome",                                                                 \
         FH_OPTION_LIST,                                                            \
         offsetof(story_query, outcomes),                                           \
         "NAMES",                                                                   \
         "only these outcomes",                                                     \
         NULL},                                                                     \
    {                                                                               \
        0, "direction", FH_OPTION_LIST, offsetof(story_query, directions), "NAMES", \
            "only in, out or internal", NULL                                        \
    }

static const fh_option page_options[] = {
    FILTERS,
    {0, "problem", FH_OPTION_COUNT, offsetof(story_query, problem), "N",
     "only what belongs to this problem", NULL},
    {0, "marked", FH_OPTION_FLAG, offsetof(story_query, marked), NULL,
     "only hand-offs, what was told again, and promises", NULL},
    {0, "after", FH_OPTION_TEXT, offsetof(story_query, after), "NEXT",
     "go on behind this place: how many of the newest to leave out", NULL},
    {0, "limit", FH_OPTION_COUNT, offsetof(story_query, limit), "N",
     "at most so many, up to 1000 (default 100)", NULL},
    {0, "find", FH_OPTION_TEXT, offsetof(story_query, find), "REF",
     "tell in 'at' how many are newer than this interaction", NULL},
    {0},
};
static const fh_option beside_options[] = {
    FILTERS,
    {0, "buckets", FH_OPTION_COUNT, offsetof(story_query, buckets), "N",
     "parts into which the time of the story is cut, up to 400 (default 120)", NULL},
    {0, "days", FH_OPTION_COUNT, offsetof(story_query, days), "N",
     "contacts of the last so many days (default 30)", NULL},
    {0},
};
static const story_query query_defaults = {.limit = 100, .buckets = 120, .days = 30};

static fh_filter_text filter_of(const story_query *q)
{
    return (fh_filter_text){.from = q->from,
                            .until = q->until,
                            .channels = q->channels,
                            .departments = q->departments,
                            .touchpoints = q->touchpoints,
                            .outcomes = q->outcomes,
                            .directions = q->directions};
}

static fh_status page_of(const story_query *q, const opened *o, fh_lived_page *out, fh_error *err)
{
    int64_t skip = 0;
    const fh_status s = fh_call_cursor(q->after, &skip, err);
    if (s) return s;
    if (q->limit < 1 || q->limit > 1000 || q->problem > UINT32_MAX || skip > UINT32_MAX)
        return fh_fail(err, FH_INVALID, "limit is 1 to 1000, numbers are below 4294967296");
    *out = (fh_lived_page){.filter = &o->view.filter,
                           .problem = (uint32_t)q->problem,
                           .marked = q->marked,
                           .skip = (uint32_t)skip,
                           .limit = (uint32_t)q->limit,
                           .find = q->find};
    return FH_OK;
}

static fh_status list_story(fh_call *c, fh_error *err)
{
    const story_query *q = c->query;
    const fh_filter_text filter = filter_of(q);
    fh_lived_page page = {0};
    opened o = {.own = false};
    uint32_t next = 0;
    fh_str cursor = {0};
    fh_status s = open_story(c, &filter, &o, err);
    if (!s) s = page_of(q, &o, &page, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", o.lived.customer);
    s = fh_lived_page_json(&o.lived, &page, &c->json, &next, err);
    if (!s && next && !fh_arena_format(c->arena, &cursor, "%u", next)) s = fh_no_memory(err);
    fh_put_key(&c->json, "next");
    if (cursor.len)
        fh_json_str(&c->json, cursor);
    else
        fh_json_null(&c->json);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status get_interaction(fh_call *c, fh_error *err)
{
    opened o = {.own = false};
    fh_status s = open_story(c, NULL, &o, err);
    if (s) return s;
    const uint32_t i = fh_lived_find(&o.lived, c->path_value[1]);
    if (i == FH_NO_INDEX)
        return fh_fail(err, FH_NOTFOUND, "customer #%u has no such interaction", o.lived.customer);
    return fh_lived_one_json(&o.lived, i, &c->json, err);
}

/* ---- Beside the story -------------------------------------------------------------------- */

/* Merges into this customer that can be undone. */
static fh_status merges_json(fh_call *c, const opened *o, fh_error *err)
{
    const fh_merge *all = NULL;
    size_t n = 0;
    const fh_status s = fh_identity_merges(c->org, c->arena, &all, &n, err);
    if (s) return s;
    fh_put_key(&c->json, "merges");
    fh_json_array(&c->json);
    for (size_t i = 0; i < n; i++) {
        if (all[i].undone || all[i].into != o->lived.customer) continue;
        fh_json_object(&c->json);
        fh_put_number(&c->json, "merge", (uint64_t)all[i].merge);
        fh_put_number(&c->json, "from", all[i].from);
        fh_put_time(&c->json, "time", all[i].at_ms);
        if (all[i].why.len) fh_put_text(&c->json, "why", all[i].why);
        fh_json_end_object(&c->json);
    }
    fh_json_end_array(&c->json);
    return FH_OK;
}

/* What the caller may do here, so that a page offers nothing that is refused. */
static void may_json(fh_call *c, const opened *o)
{
    const fh_actor *a = &c->actor;
    const bool colleague = fh_may(a, FH_RIGHT_STORIES);
    const bool person = a->kind == FH_ACTOR_PERSON && a->person;
    const struct {
        const char *name;
        bool may;
    } all[] = {{"say", (o->own && person) || (colleague && fh_may(a, FH_RIGHT_TAKE_PART))},
               {"accept", colleague && fh_may(a, FH_RIGHT_TAKE_PART)},
               {"receipt", colleague && person},
               {"merge", fh_may(a, FH_RIGHT_IDENTITIES)},
               {"export", o->own || fh_may(a, FH_RIGHT_EXPORT)},
               {"erase", fh_may(a, FH_RIGHT_ERASE)}};
    fh_put_key(&c->json, "may");
    fh_json_object(&c->json);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        fh_put_bool(&c->json, all[i].name, all[i].may);
    fh_json_end_object(&c->json);
}

static fh_status get_beside(fh_call *c, fh_error *err)
{
    const story_query *q = c->query;
    const fh_filter_text filter = filter_of(q);
    const fh_identity *list = NULL;
    size_t n = 0;
    opened o = {.own = false};
    if (q->buckets < 1 || q->buckets > FH_DENSITY_MAX || q->days > 36500)
        return fh_fail(err, FH_INVALID, "buckets are 1 to %d, days at most 36500", FH_DENSITY_MAX);
    fh_status s = open_story(c, &filter, &o, err);
    if (!s) s = fh_identity_of(c->org, o.lived.customer, c->arena, &list, &n, err);
    if (s) return s;
    const fh_lived_lens lens = {
        .buckets = (uint32_t)q->buckets, .days = (uint32_t)q->days, .filter = &o.view.filter};
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", o.lived.customer);
    fh_put_bool(&c->json, "own", o.own);
    fh_identities_json(list, n, &c->json);
    may_json(c, &o);
    s = fh_lived_lens_json(&o.lived, &lens, &c->json, err);
    if (!s && fh_may(&c->actor, FH_RIGHT_IDENTITIES)) s = merges_json(c, &o, err);
    /* Of colleagues the customer learns nothing. */
    if (!s && fh_may(&c->actor, FH_RIGHT_STORIES)) {
        s = fh_story_people_json(c->org, &c->actor, &o.lived, &c->json, err);
        if (!s) s = fh_promised_json(c->org, &c->actor, &o.lived, &c->json, err);
    }
    fh_json_end_object(&c->json);
    return s;
}

static fh_status get_where(fh_call *c, fh_error *err)
{
    opened o = {.own = false};
    fh_status s = open_story(c, NULL, &o, err);
    if (s) return s;
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", o.lived.customer);
    fh_put_bool(&c->json, "own", o.own);
    s = fh_where_json(&o.lived, &c->json, err);
    if (!s) s = fh_promised_own_json(c->org, &o.lived, &c->json, err);
    fh_json_end_object(&c->json);
    return s;
}

static fh_status list_recent(fh_call *c, fh_error *err)
{
    const fh_story_recent *list = NULL;
    size_t n = 0;
    const fh_status s = fh_stories_recent(c->org, &c->actor, 20, c->arena, &list, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(&c->json);
        fh_put_number(&c->json, "customer", list[i].customer);
        fh_put_time(&c->json, "time", list[i].at_ms);
        fh_json_end_object(&c->json);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

typedef struct open_query {
    uint64_t limit;
    bool owed;
} open_query;

static const fh_option open_options[] = {
    {0, "owed", FH_OPTION_FLAG, offsetof(open_query, owed), NULL,
     "only those in which the last word is the customer's, the oldest first", NULL},
    {0, "limit", FH_OPTION_COUNT, offsetof(open_query, limit), "N",
     "at most so many, up to 1000 (default 20)", NULL},
    {0},
};
static const open_query open_defaults = {.limit = 20};

static fh_status list_open(fh_call *c, fh_error *err)
{
    const open_query *q = c->query;
    fh_view view;
    fh_open_list list;
    if (q->limit < 1 || q->limit > FH_OPEN_MOST)
        return fh_fail(err, FH_INVALID, "limit is 1 to %d", FH_OPEN_MOST);
    fh_status s = fh_view_open(c->org, NULL, NULL, 0, c->arena, &view, err);
    if (!s) s = fh_view_open_problems(&view, (uint32_t)q->limit, q->owed, &list, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < list.open.n_rows; i++) {
        const fh_open_row *r = &list.open.rows[i];
        fh_json_object(&c->json);
        fh_put_number(&c->json, "customer", r->customer);
        fh_put_number(&c->json, "problem", r->problem);
        fh_put_text(&c->json, "name", list.name[i]);
        if (r->department)
            fh_put_text(&c->json, "department", fh_view_name(&view.department, r->department));
        fh_put_time(&c->json, "opened", r->first_ms);
        fh_put_time(&c->json, "last", r->last_ms);
        fh_put_number(&c->json, "interactions", r->count);
        fh_put_bool(&c->json, "owed", r->owed);
        fh_json_end_object(&c->json);
    }
    fh_json_end_array(&c->json);
    fh_put_null(&c->json, "next");
    fh_put_number(&c->json, "problems", list.open.n_problems);
    fh_put_number(&c->json, "open", list.open.n_open);
    fh_put_number(&c->json, "owed", list.open.n_owed);
    fh_json_end_object(&c->json);
    return FH_OK;
}

/* ---- Doing ---------------------------------------------------------------------------------- */

static fh_status read_word(const fh_call *c, fh_story_word *out, fh_error *err)
{
    static const char *const known[] = {"text", "said_by", "channel", "time", "mistake", NULL};
    fh_str time = {0};
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "text", &out->text, &there, err);
    if (!s) s = fh_call_text(c, "said_by", &out->said_by, &there, err);
    if (!s) s = fh_call_text(c, "channel", &out->channel, &there, err);
    if (!s) s = fh_call_bool(c, "mistake", &out->mistake, &there, err);
    if (!s) s = fh_call_text(c, "time", &time, &there, err);
    if (s || !time.len) return s;
    if (!fh_time_iso(time, NULL, &out->at_ms))
        return fh_fail(err, FH_INVALID, "/time is not a time such as 2024-01-31T17:05:09Z");
    return FH_OK;
}

static void done_json(fh_call *c, uint32_t customer, bool done)
{
    fh_json_object(&c->json);
    fh_put_number(&c->json, "customer", customer);
    fh_put_bool(&c->json, "done", done);
    fh_json_end_object(&c->json);
}

typedef fh_status said_of_problem(fh_org *org, const fh_actor *actor, uint32_t customer,
                                  uint32_t problem, const fh_story_word *word, bool *done,
                                  fh_error *err);

static fh_status say_of_problem(fh_call *c, said_of_problem *say, fh_error *err)
{
    uint32_t customer = 0, problem = 0;
    fh_story_word word = {.at_ms = 0};
    bool done = false;
    fh_status s = may_act(c, &customer, err);
    if (!s) s = fh_call_number(c, 1, &problem, err);
    if (!s) s = read_word(c, &word, err);
    if (!s) s = say(c->org, &c->actor, customer, problem, &word, &done, err);
    if (!s) done_json(c, customer, done);
    return s;
}

static fh_status confirm_problem(fh_call *c, fh_error *err)
{
    return say_of_problem(c, fh_story_confirm, err);
}

static fh_status reopen_problem(fh_call *c, fh_error *err)
{
    return say_of_problem(c, fh_story_reopen, err);
}

static fh_status accept_handoff(fh_call *c, fh_error *err)
{
    uint32_t customer = 0;
    fh_story_word word = {.at_ms = 0};
    bool done = false;
    fh_status s = may_act(c, &customer, err);
    if (!s) s = read_word(c, &word, err);
    if (!s) s = fh_story_accept(c->org, &c->actor, customer, c->path_value[1], &word, &done, err);
    if (!s) done_json(c, customer, done);
    return s;
}

static fh_status put_receipt(fh_call *c, fh_error *err)
{
    uint32_t customer = 0;
    const fh_status s = may_act(c, &customer, err);
    return s ? s : fh_story_read(c->org, &c->actor, customer, err);
}

static fh_status drop_receipt(fh_call *c, fh_error *err)
{
    uint32_t customer = 0;
    const fh_status s = may_act(c, &customer, err);
    return s ? s : fh_story_unread(c->org, &c->actor, customer, err);
}

/* ---- Taking it along ------------------------------------------------------------------------ */

typedef struct export_query {
    uint32_t format;
} export_query;

static const fh_option export_options[] = {
    {0, "format", FH_OPTION_CHOICE, offsetof(export_query, format), "csv|jsonl",
     "as a table, or one object a line (default csv)", NULL},
    {0},
};

static fh_status put_bytes(void *ctx, fh_str bytes, fh_error *err)
{
    fh_buf *out = ctx;
    fh_buf_str(out, bytes);
    return out->status == FH_OK ? FH_OK : fh_no_memory(err);
}

static fh_status note_export(const fh_call *c, uint32_t customer, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_write(c->api->options.pool, 10000, &org, err);
    if (!s) s = fh_org_begin(org, err);
    if (!s) s = fh_audit_customer(org, &c->actor, FH_AUDITED_EXPORTED, customer, (fh_str){0}, err);
    if (!s) s = fh_org_commit(org, err);
    fh_pool_write_done(c->api->options.pool, org);
    return s;
}

static fh_status export_story(fh_call *c, fh_error *err)
{
    const export_query *q = c->query;
    uint32_t customer = 0;
    bool own = false;
    fh_export_result result = {0};
    fh_str name = {0};
    fh_status s = may_open(c, &customer, &own, err);
    if (!s && !own) s = fh_require(&c->actor, FH_RIGHT_EXPORT, err);
    if (!s) s = note_export(c, customer, err);
    if (s) return s;
    const bool lines = q->format == 1;
    const fh_export_options wanted = {.format = lines ? FH_EXPORT_JSONL : FH_EXPORT_CSV,
                                      .customer = customer};
    s = fh_export(c->org, &wanted, put_bytes, &c->out, c->arena, &result, err);
    if (!s && !fh_arena_format(c->arena, &name, "attachment; filename=\"customer-%u.%s\"", customer,
                               lines ? "jsonl" : "csv"))
        s = fh_no_memory(err);
    if (s) return s;
    c->type = lines ? FH_STR("application/x-ndjson") : FH_STR("text/csv; charset=utf-8");
    return fh_call_field(c, "Content-Disposition", name, err);
}

/* ---- The table ------------------------------------------------------------------------------ */

const fh_route fh_routes_story[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/interactions",
     .id = "listStory",
     .group = "Story",
     .summary = "A page of a customer's story, newest first",
     .right = FH_ANYBODY,
     .query = page_options,
     .query_size = sizeof(story_query),
     .query_defaults = &query_defaults,
     .reply = "StoryPage",
     .handle = list_story},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/interactions/{interaction}",
     .id = "getInteraction",
     .group = "Story",
     .summary = "One interaction with everything it holds",
     .right = FH_ANYBODY,
     .reply = "StoryInteraction",
     .handle = get_interaction},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/beside",
     .id = "getBesideStory",
     .group = "Story",
     .summary = "What stands beside a story: problems, contacts, promises, what is known by whom, "
                "who has read it",
     .right = FH_ANYBODY,
     .query = beside_options,
     .query_size = sizeof(story_query),
     .query_defaults = &query_defaults,
     .reply = "BesideStory",
     .handle = get_beside},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/where",
     .id = "getWhere",
     .group = "Story",
     .summary = "Where a customer is on the journeys intended for them: done, missing, next; and "
                "what was promised",
     .right = FH_ANYBODY,
     .reply = "Where",
     .handle = get_where},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/stories/recent",
     .id = "listRecentStories",
     .group = "Story",
     .summary = "The stories that the caller opened last",
     .right = FH_ANYBODY,
     .reply = "RecentStories",
     .handle = list_recent},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/stories/open",
     .id = "listOpenProblems",
     .group = "Story",
     .summary = "Problems that nobody has called solved, the longest first",
     .right = FH_RIGHT_STORIES,
     .query = open_options,
     .query_size = sizeof(open_query),
     .query_defaults = &open_defaults,
     .reply = "OpenProblems",
     .handle = list_open},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/customers/{customer}/problems/{problem}/confirm",
     .id = "confirmProblem",
     .group = "Story",
     .summary = "Write down that the customer says a problem is solved",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_WRITES,
     .body = "StoryWord",
     .reply = "StoryDone",
     .handle = confirm_problem},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/customers/{customer}/problems/{problem}/reopen",
     .id = "reopenProblem",
     .group = "Story",
     .summary = "Write down that it is not solved, or take a confirmation back",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_WRITES,
     .body = "StoryWord",
     .reply = "StoryDone",
     .handle = reopen_problem},
    {.method = FH_HTTP_POST,
     .path = "/api/v1/customers/{customer}/handoffs/{interaction}/accept",
     .id = "acceptHandoff",
     .group = "Story",
     .summary = "Take a hand-off over, or take that back",
     .right = FH_RIGHT_STORIES,
     .flags = FH_ROUTE_WRITES,
     .body = "StoryWord",
     .reply = "StoryDone",
     .handle = accept_handoff},
    {.method = FH_HTTP_PUT,
     .path = "/api/v1/customers/{customer}/receipt",
     .id = "putReceipt",
     .group = "Story",
     .summary = "Say that you have read this story, as far as it goes",
     .right = FH_RIGHT_STORIES,
     .flags = FH_ROUTE_WRITES,
     .handle = put_receipt},
    {.method = FH_HTTP_DELETE,
     .path = "/api/v1/customers/{customer}/receipt",
     .id = "dropReceipt",
     .group = "Story",
     .summary = "Take that back",
     .right = FH_RIGHT_STORIES,
     .flags = FH_ROUTE_WRITES,
     .handle = drop_receipt},
    {.method = FH_HTTP_GET,
     .path = "/api/v1/customers/{customer}/export",
     .id = "exportStory",
     .group = "Story",
     .summary = "Take one customer's story along",
     .right = FH_ANYBODY,
     .query = export_options,
     .query_size = sizeof(export_query),
     .reply_type = "text/csv; charset=utf-8, application/x-ndjson",
     .handle = export_story},
    {.path = NULL},
};
