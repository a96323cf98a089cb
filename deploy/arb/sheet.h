/* sheet - dashboards as one HTML page: charts inline, nothing else needed */
#ifndef DEPLOY_ARB_SHEET_H
#define DEPLOY_ARB_SHEET_H

#include "deploy/arb/board.h"

struct sheet {
    FILE *out;
    struct pg *pg;
    const struct scope *scope;
    struct ticks *ticks;
    uint32_t panels, drawn;   /* How many, and how many had something. */
};

/* Everything up to the first board; css: path of the style sheet, which goes
 * into the page.  boards (may be NULL) get a line of links. */
MUST_CHECK bool sheet_begin(struct sheet *p, const char *title,
                            const char *css, const struct boards *boards,
                            struct why *why);
/* A heading and the panels, each asked now. */
MUST_CHECK bool sheet_board(struct sheet *p, const struct board *b,
                            struct why *why);
void sheet_end(struct sheet *p);

/* Opens path for writing beside itself; close moves it there, whole or not
 * at all. */
FILE *sheet_open(const char *path, struct why *why);
MUST_CHECK bool sheet_close(FILE *out, const char *path, struct why *why);

#endif /* DEPLOY_ARB_SHEET_H */
