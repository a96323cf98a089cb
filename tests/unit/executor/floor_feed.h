/* floor_feed - a small feed that answers with the books a test set */
#ifndef TESTS_EXECUTOR_FLOOR_FEED_H
#define TESTS_EXECUTOR_FLOOR_FEED_H

#include "tests/unit/executor/floor_road.h"

static inline void
floor_say_book(struct floor *f, struct floor_token *t, uint64_t req)
{
    struct book_snapshot m = {
        .token = t->token, .epoch = 1, .book_seq = t->seq, .parts = 1,
        .tick = { 10000 }, .proved = true,
        .received = { f->wall.ns - t->age.ms * 1000000 },
        .bids = t->bids, .asks = t->asks,
    };
    struct book_status status = { .token = t->token, .epoch = 1,
                                  .state = BOOK_STATE_stale,
                                  .reason = REASON_BOOK_OLD };

    if (t->down)
        floor_tell(f, SOURCE_feed, req, &book_status_schema, &status);
    else
        floor_tell(f, SOURCE_feed, req, &book_snapshot_schema, &m);
}

static inline void
floor_say_market(struct floor *f, uint32_t i, uint64_t req,
                 struct snapshot_end *end)
{
    struct market m = f->market[i];

    if (f->unlisted[i]) {
        m.rev = 0;
        m.event_size = 0;
    }
    end->sent += 1 + f->resolved[i];
    floor_tell(f, SOURCE_feed, req, &market_schema, &m);
    if (f->resolved[i] && !f->resolutions_lost)
        floor_tell(f, SOURCE_feed, req, &resolution_schema,
                   &f->resolution[i]);
}

static inline void
floor_on_named(struct floor *f, const struct snapshot_request *m,
               uint64_t req, struct snapshot_end *end)
{
    f->named++;
    f->last_named = *m;
    for (uint32_t i = 0; i < m->tokens.count; i++) {
        const struct floor_token *t = floor_token(f, &m->tokens.at[i].token);
        uint32_t market = t == NULL ? 0 : (uint32_t)(t - f->token) / 2;

        if (t == NULL || (f->unlisted[market] && f->unknown))
            end->missing++;
        else
            floor_say_market(f, market, req, end);
    }
}

static inline void
floor_on_snap(struct floor *f, const struct said *s)
{
    const struct snapshot_request *m = s->msg;
    struct snapshot_end end = { .what = m->what };

    if (m->what == ASKED_universe && m->tokens.count > 0) {
        floor_on_named(f, m, s->to.req, &end);
        floor_tell(f, SOURCE_feed, s->to.req, &snapshot_end_schema, &end);
        return;
    }
    f->snapshots++;
    f->last_snapshot = *m;
    if (f->feed_silent)
        return;
    if (m->what == ASKED_universe)
        for (uint32_t i = 0; i < f->markets; i++) {
            if (!f->unlisted[i])
                floor_say_market(f, i, s->to.req, &end);
        }
    else
        for (uint32_t i = 0; i < m->tokens.count; i++)
            floor_say_book(f, floor_token(f, &m->tokens.at[i].token),
                           s->to.req);
    if (f->venue.on) /* Not before what it ends, where much is tried. */
        floor_post_at(f, f->mono.ns + (f->delay_most.ms + 1) * 1000000,
                      SOURCE_feed, s->to.req, &snapshot_end_schema, &end);
    else
        floor_tell(f, SOURCE_feed, s->to.req, &snapshot_end_schema, &end);
}

#endif /* TESTS_EXECUTOR_FLOOR_FEED_H */
