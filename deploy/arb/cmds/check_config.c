/* check_config - arb check-config: is this configuration good? */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"

#include "common/must.h"
#include "executor/executor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT_CAP = 1 << 18 };

/* The configuration, or NULL after its mistakes were printed: also those that
 * no bounds of one setting show. */
static struct conf *
read_good(const char *file)
{
    struct conf *conf = cmd_conf(file, NULL, 0);
    struct executor_conf executor;
    struct why why;

    if (conf == NULL)
        return NULL;
    conf_fill(conf, &executor_section, &executor);
    if (executor_check(&executor, &why))
        return conf;
    fprintf(stderr, "%s\n", why.s);
    conf_destroy(&conf);
    return NULL;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL;
    bool print = false, json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--print", &print, NULL },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, NULL))
        return EXIT_USAGE;
    struct conf *conf = read_good(file);
    if (json)
        printf("{\"ok\":%s", conf != NULL ? "true" : "false");
    if (json && conf != NULL)
        printf(",\"digest\":\"%016" PRIx64 "\"", conf_digest(conf, NULL));
    if (json)
        printf("}\n");
    if (conf == NULL)
        return EXIT_USAGE;
    if (print) {
        char *text = malloc(TEXT_CAP);
        must(text != NULL && conf_print(conf, true, text, TEXT_CAP) > 0);
        fputs(text, stdout);
        free(text);
    } else if (!json) {
        printf("configuration is good, digest %016" PRIx64 "\n",
               conf_digest(conf, NULL));
    }
    conf_destroy(&conf);
    return EXIT_OK;
}

const struct cmd cmd_check_config = {
    .name = "check-config",
    .about = "check a configuration, or print it with every default",
    .help = "usage: arb check-config [-c FILE] [--print] [--json]\n\n"
            "Reads FILE (default: the shipped dutchbook.yaml), complains of\n"
            "every mistake with file, line, key and what was expected.\n"
            "  --print   the effective configuration, each key explained\n"
            "  --json    {\"ok\":...,\"digest\":...}\n"
            "Exit codes: 0 good, 2 not.\n",
    .run = run,
};
