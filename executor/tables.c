/* tables - executor's lists become arrays */
#include "executor/executor.h"

static const struct conf_row rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(executor, kind, name, def, min, max, help)
#include "executor/conf.def"
};

const struct conf_section executor_section = {
    "executor", "From opportunities to orders, and what becomes of them.",
    rows, sizeof rows / sizeof rows[0]
};

static const char *const counters[] = {
#define COUNTER(name, help) #name,
#include "executor/counters.def"
    NULL
};

#define HEARS(msg, who) HEAR_THUNK(executor, msg)
#define RECALLS(msg) RECALL_THUNK(executor, msg)
#include "executor/hears.def"

static const struct hear hears[] = {
#define HEARS(msg, who) HEAR_ROW(msg, who)
#define RECALLS(msg) RECALL_ROW(msg)
#include "executor/hears.def"
    { NULL, 0, false, NULL }
};

static const char *const connects[] = { "feed.pub", "scan.pub", "risk.pub",
                                        NULL };
static const char *const binds[] = { NULL };

const struct program executor_program = {
    .src = SOURCE_executor,
    .name = "executor",
    .about = "turns opportunities into orders and finishes what it began",
    .hears = hears,
    .section = &executor_section,
    .connects = connects,
    .binds = binds,
    .counters = counters,
    .gated = true,
    .network = true,
};
