/* scan_live - `arb scan` without a file: what the running scanner says */

/* A guest on scan.pub: it hears opportunities from now on, and heartbeats to
 * know that there is somebody to hear.  Nothing is asked of anybody. */

#include "common/bus.h"
#include "common/clock.h"
#include "common/daemon.h"
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/scan.h"
#include "deploy/arb/scan_print.h"
#include "proto/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TURN_MS = 100, SHOWN_CAP = 64, UUID_LAST = 15 };

/* Silence from the start after which nobody is there. */
static const struct ms patience = { 3000 };

/* What the last line of an opportunity said. */
struct shown {
    struct uuid scan_id;
    enum opp_state state;
    struct qty sets;
    struct ppm gross, net;
    struct money profit;
};

struct live {
    const struct scan_options *o;
    struct bus *bus;
    struct nanos began;
    struct ms lasts;        /* 0 = until interrupted. */
    struct opportunity m;
    struct shown shown[SHOWN_CAP]; /* By the last byte of the scan_id. */
    bool headed;
    char text[65536];
};

/* Does the line of m differ from the last one that was printed of it? */
static bool
is_news(struct live *l, const struct opportunity *m)
{
    struct shown *s = &l->shown[m->scan_id.b[UUID_LAST] % SHOWN_CAP];
    struct shown now = { m->scan_id, m->state, m->sets, m->gross, m->net,
                         m->profit };
    bool same = memcmp(&s->scan_id, &now.scan_id, sizeof now.scan_id) == 0 &&
                s->state == now.state && s->sets.micros == now.sets.micros &&
                s->gross.ppm == now.gross.ppm && s->net.ppm == now.net.ppm &&
                s->profit.micros == now.profit.micros;

    *s = now;
    return !same;
}

/* A table for people: without updates that change nothing in it, and with
 * the time of an update instead of the time it all began. */
static void
print_row(struct live *l, struct nanos wall)
{
    if (!is_news(l, &l->m))
        return;
    if (!l->headed)
        scan_print_head();
    l->headed = true;
    if (l->m.state == OPP_STATE_updated)
        l->m.opened = wall;
    scan_print_text(&l->m, false);
}

static void
print(struct live *l, const struct bus_in *in)
{
    if (in->e.type != TYPE_opportunity ||
        !opportunity_unpack(&l->m, in->e.body, in->e.body_size))
        return;
    if (!l->o->json)
        print_row(l, in->e.wall);
    else if (schema_json(&opportunity_schema, &l->m, l->text,
                         sizeof l->text) > 0)
        puts(l->text);
    fflush(stdout);
}

static bool
has_passed(const struct live *l, struct ms time)
{
    return clock_mono().ns - l->began.ns >= time.ms * 1000000;
}

/* As long as asked for; the world failed when scanner was never heard. */
static int
listen_on(struct live *l)
{
    struct bus_in in;

    while (l->lasts.ms == 0 || !has_passed(l, l->lasts)) {
        bus_wait(l->bus, (struct ms){ TURN_MS });
        while (bus_next(l->bus, &in))
            print(l, &in);
        bus_tick(l->bus);
        if (ferror(stdout) != 0)
            return EXIT_WORLD;
        if (bus_heard(l->bus, SOURCE_scanner).ns == 0 &&
            has_passed(l, patience))
            break;
    }
    if (bus_heard(l->bus, SOURCE_scanner).ns != 0)
        return EXIT_OK;
    fprintf(stderr, "arb scan: scanner does not run (see arb status)\n");
    return EXIT_WORLD;
}

int
scan_live(const struct scan_options *o, const struct conf *conf)
{
    struct live *l = calloc(1, sizeof *l);
    struct common_conf common = cmd_common(conf);
    struct why why;
    int64_t lasts = 0;
    int code = EXIT_WORLD;

    if (l == NULL)
        return EXIT_WORLD;
    if (o->seconds != NULL &&
        !args_micros("scan", "--seconds", o->seconds, &lasts)) {
        free(l);
        return EXIT_USAGE;
    }
    l->o = o;
    l->lasts.ms = lasts / 1000;
    l->began = clock_mono();
    l->bus = bus_new(&(struct bus_setup){
        .var = common.var.s,
        .src = SOURCE_arb,
        .hello = { .schema = schema_fingerprint() },
    });
    bus_hear(l->bus, TYPE_opportunity);
    bus_hear(l->bus, TYPE_heartbeat);
    if (bus_connect_sub(l->bus, "scan.pub", &why))
        code = listen_on(l);
    else
        fprintf(stderr, "arb scan: %s\n", why.s);
    bus_close(&l->bus);
    free(l);
    return code;
}
