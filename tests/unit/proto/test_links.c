/* test_links - who may say what: the promises behind the table
 *
 * Not the table again, but what must hold of any such table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/proto.h"

/* Who says this at all, one bit a process. */
static uint32_t
speakers(uint32_t type)
{
    uint32_t bits = 0;
    for (uint32_t s = 0; s < source_end_; s++)
        if (link_routes((enum source)s, type) != 0)
            bits |= 1u << s;
    return bits;
}

#define ONLY(source) (1u << SOURCE_##source)

static void
only_riskd_grants_and_keeps_the_ledger(void **state)
{
    (void)state;
    assert_true(speakers(TYPE_grant) == ONLY(riskd));
    assert_true(speakers(TYPE_denial) == ONLY(riskd));
    assert_true(speakers(TYPE_lease) == ONLY(riskd));
    assert_true(speakers(TYPE_ledger_entry) == ONLY(riskd));
    assert_true(speakers(TYPE_risk_state) == ONLY(riskd));
}

static void
only_the_executor_orders_and_fills(void **state)
{
    (void)state;
    assert_true(speakers(TYPE_intent) == ONLY(executor));
    assert_true(speakers(TYPE_order) == ONLY(executor));
    assert_true(speakers(TYPE_fill) == ONLY(executor));
    assert_true(speakers(TYPE_authorize) == ONLY(executor));
}

static void
only_feed_says_what_the_venues_said(void **state)
{
    (void)state;
    for (uint32_t type = TYPE_market; type <= TYPE_venue_status; type++)
        assert_true(speakers(type) == ONLY(feed));
}

static void
an_intent_is_on_disk_before_it_is_anywhere(void **state)
{
    (void)state;
    const uint32_t durable = ROUTE_FACTS | ROUTE_SYNC;
    assert_true((link_routes(SOURCE_executor, TYPE_intent) & durable) ==
                durable);
    assert_true((link_routes(SOURCE_executor, TYPE_fill) & durable) == durable);
    assert_true((link_routes(SOURCE_riskd, TYPE_grant) & durable) == durable);
    assert_true((link_routes(SOURCE_riskd, TYPE_ledger_entry) & durable) ==
                durable);
}

static void
what_is_synced_is_a_fact(void **state)
{
    (void)state;
    for (uint32_t s = 0; s < source_end_; s++)
        for (uint32_t type = 0; type < TYPE_end_; type++) {
            uint32_t routes = link_routes((enum source)s, type);
            if ((routes & ROUTE_SYNC) != 0)
                assert_true((routes & ROUTE_FACTS) != 0);
        }
}

static void
nobody_asks_itself(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < TYPE_end_; type++) {
        assert_false(link_routes(SOURCE_riskd, type) & ROUTE_RISK);
        assert_false(link_routes(SOURCE_riskd, type) & ROUTE_CTL);
        assert_false(link_routes(SOURCE_feed, type) & ROUTE_SNAP);
        /* The recorder and arb own no journal. */
        assert_false(link_routes(SOURCE_recorder, type) & ROUTE_FACTS);
        assert_false(link_routes(SOURCE_arb, type) & ROUTE_FACTS);
        assert_false(link_routes(SOURCE_arb, type) & ROUTE_PUB);
    }
}

static void
every_message_is_said_by_somebody_or_belongs_to_the_shell(void **state)
{
    (void)state;
    for (size_t i = 0; i < schema_all_count; i++) {
        uint32_t type = schema_all[i]->type;
        bool everyone = type == TYPE_hello || type == TYPE_hello_reply ||
                        type == TYPE_heartbeat || type == TYPE_counter ||
                        type == TYPE_latency || type == TYPE_log_record;
        bool shell =
            type == TYPE_tick || type == TYPE_gap ||
            type == TYPE_latch_state || type == TYPE_venue_done ||
            type == TYPE_venue_order || type == TYPE_venue_trade ||
            type == TYPE_rule_row || type == TYPE_rules_read ||
            type == TYPE_host_state || type == TYPE_tie_row ||
            type == TYPE_ties_read || type == TYPE_nodes_state;
        if (everyone || shell)
            assert_true(speakers(type) == 0);
        else if (speakers(type) == 0)
            fail_msg("nobody may say %s", schema_all[i]->name);
    }
}

static void
strangers_and_unknown_types_have_no_route(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < TYPE_end_; type++)
        assert_true(link_routes(SOURCE_none, type) == 0);
    assert_true(link_routes((enum source)source_end_, TYPE_grant) == 0);
    assert_true(link_routes((enum source)UINT32_MAX, TYPE_grant) == 0);
    assert_true(link_routes(SOURCE_riskd, TYPE_end_) == 0);
    assert_true(link_routes(SOURCE_riskd, UINT32_MAX) == 0);
    assert_true(link_routes(SOURCE_riskd, TYPE_none) == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_riskd_grants_and_keeps_the_ledger),
        cmocka_unit_test(only_the_executor_orders_and_fills),
        cmocka_unit_test(only_feed_says_what_the_venues_said),
        cmocka_unit_test(an_intent_is_on_disk_before_it_is_anywhere),
        cmocka_unit_test(what_is_synced_is_a_fact),
        cmocka_unit_test(nobody_asks_itself),
        cmocka_unit_test(
            every_message_is_said_by_somebody_or_belongs_to_the_shell),
        cmocka_unit_test(strangers_and_unknown_types_have_no_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
