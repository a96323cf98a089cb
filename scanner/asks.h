/* asks - what feed is asked for: the universe, and books, with patience */
#ifndef SCANNER_ASKS_H
#define SCANNER_ASKS_H

#include "common/universe.h"
#include "scanner/books.h"
#include "scanner/scanner.h"

struct asks;

struct asks *asks_new(uint32_t cap, const struct scanner_conf *conf,
                      uint64_t *counters);
void asks_destroy(struct asks **a);
/* The universe is wanted now; until then nobody asks for it again. */
void asks_universe(struct asks *a);
bool asks_knows_universe(const struct asks *a);
/* A book is wanted; nothing happens when it already is, as soon.  True when it
 * is due at once. */
bool asks_book(struct asks *a, uint32_t token, struct nanos mono);
/* Feed answered that it has none to give. */
void asks_told(struct asks *a, uint32_t token, struct nanos mono);
/* The book is whole: the next time it is wanted is the first. */
void asks_got(struct asks *a, uint32_t token);
/* The token is followed no more; its number may become another's. */
void asks_drop(struct asks *a, uint32_t token);
/* Answers to requests made so far are void. */
void asks_forget(struct asks *a);
/* Whether this is the answer to a request still open (or no answer). */
bool asks_expects(const struct asks *a, const struct input *in);
/* A market or a resolution, perhaps of the universe asked for. */
void asks_on_record(struct asks *a, const struct input *in);
/* The end of an answer.  Books still missing are wanted again; a universe of
 * which something got lost is asked for again after ask_timeout.  True when
 * the whole universe was told. */
bool asks_on_end(struct asks *a, const struct books *books,
                 const struct snapshot_end *m, const struct input *in);
/* Sends what is due, gives up what stayed unanswered. */
void asks_pump(struct asks *a, struct universe *u,
               const struct books *books, const struct input *in,
               struct outbox *out);

#endif /* SCANNER_ASKS_H */
