/* convert - NO of some outcomes becomes dollars and YES of all others; check:
 * why it does not in this mode */
#ifndef EXECUTOR_CONVERT_H
#define EXECUTOR_CONVERT_H

#include "proto/proto.h"

struct chain_record;
struct executor;
struct group_slot;
struct input;
struct outbox;
struct turn;

bool convert_is_due(const struct group_slot *g);
/* It was signed, perhaps before a restart, and is or may be done: what it
 * was.  NULL: nothing of it is out. */
const struct chain_record *convert_out(const struct executor *x,
                                       const struct group_slot *g);
enum reason convert_check(const struct executor *x,
                          const struct opportunity *m, enum mode mode);
/* What it is on chain: a token of each question, in their order.  False where
 * the event is not known as a whole, or is not that of the legs: a question
 * may be added while it is bought. */
bool convert_questions(const struct executor *x, const struct text *event,
                       const struct legs *legs, struct venue_call *m);
/* What comes of each set. */
struct qty convert_made(struct qty sets, struct ppm fee);
/* As it will be settled, but for its ref and its proof. */
struct settle convert_settle(const struct turn *t);
/* It was not done, and will not be tried again: what was bought is kept. */
void convert_failed(struct turn *t, enum reason why, const char *words);
/* Something of what it gave is not sold. */
bool convert_has_rest(const struct group_slot *g);
/* All that could be bought is; as many full sets as there are. */
void convert_begin(struct turn *t);
/* The same with nothing bought: out of the grant's dollars. */
void convert_mint(struct turn *t, const struct grant *m);
void convert_tick(struct turn *t);
/* Orders that sold what it gave have ended. */
void convert_judge(struct turn *t);
/* It is done, under that ref. */
void convert_done(struct turn *t, const struct uuid *ref,
                  const char *evidence);
void convert_acked(struct executor *x, const struct ack *m,
                   const struct input *in, struct outbox *out);
/* What it does to our positions; the group's part. */
MUST_CHECK bool convert_book(struct executor *x, const struct group_slot *g,
                             const struct settle *m);
void convert_note(struct group_slot *g, const struct settle *m);

#endif /* EXECUTOR_CONVERT_H */
