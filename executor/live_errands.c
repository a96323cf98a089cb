/* live_errands - what goes to the chain: splits, merges, redeems, converts */

/* The shell does each of them once under its ref, however often it is asked,
 * and says how it ended; only then it is a fact.  Refs come from what they are
 * for, so a restart asks for the same thing under the same name. */

#include "executor/state.h"

#include "common/digest.h"
#include "common/planted.h"

#include <string.h>

enum { PAUSE_FIRST = 1000, PAUSE_MOST = 30000, LONG = 1800000 };

struct uuid
live_ref(const struct uuid *of, enum venue_op op)
{
    uint8_t bytes[sizeof of->b + 1], hash[32];
    struct uuid ref;

    memcpy(bytes, of->b, sizeof of->b);
    bytes[sizeof of->b] = (uint8_t)op;
    sha256(bytes, sizeof bytes, hash);
    memcpy(ref.b, hash, sizeof ref.b);
    ref.b[6] = (uint8_t)((ref.b[6] & 0x0f) | 0x80); /* Of our own making. */
    ref.b[8] = (uint8_t)((ref.b[8] & 0x3f) | 0x80);
    return ref;
}

struct live_errand *
live_errand_of(struct executor *x, const struct uuid *ref)
{
    for (uint32_t i = 0; i < LIVE_ERRANDS; i++)
        if (x->live.errand[i].used &&
            uuid_equal(&x->live.errand[i].m.ref, ref))
            return &x->live.errand[i];
    return NULL;
}

/* Whether it is a leg of the group that has them converted. */
static bool
converts(const struct executor *x, const struct live_errand *e,
         const struct hash *token)
{
    for (uint32_t i = 0; e->op == VENUE_OP_convert && i < GROUP_SLOTS; i++) {
        const struct group_slot *g = &x->slots[i];

        if (g->used && uuid_equal(&g->m.group, &e->group))
            return group_leg(g, token) != MAP_NONE;
    }
    return false;
}

bool
live_errand_holds(const struct executor *x, const struct hash *token)
{
    for (uint32_t i = 0; i < LIVE_ERRANDS; i++) {
        const struct live_errand *e = &x->live.errand[i];

        if (e->used && (hash_equal(&e->m.token, token) ||
                        hash_equal(&e->m.pair, token) || converts(x, e, token)))
            return true;
    }
    return false;
}

/* What failed before waits for its time, and then behind what is new. */
bool
live_chain_is_busy(const struct executor *x)
{
    for (uint32_t i = 0; i < LIVE_ERRANDS; i++) {
        const struct live_errand *e = &x->live.errand[i];

        if (e->used && (e->op == VENUE_OP_split || e->call != 0 ||
                        e->tries == 0))
            return true;
    }
    return false;
}

bool
live_errand_add(struct executor *x, enum venue_op op,
                const struct uuid *group, const struct settle *m)
{
    struct uuid ref = live_ref(group, op);

    if (live_errand_of(x, &ref) != NULL)
        return true;
    for (uint32_t i = 0; i < LIVE_ERRANDS; i++) {
        struct live_errand *e = &x->live.errand[i];

        if (e->used)
            continue;
        *e = (struct live_errand){ .used = true, .op = op, .group = *group,
                                   .m = *m };
        e->m.ref = ref;
        return true;
    }
    return false;
}

static bool
conversion_of(struct executor *x, const struct live_errand *e,
              struct venue_call *m)
{
    const struct group_slot *g = executor_group(x, &e->group);
    const struct chain_record *out = g != NULL ? convert_out(x, g) : NULL;
    struct venue_call of;

    m->made = e->m.made;
    if (out != NULL) { /* Feed may not tell of its event any more. */
        m->event = out->of.conversion.event;
        m->gone = out->of.conversion.gone;
        m->orders.count = out->of.conversion.count;
        for (uint32_t i = 0; i < m->orders.count; i++)
            m->orders.at[i].token = out->of.conversion.token[i];
        return true;
    }
    if (g == NULL || !convert_questions(x, &g->m.event, &g->m.legs, &of))
        return false;
    m->orders = of.orders;
    m->event = of.event;
    m->gone = of.gone;
    return true;
}

static void convert_ended(struct executor *x, struct live_errand *e,
                          const struct venue_done *m, const struct input *in,
                          struct outbox *out);

/* Only once the market is known: after a restart that takes a while.  It
 * takes nothing of what the venue allows, and has no end by time: the chain
 * does one after the other, and one that waits for its turn is not lost. */
static void
ask(struct executor *x, struct live_errand *e, const struct input *in,
    struct outbox *out)
{
    const struct universe_market *market = executor_market(x, &e->m.token);
    struct venue_call m = { .op = e->op, .qty = e->m.qty, .ref = e->m.ref,
                            .strategy = e->m.strategy };
    const struct venue_done unknown = {
        .end = CALL_END_not_sent, .reason = REASON_INCOMPLETE,
        .words = { "its event is not known as a whole" } };

    if (market == NULL)
        return;
    if (e->op == VENUE_OP_convert && !conversion_of(x, e, &m)) {
        if (e->call == 0) /* Else whoever is at it says how it ends. */
            convert_ended(x, e, &unknown, in, out);
        return;
    }
    if (!hash_is_zero(&e->m.pair) && e->op != VENUE_OP_convert) {
        e->m.token = market->m.yes;
        e->m.pair = market->m.no;
    }
    e->m.market = market->m.market;
    m.token = e->m.token;
    m.pair = e->m.pair;
    m.market = e->m.market;
    m.call = e->call = ++x->live.calls;
    e->next = after(in->mono, x->conf.call_wait);
    executor_count(x, EXECUTOR_calls);
    say_venue_call(out, &m, NULL);
}

void
live_errands_tick(struct executor *x, const struct input *in,
                  struct outbox *out)
{
    for (uint32_t i = 0; i < LIVE_ERRANDS; i++) {
        struct live_errand *e = &x->live.errand[i];

        if (!x->live.on || !e->used)
            continue;
        if (e->since.ns == 0)
            e->since = in->mono;
        if (in->mono.ns >= after(e->since, (struct ms){ LONG }).ns) {
            e->since = in->mono;
            executor_alarm(x, false, REASON_UNANSWERED,
                           "a transaction did not end for half an hour: "
                           "LIVE.md, Unknown");
        }
        if (in->mono.ns >= e->next.ns)
            ask(x, e, in, out);
    }
}

static void
try_again(struct executor *x, struct live_errand *e, struct nanos mono)
{
    executor_count(x, EXECUTOR_errands_failed);
    e->tries++;
    e->pause.ms = e->pause.ms == 0 ? PAUSE_FIRST : 2 * e->pause.ms;
    if (e->pause.ms > PAUSE_MOST)
        e->pause.ms = PAUSE_MOST;
    e->next = after(mono, e->pause);
}

/* A split that was not done ends its group; one nobody knows of is asked for
 * again, under its ref. */
static void
split_ended(struct executor *x, struct live_errand *e,
            const struct venue_done *m, const struct input *in,
            struct outbox *out)
{
    struct group_slot *g = executor_group(x, &e->group);
    struct turn t = { x, g, in, out };
    struct uuid ref = e->m.ref;

    if (m->end == CALL_END_unknown ||
        (m->end == CALL_END_answered && requests_room(x->requests) == 0)) {
        try_again(x, e, in->mono);
        return;
    }
    e->used = false;
    if (g == NULL || !g->splitting) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (m->end == CALL_END_answered) {
        executor_count(x, EXECUTOR_errands);
        split_done(&t, &ref, m->evidence.s);
    } else {
        split_failed(&t, m->reason);
    }
}

/* One that was provably not done is tried again as long as its group waits;
 * of one that may have been done the chain is asked until it knows. */
static void
convert_ended(struct executor *x, struct live_errand *e,
              const struct venue_done *m, const struct input *in,
              struct outbox *out)
{
    struct group_slot *g = executor_group(x, &e->group);
    struct turn t = { x, g, in, out };
    struct uuid ref = e->m.ref;
    bool answered = m->end == CALL_END_answered;

    if (g == NULL || !g->convert.under_way || g->convert.gone.micros > 0) {
        executor_count(x, EXECUTOR_late);
        e->used = false;
    } else if (m->end == CALL_END_unknown ||
               (answered && requests_room(x->requests) == 0) ||
               (!answered && !g->resolved && in->mono.ns < g->until.ns)) {
        try_again(x, e, in->mono);
    } else {
        e->used = false;
        if (answered) {
            executor_count(x, EXECUTOR_errands);
            convert_done(&t, &ref, m->evidence.s);
        } else {
            convert_failed(&t, m->reason, m->words.s);
        }
    }
}

/* What it took is booked as its fact says (live_redeem.c), which came first. */
static void
redeem_ended(struct executor *x, struct live_errand *e,
             const struct venue_done *m, const struct input *in)
{
    struct chain_taken taken;
    bool told = chain_past_taken(x->chain, &e->m.token, &taken) != NULL ||
                positions_find(x->positions, MODE_live, &e->m.token) == NULL;

    if (m->end == CALL_END_answered && !told)
        executor_alarm(x, false, REASON_BALANCE,
                       "redeemed, and no fact says how many went");
    if (m->end != CALL_END_answered || !told) {
        try_again(x, e, in->mono);
        return;
    }
    executor_count(x, EXECUTOR_errands);
    e->used = false;
    x->settle_due = true;
}

/* Sent, and its fact says that nobody can tell what it did. */
static bool
is_lost(const struct executor *x, const struct live_errand *e,
        const struct venue_done *m)
{
    const struct chain_record *r = chain_past_done(x->chain, &e->m.ref);

    return m->end == CALL_END_unknown && r != NULL && r->words.s[0] != '\0';
}

/* Its group ends with what the books hold.  If it was done after all the venue
 * has less of that than they say, and nothing new begins live (live_pass.c). */
static void
end_lost(struct executor *x, struct live_errand *e, const struct input *in,
         struct outbox *out)
{
    struct group_slot *g = executor_group(x, &e->group);
    struct turn t = { x, g, in, out };

    e->used = false;
    executor_count(x, EXECUTOR_errands_lost);
    executor_alarm(x, false, REASON_BALANCE,
                   "what a transaction did is not known: LIVE.md, Unknown");
    if (e->op == VENUE_OP_convert && g != NULL && g->convert.under_way)
        convert_failed(&t, REASON_BALANCE, "what it did is not known");
    else if (e->op == VENUE_OP_split && g != NULL && g->splitting)
        split_lost(&t, REASON_BALANCE, "what its split did is not known");
}

static struct live_errand *
asked(struct executor *x, const struct venue_done *m)
{
    for (uint32_t i = 0; i < LIVE_ERRANDS && m->call != 0; i++)
        if (x->live.errand[i].used && x->live.errand[i].call == m->call &&
            x->live.errand[i].op == m->op)
            return &x->live.errand[i];
    return NULL;
}

void
live_errand_done(struct executor *x, const struct venue_done *m,
                 const struct input *in, struct outbox *out)
{
    struct live_errand *e = asked(x, m);

    if (e == NULL) {
        executor_count(x, EXECUTOR_late);
        return;
    }
    if (m->end == CALL_END_unknown)
        executor_count(x, EXECUTOR_calls_unknown);
    if (m->end == CALL_END_refused)
        executor_count(x, EXECUTOR_calls_refused);
    e->call = 0;
    if (is_lost(x, e, m)) {
        end_lost(x, e, in, out);
        return;
    }
    if (e->op == VENUE_OP_redeem) {
        redeem_ended(x, e, m, in);
        return;
    }
    if (e->op == VENUE_OP_split || e->op == VENUE_OP_convert) {
        (e->op == VENUE_OP_split ? split_ended : convert_ended)(x, e, m, in,
                                                                out);
        return;
    }
    if ((m->end != CALL_END_answered && !PLANTED(errand_trusted)) ||
        requests_room(x->requests) == 0) {
        try_again(x, e, in->mono);
        return;
    }
    executor_count(x, EXECUTOR_errands);
    executor_count(x, EXECUTOR_merges);
    e->m.evidence = m->evidence;
    e->used = false;
    x->settle_due = true; /* What it left of a market that had resolved. */
    (void)settle_say(x, &e->m, in, out);
}
