/* doctor_chain - whether pairs can be split, merged and redeemed */

/* Which needs a node of the chain, and a wallet that is the key's own account:
 * contract wallets (types 1 to 3) act by their owner or a relayer, and nothing
 * here asks those.  Without both the executor begins nothing live. */

#include "deploy/arb/doctor.h"
#include "executor/encode/calls.h"
#include "executor/rpc.h"

#include <string.h>

bool
doctor_asks_node(struct doctor *d, struct rpc_question *q,
                 struct rpc_answer *a)
{
    static char text[RPC_TEXT_CAP];

    q->id = 1;
    (void)rpc_write(q, text);
    bool came = doctor_posts(d, d->conf->chain_rpc.s, text);
    rpc_read(q, came ? d->status : 0, came ? d->body : "",
             came ? d->size : 0, a);
    return a->end == RPC_END_said;
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
            call_allowance(&call, &d->wallet.owner, &at);
        else
            call_is_approved(&call, &d->wallet.owner, &at);
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

void
doctor_chain(struct doctor *d)
{
    const struct executor_conf *c = d->conf;
    struct rpc_question q = { .method = RPC_chain };
    struct rpc_answer a;

    if (!d->wallet_known)
        return;
    if (c->signature_type != WALLET_EOA) {
        doctor_says(d, FINDING_bad, "chain", "only a type 0 wallet splits, "
                    "merges and redeems here: with this one nothing is "
                    "begun live");
        return;
    }
    if (c->chain_rpc.s[0] == '\0') {
        doctor_says(d, FINDING_bad, "chain", "executor.chain_rpc is empty: "
                    "nothing could be split, merged or redeemed, so nothing "
                    "is begun live");
        return;
    }
    if (!doctor_asks_node(d, &q, &a)) {
        doctor_says(d, FINDING_bad, "node", "%s: %s", c->chain_rpc.s,
                    a.words.s);
        return;
    }
    doctor_says(d, a.count == c->chain_id ? FINDING_good : FINDING_bad,
                "node", "%s is of chain %llu", c->chain_rpc.s,
                (unsigned long long)a.count);
    if (a.count != c->chain_id)
        return;
    check_approval(d, "markets", c->adapter.s);
    check_approval(d, "neg-risk markets", c->neg_adapter.s);
}
