/* tying - the relations as the file gave them, row by row */
#ifndef SCANNER_TYING_H
#define SCANNER_TYING_H

#include "common/ties.h"

struct tying;
struct tying *tying_new(void);
/* What is told of one of its markets. */
void tying_row(const struct tie *tie, uint32_t place, struct tie_row *out);

#endif /* SCANNER_TYING_H */
