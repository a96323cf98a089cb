/* latch - the kill switch: a file and a kernel lock, no process needed */

/* The record is read at every turn of whoever may send, and written by
 * whoever pulls or clears, always as a new file that replaces the old one
 * once it is on disk.  In doubt the latch is on: only an absent file, or a
 * whole one that says so, is off.  A spare record waits in a file of its own,
 * so that a full disk does not keep anybody from killing. */

#include "common/latch.h"

#include "common/digest.h"
#include "common/gate.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    VERSION = 1,
    AT_VERSION = 8,
    AT_KILL = 16,
    AT_CLEAR = 24,
    AT_WALL = 32,
    AT_ACTOR = 40,
    AT_REASON = 121,
    AT_CRC = 204,
    RECORD_SIZE = 208,
    SHUT_MS = 2000, /* Another killer needs some fsyncs, not more. */
};

#define SPARE "latch.spare"

static const char magic[8] = { 'D', 'B', 'L', 'A', 'T', 'C', 'H', '1' };

static void
put(uint8_t *at, uint64_t n, int size)
{
    for (int i = 0; i < size; i++)
        at[i] = (uint8_t)(n >> 8 * i);
}

static uint64_t
get(const uint8_t *at, int size)
{
    uint64_t n = 0;

    for (int i = size; i-- > 0;)
        n = n << 8 | at[i];
    return n;
}

static void
pack(const struct latch *l, uint8_t r[RECORD_SIZE])
{
    memset(r, 0, RECORD_SIZE);
    memcpy(r, magic, sizeof magic);
    put(r + AT_VERSION, VERSION, 4);
    put(r + AT_KILL, l->kill_gen, 8);
    put(r + AT_CLEAR, l->clear_gen, 8);
    put(r + AT_WALL, (uint64_t)l->since.ns, 8);
    memcpy(r + AT_ACTOR, l->actor.s, sizeof l->actor.s);
    memcpy(r + AT_REASON, l->reason.s, sizeof l->reason.s);
    put(r + AT_CRC, crc32c(0, r, AT_CRC), 4);
}

static bool
unpack(struct latch *l, const uint8_t r[RECORD_SIZE], struct why *why)
{
    if (memcmp(r, magic, sizeof magic) != 0)
        return why_set(why, "it is no latch");
    if (get(r + AT_CRC, 4) != crc32c(0, r, AT_CRC))
        return why_set(why, "its checksum is wrong");
    if (get(r + AT_VERSION, 4) != VERSION)
        return why_set(why, "its version is unknown");
    l->kill_gen = get(r + AT_KILL, 8);
    l->clear_gen = get(r + AT_CLEAR, 8);
    l->since.ns = (int64_t)get(r + AT_WALL, 8);
    memcpy(l->actor.s, r + AT_ACTOR, sizeof l->actor.s);
    memcpy(l->reason.s, r + AT_REASON, sizeof l->reason.s);
    if (l->clear_gen > l->kill_gen)
        return why_set(why, "it clears what was never killed");
    if (l->actor.s[sizeof l->actor.s - 1] ||
        l->reason.s[sizeof l->reason.s - 1])
        return why_set(why, "its texts do not end");
    l->latched = l->kill_gen > l->clear_gen;
    return true;
}

/* False when there is a file that cannot be believed. */
static bool
load(const char *var, struct latch *out, struct why *why)
{
    char path[512];
    uint8_t r[RECORD_SIZE + 1];

    memset(out, 0, sizeof *out);
    int n = snprintf(path, sizeof path, "%s/latch", var);
    must(n > 0 && (size_t)n < sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? true : why_set(why, "%s", strerror(errno));
    ssize_t size = read(fd, r, sizeof r);
    close(fd);
    if (size != RECORD_SIZE)
        return why_set(why, "it has the wrong size");
    return unpack(out, r, why);
}

void
latch_read(const char *var, struct latch *out)
{
    struct why why;

    if (load(var, out, &why))
        return;
    memset(out, 0, sizeof *out);
    out->latched = true;
    text_set(&out->actor, "?");
    (void)why_in(&why, "the latch file cannot be believed");
    text_set(&out->reason, why.s);
}

bool
latch_doubt(struct latch *l, bool was_latched, uint64_t kill_gen)
{
    /* Of a record that could not be read the count was not known. */
    uint64_t least = was_latched && kill_gen == 0 ? 1 : kill_gen;

    if (l->kill_gen >= least)
        return false;
    l->latched = true;
    l->kill_gen = kill_gen;
    l->clear_gen = 0;
    return true;
}

/* how: O_CREAT | O_TRUNC for a new file, 0 for one whose blocks are kept. */
static bool
write_durably(const char *path, int how, const uint8_t *r, size_t size,
              struct why *why)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | how, 0600);

    if (fd < 0)
        return why_set(why, "%s: %s", path, strerror(errno));
    ssize_t n = write(fd, r, size);
    bool ok = n == (ssize_t)size && fsync(fd) == 0;
    int error = n >= 0 && n != (ssize_t)size ? ENOSPC : errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        error = errno;
    }
    return ok || why_set(why, "%s: %s", path, strerror(error));
}

static bool
sync_folder(const char *path, struct why *why)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        (void)why_set(why, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool
store(const char *var, const struct latch *l, struct why *why)
{
    char path[512], tmp[512], spare[512];
    uint8_t r[RECORD_SIZE];
    const char *written = tmp;

    pack(l, r);
    snprintf(path, sizeof path, "%s/latch", var);
    snprintf(spare, sizeof spare, "%.480s/" SPARE, var);
    snprintf(tmp, sizeof tmp, "%.480s/latch.%ld.tmp", var, (long)getpid());
    if (!write_durably(tmp, O_CREAT | O_TRUNC, r, sizeof r, why)) {
        unlink(tmp);
        if (!write_durably(spare, 0, r, sizeof r, NULL))
            return false;
        written = spare;
    }
    if (rename(written, path) != 0)
        return why_set(why, "%s: %s", path, strerror(errno));
    return sync_folder(var, why);
}

bool
latch_reserve(const char *var, struct why *why)
{
    char spare[512];
    uint8_t r[RECORD_SIZE] = { 0 };
    struct stat st;

    snprintf(spare, sizeof spare, "%.480s/" SPARE, var);
    if (stat(spare, &st) == 0 && st.st_size == RECORD_SIZE)
        return true;
    return write_durably(spare, O_CREAT | O_TRUNC, r, sizeof r, why) &&
           sync_folder(var, why);
}

static void
sign(struct latch *l, const char *actor, const char *reason, struct nanos now)
{
    memset(&l->actor, 0, sizeof l->actor);
    memset(&l->reason, 0, sizeof l->reason);
    text_set(&l->actor, actor); /* Cut when too long. */
    text_set(&l->reason, reason);
    l->since = now;
}

/* A kill to be written down. */
struct raise {
    const char *var, *actor, *reason;
    struct nanos now;
    uint64_t least; /* Its generation is above this; */
    bool needed;    /* and only if the record's is not. */
};

/* One kill more.  Of a record that cannot be read the count is unknown;
 * seconds since 1970 are more than any count of kills. */
static bool
raise_kill(const struct raise *r, struct latch *out, struct why *why)
{
    struct latch l;

    if (!load(r->var, &l, NULL)) {
        memset(&l, 0, sizeof l);
        l.kill_gen = r->now.ns > 0 ? (uint64_t)r->now.ns / 1000000000 : 0;
    }
    if (l.kill_gen < r->least)
        l.kill_gen = r->least;
    if (l.kill_gen == UINT64_MAX)
        return why_set(why, "the count of kills is used up");
    l.kill_gen++;
    l.latched = true;
    sign(&l, r->actor, r->reason, r->now);
    bool ok = store(r->var, &l, why);
    latch_read(r->var, out);
    return ok;
}

/* Somebody may have killed meanwhile; and a damaged file is as good as
 * latched, and somebody's to look at. */
static bool
is_enough(const struct raise *r, struct latch *out)
{
    if (!r->needed || (load(r->var, out, NULL) && out->kill_gen < r->least))
        return false;
    latch_read(r->var, out);
    return true;
}

static bool
raise_fenced(const struct raise *r, struct ms patience, struct latch *out,
             struct why *why)
{
    struct why not_fenced = { "" };
    struct gate *g = gate_open(r->var, &not_fenced);
    struct ms shut = { patience.ms + SHUT_MS };
    bool fenced = g && gate_shut(g, shut, &not_fenced) &&
                  gate_empty(g, r->var, patience, &not_fenced);

    /* Latched all the same: whoever is inside sees it at its next turn. */
    bool ok = is_enough(r, out) || raise_kill(r, out, why);
    if (g)
        gate_release(g);
    gate_close(&g);
    if (ok && !fenced)
        return why_set(why, "latched, but not fenced: %s", not_fenced.s);
    return ok;
}

bool
latch_pull(const char *var, const char *actor, const char *reason,
           struct nanos now, struct ms patience, struct latch *out,
           struct why *why)
{
    const struct raise r = { var, actor, reason, now, 0, false };

    return raise_fenced(&r, patience, out, why);
}

bool
latch_renew(const char *var, uint64_t least, const char *actor,
            const char *reason, struct nanos now, struct ms patience,
            struct latch *out, struct why *why)
{
    const struct raise r = { var, actor, reason, now, least, true };

    return raise_fenced(&r, patience, out, why);
}

bool
latch_clear(const char *var, uint64_t target, const char *actor,
            const char *reason, struct nanos now, struct latch *out,
            struct why *why)
{
    bool ok = false;
    struct latch l;
    struct gate *g = gate_open(var, why);

    latch_read(var, out);
    if (!g || !gate_shut(g, (struct ms){ SHUT_MS }, why))
        goto out;
    if (!load(var, &l, why)) {
        (void)why_in(why, "the latch cannot be believed: kill again, then "
                          "clear that");
        goto out;
    }
    if (l.kill_gen != target) {
        (void)why_set(why, "kill %llu is not the last one, %llu is",
                      (unsigned long long)target,
                      (unsigned long long)l.kill_gen);
        goto out;
    }
    ok = true;
    if (l.latched) {
        l.clear_gen = target;
        l.latched = false;
        sign(&l, actor, reason, now);
        ok = store(var, &l, why);
    }
    latch_read(var, out);
out:
    if (g)
        gate_release(g);
    gate_close(&g);
    return ok;
}
