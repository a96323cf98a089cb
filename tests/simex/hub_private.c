/* hub_private - the deeds of mischief on the private side
 *
 * Most only say what is to go wrong; the front and the desk do it when its
 * turn comes.  Who only follows the market notices nothing of it. */
#include "tests/simex/hub_own.h"

#include "common/must.h"

#include <stdio.h>
#include <string.h>

bool
hub_is_private(enum act_kind kind)
{
    return kind >= ACT_CUT_BEFORE;
}

static const char *
refusal_text(const char *what)
{
    static const struct { const char *what, *text; } all[] = {
        { "balance", "not enough balance / allowance" },
        { "unready", "the market is not yet ready to process new orders" },
        { "banned", "'0x0000000000000000000000000000000000000001' address "
                    "banned" },
        { "closed_only", "'0x0000000000000000000000000000000000000001' "
                         "address in closed only mode" },
        { "version", "order_version_mismatch" },
        { "signature", "invalid signature" },
        { "insert", "could not insert order" },
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].what, what) == 0)
            return all[i].text;
    }
    return what;
}

static void
drain(struct desk *d, const char *what)
{
    for (uint32_t i = 0; i < d->people_count; i++) {
        struct person *p = &d->people[i];
        struct limit *b = strcmp(what, "orders") == 0 ? &p->orders
                                                       : &p->cancels;
        *b = (struct limit){ 0, d->x->now_ms };
    }
}

static void
drop_users(struct hub *h)
{
    for (uint32_t i = 0; i < HUB_CONNS; i++) {
        if (h->conns[i].open && h->conns[i].user)
            h->out.drop(h->out.arg, i);
    }
}

static void
plant_foreign(struct desk *d, uint32_t person)
{
    (void)desk_plant_foreign(d, person);
}

static void
cancel_all(struct desk *d, uint32_t person)
{
    desk_cancel_all(d, person, NULL);
}

static void
for_everybody(struct desk *d, void (*f)(struct desk *, uint32_t))
{
    for (uint32_t i = 0; i < d->people_count; i++)
        f(d, i);
}

void
hub_do_private(struct hub *h, const struct act *a)
{
    struct desk *d = h->desk;
    if (!d)
        return;
    struct desk_faults *f = &d->faults;
    int64_t until = h->now_ms + a->length_ms;
    uint32_t n = (uint32_t)a->number;
    switch ((int)a->kind) { /* The others are not private. */
    case ACT_CUT_BEFORE: f->cut_before += n; break;
    case ACT_CUT_AFTER: f->cut_after += n; break;
    case ACT_CUT_CANCEL: f->cut_cancel += n; break;
    case ACT_FAIL_AFTER: f->fail_after += n; break;
    case ACT_REFUSE:
        f->refuse = n;
        snprintf(f->refuse_word, sizeof f->refuse_word, "%s",
                 refusal_text(a->target));
        break;
    case ACT_SOFT: f->soft += n; break;
    case ACT_TORN: f->torn += n; break;
    case ACT_NO_ID: f->no_id += n; break;
    case ACT_WRONG_ID: f->wrong_id += n; break;
    case ACT_NEW_WORD: f->new_word += n; break;
    case ACT_RACE: f->race += n; break;
    case ACT_SKIM: f->skim += n; break;
    case ACT_MEET: for_everybody(d, desk_meet); break;
    case ACT_LAG:
        f->lag_from = h->now_ms;
        f->lag_until = until;
        break;
    case ACT_KEEP: f->keep += n; break;
    case ACT_EDGE: h->edge_until = until; break;
    case ACT_CANCEL_ONLY: f->cancel_only = until; break;
    case ACT_POST_ONLY: f->post_only = until; break;
    case ACT_DISABLED: f->disabled = until; break;
    case ACT_ALLOWANCE: f->no_allowance = until; break;
    case ACT_DRAIN: drain(d, a->target); break;
    case ACT_CLOCK:
        f->clock_ms = a->number;
        f->clock_until = until;
        break;
    case ACT_FAIL: f->fail += n; break;
    case ACT_RETRY: f->retry += n; break;
    case ACT_STUCK:
        f->stuck += n;
        f->stuck_ms = a->length_ms;
        break;
    case ACT_FOREIGN: for_everybody(d, plant_foreign); break;
    case ACT_SWEEP: for_everybody(d, cancel_all); break;
    case ACT_USER_DROP: drop_users(h); break;
    case ACT_USER_FREEZE: h->acts.frozen_until = until; break;
    case ACT_USER_LATE:
        h->acts.late_until = until;
        h->acts.late_ms = a->number;
        break;
    case ACT_USER_TWICE: h->acts.twice += a->number; break;
    case ACT_USER_AGAIN:
        h->acts.again += a->number;
        h->acts.again_ms = a->length_ms;
        break;
    }
}
