/* test_bus_guard - a ROUTER that only known keys may speak to, and the files
 * those keys are in */
#include "common/ctl_keys.h"
#include "tests/unit/common/bus_kit.h"

#include <fcntl.h>
#include <zmq.h>

static struct ctl_list *list;

static struct bus *
open_guarded(void)
{
    struct bus_guard g = { .name = "risk.ctl", .who = ctl_list_who };
    struct bus *b = open_bus(SOURCE_riskd, 1);
    char public[BUS_KEY_CAP];
    struct why why = { "" };

    list = ctl_list_new(scratch.path);
    g.arg = list;
    if (!ctl_server_load(scratch.path, g.secret, public, &why) ||
        !bus_guard(b, &g, &why) ||
        !bus_bind_router(b, "risk.ctl", false, &why))
        fail_msg("%s", why.s);
    return b;
}

static struct ctl_pass
make_pass(const char *name, enum role role)
{
    char path[CTL_PATH_CAP];
    struct ctl_pass p;
    struct why why = { "" };

    if (!ctl_pass_make(scratch.path, name, role, path, &why) ||
        !ctl_pass_load(path, &p, &why))
        fail_msg("%s", why.s);
    return p;
}

/* NULL pass: none is shown. */
static struct bus *
open_caller(const struct bus_pass *pass, unsigned *line)
{
    struct bus *b = open_bus(SOURCE_arb, 0);
    struct why why;

    if (pass)
        bus_show_pass(b, pass);
    assert_true(bus_connect_dealer(b, "risk.ctl", line, &why));
    return b;
}

/* What the server hears of one word; false when nothing comes through. */
static bool
speak(struct bus *server, struct bus *caller, unsigned line, int patience_ms,
      struct bus_in *in)
{
    struct command m = { .verb = VERB_status };
    uint8_t body[1024];
    struct bus_out out = { .type = TYPE_command, .req = 1, .body = body };
    struct bus_in none;

    out.body_size = command_pack(&m, body, sizeof body);
    bus_ask(caller, line, &out);
    int64_t until = clock_mono().ns + patience_ms * INT64_C(1000000);
    while (clock_mono().ns < until) {
        bus_wait(server, (struct ms){ 5 });
        bus_wait(caller, (struct ms){ 5 });
        if (bus_next(server, in))
            return true;
        (void)bus_next(caller, &none);
    }
    return false;
}

static void
a_known_key_comes_in_under_its_name(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_guarded();
    struct ctl_pass p = make_pass("ann", ROLE_operator);
    struct bus *caller = open_caller(&p.keys, &line);

    assert_true(speak(server, caller, line, 10000, &in));
    assert_int_equal(in.e.type, TYPE_command);
    assert_string_equal(in.user, "ann");
    assert_int_equal(ctl_list_role(list, in.user), ROLE_operator);
    assert_int_equal(bus_counts(server)->turned, 0);
    bus_close(&caller);
    bus_close(&server);
    ctl_list_destroy(&list);
}

/* faults: F-089 */
static void
who_is_not_known_gets_no_answer_at_all(void **state)
{
    (void)state;
    struct bus *server = open_guarded();
    struct ctl_pass p = make_pass("ann", ROLE_operator);
    struct why why;

    for (int i = 0; i < 4; i++) {
        struct bus_pass pass = p.keys;
        unsigned line;
        struct bus_in in;
        if (i == 1) /* A key of its own. */
            assert_true(bus_make_key(pass.public, pass.secret, &why));
        char other[BUS_KEY_CAP];
        if (i == 2) /* It believes another server. */
            assert_true(bus_make_key(pass.server, other, &why));
        if (i == 3) /* Her public key, not her secret. */
            assert_true(bus_make_key(other, pass.secret, &why));
        struct bus *caller = open_caller(i == 0 ? NULL : &pass, &line);
        assert_false(speak(server, caller, line, 300, &in));
        assert_false(bus_line_open(caller, line));
        bus_close(&caller);
    }
    assert_true(bus_counts(server)->turned >= 1);
    assert_int_equal(bus_counts(server)->in, 0);
    bus_close(&server);
    ctl_list_destroy(&list);
}

static void
a_key_taken_off_the_list_allows_nothing_any_more(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    char path[160];
    struct bus *server = open_guarded();
    struct ctl_pass p = make_pass("ann", ROLE_ops_admin);
    struct bus *caller = open_caller(&p.keys, &line);

    assert_true(speak(server, caller, line, 10000, &in));
    snprintf(path, sizeof path, "%s/keys/ctl/ann.pub", scratch.path);
    assert_int_equal(unlink(path), 0);
    usleep(1100000);
    assert_int_equal(ctl_list_role(list, "ann"), ROLE_none);
    struct bus *again = open_caller(&p.keys, &line);
    assert_false(speak(server, again, line, 300, &in));
    bus_close(&again);
    bus_close(&caller);
    bus_close(&server);
    ctl_list_destroy(&list);
}

/* A key lets in a guest, and no process: neither its words nor its run. */
static void
a_key_does_not_make_an_executor(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct why why;
    struct bus *server = open_guarded();
    struct ctl_pass p = make_pass("ann", ROLE_ops_admin);
    struct bus *caller = open_bus(SOURCE_executor, UINT64_MAX);

    bus_show_pass(caller, &p.keys);
    assert_true(bus_connect_dealer(caller, "risk.ctl", &line, &why));
    assert_false(speak(server, caller, line, 300, &in));
    assert_false(bus_line_open(caller, line));
    bus_close(&caller);
    caller = open_caller(&p.keys, &line);
    assert_true(speak(server, caller, line, 3000, &in));
    bus_close(&caller);
    bus_close(&server);
    ctl_list_destroy(&list);
}

static void
a_role_edited_in_its_file_is_the_role_within_a_second(void **state)
{
    char path[160];

    (void)state;
    list = ctl_list_new(scratch.path);
    (void)make_pass("ann", ROLE_ops_admin);
    assert_int_equal(ctl_list_role(list, "ann"), ROLE_ops_admin);
    snprintf(path, sizeof path, "%s/keys/ctl/ann.pub", scratch.path);
    char text[200] = "";
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(read(fd, text, sizeof text - 1) > 0);
    const char *rest = strchr(text, '\n');
    assert_non_null(rest);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_true(pwrite(fd, "role viewer", 11, 0) == 11);
    assert_true(pwrite(fd, rest, strlen(rest), 11) > 0);
    close(fd);
    usleep(1100000);
    assert_int_equal(ctl_list_role(list, "ann"), ROLE_viewer);
    ctl_list_destroy(&list);
}

/* Bytes of anybody: the server goes on, and lets the right one in. */
static void
rubbish_and_half_a_handshake_cost_nothing(void **state)
{
    (void)state;
    unsigned line;
    struct bus_in in;
    struct bus *server = open_guarded();
    struct ctl_pass p = make_pass("ann", ROLE_viewer);
    void *ctx = zmq_ctx_new();
    char endpoint[160];
    int linger = 0;

    snprintf(endpoint, sizeof endpoint, "ipc://%s/run/risk.ctl.sock",
             scratch.path);
    void *plain[20];
    for (int i = 0; i < 20; i++) {
        plain[i] = zmq_socket(ctx, i % 2 ? ZMQ_DEALER : ZMQ_STREAM);
        zmq_setsockopt(plain[i], ZMQ_LINGER, &linger, sizeof linger);
        assert_int_equal(zmq_connect(plain[i], endpoint), 0);
        zmq_send(plain[i], "\xff\x00\x00rubbish", 10, ZMQ_DONTWAIT);
    }
    struct bus *caller = open_caller(&p.keys, &line);
    assert_true(speak(server, caller, line, 10000, &in));
    assert_string_equal(in.user, "ann");
    for (int i = 0; i < 20; i++)
        zmq_close(plain[i]);
    zmq_ctx_term(ctx);
    bus_close(&caller);
    bus_close(&server);
    ctl_list_destroy(&list);
}

static void
files_that_others_could_have_touched_are_refused(void **state)
{
    (void)state;
    char path[CTL_PATH_CAP], pub[200], secret[BUS_KEY_CAP];
    char public[BUS_KEY_CAP];
    struct ctl_pass p;
    struct why why;
    struct stat st;

    assert_true(ctl_pass_make(scratch.path, "bob", ROLE_viewer, path, &why));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_false(ctl_pass_make(scratch.path, "bob", ROLE_viewer, path, &why));
    assert_non_null(strstr(why.s, "there already"));
    assert_int_equal(chmod(path, 0644), 0);
    assert_false(ctl_pass_load(path, &p, &why));
    assert_non_null(strstr(why.s, "chmod 600"));
    snprintf(pub, sizeof pub, "%s/keys/ctl/bob.pub", scratch.path);
    assert_int_equal(chmod(pub, 0666), 0);
    list = ctl_list_new(scratch.path);
    assert_int_equal(ctl_list_role(list, "bob"), ROLE_none);
    ctl_list_destroy(&list);
    assert_int_equal(chmod(pub, 0600), 0);
    list = ctl_list_new(scratch.path);
    assert_int_equal(ctl_list_role(list, "bob"), ROLE_viewer);
    ctl_list_destroy(&list);
    snprintf(path, sizeof path, "%s/keys/ctl/server.key", scratch.path);
    assert_int_equal(truncate(path, 20), 0);
    assert_false(ctl_server_load(scratch.path, secret, public, &why));
    assert_non_null(strstr(why.s, "no key pair"));
}

static void
names_are_plain(void **state)
{
    (void)state;
    assert_true(ctl_name_is_good("ops_admin"));
    assert_true(ctl_name_is_good("ann-2"));
    assert_false(ctl_name_is_good(""));
    assert_false(ctl_name_is_good("server"));
    assert_false(ctl_name_is_good("../ann"));
    assert_false(ctl_name_is_good("a b"));
    assert_false(ctl_name_is_good("an-endlessly-long-name-of-somebody"));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_known_key_comes_in_under_its_name),
        T(who_is_not_known_gets_no_answer_at_all),
        T(a_key_taken_off_the_list_allows_nothing_any_more),
        T(a_key_does_not_make_an_executor),
        T(a_role_edited_in_its_file_is_the_role_within_a_second),
        T(rubbish_and_half_a_handshake_cost_nothing),
        T(files_that_others_could_have_touched_are_refused),
        T(names_are_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
