/* state - what the files of the engine share; nobody else includes it */
#ifndef RECORDER_STATE_H
#define RECORDER_STATE_H

#include "recorder/recorder.h"

enum { BYTES_PER_ROW = 4096, HEARD_CAP = 4096 };

struct stream {
    uint64_t head;         /* Records the owner has. */
    uint64_t committed;    /* Records in the database. */
    uint64_t req;          /* Request under way, 0 = none. */
    uint64_t asked;        /* Last index of that request. */
    uint64_t want;         /* Of the batch: it may take several. */
    struct nanos heard;    /* When it was asked, or last answered. */
    bool stopped;
    bool ready;
    struct kept *at;
    uint32_t count;
    uint8_t *bytes;
    uint32_t used;
};

struct recorder {
    struct recorder_conf conf;
    uint32_t bytes_cap;
    bool open;             /* The database's cursors are known. */
    bool universe;         /* Feed's markets were asked for and came. */
    uint64_t feed_run;
    uint64_t req;
    uint64_t universe_req, universe_kept; /* kept: records of its answer. */
    struct nanos universe_asked, lag_said;
    struct stream streams[OWNERS];
    struct sample samples[SOURCE_arb + 1];
    struct heard *heard[HEARSAYS];
    uint32_t heard_count[HEARSAYS];
    uint64_t counters[RECORDER_counters];
};

static inline bool
is_past(struct nanos since, struct ms wait, struct nanos now)
{
    return now.ns - since.ns >= wait.ms * 1000000;
}

/* hearsay.c: asks feed for its markets until all of them came. */
void hearsay_ask(struct recorder *r, const struct input *in,
                 struct outbox *out);
/* They are to be asked for again at the next tick. */
void hearsay_forget(struct recorder *r);

#endif /* RECORDER_STATE_H */
