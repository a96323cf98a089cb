/* held - what became of the markets of what we hold */

/* A resolution is told once, to those who listen.  What was missed, because
 * feed was down, or we were, or the market left the listing, is asked for: all
 * tokens held whose market is not known to be resolved, and those of open
 * groups, some at a time, in rounds.  A round begins at the start, with a new
 * run of feed, after a gap, and every held_every; one in which anything was
 * missing begins again sooner, with growing pauses.  What is learnt is settled
 * as any resolution. */

#include "executor/state.h"

#include "common/planted.h"

enum { LEGS = GROUP_SLOTS * legs_cap }; /* Of all groups; positions after. */

/* The n-th token that may be held, NULL when there is none there. */
static const struct hash *
token_at(const struct executor *x, uint32_t n)
{
    const struct position *p;

    if (n < LEGS) {
        const struct group_slot *g = &x->slots[n / legs_cap];
        return g->used && n % legs_cap < g->m.legs.count
                   ? &g->m.legs.at[n % legs_cap].token
                   : NULL;
    }
    p = positions_at(x->positions, n - LEGS);
    return p->qty.micros > 0 ? &p->token : NULL;
}

static bool
is_in(const struct tokens *list, const struct hash *token)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (hash_equal(&list->at[i].token, token))
            return true;
    return false;
}

/* The next tokens of the round. */
static void
gather(struct executor *x, struct tokens *list)
{
    uint32_t end = LEGS + positions_count(x->positions);

    list->count = 0;
    for (; x->held.at < end && list->count < tokens_cap; x->held.at++) {
        const struct hash *token = token_at(x, x->held.at);
        const struct universe_market *m;

        if (token == NULL)
            continue;
        m = executor_market(x, token);
        if ((m == NULL || !m->resolved) && !is_in(list, token))
            list->at[list->count++].token = *token;
    }
}

static struct ms
pause_after(const struct executor *x)
{
    const struct held_round *h = &x->held;
    int64_t wait = x->conf.books_resend.ms;

    if (h->failures == 0 && !h->again)
        return x->conf.held_every;
    for (uint32_t i = 1; i < h->failures && wait < x->conf.held_every.ms; i++)
        wait *= 2;
    return wait < x->conf.held_every.ms ? (struct ms){ wait }
                                        : x->conf.held_every;
}

static void
end_round(struct executor *x, struct nanos mono)
{
    struct held_round *h = &x->held;

    h->failures = h->failed ? h->failures + 1 : 0;
    h->next = after(mono, pause_after(x));
    h->soonest = after(mono, x->conf.books_resend);
    h->at = 0;
    h->again = h->failed = false;
}

void
held_tick(struct executor *x, const struct input *in, struct outbox *out)
{
    struct held_round *h = &x->held;
    struct snapshot_request m = { .what = ASKED_universe };

    if (in->mono.ns < h->next.ns || PLANTED(held_unasked))
        return;
    if (h->req != 0) { /* No answer: feed is down, or it got lost. */
        executor_count(x, EXECUTOR_timeouts);
        h->req = 0;
        h->failed = true;
        end_round(x, in->mono);
        return;
    }
    gather(x, &m.tokens);
    if (m.tokens.count == 0) {
        end_round(x, in->mono);
        return;
    }
    executor_count(x, EXECUTOR_held_asks);
    h->req = requests_id(x->requests);
    h->heard = 0;
    h->next = after(in->mono, x->conf.held_wait);
    say_snapshot_request(out, &m, &(struct to){ 0, h->req });
}

void
held_renew(struct executor *x)
{
    struct held_round *h = &x->held;

    if (h->req != 0 || h->at > 0)
        h->again = true; /* To its end first, however often this happens. */
    else if (h->failures == 0)
        h->next = h->soonest;
}

void
held_forget(struct executor *x)
{
    x->held = (struct held_round){ 0 };
}

void
held_heard(struct executor *x, const struct input *in)
{
    x->held.heard += in->req != 0 && in->req == x->held.req;
}

bool
held_end(struct executor *x, const struct snapshot_end *m,
         const struct input *in)
{
    struct held_round *h = &x->held;

    if (in->req == 0 || in->req != h->req)
        return false;
    if (m->missing > 0)
        executor_count(x, EXECUTOR_held_missing);
    h->failed |= m->missing > 0 || h->heard < m->sent;
    h->req = 0;
    h->next.ns = 0;
    x->settle_due = true;
    return true;
}
