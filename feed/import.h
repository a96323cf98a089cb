/* import - what others recorded of the venue, as a recording of ours
 *
 * Read are the venue's own forms, one JSON text a line: pages of Gamma
 * (events, or markets with their events in them), answers of /books, and polls
 * that hold both (`gamma_events`, with best prices as `clob_quotes`).  Written
 * are lines of a capture that has its listing in it (feed/capture.h): each
 * event, and behind it all of its books that are known then as one frame. */
#ifndef FEED_IMPORT_H
#define FEED_IMPORT_H

#include "common/why.h"
#include "proto/units.h"

#include <stdio.h>

struct import_options {
    struct qty size;     /* Assumed at a price that comes without one. */
    bool stated;         /* bestBid and bestAsk of a listing are books, too. */
    struct nanos at;     /* Of texts that say no time; 0 = they are refused. */
};

/* "2026-03-11T20:30:50Z", and other ways to write it. */
MUST_CHECK bool import_time(const char *s, struct nanos *at);

struct import_sum {
    uint64_t events, markets, books;
};

struct import;

/* out stays the caller's. */
struct import *import_new(const struct import_options *o, FILE *out);
void import_destroy(struct import **x);
/* False with what is wrong where in it; of that line nothing is written. */
MUST_CHECK bool import_line(struct import *x, const char *s, size_t size,
                            struct why *why);
/* What had to wait for all lines: markets that came one by one. */
void import_end(struct import *x);
struct import_sum import_sum(const struct import *x);

#endif /* FEED_IMPORT_H */
