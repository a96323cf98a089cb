/* wiring_place - orders: signed, written to a lane, the gate held meanwhile */

/* Everything happens inside the turn whose intents just reached the disk, so
 * between the engine's look at the latch and the last byte no kill can come.
 * A lane that looks dead takes nothing, and then the next one is tried: not a
 * byte had left.  Bytes that the kernel does not take at once keep the gate;
 * the lane cuts its connection when that lasts. */

#include "executor/wiring_desk_own.h"

#include "common/clock.h"
#include "common/crash.h"
#include "common/must.h"

struct batch {
    const struct intent *intents[TALK_ORDERS];
    struct order_signature signed_[TALK_ORDERS];
    struct talk_order orders[TALK_ORDERS];
    uint32_t count;
};

static bool
find_intents(struct call *c, struct batch *b)
{
    const struct desk_options *o = &c->desk->o;

    b->count = c->m.orders.count;
    if (b->count == 0 || b->count > TALK_ORDERS)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        b->intents[i] = o->intent(o->arg, &c->m.orders.at[i].token);
        if (!b->intents[i])
            return false;
    }
    return true;
}

/* Those of one grant after the other. */
static enum signer_no
sign(struct call *c, struct batch *b)
{
    const struct desk_options *o = &c->desk->o;
    enum signer_no no = SIGNER_NO_none;
    uint32_t bad;

    for (uint32_t i = 0, n; i < b->count && no == SIGNER_NO_none; i += n) {
        const struct uuid *auth = &b->intents[i]->auth;
        const struct grant *grant = o->grant(o->arg, auth);
        for (n = 1; i + n < b->count; n++)
            if (!uuid_equal(&b->intents[i + n]->auth, auth))
                break;
        no = grant ? signer_ask_orders(o->signer, grant, &b->intents[i], n,
                                       &b->signed_[i], &bad)
                   : SIGNER_NO_grant;
    }
    return no;
}

static void
bytes_are_out(void *arg)
{
    struct lane *l = arg;

    if (!l->held)
        return;
    l->held = false;
    l->desk->o.release(l->desk->o.arg);
}

static void
answered(void *arg, const struct http_answer *a)
{
    struct lane *l = arg;
    struct call *c = l->call;

    must(c && !l->held);
    crash_point("executor", "answered");
    l->call = NULL;
    desk_sample(l->desk, DESK_HOP_answer, &c->at);
    if (a->status == 0)
        l->next = (struct nanos){ 0 }; /* Opened again at once. */
    desk_answer(c, a);
    crash_point("executor", "heard");
}

static bool
send_by(struct lane *l, struct call *c, const struct http_request *q)
{
    struct desk *k = l->desk;

    switch (http_send_once(l->http, q, bytes_are_out, answered, l)) {
    case HTTP_NOT_SENT: return false;
    case HTTP_SENDING:
        l->held = true;
        k->o.hold(k->o.arg);
        break;
    case HTTP_SENT: break;
    }
    l->call = c;
    c->sent = clock_wall();
    crash_point("executor", "sent");
    return true;
}

static void
send_request(struct call *c)
{
    struct desk *k = c->desk;
    struct desk_ask a;
    enum signer_no no;

    if (!desk_ask(k, &a, &no)) {
        desk_call_over(c, REASON_SIGNATURE, signer_words(no));
        return;
    }
    /* Signing may have taken long: we, or the signer, may have been stopped. */
    enum reason why = k->o.refuses(k->o.arg);
    if (why != REASON_none) {
        desk_call_over(c, why, "it took too long to be sent");
        return;
    }
    for (uint32_t i = 0; i < k->o.lanes; i++)
        if (!k->lanes[i].call && send_by(&k->lanes[i], c, &a.q))
            return;
    desk_call_over(c, REASON_NOT_SENT, "no free connection is open");
}

void
desk_place(struct call *c)
{
    struct batch b;
    struct desk *k = c->desk;
    enum reason why = k->o.refuses(k->o.arg);
    enum signer_no no;

    c->at = k->o.began(k->o.arg);
    desk_sample(k, DESK_HOP_disk, &c->at);
    if (why != REASON_none) {
        desk_call_over(c, why, "nothing may be sent now");
        return;
    }
    if (!find_intents(c, &b)) {
        desk_call_over(c, REASON_BAD_INPUT, "an order nobody intended");
        return;
    }
    crash_point("executor", "intended");
    no = sign(c, &b);
    if (no != SIGNER_NO_none) {
        desk_call_over(c, REASON_SIGNATURE, signer_words(no));
        return;
    }
    desk_sample(k, DESK_HOP_sign, &c->at);
    crash_point("executor", "signed");
    for (uint32_t i = 0; i < b.count; i++)
        b.orders[i] = (struct talk_order){ b.intents[i], &b.signed_[i] };
    if (!k->o.talk->write_request(&c->m, b.orders, b.count, &k->account,
                                  &k->memory, &k->request)) {
        desk_call_over(c, REASON_BAD_INPUT, "no request can be made of it");
        return;
    }
    send_request(c);
    if (!c->over)
        desk_sample(k, DESK_HOP_write, &c->at);
}
