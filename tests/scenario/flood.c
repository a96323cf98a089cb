/* flood - opportunities by the thousand, in scanner's place: flood [-c FILE]
 *
 * Copies of those a scanner that does not run now has written, each with an id
 * of its own, said over scanner's own socket by its own shell: a hundred every
 * tick, and each is closed with the next.  Until it is asked to end; then
 * prints how many it said. */
#include "common/daemon.h"
#include "common/journal.h"
#include "common/must.h"
#include "scanner/scanner.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEPT = 64, BATCH = 100, TTL_MS = 60000, PATH_CAP = 600 };

struct flood {
    struct opportunity kept[KEPT];
    struct uuid open[BATCH];        /* Said with the last tick. */
    uint32_t kept_count, open_count;
    uint64_t said;
};

static const struct opportunity *
copied(const struct flood *x, uint64_t n)
{
    return &x->kept[n % x->kept_count];
}

static void
close_all(struct flood *x, const struct input *in, struct outbox *out)
{
    for (uint32_t i = 0; i < x->open_count; i++) {
        struct opportunity m = *copied(x, x->said - x->open_count + i);
        m.scan_id = x->open[i];
        m.state = OPP_STATE_closed;
        m.rev = 2;
        m.opened = m.closed = in->wall;
        m.reason = REASON_GONE;
        say_opportunity(out, &m, NULL);
    }
    x->open_count = 0;
}

static void
flood_on_tick(struct flood *x, const struct tick *m, const struct input *in,
              struct outbox *out)
{
    (void)m;
    close_all(x, in, out);
    for (; x->open_count < BATCH; x->open_count++) {
        struct opportunity o = *copied(x, x->said);
        o.scan_id = uuid_make(in->wall, SOURCE_scanner, in->own_run,
                              ++x->said);
        x->open[x->open_count] = o.scan_id;
        o.opened = in->wall;
        o.ttl.ms = TTL_MS;
        say_opportunity(out, &o, NULL);
    }
}

HEAR_THUNK(flood, tick)

static const struct hear hears[] = {
    HEAR_ROW(tick, self)
    { NULL, 0, false, NULL }
};
static const char *const nothing[] = { NULL };
static const struct program flood_program = {
    .src = SOURCE_scanner, .name = "scanner", .about = "says far too much",
    .hears = hears, .section = &scanner_section,
    .connects = nothing, .binds = nothing, .counters = nothing,
};

/* As they opened. */
static bool
read_some(struct flood *x, const char *var, struct why *why)
{
    char dir[PATH_CAP];
    struct record r;
    int got = 0;
    (void)snprintf(dir, sizeof dir, "%s/journal/scanner/facts", var);
    struct journal_reader *in = journal_read(dir, 0, why);
    while (in != NULL && x->kept_count < KEPT &&
           (got = journal_next(in, &r, why)) > 0) {
        struct opportunity *m = &x->kept[x->kept_count];
        if (r.type == TYPE_opportunity &&
            opportunity_unpack(m, r.body, r.body_size) && m->rev == 1)
            x->kept_count++;
    }
    journal_reader_close(&in);
    return got >= 0 && x->kept_count > 0;
}

int
main(int argc, char **argv)
{
    static struct flood x;
    struct scanner_conf conf;
    struct why why = { "nothing in it" };
    struct daemon *d = daemon_start(argc, argv, &flood_program, &conf);
    if (!read_some(&x, daemon_common(d)->var.s, &why)) {
        fprintf(stderr, "flood: scanner's journal: %s\n", why.s);
        return 1;
    }
    daemon_attach(d, &x);
    daemon_ready(d, true);
    int code = daemon_run(d);
    daemon_stop(&d);
    printf("%" PRIu64 "\n", x.said);
    return code;
}
