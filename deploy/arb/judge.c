/* judge - riskd's engine as its journal left it, to be asked about rules */
#include "deploy/arb/judge.h"

#include "common/daemon.h"
#include "common/digest.h"
#include "common/home.h"
#include "common/journal.h"
#include "common/must.h"
#include "deploy/arb/cmd.h"
#include "riskd/riskd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
hand_over_rules(struct judge *j, const char *folder, struct why *why)
{
    static struct complaints bad;
    char id[16];
    memset(&bad, 0, sizeof bad);
    struct rule_set *set = riskd_read_rules(folder, &j->rules, &bad);
    if (set == NULL) {
        fputs(bad.text, stderr);
        return why_set(why, "the rules have mistakes");
    }
    bool ok = riskd_rules(j->x, set, id);
    must(ok);
    free(set);
    return true;
}

struct recalling {
    const struct hear *rows[TYPE_end_];
    struct outbox *out;
    struct digest *sha;
    void *msg;
};

static bool
recall_one(struct judge *j, struct recalling *c, const struct record *r,
           struct why *why)
{
    const struct hear *h = r->type < TYPE_end_ ? c->rows[r->type] : NULL;
    const char *bad = "?";
    digest_add(c->sha, &r->type, sizeof r->type);
    digest_add(c->sha, r->body, r->body_size);
    j->records = r->n;
    j->at = r->wall;
    if (h == NULL)
        return true;
    if (!schema_unpack_kept(h->schema, c->msg, r->body, r->body_size, &bad))
        return why_set(why, "record %" PRIu64 ": bad %s", r->n, bad);
    struct input in = { .mono = r->mono, .wall = r->wall, .src = SOURCE_riskd,
                        .run = r->run, .seq = r->n };
    h->call(j->x, c->msg, &in, c->out);
    return true;
}

static bool
recall_all(struct judge *j, const char *dir, uint64_t upto, struct why *why)
{
    struct recalling c = { .out = outbox_new(SOURCE_riskd, 1 << 20, 64),
                           .sha = digest_sha256() };
    struct record r;
    size_t largest = 0;
    int got = 0;
    for (const struct hear *h = riskd_program.hears; h->schema; h++) {
        if (h->recall)
            c.rows[h->schema->type] = h;
        largest = h->schema->size > largest ? h->schema->size : largest;
    }
    c.msg = calloc(1, largest);
    must(c.msg);
    digest_start(c.sha);
    struct journal_reader *in = journal_read(dir, 1, why);
    bool ok = in != NULL;
    while (ok && j->records < upto && (got = journal_next(in, &r, why)) > 0)
        ok = recall_one(j, &c, &r, why);
    digest_end(c.sha, j->data.b);
    if (in != NULL)
        journal_reader_close(&in);
    digest_destroy(&c.sha);
    outbox_destroy(&c.out);
    free(c.msg);
    return ok && (got == 0 || j->records == upto);
}

bool
judge_open(struct judge *j, const struct conf *conf, const char *rules,
           uint64_t upto, struct why *why)
{
    struct riskd_conf own;
    struct capital_conf capital;
    struct strategy_conf strategy;
    struct common_conf common = cmd_common(conf);
    char dir[512];
    conf_fill(conf, &riskd_section, &own);
    conf_fill(conf, &capital_section, &capital);
    conf_fill(conf, &strategy_section, &strategy);
    memset(j, 0, sizeof *j);
    j->config = conf_digest(conf, NULL);
    j->stage = own.stage;
    struct path folder = own.rules;
    if (rules == NULL && !home_path(&folder, "riskd.rules", why))
        return false;
    j->x = riskd_new(&own, &common, &capital, &strategy);
    (void)snprintf(dir, sizeof dir, "%s/journal/riskd/facts", common.var.s);
    return hand_over_rules(j, rules != NULL ? rules : folder.s, why) &&
           recall_all(j, dir, upto, why);
}

void
judge_close(struct judge *j)
{
    riskd_destroy(&j->x);
}

uint32_t
judge_stage(const struct judge *j, unsigned stage,
            struct riskd_criterion *out)
{
    char words[64];
    uint32_t bits;
    (void)snprintf(words, sizeof words, "exit:P%u,enter:P%u,signoff",
                   stage - 1, stage);
    bool known = riskd_gates(words, &bits);
    must(known);
    return riskd_criteria(j->x, bits, j->at, out, CRITERIA_CAP);
}

const char *
judge_number(const struct riskd_criterion *c, bool value,
             char text[MICROS_TEXT_CAP])
{
    int64_t n = value ? c->value : c->threshold;
    if (value && !c->known)
        return "-";
    if (c->is_flag)
        return n != 0 ? "true" : "false";
    return micros_format(n, text);
}
