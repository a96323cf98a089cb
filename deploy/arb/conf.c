/* conf - the configuration as arb's commands see it: every section checked */
#include "deploy/arb/cmd.h"

#include "common/daemon.h"
#include "common/home.h"
#include "deploy/arb/herald.h"
#include "executor/executor.h"
#include "feed/feed.h"
#include "recorder/recorder.h"
#include "riskd/riskd.h"
#include "scanner/scanner.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* simex's section belongs to the simulated exchange: its text is kept. */
static const struct conf_section simex_section = { "simex", "", NULL, 0 };

static const struct conf_section *const sections[] = {
    &common_section,   &capital_section, &strategy_section,
    &feed_section,     &scanner_section, &riskd_section,
    &executor_section, &recorder_section, &herald_section,
    &simex_section,
};

struct conf *
cmd_conf(const char *file, const char *const *overrides,
         size_t overrides_count)
{
    char path[PATH_MAX];
    struct complaints bad = { 0 };
    const char *shipped = home_shipped(path, sizeof path) ? path : NULL;
    struct conf *conf = conf_read(
        file != NULL ? file : shipped, overrides, overrides_count,
        sections, sizeof sections / sizeof sections[0], &bad);
    if (conf == NULL)
        fputs(bad.text, stderr);
    return conf;
}

struct common_conf
cmd_common(const struct conf *conf)
{
    struct common_conf c;
    struct why why;
    conf_fill(conf, &common_section, &c);
    if (!home_path(&c.var, "common.var", &why)) {
        fprintf(stderr, "arb: %s\n", why.s);
        exit(EXIT_USAGE);
    }
    return c;
}

void
cmd_database(const struct conf *conf, char *out, size_t cap)
{
    struct recorder_conf r;
    conf_fill(conf, &recorder_section, &r);
    struct common_conf c = cmd_common(conf);
    if (r.database.s[0] != '\0')
        snprintf(out, cap, "%s", r.database.s);
    else
        snprintf(out, cap, "%s/run/pg.conninfo", c.var.s);
}
