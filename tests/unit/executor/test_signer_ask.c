/* test_signer_ask - the signer as a process: it signs, remembers, is shut in */

/* Real children over the real socket pair, in a folder of their own. */

#include "executor/signer_ask.h"

#include "common/clock.h"
#include "tests/unit/executor/signer_line.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct order_signature signatures[SIGNER_BATCH];
static uint32_t bad;

static enum signer_no
ask(uint32_t first, uint32_t count)
{
    const struct intent *all[SIGNER_BATCH];

    for (uint32_t i = 0; i < count; i++)
        all[i] = &kit.intent[first + i];
    return signer_ask_orders(line, &kit.grant, all, count, signatures, &bad);
}

/* As whoever has the key would sign it. */
static void
expect_signature(const struct order_signature *sig, const struct intent *m)
{
    struct signature s;
    struct address who;

    assert_int_equal(sig->size, 65);
    memcpy(s.r, sig->b, 32);
    memcpy(s.s, sig->b + 32, 32);
    s.parity = (uint8_t)(sig->b[64] - 27);
    assert_true(key_recover(key, &m->order, &s, &who));
    assert_true(address_equal(&who, key_address(key)));
}

static void
it_signs_what_fits_and_says_what_does_not(void **state)
{
    (void)state;
    begin();
    renew();
    assert_true(address_equal(&signer_is_up(line)->wallet.owner,
                              key_address(key)));
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    expect_signature(&signatures[0], &kit.intent[0]);
    expect_signature(&signatures[1], &kit.intent[1]);
    kit.intent[1].salt++;
    kit_name(&kit, &kit.intent[1]);
    assert_int_equal(ask(0, 2), SIGNER_NO_second);
    assert_int_equal(bad, 1);
    kit.grant.mac.b[0]++;
    assert_int_equal(ask(0, 1), SIGNER_NO_mac);
    assert_int_equal(ask(0, 0), SIGNER_NO_asked);
    assert_true(signer_is_there(line));
}

/* faults: F-024 */
static void
it_remembers_through_its_death_what_it_signed(void **state)
{
    struct order_signature first;

    (void)state;
    begin();
    renew();
    assert_int_equal(ask(0, 1), SIGNER_NO_none);
    first = signatures[0];
    assert_int_equal(kill(signer_pid(line), SIGKILL), 0);
    assert_int_equal(ask(0, 1), SIGNER_NO_gone);
    assert_false(signer_is_there(line));
    signer_stop(&line);
    begin();
    assert_int_equal(signer_is_up(line)->known, 1);
    struct intent same = kit.intent[0];
    kit.intent[0].salt++;
    kit_name(&kit, &kit.intent[0]);
    assert_int_equal(ask(0, 1), SIGNER_NO_second);
    kit.intent[0] = same;
    assert_int_equal(ask(0, 1), SIGNER_NO_none);
    assert_memory_equal(first.b, signatures[0].b, 65);
    /* Nor does an older epoch or generation come back. */
    kit.grant.epoch--;
    kit_mark(&kit);
    assert_int_equal(ask(1, 1), SIGNER_NO_epoch);
}

/* Its only descriptors are the log's, the pair and its file; the kernel says
 * that it is filtered. */
static void
the_real_child_is_shut_in(void **state)
{
    char path[64], text[8192];
    unsigned count = 0;

    (void)state;
    begin();
    assert_true(signer_is_up(line)->walls.seccomp);
    snprintf(path, sizeof path, "/proc/%d/status", signer_pid(line));
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    assert_true(n > 0);
    text[n] = '\0';
    assert_non_null(strstr(text, "\nSeccomp:\t2\n"));
    assert_non_null(strstr(text, "\nNoNewPrivs:\t1\n"));
    snprintf(path, sizeof path, "/proc/%d/fd", signer_pid(line));
    DIR *d = opendir(path);
    if (!d) { /* Not dumpable: that is for root to see. */
        assert_int_equal(errno, EACCES);
        return;
    }
    for (struct dirent *e; (e = readdir(d));)
        count += e->d_name[0] != '.';
    closedir(d);
    assert_int_equal(count, 5);
}

/* What a boxed process may not; returns the first thing that worked. */
static int
try_everything(const char *file)
{
    char *argv[] = { NULL };
    struct box_walls walls;
    int kept = open("/dev/null", O_WRONLY);

    box_enter(&walls);
    if (!walls.seccomp || !walls.undumpable)
        return 1;
    if (open(file, O_RDONLY) >= 0 || errno != EPERM)
        return 2;
    if (open(file, O_RDWR | O_CREAT, 0600) >= 0)
        return 3;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
        return 4;
    if (socket(AF_UNIX, SOCK_STREAM, 0) >= 0)
        return 5;
    if (syscall(SYS_fork) >= 0 || vfork() >= 0)
        return 6;
    if (execve("/bin/true", argv, argv) == 0 || errno != EPERM)
        return 7;
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
        return 8;
    if (unlink(file) == 0 || rename(file, file) == 0)
        return 9;
    if (kill(getppid(), 0) == 0)
        return 10;
    /* What it had it keeps. */
    return write(kept, "x", 1) == 1 ? 0 : 11;
}

static void
in_the_box_no_file_socket_or_program_can_be_opened(void **state)
{
    int status;

    (void)state;
    pid_t pid = fork();
    if (pid == 0)
        _exit(try_everything(key_file));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(access(key_file, F_OK), 0);
}

static void
a_stopped_signer_keeps_nobody_waiting(void **state)
{
    (void)state;
    setup.wait.ms = 500;
    begin();
    renew();
    assert_int_equal(kill(signer_pid(line), SIGSTOP), 0);
    int64_t began = clock_mono().ns;
    assert_int_equal(ask(0, 1), SIGNER_NO_gone);
    int64_t ms = (clock_mono().ns - began) / 1000000;
    assert_true(ms >= 490 && ms < 5000);
    assert_true(signer_is_there(line));
    assert_int_equal(kill(signer_pid(line), SIGCONT), 0);
    clock_rest((struct ms){ 200 });
    /* The late answer is not taken for that of another question. */
    kit.intent[1].side = SIDE_buy;
    assert_int_equal(ask(1, 1), SIGNER_NO_side);
    assert_int_equal(ask(0, 1), SIGNER_NO_none);
    expect_signature(&signatures[0], &kit.intent[0]);
}

static void
what_stops_the_group_does_not_stop_it_but_its_parents_end_does(void **state)
{
    int ends[2];
    pid_t pid = 0;

    (void)state;
    begin();
    assert_int_equal(kill(signer_pid(line), SIGTERM), 0);
    assert_int_equal(kill(signer_pid(line), SIGINT), 0);
    clock_rest((struct ms){ 50 });
    renew();
    assert_int_equal(ask(0, 1), SIGNER_NO_none);
    signer_stop(&line);
    assert_int_equal(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        begin();
        pid = signer_pid(line);
        _exit(write(ends[1], &pid, sizeof pid) == sizeof pid ? 0 : 1);
    }
    waitpid(parent, NULL, 0);
    assert_int_equal(read(ends[0], &pid, sizeof pid), sizeof pid);
    close(ends[0]);
    close(ends[1]);
    for (unsigned i = 0; i < 300 && kill(pid, 0) == 0; i++)
        clock_rest((struct ms){ 10 });
    assert_true(pid > 0 && kill(pid, 0) != 0);
}

static void
what_cannot_be_written_down_is_not_signed(void **state)
{
    struct rlimit before, small = { 200, 200 };

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    begin();
    setrlimit(RLIMIT_FSIZE, &before);
    renew();
    kit_leg(&kit, 2, false);
    renew();
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    assert_int_equal(ask(2, 1), SIGNER_NO_disk);
    /* What it is sure of is not signed any more either. */
    assert_int_equal(ask(0, 1), SIGNER_NO_disk);
    signer_stop(&line);
    begin(); /* Half a record was torn off. */
    assert_int_equal(signer_is_up(line)->known, 2);
    assert_int_equal(ask(2, 1), SIGNER_NO_none);
}

/* faults: F-025 */
static void
it_does_not_start_with_what_is_damaged_or_open_to_others(void **state)
{
    struct why why;
    char store[160];

    (void)state;
    begin();
    renew();
    assert_int_equal(ask(0, 2), SIGNER_NO_none);
    signer_stop(&line);
    snprintf(store, sizeof store, "%s", below("keys/signed.log"));
    int fd = open(store, O_RDWR);
    assert_int_equal(pwrite(fd, "x", 1, 30), 1);
    close(fd);
    assert_null(signer_start(&setup, &why));
    assert_non_null(strstr(why.s, "record 1 of what was signed is damaged"));
    put_file(store, "DBSIGN2\n", 0600);
    assert_null(signer_start(&setup, &why));
    assert_non_null(strstr(why.s, "not a file of what was signed"));
    unlink(store);
    assert_int_equal(chmod(key_file, 0640), 0);
    assert_null(signer_start(&setup, &why));
    assert_non_null(strstr(why.s, "0600"));
    assert_int_equal(chmod(key_file, 0600), 0);
    setup.funder = "0x12";
    assert_null(signer_start(&setup, &why));
    assert_non_null(strstr(why.s, "funder"));
    setup.funder = "";
    setup.chain = 1;
    assert_null(signer_start(&setup, &why));
    assert_non_null(strstr(why.s, "chain"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_signs_what_fits_and_says_what_does_not),
        TEST(it_remembers_through_its_death_what_it_signed),
        TEST(the_real_child_is_shut_in),
        TEST(in_the_box_no_file_socket_or_program_can_be_opened),
        TEST(a_stopped_signer_keeps_nobody_waiting),
        TEST(what_stops_the_group_does_not_stop_it_but_its_parents_end_does),
        TEST(what_cannot_be_written_down_is_not_signed),
        TEST(it_does_not_start_with_what_is_damaged_or_open_to_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
