/* wiring_host - riskd's engine is told how the machine is */
/*
 * Every few seconds, as an input: room on the disk the journals are on, memory
 * and processor from /proc.  What cannot be read is said as no memory at all,
 * which the engine takes for "not known".  And for how long the recorder has
 * taken no fact of ours while some wait: what nobody can audit is not traded.
 * And whether others may look into the folders of logs and journals.
 */
#include "riskd/wiring_host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/clock.h"
#include "common/daemon.h"
#include "common/loop.h"
#include "common/must.h"

enum { EVERY_MS = 5000, WORDS = 10 };

struct wiring_host {
    struct daemon *daemon;
    struct loop_timer *timer;
    uint64_t busy, all; /* Of the processor, when last looked at. */
    uint64_t recorded;  /* Facts the recorder had, and since when it has not */
    struct nanos since; /* taken one that waits. */
};

static void
read_memory(struct host_state *m)
{
    FILE *f = fopen("/proc/meminfo", "re");
    char line[128];
    uint64_t kib;
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (sscanf(line, "MemTotal: %" SCNu64, &kib) == 1) {
            m->mem_total = kib * 1024;
        } else if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1) {
            m->mem_free = kib * 1024;
        }
    }
    if (f != NULL) {
        fclose(f);
    }
}

/* user nice system idle iowait irq softirq steal guest guest_nice */
static void
read_processor(struct wiring_host *w, struct host_state *m)
{
    uint64_t at[WORDS] = { 0 }, all = 0;
    FILE *f = fopen("/proc/stat", "re");
    if (f == NULL || fscanf(f, "cpu") != 0) {
        return;
    }
    for (int i = 0; i < WORDS && fscanf(f, "%" SCNu64, &at[i]) == 1; i++) {
        all += i < 8 ? at[i] : 0; /* Guests are users as well. */
    }
    fclose(f);
    uint64_t busy = all - at[3] - at[4];
    if (w->all > 0 && all > w->all && busy >= w->busy) {
        m->cpu.ppm = (int64_t)((busy - w->busy) * MICROS / (all - w->all));
    }
    w->busy = busy;
    w->all = all;
}

/* A new run does not know what was taken before it: it begins to count. */
static struct ms
spooled(struct wiring_host *w)
{
    uint64_t recorded = daemon_facts_recorded(w->daemon);
    struct nanos now = clock_mono();
    if (w->since.ns == 0 || recorded != w->recorded ||
        recorded >= daemon_facts_head(w->daemon)) {
        w->recorded = recorded;
        w->since = now;
    }
    return (struct ms){ (now.ns - w->since.ns) / 1000000 };
}

/* A folder that is not there shows nothing. */
static bool
is_ours_alone(const char *var, const char *folder)
{
    char path[512];
    struct stat s;
    int n = snprintf(path, sizeof path, "%s%s", var, folder);
    must(n > 0 && n < (int)sizeof path);
    return stat(path, &s) == 0 ? (s.st_mode & (S_IRWXG | S_IRWXO)) == 0
                               : errno == ENOENT;
}

static bool
is_secluded(const char *var)
{
    return is_ours_alone(var, "") ||
           (is_ours_alone(var, "/log") && is_ours_alone(var, "/journal"));
}

static void
look(void *arg)
{
    struct wiring_host *w = arg;
    struct host_state m = { 0 };
    struct statvfs fs;
    if (statvfs(daemon_common(w->daemon)->var.s, &fs) == 0) {
        m.disk_free = (uint64_t)fs.f_bavail * fs.f_frsize;
        read_memory(&m);
    }
    read_processor(w, &m);
    m.spooled = spooled(w);
    m.secluded = is_secluded(daemon_common(w->daemon)->var.s);
    m.crashes = daemon_crashes(w->daemon);
    m.cuts = daemon_cuts(w->daemon);
    m.boot = daemon_boot(w->daemon);
    daemon_hear(w->daemon, &host_state_schema, &m);
}

struct wiring_host *
wiring_host_new(struct daemon *d)
{
    struct ms every = { EVERY_MS };
    struct wiring_host *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->daemon = d;
    w->timer = loop_timer(daemon_loop(d), (struct ms){ 1 }, every, look, w);
    return w;
}

void
wiring_host_destroy(struct wiring_host **w)
{
    loop_timer_cancel(&(*w)->timer);
    free(*w);
    *w = NULL;
}
