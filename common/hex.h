/* hex - bytes as hexadecimal text */
#ifndef COMMON_HEX_H
#define COMMON_HEX_H

#include "proto/units.h"

/* Exactly count bytes from 2 * count digits of either case, nothing around
 * them; false leaves b partly written. */
MUST_CHECK bool hex_parse(const char *s, size_t size, uint8_t *b,
                          size_t count);
/* "0x" and an even number of digits, at most cap bytes of them. */
MUST_CHECK bool hex_data_parse(const char *s, size_t size, uint8_t *b,
                               size_t cap, size_t *count);
/* Lower case, 2 * count digits and a NUL; returns where the NUL is. */
char *hex_format(const uint8_t *b, size_t count, char *s);

#endif /* COMMON_HEX_H */
