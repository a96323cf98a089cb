/* tape - a journal's folder, record by record, whether of inputs or of facts */

#include "deploy/arb/tape.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The folder's own name says what is in it, the one above whose it is. */
static bool
read_names(struct tape *t, const char *dir, struct why *why)
{
    char path[PATH_MAX];
    uint32_t src;

    if (realpath(dir, path) == NULL)
        return why_set(why, "%s: %s", dir, strerror(errno));
    if (strlen(path) >= sizeof t->dir)
        return why_set(why, "%s: the path is too long", dir);
    memcpy(t->dir, path, strlen(path) + 1);
    char *kind = strrchr(path, '/');
    bool known = kind != NULL && (strcmp(kind, "/inputs") == 0
                                  || strcmp(kind, "/facts") == 0);
    if (known) {
        t->inputs = strcmp(kind, "/inputs") == 0;
        *kind = '\0';
    }
    const char *owner = strrchr(path, '/');
    if (!known || owner == NULL
        || !enum_parse(&source_words, owner + 1, &src))
        return why_set(why, "%s: expected a folder .../<process>/inputs or "
                            ".../<process>/facts", dir);
    t->self = (enum source)src;
    return true;
}

bool
tape_open(struct tape *t, const char *dir, uint64_t from, struct why *why)
{
    *t = (struct tape){ .reader = NULL };
    if (!read_names(t, dir, why))
        return false;
    t->reader = journal_read(t->dir, from, why);
    return t->reader != NULL;
}

int
tape_next(struct tape *t, struct why *why)
{
    struct envelope e;
    const char *bad = "?";
    int got = journal_next(t->reader, &t->r, why);

    if (got <= 0)
        return got;
    t->schema = schema_find(t->r.type);
    t->src = t->self;
    t->body = t->r.body;
    t->size = t->r.body_size;
    if (!t->inputs)
        return 1;
    if (!envelope_unpack(&e, t->r.body, t->r.body_size, &bad)) {
        why_set(why, "record %llu: bad %s", (unsigned long long)t->r.n, bad);
        return -1;
    }
    t->src = e.src;
    t->body = e.body;
    t->size = e.body_size;
    t->published = e.tseq != 0;
    return 1;
}

void
tape_close(struct tape *t)
{
    journal_reader_close(&t->reader);
}
