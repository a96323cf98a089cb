/* main - the recorder, from start to goodbye
 *
 * You are in recorder; before you: everybody.  After you: PostgreSQL, and
 * whoever asks it what happened. */
#include "recorder/recorder.h"
#include "recorder/wiring.h"

#include "common/home.h"
#include "common/log.h"
#include "common/supervised.h"

enum { EXIT_MEND = 2 }; /* Somebody must change something first. */

int
main(int argc, char **argv)
{
    struct recorder_conf conf;
    struct daemon *d = daemon_configure(argc, argv, &recorder_program,
                                        &conf);
    struct why why;

    if (conf.report_out.s[0] != '\0' &&
        !home_path(&conf.report_out, "recorder.report_out", &why)) {
        log_error("%s", why.s);
        supervised_exit(EXIT_MEND);
    }
    daemon_open(d);
    daemon_wall_in(d, conf.report_out.s);
    struct recorder *r = recorder_new(&conf);
    daemon_counters(d, recorder_counters(r));
    daemon_attach(d, r);
    struct wiring *w = wiring_new(d, r, &conf);
    int code = daemon_run(d);
    wiring_destroy(&w);
    daemon_stop(&d);
    recorder_destroy(&r);
    return code;
}
