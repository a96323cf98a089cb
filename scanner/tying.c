/* tying - the relations as the file gave them, row by row */

/* The shell reads the file at the start and whenever somebody asks for it
 * (wiring_ties.c), and tells what it found: a tie_row for each market of each
 * relation, ties_read at the end.  So the inputs journal has every relation
 * that ever held, and a replay of it needs no file.  Nothing changes before the
 * end is heard, and nothing when what came is not whole. */

#include "scanner/tying.h"

#include "common/must.h"
#include "scanner/state.h"

#include <stdlib.h>
#include <string.h>

struct tying {
    struct ties ties;   /* Whole ones. */
    struct tie tie;     /* The one under way. */
    bool bad;
};

struct tying *
tying_new(void)
{
    struct tying *t = calloc(1, sizeof *t);

    must(t != NULL);
    return t;
}

void
tying_row(const struct tie *tie, uint32_t place, struct tie_row *out)
{
    *out = (struct tie_row){ .tie = tie->id, .kind = (uint64_t)tie->kind,
                             .count = tie->count, .place = place,
                             .market = tie->market[place],
                             .text = tie->text[place] };
}

static bool
take(struct tying *t, const struct tie_row *m)
{
    if (m->place == 0) {
        memset(&t->tie, 0, sizeof t->tie);
        t->tie.id = m->tie;
        t->tie.kind = (enum tie_kind)m->kind;
    }
    if (m->kind >= tie_kind_end_ || m->count < 2 || m->count > TIE_MARKETS ||
        m->place >= m->count || m->place != t->tie.count ||
        m->market.s[0] == '\0' || !text_equal(&m->tie, &t->tie.id) ||
        (enum tie_kind)m->kind != t->tie.kind)
        return false;
    t->tie.market[t->tie.count] = m->market;
    t->tie.text[t->tie.count] = m->text;
    t->tie.count++;
    if (t->tie.count < m->count)
        return true;
    if (!ties_add(&t->ties, &t->tie))
        return false;
    t->tie.count = 0;
    return true;
}

void
scanner_on_tie_row(struct scanner *x, const struct tie_row *m,
                   const struct input *in, struct outbox *out)
{
    struct tying *t = x->tying;

    (void)in;
    (void)out;
    t->bad = t->bad || !take(t, m);
}

void
scanner_on_ties_read(struct scanner *x, const struct ties_read *m,
                     const struct input *in, struct outbox *out)
{
    struct turn turn = { in, out, TURN_SAYS, { 0 } };
    struct tying *t = x->tying;

    if (t->bad || t->tie.count > 0 || m->count != t->ties.count) {
        x->counters[SCANNER_bad_input]++;
    } else {
        ties_end(&t->ties);
        looks_tie(x->looks, &t->ties, &turn);
    }
    memset(t, 0, sizeof *t);
}
