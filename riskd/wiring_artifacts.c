/* wiring_artifacts - riskd's journal, followed into the auditors' files */
/*
 * The files hold nothing of their own: a line is a record of the journal, its
 * number first.  So they can be thrown away and come again, byte for byte,
 * and a restart finds out from their last lines where to go on.  The journal
 * is read back from disk, a second late, so no turn of riskd waits for them.
 */
#include "riskd/wiring_artifacts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/daemon.h"
#include "common/journal.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "proto/render.h"
#include "riskd/artifact.h"

enum { LINE_CAP = 32768, PATH_ROOM = 600, KEPT = 9, RECORDS_A_TURN = 2000 };
#define ROTATE_BYTES ((size_t)64 << 20)

struct artifact_file {
    int fd;
    off_t size;
    uint64_t last; /* Record in it. */
};

struct artifacts {
    char dir[512];
    size_t rotate;
    struct artifact_file files[ARTIFACTS];
    struct journal_reader *reader;
    void *msg;
    char line[LINE_CAP]; /* Being written. */
    char tail[LINE_CAP]; /* Being read. */
};

static void
path_of(const struct artifacts *a, enum artifact i, int aside, char *out)
{
    int n = aside == 0 ? snprintf(out, PATH_ROOM, "%s/%s", a->dir,
                                  artifact_names[i])
                       : snprintf(out, PATH_ROOM, "%s/%s.%d", a->dir,
                                  artifact_names[i], aside);
    must(n > 0 && n < PATH_ROOM);
}

/* The number of the last whole line, 0 without one; *whole: the bytes up to
 * its end. */
static uint64_t
read_last(int fd, off_t size, char *tail, off_t *whole)
{
    off_t from = size > LINE_CAP - 1 ? size - (LINE_CAP - 1) : 0;
    ssize_t got = pread(fd, tail, LINE_CAP - 1, from);
    *whole = 0;
    if (got <= 0) {
        return 0;
    }
    tail[got] = '\0';
    char *end = memrchr(tail, '\n', (size_t)got);
    if (end == NULL) {
        return 0;
    }
    *whole = from + (end - tail) + 1;
    *end = '\0';
    char *start = strrchr(tail, '\n');
    start = start == NULL ? tail : start + 1;
    return strncmp(start, "{\"n\":", 5) == 0 ? strtoull(start + 5, NULL, 10)
                                             : 0;
}

static bool
open_file(struct artifacts *a, enum artifact i, struct why *why)
{
    struct artifact_file *f = &a->files[i];
    char path[PATH_ROOM];
    struct stat st;
    off_t whole;
    path_of(a, i, 0, path);
    f->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (f->fd < 0 || fstat(f->fd, &st) < 0) {
        return why_set(why, "%s: %s", path, strerror(errno));
    }
    f->last = read_last(f->fd, st.st_size, a->tail, &whole);
    if (whole != st.st_size && ftruncate(f->fd, whole) < 0) {
        return why_set(why, "%s: %s", path, strerror(errno));
    }
    f->size = whole;
    if (whole == 0) { /* Begun anew: what was set aside knows. */
        path_of(a, i, 1, path);
        int before = open(path, O_RDONLY | O_CLOEXEC);
        if (before >= 0 && fstat(before, &st) == 0) {
            f->last = read_last(before, st.st_size, a->tail, &whole);
        }
        if (before >= 0) {
            close(before);
        }
    }
    return true;
}

struct artifacts *
artifacts_open(const char *facts, const char *dir, size_t rotate,
               struct why *why)
{
    struct artifacts *a = calloc(1, sizeof *a);
    size_t largest = 0;
    must(a != NULL && strlen(dir) < sizeof a->dir);
    memcpy(a->dir, dir, strlen(dir) + 1);
    a->rotate = rotate;
    for (int i = 0; i < ARTIFACTS; i++) {
        a->files[i].fd = -1;
    }
    for (uint32_t t = 0; t < TYPE_end_; t++) {
        const struct schema *sc = schema_find((uint16_t)t);
        largest = sc != NULL && sc->size > largest ? sc->size : largest;
    }
    a->msg = calloc(1, largest);
    must(a->msg != NULL);
    bool ok = mkdir(dir, 0700) == 0 || errno == EEXIST ||
              why_set(why, "%s: %s", dir, strerror(errno));
    for (int i = 0; i < ARTIFACTS && ok; i++) {
        ok = open_file(a, (enum artifact)i, why);
    }
    a->reader =
        ok ? journal_read(facts, a->files[ARTIFACT_events].last + 1, why)
           : NULL;
    if (a->reader == NULL) {
        artifacts_close(&a);
    }
    return a;
}

void
artifacts_close(struct artifacts **a)
{
    for (int i = 0; i < ARTIFACTS; i++) {
        if ((*a)->files[i].fd >= 0) {
            close((*a)->files[i].fd);
        }
    }
    if ((*a)->reader != NULL) {
        journal_reader_close(&(*a)->reader);
    }
    free((*a)->msg);
    free(*a);
    *a = NULL;
}

static bool
set_aside(struct artifacts *a, enum artifact i, struct why *why)
{
    char from[PATH_ROOM], to[PATH_ROOM];
    for (int k = KEPT; k > 0; k--) {
        path_of(a, i, k - 1, from);
        path_of(a, i, k, to);
        if (rename(from, to) < 0 && errno != ENOENT) {
            return why_set(why, "%s: %s", from, strerror(errno));
        }
    }
    close(a->files[i].fd);
    return open_file(a, i, why);
}

static bool
write_line(struct artifacts *a, enum artifact i, size_t size, uint64_t n,
           struct why *why)
{
    struct artifact_file *f = &a->files[i];
    if (n <= f->last) {
        return true; /* It was, before a crash. */
    }
    if (f->size > 0 && (size_t)f->size + size > a->rotate &&
        !set_aside(a, i, why)) {
        return false;
    }
    if (write(f->fd, a->line, size) != (ssize_t)size) {
        return why_set(why, "%s: %s", artifact_names[i], strerror(errno));
    }
    f->size += (off_t)size;
    f->last = n;
    return true;
}

static bool
follow_one(struct artifacts *a, const struct record *r, struct why *why)
{
    const struct schema *sc = schema_find(r->type);
    const char *bad;
    if (!artifact_is_of(r->type)) {
        return true;
    }
    if (!schema_unpack_kept(sc, a->msg, r->body, r->body_size, &bad)) {
        return why_set(why, "record %" PRIu64 " does not unpack", r->n);
    }
    uint32_t to = artifact_of(r->type, a->msg);
    int used = snprintf(a->line, LINE_CAP, "{\"n\":%" PRIu64 ",\"at\":%" PRId64
                                           ",\"what\":", r->n, r->wall.ns);
    size_t body = schema_json(sc, a->msg, a->line + used,
                              LINE_CAP - (size_t)used - 2);
    if (body == 0) {
        return why_set(why, "record %" PRIu64 " is too long", r->n);
    }
    size_t size = (size_t)used + body;
    a->line[size++] = '}';
    a->line[size++] = '\n';
    for (int i = 0; i < ARTIFACTS; i++) {
        if ((to & (1u << i)) != 0 &&
            !write_line(a, (enum artifact)i, size, r->n, why)) {
            return false;
        }
    }
    return true;
}

int
artifacts_follow(struct artifacts *a, uint32_t most, struct why *why)
{
    struct record r;
    uint32_t count = 0;
    while (count < most) {
        int got = journal_next(a->reader, &r, why);
        if (got <= 0) {
            return got < 0 ? -1 : (int)count;
        }
        if (!follow_one(a, &r, why)) {
            return -1;
        }
        count++;
    }
    return (int)count;
}

struct wiring_artifacts {
    struct artifacts *files;
    struct loop_timer *timer;
};

static void
follow(void *arg)
{
    struct wiring_artifacts *w = arg;
    struct why why;
    if (w->files != NULL &&
        artifacts_follow(w->files, RECORDS_A_TURN, &why) < 0) {
        log_error("artifacts: %s; they come again at the next start", why.s);
        artifacts_close(&w->files);
    }
}

struct wiring_artifacts *
wiring_artifacts_new(struct daemon *d)
{
    struct wiring_artifacts *w = calloc(1, sizeof *w);
    char facts[512], dir[512];
    struct why why;
    must(w != NULL);
    const char *var = daemon_common(d)->var.s;
    (void)snprintf(facts, sizeof facts, "%s/journal/riskd/facts", var);
    (void)snprintf(dir, sizeof dir, "%s/journal/riskd/artifacts", var);
    w->files = artifacts_open(facts, dir, ROTATE_BYTES, &why);
    if (w->files == NULL) {
        log_error("artifacts: %s", why.s);
    }
    w->timer = loop_timer(daemon_loop(d), (struct ms){ 1000 },
                          (struct ms){ 1000 }, follow, w);
    return w;
}

void
wiring_artifacts_destroy(struct wiring_artifacts **w)
{
    loop_timer_cancel(&(*w)->timer);
    follow(*w); /* What the last second brought. */
    if ((*w)->files != NULL) {
        artifacts_close(&(*w)->files);
    }
    free(*w);
    *w = NULL;
}
