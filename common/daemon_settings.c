/* daemon_settings - with what settings a run began, kept beside its inputs */

/* Inputs alone do not make the same outputs: <journal>/settings/<run>.yaml is
 * the whole effective configuration, written when it is not that of the run
 * before.  A run's settings are in the last file that is not after it.  For
 * replay only: what goes wrong here is said, and stops nothing. */

#include "common/daemon_own.h"
#include "common/must.h"
#include "common/settings.h"
#include "common/version.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read back by settings_by. */
#define HEAD "# configuration %016llx of build %s\n"

enum { SETTINGS_CAP = 1 << 18, SETTINGS_PATH_CAP = 512 };

bool
settings_path(const char *journal, uint64_t run, char *out, size_t cap)
{
    char dir[SETTINGS_PATH_CAP];
    unsigned long long n, best = 0;
    struct dirent *e;
    int end;

    snprintf(dir, sizeof dir, "%s/settings", journal);
    DIR *d = opendir(dir);
    while (d && (e = readdir(d)) != NULL) {
        end = 0;
        if (sscanf(e->d_name, "%16llx.yaml%n", &n, &end) == 1
            && end == 21 && e->d_name[end] == '\0' && n <= run && n > best)
            best = n;
    }
    if (d)
        closedir(d);
    end = snprintf(out, cap, "%s/%016llx.yaml", dir, best);
    return best > 0 && end > 0 && (size_t)end < cap;
}

bool
settings_by(const char *path, struct settings_by *out)
{
    char line[160] = "", build[81];
    unsigned long long config;
    FILE *f = fopen(path, "re");

    if (!f)
        return false;
    bool ok = fgets(line, sizeof line, f) != NULL;
    fclose(f);
    ok = ok && sscanf(line, "# configuration %16llx of build %80s", &config,
                      build) == 2;
    *out = (struct settings_by){ .config = ok ? config : 0 };
    return ok && text_set(&out->build, build);
}

static bool
is_same(const char *path, const char *text, size_t size)
{
    char *old = malloc(SETTINGS_CAP);
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    must(old);
    ssize_t got = fd >= 0 ? read(fd, old, SETTINGS_CAP) : -1;
    bool same = got >= 0 && (size_t)got == size
                && memcmp(old, text, (size_t)got) == 0;
    if (fd >= 0)
        close(fd);
    free(old);
    return same;
}

/* Whole or not at all. */
static bool
write_file(const char *path, const char *text, size_t size)
{
    char next[SETTINGS_PATH_CAP + 8];

    snprintf(next, sizeof next, "%s.new", path);
    int fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text, size) == (ssize_t)size
              && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        ok = false;
    return ok && rename(next, path) == 0;
}

void
daemon_keep_settings(const struct daemon *d)
{
    char path[SETTINGS_PATH_CAP], dir[DAEMON_PATH_CAP + 16];
    char *text = malloc(SETTINGS_CAP);
    struct why why;

    must(text);
    size_t head = (size_t)snprintf(text, SETTINGS_CAP, HEAD,
                                   (unsigned long long)d->digest,
                                   dutchbook_version);
    size_t size = conf_print(d->conf, false, text + head, SETTINGS_CAP - head);
    must(size > 0);
    size += head;
    snprintf(dir, sizeof dir, "%s/settings", d->journal_dir);
    if (!make_folder(dir, &why))
        log_warn("settings are not kept: %s", why.s);
    else if (!settings_path(d->journal_dir, d->run.number, path, sizeof path)
             || !is_same(path, text, size)) {
        snprintf(path, sizeof path, "%s/%016llx.yaml", dir,
                 (unsigned long long)d->run.number);
        if (!write_file(path, text, size))
            log_warn("%s: %s", path, strerror(errno));
    }
    free(text);
}
