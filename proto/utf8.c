/* utf8 - is this text what it claims to be
 *
 * Texts come from venues and end in JSON and PostgreSQL, which both refuse bad
 * UTF-8.  So it is refused where text enters: text_set mends it, the codec
 * rejects it.  Almost all text is ASCII, which is checked eight bytes at once.
 */
#include "proto/utf8.h"

#include <stdint.h>
#include <string.h>

static bool
is_tail(uint8_t b)
{
    return (b & 0xc0) == 0x80;
}

size_t
utf8_step(const char *s, size_t size)
{
    const uint8_t *b = (const uint8_t *)s;
    if (size == 0)
        return 0;
    if (b[0] < 0x80)
        return 1;
    if (b[0] < 0xc2 || b[0] > 0xf4)
        return 0;
    if (b[0] < 0xe0)
        return size >= 2 && is_tail(b[1]) ? 2 : 0;
    /* The second byte tells overlong forms, surrogates and > U+10FFFF. */
    uint8_t low = b[0] == 0xe0 ? 0xa0 : b[0] == 0xf0 ? 0x90 : 0x80;
    uint8_t high = b[0] == 0xed ? 0x9f : b[0] == 0xf4 ? 0x8f : 0xbf;
    size_t n = b[0] < 0xf0 ? 3 : 4;
    if (size < n || b[1] < low || b[1] > high || !is_tail(b[2]))
        return 0;
    return n == 3 || is_tail(b[3]) ? n : 0;
}

bool
utf8_is_valid(const char *s, size_t size)
{
    size_t i = 0;
    while (i < size) {
        uint64_t eight;
        if (size - i >= sizeof eight) {
            memcpy(&eight, s + i, sizeof eight);
            if ((eight & 0x8080808080808080u) == 0) {
                i += sizeof eight;
                continue;
            }
        }
        size_t n = utf8_step(s + i, size - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}
