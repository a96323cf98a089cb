/* control - what an operator says to riskd: arb limits, pause, clear ...
 *
 * One word each, over the guarded socket, with the key of a role.  riskd
 * judges it, writes it down, does it and answers; this only says it. */
#include "deploy/arb/control.h"

#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/ctl.h"

#include "common/daemon.h"

#include <stdio.h>
#include <string.h>

enum { PATIENCE_MS = 10000 };

/* Where a command's plain argument belongs. */
enum place { NOWHERE, TARGET, VALUE, VALUE_IF_ANY };

/* Whether the argument is a good one, riskd says. */
static const struct word {
    const char *name;
    enum verb verb;
    enum place place;
    const char *wants;
} words[] = {
    { "limits", VERB_limits, NOWHERE, NULL },
    { "positions", VERB_positions, NOWHERE, NULL },
    { "alerts", VERB_alerts, NOWHERE, NULL },
    { "ack", VERB_ack, TARGET, "NUMBER, of an alert, or all" },
    { "reload", VERB_reload, NOWHERE, NULL },
    { "mode", VERB_mode, VALUE, "halted, shadow, paper or live" },
    { "stage", VERB_stage, VALUE, "N, 0 to 3, or enter N" },
    { "pause", VERB_pause, VALUE_IF_ANY, "SECONDS" },
    { "resume", VERB_resume, NOWHERE, NULL },
    { "disable", VERB_disable, TARGET, "the letter of a strategy" },
    { "enable", VERB_enable, TARGET, "the letter of a strategy" },
    { "reduce", VERB_reduce, VALUE, "SHARE, 0 to 1" },
    { "flatten", VERB_flatten, NOWHERE, NULL },
    { "clear", VERB_clear, VALUE, "GENERATION, of the kill (arb status)" },
};
enum { WORDS = sizeof words / sizeof words[0] };

static int
fail(const char *name, int code, const char *why)
{
    fprintf(stderr, "arb %s: %s\n", name, why);
    return code;
}

/* False, after saying why, when the word wants an argument and has none, or
 * the other way. */
static bool
place_argument(const char *rest, const struct word *w, struct command *m)
{
    bool good = rest == NULL
                    ? w->place == NOWHERE || w->place == VALUE_IF_ANY
                    : w->place != NOWHERE &&
                          text_set(w->place == TARGET ? &m->target
                                                      : &m->value, rest);
    if (!good && w->place == NOWHERE)
        fprintf(stderr, "arb %s: unexpected '%s'; see --help\n", w->name,
                rest);
    else if (!good)
        fprintf(stderr, "arb %s: expected %s; see --help\n", w->name,
                w->wants);
    return good;
}

int
control_say(const char *name, const char *file, const char *key,
            struct command *m, bool json)
{
    struct ctl_answer answer;
    struct why why;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    struct ctl *c = ctl_open(common.var.s, key, m->verb, &why);
    if (c == NULL)
        return fail(name, EXIT_WORLD, why.s);
    bool heard = ctl_ask(c, m, (struct ms){ PATIENCE_MS }, &answer, &why);
    ctl_close(&c);
    if (!heard)
        return fail(name, EXIT_WORLD, why.s);
    ctl_print(&answer, json);
    return answer.ok                           ? EXIT_OK
           : answer.reason == REASON_BAD_INPUT ? EXIT_USAGE
                                               : EXIT_WORLD;
}

int
control_run(int argc, char **argv)
{
    const char *file = NULL, *key = NULL, *reason = "by hand", *rest = NULL;
    const char *scope = "";
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },          { "--key", NULL, &key },
        { "--reason", NULL, &reason },  { "--scope", NULL, &scope },
        { "--json", &json, NULL },      { NULL, NULL, NULL },
    };
    const char *name = argv[0];
    size_t i = 0;
    while (i < WORDS && strcmp(words[i].name, name) != 0)
        i++;
    if (i == WORDS)
        return fail(name, EXIT_USAGE, "no such command");
    /* `arb mode executor paper`: whose mode it is needs no saying. */
    if (words[i].verb == VERB_mode && argc > 1 &&
        strcmp(argv[1], "executor") == 0) {
        argc--;
        argv++;
    }
    if (!args_read(argc, argv, table, &rest))
        return EXIT_USAGE;
    struct command m = { .verb = words[i].verb };
    if (!text_set(&m.target, scope) || !text_set(&m.reason, reason))
        return fail(name, EXIT_USAGE, "--scope, --reason: expected a text of "
                                      "at most 80 bytes");
    if (!place_argument(rest, &words[i], &m))
        return EXIT_USAGE;
    return control_say(name, file, key, &m, json);
}

#define OPTIONS "[-c FILE] [--key FILE] [--reason TEXT] [--json]\n\n"
#define ENDS "Exit codes: 0 done, 1 refused or no answer, 2 bad usage.\n"

const struct cmd cmd_limits = {
    "limits", "what may be done at most, and how much of it is",
    "usage: arb limits " OPTIONS "Needs a viewer's key.\n" ENDS,
    control_run
};
const struct cmd cmd_positions = {
    "positions", "what is held, for how long, and what that costs",
    "usage: arb positions " OPTIONS "Needs a viewer's key.\n" ENDS,
    control_run
};
const struct cmd cmd_alerts = {
    "alerts", "what a person should know of, until somebody answers",
    "usage: arb alerts " OPTIONS
    "Needs a viewer's key.  Yellow: look within a day; orange: within hours;\n"
    "red: now.  Without an answer (arb ack) each grows louder.\n" ENDS,
    control_run
};
const struct cmd cmd_ack = {
    "ack", "answer an alert: somebody knows of it",
    "usage: arb ack NUMBER|all " OPTIONS
    "Needs an operator's key; arb alerts has the numbers.\n" ENDS,
    control_run
};
const struct cmd cmd_reload = {
    "reload", "read the rules again",
    "usage: arb reload " OPTIONS
    "Needs an admin's key: what is read may allow more.  Rules with a mistake\n"
    "are refused, and the old ones stay in force.\n" ENDS,
    control_run
};
const struct cmd cmd_mode = {
    "mode", "lower the mode, or raise it to what is configured",
    "usage: arb mode [executor] halted|shadow|paper|live " OPTIONS
    "Lowering needs an operator's key, raising an admin's.  No more than\n"
    "common.mode and the stage allow is ever in force.\n" ENDS,
    control_run
};
const struct cmd cmd_pause = {
    "pause", "no new exposure, for a time or until resumed",
    "usage: arb pause [SECONDS] " OPTIONS
    "Needs an operator's key.  What is open may still be unwound.\n" ENDS,
    control_run
};
const struct cmd cmd_resume = {
    "resume", "end a pause, an operator's or that for failures",
    "usage: arb resume " OPTIONS "Needs an operator's key.\n" ENDS,
    control_run
};
const struct cmd cmd_disable = {
    "disable", "switch one strategy off",
    "usage: arb disable A " OPTIONS "Needs an operator's key.\n" ENDS,
    control_run
};
const struct cmd cmd_enable = {
    "enable", "switch one strategy on again",
    "usage: arb enable A " OPTIONS "Needs an admin's key.\n" ENDS,
    control_run
};
const struct cmd cmd_reduce = {
    "reduce", "smaller sizes: a share of the normal ones",
    "usage: arb reduce SHARE " OPTIONS
    "SHARE from 0 to 1.  Less needs an operator's key, more an admin's.\n"
    ENDS,
    control_run
};
const struct cmd cmd_flatten = {
    "flatten", "no new exposure, and what is held is to be sold",
    "usage: arb flatten " OPTIONS
    "Each holding is offered at 5 % below what it cost at most, a few times;\n"
    "arb positions shows what is left, arb alerts what found no buyer.\n"
    "Needs an operator's key; arb resume takes it back.\n" ENDS,
    control_run
};
const struct cmd cmd_clear = {
    "clear", "lift a kill, when everything is well again",
    "usage: arb clear GENERATION [--scope strategy:A|venue:NAME] " OPTIONS
    "Needs an admin's key, the generation of the last kill (arb status), a\n"
    "reason of ten letters, a reconciled executor, and enough healthy checks\n"
    "in a row since the kill.  A quarter of the size is allowed afterwards,\n"
    "until its probation is over.\n" ENDS,
    control_run
};
