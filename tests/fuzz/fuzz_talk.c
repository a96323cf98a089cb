/* fuzz_talk - what a live venue answers; links: executor common proto
 *
 * The first bytes choose what was asked and the status, the rest is the body,
 * or a text of the user stream.  Whatever comes: every word said can be
 * packed, a place says one word about each of its orders, and what was not
 * answered in full proves nothing was taken only when it is said to.
 * max_len: 8192
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "executor/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
    uint32_t orders, accepted;
};

static void
insist(bool ok)
{
    if (!ok)
        abort();
}

static void
on_order(void *self, const struct venue_order *m)
{
    struct heard *h = self;

    insist(m->state < order_state_end_ && m->reason < reason_end_);
    insist(m->size.micros >= 0 && m->matched.micros >= 0);
    insist(memchr(m->words.s, '\0', sizeof m->words.s) != NULL);
    h->orders++;
    h->accepted += m->state == ORDER_STATE_live ||
                   m->state == ORDER_STATE_matched;
}

static void
on_trade(void *self, const struct venue_trade *m)
{
    (void)self;
    insist(m->qty.micros > 0 && m->price.micros > 0);
    insist(m->price.micros < MICROS && m->state < fill_state_end_);
    insist(m->trade.s[0] != '\0' && !hash_is_zero(&m->order));
}

static void
on_balance(void *self, const struct venue_balance *m)
{
    (void)self;
    insist(m->held.micros >= 0 && m->allowance.micros >= 0);
}

static void
on_bad(void *self, const char *what)
{
    (void)self;
    insist(what[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = { 200, 400, 401, 403, 404, 425, 429, 500,
                                    502, 503, 0 };
    struct heard heard = { 0 };
    const struct talk_sink sink = { &heard, on_order, on_trade, on_balance,
                                    on_bad };
    struct talk_account account = { .heartbeat_ids = true };
    struct talk_memory memory = { 0 };
    struct venue_call call = { .call = 7 };
    struct talk_answer answer = { 0 };
    struct venue_done done;
    char *body;

    if (size < 3)
        return 0;
    (void)snprintf(account.id.wallet.funder_text,
                   sizeof account.id.wallet.funder_text,
                   "0x00000000000000000000000000000000000000aa");
    text_set(&account.key, "key");
    call.op = data[0] % venue_op_end_;
    call.orders.count = data[1] % (TALK_ORDERS + 1);
    for (uint32_t i = 0; i < call.orders.count; i++)
        memset(call.orders.at[i].token.b, (int)(0x11 + i), 32);
    body = malloc(size - 2);
    insist(body != NULL);
    memcpy(body, data + 3, size - 3);
    body[size - 3] = '\0';
    answer.left = data[1] < 250;
    answer.status = answer.left ? statuses[data[2] % 11] : 0;
    answer.body = body;
    answer.size = size - 3;
    talk_polymarket.read_answer(&call, &account, &answer, &memory, &sink,
                                &done);
    insist(done.end < call_end_end_ && done.reason < reason_end_);
    insist(done.call == 7 && done.retry.ms >= 0);
    if (call.op == VENUE_OP_place) {
        insist(heard.orders == call.orders.count);
        insist(heard.accepted == 0 || done.end == CALL_END_answered);
    }
    (void)talk_polymarket.read_frame(body, size - 3, &account, &sink);
    free(body);
    return 0;
}
