/* chain_receipt - what a node tells of a transaction in a block
 *
 * Its events are those of the real contracts as far as a wallet's dollars and
 * shares go. */
#include "tests/simex/chain_own.h"

#include "common/hex.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_BYTES (2 * CHAIN_RAW + 3)

void
chain_hex(struct quill *q, const uint8_t *b, size_t size)
{
    char text[TEXT_BYTES];
    hex_format(b, size, text);
    quill_say(q, "\"0x%s\"", text);
}

static void
put_words(struct quill *q, uint8_t (*words)[32], uint32_t count)
{
    char text[65];
    quill_text(q, "\"0x");
    for (uint32_t i = 0; i < count; i++) {
        hex_format(words[i], 32, text);
        quill_text(q, text);
    }
    quill_text(q, "\"");
}

/* Contract, topics and data; from and to are the last two topics. */
static void
put_log(struct quill *q, const char *at, const char *event,
        uint8_t (*topics)[32], uint32_t count,
        uint8_t (*data)[32], uint32_t data_count)
{
    uint8_t topic[32];
    abi_topic(event, topic);
    quill_say(q, "{\"address\":\"%s\",\"topics\":[", at);
    chain_hex(q, topic, sizeof topic);
    for (uint32_t i = 0; i < count; i++) {
        quill_text(q, ",");
        chain_hex(q, topics[i], 32);
    }
    quill_text(q, "],\"data\":");
    put_words(q, data, data_count);
    quill_text(q, "}");
}

/* Dollars and shares go between the wallet and the adapter; false when none
 * do. */
static bool
put_logs(struct quill *q, const struct chain *c, const struct chain_tx *t)
{
    const struct effect *e = &t->effect;
    struct address adapter = { { 0 } };
    uint8_t topics[3][32], data[8][32];
    const struct address *mine = &c->desk->wallets[e->wallet].address;
    bool in = e->deed == DEED_split; /* Shares come to the wallet. */
    if (e->deed == DEED_none || e->deed == DEED_approve ||
        e->deed == DEED_approve_all)
        return false;
    (void)address_read(chain_places[e->by], &adapter);
    word_address(in ? mine : &adapter, topics[0]);
    word_address(in ? &adapter : mine, topics[1]);
    word_number((uint64_t)(in ? -e->cash : e->cash), data[0]);
    put_log(q, chain_places[PLACE_CASH],
            "Transfer(address,address,uint256)", topics, 2, data, 1);
    word_address(&adapter, topics[0]);
    word_address(in ? &adapter : mine, topics[1]);
    word_address(in ? mine : &adapter, topics[2]);
    word_number(64, data[0]);
    word_number(160, data[1]);
    word_number(2, data[2]);
    word_number(2, data[5]);
    for (uint32_t i = 0; i < 2; i++) {
        const struct listed_market *m =
            &c->desk->x->listing->markets[e->market];
        memcpy(data[3 + i], m->key[i].b, 32);
        word_number((uint64_t)(in ? e->shares[i] : -e->shares[i]),
                    data[6 + i]);
    }
    quill_text(q, ",");
    put_log(q, chain_places[PLACE_SETS], "TransferBatch(address,address,"
            "address,uint256[],uint256[])", topics, 3, data, 8);
    return true;
}

/* The last: whether what a Safe called went well. */
static void
put_safe(struct quill *q, const struct chain *c, const struct effect *e,
         bool more)
{
    uint8_t data[2][32];
    char at[43];
    memcpy(data[0], e->safe_tx, 32);
    word_number(0, data[1]);
    quill_text(q, more ? "," : "");
    put_log(q, address_text(&c->desk->wallets[e->wallet].address, at),
            e->carried == CARRIED_safe ? "ExecutionSuccess(bytes32,uint256)"
                                       : "ExecutionFailure(bytes32,uint256)",
            NULL, 0, data, 2);
}

void
chain_receipt(const struct chain *c, const struct chain_tx *t,
              struct quill *q)
{
    char from[43], to[43];
    quill_text(q, "{\"transactionHash\":");
    chain_hex(q, t->raw.hash, 32);
    quill_text(q, ",\"blockHash\":");
    chain_hex(q, t->block_hash, 32);
    quill_say(q, ",\"blockNumber\":\"0x%" PRIx64 "\",\"transactionIndex\":"
              "\"0x%" PRIx64 "\",\"from\":\"%s\",\"to\":\"%s\","
              "\"gasUsed\":\"0x%" PRIx64 "\",\"cumulativeGasUsed\":\"0x%"
              PRIx64 "\",\"effectiveGasPrice\":\"0x%" PRIx64 "\","
              "\"contractAddress\":null,\"type\":\"0x2\",\"status\":\"0x%d\","
              "\"logs\":[", t->block, t->index,
              address_text(&t->raw.from, from), address_text(&t->raw.to, to),
              t->used, t->used, t->price, t->done);
    if (t->done) {
        const struct effect *e = &t->effect;
        bool more = put_logs(q, c, t);
        if (e->carried == CARRIED_safe || e->carried == CARRIED_failed)
            put_safe(q, c, e, more);
    }
    quill_text(q, "]}");
}
