/* test_forged - facts that this program never said, handed back at the start:
 * each is refused and counted, nothing new is begun, and nothing breaks */
#include "tests/unit/executor/audit.h"
#include "tests/unit/proto/generate.h"

enum { ROUNDS = 600, TICKS = 400 };

/* A pair that is held in the middle of its life, and a basket that filled. */
static struct floor *
day(void)
{
    struct floor *f = floor_new();

    floor_open(f, 2, 'a');
    floor_run(f, 500);
    floor_book(f, 8, 43, 45, 60);
    floor_book(f, 9, 43, 50, 60);
    floor_open(f, 1, 'b');
    floor_run(f, 100);
    floor_book(f, 9, 43, 50, 40);
    floor_run(f, 10000);
    assert_int_equal(f->last_group.state, GROUP_STATE_holding);
    return f;
}

/* A new engine without peers: facts, then time. */
static uint64_t
begin_again(struct floor *f)
{
    const struct tick tick = { 0 };
    uint64_t refused;
    struct executor_options o = { &f->conf, &f->strategy, &f->capital,
                                  f->mode, f->identity };
    struct input in;

    executor_destroy(&f->x);
    outbox_clear(f->out);
    f->run++;
    f->x = executor_new(&o);
    for (uint32_t i = 0; i < f->facts; i++)
        floor_recall(f, &f->fact[i]);
    refused = floor_counter(f, EXECUTOR_recall_refused);
    for (int i = 0; i < TICKS; i++) {
        f->mono.ns += 100000000;
        f->wall.ns += 100000000;
        in = floor_input(f, SOURCE_executor, 0);
        executor_on_tick(f->x, &tick, &in, f->out);
        outbox_clear(f->out);
    }
    assert_int_equal(executor_is_broken(f->x), refused > 0);
    return refused;
}

/* The last one of the kind. */
static void *
last_of(struct floor *f, const struct schema *sc)
{
    for (uint32_t i = f->facts; i-- > 0;)
        if (f->fact[i].schema == sc)
            return f->fact[i].m;
    fail_msg("no %s", sc->name);
    return NULL;
}

static void
facts_as_they_were_said_are_taken(void **state)
{
    struct floor *f = day();

    (void)state;
    assert_int_equal(begin_again(f), 0);
    assert_int_equal(floor_counter(f, EXECUTOR_recalled_groups), 1);
    floor_destroy(f);
}

static void
a_deadline_at_the_end_of_time_is_a_deadline_now(void **state)
{
    static const int64_t ends[] = { INT64_MIN, INT64_MAX, -1 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct floor *f = day();
        struct group *m = last_of(f, &group_schema);

        m->deadline.ns = ends[i];
        assert_int_equal(begin_again(f), 0);
        floor_destroy(f);
    }
}

static void
an_open_group_is_not_simply_done(void **state)
{
    struct floor *f = day();
    struct group *m = last_of(f, &group_schema);

    (void)state;
    m->state = GROUP_STATE_done;
    assert_int_equal(begin_again(f), 1);
    floor_destroy(f);
}

static void
a_group_without_a_target_or_legs_is_none(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        struct floor *f = day();
        struct group *m = last_of(f, &group_schema);

        switch (i) {
        case 0: m->target.micros = 0; break;
        case 1: m->target.micros = 1; break;
        case 2: m->target.micros = INT64_MAX; break;
        case 3: m->legs.count = 0; break;
        case 4: m->legs.at[1].token = m->legs.at[0].token; break;
        case 5: m->legs.at[0].limit.micros = INT64_MAX; break;
        case 6: m->mode = MODE_live; break;
        default: m->strategy = STRATEGY_none; break;
        }
        assert_int_equal(begin_again(f), 1);
        floor_destroy(f);
    }
}

static void
a_fill_is_of_an_order_that_was_sent_and_no_larger(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        struct floor *f = day();
        struct fill *m = last_of(f, &fill_schema);

        switch (i) {
        case 0: m->qty.micros = INT64_MAX; break;
        case 1: m->qty.micros = -1; break;
        case 2: m->qty.micros = 0; break;
        case 3: m->price.micros = INT64_MAX; break;
        case 4: m->price.micros = 0; break;
        case 5: m->fee.micros = INT64_MIN; break;
        case 6: m->order.b[0] ^= 1; break;
        case 7: m->side = SIDE_sell; break;
        default: m->mode = MODE_live; break;
        }
        assert_true(begin_again(f) >= 1);
        floor_destroy(f);
    }
}

/* Once more the same fill: more than its order was for. */
static void
a_fill_that_is_there_twice_counts_once(void **state)
{
    struct floor *f = day();
    struct floor_fact *last = &f->fact[f->facts++];

    (void)state;
    *last = f->fact[0];
    for (uint32_t i = 0; i < f->facts - 1; i++)
        if (f->fact[i].schema == &fill_schema)
            *last = f->fact[i];
    last->m = floor_copy(last->schema, last->m);
    assert_int_equal(begin_again(f), 1);
    floor_destroy(f);
}

static void
shares_of_an_open_group_are_not_paid_out(void **state)
{
    struct floor *f = day();
    const struct fill *held = last_of(f, &fill_schema);
    struct settle m = { .ref = { { 7 } }, .mode = MODE_paper,
                        .kind = SETTLE_KIND_resolve, .token = held->token,
                        .qty = { 1000000 }, .cash = { 1000000 } };

    (void)state;
    f->fact[f->facts] = f->fact[f->facts - 1];
    f->fact[f->facts].schema = &settle_schema;
    f->fact[f->facts++].m = floor_copy(&settle_schema, &m);
    assert_int_equal(begin_again(f), 1);
    floor_destroy(f);
}

static void
a_split_of_all_the_money_there_is_overflows_nothing(void **state)
{
    static const int64_t cash[] = { INT64_MIN, INT64_MAX, 0 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        struct floor *f = day();
        const struct group *g = last_of(f, &group_schema);
        struct settle m = { .ref = { { 7 } }, .mode = MODE_paper,
                            .kind = SETTLE_KIND_split,
                            .token = g->legs.at[0].token,
                            .pair = g->legs.at[1].token,
                            .qty = { INT64_MAX }, .cash = { cash[i] } };

        f->fact[f->facts] = f->fact[f->facts - 1];
        f->fact[f->facts].schema = &settle_schema;
        f->fact[f->facts++].m = floor_copy(&settle_schema, &m);
        assert_int_equal(begin_again(f), 1);
        floor_destroy(f);
    }
}

static void
after_a_refused_fact_no_group_is_begun(void **state)
{
    struct floor *f = day();
    struct fill *m = last_of(f, &fill_schema);
    struct opportunity o = floor_opportunity(f, 9, 'c');
    struct input in;

    (void)state;
    m->qty.micros = 0;
    assert_true(begin_again(f) >= 1);
    in = floor_input(f, SOURCE_scanner, 0);
    executor_on_opportunity(f->x, &o, &in, f->out);
    assert_int_equal(floor_counter(f, EXECUTOR_skip_broken), 1);
    assert_int_equal(floor_counter(f, EXECUTOR_groups), 0);
    assert_false(executor_is_ready(f->x));
    floor_destroy(f);
}

/* One plain field of a fact, or of a record of its list, at an edge. */
static void
spoil(const struct schema *sc, void *msg, uint64_t *seed)
{
    const struct field *f = &sc->fields[chance(seed) % sc->fields_count];
    char *p = (char *)msg + f->offset;
    struct schema one = { .name = sc->name, .fields = f, .fields_count = 1,
                          .size = sc->size };
    uint32_t count;

    memcpy(&count, p, sizeof count);
    if (f->form == FORM_LIST && count > 0 && chance(seed) % 4 > 0)
        spoil(f->record, p + f->at + chance(seed) % count * f->record->size,
              seed);
    else
        generate(&one, msg, 40, seed);
}

static void
swap(struct floor_fact *a, struct floor_fact *b)
{
    struct floor_fact t = *a;

    *a = *b;
    *b = t;
}

static void
forge(struct floor *f, uint64_t *seed)
{
    struct floor_fact *a = &f->fact[chance(seed) % f->facts];
    struct floor_fact *b = &f->fact[chance(seed) % f->facts];

    switch (chance(seed) % 6) {
    case 0:
        swap(a, b);
        return;
    case 1: /* Twice. */
        f->fact[f->facts] = *a;
        f->fact[f->facts].m = floor_copy(a->schema, a->m);
        f->facts++;
        return;
    case 2: /* Lost. */
        swap(a, &f->fact[--f->facts]);
        free(f->fact[f->facts].m);
        return;
    default:
        spoil(a->schema, a->m, seed);
        return;
    }
}

/* Neither a crash nor an overflow nor an order without a grant, whatever the
 * journal says. */
static void
no_journal_breaks_it(void **state)
{
    uint64_t seed = 5, refused = 0;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct floor *f = day();
        uint64_t changes = 1 + chance(&seed) % 6;

        for (uint64_t i = 0; i < changes; i++)
            forge(f, &seed);
        refused += begin_again(f) > 0;
        assert_int_equal(floor_counter(f, EXECUTOR_orders), 0);
        floor_destroy(f);
    }
    assert_true(refused > ROUNDS / 2);
}

/* Facts that are nothing but chance. */
static void
noise_is_refused(void **state)
{
    static const struct schema *const kinds[] = {
        &group_schema, &intent_schema, &order_schema, &fill_schema,
        &settle_schema, &execution_schema,
    };
    struct floor *f = floor_new();
    uint64_t seed = 6;

    (void)state;
    for (f->facts = 0; f->facts < 600; f->facts++) {
        const struct schema *sc = kinds[chance(&seed) % 6];
        void *m = calloc(1, sc->size);

        assert_non_null(m);
        generate(sc, m, 40, &seed);
        f->fact[f->facts] = (struct floor_fact){ sc, m, f->mono, f->wall,
                                                 0 };
    }
    assert_int_equal(begin_again(f), 600);
    floor_destroy(f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_as_they_were_said_are_taken),
        cmocka_unit_test(a_deadline_at_the_end_of_time_is_a_deadline_now),
        cmocka_unit_test(an_open_group_is_not_simply_done),
        cmocka_unit_test(a_group_without_a_target_or_legs_is_none),
        cmocka_unit_test(a_fill_is_of_an_order_that_was_sent_and_no_larger),
        cmocka_unit_test(a_fill_that_is_there_twice_counts_once),
        cmocka_unit_test(shares_of_an_open_group_are_not_paid_out),
        cmocka_unit_test(a_split_of_all_the_money_there_is_overflows_nothing),
        cmocka_unit_test(after_a_refused_fact_no_group_is_begun),
        cmocka_unit_test(no_journal_breaks_it),
        cmocka_unit_test(noise_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
