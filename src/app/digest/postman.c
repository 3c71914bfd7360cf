/* postman.c - see postman.h. */
#include "app/digest/postman.h"

#include "app/ask/ask.h"
#include "app/digest/digest.h"
#include "app/digest/letter.h"
#include "app/people/people.h"
#include "os/threads.h"
#include "store/record_ways.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    AT_ONCE = 100,
    ATTEMPTS = 12,
    LONGEST_MS = 6 * 3600000,
    IDLE_MS = 5000,
    AFTER_FAILURE_MS = 30000,
    PATIENCE_MS = 10000,
    LETTER_MOST = 1 << 20
};

int64_t fh_postman_pause_ms(uint32_t attempts, int64_t retry_ms)
{
    int64_t pause = retry_ms;
    if (attempts >= ATTEMPTS) return -1;
    for (uint32_t i = 1; i < attempts && pause < LONGEST_MS; i++) pause *= 2;
    return pause < LONGEST_MS ? pause : LONGEST_MS;
}

typedef struct round_of {
    fh_pool *pool;
    const fh_postman_options *o;
    const fh_os *os;
    fh_arena *arena; /* of one mail */
} round_of;

static int64_t now_of(const round_of *r)
{
    return r->os->now_ms(r->os->ctx);
}

/* In one transaction of the write lane. */
typedef fh_status change(const round_of *r, fh_org *org, void *ctx, fh_error *err);
static fh_status in_lane(const round_of *r, change *what, void *ctx, fh_error *err)
{
    fh_org *org = NULL;
    fh_status s = fh_pool_write(r->pool, PATIENCE_MS, &org, err);
    if (s) return s;
    s = fh_org_begin(org, err);
    if (!s) s = what(r, org, ctx, err);
    if (!s)
        s = fh_org_commit(org, err);
    else
        fh_org_rollback(org);
    fh_pool_write_done(r->pool, org);
    return s;
}

/* ---- Who is due ---- */

static fh_status queue_one(const round_of *r, fh_org *org, fh_digest_row *row, int64_t due_ms,
                           int64_t newest, fh_error *err)
{
    fh_mail m = {.person = row->person,
                 .what = FH_STR("digest"),
                 .since_ms = row->until_ms,
                 .since_entry = row->entry,
                 .until_entry = newest,
                 .made_ms = now_of(r),
                 .state = FH_STR("waiting")};
    m.next_ms = m.made_ms;
    row->until_ms = due_ms;
    row->entry = newest;
    const fh_status s = fh_mail_add(org, &m, err);
    return s ? s : fh_digest_row_put(org, row, err);
}

static fh_status queue_due(const round_of *r, fh_org *org, void *ctx, fh_error *err)
{
    static const char *const hows[] = {"daily", "weekly"};
    const fh_zone *zone = NULL;
    int64_t newest = 0;
    size_t *more = ctx;
    *more = 0;
    fh_status s = fh_org_zone(org, r->arena, &zone, err);
    if (!s) s = fh_record_newest(org, &newest, err);
    for (size_t how = 0; how < 2 && !s; how++) {
        fh_digest_row *row = NULL;
        size_t n = 0;
        const int64_t due = fh_digest_last_due(zone, how == 0, r->o->hour, now_of(r));
        s = fh_digest_rows_due(org, fh_str_of(hows[how]), due, AT_ONCE, r->arena, &row, &n, err);
        for (size_t i = 0; i < n && !s; i++) s = queue_one(r, org, &row[i], due, newest, err);
        *more += n;
    }
    return s;
}

/* ---- One mail ---- */

typedef struct one {
    fh_mail m;
    int64_t next_ms;     /* when none is due now */
    fh_str from, to;     /* addresses */
    fh_buf letter;       /* as it goes over the wire */
    const char *dropped; /* why nothing is sent; NULL: it is */
    fh_smtp_result result;
} one;

/* Takes the next one that is due: from here on it is never sent again by itself. */
static fh_status claim(const round_of *r, fh_org *org, void *ctx, fh_error *err)
{
    one *x = ctx;
    const fh_status s = fh_mail_next(org, now_of(r), r->arena, &x->m, &x->next_ms, err);
    if (s || !x->m.mail) return s;
    x->m.state = FH_STR("sending");
    x->m.attempts++;
    x->m.last_ms = now_of(r);
    return fh_mail_save(org, &x->m, err);
}

static fh_status write_letter(const round_of *r, one *x, fh_org *org, const fh_person *p,
                              const fh_actor *actor, bool daily, fh_error *err)
{
    fh_digest d;
    fh_digest_words words;
    fh_letter l = {.to_name = p->name, .to = p->email, .at_ms = x->m.made_ms};
    fh_str link;
    fh_status s = fh_digest_read(org, actor, &x->m, daily, now_of(r), r->arena, &d, err);
    if (!s && !d.fresh && fh_str_eq(x->m.what, FH_STR("digest"))) x->dropped = "nothing was new";
    if (s || x->dropped) return s;
    s = fh_digest_link(r->o->key, x->m.mail, r->arena, &link, err);
    if (!s && (!fh_arena_format(r->arena, &l.leave, "%.*s/unsubscribe/%.*s",
                                FH_STR_ARG(r->o->base_url), FH_STR_ARG(link)) ||
               !fh_arena_format(r->arena, &l.id, "firsthand.%lld.%lld", (long long)x->m.mail,
                                (long long)x->m.made_ms)))
        s = fh_no_memory(err);
    if (!s) s = fh_digest_say(&d, r->o->base_url, l.leave, r->arena, &words, err);
    if (!s) s = fh_letter_address(r->o->from, &l.from_name, &l.from, err);
    if (s) return s;
    l.subject = words.subject;
    l.text = words.text;
    l.html = words.html;
    fh_letter_write(&l, &x->letter);
    x->to = p->email;
    const bool kept = !x->letter.status && fh_arena_str(r->arena, l.from, &x->from) &&
                      fh_arena_str(r->arena, p->email, &x->to);
    return kept ? FH_OK : fh_no_memory(err);
}

/* What it says now, by what its reader may see now. */
static fh_status compose(const round_of *r, one *x, fh_error *err)
{
    fh_org *org = NULL;
    fh_person p;
    fh_actor actor;
    fh_digest_row row = {.how = {0}};
    fh_error gone = {0};
    fh_status s = fh_pool_read(r->pool, &org, err);
    if (s) return s;
    s = fh_actor_of(org, x->m.person, r->arena, &actor, &gone);
    if (!s) s = fh_person_row(org, x->m.person, r->arena, &p, &gone);
    if (!s) s = fh_digest_row_get(org, x->m.person, r->arena, &row, &gone);
    if (s == FH_NOTFOUND)
        x->dropped = "its reader does not work here any more";
    else if (!s && !p.email.len)
        x->dropped = "its reader has no e-mail address";
    else if (!s && !fh_may(&actor, FH_RIGHT_TAKE_PART))
        x->dropped = "its reader may see no records any more";
    else if (!s && !fh_smtp_address_ok(p.email))
        x->dropped = "the reader's address is none mail can be sent to";
    else if (!s && !row.how.len && fh_str_eq(x->m.what, FH_STR("digest")))
        x->dropped = "its reader wants none any more";
    if (s && s != FH_NOTFOUND && err) *err = gone;
    if (x->dropped) s = FH_OK;
    if (!s && !x->dropped)
        s = write_letter(r, x, org, &p, &actor, fh_str_eq(row.how, FH_STR("daily")), err);
    fh_pool_read_done(r->pool, org);
    return s;
}

/* Back to waiting, or given up. */
static void wait_on(const round_of *r, fh_mail *m)
{
    const int64_t pause = fh_postman_pause_ms(m->attempts, r->o->retry_ms);
    m->state = pause < 0 ? FH_STR("refused") : FH_STR("waiting");
    m->next_ms = now_of(r) + (pause < 0 ? 0 : pause);
}

static fh_status note(const round_of *r, fh_org *org, void *ctx, fh_error *err)
{
    one *x = ctx;
    fh_mail *m = &x->m;
    m->code = x->result.code;
    m->reply = fh_str_of(x->dropped ? x->dropped : x->result.reply);
    if (x->dropped) {
        m->state = FH_STR("dropped");
    } else {
        switch (x->result.outcome) {
        case FH_SMTP_SENT: m->state = FH_STR("sent"); break;
        case FH_SMTP_REFUSED: m->state = FH_STR("refused"); break;
        case FH_SMTP_UNSURE: m->state = FH_STR("unsure"); break;
        case FH_SMTP_LATER:
        case FH_SMTP_AWAY: wait_on(r, m); break;
        }
    }
    fh_error gone = {0};
    const fh_status s = fh_mail_save(org, m, &gone);
    if (s == FH_NOTFOUND) return FH_OK; /* forgotten with its reader meanwhile */
    if (s && err) *err = gone;
    if (!s && !x->dropped && x->result.outcome == FH_SMTP_AWAY)
        return fh_mail_postpone(org, now_of(r) + r->o->retry_ms, err);
    return s;
}

static void tell(const round_of *r, const one *x)
{
    const bool sent = x->result.outcome == FH_SMTP_SENT;
    if (x->dropped) return;
    fh_metric_add(r->o->metrics, sent ? FH_M_MAILS_SENT : FH_M_MAILS_FAILED, 1);
    if (sent) return;
    fh_log_tell(r->o->log, FH_LOG_WARNING, "a mail was not sent",
                FH_LOG_FIELDS(FH_LOG_NUMBER("mail", x->m.mail), FH_LOG_TEXT("now", x->m.state),
                              FH_LOG_TEXT("why", fh_str_of(x->result.reply))));
}

/* *next_ms 0: go on at once. */
static fh_status send_one(const round_of *r, int64_t *next_ms, fh_error *err)
{
    one x = {.next_ms = -1};
    fh_status s = in_lane(r, claim, &x, err);
    *next_ms = x.next_ms;
    if (s || !x.m.mail) return s;
    fh_buf_init(&x.letter, NULL, LETTER_MOST);
    *next_ms = 0;
    fh_error why = {0};
    s = compose(r, &x, &why);
    if (!s && !x.dropped) {
        const fh_smtp_mail mail = {
            .from = x.from.ptr, .to = x.to.ptr, .text = fh_buf_view(&x.letter)};
        s = r->o->carrier.carry(r->o->carrier.ctx, &mail, &x.result, &why);
    }
    if (s) { /* nothing has left: memory, the file, a sender that is none */
        x.result = (fh_smtp_result){.outcome = FH_SMTP_AWAY};
        (void)snprintf(x.result.reply, sizeof x.result.reply, "%s", why.message);
    }
    fh_buf_free(&x.letter);
    s = in_lane(r, note, &x, err);
    if (!s) tell(r, &x);
    return s;
}

/* ---- Rounds ---- */

static fh_status with_arena(round_of *r,
                            fh_status (*what)(const round_of *r, void *ctx, fh_error *), void *ctx,
                            fh_error *err)
{
    r->arena = fh_arena_new(NULL);
    if (!r->arena) return fh_no_memory(err);
    const fh_status s = what(r, ctx, err);
    fh_arena_free(r->arena);
    return s;
}

static fh_status queue_some(const round_of *r, void *ctx, fh_error *err)
{
    return in_lane(r, queue_due, ctx, err);
}

static fh_status send_some(const round_of *r, void *ctx, fh_error *err)
{
    return send_one(r, ctx, err);
}

static fh_status make_round(round_of *r, bool (*stopped)(void *), void *ctx, int64_t *next_ms,
                            fh_error *err)
{
    size_t more = 1;
    fh_status s = FH_OK;
    while (more && !s) s = with_arena(r, queue_some, &more, err);
    *next_ms = 0;
    while (*next_ms == 0 && !s && !(stopped && stopped(ctx)))
        s = with_arena(r, send_some, next_ms, err);
    return s;
}

fh_status fh_postman_round(fh_pool *pool, const fh_postman_options *options, int64_t *next_ms,
                           fh_error *err)
{
    round_of r = {.pool = pool, .o = options, .os = fh_pool_os(pool)};
    return make_round(&r, NULL, NULL, next_ms, err);
}

static fh_status recover(const round_of *r, fh_org *org, void *ctx, fh_error *err)
{
    uint64_t *n = ctx;
    const fh_status s = fh_mail_find_unsure(org, n, err);
    return s ? s : fh_mail_forget(org, now_of(r) - r->o->keep_ms, err);
}

fh_status fh_postman_recover(fh_pool *pool, const fh_postman_options *options, fh_error *err)
{
    const round_of r = {.pool = pool, .o = options, .os = fh_pool_os(pool)};
    uint64_t n = 0;
    const fh_status s = in_lane(&r, recover, &n, err);
    if (!s && n)
        fh_log_tell(options->log, FH_LOG_WARNING, "mails may have been sent or not",
                    FH_LOG_FIELDS(FH_LOG_NUMBER("mails", n)));
    return s;
}

/* ---- The thread ---- */

struct fh_postman {
    fh_pool *pool;
    fh_postman_options options;
    fh_mutex *lock; /* guards what follows */
    fh_cond *change;
    bool stop;
    uint64_t wakes;
    fh_thread *thread;
};

static bool stopping(void *ctx)
{
    fh_postman *p = ctx;
    fh_mutex_lock(p->lock);
    const bool stop = p->stop;
    fh_mutex_unlock(p->lock);
    return stop;
}

static int64_t go_round(fh_postman *p)
{
    round_of r = {.pool = p->pool, .o = &p->options, .os = fh_pool_os(p->pool)};
    int64_t next_ms = -1;
    fh_error err = {0};
    const fh_status s = make_round(&r, stopping, p, &next_ms, &err);
    if (s) {
        fh_log_error(p->options.log, "mails wait", &err);
        return AFTER_FAILURE_MS;
    }
    const int64_t left = next_ms < 0 ? IDLE_MS : next_ms - now_of(&r);
    return left < 1 ? 1 : left < IDLE_MS ? left : IDLE_MS;
}

static void work(void *ctx)
{
    fh_postman *p = ctx;
    while (!stopping(p)) {
        fh_mutex_lock(p->lock);
        const uint64_t seen = p->wakes;
        fh_mutex_unlock(p->lock);
        const int64_t pause = go_round(p);
        fh_mutex_lock(p->lock);
        if (!p->stop && p->wakes == seen) (void)fh_cond_wait_ms(p->change, p->lock, pause);
        fh_mutex_unlock(p->lock);
    }
}

fh_status fh_postman_start(fh_pool *pool, const fh_postman_options *options, fh_postman **out,
                           fh_error *err)
{
    fh_postman *p = calloc(1, sizeof *p);
    if (!p) return fh_no_memory(err);
    p->pool = pool;
    p->options = *options;
    p->lock = fh_mutex_new();
    p->change = fh_cond_new();
    fh_status s = p->lock && p->change ? FH_OK : fh_no_memory(err);
    if (!s) s = fh_postman_recover(pool, options, err);
    if (!s) s = fh_thread_start(work, p, &p->thread, err);
    if (s)
        fh_postman_stop(p);
    else
        *out = p;
    return s;
}

void fh_postman_wake(fh_postman *p)
{
    if (!p) return;
    fh_mutex_lock(p->lock);
    p->wakes++;
    fh_cond_wake_all(p->change);
    fh_mutex_unlock(p->lock);
}

void fh_postman_stop(fh_postman *p)
{
    if (!p) return;
    if (p->thread) {
        fh_mutex_lock(p->lock);
        p->stop = true;
        fh_cond_wake_all(p->change);
        fh_mutex_unlock(p->lock);
        fh_thread_join(p->thread);
    }
    fh_cond_free(p->change);
    fh_mutex_free(p->lock);
    free(p);
}

const fh_postman_options *fh_postman_how(const fh_postman *p)
{
    return &p->options;
}
