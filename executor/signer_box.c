/* signer_box - walls around a process that holds a key */

/* The filter names what a loop over one socket and one file needs, and what
 * libc and the sanitizers need for memory; anything else fails as if it were
 * not permitted.  Landlock says the same of files once more, in another part
 * of the kernel.  Memory is locked as a whole where the limit allows it; the
 * key has locked pages of its own in any case (common/secret.h). */

#include "executor/signer_box.h"

#include "common/secret.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0
#endif

void
box_close_from(int first)
{
    (void)syscall(SYS_close_range, (unsigned)first, ~0u, 0);
}

static const int allowed[] = {
    SYS_read, SYS_write, SYS_recvfrom, SYS_sendto, SYS_recvmsg, SYS_sendmsg,
    SYS_ppoll, SYS_fdatasync, SYS_close, SYS_lseek,
    SYS_futex, SYS_brk, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect,
    SYS_madvise, SYS_mlock, SYS_sched_yield, SYS_getpid, SYS_gettid,
    SYS_clock_gettime, SYS_getrandom, SYS_rt_sigreturn, SYS_rt_sigprocmask,
    SYS_sigaltstack, SYS_restart_syscall, SYS_exit, SYS_exit_group,
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef CRASH_POINTS
    SYS_tgkill, /* To end itself where a test wants it. */
#endif
};

enum { ALLOWED = sizeof allowed / sizeof allowed[0] };

static bool
close_calls(void)
{
    struct sock_filter code[ALLOWED + 6];
    unsigned n = 0;
    const uint32_t arch = offsetof(struct seccomp_data, arch);
    const uint32_t nr = offsetof(struct seccomp_data, nr);

    if (ARCH == 0)
        return false;
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, arch);
    code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH,
                                             1, 0);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                             SECCOMP_RET_KILL_PROCESS);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, nr);
    for (unsigned i = 0; i < ALLOWED; i++)
        code[n++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)allowed[i],
            (uint8_t)(ALLOWED - i), 0);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                             SECCOMP_RET_ERRNO | EPERM);
    code[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
                                             SECCOMP_RET_ALLOW);
    struct sock_fprog program = { (unsigned short)n, code };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

/* Every kind of access is handled, none is granted. */
static bool
close_files(void)
{
    struct landlock_ruleset_attr all = {
        .handled_access_fs =
            LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
            LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
            LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
            LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
            LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
            LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
            LANDLOCK_ACCESS_FS_MAKE_SYM,
    };
    long fd = syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);

    if (fd < 0)
        return false;
    bool ok = syscall(SYS_landlock_restrict_self, (int)fd, 0) == 0;
    close((int)fd);
    return ok;
}

/* The shadow memory of a sanitizer is more than any limit. */
static bool
lock_memory(void)
{
#ifdef __SANITIZE_ADDRESS__
    return false;
#else
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
#endif
}

void
box_enter(struct box_walls *walls)
{
    bool frozen = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;

    secret_process();
    walls->undumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
    walls->locked = lock_memory();
    walls->landlock = frozen && close_files();
    walls->seccomp = frozen && close_calls();
}

char *
box_words(const struct box_walls *w, char *s, size_t cap)
{
    snprintf(s, cap, "seccomp %s, landlock %s, not dumpable %s, all memory "
             "locked %s", w->seccomp ? "yes" : "no",
             w->landlock ? "yes" : "no", w->undumpable ? "yes" : "no",
             w->locked ? "yes" : "no");
    return s;
}
