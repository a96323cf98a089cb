/* main - the executor, from start to goodbye
 *
 * You are in executor; before you: scanner, which found it, and riskd, which
 * allows it.  After you: the venue, and recorder, which writes it down. */
#include "executor/executor.h"
#include "executor/wiring.h"

#include "common/log.h"
#include "common/supervised.h"

enum { EXIT_MEND = 2 }; /* Somebody must change something first. */

int
main(int argc, char **argv)
{
    struct executor_conf conf;
    struct daemon *d = daemon_configure(argc, argv, &executor_program, &conf);
    struct why why;

    if (!executor_check(&conf, &why)) {
        log_error("%s", why.s);
        supervised_exit(EXIT_MEND);
    }
    /* Forked while there is nothing yet that it could inherit. */
    struct signer_line *signer = wiring_signer(daemon_common(d)->var.s,
                                               &conf);
    struct order_identity identity;

    daemon_open(d);
    daemon_wall_in(d, NULL);
    if (signer)
        identity = wiring_identity(signer);
    struct executor_options options = {
        .own = &conf,
        .strategy = daemon_strategy(d),
        .capital = daemon_capital(d),
        .mode = daemon_common(d)->mode,
        .identity = signer ? &identity : NULL,
    };
    struct executor *x = executor_new(&options);

    if (options.mode == MODE_live && !signer)
        log_warn("executor.key_file names no key: paper is the most");
    daemon_counters(d, executor_counters(x));
    daemon_attach(d, x);
    struct wiring *w = wiring_new(d, x, &conf, signer);
    int code = daemon_run(d);
    wiring_destroy(&w);
    daemon_stop(&d);
    executor_destroy(&x);
    signer_stop(&signer);
    return code;
}
