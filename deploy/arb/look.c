/* look - what is looked at: a time, a zone, modes; and where the panels are */
#include "deploy/arb/look.h"

#include "common/home.h"
#include "common/pg.h"
#include "deploy/arb/cmd.h"

#include <string.h>

bool
look_open(struct look *l, struct why *why)
{
    char database[512];
    struct conf *conf = cmd_conf(l->file, NULL, 0);

    if (conf == NULL)
        return why_set(why, "the configuration has mistakes");
    cmd_database(conf, database, sizeof database);
    conf_destroy(&conf);
    if (strlen(l->zone) >= sizeof l->scope.zone)
        return why_set(why, "--tz: expected the name of a time zone");
    snprintf(l->scope.zone, sizeof l->scope.zone, "%s", l->zone);
    l->scope.mode = l->mode;
    l->scope.stage = l->stage;
    l->scope.strategy = l->strategy;
    l->pg = pg_open(database, why);
    return l->pg != NULL &&
           pg_exec(l->pg, "SET default_transaction_read_only = on", why) &&
           scope_set(&l->scope, l->pg, l->from, l->to, why);
}

void
look_close(struct look *l)
{
    pg_close(&l->pg);
}

void
look_file(const char *name, char *out, size_t cap)
{
    struct path folder = { "deploy/dashboards" };
    struct why why;

    if (!home_path(&folder, "deploy/dashboards", &why))
        folder.s[0] = '\0';
    snprintf(out, cap, "%s%s%s", folder.s, name[0] ? "/" : "", name);
}
