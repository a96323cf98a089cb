/* kill - the control socket's words, and the latch as the shell reads it */
/*
 * riskd does not decide whether the kill switch is on: a file does, under a
 * kernel lock (common/latch).  A kill command is written down; the shell
 * sees that, pulls the latch outside the gate, and the latch_state it reads
 * back is the proof that the switch is durable and the send path fenced.
 * Only then is the asker answered.  A kill is never refused, not for being
 * late, not for being said twice.
 *
 * Each change of the latch is said as a risk event, on disk before anything
 * else is said: a file that is gone or older than that is no word that the
 * switch is off (daemon_knows_latch).
 */
#include "riskd/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The shell waits half a second for the gate before it takes it by force. */
#define KILL_WAIT_NS (3LL * 1000 * 1000 * 1000)

static struct command_reply
make_reply(const struct riskd *x, bool ok, enum reason reason, const char *text)
{
    struct command_reply r = { .ok = ok,
                               .reason = reason,
                               .kill_gen = x->latch.kill_gen,
                               .open = x->held.groups,
                               .unknown = x->held.unknown };
    (void)title_set(&r.text, text);
    return r;
}

/* Answers the kills that have waited since before `before`. */
static void
answer_kills(struct riskd *x, int64_t before, const struct command_reply *r,
             struct outbox *out)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < x->kills_count; i++) {
        if (x->kills[i].asked.ns <= before) {
            say_command_reply(out, r, &x->kills[i].to);
        } else {
            x->kills[kept++] = x->kills[i];
        }
    }
    x->kills_count = kept;
}

void
riskd_answer_kills(struct riskd *x, const struct input *in, struct outbox *out)
{
    struct command_reply r =
        make_reply(x, false, REASON_TIMEOUT,
                   "the latch was not pulled in time; use `arb kill "
                   "--direct`, which needs no process");
    answer_kills(x, in->mono.ns - KILL_WAIT_NS, &r, out);
}

void
riskd_on_latch_state(struct riskd *x, const struct latch_state *m,
                     const struct input *in, struct outbox *out)
{
    bool is_news = m->latched != x->kill_on || m->kill_gen != x->kill_said;
    x->latch = *m;
    x->latch_known = true;
    struct risk_event_says says = {
        .rule = m->latched ? "kill" : "clear",
        .metric = "kill_gen",
        .scope = text_is_sane(&m->actor) ? m->actor.s : "?",
        .value = (int64_t)m->kill_gen,
        .threshold = (int64_t)m->clear_gen,
        .severity = m->latched ? SEVERITY_critical : SEVERITY_info,
        .action = m->latched ? ACTION_kill : ACTION_log,
    };
    if (is_news) {
        x->kill_on = m->latched;
        x->kill_said = m->kill_gen;
        x->counters[RISKD_kills] += m->latched;
        riskd_say_event(x, out, &says);
    }
    if (m->latched) {
        struct command_reply r = make_reply(
            x, true, REASON_none, "killed: durable, the send path is fenced");
        answer_kills(x, in->mono.ns, &r, out);
    }
    riskd_say_state(x, in, out);
}

bool
riskd_last_kill(const struct riskd *x, uint64_t *kill_gen)
{
    *kill_gen = x->kill_said;
    return x->kill_on;
}

static bool
is_old_nonce(const struct riskd *x, uint64_t nonce)
{
    for (uint32_t i = 0; i < NONCES_CAP; i++) {
        if (nonce != 0 && x->nonces[i] == nonce) {
            return true;
        }
    }
    return false;
}

void
riskd_remember_nonce(struct riskd *x, uint64_t nonce)
{
    if (nonce != 0 && !is_old_nonce(x, nonce)) {
        x->nonces[x->nonces_next] = nonce;
        x->nonces_next = (x->nonces_next + 1) % NONCES_CAP;
    }
}

static struct command_reply
describe(const struct riskd *x, const struct input *in)
{
    struct risk_state s;
    char text[sizeof(struct title)];
    char cash[MICROS_TEXT_CAP], reserved[MICROS_TEXT_CAP];
    char held[MICROS_TEXT_CAP], pnl[MICROS_TEXT_CAP], day[MICROS_TEXT_CAP];
    riskd_state(x, in->wall, in->mono, &s);
    (void)snprintf(text, sizeof text,
                   "%s, mode %s, stage %" PRIu64 ", epoch %" PRIu64
                   "; cash %s, reserved %s, held %s; profit %s, today %s",
                   enum_word(&risk_mode_words, (uint32_t)s.state),
                   enum_word(&mode_words, (uint32_t)s.mode), s.stage, s.epoch,
                   micros_format(s.cash.micros, cash),
                   micros_format(s.reserved.micros, reserved),
                   micros_format(s.exposure.micros, held),
                   micros_format(s.realised.micros, pnl),
                   micros_format(s.day_pnl.micros, day));
    return make_reply(x, true, REASON_none, text);
}

/* Written down, so that the shell pulls and the audit shows who asked; the
 * answer follows when the latch is on. */
static void
ask_kill(struct riskd *x, const struct command *m, const struct input *in,
         struct outbox *out)
{
    struct to to = input_sender(in);
    if (x->kills_count < KILLS_CAP && to.peer != 0) {
        x->kills[x->kills_count++] = (struct asked_kill){ to, in->mono };
    }
    riskd_remember_nonce(x, m->nonce);
    say_command(out, m, NULL);
}

static bool
command_is_sane(const struct command *m)
{
    return (unsigned)m->verb < verb_end_ && text_is_sane(&m->target) &&
           text_is_sane(&m->value) && text_is_sane(&m->actor) &&
           text_is_sane(&m->reason);
}

void
riskd_on_command(struct riskd *x, const struct command *m,
                 const struct input *in, struct outbox *out)
{
    struct to to = input_sender(in);
    x->counters[RISKD_commands]++;
    struct command_reply r =
        make_reply(x, false, REASON_BAD_INPUT, "a field is out of its range");
    if (!command_is_sane(m)) {
        x->counters[RISKD_bad_input]++;
    } else if (m->verb == VERB_status) {
        r = describe(x, in);
    } else if (m->verb == VERB_kill && is_old_nonce(x, m->nonce)) {
        r = make_reply(x, riskd_is_latched(x), REASON_DUPLICATE,
                       riskd_is_latched(x) ? "that kill is in force"
                                           : "that kill was cleared");
    } else if (m->verb == VERB_kill) {
        ask_kill(x, m, in, out);
        return;
    } else {
        r = make_reply(x, false, REASON_MODE,
                       "not over this socket: mode and stage are "
                       "configuration, a kill is cleared at the latch itself "
                       "(riskd/README.md)");
    }
    say_command_reply(out, &r, &to);
}
