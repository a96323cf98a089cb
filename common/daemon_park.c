/* daemon_park - a process that was started too often does nothing */

/* What dies again and again must not trade in between.  It stays up, so that
 * supervision leaves it alone and everybody sees it: heartbeats that say not
 * ready and halted, one line in its log.  It has no engine; its peers find the
 * same silence as if it were down, only its log is still read.  Whoever stops
 * or restarts it has seen to the cause: the count begins anew. */

#include "common/clock.h"
#include "common/daemon_own.h"
#include "common/loop.h"
#include "common/starts.h"
#include "common/supervised.h"

static void
hear_nothing(void *daemon)
{
    struct daemon *d = daemon;
    struct bus_in m;

    while (bus_next(d->bus, &m))
        if (m.peer != 0 &&
            (m.e.type == TYPE_log_request || m.e.type == TYPE_log_ack))
            (void)logserve_hear(d->logs, d->bus, &m);
}

static void
tick_bus(void *daemon)
{
    struct daemon *d = daemon;

    bus_tick(d->bus);
}

static _Noreturn void
park(struct daemon *d)
{
    struct ms now = { 0 }, bus = { 100 }, stats = { 5000 };
    struct why why;
    int code;

    if (!daemon_open_bus(d, &why))
        daemon_refuse(d, "%s", why.s);
    if (!run_file_ready(&d->run, &why))
        daemon_die(EXIT_WORLD, "%s", why.s);
    d->mode = MODE_halted;
    d->code = EXIT_WORLD;
    struct loop_timer *timers[] = {
        loop_timer(d->loop, now, d->common.heartbeat, daemon_beat, d),
        loop_timer(d->loop, bus, bus, tick_bus, d),
        loop_timer(d->loop, stats, stats, daemon_publish_stats, d),
    };
    loop_before_sleep(d->loop, hear_nothing, d);
    loop_run(d->loop);
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++)
        loop_timer_cancel(&timers[i]);
    code = d->code;
    daemon_stop(&d);
    supervised_exit(code);
}

void
daemon_park(struct daemon *d)
{
    uint32_t starts = starts_count(d->common.var.s, d->program->name,
                                   d->common.starts_within, clock_wall());

    if (d->common.starts_max == 0 || starts <= d->common.starts_max)
        return;
    log_error("parked: started %u times within %lld s; find out why in this "
              "log, then restart it", starts,
              (long long)(d->common.starts_within.ms / 1000));
    park(d);
}
