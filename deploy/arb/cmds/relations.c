/* relations - arb relations: markets whose outcomes depend on each other */
#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/relate/candidates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
read_count(const char *text, unsigned long most, unsigned long *out)
{
    char *end;

    *out = strtoul(text, &end, 10);
    if (*text != '\0' && *end == '\0' && *out > 0 && *out <= most)
        return true;
    fprintf(stderr, "arb relations: -n: expected 1..%lu, got '%s'\n", most,
            text);
    return false;
}

static int
run(int argc, char **argv)
{
    const char *file = NULL, *rows = "50", *what = NULL;
    char database[512];
    unsigned long most;
    bool json = false;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "-n", NULL, &rows },
        { "--json", &json, NULL },
        { NULL, NULL, NULL },
    };

    if (!args_read(argc, argv, table, &what))
        return EXIT_USAGE;
    if (what != NULL && strcmp(what, "judge") == 0)
        return lines_answer(relations_judge, NULL);
    if (what == NULL || strcmp(what, "candidates") != 0) {
        fprintf(stderr, "arb relations: expected judge or candidates; see "
                        "--help\n");
        return EXIT_USAGE;
    }
    if (!read_count(rows, 100000, &most))
        return EXIT_USAGE;
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    cmd_database(conf, database, sizeof database);
    conf_destroy(&conf);
    return relations_candidates(database, (uint32_t)most, json);
}

const struct cmd cmd_relations = {
    .name = "relations",
    .about = "markets whose outcomes depend on each other, by their titles",
    .help =
        "usage: arb relations candidates [-n ROWS] [-c FILE] [--json]\n"
        "       arb relations judge <PAIRS\n\n"
        "candidates: pairs of open markets of the database that are related\n"
        "by the numbers, deadlines or names in their titles: equivalent,\n"
        "implies, implied (the second implies the first), exclusive (at most\n"
        "one is yes).\n"
        "judge: one JSON object a line with the titles a and b; answers\n"
        "  {\"relation\":\"implies\",\"why\":\"...\"}\n"
        "A candidate is no relation: titles leave out what the rules say.\n"
        "Nothing is traded on it; strategy E is not built yet.\n"
        "Exit codes: 0 done, 1 no database, 2 bad usage.\n",
    .run = run,
};
