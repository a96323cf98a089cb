/* home - the checkout a program was built in, where relative paths begin */

/* `arb kill` typed in another folder has to mean the same var as the
 * processes it kills, so a relative one never depends on where somebody
 * stands. */

#include "common/home.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LEVELS = 4 }; /* build/<variant>/<program> is three below it. */

#define SHIPPED "deploy/dutchbook.yaml"

/* The folder of the checkout into home. */
static bool
find_home(char home[PATH_MAX])
{
    char path[PATH_MAX + sizeof SHIPPED];
    ssize_t size = readlink("/proc/self/exe", home, PATH_MAX - 1);

    if (size <= 0)
        return false;
    home[size] = '\0';
    for (int up = 0; up < LEVELS; up++) {
        char *slash = strrchr(home, '/');
        if (slash == NULL)
            return false;
        *slash = '\0';
        snprintf(path, sizeof path, "%s/" SHIPPED, home);
        if (access(path, R_OK) == 0)
            return true;
    }
    return false;
}

bool
home_shipped(char *out, size_t cap)
{
    char home[PATH_MAX];
    int n = find_home(home) ? snprintf(out, cap, "%s/" SHIPPED, home) : -1;

    return n > 0 && (size_t)n < cap;
}

bool
home_path(struct path *path, const char *key, struct why *why)
{
    char home[PATH_MAX], whole[PATH_MAX + sizeof *path];

    if (path->s[0] == '/')
        return true;
    if (!find_home(home) && getcwd(home, sizeof home) == NULL)
        return why_set(why, "the working directory: %s", strerror(errno));
    int n = snprintf(whole, sizeof whole, "%s/%s", home, path->s);
    if (n < 0 || (size_t)n >= sizeof path->s)
        return why_set(why, "%s: expected a path of at most %zu bytes, got "
                       "%s/%s", key, sizeof path->s - 1, home, path->s);
    memcpy(path->s, whole, (size_t)n + 1);
    return true;
}
