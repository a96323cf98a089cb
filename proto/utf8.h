/* utf8 - is this text what it claims to be */
#ifndef PROTO_UTF8_H
#define PROTO_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character at s, 1..4; 0 when there is none: size is 0, or the
 * bytes are overlong, a surrogate, above U+10FFFF, stray or cut off. */
size_t utf8_step(const char *s, size_t size);
/* Every byte belongs to a character. */
bool utf8_is_valid(const char *s, size_t size);

#endif /* PROTO_UTF8_H */
