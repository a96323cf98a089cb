/* highest_file - the most each count ever was, across restarts of feed */

/* Written whole beside it and then put in its place; it is written when a
 * count grows, which is seldom, and so before anything acts on a later fall. */

#include "feed/highest_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
failed(struct why *why, const char *path)
{
    return why_set(why, "%.200s: %s", path, strerror(errno));
}

static void
take(const struct signal_specs *specs, const char *event, int64_t starts,
     int64_t ends, uint64_t n, uint64_t highest[SIGNALS_CAP])
{
    for (uint32_t i = 0; i < specs->count; i++) {
        const struct signal_spec *s = &specs->at[i];

        if (strcmp(s->event.s, event) == 0 && s->starts.ns == starts &&
            s->ends.ns == ends)
            highest[i] = n;
    }
}

bool
highest_file_read(const char *path, const struct signal_specs *specs,
                  uint64_t highest[SIGNALS_CAP], struct why *why)
{
    FILE *f = fopen(path, "re");
    char line[256], event[81], rest;
    int number = 0;
    bool ok = true;

    memset(highest, 0, SIGNALS_CAP * sizeof highest[0]);
    if (f == NULL)
        return errno == ENOENT || failed(why, path);
    while (ok && fgets(line, sizeof line, f) != NULL) {
        int64_t starts, ends;
        uint64_t n;

        number++;
        ok = sscanf(line, "%80s %" SCNd64 " %" SCNd64 " %" SCNu64 "%c", event,
                    &starts, &ends, &n, &rest) == 5 && rest == '\n';
        if (ok)
            take(specs, event, starts, ends, n, highest);
    }
    if (ok && ferror(f))
        ok = failed(why, path);
    else if (!ok)
        (void)why_set(why, "%.200s:%d: expected EVENT STARTS ENDS NUMBER; "
                      "without this file a count that fell is not known as "
                      "one", path, number);
    fclose(f);
    return ok;
}

bool
highest_file_write(const char *path, const struct signal_specs *specs,
                   const uint64_t highest[SIGNALS_CAP], struct why *why)
{
    char next[PATH_MAX];
    FILE *f;
    bool ok;

    if (snprintf(next, sizeof next, "%s.new", path) >= PATH_MAX)
        return why_set(why, "%.200s...: the name is too long", path);
    f = fopen(next, "we");
    if (f == NULL)
        return failed(why, next);
    for (uint32_t i = 0; i < specs->count; i++)
        fprintf(f, "%s %" PRId64 " %" PRId64 " %" PRIu64 "\n",
                specs->at[i].event.s, specs->at[i].starts.ns,
                specs->at[i].ends.ns, highest[i]);
    ok = fflush(f) == 0 && ferror(f) == 0 && fdatasync(fileno(f)) == 0;
    if (!ok)
        (void)failed(why, next);
    if (fclose(f) != 0 && ok)
        ok = failed(why, next);
    return ok && (rename(next, path) == 0 || failed(why, path));
}
