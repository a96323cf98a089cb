/* tail - strategy G: what the bins of a count that is nearly over are worth */

/* The bin the mean falls into is no forecast: what counts is the chance of
 * each, and what is expected of a share that pays with chance P, bought at p,
 * is P (1 - p) - (1 - P) p - fee, which is P - p - fee.  What the counter
 * itself may get wrong (the rules count otherwise, a page is late) no
 * distribution knows; g_doubt stands for it.
 *
 * Titles are read by words made for other things, too ("no more than 39" would
 * be read as above 39), so nothing is believed of one alone: the bins of an
 * event must fit together, from nothing to no end. */

#include "common/tail.h"

#include "common/payout.h"
#include "common/question.h"
#include "common/terms.h"

#include <stdlib.h>
#include <string.h>

static const int64_t end_slack_ns = INT64_C(3600) * 1000000000;
static const int64_t clocks_ns = INT64_C(5) * 1000000000; /* Apart at most. */
static const uint64_t count_most = 1000000;

bool
tails_put(struct tails *t, const struct signal *m)
{
    uint32_t i = 0;

    if (m->event.s[0] == '\0' || m->starts.ns < 0 ||
        m->starts.ns >= m->ends.ns || m->time.ns < 0 ||
        m->count > count_most || m->highest > count_most)
        return false;
    while (i < t->count && !text_equal(&t->at[i].event, &m->event))
        i++;
    /* The place of one that is over, if need be. */
    for (uint32_t k = 0; i == TAILS_CAP && k < TAILS_CAP; k++)
        if (t->at[k].ends.ns < m->time.ns)
            i = k;
    if (i == TAILS_CAP)
        return false;
    t->at[i] = *m;
    t->ahead[i].known = remainder_of(&m->hours, m->hours_end, m->time,
                                     m->ends, &t->ahead[i].rest);
    t->count += i == t->count;
    return true;
}

const struct signal *
tails_find(const struct tails *t, const struct text *event)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (text_equal(&t->at[i].event, event))
            return &t->at[i];
    return NULL;
}

/* --- bins -------------------------------------------------------------- */

/* An end as a whole number, moved in where it is outside. */
static bool
end_of(int64_t micros, bool out, int64_t inwards, int64_t *n)
{
    *n = micros / MICROS + (out ? inwards : 0);
    return micros % MICROS == 0;
}

/* Signs that are no ASCII are words to who reads titles. */
static bool
is_sign(const struct piece *p)
{
    return p->kind == PIECE_WORD && (unsigned char)p->word[0] >= 0x80;
}

bool
tail_bin(const struct title *question, struct tail_bin *out)
{
    struct question_text q;
    const struct piece *set = NULL;

    if (!question_read(question->s, &q))
        return false;
    for (uint32_t i = 0; i < q.count; i++) {
        if (q.at[i].kind != PIECE_SET)
            continue;
        if (set != NULL || (i > 0 && is_sign(&q.at[i - 1])))
            return false;
        set = &q.at[i];
    }
    *out = (struct tail_bin){ 0, INT64_MAX };
    if (set == NULL || set->unit != UNIT_none || set->touch != TOUCH_no ||
        (set->low != INT64_MIN &&
         !end_of(set->low, set->low_out, 1, &out->low)) ||
        (set->high != INT64_MAX &&
         !end_of(set->high, set->high_out, -1, &out->high)))
        return false;
    return out->low >= 0 && out->low <= out->high;
}

static int
by_low(const void *a, const void *b)
{
    const struct tail_bin *x = a, *y = b;

    return (x->low > y->low) - (x->low < y->low);
}

bool
tail_is_whole(const struct universe *u, uint32_t event)
{
    const struct universe_event *e = universe_event(u, event);
    struct tail_bin bins[UNIVERSE_EVENT_MARKETS];
    int64_t next = 0;

    for (uint32_t i = 0; i < e->count; i++) {
        const struct market *m = &universe_market(u, e->markets[i])->m;

        if (m->event_size != e->count || m->other || m->augmented ||
            !tail_bin(&m->question, &bins[i]))
            return false;
    }
    qsort(bins, e->count, sizeof bins[0], by_low);
    for (uint32_t i = 0; i < e->count; i++) {
        if (bins[i].low != next)
            return false;
        next = bins[i].high == INT64_MAX ? -1 : bins[i].high + 1;
    }
    return e->count > 0 && next == -1;
}

/* --- chances ----------------------------------------------------------- */

static struct ppm
share(int64_t part, int64_t whole, int64_t of)
{
    return (struct ppm){ (int64_t)((wide)of * part / whole) };
}

/* Of now, of its own window, and of a market that ends when it does. */
static bool
is_good(const struct tail *t, const struct signal *s)
{
    int64_t age = t->wall.ns - s->time.ns;
    int64_t ends = t->market->m.ends.ns;

    return s->count >= s->highest && s->time.ns >= s->starts.ns &&
           s->time.ns <= s->ends.ns &&
           age <= t->conf->g_age_max.ms * 1000000 &&
           age >= -clocks_ns &&
           ends > 0 && ends - s->ends.ns <= end_slack_ns &&
           s->ends.ns - ends <= end_slack_ns;
}

enum reason
tail_chance(const struct tail *t, struct ppm *chance)
{
    const struct signal *s = tails_find(t->tails, &t->market->m.event);
    struct tail_bin bin;
    struct remainder_odds odds = { { 0 }, { MICROS } };
    int64_t left, count;

    chance->ppm = 0;
    if (s == NULL || !is_good(t, s))
        return REASON_NO_SIGNAL;
    left = s->ends.ns - t->wall.ns;
    if (left < t->conf->g_left_min.ms * 1000000 ||
        left > t->conf->g_left_max.ms * 1000000)
        return REASON_WINDOW;
    if (!tail_bin(&t->market->m.question, &bin))
        return REASON_INCOMPLETE;
    count = (int64_t)s->count;
    /* A bin the count has passed needs no forecast. */
    uint32_t i = (uint32_t)(s - t->tails->at);
    if (count <= bin.high &&
        (!t->tails->ahead[i].known ||
         !remainder_odds(&t->tails->ahead[i].rest, bin.low - count,
                         bin.high == INT64_MAX ? bin.high : bin.high - count,
                         &odds)))
        return REASON_UNSURE;
    *chance = share(MICROS - t->conf->g_doubt.ppm, MICROS,
                    t->yes ? odds.in.ppm : odds.out.ppm);
    return REASON_none;
}

enum reason
tail_judge(const struct tail *t, struct ppm cash_rate,
           const struct levels *asks, struct basket_terms *terms)
{
    const struct strategy_conf *conf = t->conf;
    const struct level *ask = book_best(asks);
    struct ppm chance;
    enum reason why = tail_chance(t, &chance);

    if (why != REASON_none)
        return why;
    if (chance.ppm < conf->g_chance_min.ppm)
        return REASON_UNSURE;
    if (ask == NULL)
        return REASON_NO_ASK;
    if (ask->price.micros < conf->g_price_min.micros)
        return REASON_SUM_TOO_LOW;
    *terms = terms_of(conf, cash_rate,
                      payout_wait(conf, t->market->m.ends, t->wall));
    terms->risk.ppm = MICROS - chance.ppm;
    terms->yield_min = conf->g_yield_min;
    /* Not for the average's sake: the last share must pay that, too. */
    terms->gross_min.ppm =
        MICROS - share(MICROS, MICROS + conf->g_yield_min.ppm, chance.ppm).ppm;
    if (conf->g_cost_max.micros > 0 &&
        (terms->cost_max.micros == 0 ||
         conf->g_cost_max.micros < terms->cost_max.micros))
        terms->cost_max = conf->g_cost_max;
    return REASON_none;
}
