/* args - the options of one arb command, from a table */
#ifndef DEPLOY_ARB_ARGS_H
#define DEPLOY_ARB_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A flag when value is NULL, else the option takes one. */
struct arg {
    const char *name;    /* "--json", "-c" */
    bool *flag;
    const char **value;
};

/* Options end the table with a NULL name.  False after saying what is wrong
 * with which argument; rest (may be NULL) gets the first plain argument. */
bool args_read(int argc, char **argv, const struct arg *table,
               const char **rest);

/* The value of an option as a whole number, from least to most; false after
 * saying what was expected, and what came. */
bool args_count(const char *command, const char *option, const char *text,
                int64_t least, int64_t most, int64_t *out);
/* The same of a number above 0, in micros. */
bool args_micros(const char *command, const char *option, const char *text,
                 int64_t *out);

#endif /* DEPLOY_ARB_ARGS_H */
