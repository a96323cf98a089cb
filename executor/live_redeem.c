/* live_redeem - what resolved markets pay: asked of the chain, booked as it
 * was done */

/* The contract takes all shares of both tokens that there are when it is
 * mined, however many it was asked for: more when a trade came meanwhile, less
 * when one was sold.  So nothing is booked that was asked, but what the fact of
 * its transaction says went, token by token; and of shares that are heard of
 * only later, those are booked first that went with an earlier one. */

#include "executor/state.h"

#include "common/digest.h"
#include "common/planted.h"

#include <string.h>

/* Told again under the same name until they are booked. */
static struct uuid
name(const struct hash *of, uint64_t one, uint64_t other)
{
    uint8_t bytes[sizeof of->b + 16], hash[32];
    uint64_t with[2] = { one, other };
    struct uuid made;

    memcpy(bytes, of->b, sizeof of->b);
    for (size_t i = 0; i < 16; i++)
        bytes[sizeof of->b + i] = (uint8_t)(with[i / 8] >> (8 * (i % 8)));
    sha256(bytes, sizeof bytes, hash);
    memcpy(made.b, hash, sizeof made.b);
    return made;
}

static uint64_t
times_of(const struct executor *x, const struct hash *token)
{
    const struct redeemed *r = recent_find(x->live.redeemed, token);

    return r == NULL ? 0 : r->times;
}

void
live_note_redeemed(struct executor *x, const struct settle *m)
{
    const struct chain_taken booked = { m->qty, m->cash };
    struct redeemed r = { m->token, times_of(x, &m->token) + 1 };
    struct hash tx;

    recent_put(x->live.redeemed, &r);
    if (hash_parse(m->evidence.s, strlen(m->evidence.s), &tx))
        chain_past_booked(x->chain, &tx, &m->token, &booked);
}

/* Shares of it that went already. */
static bool
book_taken(struct executor *x, const struct position *p, struct settle *m,
           const struct input *in, struct outbox *out)
{
    struct chain_taken taken;
    const struct chain_record *r =
        chain_past_taken(x->chain, &p->token, &taken);
    struct uuid of;

    if (r == NULL)
        return false;
    if (taken.qty.micros < m->qty.micros) {
        m->qty = taken.qty;
        x->settle_due = true; /* The rest. */
    }
    if (!muldiv_down(taken.cash.micros, m->qty.micros, taken.qty.micros,
                     &m->cash.micros)) {
        executor_count(x, EXECUTOR_bad_in);
        return true;
    }
    (void)hash_format(&r->tx, m->evidence.s);
    of = name(&p->token, (uint64_t)taken.qty.micros,
              times_of(x, &p->token));
    m->ref = live_ref(&of, VENUE_OP_redeem);
    (void)settle_say(x, m, in, out);
    executor_count(x, EXECUTOR_resolves);
    return true;
}

/* Tokens that pay go to the chain, the others are worth nothing anyway. */
void
live_resolve(struct executor *x, const struct position *p,
             const struct universe_market *market, const struct input *in,
             struct outbox *out)
{
    struct settle m = {
        .mode = MODE_live,
        .kind = SETTLE_KIND_redeem,
        .market = market->m.market,
        .token = p->token,
        .qty = p->qty,
        .strategy = p->strategy,
    };
    const struct chain_record *done;
    struct uuid of, ref;

    if (!x->live.on || live_errand_holds(x, &p->token) ||
        book_taken(x, p, &m, in, out))
        return;
    if (!settle_payout(p, market, &m.cash)) {
        executor_count(x, EXECUTOR_bad_in);
        return;
    }
    if (m.cash.micros == 0 || PLANTED(redeem_on_paper)) {
        settle_resolve(x, p, market, in, out);
        return;
    }
    of = name(&p->token, (uint64_t)p->qty.micros, times_of(x, &p->token));
    ref = live_ref(&of, VENUE_OP_redeem);
    done = chain_past_done(x->chain, &ref);
    if (done != NULL && done->words.s[0] != '\0')
        return; /* What that one did is not known: not again. */
    if (!live_errand_add(x, VENUE_OP_redeem, &of, &m))
        x->settle_due = true;
}
