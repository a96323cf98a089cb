/* test_walls - what a process behind its walls tries in vain, and what it may
 * go on doing */

#include "common/walls.h"
#include "tests/unit/common/scratch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct scratch inside, outside;

static const char *
in(const struct scratch *s, const char *name)
{
    static char path[4][100];
    static unsigned turn;
    char *p = path[turn++ % 4];

    snprintf(p, sizeof path[0], "%s/%s", s->path, name);
    return p;
}

static bool
makes(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool
binds_unix(const char *path)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(a.sun_path, sizeof a.sun_path, "%.90s", path);
    return fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0;
}

static bool
listens(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0;
}

static bool
starts_program(void)
{
    char *argv[] = { NULL };
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        execve("/bin/true", argv, argv);
        _exit(errno == EPERM || errno == EACCES ? 1 : 0);
    }
    return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Each returns the number of the first thing that was not as it should be;
 * 100: this kernel has not both walls. */
static int
try_without_network(void)
{
    struct walls_open o = { .write = { inside.path, "" } };
    struct walls w = walls_enter(&o);

    if (!w.files || !w.calls)
        return 100;
    if (makes(in(&outside, "there")) || errno != EACCES)
        return 1;
    if (makes(in(&outside, "new")) || mkdir(in(&outside, "d"), 0700) == 0)
        return 2;
    if (unlink(in(&outside, "there")) == 0)
        return 3;
    if (rename(in(&inside, "mine"), in(&outside, "mine")) == 0)
        return 4;
    if (truncate(in(&outside, "there"), 0) == 0)
        return 5;
    if (starts_program())
        return 6;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM)
        return 7;
    if (binds_unix(in(&outside, "s.sock")))
        return 8;
    if (syscall(SYS_unshare, CLONE_NEWUSER) == 0 ||
        syscall(SYS_setuid, getuid()) == 0 || errno != EPERM)
        return 9;
    /* What it is for goes on. */
    if (!makes(in(&inside, "mine")) || !makes("/dev/null"))
        return 20;
    if (rename(in(&inside, "mine"), in(&inside, "ours")) != 0 ||
        mkdir(in(&inside, "d"), 0700) != 0)
        return 21;
    /* A second name in another folder, as of an incident's state. */
    if (link(in(&inside, "ours"), in(&inside, "d/ours")) != 0 ||
        rename(in(&inside, "d/ours"), in(&inside, "alone")) != 0 ||
        rmdir(in(&inside, "d")) != 0)
        return 24;
    if (link(in(&inside, "ours"), in(&outside, "ours")) == 0)
        return 25;
    if (!binds_unix(in(&inside, "s.sock")))
        return 22;
    if (open(in(&outside, "there"), O_RDONLY) < 0)
        return 23;
    return 0;
}

static int
try_with_more(void)
{
    struct walls_open o = {
        .write = { inside.path, in(&outside, "to/come") },
        .network = true, .programs = true,
    };
    struct walls w = walls_enter(&o);

    if (!w.files || !w.calls)
        return 100;
    if (!starts_program())
        return 1;
    if (socket(AF_INET, SOCK_STREAM, 0) < 0)
        return 2;
    if (socket(AF_PACKET, SOCK_RAW, 0) >= 0 || errno != EPERM)
        return 3;
    /* Not yet there: its folder is what may be written. */
    if (mkdir(in(&outside, "to"), 0700) != 0)
        return 4;
    if (makes("/tmp/walls_elsewhere"))
        return 5;
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 4 && listens())
        return 6;
    return 0;
}

static void
in_a_child(int (*what)(void))
{
    int status;
    pid_t pid = fork_child();

    if (pid == 0)
        _exit(what());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 100)
        print_message("not all walls on this kernel: nothing is shown\n");
    else
        assert_int_equal(WEXITSTATUS(status), 0);
}

static void
a_process_writes_only_at_home_and_speaks_to_nobody_far_away(void **state)
{
    (void)state;
    in_a_child(try_without_network);
    assert_int_equal(access(in(&outside, "there"), F_OK), 0);
}

static void
what_is_left_open_is_open_and_no_more(void **state)
{
    (void)state;
    in_a_child(try_with_more);
}

static int
set_up(void **state)
{
    (void)state;
    scratch_open(&inside);
    scratch_open(&outside);
    return makes(in(&outside, "there")) && makes(in(&inside, "mine")) ? 0
                                                                      : -1;
}

static int
tear_down(void **state)
{
    (void)state;
    scratch_remove(inside.path);
    scratch_remove(outside.path);
    return 0;
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_process_writes_only_at_home_and_speaks_to_nobody_far_away),
        T(what_is_left_open_is_open_and_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
