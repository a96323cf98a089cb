/* daemon_beat - what every process says about itself, and who is silent */

#include "common/clock.h"
#include "common/daemon_own.h"
#include "common/must.h"
#include "common/version.h"

#include <string.h>

static void
publish(struct daemon *d, const struct schema *sc, const void *msg)
{
    size_t size = schema_pack(sc, msg, d->packed, PACKED_CAP);

    must(size > 0);
    bus_publish(d->bus, &(struct bus_out){ .type = sc->type,
                                           .body = d->packed,
                                           .body_size = size });
}

/* One line when a peer falls silent, one when it is back. */
static void
look_for_silence(struct daemon *d)
{
    int64_t now = clock_mono().ns, most = d->common.heartbeat_miss.ms * 1000000;

    for (unsigned src = SOURCE_feed; src < source_end_; src++) {
        int64_t last = bus_heard(d->bus, (enum source)src).ns;
        bool silent = last != 0 && now - last > most;
        if (last == 0 || silent == d->silent[src])
            continue;
        d->silent[src] = silent;
        if (silent)
            log_warn("%s is silent", enum_word(&source_words, src));
        else
            log_info("%s is heard again", enum_word(&source_words, src));
    }
}

void
daemon_beat(void *daemon)
{
    struct daemon *d = daemon;
    struct heartbeat m = {
        .ready = d->ready,
        .mode = d->mode,
        .schema = d->schema,
        .config = d->digest,
        .facts_head = daemon_facts_head(d),
        .inputs_head = d->inputs ? journal_head(d->inputs) : 0,
        .crashes = d->run.crashes,
        .cuts = d->run.cuts,
        .boot = d->run.boot,
    };

    /* A version longer than that is cut; it is for reading only. */
    text_set(&m.build, dutchbook_version);
    bus_heads(d->bus, &m.heads);
    publish(d, &heartbeat_schema, &m);
    look_for_silence(d);
}

/* What the bus counted, into the counters that are published. */
static void
take_bus_counts(struct daemon *d)
{
    const struct bus_counts *c = bus_counts(d->bus);
    const struct { unsigned index; uint64_t now; } rows[] = {
        { SHELL_bus_in, c->in },           { SHELL_bus_out, c->out },
        { SHELL_bus_gaps, c->gaps },       { SHELL_bus_lost, c->lost },
        { SHELL_bus_repeats, c->repeats }, { SHELL_bus_old_run, c->old_run },
        { SHELL_bus_strangers, c->strangers },
        { SHELL_bus_refused, c->refused }, { SHELL_bus_unsent, c->unsent },
        { SHELL_bus_overrun, c->overrun },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned index = d->own_counters + rows[i].index;
        stats_count(d->stats, index,
                    rows[i].now - stats_value(d->stats, index));
    }
}

static uint64_t
value_of(const struct daemon *d, unsigned i)
{
    uint64_t value = stats_value(d->stats, i);

    if (d->engine_counters && i < d->own_counters)
        value += d->engine_counters[i];
    if (i == d->own_counters + SHELL_bad_in)
        value += bus_counts(d->bus)->bad;
    return value;
}

void
daemon_publish_stats(void *daemon)
{
    struct daemon *d = daemon;

    take_bus_counts(d);
    for (unsigned i = 0; i < stats_size(d->stats); i++) {
        struct counter m = { .value = value_of(d, i) };
        text_set(&m.name, stats_name(d->stats, i));
        publish(d, &counter_schema, &m);
    }
    for (unsigned i = 0; i < stats_hops(d->stats); i++) {
        struct latency m = { 0 };
        const char *name;
        histogram_to(stats_hop_at(d->stats, i, &name), &m.buckets);
        text_set(&m.hop, name);
        publish(d, &latency_schema, &m);
    }
}
