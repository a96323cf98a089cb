/* supervised - the manners supervisord needs from its children */

/* A supervisord that was killed leaves its children running with nobody to
 * stop or restart them; and it looks at exit codes only of children that
 * lived for `startsecs`.  Both are mended from this side. */

#include "common/supervised.h"

#include "common/clock.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A little more than startsecs of supervisord.conf. */
enum { LEAST_MS = 1300 };

static struct nanos began;

static bool
is_supervised(void)
{
    const char *word = getenv("SUPERVISOR_ENABLED");

    return word != NULL && strcmp(word, "1") == 0;
}

void
supervised_start(void)
{
    began = clock_mono();
    if (!is_supervised())
        return;
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
}

void
supervised_exit(int code)
{
    int64_t age_ms = (clock_mono().ns - began.ns) / 1000000;

    if (is_supervised() && began.ns != 0 && age_ms < LEAST_MS)
        clock_rest((struct ms){ LEAST_MS - age_ms });
    exit(code);
}
