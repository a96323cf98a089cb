/* differ - two messages that should be one, told apart field by field */

#include "deploy/arb/replay/differ.h"

#include "common/must.h"
#include "proto/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_CAP = 1 << 18 };

/* The struct of it; NULL when there is none or it does not unpack. */
static void *
unpack(const struct packed *p)
{
    const struct schema *sc = p->body ? schema_find(p->type) : NULL;
    void *msg = sc ? calloc(1, sc->size) : NULL;

    if (msg && !schema_unpack_kept(sc, msg, p->body, p->size, NULL)) {
        free(msg);
        msg = NULL;
    }
    return msg;
}

static void
print_whole(const char *what, const struct packed *p, char *text)
{
    void *msg = unpack(p);

    if (!p->body)
        printf("  %-9s nothing\n", what);
    else if (msg && schema_json(schema_find(p->type), msg, text, TEXT_CAP))
        printf("  %-9s %s\n", what, text);
    else
        printf("  %-9s %zu bytes of type %u\n", what, p->size, p->type);
    free(msg);
}

static uint32_t
count_of(const struct field *f, const uint8_t *list)
{
    uint32_t n;

    memcpy(&n, list, sizeof n);
    return n < f->cap ? n : f->cap;
}

/* The first record that is another, and how many there are. */
static void
print_list(const struct field *f, const uint8_t *x, const uint8_t *y, char *a,
           char *b)
{
    uint32_t n = count_of(f, x), m = count_of(f, y), i = 0;
    const struct schema *sc = f->record;

    if (n != m)
        printf("  %s: recorded %u records, replayed %u\n", f->path, n, m);
    while (i < n && i < m
           && memcmp(x + f->at + i * sc->size, y + f->at + i * sc->size,
                     sc->size) == 0)
        i++;
    for (uint32_t k = 0; i < n && i < m && k < sc->fields_count; k++) {
        const struct field *g = &sc->fields[k];
        if (!field_json(g, x + f->at + i * sc->size, a, TEXT_CAP)
            || !field_json(g, y + f->at + i * sc->size, b, TEXT_CAP)
            || strcmp(a, b) == 0)
            continue;
        printf("  %s[%u].%s: recorded %s, replayed %s\n", f->path, i,
               g->name, a, b);
    }
}

static void
print_fields(const struct schema *sc, const uint8_t *x, const uint8_t *y,
             char *a, char *b)
{
    for (uint32_t i = 0; i < sc->fields_count; i++) {
        const struct field *f = &sc->fields[i];
        if (!field_json(f, x, a, TEXT_CAP) || !field_json(f, y, b, TEXT_CAP)
            || strcmp(a, b) == 0)
            continue;
        if (f->form == FORM_LIST)
            print_list(f, x + f->offset, y + f->offset, a, b);
        else
            printf("  %s: recorded %s, replayed %s\n", f->path, a, b);
    }
}

void
differ_print(const struct packed *recorded, const struct packed *now)
{
    char *a = malloc(TEXT_CAP), *b = malloc(TEXT_CAP);
    void *x = unpack(recorded), *y = unpack(now);

    must(a && b);
    if (x && y && recorded->type == now->type) {
        print_fields(schema_find(now->type), x, y, a, b);
    } else {
        print_whole("recorded", recorded, a);
        print_whole("replayed", now, a);
    }
    free(a);
    free(b);
    free(x);
    free(y);
}
