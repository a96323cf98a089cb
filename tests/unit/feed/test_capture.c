/* test_capture - recordings: files as lines, lines as frames */
#include "tests/unit/feed/kit.h"

#include <unistd.h>
#include <zstd.h>

static char path[] = "/tmp/dutchbook-capture-XXXXXX";

static void
write_file(const void *data, size_t size)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

/* Reads the file; lines joined by '|' ("!" for one too long), and how it
 * ended. */
static int
read_file(char *joined, size_t cap)
{
    struct why why = { "" };
    struct capture *c = capture_open(path, &why);
    struct line line;
    size_t n = 0;
    int got;

    assert_non_null(c);
    joined[0] = '\0';
    while ((got = capture_next(c, &line, &why)) == 1) {
        int size = snprintf(joined + n, cap - n, "%s%.*s", n ? "|" : "",
                            line.s ? (int)line.size : 1,
                            line.s ? line.s : "!");
        must(size >= 0 && (size_t)size < cap - n);
        n += (size_t)size;
    }
    assert_true(got == 0 || why.s[0]);
    capture_close(&c);
    return got;
}

static void
lines_are_read_with_and_without_their_last_newline(void **state)
{
    char joined[256];

    (void)state;
    write_file("a\nbb\r\n\n\nccc", 12);
    assert_int_equal(read_file(joined, sizeof joined), 0);
    assert_string_equal(joined, "a|bb|ccc");
    write_file("", 0);
    assert_int_equal(read_file(joined, sizeof joined), 0);
    assert_string_equal(joined, "");
}

static void
zstd_is_told_by_its_first_bytes_and_may_come_in_several_frames(void **state)
{
    char packed[512], joined[256];
    size_t size;

    (void)state;
    size = ZSTD_compress(packed, sizeof packed, "one\ntw", 6, 3);
    size += ZSTD_compress(packed + size, sizeof packed - size, "o\nthree", 7,
                          3);
    write_file(packed, size);
    assert_int_equal(read_file(joined, sizeof joined), 0);
    assert_string_equal(joined, "one|two|three");
}

static void
a_damaged_or_cut_zstd_file_gives_its_good_lines_and_says_so(void **state)
{
    char *text = malloc(400000), *joined = malloc(400100);
    static char packed[400000];
    unsigned seed = 1;

    (void)state;
    assert_true(text && joined);
    for (size_t i = 0; i < 400000; i++) {
        seed = seed * 1103515245 + 12345;
        text[i] = i % 100 == 99 ? '\n' : (char)('a' + (seed >> 16) % 26);
    }
    size_t size = ZSTD_compress(packed, sizeof packed, text, 400000, 1);
    write_file(packed, size / 2);
    assert_int_equal(read_file(joined, 400100), -1);
    assert_true(strlen(joined) > 1000);
    assert_memory_equal(joined, text, 99);
    memset(packed + size / 2, 0x55, 1000);
    write_file(packed, size);
    assert_int_equal(read_file(joined, 400100), -1);
    write_file("\x28\xb5\x2f\xfd", 4);
    assert_int_equal(read_file(joined, 400100), -1);
    free(text);
    free(joined);
}

static void
a_line_too_long_is_skipped_and_the_rest_goes_on(void **state)
{
    size_t size = CAPTURE_LINE_CAP + 100;
    char *text = malloc(size + 10), joined[64];

    (void)state;
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text + size, "\nend\n", 5);
    write_file(text, size + 5);
    assert_int_equal(read_file(joined, sizeof joined), 0);
    assert_string_equal(joined, "!|end");
    free(text);
}

static void
a_file_that_is_not_there_is_said_with_its_name(void **state)
{
    struct why why = { "" };

    (void)state;
    assert_null(capture_open("/nowhere/at/all", &why));
    assert_non_null(strstr(why.s, "/nowhere/at/all"));
}

static bool
play(struct kit *k, const char *s)
{
    struct line line = { s, strlen(s) };
    bool ours = feed_on_line(k->f, &line, &k->in, k->out);

    kit_hear(k);
    return ours;
}

/* A frame as a recorder wraps it. */
static const char *
wrap(int64_t ms, const char *source, const char *frame)
{
    static char s[32768];
    size_t n = (size_t)snprintf(s, sizeof s, "{\"recv_wall_ts\":%lld,"
                                "\"source\":\"%s\",\"payload\":\"",
                                (long long)ms, source);

    for (const char *c = frame; *c; c++) {
        if (*c == '"')
            s[n++] = '\\';
        s[n++] = *c;
    }
    snprintf(s + n, sizeof s - n, "\"}");
    return s;
}

static void
two_tokens_of_one_market_become_a_market_with_their_books(void **state)
{
    struct kit *k = kit_open(true);

    (void)state;
    k->opt.fee_rate.ppm = 20000;
    kit_start(k);
    assert_true(play(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1,
                                 true)));
    assert_int_equal(k->said, 0);
    assert_true(play(k, kit_book(COND_A, NO_A, START_MS, "", "", true)));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 2);
    assert_string_equal(k->market.market.s, COND_A);
    assert_string_equal(k->market.event.s, COND_A);
    assert_int_equal(k->market.yes.b[31], 1001 & 0xff);
    assert_int_equal(k->market.fee_rate.ppm, 20000);
    assert_true(k->market.fee_known && k->market.open);
    assert_false(k->market.mirrored);
    /* Two more of the same id are another market. */
    play(k, kit_book(COND_A, YES_B, START_MS, "", "", true));
    play(k, kit_book(COND_A, NO_B, START_MS, "", "", true));
    assert_string_equal(k->market.market.s, COND_A "#2");
    kit_close(k);
}

static void
wrapped_frames_carry_their_time_and_other_sources_are_not_ours(void **state)
{
    struct kit *k = kit_open(true);
    struct feed_sum sum;

    (void)state;
    kit_start(k);
    assert_true(play(k, wrap(START_MS + 400, "polymarket_clob",
        kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true))));
    assert_int_equal(k->in.wall.ns, (START_MS + 400) * 1000000);
    assert_false(play(k, wrap(START_MS + 900, "binance", "{}")));
    assert_int_equal(k->in.wall.ns, (START_MS + 400) * 1000000);
    /* Time never goes back; without a receipt it is the venue's. */
    play(k, wrap(START_MS + 300, "polymarket_clob", "[]"));
    assert_int_equal(k->in.wall.ns, (START_MS + 400) * 1000000);
    play(k, kit_book(COND_A, NO_A, START_MS + 500, "", "", true));
    assert_int_equal(k->in.wall.ns, (START_MS + 500) * 1000000);
    sum = feed_sum(k->f);
    assert_int_equal(sum.frames, 3);
    assert_int_equal(sum.books, 2);
    assert_int_equal(sum.bad, 0);
    kit_close(k);
}

static void
a_wrong_hash_blocks_until_the_next_book_while_best_goes_on(void **state)
{
    struct kit *k = kit_open(true);

    (void)state;
    kit_start(k);
    play(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true));
    play(k, kit_book(COND_A, NO_A, START_MS, "", "", true));
    kit_forget(k);
    play(k, kit_change(COND_A, YES_A, START_MS + 1, BUY("0.46", "9"), BIDS_1,
                       ASKS_1, false));
    assert_int_equal(k->said, 1);
    assert_int_equal(k->status.state, BOOK_STATE_resync);
    assert_false(feed_best(k->f, 0).usable);
    assert_int_equal(feed_best(k->f, 0).bid.micros, 460000);
    /* A right hash of a change does not lift it. */
    play(k, kit_change(COND_A, YES_A, START_MS + 2, BUY("0.47", "3"),
                       BIDS_1 "," L("0.46", "9") "," L("0.47", "3"), ASKS_1,
                       true));
    assert_int_equal(k->said, 1);
    assert_int_equal(feed_best(k->f, 0).bid.micros, 470000);
    play(k, kit_book(COND_A, YES_A, START_MS + 3, BIDS_1, ASKS_1, true));
    assert_int_equal(kit_said(k, TYPE_book_snapshot), 1);
    assert_true(feed_best(k->f, 0).usable);
    assert_int_equal(feed_sum(k->f).hash_mismatch, 1);
    assert_int_equal(feed_sum(k->f).hash_checked, 5);
    kit_close(k);
}

static void
older_frames_are_dropped_and_counted(void **state)
{
    struct kit *k = kit_open(true);

    (void)state;
    kit_start(k);
    play(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1, true));
    play(k, kit_book(COND_A, YES_A, START_MS - 1, "", "", true));
    assert_int_equal(feed_sum(k->f).stale_dropped, 1);
    assert_int_equal(feed_sum(k->f).applied, 1);
    assert_int_equal(feed_best(k->f, 0).ask.micros, 500000);
    kit_close(k);
}

static void
books_of_a_poller_have_pairs_of_numbers_and_no_hash(void **state)
{
    struct kit *k = kit_open(true);

    (void)state;
    kit_start(k);
    assert_true(play(k, "{\"timestamp\":1768863369408,\"type\":\"book\","
        "\"data\":{\"type\":\"book\",\"timestamp\":1768863369408,"
        "\"asset_id\":\"11\",\"market\":\"161587\",\"bids\":[[0.001,14.99],"
        "[0.451,30.51],[0.45,74.99]],\"asks\":[]}}"));
    assert_true(play(k, "{\"timestamp\":1768863369508,\"type\":\"book\","
        "\"data\":{\"asset_id\":\"12\",\"market\":\"161587\",\"timestamp\":"
        "1768863369508,\"bids\":[],\"asks\":[[0.549,30.51]]}}"));
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_int_equal(feed_tokens(k->f), 2);
    assert_int_equal(feed_best(k->f, 0).bid.micros, 451000);
    assert_int_equal(feed_best(k->f, 0).ask.micros, 0);
    assert_int_equal(feed_best(k->f, 1).ask_size.micros, 30510000);
    assert_int_equal(feed_sum(k->f).hash_checked, 0);
    assert_false(play(k, "{\"timestamp\":1,\"type\":\"trade\",\"data\":{}}"));
    kit_close(k);
}

static void
with_a_listing_its_metadata_go_into_the_hash(void **state)
{
    struct kit *k = kit_open(true);
    struct why why;
    const char *s = "{\"events\":[" EVENT("77", "{\"conditionId\":\"" COND_A
        "\",\"clobTokenIds\":\"[\\\"" YES_A "\\\",\\\"" NO_A "\\\"]\","
        "\"negRisk\":true,\"orderMinSize\":15,\"closed\":true}", "") "]}";
    struct digest *d = digest_sha1();
    char text[2048], hex[41];
    uint8_t sum[32];

    (void)state;
    k->opt.assume_markets = false;
    kit_start(k);
    assert_true(feed_on_listing(k->f, s, strlen(s), &k->in, k->out, &why));
    kit_hear(k);
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_false(k->market.open);
    snprintf(text, sizeof text, "{\"market\":\"" COND_A "\",\"asset_id\":\""
             YES_A "\",\"timestamp\":\"5\",\"hash\":\"\",\"bids\":[],\"asks\""
             ":[],\"min_order_size\":\"15\",\"tick_size\":\"0.01\","
             "\"neg_risk\":true,\"last_trade_price\":\"\"}");
    digest_start(d);
    digest_add(d, text, strlen(text));
    digest_end(d, sum);
    digest_destroy(&d);
    for (unsigned i = 0; i < 20; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    snprintf(text, sizeof text, "{\"event_type\":\"book\",\"market\":\""
             COND_A "\",\"asset_id\":\"" YES_A "\",\"timestamp\":\"5\","
             "\"bids\":[],\"asks\":[],\"tick_size\":\"0.01\","
             "\"last_trade_price\":\"\",\"hash\":\"%s\"}", hex);
    assert_true(play(k, text));
    assert_int_equal(feed_sum(k->f).hash_checked, 1);
    assert_int_equal(feed_sum(k->f).hash_mismatch, 0);
    assert_false(feed_on_listing(k->f, "{}", 2, &k->in, k->out, &why));
    assert_non_null(strstr(why.s, "events"));
    kit_close(k);
}

static void
hostile_lines_are_counted_and_the_stream_goes_on(void **state)
{
    static const char *const bad[] = {
        "", "{", "nonsense", "7", "\"x\"", "{\"payload\":7,\"source\":"
        "\"polymarket_clob\"}", "{\"payload\":\"[]\"}", "{\"source\":"
        "\"polymarket_clob\"}", "{\"recv_wall_ts\":1,\"source\":"
        "\"polymarket_clob\",\"payload\":\"{\"}", "{\"data\":{}}",
        "{\"data\":7,\"type\":\"book\"}", "{\"type\":\"book\",\"data\":{}}",
        "{\"type\":\"book\",\"data\":{\"asset_id\":\"11\",\"bids\":[[1]],"
        "\"asks\":[]}}", "{\"type\":\"book\",\"data\":{\"asset_id\":\"11\","
        "\"bids\":[[0.5,-1]],\"asks\":[]}}", "{\"type\":\"book\",\"data\":{"
        "\"asset_id\":\"11\",\"bids\":[[5e-1,1]],\"asks\":[]}}",
        "{\"type\":\"book\",\"data\":{\"asset_id\":\"11\",\"bids\":[],"
        "\"asks\":[[0.5,1],[0.50,1]]}}", "\xff\xfe\xfd",
    };
    struct kit *k = kit_open(true);
    struct line too_long = { NULL, 1 << 30 };

    (void)state;
    kit_start(k);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        play(k, bad[i]);
        if (feed_sum(k->f).bad != i + 1)
            fail_msg("%s: %llu bad", bad[i],
                     (unsigned long long)feed_sum(k->f).bad);
    }
    assert_false(feed_on_line(k->f, &too_long, &k->in, k->out));
    assert_int_equal(kit_count(k, FEED_bad_many), 1);
    assert_true(play(k, kit_book(COND_A, YES_A, START_MS, BIDS_1, ASKS_1,
                                 true)));
    assert_int_equal(feed_sum(k->f).applied, 1);
    kit_close(k);
}

static void
more_tokens_than_there_is_room_for_are_left_out(void **state)
{
    struct kit *k = kit_open(true);
    char s[512];

    (void)state;
    k->conf.max_markets = 1;
    k->conf.max_tokens = 2;
    kit_start(k);
    for (int i = 1; i <= 400; i++) {
        snprintf(s, sizeof s, "{\"asset_id\":\"%d\",\"market\":\"0xc%d\","
                 "\"bids\":[],\"asks\":[]}", i, i / 2);
        assert_true(play(k, s));
    }
    assert_int_equal(kit_said(k, TYPE_market), 1);
    assert_true(feed_tokens(k->f) < 400);
    assert_true(kit_count(k, FEED_unknown_token) > 100);
    assert_true(kit_count(k, FEED_universe_full) > 10);
    kit_close(k);
}

static int
make_path(void **state)
{
    int fd = mkstemp(path);

    (void)state;
    return fd >= 0 && close(fd) == 0 ? 0 : -1;
}

static int
drop_path(void **state)
{
    (void)state;
    return unlink(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_with_and_without_their_last_newline),
        cmocka_unit_test(
            zstd_is_told_by_its_first_bytes_and_may_come_in_several_frames),
        cmocka_unit_test(
            a_damaged_or_cut_zstd_file_gives_its_good_lines_and_says_so),
        cmocka_unit_test(a_line_too_long_is_skipped_and_the_rest_goes_on),
        cmocka_unit_test(a_file_that_is_not_there_is_said_with_its_name),
        cmocka_unit_test(
            two_tokens_of_one_market_become_a_market_with_their_books),
        cmocka_unit_test(
            wrapped_frames_carry_their_time_and_other_sources_are_not_ours),
        cmocka_unit_test(
            a_wrong_hash_blocks_until_the_next_book_while_best_goes_on),
        cmocka_unit_test(older_frames_are_dropped_and_counted),
        cmocka_unit_test(books_of_a_poller_have_pairs_of_numbers_and_no_hash),
        cmocka_unit_test(with_a_listing_its_metadata_go_into_the_hash),
        cmocka_unit_test(hostile_lines_are_counted_and_the_stream_goes_on),
        cmocka_unit_test(more_tokens_than_there_is_room_for_are_left_out),
    };

    return cmocka_run_group_tests(tests, make_path, drop_path);
}
