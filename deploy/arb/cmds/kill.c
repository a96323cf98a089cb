/* kill - arb kill: stop all new exposure, now, with or without any process
 *
 * Pulls the latch itself: the gate is taken exclusively, so whatever was
 * being sent has left or never will, and the latch is durable before this
 * says so.  riskd and executor read it under the gate at their next turn. */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"

#include "common/clock.h"
#include "common/daemon.h"
#include "common/latch.h"
#include "proto/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 500 };

/* One line of text that any terminal, log and JSON can show. */
static bool
is_reason(const char *reason)
{
    size_t size = strlen(reason);

    for (size_t i = 0; i < size; i++)
        if ((unsigned char)reason[i] < 0x20 || reason[i] == 0x7f)
            return false;
    return size > 0 && size < sizeof(struct text) &&
           utf8_is_valid(reason, size);
}

/* Says that it did not happen, which is what matters to whoever typed it. */
static int
not_killed(int code, const char *why)
{
    fprintf(stderr, "arb kill: NOT KILLED: %s\n", why);
    return code;
}

static int
pull(const char *var, const char *reason, bool json)
{
    char actor[64];
    struct latch latch;
    struct why why;
    struct nanos from = clock_mono();

    snprintf(actor, sizeof actor, "uid %ld", (long)getuid());
    if (!latch_pull(var, actor, reason, clock_wall(),
                    (struct ms){ PATIENCE_MS }, &latch, &why))
        return not_killed(EXIT_WORLD, why.s);
    int64_t took = (clock_mono().ns - from.ns) / 1000;
    if (json)
        printf("{\"killed\":true,\"kill_gen\":%" PRIu64 ",\"took_us\":%"
               PRId64 "}\n", latch.kill_gen, took);
    else
        printf("killed %s, generation %" PRIu64 ", durable and fenced in %"
               PRId64 " us:\nno order that adds exposure leaves any more\n",
               var, latch.kill_gen, took);
    return EXIT_OK;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *reason = "by hand", *var = NULL;
    bool json = false, direct = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--var", NULL, &var },
        { "--reason", NULL, &reason },
        { "--direct", &direct, NULL }, /* The only way there is; accepted. */
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, NULL))
        return not_killed(EXIT_USAGE, "bad usage");
    if (!is_reason(reason))
        return not_killed(EXIT_USAGE, "--reason: expected one line of 1 to "
                                      "80 bytes, UTF-8");
    if (var != NULL && (var[0] == '\0' || strlen(var) >= sizeof(struct path)))
        return not_killed(EXIT_USAGE, "--var: expected a folder of at most "
                                      "255 bytes");
    if (var != NULL)
        return pull(var, reason, json);
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return not_killed(EXIT_USAGE, "the configuration is bad; --var FOLDER "
                                      "needs none");
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    return pull(common.var.s, reason, json);
}

const struct cmd cmd_kill = {
    .name = "kill",
    .about = "stop all new exposure now; works with every process dead",
    .help = "usage: arb kill [-c FILE | --var FOLDER] [--reason TEXT] "
            "[--json]\n\n"
            "Pulls the kill switch of the configuration's var folder, or of\n"
            "FOLDER, and returns when it is on disk and the send path is\n"
            "fenced (at most half a second; a sender that hangs is killed).\n"
            "It stays on through every restart, and no command lifts it yet:\n"
            "start anew on another folder (deploy/up.sh FOLDER), or from\n"
            "nothing with make demo.\n"
            "Exit codes: 0 killed, 1 NOT killed, 2 NOT killed: bad usage.\n",
    .run = run,
};
