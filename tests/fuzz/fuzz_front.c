/* fuzz_front - anything a client with a key may say; links: simex common proto
 *
 * The first byte chooses method and path, or the user channel; what follows
 * is a query, a line feed and the body.  The request is sealed properly, so
 * that what is behind the seal is reached.  Whatever was said, money agrees
 * and the answer is one of those a venue gives. */
#include "tests/simex/hub.h"
#include "tests/simex/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define START INT64_C(1795000000000)

static struct simex *x;
static struct face *face;
static struct desk *desk;
static struct hub *hub;
static struct api_key *key;
static uint32_t conn;
static char *room;
static int64_t now = START;

static const struct { const char *method, *path; } asks[] = {
    { "POST", "/order" },           { "POST", "/orders" },
    { "DELETE", "/order" },         { "DELETE", "/orders" },
    { "DELETE", "/cancel-all" },    { "DELETE", "/cancel-market-orders" },
    { "GET", "/data/orders" },      { "GET", "/data/trades" },
    { "GET", "/data/order/0x00" },  { "GET", "/balance-allowance" },
    { "POST", "/v1/heartbeats" },   { "POST", "/heartbeats" },
    { "GET", "/auth/api-keys" },    { "GET", "/order-scoring" },
    { "POST", "/simex/mischief" },  { "POST", "/auth/api-key" },
    { "POST", "/chain/1" },
};
#define ASKS (sizeof asks / sizeof asks[0])

static void
take_frame(void *arg, uint32_t who, const char *s, size_t size, int64_t due)
{
    (void)arg;
    (void)who;
    (void)due;
    if (size == 0 || s[size - 1] == '\0')
        abort();
}

static void
take_drop(void *arg, uint32_t who)
{
    (void)arg;
    hub_close(hub, who);
    conn = hub_open_user(hub);
}

static void
take_line(void *arg, const char *line, size_t size)
{
    (void)arg;
    (void)line;
    (void)size;
}

static void
set_up(void)
{
    struct simex_terms terms = { .seed = 1, .events = 10, .rate = 50,
                                 .start_ms = START };
    struct desk_terms rules = { .chain = 137, .welcome = 1000000000,
                                .window_ms = 60000, .mined_ms = 10,
                                .confirmed_ms = 10, .beat_ms = 15000,
                                .early_ms = 60000, .cancels_burst = 1,
                                .orders_burst = 1 };
    struct hub_out out = { NULL, take_frame, take_drop, take_line,
                           take_line };
    struct chain_terms blocks = { .id = 137, .block_ms = 100 };
    struct address me = { { 1 } };
    x = simex_new(&terms);
    face = face_new(x, false);
    desk = desk_new(x, &rules);
    hub = hub_new(x, face, NULL, &out);
    hub_add_desk(hub, desk);
    hub_add_chain(hub, chain_new(desk, &blocks));
    key = &desk->keys[desk_make_key(desk, desk_person(desk, &me), 0)];
    conn = hub_open_user(hub);
    room = malloc(FACE_ROOM);
    if (!room || conn == HUB_NONE)
        abort();
}

static void
request(size_t which, const char *text, size_t size)
{
    static char all[70000], query[4096];
    char time[24], address[43], seal[48];
    uint8_t secret[64], sum[32];
    const char *body = memchr(text, '\n', size);
    size_t query_size = body ? (size_t)(body - text) : 0;
    if (!body || query_size >= sizeof query || size > 65536)
        return;
    memcpy(query, text, query_size);
    query[query_size] = '\0';
    size -= query_size + 1;
    body++;
    snprintf(time, sizeof time, "%" PRId64, now / 1000);
    int n = snprintf(all, sizeof all, "%s%s%s", time, asks[which].method,
                     asks[which].path);
    memcpy(all + n, body, size);
    int key_size = seal_decode(key->secret, secret, sizeof secret);
    seal_hmac(secret, (size_t)key_size, all, (size_t)n + size, sum);
    struct front_request r = {
        .rest = { .post = asks[which].method[0] == 'P',
                  .path = asks[which].path, .query = query, .body = body,
                  .body_size = size },
        .del = asks[which].method[0] == 'D',
        .headers = { address_text(&desk->people[0].address, address),
                     seal_encode(sum, 32, seal), time, query, key->id,
                     key->passphrase },
    };
    struct front_answer a;
    struct quill q;
    quill_start(&q, room, FACE_ROOM);
    hub_ask(hub, &r, 20, &q, &a);
    if (a.status < 200 || a.status > 503 || (q.size == 0 && !a.cut))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!x)
        set_up();
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    now += 10;
    hub_tick(hub, now);
    if (data[0] % (ASKS + 1) == ASKS)
        hub_hear(hub, conn, text, size - 1);
    else
        request(data[0] % (ASKS + 1), text, size - 1);
    if (!accounts_agree(x->accounts, NULL))
        abort();
    return 0;
}
