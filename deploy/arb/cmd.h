/* cmd - the slot of an arb command: one file in cmds/, one line in cmds.def */
#ifndef DEPLOY_ARB_CMD_H
#define DEPLOY_ARB_CMD_H

#include "common/conf.h"

enum { EXIT_OK = 0, EXIT_WORLD = 1, EXIT_USAGE = 2 };

struct cmd {
    const char *name;
    const char *about;                 /* One line for `arb help`. */
    const char *help;                  /* Usage, options, exit codes. */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name. */
};

#define CMD(name) extern const struct cmd cmd_##name;
#include "deploy/arb/cmds.def"

/* The configuration named by file, else the shipped one (found from the
 * executable's place), else the defaults.  overrides as "section.key=value".
 * NULL after every complaint was printed. */
struct conf *cmd_conf(const char *file, const char *const *overrides,
                      size_t overrides_count);
/* Where sockets, journals and the database of that configuration are. */
struct common_conf cmd_common(const struct conf *conf);
/* libpq's connection text of that configuration: a path or a text. */
void cmd_database(const struct conf *conf, char *out, size_t cap);

#endif /* DEPLOY_ARB_CMD_H */
