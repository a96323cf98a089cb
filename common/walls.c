/* walls - what a process can no longer do, whoever makes it try
 *
 * For a process that was taken over through a library's bug: what it was
 * never meant to do fails.  A signer needs so little that what it may do is
 * listed; the libraries of the others need so much that what they may not is.
 * Reading is not walled in: certificates, names and settings are all over the
 * machine, and a key is in a process of its own. */

#include "common/walls.h"

#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0
#endif

/* Newer than the headers of Debian 12; asked of kernels that have them. */
enum { REFERS_SINCE = 2, TRUNCATES_SINCE = 3, PORTS_SINCE = 4,
       SCOPES_SINCE = 6 };
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define NET_BIND UINT64_C(1)
#define NET_CONNECT UINT64_C(2)
#define SCOPE_ABSTRACT UINT64_C(1)
struct ruleset { uint64_t fs, net, scoped; };

#define ON_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define WRITING                                                             \
    (ON_FILES | LANDLOCK_ACCESS_FS_REMOVE_DIR |                             \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |        \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |            \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |          \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |          \
     LANDLOCK_ACCESS_FS_REFER)
#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

static int
landlock_version(void)
{
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
                        LANDLOCK_CREATE_RULESET_VERSION);
}

/* A wall of all the kernel knows of these; negative: it has none. */
static int
begin_wall(struct ruleset all)
{
    int version = landlock_version();

    if (version < REFERS_SINCE) /* Nobody may, then. */
        all.fs &= ~(uint64_t)LANDLOCK_ACCESS_FS_REFER;
    if (version < TRUNCATES_SINCE)
        all.fs &= ~FS_TRUNCATE;
    if (version < PORTS_SINCE)
        all.net = 0;
    if (version < SCOPES_SINCE)
        all.scoped = 0;
    if (version < 1)
        return -1;
    /* What it does not know is zero, and may be there. */
    return (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
}

static bool
end_wall(int wall)
{
    bool ok = wall >= 0 && syscall(SYS_landlock_restrict_self, wall, 0) == 0;

    if (wall >= 0)
        close(wall);
    return ok;
}

/* The path, or the first folder above it that is there. */
static int
open_nearest(const char *path)
{
    char at[PATH_MAX];
    size_t size = strlen(path);

    if (size >= sizeof at)
        return -1;
    memcpy(at, path, size + 1);
    for (;;) {
        int fd = open(at, O_PATH | O_CLOEXEC);
        char *slash = strrchr(at, '/');
        if (fd >= 0 || errno != ENOENT || strcmp(at, ".") == 0)
            return fd;
        if (!slash)
            memcpy(at, ".", 2);
        else
            slash[slash == at] = '\0';
    }
}

static bool
let_write(int wall, const char *path)
{
    struct landlock_path_beneath_attr beneath = { .parent_fd = -1 };
    struct stat st;
    int fd = open_nearest(path);
    bool ok = fd >= 0 && fstat(fd, &st) == 0;

    if (ok) {
        beneath.parent_fd = fd;
        beneath.allowed_access = S_ISDIR(st.st_mode) ? WRITING : ON_FILES;
        if (landlock_version() < TRUNCATES_SINCE)
            beneath.allowed_access &= ~FS_TRUNCATE;
        ok = syscall(SYS_landlock_add_rule, wall, LANDLOCK_RULE_PATH_BENEATH,
                     &beneath, 0) == 0;
    }
    if (fd >= 0)
        close(fd);
    return ok;
}

/* A first landlock lets nobody give a file a second name in another folder,
 * as riskd does for an incident: it is no wall for those who write. */
static bool
wall_files(const struct walls_open *o)
{
    struct ruleset all = {
        .fs = WRITING | (o->programs ? 0 : LANDLOCK_ACCESS_FS_EXECUTE),
        .net = NET_BIND | (o->network ? 0 : NET_CONNECT),
        .scoped = SCOPE_ABSTRACT,
    };
    int wall = landlock_version() < REFERS_SINCE ? -1 : begin_wall(all);
    bool ok = wall >= 0 && let_write(wall, "/dev/null");

    for (int i = 0; ok && i < WALLS_PATHS; i++)
        if (o->write[i] && o->write[i][0])
            ok = let_write(wall, o->write[i]);
    if (!ok) {
        if (wall >= 0)
            close(wall);
        return false;
    }
    return end_wall(wall);
}

bool
walls_no_files(void)
{
    struct ruleset all = {
        .fs = WRITING | READING | LANDLOCK_ACCESS_FS_EXECUTE,
        .net = NET_BIND | NET_CONNECT,
        .scoped = SCOPE_ABSTRACT,
    };

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           end_wall(begin_wall(all));
}

/* --- system calls -------------------------------------------------------- */

enum { CALLS_CAP = 96, FRAME = 24, X32 = 0x40000000 };

struct filter { struct sock_filter code[CALLS_CAP + FRAME]; unsigned n; };

static void
put(struct filter *f, struct sock_filter one)
{
    must(f->n < sizeof f->code / sizeof f->code[0]);
    f->code[f->n++] = one;
}

#define LOAD(member)                                                         \
    (struct sock_filter) BPF_STMT(                                           \
        BPF_LD | BPF_W | BPF_ABS,                                            \
        (uint32_t)offsetof(struct seccomp_data, member))
#define END(what)                                                            \
    (struct sock_filter) BPF_STMT(BPF_RET | BPF_K, (uint32_t)(what))
#define IF(how, value, yes, no)                                              \
    (struct sock_filter) BPF_JUMP(BPF_JMP | (how) | BPF_K,                   \
                                  (uint32_t)(value), (uint8_t)(yes),         \
                                  (uint8_t)(no))
#define NO (SECCOMP_RET_ERRNO | EPERM)

/* Another architecture's numbers mean other calls. */
static void
put_head(struct filter *f)
{
    put(f, LOAD(arch));
    put(f, IF(BPF_JEQ, ARCH, 1, 0));
    put(f, END(SECCOMP_RET_KILL_PROCESS));
    put(f, LOAD(nr));
    put(f, IF(BPF_JGE, X32, 0, 1));
    put(f, END(NO));
}

static void
put_list(struct filter *f, const int *calls, unsigned count, uint32_t listed,
         uint32_t others)
{
    must(count <= CALLS_CAP);
    for (unsigned i = 0; i < count; i++)
        put(f, IF(BPF_JEQ, calls[i], count - i, 0));
    put(f, END(others));
    put(f, END(listed));
}

/* A socket is of these families or it is not made. */
static void
put_sockets(struct filter *f, const int *families, unsigned count)
{
    put(f, IF(BPF_JEQ, SYS_socket, 0, count + 3));
    put(f, LOAD(args[0]));
    put_list(f, families, count, SECCOMP_RET_ALLOW, NO);
}

static bool
enforce(struct filter *f)
{
    struct sock_fprog program = { (unsigned short)f->n, f->code };

    return ARCH != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

bool
walls_only(const int *calls, unsigned count)
{
    struct filter f = { .n = 0 };

    put_head(&f);
    put_list(&f, calls, count, SECCOMP_RET_ALLOW, NO);
    return enforce(&f);
}

/* What no server does: look into others, change the machine, its clock, its
 * users or its kernel, or leave the namespaces it is in.  io_uring does
 * without the calls that are looked at here. */
static const int shut[] = {
    SYS_execve, SYS_execveat, /* The first two: see wall_calls. */
    SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_getfd,
    SYS_perf_event_open, SYS_bpf, SYS_userfaultfd, SYS_seccomp,
    SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_tree,
    SYS_move_mount, SYS_fsopen, SYS_fsmount, SYS_fsconfig, SYS_fspick,
    SYS_mount_setattr, SYS_open_by_handle_at, SYS_quotactl, SYS_swapon,
    SYS_swapoff, SYS_setns, SYS_unshare, SYS_personality, SYS_acct,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
    SYS_kexec_file_load, SYS_reboot, SYS_sethostname, SYS_setdomainname,
    SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime,
    SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid,
    SYS_setresgid, SYS_setgroups, SYS_capset, SYS_mknodat, SYS_syslog,
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
#ifdef SYS_iopl
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
#ifndef __SANITIZE_ADDRESS__ /* Its leak check has to trace us. */
    SYS_ptrace,
#endif
};

enum { PROGRAMS = 2, SHUT = sizeof shut / sizeof shut[0] };

static bool
wall_calls(const struct walls_open *o)
{
    static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
    struct filter f = { .n = 0 };
    unsigned skip = o->programs ? PROGRAMS : 0;

    put_head(&f);
    put_sockets(&f, families, o->network ? 4 : 1);
    put_list(&f, shut + skip, SHUT - skip, NO, SECCOMP_RET_ALLOW);
    return enforce(&f);
}

struct walls
walls_enter(const struct walls_open *open)
{
    struct walls w = { .files = false };

    /* The files first: seccomp is what ends such privileges. */
    w.files = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && wall_files(open);
    w.calls = wall_calls(open);
    return w;
}
