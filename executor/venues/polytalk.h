/* polytalk - what the files that talk to Polymarket's CLOB share */
#ifndef EXECUTOR_VENUES_POLYTALK_H
#define EXECUTOR_VENUES_POLYTALK_H

#include "common/json.h"
#include "executor/talk.h"

/* What an error proves about orders that were sent with it. */
enum polytalk_proof {
    POLYTALK_PROVES_NOTHING, /* They may have been taken. */
    POLYTALK_PROVES_ONE,     /* The one it speaks of was not. */
    POLYTALK_PROVES_ALL      /* None of the request was. */
};

struct polytalk_verdict {
    enum reason reason;
    enum polytalk_proof proof;
};

/* polytalk_words.c: the venue's vocabulary.  Of the text of an error; one
 * nobody knows is REFUSED and proves nothing. */
struct polytalk_verdict polytalk_error(const char *text);
/* Both vocabularies ("ORDER_STATE_LIVE", "CANCELED_no match"), any case;
 * unknown for a word nobody knows. */
enum order_state polytalk_status(const char *word, enum reason *why,
                                 bool *delayed);
/* Provisional for a word nobody knows: that never frees anything. */
enum fill_state polytalk_settlement(const char *word, bool *known);
/* Copies what can be printed of at most size bytes, cut to fit. */
void polytalk_quote(struct text *out, const char *s, size_t size);

/* polytalk_values.c: numbers and ids as the venue writes them.  False leaves
 * *out alone. */
bool polytalk_id(const struct json_value *v, struct hash *id);
bool polytalk_token(const struct json_value *v, struct hash *token);
bool polytalk_side(const struct json_value *v, enum side *side);
/* A decimal, as number or text, ".48" too; digits beyond a millionth are cut
 * off, what is negative or beyond 10^12 is refused; "" is 0. */
bool polytalk_decimal(const struct json_value *v, int64_t *micros);
/* An integer of base units; what does not fit is INT64_MAX. */
bool polytalk_units(const struct json_value *v, int64_t *micros);
/* Seconds, or milliseconds, since 1970; 0 when it is neither. */
struct nanos polytalk_time(const struct json_value *v);
/* The same text, letters of any case; both must be there. */
bool polytalk_same(const struct json_value *v, const char *own);

/* polytalk_read.c: one object of either channel; false: it is none.  call is
 * that of the words said. */
bool polytalk_read_order(const struct json_value *o, uint64_t call,
                         const struct talk_sink *sink);
/* Says a word for each of our orders in it, *said of them; false when it, or
 * a part that is ours, cannot be read. */
bool polytalk_read_trade(const struct json_value *o, uint64_t call,
                         const struct talk_account *account,
                         const struct talk_sink *sink, uint32_t *said);

/* polytalk_write.c */
bool polytalk_write_request(const struct venue_call *call,
                            const struct talk_order *orders, uint32_t count,
                            const struct talk_account *account,
                            const struct talk_memory *memory,
                            struct talk_request *out);
bool polytalk_write_refresh(const struct hash *token,
                            const struct talk_account *account,
                            struct talk_request *out);
size_t polytalk_write_subscribe(const struct talk_account *account, char *out,
                                size_t cap);

/* polytalk_answer.c */
void polytalk_read_answer(const struct venue_call *call,
                          const struct talk_account *account,
                          const struct talk_answer *answer,
                          struct talk_memory *memory,
                          const struct talk_sink *sink,
                          struct venue_done *done);

/* polytalk_place.c: what became of the orders of a place. */
struct polytalk_reading {
    const struct venue_call *call;
    const struct talk_account *account;
    const struct talk_answer *answer;
    const struct json_value *root; /* NULL: no JSON. */
    const struct talk_sink *sink;
    struct venue_done *done;
};
void polytalk_read_place(struct polytalk_reading *r);

#endif /* EXECUTOR_VENUES_POLYTALK_H */
