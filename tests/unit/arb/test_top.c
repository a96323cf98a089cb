/* test_top - the screen of arb top: what it counts, and that it never leaves
 * its bounds */
#include "deploy/arb/top.h"

#include "common/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct top t;
static uint8_t body[1 << 16];

static void
hear_one(const struct schema *sc, const void *msg, enum source src)
{
    struct bus_in in = { .e = { .type = sc->type, .src = src, .run = 7,
                                .body = body } };

    in.e.body_size = schema_pack(sc, msg, body, sizeof body);
    assert_true(in.e.body_size > 0);
    top_take(&t, &in);
}

static void
hear_execution(uint8_t id, enum exec_status status)
{
    struct execution m = { .status = status, .strategy = STRATEGY_A,
                           .started = { 1700000000000000000 } };

    m.exec_id.b[0] = id;
    text_set(&m.event, "event");
    hear_one(&execution_schema, &m, SOURCE_executor);
}

static void
hear_opportunity(uint8_t id, enum opp_state state)
{
    static struct opportunity m;

    m.scan_id.b[0] = id;
    m.rev = state == OPP_STATE_opened ? 1 : 2;
    m.state = state;
    m.strategy = STRATEGY_B;
    hear_one(&opportunity_schema, &m, SOURCE_scanner);
}

static void
hear_everything(void)
{
    static struct heartbeat beat = { .ready = true };
    struct risk_state risk = { .mode = MODE_paper, .state = RISK_MODE_run };

    memset(&t, 0, sizeof t);
    t.now.ns = 5000000000;
    for (int src = SEEN_FIRST; src <= SEEN_LAST; src++)
        hear_one(&heartbeat_schema, &beat, (enum source)src);
    hear_one(&risk_state_schema, &risk, SOURCE_riskd);
    for (uint8_t i = 0; i < 40; i++) {
        hear_opportunity(i, OPP_STATE_opened);
        hear_execution(i, i % 2 ? EXEC_STATUS_FILLED : EXEC_STATUS_STALE);
    }
}

static char *
drawn(unsigned rows, unsigned columns, bool colour)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    top_draw(out, &t, rows, columns, colour);
    fclose(out);
    return text;
}

static void
it_fits_any_screen(void **state)
{
    (void)state;
    hear_everything();
    for (unsigned rows = 0; rows < 70; rows += 3)
        for (unsigned columns = 1; columns < 170; columns += 13) {
            char *text = drawn(rows, columns, false);
            unsigned lines = rows > 0, width = 0;
            for (const char *s = text; *s != '\0'; s++) {
                width = *s == '\n' ? 0 : width + 1;
                lines += *s == '\n';
                assert_true(width <= columns);
            }
            assert_true(lines <= rows || text[0] == '\0');
            free(text);
        }
}

static void
it_counts_each_thing_once(void **state)
{
    (void)state;
    hear_everything();
    hear_opportunity(3, OPP_STATE_updated);
    hear_opportunity(3, OPP_STATE_closed);
    hear_opportunity(3, OPP_STATE_closed);
    hear_execution(200, EXEC_STATUS_PARTIAL_HOLD);
    hear_execution(200, EXEC_STATUS_FILLED);
    hear_execution(200, EXEC_STATUS_FILLED);
    assert_int_equal(t.opened, 40);
    assert_int_equal(t.open_count, TOP_OPEN_CAP - 1);
    assert_int_equal(t.ended, 41);
    assert_int_equal(t.filled, 21);
    assert_int_equal(t.last[0].status, EXEC_STATUS_FILLED);
}

static void
who_is_silent_is_not_shown_as_up(void **state)
{
    (void)state;
    hear_everything();
    assert_true(top_is_up(&t, SOURCE_feed));
    t.now.ns += 2000000000;
    assert_false(top_is_up(&t, SOURCE_feed));
    char *text = drawn(60, 160, false);
    assert_non_null(strstr(text, "feed      silent"));
    free(text);
}

static void
words_of_others_do_not_drive_the_terminal(void **state)
{
    (void)state;
    hear_everything();
    t.seen.latch.latched = true;
    snprintf(t.seen.latch.reason.s, sizeof t.seen.latch.reason.s, "%s",
             "why\x1b[2J\x07 not");
    char *text = drawn(60, 160, false);
    assert_non_null(strstr(text, "KILLED, generation 0: why?[2J? not"));
    assert_null(strchr(text, '\x1b'));
    free(text);
}

static void
its_json_is_json_before_and_after_anything_is_heard(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        char *text = NULL;
        size_t size = 0;
        struct why why;
        FILE *out = open_memstream(&text, &size);
        memset(&t, 0, sizeof t);
        if (round == 1)
            hear_everything();
        top_json(out, &t);
        fclose(out);
        struct json *j = json_parse(text, size - 1, &why);
        if (j == NULL)
            fail_msg("%s", why.s);
        assert_int_equal(json_is_null(json_get(json_root(j), "risk")),
                         round == 0);
        json_destroy(&j);
        free(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_fits_any_screen),
        cmocka_unit_test(it_counts_each_thing_once),
        cmocka_unit_test(who_is_silent_is_not_shown_as_up),
        cmocka_unit_test(words_of_others_do_not_drive_the_terminal),
        cmocka_unit_test(its_json_is_json_before_and_after_anything_is_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
