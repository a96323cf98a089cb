/* quill - writes JSON text into a room that never moves */
#ifndef SIMEX_QUILL_H
#define SIMEX_QUILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The room is the caller's; s is always NUL terminated.  A text that does
 * not fit is our own bug: rooms are sized for the largest page. */
struct quill { char *s; size_t size, cap; };

void quill_start(struct quill *q, char *room, size_t cap);
void quill_text(struct quill *q, const char *s);
void quill_say(struct quill *q, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A JSON string with its quotes; control characters are escaped. */
void quill_string(struct quill *q, const char *s);
/* Millionths in their shortest exact text: 0.5, 12.34, 100. */
void quill_micros(struct quill *q, int64_t micros);
const char *quill_bool(bool b);

#endif /* SIMEX_QUILL_H */
