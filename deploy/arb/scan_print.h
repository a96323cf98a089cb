/* scan_print - opportunities as people and programs read them */
#ifndef DEPLOY_ARB_SCAN_PRINT_H
#define DEPLOY_ARB_SCAN_PRINT_H

#include "common/universe.h"

/* One line; u knows the legs' markets.  assumed: the fees are.  eof: it was
 * closed by the end of the recording. */
void scan_print_json(const struct opportunity *m, const struct universe *u,
                     bool assumed, bool eof);
void scan_print_head(void);
void scan_print_text(const struct opportunity *m, bool eof);

#endif /* DEPLOY_ARB_SCAN_PRINT_H */
