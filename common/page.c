/* page - text put together piece by piece into a buffer of known room */

/* An order's body is made while a book waits for nobody: this does without a
 * format that is read again for every order. */

#include "common/page.h"

#include "common/hex.h"

#include <string.h>

struct page
page_on(char *s, size_t cap)
{
    if (cap > 0)
        s[0] = '\0';
    return (struct page){ s, 0, cap, cap == 0 };
}

static void
put_bytes(struct page *p, const char *s, size_t size)
{
    if (p->full || size >= p->cap - p->size) {
        p->full = true;
        return;
    }
    memcpy(p->s + p->size, s, size);
    p->size += size;
    p->s[p->size] = '\0';
}

void
page_put(struct page *p, const char *s)
{
    put_bytes(p, s, strlen(s));
}

void
page_count(struct page *p, uint64_t n)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    put_bytes(p, digits + at, sizeof digits - at);
}

void
page_data(struct page *p, const uint8_t *b, size_t count)
{
    put_bytes(p, "0x", 2);
    if (p->full || count >= (p->cap - p->size + 1) / 2) {
        p->full = true;
        return;
    }
    p->size = (size_t)(hex_format(b, count, p->s + p->size) - p->s);
}

void
page_plain(struct page *p, const char *s)
{
    for (const char *c = s; *c != '\0'; c++)
        if (*c < ' ' || *c > '~' || *c == '"' || *c == '\\')
            p->full = true;
    page_put(p, s);
}

void
page_escaped(struct page *p, const char *s)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        char hex[3] = { '%', digits[c >> 4], digits[c & 15] };
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || strchr("-._~", c) != NULL;

        put_bytes(p, plain ? s : hex, plain ? 1 : 3);
    }
}

size_t
page_end(const struct page *p)
{
    return p->full ? 0 : p->size;
}
