/* wallet - what the venue says of our account, and how the data looked */
/*
 * For the rules: things that are so at this moment, known while the executor
 * and feed tell us, and unknown again when they have been silent.  Nothing of
 * it is written down; a restart has to hear it anew.
 */
#include "riskd/engine.h"

#include "common/must.h"

/* The executor asks the venue at each reconcile; three of the longest that
 * the shipped profiles wait. */
#define WALLET_NS (180LL * 1000 * 1000 * 1000)
#define LOOKS_NS (300LL * 1000 * 1000 * 1000)

void
riskd_on_venue_balance(struct riskd *x, const struct venue_balance *m,
                       const struct input *in, struct outbox *out)
{
    (void)out;
    if (!hash_is_zero(&m->token)) {
        return; /* Shares are not asked about. */
    }
    if (m->held.micros < 0 || m->allowance.micros < 0) {
        x->counters[RISKD_bad_input]++;
        return;
    }
    x->wallet = (struct wallet){ .known = true,
                                 .heard = in->mono,
                                 .held = { m->held.micros },
                                 .allowance = { m->allowance.micros } };
}

/* Once a round of the rules. */
void
riskd_look_at_data(struct riskd *x, const struct input *in)
{
    struct looks *l = &x->looks;
    x->wallet.known = x->wallet.known &&
                      in->mono.ns - x->wallet.heard.ns <= WALLET_NS;
    l->known = l->known || (x->health.heard[SOURCE_feed].ns != 0 &&
                            x->health.heard[SOURCE_scanner].ns != 0);
    if (!l->known) {
        return;
    }
    bool lost = x->health.lost != l->lost;
    l->lost = x->health.lost;
    l->bad = lost || riskd_data_fault(x, in->mono) != NULL;
    l->found[l->bad]++;
    rate_add(&l->rate, in->wall, l->bad);
}

void
riskd_write_looks(struct riskd *x, const struct input *in, struct outbox *out)
{
    static const enum occurrence_kind kinds[] = { OCCURRENCE_KIND_data_good,
                                                  OCCURRENCE_KIND_data_bad };
    for (int i = 0; i < 2; i++) {
        struct occurrence s = { .kind = kinds[i], .at = in->wall,
                                .mode = riskd_mode_max(x),
                                .what = x->looks.found[i] };
        if (s.what > 0) {
            riskd_count(x, &s, out);
        }
        x->looks.found[i] = 0;
    }
}

void
riskd_view_wallet(const struct riskd *x, const struct books *b,
                  struct metric_view *out)
{
    const struct wallet *w = &x->wallet;
    uint32_t bad;
    out->wallet_known = w->known;
    out->held = w->held;
    out->allowance = w->allowance;
    out->data_known = x->looks.known;
    out->data_bad = x->looks.bad;
    out->looks = rate_count(&x->looks.rate,
                            (struct nanos){ out->wall.ns - LOOKS_NS }, &bad);
    out->looks_bad = bad;
    out->risk_red = !riskd_is_sound(x) || !riskd_caps_hold(x, b);
}
