/* test_replay - what was recorded, played again: the same, or what differs */

#include "deploy/arb/replay/others.h"
#include "tests/unit/arb/replay_kit.h"

#include <sys/wait.h>

/* What verify says, and its exit code. */
static int
say(const struct fixture *f, const char *set, char *out, size_t cap)
{
    const struct verify_options o = { .var = f->dir, .sets = &set,
                                      .sets_count = set != NULL };
    char path[300];

    snprintf(path, sizeof path, "%s/said", f->dir);
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_non_null(freopen(path, "w", stdout));
    int code = verify(&o);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    FILE *said = fopen(path, "r");
    assert_non_null(said);
    size_t size = fread(out, 1, cap - 1, said);
    out[size] = '\0';
    fclose(said);
    return code;
}

static void
the_same_inputs_say_the_same(void **state)
{
    struct fixture *f = *state;
    char out[4096];

    record(f, TICKS, false);
    assert_int_equal(say(f, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "riskd     the same: 1 runs, "));
    assert_non_null(strstr(out, "executor  the same: 1 runs, 400 inputs"));
}

/* A sign-off is of a configuration and a build: of those that ran then. */
static void
a_stage_that_was_asked_for_is_asked_for_again(void **state)
{
    static const char *const sets[] = { "riskd.stage=2",
                                        "riskd.stage_signoff=true" };
    struct fixture *f = *state;
    char out[4096];

    record_with(f, TICKS, false, sets, 2);
    assert_int_equal(say(f, NULL, out, sizeof out), 0);
}

static void
another_capital_is_seen_in_the_first_line_of_the_ledger(void **state)
{
    struct fixture *f = *state;
    char out[4096];

    record(f, TICKS, false);
    assert_int_equal(say(f, "capital.initial_usd=4000", out, sizeof out), 1);
    assert_non_null(strstr(out, "riskd: fact 1, ledger_entry (run 1) differs, "
                                "after input 1 (tick of riskd)"));
    assert_non_null(strstr(out, "ledger_entry.amount: recorded \"-5000\", "
                                "replayed \"-4000\""));
}

static void
what_another_heard_and_is_not_said_again_is_named(void **state)
{
    struct fixture *f = *state;
    char out[4096];

    record(f, TICKS, false);
    assert_int_equal(say(f, "executor.lease_every=60000", out, sizeof out),
                     1);
    assert_non_null(strstr(out, "executor: lease_request (run 1) differs: "
                                "heard by riskd as its input "));
    assert_non_null(strstr(out, "replayed  nothing"));
}

static void
facts_of_the_last_turn_may_be_missing_but_no_others(void **state)
{
    struct fixture *f = *state;
    char out[4096];

    record(f, 1, true);
    assert_int_equal(say(f, NULL, out, sizeof out), 0);
    assert_non_null(strstr(out, "of a last turn were not written"));
}

static void
facts_missing_for_longer_differ(void **state)
{
    struct fixture *f = *state;
    char out[4096];

    record(f, 2, true);
    assert_int_equal(say(f, NULL, out, sizeof out), 1);
    assert_non_null(strstr(out, "the replay has more"));
}

/* Until its parent has read for a while: words of the scanner, without end. */
static _Noreturn void
go_on_hearing(struct fixture *f)
{
    enum { WORDS = 20000, FLUSH = 50 };
    struct tape *t = &f->tapes[2];
    static struct opportunity m;

    t->core.src = SOURCE_executor;
    t->run = 1;
    t->inputs = open_one(f, t, "inputs");
    for (uint64_t n = 1; n <= WORDS; n++) {
        m.rev = n;
        struct envelope e = {
            .ver = (uint8_t)schema_fingerprint(), .type = TYPE_opportunity,
            .src = SOURCE_scanner, .run = 1, .seq = n, .tseq = n,
            .body = t->packed,
            .body_size = opportunity_pack(&m, t->packed, PACKED_CAP) };
        size_t all = envelope_pack(&e, t->wrapped, ENVELOPE_CAP);
        journal_append(t->inputs, e.type, t->mono, t->wall, 0, t->wrapped,
                       all, false);
        if (n % FLUSH == 0)
            journal_flush(t->inputs);
    }
    _exit(0);
}

static void
those_at_work_are_listened_to_while_they_go_on(void **state)
{
    struct fixture *f = *state;
    struct why why;
    int status;

    record(f, 1, false);
    pid_t child = fork_child();
    if (child == 0)
        go_on_hearing(f);
    while (waitpid(child, &status, WNOHANG) == 0) {
        struct others *o = others_read(f->dir, &why);
        if (o == NULL)
            fail_msg("%s", why.s);
        others_free(&o);
    }
    assert_int_equal(status, 0);
}

static void
live_is_refused(void **state)
{
    struct fixture *f = *state;
    char out[4096];

    record(f, TICKS, false);
    assert_int_equal(say(f, "common.mode=live", out, sizeof out), 1);
}

static void
a_value_that_makes_no_sense_stops_the_sweep(void **state)
{
    struct fixture *f = *state;
    const char *sets[] = { "strategy.net_min=0.01,nonsense" };
    const struct sweep_options o = { .var = f->dir, .sets = sets,
                                     .sets_count = 1,
                                     .latency = { 200000 } };

    record(f, TICKS, false);
    assert_int_equal(sweep(&o), 1);
    sets[0] = "strategy.net_min";
    assert_int_equal(sweep(&o), 2);
}

/* Lists in brackets are one value. */
static void
every_combination_is_played(void **state)
{
    struct fixture *f = *state;
    const char *sets[] = { "strategy.net_min=0.01,0.02",
                           "strategy.a_approved=[1,2],[3]" };
    const struct sweep_options o = { .var = f->dir, .sets = sets,
                                     .sets_count = 2,
                                     .latency = { 200000 } };

    record(f, TICKS, false);
    assert_int_equal(sweep(&o), 0);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_same_inputs_say_the_same),
        T(a_stage_that_was_asked_for_is_asked_for_again),
        T(another_capital_is_seen_in_the_first_line_of_the_ledger),
        T(what_another_heard_and_is_not_said_again_is_named),
        T(facts_of_the_last_turn_may_be_missing_but_no_others),
        T(facts_missing_for_longer_differ),
        T(those_at_work_are_listened_to_while_they_go_on),
        T(live_is_refused),
        T(a_value_that_makes_no_sense_stops_the_sweep),
        T(every_combination_is_played),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
