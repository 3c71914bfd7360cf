/* route.h - routes, and the call that a route's function answers.
 *
 * A route is a constant: method, path, the right it needs, what it takes and gives,
 * and the function that does it. Everything else is made from that table: matching,
 * the check of rights (in one place, before any function runs), reading of query and
 * body, the OpenAPI text (openapi.c), and the test that every route was exercised.
 *
 *     static fh_status get_person(fh_call *c, fh_error *err)
 *     {
 *         uint32_t number;
 *         fh_person p;
 *         fh_status s = fh_call_number(c, 0, &number, err);
 *         if (!s) s = fh_person_get(c->org, &c->actor, number, c->arena, &p, err);
 *         if (s) return s;                      (becomes a problem, RFC 9457)
 *         fh_person_json(&p, &c->json);
 *         return fh_call_version_is(c, p.version, err);              (the ETag)
 *     }
 *
 * A function runs in a worker thread with `org` open: for reading, or with
 * FH_ROUTE_WRITES for writing inside a transaction that is committed when the function
 * succeeds and rolled back when it fails. It writes one JSON value into c->json.
 */
#ifndef FH_API_ROUTE_H
#define FH_API_ROUTE_H

#include "api/api.h"
#include "app/ask/option.h"
#include "app/people/rights.h"
#include "app/signin/signin.h"
#include "base/json.h"
#include "http/http.h"

typedef struct fh_call fh_call;
typedef fh_status fh_route_handler(fh_call *c, fh_error *err);

enum {
    FH_ROUTE_PUBLIC = 1 << 0,      /* anybody, signed in or not */
    FH_ROUTE_HALF = 1 << 1,        /* also who has yet to pass the second factor */
    FH_ROUTE_WRITES = 1 << 2,      /* `org` is the write lane, a transaction is open; an
                                      Idempotency-Key is respected */
    FH_ROUTE_ON_LOOP = 1 << 3,     /* quick, waits for nothing: runs on the loop, without `org` */
    FH_ROUTE_NO_ORG = 1 << 4,      /* takes handles of the pool itself (or none) */
    FH_ROUTE_WHO_CHANGES = 1 << 5, /* sessions, tokens, rights: known callers are looked up anew */
    FH_ROUTE_SIGNS_IN = 1 << 6,    /* no session needed, but the request must come from our pages */
    FH_ROUTE_REPLIES = 1 << 7,     /* the function replies by itself (streams, files), and
                                      touches nothing of the call afterwards; with NO_ORG */
    FH_ROUTE_PAGE = 1 << 8,        /* for people: a refusal is a page, too, and who is not
                                      signed in is sent to do so */
    FH_ROUTE_VERSIONED = 1 << 9,   /* If-Match must name the version that is changed */
    FH_ROUTE_QUESTION = 1 << 10,   /* `data` is an fh_question */
    FH_ROUTE_SMALL_ON_LOOP = 1 << 11, /* ON_LOOP when the body is at most FH_SMALL_BODY */
    FH_ROUTE_UPLOAD = 1 << 12,        /* the body goes to a file as it comes: `upload` */
    FH_ROUTE_FOREIGN_QUERY = 1 << 13, /* another program words the query: the function takes
                                         from it what it knows */
    FH_ROUTE_MAILS = 1 << 14          /* afterwards there is a mail to send */
};
enum { FH_SMALL_BODY = 64 << 10 };
#define FH_ANYBODY (-1) /* as `right`: whoever is signed in */

typedef struct fh_route {
    fh_http_method method;
    const char *path;    /* "/api/v1/people/{person}" */
    const char *id;      /* "getPerson": unique; clients' generators name functions by it */
    const char *group;   /* "People": a chapter of the description */
    const char *summary; /* a sentence without period: "Change a person" */
    int right;           /* fh_right, or FH_ANYBODY */
    uint32_t flags;
    const fh_option *query; /* NULL: takes none */
    size_t query_size;
    const void *query_defaults; /* NULL: zeros */
    const char *body;           /* schema of the JSON body (schemas.json); NULL: takes none */
    const char *reply;          /* schema of the JSON reply; NULL: an empty one */
    const char *reply_422;  /* schema of the reply when nothing sent was good; NULL: a problem */
    const char *body_type;  /* NULL: application/json */
    const char *reply_type; /* NULL: application/json */
    int status;             /* of success; 0: 200, without a reply 204 */
    uint64_t max_body;      /* 0: 1 MiB */
    fh_route_handler *handle;
    const void *data; /* the function's own */
} fh_route;

/* Tables of routes, one a file; each ends with a path that is NULL. */
extern const fh_route fh_routes_service[], fh_routes_stories[], fh_routes_interactions[],
    fh_routes_settings[], fh_routes_people[], fh_routes_departments[], fh_routes_session[],
    fh_routes_second_factor[], fh_routes_tokens[], fh_routes_assets[], fh_routes_app[],
    fh_routes_screen[], fh_routes_pages[], fh_routes_pages_signin[], fh_routes_pages_oidc[],
    fh_routes_pages_account[], fh_routes_jobs[], fh_routes_uploads[], fh_routes_events[],
    fh_routes_webhooks[], fh_routes_mending[], fh_routes_sources[], fh_routes_rules[],
    fh_routes_story[], fh_routes_consent[], fh_routes_requests[], fh_routes_saved[],
    fh_routes_kinds[], fh_routes_keeping[], fh_routes_records[], fh_routes_record_acts[],
    fh_routes_record_tables[], fh_routes_record_files[], fh_routes_tell[], fh_routes_figures[],
    fh_routes_maps[], fh_routes_map_lived[], fh_routes_map_edits[], fh_routes_findings[],
    fh_routes_presend[], fh_routes_digest[], fh_routes_map_votes[], fh_routes_map_reverse[],
    fh_routes_map_follow[], fh_routes_vote[], fh_routes_answer[];

enum { FH_PATH_VALUES = 3 };

struct fh_call {
    fh_api *api;
    fh_http_exchange *x;
    const fh_http_request *request;
    const fh_route *route;
    fh_arena *arena;
    fh_actor actor;
    fh_caller caller;
    bool half;                         /* the second factor is still to come */
    fh_str secret;                     /* of the session; empty: none */
    fh_str way_back;                   /* asked for when a sign-in began elsewhere; unchecked */
    fh_str path_value[FH_PATH_VALUES]; /* what stands in place of {...}, decoded */
    void *query;                       /* route->query_size bytes, read by route->query */
    const fh_str *args;                /* [n_args] questions: "step=A&step=B" */
    size_t n_args;
    const fh_json_doc *body;  /* a JSON object */
    struct fh_upload *upload; /* of a route with FH_ROUTE_UPLOAD */
    int64_t version;          /* of If-Match; 0: none */
    fh_org *org;
    fh_buf out;
    fh_json json;
    int refusal;    /* the code of a refusal; 0: by the error's status */
    fh_str problem; /* JSON object: what the problem of a refusal tells besides; may be empty */
    /* The reply, as far as it differs from what the route says. */
    int status;
    fh_str type, etag, location;
    bool untagged;     /* nothing of it may be kept anywhere */
    bool tag_for_part; /* the tag is for If-Match: more is shown than it stands for, so "not
                          modified" is never said */
};

/* ---- For the functions of routes ------------------------------------------------------ */

/* Path value i as a positive number; FH_NOTFOUND when it is none. */
FH_MUST_CHECK fh_status fh_call_number(const fh_call *c, size_t i, uint32_t *out, fh_error *err);
FH_MUST_CHECK fh_status fh_call_number64(const fh_call *c, size_t i, int64_t *out, fh_error *err);

/* Members of the body. Each fails with FH_INVALID naming the JSON pointer when it is of
 * another type; `there` (may be NULL: then it must be there) tells whether it was. */
FH_MUST_CHECK fh_status fh_call_text(const fh_call *c, const char *key, fh_str *out, bool *there,
                                     fh_error *err);
FH_MUST_CHECK fh_status fh_call_integer(const fh_call *c, const char *key, int64_t *out,
                                        bool *there, fh_error *err);
FH_MUST_CHECK fh_status fh_call_bool(const fh_call *c, const char *key, bool *out, bool *there,
                                     fh_error *err);
/* An array of texts joined by commas ("a,b"). */
FH_MUST_CHECK fh_status fh_call_words(const fh_call *c, const char *key, fh_str *out, bool *there,
                                      fh_error *err);
/* base64url or base64 as raw bytes. */
FH_MUST_CHECK fh_status fh_call_bytes(const fh_call *c, const char *key, fh_str *out,
                                      fh_error *err);
/* Fields of a change: a member that is there sets *out and its bit in *fields; null
 * empties the field, which is not the same as leaving it out. */
FH_MUST_CHECK fh_status fh_call_text_field(const fh_call *c, const char *key, uint32_t bit,
                                           fh_str *out, uint32_t *fields, fh_error *err);
FH_MUST_CHECK fh_status fh_call_number_field(const fh_call *c, const char *key, uint32_t bit,
                                             uint32_t *out, uint32_t *fields, fh_error *err);
FH_MUST_CHECK fh_status fh_call_bool_field(const fh_call *c, const char *key, uint32_t bit,
                                           bool *out, uint32_t *fields, fh_error *err);
bool fh_call_empties(const fh_call *c, const char *key); /* the member is there as null */
bool fh_call_is_type(const fh_call *c, fh_str type);     /* of the body: "text/csv" */
/* FH_INVALID when the body has a member that is not in `known` (NULL ends it): the
 * nearest is suggested. */
FH_MUST_CHECK fh_status fh_call_known(const fh_call *c, const char *const *known, fh_error *err);

/* For FH_ROUTE_NO_ORG: c->org becomes the write lane, without a transaction; use cases
 * make their own, so that what they keep of a failure (wrong codes, refusals) stays. */
FH_MUST_CHECK fh_status fh_call_lane(fh_call *c, fh_error *err);
/* Always when fh_call_lane went well: gives the lane back, wakes who waits for changes;
 * returns `s`. */
FH_MUST_CHECK fh_status fh_call_lane_done(fh_call *c, fh_status s);

/* Takes the write lane for an entry in the audit log: somebody opened this story. Once an
 * hour is enough. */
FH_MUST_CHECK fh_status fh_story_seen(fh_call *c, uint32_t customer, fh_error *err);
/* The same, while `answer` runs in this thread: a commit takes as long as reading the story. Its
 * reply goes out when both are done; that it could not be written comes first. */
FH_MUST_CHECK fh_status fh_story_seen_beside(fh_call *c, uint32_t customer,
                                             fh_route_handler *answer, fh_error *err);

/* The reply's ETag is this version; If-None-Match is respected. */
FH_MUST_CHECK fh_status fh_call_version_is(fh_call *c, int64_t version, fh_error *err);
/* 201 with Location "/api/v1/people/17". */
FH_MUST_CHECK fh_status fh_call_made(fh_call *c, const char *path, int64_t number, fh_error *err);
FH_MUST_CHECK fh_status fh_call_field(fh_call *c, const char *name, fh_str value, fh_error *err);
/* Sets, or with an empty secret removes, the cookie of the session. */
FH_MUST_CHECK fh_status fh_call_cookie(fh_call *c, fh_str secret, fh_error *err);

/* A page of a list: {"items":[...],"next":"..."}; the caller writes the items between.
 * `next` empty: that was all. */
void fh_call_page_begin(fh_call *c);
void fh_call_page_end(fh_call *c, fh_str next);
/* The same; what comes next begins behind this number, 0: that was all. */
void fh_call_page_end_at(fh_call *c, int64_t next);
void fh_call_next(fh_call *c, int64_t next); /* only that member */
/* The cursor of a list as a number: what `next` was given; 0 at first. */
FH_MUST_CHECK fh_status fh_call_cursor(fh_str text, int64_t *out, fh_error *err);

/* Which page of a list is asked for: a member of a route's query and its options, or the
 * whole of them. */
typedef struct fh_paging {
    fh_str after;
    uint64_t limit;
} fh_paging;
#define FH_PAGING(query, member)                                         \
    {0,                                                                  \
     "after",                                                            \
     FH_OPTION_TEXT,                                                     \
     offsetof(query, member.after),                                      \
     "NEXT",                                                             \
     "go on behind this place: 'next' of the reply before",              \
     NULL},                                                              \
    {                                                                    \
        0, "limit", FH_OPTION_COUNT, offsetof(query, member.limit), "N", \
            "at most so many, up to 1000 (default 50)", NULL             \
    }
#define FH_PAGING_DEFAULT \
    {                     \
        .limit = 50       \
    }
extern const fh_option fh_paging_options[];
extern const fh_paging fh_paging_defaults;
/* *place is where it begins, as fh_call_cursor; FH_INVALID for a limit that is none. */
FH_MUST_CHECK fh_status fh_call_paging(const fh_paging *p, int64_t *place, fh_error *err);

#endif
