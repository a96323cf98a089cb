/* check - one question asked of every authorization, in checks.def's order
 *
 * A check is a file in checks/ and a line in checks.def.  It sees what was
 * asked and what the books say, as plain numbers; it changes nothing.  All
 * are asked, so a denial carries every reason (up to eight), and names the
 * first.  A limit is the last value that passes: equal passes, one micro
 * more is refused (a book's age and a lease's end are the exceptions: at
 * the limit they are over). */
#ifndef RISKD_CHECK_H
#define RISKD_CHECK_H

#include "common/shape.h"
#include "riskd/riskd.h"

/* Largest order taken seriously; bounds every product below 2^63. */
#define SIZE_MAX_MICROS (1000000LL * MICROS)

enum {
    FOR_NORMAL = 1 << GRANT_KIND_normal,
    FOR_PATCH = 1 << GRANT_KIND_patch,
    FOR_UNWIND = 1 << GRANT_KIND_unwind,
    FOR_HEDGE = 1 << GRANT_KIND_hedge,
    FOR_NEW = FOR_NORMAL | FOR_PATCH | FOR_HEDGE, /* What takes cash. */
    FOR_ALL = FOR_NEW | FOR_UNWIND
};

/* What is known of one leg beyond the request. */
struct leg_facts {
    const struct market *market; /* NULL: feed has told of none. */
    bool yes;                    /* It is that market's yes token. */
    bool ended;                  /* Resolved, for good or in dispute. */
    struct qty missed;           /* Patch: what its group still misses ... */
    bool counted;                /* ... where its grant is remembered. */
    struct price base;           /* Patch: the limit its group began with;
                                  * hedge: that of the other half. */
};

/* What a check may look at. */
struct question {
    const struct authorize *m;
    const struct riskd_conf *conf;

    bool sound;             /* Our own books balance and were recalled. */
    bool room;              /* For one more grant and its fills. */
    bool latched;
    bool lease;             /* Alive, held by the run that asks. */
    bool clean;             /* Its holder has reconciled. */
    bool clock_known;       /* Its holder knows what time the venue has: */
    struct ms clock;        /* theirs less ours. */
    uint64_t epoch;
    enum mode mode_max;     /* By configuration and stage. */
    bool strategy_on;
    bool scope_killed;      /* Its strategy or its venue. */
    bool held_back;         /* Paused by an operator. */
    struct ppm size;        /* Share of a normal size that is allowed. */
    struct ms age_max;
    struct ppm gross_min;
    struct qty depth_min;
    struct money liquidity_min;

    bool splits;            /* A dollar a share is reserved to make them. */
    bool converts;          /* What is sold comes of what is bought. */
    struct leg_facts leg[legs_cap];
    const char *data_fault; /* What is wrong with the data; NULL = nothing. */
    bool crosses;           /* A leg would meet an open order of ours. */
    struct money paid[legs_cap];  /* Unwind: by the group, fees aside, */
    struct qty bought[legs_cap];  /* for so many; 0 = not known. */
    struct money naked;     /* Held without its other legs, for too long. */
    struct money cost[legs_cap];  /* Of a bought leg at its limit, + fee; of a
                                   * split one, its part of the dollars. */
    struct qty free[legs_cap];    /* Of a sold leg: held, not yet promised; of
                                   * one that hedges: the other half, less
                                   * what is held of this. */
    struct money worst;           /* All of them and the allowance. */
    struct money equity, cash;
    struct money group;           /* What its group took before. */
    struct money event, unsettled; /* Reserved or held before. */
    struct price bond_least, bond_most;
    struct ppm tail_least, tail_yield; /* Of G: chance, profit expected. */
    struct ppm tail_chance;            /* That it pays; why not known: */
    enum reason tail_unknown;
    struct money bonds;            /* The same of F alone, */
    struct money bond_event, bond_tag, bond_day; /* in the leg's event, of its
                                                    tag, ending on its day. */

    struct money day_loss;  /* Positive when the day lost. */
    bool day_halted;
    bool paused;
    bool slow;

    const char *ruled;      /* The rule of deploy/rules against it, or NULL. */
    int64_t ruled_value, ruled_limit;
};

/* Why not: the numbers behind it, in the unit of the check. */
struct finding {
    enum reason reason;
    int64_t value;
    int64_t limit;
};

struct check {
    const char *name;
    unsigned kinds;  /* FOR_ bits: of which requests it is asked. */
    bool (*passes)(const struct question *a, struct finding *f);
};

#define CHECK(name) extern const struct check check_##name;
#include "riskd/checks.def"

/* That leg buys the other half of what is held. */
static inline bool
hedges(const struct question *a, uint32_t i)
{
    return a->m->kind == GRANT_KIND_hedge &&
           a->m->legs.at[i].side == SIDE_buy;
}

/* False, with the finding filled in. */
static inline bool
refuse(struct finding *f, enum reason reason, int64_t value, int64_t limit)
{
    *f = (struct finding){ reason, value, limit };
    return false;
}

/* More than share of the whole: by cross-multiplication in 128 bits. */
static inline bool
is_above_share(int64_t part, struct ppm share, struct money whole)
{
    return (wide)part * MICROS > (wide)share.ppm * whole.micros;
}

/* What is left of a limit when only a share of a normal size is allowed. */
static inline int64_t
scaled(int64_t limit, struct ppm size)
{
    int64_t out;
    return muldiv_down(limit, size.ppm, MICROS, &out) ? out : 0;
}

/* The largest amount is_above_share lets pass, for the finding. */
static inline int64_t
share_of(struct ppm share, struct money whole)
{
    int64_t out;
    return muldiv_down(share.ppm, whole.micros, MICROS, &out) ? out : 0;
}

#endif /* RISKD_CHECK_H */
