/* scratch - a folder of a test's own, and children that end with it */
#ifndef TESTS_UNIT_COMMON_SCRATCH_H
#define TESTS_UNIT_COMMON_SCRATCH_H

#include "common/must.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct scratch { char path[64]; };

static inline void
scratch_open(struct scratch *s)
{
    strcpy(s->path, "/tmp/dutchbook_test_XXXXXX");
    char *made = mkdtemp(s->path);
    must(made);
}

static inline int
scratch_remove_one(const char *path, const struct stat *st, int kind,
                   struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

/* Also used for what a test makes again and again below it. */
static inline void
scratch_remove(const char *path)
{
    nftw(path, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A child that does not outlive the test, whatever becomes of it. */
static inline pid_t
fork_child(void)
{
    pid_t pid = fork();

    must(pid >= 0);
    if (pid == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return pid;
}

#endif /* TESTS_UNIT_COMMON_SCRATCH_H */
