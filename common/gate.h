/* gate - the lock senders hold and a killer takes away; see latch.h
 *
 * gate.lock has two bytes with open-file-description locks.  Byte 0 is the
 * turnstile: a sender passes it on the way in, a killer keeps it shut, so
 * senders taking turns cannot starve a killer.  Byte 1 is the gate itself. */
#ifndef COMMON_GATE_H
#define COMMON_GATE_H

#include "common/latch.h"

/* Shuts the turnstile: nobody enters any more.  False when another killer
 * keeps it for longer than patience. */
MUST_CHECK bool gate_shut(struct gate *g, struct ms patience, struct why *why);
/* After gate_shut: waits until nobody is inside; after patience kills those
 * who signed, one after the other, until it is so. */
MUST_CHECK bool gate_empty(struct gate *g, const char *var, struct ms patience,
                           struct why *why);
/* Opens both again. */
void gate_release(struct gate *g);

#endif /* COMMON_GATE_H */
