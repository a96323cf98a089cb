/* test_replay - what was recorded, played again: the same, or what differs */

#include "tests/unit/arb/replay_kit.h"

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

static void
touch(const char *dir, const char *name)
{
    char path[600];

    snprintf(path, sizeof path, "%s/settings/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static void
settings_of_a_run_are_the_last_kept_before_it(void **state)
{
    struct fixture *f = *state;
    char path[600];

    assert_false(settings_path(f->dir, 7, path, sizeof path));
    snprintf(path, sizeof path, "%s/settings", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    touch(f->dir, "0000000000000002.yaml");
    touch(f->dir, "000000000000000a.yaml");
    touch(f->dir, "0000000000000005.yaml.new");
    assert_false(settings_path(f->dir, 1, path, sizeof path));
    assert_true(settings_path(f->dir, 2, path, sizeof path));
    assert_non_null(strstr(path, "/0000000000000002.yaml"));
    assert_true(settings_path(f->dir, 9, path, sizeof path));
    assert_non_null(strstr(path, "/0000000000000002.yaml"));
    assert_true(settings_path(f->dir, UINT64_MAX, path, sizeof path));
    assert_non_null(strstr(path, "/000000000000000a.yaml"));
}

static void
settings_name_the_build_that_ran_with_them(void **state)
{
    struct fixture *f = *state;
    struct settings_by by;
    char path[600];

    snprintf(path, sizeof path, "%s/some.yaml", f->dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("# configuration 00000000000000ff of build v1-2-gabc\ncommon:\n",
          file);
    fclose(file);
    assert_true(settings_by(path, &by));
    assert_int_equal(by.config, 255);
    assert_string_equal(by.build.s, "v1-2-gabc");
    file = fopen(path, "w");
    fputs("common:\n", file);
    fclose(file);
    assert_false(settings_by(path, &by));
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
        T(live_is_refused),
        T(a_value_that_makes_no_sense_stops_the_sweep),
        T(every_combination_is_played),
        T(settings_of_a_run_are_the_last_kept_before_it),
        T(settings_name_the_build_that_ran_with_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
