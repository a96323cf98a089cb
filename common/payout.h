/* payout - when a market is expected to pay, which is not when it ends; the
 * one place for all strategies and all who check them */
#ifndef COMMON_PAYOUT_H
#define COMMON_PAYOUT_H

#include "common/daemon.h"

/* From now until what ends then is expected to pay: the end (now, where it is
 * over), what always comes after it, and what sometimes does.  -1 where the
 * end is not known. */
struct ms payout_wait(const struct strategy_conf *conf, struct nanos ends,
                      struct nanos wall);
/* Makes *lock at least that long: what is locked until the last of several has
 * paid.  An end nobody knows counts as a year; false then. */
bool payout_locks(const struct strategy_conf *conf, struct nanos ends,
                  struct nanos wall, struct ms *lock);

#endif /* COMMON_PAYOUT_H */
