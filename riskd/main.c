/* main - riskd, from start to goodbye */
/*~ You are in riskd.  Before you: scanner, whose opportunities reach the
 * executor.  After you: executor, which may send nothing you did not grant.
 * Read riskd.h for what can be asked, checks.def for how it is judged,
 * ledger.h for what the numbers mean. */
#include "common/daemon.h"
#include "common/version.h"
#include "riskd/riskd.h"
#include "riskd/wiring.h"
#include "riskd/wiring_artifacts.h"
#include "riskd/wiring_host.h"
#include "riskd/wiring_incident.h"
#include "riskd/wiring_rules.h"
#include "riskd/wiring_snapshot.h"

/* With its rules and its key; NULL: somebody must change something first. */
static struct riskd *
make(struct daemon *d, const struct riskd_conf *conf)
{
    struct riskd *x = riskd_new(conf, daemon_common(d), daemon_capital(d),
                                daemon_strategy(d));
    riskd_identity(x, conf_digest(daemon_conf(d), NULL), dutchbook_version);
    if (!wiring_rules(x, conf) || !wiring_key(d, x)) {
        riskd_destroy(&x);
    }
    return x;
}

int
main(int argc, char **argv)
{
    struct riskd_conf conf;
    struct daemon *d = daemon_start(argc, argv, &riskd_program, &conf);
    struct wiring_rules *rules = NULL;
    struct wiring_snapshot *snapshot = NULL;
    int code = 2;

    daemon_wall_in(d, NULL);
    struct riskd *x = make(d, &conf);
    if (x != NULL && !wiring_snapshot_load(d, x)) {
        riskd_destroy(&x);
        x = make(d, &conf);
    }
    if (x != NULL) {
        uint64_t kill_gen;
        daemon_counters(d, riskd_counters(x));
        daemon_attach(d, x);
        bool killed = riskd_last_kill(x, &kill_gen);
        daemon_knows_latch(d, killed, kill_gen);
        struct wiring *w = wiring_new(d);
        struct wiring_artifacts *artifacts = wiring_artifacts_new(d);
        struct wiring_incident *incident = wiring_incident_new(d, x);
        struct wiring_host *host = wiring_host_new(d);
        rules = wiring_rules_again(d, &conf);
        snapshot = wiring_snapshot_new(d, x, &conf);
        daemon_ready(d, true);
        code = daemon_run(d);
        wiring_snapshot_stop(snapshot);
        wiring_host_destroy(&host);
        wiring_incident_destroy(&incident);
        wiring_artifacts_destroy(&artifacts);
        wiring_destroy(&w);
    }
    daemon_stop(&d);
    wiring_snapshot_forget(&snapshot);
    wiring_rules_forget(&rules);
    riskd_destroy(&x);
    return code;
}
