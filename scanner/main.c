/* main - you are in scanner; before you: feed; after you: executor */

/*~ scanner: books in, opportunities out.  Everything it decides is in
 * looks.c and strategies/; here it is only started and stopped. */

#include "common/daemon.h"
#include "common/home.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/supervised.h"
#include "scanner/scanner.h"

enum { EXIT_MEND = 2 }; /* Somebody must change something first. */

struct shell {
    struct daemon *daemon;
    struct scanner *scanner;
};

static void
tell_ready(void *arg)
{
    struct shell *s = arg;

    daemon_ready(s->daemon, scanner_is_ready(s->scanner));
}

int
main(int argc, char **argv)
{
    struct scanner_conf own;
    struct shell s;
    struct scanner_tying *tying;
    struct loop_timer *timer;
    struct ties *ties;
    struct why why;
    int code;

    s.daemon = daemon_configure(argc, argv, &scanner_program, &own);
    /* Before there is a run: one that cannot begin is no crash. */
    if (!scanner_ties(&own, daemon_strategy(s.daemon), &ties, &why)) {
        log_error("%s", why.s);
        supervised_exit(EXIT_MEND);
    }
    ties_destroy(&ties); /* Good; the engine hears them below. */
    daemon_open(s.daemon);
    daemon_wall_in(s.daemon, NULL);
    s.scanner = scanner_new(&(struct scanner_options){
        .own = &own,
        .strategy = daemon_strategy(s.daemon),
        .cash_rate = daemon_capital(s.daemon)->cash_rate_year,
        .heartbeat_miss = daemon_common(s.daemon)->heartbeat_miss,
        .tell_again = { daemon_common(s.daemon)->journal_keep.ms / 2 },
    });
    daemon_counters(s.daemon, scanner_counters(s.scanner));
    daemon_attach(s.daemon, s.scanner);
    tying = scanner_ties_again(s.daemon, &own, daemon_strategy(s.daemon));
    timer = loop_timer(daemon_loop(s.daemon), (struct ms){ 50 },
                       (struct ms){ 50 }, tell_ready, &s);
    code = daemon_run(s.daemon);
    loop_timer_cancel(&timer);
    scanner_ties_forget(&tying);
    daemon_stop(&s.daemon);
    scanner_destroy(&s.scanner);
    return code;
}
