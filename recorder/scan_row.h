/* scan_row - an opportunity as its row of fact_arb_scan, as COPY wants it */
#ifndef RECORDER_SCAN_ROW_H
#define RECORDER_SCAN_ROW_H

#include "recorder/rows.h"

/* The ids of the markets its legs' tokens are of, in order, each once. */
struct scan_markets {
    uint32_t count;
    const char *at[legs_cap];
};

/* The columns of such a row, as COPY wants them named. */
extern const char scan_columns[];
/* Its bytes go to at, where SCAN_ROW_CAP bytes are free; returns their end. */
enum { SCAN_ROW_CAP = 256 * 1024 };
uint8_t *scan_row(uint8_t *at, const struct row_head *head,
                  const struct opportunity *o, const struct scan_markets *m);

#endif /* RECORDER_SCAN_ROW_H */
