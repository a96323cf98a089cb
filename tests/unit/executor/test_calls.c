/* test_calls - selectors, topics, the calls that were mined, and ids
 *
 * Each call of ours that stands in a transaction of tests/vectors is made
 * again from the values in it and must give the same bytes. */

#include "executor/encode/calls.h"
#include "executor/encode/eip712.h"
#include "executor/encode/revert.h"

#include "tests/unit/vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *
after_dot(const char *key)
{
    return strchr(key, '.') + 1;
}

static void
selectors_and_topics_are_those_of_the_contracts(void **state)
{
    (void)state;
    struct json *j = vectors_open("chain_abi");
    int count = 0;

    for each(v, at(json_root(j), "selectors")) {
        uint8_t selector[4];
        char text[9];
        abi_selector(after_dot(json_key(v)), selector);
        (void)hex_format(selector, 4, text);
        assert_string_equal(text, json_string(v) + 2);
        count++;
    }
    for each(v, at(json_root(j), "eventTopics")) {
        struct hash topic = abi_topic(after_dot(json_key(v)));
        char text[HASH_TEXT_CAP];
        assert_string_equal(hash_format(&topic, text), json_string(v));
        count++;
    }
    assert_true(count > 80);
    json_destroy(&j);
}

/* The call of a mined transaction whose note begins so; i counts them. */
static size_t
mined(const char *note, int i, uint8_t data[CALL_CAP])
{
    struct json *j = vectors_open("chain_transactions");
    size_t size = 0;

    for each(v, at(json_root(j), "vectors")) {
        const char *text = text_at(v, "fields.data");
        if (strncmp(text_at(v, "note"), note, strlen(note)) != 0 || i-- > 0)
            continue;
        must(hex_data_parse(text, strlen(text), data, CALL_CAP, &size));
        break;
    }
    json_destroy(&j);
    assert_true(size > 0);
    return size;
}

static struct hash
word(const uint8_t *data, size_t i)
{
    struct hash w;

    assert_true(abi_word(data + 4, CALL_CAP - 4, i, &w));
    return w;
}

static uint64_t
number(const uint8_t *data, size_t i)
{
    struct hash w = word(data, i);
    uint64_t n = 0;

    assert_true(word_count(&w, &n));
    return n;
}

static struct address
account(const uint8_t *data, size_t i)
{
    struct hash w = word(data, i);
    struct address a;

    memcpy(a.b, w.b + 12, sizeof a.b);
    return a;
}

static void
expect(const struct call *c, const uint8_t *data, size_t size)
{
    assert_int_equal(c->size, size);
    assert_memory_equal(c->b, data, size);
}

static void
calls_on_conditional_tokens_equal_those_mined(void **state)
{
    (void)state;
    uint8_t d[CALL_CAP];
    struct call c;
    size_t size = mined("CTF mergePositions", 0, d);
    struct address usd = account(d, 0);
    struct hash condition = word(d, 2);

    call_merge(&c, &usd, &condition, (struct money){ 40000000 });
    expect(&c, d, size);
    /* Splitting takes the same arguments. */
    memcpy(d, "\x72\xce\x42\x75", 4);
    call_split(&c, &usd, &condition, (struct money){ 40000000 });
    expect(&c, d, size);
    size = mined("CTF redeemPositions", 0, d);
    usd = account(d, 0);
    condition = word(d, 2);
    call_redeem(&c, &usd, &condition);
    expect(&c, d, size);
    size = mined("approve", 0, d);
    usd = account(d, 0);
    condition = word(d, 1);
    call_approve(&c, &usd, &condition);
    expect(&c, d, size);
}

static void
calls_on_the_neg_risk_adapter_equal_those_mined(void **state)
{
    (void)state;
    uint8_t d[CALL_CAP];
    struct call c;

    for (int i = 0; i < 4; i++) {
        size_t size = mined("NRA splitPosition", i, d);
        struct hash condition = word(d, 0);
        call_neg_split(&c, &condition, (struct money){ 50000000 });
        expect(&c, d, size);
        size = mined("NRA redeemPositions", i, d);
        condition = word(d, 0);
        call_neg_redeem(&c, &condition,
                        (struct qty){ (int64_t)number(d, 3) },
                        (struct qty){ (int64_t)number(d, 4) });
        expect(&c, d, size);
        size = mined("convertPositions", i, d);
        struct hash market = word(d, 0), set = word(d, 1);
        call_convert(&c, &market, &set,
                     (struct qty){ (int64_t)number(d, 2) });
        expect(&c, d, size);
    }
    size_t size = mined("NRA mergePositions", 0, d);
    struct hash condition = word(d, 0);
    call_neg_merge(&c, &condition, (struct money){ 5000000 });
    expect(&c, d, size);
}

static void
expect_hex(const struct call *c, const char *hex)
{
    char text[2 * CALL_CAP + 1];

    (void)hex_format(c->b, c->size, text);
    assert_string_equal(text, hex);
}

#define ZEROS_24 "000000000000000000000000"
#define ZEROS_56 ZEROS_24 ZEROS_24 "00000000"
#define ELEVEN "1111111111111111111111111111111111111111"
#define TWELVE "1212121212121212121212121212121212121212"

/* By hand, from the encoding's rules. */
static void
the_other_calls_are_laid_out_by_the_rules(void **state)
{
    (void)state;
    struct address a, b;
    struct hash ids[2] = { word_of_count(5), word_of_count(6) };
    uint8_t condition[31];
    struct call c;

    memset(a.b, 0x11, sizeof a.b);
    memset(b.b, 0x12, sizeof b.b);
    memset(condition, 0x77, sizeof condition);
    call_approve_all(&c, &a, true);
    expect_hex(&c, "a22cb465" ZEROS_24 ELEVEN ZEROS_56 "00000001");
    call_is_approved(&c, &a, &b);
    expect_hex(&c, "e985e9c5" ZEROS_24 ELEVEN ZEROS_24 TWELVE);
    call_allowance(&c, &a, &b);
    expect_hex(&c, "dd62ed3e" ZEROS_24 ELEVEN ZEROS_24 TWELVE);
    call_balance(&c, &a);
    expect_hex(&c, "70a08231" ZEROS_24 ELEVEN);
    call_position(&c, &a, &ids[0]);
    expect_hex(&c, "00fdd58e" ZEROS_24 ELEVEN ZEROS_56 "00000005");
    assert_true(call_positions(&c, &a, ids, 2));
    expect_hex(&c, "4e1273f4" ZEROS_56 "00000040" ZEROS_56 "000000a0"
                   ZEROS_56 "00000002" ZEROS_24 ELEVEN ZEROS_24 ELEVEN
                   ZEROS_56 "00000002" ZEROS_56 "00000005"
                   ZEROS_56 "00000006");
    call_wrap(&c, &a, &b, (struct money){ 7 });
    expect_hex(&c, "62355638" ZEROS_24 ELEVEN ZEROS_24 TWELVE
                   ZEROS_56 "00000007");
    call_unwrap(&c, &a, &b, (struct money){ 7 });
    expect_hex(&c, "8cc7104f" ZEROS_24 ELEVEN ZEROS_24 TWELVE
                   ZEROS_56 "00000007");
    call_router_redeem(&c, condition, 1, (struct qty){ 9 });
    assert_int_equal(c.size, 4 + 96);
    assert_memory_equal(c.b, "\xd2\x17\xa3\xcc", 4);
    assert_memory_equal(c.b + 4, condition, 31);
    assert_int_equal(c.b[4 + 31], 0);
    call_router_split(&c, condition, (struct money){ 9 });
    assert_memory_equal(c.b, "\x82\xd3\xb9\xf1", 4);
    call_router_merge(&c, condition, (struct money){ 9 });
    assert_memory_equal(c.b, "\x5b\x63\x68\x5e", 4);
}

static void
questions_are_asked_with_the_right_selectors(void **state)
{
    (void)state;
    struct hash id = word_of_count(1);
    struct call c;

    call_payout_denominator(&c, &id);
    expect_hex(&c, "dd34de67" ZEROS_56 "00000001");
    call_payout_numerator(&c, &id, 2);
    expect_hex(&c, "0504c814" ZEROS_56 "00000001" ZEROS_56 "00000002");
    call_collection_id(&c, &id, 2);
    expect_hex(&c, "856296f7" ZEROS_56 "00000000" ZEROS_56 "00000001"
                   ZEROS_56 "00000002");
    call_question_count(&c, &id);
    expect_hex(&c, "b7f75d2c" ZEROS_56 "00000001");
    call_fee_bips(&c, &id);
    expect_hex(&c, "2582cb5e" ZEROS_56 "00000001");
    call_neg_condition_id(&c, &id);
    expect_hex(&c, "04329c03" ZEROS_56 "00000001");
    call_neg_position_id(&c, &id, true);
    expect_hex(&c, "752b5ba5" ZEROS_56 "00000001" ZEROS_56 "00000001");
}

static void
too_many_words_are_refused(void **state)
{
    (void)state;
    struct hash ids[CALL_WORDS_MAX + 1] = { { { 0 } } };
    struct address a = { { 0 } };
    struct call c;

    assert_true(call_positions(&c, &a, ids, (CALL_WORDS_MAX - 4) / 2));
    assert_false(call_positions(&c, &a, ids, (CALL_WORDS_MAX - 4) / 2 + 1));
    assert_false(call_positions(&c, &a, ids, CALL_WORDS_MAX + 1));
    assert_false(call_positions(&c, &a, ids, UINT32_MAX));
}

static void
positions_of_production_markets_come_out(void **state)
{
    (void)state;
    struct json *j = vectors_open("chain_position_ids");
    const struct json_value *names = at(json_root(j), "meta.collateral");
    int count = 0;

    for each(m, at(json_root(j), "markets"))
        for each(usd, names) {
            const struct json_value *id = json_first(json_get(
                at(m, "positionIdsByCollateral"), json_key(usd)));
            const char *name = json_string(usd);
            struct address a;
            assert_true(address_parse(name, strlen(name), &a));
            for each(v, at(m, "collectionIds")) {
                struct hash collection, token;
                char text[TOKEN_TEXT_CAP];
                assert_true(hash_parse(json_string(v), 66, &collection));
                token = position_id(&a, &collection);
                assert_string_equal(token_format(&token, text),
                                    json_string(id));
                id = json_next(id);
                count++;
            }
        }
    assert_int_equal(count, 24);
    json_destroy(&j);
}

/* The condition that the mined prepareCondition made is the one merged. */
static void
the_condition_of_a_question_comes_out(void **state)
{
    (void)state;
    uint8_t d[CALL_CAP];
    (void)mined("prepareCondition", 0, d);
    struct address oracle = account(d, 0);
    struct hash question = word(d, 1);
    struct hash id = condition_id(&oracle, &question, number(d, 2));

    (void)mined("CTF mergePositions", 0, d);
    struct hash merged = word(d, 2);
    assert_true(hash_equal(&id, &merged));
}

static void
explain(const char *hex, const char *words)
{
    uint8_t b[512];
    size_t size;
    struct why why = { "" };

    assert_true(hex_parse(hex, strlen(hex), b, strlen(hex) / 2));
    size = strlen(hex) / 2;
    revert_explain(b, size, &why);
    if (!strstr(why.s, words))
        fail_msg("\"%s\" does not say \"%s\"", why.s, words);
}

static void
refusals_of_contracts_are_told_in_words(void **state)
{
    (void)state;
    explain("", "without a reason");
    explain("b66494", "without a reason");
    explain("b6649495", "MarketNotPrepared()");
    explain("24f2dfe7", "NoConvertiblePositions()");
    explain("deadbeef01", "0xdeadbeef and 1 bytes");
    explain("4e487b71" ZEROS_56 "00000011", "panic 0x11");
    explain("4e487b71" ZEROS_56, "0x4e487b71");
    explain("08c379a0" ZEROS_56 "00000020" ZEROS_56 "00000003"
            "4e6f0a0000000000000000000000000000000000000000000000000000000000",
            "reverted: No?");
    /* Lengths that lie are cut to what there is. */
    explain("08c379a0" ZEROS_56 "00000020" ZEROS_56 "ffffffff" "4e6f",
            "reverted: No");
    explain("08c379a0" ZEROS_56 "00000021" ZEROS_56 "00000003", "08c379a0");
    explain("08c379a0" ZEROS_56 "ffffffe0" ZEROS_56 "00000003", "08c379a0");
    explain("08c379a0" ZEROS_56 "00000020", "08c379a0");
    explain("08c379a0", "08c379a0");
    explain("08c379a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            "ffffffff", "08c379a0");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selectors_and_topics_are_those_of_the_contracts),
        cmocka_unit_test(calls_on_conditional_tokens_equal_those_mined),
        cmocka_unit_test(calls_on_the_neg_risk_adapter_equal_those_mined),
        cmocka_unit_test(the_other_calls_are_laid_out_by_the_rules),
        cmocka_unit_test(questions_are_asked_with_the_right_selectors),
        cmocka_unit_test(too_many_words_are_refused),
        cmocka_unit_test(positions_of_production_markets_come_out),
        cmocka_unit_test(the_condition_of_a_question_comes_out),
        cmocka_unit_test(refusals_of_contracts_are_told_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
