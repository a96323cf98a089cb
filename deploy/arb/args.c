/* args - the options of one arb command, from a table */
#include "deploy/arb/args.h"

#include "proto/units.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

bool
args_count(const char *command, const char *option, const char *text,
           int64_t least, int64_t most, int64_t *out)
{
    char *end;

    errno = 0;
    *out = strtoll(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 &&
        *out >= least && *out <= most)
        return true;
    fprintf(stderr, "arb %s: %s: expected an integer from %" PRId64, command,
            option, least);
    if (most < INT64_MAX)
        fprintf(stderr, " to %" PRId64, most);
    fprintf(stderr, ", got '%s'\n", text);
    return false;
}

bool
args_micros(const char *command, const char *option, const char *text,
            int64_t *out)
{
    if (micros_parse(text, strlen(text), out) && *out > 0)
        return true;
    fprintf(stderr, "arb %s: %s: expected a number above 0, got '%s'\n",
            command, option, text);
    return false;
}
