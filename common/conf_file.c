/* conf_file - a settings file read whole, and complaints about it */

/* Regular files only, so that neither a pipe nor a device can keep a start
 * waiting, and no more than a person would write. */

#include "common/conf_file.h"

#include "common/must.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
conf_complain(struct complaints *bad, const char *format, ...)
{
    size_t used = strlen(bad->text), room = sizeof bad->text - used;
    va_list ap;

    bad->count++;
    va_start(ap, format);
    int n = vsnprintf(bad->text + used, room, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n + 1 >= room) {
        bad->text[used] = '\0';
        return;
    }
    used += (size_t)n;
    bad->text[used] = '\n';
    bad->text[used + 1] = '\0';
}

bool
conf_file_read(const char *file, struct conf_file *out, struct complaints *bad)
{
    bool ok = false;
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) != 0) {
        conf_complain(bad, "%s: %s", file, strerror(errno));
        goto out;
    }
    if (!S_ISREG(st.st_mode)) {
        conf_complain(bad, "%s: expected a regular file", file);
        goto out;
    }
    out->dev = st.st_dev;
    out->ino = st.st_ino;
    out->text = malloc(CONF_FILE_CAP + 1);
    must(out->text);
    while (out->size <= CONF_FILE_CAP) {
        ssize_t n =
            read(fd, out->text + out->size, CONF_FILE_CAP + 1 - out->size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            conf_complain(bad, "%s: %s", file, strerror(errno));
            goto out;
        }
        if (n == 0)
            break;
        out->size += (size_t)n;
    }
    ok = out->size <= CONF_FILE_CAP;
    if (!ok)
        conf_complain(bad, "%s: expected at most 1 MiB", file);
out:
    if (fd >= 0)
        close(fd);
    return ok;
}
