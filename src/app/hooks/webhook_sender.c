/* webhook_sender.c - sends what is due: a few threads, one message of a webhook at a time.
 *
 *     take what is due -> sign -> send (no lock is held) -> write how it went
 *
 * A crash between the last two sends a message twice: the receiver knows it by its
 * id. A webhook that does not answer is left alone, with all that waits for it,
 * until its next attempt is due; while it is waited for, the other threads go on.
 * Messages of one webhook go one after another, in their order.
 */
#include "app/hooks/webhook_parts.h"
#include "base/utf8.h"
#include "os/threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SENDERS = 4,
    AT_ONCE = 32,
    CROWDED_MS = 1000,
    RESPITE_MS = 60000,
    IDLE_MS = 5000,
    SWEEP_MS = 15 * 60 * 1000,
    REPLY_MAX = 1024
};

/* ---- When to try again -------------------------------------------------------------------- */

int64_t fh_hook_wait_ms(uint32_t attempts, int64_t delivery)
{
    static const int32_t seconds[] = {5,         5 * 60,    30 * 60,   2 * 3600, 5 * 3600,
                                      10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600};
    if (attempts == 0 || attempts > sizeof seconds / sizeof *seconds) return -1;
    const int64_t ms = (int64_t)seconds[attempts - 1] * 1000;
    return ms + ms * (delivery % 10) / 100;
}

/* ---- One attempt ---------------------------------------------------------------------------- */

typedef struct attempt {
    fh_delivery d;
    fh_hook hook;
    fh_hook_reply reply;
    fh_error err;
    fh_status status;
} attempt;

typedef struct sender {
    fh_pool *pool;
    const fh_webhooks_options *o;
    const fh_os *os;
    bool (*stopped)(void *ctx);
    void *stopped_ctx;
} sender;

static bool went_well(const attempt *a)
{
    return a->status == FH_OK && a->reply.code >= 200 && a->reply.code < 300;
}

/* Control characters and what is not UTF-8 are made harmless. */
static fh_str readable(const fh_hook_reply *reply, char out[REPLY_MAX])
{
    const unsigned char *p = (const unsigned char *)reply->body;
    size_t n = 0;
    for (size_t i = 0; i < reply->n && n < REPLY_MAX;) {
        const size_t step = fh_utf8_step(p + i, reply->n - i);
        const bool control = p[i] < ' ' || p[i] == 0x7f;
        if (step && !control) {
            if (n + step > REPLY_MAX) break;
            memcpy(out + n, p + i, step);
            n += step;
            i += step;
        } else {
            out[n++] = p[i] == '\n' ? '\n' : step ? ' ' : '?';
            i++;
        }
    }
    return (fh_str){out, n};
}

static fh_status sign_and_send(const sender *s, attempt *a, fh_arena *arena, fh_error *err)
{
    const int64_t now_s = s->os->now_ms(s->os->ctx) / 1000;
    fh_str secret, signature, timestamp;
    fh_status status = fh_hook_secret(s->o->key, &a->hook, arena, &secret, err);
    if (status == FH_OK)
        status = fh_hook_sign(secret, a->d.id, now_s, a->d.body, arena, &signature, err);
    if (status == FH_OK && !fh_arena_format(arena, &timestamp, "%lld", (long long)now_s))
        status = fh_no_memory(err);
    if (status != FH_OK) return status;
    const fh_hook_post post = {.url = a->hook.url,
                               .body = a->d.body,
                               .id = a->d.id,
                               .timestamp = timestamp,
                               .signature = signature,
                               .time_ms = s->o->time_ms > 0 ? s->o->time_ms : 15000,
                               .loopback_allowed = s->o->loopback_allowed,
                               .stopped = s->stopped,
                               .stopped_ctx = s->stopped_ctx};
    return s->o->transport.post(s->o->transport.ctx, &post, &a->reply, err);
}

/* ---- How it went ---------------------------------------------------------------------------- */

/* Why the webhook is switched off now; NULL: it is not. */
static const char *give_up(const sender *s, const attempt *a, int64_t failing_since, int64_t now,
                           char space[160])
{
    const int64_t patience = s->o->give_up_ms > 0 ? s->o->give_up_ms : INT64_C(5) * 86400000;
    if (a->status == FH_OK && a->reply.code == 410) return "the receiver says it is gone (410)";
    if (now - failing_since < patience) return NULL;
    if (a->status == FH_OK)
        (void)snprintf(space, 160, "it failed for %lld days; the last reply was %d",
                       (long long)((now - failing_since) / 86400000), (int)a->reply.code);
    else
        (void)snprintf(space, 160, "it failed for %lld days; the last time: %.90s",
                       (long long)((now - failing_since) / 86400000), a->err.message);
    return space;
}

static fh_status note_failure(const sender *s, fh_org *org, attempt *a, int64_t now, fh_error *err)
{
    char space[160];
    const int64_t since = a->hook.failing_since_ms ? a->hook.failing_since_ms : now;
    const char *reason = give_up(s, a, since, now, space);
    const int64_t wait = fh_hook_wait_ms(a->d.attempts, a->d.delivery);
    a->d.state = wait < 0 || reason ? FH_DELIVERY_FAILED : FH_DELIVERY_WAITING;
    a->d.next_ms = now + (wait < 0 ? 0 : wait);
    fh_status status = fh_delivery_save(org, &a->d, err);
    if (status == FH_OK)
        status = fh_delivery_postpone(org, a->hook.hook, now + (wait > 0 ? wait : RESPITE_MS), err);
    if (status == FH_OK)
        status =
            fh_hook_health(org, a->hook.hook, since, reason == NULL, fh_str_of(reason), now, err);
    if (status == FH_OK && reason)
        fh_log_tell(s->o->log, FH_LOG_WARNING, "webhook switched off",
                    FH_LOG_FIELDS(FH_LOG_NUMBER("webhook", a->hook.hook),
                                  FH_LOG_TEXT("reason", fh_str_of(reason))));
    return status;
}

/* In one transaction; the webhook may have been changed or removed meanwhile. */
static fh_status write_outcome(const sender *s, attempt *a, fh_arena *arena, fh_error *err)
{
    const int64_t now = s->os->now_ms(s->os->ctx);
    char reply[REPLY_MAX];
    a->d.attempts++;
    a->d.last_ms = now;
    a->d.code = a->status == FH_OK ? a->reply.code : 0;
    a->d.reply = a->status == FH_OK ? readable(&a->reply, reply) : (fh_str){0};
    a->d.error = a->status == FH_OK ? (fh_str){0} : fh_str_of(a->err.message);
    fh_org *org = NULL;
    fh_status status = fh_pool_write(s->pool, -1, &org, err);
    if (status != FH_OK) return status;
    status = fh_org_begin(org, err);
    if (status == FH_OK) status = fh_hook_get(org, a->d.hook, arena, &a->hook, err);
    if (status == FH_OK && went_well(a)) {
        a->d.state = FH_DELIVERY_DONE;
        status = fh_delivery_save(org, &a->d, err);
        if (status == FH_OK)
            status = fh_hook_health(org, a->hook.hook, 0, a->hook.active, a->hook.reason, now, err);
    } else if (status == FH_OK) {
        status = note_failure(s, org, a, now, err);
    }
    if (status == FH_OK)
        status = fh_org_commit(org, err);
    else
        fh_org_rollback(org);
    fh_pool_write_done(s->pool, org);
    return status == FH_NOTFOUND ? FH_OK : status; /* removed meanwhile */
}

static fh_status deliver(const sender *s, const fh_delivery *due, bool *failed, fh_error *err)
{
    attempt a = {.d = *due};
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_org *org = NULL;
    fh_status status = fh_pool_read(s->pool, &org, err);
    if (status == FH_OK) status = fh_hook_get(org, due->hook, arena, &a.hook, err);
    fh_pool_read_done(s->pool, org);
    if (status == FH_OK && a.hook.active) {
        const int64_t began = s->os->monotonic_ms(s->os->ctx);
        a.status = sign_and_send(s, &a, arena, &a.err);
        a.d.took_ms = s->os->monotonic_ms(s->os->ctx) - began;
        *failed = !went_well(&a);
        const bool counts = a.status != FH_INTERRUPTED && a.status != FH_NOMEM;
        if (counts) {
            fh_metric_add(s->o->metrics, *failed ? FH_M_HOOKS_FAILED : FH_M_HOOKS_DELIVERED, 1);
            status = write_outcome(s, &a, arena, err);
        } else {
            status = a.status;
            if (err) *err = a.err;
        }
    }
    fh_arena_free(arena);
    return status == FH_NOTFOUND ? FH_OK : status;
}

/* ---- A round -------------------------------------------------------------------------------- */

static fh_status look(const sender *s, fh_arena *arena, const fh_delivery **due, size_t *n,
                      int64_t *next_ms, fh_error *err)
{
    fh_org *org = NULL;
    uint64_t waiting = 0;
    fh_status status = fh_pool_read(s->pool, &org, err);
    if (status == FH_OK)
        status =
            fh_delivery_due(org, s->os->now_ms(s->os->ctx), AT_ONCE, arena, due, n, next_ms, err);
    if (status == FH_OK) status = fh_delivery_waiting(org, &waiting, err);
    fh_pool_read_done(s->pool, org);
    if (status == FH_OK) fh_metric_set(s->o->metrics, FH_M_HOOKS_WAITING, (int64_t)waiting);
    return status;
}

/* All that is due, one after another. Whatever failed is due later. */
static fh_status send_due(const sender *s, int64_t *next_ms, fh_error *err)
{
    fh_status status = FH_OK;
    for (size_t n = 1; n && status == FH_OK;) {
        const fh_delivery *due = NULL;
        fh_arena *arena = fh_arena_new(NULL);
        if (!arena) return fh_no_memory(err);
        status = look(s, arena, &due, &n, next_ms, err);
        for (size_t i = 0; i < n && status == FH_OK; i++) {
            bool failed = false;
            status = deliver(s, &due[i], &failed, err);
        }
        fh_arena_free(arena);
    }
    return status;
}

fh_status fh_webhooks_round(fh_pool *pool, const fh_webhooks_options *options, int64_t *next_ms,
                            fh_error *err)
{
    const sender s = {.pool = pool, .o = options, .os = fh_pool_os(pool)};
    return send_due(&s, next_ms, err);
}

/* ---- The threads ---------------------------------------------------------------------------- */

struct fh_webhooks {
    fh_pool *pool;
    const fh_os *os;
    fh_webhooks_options options;
    fh_mutex *taking; /* one thread at a time looks for something to do */
    fh_mutex *lock;   /* guards what follows; taken after `taking` */
    fh_cond *moved;
    bool stopping;
    uint64_t wakes; /* how often somebody told of something new */
    int64_t busy[SENDERS];
    size_t n_busy; /* webhooks that a message is being sent to */
    fh_thread *thread[SENDERS];
    int64_t swept_ms; /* under `taking` */
};

static bool is_stopping(void *ctx)
{
    fh_webhooks *w = ctx;
    fh_mutex_lock(w->lock);
    const bool stopping = w->stopping;
    fh_mutex_unlock(w->lock);
    return stopping;
}

static void sweep(fh_webhooks *w)
{
    const int64_t now = w->os->monotonic_ms(w->os->ctx);
    const int64_t keep = w->options.keep_ms > 0 ? w->options.keep_ms : INT64_C(30) * 86400000;
    if (w->swept_ms && now - w->swept_ms < SWEEP_MS) return;
    w->swept_ms = now;
    fh_org *org = NULL;
    fh_error err = {0};
    uint64_t n = 0;
    fh_status status = fh_pool_write(w->pool, 10000, &org, &err);
    if (status == FH_OK)
        status = fh_delivery_forget(org, w->os->now_ms(w->os->ctx) - keep, &n, &err);
    fh_pool_write_done(w->pool, org);
    if (status != FH_OK) fh_log_error(w->options.log, "old deliveries stay for now", &err);
}

static bool among(const int64_t *hooks, size_t n, int64_t hook)
{
    for (size_t i = 0; i < n; i++)
        if (hooks[i] == hook) return true;
    return false;
}

/* The first that is due of a webhook nobody is sending to; its webhook is busy then. What
 * was busy before we looked stays passed over: how that went we may not have seen. */
static fh_status take(fh_webhooks *w, const sender *s, fh_arena *arena, const fh_delivery **out,
                      int64_t *wait_ms, fh_error *err)
{
    const fh_delivery *due = NULL;
    int64_t busy[SENDERS], next_ms = -1;
    size_t n = 0;
    *out = NULL;
    fh_mutex_lock(w->taking);
    fh_mutex_lock(w->lock);
    const size_t n_busy = w->n_busy;
    memcpy(busy, w->busy, sizeof busy);
    fh_mutex_unlock(w->lock);
    const fh_status status = look(s, arena, &due, &n, &next_ms, err);
    for (size_t i = 0; status == FH_OK && i < n && !*out; i++)
        if (!among(busy, n_busy, due[i].hook)) *out = &due[i];
    if (*out) {
        fh_mutex_lock(w->lock);
        w->busy[w->n_busy++] = (*out)->hook;
        fh_mutex_unlock(w->lock);
    }
    sweep(w);
    fh_mutex_unlock(w->taking);
    const int64_t left = next_ms < 0 ? IDLE_MS : next_ms - w->os->now_ms(w->os->ctx);
    const int64_t least = n ? CROWDED_MS : 0; /* all that is due is being sent */
    *wait_ms = left < least ? least : left < IDLE_MS ? left : IDLE_MS;
    return status;
}

static void give_back(fh_webhooks *w, int64_t hook)
{
    fh_mutex_lock(w->lock);
    for (size_t i = 0; i < w->n_busy; i++)
        if (w->busy[i] == hook) {
            w->busy[i] = w->busy[--w->n_busy];
            break;
        }
    fh_mutex_unlock(w->lock);
}

/* *wait_ms: how long until there may be more; 0: at once. */
static fh_status send_one(fh_webhooks *w, const sender *s, int64_t *wait_ms, fh_error *err)
{
    const fh_delivery *due = NULL;
    bool failed = false;
    fh_arena *arena = fh_arena_new(NULL);
    if (!arena) return fh_no_memory(err);
    fh_status status = take(w, s, arena, &due, wait_ms, err);
    if (due) {
        *wait_ms = 0;
        status = deliver(s, due, &failed, err);
        give_back(w, due->hook);
    }
    fh_arena_free(arena);
    return status;
}

static void send_and_wait(void *ctx)
{
    fh_webhooks *w = ctx;
    const sender s = {
        .pool = w->pool, .o = &w->options, .os = w->os, .stopped = is_stopping, .stopped_ctx = w};
    while (!is_stopping(w)) {
        int64_t wait = 0;
        fh_error err = {0};
        fh_mutex_lock(w->lock);
        const uint64_t seen = w->wakes;
        fh_mutex_unlock(w->lock);
        const fh_status status = send_one(w, &s, &wait, &err);
        if (status != FH_OK) wait = IDLE_MS;
        if (status != FH_OK && status != FH_INTERRUPTED)
            fh_log_error(w->options.log, "webhooks wait", &err);
        fh_mutex_lock(w->lock);
        if (!w->stopping && w->wakes == seen && wait > 0)
            (void)fh_cond_wait_ms(w->moved, w->lock, wait);
        fh_mutex_unlock(w->lock);
    }
}

fh_status fh_webhooks_start(fh_pool *pool, const fh_webhooks_options *options, fh_webhooks **out,
                            fh_error *err)
{
    fh_webhooks *w = calloc(1, sizeof *w);
    if (!w) return fh_no_memory(err);
    w->pool = pool;
    w->os = fh_pool_os(pool);
    w->options = *options;
    w->taking = fh_mutex_new();
    w->lock = fh_mutex_new();
    w->moved = fh_cond_new();
    fh_status status = w->taking && w->lock && w->moved ? FH_OK : fh_no_memory(err);
    for (size_t i = 0; i < SENDERS && status == FH_OK; i++)
        status = fh_thread_start(send_and_wait, w, &w->thread[i], err);
    if (status == FH_OK)
        *out = w;
    else
        fh_webhooks_stop(w);
    return status;
}

void fh_webhooks_wake(fh_webhooks *w)
{
    fh_mutex_lock(w->lock);
    w->wakes++;
    fh_cond_wake_all(w->moved);
    fh_mutex_unlock(w->lock);
}

void fh_webhooks_stop(fh_webhooks *w)
{
    if (!w) return;
    if (w->thread[0]) {
        fh_mutex_lock(w->lock);
        w->stopping = true;
        fh_cond_wake_all(w->moved);
        fh_mutex_unlock(w->lock);
    }
    for (size_t i = 0; i < SENDERS; i++)
        if (w->thread[i]) fh_thread_join(w->thread[i]);
    fh_cond_free(w->moved);
    fh_mutex_free(w->lock);
    fh_mutex_free(w->taking);
    free(w);
}
