/* test_polygon - JSON-RPC as a node speaks it: recorded questions and answers,
 * errors of real contracts, receipts, and texts meant to harm. */
#include "executor/rpc.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "executor/encode/calls.h"
#include "tests/unit/vectors.h"

static char text[RPC_TEXT_CAP];
static struct rpc_answer got;

static void
read_text(const struct rpc_question *q, const char *s)
{
    rpc_read(q, 200, s, strlen(s), &got);
}

/* Two texts of the same JSON, whatever their blanks. */
static bool
is_same(const struct json_value *a, const struct json_value *b)
{
    const char *x = json_scalar(a), *y = json_scalar(b);

    if (x || y)
        return x && y && strcasecmp(x, y) == 0;
    a = json_first(a);
    b = json_first(b);
    for (; a && b; a = json_next(a), b = json_next(b))
        if (!is_same(a, b) ||
            (json_key(a) && strcmp(json_key(a), json_key(b)) != 0))
            return false;
    return !a && !b;
}

static void
writes(const struct rpc_question *q, const struct json_value *request)
{
    struct why why;
    struct json *j;

    size_t size = rpc_write(q, text);
    assert_int_equal(size, strlen(text));
    j = json_parse(text, strlen(text), &why);
    assert_non_null(j);
    assert_string_equal(text_at(json_root(j), "method"),
                        text_at(request, "method"));
    assert_int_equal(count_at(json_root(j), "id"), count_at(request, "id"));
    if (!is_same(at(json_root(j), "params"), at(request, "params")))
        fail_msg("%s", text);
    json_destroy(&j);
}

static const struct json_value *
sample(const struct json *j, const char *method)
{
    for each(s, at(json_root(j), "samples"))
        if (json_get(s, "request") &&
            strcmp(text_at(s, "request.method"), method) == 0)
            return s;
    fail();
    return NULL;
}

static size_t
hex_of(const char *s, uint8_t *b, size_t cap)
{
    size_t size = 0;

    must(hex_data_parse(s, strlen(s), b, cap, &size));
    return size;
}

/* The response of a sample as text: values are short, or made here again. */
static void
reads(const struct rpc_question *q, const struct json_value *s)
{
    snprintf(text, sizeof text,
             "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":\"%s\"}",
             text_at(s, "response.id"), text_at(s, "response.result"));
    read_text(q, text);
    assert_int_equal(got.end, RPC_END_said);
    assert_int_equal(got.id, q->id);
}

static void
recorded_questions_are_written_and_answers_read(void **state)
{
    static const struct {
        const char *method;
        enum rpc_method m;
        uint64_t is;
    } plain[] = {
        { "eth_chainId", RPC_chain, 137 },
        { "eth_blockNumber", RPC_head, 0x38 },
        { "eth_getTransactionCount", RPC_pending, 0x38 },
        { "eth_maxPriorityFeePerGas", RPC_priority, 0x6fc23ac00 },
        { "eth_getBalance", RPC_wei, UINT64_MAX }, /* 9999 of them. */
    };
    struct json *j = vectors_open("chain_rpc_samples");
    struct rpc_question q = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        const struct json_value *s = sample(j, plain[i].method);
        q = (struct rpc_question){ .id = count_at(s, "request.id"),
                                   .method = plain[i].m };
        must(address_parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", 42,
                           &q.from));
        writes(&q, at(s, "request"));
        reads(&q, s);
        assert_true(got.count == plain[i].is);
    }
    json_destroy(&j);
}

static void
a_recorded_transaction_is_sent_and_known_by_its_hash(void **state)
{
    struct json *j = vectors_open("chain_rpc_samples");
    const struct json_value *s = sample(j, "eth_sendRawTransaction");
    const struct json_value *raw = json_first(at(s, "request.params"));
    uint8_t bytes[RPC_DATA_CAP];
    struct rpc_question q = { .id = 11, .method = RPC_send, .data = bytes };

    (void)state;
    q.size = hex_of(json_string(raw), bytes, sizeof bytes);
    q.tx = hash_at(s, "response.result");
    writes(&q, at(s, "request"));
    reads(&q, s);
    assert_int_equal(got.taken, RPC_TAKEN_yes);
    q.tx.b[0] ^= 1; /* An answer about another transaction proves nothing. */
    read_text(&q, text);
    assert_int_equal(got.end, RPC_END_lost);
    assert_int_equal(got.taken, RPC_TAKEN_unknown);
    json_destroy(&j);
}

static void
calls_and_estimates_carry_the_call(void **state)
{
    struct json *j = vectors_open("chain_rpc_samples");
    const struct json_value *s = sample(j, "eth_estimateGas");
    const struct json_value *call = json_first(at(s, "request.params"));
    uint8_t bytes[RPC_DATA_CAP];
    struct rpc_question q = { .id = 632, .method = RPC_estimate,
                              .data = bytes };

    (void)state;
    q.from = address_at(call, "from");
    q.to = address_at(call, "to");
    q.size = hex_of(text_at(call, "data"), bytes, sizeof bytes);
    writes(&q, at(s, "request"));
    reads(&q, s);
    assert_int_equal(got.count, 0x7142);
    s = sample(j, "eth_call");
    q = (struct rpc_question){ .id = 633, .method = RPC_call,
                               .data = bytes };
    reads(&q, s);
    assert_int_equal(got.count, 1);
    struct hash word = hash_at(s, "response.result");
    assert_true(hash_equal(&got.word, &word));
    q.block = 0x37;
    rpc_write(&q, text);
    assert_non_null(strstr(text, "\"0x37\"]"));
    read_text(&q, "{\"id\":633,\"result\":\"0x\"}");
    assert_int_equal(got.end, RPC_END_said);
    assert_int_equal(got.count, 0); /* No contract there, or no value. */
    json_destroy(&j);
}

static void
the_base_fee_is_that_of_the_next_block(void **state)
{
    const struct rpc_question q = { .id = 630, .method = RPC_base };

    (void)state;
    read_text(&q, "{\"jsonrpc\":\"2.0\",\"id\":630,\"result\":{"
                  "\"baseFeePerGas\":[\"0x113907\",\"0xf1808\",\"0xa2a6b\"],"
                  "\"gasUsedRatio\":[0.0055603,0.005952266666666667],"
                  "\"oldestBlock\":\"0x35\"}}");
    assert_int_equal(got.end, RPC_END_said);
    assert_int_equal(got.count, 0xa2a6b);
    read_text(&q, "{\"id\":630,\"result\":{\"baseFeePerGas\":[]}}");
    assert_int_equal(got.end, RPC_END_lost);
}

/* --- the flows ------------------------------------------------------------ */
static void
errors_of_real_contracts_are_reverts_in_words(void **state)
{
    static const char *const words[] = {
        "SafeMath: subtraction overflow", "InvalidIndexSet()",
        "MarketNotPrepared()", "TRANSFER_FROM_FAILED",
    };
    struct json *j = vectors_open("chain_flows");
    struct rpc_question q = { .id = 1 };
    size_t i = 0;

    (void)state;
    for each(e, at(json_root(j), "errors")) {
        const struct json_value *data = json_get(at(e, "error"), "data");
        const char *method = text_at(e, "method");
        q.method = strcmp(method, "eth_call") == 0          ? RPC_call
                   : strcmp(method, "eth_estimateGas") == 0 ? RPC_estimate
                                                            : RPC_send;
        snprintf(text, sizeof text,
                 "{\"id\":1,\"error\":{\"code\":%s,\"message\":\"%s\"%s%s%s}}",
                 text_at(e, "error.code"), text_at(e, "error.message"),
                 data ? ",\"data\":\"" : "", data ? json_string(data) : "",
                 data ? "\"" : "");
        read_text(&q, text);
        if (q.method == RPC_send) {
            assert_int_equal(got.taken, RPC_TAKEN_nonce_low);
            continue;
        }
        assert_int_equal(got.end, RPC_END_reverted);
        if (!strstr(got.words.s, words[i / 2]))
            fail_msg("%s: %s", words[i / 2], got.words.s);
        i++;
    }
    assert_int_equal(i, 8);
    json_destroy(&j);
}

static void
identifiers_of_the_flows_are_made_alike(void **state)
{
    struct json *j = vectors_open("chain_flows");
    const struct json_value *root = json_root(j);
    const struct json_value *b = at(root, "ctfBinary");
    struct address oracle = address_at(b, "oracle");
    struct address nra = address_at(root, "contracts.nra");
    struct address usd = address_at(b, "collateral");
    struct hash question = hash_at(b, "questionId");
    struct hash want = hash_at(b, "conditionId");
    struct hash id = condition_id(&oracle, &question, 2);

    (void)state;
    assert_true(hash_equal(&id, &want));
    for each(p, at(b, "positions")) {
        struct hash collection = hash_at(p, "collectionId");
        id = position_id(&usd, &collection);
        want = token_at(p, "positionId");
        assert_true(hash_equal(&id, &want));
    }
    for each(m, at(root, "negRisk"))
        for each(q, at(m, "questions")) {
            question = hash_at(q, "questionId");
            want = hash_at(q, "conditionId");
            id = condition_id(&nra, &question, 2);
            assert_true(hash_equal(&id, &want));
            assert_int_equal(question.b[31], count_at(q, "index"));
        }
    json_destroy(&j);
}

/* --- errors of sending ---------------------------------------------------- */
static void
only_known_words_prove_anything_of_what_was_sent(void **state)
{
    static const struct {
        const char *words;
        enum rpc_taken taken;
    } all[] = {
        { "already known", RPC_TAKEN_yes },
        { "ALREADY KNOWN: 0xabc", RPC_TAKEN_yes },
        { "Known transaction: 12", RPC_TAKEN_yes },
        { "transaction already imported", RPC_TAKEN_yes },
        { "nonce too low: next nonce 9, tx nonce 8", RPC_TAKEN_nonce_low },
        { "replacement transaction underpriced", RPC_TAKEN_fee_low },
        { "transaction underpriced: gas tip cap 1", RPC_TAKEN_fee_low },
        { "max fee per gas less than block base fee", RPC_TAKEN_fee_low },
        { "insufficient funds for gas * price + value", RPC_TAKEN_poor },
        { "Insufficient funds", RPC_TAKEN_poor },
        { "internal error", RPC_TAKEN_unknown },
        { "rate limit exceeded", RPC_TAKEN_unknown },
        { "", RPC_TAKEN_unknown },
    };
    const struct rpc_question q = { .id = 1, .method = RPC_send };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        snprintf(text, sizeof text,
                 "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"%s\"}}",
                 all[i].words);
        read_text(&q, text);
        assert_int_equal(got.taken, all[i].taken);
        rpc_read(&q, 429, text, strlen(text), &got);
        assert_int_equal(got.taken, all[i].taken);
    }
    rpc_read(&q, 0, "", 0, &got);
    assert_int_equal(got.end, RPC_END_lost);
    assert_int_equal(got.taken, RPC_TAKEN_unknown);
}

static void
what_makes_no_sense_is_lost(void **state)
{
    static const char *const bad[] = {
        "", "null", "[]", "{}", "{", "\"0x1\"", "<html>502</html>",
        "{\"id\":1,\"result\":12}", "{\"id\":1,\"result\":\"\"}",
        "{\"id\":1,\"result\":\"0x\"}", "{\"id\":1,\"result\":\"0x01\"}",
        "{\"id\":1,\"result\":\"1\"}", "{\"id\":1,\"result\":\"-0x1\"}",
        "{\"id\":1,\"result\":\"0x1g\"}", "{\"id\":1,\"result\":null}",
        "{\"id\":1,\"result\":\"0x10000000000000000\"}",
        "{\"id\":2,\"result\":\"0x1\"}", "{\"id\":1,\"result\":[\"0x1\"]}",
        "{\"id\":1,\"result\":\"0x1\",\"result\":\"0x2\"}",
        "{\"id\":1,\"error\":\"no\"}", "{\"id\":NaN,\"result\":\"0x1\"}",
        "{\"id\":1,\"result\":\"0x1\"} {}", "{\"id\":1,\"result\":\"\xff\"}",
    };
    const struct rpc_question q = { .id = 1, .method = RPC_head };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        read_text(&q, bad[i]);
        if (got.end != RPC_END_lost || got.words.s[0] == '\0')
            fail_msg("%s", bad[i]);
    }
    read_text(&q, "{\"id\":1,\"result\":\"0xffffffffffffffff\"}");
    assert_true(got.end == RPC_END_said && got.count == UINT64_MAX);
    rpc_read(&q, 500, "{\"id\":1,\"result\":\"0x1\"}", 23, &got);
    assert_int_equal(got.end, RPC_END_lost);
}

/* Nothing can have the last one, and no fact does. */
static void
a_nonce_is_less_than_the_last(void **state)
{
    static const enum rpc_method methods[] = { RPC_pending, RPC_mined };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct rpc_question q = { .id = 1, .method = methods[i] };

        read_text(&q, "{\"id\":1,\"result\":\"0xfffffffffffffffe\"}");
        assert_true(got.end == RPC_END_said && got.count == UINT64_MAX - 1);
        read_text(&q, "{\"id\":1,\"result\":\"0xffffffffffffffff\"}");
        assert_int_equal(got.end, RPC_END_lost);
    }
}

static void
a_block_says_how_late_it_is(void **state)
{
    static const char *const bad[] = {
        "{\"id\":1,\"result\":null}", "{\"id\":1,\"result\":\"0x1\"}",
        "{\"id\":1,\"result\":{\"number\":\"0x10\"}}",
        "{\"id\":1,\"result\":{\"timestamp\":\"0x6a00e900\"}}",
        "{\"id\":1,\"result\":{\"number\":\"0x10\",\"timestamp\":7}}",
        "{\"id\":1,\"result\":{\"number\":\"0x10\",\"timestamp\":\"0x0\"}}",
        "{\"id\":1,\"result\":{\"number\":\"0x10\","
        "\"timestamp\":\"0x10000000000\"}}",
    };
    const struct rpc_question q = { .id = 1, .method = RPC_time };

    (void)state;
    rpc_write(&q, text);
    assert_string_equal(text, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
                              "\"eth_getBlockByNumber\","
                              "\"params\":[\"latest\",false]}");
    read_text(&q, "{\"id\":1,\"result\":{\"number\":\"0x10\","
                  "\"timestamp\":\"0x6a00e900\",\"transactions\":[]}}");
    assert_int_equal(got.end, RPC_END_said);
    assert_int_equal(got.count, 0x6a00e900);
    assert_int_equal(got.block, 16);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        read_text(&q, bad[i]);
        assert_int_equal(got.end, RPC_END_lost);
    }
}

static void
an_error_without_a_revert_is_a_refusal_with_plain_words(void **state)
{
    const struct rpc_question q = { .id = 1, .method = RPC_call };

    (void)state;
    read_text(&q, "{\"id\":1,\"error\":{\"code\":-32005,"
                  "\"message\":\"slow down\\n\\u001b[31m\"}}");
    assert_int_equal(got.end, RPC_END_refused);
    assert_string_equal(got.words.s, "slow down??[31m");
    read_text(&q, "{\"id\":1,\"error\":{\"code\":-32000,\"message\":"
                  "\"VM Exception: revert\",\"data\":{\"data\":\"0x9667d381"
                  "\"}}}");
    assert_int_equal(got.end, RPC_END_reverted);
    assert_non_null(strstr(got.words.s, "InvalidIndexSet"));
    read_text(&q, "{\"id\":1,\"error\":{}}");
    assert_int_equal(got.end, RPC_END_refused);
}

static void
a_balance_is_read_as_far_as_it_fits(void **state)
{
    const struct rpc_question q = { .id = 1, .method = RPC_wei };
    static const struct {
        const char *text;
        enum rpc_end end;
        uint64_t wei;
    } all[] = {
        { "0x0", RPC_END_said, 0 },
        { "0xffffffffffffffff", RPC_END_said, UINT64_MAX },
        { "0x10000000000000000", RPC_END_said, UINT64_MAX },
        { "0x010000000000000000", RPC_END_lost, 0 },
        { "0x1000000000000000g", RPC_END_lost, 0 },
        { "0x", RPC_END_lost, 0 },
        { "0x1111111111111111111111111111111111111111111111111111111111111111"
          "1", RPC_END_lost, 0 },
    };
    char answer[200];

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        snprintf(answer, sizeof answer, "{\"id\":1,\"result\":\"%s\"}",
                 all[i].text);
        read_text(&q, answer);
        assert_int_equal(got.end, all[i].end);
        assert_true(got.count == all[i].wei);
    }
    read_text(&q, "{\"id\":1,\"result\":7}");
    assert_int_equal(got.end, RPC_END_lost);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_questions_are_written_and_answers_read),
        cmocka_unit_test(
            a_recorded_transaction_is_sent_and_known_by_its_hash),
        cmocka_unit_test(calls_and_estimates_carry_the_call),
        cmocka_unit_test(the_base_fee_is_that_of_the_next_block),
        cmocka_unit_test(errors_of_real_contracts_are_reverts_in_words),
        cmocka_unit_test(a_balance_is_read_as_far_as_it_fits),
        cmocka_unit_test(identifiers_of_the_flows_are_made_alike),
        cmocka_unit_test(only_known_words_prove_anything_of_what_was_sent),
        cmocka_unit_test(what_makes_no_sense_is_lost),
        cmocka_unit_test(a_nonce_is_less_than_the_last),
        cmocka_unit_test(a_block_says_how_late_it_is),
        cmocka_unit_test(
            an_error_without_a_revert_is_a_refusal_with_plain_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
