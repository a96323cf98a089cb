/* doctor_relayer - whether a deposit wallet's relayer will act for it */

/* Its key is of Polymarket's settings or its builders' program, not made by
 * the wallet's own.  Two things are asked that change nothing: what was handed
 * in of late, which it tells only to who may hand in, and the wallet's nonce,
 * which it has for a wallet that it made. */

#include "deploy/arb/doctor.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/must.h"
#include "common/secret.h"
#include "common/url_shown.h"
#include "executor/relayer.h"

#include <stdio.h>

enum { URL_CAP = 80 + 2 * RELAYER_PATH_CAP };

static void
ask(struct doctor *d, const struct relayer_login *login, struct hmac *secret,
    enum relayer_method method, struct relayer_answer *a)
{
    static struct relayer_words words;
    struct relayer_question q = { .method = method, .wallet = &d->wallet };
    struct http_header headers[RELAYER_HEADERS];
    struct relayer_headers with;
    char url[URL_CAP];

    relayer_write(&q, &words);
    relayer_headers(login, secret, &d->wallet,
                    (uint64_t)(clock_wall().ns / 1000000000), &words, &with);
    for (size_t i = 0; i < with.count; i++)
        headers[i] = (struct http_header){ with.at[i].name,
                                           with.at[i].value };
    int n = snprintf(url, sizeof url, "%s%s%s", d->conf->relayer_url.s,
                     words.path, words.query);
    must(n > 0 && n < (int)sizeof url);
    const struct http_request r = { .method = words.method, .url = url,
                                    .headers = headers,
                                    .headers_count = with.count };
    bool came = doctor_requests(d, &r);
    relayer_read(&q, came ? d->status : 0, came ? d->body : "",
                 came ? d->size : 0, a);
}

static enum finding
finding_of(const struct relayer_answer *a)
{
    return a->end == RELAYER_END_refused ? FINDING_bad : FINDING_unsure;
}

static void
ask_both(struct doctor *d, const struct relayer_login *login,
         struct hmac *secret)
{
    char shown[URL_SHOWN_CAP];
    struct relayer_answer a;

    (void)url_shown(d->conf->relayer_url.s, shown);
    ask(d, login, secret, RELAYER_recent, &a);
    if (a.end != RELAYER_END_said && a.end != RELAYER_END_nothing) {
        doctor_says(d, finding_of(&a), "relayer", "%s does not take the key "
                    "of %s: %s", shown, d->conf->relayer_file.s, a.words.s);
        return;
    }
    doctor_says(d, FINDING_good, "relayer", "%s takes the key of %s", shown,
                d->conf->relayer_file.s);
    ask(d, login, secret, RELAYER_nonce, &a);
    if (a.end == RELAYER_END_said)
        doctor_says(d, FINDING_good, "relayer", "it knows a deposit wallet "
                    "of %s, which acted %llu times", d->wallet.owner_text,
                    (unsigned long long)a.nonce);
    else
        doctor_says(d, finding_of(&a), "relayer", "it tells no nonce of a "
                    "deposit wallet of %s (%s): was it ever made?",
                    d->wallet.owner_text, a.words.s);
}

void
doctor_relayer(struct doctor *d)
{
    struct relayer_login login;
    struct hmac *secret = NULL;
    struct why why;

    if (d->conf->relayer_file.s[0] == '\0') {
        doctor_says(d, FINDING_bad, "relayer", "%s: write `key: ...`, a "
                    "relayer key of Polymarket's settings, or a builder's, "
                    "into a file of its own (0600); without one nothing is "
                    "begun live", RELAYER_MISSING);
        return;
    }
    if (!relayer_login_read(d->conf->relayer_file.s, &login, &why)) {
        doctor_says(d, FINDING_bad, "relayer", "%s", why.s);
        return;
    }
    if (login.secret[0] != '\0')
        secret = l2_secret(login.secret, &why);
    ask_both(d, &login, secret);
    hmac_destroy(&secret);
    secret_wipe(&login, sizeof login);
}
