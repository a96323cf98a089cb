/* text - text put together piece by piece into a buffer of known room */

/* An order's body is made while a book waits for nobody: this does without a
 * format that is read again for every order. */

#include "executor/encode/text.h"

#include "common/hex.h"
#include "common/must.h"

#include <string.h>

struct writing
writing_to(char *s, size_t cap)
{
    must(cap > 0);
    s[0] = '\0';
    return (struct writing){ s, 0, cap };
}

static void
put_bytes(struct writing *w, const char *s, size_t size)
{
    must(size < w->cap - w->used);
    memcpy(w->s + w->used, s, size);
    w->used += size;
    w->s[w->used] = '\0';
}

void
put_text(struct writing *w, const char *s)
{
    put_bytes(w, s, strlen(s));
}

void
put_count(struct writing *w, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    put_bytes(w, digits + at, sizeof digits - at);
}

void
put_data(struct writing *w, const uint8_t *b, size_t count)
{
    must(count < (w->cap - w->used - 2) / 2 && w->cap - w->used > 4);
    w->s[w->used] = '0';
    w->s[w->used + 1] = 'x';
    w->used = (size_t)(hex_format(b, count, w->s + w->used + 2) - w->s);
}
