/* markets - which market a token is of, remembered from dim_market */
#ifndef RECORDER_MARKETS_H
#define RECORDER_MARKETS_H

#include "proto/proto.h"

#include "common/pg.h"

struct markets;
struct markets *markets_new(void);
void markets_destroy(struct markets **m);

/* Room for so many tokens more, at most MARKETS_CAP: what is remembered may be
 * forgotten for it. */
enum { MARKETS_CAP = 1 << 16 };
void markets_begin(struct markets *m, uint32_t tokens);
/* To be known after the ask that follows. */
void markets_want(struct markets *m, const struct hash *token);
/* Asks the database for those wanted that are not known. */
MUST_CHECK bool markets_ask(struct markets *m, struct pg *pg,
                            struct why *why);
/* Its id, NULL = not known; until the next begin. */
const char *markets_of(const struct markets *m, const struct hash *token);

#endif /* RECORDER_MARKETS_H */
