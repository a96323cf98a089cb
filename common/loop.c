/* loop - the one event loop of a process (libuv's door) */

/* One thread, one loop: timers, file descriptors and signals, and a hook
 * that runs before each sleep, which is where the bus is emptied (a zmq
 * socket's descriptor only says "look", and may stay silent after a send).
 * Every handle lives until libuv has closed it, so a callback may cancel
 * itself or its neighbours. */

#include "common/loop.h"

#include "common/must.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

enum {
    HOOKS_CAP = 4,
    GUESTS_MS = 2000, /* More than a guest needs to leave. */
};

struct hook {
    void (*f)(void *arg);
    void *arg;
};

struct loop {
    uv_loop_t uv;
    uv_prepare_t before; /* Runs the hooks. */
    uv_idle_t awake;     /* While it is active, the loop does not sleep. */
    struct hook hooks[HOOKS_CAP];
    unsigned hooks_count;
    struct hook ends[HOOKS_CAP]; /* For loop_destroy. */
    unsigned ends_count;
    bool stopping;
};

struct loop_timer {
    uv_timer_t uv;
    struct hook call;
};

struct loop_fd {
    uv_poll_t uv;
    void (*f)(void *arg, int events);
    void *arg;
    int own;               /* Another name of the descriptor, -1 = none. */
};

struct loop_errand { /* On another thread. */
    uv_work_t uv;
    int (*work)(void *arg);
    void (*done)(void *arg, int result);
    void *arg;
    int result;
};

struct loop_watchman { /* Of a signal. */
    uv_signal_t uv;
    struct hook call;
};

static void
stay_awake(uv_idle_t *awake)
{
    (void)awake;
}

static void
run_hooks(uv_prepare_t *before)
{
    struct loop *l = before->data;

    uv_idle_stop(&l->awake);
    for (unsigned i = 0; i < l->hooks_count; i++)
        l->hooks[i].f(l->hooks[i].arg);
}

struct loop *
loop_new(void)
{
    struct loop *l = calloc(1, sizeof *l);
    must(l);
    int r = uv_loop_init(&l->uv);
    must(r == 0);
    uv_prepare_init(&l->uv, &l->before);
    uv_idle_init(&l->uv, &l->awake);
    l->before.data = l;
    uv_prepare_start(&l->before, run_hooks);
    return l;
}

static void
free_handle(uv_handle_t *h)
{
    /* The uv struct is the first member of everything we allocate. */
    free(h);
}

/* Only what was made here carries the loop's own address; a guest of
 * loop_native looks after its memory itself. */
static bool
is_ours(const struct loop *l, const uv_handle_t *h)
{
    return h->data == l || h == (const uv_handle_t *)&l->awake;
}

static void
close_ours(uv_handle_t *h, void *arg)
{
    struct loop *l = arg;
    bool inside = h == (uv_handle_t *)&l->before
                  || h == (uv_handle_t *)&l->awake;

    if (is_ours(l, h) && !uv_is_closing(h))
        uv_close(h, inside ? NULL : free_handle);
}

static void
close_guest(uv_handle_t *h, void *arg)
{
    (void)arg;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

static void
enough(uv_timer_t *guard)
{
    uv_stop(guard->loop);
}

/* A guest that was told to end (libwebsockets) still closes its handles one
 * after the other, and must not find them closed. */
static void
see_guests_off(struct loop *l)
{
    uv_timer_t guard;

    uv_timer_init(&l->uv, &guard);
    guard.data = NULL;
    uv_update_time(&l->uv); /* It may have stood still for long. */
    uv_timer_start(&guard, enough, GUESTS_MS, 0);
    uv_unref((uv_handle_t *)&guard);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    for (unsigned i = 0; i < l->ends_count; i++)
        l->ends[i].f(l->ends[i].arg);
    uv_walk(&l->uv, close_guest, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT);
}

void
loop_at_end(struct loop *l, void (*f)(void *arg), void *arg)
{
    must(l->ends_count < HOOKS_CAP);
    l->ends[l->ends_count++] = (struct hook){ f, arg };
}

void
loop_destroy(struct loop **loop)
{
    struct loop *l = *loop;

    if (!l)
        return;
    uv_walk(&l->uv, close_ours, l);
    see_guests_off(l);
    int r = uv_loop_close(&l->uv);
    must(r == 0);
    free(l);
    *loop = NULL;
}

void
loop_run(struct loop *l)
{
    while (!l->stopping)
        uv_run(&l->uv, UV_RUN_DEFAULT);
    l->stopping = false;
}

void
loop_stop(struct loop *l)
{
    l->stopping = true;
    uv_stop(&l->uv);
}

void *
loop_native(struct loop *l)
{
    return &l->uv;
}

static void
timer_rang(uv_timer_t *uv)
{
    struct loop_timer *t = (struct loop_timer *)uv;

    t->call.f(t->call.arg);
}

struct loop_timer *
loop_timer(struct loop *l, struct ms after, struct ms every,
           void (*f)(void *arg), void *arg)
{
    must(after.ms >= 0 && every.ms >= 0);
    struct loop_timer *t = calloc(1, sizeof *t);
    must(t);
    t->call = (struct hook){ f, arg };
    uv_timer_init(&l->uv, &t->uv);
    t->uv.data = l;
    /* The loop's idea of now is as old as this turn. */
    uv_update_time(&l->uv);
    int r = uv_timer_start(&t->uv, timer_rang, (uint64_t)after.ms,
                           (uint64_t)every.ms);
    must(r == 0);
    return t;
}

void
loop_timer_cancel(struct loop_timer **t)
{
    if (!*t)
        return;
    uv_close((uv_handle_t *)&(*t)->uv, free_handle);
    *t = NULL;
}

static void
fd_ready(uv_poll_t *uv, int status, int events)
{
    struct loop_fd *w = (struct loop_fd *)uv;
    int ready = (events & UV_READABLE ? 1 : 0) | (events & UV_WRITABLE ? 2 : 0);

    /* An error is for the owner to find: reading will tell. */
    if (status < 0)
        ready = 3;
    w->f(w->arg, ready);
}

static int
uv_events(int events)
{
    return (events & 1 ? UV_READABLE : 0) | (events & 2 ? UV_WRITABLE : 0);
}

struct loop_fd *
loop_watch(struct loop *l, int fd, int events,
           void (*f)(void *arg, int events), void *arg)
{
    struct loop_fd *w = calloc(1, sizeof *w);
    must(w);
    w->f = f;
    w->arg = arg;
    w->own = -1;
    int r = uv_poll_init(&l->uv, &w->uv, fd);
    if (r == UV_EEXIST) {
        /* A guest of loop_native closed this number before it gave up
         * watching it, and it was given out again. */
        w->own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
        must(w->own >= 0);
        r = uv_poll_init(&l->uv, &w->uv, w->own);
    }
    must(r == 0);
    w->uv.data = l;
    loop_watch_change(w, events);
    return w;
}

void
loop_watch_change(struct loop_fd *w, int events)
{
    int r = events ? uv_poll_start(&w->uv, uv_events(events), fd_ready)
                   : uv_poll_stop(&w->uv);
    must(r == 0);
}

void
loop_unwatch(struct loop_fd **w)
{
    if (!*w)
        return;
    uv_close((uv_handle_t *)&(*w)->uv, free_handle);
    if ((*w)->own >= 0)
        close((*w)->own);
    *w = NULL;
}

static void
signal_came(uv_signal_t *uv, int signo)
{
    struct loop_watchman *w = (struct loop_watchman *)uv;

    (void)signo;
    w->call.f(w->call.arg);
}

void
loop_signal(struct loop *l, int signo, void (*f)(void *arg), void *arg)
{
    struct loop_watchman *w = calloc(1, sizeof *w);
    must(w);
    w->call = (struct hook){ f, arg };
    uv_signal_init(&l->uv, &w->uv);
    w->uv.data = l;
    int r = uv_signal_start(&w->uv, signal_came, signo);
    must(r == 0);
}

void
loop_before_sleep(struct loop *l, void (*f)(void *arg), void *arg)
{
    must(l->hooks_count < HOOKS_CAP);
    l->hooks[l->hooks_count++] = (struct hook){ f, arg };
}

static void
run_errand(uv_work_t *uv)
{
    struct loop_errand *e = (struct loop_errand *)uv;

    e->result = e->work(e->arg);
}

static void
errand_done(uv_work_t *uv, int status)
{
    struct loop_errand *e = (struct loop_errand *)uv;

    must(status == 0);
    e->done(e->arg, e->result);
    free(e);
}

void
loop_work(struct loop *l, int (*work)(void *arg),
          void (*done)(void *arg, int result), void *arg)
{
    struct loop_errand *e = calloc(1, sizeof *e);
    must(e);
    *e = (struct loop_errand){ .work = work, .done = done, .arg = arg };
    int r = uv_queue_work(&l->uv, &e->uv, run_errand, errand_done);
    must(r == 0);
}

void
loop_again(struct loop *l)
{
    uv_idle_start(&l->awake, stay_awake);
}
