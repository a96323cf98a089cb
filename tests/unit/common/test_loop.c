/* test_loop - timers, descriptors, signals and the hook before each sleep */

#include "common/clock.h"
#include "common/loop.h"
#include "common/must.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <uv.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct seen {
    struct loop *loop;
    struct loop_timer *timer, *victim;
    struct loop_fd *fd;
    int efd;
    int timers, readable, writable, signals, sleeps, stop_at;
    int64_t first_ns;
};

static int
set_up(void **state)
{
    static struct seen s;

    s = (struct seen){ .loop = loop_new(), .efd = eventfd(0, EFD_NONBLOCK) };
    *state = &s;
    return 0;
}

static int
tear_down(void **state)
{
    struct seen *s = *state;

    loop_destroy(&s->loop);
    assert_null(s->loop);
    close(s->efd);
    return 0;
}

static void
rang(void *arg)
{
    struct seen *s = arg;

    if (++s->timers == s->stop_at)
        loop_stop(s->loop);
    if (s->timers == 1)
        s->first_ns = clock_mono().ns;
}

static void
give_up(void *arg)
{
    struct seen *s = arg;

    loop_stop(s->loop);
}

/* Long enough for everything here; the clock of a busy machine is patient. */
static void
run(struct seen *s, int ms)
{
    struct loop_timer *end = loop_timer(s->loop, (struct ms){ ms },
                                        (struct ms){ 0 }, give_up, s);

    loop_run(s->loop);
    loop_timer_cancel(&end);
}

static void
a_timer_rings_once_or_again_and_not_before_its_time(void **state)
{
    struct seen *s = *state;
    int64_t began = clock_mono().ns;

    /* The loop's own idea of now must not make it early. */
    nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
    s->stop_at = -1;
    int64_t asked = clock_mono().ns;
    struct loop_timer *once = loop_timer(s->loop, (struct ms){ 30 },
                                         (struct ms){ 0 }, rang, s);
    run(s, 100);
    assert_int_equal(s->timers, 1);
    assert_true(s->first_ns - asked >= 29000000);
    assert_true(s->first_ns > began);
    loop_timer_cancel(&once);
    assert_null(once);
    s->timers = 0;
    s->stop_at = 5;
    struct loop_timer *again = loop_timer(s->loop, (struct ms){ 0 },
                                          (struct ms){ 2 }, rang, s);
    run(s, 5000);
    assert_int_equal(s->timers, 5);
    loop_timer_cancel(&again);
}

static void
cancel_itself_and_another(void *arg)
{
    struct seen *s = arg;

    s->timers++;
    loop_timer_cancel(&s->timer);
    loop_timer_cancel(&s->victim);
}

static void
a_timer_may_cancel_itself_and_others(void **state)
{
    struct seen *s = *state;
    struct ms one = { 1 };

    s->timer = loop_timer(s->loop, one, one, cancel_itself_and_another, s);
    s->victim = loop_timer(s->loop, one, one, rang, s);
    run(s, 30);
    assert_int_equal(s->timers, 1);
    loop_timer_cancel(&s->timer); /* Twice is nothing. */
}

static void
fd_came(void *arg, int events)
{
    struct seen *s = arg;
    uint64_t n;

    if (events & 1) {
        s->readable++;
        must(read(s->efd, &n, sizeof n) == sizeof n);
        loop_watch_change(s->fd, 2);
    } else if (events & 2) {
        s->writable++;
        loop_unwatch(&s->fd);
        loop_stop(s->loop);
    }
}

static void
a_descriptor_is_told_when_it_can_be_read_or_written(void **state)
{
    struct seen *s = *state;
    uint64_t one = 1;

    s->fd = loop_watch(s->loop, s->efd, 1, fd_came, s);
    run(s, 20);
    assert_int_equal(s->readable, 0);
    must(write(s->efd, &one, sizeof one) == sizeof one);
    run(s, 5000);
    assert_int_equal(s->readable, 1);
    assert_int_equal(s->writable, 1);
    assert_null(s->fd);
}

static void
guest_heard(uv_poll_t *guest, int status, int events)
{
    (void)guest;
    (void)status;
    (void)events;
}

/* As libwebsockets does now and then when a connection fails. */
static void
a_descriptor_a_guest_closed_but_still_watches_may_be_watched(void **state)
{
    struct seen *s = *state;
    uint64_t one = 1;
    uv_poll_t guest;
    int gone = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), kept = s->efd;

    assert_int_equal(uv_poll_init(loop_native(s->loop), &guest, gone), 0);
    assert_int_equal(uv_poll_start(&guest, UV_READABLE, guest_heard), 0);
    run(s, 20);
    close(gone);
    s->efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    assert_int_equal(s->efd, gone);
    s->fd = loop_watch(s->loop, s->efd, 1, fd_came, s);
    must(write(s->efd, &one, sizeof one) == sizeof one);
    run(s, 5000);
    assert_int_equal(s->readable, 1);
    assert_int_equal(s->writable, 1);
    uv_close((uv_handle_t *)&guest, NULL);
    run(s, 20);
    close(s->efd);
    s->efd = kept;
}

static void
signal_came(void *arg)
{
    struct seen *s = arg;

    if (++s->signals == 2)
        loop_stop(s->loop);
    else
        raise(SIGUSR1);
}

static void
a_signal_is_an_event_of_the_loop(void **state)
{
    struct seen *s = *state;

    loop_signal(s->loop, SIGUSR1, signal_came, s);
    raise(SIGUSR1);
    assert_int_equal(s->signals, 0);
    run(s, 5000);
    assert_int_equal(s->signals, 2);
}

static void
before_sleep(void *arg)
{
    struct seen *s = arg;

    if (++s->sleeps < 1000)
        loop_again(s->loop);
}

static void
the_hook_runs_before_each_sleep_and_can_put_it_off(void **state)
{
    struct seen *s = *state;

    loop_before_sleep(s->loop, before_sleep, s);
    run(s, 500);
    /* A thousand times without sleeping, then only when something came. */
    assert_true(s->sleeps >= 1000);
    assert_true(s->sleeps < 1010);
}

static _Atomic int rings;

static void
rang_beside(void *arg)
{
    (void)arg;
    rings++;
}

/* Until the loop has gone on meanwhile, which it would not within it. */
static int
work(void *arg)
{
    int *n = arg;
    int from = rings;

    for (int i = 0; i < 1000 && rings < from + 3; i++)
        nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
    *n += rings < from + 3 ? 0 : 40;
    return 7;
}

static int
short_work(void *arg)
{
    int *n = arg;

    nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
    *n += 40;
    return 7;
}

static void
work_done(void *arg, int result)
{
    int *n = arg;

    *n += result - 5;
}

static void
work_is_done_beside_the_loop_and_told_in_it(void **state)
{
    struct seen *s = *state;
    int n = 0, left = 0;
    struct ms one = { 1 };

    s->timer = loop_timer(s->loop, one, one, rang_beside, NULL);
    loop_work(s->loop, work, work_done, &n);
    for (int i = 0; i < 100 && n == 0; i++)
        run(s, 100);
    assert_int_equal(n, 42);
    /* What is out at the end is waited for. */
    loop_timer_cancel(&s->timer);
    loop_work(s->loop, short_work, work_done, &left);
    loop_destroy(&s->loop);
    assert_int_equal(left, 42);
}

static void
what_is_left_at_the_end_is_freed(void **state)
{
    struct seen *s = *state;

    /* The leak check of the asan build is the assertion here. */
    s->timer = loop_timer(s->loop, (struct ms){ 0 }, (struct ms){ 1 }, rang,
                          s);
    s->fd = loop_watch(s->loop, s->efd, 1, fd_came, s);
    loop_signal(s->loop, SIGUSR2, signal_came, s);
    s->stop_at = 3;
    run(s, 1000);
    assert_int_equal(s->timers, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timer_rings_once_or_again_and_not_before_its_time),
        TEST(a_timer_may_cancel_itself_and_others),
        TEST(a_descriptor_is_told_when_it_can_be_read_or_written),
        TEST(a_descriptor_a_guest_closed_but_still_watches_may_be_watched),
        TEST(a_signal_is_an_event_of_the_loop),
        TEST(the_hook_runs_before_each_sleep_and_can_put_it_off),
        TEST(work_is_done_beside_the_loop_and_told_in_it),
        TEST(what_is_left_at_the_end_is_freed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
