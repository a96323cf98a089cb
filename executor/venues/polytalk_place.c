/* polytalk_place - what became of the orders of one place */

/* Accepted is only what the venue calls accepted in every field; refused only
 * what a known refusal proves.  All else is unknown and is looked up by its
 * id.  Answers of a batch stand in the order of the request: an id at another
 * place, or one we never sent, makes that order unknown, and is said aloud.
 *
 * A refusal of a whole batch that speaks of one order proves nothing of the
 * others: they are processed side by side. */

#include "executor/venues/polytalk.h"

#include <string.h>

static void
say(struct polytalk_reading *r, uint32_t i, enum order_state state,
    enum reason why, const char *words)
{
    struct venue_order m = {
        .call = r->call->call,
        .order = r->call->orders.at[i].token,
        .state = state,
        .reason = why,
    };

    polytalk_quote(&m.words, words, strlen(words));
    r->sink->order(r->sink->self, &m);
    r->done->found++;
}

/* The same word about every order of the place. */
static void
say_all(struct polytalk_reading *r, enum order_state state, enum reason why)
{
    for (uint32_t i = 0; i < r->call->orders.count; i++)
        say(r, i, state, why, r->done->words.s);
}

/* An id the venue gave an order of ours, that is not its own: the next look
 * at what rests there finds it. */
static void
say_foreign(struct polytalk_reading *r, uint32_t i)
{
    r->sink->bad(r->sink->self, "an order under an id that is not its own");
    r->done->reason = REASON_FOREIGN;
    say(r, i, ORDER_STATE_unknown, REASON_FOREIGN, "another id");
}

/* Shares matched, as far as said: "making" and "taking" by our side. */
static struct qty
matched_of(const struct json_value *o, const char *side)
{
    struct qty q = { 0 };

    if (!polytalk_decimal(json_get(o, side), &q.micros))
        q.micros = 0;
    return q;
}

static void
say_taken(struct polytalk_reading *r, uint32_t i, const struct json_value *o,
          const char *status)
{
    struct venue_order m = {
        .call = r->call->call,
        .order = r->call->orders.at[i].token,
    };

    m.state = polytalk_status(status, &m.reason, &m.delayed);
    /* Which of both amounts are shares is told by the side, which is not in
     * the answer: the larger, as a share costs less than a dollar. */
    if (m.state == ORDER_STATE_matched) {
        struct qty making = matched_of(o, "makingAmount");
        struct qty taking = matched_of(o, "takingAmount");

        m.matched = making.micros > taking.micros ? making : taking;
    }
    if (m.state != ORDER_STATE_live && m.state != ORDER_STATE_matched)
        m.state = ORDER_STATE_unknown;
    polytalk_quote(&m.words, status, strlen(status));
    r->sink->order(r->sink->self, &m);
    r->done->found++;
}

/* The error of an object, "" when there is none. */
static const char *
error_of(const struct json_value *o)
{
    static const char *const keys[] = { "errorMsg", "error" };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *s = json_string(json_get(o, keys[i]));

        if (s != NULL && s[0] != '\0')
            return s;
    }
    return "";
}

static void
read_one(struct polytalk_reading *r, uint32_t i, const struct json_value *o)
{
    const char *error = error_of(o);
    const char *id = json_string(json_get(o, "orderID"));
    const char *status = json_string(json_get(o, "status"));
    bool success = false, said = json_bool(json_get(o, "success"), &success);
    struct hash own;

    if (id != NULL && id[0] != '\0') {
        if (!polytalk_id(json_get(o, "orderID"), &own) ||
            !hash_equal(&own, &r->call->orders.at[i].token))
            say_foreign(r, i);
        else if (said && success && error[0] == '\0' && status != NULL)
            say_taken(r, i, o, status);
        else
            say(r, i, ORDER_STATE_unknown, REASON_BAD_INPUT, error);
        return;
    }
    if (error[0] != '\0') {
        struct polytalk_verdict v = polytalk_error(error);

        /* Without an id and with a reason it was not taken, unless that
         * says it was there before. */
        say(r, i,
            v.reason == REASON_DUPLICATE || v.reason == REASON_UNANSWERED
                ? ORDER_STATE_unknown
                : ORDER_STATE_rejected,
            v.reason, error);
        return;
    }
    say(r, i, ORDER_STATE_unknown, REASON_BAD_INPUT, "no id and no reason");
}

static void
read_taken(struct polytalk_reading *r)
{
    uint32_t count = r->call->orders.count, i = 0;

    r->done->end = CALL_END_answered;
    if (count == 1 && json_is_object(r->root)) {
        read_one(r, 0, r->root);
        return;
    }
    if (!json_is_array(r->root) || json_size(r->root) != count) {
        r->done->end = CALL_END_unknown;
        r->done->reason = REASON_BAD_INPUT;
        say_all(r, ORDER_STATE_unknown, REASON_BAD_INPUT);
        return;
    }
    for (const struct json_value *o = json_first(r->root); o != NULL;
         o = json_next(o))
        read_one(r, i++, o);
}

/* The order an error names by its id; the count when none. */
static uint32_t
named(const struct polytalk_reading *r, const char *error)
{
    char text[HASH_TEXT_CAP];

    for (uint32_t i = 0; i < r->call->orders.count; i++)
        if (strcasestr(error, hash_format(&r->call->orders.at[i].token,
                                          text)) != NULL)
            return i;
    return r->call->orders.count;
}

static void
read_refused(struct polytalk_reading *r)
{
    const char *error = error_of(r->root);
    struct polytalk_verdict v = polytalk_error(error);
    uint32_t count = r->call->orders.count, one = named(r, error);
    int status = r->answer->status;
    bool all;

    /* A server that failed half way says anything. */
    if ((status >= 500 && status != 503) || status < 400)
        v.proof = POLYTALK_PROVES_NOTHING;
    all = v.proof == POLYTALK_PROVES_ALL ||
          r->done->end == CALL_END_refused ||
          (v.proof == POLYTALK_PROVES_ONE && count == 1);

    if (r->done->reason == REASON_none || v.reason != REASON_REFUSED)
        r->done->reason = v.reason;
    r->done->end = all ? CALL_END_refused : CALL_END_unknown;
    for (uint32_t i = 0; i < count; i++) {
        bool proven = all || (v.proof == POLYTALK_PROVES_ONE && i == one);

        say(r, i, proven ? ORDER_STATE_rejected : ORDER_STATE_unknown,
            r->done->reason, error);
    }
}

void
polytalk_read_place(struct polytalk_reading *r)
{
    int status = r->answer->status;

    if (status >= 200 && status < 300) {
        if (r->root != NULL) {
            read_taken(r);
            return;
        }
        r->done->reason = REASON_BAD_INPUT;
        say_all(r, ORDER_STATE_unknown, REASON_BAD_INPUT);
        return;
    }
    if (json_is_object(r->root)) {
        read_refused(r);
        return;
    }
    say_all(r,
            r->done->end == CALL_END_refused ||
                    r->done->end == CALL_END_not_sent
                ? ORDER_STATE_rejected
                : ORDER_STATE_unknown,
            r->done->reason);
}
