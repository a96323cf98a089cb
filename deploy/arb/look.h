/* look - what is looked at: a time, a zone, modes; and where the panels are */
#ifndef DEPLOY_ARB_LOOK_H
#define DEPLOY_ARB_LOOK_H

#include "deploy/arb/board.h"

struct look {
    const char *file;            /* The configuration; NULL = shipped. */
    const char *from, *to;       /* NULL: see scope_set. */
    const char *zone, *mode, *stage, *strategy;
    struct scope scope;
    struct pg *pg;               /* Reads only. */
};

#define LOOK_DEFAULTS                                                        \
    { .zone = "UTC", .mode = "shadow,paper,live", .stage = "-,0,1,2,3",      \
      .strategy = "A,B,C,D,E,F,G,H" }
#define LOOK_ARGS(l)                                                         \
    { "-c", NULL, &(l).file }, { "--from", NULL, &(l).from },                \
    { "--to", NULL, &(l).to }, { "--tz", NULL, &(l).zone },                  \
    { "--mode", NULL, &(l).mode }, { "--stage", NULL, &(l).stage },          \
    { "--strategy", NULL, &(l).strategy }
#define LOOK_HELP                                                            \
    "  --from, --to  '2026-03-29 08:00', 'yesterday', 'now'; without them\n" \
    "                the last 24 h of which the database knows something\n"  \
    "  --tz          time zone of days and clocks (UTC)\n"                   \
    "  --mode        shadow, paper, live (all)\n"                            \
    "  --stage       0 to 3; - is not known (all)\n"                         \
    "  --strategy    A to H (all)\n"                                         \
    "  -c FILE       the configuration; else the shipped one\n"

/* Connects, for reading only, and sets the scope. */
MUST_CHECK bool look_open(struct look *l, struct why *why);
void look_close(struct look *l);
/* The path of a file of deploy/dashboards; "" is the folder. */
void look_file(const char *name, char *out, size_t cap);

#endif /* DEPLOY_ARB_LOOK_H */
