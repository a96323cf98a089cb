/* account_venue - the ledger against what the venue says the account holds
 *
 * Money and shares are compared to the micro; what riskd booked and what the
 * exchange did were computed by different programs. */
#include "deploy/arb/account.h"
#include "deploy/arb/doctor.h"

#include "common/http.h"
#include "common/json.h"
#include "common/loop.h"
#include "common/secret.h"
#include "executor/encode/carrier.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS_MOST = 1000 };

/* What it holds of a token, NULL for the collateral. */
static bool
ask(struct doctor *d, const char *token, int64_t *held, struct why *why)
{
    char query[200];
    struct why bad;

    snprintf(query, sizeof query, "?asset_type=%s%s%s&signature_type=%llu",
             token ? "CONDITIONAL" : "COLLATERAL",
             token ? "&token_id=" : "", token ? token : "",
             (unsigned long long)d->conf->signature_type);
    if (!doctor_asks(d, AUTH_l2, "/balance-allowance", query))
        return why_set(why, "the venue: %d %s", d->status, d->error);
    struct json *j = json_parse(d->body, d->size, &bad);
    bool ok = j && json_int(json_get(json_root(j), "balance"), held);
    if (j)
        json_destroy(&j);
    return ok || why_set(why, "the venue: %.200s", d->body);
}

static bool
check_cash(struct account_venue *v, struct doctor *d, struct pg *pg,
           struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT coalesce(sum(amount), 0) FROM fact_arb_ledger "
            "WHERE mode = 'live' AND account IN ('cash', 'reserved')",
        NULL, 0, why);

    if (!rows)
        return false;
    const char *text = pg_cell(rows, 0, 0);
    bool ok = micros_parse(text, strlen(text), &v->ledger.micros) ||
              why_set(why, "not an amount: %s", text);
    pg_free(&rows);
    return ok && ask(d, NULL, &v->cash.micros, why);
}

static bool
check_tokens(struct account_venue *v, struct doctor *d, struct pg *pg,
             struct why *why)
{
    struct pg_rows *rows = pg_query(
        pg, "SELECT token_id, sum(amount) FROM fact_arb_ledger WHERE "
            "mode = 'live' AND account = 'shares' GROUP BY token_id "
            "HAVING sum(amount) <> 0 ORDER BY 1", NULL, 0, why);

    if (!rows)
        return false;
    bool ok = true;
    for (int r = 0; ok && r < pg_count(rows) && r < TOKENS_MOST; r++) {
        const char *token = pg_cell(rows, r, 0), *text = pg_cell(rows, r, 1);
        int64_t ours, theirs = 0;
        ok = micros_parse(text, strlen(text), &ours) &&
             ask(d, token, &theirs, why);
        v->tokens++;
        if (!ok || ours == theirs)
            continue;
        v->tokens_off++;
        snprintf(v->which.s, sizeof v->which.s, "%.12s...: %" PRId64
                 " there, %" PRId64 " here", token, theirs, ours);
    }
    pg_free(&rows);
    return ok;
}

bool
account_venue(struct tally *a, struct pg *pg, const struct executor_conf *own,
              const char *var, struct why *why)
{
    struct doctor d = { .conf = own, .var = var, .quiet = true };

    doctor_key(&d);
    doctor_wallet(&d);
    doctor_api_key(&d);
    a->venue.given = true;
    bool ok = d.api_key[0] ? check_cash(&a->venue, &d, pg, why) &&
                                 check_tokens(&a->venue, &d, pg, why)
                           : why_set(why, "no account at the venue: see arb "
                                          "doctor");
    if (ok && own->chain_rpc.s[0] != '\0' && d.wallet_known &&
        !carrier_barred(&d.wallet, own->chain_id))
        ok = account_chain(a, pg, &d, why);
    if (d.http) {
        http_destroy(&d.http);
        loop_destroy(&d.loop);
    }
    key_destroy(&d.key);
    free(d.body);
    secret_wipe(&d, sizeof d);
    return ok;
}
