/* feed_of - feed's answers in a replay, made of the scanner's books */

/* What the scanner holds is what feed told it, so it can be told again.  A
 * book asked for with proof counts as proved at that moment: the venue's REST
 * answers are not recorded. */

#include "deploy/arb/replay/feed_of.h"

#include "common/book.h"
#include "scanner/scanner.h"

struct answer {
    const struct scanner *x;
    const struct snapshot_request *m;
    struct nanos wall;
    void (*say)(void *arg, const struct schema *sc, const void *msg);
    void *arg;
    struct snapshot_end end;
};

static void
tell_market(struct answer *a, uint32_t i)
{
    const struct universe_market *m =
        universe_market(scanner_universe(a->x), i);

    if (m->event == MAP_NONE)
        return;
    a->say(a->arg, &market_schema, &m->m);
    a->end.sent++;
    if (m->resolved) {
        struct resolution r = { .market = m->m.market,
                                .payout_yes = m->payout_yes, .final = true };
        a->say(a->arg, &resolution_schema, &r);
        a->end.sent++;
    }
}

static void
tell_universe(struct answer *a)
{
    const struct universe *u = scanner_universe(a->x);
    const struct tokens *named = &a->m->tokens;

    for (uint32_t i = 0; named->count == 0 && i < universe_markets(u); i++)
        tell_market(a, i);
    for (uint32_t i = 0; i < named->count; i++) {
        uint32_t token = universe_token(u, &named->at[i].token);
        if (token == MAP_NONE)
            a->end.missing++;
        else
            tell_market(a, token / 2);
    }
}

static void
tell_book(struct answer *a, const struct hash *token)
{
    uint32_t t = universe_token(scanner_universe(a->x), token);
    const struct book *b = t != MAP_NONE ? scanner_book(a->x, t) : NULL;

    if (!b || !b->usable) {
        struct book_status m = { .token = *token, .epoch = b ? b->epoch : 0,
                                 .state = BOOK_STATE_resync,
                                 .reason = REASON_BOOK_UNUSABLE };
        a->say(a->arg, &book_status_schema, &m);
        a->end.missing++;
        return;
    }
    struct book_snapshot m = {
        .token = *token, .epoch = b->epoch, .book_seq = b->seq, .parts = 1,
        .tick = b->tick, .venue_time = b->venue_time,
        .received = a->m->prove ? a->wall : b->received, .hash = b->hash,
        .proved = b->proved, .bids = b->bids, .asks = b->asks,
    };
    a->say(a->arg, &book_snapshot_schema, &m);
    a->end.sent++;
}

void
feed_of(const struct scanner *x, const struct snapshot_request *m,
        struct nanos wall,
        void (*say)(void *arg, const struct schema *sc, const void *msg),
        void *arg)
{
    struct answer a = { .x = x, .m = m, .wall = wall, .say = say, .arg = arg,
                        .end = { .what = m->what, .rev = 1 } };

    if (m->what == ASKED_universe)
        tell_universe(&a);
    for (uint32_t i = 0; m->what == ASKED_books && i < m->tokens.count; i++)
        tell_book(&a, &m->tokens.at[i].token);
    say(arg, &snapshot_end_schema, &a.end);
}
