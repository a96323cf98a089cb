/* journal_pack - segments that are complete, kept in less room */

/* <n>.seg becomes <n>.seg.zst: written beside it, read back and compared,
 * then it takes its place.  At every moment one of the two is there whole; a
 * copy that was never finished has a name nobody reads.  Readers unpack a
 * segment into memory and check it as ever. */

#include "common/journal_own.h"
#include "common/log.h"
#include "common/must.h"
#include "common/zstd_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

/* The two names of a segment, and that of a copy under way. */
struct names {
    char plain[SEGMENT_PATH_CAP];
    char packed[SEGMENT_PATH_CAP + 8], begun[SEGMENT_PATH_CAP + 8];
};

static bool
names_of(struct names *n, const char *dir, uint64_t first, struct why *why)
{
    if (!segment_path(n->plain, dir, first, why))
        return false;
    snprintf(n->packed, sizeof n->packed, "%s.zst", n->plain);
    snprintf(n->begun, sizeof n->begun, "%s.new", n->plain);
    return true;
}

int
segment_open(const char *dir, uint64_t first, char path[SEGMENT_PATH_CAP],
             struct why *why)
{
    struct names n;

    if (!names_of(&n, dir, first, why))
        return -1;
    memcpy(path, n.plain, sizeof n.plain);
    int fd = open(n.plain, O_RDONLY | O_CLOEXEC);
    if (fd >= 0 || errno != ENOENT) {
        if (fd < 0)
            why_set(why, "%s: %s", n.plain, strerror(errno));
        return fd;
    }
    int packed = open(n.packed, O_RDONLY | O_CLOEXEC);
    if (packed < 0) {
        why_set(why, "%s: %s", n.plain, strerror(errno));
        return -1;
    }
    fd = zstd_unpack(packed, why);
    if (fd < 0)
        why_in(why, "%s", n.packed);
    if (strlen(n.packed) < SEGMENT_PATH_CAP)
        memcpy(path, n.packed, strlen(n.packed) + 1);
    close(packed);
    return fd;
}

bool
segment_exists(const char *dir, uint64_t first, struct stat *st)
{
    struct names n;
    struct why why;

    return names_of(&n, dir, first, &why)
           && (stat(n.plain, st) == 0 || stat(n.packed, st) == 0);
}

bool
segment_remove(const char *dir, uint64_t first)
{
    struct names n;
    struct why why;

    if (!names_of(&n, dir, first, &why)) {
        log_warn("journal: %s", why.s);
        return false;
    }
    (void)unlink(n.begun); /* Of a copy that was interrupted. */
    bool ok = unlink(n.packed) == 0 || errno == ENOENT;
    ok = ok && (unlink(n.plain) == 0 || errno == ENOENT);
    if (!ok)
        log_warn("journal: %s: %s", n.plain, strerror(errno));
    return ok;
}

/* The same bytes, read from the disk again. */
static bool
is_copy(int plain, int packed, struct why *why)
{
    char *a = malloc(PIECE), *b = malloc(PIECE);
    ssize_t n = 1;
    off_t at = 0;
    bool same = true;

    must(a && b);
    int fd = lseek(packed, 0, SEEK_SET) == 0 ? zstd_unpack(packed, why) : -1;
    while (fd >= 0 && same && n > 0) {
        n = pread(plain, a, PIECE, at);
        same = n >= 0 && pread(fd, b, PIECE, at) == n
               && memcmp(a, b, (size_t)n) == 0;
        at += n;
    }
    if (fd >= 0)
        close(fd);
    free(a);
    free(b);
    return fd >= 0 && (same || why_set(why, "the copy is not the same"));
}

bool
journal_pack(const char *dir, uint64_t first, struct why *why)
{
    struct names n;
    struct stat st;

    if (!names_of(&n, dir, first, why))
        return false;
    int from = open(n.plain, O_RDONLY | O_CLOEXEC);
    int to = open(n.begun, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = from >= 0 && to >= 0 && fstat(from, &st) == 0;
    if (!ok)
        why_set(why, "%s: %s", n.begun, strerror(errno));
    ok = ok && zstd_pack(from, to, why) && is_copy(from, to, why);
    /* Its age is the segment's. */
    if (ok && (futimens(to, (struct timespec[2]){ st.st_atim, st.st_mtim })
               != 0 || fsync(to) != 0))
        ok = why_set(why, "%s: %s", n.begun, strerror(errno));
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    if (!ok)
        unlink(n.begun);
    return ok;
}

bool
journal_packed(const char *dir, uint64_t first, struct why *why)
{
    struct names n;

    if (!names_of(&n, dir, first, why))
        return false;
    if (access(n.plain, F_OK) != 0) { /* Thrown away meanwhile. */
        unlink(n.begun);
        return true;
    }
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && rename(n.begun, n.packed) == 0 && fsync(fd) == 0
              && unlink(n.plain) == 0;
    if (!ok)
        why_set(why, "%s: %s", n.packed, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* None when the folder cannot be read. */
static struct segments
segments_of(const char *dir)
{
    struct segments list;
    struct why why;

    if (segments_list(dir, &list, &why))
        return list;
    return (struct segments){ NULL, 0 };
}

uint64_t
journal_bytes(const char *dir)
{
    struct segments list = segments_of(dir);
    struct stat st;
    uint64_t sum = 0;

    for (size_t i = 0; i < list.count; i++)
        if (segment_exists(dir, list.first[i], &st))
            sum += (uint64_t)st.st_size;
    free(list.first);
    return sum;
}

uint64_t
journal_segment_after(const char *dir, uint64_t n)
{
    struct segments list = segments_of(dir);
    size_t i = 0;

    while (i < list.count && list.first[i] < n)
        i++;
    uint64_t first = i < list.count ? list.first[i] : 0;
    free(list.first);
    return first;
}

uint64_t
journal_unpacked(const char *dir)
{
    struct segments list = segments_of(dir);
    struct names n;
    uint64_t first = 0;

    for (size_t i = 0; first == 0 && i + 1 < list.count; i++)
        if (names_of(&n, dir, list.first[i], NULL)
            && access(n.plain, F_OK) == 0)
            first = list.first[i];
    free(list.first);
    return first;
}
