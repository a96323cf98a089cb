/* generate - any message filled with awkward values, and compared */
#ifndef TESTS_UNIT_PROTO_GENERATE_H
#define TESTS_UNIT_PROTO_GENERATE_H

#include <string.h>

#include "proto/proto.h"

/* splitmix64: the whole generator is its seed. */
static inline uint64_t
chance(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* Every width equally often, and its neighbours: what a codec gets wrong. */
static inline uint64_t
awkward(uint64_t *seed)
{
    uint64_t edge = (uint64_t)1 << chance(seed) % 64;
    switch (chance(seed) % 4) {
    case 0: return edge;
    case 1: return edge - 1;
    case 2: return 0 - edge;
    default: return chance(seed) >> chance(seed) % 64;
    }
}

/* Text of at most max bytes, of characters one to four bytes long. */
static inline void
generate_text(char *to, size_t cap, uint64_t *seed)
{
    static const char *const letters[] = {
        "a", "\"", "\n", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"
    };
    size_t want = chance(seed) % cap, used = 0;
    memset(to, 0, cap);
    for (;;) {
        const char *letter = letters[chance(seed) % 6];
        size_t n = strlen(letter);
        if (used + n > want)
            return;
        memcpy(to + used, letter, n);
        used += n;
    }
}

static inline void
generate_bytes(uint8_t *to, size_t size, uint64_t *seed)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)chance(seed);
}

/* Lists and bytes get 0..most elements, or their cap if that is less. */
static inline void
generate(const struct schema *sc, void *msg, uint32_t most, uint64_t *seed)
{
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        char *p = (char *)msg + f->offset;
        struct bytes *bytes = (void *)p;
        uint32_t *list = (void *)p;
        switch (f->form) {
        case FORM_INT: *(int64_t *)(void *)p = (int64_t)awkward(seed); break;
        case FORM_COUNT: *(uint64_t *)(void *)p = awkward(seed); break;
        case FORM_FLAG: *(bool *)p = chance(seed) % 2 == 0; break;
        case FORM_ENUM:
            *list = (uint32_t)(chance(seed) % f->words->count);
            break;
        case FORM_TOKEN:
        case FORM_HASH: generate_bytes((uint8_t *)p, 32, seed); break;
        case FORM_UUID: generate_bytes((uint8_t *)p, 16, seed); break;
        case FORM_TEXT: generate_text(p, sizeof(struct text), seed); break;
        case FORM_TITLE: generate_text(p, sizeof(struct title), seed); break;
        case FORM_BYTES:
            bytes->size = (uint32_t)(chance(seed) % (most + 1));
            if (bytes->size > BYTES_CAP)
                bytes->size = BYTES_CAP;
            generate_bytes(bytes->b, bytes->size, seed);
            break;
        case FORM_LIST:
            *list = (uint32_t)(chance(seed) % (most + 1));
            if (*list > f->cap)
                *list = f->cap;
            for (uint32_t k = 0; k < *list; k++)
                generate(f->record, p + f->at + k * f->record->size, most,
                         seed);
            break;
        }
    }
}

/* Bytes that count in a plain field; lists and bytes are compared apart. */
static inline size_t
plain_size(const struct field *f)
{
    switch (f->form) {
    case FORM_INT: return sizeof(int64_t);
    case FORM_COUNT: return sizeof(uint64_t);
    case FORM_FLAG: return sizeof(bool);
    case FORM_ENUM: return sizeof(uint32_t);
    case FORM_TOKEN:
    case FORM_HASH: return sizeof(struct hash);
    case FORM_UUID: return sizeof(struct uuid);
    case FORM_TEXT: return sizeof(struct text);
    case FORM_TITLE: return sizeof(struct title);
    case FORM_BYTES: break;
    case FORM_LIST: break;
    }
    return sizeof(uint32_t); /* The count in front. */
}

static inline bool
same(const struct schema *sc, const void *a, const void *b)
{
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        const char *p = (const char *)a + f->offset;
        const char *q = (const char *)b + f->offset;
        if (memcmp(p, q, plain_size(f)) != 0)
            return false;
        uint32_t count;
        memcpy(&count, p, sizeof count);
        if (f->form == FORM_BYTES &&
            memcmp(p + offsetof(struct bytes, b), q + offsetof(struct bytes, b),
                   count) != 0)
            return false;
        if (f->form != FORM_LIST)
            continue;
        for (uint32_t k = 0; k < count; k++) {
            size_t at = f->at + k * f->record->size;
            if (!same(f->record, p + at, q + at))
                return false;
        }
    }
    return true;
}

#endif /* TESTS_UNIT_PROTO_GENERATE_H */
