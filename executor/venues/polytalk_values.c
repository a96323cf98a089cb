/* polytalk_values - numbers and ids as Polymarket writes them */

/* Sizes and prices come as decimals in texts, now and then as numbers, once
 * with a bare point in front, and averages with more digits than a millionth;
 * those are cut, never rounded up.  Balances are integers of base units. */

#include "executor/venues/polytalk.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* More shares or dollars than anybody has: refused. */
static const int64_t most = INT64_C(1000000000000) * MICROS;

enum { DIGITS_MOST = 100 };

bool
polytalk_id(const struct json_value *v, struct hash *id)
{
    const char *s = json_string(v);
    char low[HASH_TEXT_CAP];
    size_t size = s != NULL ? strlen(s) : 0;

    if (size == 0 || size >= sizeof low)
        return false;
    for (size_t i = 0; i <= size; i++)
        low[i] = (char)tolower((unsigned char)s[i]);
    return hash_parse(low, size, id) && !hash_is_zero(id);
}

bool
polytalk_token(const struct json_value *v, struct hash *token)
{
    const char *s = json_string(v);

    return s != NULL && token_parse(s, strlen(s), token);
}

bool
polytalk_side(const struct json_value *v, enum side *side)
{
    const char *s = json_string(v);

    if (s == NULL)
        return false;
    if (strcasecmp(s, "BUY") == 0)
        *side = SIDE_buy;
    else if (strcasecmp(s, "SELL") == 0)
        *side = SIDE_sell;
    else
        return false;
    return true;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
polytalk_decimal(const struct json_value *v, int64_t *micros)
{
    const char *s = json_scalar(v);
    wide whole = 0;
    int64_t part = 0, unit = MICROS / 10;
    size_t digits = 0;

    if (s == NULL)
        return false;
    for (; is_digit(*s); s++, digits++)
        if (whole <= most)
            whole = whole * 10 + (*s - '0');
    if (*s == '.')
        for (s++; is_digit(*s); s++, digits++, unit /= 10)
            part += unit * (*s - '0');
    whole = whole * MICROS + part;
    if (*s != '\0' || digits > DIGITS_MOST || whole > most)
        return false;
    if (digits == 0 && !(json_is_string(v) && *json_scalar(v) == '\0'))
        return false;
    *micros = (int64_t)whole;
    return true;
}

bool
polytalk_units(const struct json_value *v, int64_t *micros)
{
    const char *s = json_scalar(v);
    wide sum = 0;
    size_t digits = 0;

    if (s == NULL)
        return false;
    for (; is_digit(*s); s++, digits++)
        if (sum <= INT64_MAX)
            sum = sum * 10 + (*s - '0');
    if (*s != '\0' || digits == 0 || digits > DIGITS_MOST)
        return false;
    *micros = sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
    return true;
}

struct nanos
polytalk_time(const struct json_value *v)
{
    int64_t n = 0;

    if (!polytalk_units(v, &n) || n <= 0 || n > INT64_C(100000000000000))
        return (struct nanos){ 0 };
    if (n < INT64_C(100000000000)) /* Seconds, until the year 5138. */
        n *= 1000;
    if (n > INT64_MAX / 1000000)
        return (struct nanos){ 0 };
    return (struct nanos){ n * 1000000 };
}

bool
polytalk_same(const struct json_value *v, const char *own)
{
    const char *s = json_string(v);

    return s != NULL && own[0] != '\0' && strcasecmp(s, own) == 0;
}
