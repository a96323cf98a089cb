/* wiring_refresh - after tokens moved on chain: the venue looks at them anew */

/* Until it did, it refuses orders for want of what we have, so whoever waits
 * for the tokens waits for its answer, too.  The answer says nothing, and one
 * that is lost is not asked again: orders that are refused make the engine go
 * through its balances anyway. */

#include "executor/wiring_chain.h"
#include "executor/wiring_desk_own.h"

static void
refreshed(void *arg, const struct http_answer *a)
{
    struct desk *k = arg;

    if (a->status != 200)
        log_warn("%s: balances not looked at anew (HTTP %d)",
                 k->o.talk->name, a->status);
    if (k->refreshed)
        k->refreshed(k->refreshed_arg);
}

bool
desk_refresh(struct desk *k, const struct hash *token,
             void (*done)(void *arg), void *arg)
{
    struct desk_ask a;
    enum signer_no no;

    if (!k->o.talk->write_refresh(token, &k->account, &k->request) ||
        !desk_ask(k, &a, &no))
        return false;
    k->refreshed = done;
    k->refreshed_arg = arg;
    if (http_ask(k->pool, &a.q, refreshed, k))
        return true;
    log_warn("%s: too many requests to look at balances anew",
             k->o.talk->name);
    return false;
}
