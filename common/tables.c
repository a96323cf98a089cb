/* tables - the sections every process shares, from lists to arrays */

#include "common/daemon.h"

static const struct conf_row common_conf_rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(common, kind, name, def, min, max, help)
#include "common/conf.def"
};

static const struct conf_row capital_conf_rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(capital, kind, name, def, min, max, help)
#include "common/capital.def"
};

static const struct conf_row strategy_conf_rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(strategy, kind, name, def, min, max, help)
#include "common/strategy.def"
};

#define ROWS(rows) (rows), sizeof(rows) / sizeof((rows)[0])

const struct conf_section common_section = {
    "common", "What all processes share.", ROWS(common_conf_rows)
};
const struct conf_section capital_section = {
    "capital", "What there is to trade with, and what it costs.",
    ROWS(capital_conf_rows)
};
const struct conf_section strategy_section = {
    "strategy",
    "What counts as an opportunity; scanner finds by it and executor checks "
    "again by it.",
    ROWS(strategy_conf_rows)
};
