/* control - the control socket's words: judged, written down, then done */
/*
 * 1. Who has no role is not answered: nothing is learned that way.
 * 2. A role too weak, a number heard before, a word too old, too many words
 *    at once, a word that cannot be: refused.
 * 3. What is accepted is an audit row and, when it changes something, a
 *    command fact; both are on disk before anything happens.
 * A kill is never refused to a role that may kill: not for being late, said
 * twice or one too many.
 */
#include "riskd/engine.h"

#include <string.h>

#include "common/planted.h"
#include "common/roles.h"

/* Words may be valid so far ahead, no further: numbers are not kept for ever.
 * WORDS_MOST at once, then one every TOKEN_NS. */
#define AHEAD_NS (600LL * 1000 * 1000 * 1000)
#define TOKEN_NS (200LL * 1000 * 1000)

/* Who answers the words that only ask. */
typedef void tell_fn(struct riskd *x, const struct input *in,
                     struct outbox *out);
static tell_fn *const tells[verb_end_] = {
    [VERB_status] = riskd_tell_status,
    [VERB_limits] = riskd_tell_limits,
    [VERB_alerts] = riskd_tell_alerts,
    [VERB_positions] = riskd_tell_positions,
};

struct command_reply
riskd_make_reply(const struct riskd *x, enum reason reason, const char *text)
{
    struct command_reply r = { .ok = reason == REASON_none,
                               .reason = reason,
                               .kill_gen = x->latch.kill_gen,
                               .open = x->held.groups,
                               .unknown = x->held.unknown };
    (void)title_set(&r.text, text);
    return r;
}

static void
answer(const struct riskd *x, const struct input *in, struct outbox *out,
       enum reason reason, const char *text)
{
    struct to to = input_sender(in);
    struct command_reply r = riskd_make_reply(x, reason, text);
    say_command_reply(out, &r, &to);
}

static void
answer_old_kill(const struct riskd *x, const struct input *in,
                struct outbox *out)
{
    struct to to = input_sender(in);
    bool holds = riskd_is_latched(x);
    struct command_reply r = riskd_make_reply(
        x, REASON_DUPLICATE,
        holds ? "that kill is in force" : "that kill was cleared");
    r.ok = holds;
    say_command_reply(out, &r, &to);
}

static bool
command_is_sane(const struct command *m)
{
    return (unsigned)m->verb < verb_end_ && (unsigned)m->role < role_end_ &&
           text_is_sane(&m->target) && text_is_sane(&m->value) &&
           text_is_sane(&m->actor) && text_is_sane(&m->reason);
}

static bool
take_token(struct riskd *x, const struct input *in)
{
    int64_t since = in->mono.ns - x->words_at.ns;
    int64_t fresh = since / TOKEN_NS;
    if (fresh > 0 || since < 0) {
        x->words = since < 0 || x->words + fresh > WORDS_MOST
                       ? WORDS_MOST
                       : x->words + fresh;
        x->words_at = in->mono;
    }
    if (x->words == 0) {
        return false;
    }
    x->words--;
    return true;
}

static bool
no(enum reason *why, const char **text, enum reason reason, const char *words)
{
    *why = reason;
    *text = words;
    return false;
}

static bool
time_fits(const struct riskd *x, const struct command *m,
          const struct input *in, enum reason *why, const char **text)
{
    if (m->nonce == 0 || nonce_is_old(&x->nonces, m->nonce)) {
        return no(why, text, REASON_DUPLICATE, "that number was used before");
    }
    if (m->expires.ns <= in->wall.ns) {
        return no(why, text, REASON_EXPIRED, "it came too late");
    }
    if (m->expires.ns - in->wall.ns > AHEAD_NS) {
        return no(why, text, REASON_BAD_INPUT,
                  "valid for too long: ten minutes at most");
    }
    return nonces_have_room(&x->nonces, in->wall) ||
           no(why, text, REASON_THROTTLED, "too many commands lately");
}

static bool
may(struct riskd *x, const struct command *m, const struct input *in,
    enum reason *why, const char **text)
{
    if (m->role < role_for(m->verb)) {
        return no(why, text, REASON_ROLE, "this key does not allow it");
    }
    if (m->verb == VERB_kill) {
        return target_is_all(&m->target) ||
               switches_fit(&x->switches, m, m->role, why, text);
    }
    return time_fits(x, m, in, why, text) &&
           switches_fit(&x->switches, m, m->role, why, text) &&
           (m->verb != VERB_ack || riskd_alert_fits(x, m, why, text)) &&
           (m->verb != VERB_clear || riskd_may_clear(x, m, in, why, text)) &&
           (m->verb != VERB_measured || riskd_drill_fits(x, m) ||
            no(why, text, REASON_CONFLICT,
               "that is not the last kill, or it is not cleared")) &&
           (!stage_is_entered(m) || riskd_may_enter(x, m, in, why, text));
}

static void
say_flatten(struct riskd *x, struct outbox *out)
{
    struct risk_event_says says = { .rule = "flatten",
                                    .metric = "command",
                                    .scope = "all",
                                    .unit = "words",
                                    .severity = SEVERITY_warning,
                                    .action = ACTION_flatten_all };
    riskd_say_event(x, out, &says);
}

static void
act(struct riskd *x, const struct command *m, const struct input *in,
    struct outbox *out)
{
    bool all = target_is_all(&m->target);
    if (m->verb == VERB_kill && all) {
        riskd_ask_kill(x, m, in, out);
        return;
    }
    say_command(out, m, NULL);
    if (m->verb == VERB_clear && all) {
        riskd_ask_clear(x, in);
        return;
    }
    if (m->verb == VERB_reload) { /* The shell reads, then it is answered. */
        riskd_ask_reload(x, in, out);
        return;
    }
    switches_apply(&x->switches, m, in->wall);
    if (m->verb == VERB_kill) {
        riskd_count_kills(x, 0, 1, in, out);
        riskd_ask_scope_kill(x, in);
        return;
    }
    if (m->verb == VERB_resume) {
        riskd_end_pauses(x);
        riskd_rule_release(x, in, out);
    }
    if (m->verb == VERB_flatten) {
        say_flatten(x, out);
    } else if (m->verb == VERB_measured) {
        riskd_count_measured(x, m, in, out);
    }
    x->opened = x->opened && !stage_is_entered(m); /* The live books. */
    if (m->verb == VERB_ack) {
        riskd_alert_ack(x, m, in, out);
    }
    answer(x, in, out, REASON_none,
           m->verb == VERB_flatten
               ? "no new exposure; the executor is told to sell, and riskd "
                 "lets it"
               : "done, and kept over a restart");
    riskd_say_state(x, in, out);
}

static bool
is_killed(const struct riskd *x, const struct text *target)
{
    uint32_t i = scope_find(target);
    return target_is_all(target) ? riskd_is_latched(x)
                                 : i < SCOPES_CAP &&
                                       scope_is_killed(&x->switches.scopes[i]);
}

void
riskd_on_command(struct riskd *x, const struct command *m,
                 const struct input *in, struct outbox *out)
{
    enum reason why = REASON_none;
    const char *text = "";
    x->counters[RISKD_commands]++;
    if (m->role == ROLE_none) {
        x->counters[RISKD_strangers]++;
        return;
    }
    if (!command_is_sane(m)) {
        x->counters[RISKD_bad_input]++;
        answer(x, in, out, REASON_BAD_INPUT, "a field is out of its range");
        return;
    }
    bool kills = m->verb == VERB_kill && m->role >= ROLE_operator;
    bool dead = kills && is_killed(x, &m->target);
    bool news = kills && !dead &&
                switches_fit(&x->switches, m, m->role, &why, &text);
    if (!take_token(x, in) && !news) {
        x->counters[RISKD_throttled]++;
        answer(x, in, out, dead ? REASON_none : REASON_THROTTLED,
               dead ? "a kill is in force" : "too many commands at once");
        return;
    }
    if (kills && nonce_is_old(&x->nonces, m->nonce)) {
        answer_old_kill(x, in, out);
        return;
    }
    bool ok = may(x, m, in, &why, &text);
    riskd_audit(x, m, ok ? REASON_none : why, out);
    if (!ok) {
        x->counters[RISKD_commands_refused]++;
        answer(x, in, out, why, text);
    } else if (tells[m->verb] != NULL) {
        tells[m->verb](x, in, out);
    } else {
        act(x, m, in, out);
    }
}

void
riskd_recall_command(struct riskd *x, const struct command *m,
                     const struct input *in)
{
    bool all = target_is_all(&m->target);
    if (m->verb == VERB_kill && all) {
        x->stopping = true;
        x->alarm = false; /* It is what the kill is for. */
    } else if (!PLANTED(words_forgotten) && !(m->verb == VERB_clear && all)) {
        switches_apply(&x->switches, m, in->wall);
    }
    if (m->verb == VERB_resume) {
        riskd_end_pauses(x);
        riskd_recall_resume(x);
    }
    nonce_remember(&x->nonces, m->nonce, m->expires.ns);
}
