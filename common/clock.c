/* clock - the only door to time */

/* Engines never come here: the shell reads the clock once an input and hands
 * it on.  CLOCK_BOOTTIME goes on while the machine sleeps, so a lease that
 * ran out during a suspend is seen as such. */

#include "common/clock.h"

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

/* Days since 1970-01-01 to the proleptic Gregorian calendar, counting years
 * from March so that the leap day comes last. */
static void
civil(int64_t days, int64_t *year, int *month, int *day)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = yoe + era * 400 + (*month <= 2);
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

    civil(days, &year, &month, &day);
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
