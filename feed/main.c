/* main - you are in feed; before you: the venues; after you: scanner */

/*~ feed: frames in, proved books out.  What it decides is in feed.c and the
 * files it names; wiring.c is how venues reach it.  Here it is only started
 * and stopped. */

#include "common/daemon.h"
#include "feed/feed.h"
#include "feed/wiring.h"
#include "feed/wiring_signals.h"

int
main(int argc, char **argv)
{
    struct feed_conf own;
    struct daemon *d = daemon_start(argc, argv, &feed_program, &own);
    struct signal_specs signals;

    daemon_wall_in(d, own.raw_capture.s);
    bool good = wiring_signals_read(&own, &signals);
    struct feed *f = feed_new(&own, &(struct feed_options){
        .signals = &signals,
        .book_age_max = daemon_strategy(d)->book_age_max,
    });
    struct wiring *w;
    int code = 2; /* Somebody must change something first. */

    daemon_counters(d, feed_counters(f));
    if (good && wiring_signals_recall(d, f, &signals)) {
        daemon_attach(d, f);
        w = wiring_new(d, f, &own, &signals);
        code = daemon_run(d);
        wiring_destroy(&w);
    }
    daemon_stop(&d);
    feed_destroy(&f);
    return code;
}
