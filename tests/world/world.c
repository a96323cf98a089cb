/* world - the five engines and simex's core in one process, under one seed
 *
 * A storm of so many seconds; then nothing goes wrong any more and the market
 * moves on for a while; then it stands still until nothing is open, reserved
 * or unrecorded.  At last every process is restarted, and all must come to
 * rest a second time. */
#include "tests/world/checks.h"

#include "common/digest.h"
#include "common/must.h"

#include <stdlib.h>

/* Quiet comes within more than ten holds of 30 s, after which the executor
 * gives up unwinding what nobody bids for; and it lasts. */
enum {
    TICK_NS = 50000000, BEAT_NS = 500000000, STEP_NS = 1000000,
    CALM_STEP_NS = 5000000, AFTERMATH_MS = 1000, QUIET_MS = 400000,
    QUIET_LASTS_MS = 3000, SECOND_NS = 1000000000, NIGHT_STEPS = 3,
    NIGHT_PACKETS = 1000
};

/* One world in five is clear: there everything planted must be found. */
static void
draw_weather(struct world *w)
{
    struct chance *c = &w->chance;
    struct weather *x = &w->weather;
    *x = (struct weather){ .clear = w->seed % 5 == 0, .capital_usd = 5000,
                           .live = w->seed % 3 != 0,
                           .rests = w->seed % 3 != 0 && w->seed % 4 == 1,
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
        .live = x->live,
        .rests = x->rests,
        .waits = !x->live && w->seed % 4 == 2,
        .again_ppm = chance_below(c, 300),
        .full_ppm = chance_of(c, 30) ? chance_below(c, 3000) : 0,
        .jumps = chance_of(c, 15),
        .bold = chance_of(c, 30),
    };
    if (x->live) {
        /* Each crash and cut costs seconds of going through everything. */
        x->crash_ppm /= 4;
        x->drop_ppm /= 4;
        x->lose_call_ppm = chance_below(c, 40000);
        x->venue_ppm = chance_below(c, 6000);
        x->hostile = chance_of(c, 30);
        x->strict = chance_of(c, 30);
    }
    x->pause_ppm = chance_below(&w->more, 500);
    x->pairs = chance_of(&w->more, 25);
    if (x->rests) {
        /* What rests is called back when its opportunity ends, and any hole
         * in what the scanner hears ends that. */
        x->lose_ppm /= 20;
        x->deaf_ppm = 0;
        x->lose_text_ppm /= 20;
        x->spoil_ppm /= 20;
    }
}

/* Drawn all the same, so that the rest stays what it was. */
static void
leave_out(struct world *w, uint32_t without)
{
    struct weather *x = &w->weather;
#define F(name, field)                                                      \
    if (without >> WITHOUT_##name & 1)                                      \
        x->field = 0;
    WEATHERS(F)
#undef F
    if (without >> WITHOUT_pauses & 1)
        x->pause_ppm = x->pairs = 0;
    if (without >> WITHOUT_commands & 1)
        x->commands = false;
}

struct world *
world_new(const struct world_terms *t)
{
    struct world *w = calloc(1, sizeof *w);
    must(w != NULL);
    w->terms = *t;
    w->seed = t->seed;
    w->ms = t->ms;
    w->sha = digest_sha256();
    digest_start(w->sha);
    chance_start(&w->chance, t->seed);
    chance_start(&w->more, ~t->seed);
    draw_weather(w);
    operator_plan(w);
    leave_out(w, t->without);
    rules_plan(w);
    w->start = w->now = INT64_C(1795270000) * 1000000000;
    w->story_from = t->story_ms == INT64_MAX ? INT64_MAX
                                             : w->start + t->story_ms * 1000000;
    size_t largest = 0;
    for (size_t i = 0; i < schema_all_count; i++)
        if (schema_all[i]->size > largest)
            largest = schema_all[i]->size;
    w->msg = malloc(largest);
    w->packed = malloc(PACKED_CAP);
    w->asked = calloc(1, sizeof *w->asked);
    must(w->msg != NULL && w->packed != NULL && w->asked != NULL);
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
        free(n->image);
    }
    if (w->zombie.engine != NULL)
        w->zombie.unmake(&w->zombie);
    outbox_destroy(&w->zombie.out);
    while (w->net.count > 0)
        free(net_take(&w->net).body);
    free(w->net.heap);
    place_destroy(&w->place);
    checks_destroy(&w->checks);
    digest_destroy(&w->sha);
    free(w->msg);
    free(w->packed);
    free(w->asked);
    free(w->rules);
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

int64_t
world_wall(const struct world *w)
{
    return w->now + w->skew;
}

int64_t
world_time_of(const struct world *w, const struct fact *f)
{
    return f->mono.ns - 1000000000 + w->start;
}

void
world_hit(struct world *w, enum hit h)
{
    w->hits[h]++;
}

bool
world_roll(struct world *w, uint32_t ppm)
{
    return !w->calm && ppm > 0 && chance_below(&w->chance, 1000000) < ppm;
}

/* Time passes for one process: it comes back, is told, says it lives. */
void
world_step_node(struct world *w, struct node *n)
{
    if (n->engine == NULL && n->up_at <= w->now)
        node_start(w, n);
    if (stands_still(w, n))
        return;
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

/* Of all our processes: they are on one machine. */
static void
jump(struct world *w)
{
    static const int64_t most_ms[] = { 100, 1500, 5000, 3600000 };
    if (!w->weather.jumps || w->now < w->jump_at || w->calm)
        return;
    if (w->jump_at != 0) {
        int64_t most = most_ms[chance_below(&w->chance, 4)];
        w->skew = chance_between(&w->chance, -most, most) * 1000000;
        world_hit(w, HIT_clock_jump);
    }
    w->jump_at = w->now + chance_between(&w->chance, 500, 15000) * 1000000;
}

static void
hand_over(struct world *w, const struct packet *p)
{
    struct node *n = &w->nodes[p->to];
    if (n->engine != NULL && p->due < n->still_until) { /* All in order. */
        net_defer(&w->net, p, n->still_until);
        return;
    }
    node_hear(w, n, p);
    zombie_hear(w, p);
    if (p->type == TYPE_fill && p->to == SOURCE_riskd) {
        struct fill m;
        must(fill_unpack(&m, p->body, p->size));
        net_settle_again(w, &m);
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
            hand_over(w, &p);
        free(p.body);
        kill_step(w);
        place_feed_asks(w);
    }
}

static void
step(struct world *w)
{
    kill_step(w);
    jump(w);
    pause_step(w);
    if (world_roll(w, w->weather.again_ppm * (told_forbids(w) ? 20 : 1)))
        net_ask_again(w);
    for (int i = SOURCE_feed; i < (int)NODES; i++)
        world_step_node(w, &w->nodes[i]);
    zombie_step(w);
    operator_step(w);
    rules_step(w);
    place_step(w);
    venue_step(w);
    place_feed_asks(w);
    deliver(w);
    owners_write(w);
    found_step(w);
    orders_step(w);
    w->now += w->calm ? CALM_STEP_NS : STEP_NS;
}

static void
step_for(struct world *w, int64_t ms)
{
    for (int64_t end = w->now + ms * 1000000; w->now < end;)
        step(w);
}

/* All but those of what an hour alone can bring: an end that comes near; and
 * but sales that were begun, which go on into the night. */
static uint32_t
groups_of_news(const struct checks *c)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->groups_count; i++)
        count += c->groups[i].strategy != STRATEGY_F && !c->groups[i].sale;
    return count;
}

/* Nothing trades: of each second only the first milliseconds happen, in which
 * every process is told the time, says that it lives, and is answered. */
static void
night(struct world *w)
{
    const struct checks *c = w->checks;
    uint32_t groups = groups_of_news(c);
    int64_t began = w->now;
    uint64_t heard = w->inputs;
    w->night = true;
    for (int64_t s = 0; s < w->terms.night_s; s++) {
        w->now = (w->now / SECOND_NS + 1) * SECOND_NS;
        for (int i = 0; i < NIGHT_STEPS; i++)
            step(w);
    }
    w->night = false;
    w->idle_ms = (w->now - began) / 1000000;
    w->idle_inputs = w->inputs - heard;
    if (groups_of_news(c) != groups)
        world_fail(w, "%u groups in a night in which nothing trades",
                   groups_of_news(c) - groups);
    if (w->net.count > NIGHT_PACKETS)
        world_fail(w, "%u messages are on their way", w->net.count);
}

static void
await_quiet(struct world *w)
{
    int64_t end = w->now + (int64_t)QUIET_MS * 1000000, since = w->now;
    w->operator.patient_until = w->now + (int64_t)QUIET_MS * 500000;
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
    if (w->terms.without >> WITHOUT_kills & 1)
        w->kill.when = KILL_NEVER;
    step_for(w, w->terms.cut_ms);
    w->calm = true;
    w->skew = 0; /* Somebody set the clock right. */
    step_for(w, AFTERMATH_MS);
    w->frozen = true;
    await_quiet(w);
    night(w);
    for (int i = SOURCE_feed; i < (int)NODES; i++)
        node_restart(w, &w->nodes[i]);
    await_quiet(w);
}
