/* main - riskd, from start to goodbye */
/*~ You are in riskd.  Before you: scanner, whose opportunities reach the
 * executor.  After you: executor, which may send nothing you did not grant.
 * Read riskd.h for what can be asked, checks.def for how it is judged,
 * ledger.h for what the numbers mean. */
#include "common/daemon.h"
#include "riskd/riskd.h"
#include "riskd/wiring.h"

int
main(int argc, char **argv)
{
    struct riskd_conf conf;
    struct daemon *d = daemon_start(argc, argv, &riskd_program, &conf);
    struct riskd *x = riskd_new(&conf, daemon_common(d), daemon_capital(d),
                                daemon_strategy(d));
    daemon_counters(d, riskd_counters(x));
    daemon_attach(d, x);
    uint64_t kill_gen;
    bool killed = riskd_last_kill(x, &kill_gen);
    daemon_knows_latch(d, killed, kill_gen);
    struct wiring *w = wiring_new(d);
    daemon_ready(d, true);
    int code = daemon_run(d);
    wiring_destroy(&w);
    daemon_stop(&d);
    riskd_destroy(&x);
    return code;
}
