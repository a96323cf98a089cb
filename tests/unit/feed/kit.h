/* kit - an engine and a small venue around it, for feed's tests
 *
 * The venue writes its texts by hand and takes its hashes from the text it
 * would hash itself, so that nothing of feed checks feed. */
#ifndef TESTS_UNIT_FEED_KIT_H
#define TESTS_UNIT_FEED_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "feed/capture.h"
#include "feed/venue.h"

#define COND_A \
    "0xaa0000000000000000000000000000000000000000000000000000000000000a"
#define COND_B \
    "0xbb0000000000000000000000000000000000000000000000000000000000000b"
#define YES_A "1001"
#define NO_A "1002"
#define YES_B "2001"
#define NO_B "2002"
#define START_MS INT64_C(1790000000000)
#define KIT_SAID 512

struct kit {
    struct feed *f;
    struct feed_conf conf;
    struct feed_options opt;
    struct input in;
    struct outbox *out;
    uint32_t said;           /* Since the last kit_forget. */
    struct {
        uint16_t type;
        uint32_t routes;
        uint64_t req;
        bool more;
    } at[KIT_SAID];
    struct book_snapshot snapshot; /* The last of each. */
    struct book_delta delta;
    struct book_status status;
    struct market market;
    struct resolution resolution;
    struct snapshot_end end;
    struct venue_status link;
    struct tick_size tick;
    struct signal signal;
    char text[65536];
};

static inline struct feed_conf
kit_conf(void)
{
    struct complaints bad = { 0, "" };
    const struct conf_section *sections[] = { &feed_section };
    struct conf *conf = conf_read(NULL, NULL, 0, sections, 1, &bad);
    struct feed_conf out;

    must(conf != NULL);
    conf_fill(conf, &feed_section, &out);
    conf_destroy(&conf);
    out.max_markets = 40;
    out.max_tokens = 40;
    out.max_levels = 4000;
    return out;
}

static inline struct kit *
kit_open(bool offline)
{
    struct kit *k = calloc(1, sizeof *k);

    must(k != NULL);
    k->conf = kit_conf();
    k->opt = (struct feed_options){
        .book_age_max = { 5000 },
        .offline = offline,
        .assume_markets = offline,
        .assume_fee = offline,
    };
    k->in = (struct input){ .own_run = 3 };
    if (!offline) {
        k->in.wall.ns = START_MS * 1000000;
        k->in.mono.ns = INT64_C(1000000000000);
    }
    k->out = outbox_new(SOURCE_feed, FEED_OUTBOX_BYTES, FEED_OUTBOX_COUNT);
    return k;
}

static inline void
kit_start(struct kit *k)
{
    k->f = feed_new(&k->conf, &k->opt);
}

static inline void
kit_close(struct kit *k)
{
    feed_destroy(&k->f);
    outbox_destroy(&k->out);
    free(k);
}

static inline void
kit_forget(struct kit *k)
{
    k->said = 0;
}

/* Takes in what the outbox holds, and empties it. */
static inline void
kit_hear(struct kit *k)
{
    for (size_t i = 0; i < outbox_count(k->out); i++) {
        const struct said *s = outbox_at(k->out, i);
        must(k->said < KIT_SAID);
        k->at[k->said].type = s->schema->type;
        k->at[k->said].routes = s->routes;
        k->at[k->said].req = s->to.req;
        k->at[k->said].more = false;
#define KEEP(name, member) \
        if (s->schema == &name##_schema) \
            memcpy(&k->member, s->msg, sizeof k->member);
        KEEP(book_snapshot, snapshot)
        KEEP(book_delta, delta)
        KEEP(book_status, status)
        KEEP(market, market)
        KEEP(resolution, resolution)
        KEEP(snapshot_end, end)
        KEEP(venue_status, link)
        KEEP(tick_size, tick)
        KEEP(signal, signal)
#undef KEEP
        if (s->schema == &book_snapshot_schema)
            k->at[k->said].more = k->snapshot.more;
        if (s->schema == &book_delta_schema)
            k->at[k->said].more = k->delta.more;
        k->said++;
    }
    outbox_clear(k->out);
}

static inline uint32_t
kit_said(const struct kit *k, enum type type)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < k->said; i++)
        count += k->at[i].type == type;
    return count;
}

static inline uint64_t
kit_count(const struct kit *k, enum feed_counter what)
{
    return feed_counters(k->f)[what];
}

static inline void
kit_frame(struct kit *k, const char *s)
{
    feed_on_frame(k->f, 0, s, strlen(s), &k->in, k->out);
    kit_hear(k);
}

/* Lets time pass in ticks of 50 ms. */
static inline void
kit_wait(struct kit *k, int64_t ms)
{
    for (; ms > 0; ms -= 50) {
        struct tick tick = { 0 };
        k->in.mono.ns += INT64_C(50000000);
        k->in.wall.ns += INT64_C(50000000);
        feed_on_tick(k->f, &tick, &k->in, k->out);
        kit_hear(k);
    }
}

/* The next thing asked of the shell, its text kept; false when none. */
static inline bool
kit_ask(struct kit *k, struct feed_ask *ask)
{
    if (!feed_next_ask(k->f, &k->in, ask))
        return false;
    must(ask->size < sizeof k->text);
    memcpy(k->text, ask->text, ask->size);
    k->text[ask->size] = '\0';
    ask->text = k->text;
    return true;
}

static inline void
kit_asks_none(struct kit *k)
{
    struct feed_ask ask;

    while (kit_ask(k, &ask))
        continue;
}

/* What the venue hashes for a book, and its hash. */
static inline void
kit_hash(const char *market, const char *token, int64_t ms, const char *bids,
         const char *asks, const char *trade, char hex[41])
{
    struct digest *d = digest_sha1();
    char text[8192];
    uint8_t sum[32];

    int size = snprintf(text, sizeof text,
        "{\"market\":\"%s\",\"asset_id\":\"%s\",\"timestamp\":\"%lld\","
        "\"hash\":\"\",\"bids\":[%s],\"asks\":[%s],\"min_order_size\":\"5\","
        "\"tick_size\":\"0.01\",\"neg_risk\":false,\"last_trade_price\":"
        "\"%s\"}", market, token, (long long)ms, bids, asks, trade);
    must(size > 0 && (size_t)size < sizeof text);
    digest_start(d);
    digest_add(d, text, (size_t)size);
    digest_end(d, sum);
    digest_destroy(&d);
    for (unsigned i = 0; i < 20; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

#define L(price, size) "{\"price\":\"" price "\",\"size\":\"" size "\"}"

/* A book frame with its right hash (or the wrong one), in a static buffer. */
static inline const char *
kit_book(const char *market, const char *token, int64_t ms, const char *bids,
         const char *asks, bool right)
{
    static char s[16384];
    char hex[41];

    kit_hash(market, token, ms, bids, asks, "0.5", hex);
    if (!right)
        hex[0] = hex[0] == '0' ? '1' : '0';
    int size = snprintf(s, sizeof s,
        "{\"event_type\":\"book\",\"market\":\"%s\",\"asset_id\":\"%s\","
        "\"timestamp\":\"%lld\",\"hash\":\"%s\",\"bids\":[%s],\"asks\":[%s],"
        "\"tick_size\":\"0.01\",\"last_trade_price\":\"0.5\"}",
        market, token, (long long)ms, hex, bids, asks);
    must(size > 0 && (size_t)size < sizeof s);
    return s;
}

/* One change of one token, with the hash of the book bids/asks after it. */
static inline const char *
kit_change(const char *market, const char *token, int64_t ms,
           const char *entry, const char *bids, const char *asks, bool right)
{
    static char s[4096];
    char hex[41];

    kit_hash(market, token, ms, bids, asks, "0.5", hex);
    if (!right)
        hex[0] = hex[0] == '0' ? '1' : '0';
    int size = snprintf(s, sizeof s,
        "{\"event_type\":\"price_change\",\"market\":\"%s\",\"timestamp\":"
        "\"%lld\",\"price_changes\":[{\"asset_id\":\"%s\",%s,\"hash\":\"%s\"}"
        "]}", market, (long long)ms, token, entry, hex);
    must(size > 0 && (size_t)size < sizeof s);
    return s;
}

#define BUY(price, size) \
    "\"price\":\"" price "\",\"size\":\"" size "\",\"side\":\"BUY\""
#define SELL(price, size) \
    "\"price\":\"" price "\",\"size\":\"" size "\",\"side\":\"SELL\""

#define MARKET(cond, yes, no, more) \
    "{\"id\":\"1\",\"conditionId\":\"" cond "\",\"question\":\"Will it?\"," \
    "\"slug\":\"slug-" yes "\",\"clobTokenIds\":\"[\\\"" yes "\\\",\\\"" no \
    "\\\"]\",\"outcomes\":\"[\\\"Yes\\\",\\\"No\\\"]\",\"active\":true," \
    "\"closed\":false,\"acceptingOrders\":true,\"enableOrderBook\":true," \
    "\"orderPriceMinTickSize\":0.01,\"orderMinSize\":5,\"feesEnabled\":" \
    "false,\"liquidityNum\":5000.5,\"endDate\":\"2026-12-31T12:00:00Z\"" more \
    "}"
#define EVENT(id, markets, more) \
    "{\"id\":\"" id "\",\"slug\":\"event-" id "\",\"closed\":false," \
    "\"liquidity\":12345.678912345,\"negRisk\":false,\"markets\":[" markets \
    "]" more "}"
#define PAGE(events) "{\"events\":[" events "]}"

static inline bool
kit_page(struct kit *k, const char *s)
{
    struct venue_cursor next;
    bool ok = feed_on_page(k->f, s, strlen(s), true, &next, &k->in, k->out);

    kit_hear(k);
    return ok;
}

static inline void
kit_link(struct kit *k, enum link_state state)
{
    feed_on_link(k->f, 0, state, &k->in, k->out);
    kit_hear(k);
}

#define BIDS_1 L("0.40", "100") "," L("0.45", "20.50")
#define ASKS_1 L("0.60", "30") "," L("0.5", "7")

/* Market A listed, connected, subscribed, and both its books there. */
static inline void
kit_live(struct kit *k)
{
    kit_start(k);
    must(kit_page(k, PAGE(EVENT("77", MARKET(COND_A, YES_A, NO_A, ""), ""))));
    kit_asks_none(k);
    kit_link(k, LINK_STATE_up);
    kit_asks_none(k);
    kit_frame(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true));
    kit_frame(k, kit_book(COND_A, NO_A, START_MS, "", "", true));
    kit_forget(k);
}

#endif /* TESTS_UNIT_FEED_KIT_H */
