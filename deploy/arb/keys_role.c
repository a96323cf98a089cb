/* keys_role - arb keys role: the keys that riskd's socket lets in */
#include "deploy/arb/keys_role.h"

#include "deploy/arb/args.h"
#include "deploy/arb/cmd.h"

#include "common/ctl_keys.h"
#include "common/daemon.h"

#include <stdio.h>

int
keys_role(int argc, char **argv)
{
    const char *file = NULL, *name = NULL, *word = NULL;
    char path[CTL_PATH_CAP];
    uint32_t role;
    struct why why;
    const struct arg table[] = {
        { "-c", NULL, &file },
        { "--name", NULL, &name },
        { NULL, NULL, NULL },
    };
    if (!args_read(argc, argv, table, &word))
        return EXIT_USAGE;
    if (word == NULL || !enum_parse(&role_words, word, &role) ||
        role == ROLE_none) {
        fprintf(stderr, "arb keys role: expected viewer, operator or "
                        "ops_admin\n");
        return EXIT_USAGE;
    }
    name = name != NULL ? name : word;
    if (!ctl_name_is_good(name)) {
        fprintf(stderr, "arb keys role: a name is letters, digits, _ and -, "
                        "at most 23\n");
        return EXIT_USAGE;
    }
    struct conf *conf = cmd_conf(file, NULL, 0);
    if (conf == NULL)
        return EXIT_USAGE;
    struct common_conf common = cmd_common(conf);
    conf_destroy(&conf);
    if (!ctl_pass_make(common.var.s, name, (enum role)role, path, &why)) {
        fprintf(stderr, "arb keys role: %s\n", why.s);
        return EXIT_WORLD;
    }
    printf("%s: a key of role %s\n", path, word);
    return EXIT_OK;
}
