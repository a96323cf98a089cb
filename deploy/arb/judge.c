/* judge - riskd's engine as its journal left it, to be asked about rules */
#include "deploy/arb/judge.h"

#include "common/digest.h"
#include "common/journal.h"
#include "common/must.h"
#include "deploy/arb/cmd.h"
#include "riskd/riskd.h"

#include <stdio.h>
#include <string.h>

static bool
recall_one(struct judge *j, struct digest *sha, const struct record *r,
           struct why *why)
{
    digest_add(sha, &r->type, sizeof r->type);
    digest_add(sha, r->body, r->body_size);
    j->records = r->n;
    j->at = r->wall;
    return core_recall(&j->core, r, r->run, why);
}

static bool
recall_all(struct judge *j, const char *dir, uint64_t upto, struct why *why)
{
    struct digest *sha = digest_sha256();
    struct record r;
    int got = 0;
    digest_start(sha);
    struct journal_reader *in = journal_read(dir, 1, why);
    bool ok = in != NULL;
    while (ok && j->records < upto && (got = journal_next(in, &r, why)) > 0)
        ok = recall_one(j, sha, &r, why);
    digest_end(sha, j->data.b);
    if (in != NULL)
        journal_reader_close(&in);
    digest_destroy(&sha);
    return ok && (got == 0 || j->records == upto);
}

bool
judge_open(struct judge *j, const struct conf *conf, const char *rules,
           uint64_t upto, struct why *why)
{
    char dir[512];
    memset(j, 0, sizeof *j);
    j->config = conf_digest(conf, NULL);
    core_begin(&j->core, SOURCE_riskd);
    j->core.rules = rules;
    if (!core_make(&j->core, conf, why))
        return false;
    j->x = j->core.engine;
    j->rules = j->core.rules_hash;
    core_journal(cmd_common(conf).var.s, SOURCE_riskd, "facts", dir,
                 sizeof dir);
    return recall_all(j, dir, upto, why);
}

void
judge_close(struct judge *j)
{
    core_end(&j->core);
    j->x = NULL;
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
