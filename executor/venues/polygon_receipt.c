/* polygon_receipt - what a receipt says, and what moved by it */

/* Events are known by contract and topic, never by their place.  One of ours
 * that cannot be read makes the moves unknown, not the receipt: then balances
 * have to tell. */

#include "executor/venues/polygon.h"

#include "common/hex.h"
#include "executor/encode/abi.h"

#include <string.h>

enum { LOGS_MAX = 256, TOPICS_MAX = 4, BATCH_MAX = 64, WORD = 32 };

bool
polygon_quantity(const struct json_value *v, uint64_t *n)
{
    const char *s = json_string(v);
    size_t size = s ? strlen(s) : 0;

    *n = 0;
    if (size < 3 || size > 18 || s[0] != '0' || s[1] != 'x' ||
        (s[2] == '0' && size > 3))
        return false;
    for (size_t i = 2; i < size; i++) {
        char c = s[i];
        uint64_t digit = c >= '0' && c <= '9'   ? (uint64_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint64_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16)
            return false;
        *n = *n << 4 | digit;
    }
    return true;
}

bool
polygon_hash(const struct json_value *v, struct hash *h)
{
    const char *s = json_string(v);
    size_t count;

    return s && hex_data_parse(s, strlen(s), h->b, sizeof h->b, &count) &&
           count == sizeof h->b;
}

static bool
address_of(const struct json_value *v, struct address *a)
{
    const char *s = json_string(v);
    size_t count;

    return s && hex_data_parse(s, strlen(s), a->b, sizeof a->b, &count) &&
           count == sizeof a->b;
}

/* A word that fits a signed amount. */
static bool
amount_of(const struct hash *word, int64_t *n)
{
    uint64_t u;

    if (!word_count(word, &u) || u > INT64_MAX)
        return false;
    *n = (int64_t)u;
    return true;
}

struct event {
    struct address at;
    struct hash topic[TOPICS_MAX];
    uint32_t topics;
    uint8_t data[(2 * BATCH_MAX + 4) * WORD];
    size_t size;
};

static bool
read_event(const struct json_value *v, struct event *e)
{
    const struct json_value *topics = json_get(v, "topics");
    const char *data = json_string(json_get(v, "data"));

    e->topics = 0;
    if (!address_of(json_get(v, "address"), &e->at) || !data ||
        !hex_data_parse(data, strlen(data), e->data, sizeof e->data,
                        &e->size) ||
        json_size(topics) > TOPICS_MAX)
        return false;
    for (const struct json_value *t = json_first(topics); t;
         t = json_next(t))
        if (!polygon_hash(t, &e->topic[e->topics++]))
            return false;
    return true;
}

static bool
is_whom(const struct hash *topic, const struct address *a)
{
    static const uint8_t zeros[12];

    return memcmp(topic->b, zeros, sizeof zeros) == 0 &&
           memcmp(topic->b + sizeof zeros, a->b, sizeof a->b) == 0;
}

static bool
move(int64_t *sum, const struct hash *word, int sign)
{
    int64_t n;

    return amount_of(word, &n) &&
           !__builtin_add_overflow(*sum, sign * n, sum);
}

/* +1 to the owner, -1 from him, 0 for others' and for himself. */
static int
sign_of(const struct event *e, uint32_t from, const struct rpc_watch *w)
{
    return (int)is_whom(&e->topic[from + 1], &w->owner) -
           (int)is_whom(&e->topic[from], &w->owner);
}

static bool
move_token(struct rpc_moves *m, const struct rpc_watch *w,
           const struct hash *id, const struct hash *amount, int sign)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (hash_equal(id, &w->token[i]))
            return move(&m->token[i].micros, amount, sign);
    return true;
}

static bool
move_batch(struct rpc_moves *m, const struct rpc_watch *w,
           const struct event *e, int sign)
{
    struct hash word, id, amount;
    uint64_t at[2], count[2];

    for (size_t i = 0; i < 2; i++)
        if (!abi_word(e->data, e->size, i, &word) ||
            !word_count(&word, &at[i]) || at[i] % WORD != 0 ||
            !abi_word(e->data, e->size, (size_t)(at[i] / WORD), &word) ||
            !word_count(&word, &count[i]) || count[i] > BATCH_MAX)
            return false;
    if (count[0] != count[1])
        return false;
    for (uint64_t i = 1; i <= count[0]; i++)
        if (!abi_word(e->data, e->size, (size_t)(at[0] / WORD + i), &id) ||
            !abi_word(e->data, e->size, (size_t)(at[1] / WORD + i),
                      &amount) ||
            !move_token(m, w, &id, &amount, sign))
            return false;
    return true;
}

static bool
add_moves(struct rpc_moves *m, const struct rpc_watch *w,
          const struct event *e)
{
    struct hash transfer = abi_topic("Transfer(address,address,uint256)");
    struct hash single = abi_topic(
        "TransferSingle(address,address,address,uint256,uint256)");
    struct hash batch = abi_topic(
        "TransferBatch(address,address,address,uint256[],uint256[])");
    struct hash id, amount;

    if (address_equal(&e->at, &w->collateral) && e->topics == 3 &&
        hash_equal(&e->topic[0], &transfer))
        return abi_word(e->data, e->size, 0, &amount) &&
               move(&m->cash.micros, &amount, sign_of(e, 1, w));
    if (!address_equal(&e->at, &w->positions) || e->topics != 4)
        return true;
    if (hash_equal(&e->topic[0], &single))
        return abi_word(e->data, e->size, 0, &id) &&
               abi_word(e->data, e->size, 1, &amount) &&
               move_token(m, w, &id, &amount, sign_of(e, 2, w));
    if (hash_equal(&e->topic[0], &batch))
        return move_batch(m, w, e, sign_of(e, 2, w));
    return true;
}

/* Logs that cannot be read are a reason to look at the balances. */
static void
read_logs(const struct rpc_watch *w, const struct json_value *logs,
          struct rpc_receipt *r)
{
    struct rpc_moves *m = &r->moves;
    struct event e;

    m->known = json_is_array(logs) && json_size(logs) <= LOGS_MAX;
    for (const struct json_value *v = json_first(logs); m->known && v;
         v = json_next(v)) {
        m->known = read_event(v, &e) && add_moves(m, w, &e);
        r->failed |= m->known && address_equal(&e.at, &w->owner) &&
                     e.topics > 0 && !hash_is_zero(&w->failure) &&
                     hash_equal(&e.topic[0], &w->failure);
    }
}

bool
polygon_receipt(const struct rpc_question *q, const struct json_value *v,
                struct rpc_receipt *r)
{
    uint64_t status;
    struct hash tx;

    if (!polygon_hash(json_get(v, "transactionHash"), &tx) ||
        !hash_equal(&tx, &q->tx) ||
        !polygon_quantity(json_get(v, "status"), &status) || status > 1 ||
        !polygon_hash(json_get(v, "blockHash"), &r->block_hash) ||
        !polygon_quantity(json_get(v, "blockNumber"), &r->block) ||
        r->block == 0 ||
        !polygon_quantity(json_get(v, "gasUsed"), &r->gas_used))
        return false;
    r->done = status == 1;
    if (!polygon_quantity(json_get(v, "effectiveGasPrice"), &r->gas_price))
        r->gas_price = 0;
    if (q->watch)
        read_logs(q->watch, json_get(v, "logs"), r);
    return true;
}
