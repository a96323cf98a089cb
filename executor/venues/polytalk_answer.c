/* polytalk_answer - what came back of any request, and what it proves */

/* First the frame: did anything leave, is there a status, is the body the
 * API's JSON or some edge's page.  425, 429 and a 503 that is JSON are the
 * venue's word that nothing was taken; a page of HTML never proves anything.
 * Then the body, by what was asked. */

#include "executor/venues/polytalk.h"

#include <string.h>

enum { WORDS_MOST = 1024, RETRY_MOST_S = 3600 };

static void
judge_status(const struct talk_answer *a, bool json, struct venue_done *d)
{
    d->end = CALL_END_unknown;
    d->reason = REASON_UNANSWERED;
    if (!a->left) {
        d->end = CALL_END_not_sent;
        d->reason = REASON_NOT_SENT;
    } else if (a->status == 425) {
        d->end = json || a->size == 0 ? CALL_END_refused : CALL_END_unknown;
        d->reason = REASON_VENUE_DOWN;
    } else if (a->status == 429) {
        d->end = json || a->size == 0 ? CALL_END_refused : CALL_END_unknown;
        d->reason = REASON_THROTTLED;
    } else if (a->status == 503) {
        d->end = json ? CALL_END_refused : CALL_END_unknown;
        d->reason = REASON_VENUE_DOWN;
    } else if (a->status == 401) {
        d->end = json ? CALL_END_refused : CALL_END_unknown;
        d->reason = REASON_SIGNATURE;
    } else if (a->status == 403) {
        d->end = json ? CALL_END_refused : CALL_END_unknown;
        d->reason = REASON_FORBIDDEN;
    } else if (a->status >= 400 && a->status < 500) {
        d->reason = json ? REASON_REFUSED : REASON_BAD_INPUT;
    } else if (a->status >= 200 && a->status < 300) {
        d->reason = json ? REASON_none : REASON_BAD_INPUT;
    }
}

static void
read_retry(struct polytalk_reading *r)
{
    int64_t s = r->answer->retry_after_s, said = 0;

    if (json_int(json_get(r->root, "retry_after_seconds"), &said) && said > s)
        s = said;
    if (s < 0)
        s = 0;
    r->done->retry.ms = (s > RETRY_MOST_S ? RETRY_MOST_S : s) * 1000;
}

static void
read_words(struct polytalk_reading *r)
{
    static const char *const keys[] = { "error", "errorMsg", "error_msg",
                                        "code" };
    const struct talk_answer *a = r->answer;

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *s = json_string(json_get(r->root, keys[i]));

        if (s != NULL && s[0] != '\0') {
            polytalk_quote(&r->done->words, s, strlen(s));
            return;
        }
    }
    if (a->body != NULL && (a->status < 200 || a->status >= 300 ||
                            r->root == NULL))
        polytalk_quote(&r->done->words, a->body,
                       a->size < WORDS_MOST ? a->size : WORDS_MOST);
}

/* {"canceled":[ids],"not_canceled":{id:reason}}.  Not cancelled may mean it
 * was before, or has traded: its state is to be looked up. */
static bool
read_cancelled(struct polytalk_reading *r)
{
    const struct json_value *yes = json_get(r->root, "canceled");
    const struct json_value *no = json_get(r->root, "not_canceled");

    if (!json_is_array(yes) && !json_is_object(no))
        return false;
    for (const struct json_value *v = json_first(yes); v != NULL;
         v = json_next(v)) {
        struct venue_order m = { .call = r->call->call,
                                 .state = ORDER_STATE_cancelled };

        if (!polytalk_id(v, &m.order)) {
            r->sink->bad(r->sink->self, "cancelled, but no id");
            continue;
        }
        r->sink->order(r->sink->self, &m);
        r->done->found++;
    }
    for (const struct json_value *v = json_first(no); v != NULL;
         v = json_next(v)) {
        struct venue_order m = { .call = r->call->call,
                                 .state = ORDER_STATE_unknown,
                                 .reason = REASON_NOT_FOUND };
        const char *id = json_key(v), *why = json_string(v);

        if (id == NULL || !hash_parse(id, strlen(id), &m.order)) {
            r->sink->bad(r->sink->self, "not cancelled, but no id");
            continue;
        }
        polytalk_quote(&m.words, why != NULL ? why : "",
                       why != NULL ? strlen(why) : 0);
        r->sink->order(r->sink->self, &m);
    }
    return true;
}

/* None, or one that is not about what was asked, has found = 0. */
static bool
read_looked(struct polytalk_reading *r)
{
    struct hash id;

    if (json_is_null(r->root) ||
        (json_is_object(r->root) && json_size(r->root) == 0))
        return true;
    if (!polytalk_id(json_get(r->root, "id"), &id) ||
        r->call->orders.count != 1 ||
        !hash_equal(&id, &r->call->orders.at[0].token)) {
        r->sink->bad(r->sink->self, "the answer is about another order");
        return false;
    }
    if (!polytalk_read_order(r->root, r->call->call, r->sink))
        return false;
    r->done->found = 1;
    return true;
}

/* A page that cannot be read whole proves nothing about what is not on it. */
static bool
read_page(struct polytalk_reading *r)
{
    const struct json_value *data = json_get(r->root, "data");
    const char *next = json_string(json_get(r->root, "next_cursor"));
    bool trades = r->call->op == VENUE_OP_look_trades, whole = true;

    if (json_is_array(r->root)) {
        data = r->root; /* Seen without its page. */
        next = "";
    }
    if (!json_is_array(data) || next == NULL ||
        strlen(next) >= sizeof r->done->cursor.s)
        return false;
    for (const struct json_value *o = json_first(data); o != NULL;
         o = json_next(o)) {
        uint32_t said = 0;

        if (trades) {
            whole &= polytalk_read_trade(o, r->call->call, r->account,
                                         r->sink, &said);
        } else {
            said = polytalk_read_order(o, r->call->call, r->sink);
            whole &= said > 0;
        }
        r->done->found += said;
    }
    if (strcmp(next, "LTE=") != 0)
        polytalk_quote(&r->done->cursor, next, strlen(next));
    return whole;
}

static bool
read_balance(struct polytalk_reading *r)
{
    const struct json_value *all = json_get(r->root, "allowances");
    struct venue_balance m = { .call = r->call->call,
                               .token = r->call->token };
    int64_t one;

    if (!polytalk_units(json_get(r->root, "balance"), &m.held.micros))
        return false;
    m.allowance.micros = json_size(all) > 0 ? INT64_MAX : 0;
    for (const struct json_value *v = json_first(all); v != NULL;
         v = json_next(v)) {
        if (!polytalk_units(v, &one))
            return false;
        if (one < m.allowance.micros)
            m.allowance.micros = one;
    }
    if (all == NULL && polytalk_units(json_get(r->root, "allowance"), &one))
        m.allowance.micros = one;
    r->sink->balance(r->sink->self, &m);
    r->done->found = 1;
    return true;
}

static bool
read_heartbeat(struct polytalk_reading *r, struct talk_memory *memory)
{
    const char *id = json_string(json_get(r->root, "heartbeat_id"));
    const char *error = json_string(json_get(r->root, "error_msg"));

    if (!r->account->heartbeat_ids)
        return json_is_object(r->root);
    if (id == NULL || (error != NULL && error[0] != '\0') ||
        strlen(id) >= sizeof memory->heartbeat.s)
        return false;
    polytalk_quote(&memory->heartbeat, id, strlen(id));
    return true;
}

static bool
read_body(struct polytalk_reading *r, struct talk_memory *memory)
{
    switch (r->call->op) {
    case VENUE_OP_cancel:
    case VENUE_OP_cancel_market:
    case VENUE_OP_cancel_all:
        return read_cancelled(r);
    case VENUE_OP_look_order:
        return read_looked(r);
    case VENUE_OP_look_trades:
    case VENUE_OP_look_open:
        return read_page(r);
    case VENUE_OP_look_balance:
        return read_balance(r);
    case VENUE_OP_heartbeat:
        return read_heartbeat(r, memory);
    case VENUE_OP_place:
    case VENUE_OP_split:
    case VENUE_OP_merge:
    case VENUE_OP_convert:
    case VENUE_OP_redeem:
    case venue_op_end_:
        return false;
    }
    return false;
}

/* Everything but a place: nothing new can have come of it, so what is not
 * answered is asked again. */
static void
read_other(struct polytalk_reading *r, struct talk_memory *memory)
{
    struct venue_done *d = r->done;
    int status = r->answer->status;
    bool html = r->root == NULL && r->answer->size > 0;

    if (status >= 200 && status < 300) {
        /* An order that is not active any more: an empty answer. */
        bool none = r->call->op == VENUE_OP_look_order &&
                    r->answer->size == 0;

        if (none || (r->root != NULL && read_body(r, memory))) {
            d->end = CALL_END_answered;
            d->reason = REASON_none;
            return;
        }
        d->reason = REASON_BAD_INPUT;
    } else if (status == 404 && r->call->op == VENUE_OP_look_order && !html) {
        d->end = CALL_END_answered;
        d->reason = REASON_NOT_FOUND;
        return;
    } else if (status >= 400 && status < 500 && r->root != NULL &&
               d->end != CALL_END_refused) {
        d->end = CALL_END_refused;
        d->reason = polytalk_error(d->words.s).reason;
    }
    /* The chain of heartbeats broke: the next one begins another. */
    if (r->call->op == VENUE_OP_heartbeat && r->answer->left)
        memory->heartbeat = (struct text){ { 0 } };
}

void
polytalk_read_answer(const struct venue_call *call,
                     const struct talk_account *account,
                     const struct talk_answer *answer,
                     struct talk_memory *memory,
                     const struct talk_sink *sink, struct venue_done *done)
{
    struct polytalk_reading r = { call, account, answer, NULL, sink, done };
    struct json *json = NULL;
    struct why why;

    *done = (struct venue_done){ .call = call->call, .op = call->op };
    if (answer->status > 0)
        done->status = (uint64_t)answer->status;
    if (answer->body != NULL && answer->size > 0 && answer->status > 0)
        json = json_parse(answer->body, answer->size, &why);
    if (json != NULL)
        r.root = json_root(json);
    judge_status(answer, r.root != NULL, done);
    read_retry(&r);
    read_words(&r);
    if (call->op == VENUE_OP_place)
        polytalk_read_place(&r);
    else
        read_other(&r, memory);
    if (json != NULL)
        json_destroy(&json);
}
