/* service.c - sd_notify by hand: one datagram to the socket systemd names. */
#include "os/service.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool digits(const char *s, int64_t *out)
{
    int64_t v = 0;
    if (!s || !*s) return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || v > INT64_MAX / 100) return false;
        v = v * 10 + (*s - '0');
    }
    *out = v;
    return true;
}

void fh_service_read(fh_service *out, const char *notify, const char *watchdog_us,
                     const char *watchdog_pid)
{
    *out = (fh_service){0};
    const size_t len = notify ? strlen(notify) : 0;
    if (len < 2 || len >= sizeof out->socket || (notify[0] != '/' && notify[0] != '@')) return;
    memcpy(out->socket, notify, len);
    int64_t us = 0, pid = 0;
    if (!digits(watchdog_us, &us) || us < 1000) return;
    if (watchdog_pid && (!digits(watchdog_pid, &pid) || pid != (int64_t)getpid())) return;
    out->watchdog_ms = us / 1000;
}

static bool tell(const fh_service *s, const char *text, size_t len)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const size_t name = strlen(s->socket);
    if (name == 0) return false;
    memcpy(to.sun_path, s->socket, name);
    if (to.sun_path[0] == '@') to.sun_path[0] = '\0'; /* the abstract name space */
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name);
    const ssize_t sent =
        sendto(fd, text, len, MSG_NOSIGNAL, (const struct sockaddr *)(const void *)&to, size);
    (void)close(fd);
    return sent == (ssize_t)len;
}

/* A status is one line. */
static bool tell_with_words(const fh_service *s, const char *state, const char *words)
{
    char text[512];
    int n = snprintf(text, sizeof text, "%s\nSTATUS=%.400s", state, words ? words : "");
    for (char *c = strchr(text, '=') + 1; *c; c++)
        if (*c == '\n' && strncmp(c + 1, "STATUS=", 7) != 0) *c = ' ';
    return tell(s, text, (size_t)n);
}

bool fh_service_ready(const fh_service *s, const char *words)
{
    return tell_with_words(s, "READY=1", words);
}

bool fh_service_alive(const fh_service *s)
{
    static const char text[] = "WATCHDOG=1";
    return tell(s, text, sizeof text - 1);
}

bool fh_service_stopping(const fh_service *s, const char *words)
{
    return tell_with_words(s, "STOPPING=1", words);
}
