/* webhooks_test.c - messages to other systems: signed, sent when the event is
 * committed, tried again, given up; and never to an address of one's own network. */
#include "test.h"

#include "faulty_os.h"
#include "faulty_vfs.h"
#include "files.h"
#include "orgs.h"

#include "app/hooks/webhook_parts.h"
#include "os/threads.h"
#include "store/job_rows.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define DAY_MS INT64_C(86400000)

/* ---- A receiver that does as it is told ------------------------------------------------------ */

typedef struct seen {
    char url[128], id[64], signature[128], body[1024];
    int64_t timestamp;
} seen;

static struct receiver {
    int32_t code;                /* 0: no reply */
    const char *reply, *bad_url; /* bad_url: no reply from there, whatever the code */
    int n;
    seen last;
} receiver;

static void keep(char *to, size_t size, fh_str s)
{
    (void)snprintf(to, size, "%.*s", FH_STR_ARG(s));
}

static fh_status receive(void *ctx, const fh_hook_post *post, fh_hook_reply *out, fh_error *err)
{
    struct receiver *r = ctx;
    r->n++;
    keep(r->last.url, sizeof r->last.url, post->url);
    keep(r->last.id, sizeof r->last.id, post->id);
    keep(r->last.signature, sizeof r->last.signature, post->signature);
    keep(r->last.body, sizeof r->last.body, post->body);
    r->last.timestamp = 0;
    for (size_t i = 0; i < post->timestamp.len; i++)
        r->last.timestamp = r->last.timestamp * 10 + (post->timestamp.ptr[i] - '0');
    if (!r->code || (r->bad_url && fh_str_eq(post->url, fh_str_of(r->bad_url))))
        return fh_fail(err, FH_IO, "no reply: timed out");
    out->code = r->code;
    const char *reply = r->reply ? r->reply : "thanks";
    out->n = strlen(reply) < sizeof out->body ? strlen(reply) : sizeof out->body;
    memcpy(out->body, reply, out->n);
    return FH_OK;
}

/* ---- Set-up --------------------------------------------------------------------------------- */

static faulty_os clock_os; /* its clock goes when it is told to */
static fh_pool *pool;
static fh_arena *arena;
static const fh_key key = {.bytes = {1, 2, 3}, .id = {4, 5, 6, 7}};
static fh_webhooks_options options;

static int set_up(void **state)
{
    (void)state;
    fh_error err = {0};
    faulty_os_init(&clock_os, FAULT_NONE, 0);
    assert_status(fh_org_create(&clock_os.os, test_org_path(0), FH_STR("Hooks"), &err), FH_OK);
    assert_status(fh_pool_open(&clock_os.os, test_org_name(0), &pool, &err), FH_OK);
    arena = fh_arena_new(NULL);
    receiver = (struct receiver){.code = 200};
    options = (fh_webhooks_options){.transport = {.ctx = &receiver, .post = receive}, .key = &key};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fh_pool_close(pool);
    fh_arena_free(arena);
    (void)test_org_path(0);
    return 0;
}

static fh_org *begin(void)
{
    fh_org *org = NULL;
    assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
    assert_status(fh_org_begin(org, NULL), FH_OK);
    return org;
}

static void commit(fh_org *org)
{
    assert_status(fh_org_commit(org, NULL), FH_OK);
    fh_pool_write_done(pool, org);
}

static int64_t add_hook(const char *url, uint64_t events, fh_str *secret)
{
    int64_t hook = 0;
    fh_str unused;
    fh_error err = {0};
    fh_org *org = begin();
    if (fh_webhook_add(org, &key, fh_str_of(url), FH_STR("tests"), events, false, arena, &hook,
                       secret ? secret : &unused, &err) != FH_OK)
        fail_msg("%s", err.message);
    commit(org);
    return hook;
}

static void tell(fh_hook_event event, const char *data)
{
    fh_org *org = begin();
    assert_status(fh_webhook_tell(org, event, fh_str_of(data), NULL), FH_OK);
    commit(org);
}

static int64_t round_of(void)
{
    int64_t next = 0;
    fh_error err = {0};
    if (fh_webhooks_round(pool, &options, &next, &err) != FH_OK) fail_msg("%s", err.message);
    return next;
}

static fh_delivery delivery(int64_t number)
{
    fh_org *org = NULL;
    fh_delivery d = {.delivery = 0};
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_delivery_get(org, number, arena, &d, NULL), FH_OK);
    fh_pool_read_done(pool, org);
    return d;
}

static fh_hook hook_of(int64_t number)
{
    fh_org *org = NULL;
    fh_hook h = {.hook = 0};
    assert_status(fh_pool_read(pool, &org, NULL), FH_OK);
    assert_status(fh_hook_get(org, number, arena, &h, NULL), FH_OK);
    fh_pool_read_done(pool, org);
    return h;
}

#define WANT(event) (UINT64_C(1) << FH_HOOK_##event)

/* ---- Signing -------------------------------------------------------------------------------- */

/* The example of the Standard Webhooks specification's reference libraries. */
static void the_signature_is_that_of_standard_webhooks(void **state)
{
    (void)state;
    fh_str got = {0};
    const fh_str body = FH_STR("{\"test\": 2432232314}");
    assert_status(fh_hook_sign(FH_STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                               FH_STR("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, body, arena,
                               &got, NULL),
                  FH_OK);
    assert_str(got, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_status(fh_hook_sign(FH_STR("whsec_!"), FH_STR("m"), 1, body, arena, &got, NULL),
                  FH_INVALID);
}

static fh_status sign_in_little_memory(void *ctx)
{
    (void)ctx;
    fh_str out;
    fh_arena *small = fh_arena_new(test_allocator());
    if (!small) return FH_NOMEM;
    const fh_status status =
        fh_hook_sign(FH_STR("whsec_AAAA"), FH_STR("m"), 1, FH_STR("{}"), small, &out, NULL);
    fh_arena_free(small);
    return status;
}

static void memory_running_out_is_told(void **state)
{
    (void)state;
    test_oom(sign_in_little_memory, NULL);
}

/* ---- Telling and sending -------------------------------------------------------------------- */

static void a_message_is_sent_signed_to_those_that_want_it(void **state)
{
    (void)state;
    fh_str secret = {0}, want = {0};
    const int64_t hook = add_hook("https://a.example/in", WANT(MERGED) | WANT(ERASED), &secret);
    (void)add_hook("https://b.example/in", WANT(JOB_FAILED), NULL);
    tell(FH_HOOK_MERGED, "{\"from\":2,\"into\":1}");
    assert_int_equal(round_of(), -1);
    assert_int_equal(receiver.n, 1);
    assert_string_equal(receiver.last.url, "https://a.example/in");
    assert_string_equal(receiver.last.body, "{\"type\":\"identity.merged\",\"timestamp\":"
                                            "\"2024-01-31T17:05:09Z\",\"data\":{\"from\":2,\"into\""
                                            ":1}}");
    assert_int_equal(receiver.last.timestamp, clock_os.now_ms / 1000);
    assert_status(fh_hook_sign(secret, fh_str_of(receiver.last.id), receiver.last.timestamp,
                               fh_str_of(receiver.last.body), arena, &want, NULL),
                  FH_OK);
    assert_str(want, receiver.last.signature);
    const fh_delivery d = delivery(1);
    assert_int_equal(d.hook, hook);
    assert_int_equal(d.state, FH_DELIVERY_DONE);
    assert_int_equal(d.code, 200);
    assert_str(d.reply, "thanks");
    assert_int_equal(d.attempts, 1);
}

static void what_was_rolled_back_is_never_sent(void **state)
{
    (void)state;
    (void)add_hook("https://a.example/", WANT(MERGED), NULL);
    fh_org *org = begin();
    assert_status(fh_webhook_tell(org, FH_HOOK_MERGED, FH_STR("{}"), NULL), FH_OK);
    fh_org_rollback(org);
    fh_pool_write_done(pool, org);
    assert_int_equal(round_of(), -1);
    assert_int_equal(receiver.n, 0);
}

static void it_is_tried_again_later_and_later_and_then_no_more(void **state)
{
    (void)state;
    static const int64_t seconds[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
    options.give_up_ms = 365 * DAY_MS;
    receiver.code = 0;
    const int64_t hook = add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{}");
    const int64_t began = clock_os.now_ms;
    for (size_t i = 0; i < COUNT(seconds); i++) {
        const int64_t next = round_of();
        const fh_delivery d = delivery(1);
        assert_int_equal(d.attempts, i + 1);
        assert_int_equal(d.state, FH_DELIVERY_WAITING);
        assert_int_equal(next, d.next_ms);
        const int64_t wait = next - clock_os.now_ms;
        assert_in_range(wait, seconds[i] * 1000, seconds[i] * 1100);
        clock_os.now_ms = next - 1;
        assert_int_equal(round_of(), next); /* not a moment earlier */
        clock_os.now_ms = next;
    }
    assert_int_equal(round_of(), -1);
    assert_int_equal(receiver.n, COUNT(seconds) + 1);
    assert_int_equal(delivery(1).state, FH_DELIVERY_FAILED);
    assert_str(delivery(1).error, "no reply: timed out");
    assert_int_equal(hook_of(hook).failing_since_ms, began);
    /* One that goes well ends the count. */
    receiver.code = 204;
    tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    assert_int_equal(hook_of(hook).failing_since_ms, 0);
    assert_true(hook_of(hook).active);
}

static void who_does_not_answer_holds_up_nobody_else(void **state)
{
    (void)state;
    receiver.bad_url = "https://slow.example/";
    (void)add_hook("https://slow.example/", WANT(TEST), NULL);
    (void)add_hook("https://quick.example/", WANT(TEST), NULL);
    for (int i = 0; i < 10; i++) tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    assert_int_equal(receiver.n, 11); /* one attempt at the slow one, ten at the other */
    for (int64_t i = 1; i <= 20; i++) {
        const fh_delivery d = delivery(i);
        assert_int_equal(d.state, d.hook == 1 ? FH_DELIVERY_WAITING : FH_DELIVERY_DONE);
        if (d.hook == 1) assert_true(d.next_ms >= clock_os.now_ms + 5000);
    }
    receiver.bad_url = NULL;
    clock_os.now_ms += 6000;
    (void)round_of();
    assert_int_equal(receiver.n, 21);
}

static void gone_means_gone(void **state)
{
    (void)state;
    receiver.code = 410;
    const int64_t hook = add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{}");
    assert_int_equal(round_of(), -1);
    const fh_hook h = hook_of(hook);
    assert_false(h.active);
    assert_str(h.reason, "the receiver says it is gone (410)");
    assert_int_equal(h.version, 2); /* who looks at it again sees the change */
    tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    assert_int_equal(receiver.n, 1);
    fh_error err = {0};
    int64_t number;
    fh_org *org = begin();
    assert_status(fh_webhook_test(org, hook, &number, &err), FH_CONFLICT);
    assert_string_equal(err.hint, "Switch it on first.");
    assert_status(fh_webhook_replay(org, 1, &number, &err), FH_CONFLICT);
    commit(org);
}

static void failing_for_days_switches_it_off_and_says_so(void **state)
{
    (void)state;
    receiver.code = 500;
    const int64_t hook = add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{}");
    for (int i = 0; i < 20 && hook_of(hook).active; i++) {
        const int64_t next = round_of();
        if (next < 0) tell(FH_HOOK_TEST, "{}");
        clock_os.now_ms = next < 0 ? clock_os.now_ms + DAY_MS : next;
    }
    const fh_hook h = hook_of(hook);
    assert_false(h.active);
    assert_str(h.reason, "it failed for 5 days; the last reply was 500");
    /* Switched on again, it starts afresh. */
    fh_org *org = begin();
    fh_hook again = h;
    again.active = true;
    again.reason = (fh_str){0};
    again.failing_since_ms = 0;
    assert_status(fh_hook_save(org, &again, NULL), FH_OK);
    assert_status(fh_hook_save(org, &again, NULL), FH_STALE); /* changed meanwhile */
    commit(org);
    receiver.code = 200;
    tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    assert_true(hook_of(hook).active);
}

static void a_message_can_be_sent_again_under_its_own_id(void **state)
{
    (void)state;
    const int64_t hook = add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{\"n\":1}");
    (void)round_of();
    char id[64];
    (void)snprintf(id, sizeof id, "%s", receiver.last.id);
    int64_t again = 0, tested = 0;
    fh_org *org = begin();
    assert_status(fh_webhook_replay(org, 1, &again, NULL), FH_OK);
    commit(org);
    (void)round_of();
    assert_int_equal(again, 2);
    assert_string_equal(receiver.last.id, id);
    assert_int_equal(delivery(1).attempts, 1); /* the log keeps both */
    org = begin();
    assert_status(fh_webhook_test(org, hook, &tested, NULL), FH_OK);
    commit(org);
    (void)round_of();
    assert_string_not_equal(receiver.last.id, id);
    assert_int_equal(receiver.n, 3);
}

static void what_is_removed_is_gone_with_its_log(void **state)
{
    (void)state;
    const int64_t hook = add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{}");
    fh_org *org = begin();
    const fh_delivery *list;
    size_t n = 9;
    bool more;
    assert_status(fh_hook_remove(org, hook, NULL), FH_OK);
    assert_status(fh_hook_remove(org, hook, NULL), FH_NOTFOUND);
    assert_status(fh_delivery_list(org, 0, 0, 0, arena, &list, &n, &more, NULL), FH_OK);
    commit(org);
    assert_int_equal(n, 0);
    assert_int_equal(round_of(), -1);
    assert_int_equal(receiver.n, 0);
}

static void replies_are_kept_readable_and_the_log_is_told_as_json(void **state)
{
    (void)state;
    char longest[3000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, "a\x01\xff\n\xc3\xa4", 6);
    receiver.reply = longest;
    (void)add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    const fh_delivery d = delivery(1);
    assert_int_equal(d.reply.len, 1024);
    assert_memory_equal(d.reply.ptr, "a ?\n\xc3\xa4xxx", 9);
    fh_buf out;
    fh_json j;
    fh_json_doc doc;
    fh_json_reader *reader = fh_json_reader_new(NULL, 1000);
    fh_buf_init(&out, NULL, 1 << 16);
    fh_json_begin(&j, &out, 0);
    fh_json_array(&j);
    fh_delivery_json(&d, true, &j);
    const fh_hook h = hook_of(1);
    fh_hook_json(&h, &j);
    fh_json_end_array(&j);
    assert_status(fh_json_read(reader, fh_buf_view(&out), &doc, NULL), FH_OK);
    fh_buf_char(&out, '\0');
    assert_non_null(strstr(out.ptr, "\"state\":\"delivered\""));
    assert_non_null(strstr(out.ptr, "\"events\":[\"webhook.test\"]"));
    assert_null(strstr(out.ptr, "secret"));
    fh_json_reader_free(reader);
    fh_buf_free(&out);
}

static void old_deliveries_are_forgotten_and_waiting_ones_are_not(void **state)
{
    (void)state;
    (void)add_hook("https://a.example/", WANT(TEST), NULL);
    tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    tell(FH_HOOK_TEST, "{}");
    fh_org *org = begin();
    uint64_t n = 0;
    assert_status(fh_delivery_forget(org, clock_os.now_ms, &n, NULL), FH_OK);
    assert_int_equal(n, 0);
    assert_status(fh_delivery_forget(org, clock_os.now_ms + 1, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    assert_status(fh_delivery_waiting(org, &n, NULL), FH_OK);
    assert_int_equal(n, 1);
    commit(org);
}

static void how_jobs_ended_is_told_without_rows_of_customers(void **state)
{
    (void)state;
    (void)add_hook("https://a.example/", WANT(IMPORT_FINISHED) | WANT(JOB_FAILED), NULL);
    fh_job job = {.job = 17,
                  .kind = FH_STR("import"),
                  .state = FH_JOB_DONE,
                  .result = FH_STR("{\"source\":\"crm\",\"rows\":3,\"added\":2,\"samples\":"
                                   "[{\"value\":\"ann@example.org\"}]}")};
    fh_org *org = begin();
    assert_status(fh_webhook_job_ended(NULL, org, &job, NULL), FH_OK);
    job.state = FH_JOB_CANCELLED; /* nobody is told: someone asked for it */
    assert_status(fh_webhook_job_ended(NULL, org, &job, NULL), FH_OK);
    job.state = FH_JOB_FAILED;
    job.kind = FH_STR("report");
    job.error = FH_STR("customer ann@example.org ...");
    assert_status(fh_webhook_job_ended(NULL, org, &job, NULL), FH_OK);
    commit(org);
    (void)round_of();
    assert_int_equal(receiver.n, 2);
    assert_str(delivery(1).body,
               "{\"type\":\"import.finished\",\"timestamp\":\"2024-01-31T17:05:09Z\",\"data\":"
               "{\"job\":17,\"kind\":\"import\",\"state\":\"done\",\"source\":\"crm\","
               "\"rows\":3,\"added\":2}}");
    assert_str(delivery(2).body,
               "{\"type\":\"job.failed\",\"timestamp\":\"2024-01-31T17:05:09Z\",\"data\":"
               "{\"job\":17,\"kind\":\"report\",\"state\":\"failed\"}}");
}

/* ---- Secrets -------------------------------------------------------------------------------- */

static void the_secret_is_shown_once_and_lies_sealed(void **state)
{
    (void)state;
    fh_str secret = {0}, fresh = {0};
    const int64_t hook = add_hook("https://a.example/", WANT(TEST), &secret);
    assert_int_equal(secret.len, 6 + 44);
    size_t n = 0;
    char *file = test_file_read(test_org_name(0), &n);
    assert_non_null(file);
    for (size_t i = 0; i + secret.len <= n; i++)
        assert_false(memcmp(file + i, secret.ptr, secret.len) == 0);
    free(file);
    fh_org *org = begin();
    assert_status(fh_webhook_new_secret(org, &key, hook, arena, &fresh, NULL), FH_OK);
    commit(org);
    assert_false(fh_str_eq(secret, fresh));
    /* With another key nothing is sent, and the log says why. */
    const fh_key other = {.bytes = {9}, .id = {9, 9, 9, 9}};
    options.key = &other;
    tell(FH_HOOK_TEST, "{}");
    (void)round_of();
    assert_int_equal(receiver.n, 0);
    assert_true(delivery(1).error.len > 0);
}

/* ---- Where to ------------------------------------------------------------------------------- */

static bool allowed(const char *text, bool loopback)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    const char *why = NULL;
    bool ok;
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        ok = fh_hook_address_ok((const struct sockaddr *)(const void *)&in, loopback, &why);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
        ok = fh_hook_address_ok((const struct sockaddr *)(const void *)&in6, loopback, &why);
    }
    if (!ok) assert_non_null(why);
    return ok;
}

static void only_public_addresses_are_reached(void **state)
{
    (void)state;
    static const char *const refused[] = {"0.0.0.0",
                                          "0.1.2.3",
                                          "10.0.0.1",
                                          "10.255.255.255",
                                          "100.64.0.1",
                                          "100.100.100.200",
                                          "100.127.255.255",
                                          "127.0.0.1",
                                          "127.255.255.254",
                                          "168.63.129.16",
                                          "169.254.0.1",
                                          "169.254.169.254",
                                          "172.16.0.1",
                                          "172.31.255.255",
                                          "192.0.0.1",
                                          "192.0.2.1",
                                          "192.88.99.1",
                                          "192.168.0.1",
                                          "192.168.255.255",
                                          "198.18.0.1",
                                          "198.19.255.255",
                                          "198.51.100.1",
                                          "203.0.113.9",
                                          "224.0.0.1",
                                          "239.255.255.255",
                                          "240.0.0.1",
                                          "255.255.255.255",
                                          "::",
                                          "::1",
                                          "::2",
                                          "::127.0.0.1",
                                          "::ffff:127.0.0.1",
                                          "::ffff:10.0.0.1",
                                          "::ffff:169.254.169.254",
                                          "::ffff:0:127.0.0.1",
                                          "64:ff9b::10.0.0.1",
                                          "64:ff9b::7f00:1",
                                          "64:ff9b:1::1",
                                          "100::1",
                                          "2001::1",
                                          "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                                          "2001:10::1",
                                          "2001:20::1",
                                          "2001:db8::1",
                                          "2002:7f00:1::1",
                                          "2002:a00:1::",
                                          "3fff::1",
                                          "3fff:fff::1",
                                          "5f00::1",
                                          "fc00::1",
                                          "fd00:ec2::254",
                                          "fdff::1",
                                          "fe80::1",
                                          "febf::1",
                                          "fec0::1",
                                          "ff02::1",
                                          "2620:4f:8000::1"};
    static const char *const fine[] = {"1.1.1.1",
                                       "8.8.8.8",
                                       "9.255.255.255",
                                       "11.0.0.0",
                                       "100.63.255.255",
                                       "100.128.0.0",
                                       "126.255.255.255",
                                       "128.0.0.1",
                                       "168.63.129.15",
                                       "169.253.255.255",
                                       "169.255.0.0",
                                       "172.15.255.255",
                                       "172.32.0.0",
                                       "192.0.1.0",
                                       "192.167.255.255",
                                       "192.169.0.0",
                                       "198.17.255.255",
                                       "198.20.0.0",
                                       "223.255.255.255",
                                       "::ffff:8.8.8.8",
                                       "64:ff9b::8.8.8.8",
                                       "2001:200::1",
                                       "2001:4860:4860::8888",
                                       "2003::1",
                                       "2606:4700:4700::1111",
                                       "2a00::1",
                                       "3ffe::1"};
    for (size_t i = 0; i < COUNT(refused); i++)
        if (allowed(refused[i], false)) fail_msg("%s was allowed", refused[i]);
    for (size_t i = 0; i < COUNT(fine); i++)
        if (!allowed(fine[i], false)) fail_msg("%s was refused", fine[i]);
    /* For development: this machine, and nothing else. */
    assert_true(allowed("127.0.0.1", true) && allowed("::1", true) &&
                allowed("::ffff:127.0.0.1", true));
    assert_false(allowed("10.0.0.1", true) || allowed("169.254.169.254", true) ||
                 allowed("fe80::1", true) || allowed("64:ff9b::7f00:1", true));
    const struct sockaddr path = {.sa_family = AF_UNIX};
    const char *why = NULL;
    assert_false(fh_hook_address_ok(&path, true, &why));
}

static void addresses_are_looked_at_when_a_webhook_is_made(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        bool ok, ok_in_development;
    } cases[] = {
        {"https://example.org", true, true},
        {"https://example.org:8443/a/b?c=d", true, true},
        {"https://[2606:4700:4700::1111]/x", true, true},
        {"https://8.8.8.8/", true, true},
        {"http://example.org/", false, false},
        {"http://localhost:9000/", false, true},
        {"http://127.0.0.1:9000/", false, true},
        {"http://[::1]:9000/", false, true},
        {"https://127.0.0.1/", false, true},
        {"https://2130706433/", false, true},  /* 127.0.0.1 as one number */
        {"https://0x7f000001/", false, true},  /* the same in hexadecimal */
        {"https://0177.0.0.1/", false, true},  /* the same in octal */
        {"https://127.1/", false, true},       /* the same, shortened */
        {"https://3232235521/", false, false}, /* 192.168.0.1 */
        {"https://0xa9fea9fe/", false, false}, /* 169.254.169.254 */
        {"https://[::ffff:10.0.0.1]/", false, false},
        {"https://[::]/", false, false},
        {"https://user@example.org/", false, false},
        {"https://user:pass@example.org/", false, false},
        {"https://example.org@127.0.0.1/", false, false},
        {"https://example.org\\@127.0.0.1/", false, false},
        {"https:///path", false, false},
        {"https://:80/", false, false},
        {"https://example.org:0/", false, false},
        {"https://example.org:65536/", false, false},
        {"https://example.org:99999999999/", false, false},
        {"https://example.org:8x/", false, false},
        {"https://example.org:/", false, false},
        {"https://[::1/", false, false},
        {"https://[2606:4700::1]x/", false, false},
        {"https://exa mple.org/", false, false},
        {"https://example.org/\r\nHost: x", false, false},
        {"https://example.org/#x", false, false},
        {"https://ex\xc3\xa4mple.org/", false, false},
        {"ftp://example.org/", false, false},
        {"file:///etc/passwd", false, false},
        {"//example.org/", false, false},
        {"HTTPS://example.org/", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        fh_error err = {0};
        const fh_str url = fh_str_of(cases[i].url);
        if ((fh_webhook_check_url(url, false, &err) == FH_OK) != cases[i].ok ||
            (fh_webhook_check_url(url, true, NULL) == FH_OK) != cases[i].ok_in_development)
            fail_msg("'%s' was judged wrongly", cases[i].url);
        if (!cases[i].ok) assert_true(err.message[0] && err.hint[0]);
    }
}

static void a_webhook_needs_events_and_a_known_event_name(void **state)
{
    (void)state;
    fh_hook_event event;
    fh_error err = {0};
    int64_t hook;
    fh_str secret;
    fh_org *org = begin();
    assert_status(fh_webhook_add(org, &key, FH_STR("https://a.example/"), (fh_str){0}, 0, false,
                                 arena, &hook, &secret, &err),
                  FH_INVALID);
    assert_status(fh_webhook_add(org, &key, FH_STR("https://a.example/"), (fh_str){0},
                                 UINT64_C(1) << 60, false, arena, &hook, &secret, &err),
                  FH_INVALID);
    commit(org);
    assert_status(fh_hook_event_find(FH_STR("import.finished"), &event, &err), FH_OK);
    assert_int_equal(event, FH_HOOK_IMPORT_FINISHED);
    assert_status(fh_hook_event_find(FH_STR("import.finish"), &event, &err), FH_NOTFOUND);
    assert_string_equal(err.hint, "Did you mean 'import.finished'?");
}

/* ---- A real server -------------------------------------------------------------------------- */

typedef struct server {
    int fd, port;
    atomic_int connections;
    const char *reply;
    char got[4096];
    fh_thread *thread;
    atomic_bool stop;
} server;

static void serve_one(server *s, int fd)
{
    size_t n = 0;
    s->got[0] = '\0';
    while (n + 1 < sizeof s->got && !(strstr(s->got, "\r\n\r\n") && strstr(s->got, "}}"))) {
        const ssize_t r = recv(fd, s->got + n, sizeof s->got - 1 - n, 0);
        if (r <= 0) break;
        n += (size_t)r;
        s->got[n] = '\0';
    }
    (void)send(fd, s->reply, strlen(s->reply), MSG_NOSIGNAL);
}

static void serve(void *ctx)
{
    server *s = ctx;
    while (!s->stop) {
        struct pollfd p = {.fd = s->fd, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0) continue;
        const int fd = accept(s->fd, NULL, NULL);
        if (fd < 0) continue;
        s->connections++;
        serve_one(s, fd);
        (void)close(fd);
    }
}

static void server_start(server *s, const char *reply)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    *s = (server){.reply = reply, .fd = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(bind(s->fd, (struct sockaddr *)(void *)&at, sizeof at), 0);
    assert_int_equal(listen(s->fd, 4), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)(void *)&at, &size), 0);
    s->port = ntohs(at.sin_port);
    assert_status(fh_thread_start(serve, s, &s->thread, NULL), FH_OK);
}

static void server_end(server *s)
{
    s->stop = true;
    fh_thread_join(s->thread);
    (void)close(s->fd);
}

static fh_status post_to(const fh_hook_transport *t, const char *scheme, const char *host, int port,
                         int64_t time_ms, bool loopback, fh_hook_reply *reply, fh_error *err)
{
    char url[128];
    (void)snprintf(url, sizeof url, "%s://%s:%d/in?x=1", scheme, host, port);
    const fh_hook_post post = {.url = fh_str_of(url),
                               .body = FH_STR("{\"data\":{\"a\":1}}"),
                               .id = FH_STR("msg_1"),
                               .timestamp = FH_STR("17"),
                               .signature = FH_STR("v1,abc"),
                               .time_ms = time_ms,
                               .loopback_allowed = loopback};
    return t->post(t->ctx, &post, reply, err);
}

static void a_real_server_gets_it_only_where_that_is_allowed(void **state)
{
    (void)state;
    server s;
    fh_hook_reply reply;
    fh_error err = {0};
    fh_hook_curl *curl = NULL;
    assert_status(fh_hook_curl_new(&curl, &err), FH_OK);
    const fh_hook_transport t = fh_hook_curl_transport(curl);
    server_start(&s, "HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 2\r\n\r\nno");
    const fh_status status = post_to(&t, "http", "127.0.0.1", s.port, 60000, true, &reply, &err);
    if (status == FH_NOTFOUND) {
        print_message("skipped: %s\n", err.message);
    } else {
        assert_status(status, FH_OK);
        assert_int_equal(reply.code, 302); /* and not followed */
        assert_int_equal(s.connections, 1);
        assert_memory_equal(reply.body, "no", 2);
        assert_non_null(strstr(s.got, "POST /in?x=1 HTTP/1.1\r\n"));
        assert_non_null(strstr(s.got, "webhook-id: msg_1\r\n"));
        assert_non_null(strstr(s.got, "webhook-timestamp: 17\r\n"));
        assert_non_null(strstr(s.got, "webhook-signature: v1,abc\r\n"));
        assert_non_null(strstr(s.got, "Content-Type: application/json\r\n"));
        assert_null(strstr(s.got, "Expect"));
        assert_non_null(strstr(s.got, "\r\n\r\n{\"data\":{\"a\":1}}"));
        /* A name that leads here is refused when the connection is made, whatever a
         * look at it before would have said: nothing ever reaches the server. */
        assert_status(post_to(&t, "https", "localhost", s.port, 60000, false, &reply, &err),
                      FH_DENIED);
        assert_non_null(strstr(err.message, "this machine"));
        assert_status(post_to(&t, "http", "127.0.0.1", s.port, 60000, false, &reply, &err),
                      FH_INVALID);
        assert_int_equal(s.connections, 1);
        /* TLS that is none is no reply. */
        assert_status(post_to(&t, "https", "127.0.0.1", s.port, 1000, true, &reply, &err), FH_IO);
        assert_int_equal(reply.code, 0);
    }
    server_end(&s);
    fh_hook_curl_free(curl);
}

static void the_thread_sends_as_soon_as_it_is_woken(void **state)
{
    (void)state;
    fh_webhooks *w = NULL;
    (void)add_hook("https://a.example/", WANT(TEST), NULL);
    assert_status(fh_webhooks_start(pool, &options, &w, NULL), FH_OK);
    tell(FH_HOOK_TEST, "{}");
    fh_webhooks_wake(w);
    fh_delivery d = delivery(1);
    for (int64_t until = 0; d.state == FH_DELIVERY_WAITING && test_patient(&until);)
        d = delivery(1);
    assert_int_equal(d.state, FH_DELIVERY_DONE);
    fh_webhooks_stop(w);
    assert_int_equal(receiver.n, 1);
}

/* A receiver that hangs until it is let go, and one that answers at once. */
static struct {
    fh_mutex *lock;
    fh_cond *moved;
    bool hanging, let_go;
    uint32_t n_good;
} crowd;

static fh_status receive_or_hang(void *ctx, const fh_hook_post *post, fh_hook_reply *out,
                                 fh_error *err)
{
    (void)ctx;
    (void)err;
    fh_mutex_lock(crowd.lock);
    if (fh_str_eq(post->url, FH_STR("https://slow.example/"))) {
        assert_false(crowd.hanging); /* one message of a webhook at a time */
        crowd.hanging = true;
        fh_cond_wake_all(crowd.moved);
        while (!crowd.let_go) (void)fh_cond_wait_ms(crowd.moved, crowd.lock, 30000);
        crowd.hanging = false;
    } else {
        crowd.n_good++;
    }
    fh_cond_wake_all(crowd.moved);
    fh_mutex_unlock(crowd.lock);
    out->code = 200;
    out->n = 0;
    return FH_OK;
}

static void a_receiver_that_hangs_holds_up_nobody_else(void **state)
{
    (void)state;
    enum { MESSAGES = 5 };
    fh_webhooks *w = NULL;
    crowd.lock = fh_mutex_new();
    crowd.moved = fh_cond_new();
    crowd.hanging = crowd.let_go = false;
    crowd.n_good = 0;
    options.transport.post = receive_or_hang;
    (void)add_hook("https://slow.example/", WANT(TEST), NULL);
    (void)add_hook("https://quick.example/", WANT(TEST), NULL);
    for (int i = 0; i < MESSAGES; i++) tell(FH_HOOK_TEST, "{}");
    assert_status(fh_webhooks_start(pool, &options, &w, NULL), FH_OK);
    fh_mutex_lock(crowd.lock);
    while (crowd.n_good < MESSAGES || !crowd.hanging)
        assert_true(fh_cond_wait_ms(crowd.moved, crowd.lock, 30000));
    assert_false(crowd.let_go); /* all of the quick one's, while the first of the other hangs */
    crowd.let_go = true;
    fh_cond_wake_all(crowd.moved);
    fh_mutex_unlock(crowd.lock);
    fh_webhooks_stop(w);
    assert_int_equal(crowd.n_good, MESSAGES); /* none twice */
    fh_cond_free(crowd.moved);
    fh_mutex_free(crowd.lock);
}

/* ---- Faults --------------------------------------------------------------------------------- */

static void a_failing_disk_never_leaves_half_a_message(void **state)
{
    (void)state;
    (void)add_hook("https://a.example/", WANT(TEST), NULL);
    fh_pool_close(pool);
    pool = NULL;
    faulty_vfs_on();
    bool reached = true;
    for (uint64_t n = 1; reached && n < 200; n += 2) {
        assert_status(fh_pool_open(&clock_os.os, test_org_name(0), &pool, NULL), FH_OK);
        fh_org *org = NULL;
        int64_t next;
        receiver.n = 0;
        assert_status(fh_pool_write(pool, -1, &org, NULL), FH_OK);
        faulty_vfs_set(VFS_IO_ONCE, n);
        fh_status status = fh_org_begin(org, NULL);
        if (status == FH_OK) status = fh_webhook_tell(org, FH_HOOK_TEST, FH_STR("{}"), NULL);
        if (status == FH_OK) status = fh_org_commit(org, NULL);
        const bool told = status == FH_OK;
        fh_pool_write_done(pool, org);
        status = fh_webhooks_round(pool, &options, &next, NULL);
        reached = faulty_vfs_reached();
        faulty_vfs_set(VFS_IO_ONCE, 0);
        if (!reached) assert_status(status, FH_OK);
        if (!reached) assert_int_equal(receiver.n, 1);
        fh_pool_close(pool);
        assert_status(fh_pool_open(&clock_os.os, test_org_name(0), &pool, NULL), FH_OK);
        (void)round_of(); /* what was told and not noted as sent goes now */
        if (told) assert_true(receiver.n >= 1);
        assert_int_equal(round_of(), -1);
        fh_pool_close(pool);
        pool = NULL;
    }
    assert_false(reached);
    faulty_vfs_off();
    assert_status(fh_pool_open(&clock_os.os, test_org_name(0), &pool, NULL), FH_OK);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_signature_is_that_of_standard_webhooks),
        TEST(memory_running_out_is_told),
        TEST(a_message_is_sent_signed_to_those_that_want_it),
        TEST(what_was_rolled_back_is_never_sent),
        TEST(it_is_tried_again_later_and_later_and_then_no_more),
        TEST(who_does_not_answer_holds_up_nobody_else),
        TEST(gone_means_gone),
        TEST(failing_for_days_switches_it_off_and_says_so),
        TEST(a_message_can_be_sent_again_under_its_own_id),
        TEST(what_is_removed_is_gone_with_its_log),
        TEST(replies_are_kept_readable_and_the_log_is_told_as_json),
        TEST(old_deliveries_are_forgotten_and_waiting_ones_are_not),
        TEST(how_jobs_ended_is_told_without_rows_of_customers),
        TEST(the_secret_is_shown_once_and_lies_sealed),
        TEST(only_public_addresses_are_reached),
        TEST(addresses_are_looked_at_when_a_webhook_is_made),
        TEST(a_webhook_needs_events_and_a_known_event_name),
        TEST(a_real_server_gets_it_only_where_that_is_allowed),
        TEST(the_thread_sends_as_soon_as_it_is_woken),
        TEST(a_receiver_that_hangs_holds_up_nobody_else),
        TEST(a_failing_disk_never_leaves_half_a_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
