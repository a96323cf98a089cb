/* checks_money - riskd's books against fills and settlements
 *
 * The money lines of a batch sum to nothing; nothing held or reserved falls
 * below nothing; after a grant no limit is passed; nothing is freed that the
 * executor did not free.  When quiet, both sides hold the same, and the cash
 * is the capital, less what was bought, plus what was sold and settled: to
 * the micro, fees included. */
#include "tests/world/checks.h"

#include "common/must.h"

#include <string.h>

int64_t *
shares_of(struct holdings *h, const struct hash *token)
{
    uint32_t i = map_find(h->tokens, token);
    if (i == MAP_NONE) {
        must(h->count < KEYS);
        i = h->count++;
        must(map_put(h->tokens, token, i));
        h->names[i] = *token;
        h->shares[i] = 0;
    }
    return &h->shares[i];
}

bool
money_counts(const struct world *w, enum mode mode)
{
    return (mode == MODE_live) == w->weather.live;
}

void
money_start(struct checks *c)
{
    map_clear(c->auths);
    map_clear(c->risk.tokens);
    map_clear(c->booked);
    c->promises_count = c->risk.count = c->booked_count = 0;
    memset(&c->books, 0, sizeof c->books);
}

static int64_t *
event_of(struct money_books *b, const struct text *event)
{
    for (uint32_t i = 0; i < b->events_count; i++)
        if (text_equal(&b->events[i].event, event))
            return &b->events[i].micros;
    must(b->events_count < EVENTS);
    b->events[b->events_count] = (struct event_money){ *event, 0 };
    return &b->events[b->events_count++].micros;
}

/* A settlement, in one batch: all its lines at one time. */
static void
check_once(const struct world *w, const struct ledger_entry *m)
{
    struct checks *c = w->checks;
    uint32_t i = map_find(c->booked, &m->ref);
    if (map_find(c->refs, &m->ref) == MAP_NONE)
        return;
    if (i == MAP_NONE) {
        must(c->booked_count < KEYS);
        i = c->booked_count++;
        must(map_put(c->booked, &m->ref, i));
        c->booked_at[i] = m->booked.ns;
    }
    if (c->booked_at[i] != m->booked.ns)
        world_fail(w, "riskd books one settlement twice");
}

static void
check_entry(struct world *w, const struct ledger_entry *m)
{
    struct money_books *b = &w->checks->books;
    int64_t amount = m->amount.micros;
    if (!money_counts(w, m->mode))
        return;
    check_once(w, m);
    if (m->account == ACCOUNT_shares) {
        int64_t *held = shares_of(&w->checks->risk, &m->token);
        *held += amount;
        if (*held < 0)
            world_fail(w, "riskd holds fewer than no shares");
        return;
    }
    if (m->account == ACCOUNT_fees || m->account == ACCOUNT_provisional)
        return; /* Beside the money, like shares. */
    b->batch += amount;
    if (m->account == ACCOUNT_cash)
        b->cash += amount;
    if (m->account == ACCOUNT_capital)
        b->capital -= amount;
    if (m->account == ACCOUNT_reserved)
        b->reserved += amount;
    if (m->account == ACCOUNT_position)
        b->position += amount;
    if (m->account == ACCOUNT_due)
        b->due += amount;
    if (m->account == ACCOUNT_reserved || m->account == ACCOUNT_position ||
        m->account == ACCOUNT_due)
        *event_of(b, &m->event) += amount;
    if (b->reserved < 0)
        world_fail(w, "riskd reserved less than nothing");
    if (b->position < 0)
        world_fail(w, "riskd's positions cost less than nothing");
}

static void
check_freed(struct world *w, const struct release *m)
{
    struct freed key = { m->auth, m->leg };
    if (map_find(w->checks->freed, &key) == MAP_NONE)
        world_fail(w, "riskd frees what the executor did not release");
}

/* A trade that the venue's looks did not show in time is late at riskd too. */
static void
check_said(struct world *w, const struct risk_event *e)
{
    bool late = strcmp(e->rule.s, "fill_late") == 0;
    if (strncmp(e->rule.s, "fill", 4) != 0 || w->checks->rebuilding ||
        strcmp(e->rule.s, "fill_failed") == 0 || (late && live_lags(w)))
        return;
    world_fail(w, "riskd says %s of %s", e->rule.s, e->scope.s);
}

void
money_fact(struct world *w, uint16_t type, const void *msg)
{
    if (type == TYPE_ledger_entry)
        check_entry(w, msg);
    else if (type == TYPE_release)
        check_freed(w, msg);
    else if (type == TYPE_risk_event)
        check_said(w, msg);
}

static void
check_limits(struct world *w)
{
    struct money_books *b = &w->checks->books;
    const struct riskd_conf *most = &w->checks->limits;
    wide equity = (wide)b->cash + b->reserved + b->position + b->due;
    wide event = *event_of(b, &b->granted_in);
    /* After a clear a quarter: no window ends within a world. */
    if (w->was_cleared && (wide)b->granted_most * MICROS * 4 >
                              equity * most->trade_max.ppm)
        world_fail(w, "more than a quarter granted on probation: %lld",
                   (long long)b->granted_most);
    if ((wide)b->granted_most * MICROS * MICROS >
        equity * most->trade_max.ppm * b->granted_size)
        world_fail(w, "more than was reduced to: %lld",
                   (long long)b->granted_most);
    if ((wide)b->granted_most * MICROS > equity * most->trade_max.ppm)
        world_fail(w, "the limit of a trade passed: %lld",
                   (long long)b->granted_most);
    if (event * MICROS > equity * most->event_max.ppm)
        world_fail(w, "the limit of an event passed: %lld",
                   (long long)event);
    if (((wide)b->reserved + b->position + b->due) * MICROS >
        equity * most->unsettled_max.ppm)
        world_fail(w, "the limit of all exposure passed");
    if (b->granted_most > 0 && most->position_max.micros > 0 &&
        b->reserved + b->position + b->due > most->position_max.micros)
        world_fail(w, "the limit of money at work passed: %lld",
                   (long long)(b->reserved + b->position + b->due));
}

void
money_batch(struct world *w)
{
    struct money_books *b = &w->checks->books;
    if (b->batch != 0)
        world_fail(w, "a batch of the ledger sums to %lld",
                   (long long)b->batch);
    if (b->cash < 0)
        world_fail(w, "more granted or paid than there is cash");
    if (b->granted && !w->checks->rebuilding)
        check_limits(w);
    b->granted = false;
}

void
money_fill(struct world *w, const struct fill *m, bool undo)
{
    struct checks *c = w->checks;
    int64_t *held = shares_of(&c->exec, &m->token), sign = undo ? -1 : 1;
    struct money cost;
    bool buys = m->side == SIDE_buy;
    if (!money_counts(w, m->mode))
        return;
    must(buys ? cost_up(m->price, m->qty, &cost)
              : cost_down(m->price, m->qty, &cost));
    *held += sign * (buys ? m->qty.micros : -m->qty.micros);
    c->earned += sign * ((buys ? -cost.micros : cost.micros) -
                         m->fee.micros);
    if (*held < 0)
        world_fail(w, "the executor sold what it did not hold");
}

/* What was seen of the ways a holding can end. */
static void
count_paid(struct world *w, const struct settle *m, int64_t payout)
{
    struct checks *c = w->checks;
    if (c->rebuilding)
        return;
    c->paid++;
    c->paid_no += place_is_no(w, &m->token);
    c->paid_half += payout > 0 && payout < MICROS;
    c->paid_missed += place_was_missed(w, &m->token);
}

/* NO of what the grant bought goes, dollars and YES of what it sells come. */
static int64_t
convert(struct world *w, const struct settle *m)
{
    struct checks *c = w->checks;
    uint32_t at = map_find(c->auths, &m->auth);
    if (at == MAP_NONE)
        world_fail(w, "a conversion under no grant");
    const struct legs *legs = &c->promises[at].legs;
    int64_t bought = 0;
    for (uint32_t i = 0; i < legs->count; i++) {
        const struct leg *l = &legs->at[i];
        bool buys = l->side == SIDE_buy;
        int64_t *held = shares_of(&c->exec, &l->token);
        bought += buys;
        *held += buys ? -m->qty.micros : m->made.micros;
        if (*held < 0 || place_is_no(w, &l->token) != buys)
            world_fail(w, "the executor converted what it did not hold");
    }
    return bought == 0 ? -m->qty.micros : (bought - 1) * m->made.micros;
}

/* Paid by whom?  A resolution pays what the exchange says; a pair is worth a
 * dollar, both ways. */
void
money_settle(struct world *w, const struct settle *m)
{
    struct checks *c = w->checks;
    int64_t qty = m->qty.micros, due = 0, sign = -1, rounds = 0;
    bool pair = m->kind == SETTLE_KIND_merge || m->kind == SETTLE_KIND_split;
    if (!money_counts(w, m->mode))
        return;
    if (pair) {
        if (!place_is_pair(w, &m->token, &m->pair))
            world_fail(w, "two tokens settled that are no pair");
        sign = m->kind == SETTLE_KIND_split ? 1 : -1;
        due = -sign * qty;
        *shares_of(&c->exec, &m->pair) += sign * qty;
    } else if (m->kind == SETTLE_KIND_convert) {
        due = convert(w, m);
        sign = 0;
    } else {
        int64_t payout = place_payout(w, &m->token);
        if ((m->kind != SETTLE_KIND_resolve &&
             m->kind != SETTLE_KIND_redeem) || payout < 0)
            world_fail(w, "a settlement of a market that did not resolve");
        due = (int64_t)((wide)payout * qty / MICROS);
        count_paid(w, m, payout);
        /* Halves: of what went together the contract rounds the sum. */
        rounds = m->kind == SETTLE_KIND_redeem && payout % MICROS != 0;
    }
    *shares_of(&c->exec, &m->token) += sign * qty;
    c->earned += m->cash.micros;
    if (m->cash.micros - due > rounds || due - m->cash.micros > rounds)
        world_fail(w, "settled for %lld, the exchange pays %lld",
                   (long long)m->cash.micros, (long long)due);
    if (*shares_of(&c->exec, &m->token) < 0 ||
        (pair && *shares_of(&c->exec, &m->pair) < 0))
        world_fail(w, "the executor settled what it did not hold");
}

static void
check_holdings(struct world *w, const struct holdings *tokens)
{
    struct checks *c = w->checks;
    for (uint32_t i = 0; i < tokens->count; i++) {
        struct hash token = tokens->names[i];
        int64_t mine = *shares_of(&c->exec, &token);
        int64_t theirs = *shares_of(&c->risk, &token);
        if (mine != theirs)
            world_fail(w, "executor holds %lld, riskd's books say %lld",
                       (long long)mine, (long long)theirs);
    }
}

bool
money_is_settled(struct world *w)
{
    struct checks *c = w->checks;
    for (uint32_t i = 0; i < c->exec.count; i++) {
        struct hash token = c->exec.names[i];
        if (c->exec.shares[i] != *shares_of(&c->risk, &token) ||
            (c->exec.shares[i] > 0 && place_payout(w, &token) >= 0))
            return false;
    }
    return true;
}

void
money_quiet(struct world *w)
{
    struct checks *c = w->checks;
    struct money_books *b = &c->books;
    int64_t due = b->capital + c->earned;
    check_holdings(w, &c->exec);
    check_holdings(w, &c->risk);
    if (b->reserved != 0)
        world_fail(w, "quiet, and %lld still reserved",
                   (long long)b->reserved);
    if (b->cash != due)
        world_fail(w, "riskd has %lld in cash, by fills and settlements it "
                   "is %lld", (long long)b->cash, (long long)due);
}
