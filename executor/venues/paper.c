/* paper - orders filled from the live book, with nobody on the other side */

/* The engine shows us the book of the moment an order would have arrived and
 * we walk it: one fill a level, never beyond the limit, the rest is cancelled
 * (FAK).  Or the order waits there, and the engine shows us the trades that
 * others make.  When that moment is, whether it waits, what a fill costs, and
 * which trades fail, says the fill model (executor/fill_model.h).  A BUY is
 * filled in shares; that a real one spends its collateral and may get more is
 * left out.
 *
 * The one trick: the venue does not know our orders, so what we took is still
 * displayed.  We remember it level by level and take it off every book we are
 * shown, until the level itself changes in a newer book or some time passed:
 * the same displayed shares are never ours twice. */

#include "executor/fill_model.h"

#include "common/digest.h"
#include "common/must.h"

#include <stdlib.h>
#include <string.h>

enum { TAKEN_CAP = 1024 };

/* What we took from one level. */
struct taken {
    struct hash token;
    enum side side;       /* Of the book: a BUY takes from asks (sell). */
    struct price price;
    struct qty took;
    struct qty shown;     /* Displayed when we took it; 0 = not known. */
    struct nanos until;   /* Wall time of forgetting it, 0 = empty. */
};

struct paper {
    struct fill_model model;
    uint32_t next;        /* The oldest, overwritten when all are in use. */
    struct taken at[TAKEN_CAP];
};

static void *
paper_create(const struct fill_model *model)
{
    struct paper *p = calloc(1, sizeof *p);

    must(p != NULL);
    p->model = *model;
    return p;
}

static void
paper_destroy(void **self)
{
    free(*self);
    *self = NULL;
}

static void
put_count(uint8_t **at, uint64_t n)
{
    for (int i = 7; i >= 0; i--)
        *(*at)++ = (uint8_t)(n >> (8 * i));
}

static void
paper_name_order(const struct order_key *key, struct hash *id)
{
    uint8_t bytes[sizeof key->group.b + 24], *at = bytes;

    memcpy(at, key->group.b, sizeof key->group.b);
    at += sizeof key->group.b;
    put_count(&at, key->leg);
    put_count(&at, key->attempt);
    put_count(&at, key->salt);
    sha256(bytes, sizeof bytes, id->b);
}

static struct ms
paper_answers_after(const void *self, const struct hash *order)
{
    const struct paper *p = self;

    return fill_model_latency(&p->model, order);
}

static struct taken *
find(struct paper *p, const struct hash *token, enum side side,
     struct price price)
{
    for (uint32_t i = 0; i < TAKEN_CAP; i++) {
        struct taken *t = &p->at[i];

        if (t->until.ns > 0 && t->price.micros == price.micros &&
            t->side == side && hash_equal(&t->token, token))
            return t;
    }
    return NULL;
}

static void
remember(struct paper *p, const struct hash *token, enum side side,
         struct price price, struct qty took, struct qty shown,
         struct nanos wall)
{
    struct taken *t = find(p, token, side, price);

    if (t == NULL) {
        t = &p->at[p->next];
        p->next = (p->next + 1) % TAKEN_CAP;
        *t = (struct taken){ *token, side, price, { 0 }, shown, { 0 } };
    }
    t->took.micros += took.micros;
    t->until.ns = wall.ns + p->model.memory.ms * 1000000;
}

/* Size displayed at a price, 0 when there is no such level. */
static struct qty
shown_at(const struct levels *side, struct price price)
{
    for (uint32_t i = 0; i < side->count; i++)
        if (side->at[i].price.micros == price.micros)
            return side->at[i].size;
    return (struct qty){ 0 };
}

static void
paper_adjust(void *self, const struct hash *token, struct nanos wall,
             struct book *b)
{
    struct paper *p = self;

    for (uint32_t i = 0; i < TAKEN_CAP; i++) {
        struct taken *t = &p->at[i];
        bool is_bids = t->side == SIDE_buy;
        struct levels *side = is_bids ? &b->bids : &b->asks;
        struct qty shown;

        if (t->until.ns == 0 || !hash_equal(&t->token, token))
            continue;
        shown = shown_at(side, t->price);
        if (t->shown.micros == 0)
            t->shown = shown;
        if (wall.ns >= t->until.ns || shown.micros != t->shown.micros) {
            t->until.ns = 0;
            continue;
        }
        shown.micros -= t->took.micros;
        if (shown.micros < 0)
            shown.micros = 0;
        book_set(side, is_bids, t->price, shown);
    }
}

/* What of a level is there for us: our share of what is displayed, less what
 * we took of it before. */
static struct qty
available(struct paper *p, const struct hash *token, enum side side,
          const struct level *l, struct qty *shown)
{
    const struct taken *t = find(p, token, side, l->price);
    int64_t ours = 0, took = t != NULL ? t->took.micros : 0;

    *shown = l->size;
    if (t != NULL)
        shown->micros += took;
    if (!muldiv_down(shown->micros, p->model.share.ppm, MICROS, &ours))
        return (struct qty){ 0 };
    ours -= took;
    if (ours > l->size.micros)
        ours = l->size.micros;
    return (struct qty){ ours > 0 ? ours : 0 };
}

/* All of it is there, in as many levels as an order can fill from. */
static bool
is_there(struct paper *p, const struct fill_offer *o, enum side side)
{
    int64_t left = o->ask->qty.micros;
    struct qty shown;

    for (uint32_t i = 0; i < o->levels->count && i < VENUE_FILLS &&
                         left > 0 &&
                         fill_model_reaches(o, &o->levels->at[i]); i++)
        left -= available(p, &o->ask->token, side, &o->levels->at[i],
                          &shown).micros;
    return left <= 0;
}

static uint32_t
paper_match(void *self, const struct order_ask *ask, const struct book *b,
            struct nanos wall, struct order_fill out[VENUE_FILLS])
{
    struct paper *p = self;
    enum side side = ask->side == SIDE_buy ? SIDE_sell : SIDE_buy;
    struct fill_offer o = fill_model_offer(&p->model, ask, b);
    int64_t left = ask->qty.micros;
    uint32_t count = 0;

    if (ask->whole && !is_there(p, &o, side))
        return 0;
    for (uint32_t i = 0; i < o.levels->count && count < VENUE_FILLS; i++) {
        const struct level *l = &o.levels->at[i];
        struct order_fill *f = &out[count];
        struct qty shown;

        if (left <= 0 || !fill_model_reaches(&o, l))
            break;
        memset(f, 0, sizeof *f);
        f->qty = available(p, &ask->token, side, l, &shown);
        if (f->qty.micros > left)
            f->qty.micros = left;
        if (f->qty.micros == 0)
            continue;
        if (!fill_model_price(&o, l, wall, f))
            break;
        f->ghost = fill_model_is_ghost(&p->model, &ask->id, count);
        remember(p, &ask->token, side, l->price, f->qty, shown, wall);
        left -= f->qty.micros;
        count++;
    }
    return count;
}

static enum order_arrival
paper_arrive(const void *self, const struct order_ask *ask,
             const struct book *b, struct nanos wall, struct order_wait *w)
{
    const struct paper *p = self;

    return fill_model_arrive(&p->model, ask, b, wall, w);
}

/* What was traded is displayed no more: nothing to remember. */
static bool
paper_trade(const void *self, const struct order_ask *ask,
            const struct trade *t, struct nanos wall, struct qty *left,
            struct order_wait *w, struct order_fill *f)
{
    const struct paper *p = self;

    return fill_model_trade(&p->model, ask, t, wall, left, w, f);
}

/* A fill that the model made worse than its level is not found there again:
 * then its shares are displayed, and there for us, once more. */
static void
paper_recall(void *self, const struct hash *token, enum side side,
             struct price price, struct qty qty, struct nanos wall)
{
    remember(self, token, side == SIDE_buy ? SIDE_sell : SIDE_buy, price, qty,
             (struct qty){ 0 }, wall);
}

const struct order_venue order_venue_paper = {
    .name = "paper",
    .mode = MODE_paper,
    .create = paper_create,
    .destroy = paper_destroy,
    .name_order = paper_name_order,
    .answers_after = paper_answers_after,
    .adjust = paper_adjust,
    .match = paper_match,
    .arrive = paper_arrive,
    .trade = paper_trade,
    .recall = paper_recall,
};
