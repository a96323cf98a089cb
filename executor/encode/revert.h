/* revert - why a contract refused, in words */
#ifndef EXECUTOR_ENCODE_REVERT_H
#define EXECUTOR_ENCODE_REVERT_H

#include "common/why.h"
#include "proto/units.h"

/* The data of a reverted call: Error(string) gives its text,
 * Panic(uint256) its number, a custom error of the contracts we call its
 * name, anything else its first bytes.  Any bytes are taken. */
void revert_explain(const uint8_t *b, size_t size, struct why *why);

#endif /* EXECUTOR_ENCODE_REVERT_H */
