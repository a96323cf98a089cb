/* test_replay - what was recorded, played again: the same, or what differs */

#include "common/must.h"
#include "common/settings.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/replay/core.h"
#include "deploy/arb/replay/sweep.h"
#include "deploy/arb/replay/verify.h"
#include "riskd/riskd.h"
#include "tests/unit/common/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { TICKS = 400, TICK_NS = 50000000 };
#define CONFIG 0xc0ffeeULL
#define BUILD_NAME "tested-1"

/* A process that is being recorded, as its shell would. */
struct tape {
    struct core core;
    struct journal *inputs, *facts;
    struct nanos mono, wall;
    uint64_t run, seq;
    bool mute;                 /* Its facts get lost. */
    uint8_t packed[PACKED_CAP], wrapped[ENVELOPE_CAP];
};

struct fixture {
    struct scratch scratch;
    const char *dir;
    struct tape tapes[CORES];
};

static struct journal *
open_one(const struct fixture *f, struct tape *t, const char *kind)
{
    char dir[600];
    struct why why;
    uint64_t cut;

    core_journal(f->dir, t->core.src, kind, dir, sizeof dir);
    struct journal *j = journal_open(dir, t->core.src, t->run, 1 << 20, &cut,
                                     &why);
    assert_non_null(j);
    return j;
}

/* What the executor asks of riskd is among riskd's inputs. */
static void
hear_request(struct fixture *f, const struct tape *from,
             const struct said *said, size_t size)
{
    struct tape *t = &f->tapes[1];
    struct envelope e = {
        .ver = (uint8_t)schema_fingerprint(), .type = said->schema->type,
        .src = from->core.src, .run = from->run, .seq = 1,
        .req = said->to.req, .trace = said->trace, .mono = from->mono,
        .wall = from->wall, .body = from->packed, .body_size = size,
    };

    if (said->schema != &lease_request_schema)
        return;
    size_t all = envelope_pack(&e, t->wrapped, ENVELOPE_CAP);
    assert_true(all > 0);
    journal_append(t->inputs, e.type, t->mono, t->wall, e.trace, t->wrapped,
                   all, false);
    struct input in = { .mono = t->mono, .wall = t->wall, .src = e.src,
                        .run = e.run, .seq = 1, .said = e.mono, .req = e.req,
                        .peer = (uint32_t)e.src, .own_run = t->run };
    assert_true(core_hear(&t->core, e.type, e.body, size, &in));
}

static void
write_facts(struct fixture *f, struct tape *t)
{
    for (size_t i = 0; i < outbox_count(t->core.out); i++) {
        const struct said *s = outbox_at(t->core.out, i);
        size_t size = schema_pack(s->schema, s->msg, t->packed, PACKED_CAP);
        if (s->routes & ROUTE_FACTS && !t->mute)
            journal_append(t->facts, s->schema->type, t->mono, t->wall,
                           s->trace, t->packed, size, false);
        if (s->routes & ROUTE_RISK)
            hear_request(f, t, s, size);
    }
    outbox_clear(t->core.out);
}

/* What src said to it, which is packed already. */
static void
record_one(struct fixture *f, struct tape *t, enum source src, uint16_t type,
           size_t size)
{
    struct envelope e = {
        .ver = (uint8_t)schema_fingerprint(), .type = type, .src = src,
        .run = t->run, .seq = ++t->seq, .mono = t->mono, .wall = t->wall,
        .body = t->packed, .body_size = size,
    };

    size_t all = envelope_pack(&e, t->wrapped, ENVELOPE_CAP);
    journal_append(t->inputs, e.type, t->mono, t->wall, 0, t->wrapped, all,
                   false);
    struct input in = { .mono = t->mono, .wall = t->wall, .src = e.src,
                        .run = e.run, .seq = e.seq, .said = t->mono,
                        .own_run = t->run,
                        .peer = src == t->core.src ? 0 : (uint32_t)src };
    assert_true(core_hear(&t->core, e.type, e.body, e.body_size, &in));
    write_facts(f, t);
}

static void
record_tick(struct fixture *f, struct tape *t)
{
    struct tick m = { t->seq };

    record_one(f, t, t->core.src, TYPE_tick,
               tick_pack(&m, t->packed, PACKED_CAP));
    t->mono.ns += TICK_NS;
    t->wall.ns += TICK_NS;
}

/* It is not killed; an operator would enter stage 1 by a sign-off. */
static void
record_stage_enter(struct fixture *f, struct tape *t)
{
    struct latch_state latch = { 0 };
    struct command m = { .verb = VERB_stage, .role = ROLE_operator, .nonce = 1,
                         .expires = { t->wall.ns + 30000000000 } };
    const struct riskd_signoff s = { .config = CONFIG, .build = BUILD_NAME,
                                     .rules = t->core.rules_hash,
                                     .at = t->wall };

    record_one(f, t, SOURCE_riskd, TYPE_latch_state,
               latch_state_pack(&latch, t->packed, PACKED_CAP));
    text_set(&m.actor, "ann");
    text_set(&m.target, "enter");
    text_set(&m.value, "1");
    riskd_signoff_text(&s, &m.reason);
    record_one(f, t, SOURCE_arb, TYPE_command,
               command_pack(&m, t->packed, PACKED_CAP));
}

/* As riskd's shell keeps them (common/daemon_settings.c). */
static void
keep_settings(const struct fixture *f, const char *const *sets, size_t count)
{
    char path[600], text[1 << 16];
    struct conf *conf = cmd_conf(NULL, sets, count);

    assert_non_null(conf);
    int size = (int)conf_print(conf, false, text, sizeof text);
    snprintf(path, sizeof path, "%s/journal/riskd/settings", f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/0000000000000001.yaml");
    FILE *file = fopen(path, "w");
    fprintf(file, "# configuration %016llx of build %s\n%.*s", CONFIG,
            BUILD_NAME, size, text);
    fclose(file);
    conf_destroy(&conf);
}

/* Three processes that hear nothing but the time, and riskd the executor. */
static void
record_with(struct fixture *f, int ticks, bool mute, const char *const *sets,
            size_t sets_count)
{
    struct conf *conf = cmd_conf(NULL, sets, sets_count);
    char dir[600];
    struct why why;

    assert_non_null(conf);
    snprintf(dir, sizeof dir, "%s/journal", f->dir);
    mkdir(dir, 0700);
    for (int i = 0; i < CORES; i++) {
        struct tape *t = &f->tapes[i];
        core_begin(&t->core, core_sources[i]);
        core_journal(f->dir, t->core.src, "", dir, sizeof dir);
        mkdir(dir, 0700);
        t->run = 1;
        t->mono.ns = 1000000000;
        t->wall.ns = INT64_C(1800000000000000000);
        t->mute = i == 1 && mute;
        t->inputs = open_one(f, t, "inputs");
        t->facts = open_one(f, t, "facts");
        t->core.by.config = CONFIG;
        text_set(&t->core.by.build, BUILD_NAME);
        assert_true(core_make(&t->core, conf, &why));
    }
    for (int n = 0; n < ticks; n++)
        for (int i = 0; i < CORES; i++)
            record_tick(f, &f->tapes[i]);
    if (sets_count > 0) {
        keep_settings(f, sets, sets_count);
        record_stage_enter(f, &f->tapes[1]);
    }
    for (int i = 0; i < CORES; i++) {
        core_end(&f->tapes[i].core);
        journal_close(&f->tapes[i].inputs);
        journal_close(&f->tapes[i].facts);
    }
    conf_destroy(&conf);
}

#define record(f, ticks, mute) record_with(f, ticks, mute, NULL, 0)

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

static void
write_opportunity(struct fixture *f, int64_t wall)
{
    static const struct opportunity m = { .rev = 1 };
    struct tape *t = &f->tapes[0];

    t->facts = open_one(f, t, "facts");
    size_t size = opportunity_pack(&m, t->packed, PACKED_CAP);
    assert_true(size > 0);
    journal_append(t->facts, TYPE_opportunity, t->mono,
                   (struct nanos){ wall }, 0, t->packed, size, false);
    journal_close(&t->facts);
}

static void
a_journal_that_nobody_writes_any_more_is_no_evidence(void **state)
{
    struct fixture *f = *state;
    const int64_t hour = INT64_C(3600) * 1000000000;
    struct signals_found found;
    struct why why = { "" };

    record(f, TICKS, false);
    struct nanos last = { f->tapes[0].wall.ns - TICK_NS };
    struct nanos now = { last.ns + hour };
    assert_true(verify_signals(f->dir, NULL, last, &found, &why));
    assert_true(verify_signals(f->dir, NULL, now, &found, &why));
    assert_int_equal(found.all, 0);
    now.ns++;
    assert_false(verify_signals(f->dir, NULL, now, &found, &why));
    assert_non_null(strstr(why.s, "60 minutes ago"));
    now.ns = last.ns - hour;
    assert_false(verify_signals(f->dir, NULL, now, &found, &why));
    assert_non_null(strstr(why.s, "in the future"));
}

static void
signals_of_more_than_a_day_ago_do_not_count(void **state)
{
    struct fixture *f = *state;
    const int64_t day = INT64_C(86400) * 1000000000;
    struct signals_found found;
    struct why why = { "" };

    record(f, TICKS, false);
    int64_t last = f->tapes[0].wall.ns - TICK_NS;
    write_opportunity(f, last - day - 1);
    write_opportunity(f, last - day);
    write_opportunity(f, last);
    assert_true(verify_signals(f->dir, NULL, (struct nanos){ last }, &found,
                               &why));
    assert_int_equal(found.all, 2);
    assert_int_equal(found.same, 0);
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

static int
setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    must(f);
    scratch_open(&f->scratch);
    f->dir = f->scratch.path;
    *state = f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    scratch_remove(f->dir);
    free(f);
    return 0;
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_same_inputs_say_the_same),
        T(a_journal_that_nobody_writes_any_more_is_no_evidence),
        T(signals_of_more_than_a_day_ago_do_not_count),
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
