/* doctor_ask - one question to the venue at a time, signed where it must be */

#include "deploy/arb/doctor.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_CAP = 1 << 20, URL_CAP = 600 };

static void
take(void *arg, const struct http_answer *a)
{
    struct doctor *d = arg;

    d->status = a->status;
    snprintf(d->error, sizeof d->error, "%.199s",
             a->error ? a->error : a->status == 200 ? "" : a->body);
    free(d->body);
    d->body = malloc(a->body_size + 1);
    must(d->body);
    memcpy(d->body, a->body, a->body_size);
    d->body[a->body_size] = '\0';
    d->size = a->body_size;
    loop_stop(d->loop);
}

static void
open_http(struct doctor *d)
{
    const struct executor_conf *c = d->conf;

    if (d->http)
        return;
    d->loop = loop_new();
    d->http = http_new(d->loop, &(struct http_options){
        .ca_file = c->ca_file.s[0] ? c->ca_file.s : NULL,
        .connect_timeout = c->http_connect,
        .total_timeout = c->http_total,
        .answer_cap = ANSWER_CAP,
        .connections = 1,
    });
}

bool
doctor_requests(struct doctor *d, const struct http_request *q)
{
    d->status = 0;
    open_http(d);
    if (!http_ask(d->http, q, take, d))
        return false;
    loop_run(d->loop);
    return d->status != 0;
}

bool
doctor_posts(struct doctor *d, const char *url, const char *body)
{
    const struct http_request q = { .url = url, .body = body,
                                    .body_size = strlen(body) };

    return doctor_requests(d, &q);
}

bool
doctor_asks(struct doctor *d, enum doctor_auth auth, const char *path,
            const char *query)
{
    struct http_header headers[5];
    struct l1_headers l1;
    char url[URL_CAP], signature[L2_SIGNATURE_CAP], timestamp[24];
    struct http_request q = { .method = "GET", .url = url,
                              .headers = headers };
    uint64_t now = (uint64_t)(clock_wall().ns / 1000000000);
    struct why why;

    d->status = 0;
    if (auth == AUTH_l1) {
        l1_sign(d->key, d->conf->chain_id, now, 0, &l1);
        headers[0] = (struct http_header){ "POLY_ADDRESS", l1.address };
        headers[1] = (struct http_header){ "POLY_SIGNATURE", l1.signature };
        headers[2] = (struct http_header){ "POLY_TIMESTAMP", l1.timestamp };
        headers[3] = (struct http_header){ "POLY_NONCE", l1.nonce };
        q.headers_count = 4;
    } else if (auth == AUTH_l2) {
        struct hmac *h = l2_secret(d->secret, &why);
        if (!h) {
            snprintf(d->error, sizeof d->error, "%.199s", why.s);
            return false;
        }
        (void)l2_sign(h, now, "GET", path, NULL, 0, signature);
        hmac_destroy(&h);
        snprintf(timestamp, sizeof timestamp, "%llu",
                 (unsigned long long)now);
        headers[0] = (struct http_header){ "POLY_ADDRESS",
                                           d->wallet.owner_text };
        headers[1] = (struct http_header){ "POLY_SIGNATURE", signature };
        headers[2] = (struct http_header){ "POLY_TIMESTAMP", timestamp };
        headers[3] = (struct http_header){ "POLY_API_KEY", d->api_key };
        headers[4] = (struct http_header){ "POLY_PASSPHRASE",
                                           d->passphrase };
        q.headers_count = 5;
    }
    int n = snprintf(url, sizeof url, "%s%s%s", d->conf->clob_url.s, path,
                     query);
    must(n > 0 && n < (int)sizeof url);
    return doctor_requests(d, &q) && d->status == 200;
}
