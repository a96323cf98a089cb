/* clear - what it takes to lift a kill, and part of a business killed alone */
/*
 * A clear names the generation it means, so that it never lifts a kill its
 * asker has not seen.  That of the latch is done by the shell (latch_clear
 * compares again, under the gate); the latch read back is the answer.  That
 * of a scope is riskd's own: no order of it leaves without a grant, so it is
 * fenced once the last grant given before has run out of time.
 */
#include "riskd/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/must.h"
#include "common/planted.h"

#define CLEAR_WAIT_NS (5LL * 1000 * 1000 * 1000)
#define REASON_LEAST 10

static bool
no(enum reason *why, const char **text, enum reason reason, const char *words)
{
    *why = reason;
    *text = words;
    return false;
}

/* Printable bytes that are not space. */
static size_t
count_words(const struct text *t)
{
    size_t n = 0;
    for (const char *s = t->s; *s != '\0'; s++) {
        n += (unsigned char)*s > ' ' && *s != 0x7f;
    }
    return n;
}

static bool
names_generation(const struct command *m, uint64_t generation)
{
    char right[24];
    (void)snprintf(right, sizeof right, "%" PRIu64, generation);
    return strcmp(m->value.s, right) == 0;
}

static bool
target_fits(const struct riskd *x, const struct command *m, enum reason *why,
            const char **text)
{
    bool all = target_is_all(&m->target);
    const struct scope *s =
        all ? NULL : &x->switches.scopes[scope_find(&m->target)];
    if (all ? !riskd_is_latched(x) : !scope_is_killed(s)) {
        return no(why, text, REASON_DUPLICATE, "it is not killed");
    }
    return names_generation(m, all ? x->latch.kill_gen : s->kills) ||
           no(why, text, REASON_CONFLICT,
              "that is not the generation of the last kill");
}

/* What clears without rules, and more where rules ask for it. */
static bool
is_gate_open(struct riskd *x, const struct command *m, const struct input *in,
             enum reason *why, const char **text)
{
    const char *verdict;
    const struct rule *r = riskd_clear_shut(x, m, count_words(&m->reason),
                                            in->wall, &verdict);
    return r == NULL ||
           no(why, text, REASON_RULE, riskd_say_gate(x, r, verdict));
}

bool
riskd_may_clear(struct riskd *x, const struct command *m,
                const struct input *in, enum reason *why, const char **text)
{
    if (!target_fits(x, m, why, text)) {
        return false;
    }
    if (count_words(&m->reason) < REASON_LEAST) {
        return no(why, text, REASON_BAD_INPUT,
                  "a reason of ten letters at least");
    }
    if (x->stopping || x->clearing) {
        return no(why, text, REASON_LATCHED, "another kill or clear is on "
                                             "its way");
    }
    if (!x->leased || in->mono.ns >= x->lease_end.ns || !x->held.clean ||
        x->held.unknown > 0) {
        return no(why, text, REASON_UNCLEAN,
                  "the executor has not reconciled, or does not know what "
                  "became of an order");
    }
    if (x->health.streak < x->conf.health_checks &&
        !PLANTED(clear_unproved)) {
        return no(why, text, REASON_UNHEALTHY,
                  "not enough healthy checks in a row since the kill");
    }
    const char *fault = riskd_fault(x, in);
    return (fault == NULL || no(why, text, REASON_UNHEALTHY, fault)) &&
           is_gate_open(x, m, in, why, text);
}

void
riskd_ask_clear(struct riskd *x, const struct input *in)
{
    x->clearing = true;
    x->clear_to = input_sender(in);
    x->clear_asked = in->mono;
}

void
riskd_answer_clear(struct riskd *x, const struct input *in,
                   struct outbox *out)
{
    bool late = in->mono.ns - x->clear_asked.ns > CLEAR_WAIT_NS;
    if (!x->clearing || (x->latch.latched && !late)) {
        return;
    }
    struct command_reply r = riskd_make_reply(
        x, x->latch.latched ? REASON_TIMEOUT : REASON_none,
        x->latch.latched
            ? "the latch was not cleared: see riskd's log"
            : "cleared; on probation until its first window closes clean");
    x->clearing = false;
    say_command_reply(out, &r, &x->clear_to);
}

void
riskd_ask_scope_kill(struct riskd *x, const struct input *in)
{
    riskd_forget_health(x, in);
    if (x->scope_kills_count < KILLS_CAP) {
        x->scope_kills[x->scope_kills_count++] =
            (struct asked_kill){ input_sender(in), in->mono };
    }
}

/* Grants given before the kill are of no use any more. */
void
riskd_answer_scope_kills(struct riskd *x, const struct input *in,
                         struct outbox *out)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < x->scope_kills_count; i++) {
        struct asked_kill *k = &x->scope_kills[i];
        if (in->mono.ns - k->asked.ns <= x->conf.grant_ttl.ms * 1000000) {
            x->scope_kills[kept++] = *k;
            continue;
        }
        struct command_reply r = riskd_make_reply(
            x, REASON_none,
            "killed: durable, and no grant given before is of use any more; "
            "the executor cancels what rests at the venue");
        say_command_reply(out, &r, &k->to);
    }
    x->scope_kills_count = kept;
}

/* A holder of reservations that is silent for long is a fault by itself. */
void
riskd_watch_lease(struct riskd *x, const struct input *in, struct outbox *out)
{
    bool live = riskd_mode_max(x) == MODE_live;
    int64_t limit = x->conf.lease_kill.ms * 1000000;
    if (x->began.ns == 0) {
        x->began = in->mono;
    }
    int64_t from = x->leased ? x->lease_end.ns : x->began.ns;
    if (!live || limit == 0 || grants_open(x->grants) == 0 ||
        riskd_is_latched(x) || in->mono.ns - from <= limit) {
        return;
    }
    riskd_stop(x, in, out, "the executor's lease is lost, with reservations "
                           "open");
}
