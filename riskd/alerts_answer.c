/* alerts_answer - who answered, what is open, and all of it again */
#include "riskd/alerts.h"

#include <stdlib.h>
#include <string.h>

#include "common/digest.h"
#include "common/must.h"
#include "riskd/control.h"
#include "riskd/image.h"

bool
alerts_target(const struct text *target, uint64_t *n)
{
    char *end;
    *n = 0;
    if (target_is_all(target)) {
        return true;
    }
    if (target->s[0] < '1' || target->s[0] > '9') {
        return false;
    }
    *n = strtoull(target->s, &end, 10);
    return *end == '\0';
}

/* Known, and not answered. */
static bool
waits(const struct alert_entry *e)
{
    return e->used && e->told && !e->m.acked &&
           (!e->ended || e->m.level >= ALERT_LEVEL_orange);
}

bool
alerts_has(const struct alerts *a, uint64_t n)
{
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        if (a->at[i].used && a->at[i].told && a->at[i].m.n == n) {
            return true;
        }
    }
    return false;
}

bool
alerts_ack(struct alerts *a, uint64_t n, const struct text *actor,
           struct nanos wall, struct alert *out)
{
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        struct alert_entry *e = &a->at[i];
        if (!waits(e) || (n != 0 && e->m.n != n)) {
            continue;
        }
        e->m.step = ALERT_STEP_acked;
        e->m.acked = true;
        e->m.actor = *actor;
        e->m.at = wall;
        e->fresh = e->louder = false;
        *out = e->m;
        return true;
    }
    return false;
}

/* The entry an old fact is of: the one of its key, else a free one. */
static struct alert_entry *
entry_of(struct alerts *a, const struct alert *m)
{
    struct alert_entry *none = NULL, *oldest = &a->at[0];
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        struct alert_entry *e = &a->at[i];
        if (e->used && strcmp(e->m.key.s, m->key.s) == 0) {
            return e;
        }
        none = none == NULL && !e->used ? e : none;
        oldest = e->m.n < oldest->m.n ? e : oldest;
    }
    none = none == NULL ? oldest : none;
    memset(none, 0, sizeof *none);
    return none;
}

void
alerts_recall(struct alerts *a, const struct alert *m)
{
    struct alert_entry *e = entry_of(a, m);
    bool ended = m->step == ALERT_STEP_ended ||
                 (m->step != ALERT_STEP_raised && e->ended);
    bool over = ended || (m->step != ALERT_STEP_raised && e->over);
    int64_t over_at = e->over ? e->over_at : m->at.ns;
    *e = (struct alert_entry){ .used = true,
                               .told = true,
                               .over = over,
                               .ended = ended,
                               .over_at = over_at,
                               .m = *m };
    a->count = m->n > a->count ? m->n : a->count;
    a->now = m->at.ns;
}

uint64_t
alerts_open(const struct alerts *a, enum alert_level *loudest)
{
    uint64_t count = 0;
    *loudest = ALERT_LEVEL_none;
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        const struct alert_entry *e = &a->at[i];
        if (waits(e)) {
            count++;
            *loudest = e->m.level > *loudest ? e->m.level : *loudest;
        }
    }
    return count;
}

struct nanos
alerts_unanswered(const struct alerts *a, enum severity least)
{
    struct nanos since = { 0 };
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        const struct alert_entry *e = &a->at[i];
        bool counts = waits(e) && e->m.severity >= least;
        if (counts && (since.ns == 0 || e->m.first.ns < since.ns)) {
            since = e->m.first;
        }
    }
    return since;
}

const struct alert_entry *
alerts_after(const struct alerts *a, uint64_t n)
{
    const struct alert_entry *best = NULL;
    for (uint32_t i = 0; i < ALERTS_CAP; i++) {
        const struct alert_entry *e = &a->at[i];
        if (e->used && e->told && e->m.n > n &&
            (best == NULL || e->m.n < best->m.n)) {
            best = e;
        }
    }
    return best;
}

/* What was said of those that still matter; not the times of events, which
 * are as fine as ticks only. */
void
alerts_digest(const struct alerts *a, struct digest *d)
{
    digest_add(d, &a->count, sizeof a->count);
    for (const struct alert_entry *e = alerts_after(a, 0); e != NULL;
         e = alerts_after(a, e->m.n)) {
        const uint64_t state[] = { e->m.n,     (uint64_t)e->m.level,
                                   e->m.acked, (uint64_t)e->m.severity,
                                   e->ended };
        if (!e->ended || waits(e)) {
            digest_add(d, state, sizeof state);
            digest_add(d, e->m.key.s, strlen(e->m.key.s));
        }
    }
}

void
alerts_image(struct alerts *a, struct image *i)
{
    IMAGE(i, a->count);
    IMAGE(i, a->now);
    IMAGE(i, a->at);
}
