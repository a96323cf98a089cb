/* hub_chain - the deeds of mischief on the chain */
#include "tests/simex/hub_own.h"

#include <string.h>

/* Whether an act is meant for this node: "1", "2" or "all". */
static bool
is_meant(const struct act *a, uint32_t node)
{
    return strcmp(a->target, "all") == 0 ||
           (a->target[0] == (char)('1' + node) && a->target[1] == '\0');
}

static void
do_nodes(struct chain_faults *f, const struct act *a, int64_t until,
         uint64_t head)
{
    for (uint32_t i = 0; i < CHAIN_NODES; i++) {
        if (!is_meant(a, i))
            continue;
        if (a->kind == ACT_CHAIN_AWAY)
            f->away[i] = until;
        else if (a->kind == ACT_CHAIN_WRONG)
            f->wrong[i] = until;
        else
            f->behind[i] = until;
        if (a->kind == ACT_CHAIN_BEHIND)
            f->behind_at[i] = head;
    }
}

bool
hub_do_chain(struct hub *h, const struct act *a)
{
    if (!h->chain)
        return true;
    struct chain_faults *f = chain_faults(h->chain);
    int64_t until = h->now_ms + a->length_ms;
    uint32_t n = (uint32_t)a->number;
    switch ((int)a->kind) { /* The others are not the chain's. */
    case ACT_CHAIN_AWAY:
    case ACT_CHAIN_WRONG:
    case ACT_CHAIN_BEHIND:
        do_nodes(f, a, until, chain_head(h->chain));
        break;
    case ACT_CHAIN_SLOW:
        f->slow_until = until;
        f->slow_ms = a->number;
        break;
    case ACT_CHAIN_STALL: f->stall = until; break;
    case ACT_CHAIN_DROP: f->drop += n; break;
    case ACT_CHAIN_LOSE: f->lose += n; break;
    case ACT_CHAIN_REVERT: f->revert += n; break;
    case ACT_CHAIN_REORG: return chain_reorg(h->chain);
    case ACT_CHAIN_STEAL: return chain_steal(h->chain);
    case ACT_RELAY_AWAY: f->relay_away = until; break;
    case ACT_RELAY_LOSE: f->relay_lose += n; break;
    case ACT_RELAY_DROP: f->relay_drop += n; break;
    case ACT_RELAY_BUSY: f->relay_busy += n; break;
    case ACT_RELAY_FAIL: f->relay_fail += n; break;
    }
    return true;
}
