/* main - the executor, from start to goodbye
 *
 * You are in executor; before you: scanner, which found it, and riskd, which
 * allows it.  After you: the venue, and recorder, which writes it down. */
#include "executor/executor.h"
#include "executor/wiring.h"

#include "common/log.h"

int
main(int argc, char **argv)
{
    struct executor_conf conf;
    struct daemon *d = daemon_start(argc, argv, &executor_program, &conf);
    struct executor_options options = {
        .own = &conf,
        .strategy = daemon_strategy(d),
        .capital = daemon_capital(d),
        .mode = daemon_common(d)->mode,
    };
    struct executor *x = executor_new(&options);

    if (options.mode > executor_mode_able())
        log_warn("there is no venue for mode %s: %s is the most",
                 enum_word(&mode_words, options.mode),
                 enum_word(&mode_words, executor_mode_able()));
    daemon_counters(d, executor_counters(x));
    daemon_attach(d, x);
    struct wiring *w = wiring_new(d, x);
    int code = daemon_run(d);
    wiring_destroy(&w);
    daemon_stop(&d);
    executor_destroy(&x);
    return code;
}
