/* http_kills.c - kill -9 of the server at random instants, while clients send to it.
 *
 *     http_kills FOLDER KILLS SEED PROGRAM TOKEN
 *
 * The organisation FOLDER/http.fh is there, and TOKEN may send to it (tests/kills/run
 * makes both). Lives of `PROGRAM serve` follow each other; in each, several connections
 * post batches of interactions. What a 200 came for is acknowledged; what was sent
 * without a reply is sent again in the next life, as clients do. After each kill the
 * file must hold all that was acknowledged, each once (kills.h).
 */
#include "kills.h"

#include "os/threads.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SENDERS = 4,
    EACH = 1000000,
    CUSTOMERS = 150,
    MOST = 24,
    LIFE_MS = 300,
    PATIENCE_MS = 60000
};

typedef struct life {
    kills *k;
    const char *token;
    pid_t pid;
    int out;
    uint16_t port;
    atomic_bool refused;
} life;

/* ---- The server --------------------------------------------------------------------------- */

/* Waits until it says where it serves. */
static void until_serving(life *l)
{
    static const char where[] = " at http://127.0.0.1:";
    char text[4096];
    size_t n = 0;
    for (const char *at = NULL, *end = NULL; !end;) {
        struct pollfd p = {.fd = l->out, .events = POLLIN};
        const ssize_t got =
            poll(&p, 1, PATIENCE_MS) == 1 ? read(l->out, text + n, sizeof text - 1 - n) : 0;
        if (got <= 0) kills_die("the server does not begin to serve", NULL);
        n += (size_t)got;
        text[n] = '\0';
        at = strstr(text, where);
        end = at ? strchr(at, '\n') : NULL;
        if (end) l->port = (uint16_t)strtoul(at + strlen(where), NULL, 10);
    }
}

static void start(life *l, const char *program)
{
    int fds[2];
    if (pipe(fds) != 0) kills_die("pipe", NULL);
    l->pid = fork();
    if (l->pid < 0) kills_die("fork", NULL);
    if (l->pid == 0) {
        (void)dup2(fds[1], STDOUT_FILENO);
        (void)close(fds[0]);
        (void)close(fds[1]);
        (void)execl(program, program, "serve", l->k->org, "--listen", "127.0.0.1:0", "--no-link",
                    "--set", "log.level=error", (char *)NULL);
        _exit(127);
    }
    (void)close(fds[1]);
    l->out = fds[0];
    until_serving(l);
}

static void end(life *l)
{
    int status = 0;
    (void)kill(l->pid, SIGKILL);
    if (waitpid(l->pid, &status, 0) != l->pid) kills_die("waitpid", NULL);
    if (!WIFSIGNALED(status)) kills_fault(l->k, "the server ended by itself");
    (void)close(l->out);
}

/* ---- A client ----------------------------------------------------------------------------- */

/* The same interaction whoever sends it, and whenever. */
static void write_body(fh_buf *out, uint32_t sender, uint32_t first, uint32_t n)
{
    fh_buf_clear(out);
    for (uint32_t i = first; i < first + n; i++) {
        uint64_t rng = (uint64_t)sender << 32 | i;
        (void)kills_below(&rng, 2);
        fh_buf_printf(out,
                      "%s{\"customer\":\"c%u\",\"time\":\"2024-01-%02uT10:%02u:00Z\","
                      "\"touchpoint\":\"%s\",\"source\":\"kills\",\"id\":\"%u-%u\","
                      "\"payload\":{\"mark\":\"m%u-%u\"}}",
                      i == first ? "[" : ",", kills_below(&rng, CUSTOMERS),
                      1 + kills_below(&rng, 28), kills_below(&rng, 60),
                      kills_below(&rng, 2) ? "call" : "mail", sender, i, sender, i);
    }
    fh_buf_text(out, "]");
}

static bool send_all(int fd, fh_str bytes)
{
    while (bytes.len) {
        const ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.ptr += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

/* A whole reply, NUL-terminated; false when the connection breaks. */
static bool read_reply(int fd, char *text, size_t size)
{
    static const char length[] = "\r\nContent-Length: ";
    for (size_t n = 0; n + 1 < size;) {
        const ssize_t got = recv(fd, text + n, size - 1 - n, 0);
        if (got <= 0) return false;
        n += (size_t)got;
        text[n] = '\0';
        const char *body = strstr(text, "\r\n\r\n"), *told = strstr(text, length);
        if (body && told &&
            n >= (size_t)(body + 4 - text) + strtoul(told + strlen(length), NULL, 10))
            return true;
    }
    return false;
}

static int connect_to(uint16_t port)
{
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) == 0) return fd;
    if (fd >= 0) (void)close(fd);
    return -1;
}

static void send_on(void *ctx, uint32_t sender)
{
    life *l = ctx;
    uint32_t *acked = &l->k->acked[sender];
    uint64_t rng = l->k->rng + sender;
    char head[300], reply[8192];
    fh_buf body;
    fh_buf_init(&body, NULL, 1 << 16);
    const int fd = connect_to(l->port);
    while (fd >= 0 && *acked < EACH) {
        uint32_t n = 1 + kills_below(&rng, MOST);
        if (n > EACH - *acked) n = EACH - *acked;
        write_body(&body, sender, *acked, n);
        (void)snprintf(head, sizeof head,
                       "POST /api/v1/interactions HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                       "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n\r\n",
                       l->port, l->token, fh_buf_view(&body).len);
        if (!send_all(fd, fh_str_of(head)) || !send_all(fd, fh_buf_view(&body)) ||
            !read_reply(fd, reply, sizeof reply))
            break; /* killed */
        if (strncmp(reply, "HTTP/1.1 200 ", 13) != 0 ||
            !strstr(reply, "\"erased\":0,\"refused\":0")) {
            fprintf(stderr, "%s\n", reply);
            atomic_store(&l->refused, true);
            break;
        }
        *acked += n;
    }
    if (fd >= 0) (void)close(fd);
    fh_buf_free(&body);
}

static void send_all_ways(void *ctx)
{
    fh_threads_run(SENDERS, send_on, ctx);
}

int main(int argc, char **argv)
{
    kills k;
    if (argc != 6) kills_die("usage: http_kills FOLDER KILLS SEED PROGRAM TOKEN", NULL);
    kills_begin(&k, argc, argv, "http.fh", SENDERS, EACH);
    while (k.done < k.wanted && k.faults == 0) {
        life l = {.k = &k, .token = argv[5]};
        fh_thread *senders = NULL;
        start(&l, argv[4]);
        if (fh_thread_start(send_all_ways, &l, &senders, NULL) != FH_OK)
            kills_die("no thread", NULL);
        const int64_t us = 1000 * (int64_t)kills_below(&k.rng, LIFE_MS);
        const struct timespec t = {us / 1000000, us % 1000000 * 1000};
        (void)nanosleep(&t, NULL);
        end(&l);
        fh_thread_join(senders);
        if (atomic_load(&l.refused)) kills_fault(&k, "the server refused interactions");
        k.done++;
        kills_check(&k, NULL);
    }
    unsigned long acked = 0;
    for (uint32_t i = 0; i < SENDERS; i++) acked += k.acked[i];
    printf("%lu kills of the server under HTTP load, %lu interactions acknowledged, seed %s\n",
           k.done, acked, k.seed);
    if (acked == 0 && k.done >= 10) kills_fault(&k, "nothing was ever acknowledged");
    return kills_end(&k);
}
