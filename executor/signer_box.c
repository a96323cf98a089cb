/* signer_box - walls around a process that holds a key */

/* The list names what a loop over one socket and one file needs, and what libc
 * and the sanitizers need for memory; anything else fails as if it were not
 * permitted.  Landlock says the same of files once more, in another part of
 * the kernel.  Memory is locked as a whole where the limit allows it; the
 * key has locked pages of its own in any case (common/secret.h). */

#include "executor/signer_box.h"

#include "common/secret.h"
#include "common/walls.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

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
    secret_process();
    walls->undumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
    walls->locked = lock_memory();
    walls->landlock = walls_no_files();
    walls->seccomp = walls_only(allowed, sizeof allowed / sizeof allowed[0]);
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
