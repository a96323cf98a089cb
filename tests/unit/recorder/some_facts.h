/* some_facts - what each owner's journal might hold, packed; for the tests
 *
 * Included by database.h, which brings what it needs. */
#ifndef TESTS_UNIT_RECORDER_SOME_FACTS_H
#define TESTS_UNIT_RECORDER_SOME_FACTS_H

#include "common/digest.h"
#include "recorder/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Facts of one owner, packed as its journal would hold them. */
enum { FACTS_CAP = 64 };
static struct kept kept[FACTS_CAP];
static uint8_t bytes[FACTS_CAP * 8192];
static uint32_t facts, used;

static inline void
fact(const struct schema *sc, const void *msg)
{
    size_t size = schema_pack(sc, msg, bytes + used, sizeof bytes - used);
    if (size == 0 || facts == FACTS_CAP)
        abort();
    kept[facts] = (struct kept){
        .n = facts + 1, .type = sc->type,
        .wall = { 1700000000000000000 + (int64_t)facts * 1000000 },
        .crc = crc32c(0, bytes + used, size), .offset = used,
        .size = (uint32_t)size,
    };
    facts++;
    used += (uint32_t)size;
}

static inline struct batch
cut(unsigned owner, uint32_t from, uint32_t count)
{
    return (struct batch){ owner, from + 1, from + count, count, kept + from,
                           bytes };
}

static inline struct uuid
id(uint8_t last)
{
    struct uuid u = { { 1 } };
    u.b[15] = last;
    return u;
}

/* What an executor writes of two groups: one filled, one denied. */
static inline void
executor_facts(void)
{
    facts = used = 0;
    struct intent in = { .group = id(1), .auth = id(9), .attempt = 1,
                         .mode = MODE_paper, .price = { 480000 },
                         .qty = { 50000000 } };
    struct order o = { .group = id(1), .state = ORDER_STATE_sent,
                       .sent = { 1700000000000000000 } };
    struct fill f = { .group = id(1), .mode = MODE_paper,
                      .price = { 480000 }, .qty = { 50000000 },
                      .fee = { 12340 }, .state = FILL_STATE_matched };
    struct execution e = { .exec_id = id(1), .scan_id = id(2),
                           .strategy = STRATEGY_A, .mode = MODE_paper,
                           .target = { 50000000 },
                           .started = { 1700000000000000000 },
                           .ended = { 1700000001000000000 } };
    text_set(&e.event, "31\t\\ 'x'\n\"q\"");
    for (uint8_t leg = 0; leg < 3; leg++) {
        in.leg = o.leg = f.leg = leg;
        in.order.b[31] = o.order.b[31] = f.order.b[31] = (uint8_t)(leg + 1);
        in.token.b[31] = f.token.b[31] = (uint8_t)(leg + 1);
        char fill_id[16];
        snprintf(fill_id, sizeof fill_id, "t-%d", leg);
        text_set(&f.fill_id, fill_id);
        fact(&intent_schema, &in);
        o.state = ORDER_STATE_sent;
        fact(&order_schema, &o);
        f.state = FILL_STATE_matched;
        fact(&fill_schema, &f);
        f.state = FILL_STATE_confirmed;
        fact(&fill_schema, &f);
        o.state = ORDER_STATE_filled;
        o.filled = in.qty;
        fact(&order_schema, &o);
        o.filled.micros = 0;
    }
    e.status = EXEC_STATUS_PARTIAL_HOLD;
    fact(&execution_schema, &e);
    e.status = EXEC_STATUS_FILLED;
    e.filled = e.target;
    e.cost.micros = 72000000;
    fact(&execution_schema, &e);
    e.exec_id = id(3);
    e.status = EXEC_STATUS_DENIED;
    e.reason = REASON_CAPITAL;
    fact(&execution_schema, &e);
}

static inline void
scanner_facts(void)
{
    facts = used = 0;
    static struct opportunity o;
    memset(&o, 0, sizeof o);
    o.scan_id = id(2);
    o.rev = 1;
    o.strategy = STRATEGY_A;
    o.sets.micros = 50000000;
    o.cost.micros = 47500000;
    o.gross.ppm = 50000;
    o.net.ppm = 12345;
    o.opened.ns = 1700000000000000000;
    o.legs.count = 2;
    memset(o.legs.at[0].token.b, 0xff, sizeof o.legs.at[0].token.b);
    o.legs.at[1].token.b[31] = 7;
    o.legs.at[1].side = SIDE_sell;
    o.used.count = 1;
    o.used.at[0] = (struct used_level){ 1, { 510000 }, { 1000000 } };
    fact(&opportunity_schema, &o);
    o.rev = 2;
    o.state = OPP_STATE_updated;
    o.locked.ms = INT64_C(73) * 86400000;
    o.left_out = 3;
    o.used.count = 4;
    o.used.at[0] = (struct used_level){ 0, { 400000 }, { 30500000 } };
    o.used.at[1] = (struct used_level){ 0, { 430000 }, { 40000000 } };
    o.used.at[2] = (struct used_level){ 1, { 520000 }, { 70000000 } };
    /* Of a leg that is not there. */
    o.used.at[3] = (struct used_level){ UINT64_MAX, { 1 }, { 1 } };
    o.peak.micros = 900000;
    fact(&opportunity_schema, &o);
    o.rev = 3;
    o.state = OPP_STATE_closed;
    o.closed.ns = 1700000003500000000;
    fact(&opportunity_schema, &o);
}

/* More than one array of rows can hold. */
static inline void
large_facts(void)
{
    facts = used = 0;
    static struct opportunity o;
    memset(&o, 0, sizeof o);
    o.rev = 1;
    o.strategy = STRATEGY_A;
    o.opened.ns = 1700000000000000000;
    o.legs.count = legs_cap;
    for (int i = 0; i < legs_cap; i++)
        memset(o.legs.at[i].token.b, 0xff, sizeof o.legs.at[i].token.b);
    for (uint8_t i = 0; i < FACTS_CAP; i++) {
        o.scan_id = id(i);
        fact(&opportunity_schema, &o);
    }
}

static inline void
riskd_facts(void)
{
    facts = used = 0;
    static struct grant g;
    static struct denial d;
    struct ledger_entry l = { .mode = MODE_paper, .account = ACCOUNT_cash,
                              .amount = { 5000000000 }, .ref = id(1) };
    struct risk_event v = { .severity = SEVERITY_high };
    struct risk_state s = { .mode = MODE_paper, .realised = { 1500000 } };
    struct command c = { .verb = VERB_kill };
    g.auth = id(9);
    g.group = id(1);
    d.group = id(3);
    d.reasons.count = 1;
    d.reasons.at[0].code = REASON_CAPITAL;
    fact(&grant_schema, &g);
    fact(&denial_schema, &d);
    fact(&ledger_entry_schema, &l);
    l.account = ACCOUNT_capital;
    l.amount.micros = -l.amount.micros;
    fact(&ledger_entry_schema, &l);
    l.account = ACCOUNT_shares;
    l.amount.micros = 50000000;
    for (uint8_t token = 1; token <= 3; token++) {
        l.token.b[31] = token;
        fact(&ledger_entry_schema, &l);
    }
    fact(&risk_event_schema, &v);
    fact(&risk_state_schema, &s);
    fact(&command_schema, &c);
}

/* What riskd writes down beside its books. */
static inline void
riskd_words(void)
{
    struct mark m = { .mode = MODE_paper, .day = 20000,
                      .equity = { 4999500000 }, .missing = 1 };
    struct audit a = { .n = 1, .verb = VERB_ack, .role = ROLE_operator,
                       .accepted = true, .nonce = UINT64_MAX };
    struct alert l = { .n = 3, .step = ALERT_STEP_raised,
                       .level = ALERT_LEVEL_yellow, .times = 1,
                       .at = { 1000000000 } };
    facts = used = 0;
    a.chain.b[0] = 0xab;
    (void)text_set(&l.key, "failures paper");
    fact(&mark_schema, &m);
    fact(&alert_schema, &l);
    fact(&audit_schema, &a);
    l.step = ALERT_STEP_acked;
    l.acked = true;
    l.at.ns++;
    (void)text_set(&l.actor, "ann");
    fact(&alert_schema, &l);
}

#endif /* TESTS_UNIT_RECORDER_SOME_FACTS_H */
