/* run_file - one process of a name on one var, and which run it is */

/* The number only grows and is on disk before anybody hears it, so peers can
 * tell a restarted process from a delayed message of the one before.  The
 * lock keeps a second process from stealing the sockets of the first, which
 * the socket library would let it do in silence.
 *
 * Beside it stands how runs ended: the last one whose end is known, and how
 * many so far were not asked for.  A run that says nothing at its end was not
 * asked to; what cannot be read means that of no run it is known.  A run that
 * began with another start of the machine was cut by its going down: all that
 * ran then were, and it is one crash, not one of each of them. */

#include "common/run_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBER_SIZE = 21 }; /* Twenty digits and a newline. */

bool
make_folder(const char *path, struct why *why)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return why_set(why, "%s: %s", path, strerror(errno));
    return true;
}

static bool
parse_number(const char *s, size_t size, uint64_t *number)
{
    uint64_t v = 0;

    if (size != NUMBER_SIZE || s[size - 1] != '\n')
        return false;
    for (size_t i = 0; i + 1 < size; i++) {
        if (s[i] < '0' || s[i] > '9'
            || __builtin_mul_overflow(v, 10, &v)
            || __builtin_add_overflow(v, (uint64_t)(s[i] - '0'), &v))
            return false;
    }
    *number = v;
    return v < UINT64_MAX;
}

static bool
sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

/* Reads the number there is and writes the next, all of it at once. */
static enum run_result
count_up(struct run_file *r, const char *path, const char *folder,
         struct why *why)
{
    char text[NUMBER_SIZE + 2];
    ssize_t size = pread(r->fd, text, sizeof text, 0);

    r->number = 0;
    if (size > 0 && !parse_number(text, (size_t)size, &r->number)) {
        why_set(why, "%s does not hold a run number: write one no smaller "
                "than any there was (20 digits and a newline)", path);
        return RUN_BROKEN;
    }
    r->number++;
    snprintf(text, sizeof text, "%020llu\n", (unsigned long long)r->number);
    if (size < 0
        || pwrite(r->fd, text, NUMBER_SIZE, 0) != NUMBER_SIZE
        || fsync(r->fd) != 0 || !sync_folder(folder)) {
        why_set(why, "%s: %s", path, strerror(errno));
        return RUN_FAILED;
    }
    return RUN_OK;
}

/* Twelve hexadecimal digits of a random number of each start. */
static uint64_t
read_boot(void)
{
    unsigned long long head = 0, tail = 0;
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

    if (f != NULL) {
        if (fscanf(f, "%8llx-%4llx", &head, &tail) != 2)
            head = tail = 0;
        fclose(f);
    }
    return head << 16 | tail;
}

/* Synced: a power cut that took it away would make crashes of all runs. */
static void
write_ends(const struct run_file *r, uint64_t known)
{
    char fresh[sizeof r->ends + 4];
    FILE *f;

    snprintf(fresh, sizeof fresh, "%s.new", r->ends);
    f = fopen(fresh, "we");
    if (f == NULL)
        return;
    bool ok = fprintf(f, "%llu %llu %llu %llx\n", (unsigned long long)known,
                      (unsigned long long)r->crashes,
                      (unsigned long long)r->cuts,
                      (unsigned long long)r->boot) > 0 &&
              fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (fclose(f) == 0 && ok)
        (void)rename(fresh, r->ends);
}

/* Of runs nobody knows the end of, the last may have been cut. */
static void
count_ends(struct run_file *r)
{
    unsigned long long known = 0, crashes = 0, cuts = 0, boot = 0;
    uint64_t before = r->number - 1;
    FILE *f = fopen(r->ends, "re");

    if (f != NULL) {
        int read = fscanf(f, "%20llu %20llu %20llu %16llx", &known, &crashes,
                          &cuts, &boot);
        if (read < 2)
            known = crashes = 0;
        if (read < 4 || cuts > crashes) /* As it was written once. */
            cuts = boot = 0;
        fclose(f);
    }
    known = known > before ? before : known;
    r->boot = read_boot();
    bool cut = known < before && boot != 0 && r->boot != 0 && boot != r->boot;
    r->crashes = crashes + (before - known);
    r->cuts = cuts + cut;
    write_ends(r, before);
}

enum run_result
run_file_open(struct run_file *r, const char *var, const char *name,
              struct why *why)
{
    char folder[280], path[300];

    *r = (struct run_file){ .fd = -1 };
    snprintf(folder, sizeof folder, "%s/run", var);
    if (!make_folder(var, why) || !make_folder(folder, why))
        return RUN_FAILED;
    int n = snprintf(path, sizeof path, "%s/%s.run", folder, name);
    int m = snprintf(r->ready, sizeof r->ready, "%s/%s.ready", folder, name);
    int k = snprintf(r->ends, sizeof r->ends, "%s/%s.ends", folder, name);
    if (n >= (int)sizeof path || m >= (int)sizeof r->ready ||
        k >= (int)sizeof r->ends) {
        why_set(why, "%s: the path is too long", folder);
        return RUN_FAILED;
    }
    r->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (r->fd < 0) {
        why_set(why, "%s: %s", path, strerror(errno));
        return RUN_FAILED;
    }
    if (flock(r->fd, LOCK_EX | LOCK_NB) != 0) {
        why_set(why, "another %s is running on %s (it holds %s)", name, var,
                path);
        return errno == EWOULDBLOCK ? RUN_TAKEN : RUN_FAILED;
    }
    enum run_result result = count_up(r, path, folder, why);
    if (result == RUN_OK)
        count_ends(r);
    /* Left over by a run that did not end well. */
    unlink(r->ready);
    return result;
}

bool
run_file_ready(const struct run_file *r, struct why *why)
{
    char text[64], fresh[sizeof r->ready + 4];
    int size = snprintf(text, sizeof text, "%ld %llu\n", (long)getpid(),
                        (unsigned long long)r->number);
    int fd;

    /* In its place at once: whoever reads it reads a whole line. */
    snprintf(fresh, sizeof fresh, "%s.new", r->ready);
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text, (size_t)size) != size ||
        rename(fresh, r->ready) != 0) {
        why_set(why, "%s: %s", r->ready, strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    close(fd);
    return true;
}

void
run_file_ended(const struct run_file *r)
{
    write_ends(r, r->number);
}

void
run_file_close(struct run_file *r)
{
    unlink(r->ready);
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}
