/* hearsay - what is heard on the bus and kept only at its latest
 *
 * Markets, counters and latencies are no facts of a journal: each is written
 * over the one before.  Counters and latencies come again by themselves;
 * markets are asked for, and the answer is counted, since one that got lost
 * or found no room would be missing for good. */
#include "recorder/state.h"

/* NULL when full: the database has been away for long. */
static struct heard *
hear(struct recorder *r, enum hearsay of, const struct input *in)
{
    if (r->heard_count[of] == HEARD_CAP)
        return NULL;
    struct heard *h = &r->heard[of][r->heard_count[of]++];
    h->src = in->src;
    h->run = in->run;
    h->wall = in->wall;
    return h;
}

static bool
is_of_universe(const struct recorder *r, const struct input *in)
{
    return in->req != 0 && in->req == r->universe_req;
}

void
hearsay_forget(struct recorder *r)
{
    r->universe = false;
    r->universe_req = 0;
}

void
recorder_on_market(struct recorder *r, const struct market *m,
                   const struct input *in, struct outbox *out)
{
    (void)out;
    struct heard *h = hear(r, HEARSAY_market, in);
    if (h == NULL) {
        r->universe = false; /* Asked for again when there is room. */
        return;
    }
    h->market = *m;
    r->universe_kept += is_of_universe(r, in);
}

/* Of no table yet; but the answer is counted whole. */
void
recorder_on_resolution(struct recorder *r, const struct resolution *m,
                       const struct input *in, struct outbox *out)
{
    (void)m;
    (void)out;
    r->universe_kept += is_of_universe(r, in);
}

void
recorder_on_gap(struct recorder *r, const struct gap *m,
                const struct input *in, struct outbox *out)
{
    (void)in;
    (void)out;
    if (m->src == SOURCE_feed)
        hearsay_forget(r);
}

/* Counters and latencies grow from the start of a run: one that is dropped
 * is made good by the next. */
void
recorder_on_counter(struct recorder *r, const struct counter *m,
                    const struct input *in, struct outbox *out)
{
    (void)out;
    struct heard *h = hear(r, HEARSAY_counter, in);
    if (h != NULL)
        h->counter = *m;
}

void
recorder_on_latency(struct recorder *r, const struct latency *m,
                    const struct input *in, struct outbox *out)
{
    (void)out;
    struct heard *h = hear(r, HEARSAY_latency, in);
    if (h != NULL)
        h->latency = *m;
}

void
recorder_on_snapshot_end(struct recorder *r, const struct snapshot_end *m,
                         const struct input *in, struct outbox *out)
{
    (void)out;
    if (!is_of_universe(r, in) || m->what != ASKED_universe)
        return;
    r->universe = r->universe_kept >= m->sent && m->missing == 0;
    if (!r->universe) /* Some got lost, or found no room: asked again. */
        r->counters[RECORDER_universe_short]++;
}

void
hearsay_ask(struct recorder *r, const struct input *in, struct outbox *out)
{
    if (r->universe || r->feed_run == 0 ||
        (r->universe_req != 0 &&
         !is_past(r->universe_asked, (struct ms){ 5000 }, in->mono)))
        return;
    static const struct snapshot_request ask = { .what = ASKED_universe };
    r->universe_req = ++r->req;
    r->universe_kept = 0;
    r->universe_asked = in->mono;
    say_snapshot_request(out, &ask, &(struct to){ 0, r->universe_req });
}

const struct heard *
recorder_heard(const struct recorder *r, enum hearsay of, uint32_t *count)
{
    *count = r->heard_count[of];
    return r->heard[of];
}

void
recorder_heard_done(struct recorder *r, enum hearsay of)
{
    r->heard_count[of] = 0;
}
