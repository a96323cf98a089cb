/* doctor_venue - what the venue says to this wallet */

/* Nothing is changed by any of it: no key is made, no order placed.  The key
 * the venue has is derived (which only reads it) unless the pipeline has it
 * in its file already. */

#include "deploy/arb/doctor.h"

#include "common/clock.h"
#include "common/json.h"
#include "common/secret.h"
#include "common/url_shown.h"
#include "deploy/arb/dollars.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_CAP = 1024, TYPES = 4 };

static const char *
said(const struct doctor *d)
{
    return d->error[0] ? d->error : "nothing";
}

static void
check_clock(struct doctor *d, int64_t before_ms)
{
    int64_t after = clock_wall().ns / 1000000;
    int64_t offset = strtoll(d->body, NULL, 10) * 1000 + 500 -
                     (before_ms + after) / 2;
    int64_t unsure = 500 + (after - before_ms) / 2;

    if (llabs(offset) - unsure > d->conf->clock_off.ms)
        doctor_says(d, FINDING_bad, "clock",
                    "ours is %" PRId64 " ms off the venue's (known to %"
                    PRId64 "): it refuses our signatures; set this machine "
                    "by NTP", -offset, unsure);
    else
        doctor_says(d, FINDING_good, "clock",
                    "agrees with the venue's to %" PRId64 " ms",
                    (int64_t)llabs(offset) + unsure);
}

static void
check_version(struct doctor *d)
{
    struct why why;
    int64_t version = 0;

    if (!doctor_asks(d, AUTH_none, "/version", "")) {
        doctor_says(d, FINDING_unsure, "version",
                    "GET /version answers %d: %s", d->status, said(d));
        return;
    }
    struct json *j = json_parse(d->body, d->size, &why);
    bool read = j && json_int(json_get(json_root(j), "version"), &version);
    if (j)
        json_destroy(&j);
    if (read && (version == 2 || version == 3))
        doctor_says(d, FINDING_good, "version",
                    "the venue takes orders of version %" PRId64, version);
    else
        doctor_says(d, FINDING_bad, "version",
                    "the venue says %s; this program signs orders of version "
                    "2 and 3", d->body);
}

void
doctor_reach(struct doctor *d)
{
    int64_t before = clock_wall().ns / 1000000;
    char shown[URL_SHOWN_CAP];

    (void)url_shown(d->conf->clob_url.s, shown);
    if (!doctor_asks(d, AUTH_none, "/time", "")) {
        doctor_says(d, FINDING_bad, "venue", "%s: %s%s", shown, said(d),
                    d->status == 403
                        ? "; this address is kept out (region or edge rules)"
                        : "");
        return;
    }
    doctor_says(d, FINDING_good, "venue", "%s answers", shown);
    check_clock(d, before);
    check_version(d);
}

static bool
take_text(const struct json_value *o, const char *name, char out[81])
{
    const char *s = json_string(json_get(o, name));

    return s && s[0] && snprintf(out, 81, "%s", s) < 81;
}

static bool
take_credentials(struct doctor *d, const char *s, size_t size, char whose[81])
{
    struct why why;
    struct json *j = json_parse(s, size, &why);
    const struct json_value *o = j ? json_root(j) : NULL;
    bool ok = take_text(o, "apiKey", d->api_key) &&
              take_text(o, "secret", d->secret) &&
              take_text(o, "passphrase", d->passphrase);

    whose[0] = '\0';
    (void)take_text(o, "address", whose);
    if (j)
        json_destroy(&j);
    return ok;
}

/* True when the file's key is to be used. */
static bool
read_file(struct doctor *d)
{
    char path[400], text[FILE_CAP], whose[81];
    struct why why;
    size_t size;

    snprintf(path, sizeof path, "%s/keys/api.json", d->var);
    if (access(path, F_OK) != 0)
        return false;
    if (!secret_read(path, (uint8_t *)text, sizeof text, &size, &why)) {
        doctor_says(d, FINDING_bad, "api key", "%s", why.s);
        return false;
    }
    bool ok = take_credentials(d, text, size, whose);
    secret_wipe(text, sizeof text);
    if (ok && strcmp(whose, d->wallet.owner_text) == 0)
        return true;
    doctor_says(d, FINDING_bad, "api key", "%s is of %s, the key of %s: "
                "remove the file, it is made again", path,
                whose[0] ? whose : "nobody", d->wallet.owner_text);
    d->api_key[0] = '\0';
    return false;
}

void
doctor_api_key(struct doctor *d)
{
    char whose[81];

    if (!d->wallet_known || read_file(d))
        return;
    if (doctor_asks(d, AUTH_l1, "/auth/derive-api-key", "") &&
        take_credentials(d, d->body, d->size, whose)) {
        doctor_says(d, FINDING_good, "api key", "the venue has one of this "
                    "key; the executor will derive it");
        return;
    }
    d->api_key[0] = '\0';
    if (d->status == 401)
        doctor_says(d, FINDING_bad, "api key", "the venue does not take our "
                    "signature: %s (clock? chain_id?)", said(d));
    else
        doctor_says(d, FINDING_unsure, "api key", "the venue has none of "
                    "this key (%d %s); the executor makes one at its start",
                    d->status, said(d));
}

static void
check_owner(struct doctor *d)
{
    if (!doctor_asks(d, AUTH_l2, "/auth/api-keys", "")) {
        doctor_says(d, FINDING_bad, "owner", "API key %s is refused for %s "
                    "(%d %s): keys belong to the account of the private key, "
                    "never to the funder; remove keys/api.json to derive it "
                    "again", d->api_key, d->wallet.owner_text, d->status,
                    said(d));
        return;
    }
    if (strstr(d->body, d->api_key))
        doctor_says(d, FINDING_good, "owner", "API key %s belongs to %s",
                    d->api_key, d->wallet.owner_text);
    else
        doctor_says(d, FINDING_bad, "owner", "%s has API keys, but %s is "
                    "none of them: remove keys/api.json to derive it again",
                    d->wallet.owner_text, d->api_key);
}

void
doctor_account(struct doctor *d)
{
    if (!d->api_key[0])
        return;
    check_owner(d);
    if (!doctor_asks(d, AUTH_l2, "/auth/ban-status/closed-only", ""))
        doctor_says(d, FINDING_unsure, "standing", "%d %s", d->status,
                    said(d));
    else if (strstr(d->body, "true"))
        doctor_says(d, FINDING_bad, "standing",
                    "the venue lets this account only close positions");
    else
        doctor_says(d, FINDING_good, "standing", "the account may trade");
}

static bool
ask_balance(struct doctor *d, uint64_t type, struct json **j,
            struct money *cash)
{
    char query[80];
    struct why why;
    int64_t n;

    *j = NULL;
    snprintf(query, sizeof query,
             "?asset_type=COLLATERAL&signature_type=%llu",
             (unsigned long long)type);
    if (!doctor_asks(d, AUTH_l2, "/balance-allowance", query))
        return false;
    *j = json_parse(d->body, d->size, &why);
    if (!*j || !json_int(json_get(json_root(*j), "balance"), &n))
        return false;
    *cash = (struct money){ n };
    return true;
}

/* An allowance may have 78 digits: more than 15 is more than anybody has. */
static bool
allows(const struct json_value *v, struct money cash)
{
    const char *s = json_scalar(v);

    return s && (strlen(s) > 15 || strtoll(s, NULL, 10) >= cash.micros) &&
           strcmp(s, "0") != 0;
}

static void
check_spenders(struct doctor *d, const struct json_value *all,
               struct money cash)
{
    char at[ADDRESS_TEXT_CAP];

    for (size_t i = 0; i < exchange_all_count; i++) {
        const struct exchange *e = &exchange_all[i];
        const struct json_value *v = json_first(all);
        if (e->chain != d->conf->chain_id ||
            (e->version == ORDER_VERSION_3 && e->neg_risk))
            continue;
        (void)address_format(&e->at, at);
        while (v && strcasecmp(json_key(v), at) != 0)
            v = json_next(v);
        const char *name = e->version == ORDER_VERSION_3 ? "version 3"
                           : e->neg_risk ? "neg-risk markets"
                                         : "markets";
        if (!v)
            doctor_says(d, FINDING_unsure, "allowance", "the venue does not "
                        "say what the exchange of %s (%s) may take", name,
                        at);
        else if (allows(v, cash))
            doctor_says(d, FINDING_good, "allowance",
                        "the exchange of %s (%s) may take what is there",
                        name, at);
        else
            doctor_says(d, FINDING_bad, "allowance",
                        "the exchange of %s (%s) may take %s micros of the "
                        "collateral: approve it from %s", name, at,
                        json_scalar(v) ? json_scalar(v) : "?",
                        d->wallet.funder_text);
    }
}

/* Nothing there: is it under another signature type? */
static void
look_elsewhere(struct doctor *d)
{
    char text[MICROS_TEXT_CAP];
    struct money cash;
    struct json *j;

    for (uint64_t type = 0; type < TYPES; type++) {
        bool found = type != d->conf->signature_type &&
                     ask_balance(d, type, &j, &cash) && cash.micros > 0;
        if (found)
            doctor_says(d, FINDING_bad, "money", "$%s is under signature "
                        "type %llu: set executor.signature_type and funder "
                        "to that wallet", dollars(cash, text),
                        (unsigned long long)type);
        if (type != d->conf->signature_type && j)
            json_destroy(&j);
    }
}

void
doctor_money(struct doctor *d)
{
    char text[MICROS_TEXT_CAP];
    struct money cash = { 0 };
    struct json *j;

    if (!d->api_key[0])
        return;
    if (!ask_balance(d, d->conf->signature_type, &j, &cash)) {
        doctor_says(d, FINDING_bad, "money", "GET /balance-allowance: %d %s",
                    d->status, said(d));
    } else {
        doctor_says(d, cash.micros > 0 ? FINDING_good : FINDING_bad, "money",
                    "the venue sees $%s of collateral in %s",
                    dollars(cash, text), d->wallet.funder_text);
        check_spenders(d, json_get(json_root(j), "allowances"), cash);
    }
    if (j)
        json_destroy(&j);
    if (cash.micros == 0)
        look_elsewhere(d);
}
