/* parts - the tables that grow, a partition a day */
#ifndef RECORDER_PARTS_H
#define RECORDER_PARTS_H

#include "proto/proto.h"

#include "common/pg.h"

/* By the time in their keys; PART_none: of a table that is whole. */
enum part {
    PART_scan, PART_decision, PART_ledger, PART_heartbeat, PARTS,
    PART_none = PARTS
};

struct parts;
struct parts *parts_new(void);
void parts_destroy(struct parts **p);

/* A row of that time is about to be written. */
void parts_want(struct parts *p, enum part part, struct nanos at);
/* Makes what is wanted and not there.  What is no day of ours (before 2020,
 * or more than a week ahead) has no partition of its own: its rows go where
 * the rest goes, which is said. */
MUST_CHECK bool parts_make(struct parts *p, struct pg *pg, struct why *why);
/* A transaction was rolled back: what was made in it is not there. */
void parts_forget(struct parts *p);
/* So many days that were none of ours were met since this was asked. */
uint64_t parts_stray(struct parts *p);

/* Makes those of the next days, and drops some that are older than so many
 * days (0 = none); dropped: how many.  What is not to be had now is left for
 * the next time; false when the server is gone. */
MUST_CHECK bool parts_keep(struct parts *p, struct pg *pg, uint64_t days,
                           uint32_t *dropped, struct why *why);

#endif /* RECORDER_PARTS_H */
