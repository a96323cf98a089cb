/* health - what riskd sees of the pipeline, the venue and the account */
#ifndef RISKD_HEALTH_H
#define RISKD_HEALTH_H

#include "common/daemon.h"
#include "riskd/rates.h"
#include "riskd/ruling.h"

struct books;

/* What speaks for going on (health.c). */
enum { LINKS_CAP = 64 };
struct health {
    uint64_t streak;            /* Healthy looks in a row. */
    struct nanos looked;        /* Monotonic; the last look, or kill. */
    struct nanos heard[source_end_];
    bool ready[source_end_];
    uint64_t down;              /* Connections to the venue, one bit each, */
    uint64_t link_run;          /* of this run of feed, */
    struct nanos link_since[LINKS_CAP]; /* as they became then. */
    uint32_t link_fails[LINKS_CAP]; /* Tries in a row that came to nothing. */
    bool link_tries[LINKS_CAP];     /* One is on its way. */
    struct watched {            /* In ms: this hour, and the last. */
        int64_t hour;
        int64_t up[LINKS_CAP], all[LINKS_CAP];
    } watched[2];
    uint64_t gaps;              /* In what feed said, since the last look. */
    uint64_t lost;              /* The same since the start. */
    struct nanos gap_at;        /* Monotonic, of the last; 0 = none. */
    bool host_known;
    struct host_state host;     /* As last told. */
    struct ended_runs ended[source_end_];
    uint64_t beat_run[source_end_]; /* The newest of each that was heard. */
    uint64_t reconnects, resyncs; /* Of feed's run. */
    struct nanos up_looked;     /* Monotonic; 0 = not in this run. */
    int64_t up_ns;              /* All were up, since it was written down. */
};

/* What the venue says of our account (wallet.c). */
struct wallet {
    bool known;
    struct nanos heard;         /* Monotonic. */
    struct money held, allowance;
};

/* How the nodes of the chain answer the executor (nodes.c). */
struct nodes {
    uint64_t run;               /* Of the executor, 0 = not heard. */
    uint64_t asked, failed;     /* As that run told last. */
    struct node_hour {          /* This hour, and the last. */
        int64_t hour;
        uint64_t asked, failed;
    } hours[2];
    struct rate errors;         /* Each of them. */
};

/* How the data looked, once a round of the rules. */
struct looks {
    bool known, bad;            /* As of the last. */
    uint64_t lost;              /* Of health, then. */
    uint64_t found[2];          /* Well, not so: since it was written down. */
    struct rate rate;           /* 1 = bad. */
};

/* What live orders and fills have shown (live.c). */
struct live {
    struct rate delays;         /* Milliseconds. */
    struct rate refusals, ghosts;
    bool lagging;               /* By the percentile. */
    uint64_t measured[RATE_CAP]; /* Orders counted: their first bytes. */
    uint32_t measured_next;
};

/* health.c */
/* What is wrong with the data; NULL when nothing is. */
const char *riskd_data_fault(const struct riskd *x, struct nanos mono);
/* Data, model and risk, into the state. */
void riskd_grades(const struct riskd *x, struct nanos wall, struct nanos mono,
                  struct risk_state *out);
/* Once a round of the rules: are all five up, and the connections. */
void riskd_look_at_up(struct riskd *x, const struct input *in);
bool riskd_caps_hold(const struct riskd *x, const struct books *b);
/* What speaks against going on, in words; NULL when nothing does. */
const char *riskd_fault(const struct riskd *x, const struct input *in);
void riskd_forget_health(struct riskd *x, const struct input *in);
void riskd_look_at_health(struct riskd *x, const struct input *in,
                          struct outbox *out);
/* Its connections, for the metrics. */
void riskd_view_links(const struct riskd *x, struct nanos wall,
                      struct metric_view *out);

/* wallet.c */
void riskd_look_at_data(struct riskd *x, const struct input *in);
/* What they found, once an hour. */
void riskd_write_looks(struct riskd *x, const struct input *in,
                       struct outbox *out);
void riskd_view_wallet(const struct riskd *x, const struct books *b,
                       struct metric_view *out);

/* nodes.c */
void riskd_hear_nodes(struct riskd *x, const struct lease_request *m,
                      const struct input *in);
void riskd_view_nodes(const struct riskd *x, struct metric_view *out);

/* live.c */
bool riskd_is_slow(const struct riskd *x, struct nanos mono);
void riskd_watch_live(struct riskd *x, const struct input *in,
                      struct outbox *out);
void riskd_count_ghost(struct riskd *x, const struct fill *m, bool failed,
                       const struct input *in, struct outbox *out);

#endif /* RISKD_HEALTH_H */
