/* exchange - the contracts that settle orders, and their EIP-712 domains */
#ifndef EXECUTOR_ENCODE_EXCHANGE_H
#define EXECUTOR_ENCODE_EXCHANGE_H

#include "common/address.h"

enum { CHAIN_POLYGON = 137, CHAIN_AMOY = 80002 };
/* Generations of orders that the venue takes; 1 died on 2026-04-28. */
enum { ORDER_VERSION_2 = 2, ORDER_VERSION_3 = 3 };

struct exchange {
    uint64_t chain, version;
    bool neg_risk;            /* Version 3 has one contract for both. */
    struct address at;
    struct hash domain;       /* Its separator, made in advance. */
};

/* polymarket.md 8; NULL when there is none. */
const struct exchange *exchange_find(uint64_t chain, uint64_t version,
                                     bool neg_risk);
/* All of them, for tests and set-up checks. */
extern const struct exchange exchange_all[];
extern const size_t exchange_all_count;

/* 3 when token_is_position, else 2. */
uint64_t order_version_of(const struct hash *token);

#endif /* EXECUTOR_ENCODE_EXCHANGE_H */
