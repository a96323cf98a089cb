/* replay_kit - three processes on tape, for who plays them again */
#ifndef TESTS_UNIT_ARB_REPLAY_KIT_H
#define TESTS_UNIT_ARB_REPLAY_KIT_H

#include "common/must.h"
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

static inline struct journal *
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
static inline void
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

static inline void
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
static inline void
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

static inline void
record_tick(struct fixture *f, struct tape *t)
{
    struct tick m = { t->seq };

    record_one(f, t, t->core.src, TYPE_tick,
               tick_pack(&m, t->packed, PACKED_CAP));
    t->mono.ns += TICK_NS;
    t->wall.ns += TICK_NS;
}

/* It is not killed; an operator would enter stage 1 by a sign-off. */
static inline void
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
static inline void
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
static inline void
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

static inline int
setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    must(f);
    scratch_open(&f->scratch);
    f->dir = f->scratch.path;
    *state = f;
    return 0;
}

static inline int
teardown(void **state)
{
    struct fixture *f = *state;

    scratch_remove(f->dir);
    free(f);
    return 0;
}

#endif /* TESTS_UNIT_ARB_REPLAY_KIT_H */
