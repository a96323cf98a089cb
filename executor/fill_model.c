/* fill_model - what is assumed of orders nobody takes: paper's one contract */

/* Every step is rounded against us, and no fill is beyond the order's limit:
 * a real one would not be either, it would not happen. */

#include "executor/fill_model.h"

#include "common/digest.h"
#include "executor/executor.h"

#include <string.h>

enum { BPS = 10000, PART = 10000 /* 0.01 share */ };

/* What is drawn for an order. */
enum draw { DRAW_latency, DRAW_ghost };

static bool
read_step(const struct text *line, int64_t is_most, int64_t *from,
          int64_t *is)
{
    const char *colon = strchr(line->s, ':');

    if (colon == NULL ||
        !micros_parse(line->s, (size_t)(colon - line->s), from) ||
        !micros_parse(colon + 1, strlen(colon + 1), is) ||
        *is % MICROS != 0)
        return false;
    *is /= MICROS;
    return *from >= 0 && *from <= MICROS && *is >= 0 && *is <= is_most;
}

static bool
read_steps(const char *name, const struct conf_list *list, int64_t is_most,
           struct steps *out, struct why *why)
{
    out->count = 0;
    if (list->count > sizeof out->at / sizeof out->at[0])
        return why_set(why, "executor.%s: more than 16 steps", name);
    for (uint32_t i = 0; i < list->count; i++) {
        int64_t from, is;

        if (!read_step(&list->at[i], is_most, &from, &is) ||
            (i > 0 && from <= out->at[i - 1].from))
            return why_set(why, "executor.%s: '%s': expected steps from:to, "
                                "from ascending within 0 and 1, to whole and "
                                "at most %lld", name, list->at[i].s,
                           (long long)is_most);
        out->at[out->count].from = from;
        out->at[out->count++].is = is;
    }
    return true;
}

static enum fill_basis
basis_of(const conf_word *word)
{
    if (strcmp(word->s, "mid") == 0)
        return FILL_BASIS_mid;
    if (strcmp(word->s, "next_trade") == 0)
        return FILL_BASIS_next_trade;
    return strcmp(word->s, "limit") == 0 ? FILL_BASIS_limit : FILL_BASIS_book;
}

bool
fill_model_read(const struct executor_conf *c, struct fill_model *m,
                struct why *why)
{
    *m = (struct fill_model){
        .basis = basis_of(&c->fill_model_price_basis),
        .latency = c->fill_model_latency,
        .memory = c->fill_model_memory,
        .wait = c->fill_model_wait,
        .share = c->fill_model_share,
        .ghost = c->fill_model_ghost,
    };
    if (!read_steps("fill_model_latencies", &c->fill_model_latencies, 60000,
                    &m->latencies, why) ||
        !read_steps("fill_model_slippage", &c->fill_model_slippage, BPS,
                    &m->slippage, why) ||
        !read_steps("fill_model_impact", &c->fill_model_impact, BPS,
                    &m->impact, why))
        return false;
    return m->latencies.count == 0 || m->latencies.at[0].from == 0 ||
           why_set(why, "executor.fill_model_latencies: expected a first "
                        "step from 0");
}

static int64_t
at(const struct steps *s, int64_t x)
{
    int64_t is = 0;

    for (uint32_t i = 0; i < s->count && s->at[i].from <= x; i++)
        is = s->at[i].is;
    return is;
}

/* 0 .. 999999, as likely each, the same for the same order and question. */
static int64_t
drawn(const struct hash *order, enum draw what, uint32_t n)
{
    uint8_t bytes[sizeof order->b + 5], sum[32];
    uint64_t number = 0;

    memcpy(bytes, order->b, sizeof order->b);
    bytes[sizeof order->b] = (uint8_t)what;
    for (unsigned i = 0; i < 4; i++)
        bytes[sizeof order->b + 1 + i] = (uint8_t)(n >> (8 * i));
    sha256(bytes, sizeof bytes, sum);
    for (int i = 0; i < 8; i++)
        number = number << 8 | sum[i];
    return (int64_t)(number % MICROS);
}

struct ms
fill_model_latency(const struct fill_model *m, const struct hash *order)
{
    if (m->latencies.count == 0)
        return m->latency;
    return (struct ms){ at(&m->latencies, drawn(order, DRAW_latency, 0)) };
}

bool
fill_model_is_ghost(const struct fill_model *m, const struct hash *order,
                    uint32_t n)
{
    return m->ghost.ppm > 0 && drawn(order, DRAW_ghost, n) < m->ghost.ppm;
}

static bool
within(const struct order_ask *ask, int64_t price)
{
    return ask->side == SIDE_buy ? price <= ask->limit.micros
                                 : price >= ask->limit.micros;
}

/* Rounded against us. */
static int64_t
mid_of(enum side side, const struct book *b)
{
    const struct level *bid = book_best(&b->bids), *ask = book_best(&b->asks);
    int64_t sum;

    if (bid == NULL || ask == NULL)
        return 0;
    sum = bid->price.micros + ask->price.micros;
    return side == SIDE_buy ? (sum + 1) / 2 : sum / 2;
}

/* The part an order wants of what is displayed within its limit. */
static int64_t
part_of(const struct order_ask *ask, const struct levels *levels)
{
    int64_t shown = 0, part = MICROS;

    for (uint32_t i = 0; i < levels->count &&
                         within(ask, levels->at[i].price.micros); i++)
        shown += levels->at[i].size.micros;
    if (shown <= ask->qty.micros ||
        !muldiv_up(ask->qty.micros, MICROS, shown, &part))
        return MICROS;
    return part;
}

struct fill_offer
fill_model_offer(const struct fill_model *m, const struct order_ask *ask,
                 const struct book *b)
{
    const struct level *bid = book_best(&b->bids), *best = book_best(&b->asks);
    /* A book without the other side is as wide as can be. */
    int64_t spread = bid != NULL && best != NULL
                         ? best->price.micros - bid->price.micros : MICROS;
    struct fill_offer o = {
        .model = m,
        .ask = ask,
        .levels = ask->side == SIDE_buy ? &b->asks : &b->bids,
        .mid = mid_of(ask->side, b),
    };

    o.slippage = at(&m->slippage, spread);
    o.impact = at(&m->impact, part_of(ask, o.levels));
    return o;
}

/* So much worse, rounded against us. */
static int64_t
worsened(enum side side, int64_t price, int64_t bps)
{
    return side == SIDE_buy ? (price * (BPS + bps) + BPS - 1) / BPS
                            : price * (BPS - bps) / BPS;
}

/* Before slippage: what the book, and our own size, make of it; 0 = none. */
static int64_t
base_of(const struct fill_offer *o, const struct level *l)
{
    int64_t price = 0;

    switch (o->model->basis) {
    case FILL_BASIS_book:
        price = l->price.micros;
        break;
    case FILL_BASIS_mid:
        price = o->mid;
        break;
    case FILL_BASIS_limit:
        price = o->ask->limit.micros;
        break;
    case FILL_BASIS_next_trade: /* No book fills it: fill_model_trade. */
        break;
    }
    return worsened(o->ask->side, price, o->impact);
}

static int64_t
price_of(const struct fill_offer *o, const struct level *l)
{
    return worsened(o->ask->side, base_of(o, l), o->slippage);
}

bool
fill_model_reaches(const struct fill_offer *o, const struct level *l)
{
    int64_t price = price_of(o, l);

    return within(o->ask, l->price.micros) && price > 0 &&
           within(o->ask, price);
}

/* How much worse a price is than another, in bps rounded up; less than 0 when
 * it is better, 0 when there is nothing to compare it with. */
static struct bps
worse_by(enum side side, int64_t got, int64_t meant)
{
    int64_t by = side == SIDE_buy ? got - meant : meant - got, bps = 0;

    if (meant <= 0 || !muldiv_up(by, BPS, meant, &bps))
        return (struct bps){ 0 };
    return (struct bps){ bps };
}

/* Its fee, beside what it costs, after so many shares: all parts together are
 * charged what the whole would be, which is what riskd set aside.  False when
 * that is not to be had. */
static bool
put_fee(const struct order_ask *ask, struct qty before, struct order_fill *f)
{
    struct qty then = { before.micros + f->qty.micros };
    struct money notional, had;
    int64_t bps = 0;

    if (!fee_up(&ask->fees, f->price, then, &f->fee) ||
        !fee_up(&ask->fees, f->price, before, &had) ||
        !cost_up(f->price, f->qty, &notional))
        return false;
    f->fee.micros -= had.micros;
    if (notional.micros > 0 &&
        !muldiv_up(f->fee.micros, BPS, notional.micros, &bps))
        return false;
    f->fee_bps.bps = bps;
    return true;
}

static struct ms
since(struct nanos sent, struct nanos wall)
{
    return (struct ms){ (wall.ns - sent.ns) / 1000000 };
}

bool
fill_model_price(const struct fill_offer *o, const struct level *l,
                 struct nanos wall, struct order_fill *f)
{
    const struct order_ask *ask = o->ask;

    if (!fill_model_reaches(o, l))
        return false;
    f->price.micros = price_of(o, l);
    if (!put_fee(ask, (struct qty){ 0 }, f))
        return false;
    f->slippage = worse_by(ask->side, f->price.micros, ask->meant.micros);
    f->impact = worse_by(ask->side, base_of(o, l),
                         o->levels->at[0].price.micros);
    f->delay = since(ask->sent, wall);
    return true;
}

/* Everything displayed at its price is in front of it. */
static struct qty
queue_at(const struct levels *side, struct price price)
{
    for (uint32_t i = 0; i < side->count; i++)
        if (side->at[i].price.micros == price.micros)
            return side->at[i].size;
    return (struct qty){ 0 };
}

enum order_arrival
fill_model_arrive(const struct fill_model *m, const struct order_ask *ask,
                  const struct book *b, struct nanos wall,
                  struct order_wait *w)
{
    struct fill_offer o = fill_model_offer(m, ask, b);
    const struct levels *own = ask->side == SIDE_buy ? &b->bids : &b->asks;

    *w = (struct order_wait){ .on = true, .rests = ask->rests };
    if (ask->rests && o.levels->count > 0 &&
        within(ask, o.levels->at[0].price.micros))
        return ORDER_CROSSES;
    if (ask->rests) {
        w->ahead = queue_at(own, ask->limit);
        w->until = ask->ends;
        return ORDER_WAITS;
    }
    w->on = m->basis == FILL_BASIS_next_trade;
    w->slippage = o.slippage;
    w->impact = o.impact;
    w->until.ns = wall.ns + m->wait.ms * 1000000;
    return w->on ? ORDER_WAITS : ORDER_TAKES;
}

/* Somebody did what it does, at this price or what the model makes of it. */
static bool
take_price(const struct order_ask *ask, const struct trade *t,
           const struct order_wait *w, struct order_fill *f)
{
    int64_t base = worsened(ask->side, t->price.micros, w->impact);

    f->price.micros = worsened(ask->side, base, w->slippage);
    f->impact = worse_by(ask->side, base, t->price.micros);
    return t->side == ask->side && f->price.micros > 0 &&
           within(ask, f->price.micros);
}

/* Somebody came to its side of the book, as deep as it stands; makers pay no
 * fee.  What is in front of it takes its part of the trade first. */
static bool
rest_price(const struct order_ask *ask, const struct trade *t,
           struct qty *left, struct order_wait *w, struct order_fill *f)
{
    int64_t front = w->ahead.micros < left->micros ? w->ahead.micros
                                                   : left->micros;

    f->price = ask->limit;
    if (t->side == ask->side || !within(ask, t->price.micros))
        return false;
    w->ahead.micros -= front;
    left->micros -= front;
    return true;
}

bool
fill_model_trade(const struct fill_model *m, const struct order_ask *ask,
                 const struct trade *t, struct nanos wall, struct qty *left,
                 struct order_wait *w, struct order_fill *f)
{
    *f = (struct order_fill){ .qty = { 0 } };
    if (w->rests ? !rest_price(ask, t, left, w, f)
                 : !take_price(ask, t, w, f))
        return false;
    if (!muldiv_down(left->micros, m->share.ppm, MICROS, &f->qty.micros))
        return false;
    f->qty.micros -= f->qty.micros % PART; /* Costs whole micros. */
    if (f->qty.micros > ask->qty.micros)
        f->qty = ask->qty;
    if (f->qty.micros <= 0 ||
        (ask->whole && f->qty.micros < ask->qty.micros) ||
        (!w->rests && !put_fee(ask, w->matched, f)))
        return false;
    f->slippage = worse_by(ask->side, f->price.micros, ask->meant.micros);
    f->delay = since(ask->sent, wall);
    f->ghost = fill_model_is_ghost(m, &ask->id, w->trades++);
    left->micros -= f->qty.micros;
    w->matched.micros += f->qty.micros;
    return true;
}
