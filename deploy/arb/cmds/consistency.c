/* consistency - arb consistency: are the signals the same when made again */
/*
 * Measured, not said: the scanner's journal is replayed here and now, and what
 * came of it goes to riskd as a word like any other, with a key, in the audit
 * log.  riskd believes it for a day.
 */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/control.h"
#include "deploy/arb/replay/verify.h"

#include "common/clock.h"
#include "common/daemon.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int
tell(const struct signals_found *f, const char *file, const char *key,
     bool json)
{
    struct command m = { .verb = VERB_measured };
    char value[48];

    (void)snprintf(value, sizeof value, "%" PRIu64 "/%" PRIu64, f->same,
                   f->all);
    (void)text_set(&m.target, "signals");
    (void)text_set(&m.value, value);
    (void)text_set(&m.reason, "replayed from the scanner's journal");
    return control_say("consistency", file, key, &m, json);
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *key = NULL;
    bool json = false, dry = false;
    const struct arg table[] = {
        { "-c", NULL, &file },     { "--key", NULL, &key },
        { "--json", &json, NULL }, { "--dry-run", &dry, NULL },
        { NULL, NULL, NULL },
    };
    struct signals_found found;
    struct why why = { "" };

    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    if (!verify_signals(common.var.s, file, clock_wall(), &found, &why)) {
        fprintf(stderr, "arb consistency: %s\n", why.s);
        return EXIT_WORLD;
    }
    printf(json ? "{\"signals\":%" PRIu64 ",\"same\":%" PRIu64 "}\n"
                : "%" PRIu64 " opportunities, %" PRIu64 " found again\n",
           found.all, found.same);
    int code = dry ? EXIT_OK : tell(&found, file, key, json);
    return code != EXIT_OK || found.same == found.all ? code : EXIT_WORLD;
}

const struct cmd cmd_consistency = {
    .name = "consistency",
    .about = "are the signals the same when made again; riskd is told",
    .help = "usage: arb consistency [-c FILE] [--key FILE] [--dry-run] "
            "[--json]\n\n"
            "Replays what the scanner heard, as arb replay --verify does:\n"
            "which opportunities of the last day come again to the byte?\n"
            "After a difference none counts, and nothing does when scanner\n"
            "has written none of it for an hour.  Needs an operator's key:\n"
            "riskd is told (signal_consistency_frac, a gate of stage 1) and\n"
            "believes it for a day, so it is to be run daily.  --dry-run\n"
            "tells nobody.  Exit codes: 0 all the same, 1 not so, refused,\n"
            "unreadable or too old, 2 usage.\n",
    .run = run,
};
