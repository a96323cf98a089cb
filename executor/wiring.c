/* wiring - what the engine measured reaches the shell */

/* The executor has no outside sockets while paper is its only venue.  A timer
 * carries its latencies into the histograms, and its mode and readiness into
 * the heartbeats. */

#include "executor/wiring.h"

#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdlib.h>

static const struct ms every = { 100 };

struct wiring {
    struct daemon *daemon;
    struct executor *engine;
    struct loop_timer *timer;
    bool complained;
};

static void
carry(void *arg)
{
    struct wiring *w = arg;
    struct stats *stats = daemon_stats(w->daemon);
    struct executor_sample samples[64];
    uint32_t count;

    while ((count = executor_samples(w->engine, samples, 64)) > 0)
        for (uint32_t i = 0; i < count; i++)
            histogram_add(stats_hop(stats,
                                    executor_hop_names[samples[i].hop]),
                          samples[i].took);
    if (executor_is_broken(w->engine) && !w->complained)
        log_error("%llu facts of our own journal make no sense (counter "
                  "recall_refused): what is held is not known, so nothing "
                  "new is begun",
                  (unsigned long long)executor_counters(
                      w->engine)[EXECUTOR_recall_refused]);
    w->complained = executor_is_broken(w->engine);
    daemon_mode(w->daemon, executor_mode(w->engine));
    daemon_ready(w->daemon, executor_is_ready(w->engine));
}

struct wiring *
wiring_new(struct daemon *d, struct executor *x)
{
    struct wiring *w = calloc(1, sizeof *w);

    must(w != NULL);
    w->daemon = d;
    w->engine = x;
    w->timer = loop_timer(daemon_loop(d), every, every, carry, w);
    return w;
}

void
wiring_destroy(struct wiring **w)
{
    if (*w == NULL)
        return;
    loop_timer_cancel(&(*w)->timer);
    free(*w);
    *w = NULL;
}
