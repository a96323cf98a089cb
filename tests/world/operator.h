/* operator - who says what operators say, and the rules beside
 *
 * Apart from world.h, which has room for both of them. */
#ifndef TESTS_WORLD_OPERATOR_H
#define TESTS_WORLD_OPERATOR_H

#include "proto/proto.h"
#include "riskd/control.h"
#include "tests/simex/chance.h"

struct world;
struct rule_set;
struct executor_alarm;

/* Who says what operators say. */
struct operator {
    struct chance chance;
    struct command m;       /* The last word, */
    bool bad;               /* which must be refused, */
    int64_t due;            /* arrives then; INT64_MAX = has, or is lost. */
    uint64_t count;         /* Words so far. */
    bool waits;             /* For its answer, */
    uint64_t run;           /* from this run of riskd, */
    int64_t asked;          /* which heard it then, */
    uint64_t kill_gen;      /* after so many kills. */
    int64_t next;           /* The next word; */
    bool undoes;            /* perhaps this one. */
    struct command undo;
    bool done;              /* Has nothing more to say, */
    int64_t wants_until;    /* or says it no longer. */
    uint64_t fenced[SCOPES_CAP]; /* Kills of parts that were acknowledged. */
    uint64_t unsold_run;    /* Of the executor that said there are no bids. */
    int64_t patient_until;  /* All that is to be sold may take so long, and */
    int64_t sold;           /* longer while something still is: the last was. */
};

/* --- operator.c --- */
void operator_plan(struct world *w);
void operator_step(struct world *w);
bool operator_is_done(const struct world *w);
/* The answer to a word of that number. */
void operator_hears(struct world *w, const struct command_reply *m,
                    uint64_t req);
/* riskd wrote it down: its shell sees to the latch. */
void operator_noted(struct world *w, const struct command *m);

/* --- rules.c --- */
void rules_plan(struct world *w);
void rules_step(struct world *w);

/* --- checks_told.c --- */
void told_answer(struct world *w, const struct command *m,
                 const struct command_reply *r);
void told_alarm(struct world *w, const struct executor_alarm *a);

#endif /* TESTS_WORLD_OPERATOR_H */
