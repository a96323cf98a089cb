/* doctor_chain - whether pairs can be split, merged and redeemed */

/* Which needs a node of the chain, a wallet that does what this key sends, and
 * POL to send it; or a relayer that sends and pays.  Without the first two the
 * executor begins nothing live. */

#include "deploy/arb/doctor.h"

#include "common/url_shown.h"
#include "executor/encode/calls.h"
#include "executor/encode/carrier.h"
#include "executor/rpc.h"

#include <string.h>

#define POL UINT64_C(1000000000000000000) /* wei */

static bool
asks(struct doctor *d, const char *url, struct rpc_question *q,
     struct rpc_answer *a)
{
    static char text[RPC_TEXT_CAP];

    q->id = 1;
    (void)rpc_write(q, text);
    bool came = doctor_posts(d, url, text);
    rpc_read(q, came ? d->status : 0, came ? d->body : "",
             came ? d->size : 0, a);
    return a->end == RPC_END_said;
}

bool
doctor_asks_node(struct doctor *d, struct rpc_question *q,
                 struct rpc_answer *a)
{
    return asks(d, d->conf->chain_rpc.s, q, a);
}

/* What the adapter may take: dollars, or shares. */
static void
check_approval(struct doctor *d, const char *name, const char *adapter)
{
    struct rpc_question q = { .method = RPC_call,
                              .from = d->wallet.owner };
    struct address at;
    struct rpc_answer a;
    struct call call;
    bool given[2];

    if (!address_parse(adapter, strlen(adapter), &at)) {
        doctor_says(d, FINDING_bad, "adapter", "%s is no address", adapter);
        return;
    }
    for (int i = 0; i < 2; i++) {
        const char *to = i == 0 ? d->conf->collateral.s
                                : d->conf->positions.s;
        if (i == 0)
            call_allowance(&call, &d->wallet.funder, &at);
        else
            call_is_approved(&call, &d->wallet.funder, &at);
        q.data = call.b;
        q.size = call.size;
        if (!address_parse(to, strlen(to), &q.to) ||
            !doctor_asks_node(d, &q, &a) || a.count == 0) {
            doctor_says(d, FINDING_unsure, "adapter", "%s: %s", adapter,
                        a.words.s);
            return;
        }
        given[i] = !hash_is_zero(&a.word);
    }
    doctor_says(d, given[0] && given[1] ? FINDING_good : FINDING_unsure,
                "adapter", "%s of %s may take %s%s", adapter, name,
                given[0] && given[1] ? "dollars and shares"
                : given[0]           ? "dollars, no shares"
                : given[1]           ? "shares, no dollars"
                                     : "nothing",
                given[0] && given[1]     ? ""
                : d->conf->chain_approve ? ": it is approved when first used"
                                         : ": approve it");
}

/* Tries an approval, as its owner would send it. */
static void
check_obeys(struct doctor *d)
{
    struct rpc_question q = { .method = RPC_call, .from = d->wallet.owner };
    struct carried in = { .size = 0 };
    struct address adapter;
    struct call inner, outer;
    struct rpc_answer a;
    struct hash all;

    memset(all.b, 0xff, sizeof all.b);
    if (!address_parse(d->conf->collateral.s, strlen(d->conf->collateral.s),
                       &in.to) ||
        !address_parse(d->conf->adapter.s, strlen(d->conf->adapter.s),
                       &adapter))
        return; /* Said of the adapters. */
    call_approve(&inner, &adapter, &all);
    in.data = inner.b;
    in.size = inner.size;
    if (!carrier_wrap(&d->wallet, &in, &q.to, &outer))
        return;
    q.data = outer.b;
    q.size = outer.size;
    bool said = doctor_asks_node(d, &q, &a);
    if (said && carrier_went_well(&d->wallet, a.count, &a.word))
        doctor_says(d, FINDING_good, "wallet", "%s does what %s sends",
                    d->wallet.funder_text, d->wallet.owner_text);
    else
        doctor_says(d, said || a.end == RPC_END_reverted ? FINDING_bad
                                                         : FINDING_unsure,
                    "wallet", "%s does not do what %s sends (%s): is that "
                    "its only owner, and was it ever used?",
                    d->wallet.funder_text, d->wallet.owner_text,
                    said ? "it says no, or is not there" : a.words.s);
}

/* As this node has it: one that lags, or lies, would not send. */
static void
check_gas(struct doctor *d, const char *url, const char *shown)
{
    struct rpc_question q = { .method = RPC_wei, .from = d->wallet.owner };
    struct rpc_answer a;

    if (!asks(d, url, &q, &a))
        doctor_says(d, FINDING_unsure, "gas", "%s: %s", shown, a.words.s);
    else if (a.count == 0)
        doctor_says(d, FINDING_bad, "gas", "%s has no POL to pay gas with, "
                    "says %s: nothing could be split, merged or redeemed",
                    d->wallet.owner_text, shown);
    else
        doctor_says(d, FINDING_good, "gas", "%s pays it from %llu.%02llu "
                    "POL%s, says %s", d->wallet.owner_text,
                    (unsigned long long)(a.count / POL),
                    (unsigned long long)(a.count % POL / (POL / 100)),
                    a.count == UINT64_MAX ? " or more" : "", shown);
}

/* The others stand in for the first, so they are looked at as well. */
static bool
check_node(struct doctor *d, const char *url)
{
    struct rpc_question q = { .method = RPC_chain };
    char shown[URL_SHOWN_CAP];
    struct rpc_answer a;

    (void)url_shown(url, shown);
    if (!asks(d, url, &q, &a)) {
        doctor_says(d, FINDING_bad, "node", "%s: %s", shown, a.words.s);
        return false;
    }
    bool good = a.count == d->conf->chain_id;
    doctor_says(d, good ? FINDING_good : FINDING_bad, "node",
                "%s is of chain %llu", shown, (unsigned long long)a.count);
    if (good && !carrier_relayed(&d->wallet)) /* Else the relayer pays. */
        check_gas(d, url, shown);
    return good;
}

void
doctor_chain(struct doctor *d)
{
    const struct executor_conf *c = d->conf;
    const char *nodes[] = { c->chain_rpc.s, c->chain_rpc_2.s,
                            c->chain_rpc_3.s };
    bool first = false;

    if (!d->wallet_known)
        return;
    if (carrier_barred(&d->wallet, c->chain_id)) {
        doctor_says(d, FINDING_bad, "chain", "%s: nothing could be split, "
                    "merged or redeemed, so nothing is begun live",
                    carrier_barred(&d->wallet, c->chain_id));
        return;
    }
    if (carrier_relayed(&d->wallet))
        doctor_relayer(d);
    if (c->chain_rpc.s[0] == '\0') {
        doctor_says(d, FINDING_bad, "chain", "executor.chain_rpc is empty: "
                    "nothing could be split, merged or redeemed, so nothing "
                    "is begun live");
        return;
    }
    for (size_t i = 0; i < sizeof nodes / sizeof nodes[0]; i++)
        if (nodes[i][0] != '\0' && check_node(d, nodes[i]))
            first |= i == 0;
    if (!first)
        return;
    if (!address_equal(&d->wallet.owner, &d->wallet.funder) &&
        !carrier_relayed(&d->wallet))
        check_obeys(d);
    check_approval(d, "markets", c->adapter.s);
    check_approval(d, "neg-risk markets", c->neg_adapter.s);
}
