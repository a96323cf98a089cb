/* test_control - who may say what, what it does, and what is kept of it */
#include "tests/unit/riskd/control_desk.h"

static void
refused(const struct desk *d, enum reason reason)
{
    assert_int_equal(d->said[TYPE_command], 0);
    assert_int_equal(d->said[TYPE_command_reply], 1);
    assert_false(d->reply.ok);
    assert_int_equal(d->reply.reason, reason);
    assert_true(strlen(d->reply.text.s) > 10);
}

/* faults: F-048 */
static void
who_has_no_role_is_not_answered_and_leaves_no_trace(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    uint32_t facts = d->facts_count;
    struct hash was = riskd_digest(d->x);
    for (int v = 0; v < verb_end_; v++) {
        struct command m = word(d, (enum verb)v, ROLE_none);
        HEAR(d, command, &m);
        assert_int_equal(d->said[TYPE_command_reply], 0);
    }
    struct hash is = riskd_digest(d->x);
    assert_memory_equal(was.b, is.b, sizeof was.b);
    assert_int_equal(d->facts_count, facts);
    assert_int_equal(riskd_counters(d->x)[RISKD_strangers], verb_end_);
    desk_free(d);
}

/* faults: F-048 */
static void
a_role_too_weak_is_refused_and_written_down(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (int v = 0; v < verb_end_; v++) {
        bool looks = v == VERB_status || v == VERB_limits ||
                     v == VERB_positions || v == VERB_alerts;
        desk_pass(d, 1000);
        assert_false(say(d, (enum verb)v, ROLE_viewer, "", ""));
        if (looks) {
            assert_true(d->reply.ok);
        } else {
            refused(d, REASON_ROLE);
        }
    }
    assert_false(say(d, VERB_clear, ROLE_operator, "", "1"));
    refused(d, REASON_ROLE);
    desk_free(d);
}

/* faults: F-048 F-053 */
static void
a_word_is_taken_once_and_in_time(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct command m = word(d, VERB_pause, ROLE_operator);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_command], 1);
    HEAR(d, command, &m);
    refused(d, REASON_DUPLICATE);
    desk_restart(d);
    HEAR(d, command, &m);
    refused(d, REASON_DUPLICATE);
    m.nonce = 0;
    HEAR(d, command, &m);
    refused(d, REASON_DUPLICATE);
    m = word(d, VERB_resume, ROLE_operator);
    m.expires = d->in.wall;
    HEAR(d, command, &m);
    refused(d, REASON_EXPIRED);
    m = word(d, VERB_resume, ROLE_operator);
    m.expires.ns = d->in.wall.ns + 1;
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_command], 1);
    m = word(d, VERB_resume, ROLE_operator);
    m.expires.ns = d->in.wall.ns + 600000000001;
    HEAR(d, command, &m);
    refused(d, REASON_BAD_INPUT);
    m.expires.ns--;
    HEAR(d, command, &m); /* Its number is used up by the refusal. */
    refused(d, REASON_DUPLICATE);
    desk_free(d);
}

/* faults: F-093 */
static void
twenty_words_at_once_then_five_a_second(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (int i = 0; i < 20; i++) {
        struct command m = word(d, VERB_status, ROLE_viewer);
        HEAR(d, command, &m);
        assert_true(d->reply.ok);
    }
    uint32_t facts = d->facts_count;
    struct command m = word(d, VERB_status, ROLE_viewer);
    HEAR(d, command, &m);
    refused(d, REASON_THROTTLED);
    assert_int_equal(d->facts_count, facts);
    desk_pass(d, 200);
    HEAR(d, command, &m);
    assert_true(d->reply.ok);
    m = word(d, VERB_status, ROLE_viewer);
    HEAR(d, command, &m);
    refused(d, REASON_THROTTLED);
    m = word(d, VERB_kill, ROLE_operator);
    (void)text_set(&m.target, "strategy:none");
    HEAR(d, command, &m);
    refused(d, REASON_THROTTLED);
    (void)text_set(&m.target, "strategy:A"); /* Never too many. */
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_command], 1);
    m.nonce++;
    HEAR(d, command, &m); /* It is in force. */
    assert_int_equal(d->said[TYPE_command], 0);
    assert_true(d->reply.ok);
    m = word(d, VERB_kill, ROLE_operator);
    HEAR(d, command, &m);
    assert_int_equal(d->said[TYPE_command], 1);
    desk_free(d);
}

static void
a_pause_ends_by_time_or_by_word(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    assert_true(say(d, VERB_pause, ROLE_operator, "", "60"));
    assert_int_equal(desk_state(d).state, RISK_MODE_paused);
    assert_int_equal(desk_state(d).reasons.at[0].code, REASON_PAUSED);
    assert_false(is_granted(d, &m));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_PAUSED);
    desk_restart(d);
    assert_false(is_granted(d, &m));
    desk_pass(d, 59999);
    desk_lease(d);
    assert_false(is_granted(d, &m));
    desk_pass(d, 1);
    assert_true(is_granted(d, &m));
    assert_true(say(d, VERB_pause, ROLE_operator, "", ""));
    desk_pass(d, 86400000);
    desk_lease(d);
    desk_restart(d);
    assert_false(is_granted(d, &m));
    assert_true(say(d, VERB_resume, ROLE_operator, "", ""));
    assert_true(is_granted(d, &m));
    assert_false(say(d, VERB_pause, ROLE_operator, "", "soon"));
    refused(d, REASON_BAD_INPUT);
    assert_false(say(d, VERB_pause, ROLE_operator, "", "0"));
    assert_false(say(d, VERB_pause, ROLE_operator, "", "604801"));
    desk_free(d);
}

static void
a_resume_ends_the_pause_for_failures(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (uint32_t i = 0; i < 3; i++) {
        struct execution e = { .exec_id = desk_uuid(i), .mode = MODE_paper,
                               .status = EXEC_STATUS_ERROR };
        HEAR(d, execution, &e);
    }
    assert_int_equal(desk_state(d).state, RISK_MODE_paused);
    assert_true(say(d, VERB_resume, ROLE_operator, "", ""));
    assert_int_equal(desk_state(d).state, RISK_MODE_run);
    desk_free(d);
}

static void
a_strategy_is_switched_off_by_one_and_on_by_an_admin(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize a = desk_ask(1, 2, 0, 400000, 100), b = a;
    b.strategy = STRATEGY_B;
    assert_true(say(d, VERB_disable, ROLE_operator, "A", ""));
    desk_restart(d);
    assert_false(is_granted(d, &a));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_STRATEGY_OFF);
    assert_true(is_granted(d, &b));
    assert_false(say(d, VERB_enable, ROLE_operator, "A", ""));
    refused(d, REASON_ROLE);
    assert_true(say(d, VERB_enable, ROLE_ops_admin, "A", ""));
    assert_true(is_granted(d, &a));
    assert_false(say(d, VERB_disable, ROLE_operator, "none", ""));
    assert_false(say(d, VERB_disable, ROLE_operator, "Z", ""));
    refused(d, REASON_BAD_INPUT);
    desk_free(d);
}

static void
a_reduction_scales_the_limits_and_the_lease(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 1, 0, 400000, 250);
    assert_true(say(d, VERB_reduce, ROLE_operator, "", "0.5"));
    desk_lease(d);
    assert_int_equal(d->lease.size.bps, 5000);
    assert_true(is_granted(d, &m)); /* Half of 500. */
    m.legs.at[0].size.micros++;
    assert_false(is_granted(d, &m));
    assert_int_equal(d->denial.reasons.at[0].code, REASON_SHARES_LIMIT);
    desk_restart(d);
    assert_false(say(d, VERB_reduce, ROLE_operator, "", "0.51"));
    refused(d, REASON_ROLE);
    assert_false(say(d, VERB_reduce, ROLE_ops_admin, "", "1.000001"));
    refused(d, REASON_BAD_INPUT);
    assert_true(say(d, VERB_reduce, ROLE_ops_admin, "", "1"));
    assert_true(is_granted(d, &m));
    desk_free(d);
}

static void
mode_and_stage_go_down_by_word_and_up_by_more(void **state)
{
    (void)state;
    struct desk *d = desk_conf();
    d->common.mode = MODE_live;
    d->conf.stage = 2;
    desk_open(d);
    assert_int_equal(d->lease.mode, MODE_live);
    assert_true(say(d, VERB_mode, ROLE_operator, "", "shadow"));
    desk_restart(d);
    assert_int_equal(d->lease.mode, MODE_shadow);
    assert_false(say(d, VERB_mode, ROLE_operator, "", "live"));
    refused(d, REASON_ROLE);
    assert_true(say(d, VERB_mode, ROLE_ops_admin, "", "live"));
    assert_true(say(d, VERB_stage, ROLE_operator, "", "0"));
    desk_lease(d);
    assert_int_equal(d->lease.mode, MODE_paper);
    assert_int_equal(d->lease.stage, 0);
    assert_false(say(d, VERB_stage, ROLE_ops_admin, "", "1"));
    refused(d, REASON_MODE);
    assert_false(say(d, VERB_mode, ROLE_ops_admin, "", "fast"));
    refused(d, REASON_BAD_INPUT);
    desk_free(d);
}

static void
a_flatten_stops_what_is_new_and_says_so_to_all(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    assert_true(say(d, VERB_flatten, ROLE_operator, "", ""));
    assert_true(desk_state(d).flatten);
    assert_int_equal(d->event.action, ACTION_flatten_all);
    assert_false(is_granted(d, &m));
    desk_restart(d);
    assert_false(is_granted(d, &m));
    assert_true(say(d, VERB_resume, ROLE_operator, "", ""));
    assert_true(is_granted(d, &m));
    desk_free(d);
}

static void
what_cannot_be_done_is_refused_in_words(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    assert_false(say(d, VERB_ack, ROLE_ops_admin, "7", ""));
    refused(d, REASON_NOT_FOUND);
    assert_false(say(d, VERB_kill, ROLE_ops_admin, "strategy:Q", ""));
    refused(d, REASON_BAD_INPUT);
    struct command m = word(d, VERB_status, ROLE_viewer);
    m.verb = (enum verb)99;
    HEAR(d, command, &m);
    refused(d, REASON_BAD_INPUT);
    m = word(d, VERB_status, ROLE_viewer);
    memset(m.reason.s, 'x', sizeof m.reason.s);
    HEAR(d, command, &m);
    refused(d, REASON_BAD_INPUT);
    m = word(d, VERB_status, (enum role)77);
    HEAR(d, command, &m);
    refused(d, REASON_BAD_INPUT);
    desk_free(d);
}

static void
who_asks_is_shown_status_limits_and_positions(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    struct authorize m = desk_ask(1, 2, 0, 400000, 100);
    HEAR(d, authorize, &m);
    struct fill f = desk_fill(&d->grant, 0, "one", 390000, 100 * MICROS);
    HEAR(d, fill, &f);
    say(d, VERB_status, ROLE_viewer, "", "");
    assert_non_null(strstr(d->reply.text.s, "run, mode paper"));
    assert_false(d->reply.more);
    say(d, VERB_limits, ROLE_viewer, "", "");
    assert_true(d->said[TYPE_command_reply] > 5);
    assert_non_null(strstr(d->reply.text.s, "today's loss"));
    assert_false(d->reply.more);
    say(d, VERB_positions, ROLE_viewer, "", "");
    assert_int_equal(d->said[TYPE_command_reply], 2);
    assert_non_null(strstr(d->reply.text.s, "1 positions on the paper"));
    desk_free(d);
}

/* Rows of the chain: altered, left out or put elsewhere they do not hold. */
static void
the_audit_chain_holds_only_as_it_was_written(void **state)
{
    (void)state;
    struct desk *d = desk_new();
    for (int i = 0; i < 4; i++) {
        (void)say(d, i % 2 ? VERB_status : VERB_clear, ROLE_operator, "", "1");
    }
    struct audit *rows[4];
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->facts_count; i++) {
        if (d->facts[i].schema == &audit_schema) {
            rows[count++] = d->facts[i].msg;
        }
    }
    assert_int_equal(count, 4);
    assert_false(rows[0]->accepted);
    assert_true(rows[1]->accepted);
    struct riskd *x = desk_recalled(d);
    struct risk_state s;
    for (int bad = 0; bad < 5; bad++) {
        struct audit was = *rows[1];
        rows[1]->accepted = bad == 0 ? false : was.accepted;
        rows[1]->n += bad == 1;
        rows[1]->before.b[0] ^= bad == 2;
        rows[1]->chain.b[31] ^= bad == 3;
        rows[1]->actor.s[0] ^= bad == 4;
        if (bad == 4) { /* Mended: then the next one does not fit. */
            rows[1]->chain = riskd_audit_chain(rows[1]);
        }
        riskd_destroy(&x);
        x = desk_recalled(d);
        riskd_on_latch_state(x, &((struct latch_state){ 0 }), &d->in, d->out);
        outbox_clear(d->out);
        riskd_state(x, d->in.wall, d->in.mono, &s);
        assert_int_equal(s.state, RISK_MODE_paused);
        assert_int_equal(s.reasons.at[0].code, REASON_CONFLICT);
        *rows[1] = was;
    }
    riskd_destroy(&x);
    desk_assert_recalls(d);
    desk_free(d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_no_role_is_not_answered_and_leaves_no_trace),
        cmocka_unit_test(a_role_too_weak_is_refused_and_written_down),
        cmocka_unit_test(a_word_is_taken_once_and_in_time),
        cmocka_unit_test(twenty_words_at_once_then_five_a_second),
        cmocka_unit_test(a_pause_ends_by_time_or_by_word),
        cmocka_unit_test(a_resume_ends_the_pause_for_failures),
        cmocka_unit_test(a_strategy_is_switched_off_by_one_and_on_by_an_admin),
        cmocka_unit_test(a_reduction_scales_the_limits_and_the_lease),
        cmocka_unit_test(mode_and_stage_go_down_by_word_and_up_by_more),
        cmocka_unit_test(a_flatten_stops_what_is_new_and_says_so_to_all),
        cmocka_unit_test(what_cannot_be_done_is_refused_in_words),
        cmocka_unit_test(who_asks_is_shown_status_limits_and_positions),
        cmocka_unit_test(the_audit_chain_holds_only_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
