/* text - text put together piece by piece into a buffer of known room */
#ifndef EXECUTOR_ENCODE_TEXT_H
#define EXECUTOR_ENCODE_TEXT_H

#include "proto/units.h"

/* Whoever makes one knows that all he puts fits: anything else is a bug. */
struct writing {
    char *s;
    size_t used, cap;
};
struct writing writing_to(char *s, size_t cap);
/* Each leaves the text ended by a NUL. */
void put_text(struct writing *w, const char *s);
void put_count(struct writing *w, uint64_t n);
/* "0x" and two lower-case digits a byte. */
void put_data(struct writing *w, const uint8_t *b, size_t count);

#endif /* EXECUTOR_ENCODE_TEXT_H */
