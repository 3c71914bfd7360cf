/* hook_rows.c - webhooks and their deliveries at rest. */
#include "store/hook_rows.h"

#include "store/inside.h"

#define HOOK_COLUMNS                                                                \
    "webhook, url, words, events, active, reason, secret, created_ms, changed_ms, " \
    "failing_since_ms, version"
#define DELIVERY_COLUMNS                                                              \
    "delivery, webhook, message, event, body, state, attempts, created_ms, next_ms, " \
    "last_ms, code, reply, error, took_ms"

enum { LIST_MOST = 1000, LIST_USUAL = 50 };

/* ---- Webhooks --------------------------------------------------------------------------- */

static fh_status read_hook(fh_stmt *s, fh_arena *arena, fh_hook *out, fh_error *err)
{
    fh_hook h = {.hook = fh_stmt_i64(s, 0),
                 .events = (uint64_t)fh_stmt_i64(s, 3),
                 .active = fh_stmt_i64(s, 4) != 0,
                 .created_ms = fh_stmt_i64(s, 7),
                 .changed_ms = fh_stmt_i64(s, 8),
                 .failing_since_ms = fh_stmt_i64(s, 9),
                 .version = fh_stmt_i64(s, 10)};
    if (!fh_arena_str(arena, fh_stmt_text(s, 1), &h.url) ||
        !fh_arena_str(arena, fh_stmt_text(s, 2), &h.words) ||
        !fh_arena_str(arena, fh_stmt_text(s, 5), &h.reason) ||
        !fh_arena_str(arena, fh_stmt_blob(s, 6), &h.secret))
        return fh_no_memory(err);
    *out = h;
    return FH_OK;
}

fh_status fh_hook_number(fh_org *org, int64_t *out, fh_error *err)
{
    return fh_org_numbers(org, "webhook", 1, out, err);
}

static void bind_hook(fh_stmt *s, const fh_hook *h)
{
    fh_stmt_bind_i64(s, 1, h->hook);
    fh_stmt_bind_text(s, 2, h->url);
    fh_stmt_bind_text(s, 3, h->words);
    fh_stmt_bind_i64(s, 4, (int64_t)h->events);
    fh_stmt_bind_i64(s, 5, h->active);
    fh_stmt_bind_text(s, 6, h->reason);
    fh_stmt_bind_blob(s, 7, h->secret.ptr, h->secret.len);
    fh_stmt_bind_i64(s, 8, h->changed_ms);
    fh_stmt_bind_i64(s, 9, h->failing_since_ms);
    fh_stmt_bind_i64(s, 10, h->version);
}

fh_status fh_hook_put(fh_org *org, const fh_hook *hook, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "INSERT INTO webhook (" HOOK_COLUMNS ") VALUES "
                                     "($1, $2, $3, $4, $5, $6, $7, $11, $8, $9, $10)",
                                     &s, err);
    if (status == FH_OK) {
        bind_hook(s, hook);
        fh_stmt_bind_i64(s, 11, hook->created_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status no_such_hook(int64_t hook, fh_error *err)
{
    (void)fh_fail(err, FH_NOTFOUND, "there is no webhook %lld", (long long)hook);
    return fh_hint(err, FH_NOTFOUND, "It may have been removed.");
}

fh_status fh_hook_get(fh_org *org, int64_t hook, fh_arena *arena, fh_hook *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT " HOOK_COLUMNS " FROM webhook WHERE webhook = $1", &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, hook);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK) status = row ? read_hook(s, arena, out, err) : no_such_hook(hook, err);
    fh_stmt_done(s);
    return status;
}

/* Steps an UPDATE ... RETURNING to its end; *found tells whether there was a row. */
static fh_status run_update(fh_stmt *s, bool *found, fh_error *err)
{
    bool row = false;
    *found = false;
    for (fh_status status = FH_OK;;) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) return status;
        *found = true;
    }
}

fh_status fh_hook_save(fh_org *org, const fh_hook *hook, fh_error *err)
{
    bool mine = false, found = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_stmt *s = NULL;
    status = fh_db_prepare(fh_org_db(org),
                           "UPDATE webhook SET url = $2, words = $3, events = $4, active = $5, "
                           "reason = $6, secret = $7, changed_ms = $8, failing_since_ms = $9, "
                           "version = version + 1 WHERE webhook = $1 AND version = $10 "
                           "RETURNING webhook",
                           &s, err);
    if (status == FH_OK) {
        bind_hook(s, hook);
        status = run_update(s, &found, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK && !found) {
        fh_arena *arena = fh_arena_new(NULL);
        fh_hook there;
        status = arena ? fh_hook_get(org, hook->hook, arena, &there, err) : fh_no_memory(err);
        fh_arena_free(arena);
        if (status == FH_OK) {
            (void)fh_fail(err, FH_STALE, "webhook %lld was changed meanwhile",
                          (long long)hook->hook);
            status = fh_hint(err, FH_STALE, "Look at it again, then make your change.");
        }
    }
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_hook_health(fh_org *org, int64_t hook, int64_t failing_since_ms, bool active,
                         fh_str reason, int64_t now_ms, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "UPDATE webhook SET failing_since_ms = $2, reason = $4, "
                      "changed_ms = CASE active WHEN $3 THEN changed_ms ELSE $5 END, "
                      "version = CASE active WHEN $3 THEN version ELSE version + 1 END, "
                      "active = $3 WHERE webhook = $1",
                      &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, hook);
        fh_stmt_bind_i64(s, 2, failing_since_ms);
        fh_stmt_bind_i64(s, 3, active);
        fh_stmt_bind_text(s, 4, reason);
        fh_stmt_bind_i64(s, 5, now_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

static fh_status delete_by_hook(fh_org *org, const char *sql, int64_t hook, bool *found,
                                fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org), sql, &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, hook);
        status = run_update(s, found, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_hook_remove(fh_org *org, int64_t hook, fh_error *err)
{
    bool mine = false, found = false, any = false;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    status = delete_by_hook(org, "DELETE FROM webhook WHERE webhook = $1 RETURNING webhook", hook,
                            &found, err);
    if (status == FH_OK && !found) status = no_such_hook(hook, err);
    if (status == FH_OK)
        status = delete_by_hook(
            org, "DELETE FROM webhook_delivery WHERE webhook = $1 RETURNING delivery", hook, &any,
            err);
    return fh_org_leave(org, mine, status, err);
}

fh_status fh_hook_list(fh_org *org, fh_arena *arena, const fh_hook **out, size_t *n, fh_error *err)
{
    fh_hook *hooks = FH_NEW_ARRAY(arena, fh_hook, LIST_MOST);
    if (!hooks) return fh_no_memory(err);
    fh_stmt *s = NULL;
    size_t count = 0;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "SELECT " HOOK_COLUMNS " FROM webhook ORDER BY webhook LIMIT 1000", &s, err);
    for (bool row = true; status == FH_OK && count < LIST_MOST;) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = read_hook(s, arena, &hooks[count++], err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = hooks;
    *n = count;
    return FH_OK;
}

/* ---- Deliveries ---------------------------------------------------------------------------- */

static fh_status read_delivery(fh_org *org, fh_stmt *s, fh_arena *arena, fh_delivery *out,
                               fh_error *err)
{
    const int64_t state = fh_stmt_i64(s, 5);
    fh_delivery d = {.delivery = fh_stmt_i64(s, 0),
                     .hook = fh_stmt_i64(s, 1),
                     .state = (fh_delivery_state)state,
                     .attempts = (uint32_t)fh_stmt_i64(s, 6),
                     .created_ms = fh_stmt_i64(s, 7),
                     .next_ms = fh_stmt_i64(s, 8),
                     .last_ms = fh_stmt_i64(s, 9),
                     .code = (int32_t)fh_stmt_i64(s, 10),
                     .took_ms = fh_stmt_i64(s, 13)};
    if (state < FH_DELIVERY_WAITING || state > FH_DELIVERY_FAILED)
        return fh_fail(err, FH_CORRUPT, "%s: delivery %lld has no sensible state", fh_org_path(org),
                       (long long)d.delivery);
    if (!fh_arena_str(arena, fh_stmt_text(s, 2), &d.id) ||
        !fh_arena_str(arena, fh_stmt_text(s, 3), &d.event) ||
        !fh_arena_str(arena, fh_stmt_text(s, 4), &d.body) ||
        !fh_arena_str(arena, fh_stmt_text(s, 11), &d.reply) ||
        !fh_arena_str(arena, fh_stmt_text(s, 12), &d.error))
        return fh_no_memory(err);
    *out = d;
    return FH_OK;
}

fh_status fh_delivery_put(fh_org *org, const fh_delivery *d, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    int64_t number = 0;
    fh_status status = fh_org_numbers(org, "webhook_delivery", 1, &number, err);
    if (status == FH_OK)
        status = fh_db_prepare(fh_org_db(org),
                               "INSERT INTO webhook_delivery (" DELIVERY_COLUMNS ") VALUES "
                               "($1, $2, $3, $4, $5, 0, 0, $6, $7, 0, 0, '', '', 0)",
                               &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, number);
        fh_stmt_bind_i64(s, 2, d->hook);
        fh_stmt_bind_text(s, 3, d->id);
        fh_stmt_bind_text(s, 4, d->event);
        fh_stmt_bind_text(s, 5, d->body);
        fh_stmt_bind_i64(s, 6, d->created_ms);
        fh_stmt_bind_i64(s, 7, d->next_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) *out = number;
    return status;
}

fh_status fh_delivery_get(fh_org *org, int64_t delivery, fh_arena *arena, fh_delivery *out,
                          fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT " DELIVERY_COLUMNS " FROM webhook_delivery WHERE delivery = $1", &s,
        err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, delivery);
        status = fh_stmt_step(s, &row, err);
    }
    if (status == FH_OK && !row) {
        (void)fh_fail(err, FH_NOTFOUND, "there is no delivery %lld", (long long)delivery);
        status = fh_hint(err, FH_NOTFOUND, "Deliveries that ended long ago are forgotten.");
    } else if (status == FH_OK) {
        status = read_delivery(org, s, arena, out, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_delivery_save(fh_org *org, const fh_delivery *d, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "UPDATE webhook_delivery SET state = $2, attempts = $3, next_ms = $4, "
                      "last_ms = $5, code = $6, reply = $7, error = $8, took_ms = $9 "
                      "WHERE delivery = $1",
                      &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, d->delivery);
        fh_stmt_bind_i64(s, 2, d->state);
        fh_stmt_bind_i64(s, 3, d->attempts);
        fh_stmt_bind_i64(s, 4, d->next_ms);
        fh_stmt_bind_i64(s, 5, d->last_ms);
        fh_stmt_bind_i64(s, 6, d->code);
        fh_stmt_bind_text(s, 7, d->reply);
        fh_stmt_bind_text(s, 8, d->error);
        fh_stmt_bind_i64(s, 9, d->took_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

fh_status fh_delivery_postpone(fh_org *org, int64_t hook, int64_t until_ms, fh_error *err)
{
    fh_stmt *s = NULL;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "UPDATE webhook_delivery SET next_ms = $2 WHERE webhook = $1 "
                                     "AND state = 0 AND next_ms < $2",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, hook);
        fh_stmt_bind_i64(s, 2, until_ms);
        status = fh_stmt_run(s, err);
    }
    fh_stmt_done(s);
    return status;
}

#define OF_ACTIVE "state = 0 AND webhook IN (SELECT webhook FROM webhook WHERE active = 1)"

static fh_status next_due(fh_org *org, int64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT min(next_ms) FROM webhook_delivery WHERE " OF_ACTIVE, &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK) *out = row && !fh_stmt_is_null(s, 0) ? fh_stmt_i64(s, 0) : -1;
    fh_stmt_done(s);
    return status;
}

fh_status fh_delivery_due(fh_org *org, int64_t now_ms, size_t most, fh_arena *arena,
                          const fh_delivery **out, size_t *n, int64_t *next_ms, fh_error *err)
{
    fh_delivery *due = FH_NEW_ARRAY(arena, fh_delivery, most);
    if (!due) return fh_no_memory(err);
    fh_stmt *s = NULL;
    size_t count = 0;
    int64_t next = -1;
    fh_status status =
        fh_db_prepare(fh_org_db(org),
                      "SELECT " DELIVERY_COLUMNS " FROM webhook_delivery WHERE delivery IN "
                      "(SELECT (SELECT d.delivery FROM webhook_delivery d WHERE d.webhook = "
                      "w.webhook AND d.state = 0 AND d.next_ms <= $1 ORDER BY d.next_ms, "
                      "d.delivery LIMIT 1) FROM webhook w WHERE w.active = 1) "
                      "ORDER BY next_ms, delivery LIMIT $2",
                      &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, now_ms);
        fh_stmt_bind_i64(s, 2, (int64_t)most);
    }
    for (bool row = true; status == FH_OK && count < most;) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row) break;
        status = read_delivery(org, s, arena, &due[count++], err);
    }
    fh_stmt_done(s);
    if (status == FH_OK) status = next_due(org, &next, err);
    if (status != FH_OK) return status;
    *out = due;
    *n = count;
    *next_ms = next;
    return FH_OK;
}

fh_status fh_delivery_list(fh_org *org, int64_t hook, int64_t before, size_t most, fh_arena *arena,
                           const fh_delivery **out, size_t *n, bool *more, fh_error *err)
{
    if (!most) most = LIST_USUAL;
    if (most > LIST_MOST) most = LIST_MOST;
    fh_delivery *found = FH_NEW_ARRAY(arena, fh_delivery, most);
    if (!found) return fh_no_memory(err);
    fh_stmt *s = NULL;
    size_t count = 0;
    bool row = false;
    fh_status status = fh_db_prepare(fh_org_db(org),
                                     "SELECT " DELIVERY_COLUMNS " FROM webhook_delivery "
                                     "WHERE delivery < $1 AND ($2 = 0 OR webhook = $2) "
                                     "ORDER BY delivery DESC LIMIT $3",
                                     &s, err);
    if (status == FH_OK) {
        fh_stmt_bind_i64(s, 1, before ? before : INT64_MAX);
        fh_stmt_bind_i64(s, 2, hook);
        fh_stmt_bind_i64(s, 3, (int64_t)most + 1);
    }
    while (status == FH_OK) {
        status = fh_stmt_step(s, &row, err);
        if (status != FH_OK || !row || count == most) break;
        status = read_delivery(org, s, arena, &found[count++], err);
    }
    fh_stmt_done(s);
    if (status != FH_OK) return status;
    *out = found;
    *n = count;
    *more = row;
    return FH_OK;
}

fh_status fh_delivery_waiting(fh_org *org, uint64_t *out, fh_error *err)
{
    fh_stmt *s = NULL;
    bool row = false;
    fh_status status = fh_db_prepare(
        fh_org_db(org), "SELECT count(*) FROM webhook_delivery WHERE state = 0", &s, err);
    if (status == FH_OK) status = fh_stmt_step(s, &row, err);
    if (status == FH_OK) *out = row ? (uint64_t)fh_stmt_i64(s, 0) : 0;
    fh_stmt_done(s);
    return status;
}

fh_status fh_delivery_forget(fh_org *org, int64_t before_ms, uint64_t *n, fh_error *err)
{
    bool mine = false, row = true;
    uint64_t count = 0;
    fh_status status = fh_org_enter(org, &mine, err);
    if (status != FH_OK) return status;
    fh_stmt *s = NULL;
    status = fh_db_prepare(fh_org_db(org),
                           "DELETE FROM webhook_delivery WHERE state IN (1, 2) AND last_ms < $1 "
                           "RETURNING delivery",
                           &s, err);
    if (status == FH_OK) fh_stmt_bind_i64(s, 1, before_ms);
    while (status == FH_OK && row) {
        status = fh_stmt_step(s, &row, err);
        if (status == FH_OK && row) count++;
    }
    fh_stmt_done(s);
    status = fh_org_leave(org, mine, status, err);
    if (status == FH_OK) *n = count;
    return status;
}
