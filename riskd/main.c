/* main - riskd, from start to goodbye */
/*~ You are in riskd.  Before you: scanner, whose opportunities reach the
 * executor.  After you: executor, which may send nothing you did not grant.
 * Read riskd.h for what can be asked, checks.def for how it is judged,
 * ledger.h for what the numbers mean. */
#include "common/daemon.h"
#include "riskd/riskd.h"
#include "riskd/wiring.h"
#include "riskd/wiring_artifacts.h"
#include "riskd/wiring_rules.h"

int
main(int argc, char **argv)
{
    struct riskd_conf conf;
    struct daemon *d = daemon_start(argc, argv, &riskd_program, &conf);
    struct riskd *x = riskd_new(&conf, daemon_common(d), daemon_capital(d),
                                daemon_strategy(d));
    daemon_counters(d, riskd_counters(x));
    struct wiring_rules *rules = NULL;
    int code = 2; /* Somebody must change something first. */
    if (wiring_rules(x, &conf) && wiring_key(d, x)) {
        uint64_t kill_gen;
        daemon_attach(d, x);
        bool killed = riskd_last_kill(x, &kill_gen);
        daemon_knows_latch(d, killed, kill_gen);
        struct wiring *w = wiring_new(d);
        struct wiring_artifacts *artifacts = wiring_artifacts_new(d);
        rules = wiring_rules_again(d, x, &conf);
        daemon_ready(d, true);
        code = daemon_run(d);
        wiring_artifacts_destroy(&artifacts);
        wiring_destroy(&w);
    }
    daemon_stop(&d);
    wiring_rules_forget(&rules);
    riskd_destroy(&x);
    return code;
}
