/* kill - arb kill: stop all new exposure, now, with or without any process
 *
 * Pulls the latch itself: the gate is taken exclusively, so whatever was
 * being sent has left or never will, and the latch is durable before this
 * says so.  riskd and executor read it under the gate at their next turn. */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/ctl.h"
#include "deploy/arb/drill.h"

#include "common/clock.h"
#include "common/daemon.h"
#include "common/latch.h"
#include "proto/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 500, ANSWER_MS = 10000 };

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

/* A part of the business: riskd's to do, there is no latch for it. */
static int
kill_scope(const char *var, const char *scope, const char *reason,
           const char *key, bool json)
{
    struct command m = { .verb = VERB_kill };
    struct ctl_answer answer;
    struct why why;
    if (!text_set(&m.target, scope) || !text_set(&m.reason, reason))
        return not_killed(EXIT_USAGE, "--scope: strategy:A or venue:NAME");
    struct ctl *c = ctl_open(var, key, VERB_kill, &why);
    if (c == NULL)
        return not_killed(EXIT_WORLD, why.s);
    bool heard = ctl_ask(c, &m, (struct ms){ ANSWER_MS }, &answer, &why);
    ctl_close(&c);
    if (!heard)
        return not_killed(EXIT_WORLD, why.s);
    ctl_print(&answer, json);
    return answer.ok ? EXIT_OK : EXIT_WORLD;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *reason = "by hand", *var = NULL;
    const char *scope = NULL, *key = NULL, *admin = NULL;
    bool json = false, direct = false, drills = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--var", NULL, &var },
        { "--reason", NULL, &reason },
        { "--direct", &direct, NULL }, /* Of all, there is no other way. */
        { "--drill", &drills, NULL },
        { "--scope", NULL, &scope },
        { "--key", NULL, &key },
        { "--admin-key", NULL, &admin },
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
    int code = drills ? drill(conf, key, admin) : EXIT_OK;
    conf_destroy(&conf);
    if (drills)
        return code;
    if (scope != NULL && strcmp(scope, "all") != 0)
        return kill_scope(common.var.s, scope, reason, key, json);
    return pull(common.var.s, reason, json);
}

const struct cmd cmd_kill = {
    .name = "kill",
    .about = "stop all new exposure now; works with every process dead",
    .help = "usage: arb kill [-c FILE | --var FOLDER] [--reason TEXT] "
            "[--json]\n"
            "       arb kill --scope strategy:A|venue:NAME [--key FILE] ...\n"
            "       arb kill --drill [--key FILE] [--admin-key FILE]\n\n"
            "Pulls the kill switch of the configuration's var folder, or of\n"
            "FOLDER, and returns when it is on disk and the send path is\n"
            "fenced (at most half a second; a sender that hangs is killed).\n"
            "It stays on through every restart; arb clear lifts it, once all\n"
            "is well.  The same do the file KILL in that folder, and SIGUSR1\n"
            "to riskd.\n\n"
            "With --scope riskd refuses everything of one strategy or venue,\n"
            "and answers when no grant given before is of use any more.\n"
            "With --drill the whole switch is tried on a running pipeline\n"
            "that is not live: kill, clear too early, checks, clear and\n"
            "probation; the record is a file in drills/ of the folder.\n"
            "Exit codes: 0 killed, 1 NOT killed, 2 NOT killed: bad usage.\n",
    .run = run,
};
