/* args - the options of one arb command, from a table */
#include "deploy/arb/args.h"

#include <stdio.h>
#include <string.h>

static const struct arg *
find(const struct arg *table, const char *name)
{
    for (; table->name != NULL; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

bool
args_read(int argc, char **argv, const struct arg *table, const char **rest)
{
    bool have_rest = false;
    for (int i = 1; i < argc; i++) {
        const struct arg *a = find(table, argv[i]);
        if (a == NULL && argv[i][0] != '-' && rest != NULL && !have_rest) {
            *rest = argv[i];
            have_rest = true;
        } else if (a == NULL) {
            fprintf(stderr, "arb %s: unexpected '%s'; see --help\n", argv[0],
                    argv[i]);
            return false;
        } else if (a->flag != NULL) {
            *a->flag = true;
        } else if (i + 1 < argc) {
            *a->value = argv[++i];
        } else {
            fprintf(stderr, "arb %s: %s needs a value\n", argv[0], argv[i]);
            return false;
        }
    }
    return true;
}
