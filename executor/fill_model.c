/* fill_model - what is assumed of orders nobody takes: paper's one contract */

/* Every step is rounded against us, and no fill is beyond the order's limit:
 * a real one would not be either, it would not happen. */

#include "executor/fill_model.h"

#include "common/digest.h"
#include "executor/executor.h"

#include <string.h>

enum { BPS = 10000 };

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

bool
fill_model_price(const struct fill_offer *o, const struct level *l,
                 struct nanos wall, struct order_fill *f)
{
    const struct order_ask *ask = o->ask;
    struct money notional;
    int64_t bps = 0;

    if (!fill_model_reaches(o, l))
        return false;
    f->price.micros = price_of(o, l);
    if (!fee_up(&ask->fees, f->price, f->qty, &f->fee) ||
        !cost_up(f->price, f->qty, &notional))
        return false;
    if (notional.micros > 0 &&
        !muldiv_up(f->fee.micros, BPS, notional.micros, &bps))
        return false;
    f->fee_bps.bps = bps;
    f->slippage = worse_by(ask->side, f->price.micros, ask->meant.micros);
    f->impact = worse_by(ask->side, base_of(o, l),
                         o->levels->at[0].price.micros);
    f->delay.ms = (wall.ns - ask->sent.ns) / 1000000;
    return true;
}
