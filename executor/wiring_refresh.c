/* wiring_refresh - after tokens moved on chain: the venue looks at them anew */

/* Until it did, it refuses orders for want of what we have, so whoever waits
 * for the tokens waits for its answer, too.  It is asked again until it says
 * that it did; one that does not for so long is left to the engine, which goes
 * through its balances when orders are refused. */

#include "executor/wiring_chain.h"
#include "executor/wiring_desk_own.h"

#include "common/loop.h"

enum { ASKS_MOST = 60, AGAIN_MS = 500 };

static void ask_again(void *arg);

static void
end(struct desk *k)
{
    if (k->refreshed)
        k->refreshed(k->refreshed_arg);
}

static void
later(struct desk *k, int status)
{
    if (++k->refresh_asks < ASKS_MOST) {
        k->refresh_timer = loop_timer(k->o.loop, (struct ms){ AGAIN_MS },
                                      (struct ms){ 0 }, ask_again, k);
        return;
    }
    log_warn("%s: balances not looked at anew (HTTP %d)", k->o.talk->name,
             status);
    end(k);
}

static void
refreshed(void *arg, const struct http_answer *a)
{
    struct desk *k = arg;

    if (a->status == 200)
        end(k);
    else
        later(k, a->status);
}

static void
ask(struct desk *k)
{
    struct desk_ask a;
    enum signer_no no;

    if (!k->o.talk->write_refresh(&k->refresh_token, &k->account,
                                  &k->request) ||
        !desk_ask(k, &a, &no) || !http_ask(k->pool, &a.q, refreshed, k))
        later(k, 0); /* There is no API key yet, or too much to ask. */
}

static void
ask_again(void *arg)
{
    struct desk *k = arg;

    loop_timer_cancel(&k->refresh_timer);
    ask(k);
}

void
desk_refresh(struct desk *k, const struct hash *token,
             void (*done)(void *arg), void *arg)
{
    k->refreshed = done;
    k->refreshed_arg = arg;
    k->refresh_token = *token;
    k->refresh_asks = 0;
    ask(k);
}
