/* crash - places where a test may kill or stop a process; nothing elsewhere */

#include "common/crash.h"

#ifdef CRASH_POINTS

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
crash_wanted(const char *process, const char *point)
{
    const char *file = getenv("DUTCHBOOK_CRASH");
    char text[80] = "", wanted[80];

    if (!file)
        return 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    int size = snprintf(wanted, sizeof wanted, "%s.%s ", process, point);
    if (n <= size || strncmp(text, wanted, (size_t)size) != 0)
        return 0;
    if (unlink(file) != 0)
        return 0; /* Another one was quicker. */
    return strncmp(text + size, "kill", 4) == 0 ? 1 : 2;
}

void
crash_now(int how)
{
    if (how != 0)
        raise(how == 1 ? SIGKILL : SIGSTOP);
}

void
crash_point(const char *process, const char *point)
{
    crash_now(crash_wanted(process, point));
}

#else

/* An empty file is no C. */
typedef int crash_nothing;

#endif
