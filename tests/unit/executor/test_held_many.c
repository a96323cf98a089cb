/* test_held_many - more tokens held than one question may name */
#include "tests/unit/executor/floor.h"

/* Requests in the outbox that name tokens: how many, and the last. */
static uint32_t
take_named(struct outbox *out, struct snapshot_request *last, uint64_t *req)
{
    uint32_t count = 0;

    for (size_t i = 0; i < outbox_count(out); i++) {
        const struct said *s = outbox_at(out, i);
        const struct snapshot_request *m = s->msg;

        if (s->schema != &snapshot_request_schema || m->tokens.count == 0)
            continue;
        *last = *m;
        *req = s->to.req;
        count++;
    }
    outbox_clear(out);
    return count;
}

/* A group of a full basket, from its first fact to its last. */
static void
recall_basket(struct floor *f, uint32_t n, const struct input *in)
{
    struct uuid id = uuid_make(in->wall, SOURCE_executor, 90, n);
    struct uuid scan = uuid_make(in->wall, SOURCE_scanner, 90, n);
    struct group g = { .group = id, .scan_id = scan, .mode = MODE_paper,
                       .strategy = STRATEGY_A, .target = { 5 * MICROS },
                       .state = GROUP_STATE_preflight, .attempt = 1 };
    struct execution end = { .exec_id = id, .scan_id = scan,
                             .status = EXEC_STATUS_FILLED };

    text_set(&g.event, "many");
    for (uint32_t i = 0; i < legs_cap; i++)
        g.legs.at[g.legs.count++] = (struct leg){
            .token = floor_hash(1000 + n * legs_cap + i), .side = SIDE_buy,
            .limit = { 20000 }, .size = g.target };
    executor_recall_group(f->x, &g, in);
    g.state = GROUP_STATE_authorizing;
    executor_recall_group(f->x, &g, in);
    g.state = GROUP_STATE_working;
    executor_recall_group(f->x, &g, in);
    for (uint32_t i = 0; i < legs_cap; i++) {
        struct intent t = { .order = floor_hash(9000 + n * legs_cap + i),
                            .group = id, .auth = id, .leg = i, .attempt = 1,
                            .mode = MODE_paper, .side = SIDE_buy,
                            .token = g.legs.at[i].token,
                            .price = { 20000 }, .qty = g.target };
        struct order o = { .order = t.order, .group = id, .leg = i,
                           .state = ORDER_STATE_sent };
        struct fill fill = { .order = t.order, .group = id, .auth = id,
                             .leg = i, .mode = MODE_paper, .token = t.token,
                             .side = SIDE_buy, .price = t.price,
                             .qty = t.qty };
        executor_recall_intent(f->x, &t, in);
        executor_recall_order(f->x, &o, in);
        executor_recall_fill(f->x, &fill, in);
        o.state = ORDER_STATE_filled;
        executor_recall_order(f->x, &o, in);
    }
    executor_recall_execution(f->x, &end, in);
}

static void
many_tokens_go_in_batches_one_after_the_other(void **state)
{
    struct floor *f = floor_new();
    struct executor_options o = { &f->conf, &f->strategy, &f->capital,
                                  f->mode, f->identity };
    struct snapshot_request m;
    struct snapshot_end end = { .what = ASKED_universe };
    struct input in = floor_input(f, SOURCE_feed, 0);
    uint64_t req = 0;
    uint32_t batches = 0, tokens = 0;

    (void)state;
    executor_destroy(&f->x);
    f->x = executor_new(&o);
    for (uint32_t n = 0; n < 5; n++)
        recall_basket(f, n, &in);
    assert_int_equal(floor_counter(f, EXECUTOR_recall_refused), 0);
    for (int turn = 0; turn < 60; turn++) {
        struct tick tick = { 0 };
        in.mono.ns += INT64_C(500000000);
        executor_on_tick(f->x, &tick, &in, f->out);
        uint32_t count = take_named(f->out, &m, &req);
        assert_true(count <= 1);
        if (count == 0)
            continue;
        struct hash first = floor_hash(1000 + tokens);
        assert_true(hash_equal(&m.tokens.at[0].token, &first));
        batches++;
        tokens += m.tokens.count;
        in.req = req;
        executor_on_snapshot_end(f->x, &end, &in, f->out);
        outbox_clear(f->out);
        in.req = 0;
    }
    assert_int_equal(tokens, 5 * legs_cap);
    assert_int_equal(batches, 3); /* Of 64 at most. */
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_tokens_go_in_batches_one_after_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
