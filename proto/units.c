/* units - prices, sizes, money, times and ids as types that do not mix
 *
 * The only file that does arithmetic inside the types.  Products go through
 * 128 bits; a result that does not fit is refused, never wrapped.  Text is
 * strict in and shortest out, so that parse(format(x)) is x for every x.
 */
#include "proto/units.h"

#include <string.h>

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whole dollars in the magnitude of INT64_MIN. */
#define WHOLE_MAX ((uint64_t)INT64_MAX / MICROS)

bool
micros_parse(const char *s, size_t size, int64_t *micros)
{
    const char *end = s + size;
    bool negative = s != end && *s == '-';
    if (negative)
        s++;
    const char *first = s;
    uint64_t sum = 0;
    for (; s != end && is_digit(*s); s++) {
        sum = sum * 10 + (uint64_t)(*s - '0');
        if (sum > WHOLE_MAX)
            return false;
    }
    if (s == first)
        return false;
    sum *= MICROS;
    if (s != end) {
        if (*s != '.' || ++s == end)
            return false;
        uint64_t unit = MICROS / 10;
        for (; s != end && is_digit(*s); s++) {
            if (unit == 0 && *s != '0')
                return false;
            sum += (uint64_t)(*s - '0') * unit;
            unit /= 10;
        }
    }
    if (s != end || sum > (uint64_t)INT64_MAX + negative)
        return false;
    *micros = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

/* Writes the digits of u, at least `least` of them; returns the end. */
static char *
put_digits(char *at, uint64_t u, unsigned least)
{
    char digits[20];
    unsigned n = 0;
    while (u != 0 || n < least) {
        digits[n++] = (char)('0' + u % 10);
        u /= 10;
    }
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

char *
micros_format6(int64_t micros, char s[MICROS_TEXT_CAP])
{
    char *at = s;
    if (micros < 0)
        *at++ = '-';
    uint64_t u = micros < 0 ? 0 - (uint64_t)micros : (uint64_t)micros;
    at = put_digits(at, u / MICROS, 1);
    *at++ = '.';
    at = put_digits(at, u % MICROS, 6);
    *at = 0;
    return s;
}

char *
micros_format(int64_t micros, char s[MICROS_TEXT_CAP])
{
    (void)micros_format6(micros, s);
    size_t n = strlen(s);
    while (s[n - 1] == '0')
        n--;
    if (s[n - 1] == '.')
        n--;
    s[n] = 0;
    return s;
}

bool
money_add(struct money a, struct money b, struct money *sum)
{
    int64_t v;
    if (__builtin_add_overflow(a.micros, b.micros, &v))
        return false;
    sum->micros = v;
    return true;
}

bool
money_sub(struct money a, struct money b, struct money *rest)
{
    int64_t v;
    if (__builtin_sub_overflow(a.micros, b.micros, &v))
        return false;
    rest->micros = v;
    return true;
}

bool
qty_add(struct qty a, struct qty b, struct qty *sum)
{
    int64_t v;
    if (__builtin_add_overflow(a.micros, b.micros, &v))
        return false;
    sum->micros = v;
    return true;
}

bool
qty_sub(struct qty a, struct qty b, struct qty *rest)
{
    int64_t v;
    if (__builtin_sub_overflow(a.micros, b.micros, &v))
        return false;
    rest->micros = v;
    return true;
}

static bool
narrow(wide v, int64_t *out)
{
    if (v < INT64_MIN || v > INT64_MAX)
        return false;
    *out = (int64_t)v;
    return true;
}

bool
muldiv_down(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    if (c <= 0)
        return false;
    wide product = (wide)a * b;
    wide v = product / c;
    if (product % c < 0) /* C rounds towards zero. */
        v--;
    return narrow(v, out);
}

bool
muldiv_up(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    if (c <= 0)
        return false;
    wide product = (wide)a * b;
    wide v = product / c;
    if (product % c > 0)
        v++;
    return narrow(v, out);
}

int64_t
gcd(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

bool
cost_down(struct price p, struct qty q, struct money *cost)
{
    return muldiv_down(p.micros, q.micros, MICROS, &cost->micros);
}

bool
cost_up(struct price p, struct qty q, struct money *cost)
{
    return muldiv_up(p.micros, q.micros, MICROS, &cost->micros);
}
