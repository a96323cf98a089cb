/* account_chain - splits, merges and redeems: what our facts say was done, what
 * the ledger booked, and what a node of the chain knows of it */
#include "deploy/arb/account.h"
#include "deploy/arb/doctor.h"

#include "common/journal.h"
#include "executor/encode/calls.h"
#include "executor/rpc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TXS_CAP = 8192, TOKENS_MOST = 1000 };

/* --- our facts ------------------------------------------------------------ */
struct tx_fact {
    struct hash tx;
    enum chain_purpose purpose;
    enum chain_state state;
    uint64_t nonce, paid;
};
struct txs { struct tx_fact *at; uint32_t count; };

/* The last word about each. */
static bool
take(struct txs *t, const struct record *rec, struct chain_tx *m,
     struct why *why)
{
    uint32_t i = 0;

    if (rec->type != TYPE_chain_tx)
        return true;
    if (!schema_unpack_kept(&chain_tx_schema, m, rec->body, rec->body_size,
                            NULL) ||
        m->purpose >= chain_purpose_end_)
        return why_set(why, "a transaction that does not unpack");
    while (i < t->count && !hash_equal(&t->at[i].tx, &m->tx))
        i++;
    if (i == TXS_CAP)
        return why_set(why, "more than %d transactions", TXS_CAP);
    t->count += i == t->count;
    t->at[i] = (struct tx_fact){ m->tx, m->purpose, m->state, m->nonce,
                                 m->paid };
    return true;
}

static bool
read_facts(struct txs *t, const char *var, struct why *why)
{
    struct chain_tx *m = calloc(1, sizeof *m);
    char dir[512];
    struct record rec;
    int got = 0;
    bool ok;

    snprintf(dir, sizeof dir, "%s/journal/executor/facts", var);
    struct journal_reader *reader = journal_read(dir, 0, why);
    ok = reader != NULL && m != NULL;
    while (ok && (got = journal_next(reader, &rec, why)) == 1)
        ok = take(t, &rec, m, why);
    if (reader != NULL)
        journal_reader_close(&reader);
    free(m);
    return ok && got == 0;
}

/* Of those under one nonce only one is taken in; the others end with it.  What
 * was given up before this one left it its nonce. */
static bool
has_ended(const struct txs *t, const struct tx_fact *r)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->at[i].nonce == r->nonce &&
            t->at[i].state != CHAIN_STATE_signed &&
            (t->at[i].state != CHAIN_STATE_gone || &t->at[i] > r))
            return true;
    return false;
}

static void
count_facts(struct account_chain *c, const struct txs *t, bool priced)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const struct tx_fact *r = &t->at[i];

        c->done[r->purpose] += r->state == CHAIN_STATE_confirmed;
        c->failed += r->state == CHAIN_STATE_reverted ||
                     r->state == CHAIN_STATE_gone;
        c->open += r->state == CHAIN_STATE_signed && !has_ended(t, r);
        c->paid += priced && r->paid > 0 &&
                   (r->state == CHAIN_STATE_confirmed ||
                    r->state == CHAIN_STATE_reverted);
    }
}

/* --- the database --------------------------------------------------------- */
static bool
read_rows(struct account_chain *c, struct pg *pg, struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT kind, count(*), coalesce(-sum(cash_usd), 0) FROM "
            "fact_arb_settlement WHERE mode = 'live' GROUP BY kind",
        NULL, 0, why);
    uint32_t kind;
    bool ok = rows != NULL;

    for (int r = 0; ok && r < pg_count(rows); r++) {
        const char *cash = pg_cell(rows, r, 2);
        if (!enum_parse(&settle_kind_words, pg_cell(rows, r, 0), &kind))
            continue;
        c->settled[kind] = strtoll(pg_cell(rows, r, 1), NULL, 10);
        if (kind == SETTLE_KIND_gas)
            ok = micros_parse(cash, strlen(cash), &c->gas.micros);
    }
    if (rows != NULL)
        pg_free(&rows);
    rows = !ok ? NULL : pg_query(
        pg, "SELECT count(*) FROM dim_market JOIN fact_arb_position y ON "
            "y.token_id = yes_token JOIN fact_arb_position n ON n.token_id "
            "= no_token AND n.mode = y.mode AND n.strategy = y.strategy "
            "WHERE y.mode = 'live' AND y.strategy = 'B'", NULL, 0, why);
    if (rows == NULL)
        return false;
    c->pairs = strtoll(pg_cell(rows, 0, 0), NULL, 10);
    pg_free(&rows);
    return true;
}

/* --- the node ------------------------------------------------------------- */
static bool
view(struct doctor *d, const char *to, const struct call *call, int64_t *n,
     struct why *why)
{
    struct rpc_question q = { .method = RPC_call, .from = d->wallet.owner,
                              .data = call->b, .size = call->size };
    struct rpc_answer a;
    uint64_t u;

    if (!address_parse(to, strlen(to), &q.to))
        return why_set(why, "%s is no address", to);
    if (!doctor_asks_node(d, &q, &a) || a.count == 0 ||
        !word_count(&a.word, &u) || u > INT64_MAX)
        return why_set(why, "the node: %.200s", a.words.s);
    *n = (int64_t)u;
    return true;
}

static bool
check_held(struct account_chain *c, struct pg *pg, struct doctor *d,
           struct why *why)
{
    struct call call;
    struct hash token;
    int64_t ours, theirs;

    call_balance(&call, &d->wallet.funder);
    if (!view(d, d->conf->collateral.s, &call, &c->cash.micros, why))
        return false;
    struct pg_rows *rows = pg_query(
        pg, "SELECT token_id, sum(amount) FROM fact_arb_ledger WHERE "
            "mode = 'live' AND account = 'shares' GROUP BY token_id "
            "HAVING sum(amount) <> 0 ORDER BY 1", NULL, 0, why);
    bool ok = rows != NULL;
    for (int r = 0; ok && r < pg_count(rows) && r < TOKENS_MOST; r++) {
        const char *name = pg_cell(rows, r, 0), *text = pg_cell(rows, r, 1);
        ok = token_parse(name, strlen(name), &token) &&
             micros_parse(text, strlen(text), &ours);
        if (!ok)
            break;
        call_position(&call, &d->wallet.funder, &token);
        ok = view(d, d->conf->positions.s, &call, &theirs, why);
        c->tokens_off += ok && ours != theirs;
    }
    if (rows != NULL)
        pg_free(&rows);
    return ok;
}

static void
check_receipts(struct account_chain *c, struct doctor *d,
               const struct txs *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        struct rpc_question q = { .method = RPC_receipt, .tx = t->at[i].tx };
        struct rpc_answer a;

        if (t->at[i].state == CHAIN_STATE_confirmed)
            c->unproved += !doctor_asks_node(d, &q, &a) || !a.receipt.done;
    }
}

bool
account_chain(struct tally *a, struct pg *pg, struct doctor *d,
              struct why *why)
{
    struct account_chain *c = &a->chain;
    struct txs t = { .at = calloc(TXS_CAP, sizeof *t.at) };
    bool ok = t.at != NULL && read_facts(&t, d->var, why) &&
              read_rows(c, pg, why) && check_held(c, pg, d, why);

    c->given = true;
    if (ok) {
        count_facts(c, &t, d->conf->pol_price.micros > 0);
        check_receipts(c, d, &t);
    }
    free(t.at);
    return ok;
}
