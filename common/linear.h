/* linear - the best point of a small linear program (GLPK's door)
 *
 * Integers in, integers out.  What comes out is advice: it was computed in
 * floating point, so whoever asked works it out again before it counts.  The
 * same program gets the same answer. */
#ifndef COMMON_LINEAR_H
#define COMMON_LINEAR_H

#include "proto/units.h"

enum { LINEAR_COLUMNS = 512, LINEAR_ROWS = 512, LINEAR_ENTRIES = 8192 };

/* A variable, from 0 to most; each whole one of it gains so much. */
struct linear_column {
    int64_t gain, most; /* Micros. */
};

struct linear_entry {
    uint16_t row, column;
    int16_t value;
};

/* The largest sum of column times gain, where in every row the sum of column
 * times value is at most 0.  All 0 is always such a point. */
struct linear {
    uint32_t columns, rows, entries;
    struct linear_column column[LINEAR_COLUMNS];
    struct linear_entry entry[LINEAR_ENTRIES];
    int64_t x[LINEAR_COLUMNS]; /* The answer, rounded down to micros. */
};

/* False when the solver gave up; x is then all 0. */
MUST_CHECK bool linear_solve(struct linear *l);

#endif /* COMMON_LINEAR_H */
