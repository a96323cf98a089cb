/* lookup_kit - one who asks feed by tokens, and the listing's answers */
#ifndef TESTS_UNIT_FEED_LOOKUP_KIT_H
#define TESTS_UNIT_FEED_LOOKUP_KIT_H

#include "tests/unit/feed/kit.h"

#define CLOSED ",\"closed\":true,\"umaResolutionStatus\":\"resolved\"," \
    "\"outcomePrices\":\"[\\\"%s\\\", \\\"%s\\\"]\""
#define IN_EVENT ",\"events\":[{\"id\":\"78\",\"slug\":\"x\"}]"

static inline void
ask_for(struct kit *k, const char *const *tokens, uint64_t req)
{
    static struct snapshot_request m;

    memset(&m, 0, sizeof m);
    m.what = ASKED_universe;
    for (; *tokens; tokens++)
        must(token_parse(*tokens, strlen(*tokens),
                         &m.tokens.at[m.tokens.count++].token));
    k->in.peer = 9;
    k->in.req = req;
    feed_on_snapshot_request(k->f, &m, &k->in, k->out);
    k->in.peer = 0;
    k->in.req = 0;
    kit_hear(k);
}

/* The next question to the listing must be this one; "" = there is none. */
static inline void
assert_asks(struct kit *k, const char *text)
{
    struct feed_ask ask;
    bool any = false;

    while (!any && kit_ask(k, &ask))
        any = ask.kind == FEED_ASK_MARKETS;
    assert_string_equal(any ? k->text : "", text);
}

static inline void
answer(struct kit *k, const char *s)
{
    feed_on_markets(k->f, s, strlen(s), &k->in, k->out);
    kit_hear(k);
}

/* As the listing has them; a market closed for good pays yes so much. */
static inline const char *
paid(const char *id, const char *yes, const char *no, const char *price,
     const char *other)
{
    static char s[4096];

    snprintf(s, sizeof s, "{\"conditionId\":\"%s\",\"clobTokenIds\":"
             "\"[\\\"%s\\\",\\\"%s\\\"]\"" CLOSED IN_EVENT "}", id, yes, no,
             price, other);
    return s;
}

static inline const char *
list_of(const char *market)
{
    static char s[8192];

    snprintf(s, sizeof s, "[%s]", market);
    return s;
}

#endif /* TESTS_UNIT_FEED_LOOKUP_KIT_H */
