/* address - an account or contract on an Ethereum chain */

/* EIP-55: a letter is upper case where the hash of the lower-case text has a
 * high bit, so one wrong digit is noticed in all but one case of 4,000. */

#include "common/address.h"

#include "common/hex.h"
#include "common/keccak.h"

#include <string.h>

enum { DIGITS = 40 };

static void
set_case(char digits[DIGITS])
{
    uint8_t hash[32];

    keccak256(digits, DIGITS, hash);
    for (int i = 0; i < DIGITS; i++) {
        bool high = hash[i / 2] >> (i % 2 ? 3 : 7) & 1;
        if (high && digits[i] >= 'a')
            digits[i] = (char)(digits[i] - 'a' + 'A');
    }
}

char *
address_format(const struct address *address, char s[ADDRESS_TEXT_CAP])
{
    s[0] = '0';
    s[1] = 'x';
    (void)hex_format(address->b, sizeof address->b, s + 2);
    set_case(s + 2);
    return s;
}

bool
address_parse(const char *s, size_t size, struct address *address)
{
    struct address a;
    char cased[ADDRESS_TEXT_CAP];
    bool lower = false, upper = false;

    if (size != 2 + DIGITS || s[0] != '0' || s[1] != 'x' ||
        !hex_parse(s + 2, DIGITS, a.b, sizeof a.b))
        return false;
    for (size_t i = 2; i < size; i++) {
        lower = lower || (s[i] >= 'a' && s[i] <= 'f');
        upper = upper || (s[i] >= 'A' && s[i] <= 'F');
    }
    if (lower && upper && memcmp(address_format(&a, cased), s, size) != 0)
        return false;
    *address = a;
    return true;
}

bool
address_equal(const struct address *a, const struct address *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool
address_is_zero(const struct address *a)
{
    static const struct address zero;

    return address_equal(a, &zero);
}

struct address
address_of_key(const uint8_t xy[64])
{
    uint8_t hash[32];
    struct address a;

    keccak256(xy, 64, hash);
    memcpy(a.b, hash + 12, sizeof a.b);
    return a;
}
