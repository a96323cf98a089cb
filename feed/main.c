/* main - you are in feed; before you: the venues; after you: scanner */

/*~ feed: frames in, proved books out.  What it decides is in feed.c and the
 * files it names; wiring.c is how venues reach it.  Here it is only started
 * and stopped. */

#include "common/daemon.h"
#include "common/log.h"
#include "feed/feed.h"
#include "feed/signals_file.h"
#include "feed/wiring.h"

#include <stdio.h>

/* False: somebody must change something first. */
static bool
read_signals(const struct feed_conf *own, struct signal_specs *out)
{
    struct complaints bad = { 0, "" };

    *out = (struct signal_specs){ .count = 0 };
    if (own->signals_file.s[0] == '\0' ||
        signals_file_read(own->signals_file.s, out, &bad))
        return true;
    fputs(bad.text, stderr);
    log_error("%u mistakes in %s", bad.count, own->signals_file.s);
    return false;
}

int
main(int argc, char **argv)
{
    struct feed_conf own;
    struct daemon *d = daemon_start(argc, argv, &feed_program, &own);
    struct signal_specs signals;
    bool good = read_signals(&own, &signals);
    struct feed *f = feed_new(&own, &(struct feed_options){
        .signals = &signals,
        .book_age_max = daemon_strategy(d)->book_age_max,
    });
    struct wiring *w;
    int code = 2;

    daemon_counters(d, feed_counters(f));
    if (good) {
        daemon_attach(d, f);
        w = wiring_new(d, f, &own, &signals);
        code = daemon_run(d);
        wiring_destroy(&w);
    }
    daemon_stop(&d);
    feed_destroy(&f);
    return code;
}
