/* streams - what was published, what was heard of it, and so what was lost */

/* Shared by the bus and the world, so that what is tested there is what runs.
 * Numbers alone find a hole only when the next message of the same type comes;
 * of what is said rarely that may take for ever.  The heads find it within a
 * heartbeat.  Types nobody here subscribed to are passed over: of those
 * nothing was heard, and nothing is missing. */

#include "common/streams.h"

#include "common/must.h"

void
streams_heads(const uint64_t tseq[TYPE_end_], struct heads *out)
{
    out->count = 0;
    for (uint32_t type = 0; type < TYPE_end_; type++) {
        if (tseq[type] == 0)
            continue;
        must(out->count < heads_cap);
        out->at[out->count++] = (struct head){ type, tseq[type] };
    }
}

void
streams_want(struct streams *s, uint16_t type)
{
    must(type < TYPE_end_);
    s->wanted[type] = true;
}

bool
streams_hear(struct streams *s, const struct envelope *e, uint64_t *lost)
{
    must(e->src < source_end_ && e->type < TYPE_end_);
    struct stream *st = &s->at[e->src][e->type];

    *lost = 0;
    if (st->run == e->run) {
        if (e->tseq <= st->tseq)
            return false;
        if (e->type != TYPE_heartbeat)
            *lost = e->tseq - st->tseq - 1;
    }
    *st = (struct stream){ e->run, e->tseq };
    return true;
}

static bool
are_sane(const struct heads *heads)
{
    uint64_t last = 0;

    if (heads->count > heads_cap)
        return false;
    for (uint32_t i = 0; i < heads->count; i++) {
        const struct head *h = &heads->at[i];
        if (h->type <= last || h->type >= TYPE_end_ || h->count == 0)
            return false;
        last = h->type;
    }
    return true;
}

bool
streams_prove(struct streams *s, const struct envelope *e,
              const struct heads *heads, uint64_t *lost)
{
    uint32_t i = 0;

    *lost = 0;
    if (!are_sane(heads))
        return false;
    for (uint32_t type = 0; type < TYPE_end_; type++) {
        struct stream *st = &s->at[e->src][type];
        bool said = i < heads->count && heads->at[i].type == type;
        uint64_t head = said ? heads->at[i++].count : 0;
        if (!s->wanted[type] || type == TYPE_heartbeat)
            continue;
        if (st->run != e->run)
            *st = (struct stream){ e->run, head };
        if (head <= st->tseq)
            continue;
        *lost += head - st->tseq;
        st->tseq = head;
    }
    return true;
}
