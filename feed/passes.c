/* passes - what a whole reading of the listing did not show, and what may go */

/* A market that disappears from the listing is asked for by its event: that is
 * how a resolution is learnt that the channel did not tell.  A few events a
 * pass, in turns, and only while something of them is open or not settled.  An
 * event of which nothing comes time after time is gone: its markets close.
 * Whatever has been closed for long enough is forgotten; who still wants to
 * know of it asks by its tokens (lookup.c). */

#include "feed/state.h"

enum {
    MISSING_MOST = 20,  /* Events asked for after one pass. */
    UNANSWERED_MOST = 5 /* Times in vain before an event counts as gone. */
};

void
feed_pass_begin(struct feed *f)
{
    f->pass++;
}

void
feed_miss(struct feed *f, struct listed_event *e)
{
    if (!e->missing)
        f->missing_events++;
    e->missing = true;
}

/* Marks the events of which there is something left to learn. */
static void
mark_unsettled(struct feed *f)
{
    for (uint32_t i = 0; i < f->markets; i++) {
        const struct followed *m = &f->market[i];
        if (m->used && !(m->resolved && m->final))
            f->event[m->event].unsettled = f->pass;
    }
}

static void
close_if_gone(struct feed *f, struct followed *m)
{
    if (!m->used || !m->m.open ||
        f->event[m->event].unanswered < UNANSWERED_MOST)
        return;
    m->m.open = false;
    m->m.rev++;
    f->rev++;
    m->closed_since = f->in->wall;
    feed_tell_market(f, (uint32_t)(m - f->market));
    feed_follow_market(f, m);
}

void
feed_pass_end(struct feed *f)
{
    uint32_t i = f->missed_at;

    f->listed = true;
    mark_unsettled(f);
    for (uint32_t n = 0;
         n < f->events_cap && f->missing_events < MISSING_MOST; n++) {
        struct listed_event *e = &f->event[i];
        i = (i + 1) % f->events_cap;
        if (e->used && e->pass != f->pass && e->unsettled == f->pass)
            feed_miss(f, e);
    }
    f->missed_at = i;
    for (i = 0; i < f->markets && !f->opt.offline; i++)
        close_if_gone(f, &f->market[i]);
    feed_retire(f);
}

static void
retire_token(struct feed *f, struct token *t)
{
    vbook_clear(&t->book, f->levels);
    must(map_remove(f->by_token, &t->id));
    must(f->free_tokens_count < f->tokens_cap);
    f->free_tokens[f->free_tokens_count++] = feed_token_index(f, t);
    /* What still stands in a queue finds an idle token without a market. */
    *t = (struct token){ .market = NO_MARKET, .connection = NO_CONNECTION,
                         .tell = t->tell };
}

void
feed_retire(struct feed *f)
{
    for (uint32_t i = 0; i < f->markets && !f->opt.offline; i++) {
        struct followed *m = &f->market[i];
        if (!m->used || m->closed_since.ns == 0 || m->tell ||
            f->in->wall.ns - m->closed_since.ns <
                f->conf.keep_closed.ms * 1000000)
            continue;
        if (f->token[m->token[0]].connection != NO_CONNECTION ||
            f->token[m->token[1]].connection != NO_CONNECTION)
            continue;
        struct listed_event *e = &f->event[m->event];
        retire_token(f, &f->token[m->token[0]]);
        retire_token(f, &f->token[m->token[1]]);
        must(map_remove(f->by_market, m->m.market.s));
        m->used = false;
        f->free_markets[f->free_markets_count++] = i;
        f->markets_used--;
        if (--e->markets == 0) {
            must(map_remove(f->by_event, e->id.s));
            f->missing_events -= e->missing;
            *e = (struct listed_event){ 0 };
        }
    }
}
