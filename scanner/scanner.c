/* scanner - finds what pays: events looked at when one of their books moves */

/* A message changes a book and marks its market and event; when its frame
 * ends (more = false) every strategy looks once at each place marked
 * (looks.c).  A slow pass over all events runs beside it; what it finds first
 * is a sign that a mark was missed.
 *
 * Only heartbeats of feed prove that nothing was lost: before a run's first
 * nothing is taken in, while none comes nothing is looked at and all is shut,
 * and after a loss all books are asked for again (books.c, asks.c).  What comes
 * late is of the past: taken in but not used; a delay that lasts costs all. */

#include "scanner/scanner.h"

#include "common/must.h"
#include "common/planted.h"
#include "scanner/state.h"

#include <stdlib.h>

struct scanner *
scanner_new(const struct scanner_options *o)
{
    struct scanner *x = calloc(1, sizeof *x);
    uint32_t cap = (uint32_t)o->own->markets_max;

    must(x != NULL && cap > 0);
    x->conf = *o->own;
    x->heartbeat_miss = o->heartbeat_miss;
    x->universe = universe_new(cap);
    x->books = books_new(2 * cap, (uint32_t)o->own->pending_max, x->counters);
    x->asks = asks_new(2 * cap, &x->conf, x->counters);
    x->looks = looks_new(o, x->universe, x->books, x->counters);
    x->tying = tying_new();
    return x;
}

void
scanner_destroy(struct scanner **x)
{
    if (*x == NULL)
        return;
    free((*x)->tying);
    looks_destroy(&(*x)->looks);
    asks_destroy(&(*x)->asks);
    books_destroy(&(*x)->books);
    universe_destroy(&(*x)->universe);
    free(*x);
    *x = NULL;
}

const uint64_t *
scanner_counters(const struct scanner *x)
{
    return x->counters;
}

bool
scanner_is_ready(const struct scanner *x)
{
    return x->feed_up && asks_knows_universe(x->asks);
}

const struct universe *
scanner_universe(const struct scanner *x)
{
    return x->universe;
}

const struct book *
scanner_book(const struct scanner *x, uint32_t token)
{
    must(token < x->books->cap);
    return &x->books->at[token];
}

uint32_t
scanner_open_count(const struct scanner *x)
{
    return opportunities_count(looks_opportunities(x->looks));
}

static bool
may_look(const struct scanner *x)
{
    return x->feed_up && !x->in_frame && !x->late;
}

static void
look(struct scanner *x, struct turn *turn)
{
    x->frame.ns = 0;
    looks_run(x->looks, turn);
    turn->frame.ns = 0;
}

/* Of the frames nobody looked at yet the first counts; what was asked for is
 * none. */
static void
see_frame(struct scanner *x, struct nanos received, const struct input *in)
{
    if (x->feed_up && in->req == 0 && x->frame.ns == 0)
        x->frame = received;
}

bool
scanner_rest(struct scanner *x, const struct input *in, struct outbox *out)
{
    struct turn turn = { in, out, TURN_SAYS, x->frame };

    opportunities_on_tick(looks_opportunities(x->looks), &turn);
    if (may_look(x))
        look(x, &turn);
    return turn.budget < STRATEGY_WAYS;
}

bool
scanner_close_all(struct scanner *x, enum reason why, const struct input *in,
                  struct outbox *out)
{
    struct turn turn = { in, out, TURN_SAYS, { 0 } };

    opportunities_end_all(looks_opportunities(x->looks), why, &turn);
    return scanner_open_count(x) > 0;
}

/* After a message of feed: one of its frames may have ended.  An answer to a
 * request may come in the middle of one; what it marks waits for the end. */
void
scanner_after(struct scanner *x, bool more, const struct input *in,
      struct outbox *out)
{
    struct turn turn = { in, out, TURN_SAYS, x->frame };

    if (in->req == 0)
        x->in_frame = more;
    if (x->in_frame)
        return;
    x->counters[SCANNER_frames]++;
    if (may_look(x))
        look(x, &turn);
}

/* --- feed comes and goes ---------------------------------------------- */

/* Messages were lost, or feed began anew: nothing we hold can be trusted. */
static void
start_over(struct scanner *x, enum reason why, const struct input *in,
           struct outbox *out)
{
    uint32_t markets = universe_markets(x->universe);

    x->counters[SCANNER_resets] += x->feed_run > 0;
    x->late_since = in->mono;
    x->in_frame = false;
    asks_forget(x->asks);
    asks_universe(x->asks);
    for (uint32_t token = 0; token < 2 * markets; token++) {
        books_void(x->books, token, 0, why);
        asks_book(x->asks, token, in->mono);
    }
    scanner_close_all(x, why, in, out);
}

/* What was said before the delay was noticed is no reason to start over. */
static void
note_delay(struct scanner *x, const struct input *in, struct outbox *out)
{
    bool was_late = x->late;

    if (in->req != 0)
        return;
    x->late = in->mono.ns - in->said.ns > x->conf.lag_max.ms * 1000000;
    if (x->late && !was_late) {
        x->counters[SCANNER_late]++;
        x->late_since = in->mono;
    } else if (x->late && in->said.ns > x->late_since.ns) {
        start_over(x, REASON_GAP, in, out);
    }
}

/* True when this message of feed is to be used: it is of the newest run, not
 * before its first heartbeat (what was is in the answers to what we ask then),
 * and answers something still asked, or nothing. */
bool
scanner_hear_feed(struct scanner *x, const struct input *in, struct outbox *out)
{
    if (in->run < x->feed_run)
        return false;
    if (in->run > x->feed_run) {
        start_over(x, REASON_GAP, in, out);
        x->feed_run = in->run;
        x->feed_up = false;
        x->frame.ns = 0;
    }
    note_delay(x, in, out);
    return in->run == x->feed_proved && asks_expects(x->asks, in);
}

static void
want_book(struct scanner *x, uint32_t token, const struct input *in,
          struct outbox *out)
{
    if (asks_book(x->asks, token, in->mono))
        asks_pump(x->asks, x->universe, x->books, in, out);
}

void
scanner_on_heartbeat(struct scanner *x, const struct heartbeat *m,
                     const struct input *in, struct outbox *out)
{
    (void)m;
    x->feed_proved = in->run > x->feed_run ? in->run : x->feed_run;
    if (!scanner_hear_feed(x, in, out))
        return;
    if (!x->feed_up)
        looks_sweep_soon(x->looks);
    x->feed_up = true;
    x->feed_beat = in->mono;
    asks_pump(x->asks, x->universe, x->books, in, out);
}

void
scanner_on_gap(struct scanner *x, const struct gap *m, const struct input *in,
               struct outbox *out)
{
    if (m->src == SOURCE_feed && !PLANTED(gap_ignored))
        start_over(x, REASON_GAP, in, out);
}

void
scanner_on_snapshot_end(struct scanner *x, const struct snapshot_end *m,
                        const struct input *in, struct outbox *out)
{
    if (!scanner_hear_feed(x, in, out))
        return;
    if (asks_on_end(x->asks, x->books, m, in))
        universe_told(x->universe);
    asks_pump(x->asks, x->universe, x->books, in, out);
}

/* --- books ------------------------------------------------------------ */

static uint32_t
find_token(struct scanner *x, const struct hash *token)
{
    uint32_t i = universe_token(x->universe, token);

    if (i == MAP_NONE)
        x->counters[SCANNER_unknown_token]++;
    return i;
}

static void
use(struct scanner *x, uint32_t token, enum books_news news,
    const struct input *in, struct outbox *out)
{
    if (x->books->at[token].whole)
        asks_got(x->asks, token);
    if (news == BOOKS_OLD || news == BOOKS_SAME)
        return;
    if (news == BOOKS_LOST)
        want_book(x, token, in, out);
    looks_mark(x->looks, token / 2);
}

void
scanner_on_book_snapshot(struct scanner *x, const struct book_snapshot *m,
                         const struct input *in, struct outbox *out)
{
    uint32_t token;

    if (!scanner_hear_feed(x, in, out))
        return;
    token = find_token(x, &m->token);
    if (token != MAP_NONE)
        use(x, token, books_on_snapshot(x->books, token, m, in->run), in,
            out);
    see_frame(x, m->received, in);
    scanner_after(x, m->more, in, out);
}

void
scanner_on_book_delta(struct scanner *x, const struct book_delta *m,
                      const struct input *in, struct outbox *out)
{
    uint32_t token;

    if (!scanner_hear_feed(x, in, out))
        return;
    token = find_token(x, &m->token);
    if (token != MAP_NONE) {
        books_expect(x->books, token, m->side);
        looks_expect(x->looks, token / 2);
        use(x, token, books_on_delta(x->books, token, m, in->run), in, out);
    }
    see_frame(x, m->received, in);
    scanner_after(x, m->more, in, out);
}

void
scanner_on_book_status(struct scanner *x, const struct book_status *m,
                       const struct input *in, struct outbox *out)
{
    uint32_t token;

    if (!scanner_hear_feed(x, in, out))
        return;
    token = find_token(x, &m->token);
    if (token != MAP_NONE) {
        enum books_news news = books_on_status(x->books, token, m, in->run);

        if (in->req != 0 && news != BOOKS_OLD)
            asks_told(x->asks, token, in->mono);
        use(x, token, news, in, out);
    }
    scanner_after(x, x->in_frame, in, out);
}

void
scanner_on_tick_size(struct scanner *x, const struct tick_size *m,
                     const struct input *in, struct outbox *out)
{
    uint32_t token;

    if (!scanner_hear_feed(x, in, out))
        return;
    token = find_token(x, &m->token);
    if (token != MAP_NONE && x->books->at[token].epoch < m->epoch) {
        books_void(x->books, token, m->epoch, REASON_BOOK_UNUSABLE);
        looks_mark(x->looks, token / 2);
    }
    scanner_after(x, x->in_frame, in, out);
}

/* --- time ------------------------------------------------------------- */

void
scanner_on_tick(struct scanner *x, const struct tick *m,
                const struct input *in, struct outbox *out)
{
    struct turn turn = { in, out, TURN_SAYS, x->frame };

    (void)m;
    if (x->feed_up && in->mono.ns - x->feed_beat.ns >
                          x->heartbeat_miss.ms * 1000000) {
        x->feed_up = false;
        x->frame.ns = 0;
        scanner_close_all(x, REASON_FEED_DOWN, in, out);
    }
    opportunities_on_tick(looks_opportunities(x->looks), &turn);
    if (x->feed_up)
        asks_pump(x->asks, x->universe, x->books, in, out);
    if (may_look(x)) {
        look(x, &turn);
        looks_sweep(x->looks, &turn);
    }
}

void
scanner_recall_opportunity(struct scanner *x, const struct opportunity *m,
                           const struct input *in)
{
    (void)in;
    opportunities_recall(looks_opportunities(x->looks), m);
}
