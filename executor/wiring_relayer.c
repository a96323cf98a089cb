/* wiring_relayer - the line to Polymarket's relayer */

/* Every request carries the login, though some would be answered without: one
 * that is not taken is then known before anything was signed.  A submission
 * goes over a connection of its own: a pool would hand it in a second time, and
 * the second answer, that it is not wanted, would be taken for the first. */

#include "executor/wiring_relayer.h"

#include "common/clock.h"
#include "common/http.h"
#include "common/log.h"
#include "common/must.h"
#include "common/secret.h"
#include "executor/encode/auth.h"

#include <stdio.h>
#include <stdlib.h>

enum { URL_CAP = 80 + 2 * RELAYER_PATH_CAP };

struct relayer_line {
    const struct executor_conf *conf;
    struct http *http;
    relayer_fn *f;
    void *arg;
    struct relayer_login login;
    struct hmac *secret;           /* NULL: a relayer key. */
    struct relayer_question q;     /* Under way. */
    struct relayer_words words;
    struct log_limit lost_said;
};

struct relayer_line *
relayer_open(const struct executor_conf *conf, struct http *http,
             relayer_fn *f, void *arg, struct why *why)
{
    struct relayer_line *l = calloc(1, sizeof *l);

    must(l != NULL);
    l->conf = conf;
    l->http = http;
    l->f = f;
    l->arg = arg;
    if (!relayer_login_read(conf->relayer_file.s, &l->login, why)) {
        relayer_close(&l);
        return NULL;
    }
    if (l->login.secret[0] != '\0') {
        l->secret = l2_secret(l->login.secret, why);
        must(l->secret != NULL); /* It was read so. */
        secret_wipe(l->login.secret, sizeof l->login.secret);
    }
    return l;
}

void
relayer_close(struct relayer_line **line)
{
    struct relayer_line *l = *line;

    if (!l)
        return;
    hmac_destroy(&l->secret);
    secret_wipe(&l->login, sizeof l->login);
    free(l);
    *line = NULL;
}

static void
answered(void *arg, const struct http_answer *h)
{
    struct relayer_line *l = arg;
    struct relayer_answer a;
    unsigned dropped;

    relayer_read(&l->q, h->status, h->body, h->body_size, &a);
    if ((a.end == RELAYER_END_lost || a.end == RELAYER_END_refused) &&
        log_may(&l->lost_said, clock_mono().ns, &dropped))
        log_warn("relayer: %s%s%s (%u more)", a.words.s,
                 h->error ? ": " : "", h->error ? h->error : "", dropped);
    l->f(l->arg, &a);
}

bool
relayer_ask(struct relayer_line *l, const struct relayer_question *q)
{
    struct relayer_headers with;
    struct http_header headers[RELAYER_HEADERS];
    char url[URL_CAP];

    l->q = *q;
    relayer_write(q, &l->words);
    relayer_headers(&l->login, l->secret, q->wallet,
                    (uint64_t)(clock_wall().ns / 1000000000), &l->words,
                    &with);
    for (size_t i = 0; i < with.count; i++)
        headers[i] = (struct http_header){ with.at[i].name,
                                           with.at[i].value };
    int n = snprintf(url, sizeof url, "%s%s%s", l->conf->relayer_url.s,
                     l->words.path, l->words.query);
    must(n > 0 && n < (int)sizeof url);
    const struct http_request r = {
        .method = l->words.method,
        .url = url,
        .body = l->words.size > 0 ? l->words.body : NULL,
        .body_size = l->words.size,
        .headers = headers,
        .headers_count = with.count,
        .alone = q->method == RELAYER_submit,
    };
    return http_ask(l->http, &r, answered, l);
}
