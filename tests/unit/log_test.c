/* log_test.c - log lines, and what systemd is told. */
#include "test.h"

#include "faulty_os.h"

#include "base/json.h"
#include "os/log.h"
#include "os/service.h"
#include "os/threads.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct page {
    char text[65536 * 4];
    size_t n, lines;
} page;

static void keep(void *ctx, const char *line, size_t n)
{
    page *p = ctx;
    assert_true(p->n + n < sizeof p->text);
    memcpy(p->text + p->n, line, n);
    p->n += n;
    p->text[p->n] = '\0';
    p->lines++;
}

static page told;

static fh_log *log_to(fh_log_format format, fh_log_level least, bool priorities)
{
    static faulty_os clock;
    faulty_os_init(&clock, FAULT_NONE, 0);
    const fh_log_options options = {
        .least = least, .format = format, .priorities = priorities, .write = keep, .ctx = &told};
    fh_log *log = NULL;
    told = (page){.n = 0};
    assert_status(fh_log_new(&clock.os, &options, &log, NULL), FH_OK);
    return log;
}

static void a_line_is_json_with_the_priority_before_it(void **state)
{
    (void)state;
    fh_log *log = log_to(FH_LOG_JSON, FH_LOG_INFO, true);
    fh_log_tell(log, FH_LOG_DEBUG, "too fine", NULL, 0);
    fh_log_tell(log, FH_LOG_WARNING, "slow",
                FH_LOG_FIELDS(FH_LOG_TEXT("what", FH_STR("a\nb\"\xff")), FH_LOG_NUMBER("ms", -7)));
    assert_string_equal(told.text, "<4>{\"time\":\"2024-01-31T17:05:09Z\",\"level\":\"warning\","
                                   "\"event\":\"slow\",\"what\":\"a\\nb\\\"\xef\xbf\xbd\","
                                   "\"ms\":-7}\n");
    fh_log_free(log);
}

static void nothing_from_outside_forges_a_line_or_reaches_the_terminal_raw(void **state)
{
    (void)state;
    fh_log *log = log_to(FH_LOG_PLAIN, FH_LOG_DEBUG, false);
    fh_log_tell(log, FH_LOG_INFO, "asked",
                FH_LOG_FIELDS(FH_LOG_TEXT("path", FH_STR("/a\x1b[2J\n12:00 error \xc2\x9b"
                                                         "\xff")),
                              FH_LOG_TEXT("empty", FH_STR("")), FH_LOG_NUMBER("n", 3)));
    assert_string_equal(
        told.text, "17:05:09 info    asked  path=\"/a\\x1b[2J\\x0a12:00 error \\xc2\\x9b\\xff\""
                   "  empty=\"\"  n=3\n");
    fh_log_free(log);
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    char longest[3000];
    memset(longest, 'x', sizeof longest);
    memcpy(longest + 1023, "\xc3\xa4", 2); /* would be cut in half */
    fh_log *log = log_to(FH_LOG_JSON, FH_LOG_DEBUG, false);
    fh_log_field many[64];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = FH_LOG_TEXT("k", ((fh_str){longest, sizeof longest}));
    fh_log_tell(log, FH_LOG_INFO, "long", many, 1);
    assert_non_null(strstr(told.text, "xxx\"}\n"));
    assert_true(told.n < 1200);
    /* More than a line holds: what happened is still told. */
    told = (page){.n = 0};
    fh_log_tell(log, FH_LOG_INFO, "much", many, COUNT(many));
    assert_string_equal(
        told.text, "{\"time\":\"2024-01-31T17:05:09Z\",\"level\":\"info\",\"event\":\"much\"}\n");
    fh_log_free(log);
}

static void an_error_is_told_with_what_to_do(void **state)
{
    (void)state;
    fh_log *log = log_to(FH_LOG_JSON, FH_LOG_INFO, false);
    fh_error err;
    (void)fh_fail(&err, FH_IO, "cannot write");
    (void)fh_hint(&err, FH_IO, "Free some space.");
    fh_log_error(log, "job failed", &err);
    fh_log_error(NULL, "nobody listens", &err);
    assert_non_null(strstr(told.text, "\"event\":\"job failed\",\"error\":\"cannot write\","
                                      "\"hint\":\"Free some space.\"}"));
    fh_log_free(log);
}

static void tell_many(void *ctx, uint32_t worker)
{
    for (int i = 0; i < 100; i++)
        fh_log_tell(ctx, FH_LOG_INFO, "from a thread",
                    FH_LOG_FIELDS(FH_LOG_NUMBER("worker", worker)));
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    fh_log *log = log_to(FH_LOG_JSON, FH_LOG_INFO, false);
    fh_threads_run(4, tell_many, log);
    fh_log_free(log);
    assert_int_equal(told.lines, 400);
    fh_json_reader *r = fh_json_reader_new(NULL, 1000);
    size_t lines = 0;
    for (char *at = told.text; *at; lines++) {
        char *end = strchr(at, '\n');
        assert_non_null(end);
        fh_json_doc doc;
        assert_status(fh_json_read(r, (fh_str){at, (size_t)(end - at)}, &doc, NULL), FH_OK);
        at = end + 1;
    }
    fh_json_reader_free(r);
    assert_int_equal(lines, 400);
}

/* ---- systemd ------------------------------------------------------------------------------ */

static int listen_at(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)(void *)&at, sizeof at), 0);
    return fd;
}

static void systemd_is_told_when_it_listens(void **state)
{
    (void)state;
    char path[64], pid[32], got[600];
    (void)snprintf(path, sizeof path, "/tmp/fh_notify_%d", (int)getpid());
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    (void)unlink(path);
    const int fd = listen_at(path);
    fh_service s;
    fh_service_read(&s, path, "30000000", pid);
    assert_int_equal(s.watchdog_ms, 30000);
    assert_true(fh_service_ready(&s, "listening on\nREADY=0"));
    ssize_t n = recv(fd, got, sizeof got - 1, 0);
    got[n < 0 ? 0 : n] = '\0';
    assert_string_equal(got, "READY=1\nSTATUS=listening on READY=0");
    assert_true(fh_service_alive(&s));
    n = recv(fd, got, sizeof got - 1, 0);
    assert_int_equal(n, 10);
    assert_true(fh_service_stopping(&s, NULL));
    n = recv(fd, got, sizeof got - 1, 0);
    got[n < 0 ? 0 : n] = '\0';
    assert_string_equal(got, "STOPPING=1\nSTATUS=");
    (void)close(fd);
    (void)unlink(path);
    assert_false(fh_service_alive(&s));
}

static void without_systemd_nothing_is_sent(void **state)
{
    (void)state;
    static const char *const not_sockets[] = {
        NULL, "", "/", "relative",
        "/0123456789012345678901234567890123456789012345678901"
        "23456789012345678901234567890123456789012345678901234"
        "5678901234567890"};
    for (size_t i = 0; i < COUNT(not_sockets); i++) {
        fh_service s;
        fh_service_read(&s, not_sockets[i], "1000000", NULL);
        assert_false(fh_service_ready(&s, "x"));
        assert_int_equal(s.watchdog_ms, 0);
    }
    fh_service s;
    fh_service_read(&s, "/run/x", "1000000", "1"); /* meant for another process */
    assert_int_equal(s.watchdog_ms, 0);
    fh_service_read(&s, "/run/x", "99999999999999999999999", NULL);
    assert_int_equal(s.watchdog_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_json_with_the_priority_before_it),
        cmocka_unit_test(nothing_from_outside_forges_a_line_or_reaches_the_terminal_raw),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(an_error_is_told_with_what_to_do),
        cmocka_unit_test(lines_of_threads_do_not_mix),
        cmocka_unit_test(systemd_is_told_when_it_listens),
        cmocka_unit_test(without_systemd_nothing_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
