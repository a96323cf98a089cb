/* state - what the files of the engine share; nobody else includes it */
#ifndef SCANNER_STATE_H
#define SCANNER_STATE_H

#include "scanner/asks.h"
#include "scanner/books.h"
#include "scanner/looks.h"
#include "scanner/scanner.h"
#include "scanner/tying.h"

struct scanner {
    struct scanner_conf conf;
    struct ms heartbeat_miss;
    uint64_t counters[SCANNER_COUNTERS];
    struct universe *universe;
    struct books *books;
    struct asks *asks;
    struct looks *looks;
    struct tying *tying;
    bool in_frame;         /* The last message of feed.pub had more. */
    struct nanos frame;    /* Of books, not looked at yet: feed received it. */
    uint64_t feed_run;     /* 0 = never heard. */
    uint64_t feed_proved;  /* The run of the last heartbeat. */
    struct nanos feed_beat, late_since;
    bool feed_up, late;    /* late: what it published last is of the past. */
};

/* Whether this message of feed is to be used; scanner.c says when. */
bool scanner_hear_feed(struct scanner *x, const struct input *in,
                       struct outbox *out);
/* After a message of feed that was used: its frame may have ended. */
void scanner_after(struct scanner *x, bool more, const struct input *in,
                   struct outbox *out);

#endif /* SCANNER_STATE_H */
