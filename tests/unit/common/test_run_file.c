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

static void
write_text(const char *path, const char *s)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(s, f);
    fclose(f);
}

/* The last run began with another start of the machine: it was cut, if it did
 * not end as asked before. */
static void
a_run_that_the_machine_went_down_under_was_cut(void **state)
{
    char path[sizeof var + 32], text[80];
    unsigned long long known, crashes, cuts, now;
    struct run_file r;
    struct why why;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/run/cut.ends", var);
    assert_int_equal(start_and_end("cut", false), 0);
    assert_int_equal(start_and_end("cut", false), 1);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%llu %llu %llu %llx", &known, &crashes, &cuts,
                            &now), 4);
    fclose(f);
    assert_true(known == 1 && crashes == 1 && cuts == 0 && now != 0);

    static const struct { unsigned long long known, cuts; } all[] = {
        { 1, 1 }, /* Run 2 was on. */
        { 3, 0 }, /* Run 3 had ended. */
        { 2, 1 }, /* Runs 3, 4: one of them. */
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        (void)snprintf(text, sizeof text, "%llu 1 0 %llx\n", all[i].known,
                       now ^ 1);
        write_text(path, text);
        assert_int_equal(run_file_open(&r, var, "cut", &why), RUN_OK);
        assert_int_equal(r.number, 3 + i);
        assert_int_equal(r.crashes, 1 + r.number - 1 - all[i].known);
        assert_int_equal(r.cuts, all[i].cuts);
        assert_int_equal(r.boot, now);
        run_file_close(&r);
    }
    /* In this start of it, and with words of old, it is a crash. */
    (void)snprintf(text, sizeof text, "4 1 1 %llx\n", now);
    static const char *const old[] = { "5 1\n", "6 1 1\n", "7 1 2 abc\n" };
    for (size_t i = 0; i < 4; i++) {
        write_text(path, i == 0 ? text : old[i - 1]);
        assert_int_equal(run_file_open(&r, var, "cut", &why), RUN_OK);
        assert_int_equal(r.crashes, 2);
        assert_int_equal(r.cuts, i == 0);
        run_file_close(&r);
    }
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
        cmocka_unit_test(a_run_that_the_machine_went_down_under_was_cut),
        cmocka_unit_test(whoever_reads_that_it_is_ready_reads_who_is),
    };

    return cmocka_run_group_tests(tests, make_var, drop_var);
}
