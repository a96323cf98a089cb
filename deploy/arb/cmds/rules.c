/* rules - arb rules: what every rule asks, and what it sees */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/judge.h"
#include "riskd/riskd.h"

#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void
show(const struct riskd_criterion *c, bool json)
{
    char limit[MICROS_TEXT_CAP], value[MICROS_TEXT_CAP];
    if (!json) {
        printf("%-6s %-32s %-2s %-8s %-14s %-9s %-17s %s\n", c->rule,
               c->metric, c->op, judge_number(c, false, limit),
               judge_number(c, true, value),
               enum_word(&severity_words, (uint32_t)c->severity),
               enum_word(&action_words, (uint32_t)c->action), c->phases.s);
        return;
    }
    printf("{\"rule\":\"%s\",\"metric\":\"%s\",\"op\":\"%s\",\"threshold\":"
           "\"%s\",\"value\":\"%s\",\"sample\":%" PRIu64 ",\"least\":%" PRIu64
           ",\"severity\":\"%s\",\"action\":\"%s\",\"phases\":\"%s\"}\n",
           c->rule, c->metric, c->op, judge_number(c, false, limit),
           judge_number(c, true, value), c->sample, c->least,
           enum_word(&severity_words, (uint32_t)c->severity),
           enum_word(&action_words, (uint32_t)c->action), c->phases.s);
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *folder = NULL;
    const char *phases = "P0,P1,P2,P3,exit:P0,exit:P1,exit:P2,exit:P3,"
                         "enter:P0,enter:P1,enter:P2,enter:P3,signoff,scale,"
                         "restart,clear";
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },          { "--rules", NULL, &folder },
        { "--phases", NULL, &phases },  { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    struct judge judge;
    struct why why = { "" };
    uint32_t bits;
    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    if (!riskd_gates(phases, &bits)) {
        fprintf(stderr, "arb rules: --phases: expected P0, exit:P0, ..., with "
                        "commas\n");
        return EXIT_USAGE;
    }
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    bool ok = judge_open(&judge, conf, folder, UINT64_MAX, &why);
    if (ok) {
        struct riskd_criterion *c = calloc(CRITERIA_CAP, sizeof *c);
        must(c);
        uint32_t count =
            riskd_criteria(judge.x, bits, judge.at, c, CRITERIA_CAP);
        for (uint32_t i = 0; i < count; i++)
            show(&c[i], json);
        free(c);
    } else {
        fprintf(stderr, "arb rules: %s\n", why.s);
    }
    judge_close(&judge);
    conf_destroy(&conf);
    return ok ? EXIT_OK : EXIT_WORLD;
}

const struct cmd cmd_rules = {
    .name = "rules",
    .about = "what every rule asks, and what riskd's journal answers",
    .help = "usage: arb rules [-c FILE] [--rules DIR] [--phases P,P...] "
            "[--json]\n\n"
            "One line a rule: id, metric, operator, threshold, value (- when\n"
            "nobody can tell), severity, action, phases.  Values are as of\n"
            "the last record of riskd's journal.\n"
            "Exit codes: 0 shown, 1 rules or journal unreadable, 2 usage.\n",
    .run = run,
};
