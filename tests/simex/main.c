/* main - simex: the simulated exchange as a program
 *
 * Not one of the five: it is on no bus and keeps no journal.  It stands where
 * the venue stands, behind REST and websockets, and the pipeline speaks to it
 * exactly as to Polymarket. */
#include "tests/simex/wiring.h"

#include "common/daemon.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/version.h"

#include <signal.h>

enum { EXIT_ASKED, EXIT_WORLD };

static void
stop(void *arg)
{
    loop_stop(arg);
}

int
main(int argc, char **argv)
{
    static struct daemon *d; /* For flags and settings alone: never opened. */
    struct simex_conf own;
    struct why why = { "" };
    d = daemon_configure(argc, argv, &simex_program, &own);
    struct loop *loop = loop_new();
    loop_signal(loop, SIGTERM, stop, loop);
    loop_signal(loop, SIGINT, stop, loop);
    struct wiring *w = wiring_open(loop, &own,
                                   own.var.s[0] ? own.var.s
                                                : daemon_common(d)->var.s,
                                   &why);
    if (w) {
        log_info("ready: %s, port %d, seed %llu, configuration %016llx",
                 dutchbook_version, wiring_port(w),
                 (unsigned long long)own.seed,
                 (unsigned long long)conf_digest(daemon_conf(d), "simex"));
        loop_run(loop);
        log_info("asked to stop");
    } else {
        log_error("%s", why.s);
    }
    int code = w ? EXIT_ASKED : EXIT_WORLD;
    wiring_close(&w);
    loop_destroy(&loop);
    return code;
}
