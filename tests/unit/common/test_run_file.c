/* test_run_file - the number of a run, and the word that it is ready */
#include "common/run_file.h"

#include <fcntl.h>
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

static char var[] = "/tmp/test_run_file.XXXXXX";

static int
make_var(void **state)
{
    (void)state;
    return mkdtemp(var) ? 0 : -1;
}

static int
drop_var(void **state)
{
    char command[sizeof var + 16];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf %s", var);
    return system(command);
}

/* faults: F-033 */
static void
each_run_has_the_next_number_and_is_alone(void **state)
{
    struct run_file first, second;
    struct why why;
    uint64_t number;

    (void)state;
    assert_int_equal(run_file_open(&first, var, "one", &why), RUN_OK);
    number = first.number;
    assert_int_equal(run_file_open(&second, var, "one", &why), RUN_TAKEN);
    close(second.fd);
    run_file_close(&first);
    assert_int_equal(run_file_open(&first, var, "one", &why), RUN_OK);
    assert_int_equal(first.number, number + 1);
    run_file_close(&first);
}

static uint64_t
start_and_end(const char *name, bool asked)
{
    struct run_file r;
    struct why why;

    assert_int_equal(run_file_open(&r, var, name, &why), RUN_OK);
    if (asked)
        run_file_ended(&r);
    run_file_close(&r);
    return r.crashes;
}

static void
a_run_that_did_not_say_its_end_is_a_crash_for_ever(void **state)
{
    char path[sizeof var + 32];

    (void)state;
    assert_int_equal(start_and_end("ends", true), 0);
    assert_int_equal(start_and_end("ends", false), 0);
    assert_int_equal(start_and_end("ends", false), 1);
    assert_int_equal(start_and_end("ends", true), 2);
    assert_int_equal(start_and_end("ends", true), 2);
    (void)snprintf(path, sizeof path, "%s/run/ends.ends", var);
    static const char *const bad[] = { "", "x", "99 3\n", "5" };
    static const uint64_t then[] = { 5, 6, 3, 8 };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(bad[i], f);
        fclose(f);
        assert_int_equal(start_and_end("ends", true), then[i]);
    }
    unlink(path); /* Of none of them it is known. */
    assert_int_equal(start_and_end("ends", true), 9);
}

/* A writer says it again and again; a reader that finds the file finds all of
 * the line, however it hits. */
static void
whoever_reads_that_it_is_ready_reads_who_is(void **state)
{
    struct run_file r;
    struct why why;
    uint32_t seen = 0;
    pid_t writer;

    (void)state;
    assert_int_equal(run_file_open(&r, var, "two", &why), RUN_OK);
    writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            if (!run_file_ready(&r, &why))
                _exit(1);
    }
    while (seen < 20000) {
        char text[64] = "";
        long pid = 0;
        int fd = open(r.ready, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
            continue;
        assert_true(read(fd, text, sizeof text - 1) > 0);
        close(fd);
        assert_int_equal(sscanf(text, "%ld", &pid), 1);
        assert_int_equal(pid, writer);
        assert_non_null(strchr(text, '\n'));
        seen++;
    }
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
    run_file_close(&r);
    assert_int_not_equal(access(r.ready, F_OK), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_run_has_the_next_number_and_is_alone),
        cmocka_unit_test(a_run_that_did_not_say_its_end_is_a_crash_for_ever),
        cmocka_unit_test(whoever_reads_that_it_is_ready_reads_who_is),
    };

    return cmocka_run_group_tests(tests, make_var, drop_var);
}
