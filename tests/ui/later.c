/* later.c - a clock that the tests move on: loaded before the program (LD_PRELOAD), it adds
 * to the time of day what stands in the file that LATER names, eight bytes of milliseconds.
 * The program is the one that people use, and waits for its own clocks as it does for them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *later_ms;
static int (*real_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("LATER");
    const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *later_ms, PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0) close(fd);
    if (at == MAP_FAILED) abort(); /* a test that cannot move its clock tests nothing */
    later_ms = at;
    *(void **)&real_clock = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t which, struct timespec *t)
{
    if (!real_clock) *(void **)&real_clock = dlsym(RTLD_NEXT, "clock_gettime");
    const int failed = real_clock(which, t);
    if (!failed && later_ms && which == CLOCK_REALTIME) {
        t->tv_sec += (time_t)(*later_ms / 1000);
        t->tv_nsec += (long)(*later_ms % 1000) * 1000000;
        if (t->tv_nsec >= 1000000000) t->tv_nsec -= 1000000000, t->tv_sec++;
    }
    return failed;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    t->tv_sec = now.tv_sec;
    t->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now)) return -1;
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
