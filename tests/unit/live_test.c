/* live_test.c - live ingest: what is replied, what is stored, what others see of it. */
#include "app/live/live.h"

#include "orgs.h"
#include "os/threads.h"
#include "store/identities.h"
#include "store/segments.h"
#include "store/sources.h"
#include "store/tidy.h"
#include "test.h"

#include <stdatomic.h>
#include <time.h>

typedef struct world {
    fh_pool *pool;
    fh_live *live;
    fh_arena *arena;
    fh_live_parser *parser;
} world;

static void begin(world *w, const fh_live_options *options)
{
    static const fh_live_options plain = {.keep_inbox = true};
    fh_error err = {0};
    *w = (world){.arena = fh_arena_new(NULL)};
    fh_org_close(test_org_new(1));
    assert_status(fh_live_parser_new(&w->parser, NULL), FH_OK);
    if (fh_pool_open(fh_os_real(), test_org_name(1), &w->pool, &err) != FH_OK)
        fail_msg("%s", err.message);
    assert_status(fh_live_open(w->pool, options ? options : &plain, &w->live, &err), FH_OK);
}

static void end(world *w)
{
    fh_live_close(w->live);
    fh_org *org = NULL;
    uint64_t n_faults = 0;
    fh_error err = {0};
    assert_status(fh_pool_read(w->pool, &org, NULL), FH_OK);
    if (fh_store_check(org, NULL, NULL, &n_faults, &err) != FH_OK) fail_msg("%s", err.message);
    fh_pool_read_done(w->pool, org);
    fh_pool_close(w->pool);
    fh_live_parser_free(w->parser);
    fh_arena_free(w->arena);
    test_org_end(test_org_open(1, FH_ORG_READ));
}

static fh_live_body parse(world *w, const char *text, fh_live_format format)
{
    fh_live_body body = {0};
    fh_error err = {0};
    if (fh_live_parse(w->parser, fh_str_of(text), format, 1000, w->arena, &body, &err) != FH_OK)
        fail_msg("%s", err.message);
    return body;
}

/* ---- Waiting for replies ------------------------------------------------------------------ */

typedef struct waiting {
    fh_mutex *lock;
    fh_cond *came;
    bool done;
    fh_live_reply reply;
    fh_live_result result[64];
    char reason[256];
} waiting;

static void on_reply(void *ctx, const fh_live_reply *reply)
{
    waiting *x = ctx;
    fh_mutex_lock(x->lock);
    x->reply = *reply;
    for (size_t i = 0; reply->result && i < reply->n; i++) {
        if (i < COUNT(x->result)) x->result[i] = reply->result[i];
        if (reply->result[i].reason.len)
            (void)snprintf(x->reason, sizeof x->reason, "%.*s",
                           FH_STR_ARG(reply->result[i].reason));
    }
    x->done = true;
    fh_cond_wake(x->came);
    fh_mutex_unlock(x->lock);
}

static void send_items(world *w, const fh_live_items *items, waiting *x)
{
    fh_error err = {0};
    *x = (waiting){.lock = fh_mutex_new(), .came = fh_cond_new()};
    if (fh_live_submit(w->live, items, on_reply, x, NULL, &err) != FH_OK)
        fail_msg("%s", err.message);
    fh_mutex_lock(x->lock);
    while (!x->done) fh_cond_wait(x->came, x->lock);
    fh_mutex_unlock(x->lock);
    fh_cond_free(x->came);
    fh_mutex_free(x->lock);
}

static waiting sent(world *w, const char *text)
{
    const fh_live_body body = parse(w, text, FH_LIVE_JSON);
    waiting x;
    assert_int_equal(body.n_faults, 0);
    send_items(w, &body.items, &x);
    return x;
}

/* ---- What is there -------------------------------------------------------------------------- */

static uint64_t n_stored(world *w, uint64_t *batches)
{
    fh_org *org = NULL;
    fh_store_counts counts = {0};
    assert_status(fh_pool_read(w->pool, &org, NULL), FH_OK);
    assert_status(fh_store_count(org, &counts, NULL), FH_OK);
    fh_pool_read_done(w->pool, org);
    if (batches) *batches = counts.inbox_batches;
    return counts.interactions;
}

/* Interactions a scan shows. */
static uint64_t n_shown(world *w)
{
    fh_org *org = NULL;
    fh_scan *scan = NULL;
    const fh_segment *seg = NULL;
    uint64_t n = 0;
    assert_status(fh_pool_read(w->pool, &org, NULL), FH_OK);
    assert_status(fh_scan_open(org, 1u << FH_COL_TOUCHPOINT, 1, UINT32_MAX, &scan, NULL), FH_OK);
    do {
        assert_status(fh_scan_next(scan, 0, &seg, NULL), FH_OK);
        n += seg ? seg->n : 0;
    } while (seg);
    fh_scan_close(scan);
    fh_pool_read_done(w->pool, org);
    return n;
}

static size_t story(world *w, const char *who, const fh_told **told)
{
    fh_org *org = NULL;
    uint32_t customer = 0;
    size_t n = 0;
    assert_status(fh_pool_read(w->pool, &org, NULL), FH_OK);
    assert_status(fh_identity_find(org, fh_str_of(who), &customer, NULL), FH_OK);
    assert_status(fh_store_story(org, customer, w->arena, told, &n, NULL), FH_OK);
    fh_pool_read_done(w->pool, org);
    return n;
}

#define CALL(id)                                                                                 \
    "{\"customer\":\"a\",\"time\":\"2024-01-31T10:00:00Z\",\"touchpoint\":\"call\",\"id\":\"" id \
    "\"}"

/* ---- Tests ---------------------------------------------------------------------------------- */

static void what_is_sent_is_there_when_the_reply_comes(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    const waiting x = sent(
        &w,
        "{\"customer\":{\"customer\":\"a\",\"email\":\"Ann@X.org\"},"
        "\"time\":\"2024-01-31T10:00:00.5+01:00\",\"touchpoint\":\"call\",\"channel\":\"phone\","
        "\"department\":\"desk\",\"direction\":\"in\",\"outcome\":\"sold\",\"value\":12.5,"
        "\"currency\":\"jpy\",\"score\":\"7.25\",\"problem\":\"p1\",\"source\":\"crm\","
        "\"id\":17,\"payload\":{\"note\":\"n\"}}");
    assert_status(x.reply.status, FH_OK);
    assert_int_equal(x.reply.n_accepted, 1);
    assert_int_equal(x.result[0].outcome, FH_LIVE_ACCEPTED);
    const fh_told *told = NULL;
    assert_int_equal(story(&w, "email:ann@x.org", &told), 1);
    assert_int_equal(told[0].at_ms, INT64_C(1706691600500));
    assert_true(told[0].direction == FH_DIR_IN && told[0].has_value && told[0].value == 13);
    assert_true(told[0].has_score && told[0].score == 725 && told[0].problem == 1);
    assert_true(told[0].id & FH_ID_GIVEN);
    assert_str(told[0].payload, "{\"note\":\"n\"}");
    assert_int_equal(n_shown(&w), 1);
    end(&w);
}

static void what_is_sent_again_is_known_wherever_it_lies(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    waiting x = sent(&w, "[" CALL("1") "," CALL("2") "," CALL("1") "]");
    assert_int_equal(x.result[0].outcome, FH_LIVE_ACCEPTED);
    assert_int_equal(x.result[1].outcome, FH_LIVE_ACCEPTED);
    assert_int_equal(x.result[2].outcome, FH_LIVE_KNOWN);
    x = sent(&w, "[" CALL("2") "," CALL("3") "]"); /* remembered */
    assert_true(x.reply.n_known == 1 && x.reply.n_accepted == 1);

    fh_org *org = NULL; /* a new writer knows it from the inbox, then from the base */
    for (int round = 0; round < 2; round++) {
        fh_live_close(w.live);
        assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK);
        if (round) assert_status(fh_store_merge(org, NULL, NULL, NULL, NULL), FH_OK);
        fh_pool_write_done(w.pool, org);
        assert_status(fh_live_open(w.pool, &(fh_live_options){.keep_inbox = true}, &w.live, NULL),
                      FH_OK);
        x = sent(&w, "[" CALL("1") "," CALL("2") "," CALL("3") "]");
        assert_int_equal(x.reply.n_known, 3);
    }
    assert_int_equal(n_stored(&w, NULL), 3);
    assert_int_equal(n_shown(&w), 3);
    /* The same id of another source or customer is another. */
    x = sent(&w,
             "[{\"customer\":\"a\",\"time\":0,\"touchpoint\":\"t\",\"id\":\"1\",\"source\":\"s\"},"
             "{\"customer\":\"b\",\"time\":0,\"touchpoint\":\"t\",\"id\":\"1\"}]");
    assert_int_equal(x.reply.n_accepted, 2);
    assert_int_equal(n_shown(&w), 5);
    end(&w);
}

static void without_an_id_each_counts_before_and_after_merging(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    static const char one[] = "{\"customer\":\"a\",\"time\":1000,\"touchpoint\":\"t\"}";
    for (int i = 0; i < 3; i++) assert_int_equal(sent(&w, one).reply.n_accepted, 1);
    assert_int_equal(n_shown(&w), 3);
    fh_org *org = NULL;
    uint64_t duplicates = 0;
    assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK);
    assert_status(fh_store_merge(org, NULL, NULL, &duplicates, NULL), FH_OK);
    fh_pool_write_done(w.pool, org);
    assert_int_equal(duplicates, 0);
    assert_int_equal(n_shown(&w), 3);
    assert_int_equal(sent(&w, one).reply.n_accepted, 1);
    assert_int_equal(n_shown(&w), 4);
    end(&w);
}

static void one_that_cannot_be_stored_is_refused_by_itself(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    char text[64];
    static fh_interaction row[300];
    for (size_t i = 0; i < COUNT(row); i++) {
        (void)snprintf(text, sizeof text, "%zu", i);
        fh_str s = {0};
        assert_true(fh_arena_str(w.arena, fh_str_of(text), &s));
        row[i] = (fh_interaction){.n_identifiers = 1, .at_ms = 1, .currency = s};
        row[i].identifier[0] = (fh_identifier){FH_STR("customer"), s};
    }
    waiting x;
    send_items(&w, &(fh_live_items){.n = COUNT(row), .row = row}, &x); /* 255 currencies at most */
    assert_status(x.reply.status, FH_OK);
    assert_int_equal(x.reply.n_accepted, 255);
    assert_int_equal(x.reply.n_refused, 45);
    assert_non_null(strstr(x.reason, "currenc"));
    assert_int_equal(n_shown(&w), 255);
    assert_int_equal(sent(&w, CALL("x")).reply.n_accepted, 1); /* it goes on */
    end(&w);
}

static void of_an_erased_customer_nothing_is_stored(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    assert_int_equal(sent(&w, CALL("1")).reply.n_accepted, 1);
    fh_org *org = NULL;
    uint32_t customer = 0;
    assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK);
    assert_status(fh_identity_find(org, FH_STR("a"), &customer, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    uint64_t n_cut = 0;
    assert_status(fh_store_cut(org, customer, &n_cut, NULL), FH_OK);
    assert_status(fh_identity_erase(org, customer, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_pool_write_done(w.pool, org);
    assert_int_equal(n_cut, 1);
    const waiting x = sent(&w, "[" CALL("1") "," CALL("2") "]");
    assert_int_equal(x.reply.n_erased, 2);
    assert_int_equal(n_shown(&w), 0);
    end(&w);
}

static void merges_and_undos_of_others_are_seen_at_once(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    waiting x = sent(&w, "[{\"customer\":\"a\",\"time\":1,\"touchpoint\":\"t\",\"problem\":\"p\","
                         "\"id\":\"1\"},"
                         "{\"customer\":\"b\",\"time\":2,\"touchpoint\":\"t\",\"id\":\"2\"}]");
    const uint32_t a = x.result[0].customer, b = x.result[1].customer;
    fh_org *org = NULL;
    int64_t merge = 0;
    assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK);
    assert_status(fh_identity_merge(org, a, b, FH_STR("same"), &merge, NULL), FH_OK);
    fh_pool_write_done(w.pool, org);
    x = sent(&w,
             "[{\"customer\":\"a\",\"time\":3,\"touchpoint\":\"t\",\"problem\":\"p\","
             "\"id\":\"3\"},{\"customer\":\"a\",\"time\":1,\"touchpoint\":\"t\",\"id\":\"1\"}]");
    assert_int_equal(x.result[0].customer, b);
    assert_int_equal(x.result[1].outcome, FH_LIVE_KNOWN);
    const fh_told *told = NULL;
    assert_int_equal(story(&w, "b", &told), 3);
    assert_int_equal(told[0].problem, told[2].problem);
    assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK);
    assert_status(fh_identity_unmerge(org, merge, NULL), FH_OK);
    fh_pool_write_done(w.pool, org);
    x = sent(&w, "{\"customer\":\"a\",\"time\":4,\"touchpoint\":\"t\",\"id\":\"4\"}");
    assert_int_equal(x.result[0].customer, a);
    assert_int_equal(story(&w, "a", &told), 3);
    assert_int_equal(story(&w, "b", &told), 1);
    end(&w);
}

static void what_an_import_brought_is_known(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    assert_int_equal(sent(&w, CALL("0")).reply.n_accepted, 1);
    fh_org *org = NULL; /* another process: its own customers, kinds and ids */
    assert_status(fh_org_open(fh_os_real(), test_org_name(1), FH_ORG_WRITE, &org, NULL), FH_OK);
    fh_resolver *r = NULL;
    fh_resolved who = {0};
    fh_interaction row = {
        .n_identifiers = 2,
        .identifier = {{FH_STR("crm"), FH_STR("77")}, {FH_STR("phone"), FH_STR("+49 30 1")}}};
    assert_status(fh_resolver_new(org, &r, NULL), FH_OK);
    assert_status(fh_resolve(r, &row, 1, &who, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    assert_status(fh_resolver_flush(r, NULL), FH_OK);
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_resolver_free(r);
    fh_org_close(org);
    const waiting x =
        sent(&w, "[{\"customer\":{\"crm\":77},\"time\":1,\"touchpoint\":\"t\"},"
                 "{\"customer\":{\"phone\":\"+49301\"},\"time\":1,\"touchpoint\":\"t\"},"
                 "{\"customer\":\"new\",\"time\":1,\"touchpoint\":\"t\"}]");
    assert_int_equal(x.result[0].customer, who.customer);
    assert_int_equal(x.result[1].customer, who.customer);
    assert_true(x.result[2].customer > who.customer);
    end(&w);
}

static void sources_tell_how_many_came(void **state)
{
    (void)state;
    world w;
    begin(&w, NULL);
    (void)sent(&w, "[" CALL("1") "," CALL("1") "," CALL("2") "]");
    (void)sent(&w, CALL("1"));
    (void)sent(&w, "{\"customer\":\"a\",\"time\":1,\"touchpoint\":\"t\",\"source\":\"crm\"}");
    fh_org *org = NULL;
    const fh_origin *origins = NULL;
    size_t n = 0;
    assert_status(fh_pool_read(w.pool, &org, NULL), FH_OK);
    assert_status(fh_origins(org, w.arena, &origins, &n, NULL), FH_OK);
    fh_pool_read_done(w.pool, org);
    assert_int_equal(n, 2);
    assert_str(origins[0].source, "live");
    assert_str(origins[1].source, "crm");
    assert_true(origins[0].rows_done == 4 && origins[0].rows_added == 2 &&
                origins[0].rows_known == 2 && origins[0].complete);
    end(&w);
}

static void when_too_much_waits_it_says_so(void **state)
{
    (void)state;
    world w;
    begin(&w, &(fh_live_options){.keep_inbox = true, .max_waiting = 3});
    const fh_live_body body = parse(&w, "[" CALL("1") "," CALL("2") "]", FH_LIVE_JSON);
    const fh_live_body large =
        parse(&w, "[" CALL("1") "," CALL("2") "," CALL("3") "," CALL("4") "]", FH_LIVE_JSON);
    fh_org *org = NULL;
    uint32_t retry = 0;
    fh_error err = {0};
    waiting x = {.lock = fh_mutex_new(), .came = fh_cond_new()};
    assert_status(fh_live_submit(w.live, &large.items, NULL, NULL, NULL, &err), FH_LIMIT);
    assert_status(fh_pool_write(w.pool, -1, &org, NULL), FH_OK); /* the writer has to wait */
    assert_status(fh_live_submit(w.live, &body.items, on_reply, &x, NULL, &err), FH_OK);
    assert_status(fh_live_submit(w.live, &body.items, NULL, NULL, &retry, &err), FH_BUSY);
    assert_true(retry > 0);
    fh_pool_write_done(w.pool, org);
    fh_mutex_lock(x.lock);
    while (!x.done) fh_cond_wait(x.came, x.lock);
    fh_mutex_unlock(x.lock);
    fh_cond_free(x.came);
    fh_mutex_free(x.lock);
    assert_int_equal(sent(&w, "[" CALL("5") "," CALL("6") "]").reply.n_accepted, 2);
    end(&w);
}

enum { SENDERS = 4, ROUNDS = 60, PER_ROUND = 5 };

typedef struct sender {
    world *w;
    atomic_int *n_accepted;
} sender;

static void send_many(void *ctx, uint32_t worker)
{
    const sender *s = ctx;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        fh_interaction row[PER_ROUND];
        char id[PER_ROUND][16], who[PER_ROUND][16];
        for (uint32_t k = 0; k < PER_ROUND; k++) {
            (void)snprintf(id[k], sizeof id[k], "%u-%u-%u", worker / 2, i, k); /* pairs: the same */
            row[k] = (fh_interaction){.n_identifiers = 1,
                                      .at_ms = i,
                                      .touchpoint = fh_str_of(worker % 2 ? "call" : "mail"),
                                      .source_id = fh_str_of(id[k])};
            (void)snprintf(who[k], sizeof who[k], "c%u", (i * 7 + k * 3) % 40);
            row[k].identifier[0] = (fh_identifier){FH_STR("customer"), fh_str_of(who[k])};
        }
        waiting x;
        send_items(s->w, &(fh_live_items){.n = PER_ROUND, .row = row}, &x);
        atomic_fetch_add(s->n_accepted, (int)x.reply.n_accepted);
    }
}

static void many_threads_send_and_each_interaction_counts_once(void **state)
{
    (void)state;
    world w;
    atomic_int n = 0;
    begin(&w, NULL);
    const sender s = {&w, &n};
    fh_threads_run(SENDERS, send_many, (void *)(uintptr_t)&s);
    assert_int_equal(atomic_load(&n), SENDERS / 2 * ROUNDS * PER_ROUND);
    assert_int_equal(n_shown(&w), SENDERS / 2 * ROUNDS * PER_ROUND);
    fh_live_stats stats = {0};
    fh_live_stats_get(w.live, &stats);
    assert_int_equal(stats.waiting, 0);
    assert_int_equal(stats.accepted + stats.known, SENDERS * ROUNDS * PER_ROUND);
    end(&w);
}

static void send_and_read(void *ctx, uint32_t worker)
{
    const sender *s = ctx;
    if (worker > 0) {
        send_many(ctx, worker - 1);
        atomic_fetch_add(s->n_accepted, 1 << 24); /* this one has finished */
        return;
    }
    /* Batches are there as a whole or not at all, and nothing that was there goes. */
    uint64_t before = 0;
    while (atomic_load(s->n_accepted) >> 24 < SENDERS) {
        const uint64_t n = n_shown(s->w);
        assert_true(n >= before && n % PER_ROUND == 0);
        before = n;
    }
}

static void readers_see_every_batch_once_while_it_is_folded(void **state)
{
    (void)state;
    static const fh_tidy_sizes small = {.step = 60,
                                        .least_step = 20,
                                        .least_of_base = 60,
                                        .few_batches = 3,
                                        .smallest_run = 20,
                                        .alike = 3,
                                        .base_least = 100};
    world w;
    atomic_int n = 0;
    begin(&w, &(fh_live_options){.sizes = &small});
    const sender s = {&w, &n};
    fh_threads_run(SENDERS + 1, send_and_read, (void *)(uintptr_t)&s);
    const uint64_t sent_once = SENDERS / 2 * ROUNDS * PER_ROUND;
    assert_int_equal(atomic_load(&n) & 0xffffff, sent_once);
    assert_int_equal(n_shown(&w), sent_once);
    assert_int_equal(n_stored(&w, NULL), sent_once);
    /* On a busy machine the tidier's first turn may come after the last batch. */
    fh_live_stats stats = {0};
    for (int64_t until = 0; stats.stretches == 0 && test_patient(&until);)
        fh_live_stats_get(w.live, &stats);
    assert_true(stats.stretches > 0 && !stats.tidy_failing);
    assert_int_equal(n_shown(&w), sent_once);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_is_there_when_the_reply_comes),
        cmocka_unit_test(what_is_sent_again_is_known_wherever_it_lies),
        cmocka_unit_test(without_an_id_each_counts_before_and_after_merging),
        cmocka_unit_test(one_that_cannot_be_stored_is_refused_by_itself),
        cmocka_unit_test(of_an_erased_customer_nothing_is_stored),
        cmocka_unit_test(merges_and_undos_of_others_are_seen_at_once),
        cmocka_unit_test(what_an_import_brought_is_known),
        cmocka_unit_test(sources_tell_how_many_came),
        cmocka_unit_test(when_too_much_waits_it_says_so),
        cmocka_unit_test(many_threads_send_and_each_interaction_counts_once),
        cmocka_unit_test(readers_see_every_batch_once_while_it_is_folded),
    };
    return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
