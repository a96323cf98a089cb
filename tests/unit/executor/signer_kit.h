/* signer_kit - a grant, an order that fits it, and who would sign */
#ifndef TESTS_UNIT_EXECUTOR_SIGNER_KIT_H
#define TESTS_UNIT_EXECUTOR_SIGNER_KIT_H

#include "executor/signer.h"
#include "tests/unit/executor/anvil_key.h"

#define KIT_NOW_MS INT64_C(1795220426740)

struct kit {
    struct signer_terms terms;
    struct grant grant;
    struct intent intent[SIGNER_BATCH];
};

static inline struct uuid
kit_uuid(uint8_t n)
{
    struct uuid u = { { n, 1, 2, 3 } };

    return u;
}

/* The id that goes with its fields. */
static inline void
kit_name(const struct kit *k, struct intent *m)
{
    bool buy = m->side == SIDE_buy;
    struct order_draft d = {
        .terms = { .chain = k->terms.chain, .version = m->version,
                   .neg_risk = m->neg_risk, .side = m->side,
                   .token = m->token, .salt = m->salt,
                   .timestamp = m->stamp },
        .wallet = k->terms.wallet,
        .exchange = exchange_find(k->terms.chain, m->version, m->neg_risk),
        .amounts = { { (int64_t)(buy ? m->maker : m->taker) },
                     { (int64_t)(buy ? m->taker : m->maker) } },
    };

    if (!d.exchange)
        return;
    order_hash(&d);
    m->order = d.id;
}

static inline void
kit_mark(struct kit *k)
{
    grant_mac(&k->terms.mac, &k->grant, &k->grant.mac);
}

/* Leg i: 100 shares at 0.40 or better, bought, or sold where sells. */
static inline void
kit_leg(struct kit *k, uint32_t i, bool sells)
{
    struct leg *l = &k->grant.legs.at[i];
    struct intent *m = &k->intent[i];

    *l = (struct leg){ .side = sells ? SIDE_sell : SIDE_buy,
                       .limit = { 400000 },
                       .size = { 100 * (int64_t)MICROS } };
    memset(l->token.b, 0x80 + (int)i, sizeof l->token.b);
    *m = (struct intent){
        .group = k->grant.group, .auth = k->grant.auth, .leg = i,
        .attempt = k->grant.attempt, .salt = 1000 + i, .mode = MODE_live,
        .token = l->token, .side = l->side, .price = l->limit,
        .qty = l->size, .tif = TIF_FAK, .version = 2,
        .stamp = (uint64_t)KIT_NOW_MS, .maker = 40000000,
        .taker = 100000000,
    };
    if (sells) {
        m->maker = 100000000;
        m->taker = 40000000;
    }
    if (k->grant.legs.count <= i)
        k->grant.legs.count = i + 1;
    kit_name(k, m);
}

static inline void
kit_begin(struct kit *k, const struct key *key)
{
    struct why why;

    memset(k, 0, sizeof *k);
    k->terms.chain = CHAIN_POLYGON;
    k->terms.cap = 16;
    memset(k->terms.mac.b, 7, sizeof k->terms.mac.b);
    must(wallet_make(WALLET_EOA, key_address(key), NULL, &k->terms.wallet,
                     &why));
    k->grant = (struct grant){ .auth = kit_uuid(9), .group = kit_uuid(5),
                               .attempt = 1, .epoch = 4, .kill_gen = 2,
                               .mode = MODE_live, .ttl = { 2000 } };
    kit_leg(k, 0, false);
    kit_leg(k, 1, true);
    kit_mark(k);
}

#endif /* TESTS_UNIT_EXECUTOR_SIGNER_KIT_H */
