/* audit - what must hold of an executor's journal when everything is over */
#ifndef TESTS_EXECUTOR_AUDIT_H
#define TESTS_EXECUTOR_AUDIT_H

#include "executor/orders.h"
#include "tests/unit/executor/floor.h"

enum { GROUPS = 2048 };

struct tally {
    uint32_t count;
    struct uuid group[GROUPS], scan[GROUPS];
    uint32_t finals[GROUPS];
    struct group last[GROUPS];
};

static inline uint32_t
group_at(struct tally *t, const struct uuid *group)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (uuid_equal(&t->group[i], group))
            return i;
    assert_true(t->count < GROUPS);
    memset(&t->last[t->count], 0, sizeof t->last[0]);
    t->finals[t->count] = 0;
    t->group[t->count] = *group;
    return t->count++;
}

static inline void
tally_group(struct tally *t, const struct group *m)
{
    uint32_t known = t->count, i = group_at(t, &m->group);

    if (i == known) {
        t->scan[i] = m->scan_id;
        for (uint32_t k = 0; k < i; k++)
            assert_false(uuid_equal(&t->scan[k], &m->scan_id));
    }
    assert_true(m->state == GROUP_STATE_done || m->deadline.ns > 0);
    t->last[i] = *m;
}

/* Each group: one scan_id of its own, one final execution, the last word. */
static inline void
audit_groups(const struct floor *f)
{
    static struct tally t;

    t.count = 0;
    for (uint32_t i = 0; i < f->facts; i++) {
        const struct floor_fact *fact = &f->fact[i];
        const struct execution *e = fact->m;

        if (fact->schema == &group_schema)
            tally_group(&t, fact->m);
        if (fact->schema != &execution_schema ||
            e->status == EXEC_STATUS_PARTIAL_HOLD)
            continue;
        t.finals[group_at(&t, &e->exec_id)]++;
        assert_true(e->naked.micros >= 0 && e->filled.micros >= 0);
    }
    for (uint32_t i = 0; i < t.count; i++)
        assert_int_equal(t.finals[i], 1);
}

/* Orders: never an id or a salt twice, each ended once. */
static inline void
audit_orders(const struct floor *f)
{
    for (uint32_t i = 0; i < f->facts; i++) {
        const struct intent *a = f->fact[i].m;
        uint32_t ends = 0;

        if (f->fact[i].schema != &intent_schema)
            continue;
        for (uint32_t k = 0; k < f->facts; k++) {
            const struct intent *b = f->fact[k].m;
            const struct order *o = f->fact[k].m;

            if (f->fact[k].schema == &intent_schema && k != i) {
                assert_false(hash_equal(&a->order, &b->order));
                assert_true(a->salt != b->salt);
            }
            if (f->fact[k].schema == &order_schema &&
                hash_equal(&a->order, &o->order))
                ends += order_is_final(o->state) ? 1 : 0;
        }
        assert_int_equal(ends, 1);
    }
}

static inline void
audit_converted(struct floor *f, const struct settle *s, int64_t *sum)
{
    const struct legs *legs = &floor_auth(f, &s->auth)->grant.legs;

    for (uint32_t i = 0; i < legs->count; i++)
        sum[floor_token(f, &legs->at[i].token) - f->token] +=
            legs->at[i].side == SIDE_buy ? -s->qty.micros : s->made.micros;
}

/* What our facts say is held is what riskd booked. */
static inline void
audit_shares(struct floor *f)
{
    int64_t sum[FLOOR_TOKENS] = { 0 };

    for (uint32_t i = 0; i < f->facts; i++) {
        const struct fill *m = f->fact[i].m;
        const struct settle *s = f->fact[i].m;

        if (f->fact[i].schema == &fill_schema)
            sum[floor_token(f, &m->token) - f->token] +=
                m->side == SIDE_buy ? m->qty.micros : -m->qty.micros;
        if (f->fact[i].schema != &settle_schema)
            continue;
        if (s->kind == SETTLE_KIND_convert) {
            audit_converted(f, s, sum);
            continue;
        }
        sum[floor_token(f, &s->token) - f->token] +=
            s->kind == SETTLE_KIND_split ? s->qty.micros : -s->qty.micros;
        if (s->kind == SETTLE_KIND_merge || s->kind == SETTLE_KIND_split)
            sum[floor_token(f, &s->pair) - f->token] -= s->cash.micros;
    }
    for (uint32_t i = 0; i < 2 * f->markets; i++)
        assert_int_equal(sum[i], f->token[i].shares);
}

static inline void
audit(struct floor *f)
{
    assert_int_equal(executor_open(f->x), 0);
    assert_int_equal(floor_open_auths(f), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_refused), 0);
    audit_groups(f);
    audit_orders(f);
    audit_shares(f);
}

#endif /* TESTS_EXECUTOR_AUDIT_H */
