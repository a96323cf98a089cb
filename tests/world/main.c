/* main - runs worlds: world FIRST_SEED COUNT [SECONDS [TWICE [FROM]]]
 *
 * The first TWICE seeds run a second time, which must be the same to the
 * byte.  From FROM milliseconds on, all that happens is told. */
#include "tests/world/world.h"

#include "common/log.h"

#include <stdio.h>
#include <stdlib.h>

static struct hash
run(uint64_t seed, int64_t seconds, bool report, const char *from)
{
    struct world *w = world_new(seed, seconds * 1000);
    if (from != NULL)
        w->story_from = w->start + strtoll(from, NULL, 10) * 1000000;
    world_run(w);
    if (report)
        checks_report(w);
    fflush(stdout);
    struct hash digest = world_digest(w);
    world_destroy(&w);
    return digest;
}

int
main(int argc, char **argv)
{
    log_open("world", LOG_ERROR);
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    int64_t seconds = argc > 3 ? strtoll(argv[3], NULL, 10) : 40;
    uint64_t twice = argc > 4 ? strtoull(argv[4], NULL, 10) : 0;
    const char *from = argc > 5 ? argv[5] : NULL;
    for (uint64_t i = 0; i < count; i++) {
        struct hash one = run(first + i, seconds, true, from);
        struct hash two = one;
        if (i < twice)
            two = run(first + i, seconds, false, NULL);
        if (!hash_equal(&one, &two)) {
            fprintf(stderr, "world %llu: a second run is another\n",
                    (unsigned long long)(first + i));
            return 1;
        }
    }
    return 0;
}
