/* dollars - an amount as people read it: 4842.30, 5.16, 0.000005 */
#ifndef DEPLOY_ARB_DOLLARS_H
#define DEPLOY_ARB_DOLLARS_H

#include "proto/units.h"

/* At least two decimals, and as many more as there are. */
char *dollars(struct money m, char text[MICROS_TEXT_CAP]);

#endif /* DEPLOY_ARB_DOLLARS_H */
