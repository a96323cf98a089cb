/* args - the options of one arb command, from a table */
#ifndef DEPLOY_ARB_ARGS_H
#define DEPLOY_ARB_ARGS_H

#include <stdbool.h>
#include <stddef.h>

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

#endif /* DEPLOY_ARB_ARGS_H */
