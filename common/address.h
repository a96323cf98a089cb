/* address - an account or contract on an Ethereum chain */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

#include "proto/units.h"

struct address { uint8_t b[20]; };

/* "0x" and 40 hex digits: all of one case, or cased as EIP-55 says, so that
 * a mistyped checksummed address is refused. */
MUST_CHECK bool address_parse(const char *s, size_t size,
                              struct address *address);
#define ADDRESS_TEXT_CAP 43
/* With the case of EIP-55; returns s. */
char *address_format(const struct address *address, char s[ADDRESS_TEXT_CAP]);
bool address_equal(const struct address *a, const struct address *b);
bool address_is_zero(const struct address *a);
/* Of an uncompressed public key without its leading 04: the last 20 bytes of
 * its keccak-256. */
struct address address_of_key(const uint8_t xy[64]);

#endif /* COMMON_ADDRESS_H */
