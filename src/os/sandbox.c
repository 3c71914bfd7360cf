/* sandbox.c - no new privileges, a seccomp deny list, Landlock.
 *
 * The filter is a dozen kinds of calls written out as BPF; no library is needed for
 * that. A call of another architecture (32 bits, x32) is refused as a whole: there
 * the numbers mean something else. What is refused fails with EPERM rather than
 * kill the process, so that a library that tries and goes without still works.
 *
 * Landlock handles every right that the kernel's version of it knows; what it does
 * not know it does not restrict. Rules name folders that are there when we start.
 */
#define _GNU_SOURCE /* O_PATH, syscall, strerrordesc_np */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Calls --------------------------------------------------------------------------------- */

static const uint32_t denied[] = {
    /* starting programs, looking into others */
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_perf_event_open,
    /* code and rings inside the kernel */
    SYS_bpf,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_userfaultfd,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    /* what is mounted where, name spaces, files by handle */
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_quotactl,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
#ifdef SYS_move_mount
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fspick,
#endif
#ifdef SYS_mount_setattr
    SYS_mount_setattr,
#endif
#ifdef SYS_pidfd_getfd
    SYS_pidfd_getfd,
#endif
#ifdef SYS_kexec_file_load
    SYS_kexec_file_load,
#endif
    /* the machine as a whole */
    SYS_reboot,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_clock_adjtime,
    SYS_adjtimex,
    SYS_syslog,
    SYS_vhangup,
    SYS_personality,
    /* keys of the kernel */
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
#ifdef SYS_iopl
    SYS_iopl,
    SYS_ioperm,
#endif
#ifdef SYS_modify_ldt
    SYS_modify_ldt,
#endif
};
enum { N_DENIED = sizeof denied / sizeof *denied };

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef NATIVE_ARCH
static struct sock_filter load(size_t at)
{
    return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)at);
}

static struct sock_filter give(uint32_t value)
{
    return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value);
}

/* Goes on with the next but one unless `test` holds of what was loaded. */
static struct sock_filter unless(uint16_t test, uint32_t value, bool holds)
{
    return (struct sock_filter){(uint16_t)(BPF_JMP | test | BPF_K), holds ? 0 : 1, holds ? 1 : 0,
                                value};
}

static bool filter_calls(void)
{
    enum { X32 = 0x40000000 };
    const uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
    struct sock_filter code[8 + 2 * N_DENIED];
    uint16_t n = 0;
    code[n++] = load(offsetof(struct seccomp_data, arch));
    code[n++] = unless(BPF_JEQ, NATIVE_ARCH, false);
    code[n++] = give(refuse);
    code[n++] = load(offsetof(struct seccomp_data, nr));
    code[n++] = unless(BPF_JGE, X32, true);
    code[n++] = give(refuse);
    for (size_t i = 0; i < N_DENIED; i++) {
        code[n++] = unless(BPF_JEQ, denied[i], true);
        code[n++] = give(refuse);
    }
    code[n++] = give(SECCOMP_RET_ALLOW);
    const struct sock_fprog program = {.len = n, .filter = code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
}
#else
static bool filter_calls(void)
{
    errno = ENOSYS; /* numbers of calls are known for x86-64 and arm64 only */
    return false;
}
#endif

/* ---- Files ---------------------------------------------------------------------------------- */

#define TRUNCATE  (UINT64_C(1) << 14) /* ABI 3 */
#define IOCTL_DEV (UINT64_C(1) << 15) /* ABI 5 */

#define TO_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Of one that is no folder. */
#define OF_FILES                                                                                 \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | \
     TRUNCATE | IOCTL_DEV)
#define TO_WRITE                                                                                 \
    (TO_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |                  \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REFER | TRUNCATE)

/* What libraries read at run time: shared objects, certificates, the resolver, zones. */
static const char *const system_files[] = {
    "/usr",
    "/lib",
    "/lib64",
    "/etc/ssl",
    "/etc/ca-certificates",
    "/etc/pki",
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/run/systemd/resolve",
    "/sys/devices/system/cpu",
    "/proc",
    "/dev/urandom",
    "/dev/random",
    "/dev/zero",
    NULL,
};
static const char *const system_writable[] = {"/dev/null", NULL};

static uint64_t handled_by(int abi)
{
    uint64_t all = (UINT64_C(1) << 13) - 1;
    if (abi >= 2) all |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3) all |= TRUNCATE;
    if (abi >= 5) all |= IOCTL_DEV;
    return all;
}

/* What is not there is passed over. */
static bool allow(int rules, const char *path, uint64_t access)
{
    struct stat about;
    const int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    bool ok = fstat(fd, &about) == 0;
    if (ok) {
        const struct landlock_path_beneath_attr rule = {
            .allowed_access = S_ISDIR(about.st_mode) ? access : access & OF_FILES, .parent_fd = fd};
        ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    }
    const int number = errno;
    (void)close(fd);
    errno = number;
    return ok;
}

static bool allow_all(int rules, const char *const *paths, uint64_t access)
{
    for (; paths && *paths; paths++)
        if (!allow(rules, *paths, access)) return false;
    return true;
}

static bool restrict_files(const fh_sandbox_options *options, int abi)
{
    const uint64_t handled = handled_by(abi);
    const struct landlock_ruleset_attr attr = {.handled_access_fs = handled};
    const int rules =
        (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr.handled_access_fs, 0);
    if (rules < 0) return false;
    const bool ok = allow_all(rules, system_files, TO_READ & handled) &&
                    allow_all(rules, options->readable, TO_READ & handled) &&
                    allow_all(rules, system_writable, TO_WRITE & handled) &&
                    allow_all(rules, options->writable, TO_WRITE & handled) &&
                    syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    const int number = errno;
    (void)close(rules);
    errno = number;
    return ok;
}

/* ---- All together --------------------------------------------------------------------------- */

static void note_missing(fh_sandbox *out, const char *layer, int number)
{
    const char *reason = strerrordesc_np(number);
    if (number == ENOSYS || number == EOPNOTSUPP) reason = "not in this kernel";
    const size_t n = strlen(out->missing);
    (void)snprintf(out->missing + n, sizeof out->missing - n, "%s%s: %.40s", n ? "; " : "", layer,
                   reason ? reason : "unknown reason");
}

fh_status fh_sandbox_enter(const fh_sandbox_options *options, fh_sandbox *out, fh_error *err)
{
    fh_sandbox s = {.landlock_abi = 0};
    s.no_new_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (!s.no_new_privileges) note_missing(&s, "no new privileges", errno);

    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi > 0) s.landlock_abi = (int)abi;
    s.files = abi > 0 && restrict_files(options, s.landlock_abi);
    if (!s.files) note_missing(&s, "Landlock", errno);

    s.calls = filter_calls();
    if (!s.calls) note_missing(&s, "seccomp", errno);

    *out = s;
    if (!options->required || !s.missing[0]) return FH_OK;
    (void)fh_fail(err, FH_DENIED, "the sandbox is not complete: %s", s.missing);
    return fh_hint(err, FH_DENIED,
                   "Use a kernel from 5.13 on, or set security.sandbox = auto to go without.");
}
