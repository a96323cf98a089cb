/* store - the tables in PostgreSQL, and the cursors that go with them */
#ifndef RECORDER_STORE_H
#define RECORDER_STORE_H

#include "recorder/recorder.h"

#include "common/why.h"

struct store;

enum stored {
    STORED,          /* Committed. */
    STORED_REFUSED,  /* The records contradict the tables: stop the stream. */
    STORED_UNSURE,   /* Not known, or the database is away: read cursors. */
};

/* Connects, takes the recorder's lock (a second recorder is refused at once,
 * and may try again), applies what is missing of the numbered files in
 * migrations, and reads the cursors. */
MUST_CHECK struct store *store_open(const char *conninfo,
                                    const char *migrations,
                                    uint64_t committed[OWNERS],
                                    struct why *why);
/* The same in a schema of its own, made when it is not there; beside the
 * recorder of the usual one.  NULL: the usual one. */
MUST_CHECK struct store *store_open_in(const char *conninfo,
                                       const char *schema,
                                       const char *migrations,
                                       uint64_t committed[OWNERS],
                                       struct why *why);
void store_close(struct store **s);
/* An owner's first facts are no longer kept: its cursor, which is at 0, goes
 * to the last of them. */
MUST_CHECK bool store_skip(struct store *s, unsigned owner, uint64_t upto,
                           struct why *why);
/* What is heard on the bus alone, events and markets, from the usual schema,
 * where there is one. */
MUST_CHECK bool store_take_over(struct store *s, struct why *why);
/* And of the opportunities last told before that record of scanner's, which
 * its journal does not keep, those that were tried: trades hang on them. */
MUST_CHECK bool store_take_scans(struct store *s, uint64_t before,
                                 struct why *why);

/* Writes a batch and moves its owner's cursor in one transaction. */
MUST_CHECK enum stored store_batch(struct store *s, const struct batch *b,
                                   struct why *why);
/* Refreshes dim_market and dim_event, arb_counter, or arb_latency. */
MUST_CHECK bool store_heard(struct store *s, enum hearsay of,
                            const struct heard *heard, uint32_t count,
                            struct why *why);
/* The last day in that zone that is over, and told since it was that time
 * there (06:30) on the day after: 2026-03-29.  At an instant, NULL = now. */
MUST_CHECK bool store_day_told(struct store *s, const char *zone,
                               const char *at, const char *instant,
                               char day[16], struct why *why);
/* Partitions of the next days are made, some of what is older than so many
 * days dropped (0 = never), as parts_keep does. */
MUST_CHECK bool store_keep(struct store *s, uint64_t days, uint32_t *dropped,
                           struct why *why);
/* Days met since this was asked that have no partition of their own. */
uint64_t store_stray(struct store *s);
/* One row of fact_arb_heartbeat. */
MUST_CHECK bool store_sample(struct store *s, enum source src,
                             const struct sample *sample, struct why *why);

#endif /* RECORDER_STORE_H */
