/* bond - strategy F: a share that will very likely pay, soon, and what it is
 * worth; for scanner, which finds it, and executor, which looks again */
#ifndef COMMON_BOND_H
#define COMMON_BOND_H

#include "common/terms.h"
#include "common/universe.h"

/* How often one pays that is bought at this price; 0 = no line for it. */
struct ppm bond_hit(const struct strategy_conf *conf, const struct market *m,
                    struct price p);
/* Its price, that it is one, the wait, and that its end is no guess and not
 * over. */
enum reason bond_check(const struct strategy_conf *conf,
                       const struct universe_market *m,
                       const struct book *b, struct nanos wall);
/* Given that the check passes. */
struct basket_terms bond_terms(const struct strategy_conf *conf,
                               struct ppm cash_rate,
                               const struct universe_market *m,
                               const struct levels *asks, struct nanos wall);
/* Expected yield of a year of so many shares at their average price, simple,
 * net of the fee; as far as it fits. */
struct ppm bond_annual(const struct strategy_conf *conf,
                       const struct market *m, const struct leg *leg,
                       struct nanos wall);
/* What is expected of the basket sized by these terms: F's, or G's. */
void bond_tell(const struct basket_terms *terms, struct basket *b);

#endif /* COMMON_BOND_H */
