/* events.c - GET /api/v1/events: what changes, as server-sent events.
 *
 *     event: job     a job that the caller may see, without params and result: the newest
 *                    ones at once, then each that changes, at most twice a second
 *     event: live    counts of live ingest, at most once a second, when they change
 *     event: map     number, latest version of a journey map and who made that, when anything
 *                    was done to it
 *     event: findings  when the last run ended that looked for findings, and whether one goes
 *                    on, as one begins or ends
 *     event: record  kind, number and version of a record that the caller may see, when
 *                    anything was done to it; its id is the newest entry of the history
 *
 * Events tell states, not differences: whoever was away begins with the newest states
 * again and has missed nothing; of records browsers say by themselves how far they had
 * come (Last-Event-ID), and are told what changed since. One thread, the ticker, looks and sends
 * for all streams; while there are none it sleeps.
 *
 * A watcher (one stream) lives from before the stream begins until its exchange has
 * ended. `gone` may be called at any time between, on the loop; only the ticker ends a
 * stream. After some minutes, and whenever sessions, tokens or rights change, streams
 * are ended: browsers come back within seconds, and are looked up anew.
 */
#include "api/inside.h"
#include "app/find/findings.h"
#include "app/records/records.h"
#include "base/put.h"
#include "store/maps.h"
#include "store/record_ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TICK_MS = 500,
    LIVE_MS = 1000,
    SHOWN_MAX = 200, /* newest jobs that are looked at */
    FIRST_MAX = 50,  /* of them a new stream is told */
    STREAMS_MAX = 10000,
    CHANGES_MAX = 200,  /* records told at a time */
    MISSED_MAX = 10000, /* entries; whoever missed more reads its pages anew */
    EVENT_MAX = 1 << 20
};
#define STREAM_MS INT64_C(300000)

typedef struct watcher {
    struct watcher *next;
    struct fh_hub *hub;
    const fh_http_exchange *x;
    fh_http_stream *stream; /* NULL: not begun yet, or never */
    fh_actor actor;         /* without its texts */
    uint32_t *led;          /* the actor's own copy */
    uint64_t serial;        /* the first in the list has the greatest */
    int64_t entry;          /* told of records so far; -1: not begun */
    int64_t until_ms;
    uint64_t age; /* of the callers when it began */
    bool gone, over, told;
} watcher;

typedef struct seen {
    int64_t job;
    uint64_t state; /* a sum over what is shown */
} seen;

struct fh_hub {
    fh_api *api;
    fh_mutex *lock; /* guards what follows */
    fh_cond *change;
    watcher *first;
    size_t n;
    uint64_t serials;
    bool ending;
    fh_thread *thread;
    /* Only the ticker's: */
    seen *seen; /* [n_seen], newest first */
    size_t n_seen;
    fh_live_stats live;
    int64_t live_ms;
    int64_t maps;     /* told of maps up to this change; -1: not begun */
    int64_t find_ms;  /* when the run ended that was told last; -1: not begun */
    int64_t find_job; /* that looked then; 0: none */
};

static void free_watcher(watcher *w)
{
    if (w) free(w->led);
    free(w);
}

/* ---- Sending; with the lock held ------------------------------------------------------- */

static void end_stream(watcher *w)
{
    if (!w->stream || w->over) return;
    w->over = true;
    fh_http_events_end(w->stream);
}

static void tell(watcher *w, fh_str name, fh_str data)
{
    if (!w->stream || w->over) return;
    if (w->gone || fh_http_events_send(w->stream, name, (fh_str){0}, data, NULL)) end_stream(w);
}

/* As GET /api/v1/jobs/{job} shows it, but for what may be long: a stream that 64 KiB
 * wait for is dropped. */
static void job_json(const fh_job *job, fh_buf *out)
{
    fh_job brief = *job;
    fh_json j;
    brief.params = FH_STR("{}");
    brief.result = (fh_str){0};
    fh_json_begin(&j, out, 0);
    fh_job_json(&brief, &j);
}

/* Sums up what changes of a job while it runs (FNV-1a). */
static uint64_t state_of(const fh_job *job)
{
    const uint64_t parts[] = {(uint64_t)job->state,    job->done,     job->total,
                              job->stop_asked,         job->attempts, (uint64_t)job->finished_ms,
                              (uint64_t)job->words.len};
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        h = (h ^ parts[i]) * UINT64_C(0x100000001b3);
    return h;
}

static bool has_changed(const fh_hub *hub, const fh_job *job, uint64_t state)
{
    for (size_t i = 0; i < hub->n_seen; i++)
        if (hub->seen[i].job == job->job) return hub->seen[i].state != state;
    return true;
}

static void send_job(fh_hub *hub, const fh_job *job, bool changed, bool recent, fh_buf *text)
{
    fh_buf_clear(text);
    for (watcher *w = hub->first; w; w = w->next) {
        if (!(w->told ? changed : recent) || !fh_job_visible(&w->actor, job)) continue;
        if (!text->len) job_json(job, text);
        if (!text->status) tell(w, FH_STR("job"), fh_buf_view(text));
    }
}

/* Oldest first, so that what a client shows last is the newest. */
static void send_jobs(fh_hub *hub, const fh_job *job, size_t n, fh_buf *text)
{
    seen now[SHOWN_MAX];
    for (size_t i = n; i-- > 0;) {
        const uint64_t state = state_of(&job[i]);
        now[i] = (seen){job[i].job, state};
        send_job(hub, &job[i], has_changed(hub, &job[i], state), i < FIRST_MAX, text);
    }
    if (n) memcpy(hub->seen, now, n * sizeof *now);
    hub->n_seen = n;
}

static void send_live(fh_hub *hub, const fh_live_stats *now, bool changed, fh_buf *text)
{
    const struct {
        const char *name;
        uint64_t n;
    } counts[] = {{"accepted", now->accepted},
                  {"known", now->known},
                  {"refused", now->refused + now->erased},
                  {"waiting", now->waiting}};
    fh_json j;
    fh_buf_clear(text);
    fh_json_begin(&j, text, 0);
    fh_json_object(&j);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        fh_json_key(&j, fh_str_of(counts[i].name));
        fh_json_uint(&j, counts[i].n);
    }
    fh_json_end_object(&j);
    if (text->status) return;
    for (watcher *w = hub->first; w; w = w->next)
        if ((changed || !w->told) && fh_may(&w->actor, FH_RIGHT_ASK))
            tell(w, FH_STR("live"), fh_buf_view(text));
}

/* ---- Records: who is told of which -------------------------------------------------- */

/* A stream as it was when the lock was given up: who may see what is asked without it. */
typedef struct listener {
    uint64_t serial;
    fh_actor actor;
    int64_t entry;
    bool sees[CHANGES_MAX];
} listener;

typedef struct audience {
    listener *who; /* [n] as in the hub's list: greatest serial first */
    size_t n;
    const fh_record_news *change;
    size_t n_changes;
    int64_t upto; /* everything up to this entry was looked at */
} audience;

static bool listens(const watcher *w)
{
    return w->stream && !w->over && !w->gone && fh_may(&w->actor, FH_RIGHT_TAKE_PART);
}

static fh_status copy_listener(const watcher *w, fh_arena *arena, listener *out)
{
    *out = (listener){.serial = w->serial, .actor = w->actor, .entry = w->entry};
    if (!w->actor.n_led) return FH_OK;
    uint32_t *led = FH_NEW_ARRAY(arena, uint32_t, w->actor.n_led);
    if (!led) return FH_NOMEM;
    memcpy(led, w->actor.led, w->actor.n_led * sizeof *led);
    out->actor.led = led;
    return FH_OK;
}

static fh_status gather(fh_hub *hub, fh_arena *arena, audience *a)
{
    size_t n = 0;
    fh_status s = FH_OK;
    fh_mutex_lock(hub->lock);
    for (const watcher *w = hub->first; w; w = w->next) n += listens(w);
    a->who = FH_NEW_ARRAY(arena, listener, n + 1);
    if (!a->who) s = FH_NOMEM;
    for (const watcher *w = hub->first; w && !s; w = w->next)
        if (listens(w)) s = copy_listener(w, arena, &a->who[a->n++]);
    fh_mutex_unlock(hub->lock);
    return s;
}

/* From where on anybody has yet to be told; whoever has just come begins with now. */
static int64_t told_by_all(audience *a, int64_t newest)
{
    int64_t least = newest;
    for (size_t i = 0; i < a->n; i++) {
        listener *l = &a->who[i];
        if (l->entry < 0 || l->entry > newest || newest - l->entry > MISSED_MAX) l->entry = newest;
        if (l->entry < least) least = l->entry;
    }
    return least;
}

static fh_status who_sees(fh_org *org, audience *a, size_t change, fh_arena *arena)
{
    const fh_record_news *c = &a->change[change];
    const fh_kind *kind = NULL;
    fh_status s = fh_kind_get(org, c->kind, arena, &kind, NULL);
    if (s == FH_NOTFOUND) return FH_OK; /* a kind that is no more: nobody looks at it */
    for (size_t i = 0; i < a->n && !s; i++) {
        listener *l = &a->who[i];
        if (l->entry >= c->entry) continue;
        l->sees[change] = kind->seen_by == FH_SEEN_BY_EVERYBODY;
        if (l->sees[change]) continue;
        fh_record_view view;
        s = fh_record_get(org, &l->actor, c->record, arena, &view, NULL);
        l->sees[change] = !s;
        if (s == FH_NOTFOUND || s == FH_DENIED) s = FH_OK;
    }
    return s;
}

/* Looks without the lock; what fails is looked at again with the next tick. */
static fh_status look_at_records(fh_hub *hub, fh_arena *arena, audience *a)
{
    fh_org *org = NULL;
    fh_status s = gather(hub, arena, a);
    if (s || !a->n) return s;
    s = fh_pool_read(hub->api->options.pool, &org, NULL);
    if (s) return s;
    s = fh_record_newest(org, &a->upto, NULL);
    const int64_t after = s ? 0 : told_by_all(a, a->upto);
    if (!s && after < a->upto)
        s = fh_record_changes(org, after, CHANGES_MAX, arena, &a->change, &a->n_changes, NULL);
    for (size_t i = 0; i < a->n_changes && !s; i++) s = who_sees(org, a, i, arena);
    fh_pool_read_done(hub->api->options.pool, org);
    if (a->n_changes == CHANGES_MAX) a->upto = a->change[CHANGES_MAX - 1].entry;
    return s;
}

static void tell_record(watcher *w, const fh_record_news *c, fh_buf *text)
{
    char id[24];
    fh_json j;
    fh_buf_clear(text);
    fh_json_begin(&j, text, 0);
    fh_json_object(&j);
    fh_put_text(&j, "kind", c->kind);
    fh_put_number(&j, "record", (uint64_t)c->record);
    fh_put_number(&j, "version", (uint64_t)c->version);
    fh_json_end_object(&j);
    const int n = snprintf(id, sizeof id, "%lld", (long long)c->entry);
    if (text->status || n < 0 || w->over) return;
    if (w->gone || fh_http_events_send(w->stream, FH_STR("record"), (fh_str){id, (size_t)n},
                                       fh_buf_view(text), NULL))
        end_stream(w);
}

/* With the lock held: those that are still there. */
static void send_records(fh_hub *hub, const audience *a, fh_buf *text)
{
    size_t i = 0;
    for (watcher *w = hub->first; w; w = w->next) {
        while (i < a->n && a->who[i].serial > w->serial) i++;
        if (i == a->n) break;
        if (a->who[i].serial != w->serial) continue;
        for (size_t k = 0; k < a->n_changes; k++)
            if (a->who[i].sees[k]) tell_record(w, &a->change[k], text);
        w->entry = a->upto;
    }
}

/* ---- Maps ------------------------------------------------------------------------------- */

/* Everybody who may see maps is told of all: one place for the whole hub. */
static fh_status look_at_maps(fh_hub *hub, fh_arena *arena, const fh_maps_news **out, size_t *n)
{
    fh_org *org = NULL;
    int64_t newest = 0;
    *n = 0;
    fh_status s = fh_pool_read(hub->api->options.pool, &org, NULL);
    if (s) return s;
    s = fh_maps_newest(org, &newest, NULL);
    if (!s && (hub->maps < 0 || newest < hub->maps)) hub->maps = newest;
    if (!s && newest > hub->maps)
        s = fh_maps_changes(org, hub->maps, CHANGES_MAX, arena, out, n, NULL);
    fh_pool_read_done(hub->api->options.pool, org);
    return s;
}

/* With the lock held. */
static void send_maps(fh_hub *hub, const fh_maps_news *change, size_t n, fh_buf *text)
{
    for (size_t i = 0; i < n; i++) {
        fh_json j;
        fh_buf_clear(text);
        fh_json_begin(&j, text, 0);
        fh_json_object(&j);
        fh_put_number(&j, "map", (uint64_t)change[i].map);
        fh_put_number(&j, "version", (uint64_t)change[i].latest);
        fh_put_number(&j, "person", change[i].person);
        fh_json_end_object(&j);
        for (watcher *w = hub->first; w && !text->status; w = w->next)
            if (fh_may(&w->actor, FH_RIGHT_ASK)) tell(w, FH_STR("map"), fh_buf_view(text));
        hub->maps = change[i].changed;
    }
}

/* ---- Findings --------------------------------------------------------------------------- */

typedef struct find_news {
    int64_t ran_ms, job; /* when the last run ended; which job looks now, 0: none */
} find_news;

static fh_status look_at_findings(fh_hub *hub, fh_arena *arena, find_news *out)
{
    fh_org *org = NULL;
    fh_find_ran ran = {0};
    fh_status s = fh_pool_read(hub->api->options.pool, &org, NULL);
    if (s) return s;
    s = fh_find_ran_last(org, &ran, NULL);
    if (!s) s = fh_find_going(org, arena, &out->job, NULL);
    fh_pool_read_done(hub->api->options.pool, org);
    out->ran_ms = ran.at_ms;
    return s;
}

/* With the lock held. */
static void send_findings(fh_hub *hub, const find_news *now, fh_buf *text)
{
    fh_json j;
    const bool news =
        hub->find_ms >= 0 && (now->ran_ms != hub->find_ms || now->job != hub->find_job);
    hub->find_ms = now->ran_ms;
    hub->find_job = now->job;
    if (!news) return;
    fh_buf_clear(text);
    fh_json_begin(&j, text, 0);
    fh_json_object(&j);
    fh_put_number(&j, "ran_ms", (uint64_t)now->ran_ms);
    fh_put_bool(&j, "looking", now->job != 0);
    fh_json_end_object(&j);
    for (watcher *w = hub->first; w && !text->status; w = w->next)
        if (fh_may(&w->actor, FH_RIGHT_ASK)) tell(w, FH_STR("findings"), fh_buf_view(text));
}

/* When the last stream is over the ticker looks at nothing any more: the server may be
 * about to end, and the jobs with it. */
static bool any_open(const fh_hub *hub)
{
    for (const watcher *w = hub->first; w; w = w->next)
        if (w->stream && !w->over) return true;
    return false;
}

static void end_gone(fh_hub *hub)
{
    for (watcher *w = hub->first; w; w = w->next)
        if (w->gone) end_stream(w);
}

static void end_old(fh_hub *hub, int64_t now_ms, uint64_t age)
{
    for (watcher *w = hub->first; w; w = w->next)
        if (w->gone || w->age != age || now_ms >= w->until_ms) end_stream(w);
}

/* ---- The ticker --------------------------------------------------------------------------- */

static bool same_counts(const fh_live_stats *a, const fh_live_stats *b)
{
    return a->accepted == b->accepted && a->known == b->known && a->refused == b->refused &&
           a->erased == b->erased && a->waiting == b->waiting;
}

/* Looks without the lock, sends with it. */
static void tick(fh_hub *hub, fh_arena *arena, fh_buf *text)
{
    const fh_api_options *o = &hub->api->options;
    const fh_os *os = fh_pool_os(o->pool);
    const int64_t now_ms = os->monotonic_ms(os->ctx);
    const fh_job_query newest = {.most = SHOWN_MAX};
    const fh_job *job = NULL;
    size_t n = 0;
    bool more = false;
    fh_live_stats live = {0};
    fh_arena_reset(arena);
    const bool jobs = o->jobs && !fh_jobs_list(o->jobs, &newest, arena, &job, &n, &more, NULL);
    if (o->live) fh_live_stats_get(o->live, &live);
    const uint64_t age = fh_callers_age(hub->api->callers);
    audience records = {0};
    const bool looked = look_at_records(hub, arena, &records) == FH_OK;
    const fh_maps_news *map = NULL;
    size_t n_maps = 0;
    if (look_at_maps(hub, arena, &map, &n_maps)) n_maps = 0; /* with the next tick */
    find_news find = {0};
    const bool ran = look_at_findings(hub, arena, &find) == FH_OK;

    fh_mutex_lock(hub->lock);
    end_old(hub, now_ms, age);
    if (looked) send_records(hub, &records, text);
    send_maps(hub, map, n_maps, text);
    if (ran) send_findings(hub, &find, text);
    if (jobs) send_jobs(hub, job, n, text);
    if (o->live) {
        const bool due = now_ms - hub->live_ms >= LIVE_MS && !same_counts(&live, &hub->live);
        send_live(hub, &live, due, text);
        if (due) {
            hub->live = live;
            hub->live_ms = now_ms;
        }
    }
    for (watcher *w = hub->first; w; w = w->next)
        if (w->stream && (jobs || !o->jobs)) w->told = true;
    fh_mutex_unlock(hub->lock);
}

static void run(void *ctx)
{
    fh_hub *hub = ctx;
    fh_buf text;
    fh_arena *arena = fh_arena_new(NULL);
    fh_buf_init(&text, NULL, EVENT_MAX);
    const fh_os *os = fh_pool_os(hub->api->options.pool);
    int64_t due_ms = 0;
    fh_mutex_lock(hub->lock);
    while (!hub->ending) {
        const int64_t wait_ms = due_ms - os->monotonic_ms(os->ctx);
        if (!any_open(hub) || !arena) {
            fh_cond_wait(hub->change, hub->lock);
        } else if (wait_ms > 0) {
            end_gone(hub);
            (void)fh_cond_wait_ms(hub->change, hub->lock, wait_ms);
        } else {
            fh_mutex_unlock(hub->lock);
            tick(hub, arena, &text);
            due_ms = os->monotonic_ms(os->ctx) + TICK_MS;
            fh_mutex_lock(hub->lock);
        }
    }
    fh_mutex_unlock(hub->lock);
    fh_buf_free(&text);
    fh_arena_free(arena);
}

fh_status fh_hub_new(fh_api *api, fh_hub **out, fh_error *err)
{
    fh_hub *hub = calloc(1, sizeof *hub);
    if (!hub) return fh_no_memory(err);
    hub->api = api;
    hub->maps = hub->find_ms = -1;
    hub->lock = fh_mutex_new();
    hub->change = fh_cond_new();
    hub->seen = calloc(SHOWN_MAX, sizeof *hub->seen);
    fh_status s = hub->lock && hub->change && hub->seen ? FH_OK : fh_no_memory(err);
    if (!s) s = fh_thread_start(run, hub, &hub->thread, err);
    if (s)
        fh_hub_free(hub);
    else
        *out = hub;
    return s;
}

void fh_hub_free(fh_hub *hub)
{
    if (!hub) return;
    if (hub->thread) {
        fh_mutex_lock(hub->lock);
        hub->ending = true;
        for (watcher *w = hub->first; w; w = w->next) end_stream(w);
        fh_cond_wake_all(hub->change);
        fh_mutex_unlock(hub->lock);
        fh_thread_join(hub->thread);
    }
    while (hub->first) {
        watcher *w = hub->first;
        hub->first = w->next;
        free_watcher(w);
    }
    free(hub->seen);
    fh_cond_free(hub->change);
    fh_mutex_free(hub->lock);
    free(hub);
}

/* ---- One stream ----------------------------------------------------------------------------- */

/* On the loop. The ticker ends the stream, soon. */
static void client_gone(void *ctx, fh_http_stream *s)
{
    watcher *w = ctx;
    (void)s;
    fh_mutex_lock(w->hub->lock);
    w->gone = true;
    fh_cond_wake_all(w->hub->change);
    fh_mutex_unlock(w->hub->lock);
}

static void take_out(fh_hub *hub, const watcher *gone)
{
    watcher **at = &hub->first;
    while (*at && *at != gone) at = &(*at)->next;
    if (!*at) return;
    *at = gone->next;
    hub->n--;
}

void fh_hub_ended(fh_hub *hub, const fh_http_exchange *x)
{
    if (!hub) return;
    fh_mutex_lock(hub->lock);
    watcher *w = hub->first;
    while (w && w->x != x) w = w->next;
    if (w) take_out(hub, w);
    fh_mutex_unlock(hub->lock);
    free_watcher(w);
}

static fh_status put_in(fh_hub *hub, watcher *w, fh_error *err)
{
    fh_mutex_lock(hub->lock);
    const bool room = hub->n < STREAMS_MAX && !hub->ending;
    if (room) {
        w->serial = ++hub->serials;
        w->next = hub->first;
        hub->first = w;
        hub->n++;
    }
    fh_mutex_unlock(hub->lock);
    return room ? FH_OK : fh_fail(err, FH_BUSY, "too many are watching at once");
}

/* How far a browser that comes back had come. */
static int64_t last_entry(const fh_call *c)
{
    const fh_str id = fh_str_trim(fh_http_field(c->x, "Last-Event-ID"));
    int64_t entry = 0;
    return id.len && fh_call_cursor(id, &entry, NULL) == FH_OK ? entry : -1;
}

static watcher *new_watcher(const fh_call *c)
{
    const fh_os *os = fh_pool_os(c->api->options.pool);
    watcher *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->hub = c->api->hub;
    w->x = c->x;
    w->until_ms = os->monotonic_ms(os->ctx) + STREAM_MS;
    w->age = fh_callers_age(c->api->callers);
    w->actor = (fh_actor){.kind = c->actor.kind,
                          .person = c->actor.person,
                          .roles = c->actor.roles,
                          .rights = c->actor.rights,
                          .department = c->actor.department};
    w->entry = last_entry(c);
    if (!c->actor.n_led) return w;
    w->led = calloc(c->actor.n_led, sizeof *w->led);
    if (!w->led) {
        free(w);
        return NULL;
    }
    memcpy(w->led, c->actor.led, c->actor.n_led * sizeof *w->led);
    w->actor.led = w->led;
    w->actor.n_led = c->actor.n_led;
    return w;
}

static fh_status watch(fh_call *c, fh_error *err)
{
    fh_hub *hub = c->api->hub;
    fh_http_exchange *x = c->x;
    fh_http_stream *stream = NULL;
    fh_put_policy(x);
    if (c->request->method == FH_HTTP_HEAD) {
        fh_http_reply(x, 200, FH_STR("text/event-stream"), (fh_str){0});
        return FH_OK;
    }
    watcher *w = new_watcher(c);
    if (!w) return fh_no_memory(err);
    fh_status s = put_in(hub, w, err);
    if (s) {
        free_watcher(w);
        return s;
    }
    fh_http_set_user(x, NULL); /* the call's memory goes when the stream begins */
    s = fh_http_events_begin(x, client_gone, w, &stream, err);
    fh_mutex_lock(hub->lock);
    if (s) {
        take_out(hub, w);
        fh_http_set_user(x, c);
    } else {
        w->stream = stream;
        if (hub->ending) end_stream(w);
        fh_cond_wake_all(hub->change);
    }
    fh_mutex_unlock(hub->lock);
    if (s) free_watcher(w);
    return s;
}

const fh_route fh_routes_events[] = {
    {.method = FH_HTTP_GET,
     .path = "/api/v1/events",
     .id = "watchEvents",
     .group = "Jobs",
     .summary = "Jobs, live counts, maps, records and findings as they change, as server-sent "
                "events",
     .right = FH_ANYBODY,
     .flags = FH_ROUTE_NO_ORG | FH_ROUTE_REPLIES,
     .reply_type = "text/event-stream",
     .handle = watch},
    {.path = NULL},
};
