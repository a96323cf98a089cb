/* world - the five engines and simex's core in one process, under one seed
 *
 * A storm of so many seconds; then nothing goes wrong any more and the market
 * moves on for a while; then it stands still until nothing is open, reserved
 * or unrecorded.  At last every process is restarted, and all must come to
 * rest a second time. */
#include "tests/world/world.h"

#include "common/digest.h"
#include "common/must.h"

#include <stdlib.h>

/* Quiet comes within more than ten holds of 30 s, after which the executor
 * gives up unwinding what nobody bids for; and it lasts. */
enum {
    TICK_NS = 50000000, BEAT_NS = 500000000, STEP_NS = 1000000,
    CALM_STEP_NS = 5000000, AFTERMATH_MS = 1000, QUIET_MS = 400000,
    QUIET_LASTS_MS = 3000
};

/* One world in five is clear: there everything planted must be found. */
static void
draw_weather(struct world *w)
{
    struct chance *c = &w->chance;
    struct weather *x = &w->weather;
    *x = (struct weather){ .clear = w->seed % 5 == 0, .capital_usd = 5000,
                           .rest_ms = 10000, .delay_us_max = 1000,
                           .down_ms_max = 1 };
    if (x->clear)
        return;
    *x = (struct weather){
        .capital_usd = chance_of(c, 70) ? 5000 : chance_between(c, 150, 700),
        .rest_ms = chance_of(c, 60) ? 10000 : chance_between(c, 0, 1000),
        .lose_ppm = chance_below(c, 5000),
        .lose_ask_ppm = chance_below(c, 20000),
        .repeat_ppm = chance_below(c, 20000),
        .deaf_ppm = chance_below(c, 60),
        .lose_text_ppm = chance_below(c, 20000),
        .spoil_ppm = chance_below(c, 3000),
        .raid_ppm = chance_below(c, 200000),
        .end_ppm = chance_below(c, 60000),
        .drop_ppm = chance_below(c, 300),
        .crash_ppm = chance_below(c, 1500),
        .delay_us_max = chance_between(c, 100, 30000),
        .down_ms_max = chance_between(c, 100, 4000),
    };
}

struct world *
world_new(uint64_t seed, int64_t ms)
{
    struct world *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->seed = seed;
    w->ms = ms;
    w->story_from = INT64_MAX;
    w->sha = digest_sha256();
    digest_start(w->sha);
    chance_start(&w->chance, seed);
    draw_weather(w);
    w->start = w->now = INT64_C(1795270000) * 1000000000;
    size_t largest = 0;
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > largest)
            largest = schema_all[i]->size;
    w->msg = malloc(largest);
    w->packed = malloc(PACKED_CAP);
    must(w->msg != NULL && w->packed != NULL);
    w->checks = checks_new();
    engines_plan(w);
    w->place = place_new(w);
    for (int i = SOURCE_feed; i < (int)NODES; i++)
        node_start(w, &w->nodes[i]);
    return w;
}

void
world_destroy(struct world **pw)
{
    struct world *w = *pw;
    for (int i = SOURCE_feed; i < (int)NODES; i++) {
        struct node *n = &w->nodes[i];
        if (n->engine != NULL)
            n->unmake(n);
        outbox_destroy(&n->out);
        free(n->log.at);
        free(n->log.bytes);
    }
    while (w->net.count > 0)
        free(net_take(&w->net).body);
    free(w->net.heap);
    place_destroy(&w->place);
    checks_destroy(&w->checks);
    digest_destroy(&w->sha);
    free(w->msg);
    free(w->packed);
    free(w);
    *pw = NULL;
}

struct hash
world_digest(struct world *w)
{
    struct hash out;
    digest_end(w->sha, out.b);
    return out;
}

bool
world_roll(struct world *w, uint32_t ppm)
{
    return !w->calm && ppm > 0 && chance_below(&w->chance, 1000000) < ppm;
}

/* Time passes for one process: it comes back, is told, says it lives. */
static void
step_node(struct world *w, struct node *n)
{
    if (n->engine == NULL && n->up_at <= w->now)
        node_start(w, n);
    if (n->engine != NULL && n->next_tick <= w->now) {
        struct tick tick = { 0 };
        n->next_tick = w->now + TICK_NS;
        n->log.synced = n->log.count;
        node_tell(w, n, &tick_schema, &tick);
    }
    if (n->engine != NULL && n->next_beat <= w->now) {
        n->next_beat = w->now + BEAT_NS;
        node_beat(w, n);
    }
}

static void
deliver(struct world *w)
{
    while (net_next(&w->net) <= w->now) {
        struct packet p = net_take(&w->net);
        if (p.type == TYPE_log_request)
            owners_answer(w, &p);
        else if (p.type != TYPE_log_ack)
            node_hear(w, &w->nodes[p.to], &p);
        free(p.body);
        kill_step(w);
        place_feed_asks(w);
    }
}

static void
step(struct world *w)
{
    kill_step(w);
    for (int i = SOURCE_feed; i < (int)NODES; i++)
        step_node(w, &w->nodes[i]);
    place_step(w);
    place_feed_asks(w);
    deliver(w);
    owners_write(w);
    found_step(w);
    w->now += w->calm ? CALM_STEP_NS : STEP_NS;
}

static void
step_for(struct world *w, int64_t ms)
{
    for (int64_t end = w->now + ms * 1000000; w->now < end;)
        step(w);
}

static void
await_quiet(struct world *w)
{
    int64_t end = w->now + (int64_t)QUIET_MS * 1000000, since = w->now;
    while (w->now - since < (int64_t)QUIET_LASTS_MS * 1000000) {
        step(w);
        const char *why = checks_unquiet(w);
        if (why == NULL)
            continue;
        since = w->now;
        if (w->now > end)
            world_fail(w, "it does not become quiet: %s", why);
    }
    checks_quiet(w);
}

void
world_run(struct world *w)
{
    kill_plan(w);
    step_for(w, w->ms);
    w->calm = true;
    step_for(w, AFTERMATH_MS);
    w->frozen = true;
    await_quiet(w);
    for (int i = SOURCE_feed; i < (int)NODES; i++)
        node_restart(w, &w->nodes[i]);
    await_quiet(w);
}
