/* judge - riskd's engine as its journal left it, to be asked about rules */
#ifndef DEPLOY_ARB_JUDGE_H
#define DEPLOY_ARB_JUDGE_H

#include "deploy/arb/replay/core.h"

struct judge {
    struct core core;         /* riskd's. */
    struct riskd *x;          /* Its engine. */
    uint64_t config;          /* Digest of the configuration. */
    struct hash rules;        /* Of the rules. */
    struct hash data;         /* SHA-256 over all records read. */
    uint64_t records;         /* The last of them. */
    struct nanos at;          /* Its wall time. */
};

/* A sign-off is of its day. */
enum { SIGNOFF_VALID_S = 86400 };

/* Reads rules (NULL = those of riskd.rules) and the facts of riskd under
 * common.var up to that record (UINT64_MAX: every one).  False with the
 * reason; complaints about rules are printed before. */
MUST_CHECK bool judge_open(struct judge *j, const struct conf *conf,
                           const char *rules, uint64_t upto, struct why *why);
void judge_close(struct judge *j);

struct riskd_criterion;
enum { CRITERIA_CAP = 1024 };
/* What this stage asks before it begins, into out (CRITERIA_CAP). */
uint32_t judge_stage(const struct judge *j, unsigned stage,
                     struct riskd_criterion *out);
/* "0.05", "true", or "-". */
const char *judge_number(const struct riskd_criterion *c, bool value,
                         char text[MICROS_TEXT_CAP]);

#endif /* DEPLOY_ARB_JUDGE_H */
