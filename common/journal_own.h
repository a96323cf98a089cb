/* journal_own - the bytes of a journal, shared by its writer and reader */
#ifndef COMMON_JOURNAL_OWN_H
#define COMMON_JOURNAL_OWN_H

#include "common/journal.h"

#include <sys/types.h>

struct digest;

enum {
    SEGMENT_HEAD = 64,
    RECORD_HEAD = 60,
    RECORD_CRC_FROM = 8,           /* Behind size and crc itself. */
    RECORD_BODY_MAX = ENVELOPE_CAP,
    RECORD_MORE = 1,               /* A bit of flags. */
    CHAIN_SIZE = 8,
    SEGMENT_PATH_CAP = 512
};

struct segment_head {
    uint8_t src;
    uint64_t run, first;
    uint8_t chain[CHAIN_SIZE]; /* Of the last record before. */
};

void segment_head_pack(const struct segment_head *h,
                       uint8_t b[SEGMENT_HEAD]);
/* False for a wrong magic, version or sum. */
bool segment_head_unpack(struct segment_head *h,
                         const uint8_t b[SEGMENT_HEAD]);

struct record_head {
    uint32_t size, crc;
    uint16_t type, flags;
    uint64_t n, run, trace;
    struct nanos mono, wall;
    uint8_t chain[CHAIN_SIZE];
};

/* Fills in the crc over head and body, which stands behind it in b. */
void record_head_pack(const struct record_head *h, uint8_t *b);
void record_head_unpack(struct record_head *h, const uint8_t b[RECORD_HEAD]);
/* b holds head and body. */
bool record_sum_is_right(const struct record_head *h, const uint8_t *b);
void chain_on(struct digest *d, const uint8_t before[CHAIN_SIZE],
              const uint8_t *body, size_t size, uint8_t out[CHAIN_SIZE]);

/* The first n of every segment in dir, ascending; caller frees. */
struct segments { uint64_t *first; size_t count; };
MUST_CHECK bool segments_list(const char *dir, struct segments *out,
                              struct why *why);
MUST_CHECK bool segment_path(char path[SEGMENT_PATH_CAP], const char *dir,
                             uint64_t first, struct why *why);

/* For reading, packed or not; path says which.  -1 with the reason. */
struct stat;
int segment_open(const char *dir, uint64_t first, char path[SEGMENT_PATH_CAP],
                 struct why *why);
bool segment_exists(const char *dir, uint64_t first, struct stat *st);
/* False after saying why. */
bool segment_remove(const char *dir, uint64_t first);

/* One segment being read, through a window that moves over the file. */
struct cursor {
    int fd;                /* -1 = none. */
    char path[SEGMENT_PATH_CAP];
    uint64_t off;          /* Of the next record. */
    uint64_t n;            /* Of the last record taken. */
    uint8_t chain[CHAIN_SIZE];
    struct segment_head head;
    struct digest *digest;
    uint64_t size;         /* Of the file, when last looked at. */
    uint8_t *window;
    uint64_t window_at;
    size_t window_size;
};

enum take {
    TAKE_RECORD, /* Good; *h and *body are filled. */
    TAKE_END,    /* The file ends here. */
    TAKE_SHORT,  /* It ends inside a record. */
    TAKE_BAD     /* A sum, a number or the chain is wrong (why). */
};

void cursor_init(struct cursor *c);
void cursor_clear(struct cursor *c);
/* Opens the segment and reads its head; *torn = it is shorter than that. */
MUST_CHECK bool cursor_open(struct cursor *c, const char *dir, uint64_t first,
                            bool *torn, struct why *why);
/* Bytes [off, off + size) or NULL when the file ends before. */
const uint8_t *cursor_at(struct cursor *c, uint64_t off, size_t size);
/* Forgets what was read ahead: another writer may replace it. */
void cursor_forget(struct cursor *c);
enum take cursor_take(struct cursor *c, struct record_head *h,
                      const uint8_t **body, struct why *why);
/* Is there a whole record anywhere behind the bad one, which would be the
 * one after n? */
bool cursor_good_behind(struct cursor *c, uint64_t bad, uint64_t n);
/* "segment x, offset y: <why>; last good record n" */
bool cursor_damage(const struct cursor *c, struct why *why);

/* Walks every segment.  Afterwards the tail of the last one is to be cut at
 * `end`; a last segment that never got its head is removed. */
struct tail {
    bool any;              /* There is a segment to go on with. */
    uint64_t first;        /* Of that segment. */
    uint64_t end, size;    /* Where to cut, and what there is. */
    uint64_t n;            /* Last good record. */
    uint8_t chain[CHAIN_SIZE];
};
MUST_CHECK bool journal_walk(const char *dir, enum source src,
                             struct tail *tail, struct why *why);

#endif /* COMMON_JOURNAL_OWN_H */
