/* holders - a var folder, and processes inside the gate, for tests */
#ifndef TESTS_UNIT_COMMON_HOLDERS_H
#define TESTS_UNIT_COMMON_HOLDERS_H

#include "common/latch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char var[] = "/tmp/test_latch.XXXXXX";
static const struct nanos now = { 1700000000123456789 };
static const struct ms brief = { 100 };

static inline const char *
in_var(const char *name)
{
    static char path[2][128];
    static unsigned turn;
    char *p = path[turn++ % 2];

    snprintf(p, sizeof path[0], "%s/%s", var, name);
    return p;
}

static inline void
pull(struct latch *l)
{
    struct why why;

    if (!latch_pull(var, "tester", "because", now, brief, l, &why))
        fail_msg("%s", why.s);
}

static inline void
put_file(const char *name, const void *b, size_t size)
{
    FILE *f = fopen(in_var(name), "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(b, 1, size, f), size);
    fclose(f);
}

/* A child that signs and goes inside, then waits for hang ms, leaves and
 * stays alive.  Returns once it is inside. */
static inline pid_t
hold(bool with_signature, int hang_ms)
{
    int ends[2];
    char c;

    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct why why;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        struct gate *g = gate_open(var, &why);
        if (!g || (with_signature && !gate_sign(var, &why)))
            _exit(1);
        gate_enter(g);
        if (write(ends[1], "x", 1) != 1)
            _exit(1);
        usleep((useconds_t)hang_ms * 1000);
        gate_leave(g);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &c, 1), 1);
    close(ends[0]);
    return pid;
}

static inline void
reap(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static inline bool
is_alive(pid_t pid)
{
    int status;

    return waitpid(pid, &status, WNOHANG) == 0;
}

static inline int
fresh_var(void **state)
{
    char command[256];

    (void)state;
    snprintf(command, sizeof command, "rm -rf %s && mkdir -p %s/run", var, var);
    return system(command);
}

static inline int
make_var(void **state)
{
    (void)state;
    return mkdtemp(var) ? 0 : -1;
}

static inline int
remove_var(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", var);
    return system(command);
}

#endif /* TESTS_UNIT_COMMON_HOLDERS_H */
