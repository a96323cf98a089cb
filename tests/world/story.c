/* story - what happens, line by line, from a given time on, for a reader */
#include "tests/world/world.h"

#include "proto/render.h"

#include <stdio.h>
#include <string.h>

const char *const hit_words[HITS] = {
#define HIT(name, rows, words) words,
#include "tests/world/hits.def"
};
const char *const hit_rows[HITS] = {
#define HIT(name, rows, words) rows,
#include "tests/world/hits.def"
};

/* What comes all the time and says little. */
static bool
is_noise(uint16_t type)
{
    switch (type) {
    case TYPE_heartbeat:
    case TYPE_market:
    case TYPE_book_snapshot:
    case TYPE_book_delta:
    case TYPE_log_record:
    case TYPE_log_request:
    case TYPE_lease_request:
    case TYPE_lease:
    case TYPE_tick: return true;
    default: return false;
    }
}

/* Its fields, without their quotes and what is not set. */
static void
tidy(char *s)
{
    static const char *const dull[] = { "\"\"", "0", "\"0\"", "false",
                                        "\"none\"", "[]" };
    char *to = s, *at = s + (*s == '{');
    while (*at != '\0') {
        size_t size = strcspn(at, ",}"), value = strcspn(at, ":") + 1;
        bool skip = false;
        for (size_t i = 0; i < sizeof dull / sizeof dull[0]; i++)
            skip |= value < size && strlen(dull[i]) == size - value &&
                    memcmp(at + value, dull[i], size - value) == 0;
        for (size_t i = 0; i < size && !skip; i++)
            if (at[i] != '"')
                *to++ = at[i];
        if (!skip)
            *to++ = ' ';
        at += size + (at[size] != '\0');
    }
    *to = '\0';
}

void
story_tell(const struct world *w, enum source who, const char *does,
           const struct schema *sc, const void *msg)
{
    static char json[65536];
    if (w->now < w->story_from || is_noise(sc->type) ||
        schema_json(sc, msg, json, sizeof json) == 0)
        return;
    tidy(json);
    fprintf(stderr, "%9.3f %-8s %-5s %.230s\n",
            (double)(w->now - w->start) / 1e9, enum_word(&source_words, who),
            does, json + strcspn(json, ":") + 1);
}

void
world_note(const struct world *w, const char *does, const char *words)
{
    if (w->now >= w->story_from)
        fprintf(stderr, "%9.3f venue    %-5s %s\n",
                (double)(w->now - w->start) / 1e9, does, words);
}
