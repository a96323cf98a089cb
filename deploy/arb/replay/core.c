/* core - one engine outside its process: made, recalled, given what it heard */

/* What a shell adds to a message (common/daemon_turn.c) is made again from
 * its envelope.  The peer to be answered is not written down, and need not
 * be: an answer goes to whoever asked, so his number here is his source. */

#include "deploy/arb/replay/core.h"

#include "common/home.h"
#include "common/must.h"
#include "common/version.h"
#include "deploy/arb/cmd.h"
#include "executor/executor.h"
#include "riskd/riskd.h"
#include "scanner/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OUT_BYTES = 16 << 20, OUT_COUNT = 16384 };

const enum source core_sources[CORES] = { SOURCE_scanner, SOURCE_riskd,
                                          SOURCE_executor };

const char *
core_name(enum source src)
{
    return enum_word(&source_words, (uint32_t)src);
}

static const struct program *
program_of(enum source src)
{
    return src == SOURCE_scanner ? &scanner_program
           : src == SOURCE_riskd ? &riskd_program
                                 : &executor_program;
}

void
core_begin(struct core *c, enum source src)
{
    size_t largest = 0;

    *c = (struct core){ .src = src };
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > largest)
            largest = schema_all[i]->size;
    c->msg = calloc(1, largest);
    must(c->msg);
    c->out = outbox_new(src, OUT_BYTES, OUT_COUNT);
    for (const struct hear *h = program_of(src)->hears; h->schema; h++)
        (h->recall ? c->recalls : c->hears)[h->schema->type] = h;
}

static void
unmake(struct core *c)
{
    struct scanner *scanner = c->engine;
    struct riskd *riskd = c->engine;
    struct executor *executor = c->engine;

    if (c->engine && c->src == SOURCE_scanner)
        scanner_destroy(&scanner);
    else if (c->engine && c->src == SOURCE_riskd)
        riskd_destroy(&riskd);
    else if (c->engine)
        executor_destroy(&executor);
    c->engine = NULL;
}

void
core_end(struct core *c)
{
    unmake(c);
    outbox_destroy(&c->out);
    free(c->msg);
    c->msg = NULL;
}

/* The sections that engines share, and the rules. */
struct all_settings {
    struct common_conf common;
    struct capital_conf capital;
    struct strategy_conf strategy;
    struct scanner_conf scanner;
    struct riskd_conf riskd;
    struct executor_conf executor;
};

static bool
hand_over_rules(struct core *c, const struct path *set_to, struct why *why)
{
    struct path folder = *set_to;
    const char *from = c->rules ? c->rules : folder.s;
    char id[16];

    if (from[0] == '\0')
        return true;
    if (!c->rules && !home_path(&folder, "riskd.rules", why))
        return false;
    struct complaints *bad = calloc(1, sizeof *bad);
    must(bad);
    struct rule_set *set = riskd_read_rules(from, &c->rules_hash, bad);
    fputs(bad->text, stderr);
    free(bad);
    if (!set)
        return why_set(why, "the rules in %s have mistakes", from);
    must(riskd_rules(c->engine, set, (struct nanos){ 0 }, id));
    free(set);
    return true;
}

static bool
make_riskd(struct core *c, const struct all_settings *s,
           const struct conf *conf, struct why *why)
{
    bool known = c->by.config != 0;

    c->engine = riskd_new(&s->riskd, &s->common, &s->capital, &s->strategy);
    riskd_identity(c->engine, known ? c->by.config : conf_digest(conf, NULL),
                   known ? c->by.build.s : dutchbook_version);
    return hand_over_rules(c, &s->riskd.rules, why);
}

static void
make_scanner(struct core *c, const struct all_settings *s)
{
    c->engine = scanner_new(&(struct scanner_options){
        .own = &s->scanner,
        .strategy = &s->strategy,
        .cash_rate = s->capital.cash_rate_year,
        .heartbeat_miss = s->common.heartbeat_miss,
        .tell_again = { s->common.journal_keep.ms / 2 },
    });
}

bool
core_make(struct core *c, const struct conf *conf, struct why *why)
{
    struct all_settings s;
    bool ok = true;

    unmake(c);
    conf_fill(conf, &common_section, &s.common);
    conf_fill(conf, &capital_section, &s.capital);
    conf_fill(conf, &strategy_section, &s.strategy);
    conf_fill(conf, &scanner_section, &s.scanner);
    conf_fill(conf, &riskd_section, &s.riskd);
    conf_fill(conf, &executor_section, &s.executor);
    if (c->src == SOURCE_scanner)
        make_scanner(c, &s);
    else if (c->src == SOURCE_riskd)
        ok = make_riskd(c, &s, conf, why);
    else if ((ok = executor_check(&s.executor, why)))
        c->engine = executor_new(&(struct executor_options){
            .own = &s.executor,
            .strategy = &s.strategy,
            .capital = &s.capital,
            .mode = s.common.mode,
        });
    return ok;
}

bool
core_recall(struct core *c, const struct record *r, uint64_t run,
            struct why *why)
{
    const struct hear *h = r->type < TYPE_end_ ? c->recalls[r->type] : NULL;
    const char *bad = "?";

    if (!h)
        return true;
    if (!schema_unpack_kept(h->schema, c->msg, r->body, r->body_size, &bad))
        return why_set(why, "fact %llu of %s: bad %s",
                       (unsigned long long)r->n, core_name(c->src), bad);
    struct input in = {
        .mono = r->mono, .wall = r->wall, .src = c->src, .run = r->run,
        .seq = r->n, .said = r->mono, .trace = r->trace, .own_run = run,
    };
    h->call(c->engine, c->msg, &in, c->out);
    return true;
}

bool
core_hear(struct core *c, uint16_t type, const uint8_t *body, size_t size,
          const struct input *in)
{
    const struct hear *h = type < TYPE_end_ ? c->hears[type] : NULL;

    if (!h || (in->src == c->src) != (h->speaker == SOURCE_self)
        || !schema_unpack_kept(h->schema, c->msg, body, size, NULL))
        return false;
    outbox_trace(c->out, in->trace);
    h->call(c->engine, c->msg, in, c->out);
    return true;
}

/* Asked, not published nor answered. */
static bool
is_request(const struct envelope *e)
{
    const uint32_t asks = ROUTE_RISK | ROUTE_SNAP | ROUTE_CTL | ROUTE_LOG;

    return e->tseq == 0 && (link_routes(e->src, e->type) & asks) != 0;
}

bool
heard_of(struct heard *h, enum source self, const struct record *r,
         struct why *why)
{
    const char *bad = "?";

    if (!envelope_unpack(&h->e, r->body, r->body_size, &bad))
        return why_set(why, "input %llu of %s: bad %s",
                       (unsigned long long)r->n, core_name(self), bad);
    h->in = (struct input){
        .mono = r->mono, .wall = r->wall, .src = h->e.src, .run = h->e.run,
        .seq = h->e.seq, .said = h->e.mono, .req = h->e.req,
        .trace = h->e.trace, .own_run = r->run,
        .peer = is_request(&h->e) ? (uint32_t)h->e.src : 0,
    };
    /* A shell's first word is its own: the tick, or the latch before it. */
    h->first = h->e.src == self && h->e.seq == 1;
    return true;
}

void
core_journal(const char *var, enum source src, const char *kind, char *out,
             size_t cap)
{
    int n = snprintf(out, cap, "%s/journal/%s%s%s", var, core_name(src),
                     kind[0] != '\0' ? "/" : "", kind);

    must(n > 0 && (size_t)n < cap);
}

struct conf *
core_settings(const char *var, enum source src, uint64_t run,
              const char *file, const char *const *sets, size_t sets_count,
              struct settings_by *by)
{
    char dir[512], kept[600];

    core_journal(var, src, "", dir, sizeof dir);
    bool is_kept = settings_path(dir, run, kept, sizeof kept);
    if (by && !(is_kept && settings_by(kept, by)))
        *by = (struct settings_by){ 0 };
    struct conf *conf = cmd_conf(is_kept ? kept : file, sets, sets_count);
    if (conf && cmd_common(conf).mode == MODE_live) {
        fputs("live is no replay: its keys and its venue are not in the "
              "journals\n", stderr);
        conf_destroy(&conf);
    }
    return conf;
}
