/* series - a count hour by hour, read from recordings of others */

/* What is not in the file is not known, which is not nothing: who uses an
 * hour asks for it first. */

#include "deploy/arb/backtest/series.h"

#include "common/calendar.h"
#include "common/json.h"
#include "common/must.h"
#include "feed/capture.h"

#include <stdlib.h>
#include <string.h>

enum { COUNT_MOST = 100000 };

static const int64_t earliest = INT64_C(2007) * 8766 - INT64_C(1970) * 8766;

/* False when it is out of reach. */
static bool
put(struct series *s, int64_t hour, int64_t n, bool adds)
{
    if (hour < earliest || n < 0 || n > COUNT_MOST)
        return false;
    if (s->count == 0)
        s->first = hour - SERIES_HOURS / 2;
    if (hour < s->first || hour - s->first >= SERIES_HOURS)
        return false;
    uint32_t at = (uint32_t)(hour - s->first);
    int32_t was = s->n[at] < 0 ? 0 : s->n[at];
    s->n[at] = adds ? was + (int32_t)n : n > was ? (int32_t)n : was;
    s->count = at + 1 > s->count ? at + 1 : s->count;
    return true;
}

static int64_t
number(const char *s, int digits)
{
    int64_t value = 0;

    for (int i = 0; i < digits; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

/* "2025-11-01T04:00:00.000Z" as hours since 1970; -1 = it is none. */
static int64_t
hour_of(const char *s)
{
    if (strlen(s) < 14 || s[4] != '-' || s[7] != '-' || s[10] != 'T' ||
        s[strlen(s) - 1] != 'Z')
        return -1;
    int64_t year = number(s, 4), month = number(s + 5, 2);
    int64_t day = number(s + 8, 2), hour = number(s + 11, 2);
    if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31 ||
        hour < 0 || hour > 23)
        return -1;
    return calendar_days(year, month, day) * 24 + hour;
}

static bool
read_hours(struct series *s, const struct json_value *hours)
{
    bool any = false;

    for (const struct json_value *v = json_first(hours); v;
         v = json_next(v)) {
        const char *date = json_string(json_get(v, "date"));
        int64_t n;

        if (date && json_int(json_get(v, "count"), &n))
            any |= put(s, hour_of(date), n, false);
    }
    return any;
}

/* The list may be a text that holds it. */
static bool
read_tracking(struct series *s, const struct line *line)
{
    struct json *j = json_parse(line->s, line->size, NULL);
    const struct json_value *daily =
        j ? json_get(json_get(json_root(j), "stats"), "daily") : NULL;
    const char *text = json_string(daily);
    struct json *inner = text ? json_parse(text, strlen(text), NULL) : NULL;
    bool any = read_hours(s, inner ? json_root(inner) : daily);

    json_destroy(&inner);
    json_destroy(&j);
    return any;
}

/* Los Angeles is three hours behind New York, but for those three in which
 * only one of them has changed its clock. */
static bool
read_row(struct series *s, const struct line *line)
{
    char text[] = "0000-00-00 00:00";
    const char *row = line->s, *comma;
    struct nanos t;
    int64_t n = 0;

    if (line->size < 15 || row[8] != '-' || row[13] != ',')
        return false;
    memcpy(text, row, 4);
    memcpy(text + 5, row + 4, 2);
    memcpy(text + 8, row + 6, 2);
    memcpy(text + 11, "12", 2);
    memcpy(text + 14, row + 11, 2);
    comma = memchr(row + 14, ',', line->size - 14);
    size_t size = comma ? (size_t)(comma - row - 14) : line->size - 14;
    int64_t hour = number(row + 9, 2);
    if (hour < 0 || hour > 23 || size == 0 || size > 6 ||
        (n = number(row + 14, (int)size)) < 0 ||
        !calendar_read(text, &t))
        return false;
    /* From noon of that day on, which no clock ever skipped. */
    return put(s, t.ns / 3600000000000 + hour + 3 - 12, n, true);
}

/* The hours before the first are dropped. */
static void
trim(struct series *s)
{
    uint32_t gap = 0;

    while (gap < s->count && s->n[gap] < 0)
        gap++;
    memmove(s->n, s->n + gap, (s->count - gap) * sizeof s->n[0]);
    s->first += gap;
    s->count -= gap;
}

bool
series_read(struct series *s, const char *file, uint64_t *passed_over,
            struct why *why)
{
    struct capture *c = capture_open(file, why);
    struct line line;
    int got;

    *s = (struct series){ 0, 0, malloc(SERIES_HOURS * sizeof s->n[0]) };
    must(s->n);
    memset(s->n, -1, SERIES_HOURS * sizeof s->n[0]);
    *passed_over = 0;
    if (!c)
        return false;
    while ((got = capture_next(c, &line, why)) == 1)
        if (!line.s || line.size == 0 ||
            !(line.s[0] == '{' ? read_tracking(s, &line)
                               : read_row(s, &line)))
            ++*passed_over;
    capture_close(&c);
    trim(s);
    if (got == 0 && s->count == 0)
        return why_set(why, "%s: no hour of a count in it", file);
    return got == 0;
}

void
series_clear(struct series *s)
{
    free(s->n);
    *s = (struct series){ 0, 0, NULL };
}
