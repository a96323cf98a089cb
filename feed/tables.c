/* tables - feed's lists become arrays */

#include "feed/feed.h"

#include <stddef.h>

static const struct conf_row feed_conf_rows[] = {
#define CONF(kind, name, def, min, max, help) \
    CONF_ROW(feed, kind, name, def, min, max, help)
#include "feed/conf.def"
};

const struct conf_section feed_section = {
    "feed", "Which markets are followed, where from, and how closely.",
    feed_conf_rows, sizeof feed_conf_rows / sizeof feed_conf_rows[0]
};

static const char *const counters[] = {
#define COUNTER(name, help) #name,
#include "feed/counters.def"
    NULL
};

#define HEARS(msg, who) HEAR_THUNK(feed, msg)
#include "feed/hears.def"

static const struct hear hears[] = {
#define HEARS(msg, who) HEAR_ROW(msg, who)
#include "feed/hears.def"
    { NULL, 0, false, NULL }
};

static const char *const connects[] = { NULL };
static const char *const binds[] = { "feed.snap", NULL };

const struct program feed_program = {
    .src = SOURCE_feed,
    .name = "feed",
    .about = "keeps the books of the markets followed, each proved by hash",
    .hears = hears,
    .section = &feed_section,
    .connects = connects,
    .binds = binds,
    .counters = counters,
    .gated = false,
    .network = true,
};
