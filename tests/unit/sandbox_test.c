/* sandbox_test.c - what a process can no longer do once it is in the sandbox, each
 * shown in a child of its own. Where the kernel lacks a layer the test says so. */
#define _DEFAULT_SOURCE /* syscall, chroot */
#include "test.h"

#include "files.h"
#include "orgs.h"

#include "os/sandbox.h"
#include "os/threads.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64], outside[96], org_path[96];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/firsthand-sandbox-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    (void)snprintf(outside, sizeof outside, "%s.outside", folder);
    (void)snprintf(org_path, sizeof org_path, "%s/ours.fh", folder);
    FILE *f = fopen(outside, "w");
    if (!f) return -1;
    return fclose(f);
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"ours.fh", "ours.fh-wal", "ours.fh-shm", "made", "moved"};
    char path[128];
    for (size_t i = 0; i < COUNT(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)unlink(outside);
    return rmdir(folder);
}

enum { LACKING = 42 };

static void enter(fh_sandbox *got)
{
    const char *const writable[] = {folder, NULL};
    const fh_sandbox_options options = {.writable = writable};
    fh_error err = {0};
    if (fh_sandbox_enter(&options, got, &err) != FH_OK) _exit(41);
}

/* Runs `body` in a child inside the sandbox; 0 means all went as it should, another
 * number says which look failed. */
static void in_sandbox(int (*body)(void), bool needs_files)
{
    const pid_t child = fork();
    if (child == 0) {
        fh_sandbox got;
        enter(&got);
        if ((needs_files && !got.files) || (!needs_files && !got.calls)) _exit(LACKING);
        _exit(body());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == LACKING) {
        print_message("skipped: this kernel lacks a layer of the sandbox\n");
        return;
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool refused(long result)
{
    return result == -1 && errno == EPERM;
}

static int try_calls(void)
{
    char *const argv[] = {(char *)(uintptr_t) "/bin/true", NULL};
    char *const env[] = {NULL};
    if (!refused(execve("/bin/true", argv, env))) return 1;
    if (!refused(syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, env, 0))) return 2;
    if (!refused(syscall(SYS_ptrace, 0, 0, NULL, NULL))) return 3;
    if (!refused(syscall(SYS_bpf, 0, NULL, 0))) return 4;
    if (!refused(syscall(SYS_io_uring_setup, 1, NULL))) return 5;
    if (!refused(mount("none", folder, "tmpfs", 0, NULL))) return 6;
    if (!refused(syscall(SYS_unshare, 0x10000000))) return 7;
    if (!refused(syscall(SYS_init_module, NULL, 0, ""))) return 8;
    if (!refused(syscall(SYS_keyctl, 0, 0))) return 9;
    if (!refused(chroot(folder))) return 10;
#ifdef __x86_64__
    if (!refused(syscall(0x40000000 | SYS_getpid))) return 11; /* the same by another number */
#endif
    return 0;
}

static void programs_cannot_be_started_nor_the_kernel_changed(void **state)
{
    (void)state;
    in_sandbox(try_calls, false);
}

static void nothing(void *ctx, uint32_t worker)
{
    ((int *)ctx)[worker] = 1;
}

/* What a server does all day. */
static int try_work(void)
{
    int done[2] = {0, 0};
    fh_threads_run(2, nothing, done);
    if (!done[0] || !done[1]) return 1;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || bind(fd, (struct sockaddr *)(void *)&at, sizeof at) != 0 || listen(fd, 1) != 0)
        return 2;
    unsigned char random[8];
    if (fh_os_real()->random(NULL, random, sizeof random, NULL) != FH_OK) return 3;
    fh_org *org = NULL;
    fh_error err = {0};
    if (fh_org_create(fh_os_real(), org_path, FH_STR("Ours"), &err) != FH_OK) return 4;
    if (fh_org_open(fh_os_real(), org_path, FH_ORG_WRITE, &org, &err) != FH_OK) return 5;
    if (fh_setting_put(org, FH_STR("zone"), FH_STR("UTC"), &err) != FH_OK) return 6;
    fh_org_close(org);
    fh_arena *arena = fh_arena_new(NULL);
    const struct fh_zone *zone = NULL;
    if (fh_os_zone(fh_os_real(), arena, FH_STR("Europe/Berlin"), &zone, &err) != FH_OK) return 7;
    fh_arena_free(arena);
    return 0;
}

static void the_organisation_threads_sockets_and_zones_still_work(void **state)
{
    (void)state;
    in_sandbox(try_work, false);
}

static bool locked(int fd)
{
    const bool is = fd < 0 && errno == EACCES;
    if (fd >= 0) (void)close(fd);
    return is;
}

static int try_files(void)
{
    char inside[96], moved[96];
    (void)snprintf(inside, sizeof inside, "%s/made", folder);
    (void)snprintf(moved, sizeof moved, "%s/moved", folder);
    if (!locked(open("/etc/passwd", O_WRONLY))) return 1;
    if (!locked(open("/etc/passwd", O_RDONLY))) return 2;
    if (!locked(open("/etc/shadow", O_RDONLY))) return 3;
    if (!locked(open(outside, O_RDONLY))) return 4;
    if (!locked(open(outside, O_WRONLY | O_TRUNC))) return 5;
    if (!locked(open("/tmp/firsthand-sandbox-new", O_WRONLY | O_CREAT, 0600))) return 6;
    if (!locked(open("/usr/new-file", O_WRONLY | O_CREAT, 0600))) return 7;
    if (unlink(outside) == 0) return 8;
    if (rename(outside, inside) == 0) return 9;
    if (symlink("/etc/passwd", inside) == 0) return 10; /* no links are made at all */
    const int fd = open(inside, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1 || ftruncate(fd, 0) != 0 || close(fd) != 0) return 11;
    if (rename(inside, moved) != 0 || unlink(moved) != 0) return 12;
    if (locked(open("/dev/null", O_WRONLY)) || locked(open("/usr/share", O_RDONLY))) return 13;
    return 0;
}

static void files_outside_the_folder_cannot_be_opened(void **state)
{
    (void)state;
    in_sandbox(try_files, true);
}

static void a_file_that_is_named_can_be_read_but_not_written(void **state)
{
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        const char *const writable[] = {folder, "/not/there", NULL};
        const char *const readable[] = {outside, "/not/there/either", NULL};
        const fh_sandbox_options options = {.writable = writable, .readable = readable};
        fh_sandbox got;
        if (fh_sandbox_enter(&options, &got, NULL) != FH_OK) _exit(1);
        if (!got.files) _exit(LACKING);
        const int fd = open(outside, O_RDONLY);
        _exit(fd < 0 ? 2 : !locked(open(outside, O_WRONLY)) ? 3 : 0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) != LACKING) assert_int_equal(WEXITSTATUS(status), 0);
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        const char *const writable[] = {folder, NULL};
        const fh_sandbox_options options = {.writable = writable, .required = true};
        fh_sandbox got = {.landlock_abi = -1};
        fh_error err = {0};
        const fh_status status = fh_sandbox_enter(&options, &got, &err);
        const bool whole = got.no_new_privileges && got.calls && got.files;
        if (whole != (status == FH_OK) || whole != !got.missing[0]) _exit(1);
        if (!whole && !err.hint[0]) _exit(2);
        _exit(got.no_new_privileges && got.files == (got.landlock_abi > 0) ? 0 : 3);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(programs_cannot_be_started_nor_the_kernel_changed),
        TEST(the_organisation_threads_sockets_and_zones_still_work),
        TEST(files_outside_the_folder_cannot_be_opened),
        TEST(a_file_that_is_named_can_be_read_but_not_written),
        TEST(what_is_missing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
