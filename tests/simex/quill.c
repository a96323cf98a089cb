/* quill - writes JSON text into a room that never moves
 *
 * Every face writes through this.  It never allocates, so the core can be
 * run by tests and worlds without a heap of its own. */
#include "tests/simex/quill.h"

#include "common/must.h"
#include "proto/units.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
quill_start(struct quill *q, char *room, size_t cap)
{
    must(cap > 0);
    *q = (struct quill){ room, 0, cap };
    room[0] = '\0';
}

void
quill_text(struct quill *q, const char *s)
{
    size_t size = strlen(s);
    must(size < q->cap - q->size);
    memcpy(q->s + q->size, s, size + 1);
    q->size += size;
}

void
quill_say(struct quill *q, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(q->s + q->size, q->cap - q->size, format, args);
    va_end(args);
    must(n >= 0 && (size_t)n < q->cap - q->size);
    q->size += (size_t)n;
}

void
quill_string(struct quill *q, const char *s)
{
    quill_text(q, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            quill_say(q, "\\%c", c);
        else if (c < 0x20)
            quill_say(q, "\\u%04x", c);
        else
            quill_say(q, "%c", c);
    }
    quill_text(q, "\"");
}

void
quill_micros(struct quill *q, int64_t micros)
{
    char s[MICROS_TEXT_CAP];
    quill_text(q, micros_format(micros, s));
}

const char *
quill_bool(bool b)
{
    return b ? "true" : "false";
}
