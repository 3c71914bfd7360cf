/* record_acts.c - what people do around a record: whose it is, what it is about, what is said
 * about it, who follows it, challenges, doubles, its history.
 *
 * Nothing here needs If-Match: these acts add to a record and never overwrite anybody's words.
 * What was done is answered with the record as it is then.
 */
#include "api/record_call.h"
#include "app/records/record_between.h"
#include "base/put.h"

#include <stddef.h>

enum { WHOM_MAX = 6 };

/* ---- Whose it is --------------------------------------------------------------------------- */

static fh_status read_ownership(const fh_call *c, fh_ownership *out, fh_error *err)
{
    static const char *const words[] = {[FH_OWNERSHIP_OFFER] = "offer",
                                        [FH_OWNERSHIP_TAKE] = "take",
                                        [FH_OWNERSHIP_ACCEPT] = "accept",
                                        [FH_OWNERSHIP_DECLINE] = "decline",
                                        [FH_OWNERSHIP_GIVE_UP] = "give-up"};
    fh_str word = {0};
    const fh_status s = fh_call_text(c, "do", &word, NULL, err);
    if (s) return s;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (fh_str_eq(word, fh_str_of(words[i]))) {
            *out = (fh_ownership)i;
            return FH_OK;
        }
    (void)fh_fail(err, FH_INVALID, "/do: there is no '%.*s'", (int)(word.len < 40 ? word.len : 40),
                  word.ptr);
    return fh_hint(err, FH_INVALID, "Say offer, take, accept, decline or give-up.");
}

static fh_status change_ownership(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"do", "person", "department", "words", NULL};
    fh_ownership what = FH_OWNERSHIP_TAKE;
    uint32_t person = 0, department = 0;
    fh_record_view r;
    fh_str words = {0};
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = read_ownership(c, &what, err);
    if (!s) s = fh_call_reference(c, "person", &person, err);
    if (!s) s = fh_call_reference(c, "department", &department, err);
    if (!s) s = fh_call_text(c, "words", &words, &there, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s)
        s = fh_record_ownership(c->org, &c->actor, r.row.record, what, person, department, words,
                                err);
    return s ? s : fh_call_show_again(c, r.row.record, err);
}

static fh_status list_whom(fh_call *c, fh_error *err)
{
    const fh_proposed_owner *p = NULL;
    size_t n = 0;
    fh_record_view r;
    fh_json *j = &c->json;
    fh_status s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_whom(c->org, &c->actor, r.row.record, WHOM_MAX, c->arena, &p, &n, err);
    if (s) return s;
    fh_call_page_begin(c);
    for (size_t i = 0; i < n; i++) {
        fh_json_object(j);
        fh_put_number(j, "person", p[i].person);
        fh_put_number(j, "department", p[i].department);
        fh_put_text(j, "because", p[i].because);
        fh_json_end_object(j);
    }
    fh_call_page_end(c, (fh_str){0});
    return FH_OK;
}

/* ---- What is said, what it is about -------------------------------------------------------- */

static fh_status add_comment(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"text", NULL};
    fh_record_view r;
    fh_str text = {0};
    int64_t entry = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_text(c, "text", &text, NULL, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_comment(c->org, &c->actor, r.row.record, text, &entry, err);
    return s ? s : fh_call_show_again(c, r.row.record, err);
}

static fh_status add_about(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"what", "number", "key", "words", NULL};
    fh_record_view r;
    fh_record_about to;
    int64_t about = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_about(c, 0, &to, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_link(c->org, &c->actor, r.row.record, &to, &about, err);
    return s ? s : fh_call_show_again(c, r.row.record, err);
}

static fh_status remove_about(fh_call *c, fh_error *err)
{
    fh_record_view r;
    int64_t about = 0;
    fh_status s = fh_call_number64(c, 2, &about, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_unlink(c->org, &c->actor, r.row.record, about, err);
    return s ? s : fh_call_show_again(c, r.row.record, err);
}

static fh_status follow(fh_call *c, fh_error *err)
{
    fh_record_view r;
    fh_status s = fh_call_record(c, &r, err);
    if (!s)
        s = fh_record_follow(c->org, &c->actor, r.row.record, c->route->method == FH_HTTP_PUT, err);
    return s;
}

static fh_status seen(fh_call *c, fh_error *err)
{
    fh_record_view r;
    const fh_status s = fh_call_record(c, &r, err);
    return s ? s : fh_record_seen(c->org, &c->actor, r.row.record, err);
}

/* ---- Challenges and doubles ---------------------------------------------------------------- */

static fh_status challenge(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"person", "words", NULL};
    fh_record_view r;
    fh_str words = {0};
    uint32_t person = 0;
    int64_t made = 0;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_reference(c, "person", &person, err);
    if (!s) s = fh_call_text(c, "words", &words, NULL, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_challenge(c->org, &c->actor, r.row.record, person, words, &made, err);
    if (!s) s = fh_call_made(c, "/api/v1/records/challenge", made, err);
    return s ? s : fh_call_show_again(c, made, err);
}

static fh_status merge(fh_call *c, fh_error *err)
{
    static const char *const known[] = {"into", "words", NULL};
    fh_record_view r;
    fh_str words = {0};
    int64_t into = 0;
    bool there = false;
    fh_status s = fh_call_known(c, known, err);
    if (!s) s = fh_call_integer(c, "into", &into, NULL, err);
    if (!s) s = fh_call_text(c, "words", &words, &there, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s) s = fh_record_merge(c->org, &c->actor, r.row.record, into, words, err);
    return s ? s : fh_call_show_again(c, into, err);
}

/* By its own number: what was merged leads on, and is just what is meant here. */
static fh_status part(fh_call *c, fh_error *err)
{
    fh_record_view r;
    int64_t record = 0;
    fh_status s = fh_call_record(c, &r, err);
    if (!s) s = fh_call_number64(c, 1, &record, err);
    if (!s) s = fh_record_part(c->org, &c->actor, record, err);
    return s ? s : fh_call_show_again(c, record, err);
}

/* ---- For the go-between alone -------------------------------------------------------------- */

static fh_status read_between(fh_call *c, fh_error *err)
{
    int64_t record = 0;
    fh_str words = {0};
    fh_status s = fh_call_number64(c, 1, &record, err);
    if (!s)
        s = fh_between_read(c->org, &c->actor, c->api->options.key, record, c->arena, &words, err);
    if (s) return s;
    c->untagged = true; /* what is sealed is kept nowhere else */
    fh_json_object(&c->json);
    fh_put_number(&c->json, "record", (uint64_t)record);
    fh_put_text(&c->json, "words", words);
    fh_json_end_object(&c->json);
    return FH_OK;
}

static fh_status forget_between(fh_call *c, fh_error *err)
{
    int64_t record = 0;
    const fh_status s = fh_call_number64(c, 1, &record, err);
    return s ? s : fh_between_forget(c->org, &c->actor, record, err);
}

/* ---- The history --------------------------------------------------------------------------- */

static fh_status list_history(fh_call *c, fh_error *err)
{
    const fh_paging *page = c->query;
    fh_record_names *names = NULL;
    const fh_record_entry *e = NULL;
    size_t n = 0;
    int64_t before = 0;
    fh_record_view r;
    fh_json *j = &c->json;
    fh_status s = fh_call_paging(page, &before, err);
    if (!s) s = fh_call_record(c, &r, err);
    if (!s)
        s = fh_record_entries(c->org, r.row.record, before, (size_t)page->limit, c->arena, &e, &n,
                              err);
    if (!s) s = fh_record_names_new(c->org, &c->actor, c->arena, &names, err);
    if (s) return s;
    fh_json_object(j);
    fh_put_key(j, "items");
    fh_json_array(j);
    for (size_t i = 0; !s && i < n; i++) s = fh_record_entry_json(&e[i], names, j, err);
    fh_json_end_array(j);
    if (!s) s = fh_record_names_json(names, j, err);
    fh_call_next(c, n == page->limit && e[n - 1].entry > 1 ? e[n - 1].entry : 0);
    fh_json_end_object(j);
    return s;
}

/* ---- The table ----------------------------------------------------------------------------- */

#define RECORD "/api/v1/records/{kind}/{record}"

const fh_route fh_routes_record_acts[] = {
    {.method = FH_HTTP_POST,
     .path = RECORD "/ownership",
     .id = "changeOwnership",
     .group = "Records",
     .summary = "Offer, take, accept, decline or give up the ownership of a record",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "RecordOwnership",
     .reply = "RecordWhole",
     .handle = change_ownership},
    {.method = FH_HTTP_GET,
     .path = RECORD "/whom",
     .id = "whomToAsk",
     .group = "Records",
     .summary = "To whom a record could be offered, each with the reason",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "ProposedOwners",
     .handle = list_whom},
    {.method = FH_HTTP_POST,
     .path = RECORD "/comments",
     .id = "commentRecord",
     .group = "Records",
     .summary = "Say something about a record; people named as @[17] are told",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "RecordComment",
     .reply = "RecordWhole",
     .status = 201,
     .handle = add_comment},
    {.method = FH_HTTP_POST,
     .path = RECORD "/about",
     .id = "linkRecord",
     .group = "Records",
     .summary = "Say what a record is about: a story, a touchpoint, another record",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "RecordAboutNew",
     .reply = "RecordWhole",
     .status = 201,
     .handle = add_about},
    {.method = FH_HTTP_DELETE,
     .path = RECORD "/about/{about}",
     .id = "unlinkRecord",
     .group = "Records",
     .summary = "Say that a record is not about this; the history keeps that it was",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .reply = "RecordWhole",
     .handle = remove_about},
    {.method = FH_HTTP_PUT,
     .path = RECORD "/follow",
     .id = "followRecord",
     .group = "Records",
     .summary = "Follow a record: be told of what becomes of it",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .handle = follow},
    {.method = FH_HTTP_DELETE,
     .path = RECORD "/follow",
     .id = "unfollowRecord",
     .group = "Records",
     .summary = "Follow a record no more",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .handle = follow},
    {.method = FH_HTTP_POST,
     .path = RECORD "/seen",
     .id = "seenRecord",
     .group = "Records",
     .summary = "Note that a record was seen as far as it goes now",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .handle = seen},
    {.method = FH_HTTP_POST,
     .path = RECORD "/challenge",
     .id = "challengeRecord",
     .group = "Records",
     .summary = "Ask a colleague: is this really reverse?",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "RecordChallenge",
     .reply = "RecordWhole",
     .status = 201,
     .handle = challenge},
    {.method = FH_HTTP_POST,
     .path = RECORD "/merge",
     .id = "mergeRecord",
     .group = "Records",
     .summary = "Say that a record is the same as another: it leads there from now on",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .body = "RecordMerge",
     .reply = "RecordWhole",
     .handle = merge},
    {.method = FH_HTTP_POST,
     .path = RECORD "/part",
     .id = "partRecord",
     .group = "Records",
     .summary = "Undo a merge",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .reply = "RecordWhole",
     .handle = part},
    {.method = FH_HTTP_GET,
     .path = RECORD "/between",
     .id = "getBetween",
     .group = "Records",
     .summary = "What somebody without a name told the colleague who passes it on: for them alone",
     .right = FH_RIGHT_TAKE_PART,
     .reply = "RecordBetween",
     .handle = read_between},
    {.method = FH_HTTP_DELETE,
     .path = RECORD "/between",
     .id = "forgetBetween",
     .group = "Records",
     .summary = "Forget what was told to the go-between alone",
     .right = FH_RIGHT_TAKE_PART,
     .flags = FH_ROUTE_WRITES,
     .handle = forget_between},
    {.method = FH_HTTP_GET,
     .path = RECORD "/history",
     .id = "listRecordHistory",
     .group = "Records",
     .summary = "What happened to a record, newest first: nothing of it is ever changed",
     .right = FH_RIGHT_TAKE_PART,
     .query = fh_paging_options,
     .query_size = sizeof(fh_paging),
     .query_defaults = &fh_paging_defaults,
     .reply = "RecordHistory",
     .handle = list_history},
    {.path = NULL},
};
