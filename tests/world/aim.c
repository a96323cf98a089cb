/* aim - what happens to one process as it writes a certain turn of facts
 *
 * Not drawn, but tried one by one: a world without any weather is run again
 * for each turn of riskd's log, and of the executor's, in which that process
 * dies before the turn is on disk, or before or after a word of it is said, or
 * stands still, or nobody hears it or is heard by it; for longer than a lease
 * lasts. */
#include "tests/world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LASTS_MS = 3500 };

const char *const aim_words[AIMS] = {
    [AIM_NONE] = "none",     [AIM_UNSYNCED] = "unsynced",
    [AIM_UNSENT] = "unsent", [AIM_SENT] = "sent",
    [AIM_STILL] = "still",   [AIM_ALONE] = "alone",
};

bool
aim_read(struct aim *a, const char *text)
{
    char who[16], how[16];
    uint32_t source;
    unsigned long long n;
    *a = (struct aim){ .how = AIM_NONE };
    if (text[0] == '\0')
        return true;
    if (sscanf(text, "%15[^:]:%15[^:]:%llu", who, how, &n) != 3 ||
        !enum_parse(&source_words, who, &source) || source >= NODES)
        return false;
    *a = (struct aim){ .who = (enum source)source, .n = n };
    while (a->how < AIMS && strcmp(aim_words[a->how], how) != 0)
        a->how = (enum aim_how)(a->how + 1);
    return a->how < AIMS;
}

enum aim_how
aim_at(struct world *w, struct node *n)
{
    const struct aim *a = &w->terms.aim;
    if (w->calm)
        return AIM_NONE;
    w->turns[n->src]++;
    if (a->who != n->src || a->n != w->turns[n->src])
        return AIM_NONE;
    world_note(w, aim_words[a->how], enum_word(&source_words, n->src));
    return a->how;
}

void
aim_after(struct world *w, struct node *n, enum aim_how how)
{
    int64_t until = w->now + (int64_t)LASTS_MS * 1000000;
    if (how == AIM_STILL)
        n->still_until = until;
    else if (how == AIM_ALONE)
        w->alone_until = until;
    else if (how != AIM_NONE)
        n->up_at = until;
}

bool
aim_cuts(const struct world *w, const struct packet *p)
{
    enum source who = w->terms.aim.who;
    return w->now < w->alone_until && (p->from == who || p->to == who);
}
