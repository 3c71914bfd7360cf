/* net_test.c - the system's sockets: addresses, places that cannot be had, running out
 * of file descriptors. */
#include "web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static void addresses_are_numbers_and_come_back_as_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *back; /* NULL: no address */
    } cases[] = {{"127.0.0.1", "127.0.0.1"},
                 {"::1", "::1"},
                 {"2001:DB8:0:0::7", "2001:db8::7"},
                 {"::ffff:1.2.3.4", "1.2.3.4"},
                 {"0.0.0.0", "0.0.0.0"},
                 {"", NULL},
                 {"localhost", NULL},
                 {"1.2.3", NULL},
                 {"1.2.3.4 ", NULL},
                 {"01.2.3.4", NULL},
                 {"1.2.3.4:80", NULL},
                 {"[::1]", NULL},
                 {"::1%lo", NULL},
                 {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa", NULL}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned char address[16];
        char text[FH_NET_TEXT];
        if (fh_net_address(fh_str_of(cases[i].text), address) != (cases[i].back != NULL))
            fail_msg("'%s'", cases[i].text);
        if (!cases[i].back) continue;
        fh_net_text(address, text);
        assert_string_equal(text, cases[i].back);
    }
    unsigned char address[16];
    assert_false(fh_net_address((fh_str){"1.2.3.4\0x", 9}, address));
}

static void places_that_cannot_be_had_are_explained(void **state)
{
    (void)state;
    char path[200];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    const struct {
        fh_net_place place;
        fh_status status;
        const char *hint;
    } cases[] = {
        {{.address = "localhost"}, FH_INVALID, "127.0.0.1 or ::1"},
        {{.address = NULL}, FH_INVALID, "127.0.0.1 or ::1"},
        {{.path = path}, FH_INVALID, "at most 107 bytes"},
        {{.path = ""}, FH_INVALID, "at most 107 bytes"},
        {{.address = "203.0.113.1"}, FH_IO, "of this machine"},
        {{.path = "/nonexistent/socket"}, FH_IO, ""},
    };
    const fh_net *net = fh_net_real();
    for (size_t i = 0; i < COUNT(cases); i++) {
        int fd;
        uint16_t port;
        fh_error err;
        assert_status(net->listen(net->ctx, &cases[i].place, &fd, &port, &err), cases[i].status);
        if (!strstr(err.hint, cases[i].hint)) fail_msg("%s: %s", err.message, err.hint);
    }
}

static void a_file_that_is_no_socket_is_left_alone(void **state)
{
    (void)state;
    char path[] = "/tmp/firsthand-net-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    (void)close(file);
    const fh_net_place place = {.path = path};
    const fh_net *net = fh_net_real();
    int fd;
    uint16_t port;
    fh_error err;
    assert_status(net->listen(net->ctx, &place, &fd, &port, &err), FH_BUSY);
    assert_int_equal(access(path, F_OK), 0);
    (void)unlink(path);
}

static void without_file_descriptors_it_waits_and_then_goes_on(void **state)
{
    (void)state;
    web w;
    struct rlimit before, tight;
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    free(web_talk(&w, FH_STR(WEB_LAST), NULL));
    const int ours = web_connect(&w); /* and the server's side of it */
    web_send(ours, FH_STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    free(web_read_until(ours, "ok"));
    const int last = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(last >= 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int free_one = dup(last);
    tight = before;
    tight.rlim_cur = (rlim_t)free_one; /* nobody gets another */
    (void)close(free_one);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(w.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(connect(last, (const struct sockaddr *)&at, sizeof at), 0);
    web_send(last, FH_STR(WEB_LAST));
    /* The server has tried in vain by the time this is answered, more often than not;
     * it must come right in either order. */
    web_send(ours, FH_STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    free(web_read_until(ours, "ok"));
    (void)close(ours); /* the server closes its side, and has one to give */
    size_t len;
    char *got = web_read_all(last, &len);
    assert_string_equal(web_statuses(got, len), "200");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    free(got);
    (void)close(last);
    web_stop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_numbers_and_come_back_as_text),
        cmocka_unit_test(places_that_cannot_be_had_are_explained),
        cmocka_unit_test(a_file_that_is_no_socket_is_left_alone),
        cmocka_unit_test(without_file_descriptors_it_waits_and_then_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
