/* progress - a line that says how far a long run is, on a terminal only */

#include "deploy/arb/replay/progress.h"

#include "common/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 30, EVERY_NS = 100000000, RECORD_BYTES = 60 };

void
progress_begin(struct progress *p, const char *what, uint64_t bytes)
{
    *p = (struct progress){ .on = isatty(STDERR_FILENO) == 1, .what = what,
                            .bytes = bytes > 0 ? bytes : 1,
                            .began = clock_mono().ns };
    p->told = p->began;
}

void
progress_show(struct progress *p)
{
    int64_t now = p->on ? clock_mono().ns : 0;
    char bar[BAR + 1];

    if (!p->on || now - p->told < EVERY_NS)
        return;
    p->told = now;
    int64_t us = (now - p->began) / 1000;
    uint64_t done = p->done < p->bytes ? p->done : p->bytes;
    uint64_t full = done * BAR / p->bytes;
    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    uint64_t rate = us > 0 ? p->messages * 1000000 / (uint64_t)us : 0;
    uint64_t left = done > 0 ? (uint64_t)us / 1000 * (p->bytes - done) / done
                                   / 1000
                             : 0;
    fprintf(stderr, "\r%-10s [%s] %3llu %%  %llu/s  %llu:%02llu left \033[K",
            p->what, bar, (unsigned long long)(done * 100 / p->bytes),
            (unsigned long long)rate, (unsigned long long)left / 60,
            (unsigned long long)left % 60);
    fflush(stderr);
}

void
progress_on(struct progress *p, size_t bytes)
{
    p->done += bytes + RECORD_BYTES;
    if ((++p->messages & 1023) == 0)
        progress_show(p);
}

int64_t
progress_end(struct progress *p)
{
    if (p->on)
        fputs("\r\033[K", stderr);
    return (clock_mono().ns - p->began) / 1000;
}
