/* tape - a journal's folder, record by record, whether of inputs or of facts */
#ifndef DEPLOY_ARB_TAPE_H
#define DEPLOY_ARB_TAPE_H

#include "common/journal.h"

struct tape {
    char dir[512];
    bool inputs;               /* Else facts. */
    enum source self;          /* Whose journal it is. */
    struct journal_reader *reader;
    struct record r;           /* The last one read: */
    enum source src;           /* who said it, */
    const struct schema *schema; /* NULL: of a type not known here. */
    const uint8_t *body;       /* its message. */
    size_t size;
    bool published;            /* Of inputs. */
};

/* dir: .../<process>/inputs or .../<process>/facts.  from = 0: the oldest. */
MUST_CHECK bool tape_open(struct tape *t, const char *dir, uint64_t from,
                          struct why *why);
/* 1 a record, 0 the end, -1 damage. */
int tape_next(struct tape *t, struct why *why);
void tape_close(struct tape *t);

/* The messages from record `from` to `to` on stdout, of one type or of all
 * (NULL): a JSON object a line, or CSV of that type.  An exit code. */
int tape_export(struct tape *t, uint64_t to, const struct schema *only,
                bool csv);

/* The options of `arb capture import`, as they were typed; NULL = not. */
struct tape_import {
    const char *out, *size, *at;
    bool stated;
};

/* Lines of FILE that are not understood are named on stderr and left out.  An
 * exit code. */
int tape_import(const char *file, const struct tape_import *o);

#endif /* DEPLOY_ARB_TAPE_H */
