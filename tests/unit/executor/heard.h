/* heard - what a talk says of an answer, kept for a test to look at */
#ifndef TESTS_EXECUTOR_HEARD_H
#define TESTS_EXECUTOR_HEARD_H

#include "executor/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { HEARD_CAP = 64 };

struct heard {
    struct talk_account account;
    struct talk_memory memory;
    struct venue_call call;
    struct venue_done done;
    uint32_t orders, trades, balances, bad;
    struct venue_order order[HEARD_CAP];
    struct venue_trade trade[HEARD_CAP];
    struct venue_balance balance;
};

#define KEY "aaaaaaaa-0000-0000-0000-000000000001"
#define MAKER "0x00000000000000000000000000000000000000AA"
#define OTHER "0x00000000000000000000000000000000000000bb"
#define ID_A \
    "0x1111111111111111111111111111111111111111111111111111111111111111"
#define ID_B \
    "0x2222222222222222222222222222222222222222222222222222222222222222"
#define ID_X \
    "0x9999999999999999999999999999999999999999999999999999999999999999"

static inline void
heard_order(void *self, const struct venue_order *m)
{
    struct heard *h = self;

    assert_true(h->orders < HEARD_CAP);
    h->order[h->orders++] = *m;
}

static inline void
heard_trade(void *self, const struct venue_trade *m)
{
    struct heard *h = self;

    assert_true(h->trades < HEARD_CAP);
    h->trade[h->trades++] = *m;
}

static inline void
heard_balance(void *self, const struct venue_balance *m)
{
    struct heard *h = self;

    h->balance = *m;
    h->balances++;
}

static inline void
heard_bad(void *self, const char *what)
{
    struct heard *h = self;

    assert_true(what[0] != '\0');
    h->bad++;
}

static inline struct talk_sink
heard_sink(struct heard *h)
{
    return (struct talk_sink){ h, heard_order, heard_trade, heard_balance,
                               heard_bad };
}

/* MAKER is the account; of a contract, OTHER. */
static inline struct order_identity
heard_identity(enum wallet_type type)
{
    struct order_identity id = { .chain = CHAIN_POLYGON };
    struct address owner = { { 0 } }, funder = { { 0 } };
    struct why why;

    owner.b[19] = 0xaa;
    funder.b[19] = 0xbb;
    assert_true(wallet_make(type, &owner,
                            type == WALLET_EOA ? NULL : &funder, &id.wallet,
                            &why));
    return id;
}

/* Asks op about orders A, B, ... so many of them. */
static inline struct heard
heard_begin(enum venue_op op, uint32_t orders)
{
    struct heard h = { .call = { .call = 5, .op = op } };

    h.account.heartbeat_ids = true;
    h.account.id = heard_identity(WALLET_EOA);
    text_set(&h.account.key, KEY);
    h.call.orders.count = orders;
    for (uint32_t i = 0; i < orders; i++)
        memset(h.call.orders.at[i].token.b, (int)(0x11 * (i + 1)), 32);
    return h;
}

static inline void
heard_answer(struct heard *h, int status, const char *body)
{
    struct talk_answer a = { true, status, body,
                             body != NULL ? strlen(body) : 0, 0 };
    struct talk_sink sink = heard_sink(h);

    h->orders = h->trades = h->balances = h->bad = 0;
    talk_polymarket.read_answer(&h->call, &h->account, &a, &h->memory, &sink,
                                &h->done);
}

static inline bool
heard_frame(struct heard *h, const char *text)
{
    struct talk_sink sink = heard_sink(h);

    h->orders = h->trades = h->balances = h->bad = 0;
    return talk_polymarket.read_frame(text, strlen(text), &h->account, &sink);
}

#endif /* TESTS_EXECUTOR_HEARD_H */
