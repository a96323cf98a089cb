/* vectors - reads a file of tests/vectors, made by the venue's own clients */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/address.h"
#include "common/hex.h"
#include "common/json.h"
#include "common/must.h"

/* Tests run from the root of the checkout. */
static inline struct json *
vectors_open(const char *name)
{
    char path[200];
    struct why why;

    snprintf(path, sizeof path, "tests/vectors/%s.json", name);
    FILE *f = fopen(path, "rb");
    must(f);
    must(fseek(f, 0, SEEK_END) == 0);
    long size = ftell(f);
    must(size > 0 && fseek(f, 0, SEEK_SET) == 0);
    char *text = malloc((size_t)size);
    must(text && fread(text, 1, (size_t)size, f) == (size_t)size);
    fclose(f);
    struct json *j = json_parse(text, (size_t)size, &why);
    must(j);
    free(text);
    return j;
}

/* The value at "a.b.c" below v, which must be there. */
static inline const struct json_value *
at(const struct json_value *v, const char *path)
{
    char key[64];

    while (*path) {
        size_t n = strcspn(path, ".");
        must(n < sizeof key);
        memcpy(key, path, n);
        key[n] = '\0';
        v = json_get(v, key);
        must(v);
        path += n + (path[n] == '.');
    }
    return v;
}

static inline const char *
text_at(const struct json_value *v, const char *path)
{
    const char *s = json_scalar(at(v, path));

    must(s);
    return s;
}

static inline uint64_t
count_at(const struct json_value *v, const char *path)
{
    int64_t n = 0;

    must(json_int(at(v, path), &n) && n >= 0);
    return (uint64_t)n;
}

static inline bool
flag_at(const struct json_value *v, const char *path)
{
    bool b = false;

    must(json_bool(at(v, path), &b));
    return b;
}

static inline int64_t
micros_at(const struct json_value *v, const char *path)
{
    int64_t n = 0;

    must(json_micros(at(v, path), &n));
    return n;
}

static inline struct hash
hash_at(const struct json_value *v, const char *path)
{
    struct hash h;
    const char *s = text_at(v, path);

    must(hash_parse(s, strlen(s), &h));
    return h;
}

static inline struct hash
token_at(const struct json_value *v, const char *path)
{
    struct hash h;
    const char *s = text_at(v, path);

    must(token_parse(s, strlen(s), &h));
    return h;
}

static inline struct address
address_at(const struct json_value *v, const char *path)
{
    struct address a;
    const char *s = text_at(v, path);

    must(address_parse(s, strlen(s), &a));
    return a;
}

#define each(item, list)                                                    \
    (const struct json_value *item = json_first(list); item;                \
     item = json_next(item))

#endif /* TESTS_UNIT_VECTORS_H */
