/* wiring_calls - a call of the engine: its request, its answer */

/* A call has a slot until its venue_done was heard.  One whose bytes never
 * leave is answered from a timer, since nothing may be heard in the turn that
 * made the call. */

#include "executor/wiring_desk_own.h"

#include "common/clock.h"
#include "common/loop.h"
#include "common/must.h"

#include <stdio.h>
#include <string.h>

/* Why it did not leave, in words of the desk's own. */
static void
fill_over(const struct call *c, struct venue_done *done)
{
    if (!c->over)
        return;
    done->end = CALL_END_not_sent;
    done->reason = c->why;
    if (c->words.s[0] != '\0')
        done->words = c->words;
}

void
desk_answer(struct call *c, const struct http_answer *a)
{
    struct desk *k = c->desk;
    struct talk_sink sink = desk_sink(k);
    struct talk_answer answer = {
        .left = a->sent > 0,
        .status = a->status,
        .body = a->body,
        .size = a->body_size,
        .retry_after_s = a->retry_after_s,
    };
    struct venue_done done = { .call = c->m.call, .op = c->m.op };

    k->o.begin(k->o.arg);
    k->o.talk->read_answer(&c->m, &k->account, &answer, &k->memory, &sink,
                           &done);
    done.call = c->m.call;
    done.op = c->m.op;
    fill_over(c, &done);
    done.sent = a->sent > 0 ? c->sent : (struct nanos){ 0 };
    done.answered = a->status > 0 ? clock_wall() : (struct nanos){ 0 };
    k->o.hear(k->o.arg, &venue_done_schema, &done);
    k->o.end(k->o.arg);
    if (a->error && a->sent > 0)
        log_warn("%s: %s: %s", k->o.talk->name,
                 enum_word(&venue_op_words, c->m.op), a->error);
    c->used = false;
    if (a->status == 401)
        desk_login_refused(k);
}

static void
end_those_over(void *arg)
{
    struct desk *k = arg;
    const struct http_answer nothing = { .error = "not sent", .body = "" };

    loop_timer_cancel(&k->soon);
    for (size_t i = 0; i < CALLS_CAP; i++)
        if (k->calls[i].used && k->calls[i].over)
            desk_answer(&k->calls[i], &nothing);
}

void
desk_call_over(struct call *c, enum reason why, const char *words)
{
    struct desk *k = c->desk;
    unsigned dropped;

    c->over = true;
    c->why = why;
    snprintf(c->words.s, sizeof c->words.s, "%.80s", words);
    if (log_may(&k->no_said, clock_mono().ns, &dropped))
        log_warn("%s: %s not sent: %s (%u more)", k->o.talk->name,
                 enum_word(&venue_op_words, c->m.op), words, dropped);
    if (!k->soon)
        k->soon = loop_timer(k->o.loop, (struct ms){ 0 }, (struct ms){ 0 },
                             end_those_over, k);
}

static bool
sign_headers(struct desk *k, struct http_header h[5], size_t *count,
             enum signer_no *no)
{
    const struct talk_request *q = &k->request;
    uint64_t now = (uint64_t)(clock_wall().ns / 1000000000);

    *count = 0;
    *no = SIGNER_NO_none;
    if (!q->secured)
        return true;
    *no = k->login == LOGIN_done
              ? signer_ask_l2(k->o.signer, now, q->method, q->path, q->body,
                              q->body_size, k->headers[0])
              : SIGNER_NO_credentials;
    if (*no != SIGNER_NO_none)
        return false;
    snprintf(k->headers[1], sizeof k->headers[1], "%llu",
             (unsigned long long)now);
    h[0] = (struct http_header){ "POLY_ADDRESS",
                                 k->account.id.wallet.owner_text };
    h[1] = (struct http_header){ "POLY_SIGNATURE", k->headers[0] };
    h[2] = (struct http_header){ "POLY_TIMESTAMP", k->headers[1] };
    h[3] = (struct http_header){ "POLY_API_KEY", k->account.key.s };
    h[4] = (struct http_header){ "POLY_PASSPHRASE",
                                 k->account.passphrase.s };
    *count = 5;
    return true;
}

bool
desk_ask(struct desk *k, struct desk_ask *a, enum signer_no *no)
{
    const struct talk_request *m = &k->request;
    size_t count;

    if (!sign_headers(k, a->headers, &count, no))
        return false;
    desk_url(k, m->path, m->query, a->url);
    a->q = (struct http_request){
        .method = m->method,
        .url = a->url,
        .body = m->body_size > 0 ? m->body : NULL,
        .body_size = m->body_size,
        .headers = a->headers,
        .headers_count = count,
    };
    return true;
}

static void
answered(void *arg, const struct http_answer *a)
{
    desk_answer(arg, a);
}

/* Questions, cancels and heartbeats: asking twice does no harm. */
static void
ask_pool(struct call *c, struct http *http)
{
    struct desk *k = c->desk;
    struct desk_ask a;
    enum signer_no no;

    if (!k->o.talk->write_request(&c->m, NULL, 0, &k->account, &k->memory,
                                  &k->request)) {
        desk_call_over(c, REASON_BAD_INPUT, "nothing one asks over HTTP");
        return;
    }
    if (!desk_ask(k, &a, &no)) {
        desk_call_over(c, REASON_SIGNATURE, signer_words(no));
        return;
    }
    c->sent = clock_wall();
    if (!http_ask(http, &a.q, answered, c))
        desk_call_over(c, REASON_THROTTLED, "too many requests at once");
}

void
desk_call(struct desk *k, const struct venue_call *m)
{
    struct call *c = k->calls;

    while (c < k->calls + CALLS_CAP && c->used)
        c++;
    if (c == k->calls + CALLS_CAP) {
        /* Not answered: after its time the engine takes it for unknown. */
        log_error("%s: more calls under way than there can be",
                  k->o.talk->name);
        return;
    }
    *c = (struct call){ .desk = k, .m = *m, .used = true };
    switch (m->op) {
    case VENUE_OP_place:
        desk_place(c);
        return;
    case VENUE_OP_cancel:
    case VENUE_OP_cancel_market:
    case VENUE_OP_cancel_all:
    case VENUE_OP_heartbeat:
        ask_pool(c, k->cancels);
        return;
    case VENUE_OP_look_order:
    case VENUE_OP_look_trades:
    case VENUE_OP_look_open:
    case VENUE_OP_look_balance:
        ask_pool(c, k->pool);
        return;
    case VENUE_OP_split:
    case VENUE_OP_merge:
    case VENUE_OP_convert:
    case VENUE_OP_redeem:
    case venue_op_end_:
        break;
    }
    desk_call_over(c, REASON_BAD_INPUT, "there is no chain to do that on");
}
