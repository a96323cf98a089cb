/* signals_file - which counts are followed, from a file a person writes
 *
 *     posts_of_march:            # a name
 *       event: 257217            # the venue's id of the event it decides
 *       url: https://...         # or file: PATH, or query: SELECT ... and
 *                                # database: CONNINFO; see venues/signals.c
 *       starts: 2026-03-13 12:00 # New York's clock, or with UTC behind it
 *       ends: 2026-03-20 12:00
 */
#ifndef FEED_SIGNALS_FILE_H
#define FEED_SIGNALS_FILE_H

#include "common/conf.h"

enum { SIGNALS_CAP = 32 };

/* One statement for PostgreSQL. */
struct query { char s[1024]; };

struct signal_spec {
    struct text name, event;
    struct path url, file;      /* One of them and query is not empty. */
    struct query query;
    struct path database;       /* Of the query; libpq's text, or its file. */
    struct nanos starts, ends;
};

struct signal_specs {
    uint32_t count;
    struct signal_spec at[SIGNALS_CAP];
};

/* False when there is any complaint: "file:line: name.key: expected ..." */
MUST_CHECK bool signals_file_read(const char *file, struct signal_specs *out,
                                  struct complaints *bad);

#endif /* FEED_SIGNALS_FILE_H */
