/* operator - somebody at the control socket, who says what operators say
 *
 * Pauses, flattens, switches strategies off, reduces, kills all or a part and
 * clears it again, changes the mode, looks; mostly takes it back after a
 * while, and now and then says what must be refused.  A word may be lost, come
 * twice, or lose its answer.  As the shell does, what riskd notes of a kill or
 * a clear reaches the latch between two of its turns.  In the calm some of
 * them want everything sold.  Drawn from a chance of its own; what is checked
 * of it is in checks_told.c. */
#include "tests/world/checks.h"

#include "common/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HERE_PERCENT = 40, LOST_PERCENT = 5, TWICE_PERCENT = 10,
    WAIT_MOST_MS = 6000, ANSWER_MS = 8000, PATIENCE_MS = 60000,
    CLOSING_MS = 700, VALID_S = 60, OLD_S = 3 * 3600
};
#define SECOND_NS INT64_C(1000000000)

void
operator_plan(struct world *w)
{
    struct operator *o = &w->operator;
    chance_start(&o->chance, w->seed ^ UINT64_C(0x0b5e55ed));
    o->due = o->wants_until = INT64_MAX;
    w->weather.commands = chance_of(&o->chance, HERE_PERCENT) &&
                          !w->weather.clear;
}

/* --- what is said ------------------------------------------------------- */
static void
word(struct operator *o, enum verb verb, const char *target, const char *value)
{
    o->m.verb = verb;
    must(text_set(&o->m.target, target) && text_set(&o->m.value, value));
}

static void
later(struct operator *o, enum verb verb, const struct text *target,
      const char *value)
{
    o->undo.verb = verb;
    o->undo.target = *target;
    must(text_set(&o->undo.value, value));
    o->undoes = true;
}

static const char *
draw_strategy(struct operator *o)
{
    static const char *const all[] = { "A", "A", "B", "B", "C", "F" };
    return all[chance_below(&o->chance, sizeof all / sizeof all[0])];
}

static void
draw_scope(struct operator *o, char out[32])
{
    if (chance_of(&o->chance, 30))
        (void)snprintf(out, 32, "venue:polymarket");
    else
        (void)snprintf(out, 32, "strategy:%s", draw_strategy(o));
}

static void
draw_reduce(struct operator *o)
{
    char value[16];
    (void)snprintf(value, sizeof value, "0.%02u",
                   5 + chance_below(&o->chance, 90));
    word(o, VERB_reduce, "", value);
    o->m.role = ROLE_ops_admin; /* It may raise what an earlier one left. */
    later(o, VERB_reduce, &o->m.target, "1");
}

static void
draw_pause(struct operator *o)
{
    char value[16] = "";
    if (chance_of(&o->chance, 50))
        (void)snprintf(value, sizeof value, "%u",
                       1 + chance_below(&o->chance, 6));
    word(o, VERB_pause, "", value);
    later(o, VERB_resume, &o->m.target, "");
}

/* A word that must be refused, whatever the state. */
static void
draw_bad(struct operator *o, int64_t wall)
{
    o->bad = true;
    switch (chance_below(&o->chance, 9)) {
    case 0: word(o, VERB_pause, "", ""); o->m.role = ROLE_viewer; return;
    case 1: word(o, VERB_enable, "A", ""); o->m.role = ROLE_operator; return;
    case 2: word(o, VERB_resume, "", ""); o->m.nonce = 0; return;
    case 3:
        word(o, VERB_resume, "", "");
        o->m.expires.ns = wall - OLD_S * SECOND_NS;
        return;
    case 4: word(o, VERB_disable, "Z", ""); return;
    case 5: word(o, VERB_reduce, "", "1.5"); return;
    case 6: word(o, VERB_kill, "venue:nowhere", ""); return;
    case 7: word(o, VERB_clear, "all", "999999"); return;
    default: word(o, VERB_mode, "", "bold"); return;
    }
}

static void
draw_any(struct world *w)
{
    static const enum verb looks[] = { VERB_status, VERB_limits,
                                       VERB_positions, VERB_alerts };
    static const char *const modes[] = { "halted", "shadow", "paper" };
    struct operator *o = &w->operator;
    struct chance *c = &o->chance;
    uint32_t draw = chance_below(c, 100);
    char scope[32];
    if (draw < 18) {
        draw_pause(o);
    } else if (draw < 30) {
        word(o, VERB_flatten, "", "");
        later(o, VERB_resume, &o->m.target, "");
    } else if (draw < 44) {
        word(o, VERB_disable, draw_strategy(o), "");
        later(o, VERB_enable, &o->m.target, "");
    } else if (draw < 60) {
        draw_reduce(o);
    } else if (draw < 66) {
        word(o, VERB_kill, chance_of(c, 50) ? "all" : "", "");
    } else if (draw < 76) {
        draw_scope(o, scope);
        word(o, VERB_kill, scope, "");
    } else if (draw < 82) {
        word(o, VERB_mode, "", modes[chance_below(c, 3)]);
        later(o, VERB_mode, &o->m.target, "live");
    } else if (draw < 93) {
        draw_bad(o, world_wall(w));
    } else {
        word(o, looks[chance_below(c, 4)], "", "");
    }
}

/* Of everything, or of the first part that is killed; false: of nothing. */
static bool
clear_one(struct world *w, bool right)
{
    struct operator *o = &w->operator;
    const struct told *t = &w->checks->told;
    char value[24];
    struct text target = { "all" };
    uint64_t generation = w->kill_gen;
    uint32_t i = 0;
    while (i < SCOPES_CAP && !scope_is_killed(&t->scopes[i]))
        i++;
    if (!w->latched && i == SCOPES_CAP)
        return false;
    if (!w->latched) {
        scope_name(i, &target);
        generation = t->scopes[i].kills;
    }
    (void)snprintf(value, sizeof value, "%" PRIu64,
                   right ? generation : generation + 1);
    word(o, VERB_clear, target.s, value);
    o->bad = !right;
    return true;
}

static bool
say_undo(struct operator *o)
{
    if (!o->undoes)
        return false;
    word(o, o->undo.verb, o->undo.target.s, o->undo.value.s);
    o->undoes = false;
    return true;
}

/* Until everything is to be sold, and may be; false: there is no more to say.
 */
static bool
draw_closing(struct world *w)
{
    struct operator *o = &w->operator;
    const struct told *t = &w->checks->told;
    if (clear_one(w, true))
        return true;
    if (t->mode_most != MODE_live)
        word(o, VERB_mode, "", "live");
    else if (!t->flatten)
        word(o, VERB_flatten, "", "");
    else
        return false;
    return true;
}

static bool
draw_word(struct world *w)
{
    struct operator *o = &w->operator;
    struct chance *c = &o->chance;
    o->bad = false;
    o->m = (struct command){ .role = ROLE_ops_admin, .nonce = ++o->count };
    must(text_set(&o->m.actor, "kim"));
    must(text_set(&o->m.reason, "because it is a simulation"));
    o->m.expires.ns = world_wall(w) + VALID_S * SECOND_NS;
    if (w->calm)
        return draw_closing(w);
    if (chance_of(c, 60) && clear_one(w, chance_of(c, 85)))
        return true;
    if (!chance_of(c, 60) || !say_undo(o))
        draw_any(w);
    return true;
}

/* --- how it gets there -------------------------------------------------- */
static void
deliver(struct world *w, uint64_t req)
{
    struct operator *o = &w->operator;
    struct node *n = &w->nodes[SOURCE_riskd];
    struct packet p = {
        .from = SOURCE_arb, .to = SOURCE_riskd, .from_run = 1,
        .to_run = n->run, .type = TYPE_command, .req = req, .said = w->now,
        .due = w->now, .body = w->packed,
    };
    size_t size = schema_pack(&command_schema, &o->m, w->packed, PACKED_CAP);
    must(size > 0);
    p.size = (uint32_t)size;
    node_hear(w, n, &p);
}

static void
arrive(struct world *w)
{
    struct operator *o = &w->operator;
    const struct node *n = &w->nodes[SOURCE_riskd];
    o->due = INT64_MAX;
    if (n->engine == NULL || chance_of(&o->chance, LOST_PERCENT)) {
        world_hit(w, HIT_told_lost);
        return;
    }
    world_hit(w, o->bad ? HIT_told_bad : HIT_told);
    o->waits = true;
    o->run = n->run;
    o->asked = w->now;
    o->kill_gen = w->kill_gen;
    deliver(w, o->count);
    if (chance_of(&o->chance, TWICE_PERCENT)) {
        world_hit(w, HIT_told_twice);
        deliver(w, 0);
    }
}

/* Of whoever asked there and lives on, in time. */
static void
await(struct world *w)
{
    struct operator *o = &w->operator;
    const struct node *n = &w->nodes[SOURCE_riskd];
    int64_t from = o->asked > n->still_until ? o->asked : n->still_until;
    if (n->engine == NULL || n->run != o->run)
        o->waits = false;
    else if (w->now > from + ANSWER_MS * INT64_C(1000000))
        world_fail(w, "riskd does not answer a %s",
                   enum_word(&verb_words, o->m.verb));
}

static void
say_next(struct world *w)
{
    struct operator *o = &w->operator;
    struct chance *c = &o->chance;
    int64_t most = chance_of(c, 10) ? 20 : WAIT_MOST_MS;
    int64_t wait = w->calm ? CLOSING_MS : chance_between(c, 1, most);
    o->next = w->now + wait * 1000000;
    if (draw_word(w))
        o->due = w->now + chance_between(c, 1, 30) * 1000000;
    else
        o->done = true;
}

/* The storm is over: half of them want to be out of everything. */
static void
want_out(struct world *w)
{
    struct operator *o = &w->operator;
    if (o->wants_until != INT64_MAX)
        return;
    o->done = !chance_of(&o->chance, 50);
    o->wants_until = w->now + PATIENCE_MS * INT64_C(1000000);
}

void
operator_step(struct world *w)
{
    struct operator *o = &w->operator;
    if (!w->weather.commands)
        return;
    if (w->calm)
        want_out(w);
    if (w->now >= o->due &&
        !stands_still(w, &w->nodes[SOURCE_riskd]))
        arrive(w);
    if (o->waits)
        await(w);
    else if (o->due == INT64_MAX && w->now >= o->next && !o->done &&
             w->now < o->wants_until)
        say_next(w);
}

bool
operator_is_done(const struct world *w)
{
    const struct operator *o = &w->operator;
    return !w->weather.commands || o->done || w->now >= o->wants_until;
}

void
operator_hears(struct world *w, const struct command_reply *m, uint64_t req)
{
    struct operator *o = &w->operator;
    story_tell(w, SOURCE_arb, "hears", &command_reply_schema, m);
    if (req != o->count || !o->waits || m->more)
        return;
    o->waits = false;
    told_answer(w, &o->m, m);
}

/* --- what riskd's shell does of it -------------------------------------- */
void
operator_noted(struct world *w, const struct command *m)
{
    struct kill *k = &w->kill;
    if (!target_is_all(&m->target))
        return;
    if (m->verb == VERB_kill)
        k->pulls = true;
    else if (m->verb == VERB_clear)
        k->clears_gen = strtoull(m->value.s, NULL, 10);
}
