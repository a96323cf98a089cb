/* executor - opportunities become orders, orders become executions
 *
 * The engine: per opportunity at most one group of orders, checked again on
 * fresh books, allowed by riskd, sent to the venue of the mode, completed,
 * held or unwound when it filled in part, and always ended with an execution.
 * Pure: time comes with the input, what is said goes to the outbox. */
#ifndef EXECUTOR_EXECUTOR_H
#define EXECUTOR_EXECUTOR_H

#include "common/daemon.h"

struct executor_conf {
#define CONF(kind, name, def, min, max, help) conf_##kind name;
#include "executor/conf.def"
};

enum executor_counter {
#define COUNTER(name, help) EXECUTOR_##name,
#include "executor/counters.def"
    EXECUTOR_COUNTERS
};

extern const struct conf_section executor_section;
extern const struct program executor_program;

struct order_identity; /* executor/identity.h */

/* What it needs of the sections all processes share. */
struct executor_options {
    const struct executor_conf *own;
    const struct strategy_conf *strategy;
    const struct capital_conf *capital;
    enum mode mode; /* common.mode: the most it may do. */
    const struct order_identity *identity; /* NULL: paper is the most. */
};

/* Room an outbox needs for one call of anything below. */
#define EXECUTOR_OUTBOX_BYTES (2u << 20)
#define EXECUTOR_OUTBOX_COUNT 2048u

struct executor;
/* What the bounds of settings cannot say: the steps of the fill model.
 * executor_new relies on it. */
MUST_CHECK bool executor_check(const struct executor_conf *c,
                               struct why *why);
struct executor *executor_new(const struct executor_options *o);
void executor_destroy(struct executor **x);
const uint64_t *executor_counters(const struct executor *x);

#define HEARS(msg, who)                                                     \
    void executor_on_##msg(struct executor *x, const struct msg *m,         \
                           const struct input *in, struct outbox *out);
#define RECALLS(msg)                                                        \
    void executor_recall_##msg(struct executor *x, const struct msg *m,     \
                               const struct input *in);
#include "executor/hears.def"

/* A fact of our own was refused at the start: what we hold is not known, so
 * nothing new is begun; what is open is brought to its end. */
bool executor_is_broken(const struct executor *x);
/* True while new groups may be begun: leased, reconciled, not latched nor
 * broken. */
bool executor_is_ready(const struct executor *x);
/* The least of what is configured, what there is a venue for, and the
 * lease; halted without a lease. */
enum mode executor_mode(const struct executor *x);
/* The most there is a venue for, given somebody who signs. */
enum mode executor_mode_able(void);
/* Groups that have not ended. */
uint32_t executor_open(const struct executor *x);

/* Latencies measured since the last call, oldest first; at most cap. */
enum executor_hop {
    EXECUTOR_HOP_scan_exec,   /* Opportunity said to opportunity handled. */
    EXECUTOR_HOP_exec_risk,   /* Authorization asked to answer handled. */
    EXECUTOR_HOP_tick_intent, /* Frame that opened it to first intent. */
    EXECUTOR_HOPS
};
extern const char *const executor_hop_names[EXECUTOR_HOPS];
struct executor_sample {
    enum executor_hop hop;
    struct nanos took;
};
uint32_t executor_samples(struct executor *x, struct executor_sample *out,
                          uint32_t cap);

/* What a person must hear of, oldest first; kill: the shell pulls the latch
 * before anything else.  At most cap; how many. */
struct executor_alarm {
    bool kill;
    enum reason reason;
    struct text words;
};
uint32_t executor_alarms(struct executor *x, struct executor_alarm *out,
                         uint32_t cap);

/* For the signer: the grant of an order that is to be placed, and the order
 * itself, while they are known.  NULL when not. */
const struct grant *executor_grant(const struct executor *x,
                                   const struct uuid *auth);
const struct intent *executor_intent(const struct executor *x,
                                     const struct hash *order);

/* Every transaction its facts tell of, for the shell's chain (chain.h). */
struct chain_past;
const struct chain_past *executor_chain_past(const struct executor *x);

#endif /* EXECUTOR_EXECUTOR_H */
