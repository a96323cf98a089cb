/* story - what happens, line by line, from a given time on, for a reader */
#include "tests/world/world.h"

#include "proto/render.h"

#include <stdio.h>

void
story_tell(const struct world *w, enum source who, const char *does,
           const struct schema *sc, const void *msg)
{
    static char json[65536];
    if (w->now < w->story_from || schema_json(sc, msg, json, sizeof json) == 0)
        return;
    fprintf(stderr, "%9.3f %-8s %s %s %.600s\n",
            (double)(w->now - w->start) / 1e9, enum_word(&source_words, who),
            does, sc->name, json);
}
