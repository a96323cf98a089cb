/* recent - records under their keys: when full, the oldest is forgotten
 *
 * Not for what must never be lost: only for questions about the recent past. */
#ifndef EXECUTOR_RECENT_H
#define EXECUTOR_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recent_kind {
    size_t size;             /* Of a record. */
    size_t key_at, key_size; /* The key is part of it. */
    bool (*may_go)(const void *record); /* NULL: every one may. */
};

struct recent;
/* kind must outlive it.  No allocation after this. */
struct recent *recent_new(const struct recent_kind *kind, uint32_t cap);
void recent_destroy(struct recent **r);
/* NULL when never put, or forgotten; good until the next put. */
const void *recent_find(const struct recent *r, const void *key);
/* A record with a key that is there takes its place and stays as old.  False
 * when it is full and none may go. */
bool recent_put(struct recent *r, const void *record);
/* The one at *i or after, in no order, and *i behind it; NULL at the end. */
const void *recent_next(const struct recent *r, uint32_t *i);

#endif /* EXECUTOR_RECENT_H */
