/* tables - scanner's lists become arrays */

#include "scanner/scanner.h"

#include <stddef.h>

static const struct conf_row scanner_conf_rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(scanner, kind, name, def, min, max, help)
#include "scanner/conf.def"
};

const struct conf_section scanner_section = {
    "scanner", "How much scanner follows, and how often it speaks.",
    scanner_conf_rows, sizeof scanner_conf_rows / sizeof scanner_conf_rows[0]
};

static const char *const counters[] = {
#define COUNTER(name, help) #name,
#include "scanner/counters.def"
    NULL
};

#define HEARS(msg, who) HEAR_THUNK(scanner, msg)
#define RECALLS(msg) RECALL_THUNK(scanner, msg)
#include "scanner/hears.def"

static const struct hear hears[] = {
#define HEARS(msg, who) HEAR_ROW(msg, who)
#define RECALLS(msg) RECALL_ROW(msg)
#include "scanner/hears.def"
    { NULL, 0, false, NULL }
};

static const char *const connects[] = { "feed.pub", NULL };
static const char *const binds[] = { NULL };

const struct program scanner_program = {
    .src = SOURCE_scanner,
    .name = "scanner",
    .about = "finds opportunities in the books that feed keeps",
    .hears = hears,
    .section = &scanner_section,
    .connects = connects,
    .binds = binds,
    .counters = counters,
    .cuts_facts = true, /* What is open is told again in time. */
    .gated = false,
};
