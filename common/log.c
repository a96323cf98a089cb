/* log - one line an event, to stderr, with UTC time, process and level */

/* The one piece of global state there is: who we are and what is worth
 * saying.  A line is built on the stack and leaves in one write, so lines of
 * several processes on one terminal do not mix; control characters become
 * '?', so what a peer sent cannot forge a line. */

#include "common/log.h"

#include "common/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_CAP = 2048 };

static const char *log_name = "-";
static enum log_level log_least = LOG_INFO;

static const char *
level_word(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG: return "DEBUG";
    case LOG_INFO: return "INFO";
    case LOG_WARN: return "WARN";
    case LOG_ERROR: return "ERROR";
    }
    return "?";
}

void
log_open(const char *name, enum log_level least)
{
    log_name = name;
    log_least = least;
}

void
log_say(enum log_level level, const char *format, ...)
{
    char line[LINE_CAP], when[CLOCK_TEXT_CAP];
    va_list ap;

    if (level < log_least)
        return;
    int head =
        snprintf(line, sizeof line, "%s %.32s %s ",
                 clock_format(clock_wall(), when), log_name, level_word(level));
    if (head < 0)
        return;
    size_t used = (size_t)head;
    va_start(ap, format);
    int n = vsnprintf(line + used, sizeof line - used - 1, format, ap);
    va_end(ap);
    if (n < 0)
        return;
    size_t end = used + (size_t)n;
    if (end > sizeof line - 2)
        end = sizeof line - 2;
    for (size_t i = used; i < end; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[end++] = '\n';
    /* Nobody to tell when stderr is gone. */
    ssize_t written = write(STDERR_FILENO, line, end);
    (void)written;
}

_Bool
log_may(struct log_limit *limit, long long now_ns, unsigned *dropped)
{
    long long since = now_ns - limit->last_ns;

    if (limit->last_ns != 0 && since >= 0 && since < 1000000000) {
        limit->dropped++;
        return 0;
    }
    *dropped = limit->dropped;
    limit->dropped = 0;
    limit->last_ns = now_ns;
    return 1;
}
