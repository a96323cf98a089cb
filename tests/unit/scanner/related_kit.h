/* related_kit - relations as a person would have approved them, for tests */
#ifndef TESTS_UNIT_SCANNER_RELATED_KIT_H
#define TESTS_UNIT_SCANNER_RELATED_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/must.h"
#include "common/ties.h"

struct ties_text {
    size_t size;
    char s[32768];
    uint32_t count;
};

/* What market i of the tests' worlds is resolved by. */
static inline struct hash
kit_text(uint32_t market)
{
    struct hash h = { { 1 } };

    h.b[30] = (uint8_t)(market >> 8);
    h.b[31] = (uint8_t)market;
    return h;
}

/* One more relation, of markets "m000" and so on, ended by -1. */
static inline void
kit_tie(struct ties_text *t, const char *kind, const int *markets)
{
    char ids[200] = "", texts[800] = "", hex[HASH_TEXT_CAP];
    size_t i = 0, k = 0;

    for (; *markets >= 0; markets++) {
        struct hash h = kit_text((uint32_t)*markets);

        i += (size_t)snprintf(ids + i, sizeof ids - i, "%sm%03d",
                              i > 0 ? ", " : "", *markets);
        k += (size_t)snprintf(texts + k, sizeof texts - k, "%s%s",
                              k > 0 ? ", " : "", hash_format(&h, hex));
    }
    t->size += (size_t)snprintf(
        t->s + t->size, sizeof t->s - t->size,
        "r%u:\n  kind: %s\n  markets: [%s]\n  texts: [%s]\n"
        "  source: the same feed\n  cutoff: noon of the 31st\n"
        "  void: both refund\n  reviewed_by: ada\n"
        "  reviewed_at: \"2026-11-22T01:00:00Z\"\n",
        t->count++, kind, ids, texts);
    must(t->size < sizeof t->s);
}

/* As read from a file; NULL with complaints. */
static inline struct ties *
kit_read(const char *text, struct complaints *bad)
{
    char name[] = "/tmp/ties.XXXXXX";
    int fd = mkstemp(name);
    size_t size = strlen(text);
    struct ties *t;

    must(fd >= 0 && write(fd, text, size) == (ssize_t)size);
    close(fd);
    t = ties_read(name, bad);
    must(unlink(name) == 0);
    return t;
}

static inline struct ties *
kit_ties(const struct ties_text *t)
{
    struct complaints bad = { 0 };
    struct ties *ties = kit_read(t->s, &bad);

    if (ties == NULL)
        fputs(bad.text, stderr);
    must(ties != NULL);
    return ties;
}

#endif /* TESTS_UNIT_SCANNER_RELATED_KIT_H */
