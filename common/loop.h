/* loop - the one event loop of a process (libuv's door) */
#ifndef COMMON_LOOP_H
#define COMMON_LOOP_H

#include "proto/units.h"

struct loop;
struct loop_timer;
struct loop_fd;

struct loop *loop_new(void);
void loop_destroy(struct loop **l);
void loop_run(struct loop *l);  /* Until loop_stop. */
void loop_stop(struct loop *l);
void *loop_native(struct loop *l); /* uv_loop_t *, for ws.c only. */
/* Calls f(arg) once, inside loop_destroy, when all handles are closed: the
 * second lws_context_destroy of a libwebsockets guest.  At most 4. */
void loop_at_end(struct loop *l, void (*f)(void *arg), void *arg);

/* Calls f(arg) first after `after`, then every `every` (0 = once). */
struct loop_timer *loop_timer(struct loop *l, struct ms after, struct ms every,
                              void (*f)(void *arg), void *arg);
void loop_timer_cancel(struct loop_timer **t);
/* Calls f(arg, events) when fd is readable (1) or writable (2). */
struct loop_fd *loop_watch(struct loop *l, int fd, int events,
                           void (*f)(void *arg, int events), void *arg);
void loop_watch_change(struct loop_fd *w, int events);
void loop_unwatch(struct loop_fd **w);
/* A signal is an event: f runs in the loop. */
void loop_signal(struct loop *l, int signo, void (*f)(void *arg), void *arg);
/* Calls f once each turn, after everything ready was handled, before
 * sleeping; at most 4 of them. */
void loop_before_sleep(struct loop *l, void (*f)(void *arg), void *arg);
/* Runs work(arg) on another thread, which may touch nothing but what arg is
 * for; then done(arg, what work returned) in the loop. */
void loop_work(struct loop *l, int (*work)(void *arg),
               void (*done)(void *arg, int result), void *arg);
/* For those f only: there is more to do, so do not sleep this time. */
void loop_again(struct loop *l);

#endif /* COMMON_LOOP_H */
