/* wiring - the recorder's engine and its database, brought together
 *
 * A timer writes what is ready, and opens the database again while it is
 * away.  libpq is used blockingly: this process has nothing else to do, and
 * nobody waits for it. */
#include "recorder/wiring.h"

#include "common/clock.h"
#include "common/home.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "recorder/reports.h"
#include "recorder/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_MS = 20, BATCHES_PER_TURN = 8, REPORTS_MS = 5000,
       KEEP_MS = 3600000 };

struct wiring {
    struct daemon *daemon;
    struct recorder *recorder;
    struct recorder_conf conf;
    struct store *store;
    struct loop_timer *write, *reopen, *sample, *look, *keep;
    struct reports *reports; /* NULL: none are wanted. */
    bool complained;
    struct why lost;      /* Why it was lost, until something is written. */
};

static void
lose_store(struct wiring *w, const struct why *why)
{
    /* Once: a full disk fails the same way at every attempt. */
    if (strcmp(why->s, w->lost.s) != 0)
        log_warn("%s; facts wait in their owners' journals; trying again "
                 "every %" PRId64 " ms", why->s, w->conf.retry.ms);
    w->lost = *why;
    store_close(&w->store);
    recorder_suspend(w->recorder);
    daemon_ready(w->daemon, false);
}

/* Another server took over, without the last it had not been told of: what it
 * lacks is asked for again, from where it stands. */
static void
tell_lost(const struct wiring *w, const uint64_t committed[OWNERS])
{
    for (unsigned o = 0; o < OWNERS; o++) {
        uint64_t had = recorder_committed_upto(w->recorder, o);

        if (committed[o] < had)
            log_warn("the database went back: of %s it has %" PRIu64
                     " records, %" PRIu64 " were committed; the rest is "
                     "written again", enum_word(&source_words,
                                                owner_source(o)),
                     committed[o], had);
    }
}

static void
on_keep(void *arg)
{
    struct wiring *w = arg;
    uint32_t dropped;
    struct why why;

    if (w->store == NULL)
        return;
    if (!store_keep(w->store, w->conf.keep_days, &dropped, &why))
        lose_store(w, &why);
    else
        recorder_days(w->recorder, dropped, store_stray(w->store));
}

static void
on_reopen(void *arg)
{
    struct wiring *w = arg;
    if (w->store != NULL)
        return;
    char path[300];
    const char *database = w->conf.database.s;
    if (database[0] == '\0') {
        snprintf(path, sizeof path, "%s/run/pg.conninfo",
                 daemon_common(w->daemon)->var.s);
        database = path;
    }
    struct why why;
    uint64_t committed[OWNERS];
    struct path sql = w->conf.migrations;
    if (home_path(&sql, "recorder.migrations", &why))
        w->store = store_open(database, sql.s, committed, &why);
    if (w->store == NULL) {
        if (!w->complained)
            log_warn("%s; trying again every %" PRId64 " ms", why.s,
                     w->conf.retry.ms);
        w->complained = true;
        return;
    }
    w->complained = false;
    if (w->lost.s[0] == '\0')
        log_info("database open; scanner %" PRIu64 ", riskd %" PRIu64
                 ", executor %" PRIu64 " committed",
                 committed[OWNER_scanner], committed[OWNER_riskd],
                 committed[OWNER_executor]);
    tell_lost(w, committed);
    recorder_resume(w->recorder, committed);
    struct input in;
    struct outbox *out = daemon_begin(w->daemon, &in);
    recorder_tell(w->recorder, out);
    daemon_end(w->daemon);
    daemon_ready(w->daemon, true);
    on_keep(w);
}

/* False when there is nothing more to write now. */
static bool
write_batch(struct wiring *w)
{
    struct batch b;
    if (w->store == NULL || !recorder_batch(w->recorder, &b))
        return false;
    struct why why;
    switch (store_batch(w->store, &b, &why)) {
    case STORED: {
        if (w->lost.s[0] != '\0')
            log_info("facts are written again");
        w->lost.s[0] = '\0';
        struct input in;
        struct outbox *out = daemon_begin(w->daemon, &in);
        recorder_committed(w->recorder, &b, out);
        daemon_end(w->daemon);
        return true;
    }
    case STORED_REFUSED:
        log_error("%s; this stream stops", why.s);
        recorder_stop(w->recorder, b.owner);
        return true;
    case STORED_UNSURE:
        lose_store(w, &why);
        return false;
    }
    unreachable();
}

static void
write_heard(struct wiring *w)
{
    for (unsigned h = 0; h < HEARSAYS && w->store != NULL; h++) {
        uint32_t count;
        enum hearsay of = (enum hearsay)h;
        const struct heard *heard = recorder_heard(w->recorder, of, &count);
        struct why why;
        if (count == 0)
            continue;
        if (store_heard(w->store, of, heard, count, &why))
            recorder_heard_done(w->recorder, of);
        else
            lose_store(w, &why);
    }
}

static void
on_write(void *arg)
{
    struct wiring *w = arg;
    write_heard(w);
    for (int i = 0; i < BATCHES_PER_TURN && write_batch(w); i++)
        continue;
}

static void
on_sample(void *arg)
{
    struct wiring *w = arg;
    for (int src = SOURCE_feed; src <= SOURCE_recorder; src++) {
        const struct sample *s = recorder_sample(w->recorder,
                                                 (enum source)src);
        struct why why;
        if (w->store == NULL || !s->heard)
            continue;
        if (!store_sample(w->store, (enum source)src, s, &why))
            lose_store(w, &why);
    }
}

/* A day is told when what happened in it is in the tables; while an owner is
 * away, or its stream has stopped, nobody knows that.  A report under way is
 * looked after all the same: PostgreSQL may be what it waits for. */
static void
on_look(void *arg)
{
    struct wiring *w = arg;
    struct why why;

    if (w->reports == NULL)
        return;
    bool level = w->store != NULL && recorder_is_level(w->recorder);
    if (!reports_look(w->reports, level ? w->store : NULL, clock_mono(),
                      &why))
        log_error("%s", why.s);
}

/* arb stands beside us. */
static void
open_reports(struct wiring *w)
{
    char arb[512];
    ssize_t size = readlink("/proc/self/exe", arb, sizeof arb - 5);
    arb[size > 0 ? size : 0] = '\0';
    char *slash = strrchr(arb, '/');
    must(slash != NULL);
    memcpy(slash + 1, "arb", sizeof "arb");
    w->reports = reports_new(&w->conf, daemon_common(w->daemon)->var.s, arb,
                             daemon_file(w->daemon));
}

struct wiring *
wiring_new(struct daemon *d, struct recorder *r,
           const struct recorder_conf *conf)
{
    struct wiring *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->daemon = d;
    w->recorder = r;
    w->conf = *conf;
    struct loop *l = daemon_loop(d);
    static const struct ms soon = { 1 };
    w->reopen = loop_timer(l, soon, conf->retry, on_reopen, w);
    w->write = loop_timer(l, soon, (struct ms){ WRITE_MS }, on_write, w);
    w->sample = loop_timer(l, conf->sample, conf->sample, on_sample, w);
    static const struct ms first = { 1000 }, looks = { REPORTS_MS };
    w->look = loop_timer(l, first, looks, on_look, w);
    static const struct ms hour = { KEEP_MS };
    w->keep = loop_timer(l, hour, hour, on_keep, w);
    open_reports(w);
    return w;
}

void
wiring_destroy(struct wiring **w)
{
    loop_timer_cancel(&(*w)->reopen);
    loop_timer_cancel(&(*w)->write);
    loop_timer_cancel(&(*w)->sample);
    loop_timer_cancel(&(*w)->look);
    loop_timer_cancel(&(*w)->keep);
    reports_destroy(&(*w)->reports);
    store_close(&(*w)->store);
    free(*w);
    *w = NULL;
}
