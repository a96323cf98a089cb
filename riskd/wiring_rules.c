/* wiring_rules - the rules from disk into the engine */
/*
 * At the start, before any fact is recalled, and again whenever an operator
 * has changed them (SIGHUP, which is also what a `reload` comes to).  Rules
 * with a mistake are not taken at all: at the start riskd does not come up,
 * later the old ones stay in force.  Those of the start are told once more,
 * as inputs: they are the same, so nothing changes, and the inputs of each
 * run begin with the rules it began with.
 */
#include "riskd/wiring_rules.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/conf_file.h"
#include "common/daemon.h"
#include "common/home.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "riskd/reload.h"
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

/* The caller's to free; NULL after complaints, the first of them in first. */
static struct rule_set *
read_folder(const struct riskd_conf *conf, struct title *first)
{
    struct path folder = conf->rules;
    struct complaints *bad = calloc(1, sizeof *bad);
    struct rule_set *set = NULL;
    struct why why;
    must(bad != NULL);
    if (home_path(&folder, "riskd.rules", &why)) {
        set = rules_read_folder(folder.s, bad);
    } else {
        conf_complain(bad, "%s", why.s);
    }
    if (set == NULL) {
        char *end = strchr(bad->text, '\n');
        struct complaints one = *bad;
        one.text[end == NULL ? 0 : end - bad->text] = '\0';
        (void)title_set(first, one.text);
        log_lines(bad->text);
    } else {
        log_info("rules: %u from %s", set->count, folder.s);
    }
    free(bad);
    return set;
}

bool
wiring_rules(struct riskd *x, const struct riskd_conf *conf)
{
    struct title first;
    char id[16];
    if (conf->rules.s[0] == '\0') {
        log_warn("no rules: riskd.rules is empty");
        return true;
    }
    struct rule_set *set = read_folder(conf, &first);
    /* The first ones: nothing can be latched yet. */
    bool ok = set != NULL && riskd_rules(x, set, (struct nanos){ 0 }, id);
    free(set);
    return ok;
}

struct wiring_rules {
    struct daemon *daemon;
    const struct riskd_conf *conf;
};

/* What the folder holds, told to the engine as one turn. */
static void
read_again(void *arg)
{
    struct wiring_rules *w = arg;
    struct rules_read end = { .ok = false };
    struct rule_row row;
    struct input in;
    struct rule_set *set = NULL;
    if (w->conf->rules.s[0] == '\0') {
        (void)title_set(&end.mistake, "no rules: riskd.rules is empty");
    } else {
        set = read_folder(w->conf, &end.mistake);
    }
    (void)daemon_begin(w->daemon, &in);
    for (uint32_t i = 0; set != NULL && i < set->count; i++) {
        reload_row(&set->at[i], &row);
        daemon_hear(w->daemon, &rule_row_schema, &row);
    }
    if (set != NULL) {
        end = (struct rules_read){ true, set->count, set->digest, { "" } };
    }
    daemon_hear(w->daemon, &rules_read_schema, &end);
    daemon_end(w->daemon);
    free(set);
}

struct wiring_rules *
wiring_rules_again(struct daemon *d, const struct riskd_conf *conf)
{
    struct wiring_rules *w = calloc(1, sizeof *w);
    must(w != NULL);
    *w = (struct wiring_rules){ d, conf };
    loop_signal(daemon_loop(d), SIGHUP, read_again, w);
    if (conf->rules.s[0] != '\0') {
        read_again(w); /* So that the inputs have those of this start. */
    }
    return w;
}

void
wiring_rules_forget(struct wiring_rules **w)
{
    free(*w);
    *w = NULL;
}
