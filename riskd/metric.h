/* metric - the numbers rules are about, from what happened
 *
 * Pure.  What happened comes as samples (the message), each counted once; so
 * the samples written down, counted again after a restart, are the same
 * metrics.  What is so at this moment (the books, the switches) comes as a
 * view with each question.  Whole numbers only, roots too: the same on every
 * machine, and in every replay. */
#ifndef RISKD_METRIC_H
#define RISKD_METRIC_H

#include "riskd/rule.h"

enum metric_id {
#define METRIC(name, unit, least, answer, help) METRIC_##name,
#include "riskd/metrics.def"
    METRICS
};

enum metric_unit {
    UNIT_usd, UNIT_frac, UNIT_ratio, UNIT_s, UNIT_ms, UNIT_hours, UNIT_days,
    UNIT_gb, UNIT_count, UNIT_shares, UNIT_price, UNIT_flag
};

struct metric_row {
    const char *name;
    enum metric_unit unit;
    uint64_t least;       /* Sample; below it nothing is acted on. */
    const char *help;
};
extern const struct metric_row metric_rows[METRICS];
/* Of the metric: usd, s, count ... */
const char *metric_unit_word(uint32_t metric);
/* METRICS when there is none of that name. */
uint32_t metric_find(const char *name);
/* Somebody tells us what it needs. */
bool metric_is_heard(uint32_t metric);

/* What an order would do, for the limits (metrics/order.c). */
struct metric_order {
    const struct authorize *m;
    struct money worst, group, event, unsettled; /* As riskd counts them. */
    const struct money *paid; /* Unwind: by the group, by leg; NULL = not */
    const struct qty *bought; /* told; for so many, 0 = not known. */
    bool strategy_on;
    bool market_known;    /* Somebody told us of all its markets: */
    bool neg_risk, open;
    struct money liquidity;
    struct money traded, volume; /* Of this, and in a day: of the market where
                                  * it is most of it.  Volume 0 = not told. */
    bool bond;            /* A new one of F, of a market that is known: */
    struct ms bond_wait;
    struct ppm bond_annual;
    struct ppm tail_chance; /* Of G: that it pays; 0 = nobody can tell. */
    struct nanos ends;    /* The last of them; 0 = one of them is not told. */
};

/* Of a process, those that did not end as asked: by themselves, and by the
 * machine's going down, as told in this start of it. */
struct ended_runs {
    bool known;
    uint64_t crashes, cuts, boot;
};

/* So long the slowest opening is remembered. */
#define DETECT_NS (60LL * 1000 * 1000 * 1000)

/* What is so now. */
struct metric_view {
    struct nanos wall;
    uint64_t stage;
    enum mode mode_max;   /* By configuration and stage. */
    struct money equity, pnl; /* pnl since the books began. */
    struct money used;    /* Reserved, held and due. */
    struct money most;    /* That may be; 0 = no limit of its own. */
    struct money day_loss; /* Of the UTC day; positive when it lost. */
    bool sound;           /* The books add up. */
    bool latched;
    bool monitoring;      /* No more than watching is allowed. */
    bool links_known, links_up;
    bool wallet_known;
    struct money held, allowance; /* Collateral; what exchanges may take. */
    bool data_known, data_bad; /* As of the last look, and of those lately: */
    uint64_t looks, looks_bad;
    struct ms up_every;   /* Uptime is written down so often; 0 = never. */
    struct ms up;         /* All processes were, since it was. */
    struct ended_runs ended[source_end_];
    uint64_t crashes_forgiven; /* By configuration: for demos. */
    uint64_t link_run, reconnects, resyncs; /* Of feed's run, 0 = none. */
    bool risk_red;        /* The books do not add up, or a cap is broken. */
    bool probation_known;
    struct ppm probation; /* Size allowed by it. */
    const struct rules *rules; /* NULL = none. */
    const struct metric_order *order; /* NULL = asked on the clock. */
    struct nanos high, medium; /* Since when an alert has no answer, 0 = all
                                * have. */
    bool host_known;
    struct host_state host;
    struct ms away;       /* So long the most silent process is; -1 = ? */
    bool at_gate;         /* Rates are those of the whole phase. */
    bool audit_torn;      /* A command is missing from the chain, or changed. */
    bool looked;          /* The alarms were asked in this run: */
    struct nanos partial; /* The oldest first fill of a group that is not
                           * filled whole, 0 = none. */
    struct ms link_up, link_all; /* Of the worst connection, as watched. */
    uint64_t link_failures; /* In a row, of the worst. */
    bool nodes_known;     /* The executor tells of the chain's nodes: */
    uint64_t nodes_asked, nodes_failed; /* This hour and the last. */
    uint32_t nodes_errors; /* In a minute. */
    bool looks_for_a;     /* Strategy A is on. */
    bool looks_for_fg;    /* F or G is. */
    uint64_t found_a, found_fg; /* Opened since it was written down. */
    struct ms detect;     /* The slowest opening of a minute, -1 = none. */
    uint64_t streak;      /* Healthy looks in a row. */
    bool clearing;        /* Asked for a clear, by this role, */
    enum role clear_role;
    uint64_t clear_letters; /* with a reason of so many. */
};

struct metrics;

struct metrics *metrics_new(uint64_t failures_max);
void metrics_destroy(struct metrics **m);
/* Counts it; what was counted before, or makes no sense, changes nothing. */
void metrics_count(struct metrics *m, const struct occurrence *s);
bool metrics_counted(const struct metrics *m, const struct occurrence *s);
/* When the phase began, 0 = none has. */
struct nanos metrics_phase(const struct metrics *m);
/* What the passing of time makes worth counting: an hour, a new best, a new
 * worst, a phase, an order unknown for too long.  At most cap. */
enum { METRICS_DUE_CAP = 32 };
uint32_t metrics_due(const struct metrics *m, const struct metric_view *v,
                     struct occurrence out[METRICS_DUE_CAP]);
/* One metric, by its index; all of them. */
struct value metric_answer(const struct metrics *m,
                           const struct metric_view *v, uint32_t metric);
void metrics_all(const struct metrics *m, const struct metric_view *v,
                 struct value out[METRICS]);
/* Adds all of its state. */
struct digest;
void metrics_digest(const struct metrics *m, struct digest *d);

#endif /* RISKD_METRIC_H */
