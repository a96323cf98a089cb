/* gate - the lock senders hold and a killer takes away; see latch.h */

/* Locks belong to the open file description, so they survive neither the
 * death of their holder nor need its help, and a killer can take them with
 * every process of ours hanging.  The kernel does not say who holds one:
 * holders sign with pid and start time, and only a process that still has
 * both is ever killed. */

#include "common/gate.h"

#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    /* Bytes of the lock file. */
    TURNSTILE = 0,
    GATE = 1,
    SIGNING = 2,
    HOLDERS_CAP = 8,
    DEATH_MS = 2000, /* A killed process is gone long before. */
};

struct gate {
    int fd;
    unsigned depth; /* gate_enter without gate_leave. */
};

struct holder {
    long pid;
    unsigned long long start; /* Clock ticks since boot. */
};

struct holders {
    unsigned count;
    struct holder at[HOLDERS_CAP];
};

static int
lock(const struct gate *g, int command, short type, off_t byte)
{
    struct flock f = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1
    };
    int rc;

    do
        rc = fcntl(g->fd, command, &f);
    while (rc != 0 && errno == EINTR);
    return rc;
}

/* Unlocking, and blocking for a lock, fail only when we are wrong. */
static void
lock_surely(const struct gate *g, int command, short type, off_t byte)
{
    int rc = lock(g, command, type, byte);

    must(rc == 0);
}

static void
pause_ms(int ms)
{
    poll(NULL, 0, ms);
}

/* Tries until it has the byte alone or the time is over. */
static bool
lock_within(const struct gate *g, off_t byte, struct ms patience)
{
    int64_t end = clock_mono().ns + patience.ms * 1000000;

    while (lock(g, F_OFD_SETLK, F_WRLCK, byte) != 0) {
        must(errno == EAGAIN || errno == EACCES);
        if (clock_mono().ns >= end)
            return false;
        pause_ms(1);
    }
    return true;
}

struct gate *
gate_open(const char *var, struct why *why)
{
    char path[512];

    snprintf(path, sizeof path, "%s/gate.lock", var);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        (void)why_set(why, "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct gate *g = malloc(sizeof *g);
    must(g);
    *g = (struct gate){ .fd = fd };
    return g;
}

void
gate_close(struct gate **g)
{
    if (!*g)
        return;
    close((*g)->fd);
    free(*g);
    *g = NULL;
}

void
gate_enter(struct gate *g)
{
    if (g->depth++ > 0)
        return;
    lock_surely(g, F_OFD_SETLKW, F_RDLCK, TURNSTILE);
    lock_surely(g, F_OFD_SETLKW, F_RDLCK, GATE);
    lock_surely(g, F_OFD_SETLK, F_UNLCK, TURNSTILE);
}

void
gate_leave(struct gate *g)
{
    must(g->depth > 0);
    if (--g->depth == 0)
        lock_surely(g, F_OFD_SETLK, F_UNLCK, GATE);
}

/* When the process started: field 22 of its stat; the name before it may
 * hold anything, but no field after the last ')' does. */
static bool
start_of(long pid, unsigned long long *start)
{
    char path[64], s[1024];

    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, s, sizeof s - 1);
    close(fd);
    if (n <= 0)
        return false;
    s[n] = '\0';
    const char *p = strrchr(s, ')');
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    return p && sscanf(p, " %llu", start) == 1;
}

static bool
still_there(const struct holder *h)
{
    unsigned long long start;

    return start_of(h->pid, &start) && start == h->start;
}

/* Who signed; lines that are none are skipped. */
static void
read_holders(const char *var, struct holders *out)
{
    char path[512], line[64];

    out->count = 0;
    snprintf(path, sizeof path, "%s/run/gate.holder", var);
    FILE *f = fopen(path, "re");
    if (!f)
        return;
    while (out->count < HOLDERS_CAP && fgets(line, sizeof line, f)) {
        struct holder h;
        if (sscanf(line, "%9ld %19llu", &h.pid, &h.start) == 2 && h.pid > 1)
            out->at[out->count++] = h;
    }
    fclose(f);
}

static bool
write_holders(const char *var, const struct holders *all, struct why *why)
{
    char path[512], tmp[520];

    snprintf(path, sizeof path, "%s/run/gate.holder", var);
    snprintf(tmp, sizeof tmp, "%s.tmp", path);
    FILE *f = fopen(tmp, "we");
    if (!f)
        return why_set(why, "%s: %s", tmp, strerror(errno));
    for (unsigned i = 0; i < all->count; i++)
        fprintf(f, "%ld %llu\n", all->at[i].pid, all->at[i].start);
    bool ok = fflush(f) == 0;
    if (fclose(f) != 0 || !ok || rename(tmp, path) != 0)
        return why_set(why, "%s: %s", path, strerror(errno));
    return true;
}

/* The living stay on the list, we come last. */
static bool
add_ourselves(const char *var, struct why *why)
{
    struct holders before, now = { 0 };
    struct holder me = { .pid = getpid() };

    if (!start_of(me.pid, &me.start))
        return why_set(why, "/proc/%ld/stat: not readable", me.pid);
    read_holders(var, &before);
    for (unsigned i = 0; i < before.count; i++)
        if (before.at[i].pid != me.pid && still_there(&before.at[i]))
            now.at[now.count++] = before.at[i];
    if (now.count == HOLDERS_CAP)
        return why_set(why, "gate.holder: %d senders already", HOLDERS_CAP);
    now.at[now.count++] = me;
    return write_holders(var, &now, why);
}

bool
gate_sign(const char *var, struct why *why)
{
    struct gate *g = gate_open(var, why);

    if (!g)
        return false;
    lock_surely(g, F_OFD_SETLKW, F_WRLCK, SIGNING);
    bool ok = add_ourselves(var, why);
    gate_close(&g);
    return ok;
}

bool
gate_shut(struct gate *g, struct ms patience, struct why *why)
{
    must(g->depth == 0);
    if (lock_within(g, TURNSTILE, patience))
        return true;
    return why_set(why, "the gate is shut by somebody else");
}

/* The pidfd is opened before the start time is compared, so that it is that
 * process, and no later one with its number, that gets the signal. */
static bool
kill_holder(const struct holder *h)
{
    if (h->pid == getpid())
        return false;
    int fd = (int)syscall(SYS_pidfd_open, (pid_t)h->pid, 0);
    if (fd < 0)
        return false;
    bool dead = false;
    if (still_there(h) &&
        syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0) == 0) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        dead = poll(&p, 1, DEATH_MS) == 1;
    }
    close(fd);
    return dead;
}

bool
gate_empty(struct gate *g, const char *var, struct ms patience, struct why *why)
{
    struct holders all;

    if (lock_within(g, GATE, patience))
        return true;
    read_holders(var, &all);
    for (unsigned i = 0; i < all.count; i++)
        if (kill_holder(&all.at[i]) && lock_within(g, GATE, (struct ms){ 100 }))
            return true;
    return why_set(why, "a sender that did not sign, or that could not be "
                        "killed, is inside the gate");
}

void
gate_release(struct gate *g)
{
    lock_surely(g, F_OFD_SETLK, F_UNLCK, GATE);
    lock_surely(g, F_OFD_SETLK, F_UNLCK, TURNSTILE);
}
