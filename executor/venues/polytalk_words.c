/* polytalk_words - Polymarket's vocabulary: errors and states */

/* The texts are those of the venue's error pages and of reports from the
 * field (2025-03 to 2026-10); they are looked for inside what came, without
 * regard to case, first match first.  What an error proves is the point: only
 * a refusal that is known to come before an order is taken frees money.
 * "Duplicated" says the opposite, that the order is there already. */

#include "executor/venues/polytalk.h"

#include <string.h>
#include <strings.h>

#define NOTHING POLYTALK_PROVES_NOTHING
#define ONE POLYTALK_PROVES_ONE
#define ALL POLYTALK_PROVES_ALL

/* clang-format off */
static const struct {
    const char *text;
    struct polytalk_verdict verdict;
} errors[] = {
    { "duplicated",                         { REASON_DUPLICATE,     NOTHING } },
    { "already exists",                     { REASON_DUPLICATE,     NOTHING } },
    { "could not insert order",             { REASON_UNANSWERED,    NOTHING } },
    { "could not run the execution",        { REASON_UNANSWERED,    NOTHING } },
    { "order_version_mismatch",             { REASON_SCHEMA,        ALL } },
    { "invalid order version",              { REASON_SCHEMA,        ONE } },
    { "invalid signature",                  { REASON_SIGNATURE,     ONE } },
    { "not enough balance",                 { REASON_BALANCE,       ONE } },
    { "allowance is not enough",            { REASON_BALANCE,       ONE } },
    { "balance is not enough",              { REASON_BALANCE,       ONE } },
    { "order owner has to be",              { REASON_SIGNATURE,     ONE } },
    { "order signer address has to be",     { REASON_SIGNATURE,     ONE } },
    { "maker address not allowed",          { REASON_FORBIDDEN,     ONE } },
    { "address banned",                     { REASON_FORBIDDEN,     ONE } },
    { "closed only mode",                   { REASON_FORBIDDEN,     ONE } },
    { "breaks minimum tick size",           { REASON_TICK,          ONE } },
    { "max accuracy",                       { REASON_TICK,          ONE } },
    { "invalid amounts",                    { REASON_TICK,          ONE } },
    { "min size",                           { REASON_BELOW_MINIMUM, ONE } },
    { "lower than the minimum",             { REASON_BELOW_MINIMUM, ONE } },
    { "order crosses book",                 { REASON_CROSSES,       ONE } },
    { "fok orders are fully filled or killed", { REASON_NO_FILL,    ONE } },
    { "no orders found to match with fak",  { REASON_NO_FILL,       ONE } },
    { "invalid nonce",                      { REASON_REFUSED,       ONE } },
    { "invalid expiration",                 { REASON_REFUSED,       ONE } },
    { "not yet ready to process",           { REASON_CLOSED,        ONE } },
    { "no orderbook exists",                { REASON_CLOSED,        ONE } },
    { "orderbook does not exist",           { REASON_CLOSED,        ONE } },
    { "market is closed",                   { REASON_CLOSED,        ONE } },
    { "market closed",                      { REASON_CLOSED,        ONE } },
    { "too many orders in payload",         { REASON_REFUSED,       ALL } },
    { "invalid order payload",              { REASON_REFUSED,       ALL } },
    { "payload exceeds the limit",          { REASON_REFUSED,       ALL } },
    { "unauthorized",                       { REASON_SIGNATURE,     ALL } },
    { "invalid api key",                    { REASON_SIGNATURE,     ALL } },
    { "invalid l1 request headers",         { REASON_SIGNATURE,     ALL } },
    { "trading is currently disabled",      { REASON_VENUE_DOWN,    ALL } },
    { "trading is currently cancel-only",   { REASON_VENUE_DOWN,    ALL } },
    { "post-only mode",                     { REASON_VENUE_DOWN,    ALL } },
    { "rate limit",                         { REASON_THROTTLED,     ALL } },
    { "too many requests",                  { REASON_THROTTLED,     ALL } },
};

static const struct {
    const char *word;              /* Whole, or up to a '_' (prefix). */
    bool prefix;
    enum order_state state;
    enum reason why;
    bool delayed;
} states[] = {
    { "live",                     false, ORDER_STATE_live,
      REASON_none, false },
    { "unmatched",                false, ORDER_STATE_live,
      REASON_none, false },
    { "delayed",                  false, ORDER_STATE_live,
      REASON_none, true },
    { "matched",                  false, ORDER_STATE_matched,
      REASON_none, false },
    { "invalid",                  false, ORDER_STATE_rejected,
      REASON_REFUSED, false },
    { "canceled_market_resolved", false, ORDER_STATE_cancelled,
      REASON_RESOLVED, false },
    { "system_cleared",           false, ORDER_STATE_cancelled,
      REASON_VENUE_DOWN, false },
    { "canceled",                 false, ORDER_STATE_cancelled,
      REASON_none, false },
    { "cancelled",                false, ORDER_STATE_cancelled,
      REASON_none, false },
    { "canceled_",                true,  ORDER_STATE_cancelled,
      REASON_NO_FILL, false },
};

static const struct {
    const char *word;
    enum fill_state state;
} settlements[] = {
    { "matched",                 FILL_STATE_matched },
    { "matched_not_broadcasted", FILL_STATE_matched },
    { "mined",                   FILL_STATE_mined },
    { "confirmed",               FILL_STATE_confirmed },
    { "retrying",                FILL_STATE_retrying },
    { "failed",                  FILL_STATE_failed },
};
/* clang-format on */

struct polytalk_verdict
polytalk_error(const char *text)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (strcasestr(text, errors[i].text) != NULL)
            return errors[i].verdict;
    return (struct polytalk_verdict){ REASON_REFUSED, NOTHING };
}

static const char *
without(const char *word, const char *prefix)
{
    size_t size = strlen(prefix);

    return strncasecmp(word, prefix, size) == 0 ? word + size : word;
}

enum order_state
polytalk_status(const char *word, enum reason *why, bool *delayed)
{
    const char *w = without(word, "ORDER_STATUS_");

    *why = REASON_none;
    *delayed = false;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        bool hit = states[i].prefix
                       ? strncasecmp(w, states[i].word,
                                     strlen(states[i].word)) == 0
                       : strcasecmp(w, states[i].word) == 0;

        if (!hit)
            continue;
        *why = states[i].why;
        *delayed = states[i].delayed;
        return states[i].state;
    }
    return ORDER_STATE_unknown;
}

enum fill_state
polytalk_settlement(const char *word, bool *known)
{
    const char *w = without(word, "TRADE_STATUS_");

    *known = true;
    for (size_t i = 0; i < sizeof settlements / sizeof settlements[0]; i++)
        if (strcasecmp(w, settlements[i].word) == 0)
            return settlements[i].state;
    *known = false;
    return FILL_STATE_matched;
}

void
polytalk_quote(struct text *out, const char *s, size_t size)
{
    size_t count = 0;

    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < size && count + 1 < sizeof out->s; i++)
        out->s[count++] = s[i] >= ' ' && s[i] <= '~' ? s[i] : '?';
}
