/* secret - memory and files that hold what nobody else may see */

/* Keys and passphrases go from their file straight into such memory and are
 * wiped when they are given back.  A page of no access on both sides turns
 * reading beyond the end into a crash. */

#include "common/secret.h"

#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whole pages for size bytes. */
static size_t
room_of(size_t size, size_t page)
{
    must(size > 0 && size < SIZE_MAX / 2);
    return (size + page - 1) / page * page;
}

static size_t
page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void *
secret_take(size_t size, struct why *why)
{
    size_t page = page_size(), room = room_of(size, page);
    uint8_t *all = mmap(NULL, room + 2 * page, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (all == MAP_FAILED) {
        (void)why_set(why, "memory for a secret: %s", strerror(errno));
        return NULL;
    }
    uint8_t *p = all + page;
    if (mprotect(p, room, PROT_READ | PROT_WRITE) != 0 ||
        madvise(p, room, MADV_DONTDUMP) != 0 ||
        madvise(p, room, MADV_WIPEONFORK) != 0 || mlock(p, room) != 0) {
        (void)why_set(why, "%zu bytes for a secret cannot be locked in "
                      "memory: %s; see ulimit -l", room, strerror(errno));
        munmap(all, room + 2 * page);
        return NULL;
    }
    return p;
}

void
secret_drop(void **memory, size_t size)
{
    if (!*memory)
        return;
    size_t page = page_size(), room = room_of(size, page);
    secret_wipe(*memory, room);
    int gone = munmap((uint8_t *)*memory - page, room + 2 * page);
    must(gone == 0);
    *memory = NULL;
}

void
secret_wipe(void *p, size_t size)
{
    explicit_bzero(p, size);
}

void
secret_random(void *p, size_t size)
{
    uint8_t *at = p;

    while (size > 0) {
        ssize_t n = getrandom(at, size, 0);
        must(n > 0 || (n < 0 && errno == EINTR));
        if (n > 0) {
            at += n;
            size -= (size_t)n;
        }
    }
}

void
secret_process(void)
{
    const struct rlimit none = { 0, 0 };

    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
}

static bool
is_private(int fd, const char *path, struct why *why)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return why_set(why, "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return why_set(why, "%s: expected a regular file", path);
    if (st.st_uid != geteuid())
        return why_set(why, "%s: belongs to user %u, expected user %u", path,
                       (unsigned)st.st_uid, (unsigned)geteuid());
    if (st.st_mode & 0177)
        return why_set(why, "%s: mode %04o, expected 0600 (chmod 600)", path,
                       (unsigned)st.st_mode & 07777);
    return true;
}

/* All there is; one byte more than cap is too much. */
static bool
read_all(int fd, const char *path, uint8_t *b, size_t cap, size_t *size,
         struct why *why)
{
    size_t used = 0;
    uint8_t more;

    for (;;) {
        ssize_t n = used < cap ? read(fd, b + used, cap - used)
                               : read(fd, &more, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return why_set(why, "%s: %s", path, strerror(errno));
        if (n == 0)
            break;
        if (used == cap)
            return why_set(why, "%s: more than %zu bytes", path, cap);
        used += (size_t)n;
    }
    *size = used;
    return true;
}

bool
secret_read(const char *path, uint8_t *b, size_t cap, size_t *size,
            struct why *why)
{
    /* Not to wait for the writer of a fifo. */
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return why_set(why, "%s: %s", path,
                       errno == ELOOP ? "a symbolic link, expected the file"
                                      : strerror(errno));
    bool ok = is_private(fd, path, why) &&
              read_all(fd, path, b, cap, size, why);
    close(fd);
    return ok;
}

static bool
write_all(int fd, const uint8_t *b, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, b, size);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            b += n;
            size -= (size_t)n;
        }
    }
    return fsync(fd) == 0;
}

/* The name of a new file is on disk when its folder is. */
static bool
sync_folder_of(const char *path)
{
    char copy[PATH_MAX];

    if (strlen(path) >= sizeof copy)
        return false;
    memcpy(copy, path, strlen(path) + 1);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

bool
secret_write(const char *path, const void *b, size_t size, struct why *why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                  0600);

    if (fd < 0)
        return why_set(why, "%s: %s", path,
                       errno == EEXIST ? "exists; it is never overwritten"
                                       : strerror(errno));
    bool ok = fchmod(fd, 0600) == 0 && write_all(fd, b, size) &&
              sync_folder_of(path);
    if (!ok) {
        (void)why_set(why, "%s: not written: %s", path, strerror(errno));
        (void)unlink(path);
    }
    close(fd);
    return ok;
}
