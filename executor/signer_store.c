/* signer_store - the file that remembers what was signed */

/* Read once at the start, only appended to afterwards.  When it has grown
 * large it is written anew with the last epoch's records alone: a grant of an
 * earlier epoch is refused whatever it was signed for. */

#include "executor/signer_store.h"

#include "common/clock.h"
#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_ROOM = 512,
    HEAD_SIZE = 8,
    LOCK_TRIES = 300,           /* Of 10 ms. */
    SHRINK_BYTES = 4 << 20,
    MOST_BYTES = 256 << 20,
};

static const char head[] = "DBSIGN1\n";

static bool
write_all(int fd, const void *b, size_t size)
{
    const uint8_t *at = b;

    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
    }
    return true;
}

bool
signer_store_add(int fd, const struct signed_order *m, uint32_t count)
{
    uint8_t b[SIGNER_BATCH * SIGNED_SIZE];

    must(count <= SIGNER_BATCH);
    if (count == 0)
        return true;
    for (uint32_t i = 0; i < count; i++)
        signed_pack(&m[i], b + i * SIGNED_SIZE);
    return write_all(fd, b, count * SIGNED_SIZE) && fdatasync(fd) == 0;
}

static bool
lock_alone(int fd)
{
    for (unsigned i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        clock_rest((struct ms){ 10 });
    }
    return false;
}

static bool
read_all(int fd, uint8_t *b, size_t size)
{
    while (size > 0) {
        ssize_t n = read(fd, b, size);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        if (n > 0) {
            b += n;
            size -= (size_t)n;
        }
    }
    return true;
}

/* Hands the records to s; *good = bytes up to the last one that is whole. */
static bool
recall(const uint8_t *b, size_t size, struct signer *s, size_t *good,
       struct why *why)
{
    struct signed_order m;
    size_t count = (size - HEAD_SIZE) / SIGNED_SIZE;

    *good = HEAD_SIZE;
    for (size_t i = 0; i < count; i++) {
        if (!signed_unpack(&m, b + HEAD_SIZE + i * SIGNED_SIZE)) {
            if (i + 1 < count)
                return why_set(why, "record %zu of what was signed is "
                               "damaged", i + 1);
            return true; /* Torn: nothing was handed out for it. */
        }
        if (signer_remember(s, &m) != SIGNER_NO_none)
            return why_set(why, "more was signed in one epoch than can be "
                           "remembered");
        *good += SIGNED_SIZE;
    }
    return true;
}

/* The records of the last epoch, into a new file in its place. */
static int
shrink(const char *path, const uint8_t *b, size_t size, struct why *why)
{
    char tmp[PATH_ROOM + 8];
    struct signed_order m;
    uint64_t last = 0;

    snprintf(tmp, sizeof tmp, "%s.new", path);
    int fd = open(tmp, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC |
                           O_NOFOLLOW, 0600);
    bool ok = fd >= 0 && lock_alone(fd) && write_all(fd, head, HEAD_SIZE);
    for (size_t at = HEAD_SIZE; at < size; at += SIGNED_SIZE)
        if (signed_unpack(&m, b + at) && m.epoch > last)
            last = m.epoch;
    for (size_t at = HEAD_SIZE; ok && at < size; at += SIGNED_SIZE)
        if (signed_unpack(&m, b + at) && m.epoch == last)
            ok = write_all(fd, b + at, SIGNED_SIZE);
    if (ok && fsync(fd) == 0 && rename(tmp, path) == 0)
        return fd;
    (void)why_set(why, "%s: %s", tmp, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool
sync_folder(const char *var)
{
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s/keys", var);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Takes over fd: gives back the descriptor to append to, or closes it. */
static int
load(int fd, const char *path, size_t size, struct signer *s,
     struct why *why)
{
    uint8_t *b = malloc(size);
    size_t good = 0;
    int out = -1;

    must(b);
    if (!read_all(fd, b, size))
        (void)why_set(why, "%s: %s", path, strerror(errno));
    else if (memcmp(b, head, HEAD_SIZE) != 0)
        (void)why_set(why, "%s: is not a file of what was signed", path);
    else if (recall(b, size, s, &good, why)) {
        if (good < size && ftruncate(fd, (off_t)good) != 0)
            (void)why_set(why, "%s: %s", path, strerror(errno));
        else
            out = good > SHRINK_BYTES ? shrink(path, b, good, why) : fd;
    }
    free(b);
    if (out != fd)
        close(fd);
    return out;
}

/* Still the file of that name: it may have been written anew meanwhile. */
static bool
is_there(const char *path, const struct stat *st)
{
    struct stat now;

    return stat(path, &now) == 0 && now.st_ino == st->st_ino;
}

int
signer_store_open(const char *var, struct signer *s, struct why *why)
{
    char path[PATH_ROOM];
    struct stat st;

    int n = snprintf(path, sizeof path, "%s/keys/signed.log", var);
    must(n > 0 && n < (int)sizeof path);
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)why_set(why, "%s: %s", path, strerror(errno));
    } else if (!lock_alone(fd)) {
        (void)why_set(why, "%s: another signer has it", path);
    } else if (fstat(fd, &st) != 0 || !is_there(path, &st)) {
        (void)why_set(why, "%s: was replaced just now", path);
    } else if (st.st_size > MOST_BYTES ||
               !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0) {
        (void)why_set(why, "%s: not a plain file of mode 0600 and at most "
                      "%d MiB", path, MOST_BYTES >> 20);
    } else if (st.st_size < HEAD_SIZE) {
        if (ftruncate(fd, 0) == 0 && write_all(fd, head, HEAD_SIZE) &&
            fsync(fd) == 0 && sync_folder(var))
            return fd;
        (void)why_set(why, "%s: %s", path, strerror(errno));
    } else {
        return load(fd, path, (size_t)st.st_size, s, why);
    }
    if (fd >= 0)
        close(fd);
    return -1;
}
