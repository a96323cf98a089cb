/* wiring_snapshot - riskd's state on disk, so that a start need not recall all
 *
 * The journal is the truth and is kept whole; a snapshot is the state some
 * record of it has left, and spares what comes before. */
#ifndef RISKD_WIRING_SNAPSHOT_H
#define RISKD_WIRING_SNAPSHOT_H

#include "common/why.h"
#include "riskd/riskd.h"

struct daemon;

/* What a snapshot is of; a loaded one must be of the same. */
struct snapshot_of {
    char version[64];  /* Of the program: states are memory as it lies. */
    uint64_t schema;
    uint64_t conf;     /* Digest of the whole configuration. */
};

/* As a file: head and state in one piece of memory, the caller's to free.
 * facts: the journal's folder; n: its record after which x is as it is.  NULL
 * with the reason. */
uint8_t *snapshot_make(const struct riskd *x, const struct snapshot_of *of,
                       const char *facts, uint64_t n, size_t *size,
                       struct why *why);
/* Sums it up and writes it to dir/snapshot, on disk when this returns; the one
 * before it is dir/snapshot.old.  0, or the errno. */
int snapshot_write(const char *dir, uint8_t *bytes, size_t size);
/* The newer of the two that is whole, of the same, and of this journal, into
 * x: the record it is of.  0: none of them is, x is as it was, or, *spoiled,
 * good for nothing.  why: what is wrong with the last that was there. */
uint64_t snapshot_load(struct riskd *x, const struct snapshot_of *of,
                       const char *dir, const char *facts, bool *spoiled,
                       struct why *why);

/* The same for a daemon: before daemon_attach, which then recalls only what
 * came later.  False: x is spoiled; make another, and do not ask again. */
MUST_CHECK bool wiring_snapshot_load(struct daemon *d, struct riskd *x);
/* Every conf->snapshot_every facts, written by another thread.  stop while
 * the loop is there, forget when it no longer is. */
struct wiring_snapshot;
struct wiring_snapshot *wiring_snapshot_new(struct daemon *d, struct riskd *x,
                                            const struct riskd_conf *conf);
void wiring_snapshot_stop(struct wiring_snapshot *w);
void wiring_snapshot_forget(struct wiring_snapshot **w);

#endif /* RISKD_WIRING_SNAPSHOT_H */
