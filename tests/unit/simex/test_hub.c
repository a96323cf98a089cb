/* test_hub - the market channel as a strict client sees it, and mischief */
#include "tests/unit/simex/client.h"

#define START INT64_C(1795000000000)
#define TOKENS_A 200

struct stage {
    struct simex *x;
    struct face *face;
    struct hub *hub;
    struct client *client;
    int64_t now;
    uint32_t conns[3];
    char word[64];               /* Last text that is no JSON. */
    uint32_t planted, mismatch_lines, dropped;
    uint64_t bytes_frames;
    int64_t latest_due;
    bool open;
};

static void
on_frame(void *arg, uint32_t conn, const char *s, size_t size, int64_t due_ms)
{
    struct stage *g = arg;
    (void)conn;
    g->latest_due = due_ms;
    if (s[0] != '{' && s[0] != '[') {
        snprintf(g->word, sizeof g->word, "%.*s", (int)size, s);
        return;
    }
    client_frame(g->client, s, size);
}

static void
on_drop(void *arg, uint32_t conn)
{
    struct stage *g = arg;
    (void)conn;
    g->dropped++;
}

static void
on_planted(void *arg, const char *line, size_t size)
{
    struct stage *g = arg;
    struct json *j = json_parse(line, size - 1, NULL);
    assert_non_null(j);
    g->planted++;
    json_destroy(&j);
}

static void
on_mischief(void *arg, const char *line, size_t size)
{
    struct stage *g = arg;
    struct json *j = json_parse(line, size - 1, NULL);
    assert_non_null(j);
    g->mismatch_lines += strcmp(json_string(json_get(json_root(j), "what")),
                                "mismatch") == 0;
    json_destroy(&j);
}

static void
run(struct stage *g, int64_t ms)
{
    for (int64_t end = g->now + ms; g->now < end;) {
        g->now += 20;
        hub_tick(g->hub, g->now);
        /* What could not be proved is asked for again, a little later. */
        while (g->now % 200 == 0 && g->client->wrong_count > 0) {
            uint32_t t = g->client->wrong[--g->client->wrong_count];
            uint32_t conn = g->conns[t / TOKENS_A];
            client_say(g->hub, conn, g->client, CLIENT_OFF, t, t + 1, false);
            client_say(g->hub, conn, g->client, CLIENT_ON, t, t + 1, true);
        }
    }
}

/* A stage with a client on all tokens, in shards, unless script is NULL. */
static struct stage *
open_stage(const char *script, int64_t plant_every_ms)
{
    static struct mischief m;
    struct stage *g = calloc(1, sizeof *g);
    struct simex_terms terms = { .seed = 9, .start_ms = START, .events = 50,
                                 .rate = 200, .run_ms = 60000,
                                 .warmup_ms = 1000,
                                 .plant_every_ms = plant_every_ms,
                                 .resolve_ppm = 400000 };
    struct hub_out out = { g, on_frame, on_drop, on_planted, on_mischief };
    struct why why = { "" };
    if (!mischief_read(&m, script ? script : "", script ? strlen(script) : 0,
                       &why))
        fail_msg("%s", why.s);
    g->x = simex_new(&terms);
    g->face = face_new(g->x, false);
    g->hub = hub_new(g->x, g->face, &m, &out);
    g->client = client_new(g->x);
    g->now = START;
    uint32_t count = g->x->listing->markets_count * 2;
    for (uint32_t i = 0; script && i < 3; i++) {
        uint32_t end = (i + 1) * TOKENS_A < count ? (i + 1) * TOKENS_A : count;
        g->conns[i] = hub_open(g->hub);
        client_say(g->hub, g->conns[i], g->client, CLIENT_FIRST, i * TOKENS_A,
                   end, true);
    }
    return g;
}

static void
close_stage(struct stage *g)
{
    client_destroy(&g->client);
    hub_destroy(&g->hub);
    face_destroy(&g->face);
    simex_destroy(&g->x);
    free(g);
}

static void
every_hash_of_a_calm_run_is_proved(void **state)
{
    struct stage *g = open_stage("", 3000);
    (void)state;
    run(g, 60000);
    /* One stale decoy is in the round: its gap is the only mismatch. */
    assert_int_equal(g->client->mismatches, g->mismatch_lines);
    assert_int_equal(g->client->mismatches, hub_mismatches(g->hub));
    assert_true(g->client->proved > 10000 && g->client->mismatches <= 2);
    assert_true(g->planted >= 20);
    close_stage(g);
}

static void
what_is_held_at_the_end_is_what_rest_says(void **state)
{
    struct stage *g = open_stage("", 0);
    static char room[65536];
    (void)state;
    run(g, 20000);
    for (uint32_t t = 0; t < g->x->listing->markets_count * 2; t++) {
        struct client_book *b = &g->client->books[t];
        struct quill q;
        if (!b->ok)
            continue;
        quill_start(&q, room, sizeof room);
        face_book(g->face, &q, t);
        struct json *j = json_parse(q.s, q.size, NULL);
        assert_non_null(j);
        const struct json_value *bids = json_get(json_root(j), "bids");
        assert_int_equal(json_size(bids), b->counts[0]);
        client_hash(g->client, t, client_text(json_root(j), "timestamp"),
                    b->hash);
        assert_string_equal(b->hash,
                            json_string(json_get(json_root(j), "hash")));
        json_destroy(&j);
    }
    close_stage(g);
}

static void
subscriptions_are_answered_as_the_venue_does(void **state)
{
    struct stage *g = open_stage(NULL, 0);
    struct client *c = g->client;
    uint32_t conn = hub_open(g->hub);
    (void)state;
    hub_hear(g->hub, conn, "PING", 4);
    assert_string_equal(g->word, "PONG");
    client_say(g->hub, conn, c, CLIENT_FIRST, 0, 4, false);
    assert_int_equal(c->frames, 1); /* One array of books. */
    assert_int_equal(c->proved, 4);
    client_say(g->hub, conn, c, CLIENT_ON, 0, 2, false);
    assert_string_equal(g->word, "NO NEW ASSETS");
    assert_int_equal(c->frames, 1);
    client_say(g->hub, conn, c, CLIENT_OFF, 0, 2, false);
    client_say(g->hub, conn, c, CLIENT_ON, 0, 2, false);
    assert_int_equal(c->proved, 6);
    client_say(g->hub, conn, c, CLIENT_OFF, 0, 4, false);
    run(g, 5000);
    assert_int_equal(c->frames, 2);
    close_stage(g);
}

static void
garbage_is_refused_and_does_no_harm(void **state)
{
    static const char *const bad[] = {
        "", "{", "[]", "null", "{}",
        "{\"assets_ids\":\"x\",\"type\":\"market\"}",
        "{\"assets_ids\":[],\"type\":\"user\"}",
        "{\"assets_ids\":[],\"operation\":\"explode\"}",
        "{\"type\":\"market\",\"type\":\"market\",\"assets_ids\":[]}",
        "{\"assets_ids\":[NaN],\"type\":\"market\"}", "PINGPING",
        "{\"assets_ids\":[\"\xff\xfe\"],\"type\":\"market\"}",
    };
    static const char *const odd[] = {
        "{\"assets_ids\":[1,null,{},\"-5\",\"\",\"0x12\"],\"type\":\"market\"}",
        "{\"assets_ids\":[\"99999999999999999999999999999999999999999999999999"
        "999999999999999999999999999999999999\"],\"type\":\"market\"}",
    };
    struct stage *g = open_stage(NULL, 0);
    uint32_t conn = hub_open(g->hub);
    char deep[4096];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        g->word[0] = '\0';
        hub_hear(g->hub, conn, bad[i], strlen(bad[i]));
        assert_string_equal(g->word, "INVALID OPERATION");
    }
    memset(deep, '[', sizeof deep);
    g->word[0] = '\0';
    hub_hear(g->hub, conn, deep, sizeof deep);
    assert_string_equal(g->word, "INVALID OPERATION");
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        hub_hear(g->hub, conn, odd[i], strlen(odd[i]));
    assert_int_equal(g->client->proved, 0);
    assert_int_equal(g->x->t0_ms, 0); /* Nobody subscribed to anything. */
    close_stage(g);
}

static void
extra_events_come_only_to_who_asked(void **state)
{
    struct stage *g = open_stage(NULL, 0);
    struct client *c = g->client;
    uint32_t conn = hub_open(g->hub);
    (void)state;
    client_say(g->hub, conn, c, CLIENT_FIRST, 20, 24, false);
    struct news n = { .what = NEWS_LISTED, .market = 40 };
    g->x->say(g->x->say_arg, &n);
    assert_int_equal(c->others, 0);
    client_say(g->hub, conn, c, CLIENT_ON, 20, 24, true);
    g->x->say(g->x->say_arg, &n);
    assert_string_equal(c->last_type, "new_market");
    n = (struct news){ .what = NEWS_RESOLVED, .market = 40 };
    g->x->say(g->x->say_arg, &n); /* Not a market it follows. */
    assert_int_equal(c->others, 1);
    n.market = 11;
    g->x->say(g->x->say_arg, &n);
    assert_string_equal(c->last_type, "market_resolved");
    close_stage(g);
}

static void
each_wrong_hash_and_each_gap_is_one_mismatch(void **state)
{
    struct stage *g = open_stage("at 2 wrong_hash any\nat 3 gap any\n"
                                 "at 4 wrong_hash any\nat 5.5 gap any\n"
                                 "at 5.6 gap any\n at 9 wrong_hash any\n"
                                 "at 9.2 wrong_hash any # once more\n", 0);
    (void)state;
    run(g, 14000);
    assert_int_equal(g->client->mismatches, 7);
    assert_int_equal(g->mismatch_lines, 7);
    assert_int_equal(hub_mismatches(g->hub), 7);
    close_stage(g);
}

static void
mischief_among_planted_situations_stays_countable(void **state)
{
    struct stage *g = open_stage("at 3 wrong_hash any\nat 8 freeze any 4\n"
                                 "at 9 gap any\nat 15 silence 4\n"
                                 "at 24 duplicate\nat 25 reorder\n"
                                 "at 30 wrong_hash any\n", 2000);
    (void)state;
    run(g, 60000);
    assert_true(g->client->mismatches >= 3);
    assert_int_equal(g->client->mismatches, g->mismatch_lines);
    close_stage(g);
}

static void
a_frozen_event_is_silent_and_then_sent_whole(void **state)
{
    struct stage *g = open_stage("at 2 freeze 30000 5\n", 0);
    const struct listed_event *e = &g->x->listing->events[0];
    uint64_t version = 0, before;
    (void)state;
    run(g, 2100);
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        version += g->x->listing->markets[i].version;
    before = version;
    uint32_t token = e->first * 2;
    struct client_book frozen = g->client->books[token];
    run(g, 4800);
    for (uint32_t i = e->first; i < e->first + e->count; i++)
        version += g->x->listing->markets[i].version;
    assert_true(version - before > before); /* It went on without us. */
    assert_memory_equal(&frozen, &g->client->books[token], sizeof frozen);
    run(g, 3000);
    assert_memory_not_equal(&frozen, &g->client->books[token],
                            sizeof frozen);
    assert_int_equal(g->client->mismatches, 0);
    assert_int_equal(g->x->tide.held[0], 0);
    close_stage(g);
}

static void
silence_is_total_but_for_pong(void **state)
{
    struct stage *g = open_stage("at 2 silence 3\n", 0);
    (void)state;
    run(g, 2100);
    uint64_t frames = g->client->frames;
    run(g, 2500);
    assert_int_equal(g->client->frames, frames);
    hub_hear(g->hub, g->conns[0], "PING", 4);
    assert_string_equal(g->word, "PONG");
    run(g, 3000);
    assert_true(g->client->frames > frames + 100);
    assert_int_equal(g->client->mismatches, 0);
    close_stage(g);
}

static void
repeated_and_exchanged_frames_are_harmless(void **state)
{
    struct stage *g = open_stage("at 1 duplicate\nat 2 reorder\nat 3 reorder\n"
                                 "at 4 duplicate\nat 5 reorder\n", 0);
    (void)state;
    run(g, 10000);
    assert_int_equal(g->client->mismatches, 0);
    assert_true(g->client->proved > 1000);
    close_stage(g);
}

static void
drops_latency_and_rest_trouble_follow_the_script(void **state)
{
    struct stage *g = open_stage("at 1 drop 1\nat 2 drop all\n"
                                 "at 3 latency 250 2\nat 6 status 429 1\n"
                                 "at 8 slow 400 1\n", 0);
    struct rest_request r = { .path = "/ok", .query = "", .body = "" };
    static char room[65536];
    struct quill q;
    int64_t delay;
    (void)state;
    run(g, 1500);
    assert_int_equal(g->dropped, 1);
    run(g, 1000);
    assert_int_equal(g->dropped, 4);
    run(g, 1500);
    assert_int_equal(g->latest_due, g->now + 250);
    run(g, 2500);
    assert_true(g->latest_due <= g->now);
    quill_start(&q, room, sizeof room);
    assert_int_equal(hub_rest(g->hub, &r, 20, &q, &delay), 429);
    assert_string_equal(q.s, "{\"error\":\"Too Many Requests\"}");
    run(g, 2000);
    quill_start(&q, room, sizeof room);
    assert_int_equal(hub_rest(g->hub, &r, 20, &q, &delay), 200);
    assert_int_equal(delay, 400);
    run(g, 1000);
    quill_start(&q, room, sizeof room);
    assert_int_equal(hub_rest(g->hub, &r, 20, &q, &delay), 200);
    assert_int_equal(delay, 0);
    close_stage(g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hash_of_a_calm_run_is_proved),
        cmocka_unit_test(what_is_held_at_the_end_is_what_rest_says),
        cmocka_unit_test(subscriptions_are_answered_as_the_venue_does),
        cmocka_unit_test(garbage_is_refused_and_does_no_harm),
        cmocka_unit_test(extra_events_come_only_to_who_asked),
        cmocka_unit_test(each_wrong_hash_and_each_gap_is_one_mismatch),
        cmocka_unit_test(mischief_among_planted_situations_stays_countable),
        cmocka_unit_test(a_frozen_event_is_silent_and_then_sent_whole),
        cmocka_unit_test(silence_is_total_but_for_pong),
        cmocka_unit_test(repeated_and_exchanged_frames_are_harmless),
        cmocka_unit_test(drops_latency_and_rest_trouble_follow_the_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
