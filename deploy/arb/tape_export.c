/* tape_export - what was recorded, for other programs: JSON lines, CSV */

#include "deploy/arb/markup.h"
#include "deploy/arb/tape.h"

#include "common/must.h"
#include "deploy/arb/cmd.h"
#include "proto/render.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_CAP = 1 << 18 };

/* A JSON value as a field: a string without its quotes and the signs before
 * quotes and such signs, all else as it stands. */
static void
put_field(char *json)
{
    size_t size = strlen(json);
    char *to = json;

    if (size >= 2 && json[0] == '"') {
        json[size - 1] = '\0';
        for (const char *from = json + 1; *from != '\0'; from++) {
            if (from[0] == '\\' && (from[1] == '"' || from[1] == '\\'))
                from++;
            *to++ = *from;
        }
        *to = '\0';
    }
    putchar(',');
    put_csv(stdout, json);
}

static void
put_head(const struct schema *sc)
{
    printf("n,run,wall_ns,mono_ns,src");
    for (uint32_t i = 0; i < sc->fields_count; i++)
        printf(",%s", sc->fields[i].name);
    putchar('\n');
}

static bool
put_row(const struct tape *t, const void *msg, char *text)
{
    printf("%" PRIu64 ",%" PRIu64 ",%" PRId64 ",%" PRId64 ",%s", t->r.n,
           t->r.run, t->r.wall.ns, t->r.mono.ns,
           enum_word(&source_words, (uint32_t)t->src));
    for (uint32_t i = 0; i < t->schema->fields_count; i++) {
        if (field_json(&t->schema->fields[i], msg, text, TEXT_CAP) == 0)
            return false;
        put_field(text);
    }
    putchar('\n');
    return true;
}

static bool
put_line(const struct tape *t, const void *msg, char *text)
{
    if (schema_json(t->schema, msg, text, TEXT_CAP) == 0)
        return false;
    printf("{\"n\":%" PRIu64 ",\"run\":%" PRIu64 ",\"wall_ns\":%" PRId64
           ",\"mono_ns\":%" PRId64 ",\"src\":\"%s\",%s\n", t->r.n, t->r.run,
           t->r.wall.ns, t->r.mono.ns,
           enum_word(&source_words, (uint32_t)t->src), text + 1);
    return true;
}

int
tape_export(struct tape *t, uint64_t to, const struct schema *only, bool csv)
{
    struct why why = { "" };
    char *text = malloc(TEXT_CAP);
    size_t largest = 0;
    int got = 0;
    bool ok = true;

    for (size_t i = 0; i < schema_all_count; i++)
        largest = schema_all[i]->size > largest ? schema_all[i]->size
                                                : largest;
    void *msg = malloc(largest);
    must(text && msg);
    if (csv)
        put_head(only);
    while (ok && (got = tape_next(t, &why)) > 0 && t->r.n <= to) {
        if (t->schema == NULL || (only != NULL && t->schema != only))
            continue;
        ok = schema_unpack_kept(t->schema, msg, t->body, t->size, NULL)
             && (csv ? put_row(t, msg, text) : put_line(t, msg, text));
        if (!ok)
            why_set(&why, "record %" PRIu64 " cannot be shown", t->r.n);
    }
    free(text);
    free(msg);
    if (!ok || got < 0)
        fprintf(stderr, "arb capture: %s\n", why.s);
    return ok && got >= 0 ? EXIT_OK : EXIT_WORLD;
}
