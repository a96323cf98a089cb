/* checks_naked - what stands naked as a group ends, by its fills
 *
 * Of every leg what was traded as meant, less what was taken back or closed by
 * its other half: less than nothing of one that is bought is owed, since its
 * purchase failed after that.  What a group says is naked is what is beyond
 * full sets, or owed, and none ends well with more of it than dust, or owes
 * what could be bought.  Groups that convert are left to the money's checks. */
#include "tests/world/checks.h"

#include "common/must.h"

#include <string.h>

enum { FINEST = 10000, TWO_CENTS = 20000, LEAST_ORDER = 1000000 };

static struct team *
team_of(struct checks *c, const struct uuid *group)
{
    for (uint32_t i = c->groups_count; i-- > 0;)
        if (uuid_equal(&c->groups[i].id, group))
            return &c->groups[i];
    return NULL;
}

void
naked_group(struct team *g, const struct group *m)
{
    g->target = m->target.micros;
    g->legs_count = m->legs.count;
    g->mixed = false;
    for (uint32_t i = 0; i < m->legs.count; i++) {
        struct stands *s = &g->stands[i];
        if (!hash_equal(&s->token, &m->legs.at[i].token))
            *s = (struct stands){ .token = m->legs.at[i].token };
        s->side = m->legs.at[i].side;
        s->meant = m->legs.at[i].limit;
        g->mixed = g->mixed || s->side != m->legs.at[0].side;
    }
}

void
naked_fill(struct checks *c, const struct sent *order, const struct fill *m,
           int sign)
{
    struct team *g = team_of(c, &m->group);
    bool closes = !hash_is_zero(&order->closes);
    const struct hash *token = closes ? &order->closes : &m->token;
    for (uint32_t i = 0; g != NULL && i < g->legs_count; i++) {
        struct stands *s = &g->stands[i];
        if (!hash_equal(&s->token, token))
            continue;
        if (closes)
            s->hedged += sign * m->qty.micros;
        else
            s->done += (m->side == s->side ? sign : -sign) * m->qty.micros;
    }
}

static bool
is_little(int64_t shares, const struct stands *s)
{
    bool owed = shares < 0;
    struct money worth;
    shares = owed ? -shares : shares;
    must(cost_down(s->meant, (struct qty){ shares }, &worth));
    return owed ? worth.micros < LEAST_ORDER
                : shares < FINEST || worth.micros <= TWO_CENTS;
}

void
naked_end(const struct world *w, const struct team *g,
          const struct execution *m)
{
    int64_t base = INT64_MAX, naked = 0;
    if (g->mixed || g->legs_count == 0 || g->target == 0)
        return;
    for (uint32_t i = 0; i < g->legs_count; i++)
        if (g->stands[i].done - g->stands[i].hedged < base)
            base = g->stands[i].done - g->stands[i].hedged;
    if (base < 0 && g->stands[0].side == SIDE_buy)
        base = 0;
    int64_t most = base > g->target ? base : g->target;
    for (uint32_t i = 0; i < g->legs_count; i++) {
        const struct stands *s = &g->stands[i];
        int64_t open = s->done - s->hedged;
        naked += open > base ? open - base : base - open;
        if (open > most)
            open = most;
        if (m->status <= EXEC_STATUS_UNWOUND && !is_little(open - base, s))
            world_fail(w, "a group ends as %s with %lld naked of leg %u",
                       enum_word(&exec_status_words, m->status),
                       (long long)(open - base), i);
    }
    if (m->status != EXEC_STATUS_SHADOWED && m->naked.micros != naked)
        world_fail(w, "a group says %lld naked, by its fills it is %lld",
                   (long long)m->naked.micros, (long long)naked);
}
