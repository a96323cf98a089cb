/* calendar - dates, and New York's clock, by arithmetic alone */

/* Years are counted from March, so that the leap day comes last. */

#include "common/calendar.h"

#include <string.h>

static const int64_t second_ns = 1000000000, day_s = 86400;

int64_t
calendar_days(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
           719468;
}

void
calendar_date(int64_t days, int64_t *year, int *month, int *day)
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

static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The nth Sunday of a month, in days; 1970-01-01 was a Thursday. */
static int64_t
sunday(int64_t year, int64_t month, int64_t nth)
{
    int64_t first = calendar_days(year, month, 1);
    int64_t weekday = (first % 7 + 7 + 4) % 7;

    return first + (7 - weekday) % 7 + 7 * (nth - 1);
}

int64_t
calendar_newyork(struct nanos utc)
{
    int64_t seconds = floor_div(utc.ns, second_ns), year;
    int month, day;

    calendar_date(floor_div(seconds, day_s), &year, &month, &day);
    /* 2:00 before each change: 7:00 UTC in March, 6:00 UTC in November. */
    return seconds >= sunday(year, 3, 2) * day_s + 7 * 3600 &&
                   seconds < sunday(year, 11, 1) * day_s + 6 * 3600
               ? -4 * 3600
               : -5 * 3600;
}

static int64_t
number(const char *s, int count)
{
    int64_t value = 0;

    for (int i = 0; i < count; i++)
        value = value * 10 + (s[i] - '0');
    return value;
}

bool
calendar_read(const char *s, struct nanos *utc)
{
    int64_t field[5], year;
    int month, day, fits = 0;
    static const char *const form = "0000-00-00 00:00";

    for (int i = 0; i < 16; i++)
        if (form[i] == '0' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
            return false;
    bool universal = strcmp(s + 16, " UTC") == 0;
    if (s[16] != '\0' && !universal)
        return false;
    field[0] = number(s, 4);
    for (int i = 1; i < 5; i++)
        field[i] = number(s + 2 + 3 * i, 2);
    if (field[0] < 2007 || field[0] > 2200 || field[1] < 1 || field[1] > 12 ||
        field[2] < 1 || field[3] > 23 || field[4] > 59)
        return false;
    int64_t days = calendar_days(field[0], field[1], field[2]);
    calendar_date(days, &year, &month, &day);
    if (day != field[2])
        return false;
    int64_t local = days * day_s + field[3] * 3600 + field[4] * 60;
    if (universal) {
        utc->ns = local * second_ns;
        return true;
    }
    for (int64_t offset = -5 * 3600; offset <= -4 * 3600; offset += 3600) {
        struct nanos t = { (local - offset) * second_ns };

        if (calendar_newyork(t) == offset) {
            *utc = t;
            fits++;
        }
    }
    return fits == 1;
}
