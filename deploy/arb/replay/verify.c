/* verify - the same inputs must give the same outputs, to the byte */

/* Run by run: a new engine of that run's settings gets the facts of the runs
 * before, as its shell did, then every input; each fact it says must be the
 * next of its journal, each word to the others one they heard.
 *
 * A process that was killed may have said something that it could no longer
 * write down: facts of its last turn may be missing.  A run whose beginning
 * is no longer kept cannot be made again and is left out, which is told. */

#include "deploy/arb/replay/verify.h"

#include "common/digest.h"
#include "common/must.h"
#include "common/version.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/replay/core.h"
#include "deploy/arb/replay/differ.h"
#include "deploy/arb/replay/others.h"
#include "deploy/arb/replay/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIR_CAP = 600 };
#define MINUTE_NS (INT64_C(60) * 1000000000)
#define FRESH_NS (60 * MINUTE_NS)   /* What says something of today ends */
#define SIGNALS_NS (24 * FRESH_NS)  /* so late; its signals are as young. */

struct play {
    const struct verify_options *o;
    struct others *others;          /* NULL: nobody asks what they heard. */
    struct progress *bar;
    struct core core;
    struct journal_reader *inputs, *facts;
    struct record fact;             /* The next one recorded. */
    bool have_fact;
    uint64_t run;                   /* 0 = none yet. */
    bool whole;                     /* It is one that can be made again. */
    uint64_t batch;                 /* Inputs of a turn, at most. */
    uint64_t extra;                 /* Facts said that were not written. */
    uint64_t since;                 /* Inputs after the first of those, and */
    bool ticked;                    /* with them a later turn. */
    struct heard heard;             /* The input under way, */
    uint64_t input;                 /* and its number. */
    uint64_t runs, inputs_count, facts_count, left_out, unwritten;
    uint64_t signals;               /* Opportunities found again, from */
    int64_t signals_from, newest;   /* then on; when the last input came. */
    struct digest *sha;
    uint8_t *packed;
    bool differs;
};

/* Another build may well mean something else by the same inputs. */
static void
tell_build(const struct play *p)
{
    const char *build = p->core.by.build.s;

    if (build[0] != '\0' && strcmp(build, dutchbook_version) != 0)
        printf("  (recorded by build %s, this is %s)\n", build,
               dutchbook_version);
}

/* False, always. */
static bool
differ(struct play *p, const char *what, const struct packed *recorded,
       const struct packed *now)
{
    progress_end(p->bar);
    p->differs = true;
    printf("%s: %s (run %" PRIu64 ") differs, after input %" PRIu64
           " (%s of %s)\n",
           core_name(p->core.src), what, p->run, p->input,
           schema_find(p->heard.e.type)->name, core_name(p->heard.e.src));
    differ_print(recorded, now);
    tell_build(p);
    return false;
}

/* Reads the next recorded fact. */
static bool
next_fact(struct play *p, struct why *why)
{
    int got = journal_next(p->facts, &p->fact, why);

    p->have_fact = got > 0;
    return got >= 0;
}

/* One fact said, against the next one recorded. */
static bool
check_fact(struct play *p, const struct said *said, size_t size,
           struct why *why)
{
    const struct record *r = &p->fact;
    struct packed now = { said->schema->type, p->packed, size };
    char what[80];

    /* Its owner may be at work: the journal may have grown. */
    if (!p->have_fact && !next_fact(p, why))
        return false;
    if (!p->have_fact || r->run != p->run) {
        p->extra++;
        return true;
    }
    digest_add(p->sha, &now.type, sizeof now.type);
    digest_add(p->sha, now.body, now.size);
    p->facts_count++;
    if (r->type == now.type && r->trace == said->trace
        && r->body_size == size && memcmp(r->body, p->packed, size) == 0) {
        p->signals += now.type == TYPE_opportunity &&
                      r->wall.ns >= p->signals_from;
        return next_fact(p, why);
    }
    struct packed recorded = { r->type, r->body, r->body_size };
    snprintf(what, sizeof what, "fact %" PRIu64 ", %s", r->n,
             schema_find(r->type) ? schema_find(r->type)->name : "?");
    return differ(p, what, &recorded, &now);
}

static bool
check_said(struct play *p, struct why *why)
{
    bool ok = true;

    for (size_t i = 0; ok && i < outbox_count(p->core.out); i++) {
        const struct said *said = outbox_at(p->core.out, i);
        size_t size = schema_pack(said->schema, said->msg, p->packed,
                                  PACKED_CAP);
        must(size > 0);
        if (p->others)
            others_said(p->others, said, p->packed, size);
        if (said->routes & ROUTE_FACTS)
            ok = check_fact(p, said, size, why);
    }
    outbox_clear(p->core.out);
    return ok;
}

/* What is recorded of this run and was not said; what was said and is not
 * recorded, but for its last turn. */
static bool
end_run(struct play *p, struct why *why)
{
    char what[80];

    if (!p->whole)
        return true;
    if (p->have_fact && p->fact.run == p->run) {
        struct packed recorded = { p->fact.type, p->fact.body,
                                   p->fact.body_size };
        snprintf(what, sizeof what, "fact %" PRIu64, p->fact.n);
        return differ(p, what, &recorded, &(struct packed){ 0 });
    }
    (void)why;
    if (p->extra > 0 && (p->ticked || p->since >= p->batch))
        return differ(p, "the end of the facts: the replay has more",
                      &(struct packed){ 0 }, &(struct packed){ 0 });
    p->unwritten += p->extra;
    return true;
}

/* The facts of the runs before, and the cursor on the first of this one. */
static bool
recall(struct play *p, struct why *why)
{
    char dir[DIR_CAP];
    bool ok = true;

    core_journal(p->o->var, p->core.src, "facts", dir, sizeof dir);
    journal_reader_close(&p->facts);
    p->facts = journal_read(dir, 0, why);
    ok = p->facts && next_fact(p, why);
    while (ok && p->have_fact && p->fact.run < p->run)
        ok = core_recall(&p->core, &p->fact, p->run, why)
             && next_fact(p, why);
    must(outbox_count(p->core.out) == 0);
    return ok;
}

static bool
begin_run(struct play *p, uint64_t run, struct why *why)
{
    struct common_conf common;

    p->run = run;
    p->since = p->extra = 0;
    p->ticked = false;
    p->whole = p->heard.first;
    if (!p->whole) {
        p->left_out++;
        return true;
    }
    struct conf *conf = core_settings(p->o->var, p->core.src, run,
                                      p->o->file, p->o->sets,
                                      p->o->sets_count, &p->core.by);
    if (!conf)
        return why_set(why, "%s: run %" PRIu64 " cannot be played again",
                       core_name(p->core.src), run);
    conf_fill(conf, &common_section, &common);
    p->batch = common.batch;
    bool ok = core_make(&p->core, conf, why) && recall(p, why);
    conf_destroy(&conf);
    p->runs++;
    if (p->others)
        others_run(p->others, p->core.src, run);
    return ok;
}

static bool
play_input(struct play *p, const struct record *r, struct why *why)
{
    if (!heard_of(&p->heard, p->core.src, r, why))
        return false;
    p->input = r->n;
    if (r->run != p->run
        && ((p->run != 0 && !end_run(p, why)) || !begin_run(p, r->run, why)))
        return false;
    if (!p->whole)
        return true;
    p->inputs_count++;
    p->newest = r->wall.ns;
    if (p->extra > 0) { /* A turn begins with the tick, if with any. */
        p->since += p->heard.e.src != p->core.src;
        p->ticked |= p->heard.e.type == TYPE_tick;
    }
    if (!core_hear(&p->core, p->heard.e.type, p->heard.e.body,
                   p->heard.e.body_size, &p->heard.in))
        return why_set(why, "input %" PRIu64 " of %s is none for it", r->n,
                       core_name(p->core.src));
    return check_said(p, why);
}

static bool
check_others(struct play *p, uint64_t *same)
{
    struct unsaid u;

    if (!others_unsaid(p->others, p->core.src, &u, same))
        return true;
    p->differs = true;
    printf("%s: %s (run %" PRIu64 ") differs: heard by %s as its input %"
           PRIu64 "\n", core_name(p->core.src), u.schema->name, u.run,
           core_name(u.listener), u.n);
    differ_print(
        &(struct packed){ u.schema->type, u.body, u.size },
        &(struct packed){ u.schema->type, u.instead, u.instead_size });
    return false;
}

static void
tell(const struct play *p, uint64_t same)
{
    uint8_t sum[32];
    struct hash hash;
    char text[HASH_TEXT_CAP];

    digest_end(p->sha, sum);
    memcpy(hash.b, sum, sizeof sum);
    hash_format(&hash, text);
    if (p->o->json)
        printf("{\"process\":\"%s\",\"same\":%s,\"runs\":%" PRIu64
               ",\"left_out\":%" PRIu64 ",\"inputs\":%" PRIu64 ",\"facts\":%"
               PRIu64 ",\"unwritten\":%" PRIu64 ",\"heard\":%" PRIu64
               ",\"sha256\":\"%s\"}\n",
               core_name(p->core.src), p->differs ? "false" : "true", p->runs,
               p->left_out, p->inputs_count, p->facts_count, p->unwritten,
               same, text);
    else if (!p->differs)
        printf("%-9s the same: %" PRIu64 " runs, %" PRIu64 " inputs -> %"
               PRIu64 " facts, %" PRIu64 " words heard by others; facts %s\n",
               core_name(p->core.src), p->runs, p->inputs_count,
               p->facts_count, same, text);
    if (!p->o->json && p->left_out > 0)
        printf("          %" PRIu64 " run(s) left out: their beginning is no "
               "longer kept\n", p->left_out);
    if (!p->o->json && p->unwritten > 0)
        printf("          %" PRIu64 " facts of a last turn were not written: "
               "it was killed there\n", p->unwritten);
}

/* Are there facts of this run that nothing was said for yet? */
static bool
has_more(struct play *p, struct why *why)
{
    if (!p->whole || (!p->have_fact && !next_fact(p, why)))
        return false;
    return p->have_fact && p->fact.run == p->run;
}

/* False when its journals cannot be read; what differs is in differs. */
static bool
play_all(struct play *p, struct why *why)
{
    char dir[DIR_CAP];
    struct record r;
    int got = 0;
    bool ok = true;

    core_journal(p->o->var, p->core.src, "inputs", dir, sizeof dir);
    p->inputs = journal_read(dir, 0, why);
    if (!p->inputs)
        return false;
    /* Inputs are written down before what follows from them: where there
     * are facts left, there may by now be more inputs. */
    for (int tries = 0; ok && tries < 2;) {
        got = journal_next(p->inputs, &r, why);
        if (got < 0 || (got == 0 && !has_more(p, why)))
            break;
        tries = got == 0 ? tries + 1 : 0;
        if (got == 0)
            continue;
        ok = play_input(p, &r, why);
        progress_on(p->bar, r.body_size);
    }
    if (ok && got == 0 && p->run != 0)
        ok = end_run(p, why);
    return got >= 0 && (ok || p->differs);
}

static void
end_play(struct play *p)
{
    journal_reader_close(&p->inputs);
    journal_reader_close(&p->facts);
    core_end(&p->core);
    digest_destroy(&p->sha);
    free(p->packed);
}

/* An exit code. */
static int
verify_one(const struct verify_options *o, struct others *others,
           struct progress *bar, enum source src, uint64_t *inputs)
{
    struct play p = { .o = o, .others = others, .bar = bar,
                      .sha = digest_sha256(), .packed = malloc(PACKED_CAP) };
    struct why why = { "" };
    uint64_t same = 0;

    must(p.packed);
    digest_start(p.sha);
    core_begin(&p.core, src);
    bool ok = play_all(&p, &why);
    if (ok && !p.differs)
        (void)check_others(&p, &same);
    if (ok && p.runs == 0)
        ok = why_set(&why, "no run of %s is written down whole: "
                           "common.journal_inputs", core_name(src));
    if (ok)
        tell(&p, same);
    else
        fprintf(stderr, "arb replay: %s\n", why.s);
    *inputs += p.inputs_count;
    end_play(&p);
    return ok && !p.differs ? EXIT_OK : EXIT_WORLD;
}

/* After the first difference nothing more is proved: all that follows in the
 * journal counts as not found again. */
static bool
count_rest(struct play *p, uint64_t *rest, struct why *why)
{
    bool ok = true;

    while (ok && p->have_fact) {
        *rest += p->fact.type == TYPE_opportunity &&
                 p->fact.wall.ns >= p->signals_from;
        ok = next_fact(p, why);
    }
    *rest += *rest == 0;
    return ok;
}

/* A clock that was set back makes no journal younger. */
static bool
is_fresh(const struct play *p, struct nanos now, struct why *why)
{
    int64_t age = now.ns - p->newest;
    return (age <= FRESH_NS && age >= -MINUTE_NS) ||
           why_set(why, "scanner's journal ends %" PRId64 " minutes ago: it "
                        "says nothing of today", age / MINUTE_NS);
}

bool
verify_signals(const char *var, const char *file, struct nanos now,
               struct signals_found *out, struct why *why)
{
    /* Signals know no mode; the configuration of who will go live has it. */
    static const char *const sets[] = { "common.mode=paper" };
    const struct verify_options o = { .var = var, .file = file,
                                      .sets = sets, .sets_count = 1 };
    struct progress bar;
    char dir[DIR_CAP];
    struct play p = { .o = &o, .bar = &bar, .sha = digest_sha256(),
                      .packed = malloc(PACKED_CAP),
                      .signals_from = now.ns - SIGNALS_NS };
    uint64_t rest = 0;

    must(p.packed);
    digest_start(p.sha);
    core_begin(&p.core, SOURCE_scanner);
    core_journal(var, SOURCE_scanner, "inputs", dir, sizeof dir);
    progress_begin(&bar, "consistency", journal_bytes(dir));
    bool ok = play_all(&p, why);
    progress_end(&bar);
    if (ok && p.runs == 0)
        ok = why_set(why, "no run of scanner is written down whole: "
                          "common.journal_inputs");
    ok = ok && is_fresh(&p, now, why);
    if (ok && p.differs)
        ok = count_rest(&p, &rest, why);
    *out = (struct signals_found){ p.signals + rest, p.signals };
    end_play(&p);
    return ok;
}

int
verify(const struct verify_options *o)
{
    struct why why;
    struct progress bar;
    uint64_t bytes = 0, inputs = 0;
    int code = EXIT_OK;
    char dir[DIR_CAP];
    struct others *others = others_read(o->var, &why);

    if (!others) {
        fprintf(stderr, "arb replay: %s\n", why.s);
        return EXIT_WORLD;
    }
    for (int i = 0; i < CORES; i++) {
        core_journal(o->var, core_sources[i], "inputs", dir, sizeof dir);
        bytes += journal_bytes(dir);
    }
    progress_begin(&bar, "verify", bytes);
    for (int i = 0; i < CORES && code == EXIT_OK; i++)
        code = verify_one(o, others, &bar, core_sources[i], &inputs);
    int64_t us = progress_end(&bar) + 1;
    if (code == EXIT_OK && !o->json)
        printf("%" PRIu64 " inputs in %" PRId64 ".%03" PRId64 " s, %" PRIu64
               "/s\n", inputs, us / 1000000, us / 1000 % 1000,
               inputs * 1000000 / (uint64_t)us);
    others_free(&others);
    return code;
}
