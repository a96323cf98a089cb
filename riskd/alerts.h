/* alerts - what a person should know of: one entry for each thing, counted
 *
 * Pure: (risk events, time, who answered) -> alert facts.  Everything that
 * deserves a person is a risk event first; here the same thing said a hundred
 * times is one alert, that grows louder until somebody answers. */
#ifndef RISKD_ALERTS_H
#define RISKD_ALERTS_H

#include "proto/proto.h"

struct digest;

/* Beyond: those that are over, or the quietest, are forgotten for new ones. */
enum { ALERTS_CAP = 128 };

/* All in nanoseconds. */
struct alert_times {
    int64_t window;  /* The same thing is not said again before. */
    int64_t yellow, orange; /* Nobody answered for so long: one louder. */
    int64_t red;     /* Nobody answered: said again and again. */
    int64_t calm;    /* Over for so long before it is said to be. */
    int64_t quiet;   /* What has no end of its own has one after so long. */
};

struct alert_entry {
    bool used, told;  /* Told: its number was said. */
    bool over, ended; /* The cause is gone; and that was said. */
    bool fresh;       /* Came again, or became more, since it was said. */
    bool louder;      /* Became worse since it was said. */
    bool reopens;     /* Saying it again asks for another answer. */
    int64_t over_at;
    struct alert m;   /* As said last, or as it will be. */
};

struct alerts {
    struct alert_times times;
    uint64_t count;   /* Numbers given so far. */
    uint64_t lost;    /* For want of room. */
    int64_t now;      /* Wall, of the last step. */
    struct alert_entry at[ALERTS_CAP];
};

/* A risk event was said, or recalled. */
void alerts_note(struct alerts *a, const struct risk_event *e);
/* So many rules cannot be computed in the books of this mode: one alert. */
void alerts_blind(struct alerts *a, enum mode mode, uint32_t rules);
/* What is to be said now, one after the other; false: no more. */
MUST_CHECK bool alerts_step(struct alerts *a, struct nanos wall,
                            struct alert *out);
/* The same for an answer: to one number, or to "all". */
MUST_CHECK bool alerts_target(const struct text *target, uint64_t *n);
bool alerts_has(const struct alerts *a, uint64_t n);
MUST_CHECK bool alerts_ack(struct alerts *a, uint64_t n,
                           const struct text *actor, struct nanos wall,
                           struct alert *out);
/* An alert fact comes back. */
void alerts_recall(struct alerts *a, const struct alert *m);

/* Those nobody has answered to, and the loudest of them. */
uint64_t alerts_open(const struct alerts *a, enum alert_level *loudest);
/* Since when the oldest of severity warning or high (and worse) has no
 * answer; 0 = all have. */
struct nanos alerts_unanswered(const struct alerts *a, enum severity least);
/* In the order of their numbers: the next above n, NULL = no more. */
const struct alert_entry *alerts_after(const struct alerts *a, uint64_t n);
void alerts_digest(const struct alerts *a, struct digest *d);

#endif /* RISKD_ALERTS_H */
