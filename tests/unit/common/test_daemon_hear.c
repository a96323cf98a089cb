/* test_daemon_hear - the shell's own words, and the gate while bytes leave */

/* A small executor in a process of its own: when its last call was answered
 * it intends an order and calls its venue; its wiring looks whether the
 * intent is on disk when the call reaches it, and answers from a timer. */

#include "common/journal.h"
#include "common/latch.h"
#include "common/loop.h"
#include "tests/unit/common/small.h"

/* Engine and wiring; only the handlers touch the first half. */
struct teller {
    uint64_t call, orders, done;
    struct daemon *daemon;
    struct loop_timer *timer;
    uint64_t due;         /* The call to answer. */
    bool on_disk, slow;
    char dir[128];
};

static struct hash
order_of(uint64_t call)
{
    struct hash h = { { 0 } };

    memcpy(h.b, &call, sizeof call);
    return h;
}

static void
teller_on_tick(struct teller *x, const struct tick *m, const struct input *in,
               struct outbox *out)
{
    struct intent i = { .salt = x->call + 1 };
    struct venue_call c = { .call = x->call + 1, .op = VENUE_OP_place };

    (void)m;
    (void)in;
    if (x->done < x->call)
        return;
    i.order = order_of(++x->call);
    say_intent(out, &i, NULL);
    say_venue_call(out, &c, NULL);
}

static void
teller_on_venue_order(struct teller *x, const struct venue_order *m,
                      const struct input *in, struct outbox *out)
{
    (void)out;
    must(in->src == SOURCE_executor && in->run == in->own_run);
    must(in->said.ns == in->mono.ns && in->mono.ns > 0);
    must(m->call == x->call);
    x->orders++;
}

/* The answer's order came first. */
static void
teller_on_venue_done(struct teller *x, const struct venue_done *m,
                     const struct input *in, struct outbox *out)
{
    struct execution e = { .target = { (int64_t)m->call },
                           .filled = { m->end == CALL_END_answered } };

    (void)in;
    must(m->call == x->call && x->orders == m->call);
    x->done = m->call;
    say_execution(out, &e, NULL);
}

/* hear_tick is the small engine's. */
static void
hear_own_tick(void *x, const void *m, const struct input *in,
              struct outbox *out)
{
    teller_on_tick(x, m, in, out);
}
HEAR_THUNK(teller, venue_order)
HEAR_THUNK(teller, venue_done)
static const struct hear teller_hears[] = {
    { &tick_schema, SOURCE_self, false, hear_own_tick },
    HEAR_ROW(venue_order, self)
    HEAR_ROW(venue_done, self)
    { NULL, 0, false, NULL }
};
static const struct conf_section teller_section = {
    "executor", "A test's.", small_rows, 1
};
static const struct program teller_program = {
    .src = SOURCE_executor, .name = "executor", .about = "a small executor",
    .hears = teller_hears, .section = &teller_section, .gated = true,
};

/* Reads what is in the files, as another process would. */
static uint64_t
count_intents(const char *dir, struct intent *last)
{
    struct record r;
    struct why why;
    uint64_t count = 0;
    struct journal_reader *reader = journal_read(dir, 1, &why);

    while (reader && journal_next(reader, &r, &why) > 0)
        if (r.type == TYPE_intent) {
            must(intent_unpack(last, r.body, r.body_size));
            count++;
        }
    journal_reader_close(&reader);
    return count;
}

static void
answer(void *arg)
{
    struct teller *w = arg;
    struct venue_order o = { .call = w->due, .order = order_of(w->due) };
    struct venue_done m = { .call = w->due, .op = VENUE_OP_place };
    struct venue_status nobody = { .connection = 7 };
    struct input in;

    m.end = w->on_disk ? CALL_END_answered : CALL_END_unknown;
    loop_timer_cancel(&w->timer);
    daemon_begin(w->daemon, &in);
    daemon_hear(w->daemon, &venue_order_schema, &o);
    daemon_hear(w->daemon, &venue_done_schema, &m);
    daemon_end(w->daemon);
    daemon_hear(w->daemon, &venue_status_schema, &nobody);
    if (w->slow)
        daemon_gate_release(w->daemon);
    if (w->due == 30 && !w->slow)
        daemon_fail(w->daemon, "enough of it after %u", 30u);
}

static void
heard_said(void *arg, const struct said *said)
{
    struct teller *w = arg;
    const struct venue_call *m = said->msg;
    struct intent last;

    if (said->schema->type != TYPE_venue_call)
        return;
    must(said->routes == ROUTE_SHELL);
    w->due = m->call;
    w->on_disk = count_intents(w->dir, &last) == m->call
                 && last.salt == m->call;
    if (w->slow)
        daemon_gate_hold(w->daemon);
    w->timer = loop_timer(daemon_loop(w->daemon),
                          (struct ms){ w->slow ? 300 : 1 }, (struct ms){ 0 },
                          answer, w);
}

static int
teller_main(const char *var, bool slow)
{
    char name[] = "executor", set_var[120], flag[] = "-s";
    char tick[] = "common.tick=5";
    char *argv[] = { name, flag, set_var, flag, tick };
    static struct teller w;
    struct small_conf own;

    snprintf(set_var, sizeof set_var, "common.var=%s", var);
    snprintf(w.dir, sizeof w.dir, "%s/journal/executor/facts", var);
    w.slow = slow;
    w.daemon = daemon_configure(5, argv, &teller_program, &own);
    must(dup(0) < 6); /* Nothing was opened yet. */
    daemon_open(w.daemon);
    daemon_on_said(w.daemon, heard_said, &w);
    daemon_attach(w.daemon, &w);
    int code = daemon_run(w.daemon);
    loop_timer_cancel(&w.timer);
    daemon_stop(&w.daemon);
    return code;
}

static pid_t
start_teller(const struct fixture *f, const char *how)
{
    char path[128];
    pid_t pid = fork_child();

    if (pid != 0)
        return pid;
    snprintf(path, sizeof path, "%s/executor.log", f->var);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(fd, STDERR_FILENO);
    close(fd);
    close_range(3, 100, 0);
    execl("/proc/self/exe", "self", "--teller", how, f->var, (char *)NULL);
    _exit(127);
}

static void
what_a_venue_said_is_an_input_and_intents_are_on_disk_before(void **state)
{
    struct fixture *f = *state;
    char dir[128];
    struct record r;
    struct why why;
    uint64_t executions = 0, orders = 0, done = 0;

    assert_int_equal(end_of(start_teller(f, "quick")), 1);
    assert_non_null(strstr(text_of(f, "executor.log"),
                           "enough of it after 30"));
    snprintf(dir, sizeof dir, "%s/journal/executor/facts", f->var);
    struct journal_reader *reader = journal_read(dir, 1, &why);
    while (journal_next(reader, &r, &why) > 0) {
        struct execution e;
        if (r.type != TYPE_execution)
            continue;
        assert_true(execution_unpack(&e, r.body, r.body_size));
        assert_int_equal(e.target.micros, ++executions);
        assert_int_equal(e.filled.micros, 1);
    }
    journal_reader_close(&reader);
    assert_int_equal(executions, 30);
    snprintf(dir, sizeof dir, "%s/journal/executor/inputs", f->var);
    reader = journal_read(dir, 1, &why);
    while (journal_next(reader, &r, &why) > 0) {
        struct envelope e;
        assert_true(envelope_unpack(&e, r.body, r.body_size, NULL));
        assert_int_equal(e.src, SOURCE_executor);
        orders += e.type == TYPE_venue_order;
        done += e.type == TYPE_venue_done;
        assert_true(e.type != TYPE_venue_status); /* It hears none. */
    }
    journal_reader_close(&reader);
    assert_int_equal(orders, 30);
    assert_int_equal(done, 30);
}

/* faults: F-040 F-041 */
static void
a_killer_waits_for_bytes_on_their_way_and_for_no_more(void **state)
{
    struct fixture *f = *state;
    struct latch latch;
    struct why why;
    pid_t pid = start_teller(f, "slow");

    for (unsigned i = 0; i < 500 && !strstr(text_of(f, "executor.log"), "up:");
         i++)
        usleep(10000);
    usleep(50000);
    int64_t began = clock_mono().ns;
    assert_true(latch_pull(f->var, "tester", "to see", clock_wall(),
                           (struct ms){ 5000 }, &latch, &why));
    int64_t ms = (clock_mono().ns - began) / 1000000;
    assert_true(ms > 20 && ms < 2000);
    assert_int_equal(stop(pid, SIGTERM), 0);
}

int
main(int argc, char **argv)
{
    if (argc > 3 && strcmp(argv[1], "--teller") == 0)
        return teller_main(argv[3], strcmp(argv[2], "slow") == 0);
    const struct CMUnitTest tests[] = {
        TEST(what_a_venue_said_is_an_input_and_intents_are_on_disk_before),
        TEST(a_killer_waits_for_bytes_on_their_way_and_for_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
