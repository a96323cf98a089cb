/* revert - why a contract refused, in words */

/* The bytes come from a node that somebody else runs: lengths are believed
 * only as far as there are bytes, and text is shown in plain ASCII. */

#include "executor/encode/revert.h"

#include "executor/encode/abi.h"

#include <string.h>

enum { TEXT_CAP = 160 };

static const char *const custom[] = {
    "DeterminedFlagAlreadySet()",  "FeeBipsOutOfBounds()",
    "IndexOutOfBounds()",          "InvalidIndexSet()",
    "LengthMismatch()",            "MarketAlreadyDetermined()",
    "MarketAlreadyPrepared()",     "MarketNotPrepared()",
    "NoConvertiblePositions()",    "NotAdmin()",
    "NotApprovedForAll()",         "OnlyOracle()",
    "UnexpectedCollateralToken()",
};

static bool
is(const uint8_t *b, const char *signature)
{
    uint8_t selector[4];

    abi_selector(signature, selector);
    return memcmp(b, selector, sizeof selector) == 0;
}

/* The string at word 0, cut to what is there. */
static bool
explain_text(const uint8_t *b, size_t size, struct why *why)
{
    struct hash word;
    uint64_t offset, length;
    char text[TEXT_CAP];
    size_t n = 0;

    if (!abi_word(b, size, 0, &word) || !word_count(&word, &offset) ||
        offset % 32 != 0 || offset / 32 >= size / 32 ||
        !abi_word(b, size, offset / 32, &word) ||
        !word_count(&word, &length))
        return false;
    size_t from = offset + 32;
    for (; n < sizeof text - 1 && n < length && from + n < size; n++) {
        uint8_t c = b[from + n];
        text[n] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    text[n] = '\0';
    (void)why_set(why, "reverted: %s", text);
    return true;
}

void
revert_explain(const uint8_t *b, size_t size, struct why *why)
{
    struct hash word;
    uint64_t code;

    if (size < 4) {
        (void)why_set(why, "reverted without a reason");
        return;
    }
    if (is(b, "Error(string)") && explain_text(b + 4, size - 4, why))
        return;
    if (is(b, "Panic(uint256)") && abi_word(b + 4, size - 4, 0, &word) &&
        word_count(&word, &code)) {
        (void)why_set(why, "reverted: panic 0x%02llx",
                      (unsigned long long)code);
        return;
    }
    for (size_t i = 0; i < sizeof custom / sizeof custom[0]; i++)
        if (is(b, custom[i])) {
            (void)why_set(why, "reverted: %s", custom[i]);
            return;
        }
    (void)why_set(why, "reverted: 0x%02x%02x%02x%02x and %zu bytes", b[0],
                  b[1], b[2], b[3], size - 4);
}
