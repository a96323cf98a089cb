/* fuzz_image - a damaged image of riskd's state; max_len: 512
 * links: riskd common proto
 *
 * A good image, of an engine with a grant, an entry, an event and an alert;
 * each five bytes lay a run of zeros or ones over it (no other byte, so that a
 * flag stays a flag), the first two cut it or make it longer.  Whatever that
 * gives is refused, or is a state that can be told, written down and loaded
 * again, the same.
 */
#include <stdlib.h>
#include <string.h>

#include "common/conf.h"
#include "common/daemon.h"
#include "riskd/riskd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OP_SIZE = 5, LONGER_MOST = 64 };

static struct riskd_conf own;
static struct common_conf common;
static struct capital_conf capital;
static struct strategy_conf strategy;
static uint8_t *good, *bytes, *again;
static size_t good_size;

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static struct riskd *
engine(void)
{
    return riskd_new(&own, &common, &capital, &strategy);
}

static void
configure(void)
{
    static const struct conf_section *const sections[] = {
        &common_section, &capital_section, &strategy_section, &riskd_section,
    };
    static const char *const overrides[] = { "common.mode=paper" };
    static struct complaints bad;
    struct conf *conf = conf_read(NULL, overrides, 1, sections, 4, &bad);

    insist(conf != NULL);
    conf_fill(conf, &common_section, &common);
    conf_fill(conf, &capital_section, &capital);
    conf_fill(conf, &strategy_section, &strategy);
    conf_fill(conf, &riskd_section, &own);
    conf_destroy(&conf);
    own.grants_kept = own.lots_cap = own.events_cap = 64;
    own.refs_cap = 1024;
    own.markets_cap = 16;
}

/* What an engine knows that has given a grant, booked and alerted. */
static void
live(struct riskd *x)
{
    struct input in = { .mono = { 1000 }, .wall = { 1000 } };
    struct grant g = { .auth = { { 1 } }, .group = { { 2 } },
                       .mode = MODE_paper, .legs = { .count = 2 } };
    struct ledger_entry e = { .ref = { { 3 } }, .mode = MODE_paper,
                              .amount = { 1000000 } };
    struct risk_event r = { .severity = SEVERITY_high };
    struct alert a = { .n = 1 };

    insist(text_set(&g.event, "rain") && text_set(&e.event, "rain"));
    insist(text_set(&r.scope, "global") && text_set(&a.key, "a key"));
    riskd_recall_grant(x, &g, &in);
    riskd_recall_ledger_entry(x, &e, &in);
    riskd_recall_risk_event(x, &r, &in);
    riskd_recall_alert(x, &a, &in);
}

static void
begin(void)
{
    configure();
    struct riskd *x = engine();
    live(x);
    good_size = riskd_save(x, NULL, 0);
    good = malloc(good_size);
    bytes = malloc(good_size + LONGER_MOST);
    again = malloc(good_size + LONGER_MOST);
    insist(good && bytes && again);
    insist(riskd_save(x, good, good_size) == good_size);
    riskd_destroy(&x);
}

static void
damage(const uint8_t *op)
{
    size_t at = ((size_t)op[0] << 16 | (size_t)op[1] << 8 | op[2]) % good_size;
    size_t count = (size_t)(op[3] & 0x7f) + 1;

    if (op[3] & 0x80) /* From the end. */
        at = good_size - 1 - at;
    if (count > good_size - at)
        count = good_size - at;
    memset(bytes + at, op[4] & 1, count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!good)
        begin();
    if (size < 2)
        return 0;
    memcpy(bytes, good, good_size);
    memset(bytes + good_size, data[1] & 1, LONGER_MOST);
    for (size_t at = 2; at + OP_SIZE <= size; at += OP_SIZE)
        damage(data + at);
    size_t given = good_size;
    if (data[0] < LONGER_MOST)
        given += data[0];
    else if (data[0] < 2 * LONGER_MOST)
        given = good_size * data[1] / 256;

    struct riskd *x = engine();
    if (riskd_load(x, bytes, given)) {
        insist(given == good_size);
        struct hash was = riskd_digest(x);
        insist(riskd_save(x, again, good_size) == good_size);
        struct riskd *y = engine();
        insist(riskd_load(y, again, good_size));
        struct hash is = riskd_digest(y);
        insist(memcmp(was.b, is.b, sizeof was.b) == 0);
        riskd_destroy(&y);
    } else {
        insist(given != good_size || size >= 2 + OP_SIZE);
    }
    riskd_destroy(&x);
    return 0;
}
