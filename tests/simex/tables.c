/* tables - simex's settings, from list to array */

#include "tests/simex/wiring.h"

#include "common/daemon.h"

static const struct conf_row rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(simex, kind, name, def, min, max, help)
#include "tests/simex/conf.def"
};

const struct conf_section simex_section = {
    "simex", "The simulated exchange.", rows, sizeof rows / sizeof rows[0]
};

/* None of the five, but with their flags: daemon_configure. */
const struct program simex_program = {
    .name = "simex",
    .about = "the simulated exchange",
    .section = &simex_section,
};
