/* result - what came of one replay, or of what was recorded: the numbers */

/* Money is what riskd's ledger says: equity against what it began with, with
 * what is held at its cost (booked) or at what it would bring (marked), and
 * the worst fall of the first from its best. */

#include "deploy/arb/replay/result.h"

#include "common/digest.h"
#include "common/journal.h"
#include "common/must.h"
#include "deploy/arb/dollars.h"
#include "deploy/arb/replay/core.h"
#include "proto/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
result_begin(struct result *r, struct money capital)
{
    memset(r, 0, sizeof *r);
    r->began = r->equity = r->marked = r->peak = capital;
}

static void
add_opportunity(struct result *r, const struct opportunity *m,
                const uint8_t *packed, size_t size)
{
    uint8_t both[64];

    if (m->state == OPP_STATE_opened && (unsigned)m->strategy < strategy_end_)
        r->opened[m->strategy]++;
    memcpy(both, r->found, 32);
    sha256(packed, size, both + 32);
    sha256(both, sizeof both, r->found);
}

/* A group that is held says so and ends later: both are told. */
static void
add_execution(struct result *r, const struct execution *m)
{
    if ((unsigned)m->status >= exec_status_end_)
        return;
    r->executions[m->status]++;
    if (m->status == EXEC_STATUS_PARTIAL_HOLD)
        return;
    if (m->status == EXEC_STATUS_FILLED || m->filled.micros > 0) {
        must(qty_add(r->filled, m->filled, &r->filled));
        must(qty_add(r->target, m->target, &r->target));
    } else if (m->status != EXEC_STATUS_DENIED
               && m->status != EXEC_STATUS_STALE
               && m->status != EXEC_STATUS_SKIP_CAPITAL
               && m->status != EXEC_STATUS_SHADOWED) {
        must(qty_add(r->target, m->target, &r->target));
    }
}

static void
add_state(struct result *r, const struct risk_state *m)
{
    struct money fall;

    if (m->high_water.micros == 0)
        return; /* The ledger is not opened yet. */
    r->equity = m->equity;
    r->marked = m->marked;
    if (m->equity.micros > r->peak.micros)
        r->peak = m->equity;
    if (money_sub(r->peak, m->equity, &fall)
        && fall.micros > r->drawdown.micros)
        r->drawdown = fall;
}

void
result_add(struct result *r, const struct schema *sc, const void *msg,
           const uint8_t *packed, size_t size)
{
    if (sc == &opportunity_schema)
        add_opportunity(r, msg, packed, size);
    else if (sc == &execution_schema)
        add_execution(r, msg);
    else if (sc == &risk_state_schema)
        add_state(r, msg);
}

static bool
add_facts(struct result *r, const char *var, enum source src, void *msg,
          struct why *why)
{
    char dir[600];
    struct record rec;
    int got = 0;

    core_journal(var, src, "facts", dir, sizeof dir);
    if (access(dir, F_OK) != 0)
        return true; /* It did not run. */
    struct journal_reader *reader = journal_read(dir, 0, why);
    while (reader && (got = journal_next(reader, &rec, why)) > 0) {
        const struct schema *sc = schema_find(rec.type);
        if ((sc == &opportunity_schema || sc == &execution_schema
             || sc == &risk_state_schema)
            && schema_unpack_kept(sc, msg, rec.body, rec.body_size, NULL))
            result_add(r, sc, msg, rec.body, rec.body_size);
    }
    bool ok = reader != NULL && got == 0;
    journal_reader_close(&reader);
    return ok;
}

bool
result_recorded(struct result *r, const char *var, struct money capital,
                struct why *why)
{
    void *msg = malloc(sizeof(struct opportunity) + sizeof(struct execution)
                       + sizeof(struct risk_state));
    bool ok = true;

    must(msg);
    result_begin(r, capital);
    for (int i = 0; ok && i < CORES; i++)
        ok = add_facts(r, var, core_sources[i], msg, why);
    free(msg);
    return ok;
}

static uint64_t
others(const struct result *r)
{
    uint64_t sum = 0;

    for (int i = 0; i < exec_status_end_; i++)
        if (i != EXEC_STATUS_FILLED && i != EXEC_STATUS_PATCHED
            && i != EXEC_STATUS_UNWOUND && i != EXEC_STATUS_DENIED
            && i != EXEC_STATUS_PARTIAL_HOLD)
            sum += r->executions[i];
    return sum;
}

static uint64_t
opened(const struct result *r)
{
    uint64_t sum = 0;

    for (int i = 0; i < strategy_end_; i++)
        sum += r->opened[i];
    return sum;
}

/* In hundredths of a percent; nothing meant is nothing missed. */
static int64_t
fill_ratio(const struct result *r)
{
    int64_t ratio = 10000;

    if (r->target.micros > 0
        && !muldiv_down(r->filled.micros, 10000, r->target.micros, &ratio))
        ratio = 0;
    return ratio;
}

static struct money
net(const struct result *r, struct money now)
{
    struct money m;

    must(money_sub(now, r->began, &m));
    return m;
}

void
result_head(void)
{
    printf("%13s %6s %7s %7s %6s %6s %7s %11s %11s %9s  %s\n",
           "opportunities", "FILLED", "PATCHED", "UNWOUND", "DENIED", "other",
           "filled", "booked", "marked", "drawdown", "settings");
}

void
result_print(const struct result *r, const char *name, bool same)
{
    const uint64_t *e = r->executions;
    char pnl[MICROS_TEXT_CAP], mark[MICROS_TEXT_CAP], fall[MICROS_TEXT_CAP];
    int64_t ratio = fill_ratio(r);

    printf("%12" PRIu64 "%c %6" PRIu64 " %7" PRIu64 " %7" PRIu64 " %6" PRIu64
           " %6" PRIu64 " %4" PRId64 ".%01" PRId64 "%% %11s %11s %9s  %s\n",
           opened(r), same ? '=' : ' ', e[EXEC_STATUS_FILLED],
           e[EXEC_STATUS_PATCHED], e[EXEC_STATUS_UNWOUND],
           e[EXEC_STATUS_DENIED], others(r), ratio / 100, ratio / 10 % 10,
           dollars(net(r, r->equity), pnl), dollars(net(r, r->marked), mark),
           dollars(r->drawdown, fall), name);
}

void
result_json(const struct result *r, const char *name, bool same)
{
    char quoted[4096], text[MICROS_TEXT_CAP], more[MICROS_TEXT_CAP];
    char mark[MICROS_TEXT_CAP], hash[HASH_TEXT_CAP];
    struct hash found;

    memcpy(found.b, r->found, sizeof found.b);
    if (json_quote(name, strlen(name), quoted, sizeof quoted) == 0)
        snprintf(quoted, sizeof quoted, "null");
    printf("{\"settings\":%s,\"inputs\":%" PRIu64 ",\"opportunities\":{",
           quoted, r->inputs);
    for (uint32_t i = 0, n = 0; i < strategy_end_; i++)
        if (r->opened[i] > 0)
            printf("%s\"%s\":%" PRIu64, n++ > 0 ? "," : "",
                   enum_word(&strategy_words, i), r->opened[i]);
    printf("},\"executions\":{");
    for (uint32_t i = 0, n = 0; i < exec_status_end_; i++)
        if (r->executions[i] > 0)
            printf("%s\"%s\":%" PRIu64, n++ > 0 ? "," : "",
                   enum_word(&exec_status_words, i), r->executions[i]);
    printf("},\"fill_bps\":%" PRId64 ",\"net_pnl\":\"%s\",\"marked\":\"%s\""
           ",\"drawdown\":\"%s\",\"found\":\"%s\",\"found_as_recorded\":%s}\n",
           fill_ratio(r), micros_format(net(r, r->equity).micros, text),
           micros_format(net(r, r->marked).micros, mark),
           micros_format(r->drawdown.micros, more), hash_format(&found, hash),
           same ? "true" : "false");
}
