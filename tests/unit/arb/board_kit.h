/* board_kit - three weeks of trading that never was, in a database, to be
 * looked at as the role that only reads */
#ifndef TESTS_UNIT_ARB_BOARD_KIT_H
#define TESTS_UNIT_ARB_BOARD_KIT_H

#include "tests/unit/recorder/database.h"

#include "deploy/arb/board.h"

static struct pg *reader;

static inline int
fill_days(void **state)
{
    uint64_t committed[OWNERS];
    struct why why;

    start_postgres(state);
    struct store *s = open_store(committed);
    store_close(&s);
    shell("deploy/pg.sh psql $V -qv ON_ERROR_STOP=1 "
          "-f tests/unit/arb/some_days.sql");
    shell("sed 's/user=dutchbook/user=dutchbook_reader/' "
          "$V/run/pg.conninfo >$V/reader");
    char path[64];
    snprintf(path, sizeof path, "%s/reader", var);
    reader = pg_open(path, &why);
    if (reader == NULL)
        fail_msg("%s", why.s);
    return 0;
}

static inline int
drop_days(void **state)
{
    pg_close(&reader);
    return stop_postgres(state);
}

/* All there is, in a zone whose clocks change on the last day. */
static inline struct scope
look_at(const char *from, const char *to)
{
    struct scope s = { .zone = "Europe/Zurich", .mode = "shadow,paper,live",
                       .stage = "-,0,1,2,3",
                       .strategy = "A,B,C,D,E,F,G,H" };
    struct why why;

    if (!scope_set(&s, reader, from, to, &why))
        fail_msg("%s", why.s);
    return s;
}

#endif /* TESTS_UNIT_ARB_BOARD_KIT_H */
