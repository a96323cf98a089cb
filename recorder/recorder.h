/* recorder - pulls the owners' facts, batch by batch, from its cursors
 *
 * The engine decides what to ask for and keeps what came; it never touches
 * the database.  The wiring takes a batch when one is ready, writes it, and
 * says what happened.  Nothing is asked before the cursors are known. */
#ifndef RECORDER_RECORDER_H
#define RECORDER_RECORDER_H

#include "common/daemon.h"

struct recorder_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "recorder/conf.def"
};

enum recorder_counter {
#define COUNTER(name, help) RECORDER_##name,
#include "recorder/counters.def"
    RECORDER_counters
};

extern const struct conf_section recorder_section;
extern const struct program recorder_program;

/* The processes whose facts are recorded. */
enum { OWNER_scanner, OWNER_riskd, OWNER_executor, OWNERS };
enum source owner_source(unsigned owner);

struct kept {
    uint64_t n;
    uint16_t type;
    struct nanos wall;
    uint32_t crc;             /* CRC-32C of the body. */
    uint32_t offset, size;    /* Of the body in the batch's bytes. */
};

/* Records of one owner, dense from first to last. */
struct batch {
    unsigned owner;
    uint64_t first, last;
    uint32_t count;
    const struct kept *at;
    const uint8_t *bytes;
};

/* How one process was when it was last heard. */
struct sample {
    bool heard;
    uint64_t run;
    struct nanos wall;
    struct heartbeat beat;
};

struct recorder;
struct recorder *recorder_new(const struct recorder_conf *conf);
void recorder_destroy(struct recorder **r);
const uint64_t *recorder_counters(const struct recorder *r);

#define HEARS(msg, who)                                                      \
    void recorder_on_##msg(struct recorder *r, const struct msg *m,          \
                           const struct input *in, struct outbox *out);
#include "recorder/hears.def"

/* The database is there; committed[] are its cursors. */
void recorder_resume(struct recorder *r, const uint64_t committed[OWNERS]);
/* Tells each owner how far it is recorded, which may be less than before. */
void recorder_tell(struct recorder *r, struct outbox *out);
/* The database is gone, or a commit's outcome is unknown: forget what is
 * pending and ask nothing until the next resume. */
void recorder_suspend(struct recorder *r);
/* Stops one owner's stream for good: its records contradict the tables. */
void recorder_stop(struct recorder *r, unsigned owner);
/* A batch that can be written now; false when there is none. */
bool recorder_batch(const struct recorder *r, struct batch *out);
/* It is in the tables: the cursor moves, its owner is told. */
void recorder_committed(struct recorder *r, const struct batch *b,
                        struct outbox *out);
/* What was heard on the bus and is kept only at its latest: markets,
 * counters, latencies.  The oldest not yet written, by type; how many. */
struct heard {
    enum source src;
    uint64_t run;
    struct nanos wall;
    union {
        struct market market;
        struct counter counter;
        struct latency latency;
    };
};
enum hearsay { HEARSAY_market, HEARSAY_counter, HEARSAY_latency, HEARSAYS };
const struct heard *recorder_heard(const struct recorder *r, enum hearsay of,
                                   uint32_t *count);
void recorder_heard_done(struct recorder *r, enum hearsay of);
/* Of the tables' days: so many were dropped now; so many are none of ours. */
void recorder_days(struct recorder *r, uint64_t dropped, uint64_t stray);
/* By enum source, SOURCE_feed .. SOURCE_recorder. */
const struct sample *recorder_sample(const struct recorder *r,
                                     enum source src);
uint64_t recorder_committed_upto(const struct recorder *r, unsigned owner);
/* Every owner has said how much it has, and all of that is in the tables. */
bool recorder_is_level(const struct recorder *r);

/* Without the bus: every fact of the journals under var into the tables of a
 * schema of its own, made when it is not there, from its cursors on.
 * first[], last[]: the numbers of the records kept, 0 = none. */
struct rebuilt {
    uint64_t first[OWNERS], last[OWNERS], written;
};
MUST_CHECK bool recorder_rebuild(const char *conninfo, const char *migrations,
                                 const char *schema, const char *var,
                                 struct rebuilt *out, struct why *why);

#endif /* RECORDER_RECORDER_H */
