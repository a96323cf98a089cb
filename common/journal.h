/* journal - an append-only log of packed messages in checked segments
 *
 * Format (little endian).  Segment: 64-byte header {magic "DBJOURN1", ver
 * u32, src u8, pad, run u64, first n u64, prev segment's last chain 8 B,
 * crc32c}.  Record: {size u32 of the payload, crc32c u32 of all that
 * follows, type u16, flags u16, n u64, run u64, mono i64, wall i64, trace
 * u64, chain 8 B, payload}.  chain = first 8 bytes of SHA-256(chain before ‖
 * payload) per record.  flags bit 0: more records of the same batch follow;
 * a batch is there whole or not at all.  n is dense from 1 across segments
 * and runs.  Files: <dir>/<first n, 16 hex digits>.seg, complete ones in time
 * .seg.zst. */
#ifndef COMMON_JOURNAL_H
#define COMMON_JOURNAL_H

#include "proto/proto.h"
#include "common/why.h"

struct journal;

struct record {
    uint64_t n;
    uint16_t type;
    uint64_t run;
    struct nanos mono, wall;
    uint64_t trace;
    const uint8_t *body;   /* Valid until the next call. */
    uint32_t body_size;
};

/* Opens or makes the journal of src in dir for writing; a torn tail is cut
 * at the last whole batch (*cut bytes), damage before it is refused with
 * segment, offset and last good n.  Only one writer: the caller's lock. */
MUST_CHECK struct journal *journal_open(const char *dir, enum source src,
                                        uint64_t run, size_t segment_bytes,
                                        uint64_t *cut, struct why *why);
/* Appends one record; more = the batch goes on.  Buffered until flush. */
void journal_append(struct journal *j, uint16_t type, struct nanos mono,
                    struct nanos wall, uint64_t trace, const uint8_t *body,
                    size_t size, bool more);
/* Writes what is buffered.  A write error is fatal for the process (abort
 * after saying so): an owner that cannot log must not act. */
void journal_flush(struct journal *j);
/* flush + fdatasync; an error is fatal as well, never retried. */
void journal_sync(struct journal *j);
/* The same in three steps, so that another thread can wait for the disk:
 * begin gives a descriptor (-1 = nothing to sync) to fdatasync and close,
 * end gets the errno of that (0 = well).  Meanwhile one may append, flush
 * and sync. */
MUST_CHECK int journal_sync_begin(struct journal *j);
void journal_sync_end(struct journal *j, int error);
uint64_t journal_head(const struct journal *j); /* Last n, 0 = empty. */
/* Keeps at most so many segments (0 = all): older ones are removed, now and
 * at each new one. */
void journal_keep(struct journal *j, uint32_t segments);
/* Removes, oldest first, the segments that hold no record above upto and were
 * last written before that wall time; never the one being written.  How many
 * went. */
uint32_t journal_cut(struct journal *j, uint64_t upto, struct nanos before);
void journal_close(struct journal **j);

/* Complete segments can be packed: the oldest of dir that is not, 0 = none;
 * a checked copy of it beside it, made on any thread; and the copy in its
 * place, on the thread of the journal's owner. */
uint64_t journal_unpacked(const char *dir);
MUST_CHECK bool journal_pack(const char *dir, uint64_t first,
                             struct why *why);
MUST_CHECK bool journal_packed(const char *dir, uint64_t first,
                               struct why *why);

/* What all of it takes on disk; the first record of the first segment that
 * does not begin before n, 0 = none.  For who looks at it from outside. */
uint64_t journal_bytes(const char *dir);
uint64_t journal_segment_after(const char *dir, uint64_t n);

/* Reading, also while another process writes: sees whole batches only. */
struct journal_reader;
/* from = 0: from the oldest record that is kept. */
MUST_CHECK struct journal_reader *journal_read(const char *dir, uint64_t from,
                                               struct why *why);
/* 1 a record, 0 nothing more yet, -1 damage (why names the place). */
int journal_next(struct journal_reader *r, struct record *out,
                 struct why *why);
void journal_reader_close(struct journal_reader **r);

#endif /* COMMON_JOURNAL_H */
