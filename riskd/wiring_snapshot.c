/* wiring_snapshot - the state on disk, so that a start need not recall all */
/*
 * A snapshot is believed only when everything about it fits: its bytes to
 * their sum, the program, the messages and the configuration to those of now,
 * the record it is of to the one the journal has at that place (a journal that
 * lost its end, or is another one, has none such), and the state it makes to
 * the state's own digest.  Whatever does not fit, nothing of it is used: the
 * older one is tried, and then the journal is recalled from its beginning.
 *
 * Made in the loop, between two turns, so it is of one record exactly; written
 * by another thread, so no turn waits for the disk.
 */
#include "riskd/wiring_snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/daemon.h"
#include "common/digest.h"
#include "common/journal.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/must.h"
#include "common/version.h"

enum { PATH_ROOM = 600, LOOK_MS = 1000 };
#define MAGIC "DBSNAP01"
#define SIZE_MOST ((size_t)1 << 31)

struct snapshot_head {
    char magic[8];
    struct snapshot_of of;
    uint64_t n;
    struct hash tie;    /* Of that record. */
    struct hash digest; /* Of the state, as riskd_digest has it. */
    struct hash sum;    /* Of all of this and the state, sum being 0. */
};

/* What record n of the journal is; false when there is none. */
static bool
tie_of(const char *facts, uint64_t n, struct hash *out, struct why *why)
{
    struct record r;
    struct journal_reader *reader = journal_read(facts, n, why);
    if (reader == NULL) {
        return false;
    }
    int got = journal_next(reader, &r, why);
    if (got == 0) {
        (void)why_set(why, "the journal has no record %" PRIu64, n);
    }
    if (got > 0) {
        struct digest *d = digest_sha256();
        const uint64_t of[] = { r.n, r.type, r.run, (uint64_t)r.wall.ns,
                                r.body_size };
        digest_start(d);
        digest_add(d, of, sizeof of);
        digest_add(d, r.body, r.body_size);
        digest_end(d, out->b);
        digest_destroy(&d);
    }
    journal_reader_close(&reader);
    return got > 0 && (r.n == n || why_set(why, "not record %" PRIu64, n));
}

static struct hash
sum_of(const uint8_t *bytes, size_t size)
{
    struct hash sum;
    struct snapshot_head bare;
    struct digest *d = digest_sha256();
    memcpy(&bare, bytes, sizeof bare);
    memset(&bare.sum, 0, sizeof bare.sum);
    digest_start(d);
    digest_add(d, &bare, sizeof bare);
    digest_add(d, bytes + sizeof bare, size - sizeof bare);
    digest_end(d, sum.b);
    digest_destroy(&d);
    return sum;
}

uint8_t *
snapshot_make(const struct riskd *x, const struct snapshot_of *of,
              const char *facts, uint64_t n, size_t *size, struct why *why)
{
    struct snapshot_head h;
    size_t state = riskd_save(x, NULL, 0);
    memset(&h, 0, sizeof h); /* Its gaps are summed as well. */
    if (state > SIZE_MOST - sizeof h) {
        (void)why_set(why, "the state is too large: %zu bytes", state);
        return NULL;
    }
    if (!tie_of(facts, n, &h.tie, why)) {
        return NULL;
    }
    memcpy(h.magic, MAGIC, sizeof h.magic);
    h.of = *of;
    h.n = n;
    h.digest = riskd_digest(x);
    *size = sizeof h + state;
    uint8_t *bytes = calloc(1, *size);
    must(bytes != NULL);
    memcpy(bytes, &h, sizeof h);
    must(riskd_save(x, bytes + sizeof h, state) == state);
    return bytes;
}

static void
path_of(const char *dir, const char *name, char *out)
{
    int n = snprintf(out, PATH_ROOM, "%s/%s", dir, name);
    must(n > 0 && n < PATH_ROOM);
}

static int
sync_folder(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0) {
        close(fd);
    }
    return error;
}

static void
seal(uint8_t *bytes, size_t size)
{
    struct hash sum = sum_of(bytes, size);
    memcpy(bytes + offsetof(struct snapshot_head, sum), &sum, sizeof sum);
}

int
snapshot_write(const char *dir, uint8_t *bytes, size_t size)
{
    char fresh[PATH_ROOM], now[PATH_ROOM], old[PATH_ROOM];
    size_t done = 0;
    path_of(dir, "snapshot.new", fresh);
    path_of(dir, "snapshot", now);
    path_of(dir, "snapshot.old", old);
    seal(bytes, size);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        return errno;
    }
    while (done < size) {
        ssize_t put = write(fd, bytes + done, size - done);
        if (put <= 0) {
            break;
        }
        done += (size_t)put;
    }
    int error = done < size ? (errno == 0 ? EIO : errno) : 0;
    error = error == 0 && fsync(fd) != 0 ? errno : error;
    close(fd);
    if (error != 0) {
        return error;
    }
    if ((rename(now, old) != 0 && errno != ENOENT) ||
        rename(fresh, now) != 0) {
        return errno;
    }
    return sync_folder(dir);
}

static uint8_t *
read_whole(const char *path, size_t *size, struct why *why)
{
    struct stat st;
    uint8_t *bytes = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)why_set(why, "%s", strerror(errno));
    } else if ((size_t)st.st_size < sizeof(struct snapshot_head) ||
               (size_t)st.st_size > SIZE_MOST) {
        (void)why_set(why, "not of a size it could have");
    } else {
        *size = (size_t)st.st_size;
        bytes = malloc(*size);
        must(bytes != NULL);
        for (size_t got = 0; bytes != NULL && got < *size;) {
            ssize_t n = read(fd, bytes + got, *size - got);
            if (n <= 0) {
                free(bytes);
                bytes = NULL;
                (void)why_set(why, "cut short");
            } else {
                got += (size_t)n;
            }
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return bytes;
}

/* False: nothing was touched yet. */
static bool
fits(const struct snapshot_head *h, const uint8_t *bytes, size_t size,
     const struct snapshot_of *of, const char *facts, struct why *why)
{
    struct hash sum = sum_of(bytes, size), tie;
    if (memcmp(h->magic, MAGIC, sizeof h->magic) != 0 ||
        !hash_equal(&sum, &h->sum)) {
        return why_set(why, "damaged");
    }
    if (memcmp(&h->of, of, sizeof *of) != 0) {
        return why_set(why, "of another program or configuration");
    }
    return tie_of(facts, h->n, &tie, why) &&
           (hash_equal(&tie, &h->tie) ||
            why_set(why, "of another journal"));
}

uint64_t
snapshot_load(struct riskd *x, const struct snapshot_of *of, const char *dir,
              const char *facts, bool *spoiled, struct why *why)
{
    static const char *const names[] = { "snapshot", "snapshot.old" };
    uint64_t n = 0;
    *spoiled = false;
    why->s[0] = '\0';
    for (size_t i = 0; i < 2 && n == 0 && !*spoiled; i++) {
        char path[PATH_ROOM];
        struct snapshot_head h;
        size_t size;
        path_of(dir, names[i], path);
        if (access(path, F_OK) != 0) {
            continue;
        }
        uint8_t *bytes = read_whole(path, &size, why);
        if (bytes != NULL) {
            memcpy(&h, bytes, sizeof h);
            if (fits(&h, bytes, size, of, facts, why)) {
                *spoiled = !riskd_load(x, bytes + sizeof h, size - sizeof h);
                if (!*spoiled) { /* Else there is nothing to be told. */
                    struct hash digest = riskd_digest(x);
                    *spoiled = !hash_equal(&digest, &h.digest);
                }
                n = *spoiled ? 0 : h.n;
            }
        }
        free(bytes);
    }
    if (*spoiled) {
        (void)why_set(why, "it does not make the state it was made of");
    }
    return n;
}

/* --- of a daemon --- */
struct wiring_snapshot {
    struct daemon *daemon;
    struct riskd *x;
    uint64_t every, last;
    struct loop_timer *timer;
    bool busy;
    char dir[512], facts[520];
};

struct job {
    struct wiring_snapshot *w;
    uint8_t *bytes;
    size_t size;
    uint64_t n;
};

static struct snapshot_of
ours(const struct daemon *d)
{
    struct snapshot_of of;
    memset(&of, 0, sizeof of);
    (void)snprintf(of.version, sizeof of.version, "%s", dutchbook_version);
    of.schema = schema_fingerprint();
    of.conf = conf_digest(daemon_conf(d), NULL);
    return of;
}

static void
folders(const struct daemon *d, char dir[512], char facts[520])
{
    int n = snprintf(dir, 512, "%s/journal/riskd",
                     daemon_common(d)->var.s);
    must(n > 0 && n < 512);
    (void)snprintf(facts, 520, "%s/facts", dir);
}

bool
wiring_snapshot_load(struct daemon *d, struct riskd *x)
{
    struct snapshot_of of = ours(d);
    char dir[512], facts[520];
    struct why why;
    bool spoiled;
    folders(d, dir, facts);
    uint64_t n = snapshot_load(x, &of, dir, facts, &spoiled, &why);
    if (n > 0) {
        log_info("the snapshot of fact %" PRIu64 " is loaded", n);
        daemon_recall_after(d, n);
    } else if (why.s[0] != '\0') {
        log_warn("no snapshot is used: %s; all facts are recalled", why.s);
    }
    return !spoiled;
}

static int
write_it(void *arg)
{
    const struct job *j = arg;
    return snapshot_write(j->w->dir, j->bytes, j->size);
}

static void
is_written(void *arg, int error)
{
    struct job *j = arg;
    if (error != 0) {
        log_error("the snapshot of fact %" PRIu64 " was not written: %s", j->n,
                  strerror(error));
    } else {
        log_info("a snapshot of fact %" PRIu64 ", %zu bytes", j->n, j->size);
    }
    j->w->busy = false;
    free(j->bytes);
    free(j);
}

static void
look(void *arg)
{
    struct wiring_snapshot *w = arg;
    uint64_t n = daemon_facts_head(w->daemon);
    struct snapshot_of of = ours(w->daemon);
    struct why why;
    if (w->busy || n < w->last + w->every) {
        return;
    }
    struct job *j = calloc(1, sizeof *j);
    must(j != NULL);
    j->w = w;
    j->n = w->last = n;
    j->bytes = snapshot_make(w->x, &of, w->facts, n, &j->size, &why);
    if (j->bytes == NULL) {
        log_error("no snapshot: %s", why.s);
        free(j);
        return;
    }
    w->busy = true;
    loop_work(daemon_loop(w->daemon), write_it, is_written, j);
}

struct wiring_snapshot *
wiring_snapshot_new(struct daemon *d, struct riskd *x,
                    const struct riskd_conf *conf)
{
    struct ms often = { LOOK_MS };
    struct wiring_snapshot *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->daemon = d;
    w->x = x;
    w->every = conf->snapshot_every;
    w->last = daemon_facts_head(d);
    folders(d, w->dir, w->facts);
    if (w->every > 0) {
        w->timer = loop_timer(daemon_loop(d), often, often, look, w);
    }
    return w;
}

void
wiring_snapshot_stop(struct wiring_snapshot *w)
{
    loop_timer_cancel(&w->timer);
}

void
wiring_snapshot_forget(struct wiring_snapshot **w)
{
    free(*w);
    *w = NULL;
}
