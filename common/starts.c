/* starts - how often a process was started lately, and did not end as asked */

/* Supervision starts again whatever died, for ever when it lived long enough
 * each time.  So each start is written down, one line of wall time each, and
 * the process itself sees when there were too many.  A line that makes no
 * sense, or lies ahead of the clock, is dropped: the worst that can come of it
 * is one more start. */

#include "common/starts.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 21, PATH_SIZE = 320 }; /* Twenty digits and a newline. */

static bool
make_path(char path[PATH_SIZE], const char *var, const char *name)
{
    return snprintf(path, PATH_SIZE, "%s/run/%s.starts", var, name) <
           PATH_SIZE;
}

/* The lines of text that count, oldest first, to keep. */
static uint32_t
keep_recent(const char *text, size_t size, struct ms within,
            struct nanos wall, char *keep)
{
    uint32_t count = 0;

    for (size_t at = 0; at + LINE <= size; at += LINE) {
        char *end;
        long long ns = strtoll(text + at, &end, 10);

        if (end != text + at + LINE - 1 || *end != '\n' || ns < 0 ||
            ns > wall.ns || (wall.ns - ns) / 1000000 >= within.ms)
            continue;
        memcpy(keep + (size_t)count++ * LINE, text + at, LINE);
    }
    return count;
}

uint32_t
starts_count(const char *var, const char *name, struct ms within,
             struct nanos wall)
{
    char path[PATH_SIZE], text[(STARTS_KEPT - 1) * LINE + 1];
    char keep[STARTS_KEPT * LINE + 1];
    uint32_t count;
    ssize_t size;
    int fd;

    if (!make_path(path, var, name))
        return 0;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return 0;
    size = pread(fd, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    count = keep_recent(text, size > 0 ? (size_t)size : 0, within, wall,
                        keep);
    snprintf(keep + (size_t)count++ * LINE, LINE + 1, "%020lld\n",
             (long long)wall.ns);
    size = (ssize_t)count * LINE;
    if (pwrite(fd, keep, (size_t)size, 0) != size ||
        ftruncate(fd, size) != 0)
        count = 0;
    close(fd);
    return count;
}

void
starts_forget(const char *var, const char *name)
{
    char path[PATH_SIZE];

    if (make_path(path, var, name))
        unlink(path);
}
