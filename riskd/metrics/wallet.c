/* wallet - the account at the venue, and whether data and books are in order */
#include "riskd/metric_own.h"

/* What a stage may hold at most, by the rollout: its wallet needs no more. */
static const int64_t most_of_stage[STAGES] = { 0, 20 * MICROS, 50 * MICROS,
                                               100 * MICROS };

/* An order of another mode takes nothing from the wallet. */
static bool
is_live(const struct metric_view *v)
{
    return v->order != NULL ? v->order->m->mode == MODE_live
                            : v->mode_max == MODE_live;
}

struct value
metric_allowance(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    if (!is_live(v) ||
        (v->order != NULL && v->order->m->kind == GRANT_KIND_unwind)) {
        return not_asked();
    }
    return v->wallet_known ? micros_of(v->allowance.micros) : no_data();
}

/* What is held counts: it comes back. */
struct value
metric_wallet_share(const struct metrics *m, const struct metric_view *v)
{
    int64_t most = most_of_stage[v->stage % STAGES];
    (void)m;
    if (!is_live(v) || most == 0) {
        return not_asked();
    }
    return v->wallet_known
               ? ratio_of(v->held.micros + v->used.micros, most, 1)
               : no_data();
}

struct value
metric_data_pass(const struct metrics *m, const struct metric_view *v)
{
    const struct tally *t = &m->phase;
    if (v->at_gate) { /* As written down, hour by hour. */
        return share_of_all(t->looks - t->looks_bad, t->looks);
    }
    return v->data_known ? share_of_all(v->looks - v->looks_bad, v->looks)
                         : no_data();
}

struct value
metric_data_breach(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return v->data_known ? flag_of(v->data_bad) : no_data();
}

struct value
metric_risk_red(const struct metrics *m, const struct metric_view *v)
{
    (void)m;
    return flag_of(v->risk_red);
}
