/* inside.h - what the files of src/api share and nobody else sees. */
#ifndef FH_API_INSIDE_H
#define FH_API_INSIDE_H

#include "api/route.h"
#include "app/ask/question.h"
#include "app/signin/limiter.h"
#include "app/signin/tokens.h"
#include "os/threads.h"

/* ---- Workers (workers.c) ---------------------------------------------------------- */

typedef struct fh_workers fh_workers;
typedef void fh_work_item(void *ctx);
/* At most `room` items wait. */
FH_MUST_CHECK fh_status fh_workers_start(uint32_t n, size_t room, fh_workers **out, fh_error *err);
/* Runs `work` in a worker, first come, first served; false: there is no room. */
bool fh_workers_give(fh_workers *w, fh_work_item *work, void *ctx);
void fh_workers_stop(fh_workers *w); /* what waits is run first; NULL is allowed */

/* ---- Matching (match.c) ------------------------------------------------------------- */

typedef struct fh_router fh_router;
/* `tables` end with NULL, each table with a path that is NULL. In the arena. */
FH_MUST_CHECK fh_status fh_router_new(const fh_route *const *tables, fh_arena *arena,
                                      fh_router **out, fh_error *err);
/* The route and what stands in place of its {...}. NULL: none; then *allowed tells the
 * methods the path has ("GET, POST"), empty: there is no such path. */
const fh_route *fh_router_find(const fh_router *r, fh_http_method method, fh_str path,
                               fh_str value[FH_PATH_VALUES], const char **allowed);
const fh_route *const *fh_router_all(const fh_router *r, size_t *n);

/* ---- Who is calling (caller.c) ------------------------------------------------------- */

typedef struct fh_callers fh_callers;
FH_MUST_CHECK fh_status fh_callers_new(fh_pool *pool, fh_str base_url, fh_callers **out,
                                       fh_error *err);
void fh_callers_free(fh_callers *c);
/* Recognises the caller by cookie or token and fills actor, caller, secret. *half: the
 * second factor is still to come; *touch: remember when this was used last. FH_DENIED: a
 * credential that is not good. Without any the actor is FH_ACTOR_NOBODY. */
FH_MUST_CHECK fh_status fh_callers_know(fh_callers *c, fh_call *call, bool *half, bool *touch,
                                        fh_error *err);
/* A request that changes something must come from our own pages, or carry a token. */
FH_MUST_CHECK fh_status fh_callers_same_origin(const fh_callers *c, const fh_call *call,
                                               fh_error *err);
/* The Host header names us: otherwise somebody's name leads here (DNS rebinding). */
bool fh_callers_host_ok(const fh_callers *c, const fh_http_request *r);
/* Looks everybody up anew from now on. */
void fh_callers_forget(fh_callers *c);
/* Changes with every fh_callers_forget. */
uint64_t fh_callers_age(const fh_callers *c);
/* Name of the session's cookie. */
const char *fh_callers_cookie(const fh_callers *c);
bool fh_callers_secure(const fh_callers *c); /* the base URL is https */

/* ---- Problems (problem.c) --------------------------------------------------------------- */

enum { FH_NO_IF_MATCH = 428 }; /* RFC 6585: the condition is missing */
/* Replies with the error as application/problem+json. `code` 0: by the status. */
void fh_problem_reply(fh_http_exchange *x, const fh_error *err, int code);
/* The same with the members of an object (JSON; may be empty) besides. */
void fh_problem_reply_with(fh_http_exchange *x, const fh_error *err, int code, fh_str more);
int fh_problem_code(fh_status status);
/* Of what is no page: nothing of it may be run, loaded or framed. */
void fh_put_policy(fh_http_exchange *x);
/* That, and Cache-Control: no-store. */
void fh_put_kept_nowhere(fh_http_exchange *x);
/* A field of our own making: it is well-formed; without memory it is left out. */
void fh_put_field(fh_http_exchange *x, const char *name, fh_str value);
/* "not-found", "malformed", ...: the last part of a problem's type, kept stable. */
const char *fh_problem_word(fh_status status);

/* ---- Reading what was sent (read.c) --------------------------------------------------- */

FH_MUST_CHECK fh_status fh_call_read_query(fh_call *c, fh_error *err);
FH_MUST_CHECK fh_status fh_call_read_body(fh_call *c, fh_json_reader *reader, fh_error *err);
FH_MUST_CHECK fh_status fh_call_read_version(fh_call *c, fh_error *err);

/* ---- Doing it once (once.c) --------------------------------------------------------------- */

/* Inside the transaction of a writing route: whether this Idempotency-Key was answered
 * before. *found: the reply is in c. FH_INVALID: the key came with another request. */
FH_MUST_CHECK fh_status fh_once_look(fh_call *c, bool *found, fh_error *err);
FH_MUST_CHECK fh_status fh_once_keep(fh_call *c, fh_error *err);

/* ---- Signing in (session.c, tokens.c): for the API and the pages ---------------------------- */

/* FH_BUSY when nobody signs in here. */
FH_MUST_CHECK fh_status fh_call_signin(const fh_call *c, fh_signin **out, fh_error *err);
/* Sets the cookie; writes the session's members into the object that is open. */
FH_MUST_CHECK fh_status fh_call_session(fh_call *c, const fh_session_given *given, fh_error *err);
/* Takes the cookie away, and what the browser keeps of us. */
FH_MUST_CHECK fh_status fh_call_signed_out(fh_call *c, fh_error *err);
FH_MUST_CHECK fh_status fh_token_life(int64_t days, int64_t *life_ms, fh_error *err);

/* What GET /me and GET /settings answer (session.c, settings.c), for the page that begins with
 * it; `version` of the settings is the number in their ETag. */
FH_MUST_CHECK fh_status fh_call_me(fh_call *c, fh_json *j, fh_session_now *now, fh_error *err);
FH_MUST_CHECK fh_status fh_call_settings(const fh_call *c, fh_json *j, int64_t *version,
                                         fh_error *err);

typedef struct fh_hub fh_hub; /* events.c */

/* The web UI draws a page at this path (assets.c). */
bool fh_is_web_page(fh_str path);
/* The file of the web UI whose name begins so: "theme-" is "theme-3F2A81C0.js". */
const char *fh_web_file(const char *start);

/* Refuses a request for a page (page.c); see page.h. */
void fh_screen_refuse(fh_call *c, int code, const fh_error *err);

/* ---- The API itself (api.c) ------------------------------------------------------------------ */

enum { FH_API_READERS = 64 };

/* What a reply to interactions said, none of which was refused. */
typedef struct fh_live_said {
    uint64_t sent, accepted, known, erased;
    size_t len; /* of the text; 0: none yet */
    char text[160];
} fh_live_said;

struct fh_api {
    fh_api_options options;
    fh_arena *arena; /* of what lives as long as the API */
    fh_router *router;
    fh_callers *callers;
    fh_workers *workers;
    fh_mutex *lock;                         /* guards the readers and tellers */
    fh_json_reader *reader[FH_API_READERS]; /* idle ones */
    fh_live_parser *parser[FH_API_READERS];
    fh_limiter *tellers; /* of pages that anybody may write to */
    size_t n_readers, n_parsers;
    uint32_t n_downloads;        /* running now */
    struct fh_upload *uploading; /* uploads to which bytes are being added */
    fh_hub *hub;
    fh_http_batch live_batch; /* these two only the live writer's thread uses */
    fh_live_said live_said;
};

/* ---- Jobs (jobs.c) -------------------------------------------------------------------------- */

/* FH_BUSY when this server runs no jobs. */
FH_MUST_CHECK fh_status fh_need_jobs(const fh_call *c, fh_error *err);
/* The one place that says which right a kind of job needs. */
bool fh_job_right(fh_str kind, fh_right *out);
/* Whether somebody may see a job: everybody's with FH_RIGHT_JOBS, else the own ones of
 * kinds that they may ask for now. */
bool fh_job_visible(const fh_actor *actor, const fh_job *job);
/* The job of path value 0, when the caller may see it; else FH_NOTFOUND. */
FH_MUST_CHECK fh_status fh_call_job(fh_call *c, fh_job *out, fh_error *err);
/* A text of the job's result; empty when there is none. */
FH_MUST_CHECK fh_status fh_call_result_text(fh_call *c, const fh_job *job, const char *member,
                                            fh_str *out, fh_error *err);
/* The import of path value 0 and the name of its file of rejected rows. */
FH_MUST_CHECK fh_status fh_call_rejects(fh_call *c, fh_job *job, fh_str *name, fh_error *err);
/* Adds a job in the route's transaction and shows it: 202 with its address. */
FH_MUST_CHECK fh_status fh_call_add_job(fh_call *c, fh_str kind, fh_str params, fh_error *err);

/* ---- Uploads (uploads.c) -------------------------------------------------------------------- */

/* On the loop: says where the body goes. */
FH_MUST_CHECK fh_status fh_upload_begin(fh_call *c, fh_http_plan *plan, fh_error *err);
/* When the exchange is over: what was not finished leaves nothing behind. */
void fh_upload_ended(fh_call *c);
/* ?name= of what is uploaded; the first member of the query. */
extern const fh_option fh_upload_options[];
typedef struct fh_upload_query {
    fh_str name;
} fh_upload_query;
/* The whole body is on the disk: its place, its bytes, the name that was given out for it.
 * FH_INVALID when it is empty. */
FH_MUST_CHECK fh_status fh_upload_done(fh_call *c, fh_str *part, fh_str *name, uint64_t *bytes,
                                       fh_error *err);
/* It has another name from now on, and stays. */
FH_MUST_CHECK fh_status fh_upload_keep(fh_call *c, const char *path, fh_error *err);
/* Sends a file of this size to save it under a name of letters, digits and . - _ only: never
 * shown by the browser. From then on nothing of the call may be used. */
FH_MUST_CHECK fh_status fh_send_file(fh_call *c, const char *path, fh_str title, fh_str type,
                                     fh_error *err);

/* ---- Streams of events (events.c) ----------------------------------------------------------- */

FH_MUST_CHECK fh_status fh_hub_new(fh_api *api, fh_hub **out, fh_error *err);
void fh_hub_free(fh_hub *hub); /* ends all streams; NULL is allowed */
/* The exchange of a stream is over. */
void fh_hub_ended(fh_hub *hub, const fh_http_exchange *x);

/* Whether the caller may ask this: who may ask of everybody may not yet single somebody
 * out (questions.c). */
FH_MUST_CHECK fh_status fh_call_may_ask(const fh_call *c, const fh_asking *ask, fh_error *err);

/* Idle readers and parsers are kept for the next request. */
FH_MUST_CHECK fh_status fh_api_reader(fh_api *api, fh_json_reader **out, fh_error *err);
void fh_api_reader_done(fh_api *api, fh_json_reader *r);
FH_MUST_CHECK fh_status fh_api_parser(fh_api *api, fh_live_parser **out, fh_error *err);
void fh_api_parser_done(fh_api *api, fh_live_parser *p);
/* Of the reply when all went well. */
int fh_call_status(const fh_call *c);
/* Puts a call into the workers' queue; replies itself when there is no room. */
void fh_api_give(fh_call *c);

/* All tables together (routes.c). */
FH_MUST_CHECK fh_status fh_api_routes(fh_arena *arena, fh_router **out, fh_error *err);
/* Writes, some time soon, that the caller's session or token was used (touch.c). */
void fh_api_touch(const fh_call *c);

/* The question a route asks; NULL: it is another route. */
const fh_question *fh_route_question(const fh_route *r);
/* What a question answers when nothing is said: JSON, or what Accept asks for. */
void fh_route_question_begin(fh_call *c);
/* Questions as routes, made when the API starts (questions.c). In the arena. */
FH_MUST_CHECK fh_status fh_api_question_routes(fh_arena *arena, const fh_route **out,
                                               fh_error *err);

enum { FH_BODY_DEFAULT = 1 << 20, FH_JSON_TOKENS = 1 << 20, FH_REPLY_MAX = 1 << 30 };

#endif
