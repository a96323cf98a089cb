/* tables - riskd's lists become arrays */
#include "common/daemon.h"
#include "riskd/riskd.h"

static const struct conf_row rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(riskd, kind, name, def, min, max, help)
#include "riskd/conf.def"
};

const struct conf_section riskd_section = {
    "riskd", "What may be done, and the most that may be lost.", rows,
    sizeof rows / sizeof rows[0]
};

static const char *const counters[] = {
#define COUNTER(name, help) #name,
#include "riskd/counters.def"
    NULL
};

#define HEARS(msg, who) HEAR_THUNK(riskd, msg)
#define RECALLS(msg) RECALL_THUNK(riskd, msg)
#include "riskd/hears.def"

static const struct hear hears[] = {
#define HEARS(msg, who) HEAR_ROW(msg, who)
#define RECALLS(msg) RECALL_ROW(msg)
#include "riskd/hears.def"
    { NULL, 0, false, NULL }
};

/* Executions are hints from exec.pub, markets from feed.pub; everything about
 * money comes to risk.req and is asked for again until it is acked. */
static const char *const connects[] = { "exec.pub", "feed.pub", "scan.pub",
                                         "rec.pub", NULL };
static const char *const binds[] = { "risk.req", "risk.ctl", NULL };

const struct program riskd_program = {
    .src = SOURCE_riskd,
    .name = "riskd",
    .about = "says yes or no, and keeps the books",
    .hears = hears,
    .section = &riskd_section,
    .connects = connects,
    .binds = binds,
    .counters = counters,
    .gated = true,
};
