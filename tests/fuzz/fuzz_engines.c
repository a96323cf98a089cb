/* fuzz_engines - what peers may say; max_len: 8192
 * links: scanner executor riskd recorder common proto
 *
 * The first byte chooses the engine.  The others become messages that the
 * codec would let through, of few tokens, ids and events, with values at
 * every edge.  First it gets facts of its own back, as at a start, then it
 * hears peers.  Whatever that was, an engine goes on, and says only what can
 * be packed and fits its outbox.
 */
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/daemon.h"
#include "executor/executor.h"
#include "executor/identity.h"
#include "recorder/recorder.h"
#include "riskd/riskd.h"
#include "scanner/scanner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OUT_BYTES = 64 << 20,
    OUT_COUNT = 65536,
    MESSAGES_MAX = 300,
    RECALLS_MAX = 64
};

/* The bytes that are left; 0 behind the last. */
struct bytes_in { const uint8_t *at, *end; };

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static uint8_t
take(struct bytes_in *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

static int64_t
take_int(struct bytes_in *in)
{
    static const int64_t values[] = {
        0, 1, -1, 100, 10000, 480000, 500000, 520000, 1000000, 50000000,
        120000000, 5000000000, INT64_MAX, INT64_MIN, INT64_MAX / 2,
        1000000000000000000
    };
    uint8_t b = take(in);

    return b < 240 ? values[b % 16] : (int64_t)take(in) * 10000;
}

static uint64_t
take_count(struct bytes_in *in)
{
    static const uint64_t values[] = {
        0, 1, 2, 3, 4, 8, 31, 32, 33, 512, 1u << 24, UINT64_MAX,
        UINT64_MAX / 2, 10000, 1000000, UINT32_MAX
    };

    return values[take(in) % 16];
}

static void
take_text(struct bytes_in *in, char *to, size_t cap)
{
    static const char *const words[] = { "", "e1", "e2", "0xm1", "0xm2",
                                         "paper", "\xc3\xa9\n", "kill" };
    uint8_t b = take(in);

    memset(to, 0, cap);
    if (b < 0xf0)
        memcpy(to, words[b % 8], strlen(words[b % 8]));
    else
        memset(to, 'x', cap - 1);
}

/* One of a few, so that messages meet; now and then one of nobody. */
static void
take_name(struct bytes_in *in, uint8_t *to, size_t size)
{
    memset(to, 0, size);
    to[size - 1] = take(in) % 7;
}

static void fill_in(struct bytes_in *in, const struct schema *sc, void *msg);

static void
fill_list(struct bytes_in *in, const struct field *f, char *list)
{
    uint32_t count = take(in), most = 5;

    if (count == 255) /* As many as there can be. */
        most = count = f->cap;
    count = f->cap < most ? count % (f->cap + 1) : count % (most + 1);
    memcpy(list, &count, sizeof count);
    for (uint32_t i = 0; i < count; i++)
        fill_in(in, f->record, list + f->at + i * f->record->size);
}

static void
fill_field(struct bytes_in *in, const struct field *f, char *p)
{
    struct bytes *b = (void *)p;

    switch (f->form) {
    case FORM_INT: *(int64_t *)(void *)p = take_int(in); return;
    case FORM_COUNT: *(uint64_t *)(void *)p = take_count(in); return;
    case FORM_FLAG: *(bool *)p = take(in) % 2 == 0; return;
    case FORM_ENUM:
        *(uint32_t *)(void *)p = take(in) % f->words->count;
        return;
    case FORM_TOKEN:
    case FORM_HASH: take_name(in, (uint8_t *)p, 32); return;
    case FORM_UUID: take_name(in, (uint8_t *)p, 16); return;
    case FORM_TEXT: take_text(in, p, sizeof(struct text)); return;
    case FORM_TITLE: take_text(in, p, sizeof(struct title)); return;
    case FORM_BYTES:
        b->size = take(in) % 64;
        memset(b->b, take(in), b->size);
        return;
    case FORM_LIST: fill_list(in, f, p); return;
    }
}

static void
fill_in(struct bytes_in *in, const struct schema *sc, void *msg)
{
    for (uint32_t i = 0; i < sc->fields_count; i++)
        fill_field(in, &sc->fields[i], (char *)msg + sc->fields[i].offset);
}

/* What a process would send: each has to be packed, or it would stop. */
static void
expect_packable(struct outbox *out)
{
    static uint8_t packed[PACKED_CAP];

    for (size_t i = 0; i < outbox_count(out); i++) {
        const struct said *said = outbox_at(out, i);
        size_t size = schema_pack(said->schema, said->msg, packed,
                                  sizeof packed);
        insist(size > 0);
        insist(!(said->routes & ROUTE_FACTS) || size <= BYTES_CAP);
    }
    outbox_clear(out);
}

/* NULL when there is none of that sort. */
static const struct hear *
choose(const struct program *p, bool recall, uint8_t b)
{
    const struct hear *rows[32];
    unsigned count = 0;

    for (const struct hear *h = p->hears; h->schema; h++)
        if (h->recall == recall)
            rows[count++] = h;
    return count == 0 ? NULL : rows[b % count];
}

/* A message of h's kind, as the next bytes have it. */
static void *
make(const struct hear *h, struct bytes_in *in)
{
    static uint64_t msg[1 << 17];

    insist(h->schema->size <= sizeof msg);
    memset(msg, 0, h->schema->size);
    fill_in(in, h->schema, msg);
    return msg;
}

static void
play(const struct program *p, void *engine, struct bytes_in *in)
{
    static struct outbox *outs[source_end_];
    struct input now = { .mono = { 1000000000 },
                         .wall = { 1700000000000000000 }, .own_run = 3 };

    if (!outs[p->src])
        outs[p->src] = outbox_new(p->src, OUT_BYTES, OUT_COUNT);
    for (unsigned n = take(in) % RECALLS_MAX; n > 0; n--) {
        const struct hear *h = choose(p, true, take(in));
        if (!h)
            break;
        now.src = p->src;
        now.run = 1 + take(in) % 2;
        now.seq++;
        h->call(engine, make(h, in), &now, outs[p->src]);
        insist(outbox_count(outs[p->src]) == 0);
    }
    for (unsigned n = 0; n < MESSAGES_MAX && in->at < in->end; n++) {
        const struct hear *h = choose(p, false, take(in));
        insist(h != NULL);
        void *msg = make(h, in);
        int64_t step = (int64_t)take(in) * take(in) * 100000;
        now.mono.ns += step;
        now.wall.ns += step;
        now.said = now.mono;
        now.seq++;
        now.req = take(in) % 16;
        now.peer = take(in) % 3;
        now.run = take(in) % 3;
        now.src = h->speaker < (int)source_end_ ? (enum source)h->speaker
                  : h->speaker == SOURCE_self   ? p->src
                                                : take(in) % source_end_;
        h->call(engine, msg, &now, outs[p->src]);
        expect_packable(outs[p->src]);
    }
}

static struct conf *
defaults(void)
{
    static const struct conf_section *const sections[] = {
        &common_section,  &capital_section,  &strategy_section,
        &scanner_section, &executor_section, &riskd_section,
        &recorder_section,
    };
    static struct complaints bad;
    static const char *const overrides[] = { "common.mode=paper" };
    struct conf *conf = conf_read(NULL, overrides, 1, sections, 7, &bad);

    insist(conf != NULL);
    return conf;
}

static struct common_conf common;
static struct capital_conf capital;
static struct strategy_conf strategy;

static void
play_scanner(const struct conf *conf, struct bytes_in *in)
{
    struct scanner_conf own;

    conf_fill(conf, &scanner_section, &own);
    own.markets_max = 10;
    struct scanner *x = scanner_new(&(struct scanner_options){
        .own = &own, .strategy = &strategy,
        .cash_rate = capital.cash_rate_year,
        .heartbeat_miss = common.heartbeat_miss });
    play(&scanner_program, x, in);
    scanner_destroy(&x);
}

/* On paper, or live on the account of a key nobody has. */
static void
play_executor(const struct conf *conf, struct bytes_in *in)
{
    struct order_identity identity = { .chain = CHAIN_POLYGON };
    const struct address owner = { { 1 } };
    struct executor_conf own;
    struct why why;
    bool live = take(in) % 2 == 1;

    insist(wallet_make(WALLET_EOA, &owner, NULL, &identity.wallet, &why));
    conf_fill(conf, &executor_section, &own);
    own.markets_max = 16;
    own.positions_max = 64;
    struct executor *x = executor_new(&(struct executor_options){
        .own = &own, .strategy = &strategy, .capital = &capital,
        .mode = live ? MODE_live : common.mode,
        .identity = live ? &identity : NULL });
    play(&executor_program, x, in);
    executor_destroy(&x);
}

static void
play_riskd(const struct conf *conf, struct bytes_in *in)
{
    struct riskd_conf own;

    conf_fill(conf, &riskd_section, &own);
    /* Small, so that tables are soon full, and made in no time. */
    own.grants_kept = 256;
    own.lots_cap = own.events_cap = 64;
    own.refs_cap = 1024;
    struct riskd *x = riskd_new(&own, &common, &capital, &strategy);
    play(&riskd_program, x, in);
    riskd_destroy(&x);
}

static void
play_recorder(const struct conf *conf, struct bytes_in *in)
{
    struct recorder_conf own;
    static const uint64_t committed[OWNERS] = { 0 };

    conf_fill(conf, &recorder_section, &own);
    own.batch_rows = 16;
    struct recorder *x = recorder_new(&own);
    recorder_resume(x, committed);
    play(&recorder_program, x, in);
    recorder_destroy(&x);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct conf *conf;
    struct bytes_in in = { data, data + size };

    if (!conf) {
        conf = defaults();
        conf_fill(conf, &common_section, &common);
        conf_fill(conf, &capital_section, &capital);
        conf_fill(conf, &strategy_section, &strategy);
    }
    switch (take(&in) % 4) {
    case 0: play_scanner(conf, &in); break;
    case 1: play_executor(conf, &in); break;
    case 2: play_riskd(conf, &in); break;
    case 3: play_recorder(conf, &in); break;
    }
    return 0;
}
