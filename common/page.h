/* page - text put together piece by piece into a buffer of known room
 *
 * Once something does not fit, or may not stand there, the page is full and
 * stays so: one look at the end is enough.  Nothing is allocated. */
#ifndef COMMON_PAGE_H
#define COMMON_PAGE_H

#include "proto/units.h"

struct page {
    char *s;             /* Ended by a NUL after each piece. */
    size_t size, cap;
    bool full;
};

struct page page_on(char *s, size_t cap);
void page_put(struct page *p, const char *s);
void page_count(struct page *p, uint64_t n);
/* "0x" and two lower-case digits a byte. */
void page_data(struct page *p, const uint8_t *b, size_t count);
/* Inside a JSON text; what would need an escape makes the page full. */
void page_plain(struct page *p, const char *s);
/* In a URL: what is not unreserved (RFC 3986) goes as %XX. */
void page_escaped(struct page *p, const char *s);
/* Bytes without the NUL; 0 when the page is full. */
size_t page_end(const struct page *p);

#endif /* COMMON_PAGE_H */
