/* http_clients_test.c - clients that nobody here wrote: curl (plain and TLS), Node's
 * fetch, and Debian's nginx in front, through which nothing may get out of step.
 *
 * Each part skips, saying so, where its program is not installed.
 */
#include "web.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define HOST "Host: x\r\n"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char paths[4][128];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/firsthand-web-XXXXXX", test_folder());
    return mkdtemp(folder) ? 0 : -1;
}

static pid_t spawn(const char *const argv[], int output)
{
    posix_spawn_file_actions_t actions;
    union {
        const char *const *from;
        char *const *to;
    } words = {argv}; /* posix_spawnp changes nothing */
    pid_t pid;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    if (output >= 0) {
        (void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        (void)posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    }
    const int failed = posix_spawnp(&pid, argv[0], &actions, NULL, words.to, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return failed ? -1 : pid;
}

/* Runs a program to its end: what it said (to be freed), and its exit status. */
static char *run(const char *const argv[], int *status)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFD, FD_CLOEXEC), 0);
    const pid_t pid = spawn(argv, ends[1]);
    (void)close(ends[1]);
    size_t n = 0, cap = 1 << 16;
    char *text = malloc(cap);
    assert_non_null(text);
    for (ssize_t got; pid > 0 && n + 1 < cap && (got = read(ends[0], text + n, cap - n - 1)) > 0;)
        n += (size_t)got;
    text[n] = '\0';
    (void)close(ends[0]);
    int how = 0;
    if (pid > 0) (void)waitpid(pid, &how, 0);
    *status = pid > 0 && WIFEXITED(how) ? WEXITSTATUS(how) : -1;
    return text;
}

static bool is_there(const char *program)
{
    const char *const argv[] = {"sh", "-c", "command -v \"$0\"", program, NULL};
    int status;
    free(run(argv, &status));
    if (status != 0) print_message("skipped: %s is not installed\n", program);
    return status == 0;
}

static void expect_output(const char *const argv[], const char *wanted)
{
    int status;
    char *said = run(argv, &status);
    if (status != 0 || strcmp(said, wanted) != 0)
        fail_msg("%s ended with %d and said: %s", argv[0], status, said);
    free(said);
}

static void make_certificate(void)
{
    const char *const argv[] = {"openssl",
                                "req",
                                "-x509",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-days",
                                "2",
                                "-subj",
                                "/CN=localhost",
                                "-addext",
                                "subjectAltName=IP:127.0.0.1",
                                "-keyout",
                                in_folder("key.pem"),
                                "-out",
                                in_folder("cert.pem"),
                                NULL};
    int status;
    free(run(argv, &status));
    assert_int_equal(status, 0);
}

static void curl_is_served(void **state)
{
    (void)state;
    if (!is_there("curl")) return;
    web w;
    char url[100];
    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u/echo/a%%20b?c", w.port);
    const char *const get[] = {"curl", "-sS", "-m", "60", url, NULL};
    expect_output(get, "GET /echo/a b ?c from 127.0.0.1, body 0 sum 0");
    const char *const post[] = {"curl", "-sS", "-m", "60", "-H", "Transfer-Encoding: chunked",
                                "-d",   "ab",  url,  NULL};
    expect_output(post, "POST /echo/a b ?c from 127.0.0.1, body 2 sum 3105");
    const char *const old[] = {"curl", "-sS", "-m", "60", "-0", "-X", "PUT", "-d", "ab", url, NULL};
    expect_output(old, "PUT /echo/a b ?c from 127.0.0.1, body 2 sum 3105");
    const char *const continued[] = {"curl", "-sS", "-m", "60", "-H", "Expect: 100-continue",
                                     "-d",   "ab",  url,  url,  NULL};
    expect_output(continued, "POST /echo/a b ?c from 127.0.0.1, body 2 sum 3105"
                             "POST /echo/a b ?c from 127.0.0.1, body 2 sum 3105");
    web_stop(&w);
}

static void reply_at_length(void *ctx, fh_http_exchange *x)
{
    if (!fh_str_eq(fh_http_request_of(x)->path, FH_STR("/long"))) {
        web_handle(ctx, x);
        return;
    }
    const size_t n = 8 << 20;
    char *text = malloc(n);
    assert_non_null(text);
    memset(text, 'a', n);
    fh_http_reply(x, 200, FH_STR("image/png"), (fh_str){text, n});
    free(text);
}

static void curl_is_served_over_tls_and_only_modern_tls(void **state)
{
    (void)state;
    if (!is_there("curl") || !is_there("openssl")) return;
    make_certificate();
    web w;
    char url[100];
    web_init(&w);
    char cert[100];
    (void)snprintf(cert, sizeof cert, "%s", in_folder("cert.pem"));
    w.options.tls_cert = cert;
    w.options.tls_key = in_folder("key.pem");
    w.options.handle = reply_at_length;
    assert_status(web_start(&w, NULL), FH_OK);
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u/echo", w.port);
    char big[40000];
    memset(big, 'a', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    FILE *f = fopen(in_folder("big"), "w");
    assert_non_null(f);
    for (int i = 0; i < 20; i++) (void)fputs(big, f);
    (void)fclose(f);
    char upload[140];
    (void)snprintf(upload, sizeof upload, "@%s", in_folder("big"));
    const char *const get[] = {"curl", "-sS", "-m", "60", "--cacert", cert, url, url, NULL};
    expect_output(get, "GET /echo ? from 127.0.0.1 securely, body 0 sum 0"
                       "GET /echo ? from 127.0.0.1 securely, body 0 sum 0");
    const char *const post[] = {"curl",
                                "-sS",
                                "-m",
                                "60",
                                "--cacert",
                                cert,
                                "--tls-max",
                                "1.2",
                                "-w",
                                " %{http_version} %{ssl_verify_result}",
                                "--data-binary",
                                upload,
                                url,
                                NULL};
    int status;
    char *said = run(post, &status);
    assert_int_equal(status, 0);
    assert_non_null(strstr(said, "body 799980 sum"));
    assert_non_null(strstr(said, " 1.1 0"));
    free(said);
    char longer[120];
    (void)snprintf(longer, sizeof longer, "https://127.0.0.1:%u/long", w.port);
    const char *const slow[] = {"curl",         "-sS",
                                "-m",           "60",
                                "--cacert",     cert,
                                "--limit-rate", "8M",
                                "-o",           in_folder("big"),
                                "-w",           "%{size_download}",
                                longer,         NULL};
    expect_output(slow, "8388608");
    const char *const stale[] = {"curl", "-sS",       "-m",  "60",        "--cacert",
                                 cert,   "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0",
                                 url,    NULL};
    said = run(stale, &status);
    assert_int_not_equal(status, 0);
    free(said);

    web_stop(&w);

    w.options.limits.header_ms = 300;
    assert_status(web_start(&w, NULL), FH_OK);
    size_t len; /* what is no TLS, and who says nothing at all */
    free(web_talk(&w, FH_STR(WEB_LAST), &len));
    const int fd = web_connect(&w);
    free(web_read_all(fd, &len));
    assert_int_equal(len, 0);
    (void)close(fd);
    web_stop(&w);
    (void)unlink(in_folder("big"));
    (void)unlink(in_folder("key.pem"));
    (void)unlink(in_folder("cert.pem"));
}

static void copy_file(const char *from, const char *to)
{
    char source[100], target[100];
    (void)snprintf(source, sizeof source, "%s", in_folder(from));
    (void)snprintf(target, sizeof target, "%s", in_folder(to));
    const char *const argv[] = {"cp", source, target, NULL};
    int status;
    free(run(argv, &status));
    assert_int_equal(status, 0);
}

static void a_renewed_certificate_is_taken_and_a_broken_one_is_not(void **state)
{
    (void)state;
    if (!is_there("curl") || !is_there("openssl")) return;
    web w;
    fh_error err;
    char url[100], cert[100], key[100], kept[100];
    (void)snprintf(cert, sizeof cert, "%s", in_folder("cert.pem"));
    (void)snprintf(key, sizeof key, "%s", in_folder("key.pem"));
    (void)snprintf(kept, sizeof kept, "%s", in_folder("kept.pem"));
    make_certificate();
    copy_file("cert.pem", "kept.pem");
    web_init(&w);
    w.options.tls_cert = cert;
    w.options.tls_key = key;
    assert_status(web_start(&w, NULL), FH_OK);
    (void)snprintf(url, sizeof url, "https://127.0.0.1:%u/", w.port);
    const char *const with_old[] = {"curl", "-sS", "-m", "60", "--cacert", kept, url, NULL};
    const char *const with_new[] = {"curl", "-sS", "-m", "60", "--cacert", cert, url, NULL};
    expect_output(with_old, "ok");
    copy_file("key.pem", "cert.pem"); /* no certificate at all */
    assert_status(fh_http_server_renew_tls(w.server, &err), FH_INVALID);
    assert_true(err.hint[0] != '\0');
    expect_output(with_old, "ok");
    make_certificate();
    assert_status(fh_http_server_renew_tls(w.server, &err), FH_OK);
    expect_output(with_new, "ok");
    int status;
    free(run(with_old, &status));
    assert_int_not_equal(status, 0);
    web_stop(&w);
    (void)unlink(cert);
    (void)unlink(key);
    (void)unlink(kept);

    web_init(&w);
    assert_status(web_start(&w, NULL), FH_OK);
    assert_status(fh_http_server_renew_tls(w.server, &err), FH_INVALID);
    web_stop(&w);
}

static void nodes_fetch_is_served(void **state)
{
    (void)state;
    if (!is_there("node")) return;
    static const char script[] =
        "const url = process.argv[1];"
        "const all = [];"
        "for (let i = 0; i < 60; i++) all.push(fetch(`${url}/echo/${i}`).then(async r => {"
        "  const text = await r.text();"
        "  if (!text.startsWith(`GET /echo/${i} `)) throw new Error(text); }));"
        "await Promise.all(all);"
        "const body = 'a'.repeat(500000);"
        "const r = await fetch(url + '/echo', {method: 'POST', body});"
        "const text = await r.text();"
        "if (!text.includes('body 500000')) throw new Error(text);"
        "const stream = new ReadableStream({start(c) { c.enqueue(new TextEncoder().encode('ab'));"
        "  c.close(); }});"
        "const s = await fetch(url + '/echo', {method: 'POST', body: stream, duplex: 'half'});"
        "console.log(await s.text());";
    web w;
    char url[100];
    web_init(&w);
    w.options.loops = 2;
    assert_status(web_start(&w, NULL), FH_OK);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u", w.port);
    const char *const argv[] = {"node", "--input-type=module", "-e", script, url, NULL};
    expect_output(argv, "POST /echo ? from 127.0.0.1, body 2 sum 3105\n");
    web_stop(&w);
}

/* ---- nginx --------------------------------------------------------------------------- */

static pid_t start_nginx(const char *front, const char *behind)
{
    FILE *f = fopen(in_folder("nginx.conf"), "w");
    assert_non_null(f);
    (void)fprintf(f,
                  "daemon off; master_process off; pid %s/pid; error_log %s/error.log;\n"
                  "events {}\n"
                  "http { access_log off; client_body_temp_path %s/t1; proxy_temp_path %s/t2;\n"
                  "fastcgi_temp_path %s/t3; uwsgi_temp_path %s/t4; scgi_temp_path %s/t5;\n"
                  "upstream firsthand { server unix:%s; keepalive 2; }\n"
                  "server { listen unix:%s; location / { proxy_pass http://firsthand;\n"
                  "proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
                  "proxy_set_header Host $host; proxy_set_header X-Forwarded-For 9.9.9.9;\n"
                  "proxy_set_header X-Forwarded-Proto https; proxy_request_buffering off; } } }\n",
                  folder, folder, folder, folder, folder, folder, folder, behind, front);
    (void)fclose(f);
    const char *const argv[] = {
        "nginx", "-e", in_folder("error.log"), "-c", in_folder("nginx.conf"), NULL};
    const int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const pid_t pid = spawn(argv, quiet);
    (void)close(quiet);
    assert_true(pid > 0);
    for (int64_t until = 0; test_patient(&until);) {
        const int fd = web_connect_unix(front);
        if (fd < 0) continue;
        (void)close(fd);
        return pid;
    }
    fail_msg("nginx does not come up; see %s", in_folder("error.log"));
    return -1;
}

/* What the program was asked for, beyond what the test asked. */
static void count_smuggled(void *ctx, fh_http_exchange *x, fh_http_plan *plan)
{
    web *w = ctx;
    if (fh_str_starts(fh_http_request_of(x)->path, FH_STR("/smuggled")))
        atomic_fetch_add((atomic_uint *)w->own, 1);
    web_begin(ctx, x, plan);
}

/* A request of our own must get its own answer. */
static void ask_through(const char *front, int number)
{
    char request[200], wanted[200];
    const int fd = web_connect_unix(front);
    assert_true(fd >= 0);
    (void)snprintf(request, sizeof request,
                   "POST /echo/%d HTTP/1.1\r\n" HOST
                   "Content-Length: 2\r\nConnection: close\r\n\r\nab",
                   number);
    (void)snprintf(wanted, sizeof wanted, "POST /echo/%d ? from 9.9.9.9 securely, body 2 sum 3105",
                   number);
    web_send(fd, fh_str_of(request));
    size_t len;
    char *got = web_read_all(fd, &len);
    assert_str(web_body(got, len), wanted);
    free(got);
    (void)close(fd);
}

/* The case on a connection through nginx; whatever becomes of it, what is asked for
 * afterwards over the same connections behind nginx must not be mixed up. */
static void send_case(const char *front, fh_str request)
{
    const int fd = web_connect_unix(front);
    assert_true(fd >= 0);
    web_send(fd, request);
    web_send(fd, FH_STR("GET /smuggled HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
    (void)shutdown(fd, SHUT_WR);
    free(web_read_all(fd, NULL));
    (void)close(fd);
}

static void pipeline_through(const char *front)
{
    enum { REQUESTS = 40 };
    fh_buf all;
    fh_buf_init(&all, NULL, 1 << 20);
    for (int i = 0; i < REQUESTS; i++)
        fh_buf_printf(&all, "GET /echo/%d HTTP/1.1\r\n" HOST "%s\r\n", i,
                      i + 1 == REQUESTS ? "Connection: close\r\n" : "");
    const int fd = web_connect_unix(front);
    assert_true(fd >= 0);
    web_send(fd, fh_buf_view(&all));
    size_t len;
    char *got = web_read_all(fd, &len), *at = got;
    for (int i = 0; i < REQUESTS; i++) { /* each once, in order */
        char wanted[100];
        (void)snprintf(wanted, sizeof wanted, "GET /echo/%d ? from", i);
        at = strstr(at, wanted);
        assert_non_null(at);
        at++;
        assert_null(strstr(at, wanted));
    }
    free(got);
    fh_buf_free(&all);
    (void)close(fd);
}

static void nothing_gets_out_of_step_behind_nginx(void **state)
{
    (void)state;
    static const char *const trusted[] = {"unix"};
    if (!is_there("nginx")) return;
    char front[100], behind[100];
    (void)snprintf(front, sizeof front, "%s", in_folder("front.sock"));
    (void)snprintf(behind, sizeof behind, "%s", in_folder("behind.sock"));
    web w;
    atomic_uint smuggled = 0;
    web_init(&w);
    w.listener = (fh_http_listener){.unix_path = behind};
    w.options.trusted = trusted;
    w.options.n_trusted = 1;
    w.options.begin = count_smuggled;
    w.own = &smuggled;
    assert_status(web_start(&w, NULL), FH_OK);
    const pid_t nginx = start_nginx(front, behind);
    for (int i = 0; i < 5; i++) pipeline_through(front);
    for (size_t i = 0; i < web_n_cases; i++) {
        const unsigned before = atomic_load(&smuggled);
        send_case(front, web_cases[i].request);
        /* The request after a sound case is an honest one; never are there two. */
        assert_true(atomic_load(&smuggled) - before <= 1);
        for (int k = 0; k < 3; k++) ask_through(front, (int)i * 10 + k);
    }
    pipeline_through(front);
    assert_int_equal(kill(nginx, SIGTERM), 0);
    (void)waitpid(nginx, NULL, 0);
    web_stop(&w);
}

static int remove_folder(void **state)
{
    (void)state;
    const char *const argv[] = {"rm", "-r", folder, NULL};
    int status;
    free(run(argv, &status));
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curl_is_served),
        cmocka_unit_test(curl_is_served_over_tls_and_only_modern_tls),
        cmocka_unit_test(a_renewed_certificate_is_taken_and_a_broken_one_is_not),
        cmocka_unit_test(nodes_fetch_is_served),
        cmocka_unit_test(nothing_gets_out_of_step_behind_nginx),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
