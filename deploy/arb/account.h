/* account - what a run did, from PostgreSQL and the journals, checked */
#ifndef DEPLOY_ARB_ACCOUNT_H
#define DEPLOY_ARB_ACCOUNT_H

#include "common/daemon.h"
#include "common/pg.h"

enum { STRATEGIES = STRATEGY_H + 1, STATUSES = EXEC_STATUS_ERROR + 1 };

/* One table, its rows, and the rows the journals say it must have. */
struct account_table {
    const char *name;
    int64_t rows;
    int64_t expected;   /* -1: not made from a journal. */
};
enum { ACCOUNT_TABLES_CAP = 16 };

struct account_hop {
    const char *name;           /* In the account. */
    const char *src, *hop;      /* Whose histogram, under which name. */
    struct histogram histogram;
};
enum { ACCOUNT_HOPS = 8 };

/* Situations the simulated exchange planted, against openings found. */
struct account_planted {
    bool given;
    bool off[STRATEGIES];       /* By the configuration: nobody looks. */
    int64_t planted[STRATEGIES], found[STRATEGIES];
    int64_t near[STRATEGIES];   /* What is none, and nearly was one; */
    int64_t fooled[STRATEGIES]; /* of those taken for one. */
    int64_t missed, extra;
    bool mischief;              /* Its mischief is known: */
    int64_t mismatches;         /* hash mismatches it provoked. */
};

/* What the venue says the account holds, against the ledger. */
struct account_venue {
    bool given;
    struct money cash, ledger;  /* The venue's, ours. */
    int64_t tokens, tokens_off; /* Held by the ledger; of them different. */
    struct text which;          /* One that is. */
};

/* What was done on the chain: by our facts, by the ledger, by a node. */
struct account_chain {
    bool given;
    int64_t done[chain_purpose_end_]; /* Transactions, by their facts. */
    int64_t failed, open;             /* Reverted or gone; not ended. */
    int64_t unproved;                 /* Done, and the node does not say so. */
    int64_t settled[settle_kind_end_]; /* Rows, live. */
    int64_t paid;                     /* Transactions that cost gas. */
    int64_t pairs;                    /* B still holds both sides of. */
    struct money gas, cash;           /* Booked; on chain. */
    int64_t tokens_off;               /* Held there otherwise than booked. */
};

struct tally {
    int64_t markets, tokens, events;
    int64_t hash_checked, hash_mismatch;
    int64_t opportunities[STRATEGIES];
    int64_t filled[STRATEGIES]; /* Of executions, the FILLED ones. */
    int64_t executions[STATUSES];
    int64_t reasons[reason_end_]; /* Of those not FILLED. */
    int64_t actions[action_end_]; /* Of riskd, for what is high or worse. */
    int64_t orders, fills;
    struct money pnl;           /* Realised, net of fees, of that mode. */
    struct money ledger_sum;    /* Must be 0. */
    struct money reserved;      /* Must be 0 when nothing is under way. */
    int64_t unbalanced;         /* Refs whose lines do not sum to 0. */
    int64_t orphans;
    struct account_hop hops[ACCOUNT_HOPS];
    struct account_table tables[ACCOUNT_TABLES_CAP];
    uint32_t tables_count;
    struct account_planted planted;
    struct account_venue venue;
    struct account_chain chain;
    int64_t seconds;
    struct text mode;
    bool ok;
    char problems[2048];        /* One a line; empty when ok. */
};

/* Waits up to patience until the database has every fact of the journals and
 * no group is under way. */
MUST_CHECK bool account_settle(struct pg *pg, const char *var,
                               struct ms patience, struct why *why);
MUST_CHECK bool account_read(struct tally *a, struct pg *pg,
                             struct why *why);
/* Fills the tables' expected counts from the journals in var, and pg where
 * records were thrown away. */
MUST_CHECK bool account_journals(struct tally *a, struct pg *pg,
                                 const char *var, struct why *why);
/* Compares planted situations (JSON lines) with fact_arb_scan; feed was
 * stopped at until_ms. */
MUST_CHECK bool account_planted(struct tally *a, struct pg *pg,
                                const char *planted, const char *mischief,
                                int64_t until_ms, struct why *why);
/* Asks the venue what the account of executor.key_file holds. */
struct executor_conf;
MUST_CHECK bool account_venue(struct tally *a, struct pg *pg,
                              const struct executor_conf *own,
                              const char *var, struct why *why);
/* The same of the chain, where there is a node; after it.  d is a doctor who
 * knows the wallet. */
struct doctor;
MUST_CHECK bool account_chain(struct tally *a, struct pg *pg,
                              struct doctor *d, struct why *why);
/* Decides ok and writes down every check that does not hold. */
void account_judge(struct tally *a);
void account_text(const struct tally *a, const char *var);
/* The account as one JSON object (README: var/demo.json). */
size_t account_json(const struct tally *a, char *out, size_t cap);

#endif /* DEPLOY_ARB_ACCOUNT_H */
