/* daemon_doors - the small questions and settings of daemon.h */

#include "common/clock.h"
#include "common/daemon_own.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdarg.h>
#include <stdio.h>

const struct common_conf *
daemon_common(const struct daemon *d)
{
    return &d->common;
}

const struct capital_conf *
daemon_capital(const struct daemon *d)
{
    return &d->capital;
}

const struct strategy_conf *
daemon_strategy(const struct daemon *d)
{
    return &d->strategy;
}

const struct conf *
daemon_conf(const struct daemon *d)
{
    return d->conf;
}

const char *
daemon_file(const struct daemon *d)
{
    return d->file;
}

struct loop *
daemon_loop(struct daemon *d)
{
    return d->loop;
}

struct stats *
daemon_stats(struct daemon *d)
{
    return d->stats;
}

uint64_t
daemon_run_number(const struct daemon *d)
{
    return d->run.number;
}

uint64_t
daemon_crashes(const struct daemon *d)
{
    return d->run.crashes;
}

uint64_t
daemon_cuts(const struct daemon *d)
{
    return d->run.cuts;
}

uint64_t
daemon_boot(const struct daemon *d)
{
    return d->run.boot;
}

void
daemon_counters(struct daemon *d, const uint64_t *counters)
{
    d->engine_counters = counters;
}

void
daemon_ready(struct daemon *d, bool ready)
{
    d->ready = ready;
}

void
daemon_mode(struct daemon *d, enum mode mode)
{
    must(mode < mode_end_);
    d->mode = mode;
}

void
daemon_knows_latch(struct daemon *d, bool latched, uint64_t kill_gen)
{
    must(d->program->gated && !d->latch.told);
    d->latch.latched = latched;
    d->latch.kill_gen = kill_gen;
}

void
daemon_on_said(struct daemon *d,
               void (*f)(void *arg, const struct said *said), void *arg)
{
    d->on_said = f;
    d->on_said_arg = arg;
}

struct outbox *
daemon_begin(struct daemon *d, struct input *in)
{
    daemon_turn_begin(d);
    *in = (struct input){
        .mono = clock_mono(),
        .wall = clock_wall(),
        .src = d->program->src,
        .run = d->run.number,
        .seq = ++d->self_seq,
        .own_run = d->run.number,
    };
    in->said = in->mono;
    outbox_trace(d->out, 0);
    return d->out;
}

void
daemon_end(struct daemon *d)
{
    daemon_turn_end(d);
}

void
daemon_gate_hold(struct daemon *d)
{
    must(d->gate && d->said_out);
    gate_enter(d->gate);
    d->held++;
}

void
daemon_gate_release(struct daemon *d)
{
    must(d->held > 0);
    d->held--;
    gate_leave(d->gate);
}

struct nanos
daemon_turn_began(const struct daemon *d)
{
    return d->turn_began;
}

bool
daemon_is_latched(const struct daemon *d)
{
    return d->latch.latched;
}

void
daemon_fail(struct daemon *d, const char *format, ...)
{
    char line[600];
    va_list ap;

    va_start(ap, format);
    vsnprintf(line, sizeof line, format, ap);
    va_end(ap);
    log_error("%s", line);
    d->code = EXIT_WORLD;
    loop_stop(d->loop);
}
