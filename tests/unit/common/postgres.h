/* postgres - a PostgreSQL of the test's own, started by deploy/pg.sh */
#ifndef TESTS_UNIT_COMMON_POSTGRES_H
#define TESTS_UNIT_COMMON_POSTGRES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char var[] = "/tmp/dutchbook-test.XXXXXX";
static char conninfo[128];

/* $V in the command is the test's folder. */
static inline void
shell(const char *command)
{
    setenv("V", var, 1);
    assert_int_equal(system(command), 0);
}

static inline int
start_postgres(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(var));
    shell("deploy/pg.sh start $V >/dev/null");
    snprintf(conninfo, sizeof conninfo, "%s/run/pg.conninfo", var);
    return 0;
}

static inline int
stop_postgres(void **state)
{
    (void)state;
    shell("deploy/pg.sh stop $V && rm -rf $V");
    return 0;
}

#endif /* TESTS_UNIT_COMMON_POSTGRES_H */
