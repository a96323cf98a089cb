/* main - arb, the handle of the pipeline: finds the command and runs it */
#include "deploy/arb/cmd.h"

#include "common/log.h"
#include "common/version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct cmd *const cmds[] = {
#define CMD(name) &cmd_##name,
#include "deploy/arb/cmds.def"
};

enum { CMDS = sizeof cmds / sizeof cmds[0] };

static const struct cmd *
find(const char *name)
{
    for (size_t i = 0; i < CMDS; i++)
        if (strcmp(cmds[i]->name, name) == 0)
            return cmds[i];
    return NULL;
}

static void
print_all(FILE *to)
{
    fprintf(to, "usage: arb COMMAND [OPTION...]\n\n");
    for (size_t i = 0; i < CMDS; i++)
        fprintf(to, "  %-14s %s\n", cmds[i]->name, cmds[i]->about);
    fprintf(to, "\n`arb COMMAND --help` says more.  Exit codes: 0 done, "
                "1 the world failed, 2 bad usage.\n");
}

static bool
wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int
main(int argc, char **argv)
{
    log_open("arb", LOG_WARN);
    if (argc < 2 || strcmp(argv[1], "help") == 0 ||
        strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_all(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("dutchbook %s\n", dutchbook_version);
        return EXIT_OK;
    }
    const struct cmd *c = find(argv[1]);
    if (c == NULL) {
        fprintf(stderr, "arb: no command '%s'; see `arb help`\n", argv[1]);
        return EXIT_USAGE;
    }
    if (wants_help(argc - 1, argv + 1)) {
        fputs(c->help, stdout);
        return EXIT_OK;
    }
    int code = c->run(argc - 1, argv + 1);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fprintf(stderr, "arb: what was said could not be written: %s\n",
                strerror(errno));
        return code == EXIT_OK ? EXIT_WORLD : code;
    }
    return code;
}
