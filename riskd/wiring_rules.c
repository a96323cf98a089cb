/* wiring_rules - the rules from disk into the engine */
/*
 * At the start, before any fact is recalled, and again whenever an operator
 * has changed them.  Rules with a mistake are not taken at all: at the start
 * riskd does not come up, later the old ones stay in force.
 */
#include "riskd/wiring_rules.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/daemon.h"
#include "common/home.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "riskd/rules_file.h"

static void
log_lines(char *text)
{
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL;
         line = strsep(&rest, "\n")) {
        if (line[0] != '\0') {
            log_error("%s", line);
        }
    }
}

bool
wiring_rules(struct riskd *x, const struct riskd_conf *conf)
{
    struct path folder = conf->rules;
    struct complaints *bad = calloc(1, sizeof *bad);
    char id[16] = "";
    struct why why;
    must(bad != NULL);
    if (folder.s[0] == '\0') {
        log_warn("no rules: riskd.rules is empty");
        free(bad);
        return true;
    }
    if (!home_path(&folder, "riskd.rules", &why)) {
        log_error("%s", why.s);
        free(bad);
        return false;
    }
    struct rule_set *set = rules_read_folder(folder.s, bad);
    bool ok = set != NULL;
    if (!ok) {
        log_lines(bad->text);
    } else if (!riskd_rules(x, set, id)) {
        log_error("rule %s is latched, and would be lost: resume first", id);
        ok = false;
    } else {
        log_info("rules: %u from %s", set->count, folder.s);
    }
    free(set);
    free(bad);
    return ok;
}

struct wiring_rules {
    struct riskd *x;
    const struct riskd_conf *conf;
};

static void
read_again(void *arg)
{
    struct wiring_rules *w = arg;
    if (!wiring_rules(w->x, w->conf)) {
        log_warn("the rules in force stay as they were");
    }
}

struct wiring_rules *
wiring_rules_again(struct daemon *d, struct riskd *x,
                   const struct riskd_conf *conf)
{
    struct wiring_rules *w = calloc(1, sizeof *w);
    must(w != NULL);
    *w = (struct wiring_rules){ x, conf };
    loop_signal(daemon_loop(d), SIGHUP, read_again, w);
    return w;
}

void
wiring_rules_forget(struct wiring_rules **w)
{
    free(*w);
    *w = NULL;
}
