/* lookup - markets asked for by their tokens, followed or not */

/* Whoever holds a token must learn what became of its market, also when that
 * closed or resolved while nobody here listened, or was never followed.  What
 * is followed is answered from memory; the rest is asked of the venue, a few
 * at a time: first among the closed markets, which is why they are missing,
 * then among the others.  An answer may be cut short, so it only proves that
 * a market is not there when nothing of what was asked for came.  What the
 * venue does not say in time counts as missing, and will be asked for again.
 *
 * A market looked up is told to who asked, with rev 0, and forgotten. */

#include "feed/state.h"

#include <string.h>

static const struct followed *
found_of(const struct lookup *l, const struct hash *token)
{
    for (uint32_t i = 0; i < l->found_count; i++)
        if (hash_equal(&l->found[i].m.yes, token) ||
            hash_equal(&l->found[i].m.no, token))
            return &l->found[i];
    return NULL;
}

/* What can be told of its i-th token now. */
static const struct followed *
known(struct feed *f, const struct answer *a, uint32_t i)
{
    const struct hash *id = &a->tokens.at[i].token;
    const struct token *t = feed_token(f, id);

    if (t && t->market != NO_MARKET)
        return &f->market[t->market];
    return a->named[i] == NAMED_FOUND ? found_of(&f->lookup, id) : NULL;
}

bool
feed_named_waits(struct feed *f, const struct answer *a)
{
    bool waits = false;

    for (uint32_t i = 0; i < a->tokens.count; i++) {
        if (a->named[i] == NAMED_OVER)
            continue;
        if (known(f, a, i))
            return false;
        waits = true;
    }
    return waits && f->in->mono.ns < a->deadline.ns;
}

bool
feed_named_answer(struct feed *f, struct answer *a)
{
    size_t bytes = sizeof(struct market) + sizeof(struct resolution);
    bool all = true;

    for (uint32_t i = 0; i < a->tokens.count; i++) {
        const struct followed *m = known(f, a, i);
        if (a->named[i] == NAMED_OVER)
            continue;
        if (!m && f->in->mono.ns < a->deadline.ns) {
            all = false;
            continue;
        }
        if (!feed_has_room(f, bytes, 2))
            return false;
        a->named[i] = NAMED_OVER;
        if (!m) {
            a->missing++;
            continue;
        }
        feed_say_market(f, m, &a->to);
        if (m->resolved)
            feed_say_resolution(f, m, &a->to);
        a->sent += 1 + m->resolved;
    }
    return all;
}

void
feed_named_end(struct feed *f, const struct answer *a)
{
    if (f->lookup.answer == (uint32_t)(a - f->answer))
        f->lookup.answer = NO_ANSWER;
}

/* Whether its found markets were all told. */
static bool
is_free(const struct feed *f)
{
    const struct lookup *l = &f->lookup;
    const struct answer *a;

    if (l->under_way)
        return false;
    if (l->answer == NO_ANSWER)
        return true;
    a = &f->answer[l->answer];
    for (uint32_t i = 0; i < a->tokens.count; i++)
        if (a->named[i] == NAMED_FOUND)
            return false;
    return true;
}

/* The tokens of a that are to be asked for in this way. */
static uint32_t
gather(struct feed *f, const struct answer *a, enum named kind)
{
    struct lookup *l = &f->lookup;

    l->count = 0;
    for (uint32_t i = 0; i < a->tokens.count && l->count < VENUE_NAMED; i++)
        if (a->named[i] == kind && !known(f, a, i))
            l->tokens[l->count++] = a->tokens.at[i].token;
    l->kind = kind;
    return l->count;
}

bool
feed_named_ask(struct feed *f, struct feed_ask *ask)
{
    struct lookup *l = &f->lookup;

    /* Before the listing was read it would be asked for in vain. */
    if (f->answers == 0 || !f->listed || !is_free(f))
        return false;
    l->found_count = 0;
    l->answer = NO_ANSWER;
    for (uint32_t i = 0; i < ANSWERS; i++) {
        const struct answer *a = &f->answer[i];
        if (!a->used || a->what != ASKED_universe ||
            f->in->mono.ns >= a->deadline.ns ||
            (gather(f, a, NAMED_CLOSED) == 0 &&
             gather(f, a, NAMED_OPEN) == 0))
            continue;
        l->answer = i;
        l->under_way = true;
        ask->kind = FEED_ASK_MARKETS;
        ask->size = f->venue->write_named(l->tokens, &l->count,
                                          l->kind == NAMED_CLOSED, f->text,
                                          VENUE_TEXT_CAP);
        feed_count(f, FEED_lookups, 1);
        return true;
    }
    return false;
}

static bool
was_asked(const struct lookup *l, const struct hash *token)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (hash_equal(&l->tokens[i], token))
            return true;
    return false;
}

void
feed_named_market(void *self, const struct venue_market *v)
{
    struct feed *f = self;
    struct lookup *l = &f->lookup;

    if ((!was_asked(l, &v->m.yes) && !was_asked(l, &v->m.no)) ||
        found_of(l, &v->m.yes) || found_of(l, &v->m.no) ||
        l->found_count == VENUE_NAMED) {
        feed_count(f, FEED_ignored, 1);
        return;
    }
    l->found[l->found_count++] = (struct followed){
        .m = v->m,
        .resolved = v->resolved,
        .final = v->final,
        .payout_yes = v->payout_yes,
        .resolved_at = f->in->wall,
    };
    feed_count(f, FEED_looked_up, 1);
}

/* What becomes of a token that was asked for and did not come. */
static enum named
next_of(const struct lookup *l, bool read)
{
    if (read && l->found_count > 0)
        return l->kind; /* Perhaps cut off. */
    return read && l->kind == NAMED_CLOSED ? NAMED_OPEN : NAMED_OVER;
}

static void
came(struct feed *f, bool read)
{
    struct lookup *l = &f->lookup;
    struct answer *a = l->answer == NO_ANSWER ? NULL : &f->answer[l->answer];

    must(l->under_way);
    l->under_way = false;
    if (!read)
        l->found_count = 0;
    for (uint32_t i = 0; a && i < a->tokens.count; i++) {
        const struct hash *token = &a->tokens.at[i].token;
        if (a->named[i] != l->kind || !was_asked(l, token))
            continue;
        a->named[i] = found_of(l, token) ? NAMED_FOUND : next_of(l, read);
        a->missing += a->named[i] == NAMED_OVER;
    }
}

void
feed_on_markets(struct feed *f, const char *s, size_t size,
                const struct input *in, struct outbox *out)
{
    struct venue_sink sink = feed_sink(f);

    feed_begin(f, in, out);
    f->lookup.found_count = 0;
    came(f, f->venue->read_named(f->room, s, size, &sink));
    feed_end(f);
}

void
feed_on_no_markets(struct feed *f)
{
    came(f, false);
}
