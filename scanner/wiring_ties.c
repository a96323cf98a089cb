/* wiring_ties - the approved relations, from their file into the engine */

#include "common/home.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "scanner/scanner.h"
#include "scanner/tying.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

bool
scanner_ties(const struct scanner_conf *own,
             const struct strategy_conf *strategy, struct ties **out,
             struct why *why)
{
    struct path file = own->relations;
    struct complaints *bad;

    *out = NULL;
    if (!strategy->E)
        return true;
    if (!home_path(&file, "scanner.relations", why))
        return false;
    bad = calloc(1, sizeof *bad);
    must(bad != NULL);
    *out = ties_read(file.s, bad);
    if (*out == NULL)
        (void)why_set(why, "%.*s", (int)strcspn(bad->text, "\n"), bad->text);
    free(bad);
    return *out != NULL;
}

struct scanner_tying {
    struct daemon *daemon;
    const struct scanner_conf *own;
    const struct strategy_conf *strategy;
};

/* Each row is a turn of its own: nothing follows from it before the end. */
static void
read_again(void *arg)
{
    struct scanner_tying *w = arg;
    struct ties_read end = { 0 };
    struct tie_row row;
    struct ties *ties;
    struct why why;

    if (!scanner_ties(w->own, w->strategy, &ties, &why)) {
        log_error("%s: the relations before stay in force", why.s);
        return;
    }
    for (uint32_t i = 0; i < ties->count; i++)
        for (uint32_t place = 0; place < ties->at[i].count; place++) {
            tying_row(&ties->at[i], place, &row);
            daemon_hear(w->daemon, &tie_row_schema, &row);
        }
    end.count = ties->count;
    daemon_hear(w->daemon, &ties_read_schema, &end);
    log_info("relations: %u of %u components", ties->count,
             ties->components);
    ties_destroy(&ties);
}

struct scanner_tying *
scanner_ties_again(struct daemon *d, const struct scanner_conf *own,
                   const struct strategy_conf *strategy)
{
    struct scanner_tying *w;

    if (!strategy->E)
        return NULL;
    w = calloc(1, sizeof *w);
    must(w != NULL);
    *w = (struct scanner_tying){ d, own, strategy };
    loop_signal(daemon_loop(d), SIGHUP, read_again, w);
    read_again(w);
    return w;
}

void
scanner_ties_forget(struct scanner_tying **w)
{
    free(*w);
    *w = NULL;
}
