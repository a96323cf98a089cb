/* requests - what riskd must hear, kept until it says so
 *
 * Fills, settlements and releases, in the order they happened.  A fill, a
 * split or a conversion of dollars goes out at once; another settlement or a
 * release waits until every earlier one of those is acked, so that riskd never
 * frees, pays or converts what it has not booked.  A release goes only under a
 * lease: who has lost it may not be the one who is asked any more.  Each is
 * sent again until acked, with the same request id. */
#ifndef EXECUTOR_REQUESTS_H
#define EXECUTOR_REQUESTS_H

#include "common/outbox.h"

struct requests;
struct requests *requests_new(uint32_t cap);
void requests_destroy(struct requests **r);
/* A request id never used before in this run. */
uint64_t requests_id(struct requests *r);
/* How many more can be kept; from the oldest that is not acked. */
uint32_t requests_room(const struct requests *r);

/* There must be room.  A fill is said on all its routes, a settlement at
 * once to the journal; its request id comes back. */
void requests_fill(struct requests *r, const struct fill *m,
                   struct nanos mono, struct outbox *out);
uint64_t requests_settle(struct requests *r, const struct settle *m,
                         struct nanos mono, struct outbox *out);
void requests_release(struct requests *r, const struct release *m,
                      struct nanos mono, struct outbox *out);
/* Something under that id is not acked. */
bool requests_has(const struct requests *r, uint64_t req);
bool requests_has_release(const struct requests *r, const struct uuid *auth);

/* There is a lease, so long. */
void requests_leased(struct requests *r, struct nanos until);
/* False when nothing waits for that id. */
MUST_CHECK bool requests_ack(struct requests *r, uint64_t req);
/* Says what could not go before and now may, and nothing again. */
void requests_send_new(struct requests *r, struct nanos mono,
                       struct outbox *out);
/* Says again what is older than every, at most 64; returns how many. */
uint32_t requests_resend(struct requests *r, struct nanos mono,
                         struct ms every, struct outbox *out);

/* From the journal: said in an earlier run, perhaps never acked.  Kept back
 * until requests_recalled; when full, the oldest is dropped (only a window
 * of cap can be unacked).  late: its order had ended, and its reservation
 * with that, so that it is sent again whatever riskd lists. */
void requests_recall_fill(struct requests *r, const struct fill *m,
                          bool late);
uint64_t requests_recall_settle(struct requests *r, const struct settle *m);
/* riskd lists this reservation as open: its fills, or its split, may be
 * missing there. */
void requests_open(struct requests *r, const struct uuid *auth);
/* The list is complete: fills and splits of reservations not in it were
 * booked, but for late ones. */
void requests_recalled(struct requests *r);
/* Asked again: forget what was listed. */
void requests_unlist(struct requests *r);

#endif /* EXECUTOR_REQUESTS_H */
