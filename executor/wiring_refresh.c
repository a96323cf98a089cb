/* wiring_refresh - after tokens moved on chain: the venue looks at them anew */

/* Until it did, it refuses orders for want of what we have.  Its answer says
 * nothing, and one that is lost is not asked again: orders that are refused
 * make the engine go through its balances anyway. */

#include "executor/wiring_chain.h"
#include "executor/wiring_desk_own.h"

static void
refreshed(void *arg, const struct http_answer *a)
{
    struct desk *k = arg;

    if (a->status != 200)
        log_warn("%s: balances not looked at anew (HTTP %d)",
                 k->o.talk->name, a->status);
}

void
desk_refresh(struct desk *k, const struct hash *token)
{
    struct http_header headers[5];
    char url[URL_CAP];
    enum signer_no no;
    size_t count;

    if (!k->o.talk->write_refresh(token, &k->account, &k->request) ||
        !desk_secure(k, headers, &count, &no))
        return;
    desk_url(k, k->request.path, k->request.query, url);
    struct http_request q = {
        .method = k->request.method,
        .url = url,
        .headers = headers,
        .headers_count = count,
    };
    if (!http_ask(k->pool, &q, refreshed, k))
        log_warn("%s: too many requests to look at balances anew",
                 k->o.talk->name);
}
