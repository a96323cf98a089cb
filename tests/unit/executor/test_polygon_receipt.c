/* test_polygon_receipt - a recorded receipt, and what moved by it; damage to
 * its logs makes that unknown, not the receipt. */
#include "executor/rpc.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/unit/vectors.h"

static struct rpc_answer got;

static void
read_text(const struct rpc_question *q, const char *s)
{
    rpc_read(q, 200, s, strlen(s), &got);
}

/* A value as text again. */
static void
put(char **s, const struct json_value *v)
{
    if (json_is_null(v) || json_scalar(v)) {
        *s += sprintf(*s, json_is_null(v) ? "null" : "\"%s\"",
                      json_is_null(v) ? "" : json_scalar(v));
        return;
    }
    bool b;
    if (json_bool(v, &b)) {
        *s += sprintf(*s, b ? "true" : "false");
        return;
    }
    *(*s)++ = json_is_array(v) ? '[' : '{';
    for each(i, v) {
        if (json_key(i))
            *s += sprintf(*s, "\"%s\":", json_key(i));
        put(s, i);
        if (json_next(i))
            *(*s)++ = ',';
    }
    *(*s)++ = json_is_array(v) ? ']' : '}';
    **s = '\0';
}

/* What the last step of a flow did to the trader's tokens of a question. */
static int64_t
diff(const struct json_value *flow, const char *path, int index)
{
    const struct json_value *a = NULL, *b = NULL;
    int64_t x = 0, y = 0;

    for each(s, flow) {
        b = a;
        a = s;
    }
    a = json_first(at(a, path));
    b = json_first(at(b, path));
    for (; index > 0; index--) {
        a = json_next(a);
        b = json_next(b);
    }
    must(json_int(a, &x) && json_int(b, &y));
    return x - y;
}

static void
a_receipt_tells_what_moved(void **state)
{
    static char answer[65536];
    struct json *samples = vectors_open("chain_rpc_samples");
    struct json *flows = vectors_open("chain_flows");
    const struct json_value *root = json_root(flows), *r = NULL, *m = NULL;
    const struct json_value *question = NULL;
    struct rpc_watch w;
    struct rpc_question q = { .id = 5, .method = RPC_receipt, .watch = &w };
    char *s = answer;

    (void)state;
    for each(i, at(json_root(samples), "samples"))
        r = i;
    for each(i, at(root, "negRisk"))
        m = i;
    for each(i, at(m, "questions"))
        question = i;
    w.collateral = address_at(root, "contracts.usd");
    w.positions = address_at(root, "contracts.ctf");
    w.owner = address_at(r, "response.result.from");
    w.count = 2;
    w.token[0] = token_at(question, "yesId");
    w.token[1] = token_at(question, "noId");
    q.tx = hash_at(r, "response.result.transactionHash");
    s += sprintf(s, "{\"id\":5,\"result\":");
    put(&s, at(r, "response.result"));
    sprintf(s, "}");
    read_text(&q, answer);
    assert_int_equal(got.end, RPC_END_said);
    assert_true(got.receipt.done && got.receipt.moves.known);
    assert_int_equal(got.receipt.block, 0x38);
    assert_int_equal(got.receipt.gas_used, 0x2e809);
    const struct json_value *flow = at(m, "flow");
    assert_int_equal(got.receipt.moves.cash.micros, /* Its NO won. */
                     -diff(flow, "trader.no", 3));
    assert_int_equal(got.receipt.moves.token[0].micros,
                     diff(flow, "trader.yes", 3));
    assert_int_equal(got.receipt.moves.token[1].micros,
                     diff(flow, "trader.no", 3));
    q.tx.b[3] ^= 1; /* Somebody else's. */
    read_text(&q, answer);
    assert_int_equal(got.end, RPC_END_lost);
    json_destroy(&samples);
    json_destroy(&flows);
}

static void
no_receipt_is_an_answer_and_a_torn_one_is_not(void **state)
{
    const struct rpc_question q = { .id = 1, .method = RPC_receipt };

    (void)state;
    read_text(&q, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}");
    assert_int_equal(got.end, RPC_END_nothing);
    read_text(&q, "{\"jsonrpc\":\"2.0\",\"id\":1}");
    assert_int_equal(got.end, RPC_END_lost);
    read_text(&q, "{\"id\":1,\"result\":{\"status\":\"0x1\"}}");
    assert_int_equal(got.end, RPC_END_lost);
}

#define HASH                                                                \
    "0x2222222222222222222222222222222222222222222222222222222222222222"
#define NUMBER(n) "0x00000000000000000000000000000000000000000000000000000000" n

static void
read_logs(const struct rpc_watch *w, const char *log)
{
    static char answer[4096];
    struct rpc_question q = { .id = 1, .method = RPC_receipt, .watch = w };

    must(hash_parse(HASH, strlen(HASH), &q.tx));
    snprintf(answer, sizeof answer,
             "{\"id\":1,\"result\":{\"status\":\"0x1\",\"blockNumber\":"
             "\"0x9\",\"gasUsed\":\"0x1\",\"blockHash\":\"" HASH
             "\",\"transactionHash\":\"" HASH "\",\"logs\":%s}}",
             log);
    read_text(&q, answer);
}

static void
log_is(const char *log, bool known, int64_t cash)
{
    struct rpc_watch w;

    memset(&w, 0, sizeof w);
    memset(w.collateral.b, 0x33, sizeof w.collateral.b);
    w.owner.b[19] = 0x44;
    read_logs(&w, log);
    assert_int_equal(got.end, RPC_END_said);
    assert_int_equal(got.receipt.moves.known, known);
    if (known)
        assert_int_equal(got.receipt.moves.cash.micros, cash);
}

static void
logs_that_cannot_be_read_leave_the_receipt(void **state)
{
#define FROM "0x3333333333333333333333333333333333333333"
#define TRANSFER                                                            \
    "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#define LOG(who, data)                                                      \
    "[{\"address\":\"" FROM "\",\"topics\":[\"" TRANSFER "\",\""            \
    NUMBER("00000001") "\",\"" NUMBER(who) "\"],\"data\":\"" data "\"}]"
    (void)state;
    log_is("[]", true, 0);
    log_is(LOG("00000044", NUMBER("00000005")), true, 5);
    log_is(LOG("00000045", NUMBER("00000005")), true, 0);
    log_is(LOG("00000044", "0x"), false, 0);
    log_is(LOG("00000044", "0x1"), false, 0);
    log_is(LOG("00000044", "0xffffffffffffffffffffffffffffffff"
                           "ffffffffffffffffffffffffffffffff"),
           false, 0);
    log_is("null", false, 0);
    log_is("[null]", false, 0);
    log_is("[{\"address\":\"" FROM "\"}]", false, 0);
    log_is("[{\"address\":\"" FROM "\",\"topics\":[1,2,3,4,5],"
           "\"data\":\"0x\"}]", false, 0);
}

/* One whose owner says in an event that his call failed. */
static void
failed_is(const char *log, bool failed)
{
    struct rpc_watch w;

    memset(&w, 0, sizeof w);
    memset(w.owner.b, 0x55, sizeof w.owner.b);
    must(hash_parse(TRANSFER, strlen(TRANSFER), &w.failure));
    read_logs(&w, log);
    assert_int_equal(got.end, RPC_END_said);
    assert_int_equal(got.receipt.failed, failed);
}

static void
a_failure_is_the_owner_s_own_word(void **state)
{
#define SAYS(who, what)                                                     \
    "{\"address\":\"0x" who "\",\"topics\":[\"" what "\"],\"data\":\"0x\"}"
#define OWNER "5555555555555555555555555555555555555555"
#define OTHER "5555555555555555555555555555555555555556"
#define NONE                                                                \
    "0x0000000000000000000000000000000000000000000000000000000000000000"
    (void)state;
    failed_is("[" SAYS(OWNER, TRANSFER) "]", true);
    failed_is("[" SAYS(OTHER, TRANSFER) "]", false);
    failed_is("[" SAYS(OWNER, HASH) "]", false);
    failed_is("[]", false);
    failed_is("null", false);
    failed_is("[null," SAYS(OWNER, TRANSFER) "]", false);
    failed_is("[" SAYS(OWNER, TRANSFER) ",null]", true);
    log_is("[{\"address\":\"0x0000000000000000000000000000000000000044\","
           "\"topics\":[\"" NONE "\"],\"data\":\"0x\"}]", true, 0);
    assert_false(got.receipt.failed); /* Nobody's topic. */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_receipt_tells_what_moved),
        cmocka_unit_test(no_receipt_is_an_answer_and_a_torn_one_is_not),
        cmocka_unit_test(logs_that_cannot_be_read_leave_the_receipt),
        cmocka_unit_test(a_failure_is_the_owner_s_own_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
