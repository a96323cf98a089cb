/* floor_chain - the chain behind the venue: splits, merges, redeems and
 * conversions, each done once */
#ifndef TESTS_EXECUTOR_FLOOR_CHAIN_H
#define TESTS_EXECUTOR_FLOOR_CHAIN_H

#include "tests/unit/executor/floor_feed.h"

static inline void
floor_word(struct floor *f, struct floor_answer *a, const struct schema *sc,
           const void *m)
{
    floor_post_at(f, a->at++, SOURCE_executor, 0, sc, m);
}

static inline void
floor_convert(struct floor *f, const struct venue_call *m)
{
    for (uint32_t i = 0; i < m->orders.count; i++) {
        const struct floor_token *t = floor_token(f, &m->orders.at[i].token);
        int64_t *shares = &f->venue.shares[t - f->token];

        assert_int_equal((t - f->token) % 2, m->gone >> i & 1);
        *shares += (m->gone >> i & 1) != 0 ? -m->qty.micros
                                           : m->made.micros;
        assert_true(*shares >= 0);
    }
}

/* All that goes is there: it may be on its way. */
static inline bool
floor_has(struct floor *f, const struct venue_call *m)
{
    for (uint32_t i = 0; i < m->orders.count; i++)
        if ((m->gone >> i & 1) != 0 &&
            f->venue.shares[floor_token(f, &m->orders.at[i].token) -
                            f->token] < m->qty.micros)
            return false;
    return m->op != VENUE_OP_redeem ||
           f->venue.shares[floor_token(f, &m->token) - f->token] >=
               m->qty.micros;
}

/* All there is of both, however many were asked. */
static inline void
floor_redeem(struct floor *f, struct floor_deed *d)
{
    ptrdiff_t at = floor_token(f, &d->m.token) - f->token;

    for (int i = 0; i < 2; i++) {
        d->took[i] = f->venue.shares[at ^ i];
        f->venue.shares[at ^ i] = 0;
    }
}

/* The fact that says so; what is redeemed here has won. */
static inline void
floor_say_taken(struct floor *f, const struct floor_deed *d,
                struct floor_answer *a)
{
    struct chain_tx m = {
        .ref = d->m.ref, .op = d->m.op, .market = d->m.market,
        .token = d->m.token, .qty = d->m.qty, .strategy = d->m.strategy,
        .purpose = CHAIN_PURPOSE_redeem, .state = CHAIN_STATE_confirmed,
        .nonce = 1, .fee_max = 1, .cash = { d->took[0] },
        .took = { d->took[0] }, .pair_took = { d->took[1] },
    };

    m.pair = f->token[(floor_token(f, &m.token) - f->token) ^ 1].token;
    memcpy(m.tx.b, m.ref.b, sizeof m.ref.b);
    floor_word(f, a, &chain_tx_schema, &m);
}

/* Taken in, and nothing shows its effect. */
static inline void
floor_say_unproved(struct floor *f, const struct venue_call *of,
                   struct floor_answer *a)
{
    struct chain_tx m = {
        .ref = of->ref, .op = of->op, .market = of->market,
        .token = of->token, .pair = of->pair, .qty = of->qty,
        .strategy = of->strategy, .tokens = of->orders, .event = of->event,
        .gone = of->gone, .made = of->made, .fee_max = 1, .nonce = 1,
        .purpose = of->op == VENUE_OP_convert ? CHAIN_PURPOSE_convert
                   : of->op == VENUE_OP_split ? CHAIN_PURPOSE_split
                   : of->op == VENUE_OP_merge ? CHAIN_PURPOSE_merge
                                              : CHAIN_PURPOSE_redeem,
        .state = CHAIN_STATE_confirmed, .words = { "nothing moved" },
    };

    memcpy(m.tx.b, m.ref.b, sizeof m.ref.b);
    floor_word(f, a, &chain_tx_schema, &m);
    a->done.end = CALL_END_unknown;
    a->done.reason = REASON_BALANCE;
}

static inline void
floor_do(struct floor *f, const struct venue_call *m)
{
    int64_t *yes = &f->venue.shares[floor_token(f, &m->token) - f->token];
    const struct floor_token *pair = floor_token(f, &m->pair);
    int64_t sign = m->op == VENUE_OP_split ? 1 : -1;

    *yes += sign * m->qty.micros;
    assert_true(*yes >= 0);
    f->venue.shares[pair - f->token] += sign * m->qty.micros;
    assert_true(f->venue.shares[pair - f->token] >= 0);
}

/* On chain: once under a ref, whoever asks however often; the last who asked
 * is told. */
static inline void
floor_on_chain(struct floor *f, const struct venue_call *m,
               struct floor_answer *a)
{
    struct floor_deed *d;

    if (f->venue.no_chain) {
        a->done.end = CALL_END_unknown;
        return;
    }
    if (f->venue.unproved) {
        floor_say_unproved(f, m, a);
        return;
    }
    text_set(&a->done.evidence, "0xabc");
    for (uint32_t i = 0; i < f->venue.deeds; i++)
        if (uuid_equal(&f->venue.deed[i].m.ref, &m->ref)) {
            d = &f->venue.deed[i];
            assert_int_equal(d->m.qty.micros, m->qty.micros);
            a->at = a->at > d->done ? a->at : d->done;
            if (m->op == VENUE_OP_redeem)
                floor_say_taken(f, d, a);
            return;
        }
    if (f->venue.refuses || !floor_has(f, m)) {
        a->done.end = CALL_END_refused; /* They are still on their way. */
        a->done.reason = REASON_BALANCE;
        return;
    }
    assert_true(f->venue.deeds < FLOOR_DEEDS);
    d = &f->venue.deed[f->venue.deeds++];
    d->m = *m;
    d->done = a->at += f->venue.chain.ms * 1000000;
    if (m->op == VENUE_OP_redeem) {
        floor_redeem(f, d);
        floor_say_taken(f, d, a);
        return;
    }
    (m->op == VENUE_OP_convert ? floor_convert : floor_do)(f, m);
}

#endif /* TESTS_EXECUTOR_FLOOR_CHAIN_H */
