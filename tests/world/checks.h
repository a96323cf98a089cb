/* checks - what the files that check share
 *
 * Everything is built from what leaves a process and from its log alone, with
 * arithmetic of its own; after a crash it is built again from what is left of
 * the log. */
#ifndef TESTS_WORLD_CHECKS_H
#define TESTS_WORLD_CHECKS_H

#include "common/map.h"
#include "riskd/riskd.h"
#include "tests/simex/plan.h"
#include "tests/world/world.h"

enum { KEYS = 1 << 14, SITUATIONS = 256, EVENTS = 64 };

/* What a rule has done, by its steps. */
struct ruled {
    struct text id;
    enum action action;
    enum strategy who;
    bool firing, stalled;
    bool latched;              /* Till a person lets it go, if it does so. */
    int64_t fired, pause;
};
enum { RULED_CAP = 256 };

/* What operators and rules have set, by riskd's log. */
struct told {
    int64_t paused_until;      /* By our wall clock. */
    bool flatten, off[strategy_end_];
    int64_t size;
    enum mode mode_most;
    struct scope scopes[SCOPES_CAP]; /* Kills and clears of each. */
    uint64_t nonce, n;         /* The last word, its place in the log. */
    uint32_t greens;           /* Healthy looks in a row, */
    int64_t looked;            /* the last look, or kill, */
    uint64_t run;              /* in this run. */
    uint64_t stage;            /* At most. */
    struct ruled ruled[RULED_CAP];
    uint32_t ruled_count;
};

/* A grant of riskd's log. */
struct promise {
    enum strategy strategy;
    struct legs legs;
    uint64_t epoch, kill_gen;
    int64_t until;             /* As time really passed. */
    uint64_t n;                /* Its place in the log. */
};

/* A leg of a group, by its fills. */
struct stands {
    struct hash token;
    enum side side;
    struct price meant;
    int64_t done, hedged;
};

/* A group of the executor's log. */
struct team {
    struct uuid id;
    enum strategy strategy;
    struct text event;
    int64_t ended;             /* 0 = open. */
    enum group_state state;    /* As last said, */
    int64_t deadline;          /* and how long it may last, as time passes. */
    int64_t target;
    bool mixed;                /* Buys and sells. */
    bool sale;                 /* Of what is held: because all is to be. */
    uint32_t legs_count;
    struct stands stands[legs_cap];
};

/* An order of the executor's log. */
struct sent {
    struct uuid auth;
    struct hash closes;        /* The leg it is the other half of. */
    uint64_t leg, n;
    int64_t qty, filled;
    int64_t most, spent;       /* Of a live purchase: dollars. */
    uint32_t sends;
    bool live, final;
};

/* A fill of it, as last said. */
struct traded {
    uint64_t n;
    enum fill_state state;
    bool settled;
};

/* What one side says is held. */
struct holdings {
    struct map *tokens;
    int64_t *shares;
    struct hash *names;
    uint32_t count;
};

struct freed { struct uuid auth; uint64_t leg; };

/* Of the ledger. */
struct event_money { struct text event; int64_t micros; };
struct money_books {
    int64_t batch;             /* Money lines of this batch. */
    int64_t cash, reserved, position, capital, due;
    struct event_money events[EVENTS];
    uint32_t events_count;
    bool granted;              /* A normal grant in this batch, */
    struct text granted_in;    /* where, */
    int64_t granted_most;      /* and how much, */
    int64_t granted_size;      /* of a normal size's share. */
};

/* An opportunity of the scanner's log. */
struct finding {
    struct uuid id;
    uint64_t rev;
    enum strategy strategy;
    enum side side;
    struct text event;
    bool open;
};

struct planted {
    struct situation s;
    const char *event;
    bool found, raided;
};

struct checks {
    struct riskd_conf limits;
    struct ms book_age_max;
    bool rebuilding;
    char unquiet[120];
    /* From riskd's facts. */
    struct map *auths;         /* auth -> promise */
    struct promise *promises;
    uint32_t promises_count;
    struct holdings risk;
    struct money_books books;
    struct told told;
    struct map *booked;        /* ref -> when it was, below */
    int64_t *booked_at;
    uint32_t booked_count;
    /* From executor's facts. */
    struct map *orders;        /* order -> sent */
    struct sent *sent;
    uint32_t sent_count;
    struct map *scans;         /* scan_id -> group */
    struct team *groups;
    uint32_t groups_count;
    struct map *fills;         /* fill_id -> traded */
    struct traded *trades;
    uint32_t trades_count;
    uint64_t alarms, late;
    struct map *refs;          /* settle -> place in the log */
    struct holdings exec;
    int64_t earned;            /* By fills and settlements. */
    uint64_t statuses[EXEC_STATUS_ERROR + 1];
    uint64_t filled, settled;
    uint64_t paid, paid_no, paid_half, paid_missed; /* By resolutions. */
    /* From what the executor sent. */
    struct map *freed;         /* auth and leg */
    uint32_t freed_count;
    /* From scanner's facts. */
    struct map *ids;           /* scan_id -> finding */
    struct finding *findings;
    uint32_t findings_count;
    uint64_t opened;
    /* From the exchange. */
    struct planted planted[SITUATIONS];
    uint32_t planted_count;
    int64_t misled_until[EVENTS]; /* By number of the event. */
    const char *misled_of[EVENTS];
};

/* --- checks_orders.c --- */
void orders_start(struct checks *c);
void orders_fact(struct world *w, const struct fact *f, uint64_t i,
                 const void *msg);

/* Nothing is begun on a book that is older than allowed. */
void orders_ages(const struct world *w, enum grant_kind kind,
                 const struct legs *legs);

/* --- checks_naked.c --- */
void naked_group(struct team *g, const struct group *m);
/* sign -1: it failed. */
void naked_fill(struct checks *c, const struct sent *order,
                const struct fill *m, int sign);
/* It ends. */
void naked_end(const struct world *w, const struct team *g,
               const struct execution *m);

/* --- checks_money.c --- */
int64_t *shares_of(struct holdings *h, const struct hash *token);
/* Not that of paper beside live, when an operator or a rule wants no more than
 * that: money of its own. */
bool money_counts(const struct world *w, enum mode mode);
void money_start(struct checks *c);
void money_fact(struct world *w, uint16_t type, const void *msg);
void money_batch(struct world *w);
/* undo: it failed. */
void money_fill(struct world *w, const struct fill *m, bool undo);
void money_settle(struct world *w, const struct settle *m);
/* Both hold the same, and nothing that resolved. */
bool money_is_settled(struct world *w);
void money_quiet(struct world *w);

/* --- checks_told.c --- */
void told_start(struct told *t);
void told_fact(struct world *w, const struct fact *f, uint64_t i,
               const void *msg);
/* The share of a normal size that is allowed, in millionths. */
int64_t told_size(const struct told *t, enum strategy strategy,
                  struct ppm probation);
/* Something is not to be granted: that is asked for more often. */
bool told_forbids(const struct world *w);
void told_sends(const struct world *w, enum strategy strategy);
const char *told_unquiet(struct world *w);

/* --- rules.c --- */
void ruled_fact(struct world *w, const struct rule_change *m);
void ruled_grant(const struct world *w, const struct fact *f,
                 const struct grant *m);
/* A rule that did this is not let go yet. */
bool ruled_by(const struct told *t, enum action action);

/* --- checks_found.c --- */
void found_start(struct checks *c);
void found_fact(struct world *w, const struct opportunity *m);
uint32_t found_open(const struct checks *c);
void found_quiet(struct world *w);

#endif /* TESTS_WORLD_CHECKS_H */
