/* onbus - a recorded market published in place of feed */

/* A process like the five, under feed's name and lock, so that one of the two
 * runs: its shell is common/daemon, its engine a scanner that is kept level
 * with the recording and of whose books requests are answered.  What the
 * recording scanner asked for is published, too: who joins in knows nothing.
 *
 * The others live in their own time.  So every time in a message is moved by
 * what lies between the recording and now, and epochs to this run. */

#include "deploy/arb/replay/onbus.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "deploy/arb/cmd.h"
#include "deploy/arb/replay/core.h"
#include "deploy/arb/replay/feed_of.h"
#include "deploy/arb/replay/moved.h"
#include "feed/feed.h"
#include "scanner/scanner.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVERY_MS = 1, AT_ONCE = 200, LINGER_MS = 10000 };

struct onbus {
    const struct onbus_options *o;
    struct daemon *daemon;
    struct core mirror;
    struct journal_reader *reader;
    struct record next;
    struct heard heard;
    bool have_next, over;
    int64_t until;             /* Wall: what comes later is of this replay. */
    int64_t first;             /* Wall of the first record; 0 = none yet. */
    int64_t base;              /* And of the first published. */
    struct nanos began;        /* Mono, when that was. */
    uint64_t feed_run;         /* The first one recorded. */
    uint64_t seq, published;
    struct loop_timer *work, *linger;
    uint8_t *packed;
};

/* --- what is asked ------------------------------------------------------- */

struct answering {
    struct outbox *out;
    struct to to;
};

static void
answer(void *arg, const struct schema *sc, const void *msg)
{
    const struct answering *a = arg;

    outbox_say_on(a->out, ROUTE_REPLY, sc, msg, &a->to);
}

static void
hear_request(void *engine, const void *msg, const struct input *in,
             struct outbox *out)
{
    struct onbus *b = engine;
    struct answering a = { out, input_sender(in) };

    feed_of(b->mirror.engine, msg, in->wall, answer, &a);
}

static const struct hear hears[] = {
    { &snapshot_request_schema, SOURCE_any, false, hear_request },
    { NULL, 0, false, NULL },
};
static const char *const connects[] = { NULL };
static const char *const binds[] = { "feed.snap", NULL };
static const char *const counters[] = { NULL };

static const struct program program = {
    .src = SOURCE_feed,
    .name = "feed",
    .about = "a recorded market in place of feed",
    .hears = hears,
    .section = &feed_section,
    .connects = connects,
    .binds = binds,
    .counters = counters,
};

/* --- what is published --------------------------------------------------- */

/* The record at hand, to the mirror and, when it is time, to the others. */
static void
play_one(struct onbus *b, struct outbox *out, const struct input *now)
{
    const struct envelope *e = &b->heard.e;
    const struct schema *sc = schema_find(e->type);
    void *msg = b->mirror.msg;
    int64_t at = b->next.wall.ns > b->base ? b->next.wall.ns : b->base;

    if (e->src != SOURCE_feed || sc == NULL)
        return;
    if (b->feed_run == 0)
        b->feed_run = e->run;
    struct moved_by by = { now->wall.ns - at, b->feed_run,
                           daemon_run_number(b->daemon) };
    if (!schema_unpack_kept(sc, msg, e->body, e->body_size, NULL)
        || !moved(e->type, msg, &by))
        return;
    if (out) {
        outbox_say_on(out, ROUTE_PUB, sc, msg, NULL);
        b->published++;
    }
    size_t size = schema_pack(sc, msg, b->packed, PACKED_CAP);
    struct input in = *now;
    must(size > 0);
    in.seq = ++b->seq;
    must(core_hear(&b->mirror, e->type, b->packed, size, &in));
    outbox_clear(b->mirror.out);
}

/* Reads the next record; false at the end. */
static bool
read_next(struct onbus *b)
{
    struct why why;

    int got = journal_next(b->reader, &b->next, &why);
    if (got > 0 && !heard_of(&b->heard, SOURCE_scanner, &b->next, &why))
        got = -1;
    if (got < 0)
        log_error("%s", why.s);
    if (got > 0 && b->first == 0)
        b->first = b->next.wall.ns;
    b->have_next =
        got > 0 && b->next.wall.ns < b->until
        && (b->o->to.ns == 0 || b->next.wall.ns - b->first <= b->o->to.ns);
    return b->have_next;
}

static void
stop(void *arg)
{
    (void)arg;
    kill(getpid(), SIGTERM);
}

static void
end(struct onbus *b)
{
    static const struct ms linger = { LINGER_MS };

    b->over = true;
    log_info("the recording is over: %" PRIu64 " messages published; the "
             "market stands still for %d s", b->published, LINGER_MS / 1000);
    b->linger = loop_timer(daemon_loop(b->daemon), linger, linger, stop, b);
}

/* Wall time of the recording that is now. */
static int64_t
now_there(const struct onbus *b)
{
    int64_t passed = clock_mono().ns - b->began.ns;

    return b->o->speed == 0 ? INT64_MAX
                            : b->base + passed * (int64_t)b->o->speed;
}

static void
work(void *arg)
{
    struct onbus *b = arg;
    struct input now;

    if (b->over || (b->have_next && b->next.wall.ns > now_there(b)))
        return;
    struct outbox *out = daemon_begin(b->daemon, &now);
    now.src = SOURCE_feed;
    now.run = now.own_run;
    now.said = now.mono;
    for (int i = 0; i < AT_ONCE && b->have_next
                    && b->next.wall.ns <= now_there(b); i++) {
        play_one(b, out, &now);
        read_next(b);
    }
    daemon_end(b->daemon);
    if (!b->have_next)
        end(b);
}

/* Everything before `from` is what those who join in are told of. */
static void
catch_up(struct onbus *b)
{
    struct input now;
    struct outbox *out = daemon_begin(b->daemon, &now);
    struct venue_status up = { .state = LINK_STATE_up, .since = now.wall };

    say_venue_status_on(out, ROUTE_PUB, &up, NULL);
    daemon_end(b->daemon);
    now.src = SOURCE_feed;
    now.run = now.own_run;
    now.said = now.mono;
    must(core_hear(&b->mirror, TYPE_heartbeat, b->packed,
                   heartbeat_pack(&(struct heartbeat){ .ready = true },
                                  b->packed, PACKED_CAP), &now));
    read_next(b);
    b->base = b->first + b->o->from.ns;
    while (b->have_next && b->next.wall.ns < b->base) {
        play_one(b, NULL, &now);
        read_next(b);
    }
    b->began = clock_mono();
    daemon_ready(b->daemon, true);
    log_info("%s: %" PRId64 " s of it were before, the rest follows",
             b->o->recording, b->o->from.ns / 1000000000);
}

static bool
open_recording(struct onbus *b, struct why *why)
{
    char dir[600];

    core_journal(b->o->recording, SOURCE_scanner, "inputs", dir, sizeof dir);
    b->reader = journal_read(dir, 0, why);
    struct conf *conf = core_settings(b->o->recording, SOURCE_scanner,
                                      UINT64_MAX, b->o->file, NULL, 0, NULL);
    core_begin(&b->mirror, SOURCE_scanner);
    bool ok = b->reader && conf && core_make(&b->mirror, conf, why);
    conf_destroy(&conf);
    return ok;
}

static int
run(struct onbus *b)
{
    static const struct ms every = { EVERY_MS };

    daemon_open(b->daemon);
    daemon_attach(b->daemon, b);
    catch_up(b);
    b->work = loop_timer(daemon_loop(b->daemon), every, every, work, b);
    int code = daemon_run(b->daemon);
    loop_timer_cancel(&b->work);
    if (b->linger)
        loop_timer_cancel(&b->linger);
    daemon_stop(&b->daemon);
    return code;
}

int
onbus(const struct onbus_options *o)
{
    struct onbus_options with = *o;
    struct onbus b = { .o = &with, .until = clock_wall().ns,
                       .packed = malloc(PACKED_CAP) };
    struct feed_conf own;
    struct why why = { "" };
    char var[300];
    char *argv[6] = { (char *)(uintptr_t) "replay" };
    int argc = 1, code = EXIT_USAGE;

    must(b.packed);
    if (o->file) {
        argv[argc++] = (char *)(uintptr_t) "-c";
        argv[argc++] = (char *)(uintptr_t)o->file;
    }
    if (o->var) {
        snprintf(var, sizeof var, "common.var=%s", o->var);
        argv[argc++] = (char *)(uintptr_t) "-s";
        argv[argc++] = var;
    }
    b.daemon = daemon_configure(argc, argv, &program, &own);
    if (!with.recording)
        with.recording = daemon_common(b.daemon)->var.s;
    if (daemon_common(b.daemon)->mode == MODE_live)
        log_error("common.mode is live: a recorded market is not for that");
    else if (!open_recording(&b, &why))
        log_error("%s", why.s);
    else
        code = run(&b);
    journal_reader_close(&b.reader);
    core_end(&b.mirror);
    free(b.packed);
    return code;
}
