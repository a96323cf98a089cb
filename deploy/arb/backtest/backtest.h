/* backtest - strategy G's chances against what came of them
 *
 * Of a series, weeks that end at noon in New York, one a day; some hours
 * before each end the chances of all bins are told from what was known then,
 * and compared with where the count ended. */
#ifndef DEPLOY_ARB_BACKTEST_BACKTEST_H
#define DEPLOY_ARB_BACKTEST_BACKTEST_H

#include "deploy/arb/backtest/series.h"

enum {
    BACKTEST_LEADS = 6,  /* 24, 12, 6, 4, 2 and 1 hours before the end. */
    BACKTEST_BINS = 50,  /* The last one has no end. */
    BACKTEST_BANDS = 12  /* Of chances. */
};

extern const int64_t backtest_lead[BACKTEST_LEADS];
/* A band goes from here to the next one's; the last to 1. */
extern const struct ppm backtest_band[BACKTEST_BANDS];

struct backtest_lead_sum {
    uint32_t windows;
    double score, naive;     /* Sum of -ln(chance of what came). */
    uint32_t naive_right;    /* Its one bin was it. */
    double naive_sure;       /* As it was said to be. */
    uint32_t traded, right;  /* Outcomes at 0.90 or above, YES or NO, of bins
                                not passed. */
    double traded_sure;
};

struct backtest_band_sum {
    uint64_t outcomes, came;
    double chance;
};

struct backtest {
    uint32_t windows, left_out; /* Left out: hours are missing. */
    struct backtest_lead_sum lead[BACKTEST_LEADS];
    struct backtest_band_sum all[BACKTEST_BANDS];  /* Bins not passed, */
    struct backtest_band_sum late[BACKTEST_BANDS]; /* Of 6 hours and less. */
};

/* Bins of so many numbers; the length of a window in days. */
void backtest_run(const struct series *s, int64_t width, int64_t days,
                  struct backtest *out);

#endif /* DEPLOY_ARB_BACKTEST_BACKTEST_H */
