/* net_real.c - the system's sockets behind fh_net: epoll, eventfd, accept4.
 *
 * Streams are watched edge-triggered, once and for all, so that a request costs no
 * epoll_ctl. TCP listeners of one process share a port by SO_REUSEPORT, which would
 * also let a second server of the same user take half of the connections without a
 * word: the server asks for the port without sharing it first (http/server.c).
 */
#define _GNU_SOURCE /* accept4 */
#include "os/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, EVENTS_AT_ONCE = 256 };

typedef union any_address {
    struct sockaddr plain;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
} any_address;

static void close_quietly(int fd)
{
    if (fd >= 0) (void)close(fd);
}

static fh_status fail(fh_error *err, const char *doing, const char *name, int number)
{
    const char *reason = strerrordesc_np(number);
    const fh_status status = number == EADDRINUSE                    ? FH_BUSY
                             : number == EACCES || number == EPERM   ? FH_DENIED
                             : number == ENOMEM || number == ENOBUFS ? FH_NOMEM
                                                                     : FH_IO;
    (void)fh_fail(err, status, "cannot %s %s: %s", doing, name, reason ? reason : "unknown error");
    if (status == FH_BUSY)
        (void)fh_hint(err, status, "Stop the program that listens there, or choose another.");
    if (status == FH_DENIED)
        (void)fh_hint(err, status, "Choose a port above 1023, or a folder you may write to.");
    if (number == EADDRNOTAVAIL)
        (void)fh_hint(err, status, "Choose an address of this machine, such as 127.0.0.1.");
    return status;
}

bool fh_net_address(fh_str text, unsigned char out[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char name[FH_NET_TEXT];
    unsigned char v4[4];
    if (text.len == 0 || text.len >= sizeof name) return false;
    memcpy(name, text.ptr, text.len);
    name[text.len] = '\0';
    if (strlen(name) != text.len) return false;
    if (inet_pton(AF_INET, name, v4) == 1) {
        memcpy(out, mapped, sizeof mapped);
        memcpy(out + sizeof mapped, v4, sizeof v4);
        return true;
    }
    return inet_pton(AF_INET6, name, out) == 1;
}

void fh_net_text(const unsigned char address[16], char out[FH_NET_TEXT])
{
    struct in6_addr v6;
    memcpy(&v6, address, sizeof v6);
    const char *done = IN6_IS_ADDR_V4MAPPED(&v6)
                           ? inet_ntop(AF_INET, address + 12, out, FH_NET_TEXT)
                           : inet_ntop(AF_INET6, address, out, FH_NET_TEXT);
    if (!done) out[0] = '\0';
}

/* Fills in where to listen; the length, or 0 when it is no address. */
static socklen_t address_of(const fh_net_place *at, any_address *out)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    unsigned char address[16];
    memset(out, 0, sizeof *out);
    if (at->path) {
        const size_t len = strlen(at->path);
        if (len == 0 || len >= sizeof out->local.sun_path) return 0;
        out->local.sun_family = AF_UNIX;
        memcpy(out->local.sun_path, at->path, len + 1);
        return sizeof out->local;
    }
    if (!at->address || !fh_net_address(fh_str_of(at->address), address)) return 0;
    if (memcmp(address, mapped, sizeof mapped) == 0) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(at->port);
        memcpy(&out->v4.sin_addr, address + 12, 4);
        return sizeof out->v4;
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(at->port);
    memcpy(&out->v6.sin6_addr, address, 16);
    return sizeof out->v6;
}

/* A bound socket, or -1 with *number telling why. */
static int bound_socket(const any_address *at, socklen_t len, bool shared, int *number)
{
    const int on = 1;
    const int fd = socket(at->plain.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0;
    if (ok && at->plain.sa_family != AF_UNIX) {
        ok = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
        if (ok && shared) ok = setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
        if (ok && at->plain.sa_family == AF_INET6)
            ok = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
    }
    ok = ok && bind(fd, &at->plain, len) == 0;
    if (ok) return fd;
    *number = errno;
    close_quietly(fd);
    return -1;
}

/* True when a socket lies at the path and nobody listens there any more. */
static bool is_left_over(const any_address *at, socklen_t len)
{
    struct stat about;
    if (lstat(at->local.sun_path, &about) != 0 || !S_ISSOCK(about.st_mode)) return false;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool refused = fd >= 0 && connect(fd, &at->plain, len) != 0 && errno == ECONNREFUSED;
    close_quietly(fd);
    return refused;
}

static fh_status real_listen(void *ctx, const fh_net_place *at, int *out, uint16_t *port,
                             fh_error *err)
{
    (void)ctx;
    any_address address;
    char name[160];
    if (at->path)
        (void)snprintf(name, sizeof name, "%s", at->path);
    else
        (void)snprintf(name, sizeof name, "%s port %u", at->address ? at->address : "", at->port);
    socklen_t len = address_of(at, &address);
    if (len == 0) {
        (void)fh_fail(err, FH_INVALID, "cannot listen at %s: it is no address", name);
        return fh_hint(err, FH_INVALID,
                       at->path ? "A socket's path has at most 107 bytes."
                                : "Give an address in numbers, such as 127.0.0.1 or ::1.");
    }
    int number = 0, fd = -1;
    if (at->path && is_left_over(&address, len)) (void)unlink(at->path);
    fd = bound_socket(&address, len, at->shared, &number);
    /* Nobody can connect before it listens: so never with other rights. */
    if (fd >= 0 && at->path && at->mode && chmod(at->path, at->mode & 0777) != 0) {
        number = errno;
        close_quietly(fd);
        fd = -1;
    }
    if (fd >= 0 && listen(fd, BACKLOG) != 0) {
        number = errno;
        close_quietly(fd);
        fd = -1;
    }
    if (fd >= 0 && !at->path && getsockname(fd, &address.plain, &len) != 0) {
        number = errno;
        close_quietly(fd);
        fd = -1;
    }
    if (fd < 0) return fail(err, "listen at", name, number);
    *out = fd;
    *port = at->path ? 0
                     : ntohs(address.plain.sa_family == AF_INET ? address.v4.sin_port
                                                                : address.v6.sin6_port);
    return FH_OK;
}

static int real_accept(void *ctx, int listener, fh_net_peer *peer)
{
    (void)ctx;
    const int on = 1;
    any_address from;
    for (;;) {
        socklen_t len = sizeof from;
        const int fd = accept4(listener, &from.plain, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN || errno == EWOULDBLOCK) return FH_NET_AGAIN;
            if (errno == EINVAL || errno == EBADF || errno == ENOTSOCK) return FH_NET_GONE;
            if (errno != EINTR && errno != ECONNABORTED && errno != EPROTO) return FH_NET_FULL;
            continue; /* that one went away again */
        }
        *peer = (fh_net_peer){.local = from.plain.sa_family == AF_UNIX};
        if (from.plain.sa_family == AF_INET) {
            peer->address[10] = peer->address[11] = 0xff;
            memcpy(peer->address + 12, &from.v4.sin_addr, 4);
        } else if (from.plain.sa_family == AF_INET6) {
            memcpy(peer->address, &from.v6.sin6_addr, 16);
        }
        if (!peer->local) (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return fd;
    }
}

static ptrdiff_t answer_of(ssize_t n)
{
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EWOULDBLOCK ? FH_NET_AGAIN : FH_NET_GONE;
}

static ptrdiff_t real_read(void *ctx, int fd, void *to, size_t n)
{
    (void)ctx;
    ssize_t got;
    do {
        got = recv(fd, to, n, 0);
    } while (got < 0 && errno == EINTR);
    return answer_of(got);
}

static ptrdiff_t real_write(void *ctx, int fd, const fh_str *pieces, size_t n_pieces)
{
    (void)ctx;
    struct iovec parts[FH_NET_PIECES];
    struct msghdr message = {.msg_iov = parts};
    ssize_t sent;
    for (size_t i = 0; i < n_pieces && i < FH_NET_PIECES; i++) {
        union {
            const char *from;
            void *to;
        } bytes = {pieces[i].ptr}; /* an iovec serves reading and writing */
        if (pieces[i].len == 0) continue;
        parts[message.msg_iovlen++] = (struct iovec){bytes.to, pieces[i].len};
    }
    do { /* one piece, as most replies are: less for the system to copy and look at */
        sent = message.msg_iovlen == 1 ? send(fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL)
                                       : sendmsg(fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return answer_of(sent);
}

static void real_finish(void *ctx, int fd)
{
    (void)ctx;
    (void)shutdown(fd, SHUT_WR);
}

static void real_close(void *ctx, int fd)
{
    (void)ctx;
    close_quietly(fd);
}

static fh_status real_poller(void *ctx, int *out, fh_error *err)
{
    (void)ctx;
    const int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) return fail(err, "wait for", "connections", errno);
    *out = fd;
    return FH_OK;
}

static fh_status real_watch(void *ctx, int poller, int fd, fh_net_watch how, void *tag,
                            fh_error *err)
{
    (void)ctx;
    static const uint32_t events[] = {
        [FH_NET_LISTENER] = EPOLLIN | EPOLLEXCLUSIVE,
        [FH_NET_STREAM] = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
        [FH_NET_WAKER] = EPOLLIN,
    };
    struct epoll_event event = {.events = events[how], .data.ptr = tag};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0) return FH_OK;
    return fail(err, "wait for", "a connection", errno);
}

static void real_unwatch(void *ctx, int poller, int fd)
{
    (void)ctx;
    struct epoll_event unused = {0};
    (void)epoll_ctl(poller, EPOLL_CTL_DEL, fd, &unused);
}

static size_t real_wait(void *ctx, int poller, fh_net_event *events, size_t room, int64_t ms)
{
    (void)ctx;
    struct epoll_event raw[EVENTS_AT_ONCE];
    const int most = room < EVENTS_AT_ONCE ? (int)room : EVENTS_AT_ONCE;
    const int timeout = ms < 0 ? -1 : ms > 3600000 ? 3600000 : (int)ms;
    const int n = epoll_wait(poller, raw, most, timeout);
    for (int i = 0; i < n; i++) {
        const uint32_t e = raw[i].events;
        events[i] = (fh_net_event){
            .tag = raw[i].data.ptr,
            .readable = (e & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
            .writable = (e & EPOLLOUT) != 0,
            .ended = (e & (EPOLLRDHUP | EPOLLHUP)) != 0,
            .dead = (e & (EPOLLHUP | EPOLLERR)) != 0,
        };
    }
    return n > 0 ? (size_t)n : 0;
}

static fh_status real_waker(void *ctx, int *out, fh_error *err)
{
    (void)ctx;
    const int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0) return fail(err, "wait for", "other threads", errno);
    *out = fd;
    return FH_OK;
}

static void real_wake(void *ctx, int waker)
{
    (void)ctx;
    const uint64_t one = 1;
    if (write(waker, &one, sizeof one) < 0) return; /* full: it is awake already */
}

static void real_hush(void *ctx, int waker)
{
    (void)ctx;
    uint64_t count;
    if (read(waker, &count, sizeof count) < 0) return; /* it was quiet */
}

const fh_net *fh_net_real(void)
{
    static const fh_net real = {
        .listen = real_listen,
        .accept = real_accept,
        .read = real_read,
        .write = real_write,
        .finish = real_finish,
        .close = real_close,
        .poller = real_poller,
        .watch = real_watch,
        .unwatch = real_unwatch,
        .wait = real_wait,
        .waker = real_waker,
        .wake = real_wake,
        .hush = real_hush,
    };
    return &real;
}
