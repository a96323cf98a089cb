/* universe - which events, markets and tokens feed follows */

/* An event is taken whole or not at all: the filters look at the event, and
 * there must be room for everything in it.  Once taken it stays, with every
 * change told, until it has been closed for long enough (passes.c). */

#include "feed/state.h"

#include <string.h>

#define DAY_NS (INT64_C(86400) * 1000000000)

struct token *
feed_token(struct feed *f, const struct hash *id)
{
    uint32_t i = map_find(f->by_token, id);

    return i == MAP_NONE ? NULL : &f->token[i];
}

uint32_t
feed_token_index(const struct feed *f, const struct token *t)
{
    must(t >= f->token && t < f->token + f->tokens_cap);
    return (uint32_t)(t - f->token);
}

struct token *
feed_token_add(struct feed *f, const struct hash *id)
{
    struct token *t = feed_token(f, id);
    uint32_t i;

    if (t)
        return t;
    if (f->free_tokens_count > 0)
        i = f->free_tokens[--f->free_tokens_count];
    else if (f->tokens < f->tokens_cap)
        i = f->tokens++;
    else
        return NULL;
    t = &f->token[i];
    *t = (struct token){
        .tell = t->tell, /* Its place in the queue outlives it. */
        .id = *id,
        .market = NO_MARKET,
        .connection = NO_CONNECTION,
        .epoch = ++f->epoch,
        .state = f->opt.offline ? TOKEN_WAITING : TOKEN_IDLE,
        .why = REASON_BOOK_UNUSABLE,
    };
    token_format(id, t->text);
    /* What Polymarket has nearly everywhere; a listing or a REST book says
     * better. */
    memcpy(t->book.min_size, "5", 2);
    must(map_put(f->by_token, id, i));
    return t;
}

struct followed *
feed_market(struct feed *f, const struct text *id)
{
    uint32_t i = map_find(f->by_market, id->s);

    return i == MAP_NONE ? NULL : &f->market[i];
}

struct followed *
feed_market_of(struct feed *f, const struct token *t)
{
    return t->market == NO_MARKET ? NULL : &f->market[t->market];
}

static bool
is_listed(const conf_list *list, const struct text *word)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (word->s[0] && text_equal(&list->at[i], word))
            return true;
    return false;
}

static bool
names(const conf_list *list, const struct venue_event *e)
{
    if (list->count == 0)
        return false;
    if (is_listed(list, &e->slug) || is_listed(list, &e->id))
        return true;
    for (uint32_t i = 0; i < e->tags_count; i++)
        if (is_listed(list, &e->tags[i]))
            return true;
    for (uint32_t i = 0; i < e->count; i++)
        if (is_listed(list, &e->market[i].slug) ||
            is_listed(list, &e->market[i].m.market))
            return true;
    return false;
}

/* Whether an event not yet followed should be. */
static bool
passes(const struct feed *f, const struct venue_event *e)
{
    const struct feed_conf *c = &f->conf;
    bool open = false;

    for (uint32_t i = 0; i < e->count; i++)
        open = open || e->market[i].m.open;
    if (f->opt.offline)
        return true;
    if (e->closed || !e->book || !open || names(&c->exclude, e))
        return false;
    if (names(&c->include, e))
        return true;
    if (c->include_only || e->liquidity.micros < c->min_liquidity_usd.micros)
        return false;
    return c->max_days == 0 ||
           (e->ends.ns > 0 &&
            (e->ends.ns - f->in->wall.ns) / DAY_NS < (int64_t)c->max_days);
}

/* Room for all of e that is not there yet. */
static bool
fits(struct feed *f, const struct venue_event *e)
{
    uint32_t markets = 0, open = 0;

    for (uint32_t i = 0; i < e->count; i++)
        if (!feed_market(f, &e->market[i].m.market)) {
            markets++;
            open += e->market[i].m.open;
        }
    if (f->markets_used + markets > f->markets_cap)
        return false;
    return f->opt.offline ||
           (uint64_t)f->subscribed + 2 * (uint64_t)open <= f->conf.max_tokens;
}

static struct listed_event *
take_event(struct feed *f, const struct venue_event *e)
{
    uint32_t i = map_find(f->by_event, e->id.s);

    if (i == MAP_NONE) {
        for (i = 0; i < f->events_cap && f->event[i].used; i++)
            continue;
        if (i == f->events_cap)
            return NULL;
        f->event[i] = (struct listed_event){ .id = e->id, .used = true };
        must(map_put(f->by_event, e->id.s, i));
    }
    f->event[i].pass = f->pass;
    f->event[i].unanswered = 0;
    return &f->event[i];
}

/* A market not seen before; its tokens must be nobody else's. */
struct followed *
feed_market_add(struct feed *f, const struct venue_market *v)
{
    struct token *yes = feed_token(f, &v->m.yes), *no = feed_token(f, &v->m.no);
    uint32_t i;

    if ((yes && yes->market != NO_MARKET) || (no && no->market != NO_MARKET)) {
        feed_count(f, FEED_bad_list, 1);
        return NULL;
    }
    if (f->markets_used == f->markets_cap ||
        f->tokens - f->free_tokens_count + 2 > f->tokens_cap) {
        feed_count(f, FEED_universe_full, 1);
        return NULL;
    }
    yes = feed_token_add(f, &v->m.yes);
    no = feed_token_add(f, &v->m.no);
    i = f->free_markets_count > 0 ? f->free_markets[--f->free_markets_count]
                                  : f->markets++;
    f->markets_used++;
    f->market[i] = (struct followed){
        .m = v->m,
        .used = true,
        .token = { feed_token_index(f, yes), feed_token_index(f, no) },
    };
    yes->market = no->market = i;
    must(map_put(f->by_market, v->m.market.s, i));
    feed_count(f, FEED_markets, 1);
    return &f->market[i];
}

/* The parts of the hashed text that only a listing knows. */
static void
set_hash_parts(struct feed *f, struct followed *m)
{
    for (unsigned k = 0; k < 2; k++) {
        struct vbook *b = &f->token[m->token[k]].book;
        b->market = m->m.market;
        b->neg_risk = m->hash_neg_risk;
        if (m->min_text[0])
            memcpy(b->min_size, m->min_text, sizeof b->min_size);
        if (!b->tick[0])
            memcpy(b->tick, m->tick_text, sizeof b->tick);
    }
}

void
feed_follow_market(struct feed *f, struct followed *m)
{
    for (unsigned k = 0; k < 2; k++) {
        struct token *t = &f->token[m->token[k]];
        if (m->m.open && !m->resolved)
            feed_follow(f, t);
        else
            feed_unfollow(f, t);
    }
}

static void
put_market(struct feed *f, const struct venue_market *v, uint32_t event)
{
    struct followed *m = feed_market(f, &v->m.market);
    bool is_new = !m;

    if (m && (!hash_equal(&m->m.yes, &v->m.yes) ||
              !hash_equal(&m->m.no, &v->m.no) ||
              !text_equal(&m->m.event, &v->m.event))) {
        feed_count(f, FEED_bad_list, 1);
        return;
    }
    if (is_new && !(m = feed_market_add(f, v)))
        return;
    struct market now = v->m;
    feed_assume_fee(f, &now);
    now.rev = m->m.rev;
    now.open = v->m.open && !m->resolved;
    /* Records are zeroed before they are filled, padding included. */
    if (is_new || memcmp(&now, &m->m, sizeof now) != 0) {
        m->m = now;
        m->m.rev++;
        f->rev++;
        feed_tell_market(f, (uint32_t)(m - f->market));
    }
    m->event = event;
    if (is_new)
        f->event[event].markets++;
    m->hash_neg_risk = v->hash_neg_risk;
    memcpy(m->min_text, v->min_text, sizeof m->min_text);
    memcpy(m->tick_text, v->tick_text, sizeof m->tick_text);
    set_hash_parts(f, m);
    if (m->m.open)
        m->closed_since.ns = 0;
    else if (m->closed_since.ns == 0)
        m->closed_since = f->in->wall;
    if (v->resolved)
        feed_resolve(f, m, v->payout_yes, v->final, f->in->wall);
    feed_follow_market(f, m);
}

void
feed_listed(void *self, const struct venue_event *e)
{
    struct feed *f = self;
    bool known = map_find(f->by_event, e->id.s) != MAP_NONE;

    if (e->count == 0 || (!known && !passes(f, e))) {
        feed_count(f, FEED_filtered, 1);
        return;
    }
    if (!fits(f, e)) {
        feed_count(f, FEED_universe_full, 1);
        if (!known)
            return;
    }
    struct listed_event *l = take_event(f, e);
    if (!l) {
        feed_count(f, FEED_universe_full, 1);
        return;
    }
    if (l->missing) {
        l->missing = false;
        f->missing_events--;
    }
    for (uint32_t i = 0; i < e->count; i++)
        put_market(f, &e->market[i], (uint32_t)(l - f->event));
    if (l->markets == 0) {
        must(map_remove(f->by_event, l->id.s));
        *l = (struct listed_event){ 0 };
    }
}

void
feed_resolve(struct feed *f, struct followed *m, struct price payout_yes,
             bool final, struct nanos at)
{
    if (m->resolved && m->final >= final &&
        m->payout_yes.micros == payout_yes.micros)
        return;
    m->resolved = true;
    m->final = final;
    m->payout_yes = payout_yes;
    m->resolved_at = at;
    m->tell_resolution = true;
    if (m->closed_since.ns == 0)
        m->closed_since = f->in->wall;
    feed_count(f, FEED_resolutions, 1);
    if (m->m.open) {
        m->m.open = false;
        m->m.rev++;
        f->rev++;
    }
    feed_tell_market(f, (uint32_t)(m - f->market));
    feed_follow_market(f, m);
}

void
feed_resolved_somehow(struct feed *f, const char *market)
{
    struct text id = { "" };
    struct followed *m = text_set(&id, market) ? feed_market(f, &id) : NULL;

    if (m)
        feed_miss(f, &f->event[m->event]);
    else
        feed_count(f, FEED_bad_market, 1);
}
