/* chain_past - the transactions we signed, as their facts tell */

/* A small table in the order they were first heard of: there are a few a
 * minute at most, and what is final gives its place to the next. */

#include "executor/chain_past.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

struct chain_past {
    uint32_t cap, count;
    uint64_t nonce[2];         /* Above all that were used; relayed. */
    struct chain_record at[];
};

enum { WORD = 32 };

_Static_assert(CHAIN_RAW_CAP <= tokens_cap * WORD, "raw holds the bytes");

static uint32_t
words_of(uint64_t size)
{
    return (uint32_t)((size + WORD - 1) / WORD);
}

bool
chain_op_is(enum venue_op op)
{
    return op == VENUE_OP_split || op == VENUE_OP_merge ||
           op == VENUE_OP_redeem || op == VENUE_OP_convert;
}

bool
chain_conversion_of(enum venue_op op, const struct hash *event, uint64_t gone,
                    struct qty made, const struct tokens *tokens,
                    struct chain_conversion *v)
{
    memset(v, 0, sizeof *v);
    if (op != VENUE_OP_convert)
        return true;
    if (tokens->count < 2 || tokens->count > legs_cap || gone == 0 ||
        gone >> tokens->count != 0 || made.micros <= 0 ||
        hash_is_zero(event) || event->b[31] != 0)
        return false;
    v->event = *event;
    v->gone = gone;
    v->made = made;
    v->count = tokens->count;
    for (uint32_t i = 0; i < v->count; i++)
        v->token[i] = tokens->at[i].token;
    return true;
}

static bool
is_taken(const struct chain_tx *m)
{
    bool any = m->took.micros != 0 || m->pair_took.micros != 0 ||
               m->pair_cash.micros != 0;

    return !any || (m->purpose == CHAIN_PURPOSE_redeem &&
                    m->state == CHAIN_STATE_confirmed &&
                    m->took.micros >= 0 && m->pair_took.micros >= 0 &&
                    m->pair_cash.micros >= 0 &&
                    m->pair_cash.micros <= m->pair_took.micros &&
                    m->cash.micros >= m->pair_cash.micros &&
                    m->cash.micros - m->pair_cash.micros <= m->took.micros);
}

bool
chain_record_of(const struct chain_tx *m, struct chain_record *r)
{
    memset(r, 0, sizeof *r);
    if (m->purpose >= chain_purpose_end_ || m->state >= chain_state_end_ ||
        !chain_op_is(m->op) ||
        m->size > sizeof r->raw || m->raw.count != words_of(m->size) ||
        hash_is_zero(&m->tx) ||
        uuid_is_zero(&m->ref) || m->qty.micros < 0 || !is_taken(m) ||
        m->nonce == UINT64_MAX || m->strategy >= strategy_end_ ||
        (m->state == CHAIN_STATE_signed) != (m->size > 0))
        return false;
    *r = (struct chain_record){
        .of = { .ref = m->ref, .op = m->op, .market = m->market,
                .token = m->token, .pair = m->pair, .qty = m->qty,
                .strategy = m->strategy },
        .purpose = m->purpose,
        .state = m->state,
        .nonce = m->nonce,
        .fee_max = m->fee_max,
        .priority = m->priority,
        .block = m->block,
        .paid = m->paid,
        .tx = m->tx,
        .cash = m->cash,
        .words = m->words,
        .raw_size = (uint32_t)m->size,
    };
    if (m->took.micros > 0 || m->pair_took.micros > 0) {
        r->taken[0] = (struct chain_taken){
            m->took, { m->cash.micros - m->pair_cash.micros }
        };
        r->taken[1] = (struct chain_taken){ m->pair_took, m->pair_cash };
    } else if (m->purpose == CHAIN_PURPOSE_redeem &&
               m->state == CHAIN_STATE_confirmed && m->cash.micros > 0) {
        /* Older facts do not say what went: what was asked for, then. */
        r->taken[0] = (struct chain_taken){
            m->qty, { m->cash.micros < m->qty.micros ? m->cash.micros
                                                     : m->qty.micros }
        };
    }
    for (uint32_t i = 0; i < m->raw.count; i++)
        memcpy(r->raw + i * WORD, m->raw.at[i].token.b, WORD);
    return chain_conversion_of(m->op, &m->event, m->gone, m->made, &m->tokens,
                               &r->of.conversion);
}

void
chain_record_say(const struct chain_record *r, struct chain_tx *m)
{
    memset(m, 0, sizeof *m);
    m->ref = r->of.ref;
    m->op = r->of.op;
    m->market = r->of.market;
    m->token = r->of.token;
    m->pair = r->of.pair;
    m->qty = r->of.qty;
    m->strategy = r->of.strategy;
    m->event = r->of.conversion.event;
    m->gone = r->of.conversion.gone;
    m->made = r->of.conversion.made;
    m->tokens.count = r->of.conversion.count;
    for (uint32_t i = 0; i < m->tokens.count; i++)
        m->tokens.at[i].token = r->of.conversion.token[i];
    m->purpose = r->purpose;
    m->nonce = r->nonce;
    m->tx = r->tx;
    m->fee_max = r->fee_max;
    m->priority = r->priority;
    m->state = r->state;
    m->block = r->block;
    m->paid = r->paid;
    m->cash = r->cash;
    m->words = r->words;
    m->took = r->taken[0].qty;
    m->pair_took = r->taken[1].qty;
    m->pair_cash = r->taken[1].cash;
    if (r->state != CHAIN_STATE_signed)
        return;
    m->size = r->raw_size;
    m->raw.count = words_of(r->raw_size);
    for (uint32_t i = 0; i < m->raw.count; i++)
        memcpy(m->raw.at[i].token.b, r->raw + i * WORD, WORD);
}

struct chain_past *
chain_past_new(uint32_t cap)
{
    must(cap > 0);
    struct chain_past *p = calloc(1, sizeof *p + cap * sizeof p->at[0]);

    must(p != NULL);
    p->cap = cap;
    return p;
}

void
chain_past_destroy(struct chain_past **p)
{
    free(*p);
    *p = NULL;
}

/* Of those with one nonce at most one is taken in.  Of those that are gone
 * the last one says so, and a later one may use the nonce again. */
static bool
is_open(const struct chain_past *p, uint32_t at)
{
    if (p->at[at].state != CHAIN_STATE_signed)
        return false;
    for (uint32_t i = 0; i < p->count; i++)
        if (p->at[i].nonce == p->at[at].nonce &&
            uuid_equal(&p->at[i].of.ref, &p->at[at].of.ref) &&
            (p->at[i].state == CHAIN_STATE_confirmed ||
             p->at[i].state == CHAIN_STATE_reverted ||
             (p->at[i].state == CHAIN_STATE_gone && i > at)))
            return false;
    return true;
}

/* What was replaced is over because this is: it must not open again. */
static bool
is_wanted(const struct chain_past *p, uint32_t at)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (i != at && p->at[i].state == CHAIN_STATE_signed &&
            p->at[i].nonce == p->at[at].nonce &&
            uuid_equal(&p->at[i].of.ref, &p->at[at].of.ref))
            return p->at[at].state != CHAIN_STATE_signed;
    return false;
}

/* The oldest that is not open makes room. */
static bool
make_room(struct chain_past *p)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (!is_open(p, i) && !is_wanted(p, i)) {
            p->count--;
            memmove(&p->at[i], &p->at[i + 1],
                    (p->count - i) * sizeof p->at[0]);
            return true;
        }
    return false;
}

bool
chain_past_put(struct chain_past *p, const struct chain_record *r)
{
    uint64_t *nonce = &p->nonce[r->fee_max == 0];

    if (r->state != CHAIN_STATE_gone && r->nonce + 1 > *nonce)
        *nonce = r->nonce + 1;
    if (r->state == CHAIN_STATE_gone && r->nonce + 1 == *nonce)
        *nonce = r->nonce; /* It may be used again. */
    for (uint32_t i = 0; i < p->count; i++)
        if (hash_equal(&p->at[i].tx, &r->tx)) {
            if (p->at[i].state != CHAIN_STATE_confirmed)
                p->at[i] = *r; /* Else what it took may be booked by now. */
            return true;
        }
    if (p->count == p->cap && !make_room(p))
        return false;
    p->at[p->count++] = *r;
    return true;
}

/* Of what ref is for, not of what makes way for it. */
static bool
is_for(const struct chain_record *r, const struct uuid *ref)
{
    return r->purpose != CHAIN_PURPOSE_approve &&
           r->purpose != CHAIN_PURPOSE_cancel &&
           uuid_equal(&r->of.ref, ref);
}

const struct chain_record *
chain_past_done(const struct chain_past *p, const struct uuid *ref)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->at[i].state == CHAIN_STATE_confirmed && is_for(&p->at[i], ref))
            return &p->at[i];
    return NULL;
}

const struct chain_record *
chain_past_out(const struct chain_past *p, const struct uuid *ref)
{
    const struct chain_record *done = chain_past_done(p, ref);

    for (uint32_t i = 0; !done && i < p->count; i++)
        if (is_for(&p->at[i], ref) && is_open(p, i))
            return &p->at[i];
    return done;
}

bool
chain_past_knows(const struct chain_past *p, const struct hash *tx)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (hash_equal(&p->at[i].tx, tx))
            return true;
    return false;
}

/* 0: its token, 1: its pair, 2: neither. */
static uint32_t
side_of(const struct chain_record *r, const struct hash *token)
{
    return hash_equal(&r->of.token, token)  ? 0
           : hash_equal(&r->of.pair, token) ? 1
                                            : 2;
}

const struct chain_record *
chain_past_taken(const struct chain_past *p, const struct hash *token,
                 struct chain_taken *taken)
{
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t side = side_of(&p->at[i], token);

        if (side > 1 || p->at[i].taken[side].qty.micros <= 0)
            continue;
        *taken = p->at[i].taken[side];
        return &p->at[i];
    }
    return NULL;
}

static int64_t
less(int64_t n, int64_t by)
{
    return by > 0 && by < n ? n - by : by > 0 ? 0 : n;
}

void
chain_past_booked(struct chain_past *p, const struct hash *tx,
                  const struct hash *token, const struct chain_taken *booked)
{
    for (uint32_t i = 0; i < p->count; i++) {
        uint32_t side = side_of(&p->at[i], token);
        struct chain_taken *left = p->at[i].taken + (side & 1);

        if (side > 1 || !hash_equal(&p->at[i].tx, tx))
            continue;
        left->qty.micros = less(left->qty.micros, booked->qty.micros);
        left->cash.micros = less(left->cash.micros, booked->cash.micros);
    }
}

const struct chain_record *
chain_past_open(const struct chain_past *p, uint32_t *i)
{
    for (; *i < p->count; (*i)++)
        if (is_open(p, *i))
            return &p->at[(*i)++];
    return NULL;
}

uint64_t
chain_past_nonce(const struct chain_past *p, bool relayed)
{
    return p->nonce[relayed];
}
