/* marks - what is held, looked at again and again at what it would bring */
/*
 * The books of riskd are at cost.  Once every mark_every it asks feed for the
 * books of what it holds and says what each ledger is worth (worth.h): a
 * fact, so that the day's opening and the best there ever was outlive a
 * restart.  A token that feed has no book for keeps its last quote.  Feed may
 * be down for good: then all that is lost is the looking.
 *
 * Markets are told on feed.pub; whatever may have been missed (a gap, a new
 * run of feed, the start) is asked for again.
 */
#include "riskd/engine.h"

#include <stdlib.h>
#include <string.h>

#include "common/must.h"

#define PATIENCE_NS (5LL * 1000 * 1000 * 1000)

void
marks_init(struct marks *k, uint32_t markets_cap)
{
    *k = (struct marks){ .universe_due = true };
    k->universe = universe_new(markets_cap);
    k->desk = worth_desk_new(markets_cap);
    k->quotes = calloc(2 * (size_t)markets_cap, sizeof *k->quotes);
    k->wanted = calloc(2 * (size_t)markets_cap, sizeof *k->wanted);
    k->disputed = calloc(markets_cap, sizeof *k->disputed);
    must(k->quotes != NULL && k->wanted != NULL && k->disputed != NULL);
}

void
marks_clear(struct marks *k)
{
    universe_destroy(&k->universe);
    worth_desk_destroy(&k->desk);
    free(k->quotes);
    free(k->wanted);
    free(k->disputed);
}

struct money
riskd_marked(const struct books *b)
{
    return b->mark.day == 0 ? ledger_equity(b->ledger) : b->mark.equity;
}

bool
riskd_is_disputed(const struct riskd *x, const struct text *market)
{
    uint32_t i = universe_find_market(x->marks.universe, market);
    return i != MAP_NONE && x->marks.disputed[i];
}

struct money
riskd_capital(const struct books *b)
{
    struct money cost = ledger_equity(b->ledger), marked = riskd_marked(b);
    return marked.micros < cost.micros ? marked : cost;
}

static bool
is_used(const struct books *b)
{
    return ledger_account(b->ledger, ACCOUNT_capital).micros != 0;
}

/* Legs are alone for a moment in every group; at two looks in a row they are
 * left alone. */
static void
watch_naked(struct riskd *x, struct books *b, int64_t naked,
            struct outbox *out)
{
    int64_t most = x->conf.naked_max.micros;
    bool was = b->naked.micros > 0;
    b->naked_looks = most > 0 && naked > most ? b->naked_looks + 1 : 0;
    b->naked.micros = b->naked_looks >= 2 ? naked : 0;
    bool is = b->naked.micros > 0;
    if (is == was) {
        return;
    }
    struct risk_event_says says = {
        .rule = "naked",
        .metric = "naked",
        .unit = "usd",
        .scope = enum_word(&mode_words, (uint32_t)b->mode),
        .value = naked,
        .threshold = most,
        .severity = is ? SEVERITY_high : SEVERITY_info,
        .action = is ? ACTION_halt_new : ACTION_log,
    };
    riskd_say_event(x, out, &says);
}

static void
mark_books(struct riskd *x, struct books *b, const struct input *in,
           struct outbox *out)
{
    struct worth_terms terms = { x->cash_rate, x->strategy.merge_time };
    struct mark now = b->mark;
    struct worth w;
    worth_of(x->marks.desk, x->marks.universe, x->marks.quotes,
             x->marks.disputed, b->ledger, &terms, in->wall, &w);
    int64_t day = utc_day(in->wall);
    int64_t equity = ledger_equity(b->ledger).micros -
                     ledger_account(b->ledger, ACCOUNT_position).micros +
                     w.positions;
    bool first = now.day == 0;
    if (first || (day > 0 && (uint64_t)day > now.day)) {
        now.open.micros = first ? equity : now.equity.micros;
        now.high = now.open;
        now.day = (uint64_t)day;
    }
    now.mode = b->mode;
    now.equity.micros = equity;
    now.high.micros = equity > now.high.micros ? equity : now.high.micros;
    now.best.micros =
        first || now.high.micros > now.best.micros ? now.high.micros
                                                   : now.best.micros;
    now.lock.micros = w.lock;
    now.missing = w.missing;
    if (memcmp(&now, &b->mark, sizeof now) != 0) {
        b->mark = now;
        say_mark(out, &now, NULL);
    }
    riskd_watch_loss(x, b, in, out);
    watch_naked(x, b, w.naked, out);
}

static void
end_round(struct riskd *x, const struct input *in, struct outbox *out)
{
    x->marks.round = false;
    x->counters[RISKD_marks]++;
    for (int i = 0; i < 2; i++) {
        if (is_used(&x->books[i]) && in->wall.ns >= 0) {
            mark_books(x, &x->books[i], in, out);
        }
    }
}

static void
ask_books(struct marks *k, struct snapshot_request *m, struct outbox *out)
{
    if (m->tokens.count > 0) {
        say_snapshot_request(out, m, &(struct to){ 0, ++k->asks });
        k->last = k->asks;
        k->waiting++;
        m->tokens.count = 0;
    }
}

static void
want_all(struct riskd *x, const struct ledger *l)
{
    uint32_t cap;
    const struct lot *lots = ledger_lots(l, &cap);
    for (uint32_t i = 0; i < cap; i++) {
        uint32_t t = lots[i].used ? universe_token(x->marks.universe,
                                                   &lots[i].token)
                                  : MAP_NONE;
        if (t != MAP_NONE) {
            x->marks.wanted[t] = true;
        }
    }
}

static void
begin_round(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct marks *k = &x->marks;
    struct snapshot_request m = { .what = ASKED_books };
    k->round = true;
    k->began = in->mono;
    k->first = k->asks + 1;
    k->last = k->asks;
    k->waiting = 0;
    want_all(x, x->books[0].ledger);
    want_all(x, x->books[1].ledger);
    for (uint32_t i = 0; i < universe_markets(k->universe); i++) {
        const struct universe_market *u = universe_market(k->universe, i);
        for (uint32_t side = 0; side < 2; side++) {
            if (!k->wanted[2 * i + side]) {
                continue;
            }
            k->wanted[2 * i + side] = false;
            m.tokens.at[m.tokens.count++].token = side ? u->m.no : u->m.yes;
            if (m.tokens.count == tokens_cap) {
                ask_books(k, &m, out);
            }
        }
    }
    ask_books(k, &m, out);
    if (k->waiting == 0) {
        end_round(x, in, out);
    }
}

static void
ask_universe(struct marks *k, const struct input *in, struct outbox *out)
{
    struct snapshot_request m = { .what = ASKED_universe };
    if (k->universe_req != 0 &&
        in->mono.ns - k->universe_asked.ns < PATIENCE_NS) {
        return;
    }
    k->universe_req = ++k->asks;
    k->universe_asked = in->mono;
    say_snapshot_request(out, &m, &(struct to){ 0, k->universe_req });
}

void
riskd_mark_on_tick(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct marks *k = &x->marks;
    int64_t since = in->mono.ns - k->began.ns;
    if (k->universe_due) {
        ask_universe(k, in, out);
    }
    if (k->round && since >= PATIENCE_NS) {
        end_round(x, in, out);
    } else if (!k->round && (k->began.ns == 0 ||
                             since >= x->conf.mark_every.ms * 1000000)) {
        begin_round(x, in, out);
    }
}

void
riskd_on_gap(struct riskd *x, const struct gap *m, const struct input *in,
             struct outbox *out)
{
    (void)in;
    (void)out;
    if (m->src == SOURCE_feed) {
        x->marks.universe_due = true;
        x->health.gaps++;
        x->health.lost++;
        x->health.gap_at = in->mono;
    }
}

static void
hear_feed(struct riskd *x, const struct input *in)
{
    if (in->run != x->marks.universe_run) {
        x->marks.universe_due = true;
    }
}

void
riskd_on_market(struct riskd *x, const struct market *m,
                const struct input *in, struct outbox *out)
{
    (void)out;
    hear_feed(x, in);
    if (!text_is_sane(&m->market) || !text_is_sane(&m->event) ||
        universe_put(x->marks.universe, m) == MAP_NONE) {
        x->counters[RISKD_markets_refused]++;
    }
}

void
riskd_on_resolution(struct riskd *x, const struct resolution *m,
                    const struct input *in, struct outbox *out)
{
    uint32_t market;
    (void)out;
    hear_feed(x, in);
    if (text_is_sane(&m->market) &&
        universe_resolve(x->marks.universe, m, &market)) {
        x->marks.disputed[market] = !m->final;
    }
}

/* The first part holds the best bid. */
void
riskd_on_book_snapshot(struct riskd *x, const struct book_snapshot *m,
                       const struct input *in, struct outbox *out)
{
    (void)out;
    uint32_t t = universe_token(x->marks.universe, &m->token);
    hear_feed(x, in);
    if (t == MAP_NONE || m->part != 0 || m->bids.count > levels_cap) {
        return;
    }
    struct price bid = { 0 };
    if (m->bids.count > 0 && m->bids.at[0].price.micros > 0 &&
        m->bids.at[0].price.micros <= MICROS) {
        bid = m->bids.at[0].price;
    }
    x->marks.quotes[t] = (struct quote){ true, bid };
}

void
riskd_on_snapshot_end(struct riskd *x, const struct snapshot_end *m,
                      const struct input *in, struct outbox *out)
{
    struct marks *k = &x->marks;
    if (in->peer != 0 || in->req == 0) {
        return;
    }
    if (m->what == ASKED_universe && in->req == k->universe_req) {
        k->universe_req = 0;
        k->universe_run = in->run;
        k->universe_due = false;
    } else if (m->what == ASKED_books && k->round && in->req >= k->first &&
               in->req <= k->last && k->waiting > 0 && --k->waiting == 0) {
        end_round(x, in, out);
    }
}

void
riskd_recall_mark(struct riskd *x, const struct mark *m,
                  const struct input *in)
{
    (void)in;
    if (m->mode == MODE_paper || m->mode == MODE_live) {
        books_of(x, m->mode)->mark = *m;
    }
}
