/* hex - bytes as hexadecimal text */

/* Keys pass through here: no table is looked up by a digit's value and no
 * branch depends on one, so neither cache nor clock tells it. */

#include "common/hex.h"

/* 1 when v < limit, both read as distances that may have wrapped. */
static unsigned
below(unsigned v, unsigned limit)
{
    return ((v - limit) & ~v) >> 31;
}

/* The value of a digit; 256 when it is none. */
static unsigned
digit_value(uint8_t c)
{
    unsigned number = (unsigned)c - '0', letter = ((unsigned)c | 32u) - 'a';
    unsigned is_number = below(number, 10), is_letter = below(letter, 6);

    return number * is_number + (letter + 10u) * is_letter +
           (1u - is_number - is_letter) * 256u;
}

bool
hex_parse(const char *s, size_t size, uint8_t *b, size_t count)
{
    unsigned bad = 0;

    if (size / 2 != count || size % 2 != 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        unsigned high = digit_value((uint8_t)s[2 * i]);
        unsigned low = digit_value((uint8_t)s[2 * i + 1]);
        bad |= high | low;
        b[i] = (uint8_t)(high << 4 | low);
    }
    return bad < 256;
}

bool
hex_data_parse(const char *s, size_t size, uint8_t *b, size_t cap,
               size_t *count)
{
    if (size < 2 || s[0] != '0' || s[1] != 'x' || (size - 2) / 2 > cap)
        return false;
    if (!hex_parse(s + 2, size - 2, b, (size - 2) / 2))
        return false;
    *count = (size - 2) / 2;
    return true;
}

static char
digit_of(unsigned v)
{
    unsigned letter = (9u - v) >> 31;

    return (char)('0' + v + letter * ('a' - '0' - 10));
}

char *
hex_format(const uint8_t *b, size_t count, char *s)
{
    for (size_t i = 0; i < count; i++) {
        *s++ = digit_of(b[i] >> 4u);
        *s++ = digit_of(b[i] & 15u);
    }
    *s = '\0';
    return s;
}
