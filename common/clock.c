/* clock - the only door to time */

/* Engines never come here: the shell reads the clock once an input and hands
 * it on.  CLOCK_BOOTTIME goes on while the machine sleeps, so a lease that
 * ran out during a suspend is seen as such. */

#include "common/clock.h"

#include "common/calendar.h"
#include "common/must.h"

#include <stdio.h>
#include <time.h>

static struct nanos
read_clock(clockid_t id)
{
    struct timespec t;

    int rc = clock_gettime(id, &t);
    must(rc == 0);
    return (struct nanos){ (int64_t)t.tv_sec * 1000000000 + t.tv_nsec };
}

struct nanos
clock_mono(void)
{
    return read_clock(CLOCK_BOOTTIME);
}

struct nanos
clock_wall(void)
{
    return read_clock(CLOCK_REALTIME);
}

char *
clock_format(struct nanos wall, char s[CLOCK_TEXT_CAP])
{
    int64_t us = wall.ns / 1000 - (wall.ns % 1000 < 0);
    int64_t seconds = us / 1000000 - (us % 1000000 < 0);
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    int64_t in_day = seconds - days * 86400;
    int64_t year;
    int month, day;

    calendar_date(days, &year, &month, &day);
    snprintf(s, CLOCK_TEXT_CAP, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
             (int)year % 10000, month, day, (int)(in_day / 3600),
             (int)(in_day / 60 % 60), (int)(in_day % 60),
             (int)(us - seconds * 1000000));
    return s;
}

void
clock_rest(struct ms wait)
{
    struct timespec rest = { wait.ms / 1000, wait.ms % 1000 * 1000000 };

    nanosleep(&rest, NULL);
}
