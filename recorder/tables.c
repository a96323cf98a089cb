/* tables - recorder's lists become arrays */
#include "recorder/recorder.h"

static const struct conf_row rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(recorder, kind, name, def, min, max, help)
#include "recorder/conf.def"
};

const struct conf_section recorder_section = {
    "recorder", "From the journals into PostgreSQL, every fact once.", rows,
    sizeof rows / sizeof rows[0]
};

static const char *const counters[] = {
#define COUNTER(name, help) #name,
#include "recorder/counters.def"
    NULL
};

#define HEARS(msg, who) HEAR_THUNK(recorder, msg)
#include "recorder/hears.def"

static const struct hear hears[] = {
#define HEARS(msg, who) HEAR_ROW(msg, who)
#include "recorder/hears.def"
    { NULL, 0, false, NULL }
};

static const char *const connects[] = { "feed.pub", "scan.pub", "risk.pub",
                                        "exec.pub", NULL };
static const char *const binds[] = { NULL };

const struct program recorder_program = {
    .src = SOURCE_recorder,
    .name = "recorder",
    .about = "writes every fact to PostgreSQL, exactly once",
    .hears = hears,
    .section = &recorder_section,
    .connects = connects,
    .binds = binds,
    .counters = counters,
    .network = true,
    .programs = true, /* arb makes the reports. */
};
