/* chain - blocks, what waits for one, and what it did
 *
 * A block takes in what waits, in the order of nonces, and then remembers
 * what every wallet holds.  Its hash is made of the seed, its number and how
 * often the chain was another one. */
#include "tests/simex/chain_own.h"

#include "tests/simex/sponge.h"

#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK 78000000
#define GWEI UINT64_C(1000000000)

uint64_t
chain_base_fee(const struct chain *c, uint64_t block)
{
    return c->terms.base_fee + block % 7 * GWEI;
}

struct chain_account *
chain_account(struct chain *c, uint32_t wallet)
{
    struct chain_account *a = &c->accounts[wallet];
    if (!a->known)
        *a = (struct chain_account){ .known = true, .wei = c->terms.wei };
    return a;
}

uint32_t
chain_wallet(const struct chain *c, const struct address *a)
{
    uint32_t w = desk_wallet(c->desk, a);
    return w == DESK_NONE || c->desk->wallets[w].type != 0 ? DESK_NONE : w;
}

const struct block *
chain_block(const struct chain *c, uint64_t number)
{
    const struct block *b = &c->blocks[number % CHAIN_BLOCKS];
    return number <= c->head && b->number == number && b->held ? b : NULL;
}

struct chain_tx *
chain_find(struct chain *c, const uint8_t hash[32])
{
    for (uint32_t i = 0; i < CHAIN_TXS; i++) {
        if (c->txs[i].state != TX_FREE &&
            memcmp(c->txs[i].raw.hash, hash, 32) == 0)
            return &c->txs[i];
    }
    return NULL;
}

/* --- blocks --------------------------------------------------------------- */
static void
remember(struct chain *c, struct block *b)
{
    const struct desk *d = c->desk;
    uint32_t markets = d->x->listing->markets_count, slots = 1 + 2 * markets;
    if (!b->held)
        b->held = calloc((size_t)DESK_PEOPLE_CAP * slots, sizeof *b->held);
    must(b->held != NULL);
    for (uint32_t w = 0; w < d->wallets_count; w++) {
        int64_t *held = &b->held[(size_t)w * slots];
        uint32_t who = d->wallets[w].who;
        held[0] = desk_cash(d, who);
        for (uint32_t i = 0; i < 2 * markets; i++)
            held[1 + i] = desk_shares(d, who, i / 2, i % 2);
    }
}

/* What waits and comes next: the lowest nonce that is its account's. */
static struct chain_tx *
find_due(struct chain *c, uint64_t base)
{
    struct chain_tx *best = NULL;
    for (uint32_t i = 0; i < CHAIN_TXS; i++) {
        struct chain_tx *t = &c->txs[i];
        if (t->state == TX_WAITS && t->raw.fee >= base &&
            t->raw.nonce == chain_account(c, t->wallet)->nonce &&
            (!best || t->order < best->order))
            best = t;
    }
    return best;
}

static void
take_in(struct chain *c, struct chain_tx *t, struct block *b, uint64_t base)
{
    struct chain_account *a = chain_account(c, t->wallet);
    struct effect *e = &t->effect;
    uint64_t most = base + t->raw.priority;
    const char *no = "it was to fail";
    *e = (struct effect){ .gas = 21000 };
    if (c->faults.revert > 0 && t->raw.size > 0)
        c->faults.revert--;
    else if (t->relayed && c->desk->x->now_ms / 1000 > t->end_s)
        no = "it is too late";
    else if (t->raw.size == 0)
        no = NULL;
    else
        no = carry_try(c, t->wallet, &t->raw.to, t->raw.data, t->raw.size, e);
    t->done = !no && e->gas <= t->raw.gas && carry_do(c, e);
    t->used = e->gas <= t->raw.gas ? e->gas : t->raw.gas;
    t->price = t->raw.fee < most ? t->raw.fee : most;
    t->state = TX_MINED;
    t->block = b->number;
    t->index = b->txs++;
    memcpy(t->block_hash, b->hash, sizeof t->block_hash);
    a->nonce += !t->relayed || t->done;
    if (t->relayed)
        return;
    must(t->used * t->price <= a->wei);
    a->wei -= t->used * t->price;
}

static void
make_block(struct chain *c)
{
    uint64_t number = ++c->head, base = chain_base_fee(c, number);
    struct block *b = &c->blocks[number % CHAIN_BLOCKS];
    struct chain_tx *t;
    char text[80];
    int n = snprintf(text, sizeof text, "block:%llu:%llu:%llu",
                     (unsigned long long)c->terms.seed,
                     (unsigned long long)number,
                     (unsigned long long)c->forks);
    b->number = number;
    b->txs = 0;
    sponge256(text, (size_t)n, b->hash);
    while (c->desk->x->now_ms >= c->faults.stall &&
           (t = find_due(c, base)) != NULL)
        take_in(c, t, b, base);
    remember(c, b);
}

void
chain_tick(struct chain *c)
{
    while (c->desk->x->now_ms >= c->next_ms) {
        make_block(c);
        c->next_ms += c->terms.block_ms;
        if (c->next_ms + c->terms.block_ms < c->desk->x->now_ms)
            c->next_ms = c->desk->x->now_ms; /* It was stopped a while. */
    }
}

/* --- what waits ----------------------------------------------------------- */
uint64_t
chain_next_nonce(struct chain *c, uint32_t wallet, bool pending,
                 uint64_t until)
{
    uint64_t n = chain_account(c, wallet)->nonce;
    for (uint32_t i = 0; i < CHAIN_TXS; i++)
        n -= c->txs[i].state == TX_MINED && c->txs[i].wallet == wallet &&
             c->txs[i].block > until;
    for (bool more = pending; more;) {
        more = false;
        for (uint32_t i = 0; i < CHAIN_TXS && !more; i++)
            more = c->txs[i].state == TX_WAITS &&
                   c->txs[i].wallet == wallet && c->txs[i].raw.nonce == n;
        n += more;
    }
    return n;
}

struct chain_tx *
chain_place_for(struct chain *c)
{
    struct chain_tx *oldest = NULL;
    for (uint32_t i = 0; i < CHAIN_TXS; i++) {
        struct chain_tx *t = &c->txs[i];
        if (t->state == TX_FREE)
            return t;
        if (t->state == TX_MINED && (!oldest || t->order < oldest->order))
            oldest = t;
    }
    return oldest;
}

/* A tenth more of both fees replaces what waits under its nonce. */
static bool
may_replace(const struct chain_tx *t, const struct raw_tx *tx)
{
    return tx->fee >= t->raw.fee + t->raw.fee / 10 &&
           tx->priority >= t->raw.priority + t->raw.priority / 10;
}

static const char *
judge(struct chain *c, const struct raw_tx *tx, uint32_t wallet)
{
    uint64_t most;
    if (tx->chain != c->terms.id)
        return "invalid chain id for signer";
    if (wallet == DESK_NONE)
        return "insufficient funds for gas * price + value";
    if (tx->nonce < chain_account(c, wallet)->nonce)
        return "nonce too low";
    if (tx->gas < 21000)
        return "intrinsic gas too low";
    if (tx->priority > tx->fee)
        return "max priority fee per gas higher than max fee per gas";
    if (__builtin_mul_overflow(tx->gas, tx->fee, &most) ||
        __builtin_add_overflow(most, tx->value, &most) ||
        most > chain_account(c, wallet)->wei)
        return "insufficient funds for gas * price + value";
    if (tx->value > 0 ||
        (tx->size > 0 && !carry_knows(c, &tx->to)))
        return "simex: there is no such contract";
    return "";
}

const char *
chain_take(struct chain *c, const struct raw_tx *tx)
{
    uint32_t wallet = chain_wallet(c, &tx->from);
    const char *no = judge(c, tx, wallet);
    struct chain_tx *place = NULL;
    if (chain_find(c, tx->hash))
        return "already known";
    if (no[0])
        return no;
    if (c->faults.drop > 0) {
        c->faults.drop--;
        return "";
    }
    for (uint32_t i = 0; i < CHAIN_TXS; i++) {
        struct chain_tx *t = &c->txs[i];
        if (t->state == TX_WAITS && t->wallet == wallet &&
            t->raw.nonce == tx->nonce) {
            if (!may_replace(t, tx))
                return "replacement transaction underpriced";
            place = t;
        }
    }
    place = place ? place : chain_place_for(c);
    if (!place)
        return "txpool is full";
    *place = (struct chain_tx){ .state = TX_WAITS, .raw = *tx,
                                .wallet = wallet, .order = ++c->orders };
    return "";
}

/* --- mischief ------------------------------------------------------------- */
bool
chain_reorg(struct chain *c)
{
    struct chain_tx *last = NULL;
    uint64_t head = c->head;
    for (uint32_t i = 0; i < CHAIN_TXS; i++) {
        struct chain_tx *t = &c->txs[i];
        if (t->state == TX_MINED && t->block == head &&
            (!last || t->index > last->index))
            last = t;
    }
    if (!last || last->index > 0 || !last->done ||
        !carry_undo(c, &last->effect))
        return false;
    chain_account(c, last->wallet)->nonce--;
    if (!last->relayed)
        chain_account(c, last->wallet)->wei += last->used * last->price;
    last->state = TX_WAITS;
    c->head--;
    c->forks++;
    return true;
}

bool
chain_steal(struct chain *c)
{
    for (uint32_t i = 0; i < CHAIN_TXS; i++) {
        struct chain_tx *t = &c->txs[i];
        if (t->state != TX_WAITS ||
            t->raw.nonce != chain_account(c, t->wallet)->nonce)
            continue;
        chain_account(c, t->wallet)->nonce++;
        t->state = TX_FREE;
        return true;
    }
    return false;
}

struct chain_faults *
chain_faults(struct chain *c)
{
    return &c->faults;
}

uint64_t
chain_head(const struct chain *c)
{
    return c->head;
}

struct chain *
chain_new(struct desk *d, const struct chain_terms *t)
{
    struct chain *c = calloc(1, sizeof *c);
    must(c != NULL && t->block_ms > 0);
    c->desk = d;
    c->terms = *t;
    c->txs = calloc(CHAIN_TXS, sizeof *c->txs);
    c->relayed = calloc(RELAYED, sizeof *c->relayed);
    must(c->txs != NULL && c->relayed != NULL);
    c->head = FIRST_BLOCK;
    c->next_ms = d->x->now_ms;
    return c;
}

void
chain_destroy(struct chain **c)
{
    if (!*c)
        return;
    for (uint32_t i = 0; i < CHAIN_BLOCKS; i++)
        free((*c)->blocks[i].held);
    free((*c)->txs);
    free((*c)->relayed);
    free(*c);
    *c = NULL;
}
