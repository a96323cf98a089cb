/* executor - opportunities become orders, orders become executions */

/* Birth, what the engine's files ask each other, and the tick that moves every
 * group.  What is heard comes in by hearing.c; what a group then does is in
 * group.c and its neighbours. */

#include "executor/executor.h"

#include "executor/fill_model.h"
#include "executor/state.h"

#include "common/must.h"

#include <stdlib.h>
#include <string.h>

const char *const executor_hop_names[EXECUTOR_HOPS] = {
    "scan_exec", "exec_risk", "tick_intent"
};

static const struct recent_kind ids = {
    .size = sizeof(struct uuid), .key_size = sizeof(struct uuid)
};

static enum mode
least(enum mode a, enum mode b)
{
    return a < b ? a : b;
}

enum mode
executor_mode_able(void)
{
    return MODE_live;
}

static void
open_venues(struct executor *x)
{
    struct fill_model model;

    must(fill_model_read(&x->conf, &model, NULL));
    for (int m = 0; m < (int)mode_end_; m++) {
        x->venues[m] = order_venue_for((enum mode)m);
        if (x->venues[m] != NULL)
            x->venue_self[m] = x->venues[m]->create(&model);
    }
}

static enum tif
type_of(const conf_word *s)
{
    uint32_t word;

    must(enum_parse(&tif_words, s->s, &word)); /* conf.def has no others. */
    return (enum tif)word;
}

bool
executor_check(const struct executor_conf *c, struct why *why)
{
    struct fill_model model;

    return fill_model_read(c, &model, why);
}

struct executor *
executor_new(const struct executor_options *o)
{
    struct executor *x = calloc(1, sizeof *x);

    must(x != NULL);
    x->conf = *o->own;
    x->strategy = *o->strategy;
    x->capital = *o->capital;
    x->most = least(o->mode, o->identity != NULL ? executor_mode_able()
                                                 : MODE_paper);
    x->order_type = type_of(&o->own->order_type);
    x->hold_type = type_of(&o->own->hold_type);
    open_venues(x);
    live_init(x, o->identity);
    x->chain = chain_past_new(CHAIN_PAST);
    x->universe = universe_new((uint32_t)x->conf.markets_max);
    x->positions = positions_new((uint32_t)x->conf.positions_max);
    x->requests = requests_new(PENDING_CAP);
    x->scans = recent_new(&ids, SCANS_CAP);
    x->auths = recent_new(&ids, AUTHS_CAP);
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        x->slots[i].books = calloc(2 * legs_cap,
                                   sizeof *x->slots[i].books);
        must(x->slots[i].books != NULL);
    }
    return x;
}

void
executor_destroy(struct executor **x)
{
    if (*x == NULL)
        return;
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        free((*x)->slots[i].books);
    for (int m = 0; m < (int)mode_end_; m++)
        if ((*x)->venues[m] != NULL)
            (*x)->venues[m]->destroy(&(*x)->venue_self[m]);
    live_clear(*x);
    chain_past_destroy(&(*x)->chain);
    recent_destroy(&(*x)->auths);
    recent_destroy(&(*x)->scans);
    requests_destroy(&(*x)->requests);
    positions_destroy(&(*x)->positions);
    universe_destroy(&(*x)->universe);
    free(*x);
    *x = NULL;
}

const uint64_t *
executor_counters(const struct executor *x)
{
    return x->counters;
}

void
executor_count(struct executor *x, enum executor_counter c)
{
    x->counters[c]++;
}

/* The oldest is overwritten when nobody fetched them. */
void
executor_sample(struct executor *x, enum executor_hop hop, int64_t ns)
{
    uint32_t at = (x->samples_first + x->samples_count) % SAMPLES_CAP;

    if (ns < 0)
        return;
    x->samples[at] = (struct executor_sample){ hop, { ns } };
    if (x->samples_count < SAMPLES_CAP)
        x->samples_count++;
    else
        x->samples_first = (x->samples_first + 1) % SAMPLES_CAP;
}

uint32_t
executor_samples(struct executor *x, struct executor_sample *out,
                 uint32_t cap)
{
    uint32_t count = 0;

    while (count < cap && x->samples_count > 0) {
        out[count++] = x->samples[x->samples_first];
        x->samples_first = (x->samples_first + 1) % SAMPLES_CAP;
        x->samples_count--;
    }
    return count;
}

void
executor_alarm(struct executor *x, bool kill, enum reason reason,
               const char *words)
{
    uint32_t at = (x->alarms_first + x->alarms_count) % ALARMS_CAP;

    executor_count(x, EXECUTOR_alarms);
    if (x->alarms_count == ALARMS_CAP && !kill)
        return; /* What is there already is enough to be woken up. */
    if (x->alarms_count < ALARMS_CAP)
        x->alarms_count++;
    else
        at = (x->alarms_first + ALARMS_CAP - 1) % ALARMS_CAP;
    x->alarms[at] = (struct executor_alarm){ kill, reason, { { 0 } } };
    text_set(&x->alarms[at].words, words);
}

uint32_t
executor_alarms(struct executor *x, struct executor_alarm *out, uint32_t cap)
{
    uint32_t count = 0;

    while (count < cap && x->alarms_count > 0) {
        out[count++] = x->alarms[x->alarms_first];
        x->alarms_first = (x->alarms_first + 1) % ALARMS_CAP;
        x->alarms_count--;
    }
    return count;
}

const struct grant *
executor_grant(const struct executor *x, const struct uuid *auth)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used &&
            uuid_equal(&x->slots[i].granted.auth, auth))
            return &x->slots[i].granted;
    return NULL;
}

const struct intent *
executor_intent(const struct executor *x, const struct hash *order)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        for (uint32_t k = 0;
             x->slots[i].used && k < x->slots[i].orders_count; k++)
            if (hash_equal(&x->slots[i].orders[k].intent.order, order))
                return &x->slots[i].orders[k].intent;
    return NULL;
}

struct uuid
executor_id(struct executor *x, const struct input *in)
{
    return uuid_make(in->wall, SOURCE_executor, in->own_run, ++x->ids);
}

struct group_slot *
executor_group(struct executor *x, const struct uuid *id)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (x->slots[i].used && uuid_equal(&x->slots[i].m.group, id))
            return &x->slots[i];
    return NULL;
}

struct group_slot *
executor_free_slot(struct executor *x)
{
    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        if (!x->slots[i].used)
            return &x->slots[i];
    return NULL;
}

uint32_t
executor_open(const struct executor *x)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < GROUP_SLOTS; i++)
        count += x->slots[i].used;
    return count;
}

bool
executor_is_latched(const struct executor *x)
{
    return x->latch.latched;
}

const struct universe_market *
executor_market(const struct executor *x, const struct hash *token)
{
    uint32_t i = universe_token(x->universe, token);

    return i == MAP_NONE ? NULL : universe_market(x->universe, i / 2);
}

struct hash
executor_half(const struct executor *x, const struct hash *token)
{
    const struct universe_market *market = executor_market(x, token);

    if (market == NULL)
        return (struct hash){ { 0 } };
    return hash_equal(&market->m.yes, token) ? market->m.no : market->m.yes;
}

enum mode
executor_mode_at(const struct executor *x, struct nanos mono)
{
    if (!lease_is_alive(&x->lease, mono))
        return MODE_halted;
    return least(x->most, x->lease.m.mode);
}

enum mode
executor_mode(const struct executor *x)
{
    return executor_mode_at(x, x->mono);
}

bool
executor_is_broken(const struct executor *x)
{
    return x->counters[EXECUTOR_recall_refused] > 0;
}

bool
executor_is_ready(const struct executor *x)
{
    return lease_may_open(&x->lease, x->mono) && x->reconciled &&
           x->universe_known && !x->latch.latched &&
           !executor_is_broken(x) &&
           work_of(executor_mode(x))->check(x, x->mono, 0) == REASON_none;
}

void
executor_on_tick(struct executor *x, const struct tick *m,
                 const struct input *in, struct outbox *out)
{
    (void)m;
    x->mono = in->mono;
    x->turn_fills = 0;
    if (!x->started) {
        x->started = true;
        recall_resume(x, in, out);
    }
    live_tick(x, in, out);
    for (uint32_t i = 0; i < GROUP_SLOTS; i++) {
        struct turn t = { x, &x->slots[i], in, out };

        if (x->slots[i].used)
            group_tick(&t);
    }
    outbox_trace(out, 0);
    if (x->settle_due)
        settle_resolved(x, in, out);
    reconcile_tick(x, in, out);
    held_tick(x, in, out);
    sale_tick(x, in, out);
}
