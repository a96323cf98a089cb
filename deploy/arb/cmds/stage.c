/* stage - arb stage: lower it by a word, enter the next by a sign-off */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/control.h"
#include "deploy/arb/signoff.h"

#include "common/clock.h"

#include <stdio.h>
#include <string.h>

static int
enter(int argc, char **argv)
{
    const char *file = NULL, *key = NULL, *dir = NULL, *stage = NULL;
    const char *rules = NULL;
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },         { "--key", NULL, &key },
        { "--signoff", NULL, &dir },   { "--rules", NULL, &rules },
        { "--json", &json, NULL },     { NULL, NULL, NULL },
    };
    struct why why = { "" };
    struct command m = { .verb = VERB_stage };
    if (!args_read(argc, argv, table, &stage))
        return EXIT_USAGE;
    if (stage == NULL || strlen(stage) != 1 || stage[0] < '1' ||
        stage[0] > '3' || dir == NULL) {
        fprintf(stderr, "arb stage enter: expected 1, 2 or 3 and --signoff "
                        "DIR; see --help\n");
        return EXIT_USAGE;
    }
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    bool ok = signoff_line(conf, rules, dir, (unsigned)(stage[0] - '0'),
                           clock_wall(), &m.reason, &why);
    conf_destroy(&conf);
    if (!ok) {
        if (why.s[0] != '\0')
            fprintf(stderr, "arb stage enter: %s\n", why.s);
        return EXIT_WORLD;
    }
    (void)text_set(&m.target, "enter");
    (void)text_set(&m.value, stage);
    return control_say("stage enter", file, key, &m, json);
}

static int
run(int argc, char **argv)
{
    return argc > 1 && strcmp(argv[1], "enter") == 0
               ? enter(argc - 1, argv + 1)
               : control_run(argc, argv);
}

const struct cmd cmd_stage = {
    .name = "stage",
    .about = "enter the next stage of going live by a sign-off, or lower it",
    .help = "usage: arb stage N [-c FILE] [--key FILE] [--reason TEXT] "
            "[--json]\n"
            "       arb stage enter N --signoff DIR [-c FILE] [--key FILE]\n"
            "                         [--rules DIR] [--json]\n\n"
            "A lower stage takes an operator's key and no more.  To enter the\n"
            "next one, riskd runs with that stage's profile already; DIR has\n"
            "the sign-off that `arb go-no-go --stage N --write DIR` left.  It\n"
            "must be a GO, of today, of the same configuration, rules, build\n"
            "and journal, and younger than the last rollback; it is judged\n"
            "again from the same records, and riskd asks every requirement\n"
            "once more as of now.  What is refused is said why.\n"
            "Exit codes: 0 done, 1 refused or no answer, 2 bad usage.\n",
    .run = run,
};
